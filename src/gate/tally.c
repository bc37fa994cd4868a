// What stands in the way of how many people. A person's lines of text name the first few rules and
// facts; here all of them are counted, and named in full at the end of the page, so that a long list
// reads in seconds and loses nothing.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/gate.h"
#include "gate/internal.h"

static uint32_t n_counts(const gate_tally *tally) {
    return 2 * tally->n_rules + tally->n_facts;
}

bool gate_tally_open(gate_tally *tally, const rulebook *rb) {
    *tally = (gate_tally){.n_rules = rulebook_n_rules(rb), .n_facts = rulebook_n_facts(rb)};
    tally->required = calloc(n_counts(tally) + 1, sizeof *tally->required);
    if (tally->required == NULL) return false;
    tally->referred = tally->required + tally->n_rules;
    tally->missing = tally->referred + tally->n_rules;
    return true;
}

void gate_tally_clear(gate_tally *tally) {
    free(tally->required);
    *tally = (gate_tally){0};
}

void gate_tally_reset(gate_tally *tally) {
    memset(tally->required, 0, n_counts(tally) * sizeof *tally->required);
    tally->n_people = 0;
    tally->is_shortened = false;
}

void gate_tally_add(gate_tally *tally, const gate_decision *decision) {
    uint32_t n_required = 0, n_referred = 0;
    for (uint32_t i = 0; i < decision->n_reasons; i++) {
        uint32_t rule = decision->reasons[i];
        bool is_referred = decision->outcomes[rule] == GATE_REFER;
        if (decision->outcomes[rule] == GATE_BARS) continue;  // bars are never shortened
        n_referred += is_referred;
        n_required += !is_referred;
        (is_referred ? tally->referred : tally->required)[rule]++;
    }
    for (uint32_t i = 0; i < decision->n_missing; i++) tally->missing[decision->missing[i]]++;
    tally->n_people++;
    tally->is_shortened |= n_required > PAGE_NAMES || n_referred > PAGE_NAMES ||
                           decision->n_missing > PAGE_NAMES;
}

void gate_tally_join(gate_tally *to, const gate_tally *from) {
    for (uint32_t i = 0; i < n_counts(to); i++) to->required[i] += from->required[i];
    to->n_people += from->n_people;
    to->is_shortened |= from->is_shortened;
}

// ---- the end of the page -----------------------------------------------------------------------

typedef hb_str name_of(const rulebook *rb, uint32_t i);
static hb_str name_of_rule(const rulebook *rb, uint32_t i) {
    return rulebook_rule_at(rb, i)->id;
}
static hb_str name_of_fact(const rulebook *rb, uint32_t i) {
    return rulebook_fact_at(rb, i)->name;
}

// The names that stand in the way of everybody, or (`is_some`) of some, each then with how many.
static void write_names(hb_text *out, const gate_page *page, const char *label,
                        const uint64_t *counts, uint32_t n, uint64_t n_people, bool is_some,
                        name_of *name) {
    uint32_t n_named = 0, done = 0;
    for (uint32_t i = 0; i < n; i++)
        n_named += is_some ? counts[i] > 0 && counts[i] < n_people : counts[i] == n_people;
    if (n_named == 0) return;
    page_line line;
    hb_text word = {0};
    page_start(&line, out, 0);
    page_text(&line, hb_str_from(label));
    line.indent = 2;
    for (uint32_t i = 0; i < n; i++) {
        if (counts[i] == 0 || is_some != (counts[i] < n_people)) continue;
        hb_str own = name(page->rb, i);
        word.n = 0;
        hb_text_add(&word, own);
        if (is_some) hb_text_addf(&word, " (%llu)", (unsigned long long)counts[i]);
        page_list(&line, (hb_str){word.at, word.n}, ++done == n_named);
    }
    page_end(&line);
    out->failed |= word.failed;
    hb_text_clear(&word);
}

void gate_write_tally(hb_text *out, const gate_page *page, const gate_tally *tally) {
    words_language language = page->language;
    if (!tally->is_shortened) return;
    const struct {
        const uint64_t *counts;
        uint32_t n;
        name_of *name;
        const char *one, *all, *some;
    } BLOCKS[] = {
        {tally->required, tally->n_rules, name_of_rule,
         words_in(language, "required, in full:"),
         words_in(language, "required for all %llu people:"),
         words_in(language, "required for some (how many):")},
        {tally->referred, tally->n_rules, name_of_rule,
         words_in(language, "to be referred, in full:"),
         words_in(language, "to be referred for all %llu people:"),
         words_in(language, "to be referred for some (how many):")},
        {tally->missing,  tally->n_facts, name_of_fact,
         words_in(language, "missing, in full:"),
         words_in(language, "missing for all %llu people:"),
         words_in(language, "missing for some (how many):")},
    };
    uint64_t n_people = tally->n_people;
    hb_text_add(out, HB_STR("\n"));
    for (uint32_t b = 0; b < sizeof BLOCKS / sizeof *BLOCKS; b++) {
        char all[200];
        snprintf(all, sizeof all, BLOCKS[b].all, (unsigned long long)n_people);
        write_names(out, page, n_people == 1 ? BLOCKS[b].one : all, BLOCKS[b].counts, BLOCKS[b].n,
                    n_people, false, BLOCKS[b].name);
        write_names(out, page, BLOCKS[b].some, BLOCKS[b].counts, BLOCKS[b].n, n_people, true,
                    BLOCKS[b].name);
    }
}
