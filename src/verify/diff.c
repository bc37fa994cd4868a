// diff.c: rows are compared as texts, by what they say and not by their number, so a row that moved
// is no difference unless its order matters to FIRST, and then the solver's answer tells. Facts and
// rules are compared field by field.
#include "verify/diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/person.h"
#include "verify/solver.h"

#define EFFORT 200000000u

typedef struct {
    hb_arena *arena;
    verify_difference_sink sink;
    void *to;
} differ;

static void say(differ *d, hb_str where, const char *what, hb_str before, hb_str after) {
    d->sink(d->to, &(verify_difference){where, what, before, after});
}

// ---- tables ------------------------------------------------------------------------------------
static hb_str row_text(hb_arena *arena, const dmn_table *table, uint32_t row) {
    hb_text text = {0};
    hb_str kept = {0};
    for (uint32_t i = 0; i < table->n_inputs; i++) {
        hb_str cell = table->rows[row].test_text[i];
        hb_text_addf(&text, "%s%.*s: %.*s", i > 0 ? " | " : "", (int)table->inputs[i].text.n,
                     table->inputs[i].text.at, (int)cell.n, cell.at);
    }
    for (uint32_t i = 0; i < table->n_outputs; i++) {
        hb_text_addf(&text, " => %.*s", (int)table->rows[row].output_text[i].n,
                     table->rows[row].output_text[i].at);
    }
    if (!text.failed) hb_str_copy(arena, (hb_str){text.at, text.n}, &kept);
    hb_text_clear(&text);
    return kept;
}

static bool has_row(hb_arena *arena, const dmn_table *table, hb_str row) {
    for (uint32_t r = 0; table && r < table->n_rows; r++) {
        if (hb_str_equal(row_text(arena, table, r), row)) return true;
    }
    return false;
}

static hb_str row_name(hb_arena *arena, hb_str decision, uint32_t row) {
    hb_str name = {0};
    hb_str_format(arena, &name, "%.*s, row %u", (int)decision.n, decision.at, row + 1);
    return name;
}

static void diff_table(differ *d, hb_str name, const dmn_table *a, const dmn_table *b) {
    for (uint32_t r = 0; a && r < a->n_rows; r++) {
        hb_str row = row_text(d->arena, a, r);
        if (!has_row(d->arena, b, row))
            say(d, row_name(d->arena, name, r), "row", row, (hb_str){0});
    }
    for (uint32_t r = 0; b && r < b->n_rows; r++) {
        hb_str row = row_text(d->arena, b, r);
        if (!has_row(d->arena, a, row))
            say(d, row_name(d->arena, name, r), "row", (hb_str){0}, row);
    }
    if (!a || !b || a->n_rows != b->n_rows) return;
    for (uint32_t r = 0; r < a->n_rows; r++) {
        hb_str x = row_text(d->arena, a, r), y = row_text(d->arena, b, r);
        if (hb_str_equal(x, y) || !has_row(d->arena, b, x) || !has_row(d->arena, a, y)) continue;
        say(d, row_name(d->arena, name, r), "order of rows", x, y);
        return;
    }
}

static const dmn_table *table_of(const dmn_model *model, hb_str name) {
    uint32_t element = dmn_find(model, DMN_DECISION, name);
    return element == DMN_NONE ? NULL : dmn_decision_table(model, element);
}

static void diff_models(differ *d, const dmn_model *a, const dmn_model *b) {
    for (uint32_t i = 0; i < dmn_n_elements(a); i++) {
        const dmn_element *element = dmn_element_at(a, i);
        if (element->kind == DMN_DECISION)
            diff_table(d, element->name, dmn_decision_table(a, i), table_of(b, element->name));
    }
    for (uint32_t i = 0; i < dmn_n_elements(b); i++) {
        const dmn_element *element = dmn_element_at(b, i);
        bool is_new =
            element->kind == DMN_DECISION && dmn_find(a, DMN_DECISION, element->name) == DMN_NONE;
        if (is_new) diff_table(d, element->name, NULL, dmn_decision_table(b, i));
    }
}

// ---- dictionary and rules ----------------------------------------------------------------------
static void diff_field(differ *d, hb_str where, const char *what, hb_str a, hb_str b) {
    if (!hb_str_equal(a, b)) say(d, where, what, a, b);
}

static hb_str kinds_text(hb_arena *arena, uint32_t kinds) {
    hb_text text = {0};
    hb_str kept = {0};
    for (uint32_t k = 0; k < RULEBOOK_N_KINDS; k++) {
        if (kinds >> k & 1)
            hb_text_addf(&text, "%s%.*s", text.n ? "|" : "",
                         (int)rulebook_kind_name((rulebook_kind)k).n,
                         rulebook_kind_name((rulebook_kind)k).at);
    }
    if (!text.failed && text.n) hb_str_copy(arena, (hb_str){text.at, text.n}, &kept);
    hb_text_clear(&text);
    return kept;
}

