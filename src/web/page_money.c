// What it costs, and whom it carries: the four answers together (average and marginal, fee only and
// all-in), the claims with their findings, what the figures mean, the charts, present values, every
// input with its source, and what is left out. The drawings are those of `habeas cost --plots`.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "web/pages.h"
#include "web/paper.h"
#include "web/site.h"

// ---- numbers -----------------------------------------------------------------------------------

// Whole numbers with groups of three, small ones with two places: 14,450,000 · 462 · 0.56.
static void number(html *out, double value) {
    char digits[64], grouped[96];
    size_t n = 0;
    snprintf(digits, sizeof digits, fabs(value) < 100 && value != rint(value) ? "%.2f" : "%.0f",
             value);
    const char *point = strchr(digits, '.');
    size_t whole = point ? (size_t)(point - digits) : strlen(digits);
    for (size_t i = 0; digits[i] && n + 2 < sizeof grouped; i++) {
        bool is_group = i < whole && i > 0 && (whole - i) % 3 == 0 && digits[i - 1] != '-';
        if (is_group) grouped[n++] = ',';
        grouped[n++] = digits[i];
    }
    html_text(out, (hb_str){grouped, n});
}

static void number_cell(html *out, double value) {
    html_open(out, HTML_TD);
    html_class(out, "hb-number");
    number(out, value);
    html_close(out, HTML_TD);
}

static void spread_cells(const web_request *r, html *out, const money_spread *spread) {
    if (!spread) {
        html_open(out, HTML_TD);
        html_attribute(out, "colspan", HB_STR("4"));
        html_say(out, say(r, "not known"));
        html_close(out, HTML_TD);
        return;
    }
    number_cell(out, spread->p05);
    number_cell(out, spread->p50);
    number_cell(out, spread->p95);
    number_cell(out, spread->error);
}

// ---- tables ------------------------------------------------------------------------------------

enum { CLAIMS, MEANING, BUDGETS, VALUE, INPUTS, LEFT_OUT, N_SECTIONS };
static const web_section SECTIONS[] = {
    [CLAIMS] = {"claims",   WORDS_LATER("What was said, tested")},
    [MEANING] = {"meaning",  WORDS_LATER("What the figures mean")},
    [BUDGETS] = {"budgets",  WORDS_LATER("Both budgets")         },
    [VALUE] = {"value",    WORDS_LATER("Present value")        },
    [INPUTS] = {"inputs",   WORDS_LATER("Inputs")               },
    [LEFT_OUT] = {"left-out", WORDS_LATER("Left out")             },
};

static void figures(const web_request *r, html *out, const money_report *report, uint32_t which) {
    const char *const heads[] = {say(r, "figure"), "p05", "p50", "p95", say(r, "error")};
    money_case_row row = money_case_at(report, which);
    web_open_columns(out, say(r, "Both budgets"), NULL, heads, 5, 1);
    for (uint32_t i = 0; i < money_n_figures(); i++) {
        money_figure figure = money_figure_at(report, which, i, r->language);
        web_open_row(out);
        html_say(out, figure.name);
        if (figure.is_money || figure.unit[0]) {
            html_textf(out, " (%.*s%s%s)", figure.is_money ? (int)row.currency.n : 0,
                       row.currency.n ? row.currency.at : "",
                       figure.is_money && figure.unit[0] ? " " : "", figure.unit);
        }
        html_close(out, HTML_TH);
        spread_cells(r, out, figure.spread);
        html_close(out, HTML_TR);
    }
    web_close_table(out);
}

static void claims(const web_request *r, html *out, const money_report *report, uint32_t which) {
    const char *const heads[] = {say(r, "what was said"), say(r, "finding"),    say(r, "basis"),
                                 say(r, "chance"),        say(r, "value, p50"), say(r, "limit")};
    web_open_columns(out, say(r, "The claims"), NULL, heads, 6, 3);
    for (uint32_t i = 0; i < money_n_claim_rows(report, which); i++) {
        money_claim_row claim = money_claim_row_at(report, which, i, r->language);
        web_open_row(out);
        html_open(out, HTML_Q);
        html_lang(out, HB_STR("en"));
        html_text(out, claim.statement);
        html_close(out, HTML_Q);
        html_textf(out, " %.*s, %.*s", (int)claim.said_by.n, claim.said_by.at, (int)claim.said_on.n,
                   claim.said_on.at);
        html_close(out, HTML_TH);
        html_open(out, HTML_TD);
        html_put_say(out, HTML_STRONG, NULL, claim.finding);
        if (claim.turns_on.n)
            html_textf(out, " · %s %.*s", say(r, "turns on an input not confirmed:"),
                       (int)claim.turns_on.n, claim.turns_on.at);
        html_close(out, HTML_TD);
        html_put_say(out, HTML_TD, NULL, claim.basis);
        html_open(out, HTML_TD);
        html_class(out, "hb-number");
        if (claim.n_true == 0 && claim.n_judged > 0)
            html_textf(out, say(r, "< 1 in %llu draws"), (unsigned long long)claim.n_judged);
        else
            html_textf(out, "%.3f", claim.probability);
        html_close(out, HTML_TD);
        html_open(out, HTML_TD);
        html_class(out, "hb-number");
        if (claim.quantity)
            html_textf(out, "%.3g %.*s", claim.quantity->p50, (int)claim.unit.n, claim.unit.at);
        else
            html_say(out, say(r, "not known"));
        html_close(out, HTML_TD);
        html_open(out, HTML_TD);
        html_class(out, "hb-number");
        html_textf(out, "%.3g", claim.limit);
        html_close(out, HTML_TD);
        html_close(out, HTML_TR);
    }
    web_close_table(out);
}

