// What scenario.c and inputs.c share while a scenario is read.
#ifndef HABEAS_MONEY_READ_H
#define HABEAS_MONEY_READ_H

#include "money/internal.h"
#include "money/page.h"

// inputs.c: the inputs, the layers laid over them, and the tables they are converted with. First
// money_read_tables, then the inputs, then the layers of each case.
bool money_read_tables(money_page *page, const hb_json *root, money_scenario *s);
bool money_read_inputs(money_page *page, const hb_json *object, money_scenario *s,
                       money_input *inputs);
bool money_read_layer(money_page *page, const hb_json *object, const money_scenario *s,
                      money_input *inputs);
// The input of that name, or MONEY_NO_INPUT with an error at `at`.
uint32_t money_find_input(money_page *page, const hb_json *at, const money_scenario *s);
#endif
