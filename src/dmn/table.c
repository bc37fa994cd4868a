// Decision tables (DMN 1.5 §8). Reading makes every cell a program; evaluating finds the rows whose
// every test accepts and lets the hit policy make one value of their outputs. Input expressions run
// once, outputs only for rows that count. What is wrong at run time (two rows of a unique table, a
// value outside the declared ones) gives null with a note, never a guess.
#include "dmn/internal.h"

#include <stdlib.h>
#include <string.h>

#include "dmn/match.h"

typedef struct {
    dmn_table shown;
    dmn_match *match;  // finds the rows (match.c)
    const feel_program *
        *order;  // one an output: the list of its values, first is highest; NULL when not given
    const feel_program *aggregate;  // FEEL's own sum, min, max or count over slot 0
    const hb_str *keys;             // names of several outputs
    const feel_value *ready;        // of each row, its value where that needs no running
    const uint32_t *standing;       // of each row, its place by priority; NULL when that is not known
    const uint32_t *by_standing;    // the rows in that order
    bool has_default;
} table;

// ---- words of the file ----------------------------------------------------------------------

static const struct {
    const char *word;
    dmn_hit_policy policy;
} HIT_POLICIES[] = {
    {"UNIQUE",       DMN_UNIQUE      },
    {"ANY",          DMN_ANY         },
    {"PRIORITY",     DMN_PRIORITY    },
    {"FIRST",        DMN_FIRST       },
    {"OUTPUT ORDER", DMN_OUTPUT_ORDER},
    {"RULE ORDER",   DMN_RULE_ORDER  },
    {"COLLECT",      DMN_COLLECT     },
};
static const struct {
    const char *word;
    dmn_aggregation how;
    const char *feel;
} AGGREGATIONS[] = {
    {"SUM",   DMN_SUM,   "sum(outputs)"  },
    {"COUNT", DMN_COUNT, "count(outputs)"},
    {"MIN",   DMN_MIN,   "min(outputs)"  },
    {"MAX",   DMN_MAX,   "max(outputs)"  },
};

static bool read_policy(dmn_builder *b, const dmn_xml *node, dmn_table *shown, hb_str where) {
    hb_str word = dmn_xml_get(node, "hitPolicy");
    if (word.n == 0) return true;  // UNIQUE
    for (size_t i = 0; i < sizeof HIT_POLICIES / sizeof *HIT_POLICIES; i++) {
        if (!hb_str_equal(word, hb_str_from(HIT_POLICIES[i].word))) continue;
        shown->hit_policy = HIT_POLICIES[i].policy;
        return true;
    }
    dmn_builder_problem(b, node, "hit-policy", where, "the hit policy \"%.*s\" is not known",
                        (int)word.n, word.at);
    return false;
}

static bool read_aggregation(dmn_builder *b, const dmn_xml *node, table *t, hb_str where) {
    hb_str word = dmn_xml_get(node, "aggregation");
    if (word.n == 0) return true;
    for (size_t i = 0; i < sizeof AGGREGATIONS / sizeof *AGGREGATIONS; i++) {
        if (!hb_str_equal(word, hb_str_from(AGGREGATIONS[i].word))) continue;
        feel_scope *scope = feel_scope_open(b->model->arena, NULL);
        if (scope == NULL || !feel_scope_add(scope, HB_STR("outputs"), NULL)) return false;
        t->shown.aggregation = AGGREGATIONS[i].how;
        t->aggregate = dmn_compile_text(b, node, hb_str_from(AGGREGATIONS[i].feel), scope,
                                        feel_type_basic(FEEL_TYPE_ANY), where);
        return t->aggregate != NULL;
    }
    dmn_builder_problem(b, node, "aggregation", where, "the aggregation \"%.*s\" is not known",
                        (int)word.n, word.at);
    return false;
}

// ---- reading --------------------------------------------------------------------------------

static uint32_t count(const dmn_xml *node, const char *name) {
    uint32_t n = 0;
    for (const dmn_xml *child = dmn_xml_child(node, name); child != NULL;
         child = dmn_xml_next(child, name))
        n++;
    return n;
}

static hb_str text_in(const dmn_xml *node) {
    const dmn_xml *text = node == NULL ? NULL : dmn_xml_child(node, "text");
    return text == NULL ? (hb_str){0} : text->text;
}

