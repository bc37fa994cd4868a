// monotone.c: less evidence for the transfer, or more for the person, never improves a verdict. Two
// halves:
//   1. evidence: every edit of the records of a fact moves what counts only towards caution
//   (evidence_cautious);
//   2. law: whatever the other facts are, moving one fact towards caution never lifts a bar and
//   never completes a file.
// An edit touches the records of some facts; facts are weighed apart from each other, so what
// counts moves, fact by fact, by steps of 1, and by 2 no step improves the verdict. A document that
// stands behind several facts is several steps.
#include "verify/prove.h"

#include <stdio.h>

// ---- half 1 ------------------------------------------------------------------------------------
// Whether the gate weighs the fact as the encoding did: what counts, and whether it is established.
static bool is_weighed_so(prover *p, uint32_t fact, const person *who, const evidence_standing *s) {
    gate_decision decision = {0};
    hb_text ours = {0}, theirs = {0};
    if (!prove_decide(p, who, &decision)) return false;
    const rulebook_fact_standing *f = &decision.facts[fact];
    feel_print(&ours, person_value(&p->l, fact, s->counts, p->all, p->arena));
    feel_print(&theirs, f->counts);
    bool is_so = hb_str_equal((hb_str){ours.at, ours.n}, (hb_str){theirs.at, theirs.n}) &&
                 p->all[s->is_proved].boolean == (f->standing == RULEBOOK_ESTABLISHED);
    hb_text_clear(&ours);
    hb_text_clear(&theirs);
    return is_so;
}

// Two people: the fact before and after the edit.
static void refute_edit(prover *p, uint32_t fact, const evidence *before, const evidence *after,
                        const evidence_standing *stood, const evidence_standing *stands,
                        evidence_edit edit) {
    char name[80];
    person from, to;
    hb_text people = {0};
    bool is_confirmed = false;
    bool ok = person_from_evidence(&p->l, fact, before, p->all, p->arena, &from) &&
              person_from_evidence(&p->l, fact, after, p->all, p->arena, &to);
    if (ok) {
        person_print_header(&people, &from);
        person_print(&people, p->rb, &from, "X-before");
        person_print(&people, p->rb, &to, "X-after");
        is_confirmed = is_weighed_so(p, fact, &from, stood) && is_weighed_so(p, fact, &to, stands);
    }
    prove_report(p, VERIFY_MONOTONE, VERIFY_REFUTED, "what counts, or how well it stands, improves",
                 &people, is_confirmed, "evidence of %s, %s", prove_fact_name(p, fact, name),
                 evidence_edit_name(edit).at);
    hb_text_clear(&people);
}

static void prove_edits(prover *p, uint32_t fact) {
    law *l = &p->l;
    char name[80];
    const char *why;
    term legal;
    // the same names for every fact: facts of one burden then ask the same question, once
    evidence before = evidence_open(l, fact, "its", &legal);
    prove_fact_name(p, fact, name);
    evidence_standing stood = evidence_merge(l, fact, &before);
    for (evidence_edit edit = 0; edit < EVIDENCE_N_EDITS; edit++) {
        term possible;
        evidence after = evidence_after(l, fact, &before, edit, &possible);
        evidence_standing stands = evidence_merge(l, fact, &after);
        term cautious = evidence_cautious(l, fact, stood.counts, stood.is_proved, stands.counts,
                                          stands.is_proved);
        term query =
            term_and(l->pool, term_and(l->pool, legal, possible), term_not(l->pool, cautious));
        hb_arena_reset(p->arena);
        solver_answer answer = l->e.has_failed ? SOLVER_UNKNOWN : prove_ask(p, query, &why);
        char reason[240];
        if (l->e.has_failed)
            snprintf(reason, sizeof reason, "%.*s", (int)l->e.why.n, l->e.why.at), why = reason;
        l->e.has_failed = false;
        if (answer == SOLVER_POSSIBLE)
            refute_edit(p, fact, &before, &after, &stood, &stands, edit);
        else
            prove_report(p, VERIFY_MONOTONE,
                         answer == SOLVER_IMPOSSIBLE ? VERIFY_PROVED : VERIFY_UNDECIDED, why, NULL,
                         false, "evidence of %s, %s", name, evidence_edit_name(edit).at);
    }
}

// ---- half 2 ------------------------------------------------------------------------------------
typedef struct {
    uint32_t fact, n_pairs;
    value other;  // what counts afterwards
    term other_is_proved;
    term from[128], to[128];
    term moves;  // the later value is legal and as cautious
} step;

static void open_step(prover *p, uint32_t fact, step *s) {
    law *l = &p->l;
    char name[80], after[96];
    term legal;
    snprintf(after, sizeof after, "%s afterwards", prove_fact_name(p, fact, name));
    s->fact = fact;
    s->other = law_variable(l, fact, after, true, LAW_LIST_PLACES, &legal);
    s->other_is_proved = term_variable(l->pool, TERM_BOOL, "%s is established", after);
    s->n_pairs = law_pairs(l, fact, s->other, s->other_is_proved, s->from, s->to, 128);
    const law_fact *f = &l->facts[fact];
    term later = term_replace(l->pool, f->legal, s->n_pairs, s->from, s->to);
    term cautious =
        evidence_cautious(l, fact, f->counts, f->is_proved, s->other, s->other_is_proved);
    s->moves = term_and(l->pool, later, cautious);
}

