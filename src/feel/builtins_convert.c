// Conversion functions (DMN 1.5 §10.3.4.1) and not() (§10.3.4.2). Text that says no date, time,
// number, duration or range gives null and a note that quotes it.
#include "feel/builtins.h"
#include "feel/node.h"

#include <string.h>

enum { OFFSET_SECONDS_MAX = 18 * 3600 };

static feel_value unreadable(feel_run *run, const char *function, const char *wanted, hb_str text) {
    hb_str shown = feel_excerpt(text);
    return feel_null_because(run, true, "%s(): \"%.*s\" is not %s", function, (int)shown.n,
                             shown.at, wanted);
}

// A whole number that fits an int; others give false.
static bool whole(feel_value number, int64_t *out) {
    return feel_to_int(number, out) && *out >= INT32_MIN && *out <= INT32_MAX;
}

// ---- dates and times ---------------------------------------------------------------------------

feel_value feel_builtin_date_from(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    feel_value date;
    if (args[0].kind == FEEL_DATE) return args[0];
    if (args[0].kind == FEEL_DATE_TIME) return feel_date(args[0].date_time->date);
    if (feel_parse_date(feel_text(args[0]), &date)) return date;
    return unreadable(run, "date", "a date (YYYY-MM-DD)", feel_text(args[0]));
}

feel_value feel_builtin_date_of(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    int64_t year, month, day;
    if (!whole(args[0], &year) || !whole(args[1], &month) || !whole(args[2], &day) || month < 1 ||
        month > 12 || day < 1 || day > 31 || !hb_date_is_valid(year, (int)month, (int)day))
        return feel_null_because(run, true, "date(): there is no such day");
    return feel_date((hb_date){(int32_t)year, (uint8_t)month, (uint8_t)day});
}

feel_value feel_builtin_date_time_from(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    feel_value date_time;
    if (feel_parse_date_time(run->arena, feel_text(args[0]), &date_time)) return date_time;
    return unreadable(run, "date and time", "a date and time (YYYY-MM-DDThh:mm:ss)",
                      feel_text(args[0]));
}

feel_value feel_builtin_date_time_of(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    hb_date date = args[0].kind == FEEL_DATE ? args[0].date : args[0].date_time->date;
    return feel_date_time_value(run, (hb_datetime){.date = date, .time = *args[1].time});
}

feel_value feel_builtin_time_from(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    feel_value time;
    if (args[0].kind == FEEL_TIME) return args[0];
    if (args[0].kind == FEEL_DATE_TIME) return feel_time_value(run, args[0].date_time->time);
    if (args[0].kind == FEEL_DATE) return feel_time_value(run, feel_midnight(args[0].date).time);
    if (feel_parse_time(run->arena, feel_text(args[0]), &time)) return time;
    return unreadable(run, "time", "a time (hh:mm:ss)", feel_text(args[0]));
}

// Seconds and their fraction, cut at nanoseconds.
static bool split_seconds(feel_value number, int64_t *second, int64_t *nanosecond) {
    hb_dec cut, floor = hb_dec_floor(feel_dec(number));
    return hb_dec_to_int(floor, second) && hb_dec_sub(feel_dec(number), floor, &cut) &&
           hb_dec_mul(cut, hb_dec_from_int(1000000000), &cut) &&
           hb_dec_to_int(hb_dec_floor(cut), nanosecond);
}

feel_value feel_builtin_time_of(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    int64_t hour, minute, second, nanosecond;
    if (!whole(args[0], &hour) || !whole(args[1], &minute) ||
        !split_seconds(args[2], &second, &nanosecond) || hour < 0 || hour > 23 || minute < 0 ||
        minute > 59 || second < 0 || second > 59)
        return feel_null_because(run, true, "time(): there is no such time of day");
    hb_time time = {.hour = (uint8_t)hour,
                    .minute = (uint8_t)minute,
                    .second = (uint8_t)second,
                    .nanosecond = (uint32_t)nanosecond};
    if (args[3].kind == FEEL_DAYS_DURATION) {
        int64_t offset = args[3].seconds;
        if (offset < -OFFSET_SECONDS_MAX || offset > OFFSET_SECONDS_MAX || args[3].n != 0)
            return feel_null_because(run, true, "time(): an offset is at most 18 hours");
        time.zone = (hb_zone){.kind = HB_ZONE_OFFSET, .offset_seconds = (int32_t)offset};
    }
    return feel_time_value(run, time);
}

