// Columns that describe a custody, as `habeas enddate` asks for it. A mapping says where each cell
// goes ("custody.inputs.sentences.0.term.y"); the object is put together when the person is
// written. A cell that is blank, marked or cannot be read is "unknown", which is doubt: the answer
// is then UNRESOLVED, and the earliest day that could be true is a review. Only the word `none`
// says that there is no such thing. Where the system is not known, either law may govern: both are
// asked, and neither is answered.
#include <stdio.h>
#include <string.h>

#include "intake/import_reading.h"

#define DAYS_MOST 73050
#define YEAR_LEAST 1800
#define YEAR_MOST 2300
#define DEPTH_MAX 8
static const hb_str UNKNOWN = {"\"unknown\"", 9};

// ---- cells --------------------------------------------------------------------------------------

static bool is_none(hb_str text) {
    static const char *const WORDS[] = {"none", "None", "ninguno", "ninguna", "Ninguno", "Ninguna"};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        if (hb_str_equal(text, hb_str_from(WORDS[i]))) return true;
    }
    return false;
}

static bool is_in_years(hb_date day) {
    return day.year >= YEAR_LEAST && day.year <= YEAR_MOST;
}

static bool day_json(reading *r, const map_column *column, hb_str text, hb_str *json) {
    hb_date day;
    if (!reading_day(r, column, column->from, text, &day)) return false;
    if (!is_in_years(day)) {
        reading_warn(r, "bad_date", column->from);
        return false;
    }
    return hb_str_format(r->arena, json, "\"%04d-%02d-%02d\"", day.year, day.month, day.day);
}

// 2025-05-10 14:30[:00][-06:00], else a day.
static bool moment_json(reading *r, const map_column *column, hb_str text, hb_str *json) {
    hb_str whole;
    hb_datetime moment;
    hb_date day;
    bool has_time = text.n >= 16 && (text.at[10] == ' ' || text.at[10] == 'T');
    bool is_short = has_time && (text.n == 16 || text.at[16] != ':');
    if (!has_time) return day_json(r, column, text, json);
    if (!hb_str_format(r->arena, &whole, "%.10sT%.5s%s%.*s", text.at, text.at + 11,
                       is_short ? ":00" : "", (int)(text.n - 16), text.at + 16))
        return false;
    if (!hb_date_parse((hb_str){text.at, 10}, &day) || !is_in_years(day) ||
        !hb_datetime_parse(whole, &moment)) {
        reading_warn(r, "bad_date", column->from);
        return false;
    }
    if (text.n <= 19) reading_warn(r, "time_without_zone", column->from);
    return hb_str_format(r->arena, json, "\"%.*s\"", (int)whole.n, whole.at);
}

static bool number_json(hb_str text, hb_str *json) {
    hb_dec number;
    int64_t n = -1;
    bool ok = text.n > 0 && text.n <= 6;
    for (size_t i = 0; i < text.n && ok; i++) ok = text.at[i] >= '0' && text.at[i] <= '9';
    ok = ok && (text.n == 1 || text.at[0] != '0') && hb_dec_parse(text, &number) &&
         hb_dec_to_int(number, &n) && n <= DAYS_MOST;
    if (ok) *json = text;
    return ok;
}

static bool word_json(reading *r, const map_column *column, hb_str text, hb_str *json) {
    for (uint32_t i = 0; column->values != NULL && i < column->values->n; i++) {
        const hb_json *value = &column->values->first[i];
        if (!hb_str_equal(value->key, text) || value->kind == HB_JSON_NULL) continue;
        return hb_str_format(r->arena, json, "\"%.*s\"", (int)value->text.n, value->text.at);
    }
    return false;
}

static bool yes_no_json(reading *r, const map_column *column, hb_str text, hb_str *json) {
    hb_str word = cell_yes_no(r->arena, text);
    bool is_yes = hb_str_equal(word, HB_STR("yes"));
    if (word.n == 0) return false;
    if (column->type == MAP_TRUTH)
        *json = is_yes ? HB_STR("true") : HB_STR("false");
    else
        *json = is_yes ? HB_STR("\"yes\"") : HB_STR("\"no\"");
    return true;
}

static bool json_of(reading *r, const map_column *column, hb_str text, hb_str *json) {
    bool ok = false;
    switch (column->type) {
        case MAP_DATE: return day_json(r, column, text, json);
        case MAP_DATETIME_LOCAL: return moment_json(r, column, text, json);
        case MAP_NUMBER: ok = number_json(text, json); break;
        case MAP_YES_NO:
        case MAP_TRUTH: ok = yes_no_json(r, column, text, json); break;
        case MAP_ENUM: ok = word_json(r, column, text, json); break;
        case MAP_YEAR_YOUNGEST:
        case MAP_COUNTRY:
        case MAP_LIST_COUNTRY:
        case MAP_COUNTRY_IS_HOST:
        case MAP_TEXT:
        case MAP_CITE_INA:
        case MAP_CONST:
        case MAP_PRESENT_IS:
        case MAP_BLANK_IS:
        case MAP_FACT_BY_NAME:
        case MAP_PHRASE: break;
    }
    if (!ok) reading_warn(r, "unlisted_value", column->from);
    return ok;
}

