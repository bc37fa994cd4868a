// prove.c: one rulebook, every property. Questions are kept small on purpose: what a fact's change
// can do is asked of the rules that read that fact, and of the whole law only if that fails. A part
// of the law that has no translation makes the questions about it undecided, never proved.
#include "verify/prove.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EFFORT \
    200000000u  // several minutes of search; the hardest shipped question takes a hundredth
#define ANSWER_BYTES ((size_t)64 << 20)

static const hb_str FINDINGS[] = {
    {"undecided", 9},
    {"refuted",   7},
    {"proved",    6}
};  // ORDER of verify_finding

static const struct {
    const char *name, *says;
    void (*prove)(prover *p);
} PROPERTIES[] = {
  // ORDER verify properties
    {"fail-closed",
     "NO BAR FOUND only when every rule of rules.csv is answered and every fact that is asked is "
     "established",                                                                                          prove_closed   },
    {"monotone",         "less evidence for the transfer, or more for the person, never improves a verdict",
     prove_monotone                                                                                                         },
    {"total",            "every decision gives exactly one outcome for every input, and every row can fire",
     prove_total                                                                                                            },
    {"nothing-vanishes", "no input makes an expression an error, or loses in a null what is known",
     prove_nothing_vanishes                                                                                                 },
    {"blind",            "names, and countries and papers that no rule names, never change an outcome",
     prove_blind                                                                                                            },
    {"published",        "the rulebook asks no less than the published list of rules",                       prove_published},
    {"own",              "what the rulebook's own properties.csv says",                                      prove_own      },
};
_Static_assert(sizeof PROPERTIES / sizeof *PROPERTIES == VERIFY_N_PROPERTIES,
               "a row for each property");

hb_str verify_finding_name(verify_finding finding) {
    return FINDINGS[finding];
}

hb_str verify_property_name(verify_property property) {
    return hb_str_from(PROPERTIES[property].name);
}

hb_str verify_property_says(verify_property property) {
    return hb_str_from(PROPERTIES[property].says);
}

const char *verify_solver(void) {
    return solver_version();
}

bool verify_is_proved(const verify_summary *summary) {
    uint32_t n = 0;
    for (int i = 0; i < VERIFY_N_PROPERTIES; i++) {
        if (summary->n[i][VERIFY_UNDECIDED] || summary->n[i][VERIFY_REFUTED]) return false;
        n += summary->n[i][VERIFY_PROVED];
    }
    return n > 0;
}

const char *prove_fact_name(const prover *p, uint32_t fact, char room[80]) {
    hb_str name = rulebook_fact_at(p->rb, fact)->name;
    snprintf(room, 80, "%.*s", (int)name.n, name.at);
    return room;
}

// ---- asking ------------------------------------------------------------------------------------
bool prove_make_room(prover *p) {
    uint32_t n_variables = p->l.pool->n_variables, n_terms = p->l.pool->n;
    if (n_variables > p->values_room) {
        term_value *grown = realloc(p->values, 2 * n_variables * sizeof *grown);
        if (!grown) return false;
        p->values = grown;
        p->values_room = 2 * n_variables;
    }
    if (n_terms > p->all_room) {
        term_value *grown = realloc(p->all, 2 * (size_t)n_terms * sizeof *grown);
        if (!grown) return false;
        p->all = grown;
        p->all_room = 2 * n_terms;
    }
    return true;
}

// A day near ours makes an example easier to read, and one that habeas check does not refuse as
// future.
static term near_us(prover *p) {
    term_pool *pool = p->l.pool;
    term after = term_less_equal(pool, term_integer(pool, 19723), p->l.as_of.t);  // 2024-01-01
    return term_and(pool, after,
                    term_less(pool, p->l.as_of.t, term_integer(pool, 20454)));  // 2026-01-01
}

// Facts that the query does not read are absent from the example.
void prove_forget_others(prover *p, term query) {
    uint8_t *bits = calloc(p->l.pool->n_variables + 1, 1);
    if (!bits) return;
    term_variables_of(p->l.pool, query, bits);
    for (uint32_t i = 0; i < p->l.n_facts; i++) {
        const law_fact *f = &p->l.facts[i];
        if (law_reads_in(&p->l, bits, i)) continue;
        p->values[term_at(p->l.pool, f->counts.is_null)->number].boolean = true;
        p->values[term_at(p->l.pool, f->is_proved)->number].boolean = false;
    }
    free(bits);
}

