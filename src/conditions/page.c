// The assessment as one HTML page that needs nothing else: a chart of value against threshold for
// every standard with a number, drawn as SVG in black, white and hatching, then every standard with
// its accounts. It reads on paper and without colour: what fails is solid, what does not is
// hatched, the threshold is the dashed line.
#include "conditions/internal.h"

#include <stdio.h>

#define BAR_WIDTH 420.0  // of the widest bar
#define ROW_HEIGHT 34
#define LABEL_WIDTH 270

static void add_html(hb_text *out, hb_str text) {
    for (size_t i = 0; i < text.n; i++) {
        switch (text.at[i]) {
            case '<': hb_text_add(out, HB_STR("&lt;")); break;
            case '>': hb_text_add(out, HB_STR("&gt;")); break;
            case '&': hb_text_add(out, HB_STR("&amp;")); break;
            case '"': hb_text_add(out, HB_STR("&quot;")); break;
            default: hb_text_add(out, (hb_str){text.at + i, 1});
        }
    }
}

static void add_words(hb_text *out, const char *words) {
    add_html(out, hb_str_from(words));
}

static const char STYLE[] =
    "<style>body{font:16px/1.45 Georgia,serif;max-width:60rem;margin:1.5rem auto;padding:0 "
    "1rem;color:#000;background:#fff}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #000;padding:.3rem "
    ".5rem;text-align:left;vertical-align:top}"
    "h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}.why{font-style:italic}.mark{white-"
    "space:nowrap;font-weight:bold}"
    "svg{width:100%;height:auto}ul{margin:.2rem 0;padding-left:1.1rem}td.src{font-size:.85rem}"
    "@media print{body{margin:0;max-width:none;font-size:11px}tr,svg{break-inside:avoid}}</style>";

// Signs beside words, so that neither colour nor shading carries a finding.
static const char *sign(conditions_answer answer) {
    switch (answer) {
        case CONDITIONS_NOT_MET: return "&#9632;";
        case CONDITIONS_DISPUTED: return "&#9680;";
        case CONDITIONS_UNKNOWN: return "?";
        case CONDITIONS_MET: return "&#9633;";
    }
    return "?";
}

static void add_answer(hb_text *out, conditions_answer answer) {
    hb_text_addf(out, "%s %.*s", sign(answer), (int)conditions_answer_name(answer).n,
                 conditions_answer_name(answer).at);
}

// ---- the chart ----------------------------------------------------------------------------------

// The account of a standard's own field that the chart draws: the worst counted, else the worst
// given; false when there is no number.
static bool drawn(const conditions_assessment *a, uint32_t s, double *value, uint32_t *account) {
    const condition_standard *standard = &a->law->standards[s];
    const condition_finding *finding = &a->findings[s];
    *account = DMN_NONE;
    for (uint32_t i = 0; standard->field != DMN_NONE && i < finding->n_accounts; i++) {
        const finding_account *one = &finding->accounts[i],
                              *best = *account == DMN_NONE ? NULL : &finding->accounts[*account];
        const condition_claim *claim = &a->ret->claims[one->claim];
        if (claim->field != standard->field || claim->value.kind != FEEL_NUMBER) continue;
        bool is_worse = best && field_worse(&a->law->fields[claim->field], claim->value,
                                            a->ret->claims[best->claim].value) > 0;
        if (!best || (one->is_counted && !best->is_counted) ||
            (one->is_counted == best->is_counted && is_worse))
            *account = i;
    }
    if (*account == DMN_NONE) return false;
    *value = hb_dec_to_double(feel_dec(a->ret->claims[finding->accounts[*account].claim].value));
    return true;
}

static bool has_limit(const condition_standard *standard, double *limit) {
    hb_dec number;
    if (!standard->threshold.n || !hb_dec_parse(standard->threshold, &number)) return false;
    *limit = hb_dec_to_double(number);
    return true;
}

