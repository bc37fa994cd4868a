// A scenario file as a whole: who sends, who holds, from when and for how long; the inputs
// (inputs.c); the groups of people; the lines of money; the cases, each a set of layers laid over
// the inputs (what was known before, what is known since, another counterfactual). Everything
// refers to inputs by name, and an input that nothing uses is an error unless a claim may read it.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "money/read.h"

static const char *const ROLE_NAMES[] = {
#define ROW(id, name, unit, neutral) name,
    MONEY_ROLES(ROW)
#undef ROW
};
static const char *const ROLE_UNITS[] = {
#define ROW(id, name, unit, neutral) unit,
    MONEY_ROLES(ROW)
#undef ROW
};
static const char *const KINDS[] = {"sentenced", "final_order", "no_conviction", "citizen"};
static const char *const COUNTERFACTUALS[] = {"prison_year", "immigration_weeks", "removal_home",
                                              "release"};
static const char *const MOMENTS[] = {"opening", "signing", "closing", "term", "later"};

static bool find_word(money_page *page, const hb_json *object, const char *key, hb_str word,
                      const char *const *words, uint32_t n, uint32_t *out) {
    char all[200] = "one of";
    for (uint32_t i = 0; i < n; i++) {
        if (hb_str_equal(word, hb_str_from(words[i]))) {
            *out = i;
            return true;
        }
        size_t at = strlen(all);
        snprintf(all + at, sizeof all - at, "%s %s", i ? "," : "", words[i]);
    }
    const hb_json *at = hb_json_member(object, hb_str_from(key));
    return money_page_refuse(page, at ? at : object, "bad-value", all, "\"%s\" has no such value",
                             key);
}

static uint32_t read_reference(money_page *page, const hb_json *object, const char *key,
                               bool is_needed, const money_scenario *s) {
    const hb_json *at = money_page_member(page, object, key, is_needed);
    if (at == NULL) return MONEY_NO_INPUT;
    size_t mark = money_page_enter(page, hb_str_from(key));
    uint32_t input = money_find_input(page, at, s);
    money_page_leave(page, mark);
    return input;
}

static void read_waves(money_page *page, const hb_json *object, money_group *group) {
    static const char *const KEYS[] = {"day", "share"};
    const hb_json *waves = hb_json_member(object, HB_STR("waves"));
    group->n_waves = 1;
    group->waves[0] = (money_wave){.day = 0, .share = 1};
    if (waves == NULL) return;
    size_t mark = money_page_enter(page, HB_STR("waves"));
    double sum = 0;
    if (money_page_is(page, waves, HB_JSON_ARRAY)) {
        if (waves->n == 0 || waves->n > MONEY_WAVES_MAX)
            money_page_refuse(page, waves, "out-of-range", NULL, "from 1 to %d waves",
                              MONEY_WAVES_MAX);
        group->n_waves = waves->n < MONEY_WAVES_MAX ? waves->n : MONEY_WAVES_MAX;
        for (uint32_t i = 0; i < group->n_waves; i++) {
            const hb_json *wave = &waves->first[i];
            size_t row = money_page_enter_item(page, i);
            double day = 0, share = 0;
            if (money_page_is(page, wave, HB_JSON_OBJECT)) {
                money_page_only(page, wave, KEYS, 2);
                money_page_number(page, wave, "day", true, 0, 14000, &day, NULL);
                money_page_number(page, wave, "share", true, 0, 1, &share, NULL);
            }
            group->waves[i] = (money_wave){.day = (int32_t)day, .share = share};
            sum += share;
            money_page_leave(page, row);
        }
        if (money_page_is_good(page) && fabs(sum - 1) > 1e-9)
            money_page_refuse(page, waves, "shares-sum", "make the shares of all waves 1 together",
                              "the shares of the waves are %.6g together", sum);
    }
    money_page_leave(page, mark);
}

