// An answer as JSON and as text. Both say the same: the day or why there is none, the days of
// review, every step with its rule, and the sources of each rule named.
#include "enddate/internal.h"

static hb_str in_language(words_language language, hb_str en, hb_str es) {
    return language == WORDS_ES && es.n > 0 ? es : en;
}

static void add_day(hb_text *out, hb_date day) {
    hb_text_addf(out, "%04d-%02d-%02d", day.year, day.month, day.day);
}

static void add_quoted_day(hb_text *out, hb_date day) {
    hb_text_add(out, HB_STR("\""));
    add_day(out, day);
    hb_text_add(out, HB_STR("\""));
}

void enddate_print_because(hb_text *out, const enddate_law *law, const enddate_answer *answer,
                           words_language language) {
    if (answer->is_undescribed) {
        hb_text_add(out, hb_str_from(words_in(
                             language,
                             "Nothing on file says under what sentence or order the person is "
                             "held.")));
    }
    if (answer->is_settled) {
        hb_text_addf(out, words_in(language, "Custody has no legal ground after %04d-%02d-%02d."),
                     answer->end_on.year, answer->end_on.month, answer->end_on.day);
    }
    for (uint32_t i = 0; i < answer->n_rules; i++) {
        const enddate_rule *rule = enddate_rule_find(law, answer->rules[i]);
        if (out->n > 0 && i > 0) hb_text_add(out, HB_STR(" "));
        if (rule != NULL)
            hb_text_add(out, in_language(language, rule->because_en, rule->because_es));
        else
            hb_text_add(out, answer->rules[i]);
    }
}

// ---- the rules that an answer names, each once --------------------------------------------------

static hb_str named_rule(const enddate_answer *answer, uint32_t i) {
    return i < answer->n_rules ? answer->rules[i] : answer->steps[i - answer->n_rules].rule;
}

static bool is_first_naming(const enddate_answer *answer, uint32_t i) {
    for (uint32_t k = 0; k < i; k++) {
        if (hb_str_equal(named_rule(answer, k), named_rule(answer, i))) return false;
    }
    return true;
}

static void add_citations(hb_text *out, hb_str sources) {
    for (size_t start = 0, i = 0; i <= sources.n; i++) {
        if (i < sources.n && sources.at[i] != '|') continue;
        if (start > 0) hb_text_add(out, HB_STR(","));
        hb_text_add_json(out, (hb_str){sources.at + start, i - start});
        start = i + 1;
    }
}

static void add_sources(hb_text *out, const enddate_law *law, const enddate_answer *answer) {
    bool is_first = true;
    for (uint32_t i = 0; i < answer->n_rules + answer->n_steps; i++) {
        const enddate_rule *rule = enddate_rule_find(law, named_rule(answer, i));
        if (rule == NULL || !is_first_naming(answer, i)) continue;
        hb_text_add(out, is_first ? HB_STR("{\"rule\":") : HB_STR(",{\"rule\":"));
        hb_text_add_json(out, rule->id);
        hb_text_add(out, HB_STR(",\"sources\":["));
        add_citations(out, rule->sources);
        hb_text_add(out, HB_STR("]}"));
        is_first = false;
    }
}

// ---- JSON ---------------------------------------------------------------------------------------

static void add_step(hb_text *out, const enddate_step *step) {
    hb_text_add(out, HB_STR("{\"step\":"));
    hb_text_add_json(out, step->step);
    if (step->has_days) {
        hb_text_addf(out, ",\"days\":%lld", (long long)step->days);
    } else {
        hb_text_add(out, HB_STR(",\"date\":"));
        add_quoted_day(out, step->date);
    }
    hb_text_add(out, HB_STR(",\"rule\":"));
    hb_text_add_json(out, step->rule);
    hb_text_add(out, HB_STR("}"));
}

static void add_law(hb_text *out, const enddate_book *book, const enddate_answer *answer) {
    char hex[65];
    hb_hash_hex(book->hash, hex);
    hb_text_add(out, HB_STR(",\"system\":"));
    hb_text_add_json(out, enddate_system_name(answer->system));
    hb_text_add(out, HB_STR(",\"rulebook\":{\"name\":"));
    hb_text_add_json(out, book->name);
    hb_text_add(out, HB_STR(",\"version\":"));
    hb_text_add_json(out, book->version);
    hb_text_addf(out, ",\"sha256\":\"%s\"}", hex);
}

