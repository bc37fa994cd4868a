// Values as text: FEEL text that parses to the same value again, and JSON. At top level a string
// stands without quotes and temporal values without @"...", which is what string() gives (DMN 1.5
// §10.3.4.1).
#include "feel/internal.h"

#include <stdio.h>
#include <string.h>
#include <unicode/uchar.h>

// ---- temporal values ---------------------------------------------------------------------------

static void print_date(hb_text *out, hb_date date) {
    int64_t year = date.year;
    hb_text_addf(out, "%s%04lld-%02d-%02d", year < 0 ? "-" : "",
                 (long long)(year < 0 ? -year : year), date.month, date.day);
}

static void print_fraction(hb_text *out, uint32_t nanosecond) {
    if (nanosecond == 0) return;
    char digits[16];
    snprintf(digits, sizeof digits, ".%09u", nanosecond % 1000000000u);
    size_t n = strlen(digits);
    while (digits[n - 1] == '0') n--;
    hb_text_add(out, (hb_str){digits, n});
}

static void print_zone(hb_text *out, hb_zone zone) {
    switch (zone.kind) {
        case HB_ZONE_NONE: return;
        case HB_ZONE_NAMED:
            hb_text_add(out, HB_STR("@"));
            hb_text_add(out, hb_zone_name(zone.name));
            return;
        case HB_ZONE_OFFSET: break;
    }
    int32_t offset = zone.offset_seconds < 0 ? -zone.offset_seconds : zone.offset_seconds;
    if (offset == 0) {
        hb_text_add(out, HB_STR("Z"));
        return;
    }
    hb_text_addf(out, "%c%02d:%02d", zone.offset_seconds < 0 ? '-' : '+', offset / 3600,
                 offset / 60 % 60);
    if (offset % 60) hb_text_addf(out, ":%02d", offset % 60);
}

static void print_time(hb_text *out, const hb_time *time) {
    hb_text_addf(out, "%02d:%02d:%02d", time->hour, time->minute, time->second);
    print_fraction(out, time->nanosecond);
    print_zone(out, time->zone);
}

static void print_date_time(hb_text *out, const hb_datetime *date_time) {
    print_date(out, date_time->date);
    hb_text_add(out, HB_STR("T"));
    print_time(out, &date_time->time);
}

static void print_part(hb_text *out, uint64_t number, char unit) {
    if (number) hb_text_addf(out, "%llu%c", (unsigned long long)number, unit);
}

static void print_days_duration(hb_text *out, int64_t seconds, uint32_t nanosecond) {
    bool is_negative = seconds < 0;
    uint64_t whole = is_negative ? 0 - (uint64_t)seconds : (uint64_t)seconds;
    if (is_negative && nanosecond) whole--, nanosecond = 1000000000u - nanosecond;
    hb_text_add(out, is_negative ? HB_STR("-P") : HB_STR("P"));
    print_part(out, whole / 86400, 'D');
    uint64_t in_day = whole % 86400;
    if (in_day || nanosecond || whole == 0) hb_text_add(out, HB_STR("T"));
    print_part(out, in_day / 3600, 'H');
    print_part(out, in_day / 60 % 60, 'M');
    if (in_day % 60 == 0 && nanosecond == 0 && whole != 0) return;
    hb_text_addf(out, "%u", (unsigned)(in_day % 60));
    print_fraction(out, nanosecond);
    hb_text_add(out, HB_STR("S"));
}

static void print_years_duration(hb_text *out, int64_t months) {
    uint64_t whole = months < 0 ? 0 - (uint64_t)months : (uint64_t)months;
    hb_text_add(out, months < 0 ? HB_STR("-P") : HB_STR("P"));
    print_part(out, whole / 12, 'Y');
    if (whole % 12 || whole == 0) hb_text_addf(out, "%uM", (unsigned)(whole % 12));
}

// ---- parts -------------------------------------------------------------------------------------

