// The dossier of a person, in the order of an annex that counsel can file: cover, finding, grounds,
// what is missing, what would change it, custody, place, exhibits, authorities, method, how to
// check it. Eleven parts, always all of them: a part with nothing in it says so.
#include <stdio.h>

#include "report/internal.h"

// ---- cover ------------------------------------------------------------------------------------

static uint32_t count(const report_document *d, gate_outcome outcome) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < json_n(d->tree, "reasons"); i++) {
        n += hb_str_equal(json_text(json_item(d->tree, "reasons", i), "outcome"),
                          gate_outcome_name(outcome));
    }
    return n;
}

static void write_custody_line(html *h, const report_document *d) {
    const hb_json *custody = json_at(d->tree, "custody");
    char state[64];
    if (custody == NULL || custody->kind != HB_JSON_OBJECT || !json_is(custody, "known")) {
        html_say(h, say(d, "Where the person is: not known from this paper."));
        return;
    }
    snprintf(state, sizeof state, "%.*s", LEN(json_text(custody, "state")));
    html_say(h, say(d, "Where the person is:"));
    html_say(h, " ");
    html_say(h, say(d, state));
    html_say(h, " · ");
    html_known(h, d->language, json_text(custody, "place"));
    html_say(h, " · ");
    html_say(h, say(d, "since"));
    html_say(h, " ");
    html_time(h, d, json_text(custody, "since"));
    html_say(h, ".");
}

// Five lines: verdict, grounds, missing, where, who decides.
static void write_summary(html *h, const report_document *d) {
    hb_text text = {0};
    html_open(h, HTML_OL);
    html_class(h, "summary");
    html_open(h, HTML_LI);
    say_verdict(&text, d);
    html_text(h, (hb_str){text.at, text.n});
    text.n = 0;
    html_close(h, HTML_LI);
    html_open(h, HTML_LI);
    html_textf(h, say(d, "Grounds: %u that bar, %u that are required, %u for a court."),
               count(d, GATE_BARS), count(d, GATE_UNMET), count(d, GATE_REFER));
    html_close(h, HTML_LI);
    html_open(h, HTML_LI);
    html_textf(h, say(d, "Questions without an established answer: %u."),
               json_n(d->tree, "missing"));
    html_close(h, HTML_LI);
    html_open(h, HTML_LI);
    write_custody_line(h, d);
    html_close(h, HTML_LI);
    html_open(h, HTML_LI);
    html_say(h, say(d, "Who decides:"));
    html_say(h, " ");
    say_codes(&text, d->language, json_at(d->tree, "decides"));
    html_text(h, (hb_str){text.at, text.n});
    html_say(h, ".");
    html_close(h, HTML_LI);
    html_close(h, HTML_OL);
    hb_text_clear(&text);
}

static void write_subject(html *h, const report_document *d) {
    const hb_json *person = json_at(d->tree, "person");
    html_open(h, HTML_H1);
    html_say(h, say(d, "Annex on"));
    html_say(h, " ");
    html_text(h, json_text(person, "id"));
    if (json_text(person, "name").n > 0) {
        html_say(h, ", ");
        html_text(h, json_text(person, "name"));
    } else if (json_text(person, "initials").n > 0) {
        html_say(h, ", ");
        html_text(h, json_text(person, "initials"));
    }
    html_close(h, HTML_H1);
}

// Left blank for counsel: court, docket, number of the annex.
static void write_caption(html *h, const report_document *d) {
    html_open(h, HTML_DIV);
    html_class(h, "caption-blank");
    html_blank(h, say(d, "Court:"));
    html_blank(h, say(d, "Docket:"));
    html_open(h, HTML_P);
    html_say(h, say(d, "Annex"));
    html_say(h, " ");
    html_open(h, HTML_SPAN);
    html_class(h, "blank short");
    html_close(h, HTML_SPAN);
    html_say(h, " ");
    html_say(h, say(d, "to petition under 28 U.S.C. § 2241"));
    html_close(h, HTML_P);
    html_close(h, HTML_DIV);
}

static void write_cover(html *h, const report_copy *copy, const report_document *d) {
    // Who sees one file whole may file it: the others get no caption.
    if (copy->reader->sees_confidential && !copy->reader->sees_everybody) write_caption(h, d);
    write_subject(h, d);
    write_summary(h, d);
    html_open(h, HTML_P);
    html_say(h, say(d, "Copy for:"));
    html_say(h, " ");
    html_say(h, say(d, copy->reader->words));
    html_say(h, ". ");
    html_say(h, say(d, "Made on:"));
    html_say(h, " ");
    html_date(h, d->language, json_text(d->tree, "made_on"));
    html_say(h, ". ");
    html_say(h, say(d, "As of:"));
    html_say(h, " ");
    html_date(h, d->language, json_text(d->tree, "as_of"));
    html_say(h, ". ");
    html_say(h, say(d, "Agreement:"));
    html_say(h, " ");
    html_known(h, d->language, json_text(d->tree, "agreement"));
    if (json_text(d->tree, "agreement_status").n > 0) {
        html_say(h, ", ");
        html_code(h, d->language, json_text(d->tree, "agreement_status"));
    }
    html_say(h, ".");
    html_close(h, HTML_P);
}

