// Open alarms: first how many of each kind, then those of no person, then of people, worst and
// oldest first, a part of the table at a time. An alarm ends when the fact changes and in no other
// way: there is nothing here to close or mute one. Whoever sees only her own sees those of her
// persons, and of each of her places what that place holds or has to answer.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/pages.h"
#include "web/site.h"

enum { NONE_MOST = 1000, OWN_MOST = 2000 };

static register_alarm_question question_of(const web_request *r) {
    return (register_alarm_question){
        .now = r->now, .hours = &r->site->hours, .language = r->language};
}

// ---- rows --------------------------------------------------------------------------------------

// "Taken by"; or, for those who may, the way to take it.
static void taking(web_request *r, html *out, const register_alarm *alarm) {
    hb_text address = {0};
    if (alarm->taken_by[0]) {
        html_textf(out, " %s %s. %s", say(r, "Taken by"), alarm->taken_by,
                   say(r, "It stays open until the fact changes."));
    } else if (alarm->person.n && web_may(r, WEB_TAKE_ALARM)) {
        hb_str start = web_address(r, "/alarms/take?alarm=%s&person=", alarm->id);
        hb_text_add(&address, start);
        html_url_add(&address, alarm->person);
        html_say(out, " ");
        html_open(out, HTML_A);
        html_attribute(out, "href", (hb_str){address.at, address.n});
        html_class(out, "usa-link");
        html_attributef(out, "aria-label", "%s: %s, %.*s", say(r, "Take it"), alarm->id,
                        (int)alarm->person.n, alarm->person.at);
        html_say(out, say(r, "Take it"));
        html_close(out, HTML_A);
        hb_text_clear(&address);
    }
}

static void open_table(const web_request *r, html *out, const char *caption) {
    const char *const heads[] = {say(r, "Alarm"),           say(r, "Person"),
                                 say(r, "What is wrong"),   say(r, "Since"),
                                 say(r, "Who must answer"), say(r, "By when")};
    web_open_table(out, caption, heads, 6);
}

static void alarm_row(web_request *r, html *out, const register_alarm *alarm) {
    html_open(out, HTML_TR);
    web_open_cell(out, HTML_TH, say(r, "Alarm"));
    html_textf(out, "%s · %s", alarm->id, words_of(r, alarm->title));
    html_close(out, HTML_TH);
    web_open_cell(out, HTML_TD, say(r, "Person"));
    if (alarm->person.n && web_may(r, WEB_READ_CUSTODY))
        html_link(out, web_address_of(r, "/register/people/", alarm->person), "usa-link",
                  alarm->person);
    else if (alarm->person.n)
        html_text(out, alarm->person);
    else
        html_say(out, alarm->place[0] ? alarm->place : say(r, "the register"));
    html_close(out, HTML_TD);
    web_open_cell(out, HTML_TD, say(r, "What is wrong"));
    html_say(out, alarm->text);
    taking(r, out, alarm);
    html_close(out, HTML_TD);
    web_time_cell(r, out, say(r, "Since"), alarm->since);
    web_word_cell(r, out, say(r, "Who must answer"), alarm->owner);
    web_time_cell(r, out, say(r, "By when"), alarm->deadline);
    html_close(out, HTML_TR);
}

typedef struct {
    web_request *r;
    register_alarm *all;
    uint32_t n, room;
} alarms;

static bool take_alarm(void *to, const register_alarm *alarm, hb_error *err) {
    alarms *a = to;
    if (a->n == a->room || !web_is_own(a->r, alarm->person, alarm->place, alarm->owner))
        return true;
    a->all[a->n] = *alarm;
    return hb_str_copy(a->r->arena, alarm->person, &a->all[a->n++].person) || hb_out_of_memory(err);
}

static bool open_alarms(web_request *r, alarms *a, uint32_t room, hb_error *err) {
    *a = (alarms){r, hb_arena_array(r->arena, register_alarm, room), 0, room};
    return a->all || hb_out_of_memory(err);
}

static void alarm_table(web_request *r, html *out, const alarms *a, const char *caption) {
    open_table(r, out, caption);
    for (uint32_t i = 0; i < a->n; i++) alarm_row(r, out, &a->all[i]);
    web_close_table(out);
}

// ---- how many of each kind ---------------------------------------------------------------------

