// habeas enddate FILE: the last lawful day of each custody, every step that leads to it, and who
// must be out or be reviewed by when. FILE holds questions, or it is a transfer list whose lines
// describe custodies. It is read twice: every question is answered once before anything is written,
// so one that is refused refuses them all. With --db the register says who is due.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/due.h"
#include "cli/import.h"
#include "cli/register.h"
#include "enddate/enddate.h"

#define LINE_MAX_BYTES ((size_t)4 << 20)
#define SCRATCH_BYTES ((size_t)64 << 20)

typedef struct {
    const cli *run;
    enddate_law *law;
    enddate_session *session;
    hb_json_reader *reader;
    hb_arena *arena;
    hb_date as_of;
    bool has_as_of;  // on the command line
    due_list dues;
    hb_text events;  // for the register
    hb_str authority;
    uint64_t n_undescribed;
} work;

static bool read_day(work *w, hb_error *err) {
    const cli *run = w->run;
    const char *given = cli_value(run, "as-of");
    w->as_of = run->today;
    w->has_as_of = given != NULL;
    if (given == NULL || (strlen(given) == 10 && hb_date_parse(hb_str_from(given), &w->as_of)))
        return true;
    hb_fail(err, HB_USAGE, "date", words_in(run->language, "--as-of wants a date, not \"%s\""),
            given);
    hb_error_help(err, words_in(run->language, "write it as 2025-03-15"));
    return false;
}

// ---- reading ------------------------------------------------------------------------------------

// A first line with neither a person nor a system describes a transfer list; its day counts unless
// the command line names another.
static bool read_header(work *w, const hb_json *json, hb_error *err) {
    const hb_json *day = hb_json_member(json, HB_STR("as_of"));
    if (w->has_as_of || day == NULL || day->kind == HB_JSON_NULL) return true;
    if (day->kind == HB_JSON_STRING && day->text.n == 10 && hb_date_parse(day->text, &w->as_of))
        return true;
    return hb_fail(err, HB_INPUT, "bad-date", "\"as_of\" is no day: write it as 2025-03-15");
}

static bool answer_person(work *w, const hb_json *json, const hb_json *person,
                          enddate_answer *answer, hb_error *err) {
    const hb_json *custody = hb_json_member(json, HB_STR("custody"));
    if (person->kind != HB_JSON_STRING || person->text.n == 0)
        return hb_fail(err, HB_INPUT, "wrong-type", "\"person\" is no id");
    if (custody != NULL && custody->kind != HB_JSON_NULL)
        return enddate_count(w->session, person->text, custody, w->as_of, answer, err);
    return enddate_claimed(w->session, person->text, hb_json_member(json, HB_STR("facts")), answer,
                           err);
}

// *is_header: the line asks for nobody.
static bool answer_line(work *w, hb_str line, bool is_first, bool *is_header,
                        enddate_answer *answer, hb_error *err) {
    hb_json *json = NULL;
    hb_arena_reset(w->arena);
    *is_header = false;
    if (!hb_json_parse(w->reader, w->arena, line, &json, err)) return false;
    if (json->kind != HB_JSON_OBJECT)
        return hb_fail(err, HB_INPUT, "wrong-type", "a question is one JSON object a line");
    const hb_json *person = hb_json_member(json, HB_STR("person"));
    if (person != NULL) return answer_person(w, json, person, answer, err);
    *is_header = is_first && hb_json_member(json, HB_STR("system")) == NULL &&
                 hb_json_member(json, HB_STR("id")) == NULL;
    return *is_header ? read_header(w, json, err)
                      : enddate_ask(w->session, json, w->as_of, answer, err);
}

typedef bool (*answer_taker)(work *w, const enddate_answer *answer, hb_error *err);

// Each line that is not blank, answered and handed on. A refused line is added to errors when there
// is room for them; without, it ends the run.
static bool each_answer(work *w, const char *path, hb_lines *lines, answer_taker take,
                        hb_errors *errors, hb_error *err) {
    bool end = false, is_first = true;
    uint64_t number = 0, n = 0;
    hb_str line = {0};
    while (!end) {
        bool is_header = false;
        hb_error one = {0};
        enddate_answer answer;
        bool ok = hb_lines_next(lines, &line, &number, &end, &one);
        if (ok && (end || hb_str_trim(line).n == 0)) continue;
        ok = ok && answer_line(w, line, is_first, &is_header, &answer, &one);
        is_first = false;
        if (ok && is_header) continue;
        n++;
        if (ok && take == NULL) continue;
        if (ok && take(w, &answer, err)) continue;
        if (ok) return false;
        one.line = (uint32_t)number;
        one.excerpt[0] = '\0';  // what stands in the line is about a person
        hb_error_file(&one, hb_str_from(path));
        if (errors == NULL) {
            *err = one;
            return false;
        }
        hb_errors_add(errors, &one);
        if (one.kind == HB_SYSTEM) return true;
    }
    if (n == 0 && errors != NULL) {
        hb_error none = {0};
        hb_fail(&none, HB_INPUT, "no-people",
                words_in(w->run->language, "the file asks for nobody"));
        hb_error_help(&none, "{\"id\":\"P-001\",\"system\":\"us_federal\",\"inputs\":{...}}");
        hb_error_file(&none, hb_str_from(path));
        hb_errors_add(errors, &none);
    }
    return true;
}

