// Papers of the pages: the report on the agreement, the budget memo, the inspector's report on a
// place, and what they share with a person's annex. Each is one document (report.h) made for the
// role that asks, then a page or a PDF of the same words.
#include <stdio.h>
#include <string.h>

#include "web/pages.h"
#include "web/paper.h"
#include "web/site.h"

// ---- for whom ----------------------------------------------------------------------------------

static const char *reader_name(const web_request *r) {
    switch (r->account.role) {
        case WEB_CLERK:
        case WEB_SECOND:
        case WEB_FACILITY:
        case WEB_ESCORT: return "sender";
        case WEB_COURT: return "court";
        case WEB_COUNSEL: return "counsel";
        case WEB_PERSON: return "person";
        case WEB_INSPECTOR: return "inspector";
        case WEB_CONSULATE: return "consulate";
        case WEB_FAMILY: return "family";
        case WEB_BUDGET: return "budget";
        case WEB_PUBLIC:
        case WEB_HEALTH:
        case WEB_MINISTRY:
        case WEB_AUTHOR:
        case WEB_REVIEWER:
        case WEB_AUDITOR:
        case WEB_WITNESS:
        case WEB_OPERATOR:
        case WEB_N_ROLES: break;
    }
    return "public";
}

// An account of the host's side is never shown more than the host.
const report_reader *web_reader(web_request *r) {
    const report_reader *reader = report_reader_find(hb_str_from(reader_name(r)));
    if (!reader->sees_confidential || web_sees_confidential(r)) return reader;
    report_reader *less = hb_arena_new(r->arena, report_reader);
    if (!less) return report_reader_find(HB_STR("public"));
    bool is_host = strcmp(r->account.party, "host") == 0;
    *less = is_host ? *report_reader_find(HB_STR("host")) : *reader;
    less->sees_confidential = false;
    less->sees_changes = reader->sees_changes;
    return less;
}

hb_str web_entries_at(const web_request *r) {
    return web_may(r, WEB_READ_ENTRY) ? web_address(r, "/register/events/") : HB_STR("");
}

static report_copy copy_for(web_request *r) {
    report_copy copy = {.reader = web_reader(r),
                        .language = r->language,
                        .now = r->now,
                        .time_zone = r->site->time_zone};
    (void)hb_date_from_days(r->now.seconds / 86400, &copy.made_on);
    return copy;
}

// ---- places ------------------------------------------------------------------------------------

static bool assess(web_request *r, const conditions_return *ret, hb_date day, web_assessment *out,
                   hb_error *err) {
    conditions_assessment *found = NULL;
    if (!conditions_assess(r->site->conditions, ret, day, r->arena, &found, err)) return false;
    conditions_write_json(&out->json, found, NULL, r->language);
    (void)conditions_draw_chart(&out->chart, found, NULL, r->language);
    if (out->json.failed || out->chart.failed) return hb_out_of_memory(err);
    out->shown = (report_assessment){
        hb_str_trim((hb_str){out->json.at,  out->json.n }
        ), {out->chart.at, out->chart.n}
    };
    return true;
}

// The return that the list itself was decided with.
bool web_assess_place(web_request *r, const web_list *list, web_assessment *out, hb_error *err) {
    for (uint32_t i = 0; i < list->page.n_sources; i++) {
        if (!hb_str_equal(list->page.sources[i].role, HB_STR("facility"))) continue;
        const conditions_return *ret = web_facility_of_file(r->site, list->page.sources[i].sha256);
        if (ret) return assess(r, ret, list->page.as_of, out, err);
    }
    return true;
}

void web_assessment_clear(web_assessment *one) {
    hb_text_clear(&one->json);
    hb_text_clear(&one->chart);
}

// ---- writing -----------------------------------------------------------------------------------

bool web_paper_write(web_request *r, hb_text *out, const report_copy *copy,
                     const report_document *document, bool is_pdf, hb_error *err) {
    html h = {0};
    hb_str page;
    report_html(&h, copy, document);
    bool ok = html_finish(&h, &page, err);
    if (ok) hb_text_add(out, page);
    html_clear(&h);
    r->content_type = HB_STR("text/html; charset=utf-8");
    r->is_paper = is_pdf;
    r->n_paper_pages = report_n_pages(document);
    return ok;
}

static bool write_document(web_request *r, hb_text *out, const report_copy *copy, hb_text *json,
                           bool is_pdf, hb_error *err) {
    report_document document;
    bool ok = report_read(r->arena, (hb_str){json->at, json->n}, &document, err) &&
              web_paper_write(r, out, copy, &document, is_pdf, err);
    hb_text_clear(json);
    return ok;
}

void web_paper_links(web_request *r, html *out, hb_str address, const char *words) {
    html_open(out, HTML_P);
    html_class(out, "hb-acts");
    html_open(out, HTML_A);
    html_attributef(out, "href", "%.*s.pdf", (int)address.n, address.at);
    html_class(out, "usa-button usa-button--outline");
    html_textf(out, "%s (PDF)", words);
    html_close(out, HTML_A);
    html_open(out, HTML_A);
    html_attribute(out, "href", address);
    html_class(out, "usa-link");
    html_say(out, say(r, "the same as a page"));
    html_close(out, HTML_A);
    html_close(out, HTML_P);
}

