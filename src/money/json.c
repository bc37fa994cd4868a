// The report as one JSON document (schemas/cost.schema.json). The members of the headline case
// stand at the top; `cases` has every case whole. Statistics are numbers of at most twelve digits.
#include <math.h>

#include "money/report.h"

static void number(hb_text *out, double x) {
    if (!isfinite(x) || fabs(x) >= 1e15)
        hb_text_add(out, HB_STR("null"));
    else
        hb_text_addf(out, "%.12g", x == 0 ? 0 : x);
}

static void text_member(hb_text *out, const char *key, hb_str value) {
    hb_text_addf(out, "\"%s\":", key);
    hb_text_add_json(out, value);
}

static void number_member(hb_text *out, const char *key, double x) {
    hb_text_addf(out, "\"%s\":", key);
    number(out, x);
}

static void spread(hb_text *out, const char *key, const money_spread *s, hb_str currency) {
    const struct {
        const char *name;
        double value;
    } PARTS[] = {
        {"mean",           s->mean },
        {"standard_error", s->error},
        {"p05",            s->p05  },
        {"p10",            s->p10  },
        {"p50",            s->p50  },
        {"p80",            s->p80  },
        {"p90",            s->p90  },
        {"p95",            s->p95  }
    };
    hb_text_addf(out, "\"%s\":{", key);
    for (uint32_t i = 0; i < sizeof PARTS / sizeof PARTS[0]; i++) {
        number_member(out, PARTS[i].name, PARTS[i].value);
        if (i + 1 < sizeof PARTS / sizeof PARTS[0]) hb_text_add(out, HB_STR(","));
    }
    if (currency.n) {
        hb_text_add(out, HB_STR(","));
        text_member(out, "currency", currency);
    }
    hb_text_add(out, HB_STR("}"));
}

static void known_spread(hb_text *out, const char *key, const money_spread *s, hb_str currency,
                         bool is_known) {
    if (is_known)
        spread(out, key, s, currency);
    else
        hb_text_addf(out, "\"%s\":null", key);
}

static void lines(hb_text *out, const money_report *report, const money_result *r, bool is_host) {
    const money_scenario *s = report->scenario;
    bool is_first = true;
    hb_text_add(out, HB_STR("\"lines\":["));
    for (uint32_t l = 0; l < s->n_lines; l++) {
        const money_line *line = &s->lines[l];
        if (line->is_paid_by_host != is_host) continue;
        hb_text_add(out, is_first ? HB_STR("{") : HB_STR(",{"));
        is_first = false;
        text_member(out, "line", line->name);
        hb_text_add(out, HB_STR(","));
        text_member(out, "group", line->group);
        hb_text_addf(out, ",\"driver\":\"%s\",\"fixed\":%s,\"to\":\"%s\",",
                     money_driver_name(line->driver),
                     money_driver_is_fixed(line->driver) ? "true" : "false",
                     line->is_paid_to_host ? "host" : "others");
        text_member(out, "source", line->source);
        hb_text_add(out, HB_STR(","));
        number_member(out, "mean", r->line_mean[l]);
        hb_text_add(out, HB_STR("}"));
    }
    hb_text_add(out, HB_STR("]"));
}

static void present_values(hb_text *out, const money_report *report, const money_result *r,
                           money_outcome first) {
    const money_scenario *s = report->scenario;
    hb_text_add(out, HB_STR("\"present_value\":["));
    for (uint32_t i = 0; i < s->n_rates; i++) {
        hb_text_add(out, i ? HB_STR(",{") : HB_STR("{"));
        text_member(out, "rate", s->rates[i].text);
        hb_text_add(out, HB_STR(","));
        text_member(out, "name", s->rates[i].name);
        hb_text_add(out, HB_STR(","));
        spread(out, "value", &r->spread[first + i], s->currency);
        hb_text_add(out, HB_STR("}"));
    }
    hb_text_add(out, HB_STR("],"));
}

