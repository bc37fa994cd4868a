// The money with the reader's own values: a form with every input of the headline case, a page that
// waits with a bar, and the report, marked "your values, not the file's" as long as it stands.
#include <stdio.h>
#include <string.h>

#include "web/pages.h"
#include "web/site.h"

static hb_str part(hb_str value) {
    return value.n ? value : HB_STR("");
}

// As the form shows it: a single value stands in the middle alone.
static void shown(const money_input_row *row, hb_str v[3]) {
    bool is_single = hb_str_equal(part(row->low), part(row->high));
    v[0] = is_single ? HB_STR("") : part(row->low);
    v[1] = part(row->mode);
    v[2] = is_single ? HB_STR("") : part(row->high);
}

// Takes further attributes.
static void open_number(html *out, hb_str id) {
    html_open(out, HTML_INPUT);
    html_class(out, "usa-input hb-small");
    html_attribute(out, "type", HB_STR("text"));
    html_attribute(out, "inputmode", HB_STR("decimal"));
    html_attribute(out, "autocomplete", HB_STR("off"));
    html_id(out, id);
    html_attribute(out, "name", id);
}

static void number_field(html *out, const char *end, hb_str name, const char *label, hb_str value) {
    hb_text id = {0};
    hb_text_addf(&id, "%.*s.%s", (int)name.n, name.at, end);
    html_open(out, HTML_TD);
    html_open(out, HTML_LABEL);
    html_class(out, "usa-sr-only");
    html_attribute(out, "for", (hb_str){id.at, id.n});
    html_textf(out, "%.*s, %s", (int)name.n, name.at, label);
    html_close(out, HTML_LABEL);
    open_number(out, (hb_str){id.at, id.n});
    if (value.n) html_attribute(out, "value", value);
    html_close(out, HTML_TD);
    hb_text_clear(&id);
}

// The inputs that are asked first, each as one value: how many people and how long, then those that
// move the total most.
enum { ASKED_PEOPLE = 3, ASKED = 8 };

static bool is_in(const uint32_t *asked, uint32_t n, uint32_t input) {
    while (n > 0)
        if (asked[--n] == input) return true;
    return false;
}

static uint32_t first_asked(const money_report *report, uint32_t asked[ASKED]) {
    uint32_t n = 0, input;
    for (uint32_t i = 0; i < money_n_inputs(report) && n < ASKED_PEOPLE; i++) {
        hb_str unit = money_input_row_at(report, 0, i).unit;
        if (hb_str_equal(unit, HB_STR("people")) || hb_str_equal(unit, HB_STR("days")))
            asked[n++] = i;
    }
    for (uint32_t i = 0; i < money_n_swings(report, 0) && n < ASKED; i++) {
        if (money_swing_input(report, 0, i, &input) && !is_in(asked, n, input)) asked[n++] = input;
    }
    return n;
}

// One value, beside what the file has; record/money.js adds a slider over the file's own range.
static void value_field(const web_request *r, html *out, const money_input_row *row) {
    hb_text id = {0};
    bool is_single = hb_str_equal(part(row->low), part(row->high));
    hb_text_addf(&id, "%.*s.value", (int)row->name.n, row->name.at);
    html_open(out, HTML_DIV);
    html_open(out, HTML_LABEL);
    html_class(out, "usa-label");
    html_attribute(out, "for", (hb_str){id.at, id.n});
    html_put(out, HTML_CODE, NULL, row->name);
    html_textf(out, " (%.*s)", (int)row->unit.n, row->unit.at);
    html_close(out, HTML_LABEL);
    html_open(out, HTML_SPAN);
    html_class(out, "usa-hint");
    html_textf(out, "%s ", say(r, "the file:"));
    if (is_single)
        html_text(out, part(row->mode));
    else
        html_textf(out, say(r, "%.*s to %.*s, most likely %.*s"), (int)row->low.n,
                   part(row->low).at, (int)row->high.n, part(row->high).at, (int)row->mode.n,
                   part(row->mode).at);
    if (row->source.n) html_textf(out, " · %.*s", (int)row->source.n, row->source.at);
    html_close(out, HTML_SPAN);
    open_number(out, (hb_str){id.at, id.n});
    if (!is_single) {
        html_attribute(out, "data-low", row->low);
        html_attribute(out, "data-high", row->high);
        html_attribute(out, "data-mode", part(row->mode));
    }
    html_close(out, HTML_DIV);
    hb_text_clear(&id);
}

