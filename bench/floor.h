// floor: what the machine could do if nothing but the tables had to be run: each column a whole
// number, each set of rows one machine word. No engine gets below it; habeas is measured against
// it. It reads the text of the cells by itself, and knows only the forms that bench/model.dmn has.
#ifndef HABEAS_BENCH_FLOOR_H
#define HABEAS_BENCH_FLOOR_H

#include "dmn/dmn.h"

typedef struct floor_model floor_model;
// NULL: a cell of a form it does not know, a table of more than 64 rows, or no memory.
floor_model *floor_open(hb_arena *arena, const dmn_model *model, const uint32_t *decisions,
                        uint32_t n_decisions, uint32_t n_people);
// A person's input values and rows, from the trace of an evaluation.
void floor_learn(floor_model *floor, uint32_t person, const dmn_trace_step *steps, uint32_t n);
void floor_run(floor_model *floor);                    // all people, all tables
uint32_t floor_count_wrong(const floor_model *floor);  // people whose rows are not the engine's

#endif
