// Papers of damaged documents: each value of each seed in turn is taken away or becomes a value of
// another kind. What comes of it is a page that is well formed, or an error; NO BAR FOUND is never
// made of another verdict. usage: damaged FOLDER
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/report.h"

typedef struct {
    report_document document;
    size_t n_pages, n_refused, n_wrong;
    bool may_find_none;  // the seed's own verdict is NO BAR FOUND
} damaging;

static void write_page(damaging *w, const char *what) {
    html page = {0};
    hb_str out = {0};
    hb_error err = {0};
    report_copy copy = {.reader = report_reader_find(HB_STR("court")),
                        .language = w->document.language};
    report_html(&page, &copy, &w->document);
    if (html_finish(&page, &out, &err)) {
        w->n_pages++;
        bool finds_none = memmem(out.at, out.n, "verdict no-bar-found", 20) != NULL;
        if (!hb_utf8_is_valid(out, NULL) || (finds_none && !w->may_find_none)) {
            printf("%s: a wrong page\n", what);
            w->n_wrong++;
        }
    } else {
        w->n_refused++;
    }
    html_clear(&page);
}

// Every node below `node`, once for each kind of damage; then as it was.
static void damage(damaging *w, hb_json *node, const char *file) {
    static hb_json few[3];
    static const hb_json DAMAGE[] = {
        {.kind = HB_JSON_NULL  },
        {                           .kind = HB_JSON_TRUE                   },
        { .kind = HB_JSON_STRING,                                       .text = {"\xc3\xb1<x>", 5}},
        {                  .kind = HB_JSON_NUMBER, .text = {"-1e400", 6}},
        {                                    .kind = HB_JSON_ARRAY,                  .n = 3, .first = few},
        {                                    .kind = HB_JSON_OBJECT,                                            .n = 3, .first = few},
    };
    for (size_t i = 0; i < sizeof DAMAGE / sizeof DAMAGE[0]; i++) {
        hb_json before = *node;
        *node = DAMAGE[i];
        node->key = before.key;
        write_page(w, file);
        *node = before;
    }
    for (uint32_t i = 0; i < node->n; i++) damage(w, &node->first[i], file);
}

static bool damage_file(damaging *w, const char *path) {
    hb_bytes bytes = {0};
    hb_error err = {0};
    hb_arena *arena = hb_arena_open((size_t)64 << 20);
    bool ok = arena != NULL && hb_read_file(path, 1 << 20, &bytes, &err) &&
              report_read(arena, (hb_str){bytes.at, bytes.n}, &w->document, &err);
    if (ok) {
        const hb_json *verdict = hb_json_member(w->document.tree, HB_STR("verdict"));
        w->may_find_none = verdict != NULL && hb_str_equal(verdict->text, HB_STR("NO BAR FOUND"));
        size_t n_refused = w->n_refused;
        write_page(w, path);
        ok = w->n_refused == n_refused;  // undamaged it is a paper
        damage(w, (hb_json *)(uintptr_t)w->document.tree, path);
    }
    hb_bytes_clear(&bytes);
    hb_arena_close(arena);
    return ok;
}

int main(int argc, char **argv) {
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    damaging w = {0};
    size_t n_failed = 0, n_files = 0;
    if (folder == NULL) return 2;
    for (struct dirent *entry; (entry = readdir(folder));) {
        char path[4096];
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
        n_files++;
        if (!damage_file(&w, path)) {
            printf("%s: no paper\n", path);
            n_failed++;
        }
    }
    closedir(folder);
    printf("%zu pages, %zu refused\n", w.n_pages, w.n_refused);
    printf("%zu passed, %zu failed\n", w.n_pages + w.n_refused - w.n_wrong, w.n_wrong + n_failed);
    return n_failed + w.n_wrong > 0 || n_files == 0 || w.n_pages < 1000;
}