// *n_all: of all kinds together.
static bool count_table(web_request *r, html *out, const register_alarm_question *of,
                        uint64_t *n_all, hb_error *err) {
    register_alarm_count counts[REGISTER_ALARM_KINDS];
    register_alarm_question any = *of;
    const char *const heads[] = {say(r, "Alarm"), say(r, "Open")};
    any.kind = HB_STR("");
    *n_all = 0;
    if (!register_alarms_count(r->worker->log, &any, counts, err)) return false;
    for (uint32_t i = 0; i < REGISTER_ALARM_KINDS; i++) *n_all += counts[i].n;
    if (*n_all == 0) return true;
    web_open_columns(out, say(r, "Open alarms of each kind, the worst first"), NULL, heads, 2, 1);
    for (uint32_t i = 0; i < REGISTER_ALARM_KINDS; i++) {
        hb_str words;
        if (counts[i].n == 0) continue;
        if (!hb_str_format(r->arena, &words, "%s · %s", counts[i].id, words_of(r, counts[i].title)))
            return hb_out_of_memory(err);
        web_open_row(out);
        if (r->grant == WEB_COUNTS)
            html_text(out, words);
        else
            web_ask_link(r, out, "kind", hb_str_from(counts[i].id), words);
        html_close(out, HTML_TH);
        html_open(out, HTML_TD);
        html_class(out, "hb-number");
        web_count(r, out, counts[i].n);
        html_close(out, HTML_TD);
        html_close(out, HTML_TR);
    }
    web_close_table(out);
    return true;
}

// ---- parts -------------------------------------------------------------------------------------

static bool of_none(web_request *r, html *out, uint64_t *n, hb_error *err) {
    alarms a;
    const register_alarm_question question = question_of(r);
    if (!open_alarms(r, &a, NONE_MOST, err) ||
        !register_alarms_of_none(r->worker->log, &question, take_alarm, &a, err))
        return false;
    if (a.n) alarm_table(r, out, &a, say(r, "Of the register, of places, of questions"));
    *n = a.n;
    return true;
}

static int worst_first(const void *a, const void *b, void *counts) {
    const register_alarm *one = a, *two = b;
    const register_alarm_count *kinds = counts;
    uint32_t i = 0, k = 0;
    while (i < REGISTER_ALARM_KINDS && strcmp(kinds[i].id, one->id) != 0) i++;
    while (k < REGISTER_ALARM_KINDS && strcmp(kinds[k].id, two->id) != 0) k++;
    if (i != k) return i < k ? -1 : 1;
    if (one->since != two->since) return one->since < two->since ? -1 : 1;
    return hb_str_compare(one->person, two->person);
}

static bool of_own_people(web_request *r, html *out, uint64_t *n, hb_error *err) {
    alarms a;
    register_alarm_question question = question_of(r);
    register_alarm_count kinds[REGISTER_ALARM_KINDS];
    if (!web_has_own_people(r)) return true;
    if (!open_alarms(r, &a, OWN_MOST, err)) return false;
    question.person = HB_STR("none");
    if (!register_alarms_count(r->worker->log, &question, kinds, err)) return false;
    for (const char *word = r->account.people; *word;) {
        register_page page;
        question.person = (hb_str){word, strcspn(word, " ")};
        if (question.person.n &&
            !register_alarms_page(r->worker->log, &question, HB_STR(""), REGISTER_ALARM_KINDS * 2,
                                  take_alarm, &a, &page, err))
            return false;
        word += question.person.n + (word[question.person.n] == ' ');
    }
    *n = a.n;
    if (a.n == 0) {
        html_put_say(out, HTML_P, NULL, say(r, "No alarm of your own persons is open."));
        return true;
    }
    qsort_r(a.all, a.n, sizeof *a.all, worst_first, kinds);
    alarm_table(r, out, &a, say(r, "Of your own persons, worst and oldest first"));
    return true;
}

static bool of_people(web_request *r, html *out, const register_alarm_question *question,
                      hb_error *err) {
    alarms a;
    register_page page;
    if (!open_alarms(r, &a, WEB_ROWS, err) ||
        !register_alarms_page(r->worker->log, question, web_query(r, "from"), WEB_ROWS, take_alarm,
                              &a, &page, err))
        return false;
    if (a.n == 0) {
        html_put_say(out, HTML_P, NULL, say(r, "No alarm of a person is open."));
        return true;
    }
    web_rows rows = web_rows_of(&page, a.n);
    web_rows_said(r, out, &rows);
    alarm_table(r, out, &a, say(r, "Alarms, worst and oldest first"));
    web_pager(r, out, &rows);
    return true;
}

// ---- the page ----------------------------------------------------------------------------------

