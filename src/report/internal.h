// What the files of this room share: members of a JSON document (put.c), reading them back, and
// words in the document's language.
#ifndef HABEAS_REPORT_INTERNAL_H
#define HABEAS_REPORT_INTERNAL_H

#include "report/report.h"

// ---- put.c: writing
// ------------------------------------------------------------------------------ Members put their
// own comma where one is due.
void put_open(hb_text *out, const char *key, char bracket);  // key NULL: an element of a list
void put_close(hb_text *out, char bracket);
void put_key(hb_text *out, const char *key);
void put_text(hb_text *out, const char *key, hb_str text);
void put_text_or_null(hb_text *out, const char *key, hb_str text);  // null when empty
void put_number(hb_text *out, const char *key, uint64_t number);
void put_bool(hb_text *out, const char *key, bool is);
void put_date(hb_text *out, const char *key, hb_date date);
void put_instant(hb_text *out, const char *key, int64_t seconds);  // null for 0
void put_raw(hb_text *out, const char *key, hb_str json);          // JSON as it stands
// What every document begins with: kind, reader, language, day; and the rulebook of `page`.
void put_head(hb_text *out, const char *kind, const report_copy *copy);
void put_rulebook(hb_text *out, const gate_page *page, const report_copy *copy);

// ---- custody.c
// ----------------------------------------------------------------------------------- "register":
// what the log is, its checkpoint and what that is worth.
HB_MUST_USE bool put_register(hb_text *out, register_log *log, hb_error *err);
// "custody": where the person is, and every entry; null when the register has no such person.
HB_MUST_USE bool put_custody(hb_text *out, register_log *log, const report_copy *copy,
                             hb_str person, hb_error *err);
void put_custody_state(hb_text *out, const register_custody *custody);
void put_marks(hb_text *out, uint32_t irregular);

// ---- put.c: reading
// ------------------------------------------------------------------------------
hb_str json_text(const hb_json *object, const char *key);  // "" when absent or null
const hb_json *json_at(const hb_json *object, const char *key);
bool json_is(const hb_json *object, const char *key);     // true
uint32_t json_n(const hb_json *object, const char *key);  // elements of a list, 0 when absent
const hb_json *json_item(const hb_json *object, const char *key, uint32_t i);
int64_t json_int(const hb_json *object, const char *key);
// The element of the list whose member `key` is `text`; NULL when none is.
const hb_json *json_find(const hb_json *list, const char *key, hb_str text);

// ---- say.c: words and dates for people
// -----------------------------------------------------------
void say_date(hb_text *out, words_language language,
              hb_str iso);  // "14 Mar 2025"; as it stands otherwise
void say_time(hb_text *out, words_language language, hb_str iso);  // "15 Mar 2025, 21:40 UTC"
void html_date(html *h, words_language language, hb_str iso);
void html_time(html *h, words_language language, hb_str iso);
void html_cite(html *h, const report_document *d, hb_str cite);
// Words of a code: authority, kind, standing ("immigration judge").
void html_code(html *h, words_language language, hb_str code);
void say_value(hb_text *out, words_language language, const hb_json *value);
// The sentence of a fact's standing: "Claimed by ..."; UX texts established to absent.
void say_standing(hb_text *out, const report_document *d, const hb_json *fact);
// Names of codes from a list: "a, b and c" without the "and".
void say_codes(hb_text *out, words_language language, const hb_json *list);
void say_verdict(hb_text *out, const report_document *d);  // S1, S2 or S3, whole

// ---- exhibits.c
// ---------------------------------------------------------------------------------- A table up to
// its body's first row; the caller writes rows and html_heads_end.
void html_heads(html *h, words_language language, const char *caption, const char *const *names,
                uint32_t n);
void html_heads_end(html *h);
void html_row_head(html *h, hb_str text);
void html_known(html *h, words_language language, hb_str text);  // or "not known"
void html_marks(html *h, words_language language, const hb_json *marks);
void html_finding(html *h, const report_document *d, hb_str finding);
void html_findings(html *h, const report_document *d, const hb_json *assessment,
                   const char *finding);
void html_counts(html *h, const report_document *d, const hb_json *assessment);

// ---- paper.c, dossier.c
// -------------------------------------------------------------------------- h2 with a number, so
// that parts are cited by it and bookmarks name them.
void paper_heading(html *h, uint32_t number, const char *words);
void paper_verification(html *h, const report_copy *copy, const report_document *d);
void dossier_parts(html *h, const report_copy *copy, const report_document *d);

#endif
