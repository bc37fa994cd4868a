// Was the register altered? Asked with a button, since everything is recomputed from the stored
// bytes: each signature, value and standing of a small register; of a large one what an outsider
// can check, entries and tree. What it says is what `habeas register verify` says.
#include <stdio.h>

#include "web/pages.h"
#include "web/site.h"

enum { CHECKED_WHOLE = 100000 };  // entries; a second on one processor

static void form(web_request *r, html *out, const char *words) {
    web_open_form(r, out, web_address(r, "/register/check"), NULL);
    web_button(r, out, words, NULL);
    html_close(out, HTML_FORM);
}

static void how_else(const web_request *r, html *out) {
    html_open(out, HTML_P);
    html_say(
        out,
        say(r,
            "This server checks its own copy. To check without trusting it, open an entry, save "
            "its proof and take both to"));
    html_say(out, " ");
    html_link(out, web_address(r, "/verify"), "usa-link", hb_str_from(say(r, "Check a copy")));
    html_say(out, ".");
    html_close(out, HTML_P);
}

static void unaltered(const web_request *r, html *out, const register_finding *f) {
    char words[512];
    unsigned long long n = (unsigned long long)f->n_events;
    snprintf(
        words, sizeof words,
        say(r,
            "%llu entries match checkpoint %llu, cosigned by %u of %u witnesses: %s. This does not "
            "show that what was recorded is true."),
        n, n, f->standing.n_cosigned, f->standing.n_witnesses,
        f->standing.is_witnessed ? say(r, "independently witnessed")
                                 : say(r, "not independently witnessed"));
    web_alert(out, "info", say(r, "Unaltered"), words);
    if (f->depth == REGISTER_TREE)
        html_put_say(
            out, HTML_P, NULL,
            say(r,
                "The register is large: entries, tree and the last checkpoint were checked. "
                "Officers' signatures, values and standing are checked by habeas register "
                "verify."));
}

static void altered(const web_request *r, html *out, const register_finding *f) {
    char words[640];
    if (f->has_bad_event)
        snprintf(
            words, sizeof words,
            say(r,
                "Entry %llu does not match: %s. Do not rely on this copy. Keep it, and tell the "
                "witnesses."),
            (unsigned long long)f->bad_event, f->why);
    else
        snprintf(words, sizeof words,
                 say(r, "%s. Do not rely on this copy. Keep it, and tell the witnesses."), f->why);
    web_alert(out, "error", say(r, "ALTERED"), words);
}

bool web_page_check(web_request *r, html *out, hb_error *err) {
    register_log *log = web_register(r, err);
    if (!log) return false;
    html_put_say(out, HTML_H1, NULL, say(r, "Was the register altered?"));
    html_put_say(
        out, HTML_P, "usa-intro",
        say(r,
            "The server recomputes everything from the bytes it has stored, and compares it with "
            "what was signed."));
    form(r, out, say(r, "Check now"));
    how_else(r, out);
    return web_log_line(r, out, log, err);
}

bool web_page_checked(web_request *r, html *out, hb_error *err) {
    register_finding finding = {0};
    register_log *log = web_register(r, err);
    if (!log) return false;
    register_depth depth = register_size(log) <= CHECKED_WHOLE ? REGISTER_WHOLE : REGISTER_TREE;
    if (!register_verify(log, HB_STR(""), depth, &finding, err)) return false;
    html_put_say(out, HTML_H1, NULL, say(r, "Was the register altered?"));
    if (finding.is_unaltered)
        unaltered(r, out, &finding);
    else
        altered(r, out, &finding);
    html_open(out, HTML_P);
    html_textf(out, "%s ", say(r, "Checked"));
    web_time(r, out, r->now.seconds);
    html_close(out, HTML_P);
    form(r, out, say(r, "Check again"));
    how_else(r, out);
    return true;
}
