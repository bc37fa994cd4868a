// Many draws. They are shared out in ranges of a fixed size; each range writes its own places and
// its own sums, and sums are added in the order of ranges, so any number of threads gives the same
// bits. The first draws are kept, one column an outcome, for claims and break-even; of the others
// tallies keep what percentiles need (spread.c), which spares clearing and reading their columns.
// The sender's total is kept of every draw.
#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "money/internal.h"

#define KEPT_MAX 131072u  // draws whose outcomes are all kept
#define PILOT 65536u      // of them, those that tell where percentiles lie
static_assert(MONEY_RANGE % MONEY_LANES == 0, "a range is whole batches");
static_assert(KEPT_MAX % MONEY_RANGE == 0 && PILOT <= KEPT_MAX, "what is kept is whole ranges");
// How far percentiles of all draws are first believed to lie from the pilot's, in standard errors.
#define DEVIATIONS 5.0

static const struct {
    money_outcome above, below;
    size_t at;  // of its spread in a result
} QUOTIENTS[MONEY_N_QUOTIENTS] = {
    {MONEY_fee,    MONEY_saving_average,  offsetof(money_result, ratio[0][0])     },
    {MONEY_all_in, MONEY_saving_average,  offsetof(money_result, ratio[0][1])     },
    {MONEY_fee,    MONEY_saving_marginal, offsetof(money_result, ratio[1][0])     },
    {MONEY_all_in, MONEY_saving_marginal, offsetof(money_result, ratio[1][1])     },
    {MONEY_fee,    MONEY_person_days,     offsetof(money_result, day_fee)         },
    {MONEY_all_in, MONEY_person_days,     offsetof(money_result, day_all_in)      },
    {MONEY_all_in, MONEY_sent,            offsetof(money_result, person_all_in)   },
    {MONEY_all_in, MONEY_place_days,      offsetof(money_result, place_day_all_in)},
};

static money_spread *spread_at(money_result *r, uint64_t quantity) {
    if (quantity < MONEY_N_OUTCOMES) return &r->spread[quantity];
    return (money_spread *)((char *)r + QUOTIENTS[quantity - MONEY_N_OUTCOMES].at);
}

// One column divided by another. A draw that divides by nothing is worse than any number: it counts
// as the largest there is.
MONEY_VECTOR static void divide(const double *restrict above, const double *restrict below,
                                double *restrict out, uint64_t n) {
    for (uint64_t i = 0; i < n; i++) {
        double quotient = above[i] / (below[i] > 0 ? below[i] : 1);
        out[i] = below[i] > 0 && quotient < 1e15 ? quotient : 1e15;
    }
}

// ---- threads ----------------------------------------------------------------------------------
typedef struct {
    const money_scenario *scenario;
    uint64_t n, each;
    const money_request *request;
    money_chunk chunk;
    void *to;
    atomic_uint_fast64_t next;
    atomic_bool is_short_of_memory;
} share_out;

static bool is_stopped(const money_request *request) {
    return request->is_stopped && request->is_stopped(request->to);
}

static void *take(void *argument) {
    share_out *share = argument;
    money_work *work = money_work_open(share->scenario);
    if (work == NULL) {
        atomic_store(&share->is_short_of_memory, true);
        return NULL;
    }
    for (;;) {
        uint64_t chunk = atomic_fetch_add(&share->next, 1), first = chunk * share->each;
        if (first >= share->n || is_stopped(share->request)) break;
        uint64_t last = first + share->each < share->n ? first + share->each : share->n;
        share->chunk(share->to, chunk, first, last, work);
    }
    money_work_close(work);
    return NULL;
}

bool money_share_out(const money_scenario *scenario, uint64_t n, uint64_t each,
                     const money_request *request, money_chunk chunk, void *to, hb_error *err) {
    enum { JOBS_MAX = 256 };
    pthread_t threads[JOBS_MAX];
    uint32_t n_started = 0, wanted = request->n_jobs > JOBS_MAX ? JOBS_MAX : request->n_jobs;
    share_out share = {
        .scenario = scenario, .n = n, .each = each, .request = request, .chunk = chunk, .to = to};
    while (n_started + 1 < wanted && pthread_create(&threads[n_started], NULL, take, &share) == 0)
        n_started++;  // what the system does not give, this thread does
    take(&share);
    for (uint32_t i = 0; i < n_started; i++) pthread_join(threads[i], NULL);
    if (atomic_load(&share.is_short_of_memory)) return hb_out_of_memory(err);
    return !is_stopped(request) || hb_fail(err, HB_LIMIT, "stopped", "the run was stopped");
}

