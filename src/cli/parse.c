// Reading the command line by the table. Options are whole words (no abbreviations, so a script
// never changes its meaning when an option is added), before or after the arguments; `--` ends
// them; `-` is an argument. A mistyped word is answered with the nearest one.
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "words/words.h"

// The options that stand for a format, offered by commands whose row has the bit.
static const struct {
    cli_option option;
    cli_format format;
} FORMATS[] = {
    {{"json", NULL, false, WORDS_LATER("one JSON document")},                CLI_JSON  },
    {{"ndjson", NULL, false, WORDS_LATER("one JSON object a line")},         CLI_NDJSON},
    {{"csv", NULL, false, WORDS_LATER("comma separated, one row a person")}, CLI_CSV   },
};
#define N_FORMATS (sizeof FORMATS / sizeof FORMATS[0])

// i-th option a command takes: its own, then formats, then common ones; NULL past the last.
const cli_option *cli_option_at(const cli_command *command, uint32_t i) {
    uint32_t n = 0;
    for (const cli_option *own = command->options; own->name != NULL; own++) {
        if (n++ == i) return own;
    }
    for (uint32_t f = 0; f < N_FORMATS; f++) {
        if ((command->formats & FORMATS[f].format) != 0 && n++ == i) return &FORMATS[f].option;
    }
    for (const cli_option *common = CLI_COMMON_OPTIONS; common->name != NULL; common++) {
        if (n++ == i) return common;
    }
    return NULL;
}

// ---- finding
// ---------------------------------------------------------------------------------------------

// The command named by argv[1] (and argv[2] when its name has two words); *n_words of them.
static const cli_command *find_command(int argc, char **argv, int *n_words) {
    uint32_t n = 0;
    const cli_command *rows = cli_commands(&n);
    for (uint32_t i = 0; i < n; i++) {
        const char *name = rows[i].name, *space = strchr(name, ' ');
        size_t first = space == NULL ? strlen(name) : (size_t)(space - name);
        if (strlen(argv[1]) != first || memcmp(argv[1], name, first) != 0) continue;
        *n_words = space == NULL ? 1 : 2;
        if (space == NULL || (argc > 2 && strcmp(argv[2], space + 1) == 0)) return &rows[i];
    }
    return NULL;
}

enum {
    WORDS_MAX = 64
};  // commands, or options of one command, that a mistyped word is compared with

static int unknown_command(const cli *run, int argc, char **argv) {
    hb_error err = {0};
    hb_str names[WORDS_MAX];
    uint32_t n = 0, n_names = 0;
    const cli_command *rows = cli_commands(&n);
    char given[80];
    snprintf(given, sizeof given, "%s", argv[1]);
    for (uint32_t i = 0; i < n && n_names < WORDS_MAX; i++) {
        names[n_names++] = hb_str_from(rows[i].name);
        if (!cli_is_noun(rows[i].name, argv[1]) || argc < 3 || argv[2][0] == '-') continue;
        snprintf(given, sizeof given, "%s %s", argv[1], argv[2]);
    }
    hb_str best = hb_nearest(hb_str_from(given), names, n_names);
    hb_fail(&err, HB_USAGE, "unknown-command",
            words_in(run->language, "there is no command \"%s\""), given);
    for (uint32_t i = 0; best.n == 0 && i < n; i++) {
        if (cli_is_noun(rows[i].name, argv[1])) best = hb_str_from(rows[i].name);
    }
    if (best.n > 0) {
        hb_error_help(&err, words_in(run->language, "the nearest one is: habeas %.*s"), (int)best.n,
                      best.at);
    } else {
        hb_error_help(&err, words_in(run->language, "habeas --help lists the commands"));
    }
    return cli_fail(run, &err);
}

static const cli_option *find_option(const cli *run, hb_str name, hb_error *err) {
    hb_str names[WORDS_MAX];
    uint32_t n = 0;
    for (uint32_t i = 0; i < WORDS_MAX && cli_option_at(run->command, i) != NULL; i++) {
        const cli_option *option = cli_option_at(run->command, i);
        names[n] = hb_str_from(option->name);
        if (hb_str_equal(names[n++], name)) return option;
    }
    hb_str best = hb_nearest(name, names, n);
    hb_fail(err, HB_USAGE, "unknown-option",
            words_in(run->language, "habeas %s has no option \"--%.*s\""), run->command->name,
            (int)name.n, name.at);
    if (best.n > 0) {
        hb_error_help(err, words_in(run->language, "the nearest one is --%.*s"), (int)best.n,
                      best.at);
    } else {
        hb_error_help(err, words_in(run->language, "habeas %s --help lists its options"),
                      run->command->name);
    }
    return NULL;
}

