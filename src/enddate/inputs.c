// The entries of one question, read by the dictionary of its rulebook. Three things are kept apart:
// an entry that is absent (nobody claims it), one that is null or "unknown" (it is in doubt, and
// the model sees the text "unknown"), and one that cannot be read at all (refused, with its place).
// An entry that the dictionary does not name reaches the model as `not_read`: the answer is then
// UNRESOLVED, for nobody knows what it would have changed.
#include <stdio.h>
#include <string.h>

#include "enddate/internal.h"

#define YEAR_LEAST 1800
#define YEAR_MOST 2300
#define DAYS_MOST 73050  // two hundred years
#define ITEMS_MOST 1000u

typedef struct {
    const enddate_book *book;
    hb_arena *arena;
    hb_error *err;
    bool has_unread;
    char pointer[160];  // RFC 6901
} reading;

static bool read_object(reading *r, const hb_json *object, hb_str path, bool is_top, hb_date today,
                        feel_value *out);

static bool refuse(reading *r, const char *code, const char *help, const char *format,
                   hb_str word) {
    int shown = word.n < 80 ? (int)word.n : 80;
    hb_fail(r->err, HB_INPUT, code, format, shown, word.at);
    hb_error_help(r->err, "%s", help);
    if (r->err->pointer[0] == '\0')
        snprintf(r->err->pointer, sizeof r->err->pointer, "%s", r->pointer);
    return false;
}

static bool is_doubtful(const hb_json *json) {
    return json->kind == HB_JSON_NULL ||
           (json->kind == HB_JSON_STRING && hb_str_equal(json->text, HB_STR("unknown")));
}

static bool has_word(hb_str values, hb_str word) {
    for (size_t start = 0, i = 0; i <= values.n; i++) {
        if (i < values.n && values.at[i] != '|') continue;
        if (hb_str_equal((hb_str){values.at + start, i - start}, word)) return true;
        start = i + 1;
    }
    return false;
}

// ---- single values ------------------------------------------------------------------------------

static bool is_day(hb_str text) {
    hb_date date;
    return text.n == 10 && hb_date_parse(text, &date) && date.year >= YEAR_LEAST &&
           date.year <= YEAR_MOST;
}

static bool read_date(reading *r, const hb_json *json, feel_value *out) {
    if (json->kind != HB_JSON_STRING || !is_day(json->text)) {
        return refuse(r, "bad-date",
                      "write the day as year, month, day: \"2025-03-14\", or \"unknown\"",
                      "\"%.*s\" is no day", json->text);
    }
    *out = feel_string(json->text);
    return true;
}

// 2025-05-10T14:30[:00[.5]][Z|+hh:mm], or the day alone where the hour is not known.
static bool read_moment(reading *r, const hb_json *json, feel_value *out) {
    hb_str text = json->text, with_seconds = {0};
    bool ok = json->kind == HB_JSON_STRING && text.n >= 10 && is_day((hb_str){text.at, 10});
    if (ok && text.n > 10) {
        hb_datetime moment;
        bool is_short = text.n >= 16 && (text.n == 16 || text.at[16] != ':');
        if (!is_short)
            with_seconds = text;
        else if (!hb_str_format(r->arena, &with_seconds, "%.16s:00%.*s", text.at,
                                (int)(text.n - 16), text.at + 16))
            return hb_out_of_memory(r->err);
        ok = hb_datetime_parse(with_seconds, &moment);
    }
    if (!ok) {
        return refuse(r, "bad-date",
                      "write day, time and zone: \"2025-05-10T14:30:00-06:00\", or \"unknown\"",
                      "\"%.*s\" is no day with a time", text);
    }
    *out = feel_string(text.n > 10 ? with_seconds : text);
    return true;
}

static bool read_count(reading *r, const hb_json *json, feel_value *out) {
    hb_dec number;
    int64_t n = -1;
    if (json->kind != HB_JSON_NUMBER || !hb_dec_parse(json->text, &number) ||
        !hb_dec_to_int(number, &n) || n < 0 || n > DAYS_MOST) {
        return refuse(r, "number", "write a whole number from 0 to 73050, or \"unknown\"",
                      "\"%.*s\" is no number of days, months or years", json->text);
    }
    *out = feel_int(n);
    return true;
}

