// Arithmetic over every pair of kinds that has one (DMN 1.5 §10.3.2.15, "General semantics of
// addition and subtraction" and of multiplication, division and exponentiation); every other pair
// gives null and a note. Small numbers are worked on as integers as long as the result is exact,
// else as decimal128, so both ways give the same number. Date and times with a zone move along the
// time line, others along the local clock; months move the local date.
#include "feel/internal.h"

#include <string.h>

#define DAY 86400
#define SECOND_NS 1000000000

const char *feel_kind_name(feel_value value) {
    switch ((feel_kind)value.kind) {
        case FEEL_NULL: return "null";
        case FEEL_BOOLEAN: return "boolean";
        case FEEL_NUMBER: return "number";
        case FEEL_STRING: return "string";
        case FEEL_DATE: return "date";
        case FEEL_TIME: return "time";
        case FEEL_DATE_TIME: return "date and time";
        case FEEL_DAYS_DURATION: return "days and time duration";
        case FEEL_YEARS_DURATION: return "years and months duration";
        case FEEL_RANGE: return "range";
        case FEEL_LIST: return "list";
        case FEEL_CONTEXT: return "context";
        case FEEL_FUNCTION: return "function";
    }
    return "value";
}

static feel_value no_result(feel_run *run, const char *what, feel_value a, feel_value b) {
    return feel_null_because(run, true, "cannot %s a %s and a %s", what, feel_kind_name(a),
                             feel_kind_name(b));
}

static feel_value out_of_range(feel_run *run, const char *what) {
    return feel_null_because(run, true, "the %s is out of range", what);
}

// ---- numbers -----------------------------------------------------------------------------------

static const int64_t TENS[] = {1,
                               10,
                               100,
                               1000,
                               10000,
                               100000,
                               1000000,
                               10000000,
                               100000000,
                               1000000000,
                               10000000000,
                               100000000000,
                               1000000000000,
                               10000000000000,
                               100000000000000,
                               1000000000000000,
                               10000000000000000,
                               100000000000000000,
                               1000000000000000000};

static bool are_small(feel_value a, feel_value b) {
    return !a.is_big && !b.is_big;
}

// Brings two small numbers to the lower exponent of the two; false when a coefficient outgrows
// int64.
static bool align(feel_value *a, feel_value *b) {
    int apart = a->exponent - b->exponent;
    if (apart == 0) return true;
    feel_value *higher = apart > 0 ? a : b;
    int64_t tens = TENS[apart > 0 ? apart : -apart];
    if (__builtin_mul_overflow(higher->coefficient, tens, &higher->coefficient)) return false;
    higher->exponent = apart > 0 ? b->exponent : a->exponent;
    return true;
}

static feel_value add_numbers(feel_run *run, feel_value a, feel_value b) {
    feel_value x = a, y = b, sum;
    int64_t coefficient;
    if (are_small(a, b) && align(&x, &y) &&
        !__builtin_add_overflow(x.coefficient, y.coefficient, &coefficient) &&
        feel_small_number(coefficient, x.exponent, &sum))
        return sum;
    hb_dec result;
    if (!hb_dec_add(feel_dec(a), feel_dec(b), &result)) return out_of_range(run, "sum");
    return feel_number_from(run, result);
}

static feel_value negate_number(feel_run *run, feel_value a) {
    if (a.is_big) return feel_number_from(run, hb_dec_neg(*a.big));
    a.coefficient = -a.coefficient;
    return a;
}

static feel_value multiply_numbers(feel_run *run, feel_value a, feel_value b) {
    int64_t coefficient;
    feel_value product;
    if (are_small(a, b) && !__builtin_mul_overflow(a.coefficient, b.coefficient, &coefficient) &&
        feel_small_number(coefficient, a.exponent + b.exponent, &product))
        return product;
    hb_dec result;
    if (!hb_dec_mul(feel_dec(a), feel_dec(b), &result)) return out_of_range(run, "product");
    return feel_number_from(run, result);
}

static bool is_zero(feel_value number) {
    return number.is_big ? hb_dec_is_zero(*number.big) : number.coefficient == 0;
}

