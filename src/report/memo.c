// The budget memo: two pages, never three. The first answers: the question, three sentences, both
// sides' money fee-only beside all-in, the S-curve, break-even. The second says why: claims on each
// basis, what moves the total, fixed and variable parts and who bears an overrun, what is left out,
// present values with the circular they follow, what is not confirmed, draws and seed.
#include <stdio.h>

#include "report/internal.h"

static void said(html *h, hb_text *text) {
    html_text(h, (hb_str){text->at, text->n});
    text->n = 0;
}

// All in and fee; what it stops spending; what was claimed.
static void write_answer(html *h, const report_document *d) {
    const hb_json *money = json_at(d->tree, "money");
    hb_str sender = json_text(money, "sender"), currency = json_text(money, "currency");
    hb_text text = {0};
    html_open(h, HTML_P);
    html_class(h, "answer");
    html_textf(h, say(d, "%.*s pays, all in, %.*s million: "), LEN(sender), LEN(currency));
    say_figure(&text, d, "all_in", "p50", 1e6);
    said(h, &text);
    html_say(h, " (p05 ");
    say_figure(&text, d, "all_in", "p05", 1e6);
    said(h, &text);
    html_say(h, ", p95 ");
    say_figure(&text, d, "all_in", "p95", 1e6);
    said(h, &text);
    html_say(h, say(d, "); the fee alone is "));
    say_figure(&text, d, "fee", "p50", 1e6);
    said(h, &text);
    html_say(h, ". ");
    html_say(h, say(d, "What it stops spending is, in millions, "));
    say_figure(&text, d, "saving_marginal", "p50", 1e6);
    said(h, &text);
    html_say(h, say(d, " at marginal cost and "));
    say_figure(&text, d, "saving_average", "p50", 1e6);
    said(h, &text);
    html_say(h, say(d, " at average cost (p50). "));
    html_textf(
        h, say(d, "Of %u findings on what was said, %u are CONFIRMED, %u REFUTED, %u NOT SHOWN."),
        count_claims(d, NULL), count_claims(d, "CONFIRMED"), count_claims(d, "REFUTED"),
        count_claims(d, "NOT_SHOWN"));
    html_close(h, HTML_P);
    hb_text_clear(&text);
}

static void write_first(html *h, const report_document *d) {
    static const char *const KEYS[] = {
        "fee",     "all_in", "saving_marginal", "saving_average",
        "revenue", "gain",   "per_person_day",  "fee_per_person_day"};
    const hb_json *money = json_at(d->tree, "money");
    html_open(h, HTML_H1);
    html_say(h, say(d, "Budget memo"));
    html_say(h, ": ");
    html_text(h, json_text(money, "title"));
    html_close(h, HTML_H1);
    html_open(h, HTML_P);
    html_put_say(h, HTML_B, NULL, say(d, "Question:"));
    html_say(h, " ");
    html_say(h, say(d,
                    "what does the agreement cost each side, all in and beside the fee, and does "
                    "it bear out what is said of it?"));
    html_say(h, " ");
    html_say(h, say(d, "Case:"));
    html_say(h, " ");
    html_text(h, json_text(money, "case"));
    html_say(h, ".");
    html_close(h, HTML_P);
    write_answer(h, d);
    report_figures(h, d, KEYS, sizeof KEYS / sizeof KEYS[0]);
    report_chart(h, d, "s-curve");
    html_put_say(h, HTML_H2, NULL, say(d, "Break-even, and who is left with what"));
    report_sentences(h, d);
}

// Fixed, or variable, parts in one paragraph: who pays a line bears its overrun.
static void write_parts(html *h, const report_document *d, bool is_fixed) {
    const hb_json *money = json_at(d->tree, "money");
    uint32_t n = 0;
    hb_text text = {0};
    html_open(h, HTML_P);
    html_put_say(
        h, HTML_B, NULL,
        is_fixed ? say(d, "Fixed parts, mean in millions, and who pays them and bears an overrun:")
                 : say(d, "Variable parts, likewise:"));
    for (uint32_t i = 0; i < json_n(money, "lines"); i++) {
        const hb_json *line = json_item(money, "lines", i);
        if (json_is(line, "fixed") != is_fixed) continue;
        html_say(h, n++ > 0 ? "; " : " ");
        html_text(h, json_text(line, "name"));
        html_say(h, " ");
        say_real(&text, d->language, line, "mean", 1e6);
        said(h, &text);
        html_say(h, ", ");
        html_known(h, d->language, json_text(line, "payer"));
        if (json_is(line, "unconfirmed")) html_say(h, " (G)");
    }
    if (n == 0) html_say(h, say(d, " none"));
    html_say(h, ".");
    html_close(h, HTML_P);
    hb_text_clear(&text);
}

static void write_second(html *h, const report_document *d) {
    const hb_json *money = json_at(d->tree, "money");
    html_put_say(h, HTML_H2, NULL, say(d, "What was said"));
    report_claims(h, d);
    report_chart(h, d, "tornado");
    write_parts(h, d, true);
    write_parts(h, d, false);
    report_excluded(h, d);
    report_rates(h, d);
    report_unconfirmed(h, d);
    html_open(h, HTML_P);
    html_textf(h, say(d, "%lld draws, seed %lld; scenario %.*s."),
               (long long)json_int(money, "draws"), (long long)json_int(money, "seed"),
               LEN(json_text(money, "scenario")));
    html_say(h, " ");
    html_say(h, say(d, "Nobody is chosen by these figures: they are about money alone."));
    if (d->language == WORDS_ES) {
        html_say(h, " ");
        html_say(h, say(d,
                        "The Spanish texts of this paper have not been reviewed by a "
                        "Spanish-speaking lawyer."));
    }
    html_close(h, HTML_P);
}

void memo_parts(html *h, const report_copy *copy, const report_document *d) {
    char hex[65];
    (void)copy;
    html_open(h, HTML_SECTION);
    html_class(h, "sheet");
    write_first(h, d);
    html_close(h, HTML_SECTION);
    html_open(h, HTML_SECTION);
    html_class(h, "sheet next");
    write_second(h, d);
    hb_hash_hex(d->hash, hex);
    html_open(h, HTML_P);
    html_class(h, "hash");
    html_textf(h, say(d, "SHA-256 of the JSON form: %s"), hex);
    html_close(h, HTML_P);
    html_close(h, HTML_SECTION);
}
