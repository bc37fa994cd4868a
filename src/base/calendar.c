// The proleptic Gregorian calendar: dates as days since 1970-01-01 and back, weeks of ISO 8601, and
// the lexical forms of XML Schema 1.1 that FEEL, lists and documents share. Time zones by name are
// zone.c's.
//
// Arithmetic runs in 400-year eras of 146097 days, with years that begin in March so that the leap
// day is a year's last: the day of such a year is (153 * month + 2) / 5 + day - 1, month 0 = March.
#include "base/base.h"

static int64_t floor_div(int64_t a, int64_t b) {
    int64_t q = a / b;
    return q - (a % b != 0 && (a < 0) != (b < 0));
}

static bool is_leap(int64_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int hb_days_in_month(int64_t year, int month) {
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12) return 0;
    return month == 2 && is_leap(year) ? 29 : DAYS[month - 1];
}

bool hb_date_is_valid(int64_t year, int month, int day) {
    return year >= -HB_YEAR_MAX && year <= HB_YEAR_MAX && day >= 1 &&
           day <= hb_days_in_month(year, month);
}

int64_t hb_date_to_days(hb_date date) {
    int64_t year = date.year - (date.month <= 2);
    int64_t era = floor_div(year, 400), year_of_era = year - era * 400;
    int64_t month = (date.month + 9) % 12;
    int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;  // 719468: days from 0000-03-01 to 1970-01-01
}

bool hb_date_from_days(int64_t days, hb_date *out) {
    const int64_t far = (int64_t)HB_YEAR_MAX * 366 + 719468;
    if (days < -far || days > far) return false;
    days += 719468;
    int64_t era = floor_div(days, 146097), day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    int64_t day = day_of_year - (153 * month + 2) / 5 + 1;
    month = month < 10 ? month + 3 : month - 9;
    int64_t year = era * 400 + year_of_era + (month <= 2);
    if (year < -HB_YEAR_MAX || year > HB_YEAR_MAX) return false;
    *out = (hb_date){(int32_t)year, (uint8_t)month, (uint8_t)day};
    return true;
}

int hb_day_of_week(hb_date date) {
    int64_t days = hb_date_to_days(date) + 3;  // 1970-01-01 was a Thursday
    return (int)(days - floor_div(days, 7) * 7) + 1;
}

int hb_day_of_year(hb_date date) {
    return (int)(hb_date_to_days(date) - hb_date_to_days((hb_date){date.year, 1, 1})) + 1;
}

// ISO 8601: week 1 is the one with the year's first Thursday. A year has 53 weeks when it begins on
// a Thursday, or is a leap year that begins on a Wednesday.
static int weeks_in_year(int32_t year) {
    int first = hb_day_of_week((hb_date){year, 1, 1});
    return first == 4 || (first == 3 && is_leap(year)) ? 53 : 52;
}

int hb_week_of_year(hb_date date) {
    int week = (hb_day_of_year(date) - hb_day_of_week(date) + 10) / 7;
    if (week < 1) return weeks_in_year(date.year - 1);
    if (week > weeks_in_year(date.year)) return 1;
    return week;
}

bool hb_date_add_months(hb_date date, int64_t months, hb_date *out) {
    const int64_t far = (int64_t)HB_YEAR_MAX * 24 + 24;
    if (months < -far || months > far) return false;
    int64_t all = (int64_t)date.year * 12 + date.month - 1 + months;
    int64_t year = floor_div(all, 12);
    int month = (int)(all - year * 12) + 1;
    if (year < -HB_YEAR_MAX || year > HB_YEAR_MAX) return false;
    int last = hb_days_in_month(year, month);
    *out = (hb_date){(int32_t)year, (uint8_t)month, date.day > last ? (uint8_t)last : date.day};
    return true;
}

// ---- lexical forms ------------------------------------------------------------------------------

// Takes exactly `n` digits off the front of `text`.
static bool take_digits(hb_str *text, size_t n, int *out) {
    if (text->n < n) return false;
    int value = 0;
    for (size_t i = 0; i < n; i++) {
        if (text->at[i] < '0' || text->at[i] > '9') return false;
        value = value * 10 + (text->at[i] - '0');
    }
    *text = (hb_str){text->at + n, text->n - n};
    *out = value;
    return true;
}

static bool take(hb_str *text, char c) {
    if (text->n == 0 || text->at[0] != c) return false;
    *text = (hb_str){text->at + 1, text->n - 1};
    return true;
}