static feel_value divide_numbers(feel_run *run, feel_value a, feel_value b) {
    hb_dec result;
    feel_value x = a, y = b;
    if (is_zero(b)) return feel_null_because(run, true, "division by zero");
    if (are_small(a, b) && align(&x, &y) && x.coefficient % y.coefficient == 0)
        if (feel_small_number(x.coefficient / y.coefficient, 0, &x)) return x;
    if (!hb_dec_div(feel_dec(a), feel_dec(b), &result)) return out_of_range(run, "quotient");
    return feel_number_from(run, result);
}

// ---- durations ---------------------------------------------------------------------------------

static bool is_duration_size(int64_t size) {
    return size >= -FEEL_SMALL_MAX && size <= FEEL_SMALL_MAX;
}

static feel_value years_duration(feel_run *run, int64_t months) {
    return is_duration_size(months) ? feel_years_duration(months) : out_of_range(run, "duration");
}

// Nanoseconds outside 0..999999999 carry into the seconds.
static feel_value days_duration(feel_run *run, int64_t seconds, int64_t nanosecond) {
    while (nanosecond < 0) nanosecond += SECOND_NS, seconds--;
    while (nanosecond >= SECOND_NS) nanosecond -= SECOND_NS, seconds++;
    if (!is_duration_size(seconds)) return out_of_range(run, "duration");
    return feel_days_duration(seconds, (uint32_t)nanosecond);
}

static feel_value negate_duration(feel_run *run, feel_value a) {
    if (a.kind == FEEL_YEARS_DURATION) return years_duration(run, -a.months);
    return days_duration(run, -a.seconds, -(int64_t)a.n);
}

static feel_value add_durations(feel_run *run, feel_value a, feel_value b) {
    if (a.kind == FEEL_YEARS_DURATION) return years_duration(run, a.months + b.months);
    return days_duration(run, a.seconds + b.seconds, (int64_t)a.n + b.n);
}

// Length in seconds or months.
static bool duration_length(feel_value duration, hb_dec *out) {
    if (duration.kind == FEEL_YEARS_DURATION) {
        *out = hb_dec_from_int(duration.months);
        return true;
    }
    return hb_dec_add(hb_dec_from_int(duration.seconds), hb_dec_from_parts(duration.n, -9), out);
}

// A duration of `length`, whole months or nanoseconds, the rest dropped towards zero.
static feel_value duration_of(feel_run *run, uint8_t kind, hb_dec length) {
    hb_dec cut, whole, rest;
    int64_t size, nanosecond;
    if (kind == FEEL_YEARS_DURATION) {
        if (!hb_dec_round(length, 0, HB_ROUND_DOWN, &cut) || !hb_dec_to_int(cut, &size))
            return out_of_range(run, "duration");
        return years_duration(run, size);
    }
    if (!hb_dec_round(length, 9, HB_ROUND_DOWN, &cut)) return out_of_range(run, "duration");
    whole = hb_dec_floor(cut);
    if (!hb_dec_to_int(whole, &size) || !hb_dec_sub(cut, whole, &rest) ||
        !hb_dec_mul(rest, hb_dec_from_int(SECOND_NS), &rest) || !hb_dec_to_int(rest, &nanosecond))
        return out_of_range(run, "duration");
    return days_duration(run, size, nanosecond);
}

static feel_value scale_duration(feel_run *run, feel_value duration, feel_value number) {
    hb_dec length;
    if (!duration_length(duration, &length) || !hb_dec_mul(length, feel_dec(number), &length))
        return out_of_range(run, "duration");
    return duration_of(run, duration.kind, length);
}

static feel_value divide_duration(feel_run *run, feel_value duration, feel_value number) {
    hb_dec length;
    if (is_zero(number)) return feel_null_because(run, true, "division by zero");
    if (!duration_length(duration, &length) || !hb_dec_div(length, feel_dec(number), &length))
        return out_of_range(run, "duration");
    return duration_of(run, duration.kind, length);
}

