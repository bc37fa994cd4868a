// Accounts: Argon2id (libsodium) for the password, RFC 6238 (liboath) for the code. A wrong name
// takes as long as a wrong password, because a password of nobody is checked then. A code counts
// once.
#include <liboath/oath.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "web/site.h"

enum { STEP_SECONDS = 30, PASSWORD_MIN = 12, PASSWORD_MAX = 256 };

// Each hash takes 64 MiB: one at a time, so that sign-ins cannot take the machine's memory.
static bool hash_password(web_store *store, hb_str password, char hash[crypto_pwhash_STRBYTES],
                          hb_error *err) {
    pthread_mutex_lock(web_store_turn(store));
    bool ok = crypto_pwhash_str(hash, password.at, password.n, crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0;
    pthread_mutex_unlock(web_store_turn(store));
    return ok || hb_out_of_memory(err);
}

static bool password_is(web_store *store, const char *hash, hb_str password) {
    pthread_mutex_lock(web_store_turn(store));
    bool is = crypto_pwhash_str_verify(hash, password.at, password.n) == 0;
    pthread_mutex_unlock(web_store_turn(store));
    return is;
}

// ---- reading -----------------------------------------------------------------------------------

#define COLUMNS "name, role, party, people, place, password, totp, last_at, last_from, last_step"
typedef struct {
    web_account account;
    char password[crypto_pwhash_STRBYTES], totp[2 * WEB_TOTP_BYTES + 1];
    int64_t last_step;
    bool is_found;
} record;

static void copy(char *to, size_t room, hb_str text) {
    snprintf(to, room, "%.*s", (int)text.n, text.n ? text.at : "");
}

static bool take_record(void *to, const web_cell *row, uint32_t n) {
    record *one = to;
    (void)n;
    web_account *a = &one->account;
    if (!web_role_find(row[1].text, &a->role)) return false;  // a role no longer known: no account
    copy(a->name, sizeof a->name, row[0].text);
    copy(a->party, sizeof a->party, row[2].text);
    snprintf(a->people, sizeof a->people, " %.*s ", (int)row[3].text.n, row[3].text.at);
    copy(a->place, sizeof a->place, row[4].text);
    copy(one->password, sizeof one->password, row[5].text);
    copy(one->totp, sizeof one->totp, row[6].text);
    a->last_at = (uint64_t)row[7].number;
    copy(a->last_from, sizeof a->last_from, row[8].text);
    one->last_step = row[9].number;
    one->is_found = true;
    return false;
}

static bool read_record(web_store *store, hb_str name, record *one, hb_error *err) {
    *one = (record){0};
    return web_store_run(store,
                         "SELECT " COLUMNS
                         " FROM account WHERE name = ? AND ended_at = 0 AND confirmed_at > 0",
                         (web_cell[]){WEB_T(name)}, 1, take_record, one, NULL, err);
}

bool web_account_read(web_store *store, hb_str name, web_account *account, bool *found,
                      hb_error *err) {
    record one;
    if (!read_record(store, name, &one, err)) return false;
    *account = one.account;
    *found = one.is_found;
    sodium_memzero(&one, sizeof one);
    return true;
}

bool web_password_is(web_store *store, hb_str name, hb_str password, web_account *account, bool *is,
                     hb_error *err) {
    // Argon2id of a random text nobody knows, with the same cost.
    static const char NOBODY[] =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
        "mS2Q5y0Yw1n1Zc8kF1pVb9rQkq3l8u7c0m1Qy5o2e3A";
    record one;
    *is = false;
    if (password.n > PASSWORD_MAX) password.n = 0;
    if (!read_record(store, name, &one, err)) return false;
    bool matches = password_is(store, one.is_found ? one.password : NOBODY, password);
    *is = matches && one.is_found;
    if (*is) *account = one.account;
    sodium_memzero(&one, sizeof one);
    return true;
}

// ---- codes -------------------------------------------------------------------------------------

void web_totp_code(const uint8_t secret[WEB_TOTP_BYTES], int64_t at, char code[8]) {
    code[0] = '\0';
    if (oath_totp_generate((const char *)secret, WEB_TOTP_BYTES, at, STEP_SECONDS, 0, 6, code) !=
        OATH_OK) {
        code[0] = '\0';
    }
}

bool web_code_is(web_store *store, const web_account *account, hb_str code, hb_instant now,
                 hb_str from, bool *is, hb_error *err) {
    record one;
    uint8_t secret[WEB_TOTP_BYTES];
    size_t n_secret = 0;
    *is = false;
    if (!read_record(store, hb_str_from(account->name), &one, err)) return false;
    bool has_secret = one.is_found &&
                      sodium_hex2bin(secret, sizeof secret, one.totp, strlen(one.totp), NULL,
                                     &n_secret, NULL) == 0 &&
                      n_secret == sizeof secret;
    int64_t step = now.seconds / STEP_SECONDS, matched = -1;
    for (int64_t i = step - 1; has_secret && code.n == 6 && i <= step + 1; i++) {
        char expected[8];
        web_totp_code(secret, i * STEP_SECONDS, expected);
        if (strlen(expected) == 6 && sodium_memcmp(expected, code.at, 6) == 0) matched = i;
    }
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(&one, sizeof one);
    if (matched < 0) return true;
    int64_t n = 0;  // RFC 6238 §5.2: once only, also when two try at the same moment
    if (!web_store_run(store,
                       "UPDATE account SET last_step = ?, last_at = ?, last_from = ? "
                       "WHERE name = ? AND last_step < ?",
                       (web_cell[]){WEB_N(matched), WEB_N(now.seconds), WEB_T(from),
                                    WEB_T(hb_str_from(account->name)), WEB_N(matched)},
                       5, NULL, NULL, &n, err)) {
        return false;
    }
    *is = n == 1;
    return true;
}

void web_base32(const uint8_t *bytes, size_t n, char out[64]) {
    static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";  // RFC 4648 §6
    uint32_t held = 0, bits = 0;
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        held = held << 8 | bytes[i];
        for (bits += 8; bits >= 5 && at < 63; bits -= 5) {
            out[at++] = LETTERS[held >> (bits - 5) & 31];
        }
    }
    if (bits && at < 63) out[at++] = LETTERS[held << (5 - bits) & 31];
    out[at] = '\0';
}

