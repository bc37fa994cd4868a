// Alarms: what due.c says of each person, asked anew each time, given worst and oldest first, whole
// or in pages, and counted. An alarm has an owner, a deadline and a text; it ends when the fact
// changes and in no other way. To take one is to answer for it by name; it stays open. Hours are an
// agreement's, or the defaults.
#include <stdlib.h>
#include <string.h>

#include "register/internal.h"

typedef struct {
    register_log *log;
    const register_alarm_question *question;
    due_asking due;
    register_each_alarm each;
    void *context;
    bool is_past;  // asked about a time before the last event was recorded
} asking;

// ---- where a page begins ------------------------------------------------------------------------

// An alarm's place among all. As text "A4.1742075640.9f..": id, start, pseudonym.
typedef struct {
    uint32_t rank;
    int64_t starts;
    char person[PSEUDONYM];
} position;

static int compare_positions(const void *a, const void *b) {
    const position *x = a, *y = b;
    if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    if (x->starts != y->starts) return x->starts < y->starts ? -1 : 1;
    return strcmp(x->person, y->person);
}

static void write_cursor(register_cursor out, const position *at) {
    snprintf(out, REGISTER_CURSOR, "%s.%lld.%s", due_id(due_kind_at(at->rank)),
             (long long)at->starts, at->person);
}

static bool part(hb_str *rest, hb_str *out) {
    const char *dot = rest->n ? memchr(rest->at, '.', rest->n) : NULL;
    if (!dot) return false;
    *out = (hb_str){rest->at, (size_t)(dot - rest->at)};
    rest->n -= out->n + 1;
    rest->at = dot + 1;
    return true;
}

static bool read_cursor(hb_str cursor, position *out, hb_error *err) {
    hb_str id, starts, rest = cursor;
    uint64_t seconds = 0;
    *out = (position){.starts = INT64_MIN};
    if (cursor.n == 0) return true;
    if (part(&rest, &id) && part(&rest, &starts) && due_kind_find(id) && rest.n < PSEUDONYM) {
        bool is_before_1970 = starts.n && starts.at[0] == '-';
        if (is_before_1970) starts.at++, starts.n--;
        out->rank = due_rank(due_kind_find(id));
        memcpy(out->person, rest.at, rest.n);
        if (proof_uint_read(starts, &seconds) && seconds < NEVER) {
            out->starts = is_before_1970 ? -(int64_t)seconds : (int64_t)seconds;
            return true;
        }
    }
    return read_no_cursor(err);
}

// ---- taken by -----------------------------------------------------------------------------------

typedef struct {
    hb_str alarm;
    register_word by;
    int64_t at;
    register_log *log;
} taking;

static bool take_taken(void *context, const store_value *row, hb_error *err) {
    taking *t = context;
    register_event *event = hb_arena_new(t->log->scratch, register_event);
    hb_json *open = NULL, *signers = NULL;
    if (!event) return hb_out_of_memory(err);
    if (!hb_json_parse(t->log->reader, t->log->scratch, row[0].text, &open, err) ||
        !hb_json_parse(t->log->reader, t->log->scratch, row[1].text, &signers, err) ||
        !event_read_open(open, event, err)) {
        return false;
    }
    const hb_json *key = signers->n ? hb_json_member(&signers->first[0], HB_STR("key")) : NULL;
    if (key && hb_str_equal(event->alarm, t->alarm)) custody_word(t->by, key->text);
    return true;
}

static bool give(asking *a, const due_row *row, hb_str pseudonym, hb_error *err) {
    register_alarm alarm;
    taking t = {.log = a->log};
    due_alarm(&a->due, row, &alarm);
    alarm.person = pseudonym;
    t.alarm = hb_str_from(alarm.id);
    hb_arena_reset(a->log->scratch);
    const store_value who[] = {STORE_T(pseudonym), STORE_N(alarm.since)};
    if (!store_run(a->log->store,
                   "SELECT opened, signers FROM event WHERE person = $1 AND kind = "
                   "'AlarmTaken' AND happened >= $2 ORDER BY seq",
                   who, take_taken, &t, err))
        return false;
    memcpy(alarm.taken_by, t.by, sizeof t.by);
    if (a->log->vault) (void)vault_person(a->log->vault, a->log->scratch, pseudonym, &alarm.person);
    return a->each(a->context, &alarm, err);
}

