// The program: reads the command line, calls the command, says what went wrong, gives the exit
// status. The clock, the terminal and the environment are read here once and handed on.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "words/words.h"

// ---- errors
// ------------------------------------------------------------------------------------------------

static int status_of(hb_error_kind kind) {
    switch (kind) {
        case HB_NONE: break;
        case HB_INPUT: return CLI_REFUSED;
        case HB_USAGE: return CLI_USAGE;
        case HB_RANGE: return CLI_USAGE;
        case HB_LIMIT: return CLI_REFUSED;
        case HB_CORRUPT: return CLI_REFUSED;
        case HB_SYSTEM: return CLI_FAILED;
    }
    return CLI_FAILED;
}

static void json_member(hb_text *out, const char *key, const char *text) {
    hb_text_addf(out, ",\"%s\":", key);
    hb_text_add_json(out, hb_str_from(text));
}

static void json_place(hb_text *out, const char *key, uint32_t place) {
    if (place == 0) {
        hb_text_addf(out, ",\"%s\":null", key);
    } else {
        hb_text_addf(out, ",\"%s\":%u", key, place);
    }
}

// schemas/errors.schema.json: {"errors":[{"code","file","line","column","pointer","message","help"}]}; null where a
// place is not known.
static void json_error(hb_text *out, const hb_error *err) {
    hb_text_add(out, HB_STR("{\"code\":"));
    hb_text_add_json(out, hb_str_from(err->code == NULL ? "unknown" : err->code));
    json_member(out, "file", err->file);
    json_place(out, "line", err->line);
    json_place(out, "column", err->column);
    json_member(out, "pointer", err->pointer);
    if (err->where[0] != '\0') json_member(out, "where", err->where);
    json_member(out, "message", err->message);
    json_member(out, "help", err->help);
    hb_text_add(out, HB_STR("}"));
}

int cli_fail_all(const cli *run, const hb_errors *errors) {
    hb_text text = {0};
    int status = CLI_DONE;
    for (uint32_t i = 0; i < errors->n_kept; i++) {
        int own = status_of(errors->kept[i].kind);
        if (own > status) status = own;
    }
    if (run->format == CLI_JSON) {
        hb_text_add(&text, HB_STR("{\"errors\":["));
        for (uint32_t i = 0; i < errors->n_kept; i++) {
            if (i > 0) hb_text_add(&text, HB_STR(","));
            json_error(&text, &errors->kept[i]);
        }
        hb_text_addf(&text, "],\"n_errors\":%llu}\n", (unsigned long long)errors->n_all);
        fwrite(text.at, 1, text.n, run->out);
    } else {
        for (uint32_t i = 0; i < errors->n_kept; i++) {
            char shown[2048];
            size_t n = hb_error_print(&errors->kept[i], shown, sizeof shown);
            fwrite(shown, 1, n, run->err);
        }
        if (errors->n_all > errors->n_kept) {
            fprintf(run->err, words_in(run->language, "and %llu more errors\n"),
                    (unsigned long long)(errors->n_all - errors->n_kept));
        }
    }
    hb_text_clear(&text);
    return status == CLI_DONE ? CLI_FAILED : status;
}

int cli_fail(const cli *run, const hb_error *err) {
    hb_error one = *err;
    hb_errors errors = {.kept = &one, .n_kept = 1, .n_all = 1};
    return cli_fail_all(run, &errors);
}

void cli_warn(const cli *run, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs(words_in(run->language, "warning: "), run->err);
    vfprintf(run->err, format, arguments);
    fputc('\n', run->err);
    va_end(arguments);
}

void cli_progress(cli *run, const char *what, uint64_t done, uint64_t all) {
    enum { CELLS = 40, STEPS = 1000 };
    if (!run->is_terminal || all == 0) return;
    uint32_t step = done >= all ? STEPS : (uint32_t)((double)done / (double)all * STEPS);
    if (step == run->progress_step) return;
    run->progress_step = step;
    int full = (int)step * CELLS / STEPS;
    fprintf(run->err, "\r%-10s [%.*s%*s] %3u %%", what, full,
            "########################################", CELLS - full, "", step / 10);
    if (step == STEPS) fputc('\n', run->err);
    fflush(run->err);
}

bool cli_write(const cli *run, hb_str text, hb_error *err) {
    if (text.n == 0 || fwrite(text.at, 1, text.n, run->out) == text.n) return true;
    return hb_fail(err, HB_SYSTEM, "output",
                   words_in(run->language, "the output cannot be written"));
}

// ---- main
// --------------------------------------------------------------------------------------------------

static bool find_program(char path[4096]) {
    ssize_t n = readlink("/proc/self/exe", path, 4095);
    if (n <= 0) return false;
    path[n] = '\0';
    return true;
}

int main(int argc, char **argv) {
    char program[4096];
    if (!find_program(program))
        snprintf(program, sizeof program, "%s", argc > 0 ? argv[0] : "habeas");
    hb_instant now = hb_clock_read();
    cli run = {.format = CLI_TEXT,
               .language = WORDS_EN,
               .now = now,
               .program = program,
               .in = stdin,
               .out = stdout,
               .err = stderr};
    int64_t day = now.seconds / 86400 - (now.seconds % 86400 < 0);
    if (!hb_date_from_days(day, &run.today)) return CLI_FAILED;
    run.is_terminal = isatty(STDERR_FILENO) == 1;
    const char *no_colour = getenv("NO_COLOR");
    run.is_coloured = isatty(STDOUT_FILENO) == 1 && (no_colour == NULL || no_colour[0] == '\0');

    struct cli_given *given = calloc((size_t)argc + 1, sizeof *given);
    const char **arguments = calloc((size_t)argc + 1, sizeof *arguments);
    int status = CLI_FAILED;
    if (given == NULL || arguments == NULL) {
        fputs("habeas: out of memory\n", stderr);
        goto done;
    }
    status = cli_parse(&run, argc, argv, given, arguments);
    if (status == CLI_DONE && run.command != NULL) status = run.command->call(&run);
    // A verdict that did not reach the reader is no verdict.
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        fputs(words_in(run.language, "habeas: the output could not be written\n"), stderr);
        status = CLI_FAILED;
    }
done:
    free(given);
    free(arguments);
    return status;
}
