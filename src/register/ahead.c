// Signatures verified ahead of the transaction, on every processor: an Ed25519 signature costs as
// much as all else that an event needs, and needs no store. What is verified here is a claim about
// a public key, kept with the signature; whether that key counts is judged in the transaction, and
// a signature that was not verified ahead, or under another key, is verified there.
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "register/internal.h"

enum { AHEAD_MAX_THREADS = 16, WORTH_A_THREAD = 16 };

typedef struct {
    hb_str origin;
    register_event *const *events;
    uint32_t n;
    const ahead_key *keys;  // EVENT_MAX_SIGNERS for each event
    _Atomic uint32_t next;
} ahead_share;

void ahead_verify(hb_str origin, register_event *event, const ahead_key *keys) {
    hb_text message = {0};
    event_message(&message, origin, event->root);
    for (uint32_t i = 0; !message.failed && i < event->n_signers; i++) {
        if (!keys[i].is_known) continue;
        event->signers[i].is_verified = proof_signed_by(
            keys[i].public_key, (hb_str){message.at, message.n}, &event->signers[i].signature);
        memcpy(event->signers[i].verified_by, keys[i].public_key, 32);
    }
    hb_text_clear(&message);
}

bool ahead_is_verified(const register_event *event, uint32_t signer, const proof_key *key) {
    return event->signers[signer].is_verified &&
           memcmp(event->signers[signer].verified_by, key->public_key, 32) == 0;
}

static void *verify_some(void *context) {
    ahead_share *share = context;
    for (uint32_t i; (i = atomic_fetch_add(&share->next, 1)) < share->n;)
        ahead_verify(share->origin, share->events[i], &share->keys[i * EVENT_MAX_SIGNERS]);
    return NULL;
}

uint32_t ahead_n_threads(uint64_t n_works) {
    long n_processors = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t n = n_works / WORTH_A_THREAD;
    if (n_processors > 0 && n > (uint64_t)n_processors) n = (uint64_t)n_processors;
    return n < 1 ? 1 : n > AHEAD_MAX_THREADS ? AHEAD_MAX_THREADS : (uint32_t)n;
}

// The caller's thread works too, so that it goes on where the system gives no other.
void ahead_run(uint32_t n_threads, void *(*work)(void *context), void *context) {
    pthread_t threads[AHEAD_MAX_THREADS];
    uint32_t n_started = 0;
    while (n_started + 1 < n_threads &&
           pthread_create(&threads[n_started], NULL, work, context) == 0)
        n_started++;
    work(context);
    for (uint32_t i = 0; i < n_started; i++) pthread_join(threads[i], NULL);
}

bool ahead_verify_all(register_log *log, register_event *const *events, uint32_t n, hb_error *err) {
    uint32_t n_threads = ahead_n_threads(n);
    if (n_threads < 2) return true;  // in the transaction, then
    ahead_key *keys = hb_arena_array(log->scratch, ahead_key, (size_t)n * EVENT_MAX_SIGNERS);
    if (!keys) return hb_out_of_memory(err);
    log_forget_officers(log);
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t k = 0; k < events[i]->n_signers; k++) {
            ahead_key *key = &keys[i * EVENT_MAX_SIGNERS + k];
            log_officer officer;
            if (!log_recall_officer(log, events[i]->signers[k].key, &officer, err)) return false;
            key->is_known = officer.is_found;
            memcpy(key->public_key, officer.key.public_key, 32);
        }
    }
    ahead_share share = {log->origin, events, n, keys, 0};
    ahead_run(n_threads, verify_some, &share);
    return true;
}
