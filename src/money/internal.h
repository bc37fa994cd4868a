// What the files of money share: a scenario as it was read, one draw, and the columns of results.
#ifndef HABEAS_MONEY_INTERNAL_H
#define HABEAS_MONEY_INTERNAL_H

#include <pthread.h>

#include "money/money.h"

enum {
    MONEY_MONTHS_MAX = 480,
    MONEY_INPUTS_MAX = 96,
    MONEY_LINES_MAX = 64,
    MONEY_GROUPS_MAX = 16,
    MONEY_WAVES_MAX = 24,
    MONEY_FACTORS_MAX = 4,
    MONEY_CASES_MAX = 12,
    MONEY_RATES_MAX = 4,
    MONEY_CORRELATED_MAX = 8,
    MONEY_KNOTS = 1024,  // of a quantile table
    MONEY_CURVE = 200,   // steps of the S-curve that is kept
    MONEY_PEOPLE_MAX = 100000,
    MONEY_CHANCES_MAX = 5 * MONEY_GROUPS_MAX + MONEY_LINES_MAX,
};
#define MONEY_NO_INPUT UINT32_MAX

// ---- inputs (quantity.c) ------------------------------------------------------------------------
typedef enum {
    MONEY_FIXED = 0,
    MONEY_PERT,
    MONEY_TRIANGULAR,
    MONEY_UNIFORM,
    MONEY_LOGNORMAL,  // low and high are its P05 and P95
    MONEY_SAMPLES,    // each sample as likely as another
} money_shape;

typedef struct {
    hb_str name, unit, source, mark, read_on, note;
    hb_str low_text, mode_text, high_text;  // as the file has them
    hb_str currency;                        // of the text; empty when no money
    int32_t price_year;                     // of the text; 0 when no money
    double scale;                           // from the text's money to the scenario's
    money_shape shape;
    double low, mode, high;  // in the scenario's money
    double *knots;           // quantiles at k/MONEY_KNOTS, k = 0..MONEY_KNOTS; NULL when fixed
    double first_power, last_power;  // the tail within the first and last knot: u^power
} money_input;

// Tables of a shape whose low, mode, high (or samples) are known.
bool money_input_prepare(money_input *input, hb_arena *arena, const double *samples, uint32_t n,
                         hb_error *err);
double money_input_at(const money_input *input, double u);  // quantile, 0 < u < 1
void money_input_lanes(const money_input *input, const double *u, double *x, uint32_t n);
double money_input_mean(const money_input *input);
const char *money_shape_name(money_shape shape);
bool money_shape_find(hb_str name, money_shape *shape);

// Inputs that the model itself reads, whatever else a scenario names. A role that a scenario does
// not give has its neutral value.
#define MONEY_ROLES(ROW)                                    \
    ROW(PLACES, "places", "people", 0)                      \
    ROW(PEOPLE_PER_PLANE, "people_per_plane", "people", 1)  \
    ROW(START_DELAY, "start_delay_months", "months", 0)     \
    ROW(TERM, "term_months", "months", 0)                   \
    ROW(DEATHS, "deaths_per_year", "share", 0)              \
    ROW(COURT_RETURN, "p_court_return", "share", 0)         \
    ROW(COURT_RETURN_DAY, "court_return_day", "days", 0)    \
    ROW(PAID_RETURN, "p_return_at_sender_cost", "share", 0) \
    ROW(WRONGFUL, "wrongful_share", "share", 0)             \
    ROW(WRONGFUL_PAID, "p_wrongful_paid", "share", 0)       \
    ROW(BIAS, "optimism_bias", "share", 0)                  \
    ROW(FREE_PLACES, "host_free_places", "people", 0)       \
    ROW(PRISON_SPEND, "host_prison_spend", "money/year", 0) \
    ROW(STATE_BUDGET, "host_state_budget", "money/year", 0)
typedef enum {
#define ROW(id, name, unit, neutral) MONEY_ROLE_##id,
    MONEY_ROLES(ROW)
#undef ROW
        MONEY_N_ROLES
} money_role;

