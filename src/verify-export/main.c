// habeas-verify: checks what a register published, or a single proof file, with the keys alone. It
// has no database and no network, knows no person, and trusts nobody who runs a register.
//
//     habeas-verify EXPORT --keys POLICY [--from CHECKPOINT]    a folder that `register export`
//     wrote habeas-verify PROOF --keys POLICY                         PROOF and PROOF.entry of
//     `register prove`, and PROOF.shown where it is there
//
// Steps for a folder: the checkpoint's note under the log's key; each entry's hash against the tile
// of level 0; each hash of a higher tile against the 256 below it; the root of all entries against
// the checkpoint; and, with --from, the root of as many entries as an earlier checkpoint had. Exit
// status: 0 it holds; 1 it is altered; 2 wrong usage; 3 a file is missing or is not what it should
// be; 4 the machine failed.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proof/proof.h"

enum { HOLDS = 0, ALTERED = 1, USAGE = 2, REFUSED = 3, FAILED = 4, FILE_BYTES = 32 << 20 };

typedef struct {
    const char *path, *keys, *from;
    bool is_json;
} request;

// ---- saying it ----------------------------------------------------------------------------------

static int say_error(const hb_error *err) {
    char shown[2048];
    size_t n = hb_error_print(err, shown, sizeof shown);
    fwrite(shown, 1, n, stderr);
    return err->kind == HB_SYSTEM ? FAILED : err->kind == HB_USAGE ? USAGE : REFUSED;
}

static const char *witnessed(const proof_standing *standing) {
    return standing->is_witnessed ? "independently witnessed" : "not independently witnessed";
}

static int altered(const request *r, const char *what, uint64_t entry) {
    if (r->is_json) {
        printf("{\"unaltered\":false,\"entry\":%llu,\"why\":\"%s\"}\n", (unsigned long long)entry,
               what);
    } else {
        printf(
            "ALTERED: entry %llu: %s. Do not rely on this copy. Keep it, and tell the witnesses.\n",
            (unsigned long long)entry, what);
    }
    return ALTERED;
}

// Escaped as JSON, so that no value steers a terminal.
static void say_shown(const request *r, const hb_json *fields) {
    for (uint32_t i = 0; fields && i < fields->n; i++) {
        hb_text line = {0};
        if (r->is_json)
            hb_text_add_json(&line, fields->first[i].key);
        else
            hb_text_add_shown(&line, fields->first[i].key);
        hb_text_add(&line, r->is_json ? HB_STR(":") : HB_STR(": "));
        (void)hb_json_canonical(&line, &fields->first[i].first[1]);
        printf(r->is_json ? "%s%.*s" : "%s  %.*s\n", r->is_json && i ? "," : "", (int)line.n,
               line.at ? line.at : "");
        hb_text_clear(&line);
    }
}

// `fields`: what the entry says, as far as it is shown; NULL where nothing is.
static int holds(const request *r, uint64_t n, const proof_standing *s, const char *what,
                 const hb_json *fields) {
    if (r->is_json) {
        printf(
            "{\"unaltered\":true,\"entries\":%llu,\"cosigned\":%u,\"witnesses\":%u,"
            "\"independently_witnessed\":%s",
            (unsigned long long)n, s->n_cosigned, s->n_witnesses,
            s->is_witnessed ? "true" : "false");
        if (fields) printf(",\"says\":{");
        say_shown(r, fields);
        printf(fields ? "}}\n" : "}\n");
    } else {
        printf("%s %llu, cosigned by %u of %u witnesses: %s.\n%s", what, (unsigned long long)n,
               s->n_cosigned, s->n_witnesses, witnessed(s), fields ? "It says:\n" : "");
        say_shown(r, fields);
        printf("This does not show that what was recorded is true.\n");
    }
    return HOLDS;
}

// ---- files --------------------------------------------------------------------------------------

