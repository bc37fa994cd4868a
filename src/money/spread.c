// What many draws say: mean, standard error, percentiles. A percentile needs no sorted column: the
// values are counted in equal cells between the least and the most, those of the cells in which a
// wanted place lies are taken out, and the same is done to each such cell until it is small. A few
// enormous values, which put nearly all others in one cell, cost one round more.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "money/internal.h"

enum { CELLS = 4096, SMALL = 48, BLOCK = 2048, SUMS = 8, RANKS_MAX = 2 * (MONEY_CURVE + 1) };

// ---- mean and ends ----------------------------------------------------------------------------
typedef struct {
    double n, mean, squares, least, most;  // squares: of the distances from the mean
} moments;

// Eight sums side by side, added in order: the same bits whatever the machine's vectors.
MONEY_VECTOR static double sum_block(const double *restrict values, uint32_t n) {
    double sums[SUMS] = {0}, sum = 0;
    uint32_t whole = n / SUMS * SUMS;
    for (uint32_t i = 0; i < whole; i += SUMS)
        for (uint32_t k = 0; k < SUMS; k++) sums[k] += values[i + k];
    for (uint32_t i = whole; i < n; i++) sums[i - whole] += values[i];
    for (uint32_t k = 0; k < SUMS; k++) sum += sums[k];
    return sum;
}

MONEY_VECTOR static double square_block(const double *restrict values, uint32_t n, double mean) {
    double sums[SUMS] = {0}, sum = 0;
    uint32_t whole = n / SUMS * SUMS;
    for (uint32_t i = 0; i < whole; i += SUMS) {
        for (uint32_t k = 0; k < SUMS; k++) {
            double off = values[i + k] - mean;
            sums[k] += off * off;
        }
    }
    for (uint32_t i = whole; i < n; i++) sums[0] += (values[i] - mean) * (values[i] - mean);
    for (uint32_t k = 0; k < SUMS; k++) sum += sums[k];
    return sum;
}

MONEY_VECTOR static void ends_of_block(const double *restrict values, uint32_t n, double *least,
                                       double *most) {
    double low[SUMS], high[SUMS];
    uint32_t whole = n / SUMS * SUMS;
    for (uint32_t k = 0; k < SUMS; k++) low[k] = high[k] = values[0];
    for (uint32_t i = 0; i < whole; i += SUMS) {
        for (uint32_t k = 0; k < SUMS; k++) {
            low[k] = values[i + k] < low[k] ? values[i + k] : low[k];
            high[k] = values[i + k] > high[k] ? values[i + k] : high[k];
        }
    }
    *least = low[0];
    *most = high[0];
    for (uint32_t k = 1; k < SUMS; k++) {
        *least = money_min(*least, low[k]);
        *most = money_max(*most, high[k]);
    }
    for (uint32_t i = whole; i < n; i++) {
        *least = money_min(*least, values[i]);
        *most = money_max(*most, values[i]);
    }
}

// Chan, Golub and LeVeque 1979: two parts' squares, and what their means differ by.
static moments moments_of(const double *values, uint64_t n) {
    moments all = {.least = values[0], .most = values[0]};
    for (uint64_t at = 0; at < n; at += BLOCK) {
        uint32_t here = n - at < BLOCK ? (uint32_t)(n - at) : BLOCK;
        double least, most, mean = sum_block(values + at, here) / here;
        double off = mean - all.mean, count = all.n + here;
        ends_of_block(values + at, here, &least, &most);
        all.squares += square_block(values + at, here, mean) + off * off * all.n * here / count;
        all.mean += off * here / count;
        all.n = count;
        all.least = money_min(all.least, least);
        all.most = money_max(all.most, most);
    }
    if (all.least == all.most) all = (moments){all.n, all.least, 0, all.least, all.most};
    return all;
}

// ---- places -----------------------------------------------------------------------------------
static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

MONEY_VECTOR static void find_cells(const double *restrict values, uint32_t n, double least,
                                    double per_unit, int32_t last, uint16_t *restrict cells) {
    for (uint32_t i = 0; i < n; i++) {
        int32_t cell = (int32_t)((values[i] - least) * per_unit);
        cells[i] = (uint16_t)(cell < last ? cell : last);
    }
}

// A cell in which a wanted place lies.
typedef struct {
    uint64_t first, n;  // places before it; values in it
    double *values, *next;
    uint32_t rank;  // the first wanted place in it
} wanted_cell;

typedef struct {
    uint32_t counts[CELLS];
    uint16_t wanted[CELLS];  // 1 + index of the wanted cell; 0: none
    wanted_cell cells[RANKS_MAX];
    uint32_t n_cells;
    uint16_t *cell_of;  // each value
    double *kept;
} counting;

// `ranks`, ascending, to the cells that hold them; gives how many values those hold.
static uint64_t find_wanted(counting *c, uint32_t n_cells, const uint64_t *ranks,
                            uint32_t n_ranks) {
    uint64_t before = 0, n_kept = 0;
    uint32_t rank = 0;
    for (uint32_t cell = 0; cell < n_cells && rank < n_ranks; cell++) {
        if (ranks[rank] < before + c->counts[cell]) {
            c->cells[c->n_cells] =
                (wanted_cell){.first = before, .n = c->counts[cell], .rank = rank};
            c->wanted[cell] = (uint16_t)++c->n_cells;
            n_kept += c->counts[cell];
            while (rank < n_ranks && ranks[rank] < before + c->counts[cell]) rank++;
        }
        before += c->counts[cell];
    }
    return n_kept;
}