static feel_value divide_durations(feel_run *run, feel_value a, feel_value b) {
    hb_dec first, second;
    if (!duration_length(a, &first) || !duration_length(b, &second))
        return out_of_range(run, "quotient");
    if (hb_dec_is_zero(second)) return feel_null_because(run, true, "division by zero");
    if (!hb_dec_div(first, second, &first)) return out_of_range(run, "quotient");
    return feel_number_from(run, first);
}

// ---- moving dates and times --------------------------------------------------------------------

// `date` and `date_time` moved by a duration already negated for subtraction.
static feel_value move_date_time(feel_run *run, hb_datetime at, feel_value by) {
    hb_datetime moved = at;
    if (by.kind == FEEL_YEARS_DURATION) {
        if (!hb_date_add_months(at.date, by.months, &moved.date)) return out_of_range(run, "date");
        return feel_date_time_value(run, moved);
    }
    int64_t nanosecond = (int64_t)at.time.nanosecond + by.n, carry = nanosecond / SECOND_NS;
    if (!feel_date_time_at(feel_instant(&at) + by.seconds + carry,
                           (uint32_t)(nanosecond % SECOND_NS), at.time.zone, &moved))
        return out_of_range(run, "date");
    return feel_date_time_value(run, moved);
}

// A date stays a date: it moves as its midnight does, and the time of day is dropped.
static feel_value move_date(feel_run *run, hb_date date, feel_value by) {
    hb_date moved;
    hb_datetime at = feel_midnight(date);
    if (by.kind == FEEL_YEARS_DURATION) {
        if (!hb_date_add_months(date, by.months, &moved)) return out_of_range(run, "date");
        return feel_date(moved);
    }
    if (!feel_date_time_at(feel_instant(&at) + by.seconds, 0, at.time.zone, &at))
        return out_of_range(run, "date");
    return feel_date(at.date);
}

// The clock goes round: 23:00 and two hours are 01:00.
static feel_value move_time(feel_run *run, hb_time time, feel_value by) {
    int64_t nanosecond = (int64_t)time.nanosecond + by.n;
    int64_t second = feel_second_of_day(&time) + by.seconds % DAY + nanosecond / SECOND_NS;
    second = (second % DAY + DAY) % DAY;
    time.hour = (uint8_t)(second / 3600);
    time.minute = (uint8_t)(second / 60 % 60);
    time.second = (uint8_t)(second % 60);
    time.nanosecond = (uint32_t)(nanosecond % SECOND_NS);
    return feel_time_value(run, time);
}

static bool is_duration(feel_value value) {
    return value.kind == FEEL_DAYS_DURATION || value.kind == FEEL_YEARS_DURATION;
}

static bool is_movable(feel_value value, feel_value by) {
    if (value.kind == FEEL_TIME) return by.kind == FEEL_DAYS_DURATION;
    return (value.kind == FEEL_DATE || value.kind == FEEL_DATE_TIME) && is_duration(by);
}

static feel_value move(feel_run *run, feel_value value, feel_value by) {
    if (value.kind == FEEL_DATE) return move_date(run, value.date, by);
    if (value.kind == FEEL_TIME) return move_time(run, *value.time, by);
    return move_date_time(run, *value.date_time, by);
}

// ---- time between ------------------------------------------------------------------------------

static bool is_dated(feel_value value) {
    return value.kind == FEEL_DATE || value.kind == FEEL_DATE_TIME;
}

static feel_value only_one_zone(feel_run *run) {
    return feel_null_because(run, true, "one has a time zone and the other has none");
}

static feel_value time_between(feel_run *run, feel_value a, feel_value b) {
    hb_datetime to = a.kind == FEEL_DATE ? feel_midnight(a.date) : *a.date_time;
    hb_datetime from = b.kind == FEEL_DATE ? feel_midnight(b.date) : *b.date_time;
    if ((to.time.zone.kind == HB_ZONE_NONE) != (from.time.zone.kind == HB_ZONE_NONE))
        return only_one_zone(run);
    return days_duration(run, feel_instant(&to) - feel_instant(&from),
                         (int64_t)to.time.nanosecond - from.time.nanosecond);
}

