// A list: its header, and its people one line at a time. NDJSON holds both in one file; beside
// NAME.csv the header stands in NAME.list.json. A row of CSV travels to the thread that reads it as
// its fields with their places:
//
//   |bytes n, line, column: uint32 each|text, n bytes| |...| |...|
#include "intake/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const hb_str HEADER_MEMBERS[] = {
    {"list",      4},
    {"agreement", 9},
    {"documents", 9},
    {"contests",  8},
    {"facility",  8},
    {"author",    6},
    {"as_of",     5},
    {"note",      4},
};
static const hb_str PERSON_MEMBERS[] = {
    {"person",   6},
    {"name",     4},
    {"host",     4},
    {"facts",    5},
    {"source",   6},
    {"kind",     4},
    {"note",     4},
 // What an import keeps beside a person: shown to people, never read as facts.
    {"ids",      3},
    {"register", 8},
    {"kept",     4},
    {"custody",  7},
};
// Columns that are no facts; the order is that of intake_column_kind, and the last three are
// remarks.
static const hb_str PLAIN_COLUMNS[] = {
    {"person",  6},
    {"name",    4},
    {"host",    4},
    {"custody", 7},
    {"source",  6},
    {"kind",    4},
    {"note",    4}
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool fail_memory(intake_page *page) {
    hb_error err = {0};
    hb_out_of_memory(&err);
    return intake_page_refuse_error(page, NULL, &err);
}

// ---- the file -----------------------------------------------------------------------------------

bool intake_list_open(intake_list *list, const char *path, const char *imported, hb_error *err) {
    size_t n = strlen(path);
    *list = (intake_list){.path = hb_str_from(strcmp(path, "-") == 0 ? "standard input" : path)};
    if (imported != NULL) {
        list->lines = hb_lines_open(imported, INTAKE_LINE_BYTES, err);
        return list->lines != NULL;
    }
    list->is_csv = n > 4 && strcasecmp(path + n - 4, ".csv") == 0;
    if (list->is_csv) {
        list->csv = hb_csv_open(path, ',', INTAKE_LINE_BYTES, err);
    } else {
        list->lines = hb_lines_open(path, INTAKE_LINE_BYTES, err);
    }
    return list->csv || list->lines;
}

void intake_list_close(intake_list *list) {
    hb_csv_close(list->csv);
    hb_lines_close(list->lines);
    hb_text_clear(&list->row);
    *list = (intake_list){0};
}

uint64_t intake_list_offset(const intake_list *list) {
    return list->is_csv ? hb_csv_offset(list->csv) : hb_lines_offset(list->lines);
}

uint64_t intake_list_size(const intake_list *list) {
    return list->is_csv ? hb_csv_size(list->csv) : hb_lines_size(list->lines);
}

hb_hash intake_list_hash(const intake_list *list) {
    return list->is_csv ? hb_csv_hash(list->csv) : hb_lines_hash(list->lines);
}

bool intake_list_rewind(intake_list *list, hb_error *err) {
    list->n_rows = 0;
    return list->is_csv ? hb_csv_rewind(list->csv, err) : hb_lines_rewind(list->lines, err);
}

static bool pack_row(intake_list *list, const hb_csv_row *row, hb_error *err) {
    list->row.n = 0;
    for (uint32_t i = 0; i < row->n; i++) {
        const hb_csv_field *field = &row->fields[i];
        uint32_t head[3] = {(uint32_t)field->text.n, (uint32_t)field->line, field->column};
        hb_text_add(&list->row, (hb_str){(const char *)head, sizeof head});
        hb_text_add(&list->row, field->text);
    }
    return !list->row.failed || hb_out_of_memory(err);
}

static bool unpack_field(hb_str *row, hb_csv_field *out) {
    uint32_t head[3];
    if (row->n < sizeof head) return false;
    memcpy(head, row->at, sizeof head);
    if (row->n - sizeof head < head[0]) return false;
    *out = (hb_csv_field){
        .text = {row->at + sizeof head, head[0]},
          .line = head[1], .column = head[2]
    };
    *row = (hb_str){row->at + sizeof head + head[0], row->n - sizeof head - head[0]};
    return true;
}

static bool next_row(intake_list *list, hb_str *line, uint64_t *number, bool *end, hb_error *err) {
    hb_csv_row row = {0};
    do {
        if (!hb_csv_next(list->csv, &row, end, err)) return false;
        if (*end) return true;
    } while (list->n_rows++ == 0);  // the first row names the columns
    if (!pack_row(list, &row, err)) return false;
    *line = (hb_str){list->row.at, list->row.n};
    *number = row.line;
    return true;
}

bool intake_list_next(intake_list *list, hb_str *line, uint64_t *number, bool *end, hb_error *err) {
    if (list->is_csv) return next_row(list, line, number, end, err);
    do {
        if (!hb_lines_next(list->lines, line, number, end, err)) return false;
    } while (!*end && (*number == list->header_line || hb_str_trim(*line).n == 0));
    return true;
}

// ---- the header ---------------------------------------------------------------------------------

static bool take_paths(intake_page *page, const hb_json *root, hb_str key, const hb_json **out) {
    const hb_json *paths = hb_json_member(root, key);
    bool ok = true;
    if (!paths || paths->kind == HB_JSON_NULL) return true;
    size_t mark = intake_page_enter(page, key);
    ok = paths->kind == HB_JSON_ARRAY;
    for (uint32_t i = 0; ok && i < paths->n; i++)
        ok = paths->first[i].kind == HB_JSON_STRING && paths->first[i].text.n;
    if (ok) {
        *out = paths;
    } else {
        char help[80];
        snprintf(help, sizeof help, "write them in square brackets: [\"%.*s.ndjson\"]", (int)key.n,
                 key.at);
        intake_page_refuse(page, paths, "wrong-type", help, "\"%.*s\" is a list of paths",
                           (int)key.n, key.at);
    }
    intake_page_leave(page, mark);
    return ok;
}

bool intake_header_from_json(intake_page *page, hb_arena *arena, const hb_json *json,
                             intake_header *out) {
    *out = (intake_header){.path = page->file};
    bool ok =
        intake_page_members(page, json, HEADER_MEMBERS, COUNT(HEADER_MEMBERS), "a list's header");
    if (json->kind != HB_JSON_OBJECT) return false;
    ok &= intake_page_text(page, arena, json, HB_STR("list"), false, &out->name);
    ok &= intake_page_text(page, arena, json, HB_STR("author"), false, &out->author);
    ok &= intake_page_text(page, arena, json, HB_STR("agreement"), false, &out->agreement);
    ok &= intake_page_text(page, arena, json, HB_STR("facility"), false, &out->facility);
    ok &= intake_page_date(page, json, HB_STR("as_of"), &out->as_of, &out->has_as_of);
    ok &= take_paths(page, json, HB_STR("documents"), &out->documents);
    ok &= take_paths(page, json, HB_STR("contests"), &out->contests);
    return ok;
}

bool intake_list_read_header(intake_list *list, hb_arena *arena, intake_header *out,
                             hb_errors *errors) {
    hb_str line = {0}, copy = {0};
    uint64_t number = 0;
    bool end = false, ok = true;
    hb_error ignored = {0},
             err = {0};  // what is wrong with a line of people is reported with the people
    hb_json *json = NULL;
    hb_json_reader *reader = hb_json_reader_open();
    if (!reader) {
        hb_out_of_memory(&err);
    } else if (intake_list_next(list, &line, &number, &end, &ignored) && !end &&
               hb_str_copy(arena, line, &copy) &&
               hb_json_parse(reader, arena, copy, &json, &ignored) &&
               json->kind == HB_JSON_OBJECT && !hb_json_member(json, HB_STR("person"))) {
        intake_page page = {.errors = errors, .file = list->path, .text = copy, .line = number};
        list->header_line = number;
        ok = intake_header_from_json(&page, arena, json, out);
    }
    hb_json_reader_close(reader);
    if (err.kind == HB_NONE && intake_list_rewind(list, &err)) return ok;
    hb_errors_add(errors, &err);
    return false;
}

// ---- the columns of a CSV list ------------------------------------------------------------------

static bool ends_in_evidence(hb_str *name) {
    const hb_str suffix = HB_STR(".evidence");
    if (name->n <= suffix.n) return false;
    if (!hb_str_equal((hb_str){name->at + name->n - suffix.n, suffix.n}, suffix)) return false;
    name->n -= suffix.n;
    return true;
}

// The first column of this fact that has no evidence column yet.
static bool pair_evidence(intake_column *columns, uint32_t i) {
    for (uint32_t k = 0; k < i; k++) {
        bool is_its = columns[k].kind == INTAKE_COLUMN_FACT && columns[k].fact == columns[i].fact;
        if (!is_its || columns[k].evidence != UINT32_MAX) continue;
        columns[k].evidence = i;
        return true;
    }
    return false;
}

static bool read_column(intake_page *page, const rulebook *rb, intake_column *columns, uint32_t i,
                        hb_str name, bool is_seen[COUNT(PLAIN_COLUMNS)]) {
    intake_column *column = &columns[i];
    column->evidence = UINT32_MAX;
    for (uint32_t k = 0; k < COUNT(PLAIN_COLUMNS); k++) {
        if (!hb_str_equal(name, PLAIN_COLUMNS[k])) continue;
        column->kind = k < INTAKE_COLUMN_REMARK ? (intake_column_kind)k : INTAKE_COLUMN_REMARK;
        if (!is_seen[k]) return is_seen[k] = true;
        return intake_page_refuse(page, NULL, "duplicate-column", "keep one of the two",
                                  "the column \"%.*s\" stands twice", (int)name.n, name.at);
    }
    hb_str plain = hb_nearest(name, PLAIN_COLUMNS, COUNT(PLAIN_COLUMNS));
    if (plain.n && rulebook_find_fact(rb, name) == DMN_NONE) {
        char help[80];
        snprintf(help, sizeof help, "did you mean \"%.*s\"?", (int)plain.n, plain.at);
        return intake_page_refuse(page, NULL, "unknown-column", help,
                                  "\"%.*s\" is no column of a list", intake_page_shown(name),
                                  name.at);
    }
    bool is_evidence = ends_in_evidence(&name);
    column->kind = is_evidence ? INTAKE_COLUMN_EVIDENCE : INTAKE_COLUMN_FACT;
    if (!intake_facts_check_name(rb, page, NULL, name, &column->fact)) return false;
    if (!is_evidence || pair_evidence(columns, i)) return true;
    return intake_page_refuse(
        page, NULL, "evidence-column", "put each evidence column behind the column of its fact",
        "this evidence column has no column \"%.*s\" before it", intake_page_shown(name), name.at);
}

bool intake_list_read_columns(intake_list *list, const rulebook *rb, hb_arena *arena,
                              hb_errors *errors) {
    hb_csv_row row = {0};
    hb_error err = {0};
    bool end = false, ok = true, is_seen[COUNT(PLAIN_COLUMNS)] = {false};
    intake_page page = {.errors = errors, .file = list->path, .line = 1, .column = 1};
    if (!hb_csv_next(list->csv, &row, &end, &err)) {
        hb_errors_add(errors, &err);
        return false;
    }
    list->columns = hb_arena_array(arena, intake_column, row.n);
    if (!list->columns) return fail_memory(&page);
    list->n_columns = row.n;
    for (uint32_t i = 0; i < row.n; i++) {
        page.line = row.fields[i].line;
        page.column = row.fields[i].column;
        ok &= read_column(&page, rb, list->columns, i, hb_str_trim(row.fields[i].text), is_seen);
    }
    if (ok && !end && !is_seen[INTAKE_COLUMN_PERSON]) {
        page.line = page.column = 1;
        ok = intake_page_refuse(&page, NULL, "missing-column",
                                "name the column of the people's ids \"person\"",
                                "no column is named \"person\"");
    }
    if (ok && intake_list_rewind(list, &err)) return true;
    if (err.kind != HB_NONE) hb_errors_add(errors, &err);
    list->columns = NULL;  // nobody is read by columns that were refused
    return false;
}

// ---- one person ---------------------------------------------------------------------------------

static void name_page(intake_page *page, hb_str id) {
    snprintf(page->who, sizeof page->who, "person \"%.*s\"", intake_page_shown(id), id.at);
}

static bool person_from_json(intake_facts *facts, intake_page *page, const hb_json *json,
                             intake_person *out) {
    hb_str remark = {0};
    hb_arena *arena = facts->arena;
    intake_records records = {0};
    if (json->kind != HB_JSON_OBJECT) {
        return intake_page_members(page, json, PERSON_MEMBERS, COUNT(PERSON_MEMBERS), "a person");
    }
    bool ok = intake_page_text(page, arena, json, HB_STR("person"), true, &out->person);
    size_t mark = intake_page_enter(page, HB_STR("person"));
    ok = ok && intake_page_check_id(page, hb_json_member(json, HB_STR("person")), out->person);
    intake_page_leave(page, mark);
    if (ok) name_page(page, out->person);
    if (!ok) out->person = (hb_str){0};
    facts->person = out->person;
    ok &= intake_page_members(page, json, PERSON_MEMBERS, COUNT(PERSON_MEMBERS), "a person");
    ok &= intake_page_text(page, arena, json, HB_STR("name"), false, &out->name);
    ok &= intake_page_text(page, arena, json, HB_STR("source"), false, &remark);
    ok &= intake_page_text(page, arena, json, HB_STR("kind"), false, &remark);
    ok &= intake_page_text(page, arena, json, HB_STR("note"), false, &remark);
    ok &= intake_page_text(page, arena, json, HB_STR("host"), false, &out->host);
    mark = intake_page_enter(page, HB_STR("host"));
    if (out->host.n)
        ok &= intake_page_check_country(page, hb_json_member(json, HB_STR("host")), out->host);
    intake_page_leave(page, mark);
    ok &= intake_facts_from_json(facts, page, hb_json_member(json, HB_STR("facts")), &records);
    out->records = records.at;
    out->n_records = records.n;
    out->custody = hb_json_member(json, HB_STR("custody"));
    if (out->custody != NULL && out->custody->kind == HB_JSON_NULL) out->custody = NULL;
    return ok;
}

static bool plain_cell(intake_facts *facts, intake_page *page, intake_column_kind kind,
                       hb_csv_field field, intake_person *out) {
    hb_str text = hb_str_trim(field.text);
    page->line = field.line;
    page->column = field.column;
    if (kind == INTAKE_COLUMN_HOST && text.n && !intake_page_check_country(page, NULL, text))
        return false;
    hb_str *to = kind == INTAKE_COLUMN_HOST ? &out->host : &out->name;
    if (kind == INTAKE_COLUMN_REMARK) return true;
    return hb_str_copy(facts->arena, text, to) || fail_memory(page);
}

static bool person_cell(intake_facts *facts, intake_page *page, hb_csv_field field,
                        intake_person *out) {
    hb_str text = hb_str_trim(field.text);
    page->line = field.line;
    page->column = field.column;
    if (!intake_page_check_id(page, NULL, text)) return false;
    if (!hb_str_copy(facts->arena, text, &out->person)) return fail_memory(page);
    name_page(page, out->person);
    return true;
}

// The custody as JSON: {"system": ..., "inputs": {...}}.
static bool custody_cell(intake_facts *facts, intake_page *page, hb_json_reader *reader,
                         hb_csv_field field, intake_person *out) {
    hb_str text = hb_str_trim(field.text), copy;
    hb_error err = {0};
    hb_json *json = NULL;
    page->line = field.line;
    page->column = field.column;
    if (text.n == 0) return true;
    if (!hb_str_copy(facts->arena, text, &copy)) return fail_memory(page);
    bool ok = hb_json_parse(reader, facts->arena, copy, &json, &err);
    if (!ok && err.kind != HB_INPUT) return intake_page_refuse_error(page, NULL, &err);
    if (ok && json->kind == HB_JSON_OBJECT) {
        out->custody = json;
        return true;
    }
    return intake_page_refuse(
        page, NULL, "wrong-type",
        "write {\"system\":\"us_federal\",\"inputs\":{...}}, or leave it blank",
        "the custody is no JSON object");
}

static bool person_from_row(const intake_list *list, intake_facts *facts, intake_page *page,
                            hb_json_reader *reader, hb_str row, intake_person *out) {
    hb_csv_field *fields = hb_arena_array(facts->arena, hb_csv_field, list->n_columns);
    intake_records records = {.at = hb_arena_array(facts->arena, rulebook_record, list->n_columns)};
    uint32_t n = 0;
    bool ok = true;
    if (!fields || !records.at) return fail_memory(page);
    hb_csv_field field;
    while (unpack_field(&row, &field)) {
        if (n < list->n_columns) fields[n] = field;
        n++;
    }
    page->column = 1;
    if (n != list->n_columns) {
        return intake_page_refuse(
            page, NULL, "wrong-width", "give every row as many fields as the first, blank ones too",
            "this row has %u fields, and there are %u columns", n, list->n_columns);
    }
    for (uint32_t i = 0; i < n; i++) {  // the id first: it names the person in every other error
        if (list->columns[i].kind == INTAKE_COLUMN_PERSON)
            ok &= person_cell(facts, page, fields[i], out);
    }
    facts->person = out->person;
    for (uint32_t i = 0; i < n; i++) {
        const intake_column *column = &list->columns[i];
        switch (column->kind) {
            case INTAKE_COLUMN_PERSON: break;
            case INTAKE_COLUMN_NAME:
            case INTAKE_COLUMN_HOST:
            case INTAKE_COLUMN_REMARK:
                ok &= plain_cell(facts, page, column->kind, fields[i], out);
                break;
            case INTAKE_COLUMN_CUSTODY:
                ok &= custody_cell(facts, page, reader, fields[i], out);
                break;
            case INTAKE_COLUMN_EVIDENCE: break;
            case INTAKE_COLUMN_FACT:
                ok &= intake_facts_add_cell(
                    facts, page, column->fact, fields[i],
                    column->evidence == UINT32_MAX ? NULL : &fields[column->evidence], &records);
                break;
        }
    }
    out->records = records.at;
    out->n_records = records.n;
    page->line = fields[0].line;
    page->column = fields[0].column;
    return ok;
}

bool intake_list_person(const intake_list *list, intake_facts *facts, intake_page *page,
                        hb_json_reader *reader, hb_str line, intake_person *out) {
    hb_json *json = NULL;
    hb_error err = {0};
    *out = (intake_person){.line = page->line};
    page->is_private = true;
    if (list->is_csv) return person_from_row(list, facts, page, reader, line, out);
    page->text = line;
    if (!hb_json_parse(reader, facts->arena, line, &json, &err))
        return intake_page_refuse_error(page, NULL, &err);
    return person_from_json(facts, page, json, out);
}
