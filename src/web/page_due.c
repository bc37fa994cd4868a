// Who is waited for: handovers on offer, checks that want a second officer, people whom health
// staff have to see. Each row leads to the form that records it (page_record.c). These pages know
// nothing else of a person: no law and no money on the page of health staff.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/pages.h"
#include "web/site.h"

// ---- who of the roster -------------------------------------------------------------------------

typedef bool (*is_due)(const register_custody *custody);
typedef struct {
    web_request *r;
    is_due is_due;
    bool is_whole;  // false: there are more than fit
    uint32_t n;
    register_line *lines;
} waiting;
enum { ROWS_MOST = 500, CHECKS_MOST = 5000 };

// Own persons, and of one's place also those who are offered to it or on the way.
static bool concerns(const web_request *r, hb_str person, const register_custody *c) {
    return web_is_own(r, person, c->place, c->authority) ||
           (r->grant == WEB_OWN && (web_is_of_place(r, c->other_place) ||
                                    (c->offered_at && web_is_of_place(r, c->offer_to)) ||
                                    (c->destination[0] && web_is_of_place(r, c->destination))));
}

static bool take_line(void *to, const register_line *line, hb_error *err) {
    waiting *w = to;
    for (uint32_t i = 0; i < w->n; i++) {
        if (hb_str_equal(w->lines[i].person, line->person))
            return true;  // of a place and one's own
    }
    if (!w->is_due(&line->custody) || !concerns(w->r, line->person, &line->custody)) return true;
    if (w->n == ROWS_MOST) {
        w->is_whole = false;
        return true;
    }
    w->lines[w->n] = *line;
    return hb_str_copy(w->r->arena, line->person, &w->lines[w->n++].person) ||
           hb_out_of_memory(err);
}

static int oldest_first(const void *a, const void *b) {
    const register_line *one = a, *two = b;
    if (one->custody.offered_at != two->custody.offered_at)
        return one->custody.offered_at < two->custody.offered_at ? -1 : 1;
    return hb_str_compare(one->person, two->person);
}

static bool begin(web_request *r, waiting *w, is_due due, hb_error *err) {
    *w = (waiting){.r = r, .is_due = due, .is_whole = true};
    if (!web_register(r, err)) return false;
    w->lines = hb_arena_array(r->arena, register_line, ROWS_MOST);
    return w->lines || hb_out_of_memory(err);
}

static void say_rest(const web_request *r, html *out, const waiting *w, const char *none) {
    if (w->n == 0) html_put_say(out, HTML_P, NULL, none);
    if (!w->is_whole)
        web_alert(out, "warning", NULL,
                  say(r, "There are more than are shown here. Answer these first."));
}

static hb_str address_for(web_request *r, const char *to, hb_str person) {
    hb_text text = {0};
    hb_str out = HB_STR("#");
    hb_str start = web_address(r, "%s", to);
    hb_text_add(&text, start);
    hb_text_addf(&text, "?person=");
    html_url_add(&text, person);
    (void)hb_str_copy(r->arena, (hb_str){text.at, text.n}, &out);
    hb_text_clear(&text);
    return out;
}

// ---- handovers ---------------------------------------------------------------------------------

static bool is_offered(const register_custody *custody) {
    return custody->offered_at != 0;
}

