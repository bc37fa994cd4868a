// changes: would_change held against trying. For worked cases and for random files: each set found
// is smallest (leave any document out and the verdict stays), and every single document that
// changes the verdict, tried value by value through the gate, is among them. The random files are
// complete ones that lost the papers of one to four facts, so some set must lie within what was
// lost; to every third one a random record is added. usage: changes RULEBOOK [STEP [N]]
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "people.h"
#include "verify/change.h"

typedef struct {
    const rulebook *rb;
    rulebook_bench *bench;
    hb_arena *arena;
    verify_changer *changer;
    rulebook_record *with;
    uint32_t n_passed, n_failed;
    uint32_t n_people[3], n_sets[GATE_CHANGE_PAPERS + 1];  // by verdict; by documents in a set
} tester;

static bool decide(tester *t, const rulebook_case *one, uint32_t n_more, gate_decision *out) {
    hb_error err = {0};
    return gate_decide(t->bench, t->arena, &one->day, t->with, one->n_records + n_more, out, &err);
}

static bool is_better(gate_verdict before, gate_verdict after) {
    return after != before && gate_worse(before, after) == before;
}

// The document the set names, made independently of verify.
static bool add(tester *t, const rulebook_case *one, uint32_t at, uint32_t fact, feel_value v) {
    const rulebook_fact *f = rulebook_fact_at(t->rb, fact);
    bool is_list = f->type == RULEBOOK_DOC_LIST && v.n > 0;
    uint32_t n = is_list ? v.n : 1, kind = 1;
    while (kind < RULEBOOK_N_KINDS && !(f->established_by >> kind & 1)) kind++;
    rulebook_document *papers = hb_arena_array(t->arena, rulebook_document, n);
    const rulebook_document **list = hb_arena_array(t->arena, const rulebook_document *, n);
    if (!papers || !list) return false;
    for (uint32_t i = 0; i < n; i++) {
        hb_str id = is_list                   ? feel_text(v.items[i])
                    : f->type == RULEBOOK_DOC ? feel_text(v)
                                              : HB_STR("more");
        if (hb_str_equal(id, HB_STR("none"))) id = HB_STR("more");
        papers[i] = (rulebook_document){.id = id,
                                        .issuer = HB_STR("an archive"),
                                        .kind = (rulebook_kind)kind,
                                        .date = one->day.as_of,
                                        .has_date = true,
                                        .is_verified = true,
                                        .verified_by = HB_STR("a notary of the capital"),
                                        .verified_role = RULEBOOK_NOTARY,
                                        .verified_on = one->day.as_of};
        list[i] = &papers[i];
    }
    t->with[one->n_records + at] =
        (rulebook_record){.fact = fact, .value = v, .n_evidence = n, .evidence = list};
    return true;
}

static void check(tester *t, const rulebook_case *one, bool is_so, const char *what, hb_str fact) {
    if (is_so) {
        t->n_passed++;
        return;
    }
    if (t->n_failed++ < 20)
        printf("%.*s: %s (%.*s)\n", (int)one->id.n, one->id.at, what, (int)fact.n, fact.at);
}

// Each set changes the verdict, and none of its documents can be left out.
static void test_sets(tester *t, const rulebook_case *one, gate_verdict before,
                      const gate_changes *changes) {
    for (uint32_t i = 0; i < changes->n; i++) {
        const gate_change *c = &changes->changes[i];
        for (uint32_t left_out = 0; left_out <= c->n; left_out++) {
            uint32_t n = 0;
            gate_decision then = {0};
            for (uint32_t k = 0; k < c->n; k++) {
                if (k != left_out && add(t, one, n, c->papers[k].fact, c->papers[k].value)) n++;
            }
            bool is_changed = decide(t, one, n, &then) && is_better(before, then.verdict);
            hb_str fact = rulebook_fact_at(t->rb, c->papers[left_out % c->n].fact)->name;
            if (left_out == c->n)
                check(t, one, is_changed && then.verdict == c->to,
                      "the set does not change the verdict", fact);
            else
                check(t, one, !is_changed, "a document of the set can be left out", fact);
        }
    }
}

