// register: where every person is, since when, on whose order, provably. Events signed by officers
// are leaves of a Merkle log (proof/), kept in SQLite or PostgreSQL; what they say about a person
// is sealed under that person's key in a file of its own. Nothing that may have happened is
// refused, however impossible it looks: it is recorded, marked irregular, and alarms. Only forgery
// is refused, and the refusal is itself recorded. Called by cli and web; calls proof, words and
// base.
//
// A register at PATH is PATH (the store), PATH.key (the log's signing key), PATH.vault (people's
// keys) and PATH.anchor (every checkpoint signed, by which an old copy put back is noticed). The
// last two belong on other disks; links do. A handle belongs to one thread.
//
// Read events.def, fields.def -> event.c -> store.c -> sqlite.c, held.c -> postgres.c -> vault.c ->
// log.c -> ahead.c -> append.c -> erase.c -> group.c -> custody.c -> handed.c -> standing.c ->
// tally.c -> recall.c -> due.c -> alarm.c -> alarm_none.c -> audit_event.c -> audit.c -> publish.c
// -> show.c -> copy.c; likeness.c -> asked.c -> locate.c -> token.c.
#ifndef HABEAS_REGISTER_H
#define HABEAS_REGISTER_H

#include "base/base.h"
#include "proof/proof.h"
#include "words/words.h"

typedef struct register_log register_log;

// ---- kinds of events --------------------------------------------------------------------------
typedef struct {
    const char *name, *roles, *required, *meaning, *source;
} register_kind;
const register_kind *register_kinds(uint32_t *n);
bool register_kind_is_of_person(const register_kind *kind);
bool register_kind_is_sight(hb_str name);  // somebody saw the person, as "last seen" counts it
// For a form that asks for it: word, text, time, date, number, yes-no, verdict, zone, any; NULL: no
// field.
const char *register_field_form(hb_str name);
void register_event_schema(hb_text *out);  // JSON Schema of an event line, from the same tables

// ---- opening ----------------------------------------------------------------------------------
typedef enum {
    REGISTER_READ = 0,  // never writes, never moves SQLite's log into the file
    REGISTER_WRITE,     // one process at a time
} register_mode;
// `where` is a path, or postgresql://... with `local` the PATH of the files beside; NULL for a
// path. Fails with "not-a-register", "register-busy", and for writing with "rolled-back" when the
// store is older than the anchor beside it.
HB_MUST_USE register_log *register_open(const char *where, const char *local, register_mode mode,
                                        hb_error *err);
// Makes the tables, the log's key named `origin`, and the vault. Refuses where a register is.
HB_MUST_USE bool register_init(const char *where, const char *local, hb_str origin, hb_str policy,
                               hb_instant now, hb_error *err);
void register_close(register_log *log);
hb_str register_origin(const register_log *log);
const char *register_local(const register_log *log);     // PATH of the files beside
const proof_key *register_key(const register_log *log);  // the log's own
const proof_policy *register_policy(const register_log *log);
hb_str register_policy_text(const register_log *log);   // as a verifier takes it
bool register_is_rolled_back(const register_log *log);  // reads must say so
// From now on what is asked of this handle fails with "stopped" as soon as `must_stop` says so,
// also in the middle of a long walk; it is asked often, so it must be quick.
void register_stop_when(register_log *log, bool (*must_stop)(void *context), void *context);

// ---- writing ----------------------------------------------------------------------------------
// Puts salts and a signature to one event line, or a further signature to a signed line.
HB_MUST_USE bool register_sign(hb_arena *arena, hb_json_reader *reader, hb_str origin, hb_str line,
                               const proof_key *key, const proof_secret *seed, hb_text *out,
                               hb_error *err);
// Whether a line, signed or not, says what its kind needs, each field in its form.
HB_MUST_USE bool register_event_check(hb_arena *arena, hb_json_reader *reader, hb_str line,
                                      hb_error *err);
typedef struct {
    uint64_t event;  // its number: the index of its leaf
    hb_hash leaf;
    uint32_t irregular;  // REGISTER_... marks
} register_receipt;
// Records signed lines in one transaction: all, or none. With an error of code "forged" the refusal
// has been recorded instead. Receipts are true only when this returns true: all is durable then.
HB_MUST_USE bool register_record(register_log *log, const hb_str *lines, uint32_t n, hb_instant now,
                                 register_receipt *receipts, hb_errors *errors);
