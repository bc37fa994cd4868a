// Weighing. Each claim gets the weight its evidence has (decision evidence-weight); each standard
// is asked three times: at the worst credible value of each field, at the best values that free
// inspections of the time give, and at the best including those that refusal or reprisals silenced;
// decision finding says what that comes to. Nothing is averaged. Invariant: a claim that helps the
// place is seen only with weight reassuring, and every order of values runs from worst to best.
#include <stdlib.h>
#include <string.h>

#include "conditions/internal.h"

static const hb_str ANSWERS[] = {
    {"UNKNOWN",  7},
    {"NOT_MET",  7},
    {"DISPUTED", 8},
    {"MET",      3}
};
static const hb_str WEIGHTS[] = {
    {"not_counted", 11},
    {"credible",    8 },
    {"stale",       5 },
    {"silenced",    8 },
    {"reassuring",  10}
};
static const hb_str OUTCOMES[] = {
    {"unknown", 7},
    {"fails",   5},
    {"flags",   5},
    {"passes",  6}
};
#define COUNT(array) (sizeof(array) / sizeof *(array))

hb_str conditions_answer_name(conditions_answer answer) {
    return ANSWERS[answer];
}

hb_str weight_name(claim_weight weight) {
    return WEIGHTS[weight];
}

hb_str outcome_name(outcome of) {
    return OUTCOMES[of];
}

// What no name of the list says is its first: the cautious one.
static uint32_t name_find(const hb_str *names, size_t n, feel_value value) {
    for (uint32_t i = 0; value.kind == FEEL_STRING && i < n; i++)
        if (hb_str_equal(names[i], feel_text(value))) return i;
    return 0;
}

// ---- asking the model ---------------------------------------------------------------------------

void ask_set(law_session *at, const char *input, feel_value value) {
    uint32_t element = dmn_find(at->law->model, DMN_INPUT, hb_str_from(input));
    if (element != DMN_NONE) dmn_session_set(at->session, element, value);
}

bool ask(law_session *at, uint32_t decision, feel_value *out) {
    *out = feel_null();
    return decision == DMN_NONE || dmn_session_get(at->session, decision, out, at->err);
}

static uint32_t decision_of(const law_session *at, const char *name) {
    return dmn_find(at->law->model, DMN_DECISION, hb_str_from(name));
}

static feel_value yes_no(bool is_yes) {
    return feel_string(is_yes ? HB_STR("yes") : HB_STR("no"));
}

// ---- what each claim may do ---------------------------------------------------------------------

// Days between a piece of evidence and the nearest account of refusal or reprisal; null: there is
// none.
static feel_value days_from(const conditions_assessment *at, const condition_evidence *e,
                            hb_str silences) {
    int64_t nearest = INT64_MAX;
    for (uint32_t c = 0; c < at->ret->n_claims; c++) {
        const condition_claim *claim = &at->ret->claims[c];
        const condition_field *field = &at->law->fields[claim->field];
        const condition_evidence *other = &at->ret->evidence[claim->evidence];
        if (!hb_str_equal(field->silences, silences) || feel_is_null(claim->value)) continue;
        bool is_bad =
            claim->value.kind == FEEL_NUMBER
                ? hb_dec_compare(feel_dec(claim->value), hb_dec_from_int(0)) > 0
                : field->n_worst && hb_str_equal(feel_text(claim->value), field->worst[0]);
        if (!is_bad) continue;
        int64_t days = llabs(hb_date_to_days(e->first) - hb_date_to_days(other->last));
        int64_t from_first = llabs(hb_date_to_days(e->first) - hb_date_to_days(other->first));
        if (from_first < days) days = from_first;
        if (days < nearest) nearest = days;
    }
    return nearest == INT64_MAX ? feel_null() : feel_int(nearest);
}