// ---- writing ------------------------------------------------------------------------------------

static bool flush(const work *w, hb_text *text, hb_error *err) {
    bool ok =
        text->failed ? hb_out_of_memory(err) : cli_write(w->run, (hb_str){text->at, text->n}, err);
    hb_text_clear(text);
    return ok;
}

static bool write_answer(work *w, const enddate_answer *answer, hb_error *err) {
    hb_text text = {0};
    const cli *run = w->run;
    if (run->format == CLI_TEXT) {
        enddate_print_text(&text, w->law, answer, run->language);
    } else {
        if (run->format == CLI_JSON && w->dues.n > 0) hb_text_add(&text, HB_STR(","));
        enddate_print_json(&text, w->law, answer, run->language);
        if (run->format == CLI_NDJSON) hb_text_add(&text, HB_STR("\n"));
    }
    hb_date day = {0};
    bool has_day = enddate_first_day(answer, &day);
    bool is_end =
        has_day && answer->is_settled && hb_date_to_days(day) == hb_date_to_days(answer->end_on);
    bool ok = due_add(&w->dues, answer->id, has_day ? &day : NULL, is_end, answer->is_settled, err);
    return flush(w, &text, err) && ok;
}

static void write_head(const work *w, hb_text *out) {
    hb_text_addf(out, "{\"as_of\":\"%04d-%02d-%02d\",\"answers\":[", w->as_of.year, w->as_of.month,
                 w->as_of.day);
}

static bool write_due(work *w, hb_text *text, hb_error *err) {
    if (w->run->format == CLI_TEXT) due_write_text(w->run, text, &w->dues, w->as_of);
    if (w->run->format == CLI_JSON) due_write_json(text, &w->dues, w->as_of);
    return flush(w, text, err);
}

static bool write_all(work *w, const char *path, hb_lines *lines, hb_error *err) {
    hb_text text = {0};
    if (w->run->format == CLI_JSON) {
        write_head(w, &text);
        if (!flush(w, &text, err)) return false;
    }
    if (!hb_lines_rewind(lines, err)) return false;
    if (!each_answer(w, path, lines, write_answer, NULL, err)) return false;
    return write_due(w, &text, err);
}

// ---- whom the register holds --------------------------------------------------------------------

// The day on which an instant of the register says that custody ends: the last whole day before it.
static hb_date last_day(int64_t until) {
    hb_date day = {0};
    (void)hb_date_from_days((until - 1) / 86400, &day);
    return day;
}

static bool take_line(void *context, const register_line *line, hb_error *err) {
    due_list *dues = context;
    const register_custody *c = &line->custody;
    if (!register_is_held(c->state)) return true;
    bool is_end = c->lawful_until != 0 && (c->review_at == 0 || c->lawful_until <= c->review_at);
    hb_date day = last_day(is_end ? c->lawful_until : c->review_at);
    bool has_day = is_end || c->review_at != 0;
    return due_add(dues, line->person, has_day ? &day : NULL, is_end, c->lawful_until != 0, err);
}

static int due_in_register(cli *run) {
    int status = CLI_DONE;
    hb_error err = {0};
    hb_text text = {0};
    work w = {.run = run};
    if (run->n_arguments > 0) {
        hb_fail(&err, HB_USAGE, "option-value",
                words_in(run->language, "name a file, or a register with --db, not both"));
        return cli_fail(run, &err);
    }
    if (!read_day(&w, &err)) return cli_fail(run, &err);
    register_log *log = register_of(run, REGISTER_READ, &status);
    if (log == NULL) return status;
    int64_t at = (hb_date_to_days(w.as_of) + 1) * 86400 - 1;
    if (run->format == CLI_JSON) write_head(&w, &text);
    bool ok = register_roster(log, w.has_as_of ? at : 0, take_line, &w.dues, &err) &&
              write_due(&w, &text, &err);
    status = !ok ? cli_fail(run, &err) : due_is_pressing(&w.dues, w.as_of) ? CLI_FOUND : CLI_DONE;
    due_clear(&w.dues);
    register_close(log);
    return status;
}

// ---- the command --------------------------------------------------------------------------------

