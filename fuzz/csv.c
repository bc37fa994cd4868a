// Any bytes as CSV and as lines: every field is UTF-8 and stands where rows and columns can be,
// twice alike.
#include <assert.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/base.h"
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[64];
    int fd = memfd_create("fuzz", 0);
    assert(write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    hb_error err = {0};
    hb_csv *csv = hb_csv_open(path, ',', 4096, &err);
    uint64_t n[2] = {0};
    for (int pass = 0; pass < 2; pass++) {
        hb_csv_row row;
        for (bool end = false; hb_csv_next(csv, &row, &end, &err) && !end; n[pass] += row.n) {
            for (uint32_t i = 0; i < row.n; i++)
                assert(row.fields[i].line && hb_utf8_is_valid(row.fields[i].text, NULL));
        }
        assert(hb_csv_rewind(csv, &err));
    }
    assert(n[0] == n[1]);
    hb_csv_close(csv);
    close(fd);
    return 0;
}
