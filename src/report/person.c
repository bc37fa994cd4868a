// The document of one person: what the gate decided and why, what is missing, what would change
// it, where the person is, and the papers and authorities all of this rests on. What the reader may
// not see is left out here, before anything is written: confidential rules and facts, every
// document behind one of them, authorities that only they name, and counts that would betray them.
#include <stdlib.h>

#include "report/internal.h"

typedef struct {
    hb_text *out;
    const gate_answer *answer;
    const report_copy *copy;
    bool *shown_facts;    // one a fact: its documents are exhibits
    bool *shown_sources;  // one a source of the rulebook
} writing;

static hb_str in_language(const writing *w, hb_str english, hb_str spanish) {
    return w->copy->language == WORDS_ES && spanish.n > 0 ? spanish : english;
}

static bool shows_rule(const writing *w, uint32_t rule) {
    return w->copy->reader->sees_confidential ||
           !rulebook_rule_at(w->answer->page->rb, rule)->is_confidential;
}

static bool shows_fact(const writing *w, uint32_t fact) {
    return w->copy->reader->sees_confidential ||
           !rulebook_fact_at(w->answer->page->rb, fact)->is_confidential;
}

// ---- the person -------------------------------------------------------------------------------

// "J. A. M." of the words before a bracket; ids alone say enough where there is no name.
static void put_initials(hb_text *out, hb_str name) {
    hb_text initials = {0};
    bool is_start = true;
    for (size_t i = 0; i < name.n && name.at[i] != '('; i++) {
        unsigned char c = (unsigned char)name.at[i];
        bool is_letter = c >= 0x80 || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (is_letter && is_start) {
            size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
            if (i + n <= name.n) hb_text_add(&initials, (hb_str){name.at + i, n});
            hb_text_add(&initials, HB_STR("."));
            i += n - 1;
        }
        is_start = c == ' ' || c == '.' || c == '-';
    }
    put_text_or_null(out, "initials", (hb_str){initials.at, initials.n});
    hb_text_clear(&initials);
}

static void put_person(writing *w) {
    const intake_person *person = w->answer->person;
    put_open(w->out, "person", '{');
    put_text(w->out, "id", person->person);
    if (w->copy->reader->may_name) put_initials(w->out, person->name);
    if (w->copy->is_named) put_text_or_null(w->out, "name", person->name);
    put_text(w->out, "host", person->host);
    put_close(w->out, '}');
}

// ---- facts, reasons, missing ------------------------------------------------------------------

// A paper behind a confidential statement says in its title, its issuer or its id what the
// statement says; it stays back with it, whatever else rests on it.
static bool is_kept_back(const writing *w, hb_str document) {
    const intake_person *person = w->answer->person;
    if (w->copy->reader->sees_confidential) return false;
    for (uint32_t i = 0; i < person->n_records; i++) {
        const rulebook_record *record = &person->records[i];
        if (!rulebook_fact_at(w->answer->page->rb, record->fact)->is_confidential) continue;
        for (uint32_t k = 0; k < record->n_evidence; k++) {
            if (hb_str_equal(record->evidence[k]->id, document)) return true;
        }
    }
    return false;
}

// A value that names papers, one of which stays back.
static bool names_kept_back(const writing *w, feel_value value) {
    if (value.kind == FEEL_STRING) return is_kept_back(w, feel_text(value));
    for (uint32_t i = 0; value.kind == FEEL_LIST && i < value.n; i++) {
        if (names_kept_back(w, value.items[i])) return true;
    }
    return false;
}

static void put_value(const writing *w, const rulebook_fact_standing *standing) {
    bool is_shown = standing->has_value && !names_kept_back(w, standing->shown);
    put_key(w->out, "value");
    gate_add_value(w->out, is_shown ? standing->shown : feel_null());
}

static void put_fact(writing *w, uint32_t fact) {
    const rulebook_fact *row = rulebook_fact_at(w->answer->page->rb, fact);
    const rulebook_fact_standing *standing = &w->answer->decision->facts[fact];
    rulebook_burden burden;
    rulebook_fact_burden(w->answer->page->rb, fact, &burden);
    w->shown_facts[fact] = true;
    put_open(w->out, NULL, '{');
    put_text(w->out, "name", row->name);
    put_text(w->out, "question", in_language(w, row->question_en, row->question_es));
    put_value(w, standing);
    put_text(w->out, "standing", rulebook_standing_name(standing->standing));
    put_text_or_null(w->out, "why", standing->why);
    if (burden.does_age) put_number(w->out, "fresh_days", (uint64_t)burden.fresh_days);
    put_open(w->out, "evidence", '[');
    for (uint32_t i = 0; i < standing->n_evidence; i++) {
        hb_str id = standing->evidence[i]->id;
        if (!is_kept_back(w, id)) put_text(w->out, NULL, id);
    }
    put_close(w->out, ']');
    put_bool(w->out, "confidential", row->is_confidential);
    put_close(w->out, '}');
}

