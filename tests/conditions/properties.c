// Weighing over generated returns. For each: taking evidence away never turns NOT_MET into MET; a
// worse value of any claim never gives a better finding; time passing makes nothing MET; promises
// change no finding. The generator must reach every finding, or the run fails: a property that is
// never put to the test proves nothing. usage: conditions-properties FOLDER FILE RETURNS
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conditions/internal.h"

#define MAX_EVIDENCE 7
#define MAX_CLAIMS 40

typedef struct {
    bool is_free, is_independent, is_named, is_promise, is_removed;
    int days_before;
} made_evidence;
typedef struct {
    uint32_t field, evidence, scope;
    int value;  // numbers: the value itself; else an index of `worst`
} made_claim;
typedef struct {
    uint32_t n_evidence, n_claims;
    made_evidence evidence[MAX_EVIDENCE];
    made_claim claims[MAX_CLAIMS];
} made_return;

typedef struct {
    const conditions_law *law;
    const char *path;
    uint64_t state, n_passed, n_failed;
    uint64_t reached[CONDITIONS_N_ANSWERS];
} run;

// splitmix64: a fixed sequence, so a failure comes again.
static uint32_t below(run *r, uint32_t n) {
    uint64_t z = r->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ (z >> 31)) % n);
}

static int number_of(hb_str text) {
    return (int)strtol(text.at, NULL, 10);  // limits of facts.csv stand before a comma
}

static int any_value(run *r, const condition_field *field) {
    if (field->n_worst) return (int)below(r, field->n_worst);
    int least = number_of(field->least), most = number_of(field->most);
    int span = most - least > 60 ? 60 : most - least;  // where the thresholds are
    return least + (int)below(r, (uint32_t)span + 1);
}

static bool is_usable(const condition_field *field) {
    return field->input != DMN_NONE && (field->n_worst || field->direction);
}

static made_return make(run *r) {
    made_return m = {.n_evidence = 2 + below(r, MAX_EVIDENCE - 2),
                     .n_claims = 12 + below(r, MAX_CLAIMS - 12)};
    uint32_t fields[10];
    for (int i = 0; i < 10; i++) {
        do fields[i] = below(r, r->law->n_fields);
        while (!is_usable(&r->law->fields[fields[i]]));
    }
    for (uint32_t e = 0; e < m.n_evidence; e++)
        m.evidence[e] = (made_evidence){.is_free = below(r, 2),
                                        .is_independent = below(r, 4) > 0,
                                        .is_named = below(r, 6) > 0,
                                        .is_promise = below(r, 8) == 0,
                                        .days_before = (int)below(r, below(r, 2) ? 180 : 700)};
    for (uint32_t c = 0; c < m.n_claims; c++) {
        uint32_t field = fields[below(r, 10)];
        m.claims[c] = (made_claim){.field = field,
                                   .evidence = below(r, m.n_evidence),
                                   .scope = below(r, 5),
                                   .value = any_value(r, &r->law->fields[field])};
    }
    return m;
}

static void write_day(FILE *file, int days_before) {
    hb_date day = {2026, 6, 1};
    if (!hb_date_from_days(hb_date_to_days(day) - days_before, &day)) abort();
    fprintf(file, "\"%04d-%02u-%02u\"", day.year, day.month, day.day);
}

