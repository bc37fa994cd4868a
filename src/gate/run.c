// A list on all cores, output in list order, memory bounded.
//
//   reader (the caller's thread)      workers                       writer (the caller's thread)
//   lines -> chunk of a ring  ----->  persons -> decisions -> text  -----> in the order of the list
//
// The ring has a few chunks a worker; the reader fills free ones, then waits for the oldest and
// writes it. The ring's mutex is the only lock, taken twice a chunk. Text output is worst first:
// each verdict has a temporary file of its own, and they are put together at the end.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/gate.h"

enum {
    CHUNK_LINES = 64,
    CHUNK_BYTES = 256 * 1024,  // a chunk ends at whichever comes first
    CHUNKS_A_JOB = 3,
    JOBS_MAX = 256,
    PERSON_BYTES = 64 << 20,  // arena of one person
};

typedef enum { CHUNK_FREE = 0, CHUNK_FULL, CHUNK_TAKEN, CHUNK_DONE } chunk_state;

typedef struct {
    chunk_state state;
    hb_text lines;  // as read, one after the other
    uint32_t n;
    struct {
        size_t at, n;
        uint64_t number;
    } line[CHUNK_LINES];
    hb_text out;
    uint32_t n_decided;  // persons answered; fewer than n when `err` ended it
    struct {
        gate_verdict verdict;
        size_t n_bytes;
    } answer[CHUNK_LINES];
    gate_tally tally;        // text only
    char worst_person[129];  // first one barred or unresolved, for the closing line
    hb_error err;
} chunk;

typedef struct {
    const gate_run_request *request;
    pthread_mutex_t lock;
    pthread_cond_t is_full, is_done;
    chunk *chunks;
    uint32_t n_chunks;
    uint64_t filled, taken, written;  // chunks so far; each is chunks[count % n_chunks]
    bool is_ended;                    // no chunk will be filled any more
} ring;

// ---- workers -----------------------------------------------------------------------------------

typedef struct {
    rulebook_bench *bench;
    intake_reader *reader;
    hb_arena *arena;
    void *asker;  // of request->asking
} workshop;

static bool open_workshop(workshop *shop, const gate_run_request *request, hb_error *err) {
    *shop = (workshop){0};
    if (!(shop->arena = hb_arena_open(PERSON_BYTES))) return hb_out_of_memory(err);
    if (!(shop->bench = rulebook_bench_open(request->page.rb, err))) return false;
    if (!(shop->reader = intake_reader_open(request->in, err))) return false;
    if (!request->asking) return true;
    return (shop->asker = request->asking->open(request->page.rb, err)) != NULL;
}

static void close_workshop(workshop *shop, const gate_run_request *request) {
    if (shop->asker) request->asking->close(shop->asker);
    intake_reader_close(shop->reader);
    rulebook_bench_close(shop->bench);
    hb_arena_close(shop->arena);
}

static void write_answer(hb_text *out, const gate_answer *answer, gate_form form) {
    switch (form) {
        case GATE_TEXT: gate_write_text(out, answer); break;
        case GATE_JSON: gate_write_json(out, answer, false); break;
        case GATE_NDJSON:
            gate_write_json(out, answer, true);
            hb_text_add(out, HB_STR("\n"));
            break;
        case GATE_CSV: gate_write_csv(out, answer); break;
        case GATE_FACTS: gate_write_facts(out, answer); break;
    }
}

