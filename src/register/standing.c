// The standing of every person: the fold of her events, kept beside them so that a roster, the
// alarms and an answer need no folding. Written in the transaction that appends, from the last
// standing and the new event; an event that happened before the last one, or a correction, folds
// her anew. It is no source of anything: `verify` compares each row with its fold, and it can be
// made again.
//
//     standing  a row a person: her custody as text
//     stay      a row for each time a place says that it holds her: from, until (NEVER while it
//               does), those that have not ended together, by place
//     alarm     a row for each clock that runs for her (due.c), those of a kind together, in the
//               order in which they fall due
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "register/internal.h"

// ---- custody as text ----------------------------------------------------------------------------

typedef enum { AS_WORD, AS_INT64, AS_UINT64, AS_UINT32, AS_BOOL, AS_STATE } field_type;
#define CUSTODY(name, type) \
    { #name, type, offsetof(register_custody, name) }
static const struct {
    const char *name;
    field_type type;
    size_t offset;
} FIELDS[] = {
  // ORDER custody
    CUSTODY(state, AS_STATE),
    CUSTODY(place, AS_WORD),
    CUSTODY(authority, AS_WORD),
    CUSTODY(destination, AS_WORD),
    CUSTODY(other_place, AS_WORD),
    CUSTODY(since, AS_INT64),
    CUSTODY(seen_at, AS_INT64),
    CUSTODY(due_at, AS_INT64),
    CUSTODY(lawful_until, AS_INT64),
    CUSTODY(review_at, AS_INT64),
    CUSTODY(basis_until, AS_INT64),
    CUSTODY(counted_until, AS_INT64),
    CUSTODY(last_event, AS_UINT64),
    CUSTODY(offered_at, AS_INT64),
    CUSTODY(offer, AS_UINT64),
    CUSTODY(offer_to, AS_WORD),
    CUSTODY(isolated_at, AS_INT64),
    CUSTODY(counsel_at, AS_INT64),
    CUSTODY(admitted_at, AS_INT64),
    CUSTODY(order_at, AS_INT64),
    CUSTODY(release_ordered_at, AS_INT64),
    CUSTODY(released_at, AS_INT64),
    CUSTODY(order, AS_WORD),
    CUSTODY(moved_at, AS_INT64),
    CUSTODY(moved_marks, AS_UINT32),
    CUSTODY(n_stays, AS_UINT32),
    CUSTODY(stay_at, AS_INT64),
    CUSTODY(stay, AS_WORD),
    {"offered_count", AS_UINT64, offsetof(register_custody, offered.head_count)},
    {"offered_seals", AS_WORD,   offsetof(register_custody, offered.seals)     },
    {"sent_count",    AS_UINT64, offsetof(register_custody, sent.head_count)   },
    {"sent_seals",    AS_WORD,   offsetof(register_custody, sent.seals)        },
    CUSTODY(is_checked_twice, AS_BOOL),
    CUSTODY(is_noticed, AS_BOOL),
    CUSTODY(is_escort_ready, AS_BOOL),
    CUSTODY(is_restricted, AS_BOOL),
    CUSTODY(is_protected, AS_BOOL),
    CUSTODY(is_barred, AS_BOOL),
    CUSTODY(is_unbarred, AS_BOOL),
    CUSTODY(checker, AS_WORD),
    CUSTODY(erasure_noticed_at, AS_INT64),
    CUSTODY(erased_at, AS_INT64),
    CUSTODY(family_told_at, AS_INT64),
    CUSTODY(n_events, AS_UINT64),
    CUSTODY(irregular, AS_UINT32),
};
enum { N_FIELDS = sizeof FIELDS / sizeof FIELDS[0] };

static int64_t number_of(const register_custody *c, int field) {
    const char *at = (const char *)c + FIELDS[field].offset;
    switch (FIELDS[field].type) {
        case AS_WORD: return 0;
        case AS_INT64: return *(const int64_t *)(const void *)at;
        case AS_UINT64: return (int64_t) * (const uint64_t *)(const void *)at;
        case AS_UINT32: return *(const uint32_t *)(const void *)at;
        case AS_BOOL: return *(const bool *)(const void *)at;
        case AS_STATE: return (int64_t)c->state;
    }
    return 0;
}

static void set_number(register_custody *c, int field, int64_t value) {
    char *at = (char *)c + FIELDS[field].offset;
    switch (FIELDS[field].type) {
        case AS_WORD: break;
        case AS_INT64: *(int64_t *)(void *)at = value; break;
        case AS_UINT64: *(uint64_t *)(void *)at = (uint64_t)value; break;
        case AS_UINT32: *(uint32_t *)(void *)at = (uint32_t)value; break;
        case AS_BOOL: *(bool *)(void *)at = value != 0; break;
        case AS_STATE:
            if (value >= 0 && value <= REGISTER_ESCAPED) c->state = (register_state)value;
            break;
    }
}

// A line a member that is not zero: "since 1742075640\n". Words hold no space and no newline but
// for an order, which is the rest of its line.
static void write_custody(hb_text *out, const register_custody *c) {
    for (int i = 0; i < N_FIELDS; i++) {
        const char *word = (const char *)c + FIELDS[i].offset;
        if (FIELDS[i].type == AS_WORD) {
            if (!word[0]) continue;
            hb_text_addf(out, "%s %s\n", FIELDS[i].name, word);
        } else if (number_of(c, i)) {
            hb_text_addf(out, "%s %lld\n", FIELDS[i].name, (long long)number_of(c, i));
        }
    }
}

static bool read_custody(hb_str text, register_custody *c) {
    int field = 0;
    *c = (register_custody){0};
    while (text.n > 0) {
        const char *end = memchr(text.at, '\n', text.n);
        const char *space = end ? memchr(text.at, ' ', (size_t)(end - text.at)) : NULL;
        if (!space) return false;
        hb_str name = {text.at, (size_t)(space - text.at)},
               value = {space + 1, (size_t)(end - space - 1)};
        while (field < N_FIELDS && !hb_str_equal(name, hb_str_from(FIELDS[field].name))) field++;
        if (field == N_FIELDS) return false;
        if (FIELDS[field].type == AS_WORD) {
            custody_word((char *)c + FIELDS[field].offset, value);
        } else {
            bool is_negative = value.n && value.at[0] == '-';
            uint64_t number = 0;
            if (is_negative) value.at++, value.n--;
            if (!proof_uint_read(value, &number)) return false;
            set_number(c, field, is_negative ? -(int64_t)number : (int64_t)number);
        }
        text.n -= (size_t)(end + 1 - text.at);
        text.at = end + 1;
    }
    return true;
}

// ---- standing -----------------------------------------------------------------------------------

static bool is_held(const register_custody *c) {
    return register_is_held(c->state);
}

// The row of a person, last the custody as text, which `text` owns.
enum { COLUMNS = 5 };
static void make_row(hb_str person, const register_custody *c, int64_t last_happened, hb_text *text,
                     store_value row[COLUMNS]) {
    write_custody(text, c);
    const store_value values[COLUMNS] = {
        STORE_T(person), STORE_N(last_happened), STORE_N(c->state == REGISTER_HELD),
        STORE_T(hb_str_from(c->place)), STORE_T(((hb_str){text->at, text->n}))};
    memcpy(row, values, sizeof values);
}

bool standing_write(register_log *log, hb_str person, const register_custody *c,
                    int64_t last_happened, hb_error *err) {
    hb_text text = {0};
    store_value row[COLUMNS];
    make_row(person, c, last_happened, &text, row);
    bool ok = !text.failed || hb_out_of_memory(err);
    ok = ok && store_run(log->store,
                         "INSERT INTO standing (person, last_happened, held, place, custody) "
                         "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (person) DO UPDATE SET "
                         "last_happened = excluded.last_happened, held = excluded.held, "
                         "place = excluded.place, custody = excluded.custody",
                         row, NULL, NULL, err);
    hb_text_clear(&text);
    return ok;
}

bool standing_parse(hb_str text, register_custody *out, hb_error *err) {
    if (read_custody(text, out)) return true;
    hb_fail(err, HB_CORRUPT, "register-altered", "the standing of a person has not its form");
    hb_error_help(err, "`habeas register rebuild` makes it again from the events");
    return false;
}

typedef struct {
    register_custody *custody;
    int64_t last_happened;
} found_standing;

static bool take_standing(void *context, const store_value *row, hb_error *err) {
    found_standing *found = context;
    found->last_happened = row[0].number;
    return standing_parse(row[1].text, found->custody, err);
}

bool standing_read(register_log *log, hb_str person, register_custody *out, int64_t *last_happened,
                   hb_error *err) {
    found_standing found = {.custody = out, .last_happened = INT64_MIN};
    const store_value who[] = {STORE_T(person)};
    const recalled_standing *recalled = recall_find(log, person);
    *out = recalled ? recalled->custody : (register_custody){0};
    if (recalled) {
        *last_happened = recalled->last_happened;
        return true;
    }
    if (!store_run(log->store, "SELECT last_happened, custody FROM standing WHERE person = $1", who,
                   take_standing, &found, err))
        return false;
    *last_happened = found.last_happened;
    return true;
}

// ---- stays --------------------------------------------------------------------------------------

typedef struct {
    register_word place;
    int64_t since, until;
} stay;
typedef struct {
    stay *stays;
    uint32_t n, room;
    int64_t last_happened;
} stay_list;

static bool is_said_by(const register_custody *c, const char *place) {
    return place[0] &&
           ((is_held(c) && strcmp(place, c->place) == 0) || strcmp(place, c->other_place) == 0);
}

static bool is_elsewhere(const register_custody *a, const register_custody *b) {
    return (is_held(a) && !is_said_by(b, a->place)) || (is_held(b) && !is_said_by(a, b->place)) ||
           strcmp(a->other_place, b->other_place) != 0;
}

static bool open_stay(stay_list *list, const char *place, int64_t at, hb_error *err) {
    for (uint32_t i = 0; i < list->n; i++) {
        bool is_same = strcmp(list->stays[i].place, place) == 0;
        if (is_same && list->stays[i].until == NEVER) return true;
        if (is_same && list->stays[i].since == at) {  // left and come back within one second
            list->stays[i].until = NEVER;
            return true;
        }
    }
    if (list->n == list->room) {
        uint32_t room = list->room ? list->room * 2 : 8;
        stay *grown = realloc(list->stays, room * sizeof *grown);
        if (!grown) return hb_out_of_memory(err);
        list->stays = grown, list->room = room;
    }
    snprintf(list->stays[list->n].place, sizeof list->stays->place, "%s", place);
    list->stays[list->n].since = at;
    list->stays[list->n++].until = NEVER;
    return true;
}

// After one event: places that hold no longer are closed, new ones opened.
static bool add_stays(void *context, const register_custody *after, int64_t happened_at,
                      hb_error *err) {
    stay_list *list = context;
    list->last_happened = happened_at;
    for (uint32_t i = 0; i < list->n; i++) {
        stay *s = &list->stays[i];
        if (s->until == NEVER && !is_said_by(after, s->place)) s->until = happened_at;
    }
    return (!is_said_by(after, after->place) || open_stay(list, after->place, happened_at, err)) &&
           (!is_said_by(after, after->other_place) ||
            open_stay(list, after->other_place, happened_at, err));
}

static bool clear_stays(register_log *log, hb_str person, hb_error *err) {
    const store_value who[] = {STORE_T(person)};
    return store_run(log->store, "DELETE FROM stay WHERE person = $1", who, NULL, NULL, err);
}

static bool add_rows_of_stays(register_log *log, hb_str person, const stay_list *list,
                              hb_error *err) {
    for (uint32_t i = 0; i < list->n; i++) {
        const stay *s = &list->stays[i];
        const store_value row[] = {STORE_T(person), STORE_T(hb_str_from(s->place)),
                                   STORE_N(s->since), STORE_N(s->until)};
        if (!store_run(log->store,
                       "INSERT INTO stay (person, place, since, until) VALUES ($1, $2, $3, $4)",
                       row, NULL, NULL, err))
            return false;
    }
    return true;
}

// ---- alarms -------------------------------------------------------------------------------------

static bool is_among(const due_row *row, const due_row *rows, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        if (rows[i].kind == row->kind && rows[i].starts == row->starts &&
            rows[i].more == row->more && hb_str_equal(rows[i].place, row->place) &&
            hb_str_equal(rows[i].owner, row->owner) && hb_str_equal(rows[i].what, row->what))
            return true;
    }
    return false;
}

