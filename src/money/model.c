// One draw: from inputs to both budgets. People first, in whole numbers: each group arrives in
// waves, and everybody of a wave leaves dead (in the middle of the stay), brought back by a court
// (on a day of its own) or at the end of the stay. What they do, month by month, are the drivers:
// arrivals, planes, days. Then each line of money is amount x driver x index x exchange rate, paid
// by one side and, when it is a fee, received by the other.
//
//   opening = start + delay     closing = last departure
//   |-- signing ... opening ===== people ===== closing ... term |   days; months are the calendar's
//
// The law of this file, tested in every draw: people in = out + held; money paid = received.
#include <math.h>
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

static const struct {
    const char *name;
    bool is_fixed;
} DRIVERS[] = {
    [MONEY_PER_YEAR] = {"per_year",         true },
    [MONEY_ONCE] = {"once",             true },
    [MONEY_PER_PLACE_YEAR] = {"per_place_year",   true },
    [MONEY_PER_ARRIVAL] = {"per_arrival",      false},
    [MONEY_PER_DEPARTURE] = {"per_departure",    false},
    [MONEY_PER_RETURN] = {"per_return",       false},
    [MONEY_PER_PLANE_OUT] = {"per_plane_out",    false},
    [MONEY_PER_PLANE_BACK] = {"per_plane_back",   false},
    [MONEY_PER_PERSON_DAY] = {"per_person_day",   false},
    [MONEY_PER_PERSON_MONTH] = {"per_person_month", false},
    [MONEY_PER_WRONGFUL] = {"per_wrongful",     false},
    [MONEY_BY_CHANCE] = {"by_chance",        false},
    [MONEY_ON_REACHING] = {"on_reaching",      false},
};

const char *money_driver_name(money_driver driver) {
    return DRIVERS[driver].name;
}
bool money_driver_is_fixed(money_driver driver) {
    return DRIVERS[driver].is_fixed;
}

uint32_t money_n_chances(const money_scenario *scenario) {
    return 5 * scenario->n_groups + scenario->n_lines;
}
uint32_t money_n_dims(const money_scenario *scenario) {
    return scenario->n_inputs + money_n_chances(scenario) +
           (scenario->volatility > 0 ? scenario->n_months : 0);
}

bool money_model_open(money_model *model, hb_arena *arena, const money_scenario *scenario,
                      const money_case *which) {
    *model = (money_model){.scenario = scenario, .which = which};
    for (uint32_t r = 0; r < scenario->n_rates; r++) {
        model->discount[r] = hb_arena_array(arena, double, scenario->n_months);
        if (model->discount[r] == NULL) return false;
        for (uint32_t m = 0; m < scenario->n_months; m++)  // mid-month, from signing
            model->discount[r][m] = pow(1 + scenario->rates[r].rate, -(m + 0.5) / 12);
    }
    return true;
}

void money_work_init(money_work *work) {
    memset(work, 0, sizeof *work);
    work->stop_day = INFINITY;
}

void money_place(const money_model *model, money_work *work) {
    const money_scenario *s = model->scenario;
    double u[MONEY_CORRELATED_MAX], z[MONEY_CORRELATED_MAX];
    for (uint32_t i = 0; i < s->n_inputs; i++)
        work->x[i] = money_input_at(&model->which->inputs[i], work->u[i]);
    for (uint32_t i = 0; i < s->n_correlated; i++) z[i] = money_normal(work->u[s->correlated[i]]);
    for (uint32_t i = 0; i < s->n_correlated; i++) {
        double sum = 0;
        for (uint32_t j = 0; j <= i; j++) sum += s->mix[i][j] * z[j];
        u[i] = 0.5 * erfc(-sum * M_SQRT1_2);
        work->x[s->correlated[i]] = money_input_at(&model->which->inputs[s->correlated[i]], u[i]);
    }
    // A rate that walks as the logarithm of prices does, without drift of its mean.
    const double *steps = work->u + s->n_inputs + money_n_chances(s);
    double level = 0, step = s->volatility * sqrt(1.0 / 12);
    for (uint32_t m = 0; s->volatility > 0 && m < s->n_months; m++) {
        level += step * money_normal(steps[m]) - step * step / 2;
        work->walk[m] = exp(level);
    }
}

