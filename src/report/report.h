// report: papers that are filed, read out and kept: the dossier of a person, the report on an
// agreement with its two-page memo, the inspector's report on a facility. Called by cli and web;
// calls gate, money, register, html and below; conditions and enddate answer in JSON, which it is
// given.
//
// A paper is one JSON document first (report_person and its like), with everything left out that
// its reader may not see. Its hash is the SHA-256 of exactly those bytes, and the HTML is written
// from them and from nothing else, so no form can say what another does not. report_html writes the
// whole paper, the section functions one part of it for a page, report_pdf turns HTML into PDF
// without a network.
//
// Read readers.c (who may see what) -> person.c, custody.c (the document of a person) -> section.c,
// exhibits.c, lane.c, route.c (its parts in HTML) -> dossier.c (their order) -> paper.c (head, foot, hash,
// QR); money.c, agreement.c, facility.c (the other documents) -> budget.c, memo.c, alarms.c,
// pact.c, inspection.c (in HTML) -> qr.c -> pdf.c.
#ifndef HABEAS_REPORT_H
#define HABEAS_REPORT_H

#include "gate/gate.h"
#include "html/html.h"
#include "money/money.h"
#include "register/register.h"

// ---- who reads --------------------------------------------------------------------------------

// What a copy made for somebody may hold. Zero, the public, sees least.
typedef struct {
    const char *name;        // "counsel", as --for takes it
    const char *words;       // for translation
    bool sees_confidential;  // reasons and facts on asylum, fear, trafficking (8 C.F.R. 208.6)
    bool sees_custody;       // where the person was and is
    bool sees_everybody;     // rosters, alarms and small numbers: not one person's file alone
    bool may_name;           // may have a copy with the person's name
    bool sees_changes;       // the smallest sets of documents that would change a verdict
} report_reader;
const report_reader *report_readers(uint32_t *n);
const report_reader *report_reader_find(hb_str name);  // NULL when there is none

// One copy: for whom, in which language, made when.
typedef struct {
    const report_reader *reader;
    words_language language;
    bool is_named, is_a4;
    hb_date made_on;
    hb_instant now;
    hb_str time_zone;  // of the places written about ("America/El_Salvador"); "" = UTC alone
    hb_str verify_at;  // address of a page that checks hashes, for the QR code; "" = none
} report_copy;

// ---- documents --------------------------------------------------------------------------------

// A place of custody as conditions answers of it: JSON, and the chart of value against threshold as
// SVG. Empty when none was asked.
typedef struct {
    hb_str answer, chart;
} report_assessment;

// One person of a list. `log` may be NULL: then nothing is said of custody. `end_date` is the
// answer of enddate as JSON; empty when not asked.
typedef struct {
    const gate_answer *answer;
    register_log *log;
    report_assessment assessment;
    hb_str end_date;
} report_person_input;
HB_MUST_USE bool report_person(hb_text *out, const report_copy *copy,
                               const report_person_input *input, hb_error *err);

// What the register alone says of somebody, on a list or not; *is_known false: nothing, for this
// reader.
HB_MUST_USE bool report_custody(hb_text *out, const report_copy *copy, register_log *log,
                                hb_str person, bool *is_known, hb_error *err);

// The agreement of a list. `decision` is one person's, for the facts of the agreement, which are
// everybody's. `money` may be NULL: then nothing is said of cost; a memo is about money alone.
typedef struct {
    bool is_memo;
    const gate_page *page;
    const hb_json *agreement;  // the file
    const gate_decision *decision;
    const uint64_t *n_people;     // by verdict
    const uint64_t *n_barred_by;  // one a rule
    report_assessment assessment;
    const money_report *money;
    register_log *log;
    register_hours hours;
    hb_instant at;  // of the alarms
} report_agreement_input;
HB_MUST_USE bool report_agreement(hb_text *out, const report_copy *copy,
                                  const report_agreement_input *input, hb_error *err);

// A facility, as an inspector takes it along.
typedef struct {
    report_assessment assessment;
    hb_str place;  // its id in the register
    register_log *log;
    register_hours hours;
    int64_t at;  // of the roster
    bool has_counted;
    uint32_t n_counted;
    const hb_str *counted;    // ids of the heads counted
    hb_str counted_by, seed;  // seed: published before the visit
} report_facility_input;
HB_MUST_USE bool report_facility(hb_text *out, const report_copy *copy,
                                 const report_facility_input *input, hb_error *err);

// ---- papers -----------------------------------------------------------------------------------

// A document read back, as the writers of HTML take it. Everything lives in `arena`.
typedef struct {
    words_language language;
    const hb_json *tree;
    hb_hash hash;                // SHA-256 of the document's bytes
    hb_str rules_at, rules_for;  // on a page: what stands before and after a rule's id in the
                                 // address of its table; "" = rules are no links
    hb_str entries_at;           // likewise before the number of an entry of the register
} report_document;
HB_MUST_USE bool report_read(hb_arena *arena, hb_str json, report_document *out, hb_error *err);

// The whole paper of a document, ready to print.
void report_html(html *out, const report_copy *copy, const report_document *document);
// PDF of such a paper: tagged (PDF/UA-1), with bookmarks. Runs weasyprint in a child process that
// may fetch nothing. Fails with "no-weasyprint" or "pdf-failed".
// `n_pages` above 0: letters are made smaller until it has no more pages; "too-many-pages" when
// that does not help. It is ended after `seconds`.
HB_MUST_USE bool report_pdf(hb_str page, uint32_t n_pages, uint32_t seconds, hb_text *pdf,
                            hb_error *err);
// Pages that the paper of this document may have; 0: as many as it needs.
uint32_t report_n_pages(const report_document *document);

// ---- sections ---------------------------------------------------------------------------------

// Parts of a person's document without their headings; a page puts them where it wants them.

void report_verdict(html *h, const report_document *d);   // mark, sentence, who decides
void report_reasons(html *h, const report_document *d);   // numbered, worst first
void report_answered(html *h, const report_document *d);  // rules that give no reason, and why
void report_reasons_folded(html *h, const report_document *d);  // by outcome, the worst open
void report_missing(html *h, const report_document *d);         // question, what can establish it
void report_changes(html *h, const report_document *d);         // what would change the verdict
void report_end_date(html *h, const report_document *d);        // until when, step by step
void report_chronology(html *h, const report_document *d);      // custody, with proofs
void report_place(html *h, const report_document *d);  // standards not met where the person is
void report_exhibits(html *h, const report_document *d);
void report_authorities(html *h, const report_document *d);
void report_alarms(html *h, const report_document *d);
// Parts of an agreement's document or of a memo that carry money.
void report_figures(html *h, const report_document *d, const char *const *keys, uint32_t n);
void report_sentences(html *h, const report_document *d);
void report_claims(html *h, const report_document *d);  // a row a claim, a column a basis
void report_lines(html *h, const report_document *d, uint32_t most);
void report_rates(html *h, const report_document *d);
void report_unconfirmed(html *h, const report_document *d);
void report_excluded(html *h, const report_document *d);
void report_chart(html *h, const report_document *d, const char *name);  // "s-curve"
// A citation in form: "8 C.F.R. 208.22, 1208.22" is written "8 C.F.R. §§ 208.22, 1208.22".
void report_cite(hb_text *out, hb_str cite);
// A drawing as an SVG of black squares on white, at least 25 mm wide on paper. False when `text`
// is too long for a code, or memory is lacking.
HB_MUST_USE bool report_qr(hb_text *svg, hb_str text);

#endif