// ---- the simulation ---------------------------------------------------------------------------
typedef struct {
    money_result *result;
    money_model model;  // for outcomes alone
    money_stream stream;
    uint64_t begin;                   // first draw of this batch
    double *line_sums;                // of each range
    double *sender_sums, *host_sums;  // of each range and month
    double *sender_kept, *host_kept;  // of the first draws: month after month, MONEY_BANDS_MAX each
    uint64_t *unbalanced, *over;      // draws of each range: unbalanced, above the places agreed
    money_tally tallies[MONEY_N_QUANTITIES];  // open once there are more draws than are kept
    double deviations;
    atomic_uint_fast64_t n_done;
    atomic_bool is_short_of_memory;
    const money_request *request;
} simulation;

MONEY_VECTOR static uint64_t count_unbalanced(const money_work *work) {
    const double *fee = work->outcome[MONEY_fee], *all_in = work->outcome[MONEY_all_in],
                 *gain = work->outcome[MONEY_host_gain], *sent = work->outcome[MONEY_sent],
                 *died = work->outcome[MONEY_died], *released = work->outcome[MONEY_released],
                 *held = work->outcome[MONEY_held_at_end];
    uint64_t n = 0;
    for (uint32_t l = 0; l < work->n; l++) {
        double off = fabs(work->paid[l] - fee[l]) + fabs(work->received[l] - fee[l]);
        double scale = 1 + fabs(all_in[l]) + fabs(fee[l]) + fabs(gain[l]);
        bool is_balanced = (off <= 1e-9 * scale) & (sent[l] == died[l] + released[l] + held[l]);
        n += !is_balanced;
    }
    return n;
}

MONEY_VECTOR static uint64_t count_positive(const double *row, uint32_t n) {
    uint64_t count = 0;
    for (uint32_t l = 0; l < n; l++) count += row[l] > 0;
    return count;
}

static void keep_months(simulation *sim, uint64_t first, const money_work *work) {
    for (uint32_t m = 0; first < MONEY_BANDS_MAX && m < sim->result->n_months; m++) {
        uint64_t at = (uint64_t)m * MONEY_BANDS_MAX + first,
                 n = first + work->n < MONEY_BANDS_MAX ? work->n : MONEY_BANDS_MAX - first;
        memcpy(sim->sender_kept + at, work->sender[m], n * sizeof(double));
        memcpy(sim->host_kept + at, work->host[m], n * sizeof(double));
    }
}

// Lanes are added in eight sums and those in order, whatever the machine.
MONEY_VECTOR static double sum_lanes(const double *row, uint32_t n) {
    double sums[MONEY_LANES_STEP] = {0}, sum = 0;
    uint32_t whole = n / MONEY_LANES_STEP * MONEY_LANES_STEP;
    for (uint32_t l = 0; l < whole; l += MONEY_LANES_STEP)
        for (uint32_t k = 0; k < MONEY_LANES_STEP; k++) sums[k] += row[l + k];
    for (uint32_t l = whole; l < n; l++) sums[l - whole] += row[l];
    for (uint32_t k = 0; k < MONEY_LANES_STEP; k++) sum += sums[k];
    return sum;
}

static bool is_zero(const double *row) {
    for (uint32_t l = 0; l < MONEY_LANES; l++)
        if (row[l] != 0) return false;
    return true;
}

// Outcomes of a batch go to their columns, which are zero, or to a thread's own range of draws.
static void keep_batch(simulation *sim, uint64_t i, uint64_t first, money_work *work) {
    size_t size = work->n * sizeof(double);
    memcpy(sim->result->columns[MONEY_all_in] + i, work->outcome[MONEY_all_in], size);
    for (uint32_t o = 0; o < MONEY_N_OUTCOMES; o++) {
        if (i >= KEPT_MAX)
            memcpy(work->drawn + o * MONEY_RANGE + (i - first), work->outcome[o], size);
        else if (!is_zero(work->outcome[o]))
            memcpy(sim->result->columns[o] + i, work->outcome[o], size);
    }
}

