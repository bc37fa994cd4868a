// What one cell says. Nothing is guessed: a date of an order that the column does not settle, a
// two-digit year, a placeholder such as 1900-01-01 and a number that is no spreadsheet's day are
// absent, each with the report's word for it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

#include "intake/import.h"

#define YEAR_LEAST 1800
#define YEAR_MOST 2300

// ---- kinds of blank -----------------------------------------------------------------------------

static bool is_redacted(hb_str text) {
    return hb_str_starts(text, HB_STR("b(6)")) || hb_str_starts(text, HB_STR("(b)(6)")) ||
           hb_str_starts(text, HB_STR("(b)(7)")) || hb_str_starts(text, HB_STR("b(7)"));
}

static bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool cell_has_words(hb_str text, hb_str words) {
    for (size_t start = 0; start < text.n; start++) {
        size_t i = start, k = 0;
        while (i < text.n && k < words.n) {
            if (is_space(words.at[k]) && is_space(text.at[i])) {
                while (i < text.n && is_space(text.at[i])) i++;
                k++;
            } else if (lower(text.at[i]) == lower(words.at[k])) {
                i++, k++;
            } else {
                break;
            }
        }
        if (words.n > 0 && k == words.n) return true;
    }
    return false;
}

cell_kind cell_classify(const import_map *map, hb_str text) {
    if (text.n == 0) return CELL_EMPTY;
    if (is_redacted(text)) return CELL_REDACTED;
    for (uint32_t i = 0; map->missing != NULL && i < map->missing->n; i++) {
        if (hb_str_equal(map->missing->first[i].text, text)) return CELL_MARKER;
    }
    return CELL_VALUE;
}

// ---- dates --------------------------------------------------------------------------------------

static bool has_format(const import_map *map, const char *format) {
    const hb_json *list = map_at(map->root, "dates", "formats");
    for (uint32_t i = 0; list != NULL && i < list->n; i++) {
        if (hb_str_equal(list->first[i].text, hb_str_from(format))) return true;
    }
    return false;
}

// Up to n numbers of digits, cut at any of the marks; how many there are, 0 when something else
// stands there.
static uint32_t numbers(hb_str text, const char *marks, uint32_t most, int out[4],
                        uint32_t digits[4]) {
    uint32_t n = 0;
    for (size_t i = 0; i <= text.n; n++) {
        if (n == most) return 0;
        out[n] = 0;
        digits[n] = 0;
        for (; i < text.n && text.at[i] >= '0' && text.at[i] <= '9' && digits[n] < 5;
             i++, digits[n]++)
            out[n] = out[n] * 10 + (text.at[i] - '0');
        if (digits[n] == 0 || (i < text.n && strchr(marks, text.at[i]) == NULL)) return 0;
        i++;
    }
    return n;
}

static bool is_slash(hb_str text, int out[4], uint32_t digits[4]) {
    size_t n = 0;
    while (n < text.n && text.at[n] != ' ') n++;  // a time may follow
    return numbers((hb_str){text.at, n}, "/", 3, out, digits) == 3;
}

slash_order cell_order(slash_order so_far, hb_str text) {
    int part[4];
    uint32_t digits[4];
    if (so_far == ORDER_MIXED || !is_slash(text, part, digits) || digits[2] != 4) return so_far;
    slash_order seen = part[0] > 12 && part[1] <= 12   ? ORDER_DMY
                       : part[1] > 12 && part[0] <= 12 ? ORDER_MDY
                                                       : ORDER_UNKNOWN;
    if (seen == ORDER_UNKNOWN) return so_far;
    return so_far == ORDER_UNKNOWN || so_far == seen ? seen : ORDER_MIXED;
}

