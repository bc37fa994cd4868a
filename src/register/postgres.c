// The one door to PostgreSQL (libpq). Every value travels in binary, as an argument, never inside
// the statement; a statement with arguments is prepared once a connection. Within a writer's
// transaction what gives no rows is sent without waiting for its answer (pipeline mode), the commit
// with it, and rows to insert are held back until the next question and go together (held.c): what
// failed is known at the next question, at the latest with the commit. A writer holds one
// advisory lock until its transaction ends, so servers on several machines append to one log one
// after another and it cannot fork. A commit counts only when it was not weakened: a warning with
// it, as when waiting for a standby was cancelled, means that nothing is acknowledged.
#include "register/internal.h"

#include <assert.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

enum { OID_BYTES = 17, OID_INT8 = 20, OID_TEXT = 25, ARGUMENTS = 16 };
enum { OID_BYTES_ARRAY = 1001, OID_TEXT_ARRAY = 1009, OID_INT8_ARRAY = 1016 };
enum { STATEMENTS = 128, PENDING = 64, HELD = 12, HELD_BYTES = 4 << 20 };
static_assert((int)HELD_COLUMNS == (int)ARGUMENTS, "an array for each column is an argument");
typedef struct {
    register_store store;
    PGconn *db;
    bool is_warned, is_piped, is_synced;  // is_synced: the end of the pipe is sent
    uint32_t n_pending;                   // sent, not answered yet
    struct {
        const char *at;  // of the text when it was prepared
        char *sql;
    } prepared[STATEMENTS];  // under its index as name
    uint32_t n_prepared;
    held_rows held[HELD];
    uint32_t n_held;
} postgres_store;

static bool failed(postgres_store *s, const PGresult *result, hb_error *err) {
    char text[200];
    const char *said = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    snprintf(text, sizeof text, "%s", said ? said : PQerrorMessage(s->db));
    text[strcspn(text, "\n")] = '\0';
    return hb_fail(err, HB_SYSTEM, "database", "the database failed: %s", text);
}

static int64_t read_int8(const char *bytes) {
    uint64_t value = 0;
    for (int i = 0; i < 8; i++) value = value << 8 | (uint8_t)bytes[i];
    return (int64_t)value;
}

static bool give_rows(const PGresult *result, store_row row, void *context, hb_error *err) {
    store_value values[ARGUMENTS];
    int columns = PQnfields(result);
    for (int r = 0; r < PQntuples(result); r++) {
        for (int c = 0; c < columns && c < ARGUMENTS; c++) {
            const char *bytes = PQgetvalue(result, r, c);
            size_t n = (size_t)PQgetlength(result, r, c);
            values[c] = (store_value){0};
            if (PQgetisnull(result, r, c)) continue;
            if (PQftype(result, c) == OID_INT8)
                values[c] = STORE_N(read_int8(bytes));
            else
                values[c] = (store_value){
                    PQftype(result, c) == OID_TEXT ? STORE_TEXT : STORE_BYTES, 0, {bytes, n}
                };
        }
        if (row && !row(context, values, err)) return false;
    }
    return true;
}

// ---- statements ---------------------------------------------------------------------------------

typedef struct {
    Oid types[ARGUMENTS];
    const char *values[ARGUMENTS];
    int n, lengths[ARGUMENTS], formats[ARGUMENTS];
    char numbers[ARGUMENTS][8];
} binary_arguments;

static void set_arguments(binary_arguments *out, const store_value *arguments, uint32_t n) {
    assert(n <= ARGUMENTS);
    out->n = (int)n;
    for (uint32_t i = 0; i < n; i++) {
        out->formats[i] = 1;
        if (arguments[i].type == STORE_INT) {
            for (int k = 0; k < 8; k++)
                out->numbers[i][k] = (char)((uint64_t)arguments[i].number >> (56 - 8 * k));
            out->types[i] = OID_INT8, out->values[i] = out->numbers[i], out->lengths[i] = 8;
        } else {
            out->types[i] = arguments[i].type == STORE_TEXT ? OID_TEXT : OID_BYTES;
            out->values[i] = arguments[i].text.n ? arguments[i].text.at : "";
            out->lengths[i] = (int)arguments[i].text.n;
        }
    }
}