static void sender(hb_text *out, const money_report *report, const money_result *r) {
    hb_str currency = report->scenario->currency;
    static const struct {
        const char *key;
        money_outcome outcome;
    } MEMBERS[] = {
        {"total",           MONEY_all_in         },
        {"fee",             MONEY_fee            },
        {"fee_fixed",       MONEY_fee_fixed      },
        {"saving_marginal", MONEY_saving_marginal},
        {"saving_average",  MONEY_saving_average }
    };
    hb_text_add(out, HB_STR("\"sender\":{"));
    for (uint32_t i = 0; i < sizeof MEMBERS / sizeof MEMBERS[0]; i++) {
        spread(out, MEMBERS[i].key, &r->spread[MEMBERS[i].outcome], currency);
        hb_text_add(out, HB_STR(","));
    }
    spread(out, "per_person_day", &r->day_all_in, currency);
    hb_text_add(out, HB_STR(","));
    spread(out, "fee_per_person_day", &r->day_fee, currency);
    hb_text_add(out, HB_STR(","));
    spread(out, "per_person_sent", &r->person_all_in, currency);
    hb_text_add(out, HB_STR(","));
    spread(out, "per_place_day", &r->place_day_all_in, currency);
    hb_text_add(out, HB_STR(","));
    number_member(out, "confirmed_mean",
                  money_case_at(report, (uint32_t)(r - report->cases)).confirmed_mean);
    hb_text_add(out, HB_STR(","));
    static const char *const RATIOS[2][2] = {
        {"ratio_average_fee",  "ratio_average_all_in" },
        {"ratio_marginal_fee", "ratio_marginal_all_in"}
    };
    for (uint32_t b = 0; b < 4; b++) {
        spread(out, RATIOS[b / 2][b % 2], &r->ratio[b / 2][b % 2], (hb_str){0});
        hb_text_add(out, HB_STR(","));
    }
    present_values(out, report, r, MONEY_pv_sender_1);
    lines(out, report, r, false);
    hb_text_add(out, HB_STR("},"));
}

static void host(hb_text *out, const money_report *report, const money_result *r) {
    hb_str currency = report->scenario->currency;
    static const struct {
        const char *key;
        money_outcome outcome;
    } MEMBERS[] = {
        {"total",             MONEY_host_gain    },
        {"revenue",           MONEY_fee          },
        {"revenue_per_year",  MONEY_fee_year     },
        {"marginal_cost",     MONEY_host_marginal},
        {"fixed_cost",        MONEY_host_fixed   },
        {"capital",           MONEY_host_capital },
        {"own_cost_per_year", MONEY_host_year    }
    };
    hb_text_add(out, HB_STR("\"host\":{"));
    for (uint32_t i = 0; i < sizeof MEMBERS / sizeof MEMBERS[0]; i++) {
        spread(out, MEMBERS[i].key, &r->spread[MEMBERS[i].outcome], currency);
        hb_text_add(out, HB_STR(","));
    }
    known_spread(out, "fee_share_of_prisons", &r->spread[MONEY_fee_share], (hb_str){0},
                 r->bargain->has_spend);
    hb_text_add(out, HB_STR(","));
    present_values(out, report, r, MONEY_pv_host_1);
    lines(out, report, r, true);
    hb_text_add(out, HB_STR("},"));
}

static void people(hb_text *out, const money_report *report, const money_result *r) {
    static const money_outcome MEMBERS[] = {
        MONEY_sent, MONEY_person_days, MONEY_returned,    MONEY_returned_at_sender_cost,
        MONEY_died, MONEY_released,    MONEY_held_at_end, MONEY_years,
        MONEY_peak};
    const money_people *list = &report->request.people;
    hb_text_add(out, HB_STR("\"people\":{"));
    for (uint32_t i = 0; i < sizeof MEMBERS / sizeof MEMBERS[0]; i++) {
        spread(out, MONEY_OUTCOME_NAMES[MEMBERS[i]], &r->spread[MEMBERS[i]], (hb_str){0});
        hb_text_add(out, HB_STR(","));
    }
    number_member(out, "places", money_role_mode(r, MONEY_ROLE_PLACES));
    hb_text_add(out, HB_STR(","));
    number_member(out, "p_over_places", r->p_over_places);
    hb_text_add(out, HB_STR(","));
    if (list->is_known) {
        hb_text_add(out, HB_STR("\"list\":{"));
        text_member(out, "file", list->list);
        hb_text_addf(
            out, ",\"people\":%llu,\"barred\":%llu,\"unresolved\":%llu,\"no_bar_found\":%llu}},",
            (unsigned long long)list->n_people, (unsigned long long)list->n_barred,
            (unsigned long long)list->n_unresolved, (unsigned long long)list->n_no_bar);
    } else {
        hb_text_add(out, HB_STR("\"list\":null},"));
    }
}

