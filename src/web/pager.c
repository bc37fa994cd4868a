// Tables longer than a page: which rows of how many stand here, and the links to those before and
// after. A part begins at the row that a cursor names, so that nobody is passed over or shown twice
// when rows came or went in between. Each link asks everything else that the address asks.
#include <stdio.h>

#include "web/page.h"

void web_ask_again(const web_request *r, hb_text *out, const char *name, hb_str value) {
    char before = '?';
    for (uint32_t i = 0; i < r->n_query; i++) {
        bool is_other = !hb_str_equal(r->query[i].name, hb_str_from(name)) &&
                        !hb_str_equal(r->query[i].name, HB_STR("from"));
        if (!is_other || r->query[i].value.n == 0) continue;
        hb_text_addf(out, "%c", before);
        html_url_add(out, r->query[i].name);
        hb_text_addf(out, "=");
        html_url_add(out, r->query[i].value);
        before = '&';
    }
    if (value.n) {
        hb_text_addf(out, "%c%s=", before, name);
        html_url_add(out, value);
        before = '&';
    }
    if (before == '?') hb_text_addf(out, "?");  // the same address, asking nothing
}

void web_ask_link(const web_request *r, html *out, const char *name, hb_str value, hb_str words) {
    hb_text address = {0};
    web_ask_again(r, &address, name, value);
    html_link(out, (hb_str){address.at, address.n}, "usa-link", words);
    hb_text_clear(&address);
}

void web_rows_said(const web_request *r, html *out, const web_rows *rows) {
    web_number first, last, all;
    if (rows->is_uncounted) return;
    bool is_more = rows->most && rows->n_all > rows->most;
    bool is_far = rows->most && rows->n_before > rows->most;
    html_open(out, HTML_P);
    html_class(out, "hb-rows");
    web_grouped(is_more ? rows->most : rows->n_all, all);
    web_grouped(rows->n_before + 1, first);
    web_grouped(rows->n_before + rows->n_here, last);
    if (rows->n_here == rows->n_all)
        html_textf(out, say(r, "%s rows."), all);
    else if (is_far)
        html_textf(out, say(r, "More rows, after the first %s."), all);
    else
        html_textf(
            out,
            is_more ? say(r, "Rows %s to %s of more than %s.") : say(r, "Rows %s to %s of %s."),
            first, last, all);
    html_close(out, HTML_P);
}

static void arrow(const web_request *r, html *out, const web_rows *rows, bool is_next) {
    hb_text address = {0};
    web_ask_again(r, &address, rows->cursor ? rows->cursor : "from",
                  is_next ? rows->next : rows->previous);
    html_open(out, HTML_LI);
    html_class(out, "usa-pagination__item usa-pagination__arrow");
    html_link(out, (hb_str){address.at, address.n},
              is_next ? "usa-pagination__link usa-pagination__next-page"
                      : "usa-pagination__link usa-pagination__previous-page",
              hb_str_from(is_next ? say(r, "Next rows") : say(r, "Rows before")));
    html_close(out, HTML_LI);
    hb_text_clear(&address);
}

void web_pager(const web_request *r, html *out, const web_rows *rows) {
    if (!rows->has_previous && !rows->has_next) return;
    html_open(out, HTML_NAV);
    html_class(out, "usa-pagination");
    html_attribute(out, "aria-label", hb_str_from(say(r, "More rows of this table")));
    html_open(out, HTML_UL);
    html_class(out, "usa-pagination__list");
    if (rows->has_previous) arrow(r, out, rows, false);
    if (rows->has_next) arrow(r, out, rows, true);
    html_close(out, HTML_UL);
    html_close(out, HTML_NAV);
}

web_rows web_rows_of(const register_page *page, uint64_t n_here) {
    return (web_rows){.most = page->most,
                      .n_all = page->n_all,
                      .n_before = page->n_before,
                      .n_here = n_here,
                      .previous = hb_str_from(page->previous),
                      .next = hb_str_from(page->next),
                      .has_previous = page->has_previous,
                      .has_next = page->has_next};
}

void web_next_json(const web_request *r, hb_text *out, bool has_next, hb_str from) {
    hb_text address = {0};
    hb_text_addf(out, ",\"next\":");
    if (has_next) {
        hb_text_add(&address, r->path);
        web_ask_again(r, &address, "from", from);
        hb_text_add_json(out, (hb_str){address.at, address.n});
    } else {
        hb_text_addf(out, "null");
    }
    hb_text_clear(&address);
}
