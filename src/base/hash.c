// SHA-256 (FIPS 180-4) by libsodium: the one name habeas gives to bytes.
#include "base/base.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

static_assert(sizeof(hb_sha256_state) >= sizeof(crypto_hash_sha256_state),
              "room for libsodium's state");
static_assert(crypto_hash_sha256_BYTES == sizeof(hb_hash), "SHA-256 has 32 bytes");

static crypto_hash_sha256_state *sodium_state(hb_sha256_state *state) {
    return (crypto_hash_sha256_state *)(void *)state;
}

hb_hash hb_sha256(const void *data, size_t n) {
    hb_hash hash;
    crypto_hash_sha256(hash.bytes, n ? data : (const void *)"", n);
    return hash;
}

void hb_sha256_start(hb_sha256_state *state) {
    crypto_hash_sha256_init(sodium_state(state));
}

void hb_sha256_add(hb_sha256_state *state, const void *data, size_t n) {
    if (n) crypto_hash_sha256_update(sodium_state(state), data, n);
}

hb_hash hb_sha256_end(hb_sha256_state *state) {
    hb_hash hash;
    crypto_hash_sha256_final(sodium_state(state), hash.bytes);
    return hash;
}

void hb_hash_hex(hb_hash hash, char out[65]) {
    sodium_bin2hex(out, 65, hash.bytes, sizeof hash.bytes);
}

bool hb_hash_from_hex(hb_str hex, hb_hash *out) {
    hb_hash hash;
    size_t n_bytes = 0;
    if (hex.n != 64) return false;
    if (sodium_hex2bin(hash.bytes, sizeof hash.bytes, hex.at, hex.n, NULL, &n_bytes, NULL) != 0)
        return false;
    if (n_bytes != sizeof hash.bytes) return false;
    *out = hash;
    return true;
}
