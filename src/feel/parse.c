// parse.c: expressions, by recursive descent with one loop for all binary operators, so a chain of
// ten thousand "+" is a loop and not a stack. Rule numbers are those of DMN 1.5 §10.3.1.2.
// Precedence follows the order of rule 2: or, and, comparisons, + -, * /, **, negation, instance
// of, then paths, filters and invocations.
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "feel/parse.h"

static feel_node *expression(feel_parser *parser);
static feel_node *binary(feel_parser *parser, int least);
static feel_node *binary_from(feel_parser *parser, feel_node *left, size_t start, int least);

// ---- helpers
// ------------------------------------------------------------------------------------------------
bool feel_parser_fail(feel_parser *parser, size_t at, size_t n, const char *format, ...) {
    char message[sizeof parser->err->message];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (parser->err->kind != HB_NONE) return false;
    hb_fail(parser->err, HB_INPUT, "feel-syntax", "%s", message);
    hb_error_at(parser->err, parser->lexer.text, at, n);
    return false;
}

bool feel_parser_next(feel_parser *parser) {
    return feel_lex(&parser->lexer, parser->err);
}

hb_str feel_parser_token(const feel_parser *parser) {
    return (hb_str){parser->lexer.text.at + parser->lexer.at,
                    parser->lexer.next - parser->lexer.at};
}

feel_node *feel_parser_mark(feel_parser *parser, feel_node *node, size_t start) {
    if (!node) return NULL;
    node->offset = (uint32_t)start;
    node->length = (uint32_t)(parser->lexer.previous_end - start);
    return node;
}

static bool at_token(const feel_parser *parser, feel_token_kind kind) {
    return parser->lexer.kind == kind;
}

static bool accept(feel_parser *parser, feel_token_kind kind) {
    return at_token(parser, kind) && feel_parser_next(parser);
}

static bool expect(feel_parser *parser, feel_token_kind kind, const char *spelling) {
    if (at_token(parser, kind)) return feel_parser_next(parser);
    hb_str token = feel_parser_token(parser);
    if (token.n > 60) token.n = 60;
    if (at_token(parser, FEEL_TOKEN_END)) {
        return feel_parser_fail(parser, parser->lexer.at, 1,
                                "\"%s\" was expected, but the expression ends", spelling);
    }
    return feel_parser_fail(parser, parser->lexer.at, token.n, "\"%s\" was expected, not \"%.*s\"",
                            spelling, (int)token.n, token.at);
}

typedef struct {
    feel_node **at;
    hb_str *names;
    uint32_t n, room;
} node_list;

// Grows for one more; names only where they are used.
static bool append(feel_parser *parser, node_list *list, feel_node *node, hb_str name) {
    if (!node) return false;
    if (list->n == list->room) {
        uint32_t room = list->room ? list->room * 2 : 8;
        feel_node **grown = hb_arena_array(parser->arena, feel_node *, room);
        hb_str *names = hb_arena_array(parser->arena, hb_str, room);
        if (!grown || !names) return hb_out_of_memory(parser->err);
        if (list->n) {
            memcpy(grown, list->at, list->n * sizeof *grown);
            memcpy(names, list->names, list->n * sizeof *names);
        }
        list->at = grown;
        list->names = names;
        list->room = room;
    }
    list->names[list->n] = name;
    list->at[list->n++] = node;
    return true;
}

bool feel_parser_know(feel_parser *parser, hb_str key) {
    if (parser->n_known == parser->known_room) {
        uint32_t room = parser->known_room ? parser->known_room * 2 : 8;
        hb_str *grown = hb_arena_array(parser->arena, hb_str, room);
        if (!grown) return hb_out_of_memory(parser->err);
        if (parser->n_known) memcpy(grown, parser->known, parser->n_known * sizeof *grown);
        parser->known = grown;
        parser->known_room = room;
    }
    parser->known[parser->n_known++] = key;
    return true;
}

static feel_node *node_with(feel_parser *parser, feel_node_kind kind, const feel_type *type,
                            feel_node *a, feel_node *b) {
    feel_node *node = feel_node_new(parser->arena, kind, type);
    if (!node) return NULL;
    node->a = a;
    node->b = b;
    return node;
}

static feel_node *list_node(feel_parser *parser, feel_node_kind kind, const feel_type *type,
                            const node_list *list) {
    feel_node *node = feel_node_new(parser->arena, kind, type);
    const feel_node **items = hb_arena_array(parser->arena, const feel_node *, list->n + 1);
    if (!node || !items) return NULL;
    for (uint32_t i = 0; i < list->n; i++) items[i] = list->at[i];
    node->n = list->n;
    node->items = items;
    node->keys = list->names;
    return node;
}

// Inside brackets "[" is a filter again.
static feel_node *enclosed(feel_parser *parser) {
    bool was_endpoint = parser->is_endpoint;
    parser->is_endpoint = false;
    feel_node *node = expression(parser);
    parser->is_endpoint = was_endpoint;
    return node;
}

