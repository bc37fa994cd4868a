// A register opened: its settings, its key, who may sign, and the check that this is the newest
// copy of it there is. PATH.anchor has a line "SIZE BASE64(root)" for every checkpoint ever signed;
// a store that is smaller, or has another root there, is an old backup or a forgery, and is never
// written to.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "register/internal.h"

enum { ARENA_BYTES = 64 << 20, ANCHOR_TAIL = 16 << 10, LOCK_TRIES = 50 };

// ---- small reads --------------------------------------------------------------------------------

static bool take_number(void *context, const store_value *row, hb_error *err) {
    (void)err;
    *(int64_t *)context = row[0].number;
    return true;
}

bool log_size(register_log *log, uint64_t *size, hb_error *err) {
    int64_t n = 0;
    if (!log->store->door->run(log->store, "SELECT COALESCE(MAX(seq) + 1, 0) FROM leaf", NULL, 0,
                               take_number, &n, err))
        return false;
    *size = (uint64_t)n;
    return true;
}

uint64_t register_size(register_log *log) {
    uint64_t size = 0;
    hb_error err = {0};
    return log_size(log, &size, &err) ? size : 0;
}

static bool take_version(void *context, const store_value *row, hb_error *err) {
    uint64_t *version = context;
    (void)err;
    hb_hash hash = hb_sha256(row[0].text.at, row[0].text.n);
    memcpy(version, hash.bytes, sizeof *version);
    *version |= 1;
    return true;
}

// PostgreSQL: which transactions are visible, by their 64-bit numbers. As long as that is the same
// so is every row; the position of its log would not do, for it moves before a commit is visible.
uint64_t register_version(register_log *log) {
    int64_t number = 0;
    uint64_t version = 0;
    hb_error err = {0};
    const store_door *door = log->store->door;
    bool ok = door->is_postgres ? door->run(log->store, "SELECT txid_current_snapshot()::text",
                                            NULL, 0, take_version, &version, &err)
                                : door->run(log->store, "PRAGMA data_version", NULL, 0, take_number,
                                            &number, &err);
    if (!ok) return 0;
    return door->is_postgres ? version : (uint64_t)number;
}

typedef struct {
    hb_hash hash;
    bool is_there;
} found_hash;

static bool take_hash(void *context, const store_value *row, hb_error *err) {
    found_hash *found = context;
    if (row[0].text.n != 32)
        return hb_fail(err, HB_CORRUPT, "register-altered", "a stored hash is not 32 bytes");
    memcpy(found->hash.bytes, row[0].text.at, 32);
    found->is_there = true;
    return true;
}

// The nodes of levels 8b to 8b+7 stand together, in the order in which they are completed: by the
// last node of level 8b under them, then by their level. So a proof of ten million entries finds
// its 23 nodes in three places instead of 23, and an append goes to the end of the table: the
// lowest band comes last.
int64_t log_node_key(uint32_t level, uint64_t at) {
    const uint32_t band = level / 8, above = level % 8;
    return (int64_t)((uint64_t)(7 - band) << 60 | (((at + 1) << above) - 1) << 3 | above);
}

static bool read_node(void *context, uint32_t level, uint64_t index, hb_hash *out, hb_error *err) {
    register_log *log = context;
    found_hash found = {0};
    const store_value leaf[] = {STORE_N(index)}, node[] = {STORE_N(log_node_key(level, index))};
    bool ok = level == 0 ? store_run(log->store, "SELECT hash FROM leaf WHERE seq = $1", leaf,
                                     take_hash, &found, err)
                         : store_run(log->store, "SELECT hash FROM node WHERE at = $1", node,
                                     take_hash, &found, err);
    if (!ok) return false;
    if (!found.is_there) {
        return hb_fail(err, HB_CORRUPT, "register-altered", "node %llu of level %u is missing",
                       (unsigned long long)index, level);
    }
    *out = found.hash;
    return true;
}

