// Recording. Everything is read and every signature checked before anything is written (of many
// events ahead, ahead.c); then one transaction takes the leaves, the tree's new nodes, the events
// and the signed checkpoint. After the commit the anchor has its line, synced, and only then is a
// receipt true. A forged claim writes nothing of its file but its refusal.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "register/internal.h"

enum { LATE_SECONDS = 86400, EARLY_SECONDS = 300 };

// ---- signatures ---------------------------------------------------------------------------------

static bool forged(hb_error *err, const char *format, hb_str what) {
    hb_fail(err, HB_INPUT, "forged", format, (int)(what.n < 100 ? what.n : 100), what.at);
    hb_error_help(err, "the event was not recorded; its refusal is on record");
    return false;
}

// A claim is forged when a signature fails, or when somebody signs in another authority's name.
static bool check_signatures(register_log *log, const register_event *event, uint64_t number,
                             log_officer officers[EVENT_MAX_SIGNERS], hb_error *err) {
    hb_text message = {0};
    bool ok = true;
    if (event->n_signers == 0) {
        hb_fail(err, HB_INPUT, "unsigned", "nobody has signed this event");
        hb_error_help(err, "`habeas register sign --key FILE`, or `record --key FILE`, signs it");
        return false;
    }
    event_message(&message, log->origin, event->root);
    for (uint32_t i = 0; ok && i < event->n_signers; i++) {
        hb_str key = event->signers[i].key;
        if (!log_recall_officer(log, key, &officers[i], err))
            ok = false;
        else if (!officers[i].is_found)
            ok = forged(err, "the key \"%.*s\" was never begun in this register", key);
        else if (number < officers[i].from || number >= officers[i].until)
            ok = forged(err, "the key \"%.*s\" has ended", key);
        else if (!ahead_is_verified(event, i, &officers[i].key) &&
                 !proof_signed_by(officers[i].key.public_key, (hb_str){message.at, message.n},
                                  &event->signers[i].signature))
            ok = forged(err, "the signature by \"%.*s\" does not verify", key);
        for (uint32_t k = 0; ok && k < i; k++) {
            if (officers[k].key.id == officers[i].key.id)
                ok = forged(err, "the key \"%.*s\" signed twice", key);
        }
    }
    if (ok && !hb_str_equal(event->authority, hb_str_from(officers[0].authority))) {
        ok = forged(err,
                    "it speaks in the name of \"%.*s\", to which its first signer does not belong",
                    event->authority);
    }
    hb_text_clear(&message);
    return ok;
}

static bool has_word(const char *words, const char *word) {
    size_t n = strlen(word);
    for (const char *at = words; *at;) {
        size_t length = strcspn(at, " ");
        if (length == n && memcmp(at, word, n) == 0) return true;
        at += length + (at[length] == ' ');
    }
    return false;
}

static bool has_authority(const log_officer *officers, uint32_t n, hb_str authority) {
    for (uint32_t i = 0; i < n; i++) {
        if (hb_str_equal(authority, hb_str_from(officers[i].authority))) return true;
    }
    return false;
}

static uint32_t mark_of_zone(const register_event *event) {
    uint32_t zone = 0;
    int32_t offset = 0;
    bool differs = event->zone.n && hb_zone_find(event->zone, &zone) &&
                   hb_zone_offset_utc(zone, event->happened_at, &offset) &&
                   offset != event->offset_seconds;
    return differs ? REGISTER_ZONE : 0;
}

static uint32_t marks_of_signers(const register_event *event, const log_officer *officers) {
    uint32_t marks = 0;
    event_effect effect = event_effect_of(event->kind);
    if (event->kind->roles[0] && !has_word(event->kind->roles, officers[0].role))
        marks |= REGISTER_ROLE;
    if (effect == EFFECT_CORRECT && event->n_signers < 2) marks |= REGISTER_ONE_SIDE;
    if (effect == EFFECT_HANDOVER && (!has_authority(officers, event->n_signers, event->from) ||
                                      !has_authority(officers, event->n_signers, event->to) ||
                                      hb_str_equal(event->from, event->to))) {
        marks |= REGISTER_ONE_SIDE;
    }
    return marks;
}

