// Several returns of one place, oldest first: which findings got worse or better, which promises
// fell due and what became of them, and which evidence that still counted then has gone stale.
#include "conditions/internal.h"

#include <stdio.h>

// From bad to good; unknown stands between disputed and met.
static int standing(conditions_answer answer) {
    switch (answer) {
        case CONDITIONS_NOT_MET: return 0;
        case CONDITIONS_DISPUTED: return 1;
        case CONDITIONS_UNKNOWN: return 2;
        case CONDITIONS_MET: return 3;
    }
    return 0;
}

static const char *change(const conditions_assessment *before, const conditions_assessment *after,
                          uint32_t s) {
    conditions_answer a = before->findings[s].answer, b = after->findings[s].answer;
    if (standing(b) < standing(a)) return "worse";
    if (standing(b) > standing(a)) return "better";
    if (b != CONDITIONS_NOT_MET || before->findings[s].shown == DMN_NONE ||
        after->findings[s].shown == DMN_NONE)
        return NULL;
    const condition_claim *x =
        &before->ret->claims[before->findings[s].accounts[before->findings[s].shown].claim];
    const condition_claim *y =
        &after->ret->claims[after->findings[s].accounts[after->findings[s].shown].claim];
    if (x->field != y->field) return NULL;
    int worse = field_worse(&before->law->fields[x->field], y->value, x->value);
    return worse > 0 ? "worse" : worse < 0 ? "better" : NULL;
}

typedef enum { PROMISE_NOT_DUE = 0, PROMISE_NOT_DONE, PROMISE_KEPT } promise_end;
static const char *const ENDS[] = {"not_due", "not_done", "kept"};

// What a promise has become by the end of the series: kept only where its standard is met.
static promise_end became(const conditions_assessment *last, const condition_promise *promise) {
    if (hb_date_to_days(promise->due_on) > hb_date_to_days(last->as_of)) return PROMISE_NOT_DUE;
    bool is_met = last->findings[promise->standard].answer == CONDITIONS_MET;
    return is_met ? PROMISE_KEPT : PROMISE_NOT_DONE;
}

static const char *end_words(promise_end end, words_language language) {
    switch (end) {
        case PROMISE_NOT_DUE: return words_in(language, "not yet due");
        case PROMISE_NOT_DONE: return words_in(language, "promised, not done");
        case PROMISE_KEPT: return words_in(language, "kept");
    }
    return words_in(language, "not yet due");
}

// A claim that helped on the day of its return and, weighed on the last day, no longer does.
static bool is_gone_stale(const conditions_assessment *then, const conditions_assessment *now,
                          uint32_t claim) {
    return then->weights[claim] == WEIGHT_REASSURING && now->weights[claim] == WEIGHT_STALE;
}

static void add_day(hb_text *out, hb_date day) {
    hb_text_addf(out, "%04d-%02u-%02u", day.year, day.month, day.day);
}

