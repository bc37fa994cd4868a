// Answers for people: 80 columns, the word carries the meaning. Each bar with its authority, the
// first few of the other reasons and of the facts that are missing (tally.c names all of them at
// the end), who decides. A verdict never stands without its short sentence, so NO BAR FOUND is
// never alone.
#include <stdio.h>
#include <string.h>

#include "gate/gate.h"
#include "gate/internal.h"

// ---- lines of 80 columns -----------------------------------------------------------------------

// Code points; every letter and sign habeas prints is one column wide.
static uint32_t columns(hb_str text) {
    uint32_t n = 0;
    for (size_t i = 0; i < text.n; i++) n += ((unsigned char)text.at[i] & 0xc0) != 0x80;
    return n;
}

void page_start(page_line *line, hb_text *out, uint32_t indent) {
    *line = (page_line){.out = out, .indent = indent};
}

void page_end(page_line *line) {
    hb_text_add(line->out, HB_STR("\n"));
    line->at = 0;
}

static void page_word(page_line *line, hb_str word) {
    uint32_t width = columns(word);
    if (line->at > line->indent && line->at + 1 + width > PAGE_COLUMNS) page_end(line);
    if (line->at > 0 && line->at >= line->indent) {
        hb_text_add(line->out, HB_STR(" "));
        line->at++;
    }
    for (; line->at < line->indent; line->at++) hb_text_add(line->out, HB_STR(" "));
    hb_text_add_shown(line->out, word);
    line->at += width;
}

void page_text(page_line *line, hb_str text) {
    size_t start = 0;
    for (size_t i = 0; i <= text.n; i++) {
        if (i < text.n && text.at[i] != ' ') continue;
        if (i > start) page_word(line, (hb_str){text.at + start, i - start});
        start = i + 1;
    }
}

// A word that fills its column up to `until`, so the next begins there.
void page_column(page_line *line, hb_str word, uint32_t until) {
    page_word(line, word);
    for (; line->at + 1 < until; line->at++) hb_text_add(line->out, HB_STR(" "));
}

void page_list(page_line *line, hb_str item, bool is_last) {
    hb_text *out = line->out;
    uint32_t width = columns(item) + !is_last;
    if (line->at > line->indent && line->at + 1 + width > PAGE_COLUMNS) page_end(line);
    page_word(line, item);
    if (is_last) return;
    hb_text_add(out, HB_STR(","));
    line->at++;
}

// ---- one person --------------------------------------------------------------------------------

enum { INDENT = 2, NAMES = 28 };

// "  wh-grant-live   Protection already granted still stands [8 C.F.R. 208.22] (confidential)"
static void write_bar(hb_text *out, const gate_answer *answer, uint32_t index) {
    const rulebook_rule *rule = rulebook_rule_at(answer->page->rb, index);
    page_line line;
    page_start(&line, out, INDENT);
    page_column(&line, rule->id, NAMES);
    line.indent = NAMES;
    page_text(&line, gate_in_language(answer->page, rule->title_en, rule->title_es));
    for (uint32_t i = 0; i < rule->n_sources && i < 1; i++) {
        hb_text source = {0};
        hb_text_addf(&source, "[%.*s]", (int)rule->sources[i].n, rule->sources[i].at);
        page_text(&line, (hb_str){source.at, source.n});
        hb_text_clear(&source);
    }
    if (rule->is_confidential) {
        page_text(&line, hb_str_from(words_in(answer->page->language, "(confidential)")));
    }
    page_end(&line);
}

// How many names of `n` are written, and " and 7 more" for the rest: gate_write_tally has them all.
static uint32_t shown_of(uint32_t n) {
    return n > PAGE_NAMES ? PAGE_NAMES : n;
}

static void write_more(page_line *line, const gate_answer *answer, uint32_t n) {
    char words[64];
    if (n <= PAGE_NAMES) return;
    snprintf(words, sizeof words, words_in(answer->page->language, "and %u more"), n - PAGE_NAMES);
    page_text(line, hb_str_from(words));
}

// "  required: a, b" for the reasons of one outcome.
static void write_reasons(hb_text *out, const gate_answer *answer, const char *label,
                          gate_outcome outcome) {
    const gate_decision *decision = answer->decision;
    uint32_t n = 0, done = 0;
    for (uint32_t i = 0; i < decision->n_reasons; i++) {
        n += hb_str_equal(gate_outcome_name(decision->outcomes[decision->reasons[i]]),
                          gate_outcome_name(outcome));
    }
    if (n == 0) return;
    page_line line;
    page_start(&line, out, INDENT);
    page_text(&line, hb_str_from(label));
    line.indent = INDENT + 2;
    for (uint32_t i = 0; i < decision->n_reasons && done < shown_of(n); i++) {
        uint32_t rule = decision->reasons[i];
        if (!hb_str_equal(gate_outcome_name(decision->outcomes[rule]), gate_outcome_name(outcome)))
            continue;
        page_list(&line, rulebook_rule_at(answer->page->rb, rule)->id, ++done == shown_of(n));
    }
    write_more(&line, answer, n);
    page_end(&line);
}

