// Pages already made, for the session that they were made for. A person's page costs milliseconds
// (her line is decided anew, her document written), and is asked for again by every reload and
// every way back. A page is kept only while nothing it says can have changed: its key is a keyed
// hash of all the browser's cookies (so of the session's secret), language, address, what the
// server knew (lists, state of the register's store) and the minute. Whoever may not see it is
// refused before, and each showing is written to the audit as if it had been made.
//
// What is kept are answers of libmicrohttpd, which counts who still sends one; serve.c alone knows
// what they are. Sets of WAYS places; the oldest goes, as does whatever is above ALL_BYTES.
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "web/site.h"

enum { PLACES = 2048, WAYS = 8 };
#define ALL_BYTES ((size_t)128 << 20)

typedef struct {
    uint8_t key[WEB_KEPT_KEY];
    void *plain, *packed;  // plain NULL: free
    size_t n_bytes;
    uint64_t used;
} page;

struct web_kept {
    pthread_mutex_t lock;
    uint8_t secret[32];
    page all[PLACES];
    size_t n_bytes;
    uint64_t clock;
    void (*drop)(void *answer);
};

web_kept *web_kept_open(void (*drop)(void *answer)) {
    web_kept *k = calloc(1, sizeof *k);
    if (!k) return NULL;
    pthread_mutex_init(&k->lock, NULL);
    randombytes_buf(k->secret, sizeof k->secret);
    k->drop = drop;
    return k;
}

static void drop(web_kept *k, page *one) {
    if (!one->plain) return;
    k->drop(one->plain);
    if (one->packed) k->drop(one->packed);
    k->n_bytes -= one->n_bytes;
    *one = (page){0};
}

void web_kept_close(web_kept *k) {
    if (!k) return;
    for (int i = 0; i < PLACES; i++) drop(k, &k->all[i]);
    pthread_mutex_destroy(&k->lock);
    sodium_memzero(k, sizeof *k);
    free(k);
}

void web_kept_key(const web_kept *k, hb_str cookies, hb_str address, words_language language,
                  uint64_t n_lists, uint64_t version, int64_t minute, uint8_t key[WEB_KEPT_KEY]) {
    const uint64_t numbers[] = {(uint64_t)language, n_lists,   version,
                                (uint64_t)minute,   cookies.n, address.n};
    crypto_generichash_state state;
    crypto_generichash_init(&state, k->secret, sizeof k->secret, WEB_KEPT_KEY);
    crypto_generichash_update(&state, (const uint8_t *)numbers, sizeof numbers);
    crypto_generichash_update(&state, (const uint8_t *)cookies.at, cookies.n);
    crypto_generichash_update(&state, (const uint8_t *)address.at, address.n);
    crypto_generichash_final(&state, key, WEB_KEPT_KEY);
}

static page *set_of(web_kept *k, const uint8_t key[WEB_KEPT_KEY]) {
    uint32_t at = 0;
    memcpy(&at, key, sizeof at);
    return &k->all[at % (PLACES / WAYS) * WAYS];
}

static page *find(web_kept *k, const uint8_t key[WEB_KEPT_KEY]) {
    page *set = set_of(k, key);
    for (int i = 0; i < WAYS; i++) {
        if (set[i].plain && memcmp(set[i].key, key, WEB_KEPT_KEY) == 0) return &set[i];
    }
    return NULL;
}

bool web_kept_has(web_kept *k, const uint8_t key[WEB_KEPT_KEY]) {
    pthread_mutex_lock(&k->lock);
    page *one = find(k, key);
    if (one) one->used = ++k->clock;
    pthread_mutex_unlock(&k->lock);
    return one != NULL;
}

bool web_kept_use(web_kept *k, const uint8_t key[WEB_KEPT_KEY], bool is_packed,
                  void (*use)(void *to, void *answer), void *to) {
    pthread_mutex_lock(&k->lock);
    page *one = find(k, key);
    if (one) use(to, is_packed && one->packed ? one->packed : one->plain);
    pthread_mutex_unlock(&k->lock);
    return one != NULL;
}

static page *oldest(page *all, int n) {
    page *found = NULL;
    for (int i = 0; i < n; i++) {
        if (!all[i].plain) continue;
        if (!found || all[i].used < found->used) found = &all[i];
    }
    return found;
}

static page *room(web_kept *k, const uint8_t key[WEB_KEPT_KEY]) {
    page *set = set_of(k, key);
    for (int i = 0; i < WAYS; i++) {
        if (!set[i].plain) return &set[i];
    }
    page *one = oldest(set, WAYS);
    drop(k, one);
    return one;
}

void web_kept_put(web_kept *k, const uint8_t key[WEB_KEPT_KEY], void *plain, void *packed,
                  size_t n_bytes) {
    pthread_mutex_lock(&k->lock);
    bool is_new = find(k, key) == NULL;
    if (is_new) {
        while (k->n_bytes + n_bytes > ALL_BYTES) drop(k, oldest(k->all, PLACES));
        page *one = room(k, key);
        *one = (page){.plain = plain, .packed = packed, .n_bytes = n_bytes, .used = ++k->clock};
        memcpy(one->key, key, WEB_KEPT_KEY);
        k->n_bytes += n_bytes;
    }
    pthread_mutex_unlock(&k->lock);
    if (is_new) return;
    k->drop(plain);
    if (packed) k->drop(packed);
}
