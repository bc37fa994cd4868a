// All records of one fact, merged into the value that counts and its standing. With P the records
// whose value protects (and that a document with id, date and issuer supports), R those whose value
// permits or is neutral, and B protective ones that no such document supports:
//   P not empty   the most protective value of P counts, whatever R says
//   else          R counts when its records agree, one of them is established, and B is empty
// so a further record of P, or one less document behind R, moves the value only towards caution:
// from R's value to none, or to a protective one. Lists are merged item by item (merge_lists).
#include "rulebook/internal.h"

#include <string.h>

typedef struct {
    rulebook_bench *bench;
    uint32_t fact;
    const statement *all;
    uint32_t n;
} merging;

static bool is_protective(const statement *said) {
    return said->effect == RULEBOOK_PROTECTS && said->is_credible;
}
static bool is_bare(const statement *said) {
    return said->effect == RULEBOOK_PROTECTS && !said->is_credible;
}
static bool is_established(const statement *said) {
    return said->proof.standing == RULEBOOK_ESTABLISHED;
}

static uint32_t rank_in_protects(const fact_law *law, feel_value value) {
    const value_tests *protects = &law->tests[RULEBOOK_PROTECTS];
    for (uint32_t v = 0; v < protects->n_values; v++)
        if (hb_str_equal(protects->values[v], feel_text(value))) return v;
    return protects->n_values;
}

// Whether `a` protects more than `b` where both have the same effect: numbers and dates by the
// direction their tests show, protective values by their order in the column, anything else by a
// fixed order.
static bool is_more_protective(const merging *m, feel_value a, feel_value b) {
    const fact_law *law = &m->bench->rb->laws[m->fact];
    if (law->direction != CAUTION_NONE) {
        bool is_less = feel_is_true(feel_less(&m->bench->run, a, b));
        bool is_more = feel_is_true(feel_less(&m->bench->run, b, a));
        if (is_less != is_more) return law->direction == CAUTION_HIGHER ? is_more : is_less;
    }
    if (law->tests[RULEBOOK_PROTECTS].n_values) {
        uint32_t rank_a = rank_in_protects(law, a), rank_b = rank_in_protects(law, b);
        if (rank_a != rank_b) return rank_a < rank_b;
    }
    return value_order(a, b) < 0;
}

// ---- the documents behind what is shown
// ------------------------------------------------------------

static int document_order(const rulebook_document *a, const rulebook_document *b) {
    int order = hb_str_compare(a->id, b->id);
    if (!order) order = (int)a->kind - (int)b->kind;
    if (!order) order = hb_str_compare(a->issuer, b->issuer);
    if (!order && a->has_date && b->has_date) {
        int64_t days = hb_date_to_days(a->date) - hb_date_to_days(b->date);
        order = days < 0 ? -1 : days > 0;
    }
    return order ? order : hb_str_compare(a->verified_by, b->verified_by);
}

// The document that counts first, the others by id, each once.
static bool gather_evidence(const merging *m, const feel_value *only, rulebook_fact_standing *out) {
    uint32_t room = 0, n = 0;
    const rulebook_document *first = NULL;
    proof best = {RULEBOOK_ABSENT, WHY_ABSENT};
    for (uint32_t i = 0; i < m->n; i++) room += m->all[i].record->n_evidence;
    const rulebook_document **list =
        hb_arena_array(m->bench->arena, const rulebook_document *, room + 1);
    if (!list) return false;
    for (uint32_t i = 0; i < m->n; i++) {
        const statement *said = &m->all[i];
        if (only && !value_is_same(m->bench, said->value, *only)) continue;
        bool leads =
            said->best &&
            (!first || said->proof.standing > best.standing ||
             (said->proof.standing == best.standing && document_order(said->best, first) < 0));
        if (leads) first = said->best, best = said->proof;
        for (uint32_t e = 0; e < said->record->n_evidence; e++) {
            const rulebook_document *document = said->record->evidence[e];
            uint32_t at = n;
            while (at && document_order(list[at - 1], document) > 0) at--;
            if (at && document_order(list[at - 1], document) == 0) continue;
            memmove(list + at + 1, list + at, (n++ - at) * sizeof *list);
            list[at] = document;
        }
    }
    for (uint32_t i = 1; first && i < n; i++) {
        if (document_order(list[i], first) != 0) continue;
        memmove(list + 1, list, i * sizeof *list);
        list[0] = first;
        break;
    }
    out->evidence = list;
    out->n_evidence = n;
    return true;
}