static double role(const money_model *model, const money_work *work, money_role which) {
    static const double NEUTRAL[] = {
#define ROW(id, name, unit, neutral) neutral,
        MONEY_ROLES(ROW)
#undef ROW
    };
    uint32_t input = model->scenario->roles[which];
    return input == MONEY_NO_INPUT ? NEUTRAL[which] : work->x[input];
}

// The month in which a day falls, or n_months past the last.
static uint32_t month_of(const money_scenario *s, double day) {
    uint32_t m = (uint32_t)(fmin(fmax(day, 0) / 30.5, s->n_months));
    while (m < s->n_months && day >= s->month_first[m + 1]) m++;
    return m;
}

static void add_at(const money_scenario *s, double *driver, double day, double n) {
    uint32_t m = month_of(s, day);
    if (m < s->n_months) driver[m] += n;
}

// Person-days of n people from one day to another, month by month; gives their sum.
static double add_days(const money_scenario *s, double *driver, double first, double last,
                       double n) {
    double days = 0;
    for (uint32_t m = month_of(s, first); m < s->n_months && s->month_first[m] < last; m++) {
        double from = fmax(first, s->month_first[m]), to = fmin(last, s->month_first[m + 1]);
        driver[m] += n * (to - from);
        days += n * (to - from);
    }
    return days;
}

typedef struct {
    double opening, closing, term;  // days from start
    double held;                    // people, at the end of the last month
    uint32_t n_people_months;       // months in which anybody comes, is held or goes
    uint32_t n_used;                // months in which any money moves
} course;

static double planes_for(double people, double seats) {
    return people > 0 ? ceil(people / fmax(1, floor(seats))) : 0;
}

static void leave(const money_model *model, money_work *work, course *c, double arrived,
                  double left, double n, bool is_alive) {
    const money_scenario *s = model->scenario;
    double horizon = s->month_first[s->n_months];
    if (n <= 0) return;
    left = fmin(left, fmax(work->stop_day, arrived));
    work->outcome[MONEY_person_days] +=
        add_days(s, work->drivers[MONEY_PER_PERSON_DAY], arrived, left, n);
    c->closing = fmax(c->closing, fmin(left, horizon));
    if (left > horizon) {
        c->held += n;
        return;
    }
    if (!is_alive) {
        work->outcome[MONEY_died] += n;
        return;
    }
    work->outcome[MONEY_released] += n;
    // Who leaves on the last day of the last month leaves within it.
    add_at(s, work->drivers[MONEY_PER_DEPARTURE], fmin(left, horizon - 1), n);
}

// Planes out go for a wave and a group together; planes back carry those who leave a group at the
// end of a wave's stay, and each court return flies apart from them.
static void fly_back(const money_model *model, money_work *work, double day, double n) {
    const money_scenario *s = model->scenario;
    double horizon = s->month_first[s->n_months];
    if (n <= 0 || day > horizon) return;
    double at = fmin(day, horizon - 1);
    add_at(s, work->drivers[MONEY_PER_RETURN], at, n);
    add_at(s, work->drivers[MONEY_PER_PLANE_BACK], at,
           planes_for(n, role(model, work, MONEY_ROLE_PEOPLE_PER_PLANE)));
    work->outcome[MONEY_returned_at_sender_cost] += n;
}

static void follow_wave(const money_model *model, money_work *work, course *c, uint32_t n,
                        double arrived, double stay, const double *u) {
    const money_scenario *s = model->scenario;
    double yearly = fmin(fmax(role(model, work, MONEY_ROLE_DEATHS), 0), 1);
    double died = yearly > 0 ? money_binomial(u[0], n, 1 - pow(1 - yearly, stay / 365)) : 0;
    uint32_t alive = n - (uint32_t)died;
    double court = money_binomial(u[1], alive, role(model, work, MONEY_ROLE_COURT_RETURN));
    double court_day = fmin(stay, fmax(1, round(role(model, work, MONEY_ROLE_COURT_RETURN_DAY))));
    uint32_t rest = alive - (uint32_t)court;
    double paid = money_binomial(u[2], rest, role(model, work, MONEY_ROLE_PAID_RETURN));
    add_at(s, work->drivers[MONEY_PER_ARRIVAL], arrived, n);
    add_at(s, work->drivers[MONEY_PER_PLANE_OUT], arrived,
           planes_for(n, role(model, work, MONEY_ROLE_PEOPLE_PER_PLANE)));
    leave(model, work, c, arrived, arrived + floor(stay / 2), died, false);
    leave(model, work, c, arrived, arrived + court_day, court, true);
    leave(model, work, c, arrived, arrived + stay, rest, true);
    double stop = fmax(work->stop_day, arrived);
    fly_back(model, work, fmin(arrived + court_day, stop), court);
    fly_back(model, work, fmin(arrived + stay, stop), paid);
    work->outcome[MONEY_returned] += court;
}

