// law.c: the dictionary as terms: what a value of each fact can be, which way it speaks, when it is
// asked, when it is missing. Follows rulebook's standing.c and bench.c; tests/verify holds the two
// side by side on random people.
#include "verify/law.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/graph.h"

uint32_t law_fact_of_name(const law *l, hb_str name) {
    return rulebook_find_fact(l->rb, name);
}

static const feel_node *tests_of(const feel_program *program) {
    return program ? feel_program_node(program) : NULL;
}

// ---- which way a value speaks ------------------------------------------------------------------
static term is_string(law *l, value v, hb_str text) {
    return term_equal(l->pool, v.t, term_integer(l->pool, encoder_string(&l->e, text)));
}

static term is_one_of(law *l, value v, uint32_t n, const hb_str *texts) {
    term any = FALSE_TERM;
    for (uint32_t i = 0; i < n; i++) any = term_or(l->pool, any, is_string(l, v, texts[i]));
    return any;
}

static bool has_bare_values(rulebook_fact_type type) {
    return type == RULEBOOK_ENUM || type == RULEBOOK_TRI || type == RULEBOOK_TEXT ||
           type == RULEBOOK_DOC;
}

static term bare_effect(law *l, const rulebook_burden *burden, value v, int effect) {
    term named = FALSE_TERM;
    for (int i = 0; i < 3; i++) {
        named = term_or(l->pool, named,
                        is_one_of(l, v, burden->tests[i].n_values, burden->tests[i].values));
    }
    term here = is_one_of(l, v, burden->tests[effect].n_values, burden->tests[effect].values);
    return burden->tests[effect].takes_any_other ? term_or(l->pool, here, term_not(l->pool, named))
                                                 : here;
}

// One column alone: does it take the value? For FEEL tests: certainly (`is_sure`), or at least not
// certainly not.
static term column(law *l, uint32_t fact, const rulebook_burden *burden, value v, int effect,
                   bool is_sure) {
    if (has_bare_values(rulebook_fact_at(l->rb, fact)->type))
        return bare_effect(l, burden, v, effect);
    const feel_node *tests = tests_of(burden->tests[effect].tests);
    if (!tests) return FALSE_TERM;
    uint32_t before = l->current;
    l->current = DMN_NONE;
    value answer = encode_test(&l->e, tests, v);
    l->current = before;
    return is_sure ? value_is_true(&l->e, answer)
                   : term_not(l->pool, value_is_false(&l->e, answer));
}

term law_effect(law *l, uint32_t fact, value v, rulebook_effect effect) {
    rulebook_burden burden;
    rulebook_fact_burden(l->rb, fact, &burden);
    term protects = column(l, fact, &burden, v, RULEBOOK_PROTECTS, false);
    term permits = term_and(l->pool, term_not(l->pool, protects),
                            column(l, fact, &burden, v, RULEBOOK_PERMITS, true));
    if (effect == RULEBOOK_PERMITS) return permits;
    term neutral = column(l, fact, &burden, v, RULEBOOK_NEUTRAL, true);
    neutral = term_and(l->pool, term_not(l->pool, term_or(l->pool, protects, permits)), neutral);
    if (effect == RULEBOOK_NEUTRAL) return neutral;
    return term_not(l->pool, term_or(l->pool, permits, neutral));
}

term law_none(law *l, uint32_t fact, value v) {
    rulebook_fact_type type = rulebook_fact_at(l->rb, fact)->type;
    rulebook_burden burden;
    rulebook_fact_burden(l->rb, fact, &burden);
    if (v.kind == VALUE_LIST) {
        term any = FALSE_TERM;
        for (uint32_t i = 0; i < v.n; i++) any = term_or(l->pool, any, v.has[i]);
        return term_not(l->pool, any);
    }
    if (v.kind != VALUE_STRING) return FALSE_TERM;
    if (type == RULEBOOK_DOC || type == RULEBOOK_TEXT) return is_string(l, v, HB_STR("none"));
    return is_one_of(l, v, burden.n_unanswered, burden.unanswered);
}

// ---- what a value can be -----------------------------------------------------------------------
// Strings the law names that are values of this fact; others too where the type is open. Called
// when all of the law has been read, so every string it names is known.
static bool is_value_of(const law *l, uint32_t fact, hb_str text) {
    hb_error err = {0};
    hb_arena *arena = hb_arena_open(1 << 16);
    feel_value v;
    bool is_unknown = false,
         ok = arena && rulebook_value_from_text(l->rb, arena, fact, text, &v, &is_unknown, &err) &&
              !is_unknown;
    ok = ok && text.n > 0;
    hb_arena_close(arena);
    return ok;
}

