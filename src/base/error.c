// The one error value, and how it is shown. Nothing here allocates: what is too long is cut between
// code points.
#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

static const hb_error_code CODES[] = {
#define HB_ERROR_CODE(code, meaning) {code, meaning},
#include "base/errors.def"
#undef HB_ERROR_CODE
};

const hb_error_code *hb_error_codes(size_t *n) {
    *n = sizeof CODES / sizeof *CODES;
    return CODES;
}

// What an error holds may be cut anywhere, and may quote foreign bytes: a half code point at the
// end is dropped, any other byte that is no UTF-8 becomes a question mark.
static void make_valid(char *text) {
    size_t n = strlen(text), bad = 0;
    while (!hb_utf8_is_valid((hb_str){text, n}, &bad)) {
        bool is_lead = (unsigned char)text[bad] >= 0xc0;
        size_t more = bad + 1;
        while (more < n && ((unsigned char)text[more] & 0xc0) == 0x80) more++;
        if (is_lead && more == n && n - bad < 4) {
            text[bad] = 0;
            return;
        }
        text[bad] = '?';
    }
}

static void set_text(char *out, size_t size, hb_str text) {
    size_t n = text.n < size ? text.n : size - 1;
    if (n) memcpy(out, text.at, n);
    out[n] = 0;
    make_valid(out);
}

static void set_format(char *out, size_t size, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));
static void set_format(char *out, size_t size, const char *format, va_list args) {
    if (vsnprintf(out, size, format, args) < 0) out[0] = 0;
    make_valid(out);
}

bool hb_fail_list(hb_error *err, hb_error_kind kind, const char *code, const char *help,
                  const char *format, va_list args) {
    if (!err || err->kind != HB_NONE) return false;
    err->kind = kind;
    err->code = code;
    set_format(err->message, sizeof err->message, format, args);
    if (help && help[0]) hb_error_help(err, "%s", help);
    return false;
}

bool hb_fail(hb_error *err, hb_error_kind kind, const char *code, const char *format, ...) {
    va_list args;
    va_start(args, format);
    hb_fail_list(err, kind, code, NULL, format, args);
    va_end(args);
    return false;
}

void hb_error_help(hb_error *err, const char *format, ...) {
    if (!err || err->help[0]) return;
    va_list args;
    va_start(args, format);
    set_format(err->help, sizeof err->help, format, args);
    va_end(args);
}

void hb_error_in(hb_error *err, const char *format, ...) {
    if (!err) return;
    char outer[sizeof err->where], inner[sizeof err->where];
    va_list args;
    va_start(args, format);
    set_format(outer, sizeof outer, format, args);
    va_end(args);
    memcpy(inner, err->where, sizeof inner);
    size_t n = strlen(outer), room = sizeof err->where;
    set_text(err->where, room, hb_str_from(outer));
    if (!inner[0] || n + 3 > room) return;
    memcpy(err->where + n, ", ", 2);
    set_text(err->where + n + 2, room - n - 2, hb_str_from(inner));
}

void hb_error_file(hb_error *err, hb_str file) {
    if (!err || err->file[0]) return;
    set_text(err->file, sizeof err->file, file);
}

bool hb_out_of_memory(hb_error *err) {
    hb_fail(err, HB_LIMIT, "memory-limit", "not enough memory for this");
    return false;
}

static uint32_t count_code_points(hb_str text) {
    uint32_t n = 0;
    for (size_t i = 0; i < text.n; i++) n += ((unsigned char)text.at[i] & 0xc0) != 0x80;
    return n;
}

// The line of `offset`, or when it is long the part of it around `offset`.
static hb_str line_around(hb_str text, size_t start, size_t offset, size_t room) {
    const char *newline = memchr(text.at + offset, '\n', text.n - offset);
    size_t end = newline ? (size_t)(newline - text.at) : text.n;
    if (end > start && text.at[end - 1] == '\r') end--;
    if (end < offset) end = offset;
    if (end - start > room) {
        if (offset - start > room / 2) start = offset - room / 2;
        if (end - start > room) end = start + room;
        while (start < offset && ((unsigned char)text.at[start] & 0xc0) == 0x80) start++;
        while (end > offset && end < text.n && ((unsigned char)text.at[end] & 0xc0) == 0x80) end--;
    }
    return (hb_str){text.at + start, end - start};
}

