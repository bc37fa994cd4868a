// feel: the expression language of DMN 1.5, chapter 10. Called by dmn, rulebook, conditions, money and verify;
// calls base only; knows nothing of law, files or the network. A feel_program lives in the arena it was
// compiled in and never changes, so any number of threads may run it, each with its own feel_run.
//
// The way of an expression: text --parse (names resolved by a feel_scope)--> feel_node tree
//   --compile--> feel_program --run with a feel_env--> feel_value.
// A feel_scope describes at compile time exactly the frames a feel_env holds at run time.
//
// Read value.c -> lex.c -> parse.c -> node.c -> compile.c -> run.c -> operators.c -> compare.c. Every built-in
// function is a row in builtins.def.
#ifndef HABEAS_FEEL_H
#define HABEAS_FEEL_H

#include "base/base.h"

// ---- values -------------------------------------------------------------------------------------
typedef enum {
    FEEL_NULL = 0,
    FEEL_BOOLEAN,         // boolean
    FEEL_NUMBER,          // coefficient * 10^exponent when !is_big, else *big
    FEEL_STRING,          // text, n bytes of UTF-8
    FEEL_DATE,            // date
    FEEL_TIME,            // *time
    FEEL_DATE_TIME,       // *date_time
    FEEL_DAYS_DURATION,   // seconds, and n nanoseconds (0..999999999) towards +infinity
    FEEL_YEARS_DURATION,  // months
    FEEL_RANGE,           // *range
    FEEL_LIST,            // n items
    FEEL_CONTEXT,         // *context
    FEEL_FUNCTION,        // *function
} feel_kind;

typedef struct feel_value feel_value;
typedef struct feel_range feel_range;
typedef struct feel_context feel_context;
typedef struct feel_function feel_function;

// 16 bytes, passed by value; what it points to lives in an arena and never changes once made.
struct feel_value {
    uint8_t kind;      // feel_kind
    uint8_t is_big;    // FEEL_NUMBER only
    int16_t exponent;  // FEEL_NUMBER, !is_big: -18..0
    uint32_t n;
    union {
        bool boolean;
        int64_t coefficient;   // |coefficient| <= 10^18, no trailing decimal zeros when exponent < 0
        const hb_dec *big;     // only numbers that do not fit the small form
        const char *text;
        hb_date date;
        const hb_time *time;
        const hb_datetime *date_time;
        int64_t seconds;
        int64_t months;
        const feel_range *range;
        const feel_value *items;
        const feel_context *context;
        const feel_function *function;
    };
};

// Endpoints as DMN 1.5 §10.3.2.7: an absent endpoint (has_low false) differs from a null one. A unary form
// keeps its operator: '<' '>' 'l' (<=) 'g' (>=) '=' '!' ; 0 for an interval written with two endpoints.
struct feel_range {
    feel_value low, high;
    bool has_low, has_high, is_low_included, is_high_included;
    char unary;
};

// Entries in their order; keys are unique.
struct feel_context {
    uint32_t n;
    const hb_str *keys;
    const feel_value *values;
};

static inline feel_value feel_null(void) { return (feel_value){.kind = FEEL_NULL}; }
static inline feel_value feel_boolean(bool is_true) {
    return (feel_value){.kind = FEEL_BOOLEAN, .boolean = is_true};
}
static inline feel_value feel_string(hb_str text) {   // the slice is not copied
    return (feel_value){.kind = FEEL_STRING, .n = (uint32_t)text.n, .text = text.at};
}
static inline hb_str feel_text(feel_value string) { return (hb_str){string.text, string.n}; }
static inline feel_value feel_date(hb_date date) { return (feel_value){.kind = FEEL_DATE, .date = date}; }
static inline feel_value feel_list(const feel_value *items, uint32_t n) {
    return (feel_value){.kind = FEEL_LIST, .n = n, .items = items};
}
static inline bool feel_is_null(feel_value value) { return value.kind == FEEL_NULL; }
static inline bool feel_is_true(feel_value value) { return value.kind == FEEL_BOOLEAN && value.boolean; }
static inline bool feel_is_false(feel_value value) { return value.kind == FEEL_BOOLEAN && !value.boolean; }
feel_value feel_int(int64_t number);                     // |number| <= 10^18
bool feel_number(hb_arena *arena, hb_dec number, feel_value *out);   // picks the small form where exact
hb_dec feel_dec(feel_value number);
bool feel_context_get(const feel_context *context, hb_str key, feel_value *out);
bool feel_copy(hb_arena *arena, feel_value value, feel_value *out);  // deep copy into another arena (not functions' environments)

