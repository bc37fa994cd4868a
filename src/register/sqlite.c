// The one door to SQLite. Write-ahead log, every commit synced (synchronous=FULL, read back), and
// one connection that both writes and moves the log into the file: releases from 3.7.0 to 3.51.2
// can corrupt a database when two connections do so at once, and Debian 12's is one of them.
// Readers therefore never checkpoint, not even when they close or have put a reading on record; and
// the one writer does when it has pages that were not moved yet, so that nobody can begin the log
// anew meanwhile, which is what that fault needs.
#include "register/internal.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { STATEMENTS = 96, ARGUMENTS = 16, STEPS_A_LOOK = 10000 };
// When the write-ahead log is moved into the file. Nobody records meanwhile, so little and often:
// with 64 clients at half load 250, 500, 1,000 and 2,000 pages left the slowest hundredth waiting
// for 6.1 to 8.6, 6.5 to 7.1, 7.5 to 9.4 and 8.6 to 9.8 ms on a disk that syncs in 0.2, and let
// 10,900, 12,100, 12,800 and 12,900 events a second pass at full load.
enum { LONG_LOG_PAGES = 500, LONGEST_LOG_PAGES = 10000 };
typedef struct {
    const char *sql;
    sqlite3_stmt *statement;
    int at[ARGUMENTS];  // where SQLite counts $1, $2...: in the order in which they first stand
} sqlite_statement;
typedef struct {
    register_store store;
    sqlite3 *db;
    register_mode mode;
    int n_log_pages;                    // in the write-ahead log after the last commit
    sqlite_statement kept[STATEMENTS];  // by address of the text
    uint32_t n_kept;
} sqlite_store;

static bool failed(sqlite_store *s, hb_error *err) {
    int code = sqlite3_extended_errcode(s->db);
    if ((code & 0xFF) == SQLITE_INTERRUPT) return store_stopped(err);
    if ((code & 0xFF) == SQLITE_BUSY || (code & 0xFF) == SQLITE_LOCKED) {
        hb_fail(err, HB_SYSTEM, "register-busy", "another program is writing to this register");
        hb_error_help(err, "wait until it has ended, then run this again; nothing was written");
        return false;
    }
    hb_fail(
        err,
        (code & 0xFF) == SQLITE_CORRUPT || (code & 0xFF) == SQLITE_NOTADB ? HB_CORRUPT : HB_SYSTEM,
        (code & 0xFF) == SQLITE_NOTADB ? "not-a-register" : "database", "the database failed: %s",
        sqlite3_errmsg(s->db));
    if ((code & 0xFF) == SQLITE_FULL)
        hb_error_help(
            err,
            "the disk is full: free space, then run this again; what was acknowledged is kept");
    return false;
}

static bool bind(sqlite_store *s, const sqlite_statement *kept, const store_value *arguments,
                 uint32_t n, hb_error *err) {
    sqlite3_stmt *statement = kept->statement;
    for (uint32_t i = 0; i < n; i++) {
        int at = kept->at[i], status = SQLITE_OK;
        const char *bytes = arguments[i].text.n ? arguments[i].text.at : "";
        int length = (int)arguments[i].text.n;
        switch (arguments[i].type) {
            case STORE_INT: status = sqlite3_bind_int64(statement, at, arguments[i].number); break;
            case STORE_TEXT:
                status = sqlite3_bind_text(statement, at, bytes, length, SQLITE_STATIC);
                break;
            case STORE_BYTES:
                status = sqlite3_bind_blob(statement, at, bytes, length, SQLITE_STATIC);
                break;
        }
        if (status != SQLITE_OK) return failed(s, err);
    }
    return true;
}

static void read_row(sqlite3_stmt *statement, store_value *row, int n) {
    for (int i = 0; i < n; i++) {
        int type = sqlite3_column_type(statement, i);
        row[i] = (store_value){0};
        if (type == SQLITE_INTEGER) {
            row[i] = STORE_N(sqlite3_column_int64(statement, i));
        } else if (type != SQLITE_NULL) {
            const void *bytes = sqlite3_column_blob(statement, i);
            row[i] = (store_value){
                type == SQLITE_BLOB ? STORE_BYTES : STORE_TEXT,
                0,
                {bytes, (size_t)sqlite3_column_bytes(statement, i)}
            };
        }
    }
}

// A running statement (a query inside its own rows) is not used twice, nor one whose text ended and
// left its address to another.
static const sqlite_statement *find_kept(const sqlite_store *s, const char *sql) {
    for (uint32_t i = 0; i < s->n_kept; i++) {
        sqlite3_stmt *statement = s->kept[i].statement;
        if (s->kept[i].sql == sql && !sqlite3_stmt_busy(statement) &&
            strcmp(sqlite3_sql(statement), sql) == 0)
            return &s->kept[i];
    }
    return NULL;
}

static bool prepare(sqlite_store *s, const char *sql, uint32_t n, sqlite_statement *out,
                    hb_error *err) {
    *out = (sqlite_statement){.sql = sql};
    if (sqlite3_prepare_v2(s->db, sql, -1, &out->statement, NULL) != SQLITE_OK)
        return failed(s, err);
    for (uint32_t i = 0; i < n; i++) {
        char name[16];
        snprintf(name, sizeof name, "$%u", i + 1);
        out->at[i] = sqlite3_bind_parameter_index(out->statement, name);
    }
    return true;
}

