// What the files of register share: an event as read (event.c), the store's two doors (store.c),
// the vault of people's keys (vault.c), and the fold of events into custody (custody.c).
#ifndef REGISTER_INTERNAL_H
#define REGISTER_INTERNAL_H

#include <stdio.h>

#include "register/register.h"

// REGISTER_SYNCS, REGISTER_COMPARES, REGISTER_ANCHORS and REGISTER_DECOYS are 1, but for the builds
// that show what each protection is worth (meson's option "without"): whether a commit waits for
// the disk, whether one writer at a time compares the tree with its last checkpoint, whether an old
// copy is known by its anchor, whether a question is compared with nobodies too.

// ---- event.c ----------------------------------------------------------------------------------
typedef enum {
    EFFECT_NONE = 0,
    EFFECT_BEGIN,
    EFFECT_IDENTITY,
    EFFECT_BASIS,
    EFFECT_BASIS_END,
    EFFECT_END_DATE,
    EFFECT_ADMIT,
    EFFECT_COUNSEL,
    EFFECT_PROPOSE,
    EFFECT_CHECK,
    EFFECT_SECOND,
    EFFECT_WITHDRAW,
    EFFECT_STAY,
    EFFECT_STAY_LIFTED,
    EFFECT_NOTICE,
    EFFECT_ESCORT,
    EFFECT_OFFER,
    EFFECT_ACCEPT,
    EFFECT_REFUSE,
    EFFECT_HANDOVER,
    EFFECT_DEPART,
    EFFECT_REDIRECT,
    EFFECT_ARRIVE,
    EFFECT_SEEN,
    EFFECT_OUT,
    EFFECT_IN,
    EFFECT_HOSPITAL,
    EFFECT_ISOLATE,
    EFFECT_ISOLATE_END,
    EFFECT_ORDER,
    EFFECT_ORDER_ANSWERED,
    EFFECT_RELEASE_ORDERED,
    EFFECT_RELEASE,
    EFFECT_ESCAPE,
    EFFECT_DIE,
    EFFECT_CORRECT,
    EFFECT_TAKEN,
    EFFECT_RESTRICT,
    EFFECT_ERASURE_NOTICE,
    EFFECT_ERASE,
    EFFECT_PROTECT,
    EFFECT_PROTECT_END,
    EFFECT_CONTACT,
    EFFECT_PLACE,
    EFFECT_KEY_BEGIN,
    EFFECT_KEY_CONFIRM,
    EFFECT_KEY_END,
    EFFECT_REFUSED,
} event_effect;
event_effect event_effect_of(const register_kind *kind);
const register_kind *event_kind_find(hb_str name);

// What the register adds to an event, each committed to like the officers' own fields.
enum { OWN_MARKS = 0, OWN_RECORDED, OWN_SIGNATURES, OWN_SUBJECT, EVENT_OWN };
extern const char *const EVENT_OWN_NAMES[EVENT_OWN];
enum { EVENT_MAX_FIELDS = 44, EVENT_MAX_SIGNERS = 4, EVENT_MAX_BYTES = 64 * 1024 };
typedef struct {
    hb_str name, value;  // value: canonical JSON
    proof_secret salt;
    hb_hash digest;
    bool is_open;
} event_field;
typedef struct {
    const register_kind *kind;
    event_field fields[EVENT_MAX_FIELDS];  // sorted by name
    uint32_t n_fields;
    hb_hash root;  // what officers sign, through event_message
    struct {
        hb_str key;
        proof_signature signature;
        bool is_verified;  // ahead of the transaction (ahead.c), under this public key
        uint8_t verified_by[32];
    } signers[EVENT_MAX_SIGNERS];
    uint32_t n_signers;
    // Values of fields, "" or 0 when absent.
    hb_str person, place, authority, from, to, destination, order, verdict, rulebook_author,
        rulebook_reviewer, key, role, alarm, agrees, is_void, zone, sha256, phone, name, birth_date,
        country, seals;
    int64_t happened_at, due_at, lawful_until, review_at, until;
    uint64_t offer, corrects, capacity, head_count;
    int32_t offset_seconds;  // of happened_at, as written
} register_event;
// Reads an event line, signed or not; `has_salts` says which it was.
HB_MUST_USE bool event_read(hb_arena *arena, hb_json_reader *reader, hb_str line,
                            register_event *out, bool *has_salts, hb_error *err);
