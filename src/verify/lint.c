// lint.c: what is not wrong but will be: a row that cites nothing, a rule no case shows, a fact
// nobody reads, a value no test names, an expression other engines read otherwise, a source nobody
// has looked up for a year. Nothing here needs a solver; docs/portable-feel.md is the list of
// forms.
#include "verify/lint_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feel/node.h"

#define CHECK_AGAIN_DAYS 366

void lint_say(linter *l, const char *code, hb_str where, uint32_t line, const char *format, ...) {
    char text[320];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    l->n++;
    l->sink(l->to, &(verify_lint){.code = code, .where = where, .line = line, .says = text});
}

// ---- expressions -------------------------------------------------------------------------------
static const char *const FUNCTIONS[] = {"not", "list contains", "count", "date", "duration"};

static bool is_portable_call(const feel_node *node) {
    if (!node->a || node->a->kind != FEEL_NODE_BUILTIN || node->keys) return false;
    for (size_t i = 0; i < sizeof FUNCTIONS / sizeof *FUNCTIONS; i++) {
        if (hb_str_equal(node->a->name, hb_str_from(FUNCTIONS[i]))) return true;
    }
    return false;
}

static bool is_portable_kind(feel_node_kind kind) {
    switch (kind) {
        case FEEL_NODE_CONSTANT:
        case FEEL_NODE_NAME:
        case FEEL_NODE_PATH:
        case FEEL_NODE_ADD:
        case FEEL_NODE_SUBTRACT:
        case FEEL_NODE_EQUAL:
        case FEEL_NODE_NOT_EQUAL:
        case FEEL_NODE_LESS:
        case FEEL_NODE_LESS_OR_EQUAL:
        case FEEL_NODE_GREATER:
        case FEEL_NODE_GREATER_OR_EQUAL:
        case FEEL_NODE_AND:
        case FEEL_NODE_OR:
        case FEEL_NODE_IN:
        case FEEL_NODE_TESTS:
        case FEEL_NODE_TEST_ANY:
        case FEEL_NODE_TEST_COMPARE:
        case FEEL_NODE_TEST_VALUE:
        case FEEL_NODE_LIST:
        case FEEL_NODE_SOME:
        case FEEL_NODE_EVERY:
        case FEEL_NODE_CALL:
        case FEEL_NODE_COERCE:
        case FEEL_NODE_HOST: return true;
        default: return false;
    }
}

// The first part that leaves the portable forms, or NULL.
static const feel_node *foreign_part(const feel_node *node) {
    const feel_node *found = NULL;
    if (!node) return NULL;
    if (!is_portable_kind((feel_node_kind)node->kind)) return node;
    if (node->kind == FEEL_NODE_CALL && !is_portable_call(node)) return node;
    if (node->kind == FEEL_NODE_CALL) {
        for (uint32_t i = 0; i < node->n && !found; i++) found = foreign_part(node->items[i]);
        return found;
    }
    if ((found = foreign_part(node->a)) || (found = foreign_part(node->b)) ||
        (found = foreign_part(node->c)))
        return found;
    for (uint32_t i = 0; i < node->n && node->items && !found; i++)
        found = foreign_part(node->items[i]);
    return found;
}

static void lint_expression(linter *l, const feel_program *program, hb_str where, uint32_t line,
                            hb_str text) {
    if (!program) return;
    const feel_node *node = feel_program_node(program), *foreign = foreign_part(node);
    if (foreign) {
        const char *what = foreign->kind == FEEL_NODE_CALL && foreign->a && foreign->a->name.n
                               ? "this call"
                               : feel_node_kind_name((feel_node_kind)foreign->kind);
        text = hb_str_trim(text);
        lint_say(l, "not-portable", where, line,
                 "%s leaves the forms that all engines read alike: %.*s", what,
                 (int)(text.n > 120 ? 120 : text.n), text.at);
    }
    while (node->kind == FEEL_NODE_COERCE) node = node->a;
    if (feel_node_type(node)->kind == FEEL_TYPE_ANY && node->kind != FEEL_NODE_TESTS &&
        node->kind != FEEL_NODE_HOST) {
        lint_say(l, "no-type", where, line,
                 "the type of an expression cannot be told before it runs: %.*s",
                 (int)(text.n > 120 ? 120 : text.n), text.at);
    }
}

