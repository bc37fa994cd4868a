// Signing with one's own key. The key never comes here: the page shows the very lines to be signed
// and gives them as a file for `habeas register sign`, whose answer comes back by upload; where the
// browser has Ed25519, record.js signs in it from a key file that it only reads. A line with fewer
// signatures than its kind needs (both sides of a handover) is shown again for the next.
#include <stdio.h>
#include <string.h>

#include "web/pages.h"
#include "web/record.h"
#include "web/site.h"

enum { LINES_AT_ONCE = 200 };

void record_steps(const web_request *r, html *out, int step) {
    const char *const STEPS[] = {say(r, "Say what happened"), say(r, "Read and sign"),
                                 say(r, "Recorded")};
    html_open(out, HTML_OL);
    html_class(out, "hb-steps");
    html_attribute(out, "aria-label", hb_str_from(say(r, "Steps")));
    for (int i = 0; i < 3; i++) {
        html_open(out, HTML_LI);
        if (i + 1 == step) html_attribute(out, "aria-current", HB_STR("step"));
        html_say(out, STEPS[i]);
        html_close(out, HTML_LI);
    }
    html_close(out, HTML_OL);
}

// ---- what is signed ----------------------------------------------------------------------------

static void in_language(const web_request *r, html *out, words_language language,
                        const char *text) {
    html_open(out, HTML_SPAN);
    if (language != r->language) html_lang(out, words_language_name(language));
    html_say(out, text);
    html_close(out, HTML_SPAN);
}

// The same words in both languages, the reader's own first.
static void both(const web_request *r, html *out, const char *english) {
    words_language other = r->language == WORDS_EN ? WORDS_ES : WORDS_EN;
    in_language(r, out, r->language, words_in(r->language, english));
    html_say(out, " · ");
    in_language(r, out, other, words_in(other, english));
}

static void signed_fields(const web_request *r, html *out, const hb_json *fields) {
    const register_kind *kind = web_event_kind(web_event_field(fields, "event"));
    html_open(out, HTML_P);
    html_class(out, "hb-sentence-case");
    html_open(out, HTML_STRONG);
    if (kind) both(r, out, kind->meaning);
    html_close(out, HTML_STRONG);
    html_close(out, HTML_P);
    html_open(out, HTML_DL);
    html_class(out, "hb-signed");
    for (uint32_t i = 0; i < fields->n; i++) {
        const hb_json *one = &fields->first[i];
        const char *en = record_label(WORDS_EN, one->key);
        html_open(out, HTML_DT);
        if (en)
            both(r, out, en);
        else
            html_text(out, one->key);
        html_close(out, HTML_DT);
        html_put(out, HTML_DD, NULL, one->text);
    }
    html_close(out, HTML_DL);
}

static bool show_line(web_request *r, html *out, hb_str line, hb_error *err) {
    hb_json *event = NULL;
    char hex[65];
    if (!hb_json_parse(r->worker->json, r->arena, line, &event, err)) return false;
    const hb_json *fields = hb_json_member(event, HB_STR("fields"));
    signed_fields(r, out, fields ? fields : event);
    hb_hash_hex(hb_sha256(line.at, line.n), hex);
    html_put(out, HTML_PRE, "hb-line", line);
    html_put_say(out, HTML_P, "usa-hint", "SHA-256");
    html_put_say(out, HTML_P, "hb-code", hex);
    return true;
}

// ---- what signs it -----------------------------------------------------------------------------

static void hidden_lines(html *out, const hb_str *lines, uint32_t n) {
    html_open(out, HTML_TEXTAREA);
    html_attribute(out, "name", HB_STR("text"));
    html_id(out, HB_STR("lines"));
    html_attribute(out, "aria-label", HB_STR("lines"));
    html_flag(out, "hidden");
    html_flag(out, "readonly");
    for (uint32_t i = 0; i < n; i++) {
        html_text(out, lines[i]);
        html_say(out, "\n");
    }
    html_close(out, HTML_TEXTAREA);
}

