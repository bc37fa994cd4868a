// What leaves a register: the latest checkpoint with its cosignatures, proofs, requests to
// witnesses, and a folder of tiles that any file server can publish. None of it says anything about
// a person.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "register/internal.h"

typedef struct {
    hb_text *out;
} line_adding;

static bool add_line(void *context, const store_value *row, hb_error *err) {
    hb_text *out = ((line_adding *)context)->out;
    (void)err;
    hb_text_add(out, row[0].text);
    hb_text_add(out, HB_STR("\n"));
    return true;
}

static bool open_note(register_log *log, hb_str note, proof_standing *standing, hb_error *err) {
    proof_note opened;
    proof_checkpoint checkpoint;
    hb_hash hash = hb_sha256(note.at, note.n);
    if (!log->has_opened || !proof_same(hash, log->opened_note)) {
        if (!proof_policy_open(&log->policy, note, &opened, &checkpoint, &log->opened_standing,
                               err)) {
            log->has_opened = false;
            return false;
        }
        log->opened_note = hash;
        log->has_opened = true;
    }
    *standing = log->opened_standing;
    return true;
}

bool register_checkpoint(register_log *log, hb_arena *arena, hb_str *note, proof_standing *standing,
                         hb_error *err) {
    uint64_t size = 0;
    hb_str own;
    hb_text whole = {0};
    line_adding adding = {&whole};
    if (!log_latest(log, arena, &size, &own, err)) return false;
    const store_value which[] = {STORE_N(size)};
    hb_text_add(&whole, own);
    bool ok = store_run(log->store, "SELECT line FROM cosignature WHERE size = $1 ORDER BY line",
                        which, add_line, &adding, err) &&
              (hb_str_copy(arena, (hb_str){whole.at, whole.n}, note) || hb_out_of_memory(err)) &&
              open_note(log, *note, standing, err);
    hb_text_clear(&whole);
    return ok;
}

bool register_witness_request(register_log *log, uint64_t old, hb_text *out, hb_error *err) {
    hb_hash hashes[PROOF_MAX_HASHES];
    uint32_t n = 0;
    uint64_t size = 0;
    hb_str note;
    proof_nodes nodes;
    hb_arena_reset(log->scratch);
    nodes = log_nodes(log);
    if (!log_latest(log, log->scratch, &size, &note, err)) return false;
    if (old > size)
        return hb_fail(err, HB_USAGE, "unknown-checkpoint",
                       "the witness holds %llu, and this register has only %llu",
                       (unsigned long long)old, (unsigned long long)size);
    if (old > 0 && !proof_make_consistency(&nodes, old, size, hashes, &n, err)) return false;
    hb_text_addf(out, "old %llu\n", (unsigned long long)old);
    for (uint32_t i = 0; i < n; i++) {
        proof_base64_add(out, hashes[i].bytes, 32);
        hb_text_add(out, HB_STR("\n"));
    }
    hb_text_add(out, HB_STR("\n"));
    hb_text_add(out, note);
    return !out->failed || hb_out_of_memory(err);
}

// `note` is a checkpoint of ours with cosignatures, or cosignature lines alone for the latest one.
bool register_cosign(register_log *log, hb_str note, uint32_t *n_taken, hb_error *err) {
    hb_text whole = {0};
    proof_note opened;
    proof_checkpoint checkpoint;
    proof_standing standing;
    hb_str latest;
    uint64_t size = 0;
    proof_nodes nodes;
    hb_hash root;
    bool ok = false;
    *n_taken = 0;
    hb_arena_reset(log->scratch);
    if (!log_latest(log, log->scratch, &size, &latest, err)) return false;
    if (hb_str_starts(note, HB_STR("\xE2\x80\x94 "))) hb_text_add(&whole, latest);
    hb_text_add(&whole, note);
    if (!proof_policy_open(&log->policy, (hb_str){whole.at, whole.n}, &opened, &checkpoint,
                           &standing, err))
        goto done;
    nodes = log_nodes(log);
    if (checkpoint.size > register_size(log) || !proof_root(&nodes, checkpoint.size, &root, err) ||
        !proof_same(root, checkpoint.root)) {
        hb_fail(err, HB_INPUT, "unknown-checkpoint",
                "this checkpoint of size %llu is none of this register's",
                (unsigned long long)checkpoint.size);
        hb_error_help(err, "keep it: two signed checkpoints that disagree prove a split view");
        goto done;
    }
    if (!log->store->door->begin(log->store, err)) goto done;
    for (uint32_t i = 0; i < opened.n_signers; i++) {
        if (opened.signers[i].at == 0) continue;  // the log's own
        const store_value row[] = {STORE_N(checkpoint.size), STORE_T(opened.signers[i].line)};
        if (!store_run(log->store,
                       "INSERT INTO cosignature (size, line) SELECT $1, $2 WHERE NOT EXISTS "
                       "(SELECT 1 FROM cosignature WHERE size = $1 AND line = $2)",
                       row, NULL, NULL, err)) {
            log->store->door->undo(log->store);
            goto done;
        }
        ++*n_taken;
    }
    ok = log->store->door->commit(log->store, err);
done:
    hb_text_clear(&whole);
    return ok;
}

