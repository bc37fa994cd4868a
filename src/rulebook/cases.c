// Worked cases: cases/*.ndjson of a rulebook, one person a line. A case may be `like` another: it
// then starts from that person's facts, documents and day, and a fact it gives replaces the other's
// (null takes it away). All files are read before any case is built, so a base may stand anywhere.
#include "rulebook/internal.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#define CASES_ARENA_BYTES (512u << 20)
#define MAX_CASES 100000
#define MAX_LIKE 8

typedef struct {
    hb_str id, file, path, text;
    uint64_t line;
    const hb_json *json;
} case_line;

struct rulebook_cases {
    hb_arena *arena;
    const rulebook *rb;
    uint32_t n, room;
    case_line *lines;
    rulebook_case *cases;
};

typedef struct {
    rulebook_cases *cases;
    const case_line *line;
    hb_errors *errors;
} reading;

static bool complain_at(const reading *r, const hb_json *json, const char *code, const char *help,
                        const char *what, hb_str subject) {
    hb_error err = {0};
    hb_fail(&err, HB_INPUT, code, what, (int)(subject.n < 120 ? subject.n : 120), subject.at);
    hb_error_at(&err, r->line->text, json->offset, 1);
    hb_error_file(&err, r->line->path);
    if (r->line->id.n) hb_error_in(&err, "case \"%.*s\"", (int)r->line->id.n, r->line->id.at);
    hb_error_help(&err, "%s", help);
    err.line = (uint32_t)r->line->line;
    hb_errors_add(r->errors, &err);
    return false;
}

static bool no_memory(hb_errors *errors) {
    hb_error err = {0};
    hb_out_of_memory(&err);
    hb_errors_add(errors, &err);
    return false;
}

// ---- reading the lines --------------------------------------------------------------------------

static bool check_members(const reading *r, const hb_json *object, const char *allowed) {
    bool ok = true;
    for (uint32_t m = 0; m < object->n; m++) {
        const char *at = strstr(allowed, "|");
        bool is_known = false;
        for (; at && at[1]; at = strchr(at + 1, '|')) {
            const char *end = strchr(at + 1, '|');
            is_known |=
                hb_str_equal(object->first[m].key, (hb_str){at + 1, (size_t)(end - at - 1)});
        }
        if (!is_known)
            ok = complain_at(r, &object->first[m], "unknown-key",
                             "remove it, or spell it as the other cases do",
                             "\"%.*s\" has no meaning here", object->first[m].key);
    }
    return ok;
}

static bool add_line(rulebook_cases *cases, hb_json_reader *reader, case_line line,
                     hb_errors *errors) {
    hb_json *json = NULL;
    hb_error err = {0};
    reading r = {cases, &line, errors};
    if (!hb_json_parse(reader, cases->arena, line.text, &json, &err)) {
        hb_error_file(&err, line.path);
        err.line = (uint32_t)line.line;
        hb_errors_add(errors, &err);
        return false;
    }
    line.json = json;
    if (json->kind != HB_JSON_OBJECT)
        return complain_at(&r, json, "bad-case", "write one object a line",
                           "this line holds no object%.*s", HB_STR(""));
    const hb_json *id = hb_json_member(json, HB_STR("case"));
    if (!id || id->kind != HB_JSON_STRING || !hb_id_is_valid(id->text))
        return complain_at(&r, id ? id : json, "bad-case",
                           "name the case: letters, digits and . _ : / -",
                           "a case needs an id of its own%.*s", HB_STR(""));
    line.id = id->text;
    for (uint32_t i = 0; i < cases->n; i++)
        if (hb_str_equal(cases->lines[i].id, line.id))
            return complain_at(&r, id, "duplicate-case", "name them apart",
                               "case \"%.*s\" is there already", line.id);
    if (cases->n == MAX_CASES)
        return complain_at(&r, json, "too-many-cases", "split the rulebook",
                           "there are too many cases%.*s", HB_STR(""));
    if (cases->n == cases->room) {
        cases->room = cases->room ? cases->room * 2 : 256;
        case_line *more = hb_arena_array(cases->arena, case_line, cases->room);
        if (!more) return no_memory(errors);
        if (cases->n) memcpy(more, cases->lines, cases->n * sizeof *more);
        cases->lines = more;
    }
    cases->lines[cases->n++] = line;
    return true;
}

