// Pieces that many pages share, so that a verdict, a date or a form looks and reads the same on
// each.
#include <stdio.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "web/site.h"

// ---- verdicts ----------------------------------------------------------------------------------

// Shape, word and colour, so that each is known in grey: octagon, diamond with ?, dashed ring.
static const struct {
    const char *classes, *shape;
} MARKS[GATE_N_VERDICTS] = {
    [GATE_BARRED] = {"hb-mark hb-mark--barred",
                     "<svg viewBox=\"0 0 16 16\" width=\"16\" height=\"16\" aria-hidden=\"true\" "
                     "focusable=\"false\"><path d=\"M5 1h6l4 4v6l-4 4H5l-4-4V5z\" "
                     "fill=\"currentColor\"/></svg>"         },
    [GATE_UNRESOLVED] =
        {"hb-mark hb-mark--unresolved",
                     "<svg viewBox=\"0 0 16 16\" width=\"16\" height=\"16\" "
         "aria-hidden=\"true\" focusable=\"false\"><path d=\"M8 1l7 7-7 7-7-7z\" "
         "fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.5\"/><text x=\"8\" "
         "y=\"11.5\" font-size=\"9\" text-anchor=\"middle\" "
         "fill=\"currentColor\">?</text></svg>"              },
    [GATE_NO_BAR_FOUND] = {"hb-mark hb-mark--none",
                     "<svg viewBox=\"0 0 16 16\" width=\"16\" height=\"16\" "
                           "aria-hidden=\"true\" focusable=\"false\"><circle cx=\"8\" cy=\"8\" "
                           "r=\"6\" fill=\"none\" stroke=\"currentColor\" "
                           "stroke-dasharray=\"2 2\"/></svg>"},
};

void web_verdict_mark(const web_request *r, html *out, gate_verdict verdict) {
    html_open(out, HTML_SPAN);
    html_class(out, MARKS[verdict].classes);
    html_svg(out, hb_str_from(MARKS[verdict].shape));
    html_say(out, " ");
    html_say(out, gate_verdict_words(r->language, verdict));
    html_close(out, HTML_SPAN);
}

void web_verdict_sentence(const web_request *r, html *out, gate_verdict verdict, hb_str authority) {
    html_open(out, HTML_P);
    html_class(out, "hb-sentence");
    switch (verdict) {
        case GATE_BARRED:
            html_say(out, say(r, "This transfer must not take place on this record."));
            break;
        case GATE_UNRESOLVED:
            html_say(out, say(r,
                              "It is not known whether a bar applies. The person must not be sent "
                              "on this record."));
            break;
        case GATE_NO_BAR_FOUND:
            html_textf(out,
                       say(r,
                           "This is not permission. Rulebook %.*s %.*s, on the evidence listed, "
                           "found no bar on this day. New evidence or a ruling can change this at "
                           "any time. Who decides: %.*s."),
                       (int)rulebook_name(r->site->rb).n, rulebook_name(r->site->rb).at,
                       (int)rulebook_version(r->site->rb).n, rulebook_version(r->site->rb).at,
                       (int)authority.n, authority.n ? authority.at : "");
            break;
    }
    html_close(out, HTML_P);
}

void web_open_select(html *out, const char *name, const char *label) {
    html_open(out, HTML_LABEL);
    html_class(out, "usa-label");
    html_attribute(out, "for", hb_str_from(name));
    html_say(out, label);
    html_close(out, HTML_LABEL);
    html_open(out, HTML_SELECT);
    html_class(out, "usa-select");
    html_id(out, hb_str_from(name));
    html_attribute(out, "name", hb_str_from(name));
}

void web_open_file(html *out, const char *id, const char *name, const char *label) {
    html_open(out, HTML_LABEL);
    html_class(out, "usa-label");
    html_attribute(out, "for", hb_str_from(id));
    html_say(out, label);
    html_close(out, HTML_LABEL);
    html_open(out, HTML_INPUT);
    html_class(out, "usa-input hb-file");
    html_attribute(out, "type", HB_STR("file"));
    html_id(out, hb_str_from(id));
    if (name) html_attribute(out, "name", hb_str_from(name));
}