// ---- people and lines (scenario.c) ------------------------------------------------------------
typedef struct {
    int32_t day;   // after opening
    double share;  // of the group's people, all waves together 1
} money_wave;

typedef struct {
    hb_str name, kind;  // kind: sentenced, final_order, no_conviction, citizen
    uint32_t count, stay_days;
    uint32_t fill;  // an input that count is multiplied with, or MONEY_NO_INPUT
    hb_str counterfactual;
    uint32_t avoided_days;                       // MONEY_NO_INPUT: the days held
    uint32_t avoided_marginal, avoided_average;  // money a day
    uint32_t avoided_once;  // money a person: the flight home that is not flown
    uint32_t n_waves;
    money_wave waves[MONEY_WAVES_MAX];
} money_group;

typedef enum {
    MONEY_PER_YEAR = 0,  // from .. until
    MONEY_ONCE,          // at `from`
    MONEY_PER_PLACE_YEAR,
    MONEY_PER_ARRIVAL,
    MONEY_PER_DEPARTURE,
    MONEY_PER_RETURN,  // brought back at the sender's cost
    MONEY_PER_PLANE_OUT,
    MONEY_PER_PLANE_BACK,
    MONEY_PER_PERSON_DAY,
    MONEY_PER_PERSON_MONTH,  // least, above, most: people counted
    MONEY_PER_WRONGFUL,      // people to whom a wrongful transfer is paid for
    MONEY_BY_CHANCE,         // once, with probability `chance`
    MONEY_ON_REACHING,       // once `people` have arrived
    MONEY_N_DRIVERS
} money_driver;
typedef enum {
    MONEY_AT_OPENING = 0,
    MONEY_AT_SIGNING,
    MONEY_AT_CLOSING,
    MONEY_AT_TERM,
    MONEY_AT_LATER
} money_moment;
const char *money_driver_name(money_driver driver);
bool money_driver_is_fixed(money_driver driver);

typedef struct {
    uint32_t input;
    bool is_complement;  // 1 - input
} money_factor;

typedef struct {
    hb_str name, group, source;
    bool is_paid_by_host, is_paid_to_host;
    bool is_capital, is_biased, is_floating;
    money_driver driver;
    money_moment from, until;
    uint32_t chance, index;     // inputs, or MONEY_NO_INPUT
    double least, above, most;  // people
    double people;
    uint32_t n_factors;
    money_factor factors[MONEY_FACTORS_MAX];
} money_line;

typedef struct {
    hb_str name;
    bool is_ex_post;
    hb_str about;
    money_input *inputs;  // n_inputs, in the order of the scenario
} money_case;

typedef struct {
    uint32_t a, b;
    double rank;  // Spearman's
} money_pair;

typedef struct {
    hb_str currency, rate_text, on, source;
    double rate, volatility;  // scenario's currency for one of this one; a year
} money_exchange;
typedef struct {
    hb_str currency, factor_text, source;
    int32_t from, to;
    double factor;
} money_price;
typedef struct {
    hb_str text, name, source;
    double rate;
} money_rate;

struct money_scenario {
    hb_str path, name, title, sender, host, currency, list, claims, note;
    int32_t price_year;
    hb_date start;
    uint32_t n_months;
    int32_t month_first[MONEY_MONTHS_MAX + 1];  // day on which a month begins, from start
    uint32_t n_inputs;
    uint32_t roles[MONEY_N_ROLES];  // input of each role, or MONEY_NO_INPUT
    uint32_t n_groups, n_lines, n_cases, n_pairs, n_exchanges, n_prices, n_rates;
    money_group *groups;
    money_line *lines;
    money_case *cases;
    money_pair *pairs;
    money_exchange *exchanges;
    money_price *prices;
    money_rate *rates;
    double volatility;  // of the floating currency; 0: nothing floats
    hb_str floating;
    uint32_t n_excluded;
    hb_str *excluded;  // items left out, by name
    uint32_t n_actuals;
    struct {
        hb_str name, source;
        double value;
    } actuals[8];  // what was really spent
    // correlation (quantity.c): inputs that move together, and the Cholesky factor of their normals
    uint32_t n_correlated;
    uint32_t correlated[MONEY_CORRELATED_MAX];
    double mix[MONEY_CORRELATED_MAX][MONEY_CORRELATED_MAX];
};
// Fills `correlated` and `mix` from the pairs; refuses what no distribution can have.
bool money_correlate(money_scenario *scenario, hb_error *err);

