// Values: how one is made, copied and read. A value is 16 bytes; what it points to lives in the
// arena it was made in and never changes. A number has one form only: small (coefficient and
// exponent in place) whenever it fits, so two small numbers are equal exactly when their bits are;
// else a decimal128.
#include "feel/internal.h"

#include <string.h>

// ---- numbers -----------------------------------------------------------------------------------

static feel_value small_number(int64_t coefficient, int exponent) {
    while (exponent < 0 && coefficient % 10 == 0) coefficient /= 10, exponent++;
    return (feel_value){
        .kind = FEEL_NUMBER, .exponent = (int16_t)exponent, .coefficient = coefficient};
}

feel_value feel_int(int64_t number) {
    return small_number(number, 0);
}

// The small form of `coefficient * 10^exponent`, where it has one.
bool feel_small_number(int64_t coefficient, int exponent, feel_value *out) {
    if (coefficient == 0) exponent = 0;
    while (exponent > 0 && coefficient <= FEEL_SMALL_MAX / 10 &&
           coefficient >= -FEEL_SMALL_MAX / 10)
        coefficient *= 10, exponent--;
    while (exponent < -18 && coefficient % 10 == 0) coefficient /= 10, exponent++;
    if (exponent > 0 || exponent < -18) return false;
    if (coefficient > FEEL_SMALL_MAX || coefficient < -FEEL_SMALL_MAX) return false;
    *out = small_number(coefficient, exponent);
    return true;
}

bool feel_number(hb_arena *arena, hb_dec number, feel_value *out) {
    int64_t coefficient;
    int exponent;
    if (hb_dec_to_parts(number, &coefficient, &exponent) &&
        feel_small_number(coefficient, exponent, out))
        return true;
    hb_dec *big = hb_arena_new(arena, hb_dec);
    if (!big) return false;
    *big = number;
    *out = (feel_value){.kind = FEEL_NUMBER, .is_big = 1, .big = big};
    return true;
}

hb_dec feel_dec(feel_value number) {
    if (number.is_big) return *number.big;
    if (number.exponent == 0) return hb_dec_from_int(number.coefficient);
    return hb_dec_from_parts(number.coefficient, number.exponent);
}

bool feel_to_int(feel_value number, int64_t *out) {
    if (number.kind != FEEL_NUMBER) return false;
    if (number.is_big) return hb_dec_to_int(*number.big, out);
    if (number.exponent != 0) return false;
    *out = number.coefficient;
    return true;
}

// ---- values in a run's arena -------------------------------------------------------------------

// A run whose arena is exhausted ends there: the machine sees the exhausted arena after each call.
static feel_value no_memory(feel_run *run) {
    return feel_null_because(run, true, "no memory is left for this value");
}

feel_value feel_number_from(feel_run *run, hb_dec number) {
    feel_value out;
    return feel_number(run->arena, number, &out) ? out : no_memory(run);
}

feel_value feel_string_copy(feel_run *run, hb_str text) {
    hb_str copy;
    if (text.n > UINT32_MAX) return feel_null_because(run, true, "this text is too long");
    return hb_str_copy(run->arena, text, &copy) ? feel_string(copy) : no_memory(run);
}

feel_value feel_list_copy(feel_run *run, const feel_value *items, uint32_t n) {
    if (n == 0) return feel_list(NULL, 0);
    feel_value *copy = hb_arena_array(run->arena, feel_value, n);
    if (!copy) return no_memory(run);
    memcpy(copy, items, n * sizeof *copy);
    return feel_list(copy, n);
}

feel_value feel_time_value(feel_run *run, hb_time time) {
    hb_time *copy = hb_arena_new(run->arena, hb_time);
    if (!copy) return no_memory(run);
    *copy = time;
    return (feel_value){.kind = FEEL_TIME, .time = copy};
}

feel_value feel_date_time_value(feel_run *run, hb_datetime date_time) {
    hb_datetime *copy = hb_arena_new(run->arena, hb_datetime);
    if (!copy) return no_memory(run);
    *copy = date_time;
    return (feel_value){.kind = FEEL_DATE_TIME, .date_time = copy};
}

feel_value feel_days_duration(int64_t seconds, uint32_t nanosecond) {
    return (feel_value){.kind = FEEL_DAYS_DURATION, .n = nanosecond, .seconds = seconds};
}

feel_value feel_years_duration(int64_t months) {
    return (feel_value){.kind = FEEL_YEARS_DURATION, .months = months};
}

