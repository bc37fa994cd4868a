// Boxed expressions (DMN 1.5 §10.2) become feel nodes, so one compiler and one machine run
// everything. A wrong part is taken down as a problem and stands as null while the rest is still
// read, so that all mistakes show at once; the element that holds it is then broken as a whole and
// is null.
#include "dmn/internal.h"
#include "feel/node.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static feel_node *read_expression(dmn_builder *b, const dmn_xml *node, const feel_scope *scope,
                                  hb_str where);

static hb_arena *arena_of(dmn_builder *b) {
    return b->model->arena;
}

static hb_str inside(dmn_builder *b, hb_str where, const char *kind, hb_str name) {
    hb_str place = {0};
    hb_str_format(arena_of(b), &place, "%.*s, %s \"%.*s\"", (int)where.n, where.at, kind,
                  (int)name.n, name.at);
    return place;
}

static hb_str inside_at(dmn_builder *b, hb_str where, const char *kind, uint32_t i) {
    hb_str place = {0};
    hb_str_format(arena_of(b), &place, "%.*s, %s %u", (int)where.n, where.at, kind, i + 1);
    return place;
}

void dmn_builder_problem(dmn_builder *b, const dmn_xml *node, const char *code, hb_str where,
                         const char *format, ...) {
    char text[sizeof((hb_error *)0)->message];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    dmn_problem_add(b->model, b->document, node, false, code, where, "%s", text);
    b->is_broken = true;
}

// An expression's lines are counted from the line its <text> begins on.
static void keep_error(dmn_builder *b, const dmn_xml *node, hb_str where, hb_error *err) {
    const dmn_xml *text = dmn_xml_child(node, "text");
    if (err->where[0] == 0) hb_error_in(err, "%.*s", (int)where.n, where.at);
    err->line = (text != NULL ? text : node)->line + (err->line > 0 ? err->line - 1 : 0);
    dmn_problem_keep(b->model, b->document, node, err, false);
    b->is_broken = true;
}

static feel_node *null_node(dmn_builder *b) {
    return feel_node_value(arena_of(b), feel_null());
}

// An expression, or null where it is missing or broken.
static feel_node *read_or_null(dmn_builder *b, const dmn_xml *node, const feel_scope *scope,
                               hb_str where) {
    feel_node *read = node == NULL ? NULL : dmn_boxed(b, node, scope, where);
    return read != NULL ? read : null_node(b);
}

// A note names its element by itself; what a coercion says after it is the part.
static hb_str part_of(const dmn_builder *b, hb_str where) {
    size_t skipped = b->place.n + 2;  // and the comma
    return where.n > skipped ? (hb_str){where.at + skipped, where.n - skipped}
                             : HB_STR("the result");
}

static bool is_plain(const feel_type *type) {
    return type->kind != FEEL_TYPE_ANY && type->kind != FEEL_TYPE_NULL &&
           type->kind != FEEL_TYPE_LIST;
}

// A value of one plain type is never of another; only a date may stand for a date and time.
static bool can_never_be(const feel_type *given, const feel_type *wanted) {
    if (!is_plain(given) || !is_plain(wanted) || given->kind == wanted->kind) return false;
    return given->kind != FEEL_TYPE_DATE || wanted->kind != FEEL_TYPE_DATE_TIME;
}

static void warn_of_type(dmn_builder *b, const dmn_xml *node, const feel_type *given,
                         const feel_type *wanted, hb_str where, const char *format) {
    hb_text given_name = {0}, wanted_name = {0};
    char text[200];
    feel_print_type(&given_name, given);
    feel_print_type(&wanted_name, wanted);
    snprintf(text, sizeof text, format, (int)given_name.n, given_name.at, (int)wanted_name.n,
             wanted_name.at);
    dmn_problem_add(b->model, b->document, node, true, "type-mismatch", where, "%s", text);
    hb_text_clear(&given_name);
    hb_text_clear(&wanted_name);
}

static feel_node *coerced(dmn_builder *b, const dmn_xml *at, feel_node *node, const feel_type *type,
                          hb_str where) {
    if (node == NULL || type->kind == FEEL_TYPE_ANY) return node;
    if (can_never_be(feel_node_type(node), type)) {
        warn_of_type(b, at, feel_node_type(node), type, where,
                     "this gives a %.*s, but a %.*s is declared: it is always null");
    }
    return feel_node_coerce(arena_of(b), node, type, part_of(b, where));
}

// ---- literal expressions --------------------------------------------------------------------

