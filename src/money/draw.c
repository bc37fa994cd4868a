// The charts: what will it cost (S-curve), which input matters (tornado), when does money flow
// (cash flow), where do both gain (fee range), is the prison system carried (break-even), what is
// true of the claims (strips). A chart's title is its finding, made from the figures drawn; its
// numbers go beside it as CSV.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "money/canvas.h"
#include "money/report.h"

enum { LINE_MAX_BYTES = 400 };

static void say_source(char *line, size_t room, const money_report *report,
                       words_language language) {
    const money_result *r = &report->cases[0];
    snprintf(
        line, room,
        words_in(
            language,
            "habeas cost, scenario %.*s, %.*s: %llu draws, seed %llu, prices of %d. Sources of "
            "each input: the scenario file."),
        MONEY_TEXT(report->scenario->name), MONEY_TEXT(r->which->name),
        (unsigned long long)r->n_draws, (unsigned long long)report->request.seed,
        report->scenario->price_year);
}

static void open_chart(canvas *c, hb_text *svg, const money_report *report, const char *title,
                       const char *about, words_language language) {
    char source[LINE_MAX_BYTES];
    say_source(source, sizeof source, report, language);
    canvas_open(c, svg, title, about, source);
}

static void money_unit(char *unit, size_t room, const money_report *report, const char *more) {
    snprintf(unit, room, "%.*s %s", MONEY_TEXT(report->scenario->currency), more);
}

// ---- S-curve ----------------------------------------------------------------------------------
static void curve(canvas *c, const money_result *r, bool is_dashed) {
    canvas_path_start(c);
    for (uint32_t k = 1; k < MONEY_CURVE; k++)
        canvas_path_point(c, r->curve[k] / 1e6, 100.0 * k / MONEY_CURVE, k == 1);
    canvas_path_end(c, CANVAS_BLUE, "none", 2.5, is_dashed ? "7 5" : "", 0);
}

// The first case known at the other stage, or NULL.
static const money_result *other_stage(const money_report *report) {
    for (uint32_t i = 1; i < report->n_cases; i++)
        if (report->cases[i].which->is_ex_post != report->cases[0].which->is_ex_post)
            return &report->cases[i];
    return NULL;
}

enum { LABEL_WIDTH = 190 };

static bool has_room_right(const canvas *c, double x) {
    return canvas_x(c, x) + LABEL_WIDTH < c->right + 30;
}

// The label stands where the curve is not: above and left of the fee's line while the fee is under
// the median, else below and right of it. A fee under the whole axis has an arrow for a line.
static void draw_fee_alone(canvas *c, const money_result *r, const char *label) {
    double fee = r->spread[MONEY_fee].mean / 1e6;
    bool is_low = fee < r->spread[MONEY_all_in].p50 / 1e6;
    char arrow[140];
    if (fee >= c->x_low) {
        bool is_left = is_low ? canvas_x(c, fee) - c->left > LABEL_WIDTH : !has_room_right(c, fee);
        canvas_line(c, fee, 0, fee, 100, CANVAS_GOLD, 2, "3 3");
        canvas_text(c, fee, is_low ? 95 : 4, is_left ? -6 : 6, 0, is_left ? "end" : "start", label);
    } else {
        snprintf(arrow, sizeof arrow, "\u2190 %s", label);
        canvas_text(c, c->x_low, 95, 10, 0, "start", arrow);
    }
}

