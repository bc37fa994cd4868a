// Where is a person? For anybody, on a telephone, in either language. The question is a POST, so no
// name stands in an address; hit, miss and refusal have the same page, the same size and take the
// same time. The place is told only to those who hold a token of the person, counsel, consulate or
// Red Cross; everybody else learns whom to call.
#include <stdio.h>
#include <string.h>

#include "web/pages.h"
#include "web/site.h"

enum { ANSWER_BYTES = 900, NOTE_BYTES = 2600, PHONE_BYTES = 200 };

static void form(web_request *r, html *out) {
    web_open_form(r, out, web_address(r, "/locate"), NULL);
    web_field_text(r, out, "who", say(r, "Code, number or full name"), "text", "off",
                   web_form(r, "who"));
    html_put_say(
        out, HTML_P, "usa-hint",
        say(r, "Accents, hyphens, the order of surnames and one wrong letter do not matter."));
    web_field_text(r, out, "born", say(r, "Date of birth"), "date", "off", web_form(r, "born"));
    web_field_text(r, out, "country", say(r, "Country of the person, three letters: SLV, VEN, USA"),
                   "text", "off", web_form(r, "country"));
    web_field_text(r, out, "token", say(r, "Token, if somebody gave you one"), "password", "off",
                   HB_STR(""));
    web_button(r, out, say(r, "Ask now"), NULL);
    html_close(out, HTML_FORM);
    html_put_say(out, HTML_P, NULL,
                 say(r,
                     "It is recorded that you asked, sealed to an independent monitor, without "
                     "your address, for 30 days. On a shared computer close the browser "
                     "afterwards."));
}

static void next_steps(const web_request *r, html *out) {
    html_put_say(out, HTML_H2, NULL, say(r, "What you can do next"));
    html_open(out, HTML_UL);
    html_put_say(out, HTML_LI, NULL, say(r, "Ask a lawyer to ask: counsel of record learns more."));
    html_put_say(out, HTML_LI, NULL, say(r, "Ask the consulate of the person's country."));
    html_put_say(
        out, HTML_LI, NULL,
        say(r, "In El Salvador: the Procuraduría para la Defensa de los Derechos Humanos."));
    html_put_say(out, HTML_LI, NULL,
                 say(r, "A court can order an answer: habeas corpus (exhibición personal)."));
    html_close(out, HTML_UL);
}

// A text and spaces up to a size that every answer has.
static void fill(web_request *r, html *out, hb_str text, size_t size) {
    char *filled = hb_arena_alloc(r->arena, size);
    if (!filled) return;
    for (size_t i = 0; i < size; i++) filled[i] = i < text.n ? text.at[i] : ' ';
    html_text(out, (hb_str){filled, text.n > size ? text.n : size});
}

// The telephone as a link, of one size with and without a number.
static void telephone(web_request *r, html *out, hb_str phone) {
    static const char MARKUP[] = "<a href=\"tel:\" class=\"usa-link\"></a>";
    hb_text address = {0};
    hb_text_add(&address, HB_STR("tel:"));
    for (size_t i = 0; i < phone.n; i++) {
        bool is_dialled = (phone.at[i] >= '0' && phone.at[i] <= '9') || phone.at[i] == '+';
        if (is_dialled) hb_text_add(&address, (hb_str){phone.at + i, 1});
    }
    size_t used = 0;
    html_open(out, HTML_P);
    if (address.n > 4) {
        html_link(out, (hb_str){address.at, address.n}, "usa-link", phone);
        used = sizeof MARKUP - 1 + address.n - 4 + phone.n;
    }
    fill(r, out, HB_STR(""), used < PHONE_BYTES ? PHONE_BYTES - used : 0);
    html_close(out, HTML_P);
    hb_text_clear(&address);
}