// ---- out of custody -----------------------------------------------------------------------------

// The open alarms of those who were looked at one by one: of one person, or, as of a time that has
// gone, of everybody.
typedef struct {
    position at;
    due_row row;
} open_alarm;
typedef struct {
    asking *asking;
    hb_arena *arena;
    open_alarm *all;
    size_t n, room;
} open_list;

static bool is_wanted(const asking *a, const due_row *row) {
    const register_alarm_question *q = a->question;
    int64_t first = 0, last = 0;
    due_window(row->kind, &a->due, &first, &last);
    if (row->starts < first || row->starts > last) return false;
    if (q->kind.n && due_kind_find(q->kind) != row->kind) return false;
    if (!q->place.n && !q->owner.n) return true;
    return (q->place.n && hb_str_equal(q->place, row->place)) ||
           (q->owner.n && hb_str_equal(q->owner, row->owner));
}

static bool keep_row(open_list *list, hb_str person, const due_row *row) {
    if (list->n == list->room) {
        size_t room = list->room ? list->room * 2 : 64;
        open_alarm *grown = realloc(list->all, room * sizeof *grown);
        if (!grown) return false;
        list->all = grown, list->room = room;
    }
    open_alarm *kept = &list->all[list->n++];
    *kept = (open_alarm){
        .at = {due_rank(row->kind), row->starts, ""},
          .row = *row
    };
    snprintf(kept->at.person, PSEUDONYM, "%.*s", (int)person.n, person.at);
    return hb_str_copy(list->arena, row->place, &kept->row.place) &&
           hb_str_copy(list->arena, row->owner, &kept->row.owner) &&
           hb_str_copy(list->arena, row->what, &kept->row.what);
}

static bool collect(void *context, const register_line *line, hb_error *err) {
    open_list *list = context;
    due_row rows[DUE_ROWS];
    uint32_t n = due_rows(&line->custody, rows);
    for (uint32_t i = 0; i < n; i++) {
        if (is_wanted(list->asking, &rows[i]) && !keep_row(list, line->person, &rows[i]))
            return hb_out_of_memory(err);
    }
    return true;
}

// The caller frees list->all and closes list->arena.
static bool collect_all(asking *a, open_list *list, hb_error *err) {
    char person[PSEUDONYM];
    int64_t at = a->is_past ? a->due.now : INT64_MAX;
    bool ok = true;
    *list = (open_list){.asking = a, .arena = hb_arena_open((size_t)1 << 30)};
    if (!list->arena) return hb_out_of_memory(err);
    if (a->question->person.n) {
        if (!read_pseudonym(a->log, a->question->person, person, err)) return false;
        ok = read_one(a->log, hb_str_from(person), at, collect, list, err);
    } else {
        ok = read_each(a->log, at, collect, list, err);
    }
    if (ok && list->n) qsort(list->all, list->n, sizeof list->all[0], compare_positions);
    return ok;
}

static bool page_of_list(asking *a, const position *from, uint32_t limit, register_page *page,
                         hb_error *err) {
    open_list list;
    bool ok = collect_all(a, &list, err);
    size_t first = 0;
    while (ok && first < list.n && compare_positions(&list.all[first].at, from) < 0) first++;
    size_t end = limit < list.n - first ? first + limit : list.n;
    *page = (register_page){.n_all = list.n, .n_before = first};
    page->has_previous = first > 0;
    page->has_next = end < list.n;
    if (page->has_previous)
        write_cursor(page->previous, &list.all[first > limit ? first - limit : 0].at);
    if (page->has_next) write_cursor(page->next, &list.all[end].at);
    for (size_t i = first; ok && i < end; i++)
        ok = give(a, &list.all[i].row, hb_str_from(list.all[i].at.person), err);
    free(list.all);
    hb_arena_close(list.arena);
    return ok;
}

