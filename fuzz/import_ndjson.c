// Any bytes as people in NDJSON.
#include "fuzz/import_one.h"
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    import_one(data, size, "tests/intake/import/people_ndjson.json");
    return 0;
}
