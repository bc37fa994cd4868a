// parse.c: expressions, by recursive descent with one loop for all binary operators, so a chain of
// ten thousand "+" is a loop and not a stack. Rule numbers are those of DMN 1.5 §10.3.1.2.
// Precedence follows the order of rule 2: or, and, comparisons, + -, * /, **, negation, instance
// of, then paths, filters and invocations.
#include <assert.h>

#include "feel/parse.h"

static feel_node *binary(feel_parser *parser, int least);
static feel_node *binary_from(feel_parser *parser, feel_node *left, size_t start, int least);

// ---- unary tests ------------------------------------------------------------------------------
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
    return end ? feel_parse_range(parser, end, NULL, unary, start) : NULL;
}

static feel_node *value_test(feel_parser *parser, feel_node *value, bool *is_used) {
    if (!value) return NULL;
    feel_node *node =
        feel_parser_node(parser, *is_used ? FEEL_NODE_TEST_TRUE : FEEL_NODE_TEST_VALUE,
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
        return value_test(parser,
                          least == LEVEL_OR ? feel_parse_enclosed(parser) : binary(parser, least),
                          is_used);
    }
    uint8_t comparison = (uint8_t)(FEEL_NODE_EQUAL + parser->lexer.kind - FEEL_TOKEN_EQUAL);
    if (!feel_parser_next(parser)) return NULL;
    feel_node *end = binary(parser, LEVEL_ADD);
    if (!end) return NULL;
    feel_node *node = feel_parser_node(parser, FEEL_NODE_TEST_COMPARE,
                                       feel_type_basic(FEEL_TYPE_BOOLEAN), end, NULL);
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
static bool tests(feel_parser *parser, feel_children *list, bool *is_used) {
    do {
        if (!feel_parser_append(parser, list, positive_test(parser, is_used, LEVEL_OR),
                                (hb_str){0}))
            return false;
    } while (feel_parser_accept(parser, FEEL_TOKEN_COMMA));
    return parser->err->kind == HB_NONE;
}

// The right side of `in` when it starts with "(": tests, an interval, or an expression that goes on
// after ")".
static bool parenthesised_tests(feel_parser *parser, feel_children *list, bool *is_used) {
    size_t start = parser->lexer.at;
    if (!feel_parser_next(parser) || !tests(parser, list, is_used)) return false;
    bool is_value = list->n == 1 && list->at[0]->kind != FEEL_NODE_TEST_COMPARE;
    bool uses_input = is_value && list->at[0]->kind == FEEL_NODE_TEST_TRUE;
    feel_node *value = is_value ? (feel_node *)(uintptr_t)list->at[0]->a : NULL;
    if (is_value && feel_parser_at(parser, FEEL_TOKEN_DOTS)) {
        value = feel_parse_interval_end(parser, value, false, start);
    } else if (!feel_parser_expect(parser, FEEL_TOKEN_CLOSE, ")")) {
        return false;
    }
    if (!is_value) return true;
    value = binary_from(parser, value, start, LEVEL_ADD);
    *is_used = *is_used || uses_input;
    return (list->at[0] = value_test(parser, value, is_used)) != NULL;
}

static bool is_too_deep(feel_parser *parser, size_t start) {
    if (parser->depth < FEEL_DEPTH_MAX) return false;
    feel_parser_fail(parser, start, 1, "this expression is nested more than %d deep",
                     FEEL_DEPTH_MAX);
    hb_error_help(parser->err, "split it into several named decisions or context entries");
    return true;
}

// Rule 49 c and d: expression "in" positive unary test | expression "in" "(" positive unary tests
// ")"
static feel_node *in(feel_parser *parser, feel_node *value, size_t start) {
    bool is_used = false, ok;
    feel_children list = {0};
    const feel_scope *outer = parser->scope;
    if (is_too_deep(parser, start)) return NULL;
    parser->scope = input_scope(parser, value->type, &is_used);
    if (!parser->scope) return NULL;
    parser->depth++;
    if (feel_parser_at(parser, FEEL_TOKEN_OPEN)) {
        ok = parenthesised_tests(parser, &list, &is_used);
    } else {
        ok = feel_parser_append(parser, &list, positive_test(parser, &is_used, LEVEL_ADD),
                                (hb_str){0});
    }
    parser->scope = outer;
    parser->depth--;
    if (!ok) return NULL;
    feel_node *node =
        feel_parser_list_node(parser, FEEL_NODE_IN, feel_type_basic(FEEL_TYPE_BOOLEAN), &list);
    if (!node) return NULL;
    node->a = value;
    return feel_parser_mark(parser, node, start);
}

// ---- operands ---------------------------------------------------------------------------------
static feel_node *primary_of_kind(feel_parser *parser) {
    switch (parser->lexer.kind) {
        case FEEL_TOKEN_NUMBER: return feel_parse_number(parser);
        case FEEL_TOKEN_STRING: return feel_parse_string(parser);
        case FEEL_TOKEN_TRUE: return feel_parse_constant(parser, feel_boolean(true));
        case FEEL_TOKEN_FALSE: return feel_parse_constant(parser, feel_boolean(false));
        case FEEL_TOKEN_NULL: return feel_parse_constant(parser, feel_null());
        case FEEL_TOKEN_AT: return feel_parse_at_literal(parser);
        case FEEL_TOKEN_OPEN: return feel_parse_parenthesis(parser);
        case FEEL_TOKEN_OPEN_LIST: return feel_parse_list_or_interval(parser);
        case FEEL_TOKEN_CLOSE_LIST: return feel_parse_open_interval(parser);
        case FEEL_TOKEN_OPEN_CONTEXT: return feel_parse_context(parser);
        case FEEL_TOKEN_IF: return feel_parse_if(parser);
        case FEEL_TOKEN_FOR: return feel_parse_loop(parser, FEEL_NODE_FOR);
        case FEEL_TOKEN_SOME: return feel_parse_loop(parser, FEEL_NODE_SOME);
        case FEEL_TOKEN_EVERY: return feel_parse_loop(parser, FEEL_NODE_EVERY);
        case FEEL_TOKEN_FUNCTION: return feel_parse_function(parser);
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
    feel_children args = {0};
    size_t open = parser->lexer.at;
    if (!feel_parser_next(parser)) return NULL;
    bool is_named = feel_is_named_argument(parser);
    while (!feel_parser_at(parser, FEEL_TOKEN_CLOSE)) {
        hb_str name = {0};
        if (is_named && (!feel_parse_new_name(parser, FEEL_TOKEN_COLON, FEEL_TOKEN_COLON, &name) ||
                         !feel_parser_expect(parser, FEEL_TOKEN_COLON, ":"))) {
            return NULL;
        }
        if (!feel_parser_compare(parser, is_named ? args.n : 0)) return NULL;
        if (is_named && feel_children_have(&args, name)) {
            feel_parser_fail(parser, open, 1, "the argument \"%.*s\" is given twice",
                             (int)(name.n < 80 ? name.n : 80), name.at);
            return NULL;
        }
        if (!feel_parser_append(parser, &args, feel_parse_enclosed(parser), name)) return NULL;
        if (!feel_parser_at(parser, FEEL_TOKEN_COMMA)) break;
        if (!feel_parser_next(parser)) return NULL;
    }
    if (!feel_parser_expect(parser, FEEL_TOKEN_CLOSE, ")")) return NULL;
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
    feel_node *match = feel_parse_enclosed(parser);
    parser->scope = outer;
    if (!match || !feel_parser_expect(parser, FEEL_TOKEN_CLOSE_LIST, "]")) return NULL;
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
    if (!feel_parser_at(parser, FEEL_TOKEN_NAME) ||
        !hb_str_equal(feel_parser_token(parser), HB_STR("of"))) {
        feel_parser_expect(parser, FEEL_TOKEN_COLON, "of");
        return NULL;
    }
    if (!feel_parser_next(parser)) return NULL;
    feel_node *node = feel_parser_node(parser, FEEL_NODE_INSTANCE,
                                       feel_type_basic(FEEL_TYPE_BOOLEAN), value, NULL);
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
    if (is_too_deep(parser, start)) return NULL;
    parser->depth++;
    if (feel_parser_at(parser, FEEL_TOKEN_MINUS)) {
        if (!feel_parser_next(parser)) return NULL;
        feel_node *of = operand(parser);
        node = of ? feel_parser_node(parser, FEEL_NODE_NEGATE, of->type, of, NULL) : NULL;
        node = feel_parser_mark(parser, node, start);
    } else {
        node = postfix_from(parser, primary(parser), start);
    }
    parser->depth--;
    return node;
}

// ---- operators --------------------------------------------------------------------------------
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
    if (!low || !feel_parser_expect(parser, FEEL_TOKEN_AND, "and")) return NULL;
    feel_node *high = binary(parser, LEVEL_ADD);
    feel_node *node = high ? feel_parser_node(parser, FEEL_NODE_BETWEEN,
                                              feel_type_basic(FEEL_TYPE_BOOLEAN), value, low)
                           : NULL;
    if (node) node->c = high;
    return feel_parser_mark(parser, node, start);
}

// Rule 2 would take "a == b" as "a = (= b)", which is never meant.
static void fail_two_operators(feel_parser *parser) {
    hb_str token = feel_parser_token(parser);
    feel_parser_fail(parser, parser->lexer.at, token.n, "a value was expected here, not \"%.*s\"",
                     (int)token.n, token.at);
    hb_error_help(
        parser->err,
        "equality is a single \"=\"; a one-sided range as a value needs parentheses: (>= 18)");
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
        if (kind != FEEL_NODE_IN && is_comparison(parser->lexer.kind)) {
            fail_two_operators(parser);
            return NULL;
        }
        if (kind == FEEL_NODE_IN) {
            left = in(parser, left, start);
        } else if (kind == FEEL_NODE_BETWEEN) {
            left = between(parser, left, start);
        } else {
            feel_node *right = binary(parser, OPERATORS[i].level + 1);
            if (!right) return NULL;
            left = feel_parser_node(parser, kind, feel_type_binary(kind, left->type, right->type),
                                    left, right);
            left = feel_parser_mark(parser, left, start);
        }
    }
    return NULL;
}

