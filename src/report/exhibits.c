// The parts of a person's document that carry what the finding rests on: until when, where the
// person was, the place of custody, the papers and the authorities.
#include <stdio.h>
#include <string.h>

#include "report/internal.h"

void html_number_heads(html *h, words_language language, const char *caption,
                       const char *const *names, uint32_t n, uint32_t first_number) {
    html_open(h, HTML_TABLE);
    html_put_say(h, HTML_CAPTION, NULL, caption);
    html_open(h, HTML_THEAD);
    html_open(h, HTML_TR);
    for (uint32_t i = 0; i < n; i++) {
        html_open(h, HTML_TH);
        html_attribute(h, "scope", HB_STR("col"));
        if (i >= first_number) html_class(h, "number");
        html_say(h, words_in(language, names[i]));
        html_close(h, HTML_TH);
    }
    html_close(h, HTML_TR);
    html_close(h, HTML_THEAD);
    html_open(h, HTML_TBODY);
}

void html_heads(html *h, words_language language, const char *caption, const char *const *names,
                uint32_t n) {
    html_number_heads(h, language, caption, names, n, n);
}

void html_heads_end(html *h) {
    html_close(h, HTML_TBODY);
    html_close(h, HTML_TABLE);
}

void html_row_head(html *h, hb_str text) {
    html_open(h, HTML_TH);
    html_attribute(h, "scope", HB_STR("row"));
    html_text(h, text);
    html_close(h, HTML_TH);
}

// The text, or "not known": never an empty cell.
void html_known(html *h, words_language language, hb_str text) {
    if (text.n > 0) {
        html_text(h, text);
    } else {
        html_say(h, words_in(language, "not known"));
    }
}

void html_cell(html *h, const report_document *d, hb_str text) {
    html_open(h, HTML_TD);
    html_known(h, d->language, text);
    html_close(h, HTML_TD);
}

void html_open_cell(html *h, const report_document *d, const char *label) {
    html_open(h, HTML_TD);
    html_attribute(h, "data-label", hb_str_from(say(d, label)));
}

void html_time_cell(html *h, const report_document *d, hb_str time) {
    html_open(h, HTML_TD);
    html_time(h, d, time);
    html_close(h, HTML_TD);
}

void html_blank(html *h, const char *label) {
    html_open(h, HTML_P);
    html_say(h, label);
    html_say(h, " ");
    html_open(h, HTML_SPAN);
    html_class(h, "blank");
    html_close(h, HTML_SPAN);
    html_close(h, HTML_P);
}

// ---- until when -------------------------------------------------------------------------------

static void write_step(html *h, const report_document *d, const hb_json *step) {
    html_open(h, HTML_TR);
    html_open(h, HTML_TH);
    html_attribute(h, "scope", HB_STR("row"));
    if (d->language != WORDS_EN) html_lang(h, HB_STR("en"));
    html_text(h, json_text(step, "step"));
    html_close(h, HTML_TH);
    html_open(h, HTML_TD);
    if (json_at(step, "days") != NULL) {
        html_textf(h, say(d, "%lld days"), (long long)json_int(step, "days"));
    } else {
        html_date(h, d->language, json_text(step, "date"));
    }
    html_close(h, HTML_TD);
    html_open(h, HTML_TD);
    html_put(h, HTML_CODE, NULL, json_text(step, "rule"));
    html_close(h, HTML_TD);
    html_close(h, HTML_TR);
}

