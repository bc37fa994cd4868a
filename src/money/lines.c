// A batch of draws: from people to both budgets. Each line of money is amount x driver x index x
// exchange rate, paid by one side and, when it is a fee, received by the other. A driver is either
// events (a month and a number in each lane) or a row for each month.
//
// The law of this file, tested in every draw: money paid = money received.
#include <math.h>
#include <string.h>

#include "money/internal.h"

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

typedef struct {
    const money_line *line;
    money_lanes each;  // amount
    double to_sender,
        to_host;     // what one unit of money adds to what is spent, and to what is gained
    bool has_level;  // work->level holds its prices
    double *sum;
} booking;

// ---- rows -------------------------------------------------------------------------------------
MONEY_VECTOR static void multiply(double *restrict out, const double *restrict by, uint32_t n) {
    for (uint32_t l = 0; l < n; l++) out[l] *= by[l];
}

MONEY_VECTOR static void add_signed(double *restrict out, const double *restrict in, double sign,
                                    uint32_t n) {
    for (uint32_t l = 0; l < n; l++) out[l] += sign * in[l];
}

// A driver's row becomes money, and is added to the line's total.
MONEY_VECTOR static void make_money(double *restrict row, const double *restrict each,
                                    double *restrict sum, uint32_t n) {
    for (uint32_t l = 0; l < n; l++) {
        row[l] *= each[l];
        sum[l] += row[l];
    }
}

static void book_row(money_work *work, const booking *b, uint32_t m, uint32_t lanes) {
    double *row = work->flow[m];
    if (b->has_level) multiply(row, work->level[m], lanes);
    make_money(row, b->each, b->sum, lanes);
    if (b->to_sender != 0) add_signed(work->sender[m], row, b->to_sender, lanes);
    if (b->to_host != 0) add_signed(work->host[m], row, b->to_host, lanes);
    if (m >= work->n_used) work->n_used = m + 1;
}

// ---- events -----------------------------------------------------------------------------------
static void scatter(money_lanes *rows, const money_event *event, const double *money, double sign,
                    uint32_t n_months, uint32_t lanes) {
    for (uint32_t l = 0; l < lanes; l++)
        if (event->month[l] < n_months) rows[event->month[l]][l] += sign * money[l];
}

MONEY_VECTOR static void book_event(const money_model *model, money_work *work, const booking *b,
                                    const money_event *event) {
    uint32_t lanes = money_padded(work->n), n_months = model->scenario->n_months, last = 0;
    money_lanes money;
    memcpy(money, event->n, sizeof money);
    for (uint32_t l = 0; b->has_level && l < lanes; l++)
        if (event->month[l] < n_months) money[l] *= work->level[event->month[l]][l];
    for (uint32_t l = 0; l < lanes; l++) {
        if (event->month[l] >= n_months) money[l] = 0;
        if (event->month[l] > last) last = event->month[l];
    }
    make_money(money, b->each, b->sum, lanes);
    if (last >= n_months) last = n_months - 1;
    if (last >= work->n_used) work->n_used = last + 1;
    if (event->is_one_month && event->month[0] < n_months) {
        if (b->to_sender != 0)
            add_signed(work->sender[event->month[0]], money, b->to_sender, lanes);
        if (b->to_host != 0) add_signed(work->host[event->month[0]], money, b->to_host, lanes);
        return;
    }
    if (b->to_sender != 0) scatter(work->sender, event, money, b->to_sender, n_months, lanes);
    if (b->to_host != 0) scatter(work->host, event, money, b->to_host, n_months, lanes);
}

// An event of this line alone, on a day of each lane.
static void book_on(const money_model *model, money_work *work, const booking *b, const double *day,
                    const double *n) {
    uint32_t before = work->n_events;
    money_event *event = money_add_event(model, work, b->line->driver, day, n);
    if (event) book_event(model, work, b, event);
    work->n_events = before;
}

// ---- drivers ----------------------------------------------------------------------------------
static const double *moment(const money_course *c, money_moment which, double *later,
                            uint32_t lanes) {
    static const money_lanes SIGNING;
    switch (which) {
        case MONEY_AT_OPENING: return c->opening;
        case MONEY_AT_SIGNING: return SIGNING;
        case MONEY_AT_CLOSING: return c->closing;
        case MONEY_AT_TERM: return c->term;
        case MONEY_AT_LATER: break;
    }
    for (uint32_t l = 0; l < lanes; l++) later[l] = money_max(c->term[l], c->closing[l]);
    return later;
}

