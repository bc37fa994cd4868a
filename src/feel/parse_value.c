// parse_value.c: what writes a value down: numbers, strings, @ literals, ranges, lists and
// contexts.
#include "feel/parse.h"

// ---- literals ---------------------------------------------------------------------------------
feel_node *feel_parse_constant(feel_parser *parser, feel_value value) {
    size_t start = parser->lexer.at;
    feel_node *node = feel_node_value(parser->arena, value);
    if (!node || !feel_parser_next(parser)) return NULL;
    return feel_parser_mark(parser, node, start);
}

// Rule 37.
feel_node *feel_parse_number(feel_parser *parser) {
    hb_str text = feel_parser_token(parser);
    hb_dec decimal;
    feel_value value;
    if (!hb_dec_parse(text, &decimal)) {
        feel_parser_fail(parser, parser->lexer.at, text.n,
                         "this number is outside what 34 decimal digits can hold");
        return NULL;
    }
    return feel_number(parser->arena, decimal, &value) ? feel_parse_constant(parser, value) : NULL;
}

feel_node *feel_parse_string(feel_parser *parser) {
    hb_str text, copy;
    if (!feel_unescape(parser->arena, &parser->lexer, &text, parser->err)) return NULL;
    return hb_str_copy(parser->arena, text, &copy) ? feel_parse_constant(parser, feel_string(copy))
                                                   : NULL;
}

// Rule 62: "@" string literal.
feel_node *feel_parse_at_literal(feel_parser *parser) {
    size_t start = parser->lexer.at;
    hb_str text;
    feel_value value;
    if (!feel_parser_next(parser)) return NULL;
    if (!feel_parser_at(parser, FEEL_TOKEN_STRING)) {
        feel_parser_expect(parser, FEEL_TOKEN_STRING, "\"...\"");
        return NULL;
    }
    if (!feel_unescape(parser->arena, &parser->lexer, &text, parser->err)) return NULL;
    if (!feel_parse_date(text, &value) && !feel_parse_date_time(parser->arena, text, &value) &&
        !feel_parse_time(parser->arena, text, &value) && !feel_parse_duration(text, &value)) {
        if (hb_arena_is_exhausted(parser->arena)) return NULL;
        feel_parser_fail(parser, start, parser->lexer.next - start,
                         "this is no date, time, date and time or duration");
        hb_error_help(
            parser->err,
            "write @\"2025-03-15\", @\"10:30:00\", @\"2025-03-15T10:30:00Z\" or @\"P1DT2H\"");
        return NULL;
    }
    return feel_parser_mark(parser, feel_parse_constant(parser, value), start);
}

// ---- ranges, lists and contexts ---------------------------------------------------------------
feel_node *feel_parse_range(feel_parser *parser, feel_node *low, feel_node *high, char unary,
                            size_t start) {
    const feel_type *type =
        feel_type_range(parser->arena, high ? feel_type_common(low->type, high->type) : low->type);
    if (!type) return NULL;
    feel_node *node = feel_parser_node(parser, FEEL_NODE_RANGE, type, low, high);
    if (node) node->unary = unary;
    return feel_parser_mark(parser, node, start);
}

// After ".." of rule 8: the upper end and the bracket that closes: ")" and "[" exclude it, "]"
// includes it.
feel_node *feel_parse_interval_end(feel_parser *parser, feel_node *low, bool is_low_included,
                                   size_t start) {
    if (!feel_parser_next(parser)) return NULL;
    bool was_endpoint = parser->is_endpoint;
    parser->is_endpoint = true;
    feel_node *high = feel_parse_expression(parser);
    parser->is_endpoint = was_endpoint;
    if (!high) return NULL;
    bool is_included = feel_parser_at(parser, FEEL_TOKEN_CLOSE_LIST);
    if (!is_included && !feel_parser_at(parser, FEEL_TOKEN_CLOSE) &&
        !feel_parser_at(parser, FEEL_TOKEN_OPEN_LIST)) {
        feel_parser_expect(parser, FEEL_TOKEN_CLOSE_LIST, "]");
        hb_error_help(parser->err,
                      "an interval ends with ] when its end belongs to it, else with ) or [");
        return NULL;
    }
    if (!feel_parser_next(parser)) return NULL;
    feel_node *node = feel_parse_range(parser, low, high, 0, start);
    if (!node) return NULL;
    node->is_low_included = is_low_included;
    node->is_high_included = is_included;
    return node;
}

