// Any bytes as a name: refused, or folded, and then it folds to itself, is like itself, and is the
// same id as itself without its spaces.
#include <assert.h>
#include <string.h>

#include "register/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    hb_error err = {0};
    char once[256], twice[256];
    likeness_folder *folder = likeness_open(&err);
    assert(folder);
    if (likeness_fold(folder, (hb_str){(const char *)data, size}, once) && once[0]) {
        bool ok = likeness_fold(folder, hb_str_from(once), twice);
        assert(!ok || strcmp(once, twice) == 0);
        assert(likeness_of_ids(once, once) && !likeness_of_names(once, ""));
        if (likeness_of_names(once, once)) assert(strchr(once, ' '));
    }
    likeness_close(folder);
    return 0;
}
