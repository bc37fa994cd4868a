// The inputs of a scenario: each with unit, range, shape, source, mark and date, and converted
// once, by the scenario's own dated tables, into its currency and price year. What cannot be right
// is refused: a low above its mode, money without a currency or price year, a share above 1, a
// daily price that is not the yearly one divided by its days.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "money/read.h"

// Words after the currency ("USD/day"), and units that are no money, with what they may hold.
static const char *const PER[] = {"day",  "month", "year",         "hour",      "person",
                                  "case", "plane", "person-month", "place-day", "place-year"};
static const struct {
    const char *name;
    double least, most;
} UNITS[] = {
    {"people",   0,    MONEY_PEOPLE_MAX},
    {"days",     0,    40000           },
    {"months",   0,    MONEY_MONTHS_MAX},
    {"hours",    0,    1000            },
    {"share",    0,    1               },
    {"count",    0,    1e9             },
    {"ratio",    -10,  1000            },
    {"per_year", -0.5, 5               },
};
#define N_PER (sizeof PER / sizeof PER[0])
#define N_UNITS (sizeof UNITS / sizeof UNITS[0])
#define MONEY_MOST 1e15

static bool is_currency(hb_str text) {
    if (text.n != 3) return false;
    for (size_t i = 0; i < 3; i++)
        if (text.at[i] < 'A' || text.at[i] > 'Z') return false;
    return true;
}

// The unit's currency, or empty, and the least and most its value may be.
static bool find_unit(hb_str unit, hb_str *currency, double *least, double *most) {
    *currency = (hb_str){0};
    for (uint32_t i = 0; i < N_UNITS; i++) {
        if (!hb_str_equal(unit, hb_str_from(UNITS[i].name))) continue;
        *least = UNITS[i].least;
        *most = UNITS[i].most;
        return true;
    }
    if (unit.n < 3 || !is_currency((hb_str){unit.at, 3})) return false;
    bool is_known = unit.n == 3;
    for (uint32_t i = 0; i < N_PER && unit.n > 4 && unit.at[3] == '/'; i++)
        if (hb_str_equal((hb_str){unit.at + 4, unit.n - 4}, hb_str_from(PER[i]))) is_known = true;
    if (!is_known) return false;
    *currency = (hb_str){unit.at, 3};
    *least = 0;
    *most = MONEY_MOST;
    return true;
}

static bool read_exchange(money_page *page, const hb_json *at, money_scenario *s) {
    static const char *const KEYS[] = {"currency", "rate", "on", "source", "volatility"};
    money_exchange *e = &s->exchanges[s->n_exchanges];
    if (!money_page_is(page, at, HB_JSON_OBJECT)) return false;
    money_page_only(page, at, KEYS, 5);
    e->currency = money_page_text(page, at, "currency", true);
    e->on = money_page_text(page, at, "on", true);
    e->source = money_page_text(page, at, "source", true);
    money_page_number(page, at, "rate", true, 1e-6, 1e6, &e->rate, &e->rate_text);
    money_page_number(page, at, "volatility", false, 0, 1, &e->volatility, NULL);
    if (!is_currency(e->currency))
        return money_page_refuse(page, at, "unknown-unit", "write its ISO 4217 code, as EUR",
                                 "this is no currency");
    hb_date on;
    if (!hb_date_parse(e->on, &on))
        return money_page_refuse(page, at, "bad-date", "write it as 2025-03-14",
                                 "the exchange rate has no day");
    if (e->volatility > 0 && s->floating.n)
        return money_page_refuse(page, at, "bad-value", "leave out the volatility of one",
                                 "two currencies float");
    if (e->volatility > 0) {
        s->volatility = e->volatility;
        s->floating = e->currency;
    }
    s->n_exchanges++;
    return true;
}

