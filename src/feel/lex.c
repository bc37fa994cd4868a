// lex.c: text to tokens, one at a time and on demand, because FEEL's names decide where a token
// ends: a known name may hold spaces, operators and keywords ("days in weekend"), so the parser
// looks names up at a position of the text (scope.c) and sets the lexer behind them. DMN 1.5
// §10.3.1.2 rules 27 to 38, §10.3.1.4 (names), §10.3.1.5 (escapes). A character no rule knows is a
// token of its own: it may be part of a name, else the parser refuses it.
#include <string.h>
#include <unicode/utf16.h>

#include "feel/lex.h"

typedef struct {
    const char *text;
    feel_token_kind kind;
} spelling;

// Longest first among those that share a beginning.
static const spelling SYMBOLS[] = {
    {"**", FEEL_TOKEN_POWER           },
    {"..", FEEL_TOKEN_DOTS            },
    {"<=", FEEL_TOKEN_LESS_OR_EQUAL   },
    {">=", FEEL_TOKEN_GREATER_OR_EQUAL},
    {"!=", FEEL_TOKEN_NOT_EQUAL       },
    {"(",  FEEL_TOKEN_OPEN            },
    {")",  FEEL_TOKEN_CLOSE           },
    {"[",  FEEL_TOKEN_OPEN_LIST       },
    {"]",  FEEL_TOKEN_CLOSE_LIST      },
    {"{",  FEEL_TOKEN_OPEN_CONTEXT    },
    {"}",  FEEL_TOKEN_CLOSE_CONTEXT   },
    {",",  FEEL_TOKEN_COMMA           },
    {":",  FEEL_TOKEN_COLON           },
    {".",  FEEL_TOKEN_DOT             },
    {"+",  FEEL_TOKEN_PLUS            },
    {"-",  FEEL_TOKEN_MINUS           },
    {"*",  FEEL_TOKEN_TIMES           },
    {"/",  FEEL_TOKEN_DIVIDE          },
    {"<",  FEEL_TOKEN_LESS            },
    {">",  FEEL_TOKEN_GREATER         },
    {"=",  FEEL_TOKEN_EQUAL           },
    {"@",  FEEL_TOKEN_AT              },
    {"?",  FEEL_TOKEN_INPUT           },
};

static const spelling KEYWORDS[] = {
    {"and",       FEEL_TOKEN_AND      },
    {"between",   FEEL_TOKEN_BETWEEN  },
    {"else",      FEEL_TOKEN_ELSE     },
    {"every",     FEEL_TOKEN_EVERY    },
    {"false",     FEEL_TOKEN_FALSE    },
    {"for",       FEEL_TOKEN_FOR      },
    {"function",  FEEL_TOKEN_FUNCTION },
    {"if",        FEEL_TOKEN_IF       },
    {"in",        FEEL_TOKEN_IN       },
    {"instance",  FEEL_TOKEN_INSTANCE },
    {"null",      FEEL_TOKEN_NULL     },
    {"or",        FEEL_TOKEN_OR       },
    {"return",    FEEL_TOKEN_RETURN   },
    {"satisfies", FEEL_TOKEN_SATISFIES},
    {"some",      FEEL_TOKEN_SOME     },
    {"then",      FEEL_TOKEN_THEN     },
    {"true",      FEEL_TOKEN_TRUE     },
};

static int32_t code_point(hb_str text, size_t at, size_t *next) {
    *next = at;
    return feel_next_code_point(text, next);
}