static uint32_t count_given(const cli *run, const cli_option *option) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < run->n_given; i++) n += run->given[i].option == option;
    return n;
}

// ---- reading
// ---------------------------------------------------------------------------------------------

// Language and form of errors are wanted before anything else can be wrong.
static void look_ahead(cli *run, int argc, char **argv) {
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        const char *language = strncmp(argv[i], "--lang=", 7) == 0                     ? argv[i] + 7
                               : strcmp(argv[i], "--lang") == 0 && argv[i + 1] != NULL ? argv[i + 1]
                                                                                       : NULL;
        if (language != NULL) (void)words_language_find(hb_str_from(language), &run->language);
        if (strcmp(argv[i], "--json") == 0) run->format = CLI_JSON;
    }
}

// One option at argv[*i], with its value; moves *i past a value that stands apart.
static bool read_option(cli *run, int argc, char **argv, int *i, struct cli_given *room,
                        hb_error *err) {
    const char *word = argv[*i] + 2, *equals = strchr(word, '=');
    size_t n = equals == NULL ? strlen(word) : (size_t)(equals - word);
    const cli_option *option = find_option(run, (hb_str){word, n}, err);
    if (option == NULL) return false;
    const char *value = equals == NULL ? "" : equals + 1;
    if (option->value == NULL && equals != NULL) {
        return hb_fail(err, HB_USAGE, "option-value",
                       words_in(run->language, "--%s takes no value"), option->name);
    }
    if (option->value != NULL && equals == NULL) {
        if (*i + 1 >= argc) {
            hb_fail(err, HB_USAGE, "option-value", words_in(run->language, "--%s wants a value"),
                    option->name);
            hb_error_help(err, words_in(run->language, "write --%s %s"), option->name,
                          option->value);
            return false;
        }
        value = argv[++*i];
    }
    if (!option->is_repeated && option->value != NULL && count_given(run, option) > 0) {
        return hb_fail(err, HB_USAGE, "option-twice",
                       words_in(run->language, "--%s is given twice"), option->name);
    }
    room[run->n_given++] = (struct cli_given){option, value};
    run->given = room;
    return true;
}

static bool read_format(cli *run, hb_error *err) {
    uint32_t n = 0;
    for (uint32_t f = 0; f < N_FORMATS; f++) {
        if (count_given(run, &FORMATS[f].option) == 0) continue;
        run->format = FORMATS[f].format;
        n++;
    }
    if (n == 0) run->format = CLI_TEXT;
    if (n <= 1) return true;
    return hb_fail(err, HB_USAGE, "two-formats",
                   words_in(run->language, "--json, --ndjson and --csv exclude one another"));
}

static bool read_language(cli *run, hb_error *err) {
    const char *name = cli_value(run, "lang");
    if (name == NULL || words_language_find(hb_str_from(name), &run->language)) return true;
    hb_fail(err, HB_USAGE, "language", words_in(run->language, "habeas does not speak \"%s\""),
            name);
    hb_error_help(err, words_in(run->language, "write --lang en or --lang es"));
    return false;
}

static bool count_arguments(const cli *run, hb_error *err) {
    const cli_command *command = run->command;
    if (run->n_arguments >= command->n_least && run->n_arguments <= command->n_most) return true;
    const char *problem = run->n_arguments < command->n_least
                              ? words_in(run->language, "habeas %s wants %s")
                              : words_in(run->language, "too many arguments: habeas %s takes %s");
    hb_fail(err, HB_USAGE, "arguments", problem, command->name,
            command->n_most == 0 ? words_in(run->language, "none") : command->arguments);
    hb_error_help(err, words_in(run->language, "for example: %s"), command->example);
    return false;
}