// ---- literals
// --------------------------------------------------------------------------------------------------
static feel_node *constant(feel_parser *parser, feel_value value) {
    size_t start = parser->lexer.at;
    feel_node *node = feel_node_value(parser->arena, value);
    if (!node || !feel_parser_next(parser)) return NULL;
    return feel_parser_mark(parser, node, start);
}

// Rule 37.
static feel_node *number(feel_parser *parser) {
    hb_str text = feel_parser_token(parser);
    hb_dec decimal;
    feel_value value;
    if (!hb_dec_parse(text, &decimal)) {
        feel_parser_fail(parser, parser->lexer.at, text.n,
                         "this number is outside what 34 decimal digits can hold");
        return NULL;
    }
    return feel_number(parser->arena, decimal, &value) ? constant(parser, value) : NULL;
}

static feel_node *string(feel_parser *parser) {
    hb_str text, copy;
    if (!feel_unescape(parser->arena, &parser->lexer, &text, parser->err)) return NULL;
    return hb_str_copy(parser->arena, text, &copy) ? constant(parser, feel_string(copy)) : NULL;
}

// Rule 62: "@" string literal.
static feel_node *at_literal(feel_parser *parser) {
    size_t start = parser->lexer.at;
    hb_str text;
    feel_value value;
    if (!feel_parser_next(parser)) return NULL;
    if (!at_token(parser, FEEL_TOKEN_STRING)) {
        expect(parser, FEEL_TOKEN_STRING, "\"...\"");
        return NULL;
    }
    if (!feel_unescape(parser->arena, &parser->lexer, &text, parser->err)) return NULL;
    if (!feel_parse_date(text, &value) && !feel_parse_date_time(parser->arena, text, &value) &&
        !feel_parse_time(parser->arena, text, &value) && !feel_parse_duration(text, &value)) {
        feel_parser_fail(parser, start, parser->lexer.next - start,
                         "this is no date, time, date and time or duration");
        hb_error_help(
            parser->err,
            "write @\"2025-03-15\", @\"10:30:00\", @\"2025-03-15T10:30:00Z\" or @\"P1DT2H\"");
        return NULL;
    }
    return feel_parser_mark(parser, constant(parser, value), start);
}

// ---- ranges, lists and contexts
// --------------------------------------------------------------------------------
static feel_node *range(feel_parser *parser, feel_node *low, feel_node *high, char unary,
                        size_t start) {
    const feel_type *type =
        feel_type_range(parser->arena, high ? feel_type_common(low->type, high->type) : low->type);
    if (!type) return NULL;
    feel_node *node = node_with(parser, FEEL_NODE_RANGE, type, low, high);
    if (node) node->unary = unary;
    return feel_parser_mark(parser, node, start);
}

// After ".." of rule 8: the upper end and the bracket that closes: ")" and "[" exclude it, "]"
// includes it.
static feel_node *interval_end(feel_parser *parser, feel_node *low, bool is_low_included,
                               size_t start) {
    if (!feel_parser_next(parser)) return NULL;
    bool was_endpoint = parser->is_endpoint;
    parser->is_endpoint = true;
    feel_node *high = expression(parser);
    parser->is_endpoint = was_endpoint;
    if (!high) return NULL;
    bool is_included = at_token(parser, FEEL_TOKEN_CLOSE_LIST);
    if (!is_included && !at_token(parser, FEEL_TOKEN_CLOSE) &&
        !at_token(parser, FEEL_TOKEN_OPEN_LIST)) {
        expect(parser, FEEL_TOKEN_CLOSE_LIST, "]");
        hb_error_help(parser->err,
                      "an interval ends with ] when its end belongs to it, else with ) or [");
        return NULL;
    }
    if (!feel_parser_next(parser)) return NULL;
    feel_node *node = range(parser, low, high, 0, start);
    if (!node) return NULL;
    node->is_low_included = is_low_included;
    node->is_high_included = is_included;
    return node;
}

// Rule 8 starting with "]".
static feel_node *open_interval(feel_parser *parser) {
    size_t start = parser->lexer.at;
    if (!feel_parser_next(parser)) return NULL;
    feel_node *low = enclosed(parser);
    if (!low) return NULL;
    if (!at_token(parser, FEEL_TOKEN_DOTS)) {
        expect(parser, FEEL_TOKEN_DOTS, "..");
        return NULL;
    }
    return interval_end(parser, low, false, start);
}

// "[]" is the empty list, unless what follows shows that "]" opens an interval, as in [ ]1..10],
// [2..3] ].
static bool is_empty_list(const feel_parser *parser) {
    feel_lexer look = parser->lexer;
    hb_error ignored = {0};
    if (look.kind != FEEL_TOKEN_CLOSE_LIST) return false;
    if (!feel_lex(&look, &ignored)) return true;
    return look.kind != FEEL_TOKEN_NUMBER && look.kind != FEEL_TOKEN_STRING &&
           look.kind != FEEL_TOKEN_AT;
}

