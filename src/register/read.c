// Who is where: the roster and one person. Sealed fields are shown only to somebody named, and
// every such read is on record; of a restricted person only to a court or a monitor.
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "register/internal.h"

enum { ROSTER_MOST = 100000 };  // people of one page

// ---- the roster ---------------------------------------------------------------------------------

typedef struct {
    register_log *log;
    int64_t at;
    register_each each;
    void *context;
    bool is_by_pseudonym;
} listing;

// The stored standing, or where something happened later than what is asked for, the fold.
static bool list_one(void *context, hb_str person, hb_error *err) {
    listing *l = context;
    register_line line = {.person = person};
    int64_t last_happened = 0;
    hb_arena_reset(l->log->scratch);
    if (!standing_read(l->log, person, &line.custody, &last_happened, err)) return false;
    if (last_happened > l->at && !custody_fold(l->log, person, l->at, &line.custody, err))
        return false;
    if (line.custody.n_events == 0) return true;
    if (l->log->vault && !l->is_by_pseudonym)
        (void)vault_person(l->log->vault, l->log->scratch, person, &line.person);
    return l->each(l->context, &line, err);
}

bool read_one(register_log *log, hb_str person, int64_t at, register_each each, void *context,
              hb_error *err) {
    listing l = {log, at, each, context, true};
    return list_one(&l, person, err);
}

static bool list_everybody(listing *l, hb_error *err) {
    if (!log_moment(l->log, err)) return false;
    bool ok = standing_each_name(
        l->log,
        "SELECT person FROM standing WHERE person > $1 AND person < $3 ORDER BY person LIMIT $2",
        STANDING_FIRST, STANDING_LAST, list_one, l, err);
    log_moment_end(l->log);
    return ok;
}

bool read_each(register_log *log, int64_t at, register_each each, void *context, hb_error *err) {
    listing l = {log, at, each, context, true};
    return list_everybody(&l, err);
}

bool register_roster(register_log *log, int64_t at, register_each each, void *context,
                     hb_error *err) {
    listing l = {log, at ? at : INT64_MAX, each, context, false};
    return list_everybody(&l, err);
}

typedef struct {
    hb_arena *arena;
    hb_str *names;
    size_t n, room;
} name_list;

static bool take_name(void *context, const store_value *row, hb_error *err) {
    name_list *list = context;
    if (list->n == list->room) {
        size_t room = list->room ? list->room * 2 : 1024;
        hb_str *grown = hb_arena_array(list->arena, hb_str, room);
        if (!grown) return hb_out_of_memory(err);
        if (list->n) memcpy(grown, list->names, list->n * sizeof *grown);
        list->names = grown;
        list->room = room;
    }
    return hb_str_copy(list->arena, row[0].text, &list->names[list->n++]) || hb_out_of_memory(err);
}

static int compare_names(const void *a, const void *b) {
    return hb_str_compare(*(const hb_str *)a, *(const hb_str *)b);
}

// What `list_one` is called with, for each name that a query gives, in their order and once. Sorted
// here: asked for an order, SQLite goes through everybody in that order instead of the indexes.
static bool list_some(listing *l, const char *sql, const store_value *arguments, uint32_t n,
                      size_t *n_rows, hb_error *err) {
    name_list list = {.arena = hb_arena_open((size_t)1 << 30)};
    bool ok = (list.arena || hb_out_of_memory(err)) &&
              l->log->store->door->run(l->log->store, sql, arguments, n, take_name, &list, err);
    if (ok && list.n) qsort(list.names, list.n, sizeof list.names[0], compare_names);
    for (size_t i = 0; ok && i < list.n; i++) {
        bool is_again = i > 0 && hb_str_equal(list.names[i - 1], list.names[i]);
        ok = is_again || list_one(l, list.names[i], err);
    }
    hb_arena_close(list.arena);
    *n_rows = list.n;
    return ok;
}

static bool list_names(listing *l, const char *sql, const store_value *arguments, uint32_t n,
                       hb_error *err) {
    size_t ignored = 0;
    return list_some(l, sql, arguments, n, &ignored, err);
}

