// Verification: everything recomputed from the stored bytes. Each entry's leaf from its digests,
// each digest from salt and value where those still exist, each signature under a key that counted
// then, each node from its children, each checkpoint from the leaves before it. What an operator
// could have changed without breaking one of these is nothing.
#include <string.h>

#include "register/internal.h"

typedef struct {
    register_log *log;
    register_finding *out;
    proof_growing tree;
    uint64_t next;
    uint64_t n_begun, n_ended, n_voided;  // events that have a row in a table beside
} auditing;

static bool broken(register_finding *out, uint64_t event, bool has_event, const char *why) {
    if (out->why[0]) return false;
    snprintf(out->why, sizeof out->why, "%s", why);
    out->bad_event = event;
    out->has_bad_event = has_event;
    return false;
}

// ---- one event ----------------------------------------------------------------------------------

typedef struct {
    const hb_json *digests, *salts;
} own_fields;

static bool is_digest(const own_fields *own, hb_str name, hb_hash digest) {
    const hb_json *stored = hb_json_member(own->digests, name);
    hb_hash want;
    return stored && proof_hash_read(stored->text, &want) && proof_same(want, digest);
}

static bool is_own_digest(const own_fields *own, uint32_t which, hb_str value) {
    proof_secret secret;
    size_t n = 0;
    hb_str name = hb_str_from(EVENT_OWN_NAMES[which]);
    return own->salts->n == EVENT_OWN &&
           proof_base64_read(own->salts->first[which].text, secret.bytes, 32, &n) && n == 32 &&
           is_digest(own, name, proof_commit_field(name, &secret, value));
}

static bool is_own_name(hb_str name) {
    for (uint32_t i = 0; i < EVENT_OWN; i++) {
        if (hb_str_equal(name, hb_str_from(EVENT_OWN_NAMES[i]))) return true;
    }
    return false;
}

// Every pair {"name":["salt",value]} against its digest.
static bool are_pairs(const own_fields *own, const hb_json *pairs) {
    for (uint32_t i = 0; i < pairs->n; i++) {
        const hb_json *pair = &pairs->first[i];
        proof_secret salt;
        size_t n = 0;
        hb_text value = {0};
        if (pair->kind != HB_JSON_ARRAY || pair->n != 2) return false;
        bool ok = proof_base64_read(pair->first[0].text, salt.bytes, 32, &n) && n == 32 &&
                  hb_json_canonical(&value, &pair->first[1]) &&
                  is_digest(own, pair->key,
                            proof_commit_field(pair->key, &salt, (hb_str){value.at, value.n}));
        hb_text_clear(&value);
        if (!ok) return false;
    }
    return true;
}

// The digests of the officers' own fields give what was signed; all of them give the leaf.
static bool add_roots(const own_fields *own, hb_hash *signed_root, hb_hash *all_root) {
    hb_sha256_state signed_state, all_state;
    hb_sha256_start(&signed_state);
    hb_sha256_start(&all_state);
    for (uint32_t i = 0; i < own->digests->n; i++) {
        const hb_json *one = &own->digests->first[i];
        hb_hash digest;
        if (!proof_hash_read(one->text, &digest)) return false;
        if (i > 0 && hb_str_compare(own->digests->first[i - 1].key, one->key) >= 0) return false;
        hb_sha256_add(&all_state, digest.bytes, 32);
        if (is_own_name(one->key)) continue;
        hb_sha256_add(&signed_state, digest.bytes, 32);
    }
    *signed_root = hb_sha256_end(&signed_state);
    *all_root = hb_sha256_end(&all_state);
    return true;
}

static const char *check_signers(auditing *a, const hb_json *signers, hb_hash root, uint64_t number,
                                 const register_event *event) {
    hb_text message = {0};
    const char *why = signers->n == 0 ? "nobody has signed it" : NULL;
    hb_error err = {0};
    event_message(&message, a->log->origin, root);
    for (uint32_t i = 0; !why && i < signers->n; i++) {
        const hb_json *key = hb_json_member(&signers->first[i], HB_STR("key"));
        const hb_json *bytes = hb_json_member(&signers->first[i], HB_STR("signature"));
        proof_signature signature;
        log_officer officer;
        size_t n = 0;
        if (!key || !bytes || !proof_base64_read(bytes->text, signature.bytes, 64, &n) || n != 64)
            why = "a signature has not its form";
        else if (!log_find_officer(a->log, key->text, &officer, &err) || !officer.is_found)
            why = "it is signed by an unknown key";
        else if (number < officer.from || number >= officer.until)
            why = "it is signed by a key that did not count then";
        else if (i == 0 && !hb_str_equal(event->authority, hb_str_from(officer.authority)))
            why = "it is signed in another authority's name";
        else if (!proof_signed_by(officer.key.public_key, (hb_str){message.at, message.n},
                                  &signature))
            why = "a signature does not verify";
    }
    hb_text_clear(&message);
    return why;
}