// ---- tables ------------------------------------------------------------------------------------
static bool names_source(const dmn_table *table, const dmn_table_row *row) {
    if (row->description.n > 0) return true;
    for (uint32_t i = 0; i < table->n_annotations; i++) {
        if (row->annotation[i].n > 0) return true;
    }
    return false;
}

void lint_row_sources(linter *l, uint32_t element) {
    const dmn_table *table = dmn_decision_table(l->model, element);
    for (uint32_t r = 0; table && r < table->n_rows; r++) {
        if (names_source(table, &table->rows[r])) continue;
        lint_say(l, "row-without-source", dmn_element_at(l->model, element)->name,
                 table->rows[r].line,
                 "row %u has neither a description nor an annotation that names its source", r + 1);
    }
}

static void lint_table(linter *l, uint32_t element) {
    const dmn_table *table = dmn_decision_table(l->model, element);
    hb_str name = dmn_element_at(l->model, element)->name;
    if (!table) return;
    if (table->hit_policy != DMN_FIRST && table->hit_policy != DMN_UNIQUE) {
        lint_say(l, "not-portable", name, 0, "the hit policy is neither FIRST nor UNIQUE");
    }
    for (uint32_t i = 0; i < table->n_inputs; i++) {
        uint32_t line = table->n_rows ? table->rows[0].line : 0;
        lint_expression(l, table->inputs[i].expression, name, line, table->inputs[i].text);
    }
    for (uint32_t r = 0; r < table->n_rows; r++) {
        const dmn_table_row *row = &table->rows[r];
        for (uint32_t i = 0; i < table->n_inputs; i++)
            lint_expression(l, row->tests[i], name, row->line, row->test_text[i]);
    }
}

// ---- facts -------------------------------------------------------------------------------------
// Whether the text holds the string in its quotes.
static bool quotes(hb_str text, hb_str value) {
    for (size_t i = 0; text.n >= value.n + 2 && i + value.n + 2 <= text.n; i++) {
        if (text.at[i] == '"' && text.at[i + value.n + 1] == '"' &&
            memcmp(text.at + i + 1, value.at, value.n) == 0)
            return true;
    }
    return false;
}

static bool is_word_at(hb_str text, size_t at, size_t n) {
    char before = at > 0 ? text.at[at - 1] : ' ', after = at + n < text.n ? text.at[at + n] : ' ';
    const char *const WORD = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    return (before == 0 || !strchr(WORD, before)) && (after == 0 || !strchr(WORD, after));
}

bool lint_mentions(hb_str text, hb_str name) {
    for (size_t i = 0; i + name.n <= text.n; i++) {
        if (memcmp(text.at + i, name.at, name.n) == 0 && is_word_at(text, i, name.n)) return true;
    }
    return false;
}

static bool is_read(const linter *l, hb_str name, hb_str value) {
    for (uint32_t e = 0; e < dmn_n_elements(l->model); e++) {
        const dmn_table *table = dmn_decision_table(l->model, e);
        for (uint32_t i = 0; table && i < table->n_inputs; i++) {
            bool does_mention = lint_mentions(table->inputs[i].text, name);
            if (!does_mention) continue;
            if (value.n == 0 || quotes(table->inputs[i].text, value)) return true;
            for (uint32_t r = 0; r < table->n_rows; r++) {
                if (quotes(table->rows[r].test_text[i], value)) return true;
            }
        }
    }
    for (uint32_t f = 0; f < rulebook_n_facts(l->rb); f++) {
        hb_str when = rulebook_fact_at(l->rb, f)->asked_when;
        if (lint_mentions(when, name) && (value.n == 0 || quotes(when, value))) return true;
    }
    return false;
}

