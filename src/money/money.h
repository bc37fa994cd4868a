// money: what an agreement costs, whom it carries, and whether what is said of it holds. A scenario
// file (../../docs/money.md) gives inputs with their ranges, groups of people, and lines of money;
// one draw follows the people day by day and both budgets month by month; many draws give ranges;
// claims are FEEL over the results of each draw. Called by cli; calls feel and base. Knows no
// country and no agreement: those are in scenarios/.
//
// Everything read lives in the arena given and never changes, so threads may share it. A double
// lives only between an input's text and a result; results are statistics and leave as numbers.
//
// Read scenario.c -> quantity.c -> random.c -> model.c -> spread.c -> run.c -> sensitivity.c -> claims.c ->
// bargain.c, then what writes: report.c, json.c, text.c, canvas.c, draw.c,
// sheet.c.
#ifndef HABEAS_MONEY_H
#define HABEAS_MONEY_H

#include "base/base.h"

typedef struct money_scenario money_scenario;
typedef struct money_claims money_claims;
typedef struct money_report money_report;

#define MONEY_DRAWS_MAX 5000000u
#define MONEY_MAX_BYTES ((size_t)4 << 20)

// Reads a scenario; every error is added to `errors` and NULL returned when there is one.
money_scenario *money_scenario_read(hb_arena *arena, const char *path, hb_errors *errors);
// The same from bytes that are named `path` in errors.
money_scenario *money_scenario_parse(hb_arena *arena, hb_str text, const char *path,
                                     hb_errors *errors);
hb_str money_scenario_name(const money_scenario *scenario);
// The list of people that the scenario names, relative to its own file; empty when it names none.
hb_str money_scenario_list(const money_scenario *scenario);
// The table of claims that the scenario names, likewise.
hb_str money_scenario_claims(const money_scenario *scenario);

// claims.c: reads claims.csv. Every test is compiled once, against the results and the inputs of
// this scenario.
money_claims *money_claims_read(hb_arena *arena, const char *path, const money_scenario *scenario,
                                hb_errors *errors);

// How many people of the list had which verdict; is_known false when no list was checked.
typedef struct {
    bool is_known;
    uint64_t n_people, n_barred, n_unresolved, n_no_bar;
    hb_str list;
} money_people;

typedef struct {
    uint64_t n_draws;    // of each case; the most when until_error is above 0
    double until_error;  // standard error of the sender's mean total, as a share of it; 0: none
    uint64_t seed;
    uint32_t n_jobs;
    bool is_latin;          // Latin hypercube
    double confirmed_from;  // share of draws from which a claim is CONFIRMED
    double refuted_to;      // and up to which it is REFUTED
    money_people people;
    void (*progress)(void *to, uint64_t done, uint64_t all);
    void *to;
} money_request;

// Runs every case of the scenario, its sensitivity, its claims and its break-even. NULL with err
// filled when memory or a thread is lacking. The report lives in the arena.
money_report *money_run(hb_arena *arena, const money_scenario *scenario, const money_claims *claims,
                        const money_request *request, hb_error *err);
bool money_report_is_refuted(const money_report *report);  // some claim is, on some basis

bool money_write_json(hb_text *out, const money_report *report);
bool money_write_text(hb_text *out, const money_report *report);
// draw.c: each chart is a row of a table. SVG with title, description, units and source line, and
// the numbers behind it as CSV; false when memory is lacking. A chart that a scenario says too
// little for is a drawing that says so.
uint32_t money_n_charts(void);
const char *money_chart_name(uint32_t i);
bool money_write_chart(hb_text *svg, hb_text *csv, const money_report *report, uint32_t i);
// sheet.c: the workbook, written to `path`.
HB_MUST_USE bool money_write_sheet(const char *path, const money_report *report, hb_error *err);

#endif
