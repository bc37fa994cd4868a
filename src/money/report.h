// What the writers of a report share.
#ifndef HABEAS_MONEY_REPORT_H
#define HABEAS_MONEY_REPORT_H

#include "money/internal.h"

typedef struct {
    const char *item, *state, *why;
} money_gao;
extern const money_gao MONEY_GAO[];
extern const uint32_t MONEY_N_GAO;

const char *money_stage_name(const money_case *which);

// Printf arguments of a slice.
#define MONEY_TEXT(text) (int)(text).n, (text).n ? (text).at : ""
#endif
