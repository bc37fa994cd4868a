// Any bytes as the sheet of a workbook, and behind a NUL as its shared strings: a list, or a refusal with its reason.
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>
#include "intake/intake.h"
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
static const char BOOK[] = "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
                  PARTS[] = "<Relationships><Relationship Id=\"rId1\" Type=\"sheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>";
static bool drop(void *to, hb_str text, hb_error *err) {
    (void)to, (void)text, (void)err;
    return true;
}
static void add(zip_t *zip, const char *name, const void *at, size_t n) {
    assert(zip_file_add(zip, name, zip_source_buffer(zip, at, n, 0), 0) >= 0);
}
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static rulebook *rb;  // loaded once: it never changes
    hb_errors errors = {0};
    char path[64];
    if (!rb) rb = rulebook_load("rulebooks/us-sv", &errors);
    snprintf(path, sizeof path, "/tmp/habeas-fuzz-%d.xlsx", (int)getpid());
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
    const uint8_t *nul = size > 0 ? memchr(data, 0, size) : NULL;
    add(zip, "xl/workbook.xml", BOOK, sizeof BOOK - 1);
    add(zip, "xl/_rels/workbook.xml.rels", PARTS, sizeof PARTS - 1);
    add(zip, "xl/worksheets/sheet1.xml", data, nul ? (size_t)(nul - data) : size);
    if (nul) add(zip, "xl/sharedStrings.xml", nul + 1, size - (size_t)(nul - data) - 1);
    assert(zip_close(zip) == 0);
    const char *files[] = {path};
    intake_import_request request = {.files = files, .n_files = 1, .mappings = "mappings", .host = HB_STR("SLV"),
                                     .mapping = "mappings/generic_spreadsheet.json", .as_of = {2025, 3, 15}, .document_on = {2025, 3, 15}};
    bool ok = intake_import(rb, &request, NULL, NULL, drop, NULL, drop, NULL, &errors);
    assert(ok == (errors.n_all == 0));
    hb_errors_clear(&errors);
    unlink(path);
    return 0;
}
