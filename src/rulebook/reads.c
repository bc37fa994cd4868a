// What a decision, or a condition of facts.csv, reads: every input it rests on through whatever
// stands between, but for rules, whose outcome is read instead. Places to read from are numbered
//
//   0 .. n_facts - 1      the facts
//   n_facts, n_facts + 1  as_of, host         (so far as in rb->scope)
//   n_facts + 2 ..        outcomes of the rules
//
// Reading more than is needed is harmless; what is read must be here, for memo.c takes for the same
// what is the same in all these places.
#include "rulebook/internal.h"

#include <string.h>

typedef struct {
    const rulebook *rb;
    uint32_t root;
    bool *is_seen;
    uint32_t *found, n_found;
} search;

static void look(search *s, uint32_t element) {
    if (s->is_seen[element]) return;
    s->is_seen[element] = true;
    if (s->rb->decision_places[element] != DMN_NONE && element != s->root) {
        s->found[s->n_found++] = s->rb->decision_places[element];
        return;
    }
    const uint32_t *required;
    uint32_t n = dmn_requirements(s->rb->model, element, &required);
    for (uint32_t i = 0; i < n; i++) look(s, required[i]);
}

bool reads_of_decisions(rulebook *rb) {
    uint32_t n = dmn_n_elements(rb->model), n_places = rb->n_facts + 2 + rb->n_rules;
    uint32_t *places = rb->decision_places = hb_arena_array(rb->arena, uint32_t, n);
    bool *is_seen = hb_arena_array(rb->arena, bool, n);
    uint32_t *found = hb_arena_array(rb->arena, uint32_t, n_places);
    rb->decision_reads = hb_arena_array(rb->arena, reads, n);
    if (!places || !is_seen || !found || !rb->decision_reads) return false;
    for (uint32_t e = 0; e < n; e++) places[e] = DMN_NONE;
    for (uint32_t f = 0; f < rb->n_facts; f++)
        if (rb->laws[f].input != DMN_NONE) places[rb->laws[f].input] = f;
    if (rb->input_as_of != DMN_NONE) places[rb->input_as_of] = rb->n_facts;
    if (rb->input_host != DMN_NONE) places[rb->input_host] = rb->n_facts + 1;
    for (uint32_t r = 0; r < rb->n_rules; r++)
        if (rb->rules[r].decision != DMN_NONE) places[rb->rules[r].decision] = rb->n_facts + 2 + r;
    for (uint32_t e = 0; e < n; e++) {
        if (dmn_element_at(rb->model, e)->kind != DMN_DECISION) continue;
        search s = {.rb = rb, .root = e, .is_seen = is_seen, .found = found};
        memset(is_seen, 0, n * sizeof *is_seen);
        look(&s, e);
        uint32_t *kept = hb_arena_array(rb->arena, uint32_t, s.n_found);
        if (!kept) return false;
        memcpy(kept, found, s.n_found * sizeof *found);
        rb->decision_reads[e] = (reads){s.n_found, kept};
    }
    return true;
}

// A name can be read only where it is written, so what a text does not contain it does not read.
bool reads_of_text(const rulebook *rb, hb_str text, reads *out) {
    uint32_t *kept = hb_arena_array(rb->arena, uint32_t, rb->n_facts + 2), n = 0;
    if (!kept) return false;
    for (uint32_t f = 0; f < rb->n_facts; f++)
        if (memmem(text.at, text.n, rb->facts[f].name.at, rb->facts[f].name.n)) kept[n++] = f;
    kept[n++] = rb->n_facts;
    kept[n++] = rb->n_facts + 1;
    *out = (reads){n, kept};
    return true;
}
