// Which rows of a decision table match: the one question whose cost grows with the table.
#ifndef HABEAS_DMN_MATCH_H
#define HABEAS_DMN_MATCH_H

#include "dmn/dmn.h"

typedef struct dmn_match dmn_match;
// NULL: no memory. The table must outlive it and have all its tests compiled.
dmn_match *dmn_match_open(hb_arena *arena, const dmn_table *table);
// Rows of a table, ascending: in the caller's room for the first, in the arena when they are more.
typedef struct {
    hb_arena *arena;
    uint32_t n, room;
    uint32_t *rows;
} dmn_hits;
// Rows whose every test accepts its input; only the first for a FIRST table. `hits` is empty
// before. False when there was no memory or a limit was reached: then there are no hits.
bool dmn_match_rows(const dmn_match *match, feel_run *run, const feel_env *env,
                    const feel_value *inputs, dmn_hits *hits);
// The same by trying every test of every row: what the index must agree with.
bool dmn_match_linear(const dmn_match *match, feel_run *run, const feel_env *env,
                      const feel_value *inputs, dmn_hits *hits);

#endif
