// One person in the register, on a list or not: where, since when, seen when, who answers; the way
// she went and the lanes of places, drawn; every entry in words, each leading to its proof. The
// words and drawings are those of the dossier (report.h).
#include <string.h>

#include "web/pages.h"
#include "web/paper.h"
#include "web/site.h"

static void record_link(const web_request *r, html *out, hb_str person) {
    hb_text address = {0};
    if (!web_may(r, WEB_RECORD_EVENT)) return;
    hb_text_add(&address, web_address(r, "/record?person="));
    html_url_add(&address, person);
    html_open(out, HTML_P);
    html_link(out, (hb_str){address.at, address.n}, "usa-button usa-button--outline",
              hb_str_from(say(r, "Record what happened")));
    html_close(out, HTML_P);
    hb_text_clear(&address);
}

bool web_page_custody(web_request *r, html *out, hb_error *err) {
    report_copy copy = {.reader = web_reader(r),
                        .language = r->language,
                        .now = r->now,
                        .time_zone = r->site->time_zone};
    report_document document;
    hb_text json = {0};
    bool is_known = false;
    hb_str person = web_part(r, 0);
    register_log *log = web_register(r, err);
    if (!log) return false;
    (void)hb_date_from_days(r->now.seconds / 86400, &copy.made_on);
    bool ok = report_custody(&json, &copy, log, person, &is_known, err);
    if (ok && is_known) {
        ok = report_read(r->arena, (hb_str){json.at, json.n}, &document, err);
        if (ok) {
            web_read_of(r, person);
            r->title = person;
            document.entries_at = web_entries_at(r);
            html_put(out, HTML_H1, NULL, person);
            record_link(r, out, person);
            html_open(out, HTML_SECTION);
            report_chronology(out, &document);
            html_close(out, HTML_SECTION);
            ok = web_log_line(r, out, log, err);
        }
    }
    hb_text_clear(&json);
    return ok && !is_known ? web_not_found(r) : ok;
}
