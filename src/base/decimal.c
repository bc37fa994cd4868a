// Exact decimals: the one door to Intel's library, IEEE 754-2008 decimal128 in its binary encoding.
//
//   w[1]: |sign 1|exponent + 6176, 14 bits|coefficient, high 49 bits|   w[0]: |coefficient, low 64
//   bits|
//
// The library gives a coefficient below 10^34, so this layout (the standard has a second, for
// larger ones) is the only one seen; hb_dec_from_parts and hb_dec_parse make no other. Zero is
// never negative.
#define DECIMAL_CALL_BY_REFERENCE 0
#define DECIMAL_GLOBAL_ROUNDING 0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#include <bid_conf.h>
#include <bid_functions.h>

#include "base/base.h"

#include <assert.h>
#include <string.h>

enum { EXPONENT_MIN = -6176, EXPONENT_MAX = 6111, DIGITS_MAX = 34 };
static_assert(sizeof(hb_dec) == sizeof(BID_UINT128), "one layout");

static BID_UINT128 bid(hb_dec value) {
    BID_UINT128 out;
    memcpy(&out, &value, sizeof out);
    return out;
}

static hb_dec dec(BID_UINT128 value) {
    hb_dec out;
    memcpy(&out, &value, sizeof out);
    return out;
}

typedef struct {
    unsigned __int128 coefficient;
    int exponent;
    bool is_negative;
} parts;

static parts take_apart(hb_dec value) {
    uint64_t high = value.w[1] & (((uint64_t)1 << 49) - 1);
    return (parts){.coefficient = ((unsigned __int128)high << 64) | value.w[0],
                   .exponent = (int)((value.w[1] >> 49) & 0x3fff) + EXPONENT_MIN,
                   .is_negative = value.w[1] >> 63};
}

static hb_dec put_together(parts p) {
    uint64_t sign = p.is_negative && p.coefficient ? (uint64_t)1 << 63 : 0;
    uint64_t exponent = (uint64_t)(p.exponent - EXPONENT_MIN) << 49;
    return (hb_dec){
        {(uint64_t)p.coefficient, sign | exponent | (uint64_t)(p.coefficient >> 64)}
    };
}

// Every result leaves through here: false for NaN and infinity (bits 62..59 all set), zero without
// sign.
static bool keep(BID_UINT128 result, hb_dec *out) {
    hb_dec value = dec(result);
    if ((value.w[1] & 0x7800000000000000u) == 0x7800000000000000u) return false;
    if (hb_dec_is_zero(value)) value.w[1] &= ~((uint64_t)1 << 63);
    *out = value;
    return true;
}

bool hb_dec_is_zero(hb_dec a) {
    return take_apart(a).coefficient == 0;
}

bool hb_dec_is_negative(hb_dec a) {
    return take_apart(a).is_negative;
}

hb_dec hb_dec_neg(hb_dec a) {
    parts p = take_apart(a);
    p.is_negative = !p.is_negative;
    return put_together(p);
}

hb_dec hb_dec_abs(hb_dec a) {
    parts p = take_apart(a);
    p.is_negative = false;
    return put_together(p);
}

// ---- from and to --------------------------------------------------------------------------------

hb_dec hb_dec_from_int(int64_t value) {
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    return put_together((parts){.coefficient = size, .is_negative = value < 0});
}

