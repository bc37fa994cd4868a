// What is said of an agreement, as FEEL over the results of each draw. claims.csv has a row a
// claim: `quantity` is the number that decides, `test` is true where the claim holds. Names: every
// result (ORDER outcomes), every input of the scenario, `limit` (the row's own cut-off), `quantity`
// (in the test), and `paid` and `saved`. A claim that reads one of the last two is judged on four
// bases: saved at average or at marginal cost, paid as the fee alone or all-in. Its probability is
// the share of draws in which the test is true; null is not true.
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feel/feel.h"
#include "money/internal.h"

enum {
    CLAIMS_MAX = 64,
    JUDGED_MAX = 100000,  // draws on which claims are judged
    RANGE = 1024,
    ROW_BYTES = 16384,
    SLOTS_MAX = MONEY_N_OUTCOMES + MONEY_INPUTS_MAX + 4,
    FLIP_DRAWS = 200,
    FLIP_STEPS = 17,
};

const char *money_verdict_name(money_verdict verdict) {
    switch (verdict) {
        case MONEY_NOT_SHOWN: return "NOT_SHOWN";
        case MONEY_CONFIRMED: return "CONFIRMED";
        case MONEY_REFUTED: return "REFUTED";
    }
    return "NOT_SHOWN";
}

// ---- reading ----------------------------------------------------------------------------------
// Slots: outcomes, inputs, limit, paid, saved, quantity; each scope has a prefix of them.
typedef struct {
    feel_scope *without_basis, *of_quantity, *of_test;
} scopes;

static bool open_scopes(hb_arena *arena, const money_scenario *s, scopes *out) {
    feel_scope **all[] = {&out->without_basis, &out->of_quantity, &out->of_test};
    const feel_type *number = feel_type_basic(FEEL_TYPE_NUMBER);
    static const hb_str LAST[] = {
        {"limit",    5},
        {"paid",     4},
        {"saved",    5},
        {"quantity", 8}
    };
    static const uint32_t N_LAST[] = {1, 3, 4};
    for (uint32_t k = 0; k < 3; k++) {
        feel_scope *scope = *all[k] = feel_scope_open(arena, NULL);
        if (scope == NULL) return false;
        for (uint32_t o = 0; o < MONEY_N_OUTCOMES; o++)
            if (!feel_scope_add(scope, hb_str_from(MONEY_OUTCOME_NAMES[o]), number)) return false;
        for (uint32_t i = 0; i < s->n_inputs; i++)
            if (!feel_scope_add(scope, s->cases[0].inputs[i].name, number)) return false;
        for (uint32_t i = 0; i < N_LAST[k]; i++)
            if (!feel_scope_add(scope, LAST[i], number)) return false;
    }
    return true;
}

static const feel_program *compile(hb_arena *arena, hb_str text, const feel_scope *scope,
                                   hb_error *err) {
    feel_source source = {text, {0}};
    feel_node *node = feel_parse(arena, source, scope, err);
    return node ? feel_compile(arena, node, source, err) : NULL;
}

enum {
    ID,
    STATEMENT,
    SAID_BY,
    SAID_ON,
    SOURCE,
    QUANTITY,
    UNIT,
    TEST,
    LIMIT,
    NEEDS,
    NOTE,
    N_COLUMNS
};
static const char *const COLUMNS[] = {"id",     "statement", "said_by", "said_on",
                                      "source", "quantity",  "unit",    "test",
                                      "limit",  "needs",     "note"};

static bool refuse(hb_errors *errors, const char *path, const hb_csv_row *row, uint32_t column,
                   hb_error *err) {
    hb_error_file(err, hb_str_from(path));
    err->line = (uint32_t)(column < row->n ? row->fields[column].line : row->line);
    if (err->column == 0) err->column = column < row->n ? row->fields[column].column : 1;
    hb_error_in(err, "claim \"%.*s\"", row->n > ID ? (int)row->fields[ID].text.n : 0,
                row->n > ID ? row->fields[ID].text.at : "");
    hb_errors_add(errors, err);
    return false;
}

