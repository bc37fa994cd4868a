// What the targets of the import's readers share: any bytes as one file of an agency, by one mapping. It becomes a list or
// documents, or is refused with a reason.
#ifndef HABEAS_FUZZ_IMPORT_ONE_H
#define HABEAS_FUZZ_IMPORT_ONE_H
#include <assert.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include "intake/intake.h"
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
static inline bool import_drop(void *to, hb_str text, hb_error *err) {
    (void)err;
    *(size_t *)to += text.n;
    return true;
}
static inline void import_one(const uint8_t *data, size_t size, const char *mapping) {
    static rulebook *rb;  // loaded once: it never changes
    hb_errors errors = {0};
    char path[64];
    size_t n_list = 0, n_report = 0;
    if (!rb) rb = rulebook_load("rulebooks/us-sv", &errors);
    int fd = memfd_create("fuzz", 0);
    assert(write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const char *files[] = {path};
    intake_import_request request = {.files = files, .n_files = 1, .mappings = "mappings", .host = HB_STR("SLV"),
                                     .mapping = mapping, .as_of = {2025, 3, 15}, .document_on = {2025, 3, 15}, .takes_documents = true};
    bool ok = intake_import(rb, &request, NULL, NULL, import_drop, &n_list, import_drop, &n_report, &errors);
    assert(ok == (errors.n_all == 0) && ok == (n_list > 0) && n_report > 0);
    hb_errors_clear(&errors);
    close(fd);
}
#endif