// ---- one event ----------------------------------------------------------------------------------

typedef struct {
    register_log *log;
    uint64_t size;
    int64_t recorded_at;
    bool is_clock_back;
    proof_growing tree;
} appending;

static hb_str hash_bytes(const hb_hash *hash) {
    return (hb_str){(const char *)hash->bytes, sizeof hash->bytes};
}

// {"name":["salt",value],...} of the fields that stand open, or of those that are sealed.
static void add_pairs(hb_text *out, const register_event *event, bool is_open) {
    bool is_first = true;
    hb_text_add(out, HB_STR("{"));
    for (uint32_t i = 0; i < event->n_fields; i++) {
        const event_field *f = &event->fields[i];
        if (f->is_open != is_open) continue;
        if (!is_first) hb_text_add(out, HB_STR(","));
        is_first = false;
        hb_text_add_json(out, f->name);
        hb_text_add(out, HB_STR(":[\""));
        proof_base64_add(out, f->salt.bytes, 32);
        hb_text_add(out, HB_STR("\","));
        hb_text_add(out, f->value);
        hb_text_add(out, HB_STR("]"));
    }
    hb_text_add(out, HB_STR("}"));
}

static void add_signers(hb_text *out, const register_event *event) {
    hb_text_add(out, HB_STR("["));
    for (uint32_t i = 0; i < event->n_signers; i++) {
        hb_text_add(out, i ? HB_STR(",{\"key\":") : HB_STR("{\"key\":"));
        hb_text_add_json(out, event->signers[i].key);
        hb_text_add(out, HB_STR(",\"signature\":\""));
        proof_base64_add(out, event->signers[i].signature.bytes, 64);
        hb_text_add(out, HB_STR("\"}"));
    }
    hb_text_add(out, HB_STR("]"));
}

typedef struct {
    hb_str name;
    hb_hash digest;
} named_digest;

static int compare_digests(const void *a, const void *b) {
    return hb_str_compare(((const named_digest *)a)->name, ((const named_digest *)b)->name);
}

// The digests of the event's own fields and of those the register adds, in the order of names.
// The register's salts are part of its own fields, kept beside them.
static hb_hash all_digests(const register_event *event, const hb_str values[EVENT_OWN],
                           const proof_secret salts[EVENT_OWN], hb_text *listed) {
    named_digest all[EVENT_MAX_FIELDS + EVENT_OWN];
    uint32_t n = 0;
    hb_sha256_state state;
    for (; n < event->n_fields; n++) {
        all[n] = (named_digest){event->fields[n].name, event->fields[n].digest};
    }
    for (uint32_t i = 0; i < EVENT_OWN; i++) {
        hb_str name = hb_str_from(EVENT_OWN_NAMES[i]);
        all[n++] = (named_digest){name, proof_commit_field(name, &salts[i], values[i])};
    }
    qsort(all, n, sizeof all[0], compare_digests);
    hb_sha256_start(&state);
    hb_text_add(listed, HB_STR("{"));
    for (uint32_t i = 0; i < n; i++) {
        if (i) hb_text_add(listed, HB_STR(","));
        hb_text_add_json(listed, all[i].name);
        hb_text_add(listed, HB_STR(":\""));
        proof_base64_add(listed, all[i].digest.bytes, 32);
        hb_text_add(listed, HB_STR("\""));
        hb_sha256_add(&state, all[i].digest.bytes, 32);
    }
    hb_text_add(listed, HB_STR("}"));
    return hb_sha256_end(&state);
}

static bool insert_leaf(appending *a, hb_str entry, hb_hash leaf, hb_error *err) {
    const store_value row[] = {STORE_N(a->size), STORE_B(entry), STORE_B(hash_bytes(&leaf))};
    if (!store_run(a->log->store, "INSERT INTO leaf (seq, entry, hash) VALUES ($1, $2, $3)", row,
                   NULL, NULL, err))
        return false;
    // Each subtree that this leaf completes.
    hb_hash hash = leaf;
    uint32_t level = 0;
    for (uint64_t n = a->tree.n; n & 1; n >>= 1) {
        hash = proof_node(a->tree.complete[level++], hash);
        const store_value node[] = {STORE_N(log_node_key(level, n >> 1)),
                                    STORE_B(hash_bytes(&hash))};
        if (!store_run(a->log->store, "INSERT INTO node (at, hash) VALUES ($1, $2)", node, NULL,
                       NULL, err))
            return false;
    }
    proof_grow(&a->tree, leaf);
    a->size++;
    return true;
}

