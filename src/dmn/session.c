// A session evaluates one model for one set of inputs at a time. A memo remembers each element's
// value, so a decision runs once; elements are evaluated in the order of their requirements with a
// stack of the session's own, so a chain of ten thousand decisions needs no deeper C stack than
// one.
//
//   root memo: what the caller set and asked for
//   service memo: one for each call of a decision service; holds its parameters, hides the caller's
//   values
//
// Functions of knowledge models and services depend on no input, so they are made in the root memo;
// a service memo has copies of those it needs. The values of a memo are at once the frame of all
// logic (graph.c), so nothing is moved when a decision is evaluated.
#include "dmn/internal.h"

#include <stdlib.h>
#include <string.h>

#define SESSION_MAX_BYTES ((size_t)1 << 30)
#define NOTES_MAX 200
#define CALLS_MAX 200  // services inside services

typedef enum { UNKNOWN = 0, GIVEN, VISITED, KNOWN } value_state;

typedef struct memo memo;
struct memo {
    feel_env env;        // of all logic
    feel_value *values;  // of each place
    uint32_t *rows;      // first row that fired, + 1; 0 = none
    uint8_t *states;     // value_state of each element
    uint32_t *stack, n;
};

typedef struct {
    dmn_trace_step *at;
    uint32_t n, room;
} trace;

struct dmn_session {
    const dmn_model *model;
    const dmn_native *natives;
    uint32_t n_natives;
    hb_instant now;
    hb_arena *arena;
    hb_error err;
    feel_run run;
    feel_note *notes;
    void *room;  // of the root memo
    memo root;
    memo *memo;        // the one in use
    uint32_t current;  // element being evaluated
    uint32_t n_calls;
    bool is_traced, has_notes;
    trace trace;
};

static size_t memo_size(const dmn_model *model) {
    return model->n_places * sizeof(feel_value) +
           model->n_elements * (2 * sizeof(uint32_t) + sizeof(uint8_t));
}

static const feel_env NO_NAMES = {.up = NULL, .slots = NULL};

// A memo in `room`, memo_size zeroed bytes.
static void lay_out(memo *m, const dmn_model *model, void *room) {
    m->values = room;
    m->rows = (uint32_t *)(m->values + model->n_places);
    m->stack = m->rows + model->n_elements;
    m->states = (uint8_t *)(m->stack + model->n_elements);
    m->env = (feel_env){.up = &NO_NAMES, .slots = m->values};
    m->n = 0;
}

// Functions made in it may outlive the call.
static memo *open_memo(dmn_session *s) {
    memo *m = hb_arena_new(s->arena, memo);
    void *room = m == NULL ? NULL : hb_arena_alloc(s->arena, memo_size(s->model));
    if (room == NULL) return NULL;
    lay_out(m, s->model, room);
    return m;
}

dmn_session *dmn_session_open(const dmn_model *model, hb_instant now, hb_error *err) {
    dmn_session *s = calloc(1, sizeof *s);
    if (s == NULL) {
        hb_out_of_memory(err);
        return NULL;
    }
    s->model = model;
    s->now = now;
    s->has_notes = true;
    s->memo = &s->root;
    s->current = DMN_NONE;
    s->arena = hb_arena_open(SESSION_MAX_BYTES);
    s->notes = calloc(NOTES_MAX, sizeof *s->notes);
    s->room = calloc(1, memo_size(model) + 1);
    if (s->arena == NULL || s->notes == NULL || s->room == NULL) {
        hb_out_of_memory(err);
        dmn_session_close(s);
        return NULL;
    }
    lay_out(&s->root, model, s->room);
    feel_run_init(&s->run, s->arena, &s->err);
    s->run.now = now;
    s->run.notes = s->notes;
    s->run.notes_max = NOTES_MAX;
    s->run.host = s;
    s->run.external = dmn_external_call;
    return s;
}

void dmn_session_close(dmn_session *s) {
    if (s == NULL) return;
    feel_run_clear(&s->run);
    if (s->arena != NULL) hb_arena_close(s->arena);
    free(s->notes);
    free(s->room);
    free(s);
}

void dmn_session_reset(dmn_session *s) {
    hb_arena_reset(s->arena);
    feel_run_again(&s->run);
    memset(s->room, 0, memo_size(s->model));
    if (s->err.kind != HB_NONE) s->err = (hb_error){0};
    s->trace = (trace){0};
}

void dmn_session_forget(dmn_session *s) {
    for (uint32_t i = 0; i < s->model->n_elements; i++)
        if (s->model->elements[i].shown.kind == DMN_DECISION) s->root.states[i] = UNKNOWN;
}

