// The agreement at a glance: what is known of its terms, the verdicts on its lists, the open
// alarms, the money, the places, what was recorded last. Each number leads to the rows it counts.
// No map, no gauge, no light.
#include <stdio.h>
#include <string.h>

#include "web/pages.h"
#include "web/paper.h"
#include "web/site.h"

enum { WHO, ALARMS, TERMS, N_SECTIONS };
static const web_section SECTIONS[] = {
    [WHO] = {"who",    WORDS_LATER("Who may not be sent")},
    [ALARMS] = {"alarms", WORDS_LATER("Open alarms")        },
    [TERMS] = {"terms",  WORDS_LATER("Terms")              },
};

static hb_str member(const hb_json *object, const char *key) {
    const hb_json *found = hb_json_member(object, hb_str_from(key));
    return found && found->kind == HB_JSON_STRING ? found->text : HB_STR("");
}

static void verdicts(web_request *r, html *out) {
    static const gate_verdict ORDER[] = {GATE_BARRED, GATE_UNRESOLVED, GATE_NO_BAR_FOUND};
    for (uint32_t i = r->site->n_lists; i-- > 0;) {
        const web_list *list = r->site->lists[i];
        html_open(out, HTML_H3);
        html_link(out, web_address(r, "/lists/%s", list->id), "usa-link", list->page.list);
        html_close(out, HTML_H3);
        html_open(out, HTML_DL);
        html_class(out, "hb-counts");
        for (int v = 0; v < GATE_N_VERDICTS; v++) {
            html_open(out, HTML_DIV);
            html_open(out, HTML_DT);
            web_verdict_mark(r, out, ORDER[v]);
            html_close(out, HTML_DT);
            html_open(out, HTML_DD);
            web_count(r, out, list->n_verdicts[ORDER[v]]);
            html_close(out, HTML_DD);
            html_close(out, HTML_DIV);
        }
        html_close(out, HTML_DL);
    }
}

static void terms(web_request *r, html *out) {
    const hb_json *all =
        r->site->agreement ? hb_json_member(r->site->agreement, HB_STR("terms")) : NULL;
    web_section_head(r, out, &SECTIONS[TERMS]);
    if (!all || all->n == 0) {
        html_put_say(out, HTML_P, NULL, say(r, "not known: no text is published"));
        return;
    }
    html_open(out, HTML_DL);
    for (uint32_t i = 0; i < all->n; i++) {
        const hb_json *term = &all->first[i];
        hb_str says = member(term, "says"), source = member(term, "source");
        html_put(out, HTML_DT, NULL, member(term, "id"));
        html_open(out, HTML_DD);
        html_lang(out, HB_STR("en"));
        html_text(out, says.n ? says : hb_str_from(say(r, "not known")));
        if (source.n) html_textf(out, " (%.*s)", (int)source.n, source.at);
        html_close(out, HTML_DD);
    }
    html_close(out, HTML_DL);
}

// ---- alarms ------------------------------------------------------------------------------------

enum { KINDS_OF_NONE = 8 };
typedef struct {
    struct {
        const char *id, *title;
        uint64_t n;
    } kinds[KINDS_OF_NONE];
    uint32_t n;
    uint64_t n_all;
} alarm_count;

// Of no person: few, and of few kinds.
static bool count_alarm(void *to, const register_alarm *alarm, hb_error *err) {
    alarm_count *all = to;
    (void)err;
    uint32_t i = 0;
    all->n_all++;
    while (i < all->n && strcmp(all->kinds[i].id, alarm->id) != 0) i++;
    if (i == KINDS_OF_NONE) return true;
    if (i == all->n) {
        all->kinds[i].id = alarm->id, all->kinds[i].title = alarm->title;
        all->n++;
    }
    all->kinds[i].n++;
    return true;
}

static void count_line(const web_request *r, html *out, const char *id, const char *title,
                       uint64_t n) {
    html_open(out, HTML_LI);
    html_textf(out, "%s · %s: ", id, words_of(r, title));
    web_count(r, out, n);
    html_close(out, HTML_LI);
}

