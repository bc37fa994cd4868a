// Any bytes as a document of a paper: refused, or read and written as HTML that is well formed.
#include <assert.h>

#include "report/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    hb_error err = {0};
    html page = {0};
    hb_str out;
    report_document document;
    report_copy copy = {.reader = report_reader_find(HB_STR("court"))};
    hb_arena *arena = hb_arena_open((size_t)256 << 20);
    assert(arena && copy.reader);
    if (report_read(arena, (hb_str){(const char *)data, size}, &document, &err)) {
        copy.language = document.language;
        report_html(&page, &copy, &document);
        if (html_finish(&page, &out, &err)) assert(hb_utf8_is_valid(out, NULL));
    }
    html_clear(&page);
    hb_arena_close(arena);
    return 0;
}
