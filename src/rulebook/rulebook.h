// rulebook: a rulebook as a whole. Law is data: a folder with the decision model, the dictionary of facts, the
// table of rules, the sources and the worked cases. Here evidence becomes standing: which value of a fact counts
// on one day, as docs/burden-of-proof.md says. Called by intake, gate, conditions, enddate, verify; calls dmn,
// feel, base. No name of a rule or of a fact stands in C. A rulebook is immutable once loaded and shared by threads.
// Read load.c -> table.c -> facts.c -> rules.c -> value.c -> document.c -> standing.c -> merge.c -> reads.c -> memo.c -> bench.c -> cases.c.
#ifndef HABEAS_RULEBOOK_H
#define HABEAS_RULEBOOK_H

#include "dmn/dmn.h"

typedef struct rulebook rulebook;

// ---- the dictionary --------------------------------------------------------------------------------------
typedef enum {
    RULEBOOK_ENUM = 0, RULEBOOK_TRI, RULEBOOK_TEXT, RULEBOOK_DOC, RULEBOOK_DOC_LIST, RULEBOOK_DATE,
    RULEBOOK_DATE_TIME, RULEBOOK_NUMBER, RULEBOOK_INT, RULEBOOK_COUNTRY, RULEBOOK_COUNTRY_LIST, RULEBOOK_ORDER_LIST,
} rulebook_fact_type;
typedef enum { RULEBOOK_PERSON = 0, RULEBOOK_AGREEMENT, RULEBOOK_FACILITY, RULEBOOK_PROGRAMME } rulebook_scope;
// What a value does: it speaks for the person, for the transfer, or it only describes.
typedef enum { RULEBOOK_PROTECTS = 0, RULEBOOK_PERMITS, RULEBOOK_NEUTRAL } rulebook_effect;

typedef enum {   // ORDER of the kinds of documents (`kind`)
    RULEBOOK_OTHER = 0, RULEBOOK_COURT_ORDER, RULEBOOK_JUDGMENT, RULEBOOK_STATUTE_OR_TREATY, RULEBOOK_AGREEMENT_TEXT,
    RULEBOOK_PASSPORT, RULEBOOK_CIVIL_RECORD, RULEBOOK_AGENCY_RECORD, RULEBOOK_MEDICAL_RECORD,
    RULEBOOK_INSPECTION_REPORT, RULEBOOK_AFFIDAVIT, RULEBOOK_ASSURANCE, RULEBOOK_CLAIM, RULEBOOK_NEWS, RULEBOOK_N_KINDS,
} rulebook_kind;
hb_str rulebook_kind_name(rulebook_kind kind);           // "court_order"
bool rulebook_kind_find(hb_str name, rulebook_kind *kind);
typedef enum { RULEBOOK_NO_ROLE = 0, RULEBOOK_COURT, RULEBOOK_COUNSEL, RULEBOOK_CONSULATE, RULEBOOK_MONITOR,
               RULEBOOK_NOTARY, RULEBOOK_REGISTRY } rulebook_role;
hb_str rulebook_role_name(rulebook_role role);
bool rulebook_role_find(hb_str name, rulebook_role *role);

typedef struct {
    hb_str name, group, unit, note;
    hb_str question_en, question_es;
    rulebook_scope scope;
    rulebook_fact_type type;
    uint32_t n_values;                  // enum and tri, without "unknown"
    const hb_str *values;
    uint32_t established_by;            // bit 1u << rulebook_kind
    bool is_confidential;
    uint32_t n_rules;                   // dictionary column `rules`
    const uint32_t *rules;              // indices of rules
    uint32_t line;                      // in facts.csv
    hb_str protects, permits, neutral, asked_when, fresh_days;   // as written, for pages; compiled inside
} rulebook_fact;

typedef struct {
    hb_str id, title_en, title_es, because_en, because_es, would_satisfy_en, would_satisfy_es;
    uint32_t step;
    hb_str decides, curable, how_sure, checked_on;
    bool is_confidential;
    uint32_t n_sources;
    const hb_str *sources;              // cites
    uint32_t n_facts;
    const uint32_t *facts;              // own facts first (n_own of them), then those it only reads
    uint32_t n_own;
    uint32_t decision;                  // element of the model; DMN_NONE when the model lost it (it then answers UNRESOLVED)
    uint32_t line;
    hb_str applies_when, outcome_when_violated, outcome_when_unknown;   // as written, for pages
} rulebook_rule;

// What a rule rests on: one row of sources.csv.
typedef struct { hb_str id, cite, kind, says, checked_on, how_sure, note; } rulebook_source;

