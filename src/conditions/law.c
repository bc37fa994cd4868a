// The rulebook of conditions: one decision model and eight tables. Every row is checked when it is
// loaded: a standard without its decision, a field without a unit row or a formula that does not
// parse refuses the whole rulebook, so no standard can get lost quietly.
#include "conditions/internal.h"

#include <stdio.h>
#include <string.h>

#define LAW_ARENA_BYTES ((size_t)64 << 20)
#define ROW_BYTES ((size_t)64 << 10)
#define MAX_COLUMNS 24
#define MAX_ROWS 4096

typedef struct {
    conditions_law *law;
    hb_errors *errors;
    const char *file;
    uint64_t line;
    bool is_ok;
} loading;

static bool refuse(loading *at, const char *code, hb_str subject, const char *message) {
    hb_error err = {0};
    hb_fail(&err, HB_INPUT, code, "\"%.*s\" %s", (int)subject.n, subject.at, message);
    hb_error_file(&err, hb_str_from(at->file));
    err.line = (uint32_t)at->line;
    hb_errors_add(at->errors, &err);
    at->is_ok = false;
    return false;
}

static bool take_error(loading *at, hb_error *err) {
    hb_error_file(err, hb_str_from(at->file));
    if (!err->line) err->line = (uint32_t)at->line;
    hb_errors_add(at->errors, err);
    at->is_ok = false;
    return false;
}

// ---- tables -------------------------------------------------------------------------------------

typedef struct {
    uint64_t line;
    hb_str cells[MAX_COLUMNS];
} csv_line;
typedef struct {
    uint32_t n;
    csv_line *rows;
} csv_table;

// The whole table; `columns` are its header, in order, separated by commas.
static bool read_table(loading *at, const char *name, const char *columns, csv_table *out) {
    conditions_law *law = at->law;
    hb_error err = {0};
    hb_str path, header = hb_str_from(columns);
    bool end = false, ok = false;
    hb_csv *csv = NULL;
    *out = (csv_table){.rows = hb_arena_array(law->arena, csv_line, MAX_ROWS)};
    if (!out->rows ||
        !hb_str_format(law->arena, &path, "%.*s/%s", (int)law->folder.n, law->folder.at, name)) {
        hb_out_of_memory(&err);
        goto done;
    }
    at->file = path.at;
    at->line = 1;
    if (!(csv = hb_csv_open(path.at, ',', ROW_BYTES, &err))) goto done;
    uint32_t n_columns = 1;
    for (size_t i = 0; i < header.n; i++) n_columns += header.at[i] == ',';
    for (bool is_first = true;; is_first = false) {
        hb_csv_row row;
        if (!hb_csv_next(csv, &row, &end, &err)) goto done;
        if (end) break;
        at->line = row.line;
        if (row.n != n_columns || (!is_first && out->n == MAX_ROWS)) {
            hb_fail(&err, HB_INPUT, "missing-column", "this row has %u cells", row.n);
            hb_error_help(&err, "the columns are %s", columns);
            goto done;
        }
        csv_line *line = &out->rows[out->n];
        const char *word = columns;
        line->line = row.line;
        for (uint32_t c = 0; c < row.n; c++) {
            size_t n = strcspn(word, ",");
            if (is_first && !hb_str_equal(row.fields[c].text, (hb_str){word, n})) {
                hb_fail(&err, HB_INPUT, "unknown-column", "column %u is \"%.*s\"", c + 1,
                        (int)row.fields[c].text.n, row.fields[c].text.at);
                hb_error_help(&err, "the columns are %s", columns);
                goto done;
            }
            word += n + (word[n] == ',');
            if (!hb_str_copy(law->arena, row.fields[c].text, &line->cells[c])) {
                hb_out_of_memory(&err);
                goto done;
            }
        }
        if (!is_first) out->n++;
    }
    ok = true;
done:
    hb_csv_close(csv);
    return ok || take_error(at, &err);
}

