// habeas import FILE... --map NAME: an agency's own file as a transfer list, and what the import
// could not read. check --map does the same and goes on with the list.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/import.h"

static bool write_file(void *to, hb_str text, hb_error *err) {
    if (fwrite(text.at, 1, text.n, to) == text.n) return true;
    return hb_fail(err, HB_SYSTEM, "output", "the output cannot be written");
}

static void show_reading(void *to, uint64_t done, uint64_t all) {
    cli *run = to;
    cli_progress(run, words_in(run->language, "reading"), done, all);
}

static bool is_folder(char folder[4096], const char *base, int n_base, const char *below) {
    return snprintf(folder, 4096, "%.*s%s", n_base, base, below) < 4096 &&
           access(folder, R_OK) == 0;
}

// The folder `mappings` beside the program's sources, or installed with it.
bool cli_mappings_path(const cli *run, char folder[4096], hb_error *err) {
    const char *slash = strrchr(run->program, '/');
    int n = slash == NULL ? 0 : (int)(slash - run->program + 1);
    if (is_folder(folder, run->program, n, "../share/habeas/mappings") ||
        is_folder(folder, run->program, n, "../mappings") ||
        is_folder(folder, HABEAS_SOURCES, (int)sizeof HABEAS_SOURCES - 1, "/mappings"))
        return true;
    return hb_fail(err, HB_SYSTEM, "no-mapping",
                   words_in(run->language, "the folder of mappings is not installed"));
}

// --map names a file, or a mapping of habeas' own.
static bool find_mapping(const cli *run, const char *folder, char path[4096], hb_error *err) {
    const char *name = cli_value(run, "map");
    if (name == NULL) {
        hb_fail(err, HB_USAGE, "no-mapping",
                words_in(run->language, "say which mapping the file fits: --map NAME"));
        hb_error_help(err, words_in(run->language, "for a spreadsheet: --map generic_spreadsheet"));
        return false;
    }
    bool is_path = strchr(name, '/') != NULL || access(name, R_OK) == 0;
    int n = is_path ? snprintf(path, 4096, "%s", name)
                    : snprintf(path, 4096, "%s/%s.json", folder, name);
    if (n < 4096 && access(path, R_OK) == 0) return true;
    hb_fail(err, HB_USAGE, "no-mapping", words_in(run->language, "there is no mapping \"%s\""),
            name);
    hb_error_help(err, words_in(run->language, "those of habeas stand in its folder mappings"));
    return false;
}

static bool read_day(const cli *run, const char *option, hb_date otherwise, hb_date *day,
                     hb_error *err) {
    const char *text = cli_value(run, option);
    *day = otherwise;
    if (text == NULL || (strlen(text) == 10 && hb_date_parse(hb_str_from(text), day))) return true;
    hb_fail(err, HB_USAGE, "date", words_in(run->language, "--%s wants a date, not \"%s\""), option,
            text);
    hb_error_help(err, words_in(run->language, "write it as 2025-03-15"));
    return false;
}

static bool read_host(const cli *run, hb_str *host, hb_error *err) {
    const char *text = cli_value(run, "host");
    *host = text == NULL ? HB_STR("SLV") : hb_str_from(text);
    bool ok = host->n == 3;
    for (size_t i = 0; i < host->n && ok; i++) ok = host->at[i] >= 'A' && host->at[i] <= 'Z';
    if (ok) return true;
    hb_fail(err, HB_USAGE, "bad-country",
            words_in(run->language, "--host wants a country, not \"%s\""), text);
    hb_error_help(
        err, words_in(run->language, "write the three capital letters of ISO 3166-1, such as SLV"));
    return false;
}

int cli_import_files(cli *run, const char *const *files, uint32_t n_files, bool takes_documents,
                     FILE *list) {
    char rulebook_folder[4096], folder[4096], mapping[4096];
    int status = CLI_DONE;
    hb_error err = {0};
    hb_errors errors = {0};
    FILE *report = NULL;
    rulebook *rb = NULL;
    uint32_t n_about = cli_n_values(run, "about");
    const char **about = calloc(n_about + 1, sizeof *about);
    for (uint32_t i = 0; about != NULL && i < n_about; i++)
        about[i] = cli_value_at(run, "about", i);
    const char *report_path = cli_value(run, "report");
    intake_import_request request = {.files = files,
                                     .n_files = n_files,
                                     .mapping = mapping,
                                     .mappings = folder,
                                     .about = about,
                                     .n_about = n_about,
                                     .takes_documents = takes_documents,
                                     .has_as_of = cli_value(run, "as-of") != NULL};
    bool ok = about != NULL || hb_out_of_memory(&err);
    ok = ok && read_day(run, "as-of", run->today, &request.as_of, &err) &&
         read_day(run, "document-date", request.as_of, &request.document_on, &err) &&
         read_host(run, &request.host, &err) && cli_mappings_path(run, folder, &err) &&
         find_mapping(run, folder, mapping, &err) && cli_rulebook_path(run, rulebook_folder, &err);
    if (ok && report_path != NULL && (report = fopen(report_path, "wb")) == NULL)
        ok = hb_fail(&err, HB_SYSTEM, "output", words_in(run->language, "\"%s\" cannot be written"),
                     report_path);
    if (!ok) {
        status = cli_fail(run, &err);
        goto done;
    }
    if ((rb = rulebook_load(rulebook_folder, &errors)) == NULL ||
        !intake_import(rb, &request, show_reading, run, write_file, list,
                       report == NULL ? NULL : write_file, report, &errors))
        status = cli_fail_all(run, &errors);
done:
    if (report != NULL && fclose(report) != 0 && status == CLI_DONE) {
        hb_fail(&err, HB_SYSTEM, "output", words_in(run->language, "\"%s\" cannot be written"),
                report_path);
        status = cli_fail(run, &err);
    }
    rulebook_close(rb);
    free(about);
    hb_errors_clear(&errors);
    return status;
}

int cli_import(cli *run) {
    const char *out_path = cli_value(run, "out");
    hb_error err = {0};
    char block[65536];
    size_t n;
    FILE *list = tmpfile(), *out = run->out;
    int status = CLI_FAILED;
    if (list == NULL) {
        hb_fail(&err, HB_SYSTEM, "cannot-spool", "no temporary file");
        return cli_fail(run, &err);
    }
    status = cli_import_files(run, run->arguments, run->n_arguments, true, list);
    rewind(list);
    // Only a list that is whole is written.
    if (status == CLI_DONE && out_path != NULL && (out = fopen(out_path, "wb")) == NULL) {
        hb_fail(&err, HB_SYSTEM, "output", words_in(run->language, "\"%s\" cannot be written"),
                out_path);
        status = cli_fail(run, &err);
    }
    while (status == CLI_DONE && (n = fread(block, 1, sizeof block, list)) > 0) {
        if (write_file(out, (hb_str){block, n}, &err)) continue;
        status = cli_fail(run, &err);
    }
    if (out_path != NULL && out != NULL && out != run->out && fclose(out) != 0 &&
        status == CLI_DONE)
        status = CLI_FAILED;
    fclose(list);
    return status;
}
