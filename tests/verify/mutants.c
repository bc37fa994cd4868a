// mutants: how many seeded faults are noticed. Each mutant of a rulebook is refused when it is
// loaded, fails a worked case, or is not proved; one that does none of these is compared with the
// original by the solver: when no person has another verdict it was no fault, else it is alive.
// Prints a line for each that is alive, a table, and the score. usage: mutants RULEBOOK PUBLISHED
// CACHE < MUTANTS.ndjson
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "verify/prove.h"

static const char *const FILES[] = {"rulebook.json", "rulebook.dmn", "facts.csv",
                                    "rules.csv",     "sources.csv",  "properties.csv"};
enum { N_FILES = sizeof FILES / sizeof *FILES };
typedef enum { ALIVE = 0, REFUSED, CASES, VERIFY, SAME, N_FATES } fate;
static const char *const FATES[] = {"alive", "refused", "cases", "verify", "no fault"};

typedef struct {
    const char *rulebook, *published, *cache;
    hb_bytes originals[N_FILES];
    char folder[64];
    rulebook *first;
    law l;
    solver *s;
} lab;

static bool write_file(const lab *b, const char *name, hb_text *text) {
    char path[200];
    snprintf(path, sizeof path, "%s/%s", b->folder, name);
    FILE *file = fopen(path, "wb");
    bool ok = file && fwrite(text->at, 1, text->n, file) == text->n;
    return file && fclose(file) == 0 && ok;
}

static int by_place(const void *a, const void *b) {
    const hb_json *x = *(const hb_json *const *)a, *y = *(const hb_json *const *)b;
    long p = strtol(hb_json_member(x, HB_STR("at"))->text.at, NULL, 10),
         q = strtol(hb_json_member(y, HB_STR("at"))->text.at, NULL, 10);
    return (p > q) - (p < q);
}

static bool write_mutant(const lab *b, const hb_json *edits) {
    for (uint32_t i = 0; i < N_FILES; i++) {
        const hb_json *mine[16];
        uint32_t n = 0;
        hb_text text = {0};
        for (uint32_t k = 0; k < edits->n && n < 16; k++) {
            if (hb_str_equal(hb_json_member(&edits->first[k], HB_STR("file"))->text,
                             hb_str_from(FILES[i])))
                mine[n++] = &edits->first[k];
        }
        qsort(mine, n, sizeof *mine, by_place);
        size_t at = 0;
        for (uint32_t k = 0; k < n; k++) {
            size_t from = strtoul(hb_json_member(mine[k], HB_STR("at"))->text.at, NULL, 10);
            size_t length = strtoul(hb_json_member(mine[k], HB_STR("length"))->text.at, NULL, 10);
            hb_text_add(&text, (hb_str){b->originals[i].at + at, from - at});
            hb_text_add(&text, hb_json_member(mine[k], HB_STR("text"))->text);
            at = from + length;
        }
        hb_text_add(&text, (hb_str){b->originals[i].at + at, b->originals[i].n - at});
        bool ok = !text.failed && write_file(b, FILES[i], &text);
        hb_text_clear(&text);
        if (!ok) return false;
    }
    return true;
}

// Whether somebody's verdict is another under the second law. What only touches evidence is never
// the same.
static bool is_same_law(lab *b, const rulebook *other) {
    law l;
    hb_error err = {0};
    const char *why;
    for (uint32_t f = 0; f < rulebook_n_facts(other); f++) {
        const rulebook_fact *x = rulebook_fact_at(other, f);
        uint32_t at = rulebook_find_fact(b->first, x->name);
        const rulebook_fact *y = at == DMN_NONE ? NULL : rulebook_fact_at(b->first, at);
        if (!y || x->established_by != y->established_by ||
            !hb_str_equal(x->fresh_days, y->fresh_days) ||
            !hb_str_equal(x->protects, y->protects) || !hb_str_equal(x->permits, y->permits))
            return false;
    }
    bool is_same = false;
    if (law_open_beside(&l, other, &b->l, &err) && !l.why_not.n) {
        term_pool *p = b->l.pool;
        term differs = term_or(p, term_not(p, term_equal(p, l.barred, b->l.barred)),
                               term_not(p, term_equal(p, l.clear, b->l.clear)));
        term_value *values = calloc(p->n_variables + 1, sizeof *values);
        is_same = values && solver_check(b->s, term_and(p, differs, law_domain_of(&b->l, differs)),
                                         100000000, values, &why) == SOLVER_IMPOSSIBLE;
        free(values);
    }
    law_close(&l);
    return is_same;
}

static void ignore(void *to, const rulebook_case *one, bool has_passed, hb_str differs) {
    (void)to, (void)one, (void)has_passed, (void)differs;
}

static fate judge(lab *b) {
    hb_errors errors = {0};
    hb_error err = {0};
    fate found = ALIVE;
    gate_case_count count = {0};
    verify_summary summary;
    char own[200];
    rulebook *rb = rulebook_load(b->folder, &errors);
    rulebook_cases *cases = rb ? rulebook_cases_open(rb, &errors) : NULL;
    snprintf(own, sizeof own, "%s/properties.csv", b->folder);
    verify_request request = {
        .published = b->published, .own = own, .cache = b->cache, .stops_at_first = true};
    if (!cases)
        found = REFUSED;
    else if (!gate_test_cases(rb, cases, ignore, NULL, &count, &err) || count.n_failed > 0)
        found = CASES;
    else if (!verify_rulebook(rb, &request, NULL, NULL, &summary, &err) ||
             !verify_is_proved(&summary))
        found = VERIFY;
    if ((found == ALIVE || found == VERIFY) && is_same_law(b, rb)) found = SAME;
    rulebook_cases_close(cases);
    rulebook_close(rb);
    hb_errors_clear(&errors);
    return found;
}

