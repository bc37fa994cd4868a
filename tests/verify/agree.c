// agree: the encoding says of a person what the engine says, rule by rule. Random people with
// random evidence are decided by the gate; the same facts as they count are put into the terms that
// the solver is asked about, and the terms are evaluated. Then, fact by fact, random records and
// documents: what counts and whether it is established. The model's verdict over the rules'
// stand-ins is held against the worst of the outcomes they are given. usage: agree RULEBOOK N
// [SEED]
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "people.h"
#include "verify/graph.h"
#include "verify/prove.h"

static uint32_t n_passed, n_failed;

static void differ(uint32_t n, const char *what, hb_str name, const char *engine,
                   const char *encoding) {
    if (n_failed++ < 20)
        printf("person %u: %s %.*s: engine %s, encoding %s\n", n, what, (int)name.n, name.at,
               engine, encoding);
}

static const char *outcome_of(const law_rule *rule, const term_value *all) {
    if (all[rule->bars].boolean) return "bars";
    if (all[rule->is_satisfied].boolean) return "satisfied";
    if (all[rule->is_silent].boolean) return "not_applicable";
    return all[rule->is_answered].boolean ? "open" : "no answer";
}

static const char *outcome_name(gate_outcome outcome) {
    switch (outcome) {
        case GATE_BARS: return "bars";
        case GATE_SATISFIED: return "satisfied";
        case GATE_NOT_APPLICABLE: return "not_applicable";
        case GATE_UNMET:
        case GATE_REFER: return "open";
        case GATE_UNANSWERED: break;
    }
    return "no answer";
}

typedef struct {
    law l;
    rulebook_bench *bench;
    hb_arena *arena;
    term_value *variables, *all;
    dice d;
    term says[3];  // the model's verdict over the stand-ins: by gate_verdict
} tester;

// ---- composition --------------------------------------------------------------------------------
static void open_composition(tester *t) {
    law *l = &t->l;
    for (gate_verdict v = 0; v < 3; v++)
        t->says[v] = graph_is_text(l, graph_element(l, l->verdict)->result, gate_verdict_name(v));
    if (law_is_loose(l, l->barred) || law_is_loose(l, l->clear))
        differ(0, "the verdict leaves a rule's outcome free", HB_STR(""), "", "");
}

static void assign_outcomes(tester *t, const gate_outcome *outcomes) {
    law *l = &t->l;
    for (uint32_t r = 0; r < l->n_rules; r++) {
        const value *to = &l->rules[r].stand_in;
        if (to->kind == VALUE_NULL) continue;  // the outcome itself stands
        bool is_answered = outcomes[r] != GATE_UNANSWERED;
        hb_str name = is_answered ? gate_outcome_name(outcomes[r]) : HB_STR("");
        t->variables[term_at(l->pool, to->is_null)->number].boolean = !is_answered;
        t->variables[term_at(l->pool, to->t)->number].number = encoder_string(&l->e, name);
    }
}

static gate_verdict worst_of(const gate_outcome *outcomes, uint32_t n) {
    gate_verdict worst = GATE_NO_BAR_FOUND;
    for (uint32_t r = 0; r < n; r++) {
        if (outcomes[r] == GATE_BARS) return GATE_BARRED;
        if (outcomes[r] != GATE_SATISFIED && outcomes[r] != GATE_NOT_APPLICABLE)
            worst = GATE_UNRESOLVED;
    }
    return worst;
}

static void compare_composition(tester *t, uint32_t number, const gate_outcome *outcomes) {
    gate_verdict worst = worst_of(outcomes, t->l.n_rules);
    for (gate_verdict v = 0; v < 3; v++) {
        bool is_said = t->all[t->says[v]].boolean;
        if (is_said == (v == worst))
            n_passed++;
        else
            differ(number, "the verdict over outcomes,", gate_verdict_name(v),
                   v == worst ? "yes" : "no", is_said ? "yes" : "no");
    }
}

// Mostly one or two rules off the road to NO BAR FOUND, and each rule in its turn.
static void test_composition(tester *t, uint32_t n, gate_outcome *outcomes) {
    uint32_t n_rules = t->l.n_rules;
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t r = 0; r < n_rules; r++)
            outcomes[r] = dice_one_in(&t->d, 2) ? GATE_SATISFIED : GATE_NOT_APPLICABLE;
        if (!dice_one_in(&t->d, 5))
            outcomes[i % n_rules] = (gate_outcome)dice_below(&t->d, GATE_NOT_APPLICABLE + 1);
        if (dice_one_in(&t->d, 3))
            outcomes[dice_below(&t->d, n_rules)] =
                (gate_outcome)dice_below(&t->d, GATE_NOT_APPLICABLE + 1);
        assign_outcomes(t, outcomes);
        term_evaluate(t->l.pool, t->variables, t->all);
        compare_composition(t, i, outcomes);
    }
}

