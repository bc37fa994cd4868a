// lint_folder.c: rulebooks of another form than the gate's. Those of end dates are calculations,
// that of conditions is a table a standard; the CSV files beside the model have columns of their
// own. What can be said of all of them is said by the columns' names: a fact that nothing else in
// the folder names, a text in one language, a source nobody has looked up for a year or that
// sources.csv does not list, a row of a table that cites nothing, a model editors do not open. Not
// asked are portable forms, which a calculation leaves on purpose, and a case for each rule: of end
// dates `rules verify` shows that each rule is met, and of conditions a rule is a standard.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "verify/lint_parts.h"

#define ROW_BYTES (256u << 10)
#define FILE_BYTES ((size_t)16 << 20)
#define N_COLUMNS 32

static const char *const OTHERS[] = {"rulebook.dmn", "rules.csv",   "derived.csv", "checks.csv",
                                     "factors.csv",  "to-gate.csv", "units.csv"};
enum { N_OTHERS = sizeof OTHERS / sizeof *OTHERS };

typedef struct {
    linter l;
    const char *folder;
    hb_bytes others[N_OTHERS];  // empty: there is no such file
    hb_bytes sources;
} folder_linter;

// One row of a file, by the names of its columns.
typedef struct {
    hb_str names[N_COLUMNS];
    uint32_t n;
    const hb_csv_row *row;
} named_row;

static hb_str field(const named_row *r, const char *name) {
    for (uint32_t i = 0; i < r->n && i < r->row->n; i++) {
        if (hb_str_equal(r->names[i], hb_str_from(name))) return r->row->fields[i].text;
    }
    return (hb_str){0};
}

static bool has(const named_row *r, const char *name) {
    for (uint32_t i = 0; i < r->n; i++) {
        if (hb_str_equal(r->names[i], hb_str_from(name))) return true;
    }
    return false;
}

static bool is_there(const char *folder, const char *name, char path[4200]) {
    return snprintf(path, 4200, "%s/%s", folder, name) < 4200 && access(path, F_OK) == 0;
}

typedef void (*row_call)(folder_linter *f, const named_row *r);

// Calls for each row after the names of the columns.
static bool each_row(folder_linter *f, const char *name, row_call call, hb_error *err) {
    char path[4200];
    hb_csv_row row;
    bool end = false, ok = true;
    named_row r = {.row = &row};
    hb_arena *arena = hb_arena_open(64u << 10);
    if (!is_there(f->folder, name, path)) return hb_arena_close(arena), true;
    hb_csv *csv = arena ? hb_csv_open(path, ',', ROW_BYTES, err) : NULL;
    if (!csv) return hb_arena_close(arena), false;
    for (uint32_t n = 0; (ok = hb_csv_next(csv, &row, &end, err)) && !end; n++) {
        if (n > 0) {
            call(f, &r);
            continue;
        }
        for (; r.n < row.n && r.n < N_COLUMNS; r.n++)
            ok = ok && hb_str_copy(arena, row.fields[r.n].text, &r.names[r.n]);
        if (!ok) break;
    }
    hb_csv_close(csv);
    hb_arena_close(arena);
    return ok;
}

// ---- what every file has -----------------------------------------------------------------------
// Texts come in pairs NAME_en and NAME_es.
static void lint_pairs(folder_linter *f, const named_row *r, hb_str where) {
    for (uint32_t i = 0; i < r->n && i < r->row->n; i++) {
        char spanish[80];
        hb_str name = r->names[i], text = r->row->fields[i].text;
        if (name.n < 4 || memcmp(name.at + name.n - 3, "_en", 3) != 0 || name.n > 70) continue;
        snprintf(spanish, sizeof spanish, "%.*s_es", (int)name.n - 3, name.at);
        hb_str other = field(r, spanish);
        if ((text.n == 0) != (other.n == 0))
            lint_say(&f->l, "one-language", where, (uint32_t)r->row->line,
                     "a text is missing in one of the languages");
        else if (text.n > 0 && hb_str_equal(text, other) && memchr(text.at, ' ', text.n))
            lint_say(&f->l, "one-language", where, (uint32_t)r->row->line,
                     "a text is the same in both languages");
    }
    if (has(r, "checked_on"))
        lint_day(&f->l, where, (uint32_t)r->row->line, field(r, "checked_on"));
}

static hb_str text_of(const hb_bytes *bytes) {
    return (hb_str){bytes->at, bytes->n};
}