// Whom a place says it holds: at a time, and now, of which there is an index.
#define HERE " FROM stay WHERE place = $1 AND since <= $2 AND until > $2"
#define NOW " FROM stay WHERE place = $1 AND until = 9223372036854775807"
static_assert(NEVER == 9223372036854775807LL, "NEVER as the statements write it");

bool register_roster_of(register_log *log, hb_str place, int64_t at, register_each each,
                        void *context, hb_error *err) {
    listing l = {log, at ? at : INT64_MAX, each, context, false};
    const store_value where[] = {STORE_T(place), STORE_N(at)};
    if (!log_moment(log, err)) return false;
    bool ok = at ? list_names(&l, "SELECT DISTINCT person" HERE, where, 2, err)
                 : list_names(&l, "SELECT person" NOW, where, 1, err);
    log_moment_end(log);
    return ok;
}

bool register_roster_ever(register_log *log, hb_str place, int64_t at, register_each each,
                          void *context, hb_error *err) {
    listing l = {log, at ? at : INT64_MAX, each, context, false};
    const store_value where[] = {STORE_T(place), STORE_N(at ? at : NEVER - 1)};
    if (!log_moment(log, err)) return false;
    bool ok = list_names(&l,
                         "SELECT person FROM stay WHERE place = $1 AND since <= $2 "
                         "UNION ALL SELECT person FROM standing WHERE place = $1",
                         where, 2, err);
    log_moment_end(log);
    return ok;
}

bool register_roster_offered(register_log *log, register_each each, void *context, hb_error *err) {
    listing l = {log, INT64_MAX, each, context, false};
    const store_value kind[] = {STORE_N(DUE_OFFER)};
    return list_names(&l, "SELECT person FROM alarm WHERE kind = $1", kind, 1, err);
}

// Of everybody who is held one of two clocks runs, of whoever is under way another: alarm (due.c).
bool register_roster_concerning(register_log *log, hb_str party, uint32_t limit, bool *is_whole,
                                register_each each, void *context, hb_error *err) {
    listing l = {log, INT64_MAX, each, context, false};
    size_t n_rows = 0;
    const store_value who[] = {STORE_T(party),      STORE_N((int64_t)limit + 1),
                               STORE_N(DUE_NO_END), STORE_N(DUE_PAST_END),
                               STORE_N(DUE_OFFER),  STORE_N(DUE_TRANSIT)};
    if (!log_moment(log, err)) return false;
    bool ok = list_some(&l,
                        "SELECT person FROM stay WHERE place = $1 AND until = 9223372036854775807 "
                        "UNION ALL SELECT person FROM alarm WHERE owner = $1 AND kind IN ($3, $4, "
                        "$5) UNION ALL SELECT person FROM alarm WHERE kind = $6 AND what = $1 "
                        "LIMIT $2",
                        who, 6, &n_rows, err);
    log_moment_end(log);
    *is_whole = n_rows <= limit;
    return ok;
}

bool register_roster_checked(register_log *log, uint32_t n, register_each each, void *context,
                             hb_error *err) {
    listing l = {log, INT64_MAX, each, context, false};
    const store_value most[] = {STORE_N(n)};
    return list_names(&l,
                      "SELECT person FROM event WHERE kind = 'CheckRecorded' ORDER BY seq DESC "
                      "LIMIT $1",
                      most, 1, err);
}

// ---- the roster in pages ------------------------------------------------------------------------

bool read_is_pseudonym(hb_str text) {
    bool ok = text.n < PSEUDONYM;
    for (size_t i = 0; ok && i < text.n; i++)
        ok = (text.at[i] >= '0' && text.at[i] <= '9') || (text.at[i] >= 'a' && text.at[i] <= 'f');
    return ok;
}

bool read_no_cursor(hb_error *err) {
    hb_fail(err, HB_INPUT, "bad-cursor", "no page begins there");
    hb_error_help(err, "begin at the first page, and go on with what its answer names as next");
    return false;
}

typedef struct {
    hb_arena *arena;
    uint32_t n;
    hb_str *names;
} name_page;

static bool take_of_page(void *context, const store_value *row, hb_error *err) {
    name_page *page = context;
    return hb_str_copy(page->arena, row[0].text, &page->names[page->n++]) || hb_out_of_memory(err);
}

