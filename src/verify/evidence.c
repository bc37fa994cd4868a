// evidence.c: records -> proof of each -> what counts. By symmetry an edit is always made to the
// first document of the first record. Names are not spelled out: whether a verifier is the issuer
// or the list's author under some spelling is a free yes or no, so nothing here rests on how names
// are compared.
#include "verify/evidence.h"

#include <stdio.h>

static const hb_str EDITS[] = {
    {"removing a document",       19},
    {"ageing a document",         17},
    {"contesting a document",     21},
    {"withdrawing a statement",   23},
    {"adding a protective claim", 25}
};  // ORDER of evidence_edit

hb_str evidence_edit_name(evidence_edit edit) {
    return EDITS[edit];
}

// ---- unknown evidence --------------------------------------------------------------------------
static term flag(law *l, const char *of, const char *what) {
    return term_variable(l->pool, TERM_BOOL, "%s %s", of, what);
}

static evidence_document open_document(law *l, const char *name, term *legal) {
    term_pool *p = l->pool;
    evidence_document d = {.is_there = flag(l, name, "is there"),
                           .is_complete = flag(l, name, "is complete"),
                           .is_contested = flag(l, name, "is contested"),
                           .is_verified = flag(l, name, "is verified"),
                           .is_own = flag(l, name, "is verified by its own side"),
                           .is_readable = flag(l, name, "is readable"),
                           .kind = term_variable(p, TERM_INT, "%s kind", name),
                           .id = term_variable(p, TERM_INT, "%s id", name),
                           .date = term_variable(p, TERM_INT, "%s date", name),
                           .verified_on = term_variable(p, TERM_INT, "%s verified on", name)};
    term kinds = term_and(p, term_less_equal(p, term_integer(p, 0), d.kind),
                          term_less(p, d.kind, term_integer(p, RULEBOOK_N_KINDS)));
    *legal = term_and(p, *legal, kinds);
    return d;
}

static term is_same(law *l, value a, value b);

evidence evidence_open(law *l, uint32_t fact, const char *name, term *legal) {
    evidence e = {0};
    term_pool *p = l->pool;
    *legal = TRUE_TERM;
    for (uint32_t i = 0; i < EVIDENCE_RECORDS; i++) {
        evidence_record *r = &e.records[i];
        char text[160];
        term value_legal;
        snprintf(text, sizeof text, "%s record %u", name, i);
        r->is_there = flag(l, text, "is there");
        r->says = law_variable(l, fact, text, false, EVIDENCE_LIST_PLACES, &value_legal);
        r->order = term_variable(p, TERM_INT, "%s order", text);
        *legal = term_and(p, *legal, value_legal);
        for (uint32_t k = 0; k < EVIDENCE_DOCUMENTS; k++) {
            snprintf(text, sizeof text, "%s record %u document %u", name, i, k);
            r->documents[k] = open_document(l, text, legal);
        }
        for (uint32_t j = 0; j < i; j++) {
            term same = is_same(l, r->says, e.records[j].says);
            *legal = term_and(p, *legal,
                              term_equal(p, same, term_equal(p, r->order, e.records[j].order)));
        }
    }
    return e;
}

// ---- proof of one record -----------------------------------------------------------------------
static term is_kind(law *l, uint32_t fact, term kind) {
    term any = FALSE_TERM;
    for (uint32_t k = 0; k < RULEBOOK_N_KINDS; k++) {
        if (!(rulebook_fact_at(l->rb, fact)->established_by >> k & 1)) continue;
        any = term_or(l->pool, any, term_equal(l->pool, kind, term_integer(l->pool, k)));
    }
    return any;
}

static term all_of(law *l, uint32_t n, const term *terms) {
    term all = TRUE_TERM;
    for (uint32_t i = 0; i < n; i++) all = term_and(l->pool, all, terms[i]);
    return all;
}

// standing.c judge_document: what the document is worth whatever it is to prove.
static term is_sound(law *l, const evidence_document *d) {
    term_pool *p = l->pool;
    term parts[] = {d->is_there,
                    term_not(p, d->is_contested),
                    d->is_complete,
                    term_less_equal(p, d->date, l->as_of.t),
                    d->is_verified,
                    term_less_equal(p, d->verified_on, l->as_of.t),
                    term_less_equal(p, d->date, d->verified_on),
                    term_not(p, d->is_own),
                    d->is_readable};
    return all_of(l, sizeof parts / sizeof *parts, parts);
}

static term string_is(law *l, value v, hb_str text) {
    return term_equal(l->pool, v.t, term_integer(l->pool, encoder_string(&l->e, text)));
}

