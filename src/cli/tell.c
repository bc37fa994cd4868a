// Carrying alarms out: to a command, as JSON on its standard input, and as mail through sendmail. A
// line of PATH.told is a receipt, with the exit status of whoever took it:
//
//     {"at":"2026-11-25T10:00:00Z","key":"HEX","alarm":"A1","person":"P-1","to":"mail:duty@example.org","status":0}
//     {"at":"2026-11-25T11:00:00Z","ended":"HEX"}
//
// What was taken is not sent again while the alarm is open; what nobody took is, at the next run.
// When the fact changes it is another key, so another notice. No shell is asked, and no name is
// sent.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/tell.h"

enum { LINE_BYTES = 4096, WAIT_SECONDS = 30, FAILED = 255 };
extern char **environ;

typedef char told_key[65];
typedef struct {
    told_key key;
    bool is_open;  // seen in this run
} told_line;
struct telling {
    const cli *run;
    char path[4200];
    int fd;  // locked
    told_line *told;
    size_t n, room;
    uint32_t n_sent, n_failed;
};

// ---- receipts -----------------------------------------------------------------------------------

static told_line *find(const telling *t, const char *key) {
    for (size_t i = 0; i < t->n; i++) {
        if (strcmp(t->told[i].key, key) == 0) return &t->told[i];
    }
    return NULL;
}

static bool add(telling *t, hb_str key, bool is_open, hb_error *err) {
    if (t->n == t->room) {
        size_t room = t->room ? t->room * 2 : 256;
        told_line *grown = realloc(t->told, room * sizeof *grown);
        if (!grown) return hb_out_of_memory(err);
        t->told = grown, t->room = room;
    }
    snprintf(t->told[t->n].key, sizeof(told_key), "%.*s", (int)key.n, key.at);
    t->told[t->n++].is_open = is_open;
    return true;
}

static bool take_line(telling *t, const hb_json *line, hb_error *err) {
    const hb_json *key = hb_json_member(line, HB_STR("key")),
                  *status = hb_json_member(line, HB_STR("status")),
                  *ended = hb_json_member(line, HB_STR("ended"));
    if (ended) {
        for (size_t i = 0; i < t->n; i++) {
            if (hb_str_equal(ended->text, hb_str_from(t->told[i].key)))
                t->told[i] = t->told[--t->n];
        }
    }
    if (!key || !status || !hb_str_equal(status->text, HB_STR("0"))) return true;
    return add(t, key->text, false, err);
}

static bool read_receipts(telling *t, hb_error *err) {
    hb_lines *lines = hb_lines_open(t->path, LINE_BYTES, err);
    hb_json_reader *reader = hb_json_reader_open();
    hb_arena *arena = hb_arena_open(1 << 20);
    bool ok = lines && ((reader && arena) || hb_out_of_memory(err)), is_end = false;
    while (ok) {
        hb_str line;
        hb_json *json = NULL;
        hb_error cut = {0};  // a line cut short by a crash is no receipt
        uint64_t number = 0;
        hb_arena_reset(arena);
        ok = hb_lines_next(lines, &line, &number, &is_end, err);
        if (!ok || is_end) break;
        if (hb_json_parse(reader, arena, line, &json, &cut)) ok = take_line(t, json, err);
    }
    hb_lines_close(lines);
    hb_json_reader_close(reader);
    hb_arena_close(arena);
    return ok;
}

static bool write_line(telling *t, hb_text *line, hb_error *err) {
    hb_text_add(line, HB_STR("}\n"));
    bool ok = !line->failed && write(t->fd, line->at, line->n) == (ssize_t)line->n &&
              fdatasync(t->fd) == 0;
    if (!ok) {
        hb_error_file(err, hb_str_from(t->path));
        hb_fail(err, HB_SYSTEM, "output", "cannot keep a receipt: %s", strerror(errno));
    }
    hb_text_clear(line);
    return ok;
}

