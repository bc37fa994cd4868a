// web: habeas as pages and as an API, for people who do not live in a terminal. One process over
// the same stores as the command line; server-rendered pages that work without JavaScript. Called
// by cli; calls report, gate, conditions, money, register, words, html and below.
//
// The way of a request:
//   serve.c     libmicrohttpd's one door: limits, refusal of ambiguous requests, the body
//   route.c     routes.def: method, address, act, page
//   session.c   cookie or token -> account, form tokens, rates
//   roles.c     roles.def: may this role do this act, on all persons or on its own?
//   page_*.c    one file a page: writes what stands inside <main>
//   shell.c     skip link, bars, navigation of the role, breadcrumb, the strip at the foot
//   audit.c     who read what, appended before the page leaves
//   aside.c     requests that can take long, on threads of their own
// Before all that: site.c (the rulebook, the lists decided ahead), account.c and store.c
// (accounts), assets.c (styles), demo.c, sandbox.c (what the process gives up once it serves).
#ifndef HABEAS_WEB_H
#define HABEAS_WEB_H

#include "base/base.h"

typedef struct {
    const char *listen;        // "127.0.0.1:8080"
    const char *store;         // accounts and tokens (SQLite); STORE.audit beside it
    const char *db;            // the register, or NULL
    const char *local;         // register_open's `local`
    const char *agreement;     // folder with agreement.json and list.ndjson, or NULL
    const char *const *lists;  // more lists, in the order they came
    uint32_t n_lists;
    const char *rulebook;    // folder of the gate's rulebook
    const char *rulebooks;   // folder that holds `conditions`
    const char *mappings;    // folder of the mappings of agencies' own files, or NULL
    const char *scenario;    // money, or NULL
    const char *facilities;  // folder of facility files, or NULL
    const char *assets;      // folder of the styles; NULL: plain pages
    const char *trust;       // keys whose signatures on a rulebook count, or NULL
    uint32_t n_threads;      // 0: one a processor
    bool is_demo;            // known accounts for every role; refuses to listen beyond this machine
    bool is_behind_proxy;    // X-Real-IP of a peer on this machine names the client
    bool is_unlimited;       // without rates, for measuring
    bool is_open;            // without the sandbox: for debuggers only
    hb_date today;
} web_options;

typedef struct web_server web_server;
// Reads everything, decides every list, opens the port, gives up what is no longer needed. `say`
// gets lines for whoever started it. NULL with every cause in `errors`.
HB_MUST_USE web_server *web_start(const web_options *options, void (*say)(void *to, hb_str line),
                                  void *to, hb_errors *errors);
uint16_t web_port(const web_server *server);
void web_stop(web_server *server);

// ---- accounts, for the command line -----------------------------------------------------------
typedef struct {
    hb_str name, role, party;  // party: "sender", "host" or ""
    hb_str people, place;      // own persons, ids parted by spaces; own place
    hb_str password;
    hb_str by;  // who adds it
} web_new_account;
// Adds it and gives the secret for the code app (base32), which is shown this once.
HB_MUST_USE bool web_account_add(const char *store, const web_new_account *account, hb_instant now,
                                 char totp[64], hb_error *err);
typedef bool (*web_each_account)(void *to, hb_str name, hb_str role, hb_str party, bool has_ended);
HB_MUST_USE bool web_account_each(const char *store, web_each_account each, void *to,
                                  hb_error *err);
HB_MUST_USE bool web_account_end(const char *store, hb_str name, hb_str by, hb_instant now,
                                 hb_error *err);
// Recomputes the chain of an audit. True when it could be read; *bad_line 0: nothing was changed.
HB_MUST_USE bool web_audit_verify(const char *path, uint64_t *n, uint64_t *bad_line, hb_error *err);
// Who may do what, as a table for people and for tests: a CSV of roles and acts.
void web_roles_csv(hb_text *out);
// The demonstration's sign-ins: name, role, password, secret of the code app, code now.
void web_demo_text(hb_text *out, hb_instant now);
#endif