static bool read_price(money_page *page, const hb_json *at, money_scenario *s) {
    static const char *const KEYS[] = {"currency", "from", "to", "factor", "source"};
    money_price *p = &s->prices[s->n_prices];
    double from = 0, to = 0;
    if (!money_page_is(page, at, HB_JSON_OBJECT)) return false;
    money_page_only(page, at, KEYS, 5);
    p->currency = money_page_text(page, at, "currency", true);
    p->source = money_page_text(page, at, "source", true);
    money_page_number(page, at, "from", true, 1950, 2100, &from, NULL);
    money_page_number(page, at, "to", true, 1950, 2100, &to, NULL);
    money_page_number(page, at, "factor", true, 0.01, 100, &p->factor, &p->factor_text);
    p->from = (int32_t)from;
    p->to = (int32_t)to;
    s->n_prices++;
    return true;
}

static bool read_rate(money_page *page, const hb_json *at, money_scenario *s) {
    static const char *const KEYS[] = {"rate", "name", "source"};
    money_rate *r = &s->rates[s->n_rates];
    if (!money_page_is(page, at, HB_JSON_OBJECT)) return false;
    money_page_only(page, at, KEYS, 3);
    r->name = money_page_text(page, at, "name", true);
    r->source = money_page_text(page, at, "source", true);
    money_page_number(page, at, "rate", true, -0.05, 0.5, &r->rate, &r->text);
    s->n_rates++;
    return true;
}

typedef bool (*read_row)(money_page *page, const hb_json *at, money_scenario *s);
static bool read_rows(money_page *page, const hb_json *root, const char *key, uint32_t most,
                      read_row read, money_scenario *s) {
    const hb_json *rows = hb_json_member(root, hb_str_from(key));
    if (rows == NULL) return true;
    size_t mark = money_page_enter(page, hb_str_from(key));
    if (money_page_is(page, rows, HB_JSON_ARRAY)) {
        if (rows->n > most)
            money_page_refuse(page, rows, "list-too-long", NULL, "more than %u rows", most);
        for (uint32_t i = 0; i < rows->n && i < most; i++) {
            size_t row = money_page_enter_item(page, i);
            read(page, &rows->first[i], s);
            money_page_leave(page, row);
        }
    }
    money_page_leave(page, mark);
    return money_page_is_good(page);
}

bool money_read_tables(money_page *page, const hb_json *root, money_scenario *s) {
    enum { EXCHANGES_MAX = 8, PRICES_MAX = 64 };
    s->exchanges = hb_arena_array(page->arena, money_exchange, EXCHANGES_MAX);
    s->prices = hb_arena_array(page->arena, money_price, PRICES_MAX);
    s->rates = hb_arena_array(page->arena, money_rate, MONEY_RATES_MAX);
    if (!s->exchanges || !s->prices || !s->rates)
        return money_page_refuse(page, root, "memory-limit", NULL, "the scenario is too large");
    read_rows(page, root, "exchange", EXCHANGES_MAX, read_exchange, s);
    read_rows(page, root, "prices", PRICES_MAX, read_price, s);
    return read_rows(page, root, "discount", MONEY_RATES_MAX, read_rate, s);
}

// From the input's currency of its year to the scenario's: first through its own country's prices,
// then by the exchange rate of the table's day.
static bool convert(money_page *page, const hb_json *at, const money_scenario *s,
                    money_input *input) {
    input->scale = 1;
    if (input->price_year != s->price_year) {
        uint32_t i = 0;
        while (i < s->n_prices &&
               !(hb_str_equal(s->prices[i].currency, input->currency) &&
                 s->prices[i].from == input->price_year && s->prices[i].to == s->price_year))
            i++;
        if (i == s->n_prices)
            return money_page_refuse(
                page, at, "no-conversion", "add a row to \"prices\" with its factor and source",
                "nothing says what %.*s of %d are in prices of %d", (int)input->currency.n,
                input->currency.at, input->price_year, s->price_year);
        input->scale *= s->prices[i].factor;
    }
    if (hb_str_equal(input->currency, s->currency)) return true;
    for (uint32_t i = 0; i < s->n_exchanges; i++) {
        if (!hb_str_equal(s->exchanges[i].currency, input->currency)) continue;
        input->scale *= s->exchanges[i].rate;
        return true;
    }
    return money_page_refuse(page, at, "no-conversion",
                             "add a row to \"exchange\" with its rate, day and source",
                             "nothing says what a %.*s is in %.*s", (int)input->currency.n,
                             input->currency.at, (int)s->currency.n, s->currency.at);
}

