// report: papers that are filed, read out and kept: the dossier of a person, the report on an
// agreement with its two-page memo, the inspector's report on a facility. Called by cli and web;
// calls verify, gate, conditions, money, enddate, register, html and below.
//
// A paper is one JSON document first (report_person and its like), with everything left out that
// its reader may not see. Its hash is the SHA-256 of exactly those bytes, and the HTML is written
// from them and from nothing else, so no form can say what another does not. report_html writes the
// whole paper, the section functions one part of it for a page, report_pdf turns HTML into PDF
// without a network.
//
// Read readers.c (who may see what) -> person.c, custody.c (the document of a person) -> section.c,
// exhibits.c (its parts in HTML) -> dossier.c (their order) -> paper.c (head, foot, hash, QR)
// -> agreement.c, memo.c, facility.c -> qr.c -> pdf.c.
#ifndef HABEAS_REPORT_H
#define HABEAS_REPORT_H

#include "gate/gate.h"
#include "html/html.h"
#include "register/register.h"

// ---- who reads ----------------------------------------------------------------------------------

// What a copy made for somebody may hold. Zero, the public, sees least.
typedef struct {
    const char *name;        // "counsel", as --for takes it
    const char *words;       // for translation
    bool sees_confidential;  // reasons and facts on asylum, fear, trafficking (8 C.F.R. 208.6)
    bool sees_custody;       // where the person was and is
    bool may_name;           // may have a copy with the person's name
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
    hb_str verify_at;  // address of a page that checks hashes, for the QR code; "" = none
} report_copy;

// ---- documents ----------------------------------------------------------------------------------

// One person of a list. `log` may be NULL: then nothing is said of custody. `assessment` is the
// answer of conditions as JSON, and `end_date` the answer of enddate; empty when not asked.
typedef struct {
    const gate_answer *answer;
    register_log *log;
    hb_str assessment, end_date;
} report_person_input;
HB_MUST_USE bool report_person(hb_text *out, const report_copy *copy,
                               const report_person_input *input, hb_error *err);

// ---- papers -------------------------------------------------------------------------------------

// A document read back, as the writers of HTML take it. Everything lives in `arena`.
typedef struct {
    words_language language;
    const hb_json *tree;
    hb_hash hash;  // SHA-256 of the document's bytes
} report_document;
HB_MUST_USE bool report_read(hb_arena *arena, hb_str json, report_document *out, hb_error *err);

// The whole paper of a document, ready to print.
void report_html(html *out, const report_copy *copy, const report_document *document);
// PDF of such a paper: tagged (PDF/UA-1), with bookmarks. Runs weasyprint in a child process that
// may fetch nothing. Fails with "no-weasyprint" or "pdf-failed".
HB_MUST_USE bool report_pdf(hb_str page, hb_text *pdf, hb_error *err);

// ---- sections -----------------------------------------------------------------------------------
// Parts of a person's document without their headings; a page puts them where it wants them.

void report_verdict(html *h, const report_document *d);     // mark, sentence, who decides
void report_reasons(html *h, const report_document *d);     // numbered, worst first
void report_missing(html *h, const report_document *d);     // question, what can establish it
void report_changes(html *h, const report_document *d);     // what would change the verdict
void report_end_date(html *h, const report_document *d);    // until when, step by step
void report_chronology(html *h, const report_document *d);  // custody, with proofs
void report_place(html *h, const report_document *d);       // standards not met where the person is
void report_exhibits(html *h, const report_document *d);
void report_authorities(html *h, const report_document *d);
// A citation in form: "8 C.F.R. 208.22, 1208.22" is written "8 C.F.R. §§ 208.22, 1208.22".
void report_cite(hb_text *out, hb_str cite);
// A drawing as an SVG of black squares on white, at least 25 mm wide on paper. False when `text`
// is too long for a code, or memory is lacking.
HB_MUST_USE bool report_qr(hb_text *svg, hb_str text);

#endif
