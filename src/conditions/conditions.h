// conditions: a place of custody laid against each standard, with the evidence weighed, and the
// assurances given about it read factor by factor. Called by cli (and report); calls rulebook's
// rooms below it: dmn, feel, base, html and words. What a standard asks, what a piece of evidence may do
// and how findings add up are decisions of rulebooks/conditions/rulebook.dmn; no standard, field or
// country stands in C. A law and a return never change once read; findings live in the arena given.
//
// Read law.c (the rulebook) -> record.c (a return, checked) -> units.c (units and derived values)
// -> weigh.c (evidence and findings) -> promise.c (assurances) -> gate.c (facts for the gate)
// -> answer.c (JSON) -> text.c -> chart.c (SVG) -> page.c (HTML) -> blank.c (a return to fill in) -> series.c.
#ifndef HABEAS_CONDITIONS_H
#define HABEAS_CONDITIONS_H

#include "dmn/dmn.h"
#include "html/html.h"
#include "words/words.h"

// ---- the law ------------------------------------------------------------------------------------
typedef struct conditions_law conditions_law;
// Loads and checks rulebooks/conditions; NULL when anything is wrong, each cause in `errors`.
HB_MUST_USE conditions_law *conditions_law_load(const char *folder, hb_errors *errors);
void conditions_law_close(conditions_law *law);

// ---- a return -----------------------------------------------------------------------------------
// What a facility, an inspector or a reader of public sources says of one place: evidence, and
// claims that rest on it. Conflicting claims stay side by side.
typedef struct conditions_return conditions_return;
// Reads a facility file (JSON) or a filled blank (CSV: a path that ends in .csv). NULL when
// anything is refused, each cause in `errors` with its place.
HB_MUST_USE conditions_return *conditions_return_read(const conditions_law *law, const char *path,
                                                      hb_errors *errors);
void conditions_return_close(conditions_return *ret);
hb_str conditions_return_facility(const conditions_return *ret);
hb_str conditions_return_title(const conditions_return *ret);  // "" = none
hb_date conditions_return_as_of(const conditions_return *ret);
uint32_t conditions_return_n_claims(const conditions_return *ret);
uint32_t conditions_return_n_evidence(const conditions_return *ret);

// ---- findings -----------------------------------------------------------------------------------
// 0 is the answer to everything that went wrong.
typedef enum {
    CONDITIONS_UNKNOWN = 0,
    CONDITIONS_NOT_MET,
    CONDITIONS_DISPUTED,
    CONDITIONS_MET
} conditions_answer;
#define CONDITIONS_N_ANSWERS 4
hb_str conditions_answer_name(conditions_answer answer);

typedef struct conditions_assessment conditions_assessment;
// Weighs a return on one day. The assessment lives in `arena` and points into law and return.
HB_MUST_USE bool conditions_assess(const conditions_law *law, const conditions_return *ret,
                                   hb_date as_of, hb_arena *arena, conditions_assessment **out,
                                   hb_error *err);
uint32_t conditions_n_standards(const conditions_law *law);
conditions_answer conditions_finding(const conditions_assessment *assessment, uint32_t standard);
hb_str conditions_result(const conditions_assessment *assessment);  // for the gate: "BARRED", ...
const char *conditions_answer_words(conditions_answer answer, words_language language);
hb_str conditions_standard_id(const conditions_law *law, uint32_t standard);

// ---- answers ------------------------------------------------------------------------------------
// `other` may be NULL: then one facility, else two side by side.
void conditions_write_json(hb_text *out, const conditions_assessment *one,
                           const conditions_assessment *other, words_language language);
void conditions_write_text(hb_text *out, const conditions_assessment *one,
                           const conditions_assessment *other, words_language language);
HB_MUST_USE bool conditions_write_page(hb_text *out, const conditions_assessment *one,
                                       const conditions_assessment *other, words_language language,
                                       hb_error *err);
// The sections of that page, for pages and papers of other rooms.
void conditions_html_offer(html *h, const conditions_assessment *a, words_language language);
void conditions_html_comparison(html *h, const conditions_assessment *one,
                                const conditions_assessment *other, words_language language);
void conditions_html_chart(html *h, const conditions_assessment *one,
                           const conditions_assessment *other, words_language language);
void conditions_html_assurances(html *h, const conditions_assessment *a, words_language language);
HB_MUST_USE bool conditions_html_standards(html *h, const conditions_assessment *one,
                                           const conditions_assessment *other,
                                           words_language language);  // false: no memory
// Value against threshold, from `<svg`; false when no standard has a number to draw.
bool conditions_draw_chart(hb_text *svg, const conditions_assessment *one,
                           const conditions_assessment *other, words_language language);
// The same place over time, oldest first; `n` at least 2. `later`: the same returns, each weighed
// on the day of the last.
void conditions_write_series_json(hb_text *out, const conditions_assessment *const *series,
                                  const conditions_assessment *const *later, uint32_t n);
void conditions_write_series_text(hb_text *out, const conditions_assessment *const *series,
                                  const conditions_assessment *const *later, uint32_t n,
                                  words_language language);
// For the gate, in the form of intake's hook: the return at `path` weighed on `day` by the rulebook
// in the folder `rulebook` (a string), as a facility file in `arena`.
HB_MUST_USE bool conditions_weigh_for_gate(void *rulebook, hb_str path, hb_date day,
                                           hb_arena *arena, hb_str *json, hb_errors *errors);
// A return to fill in: every question in the language, with its unit and what may stand there.
void conditions_write_blank_csv(hb_text *out, const conditions_law *law, words_language language);
void conditions_write_blank_json(hb_text *out, const conditions_law *law, words_language language);

#endif