// ---- batches ----------------------------------------------------------------------------------
// Draws are made many at a time: each quantity of a draw is a row with a place (a lane) for each
// draw of the batch, and every loop over lanes does the same to each, so that the compiler turns it
// into vector instructions. What a lane gets never depends on the other lanes.
enum {
    MONEY_LANES = 128,
    MONEY_LANES_STEP = 8,  // a batch's loops run over a multiple of the step
    MONEY_RANGE = 2048     // draws that are summed together
};
typedef double money_lanes[MONEY_LANES] __attribute__((aligned(64)));
static inline double money_min(double a, double b) {
    return a < b ? a : b;
}
static inline double money_max(double a, double b) {
    return a > b ? a : b;
}
// A function with such loops is compiled twice, and the machine takes the one it can run.
// Sanitizers start too late for the choice, and clang 14 does not link it. Contraction of a * b + c
// is off (meson.build): same bits everywhere.
#if defined(__x86_64__) && defined(__GLIBC__) && defined(MONEY_DISPATCH) && !defined(__clang__)
#define MONEY_VECTOR __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define MONEY_VECTOR
#endif

// ---- random numbers (random.c) ----------------------------------------------------------------
// Draw i is a function of seed, i and dimension alone, so any thread may make it.
typedef struct {
    uint64_t seed;
    uint64_t n;  // draws of a Latin hypercube; 0: independent
} money_stream;
// Uniforms, each above 0 and below 1, of `n` draws from `first` on: four dimensions from 4 * block.
void money_uniforms(const money_stream *stream, uint64_t first, uint32_t n, uint32_t block,
                    double *const four[4]);
double money_normal(double u);                               // quantile of the normal
void money_normals(const double *u, double *z, uint32_t n);  // the same of n lanes
// Quantiles of the binomial: monotone in u. Exact while n * min(p, 1 - p) <= 12, beyond that
// Cornish and Fisher's expansion to the kurtosis: fewer than 1 in 10,000 draws get a neighbour.
void money_binomials(const double *u, const double *n, const double *p, double *k, uint32_t lanes);

// ---- a batch of draws (model.c, lines.c) ------------------------------------------------------
// ORDER outcomes: the names FEEL sees.
#define MONEY_OUTCOMES(ROW)                                               \
    ROW(sent, "people sent")                                              \
    ROW(person_days, "person-days in custody")                            \
    ROW(place_days, "place-days paid for")                                \
    ROW(peak, "most people held at once")                                 \
    ROW(over_places, "people above the places agreed, at the fullest")    \
    ROW(returned, "people brought back by order of a court")              \
    ROW(returned_at_sender_cost, "people whose return the sender pays")   \
    ROW(died, "people who died in custody")                               \
    ROW(released, "people who left alive, court returns included")        \
    ROW(held_at_end, "people still held at the end")                      \
    ROW(years, "years from opening to the last departure")                \
    ROW(fee, "paid by the sender to the host")                            \
    ROW(fee_fixed, "part of the fee that does not depend on people")      \
    ROW(fee_year, "fee in a year of use")                                 \
    ROW(all_in, "all that the sender pays")                               \
    ROW(saving_marginal, "what the sender stops spending, marginal cost") \
    ROW(saving_average, "the same at average cost")                       \
    ROW(host_marginal, "what people sent cost the host, by person")       \
    ROW(host_fixed, "what they cost the host whatever their number")      \
    ROW(host_capital, "what the host invests")                            \
    ROW(host_gain, "fee less all the host's cost")                        \
    ROW(fee_share, "fee in a year of use / the host's prison spending")   \
    ROW(host_year, "the host's own cost in a year of use, capital apart") \
    ROW(pv_sender_1, "present value of all the sender pays, first rate")  \
    ROW(pv_sender_2, "the same, second rate")                             \
    ROW(pv_sender_3, "the same, third rate")                              \
    ROW(pv_sender_4, "the same, fourth rate")                             \
    ROW(pv_host_1, "present value of the host's gain, first rate")        \
    ROW(pv_host_2, "the same, second rate")                               \
    ROW(pv_host_3, "the same, third rate")                                \
    ROW(pv_host_4, "the same, fourth rate")
