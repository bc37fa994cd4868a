// Runs tables of damaged rulebooks: ERRORS FOLDER TABLE. Each row changes one file of a copy of
// FOLDER, loads it with its cases, and holds every diagnostic against the row:
//     FILE                  on a line of its own; FILE - means that the file is taken away
//     - TEXT                what is replaced; it must stand in the file exactly once
//     + TEXT                by what; without it TEXT goes away
//     ! LINE                the diagnostics, line by line, warnings too; none: the rulebook loads
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rulebook/rulebook.h"

enum { MAX_TEXT = 65536 };

typedef struct {
    const char *folder, *table;
    char scratch[64];
    char file[128], old[4096], new[4096], expected[MAX_TEXT];
    bool is_removed;
    uint64_t line;
    uint32_t n_passed, n_failed;
} runner;

static bool write_file(const char *path, const char *text, size_t n) {
    FILE *file = fopen(path, "wb");
    if (!file) return false;
    bool ok = fwrite(text, 1, n, file) == n;
    return fclose(file) == 0 && ok;
}

static bool copy_folder(const char *from, const char *to) {
    bool ok = true;
    hb_error err = {0};
    DIR *open = opendir(from);
    if (!open) return false;
    mkdir(to, 0700);
    for (struct dirent *entry; ok && (entry = readdir(open));) {
        char a[1024], b[1024];
        struct stat about;
        hb_bytes bytes = {0};
        if (entry->d_name[0] == '.') continue;
        snprintf(a, sizeof a, "%s/%s", from, entry->d_name);
        snprintf(b, sizeof b, "%s/%s", to, entry->d_name);
        if (stat(a, &about) == 0 && S_ISDIR(about.st_mode))
            ok = copy_folder(a, b);
        else
            ok = hb_read_file(a, 1 << 24, &bytes, &err) && write_file(b, bytes.at, bytes.n);
        hb_bytes_clear(&bytes);
    }
    closedir(open);
    return ok;
}

static void remove_folder(const char *path) {
    DIR *open = opendir(path);
    for (struct dirent *entry; open && (entry = readdir(open));) {
        char one[1024];
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        snprintf(one, sizeof one, "%s/%s", path, entry->d_name);
        if (unlink(one) != 0) remove_folder(one);
    }
    if (open) closedir(open);
    rmdir(path);
}

static bool damage(const runner *r) {
    char path[1024];
    hb_error err = {0};
    hb_bytes bytes = {0};
    snprintf(path, sizeof path, "%s/%s", r->scratch, r->file);
    if (r->is_removed) {
        if (unlink(path) != 0) remove_folder(path);
        return true;
    }
    if (!hb_read_file(path, 1 << 24, &bytes, &err)) return false;
    size_t n_old = strlen(r->old), n_new = strlen(r->new);
    char *at = n_old ? memmem(bytes.at, bytes.n, r->old, n_old) : NULL;
    bool ok = at && !memmem(at + 1, bytes.n - (size_t)(at + 1 - bytes.at), r->old, n_old);
    hb_text text = {0};
    if (ok) {
        hb_text_add(&text, (hb_str){bytes.at, (size_t)(at - bytes.at)});
        hb_text_add(&text, (hb_str){r->new, n_new});
        hb_text_add(&text, (hb_str){at + n_old, bytes.n - (size_t)(at - bytes.at) - n_old});
        ok = write_file(path, text.at, text.n);
    }
    hb_text_clear(&text);
    hb_bytes_clear(&bytes);
    return ok;
}

// The scratch folder's own name would differ from run to run.
static void add_shown(const runner *r, const hb_error *err, hb_text *out) {
    char shown[4096];
    size_t n = hb_error_print(err, shown, sizeof shown), n_scratch = strlen(r->scratch);
    for (size_t i = 0; i < n; i++) {
        if (strncmp(shown + i, r->scratch, n_scratch) == 0) i += n_scratch + 1;
        if (i < n) hb_text_add(out, (hb_str){shown + i, 1});
    }
}