// Loads and checks the folder strictly; every error of it is in `errors`. NULL when any was found.
HB_MUST_USE rulebook *rulebook_load(const char *folder, hb_errors *errors);
void rulebook_close(rulebook *rb);
hb_str rulebook_name(const rulebook *rb);
hb_str rulebook_version(const rulebook *rb);
hb_str rulebook_title(const rulebook *rb, hb_str language);
hb_str rulebook_folder(const rulebook *rb);              // as it was named to rulebook_load
hb_str rulebook_model_file(const rulebook *rb);          // its name in the folder
hb_str rulebook_sender(const rulebook *rb);              // the state that sends, never a host; "" = not said
hb_str rulebook_law_as_of(const rulebook *rb);           // the day on which the law was last read
// SHA-256 over the lines "<SHA-256 of the file>  <name>\n" of the rulebook's files, sorted by name: what
// `sha256sum FILES | sha256sum` prints in the folder, FILES being rulebook.json and the files it names.
hb_hash rulebook_hash(const rulebook *rb);
// What does not refuse the rulebook but must be seen: a rule whose decision the model lost, in the order of the files.
uint32_t rulebook_n_warnings(const rulebook *rb);
const hb_error *rulebook_warning(const rulebook *rb, uint32_t i);
const dmn_model *rulebook_model(const rulebook *rb);
// The model's own verdict over its rules, and who decides where no rule is a reason; DMN_NONE when it has none.
uint32_t rulebook_verdict(const rulebook *rb);
uint32_t rulebook_authority(const rulebook *rb);
uint32_t rulebook_n_facts(const rulebook *rb);
const rulebook_fact *rulebook_fact_at(const rulebook *rb, uint32_t fact);
uint32_t rulebook_find_fact(const rulebook *rb, hb_str name);      // DMN_NONE when unknown
uint32_t rulebook_n_rules(const rulebook *rb);
const rulebook_rule *rulebook_rule_at(const rulebook *rb, uint32_t rule);
uint32_t rulebook_rule_in_order(const rulebook *rb, uint32_t i);     // index of the i-th in the law's order of decision: by step
uint32_t rulebook_find_rule(const rulebook *rb, hb_str id);
uint32_t rulebook_n_sources(const rulebook *rb);
const rulebook_source *rulebook_source_at(const rulebook *rb, uint32_t source);
uint32_t rulebook_find_source(const rulebook *rb, hb_str cite);

// ---- the burden of proof, compiled -----------------------------------------------------------------------
// What facts.csv says of a fact beyond its public row, for verify, which must see what is written and not only what it
// gives. Everything lives in the rulebook.
typedef struct {
    uint32_t n_values;
    const hb_str *values;               // bare values, in the order of the column
    bool takes_any_other;               // `*`
    const feel_program *tests;          // FEEL unary tests over as_of and host; NULL for bare values or nothing
} rulebook_value_tests;
typedef struct {
    rulebook_value_tests tests[3];      // by rulebook_effect
    const feel_program *asked_when;     // over facts, as_of and host; NULL: always asked
    bool does_age;
    int64_t fresh_days;
    hb_str fresh_value;                 // only this value ages; "" = every value
    uint32_t n_unanswered;
    const hb_str *unanswered;           // protective values that say that nobody has answered yet
    int direction;                      // of numbers and dates: 1 the higher protects more, -1 the lower, 0 no order
    bool knows_none;                    // a country fact that has a meaning for `none`
} rulebook_burden;
void rulebook_fact_burden(const rulebook *rb, uint32_t fact, rulebook_burden *out);

// ---- evidence ---------------------------------------------------------------------------------------------
typedef struct {
    hb_str id, issuer, title;
    rulebook_kind kind;
    hb_date date;
    bool has_date;
    bool is_verified;                   // has a verified object
    hb_str verified_by;
    rulebook_role verified_role;
    hb_date verified_on;
    hb_str language;                    // "" = not said
    bool is_translation_certified;      // matters when language is given and is not the court's (en)
    bool is_contested;                  // a contest names it, of whatever day
    bool is_hash_checked;               // file present and equal to its sha256
    hb_str file, sha256;                // of the paper itself, as written; "" = not said
    uint32_t n_about;                   // 0 = not said
    const hb_str *about;                // the persons it is about, sorted, each once
    hb_str from;                        // which file said so
} rulebook_document;

// One statement of a fact: a value and the documents behind it.
typedef struct {
    uint32_t fact;
    bool is_unknown;                    // "unknown" or null: says nothing
    feel_value value;                   // of the fact's type; tri as "yes"/"no"
    uint32_t n_evidence;
    const rulebook_document *const *evidence;
} rulebook_record;

typedef enum {   // ORDER of caution: 0 helps a transfer least
    RULEBOOK_ABSENT = 0, RULEBOOK_UNVERIFIED, RULEBOOK_STALE, RULEBOOK_DISPUTED, RULEBOOK_CLAIMED, RULEBOOK_ESTABLISHED,
} rulebook_standing;
hb_str rulebook_standing_name(rulebook_standing standing);
// Every `why` a standing can have, for translation and for docs; NULL past the last.
const char *rulebook_why(uint32_t i);

// How one fact stands for one person on one day.
typedef struct {
    feel_value counts;                  // the value rules see; null when none counts
    rulebook_standing standing;
    bool has_value;                     // some record gave a value (shown even when it does not count)
    feel_value shown;                   // the value shown with the standing
    rulebook_effect effect;             // of `counts`, when not null
    bool is_asked;                      // asked_when is not false
    bool is_missing;                    // asked and not established as docs/burden-of-proof.md says
    uint32_t n_evidence;
    const rulebook_document *const *evidence;   // behind what is shown, the one that counts first
    hb_str why;                         // why it does not stand better: "its verifier is its own issuer", ... (static); "" = established
} rulebook_fact_standing;

