// people: random evidence for the tests of verify, the same for the same seed.
#ifndef HABEAS_TESTS_VERIFY_PEOPLE_H
#define HABEAS_TESTS_VERIFY_PEOPLE_H

#include "rulebook/rulebook.h"

typedef struct {
    uint64_t state;
} dice;
uint32_t dice_below(dice *d, uint32_t n);  // 0 .. n - 1
bool dice_one_in(dice *d, uint32_t n);

// A value of a fact: those the dictionary names most of the time, others now and then. Lists are
// sorted, each item once, with at most `n_items`.
bool people_value(dice *d, const rulebook *rb, hb_arena *arena, uint32_t fact,
                  const rulebook_day *day, uint32_t n_items, feel_value *out);
// A document for a record of that value: sound more often than not, and wrong in every way a
// document can be.
const rulebook_document *people_document(dice *d, const rulebook *rb, hb_arena *arena,
                                         uint32_t fact, feel_value value, const rulebook_day *day);
rulebook_day people_day(dice *d);

#endif