// The values at places `ranks` of n between least and most. Ranks are ascending.
static bool pick(const double *values, uint64_t n, double least, double most, const uint64_t *ranks,
                 uint32_t n_ranks, double *out) {
    uint32_t n_cells = n / 8 < 64 ? 64 : n / 8 > CELLS ? CELLS : (uint32_t)(n / 8);
    double per_unit = n_cells / (most - least);
    bool ok = true;
    if (!(most > least) || !isfinite(per_unit)) {
        for (uint32_t k = 0; k < n_ranks; k++) out[k] = least;
        return true;
    }
    if (n <= SMALL) {
        double sorted[SMALL];
        memcpy(sorted, values, n * sizeof *values);
        qsort(sorted, n, sizeof *sorted, by_size);
        for (uint32_t k = 0; k < n_ranks; k++) out[k] = sorted[ranks[k]];
        return true;
    }
    counting *c = calloc(1, sizeof *c);
    if (c == NULL || (c->cell_of = malloc(n * sizeof *c->cell_of)) == NULL) {
        free(c);
        return false;
    }
    for (uint64_t at = 0; at < n; at += BLOCK) {
        uint32_t here = n - at < BLOCK ? (uint32_t)(n - at) : BLOCK;
        find_cells(values + at, here, least, per_unit, (int32_t)n_cells - 1, c->cell_of + at);
        for (uint64_t i = at; i < at + here; i++) c->counts[c->cell_of[i]]++;
    }
    uint64_t n_kept = find_wanted(c, n_cells, ranks, n_ranks);
    double *kept = c->kept = malloc(n_kept * sizeof *kept);
    ok = kept != NULL;
    for (uint32_t w = 0; ok && w < c->n_cells; w++) {
        c->cells[w].values = c->cells[w].next = kept;
        kept += c->cells[w].n;
    }
    for (uint64_t i = 0; ok && i < n; i++) {
        uint32_t w = c->wanted[c->cell_of[i]];
        if (w) *c->cells[w - 1].next++ = values[i];
    }
    for (uint32_t w = 0; ok && w < c->n_cells; w++) {
        const wanted_cell *cell = &c->cells[w];
        uint32_t end = w + 1 < c->n_cells ? c->cells[w + 1].rank : n_ranks;
        uint64_t own[RANKS_MAX];
        moments ends = {.least = cell->values[0], .most = cell->values[0]};
        for (uint64_t at = 0; at < cell->n; at++) {
            ends.least = money_min(ends.least, cell->values[at]);
            ends.most = money_max(ends.most, cell->values[at]);
        }
        for (uint32_t k = cell->rank; k < end; k++) own[k - cell->rank] = ranks[k] - cell->first;
        ok = pick(cell->values, cell->n, ends.least, ends.most, own, end - cell->rank,
                  out + cell->rank);
    }
    free(c->kept);
    free(c->cell_of);
    free(c);
    return ok;
}

// Hyndman and Fan 1996, definition 7: the one spreadsheets and numpy use. `ps` are ascending.
bool money_percentiles(const double *values, uint64_t n, double least, double most,
                       const double *ps, uint32_t n_ps, double *out) {
    uint64_t ranks[RANKS_MAX];
    double at[RANKS_MAX];
    for (uint32_t k = 0; k < n_ps; k++) {
        ranks[2 * k] = (uint64_t)(ps[k] * (double)(n - 1));
        ranks[2 * k + 1] = ranks[2 * k] + 1 < n ? ranks[2 * k] + 1 : n - 1;
    }
    // Neighbouring places may cross: each is asked for in order, and once.
    uint64_t order[RANKS_MAX] = {0};
    uint32_t n_order = 0;
    for (uint32_t k = 0; k < 2 * n_ps; k++)
        if (n_order == 0 || ranks[k] > order[n_order - 1]) order[n_order++] = ranks[k];
    if (!pick(values, n, least, most, order, n_order, at)) return false;
    for (uint32_t k = 0, o = 0; k < n_ps; k++) {
        double part = ps[k] * (double)(n - 1) - (double)ranks[2 * k];
        while (o > 0 && order[o] > ranks[2 * k]) o--;
        while (order[o] < ranks[2 * k]) o++;
        double here = at[o],
               then = o + 1 < n_order && ranks[2 * k + 1] > ranks[2 * k] ? at[o + 1] : here;
        out[k] = here + part * (then - here);
    }
    return true;
}

bool money_spread_of(const double *values, uint64_t n, money_spread *spread) {
    static const double PS[] = {0.05, 0.10, 0.20, 0.50, 0.80, 0.90, 0.95};
    double parts[7];
    *spread = (money_spread){0};
    if (n == 0) return true;
    moments m = moments_of(values, n);
    if (!money_percentiles(values, n, m.least, m.most, PS, 7, parts)) return false;
    double sd = n > 1 ? sqrt(m.squares / (double)(n - 1)) : 0;
    *spread = (money_spread){.mean = m.mean,
                             .sd = sd,
                             .error = sd / sqrt((double)n),
                             .p05 = parts[0],
                             .p10 = parts[1],
                             .p20 = parts[2],
                             .p50 = parts[3],
                             .p80 = parts[4],
                             .p90 = parts[5],
                             .p95 = parts[6],
                             .least = m.least,
                             .most = m.most};
    return true;
}