static void diff_fact(differ *d, const rulebook_fact *a, const rulebook_fact *b) {
    diff_field(d, a->name, "protects", a->protects, b->protects);
    diff_field(d, a->name, "permits", a->permits, b->permits);
    diff_field(d, a->name, "neutral", a->neutral, b->neutral);
    diff_field(d, a->name, "asked_when", a->asked_when, b->asked_when);
    diff_field(d, a->name, "fresh_days", a->fresh_days, b->fresh_days);
    diff_field(d, a->name, "established_by", kinds_text(d->arena, a->established_by),
               kinds_text(d->arena, b->established_by));
    diff_field(d, a->name, "question_en", a->question_en, b->question_en);
    diff_field(d, a->name, "question_es", a->question_es, b->question_es);
}

static void diff_rule(differ *d, const rulebook_rule *a, const rulebook_rule *b) {
    diff_field(d, a->id, "outcome_when_violated", a->outcome_when_violated,
               b->outcome_when_violated);
    diff_field(d, a->id, "outcome_when_unknown", a->outcome_when_unknown, b->outcome_when_unknown);
    diff_field(d, a->id, "applies_when", a->applies_when, b->applies_when);
    diff_field(d, a->id, "decides", a->decides, b->decides);
    diff_field(d, a->id, "curable", a->curable, b->curable);
    diff_field(d, a->id, "because_en", a->because_en, b->because_en);
    diff_field(d, a->id, "because_es", a->because_es, b->because_es);
    diff_field(d, a->id, "would_satisfy", a->would_satisfy_en, b->would_satisfy_en);
}

bool verify_diff_text(const rulebook *before, const rulebook *after, verify_difference_sink sink,
                      void *to, hb_error *err) {
    differ d = {.arena = hb_arena_open((size_t)64 << 20), .sink = sink, .to = to};
    if (!d.arena) return hb_out_of_memory(err);
    diff_models(&d, rulebook_model(before), rulebook_model(after));
    for (uint32_t f = 0; f < rulebook_n_facts(before); f++) {
        const rulebook_fact *a = rulebook_fact_at(before, f);
        uint32_t other = rulebook_find_fact(after, a->name);
        if (other == DMN_NONE)
            say(&d, a->name, "fact", a->question_en, (hb_str){0});
        else
            diff_fact(&d, a, rulebook_fact_at(after, other));
    }
    for (uint32_t f = 0; f < rulebook_n_facts(after); f++) {
        const rulebook_fact *b = rulebook_fact_at(after, f);
        if (rulebook_find_fact(before, b->name) == DMN_NONE)
            say(&d, b->name, "fact", (hb_str){0}, b->question_en);
    }
    for (uint32_t r = 0; r < rulebook_n_rules(before); r++) {
        const rulebook_rule *a = rulebook_rule_at(before, r);
        uint32_t other = rulebook_find_rule(after, a->id);
        if (other == DMN_NONE)
            say(&d, a->id, "rule", a->title_en, (hb_str){0});
        else
            diff_rule(&d, a, rulebook_rule_at(after, other));
    }
    for (uint32_t r = 0; r < rulebook_n_rules(after); r++) {
        const rulebook_rule *b = rulebook_rule_at(after, r);
        if (rulebook_find_rule(before, b->id) == DMN_NONE)
            say(&d, b->id, "rule", (hb_str){0}, b->title_en);
    }
    bool ok = !hb_arena_is_exhausted(d.arena) || hb_out_of_memory(err);
    hb_arena_close(d.arena);
    return ok;
}

// ---- anybody -----------------------------------------------------------------------------------
bool verify_diff_anybody(const rulebook *before, const rulebook *after, verify_better *answer,
                         hb_text *people, hb_error *err) {
    law a, b = {0};
    const char *why;
    solver *s = NULL;
    bool is_open = law_open(&a, before, err),
         has_b = is_open && law_open_beside(&b, after, &a, err);
    term_value *values = NULL, *all = NULL;
    hb_arena *arena = hb_arena_open((size_t)64 << 20);
    bool ok = is_open && has_b && arena && (s = solver_open(a.pool, err)) != NULL;
    *answer = VERIFY_BETTER_UNDECIDED;
    if (ok && !a.why_not.n && !b.why_not.n) {
        term_pool *p = a.pool;
        term lifted = term_and(p, a.barred, term_not(p, b.barred)),
             completed = term_and(p, b.clear, term_not(p, a.clear));
        term better = term_or(p, lifted, completed);
        term query =
            term_and(p, better, term_and(p, law_domain_of(&a, better), law_domain_of(&b, better)));
        values = calloc(p->n_variables + 1, sizeof *values);
        all = calloc(p->n + 1, sizeof *all);
        solver_answer found =
            values && all ? solver_check(s, query, EFFORT, values, &why) : SOLVER_UNKNOWN;
        person who;
        if (found == SOLVER_IMPOSSIBLE) *answer = VERIFY_BETTER_NOBODY;
        if (found == SOLVER_POSSIBLE) {
            *answer = VERIFY_BETTER_SOMEBODY;
            term_evaluate(p, values, all);
            if (person_from_facts(&a, all, DMN_NONE, NULL, FALSE_TERM, arena, &who)) {
                person_print_header(people, &who);
                person_print(people, before, &who, "X-1");
            }
        }
    }
    free(values);
    free(all);
    solver_close(s);
    if (has_b) law_close(&b);
    if (is_open) law_close(&a);
    hb_arena_close(arena);
    return ok || err->kind != HB_NONE ? ok : hb_out_of_memory(err);
}
