// The report for a reader, on one screen: the headline case and its claims on every basis, then
// what each other case changes. Everything else is in --json, the workbook and the plots.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "money/report.h"

static void sum(hb_text *out, double x) {
    hb_text_addf(out, "%9.2f", x / 1e6);
}

static void triple(hb_text *out, const char *name, const money_spread *s, double divide) {
    const double *parts[] = {&s->p10, &s->p50, &s->p90};
    hb_text_addf(out, "  %-34s", name);
    for (uint32_t i = 0; i < 3; i++) {
        double x = *parts[i] / divide;
        if (fabs(*parts[i]) >= 1e14)
            hb_text_add(out, HB_STR("      none"));
        else
            hb_text_addf(out, fabs(x) < 100 ? " %9.2f" : " %9.0f", x);
    }
    hb_text_addf(out, "  +/- %.2g\n", s->error / divide);
}

static void budgets(hb_text *out, const money_report *report, const money_result *r) {
    const money_scenario *s = report->scenario;
    hb_text_addf(out, "  %-34s %9s %9s %9s  of mean\n", "", "p10", "p50", "p90");
    hb_text_addf(out, "%.*s pays, %.*s million\n", MONEY_TEXT(s->sender), MONEY_TEXT(s->currency));
    triple(out, "all-in", &r->spread[MONEY_all_in], 1e6);
    triple(out, "fee", &r->spread[MONEY_fee], 1e6);
    if (r->bargain->has_saving) {
        triple(out, "stops spending, marginal", &r->spread[MONEY_saving_marginal], 1e6);
        triple(out, "stops spending, average", &r->spread[MONEY_saving_average], 1e6);
    }
    hb_text_addf(out, "%.*s for each person-day in custody (%.0f on average)\n",
                 MONEY_TEXT(s->currency), r->spread[MONEY_person_days].mean);
    triple(out, "all-in", &r->day_all_in, 1);
    triple(out, "fee", &r->day_fee, 1);
    hb_text_addf(out, "%.*s gains, %.*s million\n", MONEY_TEXT(s->host), MONEY_TEXT(s->currency));
    triple(out, r->bargain->has_host_cost ? "fee less its own cost" : "fee; its own cost not known",
           &r->spread[MONEY_host_gain], 1e6);
}

static void bargain(hb_text *out, const money_report *report, const money_result *r) {
    const money_bargain *b = r->bargain;
    const money_people *list = &report->request.people;
    hb_str currency = report->scenario->currency;
    if (b->has_spend && b->people_to_cover.p50 < 1e14)
        hb_text_addf(out,
                     "Break-even: %.0f people held all year carry the host's prisons (p10 %.0f, "
                     "p90 %.0f); sent: %.0f.\n",
                     b->people_to_cover.p50, b->people_to_cover.p10, b->people_to_cover.p90,
                     r->spread[MONEY_sent].p50);
    else if (b->has_spend)
        hb_text_add(
            out,
            HB_STR("Break-even: at this fee no number of people carries the host's prisons.\n"));
    if (list->is_known)
        hb_text_addf(out,
                     "Of %llu people on the list, %llu BARRED, %llu UNRESOLVED, %llu with no bar "
                     "found (not permission).\n",
                     (unsigned long long)list->n_people, (unsigned long long)list->n_barred,
                     (unsigned long long)list->n_unresolved, (unsigned long long)list->n_no_bar);
    if (!b->has_host_cost || !b->has_saving) return;
    if (b->sender_ceiling[1].p50 >= b->host_floor.p50)
        hb_text_addf(out,
                     "Both gain at a fee of %.2f to %.2f %.*s a person-day (marginal, medians).\n",
                     b->host_floor.p50, b->sender_ceiling[1].p50, MONEY_TEXT(currency));
    else
        hb_text_addf(out,
                     "No fee serves both: the host needs %.2f %.*s a person-day, the sender can "
                     "give %.2f (marginal, medians).\n",
                     b->host_floor.p50, MONEY_TEXT(currency), b->sender_ceiling[1].p50);
}

static const char *word_of(money_verdict verdict) {
    switch (verdict) {
        case MONEY_NOT_SHOWN: return "NOT SHOWN";
        case MONEY_CONFIRMED: return "CONFIRMED";
        case MONEY_REFUTED: return "REFUTED";
    }
    return "NOT SHOWN";
}

