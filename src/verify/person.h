// person: what a solver found, as a person whom habeas can check. The same records are printed as a
// line of a transfer list and given to the gate, so a refutation is never the encoding's word
// alone.
#ifndef HABEAS_VERIFY_PERSON_H
#define HABEAS_VERIFY_PERSON_H

#include "gate/gate.h"
#include "verify/evidence.h"

typedef struct {
    rulebook_day day;
    uint32_t n_records;
    rulebook_record *records;
} person;

// The value a term-value has under an assignment (`all`: one a term), as a value of the fact.
feel_value person_value(law *l, uint32_t fact, value v, const term_value *all, hb_arena *arena);
hb_str person_host(law *l, const term_value *all, hb_arena *arena);
// Facts as they count under an assignment, each with a document that gives it that standing.
// `changed` (DMN_NONE: none) takes `other` instead.
HB_MUST_USE bool person_from_facts(law *l, const term_value *all, uint32_t changed,
                                   const value *other, term other_is_proved, hb_arena *arena,
                                   person *out);
// One fact by its records and documents.
HB_MUST_USE bool person_from_evidence(law *l, uint32_t fact, const evidence *from,
                                      const term_value *all, hb_arena *arena, person *out);
// A list that habeas check reads: a header, then one line a person; ids are given.
void person_print_header(hb_text *out, const person *p);
void person_print(hb_text *out, const rulebook *rb, const person *p, const char *id);

// The other way: the assignment of a person's facts as they count. `variables` has room for the
// pool's variables. False when a value does not fit the bounds (a list too long).
bool person_assign(law *l, const rulebook_day *day, const rulebook_fact_standing *standings,
                   term_value *variables);
// The assignment of a value's own variables.
bool person_assign_value(law *l, value to, feel_value v, term_value *variables);

#endif
