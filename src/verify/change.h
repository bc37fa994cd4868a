// change: what would change one person's verdict. Every smallest set of documents, up to four, that
// would end a bar or complete the file, found by the solver over all sets and all values, each then
// shown by running the gate on the person with those documents added. The complete list of what is
// missing stays the main answer; this is the way to the next one.
#ifndef HABEAS_VERIFY_CHANGE_H
#define HABEAS_VERIFY_CHANGE_H

#include "gate/gate.h"

typedef struct verify_changer verify_changer;  // one a thread; opening it reads the whole law
HB_MUST_USE verify_changer *verify_changer_open(const rulebook *rb, hb_error *err);
void verify_changer_close(verify_changer *changer);
// `decision` is the gate's for these records. Fills `changes` (in `arena`), sets
// decision->is_curable exactly: a bar is curable when some documents, however many, would end it.
// False when memory failed. What the law says beyond the translation leaves `changes` undecided
// (is_known false) and is_curable as the gate had it.
HB_MUST_USE bool verify_would_change(verify_changer *changer, rulebook_bench *bench,
                                     hb_arena *arena, const rulebook_day *day,
                                     const rulebook_record *records, uint32_t n_records,
                                     gate_decision *decision, gate_changes *changes, hb_error *err);

#endif
