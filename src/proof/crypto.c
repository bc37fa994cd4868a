// The one door to libsodium: Ed25519 signatures, XChaCha20-Poly1305 sealing, strict base64 and
// random bytes; and HMAC-SHA256 commitments, which base makes. sodium_init is safe to call from any
// thread and often.
#include "proof/proof.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

static void start(void) {
    int status = sodium_init();
    assert(status >= 0);  // fails only where the system has no source of random bytes
}

void proof_random(void *out, size_t n) {
    start();
    randombytes_buf(out, n);
}

void proof_public_key(const proof_secret *seed, uint8_t out[32]) {
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    start();
    crypto_sign_seed_keypair(out, secret, seed->bytes);
    sodium_memzero(secret, sizeof secret);
}

// libsodium's secret key is the seed and the public key behind it.
proof_signature proof_sign(const proof_secret *seed, const uint8_t public_key[32], hb_str message) {
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    proof_signature signature;
    start();
    memcpy(secret, seed->bytes, 32);
    memcpy(secret + 32, public_key, 32);
    crypto_sign_detached(signature.bytes, NULL, (const uint8_t *)message.at, message.n, secret);
    sodium_memzero(secret, sizeof secret);
    return signature;
}

bool proof_signed_by(const uint8_t public_key[32], hb_str message,
                     const proof_signature *signature) {
    start();
    return crypto_sign_verify_detached(signature->bytes, (const uint8_t *)message.at, message.n,
                                       public_key) == 0;
}

hb_hash proof_hmac(const proof_secret *key, hb_str message) {
    return hb_hmac_sha256(key->bytes, &message, 1);
}

hb_hash proof_commit(const proof_secret *salt, hb_str kind, hb_str value) {
    const hb_str pieces[] = {HB_STR("habeas/commit/v1\n"), kind, HB_STR("\n"), value};
    return hb_hmac_sha256(salt->bytes, pieces, sizeof pieces / sizeof pieces[0]);
}

enum {
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
};

bool proof_seal(hb_text *out, const proof_secret *key, hb_str plain, hb_str bound) {
    uint8_t nonce[NONCE];
    hb_arena *arena = hb_arena_open(plain.n + TAG + 4096);
    uint8_t *sealed = arena ? hb_arena_alloc(arena, plain.n + TAG) : NULL;
    if (sealed) {
        proof_random(nonce, sizeof nonce);
        crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, NULL, (const uint8_t *)plain.at, plain.n,
                                                   (const uint8_t *)bound.at, bound.n, NULL, nonce,
                                                   key->bytes);
        hb_text_add(out, (hb_str){(const char *)nonce, NONCE});
        hb_text_add(out, (hb_str){(const char *)sealed, plain.n + TAG});
    }
    hb_arena_close(arena);
    return sealed && !out->failed;
}

bool proof_unseal(hb_arena *arena, hb_str sealed, const proof_secret *key, hb_str bound,
                  hb_str *out) {
    if (sealed.n < NONCE + TAG) return false;
    size_t n = sealed.n - NONCE - TAG;
    uint8_t *plain = hb_arena_alloc(arena, n + 1);
    if (!plain) return false;
    start();
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            plain, NULL, NULL, (const uint8_t *)sealed.at + NONCE, sealed.n - NONCE,
            (const uint8_t *)bound.at, bound.n, (const uint8_t *)sealed.at, key->bytes) != 0) {
        return false;
    }
    *out = (hb_str){(const char *)plain, n};
    return true;
}

bool proof_seal_to(hb_text *out, const uint8_t public_key[32], hb_str plain) {
    uint8_t to[crypto_box_PUBLICKEYBYTES];
    hb_arena *arena = hb_arena_open(plain.n + crypto_box_SEALBYTES + 4096);
    uint8_t *sealed = arena ? hb_arena_alloc(arena, plain.n + crypto_box_SEALBYTES) : NULL;
    start();
    bool ok = sealed && crypto_sign_ed25519_pk_to_curve25519(to, public_key) == 0 &&
              crypto_box_seal(sealed, (const uint8_t *)plain.at, plain.n, to) == 0;
    if (ok) hb_text_add(out, (hb_str){(const char *)sealed, plain.n + crypto_box_SEALBYTES});
    hb_arena_close(arena);
    return ok && !out->failed;
}

bool proof_unseal_by(hb_arena *arena, hb_str sealed, const proof_secret *seed, hb_str *out) {
    uint8_t public_key[32], to[crypto_box_PUBLICKEYBYTES];
    uint8_t secret[crypto_sign_SECRETKEYBYTES], own[crypto_box_SECRETKEYBYTES];
    if (sealed.n < crypto_box_SEALBYTES) return false;
    size_t n = sealed.n - crypto_box_SEALBYTES;
    uint8_t *plain = hb_arena_alloc(arena, n + 1);
    start();
    crypto_sign_seed_keypair(public_key, secret, seed->bytes);
    bool ok = plain && crypto_sign_ed25519_pk_to_curve25519(to, public_key) == 0 &&
              crypto_sign_ed25519_sk_to_curve25519(own, secret) == 0 &&
              crypto_box_seal_open(plain, (const uint8_t *)sealed.at, sealed.n, to, own) == 0;
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(own, sizeof own);
    if (ok) *out = (hb_str){(const char *)plain, n};
    return ok;
}

// In pieces of a multiple of three bytes, so that padding stands only at the end.
void proof_base64_add(hb_text *out, const void *bytes, size_t n) {
    const uint8_t *at = bytes;
    char piece[sodium_base64_ENCODED_LEN(192, sodium_base64_VARIANT_ORIGINAL)];
    while (n > 0) {
        size_t take = n < 192 ? n : 192;
        sodium_bin2base64(piece, sizeof piece, at, take, sodium_base64_VARIANT_ORIGINAL);
        hb_text_add(out, hb_str_from(piece));
        at += take, n -= take;
    }
}

bool proof_base64_read(hb_str text, void *out, size_t room, size_t *n) {
    return text.n > 0 && sodium_base642bin(out, room, text.at, text.n, NULL, n, NULL,
                                           sodium_base64_VARIANT_ORIGINAL) == 0;
}

bool proof_hash_read(hb_str base64, hb_hash *out) {
    size_t n = 0;
    hb_hash hash;
    if (!proof_base64_read(base64, hash.bytes, sizeof hash.bytes, &n) || n != 32) return false;
    *out = hash;
    return true;
}

void proof_wipe(void *secret, size_t n) {
    sodium_memzero(secret, n);
}