static int month_of(hb_str word) {
    static const char *const MONTHS[12][3] = {
        {"jan", "ene", ""},
        {"feb", "",    ""},
        {"mar", "",    ""},
        {"apr", "abr", ""},
        {"may", "",    ""},
        {"jun", "",    ""},
        {"jul", "",    ""},
        {"aug", "ago", ""},
        {"sep", "set", ""},
        {"oct", "",    ""},
        {"nov", "",    ""},
        {"dec", "dic", ""},
    };
    static const char *const NAMES[12][2] = {
        {"january",   "enero"     },
        {"february",  "febrero"   },
        {"march",     "marzo"     },
        {"april",     "abril"     },
        {"may",       "mayo"      },
        {"june",      "junio"     },
        {"july",      "julio"     },
        {"august",    "agosto"    },
        {"september", "septiembre"},
        {"october",   "octubre"   },
        {"november",  "noviembre" },
        {"december",  "diciembre" },
    };
    char low[16] = {0};
    if (word.n == 0 || word.n >= sizeof low) return 0;
    for (size_t i = 0; i < word.n; i++)
        low[i] =
            word.at[i] >= 'A' && word.at[i] <= 'Z' ? (char)(word.at[i] - 'A' + 'a') : word.at[i];
    for (int m = 0; m < 12; m++) {
        for (int k = 0; k < 3; k++) {
            if (strcmp(low, MONTHS[m][k]) == 0 && low[0] != '\0') return m + 1;
        }
        if (strcmp(low, NAMES[m][0]) == 0 || strcmp(low, NAMES[m][1]) == 0) return m + 1;
    }
    return 0;
}

// 05-MAR-1990, 5 March 1990, 5 de marzo de 1990
static bool word_date(const import_map *map, hb_str text, int part[4], uint32_t *year_digits) {
    hb_str words[6];
    uint32_t n = 0;
    bool has_hyphen = false;
    for (size_t start = 0, i = 0; i <= text.n; i++) {
        if (i < text.n && text.at[i] != ' ' && text.at[i] != '-') continue;
        has_hyphen |= i < text.n && text.at[i] == '-';
        hb_str word = {text.at + start, i - start};
        start = i + 1;
        if (word.n == 0 || hb_str_equal(word, HB_STR("de"))) continue;
        if (n == 3) return false;
        words[n++] = word;
    }
    if (!has_format(map, has_hyphen ? "DD-MMM-YYYY" : "D Month YYYY")) return false;
    int number[4];
    uint32_t digits[4];
    if (n != 3 || numbers(words[0], "", 1, number, digits) != 1) return false;
    part[2] = number[0];
    part[1] = month_of(words[1]);
    if (part[1] == 0 || numbers(words[2], "", 1, number, digits) != 1) return false;
    part[0] = number[0];
    *year_digits = digits[0];
    return true;
}

static bool give(int year, int month, int day, hb_date *out, const char **why) {
    if ((year == 1900 && month == 1 && day == 1) || (year == 0 && month == 0 && day == 0)) {
        *why = "default_date";
        return false;
    }
    *why = "bad_date";
    if (year < YEAR_LEAST || year > YEAR_MOST || !hb_date_is_valid(year, month, day)) return false;
    *out = (hb_date){year, (uint8_t)month, (uint8_t)day};
    return true;
}

// The days of a spreadsheet that counts from 1900: 61 (1 March 1900) to 73050, a fraction dropped.
static bool serial_date(hb_str text, hb_date *out) {
    hb_dec number;
    int64_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        if ((text.at[i] < '0' || text.at[i] > '9') && text.at[i] != '.') return false;
    }
    if (text.n == 0 || !hb_dec_parse(text, &number) || !hb_dec_to_int(hb_dec_floor(number), &n))
        return false;
    if (n < 61 || n > 73050) return false;
    return hb_date_from_days(hb_date_to_days((hb_date){1899, 12, 30}) + n, out);
}

