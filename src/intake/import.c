// An agency's file becomes a transfer list. First pass: which order the slash dates of each column
// have. Second: every row becomes a person, a named refusal, or both. Only when nothing was refused
// is the list written; the report always is, with each warning counted by column.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "intake/import.h"

#define ARENA_BYTES ((size_t)64 << 20)

// ---- notes --------------------------------------------------------------------------------------

void import_warn(import_notes *notes, const char *code, hb_str column, uint64_t line) {
    for (uint32_t i = 0; i < notes->n_warnings; i++) {
        import_warning *one = &notes->warnings[i];
        if (strcmp(one->code, code) != 0 || !hb_str_equal(one->column, column)) continue;
        one->n++;
        return;
    }
    if (notes->n_warnings == sizeof notes->warnings / sizeof *notes->warnings) return;
    hb_str copy = {0};
    if (notes->arena != NULL) (void)hb_str_copy(notes->arena, column, &copy);
    notes->warnings[notes->n_warnings++] = (import_warning){code, copy, 1, line};
}

bool import_refuse(import_notes *notes, const char *code, uint64_t line, uint64_t other_line,
                   const char *help, const char *format, ...) {
    hb_error err = {0};
    va_list args;
    va_start(args, format);
    hb_fail_list(&err, HB_INPUT, code, help, format, args);
    va_end(args);
    hb_error_file(&err, notes->file);
    err.line = (uint32_t)line;
    hb_errors_add(notes->errors, &err);
    if (notes->n_refusals < HB_ERRORS_KEPT) {
        import_refusal *one = &notes->refusals[notes->n_refusals++];
        *one = (import_refusal){.code = code, .line = line, .other_line = other_line};
        snprintf(one->message, sizeof one->message, "%s", err.message);
    }
    return false;
}

// ---- one file -----------------------------------------------------------------------------------

typedef struct {
    const rulebook *rb;
    const intake_import_request *request;
    import_map *map;
    import_countries *countries;
    import_people *people;
    import_notes *notes;
    hb_arena *row;
    FILE *rows;  // report lines, in the order of the rows
    uint64_t n_rows;
    hb_str about;  // JSON list of whom the documents are said to concern
    intake_progress progress;
    void *to;
} work;

// The order of slash dates of each column, decided by a day over twelve anywhere in it.
static bool scan_orders(work *w, import_table *table, slash_order *orders) {
    hb_errors ignored = {0};
    import_notes quiet = {.errors = &ignored};
    import_row row = {0};
    while (import_table_next(table, &row, &quiet)) {
        for (uint32_t i = 0; i < row.n && !row.is_shifted; i++)
            orders[i] = cell_order(orders[i], row.cells[i]);
    }
    hb_errors_clear(&ignored);
    return import_table_rewind(table, w->notes);
}

static void add_report_row(work *w, const import_person *person) {
    hb_text line = {0};
    hb_text_addf(&line, "{\"line\":%llu,\"%s\":", (unsigned long long)person->line,
                 person->is_document ? "document" : "person");
    hb_text_add_json(&line, person->id);
    hb_text_add(&line, HB_STR(",\"facts\":{"));
    for (uint32_t i = 0, done = 0; i < person->n_facts; i++) {
        const import_fact *fact = &person->facts[i];
        bool is_again = false,
             is_claim = fact->is_claimed || hb_str_equal(w->map->kind, HB_STR("claim"));
        for (uint32_t k = 0; k < i && !is_again; k++)
            is_again = person->facts[k].fact == fact->fact;
        if (is_again) continue;
        if (done++ > 0) hb_text_add(&line, HB_STR(","));
        hb_text_add_json(&line, rulebook_fact_at(w->rb, fact->fact)->name);
        hb_text_add(&line, HB_STR(":{\"value\":"));
        hb_text_add(&line, fact->value);
        hb_text_addf(&line, ",\"standing\":\"%s\"}", is_claim ? "claimed" : "unverified");
    }
    hb_text_add(&line, HB_STR("},\"ids\":{"));
    for (uint32_t i = 0; i < person->n_ids; i++) {
        if (i > 0) hb_text_add(&line, HB_STR(","));
        hb_text_add_json(&line, person->ids[i].name);
        hb_text_add(&line, HB_STR(":"));
        hb_text_add_json(&line, person->ids[i].text);
    }
    hb_text_add(&line, HB_STR("},\"absent\":["));
    for (uint32_t i = 0; i < person->n_absent; i++) {
        if (i > 0) hb_text_add(&line, HB_STR(","));
        hb_text_add_json(&line, rulebook_fact_at(w->rb, person->absent[i])->name);
    }
    hb_text_add(&line, HB_STR("]}"));
    if (w->n_rows++ > 0) putc(',', w->rows);
    fwrite(line.at, 1, line.n, w->rows);
    hb_text_clear(&line);
}