// Every line; the mistakes of all go to `errors`, and `err` stays for a failing machine.
HB_MUST_USE bool event_read_all(hb_arena *arena, hb_json_reader *reader, const hb_str *lines,
                                uint32_t n, register_event ***out, hb_errors *errors,
                                hb_error *err);
// Values from the open fields of a stored event.
HB_MUST_USE bool event_read_open(const hb_json *open, register_event *out, hb_error *err);
bool event_is_open(hb_str name);
void event_message(hb_text *out, hb_str origin, hb_hash root);
bool event_instant(hb_str text, int64_t *seconds);   // RFC 3339 with an offset
void event_time_add(hb_text *out, int64_t seconds);  // "2025-03-15T21:40:00Z"

// ---- store.c ----------------------------------------------------------------------------------
typedef enum { STORE_INT = 0, STORE_TEXT, STORE_BYTES } store_type;
typedef struct {
    store_type type;
    int64_t number;
    hb_str text;
} store_value;
#define STORE_N(n) ((store_value){STORE_INT, (int64_t)(n), {0}})
#define STORE_T(s) ((store_value){STORE_TEXT, 0, (s)})
#define STORE_B(s) ((store_value){STORE_BYTES, 0, (s)})
typedef bool (*store_row)(void *context, const store_value *row, hb_error *err);
typedef struct register_store register_store;
typedef struct {
    bool (*run)(register_store *store, const char *sql, const store_value *arguments, uint32_t n,
                store_row row, void *context, hb_error *err);
    bool (*begin)(register_store *store, hb_error *err);   // the one writer, until commit or undo
    bool (*commit)(register_store *store, hb_error *err);  // durable when it returns true
    void (*undo)(register_store *store);
    // Housekeeping, after what was committed is acknowledged and never needed for it.
    void (*tidy)(register_store *store);
    void (*close)(register_store *store);
    bool is_postgres;
} store_door;
struct register_store {
    const store_door *door;
    bool (*must_stop)(void *context);  // or NULL
    void *stop_context;
};
bool store_must_stop(const register_store *store);
bool store_stopped(hb_error *err);  // false, with err
// Every table, for both stores; `sql` is text with $1, $2..., kept prepared.
HB_MUST_USE register_store *store_open(const char *where, register_mode mode, bool is_new,
                                       hb_error *err);
HB_MUST_USE bool store_make_tables(register_store *store, hb_error *err);
const char *store_table(uint32_t at);  // NULL past the last
uint32_t store_n_columns(uint32_t at);
// Fails with "register-exists" where a register is: it refuses a second one.
HB_MUST_USE bool store_is_empty(register_store *store, hb_error *err);
// One moment of the store for all reads that follow, until `undo`; the checkpoint then is that of
// the entries read.
HB_MUST_USE bool store_snapshot(register_store *store, hb_error *err);
#define store_run(store, sql, arguments, row, context, err)                                  \
    (store)->door->run((store), (sql), (arguments), sizeof(arguments) / sizeof(store_value), \
                       (row), (context), (err))
register_store *sqlite_open(const char *path, register_mode mode, bool is_new, hb_error *err);
register_store *postgres_open(const char *address, hb_error *err);

// ---- held.c -----------------------------------------------------------------------------------
enum { HELD_COLUMNS = 16 };
typedef struct {
    char *one, *many;  // the insert of one row, and that of arrays
    uint32_t n_columns, n_rows;
    size_t n_bytes;
    store_type types[HELD_COLUMNS];
    hb_text columns[HELD_COLUMNS];
} held_rows;
// Whether that is an insert of one row which can wait for others; then `held` is the caller's to
// close.
bool held_open(held_rows *held, const char *sql, const store_value *row, uint32_t n);
bool held_is_of(const held_rows *held, const char *sql, const store_value *row, uint32_t n);
void held_add(held_rows *held, const store_value *row);
// A column's rows as an array, which stays until the next change; false without memory.
bool held_array(held_rows *held, uint32_t column, uint32_t element_type, hb_str *out);
hb_str held_value(const held_rows *held, uint32_t column);  // of the one row there is
void held_forget(held_rows *held);
void held_close(held_rows *held);

// ---- vault.c ----------------------------------------------------------------------------------
enum { PSEUDONYM = 33 };
typedef struct register_vault register_vault;
HB_MUST_USE register_vault *vault_open(const char *path, bool is_new, register_mode mode,
                                       hb_error *err);
