// Words for people, from the values of a document: dates, codes, values, citations, and the
// sentences of the verdict and of a fact's standing. Unknown is said as such, never left blank.
#include <stdio.h>
#include <string.h>

#include "report/internal.h"

// ---- dates ------------------------------------------------------------------------------------

static const char *const MONTHS[2][12] = {
    {"Jan",  "Feb",  "Mar",  "Apr",  "May",  "Jun",  "Jul",  "Aug",  "Sep",  "Oct",  "Nov",  "Dec"},
    {"ene.", "feb.", "mar.", "abr.", "may.", "jun.", "jul.", "ago.", "sep.", "oct.", "nov.",
     "dic."                                                                                       },
};

void say_date(hb_text *out, words_language language, hb_str iso) {
    hb_date date;
    if (iso.n == 0) {
        hb_text_add(out, hb_str_from(words_in(language, "not known")));
    } else if (hb_date_parse(iso, &date)) {
        hb_text_addf(out, "%d %s %d", date.day, MONTHS[language][date.month - 1], date.year);
    } else {
        hb_text_add(out, iso);
    }
}

// "El Salvador" of "America/El_Salvador".
static void add_zone(hb_text *out, hb_str zone) {
    size_t start = zone.n;
    while (start > 0 && zone.at[start - 1] != '/') start--;
    for (size_t i = start; i < zone.n; i++)
        hb_text_add(out, zone.at[i] == '_' ? HB_STR(" ") : (hb_str){zone.at + i, 1});
}

// Day and second of it in the document's zone; *has_zone false: in UTC, which is all there is.
static bool local_day(const report_document *d, int64_t instant, hb_date *day, int64_t *second,
                      bool *has_zone) {
    hb_str zone = json_text(d->tree, "time_zone");
    uint32_t index;
    int32_t offset = 0;
    *has_zone =
        zone.n > 0 && hb_zone_find(zone, &index) && hb_zone_offset_utc(index, instant, &offset);
    if (*has_zone) instant += offset;
    int64_t days = instant / 86400 - (instant % 86400 < 0);
    *second = instant - days * 86400;
    return hb_date_from_days(days, day);
}

void say_day(hb_text *out, const report_document *d, int64_t instant) {
    hb_date day;
    int64_t second;
    bool has_zone;
    if (local_day(d, instant, &day, &second, &has_zone))
        hb_text_addf(out, "%d %s %d", day.day, MONTHS[d->language][day.month - 1], day.year);
}

void say_zone(hb_text *out, const report_document *d) {
    hb_str zone = json_text(d->tree, "time_zone");
    uint32_t index;
    if (zone.n > 0 && hb_zone_find(zone, &index)) {
        add_zone(out, zone);
    } else {
        hb_text_add(out, HB_STR("UTC"));
    }
}

bool read_instant(hb_str iso, int64_t *out) {
    hb_datetime time;
    if (iso.n == 0 || !hb_datetime_parse(iso, &time)) return false;
    *out = hb_date_to_days(time.date) * 86400 + time.time.hour * 3600 + time.time.minute * 60 +
           time.time.second;
    return true;
}

void say_time(hb_text *out, const report_document *d, hb_str iso) {
    hb_date day;
    int64_t instant, second;
    bool has_zone;
    if (!read_instant(iso, &instant) || !local_day(d, instant, &day, &second, &has_zone)) {
        say_date(out, d->language, iso);
        return;
    }
    hb_text_addf(out, "%d %s %d, %02d:%02d ", day.day, MONTHS[d->language][day.month - 1], day.year,
                 (int)(second / 3600), (int)(second / 60 % 60));
    if (has_zone) {
        add_zone(out, json_text(d->tree, "time_zone"));
        hb_text_addf(out, " (%02d:%02d UTC)", (int)((instant / 3600 % 24 + 24) % 24),
                     (int)((instant / 60 % 60 + 60) % 60));
    } else {
        hb_text_add(out, HB_STR("UTC"));
    }
}

static void html_said(html *h, hb_text *text) {
    html_text(h, (hb_str){text->at, text->n});
    hb_text_clear(text);
}

void html_date(html *h, words_language language, hb_str iso) {
    hb_text text = {0};
    say_date(&text, language, iso);
    html_said(h, &text);
}

void html_time(html *h, const report_document *d, hb_str iso) {
    hb_text text = {0};
    say_time(&text, d, iso);
    html_said(h, &text);
}

// ---- codes and values -------------------------------------------------------------------------

// Who verified a document, beside the codes that gate has words for.
static const struct {
    const char *role, *words;
} ROLES[] = {
    {"court",     N_("court")    },
    {"counsel",   N_("counsel")  },
    {"consulate", N_("consulate")},
    {"notary",    N_("notary")   },
    {"registry",  N_("registry") },
};

