// Opens the rulebook and the list. Every error of either is printed at once, nothing of a list is
// answered before all of it was read, and what was read is named with its SHA-256.
#include "cli/list.h"

#include <stdlib.h>
#include <unistd.h>

#include "cli/import.h"
#include "conditions/conditions.h"

static void show_reading(void *to, uint64_t done, uint64_t all) {
    cli *run = to;
    cli_progress(run, words_in(run->language, "reading"), done, all);
}

// --jobs, else as many as there are processors.
static bool read_jobs(const cli *run, uint32_t *n_jobs, hb_error *err) {
    int64_t n = 1;
    long n_processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (!cli_number(run, "jobs", 1, 256, n_processors > 0 ? n_processors : 1, &n, err))
        return false;
    *n_jobs = (uint32_t)n;
    return true;
}

static bool read_as_of(const cli *run, intake_request *request, hb_error *err) {
    const char *text = cli_value(run, "as-of");
    hb_date date;
    if (text == NULL) return true;
    request->as_of = hb_str_from(text);
    if (hb_date_parse(request->as_of, &date)) return true;
    hb_fail(err, HB_USAGE, "date", words_in(run->language, "--as-of wants a date, not \"%s\""),
            text);
    hb_error_help(err, words_in(run->language, "write it as 2025-03-15"));
    return false;
}

static void name_sources(const cli *run, const cli_list *list) {
    char hex[65];
    hb_str name = rulebook_name(list->rb), version = rulebook_version(list->rb);
    hb_hash_hex(rulebook_hash(list->rb), hex);
    fprintf(run->err, words_in(run->language, "read: rulebook %.*s %.*s sha256 %s\n"), (int)name.n,
            name.at, (int)version.n, version.at, hex);
    hb_text text = {0};
    gate_write_sources(&text, &list->page);
    fwrite(text.at, 1, text.n, run->err);
    hb_text_clear(&text);
}

static void warn_of_rulebook(const cli *run, const rulebook *rb) {
    for (uint32_t i = 0; i < rulebook_n_warnings(rb); i++) {
        char shown[2048];
        size_t n = hb_error_print(rulebook_warning(rb, i), shown, sizeof shown);
        fputs(words_in(run->language, "warning: "), run->err);
        fwrite(shown, 1, n, run->err);
    }
}

// With --map the list is made of an agency's own file first, and read from there.
static int import_first(cli *run, const char *path, cli_list *list, char imported[64]) {
    if (cli_value(run, "map") == NULL) return CLI_DONE;
    hb_error err = {0};
    if ((list->imported = tmpfile()) == NULL) {
        hb_fail(&err, HB_SYSTEM, "cannot-spool", "no temporary file");
        return cli_fail(run, &err);
    }
    int status = cli_import_files(run, &path, 1, false, list->imported);
    if (status == CLI_DONE && fflush(list->imported) != 0) status = CLI_FAILED;
    snprintf(imported, 64, "/proc/self/fd/%d", fileno(list->imported));
    if (status != CLI_DONE) cli_list_close(list);
    return status;
}

bool cli_counting_open(const cli *run, cli_counting *counting, hb_error *err) {
    *counting = (cli_counting){
        .for_gate = {.now = run->now,              .language = run->language  },
        .counting = {
                     .open = enddate_gate_open, .close = enddate_gate_close, .count = enddate_gate_count}
    };
    if (!cli_own_rulebooks(run, counting->rulebooks, err)) return false;
    counting->for_gate.rulebooks = counting->rulebooks;
    counting->counting.law = &counting->for_gate;
    return true;
}

void cli_counting_close(cli_counting *counting) {
    enddate_close(counting->for_gate.law);
    counting->for_gate.law = NULL;
}

