// The money counted by hand, and the laws that hold in every draw. Each scenario stands here in
// full, so that a reader can follow the sum with a pencil.
#include "../base/check.h"

#include <Random123/philox.h>
#include <math.h>

#include "money/internal.h"

#define HEAD                                                                                \
    "{\"scenario\":\"t\",\"title\":\"t\",\"sender\":\"AAA\",\"host\":\"BBB\",\"currency\":" \
    "\"USD\","                                                                              \
    "\"price_year\":2025,\"start\":\"2025-01-01\",\"months\":24,"
#define ORIGIN "\"source\":\"s\",\"mark\":\"G\",\"read_on\":\"2026-01-01\"}"
#define PLAIN(name, unit, value) \
    "\"" name "\":{\"unit\":\"" unit "\",\"value\":\"" value "\"," ORIGIN
#define MONEY(name, unit, value) \
    "\"" name "\":{\"unit\":\"" unit "\",\"price_year\":2025,\"value\":\"" value "\"," ORIGIN
#define PERT(name, unit, low, mode, high)                                                        \
    "\"" name "\":{\"unit\":\"" unit "\",\"dist\":\"pert\",\"low\":\"" low "\",\"mode\":\"" mode \
    "\",\"high\":\"" high "\"," ORIGIN
#define CASES "\"cases\":[{\"case\":\"c\",\"stage\":\"ex_ante\"}],"
#define LINE(driver, more, amount)                                                     \
    "{\"line\":\"l\",\"group\":\"g\",\"source\":\"s\",\"driver\":\"" driver "\"," more \
    "\"amount\":[" amount "]}"
#define FEE "\"pays\":\"sender\",\"to\":\"host\","
#define COST "\"pays\":\"sender\","
#define HOST "\"pays\":\"host\","

typedef struct {
    hb_arena *arena;
    hb_errors errors;
    money_scenario *scenario;
    money_model model;
    money_work *work;
} fixture;

static fixture open_text(const char *text) {
    fixture f = {.arena = hb_arena_open((size_t)256 << 20)};
    f.scenario = money_scenario_parse(f.arena, hb_str_from(text), "t.json", &f.errors);
    if (f.scenario == NULL)
        for (uint32_t i = 0; i < f.errors.n_kept; i++) {
            char shown[2048];
            size_t n = hb_error_print(&f.errors.kept[i], shown, sizeof shown);
            fwrite(shown, 1, n, stderr);
        }
    assert_non_null(f.scenario);
    assert_true(money_model_open(&f.model, f.arena, f.scenario, &f.scenario->cases[0]));
    f.work = money_work_open(f.scenario);
    assert_non_null(f.work);
    return f;
}
static void close_text(fixture *f) {
    money_work_close(f->work);
    hb_errors_clear(&f->errors);
    hb_arena_close(f->arena);
}
static void draw_middle(fixture *f) {
    money_place(&f->model, f->work);
    money_follow(&f->model, f->work);
}
// The outcomes of the first draw of the batch.
static void first_of(const fixture *f, double out[MONEY_N_OUTCOMES]) {
    for (uint32_t o = 0; o < MONEY_N_OUTCOMES; o++) out[o] = f->work->outcome[o][0];
}
static void assert_near(double got, double expected, double off) {
    if (fabs(got - expected) <= off) return;
    print_error("got %.9g, expected %.9g\n", got, expected);
    fail();
}
static void assert_cent(double got, double expected) {
    if (fabs(got - expected) < 0.005) return;
    print_error("got %.4f, expected %.4f\n", got, expected);
    fail();
}

