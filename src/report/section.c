// The parts of a person's document that carry the finding, each by itself: verdict, reasons worst
// first, what is missing, what would change it. A page and a paper use the same ones, so they say
// the same words.
#include <stdio.h>
#include <string.h>

#include "report/internal.h"

static void put_said(html *h, html_element element, const char *classes, hb_text *text) {
    html_put(h, element, classes, (hb_str){text->at, text->n});
    hb_text_clear(text);
}

// "Label: text" as a line of its own.
static void labelled(html *h, const char *label) {
    html_open(h, HTML_P);
    html_class(h, "line");
    html_put_say(h, HTML_B, NULL, label);
    html_say(h, " ");
}

// ---- the verdict ------------------------------------------------------------------------------

// Shape and word; colour, where a page has one, only repeats it. ORDER gate_verdict
static const char *const MARKS[GATE_N_VERDICTS] = {
    "<svg viewBox=\"0 0 24 24\" width=\"24\" height=\"24\" aria-hidden=\"true\"><path d=\"M12 1 23 "
    "12 "
    "12 23 1 12Z\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"/><text x=\"12\" "
    "y=\"17\" "
    "font-size=\"14\" text-anchor=\"middle\" fill=\"currentColor\">?</text></svg>",
    "<svg viewBox=\"0 0 24 24\" width=\"24\" height=\"24\" aria-hidden=\"true\"><path d=\"M8 1h8l7 "
    "7v8l-7 "
    "7H8l-7-7V8Z\" fill=\"currentColor\"/></svg>",
    "<svg viewBox=\"0 0 24 24\" width=\"24\" height=\"24\" aria-hidden=\"true\"><circle cx=\"12\" "
    "cy=\"12\" r=\"10\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\" "
    "stroke-dasharray=\"4 3\"/></svg>",
};

static gate_verdict verdict_of(const report_document *d) {
    for (uint32_t i = 0; i < GATE_N_VERDICTS; i++) {
        if (hb_str_equal(json_text(d->tree, "verdict"), gate_verdict_name((gate_verdict)i)))
            return (gate_verdict)i;
    }
    return GATE_UNRESOLVED;
}

void report_verdict(html *h, const report_document *d) {
    static const char *const CLASSES[] = {"verdict unresolved", "verdict barred",
                                          "verdict no-bar-found"};
    gate_verdict verdict = verdict_of(d);
    hb_text text = {0};
    html_open(h, HTML_DIV);
    html_class(h, CLASSES[verdict]);
    html_open(h, HTML_SPAN);
    html_class(h, "mark");
    html_svg(h, hb_str_from(MARKS[verdict]));
    html_close(h, HTML_SPAN);
    say_verdict(&text, d);
    html_say(h, " ");
    put_said(h, HTML_STRONG, NULL, &text);
    html_close(h, HTML_DIV);
    if (verdict == GATE_NO_BAR_FOUND) return;  // its sentence says who decides
    labelled(h, say(d, "Who decides:"));
    say_codes(&text, d->language, json_at(d->tree, "decides"));
    html_text(h, (hb_str){text.at, text.n});
    hb_text_clear(&text);
    html_close(h, HTML_P);
}

// ---- reasons ----------------------------------------------------------------------------------

static gate_outcome outcome_of(const hb_json *reason) {
    hb_str name = json_text(reason, "outcome");
    if (hb_str_equal(name, gate_outcome_name(GATE_BARS))) return GATE_BARS;
    if (hb_str_equal(name, gate_outcome_name(GATE_REFER))) return GATE_REFER;
    return GATE_UNMET;
}

// "Ex. D-7", one link an exhibit.
static void write_evidence(html *h, const report_document *d, const hb_json *fact) {
    for (uint32_t i = 0; i < json_n(fact, "evidence"); i++) {
        hb_str id = json_item(fact, "evidence", i)->text;
        hb_text text = {0};
        hb_text_addf(&text, say(d, "Ex. %.*s"), LEN(id));
        html_say(h, i > 0 ? ", " : " ");
        put_said(h, HTML_SPAN, "exhibit", &text);
    }
}

static void write_fact(html *h, const report_document *d, const hb_json *fact) {
    hb_text text = {0};
    html_open(h, HTML_LI);
    html_text(h, json_text(fact, "question"));
    html_say(h, " ");
    say_value(&text, d->language, json_at(fact, "value"));
    put_said(h, HTML_B, NULL, &text);
    html_say(h, ". ");
    say_standing(&text, d, fact);
    html_text(h, (hb_str){text.at, text.n});
    hb_text_clear(&text);
    write_evidence(h, d, fact);
    html_say(h, " ");
    html_put(h, HTML_CODE, NULL, json_text(fact, "name"));
    if (json_is(fact, "confidential")) {
        html_say(h, " ");
        html_say(h, say(d, "(confidential)"));
    }
    html_close(h, HTML_LI);
}

