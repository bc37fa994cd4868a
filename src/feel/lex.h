// lex.h: between lex.c and parse.c.
#ifndef HABEAS_FEEL_LEX_H
#define HABEAS_FEEL_LEX_H

#include "feel/node.h"

typedef enum {
    FEEL_TOKEN_END = 0,
    FEEL_TOKEN_NAME,  // one word
    FEEL_TOKEN_NUMBER,
    FEEL_TOKEN_STRING,  // with its quotes
    FEEL_TOKEN_OTHER,   // a character that starts no token
    FEEL_TOKEN_POWER,
    FEEL_TOKEN_DOTS,
    FEEL_TOKEN_OPEN,
    FEEL_TOKEN_CLOSE,
    FEEL_TOKEN_OPEN_LIST,
    FEEL_TOKEN_CLOSE_LIST,
    FEEL_TOKEN_OPEN_CONTEXT,
    FEEL_TOKEN_CLOSE_CONTEXT,
    FEEL_TOKEN_COMMA,
    FEEL_TOKEN_COLON,
    FEEL_TOKEN_DOT,
    FEEL_TOKEN_PLUS,
    FEEL_TOKEN_MINUS,
    FEEL_TOKEN_TIMES,
    FEEL_TOKEN_DIVIDE,
    FEEL_TOKEN_AT,
    FEEL_TOKEN_INPUT,
    FEEL_TOKEN_EQUAL,
    FEEL_TOKEN_NOT_EQUAL,
    FEEL_TOKEN_LESS,
    FEEL_TOKEN_LESS_OR_EQUAL,
    FEEL_TOKEN_GREATER,
    FEEL_TOKEN_GREATER_OR_EQUAL,
    FEEL_TOKEN_AND,
    FEEL_TOKEN_BETWEEN,
    FEEL_TOKEN_ELSE,
    FEEL_TOKEN_EVERY,
    FEEL_TOKEN_FALSE,
    FEEL_TOKEN_FOR,
    FEEL_TOKEN_FUNCTION,
    FEEL_TOKEN_IF,
    FEEL_TOKEN_IN,
    FEEL_TOKEN_INSTANCE,
    FEEL_TOKEN_NULL,
    FEEL_TOKEN_OR,
    FEEL_TOKEN_RETURN,
    FEEL_TOKEN_SATISFIES,
    FEEL_TOKEN_SOME,
    FEEL_TOKEN_THEN,
    FEEL_TOKEN_TRUE,
} feel_token_kind;

typedef struct {
    hb_str text;
    feel_token_kind kind;  // of the token at [at, next)
    size_t at, next;
    size_t previous_end;  // where the token before ended
} feel_lexer;

bool feel_lex(feel_lexer *lexer, hb_error *err);                  // to the next token
bool feel_lex_from(feel_lexer *lexer, size_t at, hb_error *err);  // to the token at or after `at`
// What the STRING token says; into the text itself when it has no escapes.
bool feel_unescape(hb_arena *arena, feel_lexer *lexer, hb_str *out, hb_error *err);
size_t feel_space(hb_str text, size_t at);  // bytes of the white space at `at`, 0: none

#endif
