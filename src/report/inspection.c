// The inspector's report on a facility, in the order of its parts, with lines to write on and a
// page to sign.
#include "report/internal.h"

// ---- facility ---------------------------------------------------------------------------------

static void write_ids(html *h, const report_document *d, const hb_json *list) {
    html_open(h, HTML_TD);
    for (uint32_t i = 0; list != NULL && i < list->n; i++) {
        html_say(h, i > 0 ? ", " : "");
        html_text(h, list->first[i].text);
    }
    if (list == NULL || list->n == 0) html_say(h, say(d, "nobody"));
    html_close(h, HTML_TD);
}

// Two columns and the difference by id; a blank column where no count was given.
static void write_heads(html *h, const report_document *d) {
    static const char *const HEADS[] = {N_("On the register's roster"), N_("Heads counted"),
                                        N_("On the roster, not counted"),
                                        N_("Counted, not on the roster")};
    const hb_json *roster = json_at(d->tree, "roster"), *counted = json_at(d->tree, "counted");
    if (!json_is_list(roster)) {
        html_put_say(h, HTML_P, NULL,
                     say(d,
                         "No register was asked, or the roster is not part of a copy for this "
                         "reader."));
        return;
    }
    html_heads(h, d->language, say(d, "Roster against heads"), HEADS, 4);
    html_open(h, HTML_TR);
    html_open(h, HTML_TD);
    html_textf(h, "%u", roster->n);
    html_close(h, HTML_TD);
    if (counted != NULL && counted->kind == HB_JSON_OBJECT) {
        html_cell(h, d, json_text(counted, "n"));
        write_ids(h, d, json_at(counted, "not_counted"));
        write_ids(h, d, json_at(counted, "not_on_roster"));
    } else {
        for (int i = 0; i < 3; i++) {
            html_open(h, HTML_TD);
            html_open(h, HTML_SPAN);
            html_class(h, "blank short");
            html_close(h, HTML_SPAN);
            html_close(h, HTML_TD);
        }
    }
    html_close(h, HTML_TR);
    html_heads_end(h);
}

static void write_roster(html *h, const report_document *d) {
    static const char *const HEADS[] = {N_("Person"),     N_("Since"),    N_("Last seen in person"),
                                        N_("Answerable"), N_("Must end"), N_("Seen today")};
    const hb_json *roster = json_at(d->tree, "roster");
    write_heads(h, d);
    if (!json_is_list(roster) || roster->n == 0) return;
    html_heads(h, d->language, say(d, "Everybody on the roster"), HEADS, 6);
    for (uint32_t i = 0; i < roster->n; i++) {
        const hb_json *person = &roster->first[i];
        html_open(h, HTML_TR);
        html_row_head(h, json_text(person, "person"));
        html_time_cell(h, d, json_text(person, "since"));
        html_open(h, HTML_TD);
        if (json_text(person, "seen_at").n > 0) {
            html_time(h, d, json_text(person, "seen_at"));
        } else {
            html_say(h, say(d, "never recorded"));
        }
        html_close(h, HTML_TD);
        html_cell(h, d, json_text(person, "answerable"));
        html_time_cell(h, d, json_text(person, "lawful_until"));
        html_open(h, HTML_TD);
        html_say(h, "☐");
        html_close(h, HTML_TD);
        html_close(h, HTML_TR);
    }
    html_heads_end(h);
}

// Rules of the Nelson Mandela Rules that a standard cites; "" when it cites none.
static hb_str mandela_rule(const hb_json *finding) {
    for (uint32_t i = 0; i < json_n(finding, "sources"); i++) {
        hb_str source = json_item(finding, "sources", i)->text;
        if (hb_str_starts(source, HB_STR("MR "))) return (hb_str){source.at + 3, source.n - 3};
    }
    return HB_STR("");
}

// Evidence behind a finding, and the day of the last of it.
static void write_evidence(html *h, const report_document *d, const hb_json *finding) {
    const hb_json *documents = json_at(json_at(d->tree, "place"), "documents");
    hb_str last = HB_STR("");
    html_open(h, HTML_TD);
    for (uint32_t i = 0; i < json_n(finding, "evidence"); i++) {
        hb_str id = json_text(json_item(finding, "evidence", i), "evidence");
        hb_str day = json_text(json_find(documents, "id", id), "date");
        if (hb_str_compare(day, last) > 0) last = day;
        bool is_again = false;
        for (uint32_t k = 0; k < i && !is_again; k++)
            is_again = hb_str_equal(json_text(json_item(finding, "evidence", k), "evidence"), id);
        if (is_again) continue;
        html_say(h, i > 0 ? ", " : "");
        html_text(h, id);
    }
    if (json_n(finding, "evidence") == 0) html_say(h, say(d, "none"));
    html_close(h, HTML_TD);
    html_open(h, HTML_TD);
    html_date(h, d->language, last);
    html_close(h, HTML_TD);
}