static bool is_published(const condition_evidence *e, hb_date as_of) {
    hb_date day;
    if (!e->published.n || hb_str_equal(e->published, HB_STR("no")) ||
        hb_str_equal(e->published, HB_STR("unknown")))
        return false;
    return !hb_date_parse(e->published, &day) || hb_date_to_days(day) <= hb_date_to_days(as_of);
}

static bool covers_place(const condition_field *field, const condition_claim *claim) {
    bool is_agreement = hb_str_equal(claim->scope, HB_STR("agreement")) &&
                        hb_str_equal(field->measured, HB_STR("agreement"));
    return !claim->is_gross && (is_agreement || hb_str_equal(claim->scope, HB_STR("facility")));
}

static bool weigh_claim(law_session *at, const conditions_assessment *out, uint32_t c,
                        claim_weight *weight) {
    const condition_claim *claim = &out->ret->claims[c];
    const condition_field *field = &out->law->fields[claim->field];
    const condition_evidence *e = &out->ret->evidence[claim->evidence];
    feel_value value;
    dmn_session_reset(at->session);
    ask_set(at, "ev_age_days", feel_int(hb_date_to_days(out->as_of) - hb_date_to_days(e->first)));
    ask_set(at, "ev_promise",
            yes_no(out->law->kinds[e->kind].is_promise ||
                   hb_str_equal(claim->stance, HB_STR("promised"))));
    ask_set(at, "ev_named", yes_no(e->source.n > 0));
    ask_set(at, "ev_corroborated", yes_no(e->is_corroborated));
    ask_set(at, "ev_independent", feel_string(e->independent));
    ask_set(at, "ev_unannounced", feel_string(e->unannounced));
    ask_set(at, "ev_access", feel_string(e->access));
    ask_set(at, "ev_private_talks", feel_string(e->private_talks));
    ask_set(at, "ev_covers", yes_no(covers_place(field, claim)));
    ask_set(at, "ev_published", yes_no(is_published(e, out->as_of)));
    ask_set(at, "fact_kind", feel_string(field->kind));
    ask_set(at, "days_from_refusal", days_from(out, e, HB_STR("refusal")));
    ask_set(at, "days_from_reprisal", days_from(out, e, HB_STR("reprisal")));
    if (!ask(at, decision_of(at, "evidence-weight"), &value)) return false;
    *weight = (claim_weight)name_find(WEIGHTS, WEIGHT_N, value);
    for (uint32_t i = 0; i < claim->n_from; i++)
        if (out->weights[claim->from[i]] < *weight) *weight = out->weights[claim->from[i]];
    return true;
}

// ---- one standard -------------------------------------------------------------------------------

typedef enum { SEEN_WORST, SEEN_REASSURED, SEEN_SILENCED } seen_values;

// Another definition of the measure is shown and never counted.
static bool is_comparable(const conditions_assessment *at, const condition_claim *claim) {
    hb_str definition = at->law->fields[claim->field].definition;
    return !feel_is_null(claim->value) &&
           (!definition.n || hb_str_equal(definition, claim->definition));
}

// The last day of what a claim rests on: of a derived one, its newest part.
static hb_date last_day(const conditions_assessment *at, const condition_claim *claim) {
    hb_date last = at->ret->evidence[claim->evidence].last;
    for (uint32_t i = 0; i < claim->n_from; i++) {
        hb_date other = at->ret->evidence[at->ret->claims[claim->from[i]].evidence].last;
        if (hb_date_to_days(other) > hb_date_to_days(last)) last = other;
    }
    return last;
}

// An account, of an inspection too, yields only to a free inspection of the same field dated after
// it.
static bool is_superseded(const conditions_assessment *at, uint32_t c) {
    const condition_claim *claim = &at->ret->claims[c];
    int64_t day = hb_date_to_days(last_day(at, claim));
    for (uint32_t k = 0; k < at->ret->n_claims; k++) {
        const condition_claim *other = &at->ret->claims[k];
        if (other->field == claim->field && at->weights[k] == WEIGHT_REASSURING &&
            is_comparable(at, other) &&
            hb_date_to_days(at->ret->evidence[other->evidence].first) > day)
            return true;
    }
    return false;
}

