// A folder becomes a rulebook: rulebook.json names the files; the model is compiled strictly; the
// dictionary, the sources and the rules are read and checked against each other and the model. All
// errors of all files are collected, and any error refuses the whole: half a law is no law.
#include "rulebook/internal.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FILES 512

static const struct {
    const char *key;
    size_t offset;
    bool is_file, is_optional;
} SETTINGS[] = {
    {"name",      offsetof(rulebook, name),         false, false},
    {"version",   offsetof(rulebook, version),      false, false},
    {"title_en",  offsetof(rulebook, title_en),     false, false},
    {"title_es",  offsetof(rulebook, title_es),     false, false},
    {"law_as_of", offsetof(rulebook, law_as_of),    false, false},
    {"sender",    offsetof(rulebook, sender),       false, true },
    {"model",     offsetof(rulebook, model_file),   true,  false},
    {"facts",     offsetof(rulebook, facts_file),   true,  false},
    {"rules",     offsetof(rulebook, rules_file),   true,  false},
    {"sources",   offsetof(rulebook, sources_file), true,  false},
    {"cases",     offsetof(rulebook, cases_folder), true,  false},
};
enum { N_SETTINGS = sizeof SETTINGS / sizeof *SETTINGS };

static hb_str *setting(rulebook *rb, uint32_t i) {
    return (hb_str *)((char *)rb + SETTINGS[i].offset);
}

static bool is_plain_name(hb_str name) {
    return name.n && name.at[0] != '.' && !memchr(name.at, '/', name.n) &&
           !memchr(name.at, '\\', name.n);
}

static bool fail_at(hb_error *err, hb_str text, const hb_json *json, const char *help,
                    const char *code, hb_str what, const char *why) {
    hb_fail(err, HB_INPUT, code, "\"%.*s\" %s", (int)what.n, what.at, why);
    hb_error_at(err, text, json->offset, 1);
    hb_error_help(err, "%s", help);
    return false;
}

static bool read_settings(rulebook *rb, hb_str text, const hb_json *json, hb_error *err) {
    hb_date day;
    if (json->kind != HB_JSON_OBJECT)
        return fail_at(err, text, json, "write {\"name\": ..., \"version\": ..., ...}", "bad-value",
                       HB_STR("rulebook.json"), "holds no object");
    for (uint32_t m = 0; m < json->n; m++) {
        const hb_json *member = &json->first[m];
        uint32_t i = 0;
        while (i < N_SETTINGS && !hb_str_equal(member->key, hb_str_from(SETTINGS[i].key))) i++;
        if (i == N_SETTINGS)
            return fail_at(err, text, member, "remove it, or spell it as the other rulebooks do",
                           "unknown-key", member->key, "is no member of rulebook.json");
        if (member->kind != HB_JSON_STRING || !member->text.n)
            return fail_at(err, text, member, "write a text in double quotes", "bad-value",
                           member->key, "must be a text");
        if (SETTINGS[i].is_file && !is_plain_name(member->text))
            return fail_at(err, text, member, "name a file of the folder itself", "bad-value",
                           member->text, "is no plain file name");
        if (!hb_str_copy(rb->arena, member->text, setting(rb, i))) return hb_out_of_memory(err);
    }
    for (uint32_t i = 0; i < N_SETTINGS; i++)
        if (!setting(rb, i)->n && !SETTINGS[i].is_optional)
            return fail_at(err, text, json, "add it", "missing-key", hb_str_from(SETTINGS[i].key),
                           "is missing");
    if (!hb_id_is_valid(rb->name))
        return fail_at(err, text, hb_json_member(json, HB_STR("name")),
                       "letters, digits and . _ : / -", "bad-value", rb->name,
                       "cannot name a rulebook");
    if (rb->sender.n && !rulebook_knows_country(rb, rb->sender))
        return fail_at(err, text, hb_json_member(json, HB_STR("sender")),
                       "write an ISO 3166-1 alpha-3 code, such as USA", "bad-value", rb->sender,
                       "is no country");
    if (!date_is_valid(rb->law_as_of, &day))
        return fail_at(err, text, hb_json_member(json, HB_STR("law_as_of")),
                       "write a date such as 2026-11-23", "bad-value", rb->law_as_of, "is no date");
    return true;
}

static bool load_settings(rulebook *rb, hb_error *err) {
    bool ok = false;
    hb_bytes bytes = {0};
    hb_json_reader *reader = NULL;
    hb_json *json = NULL;
    hb_str path = {0};
    if (!path_join(rb->arena, rb->folder, HB_STR("rulebook.json"), &path)) goto done;
    if (!hb_read_file(path.at, 1 << 20, &bytes, err)) goto done;
    if (!(reader = hb_json_reader_open())) goto done;
    hb_str text = {bytes.at, bytes.n};
    ok = hb_json_parse(reader, rb->arena, text, &json, err) && read_settings(rb, text, json, err);
done:
    if (!ok && err->kind == HB_NONE) hb_out_of_memory(err);
    if (!ok && path.n) hb_error_file(err, path);
    hb_json_reader_close(reader);
    hb_bytes_clear(&bytes);
    return ok;
}