// As FEEL text: what string() gives (a string itself unquoted at top level), used by prints and messages.
void feel_print(hb_text *out, feel_value value);
// As JSON: numbers as JSON numbers with all digits, temporal values as strings in their canonical form, ranges and functions as strings.
void feel_print_json(hb_text *out, feel_value value);

// ---- types ---------------------------------------------------------------------------------------
typedef enum {
    FEEL_TYPE_ANY = 0, FEEL_TYPE_NULL, FEEL_TYPE_BOOLEAN, FEEL_TYPE_NUMBER, FEEL_TYPE_STRING, FEEL_TYPE_DATE,
    FEEL_TYPE_TIME, FEEL_TYPE_DATE_TIME, FEEL_TYPE_DAYS_DURATION, FEEL_TYPE_YEARS_DURATION,
    FEEL_TYPE_RANGE,      // element
    FEEL_TYPE_LIST,       // element
    FEEL_TYPE_CONTEXT,    // fields
    FEEL_TYPE_FUNCTION,   // params, result (element)
} feel_type_kind;

typedef struct feel_type feel_type;
typedef struct { hb_str name; const feel_type *type; } feel_field;
typedef struct feel_program feel_program;
struct feel_type {
    feel_type_kind kind;
    hb_str name;                    // of the item definition, or empty
    const feel_type *element;       // list, range; function: result
    uint32_t n_fields;              // context fields, function parameters
    const feel_field *fields;
    const feel_program *allowed;    // unary tests a value must pass (allowedValues), or NULL
    const feel_program *list_allowed;  // typeConstraint on a list as a whole, or NULL
    const feel_type *base;          // the constrained type this one narrows, whose `allowed` holds too; or NULL
};
const feel_type *feel_type_basic(feel_type_kind kind);   // one shared instance for each kind without parts
const feel_type *feel_type_find(hb_str name);            // "number", "date and time", "Any", XSD-style old names; NULL
bool feel_type_is(const feel_type *given, const feel_type *wanted);   // conformance, DMN 1.5 §10.3.2.9.3
const feel_type *feel_type_of(hb_arena *arena, feel_value value);   // of a value as it is; Any when there is no memory
void feel_print_type(hb_text *out, const feel_type *type);

// ---- scope and names -------------------------------------------------------------------------------
// One frame of names. Names may contain spaces and operators (DMN 1.5 §10.3.1.4): the longest known name
// wins while parsing. A frame opened with feel_scope_open(parent) has the parent's names behind its own.
typedef struct feel_scope feel_scope;
feel_scope *feel_scope_open(hb_arena *arena, const feel_scope *parent);   // NULL: no memory
// Adds a name; its slot in the frame is its place of adding, from 0. type may be NULL (Any).
bool feel_scope_add(feel_scope *scope, hb_str name, const feel_type *type);
uint32_t feel_scope_size(const feel_scope *scope);
// Where the frame's names stand when not in the order of adding: places[i] is the slot of the i-th. It must outlive the scope.
void feel_scope_place(feel_scope *scope, const uint32_t *places);
// Makes an item definition known to `instance of` and to typed parameters in this scope and those inside it; no slot.
// A type of an imported model has its qualified name ("import.tPerson").
bool feel_scope_add_type(feel_scope *scope, hb_str name, const feel_type *type);

// ---- nodes: parsed expressions, and the boxed expressions dmn builds from them ----------------------
typedef struct feel_node feel_node;      // layout in internal.h and for verify; immutable once made
typedef struct { hb_str text; hb_str where; } feel_source;   // where: for messages, `decision "X", rule 7, input 2`

