// What a run of a scenario costs: the first ex ante case, drawn n times on one thread and on all,
// with every result of a case. bench/peers/money_numpy.py is the same model in numpy; stderr has
// the percentiles of both, to be held beside each other. usage: bench-money SCENARIO [N]
#include <unistd.h>

#include "bench.h"
#include "money/internal.h"

static double clock_now_ns(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

static void simulate(const money_scenario *s, const money_case *which, uint64_t n, uint32_t n_jobs,
                     money_result *result) {
    hb_error err = {0};
    hb_arena *arena = hb_arena_open(SIZE_MAX / 4), *scratch = hb_arena_open(SIZE_MAX / 4);
    money_request request = {.n_draws = n, .seed = 42, .n_jobs = n_jobs};
    if (arena == NULL || scratch == NULL ||
        !money_simulate(arena, scratch, s, which, &request, result, &err))
        bench_fail(&err);
    money_close_columns(result);
    hb_arena_close(scratch);
    hb_arena_close(arena);
}

int main(int argc, char **argv) {
    hb_errors errors = {0};
    hb_arena *arena = hb_arena_open((size_t)64 << 20);
    money_scenario *s = argc > 1 && arena ? money_scenario_read(arena, argv[1], &errors) : NULL;
    uint64_t n = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000000;
    uint32_t which = 0;
    if (s == NULL || n == 0) return fprintf(stderr, "usage: bench-money SCENARIO [N]\n"), 2;
    while (which + 1 < s->n_cases && s->cases[which].is_ex_post) which++;
    const money_case *one = &s->cases[which];
    long n_processors = sysconf(_SC_NPROCESSORS_ONLN);
    uint32_t n_jobs = n_processors > 0 ? (uint32_t)n_processors : 1;
    money_result result = {0};
    double alone, together = 0;
    BENCH_BEST(alone, 1, simulate(s, one, n, 1, &result));
    for (int round = 0; round < BENCH_ROUNDS; round++) {
        double start = clock_now_ns();
        simulate(s, one, n, n_jobs, &result);
        double took = clock_now_ns() - start;
        if (round == 0 || took < together) together = took;
    }
    bench_report("money, one processor", alone / 1e9, "s", n);
    bench_report("money, all processors, by the clock", together / 1e9, "s", n);
    const money_spread *total = &result.spread[MONEY_all_in];
    fprintf(stderr, "habeas: p10 %.4g p50 %.4g p90 %.4g\n", total->p10, total->p50, total->p90);
    hb_errors_clear(&errors);
    hb_arena_close(arena);
    return 0;
}