static bool insert_key_change(appending *a, const register_event *event, uint64_t number,
                              hb_error *err) {
    proof_key key;
    hb_text name = {0};
    if (!proof_key_read(event->key, &key) || key.type != PROOF_LOG_KEY) {
        return hb_fail(err, HB_INPUT, "bad-key",
                       "the event does not name an officer's verifier key");
    }
    hb_text_add(&name, key.name);
    hb_text_addf(&name, "+%08x", key.id);
    hb_str id = {name.at, name.n};
    // The authority a key stands for is written in its name, before the first slash or colon.
    size_t n = 0;
    while (n < key.name.n && key.name.at[n] != '/') n++;
    hb_str authority = {key.name.at, n};
    const store_value begun[] = {STORE_N(number), STORE_T(id), STORE_T(event->key),
                                 STORE_T(authority), STORE_T(event->role)};
    const store_value ended[] = {STORE_T(id), STORE_N(number)};
    bool ok = event_effect_of(event->kind) == EFFECT_KEY_BEGIN
                  ? store_run(a->log->store,
                              "INSERT INTO officer (seq, key, vkey, authority, role) VALUES ($1, "
                              "$2, $3, $4, $5)",
                              begun, NULL, NULL, err)
                  : store_run(a->log->store, "INSERT INTO officer_end (key, seq) VALUES ($1, $2)",
                              ended, NULL, NULL, err);
    hb_text_clear(&name);
    return ok;
}

typedef struct {
    bool is_of_person;
    hb_arena *arena;
    hb_str person;
} corrected_event;

static bool take_corrected(void *context, const store_value *row, hb_error *err) {
    corrected_event *c = context;
    c->is_of_person = true;
    return hb_str_copy(c->arena, row[0].text, &c->person) || hb_out_of_memory(err);
}

static bool insert_correction(appending *a, const register_event *event, uint64_t number,
                              hb_str pseudonym, hb_error *err) {
    const store_value which[] = {STORE_N(event->corrects)};
    corrected_event corrected = {.arena = a->log->scratch};
    if (!store_run(a->log->store, "SELECT person FROM event WHERE seq = $1", which, take_corrected,
                   &corrected, err))
        return false;
    if (!corrected.is_of_person || !hb_str_equal(corrected.person, pseudonym)) {
        return hb_fail(err, HB_INPUT, "bad-event",
                       "event %llu, which this corrects, is none of this person",
                       (unsigned long long)event->corrects);
    }
    if (!hb_str_equal(event->is_void, HB_STR("yes"))) return true;
    const store_value row[] = {STORE_N(number), STORE_N(event->corrects), STORE_T(pseudonym)};
    return store_run(a->log->store,
                     "INSERT INTO correction (seq, voids, person) VALUES ($1, $2, $3)", row, NULL,
                     NULL, err);
}