static void add_bar(hb_text *out, const conditions_assessment *a, uint32_t s, double scale,
                    double limit, bool is_named, double y, double height) {
    double value;
    uint32_t account;
    if (!drawn(a, s, &value, &account)) {
        hb_text_addf(out, "<text x=\"%d\" y=\"%.1f\" font-size=\"11\">%.*s: ?</text>",
                     LABEL_WIDTH + 6, y + height - 2, (int)a->ret->facility.n, a->ret->facility.at);
        return;
    }
    const finding_account *one = &a->findings[s].accounts[account];
    bool fails = one->alone == OUTCOME_FAILS && one->is_counted;
    double width = value / scale * BAR_WIDTH;
    if (width < 1) width = 1;
    hb_text_addf(
        out,
        "<rect x=\"%d\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\" stroke=\"#000\"/>",
        LABEL_WIDTH, y, width, height, fails ? "#000" : "url(#hatch)");
    double end = limit / scale * BAR_WIDTH;  // the label stands right of bar and threshold
    hb_text_addf(out, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"11\">",
                 LABEL_WIDTH + (width > end ? width : end) + 6, y + height - 2);
    if (is_named) {
        add_html(out, a->ret->facility);
        hb_text_addf(out, ": ");
    }
    add_claim_value(out, a->law, &a->ret->claims[one->claim]);
    hb_text_addf(out, " ");
    add_html(out, a->law->standards[s].unit);
    hb_text_addf(out, "%s</text>", one->is_counted ? "" : " *");
}

static void add_row(hb_text *out, const conditions_assessment *one,
                    const conditions_assessment *other, uint32_t s, double limit, uint32_t row,
                    words_language language) {
    const condition_standard *standard = &one->law->standards[s];
    double value, scale = limit, y = row * ROW_HEIGHT + 8;
    uint32_t account;
    if (drawn(one, s, &value, &account) && value > scale) scale = value;
    if (other && drawn(other, s, &value, &account) && value > scale) scale = value;
    scale = scale > 0 ? scale * 1.05 : 1;
    hb_text_addf(out, "<text x=\"0\" y=\"%.1f\" font-size=\"12\">", y + 11);
    add_html(out, standard->topic[language]);
    hb_text_addf(out, "</text><text x=\"0\" y=\"%.1f\" font-size=\"10\">", y + 23);
    add_html(out, standard->id);
    hb_text_addf(out, ": %s ",
                 hb_str_equal(standard->effect, HB_STR("flag")) ? words_in(language, "flag")
                                                                : words_in(language, "fails when"));
    add_html(out, standard->direction);
    hb_text_addf(out, " %.*s ", (int)standard->threshold.n, standard->threshold.at);
    add_html(out, standard->unit);
    hb_text_addf(out, "</text>");
    add_bar(out, one, s, scale, limit, other != NULL, y, other ? 11 : 18);
    if (other) add_bar(out, other, s, scale, limit, true, y + 13, 11);
    double x = LABEL_WIDTH + limit / scale * BAR_WIDTH;
    hb_text_addf(
        out,
        "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#fff\" stroke-width=\"4\"/>"
        "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#000\" stroke-width=\"2\" "
        "stroke-dasharray=\"4 2\"/>",
        x, x, y - 4, y + 27, x, x, y - 4, y + 27);
}

static bool is_drawn(const conditions_assessment *one, const conditions_assessment *other,
                     uint32_t s, double *limit) {
    double value;
    uint32_t account;
    return has_limit(&one->law->standards[s], limit) &&
           (drawn(one, s, &value, &account) || (other && drawn(other, s, &value, &account)));
}

static void add_chart(hb_text *out, const conditions_assessment *one,
                      const conditions_assessment *other, words_language language) {
    uint32_t n = 0;
    double limit;
    for (uint32_t s = 0; s < one->law->n_standards; s++) n += is_drawn(one, other, s, &limit);
    hb_text_addf(out, "<h2>");
    add_words(out, words_in(language, "Value against threshold"));
    hb_text_addf(out, "</h2><p>");
    add_words(out,
              words_in(language,
                       "Solid: fails. Hatched: does not fail, or is not counted (*). Dashed line: "
                       "the threshold. Each row has its own scale; the worst account is drawn."));
    hb_text_addf(out, "</p><svg viewBox=\"0 0 860 %u\" role=\"img\" aria-label=\"",
                 n * ROW_HEIGHT + 16);
    add_words(out, words_in(language, "Value against threshold"));
    hb_text_addf(out,
                 "\"><defs><pattern id=\"hatch\" width=\"6\" height=\"6\" "
                 "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
                 "<rect width=\"6\" height=\"6\" fill=\"#fff\"/><line x1=\"0\" y1=\"0\" x2=\"0\" "
                 "y2=\"6\" stroke=\"#000\" stroke-width=\"2\"/></pattern></defs>");
    for (uint32_t s = 0, row = 0; s < one->law->n_standards; s++)
        if (is_drawn(one, other, s, &limit)) add_row(out, one, other, s, limit, row++, language);
    hb_text_addf(out, "</svg>");
}