// ---- lists
// ----------------------------------------------------------------------------------------

static bool list_holds(rulebook_bench *bench, feel_value list, feel_value item) {
    for (uint32_t i = 0; i < list.n; i++)
        if (value_is_same(bench, list.items[i], item)) return true;
    return false;
}

static bool takes_part(const statement *said) {
    return !is_bare(said);
}

// An item that, alone, permits where an empty list protects speaks for the transfer (the host among
// nationalities).
static bool item_permits(const merging *m, feel_value item) {
    feel_value alone = feel_list(&item, 1);
    return value_effect(m->bench, m->fact, alone) != RULEBOOK_PROTECTS &&
           value_effect(m->bench, m->fact, feel_list(NULL, 0)) == RULEBOOK_PROTECTS;
}

// Items that every record names, and of the others those that do not permit: grants and orders are
// joined, a host nationality needs all records.
static bool merge_lists(const merging *m, feel_value *merged) {
    uint32_t room = 0, n = 0;
    for (uint32_t i = 0; i < m->n; i++) room += m->all[i].value.n;
    feel_value *items = hb_arena_array(m->bench->arena, feel_value, room + 1);
    if (!items) return false;
    for (uint32_t i = 0; i < m->n; i++) {
        if (!takes_part(&m->all[i])) continue;
        for (uint32_t k = 0; k < m->all[i].value.n; k++) {
            feel_value item = m->all[i].value.items[k];
            bool is_in_all = true;
            for (uint32_t j = 0; j < m->n; j++)
                is_in_all &= !takes_part(&m->all[j]) || list_holds(m->bench, m->all[j].value, item);
            if (list_holds(m->bench, feel_list(items, n), item)) continue;
            if (!is_in_all && item_permits(m, item)) continue;
            uint32_t at = n;
            while (at && value_order(items[at - 1], item) > 0) at--;
            memmove(items + at + 1, items + at, (n++ - at) * sizeof *items);
            items[at] = item;
        }
    }
    *merged = feel_list(items, n);
    return true;
}

// ---- the standing of the whole
// ----------------------------------------------------------------------

static bool settle(const merging *m, feel_value value, bool does_count, rulebook_standing standing,
                   why_code why, const feel_value *evidence_of, rulebook_fact_standing *out) {
    out->has_value = true;
    out->shown = value;
    out->standing = standing;
    out->why = why_text(why);
    out->counts = does_count ? value : feel_null();
    out->effect = does_count ? value_effect(m->bench, m->fact, value) : RULEBOOK_PROTECTS;
    return gather_evidence(m, evidence_of, out);
}

// A protective value counts whatever stands against it; the standing says how sure it is. Anything
// that says otherwise makes it disputed, however weak: were only a proved denial to do so,
// contesting that denial would complete the file.
static bool settle_protective(const merging *m, feel_value value, bool is_proved, why_code why_not,
                              bool is_opposed, rulebook_fact_standing *out) {
    rulebook_fact_type type = m->bench->rb->facts[m->fact].type;
    bool is_instant = type == RULEBOOK_DATE || type == RULEBOOK_DATE_TIME;
    if (is_opposed) return settle(m, value, true, RULEBOOK_DISPUTED, WHY_DIFFER, NULL, out);
    if (is_instant) return settle(m, value, true, RULEBOOK_STALE, WHY_OUT_OF_RANGE, &value, out);
    bool is_list = value.kind == FEEL_LIST;  // a joined list has the documents of all its records
    return settle(m, value, true, is_proved ? RULEBOOK_ESTABLISHED : RULEBOOK_CLAIMED,
                  is_proved ? WHY_ESTABLISHED : why_not, is_list ? NULL : &value, out);
}

static bool merge_protective(const merging *m, rulebook_fact_standing *out) {
    const statement *most = NULL;
    bool is_opposed = false, is_proved = false;
    for (uint32_t i = 0; i < m->n; i++) {
        const statement *said = &m->all[i];
        if (is_protective(said) && (!most || is_more_protective(m, said->value, most->value)))
            most = said;
        is_opposed |= said->effect != RULEBOOK_PROTECTS;
    }
    proof best = {RULEBOOK_ABSENT, WHY_ABSENT};
    for (uint32_t i = 0; i < m->n; i++) {
        const statement *said = &m->all[i];
        if (!is_protective(said) || !value_is_same(m->bench, said->value, most->value)) continue;
        is_proved |= is_established(said);
        if (said->proof.standing > best.standing ||
            (said->proof.standing == best.standing && said->proof.why > best.why))
            best = said->proof;
    }
    return settle_protective(m, most->value, is_proved, best.why, is_opposed, out);
}

