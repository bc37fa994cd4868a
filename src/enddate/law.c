// The four rulebooks: rulebook.json names the files; the model answers, facts.csv is the dictionary
// of what it reads, rules.csv says what each rule id means, in both languages, with its sources;
// to-gate.csv says what the gate is told.
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "enddate/internal.h"

#define ARENA_BYTES ((size_t)64 << 20)
#define ROW_BYTES ((size_t)64 << 10)
#define JSON_BYTES ((size_t)64 << 10)
#define ROWS_MAX 512u

static const struct {
    const char *system, *rulebook;
} SYSTEMS[ENDDATE_N_SYSTEMS] = {
    {"us_federal",     "enddate-us-federal"    },
    {"us_immigration", "enddate-us-immigration"},
    {"sv",             "enddate-sv"            },
    {"both",           "enddate-both"          },
};

static const char *const TYPES[] = {"date",    "moment", "term",    "days",   "enum",  "yes_no",
                                    "boolean", "dates",  "objects", "object", "nested"};

hb_str enddate_system_name(enddate_system system) {
    return hb_str_from(SYSTEMS[system].system);
}

hb_hash enddate_rulebook_hash(const enddate_law *law, enddate_system system) {
    return law->books[system].hash;
}

hb_str enddate_rulebook_version(const enddate_law *law, enddate_system system) {
    return law->books[system].version;
}

hb_str enddate_rulebook_name(enddate_system system) {
    return hb_str_from(SYSTEMS[system].rulebook);
}

bool enddate_system_find(hb_str name, enddate_system *system) {
    for (int i = 0; i < ENDDATE_N_SYSTEMS; i++) {
        if (!hb_str_equal(name, hb_str_from(SYSTEMS[i].system))) continue;
        *system = (enddate_system)i;
        return true;
    }
    return false;
}

// ---- a CSV file of the rulebook -----------------------------------------------------------------

typedef bool (*row_taker)(void *to, hb_arena *arena, const hb_str *fields, hb_error *err);

static bool refuse_row(const char *path, uint64_t line, const char *code, const char *what,
                       hb_str word, hb_error *err) {
    hb_fail(err, HB_INPUT, code, what, (int)word.n, word.at);
    hb_error_file(err, hb_str_from(path));
    err->line = (uint32_t)line;
    return false;
}

// Hands every row to `take` as the columns named, which stand in the file in any order.
static bool read_rows(const char *path, hb_arena *arena, const char *const *columns,
                      uint32_t n_columns, row_taker take, void *to, hb_error *err) {
    enum { COLUMNS_MAX = 16 };
    bool ok = false, end = false;
    hb_csv_row row = {0};
    uint32_t places[COLUMNS_MAX] = {0}, width = 0;
    hb_csv *csv = hb_csv_open(path, ',', ROW_BYTES, err);
    if (csv == NULL || !hb_csv_next(csv, &row, &end, err)) goto done;
    width = end ? 0 : row.n;
    for (uint32_t c = 0; c < n_columns; c++) {
        while (places[c] < width &&
               !hb_str_equal(row.fields[places[c]].text, hb_str_from(columns[c])))
            places[c]++;
        if (places[c] < width) continue;
        refuse_row(path, 1, "missing-column", "there is no column \"%.*s\"",
                   hb_str_from(columns[c]), err);
        goto done;
    }
    while (hb_csv_next(csv, &row, &end, err) && !end) {
        hb_str fields[COLUMNS_MAX] = {0};
        if (row.n != width) {
            refuse_row(path, row.line, "wrong-width",
                       "the row \"%.*s\" has more or fewer fields than the header",
                       row.fields[0].text, err);
            goto done;
        }
        for (uint32_t c = 0; c < n_columns; c++) {
            if (!hb_str_copy(arena, row.fields[places[c]].text, &fields[c])) {
                hb_out_of_memory(err);
                goto done;
            }
        }
        if (!take(to, arena, fields, err)) {
            hb_error_file(err, hb_str_from(path));
            err->line = (uint32_t)row.line;
            goto done;
        }
    }
    ok = end;
done:
    hb_csv_close(csv);
    return ok;
}

static bool take_input(void *to, hb_arena *arena, const hb_str *fields, hb_error *err) {
    (void)arena;
    enddate_book *book = to;
    if (book->n_rows == ROWS_MAX)
        return hb_fail(err, HB_LIMIT, "list-too-long", "the dictionary has more than %u rows",
                       ROWS_MAX);
    input_row *row = &book->rows[book->n_rows];
    *row = (input_row){.name = fields[0], .values = fields[2]};
    size_t type = 0;
    while (type < sizeof TYPES / sizeof *TYPES &&
           !hb_str_equal(fields[1], hb_str_from(TYPES[type])))
        type++;
    if (type == sizeof TYPES / sizeof *TYPES) {
        return hb_fail(err, HB_INPUT, "bad-value", "\"%.*s\" is no type of an entry",
                       (int)fields[1].n, fields[1].at);
    }
    row->type = (input_type)type;
    book->n_rows++;
    return true;
}

