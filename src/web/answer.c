// From a request to its answer, in this order: language, route, who asks, may she, is the form
// hers, then the page, then the audit, then the bytes. Whatever goes wrong on the way ends in an
// error page of the same shell, or problem+json under /v1; a page half written is never sent.
#include <stdio.h>
#include <string.h>

#include "web/site.h"

// ---- language ----------------------------------------------------------------------------------

static hb_str cookie_of(const web_request *r, const char *name) {
    hb_str all = r->header(r->connection, "Cookie"), found = HB_STR("");
    size_t n_name = strlen(name);
    while (all.n) {
        const char *end = memchr(all.at, ';', all.n);
        hb_str one = hb_str_trim((hb_str){all.at, end ? (size_t)(end - all.at) : all.n});
        if (one.n > n_name && one.at[n_name] == '=' && memcmp(one.at, name, n_name) == 0) {
            found = (hb_str){one.at + n_name + 1, one.n - n_name - 1};
        }
        size_t step = end ? (size_t)(end - all.at) + 1 : all.n;
        all = (hb_str){all.at + step, all.n - step};
    }
    return found;
}

// The first of en and es that Accept-Language names; weights only matter to those who write both.
static words_language wanted_language(const web_request *r) {
    words_language language = WORDS_EN;
    if (words_language_find(cookie_of(r, "habeas-language"), &language)) return language;
    hb_str accept = r->header(r->connection, "Accept-Language");
    for (size_t i = 0; i + 1 < accept.n; i++) {
        bool starts = i == 0 || accept.at[i - 1] == ',' || accept.at[i - 1] == ' ';
        if (!starts) continue;
        if (strncasecmp(accept.at + i, "es", 2) == 0) return WORDS_ES;
        if (strncasecmp(accept.at + i, "en", 2) == 0) return WORDS_EN;
    }
    return WORDS_EN;
}

static void read_language(web_request *r) {
    hb_str rest = r->path;
    r->language = wanted_language(r);
    if (rest.n < 3 || rest.at[0] != '/') return;
    if (rest.n > 3 && rest.at[3] != '/') return;
    if (!words_language_find((hb_str){rest.at + 1, 2}, &r->language)) return;
    r->is_language_known = true;
    r->path = rest.n == 3 ? HB_STR("/") : (hb_str){rest.at + 3, rest.n - 3};
}

// ---- who asks ----------------------------------------------------------------------------------

#define SESSION_COOKIE "__Host-habeas"
#define FORM_COOKIE "__Host-habeas-form"
#define BOXES_COOKIE "__Host-habeas-boxes"

hb_str web_session_cookie(const web_request *r) {
    return cookie_of(r, SESSION_COOKIE);
}

static hb_str form_cookie(const web_request *r) {
    hb_str session = web_session_cookie(r);
    return session.n ? session : cookie_of(r, FORM_COOKIE);
}

static bool set_cookie(web_request *r, const char *name, const char *value, const char *more) {
    return hb_str_format(r->arena, &r->cookie, "%s=%s; Path=/; Secure; HttpOnly; SameSite=%s%s",
                         name, value, strcmp(name, SESSION_COOKIE) == 0 ? "Strict" : "Lax", more);
}

bool web_session_cookie_set(web_request *r, const char *secret) {
    return set_cookie(r, SESSION_COOKIE, secret, "");
}

hb_str web_closed_boxes(const web_request *r) {
    return cookie_of(r, BOXES_COOKIE);
}

bool web_closed_boxes_set(web_request *r, const char *letters) {
    return set_cookie(r, BOXES_COOKIE, letters, letters[0] ? "; Max-Age=31536000" : "; Max-Age=0");
}

bool web_session_cookie_end(web_request *r) {
    return set_cookie(r, SESSION_COOKIE, "", "; Max-Age=0");
}

// The word of the browser's cookie; a browser without one gets one that only this is for.
void web_form_token(web_request *r, html *out) {
    char word[44];
    hb_str cookie = form_cookie(r);
    if (cookie.n == 0) {
        web_secret secret;
        web_secret_new(secret);
        if (!set_cookie(r, FORM_COOKIE, secret, "")) return;
        web_session_form_word(r->site->sessions, hb_str_from(secret), word);
    } else {
        web_session_form_word(r->site->sessions, cookie, word);
    }
    html_open(out, HTML_INPUT);
    html_attribute(out, "type", HB_STR("hidden"));
    html_attribute(out, "name", HB_STR("form"));
    html_attribute(out, "value", hb_str_from(word));
}

// Fetch Metadata: a browser says where a request comes from; another site's is refused at once.
static bool is_from_elsewhere(const web_request *r) {
    hb_str site = r->header(r->connection, "Sec-Fetch-Site");
    return hb_str_equal(site, HB_STR("cross-site")) || hb_str_equal(site, HB_STR("same-site"));
}

