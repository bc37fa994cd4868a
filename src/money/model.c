// A batch of draws: from inputs to people. Each group arrives in waves, and everybody of a wave
// leaves dead (in the middle of the stay), brought back by a court (on a day of its own) or at the
// end of the stay. What they do are events (arrivals, planes, departures: a day and a number) and
// person-days, month by month. lines.c makes money of them.
//
//   opening = start + delay     closing = last departure
//   |-- signing ... opening ===== people ===== closing ... term |   days; months are the calendar's
//
// The law of this file, tested in every draw: people in = out + held.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "money/internal.h"

const char *const MONEY_OUTCOME_NAMES[] = {
#define ROW(id, about) #id,
    MONEY_OUTCOMES(ROW)
#undef ROW
};
const char *const MONEY_OUTCOME_ABOUTS[] = {
#define ROW(id, about) about,
    MONEY_OUTCOMES(ROW)
#undef ROW
};

uint32_t money_n_chances(const money_scenario *scenario) {
    return 5 * scenario->n_groups + scenario->n_lines;
}
uint32_t money_n_dims(const money_scenario *scenario) {
    return scenario->n_inputs + money_n_chances(scenario) +
           (scenario->volatility > 0 ? scenario->n_months : 0);
}

// ---- opening ----------------------------------------------------------------------------------
// The normal's distribution function by cubic pieces through its values and slopes: off by less
// than 3e-10, where erfc for each lane took a sixth of a run.
enum { NORMAL_PER_UNIT = 64, NORMAL_END = 8, NORMAL_KNOTS = 2 * NORMAL_END * NORMAL_PER_UNIT };

static bool open_normal(money_model *model, hb_arena *arena) {
    double *at = model->normal = hb_arena_array(arena, double, 2 * (NORMAL_KNOTS + 2));
    for (uint32_t k = 0; at && k < NORMAL_KNOTS + 2; k++) {
        double z = (double)k / NORMAL_PER_UNIT - NORMAL_END;
        at[2 * k] = 0.5 * erfc(-z * M_SQRT1_2);
        at[2 * k + 1] = exp(-z * z / 2) / sqrt(2 * M_PI) / NORMAL_PER_UNIT;
    }
    return at != NULL;
}

static bool open_months(money_model *model, hb_arena *arena) {
    const money_scenario *s = model->scenario;
    uint32_t n_days = (uint32_t)s->month_first[s->n_months];
    model->month_of = hb_arena_array(arena, uint16_t, n_days + 1);
    for (uint32_t day = 0, m = 0; model->month_of && day <= n_days; day++) {
        while (m < s->n_months && (int32_t)day >= s->month_first[m + 1]) m++;
        model->month_of[day] = (uint16_t)m;
    }
    return model->month_of != NULL;
}

// Which inputs people and lines read.
static void find_read(const money_scenario *s, bool *is_read) {
    for (uint32_t r = 0; r < MONEY_N_ROLES; r++)
        if (s->roles[r] != MONEY_NO_INPUT) is_read[s->roles[r]] = true;
    for (uint32_t g = 0; g < s->n_groups; g++) {
        const money_group *group = &s->groups[g];
        const uint32_t READ[] = {
            group->count,        group->stay_days,        group->fill,
            group->avoided_days, group->avoided_marginal, group->avoided_average,
            group->avoided_once};
        for (uint32_t k = 0; k < sizeof READ / sizeof READ[0]; k++)
            if (READ[k] != MONEY_NO_INPUT) is_read[READ[k]] = true;
    }
    for (uint32_t l = 0; l < s->n_lines; l++) {
        const money_line *line = &s->lines[l];
        if (line->chance != MONEY_NO_INPUT) is_read[line->chance] = true;
        if (line->index != MONEY_NO_INPUT) is_read[line->index] = true;
        for (uint32_t f = 0; f < line->n_factors; f++) is_read[line->factors[f].input] = true;
    }
}

// An input that is fixed in one case and not in another is drawn in both, so that whatever does not
// differ is the same draw in every case.
static bool is_random(const money_scenario *s, uint32_t input) {
    for (uint32_t c = 0; c < s->n_cases; c++)
        if (s->cases[c].inputs[input].knots) return true;
    return false;
}

