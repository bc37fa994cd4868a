// habeas rules sign DIR --key FILE: an author's or a reviewer's signature on a rulebook and on its
// proof record, kept as a signed note in the rulebook's folder. Whoever signs signs what is there
// now; an edit makes every signature void.
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "gate/gate.h"
#include "proof/proof.h"

#define MAX_BYTES (1u << 20)

static bool read_key(const char *path, hb_bytes *bytes, proof_key *key, proof_secret *seed,
                     hb_error *err) {
    if (!hb_read_file(path, MAX_BYTES, bytes, err)) return false;
    if (!proof_secret_read(hb_str_trim((hb_str){bytes->at, bytes->n}), key, seed) ||
        key->type != PROOF_LOG_KEY) {
        hb_fail(err, HB_INPUT, "bad-key", "this is no secret key that signs");
        hb_error_help(err, "habeas register key new author:NAME --out FILE makes one");
        hb_error_file(err, hb_str_from(path));
        return false;
    }
    if (hb_str_starts(key->name, HB_STR("author:")) ||
        hb_str_starts(key->name, HB_STR("reviewer:")))
        return true;
    hb_fail(err, HB_INPUT, "bad-key", "the key's name says neither author: nor reviewer:");
    hb_error_help(err,
                  "a rulebook is signed by author:NAME and by reviewer:NAME, who are two people");
    return false;
}

// Signature lines of other keys over the same text stay.
static void keep_others(hb_text *out, hb_str note, hb_str text, const proof_key *mine) {
    if (!hb_str_starts(note, text)) return;
    hb_str rest = {note.at + text.n, note.n - text.n};
    while (rest.n > 0) {
        const char *end = memchr(rest.at, '\n', rest.n);
        size_t n = end ? (size_t)(end - rest.at) + 1 : rest.n;
        hb_str line = {rest.at, n};
        rest = (hb_str){rest.at + n, rest.n - n};
        hb_text start = {0};
        hb_text_addf(&start, "\xE2\x80\x94 %.*s ", (int)mine->name.n, mine->name.at);
        bool is_mine = hb_str_starts(line, (hb_str){start.at, start.n});
        hb_text_clear(&start);
        if (line.n > 1 && !is_mine) hb_text_add(out, line);
    }
}

static bool write_note(const char *path, const hb_text *note, hb_error *err) {
    char fresh[4300];
    snprintf(fresh, sizeof fresh, "%s.new", path);
    FILE *file = note->failed ? NULL : fopen(fresh, "wb");
    bool ok = file && fwrite(note->at, 1, note->n, file) == note->n && fflush(file) == 0;
    ok = file && fclose(file) == 0 && ok && rename(fresh, path) == 0;
    if (ok) return true;
    remove(fresh);
    hb_fail(err, HB_SYSTEM, "cannot-write", "the signature cannot be written");
    hb_error_file(err, hb_str_from(path));
    return false;
}

static bool sign(const cli *run, const rulebook *rb, const proof_key *key, const proof_secret *seed,
                 hb_error *err) {
    char path[4200];
    const char *why;
    hb_text text = {0}, note = {0}, said = {0};
    hb_bytes before = {0};
    hb_error ignored = {0};
    bool ok = false;
    if (!gate_signed_text(rb, &text, &why)) {
        hb_fail(err, HB_INPUT, "nothing-to-sign", "the rulebook cannot be signed: %s", why);
        hb_error_help(err, "habeas rules verify DIR --record DIR/proof.json");
        goto done;
    }
    snprintf(path, sizeof path, "%s/signatures.note", run->arguments[0]);
    hb_str body = {text.at, text.n};
    hb_text_add(&note, body);
    hb_text_add(&note, HB_STR("\n"));
    if (hb_read_file(path, MAX_BYTES, &before, &ignored))
        keep_others(&note, (hb_str){before.at, before.n}, body, key);
    proof_note_sign(&note, body, key, seed, 0);
    if (!write_note(path, &note, err)) goto done;
    hb_text_addf(&said, words_in(run->language, "signed by %.*s:\n"), (int)key->name.n,
                 key->name.at);
    hb_text_add(&said, body);
    ok = cli_write(run, (hb_str){said.at, said.n}, err);
done:
    hb_text_clear(&text);
    hb_text_clear(&note);
    hb_text_clear(&said);
    hb_bytes_clear(&before);
    return ok;
}

int cli_rules_sign(cli *run) {
    hb_error err = {0};
    hb_errors errors = {0};
    hb_bytes key_bytes = {0};
    proof_key key;
    proof_secret seed;
    int status = CLI_DONE;
    rulebook *rb = NULL;
    const char *file = cli_value(run, "key");
    if (!file) {
        hb_fail(&err, HB_USAGE, "no-key", "--key names the file of the secret key to sign with");
        return cli_fail(run, &err);
    }
    if (!read_key(file, &key_bytes, &key, &seed, &err))
        status = cli_fail(run, &err);
    else if (!(rb = rulebook_load(run->arguments[0], &errors)))
        status = cli_fail_all(run, &errors);
    else if (!sign(run, rb, &key, &seed, &err))
        status = cli_fail(run, &err);
    proof_wipe(&seed, sizeof seed);
    if (key_bytes.n) proof_wipe(key_bytes.at, key_bytes.n);
    hb_bytes_clear(&key_bytes);
    hb_errors_clear(&errors);
    rulebook_close(rb);
    return status;
}