// A claim whose inputs a scenario does not give cannot be judged by it, and is left out.
static bool has_inputs(const money_scenario *s, hb_str needs) {
    while (needs.n) {
        size_t n = 0;
        while (n < needs.n && needs.at[n] != ' ') n++;
        bool is_found = n == 0;
        for (uint32_t i = 0; i < s->n_inputs && !is_found; i++)
            is_found = hb_str_equal((hb_str){needs.at, n}, s->cases[0].inputs[i].name);
        if (!is_found) return false;
        if (n < needs.n) n++;
        needs = (hb_str){needs.at + n, needs.n - n};
    }
    return true;
}

static bool holds(hb_str text, hb_str name) {
    return memmem(text.at, text.n, name.at, name.n) != NULL;
}

static bool read_claim(hb_arena *arena, const hb_csv_row *row, const scopes *scope,
                       money_claim *claim, uint32_t *wrong, hb_error *err) {
    hb_str *texts[] = {&claim->id,     &claim->statement, &claim->said_by, &claim->said_on,
                       &claim->source, &claim->quantity,  &claim->unit,    &claim->test};
    hb_dec limit;
    for (*wrong = 0; *wrong < LIMIT; ++*wrong) {
        if (!hb_str_copy(arena, hb_str_trim(row->fields[*wrong].text), texts[*wrong]))
            return hb_out_of_memory(err);
        if (texts[*wrong]->n == 0 && *wrong != SAID_ON)
            return hb_fail(err, HB_INPUT, "missing-text", "this field is empty");
    }
    if (!hb_dec_parse(hb_str_trim(row->fields[LIMIT].text), &limit))
        return hb_fail(err, HB_INPUT, "bad-value", "the limit is no number");
    claim->limit = hb_dec_to_double(limit);
    if (!hb_str_copy(arena, hb_str_trim(row->fields[NOTE].text), &claim->note))
        return hb_out_of_memory(err);
    *wrong = QUANTITY;
    claim->quantity_program = compile(arena, claim->quantity, scope->of_quantity, err);
    if (claim->quantity_program == NULL) return false;
    *wrong = TEST;
    claim->test_program = compile(arena, claim->test, scope->of_test, err);
    if (claim->test_program == NULL) return false;
    hb_error ignored = {0};
    claim->is_on_bases = compile(arena, claim->quantity, scope->without_basis, &ignored) == NULL ||
                         holds(claim->test, HB_STR("paid")) || holds(claim->test, HB_STR("saved"));
    return true;
}

// The first claim that decides by the same quantity; `limit` differs from claim to claim.
static uint32_t find_twin(const money_claims *claims, uint32_t c) {
    hb_str quantity = claims->claims[c].quantity;
    uint32_t twin = 0;
    if (holds(quantity, HB_STR("limit"))) return c;
    while (!hb_str_equal(claims->claims[twin].quantity, quantity)) twin++;
    return twin;
}

static bool check_header(const char *path, const hb_csv_row *row, hb_errors *errors) {
    for (uint32_t c = 0; c < N_COLUMNS; c++) {
        if (c < row->n && hb_str_equal(hb_str_trim(row->fields[c].text), hb_str_from(COLUMNS[c])))
            continue;
        hb_error err = {0};
        hb_fail(&err, HB_INPUT, "missing-column", "column %u must be \"%s\"", c + 1, COLUMNS[c]);
        hb_error_help(&err,
                      "id,statement,said_by,said_on,source,quantity,unit,test,limit,needs,note");
        return refuse(errors, path, row, c, &err);
    }
    return true;
}