static void read_counterfactual(money_page *page, const hb_json *object, const money_scenario *s,
                                money_group *group) {
    static const char *const KEYS[] = {"kind", "days", "marginal", "average", "once"};
    const hb_json *at = money_page_member(page, object, "counterfactual", true);
    uint32_t kind = 0;
    group->avoided_days = group->avoided_marginal = group->avoided_average = group->avoided_once =
        MONEY_NO_INPUT;
    if (at == NULL) return;
    size_t mark = money_page_enter(page, HB_STR("counterfactual"));
    if (money_page_is(page, at, HB_JSON_OBJECT)) {
        money_page_only(page, at, KEYS, 5);
        group->counterfactual = money_page_text(page, at, "kind", true);
        find_word(page, at, "kind", group->counterfactual, COUNTERFACTUALS, 4, &kind);
        group->avoided_days = read_reference(page, at, "days", false, s);
        group->avoided_once = read_reference(page, at, "once", false, s);
        // Average and marginal always stand together, so that neither is taken for the other.
        bool is_custody = kind < 2;
        group->avoided_marginal = read_reference(page, at, "marginal", is_custody, s);
        group->avoided_average = read_reference(page, at, "average", is_custody, s);
    }
    money_page_leave(page, mark);
}

static void read_group(money_page *page, const hb_json *object, money_scenario *s) {
    static const char *const KEYS[] = {"group",     "kind",  "count",         "fill",
                                       "stay_days", "waves", "counterfactual"};
    money_group *group = &s->groups[s->n_groups];
    uint32_t kind = 0;
    if (!money_page_is(page, object, HB_JSON_OBJECT)) return;
    money_page_only(page, object, KEYS, 7);
    group->name = money_page_text(page, object, "group", true);
    group->kind = money_page_text(page, object, "kind", true);
    find_word(page, object, "kind", group->kind, KINDS, 4, &kind);
    group->count = read_reference(page, object, "count", true, s);
    group->fill = read_reference(page, object, "fill", false, s);
    group->stay_days = read_reference(page, object, "stay_days", true, s);
    read_waves(page, object, group);
    read_counterfactual(page, object, s, group);
    s->n_groups++;
}

static void read_factors(money_page *page, const hb_json *object, const money_scenario *s,
                         money_line *line) {
    const hb_json *amount = money_page_member(page, object, "amount", true);
    if (amount == NULL) return;
    size_t mark = money_page_enter(page, HB_STR("amount"));
    if (money_page_is(page, amount, HB_JSON_ARRAY)) {
        if (amount->n == 0 || amount->n > MONEY_FACTORS_MAX)
            money_page_refuse(page, amount, "out-of-range", NULL, "from 1 to %d inputs, multiplied",
                              MONEY_FACTORS_MAX);
        uint32_t n_money = 0;
        for (uint32_t i = 0; i < amount->n && i < MONEY_FACTORS_MAX; i++) {
            hb_json one = amount->first[i];
            size_t row = money_page_enter_item(page, i);
            bool is_complement =
                one.kind == HB_JSON_STRING && hb_str_starts(one.text, HB_STR("1-"));
            if (is_complement) one.text = (hb_str){one.text.at + 2, one.text.n - 2};
            uint32_t input = money_find_input(page, &one, s);
            line->factors[line->n_factors++] = (money_factor){input, is_complement};
            if (input != MONEY_NO_INPUT) {
                const money_input *in = &s->cases[0].inputs[input];
                n_money += in->currency.n > 0;
                if (is_complement && !hb_str_equal(in->unit, HB_STR("share")))
                    money_page_refuse(page, &one, "unknown-unit", NULL,
                                      "only a share can be taken from 1");
            }
            money_page_leave(page, row);
        }
        if (money_page_is_good(page) && n_money != 1)
            money_page_refuse(page, amount, "unknown-unit",
                              "multiply one input of money with inputs that are none",
                              "%u of these inputs are money", n_money);
    }
    money_page_leave(page, mark);
}