hb_dec hb_dec_from_parts(int64_t coefficient, int exponent) {
    assert(exponent >= EXPONENT_MIN && exponent <= EXPONENT_MAX);
    hb_dec value = hb_dec_from_int(coefficient);
    parts p = take_apart(value);
    p.exponent = exponent;
    return put_together(p);
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// [+-] (digits [. [digits]] | . digits) [(e|E) [+-] digits]: XML Schema 1.1 part 2 §3.3.3 decimal,
// with an exponent. The library is handed at most 41 digits: 40, and for all that follow one '1'
// when any is not zero, which rounds as they would.
bool hb_dec_parse(hb_str text, hb_dec *out) {
    char number[80] = "+";
    size_t i = 0, n = 1, n_digits = 0;
    bool is_negative = false, has_point = false, has_rest = false;
    int64_t exponent = 0, written = 0;
    if (i < text.n && (text.at[i] == '-' || text.at[i] == '+')) is_negative = text.at[i++] == '-';
    for (; i < text.n && (is_digit(text.at[i]) || (text.at[i] == '.' && !has_point)); i++) {
        if (text.at[i] == '.') {
            has_point = true;
            continue;
        }
        n_digits++;
        if (n <= 40) {
            if (n > 1 || text.at[i] != '0') number[n++] = text.at[i];
        } else {
            has_rest = has_rest || text.at[i] != '0';
            exponent++;
        }
        if (has_point) exponent--;
    }
    if (n_digits == 0) return false;
    if (i < text.n && (text.at[i] == 'e' || text.at[i] == 'E')) {
        bool is_small = false;
        i++;
        if (i < text.n && (text.at[i] == '-' || text.at[i] == '+')) is_small = text.at[i++] == '-';
        if (i == text.n) return false;
        for (; i < text.n && is_digit(text.at[i]); i++) {
            if (written < (int64_t)1 << 50) written = written * 10 + (text.at[i] - '0');
        }
        exponent += is_small ? -written : written;
    }
    if (i != text.n) return false;
    if (n == 1) number[n++] = '0';
    if (has_rest) number[n++] = '1', exponent--;
    if (exponent > 20000) exponent = 20000;
    if (exponent < -20000) exponent = -20000;
    if (n == 2 && number[1] == '0')
        exponent = exponent < 0 && exponent >= EXPONENT_MIN ? exponent : 0;
    number[0] = is_negative ? '-' : '+';
    char digits[8];
    size_t n_exponent = 0;
    uint32_t left = (uint32_t)(exponent < 0 ? -exponent : exponent);
    do digits[n_exponent++] = (char)('0' + left % 10), left /= 10;
    while (left);
    number[n++] = 'E';
    number[n++] = exponent < 0 ? '-' : '+';
    while (n_exponent) number[n++] = digits[--n_exponent];
    number[n] = 0;
    _IDEC_flags flags = 0;
    return keep(bid128_from_string(number, BID_ROUNDING_TO_NEAREST, &flags), out);
}

// Decimal digits of a coefficient, most significant first; at least one.
static int digits_of(unsigned __int128 coefficient, char out[40]) {
    char reversed[40];
    int n = 0;
    do reversed[n++] = (char)('0' + (int)(coefficient % 10)), coefficient /= 10;
    while (coefficient);
    for (int i = 0; i < n; i++) out[i] = reversed[n - 1 - i];
    return n;
}

hb_str hb_dec_print(hb_dec value, char out[6300]) {
    parts p = take_apart(value);
    while (p.exponent < 0 && p.coefficient % 10 == 0 && p.coefficient)
        p.coefficient /= 10, p.exponent++;
    if (p.coefficient == 0) p.exponent = 0;
    char digits[40];
    int n_digits = digits_of(p.coefficient, digits);
    int n_whole = n_digits + p.exponent;  // digits before the point
    size_t n = 0;
    if (p.is_negative) out[n++] = '-';
    if (n_whole <= 0) out[n++] = '0';
    for (int i = 0; i < n_whole; i++) out[n++] = i < n_digits ? digits[i] : '0';
    if (p.exponent < 0) out[n++] = '.';
    for (int i = n_whole; i < n_digits; i++) out[n++] = i < 0 ? '0' : digits[i];
    return (hb_str){out, n};
}

static const int64_t PARTS_MAX = 1000000000000000000;  // 10^18

bool hb_dec_to_parts(hb_dec value, int64_t *coefficient, int *exponent) {
    parts p = take_apart(value);
    if (p.coefficient == 0) p.exponent = 0;
    while (p.exponent < 0 && p.coefficient % 10 == 0) p.coefficient /= 10, p.exponent++;
    while (p.exponent > 0 && p.coefficient <= (uint64_t)PARTS_MAX / 10)
        p.coefficient *= 10, p.exponent--;
    // What is left of a positive exponent means a number past 10^18; its zeros may still be taken
    // off.
    while (p.exponent > 0 && p.coefficient % 10 == 0) p.coefficient /= 10, p.exponent++;
    if (p.coefficient > (uint64_t)PARTS_MAX) return false;
    *coefficient = p.is_negative ? -(int64_t)p.coefficient : (int64_t)p.coefficient;
    *exponent = p.exponent;
    return true;
}

bool hb_dec_to_int(hb_dec value, int64_t *out) {
    _IDEC_flags flags = 0;
    if (!hb_dec_is_integer(value)) return false;
    BID_SINT64 whole = bid128_to_int64_xint(bid(value), &flags);
    if (flags & BID_INVALID_EXCEPTION) return false;
    *out = whole;
    return true;
}

double hb_dec_to_double(hb_dec value) {
    _IDEC_flags flags = 0;
    return bid128_to_binary64(bid(value), BID_ROUNDING_TO_NEAREST, &flags);
}

bool hb_dec_from_double(double value, hb_dec *out) {
    _IDEC_flags flags = 0;
    return keep(binary64_to_bid128(value, BID_ROUNDING_TO_NEAREST, &flags), out);
}

// ---- arithmetic ---------------------------------------------------------------------------------

int hb_dec_compare(hb_dec a, hb_dec b) {
    _IDEC_flags flags = 0;
    if (bid128_quiet_less(bid(a), bid(b), &flags)) return -1;
    return bid128_quiet_greater(bid(a), bid(b), &flags) ? 1 : 0;
}

bool hb_dec_add(hb_dec a, hb_dec b, hb_dec *out) {
    _IDEC_flags flags = 0;
    return keep(bid128_add(bid(a), bid(b), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool hb_dec_sub(hb_dec a, hb_dec b, hb_dec *out) {
    _IDEC_flags flags = 0;
    return keep(bid128_sub(bid(a), bid(b), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool hb_dec_mul(hb_dec a, hb_dec b, hb_dec *out) {
    _IDEC_flags flags = 0;
    return keep(bid128_mul(bid(a), bid(b), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool hb_dec_div(hb_dec a, hb_dec b, hb_dec *out) {
    _IDEC_flags flags = 0;
    return keep(bid128_div(bid(a), bid(b), BID_ROUNDING_TO_NEAREST, &flags), out);
}

// base^exponent by squaring, only when no step is rounded: then it is the exact power.
static bool exact_power(hb_dec base, int64_t exponent, hb_dec *out) {
    _IDEC_flags flags = 0;
    const BID_UINT128 one = bid(hb_dec_from_int(1));
    BID_UINT128 square = bid(base), product = one;
    for (uint64_t left = (uint64_t)(exponent < 0 ? -exponent : exponent);;) {
        if (left & 1) product = bid128_mul(product, square, BID_ROUNDING_TO_NEAREST, &flags);
        left >>= 1;
        if (left == 0 || flags) break;
        square = bid128_mul(square, square, BID_ROUNDING_TO_NEAREST, &flags);
    }
    if (exponent < 0) product = bid128_div(one, product, BID_ROUNDING_TO_NEAREST, &flags);
    return flags == 0 && keep(product, out);
}

bool hb_dec_pow(hb_dec a, hb_dec b, hb_dec *out) {
    _IDEC_flags flags = 0;
    int64_t whole = 0;
    if (hb_dec_to_int(b, &whole) && whole > -100000 && whole < 100000 && exact_power(a, whole, out))
        return true;
    return keep(bid128_pow(bid(a), bid(b), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool hb_dec_sqrt(hb_dec a, hb_dec *out) {
    _IDEC_flags flags = 0;
    return keep(bid128_sqrt(bid(a), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool hb_dec_exp(hb_dec a, hb_dec *out) {
    _IDEC_flags flags = 0;
    return keep(bid128_exp(bid(a), BID_ROUNDING_TO_NEAREST, &flags), out);
}

bool hb_dec_log(hb_dec a, hb_dec *out) {
    _IDEC_flags flags = 0;
    if (hb_dec_is_zero(a) || hb_dec_is_negative(a)) return false;
    return keep(bid128_log(bid(a), BID_ROUNDING_TO_NEAREST, &flags), out);
}

hb_dec hb_dec_floor(hb_dec a) {
    _IDEC_flags flags = 0;
    hb_dec out = a;
    keep(bid128_round_integral_negative(bid(a), &flags), &out);
    return out;
}

bool hb_dec_is_integer(hb_dec a) {
    parts p = take_apart(a);
    if (p.coefficient == 0) return true;
    while (p.exponent < 0 && p.coefficient % 10 == 0) p.coefficient /= 10, p.exponent++;
    return p.exponent >= 0;
}

// ---- rounding -----------------------------------------------------------------------------------

// Half down: towards zero, then one unit away when more than half was lost. Truncation keeps fewer
// digits than `value` has, so what it lost is exact.
static BID_UINT128 quantize_half_down(BID_UINT128 value, BID_UINT128 unit, int scale) {
    _IDEC_flags flags = 0;
    bool is_negative = hb_dec_is_negative(dec(value));
    BID_UINT128 near = bid128_quantize(value, unit, BID_ROUNDING_TO_ZERO, &flags);
    hb_dec lost = hb_dec_abs(dec(bid128_sub(value, near, BID_ROUNDING_TO_NEAREST, &flags)));
    hb_dec half = put_together((parts){.coefficient = 5, .exponent = -scale - 1});
    if (hb_dec_compare(lost, half) <= 0) return near;
    return bid128_quantize(value, unit, is_negative ? BID_ROUNDING_DOWN : BID_ROUNDING_UP, &flags);
}

bool hb_dec_round(hb_dec value, int scale, hb_rounding how, hb_dec *out) {
    parts p = take_apart(value);
    if (scale < -EXPONENT_MAX || scale > -EXPONENT_MIN) return false;
    if (p.exponent >= -scale) {
        *out = value;
        return true;
    }
    _IDEC_flags flags = 0;
    BID_UINT128 unit = bid(put_together((parts){.coefficient = 1, .exponent = -scale})),
                v = bid(value);
    unsigned mode = BID_ROUNDING_TO_NEAREST;
    switch (how) {
        case HB_ROUND_HALF_EVEN: mode = BID_ROUNDING_TO_NEAREST; break;
        case HB_ROUND_UP: mode = p.is_negative ? BID_ROUNDING_DOWN : BID_ROUNDING_UP; break;
        case HB_ROUND_DOWN: mode = BID_ROUNDING_TO_ZERO; break;
        case HB_ROUND_HALF_UP: mode = BID_ROUNDING_TIES_AWAY; break;
        case HB_ROUND_HALF_DOWN: return keep(quantize_half_down(v, unit, scale), out);
        case HB_ROUND_FLOOR: mode = BID_ROUNDING_DOWN; break;
        case HB_ROUND_CEILING: mode = BID_ROUNDING_UP; break;
    }
    return keep(bid128_quantize(v, unit, mode, &flags), out);
}

// DMN 1.5 §10.3.4.5, modulo: the remainder with the divisor's sign. fmod is exact.
bool hb_dec_modulo(hb_dec dividend, hb_dec divisor, hb_dec *out) {
    _IDEC_flags flags = 0;
    hb_dec rest;
    if (!keep(bid128_fmod(bid(dividend), bid(divisor), &flags), &rest)) return false;
    if (!hb_dec_is_zero(rest) && hb_dec_is_negative(rest) != hb_dec_is_negative(divisor)) {
        return hb_dec_add(rest, divisor, out);
    }
    *out = rest;
    return true;
}