static feel_value value_seen(const conditions_assessment *at, uint32_t field_at, seen_values seen) {
    const condition_field *field = &at->law->fields[field_at];
    feel_value value = feel_null();
    bool is_shown_free = false;
    for (uint32_t c = 0; c < at->ret->n_claims; c++) {
        const condition_claim *claim = &at->ret->claims[c];
        claim_weight weight = at->weights[c];
        if (claim->field != field_at || !is_comparable(at, claim)) continue;
        bool is_seen = seen == SEEN_WORST       ? weight >= WEIGHT_CREDIBLE && !is_superseded(at, c)
                       : seen == SEEN_REASSURED ? weight == WEIGHT_REASSURING
                                                : weight >= WEIGHT_SILENCED;
        if (!is_seen) continue;
        is_shown_free |= weight == WEIGHT_REASSURING;
        int worse = feel_is_null(value) ? 0 : field_worse(field, claim->value, value);
        if (feel_is_null(value) || (seen == SEEN_WORST ? worse > 0 : worse < 0))
            value = claim->value;
    }
    return seen == SEEN_WORST && field->does_rebut && !is_shown_free ? feel_null() : value;
}

static bool outcome_at(law_session *at, const condition_standard *s, outcome *out) {
    feel_value value;
    if (!ask(at, s->decision, &value)) return false;
    *out = (outcome)name_find(OUTCOMES, COUNT(OUTCOMES), value);
    return true;
}

static bool outcome_seen(law_session *at, const conditions_assessment *a,
                         const condition_standard *s, seen_values seen, outcome *out) {
    dmn_session_reset(at->session);
    for (uint32_t f = 0; f < s->n_fields; f++)
        dmn_session_set(at->session, a->law->fields[s->fields[f]].input,
                        value_seen(a, s->fields[f], seen));
    return outcome_at(at, s, out);
}

// Alone, one field of several can fail a standard and never pass it.
static bool outcome_alone(law_session *at, const conditions_assessment *a,
                          const condition_standard *s, const condition_claim *claim, outcome *out) {
    bool is_read = false;
    *out = OUTCOME_UNKNOWN;
    dmn_session_reset(at->session);
    for (uint32_t f = 0; f < s->n_fields; f++) {
        bool is_it = s->fields[f] == claim->field;
        is_read |= is_it;
        dmn_session_set(at->session, a->law->fields[s->fields[f]].input,
                        is_it ? claim->value : feel_null());
    }
    return !is_read || outcome_at(at, s, out);
}

static bool belongs(const condition_standard *s, uint32_t field) {
    for (uint32_t f = 0; f < s->n_fields; f++)
        if (s->fields[f] == field) return true;
    for (uint32_t f = 0; f < s->n_also; f++)
        if (s->also[f] == field) return true;
    return false;
}

