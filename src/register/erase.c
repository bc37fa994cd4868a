// Erasure: details are destroyed with the key they are sealed under; the chronology, the leaves and
// every proof stay. It comes last. Before it stand, on record for that person: an order that a
// court put there with a key of its own (a monitor's word is not a court's), a restriction, and a
// notice of that order to the person or counsel, 30 days before. Directive 2016/680 art. 16; ICPPED
// art. 17(3) asks that the register itself be kept.
#include <string.h>

#include "register/internal.h"

enum { NOTICE_DAYS = 30, DAY_SECONDS = 86400 };

typedef struct {
    register_log *log;
    hb_str order;
    bool is_ordered;     // by a court
    int64_t noticed_at;  // when the first notice was recorded; 0: never
} grounds;

static bool take_ground(void *context, const store_value *row, hb_error *err) {
    grounds *g = context;
    register_event *event = hb_arena_new(g->log->scratch, register_event);
    hb_json *open = NULL, *signers = NULL;
    log_officer officer = {0};
    if (!event) return hb_out_of_memory(err);
    if (!hb_json_parse(g->log->reader, g->log->scratch, row[1].text, &open, err) ||
        !event_read_open(open, event, err))
        return false;
    if (!hb_str_equal(event->order, g->order)) return true;
    if (!hb_json_parse(g->log->reader, g->log->scratch, row[2].text, &signers, err)) return false;
    const hb_json *key = signers->n ? hb_json_member(&signers->first[0], HB_STR("key")) : NULL;
    if (!key || !log_find_officer(g->log, key->text, &officer, err)) return false;
    if (officer.is_found && strcmp(officer.role, "court") == 0) g->is_ordered = true;
    bool is_notice = hb_str_equal(row[0].text, HB_STR("ErasureNotice"));
    if (is_notice && (g->noticed_at == 0 || row[3].number < g->noticed_at))
        g->noticed_at = row[3].number;
    return true;
}

static bool refuse(hb_error *err, const char *format, hb_str what, int64_t days) {
    int n = (int)(what.n < 100 ? what.n : 100);
    hb_fail(err, HB_INPUT, "not-erasable", format, n, what.at, (long long)days);
    hb_error_help(err,
                  "in this order: a court's OrderReceived, Restricted, ErasureNotice, and 30 "
                  "days later Erased by a monitor; the fact of custody is never erased");
    return false;
}

// The 30 days run from when the notice was recorded to when the erasure is: both times are the
// register's own, so no date that somebody writes shortens them.
bool erase_check(register_log *log, const register_event *event, const log_officer *officer,
                 const register_custody *custody, hb_str pseudonym, int64_t recorded_at,
                 hb_error *err) {
    const store_value who[] = {STORE_T(pseudonym)};
    grounds g = {.log = log, .order = event->order};
    if (event_effect_of(event->kind) != EFFECT_ERASE) return true;
    if (strcmp(officer->role, "monitor") != 0)
        return refuse(err, "\"%.*s\" is no monitor, and nobody else erases",
                      hb_str_from(officer->authority), 0);
    if (!store_run(log->store,
                   "SELECT kind, opened, signers, recorded FROM event WHERE person = $1 AND "
                   "kind IN ('OrderReceived', 'Restricted', 'ErasureNotice') AND "
                   "seq NOT IN (SELECT voids FROM correction WHERE person = $1)",
                   who, take_ground, &g, err))
        return false;
    int64_t days = (recorded_at - g.noticed_at) / DAY_SECONDS;
    if (!g.is_ordered)
        return refuse(err, "no court has put an order \"%.*s\" on record for this person",
                      event->order, 0);
    if (!custody->is_restricted)
        return refuse(err, "under order \"%.*s\" the details are not restricted yet", event->order,
                      0);
    if (g.noticed_at == 0)
        return refuse(err, "nobody was given notice of order \"%.*s\"", event->order, 0);
    if (days >= NOTICE_DAYS) return true;
    return refuse(err, "notice of order \"%.*s\" has been on record for %lld of 30 days",
                  event->order, days);
}

bool register_forget(register_log *log, hb_str person, hb_instant now, hb_error *err) {
    char pseudonym[PSEUDONYM];
    register_custody custody;
    (void)now;
    hb_arena_reset(log->scratch);
    vault_pseudonym(log->vault, person, pseudonym);
    int64_t last_happened = 0;
    if (!standing_read(log, hb_str_from(pseudonym), &custody, &last_happened, err)) return false;
    if (custody.erased_at == 0)
        return refuse(err, "no erasure of %.*s is on record", HB_STR("this person"), 0);
    return vault_destroy(log->vault, hb_str_from(pseudonym), err);
}