static void list_inputs(money_model *model, const bool *is_read, bool which) {
    const money_scenario *s = model->scenario;
    for (uint32_t i = 0; i < s->n_inputs; i++) {
        if (is_read[i] != which) continue;
        model->placed[model->n_placed++] = (uint16_t)i;
        if (is_random(s, i)) model->drawn[model->n_drawn++] = (uint16_t)i;
    }
}

// What nothing reads need not be drawn: an input that is fixed, a chance that cannot come.
static bool open_dimensions(money_model *model, hb_arena *arena) {
    const money_scenario *s = model->scenario;
    uint32_t n_dims = money_n_dims(s), chances = s->n_inputs;
    bool is_read[MONEY_INPUTS_MAX] = {0};
    model->drawn = hb_arena_array(arena, uint16_t, n_dims);
    model->placed = hb_arena_array(arena, uint16_t, s->n_inputs);
    if (model->drawn == NULL || model->placed == NULL) return false;
    find_read(s, is_read);
    list_inputs(model, is_read, true);
    static const money_role CHANCES[] = {MONEY_ROLE_DEATHS, MONEY_ROLE_COURT_RETURN,
                                         MONEY_ROLE_PAID_RETURN, MONEY_ROLE_WRONGFUL_PAID};
    for (uint32_t g = 0; g < s->n_groups; g++)
        for (uint32_t k = 0; k < 4; k++)
            if (s->roles[CHANCES[k]] != MONEY_NO_INPUT)
                model->drawn[model->n_drawn++] = (uint16_t)(chances + 5 * g + k);
    for (uint32_t l = 0; l < s->n_lines; l++)
        if (s->lines[l].driver == MONEY_BY_CHANCE)
            model->drawn[model->n_drawn++] = (uint16_t)(chances + 5 * s->n_groups + l);
    for (uint32_t d = chances + money_n_chances(s); d < n_dims; d++)
        model->drawn[model->n_drawn++] = (uint16_t)d;
    uint32_t n_drawn = model->n_drawn, n_placed = model->n_placed;
    list_inputs(model, is_read, false);
    model->n_outcomes_drawn = n_drawn;
    model->n_outcomes_placed = n_placed;
    return true;
}

money_model money_model_outcomes(const money_model *model) {
    money_model outcomes = *model;
    outcomes.n_drawn = model->n_outcomes_drawn;
    outcomes.n_placed = model->n_outcomes_placed;
    return outcomes;
}

bool money_model_open(money_model *model, hb_arena *arena, const money_scenario *scenario,
                      const money_case *which) {
    *model = (money_model){.scenario = scenario, .which = which};
    for (uint32_t i = 0; i < scenario->n_correlated; i++)
        model->is_correlated[scenario->correlated[i]] = true;
    for (uint32_t r = 0; r < scenario->n_rates; r++) {
        model->discount[r] = hb_arena_array(arena, double, scenario->n_months);
        if (model->discount[r] == NULL) return false;
        for (uint32_t m = 0; m < scenario->n_months; m++)  // mid-month, from signing
            model->discount[r][m] = pow(1 + scenario->rates[r].rate, -(m + 0.5) / 12);
    }
    for (uint32_t l = 0; l < scenario->n_lines; l++)
        model->is_counted[scenario->lines[l].driver] = true;
    if (model->is_counted[MONEY_ON_REACHING]) model->is_counted[MONEY_PER_ARRIVAL] = true;
    return open_months(model, arena) && open_dimensions(model, arena) &&
           (scenario->n_correlated == 0 || open_normal(model, arena));
}

