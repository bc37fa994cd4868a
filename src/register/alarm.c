// Alarms: what due.c says of each person, asked anew each time, given worst and oldest first, whole
// or in pages, and counted. An alarm has an owner, a deadline and a text; it ends when the fact
// changes and in no other way. To take one is to answer for it by name; it stays open. Hours are an
// agreement's, or the defaults.
#include <stdlib.h>
#include <string.h>

#include "register/internal.h"

enum { CHUNK = 500 };  // alarms in memory at a time
typedef alarm_asking asking;

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
    // The plus keeps SQLite to the index of what was taken, of which there is little.
    if (!store_run(a->log->store,
                   "SELECT opened, signers FROM event WHERE person = $1 AND kind = "
                   "'AlarmTaken' AND +happened >= $2 ORDER BY seq",
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
    due_position at;
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
    if (ok && list->n) qsort(list->all, list->n, sizeof list->all[0], due_compare);
    return ok;
}

static bool page_of_list(asking *a, const due_position *from, uint32_t limit, register_page *page,
                         hb_error *err) {
    open_list list;
    bool ok = collect_all(a, &list, err);
    size_t first = 0;
    while (ok && first < list.n && due_compare(&list.all[first].at, from) < 0) first++;
    size_t end = limit < list.n - first ? first + limit : list.n;
    *page = (register_page){.n_all = list.n, .n_before = first};
    page->has_previous = first > 0;
    page->has_next = end < list.n;
    if (page->has_previous)
        due_cursor_write(page->previous, &list.all[first > limit ? first - limit : 0].at);
    if (page->has_next) due_cursor_write(page->next, &list.all[end].at);
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

// ---- out of the table ---------------------------------------------------------------------------

// Now the alarms stand in a table in the order in which they are given, and in indexes of their
// places and owners. A range is asked for by two bounds alone, or SQLite would begin at the lesser.
//
//     ahead   $1 kind   $2 first start   $3, $4 cursor                    $5, $6 names
//     back    $1 kind   $2 first start   $3, $4 cursor   $5 how many      $6, $7 names
//     on      $1 kind   $2 last start    $3, $4 cursor   $5 how many      $6, $7 names
//     count   $1 kind   $2 first start   $3 last                          $4, $5 names
#define AHEAD                                                          \
    "SELECT COUNT(*) FROM alarm WHERE kind = $1 AND starts >= $2 AND " \
    "(starts, person) < ($3, $4)"
#define COUNT "SELECT COUNT(*) FROM alarm WHERE kind = $1 AND starts >= $2 AND starts <= $3"
#define KEYS "SELECT starts, person FROM alarm WHERE kind = $1"
#define BACK(which)                                                \
    KEYS " AND starts >= $2 AND (starts, person) < ($3, $4)" which \
         " ORDER BY starts DESC, person DESC LIMIT $5"
#define ON(which)                                                   \
    KEYS " AND starts <= $2 AND (starts, person) >= ($3, $4)" which \
         " ORDER BY starts, person LIMIT $5"
// What stands in an index is found there, and only then are the rows read.
#define ROWS(keys)                                                            \
    "SELECT a.starts, a.person, a.place, a.owner, a.what, a.more FROM (" keys \
    ") AS k JOIN alarm AS a ON a.kind = $1 AND a.starts = k.starts AND "      \
    "a.person = k.person ORDER BY a.starts, a.person"
// Of the two indexes each gives its own, and what both give counts once.
#define BOTH(one, other, order)                                                         \
    "SELECT * FROM (" one ") AS x UNION SELECT * FROM (" other ") AS y ORDER BY " order \
    " LIMIT "                                                                           \
    "$5"
typedef struct {
    const char *ahead, *back, *on;
} table_sql;
static const table_sql OF_ALL = {AHEAD, BACK(""), ROWS(ON(""))};
static const table_sql OF_PLACE = {AHEAD " AND place = $5", BACK(" AND place = $6"),
                                   ROWS(ON(" AND place = $6"))};
static const table_sql OF_OWNER = {AHEAD " AND owner = $5", BACK(" AND owner = $6"),
                                   ROWS(ON(" AND owner = $6"))};
static const table_sql OF_EITHER = {
    "SELECT (" AHEAD " AND place = $5) + (" AHEAD " AND owner = $6) - (" AHEAD
    " AND place = $5 AND owner = $6)",
    BOTH(BACK(" AND place = $6"), BACK(" AND owner = $7"), "1 DESC, 2 DESC"),
    ROWS(BOTH(ON(" AND place = $6"), ON(" AND owner = $7"), "1, 2"))};
static const char COUNT_PLACE[] = COUNT " AND place = $4";
static const char COUNT_BOTH[] = COUNT " AND place = $4 AND owner = $5";

typedef struct {
    asking *asking;
    due_kind kind;
    uint32_t limit;  // of the rows that are kept; whose place follows them is the next page's
    uint32_t n;
    due_row *rows;
    hb_arena *arena;
    hb_str *people;
    due_position last;  // the place of the last row that was read
} table_page;

static const table_sql *sql_of(const register_alarm_question *q) {
    if (q->place.n && q->owner.n) return &OF_EITHER;
    return q->place.n ? &OF_PLACE : q->owner.n ? &OF_OWNER : &OF_ALL;
}

// Puts the names after the first `n` arguments; how many there are then.
static uint32_t put_names(const asking *a, store_value arguments[8], uint32_t n) {
    if (a->question->place.n) arguments[n++] = STORE_T(a->question->place);
    if (a->question->owner.n) arguments[n++] = STORE_T(a->question->owner);
    return n;
}

static bool is_asked(const asking *a, due_kind kind) {
    return !a->question->kind.n || due_kind_find(a->question->kind) == kind;
}

static bool take_count(void *context, const store_value *row, hb_error *err) {
    (void)err;
    *(uint64_t *)context = (uint64_t)row[0].number;
    return true;
}

// By numbers that are kept, but for one place, of which the rows are counted.
static bool count_between(const asking *a, due_kind kind, int64_t first, int64_t last, uint64_t *n,
                          hb_error *err) {
    const register_alarm_question *q = a->question;
    const store_door *door = a->log->store->door;
    const store_value place[] = {STORE_N(kind), STORE_N(first), STORE_N(last), STORE_T(q->place),
                                 STORE_T(q->owner)};
    uint64_t n_owner = 0, n_place = 0, n_both = 0;
    bool is_owner = q->owner.n || !q->place.n;
    bool ok = (!is_owner || tally_count(a->log, kind, q->owner, first, last, &n_owner, err)) &&
              (!q->place.n ||
               door->run(a->log->store, COUNT_PLACE, place, 4, take_count, &n_place, err)) &&
              (!q->place.n || !q->owner.n ||
               door->run(a->log->store, COUNT_BOTH, place, 5, take_count, &n_both, err));
    *n = n_owner + n_place - n_both;
    return ok;
}

static bool count_kind(const asking *a, due_kind kind, uint64_t *n, hb_error *err) {
    int64_t first = 0, last = 0;
    *n = 0;
    if (!is_asked(a, kind)) return true;
    due_window(kind, &a->due, &first, &last);
    return count_between(a, kind, first, last, n, err);
}

// Adds to *n those of the cursor's kind that stand before it: the hours before, and the rows of its
// own.
static bool count_ahead(const asking *a, const due_position *from, uint64_t *n, hb_error *err) {
    const due_kind kind = due_kind_at(from->rank);
    int64_t first = 0, last = 0;
    uint64_t n_hours = 0, n_rows = 0;
    if (!kind || !is_asked(a, kind)) return true;
    due_window(kind, &a->due, &first, &last);
    if (from->starts < first) return true;
    due_position at = *from;
    if (at.starts > last) at = (due_position){.starts = last + 1};
    const int64_t within = at.starts > 0 ? at.starts - at.starts % 3600 : first;
    store_value arguments[8] = {STORE_N(kind), STORE_N(within > first ? within : first),
                                STORE_N(at.starts), STORE_T(hb_str_from(at.person))};
    const uint32_t n_arguments = put_names(a, arguments, 4);
    bool ok = (within <= first || count_between(a, kind, first, within - 1, &n_hours, err)) &&
              a->log->store->door->run(a->log->store, sql_of(a->question)->ahead, arguments,
                                       n_arguments, take_count, &n_rows, err);
    *n += n_hours + n_rows;
    return ok;
}

static bool take_row(void *context, const store_value *row, hb_error *err) {
    table_page *page = context;
    hb_arena *arena = page->arena;
    page->last = (due_position){.rank = due_rank(page->kind), .starts = row[0].number};
    snprintf(page->last.person, PSEUDONYM, "%.*s", (int)row[1].text.n, row[1].text.at);
    if (page->n++ >= page->limit) return true;
    due_row *kept = &page->rows[page->n - 1];
    *kept = (due_row){.kind = page->kind, .starts = row[0].number, .more = row[5].number};
    return (hb_str_copy(arena, row[1].text, &page->people[page->n - 1]) &&
            hb_str_copy(arena, row[2].text, &kept->place) &&
            hb_str_copy(arena, row[3].text, &kept->owner) &&
            hb_str_copy(arena, row[4].text, &kept->what)) ||
           hb_out_of_memory(err);
}

// Rows of one kind from `from` on, or with `is_back` those before it, at most `n`.
static bool read_kind(table_page *page, const due_position *from, bool is_back, uint32_t n,
                      hb_error *err) {
    const asking *a = page->asking;
    const table_sql *sql = sql_of(a->question);
    int64_t first = 0, last = 0;
    due_position at = *from;
    due_window(page->kind, &a->due, &first, &last);
    if (at.starts < first) at = (due_position){.starts = first};
    if (at.starts > last) at = (due_position){.starts = last + 1};
    store_value arguments[8] = {STORE_N(page->kind), STORE_N(is_back ? first : last),
                                STORE_N(at.starts), STORE_T(hb_str_from(at.person)), STORE_N(n)};
    const uint32_t n_arguments = put_names(a, arguments, 5);
    return a->log->store->door->run(a->log->store, is_back ? sql->back : sql->on, arguments,
                                    n_arguments, take_row, page, err);
}

// Gives at most `limit` alarms from `from` on, as many at a time as the page has room for; *next is
// the place of the one after them.
static bool walk(table_page *page, const due_position *from, uint32_t limit, bool *has_next,
                 due_position *next, hb_error *err) {
    due_position at = *from;
    uint32_t left = limit;
    *has_next = false;
    for (; at.rank < DUE_KINDS; at = (due_position){.rank = at.rank + 1, .starts = INT64_MIN}) {
        bool is_more = is_asked(page->asking, due_kind_at(at.rank));
        while (is_more) {
            page->kind = due_kind_at(at.rank);
            page->limit = left < CHUNK ? left : CHUNK;
            page->n = 0;
            hb_arena_reset(page->arena);
            if (!read_kind(page, &at, false, page->limit + 1, err)) return false;
            is_more = page->n > page->limit;
            uint32_t n = is_more ? page->limit : page->n;
            for (uint32_t i = 0; i < n; i++) {
                if (!give(page->asking, &page->rows[i], page->people[i], err)) return false;
            }
            left -= n;
            if (is_more) at = page->last;
            if (is_more && left == 0) {
                *next = at, *has_next = true;
                return true;
            }
        }
    }
    return true;
}

// Where the page before `from` begins, and how many alarms stand ahead of `from` and in all.
static bool look_round(table_page *page, const due_position *from, uint32_t limit,
                       register_page *out, hb_error *err) {
    const asking *a = page->asking;
    due_position back = *from, before = *from;
    uint32_t left = limit;
    page->limit = 0;
    for (uint32_t rank = 0; rank < DUE_KINDS; rank++) {
        uint64_t n = 0;
        if (!count_kind(a, due_kind_at(rank), &n, err)) return false;
        out->n_all += n;
        if (rank < from->rank) out->n_before += n;
    }
    for (uint32_t rank = from->rank + 1; rank-- > 0 && left > 0;) {
        if (!is_asked(a, due_kind_at(rank))) continue;
        if (rank < from->rank) back = (due_position){.rank = rank, .starts = NEVER};
        page->kind = due_kind_at(rank), page->n = 0;
        if (!read_kind(page, &back, true, left, err)) return false;
        if (page->n) before = page->last;
        left -= page->n;
    }
    out->has_previous = left < limit;
    if (out->has_previous) due_cursor_write(out->previous, &before);
    return count_ahead(a, from, &out->n_before, err);
}

static bool open_page(table_page *page, asking *a, hb_error *err) {
    *page = (table_page){.asking = a, .arena = hb_arena_open(4 << 20)};
    page->rows = malloc(CHUNK * sizeof *page->rows);
    page->people = malloc(CHUNK * sizeof *page->people);
    return (page->arena && page->rows && page->people) || hb_out_of_memory(err);
}

static void close_page(table_page *page) {
    free(page->rows);
    free(page->people);
    hb_arena_close(page->arena);
}

static bool page_of_table(asking *a, const due_position *from, uint32_t limit, register_page *out,
                          hb_error *err) {
    table_page page;
    due_position next;
    *out = (register_page){0};
    bool ok = open_page(&page, a, err) && look_round(&page, from, limit, out, err) &&
              walk(&page, from, limit, &out->has_next, &next, err);
    if (ok && out->has_next) due_cursor_write(out->next, &next);
    close_page(&page);
    return ok;
}

static bool give_all(asking *a, hb_error *err) {
    table_page page;
    due_position next;
    const due_position start = {.starts = INT64_MIN};
    bool has_next = false;
    bool ok = open_page(&page, a, err) && walk(&page, &start, UINT32_MAX, &has_next, &next, err);
    close_page(&page);
    return ok;
}

static bool count_table(const asking *a, register_alarm_count counts[REGISTER_ALARM_KINDS],
                        hb_error *err) {
    for (uint32_t rank = 0; rank < DUE_KINDS; rank++) {
        if (!count_kind(a, due_kind_at(rank), &counts[rank].n, err)) return false;
    }
    return true;
}

// ---- asking -------------------------------------------------------------------------------------

static bool take_last(void *context, const store_value *row, hb_error *err) {
    (void)err;
    *(int64_t *)context = row[0].number;
    return true;
}

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

// One person's alarms follow from her standing; those of a time that has gone, from the events.
static bool is_looked_up(const asking *a) {
    return a->is_past || a->question->person.n > 0;
}

bool register_alarms_page(register_log *log, const register_alarm_question *question, hb_str from,
                          uint32_t limit, register_each_alarm each, void *context,
                          register_page *page, hb_error *err) {
    due_position at;
    asking a = {.log = log, .question = question, .each = each, .context = context};
    if (!due_cursor_read(from, &at, err) || !start(&a, err)) return false;
    bool ok = is_looked_up(&a) ? page_of_list(&a, &at, limit, page, err)
                               : page_of_table(&a, &at, limit, page, err);
    log_moment_end(log);
    return ok;
}

bool register_alarms_count(register_log *log, const register_alarm_question *question,
                           register_alarm_count counts[REGISTER_ALARM_KINDS], hb_error *err) {
    asking a = {.log = log, .question = question};
    for (uint32_t i = 0; i < REGISTER_ALARM_KINDS; i++)
        counts[i] = (register_alarm_count){due_id(due_kind_at(i)), due_name(due_kind_at(i)),
                                           due_title(due_kind_at(i)), 0};
    if (!start(&a, err)) return false;
    bool ok = is_looked_up(&a) ? count_list(&a, counts, err) : count_table(&a, counts, err);
    log_moment_end(log);
    return ok;
}

bool register_alarms_of_none(register_log *log, const register_alarm_question *question,
                             register_each_alarm each, void *context, hb_error *err) {
    asking a = {.log = log, .question = question, .each = each, .context = context};
    if (!start(&a, err)) return false;
    bool ok = alarm_of_none(&a, err);
    log_moment_end(log);
    return ok;
}

bool register_alarms(register_log *log, hb_instant now, const register_hours *hours,
                     words_language language, register_each_alarm each, void *context,
                     hb_error *err) {
    const register_alarm_question all = {.now = now, .hours = hours, .language = language};
    const due_position first = {.starts = INT64_MIN};
    register_page page;
    asking a = {.log = log, .question = &all, .each = each, .context = context};
    if (!start(&a, err)) return false;
    bool ok = alarm_of_none(&a, err) &&
              (a.is_past ? page_of_list(&a, &first, UINT32_MAX, &page, err) : give_all(&a, err));
    log_moment_end(log);
    return ok;
}