static void save(money_work *work, const money_group *group, double n, double person_days) {
    double days =
        group->avoided_days == MONEY_NO_INPUT ? person_days : n * work->x[group->avoided_days];
    double once = group->avoided_once == MONEY_NO_INPUT ? 0 : n * work->x[group->avoided_once];
    if (group->avoided_marginal != MONEY_NO_INPUT)
        work->outcome[MONEY_saving_marginal] += days * work->x[group->avoided_marginal];
    if (group->avoided_average != MONEY_NO_INPUT)
        work->outcome[MONEY_saving_average] += days * work->x[group->avoided_average];
    work->outcome[MONEY_saving_marginal] += once;
    work->outcome[MONEY_saving_average] += once;
}

static double total(const double *months, uint32_t n) {
    double sum = 0;
    for (uint32_t m = 0; m < n; m++) sum += months[m];
    return sum;
}

static void follow_group(const money_model *model, money_work *work, course *c, uint32_t g) {
    const money_scenario *s = model->scenario;
    const money_group *group = &s->groups[g];
    const double *u = work->u + s->n_inputs + 5 * g;
    double fill = group->fill == MONEY_NO_INPUT ? 1 : work->x[group->fill];
    double n = round(work->x[group->count] * fill) + (g == 0 ? work->extra_people : 0);
    double stay = fmax(1, round(work->x[group->stay_days]));
    double before = work->outcome[MONEY_person_days];
    double sent = 0, share = 0;
    n = fmin(fmax(n, 0), MONEY_PEOPLE_MAX);
    for (uint32_t w = 0; w < group->n_waves; w++) {
        share += group->waves[w].share;
        double until = w + 1 == group->n_waves ? n : fmin(n, round(n * share));
        double day = c->opening + group->waves[w].day;
        // Nobody is sent after the horizon, or once the agreement has been stopped.
        if (day >= s->month_first[s->n_months] || day > work->stop_day) break;
        // One chance serves all waves of a group: their outcomes move together.
        follow_wave(model, work, c, (uint32_t)(until - sent), day, stay, u);
        sent = until;
    }
    work->outcome[MONEY_sent] += sent;
    double days = work->outcome[MONEY_person_days] - before;
    save(work, group, sent, days);
    double wrongful = round(sent * role(model, work, MONEY_ROLE_WRONGFUL));
    double paid = money_binomial(u[3], (uint32_t)fmin(wrongful, sent),
                                 role(model, work, MONEY_ROLE_WRONGFUL_PAID));
    add_at(s, work->drivers[MONEY_PER_WRONGFUL], fmin(c->closing, s->month_first[s->n_months] - 1),
           paid);
}

static double moment(const course *c, money_moment which) {
    switch (which) {
        case MONEY_AT_OPENING: return c->opening;
        case MONEY_AT_SIGNING: return 0;
        case MONEY_AT_CLOSING: return c->closing;
        case MONEY_AT_TERM: return c->term;
        case MONEY_AT_LATER: return fmax(c->term, c->closing);
    }
    return 0;
}

// The months in which a line's driver is not nothing: work->flow holds it in [first, last) only.
typedef struct {
    uint32_t first, last;
} span;

// Months, of which some only in part, from one day to another; twelve make a year exactly.
static span run_months(const money_scenario *s, double *out, double from, double to, double each) {
    span months = {.first = month_of(s, from)};
    uint32_t m = months.first;
    for (; m < s->n_months && s->month_first[m] < to; m++) {
        double first = s->month_first[m], next = s->month_first[m + 1];
        out[m] = each * (fmin(to, next) - fmax(from, first)) / (next - first);
    }
    months.last = m;
    return months;
}

