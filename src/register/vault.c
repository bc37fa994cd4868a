// The vault: a small SQLite file apart from the register, with the key each person's details are
// sealed under and the key that turns ids into pseudonyms. Destroying a person's row here makes
// every copy of the sealed details unreadable, old backups included, while all proofs still verify.
// Where several machines write to one register they share one vault: PATH.vault then holds the
// address of a PostgreSQL database of its own, apart from the register's.
// People are found again by birth date and country: a keyed hash of both names the rows of
// everybody who shares them, each with the name that was recorded, sealed under the person's key.
#include "register/internal.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct register_vault {
    register_store *store;
    proof_secret pseudonyms;
    bool has_pseudonyms;
};

static const char *const MAKE[2][4] = {
  // SQLite, PostgreSQL
    {"CREATE TABLE IF NOT EXISTS secret (name TEXT NOT NULL PRIMARY KEY, key BLOB NOT NULL) STRICT",
     "CREATE TABLE IF NOT EXISTS person (pseudonym TEXT NOT NULL PRIMARY KEY, id TEXT NOT NULL, "
     "key BLOB) STRICT, WITHOUT ROWID", "CREATE TABLE IF NOT EXISTS identity (found TEXT NOT NULL, pseudonym TEXT NOT NULL, seq "
     "INTEGER NOT NULL, name BLOB NOT NULL, PRIMARY KEY (found, pseudonym, seq)) STRICT, WITHOUT "
     "ROWID",                                          "CREATE INDEX IF NOT EXISTS identity_of_person ON identity (pseudonym)"},
    {"CREATE TABLE IF NOT EXISTS secret (name TEXT NOT NULL PRIMARY KEY, key BYTEA NOT NULL)",
     "CREATE TABLE IF NOT EXISTS person (pseudonym TEXT NOT NULL PRIMARY KEY, id TEXT NOT NULL, "
     "key BYTEA)",                      "CREATE TABLE IF NOT EXISTS identity (found TEXT NOT NULL, pseudonym TEXT NOT NULL, seq "
     "BIGINT "
     "NOT NULL, name BYTEA NOT NULL, PRIMARY KEY (found, pseudonym, seq))", "CREATE INDEX IF NOT EXISTS identity_of_person ON identity (pseudonym)"},
};
static const char ADD_IDENTITY[] =
    "INSERT INTO identity (found, pseudonym, seq, name) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (found, pseudonym, seq) DO UPDATE SET name = excluded.name";
static const char FIND_IDENTITY[] = "SELECT pseudonym, name FROM identity WHERE found = $1";
static const char FORGET_IDENTITY[] = "DELETE FROM identity WHERE pseudonym = $1";
static const char FIND_SECRET[] = "SELECT key FROM secret WHERE name = $1";
static const char ADD_SECRET[] = "INSERT INTO secret (name, key) VALUES ($1, $2)";
static const char FIND_KEY[] = "SELECT key FROM person WHERE pseudonym = $1";
static const char FIND_PERSON[] = "SELECT id FROM person WHERE pseudonym = $1";
static const char ADD_PERSON[] = "INSERT INTO person (pseudonym, id, key) VALUES ($1, $2, $3)";
static const char DESTROY[] = "UPDATE person SET key = NULL WHERE pseudonym = $1";

typedef struct {
    proof_secret key;
    bool is_there, is_destroyed;
} found_key;

static bool take_key(void *context, const store_value *row, hb_error *err) {
    found_key *found = context;
    (void)err;
    if (row[0].text.n == 32) {
        memcpy(found->key.bytes, row[0].text.at, 32);
        found->is_there = true;
    } else {
        found->is_destroyed = true;
    }
    return true;
}

static hb_str bytes_of(const proof_secret *key) {
    return (hb_str){(const char *)key->bytes, 32};
}

// Somebody who is nobody, with a key, an id and a name of the usual length: read, unsealed and
// compared beside real people, so that few or none cost the same (vault_find), and never found.
static const char NOBODY[PSEUDONYM] = "00000000000000000000000000000000";
static const char NOBODYS_ID[] = "P-000", NOBODYS_NAME[] = "Ana Ejemplo Nadie \xC3\x91";

bool vault_is_nobody(hb_str pseudonym) {
    return hb_str_equal(pseudonym, hb_str_from(NOBODY));
}

