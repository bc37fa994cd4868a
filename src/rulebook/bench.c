// A thread's workshop, and one person on it: records become statements (standing.c), statements the
// value that counts (merge.c); then, over all facts as they count, what is asked and what is
// missing, and what each decision of the model gives.
#include "rulebook/internal.h"

#include <stdlib.h>
#include <string.h>

#define BENCH_ARENA_BYTES (64u << 20)

rulebook_bench *rulebook_bench_open(const rulebook *rb, hb_error *err) {
    rulebook_bench *bench = calloc(1, sizeof *bench);
    if (!bench) {
        hb_out_of_memory(err);
        return NULL;
    }
    bench->rb = rb;
    bench->arena = hb_arena_open(BENCH_ARENA_BYTES);
    bench->slots = calloc(rb->n_facts + 2, sizeof *bench->slots);
    bench->numbers = calloc(rb->n_facts + 2 + rb->n_rules, sizeof *bench->numbers);
    bench->memo = memo_open(dmn_n_elements(rb->model) + rb->n_conditions + rb->n_facts);
    bool ok = bench->arena && bench->slots && bench->numbers && bench->memo ? true
                                                                            : hb_out_of_memory(err);
    ok = ok && (bench->names = names_open(err));
    ok = ok && (bench->session = dmn_session_open(rb->model, (hb_instant){0}, err));
    if (ok) dmn_session_keep_notes(bench->session, false);  // an answer has reasons of its own
    if (ok) feel_run_init(&bench->run, bench->arena, &bench->run_err);
    if (ok) return bench;
    rulebook_bench_close(bench);
    return NULL;
}

void rulebook_bench_close(rulebook_bench *bench) {
    if (!bench) return;
    if (bench->run.arena) feel_run_clear(&bench->run);
    dmn_session_close(bench->session);
    names_close(bench->names);
    hb_arena_close(bench->arena);
    memo_close(bench->memo);
    free(bench->numbers);
    free(bench->slots);
    free(bench);
}

void rulebook_bench_reset(rulebook_bench *bench) {
    feel_run_clear(&bench->run);
    hb_arena_reset(bench->arena);
    bench->run_err = (hb_error){0};
    feel_run_init(&bench->run, bench->arena, &bench->run_err);
    dmn_session_reset(bench->session);
    memo_between_people(bench->memo);
    memset(bench->numbers, 0,
           (bench->rb->n_facts + 2 + bench->rb->n_rules) * sizeof *bench->numbers);
}

const rulebook *rulebook_bench_rulebook(const rulebook_bench *bench) {
    return bench->rb;
}

static void set_day(rulebook_bench *bench, const rulebook_day *day) {
    uint32_t n = bench->rb->n_facts;
    bench->day_slots[0] = bench->slots[n] = feel_date(day->as_of);
    bench->day_slots[1] = bench->slots[n + 1] = feel_string(day->host);
    for (uint32_t i = n; i < n + 2; i++)
        bench->numbers[i] = memo_number(bench->memo, bench->slots[i]);
}

// Whether everything so far was answered: a limit reached in between would leave a half-judged
// person.
static bool is_whole(const rulebook_bench *bench, hb_error *err) {
    if (hb_arena_is_exhausted(bench->arena)) return hb_out_of_memory(err);
    if (!bench->run.has_failed) return true;
    if (err && err->kind == HB_NONE) *err = bench->run_err;
    return hb_fail(err, HB_LIMIT, "step-limit",
                   "the facts of this person take more work than the limit");
}

bool rulebook_value_effect(rulebook_bench *bench, const rulebook_day *day, uint32_t fact,
                           feel_value value, rulebook_effect *effect, hb_error *err) {
    set_day(bench, day);
    *effect = value_effect(bench, fact, value);
    return is_whole(bench, err);
}

// ---- one person ---------------------------------------------------------------------------------