// 10 people for 100 days from 1 January. Fee: 1,000,000 at once and 50 a person-day, the latter
// 5 % up each January (all days fall in 2025): 1,000,000 + 50 x 1,000. Sender: 2 planes of 6 seats
// at 30,000 out. Host: 7 x 1,000 and 365,000 a year for 100 of 365 days: January, February, March
// whole (3/12), 10 of April's 30 days (1/36).
static void counted_by_hand(void **state) {
    (void)state;
    fixture f = open_text(
        HEAD "\"discount\":[{\"rate\":\"0.03\",\"name\":\"n\",\"source\":\"s\"}],\"inputs\":{"
        PLAIN("n", "people", "10") "," PLAIN("stay", "days", "100") "," PLAIN("people_per_plane", "people", "6") ","
        MONEY("lump", "USD", "1000000") "," MONEY("day", "USD/day", "50") "," PLAIN("rise", "per_year", "0.05") ","
        MONEY("plane", "USD/plane", "30000") "," MONEY("own", "USD/day", "7") "," MONEY("own_year", "USD/year", "365000") ","
        MONEY("home", "USD/day", "30") "," MONEY("home_average", "USD/day", "120.80") "}," CASES
        "\"people\":[{\"group\":\"g\",\"kind\":\"sentenced\",\"count\":\"n\",\"stay_days\":\"stay\","
        "\"counterfactual\":{\"kind\":\"prison_year\",\"marginal\":\"home\",\"average\":\"home_average\"}}],"
        "\"lines\":[" LINE("once", FEE "\"from\":\"signing\",", "\"lump\"") "," LINE("per_person_day", FEE "\"index\":\"rise\",", "\"day\"") ","
        LINE("per_plane_out", COST, "\"plane\"") "," LINE("per_person_day", HOST, "\"own\"") "," LINE("per_year", HOST, "\"own_year\"") "]}");
    double out[MONEY_N_OUTCOMES];
    draw_middle(&f);
    first_of(&f, out);
    assert_cent(out[MONEY_sent], 10);
    assert_cent(out[MONEY_person_days], 1000);
    assert_cent(out[MONEY_fee], 1050000);
    assert_cent(out[MONEY_fee_fixed], 1000000);
    assert_cent(out[MONEY_all_in], 1110000);
    assert_cent(out[MONEY_saving_marginal], 30000);
    assert_cent(out[MONEY_saving_average], 120800);
    assert_cent(out[MONEY_host_marginal], 7000);
    assert_cent(out[MONEY_host_fixed], 365000.0 * (3.0 / 12 + 1.0 / 36));
    assert_cent(out[MONEY_host_gain], 1050000 - 7000 - 365000.0 * (3.0 / 12 + 1.0 / 36));
    assert_cent(f.work->sender[0][0], 1000000 + 50 * 310 + 60000);
    assert_cent(f.work->sender[3][0], 50 * 100);
    double pv = (1000000 + 15500 + 60000) * pow(1.03, -0.5 / 12) + 50 * 280 * pow(1.03, -1.5 / 12) +
                15500 * pow(1.03, -2.5 / 12) + 5000 * pow(1.03, -3.5 / 12);
    assert_cent(out[MONEY_pv_sender_1], pv);
    close_text(&f);
}

// Lines as agreements write them, each alone: 120 people in two waves of 60 (day 0 and day 31),
// held 59 and 28 of the first 59 days and 31 of March; the second year's index is 10 %.
static double fee_of(const char *line) {
    char text[6000];
    snprintf(text, sizeof text,
             HEAD "\"inputs\":{" PLAIN("n", "people", "120") "," PLAIN("stay", "days", "365") "," PLAIN("places", "people", "200") ","
             PLAIN("term_months", "months", "24") "," PLAIN("rise", "per_year", "0.10") "," MONEY("a", "USD", "1200") "," PLAIN("half", "share", "0.25") ","
             PLAIN("never", "share", "0") "," PLAIN("surely", "share", "1") "}," CASES
             "\"people\":[{\"group\":\"g\",\"kind\":\"sentenced\",\"count\":\"n\",\"stay_days\":\"stay\",\"waves\":[{\"day\":0,\"share\":\"0.5\"},{\"day\":31,\"share\":\"0.5\"}],"
             "\"counterfactual\":{\"kind\":\"release\"}}],\"lines\":[%s]}", line);
    fixture f = open_text(text);
    draw_middle(&f);
    double fee = f.work->outcome[MONEY_fee][0];
    close_text(&f);
    return fee;
}
static void terms_of_fees(void **state) {
    (void)state;
    assert_cent(fee_of(LINE("per_year", FEE "\"until\":\"term\",", "\"a\"")), 2400);
    assert_cent(fee_of(LINE("per_year", FEE "\"until\":\"term\",\"index\":\"rise\",", "\"a\"")),
                1200 + 1320);
    assert_cent(fee_of(LINE("per_place_year", FEE "\"until\":\"term\",", "\"a\"")), 200 * 2400);
    assert_cent(fee_of(LINE("per_arrival", FEE, "\"a\"")), 120 * 1200);
    assert_cent(fee_of(LINE("per_arrival", FEE, "\"a\",\"half\"")), 120 * 300);
    assert_cent(fee_of(LINE("per_arrival", FEE, "\"a\",\"1-half\"")), 120 * 900);
    assert_cent(fee_of(LINE("per_departure", FEE, "\"a\"")), 120 * 1200);
    assert_cent(fee_of(LINE("per_person_day", FEE, "\"a\"")), 120.0 * 365 * 1200);
    // A floor of 300 for 24 months; then only what goes above 100; then none above 60.
    assert_cent(fee_of(LINE("per_person_month", FEE "\"until\":\"term\",\"least\":300,", "\"a\"")),
                300.0 * 24 * 1200);
    // 60 in January, 120 from February to December, 60 in the January after: above 100 are 11 x 20.
    assert_cent(fee_of(LINE("per_person_month", FEE "\"above\":100,", "\"a\"")), 220.0 * 1200);
    assert_cent(fee_of(LINE("per_person_month", FEE "\"most\":60,", "\"a\"")), 13 * 60.0 * 1200);
    assert_cent(fee_of(LINE("on_reaching", FEE "\"people\":120,", "\"a\"")), 1200);
    assert_cent(fee_of(LINE("on_reaching", FEE "\"people\":121,", "\"a\"")), 0);
    assert_cent(fee_of(LINE("by_chance", FEE "\"chance\":\"never\",", "\"a\"")), 0);
    assert_cent(fee_of(LINE("by_chance", FEE "\"chance\":\"surely\",", "\"a\"")), 1200);
}

