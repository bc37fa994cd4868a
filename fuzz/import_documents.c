// Any bytes as a docket or, by the first byte, as a notice of the Federal Register.
#include "fuzz/import_one.h"
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > 0) import_one(data + 1, size - 1, data[0] % 2 ? "mappings/federal_register.json" : "mappings/courtlistener_docket.json");
    return 0;
}