static bool slash_date(const import_map *map, slash_order order, const int part[4],
                       uint32_t year_digits, hb_date *out, const char **why) {
    if (year_digits != 4) {
        *why = year_digits == 2 ? "two_digit_year" : "bad_date";
        return false;
    }
    if (map->knows_dmy && map->knows_mdy) {
        *why = order == ORDER_MIXED ? "mixed_date_order" : "ambiguous_date";
        if (order != ORDER_DMY && order != ORDER_MDY) return false;
    } else {
        order = map->knows_dmy ? ORDER_DMY : map->knows_mdy ? ORDER_MDY : ORDER_UNKNOWN;
        *why = "bad_date";
        if (order == ORDER_UNKNOWN) return false;
    }
    return order == ORDER_DMY ? give(part[2], part[1], part[0], out, why)
                              : give(part[2], part[0], part[1], out, why);
}

static bool takes_time(const import_map *map) {
    const hb_json *list = map_at(map->root, "dates", "formats");
    for (uint32_t i = 0; list != NULL && i < list->n; i++) {
        if (list->first[i].text.n > 10 || hb_str_equal(list->first[i].text, HB_STR("rfc3339")))
            return true;
    }
    return false;
}

bool cell_date(const import_map *map, slash_order order, hb_str text, hb_date *out,
               const char **why, bool *is_serial) {
    int part[4];
    uint32_t digits[4];
    *why = "bad_date";
    *is_serial = false;
    bool has_time = text.n > 10 && (text.at[10] == ' ' || text.at[10] == 'T');
    hb_str day = has_time ? (hb_str){text.at, 10} : text;
    if (day.n == 10 && day.at[4] == '-' && numbers(day, "-", 3, part, digits) == 3 &&
        digits[0] == 4)
        return (!has_time || takes_time(map)) && give(part[0], part[1], part[2], out, why);
    if (is_slash(text, part, digits)) return slash_date(map, order, part, digits[2], out, why);
    uint32_t year_digits = 0;
    if (word_date(map, text, part, &year_digits)) {
        if (year_digits == 2) *why = "two_digit_year";
        return year_digits == 4 && give(part[0], part[1], part[2], out, why);
    }
    if (has_format(map, "excel1900") && serial_date(text, out)) {
        *is_serial = true;
        return true;
    }
    return false;
}

bool cell_year(hb_str text, hb_date *out) {
    int part[4];
    uint32_t digits[4], n = numbers(text, "/-", 2, part, digits);
    int year = n == 1 && digits[0] == 4                                    ? part[0]
               : n == 2 && digits[1] == 4 && part[0] >= 1 && part[0] <= 12 ? part[1]
               : n == 2 && digits[0] == 4 && part[1] >= 1 && part[1] <= 12 ? part[0]
                                                                           : 0;
    if (year < YEAR_LEAST || year > YEAR_MOST || year == 1900) return false;
    *out = (hb_date){year, 12, 31};
    return true;
}

// ---- ids ----------------------------------------------------------------------------------------

int32_t import_next_code_point(hb_str text, int32_t *i) {
    const uint8_t *bytes = (const uint8_t *)text.at;
    UChar32 c;
    U8_NEXT(bytes, *i, (int32_t)text.n, c);
    return c;
}

// Letters, digits and hyphens, ASCII or Unicode; `/` and the other signs of ids stay.
bool cell_id(hb_arena *arena, hb_str text, hb_str *out) {
    char *to = hb_arena_array(arena, char, text.n + 1);
    size_t n = 0;
    if (to == NULL) return false;
    for (int32_t i = 0; i < (int32_t)text.n;) {
        UChar32 c = import_next_code_point(text, &i);
        bool is_hyphen = c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xff0d;
        bool is_word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!is_hyphen && !is_word && !(c == '/' || c == '.' || c == '_' || c == ':')) return false;
        to[n++] = is_hyphen ? '-' : (char)c;
    }
    if (n == 0 || n > 100 || !hb_id_is_valid((hb_str){to, n})) return false;
    *out = (hb_str){to, n};
    return true;
}

