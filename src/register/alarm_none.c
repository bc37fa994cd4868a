// Alarms of no person: of the register itself, which is an old copy or not witnessed; of places
// that hold more people than they are made for; of questions that no human has answered in time.
#include <stdlib.h>
#include <string.h>

#include "register/internal.h"

static bool ask_log(alarm_asking *a, hb_error *err) {
    hb_str note;
    proof_standing standing;
    register_alarm alarm = {
        .id = "A14", .name = "log", .title = WORDS_LATER("Log not witnessed, or an old copy")};
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

// ---- places -------------------------------------------------------------------------------------

// What was said of a place when it was opened, or opened anew: the last counts.
typedef struct {
    hb_str place;
    int64_t capacity;
    uint32_t number;
} opening;
typedef struct {
    register_log *log;
    opening *all;
    uint32_t n, room;
} opening_list;

static bool take_opening(void *context, const store_value *row, hb_error *err) {
    opening_list *list = context;
    register_event *event = hb_arena_new(list->log->scratch, register_event);
    hb_json *open = NULL;
    if (!event) return hb_out_of_memory(err);
    if (!hb_json_parse(list->log->reader, list->log->scratch, row[0].text, &open, err) ||
        !event_read_open(open, event, err))
        return false;
    if (list->n == list->room) {
        uint32_t room = list->room ? list->room * 2 : 64;
        opening *grown = realloc(list->all, room * sizeof *grown);
        if (!grown) return hb_out_of_memory(err);
        list->all = grown, list->room = room;
    }
    list->all[list->n] = (opening){event->place, (int64_t)event->capacity, list->n};
    list->n++;
    return true;
}

static int by_place(const void *a, const void *b) {
    const opening *x = a, *y = b;
    int order = hb_str_compare(x->place, y->place);
    return order ? order : (x->number > y->number) - (x->number < y->number);
}

typedef struct {
    register_word place;
    int64_t held;
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

static bool ask_place(alarm_asking *a, const char *name, int64_t design, hb_error *err) {
    counting c = {.held = 0};
    custody_word(c.place, hb_str_from(name));
    const store_value place[] = {STORE_T(hb_str_from(c.place))};
    bool ok = a->is_past
                  ? register_roster_of(a->log, place[0].text, a->due.now, count_held, &c, err)
                  : store_run(a->log->store,
                              "SELECT COUNT(*) FROM standing WHERE place = $1 AND held = 1", place,
                              take_held, &c, err);
    if (!ok) return false;
    if (c.held <= design) return true;
    register_alarm alarm = {.id = "A13",
                            .name = "capacity",
                            .title = WORDS_LATER("More people than design places"),
                            .since = a->due.now,
                            .deadline = a->due.now};
    custody_word(alarm.place, hb_str_from(c.place));
    due_say(&a->due, &alarm, WORDS_LATER("%s: %lld held, %lld design places."), c.place,
            (long long)c.held, (long long)design);
    return a->each(a->context, &alarm, err);
}

// The reading of a roster takes the scratch, where the names of the places stand: they are kept.
static bool ask_capacity(alarm_asking *a, hb_error *err) {
    opening_list list = {.log = a->log};
    hb_arena *kept = hb_arena_open((size_t)64 << 20);
    hb_arena_reset(a->log->scratch);
    bool ok = (kept || hb_out_of_memory(err)) &&
              a->log->store->door->run(
                  a->log->store, "SELECT opened FROM event WHERE kind = 'PlaceOpened' ORDER BY seq",
                  NULL, 0, take_opening, &list, err);
    if (ok && list.n) qsort(list.all, list.n, sizeof list.all[0], by_place);
    for (uint32_t i = 0; ok && i < list.n; i++)
        ok = hb_str_copy(kept, list.all[i].place, &list.all[i].place) || hb_out_of_memory(err);
    for (uint32_t i = 0; ok && i < list.n; i++) {
        register_word place;
        bool is_last = i + 1 == list.n || !hb_str_equal(list.all[i].place, list.all[i + 1].place);
        custody_word(place, list.all[i].place);
        ok = !is_last || ask_place(a, place, list.all[i].capacity, err);
    }
    free(list.all);
    hb_arena_close(kept);
    return ok;
}

// ---- the register, questions --------------------------------------------------------------------

// A question about a person that a human had to answer, and did not in time.
static bool ask_question(void *context, const register_asking *question, hb_error *err) {
    alarm_asking *a = context;
    char when[32];
    if (question->due_at == 0 || question->answered_at || a->due.now < question->due_at)
        return true;
    register_alarm alarm = {.id = "A17",
                            .name = "asked",
                            .title = WORDS_LATER("A question waits for a human"),
                            .since = question->at,
                            .deadline = question->due_at};
    custody_word(alarm.owner, a->log->origin);
    due_say(&a->due, &alarm,
            WORDS_LATER("A question about a person waits for a human since %s (reference %.*s)."),
            due_time(when, question->at), (int)question->reference.n, question->reference.at);
    return a->each(a->context, &alarm, err);
}

bool alarm_of_none(alarm_asking *a, hb_error *err) {
    return ask_log(a, err) && ask_capacity(a, err) &&
           asked_waiting(a->log, a->question->now, ask_question, a, err);
}
