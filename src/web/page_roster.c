// Who is held where: first the places with how many each says it holds, then people, a part of the
// table at a time: of one place, or of everybody. Whoever sees only her own sees her own persons
// and her own places.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/pages.h"
#include "web/site.h"

enum { CONCERNED_MOST = 500 };

// ---- lines -------------------------------------------------------------------------------------

typedef struct {
    web_request *r;
    register_line *all;
    uint32_t n, room;
} lines;

static bool take_line(void *to, const register_line *line, hb_error *err) {
    lines *l = to;
    if (l->n == l->room) return true;
    l->all[l->n] = *line;
    return hb_str_copy(l->r->arena, line->person, &l->all[l->n++].person) || hb_out_of_memory(err);
}

static bool open_lines(web_request *r, lines *l, uint32_t room, hb_error *err) {
    *l = (lines){r, hb_arena_array(r->arena, register_line, room), 0, room};
    return l->all || hb_out_of_memory(err);
}

static int by_person(const void *a, const void *b) {
    return hb_str_compare(((const register_line *)a)->person, ((const register_line *)b)->person);
}

static void line_row(const web_request *r, html *out, const register_line *line) {
    const register_custody *c = &line->custody;
    html_open(out, HTML_TR);
    web_person_cell(r, out, line->person);
    web_open_cell(out, HTML_TD, say(r, "State"));
    html_say(out, words_of(r, register_state_name(c->state)));
    html_close(out, HTML_TD);
    web_word_cell(r, out, say(r, "Place"), c->place);
    web_time_cell(r, out, say(r, "Since"), c->since);
    web_open_cell(out, HTML_TD, say(r, "Last seen in person"));
    if (c->seen_at)
        web_time(r, out, c->seen_at);
    else
        html_say(out, say(r, "never recorded"));
    html_close(out, HTML_TD);
    web_word_cell(r, out, say(r, "Who answers"), c->authority);
    html_close(out, HTML_TR);
}

static void line_table(const web_request *r, html *out, const lines *l, const char *caption) {
    const char *const heads[] = {say(r, "Person"),
                                 say(r, "State"),
                                 say(r, "Place"),
                                 say(r, "Since"),
                                 say(r, "Last seen in person"),
                                 say(r, "Who answers")};
    web_open_table(out, caption, heads, 6);
    for (uint32_t i = 0; i < l->n; i++) line_row(r, out, &l->all[i]);
    web_close_table(out);
}

// ---- places ------------------------------------------------------------------------------------

typedef struct {
    hb_str place;
    uint64_t n;
} held_at;
typedef struct {
    web_request *r;
    held_at all[WEB_ROWS + 1];
    uint32_t n;
} places;

static bool take_place(void *to, hb_str place, uint64_t n_people, hb_error *err) {
    places *p = to;
    p->all[p->n].n = n_people;
    return hb_str_copy(p->r->arena, place, &p->all[p->n++].place) || hb_out_of_memory(err);
}

// All of them from `from` on, or the account's own.
static bool read_places(web_request *r, places *p, hb_error *err) {
    *p = (places){.r = r};
    if (r->grant == WEB_ALL)
        return register_places(r->worker->log, web_query(r, "places"), WEB_ROWS + 1, take_place, p,
                               err);
    for (const char *at = r->account.place; *at && p->n < WEB_ROWS;) {
        hb_str own = {at, strcspn(at, " ")};
        uint32_t before = p->n;
        if (own.n && !register_places(r->worker->log, own, 1, take_place, p, err)) return false;
        // Where this one holds nobody that gave the next in the alphabet, or none.
        bool is_it = p->n > before && hb_str_equal(p->all[before].place, own);
        if (own.n && !is_it) p->all[before] = (held_at){own, 0};
        p->n = before + (own.n > 0);
        at += own.n + (at[own.n] == ' ');
    }
    return true;
}