static bool count_list(asking *a, register_alarm_count counts[REGISTER_ALARM_KINDS],
                       hb_error *err) {
    open_list list;
    bool ok = collect_all(a, &list, err);
    for (size_t i = 0; ok && i < list.n; i++) counts[list.all[i].at.rank].n++;
    free(list.all);
    hb_arena_close(list.arena);
    return ok;
}

// ---- of the register itself ---------------------------------------------------------------------

static bool ask_log(asking *a, hb_error *err) {
    hb_str note;
    proof_standing standing;
    register_alarm alarm = {.id = "A14", .name = "log"};
    custody_word(alarm.owner, a->log->origin);
    alarm.since = alarm.deadline = a->due.now;
    if (a->log->is_rolled_back) {
        due_say(
            &a->due, &alarm,
            WORDS_LATER(
                "ROLLED BACK: this copy is older than a checkpoint that was signed. Do not rely on "
                "it."));
        if (!a->each(a->context, &alarm, err)) return false;
    }
    hb_arena_reset(a->log->scratch);
    if (!register_checkpoint(a->log, a->log->scratch, &note, &standing, err)) return false;
    if (standing.is_witnessed) return true;
    due_say(&a->due, &alarm,
            WORDS_LATER("Checkpoint %llu has %u of %u cosignatures: not independently witnessed."),
            (unsigned long long)register_size(a->log), standing.n_cosigned, standing.n_witnesses);
    return a->each(a->context, &alarm, err);
}

typedef struct {
    asking *a;
    char place[REGISTER_WORD];
    int64_t design, held;
} counting;

static bool count_held(void *context, const register_line *line, hb_error *err) {
    counting *c = context;
    (void)err;
    c->held += line->custody.state == REGISTER_HELD && strcmp(line->custody.place, c->place) == 0;
    return true;
}

static bool take_held(void *context, const store_value *row, hb_error *err) {
    (void)err;
    ((counting *)context)->held = row[0].number;
    return true;
}

enum { PLACES = 256 };
typedef struct {
    register_log *log;
    uint32_t n;
    struct {
        register_word place;
        int64_t capacity;
    } places[PLACES];
} place_list;

static bool take_place(void *context, const store_value *row, hb_error *err) {
    place_list *list = context;
    register_event *event = hb_arena_new(list->log->scratch, register_event);
    hb_json *open = NULL;
    if (!event) return hb_out_of_memory(err);
    if (!hb_json_parse(list->log->reader, list->log->scratch, row[0].text, &open, err) ||
        !event_read_open(open, event, err))
        return false;
    uint32_t i = 0;
    while (i < list->n && !hb_str_equal(event->place, hb_str_from(list->places[i].place))) i++;
    if (i == PLACES)
        return hb_fail(err, HB_LIMIT, "memory-limit", "the register has more than %d places",
                       PLACES);
    if (i == list->n) list->n++;
    custody_word(list->places[i].place, event->place);
    list->places[i].capacity = (int64_t)event->capacity;
    return true;
}

static bool ask_capacity(asking *a, hb_error *err) {
    place_list list = {.log = a->log};
    hb_arena_reset(a->log->scratch);
    if (!a->log->store->door->run(
            a->log->store, "SELECT opened FROM event WHERE kind = 'PlaceOpened' ORDER BY seq", NULL,
            0, take_place, &list, err))
        return false;
    for (uint32_t i = 0; i < list.n; i++) {
        counting c = {.a = a, .design = list.places[i].capacity};
        snprintf(c.place, sizeof c.place, "%s", list.places[i].place);
        const store_value place[] = {STORE_T(hb_str_from(c.place))};
        bool ok = a->is_past
                      ? register_roster_of(a->log, place[0].text, a->due.now, count_held, &c, err)
                      : store_run(a->log->store,
                                  "SELECT COUNT(*) FROM standing WHERE place = $1 AND held = 1",
                                  place, take_held, &c, err);
        if (!ok) return false;
        if (c.held <= c.design) continue;
        register_alarm alarm = {
            .id = "A13", .name = "capacity", .since = a->due.now, .deadline = a->due.now};
        custody_word(alarm.place, hb_str_from(c.place));
        due_say(&a->due, &alarm, WORDS_LATER("%s: %lld held, %lld design places."), c.place,
                (long long)c.held, (long long)c.design);
        if (!a->each(a->context, &alarm, err)) return false;
    }
    return true;
}

