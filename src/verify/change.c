// change.c: the person's facts become constants of the law; each fact may also take what a further
// document could give it. What that is, the burden of proof says: on a fact without records any
// permitting or neutral value; where records are, what the engine makes of one more document for a
// value already on file. Everything else a document could say would contradict the file and count
// for nothing. One Boolean a fact says whether its document is there, so "at most k documents" and
// "not those again" are plain terms, and asking with k = 1, 2, 3, 4 finds every smallest set.
#include "verify/change.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/person.h"
#include "verify/solver.h"

#define EFFORT 20000000u
#define POOL_TERMS 1500000u  // then the law is read afresh: terms of persons past are of no use

typedef struct {
    term is_there;     // the further document
    value fresh;       // any value of the fact, for facts without records
    term fresh_legal;  // legal, and not protective
} addition;

struct verify_changer {
    const rulebook *rb;
    law l;
    solver *s;
    addition *additions;
    term_value *values, *all;
    uint32_t values_room, all_room;
    bool is_open;
};

static bool open_law_again(verify_changer *c, hb_error *err) {
    if (c->is_open) {
        solver_close(c->s);
        law_close(&c->l);
    }
    c->is_open = law_open(&c->l, c->rb, err);
    if (!c->is_open || !(c->s = solver_open(c->l.pool, err))) return false;
    for (uint32_t f = 0; f < c->l.n_facts; f++) {
        addition *a = &c->additions[f];
        term_pool *p = c->l.pool;
        char name[32];
        snprintf(name, sizeof name, "addition %u", f);
        a->is_there = term_variable(p, TERM_BOOL, "%s is there", name);
        a->fresh = law_variable(&c->l, f, name, false, LAW_LIST_PLACES, &a->fresh_legal);
        a->fresh.is_null = term_not(p, a->is_there);
        term speaks = term_not(p, law_effect(&c->l, f, a->fresh, RULEBOOK_PROTECTS));
        a->fresh_legal = term_implies(p, a->is_there, term_and(p, a->fresh_legal, speaks));
    }
    return c->l.pool->has_failed ? hb_out_of_memory(err) : true;
}

verify_changer *verify_changer_open(const rulebook *rb, hb_error *err) {
    verify_changer *c = calloc(1, sizeof *c);
    if (c) c->additions = calloc(rulebook_n_facts(rb) + 1, sizeof *c->additions);
    if (!c || !c->additions) {
        free(c);
        hb_out_of_memory(err);
        return NULL;
    }
    c->rb = rb;
    if (open_law_again(c, err)) return c;
    verify_changer_close(c);
    return NULL;
}

void verify_changer_close(verify_changer *c) {
    if (!c) return;
    if (c->is_open) {
        solver_close(c->s);
        law_close(&c->l);
    }
    free(c->additions);
    free(c->values);
    free(c->all);
    free(c);
}

// ---- one person as terms -----------------------------------------------------------------------
typedef struct {
    verify_changer *c;
    rulebook_bench *bench;
    hb_arena *arena;
    const rulebook_day *day;
    const rulebook_record *records;
    uint32_t n_records;
    const gate_decision *decision;
    rulebook_fact_standing *trial;  // room of one standing a fact
    rulebook_record *with;          // the records and up to four more
    feel_value
        *on_file;   // by fact: the value that one more document would prove, null = any or none
    bool *is_open;  // by fact: a document could add something
    term barred, clear, allowed;  // with the additions; what keeps additions to their types
    hb_error *err;
    bool is_whole;  // every value fits the encoding
} changing;

// A value of the fact's own shape from a constant.
static value constant(changing *g, uint32_t fact, feel_value v) {
    law *l = &g->c->l;
    value shape = l->facts[fact].counts;
    if (feel_is_null(v)) return value_null();
    if (shape.kind != VALUE_LIST) {
        value k = encode_constant(&l->e, v);
        return k;
    }
    value *items = hb_arena_array(l->arena, value, shape.n);
    term *has = hb_arena_array(l->arena, term, shape.n);
    if (!items || !has || v.n > shape.n) {
        g->is_whole = false;
        return value_null();
    }
    for (uint32_t i = 0; i < shape.n; i++) {
        has[i] = term_boolean(i < v.n);
        items[i] = i < v.n ? encode_constant(&l->e, v.items[i]) : shape.items[i];
        if (i < v.n && items[i].kind == VALUE_CONTEXT && shape.items[i].kind == VALUE_CONTEXT)
            items[i].keys = shape.items[i].keys;
    }
    shape.items = items;
    shape.has = has;
    shape.is_null = FALSE_TERM;
    return shape;
}