void vault_close(register_vault *vault);
// The same for the same id, and nothing without the vault's key.
void vault_pseudonym(const register_vault *vault, hb_str person, char out[PSEUDONYM]);
// The person's key, made when there is none and `is_made` is given; false with err empty when
// there is none or it was destroyed.
bool vault_key(register_vault *vault, hb_str pseudonym, hb_str person, bool is_made,
               proof_secret *out, hb_error *err);
bool vault_person(register_vault *vault, hb_arena *arena, hb_str pseudonym, hb_str *person);
// Under which birth date and country, and by what name, a person is found again.
HB_MUST_USE bool vault_identify(register_vault *vault, hb_str pseudonym, const proof_secret *key,
                                uint64_t event, hb_str name, hb_str born, hb_str country,
                                hb_error *err);
typedef bool (*vault_each_identity)(void *context, hb_str pseudonym, hb_str name, hb_error *err);
bool vault_is_nobody(hb_str pseudonym);  // whom vault_find gives beside real people
HB_MUST_USE bool vault_find(register_vault *vault, hb_arena *arena, hb_str born, hb_str country,
                            vault_each_identity each, void *context, hb_error *err);
HB_MUST_USE bool vault_snapshot(register_vault *vault, hb_error *err);  // until vault_undo
HB_MUST_USE bool vault_begin(register_vault *vault, hb_error *err);
HB_MUST_USE bool vault_commit(register_vault *vault, hb_error *err);
void vault_undo(register_vault *vault);
HB_MUST_USE bool vault_destroy(register_vault *vault, hb_str pseudonym, hb_error *err);

// ---- log.c ------------------------------------------------------------------------------------
// What the last transaction of this handle left. While its checkpoint is still the latest, nobody
// has recorded since, and it is the tree to go on with.
typedef struct {
    bool is_known;
    hb_hash note;  // of the checkpoint
    proof_growing tree;
    int64_t recorded_at;
} log_edge;
struct register_log {
    register_store *store;
    register_vault *vault;
    hb_arena *arena;    // origin, policy, key
    hb_arena *scratch;  // of one operation
    hb_arena *row;      // of one row of a fold
    hb_json_reader *reader;
    hb_str origin, policy_text;
    proof_policy policy;
    proof_key key;
    proof_secret seed;
    struct likeness_folder *folder;
    bool has_seed, is_rolled_back;
    // The last checkpoint that was opened, by the hash of its note, and what it was worth: its
    // signatures are not verified twice.
    hb_hash opened_note;
    proof_standing opened_standing;
    bool has_opened;
    struct log_officers *officers;    // found in this transaction
    struct log_standings *standings;  // the same (recall.c)
    struct log_tally *tally;          // changes of this transaction (tally.c)
    uint32_t n_moments;
    log_edge edge;
    register_mode mode;
    char where[4200], local[4096];
    int lock, anchor;  // file descriptors, -1
};
// One moment of store and vault for all reads that follow, until it ends; a moment within another
// is the same. Also many times cheaper than a moment for each read.
HB_MUST_USE bool log_moment(register_log *log, hb_error *err);
void log_moment_end(register_log *log);
HB_MUST_USE bool log_size(register_log *log, uint64_t *size, hb_error *err);
proof_nodes log_nodes(register_log *log);
int64_t log_node_key(uint32_t level, uint64_t at);  // under which a node above the leaves is kept
HB_MUST_USE bool log_latest(register_log *log, hb_arena *arena, uint64_t *size, hb_str *note,
                            hb_error *err);
typedef struct {
    bool is_found;
    proof_key key;
    register_word authority, role;
    uint64_t from, until;  // counts for events from <= n < until
} log_officer;
HB_MUST_USE bool log_find_officer(register_log *log, hb_str key, log_officer *out, hb_error *err);
// The same, asked of the store once: for the one writer within its transaction and for a reader
// within one moment of the store. `log_forget_officers` begins and ends such a time.
HB_MUST_USE bool log_recall_officer(register_log *log, hb_str key, log_officer *out, hb_error *err);
void log_forget_officers(register_log *log);
void log_mend_anchor(const register_log *log);  // takes a line cut short off its end
// The register's own secret, read when a reader has to sign an answer.
HB_MUST_USE bool log_need_secret(register_log *log, hb_error *err);
HB_MUST_USE bool log_note(register_log *log, uint64_t size, hb_hash root, hb_text *out);
// Leaf bytes: "habeas/leaf/v1\n" minute "\n" base64(SHA-256 of the digests sorted by name) "\n".
void log_entry(hb_text *out, int64_t recorded_at, hb_hash digests);

