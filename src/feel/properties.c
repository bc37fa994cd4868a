// What stands after a dot on a value that is no context: the parts of temporal values and of ranges
// (DMN 1.5 §10.3.2.15, "General semantics of properties"). `value` is not among the standard's: it
// is the number that the standard compares and calculates with.
#include "feel/internal.h"

#include <string.h>

typedef struct {
    const feel_value *value;
    const hb_date *date;
    const hb_time *time;
} parts;
typedef feel_value (*part_read)(feel_run *run, const parts *of);

static feel_value year_of(feel_run *run, const parts *of) {
    (void)run;
    return feel_int(of->date->year);
}
static feel_value month_of(feel_run *run, const parts *of) {
    (void)run;
    return feel_int(of->date->month);
}
static feel_value day_of(feel_run *run, const parts *of) {
    (void)run;
    return feel_int(of->date->day);
}
static feel_value weekday_of(feel_run *run, const parts *of) {
    (void)run;
    return feel_int(hb_day_of_week(*of->date));
}
static feel_value hour_of(feel_run *run, const parts *of) {
    (void)run;
    return feel_int(of->time->hour);
}
static feel_value minute_of(feel_run *run, const parts *of) {
    (void)run;
    return feel_int(of->time->minute);
}
// Whole seconds and a fraction, in [0..60).
static feel_value with_fraction(feel_run *run, int64_t seconds, int64_t nanosecond) {
    return feel_add(run, feel_int(seconds),
                    feel_divide(run, feel_int(nanosecond), feel_int(1000000000)));
}

static feel_value second_of(feel_run *run, const parts *of) {
    return with_fraction(run, of->time->second, of->time->nanosecond);
}

static feel_value offset_of(feel_run *run, const parts *of) {
    (void)run;
    int32_t offset;
    if (!feel_zone_offset(&of->time->zone, of->date, feel_second_of_day(of->time), &offset))
        return feel_null();
    return feel_days_duration(offset, 0);
}

static feel_value zone_of(feel_run *run, const parts *of) {
    if (of->time->zone.kind != HB_ZONE_NAMED) return feel_null();
    return feel_string_copy(run, hb_zone_name(of->time->zone.name));
}

// Seconds since 1970-01-01T00:00:00Z of a date or a date and time; since midnight UTC of a time;
// length of a duration in seconds or months (DMN 1.5 §10.3.2.3.4 to §10.3.2.3.8).
static feel_value value_of(feel_run *run, const parts *of) {
    int32_t offset = 0;
    hb_datetime midnight;
    (void)run;
    switch ((feel_kind)of->value->kind) {
        case FEEL_DATE:
            midnight = feel_midnight(*of->date);
            return feel_int(feel_instant(&midnight));
        case FEEL_DATE_TIME: return feel_int(feel_instant(of->value->date_time));
        case FEEL_TIME:
            if (!feel_zone_offset(&of->time->zone, NULL, feel_second_of_day(of->time), &offset))
                offset = 0;
            return feel_int(feel_second_of_day(of->time) - offset);
        case FEEL_DAYS_DURATION: return feel_int(of->value->seconds);
        case FEEL_YEARS_DURATION: return feel_int(of->value->months);
        case FEEL_NULL:
        case FEEL_BOOLEAN:
        case FEEL_NUMBER:
        case FEEL_STRING:
        case FEEL_RANGE:
        case FEEL_LIST:
        case FEEL_CONTEXT:
        case FEEL_FUNCTION: break;
    }
    return feel_null();
}

// Whole seconds of a duration, towards zero, so that parts of a negative one are negative.
static int64_t whole_seconds(const parts *of) {
    return of->value->seconds + (of->value->seconds < 0 && of->value->n > 0);
}