static void tally_range(simulation *sim, uint64_t range, uint32_t n, money_work *work) {
    for (uint32_t q = 0; q < MONEY_N_QUANTITIES; q++) {
        double *values = work->drawn + q * MONEY_RANGE;
        if (q == MONEY_all_in) continue;
        if (q >= MONEY_N_OUTCOMES)
            divide(work->drawn + QUOTIENTS[q - MONEY_N_OUTCOMES].above * MONEY_RANGE,
                   work->drawn + QUOTIENTS[q - MONEY_N_OUTCOMES].below * MONEY_RANGE, values, n);
        if (!money_tally_add(&sim->tallies[q], range, values, n))
            atomic_store(&sim->is_short_of_memory, true);
    }
}

// Cases come one after the other, each with as many draws.
static void say_progress(const simulation *sim, uint64_t done) {
    const money_request *request = sim->request;
    const money_scenario *s = sim->result->model.scenario;
    uint64_t before = (uint64_t)(sim->result->which - s->cases) * request->n_draws;
    if (request->progress)
        request->progress(request->to, before + done, request->n_draws * s->n_cases);
}

static void simulate_range(void *to, uint64_t chunk, uint64_t first, uint64_t last,
                           money_work *work) {
    simulation *sim = to;
    money_result *result = sim->result;
    const money_scenario *s = result->model.scenario;
    uint64_t range = sim->begin / MONEY_RANGE + chunk, begin = sim->begin + first,
             end = sim->begin + last;
    double *lines = sim->line_sums + range * s->n_lines;
    double *sender = sim->sender_sums + range * s->n_months,
           *host = sim->host_sums + range * s->n_months;
    memset(lines, 0, s->n_lines * sizeof *lines);  // a range may be drawn again
    memset(sender, 0, s->n_months * sizeof *sender);
    memset(host, 0, s->n_months * sizeof *host);
    sim->unbalanced[range] = sim->over[range] = 0;
    for (uint64_t i = begin; i < end; i += MONEY_LANES) {
        money_draw(&sim->model, &sim->stream, i,
                   end - i < MONEY_LANES ? (uint32_t)(end - i) : MONEY_LANES, work);
        money_place(&sim->model, work);
        money_follow(&sim->model, work);
        keep_batch(sim, i, begin, work);
        for (uint32_t l = 0; l < s->n_lines; l++) lines[l] += sum_lanes(work->line[l], work->n);
        for (uint32_t m = 0; m < work->n_used; m++) {
            sender[m] += sum_lanes(work->sender[m], work->n);
            host[m] += sum_lanes(work->host[m], work->n);
        }
        keep_months(sim, i, work);
        sim->unbalanced[range] += count_unbalanced(work);
        sim->over[range] += count_positive(work->outcome[MONEY_over_places], work->n);
    }
    if (begin >= KEPT_MAX) tally_range(sim, range, (uint32_t)(end - begin), work);
    uint64_t done = atomic_fetch_add(&sim->n_done, last - first) + last - first;
    if (done == end) say_progress(sim, done);
}

// Columns of zeros straight from the system: an outcome that is never anything else takes no
// memory, and large pages spare most of the time that first use takes (a tenth of a run).
static bool open_zeros(money_result *r, uint64_t n) {
    uint64_t all = (n + MONEY_LANES) / MONEY_LANES * MONEY_LANES,
             each = all < KEPT_MAX ? all : KEPT_MAX;
    if (all > SIZE_MAX / sizeof(double) / 2) return false;
    r->columns_size = (each * MONEY_N_OUTCOMES + all) * sizeof(double);
    void *at =
        mmap(NULL, r->columns_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) return false;
    (void)madvise(at, r->columns_size, MADV_HUGEPAGE);  // slower without, and no less right
    for (uint32_t o = 0; o < MONEY_N_OUTCOMES; o++) r->columns[o] = (double *)at + o * each;
    r->columns[MONEY_all_in] = (double *)at + MONEY_N_OUTCOMES * each;
    return true;
}