// A question about a person that a human had to answer, and did not in time.
static bool ask_question(void *context, const register_asking *question, hb_error *err) {
    asking *a = context;
    char when[32];
    if (question->due_at == 0 || question->answered_at || a->due.now < question->due_at)
        return true;
    register_alarm alarm = {
        .id = "A17", .name = "asked", .since = question->at, .deadline = question->due_at};
    custody_word(alarm.owner, a->log->origin);
    due_say(&a->due, &alarm,
            WORDS_LATER("A question about a person waits for a human since %s (reference %.*s)."),
            due_time(when, question->at), (int)question->reference.n, question->reference.at);
    return a->each(a->context, &alarm, err);
}

static bool take_last(void *context, const store_value *row, hb_error *err) {
    (void)err;
    *(int64_t *)context = row[0].number;
    return true;
}

// ---- asking -------------------------------------------------------------------------------------

// Within one moment of the register.
static bool start(asking *a, hb_error *err) {
    int64_t last = 0;
    const register_alarm_question *q = a->question;
    if (q->kind.n && !due_kind_find(q->kind)) {
        hb_fail(err, HB_INPUT, "bad-alarm", "there is no alarm \"%.*s\" of a person",
                (int)(q->kind.n < 60 ? q->kind.n : 60), q->kind.at);
        hb_error_help(err, "known: A1 to A12, A15, A16, or their names, as not-seen");
        return false;
    }
    if (!log_moment(a->log, err)) return false;
    if (!a->log->store->door->run(
            a->log->store, "SELECT recorded FROM event WHERE seq = (SELECT MAX(seq) FROM event)",
            NULL, 0, take_last, &last, err)) {
        log_moment_end(a->log);
        return false;
    }
    a->due = (due_asking){q->hours, q->now.seconds, q->language};
    a->is_past = a->due.now < last;
    return true;
}

bool register_alarms_page(register_log *log, const register_alarm_question *question, hb_str from,
                          uint32_t limit, register_each_alarm each, void *context,
                          register_page *page, hb_error *err) {
    position at;
    asking a = {.log = log, .question = question, .each = each, .context = context};
    if (!read_cursor(from, &at, err) || !start(&a, err)) return false;
    bool ok = page_of_list(&a, &at, limit, page, err);
    log_moment_end(log);
    return ok;
}

bool register_alarms_count(register_log *log, const register_alarm_question *question,
                           register_alarm_count counts[REGISTER_ALARM_KINDS], hb_error *err) {
    asking a = {.log = log, .question = question};
    for (uint32_t i = 0; i < REGISTER_ALARM_KINDS; i++)
        counts[i] = (register_alarm_count){due_id(due_kind_at(i)), due_name(due_kind_at(i)), 0};
    if (!start(&a, err)) return false;
    bool ok = count_list(&a, counts, err);
    log_moment_end(log);
    return ok;
}

bool register_alarms_of_none(register_log *log, const register_alarm_question *question,
                             register_each_alarm each, void *context, hb_error *err) {
    asking a = {.log = log, .question = question, .each = each, .context = context};
    if (!start(&a, err)) return false;
    bool ok = ask_log(&a, err) && ask_capacity(&a, err) &&
              register_asked(log, NULL, question->now, ask_question, &a, err);
    log_moment_end(log);
    return ok;
}

bool register_alarms(register_log *log, hb_instant now, const register_hours *hours,
                     words_language language, register_each_alarm each, void *context,
                     hb_error *err) {
    const register_alarm_question all = {.now = now, .hours = hours, .language = language};
    register_page page;
    if (!log_moment(log, err)) return false;
    bool ok = register_alarms_of_none(log, &all, each, context, err) &&
              register_alarms_page(log, &all, HB_STR(""), UINT32_MAX, each, context, &page, err);
    log_moment_end(log);
    return ok;
}
