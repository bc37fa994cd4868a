// value.c: the values of the encoding: made, compared, chosen between; and the strings, with a
// number each.
#include "verify/value.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool encoder_open(encoder *e, term_pool *pool, hb_arena *arena) {
    *e = (encoder){.pool = pool, .arena = arena};
    return true;
}

bool encoder_follow(encoder *e, const encoder *first) {
    e->strings = malloc((first->n_strings + 1) * sizeof *e->strings);
    if (!e->strings) return false;
    memcpy(e->strings, first->strings, first->n_strings * sizeof *e->strings);
    e->n_strings = e->strings_room = first->n_strings;
    e->n_named = first->n_named;
    return true;
}

void encoder_close(encoder *e) {
    free(e->strings);
    free(e->faults);
    *e = (encoder){0};
}

static int64_t number_of(const encoder *e, uint32_t i) {
    return e->n_named == 0 || i < e->n_named ? i : (int64_t)ENCODE_OTHER_STRING + (i - e->n_named);
}

hb_str encoder_text(const encoder *e, int64_t number) {
    if (number >= ENCODE_OTHER_STRING && e->n_named > 0)
        number = number - ENCODE_OTHER_STRING + e->n_named;
    return number >= 0 && number < e->n_strings ? e->strings[number] : (hb_str){0};
}

int64_t encoder_string(encoder *e, hb_str text) {
    for (uint32_t i = 0; i < e->n_strings; i++) {
        if (hb_str_equal(e->strings[i], text)) return number_of(e, i);
    }
    if (e->n_strings == e->strings_room) {
        uint32_t room = e->strings_room ? e->strings_room * 2 : 256;
        hb_str *grown = realloc(e->strings, room * sizeof *grown);
        if (!grown) return e->pool->has_failed = true, 0;
        e->strings = grown;
        e->strings_room = room;
    }
    if (!hb_str_copy(e->arena, text, &e->strings[e->n_strings])) e->pool->has_failed = true;
    return number_of(e, e->n_strings++);
}

value encode_cannot(encoder *e, const char *format, ...) {
    char text[240];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (!e->has_failed && !hb_str_copy(e->arena, hb_str_from(text), &e->why))
        e->why = HB_STR("out of memory");
    e->has_failed = true;
    return value_null();
}

void encode_fault(encoder *e, term when, const char *text) {
    if (when == FALSE_TERM) return;
    if (e->n_faults == e->faults_room) {
        uint32_t room = e->faults_room ? e->faults_room * 2 : 16;
        encoder_fault *grown = realloc(e->faults, room * sizeof *grown);
        if (!grown) {
            e->pool->has_failed = true;
            return;
        }
        e->faults = grown;
        e->faults_room = room;
    }
    e->faults[e->n_faults++] = (encoder_fault){when, hb_str_from(text)};
}

// ---- values ------------------------------------------------------------------------------------
value value_null(void) {
    return (value){.kind = VALUE_NULL, .is_null = TRUE_TERM};
}

value value_of(value_kind kind, term t) {
    return (value){.kind = kind, .is_null = FALSE_TERM, .t = t};
}

value value_boolean(term is_null, term t) {
    return (value){.kind = VALUE_BOOLEAN, .is_null = is_null, .t = t};
}

term value_is_true(encoder *e, value v) {
    return v.kind == VALUE_BOOLEAN ? term_and(e->pool, term_not(e->pool, v.is_null), v.t)
                                   : FALSE_TERM;
}

term value_is_false(encoder *e, value v) {
    return v.kind == VALUE_BOOLEAN
               ? term_and(e->pool, term_not(e->pool, v.is_null), term_not(e->pool, v.t))
               : FALSE_TERM;
}

term value_known(encoder *e, value v) {
    return term_not(e->pool, v.is_null);
}

term value_both_known(encoder *e, value a, value b) {
    return term_and(e->pool, value_known(e, a), value_known(e, b));
}

// A three-valued boolean from when it is true and when it is false.
value value_truth(encoder *e, term is_true, term is_false) {
    return value_boolean(term_not(e->pool, term_or(e->pool, is_true, is_false)), is_true);
}

const value *value_copy(encoder *e, const value *items, uint32_t n) {
    value *room = hb_arena_array(e->arena, value, n ? n : 1);
    if (!room) {
        e->pool->has_failed = true;
        return items;
    }
    if (n) memcpy(room, items, n * sizeof *items);
    return room;
}

