// Assurances, factor by factor. Several are weighed together: for each factor the answers of all of
// them stand side by side, and the one that helps least counts, so one more promise adds nothing by
// itself. The weight is reported and feeds no standard: a promise is not a condition.
#include <stdio.h>
#include <string.h>

#include "conditions/record.h"

static const char *const OTHERS[] = {"date",
                                     "note",
                                     "e",
                                     "binding_form",
                                     "monitor_named",
                                     "assurance_giver",
                                     "assurance_text",
                                     "risk_known_date",
                                     "prisons_intended",
                                     "reasons",
                                     NULL};

static bool is_answer(const conditions_law *law, hb_str key) {
    for (uint32_t f = 0; f < law->n_factors; f++)
        for (uint32_t i = 0; i < law->factors[f].n_fields; i++)
            if (hb_str_equal(law->factors[f].fields[i], key)) return true;
    return false;
}

static bool is_other(hb_str key) {
    for (uint32_t i = 0; OTHERS[i]; i++)
        if (hb_str_equal(hb_str_from(OTHERS[i]), key)) return true;
    return false;
}

static uint32_t find_factor(const conditions_law *law, hb_str id) {
    for (uint32_t f = 0; f < law->n_factors; f++)
        if (hb_str_equal(law->factors[f].id, id)) return f;
    return DMN_NONE;
}

static void read_reasons(record_page *page, const hb_json *reasons, condition_assurance *out) {
    hb_str *of = hb_arena_array(page->ret->arena, hb_str, reasons->n + 1),
           *says = hb_arena_array(page->ret->arena, hb_str, reasons->n + 1);
    hb_error err = {0};
    if (!of || !says) {
        hb_out_of_memory(&err);
        record_refuse_error(page, reasons, &err);
        return;
    }
    for (uint32_t i = 0; i < reasons->n; i++) {
        const hb_json *one = &reasons->first[i];
        if (find_factor(page->law, one->key) == DMN_NONE || one->kind != HB_JSON_STRING) {
            record_refuse(page, one, "unknown-key", "factors.csv of the rulebook lists them",
                          "\"%.*s\" is no factor with a text",
                          (int)(one->key.n < 60 ? one->key.n : 60), one->key.at);
            continue;
        }
        of[out->n_reasons] = one->key;
        says[out->n_reasons++] = one->text;
    }
    out->reason_of = of;
    out->reasons = says;
}

static void read_one(record_page *page, const hb_json *object, condition_assurance *out) {
    *out = (condition_assurance){0};
    if (object->kind != HB_JSON_OBJECT) {
        record_refuse(page, object, "wrong-type", "write it in braces",
                      "an assurance is an object");
        return;
    }
    hb_str *names = hb_arena_array(page->ret->arena, hb_str, object->n + 1),
           *answers = hb_arena_array(page->ret->arena, hb_str, object->n + 1);
    hb_error err = {0};
    if (!names || !answers) {
        hb_out_of_memory(&err);
        record_refuse_error(page, object, &err);
        return;
    }
    for (uint32_t i = 0; i < object->n; i++) {
        const hb_json *member = &object->first[i];
        if (hb_str_equal(member->key, HB_STR("reasons")) && member->kind == HB_JSON_OBJECT) {
            read_reasons(page, member, out);
        } else if (is_answer(page->law, member->key)) {
            bool is_word = member->kind == HB_JSON_STRING &&
                           (hb_str_equal(member->text, HB_STR("yes")) ||
                            hb_str_equal(member->text, HB_STR("no")) ||
                            hb_str_equal(member->text, HB_STR("unknown")) ||
                            hb_str_equal(member->text, HB_STR("after_transfer")));
            if (!is_word)
                record_refuse(page, member, "wrong-type", "yes, no, unknown or after_transfer",
                              "\"%.*s\" has no such answer", (int)member->key.n, member->key.at);
            names[out->n_answers] = member->key;
            answers[out->n_answers++] = member->text;
        } else if (!is_other(member->key)) {
            record_refuse(page, member, "unknown-key",
                          "factors.csv of the rulebook lists the fields",
                          "an assurance has no \"%.*s\"",
                          (int)(member->key.n < 60 ? member->key.n : 60), member->key.at);
        }
    }
    const hb_json *note = hb_json_member(object, HB_STR("note")),
                  *date = hb_json_member(object, HB_STR("date"));
    if (note) out->note = note->text;
    if (date) out->date = date->text;
    out->names = names;
    out->answers = answers;
}

