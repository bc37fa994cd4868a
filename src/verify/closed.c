// closed.c: fail closed. The model's own verdict says NO BAR FOUND only when every rule of
// rules.csv answered satisfied or not applicable, and BARRED whenever one bars; no set of answered
// rules leaves a fact that is asked unknown; and a rule is satisfied only with each of its own
// facts known that is asked. Nothing here leans on the gate, which counts the rules and the missing
// facts once more.
#include "verify/graph.h"
#include "verify/prove.h"

// The gate counts the rules once more, says that the model's verdict is another, and takes the
// worse.
static bool is_other_than_rules(const gate_decision *decision, const void *with) {
    (void)with;
    return decision->n_notes > 0;
}

typedef struct {
    uint32_t rule, fact;
} pair_of;

static bool is_satisfied_without(const gate_decision *decision, const void *with) {
    const pair_of *it = with;
    return decision->outcomes[it->rule] == GATE_SATISFIED && decision->facts[it->fact].is_asked &&
           feel_is_null(decision->facts[it->fact].counts);
}

static bool is_answered_without(const gate_decision *decision, const void *with) {
    const rulebook_fact_standing *fact = &decision->facts[*(const uint32_t *)with];
    bool is_answered = true;
    for (uint32_t r = 0; r < decision->n_rules; r++)
        is_answered = is_answered && !gate_is_reason(decision->outcomes[r]);
    return is_answered && fact->is_asked && feel_is_null(fact->counts);
}

static void prove_verdict(prover *p) {
    law *l = &p->l;
    term_pool *pool = l->pool;
    term any_open = FALSE_TERM, any_bars = FALSE_TERM;
    if (l->verdict == DMN_NONE) {
        prove_report(p, VERIFY_FAIL_CLOSED, VERIFY_PROVED, "", NULL, false,
                     "the model has no verdict of its own; the rules are counted");
        return;
    }
    for (uint32_t r = 0; r < l->n_rules; r++) {
        law_rule rule = l->rules[r];
        if (rule.stand_in.kind != VALUE_NULL) graph_outcomes(l, rule.stand_in, &rule);
        any_open = term_or(pool, any_open, rule.is_open);
        any_bars = term_or(pool, any_bars, rule.bars);
    }
    value said = l->elements[l->verdict].result;
    term says_clear = graph_is_text(l, said, HB_STR("NO BAR FOUND")),
         says_barred = graph_is_text(l, said, HB_STR("BARRED"));
    if (l->elements[l->verdict].why_not.n) {
        prove_report(p, VERIFY_FAIL_CLOSED, VERIFY_UNDECIDED, l->elements[l->verdict].why_not.at,
                     NULL, false, "the model's verdict");
        return;
    }
    prove_never(p, VERIFY_FAIL_CLOSED, term_and(pool, says_clear, any_open),
                "a rule of rules.csv is not answered", is_other_than_rules, NULL,
                "the model's verdict is NO BAR FOUND only when every rule is answered");
    prove_never(p, VERIFY_FAIL_CLOSED, term_and(pool, any_bars, term_not(pool, says_barred)),
                "a rule bars and the verdict does not say so", is_other_than_rules, NULL,
                "the model's verdict is BARRED whenever a rule bars");
}

static void prove_fact(prover *p, uint32_t fact) {
    law *l = &p->l;
    term_pool *pool = l->pool;
    const law_fact *f = &l->facts[fact];
    char name[80];
    const char *why;
    term unknown = term_and(pool, f->asked, f->counts.is_null), local = unknown, near = unknown,
         whole = unknown;
    prove_near(p, unknown, p->near);
    for (uint32_t r = 0; r < l->n_rules; r++) {
        term answered = term_not(pool, l->rules[r].is_open);
        if (p->rule_reads[(size_t)r * l->n_facts + fact]) local = term_and(pool, local, answered);
        if (p->near[r]) near = term_and(pool, near, answered);
        whole = term_and(pool, whole, answered);
    }
    prove_fact_name(p, fact, name);
    if (l->why_not.n) {
        prove_report(p, VERIFY_FAIL_CLOSED, VERIFY_UNDECIDED, l->why_not.at, NULL, false,
                     "%s is known when every rule is answered", name);
        return;
    }
    hb_arena_reset(p->arena);
    if (prove_is_possible(p, local, &why) == SOLVER_IMPOSSIBLE ||
        prove_is_possible(p, near, &why) == SOLVER_IMPOSSIBLE) {
        prove_report(p, VERIFY_FAIL_CLOSED, VERIFY_PROVED, "", NULL, false,
                     "%s is known when every rule is answered", name);
        return;
    }
    prove_never(p, VERIFY_FAIL_CLOSED, whole, "it is asked, and every rule is answered without it",
                is_answered_without, &fact, "%s is known when every rule is answered", name);
}

static void prove_own_facts(prover *p, uint32_t rule) {
    law *l = &p->l;
    const rulebook_rule *r = rulebook_rule_at(p->rb, rule);
    char name[80];
    if (r->decision == DMN_NONE) {
        prove_report(p, VERIFY_FAIL_CLOSED, VERIFY_REFUTED,
                     "the model has no decision of that name", NULL, false, "rule %.*s is answered",
                     (int)r->id.n, r->id.at);
        return;
    }
    for (uint32_t i = 0; i < r->n_own; i++) {
        const law_fact *f = &l->facts[r->facts[i]];
        pair_of it = {rule, r->facts[i]};
        term unknown = term_and(l->pool, f->asked, f->counts.is_null);
        prove_fact_name(p, r->facts[i], name);
        if (l->rules[rule].why_not.n) {
            prove_report(p, VERIFY_FAIL_CLOSED, VERIFY_UNDECIDED, l->rules[rule].why_not.at, NULL,
                         false, "rule %.*s is satisfied only with %s known", (int)r->id.n, r->id.at,
                         name);
            continue;
        }
        prove_never(p, VERIFY_FAIL_CLOSED, term_and(l->pool, l->rules[rule].is_satisfied, unknown),
                    "it is asked, and the rule is satisfied without it", is_satisfied_without, &it,
                    "rule %.*s is satisfied only with %s known", (int)r->id.n, r->id.at, name);
    }
}

void prove_closed(prover *p) {
    prove_verdict(p);
    for (uint32_t rule = 0; rule < p->l.n_rules && !p->is_over; rule++) prove_own_facts(p, rule);
    for (uint32_t fact = 0; fact < p->l.n_facts && !p->is_over; fact++) prove_fact(p, fact);
}
