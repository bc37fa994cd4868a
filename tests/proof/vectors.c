// Runs the optional vectors of the log's formats: hashes, proofs, keys, notes, checkpoints, tiles,
// bundles and a session with a witness. usage: vectors DIR; closes with "N passed, N failed".
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proof/proof.h"

static unsigned passed, failed;
static hb_arena *arena;
static hb_json_reader *reader;

static void check(bool ok, const char *file, hb_str id, const char *what) {
    if (ok) {
        passed++;
        return;
    }
    failed++;
    printf("%s %.*s: %s\n", file, (int)id.n, id.at, what);
}

static const hb_json *load(const char *dir, const char *file) {
    char path[4096];
    hb_bytes bytes = {0};
    hb_error err = {0};
    hb_json *json = NULL;
    hb_str text = {0};
    snprintf(path, sizeof path, "%s/%s", dir, file);
    if (!hb_read_file(path, 8 << 20, &bytes, &err) ||
        !hb_str_copy(arena, (hb_str){bytes.at, bytes.n}, &text) ||
        !hb_json_parse(reader, arena, text, &json, &err)) {
        printf("%s: %s\n", path, err.message);
        exit(1);
    }
    hb_bytes_clear(&bytes);
    return json;
}

static const hb_json *member(const hb_json *object, const char *key) {
    return hb_json_member(object, hb_str_from(key));
}

static hb_str text_of(const hb_json *object, const char *key) {
    const hb_json *value = member(object, key);
    return value ? value->text : (hb_str){0};
}

static uint64_t number_of(const hb_json *object, const char *key) {
    uint64_t value = 0;
    hb_str text = text_of(object, key);
    if (!proof_uint_read(text, &value)) printf("no number %s\n", key), exit(1);
    return value;
}

static bool hash_of(const hb_json *object, const char *key, hb_hash *out) {
    return hb_hash_from_hex(text_of(object, key), out);
}

// Bytes written in hex, of any length.
static hb_str from_hex(hb_str hex) {
    char *out = hb_arena_alloc(arena, hex.n / 2 + 1);
    for (size_t i = 0; i + 1 < hex.n; i += 2) {
        char two[3] = {hex.at[i], hex.at[i + 1], 0};
        out[i / 2] = (char)strtoul(two, NULL, 16);
    }
    return (hb_str){out, hex.n / 2};
}

static bool is_ok(const hb_json *one) {
    return member(one, "ok")->kind == HB_JSON_TRUE;
}

static uint32_t hashes_of(const hb_json *one, hb_hash *out, bool *are_hashes) {
    const hb_json *list = member(one, "proof");
    *are_hashes = true;
    for (uint32_t i = 0; i < list->n && i < 100; i++) {
        *are_hashes &= hb_hash_from_hex(list->first[i].text, &out[i]);
    }
    return list->n;
}

// Leaf i of the big trees is i in 8 bytes, big-endian.
static hb_hash big_leaf(uint64_t i) {
    char bytes[8];
    for (int k = 0; k < 8; k++) bytes[k] = (char)(i >> (56 - 8 * k));
    return proof_leaf((hb_str){bytes, 8});
}

static void run_merkle(const char *dir) {
    const hb_json *all = load(dir, "merkle.json"), *leaves = member(all, "leaves");
    proof_growing tree = {0};
    for (uint32_t i = 0; i <= leaves->n; i++) {
        hb_hash want;
        bool ok = hb_hash_from_hex(member(all, "roots")->first[i].text, &want);
        check(ok && proof_same(want, proof_grown_root(&tree)), "merkle.json", HB_STR("root"),
              "differs");
        if (i == leaves->n) break;
        hb_hash leaf = proof_leaf(from_hex(leaves->first[i].text));
        ok = hb_hash_from_hex(member(all, "leaf_hashes")->first[i].text, &want);
        check(ok && proof_same(want, leaf), "merkle.json", HB_STR("leaf"), "differs");
        proof_grow(&tree, leaf);
    }
}

