// One question to one answer. The model of the system named gives a context: status, end_date,
// review_dates, breakdown, rules. For `both`, each law is asked alone first, and its whole answer
// is an input of the third model.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "enddate/internal.h"

#define SCRATCH_BYTES ((size_t)64 << 20)

struct enddate_session {
    const enddate_law *law;
    dmn_session *sessions[ENDDATE_N_SYSTEMS];
    hb_arena *arena;  // of the answer handed out
};

enddate_session *enddate_session_open(const enddate_law *law, hb_instant now, hb_error *err) {
    enddate_session *session = calloc(1, sizeof *session);
    if (session == NULL || (session->arena = hb_arena_open(SCRATCH_BYTES)) == NULL) {
        hb_out_of_memory(err);
        free(session);
        return NULL;
    }
    session->law = law;
    for (int i = 0; i < ENDDATE_N_SYSTEMS; i++) {
        session->sessions[i] = dmn_session_open(law->books[i].model, now, err);
        if (session->sessions[i] == NULL) {
            enddate_session_close(session);
            return NULL;
        }
    }
    return session;
}

void enddate_session_close(enddate_session *session) {
    if (session == NULL) return;
    for (int i = 0; i < ENDDATE_N_SYSTEMS; i++) dmn_session_close(session->sessions[i]);
    hb_arena_close(session->arena);
    free(session);
}

// ---- asking the models --------------------------------------------------------------------------

// Sets the inputs of a system and gives the context that its decision `answer` makes of them.
static bool ask(enddate_session *session, enddate_system system, const hb_json *inputs,
                const char *pointer, hb_date today, feel_value *out, hb_error *err) {
    const enddate_book *book = &session->law->books[system];
    dmn_session *dmn = session->sessions[system];
    feel_value value = feel_null();
    if (!enddate_read_inputs(book, dmn_session_arena(dmn), inputs, pointer, today, &value, err))
        return false;
    dmn_session_set(dmn, book->inputs, value);
    return dmn_session_get(dmn, book->answer, out, err);
}

// The answer of one law as an input of the model for both.
static bool ask_part(enddate_session *session, enddate_system system, hb_str member,
                     const hb_json *inputs, hb_date today, hb_error *err) {
    static const hb_json NOTHING = {.kind = HB_JSON_OBJECT};
    const enddate_book *both = &session->law->books[ENDDATE_BOTH];
    dmn_session *dmn = session->sessions[ENDDATE_BOTH];
    const hb_json *part = hb_json_member(inputs, member);
    bool is_known = part != NULL && part->kind == HB_JSON_OBJECT;
    bool is_doubtful =
        part == NULL || part->kind == HB_JSON_NULL || hb_str_equal(part->text, HB_STR("unknown"));
    uint32_t element = dmn_find(both->model, DMN_INPUT, member);
    feel_value answer = feel_null(), copy = feel_null();
    if (element == DMN_NONE)
        return hb_fail(err, HB_INPUT, "unknown-element", "the model has no input \"%.*s\"",
                       (int)member.n, member.at);
    if (!is_known && !is_doubtful) {
        return hb_fail(err, HB_INPUT, "wrong-type", "\"%.*s\" holds no inputs of its system",
                       (int)member.n, member.at);
    }
    dmn_session_reset(session->sessions[system]);
    char pointer[40];
    snprintf(pointer, sizeof pointer, "/inputs/%.*s", (int)member.n, member.at);
    if (!ask(session, system, is_known ? part : &NOTHING, pointer, today, &answer, err))
        return false;
    if (!feel_copy(dmn_session_arena(dmn), answer, &copy)) return hb_out_of_memory(err);
    dmn_session_set(dmn, element, copy);
    return true;
}

// ---- reading the context ------------------------------------------------------------------------

static feel_value member_of(feel_value context, hb_str key) {
    feel_value value = feel_null();
    if (context.kind == FEEL_CONTEXT) (void)feel_context_get(context.context, key, &value);
    return value;
}

// A list that the model gives as it must: else the rulebook is at fault, and nobody gets a date.
static bool list_of(feel_value context, hb_str key, feel_kind kind, feel_value *out,
                    hb_error *err) {
    *out = member_of(context, key);
    bool ok = out->kind == FEEL_LIST;
    for (uint32_t i = 0; ok && i < out->n; i++) ok = out->items[i].kind == kind;
    return ok ||
           hb_fail(err, HB_INPUT, "value-type",
                   "the rulebook's answer has no list \"%.*s\" of its kind", (int)key.n, key.at);
}