static void place_table(web_request *r, html *out, const places *p) {
    const char *const heads[] = {say(r, "Place"), say(r, "People that it holds")};
    uint32_t n = p->n < WEB_ROWS ? p->n : WEB_ROWS;
    // Before stands the beginning: names are read forwards.
    web_rows rows = {.cursor = "places",
                     .has_next = p->n > WEB_ROWS,
                     .has_previous = web_query(r, "places").n > 0};
    if (rows.has_next) rows.next = p->all[WEB_ROWS].place;
    web_open_columns(
        out, r->grant == WEB_ALL ? say(r, "Places that hold somebody now") : say(r, "Own places"),
        NULL, heads, 2, 1);
    for (uint32_t i = 0; i < n; i++) {
        web_open_row(out);
        web_ask_link(r, out, "place", p->all[i].place, p->all[i].place);
        html_close(out, HTML_TH);
        html_open(out, HTML_TD);
        html_class(out, "hb-number");
        web_count(r, out, p->all[i].n);
        html_close(out, HTML_TD);
        html_close(out, HTML_TR);
    }
    web_close_table(out);
    web_pager(r, out, &rows);
}

// ---- what is asked -----------------------------------------------------------------------------

typedef struct {
    int64_t at;     // 0: now
    hb_str place;   // "": everybody
    hb_str person;  // with whom the part begins; "": not asked
    hb_str from;    // a cursor
} asked;

static void question_form(web_request *r, html *out) {
    html_open(out, HTML_FORM);
    html_attribute(out, "method", HB_STR("get"));
    html_class(out, "usa-form hb-filter");
    html_open(out, HTML_DIV);
    web_field_text(r, out, "at", say(r, "Roster at"), "datetime-local", "off",
                   web_instant_asked(r));
    html_close(out, HTML_DIV);
    html_open(out, HTML_DIV);
    web_field_text(r, out, "place", say(r, "Place (id)"), "text", "off", web_query(r, "place"));
    html_close(out, HTML_DIV);
    html_open(out, HTML_DIV);
    web_field_text(r, out, "person", say(r, "From this person on (id)"), "text", "off",
                   web_query(r, "person"));
    html_close(out, HTML_DIV);
    web_button(r, out, say(r, "Show"), NULL);
    html_close(out, HTML_FORM);
}

// ---- people ------------------------------------------------------------------------------------

// Own persons, wherever they are.
static bool own_people(web_request *r, html *out, int64_t at, uint32_t *n, hb_error *err) {
    lines l;
    if (!open_lines(r, &l, sizeof r->account.people / 2, err)) return false;
    for (const char *word = r->account.people; *word && l.n < l.room;) {
        size_t n_word = strcspn(word, " ");
        register_line line = {
            .person = {word, n_word}
        };
        register_page page = {.most = 1};
        hb_error none = {0};
        register_cursor cursor;
        if (n_word && register_roster_cursor(r->worker->log, line.person, cursor, &none)) {
            uint32_t before = l.n;
            if (!register_roster_page(r->worker->log, HB_STR(""), at, hb_str_from(cursor), 1,
                                      take_line, &l, &page, err))
                return false;
            if (l.n > before && !hb_str_equal(l.all[before].person, line.person)) l.n = before;
        }
        word += n_word + (word[n_word] == ' ');
    }
    *n = l.n;
    if (l.n) line_table(r, out, &l, say(r, "Own persons"));
    return true;
}

// Of an own place or authority, while they are few, all whom it has to do with: also those whom it
// answers for elsewhere, who are offered to it or on the way there.
static bool concerned(web_request *r, html *out, hb_str party, bool *is_whole, hb_error *err) {
    lines l;
    if (!open_lines(r, &l, CONCERNED_MOST + 1, err) ||
        !register_roster_concerning(r->worker->log, party, CONCERNED_MOST, is_whole, take_line, &l,
                                    err))
        return false;
    if (!*is_whole) return true;
    html_put(out, HTML_H2, NULL, party);
    if (l.n == 0) {
        html_put_say(out, HTML_P, NULL, say(r, "Nobody is on this roster."));
        return true;
    }
    qsort(l.all, l.n, sizeof *l.all, by_person);
    const web_rows rows = {.n_all = l.n, .n_here = l.n};
    web_rows_said(r, out, &rows);
    html_put_say(out, HTML_P, NULL, say(r, "A claim of custody is not sight of the person."));
    line_table(r, out, &l, say(r, "Whom it holds, answers for, or waits for"));
    return true;
}

