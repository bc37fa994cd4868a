// people.c: where the random values come from. Strings are taken from the dictionary's own values
// and tests, so that every comparison in the law is met on both sides; dates cluster around the
// limits of the tests.
#include "people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint32_t dice_below(dice *d, uint32_t n) {  // splitmix64
    uint64_t z = (d->state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (uint32_t)((z ^ (z >> 31)) % n);
}

bool dice_one_in(dice *d, uint32_t n) {
    return dice_below(d, n) == 0;
}

rulebook_day people_day(dice *d) {
    static const char *const HOSTS[] = {"SLV", "SLV", "PAN", "HND", "MEX"};
    rulebook_day day = {.host = hb_str_from(HOSTS[dice_below(d, 5)]),
                        .author = HB_STR("list author")};
    hb_date_from_days(19700 + dice_below(d, 900), &day.as_of);
    return day;
}

static hb_str random_country(dice *d, const rulebook_day *day) {
    static const char *const OTHERS[] = {"USA", "PRI", "GUM", "HND", "GTM", "VEN", "SLV", "PAN"};
    return dice_one_in(d, 3) ? day->host : hb_str_from(OTHERS[dice_below(d, 8)]);
}

static hb_str random_id(dice *d, hb_arena *arena) {
    hb_str id = {0};
    hb_str_format(arena, &id, "D-%u", dice_below(d, 4));
    return id;
}

static hb_date date_near(dice *d, const rulebook_day *day) {
    static const int32_t STEPS[] = {0,   1,   2,   3,   4,    7,    8,    30,   31,  90,
                                    180, 181, 365, 366, 6573, 6574, 6575, 6576, 9000};
    int64_t step = STEPS[dice_below(d, sizeof STEPS / sizeof *STEPS)];
    hb_date date = day->as_of;
    hb_date_from_days(hb_date_to_days(day->as_of) - (dice_one_in(d, 4) ? -step : step), &date);
    return date;
}

static hb_str random_scalar(dice *d, const rulebook *rb, hb_arena *arena, uint32_t fact,
                            const rulebook_day *day) {
    const rulebook_fact *f = rulebook_fact_at(rb, fact);
    hb_str text = {0};
    hb_date date = date_near(d, day);
    switch (f->type) {
        case RULEBOOK_ENUM:
        case RULEBOOK_TRI: return f->values[dice_below(d, f->n_values)];
        case RULEBOOK_TEXT: return dice_one_in(d, 4) ? HB_STR("none") : HB_STR("some text");
        case RULEBOOK_DOC: return dice_one_in(d, 4) ? HB_STR("none") : random_id(d, arena);
        case RULEBOOK_COUNTRY: return dice_one_in(d, 4) ? HB_STR("none") : random_country(d, day);
        case RULEBOOK_DATE:
            hb_str_format(arena, &text, "%04d-%02u-%02u", date.year, date.month, date.day);
            return text;
        case RULEBOOK_DATE_TIME:
            hb_str_format(arena, &text, "%04d-%02u-%02uT%02u:30:00-04:00", date.year, date.month,
                          date.day, dice_below(d, 24));
            return text;
        case RULEBOOK_INT:
        case RULEBOOK_NUMBER: {
            static const char *const NUMBERS[] = {"0",  "1",  "15",  "16",  "17",  "18",
                                                  "30", "31", "167", "168", "180", "181"};
            return hb_str_from(f->type == RULEBOOK_NUMBER && dice_one_in(d, 3)
                                   ? "1.25"
                                   : NUMBERS[dice_below(d, 12)]);
        }
        case RULEBOOK_DOC_LIST:
        case RULEBOOK_COUNTRY_LIST:
        case RULEBOOK_ORDER_LIST: break;
    }
    return text;
}

static feel_value random_order(dice *d, hb_arena *arena) {
    static const char *const STATES[] = {"in_force", "dissolved", "vacated",
                                         "expired",  "stayed",    "reversed"};
    static const hb_str KEYS[] = {
        {"court",            5 },
        {"docket",           6 },
        {"status",           6 },
        {"class_definition", 16},
        {"expires",          7 }
    };
    feel_context *context = hb_arena_new(arena, feel_context);
    feel_value *values = hb_arena_array(arena, feel_value, 5);
    if (!context || !values) return feel_null();
    values[0] = feel_string(HB_STR("D. Md."));
    values[1] = feel_string(dice_one_in(d, 2) ? HB_STR("1") : HB_STR("2"));
    values[2] = feel_string(hb_str_from(STATES[dice_below(d, 6)]));
    *context = (feel_context){.n = 5, .keys = KEYS, .values = values};
    return (feel_value){.kind = FEEL_CONTEXT, .context = context};
}

