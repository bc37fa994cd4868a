// Decimals: what the table's left side gives. 34 digits and exponents -6176..6111 are IEEE 754-2008
// decimal128's.
#include "check.h"

static hb_dec number(const char *text) {
    hb_dec value = {{0}};
    if (!hb_dec_parse(hb_str_from(text), &value)) fail_msg("no number: %s", text);
    return value;
}

static char *printed(hb_dec value) {
    static char text[6300 + 1];
    hb_str s = hb_dec_print(value, text);
    text[s.n] = 0;
    return text;
}

static void reads_and_prints(void **state) {
    (void)state;
    static const struct {
        const char *text, *expected;
    } ROWS[] = {
        {"0",                                                                             "0"                                   },
        {"-0",                                                                            "0"                                   },
        {"-0.00",                                                                         "0"                                   },
        {"+5",                                                                            "5"                                   },
        {"1.",                                                                            "1"                                   },
        {".5",                                                                            "0.5"                                 },
        {"1.500",                                                                         "1.5"                                 },
        {"1e3",                                                                           "1000"                                },
        {"1E-3",                                                                          "0.001"                               },
        {"12.34e1",                                                                       "123.4"                               },
        {"00012",                                                                         "12"                                  },
        {"9999999999999999999999999999999999",                                            "9999999999999999999999999999999999"  },
        {"99999999999999999999999999999999995",                                           "100000000000000000000000000000000000"},
        {"10000000000000000000000000000000005",
         "10000000000000000000000000000000000"                                                                                  }, // half even
        {"10000000000000000000000000000000015",                                           "10000000000000000000000000000000020" },
 // a half, and far behind it one digit more: rounds up
        {"10000000000000000000000000000000005000000000000000000000000000000000000000001",
         "10000000000000000000000000000000010000000000000000000000000000000000000000000"                                        },
        {"0.00000000000000000000000000000000000000000000000000000000001",
         "0.00000000000000000000000000000000000000000000000000000000001"                                                        },
        {"0e9999999999",                                                                  "0"                                   },
        {"1e-9999999999",                                                                 "0"                                   },
        {"00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
         "001",                                                                  "1"                                   },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        assert_string_equal(printed(number(ROWS[i].text)), ROWS[i].expected);
    }
}

static void refuses(void **state) {
    (void)state;
    static const char *const ROWS[] = {
        "",    "-",   "+",   ".",   "e5",       "1e",    "1e+", "1 ",     " 1",
        "1,0", "0x1", "1_0", "NaN", "Infinity", "1.2.3", "--1", "1e6145", "1e99999999999999999999",
        "٣"};
    hb_dec value;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        if (hb_dec_parse(hb_str_from(ROWS[i]), &value)) fail_msg("read as a number: %s", ROWS[i]);
    }
}

static void keeps_its_limits(void **state) {
    (void)state;
    hb_dec least = number("1e-6176"), most = number("9999999999999999999999999999999999e6111"), out;
    char text[6300];
    assert_int_equal(hb_dec_print(least, text).n, 6178);  // "0." and 6176 digits
    assert_int_equal(text[6177], '1');
    assert_int_equal(hb_dec_print(most, text).n, 6145);
    assert_false(hb_dec_mul(most, number("10"), &out));
    assert_true(hb_dec_mul(least, number("0.1"), &out));
    assert_true(hb_dec_is_zero(out));
    assert_false(hb_dec_add(most, most, &out));
    assert_true(hb_dec_pow(number("10"), number("6144"), &out));
    assert_int_equal(hb_dec_compare(out, number("1e6144")), 0);
}

typedef bool (*operation)(hb_dec a, hb_dec b, hb_dec *out);

