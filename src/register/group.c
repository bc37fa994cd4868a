// Many threads, one writer: what arrives while a transaction is being synced goes into the next one
// together, so that a sync serves all who wait for it. Each caller's thread reads its own lines and
// verifies their signatures; one thread appends; and while others wait, a second syncs the anchor
// of what is stored, so that the next transaction need not wait for that too. Every caller's lines
// are recorded all or none, as alone: when one of them is refused, nothing of that transaction is
// written and each caller's lines are recorded anew, apart.
//
// The register is opened when there is something to record and closed when for a moment there is
// not, so that other programs may write to it too.
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "register/internal.h"

enum { TOGETHER = 1024, KNOWN_KEYS = 1024, IDLE_MS = 100, ARENA_BYTES = 64 << 20, MARKS = 64 };

// What a thread reads its lines with; kept for the next one.
typedef struct reading {
    struct reading *next;
    hb_arena *arena;
    hb_json_reader *reader;
} reading;
typedef struct waiting {
    struct waiting *next;
    const hb_str *lines;
    register_event **events;
    uint32_t n;
    hb_instant now;
    register_receipt *receipts;
    hb_error err;
    append_mark mark;
    bool is_recorded;
    sem_t told;                     // each is woken alone, once
    int64_t ended[REGISTER_WAITS];  // when each part of the wait did
} waiting;
typedef struct {
    waiting *first, **end;
} waiting_list;
typedef struct {
    char name[REGISTER_WORD + 16];
    uint8_t public_key[32];
} known_key;
struct register_group {
    char where[4200], local[4096], origin[REGISTER_WORD];
    register_each_wait each_wait;
    void *wait_context;
    pthread_t writer, anchorer;
    pthread_mutex_t lock;  // of all below
    pthread_cond_t has_work, has_stored, has_anchored;
    bool has_writer, is_ending;
    waiting_list asked, stored;  // in the order of their events
    bool is_anchoring, has_lost_anchor, has_no_more;
    reading *free_readings;
    known_key known[KNOWN_KEYS];
    uint32_t n_known;
    // Of the writer alone.
    bool has_anchorer;
    register_log *log;
    register_event *events[TOGETHER];
    register_receipt receipts[TOGETHER];
};

// ---- keys ---------------------------------------------------------------------------------------

static const known_key *find_known(const register_group *g, hb_str name) {
    for (uint32_t i = 0; i < g->n_known; i++) {
        if (hb_str_equal(name, hb_str_from(g->known[i].name))) return &g->known[i];
    }
    return NULL;
}

// The register's keys as the writer has met them, so that others verify before they wait.
static void learn_keys(register_group *g, const waiting *w) {
    log_officer officer;
    hb_error ignored = {0};
    for (uint32_t i = 0; i < w->n; i++) {
        for (uint32_t k = 0; k < w->events[i]->n_signers; k++) {
            if (w->events[i]->signers[k].is_verified) continue;  // ahead, so it was known
            hb_str name = w->events[i]->signers[k].key;
            pthread_mutex_lock(&g->lock);
            bool is_known = name.n >= sizeof g->known[0].name || find_known(g, name);
            pthread_mutex_unlock(&g->lock);
            if (is_known || !log_find_officer(g->log, name, &officer, &ignored) ||
                !officer.is_found)
                continue;
            pthread_mutex_lock(&g->lock);
            known_key *to = &g->known[g->n_known < KNOWN_KEYS ? g->n_known++ : 0];
            snprintf(to->name, sizeof to->name, "%.*s", (int)name.n, name.at);
            memcpy(to->public_key, officer.key.public_key, 32);
            pthread_mutex_unlock(&g->lock);
        }
    }
}

static void verify_ahead(register_group *g, register_event *event) {
    ahead_key keys[EVENT_MAX_SIGNERS] = {{0}};
    char origin[REGISTER_WORD];
    pthread_mutex_lock(&g->lock);
    memcpy(origin, g->origin, sizeof origin);
    for (uint32_t i = 0; i < event->n_signers; i++) {
        const known_key *known = find_known(g, event->signers[i].key);
        if (!known) continue;
        keys[i].is_known = true;
        memcpy(keys[i].public_key, known->public_key, 32);
    }
    pthread_mutex_unlock(&g->lock);
    ahead_verify(hb_str_from(origin), event, keys);
}

