// Any bytes as one file of a rulebook, the first byte saying which: it loads, or is refused with a
// reason.
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "rulebook/rulebook.h"
static const char *const FILES[] = {"facts.csv", "rules.csv", "sources.csv", "rulebook.json",
                                    "cases/cases.ndjson"};
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static char folder[] = "/tmp/habeas-fuzz-XXXXXX", path[sizeof folder + 32];
    static bool is_ready;
    hb_errors errors = {0};
    if (!size) return 0;
    if (!is_ready && mkdtemp(folder)) {
        snprintf(path, sizeof path, "cp -r tests/rulebook/small/. %s", folder);
        is_ready = system(path) == 0;
    }
    snprintf(path, sizeof path, "%s/%s", folder, FILES[data[0] % 5]);
    char whole[sizeof path + 8];
    snprintf(whole, sizeof whole, "%s.whole", path);
    FILE *file = is_ready && rename(path, whole) == 0 ? fopen(path, "wb") : NULL;
    assert(file && fwrite(data + 1, 1, size - 1, file) == size - 1 && fclose(file) == 0);
    rulebook *rb = rulebook_load(folder, &errors);
    rulebook_cases *cases = rb ? rulebook_cases_open(rb, &errors) : NULL;
    assert((cases == NULL) == (errors.n_all > 0));
    rulebook_cases_close(cases);
    rulebook_close(rb);
    hb_errors_clear(&errors);
    return rename(whole, path);
}