static bool read_file(rulebook_cases *cases, hb_json_reader *reader, hb_str file,
                      hb_errors *errors) {
    hb_error err = {0};
    case_line line = {.file = file};
    bool ok = true, end = false;
    hb_str text;
    if (!path_join(cases->arena, cases->rb->folder, file, &line.path)) return no_memory(errors);
    hb_lines *lines = hb_lines_open(line.path.at, RULEBOOK_MAX_LINE_BYTES, &err);
    while (lines) {
        if (!hb_lines_next(lines, &text, &line.line, &end, &err) || end) break;
        if (!hb_str_trim(text).n) continue;
        if (!hb_str_copy(cases->arena, text, &line.text)) {
            hb_out_of_memory(&err);
            break;
        }
        ok = add_line(cases, reader, line, errors) && ok;
    }
    hb_lines_close(lines);
    if (err.kind == HB_NONE) return ok;
    hb_error_file(&err, line.path);
    hb_errors_add(errors, &err);
    return false;
}

static int by_name(const void *a, const void *b) {
    return hb_str_compare(*(const hb_str *)a, *(const hb_str *)b);
}

static bool read_folder(rulebook_cases *cases, hb_json_reader *reader, hb_errors *errors) {
    hb_str folder, files[256];
    uint32_t n = 0;
    file_place at = {.errors = errors};
    if (!path_join(cases->arena, cases->rb->folder, cases->rb->cases_folder, &folder))
        return no_memory(errors);
    at.file = folder;
    DIR *open = opendir(folder.at);
    if (!open)
        return complain(&at, "cannot-open", "write the worked cases there",
                        "there is no folder of cases");
    bool ok = true;
    for (struct dirent *entry; ok && (entry = readdir(open));) {
        hb_str name = hb_str_from(entry->d_name);
        if (name.n < 8 || memcmp(name.at + name.n - 7, ".ndjson", 7) != 0) continue;
        if (n == 256)
            ok = complain(&at, "too-many-files", "join some of them",
                          "there are too many files of cases");
        else
            ok = path_join(cases->arena, cases->rb->cases_folder, name, &files[n++]) ||
                 no_memory(errors);
    }
    closedir(open);
    if (!ok) return false;
    qsort(files, n, sizeof *files, by_name);
    for (uint32_t i = 0; i < n; i++) ok = read_file(cases, reader, files[i], errors) && ok;
    if (ok && !cases->n)
        return complain(&at, "no-cases", "write at least one case for each outcome of each rule",
                        "there are no cases here");
    return ok;
}

// ---- one case -----------------------------------------------------------------------------------

static const case_line *find_line(const rulebook_cases *cases, hb_str id) {
    for (uint32_t i = 0; i < cases->n; i++)
        if (hb_str_equal(cases->lines[i].id, id)) return &cases->lines[i];
    return NULL;
}

// The case itself, then what it is like, then what that is like ...
static bool find_chain(const reading *r, const case_line *chain[MAX_LIKE], uint32_t *n) {
    *n = 0;
    for (const case_line *at = r->line; at;) {
        if (*n == MAX_LIKE)
            return complain_at(r, r->line->json, "bad-case",
                               "let it be like a case that stands alone",
                               "\"like\" goes round or too deep%.*s", HB_STR(""));
        chain[(*n)++] = at;
        const hb_json *like = hb_json_member(at->json, HB_STR("like"));
        if (!like) return true;
        const case_line *next =
            like->kind == HB_JSON_STRING ? find_line(r->cases, like->text) : NULL;
        if (!next)
            return complain_at(r, r->line->json, "unknown-case", "name a case of this rulebook",
                               "no case is named \"%.*s\"", like->text);
        at = next;
    }
    return true;
}

