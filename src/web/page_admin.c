// Accounts and tokens. Two officers for each grant: one asks, another confirms; the one who asked
// cannot. An account is ended, never deleted. No page here reads, edits or deletes an entry of the
// register, and none shows a person.
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "web/pages.h"
#include "web/site.h"

typedef struct {
    web_request *r;
    html *out;
} listing;

// A button that does one thing to one row; its name says which row.
static void row_button(web_request *r, html *out, const char *action, const char *words,
                       hb_str name) {
    web_open_form(r, out, web_address(r, "%s", action), "hb-inline");
    web_hidden(out, "name", name);
    html_open(out, HTML_BUTTON);
    html_attribute(out, "type", HB_STR("submit"));
    html_class(out, "usa-button usa-button--outline");
    html_attributef(out, "aria-label", "%s: %.*s", words, (int)name.n, name.at);
    html_say(out, words);
    html_close(out, HTML_BUTTON);
    html_close(out, HTML_FORM);
}

// name, role, party, place, asked_by, confirmed_at, ended_at
static bool account_row(void *to, const web_cell *row, uint32_t n) {
    listing *l = to;
    html *out = l->out;
    web_role role = WEB_PUBLIC;
    (void)n;
    (void)web_role_find(row[1].text, &role);
    html_open(out, HTML_TR);
    html_open(out, HTML_TH);
    html_attribute(out, "scope", HB_STR("row"));
    html_text(out, row[0].text);
    html_close(out, HTML_TH);
    html_put_say(out, HTML_TD, NULL, words_of(l->r, web_role_words(role)));
    html_put(out, HTML_TD, NULL, row[2].text);
    html_put(out, HTML_TD, NULL, row[3].text);
    html_put(out, HTML_TD, NULL, row[4].text);
    html_open(out, HTML_TD);
    if (row[6].number) {
        html_say(out, say(l->r, "ended"));
    } else if (row[5].number) {
        row_button(l->r, out, "/admin/people/end", say(l->r, "End"), row[0].text);
    } else if (hb_str_equal(row[4].text, hb_str_from(l->r->account.name))) {
        html_say(out, say(l->r, "waits for another officer"));
    } else {
        row_button(l->r, out, "/admin/people/confirm", say(l->r, "Confirm"), row[0].text);
    }
    html_close(out, HTML_TD);
    html_close(out, HTML_TR);
    return true;
}

static void add_form(web_request *r, html *out) {
    html_put_say(out, HTML_H2, NULL, say(r, "Ask for an account"));
    web_open_form(r, out, web_address(r, "/admin/people"), "usa-form usa-form--large");
    web_field_text(r, out, "name", say(r, "Name"), "text", "off", HB_STR(""));
    web_open_select(out, "role", say(r, "Role"));
    for (int role = WEB_PUBLIC + 1; role < WEB_N_ROLES; role++) {
        html_open(out, HTML_OPTION);
        html_attribute(out, "value", hb_str_from(web_role_name((web_role)role)));
        html_say(out, words_of(r, web_role_words((web_role)role)));
        html_close(out, HTML_OPTION);
    }
    html_close(out, HTML_SELECT);
    html_open(out, HTML_LABEL);
    html_class(out, "usa-label");
    html_attribute(out, "for", HB_STR("party"));
    html_say(out, say(r, "Side"));
    html_close(out, HTML_LABEL);
    html_open(out, HTML_SELECT);
    html_class(out, "usa-select");
    html_id(out, HB_STR("party"));
    html_attribute(out, "name", HB_STR("party"));
    const char *const SIDES[][2] = {
        {"",       say(r, "neither")},
        {"sender", say(r, "sender") },
        {"host",   say(r, "host")   }
    };
    for (int i = 0; i < 3; i++) {
        html_open(out, HTML_OPTION);
        html_attribute(out, "value", hb_str_from(SIDES[i][0]));
        html_say(out, SIDES[i][1]);
        html_close(out, HTML_OPTION);
    }
    html_close(out, HTML_SELECT);
    web_field_text(r, out, "people", say(r, "Own persons (ids, parted by spaces)"), "text", "off",
                   HB_STR(""));
    web_field_text(r, out, "place", say(r, "Own place (id)"), "text", "off", HB_STR(""));
    web_field_text(r, out, "password", say(r, "First password (12 letters or more)"), "password",
                   "new-password", HB_STR(""));
    web_button(r, out, say(r, "Ask"), NULL);
    html_close(out, HTML_FORM);
}