// For a program with many threads: `register_group_record` is register_record for any of them at
// once; what waits for the disk at the same time is synced together.
typedef struct register_group register_group;
HB_MUST_USE register_group *register_group_open(const char *where, const char *local,
                                                hb_error *err);
void register_group_close(register_group *group);  // after the last caller has come back
HB_MUST_USE bool register_group_record(register_group *group, const hb_str *lines, uint32_t n,
                                       hb_instant now, register_receipt *receipts,
                                       hb_errors *errors);
// Where the time of one acknowledgement went: its lines read and their signatures verified; waiting
// for the transaction before; its own, synced; the anchor, synced; until its thread ran again.
typedef enum {
    REGISTER_WAIT_READ = 0,
    REGISTER_WAIT_TURN,
    REGISTER_WAIT_STORE,
    REGISTER_WAIT_ANCHOR,
    REGISTER_WAIT_WAKE,
    REGISTER_WAITS
} register_wait;
// Called for each acknowledgement, in the thread that asked; set before the first lines.
typedef void (*register_each_wait)(void *context, const int64_t ns[REGISTER_WAITS]);
void register_group_watch(register_group *group, register_each_wait each, void *context);
// Adds or ends an officer's key, as an event signed by the register's own key.
HB_MUST_USE bool register_key_begin(register_log *log, hb_str vkey, hb_str authority, hb_str role,
                                    hb_instant now, hb_error *err);
HB_MUST_USE bool register_key_end(register_log *log, hb_str vkey, hb_str reason, hb_instant now,
                                  hb_error *err);
// Destroys the key of a person whose erasure is on record. An erasure is recorded only with a
// monitor's signature, after an order that a court's own key put on record, a restriction, and a
// notice 30 days before. Otherwise "not-erasable".
HB_MUST_USE bool register_forget(register_log *log, hb_str person, hb_instant now, hb_error *err);

// Marks of an event that could not be as it stands, or should not have been.
enum {
    REGISTER_LATE = 1 << 0,        // recorded more than a day after
    REGISTER_EARLY = 1 << 1,       // said to have happened after it was recorded
    REGISTER_CLOCK = 1 << 2,       // the clock went back; recorded at the last time known
    REGISTER_ROLE = 1 << 3,        // recorded by a role that may not
    REGISTER_TWO_PLACES = 1 << 4,  // another place still holds the person
    REGISTER_AFTER_END = 1 << 5,   // after release or death
    REGISTER_BARRED = 1 << 6,      // moved while BARRED
    REGISTER_NO_VERDICT = 1 << 7,  // moved without a verdict, or with UNRESOLVED
    REGISTER_NO_SECOND = 1 << 8,   // moved without a second check by another key
    REGISTER_NO_NOTICE = 1 << 9,
    REGISTER_NO_ESCORT = 1 << 10,
    REGISTER_STAYED = 1 << 11,      // moved although a stay was in force
    REGISTER_ONE_SIDE = 1 << 12,    // a handover or correction without the signatures it needs
    REGISTER_NO_OFFER = 1 << 13,    // accepts or refuses what was not offered
    REGISTER_NOT_HELD = 1 << 14,    // nobody held the person
    REGISTER_ZONE = 1 << 15,        // the time's offset is not that of the zone named
    REGISTER_HEAD_COUNT = 1 << 16,  // taken, or arrived, with another head count than was said
    REGISTER_SEALS = 1 << 17,       // or with other seals
};
// "late, two-places" appended.
void register_marks_add(hb_text *out, uint32_t irregular);
// "moved without a verdict" of "no-verdict", for translation; NULL for what is no mark.
const char *register_mark_meaning(hb_str name);

// ---- reading ----------------------------------------------------------------------------------
typedef enum {
    REGISTER_NOT_HELD_NOW = 0,
    REGISTER_HELD,
    REGISTER_TRANSIT,
    REGISTER_HOSPITAL,
    REGISTER_OUT,
    REGISTER_RELEASED,
    REGISTER_DIED,
    REGISTER_ESCAPED
} register_state;
enum { REGISTER_WORD = 132 };
typedef char register_word[REGISTER_WORD];  // an id; ends in NUL