static void read_sides(money_page *page, const hb_json *object, money_line *line) {
    static const char *const SIDES[] = {"sender", "host"};
    static const char *const RECEIVERS[] = {"others", "host"};
    uint32_t pays = 0, to = 0;
    hb_str receiver = money_page_text(page, object, "to", false);
    find_word(page, object, "pays", money_page_text(page, object, "pays", true), SIDES, 2, &pays);
    if (receiver.n) find_word(page, object, "to", receiver, RECEIVERS, 2, &to);
    line->is_paid_by_host = pays == 1;
    line->is_paid_to_host = to == 1;
    if (pays == 1 && to == 1)
        money_page_refuse(page, object, "bad-value", "let the sender pay it, or leave \"to\" out",
                          "the host pays itself");
}

static money_moment read_moment(money_page *page, const hb_json *object, const char *key,
                                money_moment otherwise) {
    uint32_t moment = otherwise;
    hb_str word = money_page_text(page, object, key, false);
    if (word.n) find_word(page, object, key, word, MOMENTS, 5, &moment);
    return (money_moment)moment;
}

static void read_line(money_page *page, const hb_json *object, money_scenario *s) {
    static const char *const KEYS[] = {"line", "group",  "source", "pays",    "to",     "driver",
                                       "from", "until",  "chance", "index",   "least",  "above",
                                       "most", "people", "amount", "capital", "biased", "floating"};
    money_line *line = &s->lines[s->n_lines];
    const char *drivers[MONEY_N_DRIVERS];
    uint32_t driver = 0;
    if (!money_page_is(page, object, HB_JSON_OBJECT)) return;
    money_page_only(page, object, KEYS, sizeof KEYS / sizeof KEYS[0]);
    for (uint32_t i = 0; i < MONEY_N_DRIVERS; i++) drivers[i] = money_driver_name((money_driver)i);
    line->name = money_page_text(page, object, "line", true);
    line->group = money_page_text(page, object, "group", true);
    line->source = money_page_text(page, object, "source", true);
    find_word(page, object, "driver", money_page_text(page, object, "driver", true), drivers,
              MONEY_N_DRIVERS, &driver);
    line->driver = (money_driver)driver;
    read_sides(page, object, line);
    line->from = read_moment(page, object, "from", MONEY_AT_OPENING);
    line->until = read_moment(page, object, "until", MONEY_AT_CLOSING);
    line->chance = read_reference(page, object, "chance", line->driver == MONEY_BY_CHANCE, s);
    line->index = read_reference(page, object, "index", false, s);
    line->most = MONEY_PEOPLE_MAX;
    money_page_number(page, object, "least", false, 0, MONEY_PEOPLE_MAX, &line->least, NULL);
    money_page_number(page, object, "above", false, 0, MONEY_PEOPLE_MAX, &line->above, NULL);
    money_page_number(page, object, "most", false, 0, MONEY_PEOPLE_MAX, &line->most, NULL);
    money_page_number(page, object, "people", line->driver == MONEY_ON_REACHING, 1,
                      MONEY_PEOPLE_MAX, &line->people, NULL);
    line->is_capital = money_page_flag(page, object, "capital");
    line->is_biased = money_page_flag(page, object, "biased");
    line->is_floating = money_page_flag(page, object, "floating");
    if (line->least > line->most)
        money_page_refuse(page, object, "range-order", NULL, "\"least\" is above \"most\"");
    if (line->is_floating && s->volatility <= 0)
        money_page_refuse(page, object, "bad-value", "give a volatility to a row of \"exchange\"",
                          "this line floats, and no currency does");
    read_factors(page, object, s, line);
    s->n_lines++;
}

static void read_pair(money_page *page, const hb_json *object, money_scenario *s) {
    static const char *const KEYS[] = {"a", "b", "rank", "source"};
    money_pair *pair = &s->pairs[s->n_pairs];
    if (!money_page_is(page, object, HB_JSON_OBJECT)) return;
    money_page_only(page, object, KEYS, 4);
    pair->a = read_reference(page, object, "a", true, s);
    pair->b = read_reference(page, object, "b", true, s);
    money_page_text(page, object, "source", true);
    money_page_number(page, object, "rank", true, -0.999, 0.999, &pair->rank, NULL);
    if (pair->a == pair->b)
        money_page_refuse(page, object, "correlation", "name two inputs that are not the same",
                          "an input moves with itself");
    s->n_pairs++;
}