static const char *check_sealed(auditing *a, const own_fields *own, hb_str pseudonym, hb_str sealed,
                                uint64_t number) {
    proof_secret key;
    hb_error err = {0};
    hb_str plain = sealed;
    hb_json *pairs = NULL;
    char bound[32];
    int n = snprintf(bound, sizeof bound, "%llu", (unsigned long long)number);
    if (pseudonym.n) {
        if (!a->log->vault) return NULL;  // proof without the vault
        if (!vault_key(a->log->vault, pseudonym, (hb_str){0}, false, &key, &err))
            return err.kind ? "the vault cannot be read" : NULL;  // erased by law
        if (!proof_unseal(a->log->scratch, sealed, &key, (hb_str){bound, (size_t)n}, &plain))
            return "its sealed part does not open";
    }
    if (!hb_json_parse(a->log->reader, a->log->scratch, plain, &pairs, &err))
        return "its sealed part has not its form";
    return are_pairs(own, pairs) ? NULL : "a sealed value does not match its digest";
}

// ---- tables beside the events
// ---------------------------------------------------------------------

// Keys and voided events stand in tables of their own, for queries; each row must follow from its
// event.
static bool take_count(void *context, const store_value *row, hb_error *err) {
    (void)err;
    *(int64_t *)context = row[0].number;
    return true;
}

static const char *check_tables(auditing *a, const register_event *event, uint64_t number,
                                hb_str pseudonym) {
    // A verifier key is its name, which begins with the authority and a slash, a plus, the id, a
    // plus, the key.
    size_t n_authority = 0, n_id = 0;
    while (n_authority < event->key.n && event->key.at[n_authority] != '/' &&
           event->key.at[n_authority] != '+')
        n_authority++;
    for (uint32_t n_plus = 0; n_id < event->key.n; n_id++)
        if (event->key.at[n_id] == '+' && ++n_plus == 2) break;
    const hb_str authority = {event->key.at, n_authority}, id = {event->key.at, n_id};
    const store_value begun[] = {STORE_N(number), STORE_T(event->key), STORE_T(event->role),
                                 STORE_T(authority), STORE_T(id)};
    const store_value ended[] = {STORE_N(number), STORE_T(id)};
    const store_value voided[] = {STORE_N(number), STORE_N(event->corrects), STORE_T(pseudonym)};
    int64_t n = 1;
    hb_error err = {0};
    bool ok = true;
    event_effect effect = event_effect_of(event->kind);
    if (effect == EFFECT_KEY_BEGIN) {
        a->n_begun++;
        ok = store_run(a->log->store,
                       "SELECT COUNT(*) FROM officer WHERE seq = $1 AND vkey = $2 AND role = $3 "
                       "AND authority = $4 AND key = $5",
                       begun, take_count, &n, &err);
    } else if (effect == EFFECT_KEY_END) {
        a->n_ended++;
        ok =
            store_run(a->log->store, "SELECT COUNT(*) FROM officer_end WHERE seq = $1 AND key = $2",
                      ended, take_count, &n, &err);
    } else if (effect == EFFECT_CORRECT && hb_str_equal(event->is_void, HB_STR("yes"))) {
        a->n_voided++;
        ok = store_run(
            a->log->store,
            "SELECT COUNT(*) FROM correction WHERE seq = $1 AND voids = $2 AND person = $3", voided,
            take_count, &n, &err);
    }
    return ok && n == 1 ? NULL
                        : "what follows from it in the table of keys or of corrections was changed";
}

