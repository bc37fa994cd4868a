// FEEL values in C. Laws on random ones: a small number gives what decimal128 gives, in the same form; order and
// equality agree with decimal128's; what is printed parses to the same value again. The seed is fixed, so a
// failure repeats.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "feel/internal.h"

enum { N_PAIRS = 200000, N_VALUES = 20000, ARENA_BYTES = 1 << 24 };

typedef struct { hb_arena *arena; feel_run run; hb_error err; uint64_t state; } fixture;

static uint64_t next(fixture *f) {   // xorshift64*
    f->state ^= f->state >> 12;
    f->state ^= f->state << 25;
    f->state ^= f->state >> 27;
    return f->state * 2685821657736338717u;
}

static int64_t below(fixture *f, int64_t n) {
    return (int64_t)(next(f) % (uint64_t)n);
}

static int setup(void **state) {
    fixture *f = calloc(1, sizeof *f);
    if (!f || !(f->arena = hb_arena_open(ARENA_BYTES))) return -1;
    f->state = 20250315;
    feel_run_init(&f->run, f->arena, &f->err);
    *state = f;
    return 0;
}

static int teardown(void **state) {
    fixture *f = *state;
    feel_run_clear(&f->run);
    hb_arena_close(f->arena);
    free(f);
    return 0;
}

static void start_over(fixture *f) {
    hb_arena_reset(f->arena);
    f->run.steps_left = UINT64_MAX;
    f->run.has_failed = false;
}

// Of every size: most fit the small form, some only just, some not.
static hb_dec random_dec(fixture *f) {
    int64_t size = 1;
    for (int64_t digits = below(f, 19); digits > 0; digits--) size *= 10;
    int64_t coefficient = below(f, size) * (below(f, 2) ? 1 : -1);
    return hb_dec_from_parts(coefficient, (int)below(f, 26) - 20);
}

static feel_value number(fixture *f, hb_dec from) {
    feel_value value;
    assert_true(feel_number(f->arena, from, &value));
    return value;
}

// The same number in the same form.
static void assert_same_number(feel_value found, feel_value wanted) {
    assert_int_equal(found.kind, wanted.kind);
    if (wanted.kind != FEEL_NUMBER) return;
    assert_int_equal(found.is_big, wanted.is_big);
    assert_int_equal(hb_dec_compare(feel_dec(found), feel_dec(wanted)), 0);
    if (found.is_big) return;
    assert_int_equal(found.exponent, wanted.exponent);
    assert_int_equal(found.coefficient, wanted.coefficient);
}

typedef bool (*exact)(hb_dec a, hb_dec b, hb_dec *out);
typedef feel_value (*operation)(feel_run *run, feel_value a, feel_value b);

static void small_numbers_are_decimals(void **state) {
    static const struct { operation feel; exact dec; } PAIRS[] = {
        {feel_add, hb_dec_add}, {feel_subtract, hb_dec_sub}, {feel_multiply, hb_dec_mul}, {feel_divide, hb_dec_div}};
    fixture *f = *state;
    for (int i = 0; i < N_PAIRS; i++) {
        start_over(f);
        hb_dec a = random_dec(f), b = random_dec(f), wanted;
        for (size_t k = 0; k < sizeof PAIRS / sizeof *PAIRS; k++) {
            feel_value found = PAIRS[k].feel(&f->run, number(f, a), number(f, b));
            bool has_result = PAIRS[k].dec(a, b, &wanted);
            assert_same_number(found, has_result ? number(f, wanted) : feel_null());
        }
        feel_value is_less = feel_less(&f->run, number(f, a), number(f, b));
        assert_int_equal(feel_is_true(is_less), hb_dec_compare(a, b) < 0);
        feel_value is_equal = feel_equal(&f->run, number(f, a), number(f, b));
        assert_int_equal(feel_is_true(is_equal), hb_dec_compare(a, b) == 0);
    }
}

// ---- print, then parse ------------------------------------------------------------------------------------