bool log_moment(register_log *log, hb_error *err) {
    if (log->n_moments == 0) {
        if (!store_snapshot(log->store, err)) return false;
        if (log->vault && !vault_snapshot(log->vault, err)) {
            log->store->door->undo(log->store);
            return false;
        }
    }
    log->n_moments++;
    return true;
}

void log_moment_end(register_log *log) {
    if (--log->n_moments > 0) return;
    log->store->door->undo(log->store);
    if (log->vault) vault_undo(log->vault);
}

proof_nodes log_nodes(register_log *log) {
    return (proof_nodes){log, read_node};
}

typedef struct {
    hb_arena *arena;
    uint64_t size;
    hb_str note;
} found_note;

static bool take_note(void *context, const store_value *row, hb_error *err) {
    found_note *found = context;
    found->size = (uint64_t)row[0].number;
    return hb_str_copy(found->arena, row[1].text, &found->note) || hb_out_of_memory(err);
}

bool log_latest(register_log *log, hb_arena *arena, uint64_t *size, hb_str *note, hb_error *err) {
    found_note found = {.arena = arena};
    if (!log->store->door->run(log->store,
                               "SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1", NULL,
                               0, take_note, &found, err)) {
        return false;
    }
    *size = found.size;
    *note = found.note;
    return true;
}

void log_entry(hb_text *out, int64_t recorded_at, hb_hash digests) {
    hb_text minute = {0};
    event_time_add(&minute, recorded_at);
    hb_text_add(out, HB_STR("habeas/leaf/v1\n"));
    hb_text_add(out, (hb_str){minute.at, minute.n > 16 ? 16 : minute.n});  // to the minute
    hb_text_add(out, HB_STR("Z\n"));
    proof_base64_add(out, digests.bytes, sizeof digests.bytes);
    hb_text_add(out, HB_STR("\n"));
    out->failed |= minute.failed;
    hb_text_clear(&minute);
}

bool log_note(register_log *log, uint64_t size, hb_hash root, hb_text *out) {
    const proof_checkpoint checkpoint = {log->origin, size, root};
    hb_text text = {0};
    proof_checkpoint_add(&text, &checkpoint);
    hb_text_add(out, (hb_str){text.at, text.n});
    hb_text_add(out, HB_STR("\n"));
    proof_note_sign(out, (hb_str){text.at, text.n}, &log->key, &log->seed, 0);
    bool ok = !text.failed && !out->failed;
    hb_text_clear(&text);
    return ok;
}

// ---- officers -----------------------------------------------------------------------------------

typedef struct {
    log_officer *officer;
    hb_arena *arena;
} found_officer;

static bool take_officer(void *context, const store_value *row, hb_error *err) {
    found_officer *found = context;
    hb_str vkey;
    if (!hb_str_copy(found->arena, row[0].text, &vkey)) return hb_out_of_memory(err);
    if (!proof_key_read(vkey, &found->officer->key))
        return hb_fail(err, HB_CORRUPT, "register-altered", "a stored key is none");
    custody_word(found->officer->authority, row[1].text);
    custody_word(found->officer->role, row[2].text);
    found->officer->from = (uint64_t)row[3].number;
    found->officer->is_found = true;
    return true;
}

static bool take_end(void *context, const store_value *row, hb_error *err) {
    (void)err;
    ((log_officer *)context)->until = (uint64_t)row[0].number;
    return true;
}

static bool is_own_key(const register_log *log, hb_str name) {
    char own[REGISTER_WORD + 16];
    snprintf(own, sizeof own, "%.*s+%08x", (int)log->key.name.n, log->key.name.at, log->key.id);
    return hb_str_equal(name, hb_str_from(own));
}

bool log_find_officer(register_log *log, hb_str key, log_officer *out, hb_error *err) {
    *out = (log_officer){.until = UINT64_MAX};
    if (is_own_key(log, key)) {
        out->is_found = true;
        out->key = log->key;
        custody_word(out->authority, log->origin);
        snprintf(out->role, sizeof out->role, "register");
        return true;
    }
    const store_value name[] = {STORE_T(key)};
    found_officer found = {out, log->scratch};
    return store_run(log->store, "SELECT vkey, authority, role, seq FROM officer WHERE key = $1",
                     name, take_officer, &found, err) &&
           store_run(log->store, "SELECT seq FROM officer_end WHERE key = $1", name, take_end, out,
                     err);
}

