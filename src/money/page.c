// See page.h. A scenario is money and people in numbers, none of them anybody's secret, so errors
// quote the line.
#include "money/page.h"

#include <stdio.h>
#include <string.h>

bool money_page_refuse(money_page *page, const hb_json *at, const char *code, const char *help,
                       const char *format, ...) {
    hb_error err = {0};
    va_list args;
    va_start(args, format);
    hb_fail_list(&err, HB_INPUT, code, help, format, args);
    va_end(args);
    if (at) hb_error_at(&err, page->text, at->offset, 0);
    snprintf(err.pointer, sizeof err.pointer, "%s", page->pointer);
    hb_error_file(&err, page->file);
    hb_errors_add(page->errors, &err);
    return false;
}

bool money_page_is_good(const money_page *page) {
    return page->errors->n_all == page->n_before;
}

// RFC 6901 §3: "~" is written "~0" and "/" is written "~1".
size_t money_page_enter(money_page *page, hb_str key) {
    size_t mark = strlen(page->pointer), n = mark, room = sizeof page->pointer - 3;
    if (n < room) page->pointer[n++] = '/';
    for (size_t i = 0; i < key.n && n < room; i++) {
        bool is_escaped = key.at[i] == '~' || key.at[i] == '/';
        page->pointer[n++] = is_escaped ? '~' : key.at[i];
        if (is_escaped) page->pointer[n++] = key.at[i] == '~' ? '0' : '1';
    }
    while (n > mark && ((unsigned char)page->pointer[n - 1] & 0xc0) == 0x80) n--;
    if (n > mark && ((unsigned char)page->pointer[n - 1] & 0xc0) == 0xc0) n--;
    page->pointer[n] = 0;
    return mark;
}

size_t money_page_enter_item(money_page *page, uint32_t i) {
    char digits[16];
    int n = snprintf(digits, sizeof digits, "%u", i);
    return money_page_enter(page, (hb_str){digits, (size_t)n});
}

void money_page_leave(money_page *page, size_t mark) {
    page->pointer[mark] = 0;
}

static const char *kind_name(hb_json_kind kind) {
    switch (kind) {
        case HB_JSON_NULL: return "null";
        case HB_JSON_FALSE:
        case HB_JSON_TRUE: return "true or false";
        case HB_JSON_NUMBER: return "a number";
        case HB_JSON_STRING: return "a text";
        case HB_JSON_ARRAY: return "a list";
        case HB_JSON_OBJECT: return "an object";
    }
    return "something else";
}

bool money_page_is(money_page *page, const hb_json *at, hb_json_kind kind) {
    if (at->kind == kind) return true;
    return money_page_refuse(page, at, "wrong-type", NULL, "this must be %s, not %s",
                             kind_name(kind), kind_name(at->kind));
}

const hb_json *money_page_member(money_page *page, const hb_json *object, const char *key,
                                 bool is_needed) {
    const hb_json *found = hb_json_member(object, hb_str_from(key));
    if (found == NULL && is_needed)
        money_page_refuse(page, object, "missing-key", "docs/money.md says what stands here",
                          "\"%s\" is missing", key);
    return found;
}

void money_page_only(money_page *page, const hb_json *object, const char *const *keys, uint32_t n) {
    enum { KEYS_MAX = 40 };
    hb_str names[KEYS_MAX];
    for (uint32_t k = 0; k < n && k < KEYS_MAX; k++) names[k] = hb_str_from(keys[k]);
    for (uint32_t i = 0; i < object->n; i++) {
        const hb_json *member = &object->first[i];
        uint32_t k = 0;
        while (k < n && !hb_str_equal(member->key, names[k])) k++;
        if (k < n) continue;
        hb_str near = hb_nearest(member->key, names, n);
        char help[120];
        snprintf(help, sizeof help, "did you mean \"%.*s\"?", (int)near.n, near.n ? near.at : "");
        size_t mark = money_page_enter(page, member->key);
        money_page_refuse(page, member, "unknown-key", near.n ? help : "remove it",
                          "\"%.*s\" has no meaning here",
                          (int)(member->key.n < 60 ? member->key.n : 60), member->key.at);
        money_page_leave(page, mark);
    }
}

hb_str money_page_text(money_page *page, const hb_json *object, const char *key, bool is_needed) {
    hb_str out = {0};
    const hb_json *at = money_page_member(page, object, key, is_needed);
    if (at == NULL) return out;
    size_t mark = money_page_enter(page, hb_str_from(key));
    if (money_page_is(page, at, HB_JSON_STRING)) {
        if (is_needed && hb_str_trim(at->text).n == 0)
            money_page_refuse(page, at, "missing-text", NULL, "this text is empty");
        else if (!hb_str_copy(page->arena, at->text, &out))
            money_page_refuse(page, at, "memory-limit", NULL, "the scenario is too large");
    }
    money_page_leave(page, mark);
    return out;
}

bool money_page_number_at(money_page *page, const hb_json *at, double least, double most,
                          double *out, hb_str *as_written) {
    hb_dec number;
    if (at->kind != HB_JSON_NUMBER && at->kind != HB_JSON_STRING)
        return money_page_is(page, at, HB_JSON_NUMBER);
    if (!hb_dec_parse(at->text, &number))
        return money_page_refuse(page, at, "bad-value", "write digits, as in \"4760000\" or 0.05",
                                 "\"%.*s\" is no number", (int)(at->text.n < 40 ? at->text.n : 40),
                                 at->text.at);
    double value = hb_dec_to_double(number);
    if (!(value >= least && value <= most)) {
        char help[120];
        snprintf(help, sizeof help, "it must lie from %.15g to %.15g", least, most);
        return money_page_refuse(page, at, "out-of-range", help, "%.*s is outside what this can be",
                                 (int)(at->text.n < 40 ? at->text.n : 40), at->text.at);
    }
    *out = value;
    if (as_written && !hb_str_copy(page->arena, at->text, as_written))
        return money_page_refuse(page, at, "memory-limit", NULL, "the scenario is too large");
    return true;
}

bool money_page_number(money_page *page, const hb_json *object, const char *key, bool is_needed,
                       double least, double most, double *out, hb_str *as_written) {
    const hb_json *at = money_page_member(page, object, key, is_needed);
    if (at == NULL) return false;
    size_t mark = money_page_enter(page, hb_str_from(key));
    bool ok = money_page_number_at(page, at, least, most, out, as_written);
    money_page_leave(page, mark);
    return ok;
}

bool money_page_flag(money_page *page, const hb_json *object, const char *key) {
    const hb_json *at = hb_json_member(object, hb_str_from(key));
    if (at == NULL) return false;
    size_t mark = money_page_enter(page, hb_str_from(key));
    bool is_true = at->kind == HB_JSON_TRUE;
    if (!is_true && at->kind != HB_JSON_FALSE) money_page_is(page, at, HB_JSON_TRUE);
    money_page_leave(page, mark);
    return is_true;
}