void enddate_print_json(hb_text *out, const enddate_law *law, const enddate_answer *answer,
                        words_language language) {
    hb_text because = {0};
    hb_text_add(out, HB_STR("{\"id\":"));
    hb_text_add_json(out, answer->id);
    if (answer->is_undescribed)
        hb_text_add(out, HB_STR(",\"system\":null,\"rulebook\":null"));
    else
        add_law(out, &law->books[answer->system], answer);
    hb_text_addf(out,
                 ",\"status\":\"%s\",\"end_date\":", answer->is_settled ? "DATE" : "UNRESOLVED");
    if (answer->is_settled)
        add_quoted_day(out, answer->end_on);
    else
        hb_text_add(out, HB_STR("null"));
    hb_text_add(out, HB_STR(",\"review_dates\":["));
    for (uint32_t i = 0; i < answer->n_review; i++) {
        if (i > 0) hb_text_add(out, HB_STR(","));
        add_quoted_day(out, answer->review[i]);
    }
    hb_text_addf(out, "],\"alarm_now\":%s,\"breakdown\":[", answer->alarms_now ? "true" : "false");
    for (uint32_t i = 0; i < answer->n_steps; i++) {
        if (i > 0) hb_text_add(out, HB_STR(","));
        add_step(out, &answer->steps[i]);
    }
    hb_text_add(out, HB_STR("],\"rules\":["));
    for (uint32_t i = 0; i < answer->n_rules; i++) {
        if (i > 0) hb_text_add(out, HB_STR(","));
        hb_text_add_json(out, answer->rules[i]);
    }
    hb_text_add(out, HB_STR("],\"because\":"));
    enddate_print_because(&because, law, answer, language);
    hb_text_add_json(out, (hb_str){because.at, because.n});
    hb_text_add(out, HB_STR(",\"sources\":["));
    add_sources(out, law, answer);
    hb_text_add(out, HB_STR("]}"));
    out->failed |= because.failed;
    hb_text_clear(&because);
}

// ---- text ---------------------------------------------------------------------------------------

enum { VALUE_COLUMN = 12, RULE_WIDTH = 26 };

//   2028-07-23  us-3624a                   Statutory release [18 U.S.C. 3624(a)]
//    -540 days  us-gct-3624b               Good conduct time [...]
static void write_step(hb_text *out, const enddate_step *step, words_language language) {
    const enddate_rule *rule = step->law;
    hb_text value = {0};
    if (step->has_days)
        hb_text_addf(&value, words_in(language, "%+lld days"), (long long)step->days);
    else
        add_day(&value, step->date);
    hb_text_addf(out, "  %*s%.*s  %-*.*s ",
                 value.n < VALUE_COLUMN ? VALUE_COLUMN - (int)value.n : 0, "", (int)value.n,
                 value.at, RULE_WIDTH, (int)step->rule.n, step->rule.at);
    hb_text_clear(&value);
    if (rule == NULL || language == WORDS_EN)
        hb_text_addf(out, "%.*s", (int)step->step.n, step->step.at);
    else
        hb_text_add(out, rule->title_es);
    if (rule != NULL) {
        size_t n = 0;
        while (n < rule->sources.n && rule->sources.at[n] != '|') n++;
        hb_text_addf(out, " [%.*s]", (int)n, rule->sources.at);
    }
    hb_text_add(out, HB_STR("\n"));
}

void enddate_print_text(hb_text *out, const enddate_law *law, const enddate_answer *answer,
                        words_language language) {
    hb_text because = {0};
    hb_text_addf(out, "%.*s  ", (int)answer->id.n, answer->id.at);
    if (answer->is_settled) {
        hb_text_add(out, HB_STR("DATE "));
        add_day(out, answer->end_on);
    } else {
        hb_text_add(out, HB_STR("UNRESOLVED"));
    }
    for (uint32_t i = 0; i < answer->n_review; i++) {
        hb_text_addf(out, "%s", i == 0 ? words_in(language, "  review ") : ", ");
        add_day(out, answer->review[i]);
    }
    hb_text_add(out, HB_STR("\n"));
    for (uint32_t i = 0; i < answer->n_steps; i++) write_step(out, &answer->steps[i], language);
    enddate_print_because(&because, law, answer, language);
    hb_text_addf(out, "  %.*s\n", (int)because.n, because.at);
    if (answer->alarms_now)
        hb_text_addf(out, "  %s\n", words_in(language, "Alarm now, and every 7 days."));
    out->failed |= because.failed;
    hb_text_clear(&because);
}