void reading_custody(reading *r, const map_column *column, cell_kind kind, hb_str text) {
    hb_str path = {column->to.at + 8, column->to.n - 8}, json = UNKNOWN, copy;
    if (is_none(text)) {
        json = (hb_str){0};
    } else if (kind == CELL_VALUE) {
        r->has_custody = true;
        if (!json_of(r, column, text, &json)) json = UNKNOWN;
    } else if (kind == CELL_MARKER) {
        reading_warn(r, "blank_marker", column->from);
    } else if (kind == CELL_REDACTED) {
        reading_warn(r, "redacted", column->from);
    }
    if (!hb_str_copy(r->arena, json, &copy))
        r->failed = true;
    else
        reading_add_pair(r->out->custody, &r->out->n_custody, path, copy);
}

void reading_custody_unread(reading *r, const map_column *column) {
    hb_str path;
    r->has_custody = true;
    reading_warn(r, "unlisted_value", column->from);
    if (!hb_str_format(r->arena, &path, "inputs.%.*s", (int)column->from.n, column->from.at))
        r->failed = true;
    else
        reading_add_pair(r->out->custody, &r->out->n_custody, path, UNKNOWN);
}

// ---- the object ---------------------------------------------------------------------------------

static bool is_below(hb_str path, hb_str prefix) {
    return prefix.n == 0 ||
           (path.n > prefix.n && hb_str_starts(path, prefix) && path.at[prefix.n] == '.');
}

// The step of a path below a prefix: "term" of "sentences.0.term.y" below "sentences.0".
static hb_str step_of(hb_str path, hb_str prefix) {
    size_t start = prefix.n == 0 ? 0 : prefix.n + 1, end = start;
    while (end < path.n && path.at[end] != '.') end++;
    return (hb_str){path.at + start, end - start};
}

static bool is_again(const import_pair *pairs, uint32_t i, hb_str prefix, hb_str step) {
    for (uint32_t k = 0; k < i; k++) {
        bool is_it = pairs[k].text.n > 0 && is_below(pairs[k].name, prefix) &&
                     hb_str_equal(step_of(pairs[k].name, prefix), step);
        if (is_it) return true;
    }
    return false;
}

static void write_below(hb_text *out, const import_pair *pairs, uint32_t n, hb_str prefix,
                        int depth) {
    uint32_t n_written = 0;
    bool is_list = false;
    for (uint32_t i = 0; i < n && depth < DEPTH_MAX; i++) {
        hb_str name = pairs[i].name;
        if (pairs[i].text.n == 0 || !is_below(name, prefix)) continue;
        hb_str step = step_of(name, prefix);
        if (is_again(pairs, i, prefix, step)) continue;
        is_list = step.n > 0 && step.at[0] >= '0' && step.at[0] <= '9';
        hb_text_add(out, n_written++ > 0 ? HB_STR(",") : is_list ? HB_STR("[") : HB_STR("{"));
        if (!is_list) {
            hb_text_add_json(out, step);
            hb_text_add(out, HB_STR(":"));
        }
        hb_str whole = {name.at, (size_t)(step.at - name.at) + step.n};
        if (whole.n == name.n)
            hb_text_add(out, pairs[i].text);
        else
            write_below(out, pairs, n, whole, depth + 1);
    }
    if (n_written == 0) hb_text_add(out, HB_STR("{"));
    hb_text_add(out, is_list ? HB_STR("]") : HB_STR("}"));
}

static bool knows_system(const import_person *person) {
    for (uint32_t i = 0; i < person->n_custody; i++) {
        if (hb_str_equal(person->custody[i].name, HB_STR("system")))
            return person->custody[i].text.n > 0 && !hb_str_equal(person->custody[i].text, UNKNOWN);
    }
    return false;
}

void import_custody_write(hb_text *out, const import_person *person) {
    if (person->n_custody == 0) return;
    hb_text_add(out, HB_STR(",\"custody\":"));
    if (!knows_system(person)) {
        hb_text_add(
            out,
            HB_STR("{\"system\":\"both\",\"inputs\":{\"us\":\"unknown\",\"sv\":\"unknown\"}}"));
        return;
    }
    bool has_inputs = false;
    for (uint32_t i = 0; i < person->n_custody; i++)
        has_inputs |=
            person->custody[i].text.n > 0 && is_below(person->custody[i].name, HB_STR("inputs"));
    write_below(out, person->custody, person->n_custody, (hb_str){0}, 0);
    if (has_inputs) return;
    out->n--;  // the closing brace
    hb_text_add(out, HB_STR(",\"inputs\":{}}"));
}