hb_arena *dmn_session_arena(dmn_session *s) {
    return s->arena;
}

void dmn_session_natives(dmn_session *s, const dmn_native *rows, uint32_t n) {
    s->natives = rows;
    s->n_natives = n;
}

const dmn_native *dmn_session_native_rows(const feel_run *run, uint32_t *n) {
    const dmn_session *s = run->host;
    *n = s == NULL ? 0 : s->n_natives;
    return s == NULL ? NULL : s->natives;
}

void dmn_session_keep_notes(dmn_session *s, bool is_kept) {
    s->has_notes = is_kept;
    s->run.notes_max = is_kept ? NOTES_MAX : 0;
    if (!is_kept) s->run.n_notes = 0;
}

void dmn_session_keep_trace(dmn_session *s, bool is_kept) {
    s->is_traced = is_kept;
}

// ---- one element ----------------------------------------------------------------------------

static feel_value note(dmn_session *s, const dmn_node *element, bool is_error, const char *what) {
    hb_str word = dmn_kind_word(element->shown.kind);
    return feel_null_because(&s->run, is_error, "%.*s \"%.*s\": %s", (int)word.n, word.at,
                             (int)element->name.n, element->name.at, what);
}

static feel_value typed(dmn_session *s, const dmn_node *element, feel_value value,
                        const feel_type *type) {
    feel_value coerced = feel_null();
    if (feel_is_null(value) || type->kind == FEEL_TYPE_ANY) return value;
    if (feel_is_plainly(value, type))
        coerced = value;
    else if (!feel_coerce(&s->run, value, type, &coerced))
        return note(s, element, true, "the value is not of its declared type");
    if (element->is_constrained && !feel_is_allowed(&s->run, coerced, type))
        return note(s, element, true, "the value is not among the allowed values of its type");
    return coerced;
}

// An import as its importer sees it: a context of those of its elements that are required.
static feel_value import_value(dmn_session *s, const memo *m, const dmn_slot *slot) {
    if (slot->element != DMN_NONE) return m->values[slot->element];
    feel_context *context = hb_arena_new(s->arena, feel_context);
    feel_value *values = hb_arena_array(s->arena, feel_value, slot->n_members);
    if (context == NULL || values == NULL) return feel_null();
    for (uint32_t i = 0; i < slot->n_members; i++)
        values[i] = import_value(s, m, &slot->members[i]);
    *context = (feel_context){.n = slot->n_members, .keys = slot->keys, .values = values};
    return (feel_value){.kind = FEEL_CONTEXT, .context = context};
}

static void fill_imports(dmn_session *s, memo *m, const dmn_node *element) {
    for (uint32_t i = 0; i < element->n_slots; i++) {
        const dmn_slot *slot = &element->slots[i];
        if (slot->element == DMN_NONE) m->values[slot->place] = import_value(s, m, slot);
    }
}

static feel_value out_of_memory(dmn_session *s) {
    s->run.has_failed = true;
    hb_out_of_memory(&s->err);
    return feel_null();
}

static feel_value run_logic(dmn_session *s, memo *m, const dmn_node *element) {
    if (element->is_broken) return note(s, element, true, "its logic has an error");
    if (element->program == NULL) return note(s, element, false, "it has no logic");
    if (element->has_imports) fill_imports(s, m, element);
    return feel_evaluate(&s->run, element->program, &m->env);
}

static feel_value call_service(feel_run *run, const void *data, const feel_value *args, uint32_t n);

static feel_value service_function(dmn_session *s, const dmn_node *element) {
    feel_value function = feel_null();
    if (element->is_broken) return note(s, element, true, "it has an error");
    if (!feel_function_host(s->arena, element->shown.name, element->n_inputs, element->params,
                            element->result, call_service, element, &function)) {
        return out_of_memory(s);
    }
    return function;
}

// A result outside the allowed values of its type is none (DMN 1.5 §7.3.2: they are all the values
// there are).
static feel_value allowed(dmn_session *s, const dmn_node *element, feel_value value) {
    if (!element->is_constrained || feel_is_null(value) ||
        feel_is_allowed(&s->run, value, element->shown.type))
        return value;
    return note(s, element, true, "the result is not among the allowed values of its type");
}

