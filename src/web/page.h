// What a page has in its hands. A page is one function in a file src/web/page_NAME.c:
//
//     bool web_page_list(web_request *r, html *out, hb_error *err);
//
// It writes what stands inside <main>, from the <h1> down; shell.c puts everything around it. It
// has one row in routes.def. page_list.c is the worked example. A page
//   - reads the parts of its address with web_part(r, 0), the query with web_query(r, "after");
//   - asks who reads: r->grant is what the role may do on this route's act (WEB_ALL, WEB_OWN,
//   WEB_COUNTS);
//     with WEB_OWN it shows only persons for whom web_may_see(r, id) is true; web_shows_rule and
//     web_shows_fact say whether a confidential one may appear;
//   - calls web_read_of(r, "P-014") for each person it shows by more than a row of a list: that is
//   audited;
//   - answers otherwise with `return web_not_found(r)` (the neutral page, same whether the record
//   exists or
//     not), `return web_go(r, address)` (after a POST), or false with err (HB_INPUT: the error page
//     with the words; anything else: E6 with a reference);
//   - says words with say(r, "English"), which xgettext collects; Spanish goes to po/es.po.
// Each file that needs something loaded before the sandbox closes adds it to web_site (site.h).
#ifndef WEB_PAGE_H
#define WEB_PAGE_H

#include "enddate/enddate.h"
#include "gate/gate.h"
#include "html/html.h"
#include "register/register.h"
#include "web/web.h"
#include "words/words.h"

// ---- roles (roles.c) ---------------------------------------------------------------------------
typedef enum {
#define WEB_ROLE_ROW(id, name, words, start, sees_confidential) WEB_##id,
#include "web/roles.def"
    WEB_N_ROLES
} web_role;
typedef enum {
#define WEB_ACT_ROW(id, cells, words) WEB_##id,
#include "web/roles.def"
    WEB_N_ACTS
} web_act;
typedef enum { WEB_NOTHING = 0, WEB_COUNTS, WEB_OWN, WEB_ALL } web_grant;
web_grant web_role_grant(web_role role, web_act act);
const char *web_role_name(web_role role);   // "court"
const char *web_role_words(web_role role);  // for translation
const char *web_role_start(web_role role);  // "/lists"
bool web_role_find(hb_str name, web_role *role);
bool web_role_sees_confidential(web_role role);
const char *web_act_name(web_act act);
const char *web_act_words(web_act act);

// ---- the request -------------------------------------------------------------------------------
typedef struct web_site web_site;
typedef struct web_worker web_worker;
typedef struct web_route web_route;
typedef enum { WEB_GET = 0, WEB_POST } web_method;
typedef struct {
    hb_str name, value;
    hb_str file_name;  // of an upload; at NULL when it is none
} web_field;

#define WEB_ACCOUNT_WORD 96
typedef struct {
    char name[WEB_ACCOUNT_WORD], party[16], place[WEB_ACCOUNT_WORD];
    char people[2048];  // " P-001 P-002 "
    web_role role;
    char token[LOCATE_TOKEN], born[11], country[4];  // of a sign-in by token; "" otherwise
    uint64_t last_at;  // last sign-in before this one, UTC seconds; 0: none
    char last_from[46];
} web_account;