static void calculates(void **state) {
    (void)state;
    static const struct {
        operation op;
        const char *a, *b, *expected;
    } ROWS[] = {
        {hb_dec_add,    "0.1",    "0.2",         "0.3"                                 },
        {hb_dec_sub,    "1",      "1",           "0"                                   },
        {hb_dec_sub,    "0",      "0.00",        "0"                                   },
        {hb_dec_mul,    "-3",     "0",           "0"                                   },
        {hb_dec_div,    "1",      "3",           "0.3333333333333333333333333333333333"},
        {hb_dec_div,    "2",      "3",           "0.6666666666666666666666666666666667"},
        {hb_dec_div,    "1",      "0",           NULL                                  },
        {hb_dec_div,    "0",      "0",           NULL                                  },
        {hb_dec_pow,    "2",      "10",          "1024"                                },
        {hb_dec_pow,    "1.2",    "2",           "1.44"                                },
        {hb_dec_pow,    "10",     "-5",          "0.00001"                             },
        {hb_dec_pow,    "-2",     "3",           "-8"                                  },
        {hb_dec_pow,    "0",      "0",           "1"                                   },
        {hb_dec_pow,    "0",      "-1",          NULL                                  },
        {hb_dec_pow,    "-8",     "0.5",         NULL                                  },
        {hb_dec_pow,    "4",      "0.5",         "2"                                   },
        {hb_dec_pow,    "10",     "6145",        NULL                                  },
        {hb_dec_pow,    "1",      "99999999999", "1"                                   },
        {hb_dec_modulo, "12",     "5",           "2"                                   },
        {hb_dec_modulo, "-12",    "5",           "3"                                   },
        {hb_dec_modulo, "12",     "-5",          "-3"                                  },
        {hb_dec_modulo, "-12",    "-5",          "-2"                                  },
        {hb_dec_modulo, "10.1",   "4.5",         "1.1"                                 },
        {hb_dec_modulo, "-10.1",  "4.5",         "3.4"                                 },
        {hb_dec_modulo, "10",     "5",           "0"                                   },
        {hb_dec_modulo, "-10",    "5",           "0"                                   },
        {hb_dec_modulo, "1e6000", "7",           "1"                                   },
        {hb_dec_modulo, "5",      "0",           NULL                                  },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        hb_dec out = {{0}};
        bool ok = ROWS[i].op(number(ROWS[i].a), number(ROWS[i].b), &out);
        if (ROWS[i].expected) {
            assert_true(ok);
            assert_string_equal(printed(out), ROWS[i].expected);
        } else if (ok) {
            fail_msg("%s, %s gave %s", ROWS[i].a, ROWS[i].b, printed(out));
        }
    }
}

static void roots_and_logarithms(void **state) {
    (void)state;
    hb_dec out;
    assert_true(hb_dec_sqrt(number("2"), &out));
    assert_string_equal(printed(out), "1.414213562373095048801688724209698");
    assert_true(hb_dec_sqrt(number("0"), &out));
    assert_false(hb_dec_sqrt(number("-0.01"), &out));
    assert_true(hb_dec_exp(number("1"), &out));
    assert_string_equal(printed(out), "2.718281828459045235360287471352662");
    assert_true(hb_dec_exp(number("-100000"), &out));
    assert_true(hb_dec_is_zero(out));
    assert_false(hb_dec_exp(number("100000"), &out));
    assert_true(hb_dec_log(number("10"), &out));
    assert_string_equal(printed(out), "2.302585092994045684017991454684364");
    assert_false(hb_dec_log(number("0"), &out));
    assert_false(hb_dec_log(number("-1"), &out));
}

// DMN 1.5 §10.3.4.5: how the seven roundings part.
static void rounds(void **state) {
    (void)state;
    static const char *const VALUES[] = {"5.5", "2.5",  "1.6",  "1.1",  "1",
                                         "-1",  "-1.1", "-1.6", "-2.5", "-5.5"};
    static const struct {
        hb_rounding how;
        const char *expected[10];
    } ROWS[] = {
        {HB_ROUND_HALF_EVEN, {"6", "2", "2", "1", "1", "-1", "-1", "-2", "-2", "-6"}},
        {HB_ROUND_UP,        {"6", "3", "2", "2", "1", "-1", "-2", "-2", "-3", "-6"}},
        {HB_ROUND_DOWN,      {"5", "2", "1", "1", "1", "-1", "-1", "-1", "-2", "-5"}},
        {HB_ROUND_HALF_UP,   {"6", "3", "2", "1", "1", "-1", "-1", "-2", "-3", "-6"}},
        {HB_ROUND_HALF_DOWN, {"5", "2", "2", "1", "1", "-1", "-1", "-2", "-2", "-5"}},
        {HB_ROUND_FLOOR,     {"5", "2", "1", "1", "1", "-1", "-2", "-2", "-3", "-6"}},
        {HB_ROUND_CEILING,   {"6", "3", "2", "2", "1", "-1", "-1", "-1", "-2", "-5"}},
    };
    hb_dec out;
    for (size_t r = 0; r < sizeof ROWS / sizeof *ROWS; r++) {
        for (size_t i = 0; i < 10; i++) {
            assert_true(hb_dec_round(number(VALUES[i]), 0, ROWS[r].how, &out));
            assert_string_equal(printed(out), ROWS[r].expected[i]);
        }
    }
    assert_true(hb_dec_round(number("1.115"), 2, HB_ROUND_HALF_EVEN, &out));
    assert_string_equal(printed(out), "1.12");
    assert_true(hb_dec_round(number("1251"), -2, HB_ROUND_HALF_DOWN, &out));
    assert_string_equal(printed(out), "1300");
    assert_true(hb_dec_round(number("1250"), -2, HB_ROUND_HALF_DOWN, &out));
    assert_string_equal(printed(out), "1200");
    assert_true(hb_dec_round(number("9999999999999999999999999999999999.0"), 0, HB_ROUND_UP, &out));
    assert_true(hb_dec_round(number("1.5e-6176"), 6176, HB_ROUND_HALF_EVEN, &out));
    assert_true(hb_dec_round(number("1"), 6176, HB_ROUND_HALF_EVEN, &out));
    assert_true(hb_dec_round(number("1"), -6111, HB_ROUND_HALF_EVEN, &out));
    assert_true(hb_dec_is_zero(out));
    assert_false(hb_dec_round(number("1"), 6177, HB_ROUND_HALF_EVEN, &out));
    assert_false(hb_dec_round(number("1"), -6112, HB_ROUND_HALF_EVEN, &out));
}

