// habeas facility assess|check|blank|series: a place of custody laid against each standard, a
// return checked, a return to fill in, and several returns of one place over time.
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "conditions/conditions.h"

#define FACILITY_ARENA_BYTES ((size_t)256 << 20)

// NULL, with *status set and everything said, when it cannot be loaded.
static conditions_law *load_law(const cli *run, int *status) {
    char folder[4096];
    hb_error err = {0};
    hb_errors errors = {0};
    bool is_given = cli_value(run, "rulebook") != NULL;
    if (!(is_given ? cli_rulebook_path(run, folder, &err)
                   : cli_own_rulebook(run, "conditions", folder, &err))) {
        *status = cli_fail(run, &err);
        return NULL;
    }
    conditions_law *law = conditions_law_load(folder, &errors);
    if (!law) *status = cli_fail_all(run, &errors);
    hb_errors_clear(&errors);
    return law;
}

static bool print(const cli *run, hb_text *text, hb_error *err) {
    bool ok =
        text->failed ? hb_out_of_memory(err) : cli_write(run, (hb_str){text->at, text->n}, err);
    hb_text_clear(text);
    *text = (hb_text){0};
    return ok;
}

static bool write_page(const char *path, hb_text *text, hb_error *err) {
    FILE *file = text->failed ? NULL : fopen(path, "wb");
    if (text->failed) return hb_out_of_memory(err);
    if (!file) return hb_fail(err, HB_SYSTEM, "output", "\"%s\" cannot be written", path);
    bool ok = fwrite(text->at, 1, text->n, file) == text->n;
    ok = fclose(file) == 0 && ok;
    return ok || hb_fail(err, HB_SYSTEM, "output", "\"%s\" cannot be written", path);
}

// --as-of, else the day of the return.
static bool read_day(const cli *run, const conditions_return *ret, hb_date *day, hb_error *err) {
    const char *text = cli_value(run, "as-of");
    *day = conditions_return_as_of(ret);
    if (text && !hb_date_parse(hb_str_from(text), day)) {
        hb_fail(err, HB_USAGE, "date", words_in(run->language, "--as-of wants a date, not \"%s\""),
                text);
        hb_error_help(err, words_in(run->language, "write it as 2025-03-15"));
        return false;
    }
    if (hb_date_to_days(*day) <= hb_date_to_days(run->today)) return true;
    hb_fail(err, HB_INPUT, "day-to-come", "%s",
            words_in(run->language, "the day of the assessment is after today"));
    hb_error_help(err, "%s",
                  words_in(run->language, "give --as-of, or correct \"as_of\" in the return"));
    return false;
}

// ---- assess -------------------------------------------------------------------------------------

static int answer(cli *run, const conditions_assessment *one, const conditions_assessment *other,
                  const conditions_law *law) {
    hb_error err = {0};
    hb_text out = {0}, page = {0};
    const char *page_path = cli_value(run, "html");
    bool is_open = false;
    if (run->format == CLI_JSON)
        conditions_write_json(&out, one, other, run->language);
    else
        conditions_write_text(&out, one, other, run->language);
    bool ok = !page_path || conditions_write_page(&page, one, other, run->language, &err);
    ok = ok && (!page_path || write_page(page_path, &page, &err)) && print(run, &out, &err);
    hb_text_clear(&out);
    hb_text_clear(&page);
    if (!ok) return cli_fail(run, &err);
    for (uint32_t s = 0; s < conditions_n_standards(law); s++)
        is_open |= conditions_finding(one, s) != CONDITIONS_MET ||
                   (other && conditions_finding(other, s) != CONDITIONS_MET);
    return is_open ? CLI_FOUND : CLI_DONE;
}

int cli_facility_assess(cli *run) {
    int status = CLI_FAILED;
    hb_error err = {0};
    hb_errors errors = {0};
    const char *against = cli_value(run, "against");
    conditions_return *returns[2] = {NULL, NULL};
    conditions_assessment *found[2] = {NULL, NULL};
    conditions_law *law = load_law(run, &status);
    hb_arena *arena = hb_arena_open(FACILITY_ARENA_BYTES);
    if (!law) goto done;
    returns[0] = conditions_return_read(law, run->arguments[0], &errors);
    if (against) returns[1] = conditions_return_read(law, against, &errors);
    if (!returns[0] || (against && !returns[1])) {
        status = cli_fail_all(run, &errors);
        goto done;
    }
    if (!arena) hb_out_of_memory(&err);
    for (int i = 0; arena && i < (against ? 2 : 1); i++) {
        hb_date day;
        if (!read_day(run, returns[i], &day, &err) ||
            !conditions_assess(law, returns[i], day, arena, &found[i], &err))
            break;
    }
    status = err.kind != HB_NONE ? cli_fail(run, &err) : answer(run, found[0], found[1], law);
done:
    hb_errors_clear(&errors);
    hb_arena_close(arena);
    conditions_return_close(returns[0]);
    conditions_return_close(returns[1]);
    conditions_law_close(law);
    return status;
}

// ---- check and blank ----------------------------------------------------------------------------

