// What every paper has around its parts: the head and foot of each page, the words that say that it
// is stale or that its Spanish was not reviewed, and the block by which anybody checks it.
#include <stdio.h>
#include <string.h>

#include "report/internal.h"

static const char STYLE[] =
#include "paper_css.inc"
    ;

void paper_heading(html *h, uint32_t number, const char *words) {
    html_open(h, HTML_H2);
    html_textf(h, "%u. ", number);
    html_say(h, words);
    html_close(h, HTML_H2);
}

// ---- head and foot ----------------------------------------------------------------------------

// A paper of each kind of document.
static const struct {
    const char *kind;
    void (*parts)(html *h, const report_copy *copy, const report_document *d);
    uint32_t n_pages;  // at most; 0: as many as it needs
    bool has_warnings;
} PAPERS[] = {
    {"person",    dossier_parts,   0, true },
    {"agreement", agreement_parts, 0, true },
    {"memo",      memo_parts,      2, false},
    {"facility",  facility_parts,  0, true },
};
enum { N_PAPERS = sizeof PAPERS / sizeof PAPERS[0] };

static uint32_t paper_of(const report_document *d) {
    for (uint32_t i = 0; i < N_PAPERS; i++)
        if (hb_str_equal(json_text(d->tree, "report"), hb_str_from(PAPERS[i].kind))) return i;
    return 0;
}

uint32_t report_n_pages(const report_document *d) {
    return PAPERS[paper_of(d)].n_pages;
}

// "annex on P-014 (J.A.M.)": the name only where the document holds it.
static void add_subject(hb_text *out, const report_document *d) {
    hb_str kind = json_text(d->tree, "report");
    const hb_json *person = json_at(d->tree, "person");
    if (hb_str_equal(kind, HB_STR("person"))) {
        hb_str id = json_text(person, "id");
        hb_text_addf(out, say(d, "annex on %.*s"), LEN(id));
    } else if (hb_str_equal(kind, HB_STR("facility"))) {
        hb_str id = json_text(d->tree, "facility");
        hb_text_addf(out, say(d, "inspection of %.*s"), LEN(id));
    } else {
        hb_str id = json_text(d->tree, "agreement");
        hb_text_addf(out, say(d, "agreement %.*s"), LEN(id));
    }
}

static bool is_stale(const report_document *d) {
    const hb_json *stale = json_at(d->tree, "stale");
    return stale != NULL && stale->kind == HB_JSON_OBJECT;
}

// On paper they stand on every page (data-head, data-foot: paper.css), on a screen once.
static void write_running(html *h, const report_document *d) {
    const hb_json *rules = json_at(d->tree, "rulebook"), *log = json_at(d->tree, "register");
    hb_str name = json_text(rules, "name"), version = json_text(rules, "version");
    char hex[65];
    hb_text head = {0}, foot = {0};
    hb_hash_hex(d->hash, hex);
    hb_text_add(&head, HB_STR("habeas · "));
    add_subject(&head, d);
    hb_text_add(&head, HB_STR(" · "));
    hb_text_addf(&head, say(d, "rulebook %.*s %.*s"), LEN(name), LEN(version));
    hb_text_addf(&head, " · %s ", say(d, "as of"));
    say_date(&head, d->language, json_text(d->tree, "as_of"));
    if (is_stale(d)) hb_text_addf(&head, " · %s", say(d, "STALE"));
    if (json_text(d->tree, "stamp").n > 0)
        hb_text_addf(&head, " · %.*s", LEN(json_text(d->tree, "stamp")));
    hb_text_addf(&foot, say(d, "document %.4s…%s"), hex, hex + 60);
    if (log != NULL && log->kind == HB_JSON_OBJECT) {
        hb_text_addf(&foot, " · ");
        hb_text_addf(&foot, say(d, "checkpoint %lld"), (long long)json_int(log, "checkpoint"));
    }
    hb_text_addf(&foot, " · %s", say(d, "not a decision, not permission"));
    if (is_stale(d)) hb_text_addf(&foot, " · %s", say(d, "STALE"));
    html_attribute(h, "data-head", (hb_str){head.at, head.n});
    html_attribute(h, "data-foot", (hb_str){foot.at, foot.n});
    html_open(h, HTML_DIV);
    html_class(h, "running");
    html_put(h, HTML_DIV, NULL, (hb_str){head.at, head.n});
    html_put(h, HTML_DIV, NULL, (hb_str){foot.at, foot.n});
    html_close(h, HTML_DIV);
    hb_text_clear(&head);
    hb_text_clear(&foot);
}

static void write_warnings(html *h, const report_document *d) {
    if (is_stale(d)) {
        html_open(h, HTML_P);
        html_class(h, "stale");
        html_textf(h,
                   say(d,
                       "This paper is of a day %lld days before it was made. Do not rely on it for "
                       "today."),
                   (long long)json_int(json_at(d->tree, "stale"), "days"));
        html_close(h, HTML_P);
    }
    if (d->language == WORDS_ES) {
        html_put_say(h, HTML_P, "note",
                     say(d,
                         "The Spanish texts of this paper have not been reviewed by a "
                         "Spanish-speaking lawyer."));
    }
}

// ---- how to check it --------------------------------------------------------------------------

static void add_groups(hb_text *out, const char *hex) {
    for (int i = 0; i < 64; i += 4) hb_text_addf(out, "%s%.4s", i > 0 ? " " : "", hex + i);
}