feel_value feel_range_value(feel_run *run, feel_range range) {
    feel_range *copy = hb_arena_new(run->arena, feel_range);
    if (!copy) return no_memory(run);
    *copy = range;
    return (feel_value){.kind = FEEL_RANGE, .range = copy};
}

feel_value feel_context_value(feel_run *run, uint32_t n, const hb_str *keys,
                              const feel_value *values) {
    feel_context *context = hb_arena_new(run->arena, feel_context);
    hb_str *own_keys = hb_arena_array(run->arena, hb_str, n + 1);
    feel_value *own_values = hb_arena_array(run->arena, feel_value, n + 1);
    if (!context || !own_keys || !own_values) return no_memory(run);
    if (n > 0) {
        memcpy(own_keys, keys, n * sizeof *keys);
        memcpy(own_values, values, n * sizeof *values);
    }
    *context = (feel_context){.n = n, .keys = own_keys, .values = own_values};
    return (feel_value){.kind = FEEL_CONTEXT, .context = context};
}

bool feel_context_get(const feel_context *context, hb_str key, feel_value *out) {
    for (uint32_t i = 0; i < context->n; i++) {
        if (context->keys[i].n != key.n || !hb_str_equal(context->keys[i], key)) continue;
        *out = context->values[i];
        return true;
    }
    return false;
}

// ---- copying -----------------------------------------------------------------------------------

static bool copy_deep(hb_arena *arena, feel_value value, feel_value *out, uint32_t depth);

static bool copy_values(hb_arena *arena, const feel_value *values, uint32_t n,
                        const feel_value **out, uint32_t depth) {
    feel_value *copy = hb_arena_array(arena, feel_value, n + (size_t)1);
    if (!copy) return false;
    for (uint32_t i = 0; i < n; i++)
        if (!copy_deep(arena, values[i], &copy[i], depth)) return false;
    *out = copy;
    return true;
}

static bool copy_context(hb_arena *arena, const feel_context *from, feel_value *out,
                         uint32_t depth) {
    feel_context *context = hb_arena_new(arena, feel_context);
    hb_str *keys = hb_arena_array(arena, hb_str, from->n + (size_t)1);
    if (!context || !keys) return false;
    for (uint32_t i = 0; i < from->n; i++)
        if (!hb_str_copy(arena, from->keys[i], &keys[i])) return false;
    *context = (feel_context){.n = from->n, .keys = keys};
    if (!copy_values(arena, from->values, from->n, &context->values, depth)) return false;
    out->context = context;
    return true;
}

static bool copy_range(hb_arena *arena, const feel_range *from, feel_value *out, uint32_t depth) {
    feel_range *range = hb_arena_new(arena, feel_range);
    if (!range) return false;
    *range = *from;
    out->range = range;
    return copy_deep(arena, from->low, &range->low, depth) &&
           copy_deep(arena, from->high, &range->high, depth);
}

// Bytes behind a pointer of a value without parts of its own.
static const void *copy_bytes(hb_arena *arena, const void *from, size_t size) {
    void *to = hb_arena_alloc(arena, size);
    return to ? memcpy(to, from, size) : NULL;
}

static bool copy_deep(hb_arena *arena, feel_value value, feel_value *out, uint32_t depth) {
    if (depth == 0) return false;
    hb_str text;
    *out = value;
    switch ((feel_kind)value.kind) {
        case FEEL_NULL:
        case FEEL_BOOLEAN:
        case FEEL_DATE:
        case FEEL_DAYS_DURATION:
        case FEEL_YEARS_DURATION:
        case FEEL_FUNCTION: return true;
        case FEEL_NUMBER:
            if (!value.is_big) return true;
            return (out->big = copy_bytes(arena, value.big, sizeof *value.big)) != NULL;
        case FEEL_STRING:
            if (!hb_str_copy(arena, feel_text(value), &text)) return false;
            out->text = text.at;
            return true;
        case FEEL_TIME:
            return (out->time = copy_bytes(arena, value.time, sizeof *value.time)) != NULL;
        case FEEL_DATE_TIME:
            out->date_time = copy_bytes(arena, value.date_time, sizeof *value.date_time);
            return out->date_time != NULL;
        case FEEL_RANGE: return copy_range(arena, value.range, out, depth - 1);
        case FEEL_LIST: return copy_values(arena, value.items, value.n, &out->items, depth - 1);
        case FEEL_CONTEXT: return copy_context(arena, value.context, out, depth - 1);
    }
    return false;
}

bool feel_copy(hb_arena *arena, feel_value value, feel_value *out) {
    feel_value copy;
    if (!copy_deep(arena, value, &copy, FEEL_NESTING_MAX)) return false;
    *out = copy;
    return true;
}