static bool merge_permitting(const merging *m, bool has_bare, rulebook_fact_standing *out) {
    const statement *most = NULL;
    bool do_differ = false;
    proof best = {RULEBOOK_ABSENT, WHY_ABSENT};
    for (uint32_t i = 0; i < m->n; i++) {
        const statement *said = &m->all[i];
        if (said->effect == RULEBOOK_PROTECTS) continue;
        if (!most || is_more_protective(m, said->value, most->value)) most = said;
    }
    for (uint32_t i = 0; i < m->n; i++) {
        const statement *said = &m->all[i];
        if (said->effect == RULEBOOK_PROTECTS) continue;
        if (!value_is_same(m->bench, said->value, most->value))
            do_differ = true;
        else if (said->proof.standing > best.standing ||
                 (said->proof.standing == best.standing && said->proof.why > best.why))
            best = said->proof;
    }
    bool is_ordered = m->bench->rb->laws[m->fact].direction !=
                      CAUTION_NONE;  // of numbers and dates the more protective counts
    bool agree = !has_bare && (!do_differ || is_ordered);
    if (agree && best.standing == RULEBOOK_ESTABLISHED)
        return settle(m, most->value, true, RULEBOOK_ESTABLISHED, WHY_ESTABLISHED, &most->value,
                      out);
    if (has_bare || do_differ)
        return settle(m, most->value, false, RULEBOOK_DISPUTED, WHY_DIFFER, NULL, out);
    return settle(m, most->value, false, best.standing, best.why, NULL, out);
}

static bool merge_differing_lists(const merging *m, bool has_bare, rulebook_fact_standing *out) {
    feel_value merged;
    bool are_protective_proved = true, are_all_proved = true, is_opposed = false,
         has_protective = false;
    why_code why_not = WHY_ESTABLISHED;
    if (!merge_lists(m, &merged)) return false;
    for (uint32_t i = 0; i < m->n; i++) {
        const statement *said = &m->all[i];
        if (is_bare(said)) continue;
        are_all_proved &= is_established(said);
        if (is_protective(said)) {
            has_protective = true;
            are_protective_proved &= is_established(said);
            if (said->proof.why > why_not) why_not = said->proof.why;
        } else {
            is_opposed = true;
        }
    }
    bool protects = value_effect(m->bench, m->fact, merged) == RULEBOOK_PROTECTS;
    if (protects && has_protective)
        return settle_protective(m, merged, are_protective_proved, why_not, is_opposed, out);
    if (protects) return settle(m, merged, true, RULEBOOK_DISPUTED, WHY_DIFFER, NULL, out);
    if (has_protective)
        return merge_protective(m, out);  // merging must not lose what one of them says
    bool does_count = are_all_proved && !has_bare;
    return settle(m, merged, does_count, does_count ? RULEBOOK_ESTABLISHED : RULEBOOK_DISPUTED,
                  does_count ? WHY_ESTABLISHED : WHY_DIFFER, NULL, out);
}

static bool merge_bare(const merging *m, rulebook_fact_standing *out) {
    const statement *most = &m->all[0];
    for (uint32_t i = 1; i < m->n; i++)
        if (is_more_protective(m, m->all[i].value, most->value)) most = &m->all[i];
    why_code why = most->record->n_evidence ? WHY_INCOMPLETE : WHY_NO_DOCUMENT;
    return settle(m, most->value, false, RULEBOOK_UNVERIFIED, why, NULL, out);
}

bool fact_merge(rulebook_bench *bench, uint32_t fact, const statement *statements, uint32_t n,
                rulebook_fact_standing *out) {
    merging m = {bench, fact, statements, n};
    uint32_t n_protective = 0, n_bare = 0, n_part = 0;
    const statement *first = NULL;
    bool do_differ = false;
    for (uint32_t i = 0; i < n; i++) {
        n_protective += is_protective(&statements[i]);
        n_bare += is_bare(&statements[i]);
        if (!takes_part(&statements[i])) continue;
        n_part++;
        if (!first)
            first = &statements[i];
        else
            do_differ |= !value_is_same(bench, first->value, statements[i].value);
    }
    if (!n_part) return merge_bare(&m, out);
    if (do_differ && fact_type_is_list(bench->rb->facts[fact].type))
        return merge_differing_lists(&m, n_bare > 0, out);
    return n_protective ? merge_protective(&m, out) : merge_permitting(&m, n_bare > 0, out);
}
