// Signed notes (C2SP signed-note), checkpoints (tlog-checkpoint), cosignatures (tlog-cosignature)
// and proof files (tlog-proof). A note is text that ends in a newline, an empty line, and lines
//
//     — NAME base64(key id (4 bytes) || signature)
//
// A key id is the first four bytes of SHA-256(name || 0x0A || type || public key), so a key cannot
// be read as of another type. A witness signs "cosignature/v1\ntime T\n" and the whole text, and
// its signature has T (8 bytes, big-endian) in front.
#include "proof/proof.h"

#include <string.h>

enum { ID_BYTES = 4, TIME_BYTES = 8, SIGNATURE_BYTES = 64, LINE_BYTES = 4096 };
static const char DASH[] = "\xE2\x80\x94 ";  // em dash, space

// ---- keys ---------------------------------------------------------------------------------------

// The spaces of Unicode beyond ASCII (White_Space in PropList.txt), of two and of three bytes.
static bool has_wide_space(hb_str text) {
    static const char *const SPACES[] = {
        "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81",
        "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86",
        "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8",
        "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"};
    for (size_t at = 0; at < text.n; at++)
        for (size_t i = 0; i < sizeof SPACES / sizeof SPACES[0]; i++)
            if (hb_str_starts((hb_str){text.at + at, text.n - at}, hb_str_from(SPACES[i])))
                return true;
    return false;
}

// UTF-8 without space, control byte or plus; not empty.
static bool is_name(hb_str name) {
    if (name.n == 0 || !hb_utf8_is_valid(name, NULL) || has_wide_space(name)) return false;
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.at[i];
        if (c <= ' ' || c == '+' || c == 0x7F) return false;
    }
    return true;
}

