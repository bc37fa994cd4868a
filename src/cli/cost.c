// habeas cost SCENARIO: both budgets, the claims tested, sensitivity, break-even. When the scenario
// names a list of people it is checked first, so that how many have no bar stands beside every
// number of people. Exit status 1 when a claim is refuted.
#include "cli/cost.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/list.h"
#include "cli/png.h"
#include "money/money.h"

static void show_drawing(void *to, uint64_t done, uint64_t all) {
    cli_progress(to, words_in(((cli *)to)->language, "drawing"), done, all);
}

// A number from 0 to 1, as 0.9.
static bool read_share(const cli *run, const char *option, double *out, hb_error *err) {
    const char *text = cli_value(run, option);
    hb_dec value;
    if (text == NULL) return true;
    double share = hb_dec_parse(hb_str_from(text), &value) ? hb_dec_to_double(value) : -1;
    if (share < 0 || share > 1)
        return hb_fail(err, HB_USAGE, "number",
                       words_in(run->language, "--%s wants a number from 0 to 1, not \"%s\""),
                       option, text);
    *out = share;
    return true;
}

bool cli_money_request(const cli *run, money_request *request, hb_error *err) {
    long n_processors = sysconf(_SC_NPROCESSORS_ONLN);
    int64_t draws = 0, seed = 0, jobs = 0;
    bool is_until = cli_value(run, "until-error") != NULL;
    if (!cli_number(run, "draws", 100, MONEY_DRAWS_MAX, is_until ? 4000000 : 100000, &draws, err) ||
        !cli_number(run, "seed", 0, INT64_MAX, 42, &seed, err) ||
        !cli_number(run, "jobs", 1, 256, n_processors > 0 ? n_processors : 1, &jobs, err))
        return false;
    *request = (money_request){.n_draws = (uint64_t)draws,
                               .seed = (uint64_t)seed,
                               .n_jobs = (uint32_t)jobs,
                               .is_latin = cli_value(run, "latin") != NULL,
                               .confirmed_from = 0.9,
                               .refuted_to = 0.1};
    if (!read_share(run, "until-error", &request->until_error, err) ||
        !read_share(run, "confirm-at", &request->confirmed_from, err) ||
        !read_share(run, "refute-at", &request->refuted_to, err))
        return false;
    if (request->until_error > 0 && request->is_latin)
        return hb_fail(
            err, HB_USAGE, "option-value",
            words_in(run->language,
                     "--latin needs to know the number of draws: leave out --until-error"));
    if (request->refuted_to >= request->confirmed_from)
        return hb_fail(err, HB_USAGE, "option-value",
                       words_in(run->language, "--refute-at must be below --confirm-at"));
    return true;
}

// `name` beside the scenario's own file.
bool cli_path_beside(hb_arena *arena, const char *scenario, hb_str name, hb_str *path,
                     hb_error *err) {
    const char *slash = strrchr(scenario, '/');
    int n = slash && name.at[0] != '/' ? (int)(slash - scenario) + 1 : 0;
    if (hb_str_format(arena, path, "%.*s%.*s%c", n, scenario, (int)name.n, name.at, 0)) return true;
    return hb_out_of_memory(err);
}

static bool write_nothing(void *to, hb_str text, hb_error *err) {
    (void)to;
    (void)text;
    (void)err;
    return true;
}

// The list is checked as `habeas check` does; CLI_DONE, or the exit status after having said why.
static int count_people(cli *run, hb_arena *arena, const char *scenario, hb_str name,
                        money_request *request) {
    hb_error err = {0};
    cli_list list;
    hb_str path;
    uint64_t n[GATE_N_VERDICTS] = {0};
    const char *other = cli_value(run, "list");
    if (other == NULL && name.n == 0) return CLI_DONE;
    if (other != NULL)
        path = hb_str_from(other);
    else if (!cli_path_beside(arena, scenario, name, &path, &err))
        return cli_fail(run, &err);
    int status = cli_list_open(run, path.at, &list);
    if (status != CLI_DONE) return status;
    gate_run_request check = {.page = list.page,
                              .in = list.in,
                              .form = GATE_NDJSON,
                              .n_jobs = request->n_jobs,
                              .write = write_nothing,
                              .to = run};
    if (gate_run(&check, n, &err)) {
        request->people = (money_people){.is_known = true,
                                         .n_barred = n[GATE_BARRED],
                                         .n_unresolved = n[GATE_UNRESOLVED],
                                         .n_no_bar = n[GATE_NO_BAR_FOUND],
                                         .list = other ? path : name};
        for (uint32_t v = 0; v < GATE_N_VERDICTS; v++) request->people.n_people += n[v];
    } else {
        status = cli_fail(run, &err);
    }
    cli_list_close(&list);
    return status;
}

