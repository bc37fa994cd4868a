// The scenario, run when the server starts, so that its page answers at once: the cases, claims,
// sensitivity and break-even that `habeas cost` prints, beside the verdicts of the newest list.
#include <stdio.h>
#include <string.h>

#include "web/site.h"

enum { MONEY_ARENA = 512 << 20, MONEY_DRAWS = 20000, MONEY_SEED = 42 };

// `name` beside the scenario's own file.
static bool beside(const char *scenario, hb_str name, char path[4096]) {
    const char *slash = strrchr(scenario, '/');
    int n = slash && name.n && name.at[0] != '/' ? (int)(slash - scenario) + 1 : 0;
    return snprintf(path, 4096, "%.*s%.*s", n, scenario, (int)name.n, name.n ? name.at : "") < 4096;
}

money_people web_money_people(const web_site *site) {
    const web_list *list = site->n_lists ? site->lists[site->n_lists - 1] : NULL;
    if (!list) return (money_people){0};
    return (money_people){.is_known = true,
                          .n_people = list->n,
                          .n_barred = list->n_verdicts[GATE_BARRED],
                          .n_unresolved = list->n_verdicts[GATE_UNRESOLVED],
                          .n_no_bar = list->n_verdicts[GATE_NO_BAR_FOUND],
                          .list = hb_str_from(list->id)};
}

bool web_money_open(web_site *site, uint32_t n_jobs, hb_errors *errors) {
    hb_error err = {0};
    const money_scenario *scenario;
    const money_claims *claims = NULL;
    if (!site->options->scenario) return true;
    site->money_arena = hb_arena_open(MONEY_ARENA);
    if (!site->money_arena) hb_out_of_memory(&err);
    if (!site->money_arena ||
        !(scenario = money_scenario_read(site->money_arena, site->options->scenario, errors)))
        goto failed;
    hb_str named = money_scenario_claims(scenario);
    if (!hb_read_file(site->options->scenario, MONEY_MAX_BYTES, &site->scenario_file, &err))
        goto failed;
    if (named.n && beside(site->options->scenario, named, site->claims_path) &&
        !(claims = money_claims_read(site->money_arena, site->claims_path, scenario, errors)))
        return false;
    if (!(site->runs = web_runs_open())) {
        hb_out_of_memory(&err);
        goto failed;
    }
    const money_request request = {.n_draws = MONEY_DRAWS,
                                   .seed = MONEY_SEED,
                                   .n_jobs = n_jobs,
                                   .confirmed_from = 0.9,
                                   .refuted_to = 0.1,
                                   .people = web_money_people(site)};
    site->money = money_run(site->money_arena, scenario, claims, &request, &err);
    if (site->money) return true;
failed:
    if (err.kind != HB_NONE) hb_errors_add(errors, &err);
    return false;
}
