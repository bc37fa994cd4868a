// Alarms: questions to the fold of each person, asked anew each time, given worst and oldest first.
// An alarm has an owner, a deadline and a text; it ends when the fact changes and in no other way.
// To take one is to answer for it by name; it stays open. Hours are an agreement's, or the defaults
// here.
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "register/internal.h"

enum { HOUR = 3600, DAY = 86400 };

register_hours register_hours_default(void) {
    return (register_hours){
        .not_seen = 24, .transit = 4, .offer = 2, .isolation = 15 * 24, .counsel = 72, .order = 72};
}

bool register_hours_read(const hb_json *alarms, register_hours *hours, hb_error *err) {
    const struct {
        const char *name;
        int64_t *to;
    } NAMES[] = {
        {"not_seen",  &hours->not_seen },
        {"transit",   &hours->transit  },
        {"offer",     &hours->offer    },
        {"isolation", &hours->isolation},
        {"counsel",   &hours->counsel  },
        {"order",     &hours->order    }
    };
    for (uint32_t i = 0; i < alarms->n; i++) {
        const hb_json *one = &alarms->first[i];
        uint64_t value = 0;
        bool is_known = false;
        for (size_t k = 0; k < sizeof NAMES / sizeof NAMES[0]; k++) {
            if (!hb_str_equal(one->key, hb_str_from(NAMES[k].name))) continue;
            is_known = one->kind == HB_JSON_NUMBER && proof_uint_read(one->text, &value) &&
                       value > 0 && value < 100000;
            if (is_known) *NAMES[k].to = (int64_t)value;
        }
        if (!is_known) {
            hb_fail(err, HB_INPUT, "bad-hours", "\"%.*s\" is no alarm with a whole number of hours",
                    (int)one->key.n, one->key.at);
            hb_error_help(err, "known: not_seen, transit, offer, isolation, counsel, order");
            return false;
        }
    }
    return true;
}

typedef struct {
    register_log *log;
    const register_hours *hours;
    int64_t now;
    words_language language;
    register_each_alarm each;
    void *context;
    bool is_past;  // asked about a time before the last event was recorded
} asking;

static const char *time_text(char out[32], int64_t seconds) {
    hb_text text = {0};
    event_time_add(&text, seconds);
    snprintf(out, 32, "%.*s", text.n > 16 ? 16 : (int)text.n, text.at ? text.at : "");
    if (strlen(out) > 10) out[10] = ' ';
    hb_text_clear(&text);
    return out;
}

static const char *date_text(char out[32], int64_t seconds) {
    time_text(out, seconds);
    out[10] = '\0';
    return out;
}

#define N_(text) WORDS_LATER(text)

__attribute__((format(printf, 3, 4))) static void say(const asking *a, register_alarm *alarm,
                                                      const char *english, ...) {
    va_list arguments;
    va_start(arguments, english);
    vsnprintf(alarm->text, sizeof alarm->text, words_in(a->language, english), arguments);
    va_end(arguments);
}

static bool is_held(const register_custody *c) {
    return register_is_held(c->state);
}

// Each question: false when there is nothing to shout about.
static bool not_seen(asking *a, const register_custody *c, register_alarm *out) {
    char when[32];
    int64_t since = c->seen_at ? c->seen_at : c->since, limit = a->hours->not_seen;
    if (c->state != REGISTER_HELD && c->state != REGISTER_HOSPITAL) return false;
    if (a->now - since <= limit * HOUR) return false;
    out->since = since, out->deadline = since + limit * HOUR;
    if (c->seen_at)
        say(a, out,
            N_("Not seen in person for %lld h (limit %lld h). Last seen %s at %s. %s must answer."),
            (long long)((a->now - since) / HOUR), (long long)limit, time_text(when, c->seen_at),
            c->place, c->authority);
    else
        say(a, out, N_("Never seen in person since %s (limit %lld h), at %s. %s must answer."),
            time_text(when, since), (long long)limit, c->place, c->authority);
    return true;
}

