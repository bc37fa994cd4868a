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
    rulebook *rb;
    bool *is_seen;             // of each element
    uint32_t *stack, n_stack;  // elements to look at
    uint32_t *found, n_found;  // places
} search;

static void put(search *s, uint32_t element) {
    if (s->is_seen[element]) return;
    s->is_seen[element] = true;
    s->stack[s->n_stack++] = element;
}

static bool read_decision(search *s, uint32_t decision) {
    const rulebook *rb = s->rb;
    if (decision == DMN_NONE) return true;
    memset(s->is_seen, 0, dmn_n_elements(rb->model) * sizeof *s->is_seen);
    s->n_found = 0;
    put(s, decision);
    while (s->n_stack) {
        uint32_t element = s->stack[--s->n_stack];
        if (rb->places[element] != DMN_NONE && element != decision) {
            s->found[s->n_found++] = rb->places[element];
            continue;
        }
        const uint32_t *required;
        uint32_t n = dmn_requirements(rb->model, element, &required);
        for (uint32_t i = 0; i < n; i++) put(s, required[i]);
    }
    uint32_t *kept = hb_arena_array(rb->arena, uint32_t, s->n_found);
    if (!kept) return false;
    if (s->n_found) memcpy(kept, s->found, s->n_found * sizeof *kept);
    s->rb->reads[decision] = (reads){s->n_found, kept};
    return true;
}

static void number_places(rulebook *rb) {
    for (uint32_t e = 0; e < dmn_n_elements(rb->model); e++) rb->places[e] = DMN_NONE;
    for (uint32_t f = 0; f < rb->n_facts; f++)
        if (rb->laws[f].input != DMN_NONE) rb->places[rb->laws[f].input] = f;
    if (rb->input_as_of != DMN_NONE) rb->places[rb->input_as_of] = rb->n_facts;
    if (rb->input_host != DMN_NONE) rb->places[rb->input_host] = rb->n_facts + 1;
    for (uint32_t r = 0; r < rb->n_rules; r++)
        if (rb->rules[r].decision != DMN_NONE)
            rb->places[rb->rules[r].decision] = rb->n_facts + 2 + r;
}

bool reads_of_decisions(rulebook *rb) {
    uint32_t n = dmn_n_elements(rb->model);
    search s = {.rb = rb,
                .is_seen = hb_arena_array(rb->arena, bool, n),
                .stack = hb_arena_array(rb->arena, uint32_t, n),
                .found = hb_arena_array(rb->arena, uint32_t, rb->n_facts + 2 + rb->n_rules)};
    rb->places = hb_arena_array(rb->arena, uint32_t, n);
    rb->reads = hb_arena_array(rb->arena, reads, n);
    if (hb_arena_is_exhausted(rb->arena)) return false;
    number_places(rb);
    bool ok = read_decision(&s, rb->verdict) && read_decision(&s, rb->authority);
    for (uint32_t r = 0; ok && r < rb->n_rules; r++) ok = read_decision(&s, rb->rules[r].decision);
    return ok;
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