// The row of the rule's table that gave the outcome, as its author describes it.
static void put_row(writing *w, uint32_t rule) {
    const rulebook *rb = w->answer->page->rb;
    uint32_t decision = rulebook_rule_at(rb, rule)->decision;
    uint32_t row = w->answer->decision->rows[rule];
    const dmn_table *table = decision == DMN_NONE || row == DMN_NONE
                                 ? NULL
                                 : dmn_decision_table(rulebook_model(rb), decision);
    if (table == NULL || row >= table->n_rows) {
        put_raw(w->out, "row", HB_STR("null"));
        return;
    }
    put_open(w->out, "row", '{');
    put_number(w->out, "number", row + 1);
    put_number(w->out, "of", table->n_rows);
    put_text(w->out, "description", table->rows[row].description);
    put_close(w->out, '}');
}

// A rule with its outcome. A reason also says why in words, and what would answer it.
static void put_rule(writing *w, uint32_t index) {
    const rulebook *rb = w->answer->page->rb;
    const rulebook_rule *rule = rulebook_rule_at(rb, index);
    gate_outcome outcome = w->answer->decision->outcomes[index];
    put_open(w->out, NULL, '{');
    put_text(w->out, "rule", rule->id);
    put_text(w->out, "outcome", gate_outcome_name(outcome));
    put_text(w->out, "title", in_language(w, rule->title_en, rule->title_es));
    if (gate_is_reason(outcome)) {
        put_text(w->out, "because", in_language(w, rule->because_en, rule->because_es));
        put_text(w->out, "would_satisfy",
                 in_language(w, rule->would_satisfy_en, rule->would_satisfy_es));
    }
    put_row(w, index);
    put_open(w->out, "sources", '[');
    for (uint32_t i = 0; i < rule->n_sources; i++) {
        uint32_t source = rulebook_find_source(rb, rule->sources[i]);
        if (source != DMN_NONE) w->shown_sources[source] = true;
        put_text(w->out, NULL, rule->sources[i]);
    }
    put_close(w->out, ']');
    put_text(w->out, "decides", rule->decides);
    put_bool(w->out, "confidential", rule->is_confidential);
    put_open(w->out, "facts", '[');
    for (uint32_t i = 0; i < rule->n_facts; i++) {
        if (gate_shows_fact(w->answer, rule, i) && shows_fact(w, rule->facts[i]))
            put_fact(w, rule->facts[i]);
    }
    put_close(w->out, ']');
    put_close(w->out, '}');
}

static void put_missing(writing *w, uint32_t fact) {
    enum { RULES_MAX = 128 };
    const rulebook *rb = w->answer->page->rb;
    const rulebook_fact *row = rulebook_fact_at(rb, fact);
    const rulebook_fact_standing *standing = &w->answer->decision->facts[fact];
    uint32_t rules[RULES_MAX], n = 0;
    if (row->n_rules <= RULES_MAX) n = gate_rules_in_play(rb, w->answer->decision, fact, rules);
    put_open(w->out, NULL, '{');
    put_text(w->out, "fact", row->name);
    put_text(w->out, "question", in_language(w, row->question_en, row->question_es));
    put_text(w->out, "standing", rulebook_standing_name(standing->standing));
    put_text_or_null(w->out, "why", standing->why);
    put_open(w->out, "rules", '[');
    for (uint32_t i = 0; i < n; i++) {
        if (shows_rule(w, rules[i])) put_text(w->out, NULL, rulebook_rule_at(rb, rules[i])->id);
    }
    put_close(w->out, ']');
    put_open(w->out, "established_by", '[');
    for (uint32_t kind = 0; kind < RULEBOOK_N_KINDS; kind++) {
        if ((row->established_by & (1u << kind)) != 0)
            put_text(w->out, NULL, rulebook_kind_name((rulebook_kind)kind));
    }
    put_close(w->out, ']');
    put_bool(w->out, "confidential", row->is_confidential);
    put_close(w->out, '}');
}