static span one_month(const money_scenario *s, double *out, double day, double n) {
    uint32_t m = month_of(s, day);
    if (n == 0 || m >= s->n_months) return (span){0};
    out[m] = n;
    return (span){m, m + 1};
}

static span on_reaching(const money_work *work, const course *c, double people, double *out) {
    double n = 0;
    for (uint32_t m = 0; m < c->n_people_months; m++) {
        n += work->drivers[MONEY_PER_ARRIVAL][m];
        if (n < people) continue;
        out[m] = 1;
        return (span){m, m + 1};
    }
    return (span){0};
}

// Mean people of each month, of whom at least, at most, and only above a number count while the
// line runs.
static span person_months(const money_scenario *s, const money_work *work, const course *c,
                          const money_line *line, double from, double until, double *out) {
    for (uint32_t m = 0; m < c->n_people_months; m++) out[m] = 0;
    span running = run_months(s, out, from, until, 1);
    span months = {0, running.last > c->n_people_months ? running.last : c->n_people_months};
    for (uint32_t m = running.last; m < months.last; m++) out[m] = 0;
    for (uint32_t m = c->n_people_months; m < running.first && m < months.last; m++) out[m] = 0;
    for (uint32_t m = 0; m < months.last; m++) {
        double days = s->month_first[m + 1] - s->month_first[m];
        double people = work->drivers[MONEY_PER_PERSON_DAY][m] / days;
        double counted =
            fmin(fmax(people, line->least * out[m]), line->most) - line->above * out[m];
        out[m] = fmax(counted, 0);
    }
    return months;
}

static span count_driver(const money_model *model, money_work *work, const course *c, uint32_t l) {
    const money_scenario *s = model->scenario;
    const money_line *line = &s->lines[l];
    double *out = work->flow, from = moment(c, line->from), until = moment(c, line->until);
    double last_day = s->month_first[s->n_months] - 1;
    switch (line->driver) {
        case MONEY_PER_YEAR: return run_months(s, out, from, until, 1.0 / 12);
        case MONEY_PER_PLACE_YEAR:
            return run_months(s, out, from, until, role(model, work, MONEY_ROLE_PLACES) / 12);
        case MONEY_ONCE: return one_month(s, out, fmin(from, last_day), 1);
        case MONEY_BY_CHANCE: {
            double u = work->u[s->n_inputs + 5 * s->n_groups + l];
            return one_month(s, out, fmin(c->closing, last_day), u > 1 - work->x[line->chance]);
        }
        case MONEY_ON_REACHING: return on_reaching(work, c, line->people, out);
        case MONEY_PER_PERSON_MONTH: return person_months(s, work, c, line, from, until, out);
        case MONEY_PER_ARRIVAL:
        case MONEY_PER_DEPARTURE:
        case MONEY_PER_RETURN:
        case MONEY_PER_PLANE_OUT:
        case MONEY_PER_PLANE_BACK:
        case MONEY_PER_PERSON_DAY:
        case MONEY_PER_WRONGFUL:
            memcpy(out, work->drivers[line->driver], c->n_people_months * sizeof *out);
            return (span){0, c->n_people_months};
        case MONEY_N_DRIVERS: break;
    }
    return (span){0};
}

static double amount(const money_model *model, const money_work *work, const money_line *line) {
    double product = 1;
    for (uint32_t f = 0; f < line->n_factors; f++) {
        double x = work->x[line->factors[f].input];
        product *= line->factors[f].is_complement ? 1 - x : x;
    }
    if (line->is_biased) product *= 1 + role(model, work, MONEY_ROLE_BIAS);
    return product;
}

// A sum of the price level of the scenario's year rises each January by the line's index.
static void apply_index(const money_scenario *s, money_work *work, const money_line *line,
                        span months) {
    double *flow = work->flow, rise = line->index == MONEY_NO_INPUT ? 0 : work->x[line->index];
    double level = rise != 0 ? pow(1 + rise, s->start.year - s->price_year) : 1;
    for (uint32_t m = 0; rise != 0 && m < months.last; m++) {
        if (m > 0 && (s->start.month - 1 + m) % 12 == 0) level *= 1 + rise;
        if (m >= months.first) flow[m] *= level;
    }
    for (uint32_t m = months.first; line->is_floating && s->volatility > 0 && m < months.last; m++)
        flow[m] *= work->walk[m];
}