void web_rulebook(html *out, const gate_page *page) {
    hb_str name = rulebook_name(page->rb), version = rulebook_version(page->rb);
    hb_str stamp = gate_stamp(page);
    html_textf(out, "%.*s %.*s", (int)name.n, name.at, (int)version.n, version.at);
    if (stamp.n) html_textf(out, " · %.*s", (int)stamp.n, stamp.at);
}

// ---- days and times ----------------------------------------------------------------------------

static const char *const MONTHS[2][12] = {
    {"Jan",  "Feb",  "Mar",  "Apr",  "May",  "Jun",  "Jul",  "Aug",  "Sep",   "Oct",  "Nov",  "Dec"},
    {"ene.", "feb.", "mar.", "abr.", "may.", "jun.", "jul.", "ago.", "sept.", "oct.", "nov.",
     "dic."                                                                                        },
};

static void day_words(const web_request *r, html *out, hb_date date) {
    html_textf(out, "%d %s %d", date.day, MONTHS[r->language == WORDS_ES][date.month - 1],
               date.year);
}

void web_date(const web_request *r, html *out, hb_date date) {
    html_open(out, HTML_TIME);
    html_attributef(out, "datetime", "%04d-%02d-%02d", date.year, date.month, date.day);
    day_words(r, out, date);
    html_close(out, HTML_TIME);
}

static void in_zone(const web_request *r, html *out, int64_t seconds, const uint32_t *zone) {
    int32_t offset = 0;
    hb_date date;
    if (zone) (void)hb_zone_offset_utc(*zone, seconds, &offset);
    int64_t local = seconds + offset, day = local / 86400 - (local % 86400 < 0);
    int64_t second = local - day * 86400;
    if (!hb_date_from_days(day, &date)) {
        html_say(out, say(r, "not known"));
        return;
    }
    char sign = offset < 0 ? '-' : '+';
    int minutes = (offset < 0 ? -offset : offset) / 60;
    html_open(out, HTML_TIME);
    html_attributef(out, "datetime", "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", date.year,
                    date.month, date.day, (int)(second / 3600), (int)(second / 60 % 60),
                    (int)(second % 60), sign, minutes / 60, minutes % 60);
    day_words(r, out, date);
    html_textf(out, " %02d:%02d", (int)(second / 3600), (int)(second / 60 % 60));
    html_close(out, HTML_TIME);
    html_say(out, " ");
    hb_str name = zone ? hb_zone_name(*zone) : HB_STR("UTC"), city = name;
    for (size_t i = 0; i < name.n; i++) {
        if (name.at[i] == '/') city = (hb_str){name.at + i + 1, name.n - i - 1};
    }
    for (size_t i = 0; i < city.n; i++)
        html_text(out, city.at[i] == '_' ? HB_STR(" ") : (hb_str){city.at + i, 1});
}

void web_time(const web_request *r, html *out, int64_t seconds) {
    const web_site *site = r->site;
    if (seconds == 0) {
        html_say(out, say(r, "not known"));
        return;
    }
    in_zone(r, out, seconds, site->has_zone ? &site->zone : NULL);
    if (!site->has_sender_zone) return;
    html_say(out, " · ");
    in_zone(r, out, seconds, &site->sender_zone);
}

// ---- numbers -----------------------------------------------------------------------------------