// What the side that lets go said went with a person: a head count (0: none) and seals, hashed.
typedef struct {
    uint64_t head_count;
    register_word seals;
} register_handed;
// ORDER custody (standing.c). Where one person is, as a fold of the events. Times are UTC seconds;
// 0 = never or not known.
typedef struct {
    register_state state;
    register_word place, authority, destination, other_place;
    int64_t since, seen_at, due_at;
    // Until when custody has a ground: the earlier of what its order says and what was counted by
    // law. A review alarms like an end: by then somebody must look, and the day be counted anew.
    int64_t lawful_until, review_at, basis_until, counted_until;
    uint64_t last_event;
    int64_t offered_at;
    uint64_t offer;
    register_word offer_to;
    int64_t isolated_at, counsel_at, admitted_at, order_at, release_ordered_at, released_at;
    register_word order;
    int64_t moved_at;
    uint32_t moved_marks;  // of the last departure
    uint32_t n_stays;
    int64_t stay_at;
    register_word stay;
    register_handed offered, sent;  // and not compared yet
    bool is_checked_twice, is_noticed, is_escort_ready, is_restricted, is_protected, is_barred,
        is_unbarred;
    register_word checker;  // key that made the check
    int64_t erasure_noticed_at, erased_at;
    int64_t family_told_at;  // of the death
    uint64_t n_events;
    uint32_t irregular;  // of all events together
} register_custody;
const char *register_state_name(register_state state);  // for translation
bool register_is_held(register_state state);  // also under way, in hospital, out under guard

typedef struct {
    hb_str person;  // the id, or a pseudonym without the vault
    register_custody custody;
} register_line;
// All lines are of one moment of the register: meanwhile `each` writes and proves nothing with
// `log`.
typedef bool (*register_each)(void *context, const register_line *line, hb_error *err);
// Every person, as of an instant by the time things happened; at 0: now.
HB_MUST_USE bool register_roster(register_log *log, int64_t at, register_each each, void *context,
                                 hb_error *err);
// Of those alone whom a place says it holds, without looking at anybody else.
HB_MUST_USE bool register_roster_of(register_log *log, hb_str place, int64_t at, register_each each,
                                    void *context, hb_error *err);
// Of those alone whom it has said it held at some time up to then, or who were last recorded there.
HB_MUST_USE bool register_roster_ever(register_log *log, hb_str place, int64_t at,
                                      register_each each, void *context, hb_error *err);
// A page of a list, for a reader who goes through it bit by bit. A page begins with the line that a
// cursor names, or where that is gone, with the one after: nobody is passed over or given twice
// when the list has changed in between. A cursor is letters, digits and dots; "" is the beginning.
enum { REGISTER_CURSOR = 80 };
typedef char register_cursor[REGISTER_CURSOR];
typedef struct {
    uint64_t most;  // the caller's: people of a roster are counted to there (0: all of them); a
                    // greater number says only that there are more than that
    uint64_t n_all, n_before;        // in the list; ahead of this page
    register_cursor previous, next;  // where those pages begin
    bool has_previous, has_next;
} register_page;
// At most `limit` of those whom a place says it holds (an empty place: of everybody), in an order
// that tells nothing. "bad-cursor" for one that no page gave.
HB_MUST_USE bool register_roster_page(register_log *log, hb_str place, int64_t at, hb_str from,
                                      uint32_t limit, register_each each, void *context,
                                      register_page *page, hb_error *err);
// Where the page begins on which this person stands first.
HB_MUST_USE bool register_roster_cursor(register_log *log, hb_str person, register_cursor out,
                                        hb_error *err);
typedef bool (*register_each_place)(void *context, hb_str place, uint64_t n_people, hb_error *err);
// At most `limit` of the places that now say they hold somebody, from this name on, in their order,
// and of how many each says so.
HB_MUST_USE bool register_places(register_log *log, hb_str from, uint32_t limit,
                                 register_each_place each, void *context, hb_error *err);
// Of those alone whom a handover is offered for; of those alone whom the newest `n` checks are
// about.
HB_MUST_USE bool register_roster_offered(register_log *log, register_each each, void *context,
                                         hb_error *err);
