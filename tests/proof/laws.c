// Laws of the tree and of notes, without any vectors: every proof that is made checks, for all
// pairs of sizes up to 100; and any change of one byte of a proof, a note or a key is refused.
#include <stdio.h>
#include <string.h>

#include "proof/proof.h"

enum { SIZES = 100 };
static unsigned passed, failed;
static hb_hash leaves[SIZES];

static void check(bool ok, const char *what) {
    passed += ok;
    failed += !ok;
    if (!ok && failed < 10) printf("%s\n", what);
}

static bool node(void *context, uint32_t level, uint64_t index, hb_hash *out, hb_error *err) {
    (void)context, (void)err;
    proof_growing tree = {0};
    for (uint64_t i = 0; i < (uint64_t)1 << level; i++)
        proof_grow(&tree, leaves[(index << level) + i]);
    *out = proof_grown_root(&tree);
    return true;
}

static void law_of_proofs(void) {
    const proof_nodes nodes = {NULL, node};
    hb_hash roots[SIZES + 1], hashes[PROOF_MAX_HASHES];
    hb_error err = {0};
    uint32_t n = 0;
    proof_growing tree = {0};
    for (uint32_t i = 0; i < SIZES; i++)
        leaves[i] = proof_leaf((hb_str){(const char *)&i, sizeof i});
    for (uint32_t size = 0; size <= SIZES; size++) {
        check(proof_root(&nodes, size, &roots[size], &err) &&
                  proof_same(roots[size], proof_grown_root(&tree)),
              "a grown root differs from the tree's");
        if (size < SIZES) proof_grow(&tree, leaves[size]);
    }
    for (uint32_t size = 1; size <= SIZES; size++) {
        for (uint32_t i = 0; i < size; i++) {
            check(proof_make_inclusion(&nodes, i, size, hashes, &n, &err) &&
                      proof_check_inclusion(i, size, leaves[i], hashes, n, roots[size]),
                  "an inclusion proof does not check");
            check(!proof_check_inclusion(i, size, leaves[(i + 1) % SIZES], hashes, n, roots[size]),
                  "an inclusion proof checks for another leaf");
            for (uint32_t h = 0; h < n; h++) {
                hashes[h].bytes[size % 32] ^= 1;
                check(!proof_check_inclusion(i, size, leaves[i], hashes, n, roots[size]),
                      "a changed inclusion proof checks");
                hashes[h].bytes[size % 32] ^= 1;
            }
        }
        for (uint32_t old = 1; old <= size; old++) {
            check(proof_make_consistency(&nodes, old, size, hashes, &n, &err) &&
                      proof_check_consistency(old, size, hashes, n, roots[old], roots[size]),
                  "a consistency proof does not check");
            check(old == size ||
                      !proof_check_consistency(old, size, hashes, n, roots[old - 1], roots[size]),
                  "a consistency proof checks for another old tree");
        }
    }
}

// Every bit of a signed checkpoint changed in turn.
static void law_of_notes(proof_key *log, proof_secret *seed) {
    hb_text note = {0};
    proof_note opened;
    hb_error err = {0};
    hb_text_add(&note,
                HB_STR("register.example\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n"));
    hb_str text = {note.at, note.n};
    hb_text whole = {0};
    hb_text_add(&whole, text);
    hb_text_add(&whole, HB_STR("\n"));
    proof_note_sign(&whole, text, log, seed, 0);
    hb_str all = {whole.at, whole.n};
    check(proof_note_open(all, log, 1, &opened, &err), "a note does not open");
    for (size_t i = 0; i < whole.n * 8; i++) {
        whole.at[i / 8] = (char)(whole.at[i / 8] ^ 1 << (i % 8));
        err = (hb_error){0};
        check(!proof_note_open(all, log, 1, &opened, &err) && err.message[0],
              "a changed note opens");
        whole.at[i / 8] = (char)(whole.at[i / 8] ^ 1 << (i % 8));
    }
    for (size_t n = 0; n < whole.n; n++) {
        check(!proof_note_open((hb_str){whole.at, n}, log, 1, &opened, &err),
              "a note cut short opens");
    }
    hb_text_clear(&note);
    hb_text_clear(&whole);
}

