// A value of a fact, read from JSON or from a CSV cell, strictly by the fact's type. What does not
// fit is refused: a value read wrongly could speak for a transfer. `unknown` and null say nothing.
#include "rulebook/internal.h"

#include <stdio.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/uloc.h>
#include <unicode/utf8.h>

#define MAX_TEXT 2000
#define MAX_LIST 1000
#define MAX_NUMBER 1000000000000000

bool date_is_valid(hb_str text, hb_date *out) {
    return text.n == 10 && hb_date_parse(text, out) && out->year >= 1 && out->year <= 9999;
}

// Three letters as one number, so that a list of a million people compares numbers.
static uint32_t country_number(const char letters[3]) {
    return (uint32_t)(unsigned char)letters[0] << 16 | (uint32_t)(unsigned char)letters[1] << 8 |
           (uint32_t)(unsigned char)letters[2];
}

bool countries_load(rulebook *rb) {
    uint32_t n = 0;
    for (const char *const *two = uloc_getISOCountries(); *two; two++) n++;
    rb->countries = hb_arena_array(rb->arena, uint32_t, n);
    if (!rb->countries) return false;
    for (const char *const *two = uloc_getISOCountries(); *two; two++) {
        char locale[16] = "und_";
        memcpy(locale + 4, *two, 3);
        const char *three = uloc_getISO3Country(locale);
        if (three && strlen(three) == 3) rb->countries[rb->n_countries++] = country_number(three);
    }
    return true;
}

bool rulebook_knows_country(const rulebook *rb, hb_str code) {
    if (code.n != 3) return false;
    uint32_t number = country_number(code.at);
    for (uint32_t i = 0; i < rb->n_countries; i++) {
        if (rb->countries[i] == number) return true;
    }
    return false;
}

// The value itself is a fact about a person, and stays out of the message.
static bool refuse(hb_error *err, const rulebook_fact *fact, const char *wanted) {
    hb_fail(err, HB_INPUT, "bad-fact-value", "this is no value of fact \"%.*s\"", (int)fact->name.n,
            fact->name.at);
    hb_error_help(err, "%s", wanted);
    return false;
}

static bool refuse_enum(hb_error *err, const rulebook_fact *fact) {
    char wanted[sizeof err->help] = "write ";
    for (uint32_t v = 0; v < fact->n_values; v++) {
        size_t n = strlen(wanted);
        snprintf(wanted + n, sizeof wanted - n, "%.*s, ", (int)fact->values[v].n,
                 fact->values[v].at);
    }
    size_t n = strlen(wanted);
    snprintf(wanted + n, sizeof wanted - n, "or unknown");
    return refuse(err, fact, wanted);
}

// "None" or "TBD" meant that there is nothing, and as a text of its own would speak for a transfer.
static bool looks_like(hb_str text, const char *word) {
    return text.n == strlen(word) && strncasecmp(text.at, word, text.n) == 0;
}

