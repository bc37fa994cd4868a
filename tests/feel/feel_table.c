// Runs tables of FEEL expressions: usage: feel-table FILE.txt...
//
//   # a comment; an empty line ends a row
//   = name: JSON            a variable for all rows below; "= name (type): JSON" gives it a type
//   expression              further lines of it start with two spaces
//   ? unary tests           optional: the row tests the expression's value with them
//   value                   as FEEL writes it inside a list; absent when the text is wrong
//   ! line:column message   optional, one a note, all of them in order; or the error when the text
//   is wrong
//
// Each row is also run for three laws: a value printed and parsed again prints the same; the text
// cut short at any byte ends in a value or an error; with any limit of memory it ends in the same
// value or in that limit.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feel/node.h"

#define NOTES 16
#define MEMORY ((size_t)64 << 20)
#define VARIABLES 64

typedef struct {
    const char *file;
    uint32_t line, n_passed, n_failed;
    hb_arena *arena;  // of the table: variables
    hb_json_reader *json;
    feel_scope *scope;
    feel_value slots[VARIABLES];
} table;

typedef struct {
    hb_str expression, tests, value, notes;  // notes: lines without "! "
    bool has_tests, has_value;
    uint32_t line;
} row;

typedef struct {
    bool is_value;    // else err holds why not
    bool is_of_type;  // the one inferred
    hb_text printed;
    hb_text notes;
    hb_error err;
} outcome;

static void outcome_clear(outcome *of) {
    hb_text_clear(&of->printed);
    hb_text_clear(&of->notes);
}

static bool is_text(const hb_text *text, hb_str wanted) {
    return hb_str_equal((hb_str){text->at, text->n}, wanted);
}

// A list of one shows a string with its quotes.
static void print_in_list(hb_text *out, feel_value value) {
    hb_text text = {0};
    feel_print(&text, feel_list(&value, 1));
    if (text.n >= 2) hb_text_add(out, (hb_str){text.at + 1, text.n - 2});
    hb_text_clear(&text);
}

static bool compile_row(const table *t, hb_arena *arena, const row *of, feel_program **program,
                        feel_program **tests, hb_error *err) {
    feel_source source = {of->expression, {0}}, test_source = {of->tests, {0}};
    feel_node *node = feel_parse(arena, source, t->scope, err);
    if (!node || !(*program = feel_compile(arena, node, source, err))) return false;
    *tests = NULL;
    if (!of->has_tests) return true;
    node = feel_parse_unary(arena, test_source, t->scope, feel_node_type(node), err);
    return node && (*tests = feel_compile(arena, node, test_source, err));
}

static void run_row(const table *t, hb_arena *arena, const row *of, outcome *out) {
    feel_program *program, *tests;
    feel_note notes[NOTES];
    feel_run run;
    feel_env env = {NULL, t->slots};
    *out = (outcome){0};
    if (!compile_row(t, arena, of, &program, &tests, &out->err)) return;
    feel_run_init(&run, arena, &out->err);
    run.now = (hb_instant){1742040000, 0};  // 2025-03-15T12:00:00Z
    run.notes = notes;
    run.notes_max = NOTES;
    feel_value value = feel_evaluate(&run, program, &env);
    const feel_type *type = feel_node_type(feel_program_node(program));
    out->is_of_type =
        value.kind == FEEL_NULL || type->kind == FEEL_TYPE_ANY || feel_is_instance(value, type);
    if (tests) value = feel_test(&run, tests, &env, value);
    out->is_value = !run.has_failed;
    if (out->is_value) print_in_list(&out->printed, value);
    for (uint32_t i = 0; i < run.n_notes && i < NOTES; i++) {
        hb_text_addf(&out->notes, "%s%u:%u %.*s", i ? "\n" : "", notes[i].line, notes[i].column,
                     (int)notes[i].text.n, notes[i].text.at ? notes[i].text.at : "");
    }
    feel_run_clear(&run);
}

// ---- laws
// --------------------------------------------------------------------------------------------
static bool prints_again(const table *t, hb_arena *arena, const outcome *first) {
    outcome again;
    row of = {
        .expression = {first->printed.at, first->printed.n}
    };
    run_row(t, arena, &of, &again);
    bool ok = again.is_value && is_text(&again.printed, of.expression);
    outcome_clear(&again);
    return ok;
}

static void run_cut_short(const table *t, hb_arena *arena, const row *whole) {
    row cut = *whole;
    outcome ignored;
    hb_str *text = cut.has_tests ? &cut.tests : &cut.expression;
    while (text->n > 0) {
        text->n--;
        hb_arena_reset(arena);
        run_row(t, arena, &cut, &ignored);
        outcome_clear(&ignored);
    }
}