// Parses one expression (FEEL grammar rule 1) / unary tests of a table cell (rule 14..17; "-" is always true)
// in a scope. In unary tests `?` and the input value are slot 0 of a frame that the run is given (see below).
HB_MUST_USE feel_node *feel_parse(hb_arena *arena, feel_source source, const feel_scope *scope, hb_error *err);
HB_MUST_USE feel_node *feel_parse_unary(hb_arena *arena, feel_source source, const feel_scope *scope,
                                        const feel_type *input, hb_error *err);

// Builders (node.c). Every one returns NULL when the arena is exhausted. Frames: feel_node_context opens a
// frame whose slot i is entry i (visible to later entries): parse entry i in a scope opened likewise.
feel_node *feel_node_value(hb_arena *arena, feel_value constant);
feel_node *feel_node_name(hb_arena *arena, const feel_scope *scope, hb_str name);          // NULL also when unknown
feel_node *feel_node_context(hb_arena *arena, uint32_t n, const hb_str *keys, feel_node *const *entries,
                             bool is_result_last);   // is_result_last: the last entry has no key and is the value
feel_node *feel_node_list(hb_arena *arena, uint32_t n, feel_node *const *items);
feel_node *feel_node_if(hb_arena *arena, feel_node *condition, feel_node *then, feel_node *otherwise);
feel_node *feel_node_filter(hb_arena *arena, feel_node *list, feel_node *match);           // match parsed in feel_scope_filter
feel_node *feel_node_for(hb_arena *arena, hb_str variable, feel_node *in, feel_node *body); // body's scope: a frame {variable, "partial"}
feel_node *feel_node_some(hb_arena *arena, hb_str variable, feel_node *in, feel_node *satisfies);   // a frame {variable}
feel_node *feel_node_every(hb_arena *arena, hb_str variable, feel_node *in, feel_node *satisfies);
feel_node *feel_node_function(hb_arena *arena, uint32_t n, const feel_field *params, const feel_type *result,
                              feel_node *body);     // body's scope: a frame of the parameters
feel_node *feel_node_call(hb_arena *arena, feel_node *function, uint32_t n, const hb_str *names /* NULL: positional */,
                          feel_node *const *args);
feel_node *feel_node_coerce(hb_arena *arena, feel_node *child, const feel_type *type, hb_str where);   // as feel_coerce; a note when it fails
// The scope in which the match of a boxed filter is parsed: one frame {"item"} plus the members of the element type.
feel_scope *feel_scope_filter(hb_arena *arena, const feel_scope *parent, const feel_type *list_type);
const feel_type *feel_node_type(const feel_node *node);   // inferred static type; Any when not known

// ---- running ------------------------------------------------------------------------------------------
typedef struct feel_env feel_env;
struct feel_env { const feel_env *up; const feel_value *slots; };   // up: the parent frame, NULL at the root

// Why a value is null, or what was not as the model says. text lives in the run's arena.
typedef struct { hb_str text; hb_str where; uint32_t line, column; bool is_error; } feel_note;

