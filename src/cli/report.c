// habeas report person|agreement|facility: papers that are filed. The form is that of --out; a
// paper is written whole or not at all, and what it holds is decided by who reads it.
#include "report/report.h"

#include <errno.h>
#include <string.h>

#include "cli/list.h"
#include "cli/register.h"
#include "conditions/conditions.h"
#include "verify/change.h"

#define PAPER_BYTES ((size_t)512 << 20)

typedef enum { FORM_HTML = 0, FORM_PDF, FORM_JSON } paper_form;

// ---- the command line
// ----------------------------------------------------------------------------

static bool ends_with(const char *path, const char *end) {
    size_t n = strlen(path), m = strlen(end);
    return n > m && strcmp(path + n - m, end) == 0;
}

static bool read_form(const cli *run, paper_form *form, hb_error *err) {
    const char *path = cli_value(run, "out");
    if (path != NULL && ends_with(path, ".html")) *form = FORM_HTML;
    if (path != NULL && ends_with(path, ".pdf")) *form = FORM_PDF;
    if (path != NULL && ends_with(path, ".json")) *form = FORM_JSON;
    if (path != NULL && (ends_with(path, ".html") || *form != FORM_HTML)) return true;
    hb_fail(err, HB_USAGE, "no-out", "%s",
            words_in(run->language, "--out wants a file that ends in .html, .pdf or .json"));
    hb_error_help(err, "--out paper.pdf");
    return false;
}

static bool read_reader(const cli *run, report_copy *copy, hb_error *err) {
    const char *name = cli_value(run, "for");
    uint32_t n = 0;
    const report_reader *readers = report_readers(&n);
    hb_str names[32];
    copy->reader = &readers[0];
    if (name == NULL) {
        cli_warn(run, "%s",
                 words_in(run->language,
                          "this copy holds only what the public may see; --for counsel or --for "
                          "court makes one with every reason"));
        return true;
    }
    if ((copy->reader = report_reader_find(hb_str_from(name))) != NULL) return true;
    for (uint32_t i = 0; i < n && i < 32; i++) names[i] = hb_str_from(readers[i].name);
    hb_str nearest = hb_nearest(hb_str_from(name), names, n);
    hb_fail(err, HB_USAGE, "unknown-reader", words_in(run->language, "--for knows no \"%s\""),
            name);
    if (nearest.n > 0) {
        hb_error_help(err, words_in(run->language, "did you mean \"%.*s\"?"), (int)nearest.n,
                      nearest.at);
    } else {
        hb_error_help(err,
                      "court, counsel, person, inspector, sender, host, consulate, family, "
                      "budget or public");
    }
    return false;
}

static bool read_copy(const cli *run, report_copy *copy, paper_form *form, hb_error *err) {
    const char *paper = cli_value(run, "paper"), *verify_at = cli_value(run, "verify-at");
    *copy = (report_copy){.language = run->language, .made_on = run->today, .now = run->now};
    if (!read_form(run, form, err) || !read_reader(run, copy, err)) return false;
    if (verify_at != NULL) copy->verify_at = hb_str_from(verify_at);
    copy->is_a4 = paper != NULL && strcmp(paper, "a4") == 0;
    if (paper != NULL && !copy->is_a4 && strcmp(paper, "letter") != 0)
        return hb_fail(err, HB_USAGE, "paper", "%s",
                       words_in(run->language, "--paper is letter or a4"));
    copy->is_named = cli_value(run, "with-name") != NULL;
    if (!copy->is_named || copy->reader->may_name) return true;
    hb_fail(err, HB_USAGE, "no-name", words_in(run->language, "a copy for %s never has a name"),
            words_in(run->language, copy->reader->words));
    hb_error_help(
        err, "%s",
        words_in(run->language, "leave out --with-name, or say who may have it by --for"));
    return false;
}

// ---- writing
// -------------------------------------------------------------------------------------

static bool write_file(const char *path, hb_str text, hb_error *err) {
    FILE *file = fopen(path, "wb");
    bool ok = file != NULL && fwrite(text.at, 1, text.n, file) == text.n;
    if (file != NULL && fclose(file) != 0) ok = false;
    return ok ||
           hb_fail(err, HB_SYSTEM, "output", "\"%s\" cannot be written: %s", path, strerror(errno));
}

static bool write_paper(const cli *run, const report_copy *copy, paper_form form, hb_text *json,
                        hb_error *err) {
    const char *path = cli_value(run, "out");
    hb_str text = {json->at, json->n}, page = {0};
    html h = {0};
    hb_text pdf = {0};
    report_document document;
    char hex[65];
    hb_arena *arena = hb_arena_open(PAPER_BYTES);
    bool ok = arena != NULL || hb_out_of_memory(err);
    ok = ok && report_read(arena, text, &document, err);
    if (ok && form == FORM_JSON) ok = write_file(path, text, err);
    if (ok && form != FORM_JSON) {
        report_html(&h, copy, &document);
        ok = html_finish(&h, &page, err);
        if (ok && form == FORM_PDF) ok = report_pdf(page, &pdf, err);
        ok = ok && write_file(path, form == FORM_PDF ? (hb_str){pdf.at, pdf.n} : page, err);
    }
    if (ok) {
        hb_hash_hex(document.hash, hex);
        fprintf(run->err, words_in(run->language, "written: %s, document %s\n"), path, hex);
    }
    html_clear(&h);
    hb_text_clear(&pdf);
    hb_arena_close(arena);
    return ok;
}

