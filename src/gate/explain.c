// One person in full: why the verdict is what it is, and why each rule that does not bar does not.
// The JSON is the answer of `check` with more members; the text has the same content in reading
// order: verdict, reasons, what is missing, the other rules, the facts, what was read.
#include <stdio.h>
#include <string.h>

#include "gate/gate.h"
#include "gate/internal.h"

#define ADD(out, literal) hb_text_add((out), HB_STR("" literal))

static void add_member(hb_text *out, const char *key, hb_str text) {
    hb_text_addf(out, ",\"%s\":", key);
    hb_text_add_json(out, text);
}

// The row of the rule's table that gave its outcome; NULL when none did.
static const dmn_table_row *row_of(const gate_answer *answer, uint32_t rule,
                                   const dmn_table **table) {
    uint32_t decision = rulebook_rule_at(answer->page->rb, rule)->decision;
    uint32_t row = answer->decision->rows[rule];
    if (decision == DMN_NONE || row == DMN_NONE) return NULL;
    *table = dmn_decision_table(rulebook_model(answer->page->rb), decision);
    return *table != NULL && row < (*table)->n_rows ? &(*table)->rows[row] : NULL;
}

static bool is_dash(hb_str test) {
    return test.n == 0 || hb_str_equal(hb_str_trim(test), HB_STR("-"));
}

static hb_str input_name(const dmn_table_input *input) {
    return input->label.n > 0 ? input->label : input->text;
}

// ---- JSON --------------------------------------------------------------------------------------

static void add_row(hb_text *out, const gate_answer *answer, uint32_t rule) {
    const dmn_table *table = NULL;
    const dmn_table_row *row = row_of(answer, rule, &table);
    if (row == NULL) {
        ADD(out, ",\"row\":null");
        return;
    }
    hb_text_addf(out, ",\"row\":{\"number\":%u,\"of\":%u,\"when\":[",
                 answer->decision->rows[rule] + 1, table->n_rows);
    bool is_first = true;
    for (uint32_t i = 0; i < table->n_inputs; i++) {
        if (is_dash(row->test_text[i])) continue;
        if (!is_first) ADD(out, ",");
        ADD(out, "{\"input\":");
        hb_text_add_json(out, table->inputs[i].text);
        add_member(out, "test", row->test_text[i]);
        ADD(out, "}");
        is_first = false;
    }
    ADD(out, "]");
    if (row->description.n > 0) add_member(out, "description", row->description);
    ADD(out, ",\"annotations\":[");
    for (uint32_t i = 0; i < table->n_annotations; i++) {
        if (i > 0) ADD(out, ",");
        hb_text_add_json(out, row->annotation[i]);
    }
    ADD(out, "]}");
}

static void add_source(hb_text *out, const rulebook *rb, hb_str cite) {
    uint32_t index = rulebook_find_source(rb, cite);
    ADD(out, "{\"cite\":");
    hb_text_add_json(out, cite);
    if (index != DMN_NONE) {
        const rulebook_source *source = rulebook_source_at(rb, index);
        add_member(out, "kind", source->kind);
        add_member(out, "says", source->says);
        add_member(out, "how_sure", source->how_sure);
        add_member(out, "checked_on", source->checked_on);
    }
    ADD(out, "}");
}

static void add_rule(hb_text *out, const gate_answer *answer, uint32_t index) {
    const gate_page *page = answer->page;
    const rulebook_rule *rule = rulebook_rule_at(page->rb, index);
    ADD(out, "{\"rule\":");
    hb_text_add_json(out, rule->id);
    add_member(out, "outcome", gate_outcome_name(answer->decision->outcomes[index]));
    hb_text_addf(out, ",\"step\":%u", rule->step);
    add_member(out, "title", gate_in_language(page, rule->title_en, rule->title_es));
    add_row(out, answer, index);
    add_member(out, "applies_when", rule->applies_when);
    add_member(out, "would_satisfy",
               gate_in_language(page, rule->would_satisfy_en, rule->would_satisfy_es));
    add_member(out, "decides", rule->decides);
    add_member(out, "curable", rule->curable);
    add_member(out, "how_sure", rule->how_sure);
    add_member(out, "checked_on", rule->checked_on);
    hb_text_addf(out, ",\"confidential\":%s,\"sources\":[",
                 rule->is_confidential ? "true" : "false");
    for (uint32_t i = 0; i < rule->n_sources; i++) {
        if (i > 0) ADD(out, ",");
        add_source(out, page->rb, rule->sources[i]);
    }
    ADD(out, "],\"facts\":[");
    for (uint32_t i = 0; i < rule->n_facts; i++) {
        if (i > 0) ADD(out, ",");
        hb_text_add_json(out, rulebook_fact_at(page->rb, rule->facts[i])->name);
    }
    ADD(out, "]}");
}