void report_end_date(html *h, const report_document *d) {
    static const char *const HEADS[] = {N_("Step"), N_("Days or date"), N_("Rule")};
    const hb_json *answer = json_at(d->tree, "end_date");
    if (answer == NULL || answer->kind != HB_JSON_OBJECT) {
        html_put_say(h, HTML_P, NULL,
                     say(d,
                         "On what date custody must end is not known: the file holds no sentence, "
                         "order or credit from which it could be calculated."));
        return;
    }
    html_open(h, HTML_P);
    if (hb_str_equal(json_text(answer, "status"), HB_STR("DATE"))) {
        html_say(h, say(d, "Custody must end on:"));
        html_say(h, " ");
        html_open(h, HTML_STRONG);
        html_date(h, d->language, json_text(answer, "end_date"));
        html_close(h, HTML_STRONG);
        html_say(h, ".");
    } else {
        html_say(h, say(d, "The end date is unresolved. Dates on which it must be reviewed:"));
        html_say(h, " ");
        for (uint32_t i = 0; i < json_n(answer, "review_dates"); i++) {
            if (i > 0) html_say(h, ", ");
            html_date(h, d->language, json_item(answer, "review_dates", i)->text);
        }
        if (json_n(answer, "review_dates") == 0) html_say(h, say(d, "now"));
        html_say(h, ".");
    }
    html_say(h, " ");
    html_text(h, json_text(answer, "because"));
    html_close(h, HTML_P);
    if (json_n(answer, "breakdown") == 0) return;
    html_heads(h, d->language, say(d, "How the date comes about, step by step"), HEADS, 3);
    for (uint32_t i = 0; i < json_n(answer, "breakdown"); i++)
        write_step(h, d, json_item(answer, "breakdown", i));
    html_heads_end(h);
}

// ---- where the person was ---------------------------------------------------------------------

// What happened, in the words of the register's table of events; the name when it has none.
void html_kind(html *h, const report_document *d, hb_str name) {
    uint32_t n = 0;
    const register_kind *kinds = register_kinds(&n);
    for (uint32_t i = 0; i < n; i++) {
        if (hb_str_equal(name, hb_str_from(kinds[i].name))) {
            html_say(h, say(d, kinds[i].meaning));
            html_say(h, " ");
            break;
        }
    }
    html_put(h, HTML_CODE, NULL, name);
}

void html_marks(html *h, words_language language, const hb_json *marks) {
    for (uint32_t i = 0; marks != NULL && i < marks->n; i++) {
        const char *words = register_mark_meaning(marks->first[i].text);
        html_say(h, i > 0 ? "; " : "");
        if (words != NULL) {
            html_say(h, words_in(language, words));
        } else {
            html_text(h, marks->first[i].text);
        }
    }
}

static const char *const ENTRY_HEADS[] = {N_("Happened"), N_("Recorded"), N_("What"),
                                          N_("Signed by"), N_("Entry")};

// Its number, on a page the way to its proof.
static void entry_cell(html *h, const report_document *d, int64_t number) {
    hb_text address = {0};
    char digits[24];
    snprintf(digits, sizeof digits, "%lld", (long long)number);
    html_open_cell(h, d, ENTRY_HEADS[4]);
    if (d->entries_at.n > 0) {
        hb_text_addf(&address, "%.*s%s", LEN(d->entries_at), digits);
        html_link(h, (hb_str){address.at, address.n}, "usa-link", hb_str_from(digits));
    } else {
        html_say(h, digits);
    }
    html_close(h, HTML_TD);
    hb_text_clear(&address);
}

static void write_entry(html *h, const report_document *d, const hb_json *entry) {
    const hb_json *says = json_at(entry, "says");
    static const char *const SHOWN[] = {"place", "destination", "authority", "order"};
    html_open(h, HTML_TR);
    html_open_cell(h, d, ENTRY_HEADS[0]);
    html_time(h, d, json_text(entry, "happened_at"));
    html_close(h, HTML_TD);
    html_open_cell(h, d, ENTRY_HEADS[1]);
    html_time(h, d, json_text(entry, "recorded_at"));
    html_close(h, HTML_TD);
    html_open(h, HTML_TD);
    html_kind(h, d, json_text(entry, "kind"));
    for (size_t i = 0; i < sizeof SHOWN / sizeof SHOWN[0]; i++) {
        hb_str text = json_text(says, SHOWN[i]);
        if (text.n == 0) continue;
        html_say(h, " · ");
        html_text(h, text);
    }
    if (json_n(entry, "marks") > 0) {
        html_open(h, HTML_STRONG);
        html_say(h, " · ");
        html_marks(h, d->language, json_at(entry, "marks"));
        html_close(h, HTML_STRONG);
    }
    if (json_at(entry, "corrected_by") != NULL) {
        html_textf(h, say(d, " void, corrected by event %llu"),
                   (unsigned long long)json_int(entry, "corrected_by"));
    }
    html_close(h, HTML_TD);
    html_open_cell(h, d, ENTRY_HEADS[3]);
    for (uint32_t i = 0; i < json_n(entry, "signed_by"); i++) {
        if (i > 0) html_say(h, ", ");
        html_text(h, json_item(entry, "signed_by", i)->text);
    }
    html_close(h, HTML_TD);
    entry_cell(h, d, json_int(entry, "event"));
    html_close(h, HTML_TR);
}