static bool take_count(void *context, const store_value *row, hb_error *err) {
    (void)err;
    *(uint64_t *)context = (uint64_t)row[0].number;
    return true;
}

static bool take_cursor(void *context, const store_value *row, hb_error *err) {
    (void)err;
    snprintf(context, REGISTER_CURSOR, "%.*s", (int)row[0].text.n, row[0].text.at);
    return true;
}

// The statements of a list of names: at most $4 from $3 on; how many come before $3, and the first
// of the $4 before it; how many there are, of those two counted at most $4, $3. Of everybody and of
// now there are fewer before those two.
typedef struct {
    const char *forward, *n_before, *previous, *n_all;
    uint32_t n_first;  // how many arguments stand before the name
} page_sql;
#define COUNT_TO(limit, names) "SELECT COUNT(*) FROM (" names " LIMIT " limit ") AS few"
static const page_sql OF_PLACE = {
    "SELECT DISTINCT person" HERE " AND person >= $3 ORDER BY person LIMIT $4",
    COUNT_TO("$4", "SELECT DISTINCT person" HERE " AND person < $3"),
    "SELECT person FROM (SELECT DISTINCT person" HERE
    " AND person < $3 ORDER BY person DESC LIMIT $4) AS before ORDER BY person LIMIT 1",
    COUNT_TO("$3", "SELECT DISTINCT person" HERE), 2};
static const page_sql OF_PLACE_NOW = {
    "SELECT person" NOW " AND person >= $2 ORDER BY person LIMIT $3",
    COUNT_TO("$3", "SELECT person" NOW " AND person < $2"),
    "SELECT person FROM (SELECT person" NOW
    " AND person < $2 ORDER BY person DESC LIMIT $3) AS before ORDER BY person LIMIT 1",
    COUNT_TO("$2", "SELECT person" NOW), 1};
static const page_sql OF_ALL = {
    "SELECT person FROM standing WHERE person >= $1 ORDER BY person LIMIT $2",
    COUNT_TO("$2", "SELECT person FROM standing WHERE person < $1"),
    "SELECT person FROM (SELECT person FROM standing WHERE person < $1 ORDER BY person DESC LIMIT "
    "$2) AS before ORDER BY person LIMIT 1",
    COUNT_TO("$1", "SELECT person FROM standing"), 0};

int64_t read_count_limit(uint64_t most) {
    return most && most < NEVER ? (int64_t)most + 1 : NEVER;
}

// `arguments` has room for two more behind its first sql->n_first.
static bool roster_page(listing *l, const page_sql *sql, store_value *arguments, hb_str from,
                        uint32_t limit, register_page *page, hb_error *err) {
    const store_door *door = l->log->store->door;
    const uint32_t n = sql->n_first;
    const store_value most = STORE_N(read_count_limit(page->most));
    name_page names = {.arena = hb_arena_open((size_t)1 << 30)};
    bool ok = (names.arena && (names.names = hb_arena_array(names.arena, hb_str, limit + 1))) ||
              hb_out_of_memory(err);
    *page = (register_page){.most = page->most};
    arguments[n] = most;
    ok =
        ok && door->run(l->log->store, sql->n_all, arguments, n + 1, take_count, &page->n_all, err);
    arguments[n] = STORE_T(from);
    arguments[n + 1] = most;
    ok = ok && door->run(l->log->store, sql->n_before, arguments, n + 2, take_count,
                         &page->n_before, err);
    arguments[n + 1] = STORE_N(limit);
    ok = ok && door->run(l->log->store, sql->previous, arguments, n + 2, take_cursor,
                         page->previous, err);
    arguments[n + 1] = STORE_N((int64_t)limit + 1);  // to know where the next page begins
    ok = ok && door->run(l->log->store, sql->forward, arguments, n + 2, take_of_page, &names, err);
    page->has_previous = page->previous[0] != '\0';
    page->has_next = ok && names.n > limit;
    if (page->has_next)
        snprintf(page->next, sizeof page->next, "%.*s", (int)names.names[limit].n,
                 names.names[limit].at);
    for (uint32_t i = 0; ok && i < names.n && i < limit; i++) ok = list_one(l, names.names[i], err);
    hb_arena_close(names.arena);
    return ok;
}

