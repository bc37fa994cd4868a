// encode: what an expression says, as terms. A value is a pair: whether it is null, and what it is
// when it is not. FEEL's three-valued logic is therefore exact. Sorts: booleans; strings as
// integers (each string that the law names has its own, every greater one is some other string);
// numbers as rationals; dates as days; lists as a bounded row of places that may be empty. What has
// no term (a regular expression, a function value) makes the encoder say so: it never guesses, and
// the property that needed it is undecided.
#ifndef HABEAS_VERIFY_ENCODE_H
#define HABEAS_VERIFY_ENCODE_H

#include "feel/node.h"
#include "verify/term.h"

typedef enum {
    VALUE_NULL = 0,   // always null
    VALUE_BOOLEAN,    // t: bool
    VALUE_NUMBER,     // t: real
    VALUE_STRING,     // t: int, a string's number
    VALUE_DATE,       // t: int, days since 1970-01-01
    VALUE_DATE_TIME,  // t: int, the local day; instant: int, seconds since 1970-01-01T00:00:00Z.
                      // All have a zone
    VALUE_DAYS,       // t: int, seconds
    VALUE_MONTHS,     // t: int, months; constant
    VALUE_RANGE,      // items[0], items[1]: endpoints; has_low, has_high ...
    VALUE_LIST,       // n places: items[i] when has[i]
    VALUE_CONTEXT,    // n entries under keys
} value_kind;

typedef struct value value;
struct value {
    value_kind kind;
    term is_null, t, instant;
    uint32_t n;
    const value *items;
    const term *has;
    const hb_str *keys;
    bool has_low, has_high, is_low_included, is_high_included;
    char unary;
};

// A string that the law does not name has a number from here on, each its own.
#define ENCODE_OTHER_STRING 1000000

typedef struct encoder encoder;
typedef struct {
    term when;
    hb_str text;
} encoder_fault;  // an error that the engine would meet and turn into null
struct encoder {
    term_pool *pool;
    hb_arena *arena;
    hb_str *strings;  // by number
    uint32_t n_strings, strings_room;
    uint32_t n_named;  // strings of the law; those that come later are numbered from
                       // ENCODE_OTHER_STRING. 0: still reading
    // the value a name of the outermost frame has: NULL = there is none
    const value *(*lookup)(void *to, hb_str name);
    void *to;
    bool has_failed;  // cannot be encoded: `why` says what and where
    hb_str why;
    encoder_fault *faults;
    uint32_t n_faults, faults_room;
};
HB_MUST_USE bool encoder_open(encoder *e, term_pool *pool, hb_arena *arena);
bool encoder_follow(encoder *e, const encoder *first);  // takes over its strings and their numbers
void encoder_close(encoder *e);
int64_t encoder_string(encoder *e, hb_str text);  // its number; the same text always gives the same

hb_str encoder_text(const encoder *e,
                    int64_t number);  // the string of a number; empty: it has none

// The value of an expression of the outermost frame. On failure has_failed is set and a null comes
// back.
value encode_node(encoder *e, const feel_node *node);
// Whether a cell accepts an input: a three-valued boolean.
value encode_test(encoder *e, const feel_node *tests, value input);
value encode_constant(encoder *e, feel_value constant);

value value_null(void);
value value_of(value_kind kind, term t);  // never null
term value_is_true(encoder *e, value v);  // true, and neither false nor null
term value_is_false(encoder *e, value v);
value value_if(encoder *e, term condition, value then, value otherwise);
value value_equal(encoder *e, value a, value b);  // as FEEL's =
// Same value, null equal to null: what two versions of one person are compared by. Kinds must
// agree.
term value_same(encoder *e, value a, value b);
value encode_cannot(encoder *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
