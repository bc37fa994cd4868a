// call.c: what a function value is and how it is called: by place or by name, with its arguments
// made into its parameters' types and its result into its own (DMN 1.5 §10.3.2.13.2, §10.3.2.9.4).
// A built-in, a host's function, an external one and a lambda are called alike.
#include <stdio.h>

#include "feel/code.h"

static feel_value new_function(hb_arena *arena, feel_function function, bool *ok) {
    feel_function *made = hb_arena_new(arena, feel_function);
    *ok = made != NULL;
    if (!made) return feel_null();
    *made = function;
    return (feel_value){.kind = FEEL_FUNCTION, .function = made};
}

bool feel_function_host(hb_arena *arena, hb_str name, uint32_t n_params, const feel_field *params,
                        const feel_type *result, feel_function_call call, const void *data,
                        feel_value *out) {
    bool ok;
    *out = new_function(arena,
                        (feel_function){.name = name,
                                        .n_params = n_params,
                                        .params = params,
                                        .result = result,
                                        .found = result,
                                        .call = call,
                                        .data = data},
                        &ok);
    return ok;
}

bool feel_builtin_function(hb_arena *arena, const feel_builtin *first, feel_value *out) {
    bool ok;
    *out = new_function(
        arena,
        (feel_function){
            .name = hb_str_from(first->name), .n_params = first->n_least, .builtin = first},
        &ok);
    return ok;
}

uint32_t feel_function_size(feel_value function) {
    return function.kind == FEEL_FUNCTION ? function.function->n_params : 0;
}

// ---- matching names ---------------------------------------------------------------------------
static bool lay_out(const feel_builtin *row, const hb_str *names, uint32_t n_args,
                    uint32_t order[FEEL_PARAMS_MAX], uint32_t *n_out) {
    *n_out = 0;
    for (uint32_t i = 0; i < FEEL_PARAMS_MAX; i++) order[i] = UINT32_MAX;
    for (uint32_t i = 0; i < n_args; i++) {
        int place = feel_builtin_parameter(row, names[i]);
        if (place < 0 || place >= FEEL_PARAMS_MAX) return false;
        order[place] = i;
        if ((uint32_t)place >= *n_out) *n_out = (uint32_t)place + 1;
    }
    return true;
}

const feel_builtin *feel_builtin_pick_named(const feel_builtin *first, const hb_str *names,
                                            uint32_t n_args, uint32_t order[FEEL_PARAMS_MAX],
                                            uint32_t *n_out) {
    const feel_builtin *row = first;
    while (row && !lay_out(row, names, n_args, order, n_out)) row = feel_builtin_next(row);
    return row;
}

bool feel_builtin_complain(hb_arena *arena, const feel_builtin *first, const hb_str *names,
                           uint32_t n_args, hb_str *out) {
    for (uint32_t i = 0; i < n_args; i++) {
        const feel_builtin *row = first;
        while (row && feel_builtin_parameter(row, names[i]) < 0) row = feel_builtin_next(row);
        if (row) continue;
        return hb_str_format(arena, out, "%s() has no parameter \"%.*s\"; its parameters are %s",
                             first->name, (int)(names[i].n < 80 ? names[i].n : 80), names[i].at,
                             first->parameters);
    }
    return hb_str_format(arena, out,
                         "%s() does not take these arguments together; its parameters are %s",
                         first->name, first->parameters);
}

static feel_value call_builtin_named(feel_run *run, const feel_function *function,
                                     const hb_str *names, const feel_value *args, uint32_t n) {
    uint32_t order[FEEL_PARAMS_MAX], n_laid;
    feel_value laid[FEEL_PARAMS_MAX];
    hb_str message;
    const feel_builtin *row = feel_builtin_pick_named(function->builtin, names, n, order, &n_laid);
    if (row) {
        for (uint32_t i = 0; i < n_laid; i++)
            laid[i] = order[i] == UINT32_MAX ? feel_null() : args[order[i]];
        return feel_builtin_apply_named(run, row, laid, n_laid);
    }
    if (!feel_builtin_complain(run->arena, function->builtin, names, n, &message))
        return feel_null();
    return feel_null_because(run, true, "%.*s", (int)message.n, message.at);
}

// ---- calling
// ------------------------------------------------------------------------------------- "add()", or
// "this function" for a lambda.
typedef struct {
    char text[96];
} caption;