static bool is_feel_text(dmn_builder *b, const dmn_xml *node, hb_str where) {
    hb_str language = dmn_xml_get(node, "expressionLanguage");
    if (language.n == 0) language = dmn_xml_get(b->document->root, "expressionLanguage");
    if (language.n == 0 || dmn_is_feel(language)) return true;
    dmn_builder_problem(b, node, "expression-language", where,
                        "the expression language \"%.*s\" is not FEEL", (int)language.n,
                        language.at);
    return false;
}

static feel_node *parse_text(dmn_builder *b, const dmn_xml *node, hb_str text,
                             const feel_scope *scope, hb_str where) {
    hb_error err = {0};
    feel_node *parsed =
        feel_parse(arena_of(b), (feel_source){.text = text, .where = where}, scope, &err);
    if (parsed == NULL) keep_error(b, node, where, &err);
    return parsed;
}

static const feel_program *compile(dmn_builder *b, const dmn_xml *node, const feel_node *parsed,
                                   hb_str text, hb_str where) {
    hb_error err = {0};
    if (parsed == NULL) return NULL;
    feel_program *program =
        feel_compile(arena_of(b), parsed, (feel_source){.text = text, .where = where}, &err);
    if (program == NULL) keep_error(b, node, where, &err);
    return program;
}

const feel_program *dmn_compile_text(dmn_builder *b, const dmn_xml *node, hb_str text,
                                     const feel_scope *scope, const feel_type *coerce_to,
                                     hb_str where) {
    if (!is_feel_text(b, node, where)) return NULL;
    return compile(b, node,
                   coerced(b, node, parse_text(b, node, text, scope, where), coerce_to, where),
                   text, where);
}

// A constant of another type than the input's can never match.
static void check_tests(dmn_builder *b, const dmn_xml *node, const feel_node *tests,
                        const feel_type *input, hb_str where) {
    for (uint32_t i = 0; tests->kind == FEEL_NODE_TESTS && i < tests->n; i++) {
        const feel_node *test = tests->items[i];
        bool is_value = test->kind == FEEL_NODE_TEST_VALUE || test->kind == FEEL_NODE_TEST_COMPARE;
        if (!is_value || test->a->kind != FEEL_NODE_CONSTANT || !can_never_be(test->a->type, input))
            continue;
        warn_of_type(b, node, test->a->type, input, where,
                     "this test is of a %.*s, but the input is a %.*s: it never matches");
    }
}

bool dmn_compile_tests(dmn_builder *b, const dmn_xml *node, hb_str text, const feel_scope *scope,
                       const feel_type *input, hb_str where, const feel_program **out) {
    hb_error err = {0};
    hb_str trimmed = hb_str_trim(text);
    *out = NULL;
    if (trimmed.n == 0 || hb_str_equal(trimmed, HB_STR("-"))) return true;
    if (!is_feel_text(b, node, where)) return false;
    feel_node *parsed = feel_parse_unary(arena_of(b), (feel_source){.text = text, .where = where},
                                         scope, input, &err);
    if (parsed == NULL) keep_error(b, node, where, &err);
    *out = compile(b, node, parsed, text, where);
    if (parsed != NULL) check_tests(b, node, parsed, input, where);
    return *out != NULL;
}

static feel_node *read_literal(dmn_builder *b, const dmn_xml *node, const feel_scope *scope,
                               hb_str where) {
    const dmn_xml *text = dmn_xml_child(node, "text");
    if (!is_feel_text(b, node, where)) return NULL;
    if (dmn_xml_child(node, "importedValues") != NULL) {
        dmn_builder_problem(b, node, "imported-values", where, "imported values are not supported");
        return NULL;
    }
    if (text == NULL || hb_str_trim(text->text).n == 0) return null_node(b);  // no expression: null
    return parse_text(b, text, text->text, scope, where);
}

// ---- contexts, lists, relations -------------------------------------------------------------

static uint32_t count_children(const dmn_xml *node) {
    uint32_t n = 0;
    for (const dmn_xml *child = node->first; child != NULL; child = child->next) n++;
    return n;
}

typedef struct {
    uint32_t n;
    hb_str *keys;
    feel_node **nodes;
} parts;

static bool open_parts(dmn_builder *b, parts *p, const dmn_xml *node) {
    uint32_t room = count_children(node) + 1;
    p->n = 0;
    p->keys = hb_arena_array(arena_of(b), hb_str, room);
    p->nodes = hb_arena_array(arena_of(b), feel_node *, room);
    return (p->keys != NULL && p->nodes != NULL) || hb_out_of_memory(b->err);
}

