// What goes with a person when custody or place changes: how many people were counted, and the
// seals of their property. The side that lets go says both, the side that takes says both again,
// and they are compared. A side that says nothing where the other spoke differs too: what was not
// counted again was not found to be the same. A difference is a mark, and so an alarm; it stops
// nothing.
#include <stdlib.h>
#include <string.h>

#include "register/internal.h"

enum { SEALS = 64, SHOWN = 32 };

static bool is_between(char c) {
    return c == ' ' || c == ',' || c == ';' || c == '\n' || c == '\r' || c == '\t';
}

static int compare_seals(const void *a, const void *b) {
    return hb_str_compare(*(const hb_str *)a, *(const hb_str *)b);
}

// The seals as a set, whatever their order and what parts them: half of the SHA-256 of their sorted
// list, or the whole text's where they are too many for one person. "" for none.
static void name_seals(hb_str text, register_word out) {
    hb_str seals[SEALS];
    uint32_t n = 0;
    hb_sha256_state state;
    char hex[65];
    for (size_t at = 0; at < text.n && n < SEALS;) {
        size_t length = 0;
        while (at < text.n && is_between(text.at[at])) at++;
        while (at + length < text.n && !is_between(text.at[at + length])) length++;
        if (length) seals[n++] = (hb_str){text.at + at, length};
        at += length;
    }
    out[0] = '\0';
    if (n == 0) return;
    if (n == SEALS) seals[0] = text, n = 1;
    qsort(seals, n, sizeof seals[0], compare_seals);
    hb_sha256_start(&state);
    for (uint32_t i = 0; i < n; i++) {
        hb_sha256_add(&state, seals[i].at, seals[i].n);
        hb_sha256_add(&state, "\n", 1);
    }
    hb_hash_hex(hb_sha256_end(&state), hex);
    custody_word(out, (hb_str){hex, SHOWN});
}

void handed_say(register_handed *said, const register_event *e) {
    said->head_count = e->head_count;
    name_seals(e->seals, said->seals);
}

uint32_t handed_compare(register_handed *said, const register_event *e) {
    register_handed again;
    handed_say(&again, e);
    uint32_t marks = (said->head_count != again.head_count ? REGISTER_HEAD_COUNT : 0) |
                     (strcmp(said->seals, again.seals) != 0 ? REGISTER_SEALS : 0);
    *said = (register_handed){0};
    return marks;
}
