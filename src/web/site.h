// What all requests share, made before the port opens and read by every thread after. Only
// sessions, accounts, rates and the audit change, each behind its own lock.
#ifndef WEB_SITE_H
#define WEB_SITE_H

#include <pthread.h>

#include "conditions/conditions.h"
#include "money/money.h"
#include "web/page.h"

// ---- people.c, lists.c -------------------------------------------------------------------------
// `imported`: the list that was made of the file at `path`, or NULL.
HB_MUST_USE web_list *web_list_open(const rulebook *rb, const web_options *options,
                                    const char *path, const char *imported, uint32_t n_jobs,
                                    hb_errors *errors);
void web_list_close(web_list *list);
HB_MUST_USE bool web_orders_make(web_list *list, hb_error *err);  // order.c
void web_orders_clear(web_list *list);
// Whether a reason may be shown to whom nothing confidential is: the rule is not, nor any fact in
// it.
bool web_is_open_rule(const rulebook *rb, const gate_decision *d, uint32_t rule);
// upload.c: a list that came in a form, the list's own file first. NULL with every cause in
// `errors`; then nothing of it is kept.
// `mapping`: the name of the one by which the first of the files is read, or "".
HB_MUST_USE const web_list *web_list_take(web_request *r, const web_field *const *files, uint32_t n,
                                          hb_str mapping, hb_errors *errors);
enum { WEB_UPLOAD_MOST = 16 };  // of one form
// One file of a form into a folder, under its plain name; a folder of such files away again.
HB_MUST_USE bool web_write_upload(const char *folder, const web_field *field, hb_errors *errors);
void web_remove_upload(const char *folder);
HB_MUST_USE bool web_lists_sent_in(web_site *site, uint32_t n_jobs, hb_errors *errors);

// ---- store.c: the one door to SQLite -----------------------------------------------------------
typedef struct web_store web_store;
typedef enum { WEB_STORE_TEXT = 0, WEB_STORE_INT } web_store_kind;
typedef struct {
    web_store_kind kind;
    hb_str text;
    int64_t number;
} web_cell;
#define WEB_T(str) ((web_cell){WEB_STORE_TEXT, (str), 0})
#define WEB_N(n) ((web_cell){WEB_STORE_INT, {0}, (int64_t)(n)})
typedef bool (*web_each_row)(void *to, const web_cell *row, uint32_t n);  // false: no more
HB_MUST_USE web_store *web_store_open(const char *path, hb_error *err);
void web_store_close(web_store *store);
pthread_mutex_t *web_store_turn(web_store *store);  // of what takes much memory
// `each` may be NULL. *n_changed may be NULL.
HB_MUST_USE bool web_store_run(web_store *store, const char *sql, const web_cell *arguments,
                               uint32_t n, web_each_row each, void *to, int64_t *n_changed,
                               hb_error *err);

// ---- account.c ---------------------------------------------------------------------------------
enum { WEB_TOTP_BYTES = 20 };
// Whether name and password are those of an account in force; takes as long when there is none.
HB_MUST_USE bool web_password_is(web_store *store, hb_str name, hb_str password,
                                 web_account *account, bool *is, hb_error *err);
HB_MUST_USE bool web_password_change(web_store *store, hb_str name, hb_str password, hb_error *err);
void web_password_form(web_request *r, html *out);  // page_password.c
// Whether the code is right now and was not used before.
HB_MUST_USE bool web_code_is(web_store *store, const web_account *account, hb_str code,
                             hb_instant now, hb_str from, bool *is, hb_error *err);
HB_MUST_USE bool web_account_read(web_store *store, hb_str name, web_account *account, bool *found,
                                  hb_error *err);
bool web_account_store(web_store *store, const web_new_account *account, bool is_confirmed,
                       hb_instant now, const uint8_t secret[WEB_TOTP_BYTES], hb_error *err);
void web_totp_code(const uint8_t secret[WEB_TOTP_BYTES], int64_t at, char code[8]);
void web_base32(const uint8_t *bytes, size_t n, char out[64]);
// A program's token: its account, or not found.
HB_MUST_USE bool web_token_read(web_store *store, hb_str token, web_account *account, bool *found,
                                hb_error *err);

// ---- session.c ---------------------------------------------------------------------------------
typedef struct web_sessions web_sessions;
web_sessions *web_sessions_open(void);
void web_sessions_close(web_sessions *sessions);
typedef char web_secret[44];  // 32 random bytes, base64url
void web_secret_new(web_secret secret);
// Begins one; `needs_code` until the second step. `cookie` gets its secret.
void web_session_begin(web_sessions *s, const web_account *account, bool needs_code, hb_instant now,
                       web_secret cookie);
