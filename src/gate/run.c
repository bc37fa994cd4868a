// A list on all cores, output in list order: a crew of intake (crew.c) makes text of each chunk of
// lines, and the caller's thread writes it. Text output is worst first: each verdict has a
// temporary file of its own, and they are put together at the end.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/gate.h"

#define PERSON_BYTES ((size_t)64 << 20)  // arena of one person

// What is made of a chunk of lines.
typedef struct {
    hb_text out;
    uint32_t n_decided;  // persons answered; fewer than there are lines when an error ended it
    struct {
        gate_verdict verdict;
        size_t n_bytes;
    } answer[INTAKE_CHUNK_LINES];
    gate_tally tally;        // text only
    char worst_person[129];  // first one barred or unresolved, for the closing line
} answers;

typedef struct {
    const gate_run_request *request;
    FILE *spool[GATE_N_VERDICTS];  // text only
    gate_tally tally;              // text only
    uint64_t *n_people;
    uint64_t n_written;
    char next_person[129];
} writer;

// ---- workers -----------------------------------------------------------------------------------

typedef struct {
    const gate_run_request *request;
    rulebook_bench *bench;
    intake_reader *reader;
    hb_arena *arena;
    void *asker;  // of request->asking
} workshop;

static void close_workshop(void *to) {
    workshop *shop = to;
    if (shop->asker) shop->request->asking->close(shop->asker);
    intake_reader_close(shop->reader);
    rulebook_bench_close(shop->bench);
    hb_arena_close(shop->arena);
    free(shop);
}

static bool furnish(workshop *shop, hb_error *err) {
    const gate_run_request *request = shop->request;
    if (!(shop->arena = hb_arena_open(PERSON_BYTES))) return hb_out_of_memory(err);
    if (!(shop->bench = rulebook_bench_open(request->page.rb, err))) return false;
    if (!(shop->reader = intake_reader_open(request->in, err))) return false;
    if (!request->asking) return true;
    return (shop->asker = request->asking->open(request->page.rb, err)) != NULL;
}

