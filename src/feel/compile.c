// compile.c: a tree of nodes to code. One walk: operands first, then the instruction, so the code
// is the tree in postfix order with jumps for what is not always evaluated. Constants fold as they
// are emitted: when the operands of an instruction are the constants just before it and its result
// needs no note, the result takes their place. Left-deep chains (a + b + c ...) are walked in a
// loop, as the parser builds them in one.
#include <assert.h>
#include <string.h>

#include "feel/code.h"

#define CHUNK 16
#define FOLD_STEPS 100000

typedef struct {
    hb_arena *arena;
    hb_error *err;
    feel_program *program;
    feel_run *fold;  // evaluates constants
} compiler;

typedef struct {
    compiler *c;
    feel_code *code;
    feel_instruction *at;
    uint32_t *offsets;
    feel_value *constants;
    const void **refs;
    feel_frame *frames;
    uint32_t n, room, n_constants, constants_room, n_refs, refs_room, n_frames, frames_room;
    uint32_t depth, deepest;  // operands on the stack
    uint32_t locals, most_locals;
    uint32_t barrier;  // a jump leads here: nothing before it may fold with what follows
    uint32_t offset;   // of the node being compiled
    bool has_failed;
} unit;

static void compile(unit *u, const feel_node *node);

// ---- emitting ---------------------------------------------------------------------------------
// Room for one more of an array of the unit; NULL and has_failed when memory is out.
static void *grow(unit *u, void *at, uint32_t n, uint32_t *room, size_t size) {
    if (at && n < *room) return at;
    uint32_t more = *room ? *room * 2 : CHUNK;
    void *grown = hb_arena_array_bytes(u->c->arena, size, more);
    if (!grown) {
        u->has_failed = true;
        return NULL;
    }
    if (n) memcpy(grown, at, n * size);
    *room = more;
    return grown;
}

static const int8_t EFFECTS[] = {
#define OP(name, effect, meaning) [FEEL_OP_##name] = effect,
#include "feel/ops.def"
#undef OP
};

static void change_depth(unit *u, int64_t by) {
    u->depth = (uint32_t)((int64_t)u->depth + by);
    if (u->depth > u->deepest) u->deepest = u->depth;
}

static uint32_t emit_changing(unit *u, feel_op op, uint32_t x, uint32_t y, int64_t effect) {
    uint32_t room = u->room;
    feel_instruction *at = grow(u, u->at, u->n, &room, sizeof *at);
    uint32_t *offsets = at ? grow(u, u->offsets, u->n, &u->room, sizeof *offsets) : NULL;
    if (!offsets) return 0;
    u->at = at;
    u->offsets = offsets;
    u->at[u->n] = (feel_instruction){(uint8_t)op, x, y};
    u->offsets[u->n] = u->offset;
    change_depth(u, effect);
    return u->n++;
}

static uint32_t emit(unit *u, feel_op op, uint32_t x, uint32_t y) {
    assert(EFFECTS[op] != 9);
    return emit_changing(u, op, x, y, EFFECTS[op]);
}

static uint32_t ref(unit *u, const void *to) {
    const void **refs = grow(u, u->refs, u->n_refs, &u->refs_room, sizeof *refs);
    if (!refs) return 0;
    u->refs = refs;
    u->refs[u->n_refs] = to;
    return u->n_refs++;
}

static bool keep_constant(unit *u, feel_value value) {
    feel_value *constants =
        grow(u, u->constants, u->n_constants, &u->constants_room, sizeof *constants);
    if (!constants) return false;
    u->constants = constants;
    u->constants[u->n_constants++] = value;
    return true;
}

static void constant(unit *u, feel_value value) {
    if (keep_constant(u, value)) emit(u, FEEL_OP_CONSTANT, u->n_constants - 1, 0);
}

// Where the next instruction stands, as the goal of a jump.
static uint32_t here(unit *u) {
    u->barrier = u->n;
    return u->n;
}

static void land(unit *u, uint32_t jump) {
    if (u->has_failed) return;
    u->at[jump].y = here(u);
}

