// Figures of one return against each other: derived values are computed from the claims they name,
// never taken from a file, so a ratio can be traced to its counts; figures of one source that
// cannot all be true refuse the return.
#include <stdio.h>
#include <string.h>

#include "conditions/record.h"

static void point_at(record_page *page, uint32_t claim) {
    page->row = page->claim_rows[claim];
    snprintf(page->pointer, sizeof page->pointer, "/claims/%u", page->row);
}

// ---- derived values -----------------------------------------------------------------------------

static const condition_formula *find_formula(const conditions_law *law, uint32_t field,
                                             const hb_json *from) {
    for (uint32_t d = 0; d < law->n_derived; d++) {
        const condition_formula *row = &law->derived[d];
        bool is_it = row->result == field && row->n_fields == from->n;
        for (uint32_t i = 0; is_it && i < row->n_fields; i++)
            is_it = hb_json_member(from, law->fields[row->fields[i]].name) != NULL;
        if (is_it) return row;
    }
    return NULL;
}

// The claim of a field that rests on that piece of evidence, before `before`.
static uint32_t find_claim(const conditions_return *ret, uint32_t field, hb_str evidence,
                           uint32_t before) {
    for (uint32_t c = 0; c < before; c++) {
        const condition_claim *claim = &ret->claims[c];
        if (claim->field == field && !feel_is_null(claim->value) &&
            hb_str_equal(ret->evidence[claim->evidence].id, evidence))
            return c;
    }
    return DMN_NONE;
}

static bool refuse_formula(record_page *page, const condition_claim *claim, const hb_json *from) {
    const conditions_law *law = page->law;
    char help[200] = "no formula gives this field";
    size_t n = 0;
    for (uint32_t d = 0; d < law->n_derived; d++) {
        if (law->derived[d].result != claim->field || n >= sizeof help) continue;
        int more = snprintf(help + n, sizeof help - n, "%s%.*s", n ? "; or " : "",
                            (int)law->derived[d].text.n, law->derived[d].text.at);
        n += more > 0 ? (size_t)more : 0;
    }
    return record_refuse(page, from, "derived", help, "%.*s is not derived from these fields",
                         (int)law->fields[claim->field].name.n, law->fields[claim->field].name.at);
}

static bool derive(record_page *page, uint32_t c) {
    conditions_return *ret = page->ret;
    condition_claim *claim = &ret->claims[c];
    const condition_field *field = &page->law->fields[claim->field];
    const hb_json *from = hb_json_member(claim->json, HB_STR("from"));
    hb_error err = {0};
    if (!from) return true;
    point_at(page, c);
    if (from->kind != HB_JSON_OBJECT || hb_json_member(claim->json, HB_STR("v")))
        return record_refuse(
            page, from, "derived",
            "write \"from\":{\"population\":\"ID\",\"capacity\":\"ID\"} and no \"v\"",
            "a derived value is computed, and names the claims it is made of");
    claim->formula = find_formula(page->law, claim->field, from);
    if (!claim->formula) return refuse_formula(page, claim, from);
    uint32_t n = claim->formula->n_fields, *parts = hb_arena_array(ret->arena, uint32_t, n + 1);
    feel_value *slots = hb_arena_array(ret->arena, feel_value, n + 1);
    if (!parts || !slots) return hb_out_of_memory(&err) || record_refuse_error(page, from, &err);
    for (uint32_t i = 0; i < n; i++) {
        hb_str name = page->law->fields[claim->formula->fields[i]].name;
        const hb_json *evidence = hb_json_member(from, name);
        parts[i] = evidence->kind == HB_JSON_STRING
                       ? find_claim(ret, claim->formula->fields[i], evidence->text, c)
                       : DMN_NONE;
        if (parts[i] == DMN_NONE)
            return record_refuse(
                page, evidence, "no-evidence",
                "write the claim it is made of above it, and name that claim's evidence",
                "no claim above this one gives %.*s from there", (int)name.n, name.at);
        const condition_claim *part = &ret->claims[parts[i]];
        slots[i] = part->value;
        claim->is_gross |= part->is_gross;
        if (part->definition.n) claim->definition = part->definition;
    }
    claim->is_gross |= claim->formula->is_gross;
    claim->from = parts;
    claim->n_from = n;
    claim->stance = HB_STR("derived");
    claim->value = formula_run(ret->arena, claim->formula->program, slots);
    if (claim->value.kind != FEEL_NUMBER)
        return record_refuse(page, from, "impossible-value", "a divisor may not be 0",
                             "%.*s has no value from these figures", (int)field->name.n,
                             field->name.at);
    if (field->type != FIELD_INT && !claim_is_within(field, claim->value, &err))
        return record_refuse_error(page, from, &err);
    return true;
}

// ---- figures of one source ----------------------------------------------------------------------

// The claim of `field` from the same source about the same part of the place.
static uint32_t beside(const conditions_return *ret, const condition_claim *one, uint32_t field) {
    for (uint32_t c = 0; c < ret->n_claims; c++) {
        const condition_claim *other = &ret->claims[c];
        if (other->field == field && other->evidence == one->evidence &&
            !feel_is_null(other->value) && hb_str_equal(other->scope, one->scope))
            return c;
    }
    return DMN_NONE;
}

// Each claim of the first field of a check, with the other fields of the same source.
static bool check_claim(record_page *page, const condition_formula *check, uint32_t c) {
    conditions_return *ret = page->ret;
    feel_value *slots = hb_arena_array(ret->arena, feel_value, check->n_fields + 1);
    if (!slots) return true;
    for (uint32_t i = 0; i < check->n_fields; i++) {
        uint32_t other = i ? beside(ret, &ret->claims[c], check->fields[i]) : c;
        if (other == DMN_NONE) return true;
        slots[i] = ret->claims[other].value;
    }
    if (!feel_is_false(formula_run(ret->arena, check->program, slots))) return true;
    char help[160];
    snprintf(help, sizeof help, "must hold: %.*s", (int)(check->text.n < 140 ? check->text.n : 140),
             check->text.at);
    point_at(page, c);
    return record_refuse(page, ret->claims[c].json, "impossible-value", help, "%.*s",
                         (int)check->says.n, check->says.at);
}

void figures_check(record_page *page) {
    conditions_return *ret = page->ret;
    for (uint32_t c = 0; c < ret->n_claims; c++) derive(page, c);
    for (uint32_t k = 0; k < page->law->n_checks; k++) {
        const condition_formula *check = &page->law->checks[k];
        for (uint32_t c = 0; c < ret->n_claims; c++)
            if (ret->claims[c].field == check->fields[0] && !feel_is_null(ret->claims[c].value))
                check_claim(page, check, c);
    }
}