static uint32_t key_id(hb_str name, uint8_t type, const uint8_t public_key[32]) {
    hb_sha256_state state;
    hb_sha256_start(&state);
    hb_sha256_add(&state, name.at, name.n);
    hb_sha256_add(&state, "\n", 1);
    hb_sha256_add(&state, &type, 1);
    hb_sha256_add(&state, public_key, 32);
    hb_hash hash = hb_sha256_end(&state);
    const uint8_t *b = hash.bytes;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

bool proof_key_make(hb_str name, uint8_t type, const uint8_t public_key[32], proof_key *out) {
    if (!is_name(name)) return false;
    *out = (proof_key){.name = name, .type = type, .id = key_id(name, type, public_key)};
    memcpy(out->public_key, public_key, 32);
    return true;
}

// Takes `text` up to the first `end` off its front.
static bool take(hb_str *text, char end, hb_str *out) {
    const char *at = text->n ? memchr(text->at, end, text->n) : NULL;
    if (!at) return false;
    *out = (hb_str){text->at, (size_t)(at - text->at)};
    text->n -= out->n + 1;
    text->at = at + 1;
    return true;
}

static bool read_id(hb_str hex, uint32_t *id) {
    uint32_t value = 0;
    if (hex.n != 8) return false;
    for (size_t i = 0; i < 8; i++) {
        char c = hex.at[i];
        uint32_t digit = 0;
        if (c >= '0' && c <= '9')
            digit = (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            digit = (uint32_t)(c - 'a' + 10);
        else
            return false;
        value = value << 4 | digit;
    }
    *id = value;
    return true;
}

// NAME+hex8+BASE64: the base64 may itself hold '+', so only the first two part.
static bool read_parts(hb_str text, hb_str *name, uint32_t *id, uint8_t bytes[33]) {
    hb_str hex;
    size_t n = 0;
    return take(&text, '+', name) && is_name(*name) && take(&text, '+', &hex) && read_id(hex, id) &&
           proof_base64_read(text, bytes, 33, &n) && n == 33;
}

bool proof_key_read(hb_str vkey, proof_key *out) {
    hb_str name;
    uint32_t id = 0;
    uint8_t bytes[33];
    proof_key key;
    if (!read_parts(vkey, &name, &id, bytes)) return false;
    if (bytes[0] != PROOF_LOG_KEY && bytes[0] != PROOF_WITNESS_KEY) return false;
    if (!proof_key_make(name, bytes[0], bytes + 1, &key) || key.id != id) return false;
    *out = key;
    return true;
}

static void add_parts(hb_text *out, const proof_key *key, const uint8_t bytes[32]) {
    uint8_t typed[33] = {key->type};
    memcpy(typed + 1, bytes, 32);
    hb_text_add(out, key->name);
    hb_text_addf(out, "+%08x+", key->id);
    proof_base64_add(out, typed, sizeof typed);
    proof_wipe(typed, sizeof typed);
}

void proof_key_add(hb_text *out, const proof_key *key) {
    add_parts(out, key, key->public_key);
}

bool proof_secret_read(hb_str text, proof_key *key, proof_secret *seed) {
    static const hb_str head = {"PRIVATE+KEY+", 12};
    hb_str name;
    uint32_t id = 0;
    uint8_t bytes[33], public_key[32];
    text = hb_str_trim(text);
    if (!hb_str_starts(text, head)) return false;
    text = (hb_str){text.at + head.n, text.n - head.n};
    bool ok = read_parts(text, &name, &id, bytes);
    if (ok) {
        memcpy(seed->bytes, bytes + 1, 32);
        proof_public_key(seed, public_key);
        ok = proof_key_make(name, bytes[0], public_key, key) && key->id == id;
    }
    proof_wipe(bytes, sizeof bytes);
    return ok;
}

void proof_secret_add(hb_text *out, const proof_key *key, const proof_secret *seed) {
    hb_text_add(out, HB_STR("PRIVATE+KEY+"));
    add_parts(out, key, seed->bytes);
    hb_text_add(out, HB_STR("\n"));
}

// ---- notes --------------------------------------------------------------------------------------

static bool bad_note(hb_error *err, const char *why) {
    hb_fail(err, HB_INPUT, "bad-note", "this signed note %s", why);
    hb_error_help(err, "it is not what its keys signed; ask for it again, and keep this copy");
    return false;
}

// Up to the last empty line is text, after it signatures.
static bool split_note(hb_str note, hb_str *text, hb_str *lines) {
    if (note.n < 3 || note.at[note.n - 1] != '\n' || !hb_utf8_is_valid(note, NULL)) return false;
    for (size_t i = 0; i < note.n; i++) {
        unsigned char c = (unsigned char)note.at[i];
        if ((c < ' ' && c != '\n') || c == 0x7F) return false;
    }
    for (size_t i = note.n - 1; i > 0; i--) {
        if (note.at[i] != '\n' || note.at[i - 1] != '\n') continue;
        *text = (hb_str){note.at, i};
        *lines = (hb_str){note.at + i + 1, note.n - i - 1};
        return lines->n > 0;
    }
    return false;
}

static void add_cosigned(hb_text *out, hb_str text, uint64_t at) {
    hb_text_addf(out, "cosignature/v1\ntime %llu\n", (unsigned long long)at);
    hb_text_add(out, text);
}

static bool check_signature(hb_str text, const proof_key *key, const uint8_t *bytes, size_t n,
                            uint64_t *at) {
    proof_signature signature;
    hb_text message = {0};
    bool ok = false;
    *at = 0;
    if (key->type == PROOF_LOG_KEY) {
        if (n != SIGNATURE_BYTES) return false;
        memcpy(signature.bytes, bytes, SIGNATURE_BYTES);
        return proof_signed_by(key->public_key, text, &signature);
    }
    if (n != TIME_BYTES + SIGNATURE_BYTES) return false;
    for (int i = 0; i < TIME_BYTES; i++) *at = *at << 8 | bytes[i];
    if (*at >> 63) return false;
    memcpy(signature.bytes, bytes + TIME_BYTES, SIGNATURE_BYTES);
    add_cosigned(&message, text, *at);
    ok = !message.failed &&
         proof_signed_by(key->public_key, (hb_str){message.at, message.n}, &signature);
    hb_text_clear(&message);
    return ok;
}

static int find_key(const proof_key *keys, uint32_t n, hb_str name, uint32_t id) {
    for (uint32_t i = 0; i < n; i++) {
        if (keys[i].id == id && hb_str_equal(keys[i].name, name)) return (int)i;
    }
    return -1;
}

// One line without its newline. False refuses the note; a line passed over is true.
static bool read_line(hb_str line, const proof_key *keys, uint32_t n_keys, proof_note *out) {
    hb_str whole = line, name;
    uint8_t bytes[LINE_BYTES];
    size_t n = 0;
    if (!hb_str_starts(line, HB_STR(DASH))) return false;
    line = (hb_str){line.at + sizeof DASH - 1, line.n - (sizeof DASH - 1)};
    if (!take(&line, ' ', &name) || !is_name(name)) return false;
    if (!proof_base64_read(line, bytes, sizeof bytes, &n) || n <= ID_BYTES) return false;
    uint32_t id =
        (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
    int key = find_key(keys, n_keys, name, id);
    if (key < 0) return true;
    proof_signer signer = {.key = (uint32_t)key, .line = whole};
    if (!check_signature(out->text, &keys[key], bytes + ID_BYTES, n - ID_BYTES, &signer.at)) {
        return false;
    }
    out->signers[out->n_signers++] = signer;
    return true;
}

bool proof_note_open(hb_str note, const proof_key *keys, uint32_t n_keys, proof_note *out,
                     hb_error *err) {
    hb_str lines, line;
    uint32_t n_lines = 0;
    *out = (proof_note){0};
    if (!split_note(note, &out->text, &lines)) {
        return bad_note(err, "has no text, empty line and signature lines");
    }
    while (lines.n > 0) {
        if (++n_lines > PROOF_MAX_SIGNERS) return bad_note(err, "has more than 100 signatures");
        if (!take(&lines, '\n', &line)) return bad_note(err, "does not end its last line");
        if (!read_line(line, keys, n_keys, out)) {
            return bad_note(err, "has a signature that does not verify");
        }
    }
    if (out->n_signers == 0) return bad_note(err, "is signed by no known key");
    return true;
}

void proof_note_sign(hb_text *out, hb_str text, const proof_key *key, const proof_secret *seed,
                     uint64_t at) {
    uint8_t bytes[ID_BYTES + TIME_BYTES + SIGNATURE_BYTES];
    size_t n = ID_BYTES;
    hb_text message = {0};
    for (int i = 0; i < ID_BYTES; i++) bytes[i] = (uint8_t)(key->id >> (24 - 8 * i));
    if (key->type == PROOF_WITNESS_KEY) {
        for (int i = 0; i < TIME_BYTES; i++) bytes[n++] = (uint8_t)(at >> (56 - 8 * i));
        add_cosigned(&message, text, at);
    } else {
        hb_text_add(&message, text);
    }
    proof_signature signature = proof_sign(seed, key->public_key, (hb_str){message.at, message.n});
    memcpy(bytes + n, signature.bytes, SIGNATURE_BYTES);
    hb_text_add(out, HB_STR(DASH));
    hb_text_add(out, key->name);
    hb_text_add(out, HB_STR(" "));
    proof_base64_add(out, bytes, n + SIGNATURE_BYTES);
    hb_text_add(out, HB_STR("\n"));
    out->failed |= message.failed;
    hb_text_clear(&message);
}

// ---- checkpoints --------------------------------------------------------------------------------

bool proof_uint_read(hb_str digits, uint64_t *out) {
    uint64_t value = 0;
    if (digits.n == 0 || (digits.n > 1 && digits.at[0] == '0')) return false;
    for (size_t i = 0; i < digits.n; i++) {
        if (digits.at[i] < '0' || digits.at[i] > '9') return false;
        if (__builtin_mul_overflow(value, 10, &value)) return false;
        if (__builtin_add_overflow(value, (uint64_t)(digits.at[i] - '0'), &value)) return false;
    }
    *out = value;
    return true;
}

bool proof_checkpoint_read(hb_str text, proof_checkpoint *out) {
    hb_str size, root, extension;
    proof_checkpoint got;
    if (!take(&text, '\n', &got.origin) || got.origin.n == 0) return false;
    if (memchr(got.origin.at, '\r', got.origin.n)) return false;
    if (!take(&text, '\n', &size) || !proof_uint_read(size, &got.size)) return false;
    if (!take(&text, '\n', &root) || !proof_hash_read(root, &got.root)) return false;
    while (text.n > 0) {
        if (!take(&text, '\n', &extension) || extension.n == 0) return false;
    }
    *out = got;
    return true;
}

void proof_checkpoint_add(hb_text *out, const proof_checkpoint *checkpoint) {
    hb_text_add(out, checkpoint->origin);
    hb_text_addf(out, "\n%llu\n", (unsigned long long)checkpoint->size);
    proof_base64_add(out, checkpoint->root.bytes, sizeof checkpoint->root.bytes);
    hb_text_add(out, HB_STR("\n"));
}

// ---- proof files --------------------------------------------------------------------------------

static bool bad_proof(hb_error *err, const char *why) {
    return hb_fail(err, HB_INPUT, "bad-proof", "this is no proof file: %s", why);
}

bool proof_file_read(hb_str text, proof_file *out, hb_error *err) {
    hb_str line;
    *out = (proof_file){0};
    if (!take(&text, '\n', &line) || !hb_str_equal(line, HB_STR("c2sp.org/tlog-proof@v1"))) {
        return bad_proof(err, "its first line is not c2sp.org/tlog-proof@v1");
    }
    if (!take(&text, '\n', &line)) return bad_proof(err, "it has no index");
    if (hb_str_starts(line, HB_STR("extra ")) && !take(&text, '\n', &line)) {
        return bad_proof(err, "it has no index");
    }
    if (!hb_str_starts(line, HB_STR("index ")) ||
        !proof_uint_read((hb_str){line.at + 6, line.n - 6}, &out->index)) {
        return bad_proof(err, "it has no index");
    }
    while (take(&text, '\n', &line) && line.n > 0) {
        if (out->n_hashes == PROOF_MAX_HASHES - 1) return bad_proof(err, "it has over 63 hashes");
        if (!proof_hash_read(line, &out->hashes[out->n_hashes++])) {
            return bad_proof(err, "a hash is not 32 bytes of base64");
        }
    }
    if (text.n == 0) return bad_proof(err, "it has no checkpoint");
    out->checkpoint = text;
    return true;
}

void proof_file_add(hb_text *out, const proof_file *file) {
    hb_text_addf(out, "c2sp.org/tlog-proof@v1\nindex %llu\n", (unsigned long long)file->index);
    for (uint32_t i = 0; i < file->n_hashes; i++) {
        proof_base64_add(out, file->hashes[i].bytes, sizeof file->hashes[i].bytes);
        hb_text_add(out, HB_STR("\n"));
    }
    hb_text_add(out, HB_STR("\n"));
    hb_text_add(out, file->checkpoint);
}
