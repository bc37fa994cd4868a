// term: the formulas of verify as one shared graph. Every term is built once (equal terms have
// equal numbers), is simplified while it is built, and stands after the terms it is made of, so a
// loop from 0 upwards meets children first. The same graph is read by two readers: term_evaluate
// below, on numbers, and solver.c, in Z3. What a test shows about the first therefore holds for
// what the second is asked.
#ifndef HABEAS_VERIFY_TERM_H
#define HABEAS_VERIFY_TERM_H

#include "base/base.h"

typedef uint32_t term;

typedef enum { TERM_BOOL = 0, TERM_INT, TERM_REAL } term_sort;

typedef enum {
    TERM_FALSE = 0,  // the first two terms of every pool
    TERM_TRUE,
    TERM_INTEGER,     // number
    TERM_DECIMAL,     // decimal, sort REAL
    TERM_VARIABLE,    // a name of its own; number counts the variables
    TERM_NOT,         // a
    TERM_AND,         // a, b
    TERM_OR,          // a, b
    TERM_IF,          // a ? b : c, of any sort
    TERM_EQUAL,       // a = b, both of one sort
    TERM_LESS,        // a < b, numbers
    TERM_LESS_EQUAL,  // a <= b
    TERM_ADD,         // a + b
    TERM_NEGATE,      // -a
    TERM_SCALE,       // a * b where b is constant
    TERM_TO_REAL,     // the integer a as a rational
    TERM_MONTHS,  // the day `number` months after day a, its day of the month clipped (both days
                  // since 1970-01-01)
} term_kind;

typedef struct {
    uint8_t kind, sort;
    term a, b, c;
    int64_t number;
    hb_dec decimal;
} term_node;

// Days that dates may be on: 1900-01-01 .. 2199-12-31. Said in docs/verification.md and in every
// proof record.
#define TERM_FIRST_DAY (-25567)
#define TERM_LAST_DAY 84005

typedef struct term_pool term_pool;
struct term_pool {
    term_node *nodes;
    uint32_t n, room;
    uint32_t *table;  // open addressing over nodes
    uint32_t table_size;
    uint32_t n_variables, variables_room;
    hb_str *names;                         // of the variables; text in the arena
    uint32_t *stamps, stamp, stamps_room;  // of term_reach: the last call that met the term
    term *reached;
    hb_hash *hashes;  // of the first n_hashed terms
    uint32_t n_hashed, hashes_room;
    hb_arena *arena;
    bool has_failed;  // memory: every later term is FALSE and no result may be used
};
// NULL: no memory.
term_pool *term_pool_open(void);
void term_pool_close(term_pool *pool);

static const term FALSE_TERM = 0, TRUE_TERM = 1;
static inline term term_boolean(bool is_true) {
    return is_true ? TRUE_TERM : FALSE_TERM;
}
term term_integer(term_pool *pool, int64_t number);
term term_decimal(term_pool *pool, hb_dec decimal);
// A new variable at each call, though its name be used already.
term term_variable(term_pool *pool, term_sort sort, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
term term_not(term_pool *pool, term a);
term term_and(term_pool *pool, term a, term b);
term term_or(term_pool *pool, term a, term b);
term term_implies(term_pool *pool, term a, term b);
term term_if(term_pool *pool, term condition, term then, term otherwise);
term term_equal(term_pool *pool, term a, term b);
term term_less(term_pool *pool, term a, term b);
term term_less_equal(term_pool *pool, term a, term b);
term term_add(term_pool *pool, term a, term b);
term term_subtract(term_pool *pool, term a, term b);
term term_negate(term_pool *pool, term a);
term term_scale(term_pool *pool, term a, term constant);
term term_to_real(term_pool *pool, term a);
term term_months(term_pool *pool, term day, int64_t months);
static inline const term_node *term_at(const term_pool *pool, term t) {
    return &pool->nodes[t];
}
static inline bool term_is_constant(const term_pool *pool, term t) {
    return pool->nodes[t].kind <= TERM_DECIMAL;
}

// The same term with variables replaced: from[i] by to[i]. Terms without them come back as they
// are.
term term_replace(term_pool *pool, term t, uint32_t n, const term *from, const term *to);
// t and all it is made of, ascending; the list lives until the next call.
uint32_t term_reach(term_pool *pool, term t, const term **list);
// Which variables a term reads: bits[v] for variable number v (n_variables bytes, zeroed by the
// caller).
void term_variables_of(term_pool *pool, term t, uint8_t *bits);
// A hash of what the term says, whatever else was built before it: variables by name, nothing by
// number, and the two sides of `and`, `or`, `=`, `+` in no order.
hb_hash term_hash(term_pool *pool, term t);

// ---- evaluating --------------------------------------------------------------------------------
typedef struct {
    bool boolean;
    int64_t number;
    hb_dec decimal;
} term_value;
// Values of all terms 0..n-1 from the values of the variables, by variable number. `out` has room
// for pool->n.
void term_evaluate(const term_pool *pool, const term_value *variables, term_value *out);
// The day `months` months after `day`; days outside the calendar stay at its edge.
int64_t term_add_months(int64_t day, int64_t months);

#endif
