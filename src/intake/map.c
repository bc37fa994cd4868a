// A mapping: what an agency's columns are called, which fact each feeds, and how much its values
// may count for. Loading checks what a mapping must keep: every fact is in the dictionary, every
// value it can give is one of the fact's, and nothing is capped higher than `unverified`. The rest
// stays JSON, read where it is used.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intake/import.h"

#define FILE_BYTES ((size_t)4 << 20)
#define ARENA_BYTES ((size_t)64 << 20)

static const char *const TYPES[] = {
    "enum",         "date",         "datetime_local",  "year_youngest",
    "country",      "list_country", "country_is_host", "text",
    "cite_ina",     "const",        "present_is",      "blank_is",
    "fact_by_name", "phrase",       "number",          "yes_no",
    "truth"};

const hb_json *map_at(const hb_json *json, const char *a, const char *b) {
    const hb_json *member = json == NULL ? NULL : hb_json_member(json, hb_str_from(a));
    return member == NULL || b == NULL ? member : hb_json_member(member, hb_str_from(b));
}

static hb_str text_at(const hb_json *json, const char *a, const char *b) {
    const hb_json *member = map_at(json, a, b);
    return member != NULL && member->kind == HB_JSON_STRING ? member->text : (hb_str){0};
}

static bool is_text(const hb_json *json, const char *a, const char *b, const char *word) {
    return hb_str_equal(text_at(json, a, b), hb_str_from(word));
}

static bool has_item(const hb_json *list, const char *word) {
    for (uint32_t i = 0; list != NULL && list->kind == HB_JSON_ARRAY && i < list->n; i++) {
        if (hb_str_equal(list->first[i].text, hb_str_from(word))) return true;
    }
    return false;
}

// ---- names of columns ---------------------------------------------------------------------------

// "Número de DUI" -> numero_de_dui; `keeps_hash` for spreadsheets, where "A#" is a name.
bool map_fold(hb_arena *arena, hb_str header, bool keeps_hash, hb_str *out) {
    hb_str plain;
    char *text = hb_arena_array(arena, char, header.n * 2 + 2);
    if (text == NULL) return false;
    size_t n = 0;
    if (!import_strip_marks(arena, header, &plain)) return false;
    for (size_t i = 0; i < plain.n; i++) {
        char c = plain.at[i];
        bool is_word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       (unsigned char)c >= 0x80 || (keeps_hash && c == '#');
        if (c >= 'A' && c <= 'Z') {
            text[n++] = (char)(c - 'A' + 'a');
        } else if (is_word) {
            text[n++] = c;
        } else if (n > 0 && text[n - 1] != '_') {
            text[n++] = '_';
        }
    }
    while (n > 0 && text[n - 1] == '_') n--;
    *out = (hb_str){text, n};
    return true;
}

// ---- checks -------------------------------------------------------------------------------------

static bool refuse(hb_errors *errors, const char *path, const char *code, const char *what,
                   hb_str word) {
    hb_error err = {0};
    hb_fail(&err, HB_INPUT, code, what, word.n < 80 ? (int)word.n : 80, word.at);
    hb_error_file(&err, hb_str_from(path));
    hb_errors_add(errors, &err);
    return false;
}

static bool is_value_of(const rulebook_fact *fact, hb_str value) {
    if (fact->type != RULEBOOK_ENUM && fact->type != RULEBOOK_TRI) return true;
    for (uint32_t i = 0; i < fact->n_values; i++) {
        if (hb_str_equal(fact->values[i], value)) return true;
    }
    return false;
}

static bool check_value(import_map *map, hb_errors *errors, const char *path,
                        const map_column *column, hb_str value) {
    if (column->fact == DMN_NONE) return true;
    const rulebook_fact *fact = rulebook_fact_at(map->rb, column->fact);
    if (is_value_of(fact, value)) return true;
    return refuse(errors, path, "bad-value",
                  "\"%.*s\" is no value of the fact that the column feeds", value);
}

static bool check_values(import_map *map, hb_errors *errors, const char *path,
                         const map_column *column) {
    bool ok = true;
    for (uint32_t i = 0; column->values != NULL && i < column->values->n; i++) {
        const hb_json *value = &column->values->first[i];
        if (value->kind != HB_JSON_NULL) ok &= check_value(map, errors, path, column, value->text);
    }
    bool is_word = column->has_otherwise && column->type == MAP_ENUM &&
                   !hb_str_equal(column->otherwise, HB_STR("ignore")) &&
                   !hb_str_equal(column->otherwise, HB_STR("unknown"));
    if (is_word) ok &= check_value(map, errors, path, column, column->otherwise);
    if (column->has_blank) ok &= check_value(map, errors, path, column, column->blank);
    if (column->value.n > 0) ok &= check_value(map, errors, path, column, column->value);
    return ok;
}

// ---- columns ------------------------------------------------------------------------------------

