// example.c: people found earlier, who may answer again. That a row of the verdict can fire is
// shown by a person for whom it does; to find one the solver works through every rule. When a rule
// changes, the person of the last run mostly still shows it, and evaluating the terms for him says
// so at once. He is kept in the cache as text, a line a variable that is not zero; one who no
// longer fits shows nothing, and the solver looks for another.
#include "verify/prove.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The variables of facts, day and host stand before all that questions add.
static int64_t n_kept(const prover *p) {
    return p->l.first_stand_in;
}

static void keep(prover *p) {
    const term_pool *pool = p->l.pool;
    hb_text text = {0};
    char digits[6300];
    for (term t = 0; t < pool->n; t++) {
        const term_node *node = term_at(pool, t);
        if (node->kind != TERM_VARIABLE || node->number >= n_kept(p)) continue;
        const term_value *v = &p->values[node->number];
        hb_str name = pool->names[node->number];
        if (node->sort == TERM_REAL && !hb_dec_is_zero(v->decimal)) {
            hb_str number = hb_dec_print(v->decimal, digits);
            hb_text_addf(&text, "=%.*s %.*s\n", (int)number.n, number.at, (int)name.n, name.at);
        } else if (node->sort != TERM_REAL && (v->boolean || v->number)) {
            hb_text_addf(&text, "=%lld %.*s\n", (long long)(v->boolean ? 1 : v->number),
                         (int)name.n, name.at);
        }
    }
    if (!text.failed) cache_keep(&p->known, (hb_str){text.at, text.n});
    hb_text_clear(&text);
}

static bool next_line(hb_str *rest, hb_str *number, hb_str *name) {
    const char *end = memchr(rest->at, '\n', rest->n),
               *space = end ? memchr(rest->at, ' ', (size_t)(end - rest->at)) : NULL;
    if (!space || rest->at[0] != '=') return false;
    *number = (hb_str){rest->at + 1, (size_t)(space - rest->at) - 1};
    *name = (hb_str){space + 1, (size_t)(end - space) - 1};
    *rest = (hb_str){end + 1, rest->n - (size_t)(end + 1 - rest->at)};
    return true;
}

// Names stand in the order of the variables, so each is sought after the last.
static bool read(prover *p, hb_str text) {
    const term_pool *pool = p->l.pool;
    hb_str digits, name;
    term at = 0;
    memset(p->values, 0, pool->n_variables * sizeof *p->values);
    while (next_line(&text, &digits, &name)) {
        term t = at;
        while (t < pool->n && (term_at(pool, t)->kind != TERM_VARIABLE ||
                               !hb_str_equal(pool->names[term_at(pool, t)->number], name)))
            t++;
        if (t == pool->n || term_at(pool, t)->number >= n_kept(p)) continue;  // a fact that is gone
        at = t + 1;
        term_value *v = &p->values[term_at(pool, t)->number];
        hb_dec number;
        if (!hb_dec_parse(digits, &number)) return false;
        if (term_at(pool, t)->sort == TERM_REAL)
            v->decimal = number;
        else if (!hb_dec_to_int(number, &v->number))
            return false;
        v->boolean = term_at(pool, t)->sort == TERM_BOOL && v->number != 0;
    }
    return text.n == 0;
}

static bool is_shown(prover *p, term query) {
    if (!prove_make_room(p)) return false;
    for (uint32_t i = 0; i < p->known.n_examples; i++) {
        if (!read(p, p->known.examples[i])) continue;
        term_evaluate(p->l.pool, p->values, p->all);
        if (p->all[query].boolean) return true;
    }
    return false;
}

solver_answer prove_can_happen(prover *p, term query, const char **why) {
    if (!law_is_loose(&p->l, query)) return prove_is_possible(p, query, why);
    term bound = law_bound(&p->l, query, NULL);
    term whole = term_and(p->l.pool, bound, law_domain_of(&p->l, bound));
    *why = "";
    if (!p->l.pool->has_failed && whole != FALSE_TERM && is_shown(p, whole)) {
        p->known.n_hits++;
        return SOLVER_POSSIBLE;
    }
    uint64_t before = solver_n_checks(p->s);
    solver_answer answer = prove_is_possible(p, bound, why);
    if (answer == SOLVER_POSSIBLE && solver_n_checks(p->s) > before) {
        prove_forget_others(p, whole);
        keep(p);
    }
    return answer;
}
