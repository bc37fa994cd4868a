// One line as one person, in two passes over the list, each by a crew of threads. The first checks
// every line and collects every error, and which ids were given; in the second each person is
// handed out, with what agreement and facility say of everybody.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "intake/internal.h"

struct intake_reader {
    const intake *in;
    hb_json_reader *json;
    void *counter;  // opened when the first custody is met
};

// The law that counts is read by the first to open, and by nobody before it is whole.
static bool open_counter(intake_reader *reader, hb_error *err) {
    intake *in = (intake *)reader->in;  // for its lock alone
    pthread_mutex_lock(&in->opening);
    reader->counter = in->counting->open(in->counting->law, err);
    pthread_mutex_unlock(&in->opening);
    return reader->counter != NULL;
}

// What follows for the gate from the custody that the line describes, behind the line's own
// records.
static bool add_custody(intake_reader *reader, intake_facts *facts, intake_page *page,
                        intake_person *person) {
    hb_error err = {0};
    hb_str text = {0};
    hb_json *json = NULL;
    intake_records counted = {0};
    const intake *in = reader->in;
    const intake_counting *counting = in->counting;
    if (!facts->is_first_pass && !in->has_custody)
        return intake_page_refuse(page, person->custody, "list-changed", "have it checked again",
                                  "the list has changed while it was read");
    if (counting == NULL) {
        return intake_page_refuse(page, person->custody, "custody-not-counted",
                                  "have the list read by habeas check",
                                  "nothing here can count until when this custody has a ground");
    }
    size_t mark = intake_page_enter(page, HB_STR("custody"));
    bool ok = reader->counter != NULL || open_counter(reader, &err);
    ok = ok && counting->count(reader->counter, person->person, person->custody, in->as_of,
                               facts->arena, &text, &person->end_date, &err);
    ok = ok && hb_json_parse(reader->json, facts->arena, text, &json, &err);
    char pointer[INTAKE_POINTER_BYTES];
    intake_page_pointer(page, pointer);
    size_t n = strlen(pointer), n_inside = strlen(err.pointer);
    if (n_inside && n + n_inside < sizeof err.pointer) {
        memmove(err.pointer + n, err.pointer, n_inside + 1);
        memcpy(err.pointer, pointer, n);
    }
    if (!ok) intake_page_refuse_error(page, person->custody, &err);
    intake_page own = {
        .errors = page->errors, .file = page->file, .line = page->line, .text = text};
    ok = ok && intake_facts_from_json(facts, &own, json, &counted);
    intake_page_leave(page, mark);
    if (!ok) return false;
    rulebook_record *all =
        hb_arena_array(facts->arena, rulebook_record, person->n_records + counted.n);
    if (!all) return intake_page_refuse_error(page, NULL, (hb_out_of_memory(&err), &err));
    for (uint32_t i = 0; i < person->n_records; i++) all[i] = person->records[i];
    for (uint32_t i = 0; i < counted.n; i++) all[person->n_records + i] = counted.at[i];
    person->records = all;
    person->n_records += counted.n;
    return true;
}

static bool read_one(intake_reader *reader, hb_arena *arena, bool is_first_pass, intake_page *page,
                     hb_str line, intake_person *out) {
    const intake *in = reader->in;
    intake_facts facts = {
        .rb = in->rb,
        .evidence = (intake_evidence *)&in->evidence,  // written to in the first pass alone
        .arena = arena,
        .folder = in->folder,
        .is_first_pass = is_first_pass,
        .establishes = true};
    bool ok = intake_list_person(&in->list, &facts, page, reader->json, line, out);
    if (ok && out->custody != NULL) ok = add_custody(reader, &facts, page, out);
    if (!out->host.n && !in->is_agreement_refused) out->host = in->agreement.host;
    if (ok && out->host.n && !rulebook_knows_country(in->rb, out->host)) {
        ok = intake_page_refuse(
            page, NULL, "bad-country", "write its three letters of ISO 3166-1, such as SLV",
            "the host \"%.*s\" is no country", intake_page_shown(out->host), out->host.at);
    }
    if (ok && !out->host.n && !in->is_agreement_refused) {
        ok = intake_page_refuse(page, NULL, "no-host",
                                "write \"host\" on the line, or name an agreement that has one",
                                "nothing says where this person would be sent");
    }
    hb_str sender = rulebook_sender(in->rb);
    if (ok && sender.n && hb_str_equal(out->host, sender)) {
        ok = intake_page_refuse(page, NULL, "host-is-sender",
                                "name the state that would hold this person",
                                "the host is %.*s, the state that sends", (int)sender.n, sender.at);
    }
    return ok;
}