// Rule 56 (list) and rule 8 (interval that includes its start).
static feel_node *list_or_interval(feel_parser *parser) {
    size_t start = parser->lexer.at;
    node_list items = {0};
    if (!feel_parser_next(parser)) return NULL;
    bool is_empty = is_empty_list(parser);
    while (!is_empty) {
        feel_node *item = enclosed(parser);
        if (!item) return NULL;
        if (!items.n && at_token(parser, FEEL_TOKEN_DOTS))
            return interval_end(parser, item, true, start);
        if (!append(parser, &items, item, (hb_str){0})) return NULL;
        if (!at_token(parser, FEEL_TOKEN_COMMA)) break;
        if (!feel_parser_next(parser)) return NULL;
    }
    if (!expect(parser, FEEL_TOKEN_CLOSE_LIST, "]")) return NULL;
    return feel_parser_mark(parser, feel_node_list(parser->arena, items.n, items.at), start);
}

// "(" expression ")" or an interval that excludes its start.
static feel_node *parenthesis(feel_parser *parser) {
    size_t start = parser->lexer.at;
    if (!feel_parser_next(parser)) return NULL;
    feel_node *node = enclosed(parser);
    if (!node) return NULL;
    if (at_token(parser, FEEL_TOKEN_DOTS)) return interval_end(parser, node, false, start);
    return expect(parser, FEEL_TOKEN_CLOSE, ")") ? node : NULL;
}

static bool has_key(const node_list *entries, hb_str key) {
    for (uint32_t i = 0; i < entries->n; i++) {
        if (hb_str_equal(entries->names[i], key)) return true;
    }
    return false;
}

// Rule 60: key = name | string literal.
static bool context_key(feel_parser *parser, const node_list *entries, hb_str *key) {
    size_t start = parser->lexer.at, n = parser->lexer.next - start;
    if (at_token(parser, FEEL_TOKEN_STRING)) {
        hb_str text;
        if (!feel_unescape(parser->arena, &parser->lexer, &text, parser->err)) return false;
        if (!hb_str_copy(parser->arena, text, key)) return hb_out_of_memory(parser->err);
        if (!feel_parser_next(parser)) return false;
    } else if (!feel_parse_new_name(parser, FEEL_TOKEN_COLON, FEEL_TOKEN_COLON, key)) {
        return false;
    }
    if (has_key(entries, *key)) {
        return feel_parser_fail(parser, start, n, "this context has two entries named \"%.*s\"",
                                (int)(key->n < 80 ? key->n : 80), key->at);
    }
    return expect(parser, FEEL_TOKEN_COLON, ":") && feel_parser_know(parser, *key);
}

// Rule 57: context = "{" [key ":" expression {"," key ":" expression}] "}"; an entry sees those
// before it.
static feel_node *context(feel_parser *parser) {
    size_t start = parser->lexer.at;
    node_list entries = {0};
    const feel_scope *outer = parser->scope;
    feel_scope *scope = feel_scope_open(parser->arena, outer);
    if (!scope || !feel_parser_next(parser)) return NULL;
    parser->scope = scope;
    while (!at_token(parser, FEEL_TOKEN_CLOSE_CONTEXT)) {
        hb_str key;
        if (!context_key(parser, &entries, &key)) return NULL;
        feel_node *value = enclosed(parser);
        if (!append(parser, &entries, value, key)) return NULL;
        if (!feel_scope_add(scope, key, value->type)) return NULL;
        if (!at_token(parser, FEEL_TOKEN_COMMA)) break;
        if (!feel_parser_next(parser)) return NULL;
    }
    parser->scope = outer;
    if (!expect(parser, FEEL_TOKEN_CLOSE_CONTEXT, "}")) return NULL;
    return feel_parser_mark(
        parser, feel_node_context(parser->arena, entries.n, entries.names, entries.at, false),
        start);
}

// ---- unary tests
// ---------------------------------------------------------------------------------------------------
static bool is_comparison(feel_token_kind kind) {
    return kind >= FEEL_TOKEN_EQUAL && kind <= FEEL_TOKEN_GREATER_OR_EQUAL;
}

static const char UNARY[] = {'=', '!', '<',
                             'l', '>', 'g'};  // in the order of the tokens and of the nodes
static_assert(FEEL_TOKEN_GREATER_OR_EQUAL - FEEL_TOKEN_EQUAL == 5 &&
                  FEEL_NODE_GREATER_OR_EQUAL - FEEL_NODE_EQUAL == 5 && sizeof UNARY == 6,
              "comparisons stand in one order");

#define LEVEL_OR 1
#define LEVEL_AND 2
#define LEVEL_COMPARISON 3
#define LEVEL_ADD 4
#define LEVEL_MULTIPLY 5
#define LEVEL_POWER 6

// Rule 7: ("<" | "<=" | ">" | ">=" | "=" | "!=") endpoint, as a value: the range of what passes.
static feel_node *unary_range(feel_parser *parser) {
    size_t start = parser->lexer.at;
    char unary = UNARY[parser->lexer.kind - FEEL_TOKEN_EQUAL];
    if (!feel_parser_next(parser)) return NULL;
    feel_node *end = binary(parser, LEVEL_ADD);
    return end ? range(parser, end, NULL, unary, start) : NULL;
}