telling *tell_open(const cli *run, const char *local, hb_error *err) {
    telling *t = calloc(1, sizeof *t);
    if (!t) {
        hb_out_of_memory(err);
        return NULL;
    }
    t->run = run;
    snprintf(t->path, sizeof t->path, "%s.told", local);
    t->fd = open(t->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (t->fd >= 0 && flock(t->fd, LOCK_EX) == 0) {
        if (read_receipts(t, err)) return t;
    } else {
        hb_error_file(err, hb_str_from(t->path));
        hb_fail(err, HB_SYSTEM, "cannot-open", "cannot open: %s", strerror(errno));
    }
    tell_close(t);
    return NULL;
}

void tell_close(telling *t) {
    if (!t) return;
    if (t->fd >= 0) close(t->fd);
    free(t->told);
    free(t);
}

// ---- sending ------------------------------------------------------------------------------------

// The exit status of a program that was given `text`, or 255 when it did not start or did not end.
static int give(const char *program, char *const arguments[], hb_str text) {
    int ends[2], status = 0;
    pid_t child = 0;
    posix_spawn_file_actions_t actions;
    if (pipe2(ends, O_CLOEXEC) != 0) return FAILED;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    int cause = posix_spawnp(&child, program, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[0]);
    if (cause != 0) {
        close(ends[1]);
        return FAILED;
    }
    // A pipe holds more than a notice, so this does not wait for a program that reads nothing.
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    sigaction(SIGPIPE, &ignore, &before);
    (void)!write(ends[1], text.at, text.n);
    close(ends[1]);
    sigaction(SIGPIPE, &before, NULL);
    for (int tenths = 0; waitpid(child, &status, WNOHANG) == 0; tenths++) {
        if (tenths == WAIT_SECONDS * 10) {
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
            return FAILED;
        }
        poll(NULL, 0, 100);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : FAILED;
}

static void add_mail(hb_text *out, const cli *run, const char *address,
                     const register_alarm *alarm) {
    hb_text_addf(out, "To: %s\nSubject: habeas: ", address);
    hb_text_addf(out, words_in(run->language, "alarm %s"), alarm->id);
    if (alarm->person.n)
        hb_text_addf(out, words_in(run->language, " about %.*s"), (int)alarm->person.n,
                     alarm->person.at);
    hb_text_add(out, HB_STR("\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
                            "Content-Transfer-Encoding: 8bit\nAuto-Submitted: auto-generated\n\n"));
    hb_text_addf(out, "%s\n\n", alarm->text);
    if (alarm->owner[0])
        hb_text_addf(out, words_in(run->language, "Who must answer: %s.\n"), alarm->owner);
    hb_text_add(
        out, hb_str_from(words_in(run->language,
                                  "It stays open until the fact changes; this is sent once.\n")));
}

static bool send(telling *t, const char *to, const told_key key, int status,
                 const register_alarm *alarm, hb_error *err) {
    hb_text line = {0};
    t->n_sent += status == 0;
    t->n_failed += status != 0;
    if (status != 0)
        cli_warn(t->run, words_in(t->run->language, "%s did not take alarm %s (status %d)"), to,
                 alarm->id, status);
    hb_text_add(&line, HB_STR("{\"at\":"));
    register_time_json(&line, t->run->now.seconds);
    hb_text_addf(&line, ",\"key\":\"%s\",\"alarm\":\"%s\",\"person\":", key, alarm->id);
    if (alarm->person.n)
        hb_text_add_json(&line, alarm->person);
    else
        hb_text_add(&line, HB_STR("null"));
    hb_text_add(&line, HB_STR(",\"to\":"));
    hb_text_add_json(&line, hb_str_from(to));
    hb_text_addf(&line, ",\"status\":%d", status);
    return write_line(t, &line, err) && (status != 0 || add(t, hb_str_from(key), true, err));
}

// The fact that the alarm is about, and to whom it is told.
static void make_key(const register_alarm *alarm, const char *to, told_key out) {
    hb_text fact = {0};
    hb_text_addf(&fact, "%s\n%.*s\n%s\n%s\n%s\n", alarm->id, (int)alarm->person.n,
                 alarm->person.n ? alarm->person.at : "", alarm->place, alarm->owner, to);
    if (alarm->person.n)
        hb_text_addf(&fact, "%lld %lld", (long long)alarm->since, (long long)alarm->deadline);
    hb_hash_hex(hb_sha256(fact.at, fact.n), out);
    hb_text_clear(&fact);
}

static bool tell_one(telling *t, const char *to, const char *program, char *const arguments[],
                     hb_str text, const register_alarm *alarm, hb_error *err) {
    told_key key;
    make_key(alarm, to, key);
    told_line *told = find(t, key);
    if (!told) return send(t, to, key, give(program, arguments, text), alarm, err);
    told->is_open = true;
    return true;
}

bool tell_alarm(telling *t, const register_alarm *alarm, hb_str json, hb_error *err) {
    const char *hook = cli_value(t->run, "hook"), *sendmail = cli_value(t->run, "sendmail");
    char to[300];
    if (!sendmail) sendmail = "/usr/sbin/sendmail";
    if (hook) {
        char *const arguments[] = {(char *)(uintptr_t)hook, NULL};
        snprintf(to, sizeof to, "hook:%s", hook);
        if (!tell_one(t, to, hook, arguments, json, alarm, err)) return false;
    }
    for (uint32_t i = 0; i < cli_n_values(t->run, "mail"); i++) {
        const char *address = cli_value_at(t->run, "mail", i);
        char *const arguments[] = {(char *)(uintptr_t)sendmail, (char *)"-oi", (char *)"-t", NULL};
        hb_text mail = {0};
        snprintf(to, sizeof to, "mail:%s", address);
        add_mail(&mail, t->run, address, alarm);
        bool ok = (!mail.failed || hb_out_of_memory(err)) &&
                  tell_one(t, to, sendmail, arguments, (hb_str){mail.at, mail.n}, alarm, err);
        hb_text_clear(&mail);
        if (!ok) return false;
    }
    return true;
}

bool tell_check(const cli *run, hb_error *err) {
    for (uint32_t i = 0; i < cli_n_values(run, "mail"); i++) {
        const char *address = cli_value_at(run, "mail", i);
        bool is_plain = strchr(address, '@') && strlen(address) < 255 && address[0] != '-';
        for (const char *at = address; *at; at++)
            is_plain = is_plain && *at > ' ' && *at < 0x7F && !strchr(",;<>\"()", *at);
        if (is_plain) continue;
        hb_fail(err, HB_USAGE, "mail-address", "\"%.100s\" is no address of one mailbox", address);
        hb_error_help(err, "as duty@example.org; --mail may be repeated");
        return false;
    }
    return true;
}

bool tell_end(telling *t, hb_error *err) {
    bool ok = true;
    for (size_t i = 0; ok && i < t->n; i++) {
        hb_text line = {0};
        if (t->told[i].is_open) continue;
        hb_text_add(&line, HB_STR("{\"at\":"));
        register_time_json(&line, t->run->now.seconds);
        hb_text_addf(&line, ",\"ended\":\"%s\"", t->told[i].key);
        ok = write_line(t, &line, err);
    }
    fprintf(t->run->err,
            words_in(t->run->language, "%u notices taken, %u not; receipts are in %s\n"), t->n_sent,
            t->n_failed, t->path);
    return ok;
}