HB_MUST_USE bool register_roster_checked(register_log *log, uint32_t n, register_each each,
                                         void *context, hb_error *err);
// Of those alone whom a place or authority has to do with now: whom it says it holds, whom it
// answers for, who is offered to it or on the way there. `limit` is how many rows are looked at;
// with *is_whole false there are more.
HB_MUST_USE bool register_roster_concerning(register_log *log, hb_str party, uint32_t limit,
                                            bool *is_whole, register_each each, void *context,
                                            hb_error *err);
// Makes the stored standing of everybody again from the events. `register_verify` says when that is
// needed.
HB_MUST_USE bool register_rebuild(register_log *log, hb_error *err);
typedef struct {
    uint64_t event;
    hb_str kind, open, sealed;  // sealed: "" when hidden or erased
    hb_str signers;             // [{"key","signature"}] as JSON
    int64_t happened_at, recorded_at;
    uint32_t irregular;
    uint64_t corrected_by;  // 0 = by none
} register_entry;
typedef bool (*register_each_entry)(void *context, const register_entry *entry, hb_error *err);
// The events of one person in the order they happened (`each` may be NULL), then the custody they
// amount to. Sealed
// fields are shown when `reader` names who reads, and that read is logged; of a restricted person
// only to a key of a court or monitor.
HB_MUST_USE bool register_person(register_log *log, hb_str person, hb_str reader, hb_instant now,
                                 register_each_entry each, void *context, register_custody *custody,
                                 hb_error *err);

typedef struct {
    int64_t at;
    hb_str reader, person;  // name of a key; id, or "" where the list of readings itself was read
} register_reading;
typedef bool (*register_each_reading)(void *context, const register_reading *reading,
                                      hb_error *err);
// Who read what is sealed since a time, of one person or ("") of everybody, oldest first; to
// `reader`, a court or a monitor alone, whose own reading is the last.
HB_MUST_USE bool register_readings(register_log *log, hb_str person, int64_t since, hb_str reader,
                                   hb_instant now, register_each_reading each, void *context,
                                   hb_error *err);

// Every event of one kind, of whatever person or of none, in the order recorded; nothing sealed.
HB_MUST_USE bool register_of_kind(register_log *log, hb_str kind, register_each_entry each,
                                  void *context, hb_error *err);
// The last `n` entries, the newest first; nothing sealed, and not by what they were corrected.
HB_MUST_USE bool register_newest(register_log *log, uint32_t n, register_each_entry each,
                                 void *context, hb_error *err);

typedef struct {
    hb_str vkey;
    register_word authority, role;
    uint64_t from, until;  // counts for events from <= n < until; UINT64_MAX: has not ended
} register_officer;
typedef bool (*register_each_officer)(void *context, const register_officer *officer,
                                      hb_error *err);
HB_MUST_USE bool register_officers(register_log *log, register_each_officer each, void *context,
                                   hb_error *err);

// ---- where somebody is, for those who may know --------------------------------------------------
// Anybody who names a person (id, or name in any spelling) with birth date and country learns
// whether there is custody to ask about, who answers for it and at what telephone, never the place.
// The place is told to courts, monitors, counsel of record, a consulate where the person agrees,
// and holders of a token. Hit, miss and refusal cost the same steps and have the same form; what
// was asked, and by whom, is kept sealed to the monitor's key for 30 days in PATH.asked.
typedef struct {
    hb_str who;      // an id, or a name
    hb_str born;     // YYYY-MM-DD
    hb_str country;  // ISO 3166-1 alpha-3, as on the identity recorded
    hb_str asker;    // name of an officer's key, which the caller has checked; empty: the public
    hb_str token;    // as `register_token_issue` gave it; empty: none
} locate_question;
typedef enum {
    LOCATE_NO_ANSWER = 0,  // nothing found, or not entitled: the same text
    LOCATE_HUMAN,          // protected, a death not yet told, or several people: a human answers
    LOCATE_NO_RECORD,      // to courts, monitors, counsel, consulates, the Red Cross
    LOCATE_CUSTODY,        // there is custody to ask about; authority and phone
    LOCATE_PLACE           // custody is filled
} locate_kind;
const char *locate_kind_name(locate_kind kind);  // "no-record"
typedef struct {
    locate_kind kind;
    register_custody custody;  // of LOCATE_PLACE alone
    register_word authority;   // of LOCATE_CUSTODY and LOCATE_PLACE
    char phone[64];            // "" when none is on record
    int64_t deadline;          // of LOCATE_HUMAN
    uint64_t checkpoint;       // entries that the answer rests on
    bool is_witnessed;         // independently, or the answer must say that it is not
    char reference[20];        // under which it was asked
    char text[700];            // the answer, in the language asked for
    char note[2400];           // question, answer and checkpoint, signed by the register
} locate_answer;
// Fails with "bad-question" for a question without its form, "no-monitor" when no monitor's key has
// begun.
HB_MUST_USE bool register_locate(register_log *log, const locate_question *question, hb_instant now,
                                 words_language language, locate_answer *out, hb_error *err);