static bool read_step(enddate_session *session, feel_value context, enddate_step *step,
                      hb_error *err) {
    feel_value name = member_of(context, HB_STR("step")), rule = member_of(context, HB_STR("rule"));
    feel_value days = member_of(context, HB_STR("days")), date = member_of(context, HB_STR("date"));
    bool ok = name.kind == FEEL_STRING && rule.kind == FEEL_STRING;
    step->has_days = days.kind == FEEL_NUMBER;
    ok = ok &&
         (step->has_days ? hb_dec_to_int(feel_dec(days), &step->days) : date.kind == FEEL_DATE);
    if (!ok) {
        return hb_fail(err, HB_INPUT, "value-type",
                       "a step of the rulebook's answer lacks its name, its rule, or its days or "
                       "date");
    }
    if (!step->has_days) step->date = date.date;
    step->law = enddate_rule_find(session->law, feel_text(rule));
    return (hb_str_copy(session->arena, feel_text(name), &step->step) &&
            hb_str_copy(session->arena, feel_text(rule), &step->rule)) ||
           hb_out_of_memory(err);
}

static bool read_answer(enddate_session *session, feel_value context, enddate_answer *out,
                        hb_error *err) {
    feel_value review, steps, rules, status = member_of(context, HB_STR("status")),
                                     end = member_of(context, HB_STR("end_date"));
    if (!list_of(context, HB_STR("review_dates"), FEEL_DATE, &review, err) ||
        !list_of(context, HB_STR("breakdown"), FEEL_CONTEXT, &steps, err) ||
        !list_of(context, HB_STR("rules"), FEEL_STRING, &rules, err))
        return false;
    hb_date *days = hb_arena_array(session->arena, hb_date, review.n + 1);
    enddate_step *rows = hb_arena_array(session->arena, enddate_step, steps.n + 1);
    hb_str *ids = hb_arena_array(session->arena, hb_str, rules.n + 1);
    if (days == NULL || rows == NULL || ids == NULL) return hb_out_of_memory(err);
    for (uint32_t i = 0; i < review.n; i++) days[i] = review.items[i].date;
    for (uint32_t i = 0; i < steps.n; i++) {
        if (!read_step(session, steps.items[i], &rows[i], err)) return false;
    }
    for (uint32_t i = 0; i < rules.n; i++) {
        const enddate_rule *rule = enddate_rule_find(session->law, feel_text(rules.items[i]));
        if (!hb_str_copy(session->arena, feel_text(rules.items[i]), &ids[i]))
            return hb_out_of_memory(err);
        out->alarms_now |= rule != NULL && rule->alarms_now;
    }
    // Settled only when the model says so, names a day, and nothing stands against it.
    out->is_settled = status.kind == FEEL_STRING &&
                      hb_str_equal(feel_text(status), HB_STR("DATE")) && end.kind == FEEL_DATE &&
                      rules.n == 0;
    if (out->is_settled) out->end_on = end.date;
    out->n_review = review.n;
    out->review = days;
    out->n_steps = steps.n;
    out->steps = rows;
    out->n_rules = rules.n;
    out->rules = ids;
    return true;
}

// ---- a question ---------------------------------------------------------------------------------

static bool text_member(const hb_json *question, hb_str key, hb_str *out, hb_error *err) {
    const hb_json *member = hb_json_member(question, key);
    if (member == NULL || member->kind != HB_JSON_STRING || member->text.n == 0) {
        hb_fail(err, HB_INPUT, "missing-key", "\"%.*s\" is missing", (int)key.n, key.at);
        hb_error_help(err, "write {\"id\":\"P-001\",\"system\":\"us_federal\",\"inputs\":{...}}");
        return false;
    }
    *out = member->text;
    return true;
}

bool enddate_ask(enddate_session *session, const hb_json *question, hb_date today,
                 enddate_answer *out, hb_error *err) {
    hb_str id;
    return text_member(question, HB_STR("id"), &id, err) &&
           enddate_count(session, id, question, today, out, err);
}

