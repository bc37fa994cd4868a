// What a run of a scenario costs: the first ex ante case, drawn n times on one thread and on all,
// with the percentiles of its headline results. Prints processor seconds, so that other work of
// the machine does not count; a line each. usage: bench-money SCENARIO [N]
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "money/internal.h"

static double now_s(void) {
    struct timespec at;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec + (double)at.tv_nsec * 1e-9;
}

static bool measure(const money_scenario *s, const money_case *which, uint64_t n, uint32_t n_jobs) {
    hb_error err = {0};
    hb_arena *arena = hb_arena_open(SIZE_MAX / 4), *scratch = hb_arena_open(SIZE_MAX / 4);
    money_result result;
    money_request request = {.n_draws = n, .seed = 42, .n_jobs = n_jobs};
    double start = now_s();
    bool ok = arena && scratch && money_simulate(arena, scratch, s, which, &request, &result, &err);
    double took = now_s() - start;
    if (ok)
        printf("%8.3f s   n=%llu   jobs=%u   %.0f ns a draw   p10 %.4g p50 %.4g p90 %.4g\n", took,
               (unsigned long long)n, n_jobs, took / (double)n * 1e9,
               result.spread[MONEY_all_in].p10, result.spread[MONEY_all_in].p50,
               result.spread[MONEY_all_in].p90);
    if (ok) money_close_columns(&result);
    hb_arena_close(scratch);
    hb_arena_close(arena);
    return ok;
}

int main(int argc, char **argv) {
    hb_errors errors = {0};
    hb_arena *arena = hb_arena_open((size_t)64 << 20);
    money_scenario *s = argc > 1 && arena ? money_scenario_read(arena, argv[1], &errors) : NULL;
    uint64_t n = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000000;
    uint32_t which = 0;
    if (s == NULL || n == 0) return fprintf(stderr, "usage: bench-money SCENARIO [N]\n"), 2;
    while (which + 1 < s->n_cases && s->cases[which].is_ex_post) which++;
    long n_processors = sysconf(_SC_NPROCESSORS_ONLN);
    bool ok = measure(s, &s->cases[which], n, 1) &&
              measure(s, &s->cases[which], n, n_processors > 0 ? (uint32_t)n_processors : 1);
    hb_errors_clear(&errors);
    hb_arena_close(arena);
    return !ok;
}