static void explain_json(hb_text *out, const gate_answer *answer, hb_str input) {
    const gate_decision *decision = answer->decision;
    ADD(out, "{");
    gate_add_answer(out, answer, true);
    ADD(out, ",\"rules\":[");
    for (uint32_t i = 0; i < decision->n_rules; i++) {
        if (i > 0) ADD(out, ",");
        add_rule(out, answer, i);
    }
    ADD(out, "],\"facts\":[");
    for (uint32_t i = 0; i < decision->n_facts; i++) {
        if (i > 0) ADD(out, ",");
        gate_add_fact(out, answer, i);
    }
    ADD(out, "],\"input\":");
    hb_text_add(out, input);
    ADD(out, "}\n");
}

// ---- text --------------------------------------------------------------------------------------

enum { INDENT = 5, DETAIL = 7, NAMES = 28 };

static void add_heading(hb_text *out, const char *heading) {
    hb_text_addf(out, "\n%s\n", heading);
}

static void add_line(hb_text *out, uint32_t indent, hb_str text) {
    page_line line;
    page_start(&line, out, indent);
    page_text(&line, text);
    page_end(&line);
}

static void add_labelled(hb_text *out, uint32_t indent, const char *label, hb_str text) {
    if (text.n == 0) return;
    page_line line;
    page_start(&line, out, indent);
    page_text(&line, hb_str_from(label));
    line.indent = indent + 2;
    page_text(&line, text);
    page_end(&line);
}

// "final_order: not known (absent: not in the file)"
static void write_fact(hb_text *out, const gate_answer *answer, uint32_t fact, uint32_t indent) {
    const rulebook_fact *row = rulebook_fact_at(answer->page->rb, fact);
    const rulebook_fact_standing *standing = &answer->decision->facts[fact];
    words_language language = answer->page->language;
    hb_text text = {0};
    hb_text_addf(&text, "%.*s: ", (int)row->name.n, row->name.at);
    if (!standing->has_value) {
        hb_text_add(&text, hb_str_from(words_in(language, "not known")));
    } else {
        gate_add_value(&text, standing->shown);
    }
    hb_text_addf(&text, " (%s", gate_standing_words(language, standing->standing));
    if (standing->why.n > 0) {
        // rulebook_why lists these, so that they are translated like any other text
        char english[160];
        snprintf(english, sizeof english, "%.*s", (int)standing->why.n, standing->why.at);
        hb_text_addf(&text, ": %s", words_in(language, english));
    }
    hb_text_add(&text, HB_STR(")"));
    for (uint32_t i = 0; i < standing->n_evidence; i++) {
        const rulebook_document *document = standing->evidence[i];
        hb_text_addf(&text, "%s %.*s,", i == 0 ? ":" : ";", (int)document->id.n, document->id.at);
        hb_text_addf(&text, " %s", gate_kind_words(language, document->kind));
        if (document->issuer.n > 0)
            hb_text_addf(&text, ", %.*s", (int)document->issuer.n, document->issuer.at);
        if (document->has_date) {
            hb_text_addf(&text, ", %04d-%02d-%02d", document->date.year, document->date.month,
                         document->date.day);
        }
    }
    page_line line;
    page_start(&line, out, indent);
    page_text(&line, HB_STR("-"));
    line.indent = indent + 2;
    page_text(&line, (hb_str){text.at, text.n});
    if (row->is_confidential) page_text(&line, hb_str_from(words_in(language, "(confidential)")));
    page_end(&line);
    hb_text_clear(&text);
}

