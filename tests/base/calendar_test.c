// Dates, times and zones. Weeks and days of the week are those of ISO 8601; zones those of the tz
// database.
#include "check.h"

static hb_date day(const char *text) {
    hb_date date = {0};
    if (!hb_date_parse(hb_str_from(text), &date)) fail_msg("no date: %s", text);
    return date;
}

static void assert_day(hb_date date, const char *expected) {
    hb_date wanted = day(expected);
    assert_int_equal(date.year, wanted.year);
    assert_int_equal(date.month, wanted.month);
    assert_int_equal(date.day, wanted.day);
}

static void reads_dates(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool ok;
    } ROWS[] = {
        {"2025-03-15",        true },
        {"2024-02-29",        true },
        {"2023-02-29",        false},
        {"2000-02-29",        true },
        {"1900-02-29",        false},
        {"0000-01-01",        true },
        {"-0000-01-01",       false},
        {"-0001-12-31",       true },
        {"999999999-12-31",   true },
        {"-999999999-01-01",  true },
        {"1000000000-01-01",  false},
        {"9999999999-01-01",  false},
        {"99999999999-01-01", false},
        {"02025-03-15",       false},
        {"998-12-31",         false},
        {"2025-3-15",         false},
        {"2025-13-01",        false},
        {"2025-00-01",        false},
        {"2025-01-00",        false},
        {"2025-04-31",        false},
        {"2025-03-15 ",       false},
        {"+2025-03-15",       false},
        {"2025-03-15Z",       false},
        {"",                  false},
        {"2025-03",           false},
    };
    hb_date date;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        if (hb_date_parse(hb_str_from(ROWS[i].text), &date) != ROWS[i].ok)
            fail_msg("%s", ROWS[i].text);
    }
}

static void counts_days(void **state) {
    (void)state;
    static const struct {
        const char *date;
        int64_t days;
        int of_week, of_year, week;
    } ROWS[] = {
        {"1970-01-01", 0,       4, 1,   1 },
        {"1969-12-31", -1,      3, 365, 1 },
        {"2000-02-29", 11016,   2, 60,  9 },
        {"2004-12-31", 12783,   5, 366, 53},
        {"2005-01-01", 12784,   6, 1,   53},
        {"2008-12-28", 14241,   7, 363, 52},
        {"2008-12-29", 14242,   1, 364, 1 },
        {"2009-12-31", 14609,   4, 365, 53},
        {"2010-01-03", 14612,   7, 3,   53},
        {"2010-01-04", 14613,   1, 4,   1 },
        {"2020-12-31", 18627,   4, 366, 53},
        {"0000-03-01", -719468, 3, 61,  9 },
        {"2025-03-15", 20162,   6, 74,  11},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        hb_date date = day(ROWS[i].date), back;
        assert_int_equal(hb_date_to_days(date), ROWS[i].days);
        assert_true(hb_date_from_days(ROWS[i].days, &back));
        assert_day(back, ROWS[i].date);
        assert_int_equal(hb_day_of_week(date), ROWS[i].of_week);
        assert_int_equal(hb_day_of_year(date), ROWS[i].of_year);
        assert_int_equal(hb_week_of_year(date), ROWS[i].week);
    }
}

// Every day of 800 years follows the one before it, and the ends of all years are days too.
static void walks_through_years(void **state) {
    (void)state;
    hb_date date = {1599, 12, 31}, next;
    for (int64_t days = hb_date_to_days(date) + 1; date.year < 2400; days++) {
        assert_true(hb_date_from_days(days, &next));
        bool is_next_day =
            next.day == date.day + 1 && next.month == date.month && next.year == date.year;
        bool is_next_month =
            next.day == 1 && next.month == date.month + 1 && next.year == date.year;
        bool is_next_year = next.day == 1 && next.month == 1 && next.year == date.year + 1;
        assert_true(is_next_day ||
                    (is_next_month && date.day == hb_days_in_month(date.year, date.month)) ||
                    (is_next_year && date.month == 12 && date.day == 31));
        assert_int_equal(hb_date_to_days(next), days);
        assert_int_equal(hb_day_of_week(next), hb_day_of_week(date) % 7 + 1);
        date = next;
    }
    const char *ends[] = {"999999999-12-31", "-999999999-01-01"};
    for (int i = 0; i < 2; i++) {
        int64_t days = hb_date_to_days(day(ends[i]));
        assert_true(hb_date_from_days(days, &next));
        assert_day(next, ends[i]);
        assert_false(hb_date_from_days(days + (i ? -1 : 1), &next));
    }
    assert_false(hb_date_from_days(INT64_MAX, &next));
    assert_false(hb_date_from_days(INT64_MIN, &next));
}

static void adds_months(void **state) {
    (void)state;
    static const struct {
        const char *from;
        int64_t months;
        const char *to;
    } ROWS[] = {
        {"2024-01-31", 1,  "2024-02-29" },
        {"2023-01-31", 1,  "2023-02-28" },
        {"2024-03-31", -1, "2024-02-29" },
        {"2024-12-15", 1,  "2025-01-15" },
        {"2024-01-15", -1, "2023-12-15" },
        {"2024-02-29", 12, "2025-02-28" },
        {"0000-01-01", -1, "-0001-12-01"},
    };
    hb_date out;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        assert_true(hb_date_add_months(day(ROWS[i].from), ROWS[i].months, &out));
        assert_day(out, ROWS[i].to);
    }
    assert_false(hb_date_add_months(day("999999999-12-01"), 1, &out));
    assert_false(hb_date_add_months(day("2025-01-01"), INT64_MAX, &out));
    assert_false(hb_date_add_months(day("2025-01-01"), INT64_MIN, &out));
}

