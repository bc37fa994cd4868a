// The report on an agreement, in the order of its parts: people, terms, place, money, alarms.
#include "report/internal.h"

// ---- agreement --------------------------------------------------------------------------------

static void write_counts(html *h, const report_document *d) {
    static const gate_verdict WORST_FIRST[] = {GATE_BARRED, GATE_UNRESOLVED, GATE_NO_BAR_FOUND};
    static const char *const HEADS[] = {N_("Verdict"), N_("People")};
    const hb_json *people = json_at(d->tree, "people");
    html_heads(h, d->language, say(d, "People on the list"), HEADS, 2);
    for (uint32_t i = 0; i < GATE_N_VERDICTS; i++) {
        hb_str n = json_text(people, gate_verdict_name(WORST_FIRST[i]).at);
        html_open(h, HTML_TR);
        html_open(h, HTML_TH);
        html_attribute(h, "scope", HB_STR("row"));
        html_say(h, gate_verdict_words(d->language, WORST_FIRST[i]));
        html_close(h, HTML_TH);
        html_open(h, HTML_TD);
        html_class(h, "number");
        if (hb_str_equal(n, HB_STR("<5"))) {
            html_say(h, say(d, "fewer than 5"));
        } else {
            html_text(h, n);
        }
        html_close(h, HTML_TD);
        html_close(h, HTML_TR);
    }
    html_heads_end(h);
}

static void write_bars(html *h, const report_document *d) {
    static const char *const HEADS[] = {N_("Rule"), N_("Authority"), N_("Who decides"),
                                        N_("People")};
    if (json_n(d->tree, "bars") == 0) {
        html_put_say(h, HTML_P, NULL,
                     say(d,
                         "No rule bars anybody on the list, as far as this copy "
                         "shows. This is not permission."));
        return;
    }
    html_heads(h, d->language, say(d, "Rules that bar, and how many people"), HEADS, 4);
    for (uint32_t i = 0; i < json_n(d->tree, "bars"); i++) {
        const hb_json *bar = json_item(d->tree, "bars", i);
        html_open(h, HTML_TR);
        html_open(h, HTML_TH);
        html_attribute(h, "scope", HB_STR("row"));
        html_text(h, json_text(bar, "title"));
        html_say(h, " ");
        html_put(h, HTML_CODE, NULL, json_text(bar, "rule"));
        html_close(h, HTML_TH);
        html_open(h, HTML_TD);
        for (uint32_t k = 0; k < json_n(bar, "sources"); k++) {
            html_say(h, k > 0 ? "; " : "");
            html_cite(h, d, json_item(bar, "sources", k)->text);
        }
        html_close(h, HTML_TD);
        html_open(h, HTML_TD);
        html_code(h, d->language, json_text(bar, "decides"));
        html_close(h, HTML_TD);
        html_open(h, HTML_TD);
        html_class(h, "number");
        html_text(h, json_text(bar, "people"));
        html_close(h, HTML_TD);
        html_close(h, HTML_TR);
    }
    html_heads_end(h);
}

static void write_people(html *h, const report_document *d) {
    write_counts(h, d);
    write_bars(h, d);
}

static void write_asked(html *h, const report_document *d) {
    static const char *const HEADS[] = {N_("What the agreement must say"), N_("Says"),
                                        N_("On file")};
    html_heads(h, d->language, say(d, "Terms known and not known"), HEADS, 3);
    for (uint32_t i = 0; i < json_n(d->tree, "asked"); i++) {
        const hb_json *term = json_item(d->tree, "asked", i);
        hb_text value = {0};
        html_open(h, HTML_TR);
        html_open(h, HTML_TH);
        html_attribute(h, "scope", HB_STR("row"));
        html_text(h, json_text(term, "question"));
        html_close(h, HTML_TH);
        say_value(&value, d->language, json_at(term, "value"));
        html_put(h, HTML_TD, NULL, (hb_str){value.at, value.n});
        hb_text_clear(&value);
        html_open(h, HTML_TD);
        html_code(h, d->language, json_text(term, "standing"));
        html_close(h, HTML_TD);
        html_close(h, HTML_TR);
    }
    html_heads_end(h);
}

