// habeas enddate FILE: the last lawful day of each custody, every step that leads to it, and who
// must be out or be reviewed by when. The file is read twice: every question is answered once
// before anything is written, so one that is refused refuses them all.
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "enddate/enddate.h"

#define LINE_MAX_BYTES ((size_t)4 << 20)
#define SCRATCH_BYTES ((size_t)64 << 20)

// The day of one custody that comes first; without one it stands before all others.
typedef struct {
    char *id;
    bool has_day, is_end, alarms_now;
    hb_date day;
    uint64_t order;
} due;

typedef struct {
    const cli *run;
    enddate_law *law;
    enddate_session *session;
    hb_json_reader *reader;
    hb_arena *arena;
    hb_date as_of;
    due *dues;
    size_t n_dues, room;
    uint64_t n_settled, n_open, n_past;
} work;

// ---- reading ------------------------------------------------------------------------------------

static bool answer_line(work *w, hb_str line, enddate_answer *answer, hb_error *err) {
    hb_json *json = NULL;
    hb_arena_reset(w->arena);
    if (!hb_json_parse(w->reader, w->arena, line, &json, err)) return false;
    if (json->kind != HB_JSON_OBJECT)
        return hb_fail(err, HB_INPUT, "wrong-type", "a question is one JSON object a line");
    return enddate_ask(w->session, json, w->as_of, answer, err);
}

typedef bool (*answer_taker)(work *w, const enddate_answer *answer, hb_error *err);

