// Any bytes as a mapping, over one spreadsheet: a list, or a refusal with its reason.
#include <assert.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include "intake/intake.h"
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
static bool drop(void *to, hb_str text, hb_error *err) {
    (void)err;
    *(size_t *)to += text.n;
    return true;
}
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static rulebook *rb;  // loaded once: it never changes
    hb_errors errors = {0};
    char path[64];
    size_t n_list = 0, n_report = 0;
    if (!rb) rb = rulebook_load("rulebooks/us-sv", &errors);
    int fd = memfd_create("fuzz", 0);
    assert(write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const char *files[] = {"tests/intake/import/generic.csv"};
    intake_import_request request = {.files = files, .n_files = 1, .mappings = "mappings", .host = HB_STR("SLV"),
                                     .mapping = path, .as_of = {2025, 3, 15}, .document_on = {2025, 3, 15}};
    bool ok = intake_import(rb, &request, NULL, NULL, drop, &n_list, drop, &n_report, &errors);
    assert(ok == (errors.n_all == 0) && ok == (n_list > 0));
    hb_errors_clear(&errors);
    close(fd);
    return 0;
}