typedef enum {
#define ROW(id, about) MONEY_##id,
    MONEY_OUTCOMES(ROW)
#undef ROW
        MONEY_N_OUTCOMES
} money_outcome;
enum {
    MONEY_N_QUOTIENTS = 8,  // of two outcomes (run.c)
    MONEY_N_QUANTITIES = MONEY_N_OUTCOMES + MONEY_N_QUOTIENTS
};
extern const char *const MONEY_OUTCOME_NAMES[MONEY_N_OUTCOMES];
extern const char *const MONEY_OUTCOME_ABOUTS[MONEY_N_OUTCOMES];

// Dimensions of a draw: inputs first, then chances (binomials), then the months of the exchange
// rate's walk.
uint32_t money_n_chances(const money_scenario *scenario);
uint32_t money_n_dims(const money_scenario *scenario);

typedef struct {
    const money_scenario *scenario;
    const money_case *which;
    double *discount[MONEY_RATES_MAX];  // factor of each month
    uint16_t *month_of;                 // month of each day from start; n_months on the last
    // Dimensions that are drawn, and inputs that are placed: first what outcomes depend on, then
    // what claims alone read.
    uint32_t n_drawn, n_outcomes_drawn, n_placed, n_outcomes_placed;
    uint16_t *drawn, *placed;
    bool is_correlated[MONEY_INPUTS_MAX];  // placed with the others of its kind
    bool is_counted[MONEY_N_DRIVERS];      // whether a line reads the driver
    double *normal;  // values and slopes of the normal's distribution function
} money_model;
bool money_model_open(money_model *model, hb_arena *arena, const money_scenario *scenario,
                      const money_case *which);
// The same model for outcomes alone: what only claims read is neither drawn nor placed.
money_model money_model_outcomes(const money_model *model);

typedef struct {
    money_driver driver;
    bool is_one_month;  // in every lane the same
    uint16_t month[MONEY_LANES];
    money_lanes n;
} money_event;
typedef struct {
    double day;  // of arrival, after opening
    money_lanes left, n;
} money_stay;

// What one thread needs for one batch at a time.
typedef struct {
    uint32_t n;                        // draws in the batch
    money_lanes *x, *u;                // inputs; dimensions
    money_lanes *outcome, *line;       // line: each line's total
    double *drawn;                     // a range of each outcome that is not kept
    money_lanes *sender, *host;        // by month: out of one, into the other
    money_lanes *days;                 // by month: person-days
    money_lanes *flow, *level, *walk;  // by month: of one line; its prices; the exchange rate
    money_event *events;
    money_stay *stays;
    uint32_t n_events, n_stays;
    uint32_t n_used, n_held;     // months in which money moves, in which people are held
    money_lanes paid, received;  // fee, counted once on each side
    double stop_day;             // everybody leaves by this day; INFINITY by default
    double extra_people;         // in the first group
} money_work;
money_work *money_work_open(const money_scenario *scenario);  // NULL without memory
void money_work_close(money_work *work);
static inline void money_fill(double *lanes, double value) {
    for (uint32_t l = 0; l < MONEY_LANES; l++) lanes[l] = value;
}
// Loops run over the lanes of this many draws: those past work->n hold what nobody reads.
static inline uint32_t money_padded(uint32_t n) {
    return (n + MONEY_LANES_STEP - 1) / MONEY_LANES_STEP * MONEY_LANES_STEP;
}