static rulebook_kind proving_kind(const rulebook_fact *fact) {
    for (int k = 1; k < RULEBOOK_N_KINDS; k++) {
        if (fact->established_by >> k & 1) return (rulebook_kind)k;
    }
    return RULEBOOK_OTHER;
}

// The document that would do it, and its record; several papers where the value is a list of them.
static bool further_record(changing *g, uint32_t fact_index, feel_value v, rulebook_record *out) {
    const rulebook_fact *fact = rulebook_fact_at(g->c->rb, fact_index);
    bool is_list = fact->type == RULEBOOK_DOC_LIST && v.n > 0;
    uint32_t n = is_list ? v.n : 1;
    rulebook_document *papers = hb_arena_array(g->arena, rulebook_document, n);
    const rulebook_document **behind = hb_arena_array(g->arena, const rulebook_document *, n);
    if (!papers || !behind) return hb_out_of_memory(g->err);
    for (uint32_t i = 0; i < n; i++) {
        hb_str id = is_list ? feel_text(v.items[i]) : HB_STR("further-document");
        if (fact->type == RULEBOOK_DOC && !hb_str_equal(feel_text(v), HB_STR("none")))
            id = feel_text(v);
        papers[i] = (rulebook_document){.id = id,
                                        .issuer = HB_STR("an office that is neither side's"),
                                        .kind = proving_kind(fact),
                                        .date = g->day->as_of,
                                        .has_date = true,
                                        .is_verified = true,
                                        .verified_by = HB_STR("a court of record"),
                                        .verified_role = RULEBOOK_COURT,
                                        .verified_on = g->day->as_of};
        behind[i] = &papers[i];
    }
    *out = (rulebook_record){.fact = fact_index, .value = v, .n_evidence = n, .evidence = behind};
    return true;
}

// What one more document for a value on file gives the fact. Records of the fact stand anywhere
// among the others.
static bool try_on_file(changing *g, uint32_t fact) {
    const rulebook_fact_standing *now = &g->decision->facts[fact];
    g->on_file[fact] = feel_null();
    g->is_open[fact] = false;
    if (now->standing == RULEBOOK_ESTABLISHED) return true;
    bool has_records = false;
    for (uint32_t i = 0; i < g->n_records && !g->is_open[fact]; i++) {
        if (g->records[i].fact != fact || g->records[i].is_unknown) continue;
        has_records = true;
        memcpy(g->with, g->records, g->n_records * sizeof *g->with);
        if (!further_record(g, fact, g->records[i].value, &g->with[g->n_records])) return false;
        rulebook_bench_reset(g->bench);
        if (!rulebook_stand(g->bench, g->day, g->with, g->n_records + 1, g->trial, g->err))
            return false;
        if (g->trial[fact].standing != RULEBOOK_ESTABLISHED) continue;
        if (!feel_copy(g->arena, g->trial[fact].counts, &g->on_file[fact]))
            return hb_out_of_memory(g->err);
        g->is_open[fact] = true;
    }
    if (!has_records) g->is_open[fact] = true;
    return true;
}

static uint32_t pair_fact(changing *g, uint32_t fact, term *from, term *to, uint32_t room) {
    law *l = &g->c->l;
    const rulebook_fact_standing *now = &g->decision->facts[fact];
    const addition *a = &g->c->additions[fact];
    bool is_proved = now->standing == RULEBOOK_ESTABLISHED;
    value today = constant(g, fact, now->counts), then = today;
    term proved = term_boolean(is_proved);
    if (g->is_open[fact]) {
        bool is_on_file = !feel_is_null(g->on_file[fact]);
        if (is_on_file)
            then = constant(g, fact, g->on_file[fact]);
        else {
            then = a->fresh;
            g->allowed = term_and(l->pool, g->allowed, a->fresh_legal);
        }
        then = value_if(&l->e, a->is_there, then, today);
        proved = term_if(l->pool, a->is_there, TRUE_TERM, proved);
    } else {
        g->allowed = term_and(l->pool, g->allowed, term_not(l->pool, a->is_there));
    }
    if (then.kind == VALUE_NULL) {  // nothing counts: the other variables are never read
        from[0] = l->facts[fact].counts.is_null;
        to[0] = TRUE_TERM;
        from[1] = l->facts[fact].is_proved;
        to[1] = FALSE_TERM;
        return 2;
    }
    return law_pairs(l, fact, then, proved, from, to, room);
}