static void read_actual(money_page *page, const hb_json *object, money_scenario *s) {
    static const char *const KEYS[] = {"name", "value", "source"};
    if (!money_page_is(page, object, HB_JSON_OBJECT)) return;
    money_page_only(page, object, KEYS, 3);
    s->actuals[s->n_actuals].name = money_page_text(page, object, "name", true);
    s->actuals[s->n_actuals].source = money_page_text(page, object, "source", true);
    money_page_number(page, object, "value", true, 0, 1e15, &s->actuals[s->n_actuals].value, NULL);
    s->n_actuals++;
}

static void read_excluded(money_page *page, const hb_json *at, money_scenario *s) {
    if (!money_page_is(page, at, HB_JSON_STRING)) return;
    if (!hb_str_copy(page->arena, at->text, &s->excluded[s->n_excluded++]))
        money_page_refuse(page, at, "memory-limit", NULL, "the scenario is too large");
}

static void read_case(money_page *page, const hb_json *object, money_scenario *s) {
    static const char *const KEYS[] = {"case", "stage", "layers", "about"};
    static const char *const STAGES[] = {"ex_ante", "ex_post"};
    money_case *one = &s->cases[s->n_cases++];
    uint32_t stage = 0;
    if (!money_page_is(page, object, HB_JSON_OBJECT)) return;
    money_page_only(page, object, KEYS, 4);
    one->name = money_page_text(page, object, "case", true);
    one->about = money_page_text(page, object, "about", false);
    find_word(page, object, "stage", money_page_text(page, object, "stage", true), STAGES, 2,
              &stage);
    one->is_ex_post = stage == 1;
}

typedef void (*read_one)(money_page *page, const hb_json *at, money_scenario *s);
static void read_list(money_page *page, const hb_json *root, const char *key, bool is_needed,
                      uint32_t most, read_one read, money_scenario *s) {
    const hb_json *list = money_page_member(page, root, key, is_needed);
    if (list == NULL) return;
    size_t mark = money_page_enter(page, hb_str_from(key));
    if (money_page_is(page, list, HB_JSON_ARRAY)) {
        if (list->n > most || (is_needed && list->n == 0))
            money_page_refuse(page, list, "out-of-range", "add or remove some",
                              "%u stand here, and there must be from %d to %u", list->n, is_needed,
                              most);
        for (uint32_t i = 0; i < list->n && i < most; i++) {
            size_t row = money_page_enter_item(page, i);
            read(page, &list->first[i], s);
            money_page_leave(page, row);
        }
    }
    money_page_leave(page, mark);
}

// Lays a case's layers over a copy of the inputs; a layer that an earlier case used is read again,
// which is simple, and files are small.
static void lay(money_page *page, const hb_json *root, const hb_json *object, money_scenario *s,
                money_case *one, const money_input *base) {
    const hb_json *names = hb_json_member(object, HB_STR("layers"));
    const hb_json *layers = hb_json_member(root, HB_STR("layers"));
    one->inputs = hb_arena_array(page->arena, money_input, s->n_inputs + 1);
    if (one->inputs == NULL) {
        money_page_refuse(page, object, "memory-limit", NULL, "the scenario is too large");
        return;
    }
    memcpy(one->inputs, base, s->n_inputs * sizeof *base);
    if (names == NULL || !money_page_is(page, names, HB_JSON_ARRAY)) return;
    for (uint32_t i = 0; i < names->n; i++) {
        const hb_json *name = &names->first[i];
        if (!money_page_is(page, name, HB_JSON_STRING)) return;
        const hb_json *layer = layers ? hb_json_member(layers, name->text) : NULL;
        if (layer == NULL) {
            money_page_refuse(page, name, "no-such-input", "add it to \"layers\"",
                              "there is no layer \"%.*s\"",
                              (int)(name->text.n < 60 ? name->text.n : 60), name->text.at);
            return;
        }
        char kept[sizeof page->pointer];
        memcpy(kept, page->pointer, sizeof kept);
        snprintf(page->pointer, sizeof page->pointer, "/layers");
        money_page_enter(page, name->text);
        money_read_layer(page, layer, s, one->inputs);
        memcpy(page->pointer, kept, sizeof kept);
    }
}