enum { RECALLED = 32 };
struct log_officers {
    hb_arena *arena;
    uint32_t n;
    hb_str keys[RECALLED];
    log_officer officers[RECALLED];
};

void log_forget_officers(register_log *log) {
    if (!log->officers) return;
    log->officers->n = 0;
    hb_arena_reset(log->officers->arena);
}

static void close_officers(register_log *log) {
    if (log->officers) hb_arena_close(log->officers->arena);
    free(log->officers);
}

bool log_recall_officer(register_log *log, hb_str key, log_officer *out, hb_error *err) {
    struct log_officers *all = log->officers;
    for (uint32_t i = 0; i < all->n; i++) {
        if (!hb_str_equal(all->keys[i], key)) continue;
        *out = all->officers[i];
        return true;
    }
    if (!log_find_officer(log, key, out, err)) return false;
    if (!out->is_found) return true;
    if (all->n == RECALLED) log_forget_officers(log);
    all->officers[all->n] = *out;
    if (!hb_str_copy(all->arena, key, &all->keys[all->n]) ||
        !hb_str_copy(all->arena, out->key.name, &all->officers[all->n].key.name))
        return hb_out_of_memory(err);
    all->n++;
    return true;
}

// ---- the anchor ---------------------------------------------------------------------------------

typedef struct {
    uint64_t size;
    hb_hash root;
    off_t end;  // of its line
} anchored;

static bool read_mark(hb_str line, anchored *out) {
    const char *space = memchr(line.at, ' ', line.n);
    if (!space) return false;
    size_t n = (size_t)(space - line.at);
    return proof_uint_read((hb_str){line.at, n}, &out->size) &&
           proof_hash_read((hb_str){space + 1, line.n - n - 1}, &out->root);
}

// The last line of the anchor that is one. What a crash cut short, or left holes in, was never
// acknowledged; it is no longer than the lines of one sync.
static bool read_anchor(int fd, anchored *out) {
    char tail[ANCHOR_TAIL];
    off_t end = lseek(fd, 0, SEEK_END), start = end > ANCHOR_TAIL ? end - ANCHOR_TAIL : 0;
    ssize_t n = pread(fd, tail, sizeof tail, start);
    *out = (anchored){0};
    while (n > 0) {
        while (n > 0 && tail[n - 1] != '\n') n--;
        ssize_t at = n - 1;
        while (at > 0 && tail[at - 1] != '\n') at--;
        if (n > 0 && read_mark((hb_str){tail + at, (size_t)(n - 1 - at)}, out)) {
            out->end = start + n;
            return true;
        }
        n = at;
    }
    return false;
}

// So that the next line begins as one. Where this fails the next sync of a line does too.
void log_mend_anchor(const register_log *log) {
    anchored last;
    off_t end = lseek(log->anchor, 0, SEEK_END);
    if (!read_anchor(log->anchor, &last) && end > ANCHOR_TAIL) return;
    if (last.end < end && ftruncate(log->anchor, last.end) != 0) return;
}

static bool check_anchor(register_log *log, hb_error *err) {
    anchored last;
    uint64_t size = 0;
    hb_hash got;
    proof_nodes nodes;
    if (!REGISTER_ANCHORS || !read_anchor(log->anchor, &last)) return true;
    if (!log_size(log, &size, err)) return false;
    if (size >= last.size) {
        nodes = log_nodes(log);
        if (!proof_root(&nodes, last.size, &got, err)) return false;
        if (proof_same(last.root, got)) return true;
    }
    log->is_rolled_back = true;
    if (log->mode == REGISTER_READ) return true;
    hb_fail(err, HB_CORRUPT, "rolled-back",
            "this is an old or another copy: it has %llu events, and checkpoint %llu was signed",
            (unsigned long long)size, (unsigned long long)last.size);
    hb_error_help(err,
                  "put the newest copy back, or record the missing events again from their "
                  "receipts, in order; nothing is written to this copy");
    return false;
}