static void months(hb_text *out, const money_report *report, const money_result *r) {
    hb_text_add(out, HB_STR("\"monthly\":["));
    for (uint32_t m = 0; m < r->n_months; m++) {
        hb_date day = report->scenario->start;
        (void)hb_date_add_months(report->scenario->start, m, &day);
        hb_text_addf(out, "%s{\"month\":\"%04d-%02d\",", m ? "," : "", day.year, day.month);
        const struct {
            const char *key;
            double value;
        } PARTS[] = {
            {"sender_mean", r->sender_mean[m]},
            {"sender_p05",  r->sender_p05[m] },
            {"sender_p50",  r->sender_p50[m] },
            {"sender_p95",  r->sender_p95[m] },
            {"host_mean",   r->host_mean[m]  },
            {"host_p05",    r->host_p05[m]   },
            {"host_p50",    r->host_p50[m]   },
            {"host_p95",    r->host_p95[m]   }
        };
        for (uint32_t i = 0; i < 8; i++) {
            number_member(out, PARTS[i].key, PARTS[i].value);
            hb_text_add(out, i < 7 ? HB_STR(",") : HB_STR("}"));
        }
    }
    hb_text_addf(out, "],\"monthly_draws\":%llu,", (unsigned long long)r->n_bands);
}

static void break_even(hb_text *out, const money_report *report, const money_result *r) {
    const money_bargain *b = r->bargain;
    hb_str currency = report->scenario->currency;
    bool is_known = b->has_saving && b->has_host_cost;
    hb_text_add(out, HB_STR("\"break_even\":{"));
    known_spread(out, "people_to_cover_prisons", &b->people_to_cover, (hb_str){0}, b->has_spend);
    hb_text_add(out, HB_STR(","));
    number_member(out, "p_no_number_covers", b->has_spend ? b->p_no_number : INFINITY);
    hb_text_add(out, HB_STR(","));
    known_spread(out, "fee_per_person_day_to_cover", &b->fee_to_cover, currency, b->has_spend);
    hb_text_add(out, HB_STR(","));
    known_spread(out, "host_floor", &b->host_floor, currency, b->has_host_cost);
    hb_text_add(out, HB_STR(","));
    known_spread(out, "sender_ceiling_average", &b->sender_ceiling[0], currency, b->has_saving);
    hb_text_add(out, HB_STR(","));
    known_spread(out, "sender_ceiling_marginal", &b->sender_ceiling[1], currency, b->has_saving);
    hb_text_add(out, HB_STR(","));
    number_member(out, "p_both_gain_average", is_known ? b->p_both_gain[0] : INFINITY);
    hb_text_add(out, HB_STR(","));
    number_member(out, "p_both_gain_marginal", is_known ? b->p_both_gain[1] : INFINITY);
    static const char *const DAYS[] = {"days_average", "days_marginal"};
    static const char *const RATES[] = {"exchange_average", "exchange_marginal"};
    for (uint32_t k = 0; k < 2; k++) {
        hb_text_add(out, HB_STR(","));
        number_member(out, DAYS[k],
                      b->days_to_break_even[k] > 0 ? b->days_to_break_even[k] : INFINITY);
        hb_text_add(out, HB_STR(","));
        number_member(out, RATES[k],
                      b->exchange_to_break_even[k] > 0 ? b->exchange_to_break_even[k] : INFINITY);
    }
    hb_text_add(out, HB_STR(",\"one_person_more\":{"));
    number_member(out, "sender_net_marginal", b->sender_per_person);
    hb_text_add(out, HB_STR(","));
    number_member(out, "host_gain", b->host_per_person);
    hb_text_add(out, HB_STR("},\"stopped_early\":["));
    for (uint32_t k = 0; k < b->n_stops; k++) {
        hb_text_addf(out, "%s{\"after_months\":%d,", k ? "," : "", b->stops[k].month);
        number_member(out, "sender_paid_for_nothing", b->stops[k].sender_loss);
        hb_text_add(out, HB_STR(","));
        number_member(out, "host_gain_lost", b->stops[k].host_loss);
        hb_text_add(out, HB_STR("}"));
    }
    hb_text_add(out, HB_STR("]},\"fee_range_both_gain\":"));
    // At medians, on what the sender really stops spending.
    if (is_known && b->sender_ceiling[1].p50 >= b->host_floor.p50) {
        hb_text_add(out, HB_STR("{"));
        number_member(out, "low", b->host_floor.p50);
        hb_text_add(out, HB_STR(","));
        number_member(out, "high", b->sender_ceiling[1].p50);
        hb_text_add(out, HB_STR("},"));
    } else {
        hb_text_add(out, HB_STR("null,"));
    }
}

