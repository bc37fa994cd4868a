// Who read what. The auditor sees all; a person, her counsel and a clerk see who opened one file.
#include <stdio.h>

#include "web/pages.h"
#include "web/site.h"

enum { ENTRIES_A_PAGE = 200 };
typedef struct {
    web_request *r;
    html *out;
    uint32_t n;
    uint64_t last;
} listing;

static hb_str words_of_act(const web_request *r, hb_str name) {
    for (int act = 0; act < WEB_N_ACTS; act++) {
        if (hb_str_equal(name, hb_str_from(web_act_name((web_act)act))))
            return hb_str_from(words_of(r, web_act_words((web_act)act)));
    }
    return name;
}

static bool add_entry(void *to, const web_audit_entry *entry) {
    listing *l = to;
    html *out = l->out;
    if (l->n == ENTRIES_A_PAGE) return false;
    web_role role = WEB_PUBLIC;
    (void)web_role_find(entry->role, &role);
    html_open(out, HTML_TR);
    html_open(out, HTML_TH);
    html_attribute(out, "scope", HB_STR("row"));
    web_time(l->r, out, entry->seconds);
    html_close(out, HTML_TH);
    html_put(out, HTML_TD, NULL, entry->account.n ? entry->account : HB_STR("—"));
    html_put_say(out, HTML_TD, NULL, words_of(l->r, web_role_words(role)));
    html_open(out, HTML_TD);
    html_text(out, words_of_act(l->r, entry->act));
    html_close(out, HTML_TD);
    html_put(out, HTML_TD, NULL, entry->object);
    html_open(out, HTML_TD);
    html_textf(out, "%u", entry->status);
    html_close(out, HTML_TD);
    html_put(out, HTML_TD, NULL, entry->from);
    html_close(out, HTML_TR);
    l->n++;
    l->last = entry->at;
    return true;
}

static bool table(web_request *r, html *out, hb_str account, hb_str object, hb_error *err) {
    const char *const HEADS[] = {say(r, "When"), say(r, "Who"),    say(r, "Role"), say(r, "Act"),
                                 say(r, "What"), say(r, "Answer"), say(r, "From")};
    listing l = {r, out, 0, 0};
    hb_dec number;
    int64_t before = 0;
    hb_str given = web_query(r, "before");
    if (given.n &&
        (!hb_dec_parse(given, &number) || !hb_dec_to_int(number, &before) || before < 0)) {
        before = 0;
    }
    web_open_columns(out, say(r, "Entries, newest first"), NULL, HEADS,
                     sizeof HEADS / sizeof HEADS[0], SIZE_MAX);
    uint64_t rest = 0;
    bool ok = web_audit_each(r->site->audit, (uint64_t)before, account, object, add_entry, &l,
                             &rest, err);
    web_close_table(out);
    bool is_full = l.n == ENTRIES_A_PAGE;
    if (ok && l.n == 0 && rest == 0) {
        html_put_say(out, HTML_P, NULL, say(r, "Nobody opened this record in this period."));
    }
    if (ok && rest > 0 && !is_full)
        html_put_say(out, HTML_P, NULL,
                     say(r,
                         "Of a long audit a part at a time is looked through. Older entries may "
                         "follow."));
    if (ok && (is_full || rest > 0 || before > 0)) {
        char older[24];
        snprintf(older, sizeof older, "%llu", (unsigned long long)(is_full ? l.last : rest));
        const web_rows rows = {.cursor = "before",
                               .next = hb_str_from(older),
                               .has_next = is_full || rest > 0,
                               .has_previous = before > 0};
        web_pager(r, out, &rows);
    }
    return ok;
}

bool web_page_audit(web_request *r, html *out, hb_error *err) {
    html_put_say(out, HTML_H1, NULL, say(r, "Audit"));
    html_put_say(
        out, HTML_P, NULL,
        say(r,
            "Every opening of a person, every refusal, every act. Each entry holds the hash "
            "of the one before it."));
    html_open(out, HTML_FORM);
    html_attribute(out, "method", HB_STR("get"));
    html_attribute(out, "action", web_address(r, "/audit"));
    html_class(out, "usa-form hb-filter");
    web_field_text(r, out, "who", say(r, "Account"), "text", "off", web_query(r, "who"));
    web_field_text(r, out, "person", say(r, "Person or record"), "text", "off",
                   web_query(r, "person"));
    web_button(r, out, say(r, "Find"), NULL);
    html_close(out, HTML_FORM);
    return table(r, out, web_query(r, "who"), web_query(r, "person"), err);
}

bool web_page_readers(web_request *r, html *out, hb_error *err) {
    html_open(out, HTML_H1);
    html_say(out, say(r, "Who read this file"));
    html_say(out, ": ");
    html_text(out, web_part(r, 0));
    html_close(out, HTML_H1);
    return table(r, out, HB_STR(""), web_part(r, 0), err);
}
