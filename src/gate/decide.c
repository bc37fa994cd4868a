// From standing and outcomes to a verdict. The shape is a conjunction that starts out cautious: the
// verdict is UNRESOLVED, and becomes NO BAR FOUND only at the one place where every rule of
// rules.csv was counted as answered satisfied or not applicable, nothing is missing, and the
// model's own `verdict` decision (when it has one) does not say worse. Memory that is zero, a rule
// that is lost, a value that is no outcome: each leaves a rule unanswered, and that is a reason.
#include <stdio.h>
#include <string.h>

#include "gate/gate.h"

// ORDER of gate_verdict, gate_outcome
static const hb_str VERDICTS[] = {
    {"UNRESOLVED",   10},
    {"BARRED",       6 },
    {"NO BAR FOUND", 12},
};
static const hb_str OUTCOMES[] = {
    {"unmet",          5 },
    {"bars",           4 },
    {"unmet",          5 },
    {"refer",          5 },
    {"satisfied",      9 },
    {"not_applicable", 14},
};

hb_str gate_verdict_name(gate_verdict verdict) {
    return VERDICTS[verdict];
}

hb_str gate_outcome_name(gate_outcome outcome) {
    return OUTCOMES[outcome];
}

bool gate_is_reason(gate_outcome outcome) {
    return outcome != GATE_SATISFIED && outcome != GATE_NOT_APPLICABLE;
}

gate_verdict gate_worse(gate_verdict a, gate_verdict b) {
    if (a == GATE_BARRED || b == GATE_BARRED) return GATE_BARRED;
    if (a == GATE_NO_BAR_FOUND && b == GATE_NO_BAR_FOUND) return GATE_NO_BAR_FOUND;
    return GATE_UNRESOLVED;
}

// What is being put together.
typedef struct {
    rulebook_bench *bench;
    const rulebook *rb;
    hb_arena *arena;
    gate_outcome *outcomes;
    uint32_t *rows;
    rulebook_fact_standing *facts;
    hb_str *notes;
    uint32_t n_notes;
} deciding;

static bool add_note(deciding *d, const char *what, hb_str about, hb_error *err) {
    hb_str *note = &d->notes[d->n_notes++];
    if (hb_str_format(d->arena, note, "%s%.*s", what, (int)about.n, about.at)) return true;
    return hb_out_of_memory(err);
}

// ---- outcomes ----------------------------------------------------------------------------------

static gate_outcome outcome_of(feel_value value) {
    if (value.kind != FEEL_STRING) return GATE_UNANSWERED;
    for (uint32_t i = GATE_BARS; i <= GATE_NOT_APPLICABLE; i++) {
        if (hb_str_equal(feel_text(value), OUTCOMES[i])) return (gate_outcome)i;
    }
    return GATE_UNANSWERED;
}

static bool answer_rules(deciding *d, hb_error *err) {
    for (uint32_t i = 0; i < rulebook_n_rules(d->rb); i++) {
        const rulebook_rule *rule = rulebook_rule_at(d->rb, i);
        d->rows[i] = DMN_NONE;
        if (rule->decision == DMN_NONE) {
            if (!add_note(d, "the model has no decision for rule ", rule->id, err)) return false;
            continue;
        }
        feel_value value = feel_null();
        if (!rulebook_bench_answer(d->bench, rule->decision, &value, &d->rows[i], err))
            return false;
        d->outcomes[i] = outcome_of(value);
        if (d->outcomes[i] != GATE_UNANSWERED) continue;
        if (!add_note(d, "no outcome came from rule ", rule->id, err)) return false;
    }
    return true;
}

// The verdict over rules.csv, nothing else looked at.
static gate_verdict verdict_of(const gate_outcome *outcomes, uint32_t n_rules) {
    uint32_t n_answered = 0;
    for (uint32_t i = 0; i < n_rules; i++) {
        if (outcomes[i] == GATE_BARS) return GATE_BARRED;
        n_answered += !gate_is_reason(outcomes[i]);
    }
    return n_rules > 0 && n_answered == n_rules ? GATE_NO_BAR_FOUND : GATE_UNRESOLVED;
}

// The model's own verdict over its rules; when it is another than that over rules.csv, the worse
// counts and it is noted.
static bool ask_model(deciding *d, gate_verdict *verdict, hb_error *err) {
    uint32_t element = rulebook_verdict(d->rb);
    if (element == DMN_NONE) return true;
    feel_value value = feel_null();
    uint32_t row;
    if (!rulebook_bench_answer(d->bench, element, &value, &row, err)) return false;
    gate_verdict said = GATE_UNRESOLVED;
    for (uint32_t i = 0; i < GATE_N_VERDICTS && value.kind == FEEL_STRING; i++) {
        if (hb_str_equal(feel_text(value), VERDICTS[i])) said = (gate_verdict)i;
    }
    if (said == *verdict) return true;
    *verdict = gate_worse(*verdict, said);
    return add_note(
        d, "the rules and the model's own verdict differ, and the worse counts; the model says ",
        VERDICTS[said], err);
}

