// What cost and report have in common: how a scenario is run.
#ifndef HABEAS_CLI_COST_H
#define HABEAS_CLI_COST_H

#include "cli/cli.h"
#include "money/money.h"

// Draws, seed, threads and limits from the options given; the people are the caller's.
HB_MUST_USE bool cli_money_request(const cli *run, money_request *request, hb_error *err);
// `name` beside the file that names it; ends in NUL.
HB_MUST_USE bool cli_path_beside(hb_arena *arena, const char *file, hb_str name, hb_str *path,
                                 hb_error *err);
#endif
