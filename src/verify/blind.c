// blind.c: what never matters. Two persons who differ only in strings that the law does not name
// get the same outcomes and are asked the same: which of two unnamed countries, which paper, which
// officer, which unit. It is shown by self-composition: in a copy of the law any two unnamed
// strings change places everywhere, and no outcome may differ. A person's name, number, sex,
// religion or colour cannot matter at all: the model's inputs are the dictionary's facts, the day
// and the host, which is checked here too.
#include "verify/prove.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct {
    term a, b, *from, *to;
    uint32_t n, room;
} swap;

static void add_pair(prover *p, swap *s, term t) {
    term_pool *pool = p->l.pool;
    if (s->n == s->room || term_at(pool, t)->kind != TERM_VARIABLE) return;
    s->from[s->n] = t;
    s->to[s->n++] = term_if(pool, term_equal(pool, t, s->a), s->b,
                            term_if(pool, term_equal(pool, t, s->b), s->a, t));
}

static void add_value(prover *p, swap *s, value v) {
    if (v.kind == VALUE_STRING) add_pair(p, s, v.t);
    for (uint32_t i = 0; i < v.n && (v.kind == VALUE_LIST || v.kind == VALUE_CONTEXT); i++)
        add_value(p, s, v.items[i]);
}

static void prove_inputs(prover *p) {
    for (uint32_t i = 0; i < dmn_n_elements(p->l.model); i++) {
        const dmn_element *input = dmn_element_at(p->l.model, i);
        if (input->kind != DMN_INPUT) continue;
        bool is_known = hb_str_equal(input->name, HB_STR("as_of")) ||
                        hb_str_equal(input->name, HB_STR("host")) ||
                        rulebook_find_fact(p->rb, input->name) != DMN_NONE;
        prove_report(p, VERIFY_BLIND, is_known ? VERIFY_PROVED : VERIFY_REFUTED,
                     "the model reads what the dictionary does not define", NULL, false,
                     "input %.*s is a fact of the dictionary, the day or the host",
                     (int)input->name.n, input->name.at);
    }
}

// In prove's example the two strings change places.
static bool change_places(prover *p, const swap *s) {
    if (!prove_make_room(p)) return false;
    int64_t a = p->all[s->a].number, b = p->all[s->b].number;
    for (uint32_t i = 0; i < s->n; i++) {
        term_value *v = &p->values[term_at(p->l.pool, s->from[i])->number];
        v->number = v->number == a ? b : v->number == b ? a : v->number;
    }
    term_evaluate(p->l.pool, p->values, p->all);
    return true;
}

// What the gate says of a rule's outcome or of a fact's being missing.
static int said_of(const gate_decision *decision, uint32_t rule, uint32_t fact) {
    return rule != DMN_NONE ? (int)decision->outcomes[rule] : decision->facts[fact].is_missing;
}

// Two people who differ in the two strings alone.
static void refute(prover *p, const swap *s, hb_str id, uint32_t rule, uint32_t fact) {
    person from, to;
    gate_decision decision = {0};
    hb_text people = {0};
    bool is_confirmed = false;
    if (person_from_facts(&p->l, p->all, DMN_NONE, NULL, FALSE_TERM, p->arena, &from) &&
        change_places(p, s) &&
        person_from_facts(&p->l, p->all, DMN_NONE, NULL, FALSE_TERM, p->arena, &to)) {
        person_print_header(&people, &from);
        person_print(&people, p->rb, &from, "X-1");
        person_print(&people, p->rb, &to, "X-2");
        if (prove_decide(p, &from, &decision)) {
            int first = said_of(&decision, rule, fact);
            is_confirmed =
                prove_decide(p, &to, &decision) && said_of(&decision, rule, fact) != first;
        }
    }
    prove_report(p, VERIFY_BLIND, VERIFY_REFUTED, "it changes when two of them change places",
                 &people, is_confirmed, "%.*s does not depend on strings the law does not name",
                 (int)id.n, id.at);
    hb_text_clear(&people);
}

// Of a rule, or (rule DMN_NONE) of a fact.
static void ask(prover *p, const swap *s, term differs, uint32_t rule, uint32_t fact) {
    hb_str about =
        rule != DMN_NONE ? rulebook_rule_at(p->rb, rule)->id : rulebook_fact_at(p->rb, fact)->name;
    hb_str not_read = rule != DMN_NONE ? p->l.rules[rule].why_not : p->l.facts[fact].why_not;
    term_pool *pool = p->l.pool;
    term others =
        term_and(pool, term_less_equal(pool, term_integer(pool, ENCODE_OTHER_STRING), s->a),
                 term_less_equal(pool, term_integer(pool, ENCODE_OTHER_STRING), s->b));
    term host = term_and(pool, term_not(pool, term_equal(pool, p->l.host.t, s->a)),
                         term_not(pool, term_equal(pool, p->l.host.t, s->b)));
    const char *why = not_read.at;
    hb_arena_reset(p->arena);
    solver_answer answer =
        not_read.n ? SOLVER_UNKNOWN
                   : prove_ask(p, term_and(pool, differs, term_and(pool, others, host)), &why);
    if (answer == SOLVER_POSSIBLE) {
        refute(p, s, about, rule, fact);
        return;
    }
    prove_report(p, VERIFY_BLIND, answer == SOLVER_IMPOSSIBLE ? VERIFY_PROVED : VERIFY_UNDECIDED,
                 why, NULL, false, "%.*s does not depend on strings the law does not name",
                 (int)about.n, about.at);
}

static term swapped(prover *p, const swap *s, term t) {
    return term_replace(p->l.pool, t, s->n, s->from, s->to);
}

void prove_blind(prover *p) {
    term_pool *pool = p->l.pool;
    law *l = &p->l;
    swap s = {.room = pool->n_variables,
              .from = malloc((pool->n_variables + 1) * sizeof(term)),
              .to = malloc((pool->n_variables + 1) * sizeof(term))};
    prove_inputs(p);
    if (s.from && s.to) {
        s.a = term_variable(pool, TERM_INT, "one unnamed string");
        s.b = term_variable(pool, TERM_INT, "another unnamed string");
        for (uint32_t f = 0; f < l->n_facts; f++) add_value(p, &s, l->facts[f].counts);
        for (uint32_t r = 0; r < l->n_rules; r++) {
            const law_rule *rule = &l->rules[r];
            term bars = term_equal(pool, rule->bars, swapped(p, &s, rule->bars));
            term open = term_equal(pool, rule->is_open, swapped(p, &s, rule->is_open));
            ask(p, &s, term_not(pool, term_and(pool, bars, open)), r, DMN_NONE);
        }
        for (uint32_t f = 0; f < l->n_facts; f++) {
            term missing = l->facts[f].missing;
            ask(p, &s, term_not(pool, term_equal(pool, missing, swapped(p, &s, missing))), DMN_NONE,
                f);
        }
    }
    free(s.from);
    free(s.to);
}
