// habeas register init|key|sign|record|erase|backup|restore: what makes a register and what adds to
// it. Nothing here changes or takes out what was recorded: there is no such command.
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/register.h"

enum { MOST_LINES = 100000, LINE_BYTES = 64 * 1024, KEY_BYTES = 4096 };

// ---- shared -------------------------------------------------------------------------------------

static const char *where(const cli *run) {
    const char *db = cli_value(run, "db");
    return db ? db : "habeas.db";
}

register_log *register_of(const cli *run, register_mode mode, int *status) {
    hb_error err = {0};
    const char *local = cli_value(run, "local");
    if (!local && strstr(where(run), "://")) local = "habeas.db";
    register_log *log = register_open(where(run), local, mode, &err);
    if (!log)
        *status = cli_fail(run, &err);
    else if (register_is_rolled_back(log)) {
        cli_warn(run, words_in(run->language,
                               "ROLLED BACK: this copy is older than a checkpoint that was signed. "
                               "Do not rely on it."));
    }
    return log;
}

bool register_secret(hb_arena *arena, const char *path, proof_key *key, proof_secret *seed,
                     hb_error *err) {
    hb_bytes bytes = {0};
    hb_str text;
    if (!hb_read_file(path, KEY_BYTES, &bytes, err)) return false;
    bool ok = hb_str_copy(arena, (hb_str){bytes.at, bytes.n}, &text) &&
              proof_secret_read(text, key, seed);
    proof_wipe(bytes.at, bytes.n);
    hb_bytes_clear(&bytes);
    if (ok) return true;
    hb_error_file(err, hb_str_from(path));
    hb_fail(err, HB_INPUT, "bad-key", "this is no file of a secret key");
    hb_error_help(err, "`habeas register key new NAME --out FILE` makes one");
    return false;
}

bool register_reader(const cli *run, register_log *log, hb_arena *arena, proof_key *key,
                     proof_secret *seed, hb_text *name, hb_error *err) {
    bool is_known = false;
    if (!register_secret(arena, cli_value(run, "key"), key, seed, err) ||
        !register_knows(log, key, &is_known, err))
        return false;
    hb_text_addf(name, "%.*s+%08x", (int)key->name.n, key->name.at, key->id);
    if (is_known) return !name->failed || hb_out_of_memory(err);
    hb_fail(err, HB_INPUT, "bad-key", "this key does not count in this register");
    hb_error_help(err, "`habeas register key list` shows those that do");
    return false;
}

bool register_print(const cli *run, hb_text *text, hb_error *err) {
    bool ok =
        text->failed ? hb_out_of_memory(err) : cli_write(run, (hb_str){text->at, text->n}, err);
    hb_text_clear(text);
    *text = (hb_text){0};
    return ok;
}

static int finish(const cli *run, register_log *log, bool ok, const hb_error *err) {
    register_close(log);
    return ok ? CLI_DONE : cli_fail(run, err);
}

// ---- init and keys ------------------------------------------------------------------------------

int cli_register_init(cli *run) {
    hb_error err = {0};
    hb_bytes policy = {0};
    const char *path = cli_value(run, "policy"), *local = cli_value(run, "local");
    if (!local && strstr(where(run), "://")) local = "habeas.db";
    bool ok = !path || hb_read_file(path, 1 << 16, &policy, &err);
    ok = ok && register_init(where(run), local, hb_str_from(run->arguments[0]),
                             (hb_str){policy.at, policy.n}, run->now, &err);
    hb_bytes_clear(&policy);
    if (!ok) return cli_fail(run, &err);
    int status = CLI_DONE;
    register_log *log = register_of(run, REGISTER_READ, &status);
    if (!log) return status;
    hb_text out = {0};
    proof_key_add(&out, register_key(log));
    hb_text_add(&out, HB_STR("\n"));
    ok = register_print(run, &out, &err);
    const char *beside = local ? local : where(run);
    fprintf(run->err,
            words_in(run->language,
                     "The register is %s; its secret key is %s.key, people's keys are in %s.vault, "
                     "and %s.anchor tells the newest copy. Move the last two to other disks.\n"),
            where(run), beside, beside, beside);
    return finish(run, log, ok, &err);
}