// Rule 61: white space, vertical and other (Unicode's spaces, line ends and the byte order mark).
size_t feel_space(hb_str text, size_t at) {
    size_t next;
    if (at >= text.n) return 0;
    int32_t c = code_point(text, at, &next);
    bool is_space = (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 ||
                    c == 0x1680 || c == 0x180e || (c >= 0x2000 && c <= 0x200b) || c == 0x2028 ||
                    c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000 || c == 0xfeff;
    return is_space ? next - at : 0;
}

// Rule 28.
bool feel_is_name_start(int32_t c) {
    return (c >= 'A' && c <= 'Z') || c == '_' || (c >= 'a' && c <= 'z') ||
           (c >= 0xc0 && c <= 0xd6) || (c >= 0xd8 && c <= 0xf6) || (c >= 0xf8 && c <= 0x2ff) ||
           (c >= 0x370 && c <= 0x37d) ||
           (c >= 0x37f && c <= 0x1fff && c != 0x1680 && c != 0x180e) ||
           (c >= 0x200c && c <= 0x200d) || (c >= 0x2070 && c <= 0x218f) ||
           (c >= 0x2c00 && c <= 0x2fef) || (c >= 0x3001 && c <= 0xd7ff) ||
           (c >= 0xf900 && c <= 0xfdcf) || (c >= 0xfdf0 && c <= 0xfffd && c != 0xfeff) ||
           (c >= 0x10000 && c <= 0xeffff);
}

// Rule 29.
bool feel_is_name_part(int32_t c) {
    return feel_is_name_start(c) || (c >= '0' && c <= '9') || c == 0xb7 ||
           (c >= 0x300 && c <= 0x36f) || (c >= 0x203f && c <= 0x2040);
}

// End of the run of name parts that starts at `at`.
static size_t word_end(hb_str text, size_t at) {
    size_t next;
    while (at < text.n && feel_is_name_part(code_point(text, at, &next))) at = next;
    return at;
}

static bool skip_comment(feel_lexer *lexer, bool *has_skipped, hb_error *err) {
    hb_str text = lexer->text;
    size_t at = lexer->next;
    *has_skipped = false;
    if (at + 1 >= text.n || text.at[at] != '/') return true;
    if (text.at[at + 1] == '/') {
        while (at < text.n && text.at[at] != '\n' && text.at[at] != '\r') at++;
    } else if (text.at[at + 1] == '*') {
        size_t start = at;
        for (at += 2; at + 1 < text.n && (text.at[at] != '*' || text.at[at + 1] != '/');) at++;
        if (at + 1 >= text.n) {
            hb_fail(err, HB_INPUT, "feel-syntax", "this comment has no end");
            hb_error_at(err, text, start, 2);
            hb_error_help(err, "end it with */");
            return false;
        }
        at += 2;
    } else {
        return true;
    }
    lexer->next = at;
    *has_skipped = true;
    return true;
}

static bool skip_blanks(feel_lexer *lexer, hb_error *err) {
    bool has_skipped = true;
    while (has_skipped) {
        for (size_t n; (n = feel_space(lexer->text, lexer->next)) > 0;) lexer->next += n;
        if (!skip_comment(lexer, &has_skipped, err)) return false;
    }
    return true;
}

static bool is_digit(hb_str text, size_t at) {
    return at < text.n && text.at[at] >= '0' && text.at[at] <= '9';
}

// Rule 37: digits [. digits] | . digits, then an exponent. "1..3" is a number and two dots.
static size_t number_end(hb_str text, size_t at) {
    while (is_digit(text, at)) at++;
    if (at < text.n && text.at[at] == '.' && is_digit(text, at + 1)) {
        for (at++; is_digit(text, at);) at++;
    }
    if (at < text.n && (text.at[at] == 'e' || text.at[at] == 'E')) {
        size_t digits = at + 1;
        if (digits < text.n && (text.at[digits] == '+' || text.at[digits] == '-')) digits++;
        if (is_digit(text, digits)) {
            while (is_digit(text, digits)) digits++;
            if (word_end(text, digits) == digits) at = digits;
        }
    }
    return at;
}

static bool string_end(hb_str text, size_t start, size_t *end, hb_error *err) {
    for (size_t at = start + 1; at < text.n; at++) {
        if (text.at[at] == '"') {
            *end = at + 1;
            return true;
        }
        if (text.at[at] == '\\') at++;
    }
    hb_fail(err, HB_INPUT, "feel-syntax", "this string has no closing quote");
    hb_error_at(err, text, start, text.n - start);
    hb_error_help(err, "end it with another quote: \"...\"");
    return false;
}

static feel_token_kind word_kind(hb_str word) {
    for (size_t i = 0; i < sizeof KEYWORDS / sizeof *KEYWORDS; i++) {
        if (hb_str_equal(word, hb_str_from(KEYWORDS[i].text))) return KEYWORDS[i].kind;
    }
    return FEEL_TOKEN_NAME;
}

static void symbol(feel_lexer *lexer, size_t at) {
    hb_str rest = {lexer->text.at + at, lexer->text.n - at};
    for (size_t i = 0; i < sizeof SYMBOLS / sizeof *SYMBOLS; i++) {
        if (!hb_str_starts(rest, hb_str_from(SYMBOLS[i].text))) continue;
        lexer->kind = SYMBOLS[i].kind;
        lexer->next = at + strlen(SYMBOLS[i].text);
        return;
    }
    lexer->kind = FEEL_TOKEN_OTHER;
    code_point(lexer->text, at, &lexer->next);
}

bool feel_lex(feel_lexer *lexer, hb_error *err) {
    hb_str text = lexer->text;
    lexer->previous_end = lexer->next;
    if (!skip_blanks(lexer, err)) return false;
    size_t at = lexer->at = lexer->next, next;
    if (at >= text.n) {
        lexer->kind = FEEL_TOKEN_END;
        return true;
    }
    if (text.at[at] == '"') {
        lexer->kind = FEEL_TOKEN_STRING;
        return string_end(text, at, &lexer->next, err);
    }
    if (is_digit(text, at) || (text.at[at] == '.' && is_digit(text, at + 1))) {
        lexer->kind = FEEL_TOKEN_NUMBER;
        lexer->next = number_end(text, at);
        return true;
    }
    if (feel_is_name_start(code_point(text, at, &next))) {
        lexer->next = word_end(text, at);
        lexer->kind = word_kind((hb_str){text.at + at, lexer->next - at});
        return true;
    }
    symbol(lexer, at);
    return true;
}

bool feel_lex_from(feel_lexer *lexer, size_t at, hb_error *err) {
    lexer->next = at;
    return feel_lex(lexer, err);
}

// ---- strings ----------------------------------------------------------------------------------
static bool hex(hb_str text, size_t at, int n_digits, uint32_t *out) {
    uint32_t value = 0;
    if (at + (size_t)n_digits > text.n) return false;
    for (int i = 0; i < n_digits; i++) {
        char c = text.at[at + (size_t)i];
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
                                                : 16;
        if (digit == 16) return false;
        value = value * 16 + digit;
    }
    *out = value;
    return true;
}

// Rule 64: \uXXXX (two of them for a pair of surrogates) and \UXXXXXX. Bytes read at `at`, 0 when
// malformed.
static size_t escaped_code_point(hb_str text, size_t at, uint32_t *out) {
    uint32_t low;
    if (text.at[at] == 'U')
        return hex(text, at + 1, 6, out) && *out <= 0x10ffff && !U_IS_SURROGATE(*out) ? 7 : 0;
    if (!hex(text, at + 1, 4, out)) return 0;
    if (!U_IS_SURROGATE(*out)) return 5;
    if (!U16_IS_SURROGATE_LEAD(*out) || at + 6 >= text.n || text.at[at + 5] != '\\' ||
        text.at[at + 6] != 'u' || !hex(text, at + 7, 4, &low) || !U16_IS_TRAIL(low)) {
        return 0;
    }
    *out = (uint32_t)U16_GET_SUPPLEMENTARY(*out, low);
    return 11;
}

// Bytes written; a code point is never longer than its escape.
static size_t put_utf8(char *to, uint32_t c) {
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n; --i > 0; c >>= 6) to[i] = (char)(0x80 | (c & 0x3f));
    to[0] = (char)((0xf00u >> n & 0xf0u) | c);
    return n;
}

