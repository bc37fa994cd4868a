// JSON in the one form that RFC 8785 gives it, so that equal content has equal bytes and thus one
// hash: no white space, keys in the order of their UTF-16 code units, numbers as ECMAScript prints
// a double.
#include "base/base.h"

#include <charconv>
#include <cstdlib>
#include <cstring>

namespace {

// RFC 8785 §3.2.3. UTF-8 sorts as UTF-16 does, but for one thing: code points from U+10000 (UTF-8
// lead byte F0 and up, UTF-16 surrogates D800..DFFF) come before U+E000..U+FFFF (lead bytes EE and
// EF).
int compare_utf16(hb_str a, hb_str b) {
    size_t n = a.n < b.n ? a.n : b.n, i = 0;
    while (i < n && a.at[i] == b.at[i]) i++;
    if (i == n) return (a.n > b.n) - (a.n < b.n);
    auto x = (unsigned char)a.at[i], y = (unsigned char)b.at[i];
    if (x >= 0xf0 && (y == 0xee || y == 0xef)) return -1;
    if (y >= 0xf0 && (x == 0xee || x == 0xef)) return 1;
    return x < y ? -1 : 1;
}

int by_key(const void *a, const void *b) {
    return compare_utf16((*(const hb_json *const *)a)->key, (*(const hb_json *const *)b)->key);
}

// RFC 8785 §3.2.2.3, that is ECMA-262 Number::toString: the shortest digits that give the double
// back, plain from 1e-6 up to below 1e21. False for a number past a double's range.
bool add_number(hb_text *out, hb_str text) {
    double value = 0;
    auto read = std::from_chars(text.at, text.at + text.n, value);
    if (read.ec != std::errc() || read.ptr != text.at + text.n) return false;
    if (value == 0) {
        hb_text_add(out, {"0", 1});
        return true;
    }
    char shortest[64], digits[32];  // d.ddde-dd
    auto written = std::to_chars(shortest, shortest + sizeof shortest - 1, value,
                                 std::chars_format::scientific);
    if (written.ec != std::errc()) return false;
    *written.ptr = 0;
    int n_digits = 0;
    const char *at = shortest;
    if (*at == '-') {
        hb_text_add(out, {"-", 1});
        at++;
    }
    for (; *at && *at != 'e'; at++) {
        if (*at != '.') digits[n_digits++] = *at;
    }
    int exponent = *at ? (int)strtol(at + 1, nullptr, 10) : 0;
    int n_whole = exponent + 1;  // ECMA-262's n: digits before the point
    if (n_whole >= n_digits && n_whole <= 21) {
        hb_text_addf(out, "%.*s%.*s", n_digits, digits, n_whole - n_digits,
                     "000000000000000000000");
    } else if (n_whole > 0 && n_whole <= 21) {
        hb_text_addf(out, "%.*s.%.*s", n_whole, digits, n_digits - n_whole, digits + n_whole);
    } else if (n_whole > -6 && n_whole <= 0) {
        hb_text_addf(out, "0.%.*s%.*s", -n_whole, "000000", n_digits, digits);
    } else {
        hb_text_addf(out, "%c%s%.*se%+d", digits[0], n_digits > 1 ? "." : "", n_digits - 1,
                     digits + 1, exponent);
    }
    return true;
}

bool add_object(hb_text *out, const hb_json *object) {
    if (object->n == 0) {
        hb_text_add(out, {"{}", 2});
        return true;
    }
    auto sorted = (const hb_json **)malloc(object->n * sizeof(hb_json *));
    if (!sorted) {
        out->failed = true;
        return false;
    }
    for (uint32_t i = 0; i < object->n; i++) sorted[i] = &object->first[i];
    qsort(sorted, object->n, sizeof *sorted, by_key);
    bool ok = true;
    for (uint32_t i = 0; i < object->n && ok; i++) {
        hb_text_add(out, i ? hb_str{",", 1} : hb_str{"{", 1});
        hb_text_add_json(out, sorted[i]->key);
        hb_text_add(out, {":", 1});
        ok = hb_json_canonical(out, sorted[i]);
    }
    free(sorted);
    hb_text_add(out, {"}", 1});
    return ok;
}

}  // namespace

bool hb_json_canonical(hb_text *out, const hb_json *value) {
    switch (value->kind) {
        case HB_JSON_NULL: hb_text_add(out, {"null", 4}); return !out->failed;
        case HB_JSON_FALSE: hb_text_add(out, {"false", 5}); return !out->failed;
        case HB_JSON_TRUE: hb_text_add(out, {"true", 4}); return !out->failed;
        case HB_JSON_NUMBER: return add_number(out, value->text) && !out->failed;
        case HB_JSON_STRING: hb_text_add_json(out, value->text); return !out->failed;
        case HB_JSON_OBJECT: return add_object(out, value) && !out->failed;
        case HB_JSON_ARRAY:
            hb_text_add(out, {"[", 1});
            for (uint32_t i = 0; i < value->n; i++) {
                if (i) hb_text_add(out, {",", 1});
                if (!hb_json_canonical(out, &value->first[i])) return false;
            }
            hb_text_add(out, {"]", 1});
            return !out->failed;
    }
    return false;
}
