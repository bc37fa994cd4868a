// Value against threshold for every standard with a number, drawn as SVG in black, white and
// hatching, so that it reads on paper and without colour: what fails is solid, what does not is
// hatched, the threshold is the dashed line. The same drawing stands in pages and papers.
#include "conditions/internal.h"

#define BAR_WIDTH 420.0  // of the widest bar
#define ROW_HEIGHT 34
#define LABEL_WIDTH 270

// Text of an SVG element or attribute.
static void add_escaped(hb_text *out, hb_str text) {
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
        LABEL_WIDTH, y, width, height, fails ? "#000" : "url(#place-hatch)");
    double end = limit / scale * BAR_WIDTH;  // the label stands right of bar and threshold
    hb_text_addf(out, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"11\">",
                 LABEL_WIDTH + (width > end ? width : end) + 6, y + height - 2);
    if (is_named) {
        add_escaped(out, a->ret->facility);
        hb_text_addf(out, ": ");
    }
    add_claim_value(out, a->law, &a->ret->claims[one->claim]);
    hb_text_addf(out, " ");
    add_escaped(out, a->law->standards[s].unit);
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
    add_escaped(out, standard->topic[language]);
    hb_text_addf(out, "</text><text x=\"0\" y=\"%.1f\" font-size=\"10\">", y + 23);
    add_escaped(out, standard->id);
    hb_text_addf(out, ": %s ",
                 hb_str_equal(standard->effect, HB_STR("flag")) ? words_in(language, "flag")
                                                                : words_in(language, "fails when"));
    add_escaped(out, standard->direction);
    hb_text_addf(out, " %.*s ", (int)standard->threshold.n, standard->threshold.at);
    add_escaped(out, standard->unit);
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

bool conditions_draw_chart(hb_text *svg, const conditions_assessment *one,
                           const conditions_assessment *other, words_language language) {
    uint32_t n = 0;
    double limit;
    for (uint32_t s = 0; s < one->law->n_standards; s++) n += is_drawn(one, other, s, &limit);
    if (n == 0) return false;
    hb_text_addf(svg,
                 "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 860 %u\" role=\"img\">"
                 "<title>",
                 n * ROW_HEIGHT + 16);
    add_escaped(svg, hb_str_from(words_in(language, "Value against threshold")));
    hb_text_addf(svg,
                 "</title><defs><pattern id=\"place-hatch\" width=\"6\" height=\"6\" "
                 "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
                 "<rect width=\"6\" height=\"6\" fill=\"#fff\"/><line x1=\"0\" y1=\"0\" x2=\"0\" "
                 "y2=\"6\" stroke=\"#000\" stroke-width=\"2\"/></pattern></defs>"
                 "<rect width=\"860\" height=\"%u\" fill=\"#fff\"/>",
                 n * ROW_HEIGHT + 16);
    for (uint32_t s = 0, row = 0; s < one->law->n_standards; s++)
        if (is_drawn(one, other, s, &limit)) add_row(svg, one, other, s, limit, row++, language);
    hb_text_addf(svg, "</svg>");
    return true;
}
