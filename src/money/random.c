// Random numbers that are a function of (seed, draw, dimension) and of nothing else, so a draw is
// the same on any thread and in any order: Philox4x32-10 (Salmon et al., "Parallel random numbers:
// as easy as 1, 2, 3", SC11; the library is Random123, whose constants these are and against which
// the tests hold this, lane by lane). Counter: draw, low and high; block of four dimensions; 0. A
// uniform is a 32-bit word put in the middle of its 2^-32 cell, so it is never 0 or 1.
//
// Latin hypercube (McKay, Beckman and Conover 1979): in every dimension draw i falls in stratum
// P(i) of n, where P is a keyed permutation; a Feistel network that walks until it is below n is
// one without a table.
#include <Random123/philox.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

#include "money/internal.h"

typedef struct {
    uint32_t at[4][MONEY_LANES];
} words;

MONEY_VECTOR static void philox(words *w, uint64_t seed, uint32_t n) {
    uint32_t key0 = (uint32_t)seed, key1 = (uint32_t)(seed >> 32);
    uint32_t *restrict a = w->at[0], *restrict b = w->at[1], *restrict c = w->at[2],
                       *restrict d = w->at[3];
    for (uint32_t round = 0; round < 10; round++) {
        for (uint32_t l = 0; l < n; l++) {
            uint64_t first = (uint64_t)a[l] * PHILOX_M4x32_0,
                     other = (uint64_t)c[l] * PHILOX_M4x32_1;
            uint32_t b_was = b[l], d_was = d[l];
            a[l] = (uint32_t)(other >> 32) ^ b_was ^ key0;
            b[l] = (uint32_t)other;
            c[l] = (uint32_t)(first >> 32) ^ d_was ^ key1;
            d[l] = (uint32_t)first;
        }
        key0 += PHILOX_W32_0;
        key1 += PHILOX_W32_1;
    }
}

// A signed word is what vector instructions can turn into a double.
MONEY_VECTOR static void words_to_uniforms(const uint32_t *restrict word, double *restrict u,
                                           uint32_t n) {
    for (uint32_t l = 0; l < n; l++)
        u[l] = ((double)(int32_t)(word[l] ^ 0x80000000u) + 2147483648.5) * 0x1p-32;
}

static uint32_t mix(uint64_t half, uint64_t key) {
    uint64_t z = (half + 1) * 0x9e3779b97f4a7c15u ^ key;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (uint32_t)(z >> 32);
}

static uint64_t stratum_of(const money_stream *stream, uint64_t i, uint32_t dimension) {
    uint32_t half_bits = 1;
    while (half_bits < 31 && (uint64_t)1 << 2 * half_bits < stream->n) half_bits++;
    uint64_t mask = ((uint64_t)1 << half_bits) - 1;
    uint64_t key = stream->seed * 0xda942042e4dd58b5u + (uint64_t)dimension * 0x2545f4914f6cdd1du;
    do {
        for (uint32_t round = 0; round < 6; round++) {
            uint64_t left = i >> half_bits, right = i & mask;
            i = right << half_bits | (left ^ (mix(right, key + round) & mask));
        }
    } while (i >= stream->n);
    return i;
}

MONEY_VECTOR void money_uniforms(const money_stream *stream, uint64_t first, uint32_t n,
                                 uint32_t block, double *const four[4]) {
    words w;
    n = money_padded(n);
    for (uint32_t l = 0; l < n; l++) {
        w.at[0][l] = (uint32_t)(first + l);
        w.at[1][l] = (uint32_t)((first + l) >> 32);
        w.at[2][l] = block;
        w.at[3][l] = 0;
    }
    philox(&w, stream->seed, n);
    for (uint32_t d = 0; d < 4; d++) words_to_uniforms(w.at[d], four[d], n);
    if (stream->n == 0) return;
    for (uint32_t d = 0; d < 4; d++)
        for (uint32_t l = 0; l < n && first + l < stream->n; l++)
            four[d][l] = fmin(((double)stratum_of(stream, first + l, 4 * block + d) + four[d][l]) /
                                  (double)stream->n,
                              1 - 0x1p-53);
}

// ---- normal -----------------------------------------------------------------------------------
double money_normal(double u) {
    return gsl_cdf_ugaussian_Pinv(u);
}

// Wichura 1988, AS 241 (Applied Statistics 37): a quotient of polynomials for the 85 % of u that
// lie within 0.425 of the middle, another in the root of a logarithm outside, one at a time.
MONEY_VECTOR static void middle_normals(const double *restrict u, double *restrict z, uint32_t n) {
    for (uint32_t l = 0; l < n; l++) {
        double q = u[l] - 0.5, r = 0.180625 - q * q;
        double above = (((((((2.5090809287301226727e+3 * r + 3.3430575583588128105e+4) * r +
                             6.7265770927008700853e+4) *
                                r +
                            4.5921953931549871457e+4) *
                               r +
                           1.3731693765509461125e+4) *
                              r +
                          1.9715909503065514427e+3) *
                             r +
                         1.3314166789178437745e+2) *
                            r +
                        3.3871328727963666080e+0);
        double below = (((((((5.2264952788528545610e+3 * r + 2.8729085735721942674e+4) * r +
                             3.9307895800092710610e+4) *
                                r +
                            2.1213794301586595867e+4) *
                               r +
                           5.3941960214247511077e+3) *
                              r +
                          6.8718700749205790830e+2) *
                             r +
                         4.2313330701600911252e+1) *
                            r +
                        1.0);
        z[l] = q * above / below;
    }
}