static bool read_word(reading *r, const hb_json *json, hb_str values, feel_value *out) {
    if (json->kind != HB_JSON_STRING || !has_word(values, json->text)) {
        char help[200];
        snprintf(help, sizeof help, "write one of %.*s|unknown", (int)values.n, values.at);
        return refuse(r, "bad-value", help, "\"%.*s\" cannot stand here", json->text);
    }
    *out = feel_string(json->text);
    return true;
}

static bool read_truth(reading *r, const hb_json *json, feel_value *out) {
    if (json->kind != HB_JSON_TRUE && json->kind != HB_JSON_FALSE) {
        return refuse(r, "bad-value", "write true, false or \"unknown\"",
                      "\"%.*s\" is neither true nor false", json->text);
    }
    *out = feel_boolean(json->kind == HB_JSON_TRUE);
    return true;
}

// ---- values with parts --------------------------------------------------------------------------

static bool add_pointer(reading *r, const char *format, hb_str key, uint32_t i, size_t *mark) {
    *mark = strlen(r->pointer);
    snprintf(r->pointer + *mark, sizeof r->pointer - *mark, format, (int)key.n, key.at, i);
    return true;
}

// {"y":…,"m":…,"d":…}: what is not written is none.
static bool read_term(reading *r, const hb_json *json, feel_value *out) {
    static const hb_str PARTS[] = {
        {"y", 1},
        {"m", 1},
        {"d", 1}
    };
    hb_str *keys = hb_arena_array(r->arena, hb_str, 3);
    feel_value *values = hb_arena_array(r->arena, feel_value, 3);
    feel_context *context = hb_arena_new(r->arena, feel_context);
    if (keys == NULL || values == NULL || context == NULL) return hb_out_of_memory(r->err);
    if (json->kind != HB_JSON_OBJECT) {
        return refuse(r, "wrong-type", "write years, months, days: {\"y\": 1, \"m\": 6}",
                      "\"%.*s\" is no term", json->text);
    }
    for (uint32_t i = 0; i < json->n; i++) {
        const hb_json *part = &json->first[i];
        size_t p = 0, mark;
        while (p < 3 && !hb_str_equal(part->key, PARTS[p])) p++;
        add_pointer(r, "/%.*s", part->key, 0, &mark);
        if (p == 3) {
            return refuse(r, "unknown-key", "a term has y, m and d", "a term has no \"%.*s\"",
                          part->key);
        }
        keys[context->n] = PARTS[p];
        if (is_doubtful(part))
            values[context->n] = feel_string(HB_STR("unknown"));
        else if (!read_count(r, part, &values[context->n]))
            return false;
        context->n++;
        r->pointer[mark] = '\0';
    }
    context->keys = keys;
    context->values = values;
    *out = (feel_value){.kind = FEEL_CONTEXT, .context = context};
    return true;
}

typedef bool (*item_reader)(reading *r, const hb_json *item, hb_str path, feel_value *out);

static bool read_listed_day(reading *r, const hb_json *item, hb_str path, feel_value *out) {
    (void)path;
    return read_date(r, item, out);
}

static bool read_listed_object(reading *r, const hb_json *item, hb_str path, feel_value *out) {
    return read_object(r, item, path, false, (hb_date){0}, out);
}

static bool read_list(reading *r, const hb_json *json, hb_str path, item_reader read_item,
                      feel_value *out) {
    if (json->kind != HB_JSON_ARRAY || json->n > ITEMS_MOST) {
        return refuse(r, "wrong-type", "write at most 1000 entries in brackets: [ ... ]",
                      "\"%.*s\" is no list that can be read", path);
    }
    feel_value *items = hb_arena_array(r->arena, feel_value, json->n + 1);
    if (items == NULL) return hb_out_of_memory(r->err);
    for (uint32_t i = 0; i < json->n; i++) {
        size_t mark;
        add_pointer(r, "%.*s/%u", (hb_str){"", 0}, i, &mark);
        if (is_doubtful(&json->first[i]))
            items[i] = feel_string(HB_STR("unknown"));
        else if (!read_item(r, &json->first[i], path, &items[i]))
            return false;
        r->pointer[mark] = '\0';
    }
    *out = feel_list(items, json->n);
    return true;
}