static const char ESCAPES[] = "nrt\"'\\", ESCAPED[] = "\n\r\t\"'\\";

bool feel_unescape(hb_arena *arena, feel_lexer *lexer, hb_str *out, hb_error *err) {
    hb_str text = {lexer->text.at + lexer->at + 1, lexer->next - lexer->at - 2};
    if (!text.n || !memchr(text.at, '\\', text.n)) {
        *out = text;
        return true;
    }
    char *to = hb_arena_array(arena, char,
                              text.n + 1);  // an escape is never shorter than what it stands for
    if (!to) return hb_out_of_memory(err);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.at[i] != '\\' || i + 1 >= text.n) {
            to[n++] = text.at[i];
            continue;
        }
        char c = text.at[++i];
        const char *plain = c ? strchr(ESCAPES, c) : NULL;
        uint32_t point = 0;
        if (plain) {
            to[n++] = ESCAPED[plain - ESCAPES];
        } else if (c == 'u' || c == 'U') {
            size_t read = escaped_code_point(text, i, &point);
            if (!read) {
                hb_fail(err, HB_INPUT, "feel-syntax", "this escape is no code point");
                hb_error_at(err, lexer->text, lexer->at + i, c == 'u' ? 6 : 8);
                hb_error_help(err,
                              "write \\uXXXX or \\UXXXXXX with hexadecimal digits, a pair of \\u "
                              "for surrogates");
                return false;
            }
            n += put_utf8(to + n, point);
            i += read - 1;
        } else {  // no escape of FEEL: both characters stand for themselves, as regular expressions
                  // need
            to[n++] = '\\';
            to[n++] = c;
        }
    }
    *out = (hb_str){to, n};
    return true;
}