// "row 4 of 6: final_order not(null) - why the law says so"
static void write_row(hb_text *out, const gate_answer *answer, uint32_t rule, uint32_t indent) {
    const dmn_table *table = NULL;
    const dmn_table_row *row = row_of(answer, rule, &table);
    words_language language = answer->page->language;
    hb_text text = {0};
    if (row == NULL) {
        hb_text_add(&text, hb_str_from(words_in(language, "no row of its table gave an outcome")));
    } else {
        hb_text_addf(&text, words_in(language, "row %u of %u:"), answer->decision->rows[rule] + 1,
                     table->n_rows);
        uint32_t n = 0;
        for (uint32_t i = 0; i < table->n_inputs; i++) {
            if (is_dash(row->test_text[i])) continue;
            hb_str name = input_name(&table->inputs[i]), test = row->test_text[i];
            hb_text_addf(&text, "%s %.*s %.*s", n++ == 0 ? "" : ";", (int)name.n, name.at,
                         (int)test.n, test.at);
        }
        if (n == 0) hb_text_addf(&text, " %s", words_in(language, "in every other case"));
    }
    add_line(out, indent, (hb_str){text.at, text.n});
    text.n = 0;
    if (row != NULL) hb_text_add(&text, row->description);
    for (uint32_t i = 0; row != NULL && i < table->n_annotations; i++) {
        if (row->annotation[i].n == 0) continue;
        hb_text_addf(&text, "%s%.*s", text.n == 0 ? "" : " ", (int)row->annotation[i].n,
                     row->annotation[i].at);
    }
    if (text.n > 0) add_line(out, indent, (hb_str){text.at, text.n});
    hb_text_clear(&text);
}

static void write_cites(hb_text *out, const gate_answer *answer, const rulebook_rule *rule,
                        uint32_t indent) {
    hb_text text = {0};
    for (uint32_t i = 0; i < rule->n_sources; i++) {
        hb_text_addf(&text, "%s%.*s", i == 0 ? "" : "; ", (int)rule->sources[i].n,
                     rule->sources[i].at);
    }
    add_labelled(out, indent, words_in(answer->page->language, "sources:"),
                 (hb_str){text.at, text.n});
    hb_text_clear(&text);
}

static void write_reason(hb_text *out, const gate_answer *answer, uint32_t number, uint32_t index) {
    const gate_page *page = answer->page;
    const rulebook_rule *rule = rulebook_rule_at(page->rb, index);
    char room[96];
    hb_text head = {0};
    hb_text_addf(&head, "%2u. %.*s: %s%s%s", number, (int)rule->id.n, rule->id.at,
                 gate_outcome_words(page->language, answer->decision->outcomes[index]),
                 rule->is_confidential ? " " : "",
                 rule->is_confidential ? words_in(page->language, "(confidential)") : "");
    hb_text_addf(out, "\n%.*s\n", (int)head.n, head.at);
    hb_text_clear(&head);
    add_line(out, INDENT, gate_in_language(page, rule->because_en, rule->because_es));
    write_row(out, answer, index, INDENT);
    for (uint32_t i = 0; i < rule->n_facts; i++) {
        if (gate_shows_fact(answer, rule, i)) write_fact(out, answer, rule->facts[i], INDENT);
    }
    write_cites(out, answer, rule, INDENT);
    add_labelled(out, INDENT, words_in(page->language, "decides:"),
                 hb_str_from(gate_code_words(page->language, rule->decides, room)));
    add_labelled(out, INDENT, words_in(page->language, "what would end it:"),
                 gate_in_language(page, rule->would_satisfy_en, rule->would_satisfy_es));
}

