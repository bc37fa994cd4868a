// The report for a reader, in 80 columns: the headline case and what each other case changes. The
// short one is a screen of 40 lines, the long one says each thing in a sentence; everything else is
// in --json, the workbook and the plots. A claim has one line for each finding it has: bases with
// the same finding stand together.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "money/report.h"

enum { COLUMNS = 80, SENTENCE = 600, NAME = 35 };

// Columns a text takes: its code points. Nothing here is written with wide letters.
static size_t width_of(const char *text, size_t n) {
    size_t width = 0;
    for (size_t i = 0; i < n; i++) width += ((unsigned char)text[i] & 0xC0) != 0x80;
    return width;
}

// A text broken at spaces; `indent` before every line but the first, which stands at `at`.
static void add_wrapped(hb_text *out, const char *text, size_t at, size_t indent) {
    bool is_first = true;
    while (*text) {
        size_t n = strcspn(text, " "), width = width_of(text, n);
        if (!is_first && at + 1 + width > COLUMNS) {
            hb_text_addf(out, "\n%*s", (int)indent, "");
            at = indent;
        } else if (!is_first) {
            hb_text_add(out, HB_STR(" "));
            at++;
        }
        hb_text_add(out, (hb_str){text, n});
        at += width;
        text += n;
        while (*text == ' ') text++;
        is_first = false;
    }
    hb_text_add(out, HB_STR("\n"));
}

static void padded(hb_text *out, const char *text, size_t room) {
    size_t width = width_of(text, strlen(text));
    hb_text_addf(out, "%s%*s", text, width < room ? (int)(room - width) : 0, "");
}

static const char *short_number(char *room, size_t size, double x) {
    snprintf(room, size, fabs(x) >= 1000 ? "%.0f" : "%.3g", x);
    return room;
}

// ---- budgets ----------------------------------------------------------------------------------
static void row(hb_text *out, const char *name, const money_spread *s, double divide,
                words_language language) {
    const double parts[] = {s->p10, s->p50, s->p80, s->p90};
    hb_text_add(out, HB_STR("  "));
    padded(out, name, NAME);
    for (uint32_t i = 0; i < 4; i++) {
        double x = parts[i] / divide;
        if (fabs(parts[i]) >= 1e14)
            hb_text_addf(out, " %8s", words_in(language, "none"));
        else
            hb_text_addf(out, fabs(x) < 100 ? " %8.2f" : " %8.0f", x);
    }
    bool is_exact = s->error <= 1e-12 * fabs(s->mean);  // what rounding leaves of a fixed sum
    hb_text_addf(out, " %.1g\n", is_exact ? 0 : s->error / divide);
}

static void budgets(hb_text *out, const money_report *report, const money_result *r,
                    words_language language) {
    const money_scenario *s = report->scenario;
    char head[200];
    snprintf(head, sizeof head, words_in(language, "%.*s pays, %.*s million"),
             MONEY_TEXT(s->sender), MONEY_TEXT(s->currency));
    padded(out, head, NAME + 2);
    hb_text_addf(out, " %8s %8s %8s %8s +/-\n", "p10", "p50", "p80", "p90");
    row(out, words_in(language, "all that it pays"), &r->spread[MONEY_all_in], 1e6, language);
    row(out, words_in(language, "fee"), &r->spread[MONEY_fee], 1e6, language);
    if (r->bargain->has_saving) {
        row(out, words_in(language, "stops spending, marginal cost"),
            &r->spread[MONEY_saving_marginal], 1e6, language);
        row(out, words_in(language, "stops spending, average cost"),
            &r->spread[MONEY_saving_average], 1e6, language);
    }
    hb_text_addf(out, words_in(language, "%.*s for each day used, %.0f days on average\n"),
                 MONEY_TEXT(s->currency), r->spread[MONEY_person_days].mean);
    row(out, words_in(language, "all that it pays"), &r->day_all_in, 1, language);
    row(out, words_in(language, "fee"), &r->day_fee, 1, language);
    row(out, words_in(language, "all-in, for each person sent"), &r->person_all_in, 1, language);
    snprintf(head, sizeof head,
             r->bargain->has_host_cost ? words_in(language, "%.*s gains, million: fee less cost")
                                       : words_in(language, "%.*s gains, million (cost unknown)"),
             MONEY_TEXT(s->host));
    row(out, head, &r->spread[MONEY_host_gain], 1e6, language);
    hb_text_addf(out,
                 words_in(language, "All inputs at their modes: %.2f million, percentile %.0f.\n"),
                 r->point[MONEY_all_in] / 1e6, 100 * r->point_percentile);
}