static term later(prover *p, const step *s, term t) {
    return term_replace(p->l.pool, t, s->n_pairs, s->from, s->to);
}

// The rules that read the fact: some bars; none is open and none of the facts whose asking depends
// on it is missing.
static void local_verdict(prover *p, uint32_t fact, term *barred, term *clear) {
    law *l = &p->l;
    *barred = FALSE_TERM;
    *clear = TRUE_TERM;
    for (uint32_t r = 0; r < l->n_rules; r++) {
        if (!p->rule_reads[(size_t)r * l->n_facts + fact]) continue;
        *barred = term_or(l->pool, *barred, l->rules[r].bars);
        *clear = term_and(l->pool, *clear, term_not(l->pool, l->rules[r].is_open));
    }
    for (uint32_t f = 0; f < l->n_facts; f++) {
        if (!p->missing_reads[(size_t)f * l->n_facts + fact]) continue;
        *clear = term_and(l->pool, *clear, term_not(l->pool, l->facts[f].missing));
    }
}

static hb_str why_not(prover *p, uint32_t fact) {
    law *l = &p->l;
    for (uint32_t r = 0; r < l->n_rules; r++) {
        if (l->rules[r].why_not.n) return l->rules[r].why_not;  // it may read any fact
    }
    return l->facts[fact].why_not;
}

static void refute_step(prover *p, const step *s, const char *because) {
    char name[80];
    person from, to;
    gate_decision before = {0}, after = {0};
    hb_text people = {0};
    bool is_confirmed = false;
    bool ok =
        person_from_facts(&p->l, p->all, DMN_NONE, NULL, FALSE_TERM, p->arena, &from) &&
        person_from_facts(&p->l, p->all, s->fact, &s->other, s->other_is_proved, p->arena, &to);
    if (ok) {
        person_print_header(&people, &from);
        person_print(&people, p->rb, &from, "X-before");
        person_print(&people, p->rb, &to, "X-after");
        is_confirmed = prove_decide(p, &from, &before);
        gate_verdict first = before.verdict;
        is_confirmed = is_confirmed && prove_decide(p, &to, &after) && after.verdict != first &&
                       gate_worse(first, after.verdict) == first;
    }
    prove_report(p, VERIFY_MONOTONE, VERIFY_REFUTED, because, &people, is_confirmed,
                 "verdict when %s moves towards caution", prove_fact_name(p, s->fact, name));
    hb_text_clear(&people);
}

// First of the rules around the fact, a stronger statement over fewer facts; then of the whole
// verdict.
static solver_answer ask_step(prover *p, const step *s, term local, term whole, const char **why) {
    term_pool *pool = p->l.pool;
    hb_arena_reset(p->arena);
    if (prove_is_possible(p, term_and(pool, s->moves, local), why) == SOLVER_IMPOSSIBLE)
        return SOLVER_IMPOSSIBLE;
    return prove_ask(p, term_and(pool, s->moves, whole), why);
}

static void prove_step(prover *p, uint32_t fact) {
    law *l = &p->l;
    term_pool *pool = l->pool;
    step s = {0};
    char name[80];
    const char *why = "";
    term barred, clear;
    hb_str not_read = why_not(p, fact);
    if (not_read.n) {
        prove_report(p, VERIFY_MONOTONE, VERIFY_UNDECIDED, not_read.at, NULL, false,
                     "verdict when %s moves towards caution", prove_fact_name(p, fact, name));
        return;
    }
    open_step(p, fact, &s);
    local_verdict(p, fact, &barred, &clear);
    term lifts = term_and(pool, barred, term_not(pool, later(p, &s, barred)));
    term completes = term_and(pool, later(p, &s, clear), term_not(pool, clear));
    term lifts_all = term_and(pool, l->barred, term_not(pool, later(p, &s, l->barred)));
    term completes_all = term_and(pool, later(p, &s, l->clear), term_not(pool, l->clear));
    solver_answer answer = ask_step(p, &s, lifts, lifts_all, &why);
    if (answer == SOLVER_POSSIBLE) {
        refute_step(p, &s, "a bar is lifted");
        return;
    }
    if (answer == SOLVER_IMPOSSIBLE) answer = ask_step(p, &s, completes, completes_all, &why);
    if (answer == SOLVER_POSSIBLE) {
        refute_step(p, &s, "a file that was open becomes NO BAR FOUND");
        return;
    }
    prove_report(p, VERIFY_MONOTONE, answer == SOLVER_IMPOSSIBLE ? VERIFY_PROVED : VERIFY_UNDECIDED,
                 why, NULL, false, "verdict when %s moves towards caution",
                 prove_fact_name(p, fact, name));
}

void prove_monotone(prover *p) {
    for (uint32_t fact = 0; fact < p->l.n_facts && !p->is_over; fact++) {
        prove_edits(p, fact);
        prove_step(p, fact);
    }
}