static feel_value days_of(feel_run *run, const parts *of) {
    (void)run;
    return feel_int(whole_seconds(of) / 86400);
}
static feel_value hours_of(feel_run *run, const parts *of) {
    (void)run;
    return feel_int(whole_seconds(of) % 86400 / 3600);
}
static feel_value minutes_of(feel_run *run, const parts *of) {
    (void)run;
    return feel_int(whole_seconds(of) % 3600 / 60);
}
static feel_value seconds_of(feel_run *run, const parts *of) {
    int64_t cut = of->value->seconds < 0 && of->value->n > 0 ? 1000000000 : 0;
    return with_fraction(run, whole_seconds(of) % 60, (int64_t)of->value->n - cut);
}
static feel_value years_of(feel_run *run, const parts *of) {
    (void)run;
    return feel_int(of->value->months / 12);
}
static feel_value months_of(feel_run *run, const parts *of) {
    (void)run;
    return feel_int(of->value->months % 12);
}

static feel_value start_of(feel_run *run, const parts *of) {
    (void)run;
    const feel_range *range = of->value->range;
    return range->has_low && range->unary != '!' ? range->low : feel_null();
}
static feel_value end_of(feel_run *run, const parts *of) {
    (void)run;
    const feel_range *range = of->value->range;
    return range->has_high && range->unary != '!' ? range->high : feel_null();
}
static feel_value start_included_of(feel_run *run, const parts *of) {
    (void)run;
    return feel_boolean(of->value->range->has_low && of->value->range->is_low_included);
}
static feel_value end_included_of(feel_run *run, const parts *of) {
    (void)run;
    return feel_boolean(of->value->range->has_high && of->value->range->is_high_included);
}

#define ON(kind) (1u << (kind))
#define HAS_DATE (ON(FEEL_DATE) | ON(FEEL_DATE_TIME))
#define HAS_TIME (ON(FEEL_TIME) | ON(FEEL_DATE_TIME))
#define HAS_VALUE (HAS_DATE | HAS_TIME | ON(FEEL_DAYS_DURATION) | ON(FEEL_YEARS_DURATION))

struct feel_property {
    const char *name;
    unsigned kinds;
    part_read read;
};
static const feel_property PROPERTIES[] = {
    {"year",           HAS_DATE,                year_of          },
    {"month",          HAS_DATE,                month_of         },
    {"day",            HAS_DATE,                day_of           },
    {"weekday",        HAS_DATE,                weekday_of       },
    {"hour",           HAS_TIME,                hour_of          },
    {"minute",         HAS_TIME,                minute_of        },
    {"second",         HAS_TIME,                second_of        },
    {"time offset",    HAS_TIME,                offset_of        },
    {"timezone",       HAS_TIME,                zone_of          },
    {"value",          HAS_VALUE,               value_of         },
    {"days",           ON(FEEL_DAYS_DURATION),  days_of          },
    {"hours",          ON(FEEL_DAYS_DURATION),  hours_of         },
    {"minutes",        ON(FEEL_DAYS_DURATION),  minutes_of       },
    {"seconds",        ON(FEEL_DAYS_DURATION),  seconds_of       },
    {"years",          ON(FEEL_YEARS_DURATION), years_of         },
    {"months",         ON(FEEL_YEARS_DURATION), months_of        },
    {"start",          ON(FEEL_RANGE),          start_of         },
    {"end",            ON(FEEL_RANGE),          end_of           },
    {"start included", ON(FEEL_RANGE),          start_included_of},
    {"end included",   ON(FEEL_RANGE),          end_included_of  },
};

const feel_property *feel_property_find(hb_str name) {
    for (size_t i = 0; i < sizeof PROPERTIES / sizeof *PROPERTIES; i++)
        if (hb_str_equal(hb_str_from(PROPERTIES[i].name), name)) return &PROPERTIES[i];
    return NULL;
}

bool feel_property_read(feel_run *run, const feel_property *property, feel_value value,
                        feel_value *out) {
    parts of = {.value = &value};
    if (!(property->kinds & ON(value.kind))) return false;
    if (value.kind == FEEL_DATE) of.date = &value.date;
    if (value.kind == FEEL_TIME) of.time = value.time;
    if (value.kind == FEEL_DATE_TIME)
        of.date = &value.date_time->date, of.time = &value.date_time->time;
    *out = property->read(run, &of);
    return true;
}