static feel_node *value_test(feel_parser *parser, feel_node *value, bool *is_used) {
    if (!value) return NULL;
    feel_node *node = node_with(parser, *is_used ? FEEL_NODE_TEST_TRUE : FEEL_NODE_TEST_VALUE,
                                feel_type_basic(FEEL_TYPE_BOOLEAN), value, NULL);
    *is_used = false;
    if (!node) return NULL;
    node->offset = value->offset;
    node->length = value->length;
    return node;
}

// Rule 13: positive unary test = expression, which may be a comparison without its left side.
static feel_node *positive_test(feel_parser *parser, bool *is_used, int least) {
    size_t start = parser->lexer.at;
    *is_used = false;
    if (!is_comparison(parser->lexer.kind)) {
        return value_test(parser, least == LEVEL_OR ? enclosed(parser) : binary(parser, least),
                          is_used);
    }
    uint8_t comparison = (uint8_t)(FEEL_NODE_EQUAL + parser->lexer.kind - FEEL_TOKEN_EQUAL);
    if (!feel_parser_next(parser)) return NULL;
    feel_node *end = binary(parser, LEVEL_ADD);
    if (!end) return NULL;
    feel_node *node =
        node_with(parser, FEEL_NODE_TEST_COMPARE, feel_type_basic(FEEL_TYPE_BOOLEAN), end, NULL);
    if (node) node->comparison = comparison;
    return feel_parser_mark(parser, node, start);
}

static feel_scope *input_scope(feel_parser *parser, const feel_type *input, bool *is_used) {
    feel_scope *scope = feel_scope_open(parser->arena, parser->scope);
    if (!scope || !feel_scope_add(scope, HB_STR("?"), input)) return NULL;
    scope->kind = FEEL_FRAME_INPUT;
    scope->is_used = is_used;
    return scope;
}

// Rule 14: positive unary tests = positive unary test {"," positive unary test}
static bool tests(feel_parser *parser, node_list *list, bool *is_used) {
    do {
        if (!append(parser, list, positive_test(parser, is_used, LEVEL_OR), (hb_str){0}))
            return false;
    } while (accept(parser, FEEL_TOKEN_COMMA));
    return parser->err->kind == HB_NONE;
}

// The right side of `in` when it starts with "(": tests, an interval, or an expression that goes on
// after ")".
static bool parenthesised_tests(feel_parser *parser, node_list *list, bool *is_used) {
    size_t start = parser->lexer.at;
    if (!feel_parser_next(parser) || !tests(parser, list, is_used)) return false;
    bool is_value = list->n == 1 && list->at[0]->kind != FEEL_NODE_TEST_COMPARE;
    bool uses_input = is_value && list->at[0]->kind == FEEL_NODE_TEST_TRUE;
    feel_node *value = is_value ? (feel_node *)(uintptr_t)list->at[0]->a : NULL;
    if (is_value && at_token(parser, FEEL_TOKEN_DOTS)) {
        value = interval_end(parser, value, false, start);
    } else if (!expect(parser, FEEL_TOKEN_CLOSE, ")")) {
        return false;
    }
    if (!is_value) return true;
    value = binary_from(parser, value, start, LEVEL_ADD);
    *is_used = *is_used || uses_input;
    return (list->at[0] = value_test(parser, value, is_used)) != NULL;
}

// Rule 49 c and d: expression "in" positive unary test | expression "in" "(" positive unary tests
// ")"
static feel_node *in(feel_parser *parser, feel_node *value, size_t start) {
    bool is_used = false, ok;
    node_list list = {0};
    const feel_scope *outer = parser->scope;
    parser->scope = input_scope(parser, value->type, &is_used);
    if (!parser->scope) return NULL;
    if (at_token(parser, FEEL_TOKEN_OPEN)) {
        ok = parenthesised_tests(parser, &list, &is_used);
    } else {
        ok = append(parser, &list, positive_test(parser, &is_used, LEVEL_ADD), (hb_str){0});
    }
    parser->scope = outer;
    if (!ok) return NULL;
    feel_node *node = list_node(parser, FEEL_NODE_IN, feel_type_basic(FEEL_TYPE_BOOLEAN), &list);
    if (!node) return NULL;
    node->a = value;
    return feel_parser_mark(parser, node, start);
}

// ---- if, for, some, every, function
// ----------------------------------------------------------------------------- Rule 46: "if"
// expression "then" expression "else" expression
static feel_node *if_expression(feel_parser *parser) {
    size_t start = parser->lexer.at;
    if (!feel_parser_next(parser)) return NULL;
    feel_node *condition = expression(parser);
    if (!condition || !expect(parser, FEEL_TOKEN_THEN, "then")) return NULL;
    feel_node *then = expression(parser);
    if (!then || !expect(parser, FEEL_TOKEN_ELSE, "else")) return NULL;
    return feel_parser_mark(
        parser, feel_node_if(parser->arena, condition, then, expression(parser)), start);
}

