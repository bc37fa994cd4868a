// Any bytes as JSON: refused with a place, or read; and what canonical form prints reads as itself.
#include <assert.h>

#include "base/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    hb_json_reader *reader = hb_json_reader_open();
    hb_arena *arena = hb_arena_open(8 << 20);
    hb_json *json = NULL;
    hb_error err = {0};
    hb_text once = {0}, twice = {0};
    if (!hb_json_parse(reader, arena, (hb_str){(const char *)data, size}, &json, &err)) {
        assert(err.kind != HB_NONE && err.message[0]);
    } else if (hb_json_canonical(&once, json)) {
        assert(hb_json_parse(reader, arena, (hb_str){once.at, once.n}, &json, &err));
        assert(hb_json_canonical(&twice, json));
        assert(hb_str_equal((hb_str){once.at, once.n}, (hb_str){twice.at, twice.n}));
    }
    hb_text_clear(&once);
    hb_text_clear(&twice);
    hb_arena_close(arena);
    hb_json_reader_close(reader);
    return 0;
}