// ---- proofs -------------------------------------------------------------------------------------

typedef struct {
    hb_text *out;
    bool is_there;
} entry_adding;

static bool add_entry(void *context, const store_value *row, hb_error *err) {
    entry_adding *adding = context;
    (void)err;
    hb_text_add(adding->out, row[0].text);
    adding->is_there = true;
    return true;
}

static bool prove(register_log *log, uint64_t event, hb_text *proof, hb_text *entry,
                  hb_error *err) {
    proof_file file = {.index = event};
    proof_standing standing;
    proof_nodes nodes;
    entry_adding adding = {entry, false};
    uint64_t size = register_size(log);
    const store_value which[] = {STORE_N(event)};
    hb_arena_reset(log->scratch);
    if (event >= size) {
        hb_fail(err, HB_USAGE, "unknown-event", "there is no event %llu; the last is %lld",
                (unsigned long long)event, (long long)size - 1);
        return false;
    }
    if (!store_run(log->store, "SELECT entry FROM leaf WHERE seq = $1", which, add_entry, &adding,
                   err))
        return false;
    if (!adding.is_there)
        return hb_fail(err, HB_CORRUPT, "register-altered", "event %llu is missing",
                       (unsigned long long)event);
    nodes = log_nodes(log);
    if (!proof_make_inclusion(&nodes, event, size, file.hashes, &file.n_hashes, err)) return false;
    if (!register_checkpoint(log, log->scratch, &file.checkpoint, &standing, err)) return false;
    proof_file_add(proof, &file);
    return !(proof->failed || entry->failed) || hb_out_of_memory(err);
}

bool register_prove(register_log *log, uint64_t event, hb_text *proof, hb_text *entry,
                    hb_error *err) {
    if (!store_snapshot(log->store, err)) return false;
    bool ok = prove(log, event, proof, entry, err);
    log->store->door->undo(log->store);
    return ok;
}

// ---- export -------------------------------------------------------------------------------------

static bool make_folders(char *path, hb_error *err) {
    for (char *at = path + 1; *at; at++) {
        if (*at != '/') continue;
        *at = '\0';
        bool ok = mkdir(path, 0755) == 0 || errno == EEXIST;
        *at = '/';
        if (!ok) {
            hb_error_file(err, hb_str_from(path));
            return hb_fail(err, HB_SYSTEM, "output", "cannot make a folder: %s", strerror(errno));
        }
    }
    return true;
}

// Under a name of its own first, synced, then renamed: a reader never sees half a file.
static bool write_file(const char *dir, hb_str name, hb_str bytes, hb_error *err) {
    char path[4096], part[4200];
    snprintf(path, sizeof path, "%s/%.*s", dir, (int)name.n, name.at);
    snprintf(part, sizeof part, "%s.part", path);
    if (!make_folders(path, err)) return false;
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    bool ok = fd >= 0;
    for (size_t at = 0; ok && at < bytes.n;) {
        ssize_t n = write(fd, bytes.at + at, bytes.n - at);
        ok = n > 0;
        if (ok) at += (size_t)n;
    }
    ok = ok && fsync(fd) == 0;
    if (fd >= 0) ok = close(fd) == 0 && ok;
    if (ok && rename(part, path) == 0) return true;
    int cause = errno;
    unlink(part);
    hb_error_file(err, hb_str_from(path));
    return hb_fail(err, HB_SYSTEM, "output", "cannot write: %s", strerror(cause));
}

