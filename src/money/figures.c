// Rows for pages, papers and the screen: each figure, claim, line, rate and input of a report once,
// with its words in the reader's language and a pointer to what the run found.
#include <stddef.h>
#include <stdio.h>

#include "money/report.h"

const char *money_verdict_word(money_verdict verdict, words_language language) {
    switch (verdict) {
        case MONEY_NOT_SHOWN: break;
        case MONEY_CONFIRMED: return words_in(language, "CONFIRMED");
        case MONEY_REFUTED: return words_in(language, "REFUTED");
    }
    return words_in(language, "NOT SHOWN");
}

const char *money_basis_word(const money_finding *finding, words_language language) {
    if (!finding->claim->is_on_bases) return words_in(language, "every basis");
    if (finding->is_average)
        return finding->is_all_in ? words_in(language, "average, all-in")
                                  : words_in(language, "average, fee");
    return finding->is_all_in ? words_in(language, "marginal, all-in")
                              : words_in(language, "marginal, fee");
}

const char *money_plain_name(hb_str name, char *room, size_t size) {
    snprintf(room, size, "%.*s", MONEY_TEXT(name));
    for (char *at = room; *at; at++)
        if (*at == '_') *at = ' ';
    return room;
}

// ---- figures ----------------------------------------------------------------------------------
typedef enum { ALWAYS, SAVING, COST, SPEND } figure_need;  // what the scenario must say for it
#define OF(outcome) offsetof(money_result, spread[MONEY_##outcome])
#define AT(member) offsetof(money_result, member)
// Key, name, unit ("": money; "/x": money for each x), whose, what it needs, where it stands.
#define FIGURES_TABLE(ROW)                                                                         \
    ROW("all_in", WORDS_LATER("all that it pays"), "", SENDER, ALWAYS, OF(all_in))                 \
    ROW("fee", WORDS_LATER("fee"), "", SENDER, ALWAYS, OF(fee))                                    \
    ROW("fee_fixed", WORDS_LATER("part of the fee that people do not change"), "", SENDER, ALWAYS, \
        OF(fee_fixed))                                                                             \
    ROW("saving_marginal", WORDS_LATER("stops spending, marginal cost"), "", SENDER, SAVING,       \
        OF(saving_marginal))                                                                       \
    ROW("saving_average", WORDS_LATER("stops spending, average cost"), "", SENDER, SAVING,         \
        OF(saving_average))                                                                        \
    ROW("ratio_marginal_all_in", WORDS_LATER("all-in for each 1 saved, marginal"), "ratio",        \
        SENDER, SAVING, AT(ratio[1][1]))                                                           \
    ROW("ratio_marginal_fee", WORDS_LATER("fee for each 1 saved, marginal"), "ratio", SENDER,      \
        SAVING, AT(ratio[1][0]))                                                                   \
    ROW("ratio_average_all_in", WORDS_LATER("all-in for each 1 saved, average"), "ratio", SENDER,  \
        SAVING, AT(ratio[0][1]))                                                                   \
    ROW("ratio_average_fee", WORDS_LATER("fee for each 1 saved, average"), "ratio", SENDER,        \
        SAVING, AT(ratio[0][0]))                                                                   \
    ROW("per_person_day", WORDS_LATER("all-in, for each day used"), "/person-day", SENDER, ALWAYS, \
        AT(day_all_in))                                                                            \
    ROW("fee_per_person_day", WORDS_LATER("fee, for each day used"), "/person-day", SENDER,        \
        ALWAYS, AT(day_fee))                                                                       \
    ROW("per_place_day", WORDS_LATER("all-in, for each day of a place"), "/place-day", SENDER,     \
        ALWAYS, AT(place_day_all_in))                                                              \
    ROW("per_person_sent", WORDS_LATER("all-in, for each person sent"), "/person", SENDER, ALWAYS, \
        AT(person_all_in))                                                                         \
    ROW("gain", WORDS_LATER("fee less its own cost"), "", HOST, COST, OF(host_gain))               \
    ROW("revenue", WORDS_LATER("fee received"), "", HOST, ALWAYS, OF(fee))                         \
    ROW("revenue_per_year", WORDS_LATER("fee in a year of use"), "/year", HOST, ALWAYS,            \
        OF(fee_year))                                                                              \
    ROW("fee_share", WORDS_LATER("fee in a year of use / prison spending"), "share", HOST, SPEND,  \
        OF(fee_share))                                                                             \
    ROW("cost_per_year", WORDS_LATER("own cost in a year of use"), "/year", HOST, COST,            \
        OF(host_year))                                                                             \
    ROW("marginal_cost", WORDS_LATER("own cost, by person"), "", HOST, COST, OF(host_marginal))    \
    ROW("fixed_cost", WORDS_LATER("own cost, whatever the number"), "", HOST, COST,                \
        OF(host_fixed))                                                                            \
    ROW("capital", WORDS_LATER("invested"), "", HOST, COST, OF(host_capital))                      \
    ROW("sent", WORDS_LATER("people sent"), "people", PEOPLE, ALWAYS, OF(sent))                    \
    ROW("peak", WORDS_LATER("most people held at once"), "people", PEOPLE, ALWAYS, OF(peak))       \
    ROW("person_days", WORDS_LATER("days in custody, all people"), "days", PEOPLE, ALWAYS,         \
        OF(person_days))                                                                           \
    ROW("returned", WORDS_LATER("people whose return the sender pays"), "people", PEOPLE, ALWAYS,  \
        OF(returned_at_sender_cost))