static hb_str place(dmn_builder *b, hb_str where, const char *what, uint32_t i) {
    hb_str text = {0};
    hb_str_format(b->model->arena, &text, "%.*s, %s %u", (int)where.n, where.at, what, i + 1);
    return text;
}

static void read_inputs(dmn_builder *b, const dmn_xml *node, table *t, const feel_scope *scope,
                        hb_str where) {
    dmn_table_input *inputs =
        hb_arena_array(b->model->arena, dmn_table_input, count(node, "input"));
    uint32_t n = 0;
    if (inputs == NULL) return;
    for (const dmn_xml *child = dmn_xml_child(node, "input"); child != NULL;
         child = dmn_xml_next(child, "input"), n++) {
        const dmn_xml *expression = dmn_xml_child(child, "inputExpression");
        hb_str at = place(b, where, "input", n);
        inputs[n].type = feel_type_basic(FEEL_TYPE_ANY);
        inputs[n].label = dmn_xml_get(child, "label");
        if (expression == NULL || hb_str_trim(text_in(expression)).n == 0) {
            dmn_builder_problem(b, child, "input-expression", at, "this input has no expression");
            continue;
        }
        inputs[n].text = hb_str_trim(text_in(expression));
        if (inputs[n].label.n == 0) inputs[n].label = inputs[n].text;
        inputs[n].type = dmn_type_of(b->model, b->document, expression);
        inputs[n].expression =
            dmn_compile_text(b, expression, text_in(expression), scope, inputs[n].type, at);
        if (inputs[n].expression != NULL && inputs[n].type->kind == FEEL_TYPE_ANY) {
            inputs[n].type = feel_node_type(feel_program_node(inputs[n].expression));
        }
        const dmn_xml *values = dmn_xml_child(child, "inputValues");
        if (values != NULL)
            dmn_compile_tests(b, values, text_in(values), scope, inputs[n].type, at,
                              &inputs[n].allowed);
    }
    t->shown.inputs = inputs;
    t->shown.n_inputs = n;
}

// The values of an output in their order, as a FEEL list: what PRIORITY and OUTPUT ORDER sort by.
static const feel_program *read_order(dmn_builder *b, const dmn_xml *values,
                                      const feel_scope *scope, hb_str at) {
    hb_str text = hb_str_trim(text_in(values)), list = {0};
    if (text.n == 0 || hb_str_equal(text, HB_STR("-"))) return NULL;
    if (!hb_str_format(b->model->arena, &list, "[%.*s]", (int)text.n, text.at)) return NULL;
    return dmn_compile_text(b, values, list, scope, feel_type_basic(FEEL_TYPE_ANY), at);
}

static void read_output(dmn_builder *b, const dmn_xml *node, table *t, uint32_t i,
                        dmn_table_output *output, const feel_scope *scope, hb_str at) {
    const dmn_xml *values = dmn_xml_child(node, "outputValues"),
                  *otherwise = dmn_xml_child(node, "defaultOutputEntry");
    bool is_ordered =
        t->shown.hit_policy == DMN_PRIORITY || t->shown.hit_policy == DMN_OUTPUT_ORDER;
    output->name = dmn_name(b->model->arena, dmn_xml_get(node, "name"));
    output->label = dmn_xml_get(node, "label");
    output->type = dmn_type_of(b->model, b->document, node);
    if (values != NULL)
        dmn_compile_tests(b, values, text_in(values), scope, output->type, at, &output->allowed);
    if (values != NULL && is_ordered) t->order[i] = read_order(b, values, scope, at);
    if (otherwise != NULL && hb_str_trim(text_in(otherwise)).n > 0) {
        output->otherwise =
            dmn_compile_text(b, otherwise, text_in(otherwise), scope, output->type, at);
        t->has_default = true;
    }
}

