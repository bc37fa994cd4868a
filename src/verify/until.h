// until: what is shown of a rulebook of end dates (rulebooks/enddate-*). Its models add calendars,
// walk over days and give contexts, which the encoding for the solver has no words for; so the
// properties are shown within a bound: of every question that differs from a worked case, or from a
// custody of which nothing is known, in the values of at most two entries, each at a value of every
// kind (grid.c). All of them are put to the engine itself. docs/verification.md says what that is
// worth.
#ifndef HABEAS_VERIFY_UNTIL_H
#define HABEAS_VERIFY_UNTIL_H

#include "enddate/enddate.h"
#include "verify/verify.h"

// Sentence of a property as it is asked of end dates; "" when it is not asked of them.
hb_str verify_until_says(verify_property property);
// The system of a rulebook's folder by its name; false when it is none of end dates.
bool verify_until_find(hb_str folder_name, enddate_system *system);
// The first few refuted questions of each property go to the sink, with the questions as
// habeas enddate reads them; the summary counts all. `n_questions` gets how many were asked.
HB_MUST_USE bool verify_until(const char *rulebooks, enddate_system system, hb_instant now,
                              verify_sink sink, void *to, verify_summary *summary,
                              uint64_t *n_questions, hb_error *err);

#endif
