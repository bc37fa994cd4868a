// Text by code points, as FEEL counts it (DMN 1.5 §10.3.4.3). The one place that reads a string's
// bytes one character at a time; the text was validated as UTF-8 at the door.
#include "feel/internal.h"

#include <unicode/utf8.h>

int32_t feel_next_code_point(hb_str text, size_t *at) {
    const uint8_t *bytes = (const uint8_t *)text.at;
    size_t i = *at;
    int32_t c = bytes[i++];
    if (c >= 0x80) {
        int n_more = U8_COUNT_TRAIL_BYTES((uint8_t)c);
        c &= 0x3f >> n_more;
        for (; n_more > 0 && i < text.n; n_more--) c = c << 6 | (bytes[i++] & 0x3f);
    }
    *at = i;
    return c;
}

uint64_t feel_count_code_points(hb_str text) {
    uint64_t n = 0;
    for (size_t i = 0; i < text.n; i++) n += !U8_IS_TRAIL(text.at[i]);
    return n;
}

// Byte offset of the code point after the first `n`; the end when there are fewer.
size_t feel_skip_code_points(hb_str text, uint64_t n) {
    size_t at = 0;
    while (n > 0 && at < text.n) {
        at++;
        while (at < text.n && U8_IS_TRAIL(text.at[at])) at++;
        n--;
    }
    return at;
}

hb_str feel_excerpt(hb_str text) {
    return (hb_str){text.n ? text.at : "", feel_skip_code_points(text, 60)};
}
