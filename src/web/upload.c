// Lists that clerks send in: the files go into a new folder STORE.lists/NAME, are read there
// exactly as `habeas check` reads a list, and stay only when nothing is wrong with them. A list
// sent in may name files of its own folder alone, or it could have the server read others.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "web/site.h"

static const char IMPORTED[] = "imported.ndjson";

static void folder_of(const web_site *site, char out[4096]) {
    snprintf(out, 4096, "%s.lists", site->options->store);
}

// A name without a folder, a dot in front or a control: what may be written below the folder.
static bool is_plain_name(hb_str name) {
    if (name.n == 0 || name.n > 100 || name.at[0] == '.') return false;
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.at[i];
        if (c == '/' || c == '\\' || c < ' ' || c == 0x7f) return false;
    }
    return true;
}

static bool refuse_name(hb_str name, hb_errors *errors) {
    hb_error err = {0};
    hb_fail(&err, HB_INPUT, "file-name", "\"%.*s\" is no plain name of a file",
            (int)(name.n < 80 ? name.n : 80), name.at);
    hb_error_help(&err, "a list sent in may name only files that are sent with it");
    hb_errors_add(errors, &err);
    return false;
}

bool web_write_upload(const char *folder, const web_field *field, hb_errors *errors) {
    char path[4096];
    hb_error err = {0};
    if (!is_plain_name(field->file_name)) return refuse_name(field->file_name, errors);
    snprintf(path, sizeof path, "%s/%.*s", folder, (int)field->file_name.n, field->file_name.at);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok = fd >= 0;
    for (size_t done = 0; ok && done < field->value.n;) {
        ssize_t n = write(fd, field->value.at + done, field->value.n - done);
        ok = n > 0;
        done += n > 0 ? (size_t)n : 0;
    }
    if (fd >= 0 && close(fd) != 0) ok = false;
    if (ok) return true;
    hb_fail(&err, HB_SYSTEM, "cannot-spool", "the file cannot be kept: %s", strerror(errno));
    hb_errors_add(errors, &err);
    return false;
}

// Files that the first line of a list, or NAME.list.json, names.
static bool names_only_its_own(const web_field *field, hb_arena *arena, hb_errors *errors) {
    static const char *const MEMBERS[] = {"agreement", "documents", "contests", "facility"};
    const char *end = memchr(field->value.at, '\n', field->value.n);
    hb_str text = field->value;
    hb_error ignored = {0};
    hb_json *root = NULL;
    bool ok = true;
    bool is_header = field->file_name.n > 5 &&
                     memcmp(field->file_name.at + field->file_name.n - 5, ".json", 5) == 0;
    if (!is_header && end) text.n = (size_t)(end - text.at);
    hb_json_reader *reader = hb_json_reader_open();
    if (reader && hb_json_parse(reader, arena, text, &root, &ignored) &&
        root->kind == HB_JSON_OBJECT) {
        for (size_t m = 0; m < sizeof MEMBERS / sizeof MEMBERS[0]; m++) {
            const hb_json *named = hb_json_member(root, hb_str_from(MEMBERS[m]));
            if (!named) continue;
            if (named->kind == HB_JSON_STRING && !is_plain_name(named->text))
                ok = refuse_name(named->text, errors);
            for (uint32_t i = 0; named->kind == HB_JSON_ARRAY && i < named->n; i++) {
                if (named->first[i].kind == HB_JSON_STRING && !is_plain_name(named->first[i].text))
                    ok = refuse_name(named->first[i].text, errors);
            }
        }
    }
    hb_json_reader_close(reader);  // what is no JSON is intake's to refuse
    return ok;
}