static bool nothing(web_request *r) {
    r->status = 404;
    return false;
}

// ---- the agreement, the memo -------------------------------------------------------------------

static bool agreement(web_request *r, hb_text *out, bool is_memo, bool is_pdf, hb_error *err) {
    const web_list *list = r->site->n_lists ? r->site->lists[r->site->n_lists - 1] : NULL;
    web_decided *decided = hb_arena_new(r->arena, web_decided);
    web_assessment place = {0};
    hb_text json = {0};
    bool found = false;
    if (!list || list->n == 0 || (is_memo && !r->site->money)) return nothing(r);
    if (!decided) return hb_out_of_memory(err);
    // Facts of the agreement are everybody's: they are read from the first line of the list.
    hb_str first = web_person_id(list, &list->people[list->first]);
    if (!web_decide(r, first, decided, &found, err)) return false;
    if (!found) return nothing(r);
    report_copy copy = copy_for(r);
    bool may_see_register = web_role_grant(r->account.role, WEB_READ_REGISTER) == WEB_ALL;
    bool may_see_money = web_role_grant(r->account.role, WEB_READ_MONEY) != WEB_NOTHING;
    bool ok = is_memo || web_assess_place(r, list, &place, err);
    report_agreement_input input = {.is_memo = is_memo,
                                    .page = &decided->page,
                                    .agreement = r->site->agreement,
                                    .decision = &decided->decision,
                                    .n_people = list->n_verdicts,
                                    .n_barred_by = list->n_barred_by,
                                    .assessment = place.shown,
                                    .money = may_see_money ? r->site->money : NULL,
                                    .log = may_see_register ? r->worker->log : NULL,
                                    .hours = r->site->hours,
                                    .at = r->now};
    ok = ok && report_agreement(&json, &copy, &input, err) &&
         write_document(r, out, &copy, &json, is_pdf, err);
    hb_text_clear(&json);
    web_assessment_clear(&place);
    return ok;
}

bool web_data_agreement(web_request *r, hb_text *out, hb_error *err) {
    return agreement(r, out, false, false, err);
}

bool web_data_agreement_pdf(web_request *r, hb_text *out, hb_error *err) {
    return agreement(r, out, false, true, err);
}

bool web_data_memo(web_request *r, hb_text *out, hb_error *err) {
    return agreement(r, out, true, false, err);
}

bool web_data_memo_pdf(web_request *r, hb_text *out, hb_error *err) {
    return agreement(r, out, true, true, err);
}

// ---- a place -----------------------------------------------------------------------------------

// The root of the register's own checkpoint, which nobody could have chosen.
static bool read_seed(web_request *r, register_log *log, hb_str *seed, hb_error *err) {
    char hex[65];
    hb_str note;
    proof_standing standing;
    proof_note opened;
    proof_checkpoint checkpoint = {0};
    if (!register_checkpoint(log, r->arena, &note, &standing, err) ||
        !proof_note_open(note, register_key(log), 1, &opened, err))
        return false;
    (void)proof_checkpoint_read(opened.text, &checkpoint);
    hb_hash_hex(checkpoint.root, hex);
    return hb_str_copy(r->arena, hb_str_from(hex), seed) || hb_out_of_memory(err);
}

static register_log *log_of_place(const web_request *r, hb_str place) {
    web_grant grant = web_role_grant(r->account.role, WEB_READ_REGISTER);
    register_word word;
    snprintf(word, sizeof word, "%.*s", place.n < sizeof word ? (int)place.n : 0, place.at);
    bool is_own = grant == WEB_OWN && web_is_of_place(r, word);
    return grant == WEB_ALL || is_own ? r->worker->log : NULL;
}

static bool facility(web_request *r, hb_text *out, bool is_pdf, hb_error *err) {
    const conditions_return *ret = web_facility_find(r->site, web_part(r, 0));
    web_assessment place = {0};
    hb_text json = {0};
    int64_t at = 0;
    if (!ret) return nothing(r);
    if (!web_instant(r, &at, err)) return false;
    report_copy copy = copy_for(r);
    hb_str given = hb_str_trim(web_query(r, "place"));
    hb_str named = given.n ? given : conditions_return_facility(ret);
    report_facility_input input = {.place = named,
                                   .hours = r->site->hours,
                                   .at = at && at < r->now.seconds ? at : r->now.seconds,
                                   .log = log_of_place(r, named)};
    bool ok = assess(r, ret, conditions_return_as_of(ret), &place, err) &&
              (!input.log || read_seed(r, input.log, &input.seed, err));
    input.assessment = place.shown;
    ok = ok && report_facility(&json, &copy, &input, err) &&
         write_document(r, out, &copy, &json, is_pdf, err);
    hb_text_clear(&json);
    web_assessment_clear(&place);
    return ok;
}

bool web_data_facility(web_request *r, hb_text *out, hb_error *err) {
    return facility(r, out, false, err);
}

bool web_data_facility_pdf(web_request *r, hb_text *out, hb_error *err) {
    return facility(r, out, true, err);
}
