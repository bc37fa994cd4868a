// Many draws. They are shared out in ranges of a fixed size; each range writes its own places and
// its own sums, and sums are added in the order of ranges, so any number of threads gives the same
// bits. Results are kept in one column an outcome: 8 bytes a draw each.
#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "money/internal.h"

#define RANGE 2048u
static_assert(RANGE % MONEY_LANES == 0, "a range is whole batches");

// ---- threads ----------------------------------------------------------------------------------
typedef struct {
    const money_scenario *scenario;
    uint64_t n, each;
    money_chunk chunk;
    void *to;
    atomic_uint_fast64_t next;
    atomic_bool is_short_of_memory;
} share_out;

static void *take(void *argument) {
    share_out *share = argument;
    money_work *work = money_work_open(share->scenario);
    if (work == NULL) {
        atomic_store(&share->is_short_of_memory, true);
        return NULL;
    }
    for (;;) {
        uint64_t chunk = atomic_fetch_add(&share->next, 1), first = chunk * share->each;
        if (first >= share->n) break;
        uint64_t last = first + share->each < share->n ? first + share->each : share->n;
        share->chunk(share->to, chunk, first, last, work);
    }
    money_work_close(work);
    return NULL;
}

bool money_share_out(const money_scenario *scenario, uint64_t n, uint64_t each, uint32_t n_jobs,
                     money_chunk chunk, void *to, hb_error *err) {
    enum { JOBS_MAX = 256 };
    pthread_t threads[JOBS_MAX];
    uint32_t n_started = 0, wanted = n_jobs > JOBS_MAX ? JOBS_MAX : n_jobs;
    share_out share = {.scenario = scenario, .n = n, .each = each, .chunk = chunk, .to = to};
    while (n_started + 1 < wanted && pthread_create(&threads[n_started], NULL, take, &share) == 0)
        n_started++;  // what the system does not give, this thread does
    take(&share);
    for (uint32_t i = 0; i < n_started; i++) pthread_join(threads[i], NULL);
    if (atomic_load(&share.is_short_of_memory)) return hb_out_of_memory(err);
    return true;
}

// ---- the simulation ---------------------------------------------------------------------------
typedef struct {
    money_result *result;
    money_stream stream;
    uint64_t begin;                   // first draw of this batch
    double *line_sums;                // of each range
    double *sender_sums, *host_sums;  // of each range and month
    double *sender_kept, *host_kept;  // of the first draws: month after month, MONEY_BANDS_MAX each
    uint64_t *unbalanced;             // of each range
    atomic_uint_fast64_t n_done;
    const money_request *request;
} simulation;