void hb_error_at(hb_error *err, hb_str text, size_t offset, size_t length_bytes) {
    if (!err) return;
    if (offset > text.n) offset = text.n;
    if (length_bytes > text.n - offset) length_bytes = text.n - offset;
    size_t start = 0;
    uint32_t line = 1;
    for (size_t i = 0; i < offset; i++) {
        if (text.at[i] == '\n') line++, start = i + 1;
    }
    err->line = line;
    err->column = 1;
    err->length = 0;
    err->excerpt[0] = 0;
    if (text.n == 0) return;
    err->column = count_code_points((hb_str){text.at + start, offset - start}) + 1;
    hb_str shown = line_around(text, start, offset, sizeof err->excerpt - 1);
    size_t shown_start = (size_t)(shown.at - text.at), shown_end = shown_start + shown.n;
    size_t wrong_end = offset + length_bytes < shown_end ? offset + length_bytes : shown_end;
    err->length = count_code_points((hb_str){text.at + offset, wrong_end - offset});
    err->excerpt_column = count_code_points((hb_str){text.at + start, shown_start - start}) + 1;
    set_text(err->excerpt, sizeof err->excerpt, shown);
}

// ---- showing ------------------------------------------------------------------------------------

typedef struct {
    char *at;
    size_t n, size;
} sink;

static void put(sink *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(sink *out, const char *format, ...) {
    if (out->n + 1 >= out->size) return;
    va_list args;
    va_start(args, format);
    int n = vsnprintf(out->at + out->n, out->size - out->n, format, args);
    va_end(args);
    if (n > 0) out->n += (size_t)n;
    if (out->n >= out->size) out->n = out->size - 1;
}

static void put_shown(sink *out, const char *text) {
    size_t n = strlen(text);
    for (size_t i = 0, start = 0; i < n; start = i) {
        UChar32 c = 0;
        U8_NEXT((const uint8_t *)text, i, n, c);
        put(out, "%.*s", hb_is_shown(c) ? (int)(i - start) : 3,
            hb_is_shown(c) ? text + start : "\xef\xbf\xbd");
    }
}

// Columns of a terminal that one code point takes (Unicode Standard Annex 11; a mark stands on its
// letter).
static int display_width(UChar32 c) {
    int8_t type = u_charType(c);
    if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR) return 0;
    int wide = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
    return wide == U_EA_FULLWIDTH || wide == U_EA_WIDE ? 2 : 1;
}

// The excerpt with what would move the cursor made visible as a space, and the carets under what is
// wrong.
static void put_excerpt(sink *out, const hb_error *err) {
    uint32_t first = err->excerpt_column ? err->excerpt_column : 1;
    uint32_t from = err->column > first ? err->column - first : 0;
    uint32_t length = err->length ? err->length : 1;
    int before = 0, under = 0;
    const uint8_t *bytes = (const uint8_t *)err->excerpt;
    size_t n = strlen(err->excerpt), i = 0;
    put(out, "    ");
    for (uint32_t at = 0; i < n; at++) {
        UChar32 c = 0;
        size_t start = i;
        U8_NEXT(bytes, i, n, c);
        bool is_plain = hb_is_shown(c);
        put(out, "%.*s", is_plain ? (int)(i - start) : 1, is_plain ? err->excerpt + start : " ");
        int width = is_plain ? display_width(c) : 1;
        if (at < from) before += width;
        if (at >= from && at < from + length) under += width;
    }
    put(out, "\n");
    if (err->column) put(out, "    %*s", before, "");
    for (int k = 0; err->column && k < (under ? under : 1); k++) put(out, "^");
    if (err->column) put(out, "\n");
}

size_t hb_error_print(const hb_error *err, char *out, size_t size) {
    if (size == 0) return 0;
    sink to = {out, 0, size};
    out[0] = 0;
    const char *join = "";
    if (err->file[0]) put_shown(&to, err->file), put(&to, ": ");
    if (err->where[0]) put_shown(&to, err->where), join = ", ";
    // One line of an expression inside a named place needs no "line 1".
    if (err->line > 1 || (err->line == 1 && !err->where[0]))
        put(&to, "%sline %u", join, err->line), join = ", ";
    if (err->column) put(&to, "%scolumn %u", join, err->column), join = ", ";
    if (err->pointer[0]) put(&to, "%sat ", join), put_shown(&to, err->pointer), join = ", ";
    put(&to, "%s", join[0] ? ": " : "");
    put_shown(&to, err->message);
    put(&to, "\n");
    if (err->excerpt[0]) put_excerpt(&to, err);
    if (err->help[0]) put(&to, "  help: "), put_shown(&to, err->help), put(&to, "\n");
    make_valid(out);
    return strlen(out);
}

// ---- all errors of a run ------------------------------------------------------------------------

void hb_errors_add(hb_errors *errors, const hb_error *err) {
    errors->n_all++;
    if (errors->n_kept == HB_ERRORS_KEPT) return;
    if (!errors->kept) errors->kept = calloc(HB_ERRORS_KEPT, sizeof *errors->kept);
    if (errors->kept) errors->kept[errors->n_kept++] = *err;
}

void hb_errors_clear(hb_errors *errors) {
    free(errors->kept);
    *errors = (hb_errors){0};
}