// ---- ahead.c ------------------------------------------------------------------------------------
typedef struct {
    bool is_known;
    uint8_t public_key[32];
} ahead_key;
// Verifies the signatures of an event under these keys, one for each signer.
void ahead_verify(hb_str origin, register_event *event, const ahead_key *keys);
// The same for many events, on every processor, under the keys that the register knows.
HB_MUST_USE bool ahead_verify_all(register_log *log, register_event *const *events, uint32_t n,
                                  hb_error *err);
bool ahead_is_verified(const register_event *event, uint32_t signer, const proof_key *key);
// As many threads as that many works are worth, at most one a processor; and running them.
uint32_t ahead_n_threads(uint64_t n_works);
void ahead_run(uint32_t n_threads, void *(*work)(void *context), void *context);

// ---- append.c -----------------------------------------------------------------------------------
typedef struct {
    uint64_t size;
    hb_hash root;
} append_mark;
// What is stored is durable, and acknowledged once its mark is in the anchor, synced. Marks go
// there in the order in which they were stored, from one thread at a time, while the handle's goes
// on.
HB_MUST_USE bool append_stored(register_log *log, const register_event *const *events, uint32_t n,
                               hb_instant now, register_receipt *receipts, uint32_t *at,
                               append_mark *mark, hb_error *err);
HB_MUST_USE bool append_anchored(register_log *log, const append_mark *marks, uint32_t n,
                                 hb_error *err);
// Both, and the housekeeping after. Appends events in one transaction. When it fails, *at is the
// event that was refused, or `n`: then it failed after the last one, and whether they were written
// is not known.
HB_MUST_USE bool append_all(register_log *log, const register_event *const *events, uint32_t n,
                            hb_instant now, register_receipt *receipts, uint32_t *at,
                            hb_error *err);
// The same, with err->line, and with the refusal of a forged claim on record.
HB_MUST_USE bool append_events(register_log *log, const hb_str *lines,
                               register_event *const *events, uint32_t n, hb_instant now,
                               register_receipt *receipts, hb_error *err);

// ---- erase.c ------------------------------------------------------------------------------------
// Whether an erasure that is about to be recorded has its grounds; true of any other event.
HB_MUST_USE bool erase_check(register_log *log, const register_event *event,
                             const log_officer *officer, const register_custody *custody,
                             hb_str pseudonym, int64_t recorded_at, hb_error *err);

// ---- custody.c --------------------------------------------------------------------------------
// Adds one event to what is known, and gives its marks (without those of time, role and signature).
uint32_t custody_add(register_custody *custody, const register_event *event, uint64_t number,
                     hb_str first_signer);
HB_MUST_USE bool custody_fold(register_log *log, hb_str pseudonym, int64_t until,
                              register_custody *out, hb_error *err);
// The same, and after each event what it amounts to so far.
typedef bool (*custody_each)(void *context, const register_custody *after, int64_t happened_at,
                             hb_error *err);
HB_MUST_USE bool custody_fold_each(register_log *log, hb_str pseudonym, int64_t until,
                                   register_custody *out, custody_each each, void *context,
                                   hb_error *err);
void custody_word(register_word out, hb_str text);
// "moved without a verdict, without notice", in the language asked for.
void custody_say_marks(hb_text *out, words_language language, uint32_t irregular);
// Marks that alarm by themselves (A16).
enum {
    CUSTODY_IRREGULAR = REGISTER_AFTER_END | REGISTER_EARLY | REGISTER_CLOCK | REGISTER_ONE_SIDE |
                        REGISTER_NO_OFFER | REGISTER_NOT_HELD | REGISTER_ROLE | REGISTER_ZONE |
                        REGISTER_HEAD_COUNT | REGISTER_SEALS
};

// ---- handed.c ---------------------------------------------------------------------------------
void handed_say(register_handed *said, const register_event *event);  // by the side that lets go
// By the side that takes: marks where it differs; then nothing is open to be compared.
uint32_t handed_compare(register_handed *said, const register_event *event);

// ---- standing.c -------------------------------------------------------------------------------
#define NEVER INT64_MAX
// The stored standing; zero with *last_happened INT64_MIN for nobody.
HB_MUST_USE bool standing_read(register_log *log, hb_str person, register_custody *out,
                               int64_t *last_happened, hb_error *err);
// A stored standing as text; fails with "register-altered".
HB_MUST_USE bool standing_parse(hb_str text, register_custody *out, hb_error *err);
HB_MUST_USE bool standing_write(register_log *log, hb_str person, const register_custody *c,
                                int64_t last_happened, hb_error *err);