// ---- sentences --------------------------------------------------------------------------------
static void say_break_even(hb_text *out, const money_result *r, words_language language) {
    const money_bargain *b = r->bargain;
    if (!b->has_spend) return;
    if (b->people_to_cover.p50 < 1e14)
        hb_text_addf(out,
                     words_in(language,
                              "Break-even: %.0f people held all year at this fee a day carry the "
                              "host's prisons (p10 %.0f, p90 %.0f); sent: %.0f.\n"),
                     b->people_to_cover.p50, b->people_to_cover.p10, b->people_to_cover.p90,
                     r->spread[MONEY_sent].p50);
    else
        hb_text_addf(
            out, "%s",
            words_in(language,
                     "Break-even: at this fee no number of people carries the host's prisons.\n"));
}

static void say_list(hb_text *out, const money_people *list, words_language language) {
    if (!list->is_known) return;
    hb_text_addf(out,
                 words_in(language,
                          "Of %llu people on the list, %llu BARRED, %llu UNRESOLVED, %llu with no "
                          "bar found (not permission).\n"),
                 (unsigned long long)list->n_people, (unsigned long long)list->n_barred,
                 (unsigned long long)list->n_unresolved, (unsigned long long)list->n_no_bar);
}

static void say_range(hb_text *out, const money_report *report, const money_bargain *b,
                      words_language language) {
    hb_str currency = report->scenario->currency;
    if (!b->has_host_cost || !b->has_saving) return;
    if (b->sender_ceiling[1].p50 >= b->host_floor.p50)
        hb_text_addf(out,
                     words_in(language,
                              "Both gain at a fee of %.2f to %.2f %.*s a day used (marginal cost, "
                              "medians).\n"),
                     b->host_floor.p50, b->sender_ceiling[1].p50, MONEY_TEXT(currency));
    else
        hb_text_addf(out,
                     words_in(language,
                              "No fee serves both: the host needs %.2f %.*s a day used; at %.2f "
                              "the sender stops losing (marginal cost, medians).\n"),
                     b->host_floor.p50, MONEY_TEXT(currency), b->sender_ceiling[1].p50);
}

// Whether people fit in, and how much fuller it would have to be to carry the host's prisons.
static void say_capacity(hb_text *out, const money_result *r, words_language language) {
    double places = money_role_mode(r, MONEY_ROLE_PLACES),
           spare = money_role_mode(r, MONEY_ROLE_FREE_PLACES),
           needed = r->bargain->people_to_cover.p50;
    bool has_needed = r->bargain->has_spend && needed < 1e14;
    if (!isfinite(places) || places <= 0) return;
    if (r->p_over_places > 0)
        hb_text_addf(out,
                     words_in(language,
                              "CAPACITY ALARM: more people than the %.0f places in %.2g of draws, "
                              "up to %.0f at once."),
                     places, r->p_over_places, r->spread[MONEY_peak].most);
    else
        hb_text_addf(out,
                     words_in(language, "Capacity: %.0f places agreed, up to %.0f people at once."),
                     places, r->spread[MONEY_peak].most);
    if (has_needed)
        hb_text_addf(out, words_in(language, " Break-even takes %.3g times the places."),
                     needed / places);
    if (has_needed && isfinite(spare) && spare > 0)
        hb_text_addf(out,
                     words_in(language, " That is %.0f %% of the %.0f places the host had free."),
                     100 * needed / spare, spare);
    hb_text_add(out, HB_STR("\n"));
}

// What the host has come to count on, and what it goes on paying.
static void say_fiscal(hb_text *out, const money_report *report, const money_result *r,
                       words_language language) {
    if (!r->bargain->has_spend || !r->bargain->has_host_cost) return;
    hb_text_addf(
        out,
        words_in(language,
                 "When the fee stops, the host is short of %.2f million %.*s a year, %.1f %% of "
                 "its prison spending; holding as many people costs it %.2f million a year.\n"),
        r->spread[MONEY_fee_year].p50 / 1e6, MONEY_TEXT(report->scenario->currency),
        100 * r->spread[MONEY_fee_share].p50, r->spread[MONEY_host_year].p50 / 1e6);
}

