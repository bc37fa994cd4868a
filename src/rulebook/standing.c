// One record, weighed: which way its value speaks, and what its documents are worth on the day of
// decision.
//
// Every check below can only take standing away, and each looks at one document alone. So taking a
// document away, ageing or contesting it can never make a permitting or neutral value stand better
// than before.
#include "rulebook/internal.h"

#include <stdlib.h>
#include <string.h>

static const char *const STANDINGS[] = {"absent",  "unverified", "stale", "disputed",
                                        "claimed", "established"};  // ORDER of rulebook_standing
hb_str rulebook_standing_name(rulebook_standing standing) {
    return hb_str_from(STANDINGS[standing]);
}

static const char *const WHYS[WHY_N] = {
    // ORDER why
    "",
    "no record gives a value",
    "no document stands behind it",
    "its document has no id, no issuer or no date",
    "its document is dated after the day of decision",
    "nobody has verified its document",
    "who verified its document, in which role and on what day, is not all given",
    "its document was verified after the day of decision",
    "its document was verified before it was made",
    "its document was verified by its own issuer",
    "its document was verified by the author of the list",
    "its document is in another language, without a certified translation",
    "a document of this kind cannot establish it",
    "the document named is not the one on file",
    "its document is too old on the day of decision",
    "its document is contested",
    "the records disagree",
    "the date is outside its permitted range",
};
hb_str why_text(why_code why) {
    return hb_str_from(WHYS[why]);
}
const char *rulebook_why(uint32_t i) {
    return i < WHY_N ? WHYS[i] : NULL;
}

// ---- values -------------------------------------------------------------------------------------

static int text_order(feel_value a, feel_value b) {
    hb_text x = {0}, y = {0};
    feel_print(&x, a);
    feel_print(&y, b);
    int order = hb_str_compare((hb_str){x.at, x.n}, (hb_str){y.at, y.n});
    hb_text_clear(&x);
    hb_text_clear(&y);
    return order;
}

int value_order(feel_value a, feel_value b) {
    if (a.kind == FEEL_STRING && b.kind == FEEL_STRING)
        return hb_str_compare(feel_text(a), feel_text(b));
    return text_order(a, b);
}

static int item_order(const void *a, const void *b) {
    return value_order(*(const feel_value *)a, *(const feel_value *)b);
}

bool value_is_same(rulebook_bench *bench, feel_value a, feel_value b) {
    return feel_is_true(feel_equal(&bench->run, a, b));
}

// Lists are sets: in a fixed order, each item once, so that neither order nor repetition says
// anything.
static bool list_as_set(rulebook_bench *bench, feel_value *list) {
    if (list->n < 2) return true;
    feel_value *items = hb_arena_array(bench->arena, feel_value, list->n);
    if (!items) return false;
    memcpy(items, list->items, list->n * sizeof *items);
    qsort(items, list->n, sizeof *items, item_order);
    uint32_t n = 1;
    for (uint32_t i = 1; i < list->n; i++)
        if (value_order(items[n - 1], items[i]) != 0) items[n++] = items[i];
    *list = feel_list(items, n);
    return true;
}

static bool bare_match(const value_tests *tests, hb_str text, bool is_named_elsewhere) {
    for (uint32_t v = 0; v < tests->n_values; v++)
        if (hb_str_equal(tests->values[v], text)) return true;
    return tests->takes_any_other && !is_named_elsewhere;
}

static bool is_named(const fact_law *law, hb_str text) {
    for (uint32_t e = 0; e < 3; e++)
        for (uint32_t v = 0; v < law->tests[e].n_values; v++)
            if (hb_str_equal(law->tests[e].values[v], text)) return true;
    return false;
}

// A value protects unless `protects` is certain not to take it and another column is certain to.
static rulebook_effect run_tests(rulebook_bench *bench, const fact_law *law, feel_value value) {
    feel_env env = {NULL, bench->day_slots};
    if (!feel_is_false(feel_test(&bench->run, law->tests[RULEBOOK_PROTECTS].tests, &env, value)))
        return RULEBOOK_PROTECTS;
    for (int effect = RULEBOOK_PERMITS; effect <= RULEBOOK_NEUTRAL; effect++) {
        const feel_program *tests = law->tests[effect].tests;
        if (tests && feel_is_true(feel_test(&bench->run, tests, &env, value)))
            return (rulebook_effect)effect;
    }
    return RULEBOOK_PROTECTS;
}