static void offered_row(web_request *r, html *out, const register_line *line) {
    const register_custody *c = &line->custody;
    char id[200];
    snprintf(id, sizeof id, "take-%.*s", (int)line->person.n, line->person.at);
    web_read_of(r, line->person);
    html_open(out, HTML_TR);
    web_open_cell(out, HTML_TD, say(r, "Choose"));
    html_open(out, HTML_INPUT);
    html_attribute(out, "type", HB_STR("checkbox"));
    html_attribute(out, "name", HB_STR("person"));
    html_id(out, hb_str_from(id));
    html_attributef(out, "aria-label", "%s %.*s", say(r, "Choose"), (int)line->person.n,
                    line->person.at);
    html_attribute(out, "value", line->person);
    html_close(out, HTML_TD);
    web_person_cell(r, out, line->person);
    web_time_cell(r, out, say(r, "Offered"), c->offered_at);
    web_time_cell(r, out, say(r, "Answer due"), c->offered_at + r->site->hours.offer * 3600);
    web_open_cell(out, HTML_TD, say(r, "Releasing"));
    html_textf(out, "%s: %s", c->authority[0] ? c->authority : say(r, "not known"),
               say(r, "signed; stays answerable until accepted"));
    html_close(out, HTML_TD);
    web_open_cell(out, HTML_TD, say(r, "Receiving"));
    html_textf(out, "%s: %s", c->offer_to, say(r, "not signed"));
    html_close(out, HTML_TD);
    html_close(out, HTML_TR);
}

static void answer_button(const web_request *r, html *out, const char *kind, const char *words,
                          const char *classes) {
    html_open(out, HTML_BUTTON);
    html_attribute(out, "type", HB_STR("submit"));
    html_class(out, classes);
    html_attribute(out, "formaction", web_address(r, "/record/%s", kind));
    html_say(out, words);
    html_close(out, HTML_BUTTON);
}

static void offers(web_request *r, html *out, const waiting *w) {
    const char *const heads[] = {say(r, "Choose"),     say(r, "Person"),    say(r, "Offered"),
                                 say(r, "Answer due"), say(r, "Releasing"), say(r, "Receiving")};
    html_open(out, HTML_FORM);
    html_attribute(out, "method", HB_STR("get"));
    html_attribute(out, "action", web_address(r, "/record/HandoverAccepted"));
    web_open_table(out, say(r, "Handovers on offer, the oldest first"), heads, 6);
    for (uint32_t i = 0; i < w->n; i++) offered_row(r, out, &w->lines[i]);
    web_close_table(out);
    html_put_say(out, HTML_P, NULL,
                 say(r,
                     "Choose those whom you have seen. Whoever is not chosen stays on offer. What "
                     "differs from the papers is written down, never a reason to leave the page."));
    answer_button(r, out, "HandoverAccepted", say(r, "Accept those chosen"), "usa-button");
    html_say(out, " ");
    answer_button(r, out, "HandoverRefused", say(r, "Refuse those chosen, and say why"),
                  "usa-button usa-button--outline");
    html_close(out, HTML_FORM);
}

bool web_page_handovers(web_request *r, html *out, hb_error *err) {
    waiting w;
    if (!begin(r, &w, is_offered, err) ||
        !register_roster_offered(r->worker->log, take_line, &w, err))
        return false;
    qsort(w.lines, w.n, sizeof *w.lines, oldest_first);
    html_put_say(out, HTML_H1, NULL, say(r, "Handovers"));
    html_put_say(out, HTML_P, NULL,
                 say(r,
                     "Custody moves when both sides have signed. Until the other side accepts, "
                     "whoever offered stays answerable. Nobody signs for somebody else."));
    html_open(out, HTML_P);
    html_link(out, web_address(r, "/record/HandoverOffered"), "usa-button usa-button--outline",
              hb_str_from(say(r, "Offer a handover")));
    html_say(out, " ");
    html_link(out, web_address(r, "/record/HandedOver"), "usa-button usa-button--outline",
              hb_str_from(say(r, "Both sides present")));
    html_close(out, HTML_P);
    say_rest(r, out, &w, say(r, "No handover is on offer."));
    if (w.n) offers(r, out, &w);
    return true;
}

// ---- second check ------------------------------------------------------------------------------

static bool is_checked_once(const register_custody *custody) {
    return custody->checker[0] && !custody->is_checked_twice &&
           (custody->is_barred || custody->is_unbarred);
}