// Kept out of the functions that recurse: its digits would be on the stack once for each level.
static __attribute__((noinline)) void print_number(hb_text *out, feel_value number) {
    if (!number.is_big && number.exponent == 0) {
        hb_text_addf(out, "%lld", (long long)number.coefficient);
        return;
    }
    char digits[6300];
    hb_text_add(out, hb_dec_print(feel_dec(number), digits));
}

static void print_quoted(hb_text *out, hb_str text) {
    hb_text_add(out, HB_STR("\""));
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c == '"' || c == '\\') {
            hb_text_addf(out, "\\%c", c);
        } else if (c == '\n') {
            hb_text_add(out, HB_STR("\\n"));
        } else if (c == '\r') {
            hb_text_add(out, HB_STR("\\r"));
        } else if (c == '\t') {
            hb_text_add(out, HB_STR("\\t"));
        } else if (c < 0x20 || c == 0x7f) {
            hb_text_addf(out, "\\u%04X", c);
        } else {
            hb_text_add(out, (hb_str){text.at + i, 1});
        }
    }
    hb_text_add(out, HB_STR("\""));
}

// Whether a key reads as a name without quotes: a letter or _, then letters, digits, _ and single
// spaces.
static bool is_plain_name(hb_str key) {
    size_t at = 0;
    bool was_space = true, is_first = true;
    while (at < key.n) {
        int32_t c = feel_next_code_point(key, &at);
        bool is_start = c == '_' || u_isalpha(c);
        bool is_part = is_start || (!is_first && c >= '0' && c <= '9');
        if (c == ' ' ? was_space : !is_part) return false;
        was_space = c == ' ';
        is_first = false;
    }
    return !was_space;
}

static void print_value(hb_text *out, feel_value value, bool is_top, uint32_t depth);

static void print_list(hb_text *out, feel_value list, uint32_t depth) {
    hb_text_add(out, HB_STR("["));
    for (uint32_t i = 0; i < list.n; i++) {
        if (i) hb_text_add(out, HB_STR(", "));
        print_value(out, list.items[i], false, depth);
    }
    hb_text_add(out, HB_STR("]"));
}

static void print_context(hb_text *out, const feel_context *context, uint32_t depth) {
    hb_text_add(out, HB_STR("{"));
    for (uint32_t i = 0; i < context->n; i++) {
        if (i) hb_text_add(out, HB_STR(", "));
        if (is_plain_name(context->keys[i]))
            hb_text_add(out, context->keys[i]);
        else
            print_quoted(out, context->keys[i]);
        hb_text_add(out, HB_STR(": "));
        print_value(out, context->values[i], false, depth);
    }
    hb_text_add(out, HB_STR("}"));
}

static void print_range(hb_text *out, const feel_range *range, uint32_t depth) {
    static const struct {
        char unary;
        const char *text;
    } UNARY[] = {
        {'<', "<" },
        {'l', "<="},
        {'>', ">" },
        {'g', ">="},
        {'=', "=" },
        {'!', "!="},
    };
    for (size_t i = 0; i < sizeof UNARY / sizeof *UNARY; i++) {
        if (range->unary != UNARY[i].unary) continue;
        hb_text_addf(out, "(%s", UNARY[i].text);
        print_value(out, range->has_low ? range->low : range->high, false, depth);
        hb_text_add(out, HB_STR(")"));
        return;
    }
    hb_text_add(out, range->is_low_included ? HB_STR("[") : HB_STR("("));
    if (range->has_low) print_value(out, range->low, false, depth);
    hb_text_add(out, HB_STR(".."));
    if (range->has_high) print_value(out, range->high, false, depth);
    hb_text_add(out, range->is_high_included ? HB_STR("]") : HB_STR(")"));
}

static void print_temporal(hb_text *out, feel_value value) {
    switch ((feel_kind)value.kind) {
        case FEEL_DATE: print_date(out, value.date); return;
        case FEEL_TIME: print_time(out, value.time); return;
        case FEEL_DATE_TIME: print_date_time(out, value.date_time); return;
        case FEEL_DAYS_DURATION: print_days_duration(out, value.seconds, value.n); return;
        case FEEL_YEARS_DURATION: print_years_duration(out, value.months); return;
        case FEEL_NULL:
        case FEEL_BOOLEAN:
        case FEEL_NUMBER:
        case FEEL_STRING:
        case FEEL_RANGE:
        case FEEL_LIST:
        case FEEL_CONTEXT:
        case FEEL_FUNCTION: return;
    }
}

