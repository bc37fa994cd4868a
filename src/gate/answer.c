// An answer as JSON, NDJSON and CSV, the field names of schemas/. The three forms and the text
// (text.c) are written from one gate_answer, so they cannot say different things. Every object
// carries the stamp: no rulebook has two valid signatures until a signer exists.
#include <stdio.h>
#include <string.h>

#include "gate/gate.h"
#include "gate/internal.h"

#define ADD(out, literal) hb_text_add((out), HB_STR("" literal))

// ---- values ------------------------------------------------------------------------------------

void gate_add_date(hb_text *out, hb_date date) {
    ADD(out, "\"");
    hb_text_add_date(out, date);
    ADD(out, "\"");
}

// Keys of an object in sorted order, as RFC 8785 wants them; the few keys of an order are picked
// out smallest first.
static void add_context(hb_text *out, const feel_context *context) {
    const hb_str *last = NULL;
    ADD(out, "{");
    for (uint32_t done = 0; done < context->n; done++) {
        uint32_t next = UINT32_MAX;
        for (uint32_t i = 0; i < context->n; i++) {
            bool is_past = last == NULL || hb_str_compare(context->keys[i], *last) > 0;
            if (is_past &&
                (next == UINT32_MAX || hb_str_compare(context->keys[i], context->keys[next]) < 0)) {
                next = i;
            }
        }
        if (next == UINT32_MAX) break;
        if (done > 0) ADD(out, ",");
        hb_text_add_json(out, context->keys[next]);
        ADD(out, ":");
        gate_add_value(out, context->values[next]);
        last = &context->keys[next];
    }
    ADD(out, "}");
}

// Law travels in JSON as decimal strings.
void gate_add_value(hb_text *out, feel_value value) {
    if (value.kind == FEEL_LIST) {
        ADD(out, "[");
        for (uint32_t i = 0; i < value.n; i++) {
            if (i > 0) ADD(out, ",");
            gate_add_value(out, value.items[i]);
        }
        ADD(out, "]");
    } else if (value.kind == FEEL_CONTEXT) {
        add_context(out, value.context);
    } else if (value.kind == FEEL_NUMBER) {
        ADD(out, "\"");
        feel_print(out, value);
        ADD(out, "\"");
    } else if (value.kind == FEEL_STRING) {
        hb_text_add_json(out, feel_text(value));
    } else if (value.kind == FEEL_DATE) {
        gate_add_date(out, value.date);
    } else {
        feel_print_json(out, value);
    }
}

static void add_member(hb_text *out, const char *key, hb_str text) {
    ADD(out, ",\"");
    hb_text_add(out, hb_str_from(key));
    ADD(out, "\":");
    hb_text_add_json(out, text);
}

static void add_hash(hb_text *out, const char *key, hb_hash hash) {
    char hex[65];
    hb_hash_hex(hash, hex);
    ADD(out, "\"");
    hb_text_add(out, hb_str_from(key));
    ADD(out, "\":\"");
    hb_text_add(out, (hb_str){hex, 64});
    ADD(out, "\"");
}

hb_str gate_in_language(const gate_page *page, hb_str english, hb_str spanish) {
    return page->language == WORDS_ES && spanish.n > 0 ? spanish : english;
}

// ---- what all answers of a run share -----------------------------------------------------------

hb_str gate_stamp(const gate_page *page) {
    return page->signatures.is_signed ? HB_STR("") : HB_STR(GATE_STAMP);
}

void gate_add_rulebook(hb_text *out, const gate_page *page) {
    const rulebook *rb = page->rb;
    ADD(out, "\"rulebook\":{\"name\":");
    hb_text_add_json(out, rulebook_name(rb));
    add_member(out, "version", rulebook_version(rb));
    ADD(out, ",");
    add_hash(out, "sha256", rulebook_hash(rb));
    if (!page->signatures.is_signed) {
        ADD(out, ",\"signed_by\":[]},\"stamp\":\"" GATE_STAMP "\"");
        return;
    }
    ADD(out, ",\"signed_by\":[");
    hb_text_add_json(out, hb_str_from(page->signatures.names[0]));
    ADD(out, ",");
    hb_text_add_json(out, hb_str_from(page->signatures.names[1]));
    ADD(out, "]}");
}