static bool write_secret(const char *path, const proof_key *key, const proof_secret *seed,
                         hb_error *err) {
    hb_text text = {0};
    proof_secret_add(&text, key, seed);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok =
        fd >= 0 && !text.failed && write(fd, text.at, text.n) == (ssize_t)text.n && fsync(fd) == 0;
    if (fd >= 0) ok = close(fd) == 0 && ok;
    if (text.at) proof_wipe(text.at, text.n);
    hb_text_clear(&text);
    if (ok) return true;
    hb_error_file(err, hb_str_from(path));
    hb_fail(err, HB_SYSTEM, "output", "the key file cannot be written, or is there already");
    hb_error_help(err, "name a new file; a key is never written over");
    return false;
}

// Makes a key; with a role it also begins to count in the register.
static int key_new(cli *run) {
    const char *out = cli_value(run, "out"), *role = cli_value(run, "role");
    hb_error err = {0};
    hb_text vkey = {0};
    proof_secret seed;
    proof_key key;
    uint8_t public_key[32];
    int status = CLI_DONE;
    if (run->n_arguments < 2 || !out) {
        hb_fail(&err, HB_USAGE, "register-key", "a new key needs a name and --out FILE");
        hb_error_help(
            &err, "habeas register key new DGCP/officer-0042 --role facility --out officer.key");
        return cli_fail(run, &err);
    }
    hb_str name = hb_str_from(run->arguments[1]);
    proof_random(&seed, sizeof seed);
    proof_public_key(&seed, public_key);
    uint8_t type = cli_value(run, "witness") ? PROOF_WITNESS_KEY : PROOF_LOG_KEY;
    if (!proof_key_make(name, type, public_key, &key)) {
        hb_fail(&err, HB_USAGE, "bad-key", "a key's name has no space and no plus");
        return cli_fail(run, &err);
    }
    bool ok = write_secret(out, &key, &seed, &err);
    proof_wipe(&seed, sizeof seed);
    proof_key_add(&vkey, &key);
    if (ok && role) {
        register_log *log = register_of(run, REGISTER_WRITE, &status);
        size_t n = strcspn(run->arguments[1], "/");
        ok = log && register_key_begin(log, (hb_str){vkey.at, vkey.n}, (hb_str){name.at, n},
                                       hb_str_from(role), run->now, &err);
        register_close(log);
        if (!ok) unlink(out);
        if (!log) {
            hb_text_clear(&vkey);
            return status;
        }
    }
    hb_text_add(&vkey, HB_STR("\n"));
    ok = ok && register_print(run, &vkey, &err);
    hb_text_clear(&vkey);
    return ok ? CLI_DONE : cli_fail(run, &err);
}

static int key_change(cli *run, bool is_begin) {
    hb_error err = {0};
    int status = CLI_DONE;
    const char *word = cli_value(run, is_begin ? "role" : "reason");
    if (run->n_arguments < 2 || !word) {
        hb_fail(&err, HB_USAGE, "register-key",
                is_begin ? "an officer's key needs its verifier key and --role"
                         : "to end a key name its verifier key and --reason");
        return cli_fail(run, &err);
    }
    register_log *log = register_of(run, REGISTER_WRITE, &status);
    if (!log) return status;
    hb_str vkey = hb_str_from(run->arguments[1]);
    size_t n = strcspn(run->arguments[1], "/");
    bool ok = is_begin ? register_key_begin(log, vkey, (hb_str){vkey.at, n}, hb_str_from(word),
                                            run->now, &err)
                       : register_key_end(log, vkey, hb_str_from(word), run->now, &err);
    return finish(run, log, ok, &err);
}

int cli_register_key(cli *run) {
    const char *act = run->arguments[0];
    hb_error err = {0};
    if (strcmp(act, "new") == 0) return key_new(run);
    if (strcmp(act, "begin") == 0) return key_change(run, true);
    if (strcmp(act, "end") == 0) return key_change(run, false);
    if (strcmp(act, "list") == 0) return cli_register_keys(run);
    hb_fail(&err, HB_USAGE, "register-key", "\"%s\" is nothing that can be done with a key", act);
    hb_error_help(&err, "one of: new, begin, list, end");
    return cli_fail(run, &err);
}

// ---- events -------------------------------------------------------------------------------------

typedef struct {
    hb_str *lines;
    uint32_t n;
    uint32_t room;
    hb_arena *arena;
} line_list;

