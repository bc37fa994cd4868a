// Who stands behind a rulebook: two people, its author and its reviewer, each with a key of their
// own, sign its hash and the hash of the record that says it is proved. The note stands in the
// rulebook's folder; the keys that are trusted do not, or whoever changes the law could also change
// whom it takes signatures from. Anything that does not hold (an edit after signing, a record of
// another rulebook, one person twice, an unknown key) leaves the rulebook a local one, and says
// why.
#include <stdio.h>
#include <string.h>

#include "gate/gate.h"
#include "proof/proof.h"

#define NOTE "signatures.note"
#define RECORD "proof.json"
#define MAX_BYTES (1u << 20)
static const hb_str ROLES[] = {
    {"author:",   7},
    {"reviewer:", 9}
};

static bool read_in(const rulebook *rb, const char *name, hb_bytes *out) {
    char path[4200];
    hb_error err = {0};
    hb_str folder = rulebook_folder(rb);
    int n = snprintf(path, sizeof path, "%.*s/%s", (int)folder.n, folder.at, name);
    return n > 0 && n < (int)sizeof path && hb_read_file(path, MAX_BYTES, out, &err);
}

static bool no(const char **why, const char *because) {
    *why = because;
    return false;
}

// The record says of this very rulebook that everything was asked and everything is proved.
static bool is_record_good(const rulebook *rb, hb_bytes record, const char **why) {
    hb_json *json = NULL;
    hb_error err = {0};
    char hex[65];
    hb_arena *arena = hb_arena_open(4u << 20);
    hb_json_reader *reader = hb_json_reader_open();
    bool ok =
        arena && reader && hb_json_parse(reader, arena, (hb_str){record.at, record.n}, &json, &err);
    if (!ok) no(why, "its proof record cannot be read");
    const hb_json *of = ok ? hb_json_member(json, HB_STR("rulebook")) : NULL,
                  *hash = of ? hb_json_member(of, HB_STR("sha256")) : NULL;
    const hb_json *list = ok ? hb_json_member(json, HB_STR("properties")) : NULL,
                  *published = ok ? hb_json_member(json, HB_STR("published")) : NULL;
    hb_hash_hex(rulebook_hash(rb), hex);
    if (ok && (!hash || !hb_str_equal(hash->text, hb_str_from(hex))))
        ok = no(why, "its proof record is of another rulebook");
    if (ok && (!published || published->kind != HB_JSON_OBJECT))
        ok = no(why, "its proof record names no published list of rules");
    if (ok && (!list || list->n == 0)) ok = no(why, "its proof record says nothing");
    for (uint32_t i = 0; ok && i < list->n; i++) {
        const hb_json *refuted = hb_json_member(&list->first[i], HB_STR("refuted"));
        const hb_json *undecided = hb_json_member(&list->first[i], HB_STR("undecided"));
        bool is_zero = refuted && undecided && hb_str_equal(refuted->text, HB_STR("0")) &&
                       hb_str_equal(undecided->text, HB_STR("0"));
        if (!is_zero) ok = no(why, "its proof record is not all proved");
    }
    hb_json_reader_close(reader);
    hb_arena_close(arena);
    return ok;
}

bool gate_signed_text(const rulebook *rb, hb_text *out, const char **why) {
    hb_bytes record = {0};
    if (!read_in(rb, RECORD, &record))
        return no(why, "it has no proof record (habeas rules verify --record)");
    bool ok = is_record_good(rb, record, why);
    if (ok) {
        char law[65], proof[65];
        hb_hash_hex(rulebook_hash(rb), law);
        hb_hash_hex(hb_sha256(record.at, record.n), proof);
        hb_str name = rulebook_name(rb), version = rulebook_version(rb);
        hb_text_addf(out, "habeas rulebook\n%.*s %.*s\nrulebook sha256 %s\nproof sha256 %s\n",
                     (int)name.n, name.at, (int)version.n, version.at, law, proof);
    }
    hb_bytes_clear(&record);
    return ok;
}

