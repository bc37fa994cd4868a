// XPath's regular expressions written as PCRE2's (XQuery and XPath Functions and Operators 3.1
// §5.6.1 over XML Schema 1.1 part 2, appendix G). The two differ in what may stand unescaped, in
// the letters behind a backslash, in character classes with subtraction, in back-references and in
// the dot. A class becomes a set of code points (ICU's USet), worked out by set algebra, and is
// written as ranges; anything that is no XPath is refused.
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/uset.h>

#include "feel/internal.h"

#define CODE_POINT_MAX 0x10ffff
#define GROUPS_MAX 99
#define CLASS_NESTING_MAX 20

typedef struct {
    hb_str text;
    size_t at;
    hb_text *out;
    bool is_caseless, is_dot_all;
    int n_groups, n_open;            // capturing groups so far; groups open now
    int open[GROUPS_MAX + 1];        // their numbers, 0 for one that does not capture
    bool is_closed[GROUPS_MAX + 1];  // by number
    const char *error;
} translation;

static bool refuse(translation *t, const char *why) {
    if (!t->error) t->error = why;
    return false;
}

static bool at_end(const translation *t) {
    return t->at >= t->text.n;
}

static bool looking_at(const translation *t, char c) {
    return !at_end(t) && t->text.at[t->at] == c;
}

