// The parts of a document that carry money: figures of both sides, claims with one column a basis,
// lines, rates, inputs not confirmed, charts. Sums are written in millions once the column says so;
// a chance is written out, and "never" is "fewer than 1 in n draws".
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/internal.h"

static const hb_json *money_of(const report_document *d) {
    const hb_json *money = json_at(d->tree, "money");
    return money != NULL && money->kind == HB_JSON_OBJECT ? money : NULL;
}

// ---- numbers ----------------------------------------------------------------------------------

static bool json_real_text(hb_str text, double *out) {
    hb_dec number;
    if (!hb_dec_parse(text, &number)) return false;
    *out = hb_dec_to_double(number);
    return true;
}

static bool json_real(const hb_json *object, const char *key, double *out) {
    const hb_json *at = json_at(object, key);
    return at != NULL && at->kind == HB_JSON_NUMBER && json_real_text(at->text, out);
}

// "1,234.50": thousands parted by commas, as both states write them.
static void add_grouped(hb_text *out, double value, int decimals) {
    char digits[64];
    int n = snprintf(digits, sizeof digits, "%.*f", decimals, fabs(value));
    const char *point = memchr(digits, '.', (size_t)n);
    int whole = point != NULL ? (int)(point - digits) : n;
    if (value < 0 && strspn(digits, "0.") != (size_t)n) hb_text_add(out, HB_STR("-"));
    for (int i = 0; i < n; i++) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0) hb_text_add(out, HB_STR(","));
        hb_text_add(out, (hb_str){digits + i, 1});
    }
}

static void add_plain(hb_text *out, double value) {
    double size = fabs(value);
    if (size >= 100 || size == floor(size)) {
        add_grouped(out, value, 0);
    } else if (size >= 1) {
        add_grouped(out, value, 2);
    } else {
        hb_text_addf(out, "%.3g", value);
    }
}

void say_real(hb_text *out, words_language language, const hb_json *object, const char *key,
              double divisor) {
    double value;
    if (!json_real(object, key, &value)) {
        hb_text_add(out, hb_str_from(words_in(language, "not known")));
    } else if (divisor > 1) {
        add_grouped(out, value / divisor, 2);
    } else {
        add_plain(out, value);
    }
}

static void number_cell(html *h, const report_document *d, const hb_json *object, const char *key,
                        double divisor) {
    hb_text text = {0};
    say_real(&text, d->language, object, key, divisor);
    html_put(h, HTML_TD, "number", (hb_str){text.at, text.n});
    hb_text_clear(&text);
}

// ---- figures ----------------------------------------------------------------------------------

static const hb_json *figure_of(const report_document *d, const char *key) {
    return json_find(json_at(money_of(d), "figures"), "key", hb_str_from(key));
}

static void write_figure(html *h, const report_document *d, const hb_json *figure, hb_str who) {
    const hb_json *spread = json_at(figure, "spread");
    bool is_sum = json_is(figure, "money") && json_text(figure, "unit").n == 0;
    html_open(h, HTML_TR);
    html_open(h, HTML_TH);
    html_attribute(h, "scope", HB_STR("row"));
    if (who.n > 0) html_textf(h, "%.*s: ", LEN(who));
    html_text(h, json_text(figure, "name"));
    if (!is_sum && json_is(figure, "money"))
        html_textf(h, " (%.*s)", LEN(json_text(money_of(d), "currency")));
    html_close(h, HTML_TH);
    number_cell(h, d, spread, "p05", is_sum ? 1e6 : 1);
    number_cell(h, d, spread, "p50", is_sum ? 1e6 : 1);
    number_cell(h, d, spread, "p95", is_sum ? 1e6 : 1);
    html_close(h, HTML_TR);
}

// The figures named, a row each, sums in millions.
void report_figures(html *h, const report_document *d, const char *const *keys, uint32_t n) {
    static const char *const HEADS[] = {N_("Who, what"), "p05", "p50", "p95"};
    const hb_json *money = money_of(d);
    char caption[160];
    snprintf(caption, sizeof caption, say(d, "%.*s million, prices of %lld"),
             LEN(json_text(money, "currency")), (long long)json_int(money, "price_year"));
    html_number_heads(h, d->language, caption, HEADS, 4, 1);
    for (uint32_t i = 0; i < n; i++) {
        const hb_json *figure = figure_of(d, keys[i]);
        hb_str side = json_text(figure, "side");
        if (figure == NULL) continue;
        write_figure(h, d, figure,
                     hb_str_equal(side, HB_STR("sender"))   ? json_text(money, "sender")
                     : hb_str_equal(side, HB_STR("people")) ? HB_STR("")
                                                            : json_text(money, "host"));
    }
    html_heads_end(h);
}