static void run_inclusion(const char *dir) {
    const hb_json *cases = member(load(dir, "inclusion.json"), "cases");
    for (uint32_t i = 0; i < cases->n; i++) {
        const hb_json *one = &cases->first[i];
        hb_hash hashes[100], leaf, root;
        bool are = true;
        uint32_t n = hashes_of(one, hashes, &are);
        bool got = are && hash_of(one, "root", &root) && hash_of(one, "leaf", &leaf) &&
                   proof_check_inclusion(number_of(one, "index"), number_of(one, "size"), leaf,
                                         hashes, n, root);
        check(got == is_ok(one), "inclusion.json", text_of(one, "id"), "wrongly judged");
    }
}

static void run_consistency(const char *dir) {
    const hb_json *cases = member(load(dir, "consistency.json"), "cases");
    for (uint32_t i = 0; i < cases->n; i++) {
        const hb_json *one = &cases->first[i];
        hb_hash hashes[100], root1, root2;
        bool are = true;
        uint32_t n = hashes_of(one, hashes, &are);
        bool got = are && hash_of(one, "root1", &root1) && hash_of(one, "root2", &root2) &&
                   proof_check_consistency(number_of(one, "size1"), number_of(one, "size2"), hashes,
                                           n, root1, root2);
        check(got == is_ok(one), "consistency.json", text_of(one, "id"), "wrongly judged");
    }
}

static void run_keys(const char *dir) {
    const hb_json *cases = member(load(dir, "vkey.json"), "cases");
    for (uint32_t i = 0; i < cases->n; i++) {
        proof_key key;
        bool got = proof_key_read(text_of(&cases->first[i], "vkey"), &key);
        check(got == is_ok(&cases->first[i]), "vkey.json", text_of(&cases->first[i], "id"),
              "wrongly judged");
        if (!got) continue;
        hb_text again = {0};
        proof_key_add(&again, &key);
        check(hb_str_equal((hb_str){again.at, again.n}, text_of(&cases->first[i], "vkey")),
              "vkey.json", text_of(&cases->first[i], "id"), "does not print as it was read");
        hb_text_clear(&again);
    }
}

static void run_notes(const char *dir) {
    const hb_json *cases = member(load(dir, "note.json"), "cases");
    for (uint32_t i = 0; i < cases->n; i++) {
        const hb_json *one = &cases->first[i], *vkeys = member(one, "vkeys");
        const hb_json *verified = member(one, "verified");
        proof_key keys[16];
        uint32_t n_keys = 0, n_named = 0;
        proof_note note;
        hb_error err = {0};
        for (uint32_t k = 0; k < vkeys->n; k++) {
            if (proof_key_read(vkeys->first[k].text, &keys[n_keys])) n_keys++;
        }
        hb_str text =
            member(one, "note") ? text_of(one, "note") : from_hex(text_of(one, "note_hex"));
        bool got = proof_note_open(text, keys, n_keys, &note, &err);
        check(got == is_ok(one), "note.json", text_of(one, "id"), "wrongly judged");
        for (uint32_t k = 0; got && k < verified->n; k++) {
            for (uint32_t s = 0; s < note.n_signers; s++) {
                if (hb_str_equal(keys[note.signers[s].key].name, verified->first[k].text)) {
                    n_named++;
                    break;
                }
            }
        }
        check(!got || n_named == verified->n, "note.json", text_of(one, "id"), "other signers");
    }
}

static void run_checkpoints(const char *dir) {
    const hb_json *cases = member(load(dir, "checkpoint.json"), "cases");
    for (uint32_t i = 0; i < cases->n; i++) {
        const hb_json *one = &cases->first[i];
        proof_checkpoint got;
        hb_hash root;
        bool ok = proof_checkpoint_read(text_of(one, "body"), &got);
        if (ok && is_ok(one)) {
            ok = hash_of(one, "root", &root) && proof_same(root, got.root) &&
                 got.size == number_of(one, "size") &&
                 hb_str_equal(got.origin, text_of(one, "origin"));
        }
        check(ok == is_ok(one), "checkpoint.json", text_of(one, "id"), "wrongly judged");
    }
}

static void run_commitments(const char *dir) {
    const hb_json *cases = member(load(dir, "commitment.json"), "cases");
    for (uint32_t i = 0; i < cases->n; i++) {
        const hb_json *one = &cases->first[i];
        hb_hash salt, want;
        proof_secret secret;
        bool ok = hash_of(one, "salt", &salt) && hash_of(one, "commitment", &want);
        memcpy(secret.bytes, salt.bytes, 32);
        ok = ok &&
             proof_same(want, proof_commit(&secret, text_of(one, "kind"), text_of(one, "value")));
        check(ok, "commitment.json", text_of(one, "id"), "differs");
    }
}

