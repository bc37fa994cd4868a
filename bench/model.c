// One person after another through bench/model.dmn: all results, with and without the trace of why;
// loading; and the floor, the same tables as bare bitsets over whole numbers (floor.c).
// Every answer is compared with the oracle's before anything is measured.
// usage: bench-model MODEL PEOPLE ANSWERS
#include <string.h>

#include "bench/bench.h"
#include "bench/floor.h"
#include "dmn/dmn.h"

#define RESULTS_MAX 16
#define INPUTS_MAX 64

typedef struct {
    const dmn_model *model;
    dmn_session *session;
    hb_arena *kept;  // the people's values
    uint32_t n_people, n_inputs, n_results;
    uint32_t inputs[INPUTS_MAX], results[RESULTS_MAX];
    feel_value *facts;  // n_inputs a person
    const hb_json **answers;
} bench;

static uint64_t count_lines(const hb_bytes *text) {
    uint64_t n = 0;
    for (size_t i = 0; i < text->n; i++) n += text->at[i] == '\n';
    return n;
}

static const hb_json **read_lines(bench *b, const char *path, uint32_t *n, hb_error *err) {
    hb_bytes text = {0};
    hb_json_reader *reader = hb_json_reader_open();
    if (!hb_read_file(path, (size_t)1 << 30, &text, err)) bench_fail(err);
    const hb_json **lines = hb_arena_array(b->kept, const hb_json *, count_lines(&text));
    const char *at = text.at;
    for (*n = 0; lines && at < text.at + text.n; ++*n) {
        const char *end = memchr(at, '\n', (size_t)(text.at + text.n - at));
        hb_json *json = NULL;
        if (!hb_json_parse(reader, b->kept, (hb_str){at, (size_t)(end - at)}, &json, err))
            bench_fail(err);
        lines[*n] = json;
        at = end + 1;
    }
    hb_json_reader_close(reader);
    return lines;
}

static void read_people(bench *b, const char *path, hb_error *err) {
    const hb_json **people = read_lines(b, path, &b->n_people, err);
    b->facts = hb_arena_array(b->kept, feel_value, (size_t)b->n_people * b->n_inputs);
    for (uint32_t p = 0; p < b->n_people; p++) {
        for (uint32_t i = 0; i < b->n_inputs; i++) {
            const dmn_element *input = dmn_element_at(b->model, b->inputs[i]);
            const hb_json *fact = hb_json_member(people[p], input->name);
            feel_value *out = &b->facts[(size_t)p * b->n_inputs + i];
            if (fact && !feel_from_json(b->kept, fact, input->type, out, err)) bench_fail(err);
        }
    }
}

static void find_elements(bench *b) {
    for (uint32_t i = 0; i < dmn_n_elements(b->model); i++) {
        const dmn_element *element = dmn_element_at(b->model, i);
        if (element->kind == DMN_INPUT && b->n_inputs < INPUTS_MAX) b->inputs[b->n_inputs++] = i;
        if (element->kind == DMN_DECISION && dmn_decision_table(b->model, i) &&
            b->n_results < RESULTS_MAX)
            b->results[b->n_results++] = i;
    }
}

// All results of one person into out.
static void decide(bench *b, uint32_t person, feel_value *out) {
    hb_error err = {0};
    dmn_session_reset(b->session);
    for (uint32_t i = 0; i < b->n_inputs; i++)
        dmn_session_set(b->session, b->inputs[i], b->facts[(size_t)person * b->n_inputs + i]);
    for (uint32_t i = 0; i < b->n_results; i++)
        if (!dmn_session_get(b->session, b->results[i], &out[i], &err)) bench_fail(&err);
}

// ---- right before fast --------------------------------------------------------------------------

static bool is_answer(feel_value got, const hb_json *wanted, const feel_type *type) {
    hb_error err = {0};
    feel_value value = feel_null();
    hb_arena *arena = hb_arena_open((size_t)1 << 20);
    bool ok =
        wanted && feel_from_json(arena, wanted, type, &value, &err) && feel_is_same(got, value);
    hb_arena_close(arena);
    return ok;
}