// XML Schema 1.1 part 2 §3.3.7, yearFrag: four digits, or more without a leading zero.
static bool take_year(hb_str *text, int64_t *out) {
    bool is_negative = take(text, '-');
    size_t n = 0;
    int64_t year = 0;
    while (n < text->n && n < 10 && text->at[n] >= '0' && text->at[n] <= '9')
        year = year * 10 + (text->at[n++] - '0');
    if (n < 4 || (n > 4 && text->at[0] == '0') || (is_negative && year == 0)) return false;
    *text = (hb_str){text->at + n, text->n - n};
    *out = is_negative ? -year : year;
    return true;
}

static bool take_date(hb_str *text, hb_date *out) {
    int64_t year = 0;
    int month = 0, day = 0;
    if (!take_year(text, &year) || !take(text, '-') || !take_digits(text, 2, &month)) return false;
    if (!take(text, '-') || !take_digits(text, 2, &day) || !hb_date_is_valid(year, month, day))
        return false;
    *out = (hb_date){(int32_t)year, (uint8_t)month, (uint8_t)day};
    return true;
}

bool hb_date_parse(hb_str text, hb_date *out) {
    hb_date date;
    if (!take_date(&text, &date) || text.n) return false;
    *out = date;
    return true;
}

// "Z" (or "z", which DMN 1.5 §10.3.4.1 writes), "+hh:mm", "-hh:mm:ss", "@Continent/City" or
// nothing: the rest of `text`.
static bool parse_zone(hb_str text, hb_zone *out) {
    int hours = 0, minutes = 0, seconds = 0;
    hb_zone zone = {0};
    if (text.n == 0) {
        *out = zone;
        return true;
    }
    if (take(&text, '@')) {
        zone.kind = HB_ZONE_NAMED;
        if (!hb_zone_find(text, &zone.name)) return false;
        *out = zone;
        return true;
    }
    zone.kind = HB_ZONE_OFFSET;
    if (!take(&text, 'Z') && !take(&text, 'z')) {
        bool is_negative = take(&text, '-');
        if (!is_negative && !take(&text, '+')) return false;
        if (!take_digits(&text, 2, &hours) || !take(&text, ':') || !take_digits(&text, 2, &minutes))
            return false;
        if (take(&text, ':') && !take_digits(&text, 2, &seconds)) return false;
        // DMN says XML Schema's dateTime, whose zones end at 14 hours; engines in use go to ISO
        // 8601's 18.
        int all = hours * 3600 + minutes * 60 + seconds;
        if (minutes > 59 || seconds > 59 || all > 18 * 3600) return false;
        zone.offset_seconds = is_negative ? -all : all;
    }
    if (text.n) return false;
    *out = zone;
    return true;
}

// A fraction has any number of digits; those past the ninth are dropped.
static bool take_fraction(hb_str *text, uint32_t *nanosecond) {
    uint32_t value = 0;
    size_t n = 0;
    while (n < text->n && text->at[n] >= '0' && text->at[n] <= '9') {
        if (n < 9) value = value * 10 + (uint32_t)(text->at[n] - '0');
        n++;
    }
    if (n == 0) return false;
    for (size_t i = n; i < 9; i++) value *= 10;
    *text = (hb_str){text->at + n, text->n - n};
    *nanosecond = value;
    return true;
}

static bool parse_time(hb_str text, bool allows_24, hb_time *out) {
    int hour = 0, minute = 0, second = 0;
    hb_time time = {0};
    if (!take_digits(&text, 2, &hour) || !take(&text, ':') || !take_digits(&text, 2, &minute))
        return false;
    if (!take(&text, ':') || !take_digits(&text, 2, &second)) return false;
    if (take(&text, '.') && !take_fraction(&text, &time.nanosecond)) return false;
    bool is_end = hour == 24 && minute == 0 && second == 0 && time.nanosecond == 0;
    if ((hour > 23 && !(allows_24 && is_end)) || minute > 59 || second > 59) return false;
    if (!parse_zone(text, &time.zone)) return false;
    time.hour = (uint8_t)hour;
    time.minute = (uint8_t)minute;
    time.second = (uint8_t)second;
    *out = time;
    return true;
}

bool hb_time_parse(hb_str text, hb_time *out) {
    return parse_time(text, false, out);
}

bool hb_datetime_parse(hb_str text, hb_datetime *out) {
    hb_datetime at;
    if (!take_date(&text, &at.date) || !take(&text, 'T') || !parse_time(text, true, &at.time))
        return false;
    if (at.time.hour == 24) {
        if (!hb_date_from_days(hb_date_to_days(at.date) + 1, &at.date)) return false;
        at.time.hour = 0;
    }
    *out = at;
    return true;
}
