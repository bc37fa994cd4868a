// Random numbers that are a function of (seed, draw, dimension) and of nothing else, so a draw is
// the same on any thread and in any order: Philox4x32-10 (Salmon et al., "Parallel random numbers:
// as easy as 1, 2, 3", SC11; the library is Random123). Counter: draw, low and high; dimension / 4;
// 0. A uniform is a 32-bit word put in the middle of its 2^-32 cell, so it is never 0 or 1.
//
// Latin hypercube (McKay, Beckman and Conover 1979): in every dimension draw i falls in stratum
// P(i) of n, where P is a keyed permutation; a Feistel network that walks until it is below n is
// one without a table.
#include <Random123/philox.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

#include "money/internal.h"

static philox4x32_ctr_t words_of(const money_stream *stream, uint64_t i, uint32_t block) {
    philox4x32_ctr_t counter = {
        {(uint32_t)i, (uint32_t)(i >> 32), block, 0}
    };
    philox4x32_key_t key = {
        {(uint32_t)stream->seed, (uint32_t)(stream->seed >> 32)}
    };
    return philox4x32(counter, key);
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

void money_uniforms(const money_stream *stream, uint64_t i, uint32_t n_dims, double *u) {
    for (uint32_t d = 0; d < n_dims; d += 4) {
        philox4x32_ctr_t words = words_of(stream, i, d / 4);
        for (uint32_t k = 0; k < 4 && d + k < n_dims; k++)
            u[d + k] = ((double)words.v[k] + 0.5) * 0x1p-32;
    }
    if (stream->n == 0) return;
    for (uint32_t d = 0; d < n_dims; d++)
        u[d] = ((double)stratum_of(stream, i, d) + u[d]) / (double)stream->n;
}

double money_normal(double u) {
    return gsl_cdf_ugaussian_Pinv(u);
}

// Inversion from 0 (Devroye 1986, chapter X): expected n * p steps.
static double binomial_by_steps(double u, uint32_t n, double p) {
    double odds = p / (1 - p), chance = exp((double)n * log1p(-p)), sum = chance;
    uint32_t k = 0;
    while (u > sum && k < n) {
        chance *= odds * (double)(n - k) / (double)(k + 1);
        sum += chance;
        k++;
    }
    return k;
}

double money_binomial(double u, uint32_t n, double p) {
    if (n == 0 || p <= 0) return 0;
    if (p >= 1) return n;
    if (p > 0.5) return n - money_binomial(1 - u, n, 1 - p);
    double mean = (double)n * p;
    if (mean <= 60) return binomial_by_steps(u, n, p);
    double z = money_normal(u), sd = sqrt(mean * (1 - p));
    double k = floor(mean + sd * z + (1 - 2 * p) * (z * z - 1) / 6 + 0.5);
    return k < 0 ? 0 : k > n ? n : k;
}