static bool find_account(web_request *r, hb_error *err) {
    hb_str bearer = r->header(r->connection, "Authorization");
    if (r->is_api && bearer.n) {
        bool found = false;
        hb_str token = hb_str_starts(bearer, HB_STR("Bearer "))
                           ? (hb_str){bearer.at + 7, bearer.n - 7}
                           : HB_STR("");
        web_account account;
        if (!web_token_read(r->site->store, token, &account, &found, err)) return false;
        if (found) r->account = account;
        if (!found) r->status = 401;
        return true;
    }
    web_account account;
    if (web_session_find(r->site->sessions, web_session_cookie(r), r->now, &account,
                         &r->session_until) == WEB_SESSION_WHOLE) {
        r->account = account;
        r->has_session = true;
    }
    return true;
}

// ---- may she -----------------------------------------------------------------------------------

static void refuse(web_request *r) {
    if (r->account.role != WEB_PUBLIC) {
        r->status = r->route->is_of_a_person ? 404 : 403;
    } else if (r->is_api) {
        r->status = 401;
    } else {
        web_go(r, "/sign-in");
    }
}

static bool is_allowed(web_request *r) {
    uint32_t wait = 0;
    r->grant = web_role_grant(r->account.role, r->route->act);
    bool is_public = r->account.role == WEB_PUBLIC;
    hb_str who = is_public ? hb_str_from(r->from) : hb_str_from(r->account.name);
    uint32_t a_minute = is_public ? 240 : 3000;
    if (!r->site->options->is_unlimited &&
        !web_rate_take(r->site->sessions, is_public ? "public" : "account", who, a_minute, r->now,
                       &wait)) {
        r->status = 429;
        r->retry_after = wait;
        return false;
    }
    if (r->grant == WEB_NOTHING) {
        refuse(r);
        return false;
    }
    if (r->route->is_of_a_person && !web_may_see(r, web_part(r, 0))) {
        r->status = 404;
        return false;
    }
    if (r->method == WEB_GET) return true;
    hb_str type = r->header(r->connection, "Content-Type");
    if (r->is_api && !hb_str_starts(type, HB_STR("application/x-ndjson"))) {
        r->status = 415;  // nor what a form of another site could send
        return false;
    }
    if (is_from_elsewhere(r) ||
        (!r->is_api &&
         !web_session_form_word_is(r->site->sessions, form_cookie(r), web_form(r, "form"))) ||
        (r->is_api && r->has_session)) {
        r->status = 403;
        return false;
    }
    return true;
}

// ---- the answer --------------------------------------------------------------------------------

static void take_text(html *page, hb_text *body) {
    hb_text_clear(body);
    *body = page->text;
    page->text = (hb_text){0};
}

// The caller's fault; too much asked at once; or ours.
static uint32_t status_of(const hb_error *err, uint32_t input) {
    bool is_stopped =
        err->kind == HB_LIMIT && err->code && strcmp(err->code, "register-stopped") == 0;
    return err->kind == HB_INPUT ? input : is_stopped ? 504 : 500;
}

static void answer_page(web_request *r, hb_text *body, hb_error *err) {
    html content = {0}, page = {0};
    hb_str text;
    bool ok = r->status == 0 && r->route->page(r, &content, err);
    if (r->status == 0) r->status = ok ? 200 : status_of(err, 400);
    if (r->status == 200) {
        ok = html_finish(&content, &text, err);
        if (!ok) r->status = 500;
    }
    if (r->status >= 400) {
        html_clear(&content);
        web_problem_page(r, &content, err);
    }
    if (r->status != 303) web_shell(r, &page, &content);
    if (!html_finish(&page, &text, err)) {
        r->status = 500;
        hb_text_clear(body);
        hb_text_add(body, HB_STR("The system failed. Nothing was saved.\n"));
        r->content_type = HB_STR("text/plain; charset=utf-8");
    } else {
        take_text(&page, body);
    }
    html_clear(&content);
    html_clear(&page);
}

static void answer_data(web_request *r, hb_text *body, hb_error *err) {
    bool ok = r->status == 0 && r->route->data(r, body, err);
    if (ok && body->failed) ok = hb_out_of_memory(err);
    if (r->status == 0) r->status = ok ? 200 : status_of(err, 422);
    if (r->status == 200 && r->is_api && r->method == WEB_GET) {
        char hex[65];
        hb_hash_hex(hb_sha256(body->at, body->n), hex);
        (void)hb_str_format(r->arena, &r->etag, "\"%.32s\"", hex);
    }
    if (r->status >= 400) {
        body->n = 0;
        web_problem_json(r, body, err);
        r->content_type = HB_STR("application/problem+json");
    }
}

