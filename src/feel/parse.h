// parse.h: between parse.c (expressions) and parse_name.c (names and types).
#ifndef HABEAS_FEEL_PARSE_H
#define HABEAS_FEEL_PARSE_H

#include "feel/lex.h"

#define FEEL_DEPTH_MAX 200  // nested expressions
#define FEEL_TEXT_MAX (16u << 20)
#define FEEL_ASK_MAX 16  // filters inside one another that one name can ask

typedef struct {
    feel_lexer lexer;
    hb_arena *arena;
    const feel_scope *scope;  // innermost frame at this place
    hb_error *err;
    uint32_t depth;
    bool is_endpoint;  // in the upper end of an interval, where "[" may close it: ]1..10[
    uint32_t n_known, known_room;
    hb_str *known;  // keys of the context literals so far: member names of values whose type is not
                    // known
} feel_parser;

// Each sets err and returns NULL or false when the text is wrong or memory is out.
bool feel_parser_fail(feel_parser *parser, size_t at, size_t n, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
bool feel_parser_next(feel_parser *parser);
hb_str feel_parser_token(const feel_parser *parser);  // the text of the current token
feel_node *feel_parser_mark(feel_parser *parser, feel_node *node,
                            size_t start);  // sets its place; passes NULL on
bool feel_parser_know(feel_parser *parser, hb_str key);

// Rule 20..26. The name at the current token, resolved; the lexer stands behind it.
feel_node *feel_parse_name(feel_parser *parser);
// True when a known name longer than the current keyword starts at it ("in case" where there is
// such a variable).
bool feel_is_longer_name(const feel_parser *parser);
feel_node *feel_parse_path(feel_parser *parser, feel_node *value,
                           size_t start);  // at the name after the dot
// Reads everything up to the token `end` as a new name (a variable, a key, a parameter).
bool feel_parse_new_name(feel_parser *parser, feel_token_kind end, feel_token_kind other_end,
                         hb_str *out);
bool feel_is_named_argument(const feel_parser *parser);
const feel_type *feel_parse_type(feel_parser *parser);  // rule 52
#endif
