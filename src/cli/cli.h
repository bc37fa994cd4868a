// cli: what people touch. One table of commands (commands.c) drives parsing (parse.c), --help, man
// pages and completion (help.c); a command is one row there and one function. Only this room prints
// or exits. Results go to run->out and nothing else does; messages, warnings and progress bars go
// to run->err. Read cli.h -> commands.c -> parse.c -> help.c -> main.c, then the file of each
// command.
//
// To add a command: a function `int cli_noun_verb(cli *run)` in a file named for the noun, its
// declaration at the end of this header, its row and its options in commands.c, its file in
// meson.build. The function gives the exit status. Arguments are counted and options known before
// it is called.
#ifndef HABEAS_CLI_H
#define HABEAS_CLI_H

#include <stdio.h>

#include "base/base.h"
#include "words/words.h"

// What the shell sees. There is no status that means "go".
typedef enum {
    CLI_DONE = 0,     // done; never for a check of persons
    CLI_FOUND = 1,    // done, and somebody is barred or unresolved, or something failed to verify
    CLI_USAGE = 2,    // the command line is wrong
    CLI_REFUSED = 3,  // input refused: nothing was written
    CLI_FAILED = 4,   // the system failed: disk, memory
    CLI_NO_BAR_FOUND = 5,  // check: every person is NO BAR FOUND, and a named authority must decide
} cli_status;

typedef enum {
    CLI_TEXT = 1,
    CLI_JSON = 2,
    CLI_NDJSON = 4,
    CLI_CSV = 8
} cli_format;  // bits of cli_command.formats

typedef struct cli cli;
typedef struct {
    const char *name;   // without the dashes: "rulebook"; NULL ends a list of options
    const char *value;  // what help calls its value: "DIR", "FILE", "DATE", "N"; NULL for a switch
    bool is_repeated;   // may be given more than once
    const char *about;  // one line
} cli_option;

#define CLI_MANY UINT32_MAX
typedef struct {
    const char *name;       // "check", or two words: "dmn eval"
    const char *arguments;  // as help shows them: "LIST", "PATH...", "[EXPRESSION]"
    uint32_t n_least, n_most;
    uint32_t formats;  // cli_format bits it can print beside text, each an option --json, --ndjson,
                       // --csv
    const cli_option *options;
    int (*call)(cli *run);
    const char *summary;  // one line
    const char *example;  // a command line that runs from the root of the repository
    const char *about;    // a paragraph or two
    bool is_part;         // help lists it under its noun's own row, not in the first list
    const char *next;     // the step that follows, as help and the end of its text output name it
} cli_command;

// One command line, parsed. Every string is the process's own argument; nothing is copied.
struct cli {
    const cli_command *command;
    cli_format format;
    words_language language;
    bool is_terminal;        // err is a terminal: progress bars are wanted
    bool is_coloured;        // out is a terminal and NO_COLOR is not set
    hb_instant now;          // the clock, read once
    hb_date today;           // UTC
    const char *program;     // path of the running program
    uint32_t progress_step;  // thousandths the bar shows
    FILE *in, *out, *err;
    uint32_t n_arguments;
    const char *const *arguments;
    uint32_t n_given;
    const struct cli_given *given;  // options, in their order
};
struct cli_given {
    const cli_option *option;
    const char *value;
};

// The value of an option (last one given), or NULL; of a switch: "" when given.
const char *cli_value(const cli *run, const char *option);
// Every value of a repeated option: returns how many, and the i-th.
uint32_t cli_n_values(const cli *run, const char *option);
const char *cli_value_at(const cli *run, const char *option, uint32_t i);
// A whole number between least and most, or `otherwise` when the option is absent; false with err
// filled (HB_USAGE).
HB_MUST_USE bool cli_number(const cli *run, const char *option, int64_t least, int64_t most,
                            int64_t otherwise, int64_t *out, hb_error *err);
// The folder of the rulebook named by --rulebook, else us-sv: beside the program's sources, or
// installed. `path` is the caller's storage.
// One of the rulebooks that come with habeas: of the sources this program was built from, or where `install` put it.
HB_MUST_USE bool cli_own_rulebook(const cli *run, const char *name, char path[4096], hb_error *err);
// The folder that holds them.
HB_MUST_USE bool cli_own_rulebooks(const cli *run, char path[4096], hb_error *err);
HB_MUST_USE bool cli_rulebook_path(const cli *run, char path[4096], hb_error *err);

