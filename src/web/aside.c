// Requests that can take long, on threads of their own, so that those of libmicrohttpd go on to
// serve everybody else. First come, first served, but one at a time of each asker: who asks for ten
// reports waits for her own and keeps nobody else waiting. When the server ends, what has not begun
// is given back undone, and what runs is told to stop (web_is_ending).
#include <stdlib.h>

#include "web/site.h"

enum { THREADS = 2, QUEUE = 64 };
typedef struct {
    struct web_aside *aside;
    pthread_t thread;
    hb_str who;  // whose request it works on
} hand;
struct web_aside {
    pthread_mutex_t lock;
    pthread_cond_t came;
    hand hands[THREADS];
    uint32_t n_hands, n_waiting;
    bool is_ending;
    web_long *first;
};

web_aside *web_aside_open(void) {
    web_aside *a = calloc(1, sizeof *a);
    if (!a) return NULL;
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->came, NULL);
    return a;
}

static bool is_served(const web_aside *a, hb_str who) {
    for (uint32_t i = 0; i < a->n_hands; i++) {
        if (a->hands[i].who.n && hb_str_equal(a->hands[i].who, who)) return true;
    }
    return false;
}

// The first whose asker has no other at work; when the server ends, any.
static web_long *next_of(web_aside *a) {
    web_long **at = &a->first;
    while (*at && !a->is_ending && is_served(a, (*at)->who)) at = &(*at)->next;
    web_long *one = *at;
    if (!one) return NULL;
    *at = one->next;
    a->n_waiting--;
    return one;
}

static void *work(void *to) {
    hand *h = to;
    web_aside *a = h->aside;
    pthread_mutex_lock(&a->lock);
    for (;;) {
        web_long *one = next_of(a);
        if (!one && a->is_ending) break;
        if (!one) {
            pthread_cond_wait(&a->came, &a->lock);
            continue;
        }
        bool is_ending = a->is_ending;
        h->who = one->who;
        pthread_mutex_unlock(&a->lock);
        if (!is_ending) one->work(one->to);
        pthread_mutex_lock(&a->lock);
        h->who =
            (hb_str){0};  // before the request is another thread's, and what it points to with it
        pthread_cond_broadcast(&a->came);
        pthread_mutex_unlock(&a->lock);
        one->done(one->to, !is_ending);
        pthread_mutex_lock(&a->lock);
    }
    pthread_mutex_unlock(&a->lock);
    return NULL;
}

bool web_aside_begin(web_aside *a, hb_error *err) {
    for (; a->n_hands < THREADS; a->n_hands++) {
        hand *h = &a->hands[a->n_hands];
        h->aside = a;
        if (pthread_create(&h->thread, NULL, work, h) != 0)
            return hb_fail(err, HB_SYSTEM, "thread", "the system gave no thread");
    }
    return true;
}

bool web_aside_take(web_aside *a, web_long *one) {
    pthread_mutex_lock(&a->lock);
    bool has_room = a->n_waiting < QUEUE && !a->is_ending;
    if (has_room) {
        web_long **end = &a->first;
        while (*end) end = &(*end)->next;
        one->next = NULL;
        *end = one;
        a->n_waiting++;
        pthread_cond_signal(&a->came);
    }
    pthread_mutex_unlock(&a->lock);
    return has_room;
}

void web_aside_end(web_aside *a) {
    if (!a) return;
    pthread_mutex_lock(&a->lock);
    a->is_ending = true;
    pthread_cond_broadcast(&a->came);
    pthread_mutex_unlock(&a->lock);
    for (uint32_t i = 0; i < a->n_hands; i++) pthread_join(a->hands[i].thread, NULL);
    a->n_hands = 0;
}

void web_aside_close(web_aside *a) {
    if (!a) return;
    web_aside_end(a);
    pthread_cond_destroy(&a->came);
    pthread_mutex_destroy(&a->lock);
    free(a);
}