static void load(const runner *r, hb_text *out) {
    hb_errors errors = {0};
    rulebook *rb = rulebook_load(r->scratch, &errors);
    for (uint32_t i = 0; rb && i < rulebook_n_warnings(rb); i++)
        add_shown(r, rulebook_warning(rb, i), out);
    rulebook_cases *cases = rb ? rulebook_cases_open(rb, &errors) : NULL;
    if (!cases && !errors.n_kept) hb_text_addf(out, "refused without an error\n");
    for (uint32_t i = 0; i < errors.n_kept; i++) add_shown(r, &errors.kept[i], out);
    hb_errors_clear(&errors);
    rulebook_cases_close(cases);
    rulebook_close(rb);
}

static void run_row(runner *r) {
    hb_text got = {0};
    if (!r->file[0]) return;
    remove_folder(r->scratch);
    bool ok = copy_folder(r->folder, r->scratch) && damage(r);
    if (!ok)
        printf("%s:%llu: the row cannot be set up\n", r->table, (unsigned long long)r->line);
    else {
        load(r, &got);
        hb_text_add(&got, HB_STR(""));
        ok = got.n == strlen(r->expected) && (!got.n || memcmp(got.at, r->expected, got.n) == 0);
        if (!ok)
            printf("%s:%llu: expected\n%sgot\n%.*s", r->table, (unsigned long long)r->line,
                   r->expected, (int)got.n, got.at ? got.at : "");
    }
    r->n_passed += ok;
    r->n_failed += !ok;
    hb_text_clear(&got);
    remove_folder(r->scratch);
    r->file[0] = r->old[0] = r->new[0] = r->expected[0] = 0;
    r->is_removed = false;
}

// Lines of one kind follow each other.
static void take(char *out, size_t size, const char *text) {
    size_t n = strlen(out);
    snprintf(out + n, size - n, "%s%s", n ? "\n" : "", text);
}

static void run_line(runner *r, uint64_t number, hb_str text) {
    char line[4096];
    snprintf(line, sizeof line, "%.*s", (int)text.n, text.at);
    if (!line[0])
        run_row(r);
    else if (line[0] == '#')
        return;
    else if (line[0] == '-' && line[1] == ' ')
        take(r->old, sizeof r->old, line + 2);
    else if (line[0] == '+' && line[1] == ' ')
        take(r->new, sizeof r->new, line + 2);
    else if (line[0] == '!')
        snprintf(r->expected + strlen(r->expected), sizeof r->expected - strlen(r->expected),
                 "%s\n", line[1] ? line + 2 : "");
    else {
        r->line = number;
        size_t n = strlen(line);
        r->is_removed = n > 2 && strcmp(line + n - 2, " -") == 0;
        if (r->is_removed) line[n - 2] = 0;
        snprintf(r->file, sizeof r->file, "%.120s", line);
    }
}

int main(int argc, char **argv) {
    hb_error err = {0};
    hb_str text;
    uint64_t number;
    bool end = false;
    if (argc < 3) return 2;
    runner *r = calloc(1, sizeof *r);
    if (!r) return 1;
    r->folder = argv[1];
    r->table = argv[2];
    snprintf(r->scratch, sizeof r->scratch, "/tmp/habeas-rulebook-XXXXXX");
    if (!mkdtemp(r->scratch)) return free(r), 1;
    hb_lines *lines = hb_lines_open(r->table, MAX_TEXT, &err);
    while (lines && hb_lines_next(lines, &text, &number, &end, &err) && !end)
        run_line(r, number, text);
    run_row(r);
    hb_lines_close(lines);
    remove_folder(r->scratch);
    printf("%u passed, %u failed\n", r->n_passed, r->n_failed);
    int status = r->n_failed || !r->n_passed || err.kind != HB_NONE;
    free(r);
    return status;
}