static bool check_counts(auditing *a, hb_error *err) {
    const struct {
        const char *sql;
        uint64_t want;
    } COUNTS[] = {
        {"SELECT COUNT(*) FROM officer",     a->n_begun },
        {"SELECT COUNT(*) FROM officer_end", a->n_ended },
        {"SELECT COUNT(*) FROM correction",  a->n_voided},
        {"SELECT COUNT(*) FROM event",       a->next    },
    };
    for (size_t i = 0; i < sizeof COUNTS / sizeof COUNTS[0]; i++) {
        int64_t n = 0;
        if (!a->log->store->door->run(a->log->store, COUNTS[i].sql, NULL, 0, take_count, &n, err))
            return false;
        if ((uint64_t)n != COUNTS[i].want)
            broken(a->out, 0, false, "a table holds a row that follows from no entry");
    }
    return true;
}

static bool take_check(void *context, const store_value *row, hb_error *err) {
    (void)err;
    if (!hb_str_equal(row[0].text, HB_STR("ok")))
        broken(context, 0, false, "the database file is damaged");
    return true;
}

// row: seq entry hash person kind happened recorded opened sealed digests signers marks
static const char *check_event(auditing *a, const store_value *row, hb_error *err) {
    register_event *event = hb_arena_new(a->log->scratch, register_event);
    hb_json *open = NULL, *own_json = NULL, *signers = NULL;
    hb_hash signed_root, all_root;
    hb_text entry = {0};
    char when[32], marked[32];
    uint64_t number = (uint64_t)row[0].number;
    if (!event || !hb_json_parse(a->log->reader, a->log->scratch, row[7].text, &open, err) ||
        !hb_json_parse(a->log->reader, a->log->scratch, row[9].text, &own_json, err) ||
        !hb_json_parse(a->log->reader, a->log->scratch, row[10].text, &signers, err) ||
        !event_read_open(open, event, err)) {
        return "it cannot be read";
    }
    own_fields own = {hb_json_member(own_json, HB_STR("digests")),
                      hb_json_member(own_json, HB_STR("salts"))};
    if (!own.digests || !own.salts || signers->kind != HB_JSON_ARRAY ||
        !add_roots(&own, &signed_root, &all_root))
        return "its digests have not their form";
    log_entry(&entry, row[6].number, all_root);
    bool is_entry = hb_str_equal((hb_str){entry.at, entry.n}, row[1].text);
    hb_text_clear(&entry);
    if (!is_entry) return "its digests do not make the entry in the log";
    if (!are_pairs(&own, open)) return "an open value does not match its digest";
    snprintf(when, sizeof when, "%lld", (long long)row[6].number);
    snprintf(marked, sizeof marked, "%llu", (unsigned long long)row[11].number);
    if (!is_own_digest(&own, OWN_RECORDED, hb_str_from(when)))
        return "its time of recording was changed";
    if (!is_own_digest(&own, OWN_SIGNATURES, row[10].text)) return "its signatures were changed";
    if (!is_own_digest(&own, OWN_SUBJECT, row[3].text)) return "it was moved to another person";
    if (!is_own_digest(&own, OWN_MARKS, hb_str_from(marked))) return "its marks were changed";
    if (!hb_str_equal(row[4].text, hb_str_from(event->kind->name)) ||
        row[5].number != event->happened_at)
        return "its columns do not say what it says";
    const char *why = check_tables(a, event, number, row[3].text);
    if (!why) why = check_signers(a, signers, signed_root, number, event);
    return why ? why : check_sealed(a, &own, row[3].text, row[8].text, number);
}

static bool check_row(void *context, const store_value *row, hb_error *err) {
    auditing *a = context;
    hb_hash stored;
    hb_error own = {0};
    (void)err;
    uint64_t number = (uint64_t)row[0].number;
    hb_arena_reset(a->log->scratch);
    if (a->out->why[0]) return true;
    if (number != a->next) {
        broken(a->out, a->next, true, "it is missing");
        return true;
    }
    a->next++;
    hb_hash leaf = proof_leaf(row[1].text);
    if (row[2].text.n != 32 ||
        (memcpy(stored.bytes, row[2].text.at, 32), !proof_same(stored, leaf))) {
        broken(a->out, number, true, "its bytes do not match its hash");
        return true;
    }
    const char *why = row[4].text.n == 0 ? "it has no event" : check_event(a, row, &own);
    if (why) {
        broken(a->out, number, true, why);
        return true;
    }
    // Every node that this leaf completes, against the stored one.
    hb_hash hash = leaf;
    uint32_t level = 0;
    proof_nodes nodes;
    nodes = log_nodes(a->log);
    for (uint64_t n = a->tree.n; n & 1; n >>= 1) {
        hash = proof_node(a->tree.complete[level++], hash);
        if (!nodes.node(nodes.context, level, n >> 1, &stored, &own) || !proof_same(stored, hash)) {
            broken(a->out, number, true, "a node of the tree above it was changed");
            return true;
        }
    }
    proof_grow(&a->tree, leaf);
    return true;
}