// A protective value stands with what is not known on purpose: rows test for the permitting one.
static bool is_protective(const linter *l, uint32_t index, hb_str value) {
    rulebook_burden burden;
    rulebook_fact_burden(l->rb, index, &burden);
    const rulebook_value_tests *protects = &burden.tests[RULEBOOK_PROTECTS];
    for (uint32_t i = 0; i < protects->n_values; i++) {
        if (hb_str_equal(protects->values[i], value)) return true;
    }
    return false;
}

// A fact no table reads can be asked all the same, so that no file is complete without it; a worked
// case then shows a file that waits for it.
static bool is_waited_for(const rulebook_cases *cases, uint32_t fact) {
    for (uint32_t i = 0; i < rulebook_n_cases(cases); i++) {
        const rulebook_case *one = rulebook_case_at(cases, i);
        for (uint32_t k = 0; k < one->n_missing; k++) {
            if (one->missing[k] == fact) return true;
        }
    }
    return false;
}

static void lint_fact(linter *l, const rulebook_cases *cases, uint32_t index) {
    const rulebook_fact *fact = rulebook_fact_at(l->rb, index);
    if (!is_read(l, fact->name, (hb_str){0})) {
        if (is_waited_for(cases, index)) return;
        lint_say(l, "fact-not-read", fact->name, fact->line,
                 "no table and no question reads this fact, and no worked case waits for it");
        return;
    }
    if (fact->type == RULEBOOK_TRI) return;  // the answer that no table names is the rest
    for (uint32_t v = 0; v < fact->n_values; v++) {
        if (is_protective(l, index, fact->values[v]) || is_read(l, fact->name, fact->values[v]))
            continue;
        lint_say(l, "value-not-tested", fact->name, fact->line, "no table names the value \"%.*s\"",
                 (int)fact->values[v].n, fact->values[v].at);
    }
}

// ---- rules and sources -------------------------------------------------------------------------
void lint_day(linter *l, hb_str where, uint32_t line, hb_str checked_on) {
    hb_date day;
    if (!hb_date_parse(checked_on, &day)) {
        lint_say(l, "never-checked", where, line,
                 "the day on which its source was read is not said");
    } else if (hb_date_to_days(l->today) - hb_date_to_days(day) > CHECK_AGAIN_DAYS) {
        lint_say(l, "check-again", where, line, "its source was last read on %.*s, over a year ago",
                 (int)checked_on.n, checked_on.at);
    }
}

// Whether some row of the rule's table says so; what is no table may say anything.
static bool can_be(const linter *l, const rulebook_rule *rule, hb_str outcome) {
    const dmn_table *table =
        rule->decision == DMN_NONE ? NULL : dmn_decision_table(l->model, rule->decision);
    for (uint32_t r = 0; table && r < table->n_rows; r++) {
        const feel_node *node = feel_program_node(table->rows[r].outputs[0]);
        while (node->kind == FEEL_NODE_COERCE) node = node->a;
        if (node->kind != FEEL_NODE_CONSTANT || node->value.kind != FEEL_STRING ||
            hb_str_equal(feel_text(node->value), outcome))
            return true;
    }
    return !table;
}

static void lint_rule(linter *l, const rulebook_cases *cases, uint32_t index) {
    const rulebook_rule *rule = rulebook_rule_at(l->rb, index);
    bool is_shown[2] = {false, false};
    lint_day(l, rule->id, rule->line, rule->checked_on);
    for (uint32_t i = 0; i < rulebook_n_cases(cases); i++) {
        const rulebook_case *one = rulebook_case_at(cases, i);
        for (uint32_t k = 0; k < one->n_outcomes; k++) {
            if (one->outcomes[k].rule != index) continue;
            if (hb_str_equal(one->outcomes[k].outcome, HB_STR("satisfied")))
                is_shown[0] = true;
            else if (!hb_str_equal(one->outcomes[k].outcome, HB_STR("not_applicable")))
                is_shown[1] = true;
        }
    }
    for (int k = 0; k < 2; k++) {
        bool is_possible = k > 0 || can_be(l, rule, HB_STR("satisfied"));
        if (is_shown[k] || !is_possible || (k == 0 && !rule->n_own)) continue;
        lint_say(l, "rule-without-case", rule->id, rule->line,
                 "no worked case shows it where it %s",
                 k == 0 ? "is satisfied" : "bars or is unmet");
    }
}

