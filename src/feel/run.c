// run.c: the machine. feel_execute is one switch in one loop over the code of a unit; its cells
// (locals, then operand stack) come from the run's stack of blocks, so an evaluation of scalars
// allocates nothing. What may fail is a value: null, with a note that says why and where. Only
// limits end an evaluation: run->has_failed, and the result is void.
//
// Loops count steps, calls count steps and depth; everything else is bounded by the length of the
// code.
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feel/code.h"

#define STEPS 20000000u
#define DEPTH 500u
#define BLOCK_CELLS 2048u

// ---- the run ----------------------------------------------------------------------------------
typedef struct feel_stack block;
struct feel_stack {
    block *below, *above;
    uint32_t used, room;
    feel_value cells[];
};

static void free_from(block *at) {
    while (at) {
        block *above = at->above;
        free(at);
        at = above;
    }
}

void feel_run_init(feel_run *run, hb_arena *arena, hb_error *err) {
    *run = (feel_run){.arena = arena, .err = err, .steps_left = STEPS, .depth_left = DEPTH};
}

void feel_run_again(feel_run *run) {
    run->steps_left = STEPS;
    run->depth_left = DEPTH;
    run->n_notes = 0;
    run->has_failed = false;
    run->at = NULL;
}

void feel_run_clear(feel_run *run) {
    feel_regex_cache_close(run->regex);
    run->regex = NULL;
    block *lowest = run->stack;
    while (lowest && lowest->below) lowest = lowest->below;
    free_from(lowest);
    run->stack = NULL;
}

feel_value feel_run_fail(feel_run *run, const char *code, const char *message, const char *help) {
    run->has_failed = true;
    hb_fail(run->err, HB_LIMIT, code, "%s", message);
    if (help[0]) hb_error_help(run->err, "%s", help);
    if (run->at) hb_error_at(run->err, run->at->source.text, run->at_offset, 1);
    return feel_null();
}

static feel_value no_memory(feel_run *run) {
    return feel_run_fail(run, "memory-limit", "the evaluation needs more memory than it may have",
                         "");
}

static block *push_block(feel_run *run, uint32_t n) {
    block *below = run->stack;
    if (below && below->above && below->above->room >= n) return run->stack = below->above;
    uint32_t room = n > BLOCK_CELLS ? n : BLOCK_CELLS;
    block *made = malloc(sizeof *made + (size_t)room * sizeof(feel_value));
    if (!made) return NULL;
    *made = (block){.below = below, .room = room};
    if (below) {  // blocks that are too small go
        free_from(below->above);
        below->above = made;
    }
    return run->stack = made;
}

static feel_value *enter(feel_run *run, uint32_t n) {
    block *top = run->stack;
    if (!top || top->room - top->used < n) {
        if (!(top = push_block(run, n))) return NULL;
    }
    feel_value *cells = top->cells + top->used;
    top->used += n;
    return cells;
}

static void leave(feel_run *run, uint32_t n) {
    block *top = run->stack;
    top->used -= n;
    if (!top->used && top->below) run->stack = top->below;
}

// ---- notes ------------------------------------------------------------------------------------
static void place(hb_str text, size_t offset, uint32_t *line, uint32_t *column) {
    *line = *column = 1;
    for (size_t i = 0; i < offset && i < text.n; i++) {
        if (text.at[i] == '\n') {
            ++*line;
            *column = 1;
        } else if (((unsigned char)text.at[i] & 0xc0) != 0x80) {
            ++*column;
        }
    }
}

feel_value feel_null_because(feel_run *run, bool is_error, const char *format, ...) {
    if (run->n_notes++ >= run->notes_max) return feel_null();
    char text[512];
    feel_note note = {.is_error = is_error};
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (run->at) {
        note.where = run->at->source.where;
        place(run->at->source.text, run->at_offset, &note.line, &note.column);
    }
    // without memory for the text the note still counts
    if (!hb_str_copy(run->arena, hb_str_from(text), &note.text)) note.text = (hb_str){0};
    run->notes[run->n_notes - 1] = note;
    return feel_null();
}

