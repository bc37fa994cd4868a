// What the writers of a report share.
#ifndef HABEAS_MONEY_REPORT_H
#define HABEAS_MONEY_REPORT_H

#include "money/internal.h"

typedef struct {
    const char *item, *state, *why;
} money_gao;
extern const money_gao MONEY_GAO[];
extern const uint32_t MONEY_N_GAO;

// What the scenario gives a role, at its mode; INFINITY when it gives none.
double money_role_mode(const money_result *result, money_role role);
// An input's name for a reader: blanks where it has underscores.
const char *money_plain_name(hb_str name, char *room, size_t size);
const char *money_stage_name(const money_case *which);
// In the reader's language: NOT SHOWN; "average, all-in", or "every basis".
const char *money_verdict_word(money_verdict verdict, words_language language);
const char *money_basis_word(const money_finding *finding, words_language language);

// Printf arguments of a slice.
#define MONEY_TEXT(text) (int)(text).n, (text).n ? (text).at : ""
#endif