static bool split(loading *at, hb_str text, const hb_str **parts, uint32_t *n) {
    hb_str *out = hb_arena_array(at->law->arena, hb_str, text.n + 1);
    hb_error err = {0};
    *n = 0;
    *parts = out;
    if (!out) return hb_out_of_memory(&err) || take_error(at, &err);
    for (size_t start = 0, i = 0; text.n && i <= text.n; i++) {
        if (i < text.n && text.at[i] != '|') continue;
        out[(*n)++] = (hb_str){text.at + start, i - start};
        start = i + 1;
    }
    return true;
}

uint32_t law_field(const conditions_law *law, hb_str name) {
    for (uint32_t i = 0; i < law->n_fields; i++)
        if (hb_str_equal(law->fields[i].name, name)) return i;
    return DMN_NONE;
}

uint32_t law_standard(const conditions_law *law, hb_str id) {
    for (uint32_t i = 0; i < law->n_standards; i++)
        if (hb_str_equal(law->standards[i].id, id)) return i;
    return DMN_NONE;
}

static bool split_fields(loading *at, hb_str text, const uint32_t **fields, uint32_t *n) {
    const hb_str *names;
    if (!split(at, text, &names, n)) return false;
    uint32_t *out = hb_arena_array(at->law->arena, uint32_t, *n + 1);
    hb_error err = {0};
    if (!out) return hb_out_of_memory(&err) || take_error(at, &err);
    for (uint32_t i = 0; i < *n; i++) {
        out[i] = law_field(at->law, names[i]);
        if (out[i] == DMN_NONE) return refuse(at, "unknown-fact", names[i], "is no field");
    }
    *fields = out;
    return true;
}

// A formula over names; their slots stand in the order given.
static const feel_program *compile(loading *at, hb_str text, const hb_str *names, uint32_t n) {
    hb_arena *arena = at->law->arena;
    hb_error err = {0};
    feel_source source = {.text = text, .where = HB_STR("a formula")};
    feel_scope *scope = feel_scope_open(arena, NULL);
    bool ok = scope != NULL;
    for (uint32_t i = 0; ok && i < n; i++) ok = feel_scope_add(scope, names[i], NULL);
    feel_node *node = ok ? feel_parse(arena, source, scope, &err) : NULL;
    const feel_program *program = node ? feel_compile(arena, node, source, &err) : NULL;
    if (!program) {
        if (err.kind == HB_NONE) hb_out_of_memory(&err);
        take_error(at, &err);
    }
    return program;
}

#define ROWS(array, count, type) \
    ((at->law->array = hb_arena_array(at->law->arena, type, (count) + 1)) != NULL)

static void no_memory(loading *at) {
    hb_error err = {0};
    hb_out_of_memory(&err);
    take_error(at, &err);
}

// ---- the rows -----------------------------------------------------------------------------------

static void load_fields(loading *at) {
    static const char *const TYPES[] = {"text", "tri", "enum", "number", "int", "date"};
    csv_table table;
    if (!read_table(at, "facts.csv",
                    "name,type,unit,least,most,worst_first,kind,measured,rebuts,silences,"
                    "definition,question_en,question_es",
                    &table))
        return;
    if (!ROWS(fields, table.n, condition_field)) return no_memory(at);
    for (uint32_t i = 0; i < table.n; i++) {
        const hb_str *c = table.rows[i].cells;
        at->line = table.rows[i].line;
        condition_field *field = &at->law->fields[i];
        *field = (condition_field){
            .name = c[0],
            .unit = c[2],
            .least = c[3],
            .most = c[4],
            .kind = c[6],
            .measured = c[7],
            .silences = c[9],
            .definition = c[10],
            .question = {c[11], c[12]}
        };
        uint32_t t = 0;
        while (t < 6 && !hb_str_equal(c[1], hb_str_from(TYPES[t]))) t++;
        if (t == 6) refuse(at, "unknown-type", c[1], "is no type of a field");
        field->type = (field_type)t;
        field->does_rebut = hb_str_equal(c[8], HB_STR("yes"));
        if (field->type == FIELD_TRI || field->type == FIELD_ENUM)
            split(at, c[5], &field->worst, &field->n_worst);
        else
            field->direction = hb_str_equal(c[5], HB_STR("higher"))  ? 1
                               : hb_str_equal(c[5], HB_STR("lower")) ? -1
                                                                     : 0;
        field->input = dmn_find(at->law->model, DMN_INPUT, field->name);
        if (law_field(at->law, c[0]) != DMN_NONE) refuse(at, "id-twice", c[0], "stands twice");
        at->law->n_fields = i + 1;
    }
}