void web_remove_upload(const char *folder) {
    char path[4096];
    DIR *dir = opendir(folder);
    for (struct dirent *one; dir && (one = readdir(dir));) {
        if (one->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", folder, one->d_name);
        unlink(path);
    }
    if (dir) closedir(dir);
    unlinkat(AT_FDCWD, folder, AT_REMOVEDIR);
}

// ---- taking one in -----------------------------------------------------------------------------

static const web_list *keep(web_site *site, web_list *list, const char *folder, hb_errors *errors) {
    hb_error err = {0};
    pthread_mutex_lock(&site->lock);
    uint32_t n = site->n_lists;
    bool is_full = n == sizeof site->lists / sizeof site->lists[0];
    if (!is_full) {
        site->lists[n] = list;
        site->n_lists = n + 1;  // readers see the list whole, or not at all
    }
    pthread_mutex_unlock(&site->lock);
    if (!is_full) return list;
    hb_fail(&err, HB_LIMIT, "too-many-lists", "one server holds at most %zu lists",
            sizeof site->lists / sizeof site->lists[0]);
    hb_errors_add(errors, &err);
    web_list_close(list);
    web_remove_upload(folder);
    return NULL;
}

static bool write_imported(void *to, hb_str text, hb_error *err) {
    if (fwrite(text.at, 1, text.n, to) == text.n) return true;
    return hb_fail(err, HB_SYSTEM, "cannot-spool", "the list cannot be kept");
}

// The first file by a mapping, as `habeas check --map` reads it; the others are its documents.
static bool import_list(const web_site *site, const char *folder, const web_field *const *files,
                        uint32_t n, hb_str mapping, const char *imported, hb_errors *errors) {
    char path[4300], map[4300];
    char names[WEB_UPLOAD_MOST][128];
    const char *documents[WEB_UPLOAD_MOST], *given[] = {path};
    hb_error err = {0};
    if (!is_plain_name(mapping)) return refuse_name(mapping, errors);
    if (!site->options->mappings) {
        hb_fail(&err, HB_INPUT, "no-mapping", "this server has no mappings");
        hb_errors_add(errors, &err);
        return false;
    }
    snprintf(map, sizeof map, "%s/%.*s.json", site->options->mappings, (int)mapping.n, mapping.at);
    snprintf(path, sizeof path, "%s/%.*s", folder, (int)files[0]->file_name.n,
             files[0]->file_name.at);
    for (uint32_t i = 1; i < n && i < WEB_UPLOAD_MOST; i++) {
        snprintf(names[i], sizeof names[i], "%.*s", (int)files[i]->file_name.n,
                 files[i]->file_name.at);
        documents[i - 1] = names[i];
    }
    FILE *list = fopen(imported, "wbx");
    if (!list) {
        hb_fail(&err, HB_SYSTEM, "cannot-spool", "the list cannot be kept: %s", strerror(errno));
        hb_errors_add(errors, &err);
        return false;
    }
    const intake_import_request request = {.files = given,
                                           .n_files = 1,
                                           .mapping = map,
                                           .mappings = site->options->mappings,
                                           .host = HB_STR("SLV"),
                                           .as_of = site->options->today,
                                           .document_on = site->options->today,
                                           .scratch = folder,
                                           .documents = documents,
                                           .n_documents = n - 1};
    bool ok =
        intake_import(site->rb, &request, NULL, NULL, write_imported, list, NULL, NULL, errors);
    if (fclose(list) != 0 && ok) {
        hb_fail(&err, HB_SYSTEM, "cannot-spool", "the list cannot be kept");
        hb_errors_add(errors, &err);
        ok = false;
    }
    return ok;
}

const web_list *web_list_take(web_request *r, const web_field *const *files, uint32_t n,
                              hb_str mapping, hb_errors *errors) {
    char folder[4096], path[4200], imported[4200];
    hb_error err = {0};
    web_site *site = r->worker->site;
    folder_of(site, folder);
    (void)mkdir(folder, 0700);
    size_t end = strlen(folder);
    snprintf(folder + end, sizeof folder - end, "/%llx-%08x", (unsigned long long)r->now.seconds,
             (unsigned)r->now.nanosecond);
    if (mkdir(folder, 0700) != 0) {
        hb_fail(&err, HB_SYSTEM, "cannot-spool", "no folder for the list: %s", strerror(errno));
        hb_errors_add(errors, &err);
        return NULL;
    }
    bool ok = true;
    for (uint32_t i = 0; i < n; i++) {
        ok = web_write_upload(folder, files[i], errors) && ok;
        ok = names_only_its_own(files[i], r->arena, errors) && ok;
    }
    web_list *list = NULL;
    if (ok) {
        snprintf(path, sizeof path, "%s/%.*s", folder, (int)files[0]->file_name.n,
                 files[0]->file_name.at);
        snprintf(imported, sizeof imported, "%s/%s", folder, IMPORTED);
        if (mapping.n == 0)
            list = web_list_open(site->rb, site->options, path, NULL, 1, errors);
        else if (import_list(site, folder, files, n, mapping, imported, errors))
            list = web_list_open(site->rb, site->options, path, imported, 1, errors);
    }
    if (!list) {
        web_remove_upload(folder);
        return NULL;
    }
    return keep(site, list, folder, errors);
}

// ---- those of before ---------------------------------------------------------------------------

static int is_folder(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

// The list of a folder is what was made of an agency's file, else the file that is neither
// documents, contests, agreement nor a header.
static bool find_list(const char *folder, char path[5000]) {
    snprintf(path, 5000, "%s/%s", folder, IMPORTED);
    if (access(path, R_OK) == 0) return true;
    DIR *dir = opendir(folder);
    bool found = false;
    for (struct dirent *one; dir && (one = readdir(dir));) {
        size_t n = strlen(one->d_name);
        bool is_csv = n > 4 && strcmp(one->d_name + n - 4, ".csv") == 0;
        bool is_ndjson = n > 7 && strcmp(one->d_name + n - 7, ".ndjson") == 0;
        bool is_other = strncmp(one->d_name, "documents", 9) == 0 ||
                        strncmp(one->d_name, "contests", 8) == 0 || one->d_name[0] == '.';
        if (is_other || (!is_csv && !is_ndjson)) continue;
        snprintf(path, 5000, "%s/%s", folder, one->d_name);
        found = true;
    }
    if (dir) closedir(dir);
    return found;
}

bool web_lists_sent_in(web_site *site, uint32_t n_jobs, hb_errors *errors) {
    char folder[4096], one[4400], path[5000];
    struct dirent **entries = NULL;
    bool ok = true;
    folder_of(site, folder);
    int n = scandir(folder, &entries, is_folder, alphasort);
    for (int i = 0; i < n; i++) {
        snprintf(one, sizeof one, "%s/%s", folder, entries[i]->d_name);
        free(entries[i]);
        if (!ok || !find_list(one, path)) continue;
        if (site->n_lists == sizeof site->lists / sizeof site->lists[0]) break;
        web_list *list = web_list_open(site->rb, site->options, path, NULL, n_jobs, errors);
        ok = list != NULL;
        if (ok) site->lists[site->n_lists++] = list;
    }
    free(entries);
    return ok;
}
