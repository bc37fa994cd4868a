// What the table of commands says to people and to shells: --help, manual pages, completion, the
// version. Help opens with an example that runs and ends with the next step; it fits a screen of 80
// columns.
#include "cli/cli.h"

#include <string.h>

#include "words/words.h"

#define WIDTH 78u

// Code points of UTF-8: what a terminal shows as columns for the letters habeas uses.
static uint32_t columns(const char *text, size_t n) {
    uint32_t shown = 0;
    for (size_t i = 0; i < n; i++) shown += ((unsigned char)text[i] & 0xc0) != 0x80;
    return shown;
}

// Fills lines up to WIDTH, each begun with `indent` spaces; `at` columns stand already on the
// first.
static void wrap(FILE *out, const char *text, uint32_t indent, uint32_t at) {
    while (*text != '\0') {
        if (*text == '\n') {
            fputc('\n', out);
            at = 0;
            text++;
            continue;
        }
        size_t n = strcspn(text, " \n");
        uint32_t word = columns(text, n);
        if (at > indent && at + 1 + word > WIDTH) {
            fputc('\n', out);
            at = 0;
        }
        while (at < indent) at += fputc(' ', out) == ' ';
        if (at > indent) at += fputc(' ', out) == ' ';
        fwrite(text, 1, n, out);
        at += word;
        text += n;
        if (*text == ' ') text++;
    }
    fputc('\n', out);
}

// "--rulebook DIR" in a column, then what it is about.
static void entry(FILE *out, const char *name, const char *about, uint32_t indent) {
    fprintf(out, "  %s", name);
    uint32_t at = 2 + columns(name, strlen(name));
    if (at + 1 >= indent) {
        fputc('\n', out);
        at = 0;
    }
    wrap(out, about, indent, at);
}

static void option_name(char out[64], const cli_option *option) {
    snprintf(out, 64, "--%s%s%s", option->name, option->value == NULL ? "" : " ",
             option->value == NULL ? "" : option->value);
}

static void help_command(const cli *run, const cli_command *command) {
    FILE *out = run->out;
    fprintf(out, "$ %s\n\n", command->example);
    fprintf(out, "habeas %s %s%s\n", command->name, command->arguments,
            words_in(run->language, " [options]"));
    wrap(out, words_in(run->language, command->summary), 0, 0);
    fputc('\n', out);
    for (uint32_t i = 0; cli_option_at(command, i) != NULL; i++) {
        const cli_option *option = cli_option_at(command, i);
        char name[64];
        option_name(name, option);
        entry(out, name, words_in(run->language, option->about), 20);
    }
    fputc('\n', out);
    wrap(out, words_in(run->language, command->about), 0, 0);
    fprintf(out, "\n%s%s\n", words_in(run->language, "Next: "), command->next);
}

void cli_help(const cli *run, const cli_command *command) {
    if (command != NULL) {
        help_command(run, command);
        return;
    }
    FILE *out = run->out;
    fprintf(out, "$ habeas check agreements/us-sv-2025/list.ndjson\n\n");
    fprintf(out, "habeas %s\n", words_in(run->language, "COMMAND [options]"));
    wrap(out,
         words_in(run->language,
                  "Checks people on a transfer list against cited law. It decides nothing: it says "
                  "who may not be "
                  "sent, what is missing, and who must decide."),
         0, 0);
    fputc('\n', out);
    uint32_t n = 0;
    const cli_command *rows = cli_commands(&n);
    for (uint32_t i = 0; i < n; i++) {
        if (rows[i].is_part) continue;
        entry(out, rows[i].name, words_in(run->language, rows[i].summary), 16);
    }
    fprintf(out, "\n%shabeas check --help\n", words_in(run->language, "Next: "));
}

bool cli_is_noun(const char *name, const char *word) {
    size_t first = strcspn(name, " ");
    return name[first] == ' ' && strlen(word) == first && memcmp(name, word, first) == 0;
}

bool cli_help_noun(const cli *run, const char *noun) {
    uint32_t n = 0;
    const cli_command *rows = cli_commands(&n), *first = NULL;
    for (uint32_t i = 0; i < n; i++) {
        if (!cli_is_noun(rows[i].name, noun)) continue;
        if (first == NULL) {
            first = &rows[i];
            fprintf(run->out, "$ %s\n\nhabeas %s %s\n\n", first->example, noun,
                    words_in(run->language, "COMMAND [options]"));
        }
        entry(run->out, rows[i].name, words_in(run->language, rows[i].summary), 19);
    }
    if (first == NULL) return false;
    fprintf(run->out, "\n%shabeas %s --help\n", words_in(run->language, "Next: "), first->name);
    return true;
}

void cli_version(const cli *run) {
    fprintf(run->out, "habeas %s\n", HABEAS_VERSION);
}

// ---- manual pages
// ------------------------------------------------------------------------------------------

// Text of a manual page: a dot or quote that opens a line, backslashes and dashes must not be
// commands.
static void troff(FILE *out, const char *text) {
    bool opens_line = true;
    for (; *text != '\0'; text++) {
        if (opens_line && (*text == '.' || *text == '\'')) fputs("\\&", out);
        if (*text == '\\') {
            fputs("\\e", out);
        } else if (*text == '-') {
            fputs("\\-", out);
        } else if (*text == '\n') {
            fputs("\n.PP\n", out);
        } else {
            fputc(*text, out);
        }
        opens_line = *text == '\n';
    }
    fputc('\n', out);
}

