// The table of built-in functions against the machine and against docs/feel.md: each row's example must give what
// the row says, and the document must be what the table makes. `builtin_docs FILE` checks, `--golden FILE` writes.
#include <stdio.h>
#include <string.h>

#include "feel/internal.h"

static const char *const OPENING =
    "# The built-in functions of FEEL\n"
    "\n"
    "Every function of DMN 1.5 chapter 10.3.4 that a rulebook, a model or `habeas feel` may call. Arguments are given\n"
    "by place or by the names below: `substring(string: \"abc\", start position: 2)`. A wrong kind or number of\n"
    "arguments gives null and a note that names function and argument; a list of one stands for its member, and a single\n"
    "value for a list of it, where the parameter asks for that. Each example here runs as a test, with the clock at\n"
    "2025-03-15T12:00:00Z.\n";

static void write_code(hb_text *out, const char *code) {
    hb_text_add(out, HB_STR("`"));
    for (const char *at = code; *at; at++) {
        if (*at == '|') hb_text_add(out, HB_STR("\\|"));
        else hb_text_add(out, (hb_str){at, 1});
    }
    hb_text_add(out, HB_STR("`"));
}

static void write_document(hb_text *out) {
    static const struct { const char *section, *title; } TITLES[] = {
        {"DMN 1.5 §10.3.4.1", "Conversion"}, {"DMN 1.5 §10.3.4.2", "Boolean"}, {"DMN 1.5 §10.3.4.3", "Strings"},
        {"DMN 1.5 §10.3.4.4", "Lists"}, {"DMN 1.5 §10.3.4.5", "Numbers"}, {"DMN 1.5 §10.3.4.6", "Identity"},
        {"DMN 1.5 §10.3.4.7", "Ranges"}, {"DMN 1.5 §10.3.4.8", "Calendar"}, {"DMN 1.5 §10.3.4.9", "Sorting"},
        {"DMN 1.5 §10.3.4.10", "Contexts"}, {"DMN 1.5 §10.3.4.11", "Clock"}};
    uint32_t n;
    const feel_builtin_doc *docs = feel_builtin_docs(&n);
    hb_text_add(out, hb_str_from(OPENING));
    for (size_t t = 0; t < sizeof TITLES / sizeof *TITLES; t++) {
        hb_text_addf(out, "\n## %s (%s)\n\n| function | example | gives |\n|---|---|---|\n", TITLES[t].title,
                     TITLES[t].section);
        for (uint32_t i = 0; i < n; i++) {
            if (strcmp(docs[i].source, TITLES[t].section) != 0) continue;
            hb_text_addf(out, "| `%s(%s)` | ", docs[i].name, docs[i].parameters);
            write_code(out, docs[i].example);
            hb_text_add(out, HB_STR(" | "));
            write_code(out, docs[i].gives);
            hb_text_add(out, HB_STR(" |\n"));
        }
    }
}

static bool evaluate(feel_run *run, const char *text, feel_value *out) {
    feel_source source = {.text = hb_str_from(text), .where = HB_STR("example")};
    const feel_scope *scope = feel_scope_open(run->arena, NULL);
    const feel_node *node = scope ? feel_parse(run->arena, source, scope, run->err) : NULL;
    const feel_program *program = node ? feel_compile(run->arena, node, source, run->err) : NULL;
    if (!program) return false;
    *out = feel_evaluate(run, program, NULL);
    return !run->has_failed;
}

static bool check_example(const feel_builtin_doc *doc, const feel_builtin *row) {
    hb_error err = {0};
    hb_arena *arena = hb_arena_open((size_t)1 << 22);
    feel_run run;
    feel_value found = feel_null(), wanted = feel_null();
    feel_run_init(&run, arena, &err);
    run.now = (hb_instant){1742040000, 0};   // 2025-03-15T12:00:00Z
    bool ok = arena && evaluate(&run, doc->example, &found) && evaluate(&run, doc->gives, &wanted) &&
              feel_is_same(found, wanted) &&
              (row->result == FEEL_TYPE_ANY || feel_is_instance(found, feel_type_basic(row->result)));
    if (!ok) {
        hb_text text = {0};
        feel_print(&text, found);
        printf("%s: gives %.*s, not %s %s\n", doc->example, (int)text.n, text.at, doc->gives, err.message);
        hb_text_clear(&text);
    }
    feel_run_clear(&run);
    hb_arena_close(arena);
    return ok;
}

static bool is_same_document(const char *path, const hb_text *made) {
    hb_error err = {0};
    hb_bytes there = {0};
    bool ok = hb_read_file(path, (size_t)1 << 20, &there, &err) && there.n == made->n &&
              memcmp(there.at, made->at, made->n) == 0;
    hb_bytes_clear(&there);
    if (!ok) printf("%s is not what the table of built-ins makes: builtin_docs --golden %s writes it\n", path, path);
    return ok;
}

static bool write_file(const char *path, const hb_text *made) {
    FILE *file = fopen(path, "wb");
    bool ok = file && fwrite(made->at, 1, made->n, file) == made->n;
    if (file) ok = fclose(file) == 0 && ok;
    return ok;
}

int main(int argc, char **argv) {
    bool is_golden = argc == 3 && strcmp(argv[1], "--golden") == 0;
    if (argc != 2 && !is_golden) return fprintf(stderr, "usage: builtin_docs [--golden] docs/feel.md\n"), 2;
    hb_text made = {0};
    uint32_t n, passed = 0, failed = 0;
    const feel_builtin_doc *docs = feel_builtin_docs(&n);
    const feel_builtin *rows = feel_builtin_rows(&n);   // in the same order
    for (uint32_t i = 0; i < n; i++) {
        if (check_example(&docs[i], &rows[i])) passed++;
        else failed++;
    }
    write_document(&made);
    bool ok = is_golden ? write_file(argv[2], &made) : is_same_document(argv[1], &made);
    if (ok) passed++;
    else failed++;
    hb_text_clear(&made);
    printf("%u passed, %u failed\n", passed, failed);
    return failed ? 1 : 0;
}