// A + 7 to 9 digits, padded to 9. Hyphens and the letter A in front may be written or not.
bool cell_alien_number(hb_arena *arena, hb_str text, hb_str *out) {
    hb_str id;
    char digits[10];
    size_t n = 0, i = 0;
    if (!cell_id(arena, text, &id)) return false;
    if (id.at[0] == 'A' || id.at[0] == 'a') i = 1;
    if (i < id.n && id.at[i] == '#') i++;
    for (; i < id.n; i++) {
        if (id.at[i] == '-') continue;
        if (id.at[i] < '0' || id.at[i] > '9' || n == 9) return false;
        digits[n++] = id.at[i];
    }
    return n >= 7 &&
           hb_str_format(arena, out, "A%.*s%.*s", (int)(9 - n), "000000000", (int)n, digits);
}

// Salvadoran DUI: eight digits, hyphen, check digit; weights 9 to 2, (10 - sum mod 10) mod 10.
static bool dui_holds(const char *digits) {
    int sum = 0;
    for (int i = 0; i < 8; i++) sum += (digits[i] - '0') * (9 - i);
    return (10 - sum % 10) % 10 == digits[8] - '0';
}

dui_kind cell_dui(hb_arena *arena, hb_str text, hb_str *out) {
    hb_str id;
    char digits[10] = {0};
    size_t n = 0;
    *out = text;
    if (!cell_id(arena, text, &id)) return DUI_FAILS;
    for (size_t i = 0; i < id.n; i++) {
        if (id.at[i] == '-') continue;
        if (id.at[i] < '0' || id.at[i] > '9' || n == 9) return DUI_FAILS;
        digits[n++] = id.at[i];
    }
    if (n == 9 && strcmp(digits, "000000000") == 0) return DUI_NONE;
    bool is_short = n == 8;  // one zero lost by a spreadsheet
    if (is_short) {
        memmove(digits + 1, digits, 8);
        digits[0] = '0';
        n = 9;
    }
    if (n != 9 || !dui_holds(digits)) return DUI_FAILS;
    if (!hb_str_format(arena, out, "%.8s-%c", digits, digits[8])) return DUI_FAILS;
    return is_short ? DUI_RESTORED : DUI_GOOD;
}

// BOP register numbers: eight digits, the hyphen before the last three.
bool cell_register_number(hb_arena *arena, hb_str text, hb_str *out) {
    char digits[9];
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.at[i] == '-' || text.at[i] == ' ') continue;
        if (text.at[i] < '0' || text.at[i] > '9' || n == 8) return false;
        digits[n++] = text.at[i];
    }
    return n == 8 && hb_str_format(arena, out, "%.5s-%.3s", digits, digits + 5);
}

// 212a6Ci -> INA 212(a)(6)(C)(i); what has another shape stays text.
hb_str cell_cite(hb_arena *arena, hb_str code) {
    hb_text cite = {0};
    hb_str out = code;
    size_t i = 0;
    while (i < code.n && code.at[i] >= '0' && code.at[i] <= '9') i++;
    bool ok = i == 3;
    hb_text_addf(&cite, "INA %.*s", (int)i, code.at);
    while (ok && i < code.n) {
        size_t start = i;
        bool is_digit = code.at[i] >= '0' && code.at[i] <= '9',
             is_roman = strchr("ivx", code.at[i]) != NULL;
        if (is_digit)
            while (i < code.n && code.at[i] >= '0' && code.at[i] <= '9') i++;
        else if (is_roman && start > 4)
            while (i < code.n && strchr("ivx", code.at[i]) != NULL) i++;
        else if ((code.at[i] >= 'a' && code.at[i] <= 'z') ||
                 (code.at[i] >= 'A' && code.at[i] <= 'Z'))
            i++;
        else
            ok = false;
        if (is_digit && code.at[start] == '0') start++;
        hb_text_addf(&cite, "(%.*s)", (int)(i - start), code.at + start);
    }
    if (ok && !cite.failed) (void)hb_str_copy(arena, (hb_str){cite.at, cite.n}, &out);
    hb_text_clear(&cite);
    return out;
}

// ---- names --------------------------------------------------------------------------------------

