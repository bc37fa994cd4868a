// One event verified: the entry in the log from its digests, each digest from salt and value where
// those still exist, each signature under a key that counted then, and the rows in tables beside
// that follow from it. What an operator could have changed without breaking one of these is
// nothing.
#include <string.h>

#include "register/internal.h"

// ---- fields and signatures
// -----------------------------------------------------------------------

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

static const char *check_signers(audit_part *a, const hb_json *signers, hb_hash root,
                                 uint64_t number, const register_event *event) {
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
        else if (!log_recall_officer(a->log, key->text, &officer, &err) || !officer.is_found)
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

static const char *check_sealed(audit_part *a, const own_fields *own, hb_str pseudonym,
                                hb_str sealed, uint64_t number) {
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

static const char *check_tables(audit_part *a, const register_event *event, uint64_t number,
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

// row: seq entry hash person kind happened recorded opened sealed digests signers marks
const char *audit_event(audit_part *a, const store_value *row, hb_error *err) {
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