// ---- writing -----------------------------------------------------------------------------------

static bool word_is_good(hb_str word, size_t most) {
    if (word.n > most) return false;
    for (size_t i = 0; i < word.n; i++) {
        char c = word.at[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!is_letter && !strchr("._:/@- ", c)) return false;
    }
    return true;
}

static bool check_password(hb_str password, hb_error *err) {
    if (password.n >= PASSWORD_MIN && password.n <= PASSWORD_MAX) return true;
    hb_fail(err, HB_INPUT, "bad-account", "a password has %d to %d bytes", PASSWORD_MIN,
            PASSWORD_MAX);
    hb_error_help(err, "a few words that nobody else would put together are enough");
    return false;
}

static bool check_new(const web_new_account *a, hb_error *err) {
    web_role role;
    if (a->name.n == 0 || !word_is_good(a->name, WEB_ACCOUNT_WORD - 1)) {
        return hb_fail(err, HB_INPUT, "bad-account",
                       "an account's name has 1 to %d letters, digits, or any of . _ : / @ -",
                       WEB_ACCOUNT_WORD - 1);
    }
    if (!web_role_find(a->role, &role) || role == WEB_PUBLIC) {
        return hb_fail(err, HB_INPUT, "bad-account", "\"%.*s\" is no role", (int)a->role.n,
                       a->role.at);
    }
    bool party_is_good = a->party.n == 0 || hb_str_equal(a->party, HB_STR("sender")) ||
                         hb_str_equal(a->party, HB_STR("host"));
    if (!party_is_good) {
        return hb_fail(err, HB_INPUT, "bad-account", "a party is sender, host or nothing");
    }
    if (!word_is_good(a->people, 2000) || !word_is_good(a->place, WEB_ACCOUNT_WORD - 1)) {
        return hb_fail(err, HB_INPUT, "bad-account", "people and place are ids, parted by spaces");
    }
    return check_password(a->password, err);
}

bool web_password_change(web_store *store, hb_str name, hb_str password, hb_error *err) {
    char hash[crypto_pwhash_STRBYTES];
    int64_t n = 0;
    if (!check_password(password, err) || !hash_password(store, password, hash, err)) return false;
    return web_store_run(store, "UPDATE account SET password = ? WHERE name = ? AND ended_at = 0",
                         (web_cell[]){WEB_T(hb_str_from(hash)), WEB_T(name)}, 2, NULL, NULL, &n,
                         err) &&
           (n == 1 || hb_fail(err, HB_INPUT, "bad-account", "the account is not in force"));
}

