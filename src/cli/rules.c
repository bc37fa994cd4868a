// habeas rules test|show: a rulebook for those who write it and those who must trust it. `test`
// decides its worked cases; `show` prints every rule with its sources, its facts and its table row
// by row.
#include <string.h>

#include "cli/cli.h"
#include "gate/gate.h"

// ---- opening ------------------------------------------------------------------------------------

static rulebook *open_rulebook(const cli *run, const char *folder, int *status) {
    hb_errors errors = {0};
    rulebook *rb = rulebook_load(folder, &errors);
    if (!rb) *status = cli_fail_all(run, &errors);
    hb_errors_clear(&errors);
    for (uint32_t i = 0; rb && i < rulebook_n_warnings(rb); i++) {
        char shown[2048];
        size_t n = hb_error_print(rulebook_warning(rb, i), shown, sizeof shown);
        while (n && shown[n - 1] == '\n') n--;
        cli_warn(run, "%.*s", (int)n, shown);
    }
    return rb;
}

static bool print(const cli *run, hb_text *text, hb_error *err) {
    bool ok =
        text->failed ? hb_out_of_memory(err) : cli_write(run, (hb_str){text->at, text->n}, err);
    hb_text_clear(text);
    *text = (hb_text){0};
    return ok;
}

static void add_member(hb_text *out, const char *key, hb_str value, const char *after) {
    hb_text_addf(out, "\"%s\":", key);
    hb_text_add_json(out, value);
    hb_text_addf(out, "%s", after);
}

// ---- rules test ---------------------------------------------------------------------------------

typedef struct {
    const cli *run;
    hb_text text;
    bool has_json;
    uint32_t n_written;
} case_report;

static void report_case(void *to, const rulebook_case *one, bool has_passed, hb_str differs) {
    case_report *report = to;
    if (report->has_json) {
        hb_text_addf(&report->text, "%s{", report->n_written++ ? "," : "");
        add_member(&report->text, "case", one->id, ",");
        add_member(&report->text, "file", one->file, ",");
        hb_text_addf(&report->text, "\"line\":%llu,\"passed\":%s,", (unsigned long long)one->line,
                     has_passed ? "true" : "false");
        add_member(&report->text, "differs", differs, "}");
        return;
    }
    if (has_passed) return;
    hb_text_addf(&report->text, "%.*s:%llu: %.*s: %.*s\n", (int)one->file.n, one->file.at,
                 (unsigned long long)one->line, (int)one->id.n, one->id.at, (int)differs.n,
                 differs.at);
}

static int test_one(const cli *run, const char *folder, case_report *report,
                    gate_case_count *total) {
    int status = CLI_FAILED;
    hb_error err = {0};
    hb_errors errors = {0};
    gate_case_count count = {0};
    rulebook_cases *cases = NULL;
    rulebook *rb = open_rulebook(run, folder, &status);
    if (!rb) return status;
    if (!(cases = rulebook_cases_open(rb, &errors)))
        status = cli_fail_all(run, &errors);
    else if (!gate_test_cases(rb, cases, report_case, report, &count, &err))
        status = cli_fail(run, &err);
    else
        status = count.n_failed ? CLI_FOUND : CLI_DONE;
    total->n_passed += count.n_passed;
    total->n_failed += count.n_failed;
    hb_errors_clear(&errors);
    rulebook_cases_close(cases);
    rulebook_close(rb);
    return status;
}

int cli_rules_test(cli *run) {
    hb_error err = {0};
    gate_case_count total = {0};
    case_report report = {.run = run, .has_json = run->format == CLI_JSON};
    int status = CLI_DONE;
    if (report.has_json) hb_text_add(&report.text, HB_STR("{\"cases\":["));
    for (uint32_t i = 0; i < run->n_arguments; i++) {
        int one = test_one(run, run->arguments[i], &report, &total);
        if (one > status) status = one;
        if (one > CLI_FOUND) goto done;
    }
    if (report.has_json)
        hb_text_addf(&report.text, "],\"passed\":%u,\"failed\":%u}\n", total.n_passed,
                     total.n_failed);
    else
        hb_text_addf(&report.text, words_in(run->language, "%u passed, %u failed\n"),
                     total.n_passed, total.n_failed);
    if (!print(run, &report.text, &err)) status = cli_fail(run, &err);
done:
    hb_text_clear(&report.text);
    return status;
}

// ---- rules show: as JSON ------------------------------------------------------------------------