static bool is_found(const gate_changes *changes, uint32_t fact) {
    for (uint32_t i = 0; i < changes->n; i++) {
        if (changes->changes[i].n == 1 && changes->changes[i].papers[0].fact == fact) return true;
    }
    return false;
}

// Single documents, value by value, for facts with few values; and what is on file, proved once
// more.
static void test_singles(tester *t, const rulebook_case *one, gate_verdict before,
                         const gate_changes *changes) {
    for (uint32_t f = 0; f < rulebook_n_facts(t->rb); f++) {
        const rulebook_fact *fact = rulebook_fact_at(t->rb, f);
        uint32_t n_values = fact->n_values ? fact->n_values : 1;
        bool does_change = false;
        for (uint32_t v = 0; v < n_values && !does_change; v++) {
            bool is_doc = fact->type == RULEBOOK_DOC || fact->type == RULEBOOK_TEXT;
            if (!fact->n_values && !is_doc) break;
            gate_decision then = {0};
            feel_value said = feel_string(fact->n_values ? fact->values[v] : HB_STR("a-paper"));
            does_change = add(t, one, 0, f, said) && decide(t, one, 1, &then) &&
                          is_better(before, then.verdict);
        }
        if (does_change)
            check(t, one, is_found(changes, f), "one document changes the verdict and is not found",
                  fact->name);
    }
}

// Some set lies within the facts whose papers were lost: giving them all back completes the file.
static void test_lost(tester *t, const rulebook_case *one, const gate_changes *changes,
                      const uint32_t *lost, uint32_t n_lost) {
    bool is_within = false;
    for (uint32_t i = 0; i < changes->n && !is_within; i++) {
        uint32_t n = 0;
        for (uint32_t k = 0; k < changes->changes[i].n; k++) {
            for (uint32_t l = 0; l < n_lost; l++)
                n += changes->changes[i].papers[k].fact == lost[l];
        }
        is_within = n == changes->changes[i].n;
    }
    check(t, one, is_within || !changes->is_all, "no set lies within what was lost",
          rulebook_fact_at(t->rb, lost[0])->name);
}

static void test_file(tester *t, const rulebook_case *one, const uint32_t *lost, uint32_t n_lost) {
    hb_error err = {0};
    gate_decision decision = {0};
    gate_changes changes;
    t->with = hb_arena_array(t->arena, rulebook_record, one->n_records + 8);
    if (!t->with ||
        !gate_decide(t->bench, t->arena, &one->day, one->records, one->n_records, &decision, &err))
        return;
    if (!verify_would_change(t->changer, t->bench, t->arena, &one->day, one->records,
                             one->n_records, &decision, &changes, &err)) {
        check(t, one, false, err.message, HB_STR(""));
        return;
    }
    gate_verdict before = decision.verdict;
    t->n_people[before]++;
    for (uint32_t i = 0; i < changes.n; i++) t->n_sets[changes.changes[i].n]++;
    check(t, one, changes.is_known, "it is not known what would change the verdict", HB_STR(""));
    memcpy(t->with, one->records, one->n_records * sizeof *t->with);
    if (before == GATE_NO_BAR_FOUND) return;
    test_sets(t, one, before, &changes);
    test_singles(t, one, before, &changes);
    if (n_lost > 0) test_lost(t, one, &changes, lost, n_lost);
    if (before == GATE_BARRED && changes.n > 0)
        check(t, one, decision.is_curable, "a bar that documents end is called incurable",
              HB_STR(""));
}

// ---- random files -------------------------------------------------------------------------------
static bool is_complete(tester *t, const rulebook_case *one, gate_decision *out) {
    hb_error err = {0};
    return gate_decide(t->bench, t->arena, &one->day, one->records, one->n_records, out, &err) &&
           out->verdict == GATE_NO_BAR_FOUND;
}