static bool take_rule(void *to, hb_arena *arena, const hb_str *fields, hb_error *err) {
    (void)arena;
    enddate_book *book = to;
    if (book->n_rules == ROWS_MAX)
        return hb_fail(err, HB_LIMIT, "list-too-long", "the rulebook has more than %u rules",
                       ROWS_MAX);
    book->rules[book->n_rules++] =
        (enddate_rule){.id = fields[0],
                       .title_en = fields[1],
                       .title_es = fields[2],
                       .because_en = fields[3],
                       .because_es = fields[4],
                       .sources = fields[5],
                       .alarms_now = hb_str_equal(fields[6], HB_STR("yes"))};
    return true;
}

static const feel_program *compile(hb_arena *arena, hb_str text, hb_error *err) {
    feel_source source = {text, HB_STR("to-gate.csv")};
    feel_scope *scope = feel_scope_open(arena, NULL);
    if (scope == NULL ||
        !feel_scope_add(scope, HB_STR("end_date"), feel_type_basic(FEEL_TYPE_DATE)) ||
        !feel_scope_add(scope, HB_STR("as_of"), feel_type_basic(FEEL_TYPE_DATE))) {
        hb_out_of_memory(err);
        return NULL;
    }
    const feel_node *node = feel_parse(arena, source, scope, err);
    return node == NULL ? NULL : feel_compile(arena, node, source, err);
}

static bool take_gate(void *to, hb_arena *arena, const hb_str *fields, hb_error *err) {
    enddate_book *book = to;
    if (book->n_gate == ROWS_MAX)
        return hb_fail(err, HB_LIMIT, "list-too-long", "to-gate.csv has more than %u rows",
                       ROWS_MAX);
    gate_row *row = &book->gate[book->n_gate++];
    row->fact = fields[0];
    return (row->settled = compile(arena, fields[1], err)) != NULL &&
           (row->in_doubt = compile(arena, fields[2], err)) != NULL;
}

// ---- a rulebook ---------------------------------------------------------------------------------

static bool path_in(char path[4096], const char *folder, const char *inside, hb_str name,
                    hb_error *err) {
    int n = snprintf(path, 4096, "%s/%s%s%.*s", folder, inside, inside[0] ? "/" : "", (int)name.n,
                     name.at);
    return n < 4096 || hb_fail(err, HB_USAGE, "path", "the path of a rulebook is too long");
}

// A file that rulebook.json names.
static bool named_file(const hb_json *json, const char *key, const char *folder, const char *inside,
                       char path[4096], hb_error *err) {
    const hb_json *member = hb_json_member(json, hb_str_from(key));
    if (member == NULL || member->kind != HB_JSON_STRING)
        return hb_fail(err, HB_INPUT, "missing-key", "\"%s\" is missing", key);
    return path_in(path, folder, inside, member->text, err);
}

// rulebook.json and the files it names, sorted by name: what `sha256sum FILES | sha256sum` prints.
static bool hash_files(enddate_book *book, const hb_json *json, const char *folder,
                       const char *inside, hb_error *err) {
    static const char *const KEYS[] = {"model", "facts", "rules", "sources", "to_gate"};
    enum { FILES_MAX = 1 + sizeof KEYS / sizeof *KEYS };
    hb_str names[FILES_MAX] = {HB_STR("rulebook.json")};
    uint32_t n = 1;
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
        const hb_json *file = hb_json_member(json, hb_str_from(KEYS[i]));
        if (file == NULL) continue;
        uint32_t at = n++;
        for (; at > 0 && hb_str_compare(file->text, names[at - 1]) < 0; at--)
            names[at] = names[at - 1];
        names[at] = file->text;
    }
    hb_sha256_state all;
    hb_sha256_start(&all);
    for (uint32_t i = 0; i < n; i++) {
        char path[4096], hex[65];
        hb_hash hash;
        if (!path_in(path, folder, inside, names[i], err) || !hb_hash_file(path, &hash, err))
            return false;
        hb_hash_hex(hash, hex);
        hb_sha256_add(&all, hex, 64);
        hb_sha256_add(&all, "  ", 2);
        hb_sha256_add(&all, names[i].at, names[i].n);
        hb_sha256_add(&all, "\n", 1);
    }
    book->hash = hb_sha256_end(&all);
    return true;
}