static bool has_key(const parts *p, hb_str key) {
    for (uint32_t i = 0; i < p->n; i++) {
        if (hb_str_equal(p->keys[i], key)) return true;
    }
    return false;
}

// Each entry sees those before it. An entry without a variable is the value of the whole (DMN 1.5
// §10.2.1.4).
static feel_node *read_context(dmn_builder *b, const dmn_xml *node, const feel_scope *scope,
                               hb_str where) {
    parts p;
    feel_scope *frame = feel_scope_open(arena_of(b), scope);
    bool is_result_last = false;
    if (frame == NULL || !open_parts(b, &p, node)) return NULL;
    const dmn_xml *entry = dmn_xml_child(node, "contextEntry");
    for (; entry != NULL && !is_result_last; entry = dmn_xml_next(entry, "contextEntry")) {
        const dmn_xml *variable = dmn_xml_child(entry, "variable");
        hb_str name = variable == NULL ? HB_STR("result")
                                       : dmn_name(arena_of(b), dmn_xml_get(variable, "name"));
        hb_str place = inside(b, where, "entry", name);
        const feel_type *type = variable == NULL ? feel_type_basic(FEEL_TYPE_ANY)
                                                 : dmn_type_of(b->model, b->document, variable);
        if (variable != NULL && has_key(&p, name))
            dmn_builder_problem(b, entry, "name-twice", place,
                                "this context has two entries \"%.*s\"", (int)name.n, name.at);
        feel_node *value =
            coerced(b, entry, read_or_null(b, dmn_expression_in(entry), frame, place), type, place);
        if (value == NULL) return NULL;
        is_result_last = variable == NULL;
        if (!is_result_last && !feel_scope_add(frame, name, feel_node_type(value))) return NULL;
        p.keys[p.n] = variable == NULL ? (hb_str){0} : name;
        p.nodes[p.n++] = value;
    }
    return feel_node_context(arena_of(b), p.n, p.keys, p.nodes, is_result_last);
}

static bool is_expression(const dmn_xml *node);

static feel_node *read_list(dmn_builder *b, const dmn_xml *node, const feel_scope *scope,
                            hb_str where) {
    parts p;
    if (!open_parts(b, &p, node)) return NULL;
    for (const dmn_xml *item = node->first; item != NULL; item = item->next) {
        if (!is_expression(item)) continue;
        p.nodes[p.n] = read_or_null(b, item, scope, inside_at(b, where, "item", p.n));
        p.n++;
    }
    return feel_node_list(arena_of(b), p.n, p.nodes);
}

static bool read_columns(dmn_builder *b, const dmn_xml *node, parts *columns,
                         const feel_type ***types, hb_str where) {
    if (!open_parts(b, columns, node)) return false;
    *types = hb_arena_array(arena_of(b), const feel_type *, count_children(node) + 1);
    if (*types == NULL) return hb_out_of_memory(b->err);
    for (const dmn_xml *column = dmn_xml_child(node, "column"); column != NULL;
         column = dmn_xml_next(column, "column")) {
        hb_str name = dmn_name(arena_of(b), dmn_xml_get(column, "name"));
        if (has_key(columns, name))
            dmn_builder_problem(b, column, "name-twice", where, "two columns are named \"%.*s\"",
                                (int)name.n, name.at);
        (*types)[columns->n] = dmn_type_of(b->model, b->document, column);
        columns->keys[columns->n++] = name;
    }
    return true;
}

// The cells of a row do not see each other: the row's frame has no names.
static feel_node *read_row(dmn_builder *b, const dmn_xml *row, const parts *columns,
                           const feel_type **types, const feel_scope *frame, hb_str where) {
    parts p;
    if (!open_parts(b, &p, row)) return NULL;
    for (const dmn_xml *cell = row->first; cell != NULL; cell = cell->next) {
        if (!is_expression(cell)) continue;
        if (p.n == columns->n) {
            dmn_builder_problem(b, cell, "relation-cells", where,
                                "this row has more cells than there are columns");
            return NULL;
        }
        hb_str place = inside(b, where, "column", columns->keys[p.n]);
        p.nodes[p.n] = coerced(b, cell, read_or_null(b, cell, frame, place), types[p.n], place);
        p.n++;
    }
    if (p.n < columns->n) {
        dmn_builder_problem(b, row, "relation-cells", where,
                            "this row has fewer cells than there are columns");
        return NULL;
    }
    return feel_node_context(arena_of(b), p.n, columns->keys, p.nodes, false);
}