static bool take(translation *t, char c) {
    if (!looking_at(t, c)) return false;
    t->at++;
    return true;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// ---- sets --------------------------------------------------------------------------------------

typedef struct {
    int32_t from, to;
} span;

// XML 1.0 fifth edition, NameStartChar and what NameChar adds to it: \i and \c.
static const span NAME_START[] = {
    {':',     ':'    },
    {'A',     'Z'    },
    {'_',     '_'    },
    {'a',     'z'    },
    {0xc0,    0xd6   },
    {0xd8,    0xf6   },
    {0xf8,    0x2ff  },
    {0x370,   0x37d  },
    {0x37f,   0x1fff },
    {0x200c,  0x200d },
    {0x2070,  0x218f },
    {0x2c00,  0x2fef },
    {0x3001,  0xd7ff },
    {0xf900,  0xfdcf },
    {0xfdf0,  0xfffd },
    {0x10000, 0xeffff},
};
static const span NAME_MORE[] = {
    {'-',    '.'   },
    {'0',    '9'   },
    {0xb7,   0xb7  },
    {0x300,  0x36f },
    {0x203f, 0x2040},
};

static void add_spans(USet *set, const span *spans, size_t n) {
    for (size_t i = 0; i < n; i++) uset_addRange(set, spans[i].from, spans[i].to);
}
#define ADD_SPANS(set, spans) add_spans((set), (spans), sizeof(spans) / sizeof *(spans))

static bool add_categories(USet *set, uint32_t mask) {
    UErrorCode status = U_ZERO_ERROR;
    USet *found = uset_openEmpty();
    uset_applyIntPropertyValue(found, UCHAR_GENERAL_CATEGORY_MASK, (int32_t)mask, &status);
    if (U_SUCCESS(status)) uset_addAll(set, found);
    uset_close(found);
    return U_SUCCESS(status);
}

// \s \i \c \d \w; the capital letters are their complements.
static bool add_letter_escape(USet *set, char letter) {
    switch (letter) {
        case 's':
            uset_add(set, ' ');
            uset_addRange(set, '\t', '\n');
            uset_add(set, '\r');
            return true;
        case 'c':
            ADD_SPANS(set, NAME_MORE);
            ADD_SPANS(set, NAME_START);
            return true;
        case 'i': ADD_SPANS(set, NAME_START); return true;
        case 'd': return add_categories(set, U_GC_ND_MASK);
        case 'w':
            return add_categories(set, ~(U_GC_P_MASK | U_GC_Z_MASK | U_GC_C_MASK) & 0x3fffffff);
        default: return false;
    }
}

// `Lu`, `L` or `IsBasicLatin`, spelled as XML Schema does: no spaces, capitals where they belong.
static bool add_property(translation *t, USet *set, hb_str name) {
    char text[64];
    UErrorCode status = U_ZERO_ERROR;
    if (name.n == 0 || name.n >= sizeof text) return refuse(t, "unknown property in \\p{...}");
    for (size_t i = 0; i < name.n; i++)
        if (name.at[i] == ' ' || name.at[i] == '_')
            return refuse(t, "unknown property in \\p{...}");
    memcpy(text, name.at, name.n);
    text[name.n] = 0;
    if (name.n > 2 && text[0] == 'I' && text[1] == 's') {
        int32_t block = u_getPropertyValueEnum(UCHAR_BLOCK, text + 2);
        USet *found = uset_openEmpty();
        if (block != UCHAR_INVALID_CODE)
            uset_applyIntPropertyValue(found, UCHAR_BLOCK, block, &status);
        uset_addAll(set, found);
        uset_close(found);
        if (block == UCHAR_INVALID_CODE || U_FAILURE(status))
            return refuse(t, "unknown block in \\p{Is...}");
        return true;
    }
    bool is_category = name.n <= 2 && text[0] >= 'A' && text[0] <= 'Z' &&
                       (name.n == 1 || (text[1] >= 'a' && text[1] <= 'z'));
    int32_t mask = is_category ? u_getPropertyValueEnum(UCHAR_GENERAL_CATEGORY_MASK, text)
                               : UCHAR_INVALID_CODE;
    if (mask == UCHAR_INVALID_CODE || !add_categories(set, (uint32_t)mask))
        return refuse(t, "unknown category in \\p{...}");
    return true;
}

static void write_set(translation *t, const USet *set) {
    bool is_empty = true;
    hb_text_add(t->out, t->is_caseless ? HB_STR("(?-i:[") : HB_STR("["));
    for (int32_t i = 0, n = uset_getItemCount(set); i < n; i++) {
        UErrorCode status = U_ZERO_ERROR;
        UChar32 from, to;
        if (uset_getItem(set, i, &from, &to, NULL, 0, &status) != 0 || U_FAILURE(status)) continue;
        // Surrogates are no characters, and PCRE2 refuses them.
        for (int part = 0; part < 2; part++) {
            UChar32 low = part == 0 ? from : (from > 0xe000 ? from : 0xe000);
            UChar32 high = part == 0 ? (to < 0xd7ff ? to : 0xd7ff) : to;
            if (low > high) continue;
            hb_text_addf(t->out, "\\x{%x}-\\x{%x}", (unsigned)low, (unsigned)high);
            is_empty = false;
        }
    }
    if (is_empty) hb_text_add(t->out, HB_STR("^\\x{0}-\\x{10ffff}"));
    hb_text_add(t->out, t->is_caseless ? HB_STR("])") : HB_STR("]"));
}

// ---- escapes -----------------------------------------------------------------------------------

// What a backslash and `c` stand for as one character; -1 when it is no such escape.
static int32_t character_escape(char c) {
    switch (c) {
        case 'n': return '\n';
        case 'r': return '\r';
        case 't': return '\t';
        default: return c && strchr("\\|.?*+(){}-[]^$", c) ? c : -1;
    }
}

// A class escape behind a backslash: \s \S ... \p{Lu} \P{Lu}. Adds what it stands for to `set`.
static bool take_class_escape(translation *t, USet *set) {
    char letter = t->text.at[t->at++];
    bool is_complement = letter >= 'A' && letter <= 'Z';
    USet *found = uset_openEmpty();
    bool ok = true;
    if (letter == 'p' || letter == 'P') {
        size_t start = t->at + 1, end = start;
        while (end < t->text.n && t->text.at[end] != '}') end++;
        if (!take(t, '{') || end >= t->text.n) {
            ok = refuse(t, "\\p wants a property in braces");
        } else {
            ok = add_property(t, found, (hb_str){t->text.at + start, end - start});
            t->at = end + 1;
        }
    } else if (!add_letter_escape(found, is_complement ? (char)(letter + 32) : letter)) {
        ok = refuse(t, "this letter has no meaning behind a backslash");
    }
    if (is_complement) uset_complement(found);
    uset_addAll(set, found);
    uset_close(found);
    return ok;
}

// ---- classes -----------------------------------------------------------------------------------

static bool take_class(translation *t, USet *set, int depth);

// One character of a class, plain or escaped, into *c; or a class escape into `others`, *c is then
// -1.
static bool take_class_item(translation *t, USet *others, int32_t *c) {
    if (take(t, '\\')) {
        if (at_end(t)) return refuse(t, "a backslash ends the pattern");
        *c = character_escape(t->text.at[t->at]);
        if (*c < 0) return take_class_escape(t, others);
        t->at++;
        return true;
    }
    if (looking_at(t, '[')) return refuse(t, "[ must be escaped inside a class");
    *c = feel_next_code_point(t->text, &t->at);
    return true;
}

static bool at_subtraction(const translation *t) {
    return looking_at(t, '-') && t->at + 1 < t->text.n && t->text.at[t->at + 1] == '[';
}

// Characters and ranges into `plain`, class escapes into `others`, up to `]` or `-[`.
static bool take_class_items(translation *t, USet *plain, USet *others) {
    bool is_empty = true;
    while (!looking_at(t, ']') && !at_subtraction(t)) {
        int32_t from = -1, to = -1;
        if (at_end(t)) return refuse(t, "a class has no closing ]");
        if (!take_class_item(t, others, &from)) return false;
        is_empty = false;
        if (from < 0) continue;
        to = from;
        bool is_range = looking_at(t, '-') && !at_subtraction(t) && t->at + 1 < t->text.n &&
                        t->text.at[t->at + 1] != ']';
        if (is_range) {
            t->at++;
            if (!take_class_item(t, others, &to)) return false;
            if (to < from) return refuse(t, "a range in a class goes backwards");
        }
        uset_addRange(plain, from, to);
    }
    return !is_empty || refuse(t, "an empty class");
}

// [abc]  [^abc]  [a-z-[aeiou]]: `set` gets the class whose [ was just read. The flag i widens
// characters and ranges, never \p{Lu}, before anything is complemented or taken away.
static bool take_class(translation *t, USet *set, int depth) {
    if (depth == 0) return refuse(t, "classes nest too deep");
    bool is_complement = take(t, '^');
    USet *others = uset_openEmpty(), *less = uset_openEmpty();
    bool ok = take_class_items(t, set, others);
    if (ok && t->is_caseless) uset_closeOver(set, USET_CASE_INSENSITIVE);
    uset_addAll(set, others);
    if (is_complement) {
        uset_removeAllStrings(set);
        uset_complement(set);
    }
    if (ok && at_subtraction(t)) {
        t->at += 2;
        ok = take_class(t, less, depth - 1);
        uset_removeAll(set, less);
    }
    uset_close(others);
    uset_close(less);
    if (ok && !take(t, ']')) ok = refuse(t, "a class has no closing ]");
    return ok;
}

// ---- atoms -------------------------------------------------------------------------------------

static void write_character(translation *t, int32_t c) {
    hb_text_addf(t->out, "\\x{%x}", (unsigned)c);
}

// \1: as many digits as name a group there is; that group must be closed before (F&O 3.1 §5.6.1).
static bool take_back_reference(translation *t) {
    int group = t->text.at[t->at++] - '0';
    while (!at_end(t) && is_digit(t->text.at[t->at])) {
        int longer = group * 10 + (t->text.at[t->at] - '0');
        if (longer > t->n_groups) break;
        group = longer;
        t->at++;
    }
    if (group > t->n_groups || !t->is_closed[group])
        return refuse(t, "a back-reference to a group that is not closed before it");
    hb_text_addf(t->out, "\\g{%d}", group);
    return true;
}

static bool take_escape(translation *t) {
    if (at_end(t)) return refuse(t, "a backslash ends the pattern");
    char letter = t->text.at[t->at];
    if (letter >= '1' && letter <= '9') return take_back_reference(t);
    int32_t c = character_escape(letter);
    if (c >= 0) {
        t->at++;
        write_character(t, c);
        return true;
    }
    USet *set = uset_openEmpty();
    bool ok = take_class_escape(t, set);
    if (ok) write_set(t, set);
    uset_close(set);
    return ok;
}

static bool open_group(translation *t) {
    if (t->n_open == GROUPS_MAX) return refuse(t, "groups nest too deep");
    if (take(t, '?')) {
        if (!take(t, ':')) return refuse(t, "only (?: may follow an opening parenthesis");
        t->open[t->n_open++] = 0;
        hb_text_add(t->out, HB_STR("(?:"));
        return true;
    }
    if (t->n_groups == GROUPS_MAX) return refuse(t, "more than 99 groups");
    t->open[t->n_open++] = ++t->n_groups;
    hb_text_add(t->out, HB_STR("("));
    return true;
}

static bool close_group(translation *t) {
    if (t->n_open == 0) return refuse(t, "a closing parenthesis without an opening one");
    t->is_closed[t->open[--t->n_open]] = true;
    hb_text_add(t->out, HB_STR(")"));
    return true;
}

static bool take_class_atom(translation *t) {
    USet *set = uset_openEmpty();
    bool ok = take_class(t, set, CLASS_NESTING_MAX);
    if (ok) write_set(t, set);
    uset_close(set);
    return ok;
}

// ---- quantifiers -------------------------------------------------------------------------------

// {2} {2,} {2,4}, whose { was just read.
static bool take_bounds(translation *t) {
    size_t start = t->at;
    while (!at_end(t) && (is_digit(t->text.at[t->at]) || t->text.at[t->at] == ',')) t->at++;
    hb_str bounds = {t->text.at + start, t->at - start};
    size_t n_commas = 0;
    for (size_t i = 0; i < bounds.n; i++) n_commas += bounds.at[i] == ',';
    if (!take(t, '}') || n_commas > 1 || bounds.n == 0 || !is_digit(bounds.at[0]))
        return refuse(t, "a quantifier in braces wants {n}, {n,} or {n,m}");
    hb_text_add(t->out, HB_STR("{"));
    hb_text_add(t->out, bounds);
    hb_text_add(t->out, HB_STR("}"));
    return true;
}

static bool take_quantifier(translation *t) {
    if (take(t, '{')) {
        if (!take_bounds(t)) return false;
    } else if (!at_end(t) && strchr("?*+", t->text.at[t->at]) && t->text.at[t->at]) {
        hb_text_add(t->out, (hb_str){t->text.at + t->at++, 1});
    } else {
        return true;
    }
    if (take(t, '?')) hb_text_add(t->out, HB_STR("?"));
    if (!at_end(t) && t->text.at[t->at] && strchr("?*+{", t->text.at[t->at]))
        return refuse(t, "a quantifier follows a quantifier");
    return true;
}

// ---- the pattern -------------------------------------------------------------------------------

// One atom with its quantifier, or one of ( | ^ $, which take none.
static bool take_piece(translation *t) {
    size_t start = t->at;
    int32_t c = feel_next_code_point(t->text, &t->at);
    switch (c) {
        case '(': return open_group(t);
        case '|':
        case '^':
        case '$': hb_text_add(t->out, (hb_str){t->text.at + start, 1}); return true;
        case '?':
        case '*':
        case '+':
        case '{': return refuse(t, "a quantifier has nothing to repeat");
        case '}':
        case ']': return refuse(t, "} and ] must be escaped");
        case ')':
            if (!close_group(t)) return false;
            break;
        case '[':
            if (!take_class_atom(t)) return false;
            break;
        case '\\':
            if (!take_escape(t)) return false;
            break;
        case '.':
            hb_text_add(t->out, t->is_dot_all ? HB_STR("(?s:.)") : HB_STR("[^\\n\\r]"));
            break;
        default: write_character(t, c);
    }
    return take_quantifier(t);
}

const char *feel_regex_translate(hb_text *out, hb_str pattern, bool is_caseless, bool is_dot_all) {
    translation t = {
        .text = pattern, .out = out, .is_caseless = is_caseless, .is_dot_all = is_dot_all};
    while (!at_end(&t))
        if (!take_piece(&t)) return t.error;
    return t.n_open ? "a group has no closing parenthesis" : NULL;
}

void feel_regex_strip(hb_text *out, hb_str pattern) {
    int depth = 0;
    bool is_escaped = false;
    for (size_t i = 0; i < pattern.n; i++) {
        char c = pattern.at[i];
        if (depth == 0 && c && strchr(" \t\n\r", c)) continue;
        hb_text_add(out, (hb_str){pattern.at + i, 1});
        if (!is_escaped && c == '[') depth++;
        if (!is_escaped && c == ']' && depth > 0) depth--;
        is_escaped = c == '\\' && !is_escaped;
    }
}
