// Rows under one header. CSV goes through the one RFC 4180 reader; text without quotes (a bare " is
// data there) is cut at its delimiter; JSON and NDJSON become rows of the members that any record
// has. The header is the first row, or one of those the mapping allows below a preamble, that holds
// what the mapping requires: a file of an unknown layout is refused. Cells come out cleaned: no
// invisible characters, no spaces at the ends.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>

#include "intake/import.h"

#define ROW_BYTES ((size_t)4 << 20)
#define JSON_BYTES ((size_t)512 << 20)
#define JSON_ARENA_BYTES ((size_t)4 << 30)
#define PREAMBLE_MAX 11u

struct import_table {
    const import_map *map;
    hb_arena *arena;  // header and JSON
    hb_arena *row;    // of the row handed out
    import_copy copy;
    char separator;
    hb_csv *csv;
    hb_lines *lines;
    const hb_json *records;
    hb_bytes json;
    uint32_t at;  // next record
    uint32_t n_columns, n_preamble;
    hb_str *columns;
    hb_str name;  // of a joined table: its columns are folded alone
    bool is_main;
};

// ---- cleaning -----------------------------------------------------------------------------------

static bool is_invisible(UChar32 c) {
    return (c >= 0x200b && c <= 0x200f) || c == 0x2060 || c == 0xfeff || c == 0xad ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

// A cell without invisible characters and without Unicode white space at its ends.
static bool clean(hb_arena *arena, hb_str text, hb_str *out, bool *had_invisible) {
    char *to = hb_arena_array(arena, char, text.n + 1);
    size_t n = 0, end = 0;
    if (to == NULL) return false;
    for (int32_t i = 0, start = 0; i < (int32_t)text.n; start = i) {
        UChar32 c = import_next_code_point(text, &i);
        if (is_invisible(c)) {
            *had_invisible = true;
            continue;
        }
        bool is_space = u_isUWhiteSpace(c);
        if (is_space && n == 0) continue;
        memcpy(to + n, text.at + start, (size_t)(i - start));
        n += (size_t)(i - start);
        if (!is_space) end = n;
    }
    *out = (hb_str){to, end};
    return true;
}

static bool is_formula(hb_str text) {
    if (text.n < 2) return false;
    char first = text.at[0], next = text.at[1];
    if (first == '=' || first == '@') return true;
    return (first == '+' || first == '-') &&
           ((next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') || next == '(' ||
            next == '=');
}

// ---- the header ---------------------------------------------------------------------------------

static bool is_same(import_table *table, hb_str folded, hb_str name) {
    hb_str other;
    return map_fold(table->row, name, true, &other) && hb_str_equal(folded, other);
}

// The mapping's own name of a column, through its aliases; else the folded header itself.
static bool is_mapped(const import_map *map, hb_str name) {
    for (uint32_t i = 0; i < map->n_spelled; i++) {
        if (hb_str_equal(map->spelled[i], name)) return true;
    }
    return false;
}

static hb_str canonical_of(import_table *table, hb_str folded) {
    const hb_json *aliases = table->map->aliases;
    for (uint32_t i = 0; aliases != NULL && i < aliases->n; i++) {
        const hb_json *one = &aliases->first[i];
        if (is_same(table, folded, one->key)) return one->key;
        for (uint32_t k = 0; k < one->n; k++) {
            if (is_same(table, folded, one->first[k].text)) return one->key;
        }
    }
    for (uint32_t i = 0; i < table->map->n_spelled; i++) {
        if (is_same(table, folded, table->map->spelled[i])) return table->map->spelled[i];
    }
    return folded;
}

static uint32_t find(const hb_str *names, uint32_t n, hb_str name) {
    for (uint32_t i = 0; i < n; i++) {
        if (hb_str_equal(names[i], name)) return i;
    }
    return UINT32_MAX;
}

// A required name: as written, or folded as headers are.
static bool holds(import_table *table, const hb_str *names, uint32_t n, hb_str wanted) {
    hb_str folded;
    if (find(names, n, wanted) != UINT32_MAX) return true;
    if (!map_fold(table->row, wanted, true, &folded)) return false;
    if (find(names, n, folded) != UINT32_MAX) return true;
    return find(names, n, canonical_of(table, folded)) != UINT32_MAX;
}

// What the mapping requires and these names lack; empty when nothing. *n_found: how much is there.
static hb_str lacking(import_table *table, const hb_str *names, uint32_t n, uint32_t *n_found) {
    const hb_json *required = map_at(table->map->root, "match", "required"),
                  *any = map_at(table->map->root, "match", "required_any");
    hb_str missing = {0};
    *n_found = 0;
    for (uint32_t i = 0; required != NULL && i < required->n; i++) {
        bool is_there = holds(table, names, n, required->first[i].text);
        *n_found += is_there;
        if (!is_there && missing.n == 0) missing = required->first[i].text;
    }
    // Of the groups one is enough: a list of people names them by a number or by a name.
    bool has_group = any == NULL || any->n == 0;
    for (uint32_t i = 0; any != NULL && i < any->n; i++) {
        for (uint32_t k = 0; k < any->first[i].n; k++) {
            if (!holds(table, names, n, any->first[i].first[k].text)) continue;
            has_group = true;
            ++*n_found;
            break;
        }
    }
    if (!has_group && missing.n == 0) missing = any->first[0].first[0].text;
    return missing;
}

static bool fold_header(import_table *table, hb_arena *arena, const hb_str *cells, uint32_t n,
                        hb_str *names) {
    for (uint32_t i = 0; i < n; i++) {
        hb_str folded, name;
        if (!map_fold(arena, cells[i], true, &folded)) return false;
        name = folded.n == 0 ? folded : canonical_of(table, folded);
        if (!hb_str_copy(arena, name, &names[i])) return false;
    }
    return true;
}

static bool take_header(import_table *table, const hb_str *cells, uint32_t n, uint64_t line,
                        import_notes *notes) {
    while (n > 0 && cells[n - 1].n == 0) n--;
    table->columns = hb_arena_array(table->arena, hb_str, n + 1);
    if (table->columns == NULL || !fold_header(table, table->arena, cells, n, table->columns))
        return import_refuse(notes, "missing_column", line, 0, "", "the header is too long");
    table->n_columns = n;
    for (uint32_t i = 0; i < n; i++) {
        hb_str name = table->columns[i];
        if (name.n > 0 && is_mapped(table->map, name) &&
            find(table->columns, i, name) != UINT32_MAX) {
            return import_refuse(notes, "duplicate_header", line, 0, "keep one of the two columns",
                                 "the column \"%.*s\" stands twice", (int)name.n, name.at);
        }
    }
    return true;
}

// ---- raw rows -----------------------------------------------------------------------------------

static bool take_error(import_table *table, import_notes *notes, const hb_error *err) {
    if (err->kind == HB_SYSTEM || err->kind == HB_LIMIT) {
        hb_error one = *err;
        snprintf(one.file, sizeof one.file, "%.*s", (int)notes->file.n, notes->file.at);
        hb_errors_add(notes->errors, &one);
        return false;
    }
    (void)table;
    const char *code = strcmp(err->code, "bad-csv") == 0 ? "unterminated_quote" : "bad_encoding";
    return import_refuse(notes, code, err->line, 0, err->help, "%s", err->message);
}

// The next row of text as it stands; false at the end or on an error, which is then in *err.
static bool next_text(import_table *table, import_row *row, bool *end, hb_error *err) {
    hb_arena_reset(table->row);
    if (table->csv != NULL) {
        hb_csv_row raw = {0};
        if (!hb_csv_next(table->csv, &raw, end, err) || *end) return false;
        row->cells = hb_arena_array(table->row, hb_str, raw.n + 1);
        if (row->cells == NULL) return hb_out_of_memory(err);
        for (uint32_t i = 0; i < raw.n; i++) row->cells[i] = raw.fields[i].text;
        row->n = raw.n;
        row->line = raw.line;
        return true;
    }
    hb_str line;
    if (!hb_lines_next(table->lines, &line, &row->line, end, err) || *end) return false;
    uint32_t n = 1;
    for (size_t i = 0; i < line.n; i++) n += line.at[i] == table->separator;
    row->cells = hb_arena_array(table->row, hb_str, n + 1);
    if (row->cells == NULL) return hb_out_of_memory(err);
    row->n = 0;
    for (size_t start = 0, i = 0; i <= line.n; i++) {
        if (i < line.n && line.at[i] != table->separator) continue;
        row->cells[row->n++] = (hb_str){line.at + start, i - start};
        start = i + 1;
    }
    return true;
}

static bool open_reader(import_table *table, char separator, hb_error *err) {
    hb_csv_close(table->csv);
    hb_lines_close(table->lines);
    table->csv = NULL;
    table->lines = NULL;
    table->separator = separator;
    if (table->map->has_quote)
        table->csv = hb_csv_open(table->copy.path, separator, ROW_BYTES, err);
    else
        table->lines = hb_lines_open(table->copy.path, ROW_BYTES, err);
    return table->csv != NULL || table->lines != NULL;
}

static bool clean_row(import_table *table, import_row *row, import_notes *notes) {
    for (uint32_t i = 0; i < row->n; i++) {
        bool had_invisible = false;
        if (!clean(table->row, row->cells[i], &row->cells[i], &had_invisible)) {
            hb_error err = {0};
            hb_out_of_memory(&err);
            return take_error(table, notes, &err);
        }
        hb_str column = i < table->n_columns ? table->columns[i] : (hb_str){0};
        if (had_invisible) import_warn(notes, "invisible_removed", column, row->line);
        if (table->n_columns > 0 && is_formula(row->cells[i]))
            import_warn(notes, "formula_text", column, row->line);
    }
    return true;
}

static bool may_start_at(const import_map *map, uint32_t skipped) {
    const hb_json *skip = map_at(map->root, "file", "skip_rows");
    if (skip == NULL) return skipped == 0;
    if (skip->kind == HB_JSON_STRING) return true;
    for (uint32_t i = 0; i < skip->n; i++) {
        hb_dec number;
        int64_t n = -1;
        if (hb_dec_parse(skip->first[i].text, &number) && hb_dec_to_int(number, &n) && n == skipped)
            return true;
    }
    return false;
}

typedef struct {
    hb_str missing;
    uint32_t n_found;
    uint64_t line;
    hb_error err;
} header_search;

// Looks for the header with one delimiter. True: found, and the reader stands behind it.
static bool search_header(import_table *table, char separator, header_search *best,
                          import_notes *notes, bool *failed) {
    import_row row = {0};
    bool end = false, has_sep = false;  // spreadsheets write their delimiter as "sep=;"
    hb_error err = {0};
    if (!open_reader(table, separator, &err)) {
        best->err = err;
        return false;
    }
    for (uint32_t skipped = 0; skipped < PREAMBLE_MAX; skipped++) {
        if (!next_text(table, &row, &end, &err)) break;
        if (!clean_row(table, &row,
                       &(import_notes){.arena = notes->arena, .errors = notes->errors}))
            break;
        hb_str *names = hb_arena_array(table->row, hb_str, row.n + 1);
        uint32_t n_found = 0;
        has_sep |= skipped == 0 && row.n > 0 && hb_str_starts(row.cells[0], HB_STR("sep="));
        if (names == NULL || !fold_header(table, table->row, row.cells, row.n, names)) break;
        if (!table->is_main) {
            *failed = !take_header(table, row.cells, row.n, row.line, notes);
            return !*failed;
        }
        if (!may_start_at(table->map, skipped)) continue;
        hb_str missing = lacking(table, names, row.n, &n_found);
        if (missing.n == 0) {
            table->n_preamble = skipped;
            if (skipped > (has_sep ? 1 : 0)) import_warn(notes, "preamble_skipped", (hb_str){0}, 1);
            *failed = !take_header(table, row.cells, row.n, row.line, notes);
            return !*failed;
        }
        if (best->missing.n == 0 || n_found > best->n_found) {
            best->missing = missing;
            best->n_found = n_found;
            best->line = row.line;
        }
    }
    if (err.kind != HB_NONE && best->err.kind == HB_NONE) best->err = err;
    return false;
}

static uint32_t delimiters(const import_map *map, char out[8]) {
    const hb_json *list = map_at(map->root, "file", "delimiter");
    uint32_t n = 0;
    if (list != NULL && list->kind == HB_JSON_STRING && list->text.n == 1)
        out[n++] = list->text.at[0];
    for (uint32_t i = 0; list != NULL && list->kind == HB_JSON_ARRAY && i < list->n && n < 8; i++) {
        if (list->first[i].text.n == 1) out[n++] = list->first[i].text.at[0];
    }
    if (n == 0) out[n++] = hb_str_equal(map->form, HB_STR("tsv")) ? '\t' : ',';
    return n;
}

static bool find_header(import_table *table, import_notes *notes) {
    char separators[8];
    uint32_t n = delimiters(table->map, separators);
    header_search best = {0};
    bool failed = false;
    for (uint32_t i = 0; i < n; i++) {
        if (search_header(table, separators[i], &best, notes, &failed)) return true;
        if (failed) return false;
    }
    if (best.missing.n > 0) {
        return import_refuse(
            notes, "missing_column", best.line, 0,
            "this is another layout: use the mapping made for it, or rename the column",
            "there is no column \"%.*s\"", (int)best.missing.n, best.missing.at);
    }
    if (best.err.kind != HB_NONE) return take_error(table, notes, &best.err);
    return import_refuse(notes, "no_people", 1, 0, "", "the file is empty");
}

// ---- JSON ---------------------------------------------------------------------------------------

static const hb_json *follow(const hb_json *root, hb_str pointer) {
    const hb_json *at = root;
    for (size_t i = 0; at != NULL && i < pointer.n;) {
        size_t start = ++i;
        while (i < pointer.n && pointer.at[i] != '/') i++;
        at = hb_json_member(at, (hb_str){pointer.at + start, i - start});
    }
    return at;
}

static bool is_no_answer(const import_map *map, const hb_json *root) {
    const hb_json *refuse_if = map_at(map->root, "file", "refuse_if");
    for (uint32_t i = 0; refuse_if != NULL && i < refuse_if->n; i++) {
        const hb_json *found = follow(root, refuse_if->first[i].key);
        if (found != NULL && found->kind == refuse_if->first[i].kind) return true;
    }
    return hb_json_member(root, HB_STR("Exceptions")) != NULL;
}

static bool add_columns(import_table *table, const hb_json *record) {
    for (uint32_t i = 0; i < record->n; i++) {
        hb_str folded, name;
        if (!map_fold(table->row, record->first[i].key, true, &folded)) return false;
        name = canonical_of(table, folded);
        if (find(table->columns, table->n_columns, name) != UINT32_MAX) continue;
        if (table->n_columns == IMPORT_COLUMNS_MAX) return false;
        if (!hb_str_copy(table->arena, name, &table->columns[table->n_columns++])) return false;
    }
    return true;
}

// NDJSON as one JSON array: the lines with commas between them.
static bool join_lines(import_table *table, hb_str *out) {
    hb_text text = {0};
    hb_text_add(&text, HB_STR("["));
    bool is_first = true;
    for (size_t start = 0, i = 0; i <= table->json.n; i++) {
        if (i < table->json.n && table->json.at[i] != '\n') continue;
        hb_str line = hb_str_trim((hb_str){table->json.at + start, i - start});
        if (line.n > 0) {
            if (!is_first) hb_text_add(&text, HB_STR(","));
            is_first = false;
            hb_text_add(&text, (hb_str){table->json.at + start, i - start});
        }
        if (i < table->json.n) hb_text_add(&text, HB_STR("\n"));
        start = i + 1;
    }
    hb_text_add(&text, HB_STR("]"));
    bool ok = !text.failed && hb_str_copy(table->arena, (hb_str){text.at, text.n}, out);
    hb_text_clear(&text);
    return ok;
}

static bool open_json(import_table *table, import_notes *notes) {
    hb_error err = {0};
    hb_json *root = NULL;
    hb_str text;
    hb_json_reader *reader = hb_json_reader_open();
    const hb_json *pointer = map_at(table->map->root, "file", "records");
    bool is_lines = hb_str_equal(table->map->form, HB_STR("ndjson"));
    bool ok = reader != NULL && hb_read_file(table->copy.path, JSON_BYTES, &table->json, &err);
    if (ok) {
        text = (hb_str){table->json.at, table->json.n};
        ok = (!is_lines || join_lines(table, &text)) &&
             hb_json_parse(reader, table->arena, text, &root, &err);
    }
    hb_json_reader_close(reader);
    if (!ok) {
        if (err.kind == HB_NONE) hb_out_of_memory(&err);
        if (err.kind == HB_SYSTEM || err.kind == HB_LIMIT) return take_error(table, notes, &err);
        return import_refuse(notes, "not_an_answer", err.line, 0, err.help, "%s", err.message);
    }
    if (root->kind == HB_JSON_OBJECT && is_no_answer(table->map, root))
        return import_refuse(notes, "not_an_answer", 1, 0, "ask again, and save the whole answer",
                             "the service did not answer the question");
    table->records = pointer == NULL                   ? root
                     : pointer->kind == HB_JSON_STRING ? follow(root, pointer->text)
                                                       : NULL;
    for (uint32_t i = 0; pointer != NULL && pointer->kind == HB_JSON_ARRAY && i < pointer->n &&
                         table->records == NULL;
         i++)
        table->records = follow(root, pointer->first[i].text);
    bool is_list = table->records != NULL && (table->records->kind == HB_JSON_ARRAY ||
                                              table->records->kind == HB_JSON_OBJECT);
    if (!is_list)
        return import_refuse(notes, "not_an_answer", 1, 0, "save the whole answer",
                             "the file holds no list of records where the mapping looks");
    table->columns = hb_arena_array(table->arena, hb_str, IMPORT_COLUMNS_MAX);
    ok = table->columns != NULL;
    uint32_t n = table->records->kind == HB_JSON_OBJECT ? 1 : table->records->n, n_found;
    for (uint32_t i = 0; ok && i < n; i++) {
        const hb_json *record =
            table->records->kind == HB_JSON_OBJECT ? table->records : &table->records->first[i];
        hb_arena_reset(table->row);
        ok = record->kind != HB_JSON_OBJECT || add_columns(table, record);
    }
    if (!ok)
        return import_refuse(notes, "missing_column", 1, 0, "",
                             "the records have too many members");
    hb_str missing =
        n == 0 ? (hb_str){0} : lacking(table, table->columns, table->n_columns, &n_found);
    if (missing.n == 0) return true;
    return import_refuse(notes, "missing_column", 1, 0, "use the mapping made for this layout",
                         "no record has \"%.*s\"", (int)missing.n, missing.at);
}

static uint64_t line_of(const import_table *table, size_t offset) {
    uint64_t line = 1;
    for (size_t i = 0; i < offset && i < table->json.n; i++) line += table->json.at[i] == '\n';
    return line;
}

static hb_str json_cell(const hb_json *value) {
    switch (value->kind) {
        case HB_JSON_TRUE: return HB_STR("true");
        case HB_JSON_FALSE: return HB_STR("false");
        case HB_JSON_NUMBER:
        case HB_JSON_STRING: return value->text;
        case HB_JSON_NULL:
        case HB_JSON_ARRAY:
        case HB_JSON_OBJECT: return (hb_str){0};
    }
    return (hb_str){0};
}

// The texts of a list, or those of the member of its objects that the mapping wants (file.texts).
static bool list_cell(import_table *table, const hb_json *list, hb_str member, hb_str between,
                      hb_str *cell) {
    hb_text text = {0};
    for (uint32_t i = 0; i < list->n; i++) {
        const hb_json *one = &list->first[i];
        if (one->kind == HB_JSON_OBJECT) one = hb_json_member(one, member);
        if (one == NULL || one->kind != HB_JSON_STRING) continue;
        if (text.n > 0) hb_text_add(&text, between);
        hb_text_add(&text, one->text);
    }
    bool ok = !text.failed && hb_str_copy(table->row, (hb_str){text.at, text.n}, cell);
    hb_text_clear(&text);
    return ok;
}

static bool read_cell(import_table *table, const hb_json *value, hb_str name, hb_str *cell) {
    const hb_json *texts = map_at(table->map->root, "file", "texts");
    const hb_json *member = texts == NULL ? NULL : hb_json_member(texts, name);
    if (member != NULL && value->kind == HB_JSON_ARRAY)
        return list_cell(table, value, member->text, HB_STR("\n"), cell);
    if (value->kind == HB_JSON_ARRAY)
        return list_cell(table, value, (hb_str){0}, HB_STR("; "), cell);
    *cell = json_cell(value);
    return true;
}

static bool next_record(import_table *table, import_row *row, import_notes *notes) {
    uint32_t n = table->records->kind == HB_JSON_OBJECT ? 1 : table->records->n;
    if (table->at == n) return false;
    const hb_json *record =
        table->records->kind == HB_JSON_OBJECT ? table->records : &table->records->first[table->at];
    table->at++;
    hb_arena_reset(table->row);
    row->line = table->at;
    if (record->kind != HB_JSON_OBJECT)
        return import_refuse(notes, "not_an_answer", line_of(table, record->offset), 0, "",
                             "a record is no object");
    row->cells = hb_arena_array(table->row, hb_str, table->n_columns + 1);
    bool *is_given = hb_arena_array(table->row, bool, table->n_columns + 1);
    if (is_given == NULL) return false;
    row->n = table->n_columns;
    row->is_shifted = false;
    for (uint32_t i = 0; row->cells != NULL && i < record->n; i++) {
        hb_str folded;
        if (!map_fold(table->row, record->first[i].key, true, &folded)) return false;
        uint32_t at = find(table->columns, table->n_columns, canonical_of(table, folded));
        if (at == UINT32_MAX) continue;
        if (is_given[at] && is_mapped(table->map, table->columns[at]))
            return import_refuse(notes, "duplicate_header", line_of(table, record->offset), 0,
                                 "keep one of the two members",
                                 "the record gives \"%.*s\" twice, under two spellings",
                                 (int)table->columns[at].n, table->columns[at].at);
        is_given[at] = true;
        if (!read_cell(table, &record->first[i], table->columns[at], &row->cells[at])) return false;
    }
    return row->cells != NULL && clean_row(table, row, notes);
}

// ---- a table ------------------------------------------------------------------------------------

import_table *import_table_open(const char *path, const import_map *map, bool is_main,
                                import_notes *notes) {
    hb_error err = {0};
    import_table *table = calloc(1, sizeof *table);
    if (table != NULL) {
        *table = (import_table){.map = map, .copy = {.fd = -1}, .is_main = is_main};
        table->arena = hb_arena_open(JSON_ARENA_BYTES);
        table->row = hb_arena_open(ROW_BYTES * 8);
    }
    if (table == NULL || table->arena == NULL || table->row == NULL) {
        hb_out_of_memory(&err);
        hb_errors_add(notes->errors, &err);
        import_table_close(table);
        return NULL;
    }
    bool is_text = hb_str_equal(map->form, HB_STR("csv")) || hb_str_equal(map->form, HB_STR("tsv"));
    if (import_decode(path, map, &table->copy, notes) &&
        (is_text ? find_header(table, notes) : open_json(table, notes)))
        return table;
    import_table_close(table);
    return NULL;
}

void import_table_close(import_table *table) {
    if (table == NULL) return;
    hb_csv_close(table->csv);
    hb_lines_close(table->lines);
    hb_bytes_clear(&table->json);
    import_copy_close(&table->copy);
    hb_arena_close(table->arena);
    hb_arena_close(table->row);
    free(table);
}

uint32_t import_table_columns(const import_table *table, const hb_str **names) {
    *names = table->columns;
    return table->n_columns;
}

uint32_t import_table_find(const import_table *table, hb_str name) {
    return find(table->columns, table->n_columns, name);
}

static bool is_blank(const import_row *row) {
    for (uint32_t i = 0; i < row->n; i++) {
        if (row->cells[i].n > 0) return false;
    }
    return true;
}

bool import_table_next(import_table *table, import_row *row, import_notes *notes) {
    const hb_json *extra = map_at(table->map->root, "file", "extra_fields");
    bool keeps_id_only = extra != NULL && hb_str_equal(extra->text, HB_STR("id_only"));
    if (table->records != NULL) return next_record(table, row, notes);
    for (;;) {
        bool end = false;
        hb_error err = {0};
        if (!next_text(table, row, &end, &err)) return !end && take_error(table, notes, &err);
        if (!clean_row(table, row, notes)) return false;
        if (is_blank(row)) continue;
        while (row->n > table->n_columns && row->cells[row->n - 1].n == 0) row->n--;
        row->is_shifted = row->n != table->n_columns;
        if (!row->is_shifted) return true;
        if (keeps_id_only && row->n > table->n_columns) {
            if (table->is_main) import_warn(notes, "row_shifted", (hb_str){0}, row->line);
            return true;
        }
        import_refuse(notes, "field_count", row->line, 0,
                      "give every row as many fields as the header",
                      "this row has %u fields, and there are %u columns", row->n, table->n_columns);
    }
}

void import_table_progress(const import_table *table, uint64_t *done, uint64_t *all) {
    bool is_json = table->records != NULL;
    *done = is_json              ? table->at
            : table->csv != NULL ? hb_csv_offset(table->csv)
                                 : hb_lines_offset(table->lines);
    *all = is_json              ? table->records->n
           : table->csv != NULL ? hb_csv_size(table->csv)
                                : hb_lines_size(table->lines);
}

bool import_table_rewind(import_table *table, import_notes *notes) {
    import_row row;
    bool end = false;
    hb_error err = {0};
    table->at = 0;
    if (table->records != NULL) return true;
    if (!open_reader(table, table->separator, &err)) return take_error(table, notes, &err);
    for (uint32_t i = 0; i <= table->n_preamble; i++) {
        if (!next_text(table, &row, &end, &err)) return end || take_error(table, notes, &err);
    }
    return true;
}
