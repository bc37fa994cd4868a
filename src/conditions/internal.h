// Inside the conditions room: the law and a return as loaded, and what its files call of each
// other.
#ifndef HABEAS_CONDITIONS_INTERNAL_H
#define HABEAS_CONDITIONS_INTERNAL_H

#include "conditions/conditions.h"

// ---- the law as loaded --------------------------------------------------------------------------
typedef enum {
    FIELD_TEXT = 0,
    FIELD_TRI,
    FIELD_ENUM,
    FIELD_NUMBER,
    FIELD_INT,
    FIELD_DATE
} field_type;

// One field of a return: a row of facts.csv.
typedef struct {
    hb_str name, unit, question[2];
    field_type type;
    hb_str least, most;  // as written; "" = no limit
    uint32_t n_worst;    // tri and enum: values, the worst first
    const hb_str *worst;
    int direction;          // numbers: 1 higher is worse, -1 lower is worse, 0 no order
    hb_str kind, measured;  // building or regime; facility or agreement
    bool does_rebut;        // helps the place, so it is seen only when a free inspection says so
    hb_str silences;        // "refusal", "reprisal" or "": its worst value silences inspections
    hb_str definition;      // which definition of the measure counts; "" = there is only one
    uint32_t input;         // of the model; DMN_NONE when no standard reads it
} condition_field;

typedef struct {
    hb_str id, topic[2], fails[2], need, defect, direction, threshold, unit, effect, checked;
    bool is_joint, is_absolute;
    uint32_t n_weights, n_sources, n_fields, n_also;
    const hb_str *weights, *sources;
    const uint32_t *fields, *also;  // fields it judges; fields it only shows
    uint32_t field;                 // the one its threshold is about; DMN_NONE
    uint32_t decision;
} condition_standard;

typedef struct {
    hb_str id, asks[2];
    bool does_count;
    uint32_t n_fields, n_sources;
    const hb_str *fields, *good, *sources;
    const uint32_t *inputs;
    uint32_t decision;
} condition_factor;

// A FEEL expression of a table, compiled over the names its row gives.
typedef struct {
    hb_str text, says;  // says: what is wrong when a check does not hold
    uint32_t n_fields;
    const uint32_t *fields;
    uint32_t result;  // derived: the field it gives
    bool is_gross;    // derived: an area with the toilet in it
    const feel_program *program;
} condition_formula;
typedef struct {
    hb_str unit, of;
    const feel_program *program;  // over v
} condition_unit;
typedef struct {
    hb_str name, document;
    bool is_promise;
} condition_kind;
typedef struct {
    hb_str fact, unit;
    uint32_t field, standard;
    const feel_program *program;  // over v, evidence
} condition_gate_row;

struct conditions_law {
    hb_arena *arena;
    dmn_model *model;
    hb_str folder, version;
    hb_hash hash;  // of the files, as rulebook_hash says
    uint32_t n_fields, n_standards, n_factors, n_units, n_derived, n_checks, n_kinds, n_gate;
    condition_field *fields;
    condition_standard *standards;
    condition_factor *factors;
    condition_unit *units;
    condition_formula *derived, *checks;
    condition_kind *kinds;
    condition_gate_row *gate;
};
uint32_t law_field(const conditions_law *law, hb_str name);  // DMN_NONE when unknown
uint32_t law_standard(const conditions_law *law, hb_str id);

// ---- a return as read ---------------------------------------------------------------------------
typedef struct {
    hb_str id, source, text, access, independent, unannounced, private_talks, scope, published;
    uint32_t kind;
    hb_date first, last;  // a day, or the days of the month or year that is all that is known
    bool has_date, is_corroborated;
    hb_str date;
    hb_str verified_by, verified_role, verified_on;
} condition_evidence;

typedef struct {
    uint32_t field, evidence;
    bool is_unknown, is_gross;
    feel_value value;          // in the field's unit
    hb_str given, given_unit;  // as written
    hb_str stance, scope, definition, note;
    uint32_t n_from;  // derived: the claims it is made of
    const uint32_t *from;
    const condition_formula *formula;
    const hb_json *json;
} condition_claim;

typedef struct {
    hb_str id, says, due, evidence;
    hb_date due_on;
    uint32_t standard;
} condition_promise;

