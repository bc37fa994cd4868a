// The property of the burden of proof, over generated files: PROPERTIES RULEBOOK N [SEED]. Each
// file starts from a worked case (one step from another verdict, as cases are), is changed in a few
// places at random, and then edited: removing, ageing or contesting a document that speaks for a
// permitting or neutral value, or adding a protective claim, never improves the verdict; removing a
// protective document of an asked fact never clears; the order of records, repeated evidence and
// other ids for documents change nothing.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"

typedef struct {
    chance luck;
    court judge;
    const rulebook_cases *cases;
    evidence_file before, after;
    char what[512];
    hb_str from;
    uint32_t fact;  // most changes and edits are made to this one: disputes are where the property
                    // could break
    uint64_t n_checked, n_failed, n_seen[3];
} prover;

static bool is_rank_0(prover *p, const saying *said) {
    return !feel_is_null(said->value) &&
           court_effect(&p->judge, &p->before, said) != RULEBOOK_PROTECTS;
}

// A random saying that `wanted` holds for, with at least one document; FILE_SAYINGS when there is
// none.
static uint32_t pick(prover *p, bool wants_rank_0) {
    for (int tries = 0; tries < 40 && p->before.n_sayings; tries++) {
        uint32_t i = chance_below(&p->luck, p->before.n_sayings);
        const saying *said = &p->before.sayings[i];
        if (tries < 30 && said->fact != p->fact) continue;
        if (said->n_evidence && is_rank_0(p, said) == wants_rank_0) return i;
    }
    return FILE_SAYINGS;
}

static void tell(prover *p, const char *what, uint32_t fact) {
    hb_str name = rulebook_fact_at(p->judge.rb, fact)->name;
    snprintf(p->what, sizeof p->what, "%s %.*s", what, (int)name.n, name.at);
}

// ---- edits; each returns false when the file offers no place for it
// --------------------------------

static bool remove_document(prover *p) {
    uint32_t i = pick(p, true);
    if (i == FILE_SAYINGS) return false;
    saying *said = &p->after.sayings[i];
    said->evidence[chance_below(&p->luck, said->n_evidence)] = said->evidence[said->n_evidence - 1];
    said->n_evidence--;
    tell(p, "a document was taken from", said->fact);
    return true;
}

// A fact said once loses its record; of several, one less may end a dispute, which is no property
// of a document.
static bool remove_saying(prover *p) {
    uint32_t i = pick(p, true);
    if (i == FILE_SAYINGS || file_count_fact(&p->before, p->before.sayings[i].fact) != 1)
        return false;
    tell(p, "the only record was taken from", p->after.sayings[i].fact);
    file_remove_saying(&p->after, i);
    return true;
}

// Older by some days: a document already dated after the day of decision, or after its
// verification, is no case of ageing.
static bool age_document(prover *p) {
    static const int64_t STEPS[] = {1, 2, 8, 31, 91, 181, 366, 4000};
    uint32_t i = pick(p, true);
    if (i == FILE_SAYINGS) return false;
    const saying *said = &p->after.sayings[i];
    rulebook_document *document =
        &p->after.documents[said->evidence[chance_below(&p->luck, said->n_evidence)]];
    int64_t day = hb_date_to_days(document->date);
    if (!document->has_date || day > hb_date_to_days(p->before.day.as_of)) return false;
    if (document->is_verified && day > hb_date_to_days(document->verified_on)) return false;
    if (!hb_date_from_days(day - STEPS[chance_below(&p->luck, 8)], &document->date)) return false;
    tell(p, "a document was made older that stands behind", said->fact);
    return true;
}

static bool contest_document(prover *p) {
    uint32_t i = pick(p, true);
    if (i == FILE_SAYINGS) return false;
    const saying *said = &p->after.sayings[i];
    p->after.documents[said->evidence[chance_below(&p->luck, said->n_evidence)]].is_contested =
        true;
    tell(p, "a document was contested that stands behind", said->fact);
    return true;
}

static bool unverify_document(prover *p) {
    uint32_t i = pick(p, true);
    if (i == FILE_SAYINGS) return false;
    const saying *said = &p->after.sayings[i];
    p->after.documents[said->evidence[chance_below(&p->luck, said->n_evidence)]].is_verified =
        false;
    tell(p, "a document lost its verification that stands behind", said->fact);
    return true;
}

static bool add_claim(prover *p) {
    uint32_t fact = chance_percent(&p->luck, 70)
                        ? p->fact
                        : chance_below(&p->luck, rulebook_n_facts(p->judge.rb));
    tell(p, "a protective claim was added to", fact);
    return file_add_claim(&p->luck, &p->judge, &p->after, fact);
}

static bool remove_protective(prover *p) {
    uint32_t i = pick(p, false);
    if (i == FILE_SAYINGS || file_count_fact(&p->before, p->before.sayings[i].fact) != 1)
        return false;
    if (!p->judge.decision.facts[p->before.sayings[i].fact].is_asked) return false;
    tell(p, "the only, protective record was taken from", p->after.sayings[i].fact);
    file_remove_saying(&p->after, i);
    return true;
}