static bool add_nobody(register_vault *vault, hb_error *err) {
    const store_value who[] = {STORE_T(hb_str_from(NOBODY))};
    found_key found = {0};
    if (!store_run(vault->store, FIND_KEY, who, take_key, &found, err)) return false;
    if (found.is_there) return true;
    proof_random(found.key.bytes, 32);
    const store_value add[] = {who[0], STORE_T(hb_str_from(NOBODYS_ID)),
                               STORE_B(bytes_of(&found.key))};
    return store_run(vault->store, ADD_PERSON, add, NULL, NULL, err);
}

static bool load(register_vault *vault, bool is_new, bool is_writing, hb_error *err) {
    const store_value name[] = {STORE_T(HB_STR("pseudonyms"))};
    found_key found = {0};
    for (int i = 0; is_writing && i < 4; i++) {
        const char *sql = MAKE[vault->store->door->is_postgres][i];
        if (!vault->store->door->run(vault->store, sql, NULL, 0, NULL, NULL, err)) return false;
    }
    if (is_writing && !add_nobody(vault, err)) return false;
    if (!store_run(vault->store, FIND_SECRET, name, take_key, &found, err)) return false;
    if (!found.is_there && is_new) {
        proof_random(found.key.bytes, 32);
        const store_value add[] = {name[0], STORE_B(bytes_of(&found.key))};
        if (!store_run(vault->store, ADD_SECRET, add, NULL, NULL, err)) return false;
        found.is_there = true;
    }
    if (!found.is_there)
        return hb_fail(err, HB_CORRUPT, "database", "the vault has lost its key of pseudonyms");
    vault->pseudonyms = found.key;
    return true;
}

// A file of one line that begins as an address does, instead of a database.
static bool read_address(const char *path, char address[1024]) {
    FILE *file = fopen(path, "re");
    bool ok = file && fgets(address, 1024, file) && strncmp(address, "postgresql://", 13) == 0;
    if (file) fclose(file);
    if (ok) address[strcspn(address, "\n")] = '\0';
    return ok;
}

register_vault *vault_open(const char *path, bool is_new, register_mode mode, hb_error *err) {
    register_vault *vault = calloc(1, sizeof *vault);
    if (!vault) {
        hb_out_of_memory(err);
        return NULL;
    }
    char address[1024] = "";
    bool is_shared = read_address(path, address);
    vault->store = is_shared ? postgres_open(address, err) : sqlite_open(path, mode, is_new, err);
    if (vault->store && chmod(path, 0600) == 0 && load(vault, is_new, mode == REGISTER_WRITE, err))
        return vault;
    (void)hb_fail(err, HB_SYSTEM, "database", "the vault cannot be opened");
    vault_close(vault);
    return NULL;
}

void vault_close(register_vault *vault) {
    if (!vault) return;
    if (vault->store) vault->store->door->close(vault->store);
    proof_wipe(vault, sizeof *vault);
    free(vault);
}

void vault_pseudonym(const register_vault *vault, hb_str person, char out[PSEUDONYM]) {
    char hex[65];
    hb_hash_hex(proof_hmac(&vault->pseudonyms, person), hex);
    memcpy(out, hex, PSEUDONYM - 1);
    out[PSEUDONYM - 1] = '\0';
}

bool vault_key(register_vault *vault, hb_str pseudonym, hb_str person, bool is_made,
               proof_secret *out, hb_error *err) {
    const store_value name[] = {STORE_T(pseudonym)};
    found_key found = {0};
    if (!store_run(vault->store, FIND_KEY, name, take_key, &found, err)) return false;
    if (!found.is_there && !found.is_destroyed && is_made) {
        proof_random(found.key.bytes, 32);
        const store_value add[] = {name[0], STORE_T(person), STORE_B(bytes_of(&found.key))};
        if (!store_run(vault->store, ADD_PERSON, add, NULL, NULL, err)) return false;
        found.is_there = true;
    }
    *out = found.key;
    return found.is_there;
}

typedef struct {
    hb_arena *arena;
    hb_str id;
} found_person;

static bool take_person(void *context, const store_value *row, hb_error *err) {
    found_person *found = context;
    return hb_str_copy(found->arena, row[0].text, &found->id) || hb_out_of_memory(err);
}

bool vault_person(register_vault *vault, hb_arena *arena, hb_str pseudonym, hb_str *person) {
    const store_value name[] = {STORE_T(pseudonym)};
    found_person found = {.arena = arena};
    hb_error err = {0};
    if (!store_run(vault->store, FIND_PERSON, name, take_person, &found, &err)) return false;
    *person = found.id;
    return found.id.n > 0;
}