static void read_cases(money_page *page, const hb_json *root, money_scenario *s,
                       const money_input *base) {
    read_list(page, root, "cases", true, MONEY_CASES_MAX, read_case, s);
    if (!money_page_is_good(page)) return;
    const hb_json *cases = hb_json_member(root, HB_STR("cases"));
    size_t mark = money_page_enter(page, HB_STR("cases"));
    for (uint32_t i = 0; i < cases->n; i++) {
        size_t row = money_page_enter_item(page, i);
        lay(page, root, &cases->first[i], s, &s->cases[i], base);
        money_page_leave(page, row);
    }
    money_page_leave(page, mark);
}

static void find_roles(money_page *page, const hb_json *root, money_scenario *s) {
    for (uint32_t r = 0; r < MONEY_N_ROLES; r++) {
        s->roles[r] = MONEY_NO_INPUT;
        for (uint32_t i = 0; i < s->n_inputs; i++) {
            const money_input *input = &s->cases[0].inputs[i];
            if (!hb_str_equal(input->name, hb_str_from(ROLE_NAMES[r]))) continue;
            s->roles[r] = i;
            bool is_money = strncmp(ROLE_UNITS[r], "money", 5) == 0;
            hb_str wanted = hb_str_from(is_money ? ROLE_UNITS[r] + 5 : ROLE_UNITS[r]);
            hb_str unit = input->unit;
            if (is_money && input->currency.n) unit = (hb_str){unit.at + 3, unit.n - 3};
            if (is_money != (input->currency.n > 0) || !hb_str_equal(unit, wanted))
                money_page_refuse(page, root, "unknown-unit", NULL, "\"%s\" is in %s",
                                  ROLE_NAMES[r], ROLE_UNITS[r]);
        }
    }
}

static void read_calendar(money_page *page, const hb_json *root, money_scenario *s) {
    double months = 0, year = 0;
    hb_str start = money_page_text(page, root, "start", true);
    hb_date day;
    if (money_page_number(page, root, "months", true, 1, MONEY_MONTHS_MAX, &months, NULL))
        s->n_months = (uint32_t)months;
    if (money_page_number(page, root, "price_year", true, 1950, 2100, &year, NULL))
        s->price_year = (int32_t)year;
    if (!start.n) return;
    if (!hb_date_parse(start, &s->start) || s->start.year < 1950 || s->start.year > 2100) {
        money_page_refuse(page, hb_json_member(root, HB_STR("start")), "bad-date",
                          "write it as 2025-03-16, from 1950 to 2100", "\"start\" is no day");
        return;
    }
    for (uint32_t m = 0; m <= s->n_months; m++) {
        if (!hb_date_add_months(s->start, m, &day)) return;
        s->month_first[m] = (int32_t)(hb_date_to_days(day) - hb_date_to_days(s->start));
    }
}

static void read_parties(money_page *page, const hb_json *root, money_scenario *s) {
    s->name = money_page_text(page, root, "scenario", true);
    s->title = money_page_text(page, root, "title", true);
    s->sender = money_page_text(page, root, "sender", true);
    s->host = money_page_text(page, root, "host", true);
    s->currency = money_page_text(page, root, "currency", true);
    s->list = money_page_text(page, root, "list", false);
    s->claims = money_page_text(page, root, "claims", false);
    s->note = money_page_text(page, root, "note", false);
}