static bool survives_lack_of_memory(const table *t, const row *of, const outcome *whole) {
    for (size_t limit = 0;; limit += limit < 16384 ? 512 : limit / 2) {
        outcome got;
        hb_arena *arena = hb_arena_open(limit);
        if (!arena) return false;
        run_row(t, arena, of, &got);
        bool is_exhausted = hb_arena_is_exhausted(arena);
        bool ok = is_exhausted
                      ? !got.is_value && got.err.kind == HB_LIMIT
                      : got.is_value == whole->is_value &&
                            is_text(&got.printed, (hb_str){whole->printed.at, whole->printed.n});
        outcome_clear(&got);
        hb_arena_close(arena);
        if (!ok || !is_exhausted) return ok;
    }
}

// ---- rows
// -----------------------------------------------------------------------------------------------
static bool fail(table *t, const row *of, const char *what, hb_str wanted, hb_str got) {
    printf("%s:%u: %s\n  %.*s\n  wanted %.*s\n  got    %.*s\n", t->file, of->line, what,
           (int)of->expression.n, of->expression.at, (int)wanted.n, wanted.at ? wanted.at : "",
           (int)got.n, got.at ? got.at : "");
    return false;
}

static bool check_outcome(table *t, const row *of, const outcome *got) {
    char message[512];
    if (!got->is_value) {
        snprintf(message, sizeof message, "%u:%u %s", got->err.line, got->err.column,
                 got->err.message);
        if (of->has_value) return fail(t, of, "error", of->value, hb_str_from(message));
        return hb_str_equal(of->notes, hb_str_from(message)) ||
               fail(t, of, "error", of->notes, hb_str_from(message));
    }
    hb_str printed = {got->printed.at, got->printed.n}, notes = {got->notes.at, got->notes.n};
    if (!of->has_value) return fail(t, of, "a value where an error was wanted", of->notes, printed);
    if (!hb_str_equal(of->value, printed)) return fail(t, of, "value", of->value, printed);
    return !of->notes.n || hb_str_equal(of->notes, notes) || fail(t, of, "notes", of->notes, notes);
}

static bool has_function(hb_str printed) {
    return printed.n >= 8 && memmem(printed.at, printed.n, "function", 8) != NULL;
}

static void check_row(table *t, const row *of) {
    hb_arena *arena = hb_arena_open(MEMORY);
    outcome got;
    run_row(t, arena, of, &got);
    hb_str printed = {got.printed.at, got.printed.n};
    bool ok = check_outcome(t, of, &got);
    if (ok && got.is_value)
        ok = got.is_of_type || fail(t, of, "not of the inferred type", of->value, printed);
    if (ok && got.is_value && !has_function(printed)) {
        ok = prints_again(t, arena, &got) ||
             fail(t, of, "printed and parsed again", printed, (hb_str){0});
    }
    if (ok)
        ok = survives_lack_of_memory(t, of, &got) ||
             fail(t, of, "with little memory", printed, (hb_str){0});
    run_cut_short(t, arena, of);
    outcome_clear(&got);
    hb_arena_close(arena);
    t->n_passed += ok;
    t->n_failed += !ok;
}

// ---- variables
// --------------------------------------------------------------------------------------------
static void die(const table *t, const char *what) {
    fprintf(stderr, "%s:%u: %s\n", t->file, t->line, what);
    exit(1);
}

// "null instance of TYPE" says what TYPE is.
static const feel_type *type_named(const table *t, hb_str name) {
    hb_error err = {0};
    hb_str text;
    if (!hb_str_format(t->arena, &text, "null instance of %.*s", (int)name.n, name.at)) return NULL;
    const feel_node *node = feel_parse(t->arena, (feel_source){text, {0}}, NULL, &err);
    return node && node->kind == FEEL_NODE_INSTANCE ? node->wanted : NULL;
}