void gate_add_sources(hb_text *out, const gate_page *page) {
    ADD(out, "\"read\":[");
    for (uint32_t i = 0; i < page->n_sources; i++) {
        if (i > 0) ADD(out, ",");
        ADD(out, "{\"role\":");
        hb_text_add_json(out, page->sources[i].role);
        add_member(out, "path", page->sources[i].path);
        ADD(out, ",");
        add_hash(out, "sha256", page->sources[i].sha256);
        ADD(out, "}");
    }
    ADD(out, "]");
}

// ---- facts, reasons, missing -------------------------------------------------------------------

bool gate_shows_fact(const gate_answer *answer, const rulebook_rule *rule, uint32_t i) {
    const rulebook_fact_standing *fact = &answer->decision->facts[rule->facts[i]];
    if (i < rule->n_own) return fact->is_asked || fact->has_value;
    return !feel_is_null(fact->counts) && fact->effect == RULEBOOK_PROTECTS;
}

void gate_add_fact(hb_text *out, const gate_answer *answer, uint32_t fact) {
    const rulebook_fact *row = rulebook_fact_at(answer->page->rb, fact);
    const rulebook_fact_standing *standing = &answer->decision->facts[fact];
    ADD(out, "{\"name\":");
    hb_text_add_json(out, row->name);
    ADD(out, ",\"value\":");
    gate_add_value(out, standing->has_value ? standing->shown : feel_null());
    add_member(out, "standing", rulebook_standing_name(standing->standing));
    ADD(out, ",\"evidence\":[");
    for (uint32_t i = 0; i < standing->n_evidence; i++) {
        if (i > 0) ADD(out, ",");
        hb_text_add_json(out, standing->evidence[i]->id);
    }
    ADD(out, "]");
    if (standing->why.n > 0) add_member(out, "why", standing->why);
    if (row->is_confidential) ADD(out, ",\"confidential\":true");
    ADD(out, "}");
}

static void add_reason(hb_text *out, const gate_answer *answer, uint32_t index) {
    const gate_page *page = answer->page;
    const rulebook_rule *rule = rulebook_rule_at(page->rb, index);
    ADD(out, "{\"rule\":");
    hb_text_add_json(out, rule->id);
    add_member(out, "outcome", gate_outcome_name(answer->decision->outcomes[index]));
    add_member(out, "title", gate_in_language(page, rule->title_en, rule->title_es));
    add_member(out, "because", gate_in_language(page, rule->because_en, rule->because_es));
    ADD(out, ",\"sources\":[");
    for (uint32_t i = 0; i < rule->n_sources; i++) {
        if (i > 0) ADD(out, ",");
        hb_text_add_json(out, rule->sources[i]);
    }
    ADD(out, "]");
    add_member(out, "decides", rule->decides);
    ADD(out, ",\"confidential\":");
    hb_text_add(out, rule->is_confidential ? HB_STR("true") : HB_STR("false"));
    ADD(out, ",\"facts\":[");
    bool is_first = true;
    for (uint32_t i = 0; i < rule->n_facts; i++) {
        if (!gate_shows_fact(answer, rule, i)) continue;
        if (!is_first) ADD(out, ",");
        gate_add_fact(out, answer, rule->facts[i]);
        is_first = false;
    }
    ADD(out, "]}");
}

