// The files in which a tree is published (C2SP tlog-tiles), so that a static file server can serve
// it. A tile holds up to 256 hashes of one level, 8 levels of the tree apart:
//
//     tile/LEVEL/INDEX[.p/WIDTH]       hashes, 32 bytes each
//     tile/entries/INDEX[.p/WIDTH]     the leaves themselves: length (2 bytes, big-endian), bytes
//
// INDEX is written in groups of three digits, all but the last with an x: 1234067 is x001/x234/067.
#include "proof/proof.h"

#include <stdio.h>
#include <string.h>

void proof_tile_path(hb_text *out, proof_tile tile) {
    char groups[8][8];
    int n = 0;
    uint64_t index = tile.index;
    do {
        snprintf(groups[n], sizeof groups[n], n ? "x%03u/" : "%03u", (unsigned)(index % 1000));
        n++;
    } while ((index /= 1000) > 0);
    if (tile.level == PROOF_ENTRIES) {
        hb_text_add(out, HB_STR("tile/entries/"));
    } else {
        hb_text_addf(out, "tile/%d/", tile.level);
    }
    while (n-- > 0) hb_text_add(out, hb_str_from(groups[n]));
    if (tile.width < PROOF_TILE_WIDTH) hb_text_addf(out, ".p/%u", tile.width);
}

static bool skip(hb_str *text, hb_str word) {
    if (!hb_str_starts(*text, word)) return false;
    *text = (hb_str){text->at + word.n, text->n - word.n};
    return true;
}

static bool read_index(hb_str *path, uint64_t *index) {
    uint64_t value = 0;
    for (bool is_last = false, is_first = true; !is_last; is_first = false) {
        is_last = !skip(path, HB_STR("x"));
        if (path->n < 3) return false;
        uint64_t group = 0;
        for (int i = 0; i < 3; i++) {
            if (path->at[i] < '0' || path->at[i] > '9') return false;
            group = group * 10 + (uint64_t)(path->at[i] - '0');
        }
        if (is_first && !is_last && group == 0) return false;
        *path = (hb_str){path->at + 3, path->n - 3};
        if (__builtin_mul_overflow(value, 1000, &value)) return false;
        if (__builtin_add_overflow(value, group, &value)) return false;
        if (!is_last && !skip(path, HB_STR("/"))) return false;
    }
    *index = value;
    return true;
}

bool proof_tile_read_path(hb_str path, proof_tile *out) {
    proof_tile tile = {.width = PROOF_TILE_WIDTH, .level = PROOF_ENTRIES};
    uint64_t number = 0;
    if (!skip(&path, HB_STR("tile/"))) return false;
    if (!skip(&path, HB_STR("entries/"))) {
        const char *slash = path.n ? memchr(path.at, '/', path.n) : NULL;
        if (!slash || !proof_uint_read((hb_str){path.at, (size_t)(slash - path.at)}, &number) ||
            number > 63) {
            return false;
        }
        tile.level = (int)number;
        path = (hb_str){slash + 1, path.n - (size_t)(slash + 1 - path.at)};
    }
    if (!read_index(&path, &tile.index)) return false;
    if (path.n > 0) {
        if (!skip(&path, HB_STR(".p/")) || !proof_uint_read(path, &number)) return false;
        if (number == 0 || number >= PROOF_TILE_WIDTH) return false;
        tile.width = (uint32_t)number;
    }
    *out = tile;
    return true;
}

void proof_bundle_add(hb_text *out, hb_str entry) {
    char length[2] = {(char)(entry.n >> 8), (char)(entry.n & 0xFF)};
    if (entry.n > PROOF_ENTRY_MAX) out->failed = true;
    hb_text_add(out, (hb_str){length, 2});
    hb_text_add(out, entry);
}

bool proof_bundle_next(hb_str *rest, hb_str *entry) {
    if (rest->n < 2) return false;
    size_t n = (size_t)(uint8_t)rest->at[0] << 8 | (uint8_t)rest->at[1];
    if (rest->n - 2 < n) return false;
    *entry = (hb_str){rest->at + 2, n};
    *rest = (hb_str){rest->at + 2 + n, rest->n - 2 - n};
    return true;
}