// Authorities of the reasons shown, each once, in their order.
static void put_decides(writing *w) {
    const gate_decision *decision = w->answer->decision;
    put_open(w->out, "decides", '[');
    for (uint32_t i = 0; i < decision->n_decides; i++) {
        bool is_shown = decision->n_reasons == 0;
        for (uint32_t k = 0; k < decision->n_reasons && !is_shown; k++) {
            uint32_t rule = decision->reasons[k];
            is_shown = shows_rule(w, rule) &&
                       hb_str_equal(rulebook_rule_at(w->answer->page->rb, rule)->decides,
                                    decision->decides[i]);
        }
        if (is_shown) put_text(w->out, NULL, decision->decides[i]);
    }
    put_close(w->out, ']');
}

// Sets of documents that would change the verdict, without those that name a fact not shown.
static void put_changes(writing *w) {
    const gate_changes *changes = w->answer->changes;
    bool is_whole = w->copy->reader->sees_confidential;
    if (changes == NULL || !changes->is_known || !w->copy->reader->sees_changes) {
        put_raw(w->out, "would_change", HB_STR("null"));
        return;
    }
    put_open(w->out, "would_change", '[');
    for (uint32_t i = 0; i < changes->n; i++) {
        const gate_change *change = &changes->changes[i];
        bool is_shown = true;
        for (uint32_t k = 0; k < change->n; k++)
            is_shown = is_shown && shows_fact(w, change->papers[k].fact);
        if (!is_shown) continue;
        put_open(w->out, NULL, '{');
        put_text(w->out, "to", gate_verdict_name(change->to));
        put_open(w->out, "documents", '[');
        for (uint32_t k = 0; k < change->n; k++) {
            const rulebook_fact *fact =
                rulebook_fact_at(w->answer->page->rb, change->papers[k].fact);
            put_open(w->out, NULL, '{');
            put_text(w->out, "fact", fact->name);
            put_text(w->out, "question", in_language(w, fact->question_en, fact->question_es));
            put_text(w->out, "kind", rulebook_kind_name(change->papers[k].kind));
            put_close(w->out, '}');
        }
        put_close(w->out, ']');
        put_close(w->out, '}');
    }
    put_close(w->out, ']');
    if (is_whole) put_bool(w->out, "would_change_is_all", changes->is_all);
}

static void put_decision(writing *w) {
    const gate_decision *decision = w->answer->decision;
    char hex[65];
    put_text(w->out, "verdict", gate_verdict_name(decision->verdict));
    hb_hash_hex(w->answer->input, hex);
    put_text(w->out, "input_sha256", hb_str_from(hex));
    put_bool(w->out, "withheld", !w->copy->reader->sees_confidential);
    put_decides(w);
    if (w->copy->reader->sees_confidential) {
        put_open(w->out, "standing_on_sender_only", '[');
        put_number(w->out, NULL, decision->n_sender_only);
        put_number(w->out, NULL, decision->n_counting);
        put_close(w->out, ']');
        put_bool(w->out, "curable", decision->is_curable);
        put_open(w->out, "notes", '[');
        for (uint32_t i = 0; i < decision->n_notes; i++) put_text(w->out, NULL, decision->notes[i]);
        put_close(w->out, ']');
    }
    put_open(w->out, "reasons", '[');
    for (uint32_t i = 0; i < decision->n_reasons; i++) {
        if (shows_rule(w, decision->reasons[i])) put_rule(w, decision->reasons[i]);
    }
    put_close(w->out, ']');
    put_open(w->out, "answered", '[');
    for (uint32_t i = 0; i < decision->n_rules; i++) {
        if (!gate_is_reason(decision->outcomes[i]) && shows_rule(w, i)) put_rule(w, i);
    }
    put_close(w->out, ']');
    put_open(w->out, "missing", '[');
    for (uint32_t i = 0; i < decision->n_missing; i++) {
        if (shows_fact(w, decision->missing[i])) put_missing(w, decision->missing[i]);
    }
    put_close(w->out, ']');
    put_changes(w);
}

// ---- exhibits and authorities -----------------------------------------------------------------

static int paper_order(const void *a, const void *b) {
    return hb_str_compare((*(const rulebook_document *const *)a)->id,
                          (*(const rulebook_document *const *)b)->id);
}

