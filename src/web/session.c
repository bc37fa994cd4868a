// Who is signed in. A cookie holds 32 random bytes; here stands only their hash, so a reader of
// this memory's dump has no cookie. The word of a form is a keyed hash of the browser's cookie:
// another site can make a browser send the cookie, but cannot know the word. Tries are counted by
// name, rates by client, in tables of fixed size: a flood evicts the oldest, never grows. All of it
// is forgotten when the server stops.
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "web/site.h"

enum {
    SESSIONS = 4096,
    COUNTERS = 8192,
    WAYS = 8,  // places in which a key may stand
    IDLE_SECONDS = 30 * 60,
    WHOLE_SECONDS = 12 * 3600,
    CODE_SECONDS = 5 * 60,
};
typedef struct {
    uint8_t id[32];
    bool is_used, needs_code;
    int64_t began_at, seen_at;
    web_account account;
} session;
typedef struct {
    uint8_t key[16];
    int64_t at;  // of the first try of this count, or of the bucket's last filling
    double n;    // tries, or what is left in the bucket
} counter;
struct web_sessions {
    pthread_mutex_t lock;
    uint8_t secret[32], form_secret[32];
    session all[SESSIONS];
    counter counters[COUNTERS];
};

web_sessions *web_sessions_open(void) {
    web_sessions *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    pthread_mutex_init(&s->lock, NULL);
    randombytes_buf(s->secret, sizeof s->secret);
    randombytes_buf(s->form_secret, sizeof s->form_secret);
    return s;
}

void web_sessions_close(web_sessions *s) {
    if (!s) return;
    pthread_mutex_destroy(&s->lock);
    sodium_memzero(s, sizeof *s);
    free(s);
}

// ---- sessions ----------------------------------------------------------------------------------

static void hash(const web_sessions *s, const void *text, size_t n, uint8_t id[32]) {
    crypto_generichash(id, 32, text, n, s->secret, sizeof s->secret);
}

static bool is_over(const session *one, hb_instant now) {
    int64_t whole = one->needs_code ? CODE_SECONDS : WHOLE_SECONDS;
    return now.seconds - one->seen_at > IDLE_SECONDS || now.seconds - one->began_at > whole;
}

static uint32_t place(const uint8_t *id, uint32_t n_sets) {
    uint32_t at = 0;
    memcpy(&at, id, sizeof at);
    return at % n_sets;
}

static session *find(web_sessions *s, const uint8_t id[32]) {
    session *set = &s->all[place(id, SESSIONS / WAYS) * WAYS];
    for (int i = 0; i < WAYS; i++) {
        if (set[i].is_used && sodium_memcmp(set[i].id, id, 32) == 0) return &set[i];
    }
    return NULL;
}

