// graph.c: decisions and their tables. A row matches when every cell accepts, a null answer being
// no acceptance, as in dmn's match.c; the hit policy then makes one value of the rows. What a
// decision cannot say here (a policy that gives lists, a function) leaves the decision, and
// whatever reads it, undecided with that reason.
#include "verify/graph.h"

#include <string.h>

term graph_is_text(law *l, value v, hb_str text) {
    if (v.kind != VALUE_STRING) return FALSE_TERM;
    term same = term_equal(l->pool, v.t, term_integer(l->pool, encoder_string(&l->e, text)));
    return term_and(l->pool, term_not(l->pool, v.is_null), same);
}

// A value outside the allowed ones of its type becomes null (dmn's session.c).
static value allowed_only(law *l, value v, const feel_type *type) {
    for (; type; type = type->base) {
        if (!type->allowed || v.kind == VALUE_NULL) continue;
        if (v.kind == VALUE_LIST) return encode_cannot(&l->e, "allowed values of a list");
        term ok = value_is_true(&l->e, encode_test(&l->e, feel_program_node(type->allowed), v));
        v.is_null = term_or(l->pool, v.is_null, term_not(l->pool, ok));
    }
    return v;
}

static value input_value(law *l, const dmn_element *element) {
    value v;
    uint32_t fact = rulebook_find_fact(l->rb, element->name);
    if (hb_str_equal(element->name, HB_STR("as_of")))
        v = l->as_of;
    else if (hb_str_equal(element->name, HB_STR("host")))
        v = l->host;
    else if (fact != DMN_NONE)
        v = l->facts[fact].counts;
    else
        return value_null();  // an input nobody sets is null
    return allowed_only(l, v, element->type);
}

// ---- tables ------------------------------------------------------------------------------------
static bool open_table(law *l, const dmn_table *table, law_table *t) {
    size_t n_cells = (size_t)table->n_rows * table->n_inputs;
    t->table = table;
    t->matches = hb_arena_array(l->arena, term, table->n_rows + 1);
    t->fires = hb_arena_array(l->arena, term, table->n_rows + 1);
    t->inputs = hb_arena_array(l->arena, value, table->n_inputs + 1);
    t->cells = hb_arena_array(l->arena, value, n_cells + 1);
    return t->matches && t->fires && t->inputs && t->cells;
}

static void read_inputs(law *l, law_table *t) {
    for (uint32_t i = 0; i < t->table->n_inputs; i++) {
        const dmn_table_input *input = &t->table->inputs[i];
        t->inputs[i] = encode_node(&l->e, feel_program_node(input->expression));
        if (input->allowed) encode_cannot(&l->e, "declared values of input %u", i + 1);
    }
}

static void read_rows(law *l, law_table *t) {
    for (uint32_t r = 0; r < t->table->n_rows; r++) {
        t->matches[r] = TRUE_TERM;
        for (uint32_t i = 0; i < t->table->n_inputs; i++) {
            const feel_program *test = t->table->rows[r].tests[i];
            value *cell = &t->cells[(size_t)r * t->table->n_inputs + i];
            *cell = test ? encode_test(&l->e, feel_program_node(test), t->inputs[i])
                         : value_of(VALUE_BOOLEAN, TRUE_TERM);
            t->matches[r] = term_and(l->pool, t->matches[r], value_is_true(&l->e, *cell));
        }
    }
}

static value output_of(law *l, const law_table *t, uint32_t row) {
    const dmn_table_output *output = &t->table->outputs[0];
    value v = encode_node(&l->e, feel_program_node(t->table->rows[row].outputs[0]));
    if (!output->allowed || v.kind == VALUE_NULL) return v;
    term ok = value_is_true(&l->e, encode_test(&l->e, feel_program_node(output->allowed), v));
    v.is_null = term_or(l->pool, v.is_null, term_not(l->pool, ok));
    return v;
}