static bool is_absent(const hb_json *fact) {
    return hb_str_equal(json_text(fact, "standing"), HB_STR("absent"));
}

// What is on file, a line each; then in one line what is not, whose questions part 4 asks in full.
static void write_facts(html *h, const report_document *d, const hb_json *reason) {
    uint32_t n = json_n(reason, "facts"), n_absent = 0;
    bool is_bar = outcome_of(reason) == GATE_BARS;
    for (uint32_t i = 0; i < n; i++) n_absent += is_absent(json_item(reason, "facts", i));
    if (is_bar) n_absent = 0;
    if (n > n_absent) {
        html_open(h, HTML_UL);
        html_class(h, "facts");
        for (uint32_t i = 0; i < n; i++) {
            const hb_json *fact = json_item(reason, "facts", i);
            if (is_bar || !is_absent(fact)) write_fact(h, d, fact);
        }
        html_close(h, HTML_UL);
    }
    if (n_absent == 0) return;
    labelled(h, say(d, "Not in the file:"));
    for (uint32_t i = 0, k = 0; i < n; i++) {
        const hb_json *fact = json_item(reason, "facts", i);
        if (!is_absent(fact)) continue;
        if (k++ > 0) html_say(h, ", ");
        html_put(h, HTML_CODE, NULL, json_text(fact, "name"));
    }
    html_say(h, ".");
    html_close(h, HTML_P);
}

static bool is_confirmed(const report_document *d, hb_str cite) {
    const hb_json *all = json_at(d->tree, "authorities");
    for (uint32_t i = 0; all && i < all->n; i++) {
        if (hb_str_equal(json_text(&all->first[i], "cite"), cite))
            return hb_str_equal(json_text(&all->first[i], "how_sure"), HB_STR("V"));
    }
    return false;
}

static void write_sources(html *h, const report_document *d, const hb_json *reason) {
    if (json_n(reason, "sources") == 0) return;
    labelled(h, say(d, "Authority:"));
    for (uint32_t i = 0; i < json_n(reason, "sources"); i++) {
        hb_str cite = json_item(reason, "sources", i)->text;
        if (i > 0) html_say(h, "; ");
        html_cite(h, d, cite);
        if (!is_confirmed(d, cite)) html_say(h, " (G)");
    }
    html_say(h, ".");
    html_close(h, HTML_P);
}

static void write_rule(html *h, const report_document *d, hb_str rule) {
    hb_text address = {0};
    if (d->rules_at.n) {
        hb_text_add(&address, d->rules_at);
        html_url_add(&address, rule);
        hb_text_add(&address, d->rules_for);
        html_open(h, HTML_A);
        html_class(h, "usa-link");
        html_attribute(h, "href", (hb_str){address.at, address.n});
    }
    html_put(h, HTML_CODE, NULL, rule);
    if (d->rules_at.n) {
        html_textf(h, " (%s)", say(d, "see the row"));
        html_close(h, HTML_A);
    }
    hb_text_clear(&address);
}

// Each stands alone: the rule in words, what it rests on, who decides, what would end it.
static void write_reason(html *h, const report_document *d, uint32_t number,
                         const hb_json *reason) {
    html_open(h, HTML_LI);
    html_open(h, HTML_P);
    html_class(h, "ground");
    html_open(h, HTML_B);
    html_textf(h, "%u. ", number);
    html_text(h, json_text(reason, "title"));
    html_close(h, HTML_B);
    html_say(h, " · ");
    html_say(h, gate_outcome_words(d->language, outcome_of(reason)));
    html_say(h, " · ");
    write_rule(h, d, json_text(reason, "rule"));
    if (json_is(reason, "confidential")) {
        html_say(h, " ");
        html_say(h, say(d, "(confidential)"));
    }
    html_close(h, HTML_P);
    html_put(h, HTML_P, NULL, json_text(reason, "because"));
    write_sources(h, d, reason);
    write_facts(h, d, reason);
    labelled(h, say(d, "Who decides:"));
    html_code(h, d->language, json_text(reason, "decides"));
    html_say(h, ". ");
    html_put_say(h, HTML_B, NULL, say(d, "What would answer it:"));
    html_say(h, " ");
    html_text(h, json_text(reason, "would_satisfy"));
    html_close(h, HTML_P);
    html_close(h, HTML_LI);
}

