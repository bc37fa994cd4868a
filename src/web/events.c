// Recording events, for the pages and for the API alike: who may record which kind, for whom; and
// once under one key, so that what was sent twice is recorded once. The events themselves are
// signed by the officer who answers for them; an account only brings them.
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "web/site.h"

// Kinds of events that are an act of their own in roles.def; every other is RECORD_EVENT.
static const struct {
    const char *kind;
    web_act act;
} ACTS[] = {
    {"SecondCheckRecorded", WEB_SECOND_CHECK},
    {"HandoverOffered",     WEB_HAND_OVER   },
    {"HandoverAccepted",    WEB_HAND_OVER   },
    {"HandoverRefused",     WEB_HAND_OVER   },
    {"HandedOver",          WEB_HAND_OVER   },
    {"AlarmTaken",          WEB_TAKE_ALARM  },
    {"HealthChecked",       WEB_WRITE_HEALTH},
};

web_act web_act_of_event(hb_str kind) {
    for (size_t i = 0; i < sizeof ACTS / sizeof ACTS[0]; i++) {
        if (hb_str_equal(kind, hb_str_from(ACTS[i].kind))) return ACTS[i].act;
    }
    return WEB_RECORD_EVENT;
}

const register_kind *web_event_kind(hb_str name) {
    uint32_t n = 0;
    const register_kind *kinds = register_kinds(&n);
    for (uint32_t i = 0; i < n; i++) {
        if (hb_str_equal(name, hb_str_from(kinds[i].name))) return &kinds[i];
    }
    return NULL;
}

hb_str web_event_field(const hb_json *event, const char *name) {
    const hb_json *fields = hb_json_member(event, HB_STR("fields"));
    const hb_json *found = hb_json_member(fields ? fields : event, hb_str_from(name));
    return found && found->kind == HB_JSON_STRING ? found->text : HB_STR("");
}

// An event of no person is of a place, or of the account's own office.
static bool is_for_own(web_request *r, const hb_json *event) {
    char place[160];
    const register_kind *kind = web_event_kind(web_event_field(event, "event"));
    hb_str at = web_event_field(event, "place");
    if (!kind || register_kind_is_of_person(kind))
        return web_may_see(r, web_event_field(event, "person"));
    snprintf(place, sizeof place, "%.*s", at.n < sizeof place ? (int)at.n : 0, at.n ? at.at : "");
    return r->grant == WEB_ALL || (r->grant == WEB_OWN && web_is_of_place(r, place));
}

// The role must do this kind of act, and the person must be one for whom it does it.
bool web_may_record(web_request *r, hb_str line, hb_error *err) {
    hb_json *event = NULL;
    if (!hb_json_parse(r->worker->json, r->arena, line, &event, err)) {
        err->kind = HB_INPUT;
        return false;
    }
    r->grant = web_role_grant(r->account.role, web_act_of_event(web_event_field(event, "event")));
    if (r->grant == WEB_NOTHING || !is_for_own(r, event)) {
        r->status = 403;
        return hb_fail(err, HB_INPUT, "not-own",
                       "this account does not record such an event, or not for this person");
    }
    web_read_of(r, web_event_field(event, "person"));
    return true;
}

static bool record(web_request *r, const hb_str *lines, uint32_t n, hb_text *out, hb_error *err) {
    hb_errors errors = {0};
    register_receipt *receipts = hb_arena_array(r->arena, register_receipt, n);
    if (!receipts) return hb_out_of_memory(err);
    bool ok = register_group_record(r->site->group, lines, n, r->now, receipts, &errors);
    if (!ok && errors.n_kept) *err = errors.kept[0];
    hb_errors_clear(&errors);
    if (!ok) return false;
    hb_text_addf(out, "{\"receipts\":[");
    for (uint32_t i = 0; i < n; i++) {
        char hex[65];
        hb_hash_hex(receipts[i].leaf, hex);
        hb_text_addf(out, "%s{\"event\":%llu,\"leaf\":\"%s\",\"irregular\":", i ? "," : "",
                     (unsigned long long)receipts[i].event, hex);
        register_marks_json(out, receipts[i].irregular);
        hb_text_addf(out, "}");
    }
    hb_text_addf(out, "]}\n");
    return true;
}

