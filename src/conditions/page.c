// The assessment as HTML: what the offer says, the chart, the assurances factor by factor, then
// every standard, worst first, with its accounts and sources. Each section stands alone, so that
// pages and papers of other rooms show the same words; conditions_write_page is all of them on one
// page that needs nothing else and reads in print.
#include "conditions/internal.h"

#include <stdio.h>
#include <stdlib.h>

static const conditions_answer ORDER[] = {CONDITIONS_NOT_MET, CONDITIONS_DISPUTED,
                                          CONDITIONS_UNKNOWN, CONDITIONS_MET};

static const char STYLE[] =
    "body{font:16px/1.45 Georgia,serif;max-width:60rem;margin:1.5rem auto;padding:0 "
    "1rem;color:#000;background:#fff}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #000;padding:.3rem "
    ".5rem;text-align:left;vertical-align:top}th{font-weight:normal}thead th{font-weight:bold}"
    "h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}.why{font-style:italic}"
    ".mark{white-space:nowrap;font-weight:bold}svg{width:100%;height:auto}"
    "ul{margin:.2rem 0;padding-left:1.1rem}.src{font-size:.9em;width:20%}tbody th{width:24%}"
    "@page{margin:18mm}@media print{body{margin:0;padding:0;max-width:none;font-size:10px}"
    "h1{font-size:16px}h2{font-size:13px;margin-top:14px}h2,thead{break-after:avoid}"
    "thead{display:table-header-group}li,svg{break-inside:avoid}th,td{padding:2px 4px}}";

// Signs beside words, so that neither colour nor shading carries a finding.
static void add_answer(html *h, conditions_answer answer, words_language language) {
    const char *sign = "?";
    switch (answer) {
        case CONDITIONS_NOT_MET: sign = "\u25a0"; break;
        case CONDITIONS_DISPUTED: sign = "\u25d0"; break;
        case CONDITIONS_UNKNOWN: break;
        case CONDITIONS_MET: sign = "\u25a1"; break;
    }
    html_open(h, HTML_SPAN);
    html_class(h, "mark");
    html_textf(h, "%s %s", sign, conditions_answer_words(answer, language));
    html_close(h, HTML_SPAN);
}

// ---- head, offer, assurances --------------------------------------------------------------------

static void add_head(html *h, const conditions_assessment *a, words_language language) {
    html_put(h, HTML_H1, NULL, a->ret->title.n ? a->ret->title : a->ret->facility);
    html_open(h, HTML_P);
    html_textf(
        h, words_in(language, "as of %04d-%02u-%02u, rulebook conditions %.*s, LOCAL RULEBOOK\n"),
        a->as_of.year, a->as_of.month, a->as_of.day, (int)a->law->version.n, a->law->version.at);
    html_open(h, HTML_BR);
    html_textf(
        h,
        words_in(language,
                 "finding for the gate: %.*s. %u not met, %u disputed, %u unknown, %u met\n"),
        (int)a->result.n, a->result.at, a->counts[CONDITIONS_NOT_MET],
        a->counts[CONDITIONS_DISPUTED], a->counts[CONDITIONS_UNKNOWN], a->counts[CONDITIONS_MET]);
    html_close(h, HTML_P);
}

void conditions_html_offer(html *h, const conditions_assessment *a, words_language language) {
    if (!a->ret->n_offer) return;
    html_put_say(h, HTML_H2, NULL, words_in(language, "What the offer says of the place"));
    html_open(h, HTML_UL);
    for (uint32_t i = 0; i < a->ret->n_offer; i++) {
        const condition_standard *s = &a->law->standards[a->ret->offer[i]];
        html_open(h, HTML_LI);
        html_textf(h, "%.*s: ", (int)a->ret->offer_says[i].n, a->ret->offer_says[i].at);
        add_answer(h, a->findings[a->ret->offer[i]].answer, language);
        html_say(h, " (");
        html_open(h, HTML_A);
        html_attributef(h, "href", "#%.*s", (int)s->id.n, s->id.at);
        html_text(h, s->topic[language]);
        html_close(h, HTML_A);
        html_say(h, ")");
        html_close(h, HTML_LI);
    }
    html_close(h, HTML_UL);
}