// Fails closed: when anything is in the way, nothing of this person is in the chunk.
static bool check_person(workshop *shop, const gate_run_request *request, chunk *c, uint32_t i) {
    hb_arena_reset(shop->arena);
    intake_person person = {0};
    gate_decision decision = {0};
    gate_changes changes = {0};
    hb_text input = {0};
    size_t before = c->out.n;
    bool ok = false;
    hb_str line = {c->lines.at + c->line[i].at, c->line[i].n};
    if (!intake_read_person(shop->reader, shop->arena, line, c->line[i].number, &person, &c->err))
        goto done;
    rulebook_day day = {request->page.as_of, person.host, request->page.author};
    if (!gate_decide(shop->bench, shop->arena, &day, person.records, person.n_records, &decision,
                     &c->err)) {
        goto done;
    }
    if (shop->asker &&
        !request->asking->ask(shop->asker, shop->bench, shop->arena, &day, person.records,
                              person.n_records, &decision, &changes, &c->err)) {
        goto done;
    }
    if (!gate_input_json(request->page.rb, shop->arena, person.records, person.n_records, &input,
                         &c->err)) {
        goto done;
    }
    gate_answer answer = {&request->page, &person, &decision, hb_sha256(input.at, input.n),
                          shop->asker ? &changes : NULL};
    write_answer(&c->out, &answer, request->form);
    if (c->out.failed) {
        hb_out_of_memory(&c->err);
        goto done;
    }
    if (request->form == GATE_TEXT) gate_tally_add(&c->tally, &decision);
    c->answer[i].verdict = decision.verdict;
    c->answer[i].n_bytes = c->out.n - before;
    if (c->worst_person[0] == '\0' && decision.verdict != GATE_NO_BAR_FOUND) {
        snprintf(c->worst_person, sizeof c->worst_person, "%.*s", (int)person.person.n,
                 person.person.at);
    }
    ok = true;
done:
    if (!ok) c->out.n = before;
    hb_text_clear(&input);
    return ok;
}

static chunk *take_chunk(ring *r) {
    chunk *c = NULL;
    pthread_mutex_lock(&r->lock);
    while (r->taken == r->filled && !r->is_ended) pthread_cond_wait(&r->is_full, &r->lock);
    if (r->taken < r->filled) {
        c = &r->chunks[r->taken++ % r->n_chunks];
        c->state = CHUNK_TAKEN;
    }
    pthread_mutex_unlock(&r->lock);
    return c;
}

static void *work(void *to) {
    ring *r = to;
    workshop shop = {0};
    hb_error err = {0};
    bool is_open = open_workshop(&shop, r->request, &err);
    for (chunk *c = take_chunk(r); c != NULL; c = take_chunk(r)) {
        if (!is_open) c->err = err;
        while (is_open && c->n_decided < c->n && check_person(&shop, r->request, c, c->n_decided)) {
            c->n_decided++;
        }
        pthread_mutex_lock(&r->lock);
        c->state = CHUNK_DONE;
        pthread_cond_signal(&r->is_done);
        pthread_mutex_unlock(&r->lock);
    }
    close_workshop(&shop, r->request);
    return NULL;
}

// ---- reader ------------------------------------------------------------------------------------