// ---- trusted keys ------------------------------------------------------------------------------
// A verifier key a line; empty lines and lines that begin with # are passed over.
static bool read_keys(hb_str text, proof_key *keys, uint32_t *n, const char **why) {
    while (text.n > 0) {
        const char *end = memchr(text.at, '\n', text.n);
        size_t length = end ? (size_t)(end - text.at) : text.n;
        hb_str line = hb_str_trim((hb_str){text.at, length});
        text.at += end ? length + 1 : length;
        text.n -= end ? length + 1 : length;
        if (line.n == 0 || line.at[0] == '#') continue;
        if (*n == GATE_TRUSTED_MAX) return no(why, "the file of trusted keys has too many");
        if (!proof_key_read(line, &keys[*n]))
            return no(why, "the file of trusted keys has a line that is no verifier key");
        (*n)++;
    }
    return *n > 0 || no(why, "the file of trusted keys is empty");
}

static int role_of(hb_str name) {
    for (int role = 0; role < 2; role++) {
        if (hb_str_starts(name, ROLES[role]) && name.n > ROLES[role].n) return role;
    }
    return -1;
}

static hb_str person_of(hb_str name, int role) {
    return (hb_str){name.at + ROLES[role].n, name.n - ROLES[role].n};
}

static bool is_one_person(hb_str a, hb_str b) {
    return a.n == b.n && strncasecmp(a.at, b.at, a.n) == 0;
}

// An author and a reviewer who are two people with two keys.
static bool find_pair(const proof_note *note, const proof_key *keys, gate_signatures *out) {
    for (uint32_t i = 0; i < note->n_signers; i++) {
        for (uint32_t k = 0; k < note->n_signers; k++) {
            const proof_key *a = &keys[note->signers[i].key], *b = &keys[note->signers[k].key];
            if (role_of(a->name) != 0 || role_of(b->name) != 1) continue;
            if (memcmp(a->public_key, b->public_key, sizeof a->public_key) == 0) continue;
            if (is_one_person(person_of(a->name, 0), person_of(b->name, 1))) continue;
            snprintf(out->names[0], sizeof out->names[0], "%.*s", (int)a->name.n, a->name.at);
            snprintf(out->names[1], sizeof out->names[1], "%.*s", (int)b->name.n, b->name.at);
            return true;
        }
    }
    return no(&out->why,
              "it is not signed by an author and a reviewer who are two people with two keys");
}

void gate_signatures_read(const rulebook *rb, const char *trusted, gate_signatures *out) {
    hb_bytes note_bytes = {0}, key_bytes = {0};
    hb_text text = {0};
    hb_error err = {0};
    proof_key keys[GATE_TRUSTED_MAX];
    static const proof_note NOTHING;
    proof_note note = NOTHING;
    uint32_t n_keys = 0;
    *out = (gate_signatures){.why = ""};
    bool ok = trusted ? true : no(&out->why, "no file of trusted keys is named (--trust)");
    if (ok && !hb_read_file(trusted, MAX_BYTES, &key_bytes, &err))
        ok = no(&out->why, "the file of trusted keys cannot be read");
    ok = ok && read_keys((hb_str){key_bytes.at, key_bytes.n}, keys, &n_keys, &out->why);
    if (ok && !read_in(rb, NOTE, &note_bytes))
        ok = no(&out->why, "it has no signatures (habeas rules sign)");
    ok = ok && gate_signed_text(rb, &text, &out->why);
    if (ok && !proof_note_open((hb_str){note_bytes.at, note_bytes.n}, keys, n_keys, &note, &err)) {
        ok = no(&out->why, "no trusted key has signed it, or a signature is wrong");
    }
    if (ok && !hb_str_equal(note.text, (hb_str){text.at, text.n}))
        ok = no(&out->why, "it was changed after it was signed");
    out->is_signed = ok && find_pair(&note, keys, out);
    hb_text_clear(&text);
    hb_bytes_clear(&note_bytes);
    hb_bytes_clear(&key_bytes);
}
