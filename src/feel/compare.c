// Equality, order and membership, three-valued: true, false, or null where two values cannot be
// compared (DMN 1.5 §10.3.2.15, "General semantics of equality and inequality" and "Semantics of
// comparison"). Date and times with zones compare as instants; one with a zone and one without are
// not equal, and one precedes the other by their local clocks. Times and date and times compare by
// whole seconds: that is how the standard defines their value.
#include "feel/truth.h"

static int compare_int(int64_t a, int64_t b) {
    return (a > b) - (a < b);
}

static int compare_numbers(feel_value a, feel_value b) {
    if (!a.is_big && !b.is_big && a.exponent == b.exponent)
        return compare_int(a.coefficient, b.coefficient);
    return hb_dec_compare(feel_dec(a), feel_dec(b));
}

static int compare_durations(feel_value a, feel_value b) {
    int order = compare_int(a.seconds, b.seconds);
    return order ? order : compare_int(a.n, b.n);
}

static int compare_dates(hb_date a, hb_date b) {
    if (a.year != b.year) return a.year < b.year ? -1 : 1;
    return compare_int(a.month * 32 + a.day, b.month * 32 + b.day);
}

static bool is_same_zone(hb_zone a, hb_zone b) {
    if (a.kind != b.kind) return false;
    return a.kind == HB_ZONE_NAMED ? a.name == b.name
                                   : a.kind == HB_ZONE_NONE || a.offset_seconds == b.offset_seconds;
}

// ---- order -------------------------------------------------------------------------------------

static bool is_zoned(const hb_time *time) {
    return time->zone.kind != HB_ZONE_NONE;
}

// Two with zones by their instants, all others by their local clocks: one without a zone takes that
// of the other.
static bool order_times(const hb_time *a, const hb_time *b, int *order) {
    int32_t first = feel_second_of_day(a), second = feel_second_of_day(b), offset_a = 0,
            offset_b = 0;
    if (is_zoned(a) && is_zoned(b) && !is_same_zone(a->zone, b->zone)) {
        if (!feel_zone_offset(&a->zone, NULL, first, &offset_a)) return false;
        if (!feel_zone_offset(&b->zone, NULL, second, &offset_b)) return false;
    }
    *order = compare_int(first - offset_a, second - offset_b);
    return true;
}

static int order_date_times(const hb_datetime *a, const hb_datetime *b) {
    if (is_zoned(&a->time) && is_zoned(&b->time))
        return compare_int(feel_instant(a), feel_instant(b));
    int order = compare_dates(a->date, b->date);
    return order ? order : compare_int(feel_second_of_day(&a->time), feel_second_of_day(&b->time));
}

// One of the two has a zone and the other has none: they are never equal.
static bool is_zone_mixed(feel_value a, feel_value b) {
    if (a.kind == FEEL_TIME) return is_zoned(a.time) != is_zoned(b.time);
    if (a.kind == FEEL_DATE_TIME)
        return is_zoned(&a.date_time->time) != is_zoned(&b.date_time->time);
    return false;
}

// Order of two values of one kind that has an order; false when there is none.
static bool order_of(feel_value a, feel_value b, int *order) {
    if (a.kind != b.kind) return false;
    switch ((feel_kind)a.kind) {
        case FEEL_NUMBER: *order = compare_numbers(a, b); return true;
        case FEEL_STRING: *order = hb_str_compare(feel_text(a), feel_text(b)); return true;
        case FEEL_DATE: *order = compare_dates(a.date, b.date); return true;
        case FEEL_TIME: return order_times(a.time, b.time, order);
        case FEEL_DATE_TIME: *order = order_date_times(a.date_time, b.date_time); return true;
        case FEEL_DAYS_DURATION: *order = compare_durations(a, b); return true;
        case FEEL_YEARS_DURATION: *order = compare_int(a.months, b.months); return true;
        case FEEL_NULL:
        case FEEL_BOOLEAN:
        case FEEL_RANGE:
        case FEEL_LIST:
        case FEEL_CONTEXT:
        case FEEL_FUNCTION: return false;
    }
    return false;
}

static feel_value not_ordered(feel_run *run, feel_value a, feel_value b) {
    return feel_null_because(run, false, "a %s and a %s have no order", feel_kind_name(a),
                             feel_kind_name(b));
}

feel_value feel_less(feel_run *run, feel_value a, feel_value b) {
    int order;
    return order_of(a, b, &order) ? feel_boolean(order < 0) : not_ordered(run, a, b);
}