bool web_account_store(web_store *store, const web_new_account *a, bool is_confirmed,
                       hb_instant now, const uint8_t secret[WEB_TOTP_BYTES], hb_error *err) {
    char hash[crypto_pwhash_STRBYTES], hex[2 * WEB_TOTP_BYTES + 1];
    int64_t n = 0;
    if (!check_new(a, err) || !hash_password(store, a->password, hash, err)) return false;
    sodium_bin2hex(hex, sizeof hex, secret, WEB_TOTP_BYTES);
    bool ok = web_store_run(
        store,
        "INSERT OR IGNORE INTO account (name, role, party, people, place, password, totp, asked_by,"
        " asked_at, confirmed_by, confirmed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (web_cell[]){WEB_T(a->name), WEB_T(a->role), WEB_T(a->party), WEB_T(a->people),
                     WEB_T(a->place), WEB_T(hb_str_from(hash)), WEB_T(hb_str_from(hex)),
                     WEB_T(a->by), WEB_N(now.seconds), WEB_T(is_confirmed ? a->by : HB_STR("")),
                     WEB_N(is_confirmed ? now.seconds : 0)},
        11, NULL, NULL, &n, err);
    sodium_memzero(hex, sizeof hex);
    if (!ok) return false;
    return n == 1 || hb_fail(err, HB_INPUT, "bad-account", "the account \"%.*s\" is there already",
                             (int)a->name.n, a->name.at);
}

bool web_account_add(const char *path, const web_new_account *account, hb_instant now,
                     char totp[64], hb_error *err) {
    uint8_t secret[WEB_TOTP_BYTES];
    if (sodium_init() < 0)
        return hb_fail(err, HB_SYSTEM, "random", "the system gives no random bytes");
    web_store *store = web_store_open(path, err);
    if (!store) return false;
    randombytes_buf(secret, sizeof secret);
    bool ok = web_account_store(store, account, true, now, secret, err);
    if (ok) web_base32(secret, sizeof secret, totp);
    sodium_memzero(secret, sizeof secret);
    web_store_close(store);
    return ok;
}

bool web_account_end(const char *path, hb_str name, hb_str by, hb_instant now, hb_error *err) {
    int64_t n = 0;
    web_store *store = web_store_open(path, err);
    if (!store) return false;
    bool ok = web_store_run(store,
                            "UPDATE account SET ended_by = ?, ended_at = ? "
                            "WHERE name = ? AND ended_at = 0",
                            (web_cell[]){WEB_T(by), WEB_N(now.seconds), WEB_T(name)}, 3, NULL, NULL,
                            &n, err);
    web_store_close(store);
    if (!ok) return false;
    return n == 1 || hb_fail(err, HB_INPUT, "bad-account", "there is no account \"%.*s\" in force",
                             (int)name.n, name.at);
}

typedef struct {
    web_each_account each;
    void *to;
} listing;

static bool give_account(void *to, const web_cell *row, uint32_t n) {
    listing *l = to;
    (void)n;
    return l->each(l->to, row[0].text, row[1].text, row[2].text, row[3].number > 0);
}

bool web_account_each(const char *path, web_each_account each, void *to, hb_error *err) {
    web_store *store = web_store_open(path, err);
    listing l = {each, to};
    if (!store) return false;
    bool ok = web_store_run(store, "SELECT name, role, party, ended_at FROM account ORDER BY name",
                            NULL, 0, give_account, &l, NULL, err);
    web_store_close(store);
    return ok;
}

// ---- tokens ------------------------------------------------------------------------------------

static bool take_name(void *to, const web_cell *row, uint32_t n) {
    (void)n;
    copy(to, WEB_ACCOUNT_WORD, row[0].text);
    return false;
}

bool web_token_read(web_store *store, hb_str token, web_account *account, bool *found,
                    hb_error *err) {
    char hex[65], name[WEB_ACCOUNT_WORD] = "";
    *found = false;
    hb_hash_hex(hb_sha256(token.at, token.n), hex);
    if (!web_store_run(store, "SELECT account FROM token WHERE hash = ? AND ended_at = 0",
                       (web_cell[]){WEB_T(hb_str_from(hex))}, 1, take_name, name, NULL, err)) {
        return false;
    }
    return name[0] == '\0' || web_account_read(store, hb_str_from(name), account, found, err);
}
