// published.c: a rulebook that simply asks less proves everything else. The published list, a file
// outside the rulebook, says for each rule whether it can bar, which facts are its own and when it
// applies; and for each fact which values protect, what can establish it, how long that is fresh
// and when it is asked. The rulebook must demand all of that; it may demand more. Columns: kind
// (rule or fact), id, bars, facts, applies_when, protects, established_by, fresh_days, asked_when.
#include "verify/graph.h"
#include "verify/prove.h"

#include <stdio.h>
#include <string.h>

#define ROW_BYTES (64u << 10)
enum {
    KIND,
    ID,
    BARS,
    FACTS,
    APPLIES_WHEN,
    PROTECTS,
    ESTABLISHED_BY,
    FRESH_DAYS,
    ASKED_WHEN,
    N_COLUMNS
};

typedef struct {
    prover *p;
    const feel_scope *scope;
    hb_str id;
    hb_str text[N_COLUMNS];
} row_of;

static void say(row_of *r, bool is_so, const char *because, const char *what) {
    prove_report(r->p, VERIFY_PUBLISHED, is_so ? VERIFY_PROVED : VERIFY_REFUTED,
                 is_so ? "" : because, NULL, false, "%.*s %s", (int)r->id.n, r->id.at, what);
}

static bool next_part(hb_str *rest, hb_str *part) {
    if (rest->n == 0) return false;
    const char *bar = memchr(rest->at, '|', rest->n);
    size_t n = bar ? (size_t)(bar - rest->at) : rest->n;
    *part = (hb_str){rest->at, n};
    *rest = bar ? (hb_str){bar + 1, rest->n - n - 1} : (hb_str){rest->at + n, 0};
    return true;
}

// An expression of the list over facts as they count; on failure the question is undecided.
static bool read_expression(row_of *r, hb_str text, const char *what, value *out) {
    law *l = &r->p->l;
    hb_error err = {0};
    hb_str kept;
    if (!hb_str_copy(l->arena, text, &kept)) return false;
    const feel_node *node =
        feel_parse(l->arena, (feel_source){.text = kept, .where = r->id}, r->scope, &err);
    if (node) *out = law_expression(l, node);
    if (node && !l->e.has_failed) return true;
    prove_report(r->p, VERIFY_PUBLISHED, VERIFY_UNDECIDED, node ? l->e.why.at : err.message, NULL,
                 false, "%.*s %s", (int)r->id.n, r->id.at, what);
    l->e.has_failed = false;
    return false;
}

// ---- rules -------------------------------------------------------------------------------------
static void check_own_facts(row_of *r, uint32_t rule) {
    prover *p = r->p;
    hb_str rest = r->text[FACTS], part;
    while (next_part(&rest, &part)) {
        uint32_t fact = rulebook_find_fact(p->rb, part);
        char what[120];
        snprintf(what, sizeof what, "depends on %.*s", (int)part.n, part.at);
        say(r, fact != DMN_NONE && p->rule_reads[(size_t)rule * p->l.n_facts + fact],
            "its outcome is the same whatever that fact is", what);
    }
}

static bool is_silent(const gate_decision *decision, const void *with) {
    return decision->outcomes[*(const uint32_t *)with] == GATE_NOT_APPLICABLE;
}