static void write_missing(hb_text *out, const gate_answer *answer, uint32_t number, uint32_t fact) {
    enum { RULES_MAX = 128 };
    const gate_page *page = answer->page;
    const rulebook_fact *row = rulebook_fact_at(page->rb, fact);
    uint32_t rules[RULES_MAX], n = 0;
    if (row->n_rules <= RULES_MAX) n = gate_rules_in_play(page->rb, answer->decision, fact, rules);
    hb_text head = {0}, kinds = {0}, waiting = {0};
    hb_text_addf(&head, "%2u.", number);
    page_line line;
    page_start(&line, out, 0);
    page_column(&line, (hb_str){head.at, head.n}, INDENT);
    line.indent = INDENT;
    page_text(&line, gate_in_language(page, row->question_en, row->question_es));
    page_end(&line);
    write_fact(out, answer, fact, INDENT);
    for (uint32_t kind = 0; kind < RULEBOOK_N_KINDS; kind++) {
        if ((row->established_by & (1u << kind)) == 0) continue;
        hb_text_addf(&kinds, "%s%s", kinds.n == 0 ? "" : ", ",
                     gate_kind_words(page->language, (rulebook_kind)kind));
    }
    add_labelled(out, INDENT, words_in(page->language, "it can be established by:"),
                 (hb_str){kinds.at, kinds.n});
    for (uint32_t i = 0; i < n; i++) {
        hb_str id = rulebook_rule_at(page->rb, rules[i])->id;
        hb_text_addf(&waiting, "%s%.*s", i == 0 ? "" : ", ", (int)id.n, id.at);
    }
    add_labelled(out, INDENT, words_in(page->language, "rules waiting for it:"),
                 (hb_str){waiting.at, waiting.n});
    hb_text_clear(&head);
    hb_text_clear(&kinds);
    hb_text_clear(&waiting);
}

// A rule that is no reason: its outcome, and the row that says why.
static void write_other(hb_text *out, const gate_answer *answer, uint32_t index) {
    const rulebook_rule *rule = rulebook_rule_at(answer->page->rb, index);
    page_line line;
    page_start(&line, out, 2);
    page_column(&line, rule->id, NAMES);
    page_text(&line, hb_str_from(gate_outcome_words(answer->page->language,
                                                    answer->decision->outcomes[index])));
    page_end(&line);
    write_row(out, answer, index, DETAIL);
    write_cites(out, answer, rule, DETAIL);
}

static void explain_text(hb_text *out, const gate_answer *answer) {
    const gate_decision *decision = answer->decision;
    words_language language = answer->page->language;
    gate_write_text_head(out, answer->page);
    gate_write_text(out, answer);
    if (decision->verdict != GATE_NO_BAR_FOUND) {
        hb_text_add(out, HB_STR("\n"));
        page_verdict_sentence(out, answer, 0);
    }
    if (decision->n_reasons > 0) add_heading(out, words_in(language, "Reasons, worst first"));
    for (uint32_t i = 0; i < decision->n_reasons; i++)
        write_reason(out, answer, i + 1, decision->reasons[i]);
    add_heading(out, words_in(language, "Missing"));
    if (decision->n_missing == 0) {
        add_line(out, 2,
                 hb_str_from(words_in(language,
                                      "Nothing asked by this rulebook is missing. This is not "
                                      "permission.")));
    }
    for (uint32_t i = 0; i < decision->n_missing; i++)
        write_missing(out, answer, i + 1, decision->missing[i]);
    add_heading(out, words_in(language, "Rules that give no reason, and why"));
    for (uint32_t i = 0; i < decision->n_rules; i++) {
        if (!gate_is_reason(decision->outcomes[i])) write_other(out, answer, i);
    }
    add_heading(out, words_in(language, "Facts on file"));
    for (uint32_t i = 0; i < decision->n_facts; i++) {
        if (decision->facts[i].has_value) write_fact(out, answer, i, 2);
    }
    hb_text_addf(out, "\n");
    hb_text_addf(
        out,
        words_in(language, "%u of %u facts that count stand on the sender's own papers alone.\n"),
        decision->n_sender_only, decision->n_counting);
    char hex[65];
    hb_hash_hex(answer->input, hex);
    hb_text_addf(out, words_in(language, "Facts and documents used: sha256 %s\n"), hex);
    gate_write_sources(out, answer->page);
}

void gate_explain(hb_text *out, const gate_answer *answer, gate_form form, hb_str input) {
    if (form == GATE_TEXT) {
        explain_text(out, answer);
    } else {
        explain_json(out, answer, input);
    }
}