typedef struct feel_run feel_run;
// Calls what `function(x) external {...}` names (DMN 1.5 §10.3.2.13.3): mapping is the evaluated context behind `external`.
typedef feel_value (*feel_external_call)(feel_run *run, feel_value mapping, const feel_value *args, uint32_t n);
struct feel_run {
    hb_arena *arena;             // every value of this evaluation; the caller resets it afterwards
    hb_instant now;              // what now() and today() give (UTC); an argument, so a test can fix it
    uint64_t steps_left;         // 0 ends the evaluation with HB_LIMIT
    uint32_t depth_left;         // nested calls
    uint32_t n_notes, notes_max; // notes beyond notes_max are only counted
    feel_note *notes;            // room for notes_max, caller's storage; may be NULL with notes_max 0
    hb_error *err;               // set when a limit ended the evaluation: the result is then void
    bool has_failed;             // a limit was reached
    void *host;                  // dmn's own state, for host nodes
    feel_external_call external; // NULL: calling an external function gives null with a note
    const feel_program *at;      // where notes say they come from
    struct feel_regex_cache *regex;   // compiled patterns of this run, or NULL
    uint32_t at_offset;          // byte of at's text that is being evaluated
    struct feel_stack *stack;    // run.c's; freed by feel_run_clear
};
void feel_run_init(feel_run *run, hb_arena *arena, hb_error *err);   // default limits, clock unset (0)
void feel_run_again(feel_run *run);     // for another evaluation: its limits and notes anew, its stack and patterns kept
void feel_run_clear(feel_run *run);     // frees stack and patterns
// Records why (printf) and returns null. `is_error` false: informative only.
feel_value feel_null_because(feel_run *run, bool is_error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// A node of another room inside an expression: a decision table in a boxed context, an external function.
// `env` matches the scope at the place where the node stands.
typedef feel_value (*feel_host_call)(feel_run *run, const void *data, const feel_env *env);
feel_node *feel_node_host(hb_arena *arena, feel_host_call call, const void *data, const feel_type *type);

HB_MUST_USE feel_program *feel_compile(hb_arena *arena, const feel_node *node, feel_source source, hb_error *err);
feel_value feel_evaluate(feel_run *run, const feel_program *program, const feel_env *env);
// Unary tests: env must be the frame of the tests' scope; the input value is passed apart.
// True when one test accepts; false or null otherwise (callers treat null as no match and may note it).
feel_value feel_test(feel_run *run, const feel_program *tests, const feel_env *env, feel_value input);
const feel_node *feel_program_node(const feel_program *program);          // for verify, lint and indexing of tables
void feel_print_program(hb_text *out, const feel_program *program);      // disassembly
bool feel_program_is_constant(const feel_program *program, feel_value *out);   // and what it gives; false: it must be run
bool feel_program_is_closed(const feel_program *program);   // it depends on its input alone: no name, no function

// ---- functions ------------------------------------------------------------------------------------------
// A function value made by a host: BKMs, decision services, external functions.
typedef feel_value (*feel_function_call)(feel_run *run, const void *data, const feel_value *args, uint32_t n);
HB_MUST_USE bool feel_function_host(hb_arena *arena, hb_str name, uint32_t n_params, const feel_field *params,
                                    const feel_type *result, feel_function_call call, const void *data, feel_value *out);
feel_value feel_call(feel_run *run, feel_value function, const feel_value *args, uint32_t n);
uint32_t feel_function_size(feel_value function);        // number of parameters

// ---- comparing and coercing ---------------------------------------------------------------------------
feel_value feel_equal(feel_run *run, feel_value a, feel_value b);         // true, false or null: `=` of §10.3.2.13
feel_value feel_less(feel_run *run, feel_value a, feel_value b);
bool feel_is_same(feel_value a, feel_value b);                            // is(): no conversion, same components
feel_value feel_in(feel_run *run, feel_value value, feel_value range_or_list);   // `value in test`
bool feel_is_instance(feel_value value, const feel_type *type);          // ignores allowed values
// DMN 1.5 §10.3.2.9.4: to/from singleton list, date to date and time, conforms-to; else null and false.
bool feel_coerce(feel_run *run, feel_value value, const feel_type *type, feel_value *out);
// Whether it is of the type with no more than a look: the commonest answer of feel_coerce. False: that must say.
static inline bool feel_is_plainly(feel_value value, const feel_type *type) {
    return type->kind == FEEL_TYPE_ANY || value.kind == FEEL_NULL || (type->kind >= FEEL_TYPE_BOOLEAN && type->kind <= FEEL_TYPE_YEARS_DURATION &&
                                           value.kind + 1u == type->kind);
}
bool feel_is_allowed(feel_run *run, feel_value value, const feel_type *type);   // allowed values, deep

// ---- foreign values ---------------------------------------------------------------------------------------
// JSON to a value of `type` (Any: as JSON has it). Strings become temporal values where the type says so.
HB_MUST_USE bool feel_from_json(hb_arena *arena, const hb_json *json, const feel_type *type, feel_value *out, hb_error *err);
bool feel_parse_date(hb_str text, feel_value *out);
bool feel_parse_time(hb_arena *arena, hb_str text, feel_value *out);
bool feel_parse_date_time(hb_arena *arena, hb_str text, feel_value *out);
bool feel_parse_duration(hb_str text, feel_value *out);                  // either kind

// One row per built-in function, for docs and tests.
typedef struct { const char *name, *parameters, *source, *example, *gives; } feel_builtin_doc;
const feel_builtin_doc *feel_builtin_docs(uint32_t *n);

#endif