enum { WEB_PARTS = 4, WEB_FIELDS = 320, WEB_READS = 1000 };
typedef struct web_request {
    const web_site *site;
    web_worker *worker;
    hb_arena *arena;  // of this request
    const web_route *route;
    web_method method;
    bool is_head_only;
    hb_str path;  // without the language: "/people/P-014"
    words_language language;
    bool is_language_known;
    hb_str parts[WEB_PARTS];
    uint32_t n_parts, n_query, n_form;
    web_field *query, *form;  // room for WEB_FIELDS, or NULL while there is none
    hb_str body;              // as it came, for the API
    hb_str (*header)(const void *connection, const char *name);
    const void *connection;
    hb_instant now;
    char from[46];  // the client's address
    web_account account;
    web_grant grant;
    bool is_api, has_session;
    int64_t session_until;  // of has_session, unless it is used before
    uint8_t session_id[32];
    // the answer
    uint32_t status;  // 200 unless set
    hb_str location;  // of web_go
    hb_str title;     // of the page when not the route's own words
    hb_str cookie;    // a whole Set-Cookie value; "" none
    hb_str content_type, etag, file_name;
    uint32_t refresh_seconds;  // the browser looks again; 0: not
    uint32_t retry_after;
    bool is_paper;           // what was written is HTML that is sent as PDF
    uint32_t n_paper_pages;  // that it may have; 0: any number
    bool may_be_kept;        // the same as long as lists, register and minute are (kept.c)
    uint8_t kept_key[32];
    bool is_kept;        // no body: the page kept under that key is the answer
    const char *script;  // of assets, that makes this page more comfortable; NULL: none
    // What follows the body that was written, part by part as it is sent: adds the next one,
    // nothing at the end. Who is read in a part is on record before it leaves.
    bool (*more)(struct web_request *r, hb_text *out, hb_error *err);
    uint64_t more_from;  // where that goes on: the page's own
    uint32_t n_reads, room_of_reads;
    hb_str *reads;       // persons shown; a part of a long answer shows WEB_READS at most
    bool is_unrecorded;  // somebody shown has no place in `reads`: the answer may not leave
} web_request;

hb_str web_part(const web_request *r, uint32_t i);
hb_str web_query(const web_request *r, const char *name);  // "" when absent
hb_str web_form(const web_request *r, const char *name);
const web_field *web_upload(const web_request *r, const char *name);  // NULL: none
// The query's `at`, "2025-03-15T22:00" as a browser's field gives it, in the agreement's zone; 0:
// not asked.
HB_MUST_USE bool web_instant(web_request *r, int64_t *at, hb_error *err);
// What that is asked as: `at`, or `as-of`, a day of which is its last minute. "" not asked.
hb_str web_instant_asked(const web_request *r);
bool web_may(const web_request *r, web_act act);
bool web_may_see(web_request *r, hb_str person);  // under this route's grant
// The same inside a walk through the register, of what the walk gives: it asks the register
// nothing.
bool web_is_own(const web_request *r, hb_str person, const char *place, const char *authority);
bool web_has_own_people(const web_request *r);
bool web_is_of_place(const web_request *r, const char *place);  // one of the account's own places
bool web_shows_rule(const web_request *r, const rulebook_rule *rule);
bool web_shows_fact(const web_request *r, const rulebook_fact *fact);
bool web_sees_confidential(const web_request *r);
void web_read_of(web_request *r, hb_str person);