// ---- checkpoints --------------------------------------------------------------------------------

static bool check_note(auditing *a, hb_str text, uint64_t size, hb_error *err) {
    proof_note note;
    proof_checkpoint checkpoint;
    proof_nodes nodes;
    hb_hash root;
    hb_error own = {0};
    (void)err;
    if (!proof_note_open(text, &a->log->key, 1, &note, &own) ||
        !proof_checkpoint_read(note.text, &checkpoint) ||
        !hb_str_equal(checkpoint.origin, a->log->origin)) {
        return broken(a->out, 0, false, "a checkpoint is not signed by this register");
    }
    if (size != UINT64_MAX && checkpoint.size != size)
        return broken(a->out, 0, false, "a checkpoint is kept under another size");
    if (checkpoint.size > a->next) {
        return broken(a->out, a->next, true, "it is missing: a checkpoint was signed over it");
    }
    nodes = log_nodes(a->log);
    if (!proof_root(&nodes, checkpoint.size, &root, &own) || !proof_same(root, checkpoint.root)) {
        return broken(a->out, 0, false, "a checkpoint does not match the entries before it");
    }
    return true;
}

static bool check_checkpoint(void *context, const store_value *row, hb_error *err) {
    auditing *a = context;
    if (!a->out->why[0]) (void)check_note(a, row[1].text, (uint64_t)row[0].number, err);
    return true;
}

bool register_verify(register_log *log, hb_str from, register_finding *out, hb_error *err) {
    auditing a = {.log = log, .out = out};
    hb_str note;
    uint64_t size = 0;
    *out = (register_finding){0};
    if (!log->store->door->run(
            log->store,
            "SELECT l.seq, l.entry, l.hash, COALESCE(e.person, ''), COALESCE(e.kind, ''), "
            "COALESCE(e.happened, 0), COALESCE(e.recorded, 0), "
            "COALESCE(e.opened, ''), e.sealed, COALESCE(e.digests, ''), COALESCE(e.signers, ''), "
            "COALESCE(e.marks, 0) "
            "FROM leaf l LEFT JOIN event e ON e.seq = l.seq ORDER BY l.seq",
            NULL, 0, check_row, &a, err)) {
        // A file so broken that the database itself cannot read it is an answer, not a failure.
        if (err->kind != HB_CORRUPT) return false;
        broken(out, a.next, true, err->message);
        *err = (hb_error){0};
    }
    out->n_events = a.next;
    if (!out->why[0] &&
        !log->store->door->run(log->store, "SELECT size, note FROM checkpoint ORDER BY size", NULL,
                               0, check_checkpoint, &a, err)) {
        if (err->kind != HB_CORRUPT) return false;
        broken(out, 0, false, err->message);
        *err = (hb_error){0};
    }
    if (!out->why[0] && !check_counts(&a, err)) return false;
    if (!out->why[0]) {
        const char *why = NULL;
        if (!standing_check(log, &why, err)) return false;
        if (why) broken(out, 0, false, why);
    }
    if (!out->why[0] && !log->store->door->is_postgres &&
        !log->store->door->run(log->store, "PRAGMA integrity_check", NULL, 0, take_check, out,
                               err)) {
        return false;
    }
    hb_arena_reset(log->scratch);
    if (!out->why[0]) {
        if (!log_latest(log, log->scratch, &size, &note, err)) return false;
        if (size != a.next) broken(out, size, true, "it came after the last checkpoint");
    }
    if (!out->why[0] && from.n) (void)check_note(&a, from, UINT64_MAX, err);
    if (!out->why[0] && log->is_rolled_back)
        broken(out, a.next, true,
               "it is missing: this copy is older than a checkpoint that was signed");
    if (!out->why[0] && !register_checkpoint(log, log->scratch, &note, &out->standing, err))
        return false;
    out->is_unaltered = out->why[0] == '\0';
    return true;
}
