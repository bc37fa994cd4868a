// gate: the first question. From the standing of every fact and the outcomes of every rule comes
// the verdict, with reasons, what is missing and who decides. Called by report, cli, web, verify;
// calls intake, rulebook, words and below. It knows no rule's name: any `bars` is BARRED, else any
// `unmet` or `refer` is UNRESOLVED; NO BAR FOUND only when every id of rules.csv answered satisfied
// or not_applicable and nothing is missing. There is no override.
//
// Read decide.c (the verdict) -> input.c (what it rests on, and its hash) -> answer.c (JSON and CSV)
// -> text.c (for people) -> explain.c (one person in full) -> run.c (a list on all cores, in order).
#ifndef HABEAS_GATE_H
#define HABEAS_GATE_H

#include "intake/intake.h"
#include "words/words.h"

typedef enum { GATE_UNRESOLVED = 0, GATE_BARRED, GATE_NO_BAR_FOUND } gate_verdict;
#define GATE_N_VERDICTS 3
// 0 is the answer to everything that went wrong.
typedef enum {
    GATE_UNANSWERED = 0,
    GATE_BARS,
    GATE_UNMET,
    GATE_REFER,
    GATE_SATISFIED,
    GATE_NOT_APPLICABLE
} gate_outcome;
hb_str gate_verdict_name(gate_verdict verdict);  // "NO BAR FOUND"
hb_str gate_outcome_name(gate_outcome outcome);  // GATE_UNANSWERED prints as "unmet"
bool gate_is_reason(gate_outcome outcome);       // anything but satisfied and not_applicable
// The worse of two: BARRED, then UNRESOLVED, then NO BAR FOUND.
gate_verdict gate_worse(gate_verdict a, gate_verdict b);

// ---- deciding --------------------------------------------------------------------------------

typedef struct {
    gate_verdict verdict;
    uint32_t n_rules, n_facts;
    const gate_outcome *outcomes;         // one a rule of rules.csv
    const uint32_t *rows;                 // row of the table that gave it; DMN_NONE
    const rulebook_fact_standing *facts;  // one a fact of the dictionary
    bool is_curable;                      // false: barred, and no document can end the bar
    uint32_t n_reasons;
    const uint32_t *reasons;  // rules, those that bar first, then in law's order of decision
    uint32_t n_missing;
    const uint32_t *missing;  // facts, in the order of the dictionary
    uint32_t n_decides;
    const hb_str *decides;  // authorities, each once, in the order of the reasons
    // Facts that count and rest on papers which only the sender's officers made and looked after:
    // every document behind them is a record of an agency, its doctor or its inspector, and none
    // was verified by a court, counsel, consulate, monitor or notary. And how many facts count at
    // all.
    uint32_t n_sender_only, n_counting;
    uint32_t n_notes;
    const hb_str
        *notes;  // what went wrong inside: a rule without an outcome, two verdicts that differ
} gate_decision;

// Decides one person. Resets the bench; the answer lives in `arena` and in the bench until its next
// use. Any failure inside gives UNRESOLVED with the rule unanswered and a note, never a better
// verdict; false only when memory or a limit ended the evaluation (no verdict may be printed then).
HB_MUST_USE bool gate_decide(rulebook_bench *bench, hb_arena *arena, const rulebook_day *day,
                             const rulebook_record *records, uint32_t n_records, gate_decision *out,
                             hb_error *err);
// The rules that wait for a fact and concern the person; when none does, the first the dictionary
// names. `rules` has room for the fact's own n_rules; returns how many.
uint32_t gate_rules_in_play(const rulebook *rb, const gate_decision *decision, uint32_t fact,
                            uint32_t *rules);

// ---- what a decision rests on ------------------------------------------------------------------

// Exactly the facts and documents used, as canonical JSON (RFC 8785): records and documents sorted,
// each once, so their order in a file changes nothing. The person's id and name are not in it.
HB_MUST_USE bool gate_input_json(const rulebook *rb, hb_arena *arena,
                                 const rulebook_record *records, uint32_t n_records, hb_text *out,
                                 hb_error *err);

// ---- answers -----------------------------------------------------------------------------------

typedef enum { GATE_TEXT = 0, GATE_JSON, GATE_NDJSON, GATE_CSV, GATE_FACTS } gate_form;

// Who signed a rulebook. Zero is unsigned: every line and page is then stamped GATE_STAMP.
#define GATE_TRUSTED_MAX 64
typedef struct {
    bool is_signed;       // by an author and a reviewer, two people, whose keys are trusted
    char names[2][160];   // "author:ana", "reviewer:ben"
    const char *why;      // why not; static
} gate_signatures;
// `trusted` is a file of verifier keys (C2SP signed-note), one a line; NULL: nobody is trusted.
void gate_signatures_read(const rulebook *rb, const char *trusted, gate_signatures *out);
// The text that both sign. False with `why` when there is nothing fit to be signed.
bool gate_signed_text(const rulebook *rb, hb_text *out, const char **why);

// What every answer of a run has in common.
typedef struct {
    const rulebook *rb;
    gate_signatures signatures;
    words_language language;
    hb_date as_of;
    bool is_retrospective;
    hb_str author, list, agreement, agreement_status;
    uint32_t n_sources;
    const intake_source *sources;
    const char *list_path;  // for the sentence that names the next step
} gate_page;

