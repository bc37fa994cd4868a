// The register as JSON: who is held where and which alarms are open, a part at a time, one person's
// custody, the checkpoint. Whoever sees only her own gets her own persons first, then what each of
// her places holds: her cursor says in which of these it stands, as "2.CURSOR".
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/pages.h"
#include "web/site.h"

enum { ROWS_A_PART = 200, CONCERNED_MOST = 500 };
typedef struct {
    web_request *r;
    hb_text *out;
    uint64_t n;
    bool has_own;  // own persons too: they stood in the first part
} writing;

// ---- own parts ---------------------------------------------------------------------------------

typedef struct {
    uint64_t part;  // 0: own persons, or all there is; then the account's places in their order
    hb_str place, from;
    bool is_last;
} standing_at;

static hb_str word_at(const char *words, uint64_t i) {
    for (const char *at = words; *at;) {
        size_t n = strcspn(at, " ");
        if (n && i-- == 0) return (hb_str){at, n};
        at += n + (at[n] == ' ');
    }
    return HB_STR("");
}

static bool read_part(const web_request *r, standing_at *at, hb_error *err) {
    hb_str from = web_query(r, "from");
    *at = (standing_at){.from = from, .is_last = true};
    if (r->grant != WEB_OWN) return true;
    size_t n = 0;
    while (n < from.n && from.at[n] != '.') n++;
    bool is_given = n < from.n && proof_uint_read((hb_str){from.at, n}, &at->part);
    if (is_given) at->from = (hb_str){from.at + n + 1, from.n - n - 1};
    if (from.n && !is_given) return hb_fail(err, HB_INPUT, "bad-cursor", "no page begins there");
    if (at->part > 0) at->place = word_at(r->account.place, at->part - 1);
    if (at->part > 0 && at->place.n == 0)
        return hb_fail(err, HB_INPUT, "bad-cursor", "no page begins there");
    at->is_last = word_at(r->account.place, at->part).n == 0;
    return true;
}

static bool next_part(web_request *r, hb_text *out, const standing_at *at,
                      const register_page *page, hb_error *err) {
    hb_str next = hb_str_from(page->next);
    bool has_next = page->has_next || !at->is_last;
    if (r->grant == WEB_OWN && has_next &&
        !hb_str_format(r->arena, &next, "%llu.%s",
                       (unsigned long long)(page->has_next ? at->part : at->part + 1),
                       page->has_next ? page->next : ""))
        return hb_out_of_memory(err);
    web_next_json(r, out, has_next, next);
    return true;
}

// ---- the roster --------------------------------------------------------------------------------

static bool add_line(void *to, const register_line *line, hb_error *err) {
    writing *w = to;
    (void)err;
    if (!w->has_own && w->r->grant == WEB_OWN && web_is_own(w->r, line->person, "", ""))
        return true;
    if (w->n++) hb_text_addf(w->out, ",");
    register_custody_json(w->out, line->person, &line->custody);
    return true;
}

static bool add_own_people(writing *w, hb_error *err) {
    hb_str person;
    for (uint64_t i = 0; (person = word_at(w->r->account.people, i)).n; i++) {
        register_line line = {.person = person};
        hb_error none = {0};
        if (register_person(w->r->worker->log, person, HB_STR(""), w->r->now, NULL, NULL,
                            &line.custody, &none) &&
            !add_line(w, &line, err))
            return false;
    }
    return true;
}

// Of an own place or authority: while they are few all whom it has to do with, else whom it holds.
static bool add_party(writing *w, const standing_at *at, register_page *page, hb_error *err) {
    register_log *log = w->r->worker->log;
    bool is_whole = false;
    hb_text part = {0}, *out = w->out;
    w->out = &part;
    bool ok = at->from.n || register_roster_concerning(log, at->place, CONCERNED_MOST, &is_whole,
                                                       add_line, w, err);
    w->out = out;
    if (ok && is_whole) hb_text_add(out, (hb_str){part.at, part.n});
    hb_text_clear(&part);
    page->n_all = w->n;
    if (!ok || is_whole) return ok;
    w->n = 0;
    return register_roster_page(log, at->place, 0, at->from, ROWS_A_PART, add_line, w, page, err);
}

bool web_data_roster(web_request *r, hb_text *out, hb_error *err) {
    writing w = {r, out, 0, false};
    standing_at at;
    register_page page = {.most = WEB_COUNTED};
    register_log *log = web_register(r, err);
    if (!log || !read_part(r, &at, err)) return false;
    bool is_own_people = r->grant == WEB_OWN && at.part == 0;
    if (r->grant == WEB_ALL) at.place = web_query(r, "place");
    hb_text_addf(out, "{\"people\":[");
    w.has_own = is_own_people;
    bool ok = is_own_people         ? add_own_people(&w, err)
              : r->grant == WEB_OWN ? add_party(&w, &at, &page, err)
                                    : register_roster_page(log, at.place, 0, at.from, ROWS_A_PART,
                                                           add_line, &w, &page, err);
    if (!ok) return false;
    hb_text_addf(out, "],\"n_all\":");
    if (page.most && page.n_all > page.most)
        hb_text_addf(out, "\"more than %d\"", WEB_COUNTED);
    else
        hb_text_addf(out, "%llu", (unsigned long long)(is_own_people ? w.n : page.n_all));
    ok = next_part(r, out, &at, &page, err);
    hb_text_addf(out, "}\n");
    return ok;
}