bool register_roster_page(register_log *log, hb_str place, int64_t at, hb_str from, uint32_t limit,
                          register_each each, void *context, register_page *page, hb_error *err) {
    listing l = {log, at ? at : INT64_MAX, each, context, false};
    if (!read_is_pseudonym(from) || limit > ROSTER_MOST) return read_no_cursor(err);
    const page_sql *sql = place.n == 0 ? &OF_ALL : at ? &OF_PLACE : &OF_PLACE_NOW;
    store_value arguments[4] = {STORE_T(place), STORE_N(at)};
    char first[PSEUDONYM];  // `from` may be of the page that is written
    snprintf(first, sizeof first, "%.*s", (int)from.n, from.n ? from.at : "");
    if (!log_moment(log, err)) return false;
    bool ok = roster_page(&l, sql, arguments, hb_str_from(first), limit, page, err);
    log_moment_end(log);
    return ok;
}

bool read_pseudonym(register_log *log, hb_str person, char out[PSEUDONYM], hb_error *err) {
    if (log->vault) {
        vault_pseudonym(log->vault, person, out);
        return true;
    }
    hb_fail(err, HB_INPUT, "no-vault",
            "without the vault beside it this register knows no person by id");
    hb_error_help(err, "--local PATH names where PATH.vault stands");
    return false;
}

bool register_roster_cursor(register_log *log, hb_str person, register_cursor out, hb_error *err) {
    return read_pseudonym(log, person, out, err);
}

typedef struct {
    register_each_place each;
    void *context;
} place_giving;

static bool give_place(void *context, const store_value *row, hb_error *err) {
    place_giving *giving = context;
    return giving->each(giving->context, row[0].text, (uint64_t)row[1].number, err);
}

bool register_places(register_log *log, hb_str from, uint32_t limit, register_each_place each,
                     void *context, hb_error *err) {
    place_giving giving = {each, context};
    const store_value which[] = {STORE_T(from), STORE_N(limit)};
    return store_run(log->store,
                     "SELECT place, COUNT(*) FROM stay WHERE until = 9223372036854775807 AND "
                     "place >= $1 GROUP BY place ORDER BY place LIMIT $2",
                     which, give_place, &giving, err);
}

// ---- one person ---------------------------------------------------------------------------------

typedef struct {
    register_log *log;
    register_each_entry each;
    void *context;
    proof_secret key;
    bool shows_sealed;
} reading;

static bool give_entry(void *context, const store_value *row, hb_error *err) {
    reading *r = context;
    char bound[32];
    register_entry entry = {.event = (uint64_t)row[0].number,
                            .kind = row[1].text,
                            .happened_at = row[2].number,
                            .recorded_at = row[3].number,
                            .irregular = (uint32_t)row[4].number,
                            .open = row[5].text,
                            .corrected_by = (uint64_t)row[7].number,
                            .signers = row[8].text};
    int n = snprintf(bound, sizeof bound, "%llu", (unsigned long long)entry.event);
    if (r->shows_sealed && !proof_unseal(r->log->scratch, row[6].text, &r->key,
                                         (hb_str){bound, (size_t)n}, &entry.sealed)) {
        entry.sealed = (hb_str){0};
    }
    return !r->each || r->each(r->context, &entry, err);
}

bool read_may(register_log *log, hb_str reader, const register_custody *custody, hb_error *err) {
    log_officer officer;
    if (!custody->is_restricted) return true;
    if (!log_find_officer(log, reader, &officer, err)) return false;
    if (officer.is_found && officer.until == UINT64_MAX &&
        (strcmp(officer.role, "court") == 0 || strcmp(officer.role, "monitor") == 0)) {
        return true;
    }
    hb_fail(err, HB_INPUT, "restricted", "the details of this person are restricted");
    hb_error_help(
        err,
        "only a key of a court or of a monitor reads them; the chronology is shown without them");
    return false;
}

