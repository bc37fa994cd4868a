// Where somebody is, safe against those who hunt and those who hide. Every question takes the same
// steps in the same order, whatever it finds: people with that birth date and country are compared
// (vault_find adds nobodies), one custody is read, one list of who may know, the telephones, one
// signature, one sealed line. Only then is it decided what to say. What is not known to be allowed
// is not told: LOCATE_NO_ANSWER is zero, and is also what a miss says.
#include <string.h>
#include <time.h>

#include "register/internal.h"

enum { WHO_BYTES = 200, HUMAN_SECONDS = 86400, WAIT_MS = 100, NAMED = 64 };

// ---- the question -------------------------------------------------------------------------------

static bool bad(hb_error *err, const char *why) {
    hb_fail(err, HB_INPUT, "bad-question", "%s", why);
    hb_error_help(err, "give an id or a name, --born YYYY-MM-DD, and --country as SLV, VEN, USA");
    return false;
}

static bool check_question(const locate_question *q, hb_error *err) {
    hb_date date;
    size_t at = 0;
    if (q->who.n == 0 || q->who.n > WHO_BYTES || !hb_utf8_is_valid(q->who, &at))
        return bad(err, "who is asked about is an id or a name of at most 200 bytes");
    for (size_t i = 0; i < q->who.n; i++) {
        if ((uint8_t)q->who.at[i] < ' ' || q->who.at[i] == 0x7F)
            return bad(err, "a name has no control characters");
    }
    if (!hb_date_parse(q->born, &date) || date.year < 1800)
        return bad(err, "the birth date is no date, YYYY-MM-DD");
    for (size_t i = 0; i < q->country.n; i++) {
        char c = q->country.at[i];
        if (!(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z'))
            return bad(err, "the country is no code of three letters");
    }
    return q->country.n == 3 || bad(err, "the country is no code of three letters");
}

// ---- who it is ----------------------------------------------------------------------------------

typedef struct {
    register_log *log;
    char asked[256];
    char pseudonym[PSEUDONYM];  // of the person found
    uint32_t n_found;           // different people
} looking;

static bool compare(void *context, hb_str pseudonym, hb_str name, hb_error *err) {
    looking *l = context;
    char known[256], id[256];
    hb_str person = {0};
    (void)err;
    (void)vault_person(l->log->vault, l->log->scratch, pseudonym, &person);
    bool has_name = likeness_fold(l->log->folder, name, known),
         has_id = likeness_fold(l->log->folder, person, id);
    bool is_named = likeness_of_names(l->asked, known), is_id = likeness_of_ids(l->asked, id);
    if (!(has_name && is_named) && !(has_id && person.n && is_id)) return true;
    if (vault_is_nobody(pseudonym)) return true;
    if (l->n_found && hb_str_equal(pseudonym, hb_str_from(l->pseudonym))) return true;
    l->n_found++;
    snprintf(l->pseudonym, sizeof l->pseudonym, "%.*s", (int)pseudonym.n, pseudonym.at);
    return true;
}

// ---- who may know -------------------------------------------------------------------------------

typedef enum { MAY_NOT = 0, MAY_BY_TOKEN, MAY_AS_NAMED, MAY_BY_OFFICE } may_know;
typedef struct {
    register_log *log;
    const log_officer *asker;
    hb_str asker_key, person;
    char token[65];  // SHA-256 of the token given
    int64_t now;
    uint32_t n_named;
    struct {
        register_word to;
        bool is_consulate;
    } named[NAMED];
    bool has_token;
} entitling;

static bool is_role(const log_officer *officer, const char *role) {
    return officer->is_found && officer->until == UINT64_MAX && strcmp(officer->role, role) == 0;
}

static bool is_office(const log_officer *officer) {
    return is_role(officer, "court") || is_role(officer, "monitor");
}

// Named by the name of its key, or by that of its authority.
static bool is_named(const entitling *e, const log_officer *officer, hb_str key) {
    hb_str name = {key.at, 0};
    while (name.n < key.n && key.at[name.n] != '+') name.n++;
    bool is_consulate = is_role(officer, "consulate");
    if (!is_consulate && !is_role(officer, "counsel")) return false;
    for (uint32_t i = 0; i < e->n_named; i++) {
        hb_str to = hb_str_from(e->named[i].to);
        if (e->named[i].is_consulate == is_consulate &&
            (hb_str_equal(to, name) || hb_str_equal(to, hb_str_from(officer->authority))))
            return true;
    }
    return false;
}

static void name_or_end(entitling *e, const register_event *event, bool is_consulate) {
    uint32_t i = 0;
    while (i < e->n_named && (e->named[i].is_consulate != is_consulate ||
                              !hb_str_equal(event->to, hb_str_from(e->named[i].to))))
        i++;
    if (hb_str_equal(event->agrees, HB_STR("no"))) {
        if (i < e->n_named) e->named[i] = e->named[--e->n_named];
    } else if (i == e->n_named && i < NAMED) {
        custody_word(e->named[e->n_named].to, event->to);
        e->named[e->n_named++].is_consulate = is_consulate;
    }
}

// Counsel, a consulate and a person give tokens only for whom they themselves may ask about.
static bool may_issue(entitling *e, hb_str key, bool *out, hb_error *err) {
    log_officer issuer;
    if (!log_find_officer(e->log, key, &issuer, err)) return false;
    *out = is_office(&issuer) || is_role(&issuer, "red_cross") || is_named(e, &issuer, key) ||
           (is_role(&issuer, "person") && hb_str_equal(e->person, hb_str_from(issuer.authority)));
    return true;
}

// row: kind, opened, marks, signers
static bool take_entitling(void *context, const store_value *row, hb_error *err) {
    entitling *e = context;
    register_event *event = hb_arena_new(e->log->scratch, register_event);
    hb_json *open = NULL, *signers = NULL;
    bool may = false;
    if (!event) return hb_out_of_memory(err);
    if (row[2].number & REGISTER_ROLE) return true;  // by nobody who could
    if (!hb_json_parse(e->log->reader, e->log->scratch, row[1].text, &open, err) ||
        !hb_json_parse(e->log->reader, e->log->scratch, row[3].text, &signers, err) ||
        !event_read_open(open, event, err))
        return false;
    const hb_json *key = signers->n ? hb_json_member(&signers->first[0], HB_STR("key")) : NULL;
    if (hb_str_equal(row[0].text, HB_STR("CounselNamed"))) name_or_end(e, event, false);
    if (hb_str_equal(row[0].text, HB_STR("ConsulateAgreed"))) name_or_end(e, event, true);
    if (!key || !hb_str_equal(event->sha256, hb_str_from(e->token))) return true;
    if (hb_str_equal(row[0].text, HB_STR("TokenEnded"))) e->has_token = false;
    if (!hb_str_equal(row[0].text, HB_STR("TokenIssued"))) return true;
    if (!may_issue(e, key->text, &may, err)) return false;
    e->has_token = may && event->until > e->now;
    return true;
}

static bool find_entitled(register_log *log, const locate_question *q, const log_officer *asker,
                          const char *pseudonym, hb_instant now, may_know *out, hb_error *err) {
    entitling e = {.log = log, .asker = asker, .asker_key = q->asker, .now = now.seconds};
    const store_value who[] = {STORE_T(hb_str_from(pseudonym))};
    hb_hash_hex(hb_sha256(q->token.at, q->token.n), e.token);
    (void)vault_person(log->vault, log->scratch, who[0].text, &e.person);
    if (!store_run(log->store,
                   "SELECT kind, opened, marks, signers FROM event WHERE person = $1 AND "
                   "kind IN ('CounselNamed', 'ConsulateAgreed', 'TokenIssued', 'TokenEnded') AND "
                   "seq NOT IN (SELECT voids FROM correction WHERE person = $1) ORDER BY seq",
                   who, take_entitling, &e, err))
        return false;
    *out = is_office(asker)                ? MAY_BY_OFFICE
           : is_named(&e, asker, q->asker) ? MAY_AS_NAMED
           : q->token.n && e.has_token     ? MAY_BY_TOKEN
                                           : MAY_NOT;
    return true;
}

// ---- what is said -------------------------------------------------------------------------------

// To these a miss is told as one, signed.
static bool hears_no_record(const log_officer *asker) {
    return is_office(asker) || is_role(asker, "counsel") || is_role(asker, "consulate") ||
           is_role(asker, "red_cross");
}

static locate_kind decide(const looking *l, const register_custody *c, const log_officer *asker,
                          may_know may) {
    bool is_untold = c->state == REGISTER_DIED && c->family_told_at == 0;
    bool needs_human = c->is_protected || c->is_restricted || is_untold;
    if (l->n_found > 1) return LOCATE_HUMAN;
    if (l->n_found == 0 || c->n_events == 0)
        return hears_no_record(asker) ? LOCATE_NO_RECORD : LOCATE_NO_ANSWER;
    switch (may) {
        case MAY_BY_OFFICE:
        case MAY_AS_NAMED: return LOCATE_PLACE;
        case MAY_BY_TOKEN: return needs_human ? LOCATE_HUMAN : LOCATE_PLACE;
        case MAY_NOT: return needs_human ? LOCATE_HUMAN : LOCATE_CUSTODY;
    }
    return LOCATE_NO_ANSWER;
}

typedef struct {
    register_log *log;
    hb_str authority;
    char *phone, *office;  // 64 bytes each
} calling;

static bool take_contact(void *context, const store_value *row, hb_error *err) {
    calling *c = context;
    register_event *event = hb_arena_new(c->log->scratch, register_event);
    hb_json *open = NULL;
    if (!event) return hb_out_of_memory(err);
    if (!hb_json_parse(c->log->reader, c->log->scratch, row[0].text, &open, err) ||
        !event_read_open(open, event, err))
        return false;
    int n = event->phone.n < 63 ? (int)event->phone.n : 63;
    if (hb_str_equal(event->authority, c->authority))
        snprintf(c->phone, 64, "%.*s", n, event->phone.at);
    if (hb_str_equal(event->authority, c->log->origin))
        snprintf(c->office, 64, "%.*s", n, event->phone.at);
    return true;
}

static const char *time_text(char out[40], int64_t seconds, const char *otherwise) {
    hb_text text = {0};
    event_time_add(&text, seconds);
    snprintf(out, 40, "%.10s %.5s UTC", text.at ? text.at : "", text.n > 11 ? text.at + 11 : "");
    hb_text_clear(&text);
    if (seconds == 0) snprintf(out, 40, "%s", otherwise);
    return out;
}

#define N_(text) WORDS_LATER(text)

static void say_place(locate_answer *a, words_language language) {
    const register_custody *c = &a->custody;
    char since[40], seen[40], due[40];
    const char *not_known = words_in(language, N_("not known"));
    const char *place = c->place[0] ? c->place : not_known,
               *to = c->destination[0] ? c->destination : not_known,
               *phone = a->phone[0] ? a->phone : not_known;
    time_text(since, c->since, not_known);
    time_text(seen, c->seen_at, words_in(language, N_("never recorded")));
    time_text(due, c->due_at, not_known);
    size_t n = sizeof a->text;
    switch (c->state) {
        case REGISTER_HELD:
            snprintf(
                a->text, n,
                words_in(language, "%s, since %s. Last seen in person: %s. Answerable: %s, %s."),
                place, since, seen, a->authority, phone);
            break;
        case REGISTER_TRANSIT:
            snprintf(a->text, n,
                     words_in(language,
                              "In transit from %s to %s since %s, due %s. Answerable until "
                              "accepted: %s, %s."),
                     place, to, since, due, a->authority, phone);
            break;
        case REGISTER_HOSPITAL:
            snprintf(a->text, n,
                     words_in(language,
                              "In hospital under guard since %s, at %s. Last seen in "
                              "person: %s. Answerable: %s, %s."),
                     since, place, seen, a->authority, phone);
            break;
        case REGISTER_OUT:
            snprintf(a->text, n,
                     words_in(language,
                              "Out under guard from %s since %s, due back %s. Answerable: "
                              "%s, %s."),
                     place, since, due, a->authority, phone);
            break;
        case REGISTER_RELEASED:
            snprintf(a->text, n, words_in(language, "Released %s at %s. Ask %s, %s."), since, place,
                     a->authority, phone);
            break;
        case REGISTER_DIED:
            snprintf(
                a->text, n,
                words_in(language, "The register records that this person died on %s. Ask %s, %s."),
                since, a->authority, phone);
            break;
        case REGISTER_ESCAPED:
            snprintf(a->text, n,
                     words_in(language, "Recorded as escaped from %s on %s. Answerable: %s, %s."),
                     place, since, a->authority, phone);
            break;
        case REGISTER_NOT_HELD_NOW:
            snprintf(a->text, n,
                     words_in(language, "On record, but no custody was recorded. Ask %s, %s."),
                     a->authority[0] ? a->authority : not_known, phone);
            break;
    }
    if (c->other_place[0] == '\0') return;
    size_t used = strlen(a->text);
    snprintf(a->text + used, n - used,
             words_in(language,
                      " Another place, %s, says it holds the "
                      "person too."),
             c->other_place);
}

static void say(locate_answer *a, const char *office, int64_t now, words_language language) {
    char when[40];
    size_t n = sizeof a->text;
    switch (a->kind) {
        case LOCATE_NO_ANSWER:
            snprintf(a->text, n,
                     words_in(language,
                              "We cannot give an answer to this request. Call %s, or ask "
                              "through counsel or the consulate."),
                     office);
            break;
        case LOCATE_HUMAN:
            snprintf(a->text, n,
                     words_in(language,
                              "Please speak with a person about this request: %s. They "
                              "must answer by %s; we record if they do not."),
                     office, time_text(when, a->deadline, ""));
            break;
        case LOCATE_NO_RECORD:
            snprintf(a->text, n,
                     words_in(language,
                              "No record of this person as of checkpoint %llu, %s. This "
                              "does not mean the person is free. Keep this signed answer."),
                     (unsigned long long)a->checkpoint, time_text(when, now, ""));
            break;
        case LOCATE_CUSTODY:
            snprintf(a->text, n,
                     words_in(language,
                              "There is, or was, custody to ask about. Answerable: %s, %s. "
                              "The place is told to counsel, court, consulate and holders "
                              "of a token."),
                     a->authority, a->phone[0] ? a->phone : office);
            break;
        case LOCATE_PLACE: say_place(a, language); break;
    }
}

// ---- the signed answer --------------------------------------------------------------------------

static const char HEAD[] = "habeas/locate/v1\n";

const char *locate_kind_name(locate_kind kind) {
    switch (kind) {
        case LOCATE_NO_ANSWER: return "no-answer";
        case LOCATE_HUMAN: return "human";
        case LOCATE_NO_RECORD: return "no-record";
        case LOCATE_CUSTODY: return "custody";
        case LOCATE_PLACE: return "place";
    }
    return "no-answer";
}

static void add_question(hb_text *out, const locate_question *q) {
    hb_text_add(out, HB_STR("{\"who\":"));
    hb_text_add_json(out, q->who);
    hb_text_add(out, HB_STR(",\"born\":"));
    hb_text_add_json(out, q->born);
    hb_text_add(out, HB_STR(",\"country\":"));
    hb_text_add_json(out, q->country);
}

static bool sign_answer(register_log *log, const locate_question *q, hb_hash root, hb_instant now,
                        locate_answer *out, hb_error *err) {
    hb_text text = {0}, note = {0};
    hb_text_add(&text, HB_STR(HEAD));
    hb_text_addf(&text, "register %.*s\nasked ", (int)log->origin.n, log->origin.at);
    event_time_add(&text, now.seconds);
    hb_text_addf(&text, " %s\nabout ", out->reference);
    add_question(&text, q);
    hb_text_addf(&text, "}\ncheckpoint %llu ", (unsigned long long)out->checkpoint);
    proof_base64_add(&text, root.bytes, sizeof root.bytes);
    hb_text_addf(&text, "\n%s\nanswer %s\n%s\n",
                 out->is_witnessed ? "independently witnessed" : "not independently witnessed",
                 locate_kind_name(out->kind), out->text);
    hb_text_add(&note, (hb_str){text.at, text.n});
    hb_text_add(&note, HB_STR("\n"));
    proof_note_sign(&note, (hb_str){text.at, text.n}, &log->key, &log->seed, 0);
    bool ok = (!text.failed && !note.failed && note.n < sizeof out->note) || hb_out_of_memory(err);
    if (ok) snprintf(out->note, sizeof out->note, "%.*s", (int)note.n, note.at);
    hb_text_clear(&text);
    hb_text_clear(&note);
    return ok;
}

bool register_locate_check(const proof_policy *policy, hb_str note, hb_error *err) {
    proof_note opened;
    char second[REGISTER_WORD + 16];
    if (!proof_note_open(note, policy->logs, policy->n_logs, &opened, err)) return false;
    for (uint32_t i = 0; i < opened.n_signers; i++) {
        hb_str origin = policy->logs[opened.signers[i].key].name;
        int n =
            snprintf(second, sizeof second, "%sregister %.*s\n", HEAD, (int)origin.n, origin.at);
        if (hb_str_starts(opened.text, (hb_str){second, (size_t)n})) return true;
    }
    return hb_fail(err, HB_INPUT, "bad-answer", "this is signed, but is no answer to a question");
}

// ---- asking -------------------------------------------------------------------------------------

typedef struct {
    uint8_t key[32];
    bool is_there;
} found_monitor;

static bool take_monitor(void *context, const register_officer *officer, hb_error *err) {
    found_monitor *m = context;
    proof_key key;
    (void)err;
    if (strcmp(officer->role, "monitor") != 0 || officer->until != UINT64_MAX) return true;
    if (!proof_key_read(officer->vkey, &key)) return true;
    memcpy(m->key, key.public_key, sizeof m->key);
    m->is_there = true;
    return true;
}

static void make_reference(char out[20]) {
    static const char LETTERS[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    uint8_t bytes[12];
    uint32_t at = 0;
    proof_random(bytes, sizeof bytes);
    for (uint32_t i = 0; i < sizeof bytes; i++) {
        if (i && i % 4 == 0) out[at++] = '-';
        out[at++] = LETTERS[bytes[i] % 32];
    }
    out[at] = '\0';
}

static bool keep_question(register_log *log, const locate_question *q, const locate_answer *a,
                          const uint8_t monitor[32], hb_instant now, hb_error *err) {
    hb_text text = {0};
    add_question(&text, q);
    hb_text_add(&text, HB_STR(",\"asker\":"));
    hb_text_add_json(&text, q->asker.n   ? q->asker
                            : q->token.n ? HB_STR("token")
                                         : HB_STR("public"));
    hb_text_addf(&text, ",\"answer\":\"%s\"}", locate_kind_name(a->kind));
    bool ok = (!text.failed || hb_out_of_memory(err)) &&
              asked_keep(log, hb_str_from(a->reference), a->deadline, (hb_str){text.at, text.n},
                         monitor, now, err);
    hb_text_clear(&text);
    return ok;
}

static bool prepare(register_log *log, const locate_question *q, looking *l, found_monitor *monitor,
                    hb_error *err) {
    hb_arena_reset(log->scratch);
    if (!check_question(q, err)) return false;
    if (!log->vault) {
        hb_fail(err, HB_INPUT, "no-vault",
                "without the vault beside it this register knows no person by id");
        hb_error_help(err, "--local PATH names where PATH.vault stands");
        return false;
    }
    if (log->is_rolled_back)
        return hb_fail(err, HB_CORRUPT, "rolled-back",
                       "this is an old or another copy: it answers no question about a person");
    if (!log_need_secret(log, err)) return false;
    if (!log->folder && !(log->folder = likeness_open(err))) return false;
    if (!register_officers(log, take_monitor, monitor, err)) return false;
    if (!monitor->is_there) {
        hb_fail(err, HB_INPUT, "no-monitor",
                "no monitor's key has begun, so nobody could see who asks");
        hb_error_help(err, "habeas register key new MONITOR/officer --role monitor --out FILE");
        return false;
    }
    return likeness_fold(log->folder, q->who, l->asked) || bad(err, "this name cannot be read");
}

bool register_locate(register_log *log, const locate_question *q, hb_instant now,
                     words_language language, locate_answer *out, hb_error *err) {
    looking l = {.log = log, .pseudonym = "00000000000000000000000000000000"};
    found_monitor monitor = {.is_there = false};
    log_officer asker;
    register_custody custody;
    proof_note note;
    proof_checkpoint checkpoint;
    proof_standing standing;
    char by_id[PSEUDONYM], office[64] = "";
    int64_t last_happened = 0;
    hb_str latest, id = {0};
    may_know may = MAY_NOT;
    *out = (locate_answer){0};
    if (!prepare(log, q, &l, &monitor, err)) return false;
    if (!log_find_officer(log, q->asker, &asker, err) ||
        !vault_find(log->vault, log->scratch, q->born, q->country, compare, &l, err))
        return false;
    // Somebody admitted without an identity on record is found by id, by those who may know.
    vault_pseudonym(log->vault, q->who, by_id);
    bool is_id = vault_person(log->vault, log->scratch, hb_str_from(by_id), &id);
    if (l.n_found == 0 && is_id) memcpy(l.pseudonym, by_id, sizeof by_id);
    if (!standing_read(log, hb_str_from(l.pseudonym), &custody, &last_happened, err) ||
        !find_entitled(log, q, &asker, l.pseudonym, now, &may, err) ||
        !register_checkpoint(log, log->scratch, &latest, &standing, err) ||
        !proof_note_open(latest, &log->key, 1, &note, err))
        return false;
    if (l.n_found == 0 && is_id && may != MAY_NOT) l.n_found = 1;
    if (!proof_checkpoint_read(note.text, &checkpoint))
        return hb_fail(err, HB_CORRUPT, "register-altered", "the last checkpoint has not its form");
    out->checkpoint = checkpoint.size;
    out->is_witnessed = standing.is_witnessed;
    calling c = {log, hb_str_from(custody.authority), out->phone, office};
    if (!log->store->door->run(log->store,
                               "SELECT opened FROM event WHERE kind = 'ContactGiven' ORDER BY seq",
                               NULL, 0, take_contact, &c, err))
        return false;
    if (office[0] == '\0')
        snprintf(office, sizeof office, "%.*s", (int)log->origin.n, log->origin.at);
    out->kind = decide(&l, &custody, &asker, may);
    if (out->kind == LOCATE_HUMAN) out->deadline = now.seconds + HUMAN_SECONDS;
    if (out->kind == LOCATE_PLACE) out->custody = custody;
    if (out->kind == LOCATE_PLACE || out->kind == LOCATE_CUSTODY)
        custody_word(out->authority, c.authority);
    else
        memset(out->phone, 0, sizeof out->phone);
    make_reference(out->reference);
    say(out, office, now.seconds, language);
    return sign_answer(log, q, checkpoint.root, now, out, err) &&
           keep_question(log, q, out, monitor.key, now, err);
}

// ---- whose token --------------------------------------------------------------------------------

typedef struct {
    register_log *log;
    const char *token;          // SHA-256, hex
    char pseudonym[PSEUDONYM];  // of whom it was issued for; "" none
    bool is_born;               // with that birth date and country
} holding;

static bool take_issued(void *context, const store_value *row, hb_error *err) {
    holding *h = context;
    register_event *event = hb_arena_new(h->log->scratch, register_event);
    hb_json *open = NULL;
    if (!event) return hb_out_of_memory(err);
    if (!hb_json_parse(h->log->reader, h->log->scratch, row[1].text, &open, err) ||
        !event_read_open(open, event, err))
        return false;
    if (hb_str_equal(event->sha256, hb_str_from(h->token)))
        snprintf(h->pseudonym, sizeof h->pseudonym, "%.*s", (int)row[0].text.n, row[0].text.at);
    return true;
}

static bool same_person(void *context, hb_str pseudonym, hb_str name, hb_error *err) {
    holding *h = context;
    (void)name;
    (void)err;
    h->is_born |= hb_str_equal(pseudonym, hb_str_from(h->pseudonym));
    return true;
}

bool register_token_person(register_log *log, hb_str token, hb_str born, hb_str country,
                           hb_instant now, register_word person, hb_error *err) {
    const locate_question q = {
        .who = HB_STR("token"), .born = born, .country = country, .token = token};
    char hex[65];
    holding h = {.log = log, .token = hex};
    looking l = {.log = log};
    found_monitor monitor = {.is_there = false};
    log_officer nobody = {0};
    may_know may = MAY_NOT;
    hb_str id = {0};
    char like[72];
    person[0] = '\0';
    hb_hash_hex(hb_sha256(token.at, token.n), hex);
    snprintf(like, sizeof like, "%%%s%%", hex);
    const store_value with_hash[] = {STORE_T(hb_str_from(like))};
    if (!prepare(log, &q, &l, &monitor, err) ||
        !store_run(log->store,
                   "SELECT person, opened FROM event WHERE kind = 'TokenIssued' AND opened LIKE $1",
                   with_hash, take_issued, &h, err) ||
        !vault_find(log->vault, log->scratch, born, country, same_person, &h, err) ||
        !find_entitled(log, &q, &nobody, h.pseudonym, now, &may, err))
        return false;
    if (h.is_born && may == MAY_BY_TOKEN &&
        vault_person(log->vault, log->scratch, hb_str_from(h.pseudonym), &id))
        custody_word(person, id);
    return true;
}

void register_locate_wait(hb_instant started) {
    hb_instant now = hb_clock_read();
    int64_t gone = (now.seconds - started.seconds) * 1000 +
                   ((int64_t)now.nanosecond - started.nanosecond) / 1000000;
    int64_t left = gone < 0 || gone > WAIT_MS ? 0 : WAIT_MS - gone;
    nanosleep(&(struct timespec){0, left * 1000000}, NULL);
}