typedef struct {
    hb_date as_of;
    hb_str host;                        // ISO 3166-1 alpha-3
    hb_str author;                      // of the list: may verify nothing; "" = not said
} rulebook_day;

// A thread's workshop: a session of the model, what it gave before, memory. Reset for each person.
typedef struct rulebook_bench rulebook_bench;
HB_MUST_USE rulebook_bench *rulebook_bench_open(const rulebook *rb, hb_error *err);
void rulebook_bench_close(rulebook_bench *bench);
void rulebook_bench_reset(rulebook_bench *bench);
// What a decision of the model gives for the person whose facts rulebook_stand weighed last, and the row of its table
// (DMN_NONE: none): computed, or remembered from somebody with the same values in all that it reads. The value lives
// until the next reset. False only when a limit was reached.
HB_MUST_USE bool rulebook_bench_answer(rulebook_bench *bench, uint32_t decision, feel_value *value, uint32_t *row,
                                       hb_error *err);
// The table of a decision on that person: the values of its columns and the rows that fit, computed anew; fits[row *
// n_inputs + column] whether that cell does. Until the next reset; the last question of it, since it forgets answers.
// False with err when a limit was reached or the decision is no table.
HB_MUST_USE bool rulebook_bench_trace(rulebook_bench *bench, uint32_t decision, dmn_trace_step *step, const bool **fits,
                                      hb_error *err);
const rulebook *rulebook_bench_rulebook(const rulebook_bench *bench);   // the rulebook it was opened for
// Standing of every fact of the dictionary from the records of one person (records in any order; those of person,
// agreement and facility together). `standings` has rulebook_n_facts entries. Sets the model's inputs in the bench's session.
HB_MUST_USE bool rulebook_stand(rulebook_bench *bench, const rulebook_day *day, const rulebook_record *records,
                                uint32_t n_records, rulebook_fact_standing *standings, hb_error *err);
// Whether this is a country of ISO 3166-1 alpha-3, as ICU lists them.
bool rulebook_knows_country(const rulebook *rb, hb_str code);
// Effect of one value of a fact (dictionary columns protects/permits/neutral). A value in none protects.
HB_MUST_USE bool rulebook_value_effect(rulebook_bench *bench, const rulebook_day *day, uint32_t fact, feel_value value,
                                       rulebook_effect *effect, hb_error *err);
// Reads a JSON value of a fact strictly by its type; "unknown" and null set is_unknown. The caller adds the place.
HB_MUST_USE bool rulebook_value_from_json(const rulebook *rb, hb_arena *arena, uint32_t fact, const hb_json *json,
                                          feel_value *value, bool *is_unknown, hb_error *err);
// The same from a CSV cell: lists separated by ';', `[]` for the empty list, orders as JSON. An empty cell is unknown.
HB_MUST_USE bool rulebook_value_from_text(const rulebook *rb, hb_arena *arena, uint32_t fact, hb_str text,
                                          feel_value *value, bool *is_unknown, hb_error *err);
// Reads a document object (schemas/document.schema.json) strictly, but for its id, issuer and date, which may be absent:
// such a document establishes nothing. Contests and files are not looked at, nor whom it is about: a case is one person.
HB_MUST_USE bool rulebook_document_from_json(hb_arena *arena, const hb_json *json, rulebook_document *out, hb_error *err);

// ---- worked cases -----------------------------------------------------------------------------------------
// A person as a file would show them on one day, and what the law must answer: cases/*.ndjson of the rulebook.
typedef struct { uint32_t rule; hb_str outcome; } rulebook_expected_outcome;
typedef struct {
    hb_str id, title;
    hb_str about_rule, about_shows;     // what the case shows; "" = not said
    hb_str file;                        // "cases/rules.ndjson"
    uint64_t line;
    rulebook_day day;
    uint32_t n_records;
    const rulebook_record *records;
    hb_str verdict;                     // "" = not said
    uint32_t n_also_accept;
    const hb_str *also_accept;
    uint32_t n_outcomes;                // expected outcome of single rules
    const rulebook_expected_outcome *outcomes;
    uint32_t n_must_cite, n_must_not_cite, n_must_bar, n_missing;
    const uint32_t *must_cite, *must_not_cite, *must_bar;   // rules
    const uint32_t *missing;            // facts
} rulebook_case;
typedef struct rulebook_cases rulebook_cases;
// Reads every cases/*.ndjson in sorted order; NULL when any line is wrong, and `errors` then holds each cause.
HB_MUST_USE rulebook_cases *rulebook_cases_open(const rulebook *rb, hb_errors *errors);
void rulebook_cases_close(rulebook_cases *cases);
uint32_t rulebook_n_cases(const rulebook_cases *cases);
const rulebook_case *rulebook_case_at(const rulebook_cases *cases, uint32_t i);

#endif
