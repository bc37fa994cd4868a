// dmn: decision models (DMN 1.1 to 1.5 XML): load, compile, evaluate, trace, batch. Called by rulebook, gate,
// conditions, enddate, verify and cli; calls feel and base. Boxed expressions become feel nodes, so one
// compiler and one machine run everything; a decision table is a host node (table.c).
// A dmn_model lives in its own arena, is immutable once loaded, and is shared by threads; each thread evaluates
// in a dmn_session of its own. Only xml.c includes libxml2: network and entities are off there.
// Read xml.c -> model.c (files, imports, elements) -> items.c (types) -> graph.c (requirements) -> boxed.c -> table.c
// -> match.c (which rows match) -> external.c -> session.c -> tck.c.
#ifndef HABEAS_DMN_H
#define HABEAS_DMN_H

#include "feel/feel.h"

typedef struct dmn_model dmn_model;

#define DMN_MAX_BYTES (64u << 20)

// Loads a model and, by locationURI beside it (or by namespace among the .dmn files of its folder), what it imports.
// Errors: file, line, element, expression, column. Errors in a single decision's logic do not refuse the model when
// `is_lenient` (the standard's way: that decision is null with an error note); a rulebook is loaded strictly.
HB_MUST_USE dmn_model *dmn_load(const char *path, bool is_lenient, hb_error *err);
HB_MUST_USE dmn_model *dmn_load_text(hb_str xml, const char *name, bool is_lenient, hb_error *err);   // imports refused
void dmn_close(dmn_model *model);

// What `dmn check` prints: warnings and errors of the model, the first HB_ERRORS_KEPT of them. A warning has kind
// HB_NONE: it breaks nothing.
uint32_t dmn_n_problems(const dmn_model *model);
const hb_error *dmn_problem(const dmn_model *model, uint32_t i);

typedef enum { DMN_INPUT = 0, DMN_DECISION, DMN_BKM, DMN_SERVICE } dmn_kind;
typedef struct {
    dmn_kind kind;
    hb_str id, name;            // name: of the variable as expressions see it
    hb_str label, description;
    const feel_type *type;      // declared; Any when not
} dmn_element;
uint32_t dmn_n_elements(const dmn_model *model);
const dmn_element *dmn_element_at(const dmn_model *model, uint32_t i);
#define DMN_NONE UINT32_MAX
uint32_t dmn_find(const dmn_model *model, dmn_kind kind, hb_str name);    // by name, then by id; DMN_NONE
// The elements a decision (or service) rests on directly; in the order of its requirements.
uint32_t dmn_requirements(const dmn_model *model, uint32_t element, const uint32_t **elements);

// ---- decision tables, as pages, lint and verify see them ------------------------------------------------
typedef enum { DMN_UNIQUE = 0, DMN_ANY, DMN_PRIORITY, DMN_FIRST, DMN_OUTPUT_ORDER, DMN_RULE_ORDER, DMN_COLLECT } dmn_hit_policy;
typedef enum { DMN_AGGREGATE_NONE = 0, DMN_SUM, DMN_COUNT, DMN_MIN, DMN_MAX } dmn_aggregation;
typedef struct {
    hb_str label, text;                 // of the input expression
    const feel_type *type;
    const feel_program *expression;
    const feel_program *allowed;        // inputValues, or NULL
} dmn_table_input;
typedef struct {
    hb_str name, label;
    const feel_type *type;
    const feel_program *allowed;        // outputValues, or NULL
    const feel_program *otherwise;      // defaultOutputEntry, or NULL
} dmn_table_output;
typedef struct {
    hb_str id, description;
    uint32_t line;                      // in the file
    const hb_str *test_text, *output_text, *annotation;
    const feel_program *const *tests;   // one an input; NULL for "-"
    const feel_program *const *outputs;
} dmn_table_row;
typedef struct {
    dmn_hit_policy hit_policy;
    dmn_aggregation aggregation;
    uint32_t n_inputs, n_outputs, n_rows, n_annotations;
    const dmn_table_input *inputs;
    const dmn_table_output *outputs;
    const dmn_table_row *rows;
    const hb_str *annotation_names;
} dmn_table;
const dmn_table *dmn_decision_table(const dmn_model *model, uint32_t decision);   // NULL when its logic is not one table
const feel_program *dmn_decision_program(const dmn_model *model, uint32_t decision);   // its whole logic; NULL when it has none