static void add_factor(html *h, const conditions_assessment *a, uint32_t f,
                       words_language language) {
    const condition_factor *factor = &a->law->factors[f];
    hb_str answer = a->assurances->answers[f];
    html_open(h, HTML_TR);
    html_open(h, HTML_TH);
    html_attribute(h, "scope", HB_STR("row"));
    html_text(h, factor->id);
    html_close(h, HTML_TH);
    html_open(h, HTML_TD);
    html_text(h, factor->asks[language]);
    html_close(h, HTML_TD);
    html_open(h, HTML_TD);
    html_put_say(h, HTML_SPAN, "mark",
                 hb_str_equal(answer, HB_STR("good"))  ? words_in(language, "shown")
                 : hb_str_equal(answer, HB_STR("bad")) ? words_in(language, "the contrary is shown")
                                                       : words_in(language, "not known"));
    for (uint32_t i = 0; i < a->ret->n_assurances; i++) {
        for (uint32_t r = 0; r < a->ret->assurances[i].n_reasons; r++) {
            if (!hb_str_equal(a->ret->assurances[i].reason_of[r], factor->id)) continue;
            html_open(h, HTML_BR);
            html_text(h, a->ret->assurances[i].reasons[r]);
        }
    }
    html_close(h, HTML_TD);
    html_close(h, HTML_TR);
}

// Opens a table with its caption and the heads of its columns.
static void open_table(html *h, const char *caption, const char *const *heads, uint32_t n) {
    html_open(h, HTML_TABLE);
    html_class(h, "usa-table");
    html_put_say(h, HTML_CAPTION, NULL, caption);
    html_open(h, HTML_THEAD);
    html_open(h, HTML_TR);
    for (uint32_t i = 0; i < n; i++) {
        html_open(h, HTML_TH);
        html_attribute(h, "scope", HB_STR("col"));
        html_say(h, heads[i]);
        html_close(h, HTML_TH);
    }
    html_close(h, HTML_TR);
    html_close(h, HTML_THEAD);
    html_open(h, HTML_TBODY);
}

static void close_table(html *h) {
    html_close(h, HTML_TBODY);
    html_close(h, HTML_TABLE);
}

void conditions_html_assurances(html *h, const conditions_assessment *a, words_language language) {
    if (!a->ret->n_assurances) return;
    const char *const heads[] = {words_in(language, "factor"),
                                 words_in(language, "what must be shown"),
                                 words_in(language, "on this record")};
    html_open(h, HTML_H2);
    html_textf(h, "%s: %s", words_in(language, "Weight of the assurances"),
               hb_str_equal(a->assurances->weight, HB_STR("some")) ? words_in(language, "some")
                                                                   : words_in(language, "none"));
    html_close(h, HTML_H2);
    html_put_say(h, HTML_P, NULL,
                 words_in(language, "a promise is not a condition: it makes no standard met"));
    open_table(h, words_in(language, "The assurances, factor by factor"), heads, 3);
    for (uint32_t f = 0; f < a->law->n_factors; f++) add_factor(h, a, f, language);
    close_table(h);
}

void conditions_html_chart(html *h, const conditions_assessment *one,
                           const conditions_assessment *other, words_language language) {
    hb_text svg = {0};
    if (conditions_draw_chart(&svg, one, other, language)) {
        html_put_say(h, HTML_H2, NULL, words_in(language, "Value against threshold"));
        html_open(h, HTML_FIGURE);
        html_put_say(
            h, HTML_FIGCAPTION, NULL,
            words_in(language,
                     "Solid: fails. Hatched: does not fail, or is not counted (*). Dashed line: "
                     "the threshold. Each row has its own scale; the worst account is drawn."));
        html_svg(h, (hb_str){svg.at, svg.n});
        html_close(h, HTML_FIGURE);
    }
    hb_text_clear(&svg);
}

// ---- the standards ------------------------------------------------------------------------------

