// The document of an agreement: its terms, known and not; how many people of a list have which
// verdict, and what stands in their way; the place; the money; open alarms. Counts of few people
// are not given to readers who see people only as numbers.
#include <string.h>

#include "report/internal.h"

static hb_str in_language(const report_copy *copy, hb_str english, hb_str spanish) {
    return copy->language == WORDS_ES && spanish.n > 0 ? spanish : english;
}

// A number of people; "<5" where so few could be recognised and the reader sees no persons.
static void put_people(hb_text *out, const char *key, uint64_t n, const report_copy *copy) {
    enum { FEW = 5 };
    if (n > 0 && n < FEW && !copy->reader->sees_everybody) {
        put_text(out, key, HB_STR("<5"));
    } else {
        put_number(out, key, n);
    }
}

// ---- terms ------------------------------------------------------------------------------------

static void put_member(hb_text *out, const char *key, const hb_json *agreement) {
    const hb_json *at = json_at(agreement, key);
    if (at == NULL) {
        put_raw(out, key, HB_STR("null"));
        return;
    }
    put_key(out, key);
    hb_json_canonical(out, at);
}

// What the agreement would have to say: every fact of the dictionary about it, known or not.
static void put_terms(hb_text *out, const report_agreement_input *input, const report_copy *copy) {
    const rulebook *rb = input->page->rb;
    put_open(out, "asked", '[');
    for (uint32_t i = 0; input->decision != NULL && i < rulebook_n_facts(rb); i++) {
        const rulebook_fact *fact = rulebook_fact_at(rb, i);
        const rulebook_fact_standing *standing = &input->decision->facts[i];
        if (fact->scope != RULEBOOK_AGREEMENT && fact->scope != RULEBOOK_PROGRAMME) continue;
        if (fact->is_confidential && !copy->reader->sees_confidential) continue;
        put_open(out, NULL, '{');
        put_text(out, "fact", fact->name);
        put_text(out, "question", in_language(copy, fact->question_en, fact->question_es));
        put_key(out, "value");
        gate_add_value(out, standing->has_value ? standing->shown : feel_null());
        put_text(out, "standing", rulebook_standing_name(standing->standing));
        put_close(out, '}');
    }
    put_close(out, ']');
}

// ---- people -----------------------------------------------------------------------------------

static void put_counts(hb_text *out, const report_agreement_input *input, const report_copy *copy) {
    static const gate_verdict WORST_FIRST[] = {GATE_BARRED, GATE_UNRESOLVED, GATE_NO_BAR_FOUND};
    const rulebook *rb = input->page->rb;
    put_open(out, "people", '{');
    for (uint32_t i = 0; i < GATE_N_VERDICTS; i++)
        put_people(out, gate_verdict_name(WORST_FIRST[i]).at, input->n_people[WORST_FIRST[i]],
                   copy);
    put_close(out, '}');
    put_open(out, "bars", '[');
    for (uint32_t i = 0; i < rulebook_n_rules(rb); i++) {
        const rulebook_rule *rule = rulebook_rule_at(rb, i);
        if (input->n_barred_by[i] == 0) continue;
        if (rule->is_confidential && !copy->reader->sees_confidential) continue;
        put_open(out, NULL, '{');
        put_text(out, "rule", rule->id);
        put_text(out, "title", in_language(copy, rule->title_en, rule->title_es));
        put_open(out, "sources", '[');
        for (uint32_t k = 0; k < rule->n_sources; k++) put_text(out, NULL, rule->sources[k]);
        put_close(out, ']');
        put_text(out, "decides", rule->decides);
        put_people(out, "people", input->n_barred_by[i], copy);
        put_close(out, '}');
    }
    put_close(out, ']');
}

// ---- alarms -----------------------------------------------------------------------------------

enum { MOST_OF_ALL = 500 };  // the worst and oldest; how many there are stands beside them
typedef struct {
    hb_text *out;
    const report_copy *copy;
    const char *place;  // only of this place; NULL: all
    uint64_t n;
} alarms_of;

static bool put_alarm(void *context, const register_alarm *alarm, hb_error *err) {
    (void)err;
    alarms_of *a = context;
    if (a->place != NULL && strcmp(a->place, alarm->place) != 0) return true;
    a->n++;
    put_open(a->out, NULL, '{');
    put_text(a->out, "alarm", hb_str_from(alarm->id));
    put_text(a->out, "name", hb_str_from(alarm->name));
    put_text_or_null(a->out, "person", alarm->person);
    put_text_or_null(a->out, "place", hb_str_from(alarm->place));
    put_text_or_null(a->out, "owner", hb_str_from(alarm->owner));
    put_instant(a->out, "since", alarm->since);
    put_instant(a->out, "deadline", alarm->deadline);
    put_text_or_null(a->out, "taken_by", hb_str_from(alarm->taken_by));
    put_text(a->out, "text", hb_str_from(alarm->text));
    put_close(a->out, '}');
    return true;
}

bool put_alarms(hb_text *out, register_log *log, const register_hours *hours, hb_instant at,
                const report_copy *copy, const char *place, hb_error *err) {
    alarms_of a = {out, copy, place, 0};
    register_page page = {0};
    const register_alarm_question question = {.now = at,
                                              .hours = hours,
                                              .language = copy->language,
                                              .place = hb_str_from(place ? place : "")};
    if (log == NULL || !copy->reader->sees_everybody) {
        put_raw(out, "alarms", HB_STR("null"));
        return true;
    }
    put_open(out, "alarms", '[');
    if (!register_alarms_of_none(log, &question, put_alarm, &a, err)) return false;
    uint64_t n_none = a.n;
    if (!register_alarms_page(log, &question, HB_STR(""), place ? UINT32_MAX : MOST_OF_ALL,
                              put_alarm, &a, &page, err))
        return false;
    put_close(out, ']');
    put_number(out, "n_alarms", n_none + page.n_all);
    return true;
}

// ---- the whole --------------------------------------------------------------------------------

bool report_agreement(hb_text *out, const report_copy *copy, const report_agreement_input *input,
                      hb_error *err) {
    put_open(out, NULL, '{');
    put_head(out, input->is_memo ? "memo" : "agreement", copy);
    put_rulebook(out, input->page, copy);
    put_text_or_null(out, "title", json_text(input->agreement, "title"));
    put_text_or_null(out, "sender", json_text(input->agreement, "sender"));
    put_text_or_null(out, "host", json_text(input->agreement, "host"));
    put_counts(out, input, copy);
    if (!input->is_memo) {
        put_member(out, "terms", input->agreement);
        put_member(out, "contradictions", input->agreement);
        put_terms(out, input, copy);
        put_assessment(out, &input->assessment);
        if (!put_alarms(out, input->log, &input->hours, input->at, copy, NULL, err)) return false;
    }
    if (input->money == NULL) {
        put_raw(out, "money", HB_STR("null"));
    } else if (!put_money(out, input->money, copy->language, err)) {
        return false;
    }
    if (input->log == NULL) {
        put_raw(out, "register", HB_STR("null"));
    } else if (!put_register(out, input->log, err)) {
        return false;
    }
    put_close(out, '}');
    hb_text_add(out, HB_STR("\n"));
    return !out->failed || hb_out_of_memory(err);
}