// ---- reasons, what is missing, who decides -----------------------------------------------------

// Bars first, then the law's order of decision, then the order of rules.csv.
static uint32_t list_reasons(const deciding *d, uint32_t *reasons) {
    uint32_t n_rules = rulebook_n_rules(d->rb), n = 0;
    for (uint32_t i = 0; i < n_rules; i++) {
        uint32_t rule = rulebook_rule_in_order(d->rb, i);
        if (d->outcomes[rule] == GATE_BARS) reasons[n++] = rule;
    }
    for (uint32_t i = 0; i < n_rules; i++) {
        uint32_t rule = rulebook_rule_in_order(d->rb, i);
        if (d->outcomes[rule] != GATE_BARS && gate_is_reason(d->outcomes[rule]))
            reasons[n++] = rule;
    }
    return n;
}

static uint32_t list_missing(const deciding *d, uint32_t *missing) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < rulebook_n_facts(d->rb); i++) {
        if (d->facts[i].is_missing) missing[n++] = i;
    }
    return n;
}

static uint32_t add_authority(hb_str *decides, uint32_t n, hb_str authority) {
    for (uint32_t i = 0; i < n; i++) {
        if (hb_str_equal(decides[i], authority)) return n;
    }
    decides[n] = authority;
    return n + 1;
}

// Those who can settle the reasons with effect. Where there is no reason a named authority must
// still decide: the one the model names for this path, else every one on whose question the file
// rests.
static uint32_t list_authorities(const deciding *d, const uint32_t *reasons, uint32_t n_reasons,
                                 hb_str named, hb_str *decides) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < n_reasons; i++) {
        n = add_authority(decides, n, rulebook_rule_at(d->rb, reasons[i])->decides);
    }
    if (n_reasons > 0) return n;
    if (named.n > 0) return add_authority(decides, n, named);
    for (uint32_t i = 0; i < rulebook_n_rules(d->rb); i++) {
        if (d->outcomes[i] != GATE_SATISFIED) continue;
        n = add_authority(decides, n, rulebook_rule_at(d->rb, i)->decides);
    }
    return n;
}

static bool ask_authority(const deciding *d, hb_str *named, hb_error *err) {
    uint32_t element = rulebook_authority(d->rb);
    if (element == DMN_NONE) return true;
    feel_value value = feel_null();
    uint32_t row;
    if (!rulebook_bench_answer(d->bench, element, &value, &row, err)) return false;
    return value.kind != FEEL_STRING || hb_str_copy(d->arena, feel_text(value), named) ||
           hb_out_of_memory(err);
}

// A paper can replace a paper, so a fact whose value is one is always open to a document.
static bool is_paper(rulebook_fact_type type) {
    return type == RULEBOOK_DOC || type == RULEBOOK_DOC_LIST;
}

// No document ends a bar when the rule says that nothing does (`curable` no) and the fact that
// violates it is on file: a value that protects and counts. A bar that rests on silence ends by the
// paper.
static bool is_final_bar(const deciding *d, uint32_t rule_index) {
    const rulebook_rule *rule = rulebook_rule_at(d->rb, rule_index);
    if (d->outcomes[rule_index] != GATE_BARS || !hb_str_equal(rule->curable, HB_STR("no")))
        return false;
    for (uint32_t i = 0; i < rule->n_own; i++) {
        const rulebook_fact_standing *fact = &d->facts[rule->facts[i]];
        bool is_said = fact->standing == RULEBOOK_ESTABLISHED || fact->standing == RULEBOOK_CLAIMED;
        bool protects = !feel_is_null(fact->counts) && fact->effect == RULEBOOK_PROTECTS && is_said;
        if (protects && !is_paper(rulebook_fact_at(d->rb, rule->facts[i])->type)) return true;
    }
    return false;
}

static bool is_curable(const deciding *d) {
    for (uint32_t i = 0; i < rulebook_n_rules(d->rb); i++) {
        if (is_final_bar(d, i)) return false;
    }
    return true;
}

// ---- on whose papers it stands -----------------------------------------------------------------