static void add_account(html *h, const conditions_assessment *a, const finding_account *account,
                        words_language language) {
    const condition_claim *claim = &a->ret->claims[account->claim];
    const condition_field *field = &a->law->fields[claim->field];
    const condition_evidence *e = &a->ret->evidence[claim->evidence];
    hb_text value = {0};
    add_claim_value(&value, a->law, claim);
    html_open(h, HTML_LI);
    html_textf(h, "%.*s: ", (int)field->question[language].n, field->question[language].at);
    html_open(h, HTML_B);
    html_text(h, (hb_str){value.at, value.n});
    if (claim->value.kind == FEEL_NUMBER && field->unit.n)
        html_textf(h, " %.*s", (int)field->unit.n, field->unit.at);
    html_close(h, HTML_B);
    if (claim->formula)
        html_textf(h, " = %.*s", (int)claim->formula->text.n, claim->formula->text.at);
    html_textf(h, " (%.*s, %.*s)", (int)e->source.n, e->source.at, (int)e->date.n, e->date.at);
    if (claim->note.n) html_textf(h, " %.*s", (int)claim->note.n, claim->note.at);
    if (!account->is_counted) {
        html_say(h, " ");
        html_open(h, HTML_SPAN);
        html_class(h, "why");
        html_textf(h, "%s: %s", words_in(language, "not counted"),
                   why_not_counted(a, account, language));
        html_close(h, HTML_SPAN);
    }
    html_close(h, HTML_LI);
    hb_text_clear(&value);
}

// The standard above `s` on the page whose accounts are the same claims, all counted alike.
static uint32_t same_accounts(const conditions_assessment *a, const uint32_t *order, uint32_t at) {
    const condition_finding *mine = &a->findings[order[at]];
    for (uint32_t i = 0; mine->n_accounts > 1 && i < at; i++) {
        const condition_finding *other = &a->findings[order[i]];
        uint32_t n = 0;
        if (other->n_accounts != mine->n_accounts) continue;
        while (n < mine->n_accounts && mine->accounts[n].claim == other->accounts[n].claim &&
               mine->accounts[n].is_counted == other->accounts[n].is_counted)
            n++;
        if (n == mine->n_accounts) return order[i];
    }
    return DMN_NONE;
}

static void add_accounts(html *h, const conditions_assessment *a, const uint32_t *order,
                         uint32_t at, words_language language) {
    const condition_finding *finding = &a->findings[order[at]];
    uint32_t same = same_accounts(a, order, at);
    if (same != DMN_NONE) {
        const condition_standard *shown = &a->law->standards[same];
        html_open(h, HTML_P);
        html_say(h, words_in(language, "the same accounts as for "));
        html_open(h, HTML_A);
        html_attributef(h, "href", "#%.*s", (int)shown->id.n, shown->id.at);
        html_text(h, shown->topic[language]);
        html_close(h, HTML_A);
        html_close(h, HTML_P);
        return;
    }
    if (!finding->n_accounts) return;
    html_open(h, HTML_UL);
    for (uint32_t i = 0; i < finding->n_accounts; i++)
        add_account(h, a, &finding->accounts[i], language);
    html_close(h, HTML_UL);
}

static void add_standard(html *h, const conditions_assessment *one,
                         const conditions_assessment *other, const uint32_t *order, uint32_t at,
                         words_language language) {
    const condition_standard *standard = &one->law->standards[order[at]];
    html_open(h, HTML_TR);
    html_id(h, standard->id);
    html_open(h, HTML_TH);
    html_attribute(h, "scope", HB_STR("row"));
    html_put(h, HTML_B, NULL, standard->topic[language]);
    html_open(h, HTML_BR);
    html_text(h, standard->id);
    html_open(h, HTML_BR);
    html_textf(h, "%s: %.*s", words_in(language, "fails when"), (int)standard->fails[language].n,
               standard->fails[language].at);
    html_close(h, HTML_TH);
    for (int i = 0; i < (other ? 2 : 1); i++) {
        const conditions_assessment *a = i ? other : one;
        html_open(h, HTML_TD);
        add_answer(h, a->findings[order[at]].answer, language);
        add_accounts(h, a, order, at, language);
        html_close(h, HTML_TD);
    }
    html_open(h, HTML_TD);
    html_class(h, "src");
    for (uint32_t i = 0; i < standard->n_sources; i++) {
        if (i) html_say(h, "; ");
        html_text(h, standard->sources[i]);
    }
    html_close(h, HTML_TD);
    html_close(h, HTML_TR);
}