// ---- a reader: what one thread needs ------------------------------------------------------------

intake_reader *intake_reader_open(const intake *in, hb_error *err) {
    intake_reader *reader = calloc(1, sizeof *reader);
    if (reader) reader->json = hb_json_reader_open();
    if (reader && reader->json) {
        reader->in = in;
        return reader;
    }
    free(reader);
    hb_out_of_memory(err);
    return NULL;
}

void intake_reader_close(intake_reader *reader) {
    if (!reader) return;
    if (reader->counter) reader->in->counting->close(reader->counter);
    hb_json_reader_close(reader->json);
    free(reader);
}

// ---- the first pass -----------------------------------------------------------------------------

// Who stands on a line, for whoever sees all lines.
typedef struct {
    uint64_t line;
    uint32_t column;
    char who[sizeof((intake_page *)0)->who];  // "": the line gives no id
    hb_hash id;
} seen_person;

// What a worker finds in a chunk of lines.
typedef struct {
    hb_errors errors;
    bool is_refused, has_custody;
    seen_person people[INTAKE_CHUNK_LINES];
} findings;

typedef struct {
    intake *in;
    intake_people *people;
    hb_errors *errors;
    intake_progress progress;
    void *to;
    bool is_refused;
} first_pass;

typedef struct {
    intake_reader *reader;
    hb_arena *arena;
} checking;

static void close_checking(void *to) {
    checking *c = to;
    intake_reader_close(c->reader);
    hb_arena_close(c->arena);
    free(c);
}

static void *open_checking(void *to, hb_error *err) {
    checking *c = calloc(1, sizeof *c);
    if (!c || !(c->arena = hb_arena_open(INTAKE_PERSON_BYTES))) {
        free(c);
        hb_out_of_memory(err);
        return NULL;
    }
    if ((c->reader = intake_reader_open(((first_pass *)to)->in, err))) return c;
    close_checking(c);
    return NULL;
}

static void *open_findings(void *to) {
    (void)to;
    return calloc(1, sizeof(findings));
}

static void close_findings(void *own) {
    hb_errors_clear(&((findings *)own)->errors);
    free(own);
}

static void check_lines(void *shop, intake_chunk *c) {
    checking *at = shop;
    findings *found = c->own;
    for (uint32_t i = 0; i < c->n; i++) {
        intake_person person;
        hb_arena_reset(at->arena);
        intake_page page = {
            .errors = &found->errors, .file = at->reader->in->list.path, .line = c->line[i].number};
        found->is_refused |=
            !read_one(at->reader, at->arena, true, &page, intake_chunk_line(c, i), &person);
        found->has_custody |= person.custody != NULL;
        seen_person *seen = &found->people[i];
        *seen = (seen_person){.line = page.line, .column = page.column};
        if (!person.person.n) continue;
        memcpy(seen->who, page.who, sizeof seen->who);
        seen->id = hb_sha256(person.person.at, person.person.n);
    }
}

static bool check_twice(first_pass *pass, const seen_person *seen) {
    uint64_t first = 0;
    if (!seen->who[0]) return true;
    intake_page page = {.errors = pass->errors,
                        .file = pass->in->list.path,
                        .line = seen->line,
                        .column = seen->column,
                        .is_private = true};
    memcpy(page.who, seen->who, sizeof page.who);
    if (!intake_people_add(pass->people, seen->id, seen->line, &first)) {
        hb_error err = {0};
        hb_out_of_memory(&err);
        return intake_page_refuse_error(&page, NULL, &err);
    }
    if (!first) return true;
    return intake_page_refuse(
        &page, NULL, "person-twice",
        "keep one line a person; where records disagree, give the fact more than once on that line",
        "this person is on the list already, in line %llu", (unsigned long long)first);
}

