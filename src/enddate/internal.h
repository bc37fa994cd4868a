// Inside the enddate room: the four rulebooks as loaded, and what its files call of each other.
#ifndef HABEAS_ENDDATE_INTERNAL_H
#define HABEAS_ENDDATE_INTERNAL_H

#include "enddate/enddate.h"

// What an entry of facts.csv may hold. Every one may also be null or "unknown": then it is in doubt.
typedef enum {
    INPUT_DATE = 0, INPUT_MOMENT, INPUT_TERM, INPUT_DAYS, INPUT_ENUM, INPUT_YES_NO, INPUT_BOOLEAN, INPUT_DATES,
    INPUT_OBJECTS, INPUT_OBJECT,
    INPUT_NESTED,            // inputs of another rulebook, answered first
} input_type;

typedef struct {
    hb_str name;             // "sentences[].term": the path from the inputs
    input_type type;
    hb_str values;           // INPUT_ENUM: separated by "|"
} input_row;

// One row of to-gate.csv: what a fact of the gate is. Programs over end_date, as_of.
typedef struct {
    hb_str fact;
    const feel_program *settled, *in_doubt;
} gate_row;

typedef struct {
    hb_str name, version;
    hb_hash hash;
    dmn_model *model;
    uint32_t answer, inputs; // elements of the model
    uint32_t n_rows, n_rules, n_gate;
    input_row *rows;
    enddate_rule *rules;
    gate_row *gate;
} enddate_book;

struct enddate_law {
    hb_arena *arena;
    enddate_book books[ENDDATE_N_SYSTEMS];
};

// inputs.c: a JSON object as a context for the model. err->pointer says where a value cannot be read, `pointer` being
// where the object stands. `today`: the value of "as_of" where the rulebook reads one and none is given.
bool enddate_read_inputs(const enddate_book *book, hb_arena *arena, const hb_json *inputs, const char *pointer,
                         hb_date today, feel_value *out, hb_error *err);
#endif