static void lint_texts(linter *l) {
    for (uint32_t r = 0; r < rulebook_n_rules(l->rb); r++) {
        const rulebook_rule *rule = rulebook_rule_at(l->rb, r);
        const hb_str pairs[][2] = {
            {rule->title_en,         rule->title_es        },
            {rule->because_en,       rule->because_es      },
            {rule->would_satisfy_en, rule->would_satisfy_es}
        };
        for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
            if (pairs[i][0].n == 0 || pairs[i][1].n == 0)
                lint_say(l, "one-language", rule->id, rule->line,
                         "a text is missing in one of the languages");
            else if (hb_str_equal(pairs[i][0], pairs[i][1]))
                lint_say(l, "one-language", rule->id, rule->line,
                         "a text is the same in both languages");
        }
    }
    for (uint32_t f = 0; f < rulebook_n_facts(l->rb); f++) {
        const rulebook_fact *fact = rulebook_fact_at(l->rb, f);
        if (hb_str_equal(fact->question_en, fact->question_es))
            lint_say(l, "one-language", fact->name, fact->line,
                     "its question is the same in both languages");
    }
}

// ---- the file, as a DMN editor sees it ---------------------------------------------------------
static uint32_t count_of(hb_str text, const char *what) {
    uint32_t n = 0;
    size_t length = strlen(what);
    for (const char *at = text.at, *end = text.at + text.n;
         (at = memmem(at, (size_t)(end - at), what, length)); at += length)
        n++;
    return n;
}

void lint_model_file(linter *l, const char *path) {
    hb_bytes bytes = {0};
    hb_error err = {0};
    hb_str where = HB_STR("model");
    if (!path || !hb_read_file(path, DMN_MAX_BYTES, &bytes, &err)) return;
    hb_str text = {bytes.at, bytes.n};
    if (count_of(text, "https://www.omg.org/spec/DMN/20191111/MODEL/") == 0) {
        lint_say(l, "not-dmn-1.3", where, 1,
                 "the model is not in the DMN 1.3 namespace, which every editor opens");
    }
    for (uint32_t e = 0; e < dmn_n_elements(l->model); e++) {
        const dmn_element *element = dmn_element_at(l->model, e);
        hb_text shape = {0};
        hb_text_addf(&shape, "dmnElementRef=\"%.*s\"%c", (int)element->id.n, element->id.at, 0);
        if (!shape.failed && count_of(text, shape.at) == 0)
            lint_say(l, "not-drawn", element->name, 0,
                     "it has no shape in the diagram: editors do not show it");
        hb_text_clear(&shape);
    }
    hb_bytes_clear(&bytes);
}

void verify_lint_rulebook(const rulebook *rb, const rulebook_cases *cases, const char *model_path,
                          hb_date today, verify_lint_sink sink, void *to, uint32_t *n) {
    linter l = {.rb = rb, .model = rulebook_model(rb), .today = today, .sink = sink, .to = to};
    for (uint32_t e = 0; e < dmn_n_elements(l.model); e++) {
        lint_row_sources(&l, e);
        lint_table(&l, e);
    }
    for (uint32_t f = 0; f < rulebook_n_facts(rb); f++) lint_fact(&l, cases, f);
    for (uint32_t r = 0; r < rulebook_n_rules(rb); r++) lint_rule(&l, cases, r);
    for (uint32_t s = 0; s < rulebook_n_sources(rb); s++)
        lint_day(&l, rulebook_source_at(rb, s)->cite, 0, rulebook_source_at(rb, s)->checked_on);
    lint_texts(&l);
    lint_model_file(&l, model_path);
    *n = l.n;
}
