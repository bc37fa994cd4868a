// JSON documents written member by member, and read back. A member puts a comma before itself
// unless it is the first: the byte before it says so.
#include <stdio.h>
#include <string.h>

#include "report/internal.h"

static void put_comma(hb_text *out) {
    if (out->n == 0 || strchr("{[:,", out->at[out->n - 1]) != NULL) return;
    hb_text_add(out, HB_STR(","));
}

void put_key(hb_text *out, const char *key) {
    put_comma(out);
    if (key != NULL) hb_text_addf(out, "\"%s\":", key);
}

void put_open(hb_text *out, const char *key, char bracket) {
    put_key(out, key);
    hb_text_add(out, (hb_str){&bracket, 1});
}

void put_close(hb_text *out, char bracket) {
    hb_text_add(out, (hb_str){&bracket, 1});
}

void put_text(hb_text *out, const char *key, hb_str text) {
    put_key(out, key);
    hb_text_add_json(out, text);
}

void put_text_or_null(hb_text *out, const char *key, hb_str text) {
    if (text.n > 0) {
        put_text(out, key, text);
    } else {
        put_raw(out, key, HB_STR("null"));
    }
}

void put_number(hb_text *out, const char *key, uint64_t number) {
    put_key(out, key);
    hb_text_addf(out, "%llu", (unsigned long long)number);
}

void put_bool(hb_text *out, const char *key, bool is) {
    put_raw(out, key, is ? HB_STR("true") : HB_STR("false"));
}

void put_date(hb_text *out, const char *key, hb_date date) {
    put_key(out, key);
    gate_add_date(out, date);
}

void put_instant(hb_text *out, const char *key, int64_t seconds) {
    hb_date day;
    int64_t days = seconds / 86400 - (seconds % 86400 < 0), s = seconds - days * 86400;
    if (seconds == 0 || !hb_date_from_days(days, &day)) {
        put_raw(out, key, HB_STR("null"));
        return;
    }
    put_key(out, key);
    hb_text_addf(out, "\"%04d-%02d-%02dT%02d:%02d:%02dZ\"", day.year, day.month, day.day,
                 (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
}

void put_raw(hb_text *out, const char *key, hb_str json) {
    put_key(out, key);
    hb_text_add(out, json);
}

void put_assessment(hb_text *out, const report_assessment *assessment) {
    put_raw(out, "place", assessment->answer.n > 0 ? assessment->answer : HB_STR("null"));
    put_text_or_null(out, "place_chart", assessment->chart);
}

void put_head(hb_text *out, const char *kind, const report_copy *copy) {
    put_text(out, "report", hb_str_from(kind));
    put_number(out, "format", 1);
    put_text(out, "for", hb_str_from(copy->reader->name));
    put_text(out, "language", words_language_name(copy->language));
    put_date(out, "made_on", copy->made_on);
    put_text_or_null(out, "time_zone", copy->time_zone);
}

// A paper is stale when it is older than the fact of its rulebook that ages fastest.
static void put_age(hb_text *out, const gate_page *page, const report_copy *copy) {
    int64_t limit = INT64_MAX;
    int64_t days = hb_date_to_days(copy->made_on) - hb_date_to_days(page->as_of);
    for (uint32_t i = 0; i < rulebook_n_facts(page->rb); i++) {
        rulebook_burden burden;
        rulebook_fact_burden(page->rb, i, &burden);
        if (burden.does_age && burden.fresh_days < limit) limit = burden.fresh_days;
    }
    if (days <= limit) {
        put_raw(out, "stale", HB_STR("null"));
        return;
    }
    put_open(out, "stale", '{');
    put_number(out, "days", (uint64_t)days);
    put_number(out, "limit_days", (uint64_t)(limit > 0 ? limit : 0));
    put_close(out, '}');
}

void put_rulebook(hb_text *out, const gate_page *page, const report_copy *copy) {
    put_date(out, "as_of", page->as_of);
    put_bool(out, "retrospective", page->is_retrospective);
    put_age(out, page, copy);
    put_comma(out);
    gate_add_rulebook(out, page);
    put_text(out, "law_as_of", rulebook_law_as_of(page->rb));
    put_text(out, "rulebook_title", rulebook_title(page->rb, words_language_name(copy->language)));
    put_text_or_null(out, "list", page->list);
    put_text_or_null(out, "agreement", page->agreement);
    put_text_or_null(out, "agreement_status", page->agreement_status);
    put_comma(out);
    gate_add_sources(out, page);
}

// ---- reading ----------------------------------------------------------------------------------

const hb_json *json_at(const hb_json *object, const char *key) {
    return object == NULL ? NULL : hb_json_member(object, hb_str_from(key));
}

hb_str json_text(const hb_json *object, const char *key) {
    const hb_json *at = json_at(object, key);
    return at != NULL && (at->kind == HB_JSON_STRING || at->kind == HB_JSON_NUMBER) ? at->text
                                                                                    : HB_STR("");
}

bool json_is(const hb_json *object, const char *key) {
    const hb_json *at = json_at(object, key);
    return at != NULL && at->kind == HB_JSON_TRUE;
}

uint32_t json_n(const hb_json *object, const char *key) {
    const hb_json *at = json_at(object, key);
    return at != NULL && at->kind == HB_JSON_ARRAY ? at->n : 0;
}

const hb_json *json_item(const hb_json *object, const char *key, uint32_t i) {
    return &json_at(object, key)->first[i];
}

bool json_is_list(const hb_json *at) {
    return at != NULL && at->kind == HB_JSON_ARRAY;
}

int64_t json_int(const hb_json *object, const char *key) {
    hb_dec number;
    int64_t value = 0;
    if (!hb_dec_parse(json_text(object, key), &number) || !hb_dec_to_int(number, &value)) return 0;
    return value;
}

const hb_json *json_find(const hb_json *list, const char *key, hb_str text) {
    if (list == NULL || list->kind != HB_JSON_ARRAY) return NULL;
    for (uint32_t i = 0; i < list->n; i++) {
        if (hb_str_equal(json_text(&list->first[i], key), text)) return &list->first[i];
    }
    return NULL;
}

bool report_read(hb_arena *arena, hb_str json, report_document *out, hb_error *err) {
    hb_json_reader *reader = hb_json_reader_open();
    hb_json *tree = NULL;
    bool ok =
        (reader != NULL || hb_out_of_memory(err)) && hb_json_parse(reader, arena, json, &tree, err);
    hb_json_reader_close(reader);
    if (!ok) return false;
    *out = (report_document){.tree = tree, .hash = hb_sha256(json.at, json.n)};
    (void)words_language_find(json_text(tree, "language"), &out->language);
    return true;
}