// ---- small numbers ----------------------------------------------------------------------------
static bool is_small_enough(int64_t coefficient) {
    return coefficient <= FEEL_SMALL_MAX && coefficient >= -FEEL_SMALL_MAX;
}

static feel_value integer(int64_t coefficient) {
    return (feel_value){.kind = FEEL_NUMBER, .coefficient = coefficient};
}

// ---- logic ------------------------------------------------------------------------------------
static void note_no_boolean(feel_run *run, feel_value value, const char *who) {
    if (value.kind == FEEL_BOOLEAN || value.kind == FEEL_NULL) return;
    feel_null_because(run, true, "%s wants a boolean, not a %s", who, feel_kind_name(value));
}

// DMN 1.5 §10.3.2.10: what is no boolean counts as null.
static feel_value conjunction(feel_run *run, feel_value a, feel_value b) {
    if (feel_is_false(a) || feel_is_false(b)) return feel_boolean(false);
    if (feel_is_true(a) && feel_is_true(b)) return feel_boolean(true);
    note_no_boolean(run, a, "\"and\"");
    note_no_boolean(run, b, "\"and\"");
    return feel_null();
}

static feel_value disjunction(feel_run *run, feel_value a, feel_value b) {
    if (feel_is_true(a) || feel_is_true(b)) return feel_boolean(true);
    if (feel_is_false(a) && feel_is_false(b)) return feel_boolean(false);
    note_no_boolean(run, a, "\"or\"");
    note_no_boolean(run, b, "\"or\"");
    return feel_null();
}

static feel_value negation(feel_value a) {
    return a.kind == FEEL_BOOLEAN ? feel_boolean(!a.boolean) : feel_null();
}

// ---- tests of cells ---------------------------------------------------------------------------
// DMN 1.5 §10.3.2.8: a test that does not use ? passes when it gives the input, or a list or range
// that has it; or when it is a condition on other things, and true. A condition is told from a
// boolean to compare with by the input.
static feel_value test_value(feel_run *run, feel_value input, feel_value tested) {
    if (tested.kind != FEEL_BOOLEAN || input.kind == FEEL_BOOLEAN || input.kind == FEEL_NULL) {
        return feel_in(run, input, tested);
    }
    return tested;
}

// An `or` over the constants: true when one is it, else null when one cannot say.
static feel_value among(feel_run *run, feel_value value, const feel_value *constants, uint32_t n) {
    bool has_null = false, is_in;
    for (uint32_t i = 0; i < n; i++) {
        if (!is_quick_in(value, constants[i], &is_in)) {
            feel_value answer = feel_in(run, value, constants[i]);
            is_in = feel_is_true(answer);
            has_null |= answer.kind != FEEL_BOOLEAN;
        }
        if (is_in) return feel_boolean(true);
    }
    return has_null ? feel_null() : feel_boolean(false);
}

// ---- ranges, lists, contexts ------------------------------------------------------------------
// An interval has ends of one kind, and does not end before it starts.
feel_value feel_make_range(feel_run *run, const feel_node *node, feel_value low, feel_value high) {
    if (low.kind == FEEL_NULL && high.kind == FEEL_NULL)
        return feel_null_because(run, true, "a range needs an end that is not null");
    if (low.kind != FEEL_NULL && high.kind != FEEL_NULL) {
        if (low.kind != high.kind) {
            return feel_null_because(run, true, "a range cannot go from a %s to a %s",
                                     feel_kind_name(low), feel_kind_name(high));
        }
        feel_value is_reversed = feel_less(run, high, low);
        if (is_reversed.kind != FEEL_BOOLEAN) return feel_null();
        if (is_reversed.boolean)
            return feel_null_because(run, true, "this range ends before it starts");
    }
    return feel_range_value(run, (feel_range){.low = low,
                                              .high = high,
                                              .has_low = true,
                                              .has_high = true,
                                              .is_low_included = node->is_low_included,
                                              .is_high_included = node->is_high_included});
}