static bool alarms(web_request *r, html *out, hb_error *err) {
    alarm_count none = {.n = 0};
    register_alarm_count of_people[REGISTER_ALARM_KINDS];
    const register_alarm_question question = {
        .now = r->now, .hours = &r->site->hours, .language = r->language};
    if (!r->worker->log) {
        web_section_head(r, out, &SECTIONS[ALARMS]);
        html_put_say(out, HTML_P, NULL, say(r, "This server was started without a register."));
        return true;
    }
    if (!register_alarms_of_none(r->worker->log, &question, count_alarm, &none, err) ||
        !register_alarms_count(r->worker->log, &question, of_people, err))
        return false;
    for (uint32_t i = 0; i < REGISTER_ALARM_KINDS; i++) none.n_all += of_people[i].n;
    html_open(out, HTML_H2);
    html_id(out, hb_str_from(SECTIONS[ALARMS].id));
    if (web_may(r, WEB_READ_ALARMS)) {
        html_link(out, web_address(r, "/alarms"), "usa-link", hb_str_from(say(r, "Open alarms")));
    } else {
        html_say(out, say(r, "Open alarms"));
    }
    html_say(out, ": ");
    web_count(r, out, none.n_all);
    html_close(out, HTML_H2);
    html_open(out, HTML_UL);
    for (uint32_t i = 0; i < none.n; i++)
        count_line(r, out, none.kinds[i].id, none.kinds[i].title, none.kinds[i].n);
    for (uint32_t i = 0; i < REGISTER_ALARM_KINDS; i++) {
        if (of_people[i].n) count_line(r, out, of_people[i].id, of_people[i].title, of_people[i].n);
    }
    html_close(out, HTML_UL);
    web_live_line(r, out, r->worker->log);
    return true;
}

// ---- the newest entries ------------------------------------------------------------------------

enum { NEWEST = 10 };
typedef struct {
    web_request *r;
    html *out;
} newest;

static void marks_of(const web_request *r, html *out, uint32_t irregular) {
    hb_text marks = {0};
    register_marks_add(&marks, irregular);
    for (hb_str left = {marks.at, marks.n}; left.n;) {
        size_t n = 0;
        while (n < left.n && left.at[n] != ',') n++;
        const char *meaning = register_mark_meaning(hb_str_trim((hb_str){left.at, n}));
        if (meaning) html_textf(out, " · %s", words_of(r, meaning));
        left = (hb_str){left.at + n + (n < left.n), left.n - n - (n < left.n)};
    }
    hb_text_clear(&marks);
}

static bool newest_row(void *to, const register_entry *entry, hb_error *err) {
    const newest *all = to;
    web_request *r = all->r;
    const register_kind *kind = web_event_kind(entry->kind);
    hb_str number;
    if (!hb_str_format(r->arena, &number, "%llu", (unsigned long long)entry->event))
        return hb_out_of_memory(err);
    html_open(all->out, HTML_TR);
    web_open_cell(all->out, HTML_TH, say(r, "Entry"));
    if (web_may(r, WEB_READ_ENTRY))
        html_link(all->out, web_address_of(r, "/register/events/", number), "usa-link", number);
    else
        html_text(all->out, number);
    html_close(all->out, HTML_TH);
    web_open_cell(all->out, HTML_TD, say(r, "What"));
    if (kind)
        html_say(all->out, words_of(r, kind->meaning));
    else
        html_text(all->out, entry->kind);
    marks_of(r, all->out, entry->irregular);
    html_close(all->out, HTML_TD);
    web_time_cell(r, all->out, say(r, "Happened"), entry->happened_at);
    web_time_cell(r, all->out, say(r, "Recorded"), entry->recorded_at);
    html_close(all->out, HTML_TR);
    return true;
}