static void read_outputs(dmn_builder *b, const dmn_xml *node, table *t, const feel_scope *scope,
                         hb_str where) {
    uint32_t n = count(node, "output"), i = 0;
    dmn_table_output *outputs = hb_arena_array(b->model->arena, dmn_table_output, n);
    hb_str *keys = hb_arena_array(b->model->arena, hb_str, n);
    t->order = hb_arena_array(b->model->arena, const feel_program *, n);
    if (outputs == NULL || keys == NULL || t->order == NULL) return;
    for (const dmn_xml *child = dmn_xml_child(node, "output"); child != NULL;
         child = dmn_xml_next(child, "output"), i++) {
        hb_str at = place(b, where, "output", i);
        read_output(b, child, t, i, &outputs[i], scope, at);
        keys[i] = outputs[i].name;
        if (n > 1 && keys[i].n == 0)
            dmn_builder_problem(b, child, "output-name", at,
                                "an output of a table with several needs a name");
        for (uint32_t j = 0; n > 1 && j < i; j++) {
            if (!hb_str_equal(keys[j], keys[i])) continue;
            dmn_builder_problem(b, child, "name-twice", at, "two outputs are named \"%.*s\"",
                                (int)keys[i].n, keys[i].at);
        }
    }
    if (n == 0) dmn_builder_problem(b, node, "no-output", where, "this table has no output");
    t->shown.outputs = outputs;
    t->shown.n_outputs = n;
    t->keys = keys;
}

static void read_annotation_names(dmn_builder *b, const dmn_xml *node, table *t) {
    hb_str *names = hb_arena_array(b->model->arena, hb_str, count(node, "annotation"));
    if (names == NULL) return;
    for (const dmn_xml *child = dmn_xml_child(node, "annotation"); child != NULL;
         child = dmn_xml_next(child, "annotation")) {
        names[t->shown.n_annotations++] = dmn_xml_get(child, "name");
    }
    t->shown.annotation_names = names;
}

static bool check_cells(dmn_builder *b, const dmn_xml *rule, const char *cells, uint32_t wanted,
                        hb_str where) {
    uint32_t n = count(rule, cells);
    if (n == wanted) return true;
    dmn_builder_problem(b, rule, "table-cells", where,
                        "this rule has %u <%s>, but the table has %u of that kind", n, cells,
                        wanted);
    return false;
}

static void read_rule(dmn_builder *b, const dmn_xml *node, table *t, dmn_table_row *row,
                      const feel_scope *scope, hb_str where) {
    hb_arena *arena = b->model->arena;
    uint32_t n_in = t->shown.n_inputs, n_out = t->shown.n_outputs, i = 0;
    hb_str *test_text = hb_arena_array(arena, hb_str, n_in),
           *output_text = hb_arena_array(arena, hb_str, n_out);
    hb_str *annotation = hb_arena_array(arena, hb_str, t->shown.n_annotations);
    const feel_program **tests = hb_arena_array(arena, const feel_program *, n_in);
    const feel_program **outputs = hb_arena_array(arena, const feel_program *, n_out);
    if (test_text == NULL || output_text == NULL || annotation == NULL || tests == NULL ||
        outputs == NULL)
        return;
    row->id = dmn_xml_get(node, "id");
    row->line = node->line;
    const dmn_xml *description = dmn_xml_child(node, "description");
    if (description != NULL) row->description = hb_str_trim(description->text);
    if (!check_cells(b, node, "inputEntry", n_in, where) ||
        !check_cells(b, node, "outputEntry", n_out, where))
        return;
    for (const dmn_xml *cell = dmn_xml_child(node, "inputEntry"); cell != NULL;
         cell = dmn_xml_next(cell, "inputEntry"), i++) {
        test_text[i] = hb_str_trim(text_in(cell));
        dmn_compile_tests(b, cell, text_in(cell), scope, t->shown.inputs[i].type,
                          place(b, where, "input", i), &tests[i]);
    }
    i = 0;
    for (const dmn_xml *cell = dmn_xml_child(node, "outputEntry"); cell != NULL;
         cell = dmn_xml_next(cell, "outputEntry"), i++) {
        output_text[i] = hb_str_trim(text_in(cell));
        if (output_text[i].n == 0) output_text[i] = HB_STR("null");  // an empty cell gives nothing
        hb_str text = hb_str_trim(text_in(cell)).n == 0 ? output_text[i] : text_in(cell);
        outputs[i] = dmn_compile_text(b, cell, text, scope, t->shown.outputs[i].type,
                                      place(b, where, "output", i));
    }
    i = 0;
    const dmn_xml *cell = dmn_xml_child(node, "annotationEntry");
    for (; cell != NULL && i < t->shown.n_annotations; cell = dmn_xml_next(cell, "annotationEntry"))
        annotation[i++] = hb_str_trim(text_in(cell));
    row->test_text = test_text;
    row->output_text = output_text;
    row->annotation = annotation;
    row->tests = tests;
    row->outputs = outputs;
}