// The stored alarms of a person whose standing was `before` and is `after`: those that have ended,
// and those that have begun.
HB_MUST_USE bool standing_end_alarms(register_log *log, hb_str person,
                                     const register_custody *before, const register_custody *after,
                                     hb_error *err);
HB_MUST_USE bool standing_begin_alarms(register_log *log, hb_str person,
                                       const register_custody *before,
                                       const register_custody *after, hb_error *err);
// After an event that was stored in the same transaction.
HB_MUST_USE bool standing_keep(register_log *log, hb_str person, const register_custody *before,
                               const register_custody *after, int64_t last_happened,
                               int64_t happened_at, bool is_voiding, hb_error *err);
// Of the people whose names stand between `from` and `until`: *why is set where a stored standing
// is not what the events amount to; how many of each table they should have is added to the counts.
typedef struct {
    uint64_t n_people, n_stays, n_alarms;
} standing_counts;
HB_MUST_USE bool standing_check(register_log *log, hb_str from, hb_str until,
                                standing_counts *counts, const char **why, hb_error *err);
typedef bool (*standing_name)(void *context, hb_str person, hb_error *err);
// `sql` gives names after $1, which is `from` at first, and before $3 in their order, at most $2 of
// them.
HB_MUST_USE bool standing_each_name(register_log *log, const char *sql, hb_str from, hb_str until,
                                    standing_name each, void *context, hb_error *err);
#define STANDING_FIRST HB_STR("")
#define STANDING_LAST HB_STR("g")  // pseudonyms are hexadecimal

// ---- due.c --------------------------------------------------------------------------------------
// ORDER due (due.c). The number is that of the alarm's id, and is kept in the store.
typedef enum {
    DUE_NONE = 0,
    DUE_NOT_SEEN = 1,
    DUE_PAST_END = 2,
    DUE_END = 3,
    DUE_MOVED_BARRED = 4,
    DUE_NO_VERDICT = 5,
    DUE_STAY = 6,
    DUE_TWO_PLACES = 7,
    DUE_OFFER = 8,
    DUE_TRANSIT = 9,
    DUE_ORDER = 10,
    DUE_COUNSEL = 11,
    DUE_ISOLATION = 12,
    DUE_NO_END = 15,
    DUE_IRREGULAR = 16,
} due_kind;
enum { DUE_KINDS = REGISTER_ALARM_KINDS, DUE_ROWS = 16 };
// One clock that runs for one person. Everything an alarm says is of it, the hours and the time
// now.
typedef struct {
    due_kind kind;
    int64_t starts;
    hb_str place, owner, what;
    int64_t more;
} due_row;
typedef struct {
    const register_hours *hours;
    int64_t now;
    words_language language;
} due_asking;
uint32_t due_rows(const register_custody *custody, due_row rows[DUE_ROWS]);  // borrowed from it
// A row is an alarm while its start stands between these two, both included.
void due_window(due_kind kind, const due_asking *asking, int64_t *first, int64_t *last);
void due_alarm(const due_asking *asking, const due_row *row, register_alarm *out);
__attribute__((format(printf, 3, 4))) void due_say(const due_asking *asking, register_alarm *alarm,
                                                   const char *english, ...);
const char *due_time(char out[32], int64_t seconds);
due_kind due_kind_at(uint32_t rank);  // worst first; DUE_NONE past the last
uint32_t due_rank(due_kind kind);
due_kind due_kind_find(hb_str id_or_name);
const char *due_id(due_kind kind);
const char *due_name(due_kind kind);
const char *due_title(due_kind kind);

// An alarm's place among all, worst and oldest first; and as text, where a page begins.
typedef struct {
    uint32_t rank;
    int64_t starts;
    char person[PSEUDONYM];
} due_position;
int due_compare(const void *a, const void *b);
void due_cursor_write(register_cursor out, const due_position *at);
// Of nothing the first of all; fails with "bad-cursor".
HB_MUST_USE bool due_cursor_read(hb_str cursor, due_position *out, hb_error *err);

// ---- alarm.c ------------------------------------------------------------------------------------
typedef struct {
    register_log *log;
    const register_alarm_question *question;
    due_asking due;
    register_each_alarm each;
    void *context;
    bool is_past;  // asked about a time before the last event was recorded
} alarm_asking;
// ---- alarm_none.c -------------------------------------------------------------------------------
HB_MUST_USE bool alarm_of_none(alarm_asking *asking, hb_error *err);