static void *open_workshop(void *to, hb_error *err) {
    workshop *shop = calloc(1, sizeof *shop);
    if (!shop) {
        hb_out_of_memory(err);
        return NULL;
    }
    shop->request = ((const writer *)to)->request;
    if (furnish(shop, err)) return shop;
    close_workshop(shop);
    return NULL;
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
static bool check_person(workshop *shop, intake_chunk *c, answers *own, uint32_t i) {
    const gate_run_request *request = shop->request;
    hb_arena_reset(shop->arena);
    intake_person person = {0};
    gate_decision decision = {0};
    gate_changes changes = {0};
    hb_text input = {0};
    size_t before = own->out.n;
    bool ok = false;
    hb_str line = intake_chunk_line(c, i);
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
    write_answer(&own->out, &answer, request->form);
    if (own->out.failed) {
        hb_out_of_memory(&c->err);
        goto done;
    }
    if (request->form == GATE_TEXT) gate_tally_add(&own->tally, &decision);
    own->answer[i].verdict = decision.verdict;
    own->answer[i].n_bytes = own->out.n - before;
    if (own->worst_person[0] == '\0' && decision.verdict != GATE_NO_BAR_FOUND) {
        snprintf(own->worst_person, sizeof own->worst_person, "%.*s", (int)person.person.n,
                 person.person.at);
    }
    ok = true;
done:
    if (!ok) own->out.n = before;
    hb_text_clear(&input);
    return ok;
}

static void check_chunk(void *to, intake_chunk *c) {
    workshop *shop = to;
    answers *own = c->own;
    while (own->n_decided < c->n && check_person(shop, c, own, own->n_decided)) own->n_decided++;
}

static void close_answers(void *to) {
    answers *own = to;
    hb_text_clear(&own->out);
    gate_tally_clear(&own->tally);
    free(own);
}

static void *open_answers(void *to) {
    const gate_run_request *request = ((const writer *)to)->request;
    answers *own = calloc(1, sizeof *own);
    if (!own) return NULL;
    if (request->form != GATE_TEXT || gate_tally_open(&own->tally, request->page.rb)) return own;
    close_answers(own);
    return NULL;
}

static bool next_line(void *to, hb_str *line, uint64_t *number, bool *end, hb_error *err) {
    return intake_next_line(((const writer *)to)->request->in, line, number, end, err);
}

// ---- writer ------------------------------------------------------------------------------------

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
static bool send_json(writer *w, const answers *own, hb_error *err) {
    size_t at = 0;
    for (uint32_t i = 0; i < own->n_decided; i++) {
        if (w->n_written + i > 0 && !w->request->write(w->request->to, HB_STR(",\n"), err))
            return false;
        if (!w->request->write(w->request->to, (hb_str){own->out.at + at, own->answer[i].n_bytes},
                               err))
            return false;
        at += own->answer[i].n_bytes;
    }
    return true;
}

static bool spool_text(const writer *w, const answers *own, hb_error *err) {
    size_t at = 0;
    for (uint32_t i = 0; i < own->n_decided; i++) {
        size_t n = own->answer[i].n_bytes;
        if (fwrite(own->out.at + at, 1, n, w->spool[own->answer[i].verdict]) != n)
            return spool_failed(err);
        at += n;
    }
    return true;
}

// A chunk is used again: its answers are cleared for the next lines.
static void clear_answers(answers *own, gate_form form) {
    own->out.n = 0;
    own->n_decided = 0;
    own->worst_person[0] = '\0';
    if (form == GATE_TEXT) gate_tally_reset(&own->tally);
}

static bool write_chunk(void *to, intake_chunk *c, hb_error *err) {
    writer *w = to;
    answers *own = c->own;
    bool ok = false;
    switch (w->request->form) {
        case GATE_TEXT:
            ok = spool_text(w, own, err);
            gate_tally_join(&w->tally, &own->tally);
            break;
        case GATE_JSON: ok = send_json(w, own, err); break;
        case GATE_NDJSON:
        case GATE_CSV:
        case GATE_FACTS: ok = send(w, &own->out, err); break;
    }
    if (!ok) return false;
    for (uint32_t i = 0; i < own->n_decided; i++) w->n_people[own->answer[i].verdict]++;
    w->n_written += own->n_decided;
    if (w->next_person[0] == '\0') memcpy(w->next_person, own->worst_person, sizeof w->next_person);
    if (w->request->progress != NULL) {
        w->request->progress(w->request->to, w->n_written, intake_n_people(w->request->in));
    }
    bool is_whole = own->n_decided == c->n && c->err.kind == HB_NONE;
    clear_answers(own, w->request->form);
    if (is_whole && c->unread.kind == HB_NONE) return true;
    *err = is_whole ? c->unread : c->err;
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

bool gate_run(const gate_run_request *request, uint64_t n_people[GATE_N_VERDICTS], hb_error *err) {
    bool ok = false;
    writer w = {.request = request, .n_people = n_people};
    const intake_crew crew = {.n_jobs = request->n_jobs,
                              .to = &w,
                              .next = next_line,
                              .take = write_chunk,
                              .open = open_workshop,
                              .work = check_chunk,
                              .close = close_workshop,
                              .own_open = open_answers,
                              .own_close = close_answers};
    memset(n_people, 0, sizeof(uint64_t) * GATE_N_VERDICTS);
    if (request->form == GATE_TEXT) {
        ok = gate_tally_open(&w.tally, request->page.rb) || hb_out_of_memory(err);
        if (!ok || !(ok = open_spool(&w, err))) goto done;
    }
    ok = write_head(&w, err) && intake_crew_run(&crew, err) && write_foot(&w, err);
done:
    for (uint32_t i = 0; i < GATE_N_VERDICTS; i++) {
        if (w.spool[i] != NULL) fclose(w.spool[i]);
    }
    gate_tally_clear(&w.tally);
    return ok;
}
