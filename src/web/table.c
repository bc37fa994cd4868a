// Tables: one look for all of them. The caption also names the part that scrolls on a narrow
// screen, which a keyboard can reach; the id of a row is its head.
#include "web/page.h"

void web_open_heads(html *out, const char *caption, const char *classes) {
    html_open(out, HTML_DIV);
    html_class(out, "usa-table-container--scrollable");
    html_attribute(out, "tabindex", HB_STR("0"));
    html_attribute(out, "role", HB_STR("region"));
    html_attribute(out, "aria-label", hb_str_from(caption));
    html_open(out, HTML_TABLE);
    html_class(out, classes ? classes : "usa-table");
    html_put_say(out, HTML_CAPTION, NULL, caption);
    html_open(out, HTML_THEAD);
    html_open(out, HTML_TR);
}

void web_head(html *out, hb_str words, bool is_number) {
    html_open(out, HTML_TH);
    html_attribute(out, "scope", HB_STR("col"));
    if (is_number) html_class(out, "hb-number");
    html_text(out, words);
    html_close(out, HTML_TH);
}

void web_open_rows(html *out) {
    html_close(out, HTML_TR);
    html_close(out, HTML_THEAD);
    html_open(out, HTML_TBODY);
}

void web_open_columns(html *out, const char *caption, const char *classes, const char *const *heads,
                      size_t n, size_t first_number) {
    web_open_heads(out, caption, classes);
    for (size_t i = 0; i < n; i++) web_head(out, hb_str_from(heads[i]), i >= first_number);
    web_open_rows(out);
}

void web_open_table(html *out, const char *caption, const char *const *heads, size_t n) {
    web_open_columns(out, caption, "usa-table usa-table--stacked-header", heads, n, n);
}

void web_close_table(html *out) {
    html_close(out, HTML_TBODY);
    html_close(out, HTML_TABLE);
    html_close(out, HTML_DIV);
}

void web_open_row(html *out) {
    html_open(out, HTML_TR);
    html_open(out, HTML_TH);
    html_attribute(out, "scope", HB_STR("row"));
}

void web_open_cell(html *out, html_element element, const char *label) {
    html_open(out, element);
    if (element == HTML_TH) html_attribute(out, "scope", HB_STR("row"));
    html_attribute(out, "data-label", hb_str_from(label));
}

void web_person_cell(const web_request *r, html *out, hb_str person) {
    web_open_cell(out, HTML_TH, say(r, "Person"));
    if (web_may(r, WEB_READ_CUSTODY))
        html_link(out, web_address_of(r, "/register/people/", person), "usa-link", person);
    else
        html_text(out, person);
    html_close(out, HTML_TH);
}

void web_word_cell(const web_request *r, html *out, const char *label, const char *word) {
    web_open_cell(out, HTML_TD, label);
    html_say(out, word[0] ? word : say(r, "not known"));
    html_close(out, HTML_TD);
}

void web_time_cell(const web_request *r, html *out, const char *label, int64_t at) {
    web_open_cell(out, HTML_TD, label);
    web_time(r, out, at);
    html_close(out, HTML_TD);
}