bool read_log(register_log *log, hb_str pseudonym, hb_str reader, hb_instant now, hb_error *err) {
    const store_value row[] = {STORE_N(now.seconds), STORE_T(reader), STORE_T(pseudonym)};
    return log->store->door->begin(log->store, err) &&
           store_run(log->store, "INSERT INTO reading (at, reader, person) VALUES ($1, $2, $3)",
                     row, NULL, NULL, err) &&
           log->store->door->commit(log->store, err);
}

bool register_person(register_log *log, hb_str person, hb_str reader, hb_instant now,
                     register_each_entry each, void *context, register_custody *custody,
                     hb_error *err) {
    char pseudonym[PSEUDONYM];
    reading r = {.log = log, .each = each, .context = context};
    hb_arena_reset(log->scratch);
    if (!read_pseudonym(log, person, pseudonym, err)) return false;
    hb_str name = hb_str_from(pseudonym);
    if (!custody_fold(log, name, INT64_MAX, custody, err)) return false;
    if (custody->n_events == 0) {
        return hb_fail(err, HB_INPUT, "unknown-person", "this register has no person \"%.*s\"",
                       (int)person.n, person.at);
    }
    if (reader.n) {
        if (!read_may(log, reader, custody, err) || !read_log(log, name, reader, now, err))
            return false;
        r.shows_sealed = vault_key(log->vault, name, person, false, &r.key, err);
        if (err->kind != HB_NONE) return false;
    }
    const store_value which[] = {STORE_T(name)};
    bool ok =
        store_run(log->store,
                  "SELECT e.seq, e.kind, e.happened, e.recorded, e.marks, e.opened, e.sealed, "
                  "COALESCE((SELECT MIN(c.seq) FROM correction c WHERE c.voids = e.seq AND "
                  "c.person = $1), 0), e.signers "
                  "FROM event e WHERE e.person = $1 ORDER BY e.happened, e.seq",
                  which, give_entry, &r, err);
    proof_wipe(&r.key, sizeof r.key);
    return ok;
}

bool register_of_kind(register_log *log, hb_str kind, register_each_entry each, void *context,
                      hb_error *err) {
    reading r = {.log = log, .each = each, .context = context};
    const store_value which[] = {STORE_T(kind)};
    hb_arena_reset(log->scratch);
    return store_run(log->store,
                     "SELECT e.seq, e.kind, e.happened, e.recorded, e.marks, e.opened, e.sealed, "
                     "COALESCE((SELECT MIN(c.seq) FROM correction c WHERE c.voids = e.seq), 0), "
                     "e.signers "
                     "FROM event e WHERE e.kind = $1 ORDER BY e.seq",
                     which, give_entry, &r, err);
}

bool register_newest(register_log *log, uint32_t n, register_each_entry each, void *context,
                     hb_error *err) {
    reading r = {.log = log, .each = each, .context = context};
    const store_value most[] = {STORE_N(n)};
    hb_arena_reset(log->scratch);
    return store_run(log->store,
                     "SELECT seq, kind, happened, recorded, marks, opened, sealed, 0, signers "
                     "FROM event ORDER BY seq DESC LIMIT $1",
                     most, give_entry, &r, err);
}

// ---- officers -----------------------------------------------------------------------------------

typedef struct {
    register_each_officer each;
    void *context;
} officer_giving;

static bool give_officer(void *context, const store_value *row, hb_error *err) {
    officer_giving *giving = context;
    register_officer officer = {
        .vkey = row[0].text, .from = (uint64_t)row[3].number, .until = (uint64_t)row[4].number};
    custody_word(officer.authority, row[1].text);
    custody_word(officer.role, row[2].text);
    if (row[4].number < 0) officer.until = UINT64_MAX;
    return giving->each(giving->context, &officer, err);
}

bool register_officers(register_log *log, register_each_officer each, void *context,
                       hb_error *err) {
    officer_giving giving = {each, context};
    return log->store->door->run(log->store,
                                 "SELECT o.vkey, o.authority, o.role, o.seq, COALESCE((SELECT "
                                 "n.seq FROM officer_end n WHERE n.key = o.key), -1) "
                                 "FROM officer o ORDER BY o.seq",
                                 NULL, 0, give_officer, &giving, err);
}
