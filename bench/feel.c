// What one evaluation of an expression costs, compiled once: a line each of value, unit, n and
// expression. Each is the best of five rounds, so that other work of the machine does not count.
#include <stdio.h>
#include <time.h>

#include "feel/feel.h"

#define ROUNDS 5
#define TIMES 1000000u

static double now_ns(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

static bool measure(hb_arena *arena, hb_arena *scratch, const char *text, const feel_scope *scope,
                    const feel_env *env) {
    hb_error err = {0};
    feel_source source = {hb_str_from(text), {0}};
    feel_node *node = feel_parse(arena, source, scope, &err);
    feel_program *program = node ? feel_compile(arena, node, source, &err) : NULL;
    if (!program) return printf("%s: %s\n", text, err.message), false;
    feel_run run;
    feel_run_init(&run, scratch, &err);
    run.steps_left = UINT64_MAX;
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_ns();
        for (unsigned i = 0; i < TIMES; i++) {
            feel_evaluate(&run, program, env);
            if (i % 256 == 255) hb_arena_reset(scratch);
        }
        double each = (now_ns() - start) / TIMES;
        if (!round || each < best) best = each;
    }
    bool ok = !run.has_failed;
    printf("%8.1f ns   n=%u   %s\n", best, TIMES, text);
    feel_run_clear(&run);
    return ok;
}

int main(void) {
    static const char *const EXPRESSIONS[] = {
        "a + b * 2 > 10 and x in [1..5]",  "a + b",
        "if a > 3 then b else x",          "x in (1, 2, 3)",
        "s in (\"no\", \"yes\", \"abc\")", "person.age >= 18",
        "day > @\"2024-01-01\"",           "a * 1.5 + 0.25",
        "for i in 1..10 return i * a",     "some i in 1..10 satisfies i > 9",
        "count([a, b, x][item > 4])",
    };
    hb_arena *arena = hb_arena_open((size_t)16 << 20), *scratch = hb_arena_open((size_t)64 << 20);
    feel_scope *scope = feel_scope_open(arena, NULL);
    const feel_type *number = feel_type_basic(FEEL_TYPE_NUMBER),
                    *string = feel_type_basic(FEEL_TYPE_STRING);
    static const hb_str KEYS[] = {
        {"name", 4},
        {"age",  3}
    };
    const feel_value entries[] = {feel_string(HB_STR("Ana")), feel_int(30)};
    const feel_context person = {2, KEYS, entries};
    const feel_value slots[] = {
        feel_int(7),
        feel_int(5),
        feel_int(3),
        feel_string(HB_STR("abc")),
        {.kind = FEEL_CONTEXT, .context = &person},
        feel_date((hb_date){ 2025,                   3,                 15}
        )
    };
    const feel_env env = {NULL, slots};
    bool ok =
        scope && feel_scope_add(scope, HB_STR("a"), number) &&
        feel_scope_add(scope, HB_STR("b"), number) && feel_scope_add(scope, HB_STR("x"), number) &&
        feel_scope_add(scope, HB_STR("s"), string) &&
        feel_scope_add(scope, HB_STR("person"), NULL) && feel_scope_add(scope, HB_STR("day"), NULL);
    for (size_t i = 0; ok && i < sizeof EXPRESSIONS / sizeof *EXPRESSIONS; i++) {
        ok = measure(arena, scratch, EXPRESSIONS[i], scope, &env);
    }
    hb_arena_close(arena);
    hb_arena_close(scratch);
    return !ok;
}
