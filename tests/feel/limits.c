// What no expression can do: overflow the stack, run for ever, or take more memory than it may. And
// what the host side relies on: environments of several frames, host nodes and host functions,
// notes that say where.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "feel/feel.h"

#define MEMORY ((size_t)256 << 20)

static feel_source source_of(const char *text) {
    return (feel_source){hb_str_from(text), HB_STR("here")};
}

// `part` n times between `start` and `end`.
static char *repeat(const char *start, const char *part, size_t n, const char *end) {
    size_t part_n = strlen(part), start_n = strlen(start);
    char *text = malloc(start_n + n * part_n + strlen(end) + 1);
    assert_non_null(text);
    memcpy(text, start, start_n);
    for (size_t i = 0; i < n; i++) memcpy(text + start_n + i * part_n, part, part_n);
    strcpy(text + start_n + n * part_n, end);
    return text;
}

static feel_value evaluate(hb_arena *arena, const char *text, const feel_scope *scope,
                           const feel_env *env, hb_error *err) {
    feel_source source = source_of(text);
    feel_node *node = feel_parse(arena, source, scope, err);
    feel_program *program = node ? feel_compile(arena, node, source, err) : NULL;
    if (!program) return feel_null();
    feel_run run;
    feel_run_init(&run, arena, err);
    feel_value value = feel_evaluate(&run, program, env);
    feel_run_clear(&run);
    return value;
}

static int64_t integer_of(feel_value value) {
    assert_int_equal(value.kind, FEEL_NUMBER);
    assert_false(value.is_big);
    return value.coefficient;
}

static void long_chains_are_loops(void **state) {
    (void)state;
    static const struct {
        const char *start, *part;
    } CHAINS[] = {
        {"1",    "+1"                 },
        {"true", " and true"          },
        {"1",    " in [1]"            },
        {"[1]",  "[true]"             },
        {"{}",   ".x"                 },
        {"1",    "()"                 },
        {"1",    " instance of number"}
    };
    for (size_t i = 0; i < sizeof CHAINS / sizeof *CHAINS; i++) {
        hb_arena *arena = hb_arena_open(MEMORY);
        hb_error err = {0};
        char *text = repeat(CHAINS[i].start, CHAINS[i].part, 10000, "");
        feel_value value = evaluate(arena, text, NULL, NULL, &err);
        assert_int_equal(err.kind, HB_NONE);
        if (!i) assert_int_equal(integer_of(value), 10001);
        free(text);
        hb_arena_close(arena);
    }
}

static void deep_nesting_is_refused(void **state) {
    (void)state;
    static const char *const OPENERS[] = {
        "(",      "[",   "-",    "{a:",       "if ",         "not(",
        "f(",     "1+(", "[1..", "for i in ", "function() ", "x instance of list<",
        "1 in (", "[1]["};
    for (size_t i = 0; i < sizeof OPENERS / sizeof *OPENERS; i++) {
        hb_arena *arena = hb_arena_open(MEMORY);
        hb_error err = {0};
        char *text = repeat("", OPENERS[i], 30000, "");
        evaluate(arena, text, NULL, NULL, &err);
        assert_true(err.kind == HB_INPUT);
        free(text);
        hb_arena_close(arena);
    }
}

// Texts made to be slow to look names up in end with an error, soon.
static void many_names_are_refused(void **state) {
    (void)state;
    static const char *const HEADS[] = {"{a: 1", "for a in [1]", "function(a"};
    for (size_t i = 0; i < sizeof HEADS / sizeof *HEADS; i++) {
        hb_arena *arena = hb_arena_open(MEMORY);
        hb_error err = {0};
        char *text = repeat(HEADS[i], "", 0, ""), part[64];
        size_t n = strlen(text), room = 1000000;
        assert_non_null(text = realloc(text, room));
        for (unsigned k = 0; n + sizeof part < room; k++) {
            int part_n = i == 0   ? snprintf(part, sizeof part, ",a%u:a", k)
                         : i == 1 ? snprintf(part, sizeof part, ",a%u in a", k)
                                  : snprintf(part, sizeof part, ",a%u", k);
            memcpy(text + n, part, (size_t)part_n);
            n += (size_t)part_n;
        }
        text[n] = 0;
        evaluate(arena, text, NULL, NULL, &err);
        assert_int_equal(err.kind, HB_INPUT);
        free(text);
        hb_arena_close(arena);
    }
}