static bool open_anchor(register_log *log, hb_error *err) {
    char path[4200];
    snprintf(path, sizeof path, "%s.anchor", log->local);
    int flags = log->mode == REGISTER_WRITE ? O_RDWR | O_CREAT | O_APPEND : O_RDONLY;
    log->anchor = open(path, flags | O_CLOEXEC, 0600);
    if (log->anchor < 0 && log->mode == REGISTER_READ && errno == ENOENT) return true;
    if (log->anchor < 0) {
        hb_error_file(err, hb_str_from(path));
        return hb_fail(err, HB_SYSTEM, "cannot-open", "cannot open: %s", strerror(errno));
    }
    if (log->mode == REGISTER_READ) return check_anchor(log, err);
    for (int i = 0; i < LOCK_TRIES; i++) {
        if (flock(log->anchor, LOCK_EX | LOCK_NB) == 0) {
            log_mend_anchor(log);
            return check_anchor(log, err);
        }
        nanosleep(&(struct timespec){0, 100 * 1000 * 1000}, NULL);
    }
    hb_fail(err, HB_SYSTEM, "register-busy", "another program is writing to this register");
    hb_error_help(err, "wait until it has ended, then run this again; nothing was written");
    return false;
}

// ---- opening ------------------------------------------------------------------------------------

// The form of the tables and of what stands in them. No program reads or writes another form.
enum { FORM = 3 };
#define FORM_TEXT "3"

static bool check_form(hb_str form, hb_error *err) {
    uint64_t n = 0;
    bool is_older = proof_uint_read(form, &n) && n < FORM;
    if (n == FORM) return true;
    hb_fail(
        err, HB_INPUT, is_older ? "older-register" : "newer-register",
        "this register has form \"%.*s\", and this habeas knows form %d alone; nothing was read "
        "or written",
        (int)(form.n < 20 ? form.n : 20), form.at, FORM);
    hb_error_help(err, is_older ? "the version that wrote it records, exports and verifies it"
                                : "bring habeas up to date; the register itself is whole");
    return false;
}

typedef struct {
    register_log *log;
} found_setting;

static bool take_setting(void *context, const store_value *row, hb_error *err) {
    register_log *log = ((found_setting *)context)->log;
    hb_str *to = NULL;
    if (hb_str_equal(row[0].text, HB_STR("origin"))) to = &log->origin;
    if (hb_str_equal(row[0].text, HB_STR("policy"))) to = &log->policy_text;
    if (hb_str_equal(row[0].text, HB_STR("form")) && !check_form(row[1].text, err)) return false;
    return !to || hb_str_copy(log->arena, row[1].text, to) || hb_out_of_memory(err);
}

static bool read_settings(register_log *log, hb_error *err) {
    found_setting found = {log};
    hb_error cause = {0};
    if (!log->store->door->run(log->store, "SELECT name, value FROM setting", NULL, 0, take_setting,
                               &found, &cause)) {
        if (cause.code && strcmp(cause.code, "database") != 0) {
            *err = cause;
            return false;
        }
    }
    if (log->origin.n == 0) {
        hb_fail(err, HB_INPUT, "not-a-register", "there is no register here");
        hb_error_help(err, "`habeas register init` makes one");
        return false;
    }
    if (!proof_policy_read(log->policy_text, &log->policy, err)) return false;
    log->key = log->policy.logs[0];
    return true;
}