// The part of a month, of which twelve make a year exactly, that lies between two days.
MONEY_VECTOR static void part_of_month(double *restrict out, const double *restrict from,
                                       const double *restrict to, double first, double next,
                                       uint32_t n) {
    double whole = 1 / (next - first);
    for (uint32_t l = 0; l < n; l++) {
        double begin = from[l] > first ? from[l] : first, end = to[l] < next ? to[l] : next;
        out[l] = end > begin ? (end - begin) * whole : 0;
    }
}

MONEY_VECTOR static void span_of(const money_model *model, const double *from, const double *to,
                                 uint32_t lanes, uint32_t *first, uint32_t *last) {
    double least = from[0], most = to[0];
    for (uint32_t l = 0; l < lanes; l++) {
        least = money_min(least, from[l]);
        most = money_max(most, to[l]);
    }
    *first = money_month_of(model, least);
    *last = money_month_of(model, most) + 1;
    if (*last > model->scenario->n_months) *last = model->scenario->n_months;
}

static void book_running(const money_model *model, money_work *work, const booking *b,
                         const double *from, const double *to) {
    const int32_t *begins = model->scenario->month_first;
    uint32_t lanes = money_padded(work->n), first, last;
    span_of(model, from, to, lanes, &first, &last);
    for (uint32_t m = first; m < last; m++) {
        part_of_month(work->flow[m], from, to, begins[m], begins[m + 1], lanes);
        book_row(work, b, m, lanes);
    }
}

static void book_days(money_work *work, const booking *b, const money_course *c) {
    uint32_t lanes = money_padded(work->n);
    for (uint32_t m = c->first_held; m < c->last_held; m++) {
        memcpy(work->flow[m], work->days[m], lanes * sizeof(double));
        book_row(work, b, m, lanes);
    }
}

// Mean people of each month, of whom at least, at most, and only above a number count while the
// line runs.
MONEY_VECTOR static void book_people_months(const money_model *model, money_work *work,
                                            const booking *b, const money_course *c,
                                            const double *from, const double *to) {
    const int32_t *begins = model->scenario->month_first;
    const money_line *line = b->line;
    uint32_t lanes = money_padded(work->n), first, last;
    span_of(model, from, to, lanes, &first, &last);
    if (c->first_held < first) first = c->first_held;
    if (c->last_held > last) last = c->last_held;
    for (uint32_t m = first; m < last; m++) {
        double *out = work->flow[m];
        part_of_month(out, from, to, begins[m], begins[m + 1], lanes);
        for (uint32_t l = 0; l < lanes; l++) {
            double people = work->days[m][l] / (begins[m + 1] - begins[m]);
            double counted = money_min(money_max(people, line->least * out[l]), line->most);
            out[l] = money_max(counted - line->above * out[l], 0);
        }
        book_row(work, b, m, lanes);
    }
}

// The month in which as many have arrived, one lane at a time.
static void book_on_reaching(const money_model *model, money_work *work, const booking *b) {
    uint32_t lanes = money_padded(work->n);
    const int32_t *begins = model->scenario->month_first;
    money_lanes day = {0}, n = {0};
    for (uint32_t l = 0; l < lanes; l++) {
        uint32_t reached = UINT32_MAX;
        for (uint32_t e = 0; e < work->n_events; e++) {
            uint32_t month = work->events[e].month[l];
            double arrived = 0;
            if (work->events[e].driver != MONEY_PER_ARRIVAL || month >= reached) continue;
            for (uint32_t o = 0; o < work->n_events; o++)
                if (work->events[o].driver == MONEY_PER_ARRIVAL &&
                    work->events[o].month[l] <= month)
                    arrived += work->events[o].n[l];
            if (arrived >= b->line->people) reached = month;
        }
        if (reached >= model->scenario->n_months) continue;
        day[l] = begins[reached];
        n[l] = 1;
    }
    book_on(model, work, b, day, n);
}