static bool reorder(prover *p) {
    for (uint32_t i = p->after.n_sayings; i > 1; i--) {
        uint32_t j = chance_below(&p->luck, i);
        saying swap = p->after.sayings[i - 1];
        p->after.sayings[i - 1] = p->after.sayings[j];
        p->after.sayings[j] = swap;
    }
    for (uint32_t i = 0; i < p->after.n_sayings; i++) {
        saying *said = &p->after.sayings[i];
        for (uint32_t e = 0; e < said->n_evidence / 2; e++) {
            uint16_t swap = said->evidence[e];
            said->evidence[e] = said->evidence[said->n_evidence - 1 - e];
            said->evidence[said->n_evidence - 1 - e] = swap;
        }
    }
    snprintf(p->what, sizeof p->what, "records and evidence were put in another order");
    return true;
}

static bool repeat(prover *p) {
    if (!p->after.n_sayings) return false;
    for (int i = 0; i < 4; i++) {
        const saying *said = &p->after.sayings[chance_below(&p->luck, p->after.n_sayings)];
        if (p->after.n_sayings < FILE_SAYINGS) p->after.sayings[p->after.n_sayings++] = *said;
        saying *again = &p->after.sayings[chance_below(&p->luck, p->after.n_sayings)];
        if (again->n_evidence && again->n_evidence < FILE_EVIDENCE)
            again->evidence[again->n_evidence] = again->evidence[0], again->n_evidence++;
    }
    snprintf(p->what, sizeof p->what, "records and evidence were repeated");
    return true;
}

// Every document gets another id, and every value that names one follows.
static bool rename_value(prover *p, hb_str *id) {
    if (!id->n || hb_str_equal(*id, HB_STR("none"))) return true;
    return hb_str_format(p->judge.values, id, "renamed/%.*s", (int)id->n, id->at);
}

static bool rename_documents(prover *p) {
    for (uint32_t d = 0; d < p->after.n_documents; d++)
        if (!rename_value(p, &p->after.documents[d].id)) return false;
    for (uint32_t i = 0; i < p->after.n_sayings; i++) {
        saying *said = &p->after.sayings[i];
        rulebook_fact_type type = rulebook_fact_at(p->judge.rb, said->fact)->type;
        if (type == RULEBOOK_DOC && said->value.kind == FEEL_STRING) {
            hb_str id = feel_text(said->value);
            if (!rename_value(p, &id)) return false;
            said->value = feel_string(id);
        }
        if (type != RULEBOOK_DOC_LIST || said->value.kind != FEEL_LIST) continue;
        feel_value *items = hb_arena_array(p->judge.values, feel_value, said->value.n + 1);
        for (uint32_t k = 0; items && k < said->value.n; k++) {
            hb_str id = feel_text(said->value.items[k]);
            if (!rename_value(p, &id)) return false;
            items[k] = feel_string(id);
        }
        said->value = feel_list(items, said->value.n);
    }
    snprintf(p->what, sizeof p->what, "documents were given other ids");
    return true;
}

typedef enum { NEVER_BETTER = 0, NEVER_CLEAR, UNCHANGED } law;
static const struct {
    bool (*edit)(prover *p);
    law law;
} LAWS[] = {
    {remove_document,   NEVER_BETTER},
    {remove_saying,     NEVER_BETTER},
    {age_document,      NEVER_BETTER},
    {contest_document,  NEVER_BETTER},
    {unverify_document, NEVER_BETTER},
    {add_claim,         NEVER_BETTER},
    {add_claim,         NEVER_BETTER},
    {remove_protective, NEVER_CLEAR },
    {reorder,           UNCHANGED   },
    {repeat,            UNCHANGED   },
    {rename_documents,  UNCHANGED   },
};
enum { N_LAWS = sizeof LAWS / sizeof *LAWS };

// ---- holding a law
// ---------------------------------------------------------------------------------

typedef struct {
    gate_verdict verdict;
    gate_outcome outcomes[256];
    uint8_t standings[512];
} answer;

static bool decide(prover *p, const evidence_file *file, answer *out) {
    if (!court_decide(&p->judge, file, &out->verdict)) return false;
    for (uint32_t r = 0; r < p->judge.decision.n_rules; r++)
        out->outcomes[r] = p->judge.decision.outcomes[r];
    for (uint32_t f = 0; f < p->judge.decision.n_facts; f++)
        out->standings[f] = (uint8_t)p->judge.decision.facts[f].standing;
    return true;
}

static bool holds(const prover *p, law wanted, const answer *before, const answer *after) {
    switch (wanted) {
        case NEVER_BETTER: return verdict_rank(after->verdict) <= verdict_rank(before->verdict);
        case NEVER_CLEAR: return after->verdict != GATE_NO_BAR_FOUND;
        case UNCHANGED:
            return after->verdict == before->verdict &&
                   !memcmp(after->outcomes, before->outcomes,
                           p->judge.decision.n_rules * sizeof *after->outcomes) &&
                   !memcmp(after->standings, before->standings, p->judge.decision.n_facts);
    }
    return false;
}