static void every_input(web_request *r, html *out) {
    const money_report *report = r->site->money;
    const char *const heads[] = {say(r, "input"), say(r, "low"), say(r, "mode"), say(r, "high"),
                                 say(r, "unit")};
    html_open(out, HTML_DETAILS);
    html_put_say(out, HTML_SUMMARY, NULL, say(r, "Every input, with its range"));
    html_put_say(out, HTML_P, NULL,
                 say(r, "A single value stands in the middle; leave low and high empty."));
    web_open_columns(out, say(r, "Your values"), "usa-table usa-table--compact", heads, 5, 5);
    for (uint32_t i = 0; i < money_n_inputs(report); i++) {
        money_input_row row = money_input_row_at(report, 0, i);
        html_open(out, HTML_TR);
        html_open(out, HTML_TH);
        html_attribute(out, "scope", HB_STR("row"));
        html_put(out, HTML_CODE, NULL, row.name);
        html_close(out, HTML_TH);
        hb_str v[3];
        shown(&row, v);
        number_field(out, "low", row.name, heads[1], v[0]);
        number_field(out, "mode", row.name, heads[2], v[1]);
        number_field(out, "high", row.name, heads[3], v[2]);
        html_put(out, HTML_TD, NULL, row.unit);
        html_close(out, HTML_TR);
    }
    web_close_table(out);
    html_close(out, HTML_DETAILS);
}

void web_run_form(web_request *r, html *out) {
    const money_report *report = r->site->money;
    uint32_t asked[ASKED];
    if (!report || !web_may(r, WEB_RUN_MONEY)) return;
    r->script = "record/money.js";
    html_open(out, HTML_DIV);
    html_id(out, HB_STR("own-values"));
    html_flag(out, "hidden");
    web_alert(out, "warning", say(r, "Your values, not the file's"),
              say(r, "They count once you run them. The figures below are still the file's."));
    html_close(out, HTML_DIV);
    html_open(out, HTML_DETAILS);
    html_put_say(out, HTML_SUMMARY, NULL, say(r, "Run it with other values"));
    html_put_say(out, HTML_P, NULL,
                 say(r,
                     "How many and how long, then what moves the total most. An empty field leaves "
                     "the file's own range."));
    web_open_form(r, out, web_address(r, "/money/runs"), "usa-form hb-wide");
    html_open(out, HTML_DIV);
    html_class(out, "hb-filter");
    uint32_t n = first_asked(report, asked);
    for (uint32_t i = 0; i < n; i++) {
        money_input_row row = money_input_row_at(report, 0, asked[i]);
        value_field(r, out, &row);
    }
    html_close(out, HTML_DIV);
    every_input(r, out);
    char words[96];
    snprintf(words, sizeof words, say(r, "Run %llu draws, seed %llu"),
             (unsigned long long)money_report_request(report)->n_draws,
             (unsigned long long)money_report_request(report)->seed);
    web_button(r, out, words, NULL);
    html_close(out, HTML_FORM);
    html_close(out, HTML_DETAILS);
}

// ---- what was changed --------------------------------------------------------------------------

static hb_str given(const web_request *r, hb_str name, const char *end) {
    char word[160];
    snprintf(word, sizeof word, "%.*s.%s", (int)(name.n < 140 ? name.n : 140), name.at, end);
    return hb_str_trim(web_form(r, word));
}

static bool is_number(hb_str text) {
    hb_dec number;
    return text.n > 0 && text.n < 40 && hb_dec_parse(text, &number);
}

// One input of the layer, as a scenario file has it.
static void add_input(hb_text *layer, const money_input_row *row, const hb_str v[3], int32_t year,
                      hb_date today) {
    hb_text_addf(layer, "%s", layer->n > 1 ? "," : "");
    hb_text_add_json(layer, row->name);
    hb_text_addf(layer, ":{\"unit\":");
    hb_text_add_json(layer, row->unit);
    hb_text_addf(layer, ",\"source\":\"the reader\",\"mark\":\"G\",\"read_on\":\"%04d-%02u-%02u\"",
                 today.year, today.month, today.day);
    bool is_money = row->unit.n >= 3 && row->unit.at[0] >= 'A' && row->unit.at[0] <= 'Z';
    if (is_money) hb_text_addf(layer, ",\"price_year\":%d", year);
    if (v[0].n || v[2].n) {
        hb_text_addf(
            layer, ",\"dist\":\"pert\",\"low\":\"%.*s\",\"mode\":\"%.*s\",\"high\":\"%.*s\"}",
            (int)v[0].n, part(v[0]).at, (int)v[1].n, part(v[1]).at, (int)v[2].n, part(v[2]).at);
    } else {
        hb_text_addf(layer, ",\"value\":\"%.*s\"}", (int)v[1].n, part(v[1]).at);
    }
}

