// Tables beside the main one, as courts' case systems have them: proceedings, charges,
// applications, appeals, each with the key of the case. They are held whole, sorted by key, so a
// case finds its rows by halving; memory has a limit, and reaching it is an error that says so. A
// code list that the release brings along (of nationalities) is a look-up.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "intake/import.h"

#define TABLE_BYTES ((size_t)2 << 30)

static int by_key_then_line(const void *left, const void *right) {
    const import_row *a = left, *b = right;
    int order = hb_str_compare(a->cells[0], b->cells[0]);
    return order != 0 ? order : a->line < b->line ? -1 : a->line > b->line;
}

// cells[0] is a copy of the key; the columns follow.
static bool keep_row(import_joined *joined, const import_row *row, uint32_t *room) {
    if (joined->n_rows == *room) {
        *room = *room == 0 ? 1024 : *room * 2;
        import_row *grown = realloc(joined->rows, *room * sizeof *grown);
        if (grown == NULL) return false;
        joined->rows = grown;
    }
    import_row *one = &joined->rows[joined->n_rows];
    *one =
        (import_row){.n = joined->n_columns + 1, .line = row->line, .is_shifted = row->is_shifted};
    one->cells = hb_arena_array(joined->arena, hb_str, joined->n_columns + 1);
    bool ok = one->cells != NULL && joined->key_column < row->n &&
              hb_str_copy(joined->arena, row->cells[joined->key_column], &one->cells[0]);
    for (uint32_t i = 0; ok && i < joined->n_columns && i < row->n && !row->is_shifted; i++)
        ok = hb_str_copy(joined->arena, row->cells[i], &one->cells[i + 1]);
    joined->n_rows += ok;
    return ok;
}

static bool read_joined(const char *path, const import_map *map, hb_str key, import_joined *joined,
                        import_notes *notes) {
    import_row row = {0};
    uint32_t room = 0;
    const hb_str *names;
    import_table *table = import_table_open(path, map, false, notes);
    if (table == NULL) return false;
    joined->n_columns = import_table_columns(table, &names);
    joined->columns = hb_arena_array(joined->arena, hb_str, joined->n_columns + 1);
    joined->key_column = import_table_find(table, key);
    bool ok = joined->columns != NULL;
    for (uint32_t i = 0; ok && i < joined->n_columns; i++)
        ok = hb_str_copy(joined->arena, names[i], &joined->columns[i]);
    if (joined->key_column == UINT32_MAX)
        ok = import_refuse(notes, "missing_column", 1, 0, "use the table of this release",
                           "the table \"%.*s\" has no column \"%.*s\"", (int)joined->name.n,
                           joined->name.at, (int)key.n, key.at);
    uint64_t n_refused = notes->errors->n_all;
    while (ok && import_table_next(table, &row, notes)) {
        if (joined->key_column >= row.n || row.cells[joined->key_column].n == 0) continue;
        if (keep_row(joined, &row, &room)) continue;
        hb_error err = {0};
        hb_out_of_memory(&err);
        hb_errors_add(notes->errors, &err);
        ok = false;
    }
    ok = ok && notes->errors->n_all == n_refused;
    import_table_close(table);
    if (joined->n_rows > 1)
        qsort(joined->rows, joined->n_rows, sizeof *joined->rows, by_key_then_line);
    return ok;
}

