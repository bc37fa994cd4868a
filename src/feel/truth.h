// truth.h: three-valued logic, for comparisons of which some cannot be made (DMN 1.5 §10.3.2.15).
#ifndef HABEAS_FEEL_TRUTH_H
#define HABEAS_FEEL_TRUTH_H

#include "feel/internal.h"

typedef enum { UNKNOWN = 0, NO, YES } truth;   // 0 is the cautious answer: null

static inline truth truth_of(bool is_true) {
    return is_true ? YES : NO;
}

// Both hold: false wins over unknown.
static inline truth both(truth a, truth b) {
    if (a == NO || b == NO) return NO;
    return a == YES && b == YES ? YES : UNKNOWN;
}

// One of them holds: true wins over unknown.
static inline truth either(truth a, truth b) {
    if (a == YES || b == YES) return YES;
    return a == NO && b == NO ? NO : UNKNOWN;
}

static inline truth truth_in(feel_value value) {
    return value.kind == FEEL_BOOLEAN ? truth_of(value.boolean) : UNKNOWN;
}

static inline feel_value truth_value(truth known) {
    return known == UNKNOWN ? feel_null() : feel_boolean(known == YES);
}

#endif