static bool past_end(asking *a, const register_custody *c, register_alarm *out) {
    char when[32];
    bool is_end = c->lawful_until != 0 && a->now >= c->lawful_until;
    int64_t until = is_end ? c->lawful_until : c->review_at;
    if (!is_held(c) || until == 0 || a->now < until) return false;
    out->since = out->deadline = until;
    say(a, out,
        is_end ? N_("Held %lld days past the lawful end date %s.")
               : N_("Held %lld days past %s, on which custody may have to end. Review it, and "
                    "count the day anew."),
        (long long)((a->now - until) / DAY + 1), date_text(when, until - 1));
    return true;
}

// From the fourteenth day before the last one, and anew from the second.
static bool end_due(asking *a, const register_custody *c, register_alarm *out) {
    char when[32];
    bool is_review =
        c->review_at > a->now && (c->lawful_until == 0 || c->review_at < c->lawful_until);
    int64_t until = is_review ? c->review_at : c->lawful_until, left = until - a->now;
    if (!is_held(c) || until == 0 || left <= 0 || left > 15 * DAY || c->release_ordered_at)
        return false;
    out->since = until - (left > 3 * DAY ? 15 : 3) * DAY, out->deadline = until;
    say(a, out,
        is_review ? N_("In %lld days, on %s, custody may have to end: a review is due.")
                  : N_("Custody ends in %lld days, on %s. Release is not yet ordered."),
        (long long)(left / DAY), date_text(when, until - 1));
    return true;
}

static bool no_end(asking *a, const register_custody *c, register_alarm *out) {
    if (!is_held(c) || c->lawful_until != 0) return false;
    out->since = out->deadline = c->admitted_at ? c->admitted_at : c->since;
    say(a, out, N_("No lawful end date is on record. %s must name the order and the date."),
        c->authority);
    return true;
}

static bool moved(asking *a, const register_custody *c, uint32_t mark, register_alarm *out) {
    (void)a;
    out->since = out->deadline = c->moved_at;
    return (c->moved_marks & mark) != 0;
}

static bool moved_barred(asking *a, const register_custody *c, register_alarm *out) {
    if (!moved(a, c, REGISTER_BARRED, out)) return false;
    say(a, out, N_("Moved while BARRED. Recorded as irregular. Notify the court and counsel now."));
    return true;
}

static bool no_verdict(asking *a, const register_custody *c, register_alarm *out) {
    hb_text missing = {0};
    const uint32_t any =
        REGISTER_NO_VERDICT | REGISTER_NO_SECOND | REGISTER_NO_NOTICE | REGISTER_NO_ESCORT;
    if (!moved(a, c, any, out)) return false;
    custody_say_marks(&missing, a->language, c->moved_marks & any);
    say(a, out, N_("Departed: %.*s."), (int)missing.n, missing.at ? missing.at : "");
    hb_text_clear(&missing);
    return true;
}

static bool stayed(asking *a, const register_custody *c, register_alarm *out) {
    if (moved(a, c, REGISTER_STAYED, out)) {
        say(a, out, N_("Departed although a stay is in force (%s)."), c->stay);
        return true;
    }
    if (c->n_stays == 0 || c->moved_at == 0 || c->stay_at < c->moved_at || !is_held(c))
        return false;
    out->since = out->deadline = c->stay_at;
    say(a, out, N_("A court stayed the move after it had begun (%s). It must not be completed."),
        c->stay);
    return true;
}

static bool two_places(asking *a, const register_custody *c, register_alarm *out) {
    if (c->other_place[0] == '\0') return false;
    out->since = out->deadline = c->since;
    say(a, out, N_("Two places record holding this person: %s, %s. %s stays answerable."), c->place,
        c->other_place, c->authority);
    return true;
}

