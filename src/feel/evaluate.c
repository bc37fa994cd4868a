// evaluate.c: how a program is entered. What can be answered without the machine (run.c) is.
#include "feel/code.h"

static inline bool is_as_wanted(const feel_quick *quick, feel_value value) {
    return !quick->coerce || feel_is_plainly(value, quick->coerce->wanted);
}

bool feel_program_is_constant(const feel_program *program, feel_value *out) {
    *out = program->quick.constant;
    return program->quick.kind == FEEL_QUICK_CONSTANT && is_as_wanted(&program->quick, *out);
}

bool feel_program_is_closed(const feel_program *program) {
    for (uint32_t i = 0; i < program->code.n; i++) {
        switch ((feel_op)program->code.at[i].op) {
            case FEEL_OP_OUTER:
            case FEEL_OP_CALL:
            case FEEL_OP_CALL_NAMED:
            case FEEL_OP_CALL_BUILTIN:
            case FEEL_OP_CALL_BUILTIN_NAMED:
            case FEEL_OP_FUNCTION:
            case FEEL_OP_EXTERNAL:
            case FEEL_OP_HOST: return false;
            default: break;
        }
    }
    return true;
}

static __attribute__((noinline)) feel_value call_host(feel_run *run, const feel_program *program,
                                                      const feel_env *env) {
    const feel_quick *quick = &program->quick;
    const feel_program *outer = run->at;
    uint32_t outer_offset = run->at_offset;
    run->at = program;
    run->at_offset = program->code.offsets[0];
    feel_value value = quick->host->host_call(run, quick->host->host_data, env);
    if (!is_as_wanted(quick, value)) value = feel_coerce_to(run, quick->coerce, value);
    run->at = outer;
    run->at_offset = outer_offset;
    return value;
}

static __attribute__((noinline)) feel_value find_entry(feel_run *run, const feel_program *program,
                                                       const feel_env *env) {
    const feel_quick *quick = &program->quick;
    feel_value value = env->slots[quick->slot];
    if (value.kind == FEEL_CONTEXT && feel_member_entry(value.context, quick->member, &value) &&
        is_as_wanted(quick, value))
        return value;
    return feel_execute(run, &program->code, env, NULL);
}

feel_value feel_evaluate(feel_run *run, const feel_program *program, const feel_env *env) {
    const feel_quick *quick = &program->quick;
    if (run->has_failed) return feel_null();
    switch (quick->kind) {
        case FEEL_QUICK_CONSTANT:
            if (is_as_wanted(quick, quick->constant)) return quick->constant;
            break;
        case FEEL_QUICK_NAME:
            if (is_as_wanted(quick, env->slots[quick->slot])) return env->slots[quick->slot];
            break;
        case FEEL_QUICK_ENTRY: return find_entry(run, program, env);
        case FEEL_QUICK_HOST: return call_host(run, program, env);
        case FEEL_QUICK_AMONG:
        case FEEL_QUICK_NONE: break;
    }
    return feel_execute(run, &program->code, env, NULL);
}

static bool is_quickly_among(feel_value value, const feel_value *constants, uint32_t n) {
    bool is_in = false;
    for (uint32_t i = 0; i < n && !is_in; i++)
        if (!is_quick_in(value, constants[i], &is_in)) return false;
    return is_in;
}

feel_value feel_test(feel_run *run, const feel_program *tests, const feel_env *env,
                     feel_value input) {
    if (run->has_failed) return feel_null();
    if (tests->quick.kind == FEEL_QUICK_AMONG &&
        is_quickly_among(input, tests->quick.among, tests->quick.n))
        return feel_boolean(true);
    return feel_execute(run, &tests->code, env, &input);
}
