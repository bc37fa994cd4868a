// print_program.c: the code of a program as text, one instruction a line: place, name, operands,
// meaning of the operands.
#include "feel/code.h"

static const char *const NAMES[] = {
#define OP(name, effect, meaning) [FEEL_OP_##name] = #name,
#include "feel/ops.def"
#undef OP
};

static void print_code(hb_text *out, const feel_code *code, int depth) {
    for (uint32_t i = 0; i < code->n; i++) {
        const feel_instruction *at = &code->at[i];
        hb_text_addf(out, "%*s%4u  %-20s %u %u", depth * 4, "", i, NAMES[at->op], at->x, at->y);
        if (at->op == FEEL_OP_CONSTANT) {
            hb_text_add(out, HB_STR("  "));
            feel_print(out, code->constants[at->x]);
        }
        if (at->op == FEEL_OP_PATH || at->op == FEEL_OP_MEMBER) {
            hb_str name = ((const feel_member *)code->refs[at->x])->name;
            hb_text_addf(out, "  %.*s", (int)name.n, name.at);
        }
        if (at->op == FEEL_OP_CALL_BUILTIN || at->op == FEEL_OP_CALL_BUILTIN_NAMED) {
            hb_text_addf(out, "  %s", ((const feel_builtin *)code->refs[at->x])->name);
        }
        hb_text_add(out, HB_STR("\n"));
        if (at->op == FEEL_OP_FUNCTION)
            print_code(out, ((const feel_frame_map *)code->refs[at->x])->code, depth + 1);
    }
}

void feel_print_program(hb_text *out, const feel_program *program) {
    print_code(out, &program->code, 0);
}