static bool offer_open(asking *a, const register_custody *c, register_alarm *out) {
    char when[32], until[32];
    if (c->offered_at == 0 || a->now - c->offered_at <= a->hours->offer * HOUR) return false;
    out->since = c->offered_at, out->deadline = c->offered_at + a->hours->offer * HOUR;
    custody_word(out->owner, hb_str_from(c->offer_to));
    say(a, out,
        N_("Handover offered %s, not accepted. %s stays answerable. Accept or refuse by %s."),
        time_text(when, c->offered_at), c->authority, time_text(until, out->deadline));
    return true;
}

static bool overdue(asking *a, const register_custody *c, register_alarm *out) {
    char when[32];
    if ((c->state != REGISTER_TRANSIT && c->state != REGISTER_OUT) || c->due_at == 0) return false;
    if (a->now - c->due_at <= a->hours->transit * HOUR) return false;
    out->since = c->due_at, out->deadline = c->due_at + a->hours->transit * HOUR;
    say(a, out, N_("Due at %s at %s; no arrival recorded."),
        c->destination[0] ? c->destination : c->place, time_text(when, c->due_at));
    return true;
}

static bool order_open(asking *a, const register_custody *c, register_alarm *out) {
    char when[32];
    if (c->order_at == 0 || a->now - c->order_at <= a->hours->order * HOUR) return false;
    out->since = c->order_at, out->deadline = c->order_at + a->hours->order * HOUR;
    say(a, out, N_("Court order %s unanswered since %s."), c->order, time_text(when, c->order_at));
    return true;
}

static bool no_counsel(asking *a, const register_custody *c, register_alarm *out) {
    char when[32];
    int64_t since = c->counsel_at ? c->counsel_at : c->admitted_at;
    if (!is_held(c) || since == 0 || a->now - since <= a->hours->counsel * HOUR) return false;
    out->since = since, out->deadline = since + a->hours->counsel * HOUR;
    say(a, out, N_("No private contact with counsel since %s."), time_text(when, since));
    return true;
}

static bool isolated(asking *a, const register_custody *c, register_alarm *out) {
    if (c->isolated_at == 0 || a->now - c->isolated_at <= a->hours->isolation * HOUR) return false;
    out->since = c->isolated_at, out->deadline = c->isolated_at + a->hours->isolation * HOUR;
    say(a, out, N_("Isolated %lld days (limit %lld)."),
        (long long)((a->now - c->isolated_at) / DAY), (long long)(a->hours->isolation / 24));
    return true;
}

static bool ended(asking *a, const register_custody *c, register_alarm *out) {
    if (!(c->irregular & CUSTODY_IRREGULAR)) return false;
    hb_text marks = {0};
    custody_say_marks(&marks, a->language, c->irregular & CUSTODY_IRREGULAR);
    out->since = out->deadline = c->since;
    say(a, out, N_("Irregular: %.*s."), (int)marks.n, marks.at ? marks.at : "");
    hb_text_clear(&marks);
    return true;
}

static const struct {
    const char *id, *name;
    bool (*ask)(asking *a, const register_custody *c, register_alarm *out);
} ALARMS[] = {
  // worst first
    {"A4",  "moved-barred", moved_barred},
    {"A6",  "stay",         stayed      },
    {"A7",  "two-places",   two_places  },
    {"A9",  "transit",      overdue     },
    {"A1",  "not-seen",     not_seen    },
    {"A2",  "past-end",     past_end    },
    {"A5",  "no-verdict",   no_verdict  },
    {"A8",  "offer",        offer_open  },
    {"A10", "order",        order_open  },
    {"A12", "isolation",    isolated    },
    {"A3",  "end-due",      end_due     },
    {"A11", "counsel",      no_counsel  },
    {"A15", "no-end-date",  no_end      },
    {"A16", "irregular",    ended       },
};

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

static bool give(asking *a, register_alarm *alarm, hb_error *err) {
    char pseudonym[PSEUDONYM];
    taking t = {.alarm = hb_str_from(alarm->id), .log = a->log};
    if (alarm->person.n && a->log->vault) {
        vault_pseudonym(a->log->vault, alarm->person, pseudonym);
        const store_value who[] = {STORE_T(hb_str_from(pseudonym)), STORE_N(alarm->since)};
        if (!store_run(a->log->store,
                       "SELECT opened, signers FROM event WHERE person = $1 AND kind = "
                       "'AlarmTaken' AND happened >= $2 ORDER BY seq",
                       who, take_taken, &t, err))
            return false;
        memcpy(alarm->taken_by, t.by, sizeof t.by);
    }
    return a->each(a->context, alarm, err);
}

