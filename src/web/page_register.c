// Who is held where, since when: the roster at an instant, place by place; the alarms, worst and
// oldest first; one entry with its proof. An alarm ends when the fact changes and in no other way:
// there is nothing here to close or mute one.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/pages.h"
#include "web/site.h"

static void person_cell(const web_request *r, html *out, hb_str person) {
    html_open(out, HTML_TH);
    html_attribute(out, "scope", HB_STR("row"));
    html_attribute(out, "data-label", hb_str_from(say(r, "Person")));
    if (web_role_grant(r->account.role, WEB_READ_CUSTODY) != WEB_NOTHING)
        html_link(out, web_address_of(r, "/register/people/", person), "usa-link", person);
    else
        html_text(out, person);
    html_close(out, HTML_TH);
}

// What the checkpoint is worth, under every answer of the register.
bool web_log_line(web_request *r, html *out, register_log *log, hb_error *err) {
    hb_str note;
    proof_standing standing;
    if (!register_checkpoint(log, r->arena, &note, &standing, err)) return false;
    if (register_is_rolled_back(log))
        web_alert(
            out, "error", say(r, "ROLLED BACK"),
            say(r, "This copy is older than a checkpoint that was signed. Do not rely on it."));
    html_open(out, HTML_P);
    html_textf(out, say(r, "Log: %llu entries, cosigned by %u of %u witnesses: "),
               (unsigned long long)register_size(log), standing.n_cosigned, standing.n_witnesses);
    html_say(out, standing.is_witnessed ? say(r, "independently witnessed")
                                        : say(r, "not independently witnessed"));
    html_close(out, HTML_P);
    web_live_line(r, out, log);
    return true;
}

// ---- the roster --------------------------------------------------------------------------------

typedef struct {
    web_request *r;
    register_line *lines;
    uint32_t n, room;
} roster;

static bool take_line(void *to, const register_line *line, hb_error *err) {
    roster *all = to;
    hb_str person;
    if (!web_is_own(all->r, line->person, line->custody.place, line->custody.authority))
        return true;
    if (all->n == all->room) {
        uint32_t room = all->room ? all->room * 2 : 256;
        register_line *grown = realloc(all->lines, room * sizeof *grown);
        if (!grown) return hb_out_of_memory(err);
        all->lines = grown;
        all->room = room;
    }
    if (!hb_str_copy(all->r->arena, line->person, &person)) return hb_out_of_memory(err);
    all->lines[all->n] = *line;
    all->lines[all->n++].person = person;
    return true;
}

// By state as it stands in the register's table, then place, then id.
static int by_place(const void *a, const void *b) {
    const register_line *one = a, *two = b;
    int place = strcmp(one->custody.place, two->custody.place);
    if (one->custody.state != two->custody.state)
        return (int)one->custody.state - (int)two->custody.state;
    return place ? place : hb_str_compare(one->person, two->person);
}

static void roster_row(const web_request *r, html *out, const register_line *line) {
    const register_custody *c = &line->custody;
    html_open(out, HTML_TR);
    person_cell(r, out, line->person);
    web_open_cell(out, HTML_TD, say(r, "State"));
    html_say(out, words_of(r, register_state_name(c->state)));
    html_close(out, HTML_TD);
    web_open_cell(out, HTML_TD, say(r, "Place"));
    html_say(out, c->place[0] ? c->place : say(r, "not known"));
    html_close(out, HTML_TD);
    web_open_cell(out, HTML_TD, say(r, "Since"));
    web_time(r, out, c->since);
    html_close(out, HTML_TD);
    web_open_cell(out, HTML_TD, say(r, "Last seen in person"));
    if (c->seen_at)
        web_time(r, out, c->seen_at);
    else
        html_say(out, say(r, "never recorded"));
    html_close(out, HTML_TD);
    web_open_cell(out, HTML_TD, say(r, "Who answers"));
    html_say(out, c->authority[0] ? c->authority : say(r, "not known"));
    html_close(out, HTML_TD);
    html_close(out, HTML_TR);
}