void money_close_columns(money_result *r) {
    if (r->columns[0]) munmap(r->columns[0], r->columns_size);
    for (uint32_t o = 0; o < MONEY_N_OUTCOMES; o++) r->columns[o] = NULL;
}

static bool open_columns(hb_arena *arena, hb_arena *scratch, simulation *sim, uint64_t n) {
    const money_scenario *s = sim->result->model.scenario;
    uint64_t n_ranges = n / MONEY_RANGE + 1;
    money_result *r = sim->result;
    bool ok = true;
    if (!open_zeros(r, n)) return false;
    sim->line_sums = hb_arena_array(scratch, double, n_ranges * s->n_lines);
    sim->sender_sums = hb_arena_array(scratch, double, n_ranges * s->n_months);
    sim->host_sums = hb_arena_array(scratch, double, n_ranges * s->n_months);
    sim->sender_kept = hb_arena_array(scratch, double, (uint64_t)MONEY_BANDS_MAX * s->n_months);
    sim->host_kept = hb_arena_array(scratch, double, (uint64_t)MONEY_BANDS_MAX * s->n_months);
    sim->unbalanced = hb_arena_array(scratch, uint64_t, n_ranges);
    sim->over = hb_arena_array(scratch, uint64_t, n_ranges);
    r->sender_mean = hb_arena_array(arena, double, s->n_months);
    r->host_mean = hb_arena_array(arena, double, s->n_months);
    double **bands[] = {&r->sender_p05, &r->sender_p50, &r->sender_p95,
                        &r->host_p05,   &r->host_p50,   &r->host_p95};
    for (uint32_t b = 0; b < 6; b++)
        ok = (*bands[b] = hb_arena_array(arena, double, s->n_months)) != NULL && ok;
    return ok && sim->line_sums && sim->sender_sums && sim->host_sums && sim->sender_kept &&
           sim->host_kept && sim->unbalanced && sim->over && r->sender_mean && r->host_mean;
}

static double relative_error(const double *values, uint64_t n) {
    double sum = 0, squares = 0;
    for (uint64_t i = 0; i < n; i++) sum += values[i];
    double mean = sum / (double)n;
    for (uint64_t i = 0; i < n; i++) squares += (values[i] - mean) * (values[i] - mean);
    return mean != 0 ? sqrt(squares / (double)n / (double)n) / fabs(mean) : 0;
}

static bool add_ranges(simulation *sim) {
    money_result *r = sim->result;
    const money_scenario *s = r->model.scenario;
    double n = (double)r->n_draws;
    for (uint64_t range = 0; range * MONEY_RANGE < r->n_draws; range++) {
        for (uint32_t l = 0; l < s->n_lines; l++)
            r->line_mean[l] += sim->line_sums[range * s->n_lines + l] / n;
        for (uint32_t m = 0; m < s->n_months; m++) {
            r->sender_mean[m] += sim->sender_sums[range * s->n_months + m] / n;
            r->host_mean[m] += sim->host_sums[range * s->n_months + m] / n;
        }
        r->n_unbalanced += sim->unbalanced[range];
        r->p_over_places += (double)sim->over[range] / n;
    }
    r->n_bands = r->n_draws < MONEY_BANDS_MAX ? r->n_draws : MONEY_BANDS_MAX;
    for (uint32_t m = 0; m < s->n_months; m++) {
        uint64_t at = (uint64_t)m * MONEY_BANDS_MAX;
        money_spread sender, host;
        if (!money_spread_of(sim->sender_kept + at, r->n_bands, &sender) ||
            !money_spread_of(sim->host_kept + at, r->n_bands, &host))
            return false;
        r->sender_p05[m] = sender.p05;
        r->sender_p50[m] = sender.p50;
        r->sender_p95[m] = sender.p95;
        r->host_p05[m] = host.p05;
        r->host_p50[m] = host.p50;
        r->host_p95[m] = host.p95;
    }
    return true;
}

typedef struct {
    simulation *sim;
    atomic_bool is_short_of_memory, is_missed;
} summing;

