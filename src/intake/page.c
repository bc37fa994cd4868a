// One page of foreign text: a line of a list, or a whole file. Errors are added to the run's with
// the place in the reader's terms (file, line, column, JSON pointer, whose record), and reading
// goes on to find the next. Text about a person is never quoted around an error; the wrong word
// itself is.
#include "intake/internal.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

int intake_page_shown(hb_str text) {
    size_t n = text.n < 80 ? text.n : 80;
    while (n && n < text.n && ((unsigned char)text.at[n] & 0xc0) == 0x80) n--;
    return (int)n;
}

static size_t enter(intake_page *page, intake_step step) {
    size_t mark = page->n_path++;
    if (mark < INTAKE_PATH_MAX) page->path[mark] = step;
    return mark;
}

size_t intake_page_enter(intake_page *page, hb_str key) {
    return enter(page, (intake_step){.key = key.at ? key : HB_STR("")});
}

size_t intake_page_enter_item(intake_page *page, uint32_t i) {
    return enter(page, (intake_step){.item = i});
}

void intake_page_leave(intake_page *page, size_t mark) {
    page->n_path = mark;
}

// RFC 6901 §3: "~" is written "~0" and "/" is written "~1". What does not fit is left out, whole.
void intake_page_pointer(const intake_page *page, char out[INTAKE_POINTER_BYTES]) {
    const size_t room = INTAKE_POINTER_BYTES - 3;
    size_t n = 0;
    for (size_t k = 0; k < page->n_path && k < INTAKE_PATH_MAX; k++) {
        char digits[16];
        hb_str key = page->path[k].key;
        if (!key.at) {
            snprintf(digits, sizeof digits, "%u", page->path[k].item);
            key = hb_str_from(digits);
        }
        if (n < room) out[n++] = '/';
        for (size_t i = 0; i < key.n && n < room; i++) {
            bool is_escaped = key.at[i] == '~' || key.at[i] == '/';
            out[n++] = is_escaped ? '~' : key.at[i];
            if (is_escaped) out[n++] = key.at[i] == '~' ? '0' : '1';
        }
    }
    out[n] = 0;
}

bool intake_page_refuse_error(intake_page *page, const hb_json *at, hb_error *err) {
    if (at && page->text.n) hb_error_at(err, page->text, at->offset, 0);
    if (err->line && !page->column) {
        err->line += (uint32_t)page->line - 1;  // so far it was the line within the text
    } else {
        err->line = (uint32_t)page->line;
        err->column = page->column;
    }
    if (page->is_private) err->excerpt[0] = 0;
    static_assert(sizeof err->pointer >= INTAKE_POINTER_BYTES, "room for a pointer");
    if (!err->pointer[0]) intake_page_pointer(page, err->pointer);
    if (page->who[0]) hb_error_in(err, "%s", page->who);
    hb_error_file(err, page->file);
    hb_errors_add(page->errors, err);
    return false;
}

bool intake_page_refuse(intake_page *page, const hb_json *at, const char *code, const char *help,
                        const char *format, ...) {
    hb_error err = {0};
    va_list args;
    va_start(args, format);
    hb_fail_list(&err, HB_INPUT, code, help, format, args);
    va_end(args);
    return intake_page_refuse_error(page, at, &err);
}

static const char *kind_name(const hb_json *json) {
    switch (json->kind) {
        case HB_JSON_NULL: return "null";
        case HB_JSON_FALSE: return "false";
        case HB_JSON_TRUE: return "true";
        case HB_JSON_NUMBER: return "a number";
        case HB_JSON_STRING: return "a text";
        case HB_JSON_ARRAY: return "a list";
        case HB_JSON_OBJECT: return "an object";
    }
    return "something else";
}

static bool is_one_of(hb_str name, const hb_str *names, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (hb_str_equal(name, names[i])) return true;
    }
    return false;
}

