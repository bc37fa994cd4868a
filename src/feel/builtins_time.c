// is() and the calendar functions (DMN 1.5 §10.3.4.6, §10.3.4.8, §10.3.4.11). The clock is an
// argument of the run, so a day "today" is what its caller says.
#include "feel/builtins.h"

feel_value feel_builtin_is(feel_run *run, const feel_value *args, uint32_t n) {
    (void)run;
    (void)n;
    return feel_boolean(feel_is_same(args[0], args[1]));
}

static hb_date date_in(feel_value value) {
    return value.kind == FEEL_DATE ? value.date : value.date_time->date;
}

feel_value feel_builtin_day_of_year(feel_run *run, const feel_value *args, uint32_t n) {
    (void)run;
    (void)n;
    return feel_int(hb_day_of_year(date_in(args[0])));
}

feel_value feel_builtin_day_of_week(feel_run *run, const feel_value *args, uint32_t n) {
    static const char *const NAMES[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                        "Friday", "Saturday", "Sunday"};
    (void)run;
    (void)n;
    return feel_string(hb_str_from(NAMES[hb_day_of_week(date_in(args[0])) - 1]));
}

feel_value feel_builtin_month_of_year(feel_run *run, const feel_value *args, uint32_t n) {
    static const char *const NAMES[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
    (void)run;
    (void)n;
    return feel_string(hb_str_from(NAMES[date_in(args[0]).month - 1]));
}

feel_value feel_builtin_week_of_year(feel_run *run, const feel_value *args, uint32_t n) {
    (void)run;
    (void)n;
    return feel_int(hb_week_of_year(date_in(args[0])));
}

static bool utc_now(const feel_run *run, hb_datetime *out) {
    return feel_date_time_at(run->now.seconds, run->now.nanosecond,
                             (hb_zone){.kind = HB_ZONE_OFFSET}, out);
}

feel_value feel_builtin_now(feel_run *run, const feel_value *args, uint32_t n) {
    (void)args;
    (void)n;
    hb_datetime now;
    if (!utc_now(run, &now))
        return feel_null_because(run, true, "now(): the clock is out of range");
    return feel_date_time_value(run, now);
}

feel_value feel_builtin_today(feel_run *run, const feel_value *args, uint32_t n) {
    (void)args;
    (void)n;
    hb_datetime now;
    if (!utc_now(run, &now))
        return feel_null_because(run, true, "today(): the clock is out of range");
    return feel_date(now.date);
}
