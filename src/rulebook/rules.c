// The rules and what they rest on: rules.csv and sources.csv. A rule's logic is the decision of its
// id in the model; here stand its texts, who decides, and which facts it is about. A rule without
// its decision loads with a warning and is never answered, so it can clear nobody.
#include "rulebook/internal.h"

enum {
    ID,
    STEP,
    TITLE_EN,
    TITLE_ES,
    APPLIES_WHEN,
    OUTCOME_VIOLATED,
    OUTCOME_UNKNOWN,
    DECIDES,
    CURABLE,
    BECAUSE_EN,
    BECAUSE_ES,
    WOULD_SATISFY,
    WOULD_SATISFY_ES,
    FACTS,
    CONFIDENTIAL,
    SOURCES,
    CHK,
    CHECKED_ON,
    N_COLUMNS
};
static const table_column COLUMNS[N_COLUMNS] = {
  // ORDER of the enum above
    {"id",                    false},
    {"step",                  false},
    {"title_en",              false},
    {"title_es",              false},
    {"applies_when",          false},
    {"outcome_when_violated", false},
    {"outcome_when_unknown",  false},
    {"decides",               false},
    {"curable",               false},
    {"because_en",            false},
    {"because_es",            false},
    {"would_satisfy",         false},
    {"would_satisfy_es",      false},
    {"facts",                 false},
    {"confidential",          false},
    {"sources",               false},
    {"chk",                   false},
    {"checked_on",            false},
};

enum {
    SOURCE_ID,
    SOURCE_CITE,
    SOURCE_KIND,
    SOURCE_SAYS,
    SOURCE_CHECKED_ON,
    SOURCE_HOW_SURE,
    SOURCE_NOTE,
    N_SOURCE_COLUMNS
};
static const table_column SOURCE_COLUMNS[N_SOURCE_COLUMNS] = {
  // ORDER of the enum above
    {"id",         false},
    {"cite",       false},
    {"kind",       false},
    {"says",       false},
    {"checked_on", false},
    {"how_sure",   false},
    {"note",       false},
};

static const struct {
    uint32_t column;
    const char *words, *help;
} CHOICES[] = {
    {OUTCOME_VIOLATED, "|bars|unmet|refer|",                "bars, unmet or refer"                                 },
    {OUTCOME_UNKNOWN,  "|unmet|refer|",                     "unmet or refer: what is not known never satisfies"    },
    {CURABLE,          "|no|by_document|by_court|by_time|", "no, by_document, by_court or by_time"                 },
    {CONFIDENTIAL,     "|yes|no|",                          "yes or no"                                            },
    {CHK,              "|V|V/G|G|",                         "V (the source was read), G (general knowledge) or V/G"},
};

static bool is_one_of(const char *words, hb_str word) {
    const char *at = words + 1;
    while (*at) {
        const char *end = at;
        while (*end != '|') end++;
        if (hb_str_equal(word, (hb_str){at, (size_t)(end - at)})) return true;
        at = end + 1;
    }
    return false;
}

static bool check_words(const table *from, const table_row *row, hb_errors *errors) {
    bool ok = true;
    hb_date day;
    for (uint32_t c = 0; c < sizeof CHOICES / sizeof *CHOICES; c++) {
        uint32_t column = CHOICES[c].column;
        hb_str text = row->text[column];
        file_place at = {errors, from->file, row->line, row->column[column]};
        if (!is_one_of(CHOICES[c].words, text))
            ok = complain(&at, "bad-value", CHOICES[c].help,
                          "\"%.*s\" cannot stand in column \"%s\"", (int)text.n, text.at,
                          COLUMNS[column].name);
    }
    static const uint32_t TEXTS[] = {TITLE_EN,   TITLE_ES,   APPLIES_WHEN,  DECIDES,
                                     BECAUSE_EN, BECAUSE_ES, WOULD_SATISFY, WOULD_SATISFY_ES,
                                     SOURCES,    FACTS};
    for (uint32_t t = 0; t < sizeof TEXTS / sizeof *TEXTS; t++) {
        file_place at = {errors, from->file, row->line, row->column[TEXTS[t]]};
        if (!row->text[TEXTS[t]].n)
            ok = complain(&at, "missing-text", "a rule says all of this, in both languages",
                          "column \"%s\" is empty", COLUMNS[TEXTS[t]].name);
    }
    file_place at = {errors, from->file, row->line, row->column[CHECKED_ON]};
    if (!date_is_valid(row->text[CHECKED_ON], &day))
        ok = complain(&at, "bad-value", "write a date such as 2026-11-23", "\"%.*s\" is no date",
                      (int)row->text[CHECKED_ON].n, row->text[CHECKED_ON].at);
    return ok;
}

