// The one table of commands. A row is everything a user can know about a command; parsing, help,
// man pages and completion read it here and nowhere else. Words a user sees are marked for
// translation (words/words.h).
#include "cli/cli.h"

#define N_(text) WORDS_LATER(text)

const cli_option CLI_COMMON_OPTIONS[] = {
    {"lang", "en|es", false, N_("language of the text; keys and verdicts in JSON never change")},
    {"help", NULL,    false, N_("this help")                                                   },
    {NULL,   NULL,    false, NULL                                                              },
};

// What check and explain read.
#define LIST_OPTIONS                                                                          \
    {"rulebook", "DIR", false,                                                                \
     N_("the law: a folder with a rulebook (us-sv when none is named)")},                     \
        {"agreement", "FILE", false, N_("the agreement, instead of the one the list names")}, \
        {"facility", "FILE", false,                                                           \
         N_("the place of custody, instead of the one the list names")},                      \
        {"documents", "FILE", true, N_("more documents; may be given several times")}, {      \
        "as-of", "DATE", false, N_("the day of the decision, YYYY-MM-DD")                     \
    }

static const cli_option CHECK[] = {
    LIST_OPTIONS,
    {"jobs",  "N",    false, N_("people checked at the same time (one a processor)")          },
    {"map",   "NAME", false, N_("read an agency's own file by the mapping of that name")      },
    {"facts", NULL,   false, N_("the facts that count, one person a line, for another engine")},
    {NULL,    NULL,   false, NULL                                                             },
};
static const cli_option EXPLAIN[] = {
    LIST_OPTIONS,
    {NULL, NULL, false, NULL},
};
static const cli_option NONE[] = {
    {NULL, NULL, false, NULL},
};

static const cli_command COMMANDS[] = {
    {"check",      "LIST",         1, 1, CLI_JSON | CLI_NDJSON | CLI_CSV, CHECK,   cli_check,
     N_("check every person of a transfer list against the law"),
     "habeas check agreements/treaty-306/list.ndjson",                                                            N_("BARRED, UNRESOLVED or NO BAR FOUND, person by person, with rules, evidence and what is "
        "missing. "
        "NO BAR FOUND is not permission. LIST is NDJSON or CSV; - is standard input.\n"
        "Exit status: 1 somebody is barred or unresolved, 5 every person is NO BAR FOUND and a "
        "named authority "
        "must decide, 3 the input is refused."),
     "habeas explain PERSON LIST"                                                                                                       },
    {"explain",    "PERSON LIST",  2, 2, CLI_JSON,                        EXPLAIN, cli_explain,
     N_("one person in full: every rule with its outcome, why, and by what authority"),
     "habeas explain T-01 agreements/treaty-306/list.ndjson",                                                     N_("Shows every rule with the row of its table that gave the outcome, the rules that do not "
        "bar and why, "
        "every source, and every fact with its standing."),
     "habeas check LIST"                                                                                                                },
    {"completion", "bash|zsh",     1, 1, 0,                               NONE,    cli_completion_command,
     N_("print the completion script of a shell"),                                      "habeas completion bash",
     N_("For bash: source <(habeas completion bash). For zsh: save it as _habeas in a folder of "
        "$fpath."),
     "habeas --help"                                                                                                                    },
    {"manual",     "[COMMAND...]", 0, 2, 0,                               NONE,    cli_manual_command,
     N_("print the manual page of a command, in troff"),                                "habeas manual check",
     N_("To read it: habeas manual check | man -l -"),                                                                   "habeas --help"},
};

const cli_command *cli_commands(uint32_t *n) {
    *n = sizeof COMMANDS / sizeof COMMANDS[0];
    return COMMANDS;
}
