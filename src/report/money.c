// The money of an agreement as members of a document: what each side pays, gains and stops
// spending, the claims on each basis, what the figures rest on, and the charts as they are drawn.
// Everything is money's own row, with its words in the document's language.
#include "report/internal.h"

#include <math.h>

// Statistics travel as numbers; what is not one is null.
static void put_real(hb_text *out, const char *key, double value) {
    if (!isfinite(value)) {
        put_raw(out, key, HB_STR("null"));
        return;
    }
    put_key(out, key);
    hb_text_addf(out, "%.12g", value);
}

static void put_spread(hb_text *out, const char *key, const money_spread *spread) {
    if (spread == NULL) {
        put_raw(out, key, HB_STR("null"));
        return;
    }
    put_open(out, key, '{');
    put_real(out, "mean", spread->mean);
    put_real(out, "p05", spread->p05);
    put_real(out, "p10", spread->p10);
    put_real(out, "p50", spread->p50);
    put_real(out, "p90", spread->p90);
    put_real(out, "p95", spread->p95);
    put_close(out, '}');
}

static void put_figures(hb_text *out, const money_report *report, words_language language) {
    static const char *const SIDES[] = {"sender", "host", "people"};  // ORDER money_side
    put_open(out, "figures", '[');
    for (uint32_t i = 0; i < money_n_figures(); i++) {
        money_figure figure = money_figure_at(report, 0, i, language);
        put_open(out, NULL, '{');
        put_text(out, "key", hb_str_from(figure.key));
        put_text(out, "name", hb_str_from(figure.name));
        put_text(out, "side", hb_str_from(SIDES[figure.side]));
        put_text(out, "unit", hb_str_from(figure.unit));
        put_bool(out, "money", figure.is_money);
        put_spread(out, "spread", figure.spread);
        put_close(out, '}');
    }
    put_close(out, ']');
}

static void put_claims(hb_text *out, const money_report *report, words_language language) {
    static const char *const VERDICTS[] = {"NOT_SHOWN", "CONFIRMED",
                                           "REFUTED"};  // ORDER money_verdict
    put_open(out, "claims", '[');
    for (uint32_t i = 0; i < money_n_claim_rows(report, 0); i++) {
        money_claim_row row = money_claim_row_at(report, 0, i, language);
        put_open(out, NULL, '{');
        put_text(out, "id", row.id);
        put_text(out, "statement", row.statement);
        put_text_or_null(out, "said_by", row.said_by);
        put_text_or_null(out, "said_on", row.said_on);
        put_text_or_null(out, "source", row.source);
        put_text(out, "basis", hb_str_from(row.basis));
        put_bool(out, "on_bases", row.is_on_bases);
        put_text(out, "cost", row.is_average ? HB_STR("average") : HB_STR("marginal"));
        put_text(out, "scope", row.is_all_in ? HB_STR("all_in") : HB_STR("fee"));
        put_text(out, "finding", hb_str_from(VERDICTS[row.verdict]));
        put_text(out, "finding_words", hb_str_from(row.finding));
        put_real(out, "probability", row.probability);
        put_number(out, "n_true", row.n_true);
        put_number(out, "n_judged", row.n_judged);
        put_text(out, "unit", row.unit);
        put_real(out, "limit", row.limit);
        put_spread(out, "quantity", row.quantity);
        put_text_or_null(out, "turns_on", row.turns_on);
        put_close(out, '}');
    }
    put_close(out, ']');
}

static void put_lines(hb_text *out, const money_report *report) {
    put_open(out, "lines", '[');
    for (uint32_t i = 0; i < money_n_lines(report); i++) {
        money_line_row line = money_line_at(report, 0, i);
        put_open(out, NULL, '{');
        put_text(out, "name", line.name);
        put_text_or_null(out, "payer", line.payer);
        put_text_or_null(out, "receiver", line.receiver);
        put_text_or_null(out, "source", line.source);
        put_bool(out, "fixed", line.is_fixed);
        put_bool(out, "capital", line.is_capital);
        put_bool(out, "unconfirmed", line.is_unconfirmed);
        put_real(out, "mean", line.mean);
        put_close(out, '}');
    }
    put_close(out, ']');
}