typedef enum { WEB_SESSION_NONE = 0, WEB_SESSION_NEEDS_CODE, WEB_SESSION_WHOLE } web_session_state;
// *until: when it ends unless it is used before (NULL: not asked).
web_session_state web_session_find(web_sessions *s, hb_str cookie, hb_instant now,
                                   web_account *account, int64_t *until);
void web_session_end(web_sessions *s, hb_str cookie);
void web_session_end_all(web_sessions *s, hb_str account, hb_str but);  // but: a cookie, or ""
uint32_t web_session_count_of(web_sessions *s, hb_str account, hb_instant now);
uint32_t web_session_count(web_sessions *s, hb_instant now);
// The word a form must bring back, bound to a cookie of this browser.
void web_session_form_word(web_sessions *s, hb_str cookie, char word[44]);
bool web_session_form_word_is(web_sessions *s, hb_str cookie, hb_str word);
// Tries of a name, whether there is such an account or not.
enum { WEB_TRIES = 5, WEB_LOCK_MINUTES = 15 };
uint32_t web_tries_left(web_sessions *s, hb_str name, hb_instant now);  // 0: it waits
void web_tries_failed(web_sessions *s, hb_str name, hb_instant now);
void web_tries_good(web_sessions *s, hb_str name);
// A bucket of requests a minute; false: too many, *wait seconds.
bool web_rate_take(web_sessions *s, const char *what, hb_str who, uint32_t a_minute, hb_instant now,
                   uint32_t *wait);

// ---- audit.c -----------------------------------------------------------------------------------
typedef struct web_audit web_audit;
HB_MUST_USE web_audit *web_audit_open(const char *path, hb_error *err);
// Starts the thread that syncs; before it nothing is written.
HB_MUST_USE bool web_audit_begin(web_audit *audit, hb_error *err);
void web_audit_close(web_audit *audit);
// One entry for each person read, or one for the act. False: it could not be written, and then the
// answer must not be sent.
HB_MUST_USE bool web_audit_add(web_audit *audit, const web_request *r, hb_error *err);
typedef struct {
    uint64_t at;  // offset of the entry
    int64_t seconds;
    hb_str account, role, act, object, from;
    uint32_t status;
} web_audit_entry;
typedef bool (*web_each_audit)(void *to, const web_audit_entry *entry);  // false: no more
// Newest first from before offset `before` (0: the end), of one account or object when given. It
// looks at so many bytes only: before *rest stands what it did not look at; 0: nothing.
HB_MUST_USE bool web_audit_each(web_audit *audit, uint64_t before, hb_str account, hb_str object,
                                web_each_audit each, void *to, uint64_t *rest, hb_error *err);
// ---- assets.c ----------------------------------------------------------------------------------
typedef struct {
    char name[96];
    const char *type;
    hb_bytes bytes;
    char etag[24];
} web_asset;
typedef struct {
    web_asset *all;
    uint32_t n;
    char version[16];  // in every address, so a new build is a new address
} web_assets;
HB_MUST_USE bool web_assets_load(web_assets *assets, const char *folder, hb_error *err);
void web_assets_clear(web_assets *assets);
const web_asset *web_asset_find(const web_assets *assets, hb_str name);

// ---- kept.c ------------------------------------------------------------------------------------
typedef struct web_kept web_kept;
enum { WEB_KEPT_KEY = 32, WEB_KEPT_BYTES = 1 << 20 };  // of a key; of the largest page
web_kept *web_kept_open(void (*drop)(void *answer));
void web_kept_close(web_kept *kept);
void web_kept_key(const web_kept *kept, hb_str cookies, hb_str address, words_language language,
                  uint64_t n_lists, uint64_t version, int64_t minute, uint8_t key[WEB_KEPT_KEY]);
bool web_kept_has(web_kept *kept, const uint8_t key[WEB_KEPT_KEY]);
// Calls `use` with the answer, packed when it is wanted and there is one; false: it is gone.
bool web_kept_use(web_kept *kept, const uint8_t key[WEB_KEPT_KEY], bool is_packed,
                  void (*use)(void *to, void *answer), void *to);
// Takes both answers.
void web_kept_put(web_kept *kept, const uint8_t key[WEB_KEPT_KEY], void *plain, void *packed,
                  size_t n_bytes);

// ---- aside.c -----------------------------------------------------------------------------------
typedef struct web_aside web_aside;
enum { WEB_LONG_SECONDS = 120, WEB_SECONDS = 20 };  // a request that can take long, any other
typedef struct web_long {
    void (*work)(void *to);
    void (*done)(void *to, bool is_worked);  // once, from any thread; false: nothing was worked out
    void *to;
    hb_str who;
    struct web_long *next;
} web_long;
web_aside *web_aside_open(void);
HB_MUST_USE bool web_aside_begin(web_aside *aside, hb_error *err);  // its threads
bool web_aside_take(web_aside *aside, web_long *one);  // false: it has no room, or ends
void web_aside_end(web_aside *aside);  // everything that it took is done then, and nothing is taken
void web_aside_close(web_aside *aside);