// Rule 8 starting with "]".
feel_node *feel_parse_open_interval(feel_parser *parser) {
    size_t start = parser->lexer.at;
    if (!feel_parser_next(parser)) return NULL;
    feel_node *low = feel_parse_enclosed(parser);
    if (!low) return NULL;
    if (!feel_parser_at(parser, FEEL_TOKEN_DOTS)) {
        feel_parser_expect(parser, FEEL_TOKEN_DOTS, "..");
        return NULL;
    }
    return feel_parse_interval_end(parser, low, false, start);
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
feel_node *feel_parse_list_or_interval(feel_parser *parser) {
    size_t start = parser->lexer.at;
    feel_children items = {0};
    if (!feel_parser_next(parser)) return NULL;
    bool is_empty = is_empty_list(parser);
    while (!is_empty) {
        feel_node *item = feel_parse_enclosed(parser);
        if (!item) return NULL;
        if (!items.n && feel_parser_at(parser, FEEL_TOKEN_DOTS))
            return feel_parse_interval_end(parser, item, true, start);
        if (!feel_parser_append(parser, &items, item, (hb_str){0})) return NULL;
        if (!feel_parser_at(parser, FEEL_TOKEN_COMMA)) break;
        if (!feel_parser_next(parser)) return NULL;
    }
    if (!feel_parser_expect(parser, FEEL_TOKEN_CLOSE_LIST, "]")) return NULL;
    return feel_parser_mark(parser, feel_node_list(parser->arena, items.n, items.at), start);
}

// "(" expression ")" or an interval that excludes its start.
feel_node *feel_parse_parenthesis(feel_parser *parser) {
    size_t start = parser->lexer.at;
    if (!feel_parser_next(parser)) return NULL;
    feel_node *node = feel_parse_enclosed(parser);
    if (!node) return NULL;
    if (feel_parser_at(parser, FEEL_TOKEN_DOTS))
        return feel_parse_interval_end(parser, node, false, start);
    return feel_parser_expect(parser, FEEL_TOKEN_CLOSE, ")") ? node : NULL;
}

// Rule 60: key = name | string literal.
static bool context_key(feel_parser *parser, const feel_children *entries, hb_str *key) {
    size_t start = parser->lexer.at, n = parser->lexer.next - start;
    if (feel_parser_at(parser, FEEL_TOKEN_STRING)) {
        hb_str text;
        if (!feel_unescape(parser->arena, &parser->lexer, &text, parser->err)) return false;
        if (!hb_str_copy(parser->arena, text, key)) return hb_out_of_memory(parser->err);
        if (!feel_parser_next(parser)) return false;
    } else if (!feel_parse_new_name(parser, FEEL_TOKEN_COLON, FEEL_TOKEN_COLON, key)) {
        return false;
    }
    if (!feel_parser_compare(parser, entries->n)) return false;
    if (feel_children_have(entries, *key)) {
        return feel_parser_fail(parser, start, n, "this context has two entries named \"%.*s\"",
                                (int)(key->n < 80 ? key->n : 80), key->at);
    }
    return feel_parser_expect(parser, FEEL_TOKEN_COLON, ":") && feel_parser_know(parser, *key);
}

// Rule 57: context = "{" [key ":" expression {"," key ":" expression}] "}"; an entry sees those
// before it.
feel_node *feel_parse_context(feel_parser *parser) {
    size_t start = parser->lexer.at;
    feel_children entries = {0};
    const feel_scope *outer = parser->scope;
    feel_scope *scope = feel_scope_open(parser->arena, outer);
    if (!scope || !feel_parser_next(parser)) return NULL;
    parser->scope = scope;
    bool is_empty = feel_parser_at(parser, FEEL_TOKEN_CLOSE_CONTEXT);
    while (!is_empty) {
        hb_str key;
        if (!context_key(parser, &entries, &key)) return NULL;
        feel_node *value = feel_parse_enclosed(parser);
        if (!feel_parser_append(parser, &entries, value, key)) return NULL;
        if (!feel_scope_add(scope, key, value->type)) return NULL;
        if (!feel_parser_at(parser, FEEL_TOKEN_COMMA)) break;
        if (!feel_parser_next(parser)) return NULL;
    }
    parser->scope = outer;
    if (!feel_parser_expect(parser, FEEL_TOKEN_CLOSE_CONTEXT, "}")) return NULL;
    return feel_parser_mark(
        parser, feel_node_context(parser->arena, entries.n, entries.names, entries.at, false),
        start);
}