// Two lines that are never one: where the person was last recorded, and last seen by somebody.
static void write_state(html *h, const report_document *d, const hb_json *custody) {
    char state[64];
    hb_str name = json_text(custody, "state");
    snprintf(state, sizeof state, "%.*s", LEN(name));
    html_open(h, HTML_P);
    html_put_say(h, HTML_STRONG, NULL, say(d, state));
    static const char *const PLACES[] = {"place", "destination"};
    for (size_t i = 0; i < 2; i++) {
        if (json_text(custody, PLACES[i]).n == 0) continue;
        html_say(h, i == 0 ? " · " : " → ");
        html_text(h, json_text(custody, PLACES[i]));
    }
    html_say(h, " · ");
    html_say(h, say(d, "since"));
    html_say(h, " ");
    html_time(h, d, json_text(custody, "since"));
    html_say(h, ". ");
    html_say(h, say(d, "Answerable:"));
    html_say(h, " ");
    html_known(h, d->language, json_text(custody, "answerable"));
    html_say(h, ".");
    html_close(h, HTML_P);
    html_open(h, HTML_P);
    html_say(h, say(d, "Last seen in person:"));
    html_say(h, " ");
    if (json_text(custody, "seen_at").n > 0) {
        html_time(h, d, json_text(custody, "seen_at"));
    } else {
        html_say(h, say(d, "never recorded"));
    }
    html_say(h, ". ");
    html_say(h, say(d, "Lawful end date on record:"));
    html_say(h, " ");
    html_date(h, d->language, json_text(custody, "lawful_until"));
    html_say(h, ".");
    html_close(h, HTML_P);
}

void report_chronology(html *h, const report_document *d) {
    const hb_json *custody = json_at(d->tree, "custody"), *log = json_at(d->tree, "register");
    if (custody == NULL || custody->kind != HB_JSON_OBJECT) {
        html_put_say(h, HTML_P, NULL,
                     log != NULL && log->kind == HB_JSON_OBJECT
                         ? say(d, "Where the person was is not part of a copy for this reader.")
                         : say(d,
                               "No register of custody was asked for this paper. Where the person "
                               "is, is not known from it."));
        return;
    }
    if (!json_is(custody, "known")) {
        html_open(h, HTML_P);
        html_textf(h,
                   say(d,
                       "No record of this person as of checkpoint %llu. This does not mean the "
                       "person is free."),
                   (unsigned long long)json_int(log, "checkpoint"));
        html_close(h, HTML_P);
        return;
    }
    write_state(h, d, custody);
    html_route(h, d, custody);
    html_lanes(h, d, custody);
    html_heads(h, d->language,
               say(d, "Every entry, in the order in which things are said to have happened"),
               ENTRY_HEADS, 5);
    for (uint32_t i = 0; i < json_n(custody, "entries"); i++)
        write_entry(h, d, json_item(custody, "entries", i));
    html_heads_end(h);
    html_put_say(h, HTML_P, "note",
                 say(d,
                     "An entry is proved by its number: habeas register prove ENTRY. A proof shows "
                     "that nobody changed what was recorded, not that it was right."));
}

// ---- the place --------------------------------------------------------------------------------

static const char *finding_words(const report_document *d, hb_str finding) {
    if (hb_str_equal(finding, HB_STR("NOT_MET"))) return say(d, "NOT MET");
    if (hb_str_equal(finding, HB_STR("DISPUTED"))) return say(d, "DISPUTED");
    if (hb_str_equal(finding, HB_STR("MET"))) return say(d, "MET");
    return say(d, "UNKNOWN");
}

void html_finding(html *h, const report_document *d, hb_str finding) {
    // Shape and word, as in every table of findings.
    html_say(h, hb_str_equal(finding, HB_STR("NOT_MET"))    ? "■ "
                : hb_str_equal(finding, HB_STR("DISPUTED")) ? "◧ "
                : hb_str_equal(finding, HB_STR("MET"))      ? ""
                                                            : "▨ ");
    html_say(h, finding_words(d, finding));
}

