// Any flags, pattern, input and replacement (lines of the data): no crash, no hang, no pattern of ours that PCRE2
// reads otherwise than as a match, no match or null.
#include <string.h>

#include "feel/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static hb_str line(hb_str *rest) {
    const char *end = rest->n ? memchr(rest->at, '\n', rest->n) : NULL;
    hb_str first = {rest->at, end ? (size_t)(end - rest->at) : rest->n};
    *rest = (hb_str){rest->at + first.n + (end != NULL), rest->n - first.n - (end != NULL)};
    return first;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    hb_str rest = {(const char *)data, size};
    if (size == 0 || size > 4096 || !hb_utf8_is_valid(rest, NULL)) return 0;
    hb_error err = {0};
    hb_arena *arena = hb_arena_open((size_t)1 << 22);
    feel_run run;
    feel_run_init(&run, arena, &err);
    hb_str flags = line(&rest), pattern = line(&rest), replacement = line(&rest);
    feel_regex_matches(&run, rest, pattern, flags);
    feel_regex_replace(&run, rest, pattern, replacement, flags);
    feel_regex_split(&run, rest, pattern);
    feel_run_clear(&run);
    hb_arena_close(arena);
    return 0;
}
