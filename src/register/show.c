// One entry shown to an outsider: the fields that are to be seen, with their salts. Open fields
// anybody may show who may read the register; sealed ones only somebody named, and the reading is
// on record.
#include <string.h>

#include "register/internal.h"

typedef struct {
    register_log *log;
    hb_str names;  // "all", or names parted by commas
    hb_str reader;
    uint64_t event;
    hb_instant now;
    bool is_there;
    hb_str person, opened, sealed, digests;
} showing;

static bool take_event(void *context, const store_value *row, hb_error *err) {
    showing *s = context;
    s->is_there = true;
    return (hb_str_copy(s->log->scratch, row[0].text, &s->person) &&
            hb_str_copy(s->log->scratch, row[1].text, &s->opened) &&
            hb_str_copy(s->log->scratch, row[2].text, &s->sealed) &&
            hb_str_copy(s->log->scratch, row[3].text, &s->digests)) ||
           hb_out_of_memory(err);
}

static bool is_wanted(const showing *s, hb_str name) {
    hb_str rest = s->names;
    if (hb_str_equal(rest, HB_STR("all"))) return true;
    while (rest.n > 0) {
        hb_str one = {rest.at, 0};
        while (one.n < rest.n && one.at[one.n] != ',') one.n++;
        if (hb_str_equal(hb_str_trim(one), name)) return true;
        size_t step = one.n < rest.n ? one.n + 1 : one.n;
        rest.at += step, rest.n -= step;
    }
    return false;
}

static bool add_pairs(const showing *s, hb_str pairs, hb_text *out, bool *is_first, hb_error *err) {
    hb_json *json = NULL;
    if (!hb_json_parse(s->log->reader, s->log->scratch, pairs, &json, err)) return false;
    for (uint32_t i = 0; i < json->n; i++) {
        if (!is_wanted(s, json->first[i].key)) continue;
        if (!*is_first) hb_text_add(out, HB_STR(","));
        *is_first = false;
        hb_text_add_json(out, json->first[i].key);
        hb_text_add(out, HB_STR(":"));
        (void)hb_json_canonical(out, &json->first[i]);
    }
    return true;
}

// What is sealed, for a reader who may; empty for nobody in particular, or when it was erased.
static bool unseal(const showing *s, hb_str *plain, hb_error *err) {
    register_custody custody;
    int64_t last = 0;
    proof_secret key;
    char bound[32];
    int n = snprintf(bound, sizeof bound, "%llu", (unsigned long long)s->event);
    *plain = s->person.n ? HB_STR("{}") : s->sealed;
    if (s->person.n == 0 || s->reader.n == 0) return true;
    if (!s->log->vault) return hb_fail(err, HB_INPUT, "no-vault", "the vault is not beside it");
    if (!standing_read(s->log, s->person, &custody, &last, err) ||
        !read_may(s->log, s->reader, &custody, err) ||
        !read_log(s->log, s->person, s->reader, s->now, err))
        return false;
    if (!vault_key(s->log->vault, s->person, (hb_str){0}, false, &key, err))
        return err->kind == HB_NONE;
    bool ok = proof_unseal(s->log->scratch, s->sealed, &key, (hb_str){bound, (size_t)n}, plain);
    proof_wipe(&key, sizeof key);
    return ok || hb_fail(err, HB_CORRUPT, "register-altered", "the sealed part does not open");
}

bool register_show(register_log *log, uint64_t event, hb_str names, hb_str reader, hb_instant now,
                   hb_text *out, hb_error *err) {
    showing s = {.log = log, .names = names, .reader = reader, .event = event, .now = now};
    const store_value which[] = {STORE_N(event)};
    hb_json *own = NULL;
    hb_str plain;
    bool is_first = true;
    hb_arena_reset(log->scratch);
    if (!store_run(log->store, "SELECT person, opened, sealed, digests FROM event WHERE seq = $1",
                   which, take_event, &s, err))
        return false;
    if (!s.is_there)
        return hb_fail(err, HB_USAGE, "unknown-event", "there is no event %llu",
                       (unsigned long long)event);
    if (!unseal(&s, &plain, err) || !hb_json_parse(log->reader, log->scratch, s.digests, &own, err))
        return false;
    const hb_json *digests = hb_json_member(own, HB_STR("digests"));
    if (!digests) return hb_fail(err, HB_CORRUPT, "register-altered", "an event has no digests");
    hb_text_addf(out, "{\"entry\":%llu,\"digests\":", (unsigned long long)event);
    (void)hb_json_canonical(out, digests);
    hb_text_add(out, HB_STR(",\"fields\":{"));
    if (!add_pairs(&s, s.opened, out, &is_first, err) || !add_pairs(&s, plain, out, &is_first, err))
        return false;
    hb_text_add(out, HB_STR("}}\n"));
    return !out->failed || hb_out_of_memory(err);
}