static void answer_of(web_request *r, html *out, const locate_answer *a) {
    html_open(out, HTML_DIV);
    html_class(out, "usa-summary-box");
    html_attribute(out, "role", HB_STR("region"));
    html_attribute(out, "aria-label", hb_str_from(say(r, "Answer")));
    html_open(out, HTML_DIV);
    html_class(out, "usa-summary-box__body");
    html_open(out, HTML_P);
    fill(r, out, hb_str_from(a->text), ANSWER_BYTES);
    html_close(out, HTML_P);
    telephone(r, out, hb_str_from(a->phone));
    html_open(out, HTML_P);
    html_textf(out, "%s %s · %s %llu · %s", say(r, "Reference"), a->reference, say(r, "checkpoint"),
               (unsigned long long)a->checkpoint,
               a->is_witnessed ? say(r, "independently witnessed")
                               : say(r, "not independently witnessed"));
    html_close(out, HTML_P);
    html_close(out, HTML_DIV);
    html_close(out, HTML_DIV);
    next_steps(r, out);
    web_open_form(r, out, web_address(r, "/keep/answer"), NULL);
    web_button(r, out, say(r, "Save the signed answer"), "usa-button usa-button--outline");
    html_open(out, HTML_DETAILS);
    html_put_say(out, HTML_SUMMARY, NULL, say(r, "The signed answer, to keep"));
    html_open(out, HTML_LABEL);
    html_attribute(out, "for", HB_STR("note"));
    html_say(out, say(r, "Anybody can check who signed it, today and later."));
    html_close(out, HTML_LABEL);
    html_open(out, HTML_TEXTAREA);
    html_id(out, HB_STR("note"));
    html_attribute(out, "name", HB_STR("text"));
    html_attribute(out, "rows", HB_STR("12"));
    html_class(out, "usa-textarea");
    html_flag(out, "readonly");
    fill(r, out, hb_str_from(a->note), NOTE_BYTES);
    html_close(out, HTML_TEXTAREA);
    html_close(out, HTML_DETAILS);
    html_close(out, HTML_FORM);
}

bool web_page_locate(web_request *r, html *out, hb_error *err) {
    (void)err;
    html_put_say(out, HTML_H1, NULL, say(r, "Where is a person?"));
    form(r, out);
    if (r->account.role == WEB_PUBLIC) {
        html_open(out, HTML_P);
        html_link(out, web_address(r, "/sign-in/token"), "usa-link",
                  hb_str_from(say(r, "Sign in with a token, to look again without asking anew")));
        html_close(out, HTML_P);
    }
    return true;
}

bool web_page_locate_post(web_request *r, html *out, hb_error *err) {
    hb_instant started = hb_clock_read();
    locate_answer *answer = hb_arena_new(r->arena, locate_answer);
    register_log *log = web_register(r, err);
    if (!log || !answer) return false;
    const locate_question question = {.who = hb_str_trim(web_form(r, "who")),
                                      .born = hb_str_trim(web_form(r, "born")),
                                      .country = hb_str_trim(web_form(r, "country")),
                                      .token = hb_str_trim(web_form(r, "token"))};
    bool ok = register_locate(log, &question, r->now, r->language, answer, err);
    register_locate_wait(started);
    html_put_say(out, HTML_H1, NULL, say(r, "Where is a person?"));
    if (ok) answer_of(r, out, answer);
    if (!ok && err->kind == HB_INPUT && err->code &&
        hb_str_equal(hb_str_from(err->code), HB_STR("bad-question"))) {
        web_alert(out, "error", NULL, err->message);
        *err = (hb_error){0};
        form(r, out);
        ok = true;
    }
    return ok;
}

// ---- with a token, without an account ----------------------------------------------------------

static void token_form(web_request *r, html *out) {
    html_put_say(out, HTML_P, NULL,
                 say(r,
                     "The person, counsel, the consulate, the Red Cross or a court gave you a "
                     "token. With it and the person's date of birth you see where the person is. "
                     "No account is needed."));
    web_open_form(r, out, web_address(r, "/sign-in/token"), NULL);
    web_field_text(r, out, "token", say(r, "Token"), "text", "off", HB_STR(""));
    web_field_text(r, out, "born", say(r, "Date of birth of the person"), "date", "off",
                   HB_STR(""));
    web_field_text(r, out, "country", say(r, "Country of the person, three letters: SLV, VEN, USA"),
                   "text", "off", HB_STR(""));
    web_button(r, out, say(r, "Go on"), NULL);
    html_close(out, HTML_FORM);
    html_put_say(
        out, HTML_P, NULL,
        say(r, "On a shared computer: sign out when you are done, and close the browser."));
}

