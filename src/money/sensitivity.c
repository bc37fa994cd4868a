// Which input matters. The tornado moves one input from its P10 to its P90 with the others at their
// medians. Sobol' indices say what share of the variance of the sender's total an input explains by
// itself (first) and with all its partners (total): two independent samples A and B, and for each
// input A with that input's column from B; first order as Saltelli et al. 2010 (Computer Physics
// Communications 181, table 2 row b), total as Jansen 1999 (row f). Errors: the sample in 16 parts.
//
// All chances together are one input, and so are all months of the exchange rate: nobody knows one
// month's rate apart from the others. Inputs that move together are taken by what is independent
// in them, in the order of the file.
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "money/internal.h"

enum { SAMPLE = 8192, PARTS = 16 };

typedef struct {
    const money_model *model;
    uint64_t seed;
    uint32_t n_factors;
    uint32_t factors[MONEY_INPUTS_MAX + 2];  // input; n_inputs: chances; n_inputs + 1: exchange
    double *totals;                          // SAMPLE each: A, B, then A with each factor from B
    atomic_bool is_short_of_memory;
} sampling;

// The dimensions of a factor: [*first, *last).
static void range_of(const money_scenario *s, uint32_t factor, uint32_t *first, uint32_t *last) {
    *first = factor;
    *last = factor + 1;
    if (factor == s->n_inputs) *last = s->n_inputs + money_n_chances(s);
    if (factor == s->n_inputs + 1) {
        *first = s->n_inputs + money_n_chances(s);
        *last = money_n_dims(s);
    }
}

static void totals_at(const money_model *model, money_work *work, double *totals) {
    money_place(model, work);
    money_follow(model, work);
    memcpy(totals, work->outcome[MONEY_all_in], work->n * sizeof *totals);
}

static void sample_range(void *to, uint64_t chunk, uint64_t begin, uint64_t end, money_work *work) {
    sampling *s = to;
    const money_scenario *scenario = s->model->scenario;
    size_t size = money_n_dims(scenario) * sizeof(money_lanes);
    money_work *a = money_work_open(scenario), *b = money_work_open(scenario);
    money_stream one = {.seed = s->seed ^ 0x5bd1e995a5a5a5a5u},
                 other = {.seed = s->seed ^ 0xc2b2ae3d27d4eb4fu};
    (void)chunk;
    if (a == NULL || b == NULL) atomic_store(&s->is_short_of_memory, true);
    for (uint64_t i = begin; a && b && i < end; i += MONEY_LANES) {
        uint32_t n = end - i < MONEY_LANES ? (uint32_t)(end - i) : MONEY_LANES;
        work->n = n;
        money_draw(s->model, &one, i, n, a);
        money_draw(s->model, &other, i, n, b);
        memcpy(work->u, b->u, size);
        totals_at(s->model, work, s->totals + SAMPLE + i);
        memcpy(work->u, a->u, size);
        totals_at(s->model, work, s->totals + i);
        for (uint32_t f = 0; f < s->n_factors; f++) {
            uint32_t first, last;
            range_of(scenario, s->factors[f], &first, &last);
            size_t rows = (last - first) * sizeof(money_lanes);
            memcpy(work->u + first, b->u + first, rows);
            totals_at(s->model, work, s->totals + (f + 2) * SAMPLE + i);
            memcpy(work->u + first, a->u + first, rows);
        }
    }
    money_work_close(a);
    money_work_close(b);
}

static double mean_of(const double *values, uint32_t n) {
    double sum = 0;
    for (uint32_t i = 0; i < n; i++) sum += values[i];
    return sum / n;
}

static void index_part(const double *a, const double *b, const double *ab, uint32_t n, double mean,
                       double variance, double *first, double *total) {
    double one = 0, both = 0;
    for (uint32_t i = 0; i < n; i++) {
        one += (b[i] - mean) * (ab[i] - a[i]);
        both += (a[i] - ab[i]) * (a[i] - ab[i]);
    }
    *first = variance > 0 ? one / n / variance : 0;
    *total = variance > 0 ? both / (2.0 * n) / variance : 0;
}

static double error_of(const double *parts) {
    double mean = mean_of(parts, PARTS), sum = 0;
    for (uint32_t p = 0; p < PARTS; p++) sum += (parts[p] - mean) * (parts[p] - mean);
    return sqrt(sum / (PARTS - 1) / PARTS);
}