// ---- worst first --------------------------------------------------------------------------------

// Which alarm of whom is open, small enough for everybody. Of the first LINES people the line is
// kept with it; what others' alarms say is asked again in its turn.
enum { LINES = 10000 };
typedef struct {
    hb_str person;  // pseudonym
    uint32_t rank;  // in ALARMS: worst first
    int64_t since;
    const register_line *line;  // or NULL
} open_alarm;
typedef struct {
    asking *asking;
    hb_arena *arena;
    open_alarm *all;
    size_t n, room;
    uint32_t n_lines;
    uint32_t rank;  // of the one that is given
} open_list;

static bool is_open(asking *a, const register_line *line, uint32_t rank, register_alarm *alarm) {
    *alarm =
        (register_alarm){.id = ALARMS[rank].id, .name = ALARMS[rank].name, .person = line->person};
    custody_word(alarm->place, hb_str_from(line->custody.place));
    custody_word(alarm->owner, hb_str_from(line->custody.authority));
    return ALARMS[rank].ask(a, &line->custody, alarm);
}

static bool keep_line(open_list *list, const register_line *line, const register_line **out) {
    register_line *kept = NULL;
    if (list->n_lines == LINES) return true;
    if (!(kept = hb_arena_new(list->arena, register_line))) return false;
    *kept = *line;
    list->n_lines++;
    *out = kept;
    return hb_str_copy(list->arena, line->person, &kept->person);
}

static bool collect_line(void *context, const register_line *line, hb_error *err) {
    open_list *list = context;
    char pseudonym[PSEUDONYM];
    hb_str person = line->person, kept = {0};
    const register_line *kept_line = NULL;
    register_alarm alarm;
    if (list->asking->log->vault) {
        vault_pseudonym(list->asking->log->vault, line->person, pseudonym);
        person = hb_str_from(pseudonym);
    }
    for (uint32_t rank = 0; rank < sizeof ALARMS / sizeof ALARMS[0]; rank++) {
        if (!is_open(list->asking, line, rank, &alarm)) continue;
        if (!kept.n &&
            (!hb_str_copy(list->arena, person, &kept) || !keep_line(list, line, &kept_line)))
            return hb_out_of_memory(err);
        if (list->n == list->room) {
            size_t room = list->room ? list->room * 2 : 1024;
            open_alarm *grown = realloc(list->all, room * sizeof *grown);
            if (!grown) return hb_out_of_memory(err);
            list->all = grown, list->room = room;
        }
        list->all[list->n++] = (open_alarm){kept, rank, alarm.since, kept_line};
    }
    return true;
}

static int compare_open(const void *a, const void *b) {
    const open_alarm *x = a, *y = b;
    if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    if (x->since != y->since) return x->since < y->since ? -1 : 1;
    return hb_str_compare(x->person, y->person);
}

static bool give_line(void *context, const register_line *line, hb_error *err) {
    open_list *list = context;
    register_alarm alarm;
    return !is_open(list->asking, line, list->rank, &alarm) || give(list->asking, &alarm, err);
}

// ---- of the register itself ---------------------------------------------------------------------