static void load_standards(loading *at) {
    csv_table table;
    if (!read_table(at, "rules.csv",
                    "id,kind,topic_en,topic_es,fails_en,fails_es,weight,absolute,need,defect,field,"
                    "direction,threshold,unit,effect,fields,also,sources,chk",
                    &table))
        return;
    if (!ROWS(standards, table.n, condition_standard)) return no_memory(at);
    for (uint32_t i = 0; i < table.n; i++) {
        const hb_str *c = table.rows[i].cells;
        at->line = table.rows[i].line;
        condition_standard *s = &at->law->standards[i];
        *s = (condition_standard){
            .id = c[0],
            .topic = {c[2], c[3]},
            .fails = {c[4], c[5]},
            .need = c[8],
            .defect = c[9],
            .direction = c[11],
            .threshold = c[12],
            .unit = c[13],
            .effect = c[14],
            .checked = c[18],
            .field = DMN_NONE
        };
        s->is_joint = hb_str_equal(c[1], HB_STR("joint"));
        s->is_absolute = hb_str_equal(c[7], HB_STR("yes"));
        split(at, c[6], &s->weights, &s->n_weights);
        split(at, c[17], &s->sources, &s->n_sources);
        split_fields(at, c[15], &s->fields, &s->n_fields);
        split_fields(at, c[16], &s->also, &s->n_also);
        if (c[10].n && (s->field = law_field(at->law, c[10])) == DMN_NONE)
            refuse(at, "unknown-fact", c[10], "is no field");
        s->decision = dmn_find(at->law->model, DMN_DECISION, s->id);
        if (s->decision == DMN_NONE)
            refuse(at, "no-decision", s->id, "has no decision in the model");
        for (uint32_t f = 0; f < s->n_fields; f++)
            if (at->law->fields[s->fields[f]].input == DMN_NONE)
                refuse(at, "unknown-fact", at->law->fields[s->fields[f]].name,
                       "is no input of the model");
        if (law_standard(at->law, c[0]) != DMN_NONE) refuse(at, "id-twice", c[0], "stands twice");
        at->law->n_standards = i + 1;
    }
}

static void load_factors(loading *at) {
    csv_table table;
    if (!read_table(at, "factors.csv", "id,asks_en,asks_es,fields,good,counts,sources", &table))
        return;
    if (!ROWS(factors, table.n, condition_factor)) return no_memory(at);
    for (uint32_t i = 0; i < table.n; i++) {
        const hb_str *c = table.rows[i].cells;
        at->line = table.rows[i].line;
        condition_factor *f = &at->law->factors[i];
        uint32_t n_good = 0;
        *f = (condition_factor){
            .id = c[0], .asks = {c[1], c[2]}
        };
        f->does_count = hb_str_equal(c[5], HB_STR("yes"));
        if (!split(at, c[3], &f->fields, &f->n_fields) || !split(at, c[4], &f->good, &n_good) ||
            !split(at, c[6], &f->sources, &f->n_sources))
            return;
        uint32_t *inputs = hb_arena_array(at->law->arena, uint32_t, f->n_fields + 1);
        if (!inputs) return no_memory(at);
        if (n_good != f->n_fields) refuse(at, "missing-column", c[4], "has not one value a field");
        for (uint32_t k = 0; k < f->n_fields; k++) {
            inputs[k] = dmn_find(at->law->model, DMN_INPUT, f->fields[k]);
            if (inputs[k] == DMN_NONE)
                refuse(at, "unknown-fact", f->fields[k], "is no input of the model");
        }
        f->inputs = inputs;
        f->decision = dmn_find(at->law->model, DMN_DECISION, f->id);
        if (f->decision == DMN_NONE)
            refuse(at, "no-decision", f->id, "has no decision in the model");
        at->law->n_factors = i + 1;
    }
}