void conditions_write_series_json(hb_text *out, const conditions_assessment *const *series,
                                  const conditions_assessment *const *later, uint32_t n) {
    const conditions_assessment *last = series[n - 1];
    uint32_t n_written = 0;
    hb_text_addf(out, "{");
    add_key(out, "facility", last->ret->facility, ",\"days\":[");
    for (uint32_t i = 0; i < n; i++) {
        hb_text_addf(out, "%s\"", i ? "," : "");
        add_day(out, series[i]->as_of);
        hb_text_addf(out, "\"");
    }
    hb_text_addf(out, "],\"changes\":[");
    for (uint32_t i = 1; i < n; i++) {
        for (uint32_t s = 0; s < last->law->n_standards; s++) {
            const char *what = change(series[i - 1], series[i], s);
            if (!what) continue;
            hb_text_addf(out, "%s{\"on\":\"", n_written++ ? "," : "");
            add_day(out, series[i]->as_of);
            hb_text_addf(out, "\",");
            add_key(out, "standard", last->law->standards[s].id, ",");
            add_key(out, "before", conditions_answer_name(series[i - 1]->findings[s].answer), ",");
            add_key(out, "after", conditions_answer_name(series[i]->findings[s].answer), ",");
            add_key(out, "change", hb_str_from(what), "}");
        }
    }
    hb_text_addf(out, "],\"promises\":[");
    n_written = 0;
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t p = 0; p < series[i]->ret->n_promises; p++) {
            const condition_promise *promise = &series[i]->ret->promises[p];
            hb_text_addf(out, "%s{", n_written++ ? "," : "");
            add_key(out, "promise", promise->id, ",");
            add_key(out, "says", promise->says, ",");
            add_key(out, "standard", last->law->standards[promise->standard].id, ",");
            add_key(out, "due", promise->due, ",");
            add_key(out, "became", hb_str_from(ENDS[became(last, promise)]), "}");
        }
    }
    hb_text_addf(out, "],\"gone_stale\":[");
    n_written = 0;
    for (uint32_t i = 0; i + 1 < n; i++) {
        for (uint32_t c = 0; c < series[i]->ret->n_claims; c++) {
            if (!is_gone_stale(series[i], later[i], c)) continue;
            const condition_claim *claim = &series[i]->ret->claims[c];
            hb_text_addf(out, "%s{", n_written++ ? "," : "");
            add_key(out, "field", last->law->fields[claim->field].name, ",");
            add_key(out, "evidence", series[i]->ret->evidence[claim->evidence].id, ",");
            add_key(out, "date", series[i]->ret->evidence[claim->evidence].date, "}");
        }
    }
    hb_text_addf(out, "]}\n");
}

void conditions_write_series_text(hb_text *out, const conditions_assessment *const *series,
                                  const conditions_assessment *const *later, uint32_t n,
                                  words_language language) {
    const conditions_assessment *last = series[n - 1];
    for (uint32_t i = 1; i < n; i++) {
        hb_text_addf(out, "%.*s, ", (int)last->ret->facility.n, last->ret->facility.at);
        add_day(out, series[i - 1]->as_of);
        hb_text_addf(out, " -> ");
        add_day(out, series[i]->as_of);
        hb_text_addf(out, "\n");
        for (uint32_t s = 0; s < last->law->n_standards; s++) {
            const char *what = change(series[i - 1], series[i], s);
            hb_str a = conditions_answer_name(series[i - 1]->findings[s].answer),
                   b = conditions_answer_name(series[i]->findings[s].answer);
            if (!what) continue;
            hb_text_addf(
                out, "  %s %.*s: %.*s -> %.*s (%.*s)\n",
                what[0] == 'w' ? words_in(language, "worse") : words_in(language, "better"),
                (int)last->law->standards[s].id.n, last->law->standards[s].id.at, (int)a.n, a.at,
                (int)b.n, b.at, (int)last->law->standards[s].topic[language].n,
                last->law->standards[s].topic[language].at);
        }
    }
    hb_text_addf(out, "%s\n", words_in(language, "Promises"));
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t p = 0; p < series[i]->ret->n_promises; p++) {
            const condition_promise *promise = &series[i]->ret->promises[p];
            hb_text_addf(out, "  %s: %.*s (%.*s, %.*s)\n",
                         end_words(became(last, promise), language), (int)promise->says.n,
                         promise->says.at, (int)last->law->standards[promise->standard].id.n,
                         last->law->standards[promise->standard].id.at, (int)promise->due.n,
                         promise->due.at);
        }
    }
    hb_text_addf(out, "%s\n", words_in(language, "Evidence gone stale since"));
    for (uint32_t i = 0; i + 1 < n; i++) {
        for (uint32_t c = 0; c < series[i]->ret->n_claims; c++) {
            if (!is_gone_stale(series[i], later[i], c)) continue;
            const condition_claim *claim = &series[i]->ret->claims[c];
            hb_str e = series[i]->ret->evidence[claim->evidence].id,
                   name = last->law->fields[claim->field].name;
            hb_text_addf(out, "  %.*s [%.*s, %.*s]\n", (int)name.n, name.at, (int)e.n, e.at,
                         (int)series[i]->ret->evidence[claim->evidence].date.n,
                         series[i]->ret->evidence[claim->evidence].date.at);
        }
    }
}
