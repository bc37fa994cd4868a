// Regular expressions for matches(), replace() and split(): the one door to PCRE2. A pattern is
// translated (regex_translate.c), compiled once and kept with the run. Matching ends at a limit of
// steps and of memory, so no pattern can hang an evaluation; each limit that is reached also costs
// the run that many steps.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "feel/internal.h"

enum { MATCH_STEPS_MAX = 1000000, MATCH_KIB_MAX = 16384, PATTERN_BYTES_MAX = 65536, CACHED = 16 };

typedef struct {
    char *pattern;  // NULL: this place is free
    size_t pattern_size;
    unsigned flags;
    pcre2_code *code;
    pcre2_match_data *match;
    uint32_t n_groups;
} regex;

struct feel_regex_cache {
    regex kept[CACHED];
    uint32_t next;  // the entry that the next new pattern takes
    pcre2_match_context *limits;
};

static void clear_regex(regex *entry) {
    free(entry->pattern);
    pcre2_match_data_free(entry->match);
    pcre2_code_free(entry->code);
    *entry = (regex){0};
}

void feel_regex_cache_close(struct feel_regex_cache *cache) {
    if (!cache) return;
    for (int i = 0; i < CACHED; i++) clear_regex(&cache->kept[i]);
    pcre2_match_context_free(cache->limits);
    free(cache);
}

static struct feel_regex_cache *open_cache(void) {
    struct feel_regex_cache *cache = calloc(1, sizeof *cache);
    if (!cache) return NULL;
    cache->limits = pcre2_match_context_create(NULL);
    if (!cache->limits) {
        free(cache);
        return NULL;
    }
    pcre2_set_match_limit(cache->limits, MATCH_STEPS_MAX);
    pcre2_set_heap_limit(cache->limits, MATCH_KIB_MAX);
    return cache;
}

// ---- flags and compiling -----------------------------------------------------------------------

enum { DOT_ALL = 1, MULTILINE = 2, CASELESS = 4, STRIPPED = 8, LITERAL = 16 };

static bool read_flags(hb_str text, unsigned *flags) {
    static const char LETTERS[] = "smixq";  // in the order of their bits
    *flags = 0;
    for (size_t i = 0; i < text.n; i++) {
        const char *letter = text.at[i] ? strchr(LETTERS, text.at[i]) : NULL;
        if (!letter) return false;
        *flags |= 1u << (letter - LETTERS);
    }
    return true;
}

// The pattern in PCRE2's words; NULL, or what is wrong.
static const char *translate(hb_text *out, hb_str pattern, unsigned flags) {
    hb_text stripped = {0};
    if (flags & LITERAL) {
        hb_text_add(out, pattern);
        return NULL;
    }
    if (flags & STRIPPED) {
        feel_regex_strip(&stripped, pattern);
        pattern = (hb_str){stripped.at, stripped.n};
    }
    const char *wrong = feel_regex_translate(out, pattern, flags & CASELESS, flags & DOT_ALL);
    if (stripped.failed) wrong = "no memory for this pattern";
    hb_text_clear(&stripped);
    return wrong;
}

static pcre2_code *compile(const hb_text *text, unsigned flags) {
    uint32_t options = PCRE2_UTF | PCRE2_NO_UTF_CHECK;
    if (flags & CASELESS) options |= PCRE2_CASELESS;
    if (flags & LITERAL)
        options |= PCRE2_LITERAL;
    else
        options |= PCRE2_DOLLAR_ENDONLY | PCRE2_MATCH_UNSET_BACKREF | PCRE2_NEVER_BACKSLASH_C;
    if ((flags & MULTILINE) && !(flags & LITERAL)) options |= PCRE2_MULTILINE;
    int code;
    PCRE2_SIZE offset;
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (!context) return NULL;
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    pcre2_code *compiled = pcre2_compile((PCRE2_SPTR)(text->at ? text->at : ""), text->n, options,
                                         &code, &offset, context);
    pcre2_compile_context_free(context);
    return compiled;
}

