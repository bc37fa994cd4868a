// burden.c: what the dictionary says of the burden of proof, as compiled by facts.c, for those who
// reason about it.
#include "rulebook/internal.h"

void rulebook_fact_burden(const rulebook *rb, uint32_t fact, rulebook_burden *out) {
    const fact_law *law = &rb->laws[fact];
    *out = (rulebook_burden){.asked_when = law->asked_when,
                             .does_age = law->does_age,
                             .fresh_days = law->fresh_days,
                             .fresh_value = law->fresh_value,
                             .n_unanswered = law->n_unanswered,
                             .unanswered = law->unanswered,
                             .knows_none = law->knows_none};
    for (int effect = 0; effect < 3; effect++) {
        const value_tests *tests = &law->tests[effect];
        out->tests[effect] = (rulebook_value_tests){tests->n_values, tests->values,
                                                    tests->takes_any_other, tests->tests};
    }
    if (law->direction == CAUTION_HIGHER) out->direction = 1;
    if (law->direction == CAUTION_LOWER) out->direction = -1;
}