static bool read_column(import_map *map, hb_errors *errors, const char *path, const hb_json *json,
                        map_column *column) {
    const hb_json *from = map_at(json, "from", NULL), *otherwise = map_at(json, "else", NULL),
                  *blank = map_at(json, "blank", NULL);
    *column = (map_column){.to = text_at(json, "to", NULL),
                           .fact = DMN_NONE,
                           .values = map_at(json, "values", NULL),
                           .when = map_at(json, "when", NULL),
                           .also = map_at(json, "also", NULL),
                           .split = map_at(json, "split", NULL),
                           .order = map_at(json, "order", NULL),
                           .value = text_at(json, "value", NULL),
                           .unless = text_at(json, "unless", NULL),
                           .country = text_at(json, "country", NULL),
                           .has_blank = blank != NULL,
                           .has_otherwise = otherwise != NULL};
    if (blank != NULL) column->blank = blank->text;
    if (otherwise != NULL) column->otherwise = otherwise->text;
    if (from != NULL && from->kind == HB_JSON_STRING) column->from = from->text;
    if (from != NULL && from->kind == HB_JSON_ARRAY && from->n > 0) {
        column->from = from->first[0].text;
        if (from->n > 1) column->from2 = from->first[1].text;
    }
    if (column->from.n == 0 || column->to.n == 0)
        return refuse(errors, path, "missing-key", "a column lacks from or to: \"%.*s\"",
                      column->to);
    hb_str cap = text_at(json, "cap", NULL);
    column->is_claimed = hb_str_equal(cap, HB_STR("claimed"));
    if (!column->is_claimed && !hb_str_equal(cap, HB_STR("unverified"))) {
        return refuse(errors, path, "bad-value",
                      "the cap of \"%.*s\" is neither claimed nor unverified", column->to);
    }
    hb_str type = text_at(json, "type", NULL);
    if (hb_str_equal(text_at(json, "op", NULL), HB_STR("days"))) {
        column->is_computed = true;
        column->type = MAP_TEXT;
    } else {
        size_t t = 0;
        while (t < sizeof TYPES / sizeof *TYPES && !hb_str_equal(type, hb_str_from(TYPES[t]))) t++;
        if (t == sizeof TYPES / sizeof *TYPES)
            return refuse(errors, path, "bad-value", "\"%.*s\" is no type of a column", type);
        column->type = (map_type)t;
    }
    column->is_custody = hb_str_starts(column->to, HB_STR("custody."));
    bool is_of_custody =
        column->type == MAP_NUMBER || column->type == MAP_YES_NO || column->type == MAP_TRUTH;
    if (is_of_custody && !column->is_custody) {
        return refuse(errors, path, "bad-value",
                      "number, yes_no and truth describe custody.* alone, not \"%.*s\"",
                      column->to);
    }
    if (column->type == MAP_FACT_BY_NAME || column->is_custody ||
        hb_str_starts(column->to, HB_STR("register.")))
        return true;
    column->fact = rulebook_find_fact(map->rb, column->to);
    if (column->fact == DMN_NONE) {
        return refuse(errors, path, "unknown-fact", "\"%.*s\" is no fact of the dictionary",
                      column->to);
    }
    return check_values(map, errors, path, column);
}

static bool read_columns(import_map *map, hb_errors *errors, const char *path) {
    const hb_json *columns = map_at(map->root, "columns", NULL),
                  *computed = map_at(map->root, "computed", NULL);
    uint32_t n = columns == NULL ? 0 : columns->n, n_computed = computed == NULL ? 0 : computed->n;
    map->columns = hb_arena_array(map->arena, map_column, n + n_computed + 1);
    if (map->columns == NULL)
        return refuse(errors, path, "memory-limit", "too many columns%.*s", (hb_str){0});
    bool ok = true;
    for (uint32_t i = 0; i < n + n_computed; i++) {
        const hb_json *json = i < n ? &columns->first[i] : &computed->first[i - n];
        ok &= read_column(map, errors, path, json, &map->columns[map->n_columns++]);
    }
    return ok;
}

// Every column that the mapping names, so that a header is known by its own spelling.
static bool spell(import_map *map) {
    const hb_json *lists[] = {map->id, map->id2, map->names, map->same_key};
    uint32_t n = map->n_columns * 2;
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
        n += lists[k] == NULL ? 0 : lists[k]->n;
    map->spelled = hb_arena_array(map->arena, hb_str, n + 1);
    if (map->spelled == NULL) return false;
    for (uint32_t i = 0; i < map->n_columns; i++) {
        map->spelled[map->n_spelled++] = map->columns[i].from;
        if (map->columns[i].from2.n > 0) map->spelled[map->n_spelled++] = map->columns[i].from2;
    }
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++) {
        for (uint32_t i = 0; lists[k] != NULL && i < lists[k]->n; i++)
            map->spelled[map->n_spelled++] = lists[k]->first[i].text;
    }
    return true;
}