bool intake_page_members(intake_page *page, const hb_json *object, const hb_str *names, size_t n,
                         const char *what) {
    bool ok = true;
    if (object->kind != HB_JSON_OBJECT) {
        return intake_page_refuse(page, object, "wrong-type",
                                  "write it in braces: {\"name\": value, ...}",
                                  "%s is an object, and %s stands here", what, kind_name(object));
    }
    for (uint32_t i = 0; i < object->n; i++) {
        const hb_json *member = &object->first[i];
        if (is_one_of(member->key, names, n)) continue;
        hb_str nearest = hb_nearest(member->key, names, n);
        char help[240] = "it may have";
        size_t at = strlen(help);
        if (nearest.n) {
            snprintf(help, sizeof help, "did you mean \"%.*s\"?", (int)nearest.n, nearest.at);
        } else {
            size_t k = 0;
            for (; k < n && at < sizeof help - 50; k++) {
                const char *join = k == 0 ? " " : k + 1 == n ? " and " : ", ";
                at += (size_t)snprintf(help + at, sizeof help - at, "%s%.*s", join, (int)names[k].n,
                                       names[k].at);
            }
            if (k < n) snprintf(help + at, sizeof help - at, " and others, which schemas/ lists");
        }
        size_t mark = intake_page_enter(page, member->key);
        ok = intake_page_refuse(page, member, "unknown-key", help, "%s has no \"%.*s\"", what,
                                intake_page_shown(member->key), member->key.at);
        intake_page_leave(page, mark);
    }
    return ok;
}

bool intake_page_text(intake_page *page, hb_arena *arena, const hb_json *object, hb_str key,
                      bool is_required, hb_str *out) {
    const hb_json *member = hb_json_member(object, key);
    bool is_absent = !member || member->kind == HB_JSON_NULL;
    hb_str trimmed = {0};
    if (is_absent && !is_required) return true;
    if (is_absent) {
        return intake_page_refuse(page, object, "missing-key", "add it", "\"%.*s\" is missing",
                                  (int)key.n, key.at);
    }
    size_t mark = intake_page_enter(page, key);
    bool ok = member->kind == HB_JSON_STRING;
    if (!ok) {
        intake_page_refuse(page, member, "wrong-type", "write a text in double quotes",
                           "\"%.*s\" is a text, and %s stands here", (int)key.n, key.at,
                           kind_name(member));
    } else {
        trimmed = hb_str_trim(member->text);
        ok = trimmed.n || !is_required;
        if (!ok)
            intake_page_refuse(page, member, "missing-key", "fill it in", "\"%.*s\" is empty",
                               (int)key.n, key.at);
    }
    intake_page_leave(page, mark);
    if (!ok) return false;
    if (hb_str_copy(arena, trimmed, out)) return true;
    hb_error err = {0};
    hb_out_of_memory(&err);
    return intake_page_refuse_error(page, member, &err);
}

bool intake_page_date(intake_page *page, const hb_json *object, hb_str key, hb_date *out,
                      bool *is_given) {
    const hb_json *member = hb_json_member(object, key);
    if (!member || member->kind == HB_JSON_NULL) return true;
    size_t mark = intake_page_enter(page, key);
    bool ok = member->kind == HB_JSON_STRING;
    if (!ok) {
        intake_page_refuse(page, member, "wrong-type", "write it in double quotes: \"2025-03-14\"",
                           "\"%.*s\" is a date, and %s stands here", (int)key.n, key.at,
                           kind_name(member));
    } else {
        ok = intake_page_check_date(page, member, member->text, out);
    }
    intake_page_leave(page, mark);
    *is_given = *is_given || ok;
    return ok;
}

bool intake_page_check_date(intake_page *page, const hb_json *at, hb_str text, hb_date *out) {
    hb_date date;
    if (text.n == 10 && hb_date_parse(text, &date)) {
        *out = date;
        return true;
    }
    return intake_page_refuse(page, at, "bad-date", "write the day as year, month, day: 2025-03-14",
                              "\"%.*s\" is no date", intake_page_shown(text), text.at);
}

bool intake_page_check_id(intake_page *page, const hb_json *at, hb_str id) {
    if (hb_id_is_valid(id)) return true;
    return intake_page_refuse(
        page, at, "bad-id",
        "ids have 1 to 128 letters, digits and . _ : / - and begin with a letter or digit",
        "\"%.*s\" is no id", intake_page_shown(id), id.at);
}

bool intake_page_check_country(intake_page *page, const hb_json *at, hb_str code) {
    bool ok = code.n == 3;
    for (size_t i = 0; i < code.n && ok; i++) ok = code.at[i] >= 'A' && code.at[i] <= 'Z';
    if (ok) return true;
    return intake_page_refuse(page, at, "bad-country",
                              "write the three capital letters of ISO 3166-1, such as SLV",
                              "\"%.*s\" is no country code", intake_page_shown(code), code.at);
}