bool web_page_admin(web_request *r, html *out, hb_error *err) {
    const char *const HEADS[] = {say(r, "Name"),  say(r, "Role"),     say(r, "Side"),
                                 say(r, "Place"), say(r, "Asked by"), say(r, "State")};
    listing l = {r, out};
    html_put_say(out, HTML_H1, NULL, say(r, "Administration"));
    html_open(out, HTML_P);
    html_say(out, say(r, "Serving since "));
    web_time(r, out, r->site->started.seconds);
    html_textf(out, ". %s %u. %s %u.", say(r, "People signed in:"),
               web_session_count(r->site->sessions, r->now), say(r, "Lists:"), r->site->n_lists);
    html_close(out, HTML_P);
    web_open_columns(out, say(r, "Accounts"), NULL, HEADS, sizeof HEADS / sizeof HEADS[0],
                     SIZE_MAX);
    bool ok = web_store_run(r->site->store,
                            "SELECT name, role, party, place, asked_by, confirmed_at, ended_at "
                            "FROM account ORDER BY ended_at > 0, confirmed_at > 0, name",
                            NULL, 0, account_row, &l, NULL, err);
    web_close_table(out);
    add_form(r, out);
    return ok;
}

bool web_page_admin_add(web_request *r, html *out, hb_error *err) {
    uint8_t secret[WEB_TOTP_BYTES];
    char shown[64];
    web_new_account account = {.name = hb_str_trim(web_form(r, "name")),
                               .role = web_form(r, "role"),
                               .party = web_form(r, "party"),
                               .people = hb_str_trim(web_form(r, "people")),
                               .place = hb_str_trim(web_form(r, "place")),
                               .password = web_form(r, "password"),
                               .by = hb_str_from(r->account.name)};
    randombytes_buf(secret, sizeof secret);
    if (!web_account_store(r->site->store, &account, false, r->now, secret, err)) return false;
    web_base32(secret, sizeof secret, shown);
    sodium_memzero(secret, sizeof secret);
    html_put_say(out, HTML_H1, NULL, say(r, "Asked for"));
    html_open(out, HTML_P);
    html_text(out, account.name);
    html_textf(out, ": %s", say(r, "another officer must confirm it before anybody can sign in."));
    html_close(out, HTML_P);
    html_put_say(
        out, HTML_P, NULL,
        say(r, "The secret for the code app. It is shown this once; hand it to the person."));
    html_put_say(out, HTML_P, "hb-code", shown);
    html_open(out, HTML_P);
    html_link(out, web_address(r, "/admin"), "usa-link", hb_str_from(say(r, "Administration")));
    html_close(out, HTML_P);
    return true;
}

static bool change(web_request *r, const char *sql, const web_cell *cells, uint32_t n,
                   const char *refusal, hb_error *err) {
    int64_t n_changed = 0;
    if (!web_store_run(r->site->store, sql, cells, n, NULL, NULL, &n_changed, err)) return false;
    if (n_changed == 1) return web_go(r, "/admin");
    return hb_fail(err, HB_INPUT, "bad-account", "%s", refusal);
}

bool web_page_admin_confirm(web_request *r, html *out, hb_error *err) {
    hb_str me = hb_str_from(r->account.name);
    (void)out;
    return change(
        r,
        "UPDATE account SET confirmed_by = ?, confirmed_at = ? WHERE name = ? AND "
        "confirmed_at = 0 AND ended_at = 0 AND asked_by <> ?",
        (web_cell[]){WEB_T(me), WEB_N(r->now.seconds), WEB_T(web_form(r, "name")), WEB_T(me)}, 4,
        say(r, "another officer than the one who asked confirms an account, and only once"), err);
}

bool web_page_admin_end(web_request *r, html *out, hb_error *err) {
    hb_str name = web_form(r, "name");
    (void)out;
    bool ok = change(
        r, "UPDATE account SET ended_by = ?, ended_at = ? WHERE name = ? AND ended_at = 0",
        (web_cell[]){WEB_T(hb_str_from(r->account.name)), WEB_N(r->now.seconds), WEB_T(name)}, 3,
        say(r, "there is no such account in force"), err);
    if (ok) web_session_end_all(r->site->sessions, name, HB_STR(""));
    return ok;
}