static void draw_s_curve(hb_text *svg, hb_text *csv, const money_report *report,
                         words_language language) {
    const money_result *r = &report->cases[0], *other = other_stage(report);
    const money_spread *s = &r->spread[MONEY_all_in];
    char title[LINE_MAX_BYTES], about[LINE_MAX_BYTES], unit[80], label[120];
    canvas c;
    snprintf(
        title, sizeof title,
        words_in(language,
                 "Half of draws cost more than %.1f million %.*s; 9 in 10 cost more than %.1f"),
        s->p50 / 1e6, MONEY_TEXT(report->scenario->currency), s->p10 / 1e6);
    if (s->least == s->most)
        snprintf(title, sizeof title, words_in(language, "Every draw costs %.1f million %.*s"),
                 s->p50 / 1e6, MONEY_TEXT(report->scenario->currency));
    snprintf(
        about, sizeof about,
        words_in(
            language,
            "Chance that all the sender pays stays within a sum. 10, 50, 80 and 90 in 100 draws: "
            "%.2f, %.2f, %.2f, %.2f million. All inputs at their modes: %.2f million."),
        s->p10 / 1e6, s->p50 / 1e6, s->p80 / 1e6, s->p90 / 1e6, r->point[MONEY_all_in] / 1e6);
    open_chart(&c, svg, report, title, about, language);
    c.x_low = fmin(r->curve[1], other ? other->curve[1] : r->curve[1]) / 1e6 * 0.95;
    c.x_high =
        fmax(r->curve[MONEY_CURVE - 1], other ? other->curve[MONEY_CURVE - 1] : 0) / 1e6 * 1.02;
    c.y_high = 100;
    money_unit(unit, sizeof unit, report, words_in(language, "million, all that the sender pays"));
    canvas_axes(&c, unit, words_in(language, "chance of not exceeding, %"));
    if (other) curve(&c, other, true);
    curve(&c, r, false);
    const struct {
        const char *name;
        double x, y;
    } POINTS[] = {
        {"p50", s->p50, 50},
        {"p80", s->p80, 80},
        {"p90", s->p90, 90}
    };
    for (uint32_t k = 0; k < 3; k++) {
        snprintf(label, sizeof label, "%s %.1f", POINTS[k].name, POINTS[k].x / 1e6);
        canvas_bar(&c, POINTS[k].x / 1e6 - (c.x_high - c.x_low) / 250, POINTS[k].y - 1,
                   POINTS[k].x / 1e6 + (c.x_high - c.x_low) / 250, POINTS[k].y + 1, CANVAS_RED,
                   false);
        bool is_right = has_room_right(&c, POINTS[k].x / 1e6);
        canvas_text(&c, POINTS[k].x / 1e6, POINTS[k].y, is_right ? 10 : -10, is_right ? 14 : -6,
                    is_right ? "start" : "end", label);
    }
    snprintf(label, sizeof label, words_in(language, "fee alone %.2f (mean)"),
             r->spread[MONEY_fee].mean / 1e6);
    draw_fee_alone(&c, r, label);
    canvas_text(
        &c, c.x_high, 100, 0, -10, "end",
        other ? words_in(language, "solid: the case named below; dashed: the other stage") : "");
    canvas_close(&c);
    hb_text_add(csv, HB_STR("chance_percent,total\n"));
    for (uint32_t k = 0; k <= MONEY_CURVE; k++)
        hb_text_addf(csv, "%.1f,%.2f\n", 100.0 * k / MONEY_CURVE, r->curve[k]);
}