// True when there are reasons to write.
static bool open_reasons(html *h, const report_document *d) {
    if (json_is(d->tree, "withheld")) {
        html_put_say(h, HTML_P, "note",
                     say(d,
                         "This copy may leave out reasons and facts that the law keeps from its "
                         "reader. Nothing follows from what is not in it."));
    }
    if (json_n(d->tree, "reasons") > 0) {
        html_put_say(h, HTML_P, "note",
                     say(d,
                         "(G) behind an authority: not seen in a public copy, confirm before "
                         "filing."));
        return true;
    }
    html_put_say(h, HTML_P, NULL, say(d, "No ground is given in this copy."));
    return false;
}

static void write_reasons(html *h, const report_document *d, uint32_t from, uint32_t until) {
    html_open(h, HTML_OL);
    html_class(h, "grounds");
    for (uint32_t i = from; i < until; i++)
        write_reason(h, d, i + 1, json_item(d->tree, "reasons", i));
    html_close(h, HTML_OL);
}

void report_reasons(html *h, const report_document *d) {
    if (open_reasons(h, d)) write_reasons(h, d, 0, json_n(d->tree, "reasons"));
}

void report_reasons_folded(html *h, const report_document *d) {
    uint32_t n = json_n(d->tree, "reasons");
    if (!open_reasons(h, d)) return;
    for (uint32_t from = 0, until; from < n; from = until) {
        gate_outcome outcome = outcome_of(json_item(d->tree, "reasons", from));
        for (until = from + 1;
             until < n && outcome_of(json_item(d->tree, "reasons", until)) == outcome;)
            until++;
        html_open(h, HTML_DETAILS);
        if (from == 0) html_flag(h, "open");
        html_open(h, HTML_SUMMARY);
        html_textf(h, "%s: %u", gate_outcome_words(d->language, outcome), until - from);
        html_close(h, HTML_SUMMARY);
        write_reasons(h, d, from, until);
        html_close(h, HTML_DETAILS);
    }
}

// ---- rules that give no reason ----------------------------------------------------------------

static void write_short_fact(html *h, const report_document *d, const hb_json *fact) {
    hb_text value = {0};
    html_open(h, HTML_LI);
    html_put(h, HTML_CODE, NULL, json_text(fact, "name"));
    html_say(h, " ");
    say_value(&value, d->language, json_at(fact, "value"));
    put_said(h, HTML_B, NULL, &value);
    html_say(h, ", ");
    html_code(h, d->language, json_text(fact, "standing"));
    write_evidence(h, d, fact);
    html_close(h, HTML_LI);
}

static void write_answered(html *h, const report_document *d, const hb_json *rule) {
    bool is_satisfied = hb_str_equal(json_text(rule, "outcome"), gate_outcome_name(GATE_SATISFIED));
    html_open(h, HTML_TR);
    html_open(h, HTML_TH);
    html_attribute(h, "scope", HB_STR("row"));
    html_text(h, json_text(rule, "title"));
    html_say(h, " ");
    html_put(h, HTML_CODE, NULL, json_text(rule, "rule"));
    html_close(h, HTML_TH);
    html_open(h, HTML_TD);
    html_say(h,
             gate_outcome_words(d->language, is_satisfied ? GATE_SATISFIED : GATE_NOT_APPLICABLE));
    html_close(h, HTML_TD);
    html_open(h, HTML_TD);
    hb_str row = json_text(json_at(rule, "row"), "description");
    if (row.n > 0) {  // the author of the table wrote it in English
        html_open(h, HTML_DIV);
        if (d->language != WORDS_EN) html_lang(h, HB_STR("en"));
        html_text(h, row);
        html_close(h, HTML_DIV);
    }
    html_open(h, HTML_UL);
    for (uint32_t i = 0; i < json_n(rule, "facts"); i++)
        write_short_fact(h, d, json_item(rule, "facts", i));
    html_close(h, HTML_UL);
    html_close(h, HTML_TD);
    html_open(h, HTML_TD);
    for (uint32_t i = 0; i < json_n(rule, "sources"); i++) {
        if (i > 0) html_say(h, "; ");
        html_cite(h, d, json_item(rule, "sources", i)->text);
    }
    html_close(h, HTML_TD);
    html_close(h, HTML_TR);
}

void report_answered(html *h, const report_document *d) {
    static const char *const HEADS[] = {N_("Rule"), N_("Answer"), N_("On what evidence"),
                                        N_("Authority")};
    uint32_t n = json_n(d->tree, "answered");
    if (n == 0) return;
    html_heads(h, d->language, say(d, "Rules that give no reason, and the evidence they rest on"),
               HEADS, 4);
    for (uint32_t i = 0; i < n; i++) write_answered(h, d, json_item(d->tree, "answered", i));
    html_heads_end(h);
}