static term string_domain(law *l, uint32_t fact, term t) {
    rulebook_fact_type type =
        fact == DMN_NONE ? RULEBOOK_COUNTRY : rulebook_fact_at(l->rb, fact)->type;
    bool is_list = type == RULEBOOK_DOC_LIST || type == RULEBOOK_COUNTRY_LIST;
    bool is_open = type != RULEBOOK_ENUM && type != RULEBOOK_TRI;
    term any = is_open ? term_less_equal(l->pool, term_integer(l->pool, ENCODE_OTHER_STRING), t)
                       : FALSE_TERM;
    for (uint32_t i = 0; i < (l->e.n_named ? l->e.n_named : l->e.n_strings); i++) {
        hb_str text = l->e.strings[i];
        bool is_legal = fact == DMN_NONE ? rulebook_knows_country(l->rb, text) : is_value_of(l, fact, text);
        if (is_list && hb_str_equal(text, HB_STR("none"))) is_legal = false;
        if (is_legal) any = term_or(l->pool, any, term_equal(l->pool, t, term_integer(l->pool, i)));
    }
    return any;
}

static term between(law *l, term low, term t, term high) {
    return term_and(l->pool, term_less_equal(l->pool, low, t), term_less_equal(l->pool, t, high));
}

static term list_domain(law *l, uint32_t fact, value list) {
    term_pool *p = l->pool;
    term all = TRUE_TERM;
    for (uint32_t i = 0; i < list.n; i++) {
        if (i > 0) all = term_and(p, all, term_implies(p, list.has[i], list.has[i - 1]));
        if (list.items[i].kind == VALUE_CONTEXT) continue;  // an order's texts are free
        all =
            term_and(p, all, term_implies(p, list.has[i], string_domain(l, fact, list.items[i].t)));
        for (uint32_t j = 0; j < i; j++) {  // rulebook keeps each item once
            term same = term_equal(p, list.items[i].t, list.items[j].t);
            all = term_and(p, all, term_implies(p, list.has[i], term_not(p, same)));
        }
    }
    return all;
}

static term domain_of(law *l, uint32_t fact, value v) {
    term_pool *p = l->pool;
    switch (v.kind) {
        case VALUE_STRING: return string_domain(l, fact, v.t);
        case VALUE_DATE:
            return between(l, term_integer(p, TERM_FIRST_DAY), v.t, term_integer(p, TERM_LAST_DAY));
        case VALUE_DATE_TIME: {  // an offset from UTC is 18 hours at most (base's calendar.c)
            term midnight = term_scale(p, v.t, term_integer(p, 86400));
            term near = between(l, term_add(p, midnight, term_integer(p, -18 * 3600)), v.instant,
                                term_add(p, midnight, term_integer(p, 86399 + 18 * 3600)));
            return term_and(
                p, near,
                between(l, term_integer(p, TERM_FIRST_DAY), v.t, term_integer(p, TERM_LAST_DAY)));
        }
        case VALUE_NUMBER: return term_less_equal(p, term_decimal(p, hb_dec_from_int(0)), v.t);
        case VALUE_LIST: return list_domain(l, fact, v);
        case VALUE_NULL:
        case VALUE_BOOLEAN:
        case VALUE_DAYS:
        case VALUE_MONTHS:
        case VALUE_RANGE:
        case VALUE_CONTEXT: break;
    }
    return TRUE_TERM;
}

static value_kind kind_of(rulebook_fact_type type) {
    switch (type) {
        case RULEBOOK_ENUM:
        case RULEBOOK_TRI:
        case RULEBOOK_TEXT:
        case RULEBOOK_DOC:
        case RULEBOOK_COUNTRY: return VALUE_STRING;
        case RULEBOOK_DATE: return VALUE_DATE;
        case RULEBOOK_DATE_TIME: return VALUE_DATE_TIME;
        case RULEBOOK_NUMBER:
        case RULEBOOK_INT: return VALUE_NUMBER;
        case RULEBOOK_DOC_LIST:
        case RULEBOOK_COUNTRY_LIST:
        case RULEBOOK_ORDER_LIST: return VALUE_LIST;
    }
    return VALUE_NULL;
}

static const hb_str ORDER_KEYS[] = {
    {"court",            5 },
    {"docket",           6 },
    {"status",           6 },
    {"class_definition", 16},
    {"expires",          7 }
};

