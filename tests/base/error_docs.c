// docs/errors.md as the table of error codes gives it: compared with the file, or with --golden
// written to it. usage: error-docs [--golden] FILE
#include <stdio.h>
#include <string.h>

#include "base/base.h"

static void write_docs(hb_text *out) {
    size_t n = 0;
    const hb_error_code *codes = hb_error_codes(&n);
    hb_text_addf(
        out,
        "# Error codes\n\n"
        "Every error has a code that never changes, the place (file, line, column or JSON "
        "pointer), what was "
        "expected and what to do. With `--json` the code is `errors[].code`.\n"
        "This page is made from `src/base/errors.def`.\n\n| code | meaning |\n|---|---|\n");
    for (size_t i = 0; i < n; i++)
        hb_text_addf(out, "| `%s` | %s |\n", codes[i].code, codes[i].meaning);
}

static bool is_same(const char *path, const hb_text *docs) {
    hb_bytes file = {0};
    hb_error err = {0};
    bool ok = hb_read_file(path, 1 << 20, &file, &err) &&
              hb_str_equal((hb_str){file.at, file.n}, (hb_str){docs->at, docs->n});
    hb_bytes_clear(&file);
    return ok;
}

static bool write_file(const char *path, const hb_text *docs) {
    FILE *file = fopen(path, "w");
    bool ok = file && fwrite(docs->at, 1, docs->n, file) == docs->n;
    return file && fclose(file) == 0 && ok;
}

int main(int argc, char **argv) {
    bool is_golden = argc == 3 && strcmp(argv[1], "--golden") == 0;
    if (argc < 2) return 2;
    const char *path = argv[argc - 1];
    hb_text docs = {0};
    write_docs(&docs);
    bool ok = !docs.failed && (is_golden ? write_file(path, &docs) : is_same(path, &docs));
    if (!ok) printf("%s is not what src/base/errors.def gives; `make golden` writes it\n", path);
    printf("%d passed, %d failed\n", ok, !ok);
    hb_text_clear(&docs);
    return ok ? 0 : 1;
}