static void sign_here(web_request *r, html *out, register_log *log) {
    html_open(out, HTML_DIV);
    html_id(out, HB_STR("sign-here"));
    html_flag(out, "hidden");
    html_attribute(out, "data-origin", register_origin(log));
    html_attribute(out, "data-wrong-key", hb_str_from(say(r, "This is no file of a secret key.")));
    html_attribute(out, "data-other-authority",
                   hb_str_from(say(r, "This key is of another authority than the line says.")));
    html_attribute(out, "data-signed",
                   hb_str_from(say(r, "Signed. Read it once more, then press Record.")));
    html_put_say(out, HTML_H3, NULL, say(r, "Sign in this browser"));
    web_open_file(
        out, "key", NULL,
        say(r, "The file of your key. It stays on this device: the browser only reads it."));
    html_open(out, HTML_P);
    html_id(out, HB_STR("sign-said"));
    html_attribute(out, "role", HB_STR("status"));
    html_close(out, HTML_P);
    html_close(out, HTML_DIV);
}

static void by_hand(web_request *r, html *out, register_log *log, const hb_str *lines, uint32_t n) {
    hb_str origin = register_origin(log);
    html_put_say(out, HTML_H3, NULL, say(r, "Or sign with the program"));
    web_open_form(r, out, web_address(r, "/keep/events"), "hb-inline");
    hidden_lines(out, lines, n);
    web_button(r, out, say(r, "Take the file to be signed"), "usa-button usa-button--outline");
    html_close(out, HTML_FORM);
    html_open(out, HTML_PRE);
    html_textf(out,
               "habeas register sign events.ndjson --key YOUR.key --origin %.*s > signed.ndjson",
               (int)origin.n, origin.at);
    html_close(out, HTML_PRE);
}

static void record_form(web_request *r, html *out) {
    html_open(out, HTML_FORM);
    html_attribute(out, "method", HB_STR("post"));
    html_attribute(out, "enctype", HB_STR("multipart/form-data"));
    html_attribute(out, "action", web_address(r, "/record"));
    html_class(out, "usa-form usa-form--large");
    web_form_token(r, out);
    web_open_file(out, "signed", "signed", say(r, "The signed file"));
    html_open(out, HTML_LABEL);
    html_class(out, "usa-label");
    html_attribute(out, "for", HB_STR("signed-text"));
    html_say(out, say(r, "Or its text"));
    html_close(out, HTML_LABEL);
    html_open(out, HTML_TEXTAREA);
    html_class(out, "usa-textarea");
    html_id(out, HB_STR("signed-text"));
    html_attribute(out, "name", HB_STR("signed-text"));
    html_attribute(out, "spellcheck", HB_STR("false"));
    html_close(out, HTML_TEXTAREA);
    web_button(r, out, say(r, "Record"), NULL);
    html_close(out, HTML_FORM);
}

bool record_sign(web_request *r, html *out, const hb_str *lines, uint32_t n, bool is_second,
                 hb_error *err) {
    register_log *log = web_register(r, err);
    if (!log) return false;
    record_steps(r, out, 2);
    if (is_second)
        web_alert(out, "info", NULL,
                  say(r,
                      "One side has signed. Nothing is recorded until the other side, present "
                      "here, signs the same lines with its own key."));
    html_put_say(out, HTML_H2, NULL, say(r, "Read what you sign"));
    for (uint32_t i = 0; i < n; i++) {
        if (!show_line(r, out, lines[i], err)) return false;
    }
    html_put_say(out, HTML_H2, NULL, say(r, "Sign it"));
    html_put_say(out, HTML_P, NULL,
                 say(r,
                     "Nothing is kept yet. Your signature says that this happened, and that you "
                     "answer for it."));
    sign_here(r, out, log);
    by_hand(r, out, log, lines, n);
    record_form(r, out);
    r->script = "record/record.js";
    return true;
}

// The file to be signed is what the page showed: it goes out as it came in.
// ---- taking the signed lines -------------------------------------------------------------------

static uint32_t n_wanted(hb_str kind) {
    return hb_str_equal(kind, HB_STR("HandedOver")) || hb_str_equal(kind, HB_STR("Correction")) ? 2
                                                                                                : 1;
}

