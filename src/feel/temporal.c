// Dates, times, date and times and durations: from text, and as instants (DMN 1.5 §10.3.2.3). Texts
// of dates and times are read by base; here is the grammar of durations, and the way between a
// local date and time in a zone and seconds since 1970-01-01T00:00:00Z. A date stands for its
// midnight in UTC.
#include "feel/internal.h"

#define DAY 86400

// ---- instants ----------------------------------------------------------------------------------

int32_t feel_second_of_day(const hb_time *time) {
    return time->hour * 3600 + time->minute * 60 + time->second;
}

// A bare time in a named zone has no date that would say which offset is in force: it takes that of
// 1970-01-01, so that one zone always compares with itself and two fixed zones by their offsets.
bool feel_zone_offset(const hb_zone *zone, const hb_date *date, int32_t second,
                      int32_t *offset_seconds) {
    switch (zone->kind) {
        case HB_ZONE_NONE: return false;
        case HB_ZONE_OFFSET: *offset_seconds = zone->offset_seconds; return true;
        case HB_ZONE_NAMED:
            return hb_zone_offset_local(zone->name, date ? hb_date_to_days(*date) : 0, second,
                                        offset_seconds);
    }
    return false;
}

int64_t feel_instant(const hb_datetime *date_time) {
    int32_t second = feel_second_of_day(&date_time->time), offset = 0;
    if (!feel_zone_offset(&date_time->time.zone, &date_time->date, second, &offset)) offset = 0;
    return hb_date_to_days(date_time->date) * DAY + second - offset;
}

static bool split_local(int64_t local, hb_datetime *out) {
    int64_t days = local / DAY;
    int32_t second = (int32_t)(local % DAY);
    if (second < 0) days--, second += DAY;
    if (!hb_date_from_days(days, &out->date)) return false;
    out->time.hour = (uint8_t)(second / 3600);
    out->time.minute = (uint8_t)(second / 60 % 60);
    out->time.second = (uint8_t)(second % 60);
    return true;
}

// Without a zone the instant is the local time itself.
bool feel_date_time_at(int64_t instant, uint32_t nanosecond, hb_zone zone, hb_datetime *out) {
    hb_datetime found = {
        .time = {.nanosecond = nanosecond, .zone = zone}
    };
    int32_t offset = zone.kind == HB_ZONE_OFFSET ? zone.offset_seconds : 0;
    if (zone.kind == HB_ZONE_NAMED && !hb_zone_offset_utc(zone.name, instant, &offset))
        return false;
    if (!split_local(instant + offset, &found)) return false;
    *out = found;
    return true;
}

hb_datetime feel_midnight(hb_date date) {
    return (hb_datetime){.date = date, .time.zone.kind = HB_ZONE_OFFSET};
}

// ---- dates and times from text -----------------------------------------------------------------

bool feel_parse_date(hb_str text, feel_value *out) {
    hb_date date;
    if (!hb_date_parse(text, &date)) return false;
    *out = feel_date(date);
    return true;
}

bool feel_parse_time(hb_arena *arena, hb_str text, feel_value *out) {
    hb_time time;
    if (!hb_time_parse(text, &time)) return false;
    hb_time *copy = hb_arena_new(arena, hb_time);
    if (!copy) return false;
    *copy = time;
    *out = (feel_value){.kind = FEEL_TIME, .time = copy};
    return true;
}

// A date alone is its midnight, without a zone (DMN 1.5 §10.3.4.1, date and time).
bool feel_parse_date_time(hb_arena *arena, hb_str text, feel_value *out) {
    hb_datetime date_time = {0};
    if (!hb_datetime_parse(text, &date_time) && !hb_date_parse(text, &date_time.date)) return false;
    hb_datetime *copy = hb_arena_new(arena, hb_datetime);
    if (!copy) return false;
    *copy = date_time;
    *out = (feel_value){.kind = FEEL_DATE_TIME, .date_time = copy};
    return true;
}

// ---- durations from text -----------------------------------------------------------------------

typedef struct {
    hb_str text;
    size_t at;
} cursor;