// ---- tornado ----------------------------------------------------------------------------------
static void draw_tornado(hb_text *svg, hb_text *csv, const money_report *report,
                         words_language language) {
    enum { SHOWN = 10 };
    const money_result *r = &report->cases[0];
    uint32_t n = r->n_swings < SHOWN ? r->n_swings : SHOWN;
    char title[LINE_MAX_BYTES], unit[120], label[160], name[120];
    canvas c;
    snprintf(title, sizeof title, "%s",
             words_in(language, "No input of this scenario has a range"));
    if (n)
        snprintf(title, sizeof title,
                 words_in(language, "%s moves the total most: from %.1f to %.1f million %.*s"),
                 money_plain_name(r->swings[0].input, name, sizeof name), r->swings[0].low / 1e6,
                 r->swings[0].high / 1e6, MONEY_TEXT(report->scenario->currency));
    open_chart(
        &c, svg, report, title,
        words_in(
            language,
            "For each input, the sender's total when that input alone goes from its P10 to its "
            "P90; hatched where the low end of the input gives the lower total. Beside each the "
            "share of variance with all its partners (total Sobol index)."),
        language);
    c.left = 250;
    c.x_low = INFINITY;
    c.x_high = -INFINITY;
    for (uint32_t i = 0; i < n; i++) {
        c.x_low = fmin(c.x_low, fmin(r->swings[i].low, r->swings[i].high) / 1e6);
        c.x_high = fmax(c.x_high, fmax(r->swings[i].low, r->swings[i].high) / 1e6);
    }
    if (n == 0) c.x_low = 0, c.x_high = 1;
    double pad = (c.x_high - c.x_low) * 0.18 + 1e-9;
    c.x_low -= pad;
    c.x_high += pad * 3;
    c.y_high = n ? n : 1;
    money_unit(
        unit, sizeof unit, report,
        words_in(language, "million, all that the sender pays, one input from its P10 to its P90"));
    canvas_axes(&c, unit, NULL);
    hb_text_add(csv, HB_STR("input,low,high,sobol_first,sobol_total,sobol_total_error\n"));
    for (uint32_t i = 0; i < n; i++) {
        const money_swing *w = &r->swings[i];
        double y = n - i - 0.5;
        canvas_bar(&c, w->low / 1e6, y - 0.28, w->high / 1e6, y + 0.28, CANVAS_BLUE,
                   w->low <= w->high);
        canvas_text(&c, c.x_low, y, -8, 4, "end", money_plain_name(w->input, name, sizeof name));
        snprintf(label, sizeof label, "%.1f", fmin(w->low, w->high) / 1e6);
        canvas_text(&c, fmin(w->low, w->high) / 1e6, y, -5, 4, "end", label);
        snprintf(label, sizeof label, words_in(language, "%.1f   (%.0f %% of variance)"),
                 fmax(w->low, w->high) / 1e6, 100 * fmax(w->total, 0));
        canvas_text(&c, fmax(w->low, w->high) / 1e6, y, 5, 4, "start", label);
    }
    for (uint32_t i = 0; i < r->n_swings; i++)
        hb_text_addf(csv, "%.*s,%.2f,%.2f,%.5f,%.5f,%.5f\n", MONEY_TEXT(r->swings[i].input),
                     r->swings[i].low, r->swings[i].high, r->swings[i].first, r->swings[i].total,
                     r->swings[i].total_error);
    canvas_close(&c);
}

// ---- cash flow --------------------------------------------------------------------------------
static void steps(canvas *c, const double *months, uint32_t n, double sign, const char *colour,
                  const char *dash, double width) {
    canvas_path_start(c);
    for (uint32_t m = 0; m < n; m++) {
        canvas_path_point(c, m, sign * months[m] / 1e6, m == 0);
        canvas_path_point(c, m + 1, sign * months[m] / 1e6, false);
    }
    canvas_path_end(c, colour, "none", width, dash, 0);
}

// The upper panel: each month, what one side pays over zero and what the other gains under it.
static void draw_months(canvas *c, const money_report *report, uint32_t last,
                        words_language language) {
    const money_result *r = &report->cases[0];
    const money_scenario *s = report->scenario;
    char unit[120], label[200];
    c->bottom = 270;
    c->x_high = fmax(last, 1);
    for (uint32_t m = 0; m < last; m++) {
        c->y_high = fmax(m ? c->y_high : 0, fmax(r->sender_p95[m], r->sender_mean[m]) / 1e6 * 1.1);
        c->y_low = fmin(m ? c->y_low : 0, -fmax(r->host_p95[m], r->host_mean[m]) / 1e6 * 1.1);
    }
    money_unit(unit, sizeof unit, report, words_in(language, "million a month"));
    canvas_axes(c, NULL, unit);
    canvas_line(c, 0, 0, c->x_high, 0, "#3d4551", 1, "");
    steps(c, r->sender_mean, last, 1, CANVAS_BLUE, "", 2.5);
    steps(c, r->sender_p05, last, 1, CANVAS_BLUE, "4 3", 1);
    steps(c, r->sender_p95, last, 1, CANVAS_BLUE, "4 3", 1);
    steps(c, r->host_mean, last, -1, CANVAS_GOLD, "", 2.5);
    steps(c, r->host_p05, last, -1, CANVAS_GOLD, "2 3", 1);
    steps(c, r->host_p95, last, -1, CANVAS_GOLD, "2 3", 1);
    snprintf(label, sizeof label, words_in(language, "over 0: %.*s pays; under 0: %.*s gains"),
             MONEY_TEXT(s->sender), MONEY_TEXT(s->host));
    canvas_text(c, c->x_high, c->y_high, 0, -10, "end", label);
}

