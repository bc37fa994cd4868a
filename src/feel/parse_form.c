// parse_form.c: the expressions that start with a word: if, for, some, every, function.
#include "feel/parse.h"

// Rule 46: "if"
// expression "then" expression "else" expression
feel_node *feel_parse_if(feel_parser *parser) {
    size_t start = parser->lexer.at;
    if (!feel_parser_next(parser)) return NULL;
    feel_node *condition = feel_parse_expression(parser);
    if (!condition || !feel_parser_expect(parser, FEEL_TOKEN_THEN, "then")) return NULL;
    feel_node *then = feel_parse_expression(parser);
    if (!then || !feel_parser_expect(parser, FEEL_TOKEN_ELSE, "else")) return NULL;
    return feel_parser_mark(
        parser, feel_node_if(parser->arena, condition, then, feel_parse_expression(parser)), start);
}

static const feel_type *iterated(const feel_node *domain) {
    switch (domain->type->kind) {
        case FEEL_TYPE_LIST:
        case FEEL_TYPE_RANGE: return feel_type_element(domain->type);
        default: return domain->type;  // a single value stands for a list of one
    }
}

// Rule 45 and 47: name "in" (expression | expression ".." expression), with a frame of its own.
static bool domain(feel_parser *parser, feel_children *domains, bool has_partial) {
    hb_str variable;
    if (!feel_parse_new_name(parser, FEEL_TOKEN_IN, FEEL_TOKEN_IN, &variable)) return false;
    if (!feel_parser_expect(parser, FEEL_TOKEN_IN, "in")) return false;
    size_t start = parser->lexer.at;
    feel_node *node = feel_parse_expression(parser);
    if (node && feel_parser_at(parser, FEEL_TOKEN_DOTS)) {
        if (!feel_parser_next(parser)) return false;
        feel_node *high = feel_parse_expression(parser);
        if (!high) return false;
        const feel_type *type =
            feel_type_list(parser->arena, feel_type_common(node->type, high->type));
        node = type
                   ? feel_parser_mark(
                         parser, feel_parser_node(parser, FEEL_NODE_STEPS, type, node, high), start)
                   : NULL;
    }
    if (!feel_parser_append(parser, domains, node, variable)) return false;
    feel_scope *scope = feel_scope_open(parser->arena, parser->scope);
    if (!scope || !feel_scope_add(scope, variable, iterated(node))) return false;
    if (has_partial && !feel_scope_add(scope, HB_STR("partial"), feel_type_basic(FEEL_TYPE_LIST)))
        return false;
    parser->scope = scope;
    return true;
}

// Rule 45: "for" domain {"," domain} "return" expression; rule 47: ("some" | "every") domain {","
// domain} "satisfies" expression
feel_node *feel_parse_loop(feel_parser *parser, feel_node_kind kind) {
    size_t start = parser->lexer.at;
    feel_children domains = {0};
    const feel_scope *outer = parser->scope;
    bool is_for = kind == FEEL_NODE_FOR;
    do {
        if (!feel_parser_next(parser) || !domain(parser, &domains, is_for)) return NULL;
    } while (feel_parser_at(parser, FEEL_TOKEN_COMMA));
    if (!feel_parser_expect(parser, is_for ? FEEL_TOKEN_RETURN : FEEL_TOKEN_SATISFIES,
                            is_for ? "return" : "satisfies"))
        return NULL;
    feel_node *body = feel_parse_expression(parser);
    parser->scope = outer;
    if (!body) return NULL;
    const feel_type *type =
        is_for ? feel_type_list(parser->arena, body->type) : feel_type_basic(FEEL_TYPE_BOOLEAN);
    feel_node *node = type ? feel_parser_list_node(parser, kind, type, &domains) : NULL;
    if (!node) return NULL;
    node->a = body;
    return feel_parser_mark(parser, node, start);
}

static bool parameter(feel_parser *parser, feel_scope *scope) {
    hb_str name;
    const feel_type *type = NULL;
    if (!feel_parse_new_name(parser, FEEL_TOKEN_COLON, FEEL_TOKEN_COMMA, &name)) return false;
    if (feel_parser_at(parser, FEEL_TOKEN_COLON)) {
        if (!feel_parser_next(parser) || !(type = feel_parse_type(parser))) return false;
    }
    return feel_scope_add(scope, name, type);
}

// Rule 55: "function" "(" [parameter {"," parameter}] ")" ["external"] expression
feel_node *feel_parse_function(feel_parser *parser) {
    size_t start = parser->lexer.at;
    const feel_scope *outer = parser->scope;
    feel_scope *scope = feel_scope_open(parser->arena, outer);
    if (!scope || !feel_parser_next(parser) || !feel_parser_expect(parser, FEEL_TOKEN_OPEN, "("))
        return NULL;
    while (!feel_parser_at(parser, FEEL_TOKEN_CLOSE)) {
        if (!parameter(parser, scope)) return NULL;
        if (!feel_parser_at(parser, FEEL_TOKEN_COMMA)) break;
        if (!feel_parser_next(parser)) return NULL;
    }
    if (!feel_parser_expect(parser, FEEL_TOKEN_CLOSE, ")")) return NULL;
    bool is_external = feel_parser_at(parser, FEEL_TOKEN_NAME) &&
                       hb_str_equal(feel_parser_token(parser), HB_STR("external"));
    if (is_external && !feel_parser_next(parser)) return NULL;
    parser->scope = scope;
    feel_node *body = feel_parse_expression(parser);
    parser->scope = outer;
    if (!body) return NULL;
    feel_node *node = feel_node_function(parser->arena, scope->n, scope->names,
                                         is_external ? feel_type_basic(FEEL_TYPE_ANY) : NULL, body);
    if (!node) return NULL;
    node->is_external = is_external;
    return feel_parser_mark(parser, node, start);
}