value *value_room(encoder *e, uint32_t n, term **has) {
    value *items = hb_arena_array(e->arena, value, n ? n : 1);
    *has = hb_arena_array(e->arena, term, n ? n : 1);
    if (items && *has) return items;
    e->pool->has_failed = true;
    encode_cannot(e, "out of memory");
    return NULL;
}

const char *value_kind_name(value_kind kind) {
    static const char *const NAMES[] = {"null",
                                        "boolean",
                                        "number",
                                        "string",
                                        "date",
                                        "date and time",
                                        "days and time duration",
                                        "years and months duration",
                                        "range",
                                        "list",
                                        "context"};
    return NAMES[kind];
}

// A list of `n` places taken as one of `wanted`: the places past the end are empty.
static value widen(encoder *e, value list, uint32_t wanted, value like) {
    term *has;
    value *items = value_room(e, wanted, &has);
    if (!items) return value_null();
    for (uint32_t i = 0; i < wanted; i++) {
        items[i] = i < list.n ? list.items[i] : like;
        has[i] = i < list.n ? list.has[i] : FALSE_TERM;
    }
    list.items = items;
    list.has = has;
    list.n = wanted;
    return list;
}

value value_if(encoder *e, term condition, value a, value b) {
    if (condition == TRUE_TERM) return a;
    if (condition == FALSE_TERM) return b;
    if (a.kind == VALUE_NULL && b.kind == VALUE_NULL) return a;
    if (a.kind == VALUE_NULL) {
        b.is_null = term_or(e->pool, condition, b.is_null);
        return b;
    }
    if (b.kind == VALUE_NULL) {
        a.is_null = term_or(e->pool, term_not(e->pool, condition), a.is_null);
        return a;
    }
    if (a.kind != b.kind)
        return encode_cannot(e, "a value that is a %s or a %s", value_kind_name(a.kind),
                             value_kind_name(b.kind));
    value v = a;
    v.is_null = term_if(e->pool, condition, a.is_null, b.is_null);
    switch (a.kind) {
        case VALUE_BOOLEAN:
        case VALUE_NUMBER:
        case VALUE_STRING:
        case VALUE_DATE:
        case VALUE_DAYS: v.t = term_if(e->pool, condition, a.t, b.t); return v;
        case VALUE_DATE_TIME:
            v.t = term_if(e->pool, condition, a.t, b.t);
            v.instant = term_if(e->pool, condition, a.instant, b.instant);
            return v;
        case VALUE_LIST: {
            uint32_t n = a.n > b.n ? a.n : b.n;
            if (n == 0) return v;
            value like = a.n > b.n ? a.items[0] : b.items[0];
            a = widen(e, a, n, like);
            b = widen(e, b, n, like);
            term *has;
            value *items = value_room(e, n, &has);
            if (!items || e->has_failed) return value_null();
            for (uint32_t i = 0; i < n; i++) {
                items[i] = value_if(e, condition, a.items[i], b.items[i]);
                has[i] = term_if(e->pool, condition, a.has[i], b.has[i]);
            }
            v.items = items;
            v.has = has;
            v.n = n;
            return v;
        }
        case VALUE_CONTEXT: {
            if (a.n != b.n || a.keys != b.keys) break;
            value *items = hb_arena_array(e->arena, value, a.n ? a.n : 1);
            if (!items) return encode_cannot(e, "out of memory");
            for (uint32_t i = 0; i < a.n; i++)
                items[i] = value_if(e, condition, a.items[i], b.items[i]);
            v.items = items;
            return v;
        }
        case VALUE_MONTHS:
            if (a.t == b.t) return v;
            break;
        case VALUE_NULL:
        case VALUE_RANGE: break;
    }
    return encode_cannot(e, "a choice between two values of kind %s", value_kind_name(a.kind));
}

static value equal_lists(encoder *e, value a, value b);