static bool is_accepted(feel_run *run, const feel_program *tests, const feel_env *env,
                        feel_value value) {
    if (feel_is_true(feel_test(run, tests, env, value))) return true;
    if (value.kind != FEEL_LIST || value.n == 0) return false;
    for (uint32_t i = 0; i < value.n;
         i++) {  // the declared values of a list are those of its members
        if (!feel_is_true(feel_test(run, tests, env, value.items[i]))) return false;
    }
    return true;
}

// ---- evaluating -----------------------------------------------------------------------------

// A table being evaluated: `hits` are the rows that fired, in the order of the file.
typedef struct {
    feel_run *run;
    const table *t;
    const feel_env *env;
    feel_value *inputs;
    uint32_t n_hits;
    uint32_t *hits;
} evaluation;

static feel_value no_memory(feel_run *run) {
    return feel_null_because(run, true, "no memory is left for this table");
}

// Null is not outside the declared values: it says that there is none, and rows must match it by
// themselves.
static bool read_values(evaluation *e) {
    const dmn_table *shown = &e->t->shown;
    for (uint32_t i = 0; i < shown->n_inputs; i++) e->inputs[i] = feel_null();
    for (uint32_t i = 0; i < shown->n_inputs; i++) {
        const dmn_table_input *input = &shown->inputs[i];
        e->inputs[i] = feel_evaluate(e->run, input->expression, e->env);
        if (e->run->has_failed) return false;
        if (input->allowed == NULL || feel_is_null(e->inputs[i])) continue;
        if (is_accepted(e->run, input->allowed, e->env, e->inputs[i])) continue;
        feel_null_because(e->run, true,
                          "input %u, \"%.*s\", has a value that is not among its declared values",
                          i + 1, (int)input->label.n, input->label.at);
        return false;
    }
    return true;
}

static feel_value output_value(evaluation *e, uint32_t row, uint32_t column) {
    const dmn_table_output *output = &e->t->shown.outputs[column];
    feel_value value = feel_evaluate(e->run, e->t->shown.rows[row].outputs[column], e->env);
    if (output->allowed == NULL || feel_is_null(value) ||
        is_accepted(e->run, output->allowed, e->env, value))
        return value;
    return feel_null_because(
        e->run, true, "rule %u gives output %u a value that is not among its declared values",
        row + 1, column + 1);
}

static feel_value join_outputs(evaluation *e, const feel_value *values) {
    feel_context *context = hb_arena_new(e->run->arena, feel_context);
    if (context == NULL) return no_memory(e->run);
    *context = (feel_context){.n = e->t->shown.n_outputs, .keys = e->t->keys, .values = values};
    return (feel_value){.kind = FEEL_CONTEXT, .context = context};
}

#define NOT_READY UINT8_MAX  // a kind that no value has

// The output of one row: its value, or a context when the table has several outputs.
static feel_value row_value(evaluation *e, uint32_t row) {
    uint32_t n = e->t->shown.n_outputs;
    if (e->t->ready[row].kind != NOT_READY) return e->t->ready[row];
    if (n == 1) return output_value(e, row, 0);
    feel_value *values = hb_arena_array(e->run->arena, feel_value, n);
    if (values == NULL) return no_memory(e->run);
    for (uint32_t i = 0; i < n; i++) values[i] = output_value(e, row, i);
    return join_outputs(e, values);
}

static feel_value default_value(evaluation *e) {
    const dmn_table *shown = &e->t->shown;
    feel_value *values = hb_arena_array(e->run->arena, feel_value, shown->n_outputs);
    if (values == NULL) return no_memory(e->run);
    for (uint32_t i = 0; i < shown->n_outputs; i++) {
        const feel_program *otherwise = shown->outputs[i].otherwise;
        values[i] = otherwise == NULL ? feel_null() : feel_evaluate(e->run, otherwise, e->env);
    }
    return shown->n_outputs == 1 ? values[0] : join_outputs(e, values);
}