static void rates(const web_request *r, html *out, const money_report *report, uint32_t which) {
    const char *const heads[] = {say(r, "rate"), "p05", "p50", "p95", say(r, "error")};
    web_section_head(r, out, &SECTIONS[VALUE]);
    if (money_n_rates(report) == 0) {
        html_put_say(out, HTML_P, NULL, say(r, "The scenario names no rate."));
        return;
    }
    web_open_columns(out, say(r, "All-in, at the sender's named rates"), NULL, heads, 5, 1);
    for (uint32_t i = 0; i < money_n_rates(report); i++) {
        money_rate_row rate = money_rate_at(report, which, i);
        web_open_row(out);
        html_textf(out, "%.*s %.*s · ", (int)rate.rate.n, rate.rate.at, (int)rate.name.n,
                   rate.name.at);
        html_text(out, rate.source);
        html_close(out, HTML_TH);
        spread_cells(r, out, rate.sender);
        html_close(out, HTML_TR);
    }
    web_close_table(out);
}

static void inputs(const web_request *r, html *out, const money_report *report, uint32_t which) {
    const char *const heads[] = {say(r, "input"),   say(r, "low"),  say(r, "mode"),
                                 say(r, "high"),    say(r, "unit"), say(r, "source"),
                                 say(r, "how sure")};
    web_section_head(r, out, &SECTIONS[INPUTS]);
    web_open_columns(out, say(r, "Every input, its range and its source"), NULL, heads, 7, 7);
    for (uint32_t i = 0; i < money_n_inputs(report); i++) {
        money_input_row row = money_input_row_at(report, which, i);
        const hb_str cells[] = {row.low, row.mode, row.high, row.unit, row.source, row.mark};
        web_open_row(out);
        html_put(out, HTML_CODE, NULL, row.name);
        html_close(out, HTML_TH);
        for (size_t c = 0; c < sizeof cells / sizeof cells[0]; c++) {
            html_open(out, HTML_TD);
            if (c < 3) html_class(out, "hb-number");
            html_text(out, cells[c].n ? cells[c] : HB_STR(""));
            html_close(out, HTML_TD);
        }
        html_close(out, HTML_TR);
    }
    web_close_table(out);
}

// ---- sentences and drawings --------------------------------------------------------------------

static bool sentences(const web_request *r, html *out, const money_report *report, uint32_t which,
                      hb_error *err) {
    hb_text text = {0};
    bool ok = money_write_sentences(&text, report, which, r->language) || hb_out_of_memory(err);
    hb_str rest = {text.at, text.n};
    html_open(out, HTML_UL);
    while (ok && rest.n) {
        const char *end = memchr(rest.at, '\n', rest.n);
        size_t n = end ? (size_t)(end - rest.at) : rest.n;
        if (n) html_put(out, HTML_LI, NULL, (hb_str){rest.at, n});
        rest = (hb_str){rest.at + n + (end != NULL), rest.n - n - (end != NULL)};
    }
    html_close(out, HTML_UL);
    hb_text_clear(&text);
    return ok;
}

// The drawing, and the numbers behind it folded below.
static bool chart(const web_request *r, html *out, const money_report *report, uint32_t i,
                  hb_error *err) {
    hb_text svg = {0}, csv = {0};
    bool ok = money_write_chart(&svg, &csv, report, i, r->language) || hb_out_of_memory(err);
    hb_str drawing = {svg.at, svg.n};
    while (ok && drawing.n && !hb_str_starts(drawing, HB_STR("<svg"))) {
        drawing.at++;
        drawing.n--;
    }
    if (ok) {
        html_open(out, HTML_FIGURE);
        html_svg(out, drawing);
        html_open(out, HTML_DETAILS);
        html_put_say(out, HTML_SUMMARY, NULL, say(r, "Show the numbers"));
        html_put(out, HTML_PRE, NULL, (hb_str){csv.at, csv.n});
        html_close(out, HTML_DETAILS);
        html_close(out, HTML_FIGURE);
    }
    hb_text_clear(&svg);
    hb_text_clear(&csv);
    return ok;
}