// The dimensions of draws first .. first + n - 1.
void money_draw(const money_model *model, const money_stream *stream, uint64_t first, uint32_t n,
                money_work *work);
// From work->u to inputs: quantiles, correlation, walk.
void money_place(const money_model *model, money_work *work);
// From inputs (work->x), chances (work->u) and walk to outcomes.
void money_follow(const money_model *model, money_work *work);

// Between model.c and lines.c: when things are, in days from start.
typedef struct {
    money_lanes opening, closing, term;
    uint32_t first_held, last_held;  // months in which anybody is held: [first, last)
} money_course;
const double *money_role_of(const money_model *model, const money_work *work, money_role role);
uint32_t money_month_of(const money_model *model, double day);
money_event *money_add_event(const money_model *model, money_work *work, money_driver driver,
                             const double *day, const double *n);
void money_book_lines(const money_model *model, money_work *work, const money_course *course);

// ---- many draws (run.c) -----------------------------------------------------------------------
#define MONEY_BANDS_MAX 10000u  // draws whose months are kept for bands
typedef struct {
    const money_case *which;
    money_model model;
    uint64_t n_draws;
    // The first n_kept draws of each outcome, and of all_in every draw; NULL once judged.
    uint64_t n_kept;
    double *columns[MONEY_N_OUTCOMES];
    size_t columns_size;  // bytes, from columns[0] on
    money_spread spread[MONEY_N_OUTCOMES];
    money_spread ratio[2][2];  // [average, marginal][fee, all_in]: paid / saved
    money_spread day_fee, day_all_in, person_all_in, place_day_all_in;
    double line_mean[MONEY_LINES_MAX];
    double curve[MONEY_CURVE + 1];  // all_in: quantiles at k/MONEY_CURVE
    double actual_at[8];            // percentile at which each actual of the scenario stands
    uint32_t n_months;
    uint64_t n_bands;
    double *sender_mean, *host_mean, *sender_p05, *sender_p50, *sender_p95, *host_p05, *host_p50,
        *host_p95;
    double point[MONEY_N_OUTCOMES];  // every input at its mode
    double point_percentile;         // of all_in
    double p_over_places;            // share of draws with more people at once than places
    uint64_t n_unbalanced;           // draws in which money or people did not balance
    struct money_swing *swings;
    uint32_t n_swings;
    struct money_finding *findings;
    uint32_t n_findings;
    struct money_bargain *bargain;
} money_result;
// spread.c. Statistics of n values, and their values at shares `ps` of the way from the least to
// the most; false without memory.
HB_MUST_USE bool money_spread_of(const double *values, uint64_t n, money_spread *spread);
HB_MUST_USE bool money_percentiles(const double *values, uint64_t n, double least, double most,
                                   const double *ps, uint32_t n_ps, double *out);
// The same of draws that come range by range and are not kept. A pilot of the first draws opens it;
// `deviations`: how far a percentile of all may lie from the pilot's. Ranges may come in any order
// and on any thread; reading tells when one lies further off, and then says nothing else.
typedef struct {
    double n, mean, squares, least, most;  // squares: of the distances from the mean
} money_moments;
enum { MONEY_SPREAD_PS = 7 };
typedef struct {
    uint32_t n_brackets;
    double low[MONEY_SPREAD_PS], high[MONEY_SPREAD_PS];
    uint64_t below[MONEY_SPREAD_PS], inside[MONEY_SPREAD_PS];
    double *kept;  // what lies in a bracket of more than one value
    uint64_t n_kept, room;
    money_moments *parts;  // of each range
    pthread_mutex_t lock;
} money_tally;
money_moments money_moments_of(const double *values, uint64_t n);
void money_moments_add(money_moments *all, const money_moments *more);
HB_MUST_USE bool money_tally_open(money_tally *tally, const double *pilot, uint64_t n,
                                  uint64_t n_ranges, double deviations);