static void write_finding(html *h, const report_document *d, const hb_json *finding) {
    const hb_json *threshold = json_at(finding, "threshold");
    hb_text value = {0};
    html_open(h, HTML_TR);
    html_open(h, HTML_TH);
    html_attribute(h, "scope", HB_STR("row"));
    html_text(h, json_text(finding, "topic"));
    html_say(h, " ");
    html_put(h, HTML_CODE, NULL, json_text(finding, "standard"));
    html_close(h, HTML_TH);
    html_cell(h, d, json_text(threshold, "fails_when"));
    say_value(&value, d->language, json_at(finding, "value"));
    if (json_text(finding, "value").n > 0 && json_text(finding, "unit").n > 0)
        hb_text_addf(&value, " %.*s", LEN(json_text(finding, "unit")));
    html_put(h, HTML_TD, NULL, (hb_str){value.at, value.n});
    hb_text_clear(&value);
    html_open(h, HTML_TD);
    html_class(h, "nowrap");
    html_finding(h, d, json_text(finding, "finding"));
    html_close(h, HTML_TD);
    html_open(h, HTML_TD);
    for (uint32_t i = 0; i < json_n(finding, "sources"); i++) {
        if (i > 0) html_say(h, "; ");
        html_cite(h, d, json_item(finding, "sources", i)->text);
    }
    html_close(h, HTML_TD);
    html_close(h, HTML_TR);
}

// Every standard with one finding, a row each.
void html_findings(html *h, const report_document *d, const hb_json *assessment,
                   const char *finding) {
    for (uint32_t i = 0; i < json_n(assessment, "findings"); i++) {
        const hb_json *one = json_item(assessment, "findings", i);
        if (hb_str_equal(json_text(one, "finding"), hb_str_from(finding))) write_finding(h, d, one);
    }
}

void html_counts(html *h, const report_document *d, const hb_json *assessment) {
    const hb_json *counts = json_at(assessment, "counts");
    html_open(h, HTML_P);
    html_put(h, HTML_STRONG, NULL, json_text(assessment, "title"));
    html_say(h, ", ");
    html_say(h, say(d, "as of"));
    html_say(h, " ");
    html_date(h, d->language, json_text(assessment, "as_of"));
    html_textf(h, say(d, ": %lld not met, %lld disputed, %lld unknown, %lld met."),
               (long long)json_int(counts, "NOT_MET"), (long long)json_int(counts, "DISPUTED"),
               (long long)json_int(counts, "UNKNOWN"), (long long)json_int(counts, "MET"));
    html_say(h, " ");
    html_say(h, say(d, "Meeting every standard would not be permission."));
    html_close(h, HTML_P);
}

// Value against threshold, where a standard has a number.
void html_place_chart(html *h, const report_document *d) {
    hb_str svg = json_text(d->tree, "place_chart");
    if (svg.n == 0) return;
    html_open(h, HTML_FIGURE);
    html_class(h, "chart tall");
    html_svg(h, svg);
    html_put_say(h, HTML_FIGCAPTION, NULL,
                 say(d,
                     "Solid: fails. Hatched: does not fail, or is not counted (*). Dashed line: "
                     "the threshold. Each row has its own scale; the worst account is drawn."));
    html_close(h, HTML_FIGURE);
}

void report_place(html *h, const report_document *d) {
    static const char *const HEADS[] = {N_("Standard"), N_("Fails when"), N_("Found"),
                                        N_("Finding"), N_("Sources")};
    const hb_json *place = json_at(d->tree, "place");
    if (place == NULL || place->kind != HB_JSON_OBJECT) {
        html_put_say(h, HTML_P, NULL,
                     say(d,
                         "No return of a place of custody was read for this paper. Every standard "
                         "reads unknown."));
        return;
    }
    html_counts(h, d, place);
    html_heads(h, d->language,
               say(d, "Standards not met, or disputed, where the person is or would be held"),
               HEADS, 5);
    html_findings(h, d, place, "NOT_MET");
    html_findings(h, d, place, "DISPUTED");
    html_heads_end(h);
    html_place_chart(h, d);
    html_put_say(h, HTML_P, "note",
                 say(d,
                     "A standard written for a group (women, children, people with a disability) "
                     "bears on the person who belongs to it; the others bear on everybody held."));
}

// ---- exhibits and authorities -----------------------------------------------------------------

