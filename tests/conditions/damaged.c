// Damaged returns: each file given, cut short at every byte and with every byte replaced, is
// refused with a reason or read and weighed; nothing else happens. usage: conditions-damaged FOLDER
// SCRATCH FILE...
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conditions/internal.h"

typedef struct {
    const conditions_law *law;
    const char *scratch;
    uint64_t n_read, n_refused, n_failed;
} run;

static void try_bytes(run *r, const char *bytes, size_t n, bool is_sheet) {
    char path[4096];
    hb_errors errors = {0};
    snprintf(path, sizeof path, "%s%s", r->scratch, is_sheet ? ".csv" : ".json");
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, n, file) != n || fclose(file) != 0) abort();
    conditions_return *ret = conditions_return_read(r->law, path, &errors);
    bool is_said = errors.n_kept > 0 && errors.kept[0].message[0] && errors.kept[0].file[0];
    r->n_failed += ret ? errors.n_all > 0 : !is_said;
    if (ret) {
        hb_error err = {0};
        conditions_assessment *found = NULL;
        hb_arena *arena = hb_arena_open((size_t)64 << 20);
        if (!arena ||
            !conditions_assess(r->law, ret, conditions_return_as_of(ret), arena, &found, &err))
            r->n_failed++;
        hb_arena_close(arena);
    }
    *(ret ? &r->n_read : &r->n_refused) += 1;
    conditions_return_close(ret);
    hb_errors_clear(&errors);
}

static void damage(run *r, const char *path) {
    static const char BYTES[] = {'"', '{', ',', '0', '\0', '\xff', '\n'};
    hb_bytes text = {0};
    hb_error err = {0};
    bool is_sheet = strstr(path, ".csv") != NULL;
    if (!hb_read_file(path, 1 << 20, &text, &err)) abort();
    for (size_t i = 0; i < text.n; i++) {
        char kept = text.at[i];
        try_bytes(r, text.at, i, is_sheet);
        text.at[i] = BYTES[i % sizeof BYTES];
        try_bytes(r, text.at, text.n, is_sheet);
        text.at[i] = kept;
    }
    try_bytes(r, text.at, text.n, is_sheet);
    hb_bytes_clear(&text);
}

int main(int argc, char **argv) {
    hb_errors errors = {0};
    if (argc < 4) return 2;
    run r = {.law = conditions_law_load(argv[1], &errors), .scratch = argv[2]};
    if (!r.law) return 1;
    for (int i = 3; i < argc; i++) damage(&r, argv[i]);
    printf("%llu read, %llu refused\n", (unsigned long long)r.n_read,
           (unsigned long long)r.n_refused);
    r.n_failed += r.n_read == 0 || r.n_refused == 0;
    printf("%llu passed, %llu failed\n", (unsigned long long)(r.n_read + r.n_refused),
           (unsigned long long)r.n_failed);
    conditions_law_close((conditions_law *)r.law);
    return r.n_failed > 0;
}
