// Any bytes as a table cut at tabs, where a quote is data.
#include "fuzz/import_one.h"
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    import_one(data, size, "mappings/eoir_case.json");
    return 0;
}