static const hb_json *find_member(const case_line *const *chain, uint32_t n, hb_str key) {
    for (uint32_t i = 0; i < n; i++) {
        const hb_json *member = hb_json_member(chain[i]->json, key);
        if (member) return member;
    }
    return NULL;
}

static bool read_document(const reading *r, const hb_json *json, const rulebook_document **out) {
    hb_error err = {0};
    rulebook_document *document = hb_arena_new(r->cases->arena, rulebook_document);
    if (!document) return no_memory(r->errors);
    document->from = r->line->file;
    if (!rulebook_document_from_json(r->cases->arena, json, document, &err)) {
        hb_error_at(&err, r->line->text, json->offset, 1);
        hb_error_in(&err, "case \"%.*s\"", (int)r->line->id.n, r->line->id.at);
        hb_error_file(&err, r->line->path);
        err.line = (uint32_t)r->line->line;
        hb_errors_add(r->errors, &err);
        return false;
    }
    *out = document;
    return true;
}

// A document named by its id stands in `documents` of the case or of what it is like.
static bool find_document(const reading *r, const case_line *const *chain, uint32_t n,
                          const hb_json *named, const rulebook_document **out) {
    for (uint32_t i = 0; i < n; i++) {
        const hb_json *documents = hb_json_member(chain[i]->json, HB_STR("documents"));
        if (!documents || documents->kind != HB_JSON_ARRAY) continue;
        for (uint32_t d = 0; d < documents->n; d++) {
            const hb_json *id = hb_json_member(&documents->first[d], HB_STR("id"));
            if (id && hb_str_equal(id->text, named->text))
                return read_document(&(reading){r->cases, chain[i], r->errors},
                                     &documents->first[d], out);
        }
    }
    return complain_at(r, named, "unknown-document", "add it to \"documents\", or write it out",
                       "no document has the id \"%.*s\"", named->text);
}

// `r` names the line the fact stands in; its documents are looked for from there on.
static bool read_record(const reading *r, const case_line *const *chain, uint32_t n, uint32_t fact,
                        const hb_json *json, rulebook_record *out) {
    hb_error err = {0};
    const hb_json *value = hb_json_member(json, HB_STR("value")),
                  *evidence = hb_json_member(json, HB_STR("evidence"));
    if (json->kind != HB_JSON_OBJECT || !value)
        return complain_at(r, json, "bad-case", "write {\"value\":...,\"evidence\":[...]}",
                           "a fact needs a value%.*s", HB_STR(""));
    if (!check_members(r, json, "|value|evidence|")) return false;
    out->fact = fact;
    if (!rulebook_value_from_json(r->cases->rb, r->cases->arena, fact, value, &out->value,
                                  &out->is_unknown, &err))
        return complain_at(r, value, err.code, err.help, "%.*s", hb_str_from(err.message));
    if (!evidence) return true;
    if (evidence->kind != HB_JSON_ARRAY)
        return complain_at(r, evidence, "bad-case", "write a list of documents or their ids",
                           "evidence is a list%.*s", HB_STR(""));
    const rulebook_document **list =
        hb_arena_array(r->cases->arena, const rulebook_document *, evidence->n + 1);
    if (!list) return no_memory(r->errors);
    for (uint32_t e = 0; e < evidence->n; e++) {
        const hb_json *item = &evidence->first[e];
        if (item->kind == HB_JSON_STRING ? !find_document(r, chain, n, item, &list[e])
                                         : !read_document(r, item, &list[e]))
            return false;
    }
    out->evidence = list;
    out->n_evidence = evidence->n;
    return true;
}