static void put_rates(hb_text *out, const money_report *report) {
    put_open(out, "rates", '[');
    for (uint32_t i = 0; i < money_n_rates(report); i++) {
        money_rate_row rate = money_rate_at(report, 0, i);
        put_open(out, NULL, '{');
        put_text(out, "rate", rate.rate);
        put_text(out, "name", rate.name);
        put_text_or_null(out, "source", rate.source);
        put_spread(out, "sender", rate.sender);
        put_spread(out, "host", rate.host);
        put_close(out, '}');
    }
    put_close(out, ']');
}

static void put_inputs(hb_text *out, const money_report *report) {
    put_open(out, "inputs", '[');
    for (uint32_t i = 0; i < money_n_inputs(report); i++) {
        money_input_row input = money_input_row_at(report, 0, i);
        put_open(out, NULL, '{');
        put_text(out, "name", input.name);
        put_text_or_null(out, "unit", input.unit);
        put_text_or_null(out, "low", input.low);
        put_text_or_null(out, "mode", input.mode);
        put_text_or_null(out, "high", input.high);
        put_text_or_null(out, "source", input.source);
        put_text_or_null(out, "mark", input.mark);
        put_text_or_null(out, "read_on", input.read_on);
        put_close(out, '}');
    }
    put_close(out, ']');
}

static bool put_charts(hb_text *out, const money_report *report, words_language language,
                       hb_error *err) {
    put_open(out, "charts", '[');
    for (uint32_t i = 0; i < money_n_charts(); i++) {
        hb_text svg = {0}, csv = {0};
        bool ok = money_write_chart(&svg, &csv, report, i, language);
        if (ok) {
            put_open(out, NULL, '{');
            put_text(out, "name", hb_str_from(money_chart_name(i)));
            put_text(out, "svg", (hb_str){svg.at, svg.n});
            put_text(out, "csv", (hb_str){csv.at, csv.n});
            put_close(out, '}');
        }
        hb_text_clear(&svg);
        hb_text_clear(&csv);
        if (!ok) return hb_out_of_memory(err);
    }
    put_close(out, ']');
    return true;
}

static bool put_sentences(hb_text *out, const money_report *report, words_language language,
                          hb_error *err) {
    hb_text lines = {0};
    bool ok = money_write_sentences(&lines, report, 0, language);
    put_open(out, "sentences", '[');
    for (size_t i = 0, start = 0; ok && i <= lines.n; i++) {
        if (i < lines.n && lines.at[i] != '\n') continue;
        hb_str line = hb_str_trim((hb_str){lines.at + start, i - start});
        if (line.n > 0) put_text(out, NULL, line);
        start = i + 1;
    }
    put_close(out, ']');
    hb_text_clear(&lines);
    return ok || hb_out_of_memory(err);
}

bool put_money(hb_text *out, const money_report *report, words_language language, hb_error *err) {
    money_case_row row = money_case_at(report, 0);
    put_open(out, "money", '{');
    put_text(out, "scenario", money_scenario_name(money_report_scenario(report)));
    put_text(out, "title", row.title);
    put_text(out, "sender", row.sender);
    put_text(out, "host", row.host);
    put_text(out, "currency", row.currency);
    put_number(out, "price_year", (uint64_t)row.price_year);
    put_text(out, "case", row.name);
    put_text(out, "stage", row.is_ex_post ? HB_STR("ex_post") : HB_STR("ex_ante"));
    put_number(out, "draws", row.n_draws);
    put_number(out, "seed", money_report_request(report)->seed);
    put_real(out, "confirmed_mean", row.confirmed_mean);
    put_figures(out, report, language);
    if (!put_sentences(out, report, language, err)) return false;
    put_claims(out, report, language);
    put_lines(out, report);
    put_rates(out, report);
    put_inputs(out, report);
    put_open(out, "excluded", '[');
    for (uint32_t i = 0; i < money_n_excluded(report); i++)
        put_text(out, NULL, money_excluded(report, i));
    put_close(out, ']');
    if (!put_charts(out, report, language, err)) return false;
    put_close(out, '}');
    return true;
}