// ---- each file ---------------------------------------------------------------------------------
// `sentences[].term` is read as `term`.
static hb_str last_part(hb_str name) {
    for (size_t i = name.n; i-- > 0;) {
        if (name.at[i] == '.') return (hb_str){name.at + i + 1, name.n - i - 1};
    }
    return name;
}

static void lint_fact_row(folder_linter *f, const named_row *r) {
    hb_str name = field(r, "name"), last = last_part(name);
    bool is_read = false;
    for (uint32_t i = 0; i < N_OTHERS; i++)
        is_read = is_read || lint_mentions(text_of(&f->others[i]), last);
    lint_pairs(f, r, name);
    if (!is_read)
        lint_say(&f->l, "fact-not-read", name, (uint32_t)r->row->line,
                 "neither the model nor a file beside it names this fact");
}

static bool is_listed(const folder_linter *f, hb_str cite) {
    return memmem(f->sources.at, f->sources.n, cite.at, cite.n) != NULL;
}

static void lint_rule_row(folder_linter *f, const named_row *r) {
    hb_str id = field(r, "id"), rest = field(r, "sources");
    lint_pairs(f, r, id);
    if (rest.n == 0)
        lint_say(&f->l, "row-without-source", id, (uint32_t)r->row->line,
                 "the rule names no source");
    while (rest.n > 0) {
        const char *bar = memchr(rest.at, '|', rest.n);
        hb_str cite = {rest.at, bar ? (size_t)(bar - rest.at) : rest.n};
        rest = bar ? (hb_str){bar + 1, rest.n - cite.n - 1} : (hb_str){0};
        if (!is_listed(f, cite))
            lint_say(&f->l, "source-not-listed", id, (uint32_t)r->row->line,
                     "sources.csv does not have %.*s", (int)(cite.n > 120 ? 120 : cite.n), cite.at);
    }
}

static void lint_source_row(folder_linter *f, const named_row *r) {
    lint_pairs(f, r, field(r, "cite"));
}

static void lint_factor_row(folder_linter *f, const named_row *r) {
    lint_pairs(f, r, field(r, "id"));
}

// ---- the folder --------------------------------------------------------------------------------
bool verify_lint_is_gate(const char *folder) {
    char path[4200];
    hb_error err = {0};
    hb_bytes bytes = {0};
    if (!is_there(folder, "facts.csv", path) || !hb_read_file(path, FILE_BYTES, &bytes, &err))
        return true;  // its loader says what is wrong
    const char *end = memchr(bytes.at, '\n', bytes.n);
    bool is_gate = lint_mentions((hb_str){bytes.at, end ? (size_t)(end - bytes.at) : bytes.n},
                                 HB_STR("protects"));
    hb_bytes_clear(&bytes);
    return is_gate;
}

static bool read_files(folder_linter *f, hb_error *err) {
    char path[4200];
    bool ok = true;
    for (uint32_t i = 0; ok && i < N_OTHERS; i++)
        ok = !is_there(f->folder, OTHERS[i], path) ||
             hb_read_file(path, FILE_BYTES, &f->others[i], err);
    snprintf(path, sizeof path, "%s/sources.csv", f->folder);
    return ok && hb_read_file(path, FILE_BYTES, &f->sources, err);
}

bool verify_lint_folder(const char *folder, hb_date today, verify_lint_sink sink, void *to,
                        uint32_t *n, hb_error *err) {
    folder_linter f = {
        .l = {.today = today, .sink = sink, .to = to},
          .folder = folder
    };
    char path[4200];
    snprintf(path, sizeof path, "%s/rulebook.dmn", folder);
    dmn_model *model = dmn_load(path, false, err);
    bool ok = model && read_files(&f, err);
    f.l.model = model;
    if (ok) {
        for (uint32_t e = 0; e < dmn_n_elements(model); e++) lint_row_sources(&f.l, e);
        lint_model_file(&f.l, path);
    }
    ok = ok && each_row(&f, "facts.csv", lint_fact_row, err) &&
         each_row(&f, "rules.csv", lint_rule_row, err) &&
         each_row(&f, "sources.csv", lint_source_row, err) &&
         each_row(&f, "factors.csv", lint_factor_row, err);
    for (uint32_t i = 0; i < N_OTHERS; i++) hb_bytes_clear(&f.others[i]);
    hb_bytes_clear(&f.sources);
    dmn_close(model);
    *n = f.l.n;
    return ok;
}