// ---- folding ----------------------------------------------------------------------------------
static bool are_constants(const unit *u, uint32_t n) {
    if (u->has_failed || u->n < u->barrier + n) return false;
    for (uint32_t i = u->n - n; i < u->n; i++) {
        if (u->at[i].op != FEEL_OP_CONSTANT) return false;
    }
    return true;
}

static feel_value operand(const unit *u, uint32_t from_top) {
    return u->constants[u->at[u->n - 1 - from_top].x];
}

// Puts `value` in the place of the last n constants, unless it came with a note or not at all.
static bool fold_to(unit *u, uint32_t n, feel_value value) {
    feel_run *run = u->c->fold;
    bool is_usable =
        !run->has_failed && !run->n_notes && value.kind != FEEL_NULL && value.kind != FEEL_FUNCTION;
    run->n_notes = 0;
    if (run->has_failed) u->has_failed = hb_arena_is_exhausted(u->c->arena);
    run->has_failed = false;
    if (!is_usable || u->has_failed) return false;
    u->n -= n;
    u->depth -= n;
    constant(u, value);
    return true;
}

static bool fold_two(unit *u, feel_op op) {
    if (!are_constants(u, 2)) return false;
    feel_run *run = u->c->fold;
    feel_value a = operand(u, 1), b = operand(u, 0);
    switch (op) {
        case FEEL_OP_ADD: return fold_to(u, 2, feel_add(run, a, b));
        case FEEL_OP_SUBTRACT: return fold_to(u, 2, feel_subtract(run, a, b));
        case FEEL_OP_MULTIPLY: return fold_to(u, 2, feel_multiply(run, a, b));
        case FEEL_OP_DIVIDE: return fold_to(u, 2, feel_divide(run, a, b));
        case FEEL_OP_POWER: return fold_to(u, 2, feel_power(run, a, b));
        default: return false;
    }
}

// ---- frames -----------------------------------------------------------------------------------
static uint32_t open_cells(unit *u, uint32_t n) {
    uint32_t first = u->locals;
    u->locals += n;
    if (u->locals > u->most_locals) u->most_locals = u->locals;
    return first;
}

static uint32_t open_frame_at(unit *u, uint32_t first, uint32_t n) {
    feel_frame *frames = grow(u, u->frames, u->n_frames, &u->frames_room, sizeof *frames);
    if (!frames) return 0;
    u->frames = frames;
    u->frames[u->n_frames++] = (feel_frame){first, n};
    return first;
}

static uint32_t open_frame(unit *u, uint32_t n) {
    return open_frame_at(u, open_cells(u, n), n);
}

static void close_frames(unit *u, uint32_t n_frames, uint32_t locals) {
    u->n_frames = n_frames;
    u->locals = locals;
}

static void load(unit *u, uint32_t up, uint32_t index) {
    if (up < u->n_frames) {
        emit(u, FEEL_OP_LOCAL, u->frames[u->n_frames - 1 - up].first + index, 0);
    } else {
        emit(u, FEEL_OP_OUTER, up - u->n_frames, index);
    }
}

static const feel_frame_map *frame_map(unit *u, const feel_node *node, const feel_code *code) {
    feel_frame_map *map = hb_arena_new(u->c->arena, feel_frame_map);
    feel_frame *frames = hb_arena_array(u->c->arena, feel_frame, u->n_frames + 1);
    if (!map || !frames) {
        u->has_failed = true;
        return NULL;
    }
    if (u->n_frames) memcpy(frames, u->frames, u->n_frames * sizeof *frames);
    *map = (feel_frame_map){node, code, u->n_frames, frames};
    return map;
}

// ---- values -----------------------------------------------------------------------------------
static void list(unit *u, const feel_node *node) {
    for (uint32_t i = 0; i < node->n; i++) compile(u, node->items[i]);
    if (node->n && are_constants(u, node->n)) {
        feel_value *items = hb_arena_array(u->c->arena, feel_value, node->n);
        if (!items) {
            u->has_failed = true;
            return;
        }
        for (uint32_t i = 0; i < node->n; i++) items[i] = operand(u, node->n - 1 - i);
        if (fold_to(u, node->n, feel_list(items, node->n))) return;
    }
    emit_changing(u, FEEL_OP_LIST, node->n, 0, 1 - (int64_t)node->n);
}