bool web_page_token(web_request *r, html *out, hb_error *err) {
    (void)err;
    html_put_say(out, HTML_H1, NULL, say(r, "Sign in with a token"));
    token_form(r, out);
    r->script = "record/token.js";
    return true;
}

static void keep(char *out, size_t size, hb_str text) {
    snprintf(out, size, "%.*s", text.n < size ? (int)text.n : 0, text.n ? text.at : "");
}

// A family's session for one person; named in the audit by the first of the token's hash.
static bool begin(web_request *r, const locate_question *q, const char *person) {
    char hex[65];
    web_secret secret;
    web_account account = {.role = WEB_FAMILY};
    hb_hash_hex(hb_sha256(q->token.at, q->token.n), hex);
    snprintf(account.name, sizeof account.name, "token-%.8s", hex);
    snprintf(account.people, sizeof account.people, " %s ", person);
    keep(account.token, sizeof account.token, q->token);
    keep(account.born, sizeof account.born, q->born);
    keep(account.country, sizeof account.country, q->country);
    web_session_begin(r->site->sessions, &account, false, r->now, secret);
    r->account = account;
    return web_session_cookie_set(r, secret) && web_go(r, "/whereabouts");
}

// Wrong is wrong: token, date or country, or an end of the token, have one answer and one time.
bool web_page_token_post(web_request *r, html *out, hb_error *err) {
    hb_instant started = hb_clock_read();
    register_word person = "";
    char hex[65], name[80];
    uint32_t wait = 0;
    register_log *log = web_register(r, err);
    const locate_question q = {.born = hb_str_trim(web_form(r, "born")),
                               .country = hb_str_trim(web_form(r, "country")),
                               .token = hb_str_trim(web_form(r, "token"))};
    if (!log) return false;
    if (!r->site->options->is_unlimited &&
        !web_rate_take(r->site->sessions, "sign-in", hb_str_from(r->from), 20, r->now, &wait)) {
        r->status = 429;
        r->retry_after = wait;
        return true;
    }
    hb_hash_hex(hb_sha256(q.token.at, q.token.n), hex);
    snprintf(name, sizeof name, "token:%s", hex);
    uint32_t left = web_tries_left(r->site->sessions, hb_str_from(name), r->now);
    bool ok = register_token_person(log, q.token, q.born, q.country, r->now, person, err);
    register_locate_wait(started);
    if (!ok && !(err->kind == HB_INPUT && err->code && strcmp(err->code, "bad-question") == 0))
        return false;
    *err = (hb_error){0};
    if (ok && left > 0 && person[0]) {
        web_tries_good(r->site->sessions, hb_str_from(name));
        return begin(r, &q, person);
    }
    if (left > 0) web_tries_failed(r->site->sessions, hb_str_from(name), r->now);
    html_put_say(out, HTML_H1, NULL, say(r, "Sign in with a token"));
    web_alert(out, "error", NULL,
              say(r,
                  "These do not belong together, or the token has ended. After five tries it waits "
                  "15 minutes."));
    token_form(r, out);
    return true;
}

// Asked anew each time: a token that has ended meanwhile tells nothing more.
bool web_page_whereabouts(web_request *r, html *out, hb_error *err) {
    hb_instant started = hb_clock_read();
    locate_answer *answer = hb_arena_new(r->arena, locate_answer);
    if (r->account.token[0] == '\0') return web_go(r, "/locate");
    register_log *log = web_register(r, err);
    if (!log || !answer) return log ? hb_out_of_memory(err) : false;
    const locate_question q = {.who = hb_str_trim(hb_str_from(r->account.people)),
                               .born = hb_str_from(r->account.born),
                               .country = hb_str_from(r->account.country),
                               .token = hb_str_from(r->account.token)};
    if (!register_locate(log, &q, r->now, r->language, answer, err)) return false;
    register_locate_wait(started);
    html_put_say(out, HTML_H1, NULL, say(r, "Where the person is"));
    answer_of(r, out, answer);
    html_open(out, HTML_P);
    html_textf(out, "%s ", say(r, "Asked"));
    web_time(r, out, r->now.seconds);
    html_close(out, HTML_P);
    web_read_of(r, q.who);
    return true;
}