static void sensitivity(hb_text *out, const money_result *r) {
    hb_text_add(out, HB_STR("\"sensitivity\":["));
    for (uint32_t i = 0; i < r->n_swings; i++) {
        const money_swing *swing = &r->swings[i];
        hb_text_add(out, i ? HB_STR(",{") : HB_STR("{"));
        text_member(out, "input", swing->input);
        const struct {
            const char *key;
            double value;
        } PARTS[] = {
            {"low",               swing->low        },
            {"high",              swing->high       },
            {"sobol_first",       swing->first      },
            {"sobol_first_error", swing->first_error},
            {"sobol_total",       swing->total      },
            {"sobol_total_error", swing->total_error}
        };
        for (uint32_t k = 0; k < 6; k++) {
            hb_text_add(out, HB_STR(","));
            number_member(out, PARTS[k].key, PARTS[k].value);
        }
        hb_text_add(out, HB_STR("}"));
    }
    hb_text_add(out, HB_STR("],"));
}

static void because(hb_text *out, const money_report *report, const money_finding *f) {
    hb_text why = {0};
    if (f->weak.n)
        hb_text_addf(&why, "turns on %.*s, whose range is not confirmed (G); ",
                     MONEY_TEXT(f->weak));
    if (f->n_true == 0)
        hb_text_addf(&why, "true in none of %llu draws", (unsigned long long)f->n_judged);
    else
        hb_text_addf(&why, "true in %.4g of %llu draws", f->probability,
                     (unsigned long long)f->n_judged);
    hb_text_addf(
        &why,
        "; %.*s: p10 %.4g, p50 %.4g, p90 %.4g, against %.4g; confirmed from %.4g, refuted to %.4g",
        MONEY_TEXT(f->claim->unit), f->quantity.p10, f->quantity.p50, f->quantity.p90,
        f->claim->limit, report->request.confirmed_from, report->request.refuted_to);
    text_member(out, "because", (hb_str){why.at, why.n});
    hb_text_clear(&why);
}

static void claim(hb_text *out, const money_report *report, const money_result *r,
                  const money_finding *f) {
    hb_text_add(out, HB_STR("{"));
    text_member(out, "id", f->claim->id);
    hb_text_add(out, HB_STR(","));
    text_member(out, "statement", f->claim->statement);
    hb_text_add(out, HB_STR(","));
    text_member(out, "said_by", f->claim->said_by);
    hb_text_add(out, HB_STR(","));
    text_member(out, "said_on", f->claim->said_on);
    hb_text_add(out, HB_STR(","));
    text_member(out, "test", f->claim->test);
    hb_text_add(out, HB_STR(","));
    text_member(out, "quantity_test", f->claim->quantity);
    hb_text_add(out, HB_STR(","));
    text_member(out, "case", r->which->name);
    hb_text_addf(out, ",\"cost\":\"%s\",\"scope\":\"%s\",\"stage\":\"%s\",\"depends_on_basis\":%s,",
                 f->is_average ? "average" : "marginal", f->is_all_in ? "all_in" : "fee",
                 money_stage_name(r->which), f->claim->is_on_bases ? "true" : "false");
    number_member(out, "limit", f->claim->limit);
    hb_text_add(out, HB_STR(","));
    number_member(out, "probability", f->probability);
    hb_text_add(out, HB_STR(","));
    number_member(out, "probability_error", f->error);
    hb_text_addf(out, ",\"finding\":\"%s\",", money_verdict_name(f->verdict));
    spread(out, "quantity", &f->quantity, (hb_str){0});
    hb_text_add(out, HB_STR(","));
    text_member(out, "unit", f->claim->unit);
    hb_text_add(out, HB_STR(","));
    because(out, report, f);
    hb_text_add(out, HB_STR(",\"turns_on_unconfirmed\":"));
    if (f->weak.n)
        hb_text_add_json(out, f->weak);
    else
        hb_text_add(out, HB_STR("null"));
    hb_text_add(out, HB_STR(",\"flips\":["));
    for (uint32_t i = 0; i < f->n_flips; i++) {
        hb_text_add(out, i ? HB_STR(",{") : HB_STR("{"));
        text_member(out, "input", f->flips[i].input);
        hb_text_add(out, HB_STR(","));
        number_member(out, "value", f->flips[i].value);
        hb_text_addf(out, ",\"to\":\"%s\"}", money_verdict_name(f->flips[i].to));
    }
    hb_text_add(out, HB_STR("]}"));
}