int cli_facility_check(cli *run) {
    int status = CLI_FAILED;
    hb_error err = {0};
    hb_errors errors = {0};
    hb_text out = {0};
    conditions_return *ret = NULL;
    conditions_law *law = load_law(run, &status);
    if (!law) goto done;
    if (!(ret = conditions_return_read(law, run->arguments[0], &errors))) {
        status = cli_fail_all(run, &errors);
        goto done;
    }
    hb_str name = conditions_return_facility(ret);
    if (run->format == CLI_JSON) {
        hb_text_addf(&out, "{\"facility\":");
        hb_text_add_json(&out, name);
        hb_text_addf(&out, ",\"claims\":%u,\"evidence\":%u}\n", conditions_return_n_claims(ret),
                     conditions_return_n_evidence(ret));
    } else {
        hb_text_addf(&out,
                     words_in(run->language,
                              "%.*s: %u claims on %u pieces of evidence, nothing to correct\n"),
                     (int)name.n, name.at, conditions_return_n_claims(ret),
                     conditions_return_n_evidence(ret));
    }
    status = print(run, &out, &err) ? CLI_DONE : cli_fail(run, &err);
done:
    hb_errors_clear(&errors);
    conditions_return_close(ret);
    conditions_law_close(law);
    return status;
}

int cli_facility_blank(cli *run) {
    int status = CLI_FAILED;
    hb_error err = {0};
    hb_text out = {0};
    conditions_law *law = load_law(run, &status);
    if (!law) return status;
    if (run->format == CLI_JSON)
        conditions_write_blank_json(&out, law, run->language);
    else
        conditions_write_blank_csv(&out, law, run->language);
    status = print(run, &out, &err) ? CLI_DONE : cli_fail(run, &err);
    conditions_law_close(law);
    return status;
}

// ---- series -------------------------------------------------------------------------------------

typedef struct {
    conditions_return **returns;
    conditions_assessment **then, **later;
    uint32_t n;
} series;

static int by_day(const void *a, const void *b) {
    int64_t x = hb_date_to_days(conditions_return_as_of(*(conditions_return *const *)a));
    int64_t y = hb_date_to_days(conditions_return_as_of(*(conditions_return *const *)b));
    return (x > y) - (x < y);
}

static bool same_place(const cli *run, const series *s, hb_error *err) {
    for (uint32_t i = 1; i < s->n; i++) {
        hb_str a = conditions_return_facility(s->returns[0]),
               b = conditions_return_facility(s->returns[i]);
        if (hb_str_equal(a, b)) continue;
        hb_fail(err, HB_INPUT, "other-place",
                words_in(run->language, "the returns are of two places: \"%.*s\" and \"%.*s\""),
                (int)a.n, a.at, (int)b.n, b.at);
        hb_error_help(err, "%s",
                      words_in(run->language,
                               "to compare places: habeas facility assess ONE --against OTHER"));
        return false;
    }
    return true;
}

static bool assess_series(const conditions_law *law, series *s, hb_arena *arena, hb_error *err) {
    hb_date last = conditions_return_as_of(s->returns[s->n - 1]);
    for (uint32_t i = 0; i < s->n; i++) {
        if (!conditions_assess(law, s->returns[i], conditions_return_as_of(s->returns[i]), arena,
                               &s->then[i], err) ||
            !conditions_assess(law, s->returns[i], last, arena, &s->later[i], err))
            return false;
    }
    return true;
}

static int answer_series(cli *run, const series *s) {
    hb_error err = {0};
    hb_text out = {0};
    const conditions_assessment *const *then = (const conditions_assessment *const *)s->then;
    const conditions_assessment *const *later = (const conditions_assessment *const *)s->later;
    if (run->format == CLI_JSON)
        conditions_write_series_json(&out, then, later, s->n);
    else
        conditions_write_series_text(&out, then, later, s->n, run->language);
    return print(run, &out, &err) ? CLI_DONE : cli_fail(run, &err);
}

int cli_facility_series(cli *run) {
    int status = CLI_FAILED;
    hb_error err = {0};
    hb_errors errors = {0};
    conditions_law *law = load_law(run, &status);
    hb_arena *arena = hb_arena_open(FACILITY_ARENA_BYTES);
    series s = {.n = run->n_arguments};
    if (arena) {
        s.returns = hb_arena_array(arena, conditions_return *, s.n);
        s.then = hb_arena_array(arena, conditions_assessment *, s.n);
        s.later = hb_arena_array(arena, conditions_assessment *, s.n);
    }
    if (!law) goto done;
    if (!s.returns || !s.then || !s.later) {
        hb_out_of_memory(&err);
        status = cli_fail(run, &err);
        goto done;
    }
    for (uint32_t i = 0; i < s.n; i++)
        s.returns[i] = conditions_return_read(law, run->arguments[i], &errors);
    if (errors.n_all) {
        status = cli_fail_all(run, &errors);
        goto done;
    }
    qsort(s.returns, s.n, sizeof *s.returns, by_day);
    if (same_place(run, &s, &err) && assess_series(law, &s, arena, &err))
        status = answer_series(run, &s);
    else
        status = cli_fail(run, &err);
done:
    for (uint32_t i = 0; s.returns && i < s.n; i++) conditions_return_close(s.returns[i]);
    hb_errors_clear(&errors);
    hb_arena_close(arena);
    conditions_law_close(law);
    return status;
}