static bool read_lines(const char *path, line_list *list, hb_error *err) {
    hb_lines *file = hb_lines_open(path, LINE_BYTES, err);
    bool ok = file != NULL, is_end = false;
    while (ok) {
        hb_str line;
        uint64_t number = 0;
        ok = hb_lines_next(file, &line, &number, &is_end, err);
        if (!ok || is_end) break;
        if (hb_str_trim(line).n == 0) continue;
        if (list->n == MOST_LINES) {
            ok = hb_fail(err, HB_LIMIT, "memory-limit", "the file has more than %d events",
                         MOST_LINES);
            hb_error_help(err, "split it; each part is recorded whole or not at all");
        } else if (list->n == list->room) {
            uint32_t room = list->room ? list->room * 2 : 256;
            hb_str *grown = realloc(list->lines, room * sizeof *grown);
            if (grown)
                list->lines = grown, list->room = room;
            else
                ok = hb_out_of_memory(err);
        }
        if (ok)
            ok = hb_str_copy(list->arena, line, &list->lines[list->n++]) || hb_out_of_memory(err);
    }
    if (!ok) hb_error_file(err, hb_str_from(path));
    hb_lines_close(file);
    return ok;
}

// Signs every line with one key, in place.
static bool sign_lines(const cli *run, hb_str origin, const char *path, line_list *list,
                       hb_errors *errors, hb_error *err) {
    hb_json_reader *reader = hb_json_reader_open();
    hb_arena *arena = hb_arena_open((size_t)64 << 20);
    proof_key key;
    proof_secret seed = {0};
    bool ok = (reader && arena) || hb_out_of_memory(err);
    (void)run;
    ok = ok && register_secret(list->arena, path, &key, &seed, err);
    for (uint32_t i = 0; ok && i < list->n; i++) {
        hb_text out = {0};
        hb_error own = {0};
        hb_arena_reset(arena);
        if (!register_sign(arena, reader, origin, list->lines[i], &key, &seed, &out, &own)) {
            own.line = i + 1;
            hb_errors_add(errors, &own);
        } else {
            ok = hb_str_copy(list->arena, (hb_str){out.at, out.n}, &list->lines[i]) ||
                 hb_out_of_memory(err);
        }
        hb_text_clear(&out);
    }
    proof_wipe(&seed, sizeof seed);
    hb_arena_close(arena);
    hb_json_reader_close(reader);
    return ok && errors->n_all == 0;
}

static int end_lines(const cli *run, line_list *list, hb_errors *errors, bool ok, hb_error *err,
                     const char *path) {
    int status = CLI_DONE;
    if (!ok) {
        if (err->kind != HB_NONE) hb_errors_add(errors, err);
        for (uint32_t i = 0; i < errors->n_kept; i++)
            hb_error_file(&errors->kept[i],
                          hb_str_from(strcmp(path, "-") == 0 ? "standard input" : path));
        status = cli_fail_all(run, errors);
    }
    hb_errors_clear(errors);
    free(list->lines);
    hb_arena_close(list->arena);
    return status;
}

int cli_register_sign(cli *run) {
    const char *path = run->n_arguments ? run->arguments[0] : "-",
               *origin = cli_value(run, "origin");
    hb_error err = {0};
    hb_errors errors = {0};
    line_list list = {.arena = hb_arena_open((size_t)1 << 30)};
    bool ok = list.arena || hb_out_of_memory(&err);
    if (ok && (!origin || cli_n_values(run, "key") == 0)) {
        ok = hb_fail(&err, HB_USAGE, "register-key",
                     "to sign events name --origin (the register) and --key FILE");
    }
    ok = ok && read_lines(path, &list, &err);
    for (uint32_t k = 0; ok && k < cli_n_values(run, "key"); k++) {
        ok =
            sign_lines(run, hb_str_from(origin), cli_value_at(run, "key", k), &list, &errors, &err);
    }
    hb_text out = {0};
    for (uint32_t i = 0; ok && i < list.n; i++) {
        hb_text_add(&out, list.lines[i]);
        hb_text_add(&out, HB_STR("\n"));
    }
    ok = ok && register_print(run, &out, &err);
    hb_text_clear(&out);
    return end_lines(run, &list, &errors, ok, &err, path);
}

