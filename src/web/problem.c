// Pages and JSON of what went wrong: E1 to E8 of UX. The neutral page of a person (L5) is the same
// bytes whether a record exists or not.
#include <stdio.h>
#include <string.h>

#include "web/site.h"

static void reference(const web_request *r, char text[32]) {
    snprintf(text, 32, "%lld-%u", (long long)r->now.seconds, r->now.nanosecond / 1000);
}

void web_problem_page(web_request *r, html *out, const hb_error *err) {
    char ref[32];
    if (r->status == 404 && r->route && r->route->is_of_a_person) {
        html_put_say(out, HTML_H1, NULL, say(r, "No answer"));
        web_alert(out, "info", NULL,
                  say(r,
                      "We cannot give an answer to this request. Ask the office that holds the "
                      "record, or ask through counsel or the consulate."));
        return;
    }
    switch (r->status) {
        case 403:
            html_put_say(out, HTML_H1, NULL, say(r, "Not shown"));
            html_open(out, HTML_DIV);
            html_class(out, "usa-alert usa-alert--error");
            html_attribute(out, "role", HB_STR("alert"));
            html_open(out, HTML_DIV);
            html_class(out, "usa-alert__body");
            html_open(out, HTML_P);
            html_class(out, "usa-alert__text");
            if (r->grant != WEB_NOTHING) {
                html_say(out, say(r,
                                  "This form is no longer current, or did not come from this page. "
                                  "Nothing was saved. Go back, load the page again, and send it "
                                  "once more."));
            } else {
                html_textf(out,
                           say(r,
                               "Your role (%s) does not show this page. Nothing was shown; "
                               "this request was recorded."),
                           words_of(r, web_role_words(r->account.role)));
            }
            html_close(out, HTML_P);
            html_close(out, HTML_DIV);
            html_close(out, HTML_DIV);
            break;
        case 404:
        case 405:
            html_put_say(out, HTML_H1, NULL, say(r, "No such page"));
            web_alert(out, "info", NULL, say(r, "There is nothing at this address."));
            break;
        case 429:
            html_put_say(out, HTML_H1, NULL, say(r, "Too many requests"));
            web_alert(out, "warning", NULL,
                      say(r, "Wait a minute, then try again. Nothing was lost."));
            break;
        case 400:
        case 413:
        case 422:
            html_put_say(out, HTML_H1, NULL, say(r, "Not taken"));
            web_alert(out, "error", say(r, "Nothing was saved."), err->message);
            if (err->help[0]) html_put_say(out, HTML_P, NULL, err->help);
            break;
        case 503:
            html_put_say(out, HTML_H1, NULL, say(r, "No PDF was made"));
            if (err->kind == HB_LIMIT) {
                web_alert(out, "warning", NULL,
                          say(r, "Other papers are being made. Try again in a minute."));
            } else {
                web_alert(out, "error", NULL, say(r, "The paper could not be made into a PDF."));
            }
            html_put_say(out, HTML_P, NULL,
                         say(r,
                             "The same paper can be opened as a page, and printed by the "
                             "browser."));
            break;
        case 504:
            html_put_say(out, HTML_H1, NULL, say(r, "This takes too long"));
            web_alert(out, "warning", NULL,
                      say(r,
                          "The server stopped before the answer was whole, so it shows none of "
                          "it. Ask for a part: one place, one person, a later time."));
            break;
        default:
            reference(r, ref);
            html_put_say(out, HTML_H1, NULL, say(r, "The system failed"));
            web_alert(out, "error", NULL, say(r, "The system failed. Nothing was saved."));
            html_open(out, HTML_P);
            html_textf(out, "%s %s", say(r, "Reference:"), ref);
            html_close(out, HTML_P);
            break;
    }
}

// RFC 9457, with a code in capitals that programs can rely on.
static const struct {
    uint32_t status;
    const char *code, *title;
} PROBLEMS[] = {
    {400, "BAD_REQUEST",   "the request cannot be read"                },
    {401, "NOT_SIGNED_IN", "a token or session is needed"              },
    {403, "NOT_ENTITLED",  "the role of this account does not do this" },
    {404, "NO_ANSWER",     "there is no answer to this request"        },
    {405, "WRONG_METHOD",  "this address takes another method"         },
    {409, "CONFLICT",      "the same key was used for another request" },
    {412, "CHANGED",       "the entry has changed since it was read"   },
    {413, "TOO_LARGE",     "the body is longer than this address takes"},
    {415, "WRONG_TYPE",    "this address takes application/x-ndjson"   },
    {422, "REFUSED",       "the input was refused; nothing was saved"  },
    {429, "TOO_MANY",      "too many requests"                         },
    {503, "NO_PDF",        "no PDF was made; the page can be printed"  },
    {504, "TOO_LONG",      "this takes too long: ask for a part of it" },
    {500, "FAILED",        "the system failed; nothing was saved"      },
};

void web_problem_json(web_request *r, hb_text *out, const hb_error *err) {
    uint32_t i = sizeof PROBLEMS / sizeof PROBLEMS[0] - 1;
    for (uint32_t j = 0; j < i; j++) {
        if (PROBLEMS[j].status == r->status) i = j;
    }
    hb_text_addf(out, "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%u,\"code\":\"%s\"",
                 PROBLEMS[i].title, r->status, PROBLEMS[i].code);
    bool is_input = r->status < 500 && err->kind != HB_NONE;
    if (is_input) {
        hb_text_addf(out, ",\"detail\":");
        hb_text_add_json(out, hb_str_from(err->message));
        hb_text_addf(out, ",\"error\":");
        hb_text_add_json(out, hb_str_from(err->code ? err->code : "unknown"));
        if (err->help[0]) {
            hb_text_addf(out, ",\"help\":");
            hb_text_add_json(out, hb_str_from(err->help));
        }
    }
    if (r->status >= 500) {
        char ref[32];
        reference(r, ref);
        hb_text_addf(out, ",\"reference\":\"%s\"", ref);
    }
    hb_text_addf(out, "}\n");
}