static bool read_model(enddate_book *book, const char *path, hb_error *err) {
    if ((book->model = dmn_load(path, false, err)) == NULL) return false;
    book->answer = dmn_find(book->model, DMN_DECISION, HB_STR("answer"));
    book->inputs = dmn_find(book->model, DMN_INPUT, HB_STR("inputs"));
    if (book->answer != DMN_NONE && book->inputs != DMN_NONE) return true;
    hb_fail(err, HB_INPUT, "unknown-element",
            "the model has no decision \"answer\" or no input \"inputs\"");
    hb_error_file(err, hb_str_from(path));
    return false;
}

static bool read_book(enddate_law *law, enddate_book *book, const char *folder, const char *inside,
                      hb_error *err) {
    static const char *const INPUT_COLUMNS[] = {"name", "type", "values"};
    static const char *const RULE_COLUMNS[] = {"id",         "title_en", "title_es", "because_en",
                                               "because_es", "sources",  "alarm_now"};
    static const char *const GATE_COLUMNS[] = {"fact", "settled", "in_doubt"};
    bool ok = false;
    char path[4096], json_path[4096];
    hb_bytes bytes = {0};
    hb_json *json = NULL;
    hb_json_reader *reader = hb_json_reader_open();
    book->rows = hb_arena_array(law->arena, input_row, ROWS_MAX);
    book->rules = hb_arena_array(law->arena, enddate_rule, ROWS_MAX);
    book->gate = hb_arena_array(law->arena, gate_row, ROWS_MAX);
    if (reader == NULL || hb_arena_is_exhausted(law->arena)) {
        hb_out_of_memory(err);
        goto done;
    }
    if (!path_in(json_path, folder, inside, HB_STR("rulebook.json"), err)) goto done;
    if (!hb_read_file(json_path, JSON_BYTES, &bytes, err)) goto done;
    ok = hb_json_parse(reader, law->arena, (hb_str){bytes.at, bytes.n}, &json, err);
    const hb_json *version = ok ? hb_json_member(json, HB_STR("version")) : NULL;
    if (version != NULL) ok = hb_str_copy(law->arena, version->text, &book->version);
    ok = ok && named_file(json, "model", folder, inside, path, err) && read_model(book, path, err);
    ok = ok && named_file(json, "facts", folder, inside, path, err) &&
         read_rows(path, law->arena, INPUT_COLUMNS, 3, take_input, book, err);
    ok = ok && named_file(json, "rules", folder, inside, path, err) &&
         read_rows(path, law->arena, RULE_COLUMNS, 7, take_rule, book, err);
    ok = ok && named_file(json, "to_gate", folder, inside, path, err) &&
         read_rows(path, law->arena, GATE_COLUMNS, 3, take_gate, book, err);
    ok = ok && hash_files(book, json, folder, inside, err);
    if (!ok) hb_error_file(err, hb_str_from(json_path));
done:
    hb_bytes_clear(&bytes);
    hb_json_reader_close(reader);
    return ok;
}

enddate_law *enddate_open(const char *rulebooks, hb_error *err) {
    enddate_law *law = calloc(1, sizeof *law);
    if (law == NULL || (law->arena = hb_arena_open(ARENA_BYTES)) == NULL) {
        hb_out_of_memory(err);
        free(law);
        return NULL;
    }
    for (int i = 0; i < ENDDATE_N_SYSTEMS; i++) {
        law->books[i].name = hb_str_from(SYSTEMS[i].rulebook);
        if (!read_book(law, &law->books[i], rulebooks, SYSTEMS[i].rulebook, err)) {
            enddate_close(law);
            return NULL;
        }
    }
    return law;
}

void enddate_close(enddate_law *law) {
    if (law == NULL) return;
    for (int i = 0; i < ENDDATE_N_SYSTEMS; i++) dmn_close(law->books[i].model);
    hb_arena_close(law->arena);
    free(law);
}

const enddate_rule *enddate_rule_find(const enddate_law *law, hb_str id) {
    for (int b = 0; b < ENDDATE_N_SYSTEMS; b++) {
        const enddate_book *book = &law->books[b];
        for (uint32_t i = 0; i < book->n_rules; i++) {
            if (hb_str_equal(book->rules[i].id, id)) return &book->rules[i];
        }
    }
    return NULL;
}

uint32_t enddate_n_rules(const enddate_law *law, enddate_system system) {
    return law->books[system].n_rules;
}

const enddate_rule *enddate_rule_at(const enddate_law *law, enddate_system system, uint32_t i) {
    assert(i < law->books[system].n_rules);
    return &law->books[system].rules[i];
}

uint32_t enddate_n_entries(const enddate_law *law, enddate_system system) {
    return law->books[system].n_rows;
}

enddate_entry enddate_entry_at(const enddate_law *law, enddate_system system, uint32_t i) {
    assert(i < law->books[system].n_rows);
    const input_row *row = &law->books[system].rows[i];
    return (enddate_entry){row->name, hb_str_from(TYPES[row->type]), row->values};
}
