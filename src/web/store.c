// The one door to SQLite for accounts, tokens and answers kept for repeated requests. One
// connection behind one lock: these tables are small, and people's records are not here.
// Write-ahead log, every commit synced; temporary tables stay in memory, so no file is opened once
// the process serves.
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "web/site.h"

struct web_store {
    sqlite3 *db;
    pthread_mutex_t lock, turn;
};

static const char SCHEMA[] =
    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA temp_store=MEMORY;"
    "PRAGMA locking_mode=EXCLUSIVE;"
    "CREATE TABLE IF NOT EXISTS account ("
    "  name TEXT PRIMARY KEY, role TEXT NOT NULL, party TEXT NOT NULL, people TEXT NOT NULL,"
    "  place TEXT NOT NULL, password TEXT NOT NULL, totp TEXT NOT NULL, asked_by TEXT NOT NULL,"
    "  asked_at INTEGER NOT NULL, confirmed_by TEXT NOT NULL, confirmed_at INTEGER NOT NULL,"
    "  ended_by TEXT NOT NULL DEFAULT '', ended_at INTEGER NOT NULL DEFAULT 0,"
    "  last_at INTEGER NOT NULL DEFAULT 0, last_from TEXT NOT NULL DEFAULT '',"
    "  last_step INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE IF NOT EXISTS token ("
    "  hash TEXT PRIMARY KEY, name TEXT NOT NULL, account TEXT NOT NULL, asked_by TEXT NOT NULL,"
    "  asked_at INTEGER NOT NULL, ended_at INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE IF NOT EXISTS answer ("
    "  account TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, status INTEGER NOT NULL,"
    "  body TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (account, key));";

static bool failed(web_store *store, hb_error *err) {
    return hb_fail(err, HB_SYSTEM, "web-store", "the store of accounts failed: %s",
                   sqlite3_errmsg(store->db));
}

web_store *web_store_open(const char *path, hb_error *err) {
    web_store *store = calloc(1, sizeof *store);
    if (!store) {
        hb_out_of_memory(err);
        return NULL;
    }
    pthread_mutex_init(&store->lock, NULL);
    pthread_mutex_init(&store->turn, NULL);
    mode_t before = umask(0077);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    bool ok = sqlite3_open_v2(path, &store->db, flags, NULL) == SQLITE_OK;
    if (ok) {
        sqlite3_busy_timeout(store->db, 5000);
        sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        ok = sqlite3_exec(store->db, SCHEMA, NULL, NULL, NULL) == SQLITE_OK;
    }
    umask(before);
    if (ok) return store;
    failed(store, err);
    hb_error_file(err, hb_str_from(path));
    web_store_close(store);
    return NULL;
}

void web_store_close(web_store *store) {
    if (!store) return;
    sqlite3_close(store->db);
    pthread_mutex_destroy(&store->turn);
    pthread_mutex_destroy(&store->lock);
    free(store);
}

pthread_mutex_t *web_store_turn(web_store *store) {
    return &store->turn;
}

static bool bind(sqlite3_stmt *statement, const web_cell *arguments, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        int at = (int)i + 1, status = SQLITE_OK;
        switch (arguments[i].kind) {
            case WEB_STORE_INT:
                status = sqlite3_bind_int64(statement, at, arguments[i].number);
                break;
            case WEB_STORE_TEXT:
                status = sqlite3_bind_text(statement, at,
                                           arguments[i].text.n ? arguments[i].text.at : "",
                                           (int)arguments[i].text.n, SQLITE_STATIC);
                break;
        }
        if (status != SQLITE_OK) return false;
    }
    return true;
}

static bool give_row(sqlite3_stmt *statement, web_each_row each, void *to) {
    enum { CELLS = 20 };
    web_cell row[CELLS];
    int n = sqlite3_column_count(statement);
    for (int i = 0; i < n && i < CELLS; i++) {
        const char *text = (const char *)sqlite3_column_text(statement, i);
        row[i].kind =
            sqlite3_column_type(statement, i) == SQLITE_INTEGER ? WEB_STORE_INT : WEB_STORE_TEXT;
        row[i].text = (hb_str){text, (size_t)sqlite3_column_bytes(statement, i)};
        row[i].number = sqlite3_column_int64(statement, i);
    }
    return each(to, row, (uint32_t)n);
}

bool web_store_run(web_store *store, const char *sql, const web_cell *arguments, uint32_t n,
                   web_each_row each, void *to, int64_t *n_changed, hb_error *err) {
    sqlite3_stmt *statement = NULL;
    pthread_mutex_lock(&store->lock);
    bool ok = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) == SQLITE_OK &&
              bind(statement, arguments, n);
    int status = ok ? SQLITE_ROW : SQLITE_ERROR;
    while (status == SQLITE_ROW) {
        status = sqlite3_step(statement);
        if (status == SQLITE_ROW && each && !give_row(statement, each, to)) status = SQLITE_DONE;
    }
    ok = status == SQLITE_DONE || failed(store, err);
    if (n_changed) *n_changed = sqlite3_changes(store->db);
    sqlite3_finalize(statement);
    pthread_mutex_unlock(&store->lock);
    return ok;
}