// ---- random numbers ---------------------------------------------------------------------------
static void quantiles(void **state) {
    (void)state;
    hb_arena *arena = hb_arena_open((size_t)64 << 20);
    hb_error err = {0};
    money_input pert = {.shape = MONEY_PERT, .low = 20, .mode = 44, .high = 180};
    money_input triangle = {.shape = MONEY_TRIANGULAR, .low = 0, .mode = 1, .high = 4};
    assert_true(money_input_prepare(&pert, arena, NULL, 0, &err));
    assert_true(money_input_prepare(&triangle, arena, NULL, 0, &err));
    assert_near(money_input_mean(&pert), (20 + 4 * 44 + 180) / 6.0, 1e-9);
    double sum = 0, squares = 0;
    enum { N = 200000 };
    for (int i = 0; i < N; i++) {
        double x = money_input_at(&pert, (i + 0.5) / N);
        sum += x / N;
        squares += x * x / N;
    }
    double a = 1 + 4 * 24.0 / 160, b = 1 + 4 * 136.0 / 160;
    assert_near(sum, 376 / 6.0, 0.001);  // of the beta: mean and variance in closed form
    assert_near(squares - sum * sum, 160.0 * 160 * a * b / ((a + b) * (a + b) * (a + b + 1)), 0.1);
    assert_near(money_input_at(&triangle, 0.25), 1, 1e-6);
    assert_near(money_input_at(&triangle, 0.8125), 2.5, 1e-5);
    for (double u = 1e-12; u < 1; u += 0.000917)
        assert_true(money_input_at(&pert, u) >= 20 && money_input_at(&pert, u) <= 180);
    hb_arena_close(arena);
}

static double binomial(double u, double n, double p) {
    money_lanes us, ns, ps, k;
    money_fill(us, 0.5);
    money_fill(ns, 7);
    money_fill(ps, 0.3);
    us[3] = u;  // among other lanes, which must not matter
    ns[3] = n;
    ps[3] = p;
    money_binomials(us, ns, ps, k, MONEY_LANES_STEP);
    return k[3];
}

// Against the distribution function summed term by term: exact below, and above the largest share
// of draws that get a neighbour of their number.
static void binomials(void **state) {
    (void)state;
    static const struct {
        uint32_t n;
        double p;
    } ROWS[] = {
        {1,    0.5  },
        {10,   0.3  },
        {252,  0.8  },
        {300,  0.01 },
        {100,  0.99 },
        {25,   0.5  },
        {61,   0.2  },
        {1300, 0.01 },
        {3000, 0.004},
        {3100, 0.004}
    };
    for (size_t r = 0; r < sizeof ROWS / sizeof ROWS[0]; r++) {
        double p = ROWS[r].p, chance = pow(1 - p, ROWS[r].n), below = 0;
        double mean = ROWS[r].n * fmin(p, 1 - p), off = mean <= 12 ? 1e-11 : 1e-4;
        for (uint32_t k = 0; k <= ROWS[r].n; k++) {
            if (chance > 2.5 * off) {
                assert_true(binomial(below + off, ROWS[r].n, p) == k);
                assert_true(binomial(below + chance - off, ROWS[r].n, p) == k);
            }
            if (chance > 1e-6) assert_true(binomial(below + chance / 2, ROWS[r].n, p) == k);
            below += chance;
            chance *= p / (1 - p) * (ROWS[r].n - k) / (k + 1);
        }
    }
    assert_true(binomial(0.5, 0, 0.5) == 0 && binomial(0.5, 9, 0) == 0 && binomial(0.5, 9, 1) == 9);
    assert_true(fabs(binomial(0.975, 10000, 0.5) - 5098) <= 1);
    assert_true(binomial(0x1p-33, 100000, 0.5) > 48000 && binomial(1 - 0x1p-33, 9, 0.5) == 9);
}