static feel_node *binary(feel_parser *parser, int least) {
    size_t start = parser->lexer.at;
    return binary_from(parser, operand(parser), start, least);
}

feel_node *feel_parse_expression(feel_parser *parser) {
    return binary(parser, LEVEL_OR);
}

// Inside brackets "[" is a filter again.
feel_node *feel_parse_enclosed(feel_parser *parser) {
    bool was_endpoint = parser->is_endpoint;
    parser->is_endpoint = false;
    feel_node *node = feel_parse_expression(parser);
    parser->is_endpoint = was_endpoint;
    return node;
}

// ---- whole texts ------------------------------------------------------------------------------
static bool start_parser(feel_parser *parser, hb_arena *arena, feel_source source,
                         const feel_scope *scope, hb_error *err) {
    size_t bad;
    *parser =
        (feel_parser){.lexer = {.text = source.text}, .arena = arena, .scope = scope, .err = err};
    if (source.text.n > FEEL_TEXT_MAX)
        return feel_parser_fail(parser, 0, 1, "this expression is longer than 1 MiB");
    if (!hb_utf8_is_valid(source.text, &bad))
        return feel_parser_fail(parser, bad, 1, "this text is not UTF-8");
    return feel_parser_next(parser);
}

// What other languages write, and FEEL does not.
static const struct {
    const char *text, *help;
} FOREIGN[] = {
    {"&", "FEEL writes \"and\""                                },
    {"|", "FEEL writes \"or\""                                 },
    {"%", "FEEL has no % operator; modulo(a, b) gives the rest"},
    {"'", "a string stands in double quotes"                   },
    {"!", "FEEL writes not(...), and != for \"is not equal\""  },
    {";", "items are separated by commas"                      },
};