static void question_form(web_request *r, html *out) {
    html_open(out, HTML_FORM);
    html_attribute(out, "method", HB_STR("get"));
    html_class(out, "usa-form hb-filter");
    html_open(out, HTML_DIV);
    web_field_text(r, out, "kind", say(r, "Alarm (as A1)"), "text", "off", web_query(r, "kind"));
    html_close(out, HTML_DIV);
    html_open(out, HTML_DIV);
    web_field_text(r, out, "place", say(r, "Place (id)"), "text", "off", web_query(r, "place"));
    html_close(out, HTML_DIV);
    html_open(out, HTML_DIV);
    web_field_text(r, out, "person", say(r, "Person (id)"), "text", "off", web_query(r, "person"));
    html_close(out, HTML_DIV);
    web_button(r, out, say(r, "Find"), NULL);
    html_close(out, HTML_FORM);
}

// The places of the account as links; the one that is shown: the one asked for, or the first.
static bool choose_own(web_request *r, html *out, hb_str *chosen) {
    hb_str given = hb_str_trim(web_query(r, "place"));
    bool is_own = given.n == 0;
    *chosen = given;
    html_open(out, HTML_UL);
    for (const char *word = r->account.place; *word;) {
        hb_str own = {word, strcspn(word, " ")};
        if (own.n && chosen->n == 0) *chosen = own;
        is_own |= own.n && hb_str_equal(own, given);
        if (own.n) {
            html_open(out, HTML_LI);
            web_ask_link(r, out, "place", own, own);
            html_close(out, HTML_LI);
        }
        word += own.n + (word[own.n] == ' ');
    }
    html_close(out, HTML_UL);
    return is_own;
}

// "Open alarms (6)": only where the page is of all that are open for this reader, so that the
// number of a part is never read as the number of all.
static bool name_with_number(web_request *r, uint64_t n, hb_error *err) {
    web_number number;
    web_grouped(n, number);
    return hb_str_format(r->arena, &r->title, "%s (%s)", say(r, "Open alarms"), number) ||
           hb_out_of_memory(err);
}

// Of a reader of her own: her persons', then one of her places'. With both, or several places, the
// same alarm may stand under two of them, and then the page has no number.
static bool own_alarms(web_request *r, html *out, bool is_front, hb_error *err) {
    register_alarm_question question = question_of(r);
    const char *first = r->account.place + strspn(r->account.place, " ");
    bool has_several = strchr(first, ' ') != NULL, has_place = *first != '\0';
    uint64_t n_none = 0, n_people = 0, n_place = 0;
    if (is_front && (!of_none(r, out, &n_none, err) || !of_own_people(r, out, &n_people, err)))
        return false;
    if (has_place) {
        if (!choose_own(r, out, &question.place)) return web_not_found(r);
        question.owner = question.place;
        question.kind = hb_str_trim(web_query(r, "kind"));
        html_put(out, HTML_H2, NULL, question.place);
        if (!count_table(r, out, &question, &n_place, err) || !of_people(r, out, &question, err))
            return false;
    }
    bool is_all = is_front && !question.kind.n && !has_several &&
                  !(has_place && web_has_own_people(r)) && n_none < NONE_MOST &&
                  n_people < OWN_MOST;
    return !is_all || name_with_number(r, n_none + n_people + n_place, err);
}

static bool all_alarms(web_request *r, html *out, bool is_front, hb_error *err) {
    register_alarm_question question = question_of(r);
    uint64_t n_none = 0, n_people = 0;
    question.kind = hb_str_trim(web_query(r, "kind"));
    question.place = hb_str_trim(web_query(r, "place"));
    question.person = hb_str_trim(web_query(r, "person"));
    question_form(r, out);
    bool is_whole = is_front && !question.kind.n && !question.place.n && !question.person.n;
    return count_table(r, out, &question, &n_people, err) &&
           (!is_whole || of_none(r, out, &n_none, err)) && of_people(r, out, &question, err) &&
           (!is_whole || n_none == NONE_MOST || name_with_number(r, n_none + n_people, err));
}

bool web_page_alarms(web_request *r, html *out, hb_error *err) {
    const register_alarm_question question = question_of(r);
    uint64_t n = 0;
    if (!web_register(r, err)) return false;
    bool is_front = web_query(r, "from").n == 0;
    html_put_say(out, HTML_H1, NULL, say(r, "Open alarms"));
    html_put_say(
        out, HTML_P, NULL,
        say(r, "An alarm stays open until the fact changes. Taking it puts a name to it."));
    web_live_line(r, out, r->worker->log);
    if (r->grant == WEB_ALL) return all_alarms(r, out, is_front, err);
    if (r->grant == WEB_OWN) return own_alarms(r, out, is_front, err);
    return count_table(r, out, &question, &n, err);
}