static bool read_person(changing *g) {
    law *l = &g->c->l;
    uint32_t room = l->pool->n_variables + 8, n = 0;
    term *from = malloc(room * sizeof *from), *to = malloc(room * sizeof *to);
    bool ok = from && to;
    g->allowed = TRUE_TERM;
    g->is_whole = true;
    if (ok) {
        from[0] = l->as_of.t;
        to[0] = term_integer(l->pool, hb_date_to_days(g->day->as_of));
        from[1] = l->host.t;
        to[1] = term_integer(l->pool, encoder_string(&l->e, g->day->host));
        n = 2;
    }
    for (uint32_t f = 0; ok && f < l->n_facts; f++) {
        ok = try_on_file(g, f);
        if (ok) n += pair_fact(g, f, from + n, to + n, room - n);
    }
    if (ok) {
        g->barred = term_replace(l->pool, l->barred, n, from, to);
        g->clear = term_replace(l->pool, l->clear, n, from, to);
        g->allowed = term_replace(l->pool, g->allowed, 2, from, to);
    }
    free(from);
    free(to);
    return ok && !l->pool->has_failed ? true : hb_out_of_memory(g->err);
}

// ---- sets of documents -------------------------------------------------------------------------
// At most k of the additions are there.
static term at_most(changing *g, uint32_t k) {
    term_pool *p = g->c->l.pool;
    term sum = term_integer(p, 0), one = term_integer(p, 1), zero = sum;
    for (uint32_t f = 0; f < g->c->l.n_facts; f++) {
        if (g->is_open[f])
            sum = term_add(p, sum, term_if(p, g->c->additions[f].is_there, one, zero));
    }
    return term_less_equal(p, sum, term_integer(p, k));
}

static bool make_room(verify_changer *c) {
    uint32_t n_variables = c->l.pool->n_variables, n_terms = c->l.pool->n;
    if (n_variables > c->values_room) {
        term_value *grown = realloc(c->values, 2 * (size_t)n_variables * sizeof *grown);
        if (!grown) return false;
        c->values = grown;
        c->values_room = 2 * n_variables;
    }
    if (n_terms > c->all_room) {
        term_value *grown = realloc(c->all, 2 * (size_t)n_terms * sizeof *grown);
        if (!grown) return false;
        c->all = grown;
        c->all_room = 2 * n_terms;
    }
    return true;
}

static solver_answer ask(changing *g, term query) {
    verify_changer *c = g->c;
    const char *why;
    term whole = term_and(c->l.pool, g->allowed, query);
    if (!make_room(c)) return SOLVER_UNKNOWN;
    solver_answer answer = solver_check(c->s, whole, EFFORT, c->values, &why);
    if (answer == SOLVER_POSSIBLE) term_evaluate(c->l.pool, c->values, c->all);
    return answer;
}

// The set the solver found, run through the gate.
static bool confirm(changing *g, gate_change *change, bool *is_so) {
    gate_decision then = {0};
    uint32_t n = g->n_records;
    memcpy(g->with, g->records, g->n_records * sizeof *g->with);
    for (uint32_t i = 0; i < change->n; i++) {
        if (!further_record(g, change->papers[i].fact, change->papers[i].value, &g->with[n++]))
            return false;
    }
    gate_verdict before = g->decision->verdict;
    if (!gate_decide(g->bench, g->arena, g->day, g->with, n, &then, g->err)) return false;
    *is_so = then.verdict != before && gate_worse(before, then.verdict) == before;
    change->to = then.verdict;
    return true;
}

static bool read_set(changing *g, uint32_t most, gate_change *change) {
    verify_changer *c = g->c;
    change->n = 0;
    for (uint32_t f = 0; f < c->l.n_facts; f++) {
        const addition *a = &c->additions[f];
        if (!g->is_open[f] || !c->all[a->is_there].boolean) continue;
        if (change->n == most) return false;
        bool is_on_file = !feel_is_null(g->on_file[f]);
        feel_value v =
            is_on_file ? g->on_file[f] : person_value(&c->l, f, a->fresh, c->all, g->arena);
        change->papers[change->n++] =
            (gate_paper){.fact = f, .kind = proving_kind(rulebook_fact_at(c->rb, f)), .value = v};
    }
    return true;
}

