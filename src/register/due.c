// What can alarm about one person: of her custody a row for each clock that runs, and of a row, the
// hours and the time now, the alarm. A row says nothing of now and nothing of the hours: it is open
// while its start stands within its kind's window, so another setting of the hours is followed at
// once, and rows that are kept in the order of their starts are counted and read by ranges.
#include <stdarg.h>
#include <stddef.h>
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

// ---- kinds --------------------------------------------------------------------------------------

#define HOURS(name) offsetof(register_hours, name)
enum { NO_HOURS = 4096 };
// Worst first. The number in an id is what rows are kept under.
static const struct {
    due_kind kind;
    const char *id, *name, *title;
    size_t hours;  // where in register_hours, or NO_HOURS
} KINDS[DUE_KINDS] = {
    {DUE_MOVED_BARRED, "A4",  "moved-barred", WORDS_LATER("Moved while barred"),                  NO_HOURS        },
    {DUE_STAY,         "A6",  "stay",         WORDS_LATER("Moved against a court's stay"),        NO_HOURS        },
    {DUE_TWO_PLACES,   "A7",  "two-places",   WORDS_LATER("Two places say they hold the person"),
     NO_HOURS                                                                                                     },
    {DUE_TRANSIT,      "A9",  "transit",      WORDS_LATER("No arrival recorded"),                 HOURS(transit)  },
    {DUE_NOT_SEEN,     "A1",  "not-seen",     WORDS_LATER("Not seen in person"),                  HOURS(not_seen) },
    {DUE_PAST_END,     "A2",  "past-end",     WORDS_LATER("Held past the lawful end"),            NO_HOURS        },
    {DUE_NO_VERDICT,   "A5",  "no-verdict",   WORDS_LATER("Departed without what must be there"),
     NO_HOURS                                                                                                     },
    {DUE_OFFER,        "A8",  "offer",        WORDS_LATER("Handover not accepted"),               HOURS(offer)    },
    {DUE_ORDER,        "A10", "order",        WORDS_LATER("Court order unanswered"),              HOURS(order)    },
    {DUE_ISOLATION,    "A12", "isolation",    WORDS_LATER("Isolated for too long"),               HOURS(isolation)},
    {DUE_END,          "A3",  "end-due",      WORDS_LATER("Custody ends soon"),                   NO_HOURS        },
    {DUE_COUNSEL,      "A11", "counsel",      WORDS_LATER("No private contact with counsel"),     HOURS(counsel)  },
    {DUE_NO_END,       "A15", "no-end-date",  WORDS_LATER("No lawful end date on record"),        NO_HOURS        },
    {DUE_IRREGULAR,    "A16", "irregular",    WORDS_LATER("Irregular record"),                    NO_HOURS        },
};

due_kind due_kind_at(uint32_t rank) {
    return rank < DUE_KINDS ? KINDS[rank].kind : DUE_NONE;
}

uint32_t due_rank(due_kind kind) {
    uint32_t rank = 0;
    while (rank < DUE_KINDS && KINDS[rank].kind != kind) rank++;
    return rank;
}

due_kind due_kind_find(hb_str id_or_name) {
    for (uint32_t i = 0; i < DUE_KINDS; i++) {
        if (hb_str_equal(id_or_name, hb_str_from(KINDS[i].id)) ||
            hb_str_equal(id_or_name, hb_str_from(KINDS[i].name)))
            return KINDS[i].kind;
    }
    return DUE_NONE;
}

const char *due_id(due_kind kind) {
    return kind ? KINDS[due_rank(kind)].id : "";
}
const char *due_name(due_kind kind) {
    return kind ? KINDS[due_rank(kind)].name : "";
}
const char *due_title(due_kind kind) {
    return kind ? KINDS[due_rank(kind)].title : "";
}

// How long after its start a row may stand before it is an alarm.
static int64_t patience(due_kind kind, const register_hours *hours) {
    size_t at = KINDS[due_rank(kind)].hours;
    if (at == NO_HOURS) return 0;
    return *(const int64_t *)(const void *)((const char *)hours + at) * HOUR;
}

void due_window(due_kind kind, const due_asking *a, int64_t *first, int64_t *last) {
    *first = INT64_MIN;
    *last = NEVER - 1;
    if (KINDS[due_rank(kind)].hours != NO_HOURS) *last = a->now - patience(kind, a->hours) - 1;
    if (kind == DUE_PAST_END) *last = a->now;
    if (kind == DUE_END) *first = a->now + 1, *last = a->now + 15 * DAY;
}

// ---- where an alarm stands among all ------------------------------------------------------------

int due_compare(const void *a, const void *b) {
    const due_position *x = a, *y = b;
    if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    if (x->starts != y->starts) return x->starts < y->starts ? -1 : 1;
    return strcmp(x->person, y->person);
}