static void add_missing(hb_text *out, const gate_answer *answer, uint32_t fact) {
    enum { RULES_MAX = 128 };
    const gate_page *page = answer->page;
    const rulebook_fact *row = rulebook_fact_at(page->rb, fact);
    const rulebook_fact_standing *standing = &answer->decision->facts[fact];
    uint32_t rules[RULES_MAX], n = 0;
    if (row->n_rules <= RULES_MAX) n = gate_rules_in_play(page->rb, answer->decision, fact, rules);
    ADD(out, "{\"fact\":");
    hb_text_add_json(out, row->name);
    add_member(out, "question", gate_in_language(page, row->question_en, row->question_es));
    add_member(out, "standing", rulebook_standing_name(standing->standing));
    ADD(out, ",\"rules\":[");
    for (uint32_t i = 0; i < n; i++) {
        if (i > 0) ADD(out, ",");
        hb_text_add_json(out, rulebook_rule_at(page->rb, rules[i])->id);
    }
    ADD(out, "],\"established_by\":[");
    bool is_first = true;
    for (uint32_t kind = 0; kind < RULEBOOK_N_KINDS; kind++) {
        if ((row->established_by & (1u << kind)) == 0) continue;
        if (!is_first) ADD(out, ",");
        hb_text_add_json(out, rulebook_kind_name((rulebook_kind)kind));
        is_first = false;
    }
    ADD(out, "]");
    if (standing->why.n > 0) add_member(out, "why", standing->why);
    if (row->is_confidential) ADD(out, ",\"confidential\":true");
    ADD(out, "}");
}

// ---- one person --------------------------------------------------------------------------------

static void add_strings(hb_text *out, const char *key, const hb_str *texts, uint32_t n) {
    hb_text_addf(out, ",\"%s\":[", key);
    for (uint32_t i = 0; i < n; i++) {
        if (i > 0) ADD(out, ",");
        hb_text_add_json(out, texts[i]);
    }
    ADD(out, "]");
}

// The smallest sets of documents that would change the verdict.
static void add_changes(hb_text *out, const gate_answer *answer) {
    ADD(out, ",\"would_change\":[");
    for (uint32_t i = 0; i < answer->changes->n; i++) {
        const gate_change *change = &answer->changes->changes[i];
        hb_text_addf(out, "%s{\"to\":\"%s\",\"documents\":[", i > 0 ? "," : "",
                     gate_verdict_name(change->to).at);
        for (uint32_t k = 0; k < change->n; k++) {
            const gate_paper *paper = &change->papers[k];
            hb_text_addf(out, "%s{\"fact\":", k > 0 ? "," : "");
            hb_text_add_json(out, rulebook_fact_at(answer->page->rb, paper->fact)->name);
            hb_text_addf(out, ",\"kind\":\"%s\"", rulebook_kind_name(paper->kind).at);
            rulebook_fact_type type = rulebook_fact_at(answer->page->rb, paper->fact)->type;
            if (type != RULEBOOK_DOC && type != RULEBOOK_DOC_LIST &&
                type != RULEBOOK_TEXT) {  // those are named by the paper
                ADD(out, ",\"value\":");
                gate_add_value(out, paper->value);
            }
            ADD(out, "}");
        }
        ADD(out, "]}");
    }
    hb_text_addf(out, "],\"would_change_is_all\":%s", answer->changes->is_all ? "true" : "false");
}

void gate_add_answer(hb_text *out, const gate_answer *answer, bool has_sources) {
    const gate_page *page = answer->page;
    const gate_decision *decision = answer->decision;
    ADD(out, "\"person\":");
    hb_text_add_json(out, answer->person->person);
    add_member(out, "host", answer->person->host);
    add_member(out, "verdict", gate_verdict_name(decision->verdict));
    ADD(out, ",\"as_of\":");
    gate_add_date(out, page->as_of);
    if (page->is_retrospective) ADD(out, ",\"retrospective\":true");
    ADD(out, ",");
    gate_add_rulebook(out, page);
    ADD(out, ",");
    add_hash(out, "input_sha256", answer->input);
    add_strings(out, "decides", decision->decides, decision->n_decides);
    hb_text_addf(out, ",\"standing_on_sender_only\":[%u,%u]", decision->n_sender_only,
                 decision->n_counting);
    ADD(out, ",\"reasons\":[");
    for (uint32_t i = 0; i < decision->n_reasons; i++) {
        if (i > 0) ADD(out, ",");
        add_reason(out, answer, decision->reasons[i]);
    }
    ADD(out, "],\"missing\":[");
    for (uint32_t i = 0; i < decision->n_missing; i++) {
        if (i > 0) ADD(out, ",");
        add_missing(out, answer, decision->missing[i]);
    }
    hb_text_addf(out, "],\"curable\":%s", decision->is_curable ? "true" : "false");
    if (answer->changes && answer->changes->is_known) add_changes(out, answer);
    if (decision->n_notes > 0) add_strings(out, "notes", decision->notes, decision->n_notes);
    if (has_sources) {
        ADD(out, ",");
        gate_add_sources(out, page);
    }
}

