// coerce.c: whether a value is of a type, and the few conversions that happen by themselves
// (DMN 1.5 §10.3.2.9.4): a list of one stands for its member, a value for a list of one, a date for
// a date and time at midnight UTC. Null is a value of every type but an instance of none except
// Null. One conversion,
// never two, and nothing else: what does not conform is null.
#include <assert.h>

#include "feel/node.h"

static_assert(FEEL_BOOLEAN + 1 == FEEL_TYPE_BOOLEAN && FEEL_YEARS_DURATION + 1 == FEEL_TYPE_YEARS_DURATION,
              "feel_is_plainly: kinds of values and of types stand in one order");

static bool conforms(feel_value value, const feel_type *type, unsigned depth);

static bool all_conform(feel_value list, const feel_type *element, unsigned depth) {
    if (element->kind == FEEL_TYPE_ANY) return true;
    for (uint32_t i = 0; i < list.n; i++) {
        if (!conforms(list.items[i], element, depth)) return false;
    }
    return true;
}

static bool context_conforms(const feel_context *context, const feel_type *type, unsigned depth) {
    for (uint32_t i = 0; i < type->n_fields; i++) {
        feel_value entry;
        if (!feel_context_get(context, type->fields[i].name, &entry)) return false;
        if (!conforms(entry, type->fields[i].type, depth)) return false;
    }
    return true;
}

static bool range_conforms(const feel_range *range, const feel_type *element, unsigned depth) {
    if (range->unary == '!') return conforms(range->low, element, depth);  // it has no endpoint
    return (!range->has_low || conforms(range->low, element, depth)) &&
           (!range->has_high || conforms(range->high, element, depth));
}

// Of a built-in nothing is declared: it is a function of any type.
static bool function_conforms(const feel_function *function, const feel_type *type) {
    if (function->builtin) return true;
    feel_type own = {.kind = FEEL_TYPE_FUNCTION,
                     .element = function->result ? function->result : function->found,
                     .n_fields = function->n_params,
                     .fields = function->params};
    return feel_type_is(&own, type);
}

static bool conforms(feel_value value, const feel_type *type, unsigned depth) {
    if (value.kind == FEEL_NULL) return true;
    if (depth > FEEL_NESTING_MAX) return false;
    switch (type->kind) {
        case FEEL_TYPE_ANY: return true;
        case FEEL_TYPE_NULL: return false;
        case FEEL_TYPE_BOOLEAN: return value.kind == FEEL_BOOLEAN;
        case FEEL_TYPE_NUMBER: return value.kind == FEEL_NUMBER;
        case FEEL_TYPE_STRING: return value.kind == FEEL_STRING;
        case FEEL_TYPE_DATE: return value.kind == FEEL_DATE;
        case FEEL_TYPE_TIME: return value.kind == FEEL_TIME;
        case FEEL_TYPE_DATE_TIME: return value.kind == FEEL_DATE_TIME;
        case FEEL_TYPE_DAYS_DURATION: return value.kind == FEEL_DAYS_DURATION;
        case FEEL_TYPE_YEARS_DURATION: return value.kind == FEEL_YEARS_DURATION;
        case FEEL_TYPE_RANGE:
            return value.kind == FEEL_RANGE &&
                   range_conforms(value.range, feel_type_element(type), depth + 1);
        case FEEL_TYPE_LIST:
            return value.kind == FEEL_LIST &&
                   all_conform(value, feel_type_element(type), depth + 1);
        case FEEL_TYPE_CONTEXT:
            return value.kind == FEEL_CONTEXT && context_conforms(value.context, type, depth + 1);
        case FEEL_TYPE_FUNCTION:
            return value.kind == FEEL_FUNCTION && function_conforms(value.function, type);
    }
    return false;
}

bool feel_is_instance(feel_value value, const feel_type *type) {
    if (value.kind == FEEL_NULL) return type->kind == FEEL_TYPE_NULL;
    return conforms(value, type, 0);
}

