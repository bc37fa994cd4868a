// Any bytes as the beginning of a page of alarms: refused, or a place that is written as it is
// read.
#include <assert.h>
#include <string.h>

#include "register/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    hb_error err = {0};
    due_position once, twice;
    register_cursor cursor;
    if (size == 0 || !due_cursor_read((hb_str){(const char *)data, size}, &once, &err)) return 0;
    due_cursor_write(cursor, &once);
    bool ok = due_cursor_read(hb_str_from(cursor), &twice, &err);
    assert(ok && due_compare(&once, &twice) == 0);
    return 0;
}