// ---- tally.c ------------------------------------------------------------------------------------
// One alarm more or less; the row's words stay until it is written. Within the one writer's
// transaction.
HB_MUST_USE bool tally_add(register_log *log, const due_row *row, int n, hb_error *err);
HB_MUST_USE bool tally_write(register_log *log, hb_error *err);
void tally_forget(register_log *log);
void tally_close(register_log *log);
// How many alarms of a kind, and of an owner unless it is empty, start between two instants, both
// included.
HB_MUST_USE bool tally_count(register_log *log, due_kind kind, hb_str owner, int64_t first,
                             int64_t last, uint64_t *n, hb_error *err);
HB_MUST_USE bool tally_check(register_log *log, bool *is_right, hb_error *err);

// ---- recall.c -----------------------------------------------------------------------------------
enum { RECALLED_PEOPLE = 1024 };
typedef struct {
    char person[PSEUDONYM];
    register_custody stored, custody;  // as the tables have it, and as it is now
    int64_t last_happened;
    bool is_changed;  // and not written yet
} recalled_standing;
// Within the one writer's transaction: writes what has changed, and recalls the standings of those
// whom at most RECALLED_PEOPLE events are about; `recall_find` gives them, NULL for others.
HB_MUST_USE bool recall_people(register_log *log, const register_event *const *events, uint32_t n,
                               hb_error *err);
recalled_standing *recall_find(register_log *log, hb_str person);
HB_MUST_USE bool recall_write(register_log *log, hb_error *err);  // what has changed; then none is
void recall_forget(register_log *log);
void recall_close(register_log *log);

// ---- read.c -----------------------------------------------------------------------------------
// Whether `reader` may see what is sealed; and that it was seen, on record.
HB_MUST_USE bool read_may(register_log *log, hb_str reader, const register_custody *custody,
                          hb_error *err);
int64_t read_count_limit(uint64_t most);  // of rows, to know whether there are more
HB_MUST_USE bool read_log(register_log *log, hb_str pseudonym, hb_str reader, hb_instant now,
                          hb_error *err);
// One person, or everybody, as of an instant (INT64_MAX: now), under their pseudonyms.
HB_MUST_USE bool read_one(register_log *log, hb_str person, int64_t at, register_each each,
                          void *context, hb_error *err);
HB_MUST_USE bool read_each(register_log *log, int64_t at, register_each each, void *context,
                           hb_error *err);
// Of the id of a person; "no-vault" where nobody is known by id.
HB_MUST_USE bool read_pseudonym(register_log *log, hb_str person, char out[PSEUDONYM],
                                hb_error *err);
bool read_is_pseudonym(hb_str text);  // or begins one
bool read_no_cursor(hb_error *err);   // fails with "bad-cursor"

// ---- audit_event.c ------------------------------------------------------------------------------
// What one thread verifies with a handle of its own.
typedef struct {
    register_log *log;
    uint64_t n_begun, n_ended, n_voided;  // events that have a row in a table beside
} audit_part;
// Why an event is not what was signed, or NULL.
// row: seq entry hash person kind happened recorded opened sealed digests signers marks
const char *audit_event(audit_part *part, const store_value *row, hb_error *err);

// ---- likeness.c ---------------------------------------------------------------------------------
typedef struct likeness_folder likeness_folder;  // ICU's transliterator, opened once a handle
likeness_folder *likeness_open(hb_error *err);
void likeness_close(likeness_folder *folder);
// Latin letters without accents, lower case, words parted by one space; false past 255 bytes or for
// text that is no UTF-8.
bool likeness_fold(likeness_folder *folder, hb_str text, char out[256]);
// Whether folded `asked` can be the person recorded under folded `known`: every word of it stands
// there, in any order, with one wrong letter in all; one word alone is no name.
bool likeness_of_names(const char *asked, const char *known);
bool likeness_of_ids(const char *asked, const char *known);  // without spaces

// ---- asked.c ----------------------------------------------------------------------------------
// Keeps one question, sealed to a monitor's key, synced.
HB_MUST_USE bool asked_keep(register_log *log, hb_str reference, int64_t due_at, hb_str question,
                            const uint8_t monitor[32], hb_instant now, hb_error *err);
// What a human has to answer, or has answered, of the last 30 days, however much was asked.
HB_MUST_USE bool asked_waiting(register_log *log, hb_instant now, register_each_asking each,
                               void *context, hb_error *err);
#endif
