// The same register in another store: every row of every table, byte for byte, in one transaction,
// so that each proof, checkpoint and cosignature made before holds after. The files beside (key,
// vault, anchor) stay where they are and serve the new store; once it goes on, the anchor shows the
// old one to be an old copy, and nothing is written to it any more.
#include <string.h>

#include "register/internal.h"

enum { ROWS_AT_A_TIME = 5000 };

typedef struct {
    register_store *to;
    const char *insert;
    uint32_t n_columns, n_rows;
} copying;

static bool copy_row(void *context, const store_value *row, hb_error *err) {
    copying *c = context;
    c->n_rows++;
    return c->to->door->run(c->to, c->insert, row, c->n_columns, NULL, NULL, err);
}

// PostgreSQL hands over a whole result, so its rows come through a cursor; SQLite streams by
// itself.
static bool copy_rows(register_store *from, const char *table, copying *c, hb_error *err) {
    char select[128], fetch[64];
    snprintf(select, sizeof select, "%sSELECT * FROM %s",
             from->door->is_postgres ? "DECLARE rows CURSOR FOR " : "", table);
    if (!from->door->is_postgres) return from->door->run(from, select, NULL, 0, copy_row, c, err);
    snprintf(fetch, sizeof fetch, "FETCH %d FROM rows", ROWS_AT_A_TIME);
    if (!from->door->run(from, select, NULL, 0, NULL, NULL, err)) return false;
    do {
        c->n_rows = 0;
        if (!from->door->run(from, fetch, NULL, 0, copy_row, c, err)) return false;
    } while (c->n_rows > 0);
    return from->door->run(from, "CLOSE rows", NULL, 0, NULL, NULL, err);
}

static bool copy_table(register_store *from, register_store *to, uint32_t table, hb_error *err) {
    hb_text insert = {0};
    copying c = {.to = to, .n_columns = store_n_columns(table)};
    hb_text_addf(&insert, "INSERT INTO %s VALUES (", store_table(table));
    for (uint32_t i = 1; i <= c.n_columns; i++)
        hb_text_addf(&insert, "%s$%u", i > 1 ? ", " : "", i);
    hb_text_add(&insert, (hb_str){")", 2});
    c.insert = insert.at;
    bool ok = insert.failed ? hb_out_of_memory(err) : copy_rows(from, store_table(table), &c, err);
    hb_text_clear(&insert);
    return ok;
}

bool register_copy(register_log *log, const char *where, hb_error *err) {
    bool ok = false;
    register_store *from = log->store, *to = store_open(where, REGISTER_WRITE, true, err);
    if (!to) return false;
    if (!store_is_empty(to, err)) goto done;
    // One moment of the source for all tables.
    if (!store_snapshot(from, err)) goto done;
    if (!to->door->begin(to, err)) goto undo;
    ok = store_make_tables(to, err);
    for (uint32_t i = 0; ok && store_table(i); i++) ok = copy_table(from, to, i, err);
    if (ok)
        ok = to->door->commit(to, err);
    else
        to->door->undo(to);
undo:
    from->door->undo(from);
done:
    to->door->close(to);
    return ok;
}