void gate_write_json(hb_text *out, const gate_answer *answer, bool has_sources) {
    ADD(out, "{");
    gate_add_answer(out, answer, has_sources);
    ADD(out, "}");
}

void gate_write_json_head(hb_text *out, const gate_page *page) {
    ADD(out, "{\"list\":");
    hb_text_add_json(out, page->list);
    add_member(out, "agreement", page->agreement);
    add_member(out, "agreement_status", page->agreement_status);
    ADD(out, ",\"as_of\":");
    gate_add_date(out, page->as_of);
    hb_text_addf(out, ",\"retrospective\":%s,", page->is_retrospective ? "true" : "false");
    gate_add_rulebook(out, page);
    ADD(out, ",");
    gate_add_sources(out, page);
    add_member(out, "notice",
               hb_str_from(words_in(page->language,
                                    "NO BAR FOUND is not permission. A named authority decides.")));
    ADD(out, ",\"people\":[");
}

void gate_write_json_foot(hb_text *out, const uint64_t n_people[GATE_N_VERDICTS]) {
    static const gate_verdict WORST_FIRST[] = {GATE_BARRED, GATE_UNRESOLVED, GATE_NO_BAR_FOUND};
    ADD(out, "],\"counts\":{");
    for (uint32_t i = 0; i < GATE_N_VERDICTS; i++) {
        if (i > 0) ADD(out, ",");
        hb_text_add_json(out, gate_verdict_name(WORST_FIRST[i]));
        hb_text_addf(out, ":%llu", (unsigned long long)n_people[WORST_FIRST[i]]);
    }
    ADD(out, "}}\n");
}

// ---- facts for another engine ------------------------------------------------------------------

// Facts as they count, every fact of the dictionary, and the outcome of every rule.
void gate_write_facts(hb_text *out, const gate_answer *answer) {
    const rulebook *rb = answer->page->rb;
    ADD(out, "{\"person\":");
    hb_text_add_json(out, answer->person->person);
    ADD(out, ",\"as_of\":");
    gate_add_date(out, answer->page->as_of);
    add_member(out, "host", answer->person->host);
    ADD(out, ",\"facts\":{");
    for (uint32_t i = 0; i < rulebook_n_facts(rb); i++) {
        if (i > 0) ADD(out, ",");
        hb_text_add_json(out, rulebook_fact_at(rb, i)->name);
        ADD(out, ":");
        gate_add_value(out, answer->decision->facts[i].counts);
    }
    ADD(out, "},\"outcomes\":{");
    for (uint32_t i = 0; i < rulebook_n_rules(rb); i++) {
        if (i > 0) ADD(out, ",");
        hb_text_add_json(out, rulebook_rule_at(rb, i)->id);
        ADD(out, ":");
        hb_text_add_json(out, gate_outcome_name(answer->decision->outcomes[i]));
    }
    ADD(out, "}}\n");
}

// ---- CSV ---------------------------------------------------------------------------------------

void gate_write_csv_head(hb_text *out) {
    ADD(out,
        "person,host,verdict,not_permission,as_of,retrospective,rulebook,rulebook_version,"
        "rulebook_sha256,signed_by,stamp,input_sha256,decides,standing_on_sender_only,curable,bars,"
        "unmet,refer,"
        "confidential,missing,notes,read\r\n");
}

static void add_separator(hb_text *cell) {
    if (cell->n > 0) ADD(cell, ";");
}