feel_value feel_less_or_equal(feel_run *run, feel_value a, feel_value b) {
    int order;
    if (!order_of(a, b, &order)) return not_ordered(run, a, b);
    return feel_boolean(order < 0 || (order == 0 && !is_zone_mixed(a, b)));
}

// ---- equality ----------------------------------------------------------------------------------

static truth equal(feel_value a, feel_value b, uint32_t depth);

static truth equal_lists(feel_value a, feel_value b, uint32_t depth) {
    if (a.n != b.n) return NO;
    truth answer = YES;
    for (uint32_t i = 0; i < a.n && answer != NO; i++)
        answer = both(answer, equal(a.items[i], b.items[i], depth));
    return answer;
}

// Same keys in any order, with equal values.
static truth equal_contexts(const feel_context *a, const feel_context *b, uint32_t depth) {
    if (a->n != b->n) return NO;
    truth answer = YES;
    for (uint32_t i = 0; i < a->n && answer != NO; i++) {
        feel_value other;
        if (!feel_context_get(b, a->keys[i], &other)) return NO;
        answer = both(answer, equal(a->values[i], other, depth));
    }
    return answer;
}

static truth equal_endpoints(feel_value a, bool has_a, feel_value b, bool has_b, uint32_t depth) {
    if (has_a != has_b) return NO;
    return has_a ? equal(a, b, depth) : YES;
}

// What `=` and `!=` compare with; `!=` has it without having an endpoint.
static feel_value range_point(const feel_range *range) {
    return range->has_low ? range->low : range->high;
}

// An absent endpoint is not a null one, and `=10` is not [10..10] (DMN 1.5 §10.3.2.7).
static truth equal_ranges(const feel_range *a, const feel_range *b, uint32_t depth) {
    if (a->unary != b->unary) {
        bool is_point = a->unary == '=' || a->unary == '!' || b->unary == '=' || b->unary == '!';
        if (is_point) return NO;
    }
    if (a->unary == '!') return equal(range_point(a), range_point(b), depth);
    if (a->is_low_included != b->is_low_included) return NO;
    if (a->is_high_included != b->is_high_included) return NO;
    return both(equal_endpoints(a->low, a->has_low, b->low, b->has_low, depth),
                equal_endpoints(a->high, a->has_high, b->high, b->has_high, depth));
}

static truth equal(feel_value a, feel_value b, uint32_t depth) {
    int order;
    if (depth == 0) return UNKNOWN;
    if (a.kind == FEEL_NULL || b.kind == FEEL_NULL) return truth_of(a.kind == b.kind);
    if (a.kind != b.kind) return UNKNOWN;
    switch ((feel_kind)a.kind) {
        case FEEL_BOOLEAN: return truth_of(a.boolean == b.boolean);
        case FEEL_NUMBER: return truth_of(compare_numbers(a, b) == 0);
        case FEEL_STRING: return truth_of(hb_str_equal(feel_text(a), feel_text(b)));
        case FEEL_DATE:
        case FEEL_TIME:
        case FEEL_DATE_TIME:
        case FEEL_DAYS_DURATION:
        case FEEL_YEARS_DURATION:
            return truth_of(order_of(a, b, &order) && order == 0 && !is_zone_mixed(a, b));
        case FEEL_LIST: return equal_lists(a, b, depth - 1);
        case FEEL_CONTEXT: return equal_contexts(a.context, b.context, depth - 1);
        case FEEL_RANGE: return equal_ranges(a.range, b.range, depth - 1);
        case FEEL_FUNCTION: return a.function == b.function ? YES : UNKNOWN;
        case FEEL_NULL: break;
    }
    return UNKNOWN;
}

feel_value feel_equal(feel_run *run, feel_value a, feel_value b) {
    truth answer = equal(a, b, FEEL_NESTING_MAX);
    if (answer == UNKNOWN)
        return feel_null_because(run, false, "a %s and a %s cannot be compared", feel_kind_name(a),
                                 feel_kind_name(b));
    return truth_value(answer);
}

// ---- identity ----------------------------------------------------------------------------------

static bool is_same(feel_value a, feel_value b, uint32_t depth);

static bool is_same_time(const hb_time *a, const hb_time *b) {
    return feel_second_of_day(a) == feel_second_of_day(b) && a->nanosecond == b->nanosecond &&
           is_same_zone(a->zone, b->zone);
}