static bool end_alarm(register_log *log, hb_str person, const due_row *row, hb_error *err) {
    const store_value which[] = {STORE_N(row->kind), STORE_N(row->starts), STORE_T(person)};
    return tally_add(log, row, -1, err) &&
           store_run(log->store,
                     "DELETE FROM alarm WHERE kind = $1 AND starts = $2 AND person = $3", which,
                     NULL, NULL, err);
}

// A row that somebody put there by hand does not stop a recording; `verify` finds it.
static bool begin_alarm(register_log *log, hb_str person, const due_row *row, hb_error *err) {
    const store_value values[] = {STORE_N(row->kind),  STORE_N(row->starts), STORE_T(person),
                                  STORE_T(row->place), STORE_T(row->owner),  STORE_T(row->what),
                                  STORE_N(row->more)};
    return tally_add(log, row, 1, err) &&
           store_run(log->store,
                     "INSERT INTO alarm (kind, starts, person, place, owner, what, more) VALUES "
                     "($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (kind, starts, person) DO UPDATE "
                     "SET place = excluded.place, owner = excluded.owner, what = excluded.what, "
                     "more = excluded.more",
                     values, NULL, NULL, err);
}

bool standing_end_alarms(register_log *log, hb_str person, const register_custody *before,
                         const register_custody *after, hb_error *err) {
    due_row was[DUE_ROWS], is[DUE_ROWS];
    const uint32_t n_was = due_rows(before, was), n_is = due_rows(after, is);
    for (uint32_t i = 0; i < n_was; i++) {
        if (!is_among(&was[i], is, n_is) && !end_alarm(log, person, &was[i], err)) return false;
    }
    return true;
}

