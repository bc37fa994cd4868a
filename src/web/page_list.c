// Lists, one list, and a reader's own persons. Whole, worst first, a hundred rows a page by cursor;
// there is no filter and no export by NO BAR FOUND. This file is the worked example of page.h.
#include <stdio.h>

#include "web/pages.h"

enum { ROWS_A_PAGE = 100 };

// ---- shared rows -------------------------------------------------------------------------------

static void open_people(const web_request *r, html *out, const char *caption) {
    const char *const heads[] = {say(r, "Person"), say(r, "Verdict"), say(r, "First reason"),
                                 say(r, "Missing")};
    web_open_columns(out, caption, "usa-table usa-table--stacked-header hb-list", heads, 4, 3);
}

static void first_reason(const web_request *r, html *out, const web_list *list,
                         const web_person *row) {
    uint32_t rule = web_sees_confidential(r) ? row->first_reason : row->first_open_reason;
    if (rule == UINT32_MAX) {
        html_say(out, row->n_reasons ? say(r, "not shown to your role") : say(r, "none"));
        return;
    }
    const rulebook_rule *one = rulebook_rule_at(list->page.rb, rule);
    html_put(out, HTML_CODE, NULL, one->id);
    html_say(out, " ");
    html_text(out, r->language == WORDS_ES && one->title_es.n ? one->title_es : one->title_en);
}

static void person_row(const web_request *r, html *out, const web_list *list,
                       const web_person *row) {
    hb_str id = web_person_id(list, row);
    html_open(out, HTML_TR);
    html_open(out, HTML_TH);
    html_attribute(out, "scope", HB_STR("row"));
    html_attribute(out, "data-label", hb_str_from(say(r, "Person")));
    html_link(out, web_address_of(r, "/people/", id), "usa-link", id);
    html_say(out, " ");
    html_put_say(out, HTML_SPAN, "hb-initials", row->initials);
    html_close(out, HTML_TH);
    web_open_cell(out, HTML_TD, say(r, "Verdict"));
    web_verdict_mark(r, out, (gate_verdict)row->verdict);
    html_close(out, HTML_TD);
    web_open_cell(out, HTML_TD, say(r, "First reason"));
    first_reason(r, out, list, row);
    html_close(out, HTML_TD);
    web_open_cell(out, HTML_TD, say(r, "Missing"));
    html_textf(out, "%u", web_sees_confidential(r) ? row->n_missing : row->n_open_missing);
    html_close(out, HTML_TD);
    html_close(out, HTML_TR);
}

// The three counts, BARRED first; NO BAR FOUND last and never alone.
static void counts(const web_request *r, html *out, const uint64_t n[GATE_N_VERDICTS]) {
    static const gate_verdict ORDER[] = {GATE_BARRED, GATE_UNRESOLVED, GATE_NO_BAR_FOUND};
    html_open(out, HTML_DL);
    html_class(out, "hb-counts");
    for (int i = 0; i < GATE_N_VERDICTS; i++) {
        html_open(out, HTML_DIV);
        html_open(out, HTML_DT);
        web_verdict_mark(r, out, ORDER[i]);
        html_close(out, HTML_DT);
        html_open(out, HTML_DD);
        web_count(r, out, n[ORDER[i]]);
        html_close(out, HTML_DD);
        html_close(out, HTML_DIV);
    }
    html_close(out, HTML_DL);
}

// ---- all lists ---------------------------------------------------------------------------------

