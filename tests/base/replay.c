// Runs a fuzz target over files without a fuzzer: each seed, and each seed cut short at every byte.
// usage: replay FOLDER
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// The bytes lie in a block of their own, so that a sanitizer sees a read behind them.
static void run(const char *at, size_t n) {
    uint8_t *copy = malloc(n ? n : 1);
    if (!copy) abort();
    memcpy(copy, at, n);
    LLVMFuzzerTestOneInput(copy, n);
    free(copy);
}

int main(int argc, char **argv) {
    enum { CUTS_MAX = 20000 };
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    size_t n_seeds = 0, n_runs = 0;
    if (!folder) return 2;
    for (struct dirent *entry; (entry = readdir(folder));) {
        char path[4096];
        hb_bytes bytes = {0};
        hb_error err = {0};
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
        if (!hb_read_file(path, 1 << 20, &bytes, &err)) {
            printf("%s: %s\n", path, err.message);
            return 1;
        }
        n_seeds++;
        size_t step = bytes.n / CUTS_MAX + 1;
        for (size_t cut = 0; cut < bytes.n; cut += step, n_runs++) run(bytes.at, cut);
        run(bytes.at, bytes.n);
        n_runs++;
        hb_bytes_clear(&bytes);
    }
    closedir(folder);
    printf("%zu seeds, %zu runs\n", n_seeds, n_runs);
    return n_seeds ? 0 : 1;
}