static void print_value(hb_text *out, feel_value value, bool is_top, uint32_t depth) {
    if (depth == 0) {
        hb_text_add(out, HB_STR("..."));
        return;
    }
    switch ((feel_kind)value.kind) {
        case FEEL_NULL: hb_text_add(out, HB_STR("null")); return;
        case FEEL_BOOLEAN:
            hb_text_add(out, value.boolean ? HB_STR("true") : HB_STR("false"));
            return;
        case FEEL_NUMBER: print_number(out, value); return;
        case FEEL_STRING:
            if (is_top)
                hb_text_add(out, feel_text(value));
            else
                print_quoted(out, feel_text(value));
            return;
        case FEEL_DATE:
        case FEEL_TIME:
        case FEEL_DATE_TIME:
        case FEEL_DAYS_DURATION:
        case FEEL_YEARS_DURATION:
            if (!is_top) hb_text_add(out, HB_STR("@\""));
            print_temporal(out, value);
            if (!is_top) hb_text_add(out, HB_STR("\""));
            return;
        case FEEL_RANGE: print_range(out, value.range, depth - 1); return;
        case FEEL_LIST: print_list(out, value, depth - 1); return;
        case FEEL_CONTEXT: print_context(out, value.context, depth - 1); return;
        case FEEL_FUNCTION: hb_text_add(out, HB_STR("function")); return;
    }
}

void feel_print(hb_text *out, feel_value value) {
    print_value(out, value, true, FEEL_NESTING_MAX);
}

// ---- JSON --------------------------------------------------------------------------------------

static void print_json(hb_text *out, feel_value value, uint32_t depth);

static void print_json_list(hb_text *out, feel_value list, uint32_t depth) {
    hb_text_add(out, HB_STR("["));
    for (uint32_t i = 0; i < list.n; i++) {
        if (i) hb_text_add(out, HB_STR(","));
        print_json(out, list.items[i], depth);
    }
    hb_text_add(out, HB_STR("]"));
}

static void print_json_context(hb_text *out, const feel_context *context, uint32_t depth) {
    hb_text_add(out, HB_STR("{"));
    for (uint32_t i = 0; i < context->n; i++) {
        if (i) hb_text_add(out, HB_STR(","));
        hb_text_add_json(out, context->keys[i]);
        hb_text_add(out, HB_STR(":"));
        print_json(out, context->values[i], depth);
    }
    hb_text_add(out, HB_STR("}"));
}

static void print_json(hb_text *out, feel_value value, uint32_t depth) {
    if (depth == 0) {
        hb_text_add(out, HB_STR("null"));
        return;
    }
    hb_text text = {0};
    switch ((feel_kind)value.kind) {
        case FEEL_NULL:
        case FEEL_BOOLEAN:
        case FEEL_NUMBER: print_value(out, value, true, depth); return;
        case FEEL_STRING: hb_text_add_json(out, feel_text(value)); return;
        case FEEL_LIST: print_json_list(out, value, depth - 1); return;
        case FEEL_CONTEXT: print_json_context(out, value.context, depth - 1); return;
        case FEEL_DATE:
        case FEEL_TIME:
        case FEEL_DATE_TIME:
        case FEEL_DAYS_DURATION:
        case FEEL_YEARS_DURATION:
        case FEEL_RANGE:
        case FEEL_FUNCTION:
            print_value(&text, value, true, depth);
            if (text.failed) out->failed = true;
            hb_text_add_json(out, (hb_str){text.at, text.n});
            hb_text_clear(&text);
            return;
    }
}

void feel_print_json(hb_text *out, feel_value value) {
    print_json(out, value, FEEL_NESTING_MAX);
}