// Fills `entry` with the compiled pattern; NULL, or what is wrong.
static const char *build(regex *entry, hb_str pattern, unsigned flags) {
    hb_text text = {0};
    const char *wrong = NULL;
    if (pattern.n > PATTERN_BYTES_MAX) return "the pattern is too large";
    if (!(entry->pattern = malloc(pattern.n + 1))) return "no memory for this pattern";
    if (pattern.n) memcpy(entry->pattern, pattern.at, pattern.n);
    entry->pattern_size = pattern.n;
    entry->flags = flags;
    wrong = translate(&text, pattern, flags);
    if (!wrong && text.failed) wrong = "no memory for this pattern";
    if (!wrong && !(entry->code = compile(&text, flags)))
        wrong = "its bounds are out of order, or it is too large";
    hb_text_clear(&text);
    if (wrong) return wrong;
    entry->match = pcre2_match_data_create_from_pattern(entry->code, NULL);
    pcre2_pattern_info(entry->code, PCRE2_INFO_CAPTURECOUNT, &entry->n_groups);
    return entry->match ? NULL : "no memory for this pattern";
}

static regex *find_kept(struct feel_regex_cache *cache, hb_str pattern, unsigned flags) {
    for (int i = 0; i < CACHED; i++) {
        regex *kept = &cache->kept[i];
        if (!kept->pattern || kept->flags != flags) continue;
        if (hb_str_equal((hb_str){kept->pattern, kept->pattern_size}, pattern)) return kept;
    }
    return NULL;
}

// The compiled pattern, from the run's cache; NULL with a note when it is no regular expression.
static regex *find_regex(feel_run *run, hb_str pattern, hb_str flag_text) {
    unsigned flags;
    regex made = {0};
    hb_str shown = feel_excerpt(flag_text);
    if (!read_flags(flag_text, &flags)) {
        feel_null_because(run, true, "the flags may be s, m, i, x and q, not \"%.*s\"",
                          (int)shown.n, shown.at);
        return NULL;
    }
    if (!run->regex && !(run->regex = open_cache())) {
        feel_null_because(run, true, "no memory for regular expressions");
        return NULL;
    }
    regex *kept = find_kept(run->regex, pattern, flags);
    if (kept) return kept;
    const char *wrong = build(&made, pattern, flags);
    if (wrong) {
        clear_regex(&made);
        feel_null_because(run, true, "not a regular expression: %s", wrong);
        return NULL;
    }
    regex *place = &run->regex->kept[run->regex->next];
    run->regex->next = (run->regex->next + 1) % CACHED;
    clear_regex(place);
    *place = made;
    return place;
}

// ---- matching ----------------------------------------------------------------------------------

typedef enum { GAVE_UP = 0, NO_MATCH, MATCH } outcome;  // 0: a limit was reached, noted

// Looks for a match at or after `from`; its place is then in entry->match.
static outcome find(feel_run *run, regex *entry, hb_str input, size_t from, bool is_empty_refused) {
    uint32_t options = PCRE2_NO_UTF_CHECK | (is_empty_refused ? PCRE2_NOTEMPTY : 0);
    int count = pcre2_match(entry->code, (PCRE2_SPTR)(input.at ? input.at : ""), input.n, from,
                            options, entry->match, run->regex->limits);
    if (count >= 0) return MATCH;
    if (count == PCRE2_ERROR_NOMATCH) return NO_MATCH;
    run->steps_left -= run->steps_left < MATCH_STEPS_MAX ? run->steps_left : MATCH_STEPS_MAX;
    feel_null_because(run, true, "this pattern takes too long to match");
    return GAVE_UP;
}

feel_value feel_regex_matches(feel_run *run, hb_str input, hb_str pattern, hb_str flag_text) {
    regex *entry = find_regex(run, pattern, flag_text);
    if (!entry) return feel_null();
    switch (find(run, entry, input, 0, false)) {
        case MATCH: return feel_boolean(true);
        case NO_MATCH: return feel_boolean(false);
        case GAVE_UP: break;
    }
    return feel_null();
}

// F&O 3.1 §5.6.4 and §5.6.5: a pattern that matches no text at all can be neither replaced nor
// split at.
static bool matches_empty(feel_run *run, regex *entry, const char *function) {
    outcome found = find(run, entry, (hb_str){"", 0}, 0, false);
    if (found == MATCH)
        feel_null_because(run, true, "%s(): the pattern also matches an empty string", function);
    return found != NO_MATCH;
}

// ---- replacing ---------------------------------------------------------------------------------

