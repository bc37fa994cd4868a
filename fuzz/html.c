// Any bytes as a name on a page, as an attribute, as an address, as a drawing, as a style sheet:
// the page stays well formed and has no element, attribute or scheme that the bytes brought.
#include <assert.h>
#include <string.h>

#include "html/html.h"

static bool has(hb_str page, const char *what) {
    return memmem(page.at, page.n, what, strlen(what)) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    hb_str bytes = {(const char *)data, size}, page = {0};
    hb_error err = {0};
    html h = {0};
    html_document(&h, bytes);
    html_open(&h, HTML_BODY);
    html_open(&h, HTML_DIV);
    html_attribute(&h, "title", bytes);
    html_link(&h, bytes, NULL, bytes);
    html_textf(&h, "%.*s", (int)size, size ? bytes.at : "");
    html_put(&h, HTML_TEXTAREA, "x", bytes);
    html_close(&h, HTML_DIV);
    html_close(&h, HTML_BODY);
    html_close(&h, HTML_HTML);
    bool ok = html_finish(&h, &page, &err);
    assert(ok && !has(page, "<script") && !has(page, "<img") && !has(page, "href=\"javascript:"));
    assert(hb_utf8_is_valid(page, NULL));
    size_t n_tags = 0, n_quotes = 0;
    for (size_t i = 0; i < page.n; i++) {
        n_tags += page.at[i] == '<';
        n_quotes += page.at[i] == '"';
    }
    assert(n_tags == 11 && n_quotes % 2 == 0);
    html_clear(&h);

    html_svg(&h, bytes);
    if (html_finish(&h, &page, &err)) assert(!has(page, "<script") && !has(page, "<!"));
    html_clear(&h);
    html_style(&h, bytes);
    if (html_finish(&h, &page, &err)) assert(!has(page, "</style></"));
    html_clear(&h);
    return 0;
}
