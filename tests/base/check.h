// What the tests of base share: cmocka's includes in their order, and slices compared as text.
#ifndef TESTS_BASE_CHECK_H
#define TESTS_BASE_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/base.h"

#define assert_text(str, expected) check_text((str), (expected), __FILE__, __LINE__)

static inline void check_text(hb_str got, const char *expected, const char *file, int line) {
    if (hb_str_equal(got, hb_str_from(expected))) return;
    print_error("got      \"%.*s\"\nexpected \"%s\"\n", (int)got.n, got.n ? got.at : "", expected);
    _fail(file, line);
}

// A file of these bytes that vanishes with `unlink`; `path` has room for 64.
static inline void write_file(char *path, const void *bytes, size_t n) {
    snprintf(path, 64, "/tmp/habeas-test-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    while (n) {
        ssize_t put = write(fd, bytes, n);
        assert_true(put > 0);
        bytes = (const char *)bytes + put;
        n -= (size_t)put;
    }
    close(fd);
}

#endif