typedef struct {
    uint32_t n_answers;
    const hb_str *names, *answers;  // fields of factors.csv
    uint32_t n_reasons;
    const hb_str *reason_of, *reasons;  // by factor
    hb_str date, note;
} condition_assurance;

struct conditions_return {
    hb_arena *arena;
    hb_bytes bytes;
    hb_str path, facility, title, country, sender, text;
    hb_date as_of;
    hb_hash hash;
    uint32_t n_treaties, n_evidence, n_claims, n_assurances, n_promises, n_offer;
    const hb_str *treaties;
    condition_evidence *evidence;
    condition_claim *claims;
    condition_assurance *assurances;
    condition_promise *promises;
    const uint32_t *offer;  // standards that the description of the place is about
    const hb_str *offer_says;
};

// units.c: converts a number as given into the field's unit; false, with help, when it cannot.
bool unit_convert(const conditions_law *law, hb_arena *arena, const condition_field *field,
                  hb_str unit, feel_value given, feel_value *out, hb_error *err);
// Runs a compiled formula over values in the order of its fields; null when it has no value.
feel_value formula_run(hb_arena *arena, const feel_program *program, const feel_value *slots);
bool claim_is_within(const condition_field *field, feel_value value, hb_error *err);
// Compares two values of a field: above 0 when `a` is worse for the person than `b`.
int field_worse(const condition_field *field, feel_value a, feel_value b);

// ---- the assessment -----------------------------------------------------------------------------
typedef enum {  // ORDER of the output values of evidence-weight in the model; a derived value has
                // the least of its inputs
    WEIGHT_NOT_COUNTED = 0,
    WEIGHT_CREDIBLE,
    WEIGHT_STALE,
    WEIGHT_SILENCED,
    WEIGHT_REASSURING,
    WEIGHT_N
} claim_weight;
hb_str weight_name(claim_weight weight);
typedef enum { OUTCOME_UNKNOWN = 0, OUTCOME_FAILS, OUTCOME_FLAGS, OUTCOME_PASSES } outcome;
hb_str outcome_name(outcome of);

// One account of one standard.
typedef struct {
    uint32_t claim;
    outcome alone;       // the standard at this value by itself
    bool is_counted;     // seen by the finding
    bool is_superseded;  // a later free inspection of the same field speaks
} finding_account;
typedef struct {
    conditions_answer answer;
    bool is_flagged, is_material, is_mixed;  // mixed: some accounts fail it, others pass
    uint32_t n_accounts, shown;              // shown: the account whose value is shown; DMN_NONE
    const finding_account *accounts;
} condition_finding;

typedef struct {
    uint32_t n;
    const hb_str *answers;  // good, bad or unknown, one a factor
    hb_str weight;          // none or some
} condition_weighing;

struct conditions_assessment {
    const conditions_law *law;
    const conditions_return *ret;
    hb_date as_of;
    condition_finding *findings;
    claim_weight *weights;  // one a claim
    condition_weighing *assurances;
    hb_str result;
    uint32_t counts[CONDITIONS_N_ANSWERS];
    uint32_t n_statements;  // for the gate
    struct gate_statement {
        const condition_gate_row *row;
        uint32_t claim;
        feel_value value;
    } * statements;
};
// One session of the model, reset for each question.
typedef struct {
    const conditions_law *law;
    dmn_session *session;
    hb_error *err;
} law_session;
void ask_set(law_session *at, const char *input, feel_value value);
bool ask(law_session *at, uint32_t decision, feel_value *out);
bool promise_weigh(law_session *at, hb_arena *arena, conditions_assessment *out);
bool gate_facts(law_session *at, hb_arena *arena, conditions_assessment *out);

// Pieces the writers share.
typedef enum {
    COMPARE_SAME = 0,
    COMPARE_DIFFER,
    COMPARE_ONE,
    COMPARE_NEITHER,
    COMPARE_N
} compare_count_of;
// How many standards come out the same in both, differ, are known of one only, of neither.
void compare_count(const conditions_assessment *one, const conditions_assessment *other,
                   uint32_t counts[COMPARE_N]);
void add_claim_value(hb_text *out, const conditions_law *law, const condition_claim *claim);
void add_key(hb_text *out, const char *key, hb_str value, const char *after);
void add_answer_json(hb_text *out, const conditions_assessment *at, words_language language);
const char *why_not_counted(const conditions_assessment *at, const finding_account *account,
                            words_language language);

#endif