static void add_rule_json(hb_text *out, const rulebook *rb, const rulebook_rule *rule) {
    const dmn_table *table =
        rule->decision == DMN_NONE ? NULL : dmn_decision_table(rulebook_model(rb), rule->decision);
    hb_text_addf(out, "{");
    add_member(out, "rule", rule->id, ",");
    hb_text_addf(out, "\"step\":%u,", rule->step);
    add_member(out, "title_en", rule->title_en, ",");
    add_member(out, "title_es", rule->title_es, ",");
    add_member(out, "because_en", rule->because_en, ",");
    add_member(out, "because_es", rule->because_es, ",");
    add_member(out, "would_satisfy_en", rule->would_satisfy_en, ",");
    add_member(out, "would_satisfy_es", rule->would_satisfy_es, ",");
    add_member(out, "decides", rule->decides, ",");
    add_member(out, "curable", rule->curable, ",");
    add_member(out, "how_sure", rule->how_sure, ",");
    hb_text_addf(out, "\"confidential\":%s,\"sources\":[",
                 rule->is_confidential ? "true" : "false");
    for (uint32_t s = 0; s < rule->n_sources; s++) {
        hb_text_addf(out, "%s", s ? "," : "");
        hb_text_add_json(out, rule->sources[s]);
    }
    hb_text_addf(out, "],\"facts\":[");
    for (uint32_t f = 0; f < rule->n_facts; f++) {
        hb_text_addf(out, "%s", f ? "," : "");
        hb_text_add_json(out, rulebook_fact_at(rb, rule->facts[f])->name);
    }
    hb_text_addf(out, "],\"rows\":[");
    for (uint32_t r = 0; table && r < table->n_rows; r++) {
        const dmn_table_row *row = &table->rows[r];
        hb_text_addf(out, "%s{\"tests\":[", r ? "," : "");
        for (uint32_t i = 0; i < table->n_inputs; i++) {
            hb_text_addf(out, "%s{", i ? "," : "");
            add_member(out, "input", table->inputs[i].text, ",");
            add_member(out, "test", row->test_text[i], "}");
        }
        hb_text_addf(out, "],");
        add_member(out, "outcome", row->output_text[0], ",");
        add_member(out, "description", row->description, "}");
    }
    hb_text_addf(out, "]}");
}

static void add_rulebook_json(hb_text *out, const rulebook *rb, hb_str only) {
    char hex[65];
    bool is_first = true;
    hb_hash_hex(rulebook_hash(rb), hex);
    hb_text_addf(out, "{");
    add_member(out, "name", rulebook_name(rb), ",");
    add_member(out, "version", rulebook_version(rb), ",");
    add_member(out, "law_as_of", rulebook_law_as_of(rb), ",");
    hb_text_addf(out, "\"sha256\":\"%s\",\"rules\":[", hex);
    for (uint32_t i = 0; i < rulebook_n_rules(rb); i++) {
        const rulebook_rule *rule = rulebook_rule_at(rb, i);
        if (only.n && !hb_str_equal(only, rule->id)) continue;
        hb_text_addf(out, "%s", is_first ? "" : ",");
        add_rule_json(out, rb, rule);
        is_first = false;
    }
    hb_text_addf(out, "]}");
}

// ---- rules show: as text ------------------------------------------------------------------------

static void add_sources(hb_text *out, const cli *run, const rulebook *rb,
                        const rulebook_rule *rule) {
    hb_text_addf(out, "  %s\n", words_in(run->language, "sources"));
    for (uint32_t s = 0; s < rule->n_sources; s++) {
        const rulebook_source *source =
            rulebook_source_at(rb, rulebook_find_source(rb, rule->sources[s]));
        hb_text_addf(out, "    %.*s: %.*s\n", (int)source->cite.n, source->cite.at,
                     (int)source->says.n, source->says.at);
    }
}

static void add_facts(hb_text *out, const cli *run, const rulebook *rb, const rulebook_rule *rule) {
    hb_text_addf(out, "  %s\n", words_in(run->language, "facts"));
    for (uint32_t f = 0; f < rule->n_facts; f++) {
        const rulebook_fact *fact = rulebook_fact_at(rb, rule->facts[f]);
        hb_str question = run->language == WORDS_ES ? fact->question_es : fact->question_en;
        const char *note = f < rule->n_own ? "" : words_in(run->language, " (only read)");
        hb_text_addf(out, "    %.*s%s: %.*s\n", (int)fact->name.n, fact->name.at, note,
                     (int)question.n, question.at);
    }
}

static void add_row(hb_text *out, const dmn_table *table, uint32_t r) {
    const dmn_table_row *row = &table->rows[r];
    hb_text_addf(out, "    %u. %.*s", r + 1, (int)row->output_text[0].n, row->output_text[0].at);
    bool is_first = true;
    for (uint32_t i = 0; i < table->n_inputs; i++) {
        if (hb_str_equal(row->test_text[i], HB_STR("-"))) continue;
        hb_text_addf(out, "%s%.*s: %.*s", is_first ? " <- " : "; ", (int)table->inputs[i].text.n,
                     table->inputs[i].text.at, (int)row->test_text[i].n, row->test_text[i].at);
        is_first = false;
    }
    if (row->description.n)
        hb_text_addf(out, "\n       %.*s", (int)row->description.n, row->description.at);
    hb_text_addf(out, "\n");
}

