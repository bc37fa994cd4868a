// Dates, times, date and times and durations from any text: no crash, and what is read prints to a text
// that reads as the same value again.
#include <stdlib.h>

#include "feel/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(hb_arena *arena, feel_value value) {
    hb_text text = {0};
    feel_value again = feel_null();
    feel_print(&text, value);
    hb_str printed = {text.at, text.n};
    bool ok = value.kind == FEEL_DATE        ? feel_parse_date(printed, &again)
              : value.kind == FEEL_TIME      ? feel_parse_time(arena, printed, &again)
              : value.kind == FEEL_DATE_TIME ? feel_parse_date_time(arena, printed, &again)
                                             : feel_parse_duration(printed, &again);
    if (!ok || !feel_is_same(value, again)) abort();
    hb_text_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    hb_str text = {(const char *)data, size};
    hb_arena *arena = hb_arena_open((size_t)1 << 20);
    feel_value value;
    if (feel_parse_date(text, &value)) check(arena, value);
    if (feel_parse_time(arena, text, &value)) check(arena, value);
    if (feel_parse_date_time(arena, text, &value)) check(arena, value);
    if (feel_parse_duration(text, &value)) check(arena, value);
    hb_arena_close(arena);
    return 0;
}