static bool read_secret(register_log *log, hb_error *err) {
    char path[4200];
    hb_bytes bytes = {0};
    hb_str text;
    proof_key key;
    snprintf(path, sizeof path, "%s.key", log->local);
    if (!hb_read_file(path, 4096, &bytes, err)) return false;
    bool ok = hb_str_copy(log->arena, (hb_str){bytes.at, bytes.n}, &text) &&
              proof_secret_read(text, &key, &log->seed) && key.id == log->key.id;
    proof_wipe(bytes.at, bytes.n);
    hb_bytes_clear(&bytes);
    if (!ok) {
        hb_error_file(err, hb_str_from(path));
        return hb_fail(err, HB_INPUT, "bad-key", "this is not the secret key of this register");
    }
    log->has_seed = true;
    return true;
}

static register_log *make_handle(const char *where, const char *local, register_mode mode,
                                 hb_error *err) {
    register_log *log = calloc(1, sizeof *log);
    if (!log) {
        hb_out_of_memory(err);
        return NULL;
    }
    log->lock = log->anchor = -1;
    log->mode = mode;
    snprintf(log->where, sizeof log->where, "%s", where);
    snprintf(log->local, sizeof log->local, "%s", local ? local : where);
    log->arena = hb_arena_open(1 << 20);
    log->scratch = hb_arena_open(ARENA_BYTES);
    log->row = hb_arena_open(4 << 20);
    log->reader = hb_json_reader_open();
    log->officers = calloc(1, sizeof *log->officers);
    if (log->officers) log->officers->arena = hb_arena_open(1 << 20);
    if (log->arena && log->scratch && log->row && log->reader && log->officers &&
        log->officers->arena)
        return log;
    hb_out_of_memory(err);
    register_close(log);
    return NULL;
}

bool log_need_secret(register_log *log, hb_error *err) {
    return log->has_seed || read_secret(log, err);
}

register_log *register_open(const char *where, const char *local, register_mode mode,
                            hb_error *err) {
    char path[4200];
    register_log *log = make_handle(where, local, mode, err);
    if (!log) return NULL;
    snprintf(path, sizeof path, "%s.vault", log->local);
    // The lock comes before the store, so that only one connection ever writes.
    if ((log->store = store_open(where, mode, false, err)) && read_settings(log, err) &&
        open_anchor(log, err) && (mode == REGISTER_READ || read_secret(log, err))) {
        if (mode == REGISTER_READ && access(path, F_OK) != 0) return log;  // pseudonyms only
        if ((log->vault = vault_open(path, false, mode, err))) return log;
    }
    register_close(log);
    return NULL;
}

void register_close(register_log *log) {
    if (!log) return;
    if (log->store) log->store->door->close(log->store);
    vault_close(log->vault);
    if (log->anchor >= 0) close(log->anchor);
    proof_wipe(&log->seed, sizeof log->seed);
    likeness_close(log->folder);
    hb_json_reader_close(log->reader);
    close_officers(log);
    recall_close(log);
    tally_close(log);
    hb_arena_close(log->row);
    hb_arena_close(log->scratch);
    hb_arena_close(log->arena);
    free(log);
}

void register_stop_when(register_log *log, bool (*must_stop)(void *context), void *context) {
    log->store->must_stop = must_stop;
    log->store->stop_context = context;
}

hb_str register_origin(const register_log *log) {
    return log->origin;
}
const char *register_local(const register_log *log) {
    return log->local;
}
const proof_key *register_key(const register_log *log) {
    return &log->key;
}
const proof_policy *register_policy(const register_log *log) {
    return &log->policy;
}

hb_str register_policy_text(const register_log *log) {
    return log->policy_text;
}
bool register_is_rolled_back(const register_log *log) {
    return log->is_rolled_back;
}

// ---- making -------------------------------------------------------------------------------------

// A file lasts once its name does: the folder is synced too.
static bool sync_folder_of(const char *path) {
    char folder[4200];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1,
             slash ? path : ".");
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0) close(fd);
    return ok;
}