static void put_paper(writing *w, const rulebook_document *document) {
    hb_text *out = w->out;
    put_open(out, NULL, '{');
    put_text(out, "id", document->id);
    put_text(out, "kind", rulebook_kind_name(document->kind));
    put_text_or_null(out, "issuer", document->issuer);
    if (document->has_date) {
        put_date(out, "date", document->date);
    } else {
        put_raw(out, "date", HB_STR("null"));
    }
    // A title may be a caption that names the person.
    put_text_or_null(out, "title", w->copy->reader->may_name ? document->title : HB_STR(""));
    put_text_or_null(out, "file", document->file);
    put_text_or_null(out, "sha256", document->sha256);
    put_bool(out, "file_checked", document->is_hash_checked);
    put_text_or_null(out, "language", document->language);
    put_bool(out, "translation_certified", document->is_translation_certified);
    put_bool(out, "contested", document->is_contested);
    if (document->is_verified) {
        put_open(out, "verified", '{');
        put_text(out, "by", document->verified_by);
        put_text(out, "role", rulebook_role_name(document->verified_role));
        put_date(out, "on", document->verified_on);
        put_close(out, '}');
    } else {
        put_raw(out, "verified", HB_STR("null"));
    }
    put_close(out, '}');
}

// Every document behind a fact shown, once. The list is sorted, so equal ids stand together.
static bool put_exhibits(writing *w, hb_error *err) {
    const gate_decision *decision = w->answer->decision;
    size_t n = 0, room = 0;
    for (uint32_t i = 0; i < decision->n_facts; i++)
        if (w->shown_facts[i]) room += decision->facts[i].n_evidence;
    hb_arena *arena = hb_arena_open(((size_t)room + 1) * sizeof(void *) + (1 << 16));
    const rulebook_document **papers =
        arena == NULL ? NULL : hb_arena_array(arena, const rulebook_document *, room + 1);
    if (papers == NULL) {
        hb_arena_close(arena);
        return hb_out_of_memory(err);
    }
    for (uint32_t i = 0; i < decision->n_facts; i++) {
        for (uint32_t k = 0; w->shown_facts[i] && k < decision->facts[i].n_evidence; k++) {
            const rulebook_document *paper = decision->facts[i].evidence[k];
            if (!is_kept_back(w, paper->id)) papers[n++] = paper;
        }
    }
    if (n > 0) qsort(papers, n, sizeof *papers, paper_order);
    put_open(w->out, "exhibits", '[');
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || !hb_str_equal(papers[i]->id, papers[i - 1]->id)) put_paper(w, papers[i]);
    }
    put_close(w->out, ']');
    hb_arena_close(arena);
    return true;
}

static void put_authorities(writing *w) {
    const rulebook *rb = w->answer->page->rb;
    put_open(w->out, "authorities", '[');
    for (uint32_t i = 0; i < rulebook_n_sources(rb); i++) {
        const rulebook_source *source = rulebook_source_at(rb, i);
        if (!w->shown_sources[i]) continue;
        put_open(w->out, NULL, '{');
        put_text(w->out, "cite", source->cite);
        put_text(w->out, "kind", source->kind);
        put_text(w->out, "says", source->says);
        put_text(w->out, "checked_on", source->checked_on);
        put_text(w->out, "how_sure", source->how_sure);
        put_close(w->out, '}');
    }
    put_close(w->out, ']');
}

// ---- the whole --------------------------------------------------------------------------------

static bool put_all(writing *w, const report_person_input *input, hb_error *err) {
    hb_text *out = w->out;
    put_open(out, NULL, '{');
    put_head(out, "person", w->copy);
    put_person(w);
    put_rulebook(out, w->answer->page, w->copy);
    put_decision(w);
    put_raw(out, "end_date", input->end_date.n > 0 ? input->end_date : HB_STR("null"));
    put_assessment(out, &input->assessment);
    if (input->log == NULL) {
        put_raw(out, "register", HB_STR("null"));
        put_raw(out, "custody", HB_STR("null"));
    } else if (!put_register(out, input->log, err) ||
               !put_custody(out, input->log, w->copy, w->answer->person->person, err)) {
        return false;
    }
    if (!put_exhibits(w, err)) return false;
    put_authorities(w);
    put_close(out, '}');
    hb_text_add(out, HB_STR("\n"));
    return !out->failed || hb_out_of_memory(err);
}

bool report_person(hb_text *out, const report_copy *copy, const report_person_input *input,
                   hb_error *err) {
    const rulebook *rb = input->answer->page->rb;
    writing w = {.out = out,
                 .answer = input->answer,
                 .copy = copy,
                 .shown_facts = calloc(rulebook_n_facts(rb) + 1, sizeof(bool)),
                 .shown_sources = calloc(rulebook_n_sources(rb) + 1, sizeof(bool))};
    bool ok = (w.shown_facts != NULL && w.shown_sources != NULL) || hb_out_of_memory(err);
    ok = ok && put_all(&w, input, err);
    free(w.shown_facts);
    free(w.shown_sources);
    return ok;
}