static caption caption_of(const feel_function *function) {
    caption of;
    hb_str name = function->name;
    if (!name.n)
        snprintf(of.text, sizeof of.text, "this function");
    else
        snprintf(of.text, sizeof of.text, "%.*s()", (int)(name.n < 80 ? name.n : 80), name.at);
    return of;
}

// Parameters that would not take their argument make the whole call null.
static bool fit_arguments(feel_run *run, const feel_function *function, const feel_value *args,
                          feel_value *fitted) {
    for (uint32_t i = 0; i < function->n_params; i++) {
        const feel_field *param = &function->params[i];
        if (feel_coerce(run, args[i], param->type, &fitted[i])) continue;
        feel_null_because(run, true, "%s cannot take a %s for \"%.*s\"", caption_of(function).text,
                          feel_kind_name(args[i]), (int)(param->name.n < 80 ? param->name.n : 80),
                          param->name.at);
        return false;
    }
    return true;
}

static feel_value call_body(feel_run *run, const feel_function *function, const feel_value *args) {
    if (function->call) return function->call(run, function->data, args, function->n_params);
    if (function->is_external) {
        if (run->external) return run->external(run, function->mapping, args, function->n_params);
        return feel_null_because(run, true, "external functions are not available here");
    }
    return feel_execute(run, function->code, function->env, args);
}

static feel_value call_fitted(feel_run *run, const feel_function *function,
                              const feel_value *args) {
    feel_value few[8], *fitted = few, result, out;
    if (function->n_params > sizeof few / sizeof *few &&
        !(fitted = hb_arena_array(run->arena, feel_value, function->n_params))) {
        return feel_run_fail(run, "memory-limit", "memory is out", "");
    }
    if (!fit_arguments(run, function, args, fitted)) return feel_null();
    if (!run->depth_left) {
        return feel_run_fail(run, "depth-limit", "functions call one another too deeply",
                             "look for a function that calls itself without end");
    }
    run->depth_left--;
    result = call_body(run, function, fitted);
    run->depth_left++;
    if (!function->result || feel_coerce(run, result, function->result, &out))
        return function->result ? out : result;
    return feel_null_because(run, true, "%s gave a %s, which is not its result type",
                             caption_of(function).text, feel_kind_name(result));
}

static bool spend_step(feel_run *run) {
    if (run->steps_left > 1) {
        run->steps_left--;
        return true;
    }
    run->steps_left = 0;
    feel_run_fail(run, "step-limit", "the evaluation takes too many steps", "");
    return false;
}

feel_value feel_call(feel_run *run, feel_value value, const feel_value *args, uint32_t n) {
    if (run->has_failed || !spend_step(run)) return feel_null();
    if (value.kind != FEEL_FUNCTION) {
        return feel_null_because(run, true, "a %s cannot be called as a function",
                                 feel_kind_name(value));
    }
    const feel_function *function = value.function;
    if (function->builtin) return feel_builtin_apply(run, function->builtin, args, n);
    if (n != function->n_params) {
        return feel_null_because(run, true, "%s wants %u arguments, not %u",
                                 caption_of(function).text, function->n_params, n);
    }
    return call_fitted(run, function, args);
}

feel_value feel_call_named(feel_run *run, feel_value value, const hb_str *names,
                           const feel_value *args, uint32_t n) {
    if (run->has_failed || !spend_step(run)) return feel_null();
    if (value.kind != FEEL_FUNCTION) {
        return feel_null_because(run, true, "a %s cannot be called as a function",
                                 feel_kind_name(value));
    }
    const feel_function *function = value.function;
    if (function->builtin) return call_builtin_named(run, function, names, args, n);
    feel_value *placed = hb_arena_array(run->arena, feel_value, function->n_params + 1u);
    if (!placed) return feel_run_fail(run, "memory-limit", "memory is out", "");
    for (uint32_t i = 0; i < n; i++) {
        uint32_t place = 0;
        while (place < function->n_params && !hb_str_equal(function->params[place].name, names[i]))
            place++;
        if (place == function->n_params) {
            return feel_null_because(run, true, "%s has no parameter \"%.*s\"",
                                     caption_of(function).text,
                                     (int)(names[i].n < 80 ? names[i].n : 80), names[i].at);
        }
        placed[place] = args[i];
    }
    if (n != function->n_params) {
        return feel_null_because(run, true, "%s wants %u arguments, not %u",
                                 caption_of(function).text, function->n_params, n);
    }
    return call_fitted(run, function, placed);
}