money_work *money_work_open(const money_scenario *s) {
    uint32_t n_waves = 0;
    for (uint32_t g = 0; g < s->n_groups; g++) n_waves += s->groups[g].n_waves;
    uint32_t n_dims = (money_n_dims(s) + 3) / 4 * 4;     // whole blocks
    money_work *work = aligned_alloc(64, sizeof *work);  // its lanes stand where vectors want them
    if (work == NULL) return NULL;
    memset(work, 0, sizeof *work);
    const struct {
        money_lanes **rows;
        uint32_t n;
    } ROWS[] = {
        {&work->x,       s->n_inputs                        },
        {&work->u,       n_dims                             },
        {&work->outcome, MONEY_N_OUTCOMES                   },
        {&work->line,    s->n_lines                         },
        {&work->sender,  s->n_months                        },
        {&work->host,    s->n_months                        },
        {&work->days,    s->n_months                        },
        {&work->flow,    s->n_months                        },
        {&work->level,   s->n_months                        },
        {&work->walk,    s->volatility > 0 ? s->n_months : 0},
    };
    bool ok = true;
    for (uint32_t k = 0; k < sizeof ROWS / sizeof ROWS[0]; k++) {
        size_t size = (ROWS[k].n + 1) * sizeof(money_lanes);
        ok = (*ROWS[k].rows = aligned_alloc(64, size)) != NULL && ok;
        if (*ROWS[k].rows) memset(*ROWS[k].rows, 0, size);
    }
    // Of each wave an arrival, a plane out, two departures, two returns, two planes back; of each
    // group its wrongful transfers.
    work->drawn = calloc(MONEY_N_QUANTITIES * MONEY_RANGE, sizeof *work->drawn);
    work->events = aligned_alloc(64, (8 * n_waves + s->n_groups + 1) * sizeof *work->events);
    work->stays = aligned_alloc(64, (3 * n_waves + 1) * sizeof *work->stays);
    if (!ok || work->drawn == NULL || work->events == NULL || work->stays == NULL) {
        money_work_close(work);
        return NULL;
    }
    for (uint32_t d = 0; d < n_dims; d++)
        for (uint32_t l = 0; l < MONEY_LANES; l++) work->u[d][l] = 0.5;
    work->n = 1;
    work->stop_day = INFINITY;
    return work;
}

void money_work_close(money_work *work) {
    if (work == NULL) return;
    money_lanes *const ROWS[] = {work->x,    work->u,    work->outcome, work->line,  work->sender,
                                 work->host, work->days, work->flow,    work->level, work->walk};
    for (uint32_t k = 0; k < sizeof ROWS / sizeof ROWS[0]; k++) free(ROWS[k]);
    free(work->drawn);
    free(work->events);
    free(work->stays);
    free(work);
}

// ---- inputs -----------------------------------------------------------------------------------
void money_draw(const money_model *model, const money_stream *stream, uint64_t first, uint32_t n,
                money_work *work) {
    money_lanes unread;
    work->n = n;
    for (uint32_t d = 0; d < model->n_drawn; d += 4) {
        double *four[4];
        for (uint32_t k = 0; k < 4; k++)
            four[k] = d + k < model->n_drawn ? work->u[model->drawn[d + k]] : unread;
        money_uniforms(stream, first, n, d / 4, four);
    }
}

MONEY_VECTOR static void normal_shares(const double *restrict table, const double *restrict z,
                                       double *restrict u, uint32_t n) {
    for (uint32_t l = 0; l < n; l++) {
        double place = z[l] < -NORMAL_END ? 0 : z[l] + NORMAL_END;
        place = (place < 2 * NORMAL_END ? place : 2 * NORMAL_END) * NORMAL_PER_UNIT;
        int32_t k = (int32_t)place;
        double t = place - k, rest = 1 - t;
        double value = table[2 * k] * (1 + 2 * t) + table[2 * k + 1] * t,
               next = table[2 * k + 2] * (1 + 2 * rest) - table[2 * k + 3] * rest;
        u[l] = value * rest * rest + next * t * t;
    }
}

MONEY_VECTOR static void add_times(double *restrict out, const double *restrict in, double by,
                                   uint32_t n) {
    for (uint32_t l = 0; l < n; l++) out[l] += in[l] * by;
}

static void place_correlated(const money_model *model, money_work *work, uint32_t n) {
    const money_scenario *s = model->scenario;
    money_lanes z[MONEY_CORRELATED_MAX], mixed, u;
    for (uint32_t i = 0; i < s->n_correlated; i++) {
        uint32_t input = s->correlated[i];
        money_normals(work->u[input], z[i], n);
        memset(mixed, 0, sizeof mixed);
        for (uint32_t j = 0; j <= i; j++) add_times(mixed, z[j], s->mix[i][j], n);
        normal_shares(model->normal, mixed, u, n);
        money_input_lanes(&model->which->inputs[input], u, work->x[input], n);
    }
}

