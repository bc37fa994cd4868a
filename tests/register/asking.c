// What a question about a person costs does not depend on what it finds: hit, miss, refusal, an
// answer by a human, and all of it with much or little on record about the person. Questions of all
// kinds are asked one at a time in random order, so that whatever else the machine does meets all
// alike, and each one's processor time and time by the clock are kept. Of each kind the fastest and
// slowest fifth are left out, and its mean is compared with a hit's (Yuen's test, the form of
// Welch's that outliers do not spoil). Two kinds are found the same when their difference with 4.5
// standard errors on top stays below a bound; it is asked on until that is shown, or shown
// otherwise, or not shown after LIMIT questions of each kind, which fails too.
// usage: asking FOLDER
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "register/register.h"

enum { PEOPLE = 12, MANY_EVENTS = 3000, ROUND = 25, AT_LEAST = 100, LIMIT = 3000 };
// Of a hit's time. Without the nobodies whom a miss is compared with (meson's option "without"), a
// miss takes less than three quarters of the processor time that a hit takes.
static const double PROCESSOR_BOUND = 0.10, CLOCK_BOUND = 0.25, ERRORS = 4.5;
static const hb_instant NOON = {1742040000, 0};
static uint32_t passed, failed;

static void check(bool ok, const char *what) {
    if (ok)
        passed++;
    else
        failed++;
    if (!ok) printf("FAILED: %s\n", what);
}

typedef struct {
    proof_key key;
    proof_secret seed;
    hb_text vkey;
} officer;

static void begin(register_log *log, officer *o, const char *name, const char *role) {
    uint8_t public_key[32];
    hb_error err = {0};
    proof_random(&o->seed, sizeof o->seed);
    proof_public_key(&o->seed, public_key);
    check(proof_key_make(hb_str_from(name), PROOF_LOG_KEY, public_key, &o->key), "no key");
    proof_key_add(&o->vkey, &o->key);
    check(register_key_begin(log, (hb_str){o->vkey.at, o->vkey.n},
                             (hb_str){name, strcspn(name, "/")}, hb_str_from(role), NOON, &err),
          err.message);
}

// Records `n` lines made by `format`, which takes the person's number.
static void record(register_log *log, hb_arena *arena, hb_json_reader *reader, officer *by,
                   uint32_t first, uint32_t n, const char *rest) {
    hb_str *lines = calloc(n, sizeof *lines);
    register_receipt *receipts = calloc(n, sizeof *receipts);
    hb_errors errors = {0};
    hb_error err = {0};
    for (uint32_t i = 0; i < n; i++) {
        hb_text line = {0}, signed_line = {0};
        hb_text_addf(&line,
                     "{\"person\":\"P-%u\",\"authority\":\"%.*s\",\"happened_at\":"
                     "\"2025-03-15T09:00:00Z\",%s}",
                     first + (first ? 0 : i), (int)strcspn(by->vkey.at, "/"), by->vkey.at, rest);
        check(register_sign(arena, reader, HB_STR("a/b"), (hb_str){line.at, line.n}, &by->key,
                            &by->seed, &signed_line, &err) &&
                  hb_str_copy(arena, (hb_str){signed_line.at, signed_line.n}, &lines[i]),
              err.message);
        hb_text_clear(&line);
        hb_text_clear(&signed_line);
    }
    check(register_record(log, lines, n, NOON, receipts, &errors), "an event is refused");
    hb_errors_clear(&errors);
    free(lines);
    free(receipts);
}

// ---- what is compared ---------------------------------------------------------------------------