static bool print_receipts(const cli *run, const register_receipt *receipts, uint32_t n,
                           hb_error *err) {
    hb_text out = {0};
    for (uint32_t i = 0; i < n; i++) {
        char leaf[65];
        hb_hash_hex(receipts[i].leaf, leaf);
        if (run->format == CLI_TEXT) {
            hb_text_addf(&out, words_in(run->language, "event %llu recorded"),
                         (unsigned long long)receipts[i].event);
            if (receipts[i].irregular) {
                hb_text_add(&out, hb_str_from(words_in(run->language, ", irregular: ")));
                register_marks_add(&out, receipts[i].irregular);
            }
            hb_text_add(&out, HB_STR("\n"));
        } else {
            hb_text_addf(&out, "{\"event\":%llu,\"leaf\":\"%s\",\"irregular\":",
                         (unsigned long long)receipts[i].event, leaf);
            register_marks_json(&out, receipts[i].irregular);
            hb_text_add(&out, HB_STR("}\n"));
        }
    }
    return register_print(run, &out, err);
}

int register_record_file(cli *run, const char *path) {
    hb_error err = {0};
    hb_errors errors = {0};
    line_list list = {.arena = hb_arena_open((size_t)1 << 30)};
    register_receipt *receipts = NULL;
    int status = CLI_DONE;
    bool ok = list.arena || hb_out_of_memory(&err);
    ok = ok && read_lines(path, &list, &err);
    register_log *log = ok ? register_of(run, REGISTER_WRITE, &status) : NULL;
    if (ok && !log) {
        (void)end_lines(run, &list, &errors, true, &err, path);
        return status;
    }
    for (uint32_t k = 0; ok && k < cli_n_values(run, "key"); k++) {
        ok = sign_lines(run, register_origin(log), cli_value_at(run, "key", k), &list, &errors,
                        &err);
    }
    if (ok) {
        receipts = calloc(list.n ? list.n : 1, sizeof *receipts);
        ok = (receipts || hb_out_of_memory(&err)) &&
             (list.n == 0 || register_record(log, list.lines, list.n, run->now, receipts, &errors));
        ok = ok && print_receipts(run, receipts, list.n, &err);
    }
    free(receipts);
    register_close(log);
    return end_lines(run, &list, &errors, ok, &err, path);
}

// ---- restriction and erasure --------------------------------------------------------------------

int cli_register_record(cli *run) {
    return register_record_file(run, run->n_arguments ? run->arguments[0] : "-");
}

static int record_for_person(cli *run, const char *event, bool *is_done) {
    const char *order = cli_value(run, "order"), *key_path = cli_value(run, "key");
    hb_error err = {0};
    hb_errors errors = {0};
    line_list list = {.arena = hb_arena_open((size_t)64 << 20)};
    register_receipt receipt = {0};
    hb_text line = {0};
    proof_key key;
    proof_secret seed;
    int status = CLI_DONE;
    *is_done = false;
    bool ok = list.arena || hb_out_of_memory(&err);
    if (ok && (!order || !key_path)) {
        ok = hb_fail(&err, HB_USAGE, "register-key",
                     "this needs --order (the court's) and --key FILE of a court or monitor");
    }
    ok = ok && register_secret(list.arena, key_path, &key, &seed, &err);
    register_log *log = ok ? register_of(run, REGISTER_WRITE, &status) : NULL;
    if (ok && log) {
        hb_date d = run->today;
        int second = (int)(run->now.seconds % 86400);
        hb_text_addf(&line, "{\"event\":\"%s\",\"person\":", event);
        hb_text_add_json(&line, hb_str_from(run->arguments[0]));
        hb_text_add(&line, HB_STR(",\"order\":"));
        hb_text_add_json(&line, hb_str_from(order));
        hb_text_add(&line, HB_STR(",\"authority\":"));
        size_t n = 0;
        while (n < key.name.n && key.name.at[n] != '/') n++;
        hb_text_add_json(&line, (hb_str){key.name.at, n});
        hb_text_addf(&line, ",\"happened_at\":\"%04d-%02d-%02dT%02d:%02d:%02dZ\"}", d.year, d.month,
                     d.day, second / 3600, second / 60 % 60, second % 60);
        hb_str one = {line.at, line.n};
        list.lines = &one, list.n = 1;
        ok = sign_lines(run, register_origin(log), key_path, &list, &errors, &err) &&
             register_record(log, list.lines, 1, run->now, &receipt, &errors);
        if (ok && strcmp(event, "Erased") == 0)
            ok = register_forget(log, hb_str_from(run->arguments[0]), run->now, &err);
        ok = ok && print_receipts(run, &receipt, 1, &err);
        list.lines = NULL;
        *is_done = ok;
    }
    register_close(log);
    hb_text_clear(&line);
    if (ok && !log) {
        (void)end_lines(run, &list, &errors, true, &err, "-");
        return status;
    }
    return end_lines(run, &list, &errors, ok, &err, "");
}