static void range(unit *u, const feel_node *node) {
    compile(u, node->a);
    if (node->b) compile(u, node->b);
    uint32_t n = node->b ? 2 : 1;
    u->offset = node->offset;
    if (are_constants(u, n) &&
        fold_to(u, n,
                node->b ? feel_make_range(u->c->fold, node, operand(u, 1), operand(u, 0))
                        : feel_make_unary_range(u->c->fold, node, operand(u, 0)))) {
        return;
    }
    emit(u, node->b ? FEEL_OP_RANGE : FEEL_OP_UNARY_RANGE, ref(u, node), 0);
}

static void context(unit *u, const feel_node *node) {
    uint32_t n_frames = u->n_frames, locals = u->locals;
    uint32_t first = open_frame(u, node->n);
    for (uint32_t i = 0; i < node->n; i++) {
        compile(u, node->items[i]);
        if (!node->is_result_last || i + 1 < node->n) emit(u, FEEL_OP_STORE, first + i, 0);
    }
    if (!node->is_result_last) emit(u, FEEL_OP_CONTEXT, ref(u, node), first);
    close_frames(u, n_frames, locals);
}

static void if_node(unit *u, const feel_node *node) {
    compile(u, node->a);
    u->offset = node->offset;
    uint32_t otherwise = emit(u, FEEL_OP_JUMP_UNLESS, 0, 0);
    compile(u, node->b);
    uint32_t end = emit(u, FEEL_OP_JUMP, 0, 0);
    change_depth(u, -1);
    land(u, otherwise);
    compile(u, node->c);
    land(u, end);
}

// An entry mostly stands where the type says.
static const feel_member *member(unit *u, hb_str name, const feel_type *of) {
    feel_member *made = hb_arena_new(u->c->arena, feel_member);
    if (!made) {
        u->has_failed = true;
        return NULL;
    }
    *made = (feel_member){.name = name, .property = feel_property_find(name)};
    for (uint32_t i = 0; of->kind == FEEL_TYPE_CONTEXT && i < of->n_fields; i++)
        if (hb_str_equal(of->fields[i].name, name)) made->place = i;
    return made;
}

static void member_name(unit *u, const feel_node *node) {
    load(u, node->up, 0);
    uint32_t found = emit(u, FEEL_OP_MEMBER, ref(u, member(u, node->name, node->type)), 0);
    change_depth(u, -1);
    if (node->a) {
        compile(u, node->a);
    } else {
        hb_str *text = hb_arena_new(u->c->arena, hb_str);
        if (!text || !hb_str_format(u->c->arena, text, "the item has no entry \"%.*s\"",
                                    (int)node->name.n, node->name.at)) {
            u->has_failed = true;
            return;
        }
        emit(u, FEEL_OP_NOTE, ref(u, text), 0);
    }
    land(u, found);
}

// ---- tests ------------------------------------------------------------------------------------
static feel_op comparison_op(feel_node_kind kind) {
    return (feel_op)(FEEL_OP_EQUAL + (kind - FEEL_NODE_EQUAL));
}
static_assert(FEEL_OP_GREATER_OR_EQUAL - FEEL_OP_EQUAL ==
                  FEEL_NODE_GREATER_OR_EQUAL - FEEL_NODE_EQUAL,
              "comparisons stand in one order");
static_assert(FEEL_OP_POWER - FEEL_OP_ADD == FEEL_NODE_POWER - FEEL_NODE_ADD,
              "operators stand in one order");