static int text_order(const void *a, const void *b) {
    hb_text x = {0}, y = {0};
    feel_print(&x, *(const feel_value *)a);
    feel_print(&y, *(const feel_value *)b);
    int order = hb_str_compare((hb_str){x.at, x.n}, (hb_str){y.at, y.n});
    hb_text_clear(&x);
    hb_text_clear(&y);
    return order;
}

static bool random_list(dice *d, const rulebook *rb, hb_arena *arena, uint32_t fact,
                        const rulebook_day *day, uint32_t n_items, feel_value *out) {
    rulebook_fact_type type = rulebook_fact_at(rb, fact)->type;
    uint32_t n = dice_below(d, n_items + 1), kept = 0;
    feel_value *items = hb_arena_array(arena, feel_value, n + 1);
    if (!items) return false;
    for (uint32_t i = 0; i < n; i++) {
        if (type == RULEBOOK_ORDER_LIST)
            items[i] = random_order(d, arena);
        else
            items[i] = feel_string(type == RULEBOOK_DOC_LIST ? random_id(d, arena)
                                                             : random_country(d, day));
    }
    qsort(items, n, sizeof *items, text_order);
    for (uint32_t i = 0; i < n; i++) {
        if (kept == 0 || text_order(&items[kept - 1], &items[i]) != 0) items[kept++] = items[i];
    }
    *out = feel_list(items, kept);
    return true;
}

bool people_value(dice *d, const rulebook *rb, hb_arena *arena, uint32_t fact,
                  const rulebook_day *day, uint32_t n_items, feel_value *out) {
    rulebook_fact_type type = rulebook_fact_at(rb, fact)->type;
    bool is_list =
        type == RULEBOOK_DOC_LIST || type == RULEBOOK_COUNTRY_LIST || type == RULEBOOK_ORDER_LIST;
    if (is_list) return random_list(d, rb, arena, fact, day, n_items, out);
    hb_error err = {0};
    bool is_unknown = false;
    hb_str text = random_scalar(d, rb, arena, fact, day);
    return rulebook_value_from_text(rb, arena, fact, text, out, &is_unknown, &err) && !is_unknown;
}

static rulebook_kind random_kind(dice *d, const rulebook_fact *fact) {
    for (int tries = 0; tries < 40; tries++) {
        uint32_t kind = dice_below(d, RULEBOOK_N_KINDS);
        if (fact->established_by >> kind & 1) return (rulebook_kind)kind;
    }
    return RULEBOOK_OTHER;
}

const rulebook_document *people_document(dice *d, const rulebook *rb, hb_arena *arena,
                                         uint32_t fact, feel_value value, const rulebook_day *day) {
    const rulebook_fact *f = rulebook_fact_at(rb, fact);
    rulebook_document *doc = hb_arena_new(arena, rulebook_document);
    if (!doc) return NULL;
    bool names_it = f->type == RULEBOOK_DOC && !dice_one_in(d, 8);
    *doc = (rulebook_document){.id = names_it ? feel_text(value) : random_id(d, arena),
                               .issuer = HB_STR("Office of records"),
                               .kind = random_kind(d, f),
                               .date = day->as_of,
                               .has_date = true,
                               .is_verified = true,
                               .verified_by = HB_STR("Ms. Notary"),
                               .verified_role = RULEBOOK_NOTARY,
                               .verified_on = day->as_of};
    if (f->type == RULEBOOK_DOC_LIST && value.n > 0 && !dice_one_in(d, 8))
        doc->id = feel_text(value.items[dice_below(d, value.n)]);
    if (names_it && hb_str_equal(doc->id, HB_STR("none"))) doc->id = HB_STR("D-0");
    switch (dice_below(d, 20)) {  // what can be wrong with it
        case 0: doc->is_contested = true; break;
        case 1: doc->has_date = false; break;
        case 2: doc->is_verified = false; break;
        case 3: doc->verified_by = HB_STR("OFFICE  of Records"); break;
        case 4: doc->verified_by = day->author; break;
        case 5: doc->language = HB_STR("es"); break;
        case 6: doc->kind = RULEBOOK_CLAIM; break;
        case 7: doc->kind = RULEBOOK_NEWS; break;
        case 8: hb_date_from_days(hb_date_to_days(day->as_of) + 1, &doc->date); break;
        case 9: hb_date_from_days(hb_date_to_days(day->as_of) + 2, &doc->verified_on); break;
        case 10: hb_date_from_days(hb_date_to_days(day->as_of) - 3, &doc->verified_on); break;
        case 11:
        case 12: {
            rulebook_burden burden;
            rulebook_fact_burden(rb, fact, &burden);
            int64_t days = burden.does_age && dice_one_in(d, 2)
                               ? burden.fresh_days + dice_below(d, 2)
                               : 1 + dice_below(d, 400);
            hb_date_from_days(hb_date_to_days(day->as_of) - days, &doc->date);
            break;
        }
        case 13: doc->id = (hb_str){0}; break;
        default: break;
    }
    return doc;
}