void prove_near(const prover *p, term t, uint8_t *near) {
    const law *l = &p->l;
    uint8_t *bits = calloc(l->pool->n_variables + 1, 1);
    memset(near, 1, l->n_rules);
    if (!bits) return;
    memset(near, 0, l->n_rules);
    term_variables_of(l->pool, t, bits);
    for (uint32_t f = 0; f < l->n_facts; f++) {
        if (!law_reads_in(l, bits, f)) continue;
        for (uint32_t r = 0; r < l->n_rules; r++)
            near[r] |= p->rule_reads[(size_t)r * l->n_facts + f];
    }
    free(bits);
}

solver_answer prove_ask(prover *p, term query, const char **why) {
    term_pool *pool = p->l.pool;
    *why = "";
    if (law_is_loose(&p->l, query)) {
        prove_near(p, query, p->near);
        if (prove_is_possible(p, law_bound(&p->l, query, p->near), why) == SOLVER_IMPOSSIBLE)
            return SOLVER_IMPOSSIBLE;
        query = law_bound(&p->l, query, NULL);
    }
    if (query == FALSE_TERM && !pool->has_failed) return SOLVER_IMPOSSIBLE;
    term whole = term_and(pool, query, law_domain_of(&p->l, query));
    hb_hash key = term_hash(pool, whole);
    if (cache_find(&p->known, key) == SOLVER_IMPOSSIBLE) return SOLVER_IMPOSSIBLE;
    if (!prove_make_room(p)) return *why = "out of memory", SOLVER_UNKNOWN;
    solver_answer answer = solver_check(p->s, whole, EFFORT, p->values, why);
    cache_add(&p->known, key, answer);
    if (answer != SOLVER_POSSIBLE) return answer;
    if (solver_narrow(p->s, whole, near_us(p), p->values) == SOLVER_UNKNOWN &&
        solver_check(p->s, whole, EFFORT, p->values, why) != SOLVER_POSSIBLE)
        return SOLVER_UNKNOWN;
    prove_forget_others(p, whole);
    if (!prove_make_room(p)) return *why = "out of memory", SOLVER_UNKNOWN;
    term_evaluate(pool, p->values, p->all);
    return SOLVER_POSSIBLE;
}

solver_answer prove_is_possible(prover *p, term query, const char **why) {
    term_pool *pool = p->l.pool;
    *why = "";
    if (query == FALSE_TERM && !pool->has_failed) return SOLVER_IMPOSSIBLE;
    term whole = term_and(pool, query, law_domain_of(&p->l, query));
    hb_hash key = term_hash(pool, whole);
    solver_answer answer = cache_find(&p->known, key);
    if (answer != SOLVER_UNKNOWN) return answer;
    if (!prove_make_room(p)) return *why = "out of memory", SOLVER_UNKNOWN;
    answer = solver_check(p->s, whole, EFFORT, p->values, why);
    cache_add(&p->known, key, answer);
    return answer;
}

bool prove_decide(prover *p, const person *who, gate_decision *out) {
    hb_error err = {0};
    return gate_decide(p->bench, p->arena, &who->day, who->records, who->n_records, out, &err);
}

// ---- reporting ---------------------------------------------------------------------------------
static void report(prover *p, verify_property property, verify_finding finding, const char *because,
                   hb_text *people, bool is_confirmed, const char *about) {
    verify_result result = {.property = property,
                            .about = hb_str_from(about),
                            .finding = finding,
                            .because = hb_str_from(because),
                            .is_confirmed = is_confirmed};
    if (people) result.people = (hb_str){people->at, people->n};
    p->summary->n[property][finding]++;
    if (p->sink) p->sink(p->to, &result);
    p->n_done++;
    p->is_over |= p->request->stops_at_first && finding != VERIFY_PROVED;
    if (p->request->progress)
        p->request->progress(p->request->to, p->n_done,
                             p->n_all > p->n_done ? p->n_all : p->n_done + 1);
}

void prove_report(prover *p, verify_property property, verify_finding finding, const char *because,
                  hb_text *people, bool is_confirmed, const char *format, ...) {
    char about[200];
    va_list args;
    va_start(args, format);
    vsnprintf(about, sizeof about, format, args);
    va_end(args);
    report(p, property, finding, because, people, is_confirmed, about);
}

