// What many draws say: mean, standard error, percentiles. A percentile needs no sorted column: the
// values are counted in equal cells between the least and the most, those of the cells in which a
// wanted place lies are taken out, and the same is done to each such cell until it is small. A few
// enormous values, which put nearly all others in one cell, cost one round more.
//
// A tally says the same of draws that are not kept. Its first draws, a pilot, tell between which
// two values each percentile must lie; of all others it keeps what lies there and counts what lies
// below. The percentiles are those of all draws, exactly; when the pilot has misled, that is seen.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "money/internal.h"

enum { CELLS = 4096, SMALL = 48, SUMS = 8, RANKS_MAX = 2 * (MONEY_CURVE + 1) };

// ---- mean and ends ----------------------------------------------------------------------------
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

// Chan, Golub and LeVeque 1979: two parts' squares, and what their means differ by.
void money_moments_add(money_moments *all, const money_moments *more) {
    double off = more->mean - all->mean, count = all->n + more->n;
    if (more->n == 0) return;
    all->least = all->n > 0 ? money_min(all->least, more->least) : more->least;
    all->most = all->n > 0 ? money_max(all->most, more->most) : more->most;
    all->squares += more->squares + off * off * all->n * more->n / count;
    all->mean += off * more->n / count;
    all->n = count;
    if (all->least == all->most)
        *all = (money_moments){all->n, all->least, 0, all->least, all->most};
}