static void find_indices(const sampling *s, uint32_t f, money_swing *swing) {
    const double *a = s->totals, *b = a + SAMPLE, *ab = a + (size_t)(f + 2) * SAMPLE;
    double mean = (mean_of(a, SAMPLE) + mean_of(b, SAMPLE)) / 2, variance = 0;
    double first[PARTS], total[PARTS];
    for (uint32_t i = 0; i < 2 * SAMPLE; i++) variance += (a[i] - mean) * (a[i] - mean);
    variance /= 2 * SAMPLE - 1;
    index_part(a, b, ab, SAMPLE, mean, variance, &swing->first, &swing->total);
    for (uint32_t p = 0; p < PARTS; p++) {
        uint32_t at = p * (SAMPLE / PARTS);
        index_part(a + at, b + at, ab + at, SAMPLE / PARTS, mean, variance, &first[p], &total[p]);
    }
    swing->first_error = error_of(first);
    swing->total_error = error_of(total);
}

// The exchange rate at one end: every month's rate at its own P10 or P90.
static double at_end(const money_model *model, money_work *work, uint32_t factor, double u) {
    const money_scenario *s = model->scenario;
    uint32_t first, last;
    for (uint32_t d = 0; d < money_n_dims(s); d++) money_fill(work->u[d], 0.5);
    range_of(s, factor, &first, &last);
    if (factor <= s->n_inputs)
        for (uint32_t d = first; d < last; d++) money_fill(work->u[d], u);
    money_place(model, work);
    for (uint32_t m = 0; factor == s->n_inputs + 1 && m < s->n_months; m++) {
        double years = (m + 1) / 12.0, sd = s->volatility * sqrt(years);
        money_fill(work->walk[m], exp(money_normal(u) * sd - sd * sd / 2));
    }
    money_follow(model, work);
    return work->outcome[MONEY_all_in][0];
}

static int by_swing(const void *a, const void *b) {
    const money_swing *x = a, *y = b;
    double wide = fabs(x->high - x->low), other = fabs(y->high - y->low);
    if (wide != other) return wide < other ? 1 : -1;
    return (x->index > y->index) - (x->index < y->index);
}

static bool has_chances(const money_scenario *s) {
    for (uint32_t r = MONEY_ROLE_DEATHS; r <= MONEY_ROLE_WRONGFUL_PAID; r++)
        if (s->roles[r] != MONEY_NO_INPUT) return true;
    for (uint32_t l = 0; l < s->n_lines; l++)
        if (s->lines[l].driver == MONEY_BY_CHANCE) return true;
    return false;
}

bool money_sensitivity(hb_arena *arena, const money_request *request, money_result *result,
                       hb_error *err) {
    const money_scenario *s = result->model.scenario;
    sampling sample = {.model = &result->model, .seed = request->seed};
    for (uint32_t i = 0; i < s->n_inputs; i++)
        if (result->which->inputs[i].knots) sample.factors[sample.n_factors++] = i;
    if (has_chances(s)) sample.factors[sample.n_factors++] = s->n_inputs;
    if (s->volatility > 0) sample.factors[sample.n_factors++] = s->n_inputs + 1;
    result->swings = hb_arena_array(arena, money_swing, sample.n_factors + 1);
    sample.totals = malloc((size_t)(sample.n_factors + 2) * SAMPLE * sizeof *sample.totals);
    money_work *work = money_work_open(s);
    bool ok = result->swings && sample.totals && work;
    if (!ok) hb_out_of_memory(err);
    ok = ok && money_share_out(s, SAMPLE, 8 * MONEY_LANES, request, sample_range, &sample, err);
    if (ok && atomic_load(&sample.is_short_of_memory)) ok = hb_out_of_memory(err);
    if (work) work->n = 1;
    for (uint32_t f = 0; ok && f < sample.n_factors; f++) {
        money_swing *swing = &result->swings[result->n_swings++];
        uint32_t factor = sample.factors[f];
        swing->index = factor;
        swing->input = factor < s->n_inputs    ? s->cases[0].inputs[factor].name
                       : factor == s->n_inputs ? HB_STR("chances")
                                               : HB_STR("exchange_rate");
        swing->low = at_end(&result->model, work, factor, 0.1);
        swing->high = at_end(&result->model, work, factor, 0.9);
        find_indices(&sample, f, swing);
    }
    if (ok) qsort(result->swings, result->n_swings, sizeof *result->swings, by_swing);
    free(sample.totals);
    money_work_close(work);
    return ok;
}
