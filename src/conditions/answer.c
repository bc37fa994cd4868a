// The assessment as JSON (schemas/facility-assessment.schema.json). It is itself a facility file: `facts` and
// `documents` are what check --facility reads.
#include "conditions/internal.h"

#include <stdio.h>

void add_key(hb_text *out, const char *key, hb_str value, const char *after) {
    hb_text_addf(out, "\"%s\":", key);
    hb_text_add_json(out, value);
    hb_text_addf(out, "%s", after);
}

static void add_date(hb_text *out, hb_date day) {
    hb_text_addf(out, "\"%04d-%02u-%02u\"", day.year, day.month, day.day);
}

static void add_texts(hb_text *out, const char *key, const hb_str *list, uint32_t n) {
    hb_text_addf(out, "\"%s\":[", key);
    for (uint32_t i = 0; i < n; i++) {
        hb_text_addf(out, "%s", i ? "," : "");
        hb_text_add_json(out, list[i]);
    }
    hb_text_addf(out, "]");
}

// A value as people read it: digits, rounded to 2 places where it was computed.
void add_claim_value(hb_text *out, const conditions_law *law, const condition_claim *claim) {
    char digits[6300];
    hb_dec number;
    (void)law;
    if (claim->value.kind == FEEL_NUMBER) {
        number = feel_dec(claim->value);
        (void)hb_dec_round(number, 2, HB_ROUND_HALF_EVEN, &number);
        hb_text_add(out, hb_dec_print(number, digits));
    } else if (claim->value.kind == FEEL_DATE) {
        hb_text_addf(out, "%04d-%02u-%02u", claim->value.date.year, claim->value.date.month,
                     claim->value.date.day);
    } else if (claim->value.kind == FEEL_STRING) {
        hb_text_add(out, feel_text(claim->value));
    } else {
        hb_text_addf(out, "unknown");
    }
}

static void add_value_json(hb_text *out, const conditions_law *law, const condition_claim *claim) {
    hb_text text = {0};
    add_claim_value(&text, law, claim);
    hb_text_add_json(out, (hb_str){text.at, text.n});
    out->failed |= text.failed;
    hb_text_clear(&text);
}

// ---- findings -----------------------------------------------------------------------------------

static void add_account(hb_text *out, const conditions_assessment *a,
                        const finding_account *account,
                        words_language language) {
    const condition_claim *claim = &a->ret->claims[account->claim];
    const condition_field *field = &a->law->fields[claim->field];
    hb_text_addf(out, "{");
    add_key(out, "field", field->name, ",\"value\":");
    add_value_json(out, a->law, claim);
    hb_text_addf(out, ",");
    add_key(out, "unit", field->unit, ",");
    add_key(out, "evidence", a->ret->evidence[claim->evidence].id, ",");
    add_key(out, "said", claim->stance, ",");
    add_key(out, "scope", claim->scope, ",");
    if (claim->definition.n) add_key(out, "definition", claim->definition, ",");
    if (claim->given_unit.n && !hb_str_equal(claim->given_unit, field->unit)) {
        add_key(out, "given", claim->given, ",");
        add_key(out, "given_unit", claim->given_unit, ",");
    }
    if (claim->note.n) add_key(out, "note", claim->note, ",");
    if (claim->formula) {
        add_key(out, "formula", claim->formula->text, ",\"from\":[");
        for (uint32_t i = 0; i < claim->n_from; i++) {
            const condition_claim *part = &a->ret->claims[claim->from[i]];
            hb_text_addf(out, "%s{", i ? "," : "");
            add_key(out, "field", a->law->fields[part->field].name, ",\"value\":");
            add_value_json(out, a->law, part);
            hb_text_addf(out, ",");
            add_key(out, "evidence", a->ret->evidence[part->evidence].id, "}");
        }
        hb_text_addf(out, "],");
    }
    add_key(out, "weight", weight_name(a->weights[account->claim]), ",");
    add_key(out, "alone", outcome_name(account->alone), ",");
    if (!account->is_counted)
        add_key(out, "why_not_counted", hb_str_from(why_not_counted(a, account, language)), ",");
    hb_text_addf(out, "\"counted\":%s}", account->is_counted ? "true" : "false");
}