static void claim_row(hb_text *out, const money_finding *four) {
    static const char *const BASES[] = {"average, fee", "average, all-in", "marginal, fee",
                                        "marginal, all-in"};
    const money_claim *claim = four[0].claim;
    uint32_t n = claim->is_on_bases ? 4 : 1;
    hb_text_addf(out, "\"%.*s\" (%.*s): %.*s, against %.4g\n", MONEY_TEXT(claim->statement),
                 MONEY_TEXT(claim->said_by), MONEY_TEXT(claim->unit), claim->limit);
    for (uint32_t i = 0; i < n; i++) {
        char chance[32];
        if (four[i].n_true == 0)
            snprintf(chance, sizeof chance, "< 1 in %llu", (unsigned long long)four[i].n_judged);
        else
            snprintf(chance, sizeof chance, "%.3f", four[i].probability);
        hb_text_addf(out, "  %-9s  %-17s p50 %-9.4g chance %s", word_of(four[i].verdict),
                     n == 4 ? BASES[i] : "every basis", four[i].quantity.p50, chance);
        if (four[i].weak.n) hb_text_addf(out, "  turns on %.*s (G)", MONEY_TEXT(four[i].weak));
        hb_text_add(out, HB_STR("\n"));
    }
}

static void swings(hb_text *out, const money_result *r) {
    hb_text_add(
        out,
        HB_STR(
            "What moves the sender's total most (P10 to P90 of one input; share of variance)\n"));
    for (uint32_t i = 0; i < r->n_swings && i < 5; i++) {
        const money_swing *swing = &r->swings[i];
        hb_text_addf(out, "  %-28.*s", MONEY_TEXT(swing->input));
        sum(out, swing->low);
        hb_text_add(out, HB_STR(" to"));
        sum(out, swing->high);
        hb_text_addf(out, "   %.2f +/- %.2f\n", swing->total, swing->total_error);
    }
}

static void other_case(hb_text *out, const money_result *r) {
    uint32_t n[3] = {0};
    for (uint32_t f = 0; f < r->n_findings; f++) n[r->findings[f].verdict]++;
    hb_text_addf(out, "  %-38.*s all-in", MONEY_TEXT(r->which->name));
    sum(out, r->spread[MONEY_all_in].p50);
    if (r->bargain->has_saving)
        hb_text_addf(out, "  ratio %6.2f avg %6.2f marg", r->ratio[0][1].p50, r->ratio[1][1].p50);
    if (r->n_findings)
        hb_text_addf(out, "  %u/%u/%u", n[MONEY_CONFIRMED], n[MONEY_NOT_SHOWN], n[MONEY_REFUTED]);
    hb_text_add(out, HB_STR("\n"));
}

static void back_test(hb_text *out, const money_report *report) {
    const money_scenario *s = report->scenario;
    for (uint32_t a = 0; a < s->n_actuals; a++) {
        const money_result *r = &report->cases[0];
        hb_text_addf(
            out,
            "Really spent: %.1f million (%.*s); percentile %.0f, median %+.1f %%, point %+.1f %%\n",
            s->actuals[a].value / 1e6, MONEY_TEXT(s->actuals[a].name), 100 * r->actual_at[a],
            100 * (r->spread[MONEY_all_in].p50 / s->actuals[a].value - 1),
            100 * (r->point[MONEY_all_in] / s->actuals[a].value - 1));
    }
}

bool money_write_text(hb_text *out, const money_report *report) {
    const money_scenario *s = report->scenario;
    const money_result *r = &report->cases[0];
    hb_text_addf(out, "%.*s\n%.*s: %llu draws, seed %llu, prices of %d\n", MONEY_TEXT(s->title),
                 MONEY_TEXT(r->which->name), (unsigned long long)r->n_draws,
                 (unsigned long long)report->request.seed, s->price_year);
    budgets(out, report, r);
    bargain(out, report, r);
    back_test(out, report);
    for (uint32_t f = 0; f < r->n_findings; f += 4) claim_row(out, &r->findings[f]);
    if (r->n_findings)
        hb_text_addf(out, "CONFIRMED from %.4g of draws, REFUTED to %.4g.\n",
                     report->request.confirmed_from, report->request.refuted_to);
    swings(out, r);
    if (report->n_cases > 1)
        hb_text_add(out, HB_STR("Other cases (p50; findings confirmed/not shown/refuted)\n"));
    for (uint32_t i = 1; i < report->n_cases; i++) other_case(out, &report->cases[i]);
    return !out->failed;
}