void web_grouped(uint64_t n, web_number out) {
    char digits[32];
    int at = 0, n_digits = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    for (int i = 0; i < n_digits; i++) {
        if (i > 0 && (n_digits - i) % 3 == 0) out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
}

void web_count(const web_request *r, html *out, uint64_t n) {
    web_number grouped;
    web_grouped(n, grouped);
    html_say(out, r->grant == WEB_COUNTS && n > 0 && n < 5 ? say(r, "fewer than 5") : grouped);
}

void web_count_json(const web_request *r, hb_text *out, uint64_t n) {
    if (r->grant == WEB_COUNTS && n > 0 && n < 5)
        hb_text_addf(out, "\"fewer than 5\"");
    else
        hb_text_addf(out, "%llu", (unsigned long long)n);
}

hb_str web_initials(hb_arena *arena, hb_str name) {
    enum { INITIALS = 3 };
    char *out = hb_arena_alloc(arena, 4 * (INITIALS * 2));
    const uint8_t *bytes = (const uint8_t *)name.at;
    size_t n = 0, count = 0;
    bool is_start = true;
    if (!out) return HB_STR("");
    for (size_t i = 0; i < name.n && count < INITIALS;) {
        size_t start = i;
        UChar32 c = 0;
        U8_NEXT(bytes, i, name.n, c);
        if (c == '(' || c == '[') break;  // "Abrego Garcia (caption)": a note, not a name
        bool is_letter = c > 0 && u_isalpha(c);
        if (is_letter && is_start && i - start <= 3) {
            memcpy(out + n, name.at + start, i - start);
            n += i - start;
            out[n++] = '.';
            count++;
        }
        is_start = c == ' ' || c == '-' || c == 0xa0;
    }
    return (hb_str){out, n};
}

// ---- parts of a page ---------------------------------------------------------------------------

void web_contents(const web_request *r, html *out, const web_section *sections, size_t n) {
    html_open(out, HTML_NAV);
    html_class(out, "hb-contents");
    html_attribute(out, "aria-label", hb_str_from(say(r, "On this page")));
    html_open(out, HTML_UL);
    for (size_t i = 0; i < n; i++) {
        char address[32];
        snprintf(address, sizeof address, "#%s", sections[i].id);
        html_open(out, HTML_LI);
        html_link(out, hb_str_from(address), "usa-link",
                  hb_str_from(words_of(r, sections[i].words)));
        html_close(out, HTML_LI);
    }
    html_close(out, HTML_UL);
    html_close(out, HTML_NAV);
}

void web_section_head(const web_request *r, html *out, const web_section *section) {
    html_open(out, HTML_H2);
    html_id(out, hb_str_from(section->id));
    html_say(out, words_of(r, section->words));
    html_close(out, HTML_H2);
}

// ---- forms and alerts --------------------------------------------------------------------------

void web_open_form(web_request *r, html *out, hb_str action, const char *classes) {
    html_open(out, HTML_FORM);
    html_attribute(out, "method", HB_STR("post"));
    html_attribute(out, "action", action);
    html_class(out, classes ? classes : "usa-form");
    web_form_token(r, out);
}

void web_hidden(html *out, const char *name, hb_str value) {
    html_open(out, HTML_INPUT);
    html_attribute(out, "type", HB_STR("hidden"));
    html_attribute(out, "name", hb_str_from(name));
    html_attribute(out, "value", value);
}

void web_field_text(const web_request *r, html *out, const char *name, const char *label,
                    const char *kind, const char *complete, hb_str value) {
    (void)r;
    html_open(out, HTML_LABEL);
    html_class(out, "usa-label");
    html_attribute(out, "for", hb_str_from(name));
    html_say(out, label);
    html_close(out, HTML_LABEL);
    html_open(out, HTML_INPUT);
    html_class(out, "usa-input");
    html_attribute(out, "type", hb_str_from(kind));
    html_id(out, hb_str_from(name));
    html_attribute(out, "name", hb_str_from(name));
    html_attribute(out, "autocomplete", hb_str_from(complete));
    if (value.n) html_attribute(out, "value", value);
}

void web_button(const web_request *r, html *out, const char *words, const char *classes) {
    (void)r;
    html_open(out, HTML_BUTTON);
    html_attribute(out, "type", HB_STR("submit"));
    html_class(out, classes ? classes : "usa-button");
    html_say(out, words);
    html_close(out, HTML_BUTTON);
}

void web_alert(html *out, const char *kind, const char *head, const char *words) {
    html_open(out, HTML_DIV);
    html_attributef(out, "class", "usa-alert usa-alert--%s", kind);
    if (strcmp(kind, "error") == 0) html_attribute(out, "role", HB_STR("alert"));
    html_open(out, HTML_DIV);
    html_class(out, "usa-alert__body");
    if (head) html_put_say(out, HTML_H2, "usa-alert__heading", head);
    html_put_say(out, HTML_P, "usa-alert__text", words);
    html_close(out, HTML_DIV);
    html_close(out, HTML_DIV);
}