// The lower panel: what each mean has come to, the host's dashed; never on the upper one's axis.
static void draw_so_far(canvas *c, const money_report *report, uint32_t last,
                        words_language language) {
    const money_result *r = &report->cases[0];
    const money_scenario *s = report->scenario;
    const double *const MEANS[] = {r->sender_mean, r->host_mean};
    double sums[2] = {0};
    char unit[120], label[200];
    c->top = 310;
    c->bottom = 410;
    c->y_low = c->y_high = 0;
    for (uint32_t m = 0; m < last; m++) {
        for (uint32_t k = 0; k < 2; k++) {
            sums[k] += MEANS[k][m] / 1e6;
            c->y_low = fmin(c->y_low, sums[k]);
            c->y_high = fmax(c->y_high, sums[k] * 1.15);
        }
    }
    snprintf(unit, sizeof unit, words_in(language, "months from %04d-%02d"), s->start.year,
             s->start.month);
    money_unit(label, sizeof label, report, words_in(language, "million, so far"));
    canvas_axes(c, unit, label);
    for (uint32_t k = 0; k < 2; k++) {
        double sum = 0;
        canvas_path_start(c);
        canvas_path_point(c, 0, 0, true);
        for (uint32_t m = 0; m < last; m++) {
            sum += MEANS[k][m] / 1e6;
            canvas_path_point(c, m + 1, sum, false);
        }
        canvas_path_end(c, k == 0 ? CANVAS_BLUE : CANVAS_GOLD, "none", 2.5, k == 0 ? "" : "7 4", 0);
    }
    snprintf(label, sizeof label,
             words_in(language, "%.*s pays %.2f in all; %.*s gains %.2f (dashed)"),
             MONEY_TEXT(s->sender), sums[0], MONEY_TEXT(s->host), sums[1]);
    canvas_text(c, c->x_high, c->y_high, 0, -10, "end", label);
}

static void draw_cash_flow(hb_text *svg, hb_text *csv, const money_report *report,
                           words_language language) {
    const money_result *r = &report->cases[0];
    const money_scenario *s = report->scenario;
    char title[LINE_MAX_BYTES];
    uint32_t last = 0, most = 0;
    canvas c;
    for (uint32_t m = 0; m < r->n_months; m++) {
        if (r->sender_p95[m] != 0 || r->host_p95[m] != 0 || r->host_p05[m] != 0) last = m + 1;
        if (r->sender_mean[m] > r->sender_mean[most]) most = m;
    }
    hb_date month = s->start;
    (void)hb_date_add_months(s->start, most, &month);
    snprintf(title, sizeof title,
             words_in(language, "%.*s pays most in %04d-%02d: %.2f million %.*s on average"),
             MONEY_TEXT(s->sender), month.year, month.month, r->sender_mean[most] / 1e6,
             MONEY_TEXT(s->currency));
    open_chart(&c, svg, report, title,
               words_in(language,
                        "Above, month by month: what the sender pays, over zero; what the host "
                        "gains, under zero. "
                        "Solid: mean. Dashed: 5 and 95 in 100 draws. Below: the means so far."),
               language);
    draw_months(&c, report, last, language);
    draw_so_far(&c, report, last, language);
    canvas_close(&c);
    hb_text_add(csv,
                HB_STR("month,sender_mean,sender_p05,sender_p95,host_mean,host_p05,host_p95\n"));
    for (uint32_t m = 0; m < r->n_months; m++)
        hb_text_addf(csv, "%u,%.2f,%.2f,%.2f,%.2f,%.2f,%.2f\n", m, r->sender_mean[m],
                     r->sender_p05[m], r->sender_p95[m], r->host_mean[m], r->host_p05[m],
                     r->host_p95[m]);
}