static void say_one_more(hb_text *out, const money_report *report, const money_bargain *b,
                         words_language language) {
    if (!b->has_saving || !b->has_host_cost) return;
    hb_text_addf(out,
                 words_in(language,
                          "One person more: %+.0f %.*s for the sender (marginal cost), %+.0f for "
                          "the host.\n"),
                 -b->sender_per_person, MONEY_TEXT(report->scenario->currency), b->host_per_person);
}

static void say_stops(hb_text *out, const money_report *report, const money_bargain *b,
                      words_language language) {
    for (uint32_t k = 0; k < b->n_stops; k++) {
        double loss = b->stops[k].host_loss / 1e6;
        hb_text_addf(out,
                     words_in(language,
                              "Stopped after %d months: the sender has paid %.2f million %.*s for "
                              "days not used; "),
                     b->stops[k].month, b->stops[k].sender_loss / 1e6,
                     MONEY_TEXT(report->scenario->currency));
        hb_text_addf(out,
                     loss >= 0 ? words_in(language, "the host loses %.2f million.\n")
                               : words_in(language, "the host spends %.2f million less.\n"),
                     fabs(loss));
    }
}

bool money_write_sentences(hb_text *out, const money_report *report, uint32_t which,
                           words_language language) {
    const money_result *r = &report->cases[which];
    say_break_even(out, r, language);
    say_list(out, &report->request.people, language);
    say_capacity(out, r, language);
    say_range(out, report, r->bargain, language);
    say_one_more(out, report, r->bargain, language);
    say_fiscal(out, report, r, language);
    say_stops(out, report, r->bargain, language);
    return !out->failed;
}

// Break-even, and beside it the list, in a line each.
static void say_short(hb_text *out, const money_result *r, const money_people *list,
                      words_language language) {
    if (r->bargain->has_spend && r->bargain->people_to_cover.p50 < 1e14)
        hb_text_addf(out,
                     words_in(language,
                              "Break-even: at this fee %.0f people held all year carry "
                              "its prisons; sent: %.0f.\n"),
                     r->bargain->people_to_cover.p50, r->spread[MONEY_sent].p50);
    else
        say_break_even(out, r, language);
    if (list->is_known)
        hb_text_addf(out,
                     words_in(language,
                              "On the list: %llu BARRED, %llu UNRESOLVED, %llu no bar "
                              "found (not permission).\n"),
                     (unsigned long long)list->n_barred, (unsigned long long)list->n_unresolved,
                     (unsigned long long)list->n_no_bar);
}

static bool add_sentences(hb_text *out, const money_report *report, bool is_long,
                          words_language language) {
    const money_result *r = &report->cases[0];
    hb_text said = {0};
    if (is_long) {
        money_write_sentences(&said, report, 0, language);
    } else {
        say_short(&said, r, &report->request.people, language);
        if (r->p_over_places > 0) say_capacity(&said, r, language);
        say_range(&said, report, r->bargain, language);
    }
    bool ok = !said.failed;
    for (size_t at = 0; ok && at < said.n;) {
        char one[SENTENCE];
        size_t n = 0;
        while (at + n < said.n && said.at[at + n] != '\n') n++;
        snprintf(one, sizeof one, "%.*s", (int)n, said.at + at);
        add_wrapped(out, one, 0, 2);
        at += n + 1;
    }
    hb_text_clear(&said);
    return ok;
}

// ---- claims -----------------------------------------------------------------------------------
// The bases of a claim on which it has this finding.
static void claim_line(hb_text *out, const money_finding *four, uint32_t n, money_verdict verdict,
                       words_language language) {
    char line[SENTENCE], bases[200] = "", least[32], most[32], chance[64];
    double low = INFINITY, high = -INFINITY, p = 0;
    uint32_t n_here = 0;
    hb_str weak = {0};
    const money_claim *claim = four[0].claim;
    for (uint32_t i = 0; i < n; i++) {
        if (four[i].verdict != verdict) continue;
        low = fmin(low, four[i].quantity.p50);
        high = fmax(high, four[i].quantity.p50);
        p = fmax(p, four[i].probability);
        if (four[i].weak.n) weak = four[i].weak;
        size_t used = strlen(bases);
        snprintf(bases + used, sizeof bases - used, "%s%s", n_here++ ? "; " : "",
                 money_basis_word(&four[i], language));
    }
    if (n_here == 0) return;
    if (n_here == n) bases[0] = 0;
    if (four[0].n_null == four[0].n_judged)
        snprintf(chance, sizeof chance, "%s", words_in(language, "decides nothing"));
    else if (p == 0)
        snprintf(chance, sizeof chance, words_in(language, "chance < 1 in %llu"),
                 (unsigned long long)four[0].n_judged);
    else
        snprintf(chance, sizeof chance, words_in(language, "chance %.2g"), p);
    short_number(least, sizeof least, low);
    short_number(most, sizeof most, high);
    int used = 0;
    if (weak.n)
        used = snprintf(line, sizeof line, words_in(language, "turns on %.*s, not confirmed (G): "),
                        MONEY_TEXT(weak));
    snprintf(line + used, sizeof line - (size_t)used, "\"%.*s\" %s%s%s, %s %.4g; %s%s%s",
             MONEY_TEXT(claim->statement), least, strcmp(least, most) ? "..." : "",
             strcmp(least, most) ? most : "", words_in(language, "limit"), claim->limit, chance,
             bases[0] ? "; " : "", bases);
    padded(out, money_verdict_word(verdict, language), 11);
    add_wrapped(out, line, 11, 11);
}