// ---- the page ----------------------------------------------------------------------------------

// All-in, fee alone, and all-in a day: p50 with p05 and p95.
static void headline(web_request *r, html *out, const money_report *report, uint32_t which) {
    static const char *const KEYS[] = {"all_in", "fee", "per_person_day"};
    html_open(out, HTML_P);
    html_class(out, "hb-sentence");
    for (size_t k = 0; k < sizeof KEYS / sizeof KEYS[0]; k++) {
        for (uint32_t i = 0; i < money_n_figures(); i++) {
            money_figure f = money_figure_at(report, which, i, r->language);
            if (strcmp(f.key, KEYS[k]) != 0) continue;
            html_textf(out, "%s%s: %.*s ", k ? " · " : "", f.name,
                       (int)money_case_at(report, which).currency.n,
                       money_case_at(report, which).currency.at);
            if (!f.spread) {
                html_say(out, say(r, "not known"));
                continue;
            }
            number(out, f.spread->p50);
            html_say(out, " (p05 ");
            number(out, f.spread->p05);
            html_say(out, ", p95 ");
            number(out, f.spread->p95);
            html_say(out, ")");
        }
    }
    html_close(out, HTML_P);
}

static void choose_case(web_request *r, html *out, const money_report *report, uint32_t which) {
    html_open(out, HTML_NAV);
    html_attribute(out, "aria-label", hb_str_from(say(r, "Cases")));
    html_open(out, HTML_UL);
    html_class(out, "hb-cases");
    for (uint32_t i = 0; i < money_n_cases(report); i++) {
        money_case_row row = money_case_at(report, i);
        html_open(out, HTML_LI);
        if (i == which) {
            html_put(out, HTML_STRONG, NULL, row.name);
        } else {
            char address[32];
            snprintf(address, sizeof address, "?case=%u", i);
            html_link(out, hb_str_from(address), "usa-link", row.name);
        }
        if (row.about.n) html_textf(out, ": %.*s", (int)row.about.n, row.about.at);
        html_textf(out, " (%s)", row.is_ex_post ? say(r, "ex post") : say(r, "ex ante"));
        html_close(out, HTML_LI);
    }
    html_close(out, HTML_UL);
    html_close(out, HTML_NAV);
}

bool web_money_write(web_request *r, html *out, const money_report *report, hb_error *err) {
    hb_dec number_given;
    int64_t which = 0;
    hb_str given = web_query(r, "case");
    if (given.n && (!hb_dec_parse(given, &number_given) || !hb_dec_to_int(number_given, &which) ||
                    which < 0 || which >= money_n_cases(report)))
        which = 0;
    uint32_t at = (uint32_t)which;
    money_case_row row = money_case_at(report, at);
    html_open(out, HTML_P);
    html_textf(out, say(r, "%llu draws, seed %llu, prices of %d, %.*s."),
               (unsigned long long)row.n_draws,
               (unsigned long long)money_report_request(report)->seed, row.price_year,
               (int)row.currency.n, row.currency.at);
    html_close(out, HTML_P);
    headline(r, out, report, at);
    choose_case(r, out, report, at);
    web_contents(r, out, SECTIONS, N_SECTIONS);
    web_section_head(r, out, &SECTIONS[CLAIMS]);
    claims(r, out, report, at);
    web_section_head(r, out, &SECTIONS[MEANING]);
    if (!sentences(r, out, report, at, err)) return false;
    web_section_head(r, out, &SECTIONS[BUDGETS]);
    figures(r, out, report, at);
    for (uint32_t i = 0; at == 0 && i < money_n_charts(); i++) {
        if (!chart(r, out, report, i, err)) return false;
    }
    rates(r, out, report, at);
    inputs(r, out, report, at);
    web_section_head(r, out, &SECTIONS[LEFT_OUT]);
    html_open(out, HTML_UL);
    for (uint32_t i = 0; i < money_n_excluded(report); i++)
        html_put(out, HTML_LI, NULL, money_excluded(report, i));
    html_close(out, HTML_UL);
    return true;
}

bool web_page_money(web_request *r, html *out, hb_error *err) {
    const money_report *report = r->site->money;
    html_put_say(out, HTML_H1, NULL, say(r, "What it costs, and whom it carries"));
    if (!report) {
        html_put_say(out, HTML_P, NULL, say(r, "This server was started without a scenario."));
        return true;
    }
    html_put(out, HTML_P, "usa-intro", money_case_at(report, 0).title);
    if (r->site->n_lists)
        web_paper_links(r, out, web_address(r, "/money/memo"), say(r, "Budget memo"));
    web_run_form(r, out);
    return web_money_write(r, out, report, err);
}