// First the facts of which something is on file that is not enough, then those of which nothing is.
static void write_missing(hb_text *out, const gate_answer *answer) {
    const gate_decision *decision = answer->decision;
    uint32_t n = decision->n_missing, done = 0;
    if (n == 0) return;
    page_line line;
    page_start(&line, out, INDENT);
    page_text(&line, hb_str_from(words_in(answer->page->language, "missing:")));
    line.indent = INDENT + 2;
    for (uint32_t is_absent = 0; is_absent < 2; is_absent++) {
        for (uint32_t i = 0; i < n && done < shown_of(n); i++) {
            uint32_t fact = decision->missing[i];
            if ((decision->facts[fact].standing == RULEBOOK_ABSENT) != is_absent) continue;
            page_list(&line, rulebook_fact_at(answer->page->rb, fact)->name, ++done == shown_of(n));
        }
    }
    write_more(&line, answer, n);
    page_end(&line);
}

static void page_authorities(page_line *line, const gate_answer *answer) {
    const gate_decision *decision = answer->decision;
    for (uint32_t i = 0; i < decision->n_decides; i++) {
        char room[96];
        const char *words = gate_code_words(answer->page->language, decision->decides[i], room);
        hb_str text = hb_str_from(words);
        if (i + 1 == decision->n_decides) {
            page_text(line, text);
            continue;
        }
        hb_text item = {0};
        hb_text_addf(&item, "%s;", words);
        page_text(line, (hb_str){item.at, item.n});
        hb_text_clear(&item);
    }
}

static void write_authorities(hb_text *out, const gate_answer *answer) {
    page_line line;
    page_start(&line, out, INDENT);
    page_text(&line, hb_str_from(words_in(answer->page->language, "decides:")));
    line.indent = INDENT + 2;
    page_authorities(&line, answer);
    page_end(&line);
}

void page_verdict_sentence(hb_text *out, const gate_answer *answer, uint32_t indent) {
    const gate_page *page = answer->page;
    hb_str name = rulebook_name(page->rb), version = rulebook_version(page->rb);
    hb_text text = {0};
    page_line line;
    page_start(&line, out, indent);
    switch (answer->decision->verdict) {
        case GATE_UNRESOLVED:
            hb_text_add(&text,
                        hb_str_from(words_in(page->language,
                                             "UNRESOLVED. It is not known whether a bar applies. "
                                             "The person must not be sent on this record.")));
            break;
        case GATE_BARRED:
            hb_text_add(&text,
                        hb_str_from(words_in(page->language,
                                             "BARRED. This transfer must not take place on this "
                                             "record.")));
            break;
        case GATE_NO_BAR_FOUND:
            hb_text_addf(
                &text,
                words_in(page->language,
                         "NO BAR FOUND. This is not permission. Rulebook %.*s %.*s, on the "
                         "evidence listed, found no bar on %04d-%02d-%02d. New evidence or a "
                         "ruling can change this at any time. Who decides:"),
                (int)name.n, name.at, (int)version.n, version.at, page->as_of.year,
                page->as_of.month, page->as_of.day);
            break;
    }
    page_text(&line, (hb_str){text.at, text.n});
    if (answer->decision->verdict == GATE_NO_BAR_FOUND) page_authorities(&line, answer);
    page_end(&line);
    hb_text_clear(&text);
}

// The smallest sets of documents that would change the verdict, a line each.
static void write_changes(hb_text *out, const gate_answer *answer) {
    words_language language = answer->page->language;
    const gate_changes *changes = answer->changes;
    if (changes->n == 0) {
        if (!answer->decision->is_curable || answer->decision->verdict == GATE_NO_BAR_FOUND) return;
        hb_text_addf(out, words_in(language, "  No %u documents alone would change the verdict.\n"),
                     GATE_CHANGE_PAPERS);
        return;
    }
    hb_text_addf(out, "  %s\n", words_in(language, "These documents would change the verdict:"));
    for (uint32_t i = 0; i < changes->n; i++) {
        const gate_change *change = &changes->changes[i];
        hb_text_addf(out, "    ");
        for (uint32_t k = 0; k < change->n; k++) {
            hb_str name = rulebook_fact_at(answer->page->rb, change->papers[k].fact)->name;
            hb_text_addf(out, "%s%.*s (%s)", k > 0 ? " + " : "", (int)name.n, name.at,
                         gate_kind_words(language, change->papers[k].kind));
        }
        hb_text_addf(out, " -> %s\n", gate_verdict_words(language, change->to));
    }
    if (!changes->is_all) hb_text_addf(out, "    %s\n", words_in(language, "and more"));
}

