// Any bytes as the answer of a locator, JSON.
#include "fuzz/import_one.h"
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    import_one(data, size, "mappings/bop_locator.json");
    return 0;
}
