// Bytes choose an expression that is well formed: each byte picks a form, a built-in function by its row, or a leaf.
// So what runs is mostly evaluation, on odd values. The same expression must give the same twice; with little
// memory, few steps or a shallow stack it must end as an ordinary error.
#include <stdlib.h>
#include <string.h>

#include "feel/feel.h"

typedef struct {
    const uint8_t *at;
    size_t n;
} bytes;

static uint8_t next(bytes *in) {
    if (in->n == 0) return 0;
    in->n--;
    return *in->at++;
}

static const char *const LEAVES[] = {
    "null", "true", "false", "0", "1", "-1", "2.5", "1e400", "9999999999999999999999999999999999", "\"\"", "\"a\"", "\"\\U01F600b\"", "[]",
    "[1, 2, 3]", "[null, [1]]", "{}", "{a: 1, b: {c: 2}}", "[1..5]", "(< 3)", "(!= 2)", "@\"2024-02-29\"", "@\"-999999999-01-01\"",
    "@\"23:59:59@Europe/Paris\"", "@\"2024-10-27T02:30:00@Europe/Paris\"", "@\"P1DT2H\"", "@\"-P999999999Y\"", "a", "first name", "today()",
};
static const char *const FORMS[] = {  // $: an expression
    "($ + $)", "($ - $)", "($ * $)", "($ / $)", "($ ** $)", "-($)", "($ = $)", "($ < $)", "($ and $)", "($ or $)", "not($)", "(if $ then $ else $)",
    "[$, $]", "{a: $, b: $}", "($)[$]", "($)[item > $]", "($).a", "($).year", "(for x in $ return $)", "(for x in $..$ return x)",
    "(some x in $ satisfies $)", "(every x in $ satisfies x = $)", "($ in $)", "($ between $ and $)", "($ instance of number)",
    "(function(x) x + $)($)", "[$..$]", "sort($, function(x, y) x < y)",
};

static void write(hb_text *out, bytes *in, unsigned depth);

static void write_form(hb_text *out, const char *form, bytes *in, unsigned depth) {
    for (; *form; form++) {
        if (*form == '$') write(out, in, depth);
        else hb_text_add(out, (hb_str){form, 1});
    }
}

static void write_call(hb_text *out, bytes *in, unsigned depth) {
    uint32_t n;
    const feel_builtin_doc *rows = feel_builtin_docs(&n);
    hb_text_addf(out, "%s(", rows[next(in) % n].name);
    for (uint8_t left = next(in) % 5; left > 0; left--) {
        write(out, in, depth);
        if (left > 1) hb_text_add(out, HB_STR(", "));
    }
    hb_text_add(out, HB_STR(")"));
}

static void write(hb_text *out, bytes *in, unsigned depth) {
    uint8_t choice = next(in);
    if (depth == 0 || choice < 80) hb_text_add(out, hb_str_from(LEAVES[choice % (sizeof LEAVES / sizeof *LEAVES)]));
    else if (choice < 170) write_form(out, FORMS[choice % (sizeof FORMS / sizeof *FORMS)], in, depth - 1);
    else write_call(out, in, depth - 1);
}

// Its value as text, or "" when a limit ended it.
static hb_text evaluate(hb_str text, size_t memory, uint64_t steps, uint32_t depth) {
    hb_text printed = {0};
    hb_error err = {0};
    hb_arena *arena = hb_arena_open(memory);
    feel_scope *scope = feel_scope_open(arena, NULL);
    const feel_value slots[] = {feel_int(7), feel_string(HB_STR("Ana"))};
    const feel_env env = {NULL, slots};
    bool ok = scope && feel_scope_add(scope, HB_STR("a"), NULL) && feel_scope_add(scope, HB_STR("first name"), NULL);
    feel_source source = {text, HB_STR("fuzz")};
    feel_node *node = ok ? feel_parse(arena, source, scope, &err) : NULL;
    feel_program *program = node ? feel_compile(arena, node, source, &err) : NULL;
    if (program) {
        feel_run run;
        feel_run_init(&run, arena, &err);
        run.steps_left = steps;
        run.depth_left = depth;
        feel_value value = feel_evaluate(&run, program, &env);
        if (!run.has_failed) feel_print(&printed, value);
        else if (err.kind == HB_NONE) abort();
        feel_run_clear(&run);
    }
    hb_arena_close(arena);
    return printed;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    bytes in = {data, n};
    hb_text text = {0};
    write(&text, &in, 5);
    hb_str expression = {text.at, text.n};
    hb_text once = evaluate(expression, (size_t)4 << 20, 3000, 100), again = evaluate(expression, (size_t)4 << 20, 3000, 100);
    if (once.n != again.n || (once.n > 0 && memcmp(once.at, again.at, once.n) != 0)) abort();
    hb_text small[] = {evaluate(expression, 20000, 3000, 100), evaluate(expression, (size_t)4 << 20, 20, 3)};
    hb_text_clear(&small[0]);
    hb_text_clear(&small[1]);
    hb_text_clear(&once);
    hb_text_clear(&again);
    hb_text_clear(&text);
    return 0;
}