// NFKD without the marks: É is E.
bool import_strip_marks(hb_arena *arena, hb_str text, hb_str *out) {
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfkd = unorm2_getNFKDInstance(&status);
    int32_t room = (int32_t)text.n + 1, n = 0, n_wide = 0;
    UChar *wide = hb_arena_array(arena, UChar, (size_t)room),
          *apart = hb_arena_array(arena, UChar, (size_t)room * 18);
    char *narrow = hb_arena_array(arena, char, (size_t)room * 54);
    if (wide == NULL || apart == NULL || narrow == NULL || U_FAILURE(status)) return false;
    u_strFromUTF8(wide, room, &n_wide, text.at == NULL ? "" : text.at, (int32_t)text.n, &status);
    n = unorm2_normalize(nfkd, wide, n_wide, apart, room * 18, &status);
    int32_t kept = 0;
    for (int32_t i = 0; U_SUCCESS(status) && i < n; i++) {
        int8_t type = u_charType(apart[i]);
        if (type != U_NON_SPACING_MARK) apart[kept++] = apart[i];
    }
    int32_t n_out = 0;
    u_strToUTF8(narrow, room * 54, &n_out, apart, kept, &status);
    if (U_FAILURE(status)) return false;
    *out = (hb_str){narrow, (size_t)n_out};
    return true;
}

static int by_text(const void *a, const void *b) {
    return hb_str_compare(*(const hb_str *)a, *(const hb_str *)b);
}

bool cell_name_key(hb_arena *arena, hb_str name, hb_str *out) {
    hb_str plain, words[32];
    uint32_t n = 0;
    hb_text key = {0};
    if (!import_strip_marks(arena, name, &plain)) return false;
    char *text = hb_arena_array(arena, char, plain.n * 3 + 1);
    UErrorCode status = U_ZERO_ERROR;
    UChar *wide = hb_arena_array(arena, UChar, plain.n + 1),
          *upper = hb_arena_array(arena, UChar, plain.n * 3 + 1);
    int32_t n_wide = 0, n_upper, n_text = 0;
    if (text == NULL || wide == NULL || upper == NULL) return false;
    u_strFromUTF8(wide, (int32_t)plain.n + 1, &n_wide, plain.at, (int32_t)plain.n, &status);
    n_upper = u_strToUpper(upper, (int32_t)plain.n * 3 + 1, wide, n_wide, "", &status);
    u_strToUTF8(text, (int32_t)plain.n * 3 + 1, &n_text, upper, n_upper, &status);
    if (U_FAILURE(status)) return false;
    for (int32_t i = 0; i < n_text; i++) {
        char c = text[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80))
            text[i] = ' ';
    }
    for (int32_t start = 0, i = 0; i <= n_text; i++) {
        if (i < n_text && text[i] != ' ') continue;
        if (i > start && n < 32) words[n++] = (hb_str){text + start, (size_t)(i - start)};
        start = i + 1;
    }
    qsort(words, n, sizeof *words, by_text);
    for (uint32_t i = 0; i < n; i++) {
        if (i > 0) hb_text_add(&key, HB_STR(" "));
        hb_text_add(&key, words[i]);
    }
    bool ok = !key.failed && hb_str_copy(arena, (hb_str){key.at, key.n}, out);
    hb_text_clear(&key);
    return ok;
}

// The answer of a yes-or-no cell; "" when it is none. 0, 1 and x say nothing.
hb_str cell_yes_no(hb_arena *arena, hb_str text) {
    hb_str key;
    if (!cell_name_key(arena, text, &key)) return (hb_str){0};
    static const char *const YES[] = {"YES", "TRUE", "Y", "SI"}, *const NO[] = {"NO", "FALSE", "N"};
    for (size_t i = 0; i < 4; i++) {
        if (hb_str_equal(key, hb_str_from(YES[i]))) return HB_STR("yes");
        if (i < 3 && hb_str_equal(key, hb_str_from(NO[i]))) return HB_STR("no");
    }
    return (hb_str){0};
}