// The input is on the stack, unless the test is a condition.
static void test_after_input(unit *u, const feel_node *test, bool is_cell) {
    compile(u, test->a);
    u->offset = test->offset;
    if (test->kind == FEEL_NODE_TEST_COMPARE) {
        emit(u, comparison_op((feel_node_kind)test->comparison), 0, 0);
    } else {
        emit(u, is_cell ? FEEL_OP_TEST_VALUE : FEEL_OP_IN, 0, 0);
    }
}

static void test(unit *u, const feel_node *node, uint32_t input, bool is_cell) {
    switch ((feel_node_kind)node->kind) {
        case FEEL_NODE_TEST_ANY: constant(u, feel_boolean(true)); return;
        case FEEL_NODE_TEST_TRUE:
            compile(u, node->a);
            u->offset = node->offset;
            emit(u, FEEL_OP_TEST_TRUE, input, 0);
            return;
        default: emit(u, FEEL_OP_LOCAL, input, 0); test_after_input(u, node, is_cell);
    }
}

// An enumeration: texts, numbers and null alone, so one instruction asks for all of them.
static bool is_enumeration(const feel_node *tests) {
    for (uint32_t i = 0; i < tests->n; i++) {
        const feel_node *item = tests->items[i];
        if (item->kind != FEEL_NODE_TEST_VALUE || item->a->kind != FEEL_NODE_CONSTANT) return false;
        feel_kind kind = (feel_kind)item->a->value.kind;
        if (kind != FEEL_STRING && kind != FEEL_NUMBER && kind != FEEL_NULL) return false;
    }
    return tests->n > 1;
}

static void enumeration(unit *u, const feel_node *tests, uint32_t input) {
    uint32_t first = u->n_constants;
    for (uint32_t i = 0; i < tests->n; i++) keep_constant(u, tests->items[i]->a->value);
    emit(u, FEEL_OP_LOCAL, input, 0);
    emit(u, FEEL_OP_AMONG, first, tests->n);
}

static void any_test(unit *u, const feel_node *node, uint32_t input, bool is_cell) {
    uint32_t n_jumps = 0;
    if (is_enumeration(node)) {
        enumeration(u, node, input);
        return;
    }
    uint32_t *jumps = hb_arena_array(u->c->arena, uint32_t, node->n + 1);
    if (!jumps) {
        u->has_failed = true;
        return;
    }
    for (uint32_t i = 0; i < node->n; i++) {
        if (i) jumps[n_jumps++] = emit(u, FEEL_OP_OR, 0, 0);
        test(u, node->items[i], input, is_cell);
        if (i) emit(u, FEEL_OP_OR_JOIN, 0, 0);
    }
    while (n_jumps > 0) land(u, jumps[--n_jumps]);
}

static void in(unit *u, const feel_node *node) {
    uint32_t n_frames = u->n_frames, locals = u->locals;
    uint32_t input = open_frame(u, 1);
    if (node->n == 1 && node->items[0]->kind != FEEL_NODE_TEST_TRUE) {
        test_after_input(u, node->items[0], false);
    } else {
        emit(u, FEEL_OP_STORE, input, 0);
        any_test(u, node, input, false);
    }
    close_frames(u, n_frames, locals);
}

// ---- loops ------------------------------------------------------------------------------------
// The cells of a loop, then the frame of its variable.
static uint32_t open_loop(unit *u, uint32_t n_slots) {
    uint32_t loop = open_cells(u, FEEL_LOOP_CELLS);
    open_frame(u, n_slots);
    return loop;
}

typedef struct {
    uint32_t loop, start, next;  // cell; instructions
} open_domain;

static void domain(unit *u, const feel_node *node, uint32_t n_slots, open_domain *domain) {
    bool is_steps = node->kind == FEEL_NODE_STEPS;
    if (is_steps) {
        compile(u, node->a);
        compile(u, node->b);
    } else {
        compile(u, node);
    }
    u->offset = node->offset;
    domain->loop = open_loop(u, n_slots);
    domain->start = emit(u, is_steps ? FEEL_OP_LOOP_STEPS : FEEL_OP_LOOP_START, domain->loop, 0);
    domain->next = here(u);
    emit(u, FEEL_OP_LOOP_NEXT, domain->loop, 0);
}

