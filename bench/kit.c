// The cases of a compliance kit, each evaluated again and again with its model loaded and its
// inputs set: the median over all cases, with and without the notes of why a value is null, and the
// whole run with loading.
// usage: bench-kit FOLDER...
#include <string.h>

#include "bench/bench.h"
#include "dmn/dmn.h"

#define TIMES 200u
#define CASES_MAX 8192u

typedef struct {
    bool has_notes;
    uint32_t n;
    double ns[CASES_MAX];
} cases;

static void evaluate_again(void *to, const dmn_tck_result *result) {
    cases *all = to;
    hb_error err = {0};
    feel_value value;
    if (!result->has_passed || all->n == CASES_MAX) return;
    uint32_t decision = dmn_find(result->model, DMN_DECISION, hb_str_from(result->node));
    if (decision == DMN_NONE) return;  // of a decision service
    dmn_session_keep_notes(result->session, all->has_notes);
    double start = bench_now_ns();
    for (uint32_t i = 0; i < TIMES; i++) {
        dmn_session_forget(result->session);
        if (!dmn_session_get(result->session, decision, &value, &err)) return;
    }
    all->ns[all->n++] = (bench_now_ns() - start) / TIMES;
    dmn_session_keep_notes(result->session, true);
}

static void only_count(void *to, const dmn_tck_result *result) {
    (void)to, (void)result;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void run(int n, char **folders, dmn_tck_sink sink, void *to, dmn_tck_count *count) {
    hb_error err = {0};
    for (int i = 0; i < n; i++)
        if (!dmn_tck_run(folders[i], (hb_instant){0}, sink, to, count, &err)) bench_fail(&err);
}

static bool measure(int n, char **folders, bool has_notes, const char *name) {
    static cases all;
    char line[128];
    dmn_tck_count count = {0};
    all = (cases){.has_notes = has_notes};
    run(n, folders, evaluate_again, &all, &count);
    if (all.n == 0) return false;
    qsort(all.ns, all.n, sizeof *all.ns, by_size);
    bench_report(name, all.ns[all.n / 2], "ns", all.n);
    snprintf(line, sizeof line, "%s, 99th percentile", name);
    bench_report(line, all.ns[all.n * 99 / 100], "ns", all.n);
    return true;
}

int main(int argc, char **argv) {
    dmn_tck_count count = {0};
    double start = bench_now_ns();
    run(argc - 1, argv + 1, only_count, NULL, &count);
    bench_report("compliance kit, whole run", (bench_now_ns() - start) / 1e9, "s", count.n_passed);
    bool ok = measure(argc - 1, argv + 1, true, "compliance kit, a case warm") &&
              measure(argc - 1, argv + 1, false, "the same, why-null not written");
    return !ok || count.n_failed > 0;
}