// Errors come in the order of the list whatever the number of threads, for only the first are kept.
static bool take_findings(void *to, intake_chunk *c, hb_error *err) {
    first_pass *pass = to;
    findings *found = c->own;
    pass->is_refused |= found->is_refused;
    pass->in->has_custody |= found->has_custody;
    for (uint32_t i = 0; i < found->errors.n_kept; i++)
        hb_errors_add(pass->errors, &found->errors.kept[i]);
    pass->errors->n_all += found->errors.n_all - found->errors.n_kept;
    for (uint32_t i = 0; i < c->n && c->err.kind == HB_NONE; i++)
        pass->is_refused |= !check_twice(pass, &found->people[i]);
    if (c->unread.kind != HB_NONE) {
        hb_errors_add(pass->errors, &c->unread);
        pass->is_refused = true;
    }
    hb_errors_clear(&found->errors);
    found->is_refused = found->has_custody = false;
    *err = c->err;
    return c->err.kind == HB_NONE;
}

enum { PROGRESS_LINES = 256 };

static bool next_line(void *to, hb_str *line, uint64_t *number, bool *end, hb_error *err) {
    first_pass *pass = to;
    intake_list *list = &pass->in->list;
    if (pass->progress && pass->in->n_people % PROGRESS_LINES == 0)
        pass->progress(pass->to, intake_list_offset(list), intake_list_size(list));
    bool ok = intake_list_next(list, line, number, end, err);
    pass->in->n_people += !ok || !*end;
    return ok;
}

bool intake_check_people(intake *in, uint32_t n_jobs, intake_progress progress, void *to,
                         hb_errors *errors) {
    hb_error err = {0};
    first_pass pass = {
        .in = in, .people = intake_people_open(), .errors = errors, .progress = progress, .to = to};
    const intake_crew crew = {.n_jobs = n_jobs,
                              .to = &pass,
                              .next = next_line,
                              .take = take_findings,
                              .open = open_checking,
                              .work = check_lines,
                              .close = close_checking,
                              .own_open = open_findings,
                              .own_close = close_findings};
    bool ok = pass.people ? intake_crew_run(&crew, &err) : hb_out_of_memory(&err);
    if (!ok) hb_errors_add(errors, &err);
    if (progress) progress(to, intake_list_size(&in->list), intake_list_size(&in->list));
    intake_people_close(pass.people);
    return ok && !pass.is_refused;
}

// ---- the second pass ----------------------------------------------------------------------------

bool intake_next_line(intake *in, hb_str *line, uint64_t *number, bool *end, hb_error *err) {
    if (!intake_list_next(&in->list, line, number, end, err)) return false;
    if (!*end) in->n_handed_out++;
    if (*end ? in->n_handed_out == in->n_people : in->n_handed_out <= in->n_people) return true;
    hb_fail(err, HB_SYSTEM, "list-changed", "the list has changed while it was read");
    hb_error_file(err, in->list.path);
    return false;
}

static bool add_shared(const intake *in, hb_arena *arena, intake_person *person) {
    bool is_held_there = hb_str_equal(in->facility_country, person->host);
    const intake_records parts[] = {
        {(rulebook_record *)person->records, person->n_records},
        intake_agreement_binds(&in->agreement, person->host) ? in->of_agreement.proves
                                                             : in->of_agreement.says,
        is_held_there ? in->of_facility.proves : in->of_facility.says,
        is_held_there ? in->of_claims.proves : in->of_claims.says,
    };
    uint32_t n = 0;
    rulebook_record *all =
        hb_arena_array(arena, rulebook_record, parts[0].n + parts[1].n + parts[2].n + parts[3].n);
    if (!all) return false;
    for (uint32_t p = 0; p < 4; p++) {
        for (uint32_t i = 0; i < parts[p].n; i++) all[n++] = parts[p].at[i];
    }
    person->records = all;
    person->n_records = n;
    return true;
}

bool intake_read_person(intake_reader *reader, hb_arena *arena, hb_str line, uint64_t number,
                        intake_person *out, hb_error *err) {
    const intake *in = reader->in;
    hb_errors errors = {0};
    intake_person person;
    intake_page page = {.errors = &errors, .file = in->list.path, .line = number};
    bool ok = read_one(reader, arena, false, &page, line, &person);
    if (ok) {
        ok = add_shared(in, arena, &person) || hb_out_of_memory(err);
    } else if (errors.n_kept) {
        *err = errors.kept[0];
    } else {
        hb_out_of_memory(err);
    }
    hb_errors_clear(&errors);
    if (ok) *out = person;
    return ok;
}