// for a in A, b in B return e:    A START a; [NEXT a; B START b; [NEXT b; e KEEP a; back to NEXT
// b]]; LIST a
static void loop(unit *u, const feel_node *node) {
    uint32_t n_frames = u->n_frames, locals = u->locals, decided = 0;
    bool is_for = node->kind == FEEL_NODE_FOR;
    open_domain *domains = hb_arena_array(u->c->arena, open_domain, node->n);
    if (!domains) {
        u->has_failed = true;
        return;
    }
    for (uint32_t i = 0; i < node->n; i++) {
        domain(u, node->items[i], is_for ? 2 : 1, &domains[i]);
        if (is_for)
            emit(u, FEEL_OP_PARTIAL, domains[0].loop, domains[i].loop + FEEL_LOOP_CELLS + 1);
    }
    compile(u, node->a);
    u->offset = node->offset;
    if (is_for) {
        emit(u, FEEL_OP_LOOP_KEEP, domains[0].loop, 0);
    } else {
        decided = emit(u, node->kind == FEEL_NODE_SOME ? FEEL_OP_SOME : FEEL_OP_EVERY,
                       domains[0].loop, 0);
    }
    emit(u, FEEL_OP_JUMP, 0, domains[node->n - 1].next);
    if (u->has_failed) return;
    for (uint32_t i = 1; i < node->n; i++) u->at[domains[i].next].y = domains[i - 1].next;
    land(u, domains[0].next);
    if (is_for)
        emit(u, FEEL_OP_LOOP_LIST, domains[0].loop, 0);
    else
        emit(u, FEEL_OP_QUANTIFIED, domains[0].loop, node->kind == FEEL_NODE_EVERY);
    for (uint32_t i = 0; i < node->n; i++) land(u, domains[i].start);
    if (!is_for) land(u, decided);
    close_frames(u, n_frames, locals);
}

// After the list. A condition that is known to be a number is an index, evaluated once; one that
// may be either is found out with the first item.
static void filter(unit *u, const feel_node *node) {
    uint32_t n_frames = u->n_frames, locals = u->locals;
    if (node->b->type->kind == FEEL_TYPE_NUMBER) {
        open_frame(u, 1);
        compile(u, node->b);
        u->offset = node->offset;
        emit(u, FEEL_OP_INDEX, 0, 0);
    } else {
        uint32_t cells = open_loop(u, 1);
        uint32_t start = emit(u, FEEL_OP_FILTER_START, cells, 0);
        uint32_t next = here(u);
        emit(u, FEEL_OP_LOOP_NEXT, cells, 0);
        compile(u, node->b);
        u->offset = node->offset;
        uint32_t decided = emit(u, FEEL_OP_FILTER_KEEP, cells, 0);
        emit(u, FEEL_OP_JUMP, 0, next);
        if (u->has_failed) return;
        land(u, next);
        emit(u, FEEL_OP_LOOP_LIST, cells, 0);
        land(u, start);
        land(u, decided);
    }
    close_frames(u, n_frames, locals);
}

// ---- functions --------------------------------------------------------------------------------
static bool compile_unit(compiler *c, const feel_node *body, uint32_t n_params, feel_code *code);

static void function(unit *u, const feel_node *node) {
    if (node->is_external) {
        uint32_t n_frames = u->n_frames, locals = u->locals;
        open_frame(u, node->n);
        compile(u, node->a);
        emit(u, FEEL_OP_EXTERNAL, ref(u, node), 0);
        close_frames(u, n_frames, locals);
        return;
    }
    feel_code *code = hb_arena_new(u->c->arena, feel_code);
    if (!code || !compile_unit(u->c, node, node->n, code)) {
        u->has_failed = true;
        return;
    }
    const feel_frame_map *map = frame_map(u, node, code);
    emit(u, FEEL_OP_FUNCTION, ref(u, map), 0);
}

