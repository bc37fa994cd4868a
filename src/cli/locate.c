// habeas locate [token|asked|answered|check]: where somebody is, for those who may know; and who
// asked, for a monitor. What a question finds does not show in how long it takes or in how the
// answer looks.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/register.h"

enum { TOKEN_BYTES = 256, NOTE_BYTES = 8192, FORM_BYTES = 4096 };

static int finish(const cli *run, register_log *log, bool ok, const hb_error *err) {
    register_close(log);
    return ok ? CLI_DONE : cli_fail(run, err);
}

static bool read_token(const char *path, hb_bytes *bytes, hb_str *token, hb_error *err) {
    if (!path) return true;
    if (!hb_read_file(path, TOKEN_BYTES, bytes, err)) return false;
    *token = hb_str_trim((hb_str){bytes->at, bytes->n});
    return true;
}

// ---- asking -------------------------------------------------------------------------------------

static void add_member(hb_text *out, const char *key, const char *value) {
    hb_text_addf(out, ",\"%s\":", key);
    if (value[0])
        hb_text_add_json(out, hb_str_from(value));
    else
        hb_text_add(out, HB_STR("null"));
}

static void add_member_time(hb_text *out, const char *key, int64_t seconds) {
    hb_text_addf(out, ",\"%s\":", key);
    register_time_json(out, seconds);
}

// Always the same members and the same length: what is not said is null, and spaces fill the rest.
static void add_answer_json(hb_text *out, const locate_answer *a) {
    const register_custody *c = &a->custody;
    hb_text_addf(out, "{\"answer\":\"%s\"", locate_kind_name(a->kind));
    add_member(out, "text", a->text);
    add_member(out, "answerable", a->authority);
    add_member(out, "phone", a->phone);
    add_member(out, "state", a->kind == LOCATE_PLACE ? register_state_name(c->state) : "");
    add_member(out, "place", c->place);
    add_member(out, "other_place", c->other_place);
    add_member(out, "destination", c->destination);
    add_member_time(out, "since", c->since);
    add_member_time(out, "seen_at", c->seen_at);
    add_member_time(out, "due_at", c->due_at);
    add_member_time(out, "deadline", a->deadline);
    hb_text_addf(out, ",\"checkpoint\":%llu,\"independently_witnessed\":%s",
                 (unsigned long long)a->checkpoint, a->is_witnessed ? "true" : "false");
    add_member(out, "reference", a->reference);
    add_member(out, "signed", a->note);
    hb_text_add(out, HB_STR(",\"padding\":\""));
    while (!out->failed && out->n + 3 < FORM_BYTES) hb_text_add(out, HB_STR(" "));
    hb_text_add(out, HB_STR("\"}\n"));
}

static bool write_note(const char *path, const char *note, hb_error *err) {
    FILE *file = fopen(path, "wb");
    bool ok = file && fputs(note, file) >= 0;
    if (file) ok = fclose(file) == 0 && ok;
    if (ok) return true;
    hb_error_file(err, hb_str_from(path));
    return hb_fail(err, HB_SYSTEM, "output", "cannot write: %s", strerror(errno));
}

static bool print_answer(const cli *run, const locate_answer *answer, hb_error *err) {
    hb_text out = {0};
    const char *path = cli_value(run, "out");
    if (run->format == CLI_JSON) {
        add_answer_json(&out, answer);
    } else {
        hb_text_addf(&out, "%s\n", answer->text);
        hb_text_addf(&out, words_in(run->language, "Reference %s, checkpoint %llu, %s."),
                     answer->reference, (unsigned long long)answer->checkpoint,
                     words_in(run->language, answer->is_witnessed
                                                 ? WORDS_LATER("independently witnessed")
                                                 : WORDS_LATER("not independently witnessed")));
        hb_text_add(&out, HB_STR("\n"));
    }
    return (!path || write_note(path, answer->note, err)) && register_print(run, &out, err);
}

int cli_locate(cli *run) {
    const char *born = cli_value(run, "born"), *country = cli_value(run, "country");
    hb_error err = {0};
    hb_bytes token = {0};
    hb_text asker = {0};
    hb_instant started = hb_clock_read();
    hb_arena *arena = hb_arena_open(1 << 20);
    proof_key key;
    proof_secret seed = {0};
    locate_answer answer;
    int status = CLI_DONE;
    register_log *log = NULL;
    locate_question q = {.who = hb_str_from(run->arguments[0])};
    bool ok = arena || hb_out_of_memory(&err);
    if (ok && (!born || !country)) {
        ok = hb_fail(&err, HB_USAGE, "bad-question", "a question needs --born and --country");
        hb_error_help(&err, "habeas locate \"Ana Ejemplo\" --born 1990-02-03 --country VEN");
    }
    ok = ok && read_token(cli_value(run, "token"), &token, &q.token, &err);
    if (ok) log = register_of(run, REGISTER_READ, &status);
    if (ok && log) {
        q.born = hb_str_from(born), q.country = hb_str_from(country);
        if (cli_value(run, "key")) ok = register_reader(run, log, arena, &key, &seed, &asker, &err);
        q.asker = (hb_str){asker.at, asker.n};
        ok = ok && register_locate(log, &q, run->now, run->language, &answer, &err);
        if (ok) register_locate_wait(started);
        ok = ok && print_answer(run, &answer, &err);
    }
    proof_wipe(&seed, sizeof seed);
    hb_text_clear(&asker);
    hb_bytes_clear(&token);
    hb_arena_close(arena);
    return ok && !log ? status : finish(run, log, ok, &err);
}