// Every account of the standard; the one shown is the worst that fails it, else of its main field.
static bool take_accounts(law_session *at, hb_arena *arena, conditions_assessment *a,
                          uint32_t standard) {
    const condition_standard *s = &a->law->standards[standard];
    condition_finding *finding = &a->findings[standard];
    finding_account *accounts = hb_arena_array(arena, finding_account, a->ret->n_claims + 1);
    uint32_t n_fail = 0, n_pass = 0;
    if (!accounts) return hb_out_of_memory(at->err);
    finding->shown = DMN_NONE;
    for (uint32_t c = 0; c < a->ret->n_claims; c++) {
        const condition_claim *claim = &a->ret->claims[c];
        if (!belongs(s, claim->field)) continue;
        finding_account *one = &accounts[finding->n_accounts];
        *one = (finding_account){.claim = c, .is_superseded = is_superseded(a, c)};
        if (!outcome_alone(at, a, s, claim, &one->alone)) return false;
        one->is_counted = is_comparable(a, claim) && !one->is_superseded &&
                          (a->weights[c] == WEIGHT_REASSURING ||
                           (one->alone == OUTCOME_FAILS && a->weights[c] >= WEIGHT_CREDIBLE));
        n_fail += one->alone == OUTCOME_FAILS;
        n_pass += one->alone == OUTCOME_PASSES;
        if (!feel_is_null(claim->value)) {
            const finding_account *best =
                finding->shown == DMN_NONE ? NULL : &accounts[finding->shown];
            bool fails = one->is_counted && one->alone == OUTCOME_FAILS;
            bool best_fails = best && best->is_counted && best->alone == OUTCOME_FAILS;
            const condition_claim *shown = best ? &a->ret->claims[best->claim] : NULL;
            bool is_main = claim->field == s->field;
            bool is_worse =
                best && shown->field == claim->field
                    ? field_worse(&a->law->fields[claim->field], claim->value, shown->value) > 0
                    : best && is_main && shown->field != s->field;
            if (!best || (fails && !best_fails) || (fails == best_fails && is_worse))
                finding->shown = finding->n_accounts;
        }
        finding->n_accounts++;
    }
    finding->accounts = accounts;
    finding->is_mixed = n_fail && n_pass;
    return true;
}

static bool decide_standard(law_session *at, conditions_assessment *a, uint32_t standard) {
    const condition_standard *s = &a->law->standards[standard];
    condition_finding *finding = &a->findings[standard];
    outcome seen[3];
    feel_value value;
    for (int i = 0; i < 3; i++)
        if (!outcome_seen(at, a, s, (seen_values)i, &seen[i])) return false;
    dmn_session_reset(at->session);
    ask_set(at, "worst", feel_string(OUTCOMES[seen[0]]));
    ask_set(at, "reassured", feel_string(OUTCOMES[seen[1]]));
    ask_set(at, "silenced", feel_string(OUTCOMES[seen[2]]));
    if (!ask(at, decision_of(at, "finding"), &value)) return false;
    finding->answer = (conditions_answer)name_find(ANSWERS, COUNT(ANSWERS), value);
    finding->is_flagged = seen[0] == OUTCOME_FLAGS;
    for (uint32_t i = 0; i < finding->n_accounts; i++)
        finding->is_flagged |= finding->accounts[i].alone == OUTCOME_FLAGS;
    return true;
}

// ---- findings together --------------------------------------------------------------------------

static feel_value text_or_null(hb_str text) {
    return text.n ? feel_string(text) : feel_null();
}

// The findings as the model reads them: a list of contexts. Null: no memory.
static feel_value findings_value(hb_arena *arena, const conditions_assessment *a) {
    static const hb_str KEYS[] = {
        {"id",          2 },
        {"finding",     7 },
        {"need",        4 },
        {"defect",      6 },
        {"is_absolute", 11},
        {"is_material", 11}
    };
    uint32_t n = a->law->n_standards;
    feel_value *items = hb_arena_array(arena, feel_value, n + 1);
    feel_context *contexts = hb_arena_array(arena, feel_context, n + 1);
    feel_value *values = hb_arena_array(arena, feel_value, (size_t)n * 6 + 1);
    if (!items || !contexts || !values) return feel_null();
    for (uint32_t s = 0; s < n; s++) {
        const condition_standard *standard = &a->law->standards[s];
        feel_value *v = &values[(size_t)s * 6];
        v[0] = feel_string(standard->id);
        v[1] = feel_string(ANSWERS[a->findings[s].answer]);
        v[2] = text_or_null(standard->need);
        v[3] = text_or_null(standard->defect);
        v[4] = feel_boolean(standard->is_absolute);
        v[5] = feel_boolean(a->findings[s].is_material);
        contexts[s] = (feel_context){6, KEYS, v};
        items[s] = (feel_value){.kind = FEEL_CONTEXT, .context = &contexts[s]};
    }
    return feel_list(items, n);
}