// A row that has every given name; the arguments in the order of its parameters, null where none is
// given.
static bool lay_out_named(unit *u, const feel_node *node, const feel_builtin **row, uint32_t *n) {
    uint32_t order[FEEL_PARAMS_MAX];
    *row = feel_builtin_pick_named(node->a->builtin, node->keys, node->n, order, n);
    if (!*row) return false;
    for (uint32_t i = 0; i < *n; i++) {
        if (order[i] == UINT32_MAX)
            constant(u, feel_null());
        else
            compile(u, node->items[order[i]]);
    }
    return true;
}

static void complain(unit *u, const feel_node *call) {
    hb_str *text = hb_arena_new(u->c->arena, hb_str);
    if (!text || !feel_builtin_complain(u->c->arena, call->a->builtin, call->keys, call->n, text))
        u->has_failed = true;
    else
        emit(u, FEEL_OP_NOTE, ref(u, text), 0);
}

// now() and today() have no arguments, so a call with constant arguments gives the same at any
// time.
static bool fold_builtin(unit *u, const feel_builtin *row, uint32_t n, bool is_named) {
    feel_value args[FEEL_PARAMS_MAX];
    if (!n || n > FEEL_PARAMS_MAX || !are_constants(u, n)) return false;
    for (uint32_t i = 0; i < n; i++) args[i] = operand(u, n - 1 - i);
    feel_run *run = u->c->fold;
    return fold_to(u, n,
                   is_named ? feel_builtin_apply_named(run, row, args, n)
                            : feel_builtin_apply(run, row, args, n));
}

static void call_builtin(unit *u, const feel_node *node) {
    uint32_t n = node->n;
    const feel_builtin *row = node->a->builtin;
    bool is_named = node->keys != NULL;
    if (!is_named) {
        for (uint32_t i = 0; i < n; i++) compile(u, node->items[i]);
    } else if (!lay_out_named(u, node, &row, &n)) {
        u->offset = node->offset;
        complain(u, node);
        return;
    }
    u->offset = node->offset;
    if (fold_builtin(u, row, n, is_named)) return;
    emit_changing(u, is_named ? FEEL_OP_CALL_BUILTIN_NAMED : FEEL_OP_CALL_BUILTIN, ref(u, row), n,
                  1 - (int64_t)n);
}

// After the function.
static void call(unit *u, const feel_node *node) {
    for (uint32_t i = 0; i < node->n; i++) compile(u, node->items[i]);
    u->offset = node->offset;
    if (node->keys)
        emit_changing(u, FEEL_OP_CALL_NAMED, node->n, ref(u, node), -(int64_t)node->n);
    else
        emit_changing(u, FEEL_OP_CALL, node->n, 0, -(int64_t)node->n);
}

static void builtin_value(unit *u, const feel_node *node) {
    feel_value value;
    if (!feel_builtin_function(u->c->arena, node->builtin, &value))
        u->has_failed = true;
    else
        constant(u, value);
}

// ---- the walk ---------------------------------------------------------------------------------
static bool is_spine(const feel_node *node) {
    switch ((feel_node_kind)node->kind) {
        case FEEL_NODE_PATH:
        case FEEL_NODE_NEGATE:
        case FEEL_NODE_ADD:
        case FEEL_NODE_SUBTRACT:
        case FEEL_NODE_MULTIPLY:
        case FEEL_NODE_DIVIDE:
        case FEEL_NODE_POWER:
        case FEEL_NODE_EQUAL:
        case FEEL_NODE_NOT_EQUAL:
        case FEEL_NODE_LESS:
        case FEEL_NODE_LESS_OR_EQUAL:
        case FEEL_NODE_GREATER:
        case FEEL_NODE_GREATER_OR_EQUAL:
        case FEEL_NODE_AND:
        case FEEL_NODE_OR:
        case FEEL_NODE_BETWEEN:
        case FEEL_NODE_IN:
        case FEEL_NODE_FILTER:
        case FEEL_NODE_INSTANCE:
        case FEEL_NODE_COERCE: return true;
        case FEEL_NODE_CALL: return node->a->kind != FEEL_NODE_BUILTIN;
        default: return false;
    }
}

