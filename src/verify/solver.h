// solver: the one door to Z3 (libz3, C API). It answers whether a term of one pool can be true.
// Months (TERM_MONTHS) are taught as they are needed: Z3 starts from bounds and the order of days,
// both exact over the calendar; a candidate that uses a wrong day is answered with the right one,
// and asked again.
#ifndef HABEAS_VERIFY_SOLVER_H
#define HABEAS_VERIFY_SOLVER_H

#include "verify/term.h"

typedef struct solver solver;

typedef enum { SOLVER_UNKNOWN = 0, SOLVER_POSSIBLE, SOLVER_IMPOSSIBLE } solver_answer;

HB_MUST_USE solver *solver_open(term_pool *pool, hb_error *err);
void solver_close(solver *s);
// Can `query` be true? POSSIBLE fills `values`, one a variable of the pool
// (its caller's room), with a way. UNKNOWN: `why` says it (static or in the solver, until the next
// call). `effort` bounds the search in Z3's own steps (some millions a second); 0 is no bound.
solver_answer solver_check(solver *s, term query, uint32_t effort, term_value *values,
                           const char **why);
// After POSSIBLE for `query`: the same question with one more condition, which reads no months of
// its own. POSSIBLE fills `values` anew, IMPOSSIBLE leaves them, UNKNOWN spoils them.
solver_answer solver_narrow(solver *s, term query, term also, term_value *values);
uint64_t solver_n_checks(const solver *s);
const char *solver_version(void);  // "Z3 4.8.12"

#endif