// ---- fee range --------------------------------------------------------------------------------
static void draw_fee_range(hb_text *svg, hb_text *csv, const money_report *report,
                           words_language language) {
    const money_result *r = &report->cases[0];
    const money_bargain *b = r->bargain;
    char title[LINE_MAX_BYTES], unit[120], label[160];
    canvas c;
    bool is_known = b->has_host_cost && b->has_saving;
    bool is_range = is_known && b->sender_ceiling[1].p50 >= b->host_floor.p50;
    if (!is_known)
        snprintf(title, sizeof title,
                 words_in(language,
                          "What the host's custody costs, or what the sender saves, is not known"));
    else if (is_range)
        snprintf(title, sizeof title,
                 words_in(language, "Both gain between %.2f and %.2f %.*s a person-day"),
                 b->host_floor.p50, b->sender_ceiling[1].p50,
                 MONEY_TEXT(report->scenario->currency));
    else
        snprintf(
            title, sizeof title,
            words_in(language,
                     "No fee serves both: the host needs %.0f, the sender's marginal limit is %.0f "
                     "%.*s a person-day"),
            b->host_floor.p50, b->sender_ceiling[1].p50, MONEY_TEXT(report->scenario->currency));
    open_chart(
        &c, svg, report, title,
        words_in(
            language,
            "The least the host needs, and the most the sender can give without losing, for "
            "each person-day, on average and on marginal cost; whiskers from 5 to 95 in 100 "
            "draws. A limit below zero means that the sender loses even when nothing is paid."),
        language);
    const struct {
        const char *name;
        const money_spread *s;
        bool is_drawn;
    } ROWS[] = {
        {WORDS_LATER("host needs at least"),           &b->host_floor,        b->has_host_cost},
        {WORDS_LATER("sender's limit, average cost"),  &b->sender_ceiling[0], b->has_saving   },
        {WORDS_LATER("sender's limit, marginal cost"), &b->sender_ceiling[1], b->has_saving   },
        {WORDS_LATER("fee"),                           &r->day_fee,           true            }
    };
    c.left = 250;
    c.x_low = 0;
    c.x_high = 1;
    c.y_high = 4;
    for (uint32_t i = 0; i < 4; i++) {
        if (!ROWS[i].is_drawn) continue;
        c.x_low = fmin(c.x_low, ROWS[i].s->p05 * 1.1);
        c.x_high = fmax(c.x_high, ROWS[i].s->p95 * 1.15);
    }
    money_unit(unit, sizeof unit, report, words_in(language, "a person-day"));
    canvas_axes(&c, unit, NULL);
    canvas_line(&c, 0, 0, 0, 4, "#3d4551", 1, "");
    if (is_range)
        canvas_bar(&c, b->host_floor.p50, 1.1, b->sender_ceiling[1].p50, 3.9, CANVAS_BLUE, true);
    hb_text_add(csv, HB_STR("what,p05,p50,p95\n"));
    for (uint32_t i = 0; i < 4; i++) {
        double y = 3.5 - i;
        const money_spread *s = ROWS[i].s;
        canvas_text(&c, c.x_low, y, -8, 4, "end", words_in(language, ROWS[i].name));
        if (!ROWS[i].is_drawn) {
            canvas_text(&c, 0, y, 8, 4, "start", words_in(language, "not known"));
            continue;
        }
        canvas_line(&c, s->p05, y, s->p95, y,
                    i == 3   ? CANVAS_RED
                    : i == 0 ? CANVAS_GOLD
                             : CANVAS_BLUE,
                    3, i == 2 ? "5 3" : "");  // marginal cost is dashed, here and among the claims
        canvas_bar(&c, s->p50 - (c.x_high - c.x_low) / 200, y - 0.12,
                   s->p50 + (c.x_high - c.x_low) / 200, y + 0.12,
                   i == 3   ? CANVAS_RED
                   : i == 0 ? CANVAS_GOLD
                            : CANVAS_BLUE,
                   false);
        snprintf(label, sizeof label, "%.2f", s->p50);
        canvas_text(&c, s->p50, y, 0, -14, "middle", label);
        hb_text_addf(csv, "%s,%.4f,%.4f,%.4f\n", ROWS[i].name, s->p05, s->p50, s->p95);
    }
    canvas_close(&c);
}