// "name: JSON" or "name (type): JSON"
static void declare(table *t, hb_str line) {
    const char *colon = memchr(line.at, ':', line.n);
    const char *open = colon ? memchr(line.at, '(', (size_t)(colon - line.at)) : NULL;
    const feel_type *type = feel_type_basic(FEEL_TYPE_ANY);
    hb_error err = {0};
    hb_json *json;
    uint32_t slot = feel_scope_size(t->scope);
    if (open) {  // the type may hold colons
        const char *close = memmem(open, (size_t)(line.at + line.n - open), "): ", 3);
        if (!close || !(type = type_named(t, (hb_str){open + 1, (size_t)(close - open - 1)})))
            die(t, "no such type");
        colon = close + 1;
    }
    if (!colon || slot == VARIABLES)
        die(t, "a variable is \"= name: JSON\" or \"= name (type): JSON\"");
    hb_str name = hb_str_trim((hb_str){line.at, (size_t)((open ? open : colon) - line.at)});
    hb_str text = hb_str_trim((hb_str){colon + 1, (size_t)(line.at + line.n - colon - 1)}), kept;
    if (!hb_str_copy(t->arena, name, &kept) || !feel_scope_add(t->scope, kept, type))
        die(t, "memory is out");
    if (!hb_json_parse(t->json, t->arena, text, &json, &err) ||
        !feel_from_json(t->arena, json, type, &t->slots[slot], &err)) {
        die(t, err.message);
    }
}

// ---- the file
// ----------------------------------------------------------------------------------------------
static hb_str next_line(table *t, hb_str *rest) {
    const char *end = memchr(rest->at, '\n', rest->n);
    hb_str line = {rest->at, end ? (size_t)(end - rest->at) : rest->n};
    size_t used = line.n + (end != NULL);
    *rest = (hb_str){rest->at + used, rest->n - used};
    t->line++;
    return line;
}

// Lines that follow one another in the file: extends `to`, which was the line before.
static void extend(hb_str *to, hb_str line) {
    if (!to->at)
        *to = line;
    else
        to->n = (size_t)(line.at + line.n - to->at);
}

// Notes lose their "! ".
static hb_str strip_marks(hb_arena *arena, hb_str notes) {
    char *at = hb_arena_array(arena, char, notes.n + 1);
    size_t n = 0;
    for (size_t i = 0; at && i < notes.n; i++) {
        if ((i == 0 || notes.at[i - 1] == '\n') &&
            hb_str_starts((hb_str){notes.at + i, notes.n - i}, HB_STR("! ")))
            i += 2;
        at[n++] = notes.at[i];
    }
    return (hb_str){at, n};
}

static void finish_row(table *t, row *of) {
    if (of->expression.at) {
        of->notes = strip_marks(t->arena, of->notes);
        if (!of->has_value && !of->notes.n) die(t, "a row without value and error");
        check_row(t, of);
    }
    *of = (row){0};
}

static void run_table(table *t, hb_str rest) {
    row of = {0};
    while (rest.n > 0) {
        hb_str line = next_line(t, &rest);
        if (!line.n) {
            finish_row(t, &of);
        } else if (line.at[0] == '#' && !of.expression.at) {
            continue;
        } else if (hb_str_starts(line, HB_STR("= ")) && !of.expression.at) {
            declare(t, (hb_str){line.at + 2, line.n - 2});
        } else if (!of.expression.at) {
            of.expression = line;
            of.line = t->line;
        } else if (hb_str_starts(line, HB_STR("  ")) && !of.has_value && !of.has_tests) {
            extend(&of.expression, line);
        } else if (hb_str_starts(line, HB_STR("? ")) && !of.has_value && !of.has_tests) {
            of.tests = (hb_str){line.at + 2, line.n - 2};
            of.has_tests = true;
        } else if (hb_str_starts(line, HB_STR("! "))) {
            extend(&of.notes, line);
        } else if (!of.has_value) {
            of.value = line;
            of.has_value = true;
        } else {
            die(t, "a row has one value");
        }
    }
    finish_row(t, &of);
}

int main(int argc, char **argv) {
    uint32_t n_passed = 0, n_failed = 0;
    for (int i = 1; i < argc; i++) {
        hb_error err = {0};
        hb_bytes bytes;
        if (!hb_read_file(argv[i], MEMORY, &bytes, &err)) {
            fprintf(stderr, "%s\n", err.message);
            return 1;
        }
        table t = {.file = argv[i], .arena = hb_arena_open(MEMORY), .json = hb_json_reader_open()};
        t.scope = feel_scope_open(t.arena, NULL);
        if (!t.scope || !t.json) die(&t, "memory is out");
        run_table(&t, (hb_str){bytes.at, bytes.n});
        n_passed += t.n_passed;
        n_failed += t.n_failed;
        hb_json_reader_close(t.json);
        hb_arena_close(t.arena);
        hb_bytes_clear(&bytes);
    }
    printf("%u passed, %u failed\n", n_passed, n_failed);
    return n_failed || !n_passed;
}
