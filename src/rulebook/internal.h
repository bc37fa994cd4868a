// Inside the rulebook room: a loaded rulebook, a thread's bench, and what its files call of each
// other.
#ifndef HABEAS_RULEBOOK_INTERNAL_H
#define HABEAS_RULEBOOK_INTERNAL_H

#include "rulebook/rulebook.h"

#define RULEBOOK_MAX_ROW_BYTES (256u << 10)
#define RULEBOOK_MAX_LINE_BYTES (4u << 20)
#define RULEBOOK_MAX_FILE_BYTES (64u << 20)
#define RULEBOOK_ARENA_BYTES (512u << 20)

// ---- the law as loaded --------------------------------------------------------------------------
// One of the columns protects, permits, neutral: bare values, or FEEL unary tests.
typedef struct {
    uint32_t n_values;
    const hb_str *values;       // in their order: in `protects` the first is the most protective
    bool takes_any_other;       // `*`
    const feel_program *tests;  // NULL when the column holds bare values or nothing
} value_tests;

typedef enum { CAUTION_NONE = 0, CAUTION_HIGHER, CAUTION_LOWER } caution_direction;

// What facts.csv says of a fact beyond its public row.
typedef struct {
    value_tests tests[3];  // by rulebook_effect
    bool does_age;
    int64_t fresh_days;
    hb_str fresh_value;              // only this value ages; "" = every value
    const feel_program *asked_when;  // NULL: always asked
    uint32_t condition;              // asked_when among rb->conditions
    uint32_t n_unanswered;
    const hb_str *unanswered;     // protective values that say that nobody has answered yet
    caution_direction direction;  // which of two numbers or dates protects more
    bool knows_none;              // a country fact that has a meaning for `none`
    uint32_t input;               // of the model; DMN_NONE when no rule reads the fact there
    uint32_t n_rule_ids;          // column `rules`, until rules.csv is read
    const hb_str *rule_ids;
    const feel_type *type;
} fact_law;

// The places that something reads, as reads.c numbers them.
typedef struct {
    uint32_t n;
    const uint32_t *places;  // NULL: not known
} reads;

// An asked_when; facts with the same words share one.
typedef struct {
    hb_str text;
    const feel_program *program;
    reads reads;
} condition;

struct rulebook {
    hb_arena *arena;
    dmn_model *model;
    hb_str folder, name, version, title_en, title_es, law_as_of, sender;
    hb_str model_file, facts_file, rules_file, sources_file, cases_folder;
    hb_hash hash;
    uint32_t n_facts, n_rules, n_sources;
    rulebook_fact *facts;
    fact_law *laws;
    rulebook_rule *rules;
    rulebook_source *sources;
    uint32_t *facts_by_name, *rules_by_id;  // sorted, for rulebook_find_*
    uint32_t *rules_by_step;
    feel_scope *scope;      // slot i is fact i, then as_of, then host: for asked_when
    feel_scope *day_scope;  // as_of, host: for the tests of single values
    uint32_t input_as_of, input_host, verdict, authority;  // elements of the model
    uint32_t *places;  // of each element of the model, where its value is read; DMN_NONE: nowhere
    reads *reads;      // of rules, verdict and authority, by element; of others not known
    uint32_t n_conditions;
    condition *conditions;
    uint32_t n_countries, *countries;  // every alpha-3 code, as value.c packs it
    hb_errors warnings;
};

struct rulebook_bench {
    const rulebook *rb;
    hb_arena *arena;
    dmn_session *session;
    feel_run run;
    hb_error run_err;
    feel_value *slots;         // n_facts + 2, as rb->scope
    uint32_t *numbers;         // memo.c's, of the value in each place of reads.c; 0: not known yet
    struct memo *memo;
    feel_value day_slots[2];   // as rb->day_scope
    struct name_tools *names;  // names.c
};

