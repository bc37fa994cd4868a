// Runs a scenario whole and keeps what was found, for whatever writes it down (json.c, text.c,
// draw.c, sheet.c). The first case of the file is the headline.
#include <math.h>
#include <string.h>

#include "money/report.h"

static bool run_case(hb_arena *arena, money_report *report, uint32_t i, hb_error *err) {
    money_result *result = &report->cases[i];
    hb_arena *scratch = hb_arena_open(SIZE_MAX / 4);
    if (scratch == NULL) return hb_out_of_memory(err);
    bool ok =
        money_simulate(arena, scratch, report->scenario, &report->scenario->cases[i],
                       &report->request, result, err) &&
        money_sensitivity(arena, &report->request, result, err) &&
        (!report->claims || money_judge(arena, report->claims, &report->request, result, err)) &&
        money_bargain_find(arena, &report->request, result, err);
    for (uint32_t o = 0; o < MONEY_N_OUTCOMES; o++) result->columns[o] = NULL;
    hb_arena_close(scratch);
    return ok;
}

money_report *money_run(hb_arena *arena, const money_scenario *scenario, const money_claims *claims,
                        const money_request *request, hb_error *err) {
    money_report *report = hb_arena_new(arena, money_report);
    if (report) report->cases = hb_arena_array(arena, money_result, scenario->n_cases);
    if (report == NULL || report->cases == NULL) {
        hb_out_of_memory(err);
        return NULL;
    }
    report->scenario = scenario;
    report->claims = claims;
    report->request = *request;
    for (uint32_t i = 0; i < scenario->n_cases; i++)
        if (!run_case(arena, report, i, err)) return NULL;
    report->n_cases = scenario->n_cases;
    return report;
}

bool money_report_is_refuted(const money_report *report) {
    for (uint32_t i = 0; i < report->n_cases; i++)
        for (uint32_t f = 0; f < report->cases[i].n_findings; f++)
            if (report->cases[i].findings[f].verdict == MONEY_REFUTED) return true;
    return false;
}

const char *money_stage_name(const money_case *which) {
    return which->is_ex_post ? "ex_post" : "ex_ante";
}

// GAO-20-195G (March 2020): the twelve steps and the four marks of a reliable estimate, answered
// for what this program does, by whom the rest must be done, and never as a mark it gives itself.
const money_gao MONEY_GAO[] = {
    {"step 1: purpose",                      "done",      "test what is said of the agreement; both budgets in one model"},
    {"step 2: estimating plan",              "partly",
     "the scenario file is the plan; no team or schedule stands behind it"                                               },
    {"step 3: programme baseline",           "partly",
     "from published reports; the agreement's own text was not seen"                                                     },
    {"step 4: structure (WBS)",              "done",
     "every line of money has a group, a payer, a driver and a source"                                                   },
    {"step 5: ground rules and assumptions", "done",
     "price year, exchange, discount rates, what is left out, by name"                                                   },
    {"step 6: data",                         "partly",
     "each input has source, mark and date; those marked G were not confirmed"                                           },
    {"step 7: point estimate",               "partly",
     "all inputs at their modes; no independent estimate was made to check it"                                           },
    {"step 8: sensitivity",                  "done",
     "tornado P10 to P90, Sobol' indices with errors, values at which findings flip"                                     },
    {"step 9: risk and uncertainty",         "done",      "Monte Carlo, S-curve, standard errors"                        },
    {"step 10: documentation",               "done",
     "scenario, claims, docs/money.md, seed and draws reproduce every figure"                                            },
    {"step 11: presentation to management",  "not done",
     "a budget office presents it, and answers for it"                                                                   },
    {"step 12: update with actuals",         "partly",
     "ex post cases use what is known; actual spending was never audited"                                                },
    {"mark: comprehensive",                  "partly",    "items left out are named"                                     },
    {"mark: well documented",                "done",      "every input, line and claim names its source"                 },
    {"mark: accurate",                       "not shown",
     "back-tests: one deal within P10-P90 and near its top; inputs marked G remain"                                      },
    {"mark: credible",                       "partly",    "uncertainty is shown; nobody outside has reviewed it"         },
};
const uint32_t MONEY_N_GAO = sizeof MONEY_GAO / sizeof MONEY_GAO[0];
