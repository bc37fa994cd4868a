// SHA-256 (FIPS 180-4) by nettle: the one name habeas gives to bytes. Every line of a list is
// hashed twice, so the library matters: nettle uses the processor's own SHA instructions, 1.7 GB/s
// where libsodium, which signs, makes 0.35.
#include "base/base.h"

#include <assert.h>
#include <nettle/base16.h>
#include <nettle/hmac.h>
#include <nettle/sha2.h>
#include <string.h>

static_assert(sizeof(hb_sha256_state) >= sizeof(struct sha256_ctx), "room for nettle's state");
static_assert(SHA256_DIGEST_SIZE == sizeof(hb_hash), "SHA-256 has 32 bytes");

static struct sha256_ctx *nettle_state(hb_sha256_state *state) {
    return (struct sha256_ctx *)(void *)state;
}

hb_hash hb_sha256(const void *data, size_t n) {
    hb_sha256_state state;
    hb_sha256_start(&state);
    hb_sha256_add(&state, data, n);
    return hb_sha256_end(&state);
}

void hb_sha256_start(hb_sha256_state *state) {
    sha256_init(nettle_state(state));
}

void hb_sha256_add(hb_sha256_state *state, const void *data, size_t n) {
    if (n) sha256_update(nettle_state(state), n, data);
}

hb_hash hb_sha256_end(hb_sha256_state *state) {
    hb_hash hash;
    sha256_digest(nettle_state(state), sizeof hash.bytes, hash.bytes);
    return hash;
}

// RFC 2104.
hb_hash hb_hmac_sha256(const uint8_t key[32], const hb_str *pieces, uint32_t n) {
    struct hmac_sha256_ctx state;
    hb_hash hash;
    hmac_sha256_set_key(&state, 32, key);
    for (uint32_t i = 0; i < n; i++) {
        if (pieces[i].n) hmac_sha256_update(&state, pieces[i].n, (const uint8_t *)pieces[i].at);
    }
    hmac_sha256_digest(&state, sizeof hash.bytes, hash.bytes);
    explicit_bzero(&state, sizeof state);
    return hash;
}

void hb_hash_hex(hb_hash hash, char out[65]) {
    base16_encode_update(out, sizeof hash.bytes, hash.bytes);
    out[64] = 0;
}

bool hb_hash_from_hex(hb_str hex, hb_hash *out) {
    struct base16_decode_ctx decoder;
    uint8_t bytes[BASE16_DECODE_LENGTH(64)];
    size_t n_bytes = sizeof bytes;
    if (hex.n != 64) return false;
    base16_decode_init(&decoder);
    if (!base16_decode_update(&decoder, &n_bytes, bytes, hex.n, hex.at)) return false;
    // blanks are stepped over: then there are fewer bytes
    if (!base16_decode_final(&decoder) || n_bytes != sizeof out->bytes) return false;
    memcpy(out->bytes, bytes, sizeof out->bytes);
    return true;
}