static bool insert_event(appending *a, const register_event *event, uint32_t marks,
                         hb_str pseudonym, const proof_secret *person_key,
                         register_receipt *receipt, hb_error *err) {
    hb_text opened = {0}, plain = {0}, sealed = {0}, signers = {0}, digests = {0}, entry = {0},
            bound = {0}, own_text = {0};
    proof_secret own[EVENT_OWN];
    char when[32], marked[16];
    uint64_t number = a->size;
    bool ok = false;
    proof_random(own, sizeof own);
    add_signers(&signers, event);
    snprintf(when, sizeof when, "%lld", (long long)a->recorded_at);
    snprintf(marked, sizeof marked, "%u", marks);
    const hb_str values[EVENT_OWN] = {
        hb_str_from(marked), hb_str_from(when), {signers.at, signers.n},
          pseudonym
    };
    hb_hash together = all_digests(event, values, own, &digests);
    log_entry(&entry, a->recorded_at, together);
    add_pairs(&opened, event, true);
    add_pairs(&plain, event, false);
    // The register's own salts travel with the digests: {"digests":{...},"salts":["...","..."]}
    hb_text_add(&own_text, HB_STR("{\"digests\":"));
    hb_text_add(&own_text, (hb_str){digests.at, digests.n});
    hb_text_add(&own_text, HB_STR(",\"salts\":["));
    for (uint32_t i = 0; i < EVENT_OWN; i++) {
        hb_text_add(&own_text, i ? HB_STR(",\"") : HB_STR("\""));
        proof_base64_add(&own_text, own[i].bytes, 32);
        hb_text_add(&own_text, HB_STR("\""));
    }
    hb_text_add(&own_text, HB_STR("]}"));
    hb_text_addf(&bound, "%llu", (unsigned long long)number);
    if (person_key) {
        if (!proof_seal(&sealed, person_key, (hb_str){plain.at, plain.n},
                        (hb_str){bound.at, bound.n}))
            goto done;
    } else {
        hb_text_add(&sealed, (hb_str){plain.at, plain.n});  // an event of no person hides nothing
    }
    hb_hash leaf = proof_leaf((hb_str){entry.at, entry.n});
    if (opened.failed || sealed.failed || signers.failed || own_text.failed || entry.failed) {
        hb_out_of_memory(err);
        goto done;
    }
    const store_value row[] = {STORE_N(number),
                               STORE_T(pseudonym),
                               STORE_T(hb_str_from(event->kind->name)),
                               STORE_N(event->happened_at),
                               STORE_N(a->recorded_at),
                               STORE_N(marks),
                               STORE_T(((hb_str){opened.at, opened.n})),
                               STORE_B(((hb_str){sealed.at, sealed.n})),
                               STORE_T(((hb_str){own_text.at, own_text.n})),
                               STORE_T(((hb_str){signers.at, signers.n}))};
    if (!insert_leaf(a, (hb_str){entry.at, entry.n}, leaf, err)) goto done;
    if (!store_run(a->log->store,
                   "INSERT INTO event (seq, person, kind, happened, recorded, marks, opened, "
                   "sealed, digests, signers) "
                   "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                   row, NULL, NULL, err))
        goto done;
    event_effect effect = event_effect_of(event->kind);
    if (effect == EFFECT_KEY_BEGIN || effect == EFFECT_KEY_END) {
        log_forget_officers(a->log);
        if (!insert_key_change(a, event, number, err)) goto done;
    }
    if (effect == EFFECT_CORRECT && !insert_correction(a, event, number, pseudonym, err)) goto done;
    *receipt = (register_receipt){number, leaf, marks};
    ok = true;
done:
    hb_text_clear(&opened), hb_text_clear(&plain), hb_text_clear(&sealed), hb_text_clear(&signers);
    hb_text_clear(&digests), hb_text_clear(&entry), hb_text_clear(&bound), hb_text_clear(&own_text);
    return ok;
}

// Keys and refusals are the register's own business: another signer would be in its name.
static bool check_reserved(register_log *log, const register_event *event,
                           const log_officer *officer, hb_error *err) {
    event_effect effect = event_effect_of(event->kind);
    bool is_reserved =
        effect == EFFECT_KEY_BEGIN || effect == EFFECT_KEY_END || effect == EFFECT_REFUSED;
    if (!is_reserved || officer->key.id == log->key.id) return true;
    return forged(err, "only the register itself records a \"%.*s\"",
                  hb_str_from(event->kind->name));
}

static bool append(appending *a, const register_event *event, register_receipt *receipt,
                   hb_error *err) {
    register_log *log = a->log;
    log_officer officers[EVENT_MAX_SIGNERS];
    register_custody before = {0}, custody = {0};
    int64_t last_happened = INT64_MIN;
    char pseudonym[PSEUDONYM] = "";
    proof_secret key;
    uint32_t marks = a->is_clock_back ? REGISTER_CLOCK : 0;
    if (!check_signatures(log, event, a->size, officers, err)) return false;
    if (!check_reserved(log, event, &officers[0], err)) return false;
    marks |= marks_of_signers(event, officers) | mark_of_zone(event);
    if (event->happened_at > a->recorded_at + EARLY_SECONDS) marks |= REGISTER_EARLY;
    if (a->recorded_at - event->happened_at > LATE_SECONDS) marks |= REGISTER_LATE;
    if (event->person.n) {
        vault_pseudonym(log->vault, event->person, pseudonym);
        hb_str name = hb_str_from(pseudonym);
        if (!standing_read(log, name, &before, &last_happened, err)) return false;
        if (!erase_check(log, event, &officers[0], &before, name, a->recorded_at, err))
            return false;
        custody = before;
        // An erased person's later events are kept under a key that exists no more: only their open
        // part.
        if (!vault_key(log->vault, name, event->person, true, &key, err)) {
            if (err->kind != HB_NONE) return false;
            proof_random(key.bytes, sizeof key.bytes);
        }
        marks |= custody_add(&custody, event, a->size, event->signers[0].key);
        if (event_effect_of(event->kind) == EFFECT_IDENTITY &&
            !vault_identify(log->vault, name, &key, a->size, event->name, event->birth_date,
                            event->country, err))
            return false;
    }
    bool ok = insert_event(a, event, marks, hb_str_from(pseudonym), event->person.n ? &key : NULL,
                           receipt, err);
    proof_wipe(&key, sizeof key);
    custody.irregular |= marks;
    bool is_voiding = event_effect_of(event->kind) == EFFECT_CORRECT &&
                      hb_str_equal(event->is_void, HB_STR("yes"));
    return ok && (event->person.n == 0 ||
                  standing_keep(log, hb_str_from(pseudonym), &before, &custody, last_happened,
                                event->happened_at, is_voiding, err));
}

// ---- one transaction ----------------------------------------------------------------------------

static bool take_last(void *context, const store_value *row, hb_error *err) {
    (void)err;
    *(int64_t *)context = row[0].number;
    return true;
}

// The tree's right edge from the store, which must match the last checkpoint.
static bool load_edge(appending *a, hb_str latest, int64_t *last_recorded, hb_error *err) {
    proof_note note;
    proof_checkpoint checkpoint;
    register_log *log = a->log;
    proof_nodes nodes = log_nodes(log);
    log_forget_officers(log);
    if (!log_size(log, &a->size, err)) return false;
    for (uint32_t level = 0; level < 64; level++) {
        if (!(a->size >> level & 1)) continue;
        if (!nodes.node(nodes.context, level, (a->size >> level) - 1, &a->tree.complete[level],
                        err))
            return false;
    }
    a->tree.n = a->size;
    if (REGISTER_COMPARES &&
        (!proof_note_open(latest, &log->key, 1, &note, err) ||
         !proof_checkpoint_read(note.text, &checkpoint) || checkpoint.size != a->size ||
         !proof_same(checkpoint.root, proof_grown_root(&a->tree)))) {
        *err = (hb_error){0};
        hb_fail(err, HB_CORRUPT, "register-altered",
                "the tree of this register does not match its last checkpoint");
        hb_error_help(err,
                      "`habeas register verify` says where; keep this copy, nothing was written");
        return false;
    }
    return log->store->door->run(
        log->store,
        "SELECT COALESCE(MAX(recorded), 0) FROM event WHERE seq = (SELECT MAX(seq) FROM event)",
        NULL, 0, take_last, last_recorded, err);
}

// Refuses to grow what does not match the last checkpoint.
static bool start(appending *a, hb_instant now, hb_error *err) {
    hb_str latest;
    uint64_t size = 0;
    register_log *log = a->log;
    int64_t last = log->edge.recorded_at;
    if (!log_latest(log, log->scratch, &size, &latest, err)) return false;
    if (log->edge.is_known && proof_same(log->edge.note, hb_sha256(latest.at, latest.n))) {
        a->tree = log->edge.tree;
        a->size = a->tree.n;
    } else if (!load_edge(a, latest, &last, err)) {
        return false;
    }
    log->edge.is_known = false;  // until this transaction has ended well
    a->is_clock_back = now.seconds < last;
    a->recorded_at = a->is_clock_back ? last : now.seconds;
    return true;
}

static bool finish(appending *a, append_mark *mark, hb_error *err) {
    register_log *log = a->log;
    hb_text note = {0};
    hb_hash root = proof_grown_root(&a->tree);
    bool ok = log_note(log, a->size, root, &note);
    const store_value row[] = {STORE_N(a->size), STORE_T(((hb_str){note.at, note.n}))};
    ok = ok && store_run(log->store, "INSERT INTO checkpoint (size, note) VALUES ($1, $2)", row,
                         NULL, NULL, err);
    if (!ok) log->store->door->undo(log->store);
    ok = ok && log->store->door->commit(log->store, err);
    if (ok) {
        *mark = (append_mark){a->size, root};
        log->edge = (log_edge){true, hb_sha256(note.at, note.n), a->tree, a->recorded_at};
    }
    hb_text_clear(&note);
    return ok;
}

// Tried and lost: lines written over room that was there before, so that a sync is of the bytes
// alone. One client beside a plain insert: 0.43 to 0.45; appending: 0.40 to 0.48.
bool append_anchored(register_log *log, const append_mark *marks, uint32_t n, hb_error *err) {
    hb_text lines = {0};
    for (uint32_t i = 0; i < n; i++) {
        hb_text_addf(&lines, "%llu ", (unsigned long long)marks[i].size);
        proof_base64_add(&lines, marks[i].root.bytes, sizeof marks[i].root.bytes);
        hb_text_add(&lines, HB_STR("\n"));
    }
    bool ok = !lines.failed && write(log->anchor, lines.at, lines.n) == (ssize_t)lines.n &&
              (!REGISTER_SYNCS || fdatasync(log->anchor) == 0);
    hb_text_clear(&lines);
    if (ok) return true;
    hb_fail(err, HB_SYSTEM, "not-acknowledged", "the anchor cannot be written: %s",
            strerror(errno));
    log_mend_anchor(log);
    hb_error_help(err,
                  "the events are stored but not acknowledged; free space, then run "
                  "`habeas register verify`");
    return false;
}

bool append_stored(register_log *log, const register_event *const *events, uint32_t n,
                   hb_instant now, register_receipt *receipts, uint32_t *at, append_mark *mark,
                   hb_error *err) {
    appending a = {.log = log};
    *at = 0;
    if (!log->store->door->begin(log->store, err)) return false;
    if (!vault_begin(log->vault, err)) {
        log->store->door->undo(log->store);
        return false;
    }
    bool ok = start(&a, now, err);
    for (; ok && *at < n; ++*at) {
        ok = (*at % RECALLED_PEOPLE || recall_people(log, events + *at, n - *at, err)) &&
             append(&a, events[*at], &receipts[*at], err);
        if (!ok) break;
    }
    if (ok) ok = recall_write(log, err);
    recall_forget(log);
    // The keys of people are durable before anything that is sealed under them.
    if (ok ? !vault_commit(log->vault, err) : (vault_undo(log->vault), true)) {
        log->store->door->undo(log->store);
        return false;
    }
    return finish(&a, mark, err);
}

bool append_all(register_log *log, const register_event *const *events, uint32_t n, hb_instant now,
                register_receipt *receipts, uint32_t *at, hb_error *err) {
    append_mark mark;
    if (!append_stored(log, events, n, now, receipts, at, &mark, err) ||
        !append_anchored(log, &mark, 1, err))
        return false;
    log->store->door->tidy(log->store);
    return true;
}

// An event of the register's own: written as JSON, signed with its key.
static bool record_own(register_log *log, hb_str line, hb_instant now, hb_error *err) {
    hb_text signed_line = {0};
    register_event *event = hb_arena_new(log->scratch, register_event);
    bool has_salts = false;
    register_receipt receipt;
    uint32_t at = 0;
    bool ok = event &&
              register_sign(log->scratch, log->reader, log->origin, line, &log->key, &log->seed,
                            &signed_line, err) &&
              event_read(log->scratch, log->reader, (hb_str){signed_line.at, signed_line.n}, event,
                         &has_salts, err) &&
              append_all(log, (const register_event *const *)&event, 1, now, &receipt, &at, err);
    hb_text_clear(&signed_line);
    return ok;
}

static void start_own(hb_text *out, const register_log *log, const char *kind, hb_instant now) {
    hb_text_addf(out, "{\"event\":\"%s\",\"authority\":", kind);
    hb_text_add_json(out, log->origin);
    hb_text_add(out, HB_STR(",\"happened_at\":\""));
    event_time_add(out, now.seconds);
    hb_text_add(out, HB_STR("\""));
}

static void add_member(hb_text *out, const char *key, hb_str value) {
    hb_text_addf(out, ",\"%s\":", key);
    hb_text_add_json(out, value);
}

static void record_refusal(register_log *log, hb_str line, hb_instant now, hb_error *err) {
    hb_text own = {0};
    hb_error second = {0};
    char hex[65];
    hb_hash_hex(hb_sha256(line.at, line.n), hex);
    start_own(&own, log, "ClaimRefused", now);
    add_member(&own, "reason", hb_str_from(err->message));
    add_member(&own, "sha256", hb_str_from(hex));
    hb_text_add(&own, HB_STR("}"));
    if (!record_own(log, (hb_str){own.at, own.n}, now, &second)) {
        hb_error_help(err, "the event was not recorded, and its refusal could not be either");
    }
    hb_text_clear(&own);
}

bool append_events(register_log *log, const hb_str *lines, register_event *const *events,
                   uint32_t n, hb_instant now, register_receipt *receipts, hb_error *err) {
    uint32_t at = 0;
    if (append_all(log, (const register_event *const *)events, n, now, receipts, &at, err))
        return true;
    err->line = at < n ? at + 1 : 0;
    if (err->code && strcmp(err->code, "forged") == 0) record_refusal(log, lines[at], now, err);
    return false;
}

bool register_record(register_log *log, const hb_str *lines, uint32_t n, hb_instant now,
                     register_receipt *receipts, hb_errors *errors) {
    register_event **events = NULL;
    hb_error err = {0};
    hb_arena_reset(log->scratch);
    if (event_read_all(log->scratch, log->reader, lines, n, &events, errors, &err) &&
        ahead_verify_all(log, events, n, &err) &&
        append_events(log, lines, events, n, now, receipts, &err))
        return true;
    if (err.kind != HB_NONE) hb_errors_add(errors, &err);
    return false;
}

// ---- keys ------------------------------------------------------------------------------

bool register_key_begin(register_log *log, hb_str vkey, hb_str authority, hb_str role,
                        hb_instant now, hb_error *err) {
    hb_text own = {0};
    proof_key key;
    log_officer officer;
    hb_arena_reset(log->scratch);
    if (!proof_key_read(vkey, &key) || key.type != PROOF_LOG_KEY) {
        return hb_fail(err, HB_INPUT, "bad-key",
                       "this is no verifier key of an officer: NAME+hex8+BASE64");
    }
    size_t n = 0;
    while (n < key.name.n && key.name.at[n] != '/') n++;
    if (!hb_str_equal(authority, (hb_str){key.name.at, n})) {
        hb_fail(err, HB_INPUT, "bad-key",
                "the key's name does not begin with its authority and a slash");
        hb_error_help(err, "name it as DGCP/officer-0042");
        return false;
    }
    hb_text_add(&own, key.name);
    hb_text_addf(&own, "+%08x", key.id);
    bool ok = log_find_officer(log, (hb_str){own.at, own.n}, &officer, err);
    hb_text_clear(&own);
    if (!ok) return false;
    if (officer.is_found) return hb_fail(err, HB_INPUT, "bad-key", "this key was begun already");
    start_own(&own, log, "KeyBegun", now);
    add_member(&own, "key", vkey);
    add_member(&own, "role", role);
    hb_text_add(&own, HB_STR("}"));
    ok = record_own(log, (hb_str){own.at, own.n}, now, err);
    hb_text_clear(&own);
    return ok;
}

bool register_key_end(register_log *log, hb_str vkey, hb_str reason, hb_instant now,
                      hb_error *err) {
    hb_text own = {0};
    hb_arena_reset(log->scratch);
    start_own(&own, log, "KeyEnded", now);
    add_member(&own, "key", vkey);
    add_member(&own, "reason", reason);
    hb_text_add(&own, HB_STR("}"));
    bool ok = record_own(log, (hb_str){own.at, own.n}, now, err);
    hb_text_clear(&own);
    return ok;
}