bool standing_begin_alarms(register_log *log, hb_str person, const register_custody *before,
                           const register_custody *after, hb_error *err) {
    due_row was[DUE_ROWS], is[DUE_ROWS];
    const uint32_t n_was = due_rows(before, was), n_is = due_rows(after, is);
    for (uint32_t i = 0; i < n_is; i++) {
        if (!is_among(&is[i], was, n_was) && !begin_alarm(log, person, &is[i], err)) return false;
    }
    return true;
}

// ---- keeping ------------------------------------------------------------------------------------

// Once a transaction where the standing was recalled, else at once.
static bool keep_row(register_log *log, hb_str person, const register_custody *before,
                     const register_custody *c, int64_t last_happened, hb_error *err) {
    recalled_standing *recalled = recall_find(log, person);
    if (!recalled)
        return standing_end_alarms(log, person, before, c, err) &&
               standing_write(log, person, c, last_happened, err) &&
               standing_begin_alarms(log, person, before, c, err) && tally_write(log, err);
    recalled->custody = *c;
    recalled->last_happened = last_happened;
    recalled->is_changed = true;
    return true;
}

// The caller frees list->stays.
static bool fold(register_log *log, hb_str person, register_custody *out, stay_list *list,
                 hb_error *err) {
    *list = (stay_list){.last_happened = INT64_MIN};
    return custody_fold_each(log, person, INT64_MAX, out, add_stays, list, err);
}

