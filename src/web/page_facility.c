// Places of custody against each standard: all of them, one, or two side by side. The sections are
// those of `habeas facility assess --html`; there is never a total grade.
#include "conditions/conditions.h"
#include "web/pages.h"
#include "web/paper.h"
#include "web/site.h"

// The day of the page: ?as-of=, else that of the return; a day to come is refused.
static bool day_of(web_request *r, const conditions_return *ret, hb_date *day, hb_error *err) {
    hb_date today;
    hb_str given = web_query(r, "as-of");
    *day = conditions_return_as_of(ret);
    if (!given.n) return true;
    if (hb_date_parse(given, day) && hb_date_from_days(r->now.seconds / 86400, &today) &&
        hb_date_to_days(*day) <= hb_date_to_days(today))
        return true;
    hb_fail(err, HB_INPUT, "date", say(r, "\"%.*s\" is no day up to today"), (int)given.n,
            given.at);
    hb_error_help(err, "%s", say(r, "write it as 2025-03-15"));
    return false;
}

static bool assess(web_request *r, const conditions_return *ret, conditions_assessment **out,
                   hb_error *err) {
    hb_date day;
    return day_of(r, ret, &day, err) &&
           conditions_assess(r->site->conditions, ret, day, r->arena, out, err);
}

static void counts(const web_request *r, html *out, const conditions_assessment *a) {
    static const conditions_answer ORDER[] = {CONDITIONS_NOT_MET, CONDITIONS_DISPUTED,
                                              CONDITIONS_UNKNOWN, CONDITIONS_MET};
    uint32_t n[CONDITIONS_N_ANSWERS] = {0};
    for (uint32_t s = 0; s < conditions_n_standards(r->site->conditions); s++)
        n[conditions_finding(a, s)]++;
    html_open(out, HTML_DL);
    html_class(out, "hb-counts");
    for (int i = 0; i < CONDITIONS_N_ANSWERS; i++) {
        html_open(out, HTML_DIV);
        html_put_say(out, HTML_DT, NULL, conditions_answer_words(ORDER[i], r->language));
        html_open(out, HTML_DD);
        html_textf(out, "%u", n[ORDER[i]]);
        html_close(out, HTML_DD);
        html_close(out, HTML_DIV);
    }
    html_close(out, HTML_DL);
}

static hb_str title_of(const conditions_return *ret) {
    hb_str title = conditions_return_title(ret);
    return title.n ? title : conditions_return_facility(ret);
}

// ---- all ---------------------------------------------------------------------------------------

bool web_page_facilities(web_request *r, html *out, hb_error *err) {
    html_put_say(out, HTML_H1, NULL, say(r, "Places of custody"));
    if (r->site->n_facilities == 0) {
        html_put_say(out, HTML_P, NULL,
                     say(r, "No return received. Every standard reads unknown."));
        return true;
    }
    for (uint32_t i = 0; i < r->site->n_facilities; i++) {
        const conditions_return *ret = r->site->facilities[i];
        conditions_assessment *a = NULL;
        if (!assess(r, ret, &a, err)) return false;
        html_open(out, HTML_SECTION);
        html_class(out, "hb-card");
        html_open(out, HTML_H2);
        html_link(out, web_address_of(r, "/facilities/", conditions_return_facility(ret)),
                  "usa-link", title_of(ret));
        html_close(out, HTML_H2);
        html_open(out, HTML_P);
        html_say(out, say(r, "as of"));
        html_say(out, " ");
        web_date(r, out, conditions_return_as_of(ret));
        html_close(out, HTML_P);
        counts(r, out, a);
        html_close(out, HTML_SECTION);
    }
    return true;
}

// ---- one, or two -------------------------------------------------------------------------------

