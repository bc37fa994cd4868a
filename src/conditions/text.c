// The assessment for people at a terminal: what the offer says, then standard by standard, worst
// first, each with its threshold, accounts and sources; then the assurances.
#include "conditions/internal.h"

#include <stdio.h>

static const conditions_answer ORDER[] = {CONDITIONS_NOT_MET, CONDITIONS_DISPUTED,
                                          CONDITIONS_UNKNOWN, CONDITIONS_MET};

const char *conditions_answer_words(conditions_answer answer, words_language language) {
    switch (answer) {
        case CONDITIONS_NOT_MET: return words_in(language, "not met");
        case CONDITIONS_DISPUTED: return words_in(language, "disputed");
        case CONDITIONS_UNKNOWN: return words_in(language, "unknown");
        case CONDITIONS_MET: return words_in(language, "met");
    }
    return words_in(language, "unknown");
}

const char *why_not_counted(const conditions_assessment *at, const finding_account *account,
                            words_language language) {
    const condition_claim *claim = &at->ret->claims[account->claim];
    hb_str definition = at->law->fields[claim->field].definition;
    if (feel_is_null(claim->value)) return words_in(language, "it says that this is not known");
    if (definition.n && !hb_str_equal(definition, claim->definition))
        return words_in(language, "another definition of capacity");
    hb_date seen = at->ret->evidence[claim->evidence].first;
    if (hb_date_to_days(seen) > hb_date_to_days(at->as_of))
        return words_in(language, "dated after the day of the assessment");
    if (account->is_superseded) return words_in(language, "a later free inspection speaks to this");
    switch (at->weights[account->claim]) {
        case WEIGHT_NOT_COUNTED:
            return words_in(language,
                            "a promise, made of what is not counted, or nobody stands behind it");
        case WEIGHT_CREDIBLE:
            return words_in(language, "it helps the place and is no free inspection of it");
        case WEIGHT_STALE: return words_in(language, "it helps the place and is out of date");
        case WEIGHT_SILENCED:
            return words_in(language,
                            "it helps the place; inspection was refused or punished at the time");
        case WEIGHT_REASSURING: return "";
        case WEIGHT_N: break;
    }
    return words_in(language, "a promise, made of what is not counted, or nobody stands behind it");
}

static void add_str(hb_text *out, hb_str text) {
    hb_text_add(out, text);
}

static void add_accounts(hb_text *out, const conditions_assessment *a,
                         const condition_finding *finding, words_language language) {
    for (uint32_t i = 0; i < finding->n_accounts; i++) {
        const finding_account *account = &finding->accounts[i];
        const condition_claim *claim = &a->ret->claims[account->claim];
        const condition_field *field = &a->law->fields[claim->field];
        const condition_evidence *e = &a->ret->evidence[claim->evidence];
        hb_text_addf(out, "      %.*s: ", (int)field->name.n, field->name.at);
        add_claim_value(out, a->law, claim);
        hb_text_addf(out, "%s%.*s", field->unit.n && claim->value.kind == FEEL_NUMBER ? " " : "",
                     claim->value.kind == FEEL_NUMBER ? (int)field->unit.n : 0, field->unit.at);
        if (claim->definition.n)
            hb_text_addf(out, " (%.*s)", (int)claim->definition.n, claim->definition.at);
        for (uint32_t k = 0; k < claim->n_from; k++) {
            const condition_claim *part = &a->ret->claims[claim->from[k]];
            hb_text_addf(out, "%s", k ? ", " : " = ");
            if (!k)
                hb_text_addf(out, "%.*s; ", (int)claim->formula->text.n, claim->formula->text.at);
            hb_text_addf(out, "%.*s ", (int)a->law->fields[part->field].name.n,
                         a->law->fields[part->field].name.at);
            add_claim_value(out, a->law, part);
            hb_text_addf(out, " [%.*s]", (int)a->ret->evidence[part->evidence].id.n,
                         a->ret->evidence[part->evidence].id.at);
        }
        hb_text_addf(out, "  [%.*s, %.*s, %.*s]", (int)e->id.n, e->id.at, (int)e->source.n,
                     e->source.at, (int)e->date.n, e->date.at);
        if (!hb_str_equal(claim->scope, HB_STR("facility")))
            hb_text_addf(out, " %s %.*s", words_in(language, "of the"), (int)claim->scope.n,
                         claim->scope.at);
        if (claim->note.n) hb_text_addf(out, "; %.*s", (int)claim->note.n, claim->note.at);
        if (!account->is_counted)
            hb_text_addf(out, "\n        %s: %s", words_in(language, "not counted"),
                         why_not_counted(a, account, language));
        hb_text_addf(out, "\n");
    }
}

// What a standard that adds defects up has to add.
static void add_defects(hb_text *out, const conditions_assessment *a, words_language language) {
    hb_text_addf(out, "      %s:", words_in(language, "defects by human need"));
    for (uint32_t s = 0; s < a->law->n_standards; s++) {
        const condition_standard *one = &a->law->standards[s];
        if (one->need.n && a->findings[s].answer == CONDITIONS_NOT_MET)
            hb_text_addf(out, " %.*s (%.*s)", (int)one->id.n, one->id.at, (int)one->need.n,
                         one->need.at);
    }
    hb_text_addf(out, "\n");
}

