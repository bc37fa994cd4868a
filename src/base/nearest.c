// The name a mistyped word most likely meant: fewest letters added, dropped, changed or swapped
// with the next (optimal string alignment distance), and no more of them than a third of the word,
// rounded up.
#include "base/base.h"

#include <string.h>

enum { LENGTH_MAX = 64 };

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

// Distance of two words of at most LENGTH_MAX bytes, by rows: `before[k]` is the distance of a's
// first i - 1 bytes and b's first k.
static size_t distance(hb_str a, hb_str b) {
    size_t rows[3][LENGTH_MAX + 1];
    size_t *two_before = rows[0], *before = rows[1], *row = rows[2];
    for (size_t k = 0; k <= b.n; k++) before[k] = two_before[k] = k;
    for (size_t i = 1; i <= a.n; i++) {
        row[0] = i;
        for (size_t k = 1; k <= b.n; k++) {
            size_t change = before[k - 1] + (a.at[i - 1] != b.at[k - 1]);
            row[k] = least(change, least(before[k], row[k - 1]) + 1);
            bool is_swap =
                i > 1 && k > 1 && a.at[i - 1] == b.at[k - 2] && a.at[i - 2] == b.at[k - 1];
            if (is_swap) row[k] = least(row[k], two_before[k - 2] + 1);
        }
        size_t *oldest = two_before;
        two_before = before;
        before = row;
        row = oldest;
    }
    return before[b.n];
}

hb_str hb_nearest(hb_str word, const hb_str *names, size_t n) {
    hb_str nearest = {0};
    size_t best = (word.n + 2) / 3;
    if (word.n == 0 || word.n > LENGTH_MAX) return nearest;
    for (size_t i = 0; i < n; i++) {
        if (names[i].n == 0 || names[i].n > LENGTH_MAX) continue;
        size_t d = distance(word, names[i]);
        if (d > best || (d == best && nearest.n)) continue;
        best = d;
        nearest = names[i];
    }
    return nearest;
}