static void logic(unit *u, const feel_node *node, feel_op op, feel_op join) {
    uint32_t end = emit(u, op, 0, 0);
    compile(u, node->b);
    u->offset = node->offset;
    emit(u, join, 0, 0);
    land(u, end);
}

static void negate(unit *u) {
    if (are_constants(u, 1) && fold_to(u, 1, feel_negate(u->c->fold, operand(u, 0)))) return;
    emit(u, FEEL_OP_NEGATE, 0, 0);
}

// A node of the spine whose `a` is on the stack.
static void rest(unit *u, const feel_node *node) {
    u->offset = node->offset;
    switch ((feel_node_kind)node->kind) {
        case FEEL_NODE_PATH:
            emit(u, FEEL_OP_PATH, ref(u, member(u, node->name, node->a->type)), 0);
            return;
        case FEEL_NODE_NEGATE: negate(u); return;
        case FEEL_NODE_AND: logic(u, node, FEEL_OP_AND, FEEL_OP_AND_JOIN); return;
        case FEEL_NODE_OR: logic(u, node, FEEL_OP_OR, FEEL_OP_OR_JOIN); return;
        case FEEL_NODE_IN: in(u, node); return;
        case FEEL_NODE_FILTER: filter(u, node); return;
        case FEEL_NODE_CALL: call(u, node); return;
        case FEEL_NODE_INSTANCE: emit(u, FEEL_OP_INSTANCE, ref(u, node), 0); return;
        case FEEL_NODE_COERCE:
            if (node->wanted->kind != FEEL_TYPE_ANY) emit(u, FEEL_OP_COERCE, ref(u, node), 0);
            return;
        case FEEL_NODE_BETWEEN:
            compile(u, node->b);
            compile(u, node->c);
            u->offset = node->offset;
            emit(u, FEEL_OP_BETWEEN, 0, 0);
            return;
        default: break;
    }
    feel_op op = (feel_op)(FEEL_OP_ADD + (node->kind - FEEL_NODE_ADD));
    compile(u, node->b);
    u->offset = node->offset;
    if (!fold_two(u, op)) emit(u, op, 0, 0);
}
static_assert(FEEL_OP_EQUAL - FEEL_OP_ADD == FEEL_NODE_EQUAL - FEEL_NODE_ADD,
              "operators stand in one order");

static void leaf(unit *u, const feel_node *node) {
    u->offset = node->offset;
    switch ((feel_node_kind)node->kind) {
        case FEEL_NODE_CONSTANT: constant(u, node->value); return;
        case FEEL_NODE_NAME: load(u, node->up, node->index); return;
        case FEEL_NODE_MEMBER_NAME: member_name(u, node); return;
        case FEEL_NODE_RANGE: range(u, node); return;
        case FEEL_NODE_LIST: list(u, node); return;
        case FEEL_NODE_CONTEXT: context(u, node); return;
        case FEEL_NODE_IF: if_node(u, node); return;
        case FEEL_NODE_FOR:
        case FEEL_NODE_SOME:
        case FEEL_NODE_EVERY: loop(u, node); return;
        case FEEL_NODE_FUNCTION: function(u, node); return;
        case FEEL_NODE_BUILTIN: builtin_value(u, node); return;
        case FEEL_NODE_CALL: call_builtin(u, node); return;
        case FEEL_NODE_HOST: emit(u, FEEL_OP_HOST, ref(u, frame_map(u, node, NULL)), 0); return;
        default: assert(false);  // a test or a step stands where an expression belongs
    }
}

static void compile(unit *u, const feel_node *node) {
    uint32_t n = 0;
    const feel_node *lowest = node;
    for (; is_spine(lowest); lowest = lowest->a) n++;
    if (u->has_failed) return;
    if (n <= 1) {  // most nodes
        leaf(u, lowest);
        if (n) rest(u, node);
        return;
    }
    const feel_node **spine = hb_arena_array(u->c->arena, const feel_node *, n);
    if (!spine) {
        u->has_failed = true;
        return;
    }
    for (uint32_t i = 0; i < n; i++, node = node->a) spine[i] = node;
    leaf(u, lowest);
    while (n > 0 && !u->has_failed) rest(u, spine[--n]);
}

