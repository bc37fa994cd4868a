// habeas serve, and the accounts of those who sign in. The server runs until it is asked to stop
// (Ctrl-C, or SIGTERM of a service manager), then ends what is under way.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/import.h"
#include "web/web.h"

static void say_line(void *to, hb_str line) {
    const cli *run = to;
    fwrite(line.at, 1, line.n, run->err);
    if (line.n && line.at[line.n - 1] != '\n') fputc('\n', run->err);
    fflush(run->err);
}

static const char *value_or(const cli *run, const char *option, const char *otherwise) {
    const char *given = cli_value(run, option);
    return given ? given : otherwise;
}

// The folder that holds all rulebooks: that in which the gate's stands.
static void folder_above(const char *path, char folder[4096]) {
    snprintf(folder, 4096, "%s", path);
    size_t n = strlen(folder);
    while (n > 1 && folder[n - 1] == '/') folder[--n] = '\0';
    char *slash = strrchr(folder, '/');
    if (slash)
        *slash = '\0';
    else
        snprintf(folder, 4096, ".");
}

static int wait_for_end(const cli *run, const web_options *options) {
    sigset_t ends;
    int got = 0;
    hb_errors errors = {0};
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);  // of every thread that is started from here
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);  // a file at its limit is an error of writing, told as such
    web_server *server = web_start(options, say_line, (void *)(uintptr_t)run, &errors);
    if (!server) {
        int status = cli_fail_all(run, &errors);
        hb_errors_clear(&errors);
        return status;
    }
    hb_errors_clear(&errors);
    fprintf(run->out, words_in(run->language, "habeas answers at http://%.*s:%u/\n"),
            (int)(strrchr(options->listen, ':') - options->listen), options->listen,
            web_port(server));
    if (options->is_demo) {
        hb_text said = {0};
        web_demo_text(&said, run->now);
        if (!said.failed) fwrite(said.at, 1, said.n, run->out);
        hb_text_clear(&said);
    }
    fflush(run->out);
    do got = sigwaitinfo(&ends, NULL);
    while (got < 0 && errno == EINTR);
    web_stop(server);
    return CLI_DONE;
}

int cli_serve(cli *run) {
    hb_error err = {0};
    char law[4096], rulebooks[4096], mappings[4096];
    uint32_t n_lists = cli_n_values(run, "list");
    int64_t n_threads = 0;
    if (!cli_rulebook_path(run, law, &err) ||
        !cli_number(run, "jobs", 1, 64, 0, &n_threads, &err)) {
        return cli_fail(run, &err);
    }
    const char **lists = calloc(n_lists + 1u, sizeof *lists);
    if (!lists) {
        hb_out_of_memory(&err);
        return cli_fail(run, &err);
    }
    for (uint32_t i = 0; i < n_lists; i++) lists[i] = cli_value_at(run, "list", i);
    folder_above(law, rulebooks);
    hb_error none = {0};  // without the folder the page offers no other form
    bool has_mappings = cli_mappings_path(run, mappings, &none);
    web_options options = {.listen = value_or(run, "listen", "127.0.0.1:8080"),
                           .store = value_or(run, "store", "habeas-web.db"),
                           .db = cli_value(run, "db"),
                           .local = cli_value(run, "local"),
                           .agreement = cli_value(run, "agreement"),
                           .lists = lists,
                           .n_lists = n_lists,
                           .rulebook = law,
                           .rulebooks = rulebooks,
                           .mappings = has_mappings ? mappings : NULL,
                           .scenario = cli_value(run, "scenario"),
                           .facilities = cli_value(run, "facilities"),
                           .assets = cli_value(run, "assets"),
                           .trust = cli_value(run, "trust"),
                           .n_threads = (uint32_t)n_threads,
                           .is_demo = cli_value(run, "demo") != NULL,
                           .is_behind_proxy = cli_value(run, "proxy") != NULL,
                           .is_unlimited = cli_value(run, "unlimited") != NULL,
                           .is_open = cli_value(run, "open") != NULL,
                           .today = run->today};
    int status = wait_for_end(run, &options);
    free(lists);
    return status;
}

// ---- accounts ----------------------------------------------------------------------------------