bool conditions_html_standards(html *h, const conditions_assessment *one,
                               const conditions_assessment *other, words_language language) {
    uint32_t n = 0, *order = calloc(one->law->n_standards + 1, sizeof *order);
    if (!order) return false;
    for (uint32_t o = 0; o < CONDITIONS_N_ANSWERS; o++)
        for (uint32_t s = 0; s < one->law->n_standards; s++)
            if (one->findings[s].answer == ORDER[o]) order[n++] = s;
    char names[2][128];
    snprintf(names[0], sizeof names[0], "%.*s", (int)one->ret->facility.n, one->ret->facility.at);
    if (other)
        snprintf(names[1], sizeof names[1], "%.*s", (int)other->ret->facility.n,
                 other->ret->facility.at);
    const char *heads[4];
    uint32_t n_heads = 0;
    heads[n_heads++] = words_in(language, "standard");
    heads[n_heads++] = names[0];
    if (other) heads[n_heads++] = names[1];
    heads[n_heads++] = words_in(language, "sources");
    html_put_say(h, HTML_H2, NULL, words_in(language, "Standard by standard"));
    html_put_say(h, HTML_P, NULL, words_in(language, "Meeting every row would not be permission."));
    open_table(h, words_in(language, "Every standard, worst first"), heads, n_heads);
    for (uint32_t i = 0; i < n; i++) add_standard(h, one, other, order, i, language);
    close_table(h);
    free(order);
    return true;
}

void conditions_html_comparison(html *h, const conditions_assessment *one,
                                const conditions_assessment *other, words_language language) {
    uint32_t counts[COMPARE_N] = {0};
    compare_count(one, other, counts);
    html_open(h, HTML_P);
    html_textf(h,
               words_in(language,
                        "\nof %u standards: %u the same, %u differ, %u known of one only, %u "
                        "known of neither\n"),
               one->law->n_standards, counts[COMPARE_SAME], counts[COMPARE_DIFFER],
               counts[COMPARE_ONE], counts[COMPARE_NEITHER]);
    html_close(h, HTML_P);
}

bool conditions_write_page(hb_text *out, const conditions_assessment *one,
                           const conditions_assessment *other, words_language language,
                           hb_error *err) {
    html h = {0};
    hb_str page;
    html_document(&h, words_language_name(language));
    html_open(&h, HTML_HEAD);
    html_open(&h, HTML_META);
    html_attribute(&h, "charset", HB_STR("utf-8"));
    html_open(&h, HTML_META);
    html_attribute(&h, "name", HB_STR("viewport"));
    html_attribute(&h, "content", HB_STR("width=device-width"));
    html_put(&h, HTML_TITLE, NULL, one->ret->title.n ? one->ret->title : one->ret->facility);
    html_style(&h, HB_STR(STYLE));
    html_close(&h, HTML_HEAD);
    html_open(&h, HTML_BODY);
    html_open(&h, HTML_MAIN);
    add_head(&h, one, language);
    conditions_html_offer(&h, one, language);
    if (other) {
        add_head(&h, other, language);
        conditions_html_offer(&h, other, language);
        conditions_html_comparison(&h, one, other, language);
    }
    conditions_html_chart(&h, one, other, language);
    conditions_html_assurances(&h, one, language);
    if (other) conditions_html_assurances(&h, other, language);
    bool ok = conditions_html_standards(&h, one, other, language) || hb_out_of_memory(err);
    html_close(&h, HTML_MAIN);
    html_close(&h, HTML_BODY);
    html_close(&h, HTML_HTML);
    ok = ok && html_finish(&h, &page, err);
    if (ok) hb_text_add(out, page);
    html_clear(&h);
    return ok;
}