// Own facts are those whose dictionary row names this rule; they stand first.
static bool read_facts(rulebook *rb, rulebook_rule *rule, const table *from, const table_row *row,
                       hb_errors *errors) {
    const hb_str *names;
    file_place at = {errors, from->file, row->line, row->column[FACTS]};
    if (!split_bars(rb->arena, row->text[FACTS], &names, &rule->n_facts)) return false;
    uint32_t *facts = hb_arena_array(rb->arena, uint32_t, rule->n_facts);
    if (!facts) return false;
    rule->facts = facts;
    bool ok = true, is_ordered = true;
    for (uint32_t f = 0; f < rule->n_facts; f++) {
        facts[f] = rulebook_find_fact(rb, names[f]);
        if (facts[f] == DMN_NONE) {
            facts[f] = 0;
            ok = complain(&at, "unknown-fact", "name facts of the dictionary, with | between them",
                          "rule \"%.*s\" names \"%.*s\", which is no fact", (int)rule->id.n,
                          rule->id.at, (int)names[f].n, names[f].at);
            continue;
        }
        bool is_own = false;
        for (uint32_t r = 0; r < rb->laws[facts[f]].n_rule_ids; r++)
            is_own |= hb_str_equal(rb->laws[facts[f]].rule_ids[r], rule->id);
        if (is_own && rule->n_own == f)
            rule->n_own++;
        else if (is_own && is_ordered)
            is_ordered = ok =
                complain(&at, "own-facts-first",
                         "name the facts that belong to the rule before those it only reads",
                         "fact \"%.*s\" of rule \"%.*s\" stands after one that is not its own",
                         (int)names[f].n, names[f].at, (int)rule->id.n, rule->id.at);
    }
    if (ok && !rule->n_own)
        ok = complain(&at, "no-own-fact", "name the rule in column \"rules\" of a fact",
                      "no fact of the dictionary belongs to rule \"%.*s\"", (int)rule->id.n,
                      rule->id.at);
    return ok;
}

static bool read_sources(rulebook *rb, rulebook_rule *rule, const table *from, const table_row *row,
                         hb_errors *errors) {
    file_place at = {errors, from->file, row->line, row->column[SOURCES]};
    bool ok = split_bars(rb->arena, row->text[SOURCES], &rule->sources, &rule->n_sources);
    for (uint32_t s = 0; rb->n_sources && s < rule->n_sources;
         s++)  // 0: the table itself is refused
        if (rulebook_find_source(rb, rule->sources[s]) == DMN_NONE)
            ok = complain(&at, "unknown-source", "add it to the table of sources",
                          "rule \"%.*s\" cites \"%.*s\", which is no source of this rulebook",
                          (int)rule->id.n, rule->id.at, (int)rule->sources[s].n,
                          rule->sources[s].at);
    return ok;
}

static void find_decision(rulebook *rb, rulebook_rule *rule, const table *from) {
    rule->decision = dmn_find(rb->model, DMN_DECISION, rule->id);
    if (rule->decision != DMN_NONE) return;
    file_place at = {&rb->warnings, from->file, rule->line, 1};
    complain(&at, "lost-decision",
             "give the model a decision of that name; until then nobody can be clear of this rule",
             "the model has no decision \"%.*s\", so the rule is never answered", (int)rule->id.n,
             rule->id.at);
}

