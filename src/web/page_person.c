// One person: the verdict first, then why, what is missing, what would change it, until when, where
// she is, the papers. Sections are those of the dossier (report.h), from one document that holds
// only what this reader may see, so page, paper and command line say the same words.
#include <stdio.h>
#include <string.h>

#include "verify/change.h"
#include "web/pages.h"
#include "web/paper.h"
#include "web/site.h"

typedef struct {
    web_decided decided;
    report_copy copy;
    gate_changes changes;
    hb_text json;
    report_document document;
} person_page;

// The smallest sets of documents that would change the verdict. Reading the law for that takes
// longer than the search, so that a worker does it once.
static bool add_changes(web_request *r, web_decided *decided, gate_changes *changes,
                        hb_error *err) {
    verify_changer **changer = &r->worker->changer;
    if (!*changer && !(*changer = verify_changer_open(r->site->rb, err))) return false;
    decided->answer.changes = changes;
    return verify_would_change(*changer, web_bench(r), r->arena, &decided->day,
                               decided->person.records, decided->person.n_records,
                               &decided->decision, changes, err);
}

// The annex also has what is known of the place and what would change the verdict (report_readers:
// for whom); the page leads to pages of their own.
static bool make_document(web_request *r, bool is_named, bool is_annex, person_page *p, bool *found,
                          hb_error *err) {
    *p = (person_page){
        .copy = {.reader = web_reader(r), .language = r->language, .now = r->now}
    };
    (void)hb_date_from_days(r->now.seconds / 86400, &p->copy.made_on);
    if (!web_decide(r, web_part(r, 0), &p->decided, found, err) || !*found) return *found == false;
    p->copy.is_named = is_named && p->copy.reader->may_name;
    register_log *log =
        web_role_grant(r->account.role, WEB_READ_CUSTODY) != WEB_NOTHING ? r->worker->log : NULL;
    report_person_input input = {
        .answer = &p->decided.answer, .log = log, .end_date = p->decided.person.end_date};
    web_assessment place = {0};
    p->copy.time_zone = r->site->time_zone;
    bool ok = !is_annex || web_assess_place(r, p->decided.list, &place, err);
    if (ok && is_annex) ok = add_changes(r, &p->decided, &p->changes, err);
    input.assessment = place.shown;
    ok = ok && report_person(&p->json, &p->copy, &input, err) &&
         report_read(r->arena, (hb_str){p->json.at, p->json.n}, &p->document, err);
    web_assessment_clear(&place);
    if (!is_annex) p->document.entries_at = web_entries_at(r);
    if (!ok || is_annex || !web_may(r, WEB_READ_RULEBOOK)) return ok;
    p->document.rules_at = web_address(r, "/rulebook/");
    return hb_str_format(r->arena, &p->document.rules_for, "?person=%.*s#fired",
                         (int)p->decided.person.person.n, p->decided.person.person.at) ||
           hb_out_of_memory(err);
}

// ---- the page ----------------------------------------------------------------------------------

static const web_section SECTIONS[] = {
    {"why",      WORDS_LATER("Why")                  },
    {"missing",  WORDS_LATER("What is missing")      },
    {"end-date", WORDS_LATER("Until when")           },
    {"where",    WORDS_LATER("Where, and since when")},
    {"papers",   WORDS_LATER("Papers")               },
    {"sources",  WORDS_LATER("Sources of the law")   },
};
// The last is for those who may not open a rule, where each of its sources stands with what it
// says.
enum { N_SECTIONS = sizeof SECTIONS / sizeof SECTIONS[0] };
// ORDER of SECTIONS
static void (*const WRITERS[N_SECTIONS])(html *h, const report_document *d) = {
    report_reasons_folded, report_missing,  report_end_date,
    report_chronology,     report_exhibits, report_authorities,
};

static void head(web_request *r, html *out, const person_page *p) {
    hb_str id = p->decided.person.person;
    html_open(out, HTML_H1);
    html_text(out, id);
    html_say(out, " ");
    html_open(out, HTML_SPAN);
    html_class(out, "hb-initials");
    if (p->copy.is_named) {
        html_text(out, p->decided.person.name);
    } else if (p->copy.reader->may_name) {
        html_text(out, web_initials(r->arena, p->decided.person.name));
    }
    html_close(out, HTML_SPAN);
    html_close(out, HTML_H1);
    html_open(out, HTML_P);
    html_link(out, web_address(r, "/lists/%s", p->decided.list->id), "usa-link",
              p->decided.page.list);
    html_textf(out, " · %s ", say(r, "as of"));
    web_date(r, out, p->decided.page.as_of);
    html_say(out, " · ");
    web_rulebook(out, &p->decided.page);
    html_close(out, HTML_P);
}