// ORDER of what may end it: the program's own options, the command, its options, its arguments.
int cli_parse(cli *run, int argc, char **argv, struct cli_given *given_room,
              const char **argument_room) {
    hb_error err = {0};
    look_ahead(run, argc, argv);
    while (argc > 1 &&
           strncmp(argv[1], "--lang", 6) == 0) {  // the one option that may precede the command
        int n = argv[1][6] == '=' || argc == 2 ? 1 : 2;
        argv += n;
        argc -= n;
    }
    if (argc > 1 && strcmp(argv[1], "--version") == 0) {
        cli_version(run);
        return CLI_DONE;
    }
    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        cli_help(run, NULL);
        return CLI_DONE;
    }
    if (argc < 2 || argv[1][0] == '-') {
        hb_fail(&err, HB_USAGE, "no-command", words_in(run->language, "habeas wants a command"));
        hb_error_help(&err, words_in(run->language, "habeas --help lists the commands"));
        return cli_fail(run, &err);
    }
    int n_words = 0;
    run->command = find_command(argc, argv, &n_words);
    if (run->command == NULL && argc > 2 && strcmp(argv[2], "--help") == 0 &&
        cli_help_noun(run, argv[1])) {
        return CLI_DONE;
    }
    if (run->command == NULL) return unknown_command(run, argc, argv);

    bool are_options = true;
    for (int i = 1 + n_words; i < argc; i++) {
        if (are_options && strcmp(argv[i], "--") == 0) {
            are_options = false;
        } else if (are_options && strncmp(argv[i], "--", 2) == 0) {
            if (!read_option(run, argc, argv, &i, given_room, &err)) return cli_fail(run, &err);
        } else {
            argument_room[run->n_arguments++] = argv[i];
            run->arguments = argument_room;
        }
    }
    if (!read_language(run, &err)) return cli_fail(run, &err);
    if (cli_value(run, "help") != NULL) {
        cli_help(run, run->command);
        run->command = NULL;
        return CLI_DONE;
    }
    if (!read_format(run, &err) || !count_arguments(run, &err)) return cli_fail(run, &err);
    return CLI_DONE;
}

// ---- what a command asks
// ---------------------------------------------------------------------------------

uint32_t cli_n_values(const cli *run, const char *option) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < run->n_given; i++)
        n += strcmp(run->given[i].option->name, option) == 0;
    return n;
}

const char *cli_value_at(const cli *run, const char *option, uint32_t at) {
    for (uint32_t i = 0; i < run->n_given; i++) {
        if (strcmp(run->given[i].option->name, option) == 0 && at-- == 0)
            return run->given[i].value;
    }
    return NULL;
}

const char *cli_value(const cli *run, const char *option) {
    uint32_t n = cli_n_values(run, option);
    return n == 0 ? NULL : cli_value_at(run, option, n - 1);
}

bool cli_number(const cli *run, const char *option, int64_t least_value, int64_t most,
                int64_t otherwise, int64_t *out, hb_error *err) {
    const char *text = cli_value(run, option);
    *out = otherwise;
    if (text == NULL) return true;
    hb_dec number;
    if (hb_dec_parse(hb_str_from(text), &number) && hb_dec_to_int(number, out) &&
        *out >= least_value && *out <= most) {
        return true;
    }
    return hb_fail(
        err, HB_USAGE, "number",
        words_in(run->language, "--%s wants a whole number from %lld to %lld, not \"%s\""), option,
        (long long)least_value, (long long)most, text);
}

static bool path_exists(char path[4096], const char *folder, int n_folder, const char *inside,
                        const char *name) {
    int n = snprintf(path, 4096, "%.*s%s/%s", n_folder, folder, inside, name);
    return n < 4096 && access(path, F_OK) == 0;
}

bool cli_own_rulebook(const cli *run, const char *name, char path[4096], hb_error *err) {
    const char *slash = strrchr(run->program, '/');
    int n_folder = slash == NULL ? 0 : (int)(slash - run->program + 1);
    if (path_exists(path, run->program, n_folder, "../share/habeas/rulebooks", name)) return true;
    if (path_exists(path, run->program, n_folder, "../rulebooks", name)) return true;
    if (path_exists(path, HABEAS_SOURCES, (int)sizeof HABEAS_SOURCES - 1, "/rulebooks", name))
        return true;
    hb_fail(err, HB_USAGE, "rulebook", words_in(run->language, "there is no rulebook \"%s\""),
            name);
    hb_error_help(err, words_in(run->language, "name its folder: --rulebook rulebooks/us-sv"));
    return false;
}

bool cli_own_rulebooks(const cli *run, char path[4096], hb_error *err) {
    if (!cli_own_rulebook(run, "us-sv", path, err)) return false;
    *strrchr(path, '/') = '\0';
    return true;
}

// A folder when the path says so; else the name of one of habeas' own.
bool cli_rulebook_path(const cli *run, char path[4096], hb_error *err) {
    const char *given = cli_value(run, "rulebook");
    if (given == NULL || (strchr(given, '/') == NULL && access(given, F_OK) != 0))
        return cli_own_rulebook(run, given == NULL ? "us-sv" : given, path, err);
    if (snprintf(path, 4096, "%s", given) < 4096) return true;
    return hb_fail(err, HB_USAGE, "path",
                   words_in(run->language, "the path of --rulebook is too long"));
}