static void write_return(const run *r, const made_return *m) {
    FILE *file = fopen(r->path, "wb");
    if (!file) abort();
    fprintf(file,
            "{\"facility\":\"made\",\"country\":\"SLV\",\"sender\":\"USA\",\"as_of\":\"2026-06-"
            "01\",\"host_treaties\":[\"ECHR\"],\"evidence\":[");
    for (uint32_t e = 0, n = 0; e < m->n_evidence; e++) {
        const made_evidence *one = &m->evidence[e];
        if (one->is_removed) continue;
        fprintf(file, "%s{\"id\":\"e%u\",\"kind\":\"%s\",%s\"date\":", n++ ? "," : "", e,
                one->is_promise ? "assurance" : "inspection_independent",
                one->is_named ? "\"src\":\"somebody\"," : "");
        write_day(file, one->days_before);
        fprintf(file,
                ",\"access\":\"%s\",\"independent\":\"%s\",\"unannounced\":\"yes\",\"private_"
                "talks\":\"yes\",\"published\":\"yes\"}",
                one->is_free ? "free" : "escorted", one->is_independent ? "yes" : "no");
    }
    fprintf(file, "],\"claims\":[");
    for (uint32_t c = 0, n = 0; c < m->n_claims; c++) {
        const made_claim *one = &m->claims[c];
        const condition_field *field = &r->law->fields[one->field];
        if (m->evidence[one->evidence].is_removed) continue;
        fprintf(file, "%s{\"f\":\"%.*s\",\"e\":\"e%u\",\"scope\":\"%s\",", n++ ? "," : "",
                (int)field->name.n, field->name.at, one->evidence,
                one->scope ? "facility" : "unit");
        if (field->n_worst)
            fprintf(file, "\"v\":\"%.*s\"", (int)field->worst[one->value].n,
                    field->worst[one->value].at);
        else
            fprintf(file, "\"v\":\"%d\",\"unit\":\"%.*s\"", one->value, (int)field->unit.n,
                    field->unit.at);
        fprintf(file, "%s}", field->definition.n ? ",\"definition\":\"design\"" : "");
    }
    fprintf(file, "]}");
    fclose(file);
}

// False when the return is refused: its figures contradict each other, and there is nothing to
// weigh.
static bool assess(run *r, const made_return *m, int days_later, conditions_answer *answers) {
    hb_errors errors = {0};
    hb_error err = {0};
    hb_date day = {2026, 6, 1};
    conditions_assessment *found = NULL;
    write_return(r, m);
    conditions_return *ret = conditions_return_read(r->law, r->path, &errors);
    for (uint32_t i = 0; i < errors.n_kept; i++)
        if (strcmp(errors.kept[i].code, "impossible-value") != 0) {
            printf("%s: %s\n", errors.kept[i].code, errors.kept[i].message);
            r->n_failed++;
        }
    hb_errors_clear(&errors);
    if (!ret) return false;
    hb_arena *arena = hb_arena_open((size_t)64 << 20);
    if (!arena || !hb_date_from_days(hb_date_to_days(day) + days_later, &day) ||
        !conditions_assess(r->law, ret, day, arena, &found, &err)) {
        printf("not assessed: %s\n", err.message);
        abort();
    }
    for (uint32_t s = 0; s < conditions_n_standards(r->law); s++)
        answers[s] = conditions_finding(found, s);
    hb_arena_close(arena);
    conditions_return_close(ret);
    return true;
}

static void expect(run *r, bool ok, uint32_t standard, const char *what,
                   const conditions_answer *before, const conditions_answer *after,
                   uint64_t number) {
    if (ok) {
        r->n_passed++;
        return;
    }
    r->n_failed++;
    hb_str id = conditions_standard_id(r->law, standard);
    if (r->n_failed <= 10)
        printf("return %llu: %.*s: %s: %s -> %s\n", (unsigned long long)number, (int)id.n, id.at,
               what, conditions_answer_name(before[standard]).at,
               conditions_answer_name(after[standard]).at);
}

static int rank(conditions_answer answer) {
    static const int RANKS[] = {[CONDITIONS_NOT_MET] = 0,
                                [CONDITIONS_DISPUTED] = 1,
                                [CONDITIONS_UNKNOWN] = 2,
                                [CONDITIONS_MET] = 3};
    return RANKS[answer];
}

static void take_away(run *r, const made_return *m, const conditions_answer *before,
                      conditions_answer *after, uint64_t number) {
    for (uint32_t e = 0; e <= m->n_evidence; e++) {
        made_return less = *m;
        for (uint32_t k = 0; k < m->n_evidence; k++)
            less.evidence[k].is_removed = e < m->n_evidence ? k == e : below(r, 2);
        if (!assess(r, &less, 0, after)) continue;
        for (uint32_t s = 0; s < conditions_n_standards(r->law); s++)
            expect(r, !(before[s] == CONDITIONS_NOT_MET && after[s] == CONDITIONS_MET), s,
                   "evidence taken away", before, after, number);
    }
}