// ---- telling ------------------------------------------------------------------------------------

static int64_t now_ns(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * INT64_C(1000000000) + at.tv_nsec;
}

static void stamp(waiting *all, register_wait ended) {
    int64_t now = now_ns();
    for (waiting *w = all; w; w = w->next) w->ended[ended] = now;
}

// Whoever has been told may be gone with what `w` pointed at.
static void tell(waiting *all) {
    stamp(all, REGISTER_WAIT_ANCHOR);
    for (waiting *w = all, *next; w; w = next) next = w->next, sem_post(&w->told);
}

static void add_all(waiting_list *list, waiting *all) {
    *list->end = all;
    while (*list->end) list->end = &(*list->end)->next;
}

static waiting *take_all(waiting_list *list) {
    waiting *all = list->first;
    list->first = NULL;
    list->end = &list->first;
    return all;
}

// ---- the anchor ---------------------------------------------------------------------------------

// Of those who wait for the same transaction, one mark; of many transactions, one sync.
static void anchor_all(register_log *log, waiting *all, hb_error *err) {
    append_mark marks[MARKS];
    bool ok = true;
    for (waiting *w = all; ok && w;) {
        uint32_t n = 0;
        for (; w && (n < MARKS || w->mark.size == marks[n - 1].size); w = w->next) {
            if (n == 0 || w->mark.size != marks[n - 1].size) marks[n++] = w->mark;
        }
        ok = append_anchored(log, marks, n, err);
    }
    for (waiting *w = all; !ok && w; w = w->next) w->is_recorded = false, w->err = *err;
}

static void *anchor_on(void *context) {
    register_group *g = context;
    pthread_mutex_lock(&g->lock);
    for (;;) {
        while (!g->stored.first && !g->has_no_more) pthread_cond_wait(&g->has_stored, &g->lock);
        waiting *all = take_all(&g->stored);
        if (!all) break;
        hb_error err = {0};
        g->is_anchoring = true;
        pthread_mutex_unlock(&g->lock);
        anchor_all(g->log, all, &err);
        tell(all);
        pthread_mutex_lock(&g->lock);
        g->is_anchoring = false;
        g->has_lost_anchor = g->has_lost_anchor || err.kind != HB_NONE;
        pthread_cond_signal(&g->has_anchored);
    }
    pthread_mutex_unlock(&g->lock);
    return NULL;
}

// ---- the writer ---------------------------------------------------------------------------------

static bool need_log(register_group *g, hb_error *err) {
    if (g->log) return true;
    g->log = register_open(g->where, g->local[0] ? g->local : NULL, REGISTER_WRITE, err);
    if (!g->log) return false;
    pthread_mutex_lock(&g->lock);
    custody_word(g->origin, g->log->origin);
    pthread_mutex_unlock(&g->lock);
    return true;
}

// All that was stored has its mark in the anchor, or was told that it has none.
static void wait_anchored(register_group *g) {
    pthread_mutex_lock(&g->lock);
    while (g->is_anchoring || g->stored.first) pthread_cond_wait(&g->has_anchored, &g->lock);
    pthread_mutex_unlock(&g->lock);
}

static void close_log(register_group *g) {
    wait_anchored(g);
    register_close(g->log);
    g->log = NULL;
    g->has_lost_anchor = false;
}

static void record_apart(register_group *g, waiting *all) {
    wait_anchored(g);
    for (waiting *w = all; w; w = w->next) {
        if (!need_log(g, &w->err)) continue;
        hb_arena_reset(g->log->scratch);
        w->is_recorded =
            append_events(g->log, w->lines, w->events, w->n, w->now, w->receipts, &w->err);
    }
}

typedef enum { TOGETHER_FAILED = 0, TOGETHER_REFUSED, TOGETHER_STORED } together;

