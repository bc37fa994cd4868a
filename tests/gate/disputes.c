// Records that disagree: DISPUTES RULEBOOK. For every worked case, and each fact of the rule it is
// about, a second record says otherwise: every value the fact can have, once on a sound paper and
// once as a bare claim. Then each document behind a permitting or neutral record of that fact is
// taken away, contested, made old, or loses its verification, and a protective claim is added: no
// verdict may get better by that, though a dispute may end by it.
#include <stdio.h>
#include <stdlib.h>

#include "files.h"

typedef struct {
    court judge;
    chance luck;
    const rulebook_case *one;
    evidence_file second, edited;
    uint64_t n_passed, n_failed;
} tester;

enum { MAX_VALUES = 16 };

// Every value of an enum; of the other types some near their limits.
static uint32_t list_values(tester *t, uint32_t fact, feel_value values[MAX_VALUES]) {
    const rulebook_fact *row = rulebook_fact_at(t->judge.rb, fact);
    uint32_t n = 0;
    for (; n < row->n_values && n < MAX_VALUES; n++) values[n] = feel_string(row->values[n]);
    for (int i = 0; !row->n_values && i < 6; i++)
        if (!chance_value(&t->luck, &t->judge, &t->second, fact, &values[n++])) return 0;
    return n;
}

typedef enum { TAKE_AWAY = 0, CONTEST, AGE, UNVERIFY, N_EDITS } edit;
static const char *const EDITS[N_EDITS] = {"taken away", "contested", "made old",
                                           "no longer verified"};

static bool apply(tester *t, edit how, uint32_t said_index, uint32_t e) {
    saying *said = &t->edited.sayings[said_index];
    rulebook_document *document = &t->edited.documents[said->evidence[e]];
    switch (how) {
        case TAKE_AWAY: said->evidence[e] = said->evidence[--said->n_evidence]; return true;
        case CONTEST: document->is_contested = true; return true;
        case AGE: return hb_date_from_days(hb_date_to_days(document->date) - 4000, &document->date);
        case UNVERIFY: document->is_verified = false; return true;
        case N_EDITS: return false;
    }
    return false;
}

static bool hold(tester *t, gate_verdict before, uint32_t fact, const char *what) {
    gate_verdict after;
    if (!court_decide(&t->judge, &t->edited, &after)) return false;
    bool is_right = verdict_rank(after) <= verdict_rank(before);
    t->n_passed += is_right;
    if (is_right || t->n_failed++ > 20) return true;
    hb_str was = gate_verdict_name(before), is = gate_verdict_name(after),
           name = rulebook_fact_at(t->judge.rb, fact)->name;
    printf("%.*s: %.*s: %s: %.*s became %.*s\n", (int)t->one->id.n, t->one->id.at, (int)name.n,
           name.at, what, (int)was.n, was.at, (int)is.n, is.at);
    return true;
}

static bool edit_all(tester *t, uint32_t fact, const feel_value *values, uint32_t n_values) {
    gate_verdict before;
    if (!court_decide(&t->judge, &t->second, &before)) return false;
    if (before == GATE_NO_BAR_FOUND) return true;  // nothing is better
    for (uint32_t i = 0; i < t->second.n_sayings; i++) {
        const saying *said = &t->second.sayings[i];
        if (said->fact != fact || feel_is_null(said->value) ||
            court_effect(&t->judge, &t->second, said) == RULEBOOK_PROTECTS)
            continue;
        for (uint32_t e = 0; e < said->n_evidence; e++) {
            for (int how = 0; how < N_EDITS; how++) {
                t->edited = t->second;
                if (apply(t, (edit)how, i, e) && !hold(t, before, fact, EDITS[how])) return false;
            }
        }
    }
    for (uint32_t v = 0; v < n_values; v++) {
        saying claim = {.fact = fact, .value = values[v]};
        t->edited = t->second;
        if (court_effect(&t->judge, &t->second, &claim) != RULEBOOK_PROTECTS) continue;
        if (file_add_claimed(&t->edited, fact, values[v]) &&
            !hold(t, before, fact, "a protective claim"))
            return false;
    }
    return true;
}

static bool try_fact(tester *t, uint32_t fact) {
    feel_value values[MAX_VALUES];
    hb_arena_reset(t->judge.values);
    file_from_case(t->one, &t->second);
    uint32_t n = list_values(t, fact, values);
    for (uint32_t v = 0; v < n; v++) {
        file_from_case(t->one, &t->second);
        if (file_add_sound(&t->judge, &t->second, fact, values[v]) && !edit_all(t, fact, values, n))
            return false;
        file_from_case(t->one, &t->second);
        if (file_add_claimed(&t->second, fact, values[v]) && !edit_all(t, fact, values, n))
            return false;
    }
    return true;
}

static bool try_case(tester *t) {
    if (!t->one->about_rule.n) return true;
    const rulebook_rule *rule =
        rulebook_rule_at(t->judge.rb, rulebook_find_rule(t->judge.rb, t->one->about_rule));
    for (uint32_t f = 0; f < rule->n_facts; f++)
        if (!try_fact(t, rule->facts[f])) return false;
    return true;
}

int main(int argc, char **argv) {
    hb_errors errors = {0};
    tester *t = calloc(1, sizeof *t);
    rulebook *rb = argc < 2 ? NULL : rulebook_load(argv[1], &errors);
    rulebook_cases *cases = rb ? rulebook_cases_open(rb, &errors) : NULL;
    bool ok = t && cases && court_open(&t->judge, rb);
    for (uint32_t i = 0; ok && i < rulebook_n_cases(cases); i++) {
        t->one = rulebook_case_at(cases, i);
        ok = try_case(t);
    }
    if (ok)
        printf("%u cases: %llu passed, %llu failed\n", rulebook_n_cases(cases),
               (unsigned long long)t->n_passed, (unsigned long long)t->n_failed);
    ok = ok && t->n_passed && !t->n_failed;
    if (t) court_close(&t->judge);
    rulebook_cases_close(cases);
    rulebook_close(rb);
    hb_errors_clear(&errors);
    free(t);
    return !ok;
}