static const feel_type *iterated(const feel_node *domain) {
    switch (domain->type->kind) {
        case FEEL_TYPE_LIST:
        case FEEL_TYPE_RANGE: return feel_type_element(domain->type);
        default: return domain->type;  // a single value stands for a list of one
    }
}

// Rule 45 and 47: name "in" (expression | expression ".." expression), with a frame of its own.
static bool domain(feel_parser *parser, node_list *domains, bool has_partial) {
    hb_str variable;
    if (!feel_parse_new_name(parser, FEEL_TOKEN_IN, FEEL_TOKEN_IN, &variable)) return false;
    if (!expect(parser, FEEL_TOKEN_IN, "in")) return false;
    size_t start = parser->lexer.at;
    feel_node *node = expression(parser);
    if (node && at_token(parser, FEEL_TOKEN_DOTS)) {
        if (!feel_parser_next(parser)) return false;
        feel_node *high = expression(parser);
        if (!high) return false;
        const feel_type *type =
            feel_type_list(parser->arena, feel_type_common(node->type, high->type));
        node = type ? feel_parser_mark(parser, node_with(parser, FEEL_NODE_STEPS, type, node, high),
                                       start)
                    : NULL;
    }
    if (!append(parser, domains, node, variable)) return false;
    feel_scope *scope = feel_scope_open(parser->arena, parser->scope);
    if (!scope || !feel_scope_add(scope, variable, iterated(node))) return false;
    if (has_partial && !feel_scope_add(scope, HB_STR("partial"), feel_type_basic(FEEL_TYPE_LIST)))
        return false;
    parser->scope = scope;
    return true;
}

// Rule 45: "for" domain {"," domain} "return" expression; rule 47: ("some" | "every") domain {","
// domain} "satisfies" expression
static feel_node *loop(feel_parser *parser, feel_node_kind kind) {
    size_t start = parser->lexer.at;
    node_list domains = {0};
    const feel_scope *outer = parser->scope;
    bool is_for = kind == FEEL_NODE_FOR;
    do {
        if (!feel_parser_next(parser) || !domain(parser, &domains, is_for)) return NULL;
    } while (at_token(parser, FEEL_TOKEN_COMMA));
    if (!expect(parser, is_for ? FEEL_TOKEN_RETURN : FEEL_TOKEN_SATISFIES,
                is_for ? "return" : "satisfies"))
        return NULL;
    feel_node *body = expression(parser);
    parser->scope = outer;
    if (!body) return NULL;
    const feel_type *type =
        is_for ? feel_type_list(parser->arena, body->type) : feel_type_basic(FEEL_TYPE_BOOLEAN);
    feel_node *node = type ? list_node(parser, kind, type, &domains) : NULL;
    if (!node) return NULL;
    node->a = body;
    return feel_parser_mark(parser, node, start);
}

static bool parameter(feel_parser *parser, feel_scope *scope) {
    hb_str name;
    const feel_type *type = NULL;
    if (!feel_parse_new_name(parser, FEEL_TOKEN_COLON, FEEL_TOKEN_COMMA, &name)) return false;
    if (at_token(parser, FEEL_TOKEN_COLON)) {
        if (!feel_parser_next(parser) || !(type = feel_parse_type(parser))) return false;
    }
    return feel_scope_add(scope, name, type);
}

// Rule 55: "function" "(" [parameter {"," parameter}] ")" ["external"] expression
static feel_node *function(feel_parser *parser) {
    size_t start = parser->lexer.at;
    const feel_scope *outer = parser->scope;
    feel_scope *scope = feel_scope_open(parser->arena, outer);
    if (!scope || !feel_parser_next(parser) || !expect(parser, FEEL_TOKEN_OPEN, "(")) return NULL;
    while (!at_token(parser, FEEL_TOKEN_CLOSE)) {
        if (!parameter(parser, scope)) return NULL;
        if (!at_token(parser, FEEL_TOKEN_COMMA)) break;
        if (!feel_parser_next(parser)) return NULL;
    }
    if (!expect(parser, FEEL_TOKEN_CLOSE, ")")) return NULL;
    bool is_external = at_token(parser, FEEL_TOKEN_NAME) &&
                       hb_str_equal(feel_parser_token(parser), HB_STR("external"));
    if (is_external && !feel_parser_next(parser)) return NULL;
    parser->scope = scope;
    feel_node *body = expression(parser);
    parser->scope = outer;
    if (!body) return NULL;
    feel_node *node = feel_node_function(parser->arena, scope->n, scope->names,
                                         is_external ? feel_type_basic(FEEL_TYPE_ANY) : NULL, body);
    if (!node) return NULL;
    node->is_external = is_external;
    return feel_parser_mark(parser, node, start);
}