// ---- break-even -------------------------------------------------------------------------------
static void draw_break_even(hb_text *svg, hb_text *csv, const money_report *report,
                            words_language language) {
    const money_result *r = &report->cases[0];
    const money_bargain *b = r->bargain;
    const money_people *list = &report->request.people;
    double sent = r->spread[MONEY_sent].p50, needed = b->people_to_cover.p50;
    char title[LINE_MAX_BYTES], label[200];
    canvas c;
    bool is_drawn = b->has_spend && needed < 1e14;
    if (!b->has_spend)
        snprintf(title, sizeof title,
                 words_in(language, "What the host's prisons cost is not known"));
    else if (!is_drawn)
        snprintf(title, sizeof title,
                 words_in(language, "At this fee no number of people carries the host's prisons"));
    else
        snprintf(
            title, sizeof title,
            words_in(
                language,
                "%.0f people held all year carry %.1f %% of the host's prisons; it takes %.0f"),
            sent, 100 * sent / needed, needed);
    open_chart(
        &c, svg, report, title,
        words_in(
            language,
            "Share of the host's prison spending that the fee, less what people cost, carries, "
            "by the number of people held the whole year at the fee a day of this case. Band: "
            "10 to 90 in 100 draws."),
        language);
    hb_text_add(csv, HB_STR("people,share_p10,share_p50,share_p90\n"));
    c.x_high = is_drawn ? fmin(b->people_to_cover.p90, needed * 2) * 1.15 : 1;
    c.y_high = 120;
    canvas_axes(&c, words_in(language, "people held the whole year"),
                words_in(language, "share of a year's prison spending, %"));
    if (is_drawn) {
        // Each edge of the band runs to where it leaves the frame.
        double full = fmin(c.x_high, c.y_high / 100 * b->people_to_cover.p10);
        double middle = fmin(c.x_high, c.y_high / 100 * needed);
        canvas_path_start(&c);
        canvas_path_point(&c, 0, 0, true);
        canvas_path_point(&c, full, 100 * full / b->people_to_cover.p10, false);
        canvas_path_point(&c, c.x_high,
                          full < c.x_high ? c.y_high : 100 * c.x_high / b->people_to_cover.p10,
                          false);
        canvas_path_point(&c, c.x_high, 100 * c.x_high / b->people_to_cover.p90, false);
        canvas_path_end(&c, "none", CANVAS_BLUE, 0, "", 0.2);
        canvas_line(&c, 0, 0, middle, 100 * middle / needed, CANVAS_BLUE, 2.5, "");
        canvas_line(&c, 0, 100, c.x_high, 100, CANVAS_RED, 1.5, "6 4");
        canvas_line(&c, sent, 0, sent, 120, CANVAS_GOLD, 2, "3 3");
        snprintf(label, sizeof label, words_in(language, "sent: %.0f"), sent);
        canvas_text(&c, sent, 108, 6, 0, "start", label);
        snprintf(label, sizeof label, "%.0f (p10 %.0f, p90 %.0f)", needed, b->people_to_cover.p10,
                 b->people_to_cover.p90);
        // Under the line, where the band's edge is a tenth nearer.
        canvas_text(&c, 0.9 * b->people_to_cover.p10, 100, -6, 18, "end", label);
        for (uint32_t k = 0; k <= 20; k++) {
            double n = c.x_high * k / 20;
            hb_text_addf(csv, "%.0f,%.5f,%.5f,%.5f\n", n, n / b->people_to_cover.p90, n / needed,
                         n / b->people_to_cover.p10);
        }
    }
    if (list->is_known) {
        snprintf(label, sizeof label,
                 words_in(language, "with no bar found on the list of %llu: %llu (not permission)"),
                 (unsigned long long)list->n_people, (unsigned long long)list->n_no_bar);
        canvas_text(&c, c.x_high, 6, -8, 0, "end", label);
    }
    canvas_close(&c);
}