static bool write_tile(register_log *log, const char *dir, proof_tile tile, hb_error *err) {
    hb_text bytes = {0}, path = {0};
    proof_nodes nodes;
    hb_hash hash;
    bool ok = true;
    nodes = log_nodes(log);
    for (uint64_t w = 0; ok && w < tile.width; w++) {
        uint64_t index = tile.index * PROOF_TILE_WIDTH + w;
        if (tile.level == PROOF_ENTRIES) {
            hb_text entry = {0};
            entry_adding adding = {&entry, false};
            const store_value which[] = {STORE_N(index)};
            ok = store_run(log->store, "SELECT entry FROM leaf WHERE seq = $1", which, add_entry,
                           &adding, err) &&
                 (adding.is_there || hb_fail(err, HB_CORRUPT, "register-altered",
                                             "event %llu is missing", (unsigned long long)index));
            if (ok) proof_bundle_add(&bytes, (hb_str){entry.at, entry.n});
            hb_text_clear(&entry);
        } else {
            ok = nodes.node(nodes.context, 8 * (uint32_t)tile.level, index, &hash, err);
            if (ok) hb_text_add(&bytes, (hb_str){(const char *)hash.bytes, 32});
        }
    }
    proof_tile_path(&path, tile);
    ok = ok && !(bytes.failed || path.failed) &&
         write_file(dir, (hb_str){path.at, path.n}, (hb_str){bytes.at, bytes.n}, err);
    hb_text_clear(&bytes);
    hb_text_clear(&path);
    return ok;
}

static bool write_level(register_log *log, const char *dir, int level, uint64_t n_hashes,
                        hb_error *err) {
    for (uint64_t i = 0; i * PROOF_TILE_WIDTH < n_hashes; i++) {
        uint64_t left = n_hashes - i * PROOF_TILE_WIDTH;
        proof_tile tile = {level, i, left < PROOF_TILE_WIDTH ? (uint32_t)left : PROOF_TILE_WIDTH};
        if (!write_tile(log, dir, tile, err)) return false;
    }
    return true;
}

// The checkpoint comes last: whoever sees it finds all that it promises.
static bool export_all(register_log *log, const char *dir, hb_error *err) {
    uint64_t size = register_size(log);
    hb_str note;
    proof_standing standing;
    if (!write_level(log, dir, PROOF_ENTRIES, size, err)) return false;
    for (int level = 0; level < 8 && size >> (8 * level) > 0; level++) {
        if (!write_level(log, dir, level, size >> (8 * level), err)) return false;
    }
    hb_arena_reset(log->scratch);
    return register_checkpoint(log, log->scratch, &note, &standing, err) &&
           write_file(dir, HB_STR("policy"), log->policy_text, err) &&
           write_file(dir, HB_STR("checkpoint"), note, err);
}

bool register_export(register_log *log, const char *dir, hb_error *err) {
    if (!store_snapshot(log->store, err)) return false;
    bool ok = export_all(log, dir, err);
    log->store->door->undo(log->store);
    return ok;
}

// ---- copies -------------------------------------------------------------------------------------

static bool sync_path(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0) close(fd);
    return ok;
}

bool register_backup(register_log *log, const char *path, hb_error *err) {
    const store_value to[] = {STORE_T(hb_str_from(path))};
    if (log->store->door->is_postgres) {
        hb_fail(err, HB_USAGE, "register-backup",
                "a register in PostgreSQL is copied with pg_basebackup");
        hb_error_help(err, "then check the copy with `habeas register verify --db ADDRESS`");
        return false;
    }
    if (access(path, F_OK) == 0) {
        hb_error_file(err, hb_str_from(path));
        hb_fail(err, HB_INPUT, "register-exists", "there is a file here already");
        hb_error_help(err, "name a new file; a copy is never written over");
        return false;
    }
    if (!store_run(log->store, "VACUUM INTO $1", to, NULL, NULL, err)) return false;
    return sync_path(path) ||
           hb_fail(err, HB_SYSTEM, "output", "cannot sync the copy: %s", strerror(errno));
}