// The first line of a file, or of standard input: a password is never an argument.
static bool read_password(const cli *run, char *password, size_t room, hb_error *err) {
    const char *path = value_or(run, "password", "-");
    hb_bytes bytes = {0};
    if (!hb_read_file(path, room - 1, &bytes, err)) return false;
    size_t n = strcspn(bytes.at ? bytes.at : "", "\r\n");
    if (n > bytes.n) n = bytes.n;
    snprintf(password, room, "%.*s", (int)n, bytes.at ? bytes.at : "");
    if (bytes.at) explicit_bzero(bytes.at, bytes.n);
    hb_bytes_clear(&bytes);
    return true;
}

static const char *officer(void) {
    const char *name = getlogin();
    return name ? name : "the machine";
}

static int account_new(cli *run, const char *store, hb_str name) {
    char password[300], totp[64];
    hb_error err = {0};
    if (!read_password(run, password, sizeof password, &err)) return cli_fail(run, &err);
    web_new_account account = {.name = name,
                               .role = hb_str_from(value_or(run, "role", "")),
                               .party = hb_str_from(value_or(run, "side", "")),
                               .people = hb_str_from(value_or(run, "people", "")),
                               .place = hb_str_from(value_or(run, "place", "")),
                               .password = hb_str_from(password),
                               .by = hb_str_from(officer())};
    bool ok = web_account_add(store, &account, run->now, totp, &err);
    explicit_bzero(password, sizeof password);
    if (!ok) return cli_fail(run, &err);
    fprintf(run->out,
            words_in(run->language,
                     "account %.*s, %.*s\nsecret for the code app, shown this "
                     "once: %s\n"),
            (int)account.name.n, account.name.at, (int)account.role.n, account.role.at, totp);
    return CLI_DONE;
}

static bool print_account(void *to, hb_str name, hb_str role, hb_str party, bool has_ended) {
    const cli *run = to;
    fprintf(run->out, "%.*s\t%.*s\t%.*s\t%s\n", (int)name.n, name.at, (int)role.n, role.at,
            (int)party.n, party.at, has_ended ? "ended" : "");
    return true;
}

int cli_account(cli *run) {
    hb_error err = {0};
    const char *store = value_or(run, "store", "habeas-web.db");
    hb_str what = hb_str_from(run->arguments[0]);
    hb_str name = run->n_arguments > 1 ? hb_str_from(run->arguments[1]) : HB_STR("");
    if (hb_str_equal(what, HB_STR("list")) && name.n == 0) {
        return web_account_each(store, print_account, run, &err) ? CLI_DONE : cli_fail(run, &err);
    }
    if (hb_str_equal(what, HB_STR("new")) && name.n) return account_new(run, store, name);
    if (hb_str_equal(what, HB_STR("end")) && name.n) {
        return web_account_end(store, name, hb_str_from(officer()), run->now, &err)
                   ? CLI_DONE
                   : cli_fail(run, &err);
    }
    hb_fail(&err, HB_USAGE, "account",
            words_in(run->language, "account wants new NAME, end NAME or list"));
    hb_error_help(&err, words_in(run->language, "see habeas account --help"));
    return cli_fail(run, &err);
}

int cli_roles(cli *run) {
    hb_error err = {0};
    hb_text out = {0};
    web_roles_csv(&out);
    bool ok = !out.failed ? cli_write(run, (hb_str){out.at, out.n}, &err) : hb_out_of_memory(&err);
    hb_text_clear(&out);
    return ok ? CLI_DONE : cli_fail(run, &err);
}

int cli_audit(cli *run) {
    hb_error err = {0};
    uint64_t n = 0, bad_line = 0;
    if (!web_audit_verify(run->arguments[0], &n, &bad_line, &err)) return cli_fail(run, &err);
    if (bad_line) {
        fprintf(
            run->out,
            words_in(run->language, "ALTERED: line %llu does not follow from the one before it\n"),
            (unsigned long long)bad_line);
        return CLI_FOUND;
    }
    fprintf(
        run->out,
        words_in(run->language, "unaltered: each of %llu entries follows from the one before it\n"),
        (unsigned long long)n);
    return CLI_DONE;
}