void say_figure(hb_text *out, const report_document *d, const char *figure, const char *key,
                double divisor) {
    say_real(out, d->language, json_at(figure_of(d, figure), "spread"), key, divisor);
}

void report_sentences(html *h, const report_document *d) {
    const hb_json *money = money_of(d);
    html_open(h, HTML_UL);
    for (uint32_t i = 0; i < json_n(money, "sentences"); i++)
        html_put(h, HTML_LI, NULL, json_item(money, "sentences", i)->text);
    html_close(h, HTML_UL);
}

// ---- claims -----------------------------------------------------------------------------------

static void add_chance(hb_text *out, const report_document *d, const hb_json *claim) {
    double p = 0;
    unsigned long long n = (unsigned long long)json_int(claim, "n_judged");
    if (!json_real(claim, "probability", &p) || n == 0) {
        hb_text_add(out, hb_str_from(say(d, "chance not known")));
    } else if (json_int(claim, "n_true") == 0) {
        hb_text_addf(out, say(d, "chance < 1 in %llu"), n);
    } else if (p < 0.001) {
        hb_text_addf(out, "%s", say(d, "chance < 0.001"));
    } else {
        hb_text_addf(out, say(d, "chance %.3f"), p);
    }
}

static void write_basis(html *h, const report_document *d, const hb_json *claim) {
    hb_text text = {0};
    html_open(h, HTML_TD);
    html_put(h, HTML_B, NULL, json_text(claim, "finding_words"));
    html_say(h, " ");
    add_chance(&text, d, claim);
    html_text(h, (hb_str){text.at, text.n});
    hb_text_clear(&text);
    if (json_text(claim, "turns_on").n > 0) html_say(h, " (G)");
    html_close(h, HTML_TD);
}

// A claim is a row; its four bases are the columns, or one cell over all when they do not differ.
void report_claims(html *h, const report_document *d) {
    static const char *const HEADS[] = {N_("Claim"), N_("average, fee"), N_("average, all-in"),
                                        N_("marginal, fee"), N_("marginal, all-in")};
    static const char *const COSTS[] = {"average", "average", "marginal", "marginal"};
    static const char *const SCOPES[] = {"fee", "all_in", "fee", "all_in"};
    const hb_json *claims = json_at(money_of(d), "claims");
    uint32_t n = claims != NULL ? claims->n : 0;
    if (n == 0) {
        html_put_say(h, HTML_P, NULL, say(d, "No claim was put to the test."));
        return;
    }
    html_heads(h, d->language,
               say(d, "What was said, and whether this scenario bears it out, on each basis"),
               HEADS, 5);
    for (uint32_t i = 0; i < n; i++) {
        const hb_json *claim = &claims->first[i];
        bool is_first =
            i == 0 || !hb_str_equal(json_text(claim, "id"), json_text(&claims->first[i - 1], "id"));
        if (!is_first) continue;
        html_open(h, HTML_TR);
        html_open(h, HTML_TH);
        html_attribute(h, "scope", HB_STR("row"));
        html_textf(h, "“%.*s”", LEN(json_text(claim, "statement")));
        if (json_text(claim, "said_by").n > 0)
            html_textf(h, " (%.*s)", LEN(json_text(claim, "said_by")));
        html_close(h, HTML_TH);
        if (!json_is(claim, "on_bases")) {
            html_open(h, HTML_TD);
            html_attribute(h, "colspan", HB_STR("4"));
            hb_text text = {0};
            html_put(h, HTML_B, NULL, json_text(claim, "finding_words"));
            html_say(h, " ");
            add_chance(&text, d, claim);
            hb_text_addf(&text, "; %s", say(d, "the same on every basis"));
            html_text(h, (hb_str){text.at, text.n});
            hb_text_clear(&text);
            html_close(h, HTML_TD);
        }
        for (uint32_t b = 0; json_is(claim, "on_bases") && b < 4; b++) {
            const hb_json *found = NULL;
            for (uint32_t k = i; k < n && found == NULL; k++) {
                const hb_json *other = &claims->first[k];
                if (hb_str_equal(json_text(other, "id"), json_text(claim, "id")) &&
                    hb_str_equal(json_text(other, "cost"), hb_str_from(COSTS[b])) &&
                    hb_str_equal(json_text(other, "scope"), hb_str_from(SCOPES[b])))
                    found = other;
            }
            if (found != NULL) {
                write_basis(h, d, found);
            } else {
                html_put_say(h, HTML_TD, NULL, say(d, "not known"));
            }
        }
        html_close(h, HTML_TR);
    }
    html_heads_end(h);
}

uint32_t count_claims(const report_document *d, const char *finding) {
    const hb_json *claims = json_at(money_of(d), "claims");
    uint32_t n = 0;
    for (uint32_t i = 0; claims != NULL && i < claims->n; i++)
        n += finding == NULL ||
             hb_str_equal(json_text(&claims->first[i], "finding"), hb_str_from(finding));
    return n;
}