static bool rebuild(register_log *log, hb_str person, const register_custody *before,
                    hb_error *err) {
    stay_list list;
    register_custody custody;
    bool ok = fold(log, person, &custody, &list, err) &&
              keep_row(log, person, before, &custody, list.last_happened, err) &&
              clear_stays(log, person, err) && add_rows_of_stays(log, person, &list, err);
    free(list.stays);
    return ok;
}

// Of somebody about whom nothing was recorded before.
static bool keep_first(register_log *log, hb_str person, const register_custody *after,
                       int64_t happened_at, hb_error *err) {
    const register_custody nothing = {0};
    stay_list list = {.last_happened = INT64_MIN};
    bool ok = add_stays(&list, after, happened_at, err) &&
              keep_row(log, person, &nothing, after, happened_at, err) &&
              add_rows_of_stays(log, person, &list, err);
    free(list.stays);
    return ok;
}

bool standing_keep(register_log *log, hb_str person, const register_custody *before,
                   const register_custody *after, int64_t last_happened, int64_t happened_at,
                   bool is_voiding, hb_error *err) {
    if (last_happened == INT64_MIN && !is_voiding)
        return keep_first(log, person, after, happened_at, err);
    if (is_voiding || happened_at < last_happened || is_elsewhere(before, after))
        return rebuild(log, person, before, err);
    return keep_row(log, person, before, after, happened_at, err);
}