static void write_checklist(html *h, const report_document *d) {
    static const char *const HEADS[] = {N_("Rule"),     N_("Question"),    N_("Answer on file"),
                                        N_("Evidence"), N_("Last change"), N_("Today")};
    const hb_json *place = json_at(d->tree, "place");
    html_counts(h, d, place);
    html_heads(h, d->language,
               say(d, "Nelson Mandela Rules, question by question; the last column is for today"),
               HEADS, 6);
    for (uint32_t i = 0; i < json_n(place, "findings"); i++) {
        const hb_json *finding = json_item(place, "findings", i);
        hb_str rule = mandela_rule(finding);
        if (rule.n == 0) continue;
        html_open(h, HTML_TR);
        html_row_head(h, rule);
        html_open(h, HTML_TD);
        html_text(h, json_text(finding, "topic"));
        html_say(h, ". ");
        html_say(h, say(d, "Fails when:"));
        html_say(h, " ");
        html_text(h, json_text(json_at(finding, "threshold"), "fails_when"));
        html_close(h, HTML_TD);
        html_open(h, HTML_TD);
        html_class(h, "nowrap");
        html_finding(h, d, json_text(finding, "finding"));
        html_close(h, HTML_TD);
        write_evidence(h, d, finding);
        html_open(h, HTML_TD);
        html_say(h, "☐");
        html_close(h, HTML_TD);
        html_close(h, HTML_TR);
    }
    html_heads_end(h);
    html_place_chart(h, d);
}

static void write_entry(html *h, const report_document *d, const alike *first, uint32_t n) {
    const hb_json *entry = first->row;
    html_open(h, HTML_TR);
    html_open(h, HTML_TH);
    html_attribute(h, "scope", HB_STR("row"));
    html_kind(h, d, json_text(entry, "kind"));
    if (json_n(entry, "marks") > 0) {
        html_say(h, " · ");
        html_marks(h, d->language, json_at(entry, "marks"));
    }
    if (json_at(entry, "corrected_by") != NULL) {
        html_textf(h, say(d, " void, corrected by event %llu"),
                   (unsigned long long)json_int(entry, "corrected_by"));
    }
    html_close(h, HTML_TH);
    html_time_cell(h, d, json_text(entry, "happened_at"));
    html_time_cell(h, d, json_text(entry, "recorded_at"));
    html_open(h, HTML_TD);
    for (uint32_t k = 0; k < json_n(entry, "signed_by"); k++) {
        html_say(h, k > 0 ? ", " : "");
        html_text(h, json_item(entry, "signed_by", k)->text);
    }
    html_close(h, HTML_TD);
    html_open(h, HTML_TD);
    html_text(h, json_text(entry, "event"));
    if (n > 1) html_textf(h, " … %.*s", LEN(json_text(first[n - 1].row, "event")));
    html_close(h, HTML_TD);
    html_people(h, d, first, n);
    html_close(h, HTML_TR);
}

static void write_entries(html *h, const report_document *d, const char *key, const char *caption,
                          const char *none) {
    static const char *const HEADS[] = {N_("What"),      N_("Happened"), N_("Recorded"),
                                        N_("Signed by"), N_("Entry"),    N_("Whom it is about")};
    static const char *const MEMBERS[] = {"kind",        "marks",        "happened_at",
                                          "recorded_at", "corrected_by", "signed_by"};
    const hb_json *entries = json_at(d->tree, key);
    if (!json_is_list(entries)) {
        html_put_say(h, HTML_P, NULL, say(d, "Not part of this copy, or no register was asked."));
        return;
    }
    if (entries->n == 0) {
        html_put_say(h, HTML_P, NULL, none);
        return;
    }
    html_heads(h, d->language, caption, HEADS, 6);
    each_run(h, d, entries, MEMBERS, 6, write_entry);
    html_heads_end(h);
}

static void write_happened(html *h, const report_document *d) {
    write_entries(h, d, "happened",
                  say(d, "Deaths, injuries, isolation, force and complaints, as recorded"),
                  say(d, "None is recorded. This does not show that there were none."));
    html_blank(h, say(d, "Inquiries opened, by whom:"));
}

static void write_odd(html *h, const report_document *d) {
    write_entries(h, d, "late_corrected_refused",
                  say(d, "Entries added late, corrected or refused"), say(d, "None is recorded."));
}