feel_value feel_make_unary_range(feel_run *run, const feel_node *node, feel_value end) {
    char unary = node->unary;
    feel_range range = {.unary = unary};
    if (unary == '>' || unary == 'g' || unary == '=') {
        range.low = end;
        range.has_low = true;
        range.is_low_included = unary != '>';
    }
    if (unary == '<' || unary == 'l' || unary == '=') {
        range.high = end;
        range.has_high = true;
        range.is_high_included = unary != '<';
    }
    if (unary == '!') range.low = range.high = end;
    return feel_range_value(run, range);
}

// The keys are the program's own.
static feel_value make_context(feel_run *run, const feel_node *node, const feel_value *values) {
    feel_context *context = hb_arena_alloc(run->arena, sizeof *context + node->n * sizeof *values);
    if (!context) return no_memory(run);
    feel_value *own = (feel_value *)(context + 1);
    if (node->n) memcpy(own, values, node->n * sizeof *own);
    *context = (feel_context){.n = node->n, .keys = node->keys, .values = own};
    return (feel_value){.kind = FEEL_CONTEXT, .context = context};
}

// DMN 1.5 §10.3.2.5 (paths): of a list, the member of each.
static feel_value member(feel_run *run, feel_value value, const feel_member *wanted,
                         unsigned depth) {
    feel_value out;
    hb_str name = wanted->name;
    int n = (int)(name.n < 80 ? name.n : 80);
    if (value.kind == FEEL_CONTEXT) {
        if (feel_member_entry(value.context, wanted, &out)) return out;
        return feel_null_because(run, true, "the context has no entry \"%.*s\"", n, name.at);
    }
    if (value.kind != FEEL_LIST) {
        if (value.kind == FEEL_NULL)
            return feel_null_because(run, true, "null has no member \"%.*s\"", n, name.at);
        if (wanted->property && feel_property_read(run, wanted->property, value, &out)) return out;
        return feel_null_because(run, true, "a %s has no member \"%.*s\"", feel_kind_name(value), n,
                                 name.at);
    }
    if (depth > FEEL_NESTING_MAX)
        return feel_null_because(run, true, "this list is nested too deeply");
    feel_value *items = hb_arena_array(run->arena, feel_value, value.n + 1u);
    if (!items) return no_memory(run);
    for (uint32_t i = 0; i < value.n; i++) items[i] = member(run, value.items[i], wanted, depth + 1);
    return feel_list(items, value.n);
}

// Counted from 1, or from the end with a negative number; null outside the list.
static feel_value item_at(feel_run *run, feel_value list, feel_value index) {
    int64_t at;
    if (list.kind == FEEL_NULL) return feel_null_because(run, true, "null has no items");
    if (index.kind == FEEL_NULL) return feel_null();
    if (!feel_to_int(index, &at))
        return feel_null_because(run, true, "an index must be a whole number");
    uint32_t n = list.kind == FEEL_LIST ? list.n : 1;
    if (at < 0) at += (int64_t)n + 1;
    if (at < 1 || at > (int64_t)n)
        return feel_null_because(run, false, "the index is outside the list of %u", n);
    return list.kind == FEEL_LIST ? list.items[at - 1] : list;
}

// ---- loops ------------------------------------------------------------------------------------
static bool keep(feel_run *run, feel_loop *loop, feel_value value) {
    if (loop->n_kept == loop->room) {
        uint32_t room = loop->room ? loop->room * 2 : 8;
        feel_value *grown =
            loop->room > UINT32_MAX / 4 ? NULL : hb_arena_array(run->arena, feel_value, room);
        if (!grown) {
            no_memory(run);
            return false;
        }
        if (loop->n_kept) memcpy(grown, loop->kept, loop->n_kept * sizeof *grown);
        loop->kept = grown;
        loop->room = room;
    }
    loop->kept[loop->n_kept++] = value;
    return true;
}

