// Who must be out, or be reviewed, by when: worst first. Those for whom no day can be counted stand
// before all others.
#ifndef HABEAS_CLI_DUE_H
#define HABEAS_CLI_DUE_H

#include "cli/cli.h"

typedef struct {
    char *id;
    bool has_day, is_end;  // is_end: the day is an end date, else a review
    hb_date day;
    size_t order;
} due;
typedef struct {
    due *at;
    size_t n, room, n_settled;
} due_list;

// `day` NULL: none can be counted. `is_settled`: an end date is known, on this day or later.
HB_MUST_USE bool due_add(due_list *list, hb_str id, const hb_date *day, bool is_end,
                         bool is_settled, hb_error *err);
void due_clear(due_list *list);
// Somebody is UNRESOLVED, or past a day already.
bool due_is_pressing(const due_list *list, hb_date as_of);
void due_write_text(const cli *run, hb_text *out, due_list *list, hb_date as_of);
// The end of {"as_of":...,"answers":[
void due_write_json(hb_text *out, due_list *list, hb_date as_of);
#endif