// ---- method -----------------------------------------------------------------------------------

static const char *const METHOD[] = {
    N_("Every rule of the rulebook was put to this person's file. A rule that bars gives "
       "BARRED; otherwise a rule that is required or referred to a court gives UNRESOLVED; "
       "NO BAR FOUND is said only when every rule answered and nothing asked is missing."),
    N_("A fact that protects the person counts as soon as any record with an id, a date "
       "and an issuer says so. A fact that would help the transfer counts only when it is "
       "established: a document of an accepted kind, verified by somebody who neither "
       "issued it nor made the list, not contested, and fresh. Otherwise it is not known."),
    N_("Where records disagree, the one that protects the person counts, and the "
       "disagreement is shown. Missing, old or doubtful evidence never helps a transfer."),
    N_("The law is the rulebook named in the head of each page, as of the day it was last "
       "read. Authorities marked \"confirm before filing\" were not seen in a public copy "
       "for this rulebook: read them before you cite them."),
    N_("This paper decides nothing and permits nothing. There is no override, and no "
       "finding here stands in for the decision of the authority named. New evidence or a "
       "ruling can change it at any time."),
    N_("What a register shows is what officers recorded. Its proofs show that nobody "
       "changed a record afterwards, not that the record was true. No record does not mean "
       "that a person is free."),
    N_("Details sealed in the register, and in copies for some readers the reasons the "
       "law keeps from them, are not in this paper."),
};

static void write_method(html *h, const report_document *d) {
    for (size_t i = 0; i < sizeof METHOD / sizeof METHOD[0]; i++)
        html_put_say(h, HTML_P, NULL, words_in(d->language, METHOD[i]));
    html_open(h, HTML_P);
    html_say(h, say(d, "The law was last read on:"));
    html_say(h, " ");
    html_date(h, d->language, json_text(d->tree, "law_as_of"));
    html_say(h, ".");
    if (json_n(d->tree, "standing_on_sender_only") == 2) {
        html_say(h, " ");
        hb_str n = json_item(d->tree, "standing_on_sender_only", 0)->text;
        hb_str all = json_item(d->tree, "standing_on_sender_only", 1)->text;
        html_textf(h,
                   say(d, "%.*s of %.*s facts that count stand on the sender's own papers alone."),
                   LEN(n), LEN(all));
    }
    html_close(h, HTML_P);
    for (uint32_t i = 0; i < json_n(d->tree, "notes"); i++)
        html_put(h, HTML_P, "note", json_item(d->tree, "notes", i)->text);
}

// ---- the parts --------------------------------------------------------------------------------

static const struct {
    const char *heading;
    void (*write)(html *h, const report_document *d);
} PARTS[] = {
    {N_("Finding"),                                report_verdict    },
    {N_("Grounds, worst first"),                   report_reasons    },
    {N_("What is missing, and who can give it"),   report_missing    },
    {N_("What would change the finding"),          report_changes    },
    {N_("Custody: where, since when, until when"), report_chronology },
    {N_("The place of custody"),                   report_place      },
    {N_("Table of exhibits"),                      report_exhibits   },
    {N_("Table of authorities"),                   report_authorities},
    {N_("Method and limits"),                      write_method      },
};
enum { N_PARTS = sizeof PARTS / sizeof PARTS[0], GROUNDS = 1, CUSTODY = 4 };

void dossier_parts(html *h, const report_copy *copy, const report_document *d) {
    html_open(h, HTML_SECTION);
    html_class(h, "cover");
    write_cover(h, copy, d);
    html_close(h, HTML_SECTION);
    for (uint32_t i = 0; i < N_PARTS; i++) {
        html_open(h, HTML_SECTION);
        paper_heading(h, i + 2, words_in(d->language, PARTS[i].heading));
        if (i == CUSTODY) report_end_date(h, d);
        PARTS[i].write(h, d);
        if (i == GROUNDS) report_answered(h, d);
        html_close(h, HTML_SECTION);
    }
    html_open(h, HTML_SECTION);
    paper_heading(h, N_PARTS + 2, say(d, "How to check this paper"));
    paper_verification(h, copy, d);
    html_close(h, HTML_SECTION);
}