// ---- claims -----------------------------------------------------------------------------------
// Only claims whose quantity is above zero can stand on a logarithmic scale; all stand in the CSV.
static void draw_claims(hb_text *svg, hb_text *csv, const money_report *report,
                        words_language language) {
    const money_result *r = &report->cases[0];
    uint32_t n_refuted = 0, n_all = 0, n_drawn = 0, rows[64];
    char title[LINE_MAX_BYTES], label[200];
    canvas c;
    hb_text_add(csv, HB_STR("claim,cost,scope,p10,p50,p90,limit,probability,finding\n"));
    for (uint32_t f = 0; f < r->n_findings; f++) {
        const money_finding *one = &r->findings[f];
        bool is_same = !one->claim->is_on_bases && f % 4 != 0;
        n_refuted += !is_same && one->verdict == MONEY_REFUTED;
        n_all += !is_same;
        if (!is_same && one->quantity.p05 > 0 && one->claim->limit > 0 &&
            one->n_null < one->n_judged && n_drawn < 20)
            rows[n_drawn++] = f;
        hb_text_add_csv(csv, one->claim->id);
        hb_text_addf(csv, ",%s,%s,%.6g,%.6g,%.6g,%.6g,%.6f,%s\n",
                     one->is_average ? "average" : "marginal", one->is_all_in ? "all_in" : "fee",
                     one->quantity.p10, one->quantity.p50, one->quantity.p90, one->claim->limit,
                     one->probability, money_verdict_name(one->verdict));
    }
    snprintf(title, sizeof title,
             words_in(language, "Of %u findings on what was said, %u are refuted"), n_all,
             n_refuted);
    if (n_all == 0)
        snprintf(title, sizeof title, "%s", words_in(language, "Nothing that was said is tested"));
    open_chart(
        &c, svg, report, title,
        words_in(language,
                 "For each claim and basis: the quantity as a multiple of the claim's limit, on a "
                 "logarithmic scale; square: half of draws; bar: 5 to 95 in 100. The word is the "
                 "finding."),
        language);
    c.left = 330;
    c.top = 60;
    c.x_low = -2.8;
    c.x_high = 2.8;
    c.y_high = n_drawn ? n_drawn : 1;
    canvas_axes(&c, NULL, NULL);
    for (int power = -2; power <= 2; power++) {
        canvas_line(&c, power, 0, power, c.y_high, power == 0 ? CANVAS_RED : "#dfe1e2",
                    power == 0 ? 1.5 : 1, "");
        snprintf(label, sizeof label, "%gx", pow(10, power));
        canvas_text(&c, power, 0, 0, 18, "middle", label);
    }
    canvas_text(&c, 0, 0, 0, 40, "middle",
                words_in(language, "quantity, as a multiple of the claim's limit"));
    for (uint32_t k = 0; k < n_drawn; k++) {
        const money_finding *f = &r->findings[rows[k]];
        double y = n_drawn - k - 0.5, limit = f->claim->limit;
        canvas_line(&c, log10(f->quantity.p05 / limit), y, log10(f->quantity.p95 / limit), y,
                    CANVAS_BLUE, 3, f->is_average ? "" : "5 3");
        double at = log10(f->quantity.p50 / limit);
        canvas_bar(&c, at - 0.02, y - 0.2, at + 0.02, y + 0.2, CANVAS_RED, f->is_all_in);
        if (f->claim->is_on_bases)
            snprintf(label, sizeof label, "%.*s, %s", MONEY_TEXT(f->claim->id),
                     money_basis_word(f, language));
        else
            snprintf(label, sizeof label, "%.*s", MONEY_TEXT(f->claim->id));
        canvas_text(&c, c.x_low, y, -100, 4, "end", label);
        canvas_text(&c, c.x_low, y, -8, 4, "end", money_verdict_word(f->verdict, language));
    }
    canvas_close(&c);
}

static const struct {
    const char *name;
    void (*draw)(hb_text *svg, hb_text *csv, const money_report *report, words_language language);
} CHARTS[] = {
    {"s-curve",    draw_s_curve   },
    {"tornado",    draw_tornado   },
    {"cash-flow",  draw_cash_flow },
    {"fee-range",  draw_fee_range },
    {"break-even", draw_break_even},
    {"claims",     draw_claims    }
};

uint32_t money_n_charts(void) {
    return sizeof CHARTS / sizeof CHARTS[0];
}
const char *money_chart_name(uint32_t i) {
    return CHARTS[i].name;
}
bool money_chart_find(hb_str name, uint32_t *i) {
    for (*i = 0; *i < money_n_charts(); ++*i)
        if (hb_str_equal(name, hb_str_from(CHARTS[*i].name))) return true;
    return false;
}

bool money_write_chart(hb_text *svg, hb_text *csv, const money_report *report, uint32_t i,
                       words_language language) {
    hb_text unread[2] = {0};
    if (svg == NULL) svg = &unread[0];
    if (csv == NULL) csv = &unread[1];
    CHARTS[i].draw(svg, csv, report, language);
    bool ok = !svg->failed && !csv->failed;
    hb_text_clear(&unread[0]);
    hb_text_clear(&unread[1]);
    return ok;
}
