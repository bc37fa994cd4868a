// The worked cases of a rulebook, decided one by one and held against what each expects. A gate
// that clears nobody is as wrong as one that clears too many, so a case may expect any verdict.
#include "gate/gate.h"

#define CASE_ARENA_BYTES (64u << 20)

// What differs, one after the other.
typedef struct {
    hb_text text;
    const rulebook *rb;
    const rulebook_case *one;
    const gate_decision *decision;
} comparison;

static void differ(comparison *c, const char *what, hb_str subject, hb_str expected, hb_str got) {
    if (c->text.n) hb_text_add(&c->text, HB_STR("; "));
    hb_text_addf(&c->text, "%s", what);
    if (subject.n) hb_text_addf(&c->text, " %.*s", (int)subject.n, subject.at);
    if (expected.n) hb_text_addf(&c->text, ": expected %.*s", (int)expected.n, expected.at);
    if (got.n) hb_text_addf(&c->text, ", got %.*s", (int)got.n, got.at);
}

static void compare_verdict(comparison *c) {
    hb_str got = gate_verdict_name(c->decision->verdict);
    bool is_expected = !c->one->verdict.n || hb_str_equal(got, c->one->verdict);
    for (uint32_t i = 0; i < c->one->n_also_accept; i++)
        is_expected |= hb_str_equal(got, c->one->also_accept[i]);
    if (!is_expected) differ(c, "verdict", HB_STR(""), c->one->verdict, got);
}

static void compare_outcomes(comparison *c) {
    for (uint32_t i = 0; i < c->one->n_outcomes; i++) {
        const rulebook_expected_outcome *expected = &c->one->outcomes[i];
        gate_outcome outcome = c->decision->outcomes[expected->rule];
        hb_str got = outcome == GATE_UNANSWERED ? HB_STR("no answer") : gate_outcome_name(outcome);
        if (!hb_str_equal(got, expected->outcome))
            differ(c, "rule", rulebook_rule_at(c->rb, expected->rule)->id, expected->outcome, got);
    }
}

static void compare_reasons(comparison *c, const uint32_t *rules, uint32_t n, bool should_be,
                            bool should_bar) {
    for (uint32_t i = 0; i < n; i++) {
        gate_outcome outcome = c->decision->outcomes[rules[i]];
        bool is_so = should_bar ? outcome == GATE_BARS : gate_is_reason(outcome);
        if (is_so == should_be) continue;
        const char *what = should_bar  ? "does not bar:"
                           : should_be ? "is no reason:"
                                       : "is a reason:";
        differ(c, what, rulebook_rule_at(c->rb, rules[i])->id, HB_STR(""), HB_STR(""));
    }
}

static void compare_missing(comparison *c) {
    for (uint32_t i = 0; i < c->one->n_missing; i++)
        if (!c->decision->facts[c->one->missing[i]].is_missing)
            differ(c, "is not named as missing:", rulebook_fact_at(c->rb, c->one->missing[i])->name,
                   HB_STR(""), HB_STR(""));
}

static void compare(comparison *c) {
    compare_verdict(c);
    compare_outcomes(c);
    compare_reasons(c, c->one->must_cite, c->one->n_must_cite, true, false);
    compare_reasons(c, c->one->must_not_cite, c->one->n_must_not_cite, false, false);
    compare_reasons(c, c->one->must_bar, c->one->n_must_bar, true, true);
    compare_missing(c);
    for (uint32_t i = 0; i < c->decision->n_notes; i++)
        differ(c, "inside:", c->decision->notes[i], HB_STR(""), HB_STR(""));
}

bool gate_test_cases(const rulebook *rb, const rulebook_cases *cases, gate_case_sink sink, void *to,
                     gate_case_count *count, hb_error *err) {
    bool ok = false;
    *count = (gate_case_count){0};
    hb_arena *arena = hb_arena_open(CASE_ARENA_BYTES);
    rulebook_bench *bench = arena ? rulebook_bench_open(rb, err) : NULL;
    if (!arena) hb_out_of_memory(err);
    if (!bench) goto done;
    for (uint32_t i = 0; i < rulebook_n_cases(cases); i++) {
        const rulebook_case *one = rulebook_case_at(cases, i);
        gate_decision decision;
        hb_arena_reset(arena);
        if (!gate_decide(bench, arena, &one->day, one->records, one->n_records, &decision, err)) {
            hb_error_in(err, "case \"%.*s\"", (int)one->id.n, one->id.at);
            goto done;
        }
        comparison c = {.rb = rb, .one = one, .decision = &decision};
        compare(&c);
        bool has_passed = c.text.n == 0 && !c.text.failed;
        count->n_passed += has_passed;
        count->n_failed += !has_passed;
        sink(to, one, has_passed, (hb_str){c.text.at, c.text.n});
        hb_text_clear(&c.text);
    }
    ok = true;
done:
    rulebook_bench_close(bench);
    hb_arena_close(arena);
    return ok;
}