// ---- the model ----------------------------------------------------------------------------------

static bool load_model(rulebook *rb, hb_errors *errors) {
    hb_error err = {0};
    hb_str path;
    if (!path_join(rb->arena, rb->folder, rb->model_file, &path))
        hb_out_of_memory(&err);
    else if ((rb->model = dmn_load(path.at, false, &err)))
        return true;
    hb_errors_add(errors, &err);
    return false;
}

// An input that is no fact would be null for ever, which reads as law and is none.
static bool link_inputs(rulebook *rb, hb_errors *errors) {
    bool ok = true;
    hb_str path;
    if (!path_join(rb->arena, rb->folder, rb->model_file, &path)) return false;
    for (uint32_t e = 0; e < dmn_n_elements(rb->model); e++) {
        const dmn_element *element = dmn_element_at(rb->model, e);
        if (element->kind != DMN_INPUT) continue;
        if (hb_str_equal(element->name, HB_STR("as_of")) ||
            hb_str_equal(element->name, HB_STR("host")))
            continue;
        if (rulebook_find_fact(rb, element->name) != DMN_NONE) continue;
        file_place at = {errors, path, 0, 0};
        ok = complain(
            &at, "unknown-fact", "name inputs as the dictionary names facts, or as_of, or host",
            "input \"%.*s\" is no fact of the dictionary", (int)element->name.n, element->name.at);
    }
    for (uint32_t f = 0; f < rb->n_facts; f++)
        rb->laws[f].input = dmn_find(rb->model, DMN_INPUT, rb->facts[f].name);
    rb->input_as_of = dmn_find(rb->model, DMN_INPUT, HB_STR("as_of"));
    rb->input_host = dmn_find(rb->model, DMN_INPUT, HB_STR("host"));
    rb->verdict = dmn_find(rb->model, DMN_DECISION, HB_STR("verdict"));
    rb->authority = dmn_find(rb->model, DMN_DECISION, HB_STR("authority"));
    return ok;
}

static bool index_facts(rulebook *rb) {
    rb->facts_by_name = hb_arena_array(rb->arena, uint32_t, rb->n_facts);
    if (!rb->facts_by_name) return false;
    for (uint32_t i = 0; i < rb->n_facts; i++) {  // insertion: some hundreds of facts
        uint32_t j = i;
        for (; j && hb_str_compare(rb->facts[rb->facts_by_name[j - 1]].name, rb->facts[i].name) > 0;
             j--)
            rb->facts_by_name[j] = rb->facts_by_name[j - 1];
        rb->facts_by_name[j] = i;
    }
    return true;
}

// ---- the hash -----------------------------------------------------------------------------------

static int by_name(const void *a, const void *b) {
    return hb_str_compare(*(const hb_str *)a, *(const hb_str *)b);
}

// The files a rulebook consists of, as names from its folder, sorted by bytes.
static bool list_files(rulebook *rb, hb_str *files, uint32_t *n, hb_error *err) {
    const hb_str fixed[] = {HB_STR("rulebook.json"), rb->model_file, rb->facts_file, rb->rules_file,
                            rb->sources_file};
    hb_str folder;
    for (*n = 0; *n < sizeof fixed / sizeof *fixed; ++*n) files[*n] = fixed[*n];
    if (!path_join(rb->arena, rb->folder, rb->cases_folder, &folder)) return hb_out_of_memory(err);
    DIR *open = opendir(folder.at);
    if (!open) return true;  // a rulebook without cases; `rules test` says so
    bool ok = true;
    for (struct dirent *entry; ok && (entry = readdir(open));) {
        hb_str name = hb_str_from(entry->d_name);
        if (name.n < 8 || memcmp(name.at + name.n - 7, ".ndjson", 7) != 0) continue;
        if (*n == MAX_FILES)
            ok = hb_fail(err, HB_LIMIT, "too-many-files", "a rulebook has at most %d files",
                         MAX_FILES);
        else if (!path_join(rb->arena, rb->cases_folder, name, &files[(*n)++]))
            ok = hb_out_of_memory(err);
    }
    closedir(open);
    qsort(files, *n, sizeof *files, by_name);
    return ok;
}

static bool hash_files(rulebook *rb, hb_error *err) {
    hb_str *files = hb_arena_array(rb->arena, hb_str, MAX_FILES);
    uint32_t n = 0;
    if (!files) return hb_out_of_memory(err);
    if (!list_files(rb, files, &n, err)) return false;
    hb_sha256_state state;
    hb_sha256_start(&state);
    for (uint32_t i = 0; i < n; i++) {
        hb_bytes bytes = {0};
        hb_str path;
        char hex[65];
        if (!path_join(rb->arena, rb->folder, files[i], &path)) return hb_out_of_memory(err);
        if (!hb_read_file(path.at, RULEBOOK_MAX_FILE_BYTES, &bytes, err)) {
            hb_error_file(err, path);
            return false;
        }
        hb_hash_hex(hb_sha256(bytes.at, bytes.n), hex);
        hb_bytes_clear(&bytes);
        hb_sha256_add(&state, hex, 64);
        hb_sha256_add(&state, "  ", 2);
        hb_sha256_add(&state, files[i].at, files[i].n);
        hb_sha256_add(&state, "\n", 1);
    }
    rb->hash = hb_sha256_end(&state);
    return true;
}