// The last tile of a level: width hashes, each over 256^level leaves.
static hb_hash tile_hash(proof_tile tile) {
    hb_text bytes = {0};
    uint64_t each = (uint64_t)1 << (8 * tile.level);
    for (uint64_t w = 0; w < tile.width; w++) {
        proof_growing part = {0};
        uint64_t start = (tile.index * 256 + w) * each;
        for (uint64_t i = 0; i < each; i++) proof_grow(&part, big_leaf(start + i));
        hb_hash root = proof_grown_root(&part);
        hb_text_add(&bytes, (hb_str){(const char *)root.bytes, 32});
    }
    hb_hash hash = hb_sha256(bytes.at, bytes.n);
    hb_text_clear(&bytes);
    return hash;
}

static void run_tiles(const char *dir) {
    const hb_json *all = load(dir, "tiles.json"), *list = member(all, "paths");
    proof_tile tile;
    for (uint32_t i = 0; i < list->n; i++) {
        hb_text path = {0};
        uint64_t n = number_of(&list->first[i], "n");
        proof_tile_path(&path, (proof_tile){.level = 0, .index = n, .width = PROOF_TILE_WIDTH});
        hb_str tail = {path.at + 7, path.n - 7};
        check(hb_str_equal(tail, text_of(&list->first[i], "path")), "tiles.json", tail,
              "is another path");
        check(proof_tile_read_path((hb_str){path.at, path.n}, &tile) && tile.index == n,
              "tiles.json", tail, "does not read back");
        hb_text_clear(&path);
    }
    list = member(all, "bad_paths");
    for (uint32_t i = 0; i < list->n; i++) {
        hb_str path = text_of(&list->first[i], "path");
        check(!proof_tile_read_path(path, &tile), "tiles.json", path, "is taken");
    }
    list = member(all, "trees");
    for (uint32_t i = 0; i < list->n; i++) {
        const hb_json *last = member(&list->first[i], "last");
        proof_growing tree = {0};
        hb_hash root;
        for (uint64_t k = number_of(&list->first[i], "size"); tree.n < k;)
            proof_grow(&tree, big_leaf(tree.n));
        check(hash_of(&list->first[i], "root", &root) && proof_same(root, proof_grown_root(&tree)),
              "tiles.json", text_of(&list->first[i], "size"), "another root");
        for (uint32_t k = 0; k < last->n; k++) {
            hb_str path = text_of(&last->first[k], "path");
            hb_hash want;
            check(proof_tile_read_path(path, &tile) && hash_of(&last->first[k], "sha256", &want) &&
                      proof_same(want, tile_hash(tile)),
                  "tiles.json", path, "another tile");
        }
    }
}

static bool read_bundle(hb_str bytes, uint64_t width) {
    hb_str entry;
    uint64_t n = 0;
    while (bytes.n > 0 && proof_bundle_next(&bytes, &entry)) n++;
    return bytes.n == 0 && n == width;
}

static void run_bundles(const char *dir) {
    const hb_json *all = load(dir, "tiles.json"), *list = member(all, "bundles");
    for (uint32_t i = 0; i < list->n; i++) {
        const hb_json *entries = member(&list->first[i], "entries");
        hb_text bytes = {0};
        for (uint32_t k = 0; k < entries->n; k++)
            proof_bundle_add(&bytes, from_hex(entries->first[k].text));
        hb_str want = from_hex(text_of(&list->first[i], "bytes"));
        check(hb_str_equal(want, (hb_str){bytes.at, bytes.n}) && read_bundle(want, entries->n),
              "tiles.json", HB_STR("bundle"), "differs");
        hb_text_clear(&bytes);
    }
    list = member(all, "bad_bundles");
    for (uint32_t i = 0; i < list->n; i++) {
        check(!read_bundle(from_hex(text_of(&list->first[i], "bytes")),
                           number_of(&list->first[i], "width")),
              "tiles.json", text_of(&list->first[i], "why"), "is taken");
    }
}