static feel_value clock_between(feel_run *run, const hb_time *to, const hb_time *from) {
    int32_t late = feel_second_of_day(to), late_offset = 0;
    int32_t early = feel_second_of_day(from), early_offset = 0;
    bool is_zoned = feel_zone_offset(&to->zone, NULL, late, &late_offset);
    if (is_zoned != feel_zone_offset(&from->zone, NULL, early, &early_offset))
        return only_one_zone(run);
    return days_duration(run, (int64_t)late - late_offset - (early - early_offset),
                         (int64_t)to->nanosecond - from->nanosecond);
}

// ---- the operators -----------------------------------------------------------------------------

static feel_value join(feel_run *run, feel_value a, feel_value b) {
    if ((uint64_t)a.n + b.n > UINT32_MAX) return out_of_range(run, "length of the text");
    char *text = hb_arena_alloc(run->arena, (size_t)a.n + b.n + 1);
    if (!text) return feel_null_because(run, true, "no memory is left for this text");
    if (a.n) memcpy(text, a.text, a.n);
    if (b.n) memcpy(text + a.n, b.text, b.n);
    return feel_string((hb_str){text, (size_t)a.n + b.n});
}

feel_value feel_add(feel_run *run, feel_value a, feel_value b) {
    if (a.kind == FEEL_NUMBER && b.kind == FEEL_NUMBER) return add_numbers(run, a, b);
    if (a.kind == FEEL_STRING && b.kind == FEEL_STRING) return join(run, a, b);
    if (is_duration(a) && a.kind == b.kind) return add_durations(run, a, b);
    if (is_movable(a, b)) return move(run, a, b);
    if (is_movable(b, a)) return move(run, b, a);
    return no_result(run, "add", a, b);
}

feel_value feel_subtract(feel_run *run, feel_value a, feel_value b) {
    if (a.kind == FEEL_NUMBER && b.kind == FEEL_NUMBER)
        return add_numbers(run, a, negate_number(run, b));
    if (is_dated(a) && is_dated(b)) return time_between(run, a, b);
    if (a.kind == FEEL_TIME && b.kind == FEEL_TIME) return clock_between(run, a.time, b.time);
    if (is_duration(a) && a.kind == b.kind) return add_durations(run, a, negate_duration(run, b));
    if (is_movable(a, b)) return move(run, a, negate_duration(run, b));
    return no_result(run, "subtract", a, b);
}

feel_value feel_multiply(feel_run *run, feel_value a, feel_value b) {
    if (a.kind == FEEL_NUMBER && b.kind == FEEL_NUMBER) return multiply_numbers(run, a, b);
    if (is_duration(a) && b.kind == FEEL_NUMBER) return scale_duration(run, a, b);
    if (a.kind == FEEL_NUMBER && is_duration(b)) return scale_duration(run, b, a);
    return no_result(run, "multiply", a, b);
}

feel_value feel_divide(feel_run *run, feel_value a, feel_value b) {
    if (a.kind == FEEL_NUMBER && b.kind == FEEL_NUMBER) return divide_numbers(run, a, b);
    if (is_duration(a) && b.kind == FEEL_NUMBER) return divide_duration(run, a, b);
    if (is_duration(a) && a.kind == b.kind) return divide_durations(run, a, b);
    return no_result(run, "divide", a, b);
}

// A small whole exponent is worked out by multiplying, exactly where the result has 34 digits.
feel_value feel_power(feel_run *run, feel_value a, feel_value b) {
    hb_dec result;
    int64_t times;
    if (a.kind != FEEL_NUMBER || b.kind != FEEL_NUMBER) return no_result(run, "raise", a, b);
    if (feel_to_int(b, &times) && times > 0 && times <= 16) {
        feel_value product = a;
        while (--times > 0 && product.kind == FEEL_NUMBER)
            product = multiply_numbers(run, product, a);
        return product;
    }
    if (!hb_dec_pow(feel_dec(a), feel_dec(b), &result)) return out_of_range(run, "power");
    return feel_number_from(run, result);
}

feel_value feel_negate(feel_run *run, feel_value a) {
    if (a.kind == FEEL_NUMBER) return negate_number(run, a);
    if (is_duration(a)) return negate_duration(run, a);
    return feel_null_because(run, true, "cannot negate a %s", feel_kind_name(a));
}
