// Runs test files in the TCK's form and counts. usage: tck_test FLOOR FOLDER PATH...: every PATH
// under FOLDER; passes when at least FLOOR cases pass, or all do when FLOOR is "all". Where FOLDER
// is absent the test is skipped (77).
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "dmn/dmn.h"

static void show_failure(void *to, const dmn_tck_result *result) {
    uint32_t *shown = to;
    if (result->has_passed || ++*shown > 40) return;
    printf("%s/%s %s %s: expected %s, got %s %s\n", result->folder, result->file, result->test_case,
           result->node, result->expected, result->got, result->message);
}

int main(int argc, char **argv) {
    struct stat info;
    dmn_tck_count count = {0, 0};
    hb_error err = {0};
    uint32_t shown = 0;
    if (argc < 4) return 2;
    const char *folder =
        getenv("DMN_TCK") != NULL && strcmp(argv[2], "kit") == 0 ? getenv("DMN_TCK") : argv[2];
    if (strcmp(folder, "kit") == 0) folder = "../shared/tck";
    if (stat(folder, &info) != 0) {
        printf(
            "The DMN compliance kit is not here (%s; DMN_TCK=dir names it): its cases are not "
            "run.\n",
            folder);
        return 77;
    }
    for (int i = 3; i < argc; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, argv[i]);
        if (dmn_tck_run(path, hb_clock_read(), show_failure, &shown, &count, &err)) continue;
        char text[2048];
        hb_error_print(&err, text, sizeof text);
        printf("%s", text);
        return 1;
    }
    printf("%u passed, %u failed\n", count.n_passed, count.n_failed);
    bool wants_all = strcmp(argv[1], "all") == 0;
    return count.n_passed > 0 &&
                   (wants_all ? count.n_failed == 0 : count.n_passed >= strtoul(argv[1], NULL, 10))
               ? 0
               : 1;
}