static bool is_wanted(const hb_json *status, int got) {
    char text[16];
    snprintf(text, sizeof text, "%d", got);
    if (status->kind != HB_JSON_ARRAY) return hb_str_equal(status->text, hb_str_from(text));
    for (uint32_t i = 0; i < status->n; i++) {
        if (hb_str_equal(status->first[i].text, hb_str_from(text))) return true;
    }
    return false;
}

static void run_witness(const char *dir) {
    const hb_json *all = load(dir, "witness.json"), *steps = member(all, "steps");
    proof_key log;
    proof_checkpoint held = {0};
    bool is_holding = false;
    check(proof_key_read(text_of(all, "log_vkey"), &log), "witness.json", HB_STR("log"), "no key");
    for (uint32_t i = 0; i < steps->n; i++) {
        const hb_json *step = &steps->first[i];
        proof_witness_answer answer =
            proof_witness_ask(&log, is_holding ? &held : NULL, text_of(step, "request"));
        check(is_wanted(member(step, "status"), answer.status), "witness.json", text_of(step, "id"),
              "another status");
        if (answer.status == 409) {
            char size[32];
            snprintf(size, sizeof size, "%llu\n", (unsigned long long)answer.held_size);
            check(hb_str_equal(hb_str_from(size), text_of(step, "response")), "witness.json",
                  text_of(step, "id"), "another size");
        }
        if (answer.status != 200) continue;
        check(answer.checkpoint.size == number_of(step, "cosigned_size"), "witness.json",
              text_of(step, "id"), "another size is cosigned");
        held = answer.checkpoint;
        is_holding = true;
    }
}

// A whole proof file, under a policy of the same keys.
static void run_proof_file(const char *dir) {
    const hb_json *keys = member(load(dir, "note.json"), "keys"),
                  *merkle = load(dir, "merkle.json");
    char path[4096];
    hb_bytes bytes = {0};
    hb_error err = {0};
    proof_file file;
    proof_policy policy;
    proof_note note;
    proof_checkpoint checkpoint;
    proof_standing standing;
    hb_text lines = {0};
    hb_hash leaf;
    for (uint32_t i = 0; i < 3; i++) {
        hb_text_addf(&lines, i == 0 ? "log " : "witness w%u ", i);
        hb_text_add(&lines, text_of(&keys->first[i], "vkey"));
        hb_text_add(&lines, HB_STR("\n"));
    }
    hb_text_add(&lines, HB_STR("group both all w1 w2\ngroup outside any w2\nquorum both\n"));
    snprintf(path, sizeof path, "%s/example.tlog-proof", dir);
    bool ok = hb_read_file(path, 1 << 20, &bytes, &err) &&
              proof_file_read((hb_str){bytes.at, bytes.n}, &file, &err) &&
              proof_policy_read((hb_str){lines.at, lines.n}, &policy, &err) &&
              proof_policy_open(&policy, file.checkpoint, &note, &checkpoint, &standing, &err) &&
              hb_hash_from_hex(member(merkle, "leaf_hashes")->first[file.index].text, &leaf);
    check(ok && standing.is_witnessed && standing.n_cosigned == 2 &&
              proof_check_inclusion(file.index, checkpoint.size, leaf, file.hashes, file.n_hashes,
                                    checkpoint.root),
          "example.tlog-proof", HB_STR("file"), ok ? "does not verify" : err.message);
    hb_text_clear(&lines);
    hb_bytes_clear(&bytes);
}

int main(int argc, char **argv) {
    const char *dir = argc > 1 ? argv[1] : ".";
    char probe[4096];
    snprintf(probe, sizeof probe, "%s/merkle.json", dir);
    FILE *there = fopen(probe, "r");
    if (!there) {
        printf("%s: the vectors are not here\n", dir);
        return 77;  // skipped, as meson counts
    }
    fclose(there);
    arena = hb_arena_open((size_t)256 << 20);
    reader = hb_json_reader_open();
    run_merkle(dir);
    run_inclusion(dir);
    run_consistency(dir);
    run_keys(dir);
    run_notes(dir);
    run_checkpoints(dir);
    run_commitments(dir);
    run_tiles(dir);
    run_bundles(dir);
    run_witness(dir);
    run_proof_file(dir);
    hb_json_reader_close(reader);
    hb_arena_close(arena);
    printf("%u passed, %u failed\n", passed, failed);
    return failed > 0 || passed == 0;
}