void web_answer_failed(web_request *r, const hb_error *err, hb_text *body) {
    hb_error cause = *err;
    r->status = 503;
    r->retry_after = 60;
    r->file_name = HB_STR("");
    r->content_type = HB_STR("text/html; charset=utf-8");
    answer_page(r, body, &cause);
}

static bool is_audited(const web_request *r) {
    if (r->is_unrecorded) return true;
    if (!r->route || r->n_reads) return r->n_reads > 0;
    if (r->method == WEB_POST) return true;  // sign-ins, and those that failed
    return r->route->act != WEB_HELP && r->route->act != WEB_VERIFY &&
           (r->account.role != WEB_PUBLIC || r->route->act == WEB_LOCATE);
}

// ---- pages already made ------------------------------------------------------------------------

#define KEPT_ADDRESS "/people/{p}"

// Changes of the register that any worker has seen. Each looks for itself before it takes a page,
// so a change made before this request began is seen, whoever saw it first.
static bool see_changes(web_request *r, uint64_t *changes) {
    web_worker *w = r->worker;
    *changes = 0;
    if (!w->log) return true;
    uint64_t version = register_version(w->log);
    if (version == 0) return false;
    if (version != w->log_version) {
        w->log_version = version;
        w->site->register_changes++;
    }
    *changes = w->site->register_changes;
    return true;
}

// Only for an address without a query: then nothing a stranger wrote stands beside the form's word,
// and the page may be packed (BREACH).
static bool find_kept(web_request *r) {
    uint64_t changes = 0;
    bool is_read = r->method == WEB_GET && r->status == 0 && r->n_query == 0;
    if (!is_read || !r->site->kept || !r->has_session || !r->route->page ||
        strcmp(r->route->address, KEPT_ADDRESS) != 0 || !see_changes(r, &changes))
        return false;
    web_kept_key(r->site->kept, r->header(r->connection, "Cookie"), r->path, r->language,
                 r->site->n_lists, changes, r->now.seconds / 60, r->kept_key);
    r->may_be_kept = true;
    r->is_kept = web_kept_has(r->site->kept, r->kept_key);
    if (!r->is_kept) return false;
    r->status = 200;
    web_read_of(r, web_part(r, 0));
    return true;
}

static void go_to_start(web_request *r) {
    web_go(r, "%s",
           r->account.role != WEB_PUBLIC ? web_role_start(r->account.role)
           : r->site->options->is_demo   ? "/demo"
                                         : "/sign-in");
}

static void tell_operator(const web_request *r, const hb_error *err) {
    char shown[2048];
    if (!r->site->log) return;
    size_t n = hb_error_print(err, shown, sizeof shown);
    r->site->log(r->site->log_to, (hb_str){shown, n});
}

void web_answer(web_request *r, hb_text *body) {
    hb_error err = {0};
    bool other = false;
    r->is_api = hb_str_starts(r->path, HB_STR("/v1/"));
    read_language(r);
    r->content_type = HB_STR("text/html; charset=utf-8");
    if (r->is_api) r->content_type = HB_STR("application/json");
    if (!find_account(r, &err)) r->status = 500;
    if (hb_str_equal(r->path, HB_STR("/"))) {
        go_to_start(r);
        return;
    }
    r->route = web_route_find(r->method, r->path, r->parts, &r->n_parts, &other);
    for (uint32_t i = 0; r->route && i < r->n_parts; i++) {
        if (!web_path_read(r->arena, r->parts[i], &r->parts[i])) r->route = NULL;
    }
    bool is_placed = r->is_api || r->is_language_known;
    if (r->route && !is_placed && r->method == WEB_GET) {  // an address without its language
        web_go(r, "%.*s", (int)r->path.n, r->path.at);
        return;
    }
    if (!r->route || !is_placed) r->status = other ? 405 : 404;
    if (r->status == 0) (void)is_allowed(r);
    bool is_data = r->is_api || (r->route && r->route->data);
    bool is_made = r->status == 303 || (r->status == 0 && find_kept(r));
    if (!is_made) (is_data ? answer_data : answer_page)(r, body, &err);
    if (is_audited(r) && !web_audit_add(r->site->audit, r, &err)) {
        r->status = 500;  // what cannot be recorded is not shown
        r->is_kept = r->may_be_kept = false;
        r->location = HB_STR("");
        (is_data ? answer_data : answer_page)(r, body, &err);
    }
    if (r->status == 500) tell_operator(r, &err);
}

bool web_answer_more(web_request *r, hb_text *body) {
    hb_error err = {0};
    body->n = 0;
    r->n_reads = 0;
    bool ok = r->more(r, body, &err);
    bool is_read = r->n_reads || r->is_unrecorded;
    ok = ok && (!is_read || web_audit_add(r->site->audit, r, &err));
    if (!ok) tell_operator(r, &err);
    return ok;
}
