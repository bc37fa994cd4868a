// code.h: what compile.c writes and run.c and print_program.c read.
//
// A unit of code (an expression, the tests of a cell, the body of a function) works on cells: first
// its locals, then its operand stack. Locals are the slots of every frame the unit opens, at places
// known when compiling, so a name inside is one load; names outside go up the unit's environment, a
// chain of feel_env. When a function is made or a host called, the open frames become links of that
// chain (a frame_map says where they are).
#ifndef HABEAS_FEEL_CODE_H
#define HABEAS_FEEL_CODE_H

#include <string.h>

#include "feel/node.h"

typedef enum {
#define OP(name, effect, meaning) FEEL_OP_##name,
#include "feel/ops.def"
#undef OP
} feel_op;

typedef struct {
    uint8_t op;
    uint32_t x, y;
} feel_instruction;

typedef struct {
    uint32_t first, n;  // cells
} feel_frame;

typedef struct feel_code feel_code;
struct feel_code {
    const feel_program *program;
    uint32_t n, n_params, n_locals, n_cells;  // n_cells: locals and the deepest stack
    const feel_instruction *at;
    const uint32_t *offsets;  // byte of the text each instruction stands for
    const feel_value *constants;
    const void *const *refs;
};

// What FUNCTION and HOST refer to.
typedef struct {
    const feel_node *node;
    const feel_code *code;  // FUNCTION: its body
    uint32_t n_frames;      // outermost first
    const feel_frame *frames;
} feel_frame_map;

// What PATH and MEMBER look for: an entry of a context, most likely its `place`-th, or a property.
typedef struct {
    hb_str name;
    uint32_t place;
    const feel_property *property;  // NULL: none has this name
} feel_member;

static inline bool feel_member_entry(const feel_context *context, const feel_member *member,
                                     feel_value *out) {
    if (member->place < context->n && hb_str_equal(context->keys[member->place], member->name)) {
        *out = context->values[member->place];
        return true;
    }
    return feel_context_get(context, member->name, out);
}

// What a program says that needs no machine: most cells of decision tables are one constant or a
// list of them, most of their inputs a name or an entry of one, most decisions one table.
typedef enum {
    FEEL_QUICK_NONE = 0,
    FEEL_QUICK_CONSTANT,  // constant
    FEEL_QUICK_NAME,      // slot of the frame itself
    FEEL_QUICK_ENTRY,     // member of that
    FEEL_QUICK_HOST,      // host
    FEEL_QUICK_AMONG,     // tests: among n constants
} feel_quick_kind;
typedef struct {
    feel_quick_kind kind;
    uint32_t slot, n;
    const feel_member *member;
    const feel_node *host;
    const feel_value *among;
    const feel_node *coerce;  // NULL: whatever it is
    feel_value constant;
} feel_quick;

struct feel_program {
    feel_source source;
    const feel_node *node;
    feel_quick quick;
    feel_code code;
};

#define FEEL_PARAMS_MAX 16  // of a built-in function

// State of a loop or filter; it lies in the cells of its unit. Its variable's slots follow it.
typedef struct {
    feel_value domain;   // a list, or for steps: where it is
    int64_t last, step;  // steps: numbers or days
    uint32_t at, n_kept, room;
    uint8_t is_steps, is_done, has_null;
    feel_value *kept;
} feel_loop;
#define FEEL_LOOP_CELLS \
    ((uint32_t)((sizeof(feel_loop) + sizeof(feel_value) - 1) / sizeof(feel_value)))

// ---- small numbers and quick answers (inline: most instructions and cells need no more)
// ----------
static inline bool are_small(feel_value a, feel_value b) {
    return a.kind == FEEL_NUMBER && b.kind == FEEL_NUMBER && !a.is_big && !b.is_big &&
           a.exponent == b.exponent;
}

static inline bool are_integers(feel_value a, feel_value b) {
    return are_small(a, b) && !a.exponent;
}

// What most cells of decision tables ask, without a call: a small number or a string equal to
// another, a whole number in an interval of whole numbers. False: feel_in must say.
static inline bool is_quick_in(feel_value value, feel_value tested, bool *is_in) {
    if (value.kind == FEEL_STRING && tested.kind == FEEL_STRING) {
        *is_in = hb_str_equal(feel_text(value), feel_text(tested));
        return true;
    }
    if (value.kind != FEEL_NUMBER || value.is_big) return false;
    if (tested.kind == FEEL_NUMBER && !tested.is_big) {
        *is_in = value.coefficient == tested.coefficient && value.exponent == tested.exponent;
        return true;
    }
    if (tested.kind != FEEL_RANGE || tested.range->unary || value.exponent) return false;
    const feel_range *range = tested.range;
    if (!are_integers(range->low, range->high)) return false;
    *is_in = value.coefficient >= range->low.coefficient + !range->is_low_included &&
             value.coefficient <= range->high.coefficient - !range->is_high_included;
    return true;
}

// call.c
// The first row that has every given name. order[i]: which argument parameter i takes, or
// UINT32_MAX; n_out: parameters up to the last one given. NULL: no row has them all.
const feel_builtin *feel_builtin_pick_named(const feel_builtin *first, const hb_str *names,
                                            uint32_t n_args, uint32_t order[FEEL_PARAMS_MAX],
                                            uint32_t *n_out);
bool feel_builtin_complain(hb_arena *arena, const feel_builtin *first, const hb_str *names,
                           uint32_t n_args, hb_str *out);

// run.c
// Runs a unit in `env` with its n_params arguments (of TESTS: the input) as its first cells.
feel_value feel_execute(feel_run *run, const feel_code *code, const feel_env *env,
                        const feel_value *args);
// The value as a COERCE node wants it, or null with a note.
feel_value feel_coerce_to(feel_run *run, const feel_node *node, feel_value value);
// The value of a RANGE node with these ends; compile.c folds with them.
feel_value feel_make_range(feel_run *run, const feel_node *node, feel_value low, feel_value high);
feel_value feel_make_unary_range(feel_run *run, const feel_node *node, feel_value end);

#endif