static value order_variable(law *l, const char *name, uint32_t place) {
    value *items = hb_arena_array(l->arena, value, 5);
    if (!items) return value_null();
    for (uint32_t k = 0; k < 5; k++) {
        items[k] = value_of(VALUE_STRING, term_variable(l->pool, TERM_INT, "%s[%u].%s", name, place,
                                                        ORDER_KEYS[k].at));
        items[k].is_null =
            term_variable(l->pool, TERM_BOOL, "%s[%u].%s is null", name, place, ORDER_KEYS[k].at);
    }
    return (value){
        .kind = VALUE_CONTEXT, .is_null = FALSE_TERM, .n = 5, .items = items, .keys = ORDER_KEYS};
}

value law_variable(law *l, uint32_t fact, const char *name, bool may_be_null, uint32_t n_places,
                   term *legal) {
    rulebook_fact_type type = rulebook_fact_at(l->rb, fact)->type;
    value v = value_of(kind_of(type), FALSE_TERM);
    if (may_be_null) v.is_null = term_variable(l->pool, TERM_BOOL, "%s is null", name);
    if (v.kind == VALUE_LIST) {
        value *items = hb_arena_array(l->arena, value, n_places);
        term *has = hb_arena_array(l->arena, term, n_places);
        if (!items || !has) return l->pool->has_failed = true, value_null();
        for (uint32_t i = 0; i < n_places; i++) {
            has[i] = term_variable(l->pool, TERM_BOOL, "%s has %u", name, i);
            items[i] =
                type == RULEBOOK_ORDER_LIST
                    ? order_variable(l, name, i)
                    : value_of(VALUE_STRING, term_variable(l->pool, TERM_INT, "%s[%u]", name, i));
        }
        v.n = n_places;
        v.items = items;
        v.has = has;
    } else if (type == RULEBOOK_INT) {
        v.t = term_to_real(l->pool, term_variable(l->pool, TERM_INT, "%s", name));
    } else {
        v.t = term_variable(l->pool, v.kind == VALUE_NUMBER ? TERM_REAL : TERM_INT, "%s", name);
        if (v.kind == VALUE_DATE_TIME)
            v.instant = term_variable(l->pool, TERM_INT, "%s instant", name);
    }
    if (legal) *legal = domain_of(l, fact, v);
    return v;
}

// ---- names -------------------------------------------------------------------------------------
static const value *lookup(void *to, hb_str name) {
    law *l = to;
    if (l->current != DMN_NONE) return graph_lookup(l, name);
    if (hb_str_equal(name, HB_STR("as_of"))) return &l->as_of;
    if (hb_str_equal(name, HB_STR("host"))) return &l->host;
    uint32_t fact = rulebook_find_fact(l->rb, name);
    if (fact != DMN_NONE) return &l->facts[fact].counts;
    return graph_lookup_rule(l, name);
}

value law_expression(law *l, const feel_node *node) {
    l->current = DMN_NONE;
    return encode_node(&l->e, node);
}

// ---- opening -----------------------------------------------------------------------------------
// What one part could not say does not stop the others.
hb_str law_take_why(law *l) {
    hb_str why = l->e.has_failed ? l->e.why : (hb_str){0};
    l->e.has_failed = false;
    l->e.why = (hb_str){0};
    return why;
}

static void open_fact(law *l, uint32_t i) {
    const rulebook_fact *fact = rulebook_fact_at(l->rb, i);
    uint32_t same = l->first ? rulebook_find_fact(l->first->rb, fact->name) : DMN_NONE;
    if (same != DMN_NONE && rulebook_fact_at(l->first->rb, same)->type == fact->type) {
        const law_fact *theirs = &l->first->facts[same];
        l->facts[i] = (law_fact){.counts = theirs->counts,
                                 .is_proved = theirs->is_proved,
                                 .first_variable = theirs->first_variable,
                                 .n_variables = theirs->n_variables};
        return;
    }
    char name[80];
    snprintf(name, sizeof name, "%.*s", (int)fact->name.n, fact->name.at);
    law_fact *f = &l->facts[i];
    f->first_variable = l->pool->n_variables;
    f->counts = law_variable(l, i, name, true, LAW_LIST_PLACES, NULL);
    f->is_proved = term_variable(l->pool, TERM_BOOL, "%s is established", name);
    f->n_variables = l->pool->n_variables - f->first_variable;
}

static void read_burden(law *l, uint32_t i) {
    law_fact *f = &l->facts[i];
    term_pool *p = l->pool;
    rulebook_burden burden;
    rulebook_fact_burden(l->rb, i, &burden);
    term known = term_not(p, f->counts.is_null);
    f->protects = term_and(p, known, law_effect(l, i, f->counts, RULEBOOK_PROTECTS));
    f->none = term_and(p, f->protects, law_none(l, i, f->counts));
    f->asked = TRUE_TERM;
    if (burden.asked_when)
        f->asked = term_not(
            p, value_is_false(&l->e, law_expression(l, feel_program_node(burden.asked_when))));
    f->missing = term_and(p, f->asked, term_or(p, term_not(p, f->is_proved), f->none));
    f->why_not = law_take_why(l);
}

