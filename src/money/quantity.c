// An input: a number that is not known, with the range it may have. PERT is the beta distribution
// of costs.md's convention: alpha = 1 + 4 (mode - low) / (high - low), beta = 1 + 4 (high - mode) /
// (high - low), mean (low + 4 mode + high) / 6. A draw needs its quantile; that is a table of
// MONEY_KNOTS + 1 values made once, straight between two, and within the first and last interval
// a power of u, as the tails of a beta are.
//
// Inputs that move together do so through their ranks (a Gaussian copula): rank correlation r is
// correlation 2 sin(pi r / 6) of the normals behind (Pearson 1907).
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

#include "money/internal.h"

static const char *const SHAPES[] = {"fixed",   "pert",      "triangular",
                                     "uniform", "lognormal", "samples"};
#define N_SHAPES (sizeof SHAPES / sizeof SHAPES[0])

const char *money_shape_name(money_shape shape) {
    return SHAPES[shape];
}

bool money_shape_find(hb_str name, money_shape *shape) {
    for (uint32_t i = 0; i < N_SHAPES; i++) {
        if (!hb_str_equal(name, hb_str_from(SHAPES[i]))) continue;
        *shape = (money_shape)i;
        return true;
    }
    return false;
}

// Quantiles of Beta(a, b) at k/MONEY_KNOTS: from one to the next Newton's method on the
// distribution function, kept within a bracket; that is faster than gsl_cdf_beta_Pinv each time.
static void fill_beta(double *knots, double a, double b) {
    double x = 0;
    for (uint32_t k = 1; k < MONEY_KNOTS; k++) {
        double u = (double)k / MONEY_KNOTS, low = x, high = 1;
        if (k == 1) x = gsl_cdf_beta_Pinv(u, a, b);
        for (uint32_t step = 0; step < 60; step++) {
            double off = gsl_cdf_beta_P(x, a, b) - u;
            if (off < 0) low = x;
            if (off > 0) high = x;
            if (fabs(off) < 1e-13 || high - low < 1e-15) break;
            double next = x - off / gsl_ran_beta_pdf(x, a, b);
            x = next > low && next < high ? next : (low + high) / 2;
        }
        knots[k] = x;
    }
    knots[0] = 0;
    knots[MONEY_KNOTS] = 1;
}