// Statements sorted by fact: those of fact f stand at starts[f] .. starts[f + 1].
static bool weigh_all(rulebook_bench *bench, const rulebook_day *day,
                      const rulebook_record *records, uint32_t n_records, statement **statements,
                      uint32_t **starts) {
    uint32_t n_facts = bench->rb->n_facts, n_evidence = 0;
    uint32_t *ends = hb_arena_array(bench->arena, uint32_t, n_facts + 2);
    *statements = hb_arena_array(bench->arena, statement, n_records + 1);
    if (!ends || !*statements) return false;
    for (uint32_t r = 0; r < n_records; r++) {
        if (records[r].is_unknown) continue;
        ends[records[r].fact + 2]++;
        n_evidence += records[r].n_evidence;
    }
    judged_documents judged = {.n_slots = 16};
    while (judged.n_slots < 2 * n_evidence) judged.n_slots *= 2;
    if (!(judged.slots = hb_arena_array(bench->arena, judged_document, judged.n_slots)))
        return false;
    for (uint32_t f = 2; f < n_facts + 2; f++) ends[f] += ends[f - 1];
    for (uint32_t r = 0; r < n_records; r++) {
        if (records[r].is_unknown) continue;
        if (!statement_weigh(bench, day, &judged, &records[r],
                             &(*statements)[ends[records[r].fact + 1]++]))
            return false;
    }
    *starts = ends;
    return true;
}

// What is established as "there is none", or as never answered, is missing all the same.
static bool is_none(const rulebook_bench *bench, uint32_t fact,
                    const rulebook_fact_standing *standing) {
    const fact_law *law = &bench->rb->laws[fact];
    if (standing->effect != RULEBOOK_PROTECTS || feel_is_null(standing->counts)) return false;
    if (standing->counts.kind == FEEL_LIST) return standing->counts.n == 0;
    if (standing->counts.kind != FEEL_STRING) return false;
    hb_str text = feel_text(standing->counts);
    rulebook_fact_type type = bench->rb->facts[fact].type;
    if (type == RULEBOOK_DOC || type == RULEBOOK_TEXT) return hb_str_equal(text, HB_STR("none"));
    for (uint32_t v = 0; v < law->n_unanswered; v++)
        if (hb_str_equal(text, law->unanswered[v])) return true;
    return false;
}

// The numbers of what is read, in its order; `out` has room for MEMO_READS_MAX. False when one is
// not known: then nothing may be remembered.
static bool gather(const rulebook_bench *bench, const reads *read, uint32_t *out) {
    if (!read->places || read->n > MEMO_READS_MAX) return false;
    for (uint32_t i = 0; i < read->n; i++) {
        out[i] = bench->numbers[read->places[i]];
        if (!out[i]) return false;
    }
    return true;
}

static bool is_condition_false(rulebook_bench *bench, uint32_t c) {
    const condition *when = &bench->rb->conditions[c];
    uint32_t numbers[MEMO_READS_MAX], function = dmn_n_elements(bench->rb->model) + c;
    memo_answer answer = {.row = DMN_NONE};
    bool can_keep = gather(bench, &when->reads, numbers);
    if (can_keep && memo_find(bench->memo, function, numbers, when->reads.n, &answer))
        return feel_is_false(answer.value);
    feel_env env = {NULL, bench->slots};
    answer.value = feel_evaluate(&bench->run, when->program, &env);
    if (can_keep && !bench->run.has_failed)
        memo_keep(bench->memo, function, numbers, when->reads.n, answer);
    return feel_is_false(answer.value);
}

static bool ask(rulebook_bench *bench, rulebook_fact_standing *standings) {
    const rulebook *rb = bench->rb;
    bool *is_false = hb_arena_array(bench->arena, bool, rb->n_conditions);
    if (!is_false) return false;
    for (uint32_t c = 0; c < rb->n_conditions; c++) is_false[c] = is_condition_false(bench, c);
    for (uint32_t f = 0; f < rb->n_facts; f++) {
        rulebook_fact_standing *standing = &standings[f];
        standing->is_asked = !rb->laws[f].asked_when || !is_false[rb->laws[f].condition];
        standing->is_missing = standing->is_asked && (standing->standing != RULEBOOK_ESTABLISHED ||
                                                      is_none(bench, f, standing));
    }
    return true;
}

static void set_inputs(rulebook_bench *bench) {
    const rulebook *rb = bench->rb;
    for (uint32_t f = 0; f < rb->n_facts; f++)
        if (rb->laws[f].input != DMN_NONE)
            dmn_session_set(bench->session, rb->laws[f].input, bench->slots[f]);
    if (rb->input_as_of != DMN_NONE)
        dmn_session_set(bench->session, rb->input_as_of, bench->slots[rb->n_facts]);
    if (rb->input_host != DMN_NONE)
        dmn_session_set(bench->session, rb->input_host, bench->slots[rb->n_facts + 1]);
}

