// A CSV file of the rulebook as rows of named columns. The header must hold every column that is
// not optional and no other, in any order, so that a lost or misspelt column is an error and never
// a column of blanks.
#include "rulebook/internal.h"

#include <stdio.h>
#include <string.h>

bool complain(const file_place *at, const char *code, const char *help, const char *format, ...) {
    hb_error err = {0};
    va_list args;
    va_start(args, format);
    hb_fail_list(&err, HB_INPUT, code, help, format, args);
    va_end(args);
    hb_error_file(&err, at->file);
    err.line = (uint32_t)at->line;
    err.column = at->column;
    hb_errors_add(at->errors, &err);
    return false;
}

bool complain_of(const file_place *at, hb_error *err, const char *where, ...) {
    char place[sizeof err->where];
    va_list args;
    va_start(args, where);
    vsnprintf(place, sizeof place, where, args);
    va_end(args);
    hb_error_in(err, "%s", place);
    err->line = (uint32_t)at->line;  // of the file; columns are those of the expression shown
    hb_error_file(err, at->file);
    hb_errors_add(at->errors, err);
    return false;
}

bool path_join(hb_arena *arena, hb_str folder, hb_str name, hb_str *path) {
    char *text = hb_arena_array(arena, char, folder.n + name.n + 2);
    if (!text) return false;
    memcpy(text, folder.at, folder.n);
    size_t n = folder.n;
    if (n && text[n - 1] != '/') text[n++] = '/';
    memcpy(text + n, name.at, name.n);
    *path = (hb_str){text, n + name.n};
    return true;
}

bool split_bars(hb_arena *arena, hb_str text, const hb_str **parts, uint32_t *n) {
    *n = 0;
    *parts = NULL;
    if (!text.n) return true;
    uint32_t n_parts = 1;
    for (size_t i = 0; i < text.n; i++) n_parts += text.at[i] == '|';
    hb_str *out = hb_arena_array(arena, hb_str, n_parts);
    if (!out) return false;
    size_t start = 0;
    for (size_t i = 0; i <= text.n; i++) {
        if (i < text.n && text.at[i] != '|') continue;
        out[(*n)++] = hb_str_trim((hb_str){text.at + start, i - start});
        start = i + 1;
    }
    *parts = out;
    return true;
}

// Where each of the caller's columns stands in the file; UINT32_MAX for an optional one that is
// absent.
static bool read_header(const hb_csv_row *row, const table_column *columns, uint32_t n_columns,
                        uint32_t *places, file_place *at) {
    bool ok = true;
    for (uint32_t c = 0; c < n_columns; c++) places[c] = UINT32_MAX;
    for (uint32_t f = 0; f < row->n; f++) {
        hb_str name = row->fields[f].text;
        uint32_t c = 0;
        while (c < n_columns && !hb_str_equal(name, hb_str_from(columns[c].name))) c++;
        at->line = row->fields[f].line;
        at->column = row->fields[f].column;
        if (c == n_columns)
            ok = complain(at, "unknown-column", "remove it, or spell it as the other rulebooks do",
                          "there is no column \"%.*s\" in this table", (int)name.n, name.at);
        else if (places[c] != UINT32_MAX)
            ok = complain(at, "unknown-column", "keep one of the two",
                          "column \"%.*s\" stands here twice", (int)name.n, name.at);
        else
            places[c] = f;
    }
    at->line = row->line;
    at->column = 1;
    for (uint32_t c = 0; c < n_columns; c++)
        if (places[c] == UINT32_MAX && !columns[c].is_optional)
            ok = complain(at, "missing-column", "add it to the first line and to every row",
                          "column \"%s\" is missing", columns[c].name);
    return ok;
}

static table_row *copy_row(hb_arena *arena, const hb_csv_row *row, const uint32_t *places,
                           uint32_t n_columns) {
    table_row *out = hb_arena_new(arena, table_row);
    hb_str *text = hb_arena_array(arena, hb_str, n_columns);
    uint32_t *column = hb_arena_array(arena, uint32_t, n_columns);
    if (!out || !text || !column) return NULL;
    for (uint32_t c = 0; c < n_columns; c++) {
        column[c] = 1;
        if (places[c] == UINT32_MAX) continue;
        column[c] = row->fields[places[c]].column;
        if (!hb_str_copy(arena, hb_str_trim(row->fields[places[c]].text), &text[c])) return NULL;
    }
    *out = (table_row){.line = row->line, .text = text, .column = column};
    return out;
}

bool table_read(hb_arena *arena, hb_str folder, hb_str name, const table_column *columns,
                uint32_t n_columns, table *out, hb_errors *errors) {
    hb_error err = {0};
    hb_csv *csv = NULL;
    hb_csv_row row;
    bool ok = false, end = false;
    table read = {0};
    file_place at = {.errors = errors};
    table_row *last = NULL;
    uint32_t *places = hb_arena_array(arena, uint32_t, n_columns);
    if (!places || !path_join(arena, folder, name, &read.file)) goto memory;
    at.file = read.file;
    if (!(csv = hb_csv_open(read.file.at, ',', RULEBOOK_MAX_ROW_BYTES, &err))) goto failed;
    if (!hb_csv_next(csv, &row, &end, &err)) goto failed;
    if (end) {
        at.line = at.column = 1;
        complain(&at, "empty-table", "write the names of its columns on the first line",
                 "the table is empty");
        goto done;
    }
    uint32_t n_fields = row.n;
    if (!read_header(&row, columns, n_columns, places, &at)) goto done;
    ok = true;
    for (;;) {
        if (!hb_csv_next(csv, &row, &end, &err)) goto failed;
        if (end) break;
        if (row.n != n_fields) {
            at.line = row.line;
            at.column = 1;
            ok = complain(&at, "wrong-width", "give every column a field, empty ones too",
                          "this row has %u fields, the header %u", row.n, n_fields);
            continue;
        }
        table_row *copy = copy_row(arena, &row, places, n_columns);
        if (!copy) goto memory;
        if (last)
            last->next = copy;
        else
            read.rows = copy;
        last = copy;
        read.n_rows++;
    }
    if (ok && !read.n_rows) {
        at.line = 2;
        at.column = 1;
        ok = complain(&at, "empty-table", "write a row for each",
                      "the table has a header and no rows");
    }
    *out = read;
    goto done;
memory:
    hb_out_of_memory(&err);
failed:
    ok = false;
    hb_error_file(&err, at.file);
    hb_errors_add(errors, &err);
done:
    hb_csv_close(csv);
    return ok;
}
