// Any bytes as an agency's file: by the first byte, a spreadsheet, a table without quotes, or JSON. It
// becomes a list, or is refused with a reason.
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
    static const char *const MAPPINGS[] = {"mappings/generic_spreadsheet.json", "mappings/eoir_case.json",
                                           "mappings/bop_locator.json", "mappings/hmpps_basm.json"};
    hb_errors errors = {0};
    char path[64];
    size_t n_list = 0, n_report = 0;
    if (!rb) rb = rulebook_load("rulebooks/us-sv", &errors);
    int fd = memfd_create("fuzz", 0);
    if (size > 0) assert(write(fd, data + 1, size - 1) == (ssize_t)size - 1);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const char *files[] = {path};
    intake_import_request request = {.files = files, .n_files = 1, .mappings = "mappings", .host = HB_STR("SLV"),
                                     .mapping = MAPPINGS[size > 0 ? data[0] % 4 : 0],
                                     .as_of = {2025, 3, 15}, .document_on = {2025, 3, 15}};
    bool ok = intake_import(rb, &request, NULL, NULL, drop, &n_list, drop, &n_report, &errors);
    assert(ok == (errors.n_all == 0) && ok == (n_list > 0));
    hb_errors_clear(&errors);
    close(fd);
    return 0;
}