// ---- the standards ------------------------------------------------------------------------------

static void add_accounts(hb_text *out, const conditions_assessment *a, uint32_t s,
                         words_language language) {
    const condition_finding *finding = &a->findings[s];
    hb_text_addf(out, "<ul>");
    for (uint32_t i = 0; i < finding->n_accounts; i++) {
        const finding_account *account = &finding->accounts[i];
        const condition_claim *claim = &a->ret->claims[account->claim];
        const condition_field *field = &a->law->fields[claim->field];
        const condition_evidence *e = &a->ret->evidence[claim->evidence];
        hb_text_addf(out, "<li>");
        add_html(out, field->question[language]);
        hb_text_addf(out, ": <b>");
        add_claim_value(out, a->law, claim);
        if (claim->value.kind == FEEL_NUMBER && field->unit.n) {
            hb_text_addf(out, " ");
            add_html(out, field->unit);
        }
        hb_text_addf(out, "</b>");
        if (claim->formula) {
            hb_text_addf(out, " = ");
            add_html(out, claim->formula->text);
        }
        hb_text_addf(out, " (");
        add_html(out, e->source);
        hb_text_addf(out, ", ");
        add_html(out, e->date);
        hb_text_addf(out, ")");
        if (claim->note.n) {
            hb_text_addf(out, " ");
            add_html(out, claim->note);
        }
        if (!account->is_counted) {
            hb_text_addf(out, " <span class=\"why\">");
            add_words(out, words_in(language, "not counted"));
            hb_text_addf(out, ": ");
            add_words(out, why_not_counted(a, account, language));
            hb_text_addf(out, "</span>");
        }
        hb_text_addf(out, "</li>");
    }
    hb_text_addf(out, "</ul>");
}

static void add_standards(hb_text *out, const conditions_assessment *one,
                          const conditions_assessment *other, words_language language) {
    hb_text_addf(out, "<h2>");
    add_words(out, words_in(language, "Standard by standard"));
    hb_text_addf(out, "</h2><table><thead><tr><th>");
    add_words(out, words_in(language, "standard"));
    hb_text_addf(out, "</th><th>");
    add_html(out, one->ret->facility);
    if (other) {
        hb_text_addf(out, "</th><th>");
        add_html(out, other->ret->facility);
    }
    hb_text_addf(out, "</th><th>");
    add_words(out, words_in(language, "sources"));
    hb_text_addf(out, "</th></tr></thead><tbody>");
    for (uint32_t s = 0; s < one->law->n_standards; s++) {
        const condition_standard *standard = &one->law->standards[s];
        hb_text_addf(out, "<tr id=\"%.*s\"><td><b>", (int)standard->id.n, standard->id.at);
        add_html(out, standard->topic[language]);
        hb_text_addf(out, "</b><br>%.*s<br>", (int)standard->id.n, standard->id.at);
        add_words(out, words_in(language, "fails when"));
        hb_text_addf(out, ": ");
        add_html(out, standard->fails[language]);
        for (int i = 0; i < (other ? 2 : 1); i++) {
            const conditions_assessment *a = i ? other : one;
            hb_text_addf(out, "</td><td><span class=\"mark\">");
            add_answer(out, a->findings[s].answer);
            hb_text_addf(out, "</span>");
            add_accounts(out, a, s, language);
        }
        hb_text_addf(out, "</td><td class=\"src\">");
        for (uint32_t i = 0; i < standard->n_sources; i++) {
            hb_text_addf(out, "%s", i ? "; " : "");
            add_html(out, standard->sources[i]);
        }
        hb_text_addf(out, "</td></tr>");
    }
    hb_text_addf(out, "</tbody></table>");
}

