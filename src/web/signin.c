// Two steps: name and password, then a code. Wrong is wrong: which of the three, and whether there
// is such an account, is never said, and takes the same time. After WEB_TRIES a name waits.
#include <stdio.h>
#include <string.h>

#include "web/pages.h"
#include "web/site.h"

static void wrong(web_request *r, html *out, uint32_t left) {
    char words[320];
    snprintf(words, sizeof words,
             say(r,
                 "Name, password or code is wrong. After %u more tries this account waits %d "
                 "minutes."),
             left, WEB_LOCK_MINUTES);
    web_alert(out, "error", NULL, words);
}

static void sign_in_form(web_request *r, html *out) {
    html_put_say(out, HTML_P, "usa-intro",
                 say(r, "Every person you open is recorded with your name."));
    web_open_form(r, out, web_address(r, "/sign-in"), NULL);
    web_field_text(r, out, "name", say(r, "Name"), "text", "username",
                   r->method == WEB_POST ? web_form(r, "name") : web_query(r, "name"));
    web_field_text(r, out, "password", say(r, "Password"), "password", "current-password",
                   HB_STR(""));
    web_button(r, out, say(r, "Go on"), NULL);
    html_close(out, HTML_FORM);
    html_put_say(
        out, HTML_P, NULL,
        say(r, "On a shared computer: sign out when you are done, and close the browser."));
}

bool web_page_sign_in(web_request *r, html *out, hb_error *err) {
    (void)err;
    html_put_say(out, HTML_H1, NULL, say(r, "Sign in"));
    sign_in_form(r, out);
    return true;
}

bool web_page_sign_in_post(web_request *r, html *out, hb_error *err) {
    web_sessions *sessions = r->site->sessions;
    hb_str name = web_form(r, "name");
    web_account account = {0};
    web_secret secret;
    bool is = false;
    uint32_t wait = 0, left = web_tries_left(sessions, name, r->now);
    if (!r->site->options->is_unlimited &&
        !web_rate_take(sessions, "sign-in", hb_str_from(r->from), 20, r->now, &wait)) {
        r->status = 429;
        r->retry_after = wait;
        return true;
    }
    if (!web_password_is(r->site->store, name, web_form(r, "password"), &account, &is, err)) {
        return false;
    }
    if (is && left > 0) {
        web_session_begin(sessions, &account, true, r->now, secret);
        return web_session_cookie_set(r, secret) && web_go(r, "/sign-in/code");
    }
    if (left > 0) web_tries_failed(sessions, name, r->now);
    html_put_say(out, HTML_H1, NULL, say(r, "Sign in"));
    wrong(r, out, left > 0 ? left - 1 : 0);
    sign_in_form(r, out);
    return true;
}

static void code_form(web_request *r, html *out) {
    html_put_say(out, HTML_H1, NULL, say(r, "The code"));
    web_open_form(r, out, web_address(r, "/sign-in/code"), NULL);
    html_open(out, HTML_LABEL);
    html_class(out, "usa-label");
    html_attribute(out, "for", HB_STR("code"));
    html_say(out, say(r, "Six digits from your code app"));
    html_close(out, HTML_LABEL);
    html_open(out, HTML_INPUT);
    html_class(out, "usa-input");
    html_id(out, HB_STR("code"));
    html_attribute(out, "name", HB_STR("code"));
    html_attribute(out, "type", HB_STR("text"));
    html_attribute(out, "inputmode", HB_STR("numeric"));
    html_attribute(out, "autocomplete", HB_STR("one-time-code"));
    html_attribute(out, "maxlength", HB_STR("7"));
    web_button(r, out, say(r, "Sign in"), NULL);
    html_close(out, HTML_FORM);
}

bool web_page_code(web_request *r, html *out, hb_error *err) {
    web_account account;
    (void)err;
    web_session_state state =
        web_session_find(r->site->sessions, web_session_cookie(r), r->now, &account, NULL);
    if (state != WEB_SESSION_NEEDS_CODE) return web_go(r, "/sign-in");
    code_form(r, out);
    return true;
}

bool web_page_code_post(web_request *r, html *out, hb_error *err) {
    web_sessions *sessions = r->site->sessions;
    web_account account = {0};
    web_secret secret;
    bool is = false;
    hb_str cookie = web_session_cookie(r), code = hb_str_trim(web_form(r, "code"));
    if (web_session_find(sessions, cookie, r->now, &account, NULL) != WEB_SESSION_NEEDS_CODE) {
        return web_go(r, "/sign-in");
    }
    hb_str name = hb_str_from(account.name);
    uint32_t left = web_tries_left(sessions, name, r->now);
    if (left > 0 &&
        !web_code_is(r->site->store, &account, code, r->now, hb_str_from(r->from), &is, err))
        return false;
    if (!is) {
        if (left > 0) web_tries_failed(sessions, name, r->now);
        wrong(r, out, left > 0 ? left - 1 : 0);
        code_form(r, out);
        return true;
    }
    web_tries_good(sessions, name);
    web_session_end(sessions, cookie);  // a new secret for the whole session
    web_session_begin(sessions, &account, false, r->now, secret);
    r->account = account;
    return web_session_cookie_set(r, secret) && web_go(r, "%s", web_role_start(account.role));
}

bool web_page_sign_out(web_request *r, html *out, hb_error *err) {
    (void)out;
    (void)err;
    web_session_end(r->site->sessions, web_session_cookie(r));
    return web_session_cookie_end(r) && web_go(r, "/sign-in");
}

bool web_page_me(web_request *r, html *out, hb_error *err) {
    (void)err;
    html_put_say(out, HTML_H1, NULL, say(r, "Your account"));
    html_open(out, HTML_DL);
    html_put_say(out, HTML_DT, NULL, say(r, "Name"));
    html_put(out, HTML_DD, NULL, hb_str_from(r->account.name));
    html_put_say(out, HTML_DT, NULL, say(r, "Role"));
    html_put_say(out, HTML_DD, NULL, words_of(r, web_role_words(r->account.role)));
    html_put_say(out, HTML_DT, NULL, say(r, "Last sign-in before this one"));
    html_open(out, HTML_DD);
    web_time(r, out, (int64_t)r->account.last_at);
    if (r->account.last_from[0]) html_textf(out, ", %s", r->account.last_from);
    html_close(out, HTML_DD);
    html_close(out, HTML_DL);
    web_password_form(r, out);
    html_put_say(out, HTML_H2, NULL, say(r, "Pages of your role"));
    web_all_links(r, out);
    html_put_say(out, HTML_H2, NULL, say(r, "What your role may do"));
    const char *const HEADS[] = {say(r, "Act"), say(r, "For")};
    web_open_columns(out, say(r, "Acts of this role"), NULL, HEADS, 2, 2);
    for (int act = 0; act < WEB_N_ACTS; act++) {
        web_grant grant = web_role_grant(r->account.role, (web_act)act);
        if (grant == WEB_NOTHING) continue;
        html_open(out, HTML_TR);
        html_open(out, HTML_TH);
        html_attribute(out, "scope", HB_STR("row"));
        html_say(out, words_of(r, web_act_words((web_act)act)));
        html_close(out, HTML_TH);
        html_put_say(out, HTML_TD, NULL,
                     grant == WEB_ALL   ? say(r, "all")
                     : grant == WEB_OWN ? say(r, "own persons and places")
                                        : say(r, "counts only"));
        html_close(out, HTML_TR);
    }
    web_close_table(out);
    return true;
}
