// money: what an agreement costs, whom it carries, and whether what is said of it holds. A scenario
// file (../../docs/money.md) gives inputs with their ranges, groups of people, and lines of money;
// a draw follows the people day by day and both budgets month by month, 128 draws side by side;
// claims are FEEL over the results of each draw. Called by cli, report and web; calls feel, words
// and base. Knows no country and no agreement: those are in scenarios/.
//
// Everything read lives in the arena given and never changes, so threads may share it. A double
// lives only between an input's text and a result; results are statistics and leave as numbers.
//
// Read scenario.c -> quantity.c -> random.c -> model.c -> lines.c -> spread.c -> run.c ->
// sensitivity.c -> claims.c -> bargain.c, then what writes: report.c, figures.c, json.c, text.c,
// canvas.c, draw.c, sheet.c.
#ifndef HABEAS_MONEY_H
#define HABEAS_MONEY_H

#include "base/base.h"
#include "words/words.h"

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
    void (*progress)(void *to, uint64_t done, uint64_t all);  // draws of all cases together
    bool (*is_stopped)(
        void *to);  // asked between ranges of draws; true ends the run with "stopped"
    void *to;
} money_request;

// Runs every case of the scenario, its sensitivity, its claims and its break-even. NULL with err
// filled when memory or a thread is lacking, or when it was stopped. The report lives in the arena.
money_report *money_run(hb_arena *arena, const money_scenario *scenario, const money_claims *claims,
                        const money_request *request, hb_error *err);
bool money_report_is_refuted(const money_report *report);  // some claim is, on some basis

// ---- what is written of a report --------------------------------------------------------------
bool money_write_json(hb_text *out, const money_report *report);  // keys and words never translated
// Short, a screen of 40 lines; long, with each thing in a sentence.
bool money_write_text(hb_text *out, const money_report *report, bool is_long,
                      words_language language);
// draw.c: each chart is a row of a table: s-curve, tornado, cash-flow, fee-range, break-even,
// claims. SVG with title (its finding), description, units and source line, and the numbers behind
// it as CSV; either may be NULL. False when memory is lacking. A chart that a scenario says too
// little for is a drawing that says so. The headline case is drawn.
uint32_t money_n_charts(void);
const char *money_chart_name(uint32_t i);
bool money_chart_find(hb_str name, uint32_t *i);
bool money_write_chart(hb_text *svg, hb_text *csv, const money_report *report, uint32_t i,
                       words_language language);
// sheet.c: the workbook, written to `path`.
HB_MUST_USE bool money_write_sheet(const char *path, const money_report *report,
                                   words_language language, hb_error *err);

// ---- rows for pages and papers (figures.c) ----------------------------------------------------
// What is pointed to lives as long as the report. `which` is a case of the scenario, 0 the
// headline.
typedef struct {
    double mean, sd, error;  // error: standard error of the mean
    double p05, p10, p20, p50, p80, p90, p95, least, most;
} money_spread;

const money_scenario *money_report_scenario(const money_report *report);
const money_request *money_report_request(const money_report *report);
uint32_t money_n_cases(const money_report *report);
typedef struct {
    hb_str name, about, title, sender, host, currency;  // title, sender, host: of the scenario
    bool is_ex_post;
    int32_t price_year;
    uint64_t n_draws;
    double point, point_percentile;  // all-in with every input at its mode, and where that stands
    double confirmed_mean;           // of all-in, the lines that rest on no input marked G
} money_case_row;
money_case_row money_case_at(const money_report *report, uint32_t which);

// The figures of both budgets, in order; a row's spread is NULL when the scenario says too little.
typedef enum { MONEY_OF_SENDER = 0, MONEY_OF_HOST, MONEY_OF_PEOPLE } money_side;
typedef struct {
    const char *key, *name;  // name in the reader's language
    const char *unit;        // "", "people", "days", "share", or what follows the currency
    money_side side;
    bool is_money;
    const money_spread *spread;
} money_figure;
uint32_t money_n_figures(void);
money_figure money_figure_at(const money_report *report, uint32_t which, uint32_t i,
                             words_language language);

typedef struct {
    hb_str rate, name, source;  // as the scenario has them: circular, date, year of its appendix
    const money_spread *sender, *host;
} money_rate_row;
uint32_t money_n_rates(const money_report *report);
money_rate_row money_rate_at(const money_report *report, uint32_t which, uint32_t i);

typedef struct {
    hb_str name, payer, receiver, source;
    bool is_fixed, is_capital, is_unconfirmed;  // unconfirmed: it rests on an input marked G
    double mean;
} money_line_row;
uint32_t money_n_lines(const money_report *report);
money_line_row money_line_at(const money_report *report, uint32_t which, uint32_t i);

typedef struct {
    hb_str name, unit, low, mode, high, source, mark, read_on, note;
} money_input_row;
uint32_t money_n_inputs(const money_report *report);
money_input_row money_input_row_at(const money_report *report, uint32_t which, uint32_t i);
// Index of the input that moves the sender's total i-th most, of the case `which`; false: there is
// none, or it is no input (all chances together, the exchange).
bool money_swing_input(const money_report *report, uint32_t which, uint32_t i, uint32_t *input);
uint32_t money_n_swings(const money_report *report, uint32_t which);

// A claim on one basis. One that is the same on every basis has one row.
typedef enum { MONEY_NOT_SHOWN = 0, MONEY_CONFIRMED, MONEY_REFUTED } money_verdict;
typedef struct {
    hb_str id, statement, said_by, said_on, source, unit, note;
    bool is_on_bases, is_average, is_all_in;
    const char *basis, *finding;  // in the reader's language
    money_verdict verdict;
    double limit, probability;
    uint64_t n_true, n_judged;
    const money_spread *quantity;
    hb_str turns_on;  // an input marked G on which the finding turns; empty when none
} money_claim_row;
uint32_t money_n_claim_rows(const money_report *report, uint32_t which);
money_claim_row money_claim_row_at(const money_report *report, uint32_t which, uint32_t i,
                                   words_language language);

uint32_t money_n_excluded(const money_report *report);
hb_str money_excluded(const money_report *report, uint32_t i);
// What the figures mean, a sentence a line: break-even, the list, the fee range, capacity, what
// ends with the fee, an early stop.
bool money_write_sentences(hb_text *out, const money_report *report, uint32_t which,
                           words_language language);

#endif