// ---- people -------------------------------------------------------------------------------------

// Mostly values that let a file be complete, so that deep rows are reached too.
static uint32_t random_records(tester *t, const rulebook_day *day, rulebook_record *records) {
    uint32_t n = 0, density = 1 + dice_below(&t->d, 12);
    for (uint32_t f = 0; f < t->l.n_facts; f++) {
        if (dice_one_in(&t->d, density)) continue;
        uint32_t n_records = dice_one_in(&t->d, 12) ? 2 : 1;
        for (uint32_t k = 0; k < n_records; k++) {
            feel_value v = feel_null();
            rulebook_effect effect = RULEBOOK_PROTECTS;
            hb_error err = {0};
            bool is_legal = false;
            for (int tries = 0; tries < 6 && effect == RULEBOOK_PROTECTS; tries++) {
                is_legal = people_value(&t->d, t->l.rb, t->arena, f, day, 2, &v);
                if (is_legal && !rulebook_value_effect(t->bench, day, f, v, &effect, &err))
                    return 0;
                if (dice_one_in(&t->d, 4)) break;
            }
            const rulebook_document **papers =
                hb_arena_array(t->arena, const rulebook_document *, 2);
            if (!is_legal || !papers) continue;
            papers[0] = people_document(&t->d, t->l.rb, t->arena, f, v, day);
            papers[1] = people_document(&t->d, t->l.rb, t->arena, f, v, day);
            records[n++] = (rulebook_record){
                .fact = f, .value = v, .n_evidence = 1 + dice_below(&t->d, 2), .evidence = papers};
        }
    }
    return n;
}

static void test_person(tester *t, uint32_t number, rulebook_record *records) {
    law *l = &t->l;
    hb_arena_reset(t->arena);
    rulebook_day day = people_day(&t->d);
    rulebook_bench_reset(t->bench);
    uint32_t n = random_records(t, &day, records);
    gate_decision decision;
    hb_error err = {0};
    if (!gate_decide(t->bench, t->arena, &day, records, n, &decision, &err)) {
        differ(number, "the gate failed:", hb_str_from(err.message), "", "");
        return;
    }
    if (!person_assign(l, &day, decision.facts, t->variables))
        return;  // a list longer than the encoding looks at
    assign_outcomes(t, decision.outcomes);
    term_evaluate(l->pool, t->variables, t->all);
    compare_composition(t, number, decision.outcomes);
    for (uint32_t r = 0; r < l->n_rules; r++) {
        const char *engine = outcome_name(decision.outcomes[r]),
                   *encoding = outcome_of(&l->rules[r], t->all);
        if (strcmp(engine, encoding) != 0)
            differ(number, "rule", rulebook_rule_at(l->rb, r)->id, engine, encoding);
        else
            n_passed++;
    }
    for (uint32_t f = 0; f < l->n_facts; f++) {
        bool encoding = t->all[l->facts[f].missing].boolean;
        if (encoding != decision.facts[f].is_missing) {
            differ(number, "missing", rulebook_fact_at(l->rb, f)->name, encoding ? "no" : "yes",
                   encoding ? "yes" : "no");
        }
        if (!t->all[l->facts[f].legal].boolean)
            differ(number, "a value outside its domain:", rulebook_fact_at(l->rb, f)->name, "", "");
    }
    gate_verdict verdict = t->all[l->barred].boolean  ? GATE_BARRED
                           : t->all[l->clear].boolean ? GATE_NO_BAR_FOUND
                                                      : GATE_UNRESOLVED;
    if (verdict != decision.verdict) {
        differ(number, "verdict", HB_STR(""), gate_verdict_name(decision.verdict).at,
               gate_verdict_name(verdict).at);
    }
}

// ---- evidence ----------------------------------------------------------------------------------
static void set_flag(tester *t, term x, bool is_true) {
    t->variables[term_at(t->l.pool, x)->number].boolean = is_true;
}

static void set_number(tester *t, term x, int64_t number) {
    t->variables[term_at(t->l.pool, x)->number].number = number;
}