// "A4.1742075640.9f..": id, start, pseudonym.
void due_cursor_write(register_cursor out, const due_position *at) {
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

bool due_cursor_read(hb_str cursor, due_position *out, hb_error *err) {
    hb_str id, starts, rest = cursor;
    uint64_t seconds = 0;
    *out = (due_position){.starts = INT64_MIN};
    if (cursor.n == 0) return true;
    if (part(&rest, &id) && part(&rest, &starts) && due_kind_find(id) && read_is_pseudonym(rest)) {
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

// ---- rows ---------------------------------------------------------------------------------------

enum {
    IS_AFTER = 1,   // of a stay: it came after the move had begun
    IS_SEEN = 1,    // of who is not seen: seen once
    IS_REVIEW = 1,  // of a day that comes: of a review
};

typedef struct {
    const register_custody *custody;
    due_row *rows;
    uint32_t n;
} due_list;

static void add(due_list *list, due_kind kind, int64_t starts, const char *what, int64_t more) {
    const register_custody *c = list->custody;
    list->rows[list->n++] = (due_row){
        kind, starts, hb_str_from(c->place), hb_str_from(c->authority), hb_str_from(what), more};
}

static bool is_held(const register_custody *c) {
    return register_is_held(c->state);
}

static void add_moves(due_list *list) {
    const register_custody *c = list->custody;
    const uint32_t lacking = c->moved_marks & (REGISTER_NO_VERDICT | REGISTER_NO_SECOND |
                                               REGISTER_NO_NOTICE | REGISTER_NO_ESCORT);
    if (c->moved_marks & REGISTER_BARRED) add(list, DUE_MOVED_BARRED, c->moved_at, "", 0);
    if (lacking) add(list, DUE_NO_VERDICT, c->moved_at, "", lacking);
    if (c->moved_marks & REGISTER_STAYED)
        add(list, DUE_STAY, c->moved_at, c->stay, 0);
    else if (c->n_stays && c->moved_at && c->stay_at >= c->moved_at && is_held(c))
        add(list, DUE_STAY, c->stay_at, c->stay, IS_AFTER);
    if ((c->state == REGISTER_TRANSIT || c->state == REGISTER_OUT) && c->due_at)
        add(list, DUE_TRANSIT, c->due_at, c->destination[0] ? c->destination : c->place, 0);
    if (c->offered_at) {
        add(list, DUE_OFFER, c->offered_at, c->authority, 0);
        list->rows[list->n - 1].owner = hb_str_from(c->offer_to);
    }
}

// An end and an earlier review are two days that come; past the first of them there is one alarm.
static void add_ends(due_list *list) {
    const register_custody *c = list->custody;
    int64_t end = c->lawful_until, review = c->review_at;
    bool is_review_first = review && (end == 0 || review < end);
    if (end == 0) add(list, DUE_NO_END, c->admitted_at ? c->admitted_at : c->since, "", 0);
    if (end || review) add(list, DUE_PAST_END, is_review_first ? review : end, "", end);
    if (c->release_ordered_at) return;
    if (is_review_first) add(list, DUE_END, review, "", IS_REVIEW);
    if (end) add(list, DUE_END, end, "", 0);
}

uint32_t due_rows(const register_custody *c, due_row rows[DUE_ROWS]) {
    due_list list = {.custody = c, .rows = rows};
    int64_t counsel = c->counsel_at ? c->counsel_at : c->admitted_at;
    add_moves(&list);
    if (c->other_place[0]) add(&list, DUE_TWO_PLACES, c->since, c->other_place, 0);
    if (c->state == REGISTER_HELD || c->state == REGISTER_HOSPITAL)
        add(&list, DUE_NOT_SEEN, c->seen_at ? c->seen_at : c->since, "", c->seen_at ? IS_SEEN : 0);
    if (is_held(c)) add_ends(&list);
    if (is_held(c) && counsel) add(&list, DUE_COUNSEL, counsel, "", 0);
    if (c->order_at) add(&list, DUE_ORDER, c->order_at, c->order, 0);
    if (c->isolated_at) add(&list, DUE_ISOLATION, c->isolated_at, "", 0);
    if (c->irregular & CUSTODY_IRREGULAR)
        add(&list, DUE_IRREGULAR, c->since, "", c->irregular & CUSTODY_IRREGULAR);
    return list.n;
}

// ---- alarms -------------------------------------------------------------------------------------

const char *due_time(char out[32], int64_t seconds) {
    hb_text text = {0};
    event_time_add(&text, seconds);
    snprintf(out, 32, "%.*s", text.n > 16 ? 16 : (int)text.n, text.at ? text.at : "");
    if (strlen(out) > 10) out[10] = ' ';
    hb_text_clear(&text);
    return out;
}

static const char *date_text(char out[32], int64_t seconds) {
    due_time(out, seconds);
    out[10] = '\0';
    return out;
}

#define N_(text) WORDS_LATER(text)

void due_say(const due_asking *a, register_alarm *alarm, const char *english, ...) {
    va_list arguments;
    va_start(arguments, english);
    vsnprintf(alarm->text, sizeof alarm->text, words_in(a->language, english), arguments);
    va_end(arguments);
}

static void say_ending(const due_asking *a, const due_row *row, register_alarm *out) {
    char when[32];
    int64_t left = row->starts - a->now;
    out->since = row->starts - (left > 3 * DAY ? 15 : 3) * DAY;
    due_say(a, out,
            row->more == IS_REVIEW
                ? N_("In %lld days, on %s, custody may have to end: a review is due.")
                : N_("Custody ends in %lld days, on %s. Release is not yet ordered."),
            (long long)(left / DAY), date_text(when, row->starts - 1));
}

static void say_past_end(const due_asking *a, const due_row *row, register_alarm *out) {
    char when[32];
    bool is_end = row->more != 0 && a->now >= row->more;
    if (is_end) out->since = out->deadline = row->more;
    due_say(a, out,
            is_end ? N_("Held %lld days past the lawful end date %s.")
                   : N_("Held %lld days past %s, on which custody may have to end. Review it, and "
                        "count the day anew."),
            (long long)((a->now - out->since) / DAY + 1), date_text(when, out->since - 1));
}

void due_alarm(const due_asking *a, const due_row *row, register_alarm *out) {
    char when[32], until[32];
    register_word what;
    hb_text marks = {0};
    const register_hours *h = a->hours;
    const char *starts = due_time(when, row->starts);
    long long ago = a->now - row->starts;
    *out = (register_alarm){.id = due_id(row->kind),
                            .name = due_name(row->kind),
                            .title = due_title(row->kind),
                            .since = row->starts,
                            .deadline = row->starts + patience(row->kind, h)};
    custody_word(what, row->what);
    custody_word(out->place, row->place);
    custody_word(out->owner, row->owner);
    switch (row->kind) {
        case DUE_NONE: break;
        case DUE_MOVED_BARRED:
            due_say(
                a, out,
                N_("Moved while BARRED. Recorded as irregular. Notify the court and counsel now."));
            break;
        case DUE_STAY:
            due_say(a, out,
                    row->more == IS_AFTER
                        ? N_("A court stayed the move after it had begun (%s). It "
                             "must not be completed.")
                        : N_("Departed although a stay is in force (%s)."),
                    what);
            break;
        case DUE_TWO_PLACES:
            due_say(a, out,
                    N_("Two places record holding this person: %s, %s. %s stays answerable."),
                    out->place, what, out->owner);
            break;
        case DUE_TRANSIT:
            due_say(a, out, N_("Due at %s at %s; no arrival recorded."), what, starts);
            break;
        case DUE_NOT_SEEN:
            if (row->more == IS_SEEN)
                due_say(
                    a, out,
                    N_("Not seen in person for %lld h (limit %lld h). Last seen %s at %s. %s must "
                       "answer."),
                    ago / HOUR, (long long)h->not_seen, starts, out->place, out->owner);
            else
                due_say(a, out,
                        N_("Never seen in person since %s (limit %lld h), at %s. %s must answer."),
                        starts, (long long)h->not_seen, out->place, out->owner);
            break;
        case DUE_PAST_END: say_past_end(a, row, out); break;
        case DUE_NO_VERDICT:
            custody_say_marks(&marks, a->language, (uint32_t)row->more);
            due_say(a, out, N_("Departed: %.*s."), (int)marks.n, marks.at ? marks.at : "");
            break;
        case DUE_OFFER:
            due_say(
                a, out,
                N_("Handover offered %s, not accepted. %s stays answerable. Accept or refuse by "
                   "%s."),
                starts, what, due_time(until, out->deadline));
            break;
        case DUE_ORDER:
            due_say(a, out, N_("Court order %s unanswered since %s."), what, starts);
            break;
        case DUE_ISOLATION:
            due_say(a, out, N_("Isolated %lld days (limit %lld)."), ago / DAY,
                    (long long)(h->isolation / 24));
            break;
        case DUE_END: say_ending(a, row, out); break;
        case DUE_COUNSEL:
            due_say(a, out, N_("No private contact with counsel since %s."), starts);
            break;
        case DUE_NO_END:
            due_say(a, out,
                    N_("No lawful end date is on record. %s must name the order and the date."),
                    out->owner);
            break;
        case DUE_IRREGULAR:
            custody_say_marks(&marks, a->language, (uint32_t)row->more);
            due_say(a, out, N_("Irregular: %.*s."), (int)marks.n, marks.at ? marks.at : "");
            break;
    }
    hb_text_clear(&marks);
}