// ---- units ------------------------------------------------------------------------------------
// `body` is an expression, TESTS, or a FUNCTION, whose parameters are the first frame.
static bool compile_unit(compiler *c, const feel_node *body, uint32_t n_params, feel_code *code) {
    unit u = {.c = c, .code = code};
    switch ((feel_node_kind)body->kind) {
        case FEEL_NODE_TESTS:
            open_frame(&u, 1);
            any_test(&u, body, 0, true);
            if (body->is_negated) emit(&u, FEEL_OP_NOT, 0, 0);
            break;
        case FEEL_NODE_FUNCTION:
            if (n_params == body->n && code != &c->program->code) {
                open_frame(&u, n_params);
                compile(&u, body->a);
                break;
            }
            compile(&u, body);
            break;
        default: compile(&u, body);
    }
    emit(&u, FEEL_OP_RETURN, 0, 0);
    if (u.has_failed) return false;
    *code = (feel_code){.program = c->program,
                        .n = u.n,
                        .n_params = n_params,
                        .n_locals = u.most_locals,
                        .n_cells = u.most_locals + u.deepest + 1,
                        .at = u.at,
                        .offsets = u.offsets,
                        .constants = u.constants,
                        .refs = u.refs};
    return true;
}

static feel_quick quick_of(const feel_code *code) {
    const feel_instruction *at = code->at;
    feel_quick quick = {.kind = FEEL_QUICK_NONE};
    if (at->op == FEEL_OP_CONSTANT) {
        quick = (feel_quick){FEEL_QUICK_CONSTANT, .constant = code->constants[at->x]};
    } else if (at->op == FEEL_OP_OUTER && at->x == 0) {
        quick = (feel_quick){FEEL_QUICK_NAME, .slot = at->y};
    } else if (at->op == FEEL_OP_HOST && ((const feel_frame_map *)code->refs[at->x])->n_frames == 0) {
        quick = (feel_quick){FEEL_QUICK_HOST, .host = ((const feel_frame_map *)code->refs[at->x])->node};
    } else if (at->op == FEEL_OP_LOCAL && at->x == 0 && at[1].op == FEEL_OP_AMONG) {
        at++;
        quick = (feel_quick){FEEL_QUICK_AMONG, .n = at->y, .among = code->constants + at->x};
    }
    at++;
    if (at->op == FEEL_OP_PATH && quick.kind == FEEL_QUICK_NAME) {
        quick.kind = FEEL_QUICK_ENTRY;
        quick.member = code->refs[at++->x];
    }
    if (at->op == FEEL_OP_COERCE && quick.kind != FEEL_QUICK_AMONG) quick.coerce = code->refs[at++->x];
    return at->op == FEEL_OP_RETURN ? quick : (feel_quick){0};
}

feel_program *feel_compile(hb_arena *arena, const feel_node *node, feel_source source,
                           hb_error *err) {
    feel_program *program = hb_arena_new(arena, feel_program);
    hb_error ignored = {0};
    feel_run fold;
    if (!program || !node) {
        hb_out_of_memory(err);
        return NULL;
    }
    *program = (feel_program){.node = node};
    if (!hb_str_copy(arena, source.text, &program->source.text) ||
        !hb_str_copy(arena, source.where, &program->source.where)) {
        hb_out_of_memory(err);
        return NULL;
    }
    feel_run_init(&fold, arena, &ignored);
    fold.steps_left = FOLD_STEPS;
    compiler c = {arena, err, program, &fold};
    bool ok = compile_unit(&c, node, node->kind == FEEL_NODE_TESTS, &program->code);
    feel_run_clear(&fold);
    if (ok) program->quick = quick_of(&program->code);
    if (ok) return program;
    hb_out_of_memory(err);
    return NULL;
}

const feel_node *feel_program_node(const feel_program *program) {
    return program->node;
}