static bool read_tile(const char *folder, proof_tile tile, hb_bytes *out, hb_error *err) {
    hb_text name = {0};
    char path[4096];
    proof_tile_path(&name, tile);
    snprintf(path, sizeof path, "%s/%.*s", folder, (int)name.n, name.at ? name.at : "");
    bool ok = !name.failed && hb_read_file(path, FILE_BYTES, out, err);
    hb_text_clear(&name);
    return ok;
}

static proof_tile tile_at(int level, uint64_t index, uint64_t n_hashes) {
    uint64_t left = n_hashes - index * PROOF_TILE_WIDTH;
    return (proof_tile){level, index, left < PROOF_TILE_WIDTH ? (uint32_t)left : PROOF_TILE_WIDTH};
}

static hb_hash hash_at(const hb_bytes *tile, uint32_t i) {
    hb_hash hash;
    memcpy(hash.bytes, tile->at + (size_t)i * 32, 32);
    return hash;
}

// ---- a folder -----------------------------------------------------------------------------------

typedef struct {
    const request *r;
    proof_checkpoint checkpoint, from;
    proof_growing tree;
    bool has_from;
} checking;

// One bundle of entries against its tile. -1: goes on.
static int check_bundle(checking *c, uint64_t index, hb_error *err) {
    hb_bytes bundle = {0}, tile = {0};
    proof_tile place = tile_at(0, index, c->checkpoint.size);
    proof_tile entries = {PROOF_ENTRIES, index, place.width};
    int status = -1;
    if (!read_tile(c->r->path, entries, &bundle, err) ||
        !read_tile(c->r->path, place, &tile, err)) {
        status = say_error(err);
        goto done;
    }
    hb_str rest = {bundle.at, bundle.n}, entry;
    if (tile.n != (size_t)place.width * 32)
        status = altered(c->r, "its tile has another length", c->tree.n);
    for (uint32_t i = 0; status < 0 && i < place.width; i++) {
        if (!proof_bundle_next(&rest, &entry)) {
            status = altered(c->r, "it is missing from its bundle", c->tree.n);
            break;
        }
        hb_hash leaf = proof_leaf(entry);
        if (!proof_same(leaf, hash_at(&tile, i))) {
            status = altered(c->r, "it does not match its hash", c->tree.n);
            break;
        }
        proof_grow(&c->tree, leaf);
        if (c->has_from && c->tree.n == c->from.size &&
            !proof_same(c->from.root, proof_grown_root(&c->tree))) {
            status = altered(c->r, "the entries up to here are not those of the earlier checkpoint",
                             c->tree.n - 1);
        }
    }
    if (status < 0 && rest.n > 0)
        status = altered(c->r, "bytes stand after it in its bundle", c->tree.n - 1);
done:
    hb_bytes_clear(&bundle);
    hb_bytes_clear(&tile);
    return status;
}

// Each hash of a tile above level 0 is the root of the 256 hashes of one full tile below.
static int check_tile(const checking *c, proof_tile place, hb_error *err) {
    hb_bytes tile = {0}, below = {0};
    int status = -1;
    uint64_t first = place.index * PROOF_TILE_WIDTH << (8 * place.level);
    if (!read_tile(c->r->path, place, &tile, err))
        status = say_error(err);
    else if (tile.n != (size_t)place.width * 32)
        status = altered(c->r, "a tile above it has another length", first);
    for (uint32_t i = 0; status < 0 && i < place.width; i++) {
        proof_growing part = {0};
        proof_tile child = {place.level - 1, place.index * PROOF_TILE_WIDTH + i, PROOF_TILE_WIDTH};
        if (!read_tile(c->r->path, child, &below, err)) {
            status = say_error(err);
            break;
        }
        for (uint32_t k = 0; k < PROOF_TILE_WIDTH && below.n == PROOF_TILE_WIDTH * 32; k++) {
            proof_grow(&part, hash_at(&below, k));
        }
        if (!proof_same(proof_grown_root(&part), hash_at(&tile, i))) {
            status = altered(c->r, "a tile above it does not match",
                             child.index * PROOF_TILE_WIDTH << (8 * child.level));
        }
        hb_bytes_clear(&below);
    }
    hb_bytes_clear(&tile);
    return status;
}