static feel_value compute(dmn_session *s, memo *m, uint32_t index) {
    const dmn_node *element = &s->model->elements[index];
    if (m->states[index] == GIVEN) return typed(s, element, m->values[index], element->shown.type);
    switch (element->shown.kind) {
        case DMN_INPUT: return note(s, element, true, "no value was given");
        case DMN_DECISION: return allowed(s, element, run_logic(s, m, element));
        case DMN_BKM: return run_logic(s, m, element);
        case DMN_SERVICE: return service_function(s, element);
    }
    return feel_null();
}

// ---- the elements one needs -----------------------------------------------------------------

static bool is_function(const dmn_node *element) {
    return element->shown.kind >= DMN_BKM;
}

// Whatever it rests on is known.
static void learn(dmn_session *s, memo *m, uint32_t index) {
    uint32_t outer = s->current;
    memo *outer_memo = s->memo;
    s->current = index;
    s->memo = m;
    m->values[index] = compute(s, m, index);
    m->states[index] = KNOWN;
    s->current = outer;
    s->memo = outer_memo;
}

static bool needs_logic(const memo *m, const dmn_node *element, uint32_t index) {
    return m->states[index] != GIVEN &&
           (element->shown.kind == DMN_DECISION || element->shown.kind == DMN_BKM);
}

// What rests on nothing is learned at once; of the others one at a time goes on the stack, which so
// is a way through the graph and never longer than it.
static bool push_missing(dmn_session *s, memo *m, const dmn_node *element) {
    for (uint32_t i = 0; i < element->n_required; i++) {
        uint32_t required = element->required[i];
        if (m->states[required] == KNOWN) continue;
        const dmn_node *other = &s->model->elements[required];
        memo *at = is_function(other) ? &s->root : m;
        if (at->states[required] != KNOWN) {
            if (needs_logic(at, other, required)) {
                m->stack[m->n++] = required;
                return false;
            }
            learn(s, at, required);
        }
        m->values[required] = at->values[required];
        m->states[required] = KNOWN;
    }
    return true;
}

static void know(dmn_session *s, memo *m, uint32_t target) {
    uint32_t base = m->n;
    m->stack[m->n++] = target;
    while (m->n > base && !s->run.has_failed) {
        uint32_t index = m->stack[m->n - 1];
        const dmn_node *element = &s->model->elements[index];
        memo *at = is_function(element) ? &s->root : m;
        if (at->states[index] != KNOWN) {
            if (needs_logic(at, element, index) && !push_missing(s, m, element)) continue;
            learn(s, at, index);
        }
        m->n--;
    }
    m->n = base;
}

// ---- services -------------------------------------------------------------------------------

static feel_value run_service(dmn_session *s, const dmn_node *service, memo *m) {
    hb_str *keys = hb_arena_array(s->arena, hb_str, service->n_outputs);
    feel_value *values = hb_arena_array(s->arena, feel_value, service->n_outputs);
    feel_context *context = hb_arena_new(s->arena, feel_context);
    if (keys == NULL || values == NULL || context == NULL) return out_of_memory(s);
    for (uint32_t i = 0; i < service->n_outputs; i++) {
        know(s, m, service->outputs[i]);
        keys[i] = s->model->elements[service->outputs[i]].shown.name;
        values[i] = m->values[service->outputs[i]];
    }
    *context = (feel_context){.n = service->n_outputs, .keys = keys, .values = values};
    feel_value all = {.kind = FEEL_CONTEXT, .context = context};
    return typed(s, service, service->n_outputs == 1 ? values[0] : all, service->result);
}

static feel_value call_service(feel_run *run, const void *data, const feel_value *args,
                               uint32_t n) {
    dmn_session *s = run->host;
    const dmn_node *service = data;
    if (n != service->n_inputs)
        return note(s, service, true, "it was called with the wrong number of arguments");
    if (s->n_calls == CALLS_MAX) return note(s, service, true, "services call each other too deep");
    memo *m = open_memo(s), *outer = s->memo;
    if (m == NULL) return out_of_memory(s);
    for (uint32_t i = 0; i < n; i++) {
        m->states[service->inputs[i]] = KNOWN;
        m->values[service->inputs[i]] = args[i];
    }
    s->memo = m;
    s->n_calls++;
    feel_value value = run_service(s, service, m);
    s->n_calls--;
    s->memo = outer;
    return value;
}

// ---- what callers use -----------------------------------------------------------------------

void dmn_session_set(dmn_session *s, uint32_t element, feel_value value) {
    const dmn_node *input = &s->model->elements[element];
    if (s->run.has_failed) return;
    // an input that needs neither conversion nor test is known at once
    bool is_known = input->shown.kind == DMN_INPUT && !input->is_constrained &&
                    feel_is_plainly(value, input->shown.type);
    s->root.states[element] = is_known ? KNOWN : GIVEN;
    s->root.values[element] = value;
}