money_moments money_moments_of(const double *values, uint64_t n) {
    money_moments all = {0};
    for (uint64_t at = 0; at < n; at += MONEY_RANGE) {
        uint32_t here = n - at < MONEY_RANGE ? (uint32_t)(n - at) : MONEY_RANGE;
        money_moments one = {.n = here, .mean = sum_block(values + at, here) / here};
        ends_of_block(values + at, here, &one.least, &one.most);
        if (one.least < one.most) one.squares = square_block(values + at, here, one.mean);
        money_moments_add(&all, &one);
    }
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

// The values at places `ranks`, ascending, of n between least and most.
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
    for (uint64_t at = 0; at < n; at += MONEY_RANGE) {
        uint32_t here = n - at < MONEY_RANGE ? (uint32_t)(n - at) : MONEY_RANGE;
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
        money_moments ends = {.least = cell->values[0], .most = cell->values[0]};
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

// ---- what is said -----------------------------------------------------------------------------
// Hyndman and Fan 1996, definition 7: the one spreadsheets and numpy use. The two places a
// percentile lies between, each asked for once and in order; gives how many those are.
static uint32_t find_ranks(uint64_t n, const double *ps, uint32_t n_ps, uint64_t *ranks) {
    uint32_t n_ranks = 0;
    for (uint32_t k = 0; k < n_ps; k++) {
        uint64_t here = (uint64_t)(ps[k] * (double)(n - 1)), then = here + 1 < n ? here + 1 : here;
        if (n_ranks == 0 || here > ranks[n_ranks - 1]) ranks[n_ranks++] = here;
        if (then > ranks[n_ranks - 1]) ranks[n_ranks++] = then;
    }
    return n_ranks;
}

static void between_ranks(uint64_t n, const double *ps, uint32_t n_ps, const uint64_t *ranks,
                          const double *at, double *out) {
    for (uint32_t k = 0, r = 0; k < n_ps; k++) {
        double place = ps[k] * (double)(n - 1);
        uint64_t here = (uint64_t)place;
        while (r > 0 && ranks[r] > here) r--;
        while (ranks[r] < here) r++;
        double then = here + 1 < n ? at[r + 1] : at[r];
        out[k] = at[r] + (place - (double)here) * (then - at[r]);
    }
}

bool money_percentiles(const double *values, uint64_t n, double least, double most,
                       const double *ps, uint32_t n_ps, double *out) {
    uint64_t ranks[RANKS_MAX] = {0};
    double at[RANKS_MAX];
    uint32_t n_ranks = find_ranks(n, ps, n_ps, ranks);
    if (!pick(values, n, least, most, ranks, n_ranks, at)) return false;
    between_ranks(n, ps, n_ps, ranks, at, out);
    return true;
}

static const double PS[MONEY_SPREAD_PS] = {0.05, 0.10, 0.20, 0.50, 0.80, 0.90, 0.95};

static money_spread spread_from(const money_moments *m, const double *parts) {
    double sd = m->n > 1 ? sqrt(m->squares / (m->n - 1)) : 0;
    return (money_spread){.mean = m->mean,
                          .sd = sd,
                          .error = sd / sqrt(m->n),
                          .p05 = parts[0],
                          .p10 = parts[1],
                          .p20 = parts[2],
                          .p50 = parts[3],
                          .p80 = parts[4],
                          .p90 = parts[5],
                          .p95 = parts[6],
                          .least = m->least,
                          .most = m->most};
}

bool money_spread_of(const double *values, uint64_t n, money_spread *spread) {
    double parts[MONEY_SPREAD_PS];
    *spread = (money_spread){0};
    if (n == 0) return true;
    money_moments m = money_moments_of(values, n);
    if (!money_percentiles(values, n, m.least, m.most, PS, MONEY_SPREAD_PS, parts)) return false;
    *spread = spread_from(&m, parts);
    return true;
}

// ---- tally ------------------------------------------------------------------------------------
bool money_tally_open(money_tally *t, const double *pilot, uint64_t n, uint64_t n_ranges,
                      double deviations) {
    double ps[2 * MONEY_SPREAD_PS], ends[2 * MONEY_SPREAD_PS];
    money_moments m = money_moments_of(pilot, n);
    *t = (money_tally){.parts = calloc(n_ranges, sizeof(money_moments))};
    if (t->parts == NULL) return false;
    pthread_mutex_init(&t->lock, NULL);
    // The place of a percentile in a sample strays by this share of it; shares are put in order.
    for (uint32_t k = 0; k < MONEY_SPREAD_PS; k++) {
        double strays = deviations * sqrt(PS[k] * (1 - PS[k]) / (double)n);
        ps[2 * k] = money_max(PS[k] - strays, k ? ps[2 * k - 1] : 0);
        ps[2 * k + 1] = money_max(money_min(PS[k] + strays, 1), ps[2 * k]);
    }
    if (!money_percentiles(pilot, n, m.least, m.most, ps, 2 * MONEY_SPREAD_PS, ends)) return false;
    for (uint32_t k = 0; k < MONEY_SPREAD_PS; k++) {
        double low = ends[2 * k], high = ends[2 * k + 1];
        if (t->n_brackets > 0 && low <= t->high[t->n_brackets - 1]) {
            t->high[t->n_brackets - 1] = high;  // two that touch are one
        } else {
            t->low[t->n_brackets] = low;
            t->high[t->n_brackets++] = high;
        }
    }
    for (uint32_t k = t->n_brackets; k < MONEY_SPREAD_PS; k++) t->low[k] = t->high[k] = INFINITY;
    return true;
}

// How many ends a value has passed: odd within a bracket.
MONEY_VECTOR static void find_places(const double *restrict values, uint32_t n,
                                     const double *restrict low, const double *restrict high,
                                     int64_t *restrict places) {
    for (uint32_t i = 0; i < n; i++) {
        int64_t passed = 0;
        for (uint32_t k = 0; k < MONEY_SPREAD_PS; k++)
            passed += (values[i] >= low[k] ? 1 : 0) + (values[i] > high[k] ? 1 : 0);
        places[i] = passed;
    }
}

bool money_tally_add(money_tally *t, uint64_t range, const double *values, uint32_t n) {
    enum { PLACES = 2 * MONEY_SPREAD_PS + 1, SIDE_BY_SIDE = 4 };
    uint32_t counts[SIDE_BY_SIDE][PLACES + 1] = {0}, n_kept = 0;
    int64_t places[MONEY_RANGE];
    uint8_t is_kept[PLACES] = {0};
    double kept[MONEY_RANGE + 1];
    t->parts[range] = money_moments_of(values, n);
    bool is_one_value = !(t->parts[range].least < t->parts[range].most);
    find_places(values, is_one_value ? 1 : n, t->low, t->high, places);
    for (uint32_t i = 1; is_one_value && i < n; i++) places[i] = places[0];
    for (uint32_t k = 0; k < t->n_brackets; k++) is_kept[2 * k + 1] = t->low[k] < t->high[k];
    for (uint32_t i = 0; i < n; i++) {
        counts[i % SIDE_BY_SIDE][places[i]]++;
        kept[n_kept] = values[i];
        n_kept += is_kept[places[i]];
    }
    for (uint32_t s = 1; s < SIDE_BY_SIDE; s++)
        for (uint32_t p = 0; p < PLACES; p++) counts[0][p] += counts[s][p];
    pthread_mutex_lock(&t->lock);
    for (uint32_t k = 0, below = 0; k < t->n_brackets; k++) {
        below += counts[0][2 * k];
        t->below[k] += below;
        t->inside[k] += counts[0][2 * k + 1];
        below += counts[0][2 * k + 1];
    }
    if (t->n_kept + n_kept > t->room) {
        uint64_t room = 2 * t->room + MONEY_RANGE;
        double *grown = realloc(t->kept, room * sizeof *grown);
        if (grown == NULL) {
            pthread_mutex_unlock(&t->lock);
            return false;
        }
        t->kept = grown;
        t->room = room;
    }
    if (n_kept) memcpy(t->kept + t->n_kept, kept, n_kept * sizeof *kept);
    t->n_kept += n_kept;
    pthread_mutex_unlock(&t->lock);
    return true;
}

// What is kept, in order, is one bracket after another: a place among all becomes one among them.
bool money_tally_read(const money_tally *t, uint64_t n, uint64_t n_ranges, money_spread *spread,
                      bool *is_missed) {
    uint64_t ranks[2 * MONEY_SPREAD_PS], places[2 * MONEY_SPREAD_PS], before = 0;
    double at[2 * MONEY_SPREAD_PS], found[2 * MONEY_SPREAD_PS], parts[MONEY_SPREAD_PS];
    uint32_t n_ranks = find_ranks(n, PS, MONEY_SPREAD_PS, ranks), n_places = 0;
    money_moments all = {0}, kept;
    *is_missed = false;
    for (uint64_t i = 0; i < n_ranges; i++) money_moments_add(&all, &t->parts[i]);
    for (uint32_t k = 0, r = 0; k < t->n_brackets; k++) {
        bool is_one_value = !(t->low[k] < t->high[k]);
        if (r < n_ranks && ranks[r] < t->below[k]) *is_missed = true;
        for (; r < n_ranks && ranks[r] < t->below[k] + t->inside[k]; r++) {
            at[r] = t->low[k];
            if (!is_one_value) places[n_places++] = before + ranks[r] - t->below[k];
        }
        if (!is_one_value) before += t->inside[k];
        if (k + 1 == t->n_brackets && r < n_ranks) *is_missed = true;
    }
    if (*is_missed) return true;
    if (n_places > 0) {
        kept = money_moments_of(t->kept, t->n_kept);
        if (!pick(t->kept, t->n_kept, kept.least, kept.most, places, n_places, found)) return false;
    }
    for (uint32_t k = 0, r = 0, p = 0; k < t->n_brackets; k++)
        for (; r < n_ranks && ranks[r] < t->below[k] + t->inside[k]; r++)
            if (t->low[k] < t->high[k]) at[r] = found[p++];
    between_ranks(n, PS, MONEY_SPREAD_PS, ranks, at, parts);
    *spread = spread_from(&all, parts);
    return true;
}

void money_tally_close(money_tally *t) {
    if (t->parts) pthread_mutex_destroy(&t->lock);
    free(t->parts);
    free(t->kept);
    *t = (money_tally){0};
}
