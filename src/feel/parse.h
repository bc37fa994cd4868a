// parse.h: between the files of the parser: parser.c (tools), parse.c (operators, tests, whole
// texts), parse_value.c, parse_form.c and parse_name.c.
#ifndef HABEAS_FEEL_PARSE_H
#define HABEAS_FEEL_PARSE_H

#include "feel/lex.h"

#define FEEL_DEPTH_MAX 200  // nested expressions
#define FEEL_TEXT_MAX (1u << 20)
#define FEEL_COMPARED_MAX 50000000u
#define FEEL_ASK_MAX 16  // filters inside one another that one name can ask

typedef struct {
    feel_lexer lexer;
    hb_arena *arena;
    const feel_scope *scope;  // innermost frame at this place
    hb_error *err;
    uint32_t depth;
    uint64_t n_compared;  // names held against the text so far
    bool is_endpoint;     // in the upper end of an interval, where "[" may close it: ]1..10[
    uint32_t n_known, known_room;
    hb_str *known;  // keys of the context literals so far: member names of values whose type is not
                    // known
} feel_parser;

// Children while their number is not known.
typedef struct {
    feel_node **at;
    hb_str *names;  // of entries, arguments or variables
    uint32_t n, room;
} feel_children;

// Each sets err and returns NULL or false when the text is wrong or memory is out.

// ---- parser.c ----
bool feel_parser_fail(feel_parser *parser, size_t at, size_t n, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
bool feel_parser_next(feel_parser *parser);
hb_str feel_parser_token(const feel_parser *parser);  // the text of the current token
bool feel_parser_at(const feel_parser *parser, feel_token_kind kind);
bool feel_parser_accept(feel_parser *parser, feel_token_kind kind);
bool feel_parser_expect(feel_parser *parser, feel_token_kind kind, const char *spelling);
// Counts names about to be compared with the text; false past FEEL_COMPARED_MAX, a guard against
// texts made to be slow.
bool feel_parser_compare(feel_parser *parser, uint64_t n);
bool feel_parser_know(feel_parser *parser, hb_str key);
// Sets a node's place, from start to the end of the token before the current one; passes NULL on.
feel_node *feel_parser_mark(feel_parser *parser, feel_node *node, size_t start);
feel_node *feel_parser_node(feel_parser *parser, feel_node_kind kind, const feel_type *type,
                            feel_node *a, feel_node *b);
feel_node *feel_parser_list_node(feel_parser *parser, feel_node_kind kind, const feel_type *type,
                                 const feel_children *list);
bool feel_parser_append(feel_parser *parser, feel_children *list, feel_node *node, hb_str name);
bool feel_children_have(const feel_children *entries, hb_str key);

// ---- parse.c ----
feel_node *feel_parse_expression(feel_parser *parser);
feel_node *feel_parse_enclosed(feel_parser *parser);  // the same, inside brackets

// ---- parse_value.c ----
feel_node *feel_parse_constant(feel_parser *parser, feel_value value);
feel_node *feel_parse_number(feel_parser *parser);
feel_node *feel_parse_string(feel_parser *parser);
feel_node *feel_parse_at_literal(feel_parser *parser);
feel_node *feel_parse_parenthesis(feel_parser *parser);
feel_node *feel_parse_list_or_interval(feel_parser *parser);
feel_node *feel_parse_open_interval(feel_parser *parser);
feel_node *feel_parse_context(feel_parser *parser);
feel_node *feel_parse_range(feel_parser *parser, feel_node *low, feel_node *high, char unary,
                            size_t start);
feel_node *feel_parse_interval_end(feel_parser *parser, feel_node *low, bool is_low_included,
                                   size_t start);

// ---- parse_form.c ----
feel_node *feel_parse_if(feel_parser *parser);
feel_node *feel_parse_loop(feel_parser *parser, feel_node_kind kind);
feel_node *feel_parse_function(feel_parser *parser);

// ---- parse_name.c ----
// Rule 20..26. The name at the current token, resolved; the lexer stands behind it.
feel_node *feel_parse_name(feel_parser *parser);
// True when a known name longer than the current keyword starts at it ("in case" where there is
// such a variable).
bool feel_is_longer_name(feel_parser *parser);
feel_node *feel_parse_path(feel_parser *parser, feel_node *value,
                           size_t start);  // at the name after the dot
// Reads everything up to the token `end` as a new name (a variable, a key, a parameter).
bool feel_parse_new_name(feel_parser *parser, feel_token_kind end, feel_token_kind other_end,
                         hb_str *out);
bool feel_is_named_argument(const feel_parser *parser);
const feel_type *feel_parse_type(feel_parser *parser);  // rule 52

#endif