int cli_locate_check(cli *run) {
    hb_error err = {0};
    hb_bytes note = {0}, keys = {0};
    hb_text out = {0};
    proof_policy policy;
    const char *path = cli_value(run, "keys");
    bool ok = path || hb_fail(&err, HB_USAGE, "register-key",
                              "to check an answer name --keys POLICY, as an export has it");
    ok = ok && hb_read_file(run->arguments[0], NOTE_BYTES, &note, &err) &&
         hb_read_file(path, 1 << 16, &keys, &err) &&
         proof_policy_read((hb_str){keys.at, keys.n}, &policy, &err);
    bool is_true = ok && register_locate_check(&policy, (hb_str){note.at, note.n}, &err);
    if (ok) {
        hb_text_addf(
            &out, "%s\n",
            words_in(run->language,
                     is_true ? WORDS_LATER("Signed by this register, and not changed since.")
                             : WORDS_LATER("NOT an answer that this register signed.")));
        err = (hb_error){0};
        ok = register_print(run, &out, &err);
    }
    hb_bytes_clear(&note);
    hb_bytes_clear(&keys);
    return !ok ? cli_fail(run, &err) : is_true ? CLI_DONE : CLI_FOUND;
}

// ---- tokens -------------------------------------------------------------------------------------

int cli_locate_token(cli *run) {
    const char *path = cli_value(run, "key"), *ending = cli_value(run, "end");
    hb_error err = {0};
    hb_errors errors = {0};
    hb_bytes bytes = {0};
    hb_text out = {0};
    hb_str old = {0};
    hb_arena *arena = hb_arena_open(1 << 20);
    proof_key key;
    proof_secret seed = {0};
    char token[LOCATE_TOKEN] = "";
    int64_t until = 0;
    int status = CLI_DONE;
    hb_str person = hb_str_from(run->arguments[0]);
    bool ok = arena || hb_out_of_memory(&err);
    ok = ok && register_at(run, "until", 0, &until, &err);
    if (ok && (!path || (!ending && !until)))
        ok = hb_fail(&err, HB_USAGE, "register-key",
                     "a token needs --key FILE of who issues it, and --until TIME or --end FILE");
    ok = ok && register_secret(arena, path, &key, &seed, &err) &&
         read_token(ending, &bytes, &old, &err);
    register_log *log = ok ? register_of(run, REGISTER_WRITE, &status) : NULL;
    if (ok && log) {
        ok = ending
                 ? register_token_end(log, person, old, &key, &seed, run->now, &errors)
                 : register_token_issue(log, person, until, &key, &seed, run->now, token, &errors);
        if (ok && !ending) {
            hb_text_addf(&out, "%s\n", token);
            ok = register_print(run, &out, &err);
            fprintf(run->err, "%s\n",
                    words_in(run->language,
                             "Give it on paper or by voice; it is kept nowhere else. "
                             "habeas locate … --token FILE uses it."));
        }
    }
    register_close(log);
    proof_wipe(&seed, sizeof seed);
    hb_bytes_clear(&bytes);
    hb_arena_close(arena);
    if (ok) return log ? CLI_DONE : status;
    if (err.kind != HB_NONE) hb_errors_add(&errors, &err);
    status = cli_fail_all(run, &errors);
    hb_errors_clear(&errors);
    return status;
}

// ---- who asked ----------------------------------------------------------------------------------

static bool print_asking(void *context, const register_asking *asking, hb_error *err) {
    const cli *run = context;
    hb_text out = {0};
    hb_text_add(&out, HB_STR("{\"reference\":"));
    hb_text_add_json(&out, asking->reference);
    add_member_time(&out, "at", asking->at);
    add_member_time(&out, "due_at", asking->due_at);
    add_member_time(&out, "answered_at", asking->answered_at);
    hb_text_add(&out, HB_STR(",\"question\":"));
    hb_text_add(&out, asking->question.n ? asking->question : HB_STR("null"));
    hb_text_add(&out, HB_STR("}\n"));
    return register_print(run, &out, err);
}

int cli_locate_asked(cli *run) {
    hb_error err = {0};
    hb_text name = {0};
    hb_arena *arena = hb_arena_open(1 << 20);
    proof_key key;
    proof_secret seed = {0};
    int status = CLI_DONE;
    bool has_key = cli_value(run, "key") != NULL, ok = arena || hb_out_of_memory(&err);
    register_log *log = ok ? register_of(run, REGISTER_READ, &status) : NULL;
    if (ok && log) {
        ok = (!has_key || register_reader(run, log, arena, &key, &seed, &name, &err)) &&
             register_asked(log, has_key ? &seed : NULL, run->now, print_asking, run, &err);
    }
    proof_wipe(&seed, sizeof seed);
    hb_text_clear(&name);
    hb_arena_close(arena);
    return ok && !log ? status : finish(run, log, ok, &err);
}

int cli_locate_answered(cli *run) {
    hb_error err = {0};
    int status = CLI_DONE;
    register_log *log = register_of(run, REGISTER_READ, &status);
    if (!log) return status;
    bool ok = register_answered(log, hb_str_from(run->arguments[0]), run->now, &err);
    return finish(run, log, ok, &err);
}