// Refused: nothing was written because of one of the events; then each is tried apart.
static together store_together(register_group *g, waiting *all) {
    uint32_t n = 0, at = 0, given = 0;
    hb_instant now = all->now;
    append_mark mark = {0};
    hb_error err = {0};
    for (waiting *w = all; w; w = w->next) {
        if (w->now.seconds > now.seconds) now = w->now;
        for (uint32_t i = 0; i < w->n; i++) g->events[n++] = w->events[i];
    }
    bool ok = need_log(g, &err);
    if (ok) {
        hb_arena_reset(g->log->scratch);
        ok = append_stored(g->log, (const register_event *const *)g->events, n, now, g->receipts,
                           &at, &mark, &err);
        if (!ok && at < n && err.kind == HB_INPUT) return TOGETHER_REFUSED;
    }
    for (waiting *w = all; w; w = w->next) {
        w->is_recorded = ok;
        w->err = err;
        w->mark = mark;
        if (ok) memcpy(w->receipts, &g->receipts[given], w->n * sizeof w->receipts[0]);
        given += w->n;
    }
    return ok ? TOGETHER_STORED : TOGETHER_FAILED;
}

// The first that wait, as many as fit into one transaction; more than fit of one caller go alone.
static waiting *take_waiting(register_group *g) {
    waiting *all = g->asked.first, *last = all;
    uint32_t n = all->n;
    while (last->next && n + last->next->n <= TOGETHER) last = last->next, n += last->n;
    g->asked.first = last->next;
    if (!g->asked.first) g->asked.end = &g->asked.first;
    last->next = NULL;
    return all;
}

// Those who were stored are told by the other thread while the next are stored, or here where
// nobody waits, which spares waking that thread.
static void anchor_stored(register_group *g, waiting *all) {
    hb_error err = {0};
    pthread_mutex_lock(&g->lock);
    bool is_others = g->has_anchorer && (g->asked.first || g->stored.first || g->is_anchoring);
    if (is_others) {
        add_all(&g->stored, all);
        pthread_cond_signal(&g->has_stored);
    }
    pthread_mutex_unlock(&g->lock);
    if (is_others) return;
    anchor_all(g->log, all, &err);
    if (err.kind != HB_NONE) g->has_lost_anchor = true;
    tell(all);
}

static void record_waiting(register_group *g, waiting *all) {
    bool is_many = !all->next && all->n > TOGETHER, has_failed = false;
    stamp(all, REGISTER_WAIT_TURN);
    together done = is_many ? TOGETHER_REFUSED : store_together(g, all);
    if (done == TOGETHER_REFUSED) record_apart(g, all);
    for (waiting *w = all; w; w = w->next) {
        if (w->is_recorded) learn_keys(g, w);
        has_failed = has_failed || (!w->is_recorded && w->err.kind == HB_SYSTEM);
    }
    stamp(all, REGISTER_WAIT_STORE);
    if (done == TOGETHER_STORED)
        anchor_stored(g, all);
    else
        tell(all);
    if (has_failed)
        close_log(g);  // as when a connection is gone: the next one is tried anew
    else if (g->log)
        g->log->store->door->tidy(g->log->store);
}

static bool wait_idle(register_group *g) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += IDLE_MS * 1000000;
    if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
    return pthread_cond_timedwait(&g->has_work, &g->lock, &until) == 0;
}

static void *write_on(void *context) {
    register_group *g = context;
    // Without that thread, as where the system gives none, this one does its work.
    g->has_anchorer = pthread_create(&g->anchorer, NULL, anchor_on, g) == 0;
    pthread_mutex_lock(&g->lock);
    while (!g->is_ending || g->asked.first) {
        if (g->has_lost_anchor) {
            pthread_mutex_unlock(&g->lock);
            close_log(g);
            pthread_mutex_lock(&g->lock);
        } else if (g->asked.first) {
            waiting *all = take_waiting(g);
            pthread_mutex_unlock(&g->lock);
            record_waiting(g, all);
            pthread_mutex_lock(&g->lock);
        } else if (!g->log) {
            pthread_cond_wait(&g->has_work, &g->lock);
        } else if (!wait_idle(g) && !g->asked.first) {
            pthread_mutex_unlock(&g->lock);
            close_log(g);
            pthread_mutex_lock(&g->lock);
        }
    }
    g->has_no_more = true;
    pthread_cond_signal(&g->has_stored);
    pthread_mutex_unlock(&g->lock);
    if (g->has_anchorer) pthread_join(g->anchorer, NULL);
    register_close(g->log);
    g->log = NULL;
    return NULL;
}

// ---- callers ------------------------------------------------------------------------------------

static void close_reading(reading *r) {
    if (!r) return;
    hb_json_reader_close(r->reader);
    hb_arena_close(r->arena);
    free(r);
}