void prove_never(prover *p, verify_property property, term query, const char *because,
                 prove_expects expects, const void *with, const char *format, ...) {
    char about[200];
    const char *why;
    va_list args;
    va_start(args, format);
    vsnprintf(about, sizeof about, format, args);
    va_end(args);
    hb_arena_reset(p->arena);
    solver_answer answer = prove_ask(p, query, &why);
    if (answer == SOLVER_UNKNOWN) {
        report(p, property, VERIFY_UNDECIDED, why, NULL, false, about);
        return;
    }
    if (answer == SOLVER_IMPOSSIBLE) {
        report(p, property, VERIFY_PROVED, "", NULL, false, about);
        return;
    }
    person who;
    gate_decision decision = {0};
    hb_text people = {0};
    bool is_confirmed = false;
    if (person_from_facts(&p->l, p->all, DMN_NONE, NULL, FALSE_TERM, p->arena, &who)) {
        person_print_header(&people, &who);
        person_print(&people, p->rb, &who, "X-1");
        is_confirmed = prove_decide(p, &who, &decision) && expects && expects(&decision, with);
    }
    report(p, property, VERIFY_REFUTED, because, &people, is_confirmed, about);
    hb_text_clear(&people);
}

// ---- one rulebook ------------------------------------------------------------------------------
// Which facts each rule, and each question whether a fact is missing, depends on.
static bool read_dependencies(prover *p) {
    uint32_t n = p->l.n_facts;
    p->rule_reads = calloc((size_t)p->l.n_rules * n + 1, 1);
    p->missing_reads = calloc((size_t)n * n + 1, 1);
    uint8_t *bits = malloc(p->l.pool->n_variables + 1);
    p->near = calloc(p->l.n_rules + 1, 1);
    if (!p->rule_reads || !p->missing_reads || !p->near || !bits) return free(bits), false;
    for (uint32_t i = 0; i < p->l.n_rules + n; i++) {
        bool is_rule = i < p->l.n_rules;
        memset(bits, 0, p->l.pool->n_variables);
        if (is_rule) term_variables_of(p->l.pool, p->l.rules[i].bars, bits);
        term_variables_of(p->l.pool,
                          is_rule ? p->l.rules[i].is_open : p->l.facts[i - p->l.n_rules].missing,
                          bits);
        uint8_t *row = is_rule ? p->rule_reads + (size_t)i * n
                               : p->missing_reads + (size_t)(i - p->l.n_rules) * n;
        for (uint32_t f = 0; f < n; f++) row[f] = law_reads_in(&p->l, bits, f);
    }
    free(bits);
    return true;
}

static bool is_wanted(const verify_request *request, verify_property property) {
    return request->only.n == 0 || hb_str_equal(request->only, verify_property_name(property));
}

bool verify_rulebook(const rulebook *rb, const verify_request *request, verify_sink sink, void *to,
                     verify_summary *summary, hb_error *err) {
    prover p = {
        .rb = rb, .request = request, .sink = sink, .to = to, .summary = summary, .err = err};
    bool ok = false;
    *summary = (verify_summary){0};
    if (!law_open(&p.l, rb, err)) goto done;
    if (!(p.s = solver_open(p.l.pool, err))) goto done;
    if (!(p.bench = rulebook_bench_open(rb, err))) goto done;
    p.arena = hb_arena_open(ANSWER_BYTES);
    if (!p.arena || !read_dependencies(&p)) {
        hb_out_of_memory(err);
        goto done;
    }
    p.n_all = (uint64_t)p.l.n_facts * 8 + (uint64_t)p.l.n_rules * 8;  // near enough for a bar
    if (request->cache) cache_load(&p.known, request->cache);
    for (int i = 0; i < VERIFY_N_PROPERTIES; i++) {
        if (!p.is_over && is_wanted(request, (verify_property)i)) PROPERTIES[i].prove(&p);
    }
    if (request->cache) cache_save(&p.known, request->cache);
    summary->n_checks = solver_n_checks(p.s);
    summary->n_known = p.known.n_hits;
    ok = p.l.pool->has_failed || hb_arena_is_exhausted(p.l.arena) ? hb_out_of_memory(err)
                                                                  : err->kind == HB_NONE;
done:
    cache_clear(&p.known);
    free(p.rule_reads);
    free(p.missing_reads);
    free(p.near);
    free(p.values);
    free(p.all);
    rulebook_bench_close(p.bench);
    solver_close(p.s);
    hb_arena_close(p.arena);
    law_close(&p.l);
    return ok;
}