static void write_register(html *h, const report_document *d, const hb_json *log) {
    html_open(h, HTML_P);
    html_textf(h, say(d, "Register %.*s, checkpoint %lld, cosigned by %lld of %lld witnesses: "),
               LEN(json_text(log, "origin")), (long long)json_int(log, "checkpoint"),
               (long long)json_int(log, "cosigned"), (long long)json_int(log, "witnesses"));
    html_say(h, json_is(log, "witnessed") ? say(d, "independently witnessed")
                                          : say(d, "not independently witnessed"));
    html_say(h, ".");
    html_close(h, HTML_P);
    if (json_is(log, "rolled_back")) {
        html_put_say(h, HTML_P, "stale",
                     say(d,
                         "This copy of the register is older than a checkpoint that was signed. "
                         "Do not rely on it."));
    }
    html_put(h, HTML_PRE, NULL, json_text(log, "note"));
    html_put_say(h, HTML_P, NULL, say(d, "Check without us: habeas-verify FILE KEYS"));
}

static void write_read(html *h, const report_document *d) {
    char room[96];
    if (json_n(d->tree, "read") == 0) return;
    html_put_say(h, HTML_P, "line", say(d, "What was read, each with its SHA-256:"));
    html_open(h, HTML_UL);
    for (uint32_t i = 0; i < json_n(d->tree, "read"); i++) {
        const hb_json *source = json_item(d->tree, "read", i);
        html_open(h, HTML_LI);
        html_say(h, gate_code_words(d->language, json_text(source, "role"), room));
        html_say(h, " ");
        html_put(h, HTML_SPAN, "hash", json_text(source, "sha256"));
        html_close(h, HTML_LI);
    }
    html_close(h, HTML_UL);
}

void paper_verification(html *h, const report_copy *copy, const report_document *d) {
    const hb_json *log = json_at(d->tree, "register"), *rules = json_at(d->tree, "rulebook");
    char hex[65];
    hb_text text = {0}, svg = {0};
    hb_hash_hex(d->hash, hex);
    if (copy->verify_at.n > 0) {
        hb_text_addf(&text, "%.*s#%s", LEN(copy->verify_at), hex);
    } else {
        hb_text_addf(&text, "sha256:%s", hex);
    }
    html_open(h, HTML_DIV);
    html_class(h, "verify");
    if (report_qr(&svg, (hb_str){text.at, text.n})) {
        html_open(h, HTML_DIV);
        html_class(h, "code");
        html_attribute(h, "role", HB_STR("img"));
        html_attribute(h, "aria-label",
                       hb_str_from(say(d, "QR code of the hash of this document")));
        html_svg(h, (hb_str){svg.at, svg.n});
        html_close(h, HTML_DIV);
    }
    html_put_say(h, HTML_P, "line",
                 say(d, "SHA-256 of this document in its JSON form, as sha256sum prints it:"));
    text.n = 0;
    add_groups(&text, hex);
    html_put(h, HTML_P, "hash", (hb_str){text.at, text.n});
    html_close(h, HTML_DIV);
    if (json_text(rules, "sha256").n > 0) {
        html_open(h, HTML_P);
        html_textf(h, say(d, "Rulebook %.*s %.*s, SHA-256 of its files:"),
                   LEN(json_text(rules, "name")), LEN(json_text(rules, "version")));
        html_say(h, " ");
        html_put(h, HTML_SPAN, "hash", json_text(rules, "sha256"));
        html_close(h, HTML_P);
        html_open(h, HTML_P);
        if (json_n(rules, "signed_by") == 0) {
            html_say(h, say(d,
                            "LOCAL RULEBOOK: no author and reviewer whose keys are trusted have "
                            "signed it."));
        }
        for (uint32_t i = 0; i < json_n(rules, "signed_by"); i++) {
            html_say(h, i > 0 ? ", " : say(d, "Signed by "));
            html_text(h, json_item(rules, "signed_by", i)->text);
        }
        html_close(h, HTML_P);
    }
    write_read(h, d);
    if (log != NULL && log->kind == HB_JSON_OBJECT) write_register(h, d, log);
    hb_text_clear(&text);
    hb_text_clear(&svg);
}

// ---- the whole --------------------------------------------------------------------------------

void report_html(html *h, const report_copy *copy, const report_document *d) {
    hb_text title = {0};
    add_subject(&title, d);
    html_document(h, words_language_name(d->language));
    html_open(h, HTML_HEAD);
    html_open(h, HTML_META);
    html_attribute(h, "charset", HB_STR("utf-8"));
    html_open(h, HTML_META);
    html_attribute(h, "name", HB_STR("viewport"));
    html_attribute(h, "content", HB_STR("width=device-width"));
    html_put(h, HTML_TITLE, NULL, (hb_str){title.at, title.n});
    html_style(h, HB_STR(STYLE));
    if (copy->is_a4) html_style(h, HB_STR("@page { size: A4 }"));
    html_close(h, HTML_HEAD);
    html_open(h, HTML_BODY);
    html_attributef(h, "class", "%s %s", d->language == WORDS_ES ? "es" : "en",
                    PAPERS[paper_of(d)].kind);
    write_running(h, d);
    html_open(h, HTML_MAIN);
    if (PAPERS[paper_of(d)].has_warnings) write_warnings(h, d);
    PAPERS[paper_of(d)].parts(h, copy, d);
    html_close(h, HTML_MAIN);
    html_close(h, HTML_BODY);
    html_close(h, HTML_HTML);
    hb_text_clear(&title);
}