static const money_verdict ORDER[] = {MONEY_REFUTED, MONEY_NOT_SHOWN, MONEY_CONFIRMED};

static size_t verdict_room(words_language language) {
    size_t room = 0;
    for (uint32_t v = 0; v < 3; v++) {
        const char *word = money_verdict_word(ORDER[v], language);
        size_t width = 2 + width_of(word, strlen(word));
        room = width > room ? width : room;
    }
    return room;
}

// The same in a row: finding, chance, quantity, limit, what was said.
static void claim_row(hb_text *out, const money_finding *four, uint32_t n, money_verdict verdict,
                      words_language language) {
    char line[SENTENCE], word[64], range[80], least[32], most[32], chance[32];
    double low = INFINITY, high = -INFINITY, p = 0;
    uint32_t n_here = 0;
    bool is_weak = false;
    for (uint32_t i = 0; i < n; i++) {
        if (four[i].verdict != verdict) continue;
        low = fmin(low, four[i].quantity.p50);
        high = fmax(high, four[i].quantity.p50);
        p = fmax(p, four[i].probability);
        is_weak = is_weak || four[i].weak.n;
        n_here++;
    }
    if (n_here == 0) return;
    short_number(least, sizeof least, low);
    short_number(most, sizeof most, high);
    snprintf(range, sizeof range, "%s%s%s", least, strcmp(least, most) ? "..." : "",
             strcmp(least, most) ? most : "");
    if (four[0].n_null == four[0].n_judged)
        snprintf(chance, sizeof chance, "-");  // decides nothing
    else if (p == 0)
        snprintf(chance, sizeof chance, "<%.0e", 1 / (double)four[0].n_judged);
    else
        snprintf(chance, sizeof chance, "%.2g", p);
    int used = snprintf(line, sizeof line, "%.*s", MONEY_TEXT(four[0].claim->statement));
    if (n_here < n)
        snprintf(line + used, sizeof line - (size_t)used, words_in(language, " (%u of %u bases)"),
                 n_here, n);
    size_t room = verdict_room(language), start = room + 25;
    snprintf(word, sizeof word, "%s%s", is_weak ? "G " : "  ",
             money_verdict_word(verdict, language));
    padded(out, word, room);
    hb_text_addf(out, " %-6s %-11s %-4.3g ", chance, range, four[0].claim->limit);
    add_wrapped(out, line, start, start + 2);
}

static void claim_rows(hb_text *out, const money_report *report, const money_result *r,
                       words_language language) {
    char rule[200];
    if (r->n_findings == 0) return;
    padded(out, words_in(language, "G finding"), verdict_room(language));
    hb_text_add(out, HB_STR(" p      p50         "));
    snprintf(rule, sizeof rule,
             words_in(language, "limit said (cut-offs %.4g and %.4g; G unconfirmed)"),
             report->request.confirmed_from, report->request.refuted_to);
    hb_text_addf(out, "%s\n", rule);
    for (uint32_t f = 0; f < r->n_findings; f += 4)
        for (uint32_t v = 0; v < 3; v++)
            claim_row(out, &r->findings[f], r->findings[f].claim->is_on_bases ? 4 : 1, ORDER[v],
                      language);
}

