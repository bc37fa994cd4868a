// What pages ask of a request, and the ways to answer otherwise than by a page.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "web/site.h"

hb_str web_part(const web_request *r, uint32_t i) {
    return i < r->n_parts ? r->parts[i] : HB_STR("");
}

static hb_str field(const web_field *fields, uint32_t n, const char *name) {
    for (uint32_t i = 0; i < n; i++) {
        if (hb_str_equal(fields[i].name, hb_str_from(name))) return fields[i].value;
    }
    return HB_STR("");
}

hb_str web_query(const web_request *r, const char *name) {
    return field(r->query, r->n_query, name);
}

hb_str web_form(const web_request *r, const char *name) {
    return field(r->form, r->n_form, name);
}

const web_field *web_upload(const web_request *r, const char *name) {
    for (uint32_t i = 0; i < r->n_form; i++) {
        bool is_it = hb_str_equal(r->form[i].name, hb_str_from(name));
        if (is_it && r->form[i].file_name.at && r->form[i].value.n) return &r->form[i];
    }
    return NULL;
}

bool web_may(const web_request *r, web_act act) {
    return web_role_grant(r->account.role, act) != WEB_NOTHING;
}

// Whether one of the account's words, parted by spaces, is this one.
static bool has_word(const char *words, hb_str word) {
    while (*words && word.n) {
        size_t n = strcspn(words, " ");
        if (n == word.n && memcmp(words, word.at, n) == 0) return true;
        words += n + (words[n] == ' ');
    }
    return false;
}

bool web_has_own_people(const web_request *r) {
    return r->account.people[strspn(r->account.people, " ")] != '\0';
}

bool web_is_of_place(const web_request *r, const char *place) {
    return has_word(r->account.place, hb_str_from(place));
}

// Own persons stand in the account; a place's persons are those whom the register holds there.
bool web_is_own(const web_request *r, hb_str person, const char *place, const char *authority) {
    if (r->grant == WEB_ALL) return true;
    if (r->grant != WEB_OWN) return false;
    return has_word(r->account.people, person) || web_is_of_place(r, place) ||
           web_is_of_place(r, authority);
}

// Whoever is under way to a place, or offered to it, is that place's too: it must be able to
// answer.
bool web_may_see(web_request *r, hb_str person) {
    if (person.n == 0 || person.n > 128) return false;
    if (web_is_own(r, person, "", "")) return true;
    if (r->grant != WEB_OWN || r->account.place[0] == '\0' || !r->worker->log) return false;
    register_custody c = {0};
    hb_error ignored = {0};
    if (!register_person(r->worker->log, person, HB_STR(""), r->now, NULL, NULL, &c, &ignored))
        return false;
    return web_is_own(r, person, c.place, c.authority) || web_is_of_place(r, c.other_place) ||
           (c.state == REGISTER_TRANSIT && web_is_of_place(r, c.destination)) ||
           (c.offered_at && web_is_of_place(r, c.offer_to));
}

// Asylum, fear and trafficking never reach the host, a consulate or a family, whoever asks.
bool web_sees_confidential(const web_request *r) {
    return web_role_sees_confidential(r->account.role) && strcmp(r->account.party, "host") != 0;
}

bool web_shows_rule(const web_request *r, const rulebook_rule *rule) {
    return !rule->is_confidential || web_sees_confidential(r);
}

bool web_shows_fact(const web_request *r, const rulebook_fact *fact) {
    return !fact->is_confidential || web_sees_confidential(r);
}

void web_read_of(web_request *r, hb_str person) {
    enum { FEW = 8 };
    if (r->n_reads == r->room_of_reads) {
        uint32_t room = r->room_of_reads ? 2 * r->room_of_reads : FEW;
        hb_str *more = hb_arena_array(r->arena, hb_str, room);
        if (!more) {
            r->is_unrecorded = true;
            return;
        }
        if (r->n_reads) memcpy(more, r->reads, r->n_reads * sizeof *more);
        r->reads = more;
        r->room_of_reads = room;
    }
    r->reads[r->n_reads++] = person;
}

bool web_not_found(web_request *r) {
    r->status = 404;
    return true;
}

bool web_forbidden(web_request *r) {
    r->status = 403;
    return true;
}

bool web_go(web_request *r, const char *format, ...) {
    char text[1024];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    r->status = 303;
    hb_str language = words_language_name(r->language);
    return n >= 0 && n < (int)sizeof text &&
           hb_str_format(r->arena, &r->location, "/%.*s%s", (int)language.n, language.at, text);
}

hb_str web_instant_asked(const web_request *r) {
    hb_str at = web_query(r, "at"), day = web_query(r, "as-of"), whole;
    if (at.n || day.n != 10) return at.n ? at : day;
    return hb_str_format(r->arena, &whole, "%.*sT23:59", (int)day.n, day.at) ? whole : day;
}

bool web_instant(web_request *r, int64_t *at, hb_error *err) {
    hb_str given = web_instant_asked(r);
    hb_date date;
    int hour = 0, minute = 0;
    int32_t offset = 0;
    char text[32];
    *at = 0;
    if (!given.n) return true;
    snprintf(text, sizeof text, "%.*s", (int)given.n, given.at);
    if (given.n == 16 && given.at[10] == 'T' && hb_date_parse((hb_str){given.at, 10}, &date) &&
        sscanf(text + 11, "%2d:%2d", &hour, &minute) == 2 && hour < 24 && minute < 60) {
        int64_t local = hb_date_to_days(date) * 86400 + hour * 3600 + minute * 60;
        if (r->site->has_zone) (void)hb_zone_offset_utc(r->site->zone, local, &offset);
        *at = local - offset;
        return true;
    }
    hb_fail(err, HB_INPUT, "date", say(r, "\"%.*s\" is no day and time"), (int)given.n, given.at);
    hb_error_help(err, "%s", say(r, "write it as 2025-03-15T22:00"));
    return false;
}

const char *words_of(const web_request *r, const char *english) {
    return words_in(r->language, english);
}

hb_str web_address(const web_request *r, const char *format, ...) {
    char text[1024];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    hb_str out = HB_STR(""), language = words_language_name(r->language);
    if (n < 0 || n >= (int)sizeof text ||
        !hb_str_format(r->arena, &out, "/%.*s%s", (int)language.n, language.at, text)) {
        return HB_STR("#");
    }
    return out;
}

hb_str web_address_of(const web_request *r, const char *before, hb_str id) {
    hb_text part = {0};
    html_url_add(&part, id);
    hb_str out = web_address(r, "%s%.*s", before, (int)part.n, part.n ? part.at : "");
    hb_text_clear(&part);
    return out;
}