// From a to b, up or down: whole numbers or dates (DMN 1.5 §10.3.2.14).
static bool start_steps(feel_run *run, feel_loop *loop, feel_value from, feel_value to) {
    int64_t first, last;
    *loop = (feel_loop){.is_steps = 1, .domain = from};
    if (from.kind == FEEL_DATE && to.kind == FEEL_DATE) {
        first = hb_date_to_days(from.date);
        last = hb_date_to_days(to.date);
    } else if (!feel_to_int(from, &first) || !feel_to_int(to, &last)) {
        feel_null_because(run, true,
                          "only whole numbers and dates can be counted through, not a %s to a %s",
                          feel_kind_name(from), feel_kind_name(to));
        return false;
    }
    loop->step = first <= last ? 1 : -1;
    loop->last = last;
    loop->domain.coefficient = 0;
    loop->domain = (feel_value){.kind = from.kind, .coefficient = first};
    return true;
}

static bool start_range(feel_run *run, feel_loop *loop, const feel_range *range) {
    if (!range->has_low || !range->has_high || range->unary) {
        feel_null_because(run, true, "a range without two ends cannot be counted through");
        return false;
    }
    if (!start_steps(run, loop, range->low, range->high)) return false;
    int64_t first = loop->domain.coefficient + !range->is_low_included,
            last = loop->last - !range->is_high_included;
    loop->domain.coefficient = first;
    loop->last = last;
    loop->step = 1;
    loop->is_done = first > last;
    return true;
}

// DMN 1.5 §10.3.2.14: a single value is run over as a list of one; null is none.
static bool start_loop(feel_run *run, feel_loop *loop, feel_value domain) {
    if (domain.kind == FEEL_RANGE) return start_range(run, loop, domain.range);
    *loop = (feel_loop){.domain = domain};
    if (domain.kind != FEEL_NULL) return true;
    feel_null_because(run, true, "null cannot be run over");
    return false;
}

static bool next_step(feel_run *run, feel_loop *loop, feel_value *out) {
    if (loop->is_done) return false;
    int64_t at = loop->domain.coefficient;
    loop->is_done = at == loop->last;
    loop->domain.coefficient = at + loop->step;
    if (loop->domain.kind == FEEL_NUMBER) {
        *out = integer(at);
        if (!is_small_enough(at)) *out = feel_number_from(run, hb_dec_from_int(at));
        return true;
    }
    hb_date date;
    *out = hb_date_from_days(at, &date) ? feel_date(date) : feel_null();
    return true;
}

static bool next_item(feel_run *run, feel_loop *loop, feel_value *out) {
    if (loop->is_steps) return next_step(run, loop, out);
    if (loop->domain.kind != FEEL_LIST) {
        if (loop->at++) return false;
        *out = loop->domain;
        return true;
    }
    if (loop->at == loop->domain.n) return false;
    *out = loop->domain.items[loop->at++];
    return true;
}

static bool may_go_on(feel_run *run) {
    if (run->steps_left % 64 == 0 && hb_arena_is_exhausted(run->arena)) no_memory(run);
    if (run->has_failed) return false;
    if (run->steps_left > 1) {
        run->steps_left--;
        return true;
    }
    run->steps_left = 0;
    feel_run_fail(run, "step-limit", "the evaluation takes too many steps", "");
    return false;
}