// A quantity of the first draws, as columns have it or in `scratch`.
static const double *column_of(const money_result *r, uint64_t quantity, uint64_t n,
                               double *scratch) {
    if (quantity < MONEY_N_OUTCOMES) return r->columns[quantity];
    uint64_t q = quantity - MONEY_N_OUTCOMES;
    divide(r->columns[QUOTIENTS[q].above], r->columns[QUOTIENTS[q].below], scratch, n);
    return scratch;
}

// The spread of a quantity of which every draw is kept.
static void sum_column(void *to, uint64_t chunk, uint64_t first, uint64_t last, money_work *work) {
    summing *sums = to;
    money_result *r = sums->sim->result;
    (void)chunk;
    (void)work;
    for (uint64_t o = first; o < last; o++) {
        if (r->n_kept < r->n_draws && o != MONEY_all_in) continue;
        double ps[MONEY_CURVE + 1],
            *scratch = o < MONEY_N_OUTCOMES ? NULL : malloc(r->n_draws * sizeof *scratch);
        money_spread *spread = spread_at(r, o);
        bool ok = o < MONEY_N_OUTCOMES || scratch;
        ok = ok && money_spread_of(column_of(r, o, r->n_draws, scratch), r->n_draws, spread);
        for (uint32_t k = 0; k <= MONEY_CURVE; k++) ps[k] = (double)k / MONEY_CURVE;
        if (ok && o == MONEY_all_in)
            ok = money_percentiles(r->columns[o], r->n_draws, spread->least, spread->most, ps,
                                   MONEY_CURVE + 1, r->curve);
        if (!ok) atomic_store(&sums->is_short_of_memory, true);
        free(scratch);
    }
}

// ---- tallies ----------------------------------------------------------------------------------
// All that is kept opens the tallies, and is what they count first.
static void open_tally(void *to, uint64_t chunk, uint64_t first, uint64_t last, money_work *work) {
    summing *sums = to;
    simulation *sim = sums->sim;
    uint64_t n = sim->result->n_kept, n_ranges = sim->request->n_draws / MONEY_RANGE + 1;
    (void)chunk;
    (void)work;
    for (uint64_t q = first; q < last; q++) {
        if (q == MONEY_all_in) continue;
        double *scratch = q < MONEY_N_OUTCOMES ? NULL : malloc(n * sizeof *scratch);
        bool ok = q < MONEY_N_OUTCOMES || scratch;
        const double *values = ok ? column_of(sim->result, q, n, scratch) : NULL;
        ok = ok && money_tally_open(&sim->tallies[q], values, PILOT, n_ranges, sim->deviations);
        for (uint64_t at = 0; ok && at < n; at += MONEY_RANGE)
            ok = money_tally_add(&sim->tallies[q], at / MONEY_RANGE, values + at, MONEY_RANGE);
        if (!ok) atomic_store(&sums->is_short_of_memory, true);
        free(scratch);
    }
}

static void read_tally(void *to, uint64_t chunk, uint64_t first, uint64_t last, money_work *work) {
    summing *sums = to;
    simulation *sim = sums->sim;
    uint64_t n = sim->result->n_draws, n_ranges = (n + MONEY_RANGE - 1) / MONEY_RANGE;
    (void)chunk;
    (void)work;
    for (uint64_t q = first; q < last; q++) {
        bool is_missed = false;
        if (q == MONEY_all_in) continue;
        if (!money_tally_read(&sim->tallies[q], n, n_ranges, spread_at(sim->result, q), &is_missed))
            atomic_store(&sums->is_short_of_memory, true);
        if (is_missed) atomic_store(&sums->is_missed, true);
    }
}

static bool each_quantity(simulation *sim, money_chunk chunk, bool *is_missed, hb_error *err) {
    summing sums = {.sim = sim};
    if (!money_share_out(sim->result->model.scenario, MONEY_N_QUANTITIES, 1, sim->request, chunk,
                         &sums, err))
        return false;
    if (atomic_load(&sums.is_short_of_memory)) return hb_out_of_memory(err);
    if (is_missed) *is_missed = atomic_load(&sums.is_missed);
    return true;
}

static void close_tallies(simulation *sim) {
    for (uint32_t q = 0; q < MONEY_N_QUANTITIES; q++) money_tally_close(&sim->tallies[q]);
}

