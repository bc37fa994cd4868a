// The law as it stands in the rulebook: every rule in law's order, and one rule with its table.
// With ?person= the row that fired on her is marked, the values stand under the heads of the
// columns, and each other row says why it did not fire. The file itself can be taken away for any
// DMN editor.
#include <stdio.h>

#include "web/pages.h"
#include "web/site.h"

static hb_str in_language(const web_request *r, hb_str english, hb_str spanish) {
    return r->language == WORDS_ES && spanish.n ? spanish : english;
}

// ---- all rules ---------------------------------------------------------------------------------

bool web_page_rulebook(web_request *r, html *out, hb_error *err) {
    const rulebook *rb = r->site->rb;
    char hex[65];
    (void)err;
    hb_hash_hex(rulebook_hash(rb), hex);
    html_put(out, HTML_H1, NULL, rulebook_title(rb, words_language_name(r->language)));
    html_open(out, HTML_P);
    html_textf(out, "%.*s %.*s · SHA-256 %.16s… · ", (int)rulebook_name(rb).n, rulebook_name(rb).at,
               (int)rulebook_version(rb).n, rulebook_version(rb).at, hex);
    html_textf(out, say(r, "law read on %.*s"), (int)rulebook_law_as_of(rb).n,
               rulebook_law_as_of(rb).at);
    html_close(out, HTML_P);
    html_open(out, HTML_P);
    html_link(out, web_address(r, "/rulebook/model"), "usa-button usa-button--outline",
              hb_str_from(say(r, "Download for a DMN editor")));
    html_close(out, HTML_P);
    const char *const heads[] = {say(r, "Rule"), say(r, "What it asks"), say(r, "Who decides"),
                                 say(r, "How sure")};
    web_open_columns(out, say(r, "Every rule, in the order in which the law is asked"), NULL, heads,
                     4, 4);
    for (uint32_t i = 0; i < rulebook_n_rules(rb); i++) {
        const rulebook_rule *rule = rulebook_rule_at(rb, i);
        char room[96];
        html_open(out, HTML_TR);
        html_open(out, HTML_TH);
        html_attribute(out, "scope", HB_STR("row"));
        html_link(out, web_address_of(r, "/rulebook/", rule->id), "usa-link", rule->id);
        html_close(out, HTML_TH);
        html_put(out, HTML_TD, NULL, in_language(r, rule->title_en, rule->title_es));
        html_put_say(out, HTML_TD, NULL, gate_code_words(r->language, rule->decides, room));
        html_put(out, HTML_TD, NULL, rule->how_sure);
        html_close(out, HTML_TR);
    }
    web_close_table(out);
    return true;
}

// ---- one rule ----------------------------------------------------------------------------------

// A rule's table on the person of ?person=. `fired` is DMN_NONE without one; `fits` NULL when its
// values may not be shown to this reader.
typedef struct {
    hb_str person;
    uint32_t fired;
    dmn_trace_step step;
    const bool *fits;
} on_person;

static bool shows_all_facts(const web_request *r, const rulebook_rule *rule) {
    for (uint32_t i = 0; i < rule->n_facts; i++)
        if (!web_shows_fact(r, rulebook_fact_at(r->site->rb, rule->facts[i]))) return false;
    return true;
}

// *is_settled: the answer is that there is no such person, for this reader.
static bool look(web_request *r, uint32_t rule, on_person *out, bool *is_settled, hb_error *err) {
    hb_str person = web_query(r, "person");
    const rulebook_rule *asked = rulebook_rule_at(r->site->rb, rule);
    web_decided decided;
    bool found = false;
    *out = (on_person){.person = person, .fired = DMN_NONE};
    *is_settled = false;
    if (!person.n) return true;
    r->grant = web_role_grant(r->account.role, WEB_READ_PERSON);
    if (r->grant == WEB_NOTHING || !web_may_see(r, person) || !web_shows_rule(r, asked)) {
        *is_settled = true;
        return true;
    }
    if (!web_decide(r, person, &decided, &found, err)) return false;
    *is_settled = !found;
    if (!found) return true;
    web_read_of(r, person);
    out->fired = decided.decision.rows[rule];
    if (out->fired == DMN_NONE || !shows_all_facts(r, asked)) return true;
    return rulebook_bench_trace(web_bench(r), asked->decision, &out->step, &out->fits, err);
}