// ---- numbers and strings -----------------------------------------------------------------------

// A separator is one of `allowed` or null; 0 for null.
static bool read_separator(feel_value value, const char *allowed, char *out) {
    *out = 0;
    if (value.kind == FEEL_NULL) return true;
    hb_str text = feel_text(value);
    if (text.n != 1 || !strchr(allowed, text.at[0])) return false;
    *out = text.at[0];
    return true;
}

// Grammar rule 37 has no plus sign in front, and digits behind every point.
static bool is_numeric_literal(hb_str text) {
    for (size_t i = 0; i < text.n; i++)
        if (text.at[i] == '.' && (i + 1 == text.n || text.at[i + 1] < '0' || text.at[i + 1] > '9'))
            return false;
    return text.n > 0 && text.at[0] != '+';
}

feel_value feel_builtin_number_from(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    hb_str text = feel_text(args[0]);
    char grouping, point;
    if (!read_separator(args[1], " .,", &grouping))
        return feel_null_because(
            run, true, "number(): grouping separator must be space, comma, period or null");
    if (!read_separator(args[2], ".,", &point))
        return feel_null_because(run, true,
                                 "number(): decimal separator must be comma, period or null");
    if (grouping && grouping == point)
        return feel_null_because(run, true, "number(): the two separators are the same");
    char *plain = hb_arena_alloc(run->arena, text.n + 1);
    if (!plain) return feel_null_because(run, true, "no memory is left for this number");
    size_t size = 0;
    hb_dec number;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.at[i];
        if (grouping && c == grouping) continue;
        if (point && point != '.' && c == '.') return unreadable(run, "number", "a number", text);
        plain[size++] = point && c == point ? '.' : c;
    }
    if (!is_numeric_literal((hb_str){plain, size}) || !hb_dec_parse((hb_str){plain, size}, &number))
        return unreadable(run, "number", "a number", text);
    return feel_number_from(run, number);
}

feel_value feel_builtin_string_from(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    hb_text text = {0};
    if (args[0].kind == FEEL_NULL || args[0].kind == FEEL_STRING) return args[0];
    feel_print(&text, args[0]);
    feel_value result = text.failed
                            ? feel_null_because(run, true, "no memory is left for this text")
                            : feel_string_copy(run, (hb_str){text.at, text.n});
    hb_text_clear(&text);
    return result;
}

// ---- durations ---------------------------------------------------------------------------------

feel_value feel_builtin_duration_from(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    feel_value duration;
    if (feel_parse_duration(feel_text(args[0]), &duration)) return duration;
    return unreadable(run, "duration", "a duration (such as P1Y2M or P3DT4H)", feel_text(args[0]));
}

static hb_datetime as_date_time(feel_value value) {
    return value.kind == FEEL_DATE ? feel_midnight(value.date) : *value.date_time;
}

static int64_t nanosecond_of_day(const hb_time *time) {
    return (int64_t)feel_second_of_day(time) * 1000000000 + time->nanosecond;
}

// Whole months from one day to another, by their local dates: a month counts once its day and time
// of day are reached. Backwards it counts likewise, and is negative. A date beside a date and time
// is its midnight, as the coercion of DMN 1.5 §10.3.2.9.4 has it.
feel_value feel_builtin_years_and_months_duration(feel_run *run, const feel_value *args,
                                                  uint32_t n) {
    (void)run, (void)n;
    hb_datetime from = as_date_time(args[0]), to = as_date_time(args[1]);
    int64_t months =
        ((int64_t)to.date.year - from.date.year) * 12 + to.date.month - from.date.month;
    int64_t within = to.date.day - from.date.day;
    if (within == 0) {
        int64_t late = nanosecond_of_day(&to.time), early = nanosecond_of_day(&from.time);
        within = (late > early) - (late < early);
    }
    if (months > 0 && within < 0) months--;
    if (months < 0 && within > 0) months++;
    return feel_years_duration(months);
}