void money_place(const money_model *model, money_work *work) {
    const money_scenario *s = model->scenario;
    uint32_t n = money_padded(work->n);
    for (uint32_t k = 0; k < model->n_placed; k++) {
        uint32_t i = model->placed[k];
        if (!model->is_correlated[i])
            money_input_lanes(&model->which->inputs[i], work->u[i], work->x[i], n);
    }
    if (s->n_correlated) place_correlated(model, work, n);
    // A rate that walks as the logarithm of prices does, without drift of its mean.
    const money_lanes *steps = (const money_lanes *)work->u + s->n_inputs + money_n_chances(s);
    double step = s->volatility * sqrt(1.0 / 12);
    money_lanes level = {0}, z;
    for (uint32_t m = 0; s->volatility > 0 && m < s->n_months; m++) {
        money_normals(steps[m], z, n);
        for (uint32_t l = 0; l < n; l++) {
            level[l] += step * z[l] - step * step / 2;
            work->walk[m][l] = exp(level[l]);
        }
    }
}

// ---- people -----------------------------------------------------------------------------------
#define NEUTRAL_LANES(x) \
    { [0 ... MONEY_LANES - 1] = (x) }
const double *money_role_of(const money_model *model, const money_work *work, money_role role) {
    static const money_lanes NEUTRAL[] = {
#define ROW(id, name, unit, neutral) NEUTRAL_LANES(neutral),
        MONEY_ROLES(ROW)
#undef ROW
    };
    uint32_t input = model->scenario->roles[role];
    return input == MONEY_NO_INPUT ? NEUTRAL[role] : work->x[input];
}

uint32_t money_month_of(const money_model *model, double day) {
    int32_t last = model->scenario->month_first[model->scenario->n_months];
    return model->month_of[day <= 0 ? 0 : day >= last ? last : (int32_t)day];
}

MONEY_VECTOR static bool is_nothing(const double *n, uint32_t lanes) {
    for (uint32_t l = 0; l < lanes; l++)
        if (n[l] > 0) return false;
    return true;
}

MONEY_VECTOR money_event *money_add_event(const money_model *model, money_work *work,
                                          money_driver driver, const double *day, const double *n) {
    uint32_t lanes = money_padded(work->n);
    money_event *event = &work->events[work->n_events];
    if (!model->is_counted[driver] || is_nothing(n, lanes)) return NULL;
    work->n_events++;
    event->driver = driver;
    event->is_one_month = true;
    for (uint32_t l = 0; l < lanes; l++) {
        event->n[l] = n[l];
        event->month[l] = (uint16_t)money_month_of(model, day[l]);
        event->is_one_month &= event->month[l] == event->month[0];
    }
    return event;
}

MONEY_VECTOR static void planes_for(const double *restrict people, const double *restrict seats,
                                    double *restrict planes, uint32_t n) {
    for (uint32_t l = 0; l < n; l++) {
        double room = floor(seats[l]);
        planes[l] = ceil(people[l] / (room > 1 ? room : 1));
    }
}

// Person-days of one month of people who are there from one day to another.
MONEY_VECTOR static void days_of_month(double *restrict days, const double *restrict arrived,
                                       const double *restrict left, const double *restrict n,
                                       double first, double next, uint32_t lanes) {
    for (uint32_t l = 0; l < lanes; l++) {
        double from = arrived[l] > first ? arrived[l] : first, to = left[l] < next ? left[l] : next;
        days[l] += to > from ? n[l] * (to - from) : 0;
    }
}

MONEY_VECTOR static void close_stay(const double *restrict left, const double *restrict arrived,
                                    const double *restrict n, double horizon,
                                    double *restrict closing, double *restrict held,
                                    double *restrict gone, double *restrict days, uint32_t lanes) {
    for (uint32_t l = 0; l < lanes; l++) {
        double end = left[l] < horizon ? left[l] : horizon;
        closing[l] = n[l] > 0 && end > closing[l] ? end : closing[l];
        held[l] += left[l] > horizon ? n[l] : 0;
        gone[l] += left[l] > horizon ? 0 : n[l];
        days[l] += n[l] * (end - arrived[l]);
    }
}

typedef struct {
    money_lanes arrived, stay, n;  // n 0: nobody came, or no longer
    double day;                    // of arrival, after opening
} wave;

