// Between saying what happened (page_record.c) and signing it (page_sign.c).
#ifndef WEB_RECORD_H
#define WEB_RECORD_H

#include "web/page.h"

const char *record_label(words_language language, hb_str field);  // NULL: no such field
void record_steps(const web_request *r, html *out, int step);     // 1 say, 2 sign, 3 recorded
// The lines to be signed, in both languages, with what signs them. `is_second`: they have one
// signature and want another.
HB_MUST_USE bool record_sign(web_request *r, html *out, const hb_str *lines, uint32_t n,
                             bool is_second, hb_error *err);
#endif