// ---- ranges ------------------------------------------------------------------------------------

// What may stand as an endpoint in a range's text: a literal, not an expression (DMN 1.5 §10.3.4.1,
// range).
static bool is_literal(const feel_node *node) {
    if (node->kind == FEEL_NODE_NEGATE) return node->a->kind == FEEL_NODE_CONSTANT;
    if (node->kind == FEEL_NODE_CONSTANT) return node->value.kind != FEEL_NULL;
    if (node->kind != FEEL_NODE_CALL || node->a->kind != FEEL_NODE_BUILTIN || node->n != 1)
        return false;
    static const char *const MAKERS[] = {"date", "time", "date and time", "duration"};
    for (size_t i = 0; i < sizeof MAKERS / sizeof *MAKERS; i++)
        if (strcmp(node->a->builtin->name, MAKERS[i]) == 0)
            return node->items[0]->kind == FEEL_NODE_CONSTANT;
    return false;
}

static bool is_ordered_range(feel_run *run, const feel_range *range) {
    return feel_is_true(feel_less_or_equal(run, range->low, range->high));
}

static feel_value evaluate(feel_run *run, hb_str text, feel_node **node) {
    hb_error err = {0};
    feel_source source = {.text = text, .where = HB_STR("range()")};
    feel_scope *scope = feel_scope_open(run->arena, NULL);
    *node = scope ? feel_parse(run->arena, source, scope, &err) : NULL;
    const feel_program *program = *node ? feel_compile(run->arena, *node, source, &err) : NULL;
    return program ? feel_evaluate(run, program, NULL) : feel_null();
}

// Both ends: [1..3], in order.
static feel_value whole_range(feel_run *run, hb_str text) {
    feel_node *node;
    feel_value range = evaluate(run, text, &node);
    bool has_literals = node && node->kind == FEEL_NODE_RANGE && node->b && is_literal(node->a) &&
                        is_literal(node->b);
    return has_literals && range.kind == FEEL_RANGE && is_ordered_range(run, range.range)
               ? range
               : feel_null();
}

// One end: (..3] and [1..), whose other bracket must be an open one (DMN 1.5 §10.3.1.2, rule 66).
// They are the ranges
// (<=3) and (>=1).
static feel_value half_range(feel_run *run, hb_str text) {
    if (text.n < 5) return feel_null();
    char first = text.at[0], last = text.at[text.n - 1];
    hb_str inside = hb_str_trim((hb_str){text.at + 1, text.n - 2});
    bool has_high = (first == '(' || first == ']') && hb_str_starts(inside, HB_STR(".."));
    bool has_low = (last == ')' || last == '[') && inside.n > 2 &&
                   hb_str_equal((hb_str){inside.at + inside.n - 2, 2}, HB_STR(".."));
    bool is_known = has_high ? last == ')' || last == ']' || last == '['
                             : first == '(' || first == ']' || first == '[';
    if (has_high == has_low || !is_known) return feel_null();
    feel_node *node;
    feel_value end = evaluate(run, (hb_str){inside.at + (has_high ? 2 : 0), inside.n - 2}, &node);
    if (!node || !is_literal(node) || end.kind == FEEL_NULL) return feel_null();
    feel_range range = {.has_low = has_low, .has_high = has_high};
    range.is_high_included = has_high && last == ']';
    range.is_low_included = has_low && first == '[';
    if (has_high)
        range.high = end;
    else
        range.low = end;
    range.unary =
        has_high ? (range.is_high_included ? 'l' : '<') : (range.is_low_included ? 'g' : '>');
    return feel_range_value(run, range);
}

feel_value feel_builtin_range_from(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    hb_str text = hb_str_trim(feel_text(args[0]));
    feel_value range = half_range(run, text);
    if (range.kind != FEEL_RANGE && text.n) range = whole_range(run, text);
    if (range.kind == FEEL_RANGE) return range;
    return unreadable(run, "range", "a range of literals in order (such as [18..21])", text);
}

// ---- not ---------------------------------------------------------------------------------------

feel_value feel_builtin_not(feel_run *run, const feel_value *args, uint32_t n) {
    (void)run;
    (void)n;
    return feel_boolean(!args[0].boolean);
}