// For UNIQUE a second match makes the result null; for ANY it must give the same.
static value table_value(law *l, law_table *t) {
    const dmn_table *table = t->table;
    term_pool *p = l->pool;
    if (table->n_outputs != 1) return encode_cannot(&l->e, "a table with several outputs");
    bool is_first = table->hit_policy == DMN_FIRST, is_unique = table->hit_policy == DMN_UNIQUE;
    if (!is_first && !is_unique && table->hit_policy != DMN_ANY)
        return encode_cannot(&l->e, "this hit policy");
    value v = table->outputs[0].otherwise
                  ? encode_node(&l->e, feel_program_node(table->outputs[0].otherwise))
                  : value_null();
    term conflict = FALSE_TERM, before = FALSE_TERM;
    for (uint32_t r = 0; r < table->n_rows; r++) {
        t->fires[r] = is_first ? term_and(p, t->matches[r], term_not(p, before)) : t->matches[r];
        for (uint32_t other = 0; other < r && !is_first; other++) {
            term both = term_and(p, t->matches[r], t->matches[other]);
            term same = is_unique ? FALSE_TERM
                                  : value_same(&l->e, output_of(l, t, r), output_of(l, t, other));
            conflict = term_or(p, conflict, term_and(p, both, term_not(p, same)));
        }
        before = term_or(p, before, t->matches[r]);
    }
    for (uint32_t r = table->n_rows; r-- > 0;)
        v = value_if(&l->e, t->matches[r], output_of(l, t, r), v);
    return conflict == FALSE_TERM ? v : value_if(&l->e, conflict, value_null(), v);
}

static value read_table(law *l, const dmn_table *table, law_element *element) {
    law_table *t = hb_arena_new(l->arena, law_table);
    if (!t || !open_table(l, table, t)) return encode_cannot(&l->e, "out of memory");
    read_inputs(l, t);
    read_rows(l, t);
    value v = table_value(l, t);
    if (!l->e.has_failed) element->table = t;
    return v;
}

// ---- decisions ---------------------------------------------------------------------------------
// The logic under the declared types of variable and table.
static const feel_node *bare(const feel_node *node) {
    while (node->kind == FEEL_NODE_COERCE) node = node->a;
    return node;
}

static value logic_value(law *l, uint32_t i, law_element *element) {
    const feel_program *program = dmn_decision_program(l->model, i);
    const dmn_table *table = dmn_decision_table(l->model, i);
    if (!program) return value_null();
    const feel_node *node = feel_program_node(program);
    if (table && bare(node)->kind == FEEL_NODE_HOST) return read_table(l, table, element);
    return encode_node(&l->e, node);
}

const law_element *graph_element(law *l, uint32_t i) {
    law_element *element = &l->elements[i];
    if (element->state != LAW_WAITING) return element;
    element->state = LAW_BEING_READ;
    const dmn_element *shown = dmn_element_at(l->model, i);
    uint32_t before = l->current;
    // what the elements below could not say is theirs; read them first
    const uint32_t *required;
    uint32_t n = dmn_requirements(l->model, i, &required);
    for (uint32_t k = 0; k < n && shown->kind == DMN_DECISION; k++) graph_element(l, required[k]);
    bool was_failed = l->e.has_failed;
    hb_str why = l->e.why;
    l->e.has_failed = false;
    l->current = i;
    element->first_fault = l->e.n_faults;
    if (shown->kind == DMN_INPUT)
        element->result = input_value(l, shown);
    else if (shown->kind == DMN_DECISION)
        element->result = allowed_only(l, logic_value(l, i, element), shown->type);
    else
        element->result = encode_cannot(&l->e, "a function of the model");
    element->n_faults = l->e.n_faults - element->first_fault;
    element->why_not = law_take_why(l);
    element->state = LAW_READ;
    l->e.has_failed = was_failed;
    l->e.why = why;
    l->current = before;
    return element;
}

