// The one door to PostgreSQL (libpq). Every value travels in binary, as an argument, never inside
// the statement. A writer holds one advisory lock until its transaction ends, so servers on several
// machines append to one log one after another and it cannot fork. A commit counts only when it was
// not weakened: a warning with it, as when waiting for a standby was cancelled, means that nothing
// is acknowledged.
#include "register/internal.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

enum { OID_BYTES = 17, OID_INT8 = 20, OID_TEXT = 25, ARGUMENTS = 16 };
typedef struct {
    register_store store;
    PGconn *db;
    bool is_warned;
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

static bool run(register_store *store, const char *sql, const store_value *arguments, uint32_t n,
                store_row row, void *context, hb_error *err) {
    postgres_store *s = (postgres_store *)store;
    Oid types[ARGUMENTS] = {0};
    const char *values[ARGUMENTS] = {0};
    int lengths[ARGUMENTS] = {0}, formats[ARGUMENTS] = {0};
    char numbers[ARGUMENTS][8];
    for (uint32_t i = 0; i < n; i++) {
        formats[i] = 1;
        if (arguments[i].type == STORE_INT) {
            for (int k = 0; k < 8; k++)
                numbers[i][k] = (char)((uint64_t)arguments[i].number >> (56 - 8 * k));
            types[i] = OID_INT8, values[i] = numbers[i], lengths[i] = 8;
        } else {
            types[i] = arguments[i].type == STORE_TEXT ? OID_TEXT : OID_BYTES;
            values[i] = arguments[i].text.n ? arguments[i].text.at : "";
            lengths[i] = (int)arguments[i].text.n;
        }
    }
    PGresult *result = PQexecParams(s->db, sql, (int)n, types, values, lengths, formats, 1);
    ExecStatusType status = PQresultStatus(result);
    bool ok = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
    if (!ok)
        (void)failed(s, result, err);
    else
        ok = give_rows(result, row, context, err);
    PQclear(result);
    return ok;
}

static bool begin(register_store *store, hb_error *err) {
    if (!run(store, "BEGIN", NULL, 0, NULL, NULL, err)) return false;
    if (run(store, "SELECT pg_advisory_xact_lock(7161)", NULL, 0, NULL, NULL, err)) return true;
    store->door->undo(store);
    return false;
}

static bool commit(register_store *store, hb_error *err) {
    postgres_store *s = (postgres_store *)store;
    s->is_warned = false;
    if (!run(store, "COMMIT", NULL, 0, NULL, NULL, err)) return false;
    if (!s->is_warned) return true;
    hb_fail(err, HB_SYSTEM, "not-acknowledged",
            "the standby did not confirm: this is not acknowledged");
    hb_error_help(err,
                  "look with `habeas register person` whether it is there, and see to the standby");
    return false;
}

static void undo(register_store *store) {
    hb_error ignored = {0};
    if (!run(store, "ROLLBACK", NULL, 0, NULL, NULL, &ignored))
        return;  // the connection is gone, and the lock with it
}

static void forget(register_store *store) {
    (void)store;  // keeps none
}

static void close_store(register_store *store) {
    postgres_store *s = (postgres_store *)store;
    PQfinish(s->db);
    free(s);
}

static void notice(void *context, const PGresult *result) {
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity && strcmp(severity, "WARNING") == 0) ((postgres_store *)context)->is_warned = true;
}

static const store_door DOOR = {run, begin, commit, undo, forget, close_store, true};

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
            "SET default_transaction_isolation = 'read committed'"};
        if (run(&s->store, SETTINGS[0], NULL, 0, NULL, NULL, err) &&
            run(&s->store, SETTINGS[1], NULL, 0, NULL, NULL, err)) {
            return &s->store;
        }
    } else {
        (void)failed(s, NULL, err);
    }
    close_store(&s->store);
    return NULL;
}