// Made by officers of one side, and looked at by nobody outside them.
static bool is_officers_paper(const rulebook_document *document) {
    switch (document->kind) {
        case RULEBOOK_AGENCY_RECORD:
        case RULEBOOK_MEDICAL_RECORD:
        case RULEBOOK_INSPECTION_REPORT: break;
        case RULEBOOK_OTHER:
        case RULEBOOK_COURT_ORDER:
        case RULEBOOK_JUDGMENT:
        case RULEBOOK_STATUTE_OR_TREATY:
        case RULEBOOK_AGREEMENT_TEXT:
        case RULEBOOK_PASSPORT:
        case RULEBOOK_CIVIL_RECORD:
        case RULEBOOK_AFFIDAVIT:
        case RULEBOOK_ASSURANCE:
        case RULEBOOK_CLAIM:
        case RULEBOOK_NEWS:
        case RULEBOOK_N_KINDS: return false;
    }
    return !document->is_verified || document->verified_role == RULEBOOK_REGISTRY ||
           document->verified_role == RULEBOOK_NO_ROLE;
}

static bool stands_on_officers_only(const rulebook_fact_standing *fact) {
    for (uint32_t i = 0; i < fact->n_evidence; i++) {
        if (!is_officers_paper(fact->evidence[i])) return false;
    }
    return fact->n_evidence > 0;
}

static void count_standing(const deciding *d, gate_decision *out) {
    for (uint32_t i = 0; i < rulebook_n_facts(d->rb); i++) {
        if (feel_is_null(d->facts[i].counts)) continue;
        out->n_counting++;
        out->n_sender_only += stands_on_officers_only(&d->facts[i]);
    }
}

// ---- the whole ---------------------------------------------------------------------------------

bool gate_decide(rulebook_bench *bench, hb_arena *arena, const rulebook_day *day,
                 const rulebook_record *records, uint32_t n_records, gate_decision *out,
                 hb_error *err) {
    *out = (gate_decision){0};
    rulebook_bench_reset(bench);
    const rulebook *rb = rulebook_bench_rulebook(bench);
    uint32_t n_rules = rulebook_n_rules(rb), n_facts = rulebook_n_facts(rb);
    deciding d = {.bench = bench,
                  .rb = rb,
                  .arena = arena,
                  .outcomes = hb_arena_array(arena, gate_outcome, n_rules),
                  .rows = hb_arena_array(arena, uint32_t, n_rules),
                  .facts = hb_arena_array(arena, rulebook_fact_standing, n_facts),
                  .notes = hb_arena_array(arena, hb_str, n_rules + 1)};
    uint32_t *reasons = hb_arena_array(arena, uint32_t, n_rules);
    uint32_t *missing = hb_arena_array(arena, uint32_t, n_facts);
    hb_str *decides = hb_arena_array(arena, hb_str, n_rules);
    if (hb_arena_is_exhausted(arena)) return hb_out_of_memory(err);

    if (!rulebook_stand(bench, day, records, n_records, d.facts, err)) return false;
    if (!answer_rules(&d, err)) return false;
    gate_verdict verdict = verdict_of(d.outcomes, n_rules);
    if (!ask_model(&d, &verdict, err)) return false;

    gate_decision decision = {.n_rules = n_rules,
                              .n_facts = n_facts,
                              .outcomes = d.outcomes,
                              .rows = d.rows,
                              .facts = d.facts,
                              .reasons = reasons,
                              .missing = missing,
                              .decides = decides};
    decision.n_reasons = list_reasons(&d, reasons);
    decision.n_missing = list_missing(&d, missing);
    hb_str named = {0};
    if (!ask_authority(&d, &named, err)) return false;
    decision.n_decides = list_authorities(&d, reasons, decision.n_reasons, named, decides);
    decision.is_curable = is_curable(&d);
    decision.n_notes = d.n_notes;
    decision.notes = d.notes;
    count_standing(&d, &decision);
    // NO BAR FOUND if and only if nothing is a reason and nothing is missing.
    bool is_whole = decision.n_reasons == 0 && decision.n_missing == 0;
    decision.verdict = is_whole ? verdict : gate_worse(verdict, GATE_UNRESOLVED);
    *out = decision;
    return true;
}

uint32_t gate_rules_in_play(const rulebook *rb, const gate_decision *decision, uint32_t fact,
                            uint32_t *rules) {
    const rulebook_fact *row = rulebook_fact_at(rb, fact);
    uint32_t n = 0;
    for (uint32_t i = 0; i < row->n_rules; i++) {
        if (decision->outcomes[row->rules[i]] != GATE_NOT_APPLICABLE) rules[n++] = row->rules[i];
    }
    if (n == 0 && row->n_rules > 0) rules[n++] = row->rules[0];
    return n;
}