// The folder that holds the four rulebooks: --rulebooks, else where the program's own stand.
static bool open_law(work *w, hb_error *err) {
    char path[4096];
    const char *given = cli_value(w->run, "rulebooks");
    if (given == NULL) {
        if (!cli_own_rulebooks(w->run, path, err)) return false;
        given = path;
    }
    return (w->law = enddate_open(given, err)) != NULL;
}

static bool open_work(work *w, hb_error *err) {
    if ((w->reader = hb_json_reader_open()) == NULL ||
        (w->arena = hb_arena_open(SCRATCH_BYTES)) == NULL)
        return hb_out_of_memory(err);
    return read_day(w, err) && open_law(w, err) &&
           (w->session = enddate_session_open(w->law, w->run->now, err)) != NULL;
}

static void close_work(work *w) {
    due_clear(&w->dues);
    hb_text_clear(&w->events);
    enddate_session_close(w->session);
    enddate_close(w->law);
    hb_json_reader_close(w->reader);
    hb_arena_close(w->arena);
}

// The first pass: CLI_DONE when every line can be answered.
static int check_all(work *w, const char *path, hb_lines **lines) {
    hb_error err = {0};
    hb_errors errors = {0};
    int status = CLI_DONE;
    if (!open_work(w, &err) || (*lines = hb_lines_open(path, LINE_MAX_BYTES, &err)) == NULL ||
        !each_answer(w, path, *lines, NULL, &errors, &err))
        status = cli_fail(w->run, &err);
    else if (errors.n_all > 0)
        status = cli_fail_all(w->run, &errors);
    hb_errors_clear(&errors);
    return status;
}

static bool is_sheet(const char *path) {
    size_t n = strlen(path);
    return n > 4 &&
           (strcasecmp(path + n - 4, ".csv") == 0 || strcasecmp(path + n - 4, "xlsx") == 0);
}

// With --map the roster is made of an agency's own file first. CLI_DONE with the path to read, or
// the exit status after having printed every error.
static int roster_of(cli *run, const char **path, FILE **imported, char imported_path[64]) {
    hb_error err = {0};
    if (cli_value(run, "map") == NULL) {
        if (!is_sheet(*path)) return CLI_DONE;
        hb_fail(&err, HB_USAGE, "no-mapping",
                words_in(run->language, "say which mapping the file fits: --map NAME"));
        hb_error_help(&err,
                      words_in(run->language, "for a spreadsheet: --map generic_spreadsheet"));
        return cli_fail(run, &err);
    }
    if ((*imported = tmpfile()) == NULL) {
        hb_fail(&err, HB_SYSTEM, "cannot-spool", "no temporary file");
        return cli_fail(run, &err);
    }
    int status = cli_import_files(run, path, 1, false, *imported);
    if (status == CLI_DONE && fflush(*imported) != 0) status = CLI_FAILED;
    snprintf(imported_path, 64, "/proc/self/fd/%d", fileno(*imported));
    *path = imported_path;
    return status;
}

int cli_enddate(cli *run) {
    if (cli_value(run, "db") != NULL) return due_in_register(run);
    const char *path = run->n_arguments > 0 ? run->arguments[0] : "-";
    char imported_path[64];
    FILE *imported = NULL;
    int made = roster_of(run, &path, &imported, imported_path);
    if (made != CLI_DONE) {
        if (imported != NULL) fclose(imported);
        return made;
    }
    hb_error err = {0};
    hb_lines *lines = NULL;
    work w = {.run = run};
    int status = check_all(&w, path, &lines);
    if (status == CLI_DONE && !write_all(&w, path, lines, &err)) {
        run->format = CLI_TEXT;  // part of an answer may stand on run->out already
        (void)cli_fail(run, &err);
        status = CLI_FAILED;
    } else if (status == CLI_DONE) {
        status = due_is_pressing(&w.dues, w.as_of) ? CLI_FOUND : CLI_DONE;
    }
    hb_lines_close(lines);
    close_work(&w);
    if (imported != NULL) fclose(imported);
    return status;
}

// ---- recorded -----------------------------------------------------------------------------------

// The day on which somebody must look first, if it is not the end: a review that was due before the
// day of a settled answer is over, in doubt none is.
static bool review_day(const work *w, const enddate_answer *answer, hb_date *day) {
    for (uint32_t i = 0; i < answer->n_review; i++) {
        *day = answer->review[i];
        if (!answer->is_settled || hb_date_to_days(*day) >= hb_date_to_days(w->as_of)) return true;
    }
    return false;
}

static void add_day(hb_text *out, const char *key, hb_date day) {
    hb_text_addf(out, ",\"%s\":\"%04d-%02d-%02d\"", key, day.year, day.month, day.day);
}