static feel_node *read_relation(dmn_builder *b, const dmn_xml *node, const feel_scope *scope,
                                hb_str where) {
    parts columns, rows;
    const feel_type **types = NULL;
    feel_scope *frame = feel_scope_open(arena_of(b), scope);
    if (frame == NULL || !read_columns(b, node, &columns, &types, where) ||
        !open_parts(b, &rows, node))
        return NULL;
    for (const dmn_xml *row = dmn_xml_child(node, "row"); row != NULL;
         row = dmn_xml_next(row, "row")) {
        feel_node *read =
            read_row(b, row, &columns, types, frame, inside_at(b, where, "row", rows.n));
        rows.nodes[rows.n++] = read != NULL ? read : null_node(b);
    }
    return feel_node_list(arena_of(b), rows.n, rows.nodes);
}

// ---- functions ------------------------------------------------------------------------------

// What the body of a boxed external function needs when it is called; its arguments are the frame
// it stands in.
typedef struct {
    const feel_program *mapping;
    uint32_t n_params;
} external_body;

static feel_value call_external(feel_run *run, const void *data, const feel_env *env) {
    const external_body *body = data;
    feel_value *mapping = hb_arena_new(run->arena, feel_value);
    feel_context *context = hb_arena_new(run->arena, feel_context);
    static const hb_str JAVA = {"java", 4};
    if (mapping == NULL || context == NULL) return feel_null_because(run, true, "no memory left");
    *mapping = feel_evaluate(run, body->mapping, env->up);
    *context = (feel_context){.n = 1, .keys = &JAVA, .values = mapping};
    return dmn_external_call(run, (feel_value){.kind = FEEL_CONTEXT, .context = context},
                             env->slots, body->n_params);
}

static feel_node *read_external(dmn_builder *b, const dmn_xml *node, uint32_t n_params,
                                const feel_scope *scope, hb_str where) {
    const dmn_xml *mapping = dmn_expression_in(node);
    external_body *body = hb_arena_new(arena_of(b), external_body);
    if (body == NULL || mapping == NULL) {
        dmn_builder_problem(
            b, node, "external-mapping", where,
            "an external function needs a context with \"class\" and \"method signature\"");
        return NULL;
    }
    body->mapping = compile(b, mapping, dmn_boxed(b, mapping, scope, where), (hb_str){0}, where);
    body->n_params = n_params;
    if (body->mapping == NULL) return NULL;
    return feel_node_host(arena_of(b), call_external, body, feel_type_basic(FEEL_TYPE_ANY));
}

static feel_node *read_body(dmn_builder *b, const dmn_xml *node, uint32_t n_params,
                            const feel_scope *outer, const feel_scope *frame, hb_str where) {
    hb_str kind = dmn_xml_get(node, "kind");
    if (kind.n == 0 || hb_str_equal(kind, HB_STR("FEEL")))
        return read_or_null(b, dmn_expression_in(node), frame, where);
    if (hb_str_equal(kind, HB_STR("Java"))) return read_external(b, node, n_params, outer, where);
    dmn_builder_problem(b, node, "function-kind", where,
                        "functions of kind \"%.*s\" are not supported", (int)kind.n, kind.at);
    return NULL;
}

// encapsulatedLogic and functionDefinition alike. The result is coerced to `result` when it is not
// Any, which declares nothing: then the function gives what its body gives.
static feel_node *read_function(dmn_builder *b, const dmn_xml *node, const feel_type *result,
                                const feel_scope *scope, hb_str where) {
    uint32_t n = 0;
    feel_field *params = hb_arena_array(arena_of(b), feel_field, count_children(node) + 1);
    feel_scope *frame = feel_scope_open(arena_of(b), scope);
    if (params == NULL || frame == NULL) return NULL;
    const dmn_xml *param = dmn_xml_child(node, "formalParameter");
    for (; param != NULL; param = dmn_xml_next(param, "formalParameter")) {
        params[n] = (feel_field){.name = dmn_name(arena_of(b), dmn_xml_get(param, "name")),
                                 .type = dmn_type_of(b->model, b->document, param)};
        if (!feel_scope_add(frame, params[n].name, params[n].type)) return NULL;
        n++;
    }
    feel_node *body = coerced(b, node, read_body(b, node, n, scope, frame, where), result, where);
    if (result->kind == FEEL_TYPE_ANY) result = NULL;
    return body == NULL ? NULL : feel_node_function(arena_of(b), n, params, result, body);
}