static void add_standard(hb_text *out, const conditions_assessment *a, uint32_t s,
                         words_language language) {
    const condition_standard *standard = &a->law->standards[s];
    const condition_finding *finding = &a->findings[s];
    hb_text_addf(out, "  %.*s: ", (int)standard->id.n, standard->id.at);
    add_str(out, standard->topic[language]);
    if (finding->is_flagged) hb_text_addf(out, " (%s)", words_in(language, "flag"));
    if (finding->is_mixed) hb_text_addf(out, " (%s)", words_in(language, "accounts differ"));
    if (standard->is_absolute) hb_text_addf(out, " (%s)", words_in(language, "absolute"));
    hb_text_addf(out, "\n      %s: ", words_in(language, "fails when"));
    add_str(out, standard->fails[language]);
    hb_text_addf(out, "\n");
    add_accounts(out, a, finding, language);
    if (standard->is_joint && finding->answer == CONDITIONS_NOT_MET) add_defects(out, a, language);
    hb_text_addf(out, "      %s: ", words_in(language, "sources"));
    for (uint32_t i = 0; i < standard->n_sources; i++) {
        hb_text_addf(out, "%s", i ? "; " : "");
        add_str(out, standard->sources[i]);
    }
    hb_text_addf(out, "\n");
}

static void add_head(hb_text *out, const conditions_assessment *a, words_language language) {
    hb_text_addf(out, "%.*s", (int)a->ret->facility.n, a->ret->facility.at);
    if (a->ret->title.n) hb_text_addf(out, ": %.*s", (int)a->ret->title.n, a->ret->title.at);
    hb_text_addf(out, "\n");
    hb_text_addf(
        out, words_in(language, "as of %04d-%02u-%02u, rulebook conditions %.*s, LOCAL RULEBOOK\n"),
        a->as_of.year, a->as_of.month, a->as_of.day, (int)a->law->version.n, a->law->version.at);
    hb_text_addf(
        out,
        words_in(language,
                 "finding for the gate: %.*s. %u not met, %u disputed, %u unknown, %u met\n"),
        (int)a->result.n, a->result.at, a->counts[CONDITIONS_NOT_MET],
        a->counts[CONDITIONS_DISPUTED], a->counts[CONDITIONS_UNKNOWN], a->counts[CONDITIONS_MET]);
}

static void add_assurances(hb_text *out, const conditions_assessment *a, words_language language) {
    hb_text_addf(out, "\n%s: %s\n", words_in(language, "Weight of the assurances"),
                 hb_str_equal(a->assurances->weight, HB_STR("some")) ? words_in(language, "some")
                                                                     : words_in(language, "none"));
    if (!a->ret->n_assurances)
        hb_text_addf(out, "  %s\n", words_in(language, "no assurance is on file"));
    for (uint32_t f = 0; a->ret->n_assurances && f < a->law->n_factors; f++) {
        const condition_factor *factor = &a->law->factors[f];
        hb_str answer = a->assurances->answers[f];
        const char *words = hb_str_equal(answer, HB_STR("good"))  ? words_in(language, "good")
                            : hb_str_equal(answer, HB_STR("bad")) ? words_in(language, "bad")
                                                                  : words_in(language, "unknown");
        hb_text_addf(out, "  %.*s %s: ", (int)factor->id.n, factor->id.at, words);
        add_str(out, factor->asks[language]);
        for (uint32_t i = 0; i < a->ret->n_assurances; i++)
            for (uint32_t r = 0; r < a->ret->assurances[i].n_reasons; r++)
                if (hb_str_equal(a->ret->assurances[i].reason_of[r], factor->id))
                    hb_text_addf(out, "\n      %.*s", (int)a->ret->assurances[i].reasons[r].n,
                                 a->ret->assurances[i].reasons[r].at);
        hb_text_addf(out, "\n");
    }
    hb_text_addf(out, "  %s\n",
                 words_in(language, "a promise is not a condition: it makes no standard met"));
}

