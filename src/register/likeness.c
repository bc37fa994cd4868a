// Names as people remember them: without accents or hyphens, surnames swapped, one letter wrong.
// ICU turns any script into plain Latin letters; what is left are words, compared in any order. An
// id is never taken for another by likeness: it is the same, or it is not.
#include <stdlib.h>
#include <string.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "register/internal.h"

enum { WORDS = 16, NAME_UNITS = 1024, LEAST_LETTERS = 4 };
struct likeness_folder {
    UTransliterator *plain;
};

likeness_folder *likeness_open(hb_error *err) {
    static const char RULE[] = "Any-Latin; NFD; [:M:] Remove; Latin-ASCII; Lower";
    UChar id[sizeof RULE];
    UErrorCode status = U_ZERO_ERROR;
    likeness_folder *folder = calloc(1, sizeof *folder);
    if (!folder) {
        hb_out_of_memory(err);
        return NULL;
    }
    u_charsToUChars(RULE, id, sizeof RULE);
    folder->plain = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    if (U_SUCCESS(status)) return folder;
    hb_fail(err, HB_SYSTEM, "memory-limit", "ICU cannot fold names: %s", u_errorName(status));
    likeness_close(folder);
    return NULL;
}

void likeness_close(likeness_folder *folder) {
    if (!folder) return;
    if (folder->plain) utrans_close(folder->plain);
    free(folder);
}

bool likeness_fold(likeness_folder *folder, hb_str text, char out[256]) {
    UChar units[NAME_UNITS];
    char bytes[NAME_UNITS];
    int32_t n = 0, limit = 0, n_bytes = 0;
    size_t to = 0;
    UErrorCode status = U_ZERO_ERROR;
    out[0] = '\0';
    u_strFromUTF8(units, NAME_UNITS, &n, text.at, (int32_t)text.n, &status);
    if (U_FAILURE(status) || text.n > NAME_UNITS / 4) return false;
    limit = n;
    utrans_transUChars(folder->plain, units, &n, NAME_UNITS, 0, &limit, &status);
    u_strToUTF8(bytes, sizeof bytes, &n_bytes, units, n, &status);
    if (U_FAILURE(status)) return false;
    for (int32_t i = 0; i < n_bytes; i++) {
        char c = bytes[i];
        bool is_kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80);
        if (c == '\'') continue;  // D'Angelo, DAngelo
        if (!is_kept && (to == 0 || out[to - 1] == ' ')) continue;
        if (to == 255) return false;
        out[to++] = is_kept ? c : ' ';
    }
    if (to && out[to - 1] == ' ') to--;
    out[to] = '\0';
    return true;
}

static bool is_particle(hb_str word) {
    static const char *const PARTICLES[] = {"de", "del", "la", "las", "los",
                                            "y",  "da",  "do", "dos"};
    for (size_t i = 0; i < sizeof PARTICLES / sizeof PARTICLES[0]; i++) {
        if (hb_str_equal(word, hb_str_from(PARTICLES[i]))) return true;
    }
    return false;
}

static uint32_t split(const char *folded, hb_str words[WORDS]) {
    uint32_t n = 0;
    while (*folded && n < WORDS) {
        hb_str word = {folded, strcspn(folded, " ")};
        if (!is_particle(word)) words[n++] = word;
        folded += word.n + (folded[word.n] == ' ');
    }
    return n;
}

// 0 the same, 1 with one letter too many, missing, other, or two swapped; 2 anything else.
static uint32_t distance(hb_str a, hb_str b) {
    size_t head = 0, tail = 0, least = a.n < b.n ? a.n : b.n;
    if (hb_str_equal(a, b)) return 0;
    if (least < LEAST_LETTERS || a.n > b.n + 1 || b.n > a.n + 1) return 2;
    while (head < least && a.at[head] == b.at[head]) head++;
    while (tail < least - head && a.at[a.n - 1 - tail] == b.at[b.n - 1 - tail]) tail++;
    size_t left_a = a.n - head - tail, left_b = b.n - head - tail;
    if (left_a <= 1 && left_b <= 1) return 1;
    return left_a == 2 && left_b == 2 && a.at[head] == b.at[head + 1] &&
                   a.at[head + 1] == b.at[head]
               ? 1
               : 2;
}

bool likeness_of_names(const char *asked, const char *known) {
    hb_str a[WORDS], k[WORDS];
    bool is_taken[WORDS] = {false};
    uint32_t n_asked = split(asked, a), n_known = split(known, k), n_wrong = 0;
    if (n_asked < 2) return false;
    // Words that are the same find each other first, so that a likeness takes none of theirs.
    for (uint32_t pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < n_asked; i++) {
            for (uint32_t j = 0; a[i].n && j < n_known; j++) {
                if (is_taken[j] || distance(a[i], k[j]) != pass) continue;
                is_taken[j] = true;
                a[i].n = 0;
                n_wrong += pass;
            }
        }
    }
    for (uint32_t i = 0; i < n_asked; i++) {
        if (a[i].n) return false;
    }
    return n_wrong <= 1;
}

bool likeness_of_ids(const char *asked, const char *known) {
    while (*asked || *known) {
        while (*asked == ' ') asked++;
        while (*known == ' ') known++;
        if (*asked != *known) return false;
        asked += *asked != '\0', known += *known != '\0';
    }
    return true;
}