static void end_cell(hb_text *out, hb_text *cell) {
    hb_text_add_csv(out, (hb_str){cell->at, cell->n});
    ADD(out, ",");
    if (cell->failed) out->failed = true;
    cell->n = 0;
}

static void add_cell(hb_text *out, hb_str text) {
    hb_text_add_csv(out, text);
    ADD(out, ",");
}

#define OUTCOME(outcome) (1u << (outcome))
// What was not answered prints as unmet.
#define OUTCOMES_UNMET (OUTCOME(GATE_UNMET) | OUTCOME(GATE_UNANSWERED))
#define OUTCOMES_ALL (~0u)

// The reasons of these outcomes, ids in one cell.
static void add_rules_cell(hb_text *out, hb_text *cell, const gate_answer *answer,
                           uint32_t outcomes, bool is_confidential) {
    const gate_decision *decision = answer->decision;
    for (uint32_t i = 0; i < decision->n_reasons; i++) {
        const rulebook_rule *rule = rulebook_rule_at(answer->page->rb, decision->reasons[i]);
        if ((outcomes & OUTCOME(decision->outcomes[decision->reasons[i]])) == 0) continue;
        if (is_confidential && !rule->is_confidential) continue;
        add_separator(cell);
        hb_text_add(cell, rule->id);
    }
    end_cell(out, cell);
}

static void add_list_cell(hb_text *out, hb_text *cell, const hb_str *texts, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        add_separator(cell);
        hb_text_add(cell, texts[i]);
    }
    end_cell(out, cell);
}

void gate_write_csv(hb_text *out, const gate_answer *answer) {
    const gate_page *page = answer->page;
    const gate_decision *decision = answer->decision;
    char hex[65];
    hb_text cell = {0};
    add_cell(out, answer->person->person);
    add_cell(out, answer->person->host);
    add_cell(out, gate_verdict_name(decision->verdict));
    add_cell(out, HB_STR("not permission"));
    hb_text_add_date(out, page->as_of);
    ADD(out, ",");
    add_cell(out, page->is_retrospective ? HB_STR("true") : HB_STR("false"));
    add_cell(out, rulebook_name(page->rb));
    add_cell(out, rulebook_version(page->rb));
    hb_hash_hex(rulebook_hash(page->rb), hex);
    add_cell(out, hb_str_from(hex));
    char signers[330] = "";
    if (page->signatures.is_signed) {
        snprintf(signers, sizeof signers, "%s;%s", page->signatures.names[0],
                 page->signatures.names[1]);
    }
    add_cell(out, hb_str_from(signers));
    add_cell(out, gate_stamp(page));
    hb_hash_hex(answer->input, hex);
    add_cell(out, hb_str_from(hex));
    add_list_cell(out, &cell, decision->decides, decision->n_decides);
    hb_text_addf(out, "%u/%u,", decision->n_sender_only, decision->n_counting);
    add_cell(out, decision->is_curable ? HB_STR("true") : HB_STR("false"));
    add_rules_cell(out, &cell, answer, OUTCOME(GATE_BARS), false);
    add_rules_cell(out, &cell, answer, OUTCOMES_UNMET, false);
    add_rules_cell(out, &cell, answer, OUTCOME(GATE_REFER), false);
    add_rules_cell(out, &cell, answer, OUTCOMES_ALL, true);
    for (uint32_t i = 0; i < decision->n_missing; i++) {
        add_separator(&cell);
        hb_text_add(&cell, rulebook_fact_at(page->rb, decision->missing[i])->name);
    }
    end_cell(out, &cell);
    add_list_cell(out, &cell, decision->notes, decision->n_notes);
    for (uint32_t i = 0; i < page->n_sources; i++) {
        add_separator(&cell);
        hb_hash_hex(page->sources[i].sha256, hex);
        hb_text_add(&cell, page->sources[i].role);
        ADD(&cell, ":");
        hb_text_add(&cell, (hb_str){hex, 64});
    }
    hb_text_add_csv(out, (hb_str){cell.at, cell.n});
    ADD(out, "\r\n");
    if (cell.failed) out->failed = true;
    hb_text_clear(&cell);
}
