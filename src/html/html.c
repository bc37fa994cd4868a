// The writer. `open` is the stack of elements; a start tag stays unfinished (`is_in_tag`) until the
// first call that is no attribute. Escaping is the same for words and for attributes: `&`, `<`, `>`
// and both quotes as entities, and what a browser would act on instead of showing it (controls,
// marks of direction, bytes that are no UTF-8) as U+FFFD, so that a name cannot turn a line around.
#include "html/internal.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/utf8.h>

typedef enum { PARTS, TEXT, VOID, CODE } content;
static const struct {
    const char *name;
    size_t n;
    content holds;
} ELEMENTS[] = {
#define HTML_ELEMENT(id, name, content) [HTML_##id] = {name, sizeof(name) - 1, content},
#include "html/elements.def"
#undef HTML_ELEMENT
};
static_assert(HTML_N_ELEMENTS <= UINT8_MAX, "an element fits the stack's byte");

static void mistake(html *h, const char *what) {
    if (!h->mistake) h->mistake = what;
}

static void add(html *h, const char *at, size_t n) {
    hb_text_add(&h->text, (hb_str){at, n});
}

// What a byte becomes: 0 itself, 1 a character that must be looked at, else index of ENTITIES + 2.
static const char *const ENTITIES[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
static const uint8_t CLASSES[256] = {
    ['\0' ... '\b'] = 1, ['\v' ... 0x1f] = 1, ['&'] = 2,  ['<'] = 3,
    ['>'] = 4,           ['"'] = 5,           ['\''] = 6, [0x7f ... 0xff] = 1,
};

static void add_escaped(html *h, hb_str text) {
    const uint8_t *bytes = (const uint8_t *)text.at;
    size_t done = 0, i = 0;
    while (i < text.n) {
        uint8_t what = CLASSES[bytes[i]];
        size_t start = i;
        if (what == 0) {
            i++;
            continue;
        }
        if (what == 1) {
            UChar32 c = 0;
            U8_NEXT(bytes, i, text.n, c);
            if (hb_is_shown(c)) continue;
            add(h, text.at + done, start - done);
            add(h, "\xef\xbf\xbd", 3);
        } else {
            i++;
            add(h, text.at + done, start - done);
            add(h, ENTITIES[what - 2], strlen(ENTITIES[what - 2]));
        }
        done = i;
    }
    if (text.n > done) add(h, text.at + done, text.n - done);
}

// Ends an unfinished start tag; a void element is then over.
static void finish_tag(html *h) {
    if (!h->is_in_tag) return;
    h->is_in_tag = false;
    add(h, ">", 1);
    if (ELEMENTS[h->open[h->depth - 1]].holds == VOID) h->depth--;
}

static bool holds_words(const html *h) {
    return h->depth == 0 || ELEMENTS[h->open[h->depth - 1]].holds == TEXT;
}

// HTML Living Standard §4: the few places where a browser would silently move an element elsewhere.
static bool may_stand(const html *h, html_element element) {
    int parent = h->depth ? h->open[h->depth - 1] : -1;
    if (parent < 0) return true;
    if (ELEMENTS[parent].holds == CODE) return false;
    switch ((int)element) {
        case HTML_LI: return parent == HTML_UL || parent == HTML_OL;
        case HTML_TR: return parent == HTML_THEAD || parent == HTML_TBODY || parent == HTML_TFOOT;
        case HTML_TD:
        case HTML_TH: return parent == HTML_TR;
        case HTML_OPTION:
            return parent == HTML_SELECT || parent == HTML_DATALIST || parent == HTML_OPTGROUP;
        default: break;
    }
    switch (parent) {
        case HTML_UL:
        case HTML_OL:
        case HTML_TR: return false;
        case HTML_TABLE:
            return element == HTML_CAPTION || element == HTML_COLGROUP || element == HTML_THEAD ||
                   element == HTML_TBODY || element == HTML_TFOOT;
        case HTML_P:  // a block ends the paragraph it stands in
            return (element >= HTML_A && element <= HTML_IMG) || element >= HTML_LABEL;
        default: break;
    }
    for (uint32_t i = 0; i < h->depth; i++) {
        if (h->open[i] != element) continue;
        if (element == HTML_A || element == HTML_FORM || element == HTML_BUTTON) return false;
    }
    return true;
}

void html_document(html *h, hb_str language) {
    if (h->text.n) mistake(h, "a document begins after other text");
    add(h, "<!DOCTYPE html>\n", 16);
    html_open(h, HTML_HTML);
    html_lang(h, language);
}

void html_open(html *h, html_element element) {
    finish_tag(h);
    if (element >= HTML_N_ELEMENTS) {
        mistake(h, "an element that is not in the table");
        return;
    }
    if (h->depth == HTML_DEPTH) {
        mistake(h, "elements nest too deep");
        return;
    }
    if (!may_stand(h, element)) mistake(h, ELEMENTS[element].name);
    add(h, "<", 1);
    add(h, ELEMENTS[element].name, ELEMENTS[element].n);
    h->open[h->depth++] = (uint8_t)element;
    h->is_in_tag = true;
    h->n_attributes = 0;
}

void html_close(html *h, html_element element) {
    finish_tag(h);
    if (element >= HTML_N_ELEMENTS || h->depth == 0 || h->open[h->depth - 1] != element) {
        mistake(h, "an element is closed that is not the one open");
        return;
    }
    h->depth--;
    add(h, "</", 2);
    add(h, ELEMENTS[element].name, ELEMENTS[element].n);
    add(h, ">", 1);
}

static bool name_is_good(const char *name) {
    if (name[0] == 'o' && name[1] == 'n') return false;
    if (strcmp(name, "style") == 0 || strcmp(name, "srcdoc") == 0) return false;
    for (const char *c = name; *c; c++) {
        if ((*c < 'a' || *c > 'z') && *c != '-') return false;
    }
    return name[0] != 0;
}

static bool is_address(const char *name) {
    static const char *const NAMES[] = {"href", "src",  "action", "formaction",
                                        "cite", "data", "poster"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        if (strcmp(name, NAMES[i]) == 0) return true;
    }
    return false;
}

static bool begin_attribute(html *h, const char *name) {
    if (!h->is_in_tag) {
        mistake(h, "an attribute outside a start tag");
        return false;
    }
    if (!name_is_good(name)) {
        mistake(h, "an attribute that no page may have");
        return false;
    }
    for (uint32_t i = 0; i < h->n_attributes; i++) {
        if (strcmp(h->attributes[i], name) == 0) {
            mistake(h, "an attribute stands twice in one tag");
            return false;
        }
    }
    if (h->n_attributes == HTML_ATTRIBUTES) {
        mistake(h, "a tag has too many attributes");
        return false;
    }
    h->attributes[h->n_attributes++] = name;
    return true;
}

void html_attribute(html *h, const char *name, hb_str value) {
    if (is_address(name) && !html_url_is_safe(value)) return;
    if (!begin_attribute(h, name)) return;
    add(h, " ", 1);
    add(h, name, strlen(name));
    add(h, "=\"", 2);
    add_escaped(h, value);
    add(h, "\"", 1);
}

// printf into memory of its own, when it does not fit on the stack; `use` gets the slice.
static void format(html *h, const char *pattern, va_list args,
                   void (*use)(html *h, const char *name, hb_str text), const char *name) {
    char small[512];
    va_list again;
    assert(pattern);
    va_copy(again, args);
    int n = vsnprintf(small, sizeof small, pattern, args);
    char *large = n >= (int)sizeof small ? malloc((size_t)n + 1) : NULL;
    if (large) vsnprintf(large, (size_t)n + 1, pattern, again);
    va_end(again);
    if (n >= 0 && (large || n < (int)sizeof small)) {
        use(h, name, (hb_str){large ? large : small, (size_t)n});
    } else {
        h->text.failed = true;
    }
    free(large);
}

static void use_text(html *h, const char *name, hb_str text) {
    (void)name;
    html_text(h, text);
}

void html_attributef(html *h, const char *name, const char *pattern, ...) {
    va_list args;
    va_start(args, pattern);
    format(h, pattern, args, html_attribute, name);
    va_end(args);
}

void html_textf(html *h, const char *pattern, ...) {
    va_list args;
    va_start(args, pattern);
    format(h, pattern, args, use_text, NULL);
    va_end(args);
}

void html_flag(html *h, const char *name) {
    if (!begin_attribute(h, name)) return;
    add(h, " ", 1);
    add(h, name, strlen(name));
}

void html_class(html *h, const char *classes) {
    html_attribute(h, "class", hb_str_from(classes));
}

void html_id(html *h, hb_str id) {
    html_attribute(h, "id", id);
}

void html_lang(html *h, hb_str language) {
    html_attribute(h, "lang", language);
}

void html_text(html *h, hb_str text) {
    finish_tag(h);
    if (text.n == 0) return;
    if (!holds_words(h)) {
        mistake(h, "words where only elements may stand");
        return;
    }
    // HTML Living Standard §13.1.2.5: the first line break in these is dropped.
    bool is_kept =
        h->depth && (h->open[h->depth - 1] == HTML_PRE || h->open[h->depth - 1] == HTML_TEXTAREA);
    if (is_kept && text.at[0] == '\n' && h->text.n && h->text.at[h->text.n - 1] == '>') {
        add(h, "\n", 1);
    }
    add_escaped(h, text);
}

void html_say(html *h, const char *words) {
    html_text(h, hb_str_from(words));
}

void html_put(html *h, html_element element, const char *classes, hb_str text) {
    html_open(h, element);
    if (classes) html_class(h, classes);
    html_text(h, text);
    html_close(h, element);
}

void html_put_say(html *h, html_element element, const char *classes, const char *words) {
    html_put(h, element, classes, hb_str_from(words));
}

void html_link(html *h, hb_str address, const char *classes, hb_str words) {
    html_open(h, HTML_A);
    html_attribute(h, "href", address);
    if (classes) html_class(h, classes);
    html_text(h, words);
    html_close(h, HTML_A);
}

void html_include(html *h, html *piece) {
    finish_tag(h);
    finish_tag(piece);
    if (piece->text.failed) h->text.failed = true;
    if (piece->mistake) mistake(h, piece->mistake);
    if (piece->depth) mistake(h, "a piece with elements left open");
    if (!holds_words(h)) mistake(h, "a piece where only elements may stand");
    hb_text_add(&h->text, (hb_str){piece->text.at, piece->text.n});
}

void html_svg(html *h, hb_str svg) {
    finish_tag(h);
    hb_str start = hb_str_trim(svg);
    if (!holds_words(h) || !html_svg_is_safe(start)) {
        mistake(h, "a drawing that is not one of ours");
        return;
    }
    hb_text_add(&h->text, start);
}

void html_style(html *h, hb_str css) {
    html_open(h, HTML_STYLE);
    if (h->is_in_tag && html_css_is_safe(css)) {
        finish_tag(h);
        hb_text_add(&h->text, css);
    } else {
        mistake(h, "a style sheet that is not one of ours");
    }
    html_close(h, HTML_STYLE);
}

bool html_finish(html *h, hb_str *out, hb_error *err) {
    finish_tag(h);
    if (h->text.failed) return hb_out_of_memory(err);
    if (h->depth) mistake(h, "elements are left open");
    if (h->mistake) {
        return hb_fail(err, HB_CORRUPT, "page-broken", "the page is not well formed: %s",
                       h->mistake);
    }
    *out = (hb_str){h->text.at, h->text.n};
    return true;
}

void html_clear(html *h) {
    hb_text_clear(&h->text);
    *h = (html){0};
}