static feel_node *read_function_definition(dmn_builder *b, const dmn_xml *node,
                                           const feel_scope *scope, hb_str where) {
    return read_function(b, node, feel_type_basic(FEEL_TYPE_ANY), scope, where);
}

static feel_node *read_invocation(dmn_builder *b, const dmn_xml *node, const feel_scope *scope,
                                  hb_str where) {
    parts p;
    const dmn_xml *function = dmn_expression_in(node);
    if (function == NULL) {
        dmn_builder_problem(b, node, "invocation-function", where,
                            "this invocation names no function");
        return NULL;
    }
    feel_node *called = read_or_null(b, function, scope, where);
    if (called == NULL || !open_parts(b, &p, node)) return NULL;
    for (const dmn_xml *binding = dmn_xml_child(node, "binding"); binding != NULL;
         binding = dmn_xml_next(binding, "binding")) {
        const dmn_xml *param = dmn_xml_child(binding, "parameter");
        p.keys[p.n] =
            param == NULL ? (hb_str){0} : dmn_name(arena_of(b), dmn_xml_get(param, "name"));
        p.nodes[p.n] = read_or_null(b, dmn_expression_in(binding), scope,
                                    inside(b, where, "parameter", p.keys[p.n]));
        p.n++;
    }
    return feel_node_call(arena_of(b), called, p.n, p.keys, p.nodes);
}

// ---- conditional, filter, iterations (DMN 1.4 and later) ------------------------------------

static feel_node *read_child(dmn_builder *b, const dmn_xml *node, const char *name,
                             const feel_scope *scope, hb_str where) {
    const dmn_xml *child = dmn_xml_child(node, name),
                  *expression = child == NULL ? NULL : dmn_expression_in(child);
    if (expression == NULL)
        dmn_builder_problem(b, node, "expression-missing", where, "the part <%s> is missing", name);
    hb_str place = {0};
    hb_str_format(arena_of(b), &place, "%.*s, %s", (int)where.n, where.at, name);
    feel_node *read = read_or_null(b, expression, scope, place);
    return child == NULL
               ? read
               : coerced(b, child, read, dmn_type_of(b->model, b->document, child), place);
}

static feel_node *read_conditional(dmn_builder *b, const dmn_xml *node, const feel_scope *scope,
                                   hb_str where) {
    feel_node *condition = read_child(b, node, "if", scope, where);
    feel_node *then = read_child(b, node, "then", scope, where);
    feel_node *otherwise = read_child(b, node, "else", scope, where);
    if (condition == NULL || then == NULL || otherwise == NULL) return NULL;
    return feel_node_if(arena_of(b), condition, then, otherwise);
}

static feel_node *read_filter(dmn_builder *b, const dmn_xml *node, const feel_scope *scope,
                              hb_str where) {
    feel_node *list = read_child(b, node, "in", scope, where);
    if (list == NULL) return NULL;
    feel_scope *frame = feel_scope_filter(arena_of(b), scope, feel_node_type(list));
    feel_node *match = frame == NULL ? NULL : read_child(b, node, "match", frame, where);
    return match == NULL ? NULL : feel_node_filter(arena_of(b), list, match);
}

typedef feel_node *(*iteration)(hb_arena *arena, hb_str variable, feel_node *in, feel_node *body);

static feel_node *read_iteration(dmn_builder *b, const dmn_xml *node, const feel_scope *scope,
                                 hb_str where, const char *body_name, bool has_partial,
                                 iteration make) {
    hb_str variable = dmn_name(arena_of(b), dmn_xml_get(node, "iteratorVariable"));
    feel_node *in = read_child(b, node, "in", scope, where);
    feel_scope *frame = feel_scope_open(arena_of(b), scope);
    if (variable.n == 0)
        dmn_builder_problem(b, node, "iterator-name", where,
                            "the attribute iteratorVariable is missing");
    if (in == NULL || frame == NULL) return NULL;
    const feel_type *type = feel_node_type(in), *any = feel_type_basic(FEEL_TYPE_ANY);
    bool has_element =
        (type->kind == FEEL_TYPE_LIST || type->kind == FEEL_TYPE_RANGE) && type->element != NULL;
    if (!feel_scope_add(frame, variable, has_element ? type->element : any)) return NULL;
    if (has_partial && !feel_scope_add(frame, HB_STR("partial"), any)) return NULL;
    feel_node *body = read_child(b, node, body_name, frame, where);
    return body == NULL ? NULL : make(arena_of(b), variable, in, body);
}

