// Any bytes as a spreadsheet or, by the first byte, as a table with a fixed header, in CSV.
#include "fuzz/import_one.h"
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const MAPPINGS[] = {"mappings/generic_spreadsheet.json", "mappings/hmpps_basm.json", "mappings/deportationdata_removals.json"};
    if (size > 0) import_one(data + 1, size - 1, MAPPINGS[data[0] % 3]);
    return 0;
}
