// own.c: what a rulebook says about itself. Each row of its properties.csv (id, says_en, says_es,
// expression) is a FEEL expression over facts as they count, as_of, host, the outcome of each rule
// by its id, and `verdict`, the model's own over its rules: the gate's is never better. It must be
// true for everybody, and null is not true.
#include "verify/prove.h"

#include <stdio.h>

#define ROW_BYTES (64u << 10)

static feel_scope *open_scope(prover *p) {
    feel_scope *scope = feel_scope_open(p->l.arena, NULL);
    bool ok = scope != NULL;
    for (uint32_t f = 0; ok && f < p->l.n_facts; f++)
        ok = feel_scope_add(scope, rulebook_fact_at(p->rb, f)->name, NULL);
    for (uint32_t r = 0; ok && r < p->l.n_rules; r++)
        ok = feel_scope_add(scope, rulebook_rule_at(p->rb, r)->id, NULL);
    ok = ok && feel_scope_add(scope, HB_STR("as_of"), NULL) &&
         feel_scope_add(scope, HB_STR("host"), NULL);
    return ok && feel_scope_add(scope, HB_STR("verdict"), NULL) ? scope : NULL;
}

// The gate's own decision, put through the engine: facts, outcomes, day, host and verdict in the
// order of the scope.
typedef struct {
    prover *p;
    const feel_program *program;
} checked_row;

// The model's own verdict on the person whom the gate decided last; null without one.
static feel_value model_verdict(const prover *p) {
    feel_value said = feel_null();
    hb_error err = {0};
    uint32_t row;
    if (p->l.verdict == DMN_NONE ||
        !rulebook_bench_answer(p->bench, p->l.verdict, &said, &row, &err))
        return feel_null();
    return said;
}

static bool is_not_so(const gate_decision *decision, const void *with) {
    const checked_row *row = with;
    const law *l = &row->p->l;
    feel_value *slots = hb_arena_array(row->p->arena, feel_value, l->n_facts + l->n_rules + 3);
    hb_error err = {0};
    feel_run run;
    if (!row->program || !slots) return false;
    for (uint32_t f = 0; f < l->n_facts; f++) slots[f] = decision->facts[f].counts;
    for (uint32_t r = 0; r < l->n_rules; r++) {
        gate_outcome outcome = decision->outcomes[r];
        if (outcome != GATE_UNANSWERED)
            slots[l->n_facts + r] = feel_string(gate_outcome_name(outcome));
    }
    hb_date as_of;
    if (!hb_date_from_days(row->p->all[l->as_of.t].number, &as_of)) return false;
    feel_value *rest = slots + l->n_facts + l->n_rules;
    rest[0] = feel_date(as_of);
    rest[1] = feel_string(person_host(&row->p->l, row->p->all, row->p->arena));
    rest[2] = model_verdict(row->p);
    feel_run_init(&run, row->p->arena, &err);
    bool is_so = feel_is_true(feel_evaluate(&run, row->program, &(feel_env){NULL, slots}));
    feel_run_clear(&run);
    return !is_so && !run.has_failed;
}

static void prove_row(prover *p, const feel_scope *scope, hb_str id, hb_str says,
                      hb_str expression) {
    law *l = &p->l;
    hb_error err = {0};
    hb_str text;
    if (!hb_str_copy(l->arena, expression, &text)) return;
    const feel_node *node =
        feel_parse(l->arena, (feel_source){.text = text, .where = id}, scope, &err);
    if (!node) {
        prove_report(p, VERIFY_OWN, VERIFY_UNDECIDED, err.message, NULL, false, "%.*s", (int)id.n,
                     id.at);
        return;
    }
    uint32_t before = l->e.n_faults;
    value v = law_expression(l, node);
    if (l->e.has_failed) {
        prove_report(p, VERIFY_OWN, VERIFY_UNDECIDED, l->e.why.at, NULL, false, "%.*s", (int)id.n,
                     id.at);
        l->e.has_failed = false;
        return;
    }
    if (l->e.n_faults > before) {
        prove_report(p, VERIFY_OWN, VERIFY_UNDECIDED,
                     "the expression compares values of different kinds", NULL, false, "%.*s",
                     (int)id.n, id.at);
        return;
    }
    char because[240];
    snprintf(because, sizeof because, "this is not so: %.*s", (int)(says.n > 200 ? 200 : says.n),
             says.at);
    checked_row row = {
        p, feel_compile(l->arena, node, (feel_source){.text = text, .where = id}, &err)};
    prove_never(p, VERIFY_OWN, term_not(l->pool, value_is_true(&l->e, v)), because, is_not_so, &row,
                "%.*s", (int)id.n, id.at);
}

void prove_own(prover *p) {
    hb_csv_row row;
    bool end = false;
    if (!p->request->own) return;
    const feel_scope *scope = open_scope(p);
    hb_csv *csv = scope ? hb_csv_open(p->request->own, ',', ROW_BYTES, p->err) : NULL;
    if (!csv) {
        if (!scope) hb_out_of_memory(p->err);
        return;
    }
    for (uint32_t n = 0; hb_csv_next(csv, &row, &end, p->err) && !end && !p->is_over; n++) {
        if (n == 0) continue;  // the names of the columns
        if (row.n < 4) {
            hb_fail(p->err, HB_INPUT, "bad-row", "line %llu of properties.csv has %u fields, not 4",
                    (unsigned long long)row.line, row.n);
            break;
        }
        prove_row(p, scope, row.fields[0].text, row.fields[1].text, row.fields[3].text);
    }
    hb_csv_close(csv);
}