// What counts: null is never established; a permitting or neutral value always is; a day outside
// its range is stale.
static term standing_of(law *l, const law_fact *f) {
    term_pool *p = l->pool;
    term permits = term_not(p, term_or(p, f->counts.is_null, f->protects));
    bool is_instant = f->counts.kind == VALUE_DATE || f->counts.kind == VALUE_DATE_TIME;
    term unproved = is_instant ? term_or(p, f->counts.is_null, f->protects) : f->counts.is_null;
    return term_and(p, term_implies(p, unproved, term_not(p, f->is_proved)),
                    term_implies(p, permits, f->is_proved));
}

static void read_verdict(law *l) {
    term_pool *p = l->pool;
    l->barred = FALSE_TERM;
    l->clear = term_boolean(l->n_rules > 0);
    for (uint32_t i = 0; i < l->n_rules; i++) {
        l->barred = term_or(p, l->barred, l->rules[i].bars);
        l->clear = term_and(p, l->clear, term_not(p, l->rules[i].is_open));
        if (l->rules[i].why_not.n && !l->why_not.n) l->why_not = l->rules[i].why_not;
    }
    for (uint32_t i = 0; i < l->n_facts; i++) {
        l->clear = term_and(p, l->clear, term_not(p, l->facts[i].missing));
        if (l->facts[i].why_not.n && !l->why_not.n) l->why_not = l->facts[i].why_not;
    }
    if (l->verdict == DMN_NONE) return;
    const law_element *said = graph_element(l, l->verdict);
    if (said->why_not.n && !l->why_not.n) l->why_not = said->why_not;
    // gate: the worse of the rules' verdict and the model's counts
    term says_barred = graph_is_text(l, said->result, HB_STR("BARRED")),
         says_clear = graph_is_text(l, said->result, HB_STR("NO BAR FOUND"));
    l->barred = term_or(p, l->barred, law_bound(l, says_barred, NULL));
    l->clear = term_and(p, l->clear, law_bound(l, says_clear, NULL));
    l->clear = term_and(p, l->clear, term_not(p, l->barred));
}

static bool open_alone(law *l) {
    l->arena = hb_arena_open((size_t)512 << 20);
    l->pool = term_pool_open();
    return l->arena && l->pool && encoder_open(&l->e, l->pool, l->arena);
}

// The encoder starts with the strings of the first, under their numbers.
static bool share(law *l, const law *first) {
    l->first = first;
    l->arena = first->arena;
    l->pool = first->pool;
    return encoder_open(&l->e, l->pool, l->arena) && encoder_follow(&l->e, &first->e);
}

static bool open_law(law *l, const rulebook *rb, const law *first, hb_error *err) {
    *l = (law){.rb = rb,
               .model = rulebook_model(rb),
               .n_facts = rulebook_n_facts(rb),
               .n_rules = rulebook_n_rules(rb),
               .current = DMN_NONE};
    if (!(first ? share(l, first) : open_alone(l))) return hb_out_of_memory(err);
    l->e.lookup = lookup;
    l->e.to = l;
    l->facts = hb_arena_array(l->arena, law_fact, l->n_facts + 1);
    l->rules = hb_arena_array(l->arena, law_rule, l->n_rules + 1);
    l->elements = hb_arena_array(l->arena, law_element, dmn_n_elements(l->model) + 1);
    if (!l->facts || !l->rules || !l->elements) return hb_out_of_memory(err);
    l->as_of =
        first ? first->as_of : value_of(VALUE_DATE, term_variable(l->pool, TERM_INT, "as_of"));
    l->host =
        first ? first->host : value_of(VALUE_STRING, term_variable(l->pool, TERM_INT, "host"));
    for (uint32_t i = 0; i < l->n_facts; i++) open_fact(l, i);
    for (uint32_t i = 0; i < l->n_facts; i++) read_burden(l, i);
    graph_read(l);
    read_verdict(l);
    if (!first) l->e.n_named = l->e.n_strings;
    term_pool *p = l->pool;
    l->day =
        between(l, term_integer(p, LAW_FIRST_AS_OF), l->as_of.t, term_integer(p, LAW_LAST_AS_OF));
    l->day = term_and(p, l->day, string_domain(l, DMN_NONE, l->host.t));
    hb_str sender = rulebook_sender(rb);  // intake refuses it as host
    if (sender.n) l->day = term_and(p, l->day, term_not(p, is_string(l, l->host, sender)));
    for (uint32_t i = 0; i < l->n_facts; i++) {
        law_fact *f = &l->facts[i];
        f->legal = term_or(p, f->counts.is_null, domain_of(l, i, f->counts));
        f->legal = term_and(p, f->legal, standing_of(l, f));
    }
    return l->pool->has_failed || hb_arena_is_exhausted(l->arena) ? hb_out_of_memory(err) : true;
}