// n people of a wave stay `stay` days. Gives the day on which they leave the agreement.
MONEY_VECTOR static void leave(const money_model *model, money_work *work, money_course *c,
                               const wave *w, const double *stay, const double *n, bool is_alive,
                               double *left) {
    const money_scenario *s = model->scenario;
    uint32_t lanes = money_padded(work->n);
    double horizon = s->month_first[s->n_months], first = INFINITY, last = 0;
    money_lanes at_home, alive;
    for (uint32_t l = 0; l < lanes; l++)
        left[l] = money_min(w->arrived[l] + stay[l], money_max(work->stop_day, w->arrived[l]));
    if (is_nothing(n, lanes)) return;
    for (uint32_t l = 0; l < lanes; l++) {
        if (!(n[l] > 0)) continue;
        first = money_min(first, w->arrived[l]);
        last = money_max(last, left[l]);
    }
    money_stay *stays = &work->stays[work->n_stays++];
    stays->day = w->day;
    memcpy(stays->left, left, sizeof stays->left);
    memcpy(stays->n, n, sizeof stays->n);
    uint32_t from = money_month_of(model, first), until = money_month_of(model, last) + 1;
    if (until > s->n_months) until = s->n_months;
    if (from < c->first_held) c->first_held = from;
    if (until > c->last_held) c->last_held = until;
    for (uint32_t m = from; m < until; m++)
        days_of_month(work->days[m], w->arrived, left, n, s->month_first[m], s->month_first[m + 1],
                      lanes);
    close_stay(left, w->arrived, n, horizon, c->closing, work->outcome[MONEY_held_at_end],
               work->outcome[is_alive ? MONEY_released : MONEY_died],
               work->outcome[MONEY_person_days], lanes);
    if (!is_alive) return;
    // Who leaves on the last day of the last month leaves within it.
    for (uint32_t l = 0; l < lanes; l++) {
        at_home[l] = money_min(left[l], horizon - 1);
        alive[l] = left[l] > horizon ? 0 : n[l];
    }
    money_add_event(model, work, MONEY_PER_DEPARTURE, at_home, alive);
}

// Planes out go for a wave and a group together; planes back carry those who leave a group at the
// end of a wave's stay, and each court return flies apart from them.
MONEY_VECTOR static void fly_back(const money_model *model, money_work *work, const double *left,
                                  const double *n) {
    const money_scenario *s = model->scenario;
    uint32_t lanes = money_padded(work->n);
    double horizon = s->month_first[s->n_months];
    money_lanes at, back, planes;
    if (is_nothing(n, lanes)) return;
    for (uint32_t l = 0; l < lanes; l++) {
        at[l] = money_min(left[l], horizon - 1);
        back[l] = left[l] > horizon ? 0 : n[l];
        work->outcome[MONEY_returned_at_sender_cost][l] += back[l];
    }
    planes_for(back, money_role_of(model, work, MONEY_ROLE_PEOPLE_PER_PLANE), planes, lanes);
    money_add_event(model, work, MONEY_PER_RETURN, at, back);
    money_add_event(model, work, MONEY_PER_PLANE_BACK, at, planes);
}

static bool has_role(const money_model *model, money_role role) {
    uint32_t input = model->scenario->roles[role];
    const money_input *in = input == MONEY_NO_INPUT ? NULL : &model->which->inputs[input];
    return in && (in->knots || in->mode != 0);
}

// How many of n a role's chance befalls.
static void count_by_chance(const money_model *model, const money_work *work, money_role role,
                            const double *u, const double *n, double *k) {
    uint32_t lanes = money_padded(work->n);
    if (has_role(model, role))
        money_binomials(u, n, money_role_of(model, work, role), k, lanes);
    else
        memset(k, 0, lanes * sizeof *k);
}

static void count_deaths(const money_model *model, const money_work *work, const wave *w,
                         const double *u, double *died) {
    uint32_t lanes = money_padded(work->n);
    const double *yearly = money_role_of(model, work, MONEY_ROLE_DEATHS);
    money_lanes chance;
    memset(died, 0, lanes * sizeof *died);
    if (!has_role(model, MONEY_ROLE_DEATHS)) return;
    for (uint32_t l = 0; l < lanes; l++)
        chance[l] = 1 - pow(1 - money_min(money_max(yearly[l], 0), 1), w->stay[l] / 365);
    money_binomials(u, w->n, chance, died, lanes);
}