// ---- evaluating ------------------------------------------------------------------------------------------
typedef struct dmn_session dmn_session;
HB_MUST_USE dmn_session *dmn_session_open(const dmn_model *model, hb_instant now, hb_error *err);
void dmn_session_close(dmn_session *session);
// Forgets inputs, results and their memory: the next person.
void dmn_session_reset(dmn_session *session);
// Forgets the values of all decisions, keeps inputs and memory: the same case once more.
void dmn_session_forget(dmn_session *session);
hb_arena *dmn_session_arena(dmn_session *session);       // for values that live until the next reset
// Sets an input (or overrides a decision) by element index. The value is coerced to the element's type when
// the element is evaluated; an input never set is reported with a note and is null.
void dmn_session_set(dmn_session *session, uint32_t element, feel_value value);
// A decision's value, evaluated once and remembered; BKMs give functions. False only when a limit was reached.
HB_MUST_USE bool dmn_session_get(dmn_session *session, uint32_t element, feel_value *out, hb_error *err);
// A decision service called with the inputs set in the session, by parameter name.
HB_MUST_USE bool dmn_session_service(dmn_session *session, uint32_t service, feel_value *out, hb_error *err);
// Calls a function value, such as a knowledge model's, with arguments in the order of its parameters.
HB_MUST_USE bool dmn_session_call(dmn_session *session, feel_value function, const feel_value *args, uint32_t n, feel_value *out, hb_error *err);

// A function of the host, by class and method signature as an external function names it ("double" or
// "java.lang.String" parameters, without blanks). n_params UINT32_MAX: any number.
typedef feel_value (*dmn_native_call)(feel_run *run, void *data, const feel_value *args, uint32_t n);
typedef struct {
    const char *class, *signature;
    uint32_t n_params;
    dmn_native_call call;
    void *data;
} dmn_native;
// Rows of the host come before those of external.c; the caller's, until the session closes.
void dmn_session_natives(dmn_session *session, const dmn_native *rows, uint32_t n);

// Calls a function outside FEEL by class and method signature (external.c); what sessions set as feel_run.external.
feel_value dmn_external_call(feel_run *run, feel_value mapping, const feel_value *args, uint32_t n);

// ---- why -------------------------------------------------------------------------------------------------
// Which rows of which table fired, on which values; rows of one evaluation in order.
typedef struct {
    uint32_t decision;                  // element whose logic holds the table
    const dmn_table *table;
    uint32_t n_hits;
    const uint32_t *hits;               // 0-based rows
    const feel_value *inputs;           // one an input column
    feel_value result;
} dmn_trace_step;
void dmn_session_keep_trace(dmn_session *session, bool is_kept);        // off at first
uint32_t dmn_session_trace(const dmn_session *session, const dmn_trace_step **steps);
// Whether one cell of a step's table fits the value of its column, in the session's own environment: for a table that is
// the whole logic of a decision. "-" fits always.
bool dmn_session_fits(dmn_session *session, const dmn_trace_step *step, uint32_t row, uint32_t column);
// Why values are null. Kept at first; who never reads them saves the time of writing them.
void dmn_session_keep_notes(dmn_session *session, bool is_kept);
uint32_t dmn_session_notes(const dmn_session *session, const feel_note **notes);
// For a table decision already evaluated: index of the row that gave the result, DMN_NONE when none did.
uint32_t dmn_session_row(const dmn_session *session, uint32_t decision);

// ---- the DMN TCK's test files ------------------------------------------------------------------------------
typedef struct { uint32_t n_passed, n_failed; } dmn_tck_count;
// One test case. A case passes when all its result nodes do; a failed one names the first that does not.
typedef struct {
    const char *folder, *file, *test_case, *node;   // folder: the last two of its path; file: without ".xml"
    bool has_passed;
    const char *expected, *got;         // as FEEL text, for a failed case
    const char *message;                // why there is nothing to compare, or ""
    const dmn_model *model;
    dmn_session *session;               // in which it was evaluated, its inputs still set; NULL: the model did not load
} dmn_tck_result;
typedef void (*dmn_tck_sink)(void *to, const dmn_tck_result *result);
// Runs one test file (TCK XML) or every *.xml test under a folder, in sorted order; adds to `count`.
HB_MUST_USE bool dmn_tck_run(const char *path, hb_instant now, dmn_tck_sink sink, void *to, dmn_tck_count *count, hb_error *err);

#endif
