// One's own password and one's open sessions. Both ask for the present password again, and count a
// wrong one as signing in does: who sits down at an open session learns nothing and ends nothing.
// A new password ends every session of the account but the one it was given in.
#include <stdio.h>
#include <string.h>

#include "web/pages.h"
#include "web/site.h"

void web_password_form(web_request *r, html *out) {
    uint32_t n = web_session_count_of(r->site->sessions, hb_str_from(r->account.name), r->now);
    if (r->account.token[0]) return;  // who came by a token has no password
    html_put_say(out, HTML_H2, NULL, say(r, "Password and open sessions"));
    html_open(out, HTML_P);
    html_textf(out, say(r, "Open sessions of this account, this one included: %u."), n);
    html_close(out, HTML_P);
    web_open_form(r, out, web_address(r, "/me/password"), NULL);
    web_field_text(r, out, "password", say(r, "Present password"), "password", "current-password",
                   HB_STR(""));
    web_field_text(r, out, "new", say(r, "New password"), "password", "new-password", HB_STR(""));
    web_field_text(r, out, "again", say(r, "New password again"), "password", "new-password",
                   HB_STR(""));
    html_put_say(out, HTML_P, "usa-hint",
                 say(r,
                     "A few words that nobody else would put together are enough. Without a new "
                     "password only the other sessions are ended."));
    web_button(r, out, say(r, "Change it, and end every other session"), NULL);
    html_close(out, HTML_FORM);
}

// False: the answer is written already, or the password could not be looked at (err).
static bool is_she(web_request *r, html *out, hb_error *err) {
    web_sessions *sessions = r->site->sessions;
    hb_str name = hb_str_from(r->account.name), given = web_form(r, "password");
    web_account account = {0};
    bool is = false;
    char words[200];
    uint32_t left = web_tries_left(sessions, name, r->now);
    if (left && given.n && !web_password_is(r->site->store, name, given, &account, &is, err))
        return false;
    if (is) return true;
    if (left) web_tries_failed(sessions, name, r->now);
    snprintf(words, sizeof words,
             say(r,
                 "The present password is wrong. After %u more tries this account waits %d "
                 "minutes."),
             left ? left - 1 : 0, WEB_LOCK_MINUTES);
    web_alert(out, "error", NULL, words);
    return false;
}

bool web_page_password(web_request *r, html *out, hb_error *err) {
    hb_str name = hb_str_from(r->account.name), new = web_form(r, "new");
    html_put_say(out, HTML_H1, NULL, say(r, "Your account"));
    if (r->account.token[0]) return web_not_found(r);
    if (!is_she(r, out, err)) {
        if (err->kind == HB_NONE) web_password_form(r, out);
        return err->kind == HB_NONE;
    }
    if (!hb_str_equal(new, web_form(r, "again"))) {
        web_alert(out, "error", NULL, say(r, "The two new passwords differ. Nothing was changed."));
        web_password_form(r, out);
        return true;
    }
    if (new.n && !web_password_change(r->site->store, name, new, err)) return false;
    web_tries_good(r->site->sessions, name);
    web_session_end_all(r->site->sessions, name, web_session_cookie(r));
    web_alert(
        out, "info", NULL,
        new.n ? say(r, "The password is changed. Every other session of this account has ended.")
              : say(r, "Every other session of this account has ended."));
    web_password_form(r, out);
    return true;
}