static bool read_rows(hb_arena *arena, hb_csv *csv, const char *path, const money_scenario *s,
                      money_claims *claims, hb_errors *errors, hb_error *err) {
    hb_csv_row row;
    bool end = false;
    scopes scope;
    if (!open_scopes(arena, s, &scope)) return hb_out_of_memory(err);
    if (!hb_csv_next(csv, &row, &end, err)) return false;
    if (end) return hb_fail(err, HB_INPUT, "empty-table", "the table of claims is empty");
    if (!check_header(path, &row, errors)) return true;
    for (;;) {
        hb_error own = {0};
        uint32_t wrong = 0;
        if (!hb_csv_next(csv, &row, &end, err)) return false;
        if (end) return true;
        if (row.n != N_COLUMNS) {
            hb_fail(&own, HB_INPUT, "wrong-width", "this row has %u fields, the header %d", row.n,
                    N_COLUMNS);
            refuse(errors, path, &row, 0, &own);
        } else if (claims->n == CLAIMS_MAX) {
            return hb_fail(err, HB_LIMIT, "list-too-long", "more than %d claims", CLAIMS_MAX);
        } else if (has_inputs(s, row.fields[NEEDS].text)) {
            if (!read_claim(arena, &row, &scope, &claims->claims[claims->n], &wrong, &own))
                refuse(errors, path, &row, wrong, &own);
            else {
                claims->claims[claims->n].twin = find_twin(claims, claims->n);
                claims->n++;
            }
        }
    }
}

money_claims *money_claims_read(hb_arena *arena, const char *path, const money_scenario *scenario,
                                hb_errors *errors) {
    hb_error err = {0};
    uint64_t before = errors->n_all;
    money_claims *claims = hb_arena_new(arena, money_claims);
    hb_csv *csv = hb_csv_open(path, ',', ROW_BYTES, &err);
    bool ok = false;
    if (claims && csv) claims->claims = hb_arena_array(arena, money_claim, CLAIMS_MAX + 1);
    if (csv && (claims == NULL || claims->claims == NULL ||
                !hb_str_copy(arena, hb_str_from(path), &claims->path)))
        hb_out_of_memory(&err);
    else if (csv)
        ok = read_rows(arena, csv, path, scenario, claims, errors, &err);
    if (!ok) {
        hb_error_file(&err, hb_str_from(path));
        hb_errors_add(errors, &err);
    }
    if (csv) hb_csv_close(csv);
    return errors->n_all == before ? claims : NULL;
}

// ---- judging ----------------------------------------------------------------------------------
// The exact value to six places: a statistic has no more.
static feel_value number_of(hb_arena *arena, double x) {
    feel_value out = feel_null();
    hb_dec dec;
    if (fabs(x) < 9e11) {
        int64_t coefficient = llround(x * 1e6);
        int16_t exponent = -6;
        while (exponent < 0 && coefficient % 10 == 0) {
            coefficient /= 10;
            exponent++;
        }
        return (feel_value){.kind = FEEL_NUMBER, .exponent = exponent, .coefficient = coefficient};
    }
    if (!hb_dec_from_double(x, &dec) || !feel_number(arena, dec, &out)) return feel_null();
    return out;
}

static bool basis_average(uint32_t basis) {
    return basis < 2;
}
static bool basis_all_in(uint32_t basis) {
    return basis % 2 == 1;
}

typedef struct {
    const money_model *model;
    const money_scenario *scenario;
    bool is_used[SLOTS_MAX];  // by any claim: only those are converted
} judging;

static void find_used(const money_claims *claims, judging *j) {
    const money_scenario *s = j->scenario;
    for (uint32_t slot = 0; slot < MONEY_N_OUTCOMES + s->n_inputs; slot++) {
        hb_str name = slot < MONEY_N_OUTCOMES ? hb_str_from(MONEY_OUTCOME_NAMES[slot])
                                              : s->cases[0].inputs[slot - MONEY_N_OUTCOMES].name;
        for (uint32_t c = 0; c < claims->n && !j->is_used[slot]; c++)
            j->is_used[slot] =
                holds(claims->claims[c].quantity, name) || holds(claims->claims[c].test, name);
    }
}

static void fill_slots(const judging *j, hb_arena *arena, const money_work *work, uint32_t l,
                       const double *outcome, feel_value *slots) {
    for (uint32_t o = 0; o < MONEY_N_OUTCOMES; o++)
        if (j->is_used[o]) slots[o] = number_of(arena, outcome[o]);
    for (uint32_t i = 0; i < j->scenario->n_inputs; i++)
        if (j->is_used[MONEY_N_OUTCOMES + i])
            slots[MONEY_N_OUTCOMES + i] = number_of(arena, work->x[i][l]);
}