// ---- everybody ----------------------------------------------------------------------------------

enum { TOGETHER = 1000 };
typedef struct {
    hb_arena *arena;
    hb_str names[TOGETHER];
    uint32_t n;
} page;

static bool take_name(void *context, const store_value *row, hb_error *err) {
    page *p = context;
    return hb_str_copy(p->arena, row[0].text, &p->names[p->n++]) || hb_out_of_memory(err);
}

// Names in their order, a thousand at a time, so that memory stays bounded and each may be asked
// about while they are given.
bool standing_each_name(register_log *log, const char *sql, hb_str after, hb_str until,
                        standing_name each, void *context, hb_error *err) {
    char last[PSEUDONYM];
    page *p = calloc(1, sizeof *p);
    hb_arena *arena = hb_arena_open(1 << 20);
    bool ok = (p && arena) || hb_out_of_memory(err), is_end = false;
    snprintf(last, sizeof last, "%.*s", (int)after.n, after.at);
    while (ok && !is_end) {
        const store_value from[] = {STORE_T(hb_str_from(last)), STORE_N(TOGETHER), STORE_T(until)};
        hb_arena_reset(arena);
        p->arena = arena, p->n = 0;
        ok = store_run(log->store, sql, from, take_name, p, err);
        for (uint32_t i = 0; ok && i < p->n; i++) ok = each(context, p->names[i], err);
        is_end = !p || p->n < TOGETHER;
        if (ok && !is_end)
            snprintf(last, sizeof last, "%.*s", (int)p->names[p->n - 1].n, p->names[p->n - 1].at);
    }
    hb_arena_close(arena);
    free(p);
    return ok;
}

static const char EVERYBODY[] =
    "SELECT DISTINCT person FROM event WHERE person > $1 AND person < $3 ORDER BY person LIMIT $2";

static bool rebuild_one(void *context, hb_str person, hb_error *err) {
    register_log *log = context;
    const register_custody nothing = {0};
    hb_arena_reset(log->scratch);
    return rebuild(log, person, &nothing, err);
}

bool register_rebuild(register_log *log, hb_error *err) {
    if (!log->store->door->begin(log->store, err)) return false;
    if (log->store->door->run(log->store, "DELETE FROM standing", NULL, 0, NULL, NULL, err) &&
        log->store->door->run(log->store, "DELETE FROM stay", NULL, 0, NULL, NULL, err) &&
        log->store->door->run(log->store, "DELETE FROM alarm", NULL, 0, NULL, NULL, err) &&
        log->store->door->run(log->store, "DELETE FROM tally", NULL, 0, NULL, NULL, err) &&
        standing_each_name(log, EVERYBODY, STANDING_FIRST, STANDING_LAST, rebuild_one, log, err))
        return log->store->door->commit(log->store, err);
    log->store->door->undo(log->store);
    return false;
}

// ---- checking -----------------------------------------------------------------------------------