// standing.c judge_for_fact.
static term proves(law *l, uint32_t fact, const evidence_record *r, const evidence_document *d,
                   term protects) {
    term_pool *p = l->pool;
    rulebook_burden burden;
    rulebook_fact_burden(l->rb, fact, &burden);
    term more = TRUE_TERM;
    if (rulebook_fact_at(l->rb, fact)->type == RULEBOOK_DOC) {
        more = term_or(p, string_is(l, r->says, HB_STR("none")), term_equal(p, r->says.t, d->id));
    }
    if (burden.does_age) {
        term ages = !burden.fresh_value.n          ? TRUE_TERM
                    : r->says.kind == VALUE_STRING ? string_is(l, r->says, burden.fresh_value)
                                                   : FALSE_TERM;
        term last = term_add(p, d->date, term_integer(p, burden.fresh_days));
        more = term_and(p, more, term_implies(p, ages, term_less_equal(p, l->as_of.t, last)));
    }
    return term_and(p, term_and(p, is_sound(l, d), is_kind(l, fact, d->kind)),
                    term_or(p, protects, more));
}

typedef struct {
    value says;
    term protects, is_credible, is_proved;
    term is_protective, is_bare, is_other, takes_part;  // merge.c: P, B, R, and P or R
    term order;
} weighed;

static weighed weigh(law *l, uint32_t fact, const evidence_record *r) {
    term_pool *p = l->pool;
    weighed w = {.says = r->says,
                 .order = r->order,
                 .protects = law_effect(l, fact, r->says, RULEBOOK_PROTECTS),
                 .is_credible = FALSE_TERM,
                 .is_proved = FALSE_TERM};
    term named = TRUE_TERM;
    for (uint32_t k = 0; k < EVIDENCE_DOCUMENTS; k++) {
        const evidence_document *d = &r->documents[k];
        w.is_credible = term_or(p, w.is_credible, term_and(p, d->is_there, d->is_complete));
        w.is_proved = term_or(p, w.is_proved, proves(l, fact, r, d, w.protects));
    }
    if (rulebook_fact_at(l->rb, fact)->type == RULEBOOK_DOC_LIST) {
        for (uint32_t i = 0; i < r->says.n; i++) {
            term held = FALSE_TERM;
            for (uint32_t k = 0; k < EVIDENCE_DOCUMENTS; k++) {
                term same = term_equal(p, r->says.items[i].t, r->documents[k].id);
                held = term_or(p, held,
                               term_and(p, same, proves(l, fact, r, &r->documents[k], w.protects)));
            }
            named = term_and(p, named, term_implies(p, r->says.has[i], held));
        }
        w.is_proved = term_and(p, w.is_proved, term_or(p, w.protects, named));
    }
    w.is_protective = term_and(p, r->is_there, term_and(p, w.protects, w.is_credible));
    w.is_bare = term_and(p, r->is_there, term_and(p, w.protects, term_not(p, w.is_credible)));
    w.is_other = term_and(p, r->is_there, term_not(p, w.protects));
    w.takes_part = term_or(p, w.is_protective, w.is_other);
    return w;
}

// ---- values side by side -----------------------------------------------------------------------
static term holds(law *l, value list, value item) {
    term any = FALSE_TERM;
    for (uint32_t i = 0; i < list.n; i++) {
        any = term_or(l->pool, any,
                      term_and(l->pool, list.has[i], value_same(&l->e, list.items[i], item)));
    }
    return any;
}

static term is_within(law *l, value a, value b) {
    term all = TRUE_TERM;
    for (uint32_t i = 0; i < a.n; i++)
        all = term_and(l->pool, all, term_implies(l->pool, a.has[i], holds(l, b, a.items[i])));
    return all;
}

// Lists are sets.
static term is_same(law *l, value a, value b) {
    if (a.kind != VALUE_LIST || b.kind != VALUE_LIST) return value_same(&l->e, a, b);
    term same = term_and(l->pool, is_within(l, a, b), is_within(l, b, a));
    term both_null = term_and(l->pool, a.is_null, b.is_null);
    term neither = term_not(l->pool, term_or(l->pool, a.is_null, b.is_null));
    return term_or(l->pool, both_null, term_and(l->pool, neither, same));
}

static term rank_of(law *l, const rulebook_burden *burden, value v) {
    const rulebook_value_tests *protects = &burden->tests[RULEBOOK_PROTECTS];
    term rank = term_integer(l->pool, protects->n_values);
    for (uint32_t i = protects->n_values; i-- > 0;) {
        rank =
            term_if(l->pool, string_is(l, v, protects->values[i]), term_integer(l->pool, i), rank);
    }
    return rank;
}