static bool is_balanced(const money_work *work, uint32_t l) {
    const money_lanes *out = (const money_lanes *)work->outcome;
    double off =
        fabs(work->paid[l] - out[MONEY_fee][l]) + fabs(work->received[l] - out[MONEY_fee][l]);
    double scale =
        1 + fabs(out[MONEY_all_in][l]) + fabs(out[MONEY_fee][l]) + fabs(out[MONEY_host_gain][l]);
    return off <= 1e-9 * scale && out[MONEY_sent][l] == out[MONEY_died][l] +
                                                            out[MONEY_released][l] +
                                                            out[MONEY_held_at_end][l];
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

static void simulate_range(void *to, uint64_t chunk, uint64_t first, uint64_t last,
                           money_work *work) {
    simulation *sim = to;
    money_result *result = sim->result;
    const money_scenario *s = result->model.scenario;
    uint64_t range = sim->begin / RANGE + chunk;
    double *lines = sim->line_sums + range * s->n_lines;
    double *sender = sim->sender_sums + range * s->n_months,
           *host = sim->host_sums + range * s->n_months;
    for (uint64_t i = sim->begin + first; i < sim->begin + last; i += MONEY_LANES) {
        uint64_t left = sim->begin + last - i;
        money_draw(&result->model, &sim->stream, i,
                   left < MONEY_LANES ? (uint32_t)left : MONEY_LANES, work);
        money_place(&result->model, work);
        money_follow(&result->model, work);
        for (uint32_t o = 0; o < MONEY_N_OUTCOMES; o++)
            if (!is_zero(work->outcome[o]))
                memcpy(result->columns[o] + i, work->outcome[o], work->n * sizeof(double));
        for (uint32_t l = 0; l < s->n_lines; l++) lines[l] += sum_lanes(work->line[l], work->n);
        for (uint32_t m = 0; m < work->n_used; m++) {
            sender[m] += sum_lanes(work->sender[m], work->n);
            host[m] += sum_lanes(work->host[m], work->n);
        }
        keep_months(sim, i, work);
        for (uint32_t l = 0; l < work->n; l++) sim->unbalanced[range] += !is_balanced(work, l);
    }
    uint64_t done = atomic_fetch_add(&sim->n_done, last - first) + last - first;
    if (sim->request->progress && done == sim->begin + last)
        sim->request->progress(sim->request->to, done, sim->request->n_draws);
}

// Columns of zeros straight from the system: an outcome that is never anything else takes no
// memory, and large pages spare most of the time that first use takes (a tenth of a run).
static bool open_zeros(money_result *r, uint64_t n) {
    uint64_t each = (n + MONEY_LANES) / MONEY_LANES * MONEY_LANES;
    if (each > SIZE_MAX / (MONEY_N_OUTCOMES * sizeof(double))) return false;
    r->columns_size = each * MONEY_N_OUTCOMES * sizeof(double);
    void *at =
        mmap(NULL, r->columns_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) return false;
    (void)madvise(at, r->columns_size, MADV_HUGEPAGE);  // slower without, and no less right
    for (uint32_t o = 0; o < MONEY_N_OUTCOMES; o++) r->columns[o] = (double *)at + o * each;
    return true;
}

void money_close_columns(money_result *r) {
    if (r->columns[0]) munmap(r->columns[0], r->columns_size);
    for (uint32_t o = 0; o < MONEY_N_OUTCOMES; o++) r->columns[o] = NULL;
}

static bool open_columns(hb_arena *arena, hb_arena *scratch, simulation *sim, uint64_t n) {
    const money_scenario *s = sim->result->model.scenario;
    uint64_t n_ranges = n / RANGE + 1;
    money_result *r = sim->result;
    bool ok = true;
    if (!open_zeros(r, n)) return false;
    sim->line_sums = hb_arena_array(scratch, double, n_ranges * s->n_lines);
    sim->sender_sums = hb_arena_array(scratch, double, n_ranges * s->n_months);
    sim->host_sums = hb_arena_array(scratch, double, n_ranges * s->n_months);
    sim->sender_kept = hb_arena_array(scratch, double, (uint64_t)MONEY_BANDS_MAX * s->n_months);
    sim->host_kept = hb_arena_array(scratch, double, (uint64_t)MONEY_BANDS_MAX * s->n_months);
    sim->unbalanced = hb_arena_array(scratch, uint64_t, n_ranges);
    r->sender_mean = hb_arena_array(arena, double, s->n_months);
    r->host_mean = hb_arena_array(arena, double, s->n_months);
    double **bands[] = {&r->sender_p05, &r->sender_p50, &r->sender_p95,
                        &r->host_p05,   &r->host_p50,   &r->host_p95};
    for (uint32_t b = 0; b < 6; b++)
        ok = (*bands[b] = hb_arena_array(arena, double, s->n_months)) != NULL && ok;
    return ok && sim->line_sums && sim->sender_sums && sim->host_sums && sim->sender_kept &&
           sim->host_kept && sim->unbalanced && r->sender_mean && r->host_mean;
}

static double relative_error(const double *values, uint64_t n) {
    double sum = 0, squares = 0;
    for (uint64_t i = 0; i < n; i++) sum += values[i];
    double mean = sum / (double)n;
    for (uint64_t i = 0; i < n; i++) squares += (values[i] - mean) * (values[i] - mean);
    return mean != 0 ? sqrt(squares / (double)n / (double)n) / fabs(mean) : 0;
}

// All draws at once; or, with a wanted error, in batches that double until it is reached.
static bool run_batches(simulation *sim, uint64_t *n_done, hb_error *err) {
    const money_request *request = sim->request;
    uint64_t all = request->n_draws, n = 0;
    uint64_t batch = request->until_error > 0 ? 4 * RANGE : all;
    while (n < all) {
        uint64_t here = batch < all - n ? batch : all - n;
        sim->begin = n;
        if (!money_share_out(sim->result->model.scenario, here, RANGE, request->n_jobs,
                             simulate_range, sim, err))
            return false;
        n += here;
        if (request->until_error > 0 &&
            relative_error(sim->result->columns[MONEY_all_in], n) <= request->until_error)
            break;
        batch = n;
    }
    *n_done = n;
    if (request->progress) request->progress(request->to, all, all);
    return true;
}

static bool add_ranges(simulation *sim) {
    money_result *r = sim->result;
    const money_scenario *s = r->model.scenario;
    double n = (double)r->n_draws;
    for (uint64_t range = 0; range * RANGE < r->n_draws; range++) {
        for (uint32_t l = 0; l < s->n_lines; l++)
            r->line_mean[l] += sim->line_sums[range * s->n_lines + l] / n;
        for (uint32_t m = 0; m < s->n_months; m++) {
            r->sender_mean[m] += sim->sender_sums[range * s->n_months + m] / n;
            r->host_mean[m] += sim->host_sums[range * s->n_months + m] / n;
        }
        r->n_unbalanced += sim->unbalanced[range];
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

// One column divided by another. A draw that divides by nothing is worse than any number: it counts
// as the largest there is.
MONEY_VECTOR static void divide(const double *restrict above, const double *restrict below,
                                double *restrict out, uint64_t n) {
    for (uint64_t i = 0; i < n; i++) {
        double quotient = above[i] / (below[i] > 0 ? below[i] : 1);
        out[i] = below[i] > 0 && quotient < 1e15 ? quotient : 1e15;
    }
}

static bool spread_of_quotient(const money_result *r, money_outcome above, money_outcome below,
                               double *scratch, money_spread *out) {
    divide(r->columns[above], r->columns[below], scratch, r->n_draws);
    return money_spread_of(scratch, r->n_draws, out);
}

typedef struct {
    money_result *result;
    atomic_bool is_short_of_memory;
} summing;
static void sum_column(void *to, uint64_t chunk, uint64_t first, uint64_t last, money_work *work) {
    summing *sums = to;
    money_result *r = sums->result;
    (void)chunk;
    (void)work;
    for (uint64_t o = first; o < last; o++) {
        double ps[MONEY_CURVE + 1];
        money_spread *spread = &r->spread[o];
        bool ok = money_spread_of(r->columns[o], r->n_draws, spread);
        for (uint32_t k = 0; k <= MONEY_CURVE; k++) ps[k] = (double)k / MONEY_CURVE;
        if (ok && o == MONEY_all_in)
            ok = money_percentiles(r->columns[o], r->n_draws, spread->least, spread->most, ps,
                                   MONEY_CURVE + 1, r->curve);
        if (!ok) atomic_store(&sums->is_short_of_memory, true);
    }
}

// Share of draws whose total is at most this.
static double percentile_of(const money_result *r, double total) {
    uint64_t below = 0;
    for (uint64_t i = 0; i < r->n_draws; i++) below += r->columns[MONEY_all_in][i] <= total;
    return (double)below / (double)r->n_draws;
}

static void find_point(money_result *r, money_work *work) {
    const money_scenario *s = r->model.scenario;
    money_place(&r->model, work);
    for (uint32_t i = 0; i < s->n_inputs; i++) money_fill(work->x[i], r->which->inputs[i].mode);
    money_follow(&r->model, work);
    for (uint32_t o = 0; o < MONEY_N_OUTCOMES; o++) r->point[o] = work->outcome[o][0];
    uint64_t n_over = 0;
    for (uint64_t i = 0; i < r->n_draws; i++) n_over += r->columns[MONEY_over_places][i] > 0;
    r->p_over_places = (double)n_over / (double)r->n_draws;
    r->point_percentile = percentile_of(r, r->point[MONEY_all_in]);
    for (uint32_t a = 0; a < s->n_actuals; a++)
        r->actual_at[a] = percentile_of(r, s->actuals[a].value);
}

static bool summarize(money_result *r, const money_request *request, hb_error *err) {
    summing sums = {.result = r};
    double *scratch = malloc(r->n_draws * sizeof *scratch);
    money_work *work = money_work_open(r->model.scenario);
    bool ok = scratch && work;
    if (!ok) hb_out_of_memory(err);
    ok = ok && money_share_out(r->model.scenario, MONEY_N_OUTCOMES, 1, request->n_jobs, sum_column,
                               &sums, err);
    if (atomic_load(&sums.is_short_of_memory)) ok = hb_out_of_memory(err);
    if (ok) {
        static const money_outcome SAVED[] = {MONEY_saving_average, MONEY_saving_marginal};
        for (uint32_t b = 0; b < 2; b++) {
            ok = ok && spread_of_quotient(r, MONEY_fee, SAVED[b], scratch, &r->ratio[b][0]) &&
                 spread_of_quotient(r, MONEY_all_in, SAVED[b], scratch, &r->ratio[b][1]);
        }
        ok = ok && spread_of_quotient(r, MONEY_fee, MONEY_person_days, scratch, &r->day_fee) &&
             spread_of_quotient(r, MONEY_all_in, MONEY_person_days, scratch, &r->day_all_in) &&
             spread_of_quotient(r, MONEY_all_in, MONEY_sent, scratch, &r->person_all_in) &&
             spread_of_quotient(r, MONEY_all_in, MONEY_place_days, scratch, &r->place_day_all_in);
        if (!ok) hb_out_of_memory(err);
        find_point(r, work);
    }
    free(scratch);
    money_work_close(work);
    return ok;
}

bool money_simulate(hb_arena *arena, hb_arena *scratch, const money_scenario *scenario,
                    const money_case *which, const money_request *request, money_result *result,
                    hb_error *err) {
    *result = (money_result){.which = which, .n_months = scenario->n_months};
    simulation sim = {.result = result, .request = request};
    sim.stream =
        (money_stream){.seed = request->seed, .n = request->is_latin ? request->n_draws : 0};
    if (!money_model_open(&result->model, arena, scenario, which) ||
        !open_columns(arena, scratch, &sim, request->n_draws))
        return hb_out_of_memory(err);
    if (!run_batches(&sim, &result->n_draws, err)) return false;
    if (!add_ranges(&sim)) return hb_out_of_memory(err);
    return summarize(result, request, err);
}