typedef struct {
    register_log *log;
    const char *why;
    standing_counts *counts;
    const store_value *row;  // as her events make it
    const stay_list *list;
    uint32_t n_rows, n_stays, n_same, n_alarms;  // stored; of these the same
} checking;

static bool take_row(void *context, const store_value *row, hb_error *err) {
    checking *c = context;
    uint32_t n_same = 0;
    (void)err;
    for (uint32_t i = 0; i < COLUMNS; i++) {
        n_same += c->row[i].type == STORE_INT
                      ? row[i].type == STORE_INT && row[i].number == c->row[i].number
                      : row[i].type != STORE_INT && hb_str_equal(row[i].text, c->row[i].text);
    }
    c->n_rows += n_same == COLUMNS;
    return true;
}

static bool take_stay(void *context, const store_value *row, hb_error *err) {
    checking *c = context;
    (void)err;
    c->n_stays++;
    for (uint32_t i = 0; i < c->list->n; i++) {
        const stay *s = &c->list->stays[i];
        c->n_same += s->since == row[1].number && s->until == row[2].number &&
                     hb_str_equal(row[0].text, hb_str_from(s->place));
    }
    return true;
}

static bool take_alarm(void *context, const store_value *row, hb_error *err) {
    (void)row, (void)err;
    ((checking *)context)->n_alarms++;
    return true;
}

// Each alarm is asked for as it should stand.
static bool check_alarms(checking *c, hb_str person, const register_custody *custody,
                         hb_error *err) {
    due_row rows[DUE_ROWS];
    const uint32_t n = due_rows(custody, rows);
    for (uint32_t i = 0; i < n; i++) {
        const store_value values[] = {STORE_N(rows[i].kind),  STORE_N(rows[i].starts),
                                      STORE_T(person),        STORE_T(rows[i].place),
                                      STORE_T(rows[i].owner), STORE_T(rows[i].what),
                                      STORE_N(rows[i].more)};
        if (!store_run(c->log->store,
                       "SELECT kind FROM alarm WHERE kind = $1 AND starts = $2 AND person = $3 "
                       "AND place = $4 AND owner = $5 AND what = $6 AND more = $7",
                       values, take_alarm, c, err))
            return false;
    }
    if (c->n_alarms != n)
        c->why =
            "the stored alarms of a person are not those of her standing; `habeas register "
            "rebuild` makes them again from the events";
    c->counts->n_alarms += n;
    return true;
}

static bool check_one(void *context, hb_str person, hb_error *err) {
    checking *c = context;
    const store_value who[] = {STORE_T(person)};
    stay_list list;
    register_custody custody;
    hb_text text = {0};
    store_value row[COLUMNS];
    hb_arena_reset(c->log->scratch);
    c->n_rows = c->n_stays = c->n_same = c->n_alarms = 0;
    bool ok = fold(c->log, person, &custody, &list, err);
    if (ok) make_row(person, &custody, list.last_happened, &text, row);
    c->row = row, c->list = &list;
    ok = ok &&
         store_run(c->log->store,
                   "SELECT person, last_happened, held, place, custody FROM standing WHERE person "
                   "= $1",
                   who, take_row, c, err) &&
         store_run(c->log->store, "SELECT place, since, until FROM stay WHERE person = $1", who,
                   take_stay, c, err) &&
         check_alarms(c, person, &custody, err);
    if (ok && (c->n_rows != 1 || c->n_stays != list.n || c->n_same != list.n))
        c->why =
            "the stored standing of a person is not what the events amount to; `habeas "
            "register rebuild` makes it again from them";
    c->counts->n_people++, c->counts->n_stays += list.n;
    hb_text_clear(&text);
    free(list.stays);
    return ok;
}

bool standing_check(register_log *log, hb_str from, hb_str until, standing_counts *counts,
                    const char **why, hb_error *err) {
    checking c = {.log = log, .counts = counts};
    bool ok = standing_each_name(log, EVERYBODY, from, until, check_one, &c, err);
    *why = c.why;
    return ok;
}