static bool finish(dmn_session *s, hb_error *err) {
    if (!s->run.has_failed && !hb_arena_is_exhausted(s->arena)) return true;
    if (s->err.kind == HB_NONE) hb_out_of_memory(&s->err);
    *err = s->err;
    return false;
}

bool dmn_session_get(dmn_session *s, uint32_t element, feel_value *out, hb_error *err) {
    if (!s->run.has_failed && s->root.states[element] != KNOWN) know(s, &s->root, element);
    if (!finish(s, err)) return false;
    *out = s->root.values[element];
    return true;
}

bool dmn_session_service(dmn_session *s, uint32_t service, feel_value *out, hb_error *err) {
    const dmn_node *element = &s->model->elements[service];
    feel_value function = feel_null();
    if (!dmn_session_get(s, service, &function, err)) return false;
    feel_value *args = hb_arena_array(s->arena, feel_value, element->n_inputs);
    if (args == NULL) out_of_memory(s);
    for (uint32_t i = 0; args != NULL && i < element->n_inputs; i++) {
        uint32_t input = element->inputs[i];
        if (s->root.states[input] == UNKNOWN)
            note(s, &s->model->elements[input], true, "no value was given");
        else
            args[i] = s->root.values[input];
    }
    return dmn_session_call(s, function, args, element->n_inputs, out, err);
}

bool dmn_session_call(dmn_session *s, feel_value function, const feel_value *args, uint32_t n,
                      feel_value *out, hb_error *err) {
    if (!finish(s, err)) return false;
    feel_value value = feel_is_null(function) ? function : feel_call(&s->run, function, args, n);
    if (!finish(s, err)) return false;
    *out = value;
    return true;
}

// ---- why ------------------------------------------------------------------------------------

static __attribute__((noinline)) void keep_step(dmn_session *s, dmn_trace_step step) {
    trace *t = &s->trace;
    uint32_t n_inputs = step.table->n_inputs;
    uint32_t *hits = hb_arena_array(s->arena, uint32_t, step.n_hits);
    feel_value *inputs = hb_arena_array(s->arena, feel_value, n_inputs);
    if (t->n == t->room) {
        uint32_t room = t->room == 0 ? 16 : t->room * 2;
        dmn_trace_step *more = hb_arena_array(s->arena, dmn_trace_step, room);
        if (more == NULL) return;
        if (t->n > 0) memcpy(more, t->at, t->n * sizeof *more);
        t->at = more;
        t->room = room;
    }
    if (hits == NULL || inputs == NULL) return;  // the exhausted arena ends the evaluation
    if (step.n_hits > 0) memcpy(hits, step.hits, step.n_hits * sizeof *hits);
    if (n_inputs > 0) memcpy(inputs, step.inputs, n_inputs * sizeof *inputs);
    step.hits = hits;
    step.inputs = inputs;
    t->at[t->n++] = step;
}

void dmn_session_fired(feel_run *run, const dmn_table *table, uint32_t n_hits, const uint32_t *hits,
                       const feel_value *inputs, feel_value result) {
    dmn_session *s = run->host;
    if (s == NULL || s->current == DMN_NONE) return;
    if (s->model->elements[s->current].table == table)
        s->memo->rows[s->current] = n_hits == 0 ? 0 : hits[0] + 1;
    if (!s->is_traced) return;
    keep_step(s, (dmn_trace_step){.decision = s->current,
                                  .table = table,
                                  .n_hits = n_hits,
                                  .hits = hits,
                                  .inputs = inputs,
                                  .result = result});
}

uint32_t dmn_session_trace(const dmn_session *s, const dmn_trace_step **steps) {
    *steps = s->trace.at;
    return s->trace.n;
}

bool dmn_session_fits(dmn_session *s, const dmn_trace_step *step, uint32_t row, uint32_t column) {
    const feel_program *tests = step->table->rows[row].tests[column];
    return tests == NULL ||
           feel_is_true(feel_test(&s->run, tests, &s->root.env, step->inputs[column]));
}

uint32_t dmn_session_notes(const dmn_session *s, const feel_note **notes) {
    *notes = s->notes;
    return s->run.n_notes < s->run.notes_max ? s->run.n_notes : s->run.notes_max;
}

uint32_t dmn_session_row(const dmn_session *s, uint32_t decision) {
    return s->root.rows[decision] == 0 ? DMN_NONE : s->root.rows[decision] - 1;
}
