// What every program of bench shares: the clock (of the processor time the program itself has had,
// so that other work on the machine counts little), and one form of result: a line of name, value,
// unit and number of measurements, parted by tabs. tools/bench.sh reads these lines.
#ifndef HABEAS_BENCH_H
#define HABEAS_BENCH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "base/base.h"

#define BENCH_ROUNDS 5

static inline double bench_now_ns(void) {
    struct timespec at;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

static inline void bench_report(const char *name, double value, const char *unit, uint64_t n) {
    printf("%s\t%.4g\t%s\t%llu\n", name, value, unit, (unsigned long long)n);
    fflush(stdout);
}

// The most memory the program has had, in MiB.
static inline double bench_peak_mib(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

_Noreturn static inline void bench_fail(const hb_error *err) {
    char text[2048];
    hb_error_print(err, text, sizeof text);
    fputs(text, stderr);
    exit(1);
}

// Nanoseconds of one of the `n` that the statements stand for, the best of BENCH_ROUNDS: other
// work on the machine makes a round slower, never faster.
#define BENCH_BEST(best, n, ...)                                    \
    do {                                                            \
        (best) = 0;                                                 \
        for (int round_ = 0; round_ < BENCH_ROUNDS; round_++) {     \
            double start_ = bench_now_ns();                         \
            __VA_ARGS__;                                            \
            double each_ = (bench_now_ns() - start_) / (double)(n); \
            if (round_ == 0 || each_ < (best)) (best) = each_;      \
        }                                                           \
    } while (0)

#endif