static void assign_document(tester *t, const evidence_document *to, const rulebook_document *d,
                            const rulebook_day *day) {
    set_flag(t, to->is_there, d != NULL);
    if (!d) return;
    bool is_own = hb_str_equal(d->verified_by, day->author) ||
                  hb_str_equal(d->verified_by, HB_STR("OFFICE  of Records"));
    set_flag(t, to->is_complete, d->has_date && d->id.n > 0);
    set_flag(t, to->is_contested, d->is_contested);
    set_flag(t, to->is_verified, d->is_verified);
    set_flag(t, to->is_own, is_own);
    set_flag(t, to->is_readable, d->language.n == 0);
    set_number(t, to->kind, d->kind);
    set_number(t, to->id, encoder_string(&t->l.e, d->id));
    set_number(t, to->date, hb_date_to_days(d->date));
    set_number(t, to->verified_on, hb_date_to_days(d->verified_on));
}

// The place of a value in the engine's fixed order: strings by bytes, other values as they print.
static bool comes_before(feel_value a, feel_value b) {
    if (a.kind == FEEL_STRING) return hb_str_compare(feel_text(a), feel_text(b)) < 0;
    hb_text x = {0}, y = {0};
    feel_print(&x, a);
    feel_print(&y, b);
    bool is_before = hb_str_compare((hb_str){x.at, x.n}, (hb_str){y.at, y.n}) < 0;
    hb_text_clear(&x);
    hb_text_clear(&y);
    return is_before;
}

static bool is_equal(tester *t, feel_value a, feel_value b) {
    hb_error err = {0};
    feel_run run;
    feel_run_init(&run, t->arena, &err);
    bool is_same = feel_is_null(a) || feel_is_null(b) ? feel_is_null(a) && feel_is_null(b)
                                                      : feel_is_true(feel_equal(&run, a, b));
    feel_run_clear(&run);
    return is_same;
}

// Lists are compared as sets: sorted first.
static int by_text(const void *a, const void *b) {
    return comes_before(*(const feel_value *)a, *(const feel_value *)b)
               ? -1
               : comes_before(*(const feel_value *)b, *(const feel_value *)a);
}

static bool compare_counts(tester *t, uint32_t fact, const evidence_standing *s,
                           const rulebook_fact_standing *engine, bool *is_proved) {
    feel_value counts = person_value(&t->l, fact, s->counts, t->all, t->arena);
    if (counts.kind == FEEL_LIST && counts.n > 1) {
        feel_value *items = hb_arena_array(t->arena, feel_value, counts.n);
        if (!items) return false;
        memcpy(items, counts.items, counts.n * sizeof *items);
        qsort(items, counts.n, sizeof *items, by_text);
        counts.items = items;
    }
    *is_proved = t->all[s->is_proved].boolean;
    feel_value other = engine->counts;
    return is_equal(t, counts, other);
}

static void test_evidence(tester *t, uint32_t fact, uint32_t number, const evidence *e,
                          const evidence_standing *s, rulebook_fact_standing *standings) {
    law *l = &t->l;
    rulebook_record records[EVIDENCE_RECORDS];
    uint32_t n = 0;
    hb_arena_reset(t->arena);
    rulebook_bench_reset(t->bench);
    rulebook_day day = people_day(&t->d);
    set_number(t, l->as_of.t, hb_date_to_days(day.as_of));
    set_number(t, l->host.t, encoder_string(&l->e, day.host));
    for (uint32_t i = 0; i < EVIDENCE_RECORDS; i++) {
        feel_value v;
        const evidence_record *to = &e->records[i];
        bool is_there = !dice_one_in(&t->d, 3) &&
                        people_value(&t->d, l->rb, t->arena, fact, &day, EVIDENCE_LIST_PLACES, &v);
        set_flag(t, to->is_there, is_there);
        if (!is_there) continue;
        const rulebook_document **papers =
            hb_arena_array(t->arena, const rulebook_document *, EVIDENCE_DOCUMENTS);
        rulebook_record *r = &records[n++];
        *r = (rulebook_record){.fact = fact, .value = v, .evidence = papers};
        for (uint32_t k = 0; k < EVIDENCE_DOCUMENTS; k++) {
            const rulebook_document *d =
                dice_one_in(&t->d, 3) ? NULL
                                      : people_document(&t->d, l->rb, t->arena, fact, v, &day);
            assign_document(t, &to->documents[k], d, &day);
            if (d) papers[r->n_evidence++] = d;
        }
        person_assign_value(l, to->says, v, t->variables);
    }
    uint32_t at = 0;  // orders once all values are known
    for (uint32_t i = 0; i < EVIDENCE_RECORDS; i++) {
        if (!t->variables[term_at(l->pool, e->records[i].is_there)->number].boolean) continue;
        int64_t place = 0;
        for (uint32_t j = 0; j < n; j++) place += comes_before(records[j].value, records[at].value);
        set_number(t, e->records[i].order, place);
        at++;
    }
    hb_error err = {0};
    if (!rulebook_stand(t->bench, &day, records, n, standings, &err)) {
        differ(number, "the engine failed:", hb_str_from(err.message), "", "");
        return;
    }
    term_evaluate(l->pool, t->variables, t->all);
    bool is_proved, is_same = compare_counts(t, fact, s, &standings[fact], &is_proved);
    bool engine_proved = standings[fact].standing == RULEBOOK_ESTABLISHED;
    if (!is_same) {
        hb_text x = {0}, y = {0};
        feel_print(&x, standings[fact].counts);
        feel_print(&y, person_value(l, fact, s->counts, t->all, t->arena));
        hb_text_addf(&x, "%c", 0);
        hb_text_addf(&y, "%c", 0);
        differ(number, "what counts of", rulebook_fact_at(l->rb, fact)->name, x.at, y.at);
        hb_text_clear(&x);
        hb_text_clear(&y);
    } else if (is_proved != engine_proved) {
        differ(number, "whether it is established,", rulebook_fact_at(l->rb, fact)->name,
               engine_proved ? "yes" : "no", is_proved ? "yes" : "no");
    } else
        n_passed++;
}