static void law_of_keys(const proof_key *key, const proof_secret *seed) {
    hb_text text = {0};
    proof_key again;
    proof_secret secret;
    proof_secret_add(&text, key, seed);
    check(proof_secret_read((hb_str){text.at, text.n}, &again, &secret) && again.id == key->id &&
              memcmp(secret.bytes, seed->bytes, 32) == 0,
          "a secret key does not read back");
    for (size_t i = 0; i + 1 < text.n; i++) {
        text.at[i] = (char)(text.at[i] ^ 1);
        check(!proof_secret_read((hb_str){text.at, text.n}, &again, &secret),
              "a changed secret key reads");
        text.at[i] = (char)(text.at[i] ^ 1);
    }
    hb_text_clear(&text);
}

static void law_of_seals(void) {
    proof_secret key;
    hb_text sealed = {0};
    hb_arena *arena = hb_arena_open(1 << 20);
    hb_str plain = {0};
    proof_random(&key, sizeof key);
    check(proof_seal(&sealed, &key, HB_STR("where the person is"), HB_STR("7")),
          "it does not seal");
    check(proof_unseal(arena, (hb_str){sealed.at, sealed.n}, &key, HB_STR("7"), &plain) &&
              hb_str_equal(plain, HB_STR("where the person is")),
          "it does not unseal");
    check(!proof_unseal(arena, (hb_str){sealed.at, sealed.n}, &key, HB_STR("8"), &plain),
          "it unseals under another row");
    for (size_t i = 0; i < sealed.n; i++) {
        sealed.at[i] = (char)(sealed.at[i] ^ 1);
        check(!proof_unseal(arena, (hb_str){sealed.at, sealed.n}, &key, HB_STR("7"), &plain),
              "changed bytes unseal");
        sealed.at[i] = (char)(sealed.at[i] ^ 1);
    }
    hb_text_clear(&sealed);
    hb_arena_close(arena);
}

// Names of keys (C2SP signed-note): no space of Unicode, no plus, no control byte; all else.
static void law_of_names(const uint8_t public_key[32]) {
    static const char *const BAD[] = {"",
                                      "a b",
                                      "a+b",
                                      "a\nb",
                                      "a\x1F"
                                      "b",
                                      "a\xC2\x85",
                                      "a\xC2\xA0",
                                      "\xE1\x9A\x80"
                                      "a",
                                      "a\xE2\x80\x80",
                                      "a\xE2\x80\x8A"
                                      "b",
                                      "a\xE2\x80\xA8",
                                      "a\xE2\x80\xAF",
                                      "a\xE2\x81\x9F",
                                      "\xE3\x80\x80",
                                      "a\xC2",
                                      "a\xFF"};
    static const char *const GOOD[] = {"a", "registry.example/custody:1", "juzgado-\xC3\xB1",
                                       "\xE2\x80\x8B"};
    proof_key key;
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        check(!proof_key_make(hb_str_from(BAD[i]), PROOF_LOG_KEY, public_key, &key),
              "a key has a name that none may have");
    for (size_t i = 0; i < sizeof GOOD / sizeof GOOD[0]; i++)
        check(proof_key_make(hb_str_from(GOOD[i]), PROOF_LOG_KEY, public_key, &key),
              "a key cannot have a name that it may have");
}

int main(void) {
    proof_key log;
    proof_secret seed;
    uint8_t public_key[32];
    proof_random(&seed, sizeof seed);
    proof_public_key(&seed, public_key);
    check(proof_key_make(HB_STR("register.example"), PROOF_LOG_KEY, public_key, &log), "no key");
    law_of_proofs();
    law_of_notes(&log, &seed);
    law_of_keys(&log, &seed);
    law_of_seals();
    law_of_names(public_key);
    printf("%u passed, %u failed\n", passed, failed);
    return failed > 0 || passed == 0;
}