static void write_terms(html *h, const report_document *d) {
    static const char *const HEADS[] = {N_("No."), N_("What was said"), N_("Source"), N_("Date")};
    const hb_json *terms = json_at(d->tree, "terms"), *against = json_at(d->tree, "contradictions");
    write_asked(h, d);
    if (json_is_list(terms) && terms->n > 0) {
        html_heads(h, d->language, say(d, "What was said of it in public"), HEADS, 4);
        for (uint32_t i = 0; i < terms->n; i++) {
            html_open(h, HTML_TR);
            html_row_head(h, json_text(&terms->first[i], "id"));
            html_cell(h, d, json_text(&terms->first[i], "says"));
            html_cell(h, d, json_text(&terms->first[i], "source"));
            html_open(h, HTML_TD);
            html_date(h, d->language, json_text(&terms->first[i], "date"));
            html_close(h, HTML_TD);
            html_close(h, HTML_TR);
        }
        html_heads_end(h);
    }
    if (!json_is_list(against) || against->n == 0) return;
    html_put_say(h, HTML_P, NULL, say(d, "Where these statements contradict each other:"));
    html_open(h, HTML_UL);
    for (uint32_t i = 0; i < against->n; i++) {
        html_open(h, HTML_LI);
        for (uint32_t k = 0; k < json_n(&against->first[i], "terms"); k++) {
            html_say(h, k > 0 ? ", " : "");
            html_text(h, json_item(&against->first[i], "terms", k)->text);
        }
        html_say(h, ": ");
        html_text(h, json_text(&against->first[i], "how"));
        html_close(h, HTML_LI);
    }
    html_close(h, HTML_UL);
}

static void write_money(html *h, const report_document *d) {
    static const char *const KEYS[] = {
        "fee",     "all_in", "saving_marginal", "saving_average",
        "revenue", "gain",   "per_person_day",  "fee_per_person_day"};
    static const char *const CHARTS[] = {"s-curve", "break-even", "claims",
                                         "tornado", "cash-flow",  "fee-range"};
    const hb_json *money = json_at(d->tree, "money");
    if (money == NULL || money->kind != HB_JSON_OBJECT) {
        html_put_say(h, HTML_P, NULL,
                     say(d, "No scenario was read for this paper: what it costs is not known."));
        return;
    }
    html_open(h, HTML_P);
    html_text(h, json_text(money, "title"));
    html_say(h, ": ");
    html_text(h, json_text(money, "case"));
    html_say(h, ".");
    html_close(h, HTML_P);
    report_figures(h, d, KEYS, sizeof KEYS / sizeof KEYS[0]);
    report_sentences(h, d);
    report_claims(h, d);
    for (size_t i = 0; i < sizeof CHARTS / sizeof CHARTS[0]; i++) report_chart(h, d, CHARTS[i]);
    report_lines(h, d, UINT32_MAX);
    report_excluded(h, d);
    report_rates(h, d);
    report_unconfirmed(h, d);
}

void agreement_parts(html *h, const report_copy *copy, const report_document *d) {
    static const struct {
        const char *heading, *classes;
        void (*write)(html *h, const report_document *d);
    } PARTS[] = {
        {N_("People"),               "people", write_people },
        {N_("Terms"),                "terms",  write_terms  },
        {N_("The place of custody"), "place",  report_place },
        {N_("The money"),            "money",  write_money  },
        {N_("Alarms"),               "alarms", report_alarms},
    };
    enum { N = sizeof PARTS / sizeof PARTS[0] };
    char room[96];
    html_open(h, HTML_H1);
    html_known(h, d->language, json_text(d->tree, "title"));
    html_close(h, HTML_H1);
    html_open(h, HTML_P);
    html_say(h, say(d, "Status:"));
    html_say(h, " ");
    html_say(h, gate_code_words(d->language, json_text(d->tree, "agreement_status"), room));
    html_say(h, ". ");
    html_say(h, say(d, "Copy for:"));
    html_say(h, " ");
    html_say(h, say(d, copy->reader->words));
    html_say(h, ".");
    html_close(h, HTML_P);
    for (uint32_t i = 0; i < N; i++) {
        html_open(h, HTML_SECTION);
        html_class(h, PARTS[i].classes);
        paper_heading(h, i + 1, words_in(d->language, PARTS[i].heading));
        PARTS[i].write(h, d);
        html_close(h, HTML_SECTION);
    }
    html_open(h, HTML_SECTION);
    paper_heading(h, N + 1, say(d, "How to check this paper"));
    paper_verification(h, copy, d);
    html_close(h, HTML_SECTION);
}