static void add_group(hb_text *out, const regex *entry, hb_str input, uint32_t group) {
    const PCRE2_SIZE *place = pcre2_get_ovector_pointer(entry->match);
    if (group > entry->n_groups || place[2 * group] == PCRE2_UNSET) return;
    hb_text_add(out,
                (hb_str){input.at + place[2 * group], place[2 * group + 1] - place[2 * group]});
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// $0 is the match, $1 a group (as many digits as name a group there is), \$ and \\ stand for
// themselves. False when the replacement holds anything else behind $ or a backslash.
static bool add_replacement(hb_text *out, const regex *entry, hb_str input, hb_str replacement) {
    for (size_t i = 0; i < replacement.n; i++) {
        char c = replacement.at[i], next = i + 1 < replacement.n ? replacement.at[i + 1] : 0;
        if ((entry->flags & LITERAL) || (c != '$' && c != '\\')) {
            hb_text_add(out, (hb_str){replacement.at + i, 1});
        } else if (c == '\\') {
            if (next != '$' && next != '\\') return false;
            hb_text_add(out, (hb_str){replacement.at + ++i, 1});
        } else {
            if (!is_digit(next)) return false;
            uint32_t group = (uint32_t)(replacement.at[++i] - '0');
            while (i + 1 < replacement.n && is_digit(replacement.at[i + 1])) {
                uint32_t longer = group * 10 + (uint32_t)(replacement.at[i + 1] - '0');
                if (longer > entry->n_groups) break;
                group = longer;
                i++;
            }
            add_group(out, entry, input, group);
        }
    }
    return true;
}

// Past this a result is refused: replacements can multiply the length of a text again and again.
#define RESULT_BYTES_MAX ((size_t)64 << 20)

feel_value feel_regex_replace(feel_run *run, hb_str input, hb_str pattern, hb_str replacement,
                              hb_str flag_text) {
    regex *entry = find_regex(run, pattern, flag_text);
    if (!entry || matches_empty(run, entry, "replace")) return feel_null();
    if (input.n == 0) return feel_string(input);
    feel_value result = feel_null();
    hb_text out = {0};
    size_t at = 0;
    for (;;) {
        outcome found = find(run, entry, input, at, true);
        if (found == GAVE_UP) goto done;
        if (found == NO_MATCH) break;
        const PCRE2_SIZE *place = pcre2_get_ovector_pointer(entry->match);
        size_t start = place[0], end = place[1];
        hb_text_add(&out, (hb_str){input.at + at, start - at});
        if (!add_replacement(&out, entry, input, replacement)) {
            feel_null_because(run, true, "replace(): a replacement has $ or \\ before no group");
            goto done;
        }
        at = end;
        if (out.failed || out.n > RESULT_BYTES_MAX) {
            feel_null_because(run, true, "replace(): the result is too long");
            goto done;
        }
    }
    hb_text_add(&out, (hb_str){input.at + at, input.n - at});
    result = feel_string_copy(run, (hb_str){out.at, out.n});
done:
    hb_text_clear(&out);
    return result;
}

// ---- splitting ---------------------------------------------------------------------------------

feel_value feel_regex_split(feel_run *run, hb_str input, hb_str pattern) {
    regex *entry = find_regex(run, pattern, (hb_str){0});
    if (!entry || matches_empty(run, entry, "split")) return feel_null();
    if (input.n == 0) return feel_list_copy(run, &(feel_value){.kind = FEEL_STRING}, 1);
    uint32_t n = 0, room = 0;
    feel_value *parts = NULL;
    for (size_t at = 0;;) {
        outcome found = find(run, entry, input, at, true);
        if (found == GAVE_UP) return feel_null();
        const PCRE2_SIZE *place = pcre2_get_ovector_pointer(entry->match);
        size_t start = found == MATCH ? place[0] : input.n,
               end = found == MATCH ? place[1] : input.n;
        if (n == room) {
            room = room ? room * 2 : 8;
            feel_value *grown = hb_arena_array(run->arena, feel_value, room);
            if (!grown) return feel_null_because(run, true, "no memory is left for this list");
            if (n) memcpy(grown, parts, n * sizeof *grown);
            parts = grown;
        }
        parts[n++] = feel_string((hb_str){input.at + at, start - at});
        if (found == NO_MATCH) return feel_list(parts, n);
        at = end;
    }
}