// ---- the site ----------------------------------------------------------------------------------
struct web_worker {
    web_site *site;
    hb_arena *arena;
    rulebook_bench *bench;
    struct verify_changer *changer;  // NULL until somebody asks what would change a verdict
    intake_reader **readers;         // one a list
    register_log *log;               // or NULL
    hb_json_reader *json;
    uint64_t log_version;  // register_version when it last looked
    int64_t until;         // monotonic seconds, after which the register answers it no more
    web_worker *next;      // free ones
};

enum { WEB_FACILITIES = 64 };
struct web_site {
    const web_options *options;
    rulebook *rb;
    conditions_law *conditions;  // NULL: the server knows no facility
    conditions_return *facilities[WEB_FACILITIES];
    hb_hash facility_files[WEB_FACILITIES];
    uint32_t n_facilities;
    hb_arena *money_arena;
    hb_bytes model_file;  // the rulebook's, as it stands on disk
    money_report *money;  // NULL: the server knows no scenario
    hb_bytes scenario_file;
    char claims_path[4096];  // "" = none
    struct web_runs *runs;
    web_list *lists[64];
    _Atomic uint32_t n_lists;
    hb_str agreement_id, agreement_title, agreement_status;
    hb_str time_zone;            // its name; "" unless has_zone
    uint32_t zone, sender_zone;  // as the agreement names them, for hb_zone_offset_utc
    bool has_zone, has_sender_zone;
    hb_arena *arena;  // of what was read at start
    const hb_json *agreement;
    register_hours hours;
    web_store *store;
    web_sessions *sessions;
    web_audit *audit;
    web_assets assets;
    web_kept *kept;  // NULL: every page is made anew
    web_aside *aside;
    _Atomic bool is_ending;
    _Atomic uint64_t register_changes;  // seen by any worker
    hb_instant started;
    register_group *group;  // through which everybody records, or NULL
    pthread_mutex_t lock;   // of free_workers and flights
    web_worker *free_workers;
    struct web_flight
        *flights;  // requests to record, by account and key, not answered yet (events.c)
    pthread_cond_t flight_has_ended;
    void (*log)(void *to, hb_str line);
    void *log_to;
};
HB_MUST_USE web_site *web_site_open(const web_options *options, hb_instant now, hb_errors *errors);
void web_site_close(web_site *site);
web_worker *web_worker_take(web_site *site, hb_error *err);
void web_worker_give(web_site *site, web_worker *worker);
void web_worker_limit(web_worker *worker, int64_t seconds);  // from now on

// ---- events.c ----------------------------------------------------------------------------------
web_act web_act_of_event(hb_str kind);
const register_kind *web_event_kind(hb_str name);                // NULL: no such kind
hb_str web_event_field(const hb_json *event, const char *name);  // of a line signed or not; ""
HB_MUST_USE bool web_may_record(web_request *r, hb_str line, hb_error *err);
// The lines of a text, each one that this account may record.
HB_MUST_USE bool web_event_lines(web_request *r, hb_str text, hb_str *lines, uint32_t most,
                                 uint32_t *n, hb_error *err);
// {"receipts":[...]} of signed lines, or what it gave when this account used the key before; status
// 409 when that was for something else. `of`: hash of what was sent.
HB_MUST_USE bool web_record_once(web_request *r, hb_str key, hb_hash of, const hb_str *lines,
                                 uint32_t n, hb_text *out, hb_error *err);

// ---- facilities.c ------------------------------------------------------------------------------
HB_MUST_USE bool web_facilities_open(web_site *site, hb_errors *errors);
void web_facilities_close(web_site *site);
const conditions_return *web_facility_find(const web_site *site, hb_str id);
// The return with these very bytes; NULL: none that the server was started with.
const conditions_return *web_facility_of_file(const web_site *site, hb_hash sha256);

// ---- money.c, page_money.c ---------------------------------------------------------------------
HB_MUST_USE bool web_money_open(web_site *site, uint32_t n_jobs, hb_errors *errors);
money_people web_money_people(const web_site *site);  // verdicts of the newest list
// runs.c: the scenario with a reader's own values. `layer` is an object of inputs as a scenario has
// them; `changed` a line a value, for the page. The id lives as long as the run; NULL with err.
struct web_runs *web_runs_open(void);
void web_runs_close(struct web_runs *runs);
const char *web_run_start(web_request *r, hb_str layer, hb_str changed, hb_error *err);
typedef struct {
    struct web_run *run;
    uint64_t done, all;
    bool has_ended, is_stopped;
    hb_str changed;
    const money_report *report;  // NULL: it has not ended, was stopped, or failed with `error`
    hb_error error;
} web_run_view;
// Of the reader's own alone; false: none. What it points to stays until web_run_close.
bool web_run_open(const web_request *r, hb_str id, web_run_view *out);
void web_run_close(const web_request *r, web_run_view *view);
bool web_run_stop(const web_request *r, hb_str id);
void web_run_form(web_request *r, html *out);
// A report as page: claims, figures, drawings, inputs.
HB_MUST_USE bool web_money_write(web_request *r, html *out, const money_report *report,
                                 hb_error *err);