// One claim on one basis in one draw. `quantities` has a place for each finding of the draw: claims
// that decide by the same quantity compute it once.
static void judge_one(feel_run *run, const judging *j, const money_finding *findings, uint32_t f,
                      const double *outcome, feel_value *slots, feel_value *quantities,
                      feel_value *test) {
    const money_claim *claim = findings[f].claim;
    feel_value *last = slots + MONEY_N_OUTCOMES + j->scenario->n_inputs;
    feel_env env = {.up = NULL, .slots = slots};
    bool is_average = findings[f].is_average;
    last[0] = number_of(run->arena, claim->limit);
    last[1] = number_of(run->arena, outcome[findings[f].is_all_in ? MONEY_all_in : MONEY_fee]);
    last[2] =
        number_of(run->arena, outcome[is_average ? MONEY_saving_average : MONEY_saving_marginal]);
    quantities[f] = claim->twin < f / 4 ? quantities[claim->twin * 4 + f % 4]
                                        : feel_evaluate(run, claim->quantity_program, &env);
    last[3] = quantities[f];
    *test = feel_evaluate(run, claim->test_program, &env);
}

typedef struct {
    judging judging;
    const money_claims *claims;
    const money_result *result;
    money_stream stream;
    uint64_t n;
    uint32_t n_findings;
    money_finding *findings;
    double *quantities;  // n of each finding; NAN where null
    uint8_t *tests;      // 1 true, 2 null
    atomic_bool has_failed;
} judgement;

static void judge_range(void *to, uint64_t chunk, uint64_t first, uint64_t last, money_work *work) {
    judgement *j = to;
    hb_error err = {0};
    feel_value slots[SLOTS_MAX] = {0}, quantities[CLAIMS_MAX * 4] = {0};
    feel_run run;
    double outcome[MONEY_N_OUTCOMES];
    hb_arena *arena = hb_arena_open((size_t)64 << 20);
    (void)chunk;
    if (arena == NULL) {
        atomic_store(&j->has_failed, true);
        return;
    }
    feel_run_init(&run, arena, &err);
    run.steps_left = UINT64_MAX;
    for (uint64_t i = first; i < last; i++) {
        uint32_t l = (uint32_t)(i - first) % MONEY_LANES;
        if (l == 0) {
            money_draw(j->judging.model, &j->stream, i,
                       last - i < MONEY_LANES ? (uint32_t)(last - i) : MONEY_LANES, work);
            money_place(j->judging.model, work);
        }
        for (uint32_t o = 0; o < MONEY_N_OUTCOMES; o++) outcome[o] = j->result->columns[o][i];
        fill_slots(&j->judging, arena, work, l, outcome, slots);
        for (uint32_t f = 0; f < j->n_findings; f++) {
            feel_value test;
            if (f && !j->findings[f].claim->is_on_bases &&
                j->findings[f].claim == j->findings[f - 1].claim) {
                j->quantities[f * j->n + i] = j->quantities[(f - 1) * j->n + i];
                j->tests[f * j->n + i] = j->tests[(f - 1) * j->n + i];
                quantities[f] = quantities[f - 1];
                continue;
            }
            judge_one(&run, &j->judging, j->findings, f, outcome, slots, quantities, &test);
            j->quantities[f * j->n + i] =
                quantities[f].kind == FEEL_NUMBER ? hb_dec_to_double(feel_dec(quantities[f])) : NAN;
            j->tests[f * j->n + i] = feel_is_true(test) ? 1 : feel_is_false(test) ? 0 : 2;
        }
        hb_arena_reset(arena);
    }
    if (run.has_failed) atomic_store(&j->has_failed, true);
    feel_run_clear(&run);
    hb_arena_close(arena);
}

static money_verdict verdict_of(const money_request *request, double probability) {
    if (probability >= request->confirmed_from) return MONEY_CONFIRMED;
    if (probability <= request->refuted_to) return MONEY_REFUTED;
    return MONEY_NOT_SHOWN;
}

