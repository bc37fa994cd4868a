// habeas register key list: every officer's key, from which entry to which it counts, and who
// vouches for it. The register begins a key alone, so whoever runs it could begin one that no
// officer holds; an officer who compared it with the printed list records KeyConfirmed, and a key
// for which nobody has done so says that.
#include <stdlib.h>
#include <string.h>

#include "cli/register.h"

typedef struct confirmation {
    struct confirmation *next;
    hb_str vkey, by;
} confirmation;
typedef struct {
    cli *run;
    hb_arena *arena;
    hb_json_reader *reader;
    const proof_key *own;  // the register's
    confirmation *first, **end;
} listing;

// The value in {"key":["salt","value"],...}.
static hb_str key_of(const hb_json *open) {
    const hb_json *pair = hb_json_member(open, HB_STR("key"));
    return pair && pair->n == 2 ? pair->first[1].text : (hb_str){0};
}

// "NAME+hex8" of "NAME+hex8+base64".
static bool is_of(hb_str name, hb_str vkey) {
    return hb_str_starts(vkey, name) && vkey.n > name.n && vkey.at[name.n] == '+';
}

// By somebody else than the key itself and the register.
static bool take_confirmation(void *context, const register_entry *entry, hb_error *err) {
    listing *l = context;
    hb_json *open = NULL, *signers = NULL;
    char own[REGISTER_WORD + 16];
    if (!hb_json_parse(l->reader, l->arena, entry->open, &open, err) ||
        !hb_json_parse(l->reader, l->arena, entry->signers, &signers, err))
        return false;
    const hb_json *by = signers->n ? hb_json_member(&signers->first[0], HB_STR("key")) : NULL;
    snprintf(own, sizeof own, "%.*s+%08x", (int)l->own->name.n, l->own->name.at, l->own->id);
    if (!by || entry->corrected_by || is_of(by->text, key_of(open)) ||
        hb_str_equal(by->text, hb_str_from(own)))
        return true;
    confirmation *c = hb_arena_new(l->arena, confirmation);
    if (!c || !hb_str_copy(l->arena, key_of(open), &c->vkey) ||
        !hb_str_copy(l->arena, by->text, &c->by))
        return hb_out_of_memory(err);
    *l->end = c;
    l->end = &c->next;
    return true;
}

static hb_str confirmed_by(const listing *l, hb_str vkey) {
    for (const confirmation *c = l->first; c; c = c->next)
        if (hb_str_equal(c->vkey, vkey)) return c->by;
    return (hb_str){0};
}

static bool print_officer(void *context, const register_officer *officer, hb_error *err) {
    const listing *l = context;
    hb_text out = {0};
    hb_str by = confirmed_by(l, officer->vkey);
    if (l->run->format == CLI_TEXT) {
        hb_text_addf(&out, "%-16s %-14s %.*s  ", officer->authority, officer->role,
                     (int)officer->vkey.n, officer->vkey.at);
        hb_text_addf(&out, "%llu-", (unsigned long long)officer->from);
        if (officer->until != UINT64_MAX)
            hb_text_addf(&out, "%llu", (unsigned long long)officer->until);
        hb_text_add(&out, HB_STR("  "));
        if (by.n)
            hb_text_addf(&out, words_in(l->run->language, "confirmed by %.*s"), (int)by.n, by.at);
        else
            hb_text_add(&out, hb_str_from(words_in(l->run->language, "confirmed by nobody")));
        hb_text_add(&out, HB_STR("\n"));
    } else {
        hb_text_add(&out, HB_STR("{\"key\":"));
        hb_text_add_json(&out, officer->vkey);
        hb_text_addf(&out, ",\"authority\":\"%s\",\"role\":\"%s\",\"from\":%llu,\"until\":",
                     officer->authority, officer->role, (unsigned long long)officer->from);
        if (officer->until == UINT64_MAX)
            hb_text_add(&out, HB_STR("null"));
        else
            hb_text_addf(&out, "%llu", (unsigned long long)officer->until);
        hb_text_add(&out, HB_STR(",\"confirmed_by\":"));
        if (by.n)
            hb_text_add_json(&out, by);
        else
            hb_text_add(&out, HB_STR("null"));
        hb_text_add(&out, HB_STR("}\n"));
    }
    return register_print(l->run, &out, err);
}

int cli_register_keys(cli *run) {
    hb_error err = {0};
    int status = CLI_DONE;
    listing l = {.run = run, .arena = hb_arena_open(16 << 20), .reader = hb_json_reader_open()};
    l.end = &l.first;
    bool ok = (l.arena && l.reader) || hb_out_of_memory(&err);
    register_log *log = ok ? register_of(run, REGISTER_READ, &status) : NULL;
    if (log) {
        l.own = register_key(log);
        ok = register_of_kind(log, HB_STR("KeyConfirmed"), take_confirmation, &l, &err) &&
             register_officers(log, print_officer, &l, &err);
    }
    register_close(log);
    hb_json_reader_close(l.reader);
    hb_arena_close(l.arena);
    if (ok && !log) return status;
    return ok ? CLI_DONE : cli_fail(run, &err);
}
