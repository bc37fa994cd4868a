// What an entry says, shown to somebody who trusts nobody: the digests of all its fields, which
// make the entry, and of each field that is to be seen the salt and the value, which make its
// digest. What is not shown stays hidden, and nobody can show another value.
//
//     {"entry":7,"digests":{"authority":"base64",...},"fields":{"place":["base64 of the
//     salt","CECOT"]}}
#include <stdio.h>
#include <string.h>

#include "proof/proof.h"

hb_hash proof_commit_field(hb_str name, const proof_secret *salt, hb_str value) {
    char kind[64];
    int n = snprintf(kind, sizeof kind, "event.%.*s", (int)name.n, name.at);
    return proof_commit(salt, (hb_str){kind, n < 64 ? (size_t)n : 63}, value);
}

static bool differs(hb_error *err, const char *why) {
    return hb_fail(err, HB_CORRUPT, "shown-differs", "%s", why);
}

// habeas/leaf/v1 "\n" minute "\n" base64(SHA-256 of the digests in the order of their names) "\n"
static bool check_digests(const hb_json *digests, hb_str entry, hb_error *err) {
    hb_sha256_state state;
    hb_text last = {0};
    hb_sha256_start(&state);
    for (uint32_t i = 0; i < digests->n; i++) {
        hb_hash digest;
        if (digests->first[i].kind != HB_JSON_STRING ||
            !proof_hash_read(digests->first[i].text, &digest) ||
            (i > 0 && hb_str_compare(digests->first[i - 1].key, digests->first[i].key) >= 0))
            return differs(err, "what is shown has not its form");
        hb_sha256_add(&state, digest.bytes, sizeof digest.bytes);
    }
    hb_hash together = hb_sha256_end(&state);
    hb_text_add(&last, HB_STR("\n"));
    proof_base64_add(&last, together.bytes, sizeof together.bytes);
    hb_text_add(&last, HB_STR("\n"));
    bool ok = !last.failed && hb_str_starts(entry, HB_STR("habeas/leaf/v1\n")) &&
              entry.n > last.n && memcmp(entry.at + entry.n - last.n, last.at, last.n) == 0;
    hb_text_clear(&last);
    return ok || differs(err, "what is shown belongs to another entry");
}

static bool check_field(const hb_json *digests, const hb_json *pair, hb_error *err) {
    const hb_json *digest = hb_json_member(digests, pair->key);
    proof_secret salt;
    hb_hash want;
    hb_text value = {0};
    size_t n = 0;
    bool ok = digest && pair->kind == HB_JSON_ARRAY && pair->n == 2 && pair->key.n < 50 &&
              proof_hash_read(digest->text, &want) && pair->first[0].kind == HB_JSON_STRING &&
              proof_base64_read(pair->first[0].text, salt.bytes, 32, &n) && n == 32 &&
              hb_json_canonical(&value, &pair->first[1]) && !value.failed &&
              proof_same(want, proof_commit_field(pair->key, &salt, (hb_str){value.at, value.n}));
    hb_text_clear(&value);
    return ok || differs(err, "a value that is shown is not the one recorded");
}

bool proof_check_shown(hb_arena *arena, hb_str text, uint64_t index, hb_str entry,
                       const hb_json **fields, hb_error *err) {
    hb_json_reader *reader = hb_json_reader_open();
    hb_json *json = NULL;
    uint64_t number = 0;
    bool ok = (reader && hb_str_copy(arena, text, &text)) || hb_out_of_memory(err);
    ok = ok && hb_json_parse(reader, arena, text, &json, err);
    const hb_json *digests = ok ? hb_json_member(json, HB_STR("digests")) : NULL,
                  *shown = ok ? hb_json_member(json, HB_STR("fields")) : NULL,
                  *at = ok ? hb_json_member(json, HB_STR("entry")) : NULL;
    if (ok && (!digests || !shown || !at || digests->kind != HB_JSON_OBJECT ||
               shown->kind != HB_JSON_OBJECT || at->kind != HB_JSON_NUMBER))
        ok = differs(err, "what is shown has not its form");
    if (ok && (!proof_uint_read(at->text, &number) || number != index))
        ok = differs(err, "what is shown belongs to another entry");
    ok = ok && check_digests(digests, entry, err);
    for (uint32_t i = 0; ok && i < shown->n; i++) ok = check_field(digests, &shown->first[i], err);
    if (ok) *fields = shown;
    hb_json_reader_close(reader);
    return ok;
}