static bool conclude(judgement *j, const money_request *request, uint32_t f) {
    money_finding *finding = &j->findings[f];
    double *values = j->quantities + (uint64_t)f * j->n;
    uint64_t kept = 0;
    finding->n_judged = j->n;
    for (uint64_t i = 0; i < j->n; i++) {
        finding->n_true += j->tests[(uint64_t)f * j->n + i] == 1;
        finding->n_null += j->tests[(uint64_t)f * j->n + i] == 2;
        if (!isnan(values[i])) values[kept++] = values[i];
    }
    finding->probability = (double)finding->n_true / (double)j->n;
    finding->error = sqrt(finding->probability * (1 - finding->probability) / (double)j->n);
    // A test that is null in every draw reports its quantity and decides nothing.
    if (finding->n_null < j->n) finding->verdict = verdict_of(request, finding->probability);
    return money_spread_of(values, kept, &finding->quantity);
}

// ---- flips ------------------------------------------------------------------------------------
// For one input: the probabilities of all findings with it held at FLIP_STEPS values, a half octave
// apart around its middle (a share: twentieths), every other input as drawn.
typedef struct {
    judgement *judgement;
    double *n_true;  // [input][step][finding]
} flipping;

static double step_value(const money_input *input, uint32_t step) {
    if (hb_str_equal(input->unit, HB_STR("share"))) return (double)step / (FLIP_STEPS - 1);
    double middle = input->knots ? money_input_at(input, 0.5) : input->mode;
    return middle * exp2(((double)step - (FLIP_STEPS - 1) / 2) / 2);
}

static void flip_input(void *to, uint64_t chunk, uint64_t first, uint64_t last, money_work *work) {
    flipping *flip = to;
    judgement *j = flip->judgement;
    hb_error err = {0};
    feel_value slots[SLOTS_MAX] = {0}, quantities[CLAIMS_MAX * 4] = {0};
    feel_run run;
    double outcome[MONEY_N_OUTCOMES];
    hb_arena *arena = hb_arena_open((size_t)64 << 20);
    (void)chunk;
    if (arena == NULL) {
        atomic_store(&j->has_failed, true);
        return;
    }
    feel_run_init(&run, arena, &err);
    run.steps_left = UINT64_MAX;
    for (uint64_t cell = first; cell < last; cell++) {
        uint32_t input = (uint32_t)(cell / FLIP_STEPS), step = (uint32_t)(cell % FLIP_STEPS);
        double *n_true = flip->n_true + cell * j->n_findings;
        double value = step_value(&j->judging.model->which->inputs[input], step);
        for (uint32_t i = 0; i < FLIP_DRAWS; i++) {
            uint32_t l = i % MONEY_LANES;
            if (l == 0) {
                money_draw(j->judging.model, &j->stream, i,
                           FLIP_DRAWS - i < MONEY_LANES ? FLIP_DRAWS - i : MONEY_LANES, work);
                money_place(j->judging.model, work);
                money_fill(work->x[input], value);
                money_follow(j->judging.model, work);
            }
            for (uint32_t o = 0; o < MONEY_N_OUTCOMES; o++) outcome[o] = work->outcome[o][l];
            fill_slots(&j->judging, arena, work, l, outcome, slots);
            bool was_true = false;
            for (uint32_t f = 0; f < j->n_findings; f++) {
                feel_value test;
                bool is_same = f && !j->findings[f].claim->is_on_bases &&
                               j->findings[f].claim == j->findings[f - 1].claim;
                if (is_same) {
                    quantities[f] = quantities[f - 1];
                } else {
                    judge_one(&run, &j->judging, j->findings, f, outcome, slots, quantities, &test);
                    was_true = feel_is_true(test);
                }
                n_true[f] += was_true;
            }
            hb_arena_reset(arena);
        }
    }
    if (run.has_failed) atomic_store(&j->has_failed, true);
    feel_run_clear(&run);
    hb_arena_close(arena);
}