static bool ask_log(asking *a, hb_error *err) {
    hb_str note;
    proof_standing standing;
    register_alarm alarm = {.id = "A14", .name = "log"};
    custody_word(alarm.owner, a->log->origin);
    alarm.since = alarm.deadline = a->now;
    if (a->log->is_rolled_back) {
        say(a, &alarm,
            N_("ROLLED BACK: this copy is older than a checkpoint that was signed. Do not rely on "
               "it."));
        if (!a->each(a->context, &alarm, err)) return false;
    }
    hb_arena_reset(a->log->scratch);
    if (!register_checkpoint(a->log, a->log->scratch, &note, &standing, err)) return false;
    if (standing.is_witnessed) return true;
    say(a, &alarm, N_("Checkpoint %llu has %u of %u cosignatures: not independently witnessed."),
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
                      ? register_roster_of(a->log, place[0].text, a->now, count_held, &c, err)
                      : store_run(a->log->store,
                                  "SELECT COUNT(*) FROM standing WHERE place = $1 AND held = 1",
                                  place, take_held, &c, err);
        if (!ok) return false;
        if (c.held <= c.design) continue;
        register_alarm alarm = {
            .id = "A13", .name = "capacity", .since = a->now, .deadline = a->now};
        custody_word(alarm.place, hb_str_from(c.place));
        say(a, &alarm, N_("%s: %lld held, %lld design places."), c.place, (long long)c.held,
            (long long)c.design);
        if (!a->each(a->context, &alarm, err)) return false;
    }
    return true;
}

// A question about a person that a human had to answer, and did not in time.
static bool ask_question(void *context, const register_asking *question, hb_error *err) {
    asking *a = context;
    char when[32];
    if (question->due_at == 0 || question->answered_at || a->now < question->due_at) return true;
    register_alarm alarm = {
        .id = "A17", .name = "asked", .since = question->at, .deadline = question->due_at};
    custody_word(alarm.owner, a->log->origin);
    say(a, &alarm, N_("A question about a person waits for a human since %s (reference %.*s)."),
        time_text(when, question->at), (int)question->reference.n, question->reference.at);
    return a->each(a->context, &alarm, err);
}

static bool take_last(void *context, const store_value *row, hb_error *err) {
    (void)err;
    *(int64_t *)context = row[0].number;
    return true;
}

// As of now only those are looked at for whom an alarm can be due; as of a time that has gone, all.
static bool ask_people(asking *a, hb_error *err) {
    const register_hours *h = a->hours;
    const read_limits limits = {.seen = a->now - h->not_seen * HOUR,
                                .ending = a->now + 15 * DAY,
                                .due = a->now - h->transit * HOUR,
                                .offered = a->now - h->offer * HOUR,
                                .ordered = a->now - h->order * HOUR,
                                .counsel = a->now - h->counsel * HOUR,
                                .isolated = a->now - h->isolation * HOUR};
    open_list list = {.asking = a, .arena = hb_arena_open((size_t)1 << 30)};
    bool ok = list.arena || hb_out_of_memory(err);
    ok = ok && (a->is_past ? register_roster(a->log, a->now, collect_line, &list, err)
                           : read_alarming(a->log, &limits, collect_line, &list, err));
    if (ok && list.n) qsort(list.all, list.n, sizeof list.all[0], compare_open);
    for (size_t i = 0; ok && i < list.n; i++) {
        list.rank = list.all[i].rank;
        ok = list.all[i].line ? give_line(&list, list.all[i].line, err)
                              : read_one(a->log, list.all[i].person,
                                         a->is_past ? a->now : INT64_MAX, give_line, &list, err);
    }
    free(list.all);
    hb_arena_close(list.arena);
    return ok;
}

bool register_alarms(register_log *log, hb_instant now, const register_hours *hours,
                     words_language language, register_each_alarm each, void *context,
                     hb_error *err) {
    int64_t last = 0;
    asking a = {.log = log,
                .hours = hours,
                .now = now.seconds,
                .language = language,
                .each = each,
                .context = context};
    if (!log_moment(log, err)) return false;
    bool ok = log->store->door->run(
        log->store, "SELECT recorded FROM event WHERE seq = (SELECT MAX(seq) FROM event)", NULL, 0,
        take_last, &last, err);
    a.is_past = a.now < last;
    ok = ok && ask_log(&a, err) && ask_people(&a, err) && ask_capacity(&a, err) &&
         register_asked(log, NULL, now, ask_question, &a, err);
    log_moment_end(log);
    return ok;
}