// ---- all draws --------------------------------------------------------------------------------
static bool draw_batch(simulation *sim, uint64_t from, uint64_t n, hb_error *err) {
    sim->begin = from;
    if (!money_share_out(sim->result->model.scenario, n, MONEY_RANGE, sim->request, simulate_range,
                         sim, err))
        return false;
    return atomic_load(&sim->is_short_of_memory) ? hb_out_of_memory(err) : true;
}

// What is kept first, then all the rest; with a wanted error, batches that double until it is
// reached.
static bool run_batches(simulation *sim, hb_error *err) {
    const money_request *request = sim->request;
    money_result *r = sim->result;
    uint64_t all = request->n_draws, n = 0;
    uint64_t batch = request->until_error > 0 ? 4 * MONEY_RANGE : KEPT_MAX;
    while (n < all) {
        uint64_t here = batch < all - n ? batch : all - n;
        if (n == KEPT_MAX && !each_quantity(sim, open_tally, NULL, err)) return false;
        if (!draw_batch(sim, n, here, err)) return false;
        n += here;
        if (n <= KEPT_MAX) r->n_kept = n;
        if (request->until_error > 0 &&
            relative_error(r->columns[MONEY_all_in], n) <= request->until_error)
            break;
        batch = request->until_error > 0 ? n : all;
    }
    r->n_draws = n;
    say_progress(sim, all);
    return true;
}

// A pilot that misled, once in millions of runs, is believed four times less, and all that was
// not kept is drawn again.
static bool read_tallies(simulation *sim, hb_error *err) {
    for (;;) {
        uint64_t kept = sim->result->n_kept;
        bool is_missed = false;
        if (!each_quantity(sim, read_tally, &is_missed, err)) return false;
        if (!is_missed) return true;
        close_tallies(sim);
        sim->deviations *= 4;
        if (!each_quantity(sim, open_tally, NULL, err) ||
            !draw_batch(sim, kept, sim->result->n_draws - kept, err))
            return false;
    }
}

// Share of draws whose total is at most this.
static double percentile_of(const money_result *r, double total) {
    uint64_t below = 0;
    for (uint64_t i = 0; i < r->n_draws; i++) below += r->columns[MONEY_all_in][i] <= total;
    return (double)below / (double)r->n_draws;
}

static void find_point(simulation *sim, money_work *work) {
    money_result *r = sim->result;
    const money_scenario *s = r->model.scenario;
    money_place(&r->model, work);
    for (uint32_t i = 0; i < s->n_inputs; i++) money_fill(work->x[i], r->which->inputs[i].mode);
    money_follow(&r->model, work);
    for (uint32_t o = 0; o < MONEY_N_OUTCOMES; o++) r->point[o] = work->outcome[o][0];
    r->point_percentile = percentile_of(r, r->point[MONEY_all_in]);
    for (uint32_t a = 0; a < s->n_actuals; a++)
        r->actual_at[a] = percentile_of(r, s->actuals[a].value);
}

static bool summarize(simulation *sim, hb_error *err) {
    money_result *r = sim->result;
    bool ok = each_quantity(sim, sum_column, NULL, err) &&
              (r->n_kept == r->n_draws || read_tallies(sim, err));
    money_work *work = ok ? money_work_open(r->model.scenario) : NULL;
    if (ok && work == NULL) ok = hb_out_of_memory(err);
    if (ok) find_point(sim, work);
    money_work_close(work);
    return ok;
}

bool money_simulate(hb_arena *arena, hb_arena *scratch, const money_scenario *scenario,
                    const money_case *which, const money_request *request, money_result *result,
                    hb_error *err) {
    *result = (money_result){.which = which, .n_months = scenario->n_months};
    simulation sim = {.result = result, .request = request, .deviations = DEVIATIONS};
    sim.stream =
        (money_stream){.seed = request->seed, .n = request->is_latin ? request->n_draws : 0};
    if (!money_model_open(&result->model, arena, scenario, which) ||
        !open_columns(arena, scratch, &sim, request->n_draws))
        return hb_out_of_memory(err);
    sim.model = money_model_outcomes(&result->model);
    bool ok = run_batches(&sim, err) && (add_ranges(&sim) || hb_out_of_memory(err)) &&
              summarize(&sim, err);
    close_tallies(&sim);
    return ok;
}
