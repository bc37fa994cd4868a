// evaluate.c: how a program is entered. What can be answered by a look at its few instructions is;
// all else goes to the machine (run.c).
#include "feel/code.h"

static bool is_plain_to_the_end(const feel_code *code, const feel_instruction *at,
                                feel_value value) {
    if (at->op == FEEL_OP_COERCE) {
        if (!feel_is_plainly(value, ((const feel_node *)code->refs[at->x])->wanted)) return false;
        at++;
    }
    return at->op == FEEL_OP_RETURN;
}

bool feel_program_is_constant(const feel_program *program, feel_value *out) {
    const feel_code *code = &program->code;
    if (code->at->op != FEEL_OP_CONSTANT) return false;
    *out = code->constants[code->at->x];
    return is_plain_to_the_end(code, code->at + 1, *out);
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

// Most cells of a decision table are one constant, and most of its inputs a name or an entry of
// one, made to be of a type: nothing has to be set up for these.
static bool is_at_hand(const feel_code *code, const feel_env *env, feel_value *out) {
    const feel_instruction *at = code->at;
    if (at->op == FEEL_OP_CONSTANT) {
        *out = code->constants[at->x];
    } else if (at->op == FEEL_OP_OUTER) {
        for (uint32_t up = at->x; up; up--) env = env->up;
        *out = env->slots[at->y];
    } else {
        return false;
    }
    if (at[1].op == FEEL_OP_PATH) {
        hb_str name = ((const feel_node *)code->refs[(++at)->x])->name;
        if (out->kind != FEEL_CONTEXT || !feel_context_get(out->context, name, out)) return false;
    }
    return is_plain_to_the_end(code, at + 1, *out);
}

static bool is_quickly_among(feel_value value, const feel_value *constants, uint32_t n) {
    bool is_in = false;
    for (uint32_t i = 0; i < n && !is_in; i++)
        if (!is_quick_in(value, constants[i], &is_in)) return false;
    return is_in;
}

feel_value feel_evaluate(feel_run *run, const feel_program *program, const feel_env *env) {
    feel_value value;
    if (run->has_failed) return feel_null();
    if (is_at_hand(&program->code, env, &value)) return value;
    return feel_execute(run, &program->code, env, NULL);
}

feel_value feel_test(feel_run *run, const feel_program *tests, const feel_env *env,
                     feel_value input) {
    const feel_instruction *at = tests->code.at;
    if (run->has_failed) return feel_null();
    if (at[0].op == FEEL_OP_LOCAL && at[1].op == FEEL_OP_AMONG && at[2].op == FEEL_OP_RETURN &&
        is_quickly_among(input, tests->code.constants + at[1].x, at[1].y))
        return feel_boolean(true);
    return feel_execute(run, &tests->code, env, &input);
}