static bool read_note(const char *path, const proof_policy *policy, hb_bytes *bytes,
                      proof_checkpoint *checkpoint, proof_standing *standing, hb_error *err) {
    proof_note note;
    if (!hb_read_file(path, 1 << 20, bytes, err)) return false;
    if (proof_policy_open(policy, (hb_str){bytes->at, bytes->n}, &note, checkpoint, standing, err))
        return true;
    hb_error_file(err, hb_str_from(path));
    return false;
}

static int check_entries(checking *c, hb_error *err) {
    int status = -1;
    uint64_t size = c->checkpoint.size;
    for (uint64_t i = 0; status < 0 && i * PROOF_TILE_WIDTH < size; i++)
        status = check_bundle(c, i, err);
    for (int level = 1; status < 0 && level < 8 && size >> (8 * level) > 0; level++) {
        uint64_t n = size >> (8 * level);
        for (uint64_t i = 0; status < 0 && i * PROOF_TILE_WIDTH < n; i++)
            status = check_tile(c, tile_at(level, i, n), err);
    }
    if (status >= 0) return status;
    if (!proof_same(proof_grown_root(&c->tree), c->checkpoint.root)) {
        return altered(c->r, "all entries together do not make the root that was signed", size);
    }
    return -1;
}

static int check_folder(const request *r, const proof_policy *policy, hb_error *err) {
    checking c = {.r = r};
    hb_bytes note = {0}, old = {0};
    proof_standing standing, ignored;
    char path[4096];
    int status = -1;
    snprintf(path, sizeof path, "%s/checkpoint", r->path);
    if (!read_note(path, policy, &note, &c.checkpoint, &standing, err)) status = say_error(err);
    if (status < 0 && r->from) {
        c.has_from = true;
        if (!read_note(r->from, policy, &old, &c.from, &ignored, err))
            status = say_error(err);
        else if (!hb_str_equal(c.from.origin, c.checkpoint.origin))
            status = altered(r, "the earlier checkpoint is of another register", 0);
        else if (c.from.size > c.checkpoint.size)
            status =
                altered(r, "the earlier checkpoint had more entries: this copy was rolled back",
                        c.checkpoint.size);
        else if (c.from.size == 0 && !proof_same(c.from.root, hb_sha256("", 0)))
            status = altered(r, "the earlier checkpoint signs another empty tree", 0);
    }
    if (status < 0) status = check_entries(&c, err);
    if (status < 0)
        status =
            holds(r, c.checkpoint.size, &standing, "Unaltered: all entries match checkpoint", NULL);
    hb_bytes_clear(&note);
    hb_bytes_clear(&old);
    return status;
}

// ---- a proof ------------------------------------------------------------------------------------

// What the entry says, as far as it is shown beside the proof.
static int check_shown(const request *r, uint64_t index, hb_str entry, hb_arena *arena,
                       const hb_json **fields, hb_error *err) {
    hb_bytes shown = {0};
    char path[4096];
    int status = -1;
    snprintf(path, sizeof path, "%s.shown", r->path);
    if (access(path, F_OK) != 0) return -1;
    if (!hb_read_file(path, 1 << 20, &shown, err))
        status = say_error(err);
    else if (!proof_check_shown(arena, (hb_str){shown.at, shown.n}, index, entry, fields, err))
        status = err->kind == HB_CORRUPT ? altered(r, err->message, index) : say_error(err);
    hb_bytes_clear(&shown);
    return status;
}