static void takes_apart(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool ok;
        int64_t coefficient;
        int exponent;
    } ROWS[] = {
        {"0",                     true,  0,                   0 },
        {"0e-5",                  true,  0,                   0 },
        {"1.50",                  true,  15,                  -1},
        {"-1200",                 true,  -1200,               0 },
        {"1e3",                   true,  1000,                0 },
        {"1e18",                  true,  1000000000000000000, 0 },
        {"1e20",                  true,  1,                   20},
        {"1000000000000000001",   false, 0,                   0 },
        {"0.1000000000000000001", false, 0,                   0 },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        int64_t coefficient = 0;
        int exponent = 0;
        assert_int_equal(hb_dec_to_parts(number(ROWS[i].text), &coefficient, &exponent),
                         ROWS[i].ok);
        assert_int_equal(coefficient, ROWS[i].coefficient);
        assert_int_equal(exponent, ROWS[i].exponent);
    }
    int64_t whole = 0;
    assert_true(hb_dec_to_int(number("-9223372036854775808"), &whole));
    assert_true(whole == INT64_MIN);
    assert_true(hb_dec_to_int(number("5.000"), &whole));
    assert_int_equal(whole, 5);
    assert_false(hb_dec_to_int(number("9223372036854775808"), &whole));
    assert_false(hb_dec_to_int(number("0.5"), &whole));
    assert_true(hb_dec_compare(hb_dec_from_int(INT64_MIN), number("-9223372036854775808")) == 0);
    assert_string_equal(printed(hb_dec_from_parts(-125, -2)), "-1.25");
    assert_string_equal(printed(hb_dec_floor(number("-1.5"))), "-2");
    assert_string_equal(printed(hb_dec_neg(number("0"))), "0");
    assert_string_equal(printed(hb_dec_abs(number("-3"))), "3");
    assert_true(hb_dec_to_double(number("0.1")) == 0.1);
    hb_dec out;
    assert_true(hb_dec_from_double(0.5, &out));
    assert_string_equal(printed(out), "0.5");
    assert_false(hb_dec_from_double(1.0 / (double)(whole - 5), &out));
}

// Printing a number and reading it again gives the number; a + b - b is a wherever nothing is
// rounded.
static void prints_what_it_reads(void **state) {
    (void)state;
    uint64_t seed = 20250315;
    for (int i = 0; i < 100000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        int64_t coefficient = (int64_t)(seed >> 8) % 1000000000000;
        hb_dec a = hb_dec_from_parts(i & 1 ? -coefficient : coefficient, (int)(seed & 15) - 12),
               again, sum, back = {{0}};
        char text[6300];
        assert_true(hb_dec_parse(hb_dec_print(a, text), &again));
        assert_int_equal(hb_dec_compare(a, again), 0);
        hb_dec b = hb_dec_from_int((int64_t)(seed >> 40));
        assert_true(hb_dec_add(a, b, &sum) && hb_dec_sub(sum, b, &back));
        assert_int_equal(hb_dec_compare(a, back), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_and_prints), cmocka_unit_test(refuses),
        cmocka_unit_test(keeps_its_limits), cmocka_unit_test(calculates),
        cmocka_unit_test(rounds),           cmocka_unit_test(roots_and_logarithms),
        cmocka_unit_test(takes_apart),      cmocka_unit_test(prints_what_it_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