// Waits until a fixed time after `started`, so that an answer's time tells nothing.
void register_locate_wait(hb_instant started);
// Whether `note` is an answer signed by a log of this policy.
HB_MUST_USE bool register_locate_check(const proof_policy *policy, hb_str note, hb_error *err);
enum { LOCATE_TOKEN = 36 };
// A token for `person` until an instant, as an event signed by an officer's key. In `token`,
// NUL-ended.
HB_MUST_USE bool register_token_issue(register_log *log, hb_str person, int64_t until,
                                      const proof_key *key, const proof_secret *seed,
                                      hb_instant now, char token[LOCATE_TOKEN], hb_errors *errors);
HB_MUST_USE bool register_token_end(register_log *log, hb_str person, hb_str token,
                                    const proof_key *key, const proof_secret *seed, hb_instant now,
                                    hb_errors *errors);
// For whom a token counts that somebody brings with the person's birth date and country; "" when
// there is no such token, it has ended, or these are not hers. The same steps in each case.
HB_MUST_USE bool register_token_person(register_log *log, hb_str token, hb_str born, hb_str country,
                                       hb_instant now, register_word person, hb_error *err);
typedef struct {
    hb_str reference;
    int64_t at, due_at, answered_at;  // due_at: 0 unless a human has to answer
    hb_str question;                  // JSON; "" without the monitor's secret key, or after 30 days
} register_asking;
typedef bool (*register_each_asking)(void *context, const register_asking *asking, hb_error *err);
// What was asked in the last 30 days, oldest first, opened with a monitor's secret key, or NULL.
HB_MUST_USE bool register_asked(register_log *log, const proof_secret *seed, hb_instant now,
                                register_each_asking each, void *context, hb_error *err);
// A human has answered; the alarm ends.
HB_MUST_USE bool register_answered(register_log *log, hb_str reference, hb_instant now,
                                   hb_error *err);
// Whether this secret key is that of an officer of the register whose key counts now.
HB_MUST_USE bool register_knows(register_log *log, const proof_key *key, bool *is_known,
                                hb_error *err);

// ---- alarms -----------------------------------------------------------------------------------
typedef struct {
    const char *id;     // "A1"
    const char *name;   // "not-seen"
    const char *title;  // in English, for words_in: "Not seen in person"
    hb_str person;     // empty when of no person
    register_word place, owner;
    int64_t since, deadline;
    char text[320];  // in the language asked for
    register_word taken_by;
} register_alarm;
typedef struct {
    int64_t not_seen, transit, offer, isolation, counsel, order;  // hours
} register_hours;
register_hours register_hours_default(void);
// Members of an agreement's "alarms" object override the defaults; an unknown one is an error.
HB_MUST_USE bool register_hours_read(const hb_json *alarms, register_hours *hours, hb_error *err);
typedef bool (*register_each_alarm)(void *context, const register_alarm *alarm, hb_error *err);
// Whose alarms, of what kind, as of when. Empty: any.
typedef struct {
    hb_instant now;
    const register_hours *hours;
    words_language language;
    hb_str kind;          // "A1" or "not-seen"
    hb_str place, owner;  // where both are given, either will do
    hb_str person;
} register_alarm_question;
// Every open alarm: those of no person, then of people, worst first and of one kind the oldest
// first.
HB_MUST_USE bool register_alarms(register_log *log, hb_instant now, const register_hours *hours,
                                 words_language language, register_each_alarm each, void *context,
                                 hb_error *err);