// Prints an error to run->err, or with --json as {"errors":[...]} on run->out, and gives its exit
// status.
int cli_fail(const cli *run, const hb_error *err);
int cli_fail_all(const cli *run, const hb_errors *errors);
// "warning: ..." to run->err.
void cli_warn(const cli *run, const char *format, ...) __attribute__((format(printf, 2, 3)));
// A bar on run->err when it is a terminal; nothing otherwise. Drawn again when a thousandth more is
// done.
void cli_progress(cli *run, const char *what, uint64_t done, uint64_t all);
// Writes text to run->out; false (HB_SYSTEM) when the disk is full or the reader is gone.
HB_MUST_USE bool cli_write(const cli *run, hb_str text, hb_error *err);

// commands.c
const cli_command *cli_commands(uint32_t *n);
extern const cli_option CLI_COMMON_OPTIONS[];  // of every command

// parse.c: 0 with *run filled, or an exit status after having printed why.
// A `command` of NULL after it means that help or the version was all that was asked for.
// i-th option a command takes: its own, then formats, then common ones; NULL past the last.
const cli_option *cli_option_at(const cli_command *command, uint32_t i);
int cli_parse(cli *run, int argc, char **argv, struct cli_given *given_room,
              const char **argument_room);
// help.c
void cli_help(const cli *run, const cli_command *command);  // NULL: the program as a whole
bool cli_is_noun(const char *name, const char *word);  // "facility" of "facility assess"
bool cli_help_noun(const cli *run, const char *noun);  // its commands; false: there is none
void cli_version(const cli *run);

// The commands; each file names its own.
int cli_check(cli *run);               // check.c
int cli_explain(cli *run);             // explain.c
int cli_enddate(cli *run);             // enddate.c
int cli_import(cli *run);              // import.c
int cli_cost(cli *run);                // cost.c
int cli_facility_assess(cli *run);     // facility.c
int cli_facility_check(cli *run);      // facility.c
int cli_facility_blank(cli *run);      // facility.c
int cli_facility_series(cli *run);     // facility.c
int cli_report_person(cli *run);       // report.c
int cli_report_agreement(cli *run);    // report.c
int cli_report_facility(cli *run);     // report.c
int cli_rules_test(cli *run);          // rules.c
int cli_rules_show(cli *run);          // rules.c
int cli_rules_verify(cli *run);        // verify.c
int cli_rules_sign(cli *run);          // sign.c
int cli_rules_lint(cli *run);          // lint.c
int cli_rules_diff(cli *run);          // diff.c
int cli_dmn_eval(cli *run);            // dmn.c
int cli_dmn_batch(cli *run);           // dmn.c
int cli_dmn_check(cli *run);           // dmn.c
int cli_dmn_test(cli *run);            // dmn.c
int cli_feel(cli *run);                // feel.c
// register.c, register_read.c
int cli_register(cli *run);
int cli_register_init(cli *run);
int cli_register_key(cli *run);
int cli_register_events(cli *run);
int cli_register_sign(cli *run);
int cli_register_record(cli *run);
int cli_register_enddate(cli *run);    // enddate.c
int cli_register_roster(cli *run);
int cli_register_person(cli *run);
int cli_register_readings(cli *run);
int cli_register_alarms(cli *run);
int cli_register_checkpoint(cli *run);
int cli_register_witness(cli *run);
int cli_register_cosign(cli *run);
int cli_register_prove(cli *run);
int cli_register_verify(cli *run);
int cli_register_export(cli *run);
int cli_register_restrict(cli *run);
int cli_register_erase(cli *run);
int cli_register_rebuild(cli *run);
int cli_register_backup(cli *run);
int cli_register_copy(cli *run);
int cli_register_restore(cli *run);
int cli_serve(cli *run);               // serve.c
int cli_account(cli *run);             // serve.c
int cli_roles(cli *run);               // serve.c
int cli_audit(cli *run);               // serve.c
// locate.c
int cli_locate(cli *run);
int cli_locate_token(cli *run);
int cli_locate_asked(cli *run);
int cli_locate_answered(cli *run);
int cli_locate_check(cli *run);
int cli_completion_command(cli *run);  // help.c
int cli_manual_command(cli *run);      // help.c
#endif