static const char *code_words(words_language language, hb_str code, char room[96]) {
    for (size_t i = 0; i < sizeof ROLES / sizeof ROLES[0]; i++) {
        if (hb_str_equal(code, hb_str_from(ROLES[i].role)))
            return words_in(language, ROLES[i].words);
    }
    for (uint32_t i = 0; i <= RULEBOOK_ESTABLISHED; i++) {
        if (hb_str_equal(rulebook_standing_name((rulebook_standing)i), code))
            return gate_standing_words(language, (rulebook_standing)i);
    }
    for (uint32_t i = 0; i < RULEBOOK_N_KINDS; i++) {
        if (hb_str_equal(rulebook_kind_name((rulebook_kind)i), code))
            return gate_kind_words(language, (rulebook_kind)i);
    }
    return gate_code_words(language, code, room);
}

void html_code(html *h, words_language language, hb_str code) {
    char room[96];
    html_say(h, code_words(language, code, room));
}

void say_codes(hb_text *out, words_language language, const hb_json *list) {
    char room[96];
    for (uint32_t i = 0; list != NULL && i < list->n; i++) {
        hb_text_addf(out, "%s%s", i > 0 ? "; " : "",
                     code_words(language, list->first[i].text, room));
    }
    if (list == NULL || list->n == 0)
        hb_text_add(out, hb_str_from(words_in(language, "not known")));
}

void say_value(hb_text *out, words_language language, const hb_json *value) {
    if (value == NULL || value->kind == HB_JSON_NULL) {
        hb_text_add(out, hb_str_from(words_in(language, "not known")));
    } else if (value->kind == HB_JSON_STRING) {
        if (hb_str_equal(value->text, HB_STR("yes"))) {
            hb_text_add(out, hb_str_from(words_in(language, "yes")));
        } else if (hb_str_equal(value->text, HB_STR("no"))) {
            hb_text_add(out, hb_str_from(words_in(language, "no")));
        } else {
            say_date(out, language, value->text);
        }
    } else if (value->kind == HB_JSON_ARRAY && value->n == 0) {
        hb_text_add(out, hb_str_from(words_in(language, "none")));
    } else if (value->kind == HB_JSON_ARRAY) {
        for (uint32_t i = 0; i < value->n; i++) {
            if (i > 0) hb_text_add(out, HB_STR("; "));
            say_value(out, language, &value->first[i]);
        }
    } else if (value->kind == HB_JSON_OBJECT) {
        for (uint32_t i = 0; i < value->n; i++) {
            hb_text_addf(out, "%s%.*s: ", i > 0 ? ", " : "", LEN(value->first[i].key));
            say_value(out, language, &value->first[i]);
        }
    } else {
        hb_json_canonical(out, value);
    }
}

// ---- the verdict ------------------------------------------------------------------------------

void say_verdict(hb_text *out, const report_document *d) {
    words_language language = d->language;
    const hb_json *rules = json_at(d->tree, "rulebook");
    hb_str verdict = json_text(d->tree, "verdict"), as_of = json_text(d->tree, "as_of");
    hb_date day = {0};
    if (hb_str_equal(verdict, gate_verdict_name(GATE_BARRED))) {
        hb_text_add(out, hb_str_from(words_in(language,
                                              "BARRED. This transfer must not take place on this "
                                              "record.")));
        return;
    }
    if (!hb_str_equal(verdict, gate_verdict_name(GATE_NO_BAR_FOUND)) ||
        !hb_date_parse(as_of, &day)) {
        hb_text_add(out, hb_str_from(words_in(language,
                                              "UNRESOLVED. It is not known whether a bar applies. "
                                              "The person must not be sent on this record.")));
        return;
    }
    hb_str name = json_text(rules, "name"), version = json_text(rules, "version");
    hb_text_addf(out,
                 words_in(language,
                          "NO BAR FOUND. This is not permission. Rulebook %.*s %.*s, on the "
                          "evidence listed, found no bar on %04d-%02d-%02d. New evidence or a "
                          "ruling can change this at any time. Who decides:"),
                 LEN(name), LEN(version), day.year, day.month, day.day);
    hb_text_add(out, HB_STR(" "));
    say_codes(out, language, json_at(d->tree, "decides"));
    hb_text_add(out, HB_STR("."));
}

// ---- standing ---------------------------------------------------------------------------------

// "agency:transfer-desk, court, on 3 Mar 2025"
static void say_verifier(hb_text *who, hb_text *when, words_language language,
                         const hb_json *paper) {
    const hb_json *verified = json_at(paper, "verified");
    hb_text_add(who, json_text(verified, "by"));
    say_date(when, language, json_text(verified, "on"));
}

static int64_t days_between(hb_str from, hb_str to) {
    hb_date a, b;
    if (!hb_date_parse(from, &a) || !hb_date_parse(to, &b)) return -1;
    return hb_date_to_days(b) - hb_date_to_days(a);
}

