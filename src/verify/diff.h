// diff: what changed between two rulebooks: in their tables and dictionaries, for the people of a
// list, and for anybody.
#ifndef HABEAS_VERIFY_DIFF_H
#define HABEAS_VERIFY_DIFF_H

#include "gate/gate.h"

// One difference as written. An empty `before` or `after`: it is only on the other side.
typedef struct {
    hb_str where;      // `wh-cat, row 2`, `fact habeas_pending`
    const char *what;  // "row", "freshness", "protects" ...
    hb_str before, after;
} verify_difference;
typedef void (*verify_difference_sink)(void *to, const verify_difference *difference);
HB_MUST_USE bool verify_diff_text(const rulebook *before, const rulebook *after,
                                  verify_difference_sink sink, void *to, hb_error *err);

// Whether somebody, on no list, fares better under the second: a bar lifted, or a file completed.
// `people` gets a list that shows it under both. UNDECIDED when a law has no translation.
typedef enum {
    VERIFY_BETTER_UNDECIDED = 0,
    VERIFY_BETTER_SOMEBODY,
    VERIFY_BETTER_NOBODY
} verify_better;
HB_MUST_USE bool verify_diff_anybody(const rulebook *before, const rulebook *after,
                                     verify_better *answer, hb_text *people, hb_error *err);

#endif