static void man_command(FILE *out, const cli_command *command) {
    char title[64];
    snprintf(title, sizeof title, "habeas-%s", command->name);
    for (char *c = title; *c != '\0'; c++) *c = *c == ' ' ? '-' : *c;
    fprintf(out, ".TH %s 1\n.SH NAME\n", title);
    fprintf(out, "%s \\- %s\n.SH SYNOPSIS\n.B habeas %s\n", title, command->summary, command->name);
    troff(out, command->arguments);
    fputs(".RI [ options ]\n.SH DESCRIPTION\n", out);
    troff(out, command->about);
    fputs(".SH OPTIONS\n", out);
    for (uint32_t i = 0; cli_option_at(command, i) != NULL; i++) {
        char name[64];
        option_name(name, cli_option_at(command, i));
        fputs(".TP\n.B ", out);
        troff(out, name);
        troff(out, cli_option_at(command, i)->about);
    }
    fputs(".SH EXAMPLE\n", out);
    troff(out, command->example);
    fputs(".SH SEE ALSO\n.BR habeas (1)\n", out);
}

static void man_program(FILE *out) {
    uint32_t n = 0;
    const cli_command *rows = cli_commands(&n);
    fputs(
        ".TH habeas 1\n.SH NAME\nhabeas \\- checks people on a transfer list against cited law\n"
        ".SH SYNOPSIS\n.B habeas\n.I COMMAND\n.RI [ options ]\n.SH COMMANDS\n",
        out);
    for (uint32_t i = 0; i < n; i++) {
        fputs(".TP\n.B ", out);
        troff(out, rows[i].name);
        troff(out, rows[i].summary);
    }
    fputs(
        ".SH EXIT STATUS\n"
        ".TP\n0\ndone; never for a check of persons\n"
        ".TP\n1\ndone, and somebody is barred or unresolved, or something failed to verify\n"
        ".TP\n2\nwrong usage\n"
        ".TP\n3\ninput refused: nothing was written\n"
        ".TP\n4\nthe system failed: disk, memory\n"
        ".TP\n5\ncheck: every person is NO BAR FOUND, and a named authority must decide\n",
        out);
}

int cli_manual_command(cli *run) {
    if (run->n_arguments == 0) {
        man_program(run->out);
        return CLI_DONE;
    }
    char name[64];
    snprintf(name, sizeof name, "%s%s%s", run->arguments[0], run->n_arguments > 1 ? " " : "",
             run->n_arguments > 1 ? run->arguments[1] : "");
    uint32_t n = 0;
    const cli_command *rows = cli_commands(&n);
    for (uint32_t i = 0; i < n; i++) {
        if (strcmp(rows[i].name, name) != 0) continue;
        man_command(run->out, &rows[i]);
        return CLI_DONE;
    }
    hb_error err = {0};
    hb_fail(&err, HB_USAGE, "unknown-command",
            words_in(run->language, "there is no command \"%s\""), name);
    return cli_fail(run, &err);
}

// ---- completion
// --------------------------------------------------------------------------------------------

// Both shells run the same bash function; zsh through its bashcompinit. Words come from the table,
// so a new command or option completes the day it exists.
int cli_completion_command(cli *run) {
    const char *shell = run->arguments[0];
    bool is_zsh = strcmp(shell, "zsh") == 0;
    if (!is_zsh && strcmp(shell, "bash") != 0) {
        hb_error err = {0};
        hb_fail(&err, HB_USAGE, "shell",
                words_in(run->language, "there is no completion for \"%s\""), shell);
        hb_error_help(&err, words_in(run->language, "write bash or zsh"));
        return cli_fail(run, &err);
    }
    FILE *out = run->out;
    uint32_t n = 0;
    const cli_command *rows = cli_commands(&n);
    if (is_zsh) fputs("#compdef habeas\nautoload -U +X bashcompinit && bashcompinit\n", out);
    fputs(
        "_habeas() {\n"
        "    local word=${COMP_WORDS[COMP_CWORD]} words=\n"
        "    case \"$COMP_CWORD:${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n"
        "    1:*) words='",
        out);
    for (uint32_t i = 0; i < n; i++) {
        size_t first = strcspn(rows[i].name, " ");
        bool is_new = i == 0 || strcspn(rows[i - 1].name, " ") != first ||
                      memcmp(rows[i - 1].name, rows[i].name, first) != 0;
        if (is_new) fprintf(out, "%.*s ", (int)first, rows[i].name);
    }
    fputs("--help --version' ;;\n", out);
    for (uint32_t i = 0; i < n; i++) {
        size_t first = strcspn(rows[i].name, " ");
        bool is_noun = rows[i].name[first] == ' ';
        if (!is_noun || (i > 0 && strncmp(rows[i - 1].name, rows[i].name, first + 1) == 0))
            continue;
        fprintf(out, "    2:%.*s\\ *) words='", (int)first, rows[i].name);
        for (uint32_t j = i; j < n && strncmp(rows[j].name, rows[i].name, first + 1) == 0; j++) {
            fprintf(out, "%s ", rows[j].name + first + 1);
        }
        fputs("' ;;\n", out);
    }
    for (uint32_t i = 0; i < n; i++) {
        size_t first = strcspn(rows[i].name, " ");
        fprintf(out, "    *:%.*s\\ %s*) words='", (int)first, rows[i].name,
                rows[i].name[first] == ' ' ? rows[i].name + first + 1 : "");
        for (uint32_t j = 0; cli_option_at(&rows[i], j) != NULL; j++) {
            fprintf(out, "--%s ", cli_option_at(&rows[i], j)->name);
        }
        fputs("' ;;\n", out);
    }
    fputs(
        "    esac\n"
        "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
        "    [[ $word == -* || $COMP_CWORD == 1 ]] || COMPREPLY+=($(compgen -f -- \"$word\"))\n"
        "}\n"
        "complete -o filenames -F _habeas habeas\n",
        out);
    return CLI_DONE;
}