static void fill_triangular(double *knots, double mode) {
    for (uint32_t k = 0; k <= MONEY_KNOTS; k++) {
        double u = (double)k / MONEY_KNOTS;
        knots[k] = u < mode ? sqrt(u * mode) : 1 - sqrt((1 - u) * (1 - mode));
    }
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

// low and high are P05 and P95, and the tails end at P0.01 and P99.99: a scenario's range is
// finite.
static void fill_lognormal(double *knots, double low, double high) {
    double z95 = money_normal(0.95), middle = (log(low) + log(high)) / 2,
           sd = (log(high) - log(low)) / 2 / z95;
    for (uint32_t k = 0; k <= MONEY_KNOTS; k++) {
        double u = fmin(fmax((double)k / MONEY_KNOTS, 1e-4), 1 - 1e-4);
        knots[k] = exp(middle + sd * money_normal(u));
    }
}

bool money_input_prepare(money_input *input, hb_arena *arena, const double *samples, uint32_t n,
                         hb_error *err) {
    double width = input->high - input->low;
    input->first_power = input->last_power = 1;
    if (input->shape == MONEY_FIXED || (input->shape != MONEY_SAMPLES && width == 0)) return true;
    double *knots = input->knots = hb_arena_array(arena, double, MONEY_KNOTS + 1);
    if (knots == NULL) return hb_out_of_memory(err);
    double mode = width > 0 ? (input->mode - input->low) / width : 0;
    switch (input->shape) {
        case MONEY_FIXED: break;
        case MONEY_PERT:
            fill_beta(knots, 1 + 4 * mode, 1 + 4 * (1 - mode));
            input->first_power = 1 / (1 + 4 * mode);
            input->last_power = 1 / (1 + 4 * (1 - mode));
            break;
        case MONEY_TRIANGULAR:
            fill_triangular(knots, mode);
            if (mode > 0) input->first_power = 0.5;
            if (mode < 1) input->last_power = 0.5;
            break;
        case MONEY_UNIFORM:
            for (uint32_t k = 0; k <= MONEY_KNOTS; k++) knots[k] = (double)k / MONEY_KNOTS;
            break;
        case MONEY_LOGNORMAL: fill_lognormal(knots, input->low, input->high); return true;
        case MONEY_SAMPLES: {
            double *sorted = hb_arena_array(arena, double, n);
            if (sorted == NULL) return hb_out_of_memory(err);
            for (uint32_t i = 0; i < n; i++) sorted[i] = samples[i];
            qsort(sorted, n, sizeof *sorted, by_size);
            for (uint32_t k = 0; k <= MONEY_KNOTS; k++) {
                uint64_t at = (uint64_t)k * n / MONEY_KNOTS;
                knots[k] = sorted[at < n ? at : n - 1];
            }
            input->low = sorted[0];
            input->mode = sorted[n / 2];
            input->high = sorted[n - 1];
            return true;
        }
    }
    for (uint32_t k = 0; k <= MONEY_KNOTS; k++) knots[k] = input->low + width * knots[k];
    return true;
}

double money_input_at(const money_input *input, double u) {
    const double *knots = input->knots;
    if (knots == NULL) return input->mode;
    double place = u * MONEY_KNOTS;
    uint32_t k = (uint32_t)place;
    if (k >= MONEY_KNOTS) k = MONEY_KNOTS - 1;
    double part = place - k;
    if (input->shape == MONEY_SAMPLES) return knots[k];
    if (k == 0 && input->first_power != 1) part = pow(part, input->first_power);
    if (k == MONEY_KNOTS - 1 && input->last_power != 1) part = 1 - pow(1 - part, input->last_power);
    return knots[k] + part * (knots[k + 1] - knots[k]);
}

// Gives how many lie in the first or the last interval.
MONEY_VECTOR static int32_t between_knots(const double *restrict knots, const double *restrict u,
                                          double *restrict x, uint32_t n) {
    int32_t n_ends = 0;
    for (uint32_t l = 0; l < n; l++) {
        double place = u[l] * MONEY_KNOTS;
        int32_t k = (int32_t)place;
        k = k < MONEY_KNOTS ? k : MONEY_KNOTS - 1;
        n_ends += (k == 0) | (k == MONEY_KNOTS - 1);
        x[l] = knots[k] + (place - k) * (knots[k + 1] - knots[k]);
    }
    return n_ends;
}

// Nearly all lie between inner knots; those that do not, and samples, are taken one by one.
void money_input_lanes(const money_input *input, const double *u, double *x, uint32_t n) {
    const double first = 1.0 / MONEY_KNOTS, last = 1 - first;
    if (input->knots == NULL || input->shape == MONEY_SAMPLES) {
        for (uint32_t l = 0; l < n; l++)
            x[l] = input->knots ? money_input_at(input, u[l]) : input->mode;
        return;
    }
    int32_t n_ends = between_knots(input->knots, u, x, n);
    if (n_ends == 0 || (input->first_power == 1 && input->last_power == 1)) return;
    for (uint32_t l = 0; l < n; l++)
        if (u[l] < first || u[l] >= last) x[l] = money_input_at(input, u[l]);
}

double money_input_mean(const money_input *input) {
    if (input->knots == NULL) return input->mode;
    if (input->shape == MONEY_PERT) return (input->low + 4 * input->mode + input->high) / 6;
    double sum = 0;
    for (uint32_t k = 0; k < MONEY_KNOTS; k++)
        sum += money_input_at(input, (k + 0.5) / MONEY_KNOTS);
    return sum / MONEY_KNOTS;
}

static bool find_correlated(money_scenario *scenario, uint32_t input, uint32_t *place) {
    for (uint32_t i = 0; i < scenario->n_correlated; i++) {
        *place = i;
        if (scenario->correlated[i] == input) return true;
    }
    if (scenario->n_correlated == MONEY_CORRELATED_MAX) return false;
    *place = scenario->n_correlated++;
    scenario->correlated[*place] = input;
    return true;
}

bool money_correlate(money_scenario *scenario, hb_error *err) {
    double r[MONEY_CORRELATED_MAX][MONEY_CORRELATED_MAX] = {0};
    for (uint32_t i = 0; i < MONEY_CORRELATED_MAX; i++) r[i][i] = 1;
    for (uint32_t i = 0; i < scenario->n_pairs; i++) {
        const money_pair *pair = &scenario->pairs[i];
        uint32_t a = 0, b = 0;
        if (!find_correlated(scenario, pair->a, &a) || !find_correlated(scenario, pair->b, &b))
            return hb_fail(err, HB_INPUT, "correlation", "more than %d inputs move together",
                           MONEY_CORRELATED_MAX);
        r[a][b] = r[b][a] = 2 * sin(M_PI * pair->rank / 6);
    }
    for (uint32_t i = 0; i < scenario->n_correlated; i++) {
        for (uint32_t j = 0; j <= i; j++) {
            double sum = r[i][j];
            for (uint32_t k = 0; k < j; k++) sum -= scenario->mix[i][k] * scenario->mix[j][k];
            if (i == j && sum <= 1e-9) {
                hb_fail(err, HB_INPUT, "correlation", "these correlations exclude one another");
                hb_error_help(err, "bring the strongest of them nearer to 0");
                return false;
            }
            scenario->mix[i][j] = i == j ? sqrt(sum) : sum / scenario->mix[j][j];
        }
    }
    return true;
}