static int check_proof(const request *r, const proof_policy *policy, hb_error *err) {
    hb_bytes bytes = {0}, entry = {0};
    proof_file file;
    proof_note note;
    proof_checkpoint checkpoint;
    proof_standing standing;
    char path[4096];
    int status = REFUSED;
    snprintf(path, sizeof path, "%s.entry", r->path);
    if (!hb_read_file(r->path, 1 << 20, &bytes, err) ||
        !proof_file_read((hb_str){bytes.at, bytes.n}, &file, err) ||
        !proof_policy_open(policy, file.checkpoint, &note, &checkpoint, &standing, err)) {
        hb_error_file(err, hb_str_from(r->path));
        status = say_error(err);
    } else if (!hb_read_file(path, 1 << 20, &entry, err)) {
        status = say_error(err);
    } else if (!proof_check_inclusion(file.index, checkpoint.size,
                                      proof_leaf((hb_str){entry.at, entry.n}), file.hashes,
                                      file.n_hashes, checkpoint.root)) {
        status =
            altered(r, "the proof does not lead from it to the root that was signed", file.index);
    } else {
        char what[96];
        const hb_json *fields = NULL;
        hb_arena *arena = hb_arena_open(16 << 20);
        snprintf(what, sizeof what, "Proved: entry %llu is in checkpoint",
                 (unsigned long long)file.index);
        status = check_shown(r, file.index, (hb_str){entry.at, entry.n}, arena, &fields, err);
        if (status < 0) status = holds(r, checkpoint.size, &standing, what, fields);
        hb_arena_close(arena);
    }
    hb_bytes_clear(&bytes);
    hb_bytes_clear(&entry);
    return status;
}

// ---- the command line ---------------------------------------------------------------------------

static const char HELP[] =
    "$ habeas-verify public --keys policy.txt\n\n"
    "habeas-verify EXPORT|PROOF --keys FILE [--from CHECKPOINT] [--json]\n"
    "Checks a published register, or one proof file, with the keys alone; and what\n"
    "the entry says, where PROOF.shown stands beside PROOF and PROOF.entry.\n\n"
    "  --keys FILE        who signs and who must have cosigned (tlog-policy); get it\n"
    "                     from a witness or in print, not from who runs the register\n"
    "  --from CHECKPOINT  an earlier checkpoint that you kept\n"
    "  --json             one JSON document\n\n"
    "Exit status: 0 it holds, 1 altered, 2 usage, 3 files refused, 4 the machine failed.\n"
    "What holds is unaltered; whether it is true, no proof shows.\n";

static bool read_arguments(int argc, char **argv, request *r, hb_error *err) {
    for (int i = 1; i < argc; i++) {
        bool has_value = i + 1 < argc;
        if (strcmp(argv[i], "--keys") == 0 && has_value)
            r->keys = argv[++i];
        else if (strcmp(argv[i], "--from") == 0 && has_value)
            r->from = argv[++i];
        else if (strcmp(argv[i], "--json") == 0)
            r->is_json = true;
        else if (argv[i][0] != '-' && !r->path)
            r->path = argv[i];
        else
            return hb_fail(err, HB_USAGE, "unknown-option", "\"%s\" is not expected here", argv[i]);
    }
    if (r->path && r->keys) return true;
    hb_fail(err, HB_USAGE, "no-command", "a folder or proof, and --keys FILE, are needed");
    hb_error_help(err, "habeas-verify --help says more");
    return false;
}

int main(int argc, char **argv) {
    request r = {0};
    hb_error err = {0};
    hb_bytes keys = {0};
    proof_policy policy;
    struct stat what;
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(HELP, stdout);
        return HOLDS;
    }
    if (!read_arguments(argc, argv, &r, &err)) return say_error(&err);
    if (!hb_read_file(r.keys, 1 << 20, &keys, &err)) return say_error(&err);
    int status = REFUSED;
    if (!proof_policy_read((hb_str){keys.at, keys.n}, &policy, &err)) {
        hb_error_file(&err, hb_str_from(r.keys));
        status = say_error(&err);
    } else {
        bool is_folder = stat(r.path, &what) == 0 && S_ISDIR(what.st_mode);
        status = is_folder ? check_folder(&r, &policy, &err) : check_proof(&r, &policy, &err);
    }
    hb_bytes_clear(&keys);
    return fflush(stdout) == 0 ? status : FAILED;
}