static void name_found(const register_vault *vault, hb_str born, hb_str country, char out[65]) {
    hb_text both = {0};
    hb_text_addf(&both, "found\n%.*s\n", (int)born.n, born.at);
    for (size_t i = 0; i < country.n; i++) {
        char c = country.at[i];
        if (c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
        hb_text_add(&both, (hb_str){&c, 1});
    }
    hb_hash_hex(proof_hmac(&vault->pseudonyms, (hb_str){both.at, both.n}), out);
    hb_text_clear(&both);
}

bool vault_identify(register_vault *vault, hb_str pseudonym, const proof_secret *key,
                    uint64_t event, hb_str name, hb_str born, hb_str country, hb_error *err) {
    char found[65];
    hb_text sealed = {0};
    name_found(vault, born, country, found);
    bool ok = proof_seal(&sealed, key, name, hb_str_from(found)) || hb_out_of_memory(err);
    const store_value row[] = {STORE_T(hb_str_from(found)), STORE_T(pseudonym), STORE_N(event),
                               STORE_B(((hb_str){sealed.at, sealed.n}))};
    ok = ok && store_run(vault->store, ADD_IDENTITY, row, NULL, NULL, err);
    hb_text_clear(&sealed);
    return ok;
}

enum { TOGETHER = 16 };
typedef struct {
    register_vault *vault;
    hb_arena *arena;
    hb_str found;
    vault_each_identity each;
    void *context;
    uint32_t n;
    proof_secret nobodys_key;
} finding;

static bool give_identity(void *context, const store_value *row, hb_error *err) {
    finding *f = context;
    const store_value who[] = {STORE_T(row[0].text)};
    found_key key = {.key = f->nobodys_key};
    hb_str name = {0};
    f->n++;
    if (!store_run(f->vault->store, FIND_KEY, who, take_key, &key, err)) return false;
    bool is_open = proof_unseal(f->arena, row[1].text, &key.key, f->found, &name);
    proof_wipe(&key, sizeof key);
    return !is_open || f->each(f->context, row[0].text, name, err);
}

// Nobody is added until the number is a multiple of 16, so that one person more or less is no more
// work. A vault made before it held nobody has a key for the occasion instead.
bool vault_find(register_vault *vault, hb_arena *arena, hb_str born, hb_str country,
                vault_each_identity each, void *context, hb_error *err) {
    char found[65];
    hb_text name = {0};
    found_key nobodys = {0};
    name_found(vault, born, country, found);
    finding f = {vault, arena, hb_str_from(found), each, context, 0, {{0}}};
    const store_value which[] = {STORE_T(f.found)}, who[] = {STORE_T(hb_str_from(NOBODY))};
    if (!store_run(vault->store, FIND_KEY, who, take_key, &nobodys, err)) return false;
    if (!nobodys.is_there) proof_random(&nobodys.key, sizeof nobodys.key);
    f.nobodys_key = nobodys.key;
    bool ok = proof_seal(&name, &f.nobodys_key, hb_str_from(NOBODYS_NAME), f.found) ||
              hb_out_of_memory(err);
    const store_value nobody[] = {who[0], STORE_B(((hb_str){name.at, name.n}))};
    ok = ok && store_run(vault->store, FIND_IDENTITY, which, give_identity, &f, err);
    while (ok && REGISTER_DECOYS && (f.n == 0 || f.n % TOGETHER))
        ok = give_identity(&f, nobody, err);
    hb_text_clear(&name);
    return ok;
}

bool vault_snapshot(register_vault *vault, hb_error *err) {
    return store_snapshot(vault->store, err);
}
bool vault_begin(register_vault *vault, hb_error *err) {
    return vault->store->door->begin(vault->store, err);
}
bool vault_commit(register_vault *vault, hb_error *err) {
    return vault->store->door->commit(vault->store, err);
}
void vault_undo(register_vault *vault) {
    vault->store->door->undo(vault->store);
}

// The row's old bytes are overwritten (secure_delete), in the file and in the log beside it.
bool vault_destroy(register_vault *vault, hb_str pseudonym, hb_error *err) {
    const store_value name[] = {STORE_T(pseudonym)};
    if (!store_run(vault->store, DESTROY, name, NULL, NULL, err) ||
        !store_run(vault->store, FORGET_IDENTITY, name, NULL, NULL, err))
        return false;
    if (vault->store->door->is_postgres) {
        return vault->store->door->run(vault->store, "VACUUM FULL person, identity", NULL, 0, NULL,
                                       NULL, err) &&
               vault->store->door->run(vault->store, "CHECKPOINT", NULL, 0, NULL, NULL, err);
    }
    return vault->store->door->run(vault->store, "VACUUM", NULL, 0, NULL, NULL, err) &&
           vault->store->door->run(vault->store, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, 0, NULL,
                                   NULL, err);
}