static bool midnight(feel_run *run, hb_date date, feel_value *out) {
    hb_datetime at = {.date = date, .time = {.zone = {.kind = HB_ZONE_OFFSET}}};
    *out = feel_date_time_value(run, at);
    return out->kind == FEEL_DATE_TIME;
}

// A lambda of which neither declaration nor body says what it gives takes on the result asked for,
// and each call is held to it; its parameters must conform by themselves.
static bool take_on_result(feel_run *run, const feel_function *given, const feel_type *type,
                           feel_value *out) {
    bool is_open = !given->builtin && !given->result &&
                   (!given->found || given->found->kind == FEEL_TYPE_ANY);
    feel_function *made = is_open ? hb_arena_new(run->arena, feel_function) : NULL;
    if (!made) return false;
    *made = *given;
    made->result = type->element;
    *out = (feel_value){.kind = FEEL_FUNCTION, .function = made};
    return function_conforms(made, type);
}

bool feel_coerce(feel_run *run, feel_value value, const feel_type *type, feel_value *out) {
    *out = value;
    if (feel_is_plainly(value, type) || conforms(value, type, 0)) return true;
    if (value.kind == FEEL_FUNCTION && type->kind == FEEL_TYPE_FUNCTION &&
        take_on_result(run, value.function, type, out))
        return true;
    if (value.kind == FEEL_DATE && type->kind == FEEL_TYPE_DATE_TIME)
        return midnight(run, value.date, out);
    // one list at a time: [[1]] is no number, and 1 is no list of lists
    if (value.kind == FEEL_LIST && value.n == 1 && value.items[0].kind != FEEL_LIST &&
        type->kind != FEEL_TYPE_LIST && feel_coerce(run, value.items[0], type, out)) {
        return true;
    }
    if (type->kind == FEEL_TYPE_LIST && value.kind != FEEL_LIST &&
        conforms(value, feel_type_element(type), 0)) {
        *out = feel_list_copy(run, &value, 1);
        return out->kind == FEEL_LIST;
    }
    *out = feel_null();
    return false;
}

// ---- allowed values ---------------------------------------------------------------------------
// The tests of the type and of every type it narrows.
static bool passes(feel_run *run, const feel_type *type, feel_value value, bool is_whole_list) {
    for (; type; type = type->base) {
        const feel_program *tests = is_whole_list ? type->list_allowed : type->allowed;
        if (tests && !feel_is_true(feel_test(run, tests, NULL, value))) return false;
    }
    return true;
}

static bool is_allowed(feel_run *run, feel_value value, const feel_type *type, unsigned depth) {
    if (value.kind == FEEL_NULL || depth > FEEL_NESTING_MAX) return value.kind == FEEL_NULL;
    if (value.kind != FEEL_LIST) {
        if (!passes(run, type, value, false)) return false;
        if (value.kind != FEEL_CONTEXT || type->kind != FEEL_TYPE_CONTEXT) return true;
        for (uint32_t i = 0; i < type->n_fields; i++) {
            feel_value entry;
            if (feel_context_get(value.context, type->fields[i].name, &entry) &&
                !is_allowed(run, entry, type->fields[i].type, depth + 1)) {
                return false;
            }
        }
        return true;
    }
    if (!passes(run, type, value, true)) return false;
    const feel_type *element = type->kind == FEEL_TYPE_LIST ? feel_type_element(type) : type;
    for (uint32_t i = 0; i < value.n; i++) {
        bool is_tested = type->kind == FEEL_TYPE_LIST && value.items[i].kind != FEEL_NULL;
        if (is_tested && !passes(run, type, value.items[i], false)) return false;
        if (!is_allowed(run, value.items[i], element, depth + 1)) return false;
    }
    return true;
}

bool feel_is_allowed(feel_run *run, feel_value value, const feel_type *type) {
    return is_allowed(run, value, type, 0);
}