static bool read_rule(rulebook *rb, const table *from, const table_row *row, uint32_t i,
                      hb_errors *errors) {
    rulebook_rule *rule = &rb->rules[i];
    const hb_str *text = row->text;
    hb_error err = {0};
    hb_dec step;
    int64_t n_step = 0;
    *rule = (rulebook_rule){.id = text[ID],
                            .title_en = text[TITLE_EN],
                            .title_es = text[TITLE_ES],
                            .because_en = text[BECAUSE_EN],
                            .because_es = text[BECAUSE_ES],
                            .would_satisfy_en = text[WOULD_SATISFY],
                            .would_satisfy_es = text[WOULD_SATISFY_ES],
                            .decides = text[DECIDES],
                            .curable = text[CURABLE],
                            .how_sure = text[CHK],
                            .checked_on = text[CHECKED_ON],
                            .is_confidential = !hb_str_equal(text[CONFIDENTIAL], HB_STR("no")),
                            .line = (uint32_t)row->line,
                            .applies_when = text[APPLIES_WHEN],
                            .outcome_when_violated = text[OUTCOME_VIOLATED],
                            .outcome_when_unknown = text[OUTCOME_UNKNOWN]};
    bool ok = check_words(from, row, errors);
    file_place at = {errors, from->file, row->line, row->column[ID]};
    if (!hb_id_is_valid(rule->id))
        ok = complain(&at, "bad-value", "letters, digits and . _ : / -, at most 128",
                      "\"%.*s\" cannot be a rule's id", (int)rule->id.n, rule->id.at);
    for (uint32_t j = 0; j < i; j++)
        if (hb_str_equal(rb->rules[j].id, rule->id))
            ok = complain(&at, "duplicate-rule", "keep one row",
                          "rule \"%.*s\" stands on line %u already", (int)rule->id.n, rule->id.at,
                          rb->rules[j].line);
    at.column = row->column[STEP];
    if (!hb_dec_parse(text[STEP], &step) || !hb_dec_to_int(step, &n_step) || n_step < 1 ||
        n_step > 1000)
        ok = complain(&at, "bad-value", "write its place in the order of decision, from 1",
                      "\"%.*s\" is no step", (int)text[STEP].n, text[STEP].at);
    rule->step = (uint32_t)n_step;
    at.column = row->column[APPLIES_WHEN];
    if (text[APPLIES_WHEN].n &&
        !feel_parse(rb->arena, (feel_source){text[APPLIES_WHEN], HB_STR("")}, rb->scope, &err))
        ok = complain_of(&at, &err, "rule \"%.*s\", applies_when", (int)rule->id.n, rule->id.at);
    ok = read_facts(rb, rule, from, row, errors) && ok;
    ok = read_sources(rb, rule, from, row, errors) && ok;
    find_decision(rb, rule, from);
    return ok;
}

// The dictionary's column `rules`, once the rules are known.
static bool link_facts(rulebook *rb, hb_errors *errors) {
    bool ok = true;
    hb_str file;
    if (!path_join(rb->arena, rb->folder, rb->facts_file, &file)) return false;
    for (uint32_t f = 0; f < rb->n_facts; f++) {
        rulebook_fact *fact = &rb->facts[f];
        file_place at = {errors, file, fact->line, 1};
        uint32_t *rules = hb_arena_array(rb->arena, uint32_t, rb->laws[f].n_rule_ids + 1);
        if (!rules) return false;
        for (uint32_t r = 0; r < rb->laws[f].n_rule_ids; r++) {
            hb_str id = rb->laws[f].rule_ids[r];
            uint32_t rule = rulebook_find_rule(rb, id);
            bool is_known = rule != DMN_NONE, does_name = false;
            for (uint32_t k = 0; is_known && k < rb->rules[rule].n_facts; k++)
                does_name |= rb->rules[rule].facts[k] == f;
            if (is_known && does_name)
                rules[fact->n_rules++] = rule;
            else
                ok = complain(
                    &at, "unknown-rule", "name rules of rules.csv that name this fact in turn",
                    is_known ? "fact \"%.*s\" belongs to rule \"%.*s\", which does not name it"
                             : "fact \"%.*s\" names rule \"%.*s\", which is none",
                    (int)fact->name.n, fact->name.at, (int)id.n, id.at);
        }
        fact->rules = rules;
    }
    return ok;
}