static void value_of(const web_request *r, html *out, feel_value value) {
    hb_text text = {0};
    if (feel_is_null(value)) {
        html_say(out, say(r, "not known"));
        return;
    }
    feel_print(&text, value);
    html_put(out, HTML_CODE, NULL, (hb_str){text.at, text.n});
    hb_text_clear(&text);
}

// Under the heads: what each column gives on this person.
static void values_row(const web_request *r, html *out, const on_person *on) {
    html_open(out, HTML_TR);
    html_open(out, HTML_TH);
    html_attribute(out, "scope", HB_STR("row"));
    html_textf(out, say(r, "values on %.*s"), (int)on->person.n, on->person.at);
    html_close(out, HTML_TH);
    for (uint32_t i = 0; i < on->step.table->n_inputs; i++) {
        html_open(out, HTML_TD);
        value_of(r, out, on->step.inputs[i]);
        html_close(out, HTML_TD);
    }
    html_put(out, HTML_TD, NULL, HB_STR(""));
    html_put(out, HTML_TD, NULL, HB_STR(""));
    html_close(out, HTML_TR);
}

// Each other row: the cells that do not fit, with what they ask and what stands there; one that
// fits all the same comes after the one that fired.
static void why_not(const web_request *r, html *out, const on_person *on) {
    const dmn_table *table = on->step.table;
    html_open(out, HTML_DETAILS);
    html_put_say(out, HTML_SUMMARY, NULL, say(r, "Why the other rows did not fire"));
    html_open(out, HTML_UL);
    for (uint32_t k = 0; k < table->n_rows; k++) {
        bool does_fit = true;
        if (k == on->fired) continue;
        html_open(out, HTML_LI);
        html_textf(out, say(r, "Row %u:"), k + 1);
        for (uint32_t i = 0; i < table->n_inputs; i++) {
            if (on->fits[k * table->n_inputs + i]) continue;
            html_say(out, does_fit ? " " : "; ");
            does_fit = false;
            html_put(out, HTML_CODE, NULL, table->inputs[i].text);
            html_say(out, " ");
            html_say(out, say(r, "should be"));
            html_say(out, " ");
            html_put(out, HTML_CODE, NULL, table->rows[k].test_text[i]);
            html_say(out, ", ");
            html_say(out, say(r, "is"));
            html_say(out, " ");
            value_of(r, out, on->step.inputs[i]);
        }
        if (does_fit) {
            html_say(out, " ");
            html_textf(out, say(r, "it fits too, and row %u comes first"), on->fired + 1);
        }
        html_close(out, HTML_LI);
    }
    html_close(out, HTML_UL);
    html_close(out, HTML_DETAILS);
}

static void table_of(const web_request *r, html *out, const dmn_table *table, const on_person *on) {
    uint32_t fired = on->fired;
    if (fired < table->n_rows) {
        html_open(out, HTML_P);
        html_class(out, "hb-sentence");
        html_textf(out, say(r, "On %.*s row %u fired:"), (int)on->person.n, on->person.at,
                   fired + 1);
        html_say(out, " ");
        html_put(out, HTML_CODE, NULL, table->rows[fired].output_text[0]);
        html_close(out, HTML_P);
    }
    web_open_heads(out, say(r, "The table; the first row that fits gives the outcome"), NULL);
    web_head(out, HB_STR("#"), false);
    for (uint32_t i = 0; i < table->n_inputs; i++) web_head(out, table->inputs[i].text, false);
    web_head(out, hb_str_from(say(r, "outcome")), false);
    web_head(out, hb_str_from(say(r, "source and reason")), false);
    web_open_rows(out);
    if (on->fits) values_row(r, out, on);
    for (uint32_t k = 0; k < table->n_rows; k++) {
        const dmn_table_row *row = &table->rows[k];
        html_open(out, HTML_TR);
        if (k == fired) {
            html_class(out, "hb-fired");
            html_id(out, HB_STR("fired"));
        }
        html_open(out, HTML_TH);
        html_attribute(out, "scope", HB_STR("row"));
        html_textf(out, "%u", k + 1);
        if (k == fired) {
            html_say(out, " ");
            html_open(out, HTML_STRONG);
            html_textf(out, say(r, "fired on %.*s"), (int)on->person.n, on->person.at);
            html_close(out, HTML_STRONG);
        }
        html_close(out, HTML_TH);
        for (uint32_t i = 0; i < table->n_inputs; i++) {
            html_open(out, HTML_TD);
            html_put(out, HTML_CODE, NULL, row->test_text[i]);
            html_close(out, HTML_TD);
        }
        html_open(out, HTML_TD);
        html_put(out, HTML_CODE, NULL, row->output_text[0]);
        html_close(out, HTML_TD);
        html_open(out, HTML_TD);
        html_class(out, "hb-reason");
        html_lang(out, HB_STR("en"));
        html_text(out, row->description);
        html_close(out, HTML_TD);
        html_close(out, HTML_TR);
    }
    web_close_table(out);
    if (on->fits) why_not(r, out, on);
}

