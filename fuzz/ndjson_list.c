// Any bytes as a list of people, its documents and its contests at once: everything is read, or
// refused with a reason.
#include <assert.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include "intake/intake.h"
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static rulebook *rb;  // loaded once: it never changes
    hb_errors errors = {0};
    char path[64];
    if (!rb) rb = rulebook_load("rulebooks/us-sv", &errors);
    int fd = memfd_create("fuzz", 0);
    assert(write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const char *documents[] = {path};
    intake_request request = {
        .list = path, .documents = documents, .today = {2025, 3, 15}
    };
    for (; request.n_documents < 2; request.n_documents++) {
        intake *in = intake_open(rb, &request, NULL, NULL, &errors);
        assert((in == NULL) == (errors.n_all > 0));
        intake_close(in);
        hb_errors_clear(&errors);
    }
    close(fd);
    return 0;
}
