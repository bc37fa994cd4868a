// Reading a return: where errors are put, and the parts that have a file of their own.
#ifndef HABEAS_CONDITIONS_RECORD_H
#define HABEAS_CONDITIONS_RECORD_H

#include "conditions/internal.h"

typedef struct {
    const conditions_law *law;
    conditions_return *ret;
    hb_errors *errors;
    hb_str text;
    char pointer[160];
    uint32_t row;           // of the list that is being read
    const uint32_t *lines;  // a sheet: the line of each claim
    uint32_t head_line;     // a sheet: where its source is described
    uint32_t *claim_rows;   // the place in the file of each claim kept
    bool is_ok;
} record_page;

// Adds an error at `at`; always false.
bool record_refuse(record_page *page, const hb_json *at, const char *code, const char *help,
                   const char *format, ...) __attribute__((format(printf, 5, 6)));
bool record_refuse_error(record_page *page, const hb_json *at, hb_error *err);
uint32_t record_find_evidence(const conditions_return *ret, hb_str id);
void record_read(record_page *page, const hb_json *root);
// figures.c: computes derived values, and holds the figures of each source against each other.
void figures_check(record_page *page);
// promise.c: the assurances.
void assurances_read(record_page *page, const hb_json *root);
// sheet.c: a filled blank (CSV) as the JSON of a return; sets page->lines.
bool sheet_read(record_page *page, const char *path, hb_bytes *out, hb_error *err);

#endif
