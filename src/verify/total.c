// total.c: every rule gives one of the five outcomes whatever the facts, every row of every table
// can fire, and what is known is never lost in a null: an expression is null only when a fact it
// reads is, and none meets an error.
#include "verify/prove.h"

#include <stdio.h>
#include <stdlib.h>

static const char *element_name(const prover *p, uint32_t i, char room[80]) {
    hb_str name = dmn_element_at(p->l.model, i)->name;
    snprintf(room, 80, "%.*s", (int)name.n, name.at);
    return room;
}

static bool is_unanswered(const gate_decision *decision, const void *with) {
    return decision->outcomes[*(const uint32_t *)with] == GATE_UNANSWERED;
}

static void prove_outcomes(prover *p) {
    law *l = &p->l;
    for (uint32_t r = 0; r < l->n_rules && !p->is_over; r++) {
        hb_str id = rulebook_rule_at(p->rb, r)->id;
        if (l->rules[r].why_not.n) {
            prove_report(p, VERIFY_TOTAL, VERIFY_UNDECIDED, l->rules[r].why_not.at, NULL, false,
                         "rule %.*s gives an outcome", (int)id.n, id.at);
            continue;
        }
        prove_never(p, VERIFY_TOTAL, term_not(l->pool, l->rules[r].is_answered), "no outcome",
                    is_unanswered, &r, "rule %.*s gives an outcome", (int)id.n, id.at);
    }
}

// Whether an earlier row takes every input of this one, or the row takes none at all.
static void report_dead_row(prover *p, const law_table *t, uint32_t row, const char *name) {
    const char *why;
    solver_answer alone = prove_can_happen(p, t->matches[row], &why);
    const char *because = alone == SOLVER_POSSIBLE ? "the rows above it take every input it takes"
                                                   : "no input matches all its cells";
    prove_report(p, VERIFY_TOTAL, VERIFY_REFUTED, because, NULL, false,
                 "%s, row %u can fire (line %u)", name, row + 1, t->table->rows[row].line);
}

static void prove_rows(prover *p, uint32_t element) {
    const law_table *t = p->l.elements[element].table;
    char name[80];
    const char *why;
    element_name(p, element, name);
    for (uint32_t row = 0; row < t->table->n_rows; row++) {
        solver_answer answer = prove_can_happen(p, t->fires[row], &why);
        if (answer == SOLVER_IMPOSSIBLE)
            report_dead_row(p, t, row, name);
        else
            prove_report(p, VERIFY_TOTAL,
                         answer == SOLVER_POSSIBLE ? VERIFY_PROVED : VERIFY_UNDECIDED, why, NULL,
                         false, "%s, row %u can fire (line %u)", name, row + 1,
                         t->table->rows[row].line);
    }
}

void prove_total(prover *p) {
    prove_outcomes(p);
    for (uint32_t i = 0; i < dmn_n_elements(p->l.model) && !p->is_over; i++) {
        if (p->l.elements[i].table) prove_rows(p, i);
    }
}

// ---- nothing vanishes --------------------------------------------------------------------------
static term and_known(law *l, value v, term all) {
    all = term_and(l->pool, all, term_not(l->pool, v.is_null));
    for (uint32_t i = 0; i < v.n && v.kind == VALUE_LIST; i++) {
        for (uint32_t k = 0; k < v.items[i].n && v.items[i].kind == VALUE_CONTEXT; k++) {
            term here = term_not(l->pool, v.items[i].items[k].is_null);
            all = term_and(l->pool, all, term_implies(l->pool, v.has[i], here));
        }
    }
    return all;
}

// Every fact that the term reads is known.
static term everything_known(prover *p, term t) {
    law *l = &p->l;
    term all = TRUE_TERM;
    uint8_t *bits = calloc(l->pool->n_variables + 1, 1);
    if (!bits) return l->pool->has_failed = true, FALSE_TERM;
    term_variables_of(l->pool, t, bits);
    for (uint32_t f = 0; f < l->n_facts; f++) {
        if (law_reads_in(l, bits, f)) all = and_known(l, l->facts[f].counts, all);
    }
    free(bits);
    return all;
}

// The condition under which something known is lost. What is null for no outcome of any rule is
// asked as it stands; else the rules are put in, and the facts they read are known.
static term with_all_known(prover *p, term lost) {
    const char *why;
    if (law_is_loose(&p->l, lost) && prove_is_possible(p, lost, &why) == SOLVER_IMPOSSIBLE)
        return lost;
    term bound = law_bound(&p->l, lost, NULL);
    return term_and(p->l.pool, bound, everything_known(p, bound));
}

static void prove_known(prover *p, value v, const char *name, uint32_t column) {
    prove_never(p, VERIFY_NOTHING_VANISHES, with_all_known(p, v.is_null),
                "it is null although all it reads is known", NULL, NULL,
                "%s, input %u has a value when all it reads is known", name, column);
}

// The input expressions; a cell is a test of one, and is asked with it known.
static void prove_expressions(prover *p, uint32_t element) {
    const law_table *t = p->l.elements[element].table;
    law *l = &p->l;
    char name[80];
    element_name(p, element, name);
    for (uint32_t i = 0; i < t->table->n_inputs; i++) {
        prove_known(p, t->inputs[i], name, i + 1);
        term lost = FALSE_TERM;
        for (uint32_t row = 0; row < t->table->n_rows; row++) {
            value cell = t->cells[(size_t)row * t->table->n_inputs + i];
            lost =
                term_or(l->pool, lost,
                        term_and(l->pool, cell.is_null, term_not(l->pool, t->inputs[i].is_null)));
        }
        prove_never(p, VERIFY_NOTHING_VANISHES, with_all_known(p, lost),
                    "a test of a known value has no answer", NULL, NULL,
                    "%s, every test of input %u has an answer", name, i + 1);
    }
}

static void prove_no_faults(prover *p, uint32_t element) {
    const law_element *e = &p->l.elements[element];
    char name[80], because[160];
    element_name(p, element, name);
    for (uint32_t i = 0; i < e->n_faults; i++) {
        const encoder_fault *fault = &p->l.e.faults[e->first_fault + i];
        snprintf(because, sizeof because, "it %.*s", (int)fault->text.n, fault->text.at);
        prove_never(p, VERIFY_NOTHING_VANISHES, fault->when, because, NULL, NULL,
                    "%s meets no error", name);
    }
    if (e->n_faults == 0)
        prove_report(p, VERIFY_NOTHING_VANISHES, VERIFY_PROVED, "", NULL, false,
                     "%s meets no error", name);
}

void prove_nothing_vanishes(prover *p) {
    for (uint32_t i = 0; i < dmn_n_elements(p->l.model) && !p->is_over; i++) {
        const law_element *e = &p->l.elements[i];
        char name[80];
        if (dmn_element_at(p->l.model, i)->kind != DMN_DECISION) continue;
        if (e->why_not.n) {
            prove_report(p, VERIFY_NOTHING_VANISHES, VERIFY_UNDECIDED, e->why_not.at, NULL, false,
                         "%s", element_name(p, i, name));
            continue;
        }
        prove_no_faults(p, i);
        if (e->table) prove_expressions(p, i);
    }
}
