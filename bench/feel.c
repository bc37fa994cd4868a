// What one evaluation of an expression costs, compiled once, and beside the first one the floor:
// the same operations as bare calls of the decimal library.
#include "bench/bench.h"
#include "feel/feel.h"

#define TIMES 1000000u

static bool measure(hb_arena *arena, hb_arena *scratch, const char *text, const feel_scope *scope,
                    const feel_env *env) {
    char name[128];
    double best;
    hb_error err = {0};
    feel_run run;
    feel_source source = {hb_str_from(text), {0}};
    feel_node *node = feel_parse(arena, source, scope, &err);
    feel_program *program = node ? feel_compile(arena, node, source, &err) : NULL;
    if (!program) bench_fail(&err);
    feel_run_init(&run, scratch, &err);
    run.steps_left = UINT64_MAX;
    BENCH_BEST(
        best, TIMES, for (unsigned i = 0; i < TIMES; i++) {
            feel_evaluate(&run, program, env);
            if (i % 256 == 255) hb_arena_reset(scratch);
        });
    bool ok = !run.has_failed;
    snprintf(name, sizeof name, "expression %s", text);
    bench_report(name, best, "ns", TIMES);
    feel_run_clear(&run);
    return ok;
}

// a + b * 2 > 10 and x in [1..5], two operations and three comparisons.
static void measure_floor(void) {
    hb_dec a[64], b[64], x[64], two = hb_dec_from_int(2), ten = hb_dec_from_int(10),
                                one = hb_dec_from_int(1), five = hb_dec_from_int(5);
    double best;
    uint64_t n_true = 0;
    for (int i = 0; i < 64; i++) {
        a[i] = hb_dec_from_int(i % 10);
        b[i] = hb_dec_from_int(i * 7 % 10);
        x[i] = hb_dec_from_int(i % 8);
    }
    BENCH_BEST(
        best, TIMES, for (unsigned i = 0; i < TIMES; i++) {
            hb_dec product, sum;
            if (!hb_dec_mul(b[i % 64], two, &product) || !hb_dec_add(a[i % 64], product, &sum))
                return;
            n_true += hb_dec_compare(sum, ten) > 0 && hb_dec_compare(x[i % 64], one) >= 0 &&
                      hb_dec_compare(x[i % 64], five) <= 0;
        });
    __asm__ volatile("" : : "r"(n_true) : "memory");
    bench_report("floor: the same as bare decimal128", best, "ns", TIMES);
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
    measure_floor();
    for (size_t i = 0; ok && i < sizeof EXPRESSIONS / sizeof *EXPRESSIONS; i++)
        ok = measure(arena, scratch, EXPRESSIONS[i], scope, &env);
    hb_arena_close(arena);
    hb_arena_close(scratch);
    return !ok;
}
