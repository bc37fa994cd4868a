// What the files of feel share and no other room sees.
#ifndef HABEAS_FEEL_INTERNAL_H
#define HABEAS_FEEL_INTERNAL_H

#include "feel/feel.h"

// ---- operators.c and compare.c: one function per operator, null and a note for kinds that do not fit ----
feel_value feel_add(feel_run *run, feel_value a, feel_value b);
feel_value feel_subtract(feel_run *run, feel_value a, feel_value b);
feel_value feel_multiply(feel_run *run, feel_value a, feel_value b);
feel_value feel_divide(feel_run *run, feel_value a, feel_value b);
feel_value feel_power(feel_run *run, feel_value a, feel_value b);
feel_value feel_negate(feel_run *run, feel_value a);
feel_value feel_less_or_equal(feel_run *run, feel_value a, feel_value b);
const char *feel_kind_name(feel_value value);            // "number", "list", ... for messages

// ---- properties.c: what stands after a dot on a value that is no context (date.year, range.start, ...) ----
bool feel_property(feel_run *run, feel_value value, hb_str name, feel_value *out);   // false: no such property

// ---- builtins.c -------------------------------------------------------------------------------------------
typedef feel_value (*feel_builtin_call)(feel_run *run, const feel_value *args, uint32_t n);
// Each alternative of an overloaded function has a row of its own (same name), tried in order of the table
// for named arguments; `call` sees its arguments in the order of `parameters`; absent optional ones are null,
// and `n` counts up to the last one given.
typedef struct {
    const char *name;
    uint8_t n_least, n_most;       // 255: any number (a list may stand for them)
    feel_builtin_call call;
    const char *parameters;        // "string, start position, length"
    const char *source;            // "DMN 1.5 §10.3.4.3"
    const char *example, *gives;   // one expression that runs as a test, and what it prints
} feel_builtin;
const feel_builtin *feel_builtin_rows(uint32_t *n);
// First row of that name; rows of one name stand together. NULL when there is none.
const feel_builtin *feel_builtin_find(hb_str name);

// helpers for built-ins (value.c)
feel_value feel_string_copy(feel_run *run, hb_str text);                 // copies into the run's arena
feel_value feel_number_from(feel_run *run, hb_dec number);
feel_value feel_list_copy(feel_run *run, const feel_value *items, uint32_t n);
bool feel_to_int(feel_value number, int64_t *out);                       // integral values in range only
feel_value feel_time_value(feel_run *run, hb_time time);
feel_value feel_date_time_value(feel_run *run, hb_datetime date_time);
feel_value feel_range_value(feel_run *run, feel_range range);
feel_value feel_context_value(feel_run *run, uint32_t n, const hb_str *keys, const feel_value *values);   // copies both arrays

// ---- nodes (node.c): owned by the parser's side; the layout is what compile.c, verify and lint read -------
// feel_node_kind, struct feel_node: see node.h

#endif