bool law_open(law *l, const rulebook *rb, hb_error *err) {
    return open_law(l, rb, NULL, err);
}

bool law_open_beside(law *l, const rulebook *rb, const law *first, hb_error *err) {
    return open_law(l, rb, first, err);
}

void law_close(law *l) {
    encoder_close(&l->e);
    if (!l->first) {
        term_pool_close(l->pool);
        hb_arena_close(l->arena);
    }
    *l = (law){0};
}

bool law_reads_in(const law *l, const uint8_t *bits, uint32_t fact) {
    const law_fact *f = &l->facts[fact];
    bool reads = false;
    for (uint32_t i = 0; i < f->n_variables; i++) reads |= bits[f->first_variable + i] != 0;
    return reads;
}

bool law_is_loose(law *l, term t) {
    const term *list;
    uint32_t n = term_reach(l->pool, t, &list);
    for (uint32_t i = 0; i < n; i++) {
        const term_node *node = term_at(l->pool, list[i]);
        if (node->kind == TERM_VARIABLE && node->number >= l->first_stand_in &&
            node->number < l->end_of_stand_ins)
            return true;
    }
    return false;
}

term law_bound(law *l, term t, const uint8_t *only) {
    term *from = malloc((4 * (size_t)l->n_rules + 1) * sizeof *from), *to = from + 2 * l->n_rules;
    uint32_t n = 0;
    if (!from) return l->pool->has_failed = true, FALSE_TERM;
    for (uint32_t r = 0; r < l->n_rules; r++) {
        if (l->rules[r].stand_in.kind == VALUE_NULL || (only && !only[r])) continue;
        const value *said = &l->elements[rulebook_rule_at(l->rb, r)->decision].result;
        from[n] = l->rules[r].stand_in.is_null, to[n++] = said->is_null;
        from[n] = l->rules[r].stand_in.t, to[n++] = said->t;
    }
    term bound = term_replace(l->pool, t, n, from, to);
    free(from);
    return bound;
}

term law_domain_of(law *l, term t) {
    uint8_t *bits = calloc(l->pool->n_variables + 1, 1);
    if (!bits) return l->pool->has_failed = true, FALSE_TERM;
    term_variables_of(l->pool, t, bits);
    term all = l->day;
    for (uint32_t i = 0; i < l->n_facts; i++) {
        if (law_reads_in(l, bits, i)) all = term_and(l->pool, all, l->facts[i].legal);
    }
    free(bits);
    return all;
}

// ---- a second person ---------------------------------------------------------------------------
static uint32_t pair(const law *l, term from, term to, term *from_terms, term *to_terms, uint32_t n,
                     uint32_t room) {
    if (n >= room || term_is_constant(l->pool, from)) return n;
    from_terms[n] = from;
    to_terms[n] = to;
    return n + 1;
}

static uint32_t pair_value(const law *l, value from, value to, term *from_terms, term *to_terms,
                           uint32_t n, uint32_t room) {
    n = pair(l, from.is_null, to.is_null, from_terms, to_terms, n, room);
    if (to.kind == VALUE_NULL) return n;  // what it would be is never read
    if (from.kind == VALUE_LIST || from.kind == VALUE_CONTEXT) {
        for (uint32_t i = 0; i < from.n && i < to.n; i++) {
            if (from.kind == VALUE_LIST)
                n = pair(l, from.has[i], to.has[i], from_terms, to_terms, n, room);
            n = pair_value(l, from.items[i], to.items[i], from_terms, to_terms, n, room);
        }
        return n;
    }
    if (from.kind == VALUE_DATE_TIME)
        n = pair(l, from.instant, to.instant, from_terms, to_terms, n, room);
    return pair(l, from.t, to.t, from_terms, to_terms, n, room);
}

uint32_t law_pairs(const law *l, uint32_t fact, value to, term is_proved, term *from_terms,
                   term *to_terms, uint32_t room) {
    uint32_t n = pair(l, l->facts[fact].is_proved, is_proved, from_terms, to_terms, 0, room);
    return pair_value(l, l->facts[fact].counts, to, from_terms, to_terms, n, room);
}