static void load_units(loading *at) {
    static const hb_str V[] = {
        {"v", 1}
    };
    csv_table table;
    if (!read_table(at, "units.csv", "unit,of,expression", &table)) return;
    if (!ROWS(units, table.n, condition_unit)) return no_memory(at);
    for (uint32_t i = 0; i < table.n; i++) {
        const hb_str *c = table.rows[i].cells;
        at->line = table.rows[i].line;
        at->law->units[i] =
            (condition_unit){.unit = c[0], .of = c[1], .program = compile(at, c[2], V, 1)};
        at->law->n_units = i + 1;
    }
    for (uint32_t f = 0; f < at->law->n_fields; f++) {
        bool is_known = !at->law->fields[f].unit.n;
        for (uint32_t u = 0; u < at->law->n_units; u++)
            is_known |= hb_str_equal(at->law->fields[f].unit, at->law->units[u].unit);
        if (!is_known) refuse(at, "unit", at->law->fields[f].unit, "is a unit without a row");
    }
}

// derived.csv and checks.csv: a formula over fields.
static void load_formulas(loading *at, const char *file, bool is_derived) {
    csv_table table;
    if (!read_table(at, file, is_derived ? "field,from,gross,expression" : "fields,holds,says",
                    &table))
        return;
    condition_formula *rows = hb_arena_array(at->law->arena, condition_formula, table.n + 1);
    if (!rows) return no_memory(at);
    for (uint32_t i = 0; i < table.n; i++) {
        const hb_str *c = table.rows[i].cells, *names;
        at->line = table.rows[i].line;
        condition_formula *row = &rows[i];
        uint32_t n = 0;
        *row = (condition_formula){.text = is_derived ? c[3] : c[1], .result = DMN_NONE};
        if (!split(at, is_derived ? c[1] : c[0], &names, &n) ||
            !split_fields(at, is_derived ? c[1] : c[0], &row->fields, &row->n_fields))
            return;
        if (is_derived && (row->result = law_field(at->law, c[0])) == DMN_NONE)
            refuse(at, "unknown-fact", c[0], "is no field");
        row->is_gross = is_derived && hb_str_equal(c[2], HB_STR("yes"));
        if (!is_derived) row->says = c[2];
        row->program = compile(at, row->text, names, n);
    }
    *(is_derived ? &at->law->derived : &at->law->checks) = rows;
    *(is_derived ? &at->law->n_derived : &at->law->n_checks) = table.n;
}

static void load_kinds(loading *at) {
    csv_table table;
    if (!read_table(at, "kinds.csv", "kind,document,promise", &table)) return;
    if (!ROWS(kinds, table.n, condition_kind)) return no_memory(at);
    for (uint32_t i = 0; i < table.n; i++) {
        const hb_str *c = table.rows[i].cells;
        at->law->kinds[i] = (condition_kind){c[0], c[1], hb_str_equal(c[2], HB_STR("yes"))};
    }
    at->law->n_kinds = table.n;
}

static void load_gate(loading *at) {
    static const hb_str NAMES[] = {
        {"v",        1},
        {"evidence", 8}
    };
    csv_table table;
    if (!read_table(at, "to-gate.csv", "fact,field,standard,unit,expression", &table)) return;
    if (!ROWS(gate, table.n, condition_gate_row)) return no_memory(at);
    for (uint32_t i = 0; i < table.n; i++) {
        const hb_str *c = table.rows[i].cells;
        at->line = table.rows[i].line;
        condition_gate_row *row = &at->law->gate[i];
        *row = (condition_gate_row){.fact = c[0],
                                    .unit = c[3],
                                    .field = law_field(at->law, c[1]),
                                    .standard = law_standard(at->law, c[2]),
                                    .program = compile(at, c[4], NAMES, 2)};
        if (row->field == DMN_NONE) refuse(at, "unknown-fact", c[1], "is no field");
        if (row->standard == DMN_NONE) refuse(at, "unknown-rule", c[2], "is no standard");
    }
    at->law->n_gate = table.n;
}

// ---- the whole ----------------------------------------------------------------------------------