// The tests read the value and the day, nothing else.
static rulebook_effect effect_by_tests(rulebook_bench *bench, uint32_t fact, feel_value value) {
    const rulebook *rb = bench->rb;
    uint32_t function = dmn_n_elements(rb->model) + rb->n_conditions + fact;
    const uint32_t read[] = {memo_number(bench->memo, value), bench->numbers[rb->n_facts],
                             bench->numbers[rb->n_facts + 1]};
    memo_answer answer = {.row = DMN_NONE};
    if (memo_find(bench->memo, function, read, 3, &answer)) return (rulebook_effect)answer.number;
    answer.number = run_tests(bench, &rb->laws[fact], value);
    if (!bench->run.has_failed) memo_keep(bench->memo, function, read, 3, answer);
    return (rulebook_effect)answer.number;
}

rulebook_effect value_effect(rulebook_bench *bench, uint32_t fact, feel_value value) {
    const fact_law *law = &bench->rb->laws[fact];
    if (fact_type_has_bare_values(bench->rb->facts[fact].type)) {
        hb_str text = feel_text(value);
        bool is_bare = is_named(law, text);
        if (bare_match(&law->tests[RULEBOOK_PROTECTS], text, is_bare)) return RULEBOOK_PROTECTS;
        if (bare_match(&law->tests[RULEBOOK_PERMITS], text, is_bare)) return RULEBOOK_PERMITS;
        if (bare_match(&law->tests[RULEBOOK_NEUTRAL], text, is_bare)) return RULEBOOK_NEUTRAL;
        return RULEBOOK_PROTECTS;
    }
    return effect_by_tests(bench, fact, value);
}

// ---- documents ----------------------------------------------------------------------------------

static bool is_complete(const rulebook_document *document) {
    return document->id.n && document->issuer.n && document->has_date;
}

static bool is_english(hb_str language) {
    if (!language.n) return true;
    bool is_en = language.n >= 2 && strncasecmp(language.at, "en", 2) == 0;
    return is_en && (language.n == 2 || language.at[2] == '-' || language.at[2] == '_');
}

// What a document is worth whatever it is to prove.
static proof judge_document(const rulebook_bench *bench, const rulebook_day *day,
                            const rulebook_document *document) {
    if (document->is_contested) return (proof){RULEBOOK_DISPUTED, WHY_CONTESTED};
    why_code why = WHY_ESTABLISHED;
    int64_t as_of = hb_date_to_days(day->as_of);
    verifier by = names_judge(bench->names, document->verified_by, document->issuer, day->author);
    if (!is_complete(document))
        why = WHY_INCOMPLETE;
    else if (hb_date_to_days(document->date) > as_of)
        why = WHY_FUTURE;
    else if (!document->is_verified)
        why = WHY_NOT_VERIFIED;
    else if (!document->verified_by.n || document->verified_role == RULEBOOK_NO_ROLE ||
             !document->verified_on.month || by.is_nobody)
        why = WHY_VERIFIER_INCOMPLETE;
    else if (hb_date_to_days(document->verified_on) > as_of)
        why = WHY_VERIFIED_LATER;
    else if (hb_date_to_days(document->verified_on) < hb_date_to_days(document->date))
        why = WHY_VERIFIED_EARLIER;
    else if (by.is_issuer)
        why = WHY_OWN_ISSUER;
    else if (by.is_author)
        why = WHY_OWN_AUTHOR;
    else if (!is_english(document->language) && !document->is_translation_certified)
        why = WHY_NOT_TRANSLATED;
    return (proof){why == WHY_ESTABLISHED ? RULEBOOK_ESTABLISHED : RULEBOOK_UNVERIFIED, why};
}

static proof judge_once(const rulebook_bench *bench, const rulebook_day *day,
                        judged_documents *judged, const rulebook_document *document) {
    uint64_t mix = (uint64_t)(uintptr_t)document * 0x9E3779B97F4A7C15u;
    uint32_t at = (uint32_t)(mix >> 32) & (judged->n_slots - 1);
    while (judged->slots[at].document && judged->slots[at].document != document)
        at = (at + 1) & (judged->n_slots - 1);
    if (!judged->slots[at].document)
        judged->slots[at] = (judged_document){document, judge_document(bench, day, document)};
    return judged->slots[at].proof;
}