// ---- operands
// --------------------------------------------------------------------------------------------------------
static feel_node *primary_of_kind(feel_parser *parser) {
    switch (parser->lexer.kind) {
        case FEEL_TOKEN_NUMBER: return number(parser);
        case FEEL_TOKEN_STRING: return string(parser);
        case FEEL_TOKEN_TRUE: return constant(parser, feel_boolean(true));
        case FEEL_TOKEN_FALSE: return constant(parser, feel_boolean(false));
        case FEEL_TOKEN_NULL: return constant(parser, feel_null());
        case FEEL_TOKEN_AT: return at_literal(parser);
        case FEEL_TOKEN_OPEN: return parenthesis(parser);
        case FEEL_TOKEN_OPEN_LIST: return list_or_interval(parser);
        case FEEL_TOKEN_CLOSE_LIST: return open_interval(parser);
        case FEEL_TOKEN_OPEN_CONTEXT: return context(parser);
        case FEEL_TOKEN_IF: return if_expression(parser);
        case FEEL_TOKEN_FOR: return loop(parser, FEEL_NODE_FOR);
        case FEEL_TOKEN_SOME: return loop(parser, FEEL_NODE_SOME);
        case FEEL_TOKEN_EVERY: return loop(parser, FEEL_NODE_EVERY);
        case FEEL_TOKEN_FUNCTION: return function(parser);
        case FEEL_TOKEN_END:
            feel_parser_fail(parser, parser->lexer.at, 1,
                             "an expression was expected, but the text ends");
            return NULL;
        default: return feel_parse_name(parser);
    }
}

static feel_node *primary(feel_parser *parser) {
    if (is_comparison(parser->lexer.kind)) return unary_range(parser);
    bool is_keyword = parser->lexer.kind >= FEEL_TOKEN_AND;
    if (is_keyword && feel_is_longer_name(parser)) return feel_parse_name(parser);
    return primary_of_kind(parser);
}

// Rule 40: "(" [expression {"," expression} | name ":" expression {"," name ":" expression}] ")"
static feel_node *invocation(feel_parser *parser, feel_node *function, size_t start) {
    node_list args = {0};
    size_t open = parser->lexer.at;
    if (!feel_parser_next(parser)) return NULL;
    bool is_named = feel_is_named_argument(parser);
    while (!at_token(parser, FEEL_TOKEN_CLOSE)) {
        hb_str name = {0};
        if (is_named && (!feel_parse_new_name(parser, FEEL_TOKEN_COLON, FEEL_TOKEN_COLON, &name) ||
                         !expect(parser, FEEL_TOKEN_COLON, ":"))) {
            return NULL;
        }
        if (is_named && has_key(&args, name)) {
            feel_parser_fail(parser, open, 1, "the argument \"%.*s\" is given twice",
                             (int)(name.n < 80 ? name.n : 80), name.at);
            return NULL;
        }
        if (!append(parser, &args, enclosed(parser), name)) return NULL;
        if (!at_token(parser, FEEL_TOKEN_COMMA)) break;
        if (!feel_parser_next(parser)) return NULL;
    }
    if (!expect(parser, FEEL_TOKEN_CLOSE, ")")) return NULL;
    return feel_parser_mark(
        parser,
        feel_node_call(parser->arena, function, args.n, is_named ? args.names : NULL, args.at),
        start);
}

// Rule 51: expression "[" expression "]"
static feel_node *filter(feel_parser *parser, feel_node *list, size_t start) {
    const feel_scope *outer = parser->scope;
    feel_scope *scope = feel_scope_filter(parser->arena, outer, list->type);
    if (!scope || !feel_parser_next(parser)) return NULL;
    parser->scope = scope;
    feel_node *match = enclosed(parser);
    parser->scope = outer;
    if (!match || !expect(parser, FEEL_TOKEN_CLOSE_LIST, "]")) return NULL;
    return feel_parser_mark(parser, feel_node_filter(parser->arena, list, match), start);
}

// In ]1..10[ the bracket closes, in ]1..list[1]] it filters: it filters when an operand follows. An
// operand cannot follow a whole interval; "-" and "(" could only there start nonsense.
static bool closes_interval(const feel_parser *parser) {
    feel_lexer look = parser->lexer;
    hb_error ignored = {0};
    if (!parser->is_endpoint || !feel_lex(&look, &ignored)) return false;
    switch (look.kind) {
        case FEEL_TOKEN_NAME:
        case FEEL_TOKEN_NUMBER:
        case FEEL_TOKEN_STRING:
        case FEEL_TOKEN_AT:
        case FEEL_TOKEN_INPUT:
        case FEEL_TOKEN_MINUS:
        case FEEL_TOKEN_OPEN:
        case FEEL_TOKEN_OPEN_LIST:
        case FEEL_TOKEN_OPEN_CONTEXT:
        case FEEL_TOKEN_TRUE:
        case FEEL_TOKEN_FALSE:
        case FEEL_TOKEN_NULL:
        case FEEL_TOKEN_IF:
        case FEEL_TOKEN_SOME:
        case FEEL_TOKEN_EVERY: return false;
        default: return true;
    }
}