void assurances_read(record_page *page, const hb_json *root) {
    const hb_json *list = hb_json_member(root, HB_STR("assurances"));
    uint32_t n = list && list->kind == HB_JSON_ARRAY ? list->n : 0;
    hb_error err = {0};
    if (list && list->kind != HB_JSON_ARRAY)
        record_refuse(page, list, "wrong-type", "write it in square brackets",
                      "\"assurances\" is a list");
    if (!(page->ret->assurances = hb_arena_array(page->ret->arena, condition_assurance, n + 1))) {
        hb_out_of_memory(&err);
        record_refuse_error(page, root, &err);
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        snprintf(page->pointer, sizeof page->pointer, "/assurances/%u", i);
        page->row = i;
        read_one(page, &list->first[i], &page->ret->assurances[page->ret->n_assurances++]);
    }
    page->pointer[0] = 0;
}

// ---- weighing -----------------------------------------------------------------------------------

static hb_str answer_of(const condition_assurance *one, hb_str field) {
    for (uint32_t i = 0; i < one->n_answers; i++)
        if (hb_str_equal(one->names[i], field)) return one->answers[i];
    return HB_STR("unknown");
}

static int badness(hb_str answer) {
    return hb_str_equal(answer, HB_STR("bad")) ? 2 : hb_str_equal(answer, HB_STR("good")) ? 0 : 1;
}

// The answer of one factor to one assurance, or to none at all.
static bool factor_answer(law_session *at, const condition_factor *factor,
                          const condition_assurance *one, hb_str *out) {
    feel_value value;
    dmn_session_reset(at->session);
    for (uint32_t i = 0; i < factor->n_fields; i++) {
        hb_str answer = one ? answer_of(one, factor->fields[i]) : HB_STR("unknown");
        dmn_session_set(at->session, factor->inputs[i], feel_string(answer));
    }
    if (!ask(at, factor->decision, &value)) return false;
    hb_str said = value.kind == FEEL_STRING ? feel_text(value) : HB_STR("unknown");
    *out = hb_str_equal(said, HB_STR("good"))  ? HB_STR("good")
           : hb_str_equal(said, HB_STR("bad")) ? HB_STR("bad")
                                               : HB_STR("unknown");
    return true;
}

static bool weigh_all(law_session *at, const conditions_law *law, condition_weighing *out) {
    static const hb_str KEYS[] = {
        {"id",     2},
        {"answer", 6},
        {"counts", 6}
    };
    dmn_session_reset(at->session);
    hb_arena *arena = dmn_session_arena(at->session);
    feel_value *items = hb_arena_array(arena, feel_value, law->n_factors + 1), weight;
    for (uint32_t f = 0; items && f < law->n_factors; f++) {
        feel_value *values = hb_arena_array(arena, feel_value, 3);
        feel_context *context = hb_arena_new(arena, feel_context);
        if (!values || !context) return hb_out_of_memory(at->err);
        values[0] = feel_string(law->factors[f].id);
        values[1] = feel_string(out->answers[f]);
        values[2] = feel_boolean(law->factors[f].does_count);
        *context = (feel_context){3, KEYS, values};
        items[f] = (feel_value){.kind = FEEL_CONTEXT, .context = context};
    }
    if (!items) return hb_out_of_memory(at->err);
    ask_set(at, "factors", feel_list(items, law->n_factors));
    if (!ask(at, dmn_find(law->model, DMN_DECISION, HB_STR("assurance-weight")), &weight))
        return false;
    bool is_some = weight.kind == FEEL_STRING && hb_str_equal(feel_text(weight), HB_STR("some"));
    out->weight = is_some ? HB_STR("some") : HB_STR("none");
    return true;
}

bool promise_weigh(law_session *at, hb_arena *arena, conditions_assessment *out) {
    const conditions_law *law = out->law;
    const conditions_return *ret = out->ret;
    condition_weighing *w = out->assurances = hb_arena_new(arena, condition_weighing);
    hb_str *answers = hb_arena_array(arena, hb_str, law->n_factors + 1);
    if (!w || !answers) return hb_out_of_memory(at->err);
    w->n = law->n_factors;
    w->answers = answers;
    for (uint32_t f = 0; f < law->n_factors; f++) {
        if (!factor_answer(at, &law->factors[f], ret->n_assurances ? &ret->assurances[0] : NULL,
                           &answers[f]))
            return false;
        for (uint32_t a = 1; a < ret->n_assurances; a++) {
            hb_str other;
            if (!factor_answer(at, &law->factors[f], &ret->assurances[a], &other)) return false;
            if (badness(other) > badness(answers[f])) answers[f] = other;
        }
    }
    return weigh_all(at, law, w);
}