static bool take_changes(web_request *r, hb_text *layer, hb_text *changed, hb_error *err) {
    const money_report *report = r->site->money;
    int32_t year = money_case_at(report, 0).price_year;
    hb_date today = {0};
    (void)hb_date_from_days(r->now.seconds / 86400, &today);
    hb_text_addf(layer, "{");
    for (uint32_t i = 0; i < money_n_inputs(report); i++) {
        money_input_row row = money_input_row_at(report, 0, i);
        hb_str v[3] = {given(r, row.name, "low"), given(r, row.name, "mode"),
                       given(r, row.name, "high")},
               one = given(r, row.name, "value");
        if (one.n) {
            v[0] = v[2] = HB_STR("");
            v[1] = one;
        }
        hb_str before[3];
        shown(&row, before);
        if (hb_str_equal(v[0], before[0]) && hb_str_equal(v[1], before[1]) &&
            hb_str_equal(v[2], before[2]))
            continue;
        bool is_range = v[0].n || v[2].n;
        if (!is_number(v[1]) || (is_range && (!is_number(v[0]) || !is_number(v[2])))) {
            hb_fail(err, HB_INPUT, "number", say(r, "%.*s: a number, or low, mode and high"),
                    (int)row.name.n, row.name.at);
            hb_error_help(err, "%s", say(r, "write numbers with a point: 1234.5"));
            return false;
        }
        add_input(layer, &row, v, year, today);
        hb_text_addf(changed, "%.*s: ", (int)row.name.n, row.name.at);
        if (is_range)
            hb_text_addf(changed, "%.*s / %.*s / %.*s", (int)v[0].n, part(v[0]).at, (int)v[1].n,
                         part(v[1]).at, (int)v[2].n, part(v[2]).at);
        else
            hb_text_addf(changed, "%.*s", (int)v[1].n, part(v[1]).at);
        hb_text_addf(changed, " %.*s\n", (int)row.unit.n, row.unit.at);
    }
    hb_text_addf(layer, "}");
    if (changed->n) return true;
    hb_fail(err, HB_INPUT, "no-change", "%s", say(r, "no value was changed"));
    hb_error_help(err, "%s", say(r, "change one, then run"));
    return false;
}

bool web_page_run_start(web_request *r, html *out, hb_error *err) {
    hb_text layer = {0}, changed = {0};
    const char *id = NULL;
    (void)out;
    if (!r->site->money) return web_not_found(r);
    if (take_changes(r, &layer, &changed, err))
        id = web_run_start(r, (hb_str){layer.at, layer.n}, (hb_str){changed.at, changed.n}, err);
    hb_text_clear(&layer);
    hb_text_clear(&changed);
    return id && web_go(r, "/money/runs/%s", id);
}

// ---- waiting, and the answer -------------------------------------------------------------------

static void changes_of(html *out, hb_str changed) {
    html_open(out, HTML_UL);
    while (changed.n) {
        const char *end = memchr(changed.at, '\n', changed.n);
        size_t n = end ? (size_t)(end - changed.at) : changed.n;
        html_put(out, HTML_LI, NULL, (hb_str){changed.at, n});
        changed = (hb_str){changed.at + n + (end != NULL), changed.n - n - (end != NULL)};
    }
    html_close(out, HTML_UL);
}

static void waiting(web_request *r, html *out, const web_run_view *run) {
    r->refresh_seconds = 2;
    html_open(out, HTML_LABEL);
    html_attribute(out, "for", HB_STR("progress"));
    html_say(out, say(r, "Drawing"));
    html_close(out, HTML_LABEL);
    html_open(out, HTML_PROGRESS);
    html_id(out, HB_STR("progress"));
    html_attributef(out, "max", "%llu", (unsigned long long)(run->all ? run->all : 1));
    html_attributef(out, "value", "%llu", (unsigned long long)run->done);
    html_textf(out, "%llu / %llu", (unsigned long long)run->done, (unsigned long long)run->all);
    html_close(out, HTML_PROGRESS);
    html_put_say(out, HTML_P, NULL, say(r, "This page looks again every two seconds."));
    web_open_form(r, out, web_address_of(r, "/money/runs/", web_part(r, 0)), NULL);
    web_button(r, out, say(r, "Stop"), "usa-button usa-button--outline");
    html_close(out, HTML_FORM);
}

static bool answer(web_request *r, html *out, const web_run_view *run, hb_error *err) {
    html_put_say(out, HTML_H1, NULL, say(r, "What it costs, with your values"));
    web_alert(out, "warning", say(r, "Your values, not the file's"),
              say(r, "What stands here is of the values below, and of nobody else."));
    changes_of(out, run->changed);
    if (!run->has_ended && !run->is_stopped) {
        waiting(r, out, run);
        return true;
    }
    html_open(out, HTML_P);
    html_link(out, web_address(r, "/money"), "usa-link",
              hb_str_from(say(r, "Back to the file's values")));
    html_close(out, HTML_P);
    if (run->report) return web_money_write(r, out, run->report, err);
    if (run->is_stopped)
        web_alert(out, "info", say(r, "You stopped this run"),
                  say(r, "Nothing of it was kept. The file's values stand as they were."));
    else
        web_alert(out, "error", say(r, "The run failed"), run->error.message);
    return true;
}

bool web_page_run(web_request *r, html *out, hb_error *err) {
    web_run_view run = {0};
    if (!r->site->money || !web_run_open(r, web_part(r, 0), &run)) return web_not_found(r);
    bool ok = answer(r, out, &run, err);
    web_run_close(r, &run);
    return ok;
}

bool web_page_run_stop(web_request *r, html *out, hb_error *err) {
    (void)out;
    (void)err;
    if (!r->site->money || !web_run_stop(r, web_part(r, 0))) return web_not_found(r);
    return web_go(r, "/money/runs/%.*s", (int)web_part(r, 0).n, web_part(r, 0).at);
}