static bool does_value_age(const fact_law *law, const statement *said) {
    if (!law->does_age) return false;
    if (!law->fresh_value.n) return true;
    return said->value.kind == FEEL_STRING &&
           hb_str_equal(feel_text(said->value), law->fresh_value);
}

// What a document proves of this fact and value. A protective value does not age, and needs no
// document of its own id.
static proof judge_for_fact(const rulebook_bench *bench, const rulebook_day *day,
                            proof document_proof, const statement *said,
                            const rulebook_document *document) {
    const rulebook_fact *fact = &bench->rb->facts[said->record->fact];
    const fact_law *law = &bench->rb->laws[said->record->fact];
    if (document_proof.standing != RULEBOOK_ESTABLISHED) return document_proof;
    if (!(fact->established_by >> document->kind & 1))
        return (proof){RULEBOOK_UNVERIFIED, WHY_KIND};
    if (said->effect == RULEBOOK_PROTECTS) return document_proof;
    if (fact->type == RULEBOOK_DOC && !hb_str_equal(feel_text(said->value), HB_STR("none")) &&
        !hb_str_equal(feel_text(said->value), document->id))
        return (proof){RULEBOOK_UNVERIFIED, WHY_OTHER_DOCUMENT};
    if (does_value_age(law, said) &&
        hb_date_to_days(day->as_of) - hb_date_to_days(document->date) > law->fresh_days)
        return (proof){RULEBOOK_STALE, WHY_TOO_OLD};
    return document_proof;
}

static bool is_better(proof a, const rulebook_document *document, proof b,
                      const rulebook_document *best) {
    if (!best || a.standing != b.standing) return !best || a.standing > b.standing;
    if (a.why != b.why) return a.why > b.why;  // the nearest miss is the one worth telling
    return hb_str_compare(document->id, best->id) < 0;
}

// Every document that a permitting list names must itself be there and established.
static proof judge_named_documents(const rulebook_bench *bench, const rulebook_day *day,
                                   judged_documents *judged, const statement *said) {
    proof worst = {RULEBOOK_ESTABLISHED, WHY_ESTABLISHED};
    for (uint32_t i = 0; i < said->value.n; i++) {
        proof best = {RULEBOOK_UNVERIFIED, WHY_OTHER_DOCUMENT};
        for (uint32_t e = 0; e < said->record->n_evidence; e++) {
            const rulebook_document *document = said->record->evidence[e];
            if (!hb_str_equal(document->id, feel_text(said->value.items[i]))) continue;
            proof one = judge_for_fact(bench, day, judge_once(bench, day, judged, document), said,
                                       document);
            if (one.standing > best.standing || best.why == WHY_OTHER_DOCUMENT) best = one;
        }
        if (best.standing < worst.standing) worst = best;
    }
    return worst;
}

bool statement_weigh(rulebook_bench *bench, const rulebook_day *day, judged_documents *judged,
                     const rulebook_record *record, statement *out) {
    *out = (statement){
        .record = record, .value = record->value, .proof = {RULEBOOK_UNVERIFIED, WHY_NO_DOCUMENT}
    };
    if (out->value.kind == FEEL_LIST && !list_as_set(bench, &out->value)) return false;
    out->effect = value_effect(bench, record->fact, out->value);
    for (uint32_t e = 0; e < record->n_evidence; e++) {
        const rulebook_document *document = record->evidence[e];
        proof one =
            judge_for_fact(bench, day, judge_once(bench, day, judged, document), out, document);
        out->is_credible |= is_complete(document);
        if (!is_better(one, document, out->proof, out->best)) continue;
        out->proof = one;
        out->best = document;
    }
    bool names_documents = bench->rb->facts[record->fact].type == RULEBOOK_DOC_LIST &&
                           out->effect != RULEBOOK_PROTECTS && out->value.n;
    if (names_documents && out->proof.standing == RULEBOOK_ESTABLISHED)
        out->proof = judge_named_documents(bench, day, judged, out);
    return true;
}