static void choose_other(web_request *r, html *out, const conditions_return *one,
                         const conditions_return *other) {
    html_open(out, HTML_FORM);
    html_attribute(out, "method", HB_STR("get"));
    html_class(out, "usa-form hb-filter");
    html_open(out, HTML_DIV);
    html_open(out, HTML_LABEL);
    html_class(out, "usa-label");
    html_attribute(out, "for", HB_STR("against"));
    html_say(out, say(r, "Side by side with"));
    html_close(out, HTML_LABEL);
    html_open(out, HTML_SELECT);
    html_class(out, "usa-select");
    html_id(out, HB_STR("against"));
    html_attribute(out, "name", HB_STR("against"));
    html_open(out, HTML_OPTION);
    html_attribute(out, "value", HB_STR(""));
    html_say(out, say(r, "no other place"));
    html_close(out, HTML_OPTION);
    for (uint32_t i = 0; i < r->site->n_facilities; i++) {
        const conditions_return *ret = r->site->facilities[i];
        if (ret == one) continue;
        html_open(out, HTML_OPTION);
        html_attribute(out, "value", conditions_return_facility(ret));
        if (ret == other) html_flag(out, "selected");
        html_text(out, title_of(ret));
        html_close(out, HTML_OPTION);
    }
    html_close(out, HTML_SELECT);
    html_close(out, HTML_DIV);
    web_button(r, out, say(r, "Show"), NULL);
    html_close(out, HTML_FORM);
}

// The paper of another time, or where the register names the place otherwise than its file.
static void paper_form(web_request *r, html *out, const conditions_return *ret) {
    hb_str address = web_address_of(r, "/facilities/", conditions_return_facility(ret));
    html_open(out, HTML_FORM);
    html_attribute(out, "method", HB_STR("get"));
    html_attributef(out, "action", "%.*s/report", (int)address.n, address.at);
    html_class(out, "usa-form hb-filter");
    html_open(out, HTML_DIV);
    web_field_text(r, out, "place", say(r, "Place in the register (id)"), "text", "off",
                   conditions_return_facility(ret));
    html_close(out, HTML_DIV);
    html_open(out, HTML_DIV);
    web_field_text(r, out, "at", say(r, "Roster at"), "datetime-local", "off", HB_STR(""));
    html_close(out, HTML_DIV);
    web_button(r, out, say(r, "Report for an inspection"), NULL);
    html_close(out, HTML_FORM);
}

static void head(web_request *r, html *out, const conditions_return *ret,
                 const conditions_assessment *a, html_element element) {
    html_put(out, element, NULL, title_of(ret));
    html_open(out, HTML_P);
    html_say(out, say(r, "as of"));
    html_say(out, " ");
    web_date(r, out, conditions_return_as_of(ret));
    hb_str result = conditions_result(a);
    html_textf(out, " · %s: %.*s", say(r, "finding for the gate"), (int)result.n, result.at);
    html_close(out, HTML_P);
    counts(r, out, a);
}

bool web_page_facility(web_request *r, html *out, hb_error *err) {
    hb_str against = web_query(r, "against");
    const conditions_return *one = web_facility_find(r->site, web_part(r, 0));
    const conditions_return *two = against.n ? web_facility_find(r->site, against) : NULL;
    conditions_assessment *a = NULL, *b = NULL;
    if (!one || (against.n && !two)) return web_not_found(r);
    if (!assess(r, one, &a, err) || (two && !assess(r, two, &b, err))) return false;
    r->title = title_of(one);
    head(r, out, one, a, HTML_H1);
    if (two) {
        head(r, out, two, b, HTML_H2);
        conditions_html_comparison(out, a, b, r->language);
    }
    hb_str address = web_address_of(r, "/facilities/", conditions_return_facility(one)), report;
    if (hb_str_format(r->arena, &report, "%.*s/report", (int)address.n, address.at))
        web_paper_links(r, out, report, say(r, "Report for an inspection"));
    if (r->worker->log && web_may(r, WEB_READ_REGISTER)) paper_form(r, out, one);
    choose_other(r, out, one, two);
    conditions_html_offer(out, a, r->language);
    conditions_html_chart(out, a, b, r->language);
    conditions_html_assurances(out, a, r->language);
    if (two) conditions_html_assurances(out, b, r->language);
    return conditions_html_standards(out, a, b, r->language) || hb_out_of_memory(err);
}