typedef struct {
    hb_arena *arena;
    bool is_found, is_kept;
    hb_str request, body;
} kept_answer;

static bool take_answer(void *to, const web_cell *row, uint32_t n) {
    kept_answer *kept = to;
    (void)n;
    kept->is_found = true;
    kept->is_kept = hb_str_copy(kept->arena, row[0].text, &kept->request) &&
                    hb_str_copy(kept->arena, row[1].text, &kept->body);
    return false;
}

// Requests of one account and key go one after another, so that two cannot both be first; those of
// others at once, into one transaction of the register.
typedef struct web_flight {
    struct web_flight *next;
    hb_str account, key;
} web_flight;

static bool has_flight(const web_site *site, const web_flight *mine) {
    for (const web_flight *f = site->flights; f; f = f->next) {
        if (hb_str_equal(f->account, mine->account) && hb_str_equal(f->key, mine->key)) return true;
    }
    return false;
}

static void begin_flight(web_site *site, web_flight *mine) {
    pthread_mutex_lock(&site->lock);
    while (has_flight(site, mine)) pthread_cond_wait(&site->flight_has_ended, &site->lock);
    mine->next = site->flights;
    site->flights = mine;
    pthread_mutex_unlock(&site->lock);
}

static void end_flight(web_site *site, const web_flight *mine) {
    pthread_mutex_lock(&site->lock);
    web_flight **at = &site->flights;
    while (*at != mine) at = &(*at)->next;
    *at = mine->next;
    pthread_cond_broadcast(&site->flight_has_ended);
    pthread_mutex_unlock(&site->lock);
}

bool web_record_once(web_request *r, hb_str key, hb_hash of, const hb_str *lines, uint32_t n,
                     hb_text *out, hb_error *err) {
    char hex[65];
    hb_str me = hb_str_from(r->account.name);
    kept_answer kept = {.arena = r->arena};
    bool ok = false;
    hb_hash_hex(of, hex);
    web_flight flight = {.account = me, .key = key};
    begin_flight(r->worker->site, &flight);
    if (!web_store_run(r->site->store,
                       "SELECT request, body FROM answer WHERE account = ? AND key = ?",
                       (web_cell[]){WEB_T(me), WEB_T(key)}, 2, take_answer, &kept, NULL, err))
        goto done;
    if (kept.is_found) {
        ok = kept.is_kept || hb_out_of_memory(err);
        if (ok && !hb_str_equal(kept.request, hb_str_from(hex)))
            r->status = 409;
        else if (ok)
            hb_text_add(out, kept.body);
        goto done;
    }
    ok = record(r, lines, n, out, err) &&
         web_store_run(r->site->store,
                       "INSERT INTO answer (account, key, request, status, body, at) "
                       "VALUES (?, ?, ?, 200, ?, ?)",
                       (web_cell[]){WEB_T(me), WEB_T(key), WEB_T(hb_str_from(hex)),
                                    WEB_T(((hb_str){out->at, out->n})), WEB_N(r->now.seconds)},
                       5, NULL, NULL, NULL, err);
done:
    end_flight(r->worker->site, &flight);
    return ok;
}

bool web_event_lines(web_request *r, hb_str text, hb_str *lines, uint32_t most, uint32_t *n,
                     hb_error *err) {
    *n = 0;
    while (text.n) {
        const char *end = memchr(text.at, '\n', text.n);
        hb_str line = hb_str_trim((hb_str){text.at, end ? (size_t)(end - text.at) : text.n});
        size_t step = end ? (size_t)(end - text.at) + 1 : text.n;
        text = (hb_str){text.at + step, text.n - step};
        if (line.n == 0) continue;
        if (*n == most)
            return hb_fail(err, HB_INPUT, "too-many-events", "at most %u events at once", most);
        if (!web_may_record(r, line, err)) return false;
        lines[(*n)++] = line;
    }
    return *n > 0 ||
           hb_fail(err, HB_INPUT, "no-events", "the body holds no event, one JSON object a line");
}