static void normals(void **state) {
    (void)state;
    money_lanes u, z;
    for (uint32_t k = 0; k < 64; k++) {
        for (uint32_t l = 0; l < MONEY_LANES; l++) u[l] = (k * MONEY_LANES + l + 0.5) / 8192;
        u[0] = 0x1p-33;
        u[1] = 1 - 0x1p-33;
        money_normals(u, z, MONEY_LANES);
        for (uint32_t l = 0; l < MONEY_LANES; l++) assert_near(z[l], money_normal(u[l]), 1e-14);
    }
}

// Known answer of Philox4x32-10 for a counter and key of zeros (Random123's own test vectors):
// 6627e8d5 e169c58d bc57ac4c 9b00dbd8.
#define ROWS(u) ((double *const[4]){(u)[0], (u)[1], (u)[2], (u)[3]})
static void philox_zero(void **state) {
    (void)state;
    money_lanes u[4];
    money_uniforms(&(money_stream){.seed = 0}, 0, 1, 0, ROWS(u));
    assert_true(u[0][0] == (0x6627e8d5u + 0.5) * 0x1p-32 &&
                u[1][0] == (0xe169c58du + 0.5) * 0x1p-32);
    assert_true(u[2][0] == (0xbc57ac4cu + 0.5) * 0x1p-32 &&
                u[3][0] == (0x9b00dbd8u + 0.5) * 0x1p-32);
}

// Every lane is what the library gives for its own counter.
static void philox_lanes(void **state) {
    (void)state;
    money_lanes u[4];
    money_stream stream = {.seed = 0x123456789abcdefu};
    for (uint64_t first = 0xffffffc0u, block = 3; block < 9; first += 1000, block++) {
        money_uniforms(&stream, first, MONEY_LANES, (uint32_t)block, ROWS(u));
        for (uint32_t l = 0; l < MONEY_LANES; l++) {
            uint64_t i = first + l;
            philox4x32_ctr_t in = {
                {(uint32_t)i, (uint32_t)(i >> 32), (uint32_t)block, 0}
            };
            philox4x32_key_t key = {
                {(uint32_t)stream.seed, (uint32_t)(stream.seed >> 32)}
            };
            philox4x32_ctr_t out = philox4x32(in, key);
            for (uint32_t d = 0; d < 4; d++)
                assert_true(u[d][l] == ((double)out.v[d] + 0.5) * 0x1p-32);
        }
    }
}

static void latin_hypercube(void **state) {
    (void)state;
    enum { N = 1000, D = 8 };
    static uint8_t seen[D][N];
    money_lanes u[4];
    for (uint32_t first = 0; first < N; first += MONEY_LANES) {
        for (uint32_t block = 0; block < D / 4; block++) {
            uint32_t n = N - first < MONEY_LANES ? N - first : MONEY_LANES;
            money_uniforms(&(money_stream){.seed = 9, .n = N}, first, n, block, ROWS(u));
            for (uint32_t d = 0; d < 4; d++) {
                for (uint32_t l = 0; l < n; l++) {
                    uint8_t *here = &seen[4 * block + d][(int)(u[d][l] * N)];
                    assert_false(*here);  // each stratum once in each dimension
                    *here = 1;
                }
            }
        }
    }
}

