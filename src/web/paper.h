// What the pages that make papers share (page_paper.c).
#ifndef WEB_PAPER_H
#define WEB_PAPER_H

#include "report/report.h"
#include "web/page.h"

// As whom the account reads: what is confidential only where the page would show it.
const report_reader *web_reader(web_request *r);
// A place of custody against its standards, on the day of a list; empty when there is none.
typedef struct {
    hb_text json, chart;
    report_assessment shown;
} web_assessment;
HB_MUST_USE bool web_assess_place(web_request *r, const web_list *list, web_assessment *out,
                                  hb_error *err);
void web_assessment_clear(web_assessment *one);
// The paper as a page, or as HTML that serve.c has made into a PDF.
HB_MUST_USE bool web_paper_write(web_request *r, hb_text *out, const report_copy *copy,
                                 const report_document *document, bool is_pdf, hb_error *err);
// Where an entry's number leads, for a reader who may open it; "" otherwise.
hb_str web_entries_at(const web_request *r);
// The two links to a paper: "ADDRESS.pdf" and "ADDRESS".
void web_paper_links(web_request *r, html *out, hb_str address, const char *words);

#endif