static bool run(register_store *store, const char *sql, const store_value *arguments, uint32_t n,
                store_row row, void *context, hb_error *err) {
    sqlite_store *s = (sqlite_store *)store;
    sqlite_statement own;
    store_value values[ARGUMENTS];
    const sqlite_statement *kept = find_kept(s, sql);
    assert(n <= ARGUMENTS);
    if (n > 0 && store_must_stop(store)) return store_stopped(err);  // never of ROLLBACK
    bool is_kept = kept != NULL, ok = true;
    if (!is_kept) {
        if (!prepare(s, sql, n, &own, err)) return false;
        is_kept = s->n_kept < STATEMENTS;
        if (is_kept) s->kept[s->n_kept++] = own;
        kept = is_kept ? &s->kept[s->n_kept - 1] : &own;
    }
    sqlite3_stmt *statement = kept->statement;
    ok = bind(s, kept, arguments, n, err);
    while (ok) {
        int status = sqlite3_step(statement);
        if (status == SQLITE_DONE) break;
        if (status != SQLITE_ROW) {
            ok = failed(s, err);
            break;
        }
        int columns = sqlite3_column_count(statement);
        if (columns > ARGUMENTS) columns = ARGUMENTS;
        read_row(statement, values, columns);
        if (row) ok = row(context, values, err);
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    if (!is_kept) sqlite3_finalize(statement);
    return ok;
}

static bool begin(register_store *store, hb_error *err) {
    return run(store, "BEGIN IMMEDIATE", NULL, 0, NULL, NULL, err);
}

// Copies each page once that was written since the last time, and syncs the file. Its failure loses
// nothing. The log begins anew once all of it is moved, so its pages count, not its file's size.
static void move_log(register_store *store, int n_pages) {
    sqlite_store *s = (sqlite_store *)store;
    if (s->mode == REGISTER_WRITE && s->n_log_pages > n_pages &&
        sqlite3_wal_checkpoint_v2(s->db, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) ==
            SQLITE_OK)
        s->n_log_pages = 0;  // the next commit says how many
}

static bool commit(register_store *store, hb_error *err) {
    if (!run(store, "COMMIT", NULL, 0, NULL, NULL, err)) return false;
    move_log(store, LONGEST_LOG_PAGES);  // of those who do not tidy
    return true;
}

static void tidy(register_store *store) {
    move_log(store, LONG_LOG_PAGES);
}

static void undo(register_store *store) {
    hb_error ignored = {0};
    if (!run(store, "ROLLBACK", NULL, 0, NULL, NULL, &ignored)) return;  // already undone by SQLite
}

static void close_store(register_store *store) {
    sqlite_store *s = (sqlite_store *)store;
    for (uint32_t i = 0; i < s->n_kept; i++) sqlite3_finalize(s->kept[i].statement);
    sqlite3_close(s->db);
    free(s);
}

static const store_door DOOR = {run, begin, commit, undo, tidy, close_store, false};

static bool read_number(void *context, const store_value *row, hb_error *err) {
    (void)err;
    *(int64_t *)context = row[0].number;
    return true;
}

static int take_log_pages(void *context, sqlite3 *db, const char *name, int n) {
    (void)db, (void)name;
    ((sqlite_store *)context)->n_log_pages = n;
    return SQLITE_OK;
}

static int look(void *store) {
    return store_must_stop(store);
}

static bool set_up(sqlite_store *s, hb_error *err) {
    int64_t synchronous = -1;
    sqlite3_busy_timeout(s->db, 5000);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, s->mode == REGISTER_READ, NULL);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    static const char *const PRAGMAS[] = {
        "PRAGMA journal_mode=WAL",
        REGISTER_SYNCS ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=OFF",
        "PRAGMA wal_autocheckpoint=0",
        "PRAGMA secure_delete=ON",
        "PRAGMA trusted_schema=OFF",
        "PRAGMA recursive_triggers=ON",
        "PRAGMA cell_size_check=ON",
        "PRAGMA cache_size=-32768"};
    for (size_t i = 0; i < sizeof PRAGMAS / sizeof PRAGMAS[0]; i++) {
        if (i == 0 && s->mode == REGISTER_READ) continue;
        if (!run(&s->store, PRAGMAS[i], NULL, 0, NULL, NULL, err)) return false;
    }
    if (!run(&s->store, "PRAGMA synchronous", NULL, 0, read_number, &synchronous, err))
        return false;
    sqlite3_progress_handler(s->db, STEPS_A_LOOK, look, &s->store);
    sqlite3_wal_hook(s->db, take_log_pages, s);  // after the pragma, which sets a hook of its own
    if (REGISTER_SYNCS && synchronous != 2)
        return hb_fail(err, HB_SYSTEM, "database", "this SQLite does not sync every commit");
    return true;
}

register_store *sqlite_open(const char *path, register_mode mode, bool is_new, hb_error *err) {
    sqlite_store *s = calloc(1, sizeof *s);
    if (!s) {
        hb_out_of_memory(err);
        return NULL;
    }
    s->store.door = &DOOR;
    s->mode = mode;
    // A reader opens for writing too, or SQLite could not read a log that a crash left behind.
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (is_new ? SQLITE_OPEN_CREATE : 0);
    if (sqlite3_open_v2(path, &s->db, flags, NULL) != SQLITE_OK) {
        hb_fail(err, HB_INPUT, "not-a-register",
                "there is no register here, or it cannot be opened");
        hb_error_help(err, "`habeas register init --db PATH` makes one");
        hb_error_file(err, hb_str_from(path));
    } else if (set_up(s, err)) {
        return &s->store;
    }
    hb_error_file(err, hb_str_from(path));
    close_store(&s->store);
    return NULL;
}