static bool ask_of_all(law_session *at, const conditions_assessment *a, uint32_t decision,
                       feel_value *out) {
    dmn_session_reset(at->session);
    feel_value findings = findings_value(dmn_session_arena(at->session), a);
    if (feel_is_null(findings)) return hb_out_of_memory(at->err);
    ask_set(at, "findings", findings);
    return ask(at, decision, out);
}

static feel_value texts(hb_arena *arena, const hb_str *list, uint32_t n) {
    feel_value *items = hb_arena_array(arena, feel_value, n + 1);
    for (uint32_t i = 0; items && i < n; i++) items[i] = feel_string(list[i]);
    return items ? feel_list(items, n) : feel_null();
}

static bool decide_material(law_session *at, conditions_assessment *a, uint32_t s) {
    feel_value value;
    dmn_session_reset(at->session);
    hb_arena *arena = dmn_session_arena(at->session);
    ask_set(at, "weights",
            texts(arena, a->law->standards[s].weights, a->law->standards[s].n_weights));
    ask_set(at, "sender", feel_string(a->ret->sender));
    ask_set(at, "host_treaties", texts(arena, a->ret->treaties, a->ret->n_treaties));
    if (!ask(at, decision_of(at, "material"), &value)) return false;
    a->findings[s].is_material = !feel_is_false(value);  // not known: it binds
    return true;
}

static bool decide_result(law_session *at, conditions_assessment *a) {
    static const hb_str RESULTS[] = {
        {"UNRESOLVED",   10},
        {"BARRED",       6 },
        {"NO BAR FOUND", 12}
    };
    feel_value value;
    if (!ask_of_all(at, a, decision_of(at, "result"), &value)) return false;
    a->result = RESULTS[name_find(RESULTS, COUNT(RESULTS), value)];
    return true;
}

static bool assess_all(law_session *at, hb_arena *arena, conditions_assessment *a) {
    uint32_t n = a->law->n_standards;
    for (uint32_t c = 0; c < a->ret->n_claims; c++)
        if (!weigh_claim(at, a, c, &a->weights[c])) return false;
    for (uint32_t s = 0; s < n; s++) {
        if (!take_accounts(at, arena, a, s) || !decide_material(at, a, s)) return false;
        if (!a->law->standards[s].is_joint && !decide_standard(at, a, s)) return false;
    }
    // Those that add defects up read the others, in the order of the rulebook.
    for (uint32_t s = 0; s < n; s++) {
        feel_value value;
        if (!a->law->standards[s].is_joint) continue;
        if (!ask_of_all(at, a, a->law->standards[s].decision, &value)) return false;
        a->findings[s].answer = (conditions_answer)name_find(ANSWERS, COUNT(ANSWERS), value);
    }
    for (uint32_t s = 0; s < n; s++) a->counts[a->findings[s].answer]++;
    return decide_result(at, a) && promise_weigh(at, arena, a) && gate_facts(at, arena, a);
}

bool conditions_assess(const conditions_law *law, const conditions_return *ret, hb_date as_of,
                       hb_arena *arena, conditions_assessment **out, hb_error *err) {
    conditions_assessment *a = hb_arena_new(arena, conditions_assessment);
    if (!a) return hb_out_of_memory(err);
    *a = (conditions_assessment){.law = law, .ret = ret, .as_of = as_of};
    a->findings = hb_arena_array(arena, condition_finding, law->n_standards + 1);
    a->weights = hb_arena_array(arena, claim_weight, ret->n_claims + 1);
    if (!a->findings || !a->weights) return hb_out_of_memory(err);
    law_session at = {
        .law = law, .err = err, .session = dmn_session_open(law->model, (hb_instant){0}, err)};
    bool ok = at.session && assess_all(&at, arena, a);
    dmn_session_close(at.session);
    if (ok) *out = a;
    return ok;
}

conditions_answer conditions_finding(const conditions_assessment *assessment, uint32_t standard) {
    return assessment->findings[standard].answer;
}

hb_str conditions_result(const conditions_assessment *assessment) {
    return assessment->result;
}