// merge.c is_more_protective, as far as the values themselves say: a before b; equal when neither
// is.
static term is_more(law *l, uint32_t fact, value a, value b) {
    rulebook_burden burden;
    rulebook_fact_burden(l->rb, fact, &burden);
    term_pool *p = l->pool;
    if (burden.direction != 0) {
        bool is_instant = a.kind == VALUE_DATE_TIME;
        term x = is_instant ? a.instant : a.t, y = is_instant ? b.instant : b.t;
        return burden.direction > 0 ? term_less(p, y, x) : term_less(p, x, y);
    }
    if (a.kind != VALUE_STRING) return FALSE_TERM;
    return term_less(p, rank_of(l, &burden, a), rank_of(l, &burden, b));
}

static term comes_first(law *l, uint32_t fact, const weighed *a, const weighed *b) {
    term_pool *p = l->pool;
    term more = is_more(l, fact, a->says, b->says), less = is_more(l, fact, b->says, a->says);
    return term_or(p, more, term_and(p, term_not(p, less), term_less(p, a->order, b->order)));
}

// ---- merging -----------------------------------------------------------------------------------
typedef struct {
    law *l;
    uint32_t fact;
    weighed all[EVIDENCE_RECORDS];
} merging;

// The most protective among those `chosen`.
static value most_of(merging *m, const term *chosen) {
    law *l = m->l;
    value most = m->all[0].says;
    for (uint32_t i = 1; i < EVIDENCE_RECORDS; i++) {
        term first = chosen[i];
        for (uint32_t j = 0; j < EVIDENCE_RECORDS; j++) {
            if (j == i) continue;
            term behind = term_not(l->pool, comes_first(l, m->fact, &m->all[j], &m->all[i]));
            if (j < i)
                behind = term_and(l->pool, behind,
                                  term_not(l->pool, is_same(l, m->all[j].says, m->all[i].says)));
            first =
                term_and(l->pool, first, term_or(l->pool, term_not(l->pool, chosen[j]), behind));
        }
        most = value_if(&l->e, first, m->all[i].says, most);
    }
    return most;
}

static term any_of(merging *m, const term *terms) {
    term any = FALSE_TERM;
    for (uint32_t i = 0; i < EVIDENCE_RECORDS; i++) any = term_or(m->l->pool, any, terms[i]);
    return any;
}

// The choice among values by position alone would take the first record even when it is not chosen:
// 0 must be chosen or another is first, which most_of decides; with nobody chosen the value is
// never used.
static evidence_standing merge_protective(merging *m) {
    law *l = m->l;
    term_pool *p = l->pool;
    term chosen[EVIDENCE_RECORDS], proved = FALSE_TERM, opposition = FALSE_TERM;
    for (uint32_t i = 0; i < EVIDENCE_RECORDS; i++) chosen[i] = m->all[i].is_protective;
    value most = most_of(m, chosen);
    for (uint32_t i = 0; i < EVIDENCE_RECORDS; i++) {
        const weighed *w = &m->all[i];
        term same = term_and(p, w->is_protective, is_same(l, w->says, most));
        proved = term_or(p, proved, term_and(p, same, w->is_proved));
        opposition = term_or(p, opposition, w->is_other);
    }
    bool is_instant = most.kind == VALUE_DATE || most.kind == VALUE_DATE_TIME;
    return (evidence_standing){
        most, is_instant ? FALSE_TERM : term_and(p, proved, term_not(p, opposition))};
}

static evidence_standing merge_permitting(merging *m, term has_bare) {
    law *l = m->l;
    term_pool *p = l->pool;
    rulebook_burden burden;
    rulebook_fact_burden(l->rb, m->fact, &burden);
    term chosen[EVIDENCE_RECORDS], proved = FALSE_TERM, differ = FALSE_TERM;
    for (uint32_t i = 0; i < EVIDENCE_RECORDS; i++) chosen[i] = m->all[i].is_other;
    value most = most_of(m, chosen);
    for (uint32_t i = 0; i < EVIDENCE_RECORDS; i++) {
        term same = is_same(l, m->all[i].says, most);
        differ = term_or(p, differ, term_and(p, m->all[i].is_other, term_not(p, same)));
        proved = term_or(p, proved,
                         term_and(p, term_and(p, m->all[i].is_other, same), m->all[i].is_proved));
    }
    term agree =
        term_and(p, term_not(p, has_bare), burden.direction != 0 ? TRUE_TERM : term_not(p, differ));
    term counts = term_and(p, agree, proved);
    most.is_null = term_or(p, most.is_null, term_not(p, counts));
    return (evidence_standing){most, counts};
}