bool web_page_lists(web_request *r, html *out, hb_error *err) {
    (void)err;
    html_put_say(out, HTML_H1, NULL, say(r, "Transfer lists"));
    if (web_may(r, WEB_PROPOSE_LIST)) {
        html_open(out, HTML_P);
        html_link(out, web_address(r, "/lists/new"), "usa-button",
                  hb_str_from(say(r, "Send in a list")));
        html_close(out, HTML_P);
    }
    if (web_n_lists(r->site) == 0) {
        html_put_say(out, HTML_P, NULL, say(r, "No list yet."));
        return true;
    }
    for (uint32_t i = web_n_lists(r->site); i-- > 0;) {
        const web_list *list = web_list_at(r->site, i);
        html_open(out, HTML_SECTION);
        html_class(out, "hb-card");
        html_open(out, HTML_H2);
        html_link(out, web_address(r, "/lists/%s", list->id), "usa-link", list->page.list);
        html_close(out, HTML_H2);
        html_open(out, HTML_P);
        html_textf(out, "%s · %s ", list->id, say(r, "as of"));
        web_date(r, out, list->page.as_of);
        html_close(out, HTML_P);
        if (r->grant == WEB_OWN) {
            html_put_say(out, HTML_P, NULL, say(r, "You see your own persons on this list."));
        } else {
            counts(r, out, list->n_verdicts);
        }
        html_close(out, HTML_SECTION);
    }
    return true;
}

// ---- one list ----------------------------------------------------------------------------------

static void list_head(web_request *r, html *out, const web_list *list) {
    r->title = list->page.list;
    html_put(out, HTML_H1, NULL, list->page.list);
    html_open(out, HTML_P);
    html_textf(out, "%s · ", list->id);
    html_textf(out, r->language == WORDS_ES ? "%u personas" : "%u people", list->n);
    html_textf(out, " · %s ", say(r, "as of"));
    web_date(r, out, list->page.as_of);
    html_textf(out, " · %.*s %.*s", (int)rulebook_name(list->page.rb).n,
               rulebook_name(list->page.rb).at, (int)rulebook_version(list->page.rb).n,
               rulebook_version(list->page.rb).at);
    html_close(out, HTML_P);
}

// The row after which a page begins: a cursor is the id of the last row shown.
static uint32_t begin_after(const web_list *list, hb_str after) {
    const web_person *row = after.n ? web_person_find(list, after) : NULL;
    return row ? (uint32_t)(row - list->people) + 1 : 0;
}

bool web_page_list(web_request *r, html *out, hb_error *err) {
    (void)err;
    const web_list *list = web_list_find(r->site, web_part(r, 0));
    if (!list) return web_not_found(r);
    list_head(r, out, list);
    if (r->grant != WEB_OWN) counts(r, out, list->n_verdicts);
    if (r->grant == WEB_COUNTS) return true;
    uint32_t shown = 0, i = begin_after(list, web_query(r, "after"));
    const web_person *last = NULL;
    open_people(r, out, say(r, "People on this list, worst first"));
    for (; i < list->n && shown < ROWS_A_PAGE; i++) {
        const web_person *row = &list->people[i];
        if (!web_may_see(r, web_person_id(list, row))) continue;
        person_row(r, out, list, row);
        last = row;
        shown++;
    }
    web_close_table(out);
    if (shown == 0) html_put_say(out, HTML_P, NULL, say(r, "Nobody on this list is yours to see."));
    if (i < list->n && last) {
        hb_text address = {0};
        hb_text_addf(&address, "?after=");
        html_url_add(&address, web_person_id(list, last));
        html_open(out, HTML_P);
        html_link(out, (hb_str){address.at, address.n}, "usa-link",
                  hb_str_from(say(r, "Next rows")));
        html_close(out, HTML_P);
        hb_text_clear(&address);
    }
    return true;
}

// ---- own persons -------------------------------------------------------------------------------

bool web_page_own(web_request *r, html *out, hb_error *err) {
    (void)err;
    hb_str left = hb_str_trim(hb_str_from(r->account.people));
    html_put_say(out, HTML_H1, NULL, say(r, "Own cases"));
    if (left.n == 0) {
        html_put_say(out, HTML_P, NULL, say(r, "No person is named in your account."));
        return true;
    }
    open_people(r, out, say(r, "Own cases"));
    while (left.n) {
        size_t n = 0;
        while (n < left.n && left.at[n] != ' ') n++;
        const web_person *row = NULL;
        const web_list *list = web_list_of(r->site, (hb_str){left.at, n}, &row);
        if (list) person_row(r, out, list, row);
        left = hb_str_trim((hb_str){left.at + n, left.n - n});
    }
    web_close_table(out);
    return true;
}