static void add_finding(hb_text *out, const conditions_assessment *a, uint32_t s,
                        words_language language) {
    const condition_standard *standard = &a->law->standards[s];
    const condition_finding *finding = &a->findings[s];
    hb_text_addf(out, "{");
    add_key(out, "standard", standard->id, ",");
    add_key(out, "topic", standard->topic[language], ",\"value\":");
    const condition_claim *claim = finding->shown == DMN_NONE
                                       ? NULL
                                       : &a->ret->claims[finding->accounts[finding->shown].claim];
    if (claim)
        add_value_json(out, a->law, claim);
    else
        hb_text_addf(out, "null");
    hb_text_addf(out, ",");
    add_key(out, "unit", claim ? a->law->fields[claim->field].unit : standard->unit,
            ",\"threshold\":");
    hb_text_addf(out, "{");
    add_key(out, "field",
            standard->field == DMN_NONE ? HB_STR("") : a->law->fields[standard->field].name, ",");
    add_key(out, "fails_when", standard->fails[language], ",");
    add_key(out, "direction", standard->direction, ",");
    add_key(out, "limit", standard->threshold, ",");
    add_key(out, "unit", standard->unit, ",");
    add_key(out, "effect", standard->effect, "},");
    add_key(out, "finding", conditions_answer_name(finding->answer), ",");
    hb_text_addf(out, "\"flag\":%s,\"mixed\":%s,\"material\":%s,\"absolute\":%s,",
                 finding->is_flagged ? "true" : "false", finding->is_mixed ? "true" : "false",
                 finding->is_material ? "true" : "false", standard->is_absolute ? "true" : "false");
    add_texts(out, "weight", standard->weights, standard->n_weights);
    hb_text_addf(out, ",");
    add_texts(out, "sources", standard->sources, standard->n_sources);
    hb_text_addf(out, ",");
    add_key(out, "how_sure", standard->checked, ",\"evidence\":[");
    for (uint32_t i = 0; i < finding->n_accounts; i++) {
        hb_text_addf(out, "%s", i ? "," : "");
        add_account(out, a, &finding->accounts[i], language);
    }
    hb_text_addf(out, "]}");
}

// ---- assurances, facts, documents ---------------------------------------------------------------

static hb_str reason_of(const conditions_assessment *a, hb_str factor) {
    for (uint32_t i = 0; i < a->ret->n_assurances; i++)
        for (uint32_t r = 0; r < a->ret->assurances[i].n_reasons; r++)
            if (hb_str_equal(a->ret->assurances[i].reason_of[r], factor))
                return a->ret->assurances[i].reasons[r];
    return (hb_str){0};
}

static void add_assurances(hb_text *out, const conditions_assessment *a, words_language language) {
    hb_text_addf(out, "\"assurances\":[");
    for (uint32_t f = 0; f < a->law->n_factors; f++) {
        const condition_factor *factor = &a->law->factors[f];
        hb_str reason = reason_of(a, factor->id);
        hb_text_addf(out, "%s{", f ? "," : "");
        add_key(out, "factor", factor->id, ",");
        add_key(out, "asks", factor->asks[language], ",");
        add_key(out, "finding", a->assurances->answers[f], ",");
        if (reason.n) add_key(out, "because", reason, ",");
        hb_text_addf(out, "\"counts\":%s,", factor->does_count ? "true" : "false");
        add_texts(out, "sources", factor->sources, factor->n_sources);
        hb_text_addf(out, "}");
    }
    hb_text_addf(out, "],");
    add_key(out, "assurance_weight", a->assurances->weight, ",");
}

static bool is_first(const conditions_assessment *a, uint32_t i) {
    return i == 0 || a->statements[i].row != a->statements[i - 1].row;
}

// Statements of one fact stand together, as to-gate.csv is read row by row.
static void add_facts(hb_text *out, const conditions_assessment *a) {
    hb_text_addf(out, "\"facts\":{");
    for (uint32_t i = 0; i < a->n_statements; i++) {
        const condition_claim *claim = &a->ret->claims[a->statements[i].claim];
        if (is_first(a, i)) {
            hb_text_addf(out, "%s", i ? "]," : "");
            hb_text_add_json(out, a->statements[i].row->fact);
            hb_text_addf(out, ":[");
        } else {
            hb_text_addf(out, ",");
        }
        hb_text_addf(out, "{\"value\":");
        feel_print_json(out, a->statements[i].value);
        hb_text_addf(out, ",\"evidence\":[");
        hb_text_add_json(out, a->ret->evidence[claim->evidence].id);
        for (uint32_t k = 0; k < claim->n_from; k++) {
            uint32_t other = a->ret->claims[claim->from[k]].evidence;
            if (other == claim->evidence) continue;
            hb_text_addf(out, ",");
            hb_text_add_json(out, a->ret->evidence[other].id);
        }
        hb_text_addf(out, "]}");
    }
    hb_text_addf(out, "%s},\"documents\":[", a->n_statements ? "]" : "");
    for (uint32_t e = 0; e < a->ret->n_evidence; e++) {
        const condition_evidence *evidence = &a->ret->evidence[e];
        hb_text_addf(out, "%s{", e ? "," : "");
        add_key(out, "id", evidence->id, ",");
        add_key(out, "kind", a->law->kinds[evidence->kind].document, ",");
        add_key(out, "issuer", evidence->source, ",\"date\":");
        add_date(out, evidence->last);
        hb_text_addf(out, ",");
        if (evidence->verified_by.n) {
            hb_text_addf(out, "\"verified\":{");
            add_key(out, "by", evidence->verified_by, ",");
            add_key(out, "role", evidence->verified_role, ",");
            add_key(out, "on", evidence->verified_on, "},");
        }
        add_key(out, "title", evidence->text.n ? evidence->text : evidence->source, "}");
    }
    hb_text_addf(out, "]");
}