static reading *take_reading(register_group *g, hb_error *err) {
    pthread_mutex_lock(&g->lock);
    reading *r = g->free_readings;
    if (r) g->free_readings = r->next;
    pthread_mutex_unlock(&g->lock);
    if (r) return r;
    if ((r = calloc(1, sizeof *r))) {
        r->arena = hb_arena_open(ARENA_BYTES);
        r->reader = hb_json_reader_open();
        if (r->arena && r->reader) return r;
    }
    close_reading(r);
    hb_out_of_memory(err);
    return NULL;
}

static void give_reading(register_group *g, reading *r) {
    hb_arena_reset(r->arena);
    pthread_mutex_lock(&g->lock);
    r->next = g->free_readings;
    g->free_readings = r;
    pthread_mutex_unlock(&g->lock);
}

// The writer's thread begins with the first lines, in whatever process then serves.
static void wait_for_writer(register_group *g, waiting *w) {
    pthread_mutex_lock(&g->lock);
    if (!g->has_writer && pthread_create(&g->writer, NULL, write_on, g) != 0) {
        pthread_mutex_unlock(&g->lock);
        (void)hb_fail(&w->err, HB_SYSTEM, "thread", "the system gave no thread");
        return;
    }
    g->has_writer = true;
    add_all(&g->asked, w);
    pthread_cond_signal(&g->has_work);
    pthread_mutex_unlock(&g->lock);
    while (sem_wait(&w->told) != 0) continue;  // a signal came
}

static void give_waits(const register_group *g, const waiting *w, int64_t asked_at) {
    int64_t ns[REGISTER_WAITS];
    for (int i = 0; i < REGISTER_WAITS; i++) {
        ns[i] = w->ended[i] - asked_at;
        asked_at = w->ended[i];
    }
    g->each_wait(g->wait_context, ns);
}

bool register_group_record(register_group *g, const hb_str *lines, uint32_t n, hb_instant now,
                           register_receipt *receipts, hb_errors *errors) {
    waiting w = {.lines = lines, .n = n, .now = now, .receipts = receipts};
    int64_t asked_at = g->each_wait ? now_ns() : 0;
    sem_init(&w.told, 0, 0);
    reading *r = take_reading(g, &w.err);
    if (r && event_read_all(r->arena, r->reader, lines, n, &w.events, errors, &w.err) && n) {
        for (uint32_t i = 0; i < n; i++) verify_ahead(g, w.events[i]);
        w.ended[REGISTER_WAIT_READ] = now_ns();
        wait_for_writer(g, &w);
        w.ended[REGISTER_WAIT_WAKE] = now_ns();
        if (g->each_wait && w.is_recorded) give_waits(g, &w, asked_at);
    }
    if (r) give_reading(g, r);
    sem_destroy(&w.told);
    if (w.err.kind != HB_NONE) hb_errors_add(errors, &w.err);
    return w.is_recorded || (n == 0 && errors->n_all == 0);
}

register_group *register_group_open(const char *where, const char *local, hb_error *err) {
    register_group *g = calloc(1, sizeof *g);
    if (!g) {
        hb_out_of_memory(err);
        return NULL;
    }
    snprintf(g->where, sizeof g->where, "%s", where);
    snprintf(g->local, sizeof g->local, "%s", local ? local : "");
    g->asked.end = &g->asked.first;
    g->stored.end = &g->stored.first;
    pthread_mutex_init(&g->lock, NULL);
    pthread_cond_init(&g->has_work, NULL);
    pthread_cond_init(&g->has_stored, NULL);
    pthread_cond_init(&g->has_anchored, NULL);
    return g;
}

void register_group_watch(register_group *g, register_each_wait each, void *context) {
    g->each_wait = each;
    g->wait_context = context;
}

void register_group_close(register_group *g) {
    if (!g) return;
    pthread_mutex_lock(&g->lock);
    g->is_ending = true;
    pthread_cond_signal(&g->has_work);
    pthread_mutex_unlock(&g->lock);
    if (g->has_writer) pthread_join(g->writer, NULL);
    for (reading *r = g->free_readings, *next; r; r = next) next = r->next, close_reading(r);
    pthread_cond_destroy(&g->has_anchored);
    pthread_cond_destroy(&g->has_stored);
    pthread_cond_destroy(&g->has_work);
    pthread_mutex_destroy(&g->lock);
    free(g);
}