static void two_hundred_deep_is_not(void **state) {
    (void)state;
    hb_arena *arena = hb_arena_open(MEMORY);
    hb_error err = {0};
    char *open = repeat("", "(", 199, "1"), *text = repeat(open, ")", 199, "");
    assert_int_equal(integer_of(evaluate(arena, text, NULL, NULL, &err)), 1);
    free(open);
    free(text);
    hb_arena_close(arena);
}

static void assert_limit(const char *text, const char *code) {
    hb_arena *arena = hb_arena_open(MEMORY);
    hb_error err = {0};
    feel_value value = evaluate(arena, text, NULL, NULL, &err);
    assert_int_equal(value.kind, FEEL_NULL);
    assert_int_equal(err.kind, HB_LIMIT);
    assert_string_equal(err.code, code);
    assert_true(err.line > 0);
    hb_arena_close(arena);
}

static void endless_work_ends(void **state) {
    (void)state;
    assert_limit("{f: function(g) g(g), r: f(f)}.r", "depth-limit");
    assert_limit("some i in 1..1000000000000 satisfies i < 0", "step-limit");
    assert_limit("count(for i in 1..1000000000000 return i)", "memory-limit");
    assert_limit(
        "{f: function(s) s + s, r: for i in 1..64 return if i = 1 then \"ab\" else "
        "f(partial[-1])}.r",
        "memory-limit");
}

static void a_full_arena_is_an_error_not_a_value(void **state) {
    (void)state;
    hb_arena *arena = hb_arena_open(20000), *own = hb_arena_open(MEMORY);
    hb_error err = {0};
    feel_source source = source_of("for i in 1..10000 return string(i)");
    feel_node *node = feel_parse(own, source, NULL, &err);
    feel_program *program = feel_compile(own, node, source, &err);
    feel_run run;
    feel_run_init(&run, arena, &err);
    assert_int_equal(feel_evaluate(&run, program, NULL).kind, FEEL_NULL);
    assert_true(run.has_failed);
    assert_int_equal(err.kind, HB_LIMIT);
    feel_run_clear(&run);
    hb_arena_close(arena);
    hb_arena_close(own);
}

// ---- what hosts rely on
// ---------------------------------------------------------------------------------
static feel_value sum_of_frames(feel_run *run, const void *data, const feel_env *env) {
    (void)run;
    int64_t sum = *(const int64_t *)data;
    for (; env; env = env->up) sum += env->slots[0].coefficient;
    return feel_int(sum);
}

// {x: 20, y: (function(z) HOST)(300)}.y over a root frame {root: 1}: the host sees z, x and root.
static void a_host_node_sees_the_frames_of_its_place(void **state) {
    (void)state;
    static const int64_t BASE = 4000;
    hb_arena *arena = hb_arena_open(MEMORY);
    hb_error err = {0};
    feel_scope *scope = feel_scope_open(arena, NULL);
    assert_true(feel_scope_add(scope, HB_STR("root"), NULL));
    feel_node *host =
        feel_node_host(arena, sum_of_frames, &BASE, feel_type_basic(FEEL_TYPE_NUMBER));
    feel_field param = {HB_STR("z"), feel_type_basic(FEEL_TYPE_NUMBER)};
    feel_node *arg = feel_node_value(arena, feel_int(300));
    feel_node *call =
        feel_node_call(arena, feel_node_function(arena, 1, &param, NULL, host), 1, NULL, &arg);
    const hb_str keys[] = {HB_STR("x"), {0}};
    feel_node *entries[] = {feel_node_value(arena, feel_int(20)), call};
    feel_node *context = feel_node_context(arena, 2, keys, entries, true);
    feel_program *program = feel_compile(arena, context, source_of(""), &err);
    assert_non_null(program);
    const feel_value slots[] = {feel_int(1)};
    const feel_env env = {NULL, slots};
    feel_run run;
    feel_run_init(&run, arena, &err);
    assert_int_equal(integer_of(feel_evaluate(&run, program, &env)), 4321);
    feel_run_clear(&run);
    hb_arena_close(arena);
}