// costs.md US4x: an official notice printed a yearly and a daily price that exclude each other.
static void check_other_price(money_page *page, const hb_json *object, const money_input *input) {
    static const char *const KEYS[] = {"year", "days"};
    const hb_json *also = hb_json_member(object, HB_STR("also"));
    double year = 0, days = 365;
    if (also == NULL) return;
    size_t mark = money_page_enter(page, HB_STR("also"));
    if (money_page_is(page, also, HB_JSON_OBJECT)) {
        money_page_only(page, also, KEYS, 2);
        if (money_page_number(page, also, "year", true, 0, MONEY_MOST, &year, NULL) &&
            money_page_number(page, also, "days", true, 365, 366, &days, NULL) &&
            fabs(input->mode * days - year) > 0.005 * days + 0.5)
            money_page_refuse(page, also, "prices-disagree",
                              "find out which of the two is right, and give that one alone",
                              "%.2f a day for %.0f days is %.2f, not %.2f a year", input->mode,
                              days, input->mode * days, year);
    }
    money_page_leave(page, mark);
}

static double *read_samples(money_page *page, const hb_json *at, double least, double most,
                            uint32_t *n) {
    enum { SAMPLES_MAX = 100000 };
    *n = 0;
    if (!money_page_is(page, at, HB_JSON_ARRAY)) return NULL;
    if (at->n == 0 || at->n > SAMPLES_MAX) {
        money_page_refuse(page, at, "out-of-range", "give from 1 to 100000", "%u samples", at->n);
        return NULL;
    }
    double *samples = hb_arena_array(page->arena, double, at->n);
    for (uint32_t i = 0; samples && i < at->n; i++) {
        size_t mark = money_page_enter_item(page, i);
        money_page_number_at(page, &at->first[i], least, most, &samples[i], NULL);
        money_page_leave(page, mark);
    }
    *n = samples ? at->n : 0;
    return samples;
}

static void check_order(money_page *page, const hb_json *object, const money_input *input) {
    if (input->low > input->mode)
        money_page_refuse(page, object, "range-order", "write low, mode and high in rising order",
                          "low %.*s is above mode %.*s", (int)input->low_text.n, input->low_text.at,
                          (int)input->mode_text.n, input->mode_text.at);
    if (input->mode > input->high)
        money_page_refuse(page, object, "range-order", "write low, mode and high in rising order",
                          "mode %.*s is above high %.*s", (int)input->mode_text.n,
                          input->mode_text.at, (int)input->high_text.n, input->high_text.at);
    if (input->shape == MONEY_LOGNORMAL && input->low <= 0)
        money_page_refuse(page, object, "range-order", "give a low above 0, or another dist",
                          "a lognormal begins above 0");
}