HB_MUST_USE bool money_tally_add(money_tally *tally, uint64_t range, const double *values,
                                 uint32_t n);  // n: at most MONEY_RANGE
HB_MUST_USE bool money_tally_read(const money_tally *tally, uint64_t n, uint64_t n_ranges,
                                  money_spread *spread, bool *is_missed);
void money_tally_close(money_tally *tally);
// Columns stay until they are closed; kept months live in `scratch`, all else in `arena`.
bool money_simulate(hb_arena *arena, hb_arena *scratch, const money_scenario *scenario,
                    const money_case *which, const money_request *request, money_result *result,
                    hb_error *err);
void money_close_columns(money_result *result);
// Calls chunk(to, number, first, last, work) on ranges of a fixed size, on the request's n_jobs
// threads, until all are done or the request is stopped.
typedef void (*money_chunk)(void *to, uint64_t number, uint64_t first, uint64_t last,
                            money_work *work);
bool money_share_out(const money_scenario *scenario, uint64_t n, uint64_t each,
                     const money_request *request, money_chunk chunk, void *to, hb_error *err);

// ---- sensitivity.c ----------------------------------------------------------------------------
typedef struct money_swing {
    hb_str input;
    uint32_t index;    // of the input; n_inputs: all chances together; n_inputs + 1: exchange
    double low, high;  // sender's all-in total with the input at its P10 and P90
    double first, first_error, total, total_error;  // Sobol' indices
} money_swing;
bool money_sensitivity(hb_arena *arena, const money_request *request, money_result *result,
                       hb_error *err);

// ---- claims.c ---------------------------------------------------------------------------------
const char *money_verdict_name(money_verdict verdict);
typedef struct {
    hb_str input;
    double value;  // where the finding changes, every other input as drawn
    money_verdict to;
} money_flip;
typedef struct money_finding {
    const struct money_claim *claim;
    bool is_average, is_all_in;
    uint64_t n_true, n_judged, n_null;
    double probability, error;
    money_verdict verdict;
    money_spread quantity;
    money_flip *flips;
    uint32_t n_flips;
    hb_str weak;  // an input marked G on which the finding turns; empty when none
} money_finding;
typedef struct money_claim {
    hb_str id, statement, said_by, said_on, source, unit, quantity, test, note;
    double limit;
    uint32_t twin;     // the first claim that decides by the same quantity
    bool is_on_bases;  // its quantity or test reads paid or saved
    const struct feel_program *quantity_program, *test_program;
} money_claim;
struct money_claims {
    hb_str path;
    uint32_t n;
    money_claim *claims;
};
bool money_judge(hb_arena *arena, const money_claims *claims, const money_request *request,
                 money_result *result, hb_error *err);

// ---- bargain.c --------------------------------------------------------------------------------
typedef struct money_bargain {
    money_spread people_to_cover;  // people at which the fee carries the host's prisons each year
    // What the scenario says enough for: the host's prison spending, its cost of holding people,
    // what the sender saves. A figure that needs another means nothing, and is not written.
    bool has_spend, has_host_cost, has_saving;
    double p_no_number;                          // share of draws in which no number does
    money_spread fee_to_cover;                   // fee a person-day at which the people sent do
    money_spread host_floor, sender_ceiling[2];  // fee a person-day: [average, marginal]
    double p_both_gain[2];
    double days_to_break_even[2];  // held each: all-in equals saving, [average, marginal]; 0: never
    double sender_per_person, host_per_person;  // what one more person changes
    struct {
        int32_t month;
        double sender_loss, host_loss;
    } stops[4];
    uint32_t n_stops;
    double exchange_to_break_even[2];  // the floating currency's rate, for its first 1; 0: none
} money_bargain;
bool money_bargain_find(hb_arena *arena, const money_request *request, money_result *result,
                        hb_error *err);

// ---- report.c ---------------------------------------------------------------------------------
struct money_report {
    const money_scenario *scenario;
    const money_claims *claims;
    money_request request;
    uint32_t n_cases;
    money_result *cases;
};
#endif