static const struct {
    const char *key, *name, *unit;
    money_side side;
    figure_need need;
    size_t at;
} FIGURES[] = {
#define ROW(key, name, unit, side, need, at) {key, name, unit, MONEY_OF_##side, need, at},
    FIGURES_TABLE(ROW)
#undef ROW
};

uint32_t money_n_figures(void) {
    return sizeof FIGURES / sizeof FIGURES[0];
}

static bool is_known(const money_bargain *b, figure_need need) {
    switch (need) {
        case ALWAYS: return true;
        case SAVING: return b->has_saving;
        case COST: return b->has_host_cost;
        case SPEND: return b->has_spend;
    }
    return false;
}

money_figure money_figure_at(const money_report *report, uint32_t which, uint32_t i,
                             words_language language) {
    const money_result *r = &report->cases[which];
    const char *unit = FIGURES[i].unit;
    const void *at = (const char *)r + FIGURES[i].at;
    return (money_figure){.key = FIGURES[i].key,
                          .name = words_in(language, FIGURES[i].name),
                          .unit = *unit == '/' ? unit + 1 : unit,
                          .side = FIGURES[i].side,
                          .is_money = *unit == '/' || *unit == 0,
                          .spread = is_known(r->bargain, FIGURES[i].need) ? at : NULL};
}

// ---- the report and its cases -----------------------------------------------------------------
const money_scenario *money_report_scenario(const money_report *report) {
    return report->scenario;
}
const money_request *money_report_request(const money_report *report) {
    return &report->request;
}
uint32_t money_n_cases(const money_report *report) {
    return report->n_cases;
}

static bool is_unconfirmed(const money_case *c, uint32_t input) {
    return input != MONEY_NO_INPUT && hb_str_equal(c->inputs[input].mark, HB_STR("G"));
}

// What a driver counts rests on people and their days, and some on a chance or on seats.
static bool is_driver_unconfirmed(const money_scenario *s, const money_case *c,
                                  money_driver driver) {
    static const struct {
        money_driver driver;
        money_role role;
    } ON[] = {
        {MONEY_PER_PLANE_OUT,  MONEY_ROLE_PEOPLE_PER_PLANE},
        {MONEY_PER_PLANE_BACK, MONEY_ROLE_PEOPLE_PER_PLANE},
        {MONEY_PER_PLANE_BACK, MONEY_ROLE_PAID_RETURN     },
        {MONEY_PER_RETURN,     MONEY_ROLE_PAID_RETURN     },
        {MONEY_PER_WRONGFUL,   MONEY_ROLE_WRONGFUL        },
        {MONEY_PER_WRONGFUL,   MONEY_ROLE_WRONGFUL_PAID   },
        {MONEY_PER_PLACE_YEAR, MONEY_ROLE_PLACES          }
    };
    for (uint32_t k = 0; k < sizeof ON / sizeof ON[0]; k++)
        if (ON[k].driver == driver && is_unconfirmed(c, s->roles[ON[k].role])) return true;
    for (uint32_t g = 0; !money_driver_is_fixed(driver) && g < s->n_groups; g++)
        if (is_unconfirmed(c, s->groups[g].count) || is_unconfirmed(c, s->groups[g].fill) ||
            is_unconfirmed(c, s->groups[g].stay_days))
            return true;
    return false;
}

// A line rests on its amounts, its index, the chance that it comes, the bias and its driver.
static bool rests_on_unconfirmed(const money_scenario *s, const money_case *c,
                                 const money_line *line) {
    for (uint32_t f = 0; f < line->n_factors; f++)
        if (is_unconfirmed(c, line->factors[f].input)) return true;
    return is_unconfirmed(c, line->index) || is_unconfirmed(c, line->chance) ||
           (line->is_biased && is_unconfirmed(c, s->roles[MONEY_ROLE_BIAS])) ||
           is_driver_unconfirmed(s, c, line->driver);
}

