// What a browser sends: the query, name=value&... (WHATWG URL §5.1), and multipart/form-data (RFC
// 7578). The whole body is in memory and of bounded size when it comes here; values are slices of
// it, or of the arena where %XX had to be undone. Text that is no UTF-8 or holds a NUL is refused
// whole, but for the bytes of an uploaded file, which its own reader judges.
#include <string.h>

#include "web/site.h"

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool text_is_good(hb_str text) {
    return hb_utf8_is_valid(text, NULL) && !(text.n && memchr(text.at, 0, text.n));
}

// Undoes + and %XX; a % without two digits stands for itself.
static bool decode(hb_arena *arena, hb_str text, bool has_plus, hb_str *out) {
    if (text.n == 0) {
        *out = HB_STR("");
        return true;
    }
    char *at = hb_arena_alloc(arena, text.n);
    size_t n = 0;
    if (!at) return false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.at[i];
        if (c == '+' && has_plus) c = ' ';
        if (c == '%' && i + 2 < text.n) {
            int high = hex_digit(text.at[i + 1]), low = hex_digit(text.at[i + 2]);
            if (high >= 0 && low >= 0) {
                c = (char)(high * 16 + low);
                i += 2;
            }
        }
        at[n++] = c;
    }
    *out = (hb_str){at, n};
    return text_is_good(*out);
}

bool web_path_read(hb_arena *arena, hb_str text, hb_str *out) {
    return decode(arena, text, false, out);
}

static hb_str until(hb_str *text, char end) {
    const char *found = text->n ? memchr(text->at, end, text->n) : NULL;
    size_t n = found ? (size_t)(found - text->at) : text->n;
    hb_str piece = {text->at, n};
    size_t step = found ? n + 1 : n;
    *text = (hb_str){text->at + step, text->n - step};
    return piece;
}

bool web_query_read(hb_arena *arena, hb_str text, web_field *fields, uint32_t *n) {
    *n = 0;
    while (text.n) {
        hb_str pair = until(&text, '&');
        if (pair.n == 0) continue;
        if (*n == WEB_FIELDS) return false;
        hb_str name = until(&pair, '=');
        web_field *field = &fields[(*n)++];
        *field = (web_field){0};
        if (!decode(arena, name, true, &field->name) || !decode(arena, pair, true, &field->value))
            return false;
    }
    return true;
}

// ---- multipart ---------------------------------------------------------------------------------

static const char *search(hb_str in, hb_str what) {
    return in.n >= what.n ? memmem(in.at, in.n, what.at, what.n) : NULL;
}

// The value of `key="..."` in a header line; at NULL when absent. RFC 7578 §4.2: browsers write
// %22.
static bool parameter(hb_arena *arena, hb_str line, const char *key, hb_str *out) {
    size_t n_key = strlen(key);
    for (size_t i = 0; i + n_key + 2 < line.n; i++) {
        bool is_here = (i == 0 || line.at[i - 1] == ' ' || line.at[i - 1] == ';') &&
                       memcmp(line.at + i, key, n_key) == 0 && line.at[i + n_key] == '=' &&
                       line.at[i + n_key + 1] == '"';
        if (!is_here) continue;
        hb_str rest = {line.at + i + n_key + 2, line.n - i - n_key - 2};
        if (!memchr(rest.at, '"', rest.n)) return false;
        hb_str value = until(&rest, '"');
        return hb_str_copy(arena, value, out) && text_is_good(*out);
    }
    return true;
}

static bool starts_with_word(hb_str line, const char *word) {
    size_t n = strlen(word);
    return line.n >= n && strncasecmp(line.at, word, n) == 0;
}

// One part: its header lines, a blank one, its bytes.
static bool read_part(hb_arena *arena, hb_str part, web_field *field) {
    const char *blank = search(part, HB_STR("\r\n\r\n"));
    if (!blank) return false;
    hb_str head = {part.at, (size_t)(blank - part.at)};
    *field = (web_field){0};
    field->value = (hb_str){blank + 4, part.n - head.n - 4};
    while (head.n) {
        hb_str line = until(&head, '\n');
        if (!starts_with_word(line, "content-disposition:")) continue;
        if (!parameter(arena, line, "name", &field->name)) return false;
        if (!parameter(arena, line, "filename", &field->file_name)) return false;
    }
    return field->name.at && (field->file_name.at || text_is_good(field->value));
}

static bool read_multipart(hb_arena *arena, hb_str mark, hb_str body, web_field *fields,
                           uint32_t *n) {
    hb_str between;  // RFC 2046 §5.1.1: CRLF "--" boundary
    if (mark.n == 0 || mark.n > 70) return false;
    if (!hb_str_format(arena, &between, "\r\n--%.*s", (int)mark.n, mark.at)) return false;
    hb_str first = {between.at + 2, between.n - 2};
    if (!hb_str_starts(body, first)) return false;
    body = (hb_str){body.at + first.n, body.n - first.n};
    for (;;) {
        if (hb_str_starts(body, HB_STR("--"))) return true;
        if (!hb_str_starts(body, HB_STR("\r\n")) || *n == WEB_FIELDS) return false;
        body = (hb_str){body.at + 2, body.n - 2};
        const char *end = search(body, between);
        if (!end) return false;
        hb_str part = {body.at, (size_t)(end - body.at)};
        if (!read_part(arena, part, &fields[*n])) return false;
        (*n)++;
        body = (hb_str){end + between.n, body.n - part.n - between.n};
    }
}

bool web_form_read(hb_arena *arena, hb_str type, hb_str body, web_field *fields, uint32_t *n) {
    *n = 0;
    if (starts_with_word(type, "application/x-www-form-urlencoded")) {
        return web_query_read(arena, body, fields, n);
    }
    if (!starts_with_word(type, "multipart/form-data")) return false;
    const char *found = search(type, HB_STR("boundary="));
    if (!found) return false;
    hb_str mark = {found + 9, type.n - (size_t)(found + 9 - type.at)};
    mark = until(&mark, ';');
    if (mark.n >= 2 && mark.at[0] == '"' && mark.at[mark.n - 1] == '"') {
        mark = (hb_str){mark.at + 1, mark.n - 2};
    }
    return read_multipart(arena, mark, body, fields, n);
}
