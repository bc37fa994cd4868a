// Copies that somebody takes away. A list goes out whole, worst first, never only those of one
// verdict; whoever sees counts takes counts; a person's copy is the answer and the entries of the
// register together. Each is an act of its own in the audit.
#include <string.h>

#include "web/pages.h"
#include "web/site.h"

static void list_links(web_request *r, html *out) {
    html_open(out, HTML_UL);
    for (uint32_t i = web_n_lists(r->site); i-- > 0;) {
        const web_list *list = web_list_at(r->site, i);
        html_open(out, HTML_LI);
        html_link(out, web_address(r, "/lists/%s/copy", list->id), "usa-link", list->page.list);
        html_textf(out, " (%s, CSV)", list->id);
        html_close(out, HTML_LI);
    }
    html_close(out, HTML_UL);
}

static void people_links(web_request *r, html *out) {
    html_put_say(out, HTML_H2, NULL, say(r, "Own persons"));
    html_open(out, HTML_UL);
    for (const char *at = r->account.people; *at;) {
        size_t n = strcspn(at, " ");
        if (n) {
            hb_str address = web_address_of(r, "/people/", (hb_str){at, n}), whole;
            if (hb_str_format(r->arena, &whole, "%.*s/copy", (int)address.n, address.at)) {
                html_open(out, HTML_LI);
                html_link(out, whole, "usa-link", (hb_str){at, n});
                html_close(out, HTML_LI);
            }
        }
        at += n + (at[n] == ' ');
    }
    html_close(out, HTML_UL);
}

bool web_page_export(web_request *r, html *out, hb_error *err) {
    (void)err;
    html_put_say(out, HTML_H1, NULL, say(r, "Take a copy away"));
    html_put_say(out, HTML_P, NULL,
                 say(r,
                     "Every copy is recorded with your name. It is as of now, and no permission; "
                     "verdicts change when the facts do."));
    html_put_say(out, HTML_H2, NULL, say(r, "Lists"));
    list_links(r, out);
    if (web_has_own_people(r)) people_links(r, out);
    html_open(out, HTML_P);
    html_link(out, HB_STR("/v1/checkpoint"), "usa-link",
              hb_str_from(say(r, "The register's last checkpoint")));
    html_close(out, HTML_P);
    return true;
}

// ---- a list ------------------------------------------------------------------------------------

static void add_head(const web_request *r, hb_text *out, const web_list *list) {
    hb_str name = rulebook_name(list->page.rb), version = rulebook_version(list->page.rb);
    (void)r;
    hb_text_addf(out, "%s,%04d-%02d-%02d,", list->id, list->page.as_of.year, list->page.as_of.month,
                 list->page.as_of.day);
    hb_text_add_csv(out, name);
    hb_text_addf(out, ",");
    hb_text_add_csv(out, version);
    hb_str stamp = gate_stamp(&list->page);
    hb_text_addf(out, ",%.*s", (int)stamp.n, stamp.at);
}

static void add_counts(const web_request *r, hb_text *out, const web_list *list) {
    static const gate_verdict ORDER[] = {GATE_BARRED, GATE_UNRESOLVED, GATE_NO_BAR_FOUND};
    hb_text_addf(out, "list,as_of,rulebook,version,stamp,verdict,people,note\n");
    for (int i = 0; i < GATE_N_VERDICTS; i++) {
        hb_str verdict = gate_verdict_name(ORDER[i]);
        uint64_t n = list->n_verdicts[ORDER[i]];
        add_head(r, out, list);
        if (n > 0 && n < 5)
            hb_text_addf(out, ",%.*s,fewer than 5,not permission\n", (int)verdict.n, verdict.at);
        else
            hb_text_addf(out, ",%.*s,%llu,not permission\n", (int)verdict.n, verdict.at,
                         (unsigned long long)n);
    }
}

static void add_person(const web_request *r, hb_text *out, const web_list *list,
                       const web_person *row) {
    bool sees_all = web_sees_confidential(r);
    uint32_t rule = sees_all ? row->first_reason : row->first_open_reason;
    hb_str verdict = gate_verdict_name((gate_verdict)row->verdict);
    add_head(r, out, list);
    hb_text_addf(out, ",");
    hb_text_add_csv(out, web_person_id(list, row));
    hb_text_addf(out, ",%.*s,", (int)verdict.n, verdict.at);
    if (rule != DMN_NONE) hb_text_add_csv(out, rulebook_rule_at(list->page.rb, rule)->id);
    hb_text_addf(out, ",%u,not permission\n", sees_all ? row->n_missing : row->n_open_missing);
}

// As many people as one part's record of reads holds.
static bool add_people(web_request *r, hb_text *out, hb_error *err) {
    const web_list *list = web_list_find(r->site, web_part(r, 0));
    for (; r->more_from < list->n && r->n_reads < WEB_READS; r->more_from++) {
        const web_person *row = &list->people[r->more_from];
        if (!web_is_own(r, web_person_id(list, row), "", "")) continue;
        add_person(r, out, list, row);
        web_read_of(r, web_person_id(list, row));
    }
    return !out->failed || hb_out_of_memory(err);
}

bool web_data_list_copy(web_request *r, hb_text *out, hb_error *err) {
    const web_list *list = web_list_find(r->site, web_part(r, 0));
    if (!list) {
        r->status = 404;
        return false;
    }
    r->content_type = HB_STR("text/csv; charset=utf-8");
    if (!hb_str_format(r->arena, &r->file_name, "%s.csv", list->id)) return hb_out_of_memory(err);
    if (r->grant == WEB_COUNTS) {
        add_counts(r, out, list);
        return true;
    }
    hb_text_addf(out,
                 "list,as_of,rulebook,version,stamp,person,verdict,first_reason,n_missing,note\n");
    r->more = add_people;
    return add_people(r, out, err);
}

// ---- one person --------------------------------------------------------------------------------

static void cut_newline(hb_text *out) {
    while (out->n && out->at[out->n - 1] == '\n') out->n--;
}

bool web_data_person_copy(web_request *r, hb_text *out, hb_error *err) {
    hb_str person = web_part(r, 0);
    register_custody custody = {0};
    hb_error none = {0};
    hb_text_addf(out, "{\"answer\":");
    if (!web_data_answer(r, out, err)) return false;
    if (r->status == 404) return false;
    cut_newline(out);
    hb_text_addf(out, ",\"register\":");
    bool is_held =
        r->worker->log && web_may(r, WEB_READ_CUSTODY) &&
        register_person(r->worker->log, person, HB_STR(""), r->now, NULL, NULL, &custody, &none) &&
        custody.n_events > 0;
    if (is_held && !web_data_custody(r, out, err)) return false;
    if (!is_held) hb_text_addf(out, "null");
    cut_newline(out);
    hb_text_addf(out, "}\n");
    r->content_type = HB_STR("application/json");
    return hb_str_format(r->arena, &r->file_name, "%.*s.json", person.n < 64 ? (int)person.n : 0,
                         person.at) ||
           hb_out_of_memory(err);
}