// The facts whose papers go: such as speak for the transfer, which a further document can bring
// back.
static uint32_t choose_lost(dice *d, const rulebook_case *one, const gate_decision *decision,
                            uint32_t lost[GATE_CHANGE_PAPERS]) {
    uint32_t n = 0, wanted = 1 + dice_below(d, GATE_CHANGE_PAPERS);
    for (int tries = 0; tries < 100 && n < wanted; tries++) {
        uint32_t fact = one->records[dice_below(d, one->n_records)].fact;
        const rulebook_fact_standing *f = &decision->facts[fact];
        bool is_new = f->standing == RULEBOOK_ESTABLISHED && f->effect != RULEBOOK_PROTECTS;
        for (uint32_t i = 0; i < n; i++) is_new &= lost[i] != fact;
        if (is_new) lost[n++] = fact;
    }
    return n;
}

static void test_random(tester *t, dice *d, const rulebook_case *complete,
                        const gate_decision *decision) {
    rulebook_case file = *complete;
    uint32_t lost[GATE_CHANGE_PAPERS], n_lost = choose_lost(d, complete, decision, lost);
    rulebook_record *records = hb_arena_array(t->arena, rulebook_record, complete->n_records + 1);
    if (!records || n_lost == 0) return;
    file.records = records;
    file.n_records = 0;
    for (uint32_t r = 0; r < complete->n_records; r++) {
        bool is_lost = false;
        for (uint32_t i = 0; i < n_lost; i++) is_lost |= complete->records[r].fact == lost[i];
        if (!is_lost) records[file.n_records++] = complete->records[r];
    }
    bool has_more = dice_one_in(d, 3);
    if (has_more) {
        const rulebook_document **behind = hb_arena_array(t->arena, const rulebook_document *, 1);
        rulebook_record *more = &records[file.n_records];
        more->fact = dice_below(d, rulebook_n_facts(t->rb));
        if (!behind || !people_value(d, t->rb, t->arena, more->fact, &file.day, 2, &more->value))
            return;
        behind[0] = people_document(d, t->rb, t->arena, more->fact, more->value, &file.day);
        *more = (rulebook_record){
            .fact = more->fact, .value = more->value, .n_evidence = 1, .evidence = behind};
        file.n_records++;
    }
    test_file(t, &file, lost, has_more ? 0 : n_lost);
}

static void test_random_files(tester *t, const rulebook_cases *cases, uint32_t n) {
    dice d = {.state = 20261125};
    for (uint32_t i = 0; i < n;) {
        const rulebook_case *one = rulebook_case_at(cases, dice_below(&d, rulebook_n_cases(cases)));
        gate_decision decision = {0};
        hb_arena_reset(t->arena);
        if (one->n_records == 0 || !is_complete(t, one, &decision)) continue;
        test_random(t, &d, one, &decision);
        i++;
    }
}

int main(int argc, char **argv) {
    hb_errors errors = {0};
    hb_error err = {0};
    tester t = {0};
    rulebook *rb = argc > 1 ? rulebook_load(argv[1], &errors) : NULL;
    uint32_t step = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 1;
    rulebook_cases *cases = rb ? rulebook_cases_open(rb, &errors) : NULL;
    uint32_t n_random = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 0;
    if (!cases || step == 0) return fprintf(stderr, "usage: changes RULEBOOK [STEP [N]]\n"), 2;
    t.rb = rb;
    t.arena = hb_arena_open((size_t)256 << 20);
    t.bench = rulebook_bench_open(rb, &err);
    t.changer = verify_changer_open(rb, &err);
    if (!t.arena || !t.bench || !t.changer) return 4;
    for (uint32_t i = 0; i < rulebook_n_cases(cases); i += step) {
        hb_arena_reset(t.arena);
        test_file(&t, rulebook_case_at(cases, i), NULL, 0);
    }
    test_random_files(&t, cases, n_random);
    printf("%u people barred, %u unresolved; sets of 1 to 4 documents: %u, %u, %u, %u\n",
           t.n_people[GATE_BARRED], t.n_people[GATE_UNRESOLVED], t.n_sets[1], t.n_sets[2],
           t.n_sets[3], t.n_sets[4]);
    printf("%u passed, %u failed\n", t.n_passed, t.n_failed);
    verify_changer_close(t.changer);
    rulebook_bench_close(t.bench);
    hb_arena_close(t.arena);
    rulebook_cases_close(cases);
    rulebook_close(rb);
    return t.n_failed > 0 || t.n_passed == 0;
}
