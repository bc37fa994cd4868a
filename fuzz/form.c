// Any bytes as a query, as a form, as an upload: refused, or fields that lie within what was sent.
#include <assert.h>

#include "web/site.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const TYPES[] = {"application/x-www-form-urlencoded",
                                        "multipart/form-data; boundary=x",
                                        "multipart/form-data; boundary=\"--x\"; charset=utf-8"};
    hb_str bytes = {(const char *)data, size}, part;
    web_field fields[WEB_FIELDS];
    uint32_t n = 0;
    hb_arena *arena = hb_arena_open(8 << 20);
    if (!arena) return 0;
    for (int i = 0; i < 3; i++) {
        if (!web_form_read(arena, hb_str_from(TYPES[i]), bytes, fields, &n)) continue;
        assert(n <= WEB_FIELDS);
        for (uint32_t k = 0; k < n; k++) {
            assert(fields[k].name.n <= size && fields[k].value.n <= size);
            assert(hb_utf8_is_valid(fields[k].name, NULL));
            assert(fields[k].file_name.at || hb_utf8_is_valid(fields[k].value, NULL));
        }
    }
    (void)web_form_read(arena, bytes, bytes, fields, &n);
    if (web_path_read(arena, bytes, &part)) assert(part.n <= size);
    hb_arena_close(arena);
    return 0;
}