bool web_page_second_check(web_request *r, html *out, hb_error *err) {
    const char *const heads[] = {say(r, "Person"), say(r, "First check by"),
                                 say(r, "What it found"), say(r, "Second check")};
    waiting w;
    if (!begin(r, &w, is_checked_once, err) ||
        !register_roster_checked(r->worker->log, CHECKS_MOST, take_line, &w, err))
        return false;
    html_put_say(out, HTML_H1, NULL, say(r, "Second check"));
    html_put_say(out, HTML_P, NULL,
                 say(r,
                     "Another officer than the one who made the first check reads the file anew "
                     "and says whether it is the same. It permits nothing."));
    say_rest(r, out, &w, say(r, "No check in the register waits for a second one."));
    if (w.n == 0) return true;
    web_open_table(out, say(r, "Checks that wait for a second officer"), heads, 4);
    for (uint32_t i = 0; i < w.n; i++) {
        const register_custody *c = &w.lines[i].custody;
        web_read_of(r, w.lines[i].person);
        html_open(out, HTML_TR);
        web_person_cell(r, out, w.lines[i].person);
        web_word_cell(r, out, say(r, "First check by"), c->checker);
        web_open_cell(out, HTML_TD, say(r, "What it found"));
        web_verdict_mark(r, out, c->is_barred ? GATE_BARRED : GATE_NO_BAR_FOUND);
        html_close(out, HTML_TD);
        web_open_cell(out, HTML_TD, say(r, "Second check"));
        html_link(out, address_for(r, "/record/SecondCheckRecorded", w.lines[i].person), "usa-link",
                  hb_str_from(say(r, "Check and sign")));
        html_close(out, HTML_TD);
        html_close(out, HTML_TR);
    }
    web_close_table(out);
    return true;
}

// ---- health ------------------------------------------------------------------------------------

static bool is_held(const register_custody *custody) {
    return register_is_held(custody->state);
}

typedef struct {
    int64_t checked_at;
} health;

static bool take_check(void *to, const register_entry *entry, hb_error *err) {
    health *h = to;
    (void)err;
    if (hb_str_equal(entry->kind, HB_STR("HealthChecked")) && entry->corrected_by == 0)
        h->checked_at = entry->happened_at;
    return true;
}

// Nelson Mandela Rules 30: as soon as possible after admission. Due is whoever was not seen since.
static bool health_row(web_request *r, html *out, const register_line *line, bool wants_due,
                       uint32_t *n, hb_error *err) {
    health h = {0};
    register_custody c = {0};
    if (!register_person(r->worker->log, line->person, HB_STR(""), r->now, take_check, &h, &c, err))
        return false;
    int64_t since = c.admitted_at > c.moved_at ? c.admitted_at : c.moved_at;
    bool is_due_now = h.checked_at == 0 || h.checked_at < since;
    if (is_due_now != wants_due) return true;
    (*n)++;
    html_open(out, HTML_TR);
    web_open_cell(out, HTML_TH, say(r, "Person"));
    html_text(out, line->person);
    html_close(out, HTML_TH);
    web_word_cell(r, out, say(r, "Place"), c.place);
    web_time_cell(r, out, say(r, "Admitted"), since);
    web_open_cell(out, HTML_TD, say(r, "Seen by health staff"));
    if (h.checked_at)
        web_time(r, out, h.checked_at);
    else
        html_say(out, say(r, "never recorded"));
    html_close(out, HTML_TD);
    web_open_cell(out, HTML_TD, say(r, "Screening"));
    if (!web_may(r, WEB_WRITE_HEALTH))
        html_say(out, is_due_now ? say(r, "due") : say(r, "recorded"));
    else
        html_link(out, address_for(r, "/health/checked", line->person), "usa-link",
                  hb_str_from(is_due_now ? say(r, "due: record it") : say(r, "record another")));
    html_close(out, HTML_TD);
    html_close(out, HTML_TR);
    return true;
}