static void worsen(run *r, const made_return *m, const conditions_answer *before,
                   conditions_answer *after, uint64_t number) {
    for (int i = 0; i < 6; i++) {
        made_return worse = *m;
        made_claim *claim = &worse.claims[below(r, m->n_claims)];
        const condition_field *field = &r->law->fields[claim->field];
        int step = 1 + (int)below(r, 30);
        int least = number_of(field->least), most = number_of(field->most);
        if (field->n_worst) {
            if (!claim->value) continue;
            claim->value = (int)below(r, (uint32_t)claim->value);
        } else {
            claim->value += field->direction * step;
            if (claim->value < least || claim->value > most) continue;
        }
        if (!assess(r, &worse, 0, after)) continue;
        for (uint32_t s = 0; s < conditions_n_standards(r->law); s++)
            expect(r, rank(after[s]) <= rank(before[s]), s, "a worse value", before, after, number);
    }
}

static void promise(run *r, const made_return *m, const conditions_answer *before,
                    conditions_answer *after, uint64_t number) {
    made_return more = *m;
    if (m->n_evidence == MAX_EVIDENCE || m->n_claims == MAX_CLAIMS) return;
    more.evidence[more.n_evidence++] = (made_evidence){
        .is_free = true, .is_independent = true, .is_named = true, .is_promise = true};
    made_claim *claim = &more.claims[more.n_claims++];
    *claim = (made_claim){.field = m->claims[0].field,
                          .evidence = m->n_evidence,
                          .scope = 1,
                          .value = any_value(r, &r->law->fields[m->claims[0].field])};
    if (!assess(r, &more, 0, after)) return;
    for (uint32_t s = 0; s < conditions_n_standards(r->law); s++) {
        // A promise of a bad regime may still silence inspections: it never helps.
        expect(r, rank(after[s]) <= rank(before[s]), s, "a promise", before, after, number);
    }
}

int main(int argc, char **argv) {
    hb_errors errors = {0};
    if (argc != 4) return 2;
    run r = {.law = conditions_law_load(argv[1], &errors), .path = argv[2], .state = 20261125};
    if (!r.law) {
        printf("%s: %s\n", errors.kept[0].code, errors.kept[0].message);
        return 1;
    }
    uint32_t n = conditions_n_standards(r.law);
    conditions_answer *before = calloc(n, sizeof *before), *after = calloc(n, sizeof *after);
    if (!before || !after) return 1;
    for (uint64_t i = 0, all = strtoull(argv[3], NULL, 10); i < all; i++) {
        made_return m = make(&r);
        if (!assess(&r, &m, 0, before)) continue;
        for (uint32_t s = 0; s < n; s++) r.reached[before[s]]++;
        take_away(&r, &m, before, after, i);
        worsen(&r, &m, before, after, i);
        promise(&r, &m, before, after, i);
        if (!assess(&r, &m, 200 + (int)below(&r, 400), after)) continue;
        for (uint32_t s = 0; s < n; s++)
            expect(&r, before[s] == CONDITIONS_MET || after[s] != CONDITIONS_MET, s, "time passing",
                   before, after, i);
    }
    for (int a = 0; a < CONDITIONS_N_ANSWERS; a++) {
        printf("%s reached %llu times\n", conditions_answer_name((conditions_answer)a).at,
               (unsigned long long)r.reached[a]);
        r.n_failed += r.reached[a] == 0;
    }
    printf("%llu passed, %llu failed\n", (unsigned long long)r.n_passed,
           (unsigned long long)r.n_failed);
    free(before);
    free(after);
    conditions_law_close((conditions_law *)r.law);
    return r.n_failed > 0;
}