// Rule 53: expression "instance" "of" type
static feel_node *instance_of(feel_parser *parser, feel_node *value, size_t start) {
    if (!feel_parser_next(parser)) return NULL;
    if (!at_token(parser, FEEL_TOKEN_NAME) ||
        !hb_str_equal(feel_parser_token(parser), HB_STR("of"))) {
        expect(parser, FEEL_TOKEN_COLON, "of");
        return NULL;
    }
    if (!feel_parser_next(parser)) return NULL;
    feel_node *node =
        node_with(parser, FEEL_NODE_INSTANCE, feel_type_basic(FEEL_TYPE_BOOLEAN), value, NULL);
    if (!node || !(node->wanted = feel_parse_type(parser))) return NULL;
    return feel_parser_mark(parser, node, start);
}

static feel_node *postfix_from(feel_parser *parser, feel_node *node, size_t start) {
    while (node) {
        switch (parser->lexer.kind) {
            case FEEL_TOKEN_DOT:
                if (!feel_parser_next(parser)) return NULL;
                node = feel_parse_path(parser, node, start);
                break;
            case FEEL_TOKEN_OPEN_LIST:
                if (closes_interval(parser)) return node;
                node = filter(parser, node, start);
                break;
            case FEEL_TOKEN_OPEN: node = invocation(parser, node, start); break;
            case FEEL_TOKEN_INSTANCE: node = instance_of(parser, node, start); break;
            default: return node;
        }
    }
    return NULL;
}

// Rule 4 d: "-" expression, tighter than "**"
static feel_node *operand(feel_parser *parser) {
    size_t start = parser->lexer.at;
    feel_node *node;
    if (parser->depth >= FEEL_DEPTH_MAX) {
        feel_parser_fail(parser, start, 1, "this expression is nested more than %d deep",
                         FEEL_DEPTH_MAX);
        hb_error_help(parser->err, "split it into several named decisions or context entries");
        return NULL;
    }
    parser->depth++;
    if (at_token(parser, FEEL_TOKEN_MINUS)) {
        if (!feel_parser_next(parser)) return NULL;
        feel_node *of = operand(parser);
        node = of ? node_with(parser, FEEL_NODE_NEGATE, of->type, of, NULL) : NULL;
        node = feel_parser_mark(parser, node, start);
    } else {
        node = postfix_from(parser, primary(parser), start);
    }
    parser->depth--;
    return node;
}

// ---- operators
// ---------------------------------------------------------------------------------------------------------
static const struct {
    feel_token_kind token;
    feel_node_kind node;
    int level;
} OPERATORS[] = {
    {FEEL_TOKEN_OR,               FEEL_NODE_OR,               LEVEL_OR        },
    {FEEL_TOKEN_AND,              FEEL_NODE_AND,              LEVEL_AND       },
    {FEEL_TOKEN_EQUAL,            FEEL_NODE_EQUAL,            LEVEL_COMPARISON},
    {FEEL_TOKEN_NOT_EQUAL,        FEEL_NODE_NOT_EQUAL,        LEVEL_COMPARISON},
    {FEEL_TOKEN_LESS,             FEEL_NODE_LESS,             LEVEL_COMPARISON},
    {FEEL_TOKEN_LESS_OR_EQUAL,    FEEL_NODE_LESS_OR_EQUAL,    LEVEL_COMPARISON},
    {FEEL_TOKEN_GREATER,          FEEL_NODE_GREATER,          LEVEL_COMPARISON},
    {FEEL_TOKEN_GREATER_OR_EQUAL, FEEL_NODE_GREATER_OR_EQUAL, LEVEL_COMPARISON},
    {FEEL_TOKEN_BETWEEN,          FEEL_NODE_BETWEEN,          LEVEL_COMPARISON},
    {FEEL_TOKEN_IN,               FEEL_NODE_IN,               LEVEL_COMPARISON},
    {FEEL_TOKEN_PLUS,             FEEL_NODE_ADD,              LEVEL_ADD       },
    {FEEL_TOKEN_MINUS,            FEEL_NODE_SUBTRACT,         LEVEL_ADD       },
    {FEEL_TOKEN_TIMES,            FEEL_NODE_MULTIPLY,         LEVEL_MULTIPLY  },
    {FEEL_TOKEN_DIVIDE,           FEEL_NODE_DIVIDE,           LEVEL_MULTIPLY  },
    {FEEL_TOKEN_POWER,            FEEL_NODE_POWER,            LEVEL_POWER     },
};

// Rule 49 b: expression "between" expression "and" expression
static feel_node *between(feel_parser *parser, feel_node *value, size_t start) {
    feel_node *low = binary(parser, LEVEL_ADD);
    if (!low || !expect(parser, FEEL_TOKEN_AND, "and")) return NULL;
    feel_node *high = binary(parser, LEVEL_ADD);
    feel_node *node =
        high ? node_with(parser, FEEL_NODE_BETWEEN, feel_type_basic(FEEL_TYPE_BOOLEAN), value, low)
             : NULL;
    if (node) node->c = high;
    return feel_parser_mark(parser, node, start);
}