static const char *const FILES[] = {"checks.csv",  "derived.csv",  "facts.csv",     "factors.csv",
                                    "kinds.csv",   "rulebook.dmn", "rulebook.json", "rules.csv",
                                    "sources.csv", "to-gate.csv",  "units.csv"};

// As rulebook_hash: SHA-256 over "<SHA-256 of the file>  <name>\n" of each file, sorted by name.
static void hash_files(loading *at) {
    hb_sha256_state state;
    hb_sha256_start(&state);
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        hb_error err = {0};
        hb_hash one;
        char hex[65];
        hb_str path;
        if (!hb_str_format(at->law->arena, &path, "%.*s/%s", (int)at->law->folder.n,
                           at->law->folder.at, FILES[i]))
            return no_memory(at);
        at->file = path.at;
        at->line = 0;
        if (!hb_hash_file(path.at, &one, &err)) {
            take_error(at, &err);
            return;
        }
        hb_hash_hex(one, hex);
        hb_sha256_add(&state, hex, 64);
        hb_sha256_add(&state, "  ", 2);
        hb_sha256_add(&state, FILES[i], strlen(FILES[i]));
        hb_sha256_add(&state, "\n", 1);
    }
    at->law->hash = hb_sha256_end(&state);
}

static void load_version(loading *at) {
    hb_error err = {0};
    hb_bytes text = {0};
    hb_json *root = NULL;
    hb_str path;
    hb_json_reader *reader = hb_json_reader_open();
    if (!reader || !hb_str_format(at->law->arena, &path, "%.*s/rulebook.json",
                                  (int)at->law->folder.n, at->law->folder.at)) {
        no_memory(at);
        goto done;
    }
    at->file = path.at;
    at->line = 0;
    if (!hb_read_file(path.at, 1 << 20, &text, &err) ||
        !hb_json_parse(reader, at->law->arena, (hb_str){text.at, text.n}, &root, &err)) {
        take_error(at, &err);
        goto done;
    }
    const hb_json *version = hb_json_member(root, HB_STR("version"));
    if (!version || version->kind != HB_JSON_STRING)
        refuse(at, "missing-key", HB_STR("version"), "is not given");
    else if (!hb_str_copy(at->law->arena, version->text, &at->law->version))
        no_memory(at);
done:
    hb_json_reader_close(reader);
    hb_bytes_clear(&text);
}

conditions_law *conditions_law_load(const char *folder, hb_errors *errors) {
    hb_error err = {0};
    hb_arena *arena = hb_arena_open(LAW_ARENA_BYTES);
    conditions_law *law = arena ? hb_arena_new(arena, conditions_law) : NULL;
    loading at = {.law = law, .errors = errors, .file = folder, .is_ok = true};
    hb_str path;
    if (!law || !hb_str_copy(arena, hb_str_from(folder), &law->folder) ||
        !hb_str_format(arena, &path, "%s/rulebook.dmn", folder)) {
        hb_out_of_memory(&err);
        hb_errors_add(errors, &err);
        hb_arena_close(arena);
        return NULL;
    }
    law->arena = arena;
    if (!(law->model = dmn_load(path.at, false, &err))) {
        hb_errors_add(errors, &err);
        conditions_law_close(law);
        return NULL;
    }
    load_fields(&at);
    if (at.is_ok) load_standards(&at);
    if (at.is_ok) load_factors(&at);
    if (at.is_ok) load_units(&at);
    if (at.is_ok) load_formulas(&at, "derived.csv", true);
    if (at.is_ok) load_formulas(&at, "checks.csv", false);
    if (at.is_ok) load_kinds(&at);
    if (at.is_ok) load_gate(&at);
    if (at.is_ok) load_version(&at);
    if (at.is_ok) hash_files(&at);
    if (at.is_ok) return law;
    conditions_law_close(law);
    return NULL;
}

void conditions_law_close(conditions_law *law) {
    if (!law) return;
    dmn_close(law->model);
    hb_arena_close(law->arena);
}

uint32_t conditions_n_standards(const conditions_law *law) {
    return law->n_standards;
}

hb_str conditions_standard_id(const conditions_law *law, uint32_t standard) {
    return law->standards[standard].id;
}