// ---- demo.c ------------------------------------------------------------------------------------
HB_MUST_USE bool web_demo_accounts(web_store *store, hb_instant now, hb_error *err);
typedef struct {
    const char *name, *role, *party, *people, *place, *question_en,
        *proof_en;  // words on the page that answers it
} web_demo_row;
uint32_t web_demo_n(void);
const web_demo_row *web_demo_at(uint32_t i);
void web_demo_secret(const char *name, uint8_t secret[WEB_TOTP_BYTES]);
const char *web_demo_password(void);

// ---- route.c -----------------------------------------------------------------------------------
typedef bool (*web_page)(web_request *r, html *out, hb_error *err);
typedef bool (*web_data)(web_request *r, hb_text *out, hb_error *err);
struct web_route {
    web_method method;
    const char *address;  // "/people/{p}"
    size_t n_address;
    web_act act;
    web_page page;  // one of the two
    web_data data;
    const char *title;
    uint32_t max_body;
    bool is_of_a_person;  // no grant, or a person not one's own: the neutral 404, not 403
    bool is_long;         // worked out aside (aside.c)
};
const web_route *web_routes(uint32_t *n);
// NULL: no such address; *other: the address exists under another method.
const web_route *web_route_find(web_method method, hb_str path, hb_str parts[WEB_PARTS],
                                uint32_t *n_parts, bool *other);

// ---- answer.c: from a request to the bytes of its answer ---------------------------------------
// With r->is_paper and status 200 the body is HTML that is still to become a PDF.
void web_answer(web_request *r, hb_text *body);
// The next part of an answer that goes on (r->more), in place of what stands in the body; empty: it
// has ended. False: it cannot go on, and whoever reads must not take it for whole.
bool web_answer_more(web_request *r, hb_text *body);
void web_answer_failed(web_request *r, const hb_error *err, hb_text *body);  // no PDF: why
hb_str web_session_cookie(const web_request *r);
bool web_session_cookie_set(web_request *r, const char *secret);
// The letters of the boxes this browser has closed; "" none.
hb_str web_closed_boxes(const web_request *r);
bool web_closed_boxes_set(web_request *r, const char *letters);
// summary.c: the box above a page, and the button that shows all again.
void web_summary(web_request *r, html *out);
void web_show_boxes(web_request *r, html *out);
bool web_session_cookie_end(web_request *r);

// ---- form.c ------------------------------------------------------------------------------------
// Reads name=value&... or multipart/form-data in place; false: neither.
bool web_form_read(hb_arena *arena, hb_str type, hb_str body, web_field *fields, uint32_t *n);
bool web_query_read(hb_arena *arena, hb_str text, web_field *fields, uint32_t *n);
// Undoes %XX in a part of a path, where + is itself.
bool web_path_read(hb_arena *arena, hb_str text, hb_str *out);

// ---- shell.c, problem.c ------------------------------------------------------------------------
void web_shell(web_request *r, html *out, html *content);
void web_all_links(const web_request *r, html *out);  // every page that the role may open
void web_problem_page(web_request *r, html *content, const hb_error *err);
void web_problem_json(web_request *r, hb_text *out, const hb_error *err);

// ---- sandbox.c ---------------------------------------------------------------------------------
// `site`: whose lists may be read again; NULL: none.
HB_MUST_USE bool web_sandbox(const web_options *options, const web_site *site, hb_text *said,
                             hb_error *err);
HB_MUST_USE bool web_sandbox_printer(hb_error *err);  // of the process that makes PDF

// ---- printer.c ---------------------------------------------------------------------------------
typedef struct web_printer web_printer;
enum { WEB_PAPER_SECONDS = 60, WEB_PAPER_WAIT_SECONDS = 60 };  // to be made, and before that
// Forks the process: before any thread, before anything that it should not hold is open.
HB_MUST_USE web_printer *web_printer_start(bool is_open, hb_error *err);
HB_MUST_USE bool web_printer_begin(web_printer *printer, hb_error *err);  // the queue's thread
void web_printer_stop(web_printer *printer);
typedef struct web_print {
    hb_text page;  // HTML
    uint32_t n_pages;
    hb_text pdf;
    bool is_made;
    hb_error err;
    void (*done)(void *to);  // called once, from any thread, when the job is its owner's again
    void *to;
    struct web_print *next;
    int64_t asked_at;
} web_print;
void web_printer_take(web_printer *printer, web_print *job);
#endif