// Percentiles against a column that is sorted whole: even, in few steps, and with a tail so long
// that all but a few stand in one cell.
static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}
static void percentiles(void **state) {
    (void)state;
    enum { N_MOST = 20000 };
    static double values[N_MOST], sorted[N_MOST];
    static const uint32_t NS[] = {1, 2, 47, 1000, N_MOST};
    static const double PS[] = {0, 0.05, 0.5, 0.5, 0.501, 0.95, 1};
    money_lanes u[4];
    for (uint32_t kind = 0; kind < 4; kind++) {
        for (uint32_t k = 0; k < 5; k++) {
            uint32_t n = NS[k];
            double sum = 0, squares = 0, out[7];
            for (uint32_t i = 0; i < n; i++) {
                if (i % MONEY_LANES == 0)
                    money_uniforms(&(money_stream){.seed = kind}, i, MONEY_LANES, 0, ROWS(u));
                double x = u[0][i % MONEY_LANES];
                values[i] = kind == 0   ? x - 0.5
                            : kind == 1 ? floor(x * 5)
                            : kind == 2 ? exp(1 / (x + 0.03))
                                        : 7;
                if (kind == 2 && i % 5000 == 17) values[i] = 1e15;
                sum += values[i];
            }
            for (uint32_t i = 0; i < n; i++) squares += pow(values[i] - sum / n, 2);
            memcpy(sorted, values, sizeof sorted);
            qsort(sorted, n, sizeof *sorted, by_size);
            assert_true(money_percentiles(values, n, sorted[0], sorted[n - 1], PS, 7, out));
            for (uint32_t p = 0; p < 7; p++) {
                double place = PS[p] * (n - 1);
                uint32_t at = (uint32_t)place, next = at + 1 < n ? at + 1 : at;
                assert_true(out[p] == sorted[at] + (place - at) * (sorted[next] - sorted[at]));
            }
            money_spread spread;
            assert_true(money_spread_of(values, n, &spread));
            assert_true(spread.least == sorted[0] && spread.most == sorted[n - 1]);
            assert_near(spread.mean, sum / n, 1e-12 * fabs(sum / n) + 1e-12);
            assert_near(spread.sd, n > 1 ? sqrt(squares / (n - 1)) : 0, 1e-9 * spread.sd + 1e-12);
        }
    }
}

// A tally says of ranges that came in any order what a sorted column says: of values that are all
// different, of few different ones, of one; and when its pilot misleads it says that and no more.
static void tallies(void **state) {
    (void)state;
    enum { N = 20 * MONEY_RANGE + 77, PILOT = 4 * MONEY_RANGE };
    static double values[N];
    for (uint32_t kind = 0; kind < 4; kind++) {
        money_lanes u[4];
        for (uint32_t i = 0; i < N; i++) {
            if (i % MONEY_LANES == 0)
                money_uniforms(&(money_stream){.seed = kind}, i, MONEY_LANES, 0, ROWS(u));
            double x = u[0][i % MONEY_LANES];
            values[i] = kind == 0 ? x : kind == 1 ? floor(13 * x * x) : kind == 2 ? 1 / x : 7;
        }
        for (uint32_t round = 0; round < 2; round++) {
            uint64_t n_ranges = (N + MONEY_RANGE - 1) / MONEY_RANGE;
            money_tally tally;
            money_spread all, told = {0};
            bool is_missed = false;
            assert_true(money_spread_of(values, N, &all));
            assert_true(money_tally_open(&tally, values, PILOT, n_ranges, round ? 1e-3 : 5));
            for (uint64_t k = 0; k < n_ranges; k++) {
                uint64_t range = k * 8 % n_ranges, at = range * MONEY_RANGE;
                uint32_t n = N - at < MONEY_RANGE ? (uint32_t)(N - at) : MONEY_RANGE;
                assert_true(money_tally_add(&tally, range, values + at, n));
            }
            assert_true(money_tally_read(&tally, N, n_ranges, &told, &is_missed));
            // Few values, and one, are found however little the pilot is trusted to stray.
            assert_int_equal(is_missed, round == 1 && (kind == 0 || kind == 2));
            if (!is_missed) assert_memory_equal(&told, &all, sizeof all);
            if (kind == 0 && round == 0) assert_true(tally.n_kept < N / 2);
            money_tally_close(&tally);
        }
    }
}

