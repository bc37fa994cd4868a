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
typedef struct feel_property feel_property;
const feel_property *feel_property_find(hb_str name);   // NULL: no kind has one of this name
bool feel_property_read(feel_run *run, const feel_property *property, feel_value value, feel_value *out);   // false: this kind has none

// ---- builtins.c -------------------------------------------------------------------------------------------
// A call sees its arguments checked against `kinds`: in the order of `parameters`, single values made lists and
// lists of one made values where the parameter asks for it; absent optional ones are null, and `n` counts up
// to the last one given.
typedef feel_value (*feel_builtin_call)(feel_run *run, const feel_value *args, uint32_t n);
// Each alternative of an overloaded function has a row of its own (same name); rows of one name stand together
// and are tried in the order of the table.
typedef struct {
    const char *name;
    uint8_t n_least, n_most;       // 255: any number
    feel_builtin_call call;
    const char *parameters;        // "string, start position, length"
    const char *kinds;             // a letter for each parameter, see builtins.c; the last one stands for all further
    feel_type_kind result;         // what it gives when not null; ANY: one of several
    const char *source;            // "DMN 1.5 §10.3.4.3"
    const char *example, *gives;   // one expression that runs as a test, and what it prints
} feel_builtin;
const feel_builtin *feel_builtin_rows(uint32_t *n);
// First row of that name. NULL when there is none.
const feel_builtin *feel_builtin_find(hb_str name);
// How run.c calls one. Positional: `first` is what feel_builtin_find gave; the row whose counts and kinds fit is
// taken. Named: `row` is the first row of the name that has every given parameter name, `args` are laid out in
// the order of its parameters with null where nothing was given, `n` counts up to the last one given.
// Neither is ever an error of the program: what does not fit gives null and a note naming function and argument.
feel_value feel_builtin_apply(feel_run *run, const feel_builtin *first, const feel_value *args, uint32_t n);
feel_value feel_builtin_apply_named(feel_run *run, const feel_builtin *row, const feel_value *args, uint32_t n);
// Next row of the same name, or NULL; and the place of a parameter in a row, -1 when it has none of that name.
const feel_builtin *feel_builtin_next(const feel_builtin *row);
int feel_builtin_parameter(const feel_builtin *row, hb_str parameter);

// Lists and contexts nested deeper than this are not compared, copied or printed: recursion over values ends here.
#define FEEL_NESTING_MAX 1000
#define FEEL_SMALL_MAX 1000000000000000000   // 10^18, the largest coefficient of the small form

// helpers for built-ins (value.c)
feel_value feel_string_copy(feel_run *run, hb_str text);                 // copies into the run's arena
feel_value feel_number_from(feel_run *run, hb_dec number);
feel_value feel_list_copy(feel_run *run, const feel_value *items, uint32_t n);
bool feel_small_number(int64_t coefficient, int exponent, feel_value *out);   // false: it has no small form
bool feel_to_int(feel_value number, int64_t *out);                       // integral values in range only
feel_value feel_time_value(feel_run *run, hb_time time);
feel_value feel_date_time_value(feel_run *run, hb_datetime date_time);
feel_value feel_range_value(feel_run *run, feel_range range);
feel_value feel_days_duration(int64_t seconds, uint32_t nanosecond);
feel_value feel_years_duration(int64_t months);
feel_value feel_context_value(feel_run *run, uint32_t n, const hb_str *keys, const feel_value *values);   // copies both arrays

// ---- regex.c (the one door to PCRE2) and regex_translate.c -----------------------------------------------
// XPath's regular expressions (XQuery and XPath Functions and Operators 3.1 §5.6). A bad pattern or flag, or one
// that takes too long, gives null and a note.
feel_value feel_regex_matches(feel_run *run, hb_str input, hb_str pattern, hb_str flags);
feel_value feel_regex_replace(feel_run *run, hb_str input, hb_str pattern, hb_str replacement, hb_str flags);
feel_value feel_regex_split(feel_run *run, hb_str input, hb_str pattern);
void feel_regex_cache_close(struct feel_regex_cache *cache);   // run.c: in feel_run_clear; NULL is fine
// The pattern as PCRE2 reads it, appended to `out`; NULL, or what is wrong with it. is_caseless: flag i.
const char *feel_regex_translate(hb_text *out, hb_str pattern, bool is_caseless, bool is_dot_all);
void feel_regex_strip(hb_text *out, hb_str pattern);           // flag x: without white space outside [...]

// ---- utf8.c: positions in text, which must be valid UTF-8 ---------------------------------------------------
int32_t feel_next_code_point(hb_str text, size_t *at);   // *at < text.n; moves it behind the code point
uint64_t feel_count_code_points(hb_str text);
size_t feel_skip_code_points(hb_str text, uint64_t n);   // byte offset behind the first n
hb_str feel_excerpt(hb_str text);                        // its first 60 code points, for messages

// ---- temporal.c -----------------------------------------------------------------------------------------
// Seconds since 1970-01-01T00:00:00Z (as if UTC when there is no zone), and back at the same zone.
int64_t feel_instant(const hb_datetime *date_time);
bool feel_date_time_at(int64_t instant, uint32_t nanosecond, hb_zone zone, hb_datetime *out);
bool feel_zone_offset(const hb_zone *zone, const hb_date *date, int32_t second, int32_t *offset_seconds);
int32_t feel_second_of_day(const hb_time *time);
hb_datetime feel_midnight(hb_date date);                 // a date as date and time: midnight UTC, DMN 1.5 §10.3.2.3.5

// ---- functions (call.c) -----------------------------------------------------------------------------------
// One of: a built-in (builtin), a host's (call, data), an external one (is_external, mapping), else code over env.
struct feel_code;
struct feel_function {
    hb_str name;                   // empty: a lambda
    uint32_t n_params;             // of a built-in: the least its first row takes
    const feel_field *params;      // NULL for a built-in
    const feel_type *result;       // NULL: not declared
    const feel_type *found;        // what the body was found to give; NULL: not known
    const feel_builtin *builtin;
    feel_function_call call;
    const void *data;
    const struct feel_code *code;
    const feel_env *env;
    bool is_external;
    feel_value mapping;
};
bool feel_builtin_function(hb_arena *arena, const feel_builtin *first, feel_value *out);
// Ends the evaluation with HB_LIMIT (the first cause stays); gives null.
feel_value feel_run_fail(feel_run *run, const char *code, const char *message, const char *help);
// Calls with arguments matched by parameter name.
feel_value feel_call_named(feel_run *run, feel_value function, const hb_str *names, const feel_value *args, uint32_t n);

// ---- nodes (node.c): owned by the parser's side; the layout is what compile.c, verify and lint read -------
// feel_node_kind, struct feel_node: see node.h

#endif
