// habeas report person|agreement|facility: papers that are filed. The form is that of --out; a
// paper is written whole or not at all, and what it holds is decided by who reads it.
#include "report/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cost.h"
#include "cli/list.h"
#include "cli/register.h"
#include "conditions/conditions.h"
#include "verify/change.h"

#define PAPER_BYTES ((size_t)512 << 20)
enum { PDF_SECONDS = 300 };

typedef enum { FORM_HTML = 0, FORM_PDF, FORM_JSON } paper_form;

// ---- the command line -------------------------------------------------------------------------

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
    uint32_t zone;
    const char *tz = cli_value(run, "tz");
    if (tz != NULL) copy->time_zone = hb_str_from(tz);
    if (tz != NULL && !hb_zone_find(copy->time_zone, &zone)) {
        hb_fail(err, HB_USAGE, "unknown-zone", words_in(run->language, "--tz knows no zone \"%s\""),
                tz);
        hb_error_help(err, "America/El_Salvador");
        return false;
    }
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

// ---- writing ----------------------------------------------------------------------------------

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
        if (ok && form == FORM_PDF)
            ok = report_pdf(page, report_n_pages(&document), PDF_SECONDS, &pdf, err);
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

// ---- what a list names ------------------------------------------------------------------------

// The file that was read in this role; NULL when the list named none.
static const char *source_of(const cli_list *list, const char *role, hb_arena *arena,
                             hb_error *err) {
    for (uint32_t i = 0; i < list->page.n_sources; i++) {
        hb_str path;
        if (!hb_str_equal(list->page.sources[i].role, hb_str_from(role))) continue;
        if (hb_str_format(arena, &path, "%.*s%c", (int)list->page.sources[i].path.n,
                          list->page.sources[i].path.at, 0))
            return path.at;
        hb_out_of_memory(err);
    }
    return NULL;
}

// The agreement's own file: its terms, its hours, its time zone; an empty object when the list
// names none.
static bool read_agreement(const cli_list *list, hb_arena *arena, report_copy *copy,
                           register_hours *hours, hb_json **agreement, hb_error *err) {
    hb_bytes file = {0};
    hb_str text = HB_STR("{}");
    uint32_t zone;
    hb_json_reader *reader = hb_json_reader_open();
    const char *path = source_of(list, "agreement", arena, err);
    bool ok = (reader != NULL || hb_out_of_memory(err)) && err->kind == HB_NONE;
    if (ok && path != NULL) {
        ok = hb_read_file(path, 4 << 20, &file, err) &&
             (hb_str_copy(arena, (hb_str){file.at, file.n}, &text) || hb_out_of_memory(err));
    }
    ok = ok && hb_json_parse(reader, arena, text, agreement, err);
    const hb_json *alarms = ok ? hb_json_member(*agreement, HB_STR("alarms")) : NULL;
    if (alarms != NULL) ok = register_hours_read(alarms, hours, err);
    const hb_json *tz = ok ? hb_json_member(*agreement, HB_STR("time_zone")) : NULL;
    if (tz != NULL && copy->time_zone.n == 0 && hb_zone_find(tz->text, &zone))
        copy->time_zone = tz->text;
    if (!ok && path != NULL) hb_error_file(err, hb_str_from(path));
    hb_bytes_clear(&file);
    hb_json_reader_close(reader);
    return ok;
}

// ---- a facility, assessed ---------------------------------------------------------------------

// The assessment of the return at `path` on a day (NULL: its own), as `habeas facility assess`
// gives it, and its chart.
typedef struct {
    hb_text json, chart;
} assessment;

static report_assessment assessed(const assessment *a) {
    return (report_assessment){
        hb_str_trim((hb_str){a->json.at,  a->json.n }
        ), {a->chart.at, a->chart.n}
    };
}

static bool assess(const cli *run, const char *path, const hb_date *day, assessment *out,
                   hb_error *err) {
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
    ok = ok && conditions_assess(law, ret, day != NULL ? *day : conditions_return_as_of(ret), arena,
                                 &found, err);
    if (ok) {
        conditions_write_json(&out->json, found, NULL, run->language);
        (void)conditions_draw_chart(&out->chart, found, NULL, run->language);
    }
    hb_errors_clear(&errors);
    conditions_return_close(ret);
    conditions_law_close(law);
    hb_arena_close(arena);
    return ok;
}