static bool read_all(money_page *page, const hb_json *root, money_scenario *s) {
    static const char *const KEYS[] = {
        "scenario", "title",        "sender",   "host",   "currency", "price_year",
        "start",    "months",       "list",     "claims", "note",     "exchange",
        "prices",   "discount",     "inputs",   "layers", "cases",    "people",
        "lines",    "correlations", "excluded", "actual"};
    hb_error err = {0};
    if (!money_page_is(page, root, HB_JSON_OBJECT)) return false;
    money_page_only(page, root, KEYS, sizeof KEYS / sizeof KEYS[0]);
    read_parties(page, root, s);
    read_calendar(page, root, s);
    if (!money_page_is_good(page) || !money_read_tables(page, root, s)) return false;
    const hb_json *inputs = money_page_member(page, root, "inputs", true);
    money_input *base = hb_arena_array(page->arena, money_input, MONEY_INPUTS_MAX);
    s->groups = hb_arena_array(page->arena, money_group, MONEY_GROUPS_MAX);
    s->lines = hb_arena_array(page->arena, money_line, MONEY_LINES_MAX);
    s->cases = hb_arena_array(page->arena, money_case, MONEY_CASES_MAX);
    s->pairs = hb_arena_array(page->arena, money_pair, MONEY_CORRELATED_MAX * 4);
    s->excluded = hb_arena_array(page->arena, hb_str, 64);
    if (!base || !s->groups || !s->lines || !s->cases || !s->pairs || !s->excluded)
        return money_page_refuse(page, root, "memory-limit", NULL, "the scenario is too large");
    if (inputs == NULL) return false;
    size_t mark = money_page_enter(page, HB_STR("inputs"));
    bool ok = money_read_inputs(page, inputs, s, base);
    money_page_leave(page, mark);
    if (!ok) return false;
    read_cases(page, root, s, base);
    if (!money_page_is_good(page)) return false;
    find_roles(page, root, s);
    read_list(page, root, "people", true, MONEY_GROUPS_MAX, read_group, s);
    read_list(page, root, "lines", true, MONEY_LINES_MAX, read_line, s);
    read_list(page, root, "correlations", false, MONEY_CORRELATED_MAX * 4, read_pair, s);
    read_list(page, root, "actual", false, 8, read_actual, s);
    read_list(page, root, "excluded", false, 64, read_excluded, s);
    if (!money_page_is_good(page)) return false;
    if (!money_correlate(s, &err))
        return money_page_refuse(page, hb_json_member(root, HB_STR("correlations")), err.code,
                                 err.help, "%s", err.message);
    return true;
}

money_scenario *money_scenario_parse(hb_arena *arena, hb_str text, const char *path,
                                     hb_errors *errors) {
    hb_error err = {0};
    hb_json *root = NULL;
    money_scenario *s = hb_arena_new(arena, money_scenario);
    hb_json_reader *reader = hb_json_reader_open();
    money_page page = {.arena = arena,
                       .file = hb_str_from(path),
                       .text = text,
                       .errors = errors,
                       .n_before = errors->n_all};
    bool ok = s != NULL && reader != NULL && hb_str_copy(arena, page.file, &s->path);
    if (!ok) {
        hb_out_of_memory(&err);
    } else if (hb_json_parse(reader, arena, text, &root, &err)) {
        ok = read_all(&page, root, s) && money_page_is_good(&page);
        if (!ok && money_page_is_good(&page)) hb_out_of_memory(&err);
    }
    if (err.kind != HB_NONE) {
        hb_error_file(&err, page.file);
        hb_errors_add(errors, &err);
    }
    if (reader) hb_json_reader_close(reader);
    return money_page_is_good(&page) ? s : NULL;
}

money_scenario *money_scenario_read(hb_arena *arena, const char *path, hb_errors *errors) {
    hb_error err = {0};
    hb_bytes bytes = {0};
    money_scenario *s = NULL;
    if (hb_read_file(path, MONEY_MAX_BYTES, &bytes, &err)) {
        s = money_scenario_parse(arena, (hb_str){bytes.at, bytes.n}, path, errors);
    } else {
        hb_error_file(&err, hb_str_from(path));
        hb_errors_add(errors, &err);
    }
    hb_bytes_clear(&bytes);
    return s;
}

hb_str money_scenario_name(const money_scenario *scenario) {
    return scenario->name;
}
hb_str money_scenario_list(const money_scenario *scenario) {
    return scenario->list;
}
hb_str money_scenario_claims(const money_scenario *scenario) {
    return scenario->claims;
}