static feel_value all_values(evaluation *e) {
    feel_value *values = hb_arena_array(e->run->arena, feel_value, e->n_hits);
    if (values == NULL) return no_memory(e->run);
    for (uint32_t i = 0; i < e->n_hits; i++) values[i] = row_value(e, e->hits[i]);
    return feel_list(values, e->n_hits);
}

static feel_value unique_value(evaluation *e) {
    if (e->n_hits == 1) return row_value(e, e->hits[0]);
    return feel_null_because(e->run, true,
                             "rules %u and %u both match, but only one may (hit policy UNIQUE)",
                             e->hits[0] + 1, e->hits[1] + 1);
}

static feel_value any_value(evaluation *e) {
    feel_value all = all_values(e);
    if (all.kind != FEEL_LIST) return all;
    for (uint32_t i = 1; i < all.n; i++) {
        bool is_same = (feel_is_null(all.items[0]) && feel_is_null(all.items[i])) ||
                       feel_is_true(feel_equal(e->run, all.items[0], all.items[i]));
        if (is_same) continue;
        return feel_null_because(e->run, true,
                                 "rules %u and %u match with different outputs (hit policy ANY)",
                                 e->hits[0] + 1, e->hits[i] + 1);
    }
    return all.items[0];
}

// ---- priorities (DMN 1.5 §8.2.8: by the order of the output values, the first output first) -

typedef struct {
    feel_value value;
    const uint32_t *ranks;
    uint32_t n_ranks, row;
} ranked;

static uint32_t rank_of(evaluation *e, feel_value order, feel_value value) {
    for (uint32_t i = 0; order.kind == FEEL_LIST && i < order.n; i++) {
        if (feel_is_true(feel_equal(e->run, value, order.items[i])) ||
            feel_is_true(feel_in(e->run, value, order.items[i])))
            return i;
    }
    return UINT32_MAX;
}

static int by_rank(const void *a, const void *b) {
    const ranked *one = a, *other = b;
    for (uint32_t i = 0; i < one->n_ranks; i++) {
        if (one->ranks[i] != other->ranks[i]) return one->ranks[i] < other->ranks[i] ? -1 : 1;
    }
    return (one->row > other->row) - (one->row < other->row);
}

// All values sorted, and e->hits with them.
static feel_value sorted_values(evaluation *e) {
    uint32_t n_outputs = e->t->shown.n_outputs;
    feel_value all = all_values(e);
    if (all.kind != FEEL_LIST) return all;
    ranked *sorted = hb_arena_array(e->run->arena, ranked, e->n_hits);
    uint32_t *ranks = hb_arena_array(e->run->arena, uint32_t, (size_t)e->n_hits * n_outputs);
    feel_value *values = hb_arena_array(e->run->arena, feel_value, e->n_hits);
    if (sorted == NULL || ranks == NULL || values == NULL) return no_memory(e->run);
    for (uint32_t j = 0; j < n_outputs; j++) {
        feel_value order =
            e->t->order[j] == NULL ? feel_null() : feel_evaluate(e->run, e->t->order[j], e->env);
        for (uint32_t i = 0; i < e->n_hits; i++) {
            feel_value value = n_outputs == 1 ? all.items[i] : all.items[i].context->values[j];
            ranks[(size_t)i * n_outputs + j] = rank_of(e, order, value);
        }
    }
    for (uint32_t i = 0; i < e->n_hits; i++) {
        sorted[i] = (ranked){all.items[i], ranks + (size_t)i * n_outputs, n_outputs, e->hits[i]};
    }
    qsort(sorted, e->n_hits, sizeof *sorted, by_rank);
    for (uint32_t i = 0; i < e->n_hits; i++) {
        values[i] = sorted[i].value;
        e->hits[i] = sorted[i].row;
    }
    return feel_list(values, e->n_hits);
}