static bool is_keyword_misspelt(hb_str text) {
    static const char *const WORDS[] = {
        "none",      "unknown",     "null",       "n/a",          "na",        "nil",
        "no",        "nobody",      "nothing",    "not known",    "tbd",       "pending",
        "ninguno",   "ninguna",     "nadie",      "nada",         "pendiente", "desconocido",
        "no consta", "desconocida", "se ignora",  "se desconoce", "n.a.",      "not available",
    };
    hb_str trimmed = hb_str_trim(text);
    for (uint32_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (looks_like(trimmed, WORDS[i])) return true;
    return false;
}

// Says something: it has a letter or a digit, and nothing that a reader would not see.
static bool is_plain_text(hb_str text) {
    bool says_something = false;
    if (!text.n || text.n > MAX_TEXT) return false;
    for (size_t i = 0; i < text.n;) {
        UChar32 c = 0;
        U8_NEXT((const uint8_t *)text.at, i, text.n, c);
        if (!hb_is_shown(c) && c != '\n' && c != '\t') return false;
        says_something |= u_isalnum(c);
    }
    return says_something;
}

static bool read_number(hb_arena *arena, const rulebook_fact *fact, hb_str text, feel_value *out,
                        hb_error *err) {
    hb_dec number;
    const char *wanted = fact->type == RULEBOOK_INT ? "write a whole number, from 0 to 10^15"
                                                    : "write a number, from 0 to 10^15";
    if (!text.n || text.n > 40 || !hb_dec_parse(text, &number) || hb_dec_is_negative(number) ||
        hb_dec_compare(number, hb_dec_from_int(MAX_NUMBER)) > 0)
        return refuse(err, fact, wanted);
    if (fact->type == RULEBOOK_INT && !hb_dec_is_integer(number)) return refuse(err, fact, wanted);
    return feel_number(arena, number, out) || hb_out_of_memory(err);
}

static bool read_instant(hb_arena *arena, const rulebook_fact *fact, hb_str text, feel_value *out,
                         hb_error *err) {
    const char *wanted =
        "write a time with its offset (RFC 3339), such as 2025-03-14T09:30:00-04:00";
    feel_value value;
    if (text.n < 20 || text.n > 40 || !feel_parse_date_time(arena, text, &value) ||
        value.kind != FEEL_DATE_TIME)
        return refuse(err, fact, wanted);
    const hb_datetime *instant = value.date_time;
    if (instant->time.zone.kind != HB_ZONE_OFFSET || instant->date.year < 1 ||
        instant->date.year > 9999)
        return refuse(err, fact, wanted);
    *out = value;
    return true;
}

// One value of a type without parts. The bytes of `text` live in `arena`.
static bool read_scalar(const rulebook *rb, hb_arena *arena, uint32_t fact_index, hb_str text,
                        feel_value *out, bool *is_unknown, hb_error *err) {
    const rulebook_fact *fact = &rb->facts[fact_index];
    bool is_none = hb_str_equal(text, HB_STR("none"));
    hb_date day;
    *is_unknown = hb_str_equal(text, HB_STR("unknown"));
    if (*is_unknown) return true;
    switch (fact->type) {
        case RULEBOOK_ENUM:
        case RULEBOOK_TRI:
            for (uint32_t v = 0; v < fact->n_values; v++)
                if (hb_str_equal(text, fact->values[v]))
                    return *out = feel_string(fact->values[v]), true;
            return refuse_enum(err, fact);
        case RULEBOOK_TEXT:
            if (!is_none && is_keyword_misspelt(text))
                return refuse(err, fact,
                              "write none for what was looked for and is not there, unknown for "
                              "what is not known");
            if (!is_plain_text(text)) return refuse(err, fact, "write a text of 1 to 2000 bytes, with letters or digits");
            return *out = feel_string(text), true;
        case RULEBOOK_DOC:
            if (!is_none && (is_keyword_misspelt(text) || !hb_id_is_valid(text)))
                return refuse(err, fact, "write the id of a document, or none");
            return *out = feel_string(text), true;
        case RULEBOOK_COUNTRY:
            // Searched for and not found is a value only where the dictionary gives it a meaning.
            if (is_none && !rb->laws[fact_index].knows_none) return *is_unknown = true;
            if (!is_none && !rulebook_knows_country(rb, text))
                return refuse(err, fact, "write an ISO 3166-1 alpha-3 code, such as SLV");
            return *out = feel_string(text), true;
        case RULEBOOK_DATE:
            if (!date_is_valid(text, &day))
                return refuse(err, fact, "write a date such as 2025-03-14");
            return *out = feel_date(day), true;
        case RULEBOOK_DATE_TIME: return read_instant(arena, fact, text, out, err);
        case RULEBOOK_NUMBER:
        case RULEBOOK_INT: return read_number(arena, fact, text, out, err);
        case RULEBOOK_DOC_LIST:
        case RULEBOOK_COUNTRY_LIST:
        case RULEBOOK_ORDER_LIST: break;
    }
    return refuse(err, fact, "write a list");
}

static bool read_item(const rulebook *rb, const rulebook_fact *fact, hb_str text, feel_value *out,
                      hb_error *err) {
    bool is_country = fact->type == RULEBOOK_COUNTRY_LIST;
    if (is_country ? !rulebook_knows_country(rb, text) : !hb_id_is_valid(text) || is_keyword_misspelt(text))
        return refuse(err, fact,
                      is_country ? "write ISO 3166-1 alpha-3 codes, such as SLV"
                                 : "write the ids of documents");
    *out = feel_string(text);
    return true;
}

// One court order: members not given are null, and a status not given counts as in force.
static bool read_order(const rulebook_fact *fact, hb_arena *arena, const hb_json *json,
                       feel_value *out, hb_error *err) {
    static const hb_str MEMBERS[5] = {
        {"court",            5 },
        {"docket",           6 },
        {"status",           6 },
        {"class_definition", 16},
        {"expires",          7 }
    };
    feel_context *order = hb_arena_new(arena, feel_context);
    feel_value *values = hb_arena_array(arena, feel_value, 5);
    if (!order || !values) return hb_out_of_memory(err);
    if (json->kind != HB_JSON_OBJECT)
        return refuse(
            err, fact,
            "write each order as an object: court, docket, status, class_definition, expires");
    for (uint32_t m = 0; m < json->n; m++) {
        const hb_json *member = &json->first[m];
        uint32_t i = 0;
        while (i < 5 && !hb_str_equal(member->key, MEMBERS[i])) i++;
        if (i == 5)
            return refuse(err, fact,
                          "an order has court, docket, status, class_definition and expires");
        if (member->kind == HB_JSON_NULL) continue;
        if (member->kind != HB_JSON_STRING || !is_plain_text(member->text))
            return refuse(err, fact, "members of an order are texts");
        hb_str copy;
        if (!hb_str_copy(arena, member->text, &copy)) return hb_out_of_memory(err);
        values[i] = feel_string(copy);
    }
    *order = (feel_context){5, MEMBERS, values};
    *out = (feel_value){.kind = FEEL_CONTEXT, .context = order};
    return true;
}

static bool read_list(const rulebook *rb, const rulebook_fact *fact, hb_arena *arena,
                      const hb_json *json, feel_value *out, hb_error *err) {
    if (json->kind != HB_JSON_ARRAY) return refuse(err, fact, "write a list in square brackets");
    if (json->n > MAX_LIST)
        return hb_fail(err, HB_LIMIT, "list-too-long", "this list has %u items, the limit is %d",
                       json->n, MAX_LIST);
    feel_value *items = hb_arena_array(arena, feel_value, json->n + 1);
    if (!items) return hb_out_of_memory(err);
    for (uint32_t i = 0; i < json->n; i++) {
        const hb_json *item = &json->first[i];
        hb_str copy;
        if (fact->type == RULEBOOK_ORDER_LIST) {
            if (!read_order(fact, arena, item, &items[i], err)) return false;
            continue;
        }
        if (item->kind != HB_JSON_STRING)
            return refuse(err, fact, "the items of this list are texts");
        if (!hb_str_copy(arena, item->text, &copy)) return hb_out_of_memory(err);
        if (!read_item(rb, fact, copy, &items[i], err)) return false;
    }
    *out = feel_list(items, json->n);
    return true;
}

bool rulebook_value_from_json(const rulebook *rb, hb_arena *arena, uint32_t fact,
                              const hb_json *json, feel_value *value, bool *is_unknown,
                              hb_error *err) {
    rulebook_fact_type type = rb->facts[fact].type;
    hb_str copy;
    *is_unknown = json->kind == HB_JSON_NULL ||
                  (json->kind == HB_JSON_STRING && hb_str_equal(json->text, HB_STR("unknown")));
    *value = feel_null();
    if (*is_unknown) return true;
    if (fact_type_is_list(type)) return read_list(rb, &rb->facts[fact], arena, json, value, err);
    bool is_number = type == RULEBOOK_NUMBER || type == RULEBOOK_INT;
    if (type == RULEBOOK_TRI && (json->kind == HB_JSON_TRUE || json->kind == HB_JSON_FALSE))
        return read_scalar(rb, arena, fact,
                           json->kind == HB_JSON_TRUE ? HB_STR("yes") : HB_STR("no"), value,
                           is_unknown, err);
    if (json->kind != HB_JSON_STRING && !(is_number && json->kind == HB_JSON_NUMBER))
        return refuse(err, &rb->facts[fact],
                      is_number ? "write a number" : "write a text in double quotes");
    if (!hb_str_copy(arena, json->text, &copy)) return hb_out_of_memory(err);
    return read_scalar(rb, arena, fact, copy, value, is_unknown, err);
}

static bool read_cell_list(const rulebook *rb, const rulebook_fact *fact, hb_arena *arena,
                           hb_str text, feel_value *value, hb_error *err) {
    if (hb_str_equal(text, HB_STR("[]"))) return *value = feel_list(NULL, 0), true;
    uint32_t n_items = 1, n = 0;
    for (size_t i = 0; i < text.n; i++) n_items += text.at[i] == ';';
    if (n_items > MAX_LIST)
        return hb_fail(err, HB_LIMIT, "list-too-long", "this list has %u items, the limit is %d",
                       n_items, MAX_LIST);
    feel_value *items = hb_arena_array(arena, feel_value, n_items);
    if (!items) return hb_out_of_memory(err);
    size_t start = 0;
    for (size_t i = 0; i <= text.n; i++) {
        if (i < text.n && text.at[i] != ';') continue;
        hb_str copy, item = hb_str_trim((hb_str){text.at + start, i - start});
        if (!hb_str_copy(arena, item, &copy)) return hb_out_of_memory(err);
        if (!read_item(rb, fact, copy, &items[n++], err)) return false;
        start = i + 1;
    }
    *value = feel_list(items, n);
    return true;
}

bool rulebook_value_from_text(const rulebook *rb, hb_arena *arena, uint32_t fact, hb_str text,
                              feel_value *value, bool *is_unknown, hb_error *err) {
    rulebook_fact_type type = rb->facts[fact].type;
    hb_str copy, trimmed = hb_str_trim(text);
    *value = feel_null();
    *is_unknown = !trimmed.n || hb_str_equal(trimmed, HB_STR("unknown"));
    if (*is_unknown) return true;
    if (type == RULEBOOK_ORDER_LIST) {
        hb_json_reader *reader = hb_json_reader_open();
        hb_json *json = NULL;
        if (!reader) return hb_out_of_memory(err);
        bool ok = hb_json_parse(reader, arena, trimmed, &json, err) &&
                  read_list(rb, &rb->facts[fact], arena, json, value, err);
        hb_json_reader_close(reader);
        return ok;
    }
    if (fact_type_is_list(type))
        return read_cell_list(rb, &rb->facts[fact], arena, trimmed, value, err);
    if (!hb_str_copy(arena, trimmed, &copy)) return hb_out_of_memory(err);
    return read_scalar(rb, arena, fact, copy, value, is_unknown, err);
}
