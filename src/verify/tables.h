// tables: what can be proved of a model that is no rulebook of the gate: of each decision table by
// itself, that it has no gap, that each row can fire, and that no two rows of a UNIQUE table meet.
// By cutting boxes (split.h), without a solver.
#ifndef HABEAS_VERIFY_TABLES_H
#define HABEAS_VERIFY_TABLES_H

#include "verify/verify.h"

HB_MUST_USE bool verify_tables(const dmn_model *model, verify_sink sink, void *to,
                               verify_summary *summary, hb_error *err);

#endif