enum { PROCESSOR = 0, CLOCK, TIMES };
static double now_ns(int which) {
    struct timespec at;
    clock_gettime(which == PROCESSOR ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

typedef struct {
    double mean, squared_error;
} trimmed;

// The mean without a fifth at each end, and its squared standard error from the winsorized variance
// (K. K. Yuen, Biometrika 61, 1974).
static trimmed trim(const double *values, uint32_t n) {
    static double sorted[LIMIT];
    uint32_t cut = n / 5, left = n - 2 * cut;
    double sum = 0, all = 0, squares = 0;
    memcpy(sorted, values, n * sizeof *values);
    qsort(sorted, n, sizeof *sorted, by_size);
    for (uint32_t i = cut; i < n - cut; i++) sum += sorted[i];
    for (uint32_t i = 0; i < cut; i++)
        sorted[i] = sorted[cut], sorted[n - 1 - i] = sorted[n - 1 - cut];
    for (uint32_t i = 0; i < n; i++) all += sorted[i];
    for (uint32_t i = 0; i < n; i++) squares += (sorted[i] - all / n) * (sorted[i] - all / n);
    return (trimmed){sum / left, squares / ((double)left * (left - 1))};
}

typedef enum { NOT_SHOWN = 0, SAME, DIFFERENT } likeness;
static likeness compare(const trimmed *one, const trimmed *other, double bound) {
    double apart = fabs(one->mean - other->mean),
           error = ERRORS * sqrt(one->squared_error + other->squared_error);
    if (apart + error < bound * other->mean) return SAME;
    return apart - error > bound * other->mean ? DIFFERENT : NOT_SHOWN;
}

int main(int argc, char **argv) {
    char path[4096];
    hb_error err = {0};
    hb_arena *arena = hb_arena_open((size_t)64 << 20);
    hb_json_reader *reader = hb_json_reader_open();
    officer facility = {0}, monitor = {0};
    static const char IDENTITY[] =
        "\"event\":\"IdentityRecorded\",\"name\":\"Ana Ejemplo "
        "Mart\xC3\xADnez\",\"birth_date\":\"1990-02-03\",\"country\":\"VEN\"";
    static const char OTHER[] =
        "\"event\":\"IdentityRecorded\",\"name\":\"Luz Prueba "
        "Sol\xC3\xADs\",\"birth_date\":\"1990-02-03\",\"country\":\"VEN\"";
    static const char ADMITTED[] =
        "\"event\":\"Admitted\",\"place\":\"C\",\"order\":\"J\",\"injuries\":\"x\",\"property\":"
        "\"x\"";
    snprintf(path, sizeof path, "%s/asking.db", argc > 1 ? argv[1] : ".");
    check(register_init(path, NULL, HB_STR("a/b"), (hb_str){0}, NOON, &err), err.message);
    register_log *log = register_open(path, NULL, REGISTER_WRITE, &err);
    check(log != NULL, err.message);
    if (!log) return 1;
    begin(log, &facility, "DGCP/officer", "facility");
    begin(log, &monitor, "PDDH/monitor", "monitor");
    record(log, arena, reader, &facility, 0, PEOPLE, IDENTITY);
    record(log, arena, reader, &facility, 0, PEOPLE, ADMITTED);
    record(log, arena, reader, &facility, 98, 1, OTHER);
    record(log, arena, reader, &facility, 98, 1, ADMITTED);
    record(log, arena, reader, &facility, 99, 1, ADMITTED);  // without an identity on record
    record(log, arena, reader, &monitor, 3, 1, "\"event\":\"Protected\",\"order\":\"O\"");
    record(log, arena, reader, &facility, 2, MANY_EVENTS,
           "\"event\":\"LocationConfirmed\",\"place\":\"C\",\"method\":\"roll\"");
    char asker[128];
    snprintf(asker, sizeof asker, "PDDH/monitor+%08x", monitor.key.id);
    const struct {
        const char *what, *who, *born;
        bool is_monitor;
        locate_kind kind;
    } ASKED[] = {
        {"a hit",                           "P-1",          "1990-02-03", false, LOCATE_CUSTODY  },
        {"a hit with much on record",       "P-2",          "1990-02-03", false, LOCATE_CUSTODY  },
        {"a protected person",              "P-3",          "1990-02-03", false, LOCATE_HUMAN    },
        {"a name that several have",        "Ana Ejemplo",  "1990-02-03", false, LOCATE_HUMAN    },
        {"a miss among people of that day", "Juan Persona", "1990-02-03", false, LOCATE_NO_ANSWER},
        {"a miss on a day that nobody has", "Juan Persona", "1971-07-07", false, LOCATE_NO_ANSWER},
        {"a refusal",                       "P-99",         "1990-02-03", false, LOCATE_NO_ANSWER},
        {"the place, to a monitor",         "P-1",          "1990-02-03", true,  LOCATE_PLACE    },
        {"no record, to a monitor",         "Juan Persona", "1990-02-03", true,  LOCATE_NO_RECORD},
    };
    enum { HIT = 0, MONITOR_HIT = 7 };
    enum { KINDS = sizeof ASKED / sizeof ASKED[0] };
    static double taken[TIMES][KINDS][LIMIT];
    likeness found[TIMES][KINDS] = {{NOT_SHOWN}};
    trimmed means[TIMES][KINDS];
    uint32_t n = 0;
    for (bool is_open = true; is_open && n < LIMIT; n += ROUND) {
        uint32_t order[KINDS * ROUND], asked[KINDS] = {0};
        for (uint32_t i = 0; i < KINDS * ROUND; i++) {
            uint32_t random, at;
            proof_random(&random, sizeof random);
            at = random % (i + 1);
            order[i] = order[at];
            order[at] = i % KINDS;
        }
        for (uint32_t i = 0; i < KINDS * ROUND; i++) {
            uint32_t k = order[i], at = n + asked[k]++;
            locate_question q = {.who = hb_str_from(ASKED[k].who),
                                 .born = hb_str_from(ASKED[k].born),
                                 .country = HB_STR("VEN"),
                                 .asker = hb_str_from(ASKED[k].is_monitor ? asker : "")};
            locate_answer answer = {0};
            double clock = now_ns(CLOCK), processor = now_ns(PROCESSOR);
            bool ok = register_locate(log, &q, NOON, WORDS_ES, &answer, &err);
            taken[PROCESSOR][k][at] = now_ns(PROCESSOR) - processor;
            taken[CLOCK][k][at] = now_ns(CLOCK) - clock;
            if (!ok || answer.kind != ASKED[k].kind) check(false, ASKED[k].what);
        }
        is_open = n + ROUND < AT_LEAST;
        for (uint32_t i = 0; n + ROUND >= AT_LEAST && i < TIMES * KINDS; i++) {
            uint32_t t = i / KINDS, k = i % KINDS;
            means[t][k] = trim(taken[t][k], n + ROUND);
            const trimmed *other = &means[t][ASKED[k].is_monitor ? MONITOR_HIT : HIT];
            found[t][k] =
                compare(&means[t][k], other, t == PROCESSOR ? PROCESSOR_BOUND : CLOCK_BOUND);
            is_open = is_open || found[t][k] == NOT_SHOWN;
        }
        for (uint32_t i = 0; i < TIMES * KINDS; i++)
            if (found[i / KINDS][i % KINDS] == DIFFERENT) is_open = false;
    }
    for (uint32_t i = 0; i < TIMES * KINDS; i++) {
        uint32_t t = i / KINDS, k = i % KINDS;
        const trimmed *other = &means[t][ASKED[k].is_monitor ? MONITOR_HIT : HIT];
        char text[256];
        snprintf(text, sizeof text,
                 "%s takes %.0f us (error %.1f), a hit %.0f us of %s, %u questions: %s",
                 ASKED[k].what, means[t][k].mean / 1e3, sqrt(means[t][k].squared_error) / 1e3,
                 other->mean / 1e3, t == PROCESSOR ? "the processor" : "the clock", n,
                 found[t][k] == DIFFERENT ? "different" : "not shown to be the same");
        check(found[t][k] == SAME, text);
    }
    register_close(log);
    hb_text_clear(&facility.vkey);
    hb_text_clear(&monitor.vkey);
    hb_json_reader_close(reader);
    hb_arena_close(arena);
    printf("%u passed, %u failed\n", passed, failed);
    return failed > 0 || passed == 0;
}