// Before the register sees it, what is no forgery but a mistake: unsigned, another authority's key,
// a second check by whoever made the first.
static bool check_line(web_request *r, hb_str line, bool *wants_more, hb_error *err) {
    hb_json *event = NULL;
    if (!register_event_check(r->arena, r->worker->json, line, err) ||
        !hb_json_parse(r->worker->json, r->arena, line, &event, err))
        return false;
    const hb_json *signatures = hb_json_member(event, HB_STR("signatures"));
    uint32_t n = signatures && signatures->kind == HB_JSON_ARRAY ? signatures->n : 0;
    hb_str kind = web_event_field(event, "event"), authority = web_event_field(event, "authority");
    hb_str person = web_event_field(event, "person");
    register_custody custody = {0};
    bool is_second = hb_str_equal(kind, HB_STR("SecondCheckRecorded"));
    if (n == 0) {
        hb_fail(err, HB_INPUT, "not-signed", "%s", say(r, "these lines are not signed"));
        hb_error_help(err, "%s",
                      say(r, "sign the file with your own key, then send what it gives"));
        return false;
    }
    if (is_second &&
        !register_person(r->worker->log, person, HB_STR(""), r->now, NULL, NULL, &custody, err))
        return false;
    bool is_own = false;
    for (uint32_t i = 0; i < n; i++) {
        const hb_json *key = hb_json_member(&signatures->first[i], HB_STR("key"));
        hb_str name = key && key->kind == HB_JSON_STRING ? key->text : HB_STR("");
        is_own |=
            hb_str_starts(name, authority) &&
            (name.n == authority.n || name.at[authority.n] == '/' || name.at[authority.n] == '+');
        if (is_second && hb_str_equal(name, hb_str_from(custody.checker)))
            return hb_fail(err, HB_INPUT, "same-hand", "%s",
                           say(r, "The second check needs another officer: you made the first."));
    }
    if (!is_own)
        return hb_fail(err, HB_INPUT, "other-authority", "%s",
                       say(r, "This key is of another authority than the line says."));
    *wants_more |= n < n_wanted(kind);
    return true;
}

static bool receipts(web_request *r, html *out, hb_str answer, hb_error *err) {
    hb_json *json = NULL;
    if (!hb_json_parse(r->worker->json, r->arena, answer, &json, err)) return false;
    const hb_json *all = hb_json_member(json, HB_STR("receipts"));
    html_open(out, HTML_UL);
    for (uint32_t i = 0; all && i < all->n; i++) {
        const hb_json *number = hb_json_member(&all->first[i], HB_STR("event"));
        const hb_json *marks = hb_json_member(&all->first[i], HB_STR("irregular"));
        if (!number) continue;
        html_open(out, HTML_LI);
        html_textf(out, "%s ", say(r, "Entry"));
        html_link(out, web_address_of(r, "/register/events/", number->text), "usa-link",
                  number->text);
        for (uint32_t m = 0; marks && m < marks->n; m++) {
            const char *meaning = register_mark_meaning(marks->first[m].text);
            html_textf(out, m ? "; " : " · %s: ", say(r, "irregular"));
            html_say(out, meaning ? words_of(r, meaning) : "");
        }
        html_close(out, HTML_LI);
    }
    html_close(out, HTML_UL);
    return true;
}

bool web_page_record_signed(web_request *r, html *out, hb_error *err) {
    const web_field *file = web_upload(r, "signed");
    hb_str text = file ? file->value : web_form(r, "signed-text");
    hb_str *lines = hb_arena_array(r->arena, hb_str, LINES_AT_ONCE);
    hb_text answer = {0};
    uint32_t n = 0;
    bool wants_more = false;
    char key[72] = "page:";
    if (!lines) return hb_out_of_memory(err);
    if (!web_register(r, err) || !web_event_lines(r, text, lines, LINES_AT_ONCE, &n, err))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        if (!check_line(r, lines[i], &wants_more, err)) return false;
    }
    html_put_say(out, HTML_H1, NULL,
                 wants_more ? say(r, "The other signature") : say(r, "Recorded"));
    if (wants_more) return record_sign(r, out, lines, n, true, err);
    hb_hash of = hb_sha256(text.at, text.n);
    hb_hash_hex(of, key + 5);
    bool ok = web_record_once(r, hb_str_from(key), of, lines, n, &answer, err);
    if (ok) {
        record_steps(r, out, 3);
        html_put_say(out, HTML_P, NULL,
                     say(r,
                         "It stands in the log and cannot be changed. The proof of each entry is "
                         "yours to keep."));
        ok = receipts(r, out, (hb_str){answer.at, answer.n}, err);
    }
    hb_text_clear(&answer);
    return ok;
}
