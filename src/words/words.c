// The table of translations is sorted by the bytes of the English text and searched by halving.
#include "words/words.h"

#include <string.h>

typedef struct {
    const char *english, *spanish;
} words_row;

static const words_row ROWS[] = {
#include "words_es.inc"
};
#define N_ROWS (sizeof ROWS / sizeof ROWS[0])

static const char *const NAMES[] = {[WORDS_EN] = "en", [WORDS_ES] = "es"};

bool words_language_find(hb_str name, words_language *language) {
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        if (!hb_str_equal(name, hb_str_from(NAMES[i]))) continue;
        *language = (words_language)i;
        return true;
    }
    return false;
}

hb_str words_language_name(words_language language) {
    return hb_str_from(NAMES[language]);
}

const char *words_in(words_language language, const char *english) {
    if (language == WORDS_EN) return english;
    size_t low = 0, high = N_ROWS;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(english, ROWS[middle].english);
        if (order == 0) return ROWS[middle].spanish;
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return english;
}