// What may be done here: read the name (recorded), take the annex, see who read this, the rules.
static void acts(web_request *r, html *out, const person_page *p) {
    hb_str id = p->decided.person.person;
    html_open(out, HTML_DIV);
    html_class(out, "hb-acts");
    if (!p->copy.is_named && p->copy.reader->may_name &&
        web_role_grant(r->account.role, WEB_SHOW_NAME) != WEB_NOTHING) {
        hb_str address;
        if (hb_str_format(r->arena, &address, "%.*s/name", (int)web_address_of(r, "/people/", id).n,
                          web_address_of(r, "/people/", id).at)) {
            web_open_form(r, out, address, "hb-inline");
            web_button(r, out, say(r, "Show name"), "usa-button usa-button--outline");
            html_close(out, HTML_FORM);
        }
    }
    static const struct {
        const char *words, *end;
        web_act act;
    } LINKS[] = {
        {WORDS_LATER("Make annex (PDF)"),                "annex.pdf", WEB_MAKE_DOSSIER  },
        {WORDS_LATER("Annex as a page"),                 "annex",     WEB_MAKE_DOSSIER  },
        {WORDS_LATER("Which documents would change it"), "documents", WEB_READ_DOCUMENTS},
        {WORDS_LATER("Take a copy"),                     "copy",      WEB_EXPORT        },
        {WORDS_LATER("Who read this file"),              "readers",   WEB_READ_OWN_AUDIT},
        {WORDS_LATER("Data"),                            "data",      WEB_READ_PERSON   },
    };
    for (size_t i = 0; i < sizeof LINKS / sizeof LINKS[0]; i++) {
        hb_str address = web_address_of(r, "/people/", id), whole;
        if (web_role_grant(r->account.role, LINKS[i].act) == WEB_NOTHING) continue;
        if (!hb_str_format(r->arena, &whole, "%.*s/%s", (int)address.n, address.at, LINKS[i].end))
            continue;
        html_link(out, whole, "usa-button usa-button--outline",
                  hb_str_from(words_of(r, LINKS[i].words)));
    }
    html_close(out, HTML_DIV);
}

static bool show(web_request *r, html *out, bool is_named, hb_error *err) {
    person_page p;
    bool found = false;
    bool ok = make_document(r, is_named, false, &p, &found, err);
    if (ok && found) {
        web_read_of(r, p.decided.person.person);
        r->title = p.decided.person.person;
        head(r, out, &p);
        report_verdict(out, &p.document);
        acts(r, out, &p);
        uint32_t n = p.document.rules_at.n ? N_SECTIONS - 1 : N_SECTIONS;
        web_contents(r, out, SECTIONS, n);
        for (uint32_t i = 0; i < n; i++) {
            html_open(out, HTML_SECTION);
            web_section_head(r, out, &SECTIONS[i]);
            WRITERS[i](out, &p.document);
            html_close(out, HTML_SECTION);
        }
    }
    hb_text_clear(&p.json);
    return ok && !found ? web_not_found(r) : ok;
}

bool web_page_person(web_request *r, html *out, hb_error *err) {
    return show(r, out, false, err);
}

bool web_page_person_name(web_request *r, html *out, hb_error *err) {
    return show(r, out, true, err);
}

// ---- which documents ---------------------------------------------------------------------------

// For court and counsel alone, and on record: it says what to bring, and so also what to forge.
bool web_page_documents(web_request *r, html *out, hb_error *err) {
    person_page p = {
        .copy = {.reader = web_reader(r), .language = r->language, .now = r->now}
    };
    bool found = false;
    (void)hb_date_from_days(r->now.seconds / 86400, &p.copy.made_on);
    if (!web_decide(r, web_part(r, 0), &p.decided, &found, err)) return false;
    if (!found) return web_not_found(r);
    web_read_of(r, p.decided.person.person);
    report_person_input input = {.answer = &p.decided.answer,
                                 .end_date = p.decided.person.end_date};
    bool ok = add_changes(r, &p.decided, &p.changes, err) &&
              report_person(&p.json, &p.copy, &input, err) &&
              report_read(r->arena, (hb_str){p.json.at, p.json.n}, &p.document, err);
    if (ok) {
        html_open(out, HTML_H1);
        html_text(out, p.decided.person.person);
        html_textf(out, ": %s", say(r, "which documents would change the verdict"));
        html_close(out, HTML_H1);
        report_verdict(out, &p.document);
        html_put_say(out, HTML_P, NULL,
                     say(r,
                         "The smallest sets of documents. They count only when they are true, of "
                         "an accepted kind and verified; the whole list of what is missing stands "
                         "on the person's page. That you read this is on record."));
        report_changes(out, &p.document);
    }
    hb_text_clear(&p.json);
    return ok;
}

// ---- the annex and the data --------------------------------------------------------------------

// The dossier: as a page of its own, ready to print, or as PDF.
static bool annex(web_request *r, hb_text *out, bool is_pdf, hb_error *err) {
    person_page p;
    bool found = false, ok = make_document(r, false, true, &p, &found, err);
    if (ok && found) {
        web_read_of(r, p.decided.person.person);
        ok = web_paper_write(r, out, &p.copy, &p.document, is_pdf, err);
    } else if (ok) {
        r->status = 404;
    }
    hb_text_clear(&p.json);
    return ok && r->status != 404;
}

bool web_data_annex(web_request *r, hb_text *out, hb_error *err) {
    return annex(r, out, false, err);
}

bool web_data_annex_pdf(web_request *r, hb_text *out, hb_error *err) {
    return annex(r, out, true, err);
}

bool web_data_person(web_request *r, hb_text *out, hb_error *err) {
    person_page p;
    bool found = false, ok = make_document(r, false, false, &p, &found, err);
    if (ok && found) {
        web_read_of(r, p.decided.person.person);
        hb_text_add(out, (hb_str){p.json.at, p.json.n});
        r->content_type = HB_STR("application/json");
    } else if (ok) {
        r->status = 404;
    }
    hb_text_clear(&p.json);
    return ok && r->status != 404;
}
