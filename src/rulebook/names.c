// Whether two names are one: a document's verifier may be neither its issuer nor the list's author,
// and another way of writing a name makes nobody independent. What stands before a colon says what
// somebody is, not who ("registry:sender-1" is "sender-1"). Both names are folded: compatibility
// forms and case (Unicode NFKC_Casefold), accents off, letters that look alike made one (UTS #39
// skeleton), and only letters and digits kept. Taking two different bodies for one costs a second
// verification; taking one for two could cost a person.
#include "rulebook/internal.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>

#define MAX_FOLDED 2048

// A verifier judged before: the same few offices stand on the papers of a whole list.
enum { JUDGED = 1024, NAMES_BYTES = 240 };
typedef struct {
    uint32_t n[3];  // bytes of by, issuer, author; 0, 0, 0: free
    char names[NAMES_BYTES];
    verifier is;
} judged_verifier;

struct name_tools {
    USpoofChecker *spoof;
    const UNormalizer2 *fold, *decompose;
    judged_verifier *judged;
};

name_tools *names_open(hb_error *err) {
    UErrorCode status = U_ZERO_ERROR;
    name_tools *tools = calloc(1, sizeof *tools);
    if (!tools) {
        hb_out_of_memory(err);
        return NULL;
    }
    if (!(tools->judged = calloc(JUDGED, sizeof *tools->judged))) {
        names_close(tools);
        hb_out_of_memory(err);
        return NULL;
    }
    tools->spoof = uspoof_open(&status);
    tools->fold = unorm2_getNFKCCasefoldInstance(&status);
    tools->decompose = unorm2_getNFDInstance(&status);
    if (U_SUCCESS(status)) return tools;
    hb_fail(err, HB_SYSTEM, "unicode-data", "the Unicode data of ICU cannot be read: %s",
            u_errorName(status));
    names_close(tools);
    return NULL;
}

void names_close(name_tools *tools) {
    if (!tools) return;
    if (tools->spoof) uspoof_close(tools->spoof);
    free(tools->judged);
    free(tools);
}

static bool is_ascii(hb_str text) {
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.at[i] >= 0x80) return false;
    return true;
}

static int next_letter(hb_str text, size_t *i) {
    while (*i < text.n) {
        char c = text.at[(*i)++];
        if (c >= 'A' && c <= 'Z') return c - 'A' + 'a';
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) return c;
    }
    return -1;
}

static bool ascii_are_one(hb_str a, hb_str b) {
    size_t i = 0, j = 0;
    for (;;) {
        int x = next_letter(a, &i), y = next_letter(b, &j);
        if (x != y) return false;
        if (x < 0) return true;
    }
}

// -1 when it cannot be folded (too long, not UTF-8).
static int32_t fold(const name_tools *tools, hb_str text, UChar32 out[MAX_FOLDED]) {
    UErrorCode status = U_ZERO_ERROR;
    UChar one[MAX_FOLDED], two[MAX_FOLDED];
    int32_t n = 0, kept = 0;
    if (text.n >= MAX_FOLDED) return -1;
    u_strFromUTF8(one, MAX_FOLDED, &n, text.at, (int32_t)text.n, &status);
    n = unorm2_normalize(tools->fold, one, n, two, MAX_FOLDED, &status);
    n = uspoof_getSkeleton(tools->spoof, 0, two, n, one, MAX_FOLDED, &status);
    n = unorm2_normalize(tools->fold, one, n, two, MAX_FOLDED, &status);
    n = unorm2_normalize(tools->decompose, two, n, one, MAX_FOLDED, &status);
    u_strToUTF32(out, MAX_FOLDED, &n, one, n, &status);
    if (U_FAILURE(status)) return -1;
    for (int32_t i = 0; i < n; i++)
        if (u_isalnum(out[i])) out[kept++] = out[i];
    return kept;
}

// The name without what its owner is; the whole where nothing follows the colon.
static hb_str without_office(hb_str name) {
    const char *colon = name.n ? memrchr(name.at, ':', name.n) : NULL;
    size_t n = colon ? (size_t)(colon - name.at) + 1 : 0;
    return n < name.n ? (hb_str){name.at + n, name.n - n} : name;
}

static bool are_written_alike(const name_tools *tools, hb_str a, hb_str b) {
    if (is_ascii(a) && is_ascii(b)) return ascii_are_one(a, b);
    UChar32 x[MAX_FOLDED], y[MAX_FOLDED];
    int32_t n_x = fold(tools, a, x), n_y = fold(tools, b, y);
    if (n_x < 0 || n_y < 0) return true;  // what cannot be compared is not shown to be independent
    return n_x == n_y && memcmp(x, y, (size_t)n_x * sizeof *x) == 0;
}

static bool are_one(const name_tools *tools, hb_str a, hb_str b) {
    return are_written_alike(tools, a, b) ||
           are_written_alike(tools, without_office(a), without_office(b));
}

// Words that stand where a name is missing: as a name they would be independent of everybody.
static bool is_nobody(const name_tools *tools, hb_str name) {
    static const char *const WORDS[] = {
        "",        "unknown", "not known",   "none",         "nobody",   "null",    "n/a",
        "self",    "same",    "tbd",         "itself",       "himself",  "herself", "ninguno",
        "ninguna", "nadie",   "desconocido", "se desconoce", "no consta"};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        if (are_one(tools, name, hb_str_from(WORDS[i]))) return true;
    }
    return false;
}

// ---- the verifier of a document
// -------------------------------------------------------------------

static judged_verifier *place_of(const name_tools *tools, const hb_str names[3]) {
    uint64_t hash = 14695981039346656037u;
    for (int k = 0; k < 3; k++) {
        for (size_t i = 0; i < names[k].n; i++)
            hash = (hash ^ (uint8_t)names[k].at[i]) * 1099511628211u;
        hash = (hash ^ names[k].n) * 1099511628211u;
    }
    return &tools->judged[hash % JUDGED];
}

static bool is_of(const judged_verifier *kept, const hb_str names[3]) {
    const char *at = kept->names;
    for (int k = 0; k < 3; k++) {
        if (kept->n[k] != names[k].n) return false;
        if (names[k].n && memcmp(at, names[k].at, names[k].n) != 0) return false;
        at += names[k].n;
    }
    return true;
}

verifier names_judge(name_tools *tools, hb_str by, hb_str issuer, hb_str author) {
    const hb_str names[3] = {by, issuer, author};
    bool does_fit = by.n && by.n + issuer.n + author.n <= NAMES_BYTES;
    judged_verifier *kept = does_fit ? place_of(tools, names) : NULL;
    if (kept && is_of(kept, names)) return kept->is;
    verifier is = {.is_nobody = is_nobody(tools, by),
                   .is_issuer = are_one(tools, by, issuer),
                   .is_author = author.n && are_one(tools, by, author)};
    if (!kept) return is;
    char *at = kept->names;
    for (int k = 0; k < 3; k++) {
        kept->n[k] = (uint32_t)names[k].n;
        if (names[k].n) at = mempcpy(at, names[k].at, names[k].n);
    }
    kept->is = is;
    return is;
}