bool web_not_found(web_request *r);  // true: the answer is the neutral page
bool web_forbidden(web_request *r);
bool web_go(web_request *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

// ---- words -------------------------------------------------------------------------------------
#define say(r, english) words_in((r)->language, english)
const char *words_of(const web_request *r, const char *english);  // of a table's WORDS_LATER

// ---- pieces of pages (shell.c, piece.c) --------------------------------------------------------
// The address in the reader's language: "/en/people/P-014".
hb_str web_address(const web_request *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
// An address built of an id: web_address_of(r, "/people/", id).
hb_str web_address_of(const web_request *r, const char *before, hb_str id);
// The mark of a verdict: shape, word and "not permission" in a table's short form.
void web_verdict_mark(const web_request *r, html *out, gate_verdict verdict);
// The whole sentence S1, S2 or S3.
void web_verdict_sentence(const web_request *r, html *out, gate_verdict verdict, hb_str authority);
// A labelled choice, left open for its options; a labelled file, for further attributes (name NULL:
// it is only read in the browser).
void web_open_select(html *out, const char *name, const char *label);
void web_open_file(html *out, const char *id, const char *name, const char *label);
// "us-sv 2026.1", and LOCAL RULEBOOK until two people have signed it.
void web_rulebook(html *out, const gate_page *page);
// "14 Mar 2025" / "14 mar. 2025", in a <time>.
void web_date(const web_request *r, html *out, hb_date date);
// "15 Mar 2025 21:40 El Salvador · 15 Mar 2025 23:40 New York": in the host's zone, and in the
// sender's when the agreement names it; UTC without any. 0: not known.
void web_time(const web_request *r, html *out, int64_t seconds);
// The hidden field without which a form's POST is refused.
void web_form_token(web_request *r, html *out);
void web_open_form(web_request *r, html *out, hb_str action, const char *classes);
void web_hidden(html *out, const char *name, hb_str value);
void web_field_text(const web_request *r, html *out, const char *name, const char *label,
                    const char *kind, const char *complete, hb_str value);
void web_button(const web_request *r, html *out, const char *words, const char *classes);
// A table (table.c) that scrolls by itself and stacks on a phone; a cell knows its column's words.
void web_open_table(html *out, const char *caption, const char *const *heads, size_t n);
void web_close_table(html *out);
void web_open_cell(html *out, html_element element, const char *label);  // TH: names the row
void web_person_cell(const web_request *r, html *out,
                     hb_str person);  // a row's head, to her entries
void web_word_cell(const web_request *r, html *out, const char *label, const char *word);
void web_time_cell(const web_request *r, html *out, const char *label, int64_t at);  // 0: not known
// The same not stacked: `classes` NULL is plain; from column `first_number` on they are numbers.
void web_open_columns(html *out, const char *caption, const char *classes, const char *const *heads,
                      size_t n, size_t first_number);
// For heads that are no plain words: web_open_heads, a web_head each, web_open_rows.
void web_open_heads(html *out, const char *caption, const char *classes);
void web_head(html *out, hb_str words, bool is_number);
void web_open_rows(html *out);
void web_open_row(html *out);  // <tr><th scope=row>
// The parts of a page: links to them, and the head of each.
typedef struct {
    const char *id, *words;  // words: WORDS_LATER
} web_section;
void web_contents(const web_request *r, html *out, const web_section *sections, size_t n);
void web_section_head(const web_request *r, html *out, const web_section *section);
// A part of a table longer than a page (pager.c): which rows of how many; where the parts before
// and after begin.
enum { WEB_ROWS = 100, WEB_COUNTED = 10000 };  // of a part; rows are counted to
typedef struct {
    uint64_t most;  // to which those were counted; 0: all of them
    uint64_t n_all, n_before, n_here;
    hb_str previous, next;
    bool has_previous, has_next, is_uncounted;
    const char *cursor;  // the query's word for them; NULL: "from"
} web_rows;
web_rows web_rows_of(const register_page *page, uint64_t n_here);  // points into the page
void web_rows_said(const web_request *r, html *out, const web_rows *rows);
void web_pager(const web_request *r, html *out, const web_rows *rows);
// What this address asks, with `name` asking this instead (nothing: ""), from the first row on.
void web_ask_again(const web_request *r, hb_text *out, const char *name, hb_str value);
void web_ask_link(const web_request *r, html *out, const char *name, hb_str value, hb_str words);
// ,"next": the address of the next part, or null.
void web_next_json(const web_request *r, hb_text *out, bool has_next, hb_str from);
// An alert: kind is info, warning or error (never success).
void web_alert(html *out, const char *kind, const char *head, const char *words);
typedef char web_number[48];
void web_grouped(uint64_t n, web_number out);  // "1,234"
// "fewer than 5" for a reader who sees counts only.
void web_count_json(const web_request *r, hb_text *out, uint64_t n);
void web_count(const web_request *r, html *out, uint64_t n);
// Initials of a name as recorded; "" for an empty one.
hb_str web_initials(hb_arena *arena, hb_str name);

// ---- lists and people (site.h, people.c) -------------------------------------------------------
// By what column a list's rows stand (order.c); whoever is found free of bars is last in each.
typedef enum {
    WEB_BY_VERDICT = 0,  // worst first, then by id
    WEB_BY_ID,
    WEB_BY_REASON,
    WEB_BY_MISSING,
    WEB_N_COLUMNS
} web_column;
typedef struct {
    uint64_t at;  // of the line in the list's spool
    uint64_t line;
    uint32_t n_bytes;
    uint32_t id;                               // offset of the id in the list's names
    uint32_t missing;                          // its place in the list's bits of missing facts
    uint32_t first_reason, first_open_reason;  // rules; DMN_NONE. open: not confidential
    uint16_t n_reasons, n_missing, n_open_missing;
    uint8_t n_id, verdict;  // gate_verdict
    char initials[14];
} web_person;
typedef struct {
    char id[16];  // "L-a5f945e2"
    intake *in;
    gate_page page;
    web_person *people;                  // worst first, then by id
    uint32_t *orders[WEB_N_COLUMNS][2];  // [1]: of what is not confidential; rows of `people`
    uint32_t n, first;                   // of them the one whose line stands first
    uint64_t n_verdicts[GATE_N_VERDICTS];
    hb_text names;
    uint32_t *by_id;  // hash table of n_by_id places: index + 1
    uint32_t n_by_id;
    uint64_t *n_barred_by;     // per rule: whom it bars
    uint32_t *document_facts;  // per fact: how many people miss it
    uint64_t *missing;         // per person n_words of bits, one a fact
    uint32_t n_words;
    int lines;  // spool of the lines
    hb_hash sha256;
    enddate_for_gate for_gate;  // counts custodies described on its lines
    intake_counting counting;
} web_list;
uint32_t web_n_lists(const web_site *site);
const web_list *web_list_at(const web_site *site, uint32_t i);  // oldest first
const web_list *web_list_find(const web_site *site, hb_str id);
hb_str web_person_id(const web_list *list, const web_person *person);
const web_person *web_person_find(const web_list *list, hb_str id);
// The rows of those whom a reader of her own may see, in the list's order. False: they are too many
// to be gathered (or the register fails): each row is to be asked about by web_may_see.
typedef struct {
    const web_person **rows;
    uint32_t n;
} web_own_rows;
HB_MUST_USE bool web_rows_of_own(web_request *r, const web_list *list, web_own_rows *own);
typedef struct {
    web_column column;
    bool is_open;  // of what is not confidential
} web_order;
const web_person *web_order_row(const web_list *list, web_order by, uint32_t i);
int web_order_compare(const web_list *list, web_order by, const web_person *one,
                      const web_person *two);
uint32_t web_order_place(const web_list *list, web_order by, const web_person *row);
bool web_person_misses(const web_list *list, const web_person *person, uint32_t fact);
// The newest list that has the person; NULL when none.
const web_list *web_list_of(const web_site *site, hb_str person, const web_person **row);

typedef struct {
    const web_list *list;
    intake_person person;
    rulebook_day day;
    gate_decision decision;
    hb_hash input;
    gate_page page;      // in the reader's language
    gate_answer answer;  // what gate_write_json and the report take
} web_decided;
// Decides one person anew; everything lives until the request ends. *found false: no such person.
HB_MUST_USE bool web_decide(web_request *r, hb_str person, web_decided *out, bool *found,
                            hb_error *err);
// This worker's own handle of the register; NULL with err when there is none.
HB_MUST_USE register_log *web_register(web_request *r, hb_error *err);
// What the register's checkpoint is worth, under every answer that comes of it (page_register.c).
HB_MUST_USE bool web_log_line(web_request *r, html *out, register_log *log, hb_error *err);
// Of which entry a page of the register is, and whether more came since (live.c).
void web_live_line(web_request *r, html *out, register_log *log);
rulebook_bench *web_bench(web_request *r);
#endif
