// What the files of this room share: members of a JSON document (put.c), reading them back, and
// words in the document's language.
#ifndef HABEAS_REPORT_INTERNAL_H
#define HABEAS_REPORT_INTERNAL_H

#include "report/report.h"

#define N_(text) WORDS_LATER(text)
#define LEN(text) (int)(text).n, (text).at

// Words in the document's language.
static inline const char *say(const report_document *d, const char *english)
    __attribute__((format_arg(2)));
static inline const char *say(const report_document *d, const char *english) {
    return words_in(d->language, english);
}

// ---- put.c: writing ---------------------------------------------------------------------------

// Members put their own comma where one is due.
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
// "place" and "place_chart": null when none was asked.
void put_assessment(hb_text *out, const report_assessment *assessment);
// What every document begins with: kind, reader, language, day; and the rulebook of `page`.
void put_head(hb_text *out, const char *kind, const report_copy *copy);
void put_rulebook(hb_text *out, const gate_page *page, const report_copy *copy);

// ---- custody.c --------------------------------------------------------------------------------

// "register": what the log is, its checkpoint and what that is worth.
HB_MUST_USE bool put_register(hb_text *out, register_log *log, hb_error *err);
// "custody": where the person is, and every entry; null when the register has no such person.
HB_MUST_USE bool put_custody(hb_text *out, register_log *log, const report_copy *copy,
                             hb_str person, hb_error *err);
void put_custody_state(hb_text *out, const register_custody *custody);
void put_marks(hb_text *out, uint32_t irregular);

// ---- money.c, agreement.c ---------------------------------------------------------------------
HB_MUST_USE bool put_money(hb_text *out, const money_report *report, words_language language,
                           hb_error *err);
// "alarms": those open at a time, of one place or (NULL) of all; null when not for this reader.
HB_MUST_USE bool put_alarms(hb_text *out, register_log *log, const register_hours *hours,
                            hb_instant at, const report_copy *copy, const char *place,
                            hb_error *err);

// ---- put.c: reading ---------------------------------------------------------------------------
hb_str json_text(const hb_json *object, const char *key);  // "" when absent or null
const hb_json *json_at(const hb_json *object, const char *key);
bool json_is(const hb_json *object, const char *key);     // true
uint32_t json_n(const hb_json *object, const char *key);  // elements of a list, 0 when absent
const hb_json *json_item(const hb_json *object, const char *key, uint32_t i);
bool json_is_list(const hb_json *at);
int64_t json_int(const hb_json *object, const char *key);
// The element of the list whose member `key` is `text`; NULL when none is.
const hb_json *json_find(const hb_json *list, const char *key, hb_str text);

// ---- say.c: words and dates for people --------------------------------------------------------
void say_date(hb_text *out, words_language language,
              hb_str iso);  // "14 Mar 2025"; as it stands otherwise
// "15 Mar 2025, 21:40 El Salvador (03:40 UTC)", in the document's zone when it has one.
void say_time(hb_text *out, const report_document *d, hb_str iso);
// The day alone of an instant (UTC seconds), and the name of the zone it is a day of.
void say_day(hb_text *out, const report_document *d, int64_t instant);
void say_zone(hb_text *out, const report_document *d);
bool read_instant(hb_str iso, int64_t *out);
void html_date(html *h, words_language language, hb_str iso);
void html_time(html *h, const report_document *d, hb_str iso);
void html_cite(html *h, const report_document *d, hb_str cite);
// Words of a code: authority, kind, standing ("immigration judge").
void html_code(html *h, words_language language, hb_str code);
void say_value(hb_text *out, words_language language, const hb_json *value);
// The sentence of a fact's standing: "Claimed by ..."; UX texts established to absent.
void say_standing(hb_text *out, const report_document *d, const hb_json *fact);
// Names of codes from a list: "a; b; c".
void say_codes(hb_text *out, words_language language, const hb_json *list);
void say_verdict(hb_text *out, const report_document *d);  // S1, S2 or S3, whole

// ---- exhibits.c -------------------------------------------------------------------------------

// A table up to its body's first row; the caller writes rows and html_heads_end.
void html_heads(html *h, words_language language, const char *caption, const char *const *names,
                uint32_t n);
// The same, its columns from `first_number` on over numbers.
void html_number_heads(html *h, words_language language, const char *caption,
                       const char *const *names, uint32_t n, uint32_t first_number);
void html_heads_end(html *h);
void html_row_head(html *h, hb_str text);
void html_known(html *h, words_language language, hb_str text);       // or "not known"
void html_cell(html *h, const report_document *d, hb_str text);       // a td, likewise
void html_time_cell(html *h, const report_document *d, hb_str time);  // a td
// A td that knows its column's head, for screens too narrow for heads.
void html_open_cell(html *h, const report_document *d, const char *label);
void html_blank(html *h, const char *label);                          // a line to write on
void html_kind(html *h, const report_document *d, hb_str kind);       // of an event, in words
void html_marks(html *h, words_language language, const hb_json *marks);
void html_finding(html *h, const report_document *d, hb_str finding);
void html_findings(html *h, const report_document *d, const hb_json *assessment,
                   const char *finding);
void html_lanes(html *h, const report_document *d, const hb_json *custody);  // lane.c
bool lane_begins(hb_str kind);                        // a place says that it has the person
bool lane_ends(hb_str kind);                          // custody is over
void svg_text(hb_text *svg, hb_str text);             // escaped
void html_days_of(html *h, const report_document *d);  // " Days are those of El Salvador."
void html_route(html *h, const report_document *d, const hb_json *custody);  // route.c
void html_place_chart(html *h, const report_document *d);
void html_counts(html *h, const report_document *d, const hb_json *assessment);

// ---- alarms.c ---------------------------------------------------------------------------------

// Rows that say the same of many people become one row that names them all: a list is sorted by
// these members, then by its own order, and written run by run.
typedef struct {
    const hb_json *row;
    const char *const *members;
    uint32_t n_members;
} alike;
void each_run(html *h, const report_document *d, const hb_json *list, const char *const *members,
              uint32_t n_members,
              void (*write)(html *h, const report_document *d, const alike *first, uint32_t n));
void html_people(html *h, const report_document *d, const alike *first, uint32_t n);

// ---- budget.c ---------------------------------------------------------------------------------

// A number of the document, divided; "not known" when there is none.
void say_real(hb_text *out, words_language language, const hb_json *object, const char *key,
              double divisor);
void say_figure(hb_text *out, const report_document *d, const char *figure, const char *key,
                double divisor);
uint32_t count_claims(const report_document *d, const char *finding);  // NULL: all

// ---- paper.c, dossier.c -----------------------------------------------------------------------

// h2 with a number, so that parts are cited by it and bookmarks name them.
void paper_heading(html *h, uint32_t number, const char *words);
void paper_verification(html *h, const report_copy *copy, const report_document *d);
void dossier_parts(html *h, const report_copy *copy, const report_document *d);
void memo_parts(html *h, const report_copy *copy, const report_document *d);
void agreement_parts(html *h, const report_copy *copy, const report_document *d);
void facility_parts(html *h, const report_copy *copy, const report_document *d);

#endif
