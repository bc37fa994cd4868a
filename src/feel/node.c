// node.c: how nodes are made. parse.c and the dmn room (for boxed expressions) build the same trees
// with the same functions, so there is one compiler. Every builder returns NULL when memory is out,
// and takes a NULL child as that.
#include <string.h>

#include "feel/node.h"

static const feel_type *any(void) {
    return feel_type_basic(FEEL_TYPE_ANY);
}

feel_node *feel_node_new(hb_arena *arena, feel_node_kind kind, const feel_type *type) {
    feel_node *node = hb_arena_new(arena, feel_node);
    if (!node) return NULL;
    node->kind = (uint8_t)kind;
    node->type = type ? type : any();
    return node;
}

static const char *const KIND_NAMES[] = {
    [FEEL_NODE_CONSTANT] = "constant",
    [FEEL_NODE_NAME] = "name",
    [FEEL_NODE_MEMBER_NAME] = "member name",
    [FEEL_NODE_PATH] = "path",
    [FEEL_NODE_NEGATE] = "negation",
    [FEEL_NODE_ADD] = "+",
    [FEEL_NODE_SUBTRACT] = "-",
    [FEEL_NODE_MULTIPLY] = "*",
    [FEEL_NODE_DIVIDE] = "/",
    [FEEL_NODE_POWER] = "**",
    [FEEL_NODE_EQUAL] = "=",
    [FEEL_NODE_NOT_EQUAL] = "!=",
    [FEEL_NODE_LESS] = "<",
    [FEEL_NODE_LESS_OR_EQUAL] = "<=",
    [FEEL_NODE_GREATER] = ">",
    [FEEL_NODE_GREATER_OR_EQUAL] = ">=",
    [FEEL_NODE_AND] = "and",
    [FEEL_NODE_OR] = "or",
    [FEEL_NODE_BETWEEN] = "between",
    [FEEL_NODE_IN] = "in",
    [FEEL_NODE_TESTS] = "unary tests",
    [FEEL_NODE_TEST_ANY] = "any value",
    [FEEL_NODE_TEST_COMPARE] = "comparison with the input",
    [FEEL_NODE_TEST_VALUE] = "value of the input",
    [FEEL_NODE_TEST_TRUE] = "condition on the input",
    [FEEL_NODE_RANGE] = "range",
    [FEEL_NODE_LIST] = "list",
    [FEEL_NODE_CONTEXT] = "context",
    [FEEL_NODE_IF] = "if",
    [FEEL_NODE_FOR] = "for",
    [FEEL_NODE_SOME] = "some",
    [FEEL_NODE_EVERY] = "every",
    [FEEL_NODE_STEPS] = "iteration range",
    [FEEL_NODE_FILTER] = "filter",
    [FEEL_NODE_INSTANCE] = "instance of",
    [FEEL_NODE_FUNCTION] = "function",
    [FEEL_NODE_BUILTIN] = "built-in function",
    [FEEL_NODE_CALL] = "invocation",
    [FEEL_NODE_COERCE] = "typed expression",
    [FEEL_NODE_HOST] = "decision logic",
};

const char *feel_node_kind_name(feel_node_kind kind) {
    return KIND_NAMES[kind];
}

const feel_type *feel_node_type(const feel_node *node) {
    return node->type;
}

// Copies the array of children; false when memory is out or a child is missing.
static bool set_items(hb_arena *arena, feel_node *node, uint32_t n, feel_node *const *items) {
    const feel_node **copy = hb_arena_array(arena, const feel_node *, n + 1);
    if (!copy) return false;
    for (uint32_t i = 0; i < n; i++) {
        if (!items[i]) return false;
        copy[i] = items[i];
    }
    node->n = n;
    node->items = copy;
    return true;
}

static bool set_keys(hb_arena *arena, feel_node *node, uint32_t n, const hb_str *keys) {
    hb_str *copy = hb_arena_array(arena, hb_str, n + 1);
    if (!copy) return false;
    if (n) memcpy(copy, keys, n * sizeof *keys);
    node->keys = copy;
    return true;
}

feel_node *feel_node_value(hb_arena *arena, feel_value constant) {
    feel_node *node = feel_node_new(arena, FEEL_NODE_CONSTANT, feel_type_of(arena, constant));
    if (node) node->value = constant;
    return node;
}

feel_node *feel_node_name(hb_arena *arena, const feel_scope *scope, hb_str name) {
    for (uint32_t up = 0; scope; scope = scope->parent, up++) {
        for (uint32_t i = 0; i < scope->n; i++) {
            if (!hb_str_equal(scope->names[i].name, name)) continue;
            feel_node *node = feel_node_new(arena, FEEL_NODE_NAME, scope->names[i].type);
            if (!node) return NULL;
            node->up = up;
            node->index = feel_scope_slot(scope, i);
            node->name = scope->names[i].name;
            return node;
        }
    }
    return NULL;
}

// A context's type has its entries as fields.
static const feel_type *context_type(hb_arena *arena, uint32_t n, const hb_str *keys,
                                     feel_node *const *entries) {
    feel_type *type = hb_arena_new(arena, feel_type);
    feel_field *fields = hb_arena_array(arena, feel_field, n + 1);
    if (!type || !fields) return NULL;
    for (uint32_t i = 0; i < n; i++) fields[i] = (feel_field){keys[i], entries[i]->type};
    *type = (feel_type){.kind = FEEL_TYPE_CONTEXT, .n_fields = n, .fields = fields};
    return type;
}

