// habeas rules lint DIR...: warnings about rulebooks, one a line, then how many.
#include <stdio.h>

#include "cli/cli.h"
#include "verify/lint.h"

typedef struct {
    const cli *run;
    const char *folder;
    hb_text text;
    uint32_t n;
} report;

static void take(void *to, const verify_lint *finding) {
    report *r = to;
    bool has_json = r->run->format == CLI_JSON;
    if (has_json) {
        hb_text_addf(&r->text, "%s{\"code\":\"%s\",\"rulebook\":", r->n > 0 ? "," : "",
                     finding->code);
        hb_text_add_json(&r->text, hb_str_from(r->folder));
        hb_text_addf(&r->text, ",\"where\":");
        hb_text_add_json(&r->text, finding->where);
        hb_text_addf(&r->text, ",\"line\":%u,\"says\":", finding->line);
        hb_text_add_json(&r->text, hb_str_from(finding->says));
        hb_text_addf(&r->text, "}");
    } else {
        hb_text_addf(&r->text, "%s: %.*s", r->folder, (int)finding->where.n, finding->where.at);
        if (finding->line > 0) hb_text_addf(&r->text, ", line %u", finding->line);
        hb_text_addf(&r->text, ": %s [%s]\n", finding->says, finding->code);
    }
    r->n++;
}

static int lint_one(cli *run, const char *folder, report *r) {
    hb_errors errors = {0};
    char model[4200];
    uint32_t n = 0;
    int status = CLI_DONE;
    r->folder = folder;
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

int cli_rules_lint(cli *run) {
    hb_error err = {0};
    report r = {.run = run};
    int status = CLI_DONE;
    if (run->format == CLI_JSON) hb_text_addf(&r.text, "{\"findings\":[");
    for (uint32_t i = 0; i < run->n_arguments && status <= CLI_FOUND; i++) {
        int one = lint_one(run, run->arguments[i], &r);
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
    return status;
}