static bool take(cursor *in, char c) {
    if (in->at >= in->text.n || in->text.at[in->at] != c) return false;
    in->at++;
    return true;
}

static bool is_digit_at(const cursor *in) {
    return in->at < in->text.n && in->text.at[in->at] >= '0' && in->text.at[in->at] <= '9';
}

// Digits at the cursor; false when there are none or they pass the range of int64.
static bool take_digits(cursor *in, int64_t *number) {
    if (!is_digit_at(in)) return false;
    *number = 0;
    for (; is_digit_at(in); in->at++)
        if (__builtin_mul_overflow(*number, 10, number) ||
            __builtin_add_overflow(*number, in->text.at[in->at] - '0', number))
            return false;
    return true;
}

// Adds `number` units of `unit` to *sum.
static bool add_units(int64_t number, int64_t unit, int64_t *sum) {
    int64_t product;
    return !__builtin_mul_overflow(number, unit, &product) &&
           !__builtin_add_overflow(*sum, product, sum) && *sum <= FEEL_SMALL_MAX;
}

// Digits after a decimal point as nanoseconds; further digits are dropped.
static uint32_t take_fraction(cursor *in) {
    uint32_t nanosecond = 0, unit = 100000000;
    for (; is_digit_at(in); in->at++, unit /= 10)
        nanosecond += unit * (uint32_t)(in->text.at[in->at] - '0');
    return nanosecond;
}

typedef struct {
    char unit;
    int64_t size;
} duration_unit;
typedef struct {
    int64_t sum;
    uint32_t nanosecond;
    int n_parts;
} duration_sum;

// Parts `nU` in the order of `units`, each at most once. Stops at the first that does not fit.
static bool take_parts(cursor *in, const duration_unit *units, int n_units, duration_sum *sum) {
    for (int i = 0; i < n_units; i++) {
        cursor ahead = *in;
        int64_t number;
        uint32_t nanosecond = 0;
        if (!is_digit_at(&ahead)) return true;
        if (!take_digits(&ahead, &number)) return false;
        if (units[i].unit == 'S' && take(&ahead, '.')) nanosecond = take_fraction(&ahead);
        if (!take(&ahead, units[i].unit)) continue;
        if (!add_units(number, units[i].size, &sum->sum)) return false;
        sum->nanosecond = nanosecond;
        sum->n_parts++;
        *in = ahead;
    }
    return true;
}

// XML Schema's duration, kept to one of its two halves (DMN 1.5 §10.3.2.3.7 and §10.3.2.3.8):
//   [-] P [nY] [nM]      or      [-] P [nD] [T [nH] [nM] [n[.n]S]]
bool feel_parse_duration(hb_str text, feel_value *out) {
    static const duration_unit YEARS[] =
        {
            {'Y', 12},
            {'M', 1 }
    },
                               DAYS[] = {{'D', DAY}}, TIMES[] = {{'H', 3600}, {'M', 60}, {'S', 1}};
    cursor in = {text, 0};
    bool is_negative = take(&in, '-');
    if (!take(&in, 'P')) return false;
    cursor start = in;
    duration_sum months = {0}, seconds = {0};

    if (take_parts(&in, YEARS, 2, &months) && months.n_parts > 0 && in.at == text.n) {
        *out = feel_years_duration(is_negative ? -months.sum : months.sum);
        return true;
    }
    in = start;
    if (!take_parts(&in, DAYS, 1, &seconds)) return false;
    if (take(&in, 'T')) {
        int n_before = seconds.n_parts;
        if (!take_parts(&in, TIMES, 3, &seconds) || seconds.n_parts == n_before) return false;
    }
    if (seconds.n_parts == 0 || in.at != text.n) return false;
    if (is_negative) {
        seconds.sum = -seconds.sum;
        if (seconds.nanosecond > 0)
            seconds.sum--, seconds.nanosecond = 1000000000 - seconds.nanosecond;
    }
    *out = feel_days_duration(seconds.sum, seconds.nanosecond);
    return true;
}