// ---- one person --------------------------------------------------------------------------------

static bool add_entry(void *to, const register_entry *entry, hb_error *err) {
    writing *w = to;
    (void)err;
    if (w->n++) hb_text_addf(w->out, ",");
    register_entry_json(w->out, entry);
    return true;
}

bool web_data_custody(web_request *r, hb_text *out, hb_error *err) {
    register_custody custody = {0};
    writing w = {r, out, 0, false};
    register_log *log = web_register(r, err);
    hb_text_addf(out, "{\"events\":[");
    if (!log ||
        !register_person(log, web_part(r, 0), HB_STR(""), r->now, add_entry, &w, &custody, err))
        return false;
    if (custody.n_events == 0) return web_not_found(r);
    web_read_of(r, web_part(r, 0));
    hb_text_addf(out, "],\"custody\":");
    register_custody_json(out, web_part(r, 0), &custody);
    hb_text_addf(out, "}\n");
    return true;
}

// ---- alarms ------------------------------------------------------------------------------------

static bool add_alarm(void *to, const register_alarm *alarm, hb_error *err) {
    writing *w = to;
    (void)err;
    if (!web_is_own(w->r, alarm->person, alarm->place, alarm->owner)) return true;
    bool is_own_person = w->r->grant == WEB_OWN && web_is_own(w->r, alarm->person, "", "");
    if (is_own_person && !w->has_own) return true;
    if (w->n++) hb_text_addf(w->out, ",");
    register_alarm_json(w->out, alarm);
    return true;
}

static bool count_alarm(void *to, const register_alarm *alarm, hb_error *err) {
    (void)alarm;
    (void)err;
    ++*(uint64_t *)to;
    return true;
}

static bool count_all(web_request *r, hb_text *out, const register_alarm_question *question,
                      hb_error *err) {
    register_alarm_count counts[REGISTER_ALARM_KINDS];
    uint64_t n = 0;
    if (!register_alarms_of_none(r->worker->log, question, count_alarm, &n, err) ||
        !register_alarms_count(r->worker->log, question, counts, err))
        return false;
    for (uint32_t i = 0; i < REGISTER_ALARM_KINDS; i++) n += counts[i].n;
    hb_text_addf(out, ",\"n_open\":");
    web_count_json(r, out, n);
    return true;
}

static bool alarms_of_own_people(writing *w, register_alarm_question question, hb_error *err) {
    register_page page = {0};
    for (uint64_t i = 0; (question.person = word_at(w->r->account.people, i)).n; i++) {
        if (!register_alarms_page(w->r->worker->log, &question, HB_STR(""), ROWS_A_PART, add_alarm,
                                  w, &page, err))
            return false;
    }
    return true;
}

bool web_data_alarms(web_request *r, hb_text *out, hb_error *err) {
    writing w = {r, out, 0, true};
    standing_at at;
    register_page page = {.most = WEB_COUNTED};
    register_alarm_question question = {
        .now = r->now, .hours = &r->site->hours, .language = r->language};
    register_log *log = web_register(r, err);
    if (!log || !read_part(r, &at, err)) return false;
    bool is_first = at.part == 0 && at.from.n == 0;
    hb_text_addf(out, "{\"alarms\":[");
    bool ok = r->grant == WEB_COUNTS || !is_first ||
              register_alarms_of_none(log, &question, add_alarm, &w, err);
    if (ok && r->grant == WEB_OWN && at.part == 0) {
        ok = alarms_of_own_people(&w, question, err);
    } else if (ok && r->grant != WEB_COUNTS) {
        question.place = question.owner = at.place;
        w.has_own = r->grant == WEB_ALL;
        ok = register_alarms_page(log, &question, at.from, ROWS_A_PART, add_alarm, &w, &page, err);
    }
    hb_text_addf(out, "]");
    question.place = question.owner = HB_STR("");
    ok = ok && (r->grant == WEB_OWN || count_all(r, out, &question, err)) &&
         next_part(r, out, &at, &page, err);
    hb_text_addf(out, "}\n");
    return ok;
}

// ---- the checkpoint ----------------------------------------------------------------------------

bool web_data_checkpoint(web_request *r, hb_text *out, hb_error *err) {
    hb_str note;
    proof_standing standing;
    register_log *log = web_register(r, err);
    if (!log || !register_checkpoint(log, r->arena, &note, &standing, err)) return false;
    hb_text_addf(out, "{\"size\":%llu,\"note\":", (unsigned long long)register_size(log));
    hb_text_add_json(out, note);
    hb_text_addf(out, ",\"n_cosigned\":%u,\"n_witnesses\":%u,\"is_witnessed\":%s}\n",
                 standing.n_cosigned, standing.n_witnesses,
                 standing.is_witnessed ? "true" : "false");
    return true;
}