static void show(const prover *p, uint64_t number, const answer *before, const answer *after) {
    hb_str was = gate_verdict_name(before->verdict), is = gate_verdict_name(after->verdict);
    printf("file %" PRIu64 " (from %.*s): %s: %.*s became %.*s;", number, (int)p->from.n,
           p->from.at, p->what, (int)was.n, was.at, (int)is.n, is.at);
    for (uint32_t r = 0; r < p->judge.decision.n_rules; r++) {
        if (before->outcomes[r] == after->outcomes[r]) continue;
        hb_str id = rulebook_rule_at(p->judge.rb, r)->id,
               a = gate_outcome_name(before->outcomes[r]),
               b = gate_outcome_name(after->outcomes[r]);
        printf(" %.*s %.*s->%.*s", (int)id.n, id.at, (int)a.n, a.at, (int)b.n, b.at);
    }
    for (uint32_t f = 0; f < p->judge.decision.n_facts; f++) {
        if (before->standings[f] == after->standings[f]) continue;
        hb_str name = rulebook_fact_at(p->judge.rb, f)->name;
        printf(" [%.*s %u->%u]", (int)name.n, name.at, before->standings[f], after->standings[f]);
    }
    printf("\n");
}

static bool try_law(prover *p, uint64_t number, uint32_t i, answer *before) {
    answer after;
    p->after = p->before;
    if (!LAWS[i].edit(p)) return true;
    if (!decide(p, &p->after, &after)) return false;
    p->n_checked++;
    if (holds(p, LAWS[i].law, before, &after)) return true;
    if (p->n_failed++ < 20) show(p, number, before, &after);
    return true;
}

// A fact of the rule that the case is about, or any.
static uint32_t focus(prover *p, const rulebook_case *one) {
    uint32_t rule = one->about_rule.n ? rulebook_find_rule(p->judge.rb, one->about_rule) : DMN_NONE;
    if (rule == DMN_NONE || chance_percent(&p->luck, 20))
        return chance_below(&p->luck, rulebook_n_facts(p->judge.rb));
    const rulebook_rule *row = rulebook_rule_at(p->judge.rb, rule);
    return row->facts[chance_below(&p->luck, row->n_facts)];
}

static bool try_file(prover *p, uint64_t number) {
    answer before;
    const rulebook_case *one =
        rulebook_case_at(p->cases, chance_below(&p->luck, rulebook_n_cases(p->cases)));
    hb_arena_reset(p->judge.values);
    p->from = one->id;
    file_from_case(one, &p->before);
    p->fact = focus(p, one);
    uint32_t n_changes = chance_percent(&p->luck, 20) ? 0 : 1 + chance_below(&p->luck, 3);
    if (chance_percent(&p->luck, 3))
        p->before.n_sayings = 0, n_changes = chance_below(&p->luck, 120);
    for (uint32_t i = 0; i < n_changes; i++) {
        bool is_elsewhere = n_changes > 4 || chance_percent(&p->luck, 10);
        chance_change(
            &p->luck, &p->judge, &p->before,
            is_elsewhere ? chance_below(&p->luck, rulebook_n_facts(p->judge.rb)) : p->fact);
    }
    if (!decide(p, &p->before, &before)) return false;
    p->n_seen[verdict_rank(before.verdict)]++;
    for (int tries = 0; tries < 4; tries++) {
        // remove_protective reads the standing of the file as it was
        if (tries && !decide(p, &p->before, &before)) return false;
        if (!try_law(p, number, chance_below(&p->luck, N_LAWS), &before)) return false;
    }
    return true;
}

int main(int argc, char **argv) {
    hb_errors errors = {0};
    prover *p = calloc(1, sizeof *p);
    rulebook *rb = argc < 3 ? NULL : rulebook_load(argv[1], &errors);
    rulebook_cases *cases = rb ? rulebook_cases_open(rb, &errors) : NULL;
    int status = 1;
    if (!p || !cases || !court_open(&p->judge, rb)) {
        printf("usage: properties RULEBOOK N [SEED]; %u errors\n", errors.n_kept);
        goto done;
    }
    uint64_t n = strtoull(argv[2], NULL, 10),
             seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 20250315;
    p->luck.state = seed;
    p->cases = cases;
    for (uint64_t i = 0; i < n; i++)
        if (!try_file(p, i)) goto done;
    printf("seed %" PRIu64 ": %" PRIu64 " files (%" PRIu64 " barred, %" PRIu64
           " unresolved, %" PRIu64 " no bar found), %" PRIu64 " passed, %" PRIu64 " failed\n",
           seed, n, p->n_seen[0], p->n_seen[1], p->n_seen[2], p->n_checked - p->n_failed,
           p->n_failed);
    // A run that never met a clear file, or never a barred one, has shown nothing.
    status = p->n_failed || !p->n_seen[0] || !p->n_seen[2];
done:
    if (p) court_close(&p->judge);
    rulebook_cases_close(cases);
    rulebook_close(rb);
    hb_errors_clear(&errors);
    free(p);
    return status;
}