// Of whom an entry is does not stand on the board. To a reader of numbers alone one entry would be
// one person's.
static bool newest_entries(web_request *r, html *out, hb_error *err) {
    newest all = {r, out};
    const char *const heads[] = {say(r, "Entry"), say(r, "What"), say(r, "Happened"),
                                 say(r, "Recorded")};
    if (!r->worker->log || web_role_grant(r->account.role, WEB_READ_REGISTER) != WEB_ALL)
        return true;
    html_open(out, HTML_H2);
    html_link(out, web_address(r, "/register"), "usa-link", hb_str_from(say(r, "Register")));
    html_close(out, HTML_H2);
    web_open_table(out, say(r, "The ten entries recorded last, the newest first"), heads, 4);
    bool ok = register_newest(r->worker->log, NEWEST, newest_row, &all, err);
    web_close_table(out);
    return ok;
}

// ---- money and places --------------------------------------------------------------------------

static void money(web_request *r, html *out) {
    const money_report *report = r->site->money;
    uint32_t n[3] = {0};
    if (!report || !web_may(r, WEB_READ_MONEY)) return;
    for (uint32_t i = 0; i < money_n_claim_rows(report, 0); i++)
        n[money_claim_row_at(report, 0, i, r->language).verdict]++;
    html_open(out, HTML_H2);
    html_link(out, web_address(r, "/money"), "usa-link", hb_str_from(say(r, "Money")));
    html_close(out, HTML_H2);
    html_open(out, HTML_P);
    html_textf(out, say(r, "Claims, each on each basis: %u refuted, %u not shown, %u confirmed."),
               n[MONEY_REFUTED], n[MONEY_NOT_SHOWN], n[MONEY_CONFIRMED]);
    html_close(out, HTML_P);
}

static bool places(web_request *r, html *out, hb_error *err) {
    if (r->site->n_facilities == 0 || !web_may(r, WEB_READ_FACILITY)) return true;
    html_open(out, HTML_H2);
    html_link(out, web_address(r, "/facilities"), "usa-link",
              hb_str_from(say(r, "Places of custody")));
    html_close(out, HTML_H2);
    html_open(out, HTML_UL);
    for (uint32_t i = 0; i < r->site->n_facilities; i++) {
        const conditions_return *ret = r->site->facilities[i];
        conditions_assessment *a = NULL;
        uint32_t n[CONDITIONS_N_ANSWERS] = {0};
        if (!conditions_assess(r->site->conditions, ret, conditions_return_as_of(ret), r->arena, &a,
                               err))
            return false;
        for (uint32_t s = 0; s < conditions_n_standards(r->site->conditions); s++)
            n[conditions_finding(a, s)]++;
        html_open(out, HTML_LI);
        html_link(out, web_address_of(r, "/facilities/", conditions_return_facility(ret)),
                  "usa-link", conditions_return_facility(ret));
        html_textf(out, say(r, ": %u not met, %u disputed, %u unknown"), n[CONDITIONS_NOT_MET],
                   n[CONDITIONS_DISPUTED], n[CONDITIONS_UNKNOWN]);
        html_close(out, HTML_LI);
    }
    html_close(out, HTML_UL);
    return true;
}

bool web_page_board(web_request *r, html *out, hb_error *err) {
    html_open(out, HTML_H1);
    html_lang(out, HB_STR("en"));
    html_text(out, r->site->agreement_title.n ? r->site->agreement_title
                                              : hb_str_from(say(r, "Agreement")));
    html_close(out, HTML_H1);
    html_open(out, HTML_P);
    html_textf(out, "%s: %.*s", say(r, "status"), (int)r->site->agreement_status.n,
               r->site->agreement_status.n ? r->site->agreement_status.at : "");
    html_close(out, HTML_P);
    if (r->site->n_lists)
        web_paper_links(r, out, web_address(r, "/board/report"), say(r, "Report on the agreement"));
    web_contents(r, out, SECTIONS, N_SECTIONS);
    web_section_head(r, out, &SECTIONS[WHO]);
    verdicts(r, out);
    if (!alarms(r, out, err)) return false;
    terms(r, out);
    money(r, out);
    return places(r, out, err) && newest_entries(r, out, err);
}
