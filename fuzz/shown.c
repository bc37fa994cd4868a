// An entry and, after a NUL, any bytes as what is shown of it: refused with a message, or every
// field that is shown is one of an object.
#include <assert.h>
#include <string.h>

#include "proof/proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *text = (const char *)data, *end = size ? memchr(text, '\0', size) : NULL;
    hb_arena *arena = hb_arena_open(8 << 20);
    const hb_json *fields = NULL;
    hb_error err = {0};
    size_t n = end ? (size_t)(end - text) : 0, skipped = end ? n + 1 : 0;
    assert(arena);
    if (proof_check_shown(arena, (hb_str){text + skipped, size - skipped}, 1, (hb_str){text, n},
                          &fields, &err))
        assert(fields && fields->kind == HB_JSON_OBJECT);
    else
        assert(err.kind != HB_NONE && err.message[0] && !fields);
    hb_arena_close(arena);
    return 0;
}
