// String functions (DMN 1.5 §10.3.4.3). Positions and lengths count code points; case is ICU's, for
// no language in particular; patterns are XPath's regular expressions (regex.c).
#include "feel/builtins.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ucasemap.h>

// ---- parts -------------------------------------------------------------------------------------

// A number as a whole position, its fraction dropped; false when it is out of all reach.
static bool position(feel_value number, int64_t *out) {
    hb_dec cut;
    return feel_to_int(number, out) ||
           (hb_dec_round(feel_dec(number), 0, HB_ROUND_DOWN, &cut) && hb_dec_to_int(cut, out));
}

// Positions run from 1, or back from -1, the last.
feel_value feel_builtin_substring(feel_run *run, const feel_value *args, uint32_t n) {
    hb_str text = feel_text(args[0]);
    int64_t start, length, n_points = (int64_t)feel_count_code_points(text);
    if (!position(args[1], &start) || start == 0 || start > n_points || start < -n_points)
        return feel_null_because(run, true, "substring(): there is no such start position");
    int64_t before = start > 0 ? start - 1 : n_points + start;
    length = n_points - before;
    if (n == 3 && (!position(args[2], &length) || length < 1 || length > n_points - before))
        return feel_null_because(
            run, true, "substring(): length must be from 1 to what is left of the string");
    size_t from = feel_skip_code_points(text, (uint64_t)before);
    hb_str rest = {text.at + from, text.n - from};
    rest.n = feel_skip_code_points(rest, (uint64_t)length);
    return feel_string(rest);
}

feel_value feel_builtin_string_length(feel_run *run, const feel_value *args, uint32_t n) {
    (void)run;
    (void)n;
    return feel_int((int64_t)feel_count_code_points(feel_text(args[0])));
}

// Offset of `part` in `text`; false when it is not there. An empty part is at the start.
static bool find(hb_str text, hb_str part, size_t *at) {
    *at = 0;
    if (part.n == 0) return true;
    const char *found = text.n ? memmem(text.at, text.n, part.at, part.n) : NULL;
    if (found) *at = (size_t)(found - text.at);
    return found != NULL;
}

feel_value feel_builtin_substring_before(feel_run *run, const feel_value *args, uint32_t n) {
    (void)run;
    (void)n;
    size_t at;
    hb_str text = feel_text(args[0]);
    if (!find(text, feel_text(args[1]), &at)) return feel_string(HB_STR(""));
    return feel_string((hb_str){text.at, at});
}

feel_value feel_builtin_substring_after(feel_run *run, const feel_value *args, uint32_t n) {
    (void)run;
    (void)n;
    size_t at;
    hb_str text = feel_text(args[0]), part = feel_text(args[1]);
    if (!find(text, part, &at)) return feel_string(HB_STR(""));
    if (part.n == 0) return args[0];
    return feel_string((hb_str){text.at + at + part.n, text.n - at - part.n});
}

feel_value feel_builtin_contains(feel_run *run, const feel_value *args, uint32_t n) {
    (void)run;
    (void)n;
    size_t at;
    return feel_boolean(find(feel_text(args[0]), feel_text(args[1]), &at));
}

feel_value feel_builtin_starts_with(feel_run *run, const feel_value *args, uint32_t n) {
    (void)run;
    (void)n;
    return feel_boolean(hb_str_starts(feel_text(args[0]), feel_text(args[1])));
}

feel_value feel_builtin_ends_with(feel_run *run, const feel_value *args, uint32_t n) {
    (void)run;
    (void)n;
    hb_str text = feel_text(args[0]), part = feel_text(args[1]);
    if (part.n == 0) return feel_boolean(true);
    if (part.n > text.n) return feel_boolean(false);
    return feel_boolean(memcmp(text.at + text.n - part.n, part.at, part.n) == 0);
}

// ---- case --------------------------------------------------------------------------------------

typedef int32_t (*case_mapping)(const UCaseMap *map, char *to, int32_t room, const char *from,
                                int32_t n, UErrorCode *status);

// ICU says how long the result is before it writes it: it may be longer than the text (ß, ŉ).
static feel_value change_case(feel_run *run, hb_str text, case_mapping mapping) {
    UErrorCode status = U_ZERO_ERROR;
    feel_value result = feel_null();
    char *to = NULL;
    if (text.n == 0) return feel_string(text);
    UCaseMap *map = ucasemap_open("", 0, &status);
    if (U_FAILURE(status) || text.n > INT32_MAX / 4) goto done;
    int32_t size = mapping(map, NULL, 0, text.at, (int32_t)text.n, &status);
    if (status != U_BUFFER_OVERFLOW_ERROR && U_FAILURE(status)) goto done;
    to = hb_arena_alloc(run->arena, (size_t)size + 1);
    status = U_ZERO_ERROR;
    if (!to) goto done;
    mapping(map, to, size + 1, text.at, (int32_t)text.n, &status);
    if (U_SUCCESS(status)) result = feel_string((hb_str){to, (size_t)size});
done:
    ucasemap_close(map);
    if (result.kind == FEEL_STRING) return result;
    return feel_null_because(run, true, "no memory is left for this text");
}

feel_value feel_builtin_upper_case(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    return change_case(run, feel_text(args[0]), ucasemap_utf8ToUpper);
}

feel_value feel_builtin_lower_case(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    return change_case(run, feel_text(args[0]), ucasemap_utf8ToLower);
}

// ---- patterns ----------------------------------------------------------------------------------

feel_value feel_builtin_matches(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    return feel_regex_matches(run, feel_text(args[0]), feel_text(args[1]), feel_text(args[2]));
}

feel_value feel_builtin_replace(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    return feel_regex_replace(run, feel_text(args[0]), feel_text(args[1]), feel_text(args[2]),
                              feel_text(args[3]));
}

feel_value feel_builtin_split(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    return feel_regex_split(run, feel_text(args[0]), feel_text(args[1]));
}

// ---- joining -----------------------------------------------------------------------------------

// Nulls in the list are passed over; anything else that is no string makes the whole null.
feel_value feel_builtin_string_join(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    hb_str delimiter = args[1].kind == FEEL_STRING ? feel_text(args[1]) : (hb_str){0};
    uint64_t size = 0, n_joined = 0;
    for (uint32_t i = 0; i < args[0].n; i++) {
        feel_value item = args[0].items[i];
        if (item.kind == FEEL_NULL) continue;
        if (item.kind != FEEL_STRING)
            return feel_null_because(run, true, "string join(): item %u is not a string", i + 1);
        size += item.n + (n_joined++ ? delimiter.n : 0);
    }
    char *text = size <= UINT32_MAX ? hb_arena_alloc(run->arena, size + 1) : NULL, *to = text;
    if (!text) return feel_null_because(run, true, "no memory is left for this text");
    bool is_first = true;
    for (uint32_t i = 0; i < args[0].n; i++) {
        hb_str item = feel_text(args[0].items[i]);
        if (args[0].items[i].kind == FEEL_NULL) continue;
        if (!is_first && delimiter.n)
            to = (char *)memcpy(to, delimiter.at, delimiter.n) + delimiter.n;
        if (item.n) to = (char *)memcpy(to, item.at, item.n) + item.n;
        is_first = false;
    }
    return feel_string((hb_str){text, size});
}