feel_node *feel_node_context(hb_arena *arena, uint32_t n, const hb_str *keys,
                             feel_node *const *entries, bool is_result_last) {
    feel_node *node = feel_node_new(arena, FEEL_NODE_CONTEXT, NULL);
    if (!node || !set_items(arena, node, n, entries) || !set_keys(arena, node, n, keys))
        return NULL;
    node->is_result_last = is_result_last && n > 0;
    node->type =
        node->is_result_last ? entries[n - 1]->type : context_type(arena, n, keys, entries);
    return node->type ? node : NULL;
}

feel_node *feel_node_list(hb_arena *arena, uint32_t n, feel_node *const *items) {
    feel_node *node = feel_node_new(arena, FEEL_NODE_LIST, NULL);
    if (!node || !set_items(arena, node, n, items)) return NULL;
    const feel_type *element = n ? items[0]->type : any();
    for (uint32_t i = 1; i < n; i++) element = feel_type_common(element, items[i]->type);
    node->type = feel_type_list(arena, element);
    return node->type ? node : NULL;
}

feel_node *feel_node_if(hb_arena *arena, feel_node *condition, feel_node *then,
                        feel_node *otherwise) {
    feel_node *node = feel_node_new(arena, FEEL_NODE_IF, NULL);
    if (!node || !condition || !then || !otherwise) return NULL;
    node->a = condition;
    node->b = then;
    node->c = otherwise;
    node->type = feel_type_common(then->type, otherwise->type);
    return node;
}

feel_node *feel_node_filter(hb_arena *arena, feel_node *list, feel_node *match) {
    feel_node *node = feel_node_new(arena, FEEL_NODE_FILTER, NULL);
    if (!node || !list || !match) return NULL;
    node->a = list;
    node->b = match;
    const feel_type *element =
        list->type->kind == FEEL_TYPE_LIST ? feel_type_element(list->type) : list->type;
    if (match->type->kind == FEEL_TYPE_NUMBER) node->type = element;
    if (match->type->kind == FEEL_TYPE_BOOLEAN) node->type = feel_type_list(arena, element);
    return node->type ? node : NULL;
}

static feel_node *loop(hb_arena *arena, feel_node_kind kind, hb_str variable, feel_node *in,
                       feel_node *body) {
    feel_node *node = feel_node_new(arena, kind, feel_type_basic(FEEL_TYPE_BOOLEAN));
    if (!node || !body || !set_items(arena, node, 1, &in) || !set_keys(arena, node, 1, &variable))
        return NULL;
    node->a = body;
    if (kind == FEEL_NODE_FOR) node->type = feel_type_list(arena, body->type);
    return node->type ? node : NULL;
}

feel_node *feel_node_for(hb_arena *arena, hb_str variable, feel_node *in, feel_node *body) {
    return loop(arena, FEEL_NODE_FOR, variable, in, body);
}

feel_node *feel_node_some(hb_arena *arena, hb_str variable, feel_node *in, feel_node *satisfies) {
    return loop(arena, FEEL_NODE_SOME, variable, in, satisfies);
}

feel_node *feel_node_every(hb_arena *arena, hb_str variable, feel_node *in, feel_node *satisfies) {
    return loop(arena, FEEL_NODE_EVERY, variable, in, satisfies);
}

feel_node *feel_node_function(hb_arena *arena, uint32_t n, const feel_field *params,
                              const feel_type *result, feel_node *body) {
    feel_node *node = feel_node_new(arena, FEEL_NODE_FUNCTION, NULL);
    feel_field *copy = hb_arena_array(arena, feel_field, n + 1);
    feel_type *type = hb_arena_new(arena, feel_type);
    if (!node || !copy || !type || !body) return NULL;
    for (uint32_t i = 0; i < n; i++)
        copy[i] = (feel_field){params[i].name, params[i].type ? params[i].type : any()};
    *type = (feel_type){.kind = FEEL_TYPE_FUNCTION,
                        .element = result ? result : body->type,
                        .n_fields = n,
                        .fields = copy};
    node->n = n;
    node->params = copy;
    node->wanted = result;
    node->a = body;
    node->type = type;
    return node;
}

feel_node *feel_node_call(hb_arena *arena, feel_node *function, uint32_t n, const hb_str *names,
                          feel_node *const *args) {
    feel_node *node = feel_node_new(arena, FEEL_NODE_CALL, NULL);
    if (!node || !function || !set_items(arena, node, n, args)) return NULL;
    if (names && !set_keys(arena, node, n, names)) return NULL;
    node->a = function;
    if (function->kind == FEEL_NODE_BUILTIN) {
        node->type = feel_type_basic(function->builtin->result);
    } else if (function->type->kind == FEEL_TYPE_FUNCTION) {
        node->type = feel_type_element(function->type);
    }
    return node;
}

feel_node *feel_node_coerce(hb_arena *arena, feel_node *child, const feel_type *type,
                            hb_str where) {
    feel_node *node = feel_node_new(arena, FEEL_NODE_COERCE, type);
    if (!node || !child) return NULL;
    node->a = child;
    node->wanted = node->type;
    node->name = where;
    node->offset = child->offset;
    node->length = child->length;
    return node;
}

feel_node *feel_node_host(hb_arena *arena, feel_host_call call, const void *data,
                          const feel_type *type) {
    feel_node *node = feel_node_new(arena, FEEL_NODE_HOST, type);
    if (!node) return NULL;
    node->host_call = call;
    node->host_data = data;
    return node;
}