static void reads_times(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool ok;
        int second;
        uint32_t nanosecond;
        int offset;
    } ROWS[] = {
        {"09:15:30",                    true,  33330, 0,         0     },
        {"23:59:59.5",                  true,  86399, 500000000, 0     },
        {"00:00:00.123456789",          true,  0,     123456789, 0     },
        {"00:00:00.1234567899",         true,  0,     123456789, 0     }, // digits past the ninth are dropped
        {"09:15:30Z",                   true,  33330, 0,         0     },
        {"09:15:30+02:00",              true,  33330, 0,         7200  },
        {"09:15:30-05:30:15",           true,  33330, 0,         -19815},
        {"09:15:30+18:00",              true,  33330, 0,         64800 },
        {"09:15:30+18:01",              false, 0,     0,         0     },
        {"09:15:30+02:60",              false, 0,     0,         0     },
        {"09:15:30@Europe/Paris",       true,  33330, 0,         0     },
        {"09:15:30@Europe/Lutetia",     false, 0,     0,         0     },
        {"09:15:30+02:00@Europe/Paris", false, 0,     0,         0     },
        {"09:15:30@",                   false, 0,     0,         0     },
        {"24:00:00",                    false, 0,     0,         0     },
        {"09:60:00",                    false, 0,     0,         0     },
        {"09:15:60",                    false, 0,     0,         0     },
        {"9:15:30",                     false, 0,     0,         0     },
        {"09:15",                       false, 0,     0,         0     },
        {"09:15:30.",                   false, 0,     0,         0     },
        {"09:15:30z",                   true,  33330, 0,         0     },
        {"T09:15:30",                   false, 0,     0,         0     },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        hb_time time = {0};
        if (hb_time_parse(hb_str_from(ROWS[i].text), &time) != ROWS[i].ok)
            fail_msg("%s", ROWS[i].text);
        assert_int_equal(time.hour * 3600 + time.minute * 60 + time.second, ROWS[i].second);
        assert_int_equal(time.nanosecond, ROWS[i].nanosecond);
        assert_int_equal(time.zone.offset_seconds, ROWS[i].offset);
    }
    hb_datetime at = {0};
    assert_true(hb_datetime_parse(HB_STR("2016-12-31T24:00:00Z"), &at));
    assert_day(at.date, "2017-01-01");
    assert_int_equal(at.time.hour, 0);
    assert_true(hb_datetime_parse(HB_STR("-999999999-12-31T23:59:59.999999999+02:00"), &at));
    assert_false(hb_datetime_parse(HB_STR("999999999-12-31T24:00:00"), &at));
    assert_false(hb_datetime_parse(HB_STR("2016-12-31T24:00:01"), &at));
    assert_false(hb_datetime_parse(HB_STR("2016-12-31 10:00:00"), &at));
    assert_false(hb_datetime_parse(HB_STR("2016-12-31"), &at));
}

static void knows_zones(void **state) {
    (void)state;
    static const struct {
        const char *zone, *date;
        int hour, minute, offset;
    } ROWS[] = {
        {"Europe/Paris",        "2017-01-15",       12, 0,  3600  },
        {"Europe/Paris",        "2017-07-15",       12, 0,  7200  },
        {"Europe/Paris",        "2017-03-26",       1,  59, 3600  },
        {"Europe/Paris",        "2017-03-26",       2,  30, 3600  }, // does not exist: as before the change
        {"Europe/Paris",        "2017-03-26",       3,  0,  7200  },
        {"Europe/Paris",        "2017-10-29",       2,  30, 7200  }, // exists twice: the earlier one
        {"Europe/Paris",        "2017-10-29",       3,  0,  3600  },
        {"Europe/Paris",        "999999999-07-15",  12, 0,  7200  },
        {"Europe/Paris",        "-999999999-07-15", 12, 0,  561   }, // local mean time
        {"Asia/Dhaka",          "2017-09-06",       9,  45, 21600 },
        {"Australia/Melbourne", "2018-12-08",       0,  0,  39600 },
        {"Australia/Melbourne", "2018-07-08",       0,  0,  36000 },
        {"America/El_Salvador", "2025-03-15",       12, 0,  -21600},
        {"America/New_York",    "2025-03-15",       12, 0,  -14400},
        {"Etc/UTC",             "2025-03-15",       12, 0,  0     },
        {"UTC",                 "2025-03-15",       12, 0,  0     },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        uint32_t zone = 0;
        int32_t offset = 0;
        assert_true(hb_zone_find(hb_str_from(ROWS[i].zone), &zone));
        assert_text(hb_zone_name(zone), ROWS[i].zone);
        int64_t days = hb_date_to_days(day(ROWS[i].date));
        assert_true(
            hb_zone_offset_local(zone, days, ROWS[i].hour * 3600 + ROWS[i].minute * 60, &offset));
        if (offset != ROWS[i].offset)
            fail_msg("%s %s %d:%d: %d", ROWS[i].zone, ROWS[i].date, ROWS[i].hour, ROWS[i].minute,
                     offset);
    }
    static const char *const UNKNOWN[] = {
        "", "Europe", "europe/paris", "Europe/Paris ", "Mars/Olympus", "zzz"};
    uint32_t zone = 0;
    int32_t offset = 0;
    for (size_t i = 0; i < sizeof UNKNOWN / sizeof *UNKNOWN; i++) {
        assert_false(hb_zone_find(hb_str_from(UNKNOWN[i]), &zone));
    }
    assert_false(hb_zone_offset_local(UINT32_MAX, 0, 0, &offset));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_dates),         cmocka_unit_test(counts_days),
        cmocka_unit_test(walks_through_years), cmocka_unit_test(adds_months),
        cmocka_unit_test(reads_times),         cmocka_unit_test(knows_zones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