static bool read_values(money_page *page, const hb_json *object, money_input *input, double least,
                        double most, double **samples, uint32_t *n_samples) {
    const hb_json *value = hb_json_member(object, HB_STR("value"));
    const hb_json *several = hb_json_member(object, HB_STR("samples"));
    hb_str shape = money_page_text(page, object, "dist", value == NULL && several == NULL);
    if (value != NULL) {
        input->shape = MONEY_FIXED;
        if (!money_page_number(page, object, "value", true, least, most, &input->mode,
                               &input->mode_text))
            return false;
        input->low = input->high = input->mode;
        input->low_text = input->high_text = input->mode_text;
        return true;
    }
    if (several != NULL) {
        size_t mark = money_page_enter(page, HB_STR("samples"));
        input->shape = MONEY_SAMPLES;
        *samples = read_samples(page, several, least, most, n_samples);
        money_page_leave(page, mark);
        return *samples != NULL && money_page_is_good(page);
    }
    if (!money_shape_find(shape, &input->shape) || input->shape == MONEY_SAMPLES)
        return money_page_refuse(
            page, object, "bad-value",
            "pert, triangular, uniform or lognormal; or \"value\", or \"samples\"",
            "\"dist\" names no distribution");
    bool ok =
        money_page_number(page, object, "low", true, least, most, &input->low, &input->low_text);
    ok = money_page_number(page, object, "high", true, least, most, &input->high,
                           &input->high_text) &&
         ok;
    bool has_mode = input->shape == MONEY_PERT || input->shape == MONEY_TRIANGULAR ||
                    input->shape == MONEY_FIXED;
    if (!ok) return false;
    input->mode = (input->low + input->high) / 2;
    if (!has_mode && hb_json_member(object, HB_STR("mode")) == NULL)
        input->mode_text = input->high_text;
    else if (!money_page_number(page, object, "mode", true, least, most, &input->mode,
                                &input->mode_text))
        return false;
    check_order(page, object, input);
    return money_page_is_good(page);
}

static void prepare(money_page *page, const hb_json *object, money_input *input, double *samples,
                    uint32_t n_samples) {
    hb_error err = {0};
    input->low *= input->scale;
    input->mode *= input->scale;
    input->high *= input->scale;
    for (uint32_t i = 0; i < n_samples; i++) samples[i] *= input->scale;
    if (!money_input_prepare(input, page->arena, samples, n_samples, &err))
        money_page_refuse(page, object, err.code, NULL, "%s", err.message);
}

static void read_input(money_page *page, const hb_json *object, const money_scenario *s,
                       money_input *input) {
    static const char *const KEYS[] = {"unit",    "price_year", "low",     "mode",   "high",
                                       "dist",    "value",      "samples", "source", "mark",
                                       "read_on", "note",       "also"};
    double least = 0, most = 0, year = 0, *samples = NULL;
    uint32_t n_samples = 0;
    hb_date day;
    if (!money_page_is(page, object, HB_JSON_OBJECT)) return;
    money_page_only(page, object, KEYS, sizeof KEYS / sizeof KEYS[0]);
    input->unit = money_page_text(page, object, "unit", true);
    input->source = money_page_text(page, object, "source", true);
    input->mark = money_page_text(page, object, "mark", true);
    input->read_on = money_page_text(page, object, "read_on", true);
    input->note = money_page_text(page, object, "note", false);
    if (!money_page_is_good(page)) return;
    if (!find_unit(input->unit, &input->currency, &least, &most)) {
        money_page_refuse(page, object, "unknown-unit",
                          "people, days, months, hours, share, count, ratio, per_year, or money as "
                          "USD or USD/day",
                          "there is no unit \"%.*s\"",
                          (int)(input->unit.n < 40 ? input->unit.n : 40), input->unit.at);
        return;
    }
    if (!hb_str_equal(input->mark, HB_STR("V")) && !hb_str_equal(input->mark, HB_STR("G")) &&
        !hb_str_equal(input->mark, HB_STR("C")))
        money_page_refuse(page, object, "bad-value",
                          "V seen in a copy of the source, G to be confirmed, C computed",
                          "\"mark\" is V, G or C");
    if (!hb_date_parse(input->read_on, &day))
        money_page_refuse(page, object, "bad-date", "write it as 2025-03-14",
                          "\"read_on\" is no day");
    input->scale = 1;
    if (input->currency.n &&
        money_page_number(page, object, "price_year", true, 1950, 2100, &year, NULL)) {
        input->price_year = (int32_t)year;
        convert(page, object, s, input);
    }
    if (!read_values(page, object, input, least, most, &samples, &n_samples)) return;
    check_other_price(page, object, input);
    if (money_page_is_good(page)) prepare(page, object, input, samples, n_samples);
}

