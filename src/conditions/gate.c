// What an assessment tells the gate, by to-gate.csv. A value that fails its standard is handed on
// as it is claimed; one that helps only from a free inspection in date. The gate weighs both again
// by its own burden of proof, so a permitting value counts there only when somebody independent
// verified its document.
#include "conditions/internal.h"

static bool is_failing(const conditions_assessment *a, const condition_gate_row *row, uint32_t c) {
    const condition_finding *finding = &a->findings[row->standard];
    for (uint32_t i = 0; i < finding->n_accounts; i++)
        if (finding->accounts[i].claim == c)
            return finding->accounts[i].is_counted && finding->accounts[i].alone == OUTCOME_FAILS;
    return false;
}

bool conditions_weigh_for_gate(void *rulebook, hb_str path, hb_date day, hb_arena *arena,
                               hb_str *json, hb_errors *errors) {
    bool ok = false;
    hb_error err = {0};
    hb_text text = {0};
    conditions_assessment *found = NULL;
    conditions_return *ret = NULL;
    conditions_law *law = conditions_law_load(rulebook, errors);
    if (!law || !(ret = conditions_return_read(law, path.at, errors))) goto done;
    if (conditions_assess(law, ret, day, arena, &found, &err)) {
        conditions_write_json(&text, found, NULL, WORDS_EN);
        ok = !text.failed && hb_str_copy(arena, (hb_str){text.at, text.n}, json);
        if (!ok) hb_out_of_memory(&err);
    }
    if (!ok) hb_errors_add(errors, &err);
done:
    hb_text_clear(&text);
    conditions_return_close(ret);
    conditions_law_close(law);
    return ok;
}

bool gate_facts(law_session *at, hb_arena *arena, conditions_assessment *a) {
    uint32_t room = a->law->n_gate * (a->ret->n_claims + 1) + 1;
    a->statements = hb_arena_array_bytes(arena, sizeof *a->statements, room);
    if (!a->statements) return hb_out_of_memory(at->err);
    for (uint32_t g = 0; g < a->law->n_gate; g++) {
        const condition_gate_row *row = &a->law->gate[g];
        hb_str definition = a->law->fields[row->field].definition;
        for (uint32_t c = 0; c < a->ret->n_claims; c++) {
            const condition_claim *claim = &a->ret->claims[c];
            bool is_same = !definition.n || hb_str_equal(definition, claim->definition);
            if (claim->field != row->field || feel_is_null(claim->value) || !is_same) continue;
            if (a->weights[c] != WEIGHT_REASSURING && !is_failing(a, row, c)) continue;
            feel_value slots[] = {claim->value, feel_string(a->ret->evidence[claim->evidence].id)};
            feel_value value = formula_run(arena, row->program, slots);
            if (feel_is_null(value)) continue;
            a->statements[a->n_statements].row = row;
            a->statements[a->n_statements].claim = c;
            a->statements[a->n_statements++].value = value;
        }
    }
    return true;
}
