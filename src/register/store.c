// The tables of a register, once, for both stores. A type is written in each store's word; the rest
// of the text is the same in both, and so is every statement, with $1, $2... for its arguments.
#include "register/internal.h"

#include <string.h>

static const struct {
    const char *name;
    const char *columns;  // NUMBER, TEXT, BYTES stand for each store's own type
    const char *same;     // which row a new one must not take the place of; NULL: of any
    bool is_clustered;    // SQLite keeps its rows in the order of the primary key
} TABLES[] = {
    {"setting",     "name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL",                          "name = NEW.name", false},
    {"leaf",        "seq NUMBER NOT NULL PRIMARY KEY, entry BYTES NOT NULL, hash BYTES NOT NULL",
     "seq = NEW.seq",                                                                                                  false},
    {"node",        "at NUMBER NOT NULL PRIMARY KEY, hash BYTES NOT NULL",                          "at = NEW.at",     false},
    {"checkpoint",  "size NUMBER NOT NULL PRIMARY KEY, note TEXT NOT NULL",                         "size = NEW.size",
     false                                                                                                                  },
    {"cosignature", "size NUMBER NOT NULL, line TEXT NOT NULL, PRIMARY KEY (size, line)",           NULL,
     false                                                                                                                  },
    {"officer",
     "seq NUMBER NOT NULL PRIMARY KEY, key TEXT NOT NULL, vkey TEXT NOT NULL, "
     "authority TEXT NOT NULL, role TEXT NOT NULL",                                                 "seq = NEW.seq",   false},
    {"officer_end", "key TEXT NOT NULL PRIMARY KEY, seq NUMBER NOT NULL",                           "key = NEW.key",   false},
    {"event",
     "seq NUMBER NOT NULL PRIMARY KEY, person TEXT NOT NULL, kind TEXT NOT NULL, "
     "happened NUMBER NOT NULL, recorded NUMBER NOT NULL, marks NUMBER NOT NULL, "
     "opened TEXT NOT NULL, sealed BYTES NOT NULL, digests TEXT NOT NULL, "
     "signers TEXT NOT NULL",                                                                       "seq = NEW.seq",   false},
    {"correction",  "seq NUMBER NOT NULL PRIMARY KEY, voids NUMBER NOT NULL, person TEXT NOT NULL",
     "seq = NEW.seq",                                                                                                  false},
    {"reading",     "at NUMBER NOT NULL, reader TEXT NOT NULL, person TEXT NOT NULL",               NULL,              false},
 // From here on: what is made from the events, may change, and can be made again.
    {"standing",
     "person TEXT NOT NULL PRIMARY KEY, last_happened NUMBER NOT NULL, held NUMBER NOT NULL, "
     "place TEXT NOT NULL, custody TEXT NOT NULL",                                                  NULL,              true },
    {"stay",
     "until NUMBER NOT NULL, place TEXT NOT NULL, person TEXT NOT NULL, since NUMBER NOT NULL, "
     "PRIMARY KEY (until, place, person, since)",                                                   NULL,              true },
    {"alarm",
     "kind NUMBER NOT NULL, starts NUMBER NOT NULL, person TEXT NOT NULL, place TEXT NOT NULL, "
     "owner TEXT NOT NULL, what TEXT NOT NULL, more NUMBER NOT NULL, "
     "PRIMARY KEY (kind, starts, person)",                                                          NULL,              true },
    {"tally",
     "kind NUMBER NOT NULL, owner TEXT NOT NULL, hour NUMBER NOT NULL, n NUMBER NOT NULL, "
     "PRIMARY KEY (kind, owner, hour)",                                                             NULL,              true },
};
enum { N_MADE = 4, N_TABLES = sizeof TABLES / sizeof TABLES[0] };
static const char *const INDEXES[] = {
    "CREATE INDEX standing_at ON standing (place, held)",
    "CREATE INDEX stay_of ON stay (person)",
    "CREATE INDEX stay_at ON stay (place, person, since, until)",
    "CREATE INDEX alarm_at ON alarm (place, kind, starts, person, owner)",
    "CREATE INDEX alarm_of ON alarm (owner, kind, starts, person)",
    "CREATE INDEX event_of_taking ON event (person, seq) WHERE kind = 'AlarmTaken'",
    "CREATE INDEX event_of_person ON event (person, happened, seq)",
    "CREATE INDEX event_of_kind ON event (kind, seq)",
    "CREATE INDEX correction_of_person ON correction (person)",
    "CREATE INDEX event_of_asking ON event (person, seq) WHERE "
    "kind IN ('CounselNamed', 'ConsulateAgreed', 'TokenIssued', 'TokenEnded')",
};

bool store_must_stop(const register_store *store) {
    return store->must_stop && store->must_stop(store->stop_context);
}

bool store_stopped(hb_error *err) {
    hb_fail(err, HB_LIMIT, "register-stopped",
            "what was asked of the register took too long, or it closes");
    hb_error_help(err, "ask for a part: one place, one person, a later time");
    return false;
}

const char *store_table(uint32_t at) {
    return at < sizeof TABLES / sizeof TABLES[0] ? TABLES[at].name : NULL;
}