static bool is_done(const PGresult *result) {
    ExecStatusType status = PQresultStatus(result);
    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

// The answer to the oldest statement sent, which the caller clears; NULL with err when it failed.
static PGresult *next_answer(postgres_store *s, hb_error *err) {
    PGresult *result = PQgetResult(s->db);
    if (s->n_pending) s->n_pending--;
    for (PGresult *end; result && (end = PQgetResult(s->db));) PQclear(end);
    if (is_done(result)) return result;
    (void)failed(s, result, err);
    PQclear(result);
    return NULL;
}

static bool take_pending(postgres_store *s, hb_error *err) {
    while (s->n_pending) {
        PGresult *result = next_answer(s, err);
        if (!result) return false;
        PQclear(result);
    }
    return true;
}

static bool ask_answers(postgres_store *s, hb_error *err) {
    return (PQsendFlushRequest(s->db) && PQflush(s->db) == 0) || failed(s, NULL, err);
}

// The name under which a statement is prepared, "" for one that is not kept.
static bool name_of(postgres_store *s, const char *sql, const binary_arguments *arguments,
                    char name[16], hb_error *err) {
    uint32_t i = 0;
    name[0] = '\0';
    while (i < s->n_prepared && (s->prepared[i].at != sql || strcmp(s->prepared[i].sql, sql) != 0))
        i++;
    if (i == STATEMENTS) return true;
    snprintf(name, 16, "s%u", i);
    if (i < s->n_prepared) return true;
    if (!(s->prepared[i].sql = strdup(sql))) return hb_out_of_memory(err);
    s->prepared[i].at = sql;
    bool ok;
    if (s->is_piped) {
        ok = PQsendPrepare(s->db, name, sql, arguments->n, arguments->types) == 1;
        if (ok) s->n_pending++;
        if (!ok) (void)failed(s, NULL, err);
    } else {
        PGresult *result = PQprepare(s->db, name, sql, arguments->n, arguments->types);
        ok = is_done(result) || failed(s, result, err);
        PQclear(result);
    }
    if (ok)
        s->n_prepared++;
    else
        free(s->prepared[i].sql);
    return ok;
}

static PGresult *run_now(postgres_store *s, const char *sql, const char *name,
                         const binary_arguments *a, hb_error *err) {
    PGresult *result =
        name[0] ? PQexecPrepared(s->db, name, a->n, a->values, a->lengths, a->formats, 1)
                : PQexecParams(s->db, sql, a->n, a->types, a->values, a->lengths, a->formats, 1);
    if (is_done(result)) return result;
    (void)failed(s, result, err);
    PQclear(result);
    return NULL;
}

static bool send(postgres_store *s, const char *sql, const char *name, const binary_arguments *a,
                 hb_error *err) {
    bool ok = name[0] ? PQsendQueryPrepared(s->db, name, a->n, a->values, a->lengths, a->formats, 1)
                      : PQsendQueryParams(s->db, sql, a->n, a->types, a->values, a->lengths,
                                          a->formats, 1);
    if (!ok) return failed(s, NULL, err);
    s->n_pending++;
    return true;
}

// ---- rows held back -----------------------------------------------------------------------------

// One row goes as it was asked for: an insert of arrays costs more than that of a row.
static bool send_held(postgres_store *s, held_rows *held, hb_error *err) {
    static const Oid ELEMENTS[] = {OID_INT8, OID_TEXT, OID_BYTES},
                     ARRAYS[] = {OID_INT8_ARRAY, OID_TEXT_ARRAY, OID_BYTES_ARRAY};
    binary_arguments binary = {.n = (int)held->n_columns};
    bool is_one = held->n_rows == 1;
    const char *sql = is_one ? held->one : held->many;
    char name[16];
    for (uint32_t i = 0; i < held->n_columns; i++) {
        hb_str value;
        if (!held_array(held, i, ELEMENTS[held->types[i]], &value)) return hb_out_of_memory(err);
        if (is_one) value = held_value(held, i);
        binary.types[i] = is_one ? ELEMENTS[held->types[i]] : ARRAYS[held->types[i]];
        binary.values[i] = value.at, binary.lengths[i] = (int)value.n, binary.formats[i] = 1;
    }
    return name_of(s, sql, &binary, name, err) && send(s, sql, name, &binary, err);
}

static void close_held(postgres_store *s) {
    for (uint32_t i = 0; i < s->n_held; i++) held_close(&s->held[i]);
    s->n_held = 0;
}

static bool release_held(postgres_store *s, hb_error *err) {
    for (uint32_t i = 0; i < s->n_held; i++) {
        if (s->held[i].n_rows && !send_held(s, &s->held[i], err)) return false;
        held_forget(&s->held[i]);
    }
    return true;
}

// Whether the row waits now for those that follow; false with err empty when it is none that can.
static bool hold(postgres_store *s, const char *sql, const store_value *row, uint32_t n,
                 hb_error *err) {
    uint32_t i = 0;
    while (i < s->n_held && !held_is_of(&s->held[i], sql, row, n)) i++;
    if (i == HELD) {
        if (!release_held(s, err)) return false;
        close_held(s), i = 0;
    }
    if (i == s->n_held) {
        if (!held_open(&s->held[i], sql, row, n)) return false;
        s->n_held++;
    }
    held_add(&s->held[i], row);
    return s->held[i].n_bytes < HELD_BYTES || release_held(s, err);
}

static bool run(register_store *store, const char *sql, const store_value *arguments, uint32_t n,
                store_row row, void *context, hb_error *err) {
    postgres_store *s = (postgres_store *)store;
    if (n > 0 && store_must_stop(store)) return store_stopped(err);  // never of ROLLBACK
    if (s->is_piped) {
        if (!row && hold(s, sql, arguments, n, err)) return true;
        if (err->kind != HB_NONE || !release_held(s, err)) return false;
    }
    binary_arguments binary = {.n = 0};
    char name[16] = "";
    PGresult *result = NULL;
    set_arguments(&binary, arguments, n);
    // A writer's few statements come again with every transaction, but for those that make tables.
    bool is_kept = n > 0 || (s->is_piped && strncmp(sql, "CREATE", 6) != 0);
    if (is_kept && !name_of(s, sql, &binary, name, err)) return false;
    if (!s->is_piped) {
        result = run_now(s, sql, name, &binary, err);
    } else {
        if (!send(s, sql, name, &binary, err)) return false;
        if (!row && s->n_pending < PENDING) return true;
        if (!ask_answers(s, err)) return false;
        while (s->n_pending > 1) {
            if (!(result = next_answer(s, err))) return false;
            PQclear(result);
        }
        result = next_answer(s, err);
    }
    bool ok = result && give_rows(result, row, context, err);
    PQclear(result);
    return ok;
}

// ---- transactions -------------------------------------------------------------------------------

// Ends pipeline mode, whatever is still on its way.
static void leave_pipe(postgres_store *s) {
    if (!s->is_piped) return;
    s->is_piped = false;
    s->n_pending = 0;
    close_held(s);
    bool is_under_way = s->is_synced || PQpipelineSync(s->db) == 1;
    s->is_synced = false;
    while (is_under_way && PQstatus(s->db) == CONNECTION_OK) {
        PGresult *result = PQgetResult(s->db);
        is_under_way = PQresultStatus(result) != PGRES_PIPELINE_SYNC;
        PQclear(result);
    }
    (void)PQexitPipelineMode(s->db);
}

static bool begin(register_store *store, hb_error *err) {
    postgres_store *s = (postgres_store *)store;
    s->is_piped = PQenterPipelineMode(s->db) == 1;
    // Rows are found by their keys and inserted: no plan is better for knowing the values.
    if (run(store, "BEGIN", NULL, 0, NULL, NULL, err) &&
        run(store, "SET LOCAL plan_cache_mode = force_generic_plan", NULL, 0, NULL, NULL, err) &&
        (!REGISTER_COMPARES ||
         run(store, "SELECT pg_advisory_xact_lock(7161)", NULL, 0, NULL, NULL, err)))
        return true;
    store->door->undo(store);
    return false;
}

// The commit follows the last rows without waiting for what they give: after a statement that
// failed PostgreSQL passes over all that follows in the pipe, the commit too.
static bool commit(register_store *store, hb_error *err) {
    postgres_store *s = (postgres_store *)store;
    s->is_warned = false;
    bool ok = run(store, "COMMIT", NULL, 0, NULL, NULL, err);
    if (ok && s->is_piped) {
        s->is_synced = PQpipelineSync(s->db) == 1;
        ok = (s->is_synced || failed(s, NULL, err)) && take_pending(s, err);
    }
    if (!ok) {
        store->door->undo(store);
        return false;
    }
    leave_pipe(s);
    if (!s->is_warned) return true;
    hb_fail(err, HB_SYSTEM, "not-acknowledged",
            "the standby did not confirm: this is not acknowledged");
    hb_error_help(err,
                  "look with `habeas register person` whether it is there, and see to the standby");
    return false;
}

static void forget_prepared(postgres_store *s) {
    for (uint32_t i = 0; i < s->n_prepared; i++) free(s->prepared[i].sql);
    s->n_prepared = 0;
}

static void undo(register_store *store) {
    postgres_store *s = (postgres_store *)store;
    hb_error ignored = {0};
    bool was_piped = s->is_piped;
    leave_pipe(s);
    if (!run(store, "ROLLBACK", NULL, 0, NULL, NULL, &ignored))
        return;  // the connection is gone, and the lock with it
    // What was to be prepared after the statement that failed may not be.
    if (was_piped && run(store, "DEALLOCATE ALL", NULL, 0, NULL, NULL, &ignored))
        forget_prepared(s);
}

static void tidy(register_store *store) {
    (void)store;
}

static void close_store(register_store *store) {
    postgres_store *s = (postgres_store *)store;
    PQfinish(s->db);
    forget_prepared(s);
    close_held(s);
    free(s);
}

static void notice(void *context, const PGresult *result) {
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity && strcmp(severity, "WARNING") == 0) ((postgres_store *)context)->is_warned = true;
}

