// proof: what an outsider needs to check a register without trusting who runs it. The Merkle tree
// of RFC 9162 (tree.c), signed notes, checkpoints and cosignatures of C2SP (note.c), the files in
// which a tree is published (tile.c), who must have signed (policy.c), what a witness
// answers (witness.c), and the one door to
// libsodium's signatures, sealing and random bytes (crypto.c). Called by register and by the
// program habeas-verify; calls base only; knows no database, no person and no event.
// Read tree.c -> crypto.c -> note.c -> shown.c -> tile.c -> policy.c -> witness.c.
#ifndef HABEAS_PROOF_H
#define HABEAS_PROOF_H

#include "base/base.h"

// ---- the tree (RFC 9162 §2.1) -----------------------------------------------------------------
#define PROOF_MAX_HASHES 64  // a proof over 2^64 leaves has at most 63

hb_hash proof_leaf(hb_str entry);                 // SHA-256 of 0x00 and the entry
hb_hash proof_node(hb_hash left, hb_hash right);  // SHA-256 of 0x01 and both
bool proof_same(hb_hash a, hb_hash b);
// RFC 9162 §2.1.3.2. False for an index past the size, a proof too long or too short, another root.
bool proof_check_inclusion(uint64_t index, uint64_t size, hb_hash leaf, const hb_hash *proof,
                           uint32_t n, hb_hash root);
// RFC 9162 §2.1.4.2. False when size1 is 0: that is the caller's matter.
bool proof_check_consistency(uint64_t size1, uint64_t size2, const hb_hash *proof, uint32_t n,
                             hb_hash root1, hb_hash root2);

// Where hashes of complete subtrees come from: node `index` of `level` covers the leaves
// [index << level, (index + 1) << level).
typedef struct {
    void *context;
    bool (*node)(void *context, uint32_t level, uint64_t index, hb_hash *out, hb_error *err);
} proof_nodes;
HB_MUST_USE bool proof_root(const proof_nodes *nodes, uint64_t size, hb_hash *out, hb_error *err);
// index < size; size1 <= size2. `hashes` has room for PROOF_MAX_HASHES.
HB_MUST_USE bool proof_make_inclusion(const proof_nodes *nodes, uint64_t index, uint64_t size,
                                      hb_hash *hashes, uint32_t *n, hb_error *err);
HB_MUST_USE bool proof_make_consistency(const proof_nodes *nodes, uint64_t size1, uint64_t size2,
                                        hb_hash *hashes, uint32_t *n, hb_error *err);
// A root from leaf hashes in their order, in bounded memory.
typedef struct {
    uint64_t n;
    hb_hash complete[64];
} proof_growing;
void proof_grow(proof_growing *tree, hb_hash leaf);
hb_hash proof_grown_root(const proof_growing *tree);

// ---- crypto.c ---------------------------------------------------------------------------------
typedef struct {
    uint8_t bytes[64];
} proof_signature;
typedef struct {
    uint8_t bytes[32];
} proof_secret;  // an Ed25519 seed, a salt, or a sealing key

void proof_random(void *out, size_t n);
void proof_public_key(const proof_secret *seed, uint8_t out[32]);
proof_signature proof_sign(const proof_secret *seed, const uint8_t public_key[32], hb_str message);
bool proof_signed_by(const uint8_t public_key[32], hb_str message,
                     const proof_signature *signature);
hb_hash proof_hmac(const proof_secret *key, hb_str message);
// HMAC-SHA256(salt, "habeas/commit/v1\n" kind "\n" value): binds a value, tells nothing without the
// salt.
hb_hash proof_commit(const proof_secret *salt, hb_str kind, hb_str value);
// XChaCha20-Poly1305 with a random nonce in front; `bound` is authenticated beside it.
bool proof_seal(hb_text *out, const proof_secret *key, hb_str plain, hb_str bound);
bool proof_unseal(hb_arena *arena, hb_str sealed, const proof_secret *key, hb_str bound,
                  hb_str *out);
// To whoever holds the seed of an Ed25519 key, from nobody in particular (X25519, crypto_box_seal).
bool proof_seal_to(hb_text *out, const uint8_t public_key[32], hb_str plain);
bool proof_unseal_by(hb_arena *arena, hb_str sealed, const proof_secret *seed, hb_str *out);
void proof_base64_add(hb_text *out, const void *bytes, size_t n);
// Strict: padding, no spare bits, nothing else. False unless exactly <= room bytes come out.
bool proof_base64_read(hb_str text, void *out, size_t room, size_t *n);
bool proof_hash_read(hb_str base64, hb_hash *out);
void proof_wipe(void *secret, size_t n);

// ---- notes (C2SP signed-note, tlog-checkpoint, tlog-cosignature) --------------------------------
enum { PROOF_LOG_KEY = 0x01, PROOF_WITNESS_KEY = 0x04 };
typedef struct {
    hb_str name;
    uint32_t id;
    uint8_t type;  // PROOF_LOG_KEY, PROOF_WITNESS_KEY
    uint8_t public_key[32];
} proof_key;
// "NAME+hex8+BASE64". False for any other form, another type or an id that does not follow from
// the key.
bool proof_key_read(hb_str vkey, proof_key *out);
bool proof_key_make(hb_str name, uint8_t type, const uint8_t public_key[32], proof_key *out);
void proof_key_add(hb_text *out, const proof_key *key);
// The file of a secret key: "PRIVATE+KEY+NAME+hex8+BASE64(type, seed)". `text` must outlive `key`.
bool proof_secret_read(hb_str text, proof_key *key, proof_secret *seed);
void proof_secret_add(hb_text *out, const proof_key *key, const proof_secret *seed);

