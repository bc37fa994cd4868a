// html: writes pages and papers that cannot be misread by a browser. Whatever text goes in comes
// out as text: there is no call that prints bytes as markup, except html_svg for habeas' own
// drawings and html_style for its own style sheets, and both look at what they are given. Elements
// are closed in the order they were opened, or the page is never given out. Called by report and
// web; calls base only; knows nothing of law or of languages.
//
//     html h = {0};
//     html_open(&h, HTML_P);
//     html_attribute(&h, "class", HB_STR("usa-intro"));
//     html_text(&h, name);                      // escaped
//     html_close(&h, HTML_P);
//     if (html_finish(&h, &page, err)) ...      // `page` lives until html_clear
//
// A mistake (a wrong close, words between <tr> and <td>, a second id in a tag) is remembered and
// makes html_finish fail with "page-broken": a page that is not well formed is not sent.
// Read elements.def -> html.c -> html_check.c (addresses and drawings).
#ifndef HABEAS_HTML_H
#define HABEAS_HTML_H

#include "base/base.h"

typedef enum {
#define HTML_ELEMENT(id, name, content) HTML_##id,
#include "html/elements.def"
#undef HTML_ELEMENT
    HTML_N_ELEMENTS
} html_element;

#define HTML_DEPTH 64
#define HTML_ATTRIBUTES 16
typedef struct {
    hb_text text;
    uint32_t depth;
    uint8_t open[HTML_DEPTH];  // html_element
    bool is_in_tag;            // a start tag is written and still takes attributes
    uint32_t n_attributes;
    const char *attributes[HTML_ATTRIBUTES];  // names in this tag
    const char *mistake;                      // the first one; NULL: none
} html;

// `<!DOCTYPE html><html lang=...>`: a whole document. Fragments begin with html_open.
void html_document(html *h, hb_str language);
void html_open(html *h, html_element element);
void html_close(html *h, html_element element);
// Void elements (br, input, img) are open only for their attributes; the next call ends them.

// Attributes of the element just opened, before anything in it. `name` is a literal of [a-z-].
// Refused: on... and style (the pages' policy forbids both). An address (href, src, action,
// formaction, cite) that html_url_is_safe refuses is left out: the link is then plain text.
void html_attribute(html *h, const char *name, hb_str value);
void html_attributef(html *h, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void html_flag(html *h, const char *name);  // required, checked, hidden
void html_class(html *h, const char *classes);
void html_id(html *h, hb_str id);
void html_lang(html *h, hb_str language);  // of a text in another language than the page's: "es"

void html_text(html *h, hb_str text);
void html_say(html *h, const char *words);  // NUL-ended: what words_in gives
void html_textf(html *h, const char *format, ...) __attribute__((format(printf, 2, 3)));

// An element that holds words only: html_put(h, HTML_TD, "number", text). `classes` may be NULL.
void html_put(html *h, html_element element, const char *classes, hb_str text);
void html_put_say(html *h, html_element element, const char *classes, const char *words);
// A link: <a href=... class=...>words</a>.
void html_link(html *h, hb_str address, const char *classes, hb_str words);

// Puts a piece written by another writer here; a mistake in it, or an element left open, is one here.
void html_include(html *h, html *piece);

// Our own drawing, from `<svg`: well nested, and without scripts, handlers, foreign objects or
// addresses outside itself.
void html_svg(html *h, hb_str svg);
// Our own style sheet in a <style> element: it holds no `<` and loads nothing.
void html_style(html *h, hb_str css);

// True for an address on this site (/x, ?x, #x, a relative path) or https:, http:, mailto:, tel:
// with nothing in it that a browser would strip or show as another address.
bool html_url_is_safe(hb_str address);
// Appends text as part of a path or of a query's value: all but unreserved characters as %XX
// (RFC 3986 §2.3).
void html_url_add(hb_text *out, hb_str text);

// All that was written; the slice lives in h until html_clear. Fails with "page-broken" after a
// mistake or with elements left open, and for lack of memory.
HB_MUST_USE bool html_finish(html *h, hb_str *out, hb_error *err);
void html_clear(html *h);
#endif