static bool index_rules(rulebook *rb) {
    rb->rules_by_id = hb_arena_array(rb->arena, uint32_t, rb->n_rules);
    rb->rules_by_step = hb_arena_array(rb->arena, uint32_t, rb->n_rules);
    if (!rb->rules_by_id || !rb->rules_by_step) return false;
    for (uint32_t i = 0; i < rb->n_rules; i++) {  // insertion: some dozens of rules
        uint32_t j = i;
        for (; j && hb_str_compare(rb->rules[rb->rules_by_id[j - 1]].id, rb->rules[i].id) > 0; j--)
            rb->rules_by_id[j] = rb->rules_by_id[j - 1];
        rb->rules_by_id[j] = i;
        for (j = i; j && rb->rules[rb->rules_by_step[j - 1]].step > rb->rules[i].step; j--)
            rb->rules_by_step[j] = rb->rules_by_step[j - 1];
        rb->rules_by_step[j] = i;
    }
    return true;
}

static bool no_memory(hb_errors *errors) {
    hb_error err = {0};
    hb_out_of_memory(&err);
    hb_errors_add(errors, &err);
    return false;
}

bool rules_load(rulebook *rb, hb_errors *errors) {
    table from;
    uint32_t i = 0;
    bool ok = true;
    if (!table_read(rb->arena, rb->folder, rb->rules_file, COLUMNS, N_COLUMNS, &from, errors))
        return false;
    if (!(rb->rules = hb_arena_array(rb->arena, rulebook_rule, from.n_rows)))
        return no_memory(errors);
    for (const table_row *row = from.rows; row; row = row->next) {
        ok = read_rule(rb, &from, row, i, errors) && ok;
        rb->n_rules = ++i;
    }
    if (!index_rules(rb)) return no_memory(errors);
    return link_facts(rb, errors) && ok;
}

bool sources_load(rulebook *rb, hb_errors *errors) {
    table from;
    bool ok = true;
    if (!table_read(rb->arena, rb->folder, rb->sources_file, SOURCE_COLUMNS, N_SOURCE_COLUMNS,
                    &from, errors))
        return false;
    if (!(rb->sources = hb_arena_array(rb->arena, rulebook_source, from.n_rows)))
        return no_memory(errors);
    for (const table_row *row = from.rows; row; row = row->next) {
        const hb_str *text = row->text;
        file_place at = {errors, from.file, row->line, row->column[SOURCE_CITE]};
        rulebook_source *source = &rb->sources[rb->n_sources];
        *source = (rulebook_source){
            text[SOURCE_ID],         text[SOURCE_CITE],     text[SOURCE_KIND], text[SOURCE_SAYS],
            text[SOURCE_CHECKED_ON], text[SOURCE_HOW_SURE], text[SOURCE_NOTE]};
        if (!source->cite.n || !source->id.n || !source->kind.n || !source->says.n)
            ok = complain(&at, "missing-text", "give its id, cite, kind and what it says",
                          "this source is not described");
        if (rulebook_find_source(rb, source->cite) != DMN_NONE)
            ok = complain(&at, "duplicate-source", "keep one row", "\"%.*s\" stands here twice",
                          (int)source->cite.n, source->cite.at);
        rb->n_sources++;
    }
    return ok;
}
