// Any bytes as a return of a place of custody, JSON or CSV by the first byte: refused with an error
// that has a place, or read; what is read can be assessed and printed in each form.
#include <assert.h>
#include <stdio.h>
#include <unistd.h>

#include "conditions/conditions.h"

static void assess(const conditions_law *law, const conditions_return *ret) {
    hb_error err = {0};
    hb_text json = {0}, text = {0}, page = {0};
    conditions_assessment *found = NULL;
    hb_arena *arena = hb_arena_open((size_t)256 << 20);
    assert(arena);
    if (conditions_assess(law, ret, (hb_date){2026, 11, 23}, arena, &found, &err)) {
        conditions_write_json(&json, found, NULL, WORDS_EN);
        conditions_write_text(&text, found, found, WORDS_ES);
        bool ok = conditions_write_page(&page, found, NULL, WORDS_EN, &err);
        assert(ok && !json.failed && !text.failed);
    }
    hb_text_clear(&json);
    hb_text_clear(&text);
    hb_text_clear(&page);
    hb_arena_close(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static conditions_law *law;
    static char paths[2][64];
    hb_errors errors = {0};
    if (!law) {
        law = conditions_law_load("rulebooks/conditions", &errors);
        assert(law);
        snprintf(paths[0], sizeof paths[0], P_tmpdir "/fuzz-return-%d.json", (int)getpid());
        snprintf(paths[1], sizeof paths[1], P_tmpdir "/fuzz-return-%d.csv", (int)getpid());
    }
    const char *path = paths[size && data[0] != '{'];
    FILE *file = fopen(path, "wb");
    assert(file && fwrite(data, 1, size, file) == size && fclose(file) == 0);
    conditions_return *ret = conditions_return_read(law, path, &errors);
    assert((ret == NULL) == (errors.n_all > 0));
    if (ret) assess(law, ret);
    conditions_return_close(ret);
    hb_errors_clear(&errors);
    return 0;
}