// Those of no person: of the register itself, of places, of questions. Few.
HB_MUST_USE bool register_alarms_of_none(register_log *log, const register_alarm_question *question,
                                         register_each_alarm each, void *context, hb_error *err);
// At most `limit` of those of people, in the same order.
HB_MUST_USE bool register_alarms_page(register_log *log, const register_alarm_question *question,
                                      hb_str from, uint32_t limit, register_each_alarm each,
                                      void *context, register_page *page, hb_error *err);
enum { REGISTER_ALARM_KINDS = 14 };
typedef struct {
    const char *id, *name, *title;
    uint64_t n;
} register_alarm_count;
// How many of people are open of each kind, worst first.
HB_MUST_USE bool register_alarms_count(register_log *log, const register_alarm_question *question,
                                       register_alarm_count counts[REGISTER_ALARM_KINDS],
                                       hb_error *err);

// ---- as JSON (json.c) ---------------------------------------------------------------------------
void register_time_text(hb_text *out, int64_t seconds);  // "2025-03-15T21:40:00Z"
void register_time_json(hb_text *out, int64_t seconds);  // the same in quotes, or null for 0
void register_marks_json(hb_text *out, uint32_t irregular);
void register_custody_json(hb_text *out, hb_str person, const register_custody *custody);
void register_entry_json(hb_text *out, const register_entry *entry);
void register_alarm_json(hb_text *out, const register_alarm *alarm);

// ---- proof ------------------------------------------------------------------------------------
uint64_t register_size(register_log *log);
// A number of this handle's that is another one whenever another handle, of whatever program, has
// changed anything in the store; with PostgreSQL also when somebody changed another database of the
// same cluster. 0: the store cannot tell.
uint64_t register_version(register_log *log);
// The latest checkpoint with its cosignatures, and what it is worth.
HB_MUST_USE bool register_checkpoint(register_log *log, hb_arena *arena, hb_str *note,
                                     proof_standing *standing, hb_error *err);
// What a witness is asked: the consistency proof from `old`, and the latest checkpoint.
HB_MUST_USE bool register_witness_request(register_log *log, uint64_t old, hb_text *out,
                                          hb_error *err);
// Takes signature lines of the policy's witnesses over a checkpoint of this log.
HB_MUST_USE bool register_cosign(register_log *log, hb_str note, uint32_t *n_taken, hb_error *err);
HB_MUST_USE bool register_prove(register_log *log, uint64_t event, hb_text *proof, hb_text *entry,
                                hb_error *err);
// What an entry says, for an outsider who has its proof: the fields of these names ("all", or
// parted by commas) with their salts. Sealed ones are shown when `reader` names who shows them, and
// that is on record.
HB_MUST_USE bool register_show(register_log *log, uint64_t event, hb_str names, hb_str reader,
                               hb_instant now, hb_text *out, hb_error *err);
typedef enum {
    REGISTER_WHOLE = 0,  // every signature, value, checkpoint and standing too
    REGISTER_TREE,       // entries, nodes and the last checkpoint alone, as an outsider can
} register_depth;
// What `register_verify` found. Zero is the cautious value.
typedef struct {
    register_depth depth;  // to which it was looked at
    bool is_unaltered;
    uint64_t n_events;
    uint64_t bad_event;  // first entry that does not match, when has_bad_event
    bool has_bad_event;
    char why[320];
    proof_standing standing;
} register_finding;
// Recomputes everything from the stored bytes. `from`: an earlier checkpoint's note kept elsewhere,
// or empty. True when it could be done; what it found is in `out`.
HB_MUST_USE bool register_verify(register_log *log, hb_str from, register_depth depth,
                                 register_finding *out, hb_error *err);
// A whole copy of an SQLite register in a new file, synced.
HB_MUST_USE bool register_backup(register_log *log, const char *path, hb_error *err);
// The same register in another, empty store, every row as it stands; the files beside serve both,
// and the store that goes on first makes the other one an old copy.
HB_MUST_USE bool register_copy(register_log *log, const char *where, hb_error *err);
// Writes checkpoint, tiles, entry bundles and the policy into a folder for any file server.
HB_MUST_USE bool register_export(register_log *log, const char *dir, hb_error *err);
#endif