// ---- what the figures rest on -----------------------------------------------------------------

void report_lines(html *h, const report_document *d, uint32_t most) {
    static const char *const HEADS[] = {N_("Line"), N_("Who pays, and bears an overrun"),
                                        N_("Fixed or variable"), N_("Mean, million")};
    const hb_json *lines = json_at(money_of(d), "lines");
    uint32_t n = lines != NULL ? lines->n : 0;
    html_heads(h, d->language, say(d, "Fixed and variable parts"), HEADS, 4);
    for (uint32_t i = 0; i < n && i < most; i++) {
        const hb_json *line = &lines->first[i];
        html_open(h, HTML_TR);
        html_row_head(h, json_text(line, "name"));
        html_open(h, HTML_TD);
        html_known(h, d->language, json_text(line, "payer"));
        html_close(h, HTML_TD);
        html_open(h, HTML_TD);
        html_say(h, json_is(line, "fixed") ? say(d, "fixed") : say(d, "variable"));
        if (json_is(line, "unconfirmed")) html_say(h, " (G)");
        html_close(h, HTML_TD);
        number_cell(h, d, line, "mean", 1e6);
        html_close(h, HTML_TR);
    }
    html_heads_end(h);
    if (n > most) {
        html_open(h, HTML_P);
        html_textf(h, say(d, "and %u more lines in the JSON form"), n - most);
        html_close(h, HTML_P);
    }
}

void report_rates(html *h, const report_document *d) {
    const hb_json *rates = json_at(money_of(d), "rates");
    html_open(h, HTML_P);
    html_put_say(h, HTML_B, NULL, say(d, "Present value of all that the sender pays (p50):"));
    for (uint32_t i = 0; rates != NULL && i < rates->n; i++) {
        const hb_json *rate = &rates->first[i];
        hb_text text = {0};
        html_say(h, i > 0 ? "; " : " ");
        say_real(&text, d->language, json_at(rate, "sender"), "p50", 1e6);
        html_text(h, (hb_str){text.at, text.n});
        hb_text_clear(&text);
        html_say(h, " ");
        html_say(h, say(d, "at a rate of"));
        double share;
        if (json_real_text(json_text(rate, "rate"), &share)) html_textf(h, " %.3g %%", share * 100);
        html_textf(h, " (%.*s)", LEN(json_text(rate, "name")));
    }
    if (rates == NULL || rates->n == 0) html_say(h, say(d, " no rate is given"));
    html_say(h, ".");
    html_close(h, HTML_P);
}

void report_unconfirmed(html *h, const report_document *d) {
    const hb_json *money = money_of(d), *inputs = json_at(money, "inputs");
    hb_text text = {0};
    uint32_t n = 0;
    html_open(h, HTML_P);
    html_put_say(h, HTML_B, NULL, say(d, "Inputs from general knowledge (G), not confirmed:"));
    for (uint32_t i = 0; inputs != NULL && i < inputs->n; i++) {
        if (!hb_str_equal(json_text(&inputs->first[i], "mark"), HB_STR("G"))) continue;
        html_say(h, n++ > 0 ? ", " : " ");
        html_put(h, HTML_CODE, NULL, json_text(&inputs->first[i], "name"));
    }
    if (n == 0) html_say(h, say(d, " none"));
    html_say(h, ". ");
    html_say(h, say(d,
                    "All that the sender pays, counting only lines that rest on none of them "
                    "(mean, million):"));
    html_say(h, " ");
    say_real(&text, d->language, money, "confirmed_mean", 1e6);
    html_text(h, (hb_str){text.at, text.n});
    hb_text_clear(&text);
    html_say(h, ".");
    html_close(h, HTML_P);
}

void report_excluded(html *h, const report_document *d) {
    const hb_json *excluded = json_at(money_of(d), "excluded");
    html_open(h, HTML_P);
    html_put_say(h, HTML_B, NULL, say(d, "Not counted:"));
    for (uint32_t i = 0; excluded != NULL && i < excluded->n; i++) {
        html_say(h, i > 0 ? "; " : " ");
        html_text(h, excluded->first[i].text);
    }
    if (excluded == NULL || excluded->n == 0) html_say(h, say(d, " nothing is named"));
    html_say(h, ".");
    html_close(h, HTML_P);
}

void report_chart(html *h, const report_document *d, const char *name) {
    const hb_json *chart = json_find(json_at(money_of(d), "charts"), "name", hb_str_from(name));
    if (chart == NULL) return;
    html_open(h, HTML_FIGURE);
    html_class(h, "chart");
    html_svg(h, json_text(chart, "svg"));
    html_close(h, HTML_FIGURE);
}
