// What would have to be true: the people and the fee at which the host's prisons are carried, the
// fees at which both sides gain, the days after which the sender gains, one person more, and an
// early stop. People are never chosen here: the numbers are said, and the number of people on the
// list against whom no bar was found stands beside them.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "money/internal.h"

enum { KEPT_MAX = 100000, AGAIN = 512 };

// A number of people, or a fee, that no draw should reach: stands for "none does".
#define NONE 1e15

typedef struct {
    double *cover, *fee, *floor, *ceiling[2];
    uint64_t n, n_none, n_both[2];
} gathered;

// For each draw: what a person-day brings and costs each side.
static void gather_one(const money_result *r, uint64_t i, double spend_year, gathered *g) {
    double days = r->columns[MONEY_person_days][i], fee = r->columns[MONEY_fee][i];
    double own = r->columns[MONEY_host_marginal][i] + r->columns[MONEY_host_fixed][i];
    double others = r->columns[MONEY_all_in][i] - fee;
    double spend = spend_year / 365, years = r->columns[MONEY_years][i];
    double margin = days > 0 ? (fee - own) / days : 0;
    double people = days > 0 && years > 0 ? days / (365 * years) : 0;
    static const money_outcome SAVED[] = {MONEY_saving_average, MONEY_saving_marginal};
    g->cover[i] = margin > 0 ? fmin(spend / margin, NONE) : NONE;
    g->n_none += margin <= 0;
    g->fee[i] = people > 0 ? spend / people + own / days : NONE;
    g->floor[i] = days > 0 ? own / days : NONE;
    for (uint32_t k = 0; k < 2; k++) {
        g->ceiling[k][i] = days > 0 ? (r->columns[SAVED[k]][i] - others) / days : -NONE;
        g->n_both[k] += g->ceiling[k][i] >= g->floor[i];
    }
}

static void gather(const money_result *r, const money_request *request, money_work *work,
                   gathered *g) {
    uint32_t input = r->model.scenario->roles[MONEY_ROLE_PRISON_SPEND];
    money_stream stream = {.seed = request->seed, .n = request->is_latin ? request->n_draws : 0};
    for (uint64_t i = 0; i < g->n; i += MONEY_LANES) {
        uint32_t n = g->n - i < MONEY_LANES ? (uint32_t)(g->n - i) : MONEY_LANES;
        money_draw(&r->model, &stream, i, n, work);
        money_place(&r->model, work);
        for (uint32_t l = 0; l < n; l++)
            gather_one(r, i + l, input == MONEY_NO_INPUT ? 0 : work->x[input][l], g);
    }
}

typedef struct {
    double all_in, fee, saved[2], gain, days;
} means;

// Means over AGAIN draws, the same each time, with something changed.
typedef struct {
    double stop_day, extra_people;
    double stay_days;  // of every group; 0: as drawn
} change;
static means again(const money_result *r, const money_request *request, money_work *work,
                   change what) {
    const money_scenario *s = r->model.scenario;
    money_stream stream = {.seed = request->seed};
    means out = {0};
    work->stop_day = what.stop_day;
    work->extra_people = what.extra_people;
    for (uint64_t i = 0; i < AGAIN; i += MONEY_LANES) {
        uint32_t n = AGAIN - i < MONEY_LANES ? (uint32_t)(AGAIN - i) : MONEY_LANES;
        money_draw(&r->model, &stream, i, n, work);
        money_place(&r->model, work);
        for (uint32_t g = 0; what.stay_days > 0 && g < s->n_groups; g++)
            money_fill(work->x[s->groups[g].stay_days], what.stay_days);
        money_follow(&r->model, work);
        for (uint32_t l = 0; l < n; l++) {
            out.all_in += work->outcome[MONEY_all_in][l] / AGAIN;
            out.fee += work->outcome[MONEY_fee][l] / AGAIN;
            out.saved[0] += work->outcome[MONEY_saving_average][l] / AGAIN;
            out.saved[1] += work->outcome[MONEY_saving_marginal][l] / AGAIN;
            out.gain += work->outcome[MONEY_host_gain][l] / AGAIN;
            out.days += work->outcome[MONEY_person_days][l] / AGAIN;
        }
    }
    work->stop_day = INFINITY;
    work->extra_people = 0;
    return out;
}