static bool take(import_map *map, hb_errors *errors, const char *path) {
    const hb_json *root = map->root, *dates = map_at(root, "dates", "formats"),
                  *asks = map_at(root, "dates", "ask_order"),
                  *quote = map_at(root, "file", "quote");
    map->name = text_at(root, "name", NULL);
    map->kind = text_at(root, "document", "kind");
    map->issuer = text_at(root, "document", "issuer");
    map->title = text_at(root, "document", "title");
    map->prefix = text_at(root, "person", "prefix");
    map->form = text_at(root, "file", "form");
    map->has_quote = quote == NULL || quote->kind == HB_JSON_STRING;
    map->makes_documents = is_text(root, "makes", NULL, "documents");
    map->is_many = is_text(root, "rows", "per_person", "many");
    map->does_flag_duplicates = is_text(root, "rows", "on_same_key", "flag_duplicate");
    map->is_id_refused = is_text(root, "person", "missing", "refuse");
    map->has_id2 = is_text(root, "person", "missing", "id2");
    const hb_json *identifies = map_at(root, "person", "identifies");
    map->identifies = identifies != NULL && identifies->kind == HB_JSON_TRUE;
    map->knows_mdy = has_item(dates, "MM/DD/YYYY") || has_item(asks, "MM/DD/YYYY");
    map->knows_dmy = has_item(dates, "DD/MM/YYYY") || has_item(asks, "DD/MM/YYYY");
    map->ignore = map_at(root, "ignore", NULL);
    map->aliases = map_at(root, "match", "aliases");
    map->missing = map_at(root, "missing", NULL);
    map->id = map_at(root, "person", "id");
    map->id2 = map_at(root, "person", "id2");
    map->ids = map_at(root, "person", "ids");
    map->names = map_at(root, "person", "names");
    map->same_key = map_at(root, "rows", "same_key");
    map->tables = map_at(root, "tables", NULL);
    map->about = map_at(root, "document", "about");
    if (map->name.n == 0 || map->form.n == 0 || map->id == NULL || map->kind.n == 0)
        return refuse(
            errors, path, "missing-key",
            "a mapping has a name, a file with its form, a person with id, and a document "
            "with its kind: \"%.*s\"",
            map->name);
    // a law is a document of its own, never what a row says of a person
    static const char *const KINDS[] = {"agency_record", "claim", "news", "other",
                                        "statute_or_treaty"};
    size_t k = 0, n_kinds = map->makes_documents ? 5 : 4;
    while (k < n_kinds && !hb_str_equal(map->kind, hb_str_from(KINDS[k]))) k++;
    if (k == n_kinds)
        return refuse(errors, path, "unknown-kind",
                      "a row cannot be a document of the kind \"%.*s\"", map->kind);
    if (!read_columns(map, errors, path)) return false;
    return spell(map) || refuse(errors, path, "memory-limit", "too many columns%.*s", (hb_str){0});
}

import_map *map_load(const rulebook *rb, const char *path, hb_errors *errors) {
    hb_error err = {0};
    hb_bytes bytes = {0};
    hb_json_reader *reader = hb_json_reader_open();
    import_map *map = calloc(1, sizeof *map);
    bool ok = false;
    hb_str copy;
    if (reader == NULL || map == NULL || (map->arena = hb_arena_open(ARENA_BYTES)) == NULL) {
        hb_out_of_memory(&err);
        goto done;
    }
    map->rb = rb;
    if (!hb_read_file(path, FILE_BYTES, &bytes, &err)) goto done;
    if (!hb_str_copy(map->arena, (hb_str){bytes.at, bytes.n}, &copy)) {
        hb_out_of_memory(&err);
        goto done;
    }
    if (!hb_json_parse(reader, map->arena, copy, &map->root, &err)) goto done;
    ok = take(map, errors, path);
done:
    if (err.kind != HB_NONE) {
        hb_error_file(&err, hb_str_from(path));
        hb_errors_add(errors, &err);
    }
    hb_bytes_clear(&bytes);
    hb_json_reader_close(reader);
    if (ok) return map;
    map_close(map);
    return NULL;
}

bool intake_map_title(const char *path, hb_arena *arena, hb_str *title, bool *is_one_list) {
    hb_error ignored = {0};
    hb_bytes bytes = {0};
    hb_json *root = NULL;
    hb_str copy;
    hb_json_reader *reader = hb_json_reader_open();
    bool ok = reader != NULL && hb_read_file(path, FILE_BYTES, &bytes, &ignored) &&
              hb_str_copy(arena, (hb_str){bytes.at, bytes.n}, &copy) &&
              hb_json_parse(reader, arena, copy, &root, &ignored) && root->kind == HB_JSON_OBJECT;
    if (ok) {
        *title = text_at(root, "title", NULL);
        *is_one_list =
            map_at(root, "tables", NULL) == NULL && !is_text(root, "makes", NULL, "documents");
    }
    hb_bytes_clear(&bytes);
    hb_json_reader_close(reader);
    return ok && title->n > 0;
}

void map_close(import_map *map) {
    if (map == NULL) return;
    hb_arena_close(map->arena);
    free(map);
}