static bool is_same_list(feel_value a, feel_value b, uint32_t depth) {
    if (a.n != b.n) return false;
    for (uint32_t i = 0; i < a.n; i++)
        if (!is_same(a.items[i], b.items[i], depth)) return false;
    return true;
}

static bool is_same_context(const feel_context *a, const feel_context *b, uint32_t depth) {
    if (a->n != b->n) return false;
    for (uint32_t i = 0; i < a->n; i++) {
        feel_value other;
        if (!feel_context_get(b, a->keys[i], &other)) return false;
        if (!is_same(a->values[i], other, depth)) return false;
    }
    return true;
}

static bool is_same_range(const feel_range *a, const feel_range *b, uint32_t depth) {
    return a->unary == b->unary && a->has_low == b->has_low && a->has_high == b->has_high &&
           a->is_low_included == b->is_low_included && a->is_high_included == b->is_high_included &&
           is_same(a->low, b->low, depth) && is_same(a->high, b->high, depth);
}

static bool is_same(feel_value a, feel_value b, uint32_t depth) {
    if (depth == 0 || a.kind != b.kind) return false;
    switch ((feel_kind)a.kind) {
        case FEEL_NULL: return true;
        case FEEL_BOOLEAN:
        case FEEL_NUMBER:
        case FEEL_STRING:
        case FEEL_DATE:
        case FEEL_DAYS_DURATION:
        case FEEL_YEARS_DURATION:
        case FEEL_FUNCTION: return equal(a, b, depth) == YES;
        case FEEL_TIME: return is_same_time(a.time, b.time);
        case FEEL_DATE_TIME:
            return compare_dates(a.date_time->date, b.date_time->date) == 0 &&
                   is_same_time(&a.date_time->time, &b.date_time->time);
        case FEEL_RANGE: return is_same_range(a.range, b.range, depth - 1);
        case FEEL_LIST: return is_same_list(a, b, depth - 1);
        case FEEL_CONTEXT: return is_same_context(a.context, b.context, depth - 1);
    }
    return false;
}

bool feel_is_same(feel_value a, feel_value b) {
    return is_same(a, b, FEEL_NESTING_MAX);
}

// ---- membership --------------------------------------------------------------------------------

// `low` before `high`, or at it where the endpoint is included. A null endpoint has no order with
// anything: the answer is then unknown or false, never true (DMN 1.5 §10.3.2.7).
static truth is_before(feel_value low, feel_value high, bool is_included) {
    int order;
    if (!order_of(low, high, &order)) return UNKNOWN;
    return truth_of(order < 0 || (order == 0 && is_included && !is_zone_mixed(low, high)));
}

static truth not_equal(feel_value a, feel_value b) {
    truth answer = equal(a, b, FEEL_NESTING_MAX);
    return answer == UNKNOWN ? UNKNOWN : truth_of(answer == NO);
}

static truth in_range(feel_value value, const feel_range *range) {
    feel_value point = range_point(range);
    if (range->unary == '=') return equal(value, point, FEEL_NESTING_MAX);
    if (range->unary == '!') return not_equal(value, point);
    truth from_low = YES, to_high = YES;
    if (range->has_low) from_low = is_before(range->low, value, range->is_low_included);
    if (range->has_high) to_high = is_before(value, range->high, range->is_high_included);
    return both(from_low, to_high);
}

// A member of a list is met when it equals the value or, itself a range or a list, holds it.
static truth in_list(feel_value value, feel_value list) {
    for (uint32_t i = 0; i < list.n; i++) {
        feel_value item = list.items[i];
        if (equal(value, item, FEEL_NESTING_MAX) == YES) return YES;
        if (item.kind == FEEL_RANGE && in_range(value, item.range) == YES) return YES;
    }
    return equal(value, list, FEEL_NESTING_MAX) == YES ? YES : NO;
}

feel_value feel_in(feel_run *run, feel_value value, feel_value test) {
    truth answer;
    if (test.kind == FEEL_LIST) return truth_value(in_list(value, test));
    if (test.kind == FEEL_RANGE && value.kind != FEEL_RANGE)
        answer = in_range(value, test.range);
    else
        answer = equal(value, test, FEEL_NESTING_MAX);
    if (answer == UNKNOWN)
        return feel_null_because(run, false, "a %s cannot be tested against a %s",
                                 feel_kind_name(value), feel_kind_name(test));
    return truth_value(answer);
}