static feel_value random_text(fixture *f) {
    static const char *const PIECES[] = {"a", "Z", " ", "\"", "\\", "\n", "\t", "\r", "\x01", "é", "中", "😀", "{", "u0041"};
    char text[64] = "";
    for (int64_t n = below(f, 8); n > 0; n--)
        strcat(text, PIECES[below(f, (int64_t)(sizeof PIECES / sizeof *PIECES))]);
    return feel_string_copy(&f->run, hb_str_from(text));
}

static hb_zone random_zone(fixture *f) {
    hb_zone zone = {.kind = (hb_zone_kind)below(f, 3)};
    if (zone.kind == HB_ZONE_OFFSET) zone.offset_seconds = (int32_t)(below(f, 2 * 14 * 60) - 14 * 60) * 60;
    if (zone.kind == HB_ZONE_NAMED)
        assert_true(hb_zone_find(below(f, 2) ? HB_STR("America/El_Salvador") : HB_STR("Europe/Paris"), &zone.name));
    return zone;
}

static hb_date random_date(fixture *f) {
    hb_date date;
    int64_t span = below(f, 2) ? 365242500000 : 40000;   // all years, or about a century
    assert_true(hb_date_from_days(below(f, span) - span / 2, &date));
    return date;
}

static hb_time random_time(fixture *f) {
    return (hb_time){.hour = (uint8_t)below(f, 24),
                     .minute = (uint8_t)below(f, 60),
                     .second = (uint8_t)below(f, 60),
                     .nanosecond = below(f, 2) ? (uint32_t)below(f, 1000000000) : 0,
                     .zone = random_zone(f)};
}

static feel_value random_value(fixture *f, int depth);

static feel_value random_parts(fixture *f, int depth, bool is_list) {
    feel_value values[4];
    hb_str keys[4];
    uint32_t n = (uint32_t)below(f, 4);
    for (uint32_t i = 0; i < n; i++) {
        values[i] = random_value(f, depth - 1);
        feel_value key = random_text(f);
        assert_true(hb_str_format(f->arena, &keys[i], "%u%.*s", i, (int)key.n, key.text));   // unlike the others
    }
    return is_list ? feel_list_copy(&f->run, values, n) : feel_context_value(&f->run, n, keys, values);
}

static feel_value random_range(fixture *f) {
    feel_range range = {.low = feel_int(below(f, 10)), .high = feel_int(10 + below(f, 10)), .has_low = true,
                        .has_high = true, .is_low_included = below(f, 2), .is_high_included = below(f, 2)};
    return feel_range_value(&f->run, range);
}

static feel_value random_value(fixture *f, int depth) {
    hb_datetime date_time = {random_date(f), random_time(f)};
    switch (below(f, depth > 0 ? 12 : 9)) {
        case 0: return feel_null();
        case 1: return feel_boolean(below(f, 2));
        case 2:
        case 3: return number(f, random_dec(f));
        case 4: return random_text(f);
        case 5: return feel_date(date_time.date);
        case 6: return below(f, 2) ? feel_time_value(&f->run, date_time.time) : feel_date_time_value(&f->run, date_time);
        case 7: return feel_days_duration(below(f, 2000000) - 1000000, below(f, 2) ? (uint32_t)below(f, 1000000000) : 0);
        case 8: return feel_years_duration(below(f, 100000) - 50000);
        case 9: return random_parts(f, depth, true);
        case 10: return random_parts(f, depth, false);
        default: return random_range(f);
    }
}

static feel_value evaluate(fixture *f, hb_str text) {
    feel_source source = {.text = text, .where = HB_STR("a printed value")};
    const feel_scope *scope = feel_scope_open(f->arena, NULL);
    const feel_node *node = feel_parse(f->arena, source, scope, &f->err);
    if (!node) fail_msg("%.*s: %s", (int)text.n, text.at, f->err.message);
    const feel_program *program = feel_compile(f->arena, node, source, &f->err);
    assert_non_null(program);
    return feel_evaluate(&f->run, program, NULL);
}

// In a list, so that strings have their quotes and dates their @"...".
static void printed_values_parse_again(void **state) {
    fixture *f = *state;
    for (int i = 0; i < N_VALUES; i++) {
        start_over(f);
        feel_value value = random_value(f, 3), list = feel_list(&value, 1), copy;
        hb_text text = {0};
        feel_print(&text, list);
        assert_false(text.failed);
        feel_value again = evaluate(f, (hb_str){text.at, text.n});
        if (!feel_is_same(list, again)) fail_msg("%.*s came back as another value", (int)text.n, text.at);
        hb_text_clear(&text);
        assert_true(feel_copy(f->arena, list, &copy));
        assert_true(feel_is_same(list, copy));
    }
}

