// Countries as agencies write them: English and Spanish names (ICU's, and mappings/countries.csv
// for demonyms and other spellings), ISO 3166-1 alpha-3, and two-letter codes where the mapping
// names their system. In a free spreadsheet a two-letter code that means one country in ISO and
// another in FIPS 10-4 is ambiguous, and therefore absent: ES is Spain or El Salvador.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

#include "intake/import.h"

#define ARENA_BYTES ((size_t)16 << 20)
#define NAMES_MAX 4096u
#define ROW_BYTES ((size_t)4 << 10)

typedef struct {
    hb_str key;
    char code[4];
} country_name;
struct import_countries {
    hb_arena *arena;
    uint32_t n_names, n_fips;
    country_name *names;  // sorted by key
    country_name *fips;   // sorted by two-letter code
};

bool import_country_is_us(const char code[4]) {
    static const char *const CODES[] = {"USA", "PRI", "GUM", "VIR", "MNP", "ASM", "UMI"};
    for (size_t i = 0; i < sizeof CODES / sizeof *CODES; i++) {
        if (strcmp(code, CODES[i]) == 0) return true;
    }
    return false;
}

static int by_key(const void *a, const void *b) {
    return hb_str_compare(((const country_name *)a)->key, ((const country_name *)b)->key);
}

static const country_name *look_up(const country_name *names, uint32_t n, hb_str key) {
    country_name wanted = {.key = key};
    return n == 0 ? NULL : bsearch(&wanted, names, n, sizeof *names, by_key);
}

static bool add(import_countries *c, country_name *list, uint32_t *n, hb_str name, const char *code,
                bool is_code) {
    country_name *one = &list[*n];
    if (*n == NAMES_MAX || strlen(code) != 3) return *n < NAMES_MAX;
    bool ok =
        is_code ? hb_str_copy(c->arena, name, &one->key) : cell_name_key(c->arena, name, &one->key);
    snprintf(one->code, sizeof one->code, "%s", code);
    *n += ok;
    return ok;
}

// ICU's display names of every ISO country, in both languages.
static bool add_display_names(import_countries *c) {
    static const char *const LANGUAGES[] = {"en", "es"};
    const char *const *codes = uloc_getISOCountries();
    for (uint32_t i = 0; codes[i] != NULL; i++) {
        char locale[16];
        snprintf(locale, sizeof locale, "und_%s", codes[i]);
        for (size_t k = 0; k < 2; k++) {
            UErrorCode status = U_ZERO_ERROR;
            UChar wide[128];
            char narrow[400];
            int32_t n = uloc_getDisplayCountry(locale, LANGUAGES[k], wide, 128, &status),
                    n_narrow = 0;
            u_strToUTF8(narrow, sizeof narrow, &n_narrow, wide, n, &status);
            if (U_FAILURE(status)) continue;
            if (!add(c, c->names, &c->n_names, (hb_str){narrow, (size_t)n_narrow},
                     uloc_getISO3Country(locale), false))
                return false;
        }
    }
    return true;
}

static bool add_file(import_countries *c, const char *folder, hb_error *err) {
    char path[4096];
    hb_csv_row row;
    bool end = false, is_header = true, ok = false;
    if (snprintf(path, sizeof path, "%s/countries.csv", folder) >= (int)sizeof path)
        return hb_fail(err, HB_USAGE, "path", "the path of the mappings is too long");
    hb_csv *csv = hb_csv_open(path, ',', ROW_BYTES, err);
    while (csv != NULL && hb_csv_next(csv, &row, &end, err) && !end) {
        char code[4] = {0};
        if (row.n != 3 || (!is_header && row.fields[2].text.n != 3)) {
            hb_fail(err, HB_INPUT, "wrong-width", "a row has system, code and alpha3");
            hb_error_file(err, hb_str_from(path));
            err->line = (uint32_t)row.line;
            break;
        }
        if (!is_header) {
            bool is_fips = hb_str_equal(row.fields[0].text, HB_STR("fips"));
            memcpy(code, row.fields[2].text.at, 3);
            ok = is_fips ? add(c, c->fips, &c->n_fips, row.fields[1].text, code, true)
                         : add(c, c->names, &c->n_names, row.fields[1].text, code, false);
            if (!ok) {
                hb_out_of_memory(err);
                break;
            }
        }
        is_header = false;
    }
    hb_csv_close(csv);
    return end && err->kind == HB_NONE;
}