void say_standing(hb_text *out, const report_document *d, const hb_json *fact) {
    words_language language = d->language;
    hb_str standing = json_text(fact, "standing"), why = json_text(fact, "why");
    const hb_json *exhibits = json_at(d->tree, "exhibits");
    const hb_json *paper = json_n(fact, "evidence") == 0
                               ? NULL
                               : json_find(exhibits, "id", json_item(fact, "evidence", 0)->text);
    hb_text who = {0}, when = {0};
    if (hb_str_equal(standing, HB_STR("established"))) {
        say_verifier(&who, &when, language, paper);
        hb_text_addf(out,
                     words_in(language,
                              "Established: document of an accepted kind, verified by %.*s on "
                              "%.*s, not contested, still fresh."),
                     (int)who.n, who.at ? who.at : "", (int)when.n, when.at ? when.at : "");
    } else if (hb_str_equal(standing, HB_STR("claimed"))) {
        hb_str issuer = json_text(paper, "issuer");
        if (issuer.n == 0) issuer = hb_str_from(words_in(language, "somebody not named"));
        hb_text_addf(
            out,
            words_in(language, "Claimed by %.*s. Counts in the person's favour until decided."),
            LEN(issuer));
    } else if (hb_str_equal(standing, HB_STR("stale"))) {
        int64_t age = days_between(json_text(paper, "date"), json_text(d->tree, "as_of"));
        hb_text_addf(out, words_in(language, "Checked %lld days ago; it counts for %lld days."),
                     (long long)age, (long long)json_int(fact, "fresh_days"));
    } else if (hb_str_equal(standing, HB_STR("disputed"))) {
        hb_text_addf(
            out, "%s",
            words_in(language, "Two records disagree; the one that protects the person counts."));
    } else if (hb_str_equal(standing, HB_STR("unverified"))) {
        hb_text_addf(out, "%s", words_in(language, "On file, nobody has verified it."));
    } else {
        hb_text_addf(out, "%s", words_in(language, "Not in the file."));
    }
    if (why.n > 0 && !hb_str_equal(standing, HB_STR("absent"))) {
        char english[160];
        snprintf(english, sizeof english, "%.*s", LEN(why));
        hb_text_addf(out, " (%s)", words_in(language, english));
    }
    hb_text_clear(&who);
    hb_text_clear(&when);
}

// ---- citations --------------------------------------------------------------------------------

// Whether more than one section stands before the next source: "1101(a)(3), 1229a", "208.16-.18".
static bool has_many_sections(hb_str rest) {
    int depth = 0;
    for (size_t i = 0; i + 1 < rest.n; i++) {
        char c = rest.at[i], next = rest.at[i + 1], third = i + 2 < rest.n ? rest.at[i + 2] : ' ';
        depth += (c == '(') - (c == ')');
        if (depth > 0) continue;
        if (c == ';' || (c == ',' && next == ' ' && third >= 'A' && third <= 'Z')) return false;
        if (c == ',' && next == ' ' && third >= '0' && third <= '9') return true;
        if (c == '-' && ((next >= '0' && next <= '9') || next == '.')) return true;
        if (c == 'f' && next == 'f') return true;
    }
    return false;
}

// Reporters after which a section follows, each ending in a space; a digit comes next. Bluebook
// rule 12: one section `§`, several `§§`.
void report_cite(hb_text *out, hb_str cite) {
    static const hb_str CODES[] = {
        {"U.S.C. ", 7},
        {"C.F.R. ", 7},
        {" s. ",    4}
    };
    size_t done = 0;
    for (size_t i = 1; i < cite.n; i++) {
        if (cite.at[i - 1] != ' ' || cite.at[i] < '0' || cite.at[i] > '9') continue;
        for (size_t k = 0; k < sizeof CODES / sizeof CODES[0]; k++) {
            size_t n = CODES[k].n;
            if (i < n || memcmp(cite.at + i - n, CODES[k].at, n) != 0) continue;
            hb_text_add(out, (hb_str){cite.at + done, i - done});
            if (CODES[k].at[0] == ' ') out->n -= 3;  // "s. " itself gives way to the sign
            bool are_many = has_many_sections((hb_str){cite.at + i, cite.n - i});
            hb_text_add(out, are_many ? HB_STR("§§\u00a0") : HB_STR("§\u00a0"));
            done = i;
        }
    }
    hb_text_add(out, (hb_str){cite.at + done, cite.n - done});
}

// A citation keeps its own language, marked as such.
void html_cite(html *h, const report_document *d, hb_str cite) {
    hb_text text = {0};
    report_cite(&text, cite);
    html_open(h, HTML_CITE);
    if (d->language != WORDS_EN) html_lang(h, HB_STR("en"));
    html_said(h, &text);
    html_close(h, HTML_CITE);
}