static void case_members(hb_text *out, const money_report *report, const money_result *r) {
    text_member(out, "case", r->which->name);
    hb_text_addf(out, ",\"stage\":\"%s\",", money_stage_name(r->which));
    sender(out, report, r);
    host(out, report, r);
    people(out, report, r);
    months(out, report, r);
    break_even(out, report, r);
    sensitivity(out, r);
    hb_text_add(out, HB_STR("\"point_estimate\":{"));
    number_member(out, "sender_total", r->point[MONEY_all_in]);
    hb_text_add(out, HB_STR(","));
    number_member(out, "host_gain", r->point[MONEY_host_gain]);
    hb_text_add(out, HB_STR(","));
    number_member(out, "percentile", r->point_percentile);
    hb_text_addf(out, "},\"unbalanced_draws\":%llu,\"draws\":%llu",
                 (unsigned long long)r->n_unbalanced, (unsigned long long)r->n_draws);
}

static void input_rows(hb_text *out, const money_scenario *s) {
    hb_text_add(out, HB_STR("\"inputs\":["));
    for (uint32_t i = 0; i < s->n_inputs; i++) {
        const money_input *in = &s->cases[0].inputs[i];
        const struct {
            const char *key;
            hb_str value;
        } PARTS[] = {
            {"name",    in->name     },
            {"unit",    in->unit     },
            {"low",     in->low_text },
            {"mode",    in->mode_text},
            {"high",    in->high_text},
            {"source",  in->source   },
            {"mark",    in->mark     },
            {"read_on", in->read_on  }
        };
        hb_text_add(out, i ? HB_STR(",{") : HB_STR("{"));
        for (uint32_t k = 0; k < 8; k++) {
            text_member(out, PARTS[k].key, PARTS[k].value);
            hb_text_add(out, HB_STR(","));
        }
        hb_text_addf(out, "\"dist\":\"%s\",\"price_year\":%d,", money_shape_name(in->shape),
                     in->price_year);
        number_member(out, "conversion", in->scale);
        hb_text_add(out, HB_STR("}"));
    }
    hb_text_add(out, HB_STR("],\"conversions\":["));
    for (uint32_t i = 0; i < s->n_exchanges; i++) {
        hb_text_add(out, i ? HB_STR(",{") : HB_STR("{"));
        text_member(out, "currency", s->exchanges[i].currency);
        hb_text_add(out, HB_STR(","));
        text_member(out, "rate", s->exchanges[i].rate_text);
        hb_text_add(out, HB_STR(","));
        text_member(out, "on", s->exchanges[i].on);
        hb_text_add(out, HB_STR(","));
        text_member(out, "source", s->exchanges[i].source);
        hb_text_add(out, HB_STR("}"));
    }
    for (uint32_t i = 0; i < s->n_prices; i++) {
        hb_text_add(out, i + s->n_exchanges ? HB_STR(",{") : HB_STR("{"));
        text_member(out, "currency", s->prices[i].currency);
        hb_text_addf(out, ",\"from\":%d,\"to\":%d,", s->prices[i].from, s->prices[i].to);
        text_member(out, "factor", s->prices[i].factor_text);
        hb_text_add(out, HB_STR(","));
        text_member(out, "source", s->prices[i].source);
        hb_text_add(out, HB_STR("}"));
    }
    hb_text_add(out, HB_STR("],\"excluded\":["));
    for (uint32_t i = 0; i < s->n_excluded; i++) {
        if (i) hb_text_add(out, HB_STR(","));
        hb_text_add_json(out, s->excluded[i]);
    }
    hb_text_add(out, HB_STR("],"));
}

