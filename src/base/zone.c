// Time zones by name: the one door to ICU's zone data. The table of names is made once per process
// and never changes, so an index stays valid. ICU's calendars are not thread-safe: each zone has
// one, opened when first asked for, and a lock around its use. This table and that lock are the
// room's only state.
#include "base/base.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/uenum.h>

typedef struct {
    char *name;
    UCalendar *calendar;
} zone;

static pthread_once_t made = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static zone *zones;
static uint32_t n_zones;

static int by_name(const void *a, const void *b) {
    return strcmp(((const zone *)a)->name, ((const zone *)b)->name);
}

// Every name ICU knows, links included ("Etc/UTC", "Asia/Calcutta").
static void make_table(void) {
    UErrorCode status = U_ZERO_ERROR;
    UEnumeration *names = ucal_openTimeZones(&status);
    int32_t n = uenum_count(names, &status);
    if (U_SUCCESS(status) && n > 0) zones = calloc((size_t)n, sizeof *zones);
    while (zones && n_zones < (uint32_t)n) {
        const char *name = uenum_next(names, NULL, &status);
        if (!name || U_FAILURE(status)) break;
        if (!(zones[n_zones].name = strdup(name))) break;
        n_zones++;
    }
    uenum_close(names);
    if (n_zones) qsort(zones, n_zones, sizeof *zones, by_name);
}

bool hb_zone_find(hb_str name, uint32_t *index) {
    pthread_once(&made, make_table);
    uint32_t low = 0, high = n_zones;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = hb_str_compare(name, hb_str_from(zones[middle].name));
        if (order == 0) {
            *index = middle;
            return true;
        }
        if (order < 0) high = middle;
        if (order > 0) low = middle + 1;
    }
    return false;
}

hb_str hb_zone_name(uint32_t index) {
    pthread_once(&made, make_table);
    return index < n_zones ? hb_str_from(zones[index].name) : (hb_str){0};
}

static UCalendar *open_calendar(const char *name) {
    UErrorCode status = U_ZERO_ERROR;
    UChar wide[128];
    size_t n = strlen(name);
    if (n >= sizeof wide / sizeof *wide) return NULL;
    for (size_t i = 0; i < n; i++) wide[i] = (UChar)(unsigned char)name[i];  // zone names are ASCII
    UCalendar *calendar = ucal_open(wide, (int32_t)n, "en_US_POSIX", UCAL_GREGORIAN, &status);
    return U_SUCCESS(status) ? calendar : NULL;
}

// ICU counts milliseconds to about the year 5,800,000. The calendar repeats every 146097 days, and
// rules of zones do so outside recorded history, so a far day stands for the same day of a nearer
// era.
static int64_t near_days(int64_t days) {
    const int64_t era = 146097, far = 1000 * 366;
    int64_t eras = 0;
    if (days > far) eras = (days - far) / era;
    if (days < -5 * far) eras = (days + 5 * far) / era;
    return days - eras * era;
}

// With the zone's calendar set to `ms`: offset at that local time, or at that UTC time. Under the lock.
static bool read_offset(UCalendar *calendar, double ms, bool is_local, int32_t *offset_seconds) {
    int32_t standard_ms, summer_ms;
    UErrorCode status = U_ZERO_ERROR;
    ucal_setMillis(calendar, ms, &status);
    if (is_local) {
        ucal_getTimeZoneOffsetFromLocal(calendar, UCAL_TZ_LOCAL_FORMER, UCAL_TZ_LOCAL_FORMER,
                                        &standard_ms, &summer_ms, &status);
    } else {
        standard_ms = ucal_get(calendar, UCAL_ZONE_OFFSET, &status);
        summer_ms = ucal_get(calendar, UCAL_DST_OFFSET, &status);
    }
    if (U_FAILURE(status)) return false;
    *offset_seconds = (standard_ms + summer_ms) / 1000;
    return true;
}

static bool offset_at(uint32_t index, int64_t days, int64_t second, bool is_local,
                      int32_t *offset_seconds) {
    pthread_once(&made, make_table);
    if (index >= n_zones) return false;
    double ms = ((double)near_days(days) * 86400.0 + (double)second) * 1000.0;
    pthread_mutex_lock(&lock);
    zone *z = &zones[index];
    if (!z->calendar) z->calendar = open_calendar(z->name);
    bool ok = z->calendar && read_offset(z->calendar, ms, is_local, offset_seconds);
    pthread_mutex_unlock(&lock);
    return ok;
}

bool hb_zone_offset_local(uint32_t index, int64_t local_days, int32_t local_second,
                          int32_t *offset_seconds) {
    return offset_at(index, local_days, local_second, true, offset_seconds);
}

bool hb_zone_offset_utc(uint32_t index, int64_t instant, int32_t *offset_seconds) {
    return offset_at(index, instant / 86400, instant % 86400, false, offset_seconds);
}