static bool is_name(hb_str name) {
    if (name.n == 0 || name.n > 60 || name.at[0] < 'a' || name.at[0] > 'z') return false;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.at[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
    }
    return true;
}

bool money_read_inputs(money_page *page, const hb_json *object, money_scenario *s,
                       money_input *inputs) {
    if (!money_page_is(page, object, HB_JSON_OBJECT)) return false;
    if (object->n > MONEY_INPUTS_MAX)
        return money_page_refuse(page, object, "list-too-long", NULL, "more than %d inputs",
                                 MONEY_INPUTS_MAX);
    for (uint32_t i = 0; i < object->n; i++) {
        const hb_json *one = &object->first[i];
        size_t mark = money_page_enter(page, one->key);
        bool is_taken = false;
        for (uint32_t o = 0; o < MONEY_N_OUTCOMES; o++)
            is_taken = is_taken || hb_str_equal(one->key, hb_str_from(MONEY_OUTCOME_NAMES[o]));
        if (!is_name(one->key) || is_taken)
            money_page_refuse(
                page, one, "bad-id", "small letters, digits and _, as in fee_lump",
                is_taken ? "this is the name of a result" : "an input cannot have this name");
        if (!hb_str_copy(page->arena, one->key, &inputs[i].name)) return false;
        read_input(page, one, s, &inputs[i]);
        money_page_leave(page, mark);
    }
    s->n_inputs = object->n;
    return money_page_is_good(page);
}

bool money_read_layer(money_page *page, const hb_json *object, const money_scenario *s,
                      money_input *inputs) {
    if (!money_page_is(page, object, HB_JSON_OBJECT)) return false;
    for (uint32_t i = 0; i < object->n; i++) {
        const hb_json *one = &object->first[i];
        uint32_t k = 0;
        size_t mark = money_page_enter(page, one->key);
        while (k < s->n_inputs && !hb_str_equal(one->key, inputs[k].name)) k++;
        if (k == s->n_inputs) {
            money_page_refuse(page, one, "no-such-input", "add it to \"inputs\" first",
                              "a layer changes an input that is not there");
        } else {
            hb_str unit = inputs[k].unit;
            inputs[k] = (money_input){.name = inputs[k].name};
            read_input(page, one, s, &inputs[k]);
            if (inputs[k].unit.n && inputs[k].unit.n > 3 && unit.n > 3 &&
                !hb_str_equal((hb_str){unit.at + 3, unit.n - 3},
                              (hb_str){inputs[k].unit.at + 3, inputs[k].unit.n - 3}))
                money_page_refuse(page, one, "unknown-unit", "give both the same unit",
                                  "the layer has another unit than the input");
        }
        money_page_leave(page, mark);
    }
    return money_page_is_good(page);
}

uint32_t money_find_input(money_page *page, const hb_json *at, const money_scenario *s) {
    hb_str names[MONEY_INPUTS_MAX];
    if (!money_page_is(page, at, HB_JSON_STRING)) return MONEY_NO_INPUT;
    for (uint32_t i = 0; i < s->n_inputs; i++) {
        names[i] = s->cases[0].inputs[i].name;
        if (hb_str_equal(at->text, names[i])) return i;
    }
    hb_str near = hb_nearest(at->text, names, s->n_inputs);
    char help[120];
    snprintf(help, sizeof help, "did you mean \"%.*s\"?", (int)near.n, near.n ? near.at : "");
    money_page_refuse(page, at, "no-such-input", near.n ? help : "add it to \"inputs\"",
                      "there is no input \"%.*s\"", (int)(at->text.n < 60 ? at->text.n : 60),
                      at->text.at);
    return MONEY_NO_INPUT;
}