// Where what was really spent stands among the draws of each case.
static void back_test(hb_text *out, const money_report *report) {
    const money_scenario *s = report->scenario;
    bool is_first = true;
    hb_text_add(out, HB_STR("\"back_test\":["));
    for (uint32_t a = 0; a < s->n_actuals; a++) {
        for (uint32_t i = 0; i < report->n_cases; i++) {
            const money_result *r = &report->cases[i];
            const money_spread *all = &r->spread[MONEY_all_in];
            double actual = s->actuals[a].value;
            hb_text_add(out, is_first ? HB_STR("{") : HB_STR(",{"));
            is_first = false;
            text_member(out, "actual", s->actuals[a].name);
            hb_text_add(out, HB_STR(","));
            text_member(out, "source", s->actuals[a].source);
            hb_text_add(out, HB_STR(","));
            text_member(out, "case", r->which->name);
            hb_text_add(out, HB_STR(","));
            number_member(out, "spent", actual);
            hb_text_add(out, HB_STR(","));
            number_member(out, "percentile", r->actual_at[a]);
            hb_text_add(out, HB_STR(","));
            number_member(out, "error_of_median", all->p50 / actual - 1);
            hb_text_add(out, HB_STR(","));
            number_member(out, "error_of_point", r->point[MONEY_all_in] / actual - 1);
            hb_text_addf(out, ",\"within_p10_p90\":%s}",
                         actual >= all->p10 && actual <= all->p90 ? "true" : "false");
        }
    }
    hb_text_add(out, HB_STR("],"));
}

static void gao(hb_text *out) {
    hb_text_add(out, HB_STR("\"gao\":["));
    for (uint32_t i = 0; i < MONEY_N_GAO; i++) {
        hb_text_add(out, i ? HB_STR(",{") : HB_STR("{"));
        text_member(out, "item", hb_str_from(MONEY_GAO[i].item));
        hb_text_add(out, HB_STR(","));
        text_member(out, "state", hb_str_from(MONEY_GAO[i].state));
        hb_text_add(out, HB_STR(","));
        text_member(out, "why", hb_str_from(MONEY_GAO[i].why));
        hb_text_add(out, HB_STR("}"));
    }
    hb_text_add(out, HB_STR("]"));
}

bool money_write_json(hb_text *out, const money_report *report) {
    const money_scenario *s = report->scenario;
    hb_text_add(out, HB_STR("{"));
    text_member(out, "scenario", s->name);
    hb_text_add(out, HB_STR(","));
    text_member(out, "title", s->title);
    hb_text_add(out, HB_STR(","));
    text_member(out, "sender_state", s->sender);
    hb_text_add(out, HB_STR(","));
    text_member(out, "host_state", s->host);
    hb_text_add(out, HB_STR(","));
    text_member(out, "currency", s->currency);
    hb_text_addf(out, ",\"price_year\":%d,", s->price_year);
    case_members(out, report, &report->cases[0]);
    hb_text_add(out, HB_STR(",\"claims\":["));
    bool is_first = true;
    for (uint32_t i = 0; i < report->n_cases; i++) {
        for (uint32_t f = 0; f < report->cases[i].n_findings; f++) {
            if (!is_first) hb_text_add(out, HB_STR(","));
            is_first = false;
            claim(out, report, &report->cases[i], &report->cases[i].findings[f]);
        }
    }
    hb_text_add(out, HB_STR("],"));
    input_rows(out, s);
    back_test(out, report);
    hb_text_add(out, HB_STR("\"cutoffs\":{"));
    number_member(out, "confirmed_from", report->request.confirmed_from);
    hb_text_add(out, HB_STR(","));
    number_member(out, "refuted_to", report->request.refuted_to);
    hb_text_addf(out, "},\"latin_hypercube\":%s,", report->request.is_latin ? "true" : "false");
    gao(out);
    hb_text_add(out, HB_STR(",\"cases\":["));
    for (uint32_t i = 0; i < report->n_cases; i++) {
        hb_text_add(out, i ? HB_STR(",{") : HB_STR("{"));
        case_members(out, report, &report->cases[i]);
        hb_text_add(out, HB_STR("}"));
    }
    hb_text_addf(out, "],\"seed\":%llu}\n", (unsigned long long)report->request.seed);
    return !out->failed;
}
