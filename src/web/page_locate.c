// Where is a person? For anybody, on a telephone, in either language. The question is a POST, so no
// name stands in an address; hit, miss and refusal have the same page, the same size and take the
// same time. The place is told only to those who hold a token of the person, counsel, consulate or
// Red Cross; everybody else learns whom to call.
#include "web/pages.h"
#include "web/site.h"

enum { ANSWER_BYTES = 900, NOTE_BYTES = 2600 };

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
static void padded(web_request *r, html *out, html_element element, hb_str text, size_t size) {
    char *filled = hb_arena_alloc(r->arena, size);
    if (!filled) return;
    for (size_t i = 0; i < size; i++) filled[i] = i < text.n ? text.at[i] : ' ';
    html_put(out, element, NULL, (hb_str){filled, text.n > size ? text.n : size});
}

static void answer_of(web_request *r, html *out, const locate_answer *a) {
    html_open(out, HTML_DIV);
    html_class(out, "usa-summary-box");
    html_attribute(out, "role", HB_STR("region"));
    html_attribute(out, "aria-label", hb_str_from(say(r, "Answer")));
    html_open(out, HTML_DIV);
    html_class(out, "usa-summary-box__body");
    padded(r, out, HTML_P, hb_str_from(a->text), ANSWER_BYTES);
    html_open(out, HTML_P);
    html_textf(out, "%s %s · %s %llu · %s", say(r, "Reference"), a->reference, say(r, "checkpoint"),
               (unsigned long long)a->checkpoint,
               a->is_witnessed ? say(r, "independently witnessed")
                               : say(r, "not independently witnessed"));
    html_close(out, HTML_P);
    html_close(out, HTML_DIV);
    html_close(out, HTML_DIV);
    next_steps(r, out);
    html_open(out, HTML_DETAILS);
    html_put_say(out, HTML_SUMMARY, NULL, say(r, "The signed answer, to keep"));
    padded(r, out, HTML_PRE, hb_str_from(a->note), NOTE_BYTES);
    html_close(out, HTML_DETAILS);
}

bool web_page_locate(web_request *r, html *out, hb_error *err) {
    (void)err;
    html_put_say(out, HTML_H1, NULL, say(r, "Where is a person?"));
    form(r, out);
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