static void test_all_evidence(tester *t, uint32_t n_each) {
    law *l = &t->l;
    rulebook_fact_standing *standings = calloc(l->n_facts, sizeof *standings);
    for (uint32_t f = 0; standings && f < l->n_facts; f++) {
        law fresh;  // a pool of its own, so that evaluating it stays quick
        hb_error err = {0};
        term legal;
        if (!law_open(&fresh, l->rb, &err)) break;
        law kept = *l;
        *l = fresh;
        l->e.to = l;
        evidence e = evidence_open(l, f, "its", &legal);
        evidence_standing s = evidence_merge(l, f, &e);
        t->variables = realloc(t->variables, (l->pool->n_variables + 1) * sizeof *t->variables);
        memset(t->variables, 0, (l->pool->n_variables + 1) * sizeof *t->variables);
        t->all = realloc(t->all, (l->pool->n + 1000) * sizeof *t->all);
        for (uint32_t i = 0; i < n_each; i++) test_evidence(t, f, i, &e, &s, standings);
        law_close(l);
        *l = kept;
        l->e.to = l;
    }
    free(standings);
}

int main(int argc, char **argv) {
    if (argc < 3) return fprintf(stderr, "usage: agree RULEBOOK N [SEED]\n"), 2;
    uint32_t n = (uint32_t)strtoul(argv[2], NULL, 10);
    tester t = {.d = {argc > 3 ? strtoull(argv[3], NULL, 10) : 20251125}};
    hb_errors errors = {0};
    hb_error err = {0};
    rulebook *rb = rulebook_load(argv[1], &errors);
    if (!rb || !law_open(&t.l, rb, &err) || !(t.bench = rulebook_bench_open(rb, &err)))
        return fprintf(stderr, "cannot open %s\n", argv[1]), 1;
    t.arena = hb_arena_open((size_t)256 << 20);
    open_composition(&t);
    // strings of the people become known to the encoder; room for those that come
    t.variables = calloc(t.l.pool->n_variables + 1, sizeof *t.variables);
    t.all = calloc(t.l.pool->n + 1000, sizeof *t.all);
    rulebook_record *records = calloc(2 * t.l.n_facts + 1, sizeof *records);
    gate_outcome *outcomes = calloc(t.l.n_rules + 1, sizeof *outcomes);
    printf("seed %llu\n", (unsigned long long)t.d.state);
    if (!t.arena || !t.variables || !t.all || !records || !outcomes) return 4;
    for (uint32_t i = 0; i < n; i++) test_person(&t, i, records);
    printf("%u people, rule by rule: %u agree\n", n, n_passed);
    test_composition(&t, n / 10 + 5, outcomes);
    test_all_evidence(&t, n / 200 + 5);
    printf("%u passed, %u failed\n", n_passed, n_failed);
    free(records);
    free(outcomes);
    free(t.variables);
    free(t.all);
    hb_arena_close(t.arena);
    rulebook_bench_close(t.bench);
    law_close(&t.l);
    rulebook_close(rb);
    hb_errors_clear(&errors);
    return n_failed > 0 || n_passed == 0;
}