static feel_node *binary_from(feel_parser *parser, feel_node *left, size_t start, int least) {
    left = postfix_from(parser, left, start);
    while (left) {
        size_t i = 0;
        while (i < sizeof OPERATORS / sizeof *OPERATORS && OPERATORS[i].token != parser->lexer.kind)
            i++;
        if (i == sizeof OPERATORS / sizeof *OPERATORS || OPERATORS[i].level < least) return left;
        if (!feel_parser_next(parser)) return NULL;
        feel_node_kind kind = OPERATORS[i].node;
        if (kind == FEEL_NODE_IN) {
            left = in(parser, left, start);
        } else if (kind == FEEL_NODE_BETWEEN) {
            left = between(parser, left, start);
        } else {
            feel_node *right = binary(parser, OPERATORS[i].level + 1);
            if (!right) return NULL;
            left = node_with(parser, kind, feel_type_binary(kind, left->type, right->type), left,
                             right);
            left = feel_parser_mark(parser, left, start);
        }
    }
    return NULL;
}

static feel_node *binary(feel_parser *parser, int least) {
    size_t start = parser->lexer.at;
    return binary_from(parser, operand(parser), start, least);
}

static feel_node *expression(feel_parser *parser) {
    return binary(parser, LEVEL_OR);
}

// ---- whole texts
// ---------------------------------------------------------------------------------------------------------
static bool start_parser(feel_parser *parser, hb_arena *arena, feel_source source,
                         const feel_scope *scope, hb_error *err) {
    size_t bad;
    *parser =
        (feel_parser){.lexer = {.text = source.text}, .arena = arena, .scope = scope, .err = err};
    if (source.text.n > FEEL_TEXT_MAX)
        return feel_parser_fail(parser, 0, 1, "this expression is longer than 16 MiB");
    if (!hb_utf8_is_valid(source.text, &bad))
        return feel_parser_fail(parser, bad, 1, "this text is not UTF-8");
    return feel_parser_next(parser);
}

static bool expect_end(feel_parser *parser) {
    if (at_token(parser, FEEL_TOKEN_END)) return true;
    hb_str token = feel_parser_token(parser);
    if (token.n > 60) token.n = 60;
    return feel_parser_fail(parser, parser->lexer.at, token.n,
                            "the expression should have ended before \"%.*s\"", (int)token.n,
                            token.at);
}

static feel_node *finish(feel_node *node, feel_source source, hb_error *err) {
    if (node) return node;
    hb_out_of_memory(err);  // when nothing else was the cause
    if (source.where.n) hb_error_in(err, "%.*s", (int)source.where.n, source.where.at);
    return NULL;
}

feel_node *feel_parse(hb_arena *arena, feel_source source, const feel_scope *scope, hb_error *err) {
    feel_parser parser;
    feel_node *node = NULL;
    if (start_parser(&parser, arena, source, scope, err)) node = expression(&parser);
    if (node && !expect_end(&parser)) node = NULL;
    return finish(node, source, err);
}

// "not" "(" positive unary tests ")" as the whole text; else the parser is set back: not() may
// start an expression.
static bool negated_tests(feel_parser *parser, node_list *list, bool *is_used) {
    feel_parser saved = *parser;
    hb_error ignored = {0};
    if (!at_token(parser, FEEL_TOKEN_NAME) ||
        !hb_str_equal(feel_parser_token(parser), HB_STR("not")))
        return false;
    parser->err = &ignored;
    bool ok = feel_parser_next(parser) && at_token(parser, FEEL_TOKEN_OPEN) &&
              feel_parser_next(parser) && tests(parser, list, is_used) &&
              at_token(parser, FEEL_TOKEN_CLOSE) && feel_parser_next(parser) &&
              at_token(parser, FEEL_TOKEN_END);
    if (!ok) {
        *parser = saved;
        *list = (node_list){0};
    }
    parser->err = saved.err;
    return ok;
}

// Rule 15: unary tests = "not" "(" positive unary tests ")" | positive unary tests | "-"
static feel_node *unary_tests(feel_parser *parser, const feel_type *input) {
    bool is_used = false, is_negated = false;
    node_list list = {0};
    if (hb_str_equal(hb_str_trim(parser->lexer.text), HB_STR("-"))) {
        if (!append(parser, &list, feel_node_new(parser->arena, FEEL_NODE_TEST_ANY, NULL),
                    (hb_str){0}))
            return NULL;
    } else {
        if (!(parser->scope = input_scope(parser, input, &is_used))) return NULL;
        is_negated = negated_tests(parser, &list, &is_used);
        if (!is_negated && (!tests(parser, &list, &is_used) || !expect_end(parser))) return NULL;
    }
    feel_node *node = list_node(parser, FEEL_NODE_TESTS, feel_type_basic(FEEL_TYPE_BOOLEAN), &list);
    if (!node) return NULL;
    node->is_negated = is_negated;
    node->wanted = input ? input : feel_type_basic(FEEL_TYPE_ANY);
    node->length = (uint32_t)parser->lexer.text.n;
    return node;
}

feel_node *feel_parse_unary(hb_arena *arena, feel_source source, const feel_scope *scope,
                            const feel_type *input, hb_error *err) {
    feel_parser parser;
    feel_node *node = NULL;
    if (start_parser(&parser, arena, source, scope, err)) node = unary_tests(&parser, input);
    return finish(node, source, err);
}