static uint32_t count_wrong(bench *b) {
    uint32_t n_wrong = 0;
    for (uint32_t p = 0; p < b->n_people; p++) {
        feel_value got[RESULTS_MAX];
        bool ok = true;
        decide(b, p, got);
        for (uint32_t i = 0; i < b->n_results; i++) {
            const dmn_element *element = dmn_element_at(b->model, b->results[i]);
            ok = ok &&
                 is_answer(got[i], hb_json_member(b->answers[p], element->name), element->type);
        }
        n_wrong += !ok;
    }
    return n_wrong;
}

// ---- measuring ----------------------------------------------------------------------------------

static void measure_people(bench *b, const char *name, bool is_traced) {
    double best;
    dmn_session_keep_trace(b->session, is_traced);
    BENCH_BEST(
        best, b->n_people, for (uint32_t p = 0; p < b->n_people; p++) {
            feel_value got[RESULTS_MAX];
            decide(b, p, got);
        });
    dmn_session_keep_trace(b->session, false);
    bench_report(name, best, "ns", b->n_people);
}

static void measure_load(const char *path, const char *time, const char *memory) {
    double best, before = bench_peak_mib();
    hb_error err = {0};
    BENCH_BEST(best, 1, {
        dmn_model *model = dmn_load(path, false, &err);
        if (!model) bench_fail(&err);
        dmn_close(model);
    });
    bench_report(time, best / 1e6, "ms", BENCH_ROUNDS);
    if (memory) bench_report(memory, bench_peak_mib() - before, "MiB", 1);
}

// The floor's input is what the tables saw: the trace of each person.
static void measure_floor(bench *b) {
    floor_model *floor = floor_open(b->kept, b->model, b->results, b->n_results, b->n_people);
    if (!floor) {
        fprintf(stderr, "the floor does not understand this model\n");
        exit(1);
    }
    dmn_session_keep_trace(b->session, true);
    for (uint32_t p = 0; p < b->n_people; p++) {
        const dmn_trace_step *steps;
        feel_value got[RESULTS_MAX];
        decide(b, p, got);
        uint32_t n = dmn_session_trace(b->session, &steps);
        floor_learn(floor, p, steps, n);
    }
    dmn_session_keep_trace(b->session, false);
    if (floor_count_wrong(floor) > 0) {
        fprintf(stderr, "%u people's rows differ from the floor's\n", floor_count_wrong(floor));
        exit(1);
    }
    double best;
    BENCH_BEST(best, b->n_people, floor_run(floor));
    bench_report("floor: its tables as bitsets", best, "ns", b->n_people);
}

int main(int argc, char **argv) {
    hb_error err = {0};
    bench b = {.kept = hb_arena_open((size_t)4 << 30)};
    uint32_t n_answers = 0;
    if (argc != 4) return 2;
    measure_load("rulebooks/us-sv/rulebook.dmn", "load and compile us-sv, 67 rules",
                 "memory to load it");
    measure_load(argv[1], "load and compile the model", NULL);
    b.model = dmn_load(argv[1], false, &err);
    if (!b.model || !(b.session = dmn_session_open(b.model, (hb_instant){0}, &err)))
        bench_fail(&err);
    find_elements(&b);
    read_people(&b, argv[2], &err);
    b.answers = read_lines(&b, argv[3], &n_answers, &err);
    if (n_answers != b.n_people) return 1;
    uint32_t n_wrong = count_wrong(&b);
    bench_report("people whose results differ from the oracle's", n_wrong, "people", b.n_people);
    measure_people(&b, "model, one person, all results", false);
    measure_people(&b, "model, the same with its trace", true);
    measure_floor(&b);
    dmn_session_close(b.session);
    return n_wrong != 0;
}
