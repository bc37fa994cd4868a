// habeas rules lint PATH...: warnings about rulebooks and about mappings of agencies' files, one a
// line, then how many.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "intake/intake.h"
#include "verify/lint.h"

typedef struct {
    cli *run;
    const char *path;
    rulebook *law;  // whose dictionary the mappings feed; NULL until one is looked at
    hb_text text;
    uint32_t n;
} report;

static void take(void *to, const verify_lint *finding) {
    report *r = to;
    bool has_json = r->run->format == CLI_JSON;
    if (has_json) {
        hb_text_addf(&r->text, "%s{\"code\":\"%s\",\"path\":", r->n > 0 ? "," : "", finding->code);
        hb_text_add_json(&r->text, hb_str_from(r->path));
        hb_text_addf(&r->text, ",\"where\":");
        hb_text_add_json(&r->text, finding->where);
        hb_text_addf(&r->text, ",\"line\":%u,\"says\":", finding->line);
        hb_text_add_json(&r->text, hb_str_from(finding->says));
        hb_text_addf(&r->text, "}");
    } else {
        hb_text_addf(&r->text, "%s: %.*s", r->path, (int)finding->where.n, finding->where.at);
        if (finding->line > 0) hb_text_addf(&r->text, ", line %u", finding->line);
        hb_text_addf(&r->text, ": %s [%s]\n", finding->says, finding->code);
    }
    r->n++;
}

// A rulebook of conditions or of end dates.
static int lint_other(report *r, const char *folder) {
    hb_error err = {0};
    uint32_t n = 0;
    if (!verify_lint_folder(folder, r->run->today, take, r, &n, &err))
        return cli_fail(r->run, &err);
    return n > 0 ? CLI_FOUND : CLI_DONE;
}

static int lint_rulebook(report *r, const char *folder) {
    cli *run = r->run;
    hb_errors errors = {0};
    char model[4200];
    uint32_t n = 0;
    int status = CLI_DONE;
    r->path = folder;
    if (!verify_lint_is_gate(folder)) return lint_other(r, folder);
    rulebook *rb = rulebook_load(folder, &errors);
    rulebook_cases *cases = rb ? rulebook_cases_open(rb, &errors) : NULL;
    if (!cases)
        status = cli_fail_all(run, &errors);
    else {
        hb_str file = rulebook_model_file(rb);
        snprintf(model, sizeof model, "%s/%.*s", folder, (int)file.n, file.at);
        verify_lint_rulebook(rb, cases, model, run->today, take, r, &n);
        if (n > 0) status = CLI_FOUND;
    }
    hb_errors_clear(&errors);
    rulebook_cases_close(cases);
    rulebook_close(rb);
    return status;
}

// ---- mappings -----------------------------------------------------------------------------------

static void take_column(void *to, const char *code, hb_str column, const char *says) {
    take(to, &(verify_lint){.code = code, .where = column, .says = says});
}

static int lint_mapping(report *r, const char *path) {
    hb_errors errors = {0};
    hb_error err = {0};
    char folder[4096];
    uint32_t n = 0;
    int status = CLI_DONE;
    r->path = path;
    if (r->law == NULL && !cli_rulebook_path(r->run, folder, &err)) return cli_fail(r->run, &err);
    if (r->law == NULL) r->law = rulebook_load(folder, &errors);
    if (r->law == NULL ||
        !intake_map_lint(r->law, path, r->run->today, take_column, r, &n, &errors))
        status = cli_fail_all(r->run, &errors);
    else if (n > 0)
        status = CLI_FOUND;
    hb_errors_clear(&errors);
    return status;
}

static int is_mapping(const struct dirent *entry) {
    const char *dot = strrchr(entry->d_name, '.');
    return dot != NULL && strcmp(dot, ".json") == 0;
}

static int lint_mappings(report *r, const char *folder) {
    char path[4096];
    int status = CLI_DONE;
    struct dirent **entries = NULL;
    int n = scandir(folder, &entries, is_mapping, alphasort);
    for (int i = 0; i < n; i++) {
        if (status <= CLI_FOUND &&
            snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name) < (int)sizeof path) {
            int one = lint_mapping(r, path);
            if (one > status) status = one;
        }
        free(entries[i]);
    }
    free(entries);
    // a folder with neither a rulebook nor a mapping: the rulebook's error says what is missing
    return n > 0 ? status : lint_rulebook(r, folder);
}

static int lint_one(report *r, const char *path) {
    char inside[4200];
    size_t n = strlen(path);
    if (n > 5 && strcmp(path + n - 5, ".json") == 0) return lint_mapping(r, path);
    snprintf(inside, sizeof inside, "%s/rulebook.json", path);
    return access(inside, F_OK) == 0 ? lint_rulebook(r, path) : lint_mappings(r, path);
}

int cli_rules_lint(cli *run) {
    hb_error err = {0};
    report r = {.run = run};
    int status = CLI_DONE;
    if (run->format == CLI_JSON) hb_text_addf(&r.text, "{\"findings\":[");
    for (uint32_t i = 0; i < run->n_arguments && status <= CLI_FOUND; i++) {
        int one = lint_one(&r, run->arguments[i]);
        if (one > status) status = one;
    }
    if (run->format == CLI_JSON)
        hb_text_addf(&r.text, "]}\n");
    else
        hb_text_addf(&r.text, words_in(run->language, "%u warnings\n"), r.n);
    if (status <= CLI_FOUND) {
        if (r.text.failed) hb_out_of_memory(&err);
        if (err.kind != HB_NONE || !cli_write(run, (hb_str){r.text.at, r.text.n}, &err))
            status = cli_fail(run, &err);
    }
    hb_text_clear(&r.text);
    rulebook_close(r.law);
    return status;
}