void web_secret_new(web_secret secret) {
    uint8_t bytes[32];
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(secret, sizeof(web_secret), bytes, sizeof bytes,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(bytes, sizeof bytes);
}

void web_session_begin(web_sessions *s, const web_account *account, bool needs_code, hb_instant now,
                       web_secret cookie) {
    uint8_t id[32];
    web_secret_new(cookie);
    hash(s, cookie, strlen(cookie), id);
    pthread_mutex_lock(&s->lock);
    session *set = &s->all[place(id, SESSIONS / WAYS) * WAYS], *oldest = &set[0];
    for (int i = 0; i < WAYS; i++) {
        if (!set[i].is_used || is_over(&set[i], now)) {
            oldest = &set[i];
            break;
        }
        if (set[i].seen_at < oldest->seen_at) oldest = &set[i];
    }
    *oldest = (session){.is_used = true,
                        .needs_code = needs_code,
                        .began_at = now.seconds,
                        .seen_at = now.seconds,
                        .account = *account};
    memcpy(oldest->id, id, sizeof id);
    pthread_mutex_unlock(&s->lock);
}

web_session_state web_session_find(web_sessions *s, hb_str cookie, hb_instant now,
                                   web_account *account, int64_t *until) {
    uint8_t id[32];
    web_session_state state = WEB_SESSION_NONE;
    if (cookie.n != sizeof(web_secret) - 1) return state;
    hash(s, cookie.at, cookie.n, id);
    pthread_mutex_lock(&s->lock);
    session *one = find(s, id);
    if (one && is_over(one, now)) {
        sodium_memzero(one, sizeof *one);
    } else if (one) {
        one->seen_at = now.seconds;
        *account = one->account;
        int64_t idle = now.seconds + IDLE_SECONDS, whole = one->began_at + WHOLE_SECONDS;
        if (until) *until = idle < whole ? idle : whole;
        state = one->needs_code ? WEB_SESSION_NEEDS_CODE : WEB_SESSION_WHOLE;
    }
    pthread_mutex_unlock(&s->lock);
    return state;
}

void web_session_end(web_sessions *s, hb_str cookie) {
    uint8_t id[32];
    hash(s, cookie.at, cookie.n, id);
    pthread_mutex_lock(&s->lock);
    session *one = find(s, id);
    if (one) sodium_memzero(one, sizeof *one);
    pthread_mutex_unlock(&s->lock);
}

void web_session_end_all(web_sessions *s, hb_str account, hb_str but) {
    uint8_t id[32];
    hash(s, but.n ? but.at : "", but.n, id);
    pthread_mutex_lock(&s->lock);
    for (uint32_t i = 0; i < SESSIONS; i++) {
        session *one = &s->all[i];
        bool is_of = one->is_used && hb_str_equal(hb_str_from(one->account.name), account);
        if (is_of && sodium_memcmp(one->id, id, sizeof id) != 0) sodium_memzero(one, sizeof *one);
    }
    pthread_mutex_unlock(&s->lock);
}

uint32_t web_session_count_of(web_sessions *s, hb_str account, hb_instant now) {
    uint32_t n = 0;
    pthread_mutex_lock(&s->lock);
    for (uint32_t i = 0; i < SESSIONS; i++) {
        const session *one = &s->all[i];
        n += one->is_used && !one->needs_code && !is_over(one, now) &&
             hb_str_equal(hb_str_from(one->account.name), account);
    }
    pthread_mutex_unlock(&s->lock);
    return n;
}

uint32_t web_session_count(web_sessions *s, hb_instant now) {
    uint32_t n = 0;
    pthread_mutex_lock(&s->lock);
    for (uint32_t i = 0; i < SESSIONS; i++) {
        n += s->all[i].is_used && !s->all[i].needs_code && !is_over(&s->all[i], now);
    }
    pthread_mutex_unlock(&s->lock);
    return n;
}

// ---- forms -------------------------------------------------------------------------------------

void web_session_form_word(web_sessions *s, hb_str cookie, char word[44]) {
    uint8_t bytes[32];
    crypto_generichash(bytes, sizeof bytes, (const uint8_t *)cookie.at, cookie.n, s->form_secret,
                       sizeof s->form_secret);
    sodium_bin2base64(word, 44, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool web_session_form_word_is(web_sessions *s, hb_str cookie, hb_str word) {
    char expected[44];
    if (cookie.n == 0 || word.n != sizeof expected - 1) return false;
    web_session_form_word(s, cookie, expected);
    return sodium_memcmp(expected, word.at, word.n) == 0;
}

// ---- counters ----------------------------------------------------------------------------------

// The counter of a key; the oldest in its set makes room. Called with the lock held.
static counter *counter_of(web_sessions *s, const char *what, hb_str who) {
    uint8_t key[16];
    crypto_generichash_state state;
    crypto_generichash_init(&state, s->secret, sizeof s->secret, sizeof key);
    crypto_generichash_update(&state, (const uint8_t *)what, strlen(what) + 1);
    crypto_generichash_update(&state, (const uint8_t *)(who.n ? who.at : ""), who.n);
    crypto_generichash_final(&state, key, sizeof key);
    counter *set = &s->counters[place(key, COUNTERS / WAYS) * WAYS], *oldest = &set[0];
    for (int i = 0; i < WAYS; i++) {
        if (memcmp(set[i].key, key, sizeof key) == 0) return &set[i];
        if (set[i].at < oldest->at) oldest = &set[i];
    }
    *oldest = (counter){.at = 0};
    memcpy(oldest->key, key, sizeof key);
    return oldest;
}

uint32_t web_tries_left(web_sessions *s, hb_str name, hb_instant now) {
    pthread_mutex_lock(&s->lock);
    counter *c = counter_of(s, "tries", name);
    if (now.seconds - c->at > WEB_LOCK_MINUTES * 60) c->n = 0;
    uint32_t left = c->n >= WEB_TRIES ? 0 : WEB_TRIES - (uint32_t)c->n;
    pthread_mutex_unlock(&s->lock);
    return left;
}

void web_tries_failed(web_sessions *s, hb_str name, hb_instant now) {
    pthread_mutex_lock(&s->lock);
    counter *c = counter_of(s, "tries", name);
    c->n++;
    c->at = now.seconds;
    pthread_mutex_unlock(&s->lock);
}

void web_tries_good(web_sessions *s, hb_str name) {
    pthread_mutex_lock(&s->lock);
    counter_of(s, "tries", name)->n = 0;
    pthread_mutex_unlock(&s->lock);
}

bool web_rate_take(web_sessions *s, const char *what, hb_str who, uint32_t a_minute, hb_instant now,
                   uint32_t *wait) {
    pthread_mutex_lock(&s->lock);
    counter *c = counter_of(s, what, who);
    double room = a_minute, filled = (double)(now.seconds - c->at) * a_minute / 60;
    c->n = c->at == 0 || c->n + filled > room ? room : c->n + filled;
    c->at = now.seconds;
    bool has = c->n >= 1;
    if (has) c->n--;
    *wait = has ? 0 : 60 / a_minute + 1;
    pthread_mutex_unlock(&s->lock);
    return has;
}
