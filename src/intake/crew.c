// The lines of a list through several threads, and back in the order of the list; memory bounded.
//
//   caller's thread                        workers                caller's thread
//   next line -> chunk of a ring  ----->  work on a chunk  ----->  take it, in order
//
// The ring has a few chunks a worker; the caller's thread fills free ones, then waits for the
// oldest and takes it. The ring's mutex is the only lock, taken twice a chunk. Where chunks end
// depends on the list alone, so neither does what is made of them on the number of threads.
#include <pthread.h>
#include <stdlib.h>

#include "intake/intake.h"

enum { CHUNKS_A_JOB = 3, JOBS_MAX = 256 };

typedef enum { CHUNK_FREE = 0, CHUNK_FULL, CHUNK_TAKEN, CHUNK_DONE } chunk_state;

typedef struct {
    chunk_state state;
    intake_chunk shown;
} chunk;

typedef struct {
    const intake_crew *crew;
    pthread_mutex_t lock;
    pthread_cond_t is_full, is_done;
    chunk *chunks;
    uint32_t n_chunks;
    uint64_t filled, taken, ended;  // chunks so far; each is chunks[count % n_chunks]
    bool has_ended;                 // no chunk will be filled any more
} ring;

hb_str intake_chunk_line(const intake_chunk *c, uint32_t i) {
    return (hb_str){c->lines.at + c->line[i].at, c->line[i].n};
}

// ---- workers -----------------------------------------------------------------------------------

static chunk *take_chunk(ring *r) {
    chunk *c = NULL;
    pthread_mutex_lock(&r->lock);
    while (r->taken == r->filled && !r->has_ended) pthread_cond_wait(&r->is_full, &r->lock);
    if (r->taken < r->filled) {
        c = &r->chunks[r->taken++ % r->n_chunks];
        c->state = CHUNK_TAKEN;
    }
    pthread_mutex_unlock(&r->lock);
    return c;
}

static void *work(void *to) {
    ring *r = to;
    hb_error err = {0};
    void *shop = r->crew->open(r->crew->to, &err);
    for (chunk *c = take_chunk(r); c != NULL; c = take_chunk(r)) {
        if (shop)
            r->crew->work(shop, &c->shown);
        else
            c->shown.err = err;
        pthread_mutex_lock(&r->lock);
        c->state = CHUNK_DONE;
        pthread_cond_signal(&r->is_done);
        pthread_mutex_unlock(&r->lock);
    }
    if (shop) r->crew->close(shop);
    return NULL;
}

// ---- the caller's thread
// -------------------------------------------------------------------------

// Fills a free chunk with the next lines, up to one that cannot be read; *end when there are no
// more.
static bool fill_chunk(const intake_crew *crew, intake_chunk *c, bool *end, hb_error *err) {
    c->lines.n = c->n = 0;
    c->err = c->unread = (hb_error){0};
    while (c->n < INTAKE_CHUNK_LINES && c->lines.n < INTAKE_CHUNK_BYTES) {
        hb_str line = {0};
        uint64_t number = 0;
        if (!crew->next(crew->to, &line, &number, end, &c->unread) || *end) return true;
        c->line[c->n].at = c->lines.n;
        c->line[c->n].n = line.n;
        c->line[c->n].number = number;
        c->n++;
        hb_text_add(&c->lines, line);
        if (c->lines.failed) return hb_out_of_memory(err);
    }
    return true;
}

static void hand_over(ring *r, chunk *c) {
    pthread_mutex_lock(&r->lock);
    c->state = CHUNK_FULL;
    r->filled++;
    pthread_cond_signal(&r->is_full);
    pthread_mutex_unlock(&r->lock);
}

static chunk *wait_for_oldest(ring *r) {
    chunk *c = &r->chunks[r->ended % r->n_chunks];
    pthread_mutex_lock(&r->lock);
    while (c->state != CHUNK_DONE) pthread_cond_wait(&r->is_done, &r->lock);
    pthread_mutex_unlock(&r->lock);
    return c;
}

static bool run_ring(ring *r, hb_error *err) {
    bool is_end = false, ok = true;
    while (ok && (!is_end || r->ended < r->filled)) {
        if (!is_end && r->filled - r->ended < r->n_chunks) {
            chunk *c = &r->chunks[r->filled % r->n_chunks];
            ok = fill_chunk(r->crew, &c->shown, &is_end, err);
            bool has_any = c->shown.n > 0 || c->shown.unread.kind != HB_NONE;
            if (ok && has_any) hand_over(r, c);
            continue;
        }
        chunk *c = wait_for_oldest(r);
        ok = r->crew->take(r->crew->to, &c->shown, err);
        c->state = CHUNK_FREE;
        r->ended++;
    }
    return ok;
}

static bool open_ring(ring *r) {
    const intake_crew *crew = r->crew;
    if (!(r->chunks = calloc(r->n_chunks, sizeof *r->chunks))) return false;
    for (uint32_t i = 0; i < r->n_chunks; i++) {
        if (!(r->chunks[i].shown.own = crew->own_open(crew->to))) return false;
    }
    return true;
}

static void clear_ring(ring *r) {
    for (uint32_t i = 0; r->chunks != NULL && i < r->n_chunks; i++) {
        hb_text_clear(&r->chunks[i].shown.lines);
        if (r->chunks[i].shown.own) r->crew->own_close(r->chunks[i].shown.own);
    }
    free(r->chunks);
    pthread_cond_destroy(&r->is_done);
    pthread_cond_destroy(&r->is_full);
    pthread_mutex_destroy(&r->lock);
}

bool intake_crew_run(const intake_crew *crew, hb_error *err) {
    bool ok = false;
    pthread_t threads[JOBS_MAX];
    uint32_t n_threads = 0, n_jobs = crew->n_jobs < 1          ? 1
                                     : crew->n_jobs > JOBS_MAX ? JOBS_MAX
                                                               : crew->n_jobs;
    ring r = {.crew = crew,
              .n_chunks = n_jobs * CHUNKS_A_JOB,
              .lock = PTHREAD_MUTEX_INITIALIZER,
              .is_full = PTHREAD_COND_INITIALIZER,
              .is_done = PTHREAD_COND_INITIALIZER};
    if (!open_ring(&r)) {
        hb_out_of_memory(err);
        goto done;
    }
    for (; n_threads < n_jobs; n_threads++) {
        if (pthread_create(&threads[n_threads], NULL, work, &r) != 0) break;
    }
    ok = n_threads > 0 ? run_ring(&r, err)
                       : hb_fail(err, HB_SYSTEM, "thread", "the system gave no thread");
done:
    pthread_mutex_lock(&r.lock);
    r.has_ended = true;
    pthread_cond_broadcast(&r.is_full);
    pthread_mutex_unlock(&r.lock);
    for (uint32_t i = 0; i < n_threads; i++) pthread_join(threads[i], NULL);
    clear_ring(&r);
    return ok;
}