// ---- open and close -----------------------------------------------------------------------------

rulebook *rulebook_load(const char *folder, hb_errors *errors) {
    hb_error err = {0};
    bool ok = false;
    hb_arena *arena = hb_arena_open(RULEBOOK_ARENA_BYTES);
    rulebook *rb = arena ? hb_arena_new(arena, rulebook) : NULL;
    if (!rb || !hb_str_copy(arena, hb_str_from(folder), &rb->folder)) {
        hb_arena_close(arena);
        hb_out_of_memory(&err);
        hb_errors_add(errors, &err);
        return NULL;
    }
    rb->arena = arena;
    if (!countries_load(rb)) goto done;
    if (!load_settings(rb, &err)) goto done;
    bool has_model = load_model(rb, errors);
    bool has_sources = sources_load(rb, errors);
    if (!facts_load(rb, errors) || !index_facts(rb) || !has_model) goto done;
    ok = rules_load(rb, errors) && has_sources;
    ok = link_inputs(rb, errors) && ok;
    ok = ok && reads_of_decisions(rb) && hash_files(rb, &err);
done:
    if (!ok && err.kind == HB_NONE && hb_arena_is_exhausted(arena)) hb_out_of_memory(&err);
    if (err.kind != HB_NONE) hb_errors_add(errors, &err);
    if (ok && has_model) return rb;
    rulebook_close(rb);
    return NULL;
}

void rulebook_close(rulebook *rb) {
    if (!rb) return;
    dmn_close(rb->model);
    hb_errors_clear(&rb->warnings);
    hb_arena_close(rb->arena);
}

hb_str rulebook_name(const rulebook *rb) {
    return rb->name;
}
hb_str rulebook_version(const rulebook *rb) {
    return rb->version;
}
hb_str rulebook_folder(const rulebook *rb) {
    return rb->folder;
}

hb_str rulebook_model_file(const rulebook *rb) {
    return rb->model_file;
}

hb_str rulebook_sender(const rulebook *rb) {
    return rb->sender;
}

hb_str rulebook_law_as_of(const rulebook *rb) {
    return rb->law_as_of;
}
hb_hash rulebook_hash(const rulebook *rb) {
    return rb->hash;
}
const dmn_model *rulebook_model(const rulebook *rb) {
    return rb->model;
}
uint32_t rulebook_verdict(const rulebook *rb) {
    return rb->verdict;
}
uint32_t rulebook_authority(const rulebook *rb) {
    return rb->authority;
}
uint32_t rulebook_n_warnings(const rulebook *rb) {
    return rb->warnings.n_kept;
}
const hb_error *rulebook_warning(const rulebook *rb, uint32_t i) {
    return &rb->warnings.kept[i];
}
uint32_t rulebook_n_facts(const rulebook *rb) {
    return rb->n_facts;
}
const rulebook_fact *rulebook_fact_at(const rulebook *rb, uint32_t fact) {
    return &rb->facts[fact];
}
uint32_t rulebook_n_rules(const rulebook *rb) {
    return rb->n_rules;
}
const rulebook_rule *rulebook_rule_at(const rulebook *rb, uint32_t rule) {
    return &rb->rules[rule];
}
uint32_t rulebook_n_sources(const rulebook *rb) {
    return rb->n_sources;
}
const rulebook_source *rulebook_source_at(const rulebook *rb, uint32_t source) {
    return &rb->sources[source];
}
uint32_t rulebook_rule_in_order(const rulebook *rb, uint32_t i) {
    return rb->rules_by_step[i];
}

hb_str rulebook_title(const rulebook *rb, hb_str language) {
    return hb_str_equal(language, HB_STR("es")) ? rb->title_es : rb->title_en;
}

uint32_t rulebook_find_fact(const rulebook *rb, hb_str name) {
    uint32_t low = 0, high = rb->n_facts;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = hb_str_compare(rb->facts[rb->facts_by_name[middle]].name, name);
        if (order == 0) return rb->facts_by_name[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return DMN_NONE;
}

uint32_t rulebook_find_rule(const rulebook *rb, hb_str id) {
    uint32_t low = 0, high = rb->n_rules;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = hb_str_compare(rb->rules[rb->rules_by_id[middle]].id, id);
        if (order == 0) return rb->rules_by_id[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return DMN_NONE;
}

uint32_t rulebook_find_source(const rulebook *rb, hb_str cite) {
    for (uint32_t s = 0; s < rb->n_sources; s++)
        if (hb_str_equal(rb->sources[s].cite, cite)) return s;
    return DMN_NONE;
}