typedef struct {
    char kind[40];
    uint32_t n[N_FATES];
} tally;

static void count_one(tally *kinds, uint32_t *n_kinds, hb_str kind, fate found) {
    uint32_t i = 0;
    while (i < *n_kinds && !hb_str_equal(hb_str_from(kinds[i].kind), kind)) i++;
    if (i == *n_kinds)
        snprintf(kinds[(*n_kinds)++].kind, sizeof kinds[i].kind, "%.*s", (int)kind.n, kind.at);
    kinds[i].n[found]++;
}

static int print_score(const tally *kinds, uint32_t n_kinds) {
    uint32_t total[N_FATES] = {0};
    printf("%-20s", "kind");
    for (int f = REFUSED; f < N_FATES; f++) printf("%10s", FATES[f]);
    printf("%10s\n", FATES[ALIVE]);
    for (uint32_t i = 0; i < n_kinds; i++) {
        printf("%-20s", kinds[i].kind);
        for (int f = REFUSED; f < N_FATES; f++) printf("%10u", kinds[i].n[f]);
        printf("%10u\n", kinds[i].n[ALIVE]);
        for (int f = 0; f < N_FATES; f++) total[f] += kinds[i].n[f];
    }
    uint32_t caught = total[REFUSED] + total[CASES] + total[VERIFY], faults = caught + total[ALIVE];
    printf(
        "%u of %u faults caught (%.1f %%): %u refused, %u by cases, %u by proof; %u changes were "
        "no fault\n",
        caught, faults, faults ? 100.0 * caught / faults : 0, total[REFUSED], total[CASES],
        total[VERIFY], total[SAME]);
    return faults > 0 && caught * 100 >= faults * 95 ? 0 : 1;
}

static bool open_lab(lab *b) {
    hb_errors errors = {0};
    hb_error err = {0};
    char path[4200], cases[200], there[4200];
    for (uint32_t i = 0; i < N_FILES; i++) {
        snprintf(path, sizeof path, "%s/%s", b->rulebook, FILES[i]);
        if (!hb_read_file(path, 64u << 20, &b->originals[i], &err)) return false;
    }
    strcpy(b->folder, "/tmp/habeas-mutants-XXXXXX");
    snprintf(path, sizeof path, "%s/cases", b->rulebook);
    if (!mkdtemp(b->folder) || !realpath(path, there)) return false;
    snprintf(cases, sizeof cases, "%s/cases", b->folder);
    if (symlink(there, cases) != 0) return false;
    b->first = rulebook_load(b->rulebook, &errors);
    return b->first && law_open(&b->l, b->first, &err) &&
           (b->s = solver_open(b->l.pool, &err)) != NULL;
}

static void close_lab(lab *b) {
    char path[200];
    for (uint32_t i = 0; i < N_FILES; i++) {
        snprintf(path, sizeof path, "%s/%s", b->folder, FILES[i]);
        unlink(path);
        hb_bytes_clear(&b->originals[i]);
    }
    snprintf(path, sizeof path, "%s/cases", b->folder);
    unlink(path);
    rmdir(b->folder);
    solver_close(b->s);
    law_close(&b->l);
    rulebook_close(b->first);
}

int main(int argc, char **argv) {
    if (argc != 4) return fprintf(stderr, "usage: mutants RULEBOOK PUBLISHED CACHE < MUTANTS\n"), 2;
    lab b = {.rulebook = argv[1], .published = argv[2], .cache = argv[3]};
    static tally kinds[64];
    uint32_t n_kinds = 0;
    char *line = NULL;
    size_t room = 0;
    hb_error err = {0};
    if (!open_lab(&b)) return fprintf(stderr, "cannot open %s\n", argv[1]), 4;
    hb_json_reader *reader = hb_json_reader_open();
    hb_arena *arena = hb_arena_open(64u << 20);
    for (ssize_t n; (n = getline(&line, &room, stdin)) > 0;) {
        hb_json *json;
        hb_arena_reset(arena);
        if (!hb_json_parse(reader, arena, (hb_str){line, (size_t)n}, &json, &err))
            return fprintf(stderr, "%s\n", err.message), 3;
        hb_str id = hb_json_member(json, HB_STR("id"))->text,
               kind = hb_json_member(json, HB_STR("kind"))->text;
        if (!write_mutant(&b, hb_json_member(json, HB_STR("edits"))))
            return fprintf(stderr, "cannot write to %s\n", b.folder), 4;
        fate found = judge(&b);
        count_one(kinds, &n_kinds, kind, found);
        if (found == ALIVE || getenv("MUTANTS_ALL"))
            printf("%s: %.*s\n", FATES[found], (int)id.n, id.at);
        fflush(stdout);
    }
    int status = print_score(kinds, n_kinds);
    free(line);
    hb_arena_close(arena);
    hb_json_reader_close(reader);
    close_lab(&b);
    return status;
}