// ---- missing ----------------------------------------------------------------------------------

static void write_missing(html *h, const report_document *d, uint32_t number, const hb_json *fact) {
    hb_text text = {0};
    html_open(h, HTML_TR);
    html_open(h, HTML_TD);
    html_textf(h, "%u", number);
    html_close(h, HTML_TD);
    html_open(h, HTML_TH);
    html_attribute(h, "scope", HB_STR("row"));
    html_text(h, json_text(fact, "question"));
    html_say(h, " ");
    html_put(h, HTML_CODE, NULL, json_text(fact, "fact"));
    html_close(h, HTML_TH);
    html_open(h, HTML_TD);
    html_code(h, d->language, json_text(fact, "standing"));
    html_close(h, HTML_TD);
    say_codes(&text, d->language, json_at(fact, "established_by"));
    put_said(h, HTML_TD, NULL, &text);
    html_open(h, HTML_TD);
    for (uint32_t i = 0; i < json_n(fact, "rules"); i++) {
        if (i > 0) html_say(h, ", ");
        html_put(h, HTML_CODE, NULL, json_item(fact, "rules", i)->text);
    }
    html_close(h, HTML_TD);
    html_close(h, HTML_TR);
}

void report_missing(html *h, const report_document *d) {
    static const char *const HEADS[] = {N_("No."), N_("Question"), N_("On file"),
                                        N_("Can be established by"), N_("Rules waiting for it")};
    uint32_t n = json_n(d->tree, "missing");
    if (n == 0) {
        html_put_say(h, HTML_P, NULL,
                     say(d, "Nothing asked by this rulebook is missing. This is not permission."));
        return;
    }
    char caption[160];
    snprintf(caption, sizeof caption, say(d, "%u questions without an established answer"), n);
    html_heads(h, d->language, caption, HEADS, 5);
    for (uint32_t i = 0; i < n; i++) write_missing(h, d, i + 1, json_item(d->tree, "missing", i));
    html_heads_end(h);
}

// ---- what would change it ---------------------------------------------------------------------

static void write_change(html *h, const report_document *d, const hb_json *change) {
    html_open(h, HTML_LI);
    for (uint32_t i = 0; i < json_n(change, "documents"); i++) {
        const hb_json *paper = json_item(change, "documents", i);
        if (i > 0) html_say(h, say(d, " and "));
        html_code(h, d->language, json_text(paper, "kind"));
        html_say(h, ": ");
        html_text(h, json_text(paper, "question"));
    }
    html_say(h, " → ");
    html_say(h, gate_verdict_words(d->language, hb_str_equal(json_text(change, "to"),
                                                             gate_verdict_name(GATE_NO_BAR_FOUND))
                                                    ? GATE_NO_BAR_FOUND
                                                    : GATE_UNRESOLVED));
    html_close(h, HTML_LI);
}

void report_changes(html *h, const report_document *d) {
    const hb_json *changes = json_at(d->tree, "would_change"),
                  *curable = json_at(d->tree, "curable");
    uint32_t n = json_n(d->tree, "would_change");
    if (curable != NULL && curable->kind == HB_JSON_FALSE) {
        html_put_say(h, HTML_P, NULL, say(d, "No document can end this bar."));
        return;
    }
    if (verdict_of(d) == GATE_NO_BAR_FOUND) {
        html_put_say(h, HTML_P, NULL,
                     say(d, "New evidence or a ruling can change this finding at any time."));
        return;
    }
    bool is_told = changes != NULL && changes->kind == HB_JSON_ARRAY;
    const report_reader *reader = report_reader_find(json_text(d->tree, "for"));
    if (!is_told && (reader == NULL || !reader->sees_changes)) {
        html_put_say(h, HTML_P, NULL,
                     say(d,
                         "Which documents would change this finding is told to the court and "
                         "to counsel alone. All that is missing stands above."));
        return;
    }
    if (!is_told) {
        html_put_say(h, HTML_P, NULL,
                     say(d, "What would change this finding could not be worked out."));
        return;
    }
    if (n == 0) {
        html_open(h, HTML_P);
        html_textf(h, say(d, "No %u documents alone would change the verdict."),
                   GATE_CHANGE_PAPERS);
        html_close(h, HTML_P);
        return;
    }
    html_put_say(h, HTML_P, NULL, say(d, "These documents would change the verdict:"));
    html_open(h, HTML_UL);
    for (uint32_t i = 0; i < n; i++) write_change(h, d, json_item(d->tree, "would_change", i));
    html_close(h, HTML_UL);
    html_put_say(h, HTML_P, NULL,
                 say(d, "A changed verdict is not permission: whoever decides must still decide."));
}