void gate_write_text(hb_text *out, const gate_answer *answer) {
    const gate_decision *decision = answer->decision;
    words_language language = answer->page->language;
    page_line line;
    page_start(&line, out, 0);
    page_column(&line, answer->person->person, 12);
    page_word(&line, hb_str_from(gate_verdict_words(language, decision->verdict)));
    if (!answer->page->signatures.is_signed) {
        page_column(&line, HB_STR(""), PAGE_COLUMNS - (uint32_t)sizeof GATE_STAMP + 1);
        page_word(&line, HB_STR(GATE_STAMP));
    }
    page_end(&line);
    for (uint32_t i = 0; i < decision->n_reasons; i++) {
        if (decision->outcomes[decision->reasons[i]] == GATE_BARS)
            write_bar(out, answer, decision->reasons[i]);
    }
    write_reasons(out, answer, words_in(language, "required:"), GATE_UNMET);
    write_reasons(out, answer, words_in(language, "to be referred:"), GATE_REFER);
    write_missing(out, answer);
    if (decision->verdict == GATE_NO_BAR_FOUND) {
        page_verdict_sentence(out, answer, INDENT);
    } else {
        write_authorities(out, answer);
    }
    if (!decision->is_curable) {
        hb_text_addf(out, "  %s\n", words_in(language, "No document can end this bar."));
    }
    if (answer->changes && answer->changes->is_known) write_changes(out, answer);
    for (uint32_t i = 0; i < decision->n_notes; i++) {
        hb_text_addf(out, "  %s%.*s\n", words_in(language, "note: "), (int)decision->notes[i].n,
                     decision->notes[i].at);
    }
}

// ---- head and foot -----------------------------------------------------------------------------

// Who stands behind the rulebook, or that nobody does.
static void add_stamp(hb_text *out, const gate_page *page) {
    if (page->signatures.is_signed) {
        hb_text_addf(out, "%s, %s · ", page->signatures.names[0], page->signatures.names[1]);
    } else {
        hb_text_addf(out, "%s · ", GATE_STAMP);
    }
}

void gate_write_text_head(hb_text *out, const gate_page *page) {
    hb_str name = rulebook_name(page->rb), version = rulebook_version(page->rb);
    add_stamp(out, page);
    hb_text_addf(out, "%.*s %.*s · ", (int)name.n, name.at, (int)version.n, version.at);
    hb_text_addf(out, words_in(page->language, "as of %04d-%02d-%02d"), page->as_of.year,
                 page->as_of.month, page->as_of.day);
    if (page->is_retrospective) {
        hb_text_addf(out, " · %s", words_in(page->language, "retrospective"));
    }
    hb_text_add(out, HB_STR("\n"));
    if (page->agreement.n > 0) {
        char room[96];
        hb_text_addf(out, words_in(page->language, "agreement %.*s, %s\n"), (int)page->agreement.n,
                     page->agreement.at,
                     gate_code_words(page->language, page->agreement_status, room));
    }
    hb_text_add(out, HB_STR("\n"));
}

void gate_write_sources(hb_text *out, const gate_page *page) {
    for (uint32_t i = 0; i < page->n_sources; i++) {
        char hex[65], room[96];
        const intake_source *source = &page->sources[i];
        hb_hash_hex(source->sha256, hex);
        hb_text_addf(out, "%s%s ", words_in(page->language, "read: "),
                     gate_code_words(page->language, source->role, room));
        hb_text_add_shown(out, source->path);
        hb_text_addf(out, " sha256 %s\n", hex);
    }
}

static void write_sentence(hb_text *out, const char *sentence) {
    page_line line;
    page_start(&line, out, 0);
    page_text(&line, hb_str_from(sentence));
    page_end(&line);
}

void gate_write_text_foot(hb_text *out, const gate_page *page,
                          const uint64_t n_people[GATE_N_VERDICTS], const gate_tally *tally,
                          hb_str next_person) {
    words_language language = page->language;
    hb_str name = rulebook_name(page->rb), version = rulebook_version(page->rb);
    unsigned long long n_barred = n_people[GATE_BARRED], n_unresolved = n_people[GATE_UNRESOLVED];
    unsigned long long n_found = n_people[GATE_NO_BAR_FOUND];
    unsigned long long n_all = n_barred + n_unresolved + n_found;
    gate_write_tally(out, page, tally);
    hb_text_add(out, HB_STR("\n"));
    hb_text_addf(out,
                 n_all == 1 ? words_in(language,
                                       "%llu person: %llu BARRED, %llu UNRESOLVED, %llu "
                                       "NO BAR FOUND (not permission).\n")
                            : words_in(language,
                                       "%llu people: %llu BARRED, %llu UNRESOLVED, %llu "
                                       "NO BAR FOUND (not permission).\n"),
                 n_all, n_barred, n_unresolved, n_found);
    add_stamp(out, page);
    hb_text_addf(out, "%.*s %.*s · %04d-%02d-%02d\n", (int)name.n, name.at, (int)version.n,
                 version.at, page->as_of.year, page->as_of.month, page->as_of.day);
    gate_write_sources(out, page);
    write_sentence(out, words_in(language,
                                 "UNRESOLVED: it is not known whether a bar applies. Nobody "
                                 "barred or unresolved may be sent on this record."));
    write_sentence(
        out, words_in(language, "NO BAR FOUND is not permission. A named authority decides."));
    if (next_person.n > 0 && page->list_path != NULL) {
        hb_text_addf(out, "%shabeas explain %.*s %s\n", words_in(language, "Next: "),
                     (int)next_person.n, next_person.at, page->list_path);
    }
}