// Each line that is not blank, answered and handed on. A refused line is added to errors when there
// is room for them; without, it ends the run.
static bool each_answer(work *w, const char *path, hb_lines *lines, answer_taker take,
                        hb_errors *errors, hb_error *err) {
    bool end = false;
    uint64_t number = 0, n = 0;
    hb_str line = {0};
    while (!end) {
        hb_error one = {0};
        enddate_answer answer;
        bool ok = hb_lines_next(lines, &line, &number, &end, &one);
        if (ok && (end || hb_str_trim(line).n == 0)) continue;
        ok = ok && answer_line(w, line, &answer, &one);
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

// ---- who is due ---------------------------------------------------------------------------------

static bool note_due(work *w, const enddate_answer *answer, hb_error *err) {
    if (w->n_dues == w->room) {
        size_t room = w->room == 0 ? 256 : w->room * 2;
        due *dues = realloc(w->dues, room * sizeof *dues);
        if (dues == NULL) return hb_out_of_memory(err);
        w->dues = dues;
        w->room = room;
    }
    due *one = &w->dues[w->n_dues];
    *one = (due){.order = w->n_dues, .alarms_now = answer->alarms_now};
    one->has_day = enddate_first_day(answer, &one->day);
    one->is_end = one->has_day && answer->is_settled &&
                  hb_date_to_days(one->day) == hb_date_to_days(answer->end_on);
    if ((one->id = strndup(answer->id.at, answer->id.n)) == NULL) return hb_out_of_memory(err);
    w->n_dues++;
    w->n_settled += answer->is_settled;
    w->n_open += !answer->is_settled;
    w->n_past += one->has_day && hb_date_to_days(one->day) < hb_date_to_days(w->as_of);
    return true;
}

static int by_day(const void *left, const void *right) {
    const due *a = left, *b = right;
    if (a->has_day != b->has_day) return a->has_day ? 1 : -1;
    int64_t x = a->has_day ? hb_date_to_days(a->day) : 0,
            y = b->has_day ? hb_date_to_days(b->day) : 0;
    if (x != y) return x < y ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

static const char *due_words(const work *w, const due *one, long long days) {
    words_language language = w->run->language;
    if (!one->has_day) return words_in(language, "no day can be counted: alarm now");
    if (one->is_end && days < 0) return words_in(language, "end date, overdue");
    if (one->is_end) return words_in(language, "end date");
    return days < 0 ? words_in(language, "review, overdue") : words_in(language, "review");
}

static void write_due_text(const work *w, hb_text *out) {
    hb_text_addf(out,
                 words_in(w->run->language,
                          "\nWho must be out, or be reviewed, by when (as of "
                          "%04d-%02d-%02d):\n"),
                 w->as_of.year, w->as_of.month, w->as_of.day);
    for (size_t i = 0; i < w->n_dues; i++) {
        const due *one = &w->dues[i];
        int64_t days = one->has_day ? hb_date_to_days(one->day) - hb_date_to_days(w->as_of) : 0;
        if (one->has_day)
            hb_text_addf(out, "  %04d-%02d-%02d %+7lld  ", one->day.year, one->day.month,
                         one->day.day, (long long)days);
        else
            hb_text_addf(out, "  %-20s", "-");
        hb_text_addf(out, "%-20s %s\n", one->id, due_words(w, one, (long long)days));
    }
    hb_text_addf(out,
                 words_in(w->run->language,
                          "%llu custodies: %llu with an end date, %llu UNRESOLVED; %llu past a "
                          "day already.\n"),
                 (unsigned long long)w->n_dues, (unsigned long long)w->n_settled,
                 (unsigned long long)w->n_open, (unsigned long long)w->n_past);
}

static void write_due_json(const work *w, hb_text *out) {
    hb_text_add(out, HB_STR("],\"due\":["));
    for (size_t i = 0; i < w->n_dues; i++) {
        const due *one = &w->dues[i];
        hb_text_add(out, i == 0 ? HB_STR("{\"id\":") : HB_STR(",{\"id\":"));
        hb_text_add_json(out, hb_str_from(one->id));
        if (one->has_day)
            hb_text_addf(out, ",\"date\":\"%04d-%02d-%02d\",\"kind\":\"%s\",\"days\":%lld}",
                         one->day.year, one->day.month, one->day.day,
                         one->is_end ? "end" : "review",
                         (long long)(hb_date_to_days(one->day) - hb_date_to_days(w->as_of)));
        else
            hb_text_add(out, HB_STR(",\"date\":null,\"kind\":\"now\",\"days\":null}"));
    }
    hb_text_add(out, HB_STR("]}\n"));
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
        if (run->format == CLI_JSON && w->n_dues > 0) hb_text_add(&text, HB_STR(","));
        enddate_print_json(&text, w->law, answer, run->language);
        if (run->format == CLI_NDJSON) hb_text_add(&text, HB_STR("\n"));
    }
    bool ok = note_due(w, answer, err);
    return flush(w, &text, err) && ok;
}

static bool write_all(work *w, const char *path, hb_lines *lines, hb_error *err) {
    hb_text text = {0};
    if (w->run->format == CLI_JSON) {
        hb_text_addf(&text, "{\"as_of\":\"%04d-%02d-%02d\",\"answers\":[", w->as_of.year,
                     w->as_of.month, w->as_of.day);
        if (!flush(w, &text, err)) return false;
    }
    if (!hb_lines_rewind(lines, err)) return false;
    if (!each_answer(w, path, lines, write_answer, NULL, err)) return false;
    if (w->n_dues > 1) qsort(w->dues, w->n_dues, sizeof *w->dues, by_day);
    if (w->run->format == CLI_TEXT) write_due_text(w, &text);
    if (w->run->format == CLI_JSON) write_due_json(w, &text);
    return flush(w, &text, err);
}

static bool read_day(const cli *run, hb_date *day, hb_error *err) {
    const char *given = cli_value(run, "as-of");
    *day = run->today;
    if (given == NULL || (strlen(given) == 10 && hb_date_parse(hb_str_from(given), day)))
        return true;
    hb_fail(err, HB_USAGE, "date", words_in(run->language, "--as-of wants a date, not \"%s\""),
            given);
    hb_error_help(err, words_in(run->language, "write it as 2025-03-15"));
    return false;
}

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

int cli_enddate(cli *run) {
    int status = CLI_DONE;
    const char *path = run->arguments[0];
    hb_error err = {0};
    hb_errors errors = {0};
    hb_lines *lines = NULL;
    work w = {.run = run, .reader = hb_json_reader_open(), .arena = hb_arena_open(SCRATCH_BYTES)};
    if (w.reader == NULL || w.arena == NULL) hb_out_of_memory(&err);
    if (err.kind != HB_NONE || !read_day(run, &w.as_of, &err) || !open_law(&w, &err) ||
        (w.session = enddate_session_open(w.law, run->now, &err)) == NULL ||
        (lines = hb_lines_open(path, LINE_MAX_BYTES, &err)) == NULL ||
        !each_answer(&w, path, lines, NULL, &errors, &err)) {
        status = cli_fail(run, &err);
        goto done;
    }
    if (errors.n_all > 0) {
        status = cli_fail_all(run, &errors);
        goto done;
    }
    if (!write_all(&w, path, lines, &err)) {
        run->format = CLI_TEXT;  // part of an answer may stand on run->out already
        (void)cli_fail(run, &err);
        status = CLI_FAILED;
    } else {
        status = w.n_open + w.n_past > 0 ? CLI_FOUND : CLI_DONE;
    }
done:
    for (size_t i = 0; i < w.n_dues; i++) free(w.dues[i].id);
    free(w.dues);
    hb_errors_clear(&errors);
    hb_lines_close(lines);
    enddate_session_close(w.session);
    enddate_close(w.law);
    hb_json_reader_close(w.reader);
    hb_arena_close(w.arena);
    return status;
}