// What would change a verdict: smallest sets of documents, found by verify and shown by running the gate. `is_all`: there
// are no others of up to GATE_CHANGE_PAPERS documents. `is_known` false: it could not be found out.
#define GATE_CHANGE_PAPERS 4
#define GATE_CHANGES_MAX 40
typedef struct {
    uint32_t fact;
    rulebook_kind kind;   // one that can establish the fact
    feel_value value;     // what it would say
} gate_paper;
typedef struct {
    gate_verdict to;
    uint32_t n;
    gate_paper papers[GATE_CHANGE_PAPERS];
} gate_change;
typedef struct {
    bool is_known, is_all;
    uint32_t n;
    const gate_change *changes;
} gate_changes;

// One person's answer, with its hash.
typedef struct {
    const gate_page *page;
    const intake_person *person;
    const gate_decision *decision;
    hb_hash input;
    const gate_changes *changes;  // NULL: nobody asked
} gate_answer;

void gate_write_json(hb_text *out, const gate_answer *answer,
                     bool has_sources);                          // one object, no newline
void gate_write_facts(hb_text *out, const gate_answer *answer);  // one line
void gate_write_csv_head(hb_text *out);
void gate_write_csv(hb_text *out, const gate_answer *answer);
void gate_write_text(hb_text *out, const gate_answer *answer);
// What stands in the way of how many people: by rule, and by fact. `is_shortened`: the text of some
// person named only the first few.
typedef struct {
    uint32_t n_rules, n_facts;
    uint64_t n_people, *required, *referred, *missing;
    bool is_shortened;
} gate_tally;
HB_MUST_USE bool gate_tally_open(gate_tally *tally, const rulebook *rb);  // false: no memory
void gate_tally_clear(gate_tally *tally);
void gate_tally_reset(gate_tally *tally);
void gate_tally_add(gate_tally *tally, const gate_decision *decision);
void gate_tally_join(gate_tally *to, const gate_tally *from);
// All the names at the end of a page, when any person's were shortened.
void gate_write_tally(hb_text *out, const gate_page *page, const gate_tally *tally);
// What was read, a line each with its SHA-256.
void gate_write_sources(hb_text *out, const gate_page *page);
void gate_write_text_head(hb_text *out, const gate_page *page);
void gate_write_text_foot(hb_text *out, const gate_page *page,
                          const uint64_t n_people[GATE_N_VERDICTS], const gate_tally *tally,
                          hb_str next_person);
// The document of --json around its people.
void gate_write_json_head(hb_text *out, const gate_page *page);
void gate_write_json_foot(hb_text *out, const uint64_t n_people[GATE_N_VERDICTS]);

// explain.c: every rule with outcome and the row that gave it, every source, every fact, the input.
// `input` is what gate_input_json wrote.
void gate_explain(hb_text *out, const gate_answer *answer, gate_form form, hb_str input);

// Pieces the writers share.
void gate_add_value(hb_text *out, feel_value value);  // JSON; numbers as decimal strings
void gate_add_date(hb_text *out, hb_date date);
void gate_add_rulebook(hb_text *out, const gate_page *page);
hb_str gate_stamp(const gate_page *page);  // GATE_STAMP, or "" when two people signed
void gate_add_sources(hb_text *out, const gate_page *page);
// The fields of a fact as a reason or an explanation shows it.
void gate_add_fact(hb_text *out, const gate_answer *answer, uint32_t fact);
// Whether a reason shows this fact of the rule: its own when asked or given, another's when it
// protects.
bool gate_shows_fact(const gate_answer *answer, const rulebook_rule *rule, uint32_t i);
// Words for codes of rules.csv and of answers, in the language: "federal district court"; `room` is
// used where there are none.
const char *gate_code_words(words_language language, hb_str code, char room[96]);
const char *gate_kind_words(words_language language, rulebook_kind kind);
const char *gate_standing_words(words_language language, rulebook_standing standing);
const char *gate_verdict_words(words_language language, gate_verdict verdict);
const char *gate_outcome_words(words_language language, gate_outcome outcome);
#define GATE_STAMP \
    "LOCAL RULEBOOK"  // on every line and page until a rulebook has two valid signatures

// ---- a list -------------------------------------------------------------------------------------

// Who finds out what would change a verdict: verify, a room above, given by the caller. One asker a worker.
typedef struct {
    void *(*open)(const rulebook *rb, hb_error *err);
    void (*close)(void *asker);
    bool (*ask)(void *asker, rulebook_bench *bench, hb_arena *arena, const rulebook_day *day,
                const rulebook_record *records, uint32_t n_records, gate_decision *decision,
                gate_changes *changes, hb_error *err);
} gate_asking;

typedef struct {
    gate_page page;
    intake *in;
    gate_form form;
    uint32_t n_jobs;
    const gate_asking *asking;  // NULL: nobody asks
    // Where output goes, in list order (text: worst first); progress may be NULL.
    bool (*write)(void *to, hb_str text, hb_error *err);
    void (*progress)(void *to, uint64_t done, uint64_t all);
    void *to;
} gate_run_request;

// Checks everybody. `n_people` counts verdicts. False when a limit, memory or the disk ended it:
// nothing is written for the person at whom it ended and those after.
HB_MUST_USE bool gate_run(const gate_run_request *request, uint64_t n_people[GATE_N_VERDICTS],
                          hb_error *err);

// ---- worked cases ------------------------------------------------------------------------------

typedef struct {
    uint32_t n_passed, n_failed;
} gate_case_count;
// `differs` says what was not as expected; empty when the case passed.
typedef void (*gate_case_sink)(void *to, const rulebook_case *one, bool has_passed, hb_str differs);
// cases.c: decides every worked case of a rulebook and holds it against what it expects.
HB_MUST_USE bool gate_test_cases(const rulebook *rb, const rulebook_cases *cases,
                                 gate_case_sink sink, void *to, gate_case_count *count,
                                 hb_error *err);

#endif