MONEY_VECTOR static void book_driver(const money_model *model, money_work *work, const booking *b,
                                     const money_course *c, uint32_t l) {
    const money_scenario *s = model->scenario;
    const money_line *line = b->line;
    uint32_t lanes = money_padded(work->n), n_events = work->n_events;
    double last_day = s->month_first[s->n_months] - 1;
    money_lanes later[2], day, n;
    const double *from = moment(c, line->from, later[0], lanes),
                 *until = moment(c, line->until, later[1], lanes);
    switch (line->driver) {
        case MONEY_PER_YEAR:
        case MONEY_PER_PLACE_YEAR: book_running(model, work, b, from, until); return;
        case MONEY_ONCE:
            for (uint32_t i = 0; i < lanes; i++) {
                day[i] = money_min(from[i], last_day);
                n[i] = 1;
            }
            book_on(model, work, b, day, n);
            return;
        case MONEY_BY_CHANCE:
            for (uint32_t i = 0; i < lanes; i++) {
                day[i] = money_min(c->closing[i], last_day);
                n[i] = work->u[s->n_inputs + 5 * s->n_groups + l][i] > 1 - work->x[line->chance][i];
            }
            book_on(model, work, b, day, n);
            return;
        case MONEY_ON_REACHING: book_on_reaching(model, work, b); return;
        case MONEY_PER_PERSON_DAY: book_days(work, b, c); return;
        case MONEY_PER_PERSON_MONTH: book_people_months(model, work, b, c, from, until); return;
        case MONEY_PER_ARRIVAL:
        case MONEY_PER_DEPARTURE:
        case MONEY_PER_RETURN:
        case MONEY_PER_PLANE_OUT:
        case MONEY_PER_PLANE_BACK:
        case MONEY_PER_WRONGFUL:
            for (uint32_t e = 0; e < n_events; e++)
                if (work->events[e].driver == line->driver)
                    book_event(model, work, b, &work->events[e]);
            return;
        case MONEY_N_DRIVERS: break;
    }
}

// ---- lines ------------------------------------------------------------------------------------
MONEY_VECTOR static void find_amount(const money_model *model, const money_work *work, booking *b) {
    const money_line *line = b->line;
    const double *bias = money_role_of(model, work, MONEY_ROLE_BIAS),
                 *places = money_role_of(model, work, MONEY_ROLE_PLACES);
    uint32_t lanes = money_padded(work->n);
    double per_month =
        line->driver == MONEY_PER_YEAR || line->driver == MONEY_PER_PLACE_YEAR ? 1.0 / 12 : 1;
    for (uint32_t l = 0; l < lanes; l++) b->each[l] = per_month;
    if (line->driver == MONEY_PER_PLACE_YEAR) multiply(b->each, places, lanes);
    for (uint32_t f = 0; f < line->n_factors; f++) {
        const double *x = work->x[line->factors[f].input];
        if (!line->factors[f].is_complement)
            multiply(b->each, x, lanes);
        else
            for (uint32_t l = 0; l < lanes; l++) b->each[l] *= 1 - x[l];
    }
    for (uint32_t l = 0; line->is_biased && l < lanes; l++) b->each[l] *= 1 + bias[l];
}

// A sum of the price level of the scenario's year rises each January by the line's index.
MONEY_VECTOR static void find_level(const money_model *model, money_work *work, booking *b) {
    const money_scenario *s = model->scenario;
    const money_line *line = b->line;
    uint32_t lanes = money_padded(work->n);
    bool is_floating = line->is_floating && s->volatility > 0;
    b->has_level = line->index != MONEY_NO_INPUT || is_floating;
    if (!b->has_level) return;
    money_lanes level;
    for (uint32_t l = 0; l < lanes; l++)
        level[l] = line->index == MONEY_NO_INPUT
                       ? 1
                       : pow(1 + work->x[line->index][l], s->start.year - s->price_year);
    for (uint32_t m = 0; m < s->n_months; m++) {
        bool is_january = m > 0 && (s->start.month - 1 + m) % 12 == 0;
        for (uint32_t l = 0; is_january && line->index != MONEY_NO_INPUT && l < lanes; l++)
            level[l] *= 1 + work->x[line->index][l];
        memcpy(work->level[m], level, sizeof level);
        if (is_floating) multiply(work->level[m], work->walk[m], lanes);
    }
}