static bool is_given_before(const case_line *const *chain, uint32_t n, hb_str fact) {
    for (uint32_t i = 0; i < n; i++) {
        const hb_json *facts = hb_json_member(chain[i]->json, HB_STR("facts"));
        if (facts && hb_json_member(facts, fact)) return true;
    }
    return false;
}

static bool read_facts(const reading *r, const case_line *const *chain, uint32_t n,
                       rulebook_case *out) {
    uint32_t room = 0;
    bool ok = true;
    hb_errors elsewhere = {0};
    for (uint32_t i = 0; i < n; i++) {
        const hb_json *facts = hb_json_member(chain[i]->json, HB_STR("facts"));
        if (facts && facts->kind != HB_JSON_OBJECT)
            return complain_at(r, facts, "bad-case", "write {\"fact\":{...},...}",
                               "facts is an object%.*s", HB_STR(""));
        for (uint32_t f = 0; facts && f < facts->n; f++)
            room += facts->first[f].kind == HB_JSON_ARRAY ? facts->first[f].n : 1;
    }
    rulebook_record *records = hb_arena_array(r->cases->arena, rulebook_record, room + 1);
    if (!records) return no_memory(r->errors);
    for (uint32_t i = 0; i < n; i++) {
        const hb_json *facts = hb_json_member(chain[i]->json, HB_STR("facts"));
        // What is wrong in the other case is said there, once.
        reading from = {r->cases, chain[i], i ? &elsewhere : r->errors};
        for (uint32_t f = 0; facts && f < facts->n; f++) {
            const hb_json *given = &facts->first[f];
            uint32_t fact = rulebook_find_fact(r->cases->rb, given->key);
            if (fact == DMN_NONE) {
                ok = complain_at(&from, given, "unknown-fact", "name facts of the dictionary",
                                 "\"%.*s\" is no fact of this rulebook", given->key);
                continue;
            }
            if (given->kind == HB_JSON_NULL || is_given_before(chain, i, given->key)) continue;
            uint32_t n_given = given->kind == HB_JSON_ARRAY ? given->n : 1;
            for (uint32_t k = 0; k < n_given; k++)
                ok = read_record(&from, chain + i, n - i, fact,
                                 given->kind == HB_JSON_ARRAY ? &given->first[k] : given,
                                 &records[out->n_records++]) &&
                     ok;
        }
    }
    hb_errors_clear(&elsewhere);
    out->records = records;
    return ok;
}

// ---- what is expected ---------------------------------------------------------------------------

static bool read_names(const reading *r, const hb_json *expect, const char *key, bool are_rules,
                       const uint32_t **out, uint32_t *n) {
    const hb_json *list = hb_json_member(expect, hb_str_from(key));
    if (!list) return true;
    uint32_t *names = hb_arena_array(r->cases->arena, uint32_t, list->n + 1);
    if (!names) return no_memory(r->errors);
    if (list->kind != HB_JSON_ARRAY)
        return complain_at(r, list, "bad-case", "write a list", "\"%.*s\" is a list", list->key);
    bool ok = true;
    for (uint32_t i = 0; i < list->n; i++) {
        const hb_json *item = &list->first[i];
        names[i] = are_rules ? rulebook_find_rule(r->cases->rb, item->text)
                             : rulebook_find_fact(r->cases->rb, item->text);
        if (names[i] == DMN_NONE)
            ok = complain_at(r, item, are_rules ? "unknown-rule" : "unknown-fact",
                             "name rules and facts of this rulebook", "\"%.*s\" is unknown",
                             item->text);
    }
    *out = names;
    *n = list->n;
    return ok;
}

static bool is_word(hb_str word, const char *words) {
    for (const char *at = words; at && at[1]; at = strchr(at + 1, '|')) {
        const char *end = strchr(at + 1, '|');
        if (end && hb_str_equal(word, (hb_str){at + 1, (size_t)(end - at - 1)})) return true;
    }
    return false;
}