static void add_head(hb_text *out, const conditions_assessment *a, words_language language) {
    hb_text_addf(out, "<h1>");
    add_html(out, a->ret->title.n ? a->ret->title : a->ret->facility);
    hb_text_addf(out, "</h1><p>");
    hb_text_addf(
        out, words_in(language, "as of %04d-%02u-%02u, rulebook conditions %.*s, LOCAL RULEBOOK\n"),
        a->as_of.year, a->as_of.month, a->as_of.day, (int)a->law->version.n, a->law->version.at);
    hb_text_addf(out, "<br>");
    hb_text_addf(
        out,
        words_in(language,
                 "finding for the gate: %.*s. %u not met, %u disputed, %u unknown, %u met\n"),
        (int)a->result.n, a->result.at, a->counts[CONDITIONS_NOT_MET],
        a->counts[CONDITIONS_DISPUTED], a->counts[CONDITIONS_UNKNOWN], a->counts[CONDITIONS_MET]);
    hb_text_addf(out, "</p>");
    if (!a->ret->n_offer) return;
    hb_text_addf(out, "<h2>");
    add_words(out, words_in(language, "What the offer says of the place"));
    hb_text_addf(out, "</h2><ul>");
    for (uint32_t i = 0; i < a->ret->n_offer; i++) {
        const condition_standard *s = &a->law->standards[a->ret->offer[i]];
        hb_text_addf(out, "<li>");
        add_html(out, a->ret->offer_says[i]);
        hb_text_addf(out, ": <span class=\"mark\">");
        add_answer(out, a->findings[a->ret->offer[i]].answer);
        hb_text_addf(out, "</span> (<a href=\"#%.*s\">", (int)s->id.n, s->id.at);
        add_html(out, s->topic[language]);
        hb_text_addf(out, "</a>)</li>");
    }
    hb_text_addf(out, "</ul>");
}

static void add_assurances(hb_text *out, const conditions_assessment *a, words_language language) {
    if (!a->ret->n_assurances) return;
    hb_text_addf(out, "<h2>");
    add_words(out, words_in(language, "Weight of the assurances"));
    hb_text_addf(out, ": ");
    add_words(out, hb_str_equal(a->assurances->weight, HB_STR("some"))
                       ? words_in(language, "some")
                       : words_in(language, "none"));
    hb_text_addf(out, "</h2><ul>");
    for (uint32_t f = 0; f < a->law->n_factors; f++) {
        hb_str answer = a->assurances->answers[f];
        hb_text_addf(out, "<li><b>%.*s %s</b>: ", (int)a->law->factors[f].id.n,
                     a->law->factors[f].id.at,
                     hb_str_equal(answer, HB_STR("good"))  ? words_in(language, "good")
                     : hb_str_equal(answer, HB_STR("bad")) ? words_in(language, "bad")
                                                           : words_in(language, "unknown"));
        add_html(out, a->law->factors[f].asks[language]);
        hb_text_addf(out, "</li>");
    }
    hb_text_addf(out, "</ul><p>");
    add_words(out, words_in(language, "a promise is not a condition: it makes no standard met"));
    hb_text_addf(out, "</p>");
}

void conditions_write_page(hb_text *out, const conditions_assessment *one,
                           const conditions_assessment *other, words_language language) {
    hb_text_addf(out,
                 "<!doctype html><html lang=\"%s\"><head><meta charset=\"utf-8\"><meta "
                 "name=\"viewport\" content=\"width=device-width\"><title>",
                 language == WORDS_ES ? "es" : "en");
    add_html(out, one->ret->facility);
    hb_text_addf(out, "</title>%s</head><body>", STYLE);
    add_head(out, one, language);
    if (other) add_head(out, other, language);
    if (other) {
        uint32_t counts[COMPARE_N] = {0};
        compare_count(one, other, counts);
        hb_text_addf(out, "<p>");
        hb_text_addf(out,
                     words_in(language,
                              "\nof %u standards: %u the same, %u differ, %u known of one only, %u "
                              "known of neither\n"),
                     one->law->n_standards, counts[COMPARE_SAME], counts[COMPARE_DIFFER],
                     counts[COMPARE_ONE], counts[COMPARE_NEITHER]);
        hb_text_addf(out, "</p>");
    }
    add_chart(out, one, other, language);
    add_assurances(out, one, language);
    if (other) add_assurances(out, other, language);
    add_standards(out, one, other, language);
    hb_text_addf(out, "</body></html>\n");
}
