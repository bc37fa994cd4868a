// What may stand in an address, in a drawing and in a style sheet. Each is an allow list: whatever
// is not known to be harmless is refused.
#include <string.h>

#include "html/internal.h"

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// WHATWG URL §4.4: browsers strip tabs and line breaks anywhere and spaces and controls at the
// ends, and read `\` as `/`; an address with any of these could be another one than it looks.
bool html_url_is_safe(hb_str address) {
    static const char *const SCHEMES[] = {"https:", "http:", "mailto:", "tel:"};
    if (address.n == 0 || address.n > 2048) return false;
    for (size_t i = 0; i < address.n; i++) {
        unsigned char c = (unsigned char)address.at[i];
        if (c <= ' ' || c == 0x7f || c == '\\') return false;
    }
    if (!hb_utf8_is_valid(address, NULL)) return false;
    if (hb_str_starts(address, HB_STR("//"))) return false;
    for (size_t i = 0; i < sizeof SCHEMES / sizeof SCHEMES[0]; i++) {
        if (hb_str_starts(address, hb_str_from(SCHEMES[i]))) {
            return address.n > strlen(SCHEMES[i]);
        }
    }
    for (size_t i = 0; i < address.n; i++) {  // without a scheme: `:` only after the path began
        char c = address.at[i];
        if (c == ':') return false;
        if (c == '/' || c == '?' || c == '#') return true;
    }
    return true;
}

void html_url_add(hb_text *out, hb_str text) {
    for (size_t i = 0; i < text.n; i++) {
        char c = text.at[i];
        if (is_letter(c) || (c >= '0' && c <= '9') || (c && strchr("-._~", c))) {
            hb_text_add(out, (hb_str){&text.at[i], 1});
        } else {
            hb_text_addf(out, "%%%02X", (unsigned char)c);
        }
    }
}

static bool is_name(char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ':';
}

static bool is_one_of(hb_str name, const char *const *names, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (hb_str_equal(name, hb_str_from(names[i]))) return true;
    }
    return false;
}

static bool element_is_safe(hb_str name) {
    static const char *const NAMES[] = {"svg",      "g",        "defs",           "title", "desc",
                                        "metadata", "path",     "line",           "rect",  "circle",
                                        "ellipse",  "polyline", "polygon",        "text",  "tspan",
                                        "pattern",  "clipPath", "linearGradient", "stop",  "symbol",
                                        "use",      "marker"};
    return is_one_of(name, NAMES, sizeof NAMES / sizeof NAMES[0]);
}

static bool attribute_is_safe(hb_str name, hb_str value) {
    if (name.n >= 2 && (name.at[0] | 32) == 'o' && (name.at[1] | 32) == 'n') return false;
    if (hb_str_equal(name, HB_STR("style"))) return false;
    if (hb_str_equal(name, HB_STR("href")) || hb_str_equal(name, HB_STR("xlink:href"))) {
        return value.n && value.at[0] == '#';
    }
    for (size_t i = 0; i + 4 <= value.n; i++) {  // url(#pattern) and nothing else
        if (memcmp(value.at + i, "url(", 4) == 0 && (i + 4 == value.n || value.at[i + 4] != '#')) {
            return false;
        }
    }
    return true;
}

// One tag from behind `<`; gives where it ends, or 0. *is_open tells whether it opens an element.
static size_t tag_end(hb_str svg, size_t i, hb_str *name, int *change) {
    bool is_end = i < svg.n && svg.at[i] == '/';
    if (is_end) i++;
    size_t start = i;
    while (i < svg.n && is_name(svg.at[i])) i++;
    *name = (hb_str){svg.at + start, i - start};
    *change = is_end ? -1 : 1;
    if (!element_is_safe(*name)) return 0;
    for (;;) {
        while (i < svg.n && strchr(" \t\n", svg.at[i]) && svg.at[i]) i++;
        if (i >= svg.n) return 0;
        if (svg.at[i] == '>') return i + 1;
        if (is_end) return 0;
        if (svg.at[i] == '/') {
            *change = 0;
            return i + 1 < svg.n && svg.at[i + 1] == '>' ? i + 2 : 0;
        }
        start = i;
        while (i < svg.n && is_name(svg.at[i])) i++;
        hb_str attribute = {svg.at + start, i - start};
        if (attribute.n == 0 || i + 1 >= svg.n || svg.at[i] != '=') return 0;
        char quote = svg.at[i + 1];
        if (quote != '"' && quote != '\'') return 0;
        size_t from = i + 2;
        for (i = from; i < svg.n && svg.at[i] != quote && svg.at[i] != '<'; i++) continue;
        if (i >= svg.n || svg.at[i] != quote) return 0;
        if (!attribute_is_safe(attribute, (hb_str){svg.at + from, i - from})) return 0;
        i++;
    }
}

// No comments, no CDATA, no instructions: our drawings have none, and parsers disagree about them.
bool html_svg_is_safe(hb_str svg) {
    enum { DEPTH = 32 };
    hb_str open[DEPTH];
    size_t depth = 0;
    if (!hb_str_starts(svg, HB_STR("<svg")) || !hb_utf8_is_valid(svg, NULL)) return false;
    for (size_t i = 0; i < svg.n;) {
        if (svg.at[i] != '<') {
            if (depth == 0) return false;
            i++;
            continue;
        }
        hb_str name;
        int change = 0;
        size_t end = tag_end(svg, i + 1, &name, &change);
        if (end == 0) return false;
        if (change < 0 && (depth == 0 || !hb_str_equal(open[--depth], name))) return false;
        if (change > 0) {
            if (depth == DEPTH) return false;
            open[depth++] = name;
        }
        if (depth == 0 && end != svg.n) return false;
        i = end;
    }
    return depth == 0;
}

bool html_css_is_safe(hb_str css) {
    static const char *const REFUSED[] = {"<", "@import", "url(", "expression(", "\\"};
    if (!hb_utf8_is_valid(css, NULL)) return false;
    for (size_t word = 0; word < sizeof REFUSED / sizeof REFUSED[0]; word++) {
        if (css.n && memmem(css.at, css.n, REFUSED[word], strlen(REFUSED[word]))) return false;
    }
    return true;
}