static void claims(hb_text *out, const money_report *report, const money_result *r,
                   words_language language) {
    char rule[200];
    if (r->n_findings == 0) return;
    snprintf(
        rule, sizeof rule,
        words_in(language, "What was said, p50 (CONFIRMED from %.4g of draws, REFUTED to %.4g)"),
        report->request.confirmed_from, report->request.refuted_to);
    add_wrapped(out, rule, 0, 2);
    for (uint32_t f = 0; f < r->n_findings; f += 4)
        for (uint32_t v = 0; v < 3; v++)
            claim_line(out, &r->findings[f], r->findings[f].claim->is_on_bases ? 4 : 1, ORDER[v],
                       language);
}

// ---- what moves it, and the other cases -------------------------------------------------------
static void swings(hb_text *out, const money_result *r, uint32_t n_shown, words_language language) {
    if (r->n_swings == 0) return;
    hb_text_addf(
        out, "%s\n",
        words_in(language,
                 "What moves the total most (P10 to P90 of one input; share of variance)"));
    for (uint32_t i = 0; i < r->n_swings && i < n_shown; i++) {
        const money_swing *w = &r->swings[i];
        char name[120];
        hb_text_addf(out, "  %-35s %8.2f ... %.2f   %.2f +/- %.2f\n",
                     money_plain_name(w->input, name, sizeof name), w->low / 1e6, w->high / 1e6,
                     w->total, w->total_error);
    }
}

static void other_case(hb_text *out, const money_result *r) {
    uint32_t n[3] = {0};
    for (uint32_t f = 0; f < r->n_findings; f++)
        n[r->findings[f].verdict] += r->findings[f].claim->is_on_bases || f % 4 == 0;
    hb_text_addf(out, "  %-35.*s %8.2f", MONEY_TEXT(r->which->name),
                 r->spread[MONEY_all_in].p50 / 1e6);
    if (r->bargain->has_saving)
        hb_text_addf(out, " %8.2f %8.2f", r->ratio[0][1].p50, r->ratio[1][1].p50);
    else
        hb_text_addf(out, " %8s %8s", "-", "-");
    if (r->n_findings)
        hb_text_addf(out, "  %u/%u/%u", n[MONEY_CONFIRMED], n[MONEY_NOT_SHOWN], n[MONEY_REFUTED]);
    hb_text_add(out, HB_STR("\n"));
}

static void back_test(hb_text *out, const money_report *report, words_language language) {
    const money_scenario *s = report->scenario;
    const money_result *r = &report->cases[0];
    for (uint32_t a = 0; a < s->n_actuals; a++) {
        char line[SENTENCE];
        snprintf(line, sizeof line,
                 words_in(language,
                          "Really spent: %.1f million (%.*s); percentile %.0f, median %+.1f %%, "
                          "point %+.1f %%"),
                 s->actuals[a].value / 1e6, MONEY_TEXT(s->actuals[a].name), 100 * r->actual_at[a],
                 100 * (r->spread[MONEY_all_in].p50 / s->actuals[a].value - 1),
                 100 * (r->point[MONEY_all_in] / s->actuals[a].value - 1));
        add_wrapped(out, line, 0, 2);
    }
}

bool money_write_text(hb_text *out, const money_report *report, bool is_long,
                      words_language language) {
    const money_scenario *s = report->scenario;
    const money_result *r = &report->cases[0];
    char line[SENTENCE];
    hb_text_addf(out, "%.*s\n", MONEY_TEXT(s->title));
    snprintf(line, sizeof line, words_in(language, "%.*s: %llu draws, seed %llu, prices of %d"),
             MONEY_TEXT(r->which->name), (unsigned long long)r->n_draws,
             (unsigned long long)report->request.seed, s->price_year);
    add_wrapped(out, line, 0, 2);
    budgets(out, report, r, language);
    if (!add_sentences(out, report, is_long, language)) return false;
    back_test(out, report, language);
    if (is_long)
        claims(out, report, r, language);
    else
        claim_rows(out, report, r, language);
    swings(out, r, is_long ? 3 : 2, language);
    if (report->n_cases > 1) {
        padded(out, words_in(language, "Other cases, p50"), NAME);
        hb_text_addf(out, " %8s %8s %8s  %s\n", words_in(language, "all-in"),
                     words_in(language, "/average"), words_in(language, "/marginal"),
                     words_in(language, "conf./not/ref."));
    }
    for (uint32_t i = 1; i < report->n_cases; i++) other_case(out, &report->cases[i]);
    if (!is_long)
        hb_text_addf(out, "%s\n",
                     words_in(language, "More: --long, --json, --xlsx FILE, --plots DIR"));
    return !out->failed;
}