static int by_number(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void sort_by_standing(evaluation *e) {
    for (uint32_t i = 0; i < e->n_hits; i++) e->hits[i] = e->t->standing[e->hits[i]];
    qsort(e->hits, e->n_hits, sizeof *e->hits, by_number);
    for (uint32_t i = 0; i < e->n_hits; i++) e->hits[i] = e->t->by_standing[e->hits[i]];
}

static feel_value ordered_values(evaluation *e) {
    if (e->t->standing == NULL) return sorted_values(e);
    sort_by_standing(e);
    return all_values(e);
}

static feel_value best_value(evaluation *e) {
    if (e->t->standing != NULL) {
        sort_by_standing(e);
        return row_value(e, e->hits[0]);
    }
    feel_value list = sorted_values(e);
    return list.kind == FEEL_LIST && list.n > 0 ? list.items[0] : feel_null();
}

// ---- collecting -----------------------------------------------------------------------------

static feel_value aggregate(evaluation *e, feel_value list) {
    feel_env env = {.up = NULL, .slots = &list};
    return feel_evaluate(e->run, e->t->aggregate, &env);
}

// Several outputs are aggregated one by one, except that their number is one number.
static feel_value collected(evaluation *e) {
    const dmn_table *shown = &e->t->shown;
    feel_value all = all_values(e);
    if (e->t->aggregate == NULL || all.kind != FEEL_LIST) return all;
    if (shown->n_outputs == 1 || shown->aggregation == DMN_COUNT) return aggregate(e, all);
    feel_value *column = hb_arena_array(e->run->arena, feel_value, e->n_hits);
    feel_value *values = hb_arena_array(e->run->arena, feel_value, shown->n_outputs);
    if (column == NULL || values == NULL) return no_memory(e->run);
    for (uint32_t j = 0; j < shown->n_outputs; j++) {
        for (uint32_t i = 0; i < e->n_hits; i++) column[i] = all.items[i].context->values[j];
        values[j] = aggregate(e, feel_list(column, e->n_hits));
    }
    return join_outputs(e, values);
}

static feel_value no_rule(evaluation *e) {
    const dmn_table *shown = &e->t->shown;
    if (e->t->has_default) return default_value(e);
    if (shown->hit_policy == DMN_COLLECT && shown->aggregation == DMN_AGGREGATE_NONE)
        return feel_list(NULL, 0);
    if (shown->hit_policy == DMN_COLLECT && shown->aggregation == DMN_COUNT) return feel_int(0);
    return feel_null_because(e->run, false, "no rule matches, and the table has no default output");
}

static feel_value apply_policy(evaluation *e) {
    if (e->n_hits == 0) return no_rule(e);
    switch (e->t->shown.hit_policy) {
        case DMN_UNIQUE: return unique_value(e);
        case DMN_ANY: return any_value(e);
        case DMN_PRIORITY: return best_value(e);
        case DMN_FIRST: return row_value(e, e->hits[0]);
        case DMN_OUTPUT_ORDER: return ordered_values(e);
        case DMN_RULE_ORDER: return all_values(e);
        case DMN_COLLECT: return collected(e);
    }
    return feel_null();
}

#define FEW_INPUTS 16u
#define FEW_HITS 64u

static feel_value evaluate_table(feel_run *run, const void *data, const feel_env *env) {
    const table *t = data;
    feel_value few_inputs[FEW_INPUTS], result = feel_null();
    uint32_t few_hits[FEW_HITS];
    evaluation e = {.run = run, .t = t, .env = env, .inputs = few_inputs};
    dmn_hits hits = {.arena = run->arena, .rows = few_hits, .room = FEW_HITS};
    if (t->shown.n_inputs > FEW_INPUTS) {
        e.inputs = hb_arena_array(run->arena, feel_value, t->shown.n_inputs);
        if (e.inputs == NULL) return no_memory(run);
    }
    if (read_values(&e)) {
        if (!dmn_match_rows(t->match, run, env, e.inputs, &hits)) return no_memory(run);
        e.hits = hits.rows;
        e.n_hits = hits.n;
        result = apply_policy(&e);
    }
    dmn_session_fired(run, &t->shown, e.n_hits, e.hits, e.inputs, result);
    return result;
}

// ---- what is known when the table is read ---------------------------------------------------

// An output that is a constant, and among the declared values whatever the inputs are.
static bool is_ready(evaluation *e, uint32_t row, uint32_t column, feel_value *out) {
    const dmn_table_output *output = &e->t->shown.outputs[column];
    return feel_program_is_constant(e->t->shown.rows[row].outputs[column], out) &&
           (output->allowed == NULL || feel_is_null(*out) ||
            (feel_program_is_closed(output->allowed) &&
             is_accepted(e->run, output->allowed, e->env, *out)));
}

static feel_value ready_value(evaluation *e, uint32_t row) {
    uint32_t n = e->t->shown.n_outputs;
    feel_value *values = hb_arena_array(e->run->arena, feel_value, n);
    for (uint32_t i = 0; values != NULL && i < n; i++)
        if (!is_ready(e, row, i, &values[i])) return (feel_value){.kind = NOT_READY};
    if (values == NULL) return (feel_value){.kind = NOT_READY};
    return n == 1 ? values[0] : join_outputs(e, values);
}

// The standing of rows by priority, when all their values and the order of values are known.
static bool make_standing(evaluation *e, table *t) {
    uint32_t n = t->shown.n_rows;
    feel_value order;
    for (uint32_t i = 0; i < n; i++)
        if (t->ready[i].kind == NOT_READY) return true;
    for (uint32_t j = 0; j < t->shown.n_outputs; j++)
        if (t->order[j] != NULL && !feel_program_is_constant(t->order[j], &order)) return true;
    uint32_t *standing = hb_arena_array(e->run->arena, uint32_t, n);
    e->hits = hb_arena_array(e->run->arena, uint32_t, n);
    if (standing == NULL || e->hits == NULL) return false;
    for (e->n_hits = 0; e->n_hits < n; e->n_hits++) e->hits[e->n_hits] = e->n_hits;
    if (sorted_values(e).kind != FEEL_LIST) return false;
    for (uint32_t i = 0; i < n; i++) standing[e->hits[i]] = i;
    t->standing = standing;
    t->by_standing = e->hits;
    return true;
}

static bool make_ready(dmn_builder *b, table *t) {
    static const feel_env NO_NAMES = {0};
    feel_run run;
    hb_error err = {0};
    const dmn_table *shown = &t->shown;
    feel_value *ready = hb_arena_array(b->model->arena, feel_value, shown->n_rows);
    bool is_ordered =
        shown->hit_policy == DMN_PRIORITY || shown->hit_policy == DMN_OUTPUT_ORDER;
    if (ready == NULL) return false;
    feel_run_init(&run, b->model->arena, &err);
    evaluation e = {.run = &run, .t = t, .env = &NO_NAMES};
    for (uint32_t i = 0; i < shown->n_rows; i++) ready[i] = ready_value(&e, i);
    t->ready = ready;
    bool ok = !is_ordered || make_standing(&e, t);
    feel_run_clear(&run);
    return ok && !run.has_failed;
}

// The type of the whole when it is plain: one output, one row.
static const feel_type *result_type(const table *t) {
    bool is_single = t->shown.hit_policy <= DMN_FIRST && t->shown.n_outputs == 1;
    if (t->aggregate != NULL && t->shown.aggregation == DMN_COUNT)
        return feel_type_basic(FEEL_TYPE_NUMBER);
    return is_single ? t->shown.outputs[0].type : feel_type_basic(FEEL_TYPE_ANY);
}

feel_node *dmn_table_read(dmn_builder *b, const dmn_xml *node, const feel_scope *scope,
                          hb_str where) {
    hb_arena *arena = b->model->arena;
    table *t = hb_arena_new(arena, table);
    uint32_t n_rows = count(node, "rule"), i = 0;
    dmn_table_row *rows = hb_arena_array(arena, dmn_table_row, n_rows);
    if (t == NULL || rows == NULL) return NULL;
    if (!read_policy(b, node, &t->shown, where) || !read_aggregation(b, node, t, where))
        return NULL;
    read_inputs(b, node, t, scope, where);
    read_outputs(b, node, t, scope, where);
    read_annotation_names(b, node, t);
    for (const dmn_xml *rule = dmn_xml_child(node, "rule"); rule != NULL;
         rule = dmn_xml_next(rule, "rule"), i++) {
        read_rule(b, rule, t, &rows[i], scope, place(b, where, "rule", i));
    }
    t->shown.rows = rows;
    t->shown.n_rows = n_rows;
    b->table = &t->shown;
    if (b->is_broken || (t->match = dmn_match_open(arena, &t->shown)) == NULL) return NULL;
    if (!make_ready(b, t)) return NULL;
    return feel_node_host(arena, evaluate_table, t, result_type(t));
}