// ---- laws -------------------------------------------------------------------------------------
// Every kind of line, group and role at once, with inputs thrown to and far beyond the ends of
// their ranges' meaning: nothing is ever NaN, infinite or a negative count, and both laws hold.
static void extremes(void **state) {
    (void)state;
    fixture f = open_text(
        HEAD "\"exchange\":[{\"currency\":\"EUR\",\"rate\":\"1.1\",\"on\":\"2025-01-01\",\"source\":\"s\",\"volatility\":\"1\"}],"
        "\"discount\":[{\"rate\":\"-0.05\",\"name\":\"n\",\"source\":\"s\"},{\"rate\":\"0.5\",\"name\":\"n\",\"source\":\"s\"}],\"inputs\":{"
        PERT("n", "people", "0", "10", "100000") "," PERT("m", "people", "0", "10", "100000") "," PERT("stay", "days", "0", "5", "40000") "," PERT("fill", "share", "0", "0.5", "1") ","
        PERT("places", "people", "0", "1", "100000") "," PERT("people_per_plane", "people", "0", "1", "100000") ","
        PERT("start_delay_months", "months", "0", "1", "480") "," PERT("term_months", "months", "0", "1", "480") ","
        PERT("deaths_per_year", "share", "0", "0.5", "1") "," PERT("p_court_return", "share", "0", "0.5", "1") "," PERT("court_return_day", "days", "0", "1", "40000") ","
        PERT("p_return_at_sender_cost", "share", "0", "0.5", "1") "," PERT("wrongful_share", "share", "0", "0.5", "1") "," PERT("p_wrongful_paid", "share", "0", "0.5", "1") ","
        PERT("optimism_bias", "share", "0", "0.5", "1") "," MONEY("a", "EUR", "1000000000000000") "," PERT("rise", "per_year", "-0.5", "0", "5") "," PERT("x", "count", "0", "1", "1000000000") "}," CASES
        "\"people\":[{\"group\":\"g\",\"kind\":\"sentenced\",\"count\":\"n\",\"fill\":\"fill\",\"stay_days\":\"stay\",\"waves\":[{\"day\":0,\"share\":\"0.3\"},{\"day\":700,\"share\":\"0.3\"},{\"day\":14000,\"share\":\"0.4\"}],"
        "\"counterfactual\":{\"kind\":\"prison_year\",\"marginal\":\"a\",\"average\":\"a\",\"once\":\"a\"}},"
        "{\"group\":\"h\",\"kind\":\"citizen\",\"count\":\"m\",\"stay_days\":\"stay\",\"counterfactual\":{\"kind\":\"immigration_weeks\",\"days\":\"stay\",\"marginal\":\"a\",\"average\":\"a\"}}],"
        "\"lines\":[" LINE("per_year", FEE "\"until\":\"later\",\"index\":\"rise\",\"floating\":true,\"biased\":true,", "\"a\",\"x\"") ","
        LINE("per_place_year", COST "\"from\":\"signing\",\"until\":\"opening\",\"index\":\"rise\",", "\"a\",\"x\"") "," LINE("once", FEE "\"from\":\"later\",", "\"a\"") ","
        LINE("per_arrival", FEE, "\"a\",\"x\"") "," LINE("per_departure", COST, "\"a\"") "," LINE("per_return", COST, "\"a\"") "," LINE("per_plane_out", COST, "\"a\"") ","
        LINE("per_plane_back", HOST, "\"a\"") "," LINE("per_person_day", HOST, "\"a\",\"1-fill\"") "," LINE("per_person_month", FEE "\"least\":10,\"above\":5,\"most\":50,", "\"a\"") ","
        LINE("per_wrongful", COST, "\"a\"") "," LINE("by_chance", COST "\"chance\":\"fill\",", "\"a\"") "," LINE("on_reaching", FEE "\"people\":7,", "\"a\"") ","
        LINE("once", HOST "\"capital\":true,\"from\":\"term\",", "\"a\"") "]}");
    uint32_t n_dims = money_n_dims(f.scenario);
    double *ends = malloc(64 * sizeof(money_lanes));
    for (uint64_t i = 0; i < 20000; i += MONEY_LANES) {
        money_lanes stop;
        money_draw(&f.model, &(money_stream){.seed = 5}, i, MONEY_LANES, f.work);
        for (uint32_t block = 0; block < 16; block++)
            money_uniforms(&(money_stream){.seed = 6}, i, MONEY_LANES, block,
                           ROWS((money_lanes *)ends + 4 * block));
        // A third of all dimensions at either end of what can be drawn.
        for (uint32_t d = 0; d < n_dims; d++)
            for (uint32_t l = 0; l < MONEY_LANES; l++)
                if (ends[d % 64 * MONEY_LANES + l] < 0.33)
                    f.work->u[d][l] =
                        ends[(d + 1) % 64 * MONEY_LANES + l] < 0.5 ? 0x1p-33 : 1 - 0x1p-33;
        memcpy(stop, ends, sizeof stop);
        f.work->stop_day = stop[0] < 0.2 ? floor(stop[1] * 1000) : INFINITY;
        f.work->extra_people = stop[2] < 0.2 ? 10 : 0;
        money_place(&f.model, f.work);
        money_follow(&f.model, f.work);
        for (uint32_t l = 0; l < MONEY_LANES; l++) {
            double out[MONEY_N_OUTCOMES];
            for (uint32_t o = 0; o < MONEY_N_OUTCOMES; o++) {
                out[o] = f.work->outcome[o][l];
                assert_true(isfinite(out[o]));
                if (o < MONEY_fee) assert_true(out[o] >= 0);
            }
            for (uint32_t o = MONEY_sent; o <= MONEY_held_at_end; o++)
                if (o != MONEY_person_days && o != MONEY_place_days && o != MONEY_over_places)
                    assert_true(out[o] == floor(out[o]));
            assert_true(out[MONEY_sent] ==
                        out[MONEY_died] + out[MONEY_released] + out[MONEY_held_at_end]);
            assert_true(out[MONEY_peak] <= out[MONEY_sent]);
            double scale =
                1 + fabs(out[MONEY_all_in]) + fabs(out[MONEY_host_gain]) + out[MONEY_fee];
            assert_true(fabs(f.work->paid[l] - out[MONEY_fee]) <= 1e-9 * scale);
            assert_true(fabs(f.work->received[l] - out[MONEY_fee]) <= 1e-9 * scale);
        }
    }
    free(ends);
    close_text(&f);
}