import_countries *import_countries_open(const char *folder, hb_error *err) {
    import_countries *c = calloc(1, sizeof *c);
    if (c == NULL || (c->arena = hb_arena_open(ARENA_BYTES)) == NULL) {
        hb_out_of_memory(err);
        free(c);
        return NULL;
    }
    c->names = hb_arena_array(c->arena, country_name, NAMES_MAX);
    c->fips = hb_arena_array(c->arena, country_name, NAMES_MAX);
    if (c->names == NULL || c->fips == NULL || !add_display_names(c)) hb_out_of_memory(err);
    if (err->kind != HB_NONE || !add_file(c, folder, err)) {
        import_countries_close(c);
        return NULL;
    }
    qsort(c->names, c->n_names, sizeof *c->names, by_key);
    qsort(c->fips, c->n_fips, sizeof *c->fips, by_key);
    return c;
}

void import_countries_close(import_countries *countries) {
    if (countries == NULL) return;
    hb_arena_close(countries->arena);
    free(countries);
}

static bool find_iso(hb_str code, char out[4]) {
    const char *const *codes = uloc_getISOCountries();
    char locale[16];
    for (uint32_t i = 0; codes[i] != NULL; i++) {
        snprintf(locale, sizeof locale, "und_%s", codes[i]);
        const char *three = uloc_getISO3Country(locale);
        bool is_it = code.n == 2 ? strncmp(codes[i], code.at, 2) == 0
                                 : strlen(three) == 3 && strncmp(three, code.at, 3) == 0;
        if (!is_it || strlen(three) != 3) continue;
        memcpy(out, three, 4);
        return true;
    }
    return false;
}

static bool find_two_letters(const import_countries *c, hb_str system, hb_str code, char out[4],
                             bool *is_ambiguous) {
    const country_name *fips = look_up(c->fips, c->n_fips, code);
    bool has_iso = find_iso(code, out);
    if (hb_str_equal(system, HB_STR("iso2"))) return has_iso;
    if (hb_str_equal(system, HB_STR("fips"))) {
        if (fips != NULL) memcpy(out, fips->code, 4);
        return fips != NULL;
    }
    if (!hb_str_equal(system, HB_STR("any"))) return false;
    *is_ambiguous = fips != NULL && (!has_iso || strcmp(fips->code, out) != 0);
    return has_iso && !*is_ambiguous;
}

bool import_country_find(const import_countries *countries, hb_str system, hb_str text,
                         char code[4], bool *is_ambiguous) {
    hb_str key;
    char upper[4] = {0};
    *is_ambiguous = false;
    bool is_short = text.n == 2 || text.n == 3;
    for (size_t i = 0; i < text.n && is_short; i++) {
        bool is_lower = text.at[i] >= 'a' && text.at[i] <= 'z',
             is_upper = text.at[i] >= 'A' && text.at[i] <= 'Z';
        is_short = is_lower || is_upper;
        upper[i] = is_lower ? (char)(text.at[i] - 'a' + 'A') : text.at[i];
    }
    hb_arena *arena = hb_arena_open((size_t)1 << 20);
    bool ok = arena != NULL && text.n < 4096 && cell_name_key(arena, text, &key);
    const country_name *name =
        ok && key.n > 0 ? look_up(countries->names, countries->n_names, key) : NULL;
    if (name != NULL) memcpy(code, name->code, 4);
    hb_arena_close(arena);
    if (name != NULL) return true;
    if (is_short && text.n == 3) return find_iso((hb_str){upper, 3}, code);
    return is_short && find_two_letters(countries, system, (hb_str){upper, 2}, code, is_ambiguous);
}
