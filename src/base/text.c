// A growing buffer for output, and the quotings that go into it. A lack of memory is remembered
// in `failed`, so that a writer of many pieces looks once, at the end.
#include "base/base.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

static bool make_room(hb_text *text, size_t more) {
    if (text->failed) return false;
    if (more <= text->room - text->n) return true;
    size_t room = text->room ? text->room : 256;
    while (room - text->n < more && room <= SIZE_MAX / 2) room *= 2;
    char *grown = room - text->n < more ? NULL : realloc(text->at, room);
    if (!grown) {
        text->failed = true;
        return false;
    }
    text->at = grown;
    text->room = room;
    return true;
}

void hb_text_add_slowly(hb_text *text, hb_str piece) {
    if (piece.n == 0 || !make_room(text, piece.n)) return;
    memcpy(text->at + text->n, piece.at, piece.n);
    text->n += piece.n;
}

void hb_text_addf(hb_text *text, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    size_t left = text->failed ? 0 : text->room - text->n;  // mostly there is room
    int n = vsnprintf(left ? text->at + text->n : NULL, left, format, args);
    if (n < 0) {
        text->failed = true;
    } else if ((size_t)n < left) {
        text->n += (size_t)n;
    } else if (make_room(text, (size_t)n + 1)) {
        vsnprintf(text->at + text->n, (size_t)n + 1, format, again);
        text->n += (size_t)n;
    }
    va_end(again);
    va_end(args);
}

void hb_text_add_date(hb_text *text, hb_date date) {
    if (date.year < 0 || date.year > 9999) {
        hb_text_addf(text, "%s%04d-%02d-%02d", date.year < 0 ? "-" : "", abs(date.year), date.month,
                     date.day);
        return;
    }
    // by hand, for every document has two
    const uint32_t parts[] = {(uint32_t)date.year / 100, (uint32_t)date.year % 100, date.month,
                              date.day};
    char out[] = "0000-00-00";
    static const uint8_t AT[] = {0, 2, 5, 8};
    for (int i = 0; i < 4; i++) {
        out[AT[i]] = (char)('0' + parts[i] / 10 % 10);
        out[AT[i] + 1] = (char)('0' + parts[i] % 10);
    }
    hb_text_add(text, (hb_str){out, 10});
}

// How many bytes from `at` JSON takes as they are: no control, quote or backslash. Eight at a time:
// a byte of `word ^ eights of c` is zero where c stands, and (x - 0x01..) & ~x & 0x80.. shows a
// byte that is zero (or a later one, which is then looked at again).
static size_t plain_json(const char *at, size_t n) {
    const uint64_t ONES = 0x0101010101010101u, TOPS = 0x8080808080808080u;
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        uint64_t word;
        memcpy(&word, at + i, 8);
        uint64_t quote = word ^ ONES * '"', slash = word ^ ONES * '\\';
        uint64_t found =
            ((word - ONES * 0x20) & ~word) | ((quote - ONES) & ~quote) | ((slash - ONES) & ~slash);
        if (found & TOPS) break;
    }
    while (i < n && (unsigned char)at[i] >= 0x20 && at[i] != '"' && at[i] != '\\') i++;
    return i;
}

// RFC 8785 §3.2.2.2: the two-character escapes where JSON has them, \u00xx for other controls, all
// else as it is.
void hb_text_add_json(hb_text *text, hb_str piece) {
    static const char SHORT[32] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    hb_text_add(text, HB_STR("\""));
    for (size_t i = 0; i < piece.n; i++) {
        size_t n = plain_json(piece.at + i, piece.n - i);
        hb_text_add(text, (hb_str){piece.at + i, n});
        i += n;
        if (i == piece.n) break;
        unsigned char c = (unsigned char)piece.at[i];
        if (c >= 0x20 || SHORT[c]) {
            hb_text_addf(text, "\\%c", c >= 0x20 ? c : SHORT[c]);
        } else {
            hb_text_addf(text, "\\u%04x", c);
        }
    }
    hb_text_add(text, HB_STR("\""));
}

static bool has_byte(hb_str text, char c) {
    return text.n && memchr(text.at, c, text.n);
}

// RFC 4180 §2.5-2.7: quotes around a field with a comma, quote or line break; a quote inside is
// doubled.
void hb_text_add_csv(hb_text *text, hb_str piece) {
    if (!has_byte(piece, ',') && !has_byte(piece, '"') && !has_byte(piece, '\r') &&
        !has_byte(piece, '\n')) {
        hb_text_add(text, piece);
        return;
    }
    hb_text_add(text, HB_STR("\""));
    size_t done = 0;
    for (size_t i = 0; i < piece.n; i++) {
        if (piece.at[i] != '"') continue;
        hb_text_add(text, (hb_str){piece.at + done, i + 1 - done});
        done = i;  // the quote is added once more with what follows it
    }
    hb_text_add(text, (hb_str){piece.at + done, piece.n - done});
    hb_text_add(text, HB_STR("\""));
}

// Whoever writes a list must not move the cursor of whoever reads an answer.
bool hb_is_shown(int32_t code_point) {
    const uint32_t HIDDEN = U_GC_CC_MASK | U_GC_CF_MASK | U_GC_ZL_MASK | U_GC_ZP_MASK;
    return code_point >= 0 && (U_GET_GC_MASK(code_point) & HIDDEN) == 0;
}

void hb_text_add_shown(hb_text *text, hb_str piece) {
    const uint8_t *bytes = (const uint8_t *)piece.at;
    for (size_t i = 0, start = 0; i < piece.n; start = i) {
        UChar32 c = 0;
        U8_NEXT(bytes, i, piece.n, c);
        hb_text_add(
            text, hb_is_shown(c) ? (hb_str){piece.at + start, i - start} : HB_STR("\xef\xbf\xbd"));
    }
}

void hb_text_clear(hb_text *text) {
    free(text->at);
    *text = (hb_text){0};
}