// ---- functions and hosts ----------------------------------------------------------------------
// The open frames as links behind env; with `is_lasting`, copied to the arena, for a function
// outlives its cells.
static const feel_env *chain(feel_run *run, const feel_frame_map *map, const feel_env *env,
                             const feel_value *cells, bool is_lasting) {
    if (!map->n_frames) return env;
    feel_env *links = hb_arena_array(run->arena, feel_env, map->n_frames);
    if (!links) {
        no_memory(run);
        return NULL;
    }
    for (uint32_t i = 0; i < map->n_frames; i++) {
        const feel_value *slots = cells + map->frames[i].first;
        if (is_lasting && map->frames[i].n) {
            feel_value *copy = hb_arena_array(run->arena, feel_value, map->frames[i].n);
            if (!copy) {
                no_memory(run);
                return NULL;
            }
            memcpy(copy, slots, map->frames[i].n * sizeof *copy);
            slots = copy;
        }
        links[i] = (feel_env){i ? &links[i - 1] : env, slots};
    }
    return &links[map->n_frames - 1];
}

static feel_value make_function(feel_run *run, const feel_node *node, const feel_code *code,
                                const feel_env *env, feel_value mapping) {
    feel_function *function = hb_arena_new(run->arena, feel_function);
    if (!function) return no_memory(run);
    *function = (feel_function){.n_params = node->n,
                                .params = node->params,
                                .result = node->wanted,
                                .found = node->is_external ? NULL : node->a->type,
                                .code = code,
                                .env = env,
                                .is_external = node->is_external,
                                .mapping = mapping};
    return (feel_value){.kind = FEEL_FUNCTION, .function = function};
}

static feel_value call_host(feel_run *run, const feel_frame_map *map, const feel_env *env,
                            const feel_value *cells) {
    const feel_env *here = chain(run, map, env, cells, false);
    if (run->has_failed) return feel_null();
    return map->node->host_call(run, map->node->host_data, here);
}

feel_value feel_coerce_to(feel_run *run, const feel_node *node, feel_value value) {
    feel_value out;
    if (feel_coerce(run, value, node->wanted, &out)) return out;
    hb_text type = {0};
    feel_print_type(&type, node->wanted);
    hb_str where = node->name.n ? node->name : HB_STR("this expression");
    feel_null_because(run, true, "%.*s gives a %s, which is no %.*s",
                      (int)(where.n < 200 ? where.n : 200), where.at, feel_kind_name(value),
                      (int)(type.n < 80 ? type.n : 80), type.at ? type.at : "");
    hb_text_clear(&type);
    return feel_null();
}

// ---- the loop ---------------------------------------------------------------------------------
// In the switch: sp is one past the top; A and B are the two topmost operands.
#define A sp[-2]
#define B sp[-1]

// Small numbers of one exponent compare as their coefficients.
#define COMPARE(operator, slow)                                   \
    sp--;                                                         \
    if (are_small(sp[-1], sp[0])) {                               \
        B = feel_boolean(B.coefficient operator sp->coefficient); \
    } else {                                                      \
        AT_THIS;                                                  \
        B = (slow);                                               \
    }                                                             \
    break

// Notes say where: the place is set before anything that may make one is called.
#define AT_THIS (run->at = code->program, run->at_offset = code->offsets[pc - code->at])