// "generic_en.csv", row 7 -> generic_en.csv:7, of characters that ids may have.
static void document_id(const work *w, uint64_t line, char out[128]) {
    size_t n = 0;
    const hb_str file = w->notes->file;
    for (size_t i = 0; i < file.n && n < 80; i++) {
        char c = file.at[i];
        bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (is_word || (n > 0 && (c == '.' || c == '-' || c == '_')))
            out[n++] = c;
        else if (n > 0)
            out[n++] = '_';
    }
    if (n == 0) out[n++] = 'f';
    snprintf(out + n, 128 - n, ":%llu", (unsigned long long)line);
}

// The row as the person it is of, and of a document as each of those whom it is said to concern.
static void add_people(work *w, import_person *person) {
    const intake_import_request *request = w->request;
    person->is_document = w->map->makes_documents && request->n_about == 0;
    for (uint32_t i = 0; i < request->n_about; i++) {
        person->id = hb_str_from(request->about[i]);
        if (import_people_add(w->people, w->map, person, w->notes)) add_report_row(w, person);
    }
    if (request->n_about > 0) return;
    if (import_people_add(w->people, w->map, person, w->notes)) add_report_row(w, person);
}

static bool read_rows(work *w, const import_reader *reader, import_table *table) {
    import_row row = {0};
    while (import_table_next(table, &row, w->notes)) {
        import_person person;
        char id[128];
        uint64_t done, all;
        hb_arena_reset(w->row);
        if (!import_person_read(reader, w->row, &row, &person)) continue;
        if (person.is_dropped) continue;
        if (!person.has_document_on) person.document_on = w->request->document_on;
        document_id(w, row.line, id);
        person.document = w->map->makes_documents ? person.id : hb_str_from(id);
        if (w->request->n_about > 0) person.about = w->about;
        add_people(w, &person);
        if (w->progress == NULL || (w->n_rows & 1023) != 0) continue;
        import_table_progress(table, &done, &all);
        w->progress(w->to, done, all);
    }
    return w->notes->errors->n_all == 0;
}

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

// A mapping of several tables takes their folder, or the file of the main one within it.
static bool main_path(const work *w, const char *given, char path[4096], char folder[4096]) {
    struct stat what;
    const hb_json *tables = w->map->tables;
    bool is_folder = stat(given, &what) == 0 && S_ISDIR(what.st_mode);
    hb_str main = tables != NULL && tables->n > 0 ? tables->first[0].text : (hb_str){0};
    int n = is_folder ? snprintf(path, 4096, "%s/%.*s", given, (int)main.n, main.at)
                      : snprintf(path, 4096, "%s", given);
    if (n >= 4096) return false;
    snprintf(folder, 4096, "%.*s", (int)(base_name(path) - path), path);
    return true;
}

// The file's own hash, so that whoever has the file can see that it is the one.
static bool hash_file(work *w, const char *path, char hex[65]) {
    hb_hash hash;
    hb_error err = {0};
    if (hb_hash_file(path, &hash, &err)) {
        hb_hash_hex(hash, hex);
        return true;
    }
    hb_errors_add(w->notes->errors, &err);
    return false;
}

