// gate: the first question. From the standing of every fact and the outcomes of every rule comes the verdict,
// with reasons, what is missing and who decides. Called by report, cli, web, verify; calls intake, rulebook and below.
// It knows no rule's name: any `bars` is BARRED, else any `unmet` or `refer` is UNRESOLVED; NO BAR FOUND only when
// every id of rules.csv answered satisfied or not_applicable and nothing is missing. There is no override.
// Read decide.c -> answer.c (JSON, NDJSON, CSV, text) -> run.c (a list on all cores, in order) -> explain.c.
#ifndef HABEAS_GATE_H
#define HABEAS_GATE_H

#include "intake/intake.h"

typedef enum { GATE_UNRESOLVED = 0, GATE_BARRED, GATE_NO_BAR_FOUND } gate_verdict;
// 0 is the answer to everything that went wrong.
typedef enum { GATE_UNANSWERED = 0, GATE_BARS, GATE_UNMET, GATE_REFER, GATE_SATISFIED, GATE_NOT_APPLICABLE } gate_outcome;
hb_str gate_verdict_name(gate_verdict verdict);          // "NO BAR FOUND"
hb_str gate_outcome_name(gate_outcome outcome);          // GATE_UNANSWERED prints as "unmet"

typedef struct {
    gate_verdict verdict;
    uint32_t n_rules, n_facts;
    const gate_outcome *outcomes;                        // one a rule of rules.csv
    const uint32_t *rows;                                // row of the table that gave it; DMN_NONE
    const rulebook_fact_standing *facts;                 // one a fact of the dictionary
    bool is_curable;
} gate_decision;

// Decides one person; the answer lives in `arena`. Any failure inside gives UNRESOLVED with the rule unanswered,
// never a better verdict; false only when memory or a limit ended the evaluation (the caller must not print a verdict).
HB_MUST_USE bool gate_decide(rulebook_bench *bench, hb_arena *arena, const rulebook_day *day,
                             const rulebook_record *records, uint32_t n_records, gate_decision *out, hb_error *err);

#endif