static double outer_normal(double u) {
    double r = sqrt(-log(money_min(u, 1 - u)));
    if (r > 5) return money_normal(u);  // beyond 6.6 deviations a third quotient, which GSL has
    r -= 1.6;
    double above = (((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r +
                         2.41780725177450611770e-1) *
                            r +
                        1.27045825245236838258e+0) *
                           r +
                       3.64784832476320460504e+0) *
                          r +
                      5.76949722146069140550e+0) *
                         r +
                     4.63033784615654529590e+0) *
                        r +
                    1.42343711074968357734e+0);
    double below = (((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r +
                         1.51986665636164571966e-2) *
                            r +
                        1.48103976427480074590e-1) *
                           r +
                       6.89767334985100004550e-1) *
                          r +
                      1.67638483018380384940e+0) *
                         r +
                     2.05319162663775882187e+0) *
                        r +
                    1.0);
    return u < 0.5 ? -above / below : above / below;
}

void money_normals(const double *u, double *z, uint32_t n) {
    middle_normals(u, z, n);
    for (uint32_t l = 0; l < n; l++)
        if (fabs(u[l] - 0.5) > 0.425) z[l] = outer_normal(u[l]);
}

// ---- binomial ---------------------------------------------------------------------------------
#define EXACT_TO 12.0

// Cornish and Fisher 1937, on the continuous variable whose integral over a unit cell is the
// binomial: its variance is smaller by 1/12, its fourth cumulant larger by 1/120 (Sheppard).
MONEY_VECTOR static void large_binomials(const double *restrict z, const double *restrict n,
                                         const double *restrict p, double *restrict k,
                                         uint32_t lanes) {
    for (uint32_t l = 0; l < lanes; l++) {
        double q = 1 - p[l], mean = n[l] * p[l], own = mean * q;
        double variance = own - 1.0 / 12 > 1 ? own - 1.0 / 12 : 1, sd = sqrt(variance);
        double skew = own * (1 - 2 * p[l]) / (variance * sd);
        double kurtosis = (own * (1 - 6 * p[l] * q) + 1.0 / 120) / (variance * variance);
        double x = z[l], square = x * x;
        double at = mean + sd * (x + skew * (square - 1) / 6 + kurtosis * x * (square - 3) / 24 -
                                 skew * skew * x * (2 * square - 5) / 36);
        double whole = floor(at + 0.5);
        whole = whole < 0 ? 0 : whole;
        k[l] = whole > n[l] ? n[l] : whole;
    }
}

// Inversion from 0 (Devroye 1986, chapter X) of eight lanes side by side; a lane that has reached
// its u counts no further. n * p of each is at most EXACT_TO, so the first chance is not nothing.
MONEY_VECTOR static void small_binomials(const double *restrict u, const double *restrict n,
                                         const double *restrict p, double *restrict k) {
    enum { N = MONEY_LANES_STEP };
    double odds[N], chance[N], sum[N], power[N];
    uint32_t most = 0, open = 1;
    for (uint32_t l = 0; l < N; l++) {
        chance[l] = 1;
        power[l] = 1 - p[l];
        odds[l] = p[l] / power[l];
        k[l] = 0;
        most |= (uint32_t)n[l];
    }
    // (1 - p)^n by squaring.
    for (uint32_t bit = 0; most >> bit; bit++) {
        for (uint32_t l = 0; l < N; l++) {
            chance[l] *= (uint32_t)n[l] >> bit & 1 ? power[l] : 1;
            power[l] *= power[l];
        }
    }
    for (uint32_t l = 0; l < N; l++) sum[l] = chance[l];
    for (double at = 0; open; at++) {
        double each = 1 / (at + 1);
        open = 0;
        for (uint32_t l = 0; l < N; l++) {
            uint32_t goes_on = (uint32_t)(u[l] > sum[l]) & (uint32_t)(at < n[l]);
            k[l] += goes_on;
            open |= goes_on;
            chance[l] *= odds[l] * (n[l] - at) * each;
            sum[l] += chance[l];
        }
    }
}

MONEY_VECTOR void money_binomials(const double *u, const double *n, const double *p, double *k,
                                  uint32_t lanes) {
    money_lanes u_of, p_of, z, small_u, small_n, small_p, small_k;
    uint8_t small[MONEY_LANES];
    uint32_t n_small = 0;
    for (uint32_t l = 0; l < lanes; l++) {  // of the rarer outcome
        double part = p[l] < 0 ? 0 : p[l] > 1 ? 1 : p[l];
        p_of[l] = part > 0.5 ? 1 - part : part;
        u_of[l] = part > 0.5 ? 1 - u[l] : u[l];
    }
    // Those to be counted stand together, so that few groups of eight are.
    for (uint32_t l = 0; l < lanes; l++) {
        small[n_small] = (uint8_t)l;
        n_small += n[l] * p_of[l] <= EXACT_TO;
    }
    for (uint32_t i = 0; i < money_padded(n_small); i++) {
        small_u[i] = i < n_small ? u_of[small[i]] : 0;
        small_n[i] = i < n_small ? n[small[i]] : 0;
        small_p[i] = i < n_small ? p_of[small[i]] : 0;
    }
    if (n_small < lanes) {
        money_normals(u_of, z, lanes);
        large_binomials(z, n, p_of, k, lanes);
    }
    for (uint32_t i = 0; i < n_small; i += MONEY_LANES_STEP)
        small_binomials(small_u + i, small_n + i, small_p + i, small_k + i);
    for (uint32_t i = 0; i < n_small; i++) k[small[i]] = small_k[i];
    for (uint32_t l = 0; l < lanes; l++) k[l] = p[l] > 0.5 ? n[l] - k[l] : k[l];
}
