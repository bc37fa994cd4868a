// Which rows of a decision table match: the one question whose cost grows with the table.
#ifndef HABEAS_DMN_MATCH_H
#define HABEAS_DMN_MATCH_H

#include "dmn/dmn.h"

typedef struct dmn_match dmn_match;
// NULL: no memory. The table must outlive it and have all its tests compiled.
dmn_match *dmn_match_open(hb_arena *arena, const dmn_table *table);
// Rows whose every test accepts its input, ascending; only the first for a FIRST table. `hits` has
// room for all rows.
uint32_t dmn_match_rows(const dmn_match *match, feel_run *run, const feel_env *env,
                        const feel_value *inputs, uint32_t *hits);
// The same by trying every test of every row: what the index must agree with.
uint32_t dmn_match_linear(const dmn_match *match, feel_run *run, const feel_env *env,
                          const feel_value *inputs, uint32_t *hits);

#endif