static const store_door DOOR = {run, begin, commit, undo, tidy, close_store, true};

register_store *postgres_open(const char *address, hb_error *err) {
    postgres_store *s = calloc(1, sizeof *s);
    if (!s) {
        hb_out_of_memory(err);
        return NULL;
    }
    s->store.door = &DOOR;
    s->db = PQconnectdb(address);
    PQsetNoticeReceiver(s->db, notice, s);
    if (PQstatus(s->db) == CONNECTION_OK && PQsetClientEncoding(s->db, "UTF8") == 0) {
        static const char *const SETTINGS[] = {
            "SET standard_conforming_strings = on",
            "SET default_transaction_isolation = 'read committed'",
            REGISTER_SYNCS ? "SELECT set_config('synchronous_commit', 'on', false) WHERE "
                             "current_setting('synchronous_commit') IN ('off', 'local', "
                             "'remote_write')"
                           : "SET synchronous_commit = off"};
        if (run(&s->store, SETTINGS[0], NULL, 0, NULL, NULL, err) &&
            run(&s->store, SETTINGS[1], NULL, 0, NULL, NULL, err) &&
            run(&s->store, SETTINGS[2], NULL, 0, NULL, NULL, err)) {
            return &s->store;
        }
    } else {
        (void)failed(s, NULL, err);
    }
    close_store(&s->store);
    return NULL;
}