static void add_offer(hb_text *out, const conditions_assessment *a) {
    if (!a->ret->n_offer) return;
    hb_text_addf(out, "\"offer\":[");
    for (uint32_t i = 0; i < a->ret->n_offer; i++) {
        hb_text_addf(out, "%s{", i ? "," : "");
        add_key(out, "says", a->ret->offer_says[i], ",");
        add_key(out, "standard", a->law->standards[a->ret->offer[i]].id, ",");
        add_key(out, "finding", conditions_answer_name(a->findings[a->ret->offer[i]].answer), "}");
    }
    hb_text_addf(out, "],");
}

void add_answer_json(hb_text *out, const conditions_assessment *a, words_language language) {
    char hex[65];
    hb_text_addf(out, "{");
    add_key(out, "facility", a->ret->facility, ",");
    add_key(out, "title", a->ret->title.n ? a->ret->title : a->ret->facility, ",");
    if (a->ret->country.n) add_key(out, "country", a->ret->country, ",");
    if (a->ret->sender.n) add_key(out, "sender", a->ret->sender, ",");
    hb_text_addf(out, "\"as_of\":");
    add_date(out, a->as_of);
    hb_hash_hex(a->law->hash, hex);
    hb_text_addf(out, ",\"rulebook\":{\"name\":\"conditions\",");
    add_key(out, "version", a->law->version, ",\"sha256\":\"");
    hb_text_addf(out, "%s\",\"signed_by\":[]},\"stamp\":\"LOCAL RULEBOOK\",", hex);
    hb_hash_hex(a->ret->hash, hex);
    hb_text_addf(out, "\"input_sha256\":\"%s\",", hex);
    add_key(out, "result", a->result, ",\"counts\":{");
    for (uint32_t i = 0; i < CONDITIONS_N_ANSWERS; i++) {
        hb_text_addf(out, "%s", i ? "," : "");
        hb_text_add_json(out, conditions_answer_name((conditions_answer)i));
        hb_text_addf(out, ":%u", a->counts[i]);
    }
    hb_text_addf(out, "},");
    add_offer(out, a);
    hb_text_addf(out, "\"findings\":[");
    for (uint32_t s = 0; s < a->law->n_standards; s++) {
        hb_text_addf(out, "%s", s ? "," : "");
        add_finding(out, a, s, language);
    }
    hb_text_addf(out, "],");
    add_assurances(out, a, language);
    add_facts(out, a);
    hb_text_addf(out, "}");
}

// ---- side by side -------------------------------------------------------------------------------

void compare_count(const conditions_assessment *one, const conditions_assessment *other,
                   uint32_t counts[COMPARE_N]) {
    for (uint32_t s = 0; s < one->law->n_standards; s++) {
        conditions_answer a = one->findings[s].answer, b = other->findings[s].answer;
        bool is_known = a != CONDITIONS_UNKNOWN, is_other_known = b != CONDITIONS_UNKNOWN;
        counts[!is_known && !is_other_known ? COMPARE_NEITHER
               : is_known != is_other_known ? COMPARE_ONE
               : a == b                     ? COMPARE_SAME
                                            : COMPARE_DIFFER]++;
    }
}

void conditions_write_json(hb_text *out, const conditions_assessment *one,
                           const conditions_assessment *other, words_language language) {
    uint32_t counts[COMPARE_N] = {0};
    if (!other) {
        add_answer_json(out, one, language);
        hb_text_addf(out, "\n");
        return;
    }
    compare_count(one, other, counts);
    hb_text_addf(out, "{\"one\":");
    add_answer_json(out, one, language);
    hb_text_addf(out, ",\"other\":");
    add_answer_json(out, other, language);
    hb_text_addf(out,
                 ",\"compared\":{\"same\":%u,\"differ\":%u,\"one_known\":%u,\"neither_known\":%u},"
                 "\"standards\":[",
                 counts[COMPARE_SAME], counts[COMPARE_DIFFER], counts[COMPARE_ONE],
                 counts[COMPARE_NEITHER]);
    for (uint32_t s = 0; s < one->law->n_standards; s++) {
        hb_text_addf(out, "%s{", s ? "," : "");
        add_key(out, "standard", one->law->standards[s].id, ",");
        add_key(out, "one", conditions_answer_name(one->findings[s].answer), ",");
        add_key(out, "other", conditions_answer_name(other->findings[s].answer), "}");
    }
    hb_text_addf(out, "]}\n");
}