static void find_days(const money_result *r, const money_request *request, money_work *work,
                      money_bargain *b) {
    double last = r->model.scenario->month_first[r->model.scenario->n_months];
    double before[2] = {0}, days_before = 0;
    for (double days = 10; days < last; days *= 1.25) {
        means m = again(r, request, work, (change){.stop_day = INFINITY, .stay_days = days});
        for (uint32_t k = 0; k < 2; k++) {
            double short_of = m.all_in - m.saved[k];
            if (short_of <= 0 && b->days_to_break_even[k] == 0)
                b->days_to_break_even[k] =
                    before[k] > 0
                        ? days_before + (days - days_before) * before[k] / (before[k] - short_of)
                        : days;
            before[k] = short_of;
        }
        days_before = days;
    }
}

static void find_changes(const money_result *r, const money_request *request, money_work *work,
                         money_bargain *b) {
    static const int32_t STOPS[] = {3, 6, 12, 24};
    enum { MORE = 10 };
    const money_scenario *s = r->model.scenario;
    means plain = again(r, request, work, (change){.stop_day = INFINITY});
    means more = again(r, request, work, (change){.stop_day = INFINITY, .extra_people = MORE});
    b->sender_per_person = ((more.all_in - more.saved[1]) - (plain.all_in - plain.saved[1])) / MORE;
    b->host_per_person = (more.gain - plain.gain) / MORE;
    double delay = s->roles[MONEY_ROLE_START_DELAY] == MONEY_NO_INPUT
                       ? 0
                       : r->which->inputs[s->roles[MONEY_ROLE_START_DELAY]].mode;
    for (uint32_t k = 0; k < 4; k++) {
        uint32_t month = (uint32_t)fmin((double)s->n_months, STOPS[k] + delay);
        means m = again(r, request, work, (change){.stop_day = s->month_first[month]});
        if (m.days >= plain.days * 0.999) break;  // everybody has left by then
        b->stops[b->n_stops].month = STOPS[k];
        b->stops[b->n_stops].sender_loss =
            plain.days > 0 ? m.all_in - plain.all_in * (m.days / plain.days) : 0;
        b->stops[b->n_stops].host_loss = plain.gain - m.gain;
        b->n_stops++;
    }
    double floating = 0;
    for (uint32_t l = 0; l < s->n_lines; l++)
        if (s->lines[l].is_floating && !s->lines[l].is_paid_by_host) floating += r->line_mean[l];
    for (uint32_t k = 0; k < 2 && floating > 0; k++) {
        double saved = r->spread[k == 0 ? MONEY_saving_average : MONEY_saving_marginal].mean;
        double rate = (saved - (r->spread[MONEY_all_in].mean - floating)) / floating;
        if (saved > 0 && rate > 0) b->exchange_to_break_even[k] = rate;
    }
}

static void find_known(const money_scenario *s, money_bargain *b) {
    b->has_spend = s->roles[MONEY_ROLE_PRISON_SPEND] != MONEY_NO_INPUT;
    for (uint32_t l = 0; l < s->n_lines; l++)
        b->has_host_cost = b->has_host_cost || s->lines[l].is_paid_by_host;
    for (uint32_t g = 0; g < s->n_groups; g++)
        b->has_saving = b->has_saving || s->groups[g].avoided_marginal != MONEY_NO_INPUT ||
                        s->groups[g].avoided_once != MONEY_NO_INPUT;
}

bool money_bargain_find(hb_arena *arena, const money_request *request, money_result *result,
                        hb_error *err) {
    gathered g = {.n = result->n_draws < KEPT_MAX ? result->n_draws : KEPT_MAX};
    money_bargain *b = result->bargain = hb_arena_new(arena, money_bargain);
    double *room = malloc(5 * g.n * sizeof *room);
    money_work *work = money_work_open(result->model.scenario);
    bool ok = b && room && work;
    if (ok) {
        g.cover = room;
        g.fee = room + g.n;
        g.floor = room + 2 * g.n;
        g.ceiling[0] = room + 3 * g.n;
        g.ceiling[1] = room + 4 * g.n;
        gather(result, request, work, &g);
        find_known(result->model.scenario, b);
        ok = money_spread_of(g.cover, g.n, &b->people_to_cover) &&
             money_spread_of(g.fee, g.n, &b->fee_to_cover) &&
             money_spread_of(g.floor, g.n, &b->host_floor) &&
             money_spread_of(g.ceiling[0], g.n, &b->sender_ceiling[0]) &&
             money_spread_of(g.ceiling[1], g.n, &b->sender_ceiling[1]);
        for (uint32_t k = 0; k < 2; k++) b->p_both_gain[k] = (double)g.n_both[k] / (double)g.n;
        b->p_no_number = (double)g.n_none / (double)g.n;
        find_days(result, request, work, b);
        find_changes(result, request, work, b);
    }
    free(room);
    money_work_close(work);
    return ok || hb_out_of_memory(err);
}