static void add_rule_text(hb_text *out, const cli *run, const rulebook *rb,
                          const rulebook_rule *rule) {
    bool is_es = run->language == WORDS_ES;
    hb_str title = is_es ? rule->title_es : rule->title_en,
           because = is_es ? rule->because_es : rule->because_en;
    hb_str satisfy = is_es ? rule->would_satisfy_es : rule->would_satisfy_en;
    char room[96];
    const dmn_table *table =
        rule->decision == DMN_NONE ? NULL : dmn_decision_table(rulebook_model(rb), rule->decision);
    hb_text_addf(out, "\n%.*s (%s %u): %.*s\n", (int)rule->id.n, rule->id.at,
                 words_in(run->language, "step"), rule->step, (int)title.n, title.at);
    hb_text_addf(out, "  %.*s\n", (int)because.n, because.at);
    hb_text_addf(out, "  %s: %.*s\n", words_in(run->language, "what would satisfy it"),
                 (int)satisfy.n, satisfy.at);
    hb_text_addf(out, "  %s: %s\n", words_in(run->language, "decides"),
                 gate_code_words(run->language, rule->decides, room));
    if (rule->is_confidential)
        hb_text_addf(
            out, "  %s\n",
            words_in(run->language, "confidential: never shown to the host or to a consulate"));
    add_sources(out, run, rb, rule);
    add_facts(out, run, rb, rule);
    if (!table) {
        hb_text_addf(out, "  %s\n",
                     words_in(run->language, "the model has no table for this rule"));
        return;
    }
    hb_text_addf(out, "  %s\n", words_in(run->language, "table, read from the top"));
    for (uint32_t r = 0; r < table->n_rows; r++) add_row(out, table, r);
}

static void add_rulebook_text(hb_text *out, const cli *run, const rulebook *rb, hb_str only) {
    char hex[65];
    hb_str name = rulebook_name(rb), version = rulebook_version(rb), day = rulebook_law_as_of(rb);
    hb_str title = rulebook_title(rb, words_language_name(run->language));
    hb_hash_hex(rulebook_hash(rb), hex);
    hb_text_addf(out, "%.*s %.*s: %.*s\n", (int)name.n, name.at, (int)version.n, version.at,
                 (int)title.n, title.at);
    hb_text_addf(
        out, words_in(run->language, "%u rules, %u facts, %u sources; law as of %.*s; sha256 %s\n"),
        rulebook_n_rules(rb), rulebook_n_facts(rb), rulebook_n_sources(rb), (int)day.n, day.at,
        hex);
    for (uint32_t i = 0; i < rulebook_n_rules(rb); i++) {
        const rulebook_rule *rule = rulebook_rule_at(rb, i);
        if (!only.n || hb_str_equal(only, rule->id)) add_rule_text(out, run, rb, rule);
    }
}

static bool is_known_rule(const cli *run, const rulebook *rb, const char *folder, hb_str only,
                          hb_error *err) {
    if (!only.n || rulebook_find_rule(rb, only) != DMN_NONE) return true;
    hb_fail(err, HB_USAGE, "unknown-rule",
            words_in(run->language, "rulebook \"%s\" has no rule \"%.*s\""), folder, (int)only.n,
            only.at);
    hb_error_help(err, "%s", words_in(run->language, "without --rule every rule is shown"));
    return false;
}

int cli_rules_show(cli *run) {
    const char *rule = cli_value(run, "rule");
    hb_str only = rule ? hb_str_from(rule) : HB_STR("");
    bool has_json = run->format == CLI_JSON;
    int status = CLI_DONE;
    hb_error err = {0};
    hb_text text = {0};
    if (has_json) hb_text_add(&text, HB_STR("{\"rulebooks\":["));
    for (uint32_t i = 0; status == CLI_DONE && i < run->n_arguments; i++) {
        rulebook *rb = open_rulebook(run, run->arguments[i], &status);
        if (!rb) break;
        if (!is_known_rule(run, rb, run->arguments[i], only, &err))
            status = cli_fail(run, &err);
        else if (!has_json)
            add_rulebook_text(&text, run, rb, only);
        else {
            hb_text_addf(&text, "%s", i ? "," : "");
            add_rulebook_json(&text, rb, only);
        }
        rulebook_close(rb);
    }
    if (has_json) hb_text_add(&text, HB_STR("]}\n"));
    if (status == CLI_DONE && !print(run, &text, &err)) status = cli_fail(run, &err);
    hb_text_clear(&text);
    return status;
}