static bool check_word(const reading *r, const hb_json *json, const char *words, const char *help) {
    if (json->kind == HB_JSON_STRING && is_word(json->text, words)) return true;
    return complain_at(r, json, "bad-case", help, "\"%.*s\" cannot be expected", json->text);
}

#define VERDICTS "|BARRED|UNRESOLVED|NO BAR FOUND|"
#define OUTCOMES "|bars|unmet|refer|satisfied|not_applicable|"

static bool read_outcomes(const reading *r, const hb_json *expect, rulebook_case *out) {
    const hb_json *outcomes = hb_json_member(expect, HB_STR("outcomes"));
    if (!outcomes) return true;
    rulebook_expected_outcome *list =
        hb_arena_array(r->cases->arena, rulebook_expected_outcome, outcomes->n + 1);
    if (!list) return no_memory(r->errors);
    if (outcomes->kind != HB_JSON_OBJECT)
        return complain_at(r, outcomes, "bad-case", "write {\"rule\":\"outcome\",...}",
                           "outcomes is an object%.*s", HB_STR(""));
    bool ok = true;
    for (uint32_t i = 0; i < outcomes->n; i++) {
        const hb_json *item = &outcomes->first[i];
        list[i] =
            (rulebook_expected_outcome){rulebook_find_rule(r->cases->rb, item->key), item->text};
        if (list[i].rule == DMN_NONE)
            ok = complain_at(r, item, "unknown-rule", "name rules of this rulebook",
                             "\"%.*s\" is no rule", item->key);
        ok = check_word(r, item, OUTCOMES, "bars, unmet, refer, satisfied or not_applicable") && ok;
    }
    out->outcomes = list;
    out->n_outcomes = outcomes->n;
    return ok;
}

static bool read_expected(const reading *r, rulebook_case *out) {
    const hb_json *expect = hb_json_member(r->line->json, HB_STR("expect"));
    if (!expect || expect->kind != HB_JSON_OBJECT || !expect->n)
        return complain_at(r, expect ? expect : r->line->json, "bad-case",
                           "write \"expect\":{\"verdict\":...}", "a case says what it expects%.*s",
                           HB_STR(""));
    bool ok = check_members(
        r, expect, "|verdict|also_accept|outcomes|must_cite|must_not_cite|must_bar|missing|");
    const hb_json *verdict = hb_json_member(expect, HB_STR("verdict")),
                  *also = hb_json_member(expect, HB_STR("also_accept"));
    if (verdict &&
        (ok = check_word(r, verdict, VERDICTS, "BARRED, UNRESOLVED or NO BAR FOUND") && ok))
        out->verdict = verdict->text;
    if (also) {
        hb_str *list = hb_arena_array(r->cases->arena, hb_str, also->n + 1);
        if (!list) return no_memory(r->errors);
        for (uint32_t i = 0; i < also->n; i++) {
            ok = check_word(r, &also->first[i], VERDICTS, "BARRED, UNRESOLVED or NO BAR FOUND") &&
                 ok;
            list[i] = also->first[i].text;
        }
        out->also_accept = list;
        out->n_also_accept = also->n;
    }
    ok = read_outcomes(r, expect, out) && ok;
    ok = read_names(r, expect, "must_cite", true, &out->must_cite, &out->n_must_cite) && ok;
    ok = read_names(r, expect, "must_not_cite", true, &out->must_not_cite, &out->n_must_not_cite) &&
         ok;
    ok = read_names(r, expect, "must_bar", true, &out->must_bar, &out->n_must_bar) && ok;
    return read_names(r, expect, "missing", false, &out->missing, &out->n_missing) && ok;
}