// A draw is the same alone, in a full batch and at any place in it.
static void lanes(void **state) {
    (void)state;
    hb_arena *arena = hb_arena_open((size_t)256 << 20);
    hb_errors errors = {0};
    money_scenario *s = money_scenario_read(arena, SCENARIOS "/blank.json", &errors);
    money_model model;
    assert_non_null(s);
    assert_true(money_model_open(&model, arena, s, &s->cases[0]));
    money_work *one = money_work_open(s), *many = money_work_open(s);
    money_stream stream = {.seed = 4};
    money_draw(&model, &stream, 1000, MONEY_LANES, many);
    money_place(&model, many);
    money_follow(&model, many);
    for (uint32_t l = 0; l < MONEY_LANES; l += 9) {
        money_draw(&model, &stream, 1000 + l, 1, one);
        money_place(&model, one);
        money_follow(&model, one);
        for (uint32_t o = 0; o < MONEY_N_OUTCOMES; o++)
            assert_true(one->outcome[o][0] == many->outcome[o][l]);
        for (uint32_t m = 0; m < s->n_months; m++)
            assert_true(one->sender[m][0] == many->sender[m][l]);
    }
    money_work_close(one);
    money_work_close(many);
    hb_errors_clear(&errors);
    hb_arena_close(arena);
}

// The same bits for any number of threads, of everything that is written.
static void same_for_any_jobs(uint32_t n_draws) {
    char *first = NULL;
    size_t n_first = 0;
    static const uint32_t JOBS[] = {1, 2, 16, 3};
    for (int k = 0; k < 4; k++) {
        hb_arena *arena = hb_arena_open(SIZE_MAX / 4);
        hb_errors errors = {0};
        hb_error err = {0};
        hb_text out = {0};
        money_scenario *s = money_scenario_read(arena, SCENARIOS "/blank.json", &errors);
        assert_non_null(s);
        money_claims *claims = money_claims_read(arena, SCENARIOS "/claims.csv", s, &errors);
        assert_non_null(claims);
        money_request request = {.n_draws = n_draws,
                                 .seed = 1,
                                 .n_jobs = JOBS[k],
                                 .confirmed_from = 0.9,
                                 .refuted_to = 0.1};
        money_report *report = money_run(arena, s, claims, &request, &err);
        assert_non_null(report);
        assert_true(report->cases[0].n_unbalanced == 0);
        assert_true(money_write_json(&out, report));
        if (first == NULL) {
            first = out.at;
            n_first = out.n;
        } else {
            assert_true(out.n == n_first && memcmp(out.at, first, n_first) == 0);
            hb_text_clear(&out);
        }
        hb_errors_clear(&errors);
        hb_arena_close(arena);
    }
    free(first);
}

static void jobs(void **state) {
    (void)state;
    same_for_any_jobs(9000);
}

// Past the draws that are kept whole a tally counts the others (run.c): three lots and a rest.
static void jobs_of_a_tally(void **state) {
    (void)state;
    same_for_any_jobs(3 * 131072 + 77);
}

// Stopped at its n-th question, early and late: no report, and the one word that says why.
static bool is_nth(void *to) {
    uint32_t *left = to;
    if (*left == 0) return true;
    --*left;
    return false;
}

static void stopped(void **state) {
    (void)state;
    bool has_ended = false;
    uint32_t n_stopped = 0;
    for (uint32_t n = 0; !has_ended; n = 2 * n + 1, n_stopped++) {
        hb_arena *arena = hb_arena_open(SIZE_MAX / 4);
        hb_errors errors = {0};
        hb_error err = {0};
        uint32_t left = n;
        money_scenario *s = money_scenario_read(arena, SCENARIOS "/blank.json", &errors);
        assert_non_null(s);
        money_claims *claims = money_claims_read(arena, SCENARIOS "/claims.csv", s, &errors);
        assert_non_null(claims);
        money_request request = {
            .n_draws = 2000, .seed = 1, .n_jobs = 1, .is_stopped = is_nth, .to = &left};
        has_ended = money_run(arena, s, claims, &request, &err) != NULL;
        if (!has_ended) assert_string_equal(err.code, "stopped");
        hb_errors_clear(&errors);
        hb_arena_close(arena);
    }
    assert_true(n_stopped > 3);
}