static void write_exhibit(html *h, const report_document *d, const hb_json *paper) {
    const hb_json *verified = json_at(paper, "verified");
    html_open(h, HTML_TR);
    html_row_head(h, json_text(paper, "id"));
    html_open(h, HTML_TD);
    html_code(h, d->language, json_text(paper, "kind"));
    html_close(h, HTML_TD);
    html_open(h, HTML_TD);
    if (hb_str_equal(json_text(paper, "kind"), rulebook_kind_name(RULEBOOK_NEWS))) {
        html_say(h, say(d, "reported by"));
        html_say(h, " ");
    }
    html_known(h, d->language, json_text(paper, "issuer"));
    if (json_text(paper, "title").n > 0) {
        html_say(h, ": ");
        html_text(h, json_text(paper, "title"));
    }
    html_close(h, HTML_TD);
    html_open(h, HTML_TD);
    html_date(h, d->language, json_text(paper, "date"));
    html_close(h, HTML_TD);
    html_open(h, HTML_TD);
    html_known(h, d->language, json_text(paper, "language"));
    if (json_is(paper, "translation_certified")) html_say(h, say(d, ", certified translation"));
    html_close(h, HTML_TD);
    html_open(h, HTML_TD);
    if (verified != NULL && verified->kind == HB_JSON_OBJECT) {
        html_text(h, json_text(verified, "by"));
        html_say(h, ", ");
        html_code(h, d->language, json_text(verified, "role"));
        html_say(h, ", ");
        html_date(h, d->language, json_text(verified, "on"));
    } else {
        html_say(h, say(d, "nobody"));
    }
    if (json_is(paper, "contested")) {
        html_say(h, "; ");
        html_put_say(h, HTML_STRONG, NULL, say(d, "contested"));
    }
    html_close(h, HTML_TD);
    html_open(h, HTML_TD);
    html_class(h, "hash");
    html_known(h, d->language, json_text(paper, "sha256"));
    html_close(h, HTML_TD);
    html_close(h, HTML_TR);
}

void report_exhibits(html *h, const report_document *d) {
    static const char *const HEADS[] = {N_("Exhibit"), N_("Kind"),     N_("Issuer and title"),
                                        N_("Date"),    N_("Language"), N_("Verified by"),
                                        N_("SHA-256")};
    uint32_t n = json_n(d->tree, "exhibits");
    if (n == 0) {
        html_put_say(h, HTML_P, NULL, say(d, "No document stands behind any fact shown."));
        return;
    }
    html_heads(h, d->language, say(d, "Every document behind a fact shown in this paper"), HEADS,
               7);
    for (uint32_t i = 0; i < n; i++) write_exhibit(h, d, json_item(d->tree, "exhibits", i));
    html_heads_end(h);
}

// How sure: V seen in a public copy, V/G partly, G from general knowledge.
static void write_authority(html *h, const report_document *d, const hb_json *source) {
    html_open(h, HTML_TR);
    html_open(h, HTML_TH);
    html_attribute(h, "scope", HB_STR("row"));
    html_cite(h, d, json_text(source, "cite"));
    html_close(h, HTML_TH);
    html_open(h, HTML_TD);
    if (d->language != WORDS_EN) html_lang(h, HB_STR("en"));
    html_known(h, d->language, json_text(source, "says"));
    html_close(h, HTML_TD);
    html_open(h, HTML_TD);
    if (hb_str_equal(json_text(source, "how_sure"), HB_STR("V"))) {
        html_say(h, say(d, "read on"));
        html_say(h, " ");
        html_date(h, d->language, json_text(source, "checked_on"));
    } else {
        html_say(h, say(d, "confirm before filing"));
    }
    html_close(h, HTML_TD);
    html_close(h, HTML_TR);
}

void report_authorities(html *h, const report_document *d) {
    static const char *const HEADS[] = {N_("Authority"), N_("What it says"), N_("Checked")};
    uint32_t n = json_n(d->tree, "authorities");
    if (n == 0) {
        html_put_say(h, HTML_P, NULL, say(d, "No authority is cited in this copy."));
        return;
    }
    html_heads(h, d->language, say(d, "Every authority cited in this paper"), HEADS, 3);
    for (uint32_t i = 0; i < n; i++) write_authority(h, d, json_item(d->tree, "authorities", i));
    html_heads_end(h);
}
