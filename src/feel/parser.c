// parser.c: what every parse function does: look at a token, go on, complain, and keep children.
#include <stdio.h>
#include <string.h>

#include "feel/parse.h"

bool feel_parser_fail(feel_parser *parser, size_t at, size_t n, const char *format, ...) {
    if (parser->err->kind != HB_NONE) return false;
    va_list args;
    va_start(args, format);
    hb_fail_list(parser->err, HB_INPUT, "feel-syntax", NULL, format, args);
    va_end(args);
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

bool feel_parser_at(const feel_parser *parser, feel_token_kind kind) {
    return parser->lexer.kind == kind;
}

bool feel_parser_accept(feel_parser *parser, feel_token_kind kind) {
    return feel_parser_at(parser, kind) && feel_parser_next(parser);
}

bool feel_parser_expect(feel_parser *parser, feel_token_kind kind, const char *spelling) {
    if (feel_parser_at(parser, kind)) return feel_parser_next(parser);
    hb_str token = feel_parser_token(parser);
    if (token.n > 60) token.n = 60;
    if (feel_parser_at(parser, FEEL_TOKEN_END)) {
        return feel_parser_fail(parser, parser->lexer.at, 1,
                                "\"%s\" was expected, but the expression ends", spelling);
    }
    return feel_parser_fail(parser, parser->lexer.at, token.n, "\"%s\" was expected, not \"%.*s\"",
                            spelling, (int)token.n, token.at);
}

// Grows for one more; names only where they are used.
bool feel_parser_append(feel_parser *parser, feel_children *list, feel_node *node, hb_str name) {
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

bool feel_parser_compare(feel_parser *parser, uint64_t n) {
    parser->n_compared += n;
    if (parser->n_compared <= FEEL_COMPARED_MAX) return true;
    return feel_parser_fail(parser, parser->lexer.at, 1,
                            "this expression has too many names to look up");
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

feel_node *feel_parser_node(feel_parser *parser, feel_node_kind kind, const feel_type *type,
                            feel_node *a, feel_node *b) {
    feel_node *node = feel_node_new(parser->arena, kind, type);
    if (!node) return NULL;
    node->a = a;
    node->b = b;
    return node;
}

feel_node *feel_parser_list_node(feel_parser *parser, feel_node_kind kind, const feel_type *type,
                                 const feel_children *list) {
    feel_node *node = feel_node_new(parser->arena, kind, type);
    const feel_node **items = hb_arena_array(parser->arena, const feel_node *, list->n + 1);
    if (!node || !items) return NULL;
    for (uint32_t i = 0; i < list->n; i++) items[i] = list->at[i];
    node->n = list->n;
    node->items = items;
    node->keys = list->names;
    return node;
}

bool feel_children_have(const feel_children *entries, hb_str key) {
    for (uint32_t i = 0; i < entries->n; i++) {
        if (hb_str_equal(entries->names[i], key)) return true;
    }
    return false;
}