int cli_list_open(cli *run, const char *path, cli_list *list) {
    *list = (cli_list){0};
    char imported[64];
    int status = import_first(run, path, list, imported);
    if (status != CLI_DONE) return status;
    hb_error err = {0};
    hb_errors errors = {0};
    char folder[4096], conditions[4096];
    uint32_t n_documents = cli_n_values(run, "documents");
    const char **documents = calloc(n_documents + 1, sizeof *documents);
    intake_request request = {.list = path,
                              .imported = list->imported == NULL ? NULL : imported,
                              .agreement = cli_value(run, "agreement"),
                              .facility = cli_value(run, "facility"),
                              .documents = documents,
                              .n_documents = n_documents,
                              .today = run->today,
                              .weigh = conditions_weigh_for_gate,
                              .weigh_with = conditions,
                              .counting = &list->counting.counting};
    if (documents == NULL) hb_out_of_memory(&err);
    if (documents == NULL || !read_jobs(run, &list->n_jobs, &err) ||
        !read_as_of(run, &request, &err) || !cli_rulebook_path(run, folder, &err) ||
        !cli_own_rulebook(run, "conditions", conditions, &err) ||
        !cli_counting_open(run, &list->counting, &err)) {
        status = cli_fail(run, &err);
        goto done;
    }
    for (uint32_t i = 0; i < n_documents; i++) documents[i] = cli_value_at(run, "documents", i);
    request.n_jobs = list->n_jobs;
    list->rb = rulebook_load(folder, &errors);
    if (list->rb != NULL) {
        warn_of_rulebook(run, list->rb);
        list->in = intake_open(list->rb, &request, show_reading, run, &errors);
    }
    if (list->in == NULL) {
        status = cli_fail_all(run, &errors);
        goto done;
    }
    list->page = (gate_page){.rb = list->rb,
                             .language = run->language,
                             .as_of = intake_as_of(list->in),
                             .is_retrospective = intake_is_retrospective(list->in),
                             .author = intake_author(list->in),
                             .list = intake_list_name(list->in),
                             .agreement = intake_agreement_id(list->in),
                             .agreement_status = intake_agreement_status(list->in),
                             .list_path = path};
    gate_signatures_read(list->rb, cli_value(run, "trust"), &list->page.signatures);
    if (cli_value(run, "trust") && !list->page.signatures.is_signed)
        cli_warn(run, words_in(run->language, "the rulebook is a local one: %s"),
                 list->page.signatures.why);
    list->page.n_sources = intake_sources(list->in, &list->page.sources);
    name_sources(run, list);
    if (list->page.author.n == 0) {
        cli_warn(run, "%s",
                 words_in(run->language,
                          "the list names no author: that who verified its papers is not who made "
                          "it could not be checked"));
    }
done:
    free(documents);
    hb_errors_clear(&errors);
    if (status != CLI_DONE) cli_list_close(list);
    return status;
}

bool cli_list_find_person(const cli *run, cli_list *list, hb_arena *arena, intake_reader *reader,
                          hb_str id, intake_person *person, hb_error *err) {
    for (;;) {
        hb_str line = {0}, kept = {0};
        uint64_t number = 0;
        bool is_end = false;
        hb_arena_reset(arena);
        if (!intake_next_line(list->in, &line, &number, &is_end, err)) return false;
        if (is_end) break;
        if (!hb_str_copy(arena, line, &kept)) return hb_out_of_memory(err);
        if (!intake_read_person(reader, arena, kept, number, person, err)) return false;
        if (hb_str_equal(person->person, id)) return true;
    }
    hb_fail(err, HB_USAGE, "unknown-person",
            words_in(run->language, "the list has no person \"%.*s\""), (int)id.n, id.at);
    hb_error_help(err, words_in(run->language, "habeas check LIST --csv lists the ids"));
    return false;
}

void cli_list_close(cli_list *list) {
    intake_close(list->in);
    rulebook_close(list->rb);
    cli_counting_close(&list->counting);
    if (list->imported != NULL) fclose(list->imported);
    *list = (cli_list){0};
}