static feel_node *read_for(dmn_builder *b, const dmn_xml *node, const feel_scope *scope,
                           hb_str where) {
    return read_iteration(b, node, scope, where, "return", true, feel_node_for);
}

static feel_node *read_some(dmn_builder *b, const dmn_xml *node, const feel_scope *scope,
                            hb_str where) {
    return read_iteration(b, node, scope, where, "satisfies", false, feel_node_some);
}

static feel_node *read_every(dmn_builder *b, const dmn_xml *node, const feel_scope *scope,
                             hb_str where) {
    return read_iteration(b, node, scope, where, "satisfies", false, feel_node_every);
}

// ---- every boxed expression -----------------------------------------------------------------

static const struct {
    const char *tag;
    feel_node *(*read)(dmn_builder *b, const dmn_xml *node, const feel_scope *scope, hb_str where);
} EXPRESSIONS[] = {
    {"literalExpression",  read_literal            },
    {"decisionTable",      dmn_table_read          },
    {"context",            read_context            },
    {"invocation",         read_invocation         },
    {"list",               read_list               },
    {"relation",           read_relation           },
    {"functionDefinition", read_function_definition},
    {"conditional",        read_conditional        },
    {"filter",             read_filter             },
    {"for",                read_for                },
    {"some",               read_some               },
    {"every",              read_every              },
};
#define N_EXPRESSIONS (sizeof EXPRESSIONS / sizeof *EXPRESSIONS)

static bool is_expression(const dmn_xml *node) {
    for (size_t i = 0; i < N_EXPRESSIONS; i++) {
        if (dmn_xml_is(node, EXPRESSIONS[i].tag)) return true;
    }
    return false;
}

const dmn_xml *dmn_expression_in(const dmn_xml *node) {
    const dmn_xml *child = node->first;
    while (child != NULL && !is_expression(child)) child = child->next;
    return child;
}

static feel_node *read_expression(dmn_builder *b, const dmn_xml *node, const feel_scope *scope,
                                  hb_str where) {
    for (size_t i = 0; i < N_EXPRESSIONS; i++) {
        if (dmn_xml_is(node, EXPRESSIONS[i].tag)) return EXPRESSIONS[i].read(b, node, scope, where);
    }
    return NULL;
}

feel_node *dmn_boxed(dmn_builder *b, const dmn_xml *node, const feel_scope *scope, hb_str where) {
    feel_node *read = read_expression(b, node, scope, where);
    return coerced(b, node, read, dmn_type_of(b->model, b->document, node), where);
}

// ---- the logic of an element ----------------------------------------------------------------

static void read_decision(dmn_builder *b, dmn_node *element, hb_str where) {
    const dmn_xml *logic = dmn_expression_in(element->node);
    if (logic == NULL) {
        dmn_problem_add(b->model, b->document, element->node, true, "no-logic", where,
                        "this decision has no logic; it is null");
        return;
    }
    feel_node *node =
        coerced(b, logic, dmn_boxed(b, logic, element->scope, where), element->shown.type, where);
    element->program = compile(b, logic, node, (hb_str){0}, where);
    if (dmn_xml_is(logic, "decisionTable")) element->table = b->table;
}

static void read_knowledge(dmn_builder *b, dmn_node *element, hb_str where) {
    const dmn_xml *logic = dmn_xml_child(element->node, "encapsulatedLogic");
    if (logic == NULL) {
        dmn_problem_add(b->model, b->document, element->node, true, "no-logic", where,
                        "this knowledge model has no logic; it is null");
        return;
    }
    feel_node *node = read_function(b, logic, element->result, element->scope, where);
    element->program = compile(b, logic, node, (hb_str){0}, where);
    const dmn_xml *body = dmn_expression_in(logic);
    if (body != NULL && dmn_xml_is(body, "decisionTable")) element->table = b->table;
}

bool dmn_logic_read(dmn_model *model, uint32_t index, hb_error *err) {
    dmn_node *element = &model->elements[index];
    dmn_builder b = {.model = model,
                     .document = model->documents[element->document],
                     .element = index,
                     .err = err};
    hb_str where = b.place = dmn_place(model, element);
    if (element->shown.kind == DMN_DECISION) read_decision(&b, element, where);
    if (element->shown.kind == DMN_BKM) read_knowledge(&b, element, where);
    if (hb_arena_is_exhausted(model->arena)) return hb_out_of_memory(err);
    element->is_broken |= b.is_broken;
    return true;
}