static void check_rule(row_of *r) {
    prover *p = r->p;
    law *l = &p->l;
    uint32_t rule = rulebook_find_rule(p->rb, r->id);
    bool is_there = rule != DMN_NONE && rulebook_rule_at(p->rb, rule)->decision != DMN_NONE;
    say(r, is_there, "the rulebook has no such rule, or its model no such decision", "is asked");
    if (!is_there) return;
    if (l->rules[rule].why_not.n) {
        prove_report(p, VERIFY_PUBLISHED, VERIFY_UNDECIDED, l->rules[rule].why_not.at, NULL, false,
                     "%.*s asks no less", (int)r->id.n, r->id.at);
        return;
    }
    const char *why;
    value applies;
    hb_arena_reset(p->arena);
    if (hb_str_equal(r->text[BARS], HB_STR("yes"))) {
        say(r, prove_is_possible(p, l->rules[rule].bars, &why) == SOLVER_POSSIBLE,
            "no input makes it bar", "can bar");
    }
    check_own_facts(r, rule);
    if (!read_expression(r, r->text[APPLIES_WHEN], "is silent only where it does not apply",
                         &applies))
        return;
    term silent = term_and(l->pool, l->rules[rule].is_silent,
                           term_not(l->pool, value_is_false(&l->e, applies)));
    prove_never(p, VERIFY_PUBLISHED, silent,
                "it is silent where the published list says that it applies", is_silent, &rule,
                "%.*s is silent only where it does not apply", (int)r->id.n, r->id.at);
}

// ---- facts -------------------------------------------------------------------------------------
static void check_kinds(row_of *r, const rulebook_fact *fact) {
    uint32_t published = 0;
    hb_str rest = r->text[ESTABLISHED_BY], part;
    rulebook_kind kind;
    while (next_part(&rest, &part)) {
        if (rulebook_kind_find(part, &kind)) published |= 1u << kind;
    }
    say(r, (fact->established_by & ~published) == 0,
        "a kind of document establishes it that is not on the list", "takes no other document");
}

// "30", "none=30" or nothing.
static void check_freshness(row_of *r, uint32_t fact) {
    rulebook_burden burden;
    hb_str text = r->text[FRESH_DAYS], value_text = {0};
    hb_dec number;
    int64_t days;
    rulebook_fact_burden(r->p->rb, fact, &burden);
    if (text.n == 0) return;
    const char *equals = memchr(text.at, '=', text.n);
    if (equals) {
        value_text = (hb_str){text.at, (size_t)(equals - text.at)};
        text = (hb_str){equals + 1, text.n - value_text.n - 1};
    }
    bool is_read = hb_dec_parse(text, &number) && hb_dec_to_int(number, &days);
    bool covers = burden.does_age &&
                  (burden.fresh_value.n == 0 || hb_str_equal(burden.fresh_value, value_text));
    say(r, is_read && covers && burden.fresh_days <= days, "its documents stay fresh longer",
        "ages no slower");
}

static term published_bare(law *l, hb_str column, value v, bool *takes_any_other) {
    term any = FALSE_TERM;
    hb_str rest = column, part;
    *takes_any_other = false;
    while (next_part(&rest, &part)) {
        if (hb_str_equal(part, HB_STR("*")))
            *takes_any_other = true;
        else
            any = term_or(
                l->pool, any,
                term_equal(l->pool, v.t, term_integer(l->pool, encoder_string(&l->e, part))));
    }
    return any;
}

static bool is_no_protection(const gate_decision *decision, const void *with) {
    const rulebook_fact_standing *fact = &decision->facts[*(const uint32_t *)with];
    return fact->standing == RULEBOOK_ESTABLISHED && fact->effect != RULEBOOK_PROTECTS;
}

static bool is_not_asked(const gate_decision *decision, const void *with) {
    return !decision->facts[*(const uint32_t *)with].is_asked;
}