static void add_to(money_work *work, money_outcome outcome, const double *sum) {
    add_signed(work->outcome[outcome], sum, 1, money_padded(work->n));
}

static void book_line(const money_model *model, money_work *work, const money_course *c,
                      uint32_t l) {
    const money_line *line = &model->scenario->lines[l];
    booking b = {.line = line, .sum = work->line[l]};
    b.to_sender = line->is_paid_by_host ? 0 : 1;
    b.to_host = line->is_paid_by_host ? -1 : line->is_paid_to_host ? 1 : 0;
    memset(b.sum, 0, sizeof(money_lanes));
    find_amount(model, work, &b);
    find_level(model, work, &b);
    book_driver(model, work, &b, c, l);
    if (!line->is_paid_by_host) {
        add_to(work, MONEY_all_in, b.sum);
        if (!line->is_paid_to_host) return;
        add_to(work, MONEY_fee, b.sum);
        if (money_driver_is_fixed(line->driver)) add_to(work, MONEY_fee_fixed, b.sum);
    } else if (line->is_capital) {
        add_to(work, MONEY_host_capital, b.sum);
    } else if (money_driver_is_fixed(line->driver)) {
        add_to(work, MONEY_host_fixed, b.sum);
    } else {
        add_to(work, MONEY_host_marginal, b.sum);
    }
}

// ---- sums -------------------------------------------------------------------------------------
MONEY_VECTOR static void sum_months(const money_lanes *rows, uint32_t n_months,
                                    double *restrict sum, uint32_t n) {
    memset(sum, 0, n * sizeof *sum);
    for (uint32_t m = 0; m < n_months; m++)
        for (uint32_t l = 0; l < n; l++) sum[l] += rows[m][l];
}

MONEY_VECTOR static void discount_months(const money_lanes *rows, uint32_t n_months,
                                         const double *factors, double *restrict sum, uint32_t n) {
    for (uint32_t m = 0; m < n_months; m++) {
        double factor = factors[m];
        for (uint32_t l = 0; l < n; l++) sum[l] += rows[m][l] * factor;
    }
}

MONEY_VECTOR static void sum_up(const money_model *model, money_work *work, const money_course *c) {
    const money_scenario *s = model->scenario;
    const double *places = money_role_of(model, work, MONEY_ROLE_PLACES),
                 *spend = money_role_of(model, work, MONEY_ROLE_PRISON_SPEND);
    money_lanes *out = work->outcome;
    uint32_t lanes = money_padded(work->n);
    sum_months((const money_lanes *)work->sender, work->n_used, work->paid, lanes);
    sum_months((const money_lanes *)work->host, work->n_used, work->received, lanes);
    for (uint32_t l = 0; l < lanes; l++) {
        double used = c->closing[l] - c->opening[l], years = used / 365;
        double running = out[MONEY_host_marginal][l] + out[MONEY_host_fixed][l],
               own = running + out[MONEY_host_capital][l];
        out[MONEY_years][l] = years;
        out[MONEY_place_days][l] = places[l] * used;
        out[MONEY_fee_year][l] = years > 0 ? out[MONEY_fee][l] / years : 0;
        out[MONEY_host_year][l] = years > 0 ? running / years : 0;
        out[MONEY_fee_share][l] = spend[l] >= 1 ? out[MONEY_fee_year][l] / spend[l] : 0;
        out[MONEY_host_gain][l] = out[MONEY_fee][l] - own;
        // The same money counted another way: the sender's months less what went to others, and
        // the host's months plus what it spent, are both the fee.
        work->paid[l] -= out[MONEY_all_in][l] - out[MONEY_fee][l];
        work->received[l] += own;
    }
    for (uint32_t r = 0; r < s->n_rates; r++) {
        discount_months((const money_lanes *)work->sender, work->n_used, model->discount[r],
                        out[MONEY_pv_sender_1 + r], lanes);
        discount_months((const money_lanes *)work->host, work->n_used, model->discount[r],
                        out[MONEY_pv_host_1 + r], lanes);
    }
}

void money_book_lines(const money_model *model, money_work *work, const money_course *course) {
    for (uint32_t l = 0; l < model->scenario->n_lines; l++) book_line(model, work, course, l);
    sum_up(model, work, course);
}