static feel_value run_code(feel_run *run, const feel_code *code, const feel_env *env,
                           feel_value *cells) {
    const feel_instruction *pc = code->at;
    const feel_value *constants = code->constants;
    feel_value *sp = cells + code->n_locals;
    int64_t small;
    bool is_in;
    for (;; pc++) {
        switch ((feel_op)pc->op) {
            case FEEL_OP_CONSTANT: *sp++ = constants[pc->x]; break;
            case FEEL_OP_LOCAL: *sp++ = cells[pc->x]; break;
            case FEEL_OP_OUTER: {
                const feel_env *at = env;
                for (uint32_t up = pc->x; up; up--) at = at->up;
                *sp++ = at->slots[pc->y];
                break;
            }
            case FEEL_OP_STORE: cells[pc->x] = *--sp; break;
            case FEEL_OP_NOTE: {
                const hb_str *text = code->refs[pc->x];
                AT_THIS;
                *sp++ = feel_null_because(run, true, "%.*s", (int)text->n, text->at);
                break;
            }
            case FEEL_OP_JUMP: pc = code->at + pc->y - 1; break;
            case FEEL_OP_JUMP_UNLESS:
                sp--;
                if (feel_is_true(*sp)) break;
                AT_THIS;
                pc = code->at + pc->y - 1;
                if (sp->kind == FEEL_BOOLEAN || sp->kind == FEEL_NULL) break;
                note_no_boolean(run, *sp++, "\"if\"");
                sp[-1] = feel_null();
                pc--;  // the jump over the else part
                break;
            case FEEL_OP_AND:
                if (feel_is_false(B)) pc = code->at + pc->y - 1;
                break;
            case FEEL_OP_AND_JOIN:
                AT_THIS;
                A = conjunction(run, A, B);
                sp--;
                break;
            case FEEL_OP_OR:
                if (feel_is_true(B)) pc = code->at + pc->y - 1;
                break;
            case FEEL_OP_OR_JOIN:
                AT_THIS;
                A = disjunction(run, A, B);
                sp--;
                break;
            case FEEL_OP_NOT: B = negation(B); break;
            case FEEL_OP_NEGATE:
                AT_THIS;
                B = feel_negate(run, B);
                break;
            case FEEL_OP_ADD:
                if (are_integers(A, B) && is_small_enough(small = A.coefficient + B.coefficient)) {
                    A = integer(small);
                } else {
                    AT_THIS;
                    A = feel_add(run, A, B);
                }
                sp--;
                break;
            case FEEL_OP_SUBTRACT:
                if (are_integers(A, B) && is_small_enough(small = A.coefficient - B.coefficient)) {
                    A = integer(small);
                } else {
                    AT_THIS;
                    A = feel_subtract(run, A, B);
                }
                sp--;
                break;
            case FEEL_OP_MULTIPLY:
                if (are_integers(A, B) &&
                    !__builtin_mul_overflow(A.coefficient, B.coefficient, &small) &&
                    is_small_enough(small)) {
                    A = integer(small);
                } else {
                    AT_THIS;
                    A = feel_multiply(run, A, B);
                }
                sp--;
                break;
            case FEEL_OP_DIVIDE:
                AT_THIS;
                A = feel_divide(run, A, B);
                sp--;
                break;
            case FEEL_OP_POWER:
                AT_THIS;
                A = feel_power(run, A, B);
                sp--;
                break;
            case FEEL_OP_EQUAL: COMPARE(==, feel_equal(run, B, sp[0]));
            case FEEL_OP_NOT_EQUAL: COMPARE(!=, negation(feel_equal(run, B, sp[0])));
            case FEEL_OP_LESS: COMPARE(<, feel_less(run, B, sp[0]));
            case FEEL_OP_LESS_OR_EQUAL: COMPARE(<=, feel_less_or_equal(run, B, sp[0]));
            case FEEL_OP_GREATER: COMPARE(>, feel_less(run, sp[0], B));
            case FEEL_OP_GREATER_OR_EQUAL: COMPARE(>=, feel_less_or_equal(run, sp[0], B));
            case FEEL_OP_BETWEEN:
                AT_THIS;
                sp -= 2;
                B = conjunction(run, feel_less_or_equal(run, sp[0], B),
                                feel_less_or_equal(run, B, sp[1]));
                break;
            case FEEL_OP_IN:
                sp--;
                if (is_quick_in(B, sp[0], &is_in)) {
                    B = feel_boolean(is_in);
                    break;
                }
                AT_THIS;
                B = feel_in(run, B, sp[0]);
                break;
            case FEEL_OP_TEST_VALUE:
                sp--;
                if (is_quick_in(B, sp[0], &is_in)) {
                    B = feel_boolean(is_in);
                    break;
                }
                AT_THIS;
                B = test_value(run, B, sp[0]);
                break;
            case FEEL_OP_AMONG:
                AT_THIS;
                B = among(run, B, constants + pc->x, pc->y);
                break;
            case FEEL_OP_TEST_TRUE:
                AT_THIS;
                if (B.kind != FEEL_BOOLEAN && B.kind != FEEL_NULL)
                    B = feel_in(run, cells[pc->x], B);
                break;
            case FEEL_OP_RANGE:
                AT_THIS;
                A = feel_make_range(run, code->refs[pc->x], A, B);
                sp--;
                break;
            case FEEL_OP_UNARY_RANGE:
                AT_THIS;
                B = feel_make_unary_range(run, code->refs[pc->x], B);
                break;
            case FEEL_OP_LIST:
                sp -= pc->x;
                *sp = feel_list_copy(run, sp, pc->x);
                sp++;
                break;
            case FEEL_OP_CONTEXT:
                *sp++ = make_context(run, code->refs[pc->x], cells + pc->y);
                break;
            case FEEL_OP_PATH:
                if (B.kind == FEEL_CONTEXT &&
                    feel_member_entry(B.context, code->refs[pc->x], sp)) {
                    B = *sp;
                    break;
                }
                AT_THIS;
                B = member(run, B, code->refs[pc->x], 0);
                break;
            case FEEL_OP_MEMBER: {
                feel_value item = *--sp;
                if (item.kind == FEEL_CONTEXT &&
                    feel_member_entry(item.context, code->refs[pc->x], sp)) {
                    sp++;
                    pc = code->at + pc->y - 1;
                }
                break;
            }
            case FEEL_OP_INSTANCE:
                B = feel_boolean(
                    feel_is_instance(B, ((const feel_node *)code->refs[pc->x])->wanted));
                break;
            case FEEL_OP_COERCE:
                if (feel_is_plainly(B, ((const feel_node *)code->refs[pc->x])->wanted)) break;
                AT_THIS;
                B = feel_coerce_to(run, code->refs[pc->x], B);
                break;
            case FEEL_OP_INDEX:
                AT_THIS;
                A = item_at(run, A, B);
                sp--;
                break;
            case FEEL_OP_LOOP_START:
            case FEEL_OP_FILTER_START:
                AT_THIS;
                sp--;
                if (pc->op == FEEL_OP_FILTER_START && sp->kind != FEEL_NULL) {
                    *(feel_loop *)(cells + pc->x) = (feel_loop){.domain = *sp};
                } else if (!start_loop(run, (feel_loop *)(cells + pc->x), *sp)) {
                    *sp++ = feel_null();
                    pc = code->at + pc->y - 1;
                }
                break;
            case FEEL_OP_LOOP_STEPS:
                AT_THIS;
                sp -= 2;
                if (!start_steps(run, (feel_loop *)(cells + pc->x), sp[0], sp[1])) {
                    *sp++ = feel_null();
                    pc = code->at + pc->y - 1;
                }
                break;
            case FEEL_OP_LOOP_NEXT:
                AT_THIS;
                if (!may_go_on(run)) return feel_null();
                if (!next_item(run, (feel_loop *)(cells + pc->x),
                               cells + pc->x + FEEL_LOOP_CELLS)) {
                    pc = code->at + pc->y - 1;
                }
                break;
            case FEEL_OP_PARTIAL: {
                const feel_loop *loop = (const feel_loop *)(cells + pc->x);
                cells[pc->y] = feel_list(loop->kept, loop->n_kept);
                break;
            }
            case FEEL_OP_LOOP_KEEP:
                AT_THIS;
                if (!keep(run, (feel_loop *)(cells + pc->x), *--sp)) return feel_null();
                break;
            case FEEL_OP_LOOP_LIST: {
                const feel_loop *loop = (const feel_loop *)(cells + pc->x);
                *sp++ = feel_list(loop->kept, loop->n_kept);
                break;
            }
            case FEEL_OP_FILTER_KEEP: {
                feel_loop *loop = (feel_loop *)(cells + pc->x);
                AT_THIS;
                sp--;
                if (feel_is_true(*sp)) {
                    if (!keep(run, loop, cells[pc->x + FEEL_LOOP_CELLS])) return feel_null();
                } else if (sp->kind != FEEL_BOOLEAN && sp->kind != FEEL_NULL) {
                    *sp = sp->kind == FEEL_NUMBER
                              ? item_at(run, loop->domain, *sp)
                              : feel_null_because(run, true,
                                                  "a filter wants a boolean or a number, not a %s",
                                                  feel_kind_name(*sp));
                    sp++;
                    pc = code->at + pc->y - 1;
                }
                break;
            }
            case FEEL_OP_SOME:
            case FEEL_OP_EVERY: {
                bool is_every = pc->op == FEEL_OP_EVERY;
                sp--;
                if (sp->kind == FEEL_BOOLEAN) {
                    if (sp->boolean == is_every) break;
                    sp++;
                    pc = code->at + pc->y - 1;
                    break;
                }
                AT_THIS;
                note_no_boolean(run, *sp, is_every ? "\"every\"" : "\"some\"");
                ((feel_loop *)(cells + pc->x))->has_null = 1;
                break;
            }
            case FEEL_OP_QUANTIFIED: {
                const feel_loop *loop = (const feel_loop *)(cells + pc->x);
                *sp++ = loop->has_null ? feel_null() : feel_boolean(pc->y != 0);
                break;
            }
            case FEEL_OP_CALL:
                AT_THIS;
                sp -= pc->x;
                B = feel_call(run, B, sp, pc->x);
                if (run->has_failed) return feel_null();
                break;
            case FEEL_OP_CALL_NAMED:
                AT_THIS;
                sp -= pc->x;
                B = feel_call_named(run, B, ((const feel_node *)code->refs[pc->y])->keys, sp,
                                    pc->x);
                if (run->has_failed) return feel_null();
                break;
            case FEEL_OP_CALL_BUILTIN:
                AT_THIS;
                sp -= pc->y;
                *sp = feel_builtin_apply(run, code->refs[pc->x], sp, pc->y);
                sp++;
                if (run->has_failed) return feel_null();
                break;
            case FEEL_OP_CALL_BUILTIN_NAMED:
                AT_THIS;
                sp -= pc->y;
                *sp = feel_builtin_apply_named(run, code->refs[pc->x], sp, pc->y);
                sp++;
                if (run->has_failed) return feel_null();
                break;
            case FEEL_OP_FUNCTION: {
                const feel_frame_map *map = code->refs[pc->x];
                const feel_env *around = chain(run, map, env, cells, true);
                *sp++ = make_function(run, map->node, map->code, around, feel_null());
                break;
            }
            case FEEL_OP_EXTERNAL: B = make_function(run, code->refs[pc->x], NULL, NULL, B); break;
            case FEEL_OP_HOST:
                AT_THIS;
                *sp++ = call_host(run, code->refs[pc->x], env, cells);
                if (run->has_failed) return feel_null();
                break;
            case FEEL_OP_RETURN: return B;
        }
    }
}

feel_value feel_execute(feel_run *run, const feel_code *code, const feel_env *env,
                        const feel_value *args) {
    const feel_program *outer = run->at;
    uint32_t outer_offset = run->at_offset;
    feel_value *cells = enter(run, code->n_cells);
    if (!cells) return no_memory(run);
    if (code->n_params) memcpy(cells, args, code->n_params * sizeof *cells);
    if (code->n_locals > code->n_params) {  // zeroed cells are nulls
        memset(cells + code->n_params, 0, (code->n_locals - code->n_params) * sizeof *cells);
    }
    feel_value value = run_code(run, code, env, cells);
    leave(run, code->n_cells);
    if (hb_arena_is_exhausted(run->arena)) no_memory(run);
    run->at = outer;
    run->at_offset = outer_offset;
    return run->has_failed ? feel_null() : value;
}