// Moving there and back along the time line ends where it began, with or without a zone; and the way between two
// date and times, added to the first, is the second.
static void date_times_move_back(void **state) {
    fixture *f = *state;
    for (int i = 0; i < N_VALUES; i++) {
        start_over(f);
        hb_datetime at = {random_date(f), random_time(f)};
        feel_value from = feel_date_time_value(&f->run, at);
        feel_value by = feel_days_duration(below(f, 400000000) - 200000000, (uint32_t)below(f, 1000000000));
        feel_value there = feel_add(&f->run, from, by);
        if (there.kind == FEEL_NULL) continue;   // past the last year
        feel_value back = feel_subtract(&f->run, there, by);
        assert_true(feel_is_true(feel_equal(&f->run, feel_subtract(&f->run, there, from), by)) ||
                    at.time.zone.kind == HB_ZONE_NAMED);   // an hour that a zone has twice has one name only
        if (at.time.zone.kind != HB_ZONE_NAMED) assert_true(feel_is_same(back, from));
        assert_int_equal(back.kind, FEEL_DATE_TIME);
    }
}

// ---- limits, and foreign values ------------------------------------------------------------------------------

// Lists nested past the limit end as null, false or "...": recursion over values never ends in a crash.
static void nesting_ends(void **state) {
    fixture *f = *state;
    feel_value deep = feel_int(1), copy;
    hb_text text = {0}, json = {0};
    start_over(f);
    for (int i = 0; i < 2 * FEEL_NESTING_MAX; i++) deep = feel_list_copy(&f->run, &deep, 1);
    feel_print(&text, deep);
    feel_print_json(&json, deep);
    assert_true(text.n > FEEL_NESTING_MAX && json.n > FEEL_NESTING_MAX);
    hb_text_clear(&text);
    hb_text_clear(&json);
    assert_false(feel_copy(f->arena, deep, &copy));
    assert_false(feel_is_same(deep, deep));
    assert_int_equal(feel_equal(&f->run, deep, deep).kind, FEEL_NULL);
}

static void json_that_does_not_fit_is_refused(void **state) {
    static const struct { const char *json, *type, *where; } CASES[] = {
        {"\"2025-02-29\"", "date", ""},
        {"[\"18:30:00\", \"18:30\"]", "time", "item 2"},
        {"{\"a\": [1, {\"b\": 1e99999}]}", "Any", "member \"a\", item 2, member \"b\""},
        {"\"P1D\"", "years and months duration", ""},
        {"\"P1Y\"", "days and time duration", ""},
        {"\"twelve\"", "number", ""},
        {"\"2025-03-15\"", "date and time", NULL},   // a date is its midnight
        {"\"12.50\"", "number", NULL},
    };
    fixture *f = *state;
    hb_json_reader *reader = hb_json_reader_open();
    assert_non_null(reader);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        hb_json *json;
        hb_error err = {0};
        feel_value value;
        start_over(f);
        assert_true(hb_json_parse(reader, f->arena, hb_str_from(CASES[i].json), &json, &err));
        bool ok = feel_from_json(f->arena, json, feel_type_find(hb_str_from(CASES[i].type)), &value, &err);
        assert_int_equal(ok, CASES[i].where == NULL);
        if (ok) continue;
        assert_string_equal(err.code, "value-type");
        assert_string_equal(err.where, CASES[i].where);
        assert_true(err.message[0] != 0);
    }
    hb_json_reader_close(reader);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(small_numbers_are_decimals, setup, teardown),
        cmocka_unit_test_setup_teardown(printed_values_parse_again, setup, teardown),
        cmocka_unit_test_setup_teardown(date_times_move_back, setup, teardown),
        cmocka_unit_test_setup_teardown(nesting_ends, setup, teardown),
        cmocka_unit_test_setup_teardown(json_that_does_not_fit_is_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