bool rulebook_stand(rulebook_bench *bench, const rulebook_day *day, const rulebook_record *records,
                    uint32_t n_records, rulebook_fact_standing *standings, hb_error *err) {
    uint32_t *starts;
    statement *statements;
    set_day(bench, day);
    if (!weigh_all(bench, day, records, n_records, &statements, &starts))
        return hb_out_of_memory(err);
    for (uint32_t f = 0; f < bench->rb->n_facts; f++) {
        uint32_t n = starts[f + 1] - starts[f];
        standings[f] = (rulebook_fact_standing){.why = why_text(WHY_ABSENT)};
        if (n && !fact_merge(bench, f, statements + starts[f], n, &standings[f]))
            return hb_out_of_memory(err);
        bench->slots[f] = standings[f].counts;
        bench->numbers[f] = memo_number(bench->memo, standings[f].counts);
    }
    if (!ask(bench, standings)) return hb_out_of_memory(err);
    set_inputs(bench);
    return is_whole(bench, err);
}

// ---- decisions ----------------------------------------------------------------------------------

enum { RULES_DEEP = 64 };  // rules that read rules; deeper ones are not remembered

static bool answer(rulebook_bench *bench, uint32_t decision, uint32_t depth, memo_answer *out,
                   hb_error *err);

// The outcomes of rules that it reads must have their numbers first.
static bool answer_what_is_read(rulebook_bench *bench, const reads *read, uint32_t depth,
                                hb_error *err) {
    uint32_t first = bench->rb->n_facts + 2;
    for (uint32_t i = 0; i < read->n && depth < RULES_DEEP; i++) {
        if (read->places[i] < first || bench->numbers[read->places[i]]) continue;
        memo_answer ignored;
        uint32_t rule = bench->rb->rules[read->places[i] - first].decision;
        if (!answer(bench, rule, depth + 1, &ignored, err)) return false;
    }
    return true;
}

static bool answer(rulebook_bench *bench, uint32_t decision, uint32_t depth, memo_answer *out,
                   hb_error *err) {
    const reads *read = &bench->rb->reads[decision];
    uint32_t numbers[MEMO_READS_MAX];
    *out = (memo_answer){.row = DMN_NONE};
    if (!answer_what_is_read(bench, read, depth, err)) return false;
    bool can_keep = gather(bench, read, numbers);
    if (can_keep && memo_find(bench->memo, decision, numbers, read->n, out)) {
        dmn_session_set(bench->session, decision, out->value);
    } else {
        if (!dmn_session_get(bench->session, decision, &out->value, err)) return false;
        out->row = dmn_session_row(bench->session, decision);
        out->number = memo_number(bench->memo, out->value);
        if (can_keep) memo_keep(bench->memo, decision, numbers, read->n, *out);
    }
    uint32_t place = bench->rb->places[decision];
    if (place != DMN_NONE) bench->numbers[place] = out->number;
    return true;
}

bool rulebook_bench_answer(rulebook_bench *bench, uint32_t decision, feel_value *value,
                           uint32_t *row, hb_error *err) {
    memo_answer found;
    if (!answer(bench, decision, 0, &found, err)) return false;
    *value = found.value;
    *row = found.row;
    return true;
}

// What was remembered stands in the session as if it were given; without it the table is read.
bool rulebook_bench_trace(rulebook_bench *bench, uint32_t decision, dmn_trace_step *step,
                          const bool **fits, hb_error *err) {
    const dmn_trace_step *steps;
    feel_value ignored;
    dmn_session_reset(bench->session);
    set_inputs(bench);
    dmn_session_keep_trace(bench->session, true);
    bool ok = dmn_session_get(bench->session, decision, &ignored, err);
    uint32_t n = ok ? dmn_session_trace(bench->session, &steps) : 0, i = 0;
    dmn_session_keep_trace(bench->session, false);
    if (!ok) return false;
    while (i < n && steps[i].decision != decision) i++;
    if (i == n) return hb_fail(err, HB_LIMIT, "step-limit", "the table left no trace");
    *step = steps[i];
    size_t n_cells = (size_t)step->table->n_rows * step->table->n_inputs;
    bool *cells = hb_arena_array(bench->arena, bool, n_cells + 1);
    if (!cells) return hb_out_of_memory(err);
    for (size_t c = 0; c < n_cells; c++)
        cells[c] = dmn_session_fits(bench->session, step, (uint32_t)(c / step->table->n_inputs),
                                    (uint32_t)(c % step->table->n_inputs));
    *fits = cells;
    return is_whole(bench, err);
}