static term item_permits(merging *m, value item) {
    law *l = m->l;
    value *one = hb_arena_new(l->arena, value);
    term *has = hb_arena_new(l->arena, term);
    if (!one || !has) return l->pool->has_failed = true, FALSE_TERM;
    *one = item;
    *has = TRUE_TERM;
    value alone = {.kind = VALUE_LIST, .is_null = FALSE_TERM, .n = 1, .items = one, .has = has};
    value empty = {.kind = VALUE_LIST, .is_null = FALSE_TERM, .items = one, .has = has};
    term speaks = term_not(l->pool, law_effect(l, m->fact, alone, RULEBOOK_PROTECTS));
    return term_and(l->pool, speaks, law_effect(l, m->fact, empty, RULEBOOK_PROTECTS));
}

static value merge_lists(merging *m) {
    law *l = m->l;
    term_pool *p = l->pool;
    uint32_t room = EVIDENCE_RECORDS * EVIDENCE_LIST_PLACES, n = 0;
    value *items = hb_arena_array(l->arena, value, room);
    term *has = hb_arena_array(l->arena, term, room);
    if (!items || !has) return l->pool->has_failed = true, value_null();
    for (uint32_t i = 0; i < EVIDENCE_RECORDS; i++) {
        for (uint32_t k = 0; k < EVIDENCE_LIST_PLACES; k++, n++) {
            value item = m->all[i].says.items[k],
                  so_far = {.kind = VALUE_LIST, .n = n, .items = items, .has = has};
            term in_all = TRUE_TERM;
            for (uint32_t j = 0; j < EVIDENCE_RECORDS; j++) {
                in_all =
                    term_and(p, in_all,
                             term_implies(p, m->all[j].takes_part, holds(l, m->all[j].says, item)));
            }
            term kept = term_or(p, in_all, term_not(p, item_permits(m, item)));
            term is_new = term_not(p, holds(l, so_far, item));
            has[n] = term_and(p, term_and(p, m->all[i].takes_part, m->all[i].says.has[k]),
                              term_and(p, kept, is_new));
            items[n] = item;
        }
    }
    return (value){.kind = VALUE_LIST, .is_null = FALSE_TERM, .n = n, .items = items, .has = has};
}

static evidence_standing choose(law *l, term condition, evidence_standing a, evidence_standing b) {
    return (evidence_standing){value_if(&l->e, condition, a.counts, b.counts),
                               term_if(l->pool, condition, a.is_proved, b.is_proved)};
}

static evidence_standing merge_differing(merging *m, term has_bare, term has_protective) {
    law *l = m->l;
    term_pool *p = l->pool;
    value merged = merge_lists(m);
    term protective_proved = TRUE_TERM, all_proved = TRUE_TERM, opposition = FALSE_TERM;
    for (uint32_t i = 0; i < EVIDENCE_RECORDS; i++) {
        const weighed *w = &m->all[i];
        protective_proved =
            term_and(p, protective_proved, term_implies(p, w->is_protective, w->is_proved));
        all_proved = term_and(p, all_proved, term_implies(p, w->takes_part, w->is_proved));
        opposition = term_or(p, opposition, w->is_other);
    }
    term protects = law_effect(l, m->fact, merged, RULEBOOK_PROTECTS),
         counts = term_and(p, all_proved, term_not(p, has_bare));
    value permitted = merged;
    permitted.is_null = term_not(p, counts);
    evidence_standing joined = {
        merged,
        term_and(p, has_protective, term_and(p, protective_proved, term_not(p, opposition)))};
    evidence_standing rest =
        choose(l, has_protective, merge_protective(m), (evidence_standing){permitted, counts});
    return choose(l, protects, joined, rest);
}

evidence_standing evidence_merge(law *l, uint32_t fact, const evidence *from) {
    merging m = {.l = l, .fact = fact};
    term_pool *p = l->pool;
    term protective[EVIDENCE_RECORDS], bare[EVIDENCE_RECORDS], part[EVIDENCE_RECORDS],
        differ = FALSE_TERM;
    for (uint32_t i = 0; i < EVIDENCE_RECORDS; i++) {
        m.all[i] = weigh(l, fact, &from->records[i]);
        protective[i] = m.all[i].is_protective;
        bare[i] = m.all[i].is_bare;
        part[i] = m.all[i].takes_part;
        for (uint32_t j = 0; j < i; j++) {
            term both = term_and(p, part[i], part[j]);
            differ =
                term_or(p, differ,
                        term_and(p, both, term_not(p, is_same(l, m.all[i].says, m.all[j].says))));
        }
    }
    term has_protective = any_of(&m, protective), has_bare = any_of(&m, bare),
         has_part = any_of(&m, part);
    evidence_standing s =
        choose(l, has_protective, merge_protective(&m), merge_permitting(&m, has_bare));
    if (s.counts.kind == VALUE_LIST)
        s = choose(l, differ, merge_differing(&m, has_bare, has_protective), s);
    s.counts.is_null = term_or(p, s.counts.is_null, term_not(p, has_part));
    s.is_proved = term_and(p, s.is_proved, has_part);
    return s;
}