MONEY_VECTOR static void follow_wave(const money_model *model, money_work *work, money_course *c,
                                     const wave *w, const money_lanes *u) {
    uint32_t lanes = money_padded(work->n);
    const double *court_day = money_role_of(model, work, MONEY_ROLE_COURT_RETURN_DAY);
    money_lanes died, court, paid, rest, planes, half, until_court, left;
    if (is_nothing(w->n, lanes)) return;
    planes_for(w->n, money_role_of(model, work, MONEY_ROLE_PEOPLE_PER_PLANE), planes, lanes);
    money_add_event(model, work, MONEY_PER_ARRIVAL, w->arrived, w->n);
    money_add_event(model, work, MONEY_PER_PLANE_OUT, w->arrived, planes);
    count_deaths(model, work, w, u[0], died);
    for (uint32_t l = 0; l < lanes; l++) rest[l] = w->n[l] - died[l];
    count_by_chance(model, work, MONEY_ROLE_COURT_RETURN, u[1], rest, court);
    for (uint32_t l = 0; l < lanes; l++) {
        rest[l] -= court[l];
        half[l] = floor(w->stay[l] / 2);
        until_court[l] = money_min(w->stay[l], money_max(1, floor(court_day[l] + 0.5)));
        work->outcome[MONEY_returned][l] += court[l];
    }
    count_by_chance(model, work, MONEY_ROLE_PAID_RETURN, u[2], rest, paid);
    leave(model, work, c, w, half, died, false, left);
    leave(model, work, c, w, until_court, court, true, left);
    fly_back(model, work, left, court);
    leave(model, work, c, w, w->stay, rest, true, left);
    fly_back(model, work, left, paid);
}

MONEY_VECTOR static void save(money_lanes *outcome, const double *restrict days,
                              const double *restrict marginal, const double *restrict average,
                              const double *restrict n, const double *restrict once,
                              uint32_t lanes) {
    double *restrict by_marginal = outcome[MONEY_saving_marginal],
                     *restrict by_average = outcome[MONEY_saving_average];
    for (uint32_t l = 0; l < lanes; l++) {
        by_marginal[l] += days[l] * marginal[l] + n[l] * once[l];
        by_average[l] += days[l] * average[l] + n[l] * once[l];
    }
}

// What the sender stops spending: days at either cost, and a flight home that is not flown.
MONEY_VECTOR static void count_saving(money_work *work, const money_group *group,
                                      const double *sent, const double *person_days) {
    static const money_lanes NOTHING;
    uint32_t lanes = money_padded(work->n);
    const uint32_t of[] = {group->avoided_marginal, group->avoided_average, group->avoided_once};
    const double *price[3];
    money_lanes days;
    for (uint32_t k = 0; k < 3; k++) price[k] = of[k] == MONEY_NO_INPUT ? NOTHING : work->x[of[k]];
    for (uint32_t l = 0; l < lanes; l++)
        days[l] = group->avoided_days == MONEY_NO_INPUT ? person_days[l]
                                                        : sent[l] * work->x[group->avoided_days][l];
    save(work->outcome, days, price[0], price[1], sent, price[2], lanes);
}

MONEY_VECTOR static void count_wrongful(const money_model *model, money_work *work,
                                        const money_course *c, const double *sent,
                                        const double *u) {
    const money_scenario *s = model->scenario;
    uint32_t lanes = money_padded(work->n);
    const double *share = money_role_of(model, work, MONEY_ROLE_WRONGFUL);
    money_lanes wrongful, paid, at;
    if (!model->is_counted[MONEY_PER_WRONGFUL]) return;
    for (uint32_t l = 0; l < lanes; l++) {
        wrongful[l] = money_min(floor(sent[l] * share[l] + 0.5), sent[l]);
        at[l] = money_min(c->closing[l], s->month_first[s->n_months] - 1);
    }
    count_by_chance(model, work, MONEY_ROLE_WRONGFUL_PAID, u, wrongful, paid);
    money_add_event(model, work, MONEY_PER_WRONGFUL, at, paid);
}