// Every value that the list says protects still does.
static void check_protects(row_of *r, uint32_t fact) {
    law *l = &r->p->l;
    const rulebook_fact *f = rulebook_fact_at(r->p->rb, fact);
    term protects = FALSE_TERM;
    hb_error err = {0};
    hb_str kept;
    value v = l->facts[fact].counts;
    bool is_bare = f->type == RULEBOOK_ENUM || f->type == RULEBOOK_TRI ||
                   f->type == RULEBOOK_TEXT || f->type == RULEBOOK_DOC;
    if (r->text[PROTECTS].n == 0 || !hb_str_copy(l->arena, r->text[PROTECTS], &kept)) return;
    if (is_bare) {
        bool takes_any_other;
        protects = published_bare(l, kept, v, &takes_any_other);
        if (takes_any_other) {
            bool ignored;
            term spoken = published_bare(l, f->permits, v, &ignored);
            protects = term_or(
                l->pool, protects,
                term_not(l->pool,
                         term_or(l->pool, spoken, published_bare(l, f->neutral, v, &ignored))));
        }
    } else {
        const feel_node *tests = feel_parse_unary(
            l->arena, (feel_source){.text = kept, .where = r->id}, r->scope, NULL, &err);
        l->current = DMN_NONE;
        if (tests) protects = value_is_true(&l->e, encode_test(&l->e, tests, v));
        if (!tests || l->e.has_failed) {
            prove_report(r->p, VERIFY_PUBLISHED, VERIFY_UNDECIDED,
                         tests ? l->e.why.at : err.message, NULL, false, "%.*s protects no less",
                         (int)r->id.n, r->id.at);
            l->e.has_failed = false;
            return;
        }
    }
    protects = term_and(l->pool, term_not(l->pool, v.is_null), protects);
    term lost = term_and(l->pool, protects, term_not(l->pool, l->facts[fact].protects));
    prove_never(r->p, VERIFY_PUBLISHED, lost, "a value protects on the list and not here",
                is_no_protection, &fact, "%.*s protects no less", (int)r->id.n, r->id.at);
}

static void check_fact(row_of *r) {
    law *l = &r->p->l;
    uint32_t fact = rulebook_find_fact(r->p->rb, r->id);
    value asked;
    say(r, fact != DMN_NONE, "the dictionary has no such fact", "is in the dictionary");
    if (fact == DMN_NONE) return;
    check_kinds(r, rulebook_fact_at(r->p->rb, fact));
    check_freshness(r, fact);
    check_protects(r, fact);
    if (r->text[ASKED_WHEN].n == 0)
        asked = value_of(VALUE_BOOLEAN, TRUE_TERM);
    else if (!read_expression(r, r->text[ASKED_WHEN], "is asked no less", &asked))
        return;
    term unasked = term_and(l->pool, term_not(l->pool, value_is_false(&l->e, asked)),
                            term_not(l->pool, l->facts[fact].asked));
    prove_never(r->p, VERIFY_PUBLISHED, unasked, "it is not asked where the list asks it",
                is_not_asked, &fact, "%.*s is asked no less", (int)r->id.n, r->id.at);
}

// ---- the file ----------------------------------------------------------------------------------
static const feel_scope *open_scope(prover *p) {
    feel_scope *scope = feel_scope_open(p->l.arena, NULL);
    bool ok = scope != NULL;
    for (uint32_t f = 0; ok && f < p->l.n_facts; f++)
        ok = feel_scope_add(scope, rulebook_fact_at(p->rb, f)->name, NULL);
    ok = ok && feel_scope_add(scope, HB_STR("as_of"), NULL) &&
         feel_scope_add(scope, HB_STR("host"), NULL);
    return ok ? scope : NULL;
}

void prove_published(prover *p) {
    hb_csv_row row;
    bool end = false;
    if (!p->request->published) return;
    row_of r = {.p = p, .scope = open_scope(p)};
    hb_csv *csv = r.scope ? hb_csv_open(p->request->published, ',', ROW_BYTES, p->err) : NULL;
    if (!csv) {
        if (!r.scope) hb_out_of_memory(p->err);
        return;
    }
    for (uint32_t n = 0; hb_csv_next(csv, &row, &end, p->err) && !end && !p->is_over; n++) {
        if (n == 0) continue;  // the names of the columns
        if (row.n != N_COLUMNS) {
            hb_fail(p->err, HB_INPUT, "bad-row",
                    "line %llu of the published list has %u fields, not %d",
                    (unsigned long long)row.line, row.n, N_COLUMNS);
            break;
        }
        for (uint32_t i = 0; i < N_COLUMNS; i++) r.text[i] = row.fields[i].text;
        r.id = r.text[ID];
        if (hb_str_equal(r.text[KIND], HB_STR("rule")))
            check_rule(&r);
        else
            check_fact(&r);
    }
    hb_csv_close(csv);
}
