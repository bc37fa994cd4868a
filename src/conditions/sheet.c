// A filled blank (blank.c) becomes the JSON of a return, so one reader checks both; errors then
// name the line of the sheet. A row without a value says nothing.
#include <stdio.h>
#include <string.h>

#include "conditions/record.h"

#define SHEET_ROW_BYTES ((size_t)64 << 10)
#define SHEET_ROWS 10000

enum {
    COLUMN_FIELD,
    COLUMN_QUESTION,
    COLUMN_VALUE,
    COLUMN_UNIT,
    COLUMN_ALLOWED,
    COLUMN_DEFINITION,
    COLUMN_SCOPE,
    COLUMN_NOTE,
    N_COLUMNS
};
static const char *const COLUMNS[] = {"field",   "question",   "value", "unit",
                                      "allowed", "definition", "scope", "note"};
static const char *const PLACE[] = {"@facility", "@country", "@sender", "@as_of", NULL};
static const char *const SOURCE[] = {"@kind",          "@src",         "@date",
                                     "@access",        "@independent", "@unannounced",
                                     "@private_talks", "@published",   NULL};

typedef struct {
    hb_text place, source, claims;
    uint32_t *lines;
    uint32_t n;
} sheet;

static bool is_one_of(const char *const *names, hb_str name) {
    for (uint32_t i = 0; names[i]; i++)
        if (hb_str_equal(hb_str_from(names[i]), name)) return true;
    return false;
}

static void add_member(hb_text *out, hb_str key, hb_str value) {
    if (out->n) hb_text_addf(out, ",");
    hb_text_add_json(out, key);
    hb_text_addf(out, ":");
    hb_text_add_json(out, value);
}

static void add_claim(sheet *s, const hb_csv_row *row) {
    static const struct {
        int column;
        const char *key;
    } MEMBERS[] = {
        {COLUMN_FIELD,      "f"         },
        {COLUMN_VALUE,      "v"         },
        {COLUMN_UNIT,       "unit"      },
        {COLUMN_DEFINITION, "definition"},
        {COLUMN_SCOPE,      "scope"     },
        {COLUMN_NOTE,       "note"      }
    };
    hb_text one = {0};
    for (size_t i = 0; i < sizeof MEMBERS / sizeof *MEMBERS; i++) {
        hb_str text = hb_str_trim(row->fields[MEMBERS[i].column].text);
        if (text.n) add_member(&one, hb_str_from(MEMBERS[i].key), text);
    }
    add_member(&one, HB_STR("e"), HB_STR("return"));
    hb_text_addf(&s->claims, "%s{%.*s}", s->n ? "," : "", (int)one.n, one.at);
    s->claims.failed |= one.failed;
    s->lines[s->n++] = (uint32_t)row->line;
    hb_text_clear(&one);
}

static bool take_row(sheet *s, record_page *page, const hb_csv_row *row, hb_error *err) {
    hb_str name = row->n ? hb_str_trim(row->fields[0].text) : (hb_str){0};
    if (row->n != N_COLUMNS) {
        hb_fail(err, HB_INPUT, "missing-column", "this row has %u cells, not %d", row->n,
                N_COLUMNS);
        hb_error_help(err, "habeas facility blank writes the sheet to fill in");
        err->line = (uint32_t)row->line;
        return false;
    }
    hb_str value = hb_str_trim(row->fields[COLUMN_VALUE].text);
    if (!value.n) return true;
    if (!hb_str_starts(name, HB_STR("@"))) {
        if (s->n == SHEET_ROWS)
            return hb_fail(err, HB_LIMIT, "line-too-long", "the sheet has more than %d rows",
                           SHEET_ROWS);
        add_claim(s, row);
        return true;
    }
    hb_str key = {name.at + 1, name.n - 1};
    if (is_one_of(PLACE, name)) {
        add_member(&s->place, key, value);
    } else if (is_one_of(SOURCE, name)) {
        if (!page->head_line) page->head_line = (uint32_t)row->line;
        add_member(&s->source, key, value);
    } else {
        hb_fail(err, HB_INPUT, "unknown-column", "a sheet has no row \"%.*s\"",
                (int)(name.n < 60 ? name.n : 60), name.at);
        hb_error_help(err, "habeas facility blank writes the sheet to fill in");
        err->line = (uint32_t)row->line;
        return false;
    }
    return true;
}

static bool check_header(const hb_csv_row *row, hb_error *err) {
    bool ok = row->n == N_COLUMNS;
    for (uint32_t c = 0; ok && c < N_COLUMNS; c++)
        ok = hb_str_equal(row->fields[c].text, hb_str_from(COLUMNS[c]));
    if (ok) return true;
    hb_fail(err, HB_INPUT, "unknown-column", "the first line is not that of a return");
    hb_error_help(err, "habeas facility blank writes the sheet to fill in");
    err->line = 1;
    return false;
}

bool sheet_read(record_page *page, const char *path, hb_bytes *out, hb_error *err) {
    sheet s = {.lines = hb_arena_array(page->ret->arena, uint32_t, SHEET_ROWS + 1)};
    hb_text text = {0};
    bool ok = false, end = false;
    hb_csv_row row;
    hb_csv *csv = s.lines ? hb_csv_open(path, ',', SHEET_ROW_BYTES, err) : NULL;
    if (!s.lines) hb_out_of_memory(err);
    if (!csv || !hb_csv_next(csv, &row, &end, err)) goto done;
    if (end || !check_header(&row, err)) {
        if (end) hb_fail(err, HB_INPUT, "missing-column", "the sheet is empty");
        goto done;
    }
    while (hb_csv_next(csv, &row, &end, err) && !end)
        if (!take_row(&s, page, &row, err)) goto done;
    if (!end) goto done;
    page->ret->hash = hb_csv_hash(csv);
    hb_text_addf(&text, "{%.*s%s\"evidence\":[{\"id\":\"return\"%s%.*s}],\"claims\":[%.*s]}",
                 (int)s.place.n, s.place.n ? s.place.at : "", s.place.n ? "," : "",
                 s.source.n ? "," : "", (int)s.source.n, s.source.n ? s.source.at : "",
                 (int)s.claims.n, s.claims.n ? s.claims.at : "");
    if (text.failed || s.place.failed || s.source.failed || s.claims.failed) {
        hb_out_of_memory(err);
        goto done;
    }
    // The reader borrows the bytes as if they were the file's.
    *out = (hb_bytes){text.at, text.n};
    text = (hb_text){0};
    page->lines = s.lines;
    if (!page->head_line) page->head_line = 1;
    ok = true;
done:
    hb_csv_close(csv);
    hb_text_clear(&text);
    hb_text_clear(&s.place);
    hb_text_clear(&s.source);
    hb_text_clear(&s.claims);
    return ok;
}