// Sobol' indices of a + 2b, both uniform: 1/5 and 4/5, first and total alike.
static void sobol(void **state) {
    (void)state;
    fixture f = open_text(HEAD "\"inputs\":{" PLAIN("n", "people", "1") "," PLAIN(
        "stay", "days", "1") ","
                             "\"a\":{\"unit\":\"USD\",\"price_year\":2025,\"dist\":\"uniform\","
                             "\"low\":\"0\",\"high\":\"100\"," ORIGIN
                             ","
                             "\"b\":{\"unit\":\"USD\",\"price_year\":2025,\"dist\":\"uniform\","
                             "\"low\":\"0\",\"high\":\"200\"," ORIGIN "}," CASES
                             "\"people\":[{\"group\":\"g\",\"kind\":\"sentenced\",\"count\":\"n\","
                             "\"stay_days\":\"stay\",\"counterfactual\":{\"kind\":\"release\"}}],"
                             "\"lines\":[" LINE("once", COST, "\"a\"") "," LINE("once", COST,
                                                                                "\"b\"") "]}");
    hb_error err = {0};
    money_result result = {.which = &f.scenario->cases[0], .model = f.model};
    money_request request = {.seed = 3, .n_jobs = 2};
    assert_true(money_sensitivity(f.arena, &request, &result, &err));
    assert_int_equal(result.n_swings, 2);
    static const double EXPECTED[] = {0.8, 0.2};
    for (int i = 0; i < 2; i++) {
        assert_true(fabs(result.swings[i].first - EXPECTED[i]) <
                    4 * result.swings[i].first_error + 0.002);
        assert_true(fabs(result.swings[i].total - EXPECTED[i]) <
                    4 * result.swings[i].total_error + 0.002);
    }
    assert_cent(result.swings[0].low, 50 + 20);
    assert_cent(result.swings[0].high, 50 + 180);
    close_text(&f);
}

// Two inputs of rank correlation -0.6 have it when drawn.
static void correlation(void **state) {
    (void)state;
    fixture f = open_text(HEAD "\"inputs\":{" PERT("n", "people", "1", "10", "100") "," MONEY(
        "a", "USD",
        "1") "," PERT("stay", "days", "1", "5",
                      "10") "}," CASES
                            "\"correlations\":[{\"a\":\"n\",\"b\":\"stay\",\"rank\":\"-0.6\","
                            "\"source\":\"s\"}],"
                            "\"people\":[{\"group\":\"g\",\"kind\":\"sentenced\",\"count\":\"n\","
                            "\"stay_days\":"
                            "\"stay\",\"counterfactual\":{\"kind\":\"release\"}}],\"lines\":[" LINE(
                                "once", COST, "\"a\"") "]}");
    enum { N = 2000 };
    static double x[N], y[N];
    for (uint32_t i = 0; i < N; i++) {
        if (i % MONEY_LANES == 0) {
            money_draw(&f.model, &(money_stream){.seed = 8}, i, MONEY_LANES, f.work);
            money_place(&f.model, f.work);
        }
        x[i] = f.work->x[0][i % MONEY_LANES];
        y[i] = f.work->x[2][i % MONEY_LANES];
    }
    double sum = 0;
    for (int i = 0; i < N; i++) {
        double rank_x = 0, rank_y = 0;
        for (int k = 0; k < N; k++) {
            rank_x += x[k] < x[i];
            rank_y += y[k] < y[i];
        }
        sum += (rank_x - (N - 1) / 2.0) * (rank_y - (N - 1) / 2.0);
    }
    assert_true(fabs(sum / (N * ((double)N * N - 1) / 12) + 0.6) < 0.05);
    close_text(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counted_by_hand),
        cmocka_unit_test(terms_of_fees),
        cmocka_unit_test(quantiles),
        cmocka_unit_test(binomials),
        cmocka_unit_test(philox_zero),
        cmocka_unit_test(philox_lanes),
        cmocka_unit_test(normals),
        cmocka_unit_test(percentiles),
        cmocka_unit_test(tallies),
        cmocka_unit_test(latin_hypercube),
        cmocka_unit_test(lanes),
        cmocka_unit_test(extremes),
        cmocka_unit_test(jobs),
        cmocka_unit_test(jobs_of_a_tally),
        cmocka_unit_test(stopped),
        cmocka_unit_test(sobol),
        cmocka_unit_test(correlation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