static void book(const money_model *model, money_work *work, course *c, uint32_t l) {
    const money_scenario *s = model->scenario;
    const money_line *line = &s->lines[l];
    double each = amount(model, work, line), sum = 0, *out = work->outcome;
    double of_sender = line->is_paid_by_host ? 0 : 1;
    double to_host = line->is_paid_by_host ? -1 : line->is_paid_to_host ? 1 : 0;
    span months = count_driver(model, work, c, l);
    apply_index(s, work, line, months);
    for (uint32_t m = months.first; m < months.last; m++) {
        double money = work->flow[m] * each;
        sum += money;
        work->sender[m] += of_sender * money;
        work->host[m] += to_host * money;
    }
    if (months.last > c->n_used) c->n_used = months.last;
    work->line[l] = sum;
    if (!line->is_paid_by_host) {
        out[MONEY_all_in] += sum;
        if (!line->is_paid_to_host) return;
        out[MONEY_fee] += sum;
        if (money_driver_is_fixed(line->driver)) out[MONEY_fee_fixed] += sum;
    } else if (line->is_capital) {
        out[MONEY_host_capital] += sum;
    } else if (money_driver_is_fixed(line->driver)) {
        out[MONEY_host_fixed] += sum;
    } else {
        out[MONEY_host_marginal] += sum;
    }
}

static void sum_up(const money_model *model, money_work *work, const course *c) {
    const money_scenario *s = model->scenario;
    double *out = work->outcome;
    double own = out[MONEY_host_marginal] + out[MONEY_host_fixed] + out[MONEY_host_capital];
    out[MONEY_held_at_end] = c->held;
    out[MONEY_years] = (c->closing - c->opening) / 365;
    out[MONEY_place_days] = role(model, work, MONEY_ROLE_PLACES) * (c->closing - c->opening);
    out[MONEY_fee_year] = out[MONEY_years] > 0 ? out[MONEY_fee] / out[MONEY_years] : 0;
    out[MONEY_host_gain] = out[MONEY_fee] - own;
    for (uint32_t r = 0; r < s->n_rates; r++) {
        double sender = 0, host = 0;
        for (uint32_t m = 0; m < c->n_used; m++) {
            sender += work->sender[m] * model->discount[r][m];
            host += work->host[m] * model->discount[r][m];
        }
        out[MONEY_pv_sender_1 + r] = sender;
        out[MONEY_pv_host_1 + r] = host;
    }
    // The same money counted another way: the sender's months less what went to others, and the
    // host's months plus what it spent, are both the fee.
    work->paid = total(work->sender, c->n_used) - (out[MONEY_all_in] - out[MONEY_fee]);
    work->received = total(work->host, c->n_used) + own;
}

void money_follow(const money_model *model, money_work *work) {
    const money_scenario *s = model->scenario;
    course c = {0};
    memset(work->outcome, 0, sizeof work->outcome);
    memset(work->sender, 0, s->n_months * sizeof *work->sender);
    memset(work->host, 0, s->n_months * sizeof *work->host);
    for (uint32_t d = MONEY_PER_ARRIVAL; d <= MONEY_PER_WRONGFUL; d++)
        memset(work->drivers[d], 0, s->n_months * sizeof *work->drivers[d]);
    double delay = round(role(model, work, MONEY_ROLE_START_DELAY));
    double term = round(role(model, work, MONEY_ROLE_TERM));
    c.opening = s->month_first[(uint32_t)fmin(fmax(delay, 0), s->n_months)];
    c.term = s->month_first[(uint32_t)fmin(fmax(delay + term, 0), s->n_months)];
    c.closing = c.opening;
    for (uint32_t g = 0; g < s->n_groups; g++) follow_group(model, work, &c, g);
    c.n_people_months = month_of(s, c.closing) + 1;
    if (c.n_people_months > s->n_months) c.n_people_months = s->n_months;
    for (uint32_t l = 0; l < s->n_lines; l++) book(model, work, &c, l);
    sum_up(model, work, &c);
}