bool enddate_count(enddate_session *session, hb_str id, const hb_json *custody, hb_date today,
                   enddate_answer *out, hb_error *err) {
    hb_str name;
    enddate_answer answer = {0};
    feel_value context = feel_null();
    const hb_json *inputs = hb_json_member(custody, HB_STR("inputs"));
    if (!text_member(custody, HB_STR("system"), &name, err)) return false;
    if (!enddate_system_find(name, &answer.system)) {
        hb_fail(err, HB_INPUT, "bad-value", "\"%.*s\" is no system", name.n < 80 ? (int)name.n : 80,
                name.at);
        hb_error_help(err, "write us_federal, us_immigration, sv or both");
        return false;
    }
    if (inputs == NULL || inputs->kind != HB_JSON_OBJECT)
        return hb_fail(err, HB_INPUT, "missing-key", "\"inputs\" is missing, or is no object");
    hb_arena_reset(session->arena);
    dmn_session_reset(session->sessions[answer.system]);
    bool is_both = answer.system == ENDDATE_BOTH;
    if (is_both && (!ask_part(session, ENDDATE_US_FEDERAL, HB_STR("us"), inputs, today, err) ||
                    !ask_part(session, ENDDATE_SV, HB_STR("sv"), inputs, today, err)))
        return false;
    if (!ask(session, answer.system, inputs, "/inputs", today, &context, err) ||
        !read_answer(session, context, &answer, err))
        return false;
    if (!hb_str_copy(session->arena, id, &answer.id)) return hb_out_of_memory(err);
    *out = answer;
    return true;
}

// ---- days that are only claimed -----------------------------------------------------------------

static bool tells_gate(const enddate_law *law, hb_str fact) {
    for (int b = 0; b < ENDDATE_N_SYSTEMS; b++)
        for (uint32_t i = 0; i < law->books[b].n_gate; i++)
            if (hb_str_equal(law->books[b].gate[i].fact, fact)) return true;
    return false;
}

// Keeps the days sorted, each once.
static void add_claim(hb_date *days, uint32_t *n, const hb_json *statement) {
    const hb_json *value = hb_json_member(statement, HB_STR("value"));
    hb_date day;
    if (value == NULL || value->kind != HB_JSON_STRING || !hb_date_parse(value->text, &day)) return;
    int64_t number = hb_date_to_days(day);
    uint32_t at = *n;
    while (at > 0 && hb_date_to_days(days[at - 1]) > number) at--;
    if (at > 0 && hb_date_to_days(days[at - 1]) == number) return;
    memmove(days + at + 1, days + at, (*n - at) * sizeof *days);
    days[at] = day;
    (*n)++;
}

bool enddate_claimed(enddate_session *session, hb_str id, const hb_json *facts, enddate_answer *out,
                     hb_error *err) {
    enddate_answer answer = {.is_undescribed = true};
    uint32_t room = 1, n_facts = facts != NULL && facts->kind == HB_JSON_OBJECT ? facts->n : 0;
    hb_arena_reset(session->arena);
    for (uint32_t i = 0; i < n_facts; i++) room += 1 + facts->first[i].n;
    hb_date *days = hb_arena_array(session->arena, hb_date, room);
    if (days == NULL || !hb_str_copy(session->arena, id, &answer.id)) return hb_out_of_memory(err);
    for (uint32_t i = 0; i < n_facts; i++) {
        const hb_json *fact = &facts->first[i];
        if (!tells_gate(session->law, fact->key)) continue;
        bool is_list = fact->kind == HB_JSON_ARRAY;
        for (uint32_t k = 0; k < (is_list ? fact->n : 1); k++) {
            const hb_json *statement = is_list ? &fact->first[k] : fact;
            if (statement->kind == HB_JSON_OBJECT) add_claim(days, &answer.n_review, statement);
        }
    }
    answer.review = days;
    answer.alarms_now = answer.n_review == 0;
    *out = answer;
    return true;
}

bool enddate_first_day(const enddate_answer *answer, hb_date *day) {
    bool has = answer->is_settled;
    if (has) *day = answer->end_on;
    for (uint32_t i = 0; i < answer->n_review; i++) {
        if (has && hb_date_to_days(answer->review[i]) >= hb_date_to_days(*day)) continue;
        *day = answer->review[i];
        has = true;
    }
    return has;
}