static bool expect_end(feel_parser *parser) {
    if (feel_parser_at(parser, FEEL_TOKEN_END)) return true;
    hb_str token = feel_parser_token(parser);
    if (token.n > 60) token.n = 60;
    feel_parser_fail(parser, parser->lexer.at, token.n,
                     "the expression should have ended before \"%.*s\"", (int)token.n, token.at);
    for (size_t i = 0; i < sizeof FOREIGN / sizeof *FOREIGN; i++) {
        if (hb_str_equal(token, hb_str_from(FOREIGN[i].text)))
            hb_error_help(parser->err, "%s", FOREIGN[i].help);
    }
    return false;
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
    if (start_parser(&parser, arena, source, scope, err)) node = feel_parse_expression(&parser);
    if (node && !expect_end(&parser)) node = NULL;
    return finish(node, source, err);
}

// "not" "(" positive unary tests ")" as the whole text; else the parser is set back: not() may
// start an expression.
static bool negated_tests(feel_parser *parser, feel_children *list, bool *is_used) {
    feel_parser saved = *parser;
    hb_error ignored = {0};
    if (!feel_parser_at(parser, FEEL_TOKEN_NAME) ||
        !hb_str_equal(feel_parser_token(parser), HB_STR("not")))
        return false;
    parser->err = &ignored;
    bool ok = feel_parser_next(parser) && feel_parser_at(parser, FEEL_TOKEN_OPEN) &&
              feel_parser_next(parser) && tests(parser, list, is_used) &&
              feel_parser_at(parser, FEEL_TOKEN_CLOSE) && feel_parser_next(parser) &&
              feel_parser_at(parser, FEEL_TOKEN_END);
    if (!ok) {
        *parser = saved;
        *list = (feel_children){0};
    }
    parser->err = saved.err;
    return ok;
}

// Rule 15: unary tests = "not" "(" positive unary tests ")" | positive unary tests | "-"
static feel_node *unary_tests(feel_parser *parser, const feel_type *input) {
    bool is_used = false, is_negated = false;
    feel_children list = {0};
    if (hb_str_equal(hb_str_trim(parser->lexer.text), HB_STR("-"))) {
        if (!feel_parser_append(
                parser, &list, feel_node_new(parser->arena, FEEL_NODE_TEST_ANY, NULL), (hb_str){0}))
            return NULL;
    } else {
        if (!(parser->scope = input_scope(parser, input, &is_used))) return NULL;
        is_negated = negated_tests(parser, &list, &is_used);
        if (!is_negated && (!tests(parser, &list, &is_used) || !expect_end(parser))) return NULL;
    }
    feel_node *node =
        feel_parser_list_node(parser, FEEL_NODE_TESTS, feel_type_basic(FEEL_TYPE_BOOLEAN), &list);
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