// The whole answer goes along under the person's key; what stands open is its hash (SHA-256 of the
// answer as RFC 8785 writes it), the rulebook, and the days that alarms need.
static bool add_event(work *w, const enddate_answer *answer, hb_error *err) {
    char hash[65], law[65];
    hb_date day, today = w->run->today;
    hb_json *json = NULL;
    hb_text text = {0}, details = {0}, *out = &w->events;
    int second = (int)(w->run->now.seconds % 86400);
    if (answer->is_undescribed) {
        w->n_undescribed++;
        return true;
    }
    enddate_print_json(&text, w->law, answer, WORDS_EN);
    bool ok = !text.failed &&
              hb_json_parse(w->reader, w->arena, (hb_str){text.at, text.n}, &json, err) &&
              hb_json_canonical(&details, json) && !details.failed;
    hb_hash_hex(hb_sha256(details.at, details.n), hash);
    hb_hash_hex(enddate_rulebook_hash(w->law, answer->system), law);
    hb_str name = enddate_rulebook_name(answer->system),
           version = enddate_rulebook_version(w->law, answer->system);
    hb_text_add(out, HB_STR("{\"event\":\"EndDateCounted\",\"person\":"));
    hb_text_add_json(out, answer->id);
    hb_text_add(out, HB_STR(",\"authority\":"));
    hb_text_add_json(out, w->authority);
    hb_text_addf(out, ",\"happened_at\":\"%04d-%02d-%02dT%02d:%02d:%02dZ\"", today.year,
                 today.month, today.day, second / 3600, second / 60 % 60, second % 60);
    hb_text_addf(out, ",\"rulebook\":\"%.*s %.*s sha256:%s\",\"sha256\":\"%s\"", (int)name.n,
                 name.at, (int)version.n, version.at, law, hash);
    if (answer->is_settled) add_day(out, "lawful_until", answer->end_on);
    if (review_day(w, answer, &day)) add_day(out, "review_on", day);
    hb_text_add(out, HB_STR(",\"details\":"));
    hb_text_add(out, (hb_str){details.at, details.n});
    hb_text_add(out, HB_STR("}\n"));
    hb_text_clear(&text);
    hb_text_clear(&details);
    return (ok && !out->failed) || hb_out_of_memory(err);
}

// The authority of an officer's key named "AUTHORITY/officer".
static bool read_authority(work *w, hb_error *err) {
    proof_key key;
    proof_secret seed;
    const char *path = cli_value(w->run, "key");
    if (path == NULL)
        return hb_fail(err, HB_USAGE, "register-key",
                       "this needs --key FILE, of the officer who signs");
    hb_arena *arena = hb_arena_open(1 << 20);
    bool ok =
        (arena != NULL || hb_out_of_memory(err)) && register_secret(arena, path, &key, &seed, err);
    if (ok) {
        size_t n = 0;
        proof_wipe(&seed, sizeof seed);
        while (n < key.name.n && key.name.at[n] != '/') n++;
        char *kept = strndup(key.name.at, n);
        ok = kept != NULL || hb_out_of_memory(err);
        if (ok) w->authority = (hb_str){kept, n};
    }
    hb_arena_close(arena);
    return ok;
}

static int record_events(cli *run, const work *w) {
    int status = CLI_FAILED;
    hb_error err = {0};
    FILE *file = tmpfile();
    char path[64];
    bool ok = file != NULL && fwrite(w->events.at, 1, w->events.n, file) == w->events.n &&
              fflush(file) == 0;
    if (ok) {
        snprintf(path, sizeof path, "/proc/self/fd/%d", fileno(file));
        status = register_record_file(run, path);
    } else {
        hb_fail(&err, HB_SYSTEM, "cannot-spool", "the temporary file of the events cannot be used");
        status = cli_fail(w->run, &err);
    }
    if (file != NULL) fclose(file);
    return status;
}

int cli_register_enddate(cli *run) {
    const char *path = run->n_arguments > 0 ? run->arguments[0] : "-";
    hb_error err = {0};
    hb_lines *lines = NULL;
    work w = {.run = run};
    int status = read_authority(&w, &err) ? check_all(&w, path, &lines) : cli_fail(run, &err);
    if (status == CLI_DONE &&
        (!hb_lines_rewind(lines, &err) || !each_answer(&w, path, lines, add_event, NULL, &err)))
        status = cli_fail(run, &err);
    if (status == CLI_DONE && w.n_undescribed > 0) {
        cli_warn(run,
                 words_in(run->language,
                          "of %llu people nothing says under what custody they are held: nothing "
                          "is recorded of them"),
                 (unsigned long long)w.n_undescribed);
    }
    if (status == CLI_DONE && w.events.n > 0) status = record_events(run, &w);
    free((char *)w.authority.at);
    hb_lines_close(lines);
    close_work(&w);
    return status;
}