// The own persons, wherever they are.
static bool find_own(web_request *r, waiting *w, hb_error *err) {
    for (const char *at = r->account.people; *at;) {
        size_t n = strcspn(at, " ");
        register_line line = {
            .person = {at, n}
        };
        hb_error none = {0};
        if (n &&
            register_person(r->worker->log, line.person, HB_STR(""), r->now, NULL, NULL,
                            &line.custody, &none) &&
            !take_line(w, &line, err))
            return false;
        at += n + (at[n] == ' ');
    }
    return true;
}

// One own place at a time, the first when none is asked for; `place` must hold a word of an
// account.
static bool choose_place(web_request *r, char place[WEB_ACCOUNT_WORD]) {
    const char *own = r->account.place + strspn(r->account.place, " ");
    hb_str asked = web_query(r, "place");
    if (asked.n >= WEB_ACCOUNT_WORD) return false;
    if (asked.n == 0) asked = (hb_str){own, strcspn(own, " ")};
    snprintf(place, WEB_ACCOUNT_WORD, "%.*s", (int)asked.n, asked.n ? asked.at : "");
    return asked.n == 0 || web_is_of_place(r, place);
}

static void other_places(web_request *r, html *out, const char *place) {
    hb_str own = hb_str_from(r->account.place);
    if (!memchr(own.at, ' ', own.n)) return;
    html_open(out, HTML_P);
    for (const char *at = own.at; *at;) {
        hb_str word = {at, strcspn(at, " ")};
        if (word.n && !hb_str_equal(word, hb_str_from(place))) {
            web_ask_link(r, out, "place", word, word);
            html_say(out, " ");
        }
        at += word.n + (at[word.n] == ' ');
    }
    html_close(out, HTML_P);
}

bool web_page_health(web_request *r, html *out, hb_error *err) {
    const char *const heads[] = {say(r, "Person"), say(r, "Place"), say(r, "Admitted"),
                                 say(r, "Seen by health staff"), say(r, "Screening")};
    waiting w;
    uint32_t n_due = 0, n_seen = 0, n_own = 0;
    char place[WEB_ACCOUNT_WORD];
    hb_str from = web_query(r, "from");
    register_page page = {.most = WEB_COUNTED};
    if (!choose_place(r, place)) return web_not_found(r);
    if (!begin(r, &w, is_held, err) || (from.n == 0 && !find_own(r, &w, err))) return false;
    n_own = w.n;
    if (place[0] && !register_roster_page(r->worker->log, hb_str_from(place), 0, from, WEB_ROWS,
                                          take_line, &w, &page, err))
        return false;
    html_put_say(out, HTML_H1, NULL, say(r, "Due for screening"));
    html_put_say(out, HTML_P, NULL,
                 say(r,
                     "Everybody is seen by health staff as soon as possible after admission "
                     "(Nelson Mandela Rules, rule 30), and again after each move. What was found "
                     "is sealed and does not stand here."));
    other_places(r, out, place);
    say_rest(r, out, &w, say(r, "Nobody of yours is held."));
    if (w.n == 0) return true;
    web_rows rows = web_rows_of(&page, w.n - n_own);
    html_put(out, HTML_H2, NULL, hb_str_from(place[0] ? place : say(r, "Own persons")));
    if (w.n > n_own) web_rows_said(r, out, &rows);
    web_open_table(out, say(r, "Screening, those due first"), heads, 5);
    for (uint32_t i = 0; i < w.n; i++) {
        if (!health_row(r, out, &w.lines[i], true, &n_due, err)) return false;
    }
    for (uint32_t i = 0; i < w.n; i++) {
        if (!health_row(r, out, &w.lines[i], false, &n_seen, err)) return false;
    }
    web_close_table(out);
    html_open(out, HTML_P);
    html_textf(out, say(r, "%u due, %u seen since they came."), n_due, n_seen);
    html_close(out, HTML_P);
    web_pager(r, out, &rows);
    for (uint32_t i = 0; i < w.n; i++) web_read_of(r, w.lines[i].person);
    return true;
}