static bool write_new(const char *path, hb_str text, hb_error *err) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write(fd, text.at, text.n) == (ssize_t)text.n && fsync(fd) == 0 &&
              sync_folder_of(path);
    int cause = errno;
    if (fd >= 0) ok = close(fd) == 0 && ok;
    if (ok) return true;
    hb_error_file(err, hb_str_from(path));
    if (cause == EEXIST) {
        hb_fail(err, HB_INPUT, "register-exists", "there is a register here already");
        hb_error_help(err, "name another path; a register is never written over");
        return false;
    }
    return hb_fail(err, HB_SYSTEM, "output", "cannot write: %s", strerror(cause));
}

static bool make_key(register_log *log, hb_error *err) {
    uint8_t public_key[32];
    char path[4200];
    hb_text text = {0};
    proof_random(&log->seed, sizeof log->seed);
    proof_public_key(&log->seed, public_key);
    if (!proof_key_make(log->origin, PROOF_LOG_KEY, public_key, &log->key)) {
        hb_fail(err, HB_USAGE, "bad-key",
                "the name of a register is an id: letters, digits and . _ : / -");
        hb_error_help(err, "as registry.example/custody");
        return false;
    }
    proof_secret_add(&text, &log->key, &log->seed);
    snprintf(path, sizeof path, "%s.key", log->local);
    bool ok = !text.failed && write_new(path, (hb_str){text.at, text.n}, err);
    if (text.at) proof_wipe(text.at, text.n);
    hb_text_clear(&text);
    log->has_seed = ok;
    return ok;
}

static bool write_settings(register_log *log, hb_str policy, hb_error *err) {
    hb_text text = {0}, note = {0};
    hb_text_add(&text, HB_STR("log "));
    proof_key_add(&text, &log->key);
    hb_text_add(&text, HB_STR("\n"));
    hb_text_add(&text, policy);
    const store_value rows[3][2] = {
        {STORE_T(HB_STR("origin")), STORE_T(log->origin)                },
        {STORE_T(HB_STR("policy")), STORE_T(((hb_str){text.at, text.n}))},
        {STORE_T(HB_STR("form")),   STORE_T(HB_STR(FORM_TEXT))          }
    };
    bool ok = !text.failed && proof_policy_read((hb_str){text.at, text.n}, &log->policy, err);
    for (int i = 0; ok && i < 3; i++) {
        ok = store_run(log->store, "INSERT INTO setting (name, value) VALUES ($1, $2)", rows[i],
                       NULL, NULL, err);
    }
    ok = ok && log_note(log, 0, hb_sha256("", 0), &note);
    const store_value first[] = {STORE_N(0), STORE_T(((hb_str){note.at, note.n}))};
    ok = ok && store_run(log->store, "INSERT INTO checkpoint (size, note) VALUES ($1, $2)", first,
                         NULL, NULL, err);
    hb_text_clear(&text);
    hb_text_clear(&note);
    return ok;
}

bool register_init(const char *where, const char *local, hb_str origin, hb_str policy,
                   hb_instant now, hb_error *err) {
    char path[4200];
    register_log *log = make_handle(where, local, REGISTER_WRITE, err);
    bool ok = false;
    (void)now;
    if (!log) return false;
    log->origin = origin;
    if (!make_key(log, err)) goto done;
    if (!(log->store = store_open(where, REGISTER_WRITE, true, err)) ||
        !store_is_empty(log->store, err))
        goto done;
    if (!log->store->door->begin(log->store, err)) goto done;
    if (!store_make_tables(log->store, err) || !write_settings(log, policy, err)) {
        log->store->door->undo(log->store);
        goto done;
    }
    if (!log->store->door->commit(log->store, err)) goto done;
    snprintf(path, sizeof path, "%s.vault", log->local);
    if (!(log->vault = vault_open(path, true, REGISTER_WRITE, err))) goto done;
    snprintf(path, sizeof path, "%s.anchor", log->local);
    ok = write_new(path, HB_STR(""), err);
done:
    if (!ok && log->has_seed) {  // what this call made and could not finish
        snprintf(path, sizeof path, "%s.key", log->local);
        unlink(path);
    }
    register_close(log);
    return ok;
}