static bool read_value(reading *r, const hb_json *json, const input_row *row, feel_value *out) {
    if (is_doubtful(json)) {
        *out = feel_string(HB_STR("unknown"));
        return true;
    }
    switch (row->type) {
        case INPUT_DATE: return read_date(r, json, out);
        case INPUT_MOMENT: return read_moment(r, json, out);
        case INPUT_TERM: return read_term(r, json, out);
        case INPUT_DAYS: return read_count(r, json, out);
        case INPUT_ENUM: return read_word(r, json, row->values, out);
        case INPUT_YES_NO: return read_word(r, json, HB_STR("yes|no"), out);
        case INPUT_BOOLEAN: return read_truth(r, json, out);
        case INPUT_DATES: return read_list(r, json, row->name, read_listed_day, out);
        case INPUT_OBJECTS: return read_list(r, json, row->name, read_listed_object, out);
        case INPUT_OBJECT: return read_object(r, json, row->name, false, (hb_date){0}, out);
        case INPUT_NESTED: return true;  // answered by its own rulebook
    }
    return false;
}

// The row of "path.key", of "path[].key" in a list, or of "key" at the top.
static const input_row *find_row(const enddate_book *book, hb_str path, hb_str key) {
    for (uint32_t i = 0; i < book->n_rows; i++) {
        hb_str name = book->rows[i].name;
        if (path.n > 0) {
            if (!hb_str_starts(name, path)) continue;
            name = (hb_str){name.at + path.n, name.n - path.n};
            if (hb_str_starts(name, HB_STR("[]"))) name = (hb_str){name.at + 2, name.n - 2};
            if (!hb_str_starts(name, HB_STR("."))) continue;
            name = (hb_str){name.at + 1, name.n - 1};
        }
        if (hb_str_equal(name, key)) return &book->rows[i];
    }
    return NULL;
}

static bool add_day(reading *r, hb_date day, feel_value *out) {
    hb_str text;
    if (!hb_str_format(r->arena, &text, "%04d-%02d-%02d", day.year, day.month, day.day))
        return hb_out_of_memory(r->err);
    *out = feel_string(text);
    return true;
}

static bool read_object(reading *r, const hb_json *object, hb_str path, bool is_top, hb_date today,
                        feel_value *out) {
    if (object->kind != HB_JSON_OBJECT) {
        return refuse(r, "wrong-type", "write it in braces: {\"name\": value, ...}",
                      "\"%.*s\" is no object", path);
    }
    hb_str *keys = hb_arena_array(r->arena, hb_str, object->n + 2);
    feel_value *values = hb_arena_array(r->arena, feel_value, object->n + 2);
    feel_context *context = hb_arena_new(r->arena, feel_context);
    if (keys == NULL || values == NULL || context == NULL) return hb_out_of_memory(r->err);
    bool has_day = false;
    for (uint32_t i = 0; i < object->n; i++) {
        const hb_json *member = &object->first[i];
        const input_row *row = find_row(r->book, path, member->key);
        if (row == NULL) {
            r->has_unread = true;
            continue;
        }
        size_t mark;
        add_pointer(r, "/%.*s", member->key, 0, &mark);
        has_day |= hb_str_equal(member->key, HB_STR("as_of"));
        keys[context->n] = member->key;
        if (!read_value(r, member, row, &values[context->n])) return false;
        context->n += row->type != INPUT_NESTED;
        r->pointer[mark] = '\0';
    }
    if (is_top && !has_day && find_row(r->book, path, HB_STR("as_of")) != NULL) {
        keys[context->n] = HB_STR("as_of");
        if (!add_day(r, today, &values[context->n++])) return false;
    }
    if (is_top && r->has_unread) {
        keys[context->n] = HB_STR("not_read");
        values[context->n++] = feel_boolean(true);
    }
    context->keys = keys;
    context->values = values;
    *out = (feel_value){.kind = FEEL_CONTEXT, .context = context};
    return true;
}

bool enddate_read_inputs(const enddate_book *book, hb_arena *arena, const hb_json *inputs,
                         const char *pointer, hb_date today, feel_value *out, hb_error *err) {
    reading r = {.book = book, .arena = arena, .err = err};
    snprintf(r.pointer, sizeof r.pointer, "%s", pointer);
    return read_object(&r, inputs, HB_STR(""), true, today, out);
}