// The nearest step at which the finding is another, or false.
static bool nearest_flip(const flipping *flip, const money_request *request, uint32_t input,
                         uint32_t f, money_flip *out) {
    judgement *j = flip->judgement;
    const money_input *in = &j->judging.model->which->inputs[input];
    double middle = in->knots ? money_input_at(in, 0.5) : in->mode, best = INFINITY;
    if (j->findings[f].n_null == j->n) return false;
    if (middle <= 0 && !hb_str_equal(in->unit, HB_STR("share"))) return false;
    for (uint32_t step = 0; step < FLIP_STEPS; step++) {
        double p =
            flip->n_true[((uint64_t)input * FLIP_STEPS + step) * j->n_findings + f] / FLIP_DRAWS;
        double value = step_value(in, step);
        if (verdict_of(request, p) == j->findings[f].verdict || fabs(value - middle) >= best)
            continue;
        best = fabs(value - middle);
        *out = (money_flip){.input = in->name, .value = value, .to = verdict_of(request, p)};
    }
    return isfinite(best);
}

static bool find_flips(hb_arena *arena, judgement *j, const money_request *request, hb_error *err) {
    uint32_t n_inputs = j->judging.scenario->n_inputs;
    flipping flip = {.judgement = j};
    flip.n_true = calloc((size_t)n_inputs * FLIP_STEPS * j->n_findings + 1, sizeof *flip.n_true);
    bool ok = flip.n_true != NULL || hb_out_of_memory(err);
    ok = ok && money_share_out(j->judging.scenario, (uint64_t)n_inputs * FLIP_STEPS, FLIP_STEPS,
                               request, flip_input, &flip, err);
    for (uint32_t f = 0; ok && f < j->n_findings; f++) {
        money_finding *finding = &j->findings[f];
        if ((finding->flips = hb_arena_array(arena, money_flip, n_inputs)) == NULL)
            ok = hb_out_of_memory(err);
        for (uint32_t i = 0; ok && i < n_inputs; i++) {
            const money_input *input = &j->judging.model->which->inputs[i];
            money_flip *one = &finding->flips[finding->n_flips];
            if (!nearest_flip(&flip, request, i, f, one)) continue;
            finding->n_flips++;
            if (finding->weak.n == 0 && hb_str_equal(input->mark, HB_STR("G")) &&
                one->value >= input->low && one->value <= input->high)
                finding->weak = input->name;
        }
    }
    free(flip.n_true);
    return ok;
}

bool money_judge(hb_arena *arena, const money_claims *claims, const money_request *request,
                 money_result *result, hb_error *err) {
    judgement j = {.claims = claims, .result = result};
    j.judging = (judging){.model = &result->model, .scenario = result->model.scenario};
    j.n = result->n_draws < JUDGED_MAX ? result->n_draws : JUDGED_MAX;
    j.stream = (money_stream){.seed = request->seed, .n = request->is_latin ? request->n_draws : 0};
    j.n_findings = claims->n * 4;
    if (claims->n == 0) return true;
    j.findings = hb_arena_array(arena, money_finding, j.n_findings);
    j.quantities = malloc(j.n_findings * j.n * sizeof *j.quantities);
    j.tests = malloc(j.n_findings * j.n);
    bool ok = j.findings && j.quantities && j.tests;
    if (!ok) hb_out_of_memory(err);
    for (uint32_t f = 0; ok && f < j.n_findings; f++) {
        j.findings[f].claim = &claims->claims[f / 4];
        j.findings[f].is_average = basis_average(f % 4);
        j.findings[f].is_all_in = basis_all_in(f % 4);
    }
    if (ok) find_used(claims, &j.judging);
    ok = ok && money_share_out(j.judging.scenario, j.n, RANGE, request, judge_range, &j, err);
    for (uint32_t f = 0; ok && f < j.n_findings; f++)
        ok = conclude(&j, request, f) || hb_out_of_memory(err);
    ok = ok && find_flips(arena, &j, request, err);
    if (ok && atomic_load(&j.has_failed)) ok = hb_out_of_memory(err);
    result->findings = j.findings;
    result->n_findings = j.n_findings;
    free(j.quantities);
    free(j.tests);
    return ok;
}