static void add_one(hb_text *out, const conditions_assessment *a, words_language language) {
    add_head(out, a, language);
    if (a->ret->n_offer)
        hb_text_addf(out, "\n%s\n", words_in(language, "What the offer says of the place"));
    for (uint32_t i = 0; i < a->ret->n_offer; i++) {
        const condition_standard *s = &a->law->standards[a->ret->offer[i]];
        hb_text_addf(
            out, "  %.*s: %s (%.*s)\n", (int)a->ret->offer_says[i].n, a->ret->offer_says[i].at,
            conditions_answer_words(a->findings[a->ret->offer[i]].answer, language), (int)s->id.n, s->id.at);
    }
    for (uint32_t o = 0; o < CONDITIONS_N_ANSWERS; o++) {
        if (!a->counts[ORDER[o]]) continue;
        hb_text_addf(out, "\n%.*s\n", (int)conditions_answer_name(ORDER[o]).n,
                     conditions_answer_name(ORDER[o]).at);
        for (uint32_t s = 0; s < a->law->n_standards; s++) {
            bool is_empty = ORDER[o] == CONDITIONS_UNKNOWN && !a->findings[s].n_accounts;
            if (a->findings[s].answer == ORDER[o] && !is_empty) add_standard(out, a, s, language);
        }
        if (ORDER[o] != CONDITIONS_UNKNOWN) continue;
        hb_text_addf(out, "  %s:", words_in(language, "nothing on file"));
        for (uint32_t s = 0; s < a->law->n_standards; s++)
            if (a->findings[s].answer == CONDITIONS_UNKNOWN && !a->findings[s].n_accounts)
                hb_text_addf(out, " %.*s", (int)a->law->standards[s].id.n,
                             a->law->standards[s].id.at);
        hb_text_addf(out, "\n");
    }
    add_assurances(out, a, language);
}

// `text` and spaces up to `width` columns, at least one; 0: the last cell of a line.
static void add_cell(hb_text *out, hb_str text, uint32_t width) {
    uint32_t columns = 0;
    for (size_t i = 0; i < text.n; i++) columns += ((unsigned char)text.at[i] & 0xc0) != 0x80;
    add_str(out, text);
    for (uint32_t i = columns; i < width || (width && i == columns); i++) hb_text_addf(out, " ");
}

// What the standard wants: the other side of what fails it.
static void add_asked(hb_text *out, const condition_standard *standard, words_language language) {
    hb_text text = {0};
    hb_str limit = standard->threshold;
    if (hb_str_equal(standard->direction, HB_STR("="))) {
        if (hb_str_equal(limit, HB_STR("no")))
            hb_text_addf(&text, "yes");
        else if (hb_str_equal(limit, HB_STR("yes")))
            hb_text_addf(&text, "no");
        else
            hb_text_addf(&text, words_in(language, "not %.*s"), (int)limit.n, limit.at);
    } else if (limit.n) {  // fails at <= 3: asks for > 3
        bool is_least = standard->direction.at[0] == '<', is_strict = standard->direction.n > 1;
        hb_text_addf(&text, "%s%s %.*s", is_least ? ">" : "<", is_strict ? "" : "=", (int)limit.n,
                     limit.at);
    }
    add_cell(out, (hb_str){text.at, text.n}, 10);
    hb_text_clear(&text);
}

// "not met: 1 (5)": the finding, the value it is shown with, and how many accounts there are.
static void add_reading(hb_text *out, const conditions_assessment *a, uint32_t s,
                        words_language language, uint32_t width) {
    const condition_finding *finding = &a->findings[s];
    const condition_claim *claim = finding->shown == DMN_NONE
                                       ? NULL
                                       : &a->ret->claims[finding->accounts[finding->shown].claim];
    hb_text text = {0};
    hb_text_addf(&text, "%s", conditions_answer_words(finding->answer, language));
    if (claim && claim->field == a->law->standards[s].field) {
        hb_text_addf(&text, ": ");
        add_claim_value(&text, a->law, claim);
    }
    if (finding->n_accounts) hb_text_addf(&text, " (%u)", finding->n_accounts);
    add_cell(out, (hb_str){text.at, text.n}, width);
    hb_text_clear(&text);
}

static void add_two(hb_text *out, const conditions_assessment *one,
                    const conditions_assessment *other, words_language language) {
    uint32_t counts[COMPARE_N] = {0};
    compare_count(one, other, counts);
    add_head(out, one, language);
    add_head(out, other, language);
    hb_text_addf(out, "\n");
    add_cell(out, hb_str_from(words_in(language, "standard")), 19);
    add_cell(out, hb_str_from(words_in(language, "asked")), 10);
    add_cell(out, one->ret->facility, 25);
    hb_text_addf(out, "%.*s\n", (int)other->ret->facility.n, other->ret->facility.at);
    for (uint32_t s = 0; s < one->law->n_standards; s++) {
        add_cell(out, one->law->standards[s].id, 19);
        add_asked(out, &one->law->standards[s], language);
        add_reading(out, one, s, language, 25);
        add_reading(out, other, s, language, 0);
        hb_text_addf(out, "\n");
    }
    hb_text_addf(out, "%s\n", words_in(language, "in brackets: how many accounts there are"));
    hb_text_addf(out,
                 words_in(language,
                          "\nof %u standards: %u the same, %u differ, %u known of one only, %u "
                          "known of neither\n"),
                 one->law->n_standards, counts[COMPARE_SAME], counts[COMPARE_DIFFER],
                 counts[COMPARE_ONE], counts[COMPARE_NEITHER]);
}

void conditions_write_text(hb_text *out, const conditions_assessment *one,
                           const conditions_assessment *other, words_language language) {
    if (other)
        add_two(out, one, other, language);
    else
        add_one(out, one, language);
}