static bool write_report(cli *run, const money_report *report, hb_error *err) {
    hb_text out = {0};
    bool ok = run->format == CLI_JSON
                  ? money_write_json(&out, report)
                  : money_write_text(&out, report, cli_value(run, "long") != NULL, run->language);
    ok = ok ? cli_write(run, (hb_str){out.at, out.n}, err) : hb_out_of_memory(err);
    hb_text_clear(&out);
    return ok;
}

static bool write_file(const char *path, hb_str text, hb_error *err) {
    FILE *file = fopen(path, "wb");
    bool ok = file != NULL && fwrite(text.at, 1, text.n, file) == text.n;
    if (file != NULL && fclose(file) != 0) ok = false;
    return ok ||
           hb_fail(err, HB_SYSTEM, "output", "\"%s\" cannot be written: %s", path, strerror(errno));
}

// Each chart as SVG, as PNG, and its numbers as CSV.
static bool write_plots(const cli *run, const money_report *report, const char *folder,
                        hb_error *err) {
    bool ok = true;
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return hb_fail(err, HB_SYSTEM, "output", "\"%s\" cannot be made: %s", folder,
                       strerror(errno));
    for (uint32_t i = 0; ok && i < money_n_charts(); i++) {
        char path[4096];
        hb_text svg = {0}, csv = {0};
        if (!money_write_chart(&svg, &csv, report, i, run->language)) ok = hb_out_of_memory(err);
        snprintf(path, sizeof path, "%s/%s.svg", folder, money_chart_name(i));
        ok = ok && write_file(path, (hb_str){svg.at, svg.n}, err);
        snprintf(path, sizeof path, "%s/%s.csv", folder, money_chart_name(i));
        ok = ok && write_file(path, (hb_str){csv.at, csv.n}, err);
        snprintf(path, sizeof path, "%s/%s.png", folder, money_chart_name(i));
        ok = ok && png_write((hb_str){svg.at, svg.n}, path, err);
        hb_text_clear(&svg);
        hb_text_clear(&csv);
    }
    if (ok)
        fprintf(run->err,
                words_in(run->language, "written: %u charts to %s, as SVG, PNG and CSV\n"),
                money_n_charts(), folder);
    return ok;
}

static bool write_sheet(const cli *run, const money_report *report, const char *path,
                        hb_error *err) {
    if (!money_write_sheet(path, report, run->language, err)) return false;
    fprintf(run->err, words_in(run->language, "written: workbook %s\n"), path);
    return true;
}

static int answer(cli *run, hb_arena *arena, hb_errors *errors) {
    hb_error err = {0};
    money_request request;
    money_claims *claims = NULL;
    hb_str path;
    const char *file = run->arguments[0];
    if (!cli_money_request(run, &request, &err)) return cli_fail(run, &err);
    money_scenario *scenario = money_scenario_read(arena, file, errors);
    if (scenario == NULL) return cli_fail_all(run, errors);
    if (money_scenario_claims(scenario).n || cli_value(run, "claims")) {
        if (cli_value(run, "claims"))
            path = hb_str_from(cli_value(run, "claims"));
        else if (!cli_path_beside(arena, file, money_scenario_claims(scenario), &path, &err))
            return cli_fail(run, &err);
        claims = money_claims_read(arena, path.at, scenario, errors);
        if (claims == NULL) return cli_fail_all(run, errors);
    }
    int status = count_people(run, arena, file, money_scenario_list(scenario), &request);
    if (status != CLI_DONE) return status;
    request.progress = show_drawing;
    request.to = run;
    money_report *report = money_run(arena, scenario, claims, &request, &err);
    const char *folder = cli_value(run, "plots"), *workbook = cli_value(run, "xlsx");
    if (report == NULL || (folder && !write_plots(run, report, folder, &err)) ||
        (workbook && !write_sheet(run, report, workbook, &err)) || !write_report(run, report, &err))
        return cli_fail(run, &err);
    return money_report_is_refuted(report) ? CLI_FOUND : CLI_DONE;
}

int cli_cost(cli *run) {
    hb_error err = {0};
    hb_errors errors = {0};
    // A column of 8 bytes for each result of each draw of each case.
    hb_arena *arena = hb_arena_open(SIZE_MAX / 4);
    if (arena == NULL) {
        hb_out_of_memory(&err);
        return cli_fail(run, &err);
    }
    int status = answer(run, arena, &errors);
    hb_errors_clear(&errors);
    hb_arena_close(arena);
    return status;
}