uint32_t store_n_columns(uint32_t at) {
    static const char *const TYPES[] = {"NUMBER", "TEXT", "BYTES"};
    uint32_t n = 0;
    for (size_t t = 0; t < sizeof TYPES / sizeof TYPES[0]; t++) {
        for (const char *c = TABLES[at].columns; (c = strstr(c, TYPES[t])); c++) n++;
    }
    return n;
}

static void add_columns(hb_text *sql, const char *columns, bool is_postgres) {
    static const struct {
        const char *word, *sqlite, *postgres;
    } TYPES[] = {
        {"NUMBER", "INTEGER", "BIGINT"},
        {"BYTES",  "BLOB",    "BYTEA" }
    };
    while (*columns) {
        size_t skipped = 1;
        hb_str word = {columns, 1};
        for (int i = 0; i < 2; i++) {
            size_t n = strlen(TYPES[i].word);
            if (strncmp(columns, TYPES[i].word, n) != 0) continue;
            word = hb_str_from(is_postgres ? TYPES[i].postgres : TYPES[i].sqlite);
            skipped = n;
        }
        hb_text_add(sql, word);
        columns += skipped;
    }
}

static bool run_text(register_store *store, hb_text *sql, hb_error *err) {
    hb_text_add(sql, (hb_str){"", 1});
    bool ok = !sql->failed && store->door->run(store, sql->at, NULL, 0, NULL, NULL, err);
    hb_text_clear(sql);
    return ok;
}

// Nothing that is in a table is ever changed or taken out, whoever holds the connection. In SQLite
// INSERT OR REPLACE takes a row out without its trigger, unless the connection asks for that.
static bool make_guards(register_store *store, const char *table, const char *same, hb_error *err) {
    static const char *const ACTS[] = {"UPDATE", "DELETE"};
    for (int i = 0; i < 2; i++) {
        hb_text sql = {0};
        if (store->door->is_postgres) {
            hb_text_addf(&sql,
                         "CREATE TRIGGER %s_no_%s BEFORE %s ON %s EXECUTE FUNCTION habeas_refuse()",
                         table, i ? "delete" : "update", ACTS[i], table);
        } else {
            hb_text_addf(&sql,
                         "CREATE TRIGGER %s_no_%s BEFORE %s ON %s BEGIN "
                         "SELECT RAISE(ABORT, 'the register only grows'); END",
                         table, i ? "delete" : "update", ACTS[i], table);
        }
        if (!run_text(store, &sql, err)) return false;
    }
    if (store->door->is_postgres || !same) return true;
    hb_text sql = {0};
    hb_text_addf(&sql,
                 "CREATE TRIGGER %s_no_replace BEFORE INSERT ON %s WHEN EXISTS (SELECT 1 FROM %s "
                 "WHERE %s) BEGIN SELECT RAISE(ABORT, 'the register only grows'); END",
                 table, table, table, same);
    return run_text(store, &sql, err);
}

bool store_make_tables(register_store *store, hb_error *err) {
    bool is_postgres = store->door->is_postgres;
    if (is_postgres &&
        !store->door->run(store,
                          "CREATE FUNCTION habeas_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                          "$$ BEGIN RAISE 'the register only grows'; END $$",
                          NULL, 0, NULL, NULL, err)) {
        return false;
    }
    for (size_t i = 0; i < sizeof TABLES / sizeof TABLES[0]; i++) {
        hb_text sql = {0};
        hb_text_addf(&sql, "CREATE TABLE %s (", TABLES[i].name);
        add_columns(&sql, TABLES[i].columns, is_postgres);
        hb_text_addf(&sql, ")%s%s", is_postgres ? "" : " STRICT",
                     !is_postgres && TABLES[i].is_clustered ? ", WITHOUT ROWID" : "");
        if (!run_text(store, &sql, err)) return false;
        if (i < N_TABLES - N_MADE && !make_guards(store, TABLES[i].name, TABLES[i].same, err))
            return false;
    }
    for (size_t i = 0; i < sizeof INDEXES / sizeof INDEXES[0]; i++) {
        if (!store->door->run(store, INDEXES[i], NULL, 0, NULL, NULL, err)) return false;
    }
    return true;
}

register_store *store_open(const char *where, register_mode mode, bool is_new, hb_error *err) {
    if (hb_str_starts(hb_str_from(where), HB_STR("postgresql://")) ||
        hb_str_starts(hb_str_from(where), HB_STR("postgres://"))) {
        return postgres_open(where, err);
    }
    return sqlite_open(where, mode, is_new, err);
}

static bool take_any(void *context, const store_value *row, hb_error *err) {
    (void)row, (void)err;
    *(bool *)context = true;
    return true;
}

bool store_is_empty(register_store *store, hb_error *err) {
    bool has_register = false;
    hb_error ignored = {0};
    (void)store->door->run(store, "SELECT name, value FROM setting", NULL, 0, take_any,
                           &has_register, &ignored);
    if (!has_register) return true;
    hb_fail(err, HB_INPUT, "register-exists", "there is a register here already");
    hb_error_help(err, "name another place; a register is never written over");
    return false;
}

bool store_snapshot(register_store *store, hb_error *err) {
    if (!store->door->run(store, "BEGIN", NULL, 0, NULL, NULL, err)) return false;
    if (!store->door->is_postgres ||
        store->door->run(store, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", NULL,
                         0, NULL, NULL, err))
        return true;
    store->door->undo(store);
    return false;
}