static bool read_file(work *w, const char *given) {
    char path[4096], folder[4096];
    const hb_str *names;
    bool ok = false;
    if (!main_path(w, given, path, folder))
        return import_refuse(w->notes, "missing_column", 0, 0, "", "the path is too long");
    w->notes->file = hb_str_from(strcmp(given, "-") == 0 ? "stdin" : base_name(path));
    if (!hb_str_copy(w->notes->arena, w->notes->file, &w->notes->file)) return false;
    import_table *table = import_table_open(path, w->map, true, w->notes);
    if (table == NULL) return false;
    char hex[65] = "";
    if (w->map->makes_documents && strcmp(given, "-") != 0 && !hash_file(w, path, hex)) {
        import_table_close(table);
        return false;
    }
    uint32_t n = import_table_columns(table, &names);
    slash_order *orders = calloc(n + 1, sizeof *orders);
    import_reader reader = {.map = w->map,
                            .countries = w->countries,
                            .notes = w->notes,
                            .main = table,
                            .orders = orders,
                            .host = w->request->host,
                            .file = w->notes->file,
                            .sha256 = hb_str_from(hex),
                            .as_of = w->request->as_of};
    ok = orders != NULL;
    if (ok && w->map->knows_dmy && w->map->knows_mdy) ok = scan_orders(w, table, orders);
    if (ok && w->map->tables != NULL) ok = import_join_open(folder, w->map, &reader, w->notes);
    ok = ok && read_rows(w, &reader, table);
    import_join_close(&reader);
    free(orders);
    import_table_close(table);
    return ok;
}

// ---- the report
// -----------------------------------------------------------------------------------

static bool makes_documents(const work *w) {
    return w->map != NULL && w->map->makes_documents && w->request->n_about == 0;
}

static bool write_report(work *w, bool is_refused, intake_writer write, void *to, hb_error *err) {
    hb_text text = {0};
    char block[65536];
    size_t n;
    hb_text_add(&text, HB_STR("{\"mapping\":"));
    hb_text_add_json(&text, w->map == NULL ? (hb_str){0} : w->map->name);
    hb_text_addf(
        &text, ",\"refused\":%s,\"%s\":%llu,\"n_rows\":%llu,\"warnings\":[",
        is_refused ? "true" : "false", makes_documents(w) ? "documents" : "people",
        is_refused || w->people == NULL ? 0ull : (unsigned long long)import_people_count(w->people),
        (unsigned long long)w->n_rows);
    for (uint32_t i = 0; i < w->notes->n_warnings; i++) {
        const import_warning *one = &w->notes->warnings[i];
        hb_text_addf(&text, "%s{\"code\":\"%s\",\"column\":", i > 0 ? "," : "", one->code);
        hb_text_add_json(&text, one->column);
        hb_text_addf(&text, ",\"n\":%llu,\"line\":%llu}", (unsigned long long)one->n,
                     (unsigned long long)one->line);
    }
    hb_text_add(&text, HB_STR("],\"errors\":["));
    for (uint32_t i = 0; i < w->notes->n_refusals; i++) {
        const import_refusal *one = &w->notes->refusals[i];
        hb_text_addf(&text, "%s{\"code\":\"%s\",\"line\":%llu", i > 0 ? "," : "", one->code,
                     (unsigned long long)one->line);
        if (one->other_line > 0)
            hb_text_addf(&text, ",\"other_line\":%llu", (unsigned long long)one->other_line);
        hb_text_add(&text, HB_STR(",\"message\":"));
        hb_text_add_json(&text, hb_str_from(one->message));
        hb_text_add(&text, HB_STR("}"));
    }
    hb_text_add(&text, HB_STR("],\"rows\":["));
    bool ok = !text.failed && write(to, (hb_str){text.at, text.n}, err);
    hb_text_clear(&text);
    rewind(w->rows);
    while (ok && (n = fread(block, 1, sizeof block, w->rows)) > 0)
        ok = write(to, (hb_str){block, n}, err);
    return ok && write(to, HB_STR("]}\n"), err);
}

static bool write_header(const work *w, intake_writer write, void *to, hb_error *err) {
    hb_text line = {0};
    if (makes_documents(w)) return true;  // a file of documents has no header
    hb_text_add(&line, HB_STR("{\"list\":"));
    hb_text_add_json(&line, w->notes->file);
    hb_text_add(&line, HB_STR(",\"author\":"));
    hb_text author = {0};
    hb_text_addf(&author, "import by %.*s", (int)w->map->name.n, w->map->name.at);
    hb_text_add_json(&line, (hb_str){author.at, author.n});
    hb_date day = w->request->as_of;
    if (w->request->has_as_of)
        hb_text_addf(&line, ",\"as_of\":\"%04d-%02d-%02d\"", day.year, day.month, day.day);
    for (uint32_t i = 0; i < w->request->n_documents; i++) {
        hb_text_add(&line, i == 0 ? HB_STR(",\"documents\":[") : HB_STR(","));
        hb_text_add_json(&line, hb_str_from(w->request->documents[i]));
    }
    if (w->request->n_documents > 0) hb_text_add(&line, HB_STR("]"));
    hb_text_add(&line, HB_STR("}\n"));
    bool ok = !line.failed && !author.failed && write(to, (hb_str){line.at, line.n}, err);
    hb_text_clear(&line);
    hb_text_clear(&author);
    return ok;
}

