// Reading a scenario's JSON: every error has its pointer, and reading goes on to find the next.
#ifndef HABEAS_MONEY_PAGE_H
#define HABEAS_MONEY_PAGE_H

#include "base/base.h"

typedef struct {
    hb_arena *arena;
    hb_str file, text;
    char pointer[160];
    hb_errors *errors;
    uint64_t n_before;  // errors when this page was opened
} money_page;

bool money_page_refuse(money_page *page, const hb_json *at, const char *code, const char *help,
                       const char *format, ...) __attribute__((format(printf, 5, 6)));
bool money_page_is_good(const money_page *page);
// Steps into a member or an element; give the mark back to leave.
size_t money_page_enter(money_page *page, hb_str key);
size_t money_page_enter_item(money_page *page, uint32_t i);
void money_page_leave(money_page *page, size_t mark);

// The member, or NULL; when it is `needed` and absent, an error.
const hb_json *money_page_member(money_page *page, const hb_json *object, const char *key,
                                 bool is_needed);
// Refuses members that stand in none of the `n` keys.
void money_page_only(money_page *page, const hb_json *object, const char *const *keys, uint32_t n);
bool money_page_is(money_page *page, const hb_json *at, hb_json_kind kind);
// Copies a member that is a text; empty when absent.
hb_str money_page_text(money_page *page, const hb_json *object, const char *key, bool is_needed);
// A number, written as a number or as a text, between least and most; false when absent or refused.
bool money_page_number(money_page *page, const hb_json *object, const char *key, bool is_needed,
                       double least, double most, double *out, hb_str *as_written);
bool money_page_number_at(money_page *page, const hb_json *at, double least, double most,
                          double *out, hb_str *as_written);
bool money_page_flag(money_page *page, const hb_json *object, const char *key);
#endif