value value_equal(encoder *e, value a, value b) {
    term_pool *p = e->pool;
    if (a.kind == VALUE_NULL || b.kind == VALUE_NULL)
        return value_boolean(FALSE_TERM, term_and(p, a.is_null, b.is_null));
    if (a.kind != b.kind) {
        encode_fault(e, value_both_known(e, a, b), "compares two values of different kinds");
        return value_truth(e, term_and(p, a.is_null, b.is_null),
                           term_or(p, term_and(p, a.is_null, value_known(e, b)),
                                   term_and(p, b.is_null, value_known(e, a))));
    }
    value same;
    switch (a.kind) {
        case VALUE_BOOLEAN:
        case VALUE_NUMBER:
        case VALUE_STRING:
        case VALUE_DATE:
        case VALUE_DAYS:
        case VALUE_MONTHS: same = value_boolean(FALSE_TERM, term_equal(p, a.t, b.t)); break;
        case VALUE_DATE_TIME:
            same = value_boolean(FALSE_TERM, term_equal(p, a.instant, b.instant));
            break;
        case VALUE_LIST: same = equal_lists(e, a, b); break;
        case VALUE_NULL:
        case VALUE_RANGE:
        case VALUE_CONTEXT:
        default:
            return encode_cannot(e, "equality of two values of kind %s", value_kind_name(a.kind));
    }
    term neither = term_and(p, a.is_null, b.is_null),
         one = term_and(p, term_not(p, neither), term_or(p, a.is_null, b.is_null));
    term is_true =
        term_or(p, neither, term_and(p, value_both_known(e, a, b), value_is_true(e, same)));
    term is_false =
        term_or(p, one, term_and(p, value_both_known(e, a, b), value_is_false(e, same)));
    return value_truth(e, is_true, is_false);
}

// Only where each list has its values in the first places: literal lists and facts.
static value equal_lists(encoder *e, value a, value b) {
    term_pool *p = e->pool;
    uint32_t n = a.n > b.n ? a.n : b.n;
    if (n == 0) return value_boolean(FALSE_TERM, TRUE_TERM);
    value like = a.n > b.n ? a.items[0] : b.items[0], all = value_boolean(FALSE_TERM, TRUE_TERM);
    a = widen(e, a, n, like);
    b = widen(e, b, n, like);
    for (uint32_t i = 0; i < n && !e->has_failed; i++) {
        for (uint32_t k = 0; k < 2 && i > 0; k++) {
            const value *list = k ? &b : &a;
            if (term_implies(p, list->has[i], list->has[i - 1]) != TRUE_TERM &&
                list->has[i] != FALSE_TERM && list->has[i - 1] != TRUE_TERM &&
                term_at(p, list->has[i])->kind != TERM_VARIABLE) {
                return encode_cannot(e, "equality of a filtered list");
            }
        }
        value item = value_equal(e, a.items[i], b.items[i]);
        term same_place = term_equal(p, a.has[i], b.has[i]), held = term_and(p, a.has[i], b.has[i]);
        term is_true =
            term_and(p, same_place, term_or(p, term_not(p, held), value_is_true(e, item)));
        term is_false =
            term_or(p, term_not(p, same_place), term_and(p, held, value_is_false(e, item)));
        value next = value_truth(e, term_and(p, value_is_true(e, all), is_true),
                                 term_or(p, value_is_false(e, all), is_false));
        all = next;
    }
    return all;
}

term value_same(encoder *e, value a, value b) {
    term_pool *p = e->pool;
    if (a.kind == VALUE_NULL || b.kind == VALUE_NULL) return term_and(p, a.is_null, b.is_null);
    term same = term_equal(p, a.is_null, b.is_null), inner = TRUE_TERM;
    if (a.kind == VALUE_LIST) {
        uint32_t n = a.n < b.n ? a.n : b.n;
        for (uint32_t i = 0; i < (a.n > b.n ? a.n : b.n); i++) {
            term has_a = i < a.n ? a.has[i] : FALSE_TERM, has_b = i < b.n ? b.has[i] : FALSE_TERM;
            inner = term_and(p, inner, term_equal(p, has_a, has_b));
            if (i < n)
                inner = term_and(p, inner,
                                 term_implies(p, has_a, value_same(e, a.items[i], b.items[i])));
        }
    } else if (a.kind == VALUE_CONTEXT) {
        for (uint32_t i = 0; i < a.n; i++)
            inner = term_and(p, inner, value_same(e, a.items[i], b.items[i]));
    } else {
        inner = term_equal(p, a.t, b.t);
        if (a.kind == VALUE_DATE_TIME) inner = term_equal(p, a.instant, b.instant);
    }
    return term_and(p, same, term_or(p, a.is_null, inner));
}

value value_list(encoder *e, uint32_t n, const value *from) {
    term *has;
    value *items = value_room(e, n, &has);
    if (!items) return value_null();
    for (uint32_t i = 0; i < n; i++) {
        items[i] = from[i];
        has[i] = TRUE_TERM;
    }
    return (value){.kind = VALUE_LIST, .is_null = FALSE_TERM, .n = n, .items = items, .has = has};
}