// ---- what caution means ------------------------------------------------------------------------
// Of two lists that protect: nothing is lost but items that speak for the transfer, and nothing
// comes that does.
static term list_no_better(law *l, uint32_t fact, value a, value b) {
    merging m = {.l = l, .fact = fact};
    term_pool *p = l->pool;
    term all = TRUE_TERM;
    for (uint32_t i = 0; i < a.n; i++) {
        term kept = term_or(p, holds(l, b, a.items[i]), item_permits(&m, a.items[i]));
        all = term_and(p, all, term_implies(p, a.has[i], kept));
    }
    for (uint32_t i = 0; i < b.n; i++) {
        term fair = term_or(p, holds(l, a, b.items[i]), term_not(p, item_permits(&m, b.items[i])));
        all = term_and(p, all, term_implies(p, b.has[i], fair));
    }
    return all;
}

term evidence_cautious(law *l, uint32_t fact, value a, term was_proved, value b, term is_proved) {
    term_pool *p = l->pool;
    term a_known = term_not(p, a.is_null), b_known = term_not(p, b.is_null);
    term a_protects = term_and(p, a_known, law_effect(l, fact, a, RULEBOOK_PROTECTS));
    term b_protects = term_and(p, b_known, law_effect(l, fact, b, RULEBOOK_PROTECTS));
    term a_speaks = term_and(p, a_known, term_not(p, a_protects));
    term same = term_and(p, is_same(l, a, b), term_implies(p, is_proved, was_proved));
    term lost = term_and(p, a_speaks, b.is_null);
    term come = term_and(p, term_and(p, b_protects, term_not(p, is_proved)),
                         term_or(p, a.is_null, a_speaks));
    term no_better =
        a.kind == VALUE_LIST ? list_no_better(l, fact, a, b) : term_not(p, is_more(l, fact, a, b));
    term more = term_and(p, term_and(p, a_protects, b_protects),
                         term_and(p, no_better, term_not(p, is_proved)));
    return term_or(p, term_or(p, same, lost), term_or(p, come, more));
}

// ---- edits -------------------------------------------------------------------------------------
evidence evidence_after(law *l, uint32_t fact, const evidence *before, evidence_edit edit,
                        term *legal) {
    evidence after = *before;
    term_pool *p = l->pool;
    evidence_record *r = &after.records[0];
    evidence_document *d = &r->documents[0];
    term speaks = term_not(p, law_effect(l, fact, r->says, RULEBOOK_PROTECTS));
    *legal = term_and(p, r->is_there, speaks);
    switch (edit) {
        case EVIDENCE_REMOVED: d->is_there = FALSE_TERM; break;
        case EVIDENCE_AGED: {
            // a document dated in the future, or verified before it was made, is wrong and not
            // merely young
            term earlier = term_variable(p, TERM_INT, "the earlier date"),
                 sane = term_less_equal(p, d->date, l->as_of.t);
            sane = term_and(p, sane, term_less_equal(p, d->date, d->verified_on));
            *legal = term_and(p, term_and(p, *legal, sane), term_less(p, earlier, d->date));
            d->date = earlier;
            break;
        }
        case EVIDENCE_CONTESTED: d->is_contested = TRUE_TERM; break;
        case EVIDENCE_WITHDRAWN:
            for (uint32_t i = 1; i < EVIDENCE_RECORDS; i++) {
                term agrees = is_same(l, before->records[i].says, r->says);
                *legal = term_and(p, *legal,
                                  term_or(p, term_not(p, before->records[i].is_there), agrees));
            }
            r->is_there = FALSE_TERM;
            break;
        case EVIDENCE_ADDED: {
            weighed w = weigh(l, fact, r);
            *legal = term_and(p, term_not(p, r->is_there),
                              term_and(p, w.protects, term_not(p, w.is_proved)));
            r->is_there = TRUE_TERM;
            break;
        }
        case EVIDENCE_N_EDITS: break;
    }
    return after;
}