// ---- tokens ------------------------------------------------------------------------------------

// name, account, asked_by, ended_at, hash
static bool token_row(void *to, const web_cell *row, uint32_t n) {
    listing *l = to;
    html *out = l->out;
    (void)n;
    html_open(out, HTML_TR);
    html_open(out, HTML_TH);
    html_attribute(out, "scope", HB_STR("row"));
    html_text(out, row[0].text);
    html_close(out, HTML_TH);
    html_put(out, HTML_TD, NULL, row[1].text);
    html_put(out, HTML_TD, NULL, row[2].text);
    html_open(out, HTML_TD);
    if (row[3].number) {
        html_say(out, say(l->r, "ended"));
    } else {
        row_button(l->r, out, "/admin/tokens/end", say(l->r, "End"), row[0].text);
    }
    html_close(out, HTML_TD);
    html_close(out, HTML_TR);
    return true;
}

bool web_page_tokens(web_request *r, html *out, hb_error *err) {
    const char *const HEADS[] = {say(r, "Token"), say(r, "Account"), say(r, "Made by"),
                                 say(r, "State")};
    listing l = {r, out};
    html_put_say(out, HTML_H1, NULL, say(r, "Tokens for programs"));
    html_put_say(
        out, HTML_P, NULL,
        say(r,
            "A token does what the role of its account does, and what it reads is recorded "
            "under that account."));
    web_open_columns(out, say(r, "Tokens"), NULL, HEADS, sizeof HEADS / sizeof HEADS[0], SIZE_MAX);
    bool ok = web_store_run(r->site->store,
                            "SELECT name, account, asked_by, ended_at FROM token ORDER BY name",
                            NULL, 0, token_row, &l, NULL, err);
    web_close_table(out);
    html_put_say(out, HTML_H2, NULL, say(r, "Make a token"));
    web_open_form(r, out, web_address(r, "/admin/tokens"), NULL);
    web_field_text(r, out, "name", say(r, "What it is for"), "text", "off", HB_STR(""));
    web_field_text(r, out, "account", say(r, "Account"), "text", "off", HB_STR(""));
    web_button(r, out, say(r, "Make"), NULL);
    html_close(out, HTML_FORM);
    return ok;
}

bool web_page_token_add(web_request *r, html *out, hb_error *err) {
    web_secret secret;
    web_account account = {0};
    char hex[65];
    bool found = false;
    int64_t n = 0;
    hb_str name = hb_str_trim(web_form(r, "name"));
    if (!web_account_read(r->site->store, web_form(r, "account"), &account, &found, err))
        return false;
    if (!found || name.n == 0 || name.n > 60) {
        return hb_fail(
            err, HB_INPUT, "bad-account", "%s",
            say(r, "a token wants a name of at most 60 letters and an account in force"));
    }
    web_secret_new(secret);
    hb_hash_hex(hb_sha256(secret, strlen(secret)), hex);
    if (!web_store_run(
            r->site->store,
            "INSERT INTO token (hash, name, account, asked_by, asked_at) SELECT ?, ?, ?, ?, ? "
            "WHERE NOT EXISTS (SELECT 1 FROM token WHERE name = ?)",
            (web_cell[]){WEB_T(hb_str_from(hex)), WEB_T(name), WEB_T(hb_str_from(account.name)),
                         WEB_T(hb_str_from(r->account.name)), WEB_N(r->now.seconds), WEB_T(name)},
            6, NULL, NULL, &n, err)) {
        return false;
    }
    if (n != 1) {
        return hb_fail(err, HB_INPUT, "bad-account", "%s", say(r, "a token has that name already"));
    }
    html_put_say(out, HTML_H1, NULL, say(r, "A new token"));
    html_put_say(out, HTML_P, NULL, say(r, "It is shown this once. Keep it like a password."));
    html_put_say(out, HTML_P, "hb-code", secret);
    return true;
}

bool web_page_token_end(web_request *r, html *out, hb_error *err) {
    (void)out;
    if (!web_store_run(r->site->store,
                       "UPDATE token SET ended_at = ? WHERE name = ? AND ended_at = 0",
                       (web_cell[]){WEB_N(r->now.seconds), WEB_T(web_form(r, "name"))}, 2, NULL,
                       NULL, NULL, err)) {
        return false;
    }
    return web_go(r, "/admin/tokens");
}
