// How many alarms of each kind and owner start in each hour: kept beside the alarms, because to
// count a million rows takes longer than a page may. A range of time is the hours within it,
// summed, and at its ends, where it cuts through an hour, the rows themselves. It is written with
// what it counts, once a transaction; `verify` counts the rows and compares.
#include <stdlib.h>

#include "register/internal.h"

enum { HOUR = 3600 };

// Changes of a transaction, not written yet. The owner's word is borrowed until then.
typedef struct {
    int64_t kind, hour, n;
    hb_str owner;
} change;
struct log_tally {
    change *changes;
    size_t n, room;
};

bool tally_add(register_log *log, const due_row *row, int n, hb_error *err) {
    struct log_tally *tally = log->tally;
    if (!tally && !(tally = log->tally = calloc(1, sizeof *tally))) return hb_out_of_memory(err);
    if (tally->n == tally->room) {
        size_t room = tally->room ? tally->room * 2 : 256;
        change *grown = realloc(tally->changes, room * sizeof *grown);
        if (!grown) return hb_out_of_memory(err);
        tally->changes = grown, tally->room = room;
    }
    tally->changes[tally->n++] = (change){row->kind, row->starts / HOUR, n, row->owner};
    return true;
}

void tally_forget(register_log *log) {
    if (log->tally) log->tally->n = 0;
}

void tally_close(register_log *log) {
    if (log->tally) free(log->tally->changes);
    free(log->tally);
}

static int compare(const void *a, const void *b) {
    const change *x = a, *y = b;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    if (x->hour != y->hour) return x->hour < y->hour ? -1 : 1;
    return hb_str_compare(x->owner, y->owner);
}

// Changes of one hour together, each hour once.
static size_t merge(change *changes, size_t n) {
    size_t n_merged = 0;
    if (n) qsort(changes, n, sizeof *changes, compare);
    for (size_t i = 0; i < n; i++) {
        if (n_merged && compare(&changes[n_merged - 1], &changes[i]) == 0)
            changes[n_merged - 1].n += changes[i].n;
        else
            changes[n_merged++] = changes[i];
    }
    return n_merged;
}

bool tally_write(register_log *log, hb_error *err) {
    if (!log->tally) return true;
    const change *changes = log->tally->changes;
    const size_t n = merge(log->tally->changes, log->tally->n);
    for (size_t i = 0; i < n; i++) {
        const store_value row[] = {STORE_N(changes[i].kind), STORE_T(changes[i].owner),
                                   STORE_N(changes[i].hour), STORE_N(changes[i].n)};
        if (changes[i].n &&
            !store_run(log->store,
                       "INSERT INTO tally (kind, owner, hour, n) VALUES ($1, $2, $3, $4) ON "
                       "CONFLICT (kind, owner, hour) DO UPDATE SET n = tally.n + excluded.n",
                       row, NULL, NULL, err))
            return false;
    }
    for (size_t i = 0; i < n; i++) {
        const store_value which[] = {STORE_N(changes[i].kind), STORE_T(changes[i].owner),
                                     STORE_N(changes[i].hour)};
        if (changes[i].n < 0 &&
            !store_run(log->store,
                       "DELETE FROM tally WHERE kind = $1 AND owner = $2 AND hour = $3 AND n = 0",
                       which, NULL, NULL, err))
            return false;
    }
    tally_forget(log);
    return true;
}

static bool take_number(void *context, const store_value *row, hb_error *err) {
    (void)err;
    *(int64_t *)context += row[0].number;
    return true;
}

#define HOURS                                                                                   \
    "SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT) FROM tally WHERE kind = $1 AND hour >= $2 AND " \
    "hour < $3"
#define ROWS "SELECT COUNT(*) FROM alarm WHERE kind = $1 AND starts >= $2 AND starts <= $3"

static bool add_count(register_log *log, const char *of_all, const char *of_owner, due_kind kind,
                      hb_str owner, int64_t from, int64_t until, int64_t *n, hb_error *err) {
    const store_value which[] = {STORE_N(kind), STORE_N(from), STORE_N(until), STORE_T(owner)};
    return log->store->door->run(log->store, owner.n ? of_owner : of_all, which, owner.n ? 4 : 3,
                                 take_number, n, err);
}

static bool add_rows(register_log *log, due_kind kind, hb_str owner, int64_t first, int64_t last,
                     int64_t *n, hb_error *err) {
    return first > last ||
           add_count(log, ROWS, ROWS " AND owner = $4", kind, owner, first, last, n, err);
}

bool tally_count(register_log *log, due_kind kind, hb_str owner, int64_t first, int64_t last,
                 uint64_t *out, hb_error *err) {
    int64_t n = 0;
    // Hours before 1970 end at their lesser side; a range that ends or begins among them is counted
    // by its rows.
    const bool is_open = first == INT64_MIN;
    const int64_t from = is_open ? INT64_MIN : first / HOUR + (first % HOUR != 0);
    const int64_t until = last / HOUR + (last % HOUR == HOUR - 1);
    bool ok =
        (!is_open && first < 0) || last < 0 || from >= until
            ? add_rows(log, kind, owner, first, last, &n, err)
            : add_count(log, HOURS, HOURS " AND owner = $4", kind, owner, from, until, &n, err) &&
                  (is_open || add_rows(log, kind, owner, first, from * HOUR - 1, &n, err)) &&
                  add_rows(log, kind, owner, until * HOUR, last, &n, err);
    *out = (uint64_t)n;
    return ok;
}

// The rows, counted, that are not so in the table, or of the table's that are not so counted.
#define COUNTED \
    "SELECT kind, owner, starts / 3600, COUNT(*) FROM alarm GROUP BY kind, owner, starts / 3600"
#define KEPT "SELECT kind, owner, hour, n FROM tally"

bool tally_check(register_log *log, bool *is_right, hb_error *err) {
    int64_t n = 0;
    const store_door *door = log->store->door;
    bool ok = door->run(log->store, "SELECT COUNT(*) FROM (" COUNTED " EXCEPT " KEPT ") AS differs",
                        NULL, 0, take_number, &n, err) &&
              door->run(log->store, "SELECT COUNT(*) FROM (" KEPT " EXCEPT " COUNTED ") AS differs",
                        NULL, 0, take_number, &n, err);
    *is_right = n == 0;
    return ok;
}
