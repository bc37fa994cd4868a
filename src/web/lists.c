// A list decided ahead: when it is taken in, every person is decided once, on all cores, and what a
// row of the page shows is kept (some eighty bytes a person, a spool of the lines on disk). A page
// of a list is then a walk over an array, whatever its length. One person's page decides her anew
// from her own line, so what it says is what habeas check says.
//
//   lines -> spool (one temporary file without a name), offsets
//   ranges of persons -> threads, each with its own bench -> rows
//   rows -> worst first, then by id; a table from id to row
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conditions/conditions.h"
#include "dmn/dmn.h"
#include "web/site.h"

enum { PERSON_BYTES = 64 << 20, JOBS_MAX = 64, STEP = 64 };

// ---- reading -----------------------------------------------------------------------------------

typedef struct {
    web_list *list;
    const rulebook *rb;
    atomic_uint next;
    pthread_mutex_t lock;  // of names, the list's numbers and err
    hb_error err;
} deciding;

// What a thread has found and not yet given to the list: the ids of STEP people, and numbers.
typedef struct {
    hb_text names;
    uint32_t *document_facts;
    uint64_t *n_barred_by;
} finding;

// In the folder of the store: the one place where the server may still make files once it serves.
static FILE *open_spool(const char *store) {
    char folder[4096];
    snprintf(folder, sizeof folder, "%s", store);
    char *slash = strrchr(folder, '/');
    if (slash) slash[1] = '\0';
    int fd = open(slash ? folder : ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    FILE *spool = fd >= 0 ? fdopen(fd, "w+") : NULL;
    if (!spool && fd >= 0) close(fd);
    return spool ? spool : tmpfile();  // a file system without O_TMPFILE
}

static bool spool_lines(web_list *list, const char *store, hb_error *err) {
    uint64_t n_people = intake_n_people(list->in), at = 0;
    FILE *spool = open_spool(store);
    if (!spool) return hb_fail(err, HB_SYSTEM, "cannot-spool", "no temporary file");
    list->lines = dup(fileno(spool));
    bool ok = n_people < UINT32_MAX && list->lines >= 0;
    if (ok) list->people = calloc((size_t)n_people + 1, sizeof *list->people);
    ok = (ok && list->people) || hb_out_of_memory(err);
    for (bool is_end = false; ok && !is_end;) {
        hb_str line;
        uint64_t number = 0;
        ok = intake_next_line(list->in, &line, &number, &is_end, err);
        if (!ok || is_end) break;
        if (list->n == n_people) break;  // the file grew: intake says so at its end
        list->people[list->n++] =
            (web_person){.at = at, .line = number, .n_bytes = (uint32_t)line.n};
        at += line.n;
        if (fwrite(line.at, 1, line.n, spool) != line.n) {
            ok = hb_fail(err, HB_SYSTEM, "cannot-spool", "the temporary file cannot be written: %s",
                         strerror(errno));
        }
    }
    if (fclose(spool) != 0 && ok) {
        ok = hb_fail(err, HB_SYSTEM, "cannot-spool", "the temporary file cannot be written");
    }
    return ok;
}

// The person's own line, in the arena.
static bool read_line(const web_list *list, const web_person *row, hb_arena *arena, hb_str *line,
                      hb_error *err) {
    char *at = hb_arena_alloc(arena, (size_t)row->n_bytes + 1);
    if (!at) return hb_out_of_memory(err);
    if (pread(list->lines, at, row->n_bytes, (off_t)row->at) != (ssize_t)row->n_bytes) {
        return hb_fail(err, HB_SYSTEM, "cannot-read", "a line of the list cannot be read again");
    }
    *line = (hb_str){at, row->n_bytes};
    return true;
}

// ---- deciding ----------------------------------------------------------------------------------

bool web_is_open_rule(const rulebook *rb, const gate_decision *d, uint32_t rule) {
    const rulebook_rule *row = rulebook_rule_at(rb, rule);
    if (row->is_confidential) return false;
    for (uint32_t i = 0; i < row->n_own; i++) {
        if (rulebook_fact_at(rb, row->facts[i])->is_confidential &&
            d->facts[row->facts[i]].has_value)
            return false;
    }
    return true;
}

static void fill_row(const rulebook *rb, const gate_decision *d, web_person *row) {
    row->verdict = (uint8_t)d->verdict;
    row->n_reasons = (uint16_t)d->n_reasons;
    row->n_missing = (uint16_t)d->n_missing;
    row->first_reason = d->n_reasons ? d->reasons[0] : DMN_NONE;
    row->first_open_reason = DMN_NONE;
    for (uint32_t i = d->n_reasons; i-- > 0;) {
        if (web_is_open_rule(rb, d, d->reasons[i])) row->first_open_reason = d->reasons[i];
    }
    for (uint32_t i = 0; i < d->n_missing; i++) {
        if (!rulebook_fact_at(rb, d->missing[i])->is_confidential) row->n_open_missing++;
    }
}

static bool decide_row(const deciding *all, web_worker *w, intake_reader *reader, web_person *row,
                       finding *found, hb_error *err) {
    intake_person person = {0};
    gate_decision decision = {0};
    hb_str line;
    hb_arena_reset(w->arena);
    if (!read_line(all->list, row, w->arena, &line, err)) return false;
    if (!intake_read_person(reader, w->arena, line, row->line, &person, err)) return false;
    rulebook_day day = {intake_as_of(all->list->in), person.host, intake_author(all->list->in)};
    if (!gate_decide(w->bench, w->arena, &day, person.records, person.n_records, &decision, err)) {
        return false;
    }
    fill_row(all->rb, &decision, row);
    hb_str initials = web_initials(w->arena, person.name);
    snprintf(row->initials, sizeof row->initials, "%.*s", (int)initials.n,
             initials.n ? initials.at : "");
    row->id = (uint32_t)found->names.n;
    row->n_id = (uint8_t)person.person.n;
    hb_text_add(&found->names, person.person);
    for (uint32_t i = 0; i < decision.n_missing; i++) {
        uint32_t fact = decision.missing[i];
        found->document_facts[fact]++;
        all->list->missing[(size_t)row->missing * all->list->n_words + fact / 64] |= 1ull
                                                                                     << fact % 64;
    }
    for (uint32_t i = 0; i < decision.n_reasons; i++) {
        if (decision.outcomes[decision.reasons[i]] == GATE_BARS)
            found->n_barred_by[decision.reasons[i]]++;
    }
    return true;
}

static void give_names(deciding *all, web_person *rows, uint32_t n, finding *found) {
    hb_text *names = &all->list->names;
    pthread_mutex_lock(&all->lock);
    for (uint32_t i = 0; i < n; i++) rows[i].id += (uint32_t)names->n;
    hb_text_add(names, (hb_str){found->names.at, found->names.n});
    names->failed |= found->names.failed;
    pthread_mutex_unlock(&all->lock);
    found->names.n = 0;
}

static bool open_finding(const rulebook *rb, finding *found, hb_error *err) {
    *found =
        (finding){.document_facts = calloc(rulebook_n_facts(rb) + 1, sizeof *found->document_facts),
                  .n_barred_by = calloc(rulebook_n_rules(rb) + 1, sizeof *found->n_barred_by)};
    return (found->document_facts && found->n_barred_by) || hb_out_of_memory(err);
}

static void give_numbers(deciding *all, finding *found) {
    pthread_mutex_lock(&all->lock);
    for (uint32_t i = 0; found->document_facts && i < rulebook_n_facts(all->rb); i++)
        all->list->document_facts[i] += found->document_facts[i];
    for (uint32_t i = 0; found->n_barred_by && i < rulebook_n_rules(all->rb); i++)
        all->list->n_barred_by[i] += found->n_barred_by[i];
    pthread_mutex_unlock(&all->lock);
    hb_text_clear(&found->names);
    free(found->document_facts);
    free(found->n_barred_by);
}

static void *decide_some(void *to) {
    deciding *all = to;
    web_worker w = {.arena = hb_arena_open(PERSON_BYTES)};
    hb_error err = {0};
    intake_reader *reader = NULL;
    finding found = {0};
    bool ok = (w.arena || hb_out_of_memory(&err)) && open_finding(all->rb, &found, &err);
    ok = ok && (w.bench = rulebook_bench_open(all->rb, &err));
    ok = ok && (reader = intake_reader_open(all->list->in, &err));
    while (ok) {
        uint32_t from = atomic_fetch_add(&all->next, STEP), until = from + STEP;
        if (from >= all->list->n) break;
        if (until > all->list->n) until = all->list->n;
        for (uint32_t i = from; ok && i < until; i++) {
            ok = decide_row(all, &w, reader, &all->list->people[i], &found, &err);
        }
        if (ok) give_names(all, &all->list->people[from], until - from, &found);
    }
    if (!ok) {
        pthread_mutex_lock(&all->lock);
        if (all->err.kind == HB_NONE) all->err = err;
        pthread_mutex_unlock(&all->lock);
    }
    give_numbers(all, &found);
    intake_reader_close(reader);
    rulebook_bench_close(w.bench);
    hb_arena_close(w.arena);
    return NULL;
}

static bool decide_all(web_list *list, const rulebook *rb, uint32_t n_jobs, hb_error *err) {
    pthread_t threads[JOBS_MAX];
    uint32_t n = 0;
    deciding all = {.list = list, .rb = rb, .lock = PTHREAD_MUTEX_INITIALIZER};
    list->document_facts = calloc(rulebook_n_facts(rb), sizeof *list->document_facts);
    list->n_barred_by = calloc(rulebook_n_rules(rb) + 1, sizeof *list->n_barred_by);
    list->n_words = (rulebook_n_facts(rb) + 63) / 64;
    list->missing = calloc((size_t)list->n * list->n_words + 1, sizeof *list->missing);
    if (!list->document_facts || !list->n_barred_by || !list->missing) return hb_out_of_memory(err);
    for (uint32_t i = 0; i < list->n; i++) list->people[i].missing = i;
    for (; n < n_jobs && n < JOBS_MAX; n++) {
        if (pthread_create(&threads[n], NULL, decide_some, &all) != 0) break;
    }
    if (n == 0) return hb_fail(err, HB_SYSTEM, "thread", "the system gave no thread");
    for (uint32_t i = 0; i < n; i++) pthread_join(threads[i], NULL);
    if (list->names.failed && all.err.kind == HB_NONE) hb_out_of_memory(&all.err);
    if (all.err.kind != HB_NONE) *err = all.err;
    return all.err.kind == HB_NONE;
}

// ---- order -------------------------------------------------------------------------------------

static int rank(uint8_t verdict) {
    switch ((gate_verdict)verdict) {
        case GATE_BARRED: return 0;
        case GATE_UNRESOLVED: return 1;
        case GATE_NO_BAR_FOUND: return 2;
    }
    return 1;
}

static int worst_first(const void *a, const void *b, void *list) {
    const web_person *one = a, *two = b;
    int by_rank = rank(one->verdict) - rank(two->verdict);
    if (by_rank) return by_rank;
    return hb_str_compare(web_person_id(list, one), web_person_id(list, two));
}

static uint64_t hash_id(hb_str id) {
    uint64_t h = 14695981039346656037u;  // FNV-1a
    for (size_t i = 0; i < id.n; i++) h = (h ^ (uint8_t)id.at[i]) * 1099511628211u;
    return h;
}

static bool index_rows(web_list *list, hb_error *err) {
    qsort_r(list->people, list->n, sizeof *list->people, worst_first, list);
    for (list->n_by_id = 16; list->n_by_id < list->n * 2u; list->n_by_id *= 2) continue;
    list->by_id = calloc(list->n_by_id, sizeof *list->by_id);
    if (!list->by_id) return hb_out_of_memory(err);
    for (uint32_t i = 0; i < list->n; i++) {
        uint64_t h = hash_id(web_person_id(list, &list->people[i]));
        while (list->by_id[h & (list->n_by_id - 1)]) h++;
        list->by_id[h & (list->n_by_id - 1)] = i + 1;
        list->n_verdicts[list->people[i].verdict]++;
        if (list->people[i].at < list->people[list->first].at) list->first = i;
    }
    return true;
}

// ---- the whole ---------------------------------------------------------------------------------

static void fill_page(web_list *list, const rulebook *rb, const web_options *options,
                      const char *path) {
    list->page = (gate_page){.rb = rb,
                             .as_of = intake_as_of(list->in),
                             .is_retrospective = intake_is_retrospective(list->in),
                             .author = intake_author(list->in),
                             .list = intake_list_name(list->in),
                             .agreement = intake_agreement_id(list->in),
                             .agreement_status = intake_agreement_status(list->in),
                             .list_path = path};
    list->page.n_sources = intake_sources(list->in, &list->page.sources);
    gate_signatures_read(rb, options->trust, &list->page.signatures);
    for (uint32_t i = 0; i < list->page.n_sources; i++) {
        if (hb_str_equal(list->page.sources[i].role, HB_STR("list"))) {
            list->sha256 = list->page.sources[i].sha256;
        }
    }
    char hex[65];
    hb_hash_hex(list->sha256, hex);
    snprintf(list->id, sizeof list->id, "L-%.8s", hex);
}

web_list *web_list_open(const rulebook *rb, const web_options *options, const char *path,
                        const char *imported, uint32_t n_jobs, hb_errors *errors) {
    hb_error err = {0};
    char conditions[4096];
    snprintf(conditions, sizeof conditions, "%s/conditions", options->rulebooks);
    intake_request request = {.list = path,
                              .imported = imported,
                              .today = options->today,
                              .weigh = conditions_weigh_for_gate,
                              .weigh_with = conditions};
    web_list *list = calloc(1, sizeof *list);
    bool ok = list || hb_out_of_memory(&err);
    if (ok) {
        list->lines = -1;
        list->for_gate = (enddate_for_gate){.rulebooks = options->rulebooks};
        list->counting = (intake_counting){enddate_gate_open, enddate_gate_close,
                                           enddate_gate_count, &list->for_gate};
        request.counting = &list->counting;
    }
    if (ok && !(list->in = intake_open(rb, &request, NULL, NULL, errors))) {
        web_list_close(list);
        return NULL;
    }
    ok = ok && spool_lines(list, options->store, &err) && decide_all(list, rb, n_jobs, &err) &&
         index_rows(list, &err);
    if (ok) {
        fill_page(list, rb, options, path);
        ok = web_orders_make(list, &err);
    }
    if (ok) return list;
    hb_errors_add(errors, &err);
    web_list_close(list);
    return NULL;
}

void web_list_close(web_list *list) {
    if (!list) return;
    intake_close(list->in);
    enddate_close(list->for_gate.law);
    if (list->lines >= 0) close(list->lines);
    hb_text_clear(&list->names);
    free(list->document_facts);
    free(list->n_barred_by);
    free(list->missing);
    free(list->by_id);
    web_orders_clear(list);
    free(list->people);
    free(list);
}

// ---- asking ------------------------------------------------------------------------------------

uint32_t web_n_lists(const web_site *site) {
    return site->n_lists;
}

const web_list *web_list_at(const web_site *site, uint32_t i) {
    return site->lists[i];
}

const web_list *web_list_find(const web_site *site, hb_str id) {
    for (uint32_t i = 0; i < site->n_lists; i++) {
        if (hb_str_equal(hb_str_from(site->lists[i]->id), id)) return site->lists[i];
    }
    return NULL;
}

hb_str web_person_id(const web_list *list, const web_person *person) {
    return (hb_str){list->names.at + person->id, person->n_id};
}

const web_person *web_person_find(const web_list *list, hb_str id) {
    for (uint64_t h = hash_id(id);; h++) {
        uint32_t at = list->by_id[h & (list->n_by_id - 1)];
        if (at == 0) return NULL;
        if (hb_str_equal(web_person_id(list, &list->people[at - 1]), id))
            return &list->people[at - 1];
    }
}

bool web_person_misses(const web_list *list, const web_person *person, uint32_t fact) {
    return list->missing[(size_t)person->missing * list->n_words + fact / 64] >> fact % 64 & 1;
}

const web_list *web_list_of(const web_site *site, hb_str person, const web_person **row) {
    for (uint32_t i = site->n_lists; i-- > 0;) {
        if ((*row = web_person_find(site->lists[i], person))) return site->lists[i];
    }
    return NULL;
}

enum { OWN_ROWS = 4000 };
typedef struct {
    const web_list *list;
    web_own_rows *own;
} gathering;

static void gather(gathering *g, hb_str person) {
    const web_person *row = web_person_find(g->list, person);
    if (row && g->own->n < OWN_ROWS) g->own->rows[g->own->n++] = row;
}

static bool gather_line(void *to, const register_line *line, hb_error *err) {
    (void)err;
    gather(to, line->person);
    return true;
}

static int by_row(const void *a, const void *b) {
    const web_person *one = *(const web_person *const *)a, *two = *(const web_person *const *)b;
    return one < two ? -1 : one > two;
}

static hb_str next_word(const char **at) {
    *at += strspn(*at, " ");
    hb_str word = {*at, strcspn(*at, " ")};
    *at += word.n;
    return word;
}

bool web_rows_of_own(web_request *r, const web_list *list, web_own_rows *own) {
    gathering g = {list, own};
    const char *people = r->account.people, *parties = r->account.place;
    hb_str word;
    hb_error ignored = {0};
    *own = (web_own_rows){hb_arena_alloc(r->arena, OWN_ROWS * sizeof *own->rows), 0};
    if (!own->rows) return false;
    while ((word = next_word(&people)).n) gather(&g, word);
    while (r->worker->log && (word = next_word(&parties)).n) {
        bool is_whole = false;
        if (!register_roster_concerning(r->worker->log, word, OWN_ROWS / 4, &is_whole, gather_line,
                                        &g, &ignored) ||
            !is_whole)
            return false;
    }
    if (own->n == OWN_ROWS) return false;
    if (own->n) qsort(own->rows, own->n, sizeof *own->rows, by_row);
    uint32_t n = 0;
    for (uint32_t i = 0; i < own->n; i++) {
        if (i == 0 || own->rows[i] != own->rows[i - 1]) own->rows[n++] = own->rows[i];
    }
    own->n = n;
    return true;
}

static uint32_t index_of(const web_site *site, const web_list *list) {
    uint32_t i = 0;
    while (site->lists[i] != list) i++;
    return i;
}

bool web_decide(web_request *r, hb_str person, web_decided *out, bool *found, hb_error *err) {
    const web_person *row = NULL;
    const web_list *list = web_list_of(r->site, person, &row);
    *found = list != NULL;
    if (!list) return true;
    *out = (web_decided){.list = list, .page = list->page};
    out->page.language = r->language;
    hb_str line;
    hb_text input = {0};
    intake_reader **reader = &r->worker->readers[index_of(r->site, list)];
    if (!*reader && !(*reader = intake_reader_open(list->in, err))) return false;
    if (!read_line(list, row, r->arena, &line, err)) return false;
    if (!intake_read_person(*reader, r->arena, line, row->line, &out->person, err)) return false;
    out->day = (rulebook_day){list->page.as_of, out->person.host, list->page.author};
    bool ok = gate_decide(r->worker->bench, r->arena, &out->day, out->person.records,
                          out->person.n_records, &out->decision, err) &&
              gate_input_json(r->site->rb, r->arena, out->person.records, out->person.n_records,
                              &input, err);
    if (ok) out->input = hb_sha256(input.at, input.n);
    hb_text_clear(&input);
    out->answer = (gate_answer){&out->page, &out->person, &out->decision, out->input, NULL};
    return ok;
}
