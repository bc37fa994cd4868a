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
    money_close_columns(result);
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

double money_role_mode(const money_result *result, money_role role) {
    uint32_t input = result->model.scenario->roles[role];
    return input == MONEY_NO_INPUT ? INFINITY : result->which->inputs[input].mode;
}

const char *money_stage_name(const money_case *which) {
    return which->is_ex_post ? "ex_post" : "ex_ante";
}

// GAO-20-195G (March 2020): the twelve steps and the four marks of a reliable estimate, answered
// for what this program does, by whom the rest must be done, and never as a mark it gives itself.
const money_gao MONEY_GAO[] = {
    {WORDS_LATER("step 1: purpose"),                      WORDS_LATER("done"),
     WORDS_LATER("test what is said of the agreement; both budgets in one model")                },
    {WORDS_LATER("step 2: estimating plan"),              WORDS_LATER("partly"),
     WORDS_LATER("the scenario file is the plan; no team or schedule stands behind it")          },
    {WORDS_LATER("step 3: programme baseline"),           WORDS_LATER("partly"),
     WORDS_LATER("from published reports; the agreement's own text was not seen")                },
    {WORDS_LATER("step 4: structure (WBS)"),              WORDS_LATER("done"),
     WORDS_LATER("every line of money has a group, a payer, a driver and a source")              },
    {WORDS_LATER("step 5: ground rules and assumptions"), WORDS_LATER("done"),
     WORDS_LATER("price year, exchange, discount rates, what is left out, by name")              },
    {WORDS_LATER("step 6: data"),                         WORDS_LATER("partly"),
     WORDS_LATER("each input has source, mark and date; those marked G were not confirmed")      },
    {WORDS_LATER("step 7: point estimate"),               WORDS_LATER("partly"),
     WORDS_LATER("all inputs at their modes; no independent estimate was made to check it")      },
    {WORDS_LATER("step 8: sensitivity"),                  WORDS_LATER("done"),
     WORDS_LATER("tornado P10 to P90, Sobol' indices with errors, values at which findings flip")},
    {WORDS_LATER("step 9: risk and uncertainty"),         WORDS_LATER("done"),
     WORDS_LATER("Monte Carlo, S-curve, standard errors")                                        },
    {WORDS_LATER("step 10: documentation"),               WORDS_LATER("done"),
     WORDS_LATER("scenario, claims, docs/money.md, seed and draws reproduce every figure")       },
    {WORDS_LATER("step 11: presentation to management"),  WORDS_LATER("not done"),
     WORDS_LATER("a budget office presents it, and answers for it")                              },
    {WORDS_LATER("step 12: update with actuals"),         WORDS_LATER("partly"),
     WORDS_LATER("ex post cases use what is known; actual spending was never audited")           },
    {WORDS_LATER("mark: comprehensive"),                  WORDS_LATER("partly"),
     WORDS_LATER("items left out are named")                                                     },
    {WORDS_LATER("mark: well documented"),                WORDS_LATER("done"),
     WORDS_LATER("every input, line and claim names its source")                                 },
    {WORDS_LATER("mark: accurate"),                       WORDS_LATER("not shown"),
     WORDS_LATER("back-tests: one deal within P10-P90 and near its top; inputs marked G remain") },
    {WORDS_LATER("mark: credible"),                       WORDS_LATER("partly"),
     WORDS_LATER("uncertainty is shown; nobody outside has reviewed it")                         },
};
const uint32_t MONEY_N_GAO = sizeof MONEY_GAO / sizeof MONEY_GAO[0];