const value *graph_lookup(law *l, hb_str name) {
    const uint32_t *required;
    uint32_t n = dmn_requirements(l->model, l->current, &required);
    for (uint32_t i = 0; i < n; i++) {
        if (!hb_str_equal(dmn_element_at(l->model, required[i])->name, name)) continue;
        const law_element *element = graph_element(l, required[i]);
        if (element->rule != DMN_NONE && !l->elements[l->current].serves_a_rule &&
            l->rules[element->rule].stand_in.kind != VALUE_NULL)
            return &l->rules[element->rule].stand_in;
        if (element->why_not.n)
            encode_cannot(&l->e, "%.*s: %.*s", (int)name.n, name.at, (int)element->why_not.n,
                          element->why_not.at);
        return &element->result;
    }
    return NULL;
}

const value *graph_lookup_rule(law *l, hb_str name) {
    uint32_t rule = rulebook_find_rule(l->rb, name);
    uint32_t element = rule != DMN_NONE ? rulebook_rule_at(l->rb, rule)->decision : DMN_NONE;
    if (hb_str_equal(name, HB_STR("verdict"))) element = l->verdict;
    return element == DMN_NONE ? NULL : &graph_element(l, element)->result;
}

void graph_outcomes(law *l, value v, law_rule *rule) {
    term_pool *p = l->pool;
    rule->bars = graph_is_text(l, v, HB_STR("bars"));
    rule->is_satisfied = graph_is_text(l, v, HB_STR("satisfied"));
    rule->is_silent = graph_is_text(l, v, HB_STR("not_applicable"));
    rule->is_open = term_not(p, term_or(p, rule->is_satisfied, rule->is_silent));
    rule->is_answered = term_or(
        p, term_or(p, rule->bars, term_not(p, rule->is_open)),
        term_or(p, graph_is_text(l, v, HB_STR("unmet")), graph_is_text(l, v, HB_STR("refer"))));
}

static void read_rule(law *l, uint32_t i) {
    law_rule *rule = &l->rules[i];
    uint32_t decision = rulebook_rule_at(l->rb, i)->decision;
    *rule = (law_rule){.is_open = TRUE_TERM};  // a lost decision answers nothing
    if (decision == DMN_NONE) return;
    const law_element *element = graph_element(l, decision);
    rule->why_not = element->why_not;
    graph_outcomes(l, element->result, rule);
}

static void mark_served(law *l, uint32_t i) {
    const uint32_t *required;
    if (l->elements[i].serves_a_rule) return;
    l->elements[i].serves_a_rule = true;
    uint32_t n = dmn_requirements(l->model, i, &required);
    for (uint32_t k = 0; k < n; k++) mark_served(l, required[k]);
}

// The decisions of the rules first: what can stand in for an outcome is known then.
static void read_rules(law *l) {
    for (uint32_t i = 0; i < dmn_n_elements(l->model); i++) l->elements[i].rule = DMN_NONE;
    for (uint32_t r = 0; r < l->n_rules; r++) {
        uint32_t decision = rulebook_rule_at(l->rb, r)->decision;
        if (decision == DMN_NONE) continue;
        l->elements[decision].rule = r;
        mark_served(l, decision);
    }
    for (uint32_t r = 0; r < l->n_rules; r++) read_rule(l, r);
    l->first_stand_in = l->pool->n_variables;
    for (uint32_t r = 0; r < l->n_rules; r++) {
        const rulebook_rule *rule = rulebook_rule_at(l->rb, r);
        value *free_one = &l->rules[r].stand_in;
        if (rule->decision == DMN_NONE || l->rules[r].why_not.n ||
            l->elements[rule->decision].result.kind != VALUE_STRING)
            continue;
        int n = (int)rule->id.n;
        *free_one = value_of(VALUE_STRING,
                             term_variable(l->pool, TERM_INT, "outcome of %.*s", n, rule->id.at));
        free_one->is_null =
            term_variable(l->pool, TERM_BOOL, "outcome of %.*s is null", n, rule->id.at);
    }
    l->end_of_stand_ins = l->pool->n_variables;
}

void graph_read(law *l) {
    read_rules(l);
    for (uint32_t i = 0; i < dmn_n_elements(l->model); i++) {
        if (dmn_element_at(l->model, i)->kind == DMN_DECISION) graph_element(l, i);
    }
    l->verdict = rulebook_verdict(l->rb);
}