// Whom documents concern a person says; rows of people say it themselves.
static bool check_about(work *w) {
    const intake_import_request *request = w->request;
    hb_text list = {0};
    w->notes->file = w->map->name;
    if (request->n_about > 0 && !w->map->makes_documents)
        return import_refuse(w->notes, "about-people", 0, 0, "leave --about out",
                             "each row of this mapping is a person already");
    if (request->n_about == 0 && w->map->makes_documents && !request->takes_documents)
        return import_refuse(
            w->notes, "about-nobody", 0, 0,
            "say --about PERSON, or make a file of documents with habeas import",
            "this mapping makes documents, which are nobody's until a person says so");
    for (uint32_t i = 0; i < request->n_about; i++) {
        if (!hb_id_is_valid(hb_str_from(request->about[i])))
            return import_refuse(w->notes, "bad_id", 0, 0, "write it as the list does",
                                 "--about wants a person's id");
        hb_text_add(&list, i > 0 ? HB_STR(",") : HB_STR("["));
        hb_text_add_json(&list, hb_str_from(request->about[i]));
    }
    if (request->n_about > 0) hb_text_add(&list, HB_STR("]"));
    bool ok = !list.failed && hb_str_copy(w->notes->arena, (hb_str){list.at, list.n}, &w->about);
    hb_text_clear(&list);
    return ok;
}

bool intake_import(const rulebook *rb, const intake_import_request *request,
                   intake_progress progress, void *to, intake_writer write_list, void *list,
                   intake_writer write, void *report, hb_errors *errors) {
    hb_error err = {0};
    bool ok = false;
    import_notes *notes = calloc(1, sizeof *notes);
    work w = {.rb = rb,
              .request = request,
              .notes = notes,
              .progress = progress,
              .to = to,
              .people = import_people_open(request->scratch),
              .row = hb_arena_open(ARENA_BYTES),
              .rows = import_scratch(request->scratch)};
    if (notes != NULL)
        *notes = (import_notes){.arena = hb_arena_open(ARENA_BYTES),
                                .errors = errors,
                                .scratch = request->scratch,
                                .day = request->document_on};
    if (notes == NULL || notes->arena == NULL || w.people == NULL || w.row == NULL ||
        w.rows == NULL) {
        hb_out_of_memory(&err);
        goto done;
    }
    if ((w.map = map_load(rb, request->mapping, errors)) == NULL) goto done;
    if (!check_about(&w)) goto done;
    if ((w.countries = import_countries_open(request->mappings, &err)) == NULL) goto done;
    for (uint32_t i = 0; i < request->n_files; i++) (void)read_file(&w, request->files[i]);
    if (errors->n_all == 0 && import_people_count(w.people) == 0)
        import_refuse(notes, "no_people", 1, 0,
                      makes_documents(&w) ? "save the whole answer" : "a list of nobody is no list",
                      "no row of the file is a %s", makes_documents(&w) ? "document" : "person");
    ok = errors->n_all == 0 && write_header(&w, write_list, list, &err) &&
         import_people_write(w.people, w.map, request->host, write_list, list, notes, &err);
    if (write != NULL && err.kind == HB_NONE) ok = write_report(&w, !ok, write, report, &err) && ok;
done:
    if (err.kind != HB_NONE) hb_errors_add(errors, &err);
    import_countries_close(w.countries);
    map_close(w.map);
    import_people_close(w.people);
    hb_arena_close(w.row);
    if (w.rows != NULL) fclose(w.rows);
    if (notes != NULL) hb_arena_close(notes->arena);
    free(notes);
    return ok && err.kind == HB_NONE;
}