// ---- a facility, assessed
// --------------------------------------------------------------------------

// The assessment of the return at `path` on a day, as the JSON of `habeas facility assess`.
static bool assess(const cli *run, const char *path, hb_date day, hb_text *out, hb_error *err) {
    char folder[4096];
    hb_errors errors = {0};
    conditions_law *law = NULL;
    conditions_return *ret = NULL;
    conditions_assessment *found = NULL;
    hb_arena *arena = hb_arena_open(PAPER_BYTES);
    bool ok = arena != NULL || hb_out_of_memory(err);
    ok = ok && cli_own_rulebook(run, "conditions", folder, err);
    if (ok && (law = conditions_law_load(folder, &errors)) != NULL)
        ret = conditions_return_read(law, path, &errors);
    if (ok && ret == NULL) {
        *err = errors.kept[0];
        ok = false;
    }
    ok = ok && conditions_assess(law, ret, day, arena, &found, err);
    if (ok) conditions_write_json(out, found, NULL);
    hb_errors_clear(&errors);
    conditions_return_close(ret);
    conditions_law_close(law);
    hb_arena_close(arena);
    return ok;
}

// ---- person
// ----------------------------------------------------------------------------------------

// Where the list said that its place of custody is; NULL when it named none.
static const char *facility_of(const cli_list *list, hb_arena *arena, hb_error *err) {
    for (uint32_t i = 0; i < list->page.n_sources; i++) {
        hb_str path;
        if (!hb_str_equal(list->page.sources[i].role, HB_STR("facility"))) continue;
        if (hb_str_format(arena, &path, "%.*s%c", (int)list->page.sources[i].path.n,
                          list->page.sources[i].path.at, 0))
            return path.at;
        hb_out_of_memory(err);
    }
    return NULL;
}

typedef struct {
    hb_arena *arena;
    intake_reader *reader;
    rulebook_bench *bench;
    verify_changer *changer;
    hb_text input, assessment, json;
} person_work;

static bool make_person(cli *run, cli_list *list, person_work *w, register_log *log,
                        const report_copy *copy, gate_verdict *verdict, hb_error *err) {
    intake_person person = {0};
    gate_decision decision = {0};
    gate_changes changes = {0};
    if (!cli_list_find_person(run, list, w->arena, w->reader, hb_str_from(run->arguments[0]),
                              &person, err))
        return false;
    rulebook_day day = {list->page.as_of, person.host, list->page.author};
    if (!gate_decide(w->bench, w->arena, &day, person.records, person.n_records, &decision, err) ||
        !verify_would_change(w->changer, w->bench, w->arena, &day, person.records, person.n_records,
                             &decision, &changes, err) ||
        !gate_input_json(list->rb, w->arena, person.records, person.n_records, &w->input, err))
        return false;
    const char *facility = facility_of(list, w->arena, err);
    if (facility != NULL && !assess(run, facility, list->page.as_of, &w->assessment, err))
        return false;
    hb_str place = hb_str_trim((hb_str){w->assessment.at, w->assessment.n});
    gate_answer answer = {&list->page, &person, &decision, hb_sha256(w->input.at, w->input.n),
                          &changes};
    report_person_input input = {.answer = &answer, .log = log, .assessment = place,
                                 .end_date = person.end_date};
    *verdict = decision.verdict;
    return report_person(&w->json, copy, &input, err);
}

int cli_report_person(cli *run) {
    hb_error err = {0};
    report_copy copy;
    paper_form form = FORM_HTML;
    cli_list list;
    gate_verdict verdict = GATE_UNRESOLVED;
    register_log *log = NULL;
    if (!read_copy(run, &copy, &form, &err)) return cli_fail(run, &err);
    int status = cli_list_open(run, run->arguments[1], &list);
    if (status != CLI_DONE) return status;
    if (cli_value(run, "db") != NULL && (log = register_of(run, REGISTER_READ, &status)) == NULL) {
        cli_list_close(&list);
        return status;
    }
    person_work w = {.arena = hb_arena_open((size_t)64 << 20)};
    bool ok = w.arena != NULL || hb_out_of_memory(&err);
    ok = ok && (w.reader = intake_reader_open(list.in, &err)) != NULL;
    ok = ok && (w.bench = rulebook_bench_open(list.rb, &err)) != NULL;
    ok = ok && (w.changer = verify_changer_open(list.rb, &err)) != NULL;
    ok = ok && make_person(run, &list, &w, log, &copy, &verdict, &err) &&
         write_paper(run, &copy, form, &w.json, &err);
    if (ok) {
        status = verdict == GATE_NO_BAR_FOUND ? CLI_NO_BAR_FOUND : CLI_FOUND;
    } else {
        status = cli_fail(run, &err);
    }
    hb_text_clear(&w.input), hb_text_clear(&w.assessment), hb_text_clear(&w.json);
    verify_changer_close(w.changer);
    rulebook_bench_close(w.bench);
    intake_reader_close(w.reader);
    hb_arena_close(w.arena);
    if (log != NULL) register_close(log);
    cli_list_close(&list);
    return status;
}