// ---- errors with their place --------------------------------------------------------------------
typedef struct {
    hb_errors *errors;
    hb_str file;
    uint64_t line;
    uint32_t column;
} file_place;
// Adds an error at that place; always false.
bool complain(const file_place *at, const char *code, const char *help, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
// Adds an error another room found, with `where` in front of its own place.
bool complain_of(const file_place *at, hb_error *err, const char *where, ...)
    __attribute__((format(printf, 3, 4)));

// ---- table.c: a CSV file as rows of named columns
// --------------------------------------------------
typedef struct table_row table_row;
struct table_row {
    const table_row *next;
    uint64_t line;
    const hb_str *text;      // by the caller's columns; "" where an optional column is absent
    const uint32_t *column;  // where each field starts
};
typedef struct {
    const char *name;
    bool is_optional;
} table_column;
typedef struct {
    hb_str file;
    const table_row *rows;
    uint32_t n_rows;
} table;
bool table_read(hb_arena *arena, hb_str folder, hb_str name, const table_column *columns,
                uint32_t n_columns, table *out, hb_errors *errors);
// The parts of a field between bars; none for an empty field. False: no memory.
bool split_bars(hb_arena *arena, hb_str text, const hb_str **parts, uint32_t *n);
bool path_join(hb_arena *arena, hb_str folder, hb_str name, hb_str *path);  // ended by a NUL

// ---- facts.c, rules.c, value.c, names.c
// ------------------------------------------------------------
bool facts_load(rulebook *rb, hb_errors *errors);
bool rules_load(rulebook *rb, hb_errors *errors);
bool sources_load(rulebook *rb, hb_errors *errors);
bool date_is_valid(hb_str text, hb_date *out);  // ISO 8601, years 1 to 9999
bool countries_load(rulebook *rb);             // ICU's list of ISO 3166-1 alpha-3
bool fact_type_is_list(rulebook_fact_type type);
bool fact_type_has_bare_values(rulebook_fact_type type);  // else its columns hold FEEL

typedef struct name_tools name_tools;
name_tools *names_open(hb_error *err);
void names_close(name_tools *tools);
// Who verified a document, held against who may not have. Two names are one when they are for all
// we can tell: case, spacing, punctuation, accents and letters that look alike are no difference.
typedef struct {
    bool is_nobody;  // a word such as "unknown"
    bool is_issuer, is_author;
} verifier;
verifier names_judge(name_tools *tools, hb_str by, hb_str issuer, hb_str author);

// ---- reads.c, memo.c
// ----------------------------------------------------------------------------------------------------
bool reads_of_decisions(rulebook *rb);
bool reads_of_text(const rulebook *rb, hb_str text, reads *out);

#define MEMO_NONE UINT32_MAX
#define MEMO_READS_MAX 256
typedef struct memo memo;
typedef struct {
    feel_value value;  // null, a boolean or a string
    uint32_t row;      // of the table that gave it; DMN_NONE
    uint32_t number;   // of the value
} memo_answer;
memo *memo_open(uint32_t n_functions);
void memo_close(memo *m);
void memo_between_people(memo *m);  // forgets all when it is full
// The number of a value, from 1; MEMO_NONE when there is none for it.
uint32_t memo_number(memo *m, feel_value value);
// What a function gave for these numbers (ORDER of functions: decisions by their element of the
// model, then conditions, then the tests of each fact); what it gives is kept until the next person at least.
bool memo_find(memo *m, uint32_t function, const uint32_t *numbers, uint32_t n, memo_answer *out);
void memo_keep(memo *m, uint32_t function, const uint32_t *numbers, uint32_t n, memo_answer answer);

// ---- standing.c: documents and single statements
// --------------------------------------------------- ORDER why: rows of WHYS in standing.c
typedef enum {
    WHY_ESTABLISHED = 0,
    WHY_ABSENT,
    WHY_NO_DOCUMENT,
    WHY_INCOMPLETE,
    WHY_FUTURE,
    WHY_NOT_VERIFIED,
    WHY_VERIFIER_INCOMPLETE,
    WHY_VERIFIED_LATER,
    WHY_VERIFIED_EARLIER,
    WHY_OWN_ISSUER,
    WHY_OWN_AUTHOR,
    WHY_NOT_TRANSLATED,
    WHY_KIND,
    WHY_OTHER_DOCUMENT,
    WHY_TOO_OLD,
    WHY_CONTESTED,
    WHY_DIFFER,
    WHY_OUT_OF_RANGE,
    WHY_N,
} why_code;
hb_str why_text(why_code why);

typedef struct {
    rulebook_standing standing;
    why_code why;
} proof;  // UNVERIFIED, STALE, DISPUTED or ESTABLISHED

// What one record says, weighed: `proof` of its best document.
typedef struct {
    const rulebook_record *record;
    feel_value value;  // lists sorted, without repetition
    rulebook_effect effect;
    bool is_credible;  // a document with id, date and issuer says so
    proof proof;
    const rulebook_document *best;
} statement;

// Documents already judged for this person; each is judged once.
typedef struct {
    const rulebook_document *document;
    proof proof;
} judged_document;
typedef struct {
    uint32_t n_slots;
    judged_document *slots;
} judged_documents;  // n_slots: a power of two

bool statement_weigh(rulebook_bench *bench, const rulebook_day *day, judged_documents *judged,
                     const rulebook_record *record, statement *out);
rulebook_effect value_effect(rulebook_bench *bench, uint32_t fact, feel_value value);
bool value_is_same(rulebook_bench *bench, feel_value a, feel_value b);
int value_order(feel_value a,
                feel_value b);  // any fixed order, for lists that must not depend on the file's

// ---- merge.c: several statements of one fact
// ---------------------------------------------------------
bool fact_merge(rulebook_bench *bench, uint32_t fact, const statement *statements, uint32_t n,
                rulebook_fact_standing *out);

#endif