int cli_register_restrict(cli *run) {
    bool is_done = false;
    return record_for_person(run, "Restricted", &is_done);
}

int cli_register_erase(cli *run) {
    bool is_done = false;
    return record_for_person(run, "Erased", &is_done);
}

int cli_register_rebuild(cli *run) {
    int status = CLI_DONE;
    hb_error err = {0};
    register_log *log = register_of(run, REGISTER_WRITE, &status);
    if (!log) return status;
    bool ok = register_rebuild(log, &err);
    return finish(run, log, ok, &err);
}

// ---- copies -------------------------------------------------------------------------------------

int cli_register_backup(cli *run) {
    int status = CLI_DONE;
    hb_error err = {0};
    register_log *log = register_of(run, REGISTER_READ, &status);
    if (!log) return status;
    bool ok = register_backup(log, run->arguments[0], &err);
    if (ok)
        fprintf(run->err,
                words_in(run->language,
                         "%s is a whole copy; keep PATH.key and PATH.vault apart from it. To see "
                         "whether it is good: habeas register restore %s --check --local PATH\n"),
                run->arguments[0], run->arguments[0]);
    return finish(run, log, ok, &err);
}

// The copy is verified in full against the same anchor and vault before anything is said of it.
int cli_register_copy(cli *run) {
    int status = CLI_DONE;
    hb_error err = {0};
    const char *to = run->arguments[0];
    register_log *log = register_of(run, REGISTER_READ, &status);
    if (!log) return status;
    char local[4096];
    snprintf(local, sizeof local, "%s", register_local(log));
    bool ok = register_copy(log, to, &err);
    register_close(log);
    if (!ok) return cli_fail(run, &err);
    if (!(log = register_open(to, local, REGISTER_READ, &err))) return cli_fail(run, &err);
    fprintf(run->err,
            words_in(run->language,
                     "From now on: --db %s --local %s. Once it goes on, the old "
                     "store says ROLLED BACK and takes nothing more.\n"),
            to, local);
    return cli_register_verify_log(run, log, (hb_str){0}, REGISTER_WHOLE);
}

// The copy is verified in full against the anchor and vault of the register it was taken from.
int cli_register_restore(cli *run) {
    hb_error err = {0};
    const char *local = cli_value(run, "local");
    if (!cli_value(run, "check")) {
        hb_fail(&err, HB_USAGE, "register-restore", "restore only checks a copy: --check");
        hb_error_help(&err,
                      "when it holds, stop the register and put the file in its place; an older "
                      "copy than the anchor is refused for writing");
        return cli_fail(run, &err);
    }
    register_log *log =
        register_open(run->arguments[0], local ? local : where(run), REGISTER_READ, &err);
    if (!log) return cli_fail(run, &err);
    return cli_register_verify_log(run, log, (hb_str){0}, REGISTER_WHOLE);
}

// ---- the noun -----------------------------------------------------------------------------------

// `habeas register` alone, or with a word that is none of its commands.
int cli_register(cli *run) {
    hb_error err = {0};
    hb_str names[32];
    uint32_t n = 0, n_rows = 0;
    const cli_command *rows = cli_commands(&n_rows);
    static const char NOUN[] = "register ";
    for (uint32_t i = 0; i < n_rows && n < 32; i++) {
        if (strncmp(rows[i].name, NOUN, sizeof NOUN - 1) == 0)
            names[n++] = hb_str_from(rows[i].name + sizeof NOUN - 1);
    }
    if (run->n_arguments == 0) {
        hb_fail(&err, HB_USAGE, "no-command", "habeas register wants a command");
        hb_error_help(&err, "habeas register --help lists them");
        return cli_fail(run, &err);
    }
    hb_str best = hb_nearest(hb_str_from(run->arguments[0]), names, n);
    hb_fail(&err, HB_USAGE, "unknown-command",
            words_in(run->language, "there is no command \"%s\""), run->arguments[0]);
    if (best.n)
        hb_error_help(&err, "the nearest one is: habeas register %.*s", (int)best.n, best.at);
    else
        hb_error_help(&err, "habeas register --help lists them");
    return cli_fail(run, &err);
}