// ---- person -----------------------------------------------------------------------------------

typedef struct {
    hb_arena *arena;
    intake_reader *reader;
    rulebook_bench *bench;
    verify_changer *changer;
    assessment place;
    hb_text input, json;
} person_work;

static bool make_person(cli *run, cli_list *list, person_work *w, register_log *log,
                        report_copy *copy, gate_verdict *verdict, hb_error *err) {
    register_hours hours = register_hours_default();
    hb_json *agreement = NULL;
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
    if (!read_agreement(list, w->arena, copy, &hours, &agreement, err)) return false;
    const char *facility = source_of(list, "facility", w->arena, err);
    if (facility != NULL && !assess(run, facility, &list->page.as_of, &w->place, err)) return false;
    gate_answer answer = {&list->page, &person, &decision, hb_sha256(w->input.at, w->input.n),
                          &changes};
    report_person_input input = {.answer = &answer,
                                 .log = log,
                                 .assessment = assessed(&w->place),
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
    hb_text_clear(&w.input), hb_text_clear(&w.json);
    hb_text_clear(&w.place.json), hb_text_clear(&w.place.chart);
    verify_changer_close(w.changer);
    rulebook_bench_close(w.bench);
    intake_reader_close(w.reader);
    hb_arena_close(w.arena);
    if (log != NULL) register_close(log);
    cli_list_close(&list);
    return status;
}

// ---- agreement --------------------------------------------------------------------------------

typedef struct {
    hb_arena *arena, *kept;
    intake_reader *reader;
    rulebook_bench *bench, *bench_kept;
    uint64_t n_people[GATE_N_VERDICTS];
    uint64_t *n_barred_by;
    intake_person first;  // whose facts of the agreement are everybody's
    gate_decision decision;
    hb_json *agreement;
    assessment place;
    hb_text json;
} agreement_work;

// Decides everybody on the list, and keeps the first.
static bool count_people(const cli *run, cli_list *list, agreement_work *w, hb_error *err) {
    for (bool is_first = true;; is_first = false) {
        hb_arena *arena = is_first ? w->kept : w->arena;
        rulebook_bench *bench = is_first ? w->bench_kept : w->bench;
        hb_str line = {0}, copied = {0};
        uint64_t number = 0;
        bool is_end = false;
        intake_person person = {0};
        gate_decision decision = {0};
        hb_arena_reset(arena);
        if (!intake_next_line(list->in, &line, &number, &is_end, err)) return false;
        if (is_end) return true;
        if (!hb_str_copy(arena, line, &copied)) return hb_out_of_memory(err);
        if (!intake_read_person(w->reader, arena, copied, number, &person, err)) return false;
        rulebook_day day = {list->page.as_of, person.host, list->page.author};
        if (!gate_decide(bench, arena, &day, person.records, person.n_records, &decision, err))
            return false;
        if (is_first) w->decision = decision;
        w->n_people[decision.verdict]++;
        for (uint32_t i = 0; i < decision.n_reasons; i++) {
            if (decision.outcomes[decision.reasons[i]] == GATE_BARS)
                w->n_barred_by[decision.reasons[i]]++;
        }
        cli_progress((cli *)(uintptr_t)run, words_in(run->language, "checking"), number,
                     intake_n_people(list->in) + 1);
    }
}

// The money of --scenario: its own claims, and this list's counts.
static bool run_scenario(cli *run, hb_arena *arena, const agreement_work *w, hb_str list,
                         money_report **out, hb_error *err) {
    const char *path = cli_value(run, "scenario");
    hb_errors errors = {0};
    money_claims *claims = NULL;
    money_request request;
    hb_str beside;
    *out = NULL;
    if (path == NULL) return true;
    if (!cli_money_request(run, &request, err)) return false;
    money_scenario *scenario = money_scenario_read(arena, path, &errors);
    if (scenario != NULL && money_scenario_claims(scenario).n > 0) {
        if (!cli_path_beside(arena, path, money_scenario_claims(scenario), &beside, err))
            return false;
        claims = money_claims_read(arena, beside.at, scenario, &errors);
    }
    if (errors.n_kept > 0) *err = errors.kept[0];
    hb_errors_clear(&errors);
    if (err->kind != HB_NONE) return false;
    request.people = (money_people){.is_known = true,
                                    .n_barred = w->n_people[GATE_BARRED],
                                    .n_unresolved = w->n_people[GATE_UNRESOLVED],
                                    .n_no_bar = w->n_people[GATE_NO_BAR_FOUND],
                                    .list = list};
    for (uint32_t v = 0; v < GATE_N_VERDICTS; v++) request.people.n_people += w->n_people[v];
    *out = money_run(arena, scenario, claims, &request, err);
    return *out != NULL;
}

static bool make_agreement(cli *run, cli_list *list, agreement_work *w, register_log *log,
                           report_copy *copy, hb_error *err) {
    register_hours hours = register_hours_default();
    money_report *money = NULL;
    bool is_memo = cli_value(run, "memo") != NULL;
    int64_t at = 0;
    if (is_memo && cli_value(run, "scenario") == NULL) {
        hb_fail(err, HB_USAGE, "no-scenario", "%s",
                words_in(run->language, "a memo is about money: it wants --scenario FILE"));
        hb_error_help(err, "--scenario scenarios/cecot-2025.json");
        return false;
    }
    if (!register_at(run, "at", run->now.seconds, &at, err) || !count_people(run, list, w, err) ||
        !read_agreement(list, w->kept, copy, &hours, &w->agreement, err) ||
        !run_scenario(run, w->kept, w, list->page.list, &money, err))
        return false;
    const char *facility = is_memo ? NULL : source_of(list, "facility", w->kept, err);
    if (facility != NULL && !assess(run, facility, &list->page.as_of, &w->place, err)) return false;
    report_agreement_input input = {
        .is_memo = is_memo,
        .page = &list->page,
        .agreement = w->agreement,
        .decision = &w->decision,
        .n_people = w->n_people,
        .n_barred_by = w->n_barred_by,
        .assessment = assessed(&w->place),
        .money = money,
        .log = log,
        .hours = hours,
        .at = {at, 0}
    };
    return report_agreement(&w->json, copy, &input, err);
}

int cli_report_agreement(cli *run) {
    hb_error err = {0};
    report_copy copy;
    paper_form form = FORM_HTML;
    cli_list list;
    register_log *log = NULL;
    if (!read_copy(run, &copy, &form, &err)) return cli_fail(run, &err);
    int status = cli_list_open(run, run->arguments[0], &list);
    if (status != CLI_DONE) return status;
    if (cli_value(run, "db") != NULL && (log = register_of(run, REGISTER_READ, &status)) == NULL) {
        cli_list_close(&list);
        return status;
    }
    agreement_work w = {
        .arena = hb_arena_open((size_t)64 << 20),
        .kept = hb_arena_open(SIZE_MAX / 4),  // a column of results a draw, as in cost
        .n_barred_by = calloc(rulebook_n_rules(list.rb) + 1, sizeof *w.n_barred_by)};
    bool ok =
        (w.arena != NULL && w.kept != NULL && w.n_barred_by != NULL) || hb_out_of_memory(&err);
    ok = ok && (w.reader = intake_reader_open(list.in, &err)) != NULL;
    ok = ok && (w.bench = rulebook_bench_open(list.rb, &err)) != NULL;
    ok = ok && (w.bench_kept = rulebook_bench_open(list.rb, &err)) != NULL;
    ok = ok && make_agreement(run, &list, &w, log, &copy, &err) &&
         write_paper(run, &copy, form, &w.json, &err);
    status = ok ? CLI_FOUND : cli_fail(run, &err);
    if (ok && w.n_people[GATE_BARRED] + w.n_people[GATE_UNRESOLVED] == 0) status = CLI_NO_BAR_FOUND;
    hb_text_clear(&w.json), hb_text_clear(&w.place.json), hb_text_clear(&w.place.chart);
    rulebook_bench_close(w.bench_kept);
    rulebook_bench_close(w.bench);
    intake_reader_close(w.reader);
    free(w.n_barred_by);
    hb_arena_close(w.kept);
    hb_arena_close(w.arena);
    if (log != NULL) register_close(log);
    cli_list_close(&list);
    return status;
}

// ---- facility ---------------------------------------------------------------------------------

// Ids of the heads counted, one a line.
static bool read_counted(const cli *run, hb_arena *arena, report_facility_input *input,
                         hb_error *err) {
    const char *path = cli_value(run, "counted");
    hb_bytes file = {0};
    hb_str text;
    if (path == NULL) return true;
    bool ok = hb_read_file(path, (size_t)16 << 20, &file, err);
    if (ok && !hb_utf8_is_valid((hb_str){file.at, file.n}, NULL)) {
        ok = hb_fail(err, HB_INPUT, "bad-utf8", "the file of heads counted is no UTF-8");
        hb_error_file(err, hb_str_from(path));
    }
    ok = ok && (hb_str_copy(arena, (hb_str){file.at, file.n}, &text) || hb_out_of_memory(err));
    hb_bytes_clear(&file);
    if (!ok) return false;
    uint32_t n = 1;
    for (size_t i = 0; i < text.n; i++) n += text.at[i] == '\n';
    hb_str *ids = hb_arena_array(arena, hb_str, n);
    if (ids == NULL) return hb_out_of_memory(err);
    for (size_t i = 0, start = 0; i <= text.n; i++) {
        if (i < text.n && text.at[i] != '\n') continue;
        hb_str id = hb_str_trim((hb_str){text.at + start, i - start});
        if (id.n > 0) ids[input->n_counted++] = id;
        start = i + 1;
    }
    input->has_counted = true;
    input->counted = ids;
    return true;
}

// The published seed; when none is given, the root of the register's own checkpoint, which nobody
// could have chosen.
static bool read_seed(const cli *run, hb_arena *arena, register_log *log, hb_str *seed,
                      hb_error *err) {
    char hex[65];
    hb_str note;
    proof_standing standing;
    proof_note opened;
    proof_checkpoint checkpoint = {0};
    *seed = hb_str_from(cli_value(run, "seed") != NULL ? cli_value(run, "seed") : "");
    if (seed->n > 0 || log == NULL) return true;
    if (!register_checkpoint(log, arena, &note, &standing, err) ||
        !proof_note_open(note, register_key(log), 1, &opened, err))
        return false;
    (void)proof_checkpoint_read(opened.text, &checkpoint);
    hb_hash_hex(checkpoint.root, hex);
    return hb_str_copy(arena, hb_str_from(hex), seed) || hb_out_of_memory(err);
}

static bool make_facility(cli *run, hb_arena *arena, register_log *log, const report_copy *copy,
                          assessment *place_read, hb_text *json, hb_error *err) {
    report_facility_input input = {.log = log, .hours = register_hours_default()};
    report_document place;
    const char *given = cli_value(run, "place"), *by = cli_value(run, "counted-by");
    if (!register_at(run, "at", run->now.seconds, &input.at, err) ||
        !assess(run, run->arguments[0], NULL, place_read, err) ||
        !read_counted(run, arena, &input, err) || !read_seed(run, arena, log, &input.seed, err))
        return false;
    input.assessment = assessed(place_read);
    if (!report_read(arena, input.assessment.answer, &place, err)) return false;
    const hb_json *id = hb_json_member(place.tree, HB_STR("facility"));
    input.place = given != NULL ? hb_str_from(given) : id != NULL ? id->text : HB_STR("");
    if (by != NULL) input.counted_by = hb_str_from(by);
    return report_facility(json, copy, &input, err);
}

int cli_report_facility(cli *run) {
    hb_error err = {0};
    report_copy copy;
    paper_form form = FORM_HTML;
    register_log *log = NULL;
    assessment place = {0};
    hb_text json = {0};
    int status = CLI_DONE;
    if (!read_copy(run, &copy, &form, &err)) return cli_fail(run, &err);
    if (cli_value(run, "db") != NULL && (log = register_of(run, REGISTER_READ, &status)) == NULL)
        return status;
    hb_arena *arena = hb_arena_open((size_t)256 << 20);
    bool ok = arena != NULL || hb_out_of_memory(&err);
    ok = ok && make_facility(run, arena, log, &copy, &place, &json, &err) &&
         write_paper(run, &copy, form, &json, &err);
    status = ok ? CLI_FOUND : cli_fail(run, &err);
    hb_text_clear(&place.json), hb_text_clear(&place.chart);
    hb_text_clear(&json);
    hb_arena_close(arena);
    if (log != NULL) register_close(log);
    return status;
}