static bool people(web_request *r, html *out, const asked *a, hb_error *err) {
    lines l;
    register_page page = {.most = WEB_COUNTED};
    register_cursor cursor;
    hb_str from = a->from;
    if (a->person.n && !from.n) {
        if (!register_roster_cursor(r->worker->log, a->person, cursor, err)) return false;
        from = hb_str_from(cursor);
    }
    if (!open_lines(r, &l, WEB_ROWS, err) ||
        !register_roster_page(r->worker->log, a->place, a->at, from, WEB_ROWS, take_line, &l, &page,
                              err))
        return false;
    html_open(out, HTML_H2);
    html_text(out, a->place.n ? a->place : hb_str_from(say(r, "Everybody in the register")));
    html_close(out, HTML_H2);
    if (a->person.n && !a->from.n && (l.n == 0 || !hb_str_equal(l.all[0].person, a->person)))
        web_alert(out, "info", NULL, say(r, "This person does not stand on this roster."));
    if (l.n == 0) {
        html_put_say(out, HTML_P, NULL, say(r, "Nobody is on this roster."));
        return true;
    }
    web_rows rows = web_rows_of(&page, l.n);
    if (l.n == page.n_all) qsort(l.all, l.n, sizeof *l.all, by_person);
    web_rows_said(r, out, &rows);
    html_put_say(out, HTML_P, NULL, say(r, "A claim of custody is not sight of the person."));
    line_table(r, out, &l, say(r, "Who is held where"));
    web_pager(r, out, &rows);
    return true;
}

// Whose roster a reader of her own sees when she names none: of her first place that holds
// somebody.
static bool choose_place(web_request *r, asked *a, const places *p) {
    if (r->grant == WEB_ALL) return true;
    for (uint32_t i = 0; a->place.n == 0 && i < p->n; i++) {
        if (p->all[i].n) a->place = p->all[i].place;
    }
    if (a->place.n == 0 && p->n) a->place = p->all[0].place;
    char place[WEB_ACCOUNT_WORD];
    snprintf(place, sizeof place, "%.*s", a->place.n < sizeof place ? (int)a->place.n : 0,
             a->place.at);
    return a->place.n == 0 || web_is_of_place(r, place);
}

bool web_page_register(web_request *r, html *out, hb_error *err) {
    asked a = {.place = hb_str_trim(web_query(r, "place")),
               .person = hb_str_trim(web_query(r, "person")),
               .from = web_query(r, "from")};
    places *p = hb_arena_new(r->arena, places);
    register_log *log = web_register(r, err);
    uint32_t n_own = 0;
    bool is_front = a.place.n == 0 && a.person.n == 0 && a.from.n == 0;
    if (!p) return hb_out_of_memory(err);
    if (!log || !web_instant(r, &a.at, err) || !read_places(r, p, err)) return false;
    if (!choose_place(r, &a, p)) return web_not_found(r);
    html_put_say(out, HTML_H1, NULL, say(r, "Register"));
    if (!web_log_line(r, out, log, err)) return false;
    question_form(r, out);
    if (web_may(r, WEB_HAND_OVER)) {
        html_open(out, HTML_P);
        html_link(out, web_address(r, "/handovers"), "usa-button usa-button--outline",
                  hb_str_from(say(r, "Handovers")));
        html_close(out, HTML_P);
    }
    if (is_front && p->n) place_table(r, out, p);
    if (!is_front) {
        html_open(out, HTML_P);
        html_link(out, web_address(r, "/register"), "usa-link", hb_str_from(say(r, "All places")));
        html_close(out, HTML_P);
    }
    if (r->grant == WEB_OWN && is_front && !own_people(r, out, a.at, &n_own, err)) return false;
    if (r->grant == WEB_OWN && a.place.n && a.at == 0 && a.from.n == 0 && a.person.n == 0) {
        bool is_whole = false;
        if (!concerned(r, out, a.place, &is_whole, err)) return false;
        if (is_whole) return true;
        web_alert(out, "info", NULL,
                  say(r,
                      "It has to do with more people than stand on one page. Below are those whom "
                      "it holds; each of the others stands on the roster of the place that holds "
                      "her, and among the alarms when something is due."));
    }
    if (r->grant == WEB_ALL || a.place.n) return people(r, out, &a, err);
    if (n_own == 0) html_put_say(out, HTML_P, NULL, say(r, "Nobody is on this roster."));
    return true;
}