MONEY_VECTOR static void follow_group(const money_model *model, money_work *work, money_course *c,
                                      uint32_t g) {
    const money_scenario *s = model->scenario;
    const money_group *group = &s->groups[g];
    const money_lanes *u = (const money_lanes *)work->u + s->n_inputs + 5 * g;
    uint32_t lanes = money_padded(work->n);
    double share = 0, more = g == 0 ? work->extra_people : 0, horizon = s->month_first[s->n_months];
    money_lanes all, sent = {0}, days;
    wave w;
    for (uint32_t l = 0; l < lanes; l++) {
        double fill = group->fill == MONEY_NO_INPUT ? 1 : work->x[group->fill][l];
        all[l] = floor(work->x[group->count][l] * fill + 0.5) + more;
        all[l] = money_min(money_max(all[l], 0), MONEY_PEOPLE_MAX);
        w.stay[l] = money_max(1, floor(work->x[group->stay_days][l] + 0.5));
    }
    if (is_nothing(all, lanes)) return;
    memcpy(days, work->outcome[MONEY_person_days], sizeof days);
    for (uint32_t k = 0; k < group->n_waves; k++) {
        bool is_last = k + 1 == group->n_waves;
        share += group->waves[k].share;
        w.day = group->waves[k].day;
        for (uint32_t l = 0; l < lanes; l++) {
            double until = is_last ? all[l] : money_min(all[l], floor(all[l] * share + 0.5));
            w.arrived[l] = c->opening[l] + w.day;
            // Nobody is sent after the horizon, or once the agreement has been stopped; who is not
            // sent then is never sent.
            bool comes = w.arrived[l] < horizon && w.arrived[l] <= work->stop_day;
            if (!comes) all[l] = sent[l];
            w.n[l] = comes ? money_max(until - sent[l], 0) : 0;
            sent[l] += w.n[l];
        }
        // One chance serves all waves of a group: their outcomes move together.
        follow_wave(model, work, c, &w, u);
    }
    for (uint32_t l = 0; l < lanes; l++) {
        work->outcome[MONEY_sent][l] += sent[l];
        days[l] = work->outcome[MONEY_person_days][l] - days[l];
    }
    count_saving(work, group, sent, days);
    count_wrongful(model, work, c, sent, u[3]);
}

// Most people at once: somebody must have arrived that day.
MONEY_VECTOR static void find_peak(const money_model *model, money_work *work,
                                   const money_course *c) {
    uint32_t lanes = money_padded(work->n);
    const double *places = money_role_of(model, work, MONEY_ROLE_PLACES);
    bool has_places = model->scenario->roles[MONEY_ROLE_PLACES] != MONEY_NO_INPUT;
    double *peak = work->outcome[MONEY_peak], *over = work->outcome[MONEY_over_places];
    for (uint32_t a = 0; a < work->n_stays; a++) {
        double day = work->stays[a].day;
        money_lanes present = {0};
        if (a > 0 && work->stays[a - 1].day == day) continue;
        for (uint32_t b = 0; b < work->n_stays; b++) {
            const money_stay *other = &work->stays[b];
            for (uint32_t l = 0; other->day <= day && l < lanes; l++)
                present[l] += other->left[l] > c->opening[l] + day ? other->n[l] : 0;
        }
        for (uint32_t l = 0; l < lanes; l++) peak[l] = money_max(peak[l], present[l]);
    }
    for (uint32_t l = 0; has_places && l < lanes; l++) over[l] = money_max(peak[l] - places[l], 0);
}

MONEY_VECTOR void money_follow(const money_model *model, money_work *work) {
    const money_scenario *s = model->scenario;
    const double *delay = money_role_of(model, work, MONEY_ROLE_START_DELAY),
                 *term = money_role_of(model, work, MONEY_ROLE_TERM);
    uint32_t lanes = money_padded(work->n);
    money_course c;
    c.first_held = s->n_months;
    c.last_held = 0;
    // Months that the batch before did not reach are still empty.
    memset(work->outcome, 0, MONEY_N_OUTCOMES * sizeof *work->outcome);
    memset(work->sender, 0, work->n_used * sizeof *work->sender);
    memset(work->host, 0, work->n_used * sizeof *work->host);
    memset(work->days, 0, work->n_held * sizeof *work->days);
    work->n_events = work->n_stays = work->n_used = 0;
    for (uint32_t l = 0; l < lanes; l++) {
        double wait = floor(delay[l] + 0.5), months = floor(term[l] + 0.5);
        c.opening[l] = s->month_first[(uint32_t)money_min(money_max(wait, 0), s->n_months)];
        c.term[l] = s->month_first[(uint32_t)money_min(money_max(wait + months, 0), s->n_months)];
        c.closing[l] = c.opening[l];
    }
    for (uint32_t g = 0; g < s->n_groups; g++) follow_group(model, work, &c, g);
    work->n_held = c.last_held;
    find_peak(model, work, &c);
    money_book_lines(model, work, &c);
}
