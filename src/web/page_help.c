// Help: what the words mean, and a card on which a new clerk picks the meaning of each verdict. A
// wrong pick is explained; nothing is scored or kept: the picks stand in the address alone.
#include <stdio.h>
#include <string.h>

#include "web/pages.h"
#include "web/site.h"

// ---- the card ----------------------------------------------------------------------------------

// Each verdict's own meaning, at its place, and last the one that none of them has.
static const struct {
    gate_verdict verdict;
    const char *name, *meaning;
} MEANINGS[] = {
    {GATE_BARRED,       "barred",
     WORDS_LATER("A cited rule forbids this transfer: the person must not be sent.")         },
    {GATE_UNRESOLVED,   "unresolved",
     WORDS_LATER("Nobody knows yet whether a rule forbids it: the person must not be sent.") },
    {GATE_NO_BAR_FOUND, "no-bar-found",
     WORDS_LATER("The rules found no bar, which permits nothing: a named authority decides.")},
};
enum { N_MEANINGS = sizeof MEANINGS / sizeof MEANINGS[0] };
static const char OF_NONE[] = "go";

// A wrong pick does not stay chosen: nothing on the page, or on paper, may read as permission.
static void option(const web_request *r, html *out, const char *name, const char *words,
                   bool is_chosen) {
    html_open(out, HTML_OPTION);
    html_attribute(out, "value", hb_str_from(name));
    if (is_chosen) html_flag(out, "selected");
    html_say(out, words_of(r, words));
    html_close(out, HTML_OPTION);
}

// What was picked wrongly, and why; then what the verdict says, in its own sentence.
static void explain(web_request *r, html *out, int i, hb_str picked) {
    html_open(out, HTML_DIV);
    html_attribute(out, "role", HB_STR("status"));
    if (hb_str_equal(picked, hb_str_from(OF_NONE))) {
        html_put_say(out, HTML_P, NULL, say(r, "No verdict ever says that a person may be sent."));
    } else if (!hb_str_equal(picked, hb_str_from(MEANINGS[i].name))) {
        html_open(out, HTML_P);
        for (int k = 0; k < N_MEANINGS; k++) {
            if (!hb_str_equal(picked, hb_str_from(MEANINGS[k].name))) continue;
            html_say(out, say(r, "That is the meaning of another verdict: "));
            html_say(out, gate_verdict_words(r->language, MEANINGS[k].verdict));
            html_say(out, ".");
        }
        html_close(out, HTML_P);
    }
    web_verdict_sentence(r, out, MEANINGS[i].verdict, hb_str_from(say(r, "a named authority")));
    html_close(out, HTML_DIV);
}

static bool is_pick(hb_str picked) {
    bool is = hb_str_equal(picked, hb_str_from(OF_NONE));
    for (int k = 0; k < N_MEANINGS; k++)
        is = is || hb_str_equal(picked, hb_str_from(MEANINGS[k].name));
    return is;
}

static void card(web_request *r, html *out) {
    html_open(out, HTML_SECTION);
    html_class(out, "hb-card");
    html_put_say(out, HTML_H2, NULL, say(r, "Try it: which verdict says what?"));
    html_put_say(out, HTML_P, NULL,
                 say(r, "Pick a meaning for each. Nothing is counted, and nothing is kept."));
    html_open(out, HTML_FORM);
    html_attribute(out, "method", HB_STR("get"));
    html_class(out, "usa-form usa-form--large");
    for (int i = 0; i < N_MEANINGS; i++) {
        char label[160];
        hb_str picked = web_query(r, MEANINGS[i].name);
        snprintf(label, sizeof label, say(r, "%s: what does that say?"),
                 gate_verdict_words(r->language, MEANINGS[i].verdict));
        web_open_select(out, MEANINGS[i].name, label);
        bool is_right = hb_str_equal(picked, hb_str_from(MEANINGS[i].name));
        option(r, out, "", WORDS_LATER("choose"), !is_right);
        for (int k = 0; k < N_MEANINGS; k++)
            option(r, out, MEANINGS[k].name, MEANINGS[k].meaning, is_right && k == i);
        option(r, out, OF_NONE, WORDS_LATER("The person may be sent."), false);
        html_close(out, HTML_SELECT);
        if (is_pick(picked)) explain(r, out, i, picked);
    }
    web_button(r, out, say(r, "See what each says"), NULL);
    html_close(out, HTML_FORM);
    html_close(out, HTML_SECTION);
}

// ---- the page ----------------------------------------------------------------------------------

bool web_page_help(web_request *r, html *out, hb_error *err) {
    static const char *const TEXTS[] = {
        WORDS_LATER("BARRED: a cited rule forbids this transfer on this record."),
        WORDS_LATER(
            "UNRESOLVED: it is not known whether a bar applies. The person must not be sent on "
            "this record."),
        WORDS_LATER(
            "NO BAR FOUND: this rulebook, on this evidence, on this day, found none. It is not "
            "permission; a named authority decides."),
        WORDS_LATER("Missing or doubtful evidence never helps a transfer."),
        WORDS_LATER(
            "The register shows that nobody changed what was recorded, not that it was right."),
    };
    (void)err;
    html_put_say(out, HTML_H1, NULL, say(r, "Help"));
    web_show_boxes(r, out);
    html_put_say(out, HTML_H2, NULL, say(r, "What the words mean"));
    html_open(out, HTML_UL);
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        html_put_say(out, HTML_LI, NULL, words_of(r, TEXTS[i]));
    }
    html_close(out, HTML_UL);
    card(r, out);
    return true;
}
