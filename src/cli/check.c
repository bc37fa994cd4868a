// habeas check LIST. The exit status never says "go": 1 when anybody is barred or unresolved, 5
// when every person is NO BAR FOUND, 4 when the system ended the run before everybody had an
// answer.
#include "cli/list.h"
#include "verify/change.h"

static bool write_out(void *to, hb_str text, hb_error *err) {
    return cli_write(to, text, err);
}

static void show_checking(void *to, uint64_t done, uint64_t all) {
    cli *run = to;
    cli_progress(run, words_in(run->language, "checking"), done, all);
}

static gate_form form_of(const cli *run) {
    if (cli_value(run, "facts") != NULL) return GATE_FACTS;
    switch (run->format) {
        case CLI_TEXT: return GATE_TEXT;
        case CLI_JSON: return GATE_JSON;
        case CLI_NDJSON: return GATE_NDJSON;
        case CLI_CSV: return GATE_CSV;
    }
    return GATE_TEXT;
}

static bool read_options(const cli *run, hb_error *err) {
    if (cli_value(run, "facts") != NULL && (run->format == CLI_JSON || run->format == CLI_CSV)) {
        return hb_fail(
            err, HB_USAGE, "two-formats",
            words_in(run->language, "--facts is one JSON object a line, and has no other form"));
    }
    return true;
}

static void *open_asker(const rulebook *rb, hb_error *err) {
    return verify_changer_open(rb, err);
}

static void close_asker(void *asker) {
    verify_changer_close(asker);
}

static bool ask(void *asker, rulebook_bench *bench, hb_arena *arena, const rulebook_day *day,
                const rulebook_record *records, uint32_t n_records, gate_decision *decision,
                gate_changes *changes, hb_error *err) {
    return verify_would_change(asker, bench, arena, day, records, n_records, decision, changes,
                               err);
}

static const gate_asking ASKING = {open_asker, close_asker, ask};

int cli_check(cli *run) {
    hb_error err = {0};
    cli_list list;
    uint64_t n_people[GATE_N_VERDICTS];
    if (!read_options(run, &err)) return cli_fail(run, &err);
    int status = cli_list_open(run, run->arguments[0], &list);
    if (status != CLI_DONE) return status;
    gate_run_request request = {.page = list.page,
                                .in = list.in,
                                .form = form_of(run),
                                .n_jobs = list.n_jobs,
                                .asking = cli_value(run, "would-change") ? &ASKING : NULL,
                                .write = write_out,
                                .progress = show_checking,
                                .to = run};
    if (gate_run(&request, n_people, &err)) {
        bool is_found = n_people[GATE_BARRED] + n_people[GATE_UNRESOLVED] > 0;
        status = !is_found && n_people[GATE_NO_BAR_FOUND] > 0 ? CLI_NO_BAR_FOUND : CLI_FOUND;
    } else {
        // Answers may stand on run->out already: the error goes to people, and the status says that
        // it is not whole.
        run->format = CLI_TEXT;
        (void)cli_fail(run, &err);
        status = CLI_FAILED;
    }
    cli_list_close(&list);
    return status;
}
