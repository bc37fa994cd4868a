// What was answered before changes no answer: REMEMBERED RULEBOOK N [SEED]. N files, each a worked
// case changed at random in a few places, are decided on one bench, which remembers, and each on a
// bench of its own, which has nothing to remember. Both must agree in everything, and the table of
// a rule, traced, must show the row that fired: the first with no cell that does not fit. There are
// enough files for the memory to run full and begin anew.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"

static bool texts_are_same(const hb_str *a, const hb_str *b, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        if (!hb_str_equal(a[i], b[i])) return false;
    return true;
}

static bool facts_are_same(const gate_decision *a, const gate_decision *b) {
    for (uint32_t f = 0; f < a->n_facts; f++) {
        const rulebook_fact_standing *x = &a->facts[f], *y = &b->facts[f];
        if (!feel_is_same(x->counts, y->counts) || !feel_is_same(x->shown, y->shown)) return false;
        if (x->standing != y->standing || x->effect != y->effect || !hb_str_equal(x->why, y->why))
            return false;
        if (x->is_asked != y->is_asked || x->is_missing != y->is_missing ||
            x->n_evidence != y->n_evidence)
            return false;
    }
    return true;
}

static bool are_same(const gate_decision *a, const gate_decision *b) {
    return a->verdict == b->verdict && a->is_curable == b->is_curable &&
           a->n_reasons == b->n_reasons && a->n_missing == b->n_missing &&
           a->n_decides == b->n_decides && a->n_notes == b->n_notes &&
           a->n_sender_only == b->n_sender_only && a->n_counting == b->n_counting &&
           !memcmp(a->outcomes, b->outcomes, a->n_rules * sizeof *a->outcomes) &&
           !memcmp(a->rows, b->rows, a->n_rules * sizeof *a->rows) &&
           !memcmp(a->reasons, b->reasons, a->n_reasons * sizeof *a->reasons) &&
           !memcmp(a->missing, b->missing, a->n_missing * sizeof *a->missing) &&
           texts_are_same(a->decides, b->decides, a->n_decides) &&
           texts_are_same(a->notes, b->notes, a->n_notes) && facts_are_same(a, b);
}

static void make_file(chance *luck, court *judge, const rulebook_cases *cases,
                      evidence_file *file) {
    const rulebook_case *one = rulebook_case_at(cases, chance_below(luck, rulebook_n_cases(cases)));
    hb_arena_reset(judge->values);
    file_from_case(one, file);
    uint32_t n_changes = chance_percent(luck, 5) ? 120 : chance_below(luck, 6);
    for (uint32_t i = 0; i < n_changes; i++)
        chance_change(luck, judge, file, chance_below(luck, rulebook_n_facts(judge->rb)));
    if (chance_percent(luck, 20)) file->day.host = HB_STR("MEX");
    if (chance_percent(luck, 20)) file->day.as_of.year--;
}

static bool is_traced(court *judge, uint32_t rule) {
    const rulebook_rule *asked = rulebook_rule_at(judge->rb, rule);
    dmn_trace_step step;
    const bool *fits;
    if (judge->decision.rows[rule] == DMN_NONE) return true;
    if (!rulebook_bench_trace(judge->bench, asked->decision, &step, &fits, NULL)) return false;
    uint32_t row = 0, n = step.table->n_inputs;
    for (uint32_t i = 0; row < step.table->n_rows && i < n; i++) {
        if (fits[row * n + i]) continue;
        row++;
        i = UINT32_MAX;  // the next row, from its first cell
    }
    return row == judge->decision.rows[rule] && step.n_hits > 0 && step.hits[0] == row;
}

// -1: could not be decided. One rule a file is traced.
static int agree(const rulebook *rb, court *remembering, const evidence_file *file, uint32_t rule) {
    court fresh;
    gate_verdict first, again;
    int result = -1;
    if (court_open(&fresh, rb) && court_decide(&fresh, file, &first) &&
        court_decide(remembering, file, &again))
        result = are_same(&fresh.decision, &remembering->decision) && is_traced(remembering, rule);
    court_close(&fresh);
    return result;
}

int main(int argc, char **argv) {
    hb_errors errors = {0};
    evidence_file *file = calloc(1, sizeof *file);
    rulebook *rb = argc < 3 ? NULL : rulebook_load(argv[1], &errors);
    rulebook_cases *cases = rb ? rulebook_cases_open(rb, &errors) : NULL;
    chance luck = {argc > 3 ? strtoull(argv[3], NULL, 10) : 20250315};
    court judge = {0};
    uint64_t n = 0, n_passed = 0, n_wanted = argc < 3 ? 0 : strtoull(argv[2], NULL, 10);
    if (file && cases && court_open(&judge, rb)) {
        for (int agreed = 0; n < n_wanted && agreed >= 0; n += agreed >= 0) {
            make_file(&luck, &judge, cases, file);
            agreed = agree(rb, &judge, file, (uint32_t)(n % rulebook_n_rules(rb)));
            n_passed += agreed > 0;
            if (agreed == 0) printf("file %" PRIu64 " is decided otherwise by who remembers\n", n);
        }
    } else {
        printf("usage: remembered RULEBOOK N [SEED]; %u errors\n", errors.n_kept);
    }
    printf("%" PRIu64 " passed, %" PRIu64 " failed\n", n_passed, n - n_passed);
    court_close(&judge);
    rulebook_cases_close(cases);
    rulebook_close(rb);
    hb_errors_clear(&errors);
    free(file);
    return n == 0 || n < n_wanted || n_passed != n;
}