enum { PROOF_MAX_SIGNERS = 100 };
typedef struct {
    uint32_t key;  // index of the key that signed
    uint64_t at;   // a cosignature's time, POSIX; 0 otherwise
    hb_str line;   // its line in the note, without the newline
} proof_signer;
typedef struct {
    hb_str text;  // with its last newline
    proof_signer signers[PROOF_MAX_SIGNERS];
    uint32_t n_signers;
} proof_note;
// Opens a note: lines of unknown keys are passed over; a known key that fails, or no known key at
// all, refuses the whole. Everything in `out` points into `note`.
HB_MUST_USE bool proof_note_open(hb_str note, const proof_key *keys, uint32_t n_keys,
                                 proof_note *out, hb_error *err);
// Appends the signature line of `text`; a witness key cosigns with the time.
void proof_note_sign(hb_text *out, hb_str text, const proof_key *key, const proof_secret *seed,
                     uint64_t at);
typedef struct {
    hb_str origin;
    uint64_t size;
    hb_hash root;
} proof_checkpoint;
bool proof_checkpoint_read(hb_str text, proof_checkpoint *out);
void proof_checkpoint_add(hb_text *out, const proof_checkpoint *checkpoint);
bool proof_uint_read(hb_str digits, uint64_t *out);  // decimal, no leading zero, no sign

// A tlog-proof file: an entry's place in the tree of one checkpoint.
typedef struct {
    uint64_t index;
    hb_hash hashes[PROOF_MAX_HASHES];
    uint32_t n_hashes;
    hb_str checkpoint;  // the note
} proof_file;
HB_MUST_USE bool proof_file_read(hb_str text, proof_file *out, hb_error *err);
void proof_file_add(hb_text *out, const proof_file *file);

// ---- shown.c ----------------------------------------------------------------------------------
// The digest of one field of an event.
hb_hash proof_commit_field(hb_str name, const proof_secret *salt, hb_str value);
// Whether `text` shows what entry `index` says. `*fields`: an object of [salt, value] by name, in the
// arena. Fails with "shown-differs".
HB_MUST_USE bool proof_check_shown(hb_arena *arena, hb_str text, uint64_t index, hb_str entry,
                                   const hb_json **fields, hb_error *err);

// ---- tiles (C2SP tlog-tiles) ------------------------------------------------------------------
enum { PROOF_TILE_WIDTH = 256, PROOF_ENTRY_MAX = 65535, PROOF_ENTRIES = -1 };
typedef struct {
    int level;  // 0..63, or PROOF_ENTRIES
    uint64_t index;
    uint32_t width;  // 1..256; 256 is a full tile
} proof_tile;
void proof_tile_path(hb_text *out, proof_tile tile);  // "tile/0/x001/067.p/17"
bool proof_tile_read_path(hb_str path, proof_tile *out);
void proof_bundle_add(hb_text *out, hb_str entry);
// Takes the next entry of a bundle off the front of *rest; false when it is cut short.
bool proof_bundle_next(hb_str *rest, hb_str *entry);

// ---- policy (C2SP tlog-policy) ----------------------------------------------------------------
// Who signs a log and who must have cosigned. A group named "outside" holds the witnesses that are
// outside both states; without one of them nothing is independently witnessed.
enum { PROOF_MAX_POLICY = 64 };
typedef struct {
    hb_str name;
    bool is_group;
    proof_key key;
    uint32_t wanted;                    // of a group
    uint8_t members[PROOF_MAX_POLICY];  // of a group: indices of `parts`
    uint32_t n_members;
} proof_policy_part;
typedef struct {
    proof_key logs[8];
    uint32_t n_logs;
    proof_policy_part parts[PROOF_MAX_POLICY];
    uint32_t n_parts;
    int quorum;   // index of a part, -1 for none
    int outside;  // the group "outside", -1 for none
} proof_policy;
// `text` must outlive the policy.
HB_MUST_USE bool proof_policy_read(hb_str text, proof_policy *out, hb_error *err);

// What a checkpoint is worth under a policy. Zero is the cautious value.
typedef struct {
    bool is_witnessed;     // the quorum cosigned, one of "outside" among them
    uint32_t n_cosigned;   // different witnesses that did
    uint32_t n_witnesses;  // that the policy names
} proof_standing;
// Opens a checkpoint's note: the log's own signature must be there. Cosignatures are counted.
HB_MUST_USE bool proof_policy_open(const proof_policy *policy, hb_str note, proof_note *opened,
                                   proof_checkpoint *checkpoint, proof_standing *standing,
                                   hb_error *err);

// ---- witness (C2SP tlog-witness) ----------------------------------------------------------------
// What a witness answers to `POST add-checkpoint`. The status is that of HTTP. On 200 `checkpoint`
// is to be persisted before anything is answered, and then its text to be cosigned.
typedef struct {
    int status;          // 200, 400, 403, 404, 409 (body: `held_size`), 422
    uint64_t held_size;  // what the witness holds, with 409
    proof_checkpoint checkpoint;
    hb_str text;  // of the note, to be cosigned
    hb_str note;
} proof_witness_answer;
// `held`: the last checkpoint cosigned for that log, or NULL before the first. Pure: the caller
// holds a lock from reading `held` until the new one is durable.
proof_witness_answer proof_witness_ask(const proof_key *log, const proof_checkpoint *held,
                                       hb_str request);
#endif