// Not all of these again: neither the set nor anything around it.
static term without(changing *g, const gate_change *change) {
    term_pool *p = g->c->l.pool;
    term all = TRUE_TERM;
    for (uint32_t i = 0; i < change->n; i++)
        all = term_and(p, all, g->c->additions[change->papers[i].fact].is_there);
    return term_not(p, all);
}

static bool find_sets(changing *g, term goal, gate_changes *out) {
    gate_change *room = hb_arena_array(g->arena, gate_change, GATE_CHANGES_MAX);
    if (!room) return hb_out_of_memory(g->err);
    out->changes = room;
    out->is_known = true;
    for (uint32_t k = 1; k <= GATE_CHANGE_PAPERS; k++) {
        term bounded = at_most(g, k);
        while (out->n < GATE_CHANGES_MAX) {
            solver_answer answer = ask(g, term_and(g->c->l.pool, goal, bounded));
            if (answer == SOLVER_UNKNOWN) out->is_known = false;
            if (answer != SOLVER_POSSIBLE) break;
            gate_change *change = &room[out->n];
            bool is_so = false;
            if (!read_set(g, GATE_CHANGE_PAPERS, change) || !confirm(g, change, &is_so))
                return g->err->kind == HB_NONE;
            goal = term_and(g->c->l.pool, goal, without(g, change));
            if (is_so)
                out->n++;
            else
                out->is_known = false;  // the encoding and the gate differ: say that we do not know
        }
    }
    out->is_all = out->n < GATE_CHANGES_MAX;
    return true;
}

// A copy with its own memory: the bench forgets the old one when the gate runs again.
static bool keep_facts(changing *g, gate_decision *decision) {
    rulebook_fact_standing *facts =
        hb_arena_array(g->arena, rulebook_fact_standing, decision->n_facts);
    if (!facts) return hb_out_of_memory(g->err);
    for (uint32_t f = 0; f < decision->n_facts; f++) {
        facts[f] = decision->facts[f];
        bool ok = feel_copy(g->arena, decision->facts[f].counts, &facts[f].counts) &&
                  feel_copy(g->arena, decision->facts[f].shown, &facts[f].shown);
        const rulebook_document **behind =
            hb_arena_array(g->arena, const rulebook_document *, facts[f].n_evidence + 1);
        if (!ok || !behind) return hb_out_of_memory(g->err);
        if (facts[f].n_evidence)
            memcpy(behind, facts[f].evidence, facts[f].n_evidence * sizeof *behind);
        facts[f].evidence = behind;
    }
    decision->facts = facts;
    return true;
}

bool verify_would_change(verify_changer *c, rulebook_bench *bench, hb_arena *arena,
                         const rulebook_day *day, const rulebook_record *records,
                         uint32_t n_records, gate_decision *decision, gate_changes *changes,
                         hb_error *err) {
    changing g = {.c = c,
                  .bench = bench,
                  .arena = arena,
                  .day = day,
                  .records = records,
                  .n_records = n_records,
                  .decision = decision,
                  .err = err};
    *changes = (gate_changes){0};
    if (c->l.pool->n > POOL_TERMS && !open_law_again(c, err)) return false;
    g.trial = hb_arena_array(arena, rulebook_fact_standing, c->l.n_facts + 1);
    g.with = hb_arena_array(arena, rulebook_record, n_records + GATE_CHANGE_PAPERS + 1);
    g.on_file = hb_arena_array(arena, feel_value, c->l.n_facts + 1);
    g.is_open = hb_arena_array(arena, bool, c->l.n_facts + 1);
    if (!g.trial || !g.with || !g.on_file || !g.is_open) return hb_out_of_memory(err);
    if (decision->verdict == GATE_NO_BAR_FOUND) {
        *changes = (gate_changes){.is_known = true, .is_all = true};
        return true;
    }
    if (!keep_facts(&g, decision) || c->l.why_not.n) return err->kind == HB_NONE;
    if (!read_person(&g)) return false;
    if (c->l.e.has_failed || !g.is_whole) {
        c->l.e.has_failed = false;
        return true;
    }
    bool is_barred = decision->verdict == GATE_BARRED;
    term goal = is_barred ? term_not(c->l.pool, g.barred) : g.clear;
    if (!find_sets(&g, goal, changes)) return false;
    if (!is_barred) return true;
    solver_answer answer = changes->n > 0 ? SOLVER_POSSIBLE : ask(&g, goal);
    if (answer != SOLVER_UNKNOWN) decision->is_curable = answer == SOLVER_POSSIBLE;
    return true;
}
