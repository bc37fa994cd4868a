// Slices of UTF-8: comparing, trimming, copying into an arena, and the check that every byte of
// foreign text passes once.
#include "base/base.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int hb_str_compare(hb_str a, hb_str b) {
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.at, b.at, n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

bool hb_str_starts(hb_str text, hb_str prefix) {
    return text.n >= prefix.n && (prefix.n == 0 || memcmp(text.at, prefix.at, prefix.n) == 0);
}

bool hb_id_is_valid(hb_str id) {
    if (!id.n || id.n > 128) return false;
    for (size_t i = 0; i < id.n; i++) {
        char c = id.at[i];
        bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!is_word && (i == 0 || !c || !strchr("._:/-", c))) return false;
    }
    return true;
}

hb_str hb_str_from(const char *nul_ended) {
    return nul_ended ? (hb_str){nul_ended, strlen(nul_ended)} : (hb_str){0};
}

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

hb_str hb_str_trim(hb_str text) {
    while (text.n && is_space(text.at[0])) text.at++, text.n--;
    while (text.n && is_space(text.at[text.n - 1])) text.n--;
    return text;
}

// Bytes of the code point at `at`, 0 when it is none: Unicode 15 table 3-7, "Well-Formed UTF-8 Byte
// Sequences".
static size_t code_point_bytes(const unsigned char *at, size_t n) {
    unsigned char lead = at[0];
    if (lead < 0x80) return 1;
    unsigned char low = 0x80, high = 0xbf;  // range of the second byte
    size_t size = 0;
    if (lead >= 0xc2 && lead <= 0xdf) size = 2;
    if (lead >= 0xe0 && lead <= 0xef) size = 3;
    if (lead >= 0xf0 && lead <= 0xf4) size = 4;
    if (lead == 0xe0) low = 0xa0;   // no overlong form
    if (lead == 0xed) high = 0x9f;  // no surrogates
    if (lead == 0xf0) low = 0x90;
    if (lead == 0xf4) high = 0x8f;  // not past U+10FFFF
    if (size == 0 || n < size || at[1] < low || at[1] > high) return 0;
    for (size_t i = 2; i < size; i++) {
        if ((at[i] & 0xc0) != 0x80) return 0;
    }
    return size;
}

bool hb_utf8_is_valid(hb_str text, size_t *bad_at) {
    const unsigned char *at = (const unsigned char *)text.at;
    for (size_t i = 0; i < text.n;) {
        uint64_t eight;
        if (i + 8 <= text.n && (memcpy(&eight, at + i, 8), !(eight & 0x8080808080808080u))) {
            i += 8;
            continue;
        }
        size_t size = code_point_bytes(at + i, text.n - i);
        if (size == 0) {
            if (bad_at) *bad_at = i;
            return false;
        }
        i += size;
    }
    return true;
}

bool hb_str_copy(hb_arena *arena, hb_str text, hb_str *out) {
    char *copy = hb_arena_alloc(arena, text.n);
    if (!copy) return false;
    if (text.n) memcpy(copy, text.at, text.n);
    *out = (hb_str){copy, text.n};
    return true;
}

bool hb_str_format(hb_arena *arena, hb_str *out, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    char *text = n < 0 ? NULL : hb_arena_alloc(arena, (size_t)n + 1);
    if (text) {
        vsnprintf(text, (size_t)n + 1, format, again);
        *out = (hb_str){text, (size_t)n};
    }
    va_end(again);
    va_end(args);
    return text != NULL;
}
