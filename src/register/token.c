// Tokens: whoever holds one may ask where one person is. The register keeps its SHA-256 alone, in
// an event signed by who issued it; it ends on its day, or by another event.
#include <string.h>

#include "register/internal.h"

static hb_hash hash_of(hb_str token) {
    return hb_sha256(token.at, token.n);
}

static bool record_token(register_log *log, const char *event, hb_str person, hb_str token,
                         int64_t until, const proof_key *key, const proof_secret *seed,
                         hb_instant now, hb_errors *errors) {
    char hex[65];
    hb_text line = {0}, signed_line = {0};
    hb_error err = {0};
    register_receipt receipt;
    size_t n = 0;
    while (n < key->name.n && key->name.at[n] != '/') n++;
    hb_hash_hex(hash_of(token), hex);
    hb_text_addf(&line, "{\"event\":\"%s\",\"sha256\":\"%s\",\"person\":", event, hex);
    hb_text_add_json(&line, person);
    hb_text_add(&line, HB_STR(",\"authority\":"));
    hb_text_add_json(&line, (hb_str){key->name.at, n});
    hb_text_add(&line, HB_STR(",\"happened_at\":\""));
    event_time_add(&line, now.seconds);
    if (until) {
        hb_text_add(&line, HB_STR("\",\"until\":\""));
        event_time_add(&line, until);
    }
    hb_text_add(&line, HB_STR("\"}"));
    hb_arena_reset(log->scratch);
    bool ok = (!line.failed || hb_out_of_memory(&err)) &&
              register_sign(log->scratch, log->reader, log->origin, (hb_str){line.at, line.n}, key,
                            seed, &signed_line, &err);
    if (!ok) hb_errors_add(errors, &err);
    const hb_str one = {signed_line.at, signed_line.n};
    ok = ok && register_record(log, &one, 1, now, &receipt, errors);
    hb_text_clear(&line);
    hb_text_clear(&signed_line);
    return ok;
}

bool register_token_issue(register_log *log, hb_str person, int64_t until, const proof_key *key,
                          const proof_secret *seed, hb_instant now, char token[LOCATE_TOKEN],
                          hb_errors *errors) {
    static const char LETTERS[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    uint8_t bytes[LOCATE_TOKEN - 1];
    proof_random(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++) token[i] = LETTERS[bytes[i] % 32];
    token[LOCATE_TOKEN - 1] = '\0';
    return record_token(log, "TokenIssued", person, hb_str_from(token), until, key, seed, now,
                        errors);
}

bool register_token_end(register_log *log, hb_str person, hb_str token, const proof_key *key,
                        const proof_secret *seed, hb_instant now, hb_errors *errors) {
    return record_token(log, "TokenEnded", person, token, 0, key, seed, now, errors);
}

bool register_knows(register_log *log, const proof_key *key, bool *is_known, hb_error *err) {
    log_officer officer;
    hb_text name = {0};
    hb_arena_reset(log->scratch);
    hb_text_addf(&name, "%.*s+%08x", (int)key->name.n, key->name.at, key->id);
    bool ok = (!name.failed || hb_out_of_memory(err)) &&
              log_find_officer(log, (hb_str){name.at, name.n}, &officer, err);
    *is_known = ok && officer.is_found && officer.until == UINT64_MAX &&
                memcmp(officer.key.public_key, key->public_key, sizeof key->public_key) == 0;
    hb_text_clear(&name);
    return ok;
}