// "2025-03-15T22:00" as a browser's field gives it, in the agreement's zone; 0 when not asked.
static bool read_instant(web_request *r, int64_t *at, hb_error *err) {
    hb_str given = web_query(r, "at");
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

static void instant_form(web_request *r, html *out) {
    html_open(out, HTML_FORM);
    html_attribute(out, "method", HB_STR("get"));
    html_class(out, "usa-form hb-filter");
    html_open(out, HTML_DIV);
    web_field_text(r, out, "at", say(r, "Roster at"), "datetime-local", "off", web_query(r, "at"));
    html_close(out, HTML_DIV);
    web_button(r, out, say(r, "Show"), NULL);
    html_close(out, HTML_FORM);
}

bool web_page_register(web_request *r, html *out, hb_error *err) {
    int64_t at = 0;
    roster all = {.r = r};
    register_log *log = web_register(r, err);
    if (!log || !read_instant(r, &at, err)) return false;
    html_put_say(out, HTML_H1, NULL, say(r, "Register"));
    bool ok = web_log_line(r, out, log, err) && register_roster(log, at, take_line, &all, err);
    instant_form(r, out);
    if (web_may(r, WEB_HAND_OVER)) {
        html_open(out, HTML_P);
        html_link(out, web_address(r, "/handovers"), "usa-button usa-button--outline",
                  hb_str_from(say(r, "Handovers")));
        html_close(out, HTML_P);
    }
    if (ok && all.n == 0) html_put_say(out, HTML_P, NULL, say(r, "Nobody is on this roster."));
    if (ok && all.n > 0) {
        const char *const heads[] = {say(r, "Person"),
                                     say(r, "State"),
                                     say(r, "Place"),
                                     say(r, "Since"),
                                     say(r, "Last seen in person"),
                                     say(r, "Who answers")};
        qsort(all.lines, all.n, sizeof *all.lines, by_place);
        html_open(out, HTML_P);
        html_textf(out, say(r, "%u people; a claim of custody is not sight of the person."), all.n);
        html_close(out, HTML_P);
        web_open_table(out, say(r, "Who is held where"), heads, 6);
        for (uint32_t i = 0; i < all.n; i++) roster_row(r, out, &all.lines[i]);
        web_close_table(out);
    }
    free(all.lines);
    return ok;
}

// ---- one entry and its proof -------------------------------------------------------------------

static bool entry_number(const web_request *r, uint64_t *event) {
    return proof_uint_read(web_part(r, 0), event);
}

// The demonstration's tampering: a copy with one byte changed, for the page that checks copies to
// refuse.
static void altered_link(const web_request *r, html *out, uint64_t event) {
    html_open(out, HTML_P);
    html_link(out, web_address(r, "/register/events/%llu/altered", (unsigned long long)event),
              "usa-button usa-button--outline",
              hb_str_from(say(r, "Demonstration: a copy of the entry with one byte changed")));
    html_say(out, " ");
    html_say(
        out,
        say(r,
            "Save it with the proof and the keys, and check: the register itself stays as it is."));
    html_close(out, HTML_P);
}

bool web_page_entry(web_request *r, html *out, hb_error *err) {
    uint64_t event = 0;
    hb_text proof = {0}, entry = {0};
    register_log *log = web_register(r, err);
    if (!log) return false;
    if (!entry_number(r, &event) || event >= register_size(log)) return web_not_found(r);
    bool ok = register_prove(log, event, &proof, &entry, err);
    if (ok) {
        html_open(out, HTML_H1);
        html_textf(out, "%s %llu", say(r, "Entry"), (unsigned long long)event);
        html_close(out, HTML_H1);
        ok = web_log_line(r, out, log, err);
        html_put_say(out, HTML_P, NULL,
                     say(r,
                         "An entry holds commitments, no person, place or officer. With these "
                         "two files and the keys anybody can check that it stands in the log."));
        html_open(out, HTML_P);
        html_link(out, web_address(r, "/register/events/%llu/proof", (unsigned long long)event),
                  "usa-button usa-button--outline", hb_str_from(say(r, "The proof")));
        html_say(out, " ");
        html_link(out, web_address(r, "/register/events/%llu/entry", (unsigned long long)event),
                  "usa-button usa-button--outline", hb_str_from(say(r, "The entry")));
        html_say(out, " ");
        html_link(out, web_address(r, "/register/keys"), "usa-button usa-button--outline",
                  hb_str_from(say(r, "The keys")));
        html_say(out, " ");
        html_link(out, web_address(r, "/verify"), "usa-button usa-button--outline",
                  hb_str_from(say(r, "Check a copy")));
        html_close(out, HTML_P);
        html_put_say(out, HTML_P, NULL,
                     say(r,
                         "Keys that come from here show only that the copy is of this server. "
                         "Compare them with a printed list, or take a witness' own copy."));
        if (r->site->options->is_demo) altered_link(r, out, event);
        html_put(out, HTML_PRE, NULL, (hb_str){entry.at, entry.n});
        html_put(out, HTML_PRE, NULL, (hb_str){proof.at, proof.n});
    }
    hb_text_clear(&proof);
    hb_text_clear(&entry);
    return ok;
}

static bool give_file(web_request *r, hb_text *out, bool is_entry, hb_error *err) {
    uint64_t event = 0;
    hb_text proof = {0}, entry = {0};
    register_log *log = web_register(r, err);
    if (!log) return false;
    if (!entry_number(r, &event) || event >= register_size(log)) {
        r->status = 404;
        return false;
    }
    bool ok = register_prove(log, event, &proof, &entry, err) &&
              (hb_str_format(r->arena, &r->file_name, "entry-%llu.tlog-proof%s",
                             (unsigned long long)event, is_entry ? ".entry" : "") ||
               hb_out_of_memory(err));
    const hb_text *from = is_entry ? &entry : &proof;
    if (ok) hb_text_add(out, (hb_str){from->at, from->n});
    r->content_type = HB_STR("application/octet-stream");
    hb_text_clear(&proof);
    hb_text_clear(&entry);
    return ok;
}

bool web_data_altered(web_request *r, hb_text *out, hb_error *err) {
    if (!r->site->options->is_demo) {
        r->status = 404;
        return false;
    }
    if (!give_file(r, out, true, err)) return false;
    if (out->n) out->at[out->n / 2] ^= 1;
    return true;
}

// The policy a verifier takes: the log's key and its witnesses'.
bool web_data_keys(web_request *r, hb_text *out, hb_error *err) {
    register_log *log = web_register(r, err);
    if (!log) return false;
    hb_text_add(out, register_policy_text(log));
    r->content_type = HB_STR("text/plain; charset=utf-8");
    r->file_name = HB_STR("policy");
    return !out->failed || hb_out_of_memory(err);
}

bool web_data_proof(web_request *r, hb_text *out, hb_error *err) {
    return give_file(r, out, false, err);
}

bool web_data_entry(web_request *r, hb_text *out, hb_error *err) {
    return give_file(r, out, true, err);
}

// ---- alarms ------------------------------------------------------------------------------------

typedef struct {
    web_request *r;
    html *out;
    uint32_t n;
} alarm_rows;

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

static bool take_alarm(void *to, const register_alarm *alarm, hb_error *err) {
    alarm_rows *all = to;
    web_request *r = all->r;
    html *out = all->out;
    (void)err;
    if (!web_is_own(r, alarm->person, alarm->place, alarm->owner)) return true;
    all->n++;
    html_open(out, HTML_TR);
    html_open(out, HTML_TH);
    html_attribute(out, "scope", HB_STR("row"));
    html_attribute(out, "data-label", hb_str_from(say(r, "Alarm")));
    html_textf(out, "%s %s", alarm->id, alarm->name);
    html_close(out, HTML_TH);
    web_open_cell(out, HTML_TD, say(r, "Person"));
    html_text(out, alarm->person.n ? alarm->person : hb_str_from(alarm->place));
    html_close(out, HTML_TD);
    web_open_cell(out, HTML_TD, say(r, "What is wrong"));
    html_say(out, alarm->text);
    taking(r, out, alarm);
    html_close(out, HTML_TD);
    web_open_cell(out, HTML_TD, say(r, "Since"));
    web_time(r, out, alarm->since);
    html_close(out, HTML_TD);
    web_open_cell(out, HTML_TD, say(r, "Who must answer"));
    html_say(out, alarm->owner[0] ? alarm->owner : say(r, "not known"));
    html_close(out, HTML_TD);
    web_open_cell(out, HTML_TD, say(r, "By when"));
    web_time(r, out, alarm->deadline);
    html_close(out, HTML_TD);
    html_close(out, HTML_TR);
    return true;
}

bool web_page_alarms(web_request *r, html *out, hb_error *err) {
    alarm_rows all = {r, out, 0};
    register_log *log = web_register(r, err);
    if (!log) return false;
    const char *const heads[] = {say(r, "Alarm"),           say(r, "Person"),
                                 say(r, "What is wrong"),   say(r, "Since"),
                                 say(r, "Who must answer"), say(r, "By when")};
    html_put_say(out, HTML_H1, NULL, say(r, "Open alarms"));
    html_put_say(
        out, HTML_P, NULL,
        say(r, "An alarm stays open until the fact changes. Taking it puts a name to it."));
    web_open_table(out, say(r, "Alarms, worst and oldest first"), heads, 6);
    bool ok = register_alarms(log, r->now, &r->site->hours, r->language, take_alarm, &all, err);
    web_close_table(out);
    html_open(out, HTML_P);
    html_textf(out, say(r, "%u open as of "), all.n);
    web_time(r, out, r->now.seconds);
    html_close(out, HTML_P);
    return ok;
}