bool import_joined_rows(const import_joined *joined, hb_str key, uint32_t *first, uint32_t *n) {
    uint32_t low = 0, high = joined->n_rows;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (hb_str_compare(joined->rows[middle].cells[0], key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *first = low;
    *n = 0;
    while (low + *n < joined->n_rows && hb_str_equal(joined->rows[low + *n].cells[0], key)) ++*n;
    return *n > 0;
}

// ---- the look-up of nationalities
// -----------------------------------------------------------------

static int by_name(const void *a, const void *b) {
    return hb_str_compare(((const import_pair *)a)->name, ((const import_pair *)b)->name);
}

static uint32_t column_of(const import_joined *table, const hb_json *names) {
    for (uint32_t i = 0; names != NULL && i < names->n; i++) {
        for (uint32_t c = 0; c < table->n_columns; c++) {
            hb_str folded;
            if (map_fold(table->arena, names->first[i].text, true, &folded) &&
                hb_str_equal(folded, table->columns[c]))
                return c;
        }
    }
    return UINT32_MAX;
}

static bool read_lookup(const char *folder, const import_map *map, import_reader *reader,
                        import_notes *notes) {
    const hb_json *lookup = map_at(map->root, "lookups", "eoir_nat");
    const hb_json *files = lookup == NULL ? NULL : hb_json_member(lookup, HB_STR("file"));
    for (uint32_t i = 0; files != NULL && i < files->n; i++) {
        char path[4096];
        int n = snprintf(path, sizeof path, "%s%.*s", folder, (int)files->first[i].text.n,
                         files->first[i].text.at);
        if (n >= (int)sizeof path || access(path, R_OK) != 0) continue;
        import_joined *table = &reader->joined[reader->n_joined];
        *table = (import_joined){.name = HB_STR("eoir_nat"), .arena = hb_arena_open(TABLE_BYTES)};
        if (table->arena == NULL) return false;
        reader->n_joined++;
        hb_str key = {0};
        const hb_json *keys = hb_json_member(lookup, HB_STR("key"));
        if (keys != NULL && keys->n > 0 &&
            !map_fold(table->arena, keys->first[i < keys->n ? i : 0].text, true, &key))
            return false;
        if (!read_joined(path, map, key, table, notes)) return false;
        uint32_t name = column_of(table, hb_json_member(lookup, HB_STR("name")));
        import_lookup *out = hb_arena_new(table->arena, import_lookup);
        if (out == NULL || name == UINT32_MAX) return true;
        out->pairs = hb_arena_array(table->arena, import_pair, table->n_rows + 1);
        for (uint32_t r = 0; out->pairs != NULL && r < table->n_rows; r++)
            out->pairs[out->n++] =
                (import_pair){table->rows[r].cells[0], table->rows[r].cells[name + 1]};
        if (out->n > 1) qsort(out->pairs, out->n, sizeof *out->pairs, by_name);
        reader->nationality = out;
        return true;
    }
    return true;
}

hb_str import_lookup_find(const import_lookup *lookup, hb_str code) {
    import_pair wanted = {.name = code};
    const import_pair *found =
        lookup == NULL || lookup->n == 0
            ? NULL
            : bsearch(&wanted, lookup->pairs, lookup->n, sizeof wanted, by_name);
    return found == NULL ? (hb_str){0} : found->text;
}

// Opens the tables of the mapping that stand in `folder` (with its slash), the main one apart.
bool import_join_open(const char *folder, const import_map *map, import_reader *reader,
                      import_notes *notes) {
    const hb_json *on = map_at(map->root, "join", "on");
    hb_str key = on != NULL && on->n > 0 ? on->first[0].text : (hb_str){0};
    reader->joined = calloc(IMPORT_TABLES_MAX + 2, sizeof *reader->joined);
    if (reader->joined == NULL) return false;
    for (uint32_t i = 1; map->tables != NULL && i < map->tables->n && i < IMPORT_TABLES_MAX; i++) {
        char path[4096];
        const hb_json *table = &map->tables->first[i];
        int n = snprintf(path, sizeof path, "%s%.*s", folder, (int)table->text.n, table->text.at);
        if (n >= (int)sizeof path || access(path, R_OK) != 0) continue;
        import_joined *joined = &reader->joined[reader->n_joined];
        *joined = (import_joined){.name = table->key, .arena = hb_arena_open(TABLE_BYTES)};
        if (joined->arena == NULL) return false;
        reader->n_joined++;
        if (!read_joined(path, map, key, joined, notes)) return false;
    }
    return read_lookup(folder, map, reader, notes);
}

void import_join_close(import_reader *reader) {
    for (uint32_t i = 0; i < reader->n_joined; i++) {
        hb_arena_close(reader->joined[i].arena);
        free(reader->joined[i].rows);
    }
    free(reader->joined);
    reader->joined = NULL;
    reader->n_joined = 0;
}