static void facts_of(const web_request *r, html *out, const rulebook_rule *rule) {
    html_put_say(out, HTML_H2, NULL, say(r, "Facts it reads"));
    html_open(out, HTML_UL);
    for (uint32_t i = 0; i < rule->n_facts; i++) {
        const rulebook_fact *fact = rulebook_fact_at(r->site->rb, rule->facts[i]);
        html_open(out, HTML_LI);
        html_put(out, HTML_CODE, NULL, fact->name);
        html_say(out, " ");
        html_text(out, in_language(r, fact->question_en, fact->question_es));
        html_close(out, HTML_LI);
    }
    html_close(out, HTML_UL);
}

static void sources_of(const web_request *r, html *out, const rulebook_rule *rule) {
    html_put_say(out, HTML_H2, NULL, say(r, "Sources"));
    html_open(out, HTML_UL);
    for (uint32_t i = 0; i < rule->n_sources; i++) {
        uint32_t at = rulebook_find_source(r->site->rb, rule->sources[i]);
        html_open(out, HTML_LI);
        html_lang(out, HB_STR("en"));
        html_text(out, rule->sources[i]);
        if (at != DMN_NONE) {
            const rulebook_source *source = rulebook_source_at(r->site->rb, at);
            html_textf(out, ": %.*s (%.*s, %.*s)", (int)source->says.n, source->says.at,
                       (int)source->checked_on.n, source->checked_on.at, (int)source->how_sure.n,
                       source->how_sure.at);
        }
        html_close(out, HTML_LI);
    }
    html_close(out, HTML_UL);
}

bool web_page_rule(web_request *r, html *out, hb_error *err) {
    const rulebook *rb = r->site->rb;
    uint32_t at = rulebook_find_rule(rb, web_part(r, 0));
    on_person on;
    bool is_settled = false;
    if (at == DMN_NONE) return web_not_found(r);
    const rulebook_rule *rule = rulebook_rule_at(rb, at);
    if (!look(r, at, &on, &is_settled, err)) return false;
    if (is_settled) return web_not_found(r);
    const dmn_table *table =
        rule->decision == DMN_NONE ? NULL : dmn_decision_table(rulebook_model(rb), rule->decision);
    r->title = in_language(r, rule->title_en, rule->title_es);
    html_put(out, HTML_H1, NULL, r->title);
    html_put(out, HTML_P, NULL, in_language(r, rule->because_en, rule->because_es));
    if (table) {
        table_of(r, out, table, &on);
    } else {
        html_put_say(out, HTML_P, NULL,
                     say(r, "The model has no table for this rule: it answers UNRESOLVED."));
    }
    facts_of(r, out, rule);
    sources_of(r, out, rule);
    return true;
}

bool web_data_model(web_request *r, hb_text *out, hb_error *err) {
    hb_text_add(out, (hb_str){r->site->model_file.at, r->site->model_file.n});
    r->content_type = HB_STR("application/xml");
    r->file_name = rulebook_model_file(r->site->rb);
    return !out->failed || hb_out_of_memory(err);
}