static bool read_day(const reading *r, const case_line *const *chain, uint32_t n,
                     rulebook_day *day) {
    const hb_json *as_of = find_member(chain, n, HB_STR("as_of")),
                  *host = find_member(chain, n, HB_STR("host"));
    const hb_json *author = find_member(chain, n, HB_STR("author"));
    bool ok = true;
    if (!as_of || as_of->kind != HB_JSON_STRING || !date_is_valid(as_of->text, &day->as_of))
        ok = complain_at(r, r->line->json, "bad-case", "write \"as_of\":\"2025-03-15\"",
                         "the day of decision is missing or no date%.*s", HB_STR(""));
    if (!host || host->kind != HB_JSON_STRING || !rulebook_knows_country(r->cases->rb, host->text))
        return complain_at(r, r->line->json, "bad-case", "write \"host\":\"SLV\"",
                           "the host is missing or no ISO 3166-1 alpha-3 code%.*s", HB_STR(""));
    day->host = host->text;
    if (author && author->kind == HB_JSON_STRING) day->author = author->text;
    return ok;
}

static bool read_about(const reading *r, rulebook_case *out) {
    const hb_json *about = hb_json_member(r->line->json, HB_STR("about")),
                  *title = hb_json_member(r->line->json, HB_STR("title"));
    if (title && title->kind == HB_JSON_STRING) out->title = title->text;
    if (!about) return true;
    if (about->kind != HB_JSON_OBJECT)
        return complain_at(r, about, "bad-case", "write {\"rule\":...,\"shows\":...}",
                           "about is an object%.*s", HB_STR(""));
    if (!check_members(r, about, "|rule|shows|path|source|kind|")) return false;
    const hb_json *rule = hb_json_member(about, HB_STR("rule")),
                  *shows = hb_json_member(about, HB_STR("shows"));
    if (rule && rulebook_find_rule(r->cases->rb, rule->text) == DMN_NONE)
        return complain_at(r, rule, "unknown-rule", "name a rule of this rulebook",
                           "\"%.*s\" is no rule", rule->text);
    if (rule) out->about_rule = rule->text;
    if (shows) out->about_shows = shows->text;
    return true;
}

static bool build_case(const reading *r, rulebook_case *out) {
    const case_line *chain[MAX_LIKE];
    uint32_t n;
    *out = (rulebook_case){.id = r->line->id, .file = r->line->file, .line = r->line->line};
    bool ok = check_members(r, r->line->json,
                            "|case|about|title|like|as_of|host|author|documents|facts|expect|");
    if (!find_chain(r, chain, &n)) return false;
    ok = read_about(r, out) && ok;
    ok = read_day(r, chain, n, &out->day) && ok;
    ok = read_facts(r, chain, n, out) && ok;
    return read_expected(r, out) && ok;
}

rulebook_cases *rulebook_cases_open(const rulebook *rb, hb_errors *errors) {
    bool ok = false;
    hb_json_reader *reader = hb_json_reader_open();
    hb_arena *arena = hb_arena_open(CASES_ARENA_BYTES);
    rulebook_cases *cases = arena ? hb_arena_new(arena, rulebook_cases) : NULL;
    if (!cases || !reader) {
        no_memory(errors);
        goto done;
    }
    *cases = (rulebook_cases){.arena = arena, .rb = rb};
    if (!read_folder(cases, reader, errors)) goto done;
    if (!(cases->cases = hb_arena_array(arena, rulebook_case, cases->n))) {
        no_memory(errors);
        goto done;
    }
    ok = true;
    for (uint32_t i = 0; i < cases->n; i++)
        ok = build_case(&(reading){cases, &cases->lines[i], errors}, &cases->cases[i]) && ok;
done:
    hb_json_reader_close(reader);
    if (ok) return cases;
    hb_arena_close(arena);
    return NULL;
}

void rulebook_cases_close(rulebook_cases *cases) {
    if (cases) hb_arena_close(cases->arena);
}

uint32_t rulebook_n_cases(const rulebook_cases *cases) {
    return cases->n;
}
const rulebook_case *rulebook_case_at(const rulebook_cases *cases, uint32_t i) {
    return &cases->cases[i];
}
