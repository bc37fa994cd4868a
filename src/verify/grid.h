// grid: the questions about end dates that are asked within the bound of until.h. A slot is one
// entry of the dictionary at one place of a question; it has a value of each kind that its type
// distinguishes. Called by until.c alone.
#ifndef HABEAS_VERIFY_GRID_H
#define HABEAS_VERIFY_GRID_H

#include "enddate/enddate.h"

#define GRID_VALUES_MAX 48u

typedef struct {
    uint32_t entry;  // of the dictionary; past its last: one that it does not have
    hb_str parent;   // list or object that it is part of; "" at the top
    hb_str member;
    bool is_in_list;
    uint32_t item, n_values;
    const hb_json *values[GRID_VALUES_MAX];  // NULL: the entry is absent
} grid_slot;

typedef struct {
    hb_str id;
    const hb_json *inputs;
} grid_base;

typedef struct {
    hb_arena *arena;
    const enddate_law *law;
    enddate_system system;
    uint32_t n_bases;
    grid_base *bases;  // the worked cases, and a custody of which nothing is known
} grid;
// `rulebooks` is the folder of the four rulebooks.
HB_MUST_USE bool grid_open(grid *g, const enddate_law *law, const char *rulebooks,
                           enddate_system system, hb_error *err);
void grid_close(grid *g);

// Every slot of one base. NULL when memory fails.
HB_MUST_USE grid_slot *grid_slots(grid *g, const grid_base *base, uint32_t *n);
bool grid_is_doubt(const hb_json *value);
// Whether one is part of the other, so that they cannot be set apart.
bool grid_is_nested(const grid_slot *a, const grid_slot *b);
// The object with the slot at the value, in `arena`; what is not on the way is shared. NULL when
// memory fails.
HB_MUST_USE const hb_json *grid_put(hb_arena *arena, const hb_json *object, const grid_slot *slot,
                                    const hb_json *value);
// {"id":…,"system":…,"inputs":…}
HB_MUST_USE const hb_json *grid_question(hb_arena *arena, hb_str id, enddate_system system,
                                         const hb_json *inputs);

#endif
