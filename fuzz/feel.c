// Any text as an expression and as unary tests: parsed, compiled and evaluated within small limits.
#include "feel/feel.h"

static void run(hb_arena *arena, hb_str text, bool is_tests) {
    hb_error err = {0};
    feel_source source = {text, HB_STR("fuzz")};
    feel_scope *scope = feel_scope_open(arena, NULL);
    if (!scope || !feel_scope_add(scope, HB_STR("a"), NULL) || !feel_scope_add(scope, HB_STR("first name"), NULL)) return;
    feel_node *node = is_tests ? feel_parse_unary(arena, source, scope, NULL, &err) : feel_parse(arena, source, scope, &err);
    feel_program *program = node ? feel_compile(arena, node, source, &err) : NULL;
    if (!program) return;
    const feel_value slots[] = {feel_int(7), feel_string(HB_STR("Ana"))};
    const feel_env env = {NULL, slots};
    feel_run state;
    feel_run_init(&state, arena, &err);
    state.steps_left = 2000;
    hb_text printed = {0};
    feel_print(&printed, is_tests ? feel_test(&state, program, &env, slots[0]) : feel_evaluate(&state, program, &env));
    hb_text_clear(&printed);
    feel_run_clear(&state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    for (int is_tests = 0; is_tests < 2; is_tests++) {
        hb_arena *arena = hb_arena_open((size_t)4 << 20);
        if (arena) run(arena, (hb_str){(const char *)data, n}, is_tests);
        hb_arena_close(arena);
    }
    return 0;
}