// Fills a free chunk with the next lines; *end when the list has no more.
static bool fill_chunk(const gate_run_request *request, chunk *c, bool *end, hb_error *err) {
    c->lines.n = c->out.n = 0;
    c->n = c->n_decided = 0;
    if (request->form == GATE_TEXT) gate_tally_reset(&c->tally);
    c->worst_person[0] = '\0';
    c->err = (hb_error){0};
    while (c->n < CHUNK_LINES && c->lines.n < CHUNK_BYTES) {
        hb_str line = {0};
        uint64_t number = 0;
        if (!intake_next_line(request->in, &line, &number, end, err)) return false;
        if (*end) return true;
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
    chunk *c = &r->chunks[r->written % r->n_chunks];
    pthread_mutex_lock(&r->lock);
    while (c->state != CHUNK_DONE) pthread_cond_wait(&r->is_done, &r->lock);
    pthread_mutex_unlock(&r->lock);
    return c;
}

// ---- writer ------------------------------------------------------------------------------------

typedef struct {
    const gate_run_request *request;
    FILE *spool[GATE_N_VERDICTS];  // text only
    gate_tally tally;              // text only
    uint64_t *n_people;
    uint64_t n_written;
    char next_person[129];
} writer;

static bool spool_failed(hb_error *err) {
    return hb_fail(err, HB_SYSTEM, "temporary-file",
                   "the temporary file of the output cannot be used");
}

static bool open_spool(writer *w, hb_error *err) {
    for (uint32_t i = 0; i < GATE_N_VERDICTS; i++) {
        if (!(w->spool[i] = tmpfile())) return spool_failed(err);
    }
    return true;
}

static bool send(const writer *w, hb_text *text, hb_error *err) {
    if (text->failed) return hb_out_of_memory(err);
    bool ok = w->request->write(w->request->to, (hb_str){text->at, text->n}, err);
    text->n = 0;
    return ok;
}

// JSON people are separated here, so that a chunk does not have to know what stands before it.
static bool send_json(writer *w, const chunk *c, hb_error *err) {
    size_t at = 0;
    for (uint32_t i = 0; i < c->n_decided; i++) {
        if (w->n_written + i > 0 && !w->request->write(w->request->to, HB_STR(",\n"), err))
            return false;
        if (!w->request->write(w->request->to, (hb_str){c->out.at + at, c->answer[i].n_bytes}, err))
            return false;
        at += c->answer[i].n_bytes;
    }
    return true;
}

static bool spool_text(const writer *w, const chunk *c, hb_error *err) {
    size_t at = 0;
    for (uint32_t i = 0; i < c->n_decided; i++) {
        size_t n = c->answer[i].n_bytes;
        if (fwrite(c->out.at + at, 1, n, w->spool[c->answer[i].verdict]) != n)
            return spool_failed(err);
        at += n;
    }
    return true;
}

static bool write_chunk(writer *w, chunk *c, hb_error *err) {
    bool ok = false;
    switch (w->request->form) {
        case GATE_TEXT:
            ok = spool_text(w, c, err);
            gate_tally_join(&w->tally, &c->tally);
            break;
        case GATE_JSON: ok = send_json(w, c, err); break;
        case GATE_NDJSON:
        case GATE_CSV:
        case GATE_FACTS: ok = send(w, &c->out, err); break;
    }
    if (!ok) return false;
    for (uint32_t i = 0; i < c->n_decided; i++) w->n_people[c->answer[i].verdict]++;
    w->n_written += c->n_decided;
    if (w->next_person[0] == '\0') memcpy(w->next_person, c->worst_person, sizeof w->next_person);
    if (w->request->progress != NULL) {
        w->request->progress(w->request->to, w->n_written, intake_n_people(w->request->in));
    }
    if (c->n_decided == c->n) return true;
    *err = c->err;
    return hb_fail(err, HB_SYSTEM, "unanswered", "the list ended without an answer for everybody");
}

static bool write_head(const writer *w, hb_error *err) {
    hb_text text = {0};
    switch (w->request->form) {
        case GATE_TEXT: gate_write_text_head(&text, &w->request->page); break;
        case GATE_JSON: gate_write_json_head(&text, &w->request->page); break;
        case GATE_CSV: gate_write_csv_head(&text); break;
        case GATE_NDJSON:
        case GATE_FACTS: break;
    }
    bool ok = send(w, &text, err);
    hb_text_clear(&text);
    return ok;
}

static bool copy_spool(const writer *w, gate_verdict verdict, hb_error *err) {
    char piece[16384];
    FILE *from = w->spool[verdict];
    if (fflush(from) != 0) return spool_failed(err);
    rewind(from);
    for (size_t n; (n = fread(piece, 1, sizeof piece, from)) > 0;) {
        if (!w->request->write(w->request->to, (hb_str){piece, n}, err)) return false;
    }
    return ferror(from) == 0 || spool_failed(err);
}

static bool write_foot(const writer *w, hb_error *err) {
    hb_text text = {0};
    bool ok = true;
    if (w->request->form == GATE_TEXT) {
        ok = copy_spool(w, GATE_BARRED, err) && copy_spool(w, GATE_UNRESOLVED, err) &&
             copy_spool(w, GATE_NO_BAR_FOUND, err);
        gate_write_text_foot(&text, &w->request->page, w->n_people, &w->tally,
                             hb_str_from(w->next_person));
    }
    if (w->request->form == GATE_JSON) gate_write_json_foot(&text, w->n_people);
    ok = ok && send(w, &text, err);
    hb_text_clear(&text);
    return ok;
}

// ---- the whole ---------------------------------------------------------------------------------

static bool run_ring(ring *r, writer *w, hb_error *err) {
    bool is_end = false, ok = true;
    while (ok && (!is_end || r->written < r->filled)) {
        if (!is_end && r->filled - r->written < r->n_chunks) {
            chunk *c = &r->chunks[r->filled % r->n_chunks];
            ok = fill_chunk(r->request, c, &is_end, err);
            if (ok && c->n > 0) hand_over(r, c);
            continue;
        }
        chunk *c = wait_for_oldest(r);
        ok = write_chunk(w, c, err);
        c->state = CHUNK_FREE;
        r->written++;
    }
    return ok;
}

static bool open_text(writer *w, ring *r, hb_error *err) {
    const rulebook *rb = w->request->page.rb;
    bool ok = gate_tally_open(&w->tally, rb);
    for (uint32_t i = 0; ok && i < r->n_chunks; i++) ok = gate_tally_open(&r->chunks[i].tally, rb);
    return ok ? open_spool(w, err) : hb_out_of_memory(err);
}

static void clear_ring(ring *r) {
    for (uint32_t i = 0; r->chunks != NULL && i < r->n_chunks; i++) {
        hb_text_clear(&r->chunks[i].lines);
        hb_text_clear(&r->chunks[i].out);
        gate_tally_clear(&r->chunks[i].tally);
    }
    free(r->chunks);
    pthread_cond_destroy(&r->is_done);
    pthread_cond_destroy(&r->is_full);
    pthread_mutex_destroy(&r->lock);
}

bool gate_run(const gate_run_request *request, uint64_t n_people[GATE_N_VERDICTS], hb_error *err) {
    bool ok = false;
    pthread_t threads[JOBS_MAX];
    uint32_t n_threads = 0, n_jobs = request->n_jobs < 1          ? 1
                                     : request->n_jobs > JOBS_MAX ? JOBS_MAX
                                                                  : request->n_jobs;
    ring r = {.request = request,
              .n_chunks = n_jobs * CHUNKS_A_JOB,
              .lock = PTHREAD_MUTEX_INITIALIZER,
              .is_full = PTHREAD_COND_INITIALIZER,
              .is_done = PTHREAD_COND_INITIALIZER};
    writer w = {.request = request, .n_people = n_people};
    memset(n_people, 0, sizeof(uint64_t) * GATE_N_VERDICTS);
    if (!(r.chunks = calloc(r.n_chunks, sizeof *r.chunks))) {
        hb_out_of_memory(err);
        goto done;
    }
    if (request->form == GATE_TEXT && !open_text(&w, &r, err)) goto done;
    for (; n_threads < n_jobs; n_threads++) {
        if (pthread_create(&threads[n_threads], NULL, work, &r) != 0) break;
    }
    if (n_threads == 0) {
        hb_fail(err, HB_SYSTEM, "thread", "the system gave no thread");
        goto done;
    }
    ok = write_head(&w, err) && run_ring(&r, &w, err);
done:
    pthread_mutex_lock(&r.lock);
    r.is_ended = true;
    pthread_cond_broadcast(&r.is_full);
    pthread_mutex_unlock(&r.lock);
    for (uint32_t i = 0; i < n_threads; i++) pthread_join(threads[i], NULL);
    ok = ok && write_foot(&w, err);
    for (uint32_t i = 0; i < GATE_N_VERDICTS; i++) {
        if (w.spool[i] != NULL) fclose(w.spool[i]);
    }
    gate_tally_clear(&w.tally);
    clear_ring(&r);
    return ok;
}