static void write_drawn(html *h, const report_document *d) {
    static const char *const HEADS[] = {N_("Person"), N_("Interviewed in private, by whom"),
                                        N_("What was said of conditions and custody")};
    const hb_json *drawn = json_at(d->tree, "drawn");
    if (drawn == NULL || drawn->kind != HB_JSON_OBJECT) {
        html_put_say(h, HTML_P, NULL, say(d, "Not part of this copy, or no register was asked."));
        return;
    }
    html_open(h, HTML_P);
    html_textf(h, say(d, "Drawn from %lld people by the published seed "),
               (long long)json_int(drawn, "of"));
    html_put(h, HTML_CODE, NULL, json_text(drawn, "seed"));
    html_say(h, say(d,
                    ": the five ids whose SHA-256 of SEED, a line end and the id are lowest. "
                    "Anybody can repeat the draw."));
    html_close(h, HTML_P);
    html_heads(h, d->language, say(d, "People drawn for an interview"), HEADS, 3);
    for (uint32_t i = 0; i < json_n(drawn, "people"); i++) {
        html_open(h, HTML_TR);
        html_class(h, "tall");
        html_row_head(h, json_item(drawn, "people", i)->text);
        html_put(h, HTML_TD, NULL, HB_STR(""));
        html_put(h, HTML_TD, NULL, HB_STR(""));
        html_close(h, HTML_TR);
    }
    html_heads_end(h);
}

static void write_signature(html *h, const report_document *d) {
    static const char *const LABELS[] = {N_("Inspecting body:"),
                                         N_("Names and roles:"),
                                         N_("Arrived, left:"),
                                         N_("Parts not opened to us:"),
                                         N_("People we could not speak to in private:"),
                                         N_("Date and signature:")};
    html_put_say(h, HTML_P, NULL, say(d, "Observations, on as many sheets as needed:"));
    for (int i = 0; i < 8; i++) {
        html_open(h, HTML_SPAN);
        html_class(h, "blank long");
        html_close(h, HTML_SPAN);
    }
    for (size_t i = 0; i < sizeof LABELS / sizeof LABELS[0]; i++) html_blank(h, say(d, LABELS[i]));
    html_put_say(h, HTML_P, "note",
                 say(d,
                     "Signed, this page returns to the register as an entry of its own "
                     "(MonitorVisit), with the key of the inspecting body."));
}

void facility_parts(html *h, const report_copy *copy, const report_document *d) {
    static const struct {
        const char *heading;
        void (*write)(html *h, const report_document *d);
        bool is_on_new_page;
    } PARTS[] = {
        {N_("Roster against heads"),                  write_roster,    false},
        {N_("Checklist of the Nelson Mandela Rules"), write_checklist, true },
        {N_("Alarms open, and how long"),             report_alarms,   false},
        {N_("Deaths, injuries, isolation, force"),    write_happened,  false},
        {N_("Entries late, corrected or refused"),    write_odd,       false},
        {N_("Five people drawn for an interview"),    write_drawn,     false},
        {N_("To be written and signed"),              write_signature, true },
    };
    enum { N = sizeof PARTS / sizeof PARTS[0] };
    const hb_json *counted = json_at(d->tree, "counted");
    html_open(h, HTML_H1);
    html_say(h, say(d, "Inspection:"));
    html_say(h, " ");
    html_known(h, d->language, json_text(json_at(d->tree, "place"), "title"));
    html_close(h, HTML_H1);
    html_open(h, HTML_P);
    html_say(h, say(d, "Register as of:"));
    html_say(h, " ");
    html_time(h, d, json_text(d->tree, "at"));
    html_say(h, ". ");
    html_say(h, say(d, "Place in the register:"));
    html_say(h, " ");
    html_known(h, d->language, json_text(d->tree, "place_in_register"));
    html_say(h, ". ");
    html_say(h, say(d, "Who counted:"));
    html_say(h, " ");
    html_known(h, d->language, json_text(counted, "by"));
    html_say(h, ". ");
    html_say(h, say(d, "Copy for:"));
    html_say(h, " ");
    html_say(h, say(d, copy->reader->words));
    html_say(h, ".");
    html_close(h, HTML_P);
    for (uint32_t i = 0; i < N; i++) {
        html_open(h, HTML_SECTION);
        if (PARTS[i].is_on_new_page) html_class(h, "part");
        paper_heading(h, i + 1, words_in(d->language, PARTS[i].heading));
        PARTS[i].write(h, d);
        html_close(h, HTML_SECTION);
    }
    html_open(h, HTML_SECTION);
    html_class(h, "part");
    paper_heading(h, N + 1, say(d, "How to check this paper"));
    paper_verification(h, copy, d);
    html_close(h, HTML_SECTION);
}