money_case_row money_case_at(const money_report *report, uint32_t which) {
    const money_scenario *s = report->scenario;
    const money_result *r = &report->cases[which];
    money_case_row row = {.name = r->which->name,
                          .about = r->which->about,
                          .title = s->title,
                          .sender = s->sender,
                          .host = s->host,
                          .currency = s->currency,
                          .is_ex_post = r->which->is_ex_post,
                          .price_year = s->price_year,
                          .n_draws = r->n_draws,
                          .point = r->point[MONEY_all_in],
                          .point_percentile = r->point_percentile};
    for (uint32_t l = 0; l < s->n_lines; l++)
        if (!s->lines[l].is_paid_by_host && !rests_on_unconfirmed(s, r->which, &s->lines[l]))
            row.confirmed_mean += r->line_mean[l];
    return row;
}

uint32_t money_n_rates(const money_report *report) {
    return report->scenario->n_rates;
}
money_rate_row money_rate_at(const money_report *report, uint32_t which, uint32_t i) {
    const money_rate *rate = &report->scenario->rates[i];
    const money_result *r = &report->cases[which];
    return (money_rate_row){.rate = rate->text,
                            .name = rate->name,
                            .source = rate->source,
                            .sender = &r->spread[MONEY_pv_sender_1 + i],
                            .host = &r->spread[MONEY_pv_host_1 + i]};
}

uint32_t money_n_lines(const money_report *report) {
    return report->scenario->n_lines;
}
money_line_row money_line_at(const money_report *report, uint32_t which, uint32_t i) {
    const money_scenario *s = report->scenario;
    const money_line *line = &s->lines[i];
    return (money_line_row){
        .name = line->name,
        .payer = line->is_paid_by_host ? s->host : s->sender,
        .receiver = line->is_paid_to_host ? s->host : HB_STR(""),
        .source = line->source,
        .is_fixed = money_driver_is_fixed(line->driver),
        .is_capital = line->is_capital,
        .is_unconfirmed = rests_on_unconfirmed(s, report->cases[which].which, line),
        .mean = report->cases[which].line_mean[i]};
}

uint32_t money_n_inputs(const money_report *report) {
    return report->scenario->n_inputs;
}
uint32_t money_n_swings(const money_report *report, uint32_t which) {
    return report->cases[which].n_swings;
}

bool money_swing_input(const money_report *report, uint32_t which, uint32_t i, uint32_t *input) {
    const money_result *r = &report->cases[which];
    if (i >= r->n_swings || r->swings[i].index >= report->scenario->n_inputs) return false;
    *input = r->swings[i].index;
    return true;
}

money_input_row money_input_row_at(const money_report *report, uint32_t which, uint32_t i) {
    const money_input *in = &report->cases[which].which->inputs[i];
    return (money_input_row){in->name,   in->unit, in->low_text, in->mode_text, in->high_text,
                             in->source, in->mark, in->read_on,  in->note};
}

uint32_t money_n_excluded(const money_report *report) {
    return report->scenario->n_excluded;
}
hb_str money_excluded(const money_report *report, uint32_t i) {
    return report->scenario->excluded[i];
}

// ---- claims -----------------------------------------------------------------------------------
// The findings of a claim stand four in a row; one that is the same on every basis counts once.
static const money_finding *nth_finding(const money_result *r, uint32_t i) {
    for (uint32_t f = 0; f < r->n_findings; f++) {
        if (f % 4 != 0 && !r->findings[f].claim->is_on_bases) continue;
        if (i-- == 0) return &r->findings[f];
    }
    return NULL;
}

uint32_t money_n_claim_rows(const money_report *report, uint32_t which) {
    uint32_t n = 0;
    while (nth_finding(&report->cases[which], n)) n++;
    return n;
}

money_claim_row money_claim_row_at(const money_report *report, uint32_t which, uint32_t i,
                                   words_language language) {
    const money_finding *f = nth_finding(&report->cases[which], i);
    if (f == NULL) return (money_claim_row){0};
    const money_claim *claim = f->claim;
    return (money_claim_row){.id = claim->id,
                             .statement = claim->statement,
                             .said_by = claim->said_by,
                             .said_on = claim->said_on,
                             .source = claim->source,
                             .unit = claim->unit,
                             .note = claim->note,
                             .is_on_bases = claim->is_on_bases,
                             .is_average = f->is_average,
                             .is_all_in = f->is_all_in,
                             .basis = money_basis_word(f, language),
                             .finding = money_verdict_word(f->verdict, language),
                             .verdict = f->verdict,
                             .limit = claim->limit,
                             .probability = f->probability,
                             .n_true = f->n_true,
                             .n_judged = f->n_judged,
                             .quantity = &f->quantity,
                             .turns_on = f->weak};
}
