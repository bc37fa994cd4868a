// "Read this page in 20 seconds": two or three sentences above a page, for who opens it the first
// time. Each can be closed, and stays closed in this browser: a cookie holds one letter a box. On
// the page of help all can be shown again.
#include <string.h>

#include "web/pages.h"
#include "web/site.h"

// The address as in routes.def, its letter in the cookie (never used for another), the sentences.
static const struct {
    const char *address;
    char letter;
    const char *words;
} BOXES[] = {
    {"/lists",               'a',
     WORDS_LATER("Everybody on a list was checked against cited law. BARRED and UNRESOLVED: the "
                 "person must not "
                 "be sent on this record. NO BAR FOUND is not permission.")                       },
    {"/lists/{id}",          'b',
     WORDS_LATER("The worst comes first. Each row has the first reason and how many questions are "
                 "open. Open a "
                 "person to see every reason, and which paper would answer what is missing.")     },
    {"/people/{p}",          'c',
     WORDS_LATER("First the verdict, then each reason with its source and its papers. What is "
                 "missing are the "
                 "questions that no paper answers. What is not known never helps a transfer.")    },
    {"/own",                 'd',
     WORDS_LATER(
         "Your persons and their verdicts. Open one: its page ends in a paper that can be filed.")},
    {"/board",               'e',
     WORDS_LATER(
         "Each number leads to the rows it counts. What no published text says reads: not known.")},
    {"/register",            'f',
     WORDS_LATER("Who is held where, as recorded. Last recorded and last seen in person are two "
                 "things. The log "
                 "line says who has signed what stands here.")                                    },
    {"/register/people/{p}", 'g',
     WORDS_LATER("Every entry, with when it happened and when it was recorded. Open an entry for "
                 "its proof. A "
                 "proof shows that nobody changed the entry, not that it is true.")               },
    {"/alarms",              'h',
     WORDS_LATER("An alarm ends when the fact changes, and in no other way. The worst and oldest "
                 "stand first. "
                 "Taking one puts a name to it.")                                                 },
    {"/facilities",          'i',
     WORDS_LATER("Each place is asked each standard by itself; there is no total grade. Meeting "
                 "every row would "
                 "not be permission.")                                                            },
    {"/facilities/{f}",      'j',
     WORDS_LATER("A row a standard, those not met first. Where two sources disagree the row reads "
                 "disputed, and "
                 "the one that protects counts.")                                                 },
    {"/money",               'k',
     WORDS_LATER("Each sentence that was said stands with its finding and its basis. p05 to p95 is "
                 "where 90 of "
                 "100 draws lie. A claim refuted here is refuted for this scenario.")             },
    {"/rulebook",            'l',
     WORDS_LATER("The rules stand in the order in which the law is asked. Open one for its table "
                 "and sources.")                                                                  },
    {"/rulebook/{rule}",     'm',
     WORDS_LATER("Read the table from the top: the first row that fits gives the outcome. Opened "
                 "from a person, "
                 "the row that fired is marked.")                                                 },
    {"/audit",               'n',
     WORDS_LATER("Who opened which person, who was refused, who did what, the newest first.")     },
    {"/admin",               'o',
     WORDS_LATER("Two officers make an account: one asks, another confirms. An account is ended, "
                 "never deleted. "
                 "No page here shows a person.")                                                  },
};
enum { N_BOXES = sizeof BOXES / sizeof BOXES[0] };

static int box_of(const web_request *r) {
    for (int i = 0; r->route && i < N_BOXES; i++) {
        if (strcmp(BOXES[i].address, r->route->address) == 0) return i;
    }
    return N_BOXES;
}

void web_summary(web_request *r, html *out) {
    int box = box_of(r);
    hb_str closed = web_closed_boxes(r);
    if (box == N_BOXES || r->status >= 400 || r->method != WEB_GET) return;
    if (closed.n && memchr(closed.at, BOXES[box].letter, closed.n)) return;
    html_open(out, HTML_ASIDE);
    html_class(out, "usa-summary-box hb-summary");
    html_attribute(out, "aria-label", hb_str_from(say(r, "Read this page in 20 seconds")));
    html_open(out, HTML_DIV);
    html_class(out, "usa-summary-box__body");
    html_open(out, HTML_P);
    html_put_say(out, HTML_STRONG, NULL, say(r, "Read this page in 20 seconds"));
    html_say(out, ": ");
    html_say(out, words_of(r, BOXES[box].words));
    html_close(out, HTML_P);
    web_open_form(r, out, web_address(r, "/help/boxes"), "hb-inline");
    web_hidden(out, "close", (hb_str){&BOXES[box].letter, 1});
    web_hidden(out, "to", r->path);
    web_button(r, out, say(r, "Close this box"), "hb-text-button");
    html_close(out, HTML_FORM);
    html_close(out, HTML_DIV);
    html_close(out, HTML_ASIDE);
}

void web_show_boxes(web_request *r, html *out) {
    if (web_closed_boxes(r).n == 0) return;
    web_open_form(r, out, web_address(r, "/help/boxes"), "hb-inline");
    web_button(r, out, say(r, "Show the closed boxes again"), "usa-button usa-button--outline");
    html_close(out, HTML_FORM);
}

// Only a page of this site: letters of an address, behind the language.
static bool is_page(hb_str path) {
    for (size_t i = 0; i < path.n; i++) {
        char c = path.at[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!is_letter && !memchr("/-_.", c, 4)) return false;
    }
    return path.n > 0 && path.n < 200 && path.at[0] == '/';
}

// Closes one box and goes back to its page; without one, shows all again.
bool web_page_boxes(web_request *r, html *out, hb_error *err) {
    (void)out;
    hb_str close = web_form(r, "close"), to = web_form(r, "to"), old = web_closed_boxes(r);
    char letters[N_BOXES + 1];
    size_t n = 0;
    for (int i = 0; i < N_BOXES && close.n == 1; i++) {
        bool is_closed = BOXES[i].letter == close.at[0] ||
                         (old.n && memchr(old.at, BOXES[i].letter, old.n) != NULL);
        if (is_closed) letters[n++] = BOXES[i].letter;
    }
    letters[n] = '\0';
    if (!web_closed_boxes_set(r, letters)) return hb_out_of_memory(err);
    if (!is_page(to)) return web_go(r, "/help");
    return web_go(r, "%.*s", (int)to.n, to.at);
}