static feel_value minus(feel_run *run, const void *data, const feel_value *args, uint32_t n) {
    (void)data;
    assert_int_equal(n, 2);
    return feel_int(run->depth_left ? args[0].coefficient - args[1].coefficient : 0);
}

static void a_host_function_is_called_by_place_and_by_name(void **state) {
    (void)state;
    hb_arena *arena = hb_arena_open(MEMORY);
    hb_error err = {0};
    const feel_type *number = feel_type_basic(FEEL_TYPE_NUMBER);
    const feel_field params[] = {
        {HB_STR("from"),      number},
        {HB_STR("take away"), number}
    };
    feel_value slots[1];
    feel_scope *scope = feel_scope_open(arena, NULL);
    assert_true(feel_scope_add(scope, HB_STR("minus"), NULL));
    assert_true(
        feel_function_host(arena, HB_STR("minus"), 2, params, number, minus, NULL, &slots[0]));
    const feel_env env = {NULL, slots};
    assert_int_equal(integer_of(evaluate(arena, "minus(5, 3)", scope, &env, &err)), 2);
    assert_int_equal(integer_of(evaluate(arena, "minus(take away: 5, from: 3)", scope, &env, &err)),
                     -2);
    assert_int_equal(evaluate(arena, "minus(5)", scope, &env, &err).kind, FEEL_NULL);
    assert_int_equal(evaluate(arena, "minus(5, \"a\")", scope, &env, &err).kind, FEEL_NULL);
    hb_arena_close(arena);
}

static void names_are_found_frames_up(void **state) {
    (void)state;
    hb_arena *arena = hb_arena_open(MEMORY);
    hb_error err = {0};
    feel_scope *outer = feel_scope_open(arena, NULL), *inner = feel_scope_open(arena, outer);
    assert_true(feel_scope_add(outer, HB_STR("a"), NULL) &&
                feel_scope_add(outer, HB_STR("b"), NULL));
    assert_true(feel_scope_add(inner, HB_STR("c"), NULL) &&
                feel_scope_add(inner, HB_STR("a"), NULL));
    const feel_value outer_slots[] = {feel_int(1), feel_int(20)},
                     inner_slots[] = {feel_int(300), feel_int(4000)};
    const feel_env root = {NULL, outer_slots}, env = {&root, inner_slots};
    assert_int_equal(integer_of(evaluate(arena, "a + b + c", inner, &env, &err)), 4320);
    assert_int_equal(
        integer_of(evaluate(arena, "(for i in [1] return (function(x) x + b + a + i)(c))[1]", inner,
                            &env, &err)),
        4321);
    hb_arena_close(arena);
}

static void an_error_names_its_place(void **state) {
    (void)state;
    hb_arena *arena = hb_arena_open(MEMORY);
    hb_error err = {0};
    evaluate(arena, "1 +\n  nothing", NULL, NULL, &err);
    assert_int_equal(err.line, 2);
    assert_int_equal(err.column, 3);
    assert_int_equal(err.length, 7);
    assert_string_equal(err.where, "here");
    hb_arena_close(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_chains_are_loops),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(many_names_are_refused),
        cmocka_unit_test(two_hundred_deep_is_not),
        cmocka_unit_test(endless_work_ends),
        cmocka_unit_test(a_full_arena_is_an_error_not_a_value),
        cmocka_unit_test(a_host_node_sees_the_frames_of_its_place),
        cmocka_unit_test(a_host_function_is_called_by_place_and_by_name),
        cmocka_unit_test(names_are_found_frames_up),
        cmocka_unit_test(an_error_names_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
