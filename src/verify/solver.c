// solver.c: terms become Z3 expressions one to one, in the order of the pool. Nothing of the law is
// known here, and no other file includes z3.h. Days of TERM_MONTHS are an uninterpreted function
// for each number of months, with three true things said about it: how far it can be from its
// argument, that a later day never gives an earlier one, and the exact value wherever a candidate
// was wrong about it.
#include "verify/solver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <z3.h>

typedef struct {
    int64_t months, least, most;
    Z3_func_decl function;
} month_function;

struct solver {
    term_pool *pool;
    Z3_context z3;
    Z3_solver solver;    // of the last question; NULL: none
    Z3_ast *lowered;     // by term; NULL = not yet
    uint32_t n_lowered;  // it has room for so many terms
    term *used;          // what the question being asked reads, ascending
    uint32_t n_used, used_room;
    month_function *months;
    uint32_t n_months;
    uint64_t n_checks;
    char why[160];
};

// Z3 reports an error by code; the default handler would end the process.
static void keep_quiet(Z3_context z3, Z3_error_code code) {
    (void)z3;
    (void)code;
}

solver *solver_open(term_pool *pool, hb_error *err) {
    solver *s = calloc(1, sizeof *s);
    if (!s) {
        hb_out_of_memory(err);
        return NULL;
    }
    s->pool = pool;
    Z3_config config = Z3_mk_config();
    s->z3 = Z3_mk_context(config);
    Z3_del_config(config);
    Z3_set_error_handler(s->z3, keep_quiet);
    Z3_set_ast_print_mode(s->z3, Z3_PRINT_SMTLIB2_COMPLIANT);
    return s;
}

static void close_question(solver *s) {
    if (s->solver) Z3_solver_dec_ref(s->z3, s->solver);
    s->solver = NULL;
}

void solver_close(solver *s) {
    if (!s) return;
    close_question(s);
    Z3_del_context(s->z3);
    free(s->lowered);
    free(s->used);
    free(s->months);
    free(s);
}

const char *solver_version(void) {
    return Z3_get_full_version();
}

uint64_t solver_n_checks(const solver *s) {
    return s->n_checks;
}

// ---- lowering ----------------------------------------------------------------------------------
static Z3_sort sort_of(const solver *s, uint8_t sort) {
    switch ((term_sort)sort) {
        case TERM_BOOL: return Z3_mk_bool_sort(s->z3);
        case TERM_INT: return Z3_mk_int_sort(s->z3);
        case TERM_REAL: return Z3_mk_real_sort(s->z3);
    }
    return Z3_mk_bool_sort(s->z3);
}

// The function for one number of months, with the exact bounds of f(day) - day over all days of the
// calendar we use.
static month_function *function_of(solver *s, int64_t months) {
    for (uint32_t i = 0; i < s->n_months; i++) {
        if (s->months[i].months == months) return &s->months[i];
    }
    month_function *grown = realloc(s->months, (s->n_months + 1) * sizeof *grown);
    if (!grown) return NULL;
    s->months = grown;
    month_function *f = &grown[s->n_months++];
    Z3_sort day = Z3_mk_int_sort(s->z3);
    f->months = months;
    f->function =
        Z3_mk_func_decl(s->z3, Z3_mk_int_symbol(s->z3, 1000000 + (int)s->n_months), 1, &day, day);
    f->least = INT64_MAX;
    f->most = INT64_MIN;
    for (int64_t d = TERM_FIRST_DAY; d <= TERM_LAST_DAY; d++) {
        int64_t distance = term_add_months(d, months) - d;
        if (distance < f->least) f->least = distance;
        if (distance > f->most) f->most = distance;
    }
    return f;
}

static Z3_ast integer(const solver *s, int64_t number) {
    return Z3_mk_int64(s->z3, number, Z3_mk_int_sort(s->z3));
}

static void say(solver *s, Z3_ast truth) {
    Z3_solver_assert(s->z3, s->solver, truth);
}

static Z3_ast either(const solver *s, Z3_ast a, Z3_ast b) {
    Z3_ast both[2] = {a, b};
    return Z3_mk_or(s->z3, 2, both);
}

static Z3_ast sum(const solver *s, Z3_ast a, int64_t b) {
    Z3_ast both[2] = {a, integer(s, b)};
    return Z3_mk_add(s->z3, 2, both);
}

static Z3_ast apply_months(solver *s, term t) {
    const term_node *node = term_at(s->pool, t);
    month_function *f = function_of(s, node->number);
    return f ? Z3_mk_app(s->z3, f->function, 1, &s->lowered[node->a]) : NULL;
}

static Z3_ast lower_one(solver *s, term t) {
    const term_node *node = term_at(s->pool, t);
    Z3_ast *now = s->lowered, two[2] = {now[node->a], now[node->b]};
    char digits[6300];
    switch ((term_kind)node->kind) {
        case TERM_FALSE: return Z3_mk_false(s->z3);
        case TERM_TRUE: return Z3_mk_true(s->z3);
        case TERM_INTEGER: return integer(s, node->number);
        case TERM_DECIMAL: {
            hb_str text = hb_dec_print(node->decimal, digits);
            char *copy = digits + (text.at - digits);
            copy[text.n] = 0;
            return Z3_mk_numeral(s->z3, copy, Z3_mk_real_sort(s->z3));
        }
        case TERM_VARIABLE:
            return Z3_mk_const(s->z3, Z3_mk_int_symbol(s->z3, (int)node->number),
                               sort_of(s, node->sort));
        case TERM_NOT: return Z3_mk_not(s->z3, now[node->a]);
        case TERM_AND: return Z3_mk_and(s->z3, 2, two);
        case TERM_OR: return Z3_mk_or(s->z3, 2, two);
        case TERM_IF: return Z3_mk_ite(s->z3, now[node->a], now[node->b], now[node->c]);
        case TERM_EQUAL: return Z3_mk_eq(s->z3, now[node->a], now[node->b]);
        case TERM_LESS: return Z3_mk_lt(s->z3, now[node->a], now[node->b]);
        case TERM_LESS_EQUAL: return Z3_mk_le(s->z3, now[node->a], now[node->b]);
        case TERM_ADD: return Z3_mk_add(s->z3, 2, two);
        case TERM_NEGATE: return Z3_mk_unary_minus(s->z3, now[node->a]);
        case TERM_SCALE: return Z3_mk_mul(s->z3, 2, two);
        case TERM_TO_REAL: return Z3_mk_int2real(s->z3, now[node->a]);
        case TERM_MONTHS: return apply_months(s, t);
    }
    return Z3_mk_false(s->z3);
}

// What the question reads, in order: what a term is made of stands before it.
static bool lower(solver *s, term query) {
    const term *list;
    s->n_used = term_reach(s->pool, query, &list);
    if (s->n_used > s->used_room) {
        term *used = realloc(s->used, s->n_used * sizeof *used);
        if (!used) return false;
        s->used = used;
        s->used_room = s->n_used;
    }
    if (s->pool->n > s->n_lowered) {
        uint32_t room = s->pool->n * 2;
        Z3_ast *lowered = realloc(s->lowered, room * sizeof *lowered);
        if (!lowered) return false;
        s->lowered = lowered;
        memset(s->lowered + s->n_lowered, 0, (room - s->n_lowered) * sizeof *lowered);
        s->n_lowered = room;
    }
    if (s->n_used == 0 || s->pool->has_failed) return false;
    memcpy(s->used, list, s->n_used * sizeof *list);
    for (uint32_t i = 0; i < s->n_used; i++) {
        term t = s->used[i];
        if (!s->lowered[t] && !(s->lowered[t] = lower_one(s, t))) return false;
    }
    return true;
}

// What is known of the days of months: near, and in order.
static void say_months(solver *s, uint32_t at) {
    term t = s->used[at];
    const term_node *node = term_at(s->pool, t);
    const month_function *f = function_of(s, node->number);
    Z3_ast day = s->lowered[node->a], value = s->lowered[t];
    Z3_ast outside = either(s, Z3_mk_lt(s->z3, day, integer(s, TERM_FIRST_DAY)),
                            Z3_mk_gt(s->z3, day, integer(s, TERM_LAST_DAY)));
    say(s, either(s, outside, Z3_mk_le(s->z3, sum(s, day, f->least), value)));
    say(s, either(s, outside, Z3_mk_le(s->z3, value, sum(s, day, f->most))));
    for (uint32_t i = at + 1; i < s->n_used; i++) {
        const term_node *other = term_at(s->pool, s->used[i]);
        if (other->kind != TERM_MONTHS || other->number != node->number) continue;
        Z3_ast other_day = s->lowered[other->a], other_value = s->lowered[s->used[i]];
        say(s, either(s, Z3_mk_lt(s->z3, other_day, day), Z3_mk_le(s->z3, value, other_value)));
        say(s, either(s, Z3_mk_lt(s->z3, day, other_day), Z3_mk_le(s->z3, other_value, value)));
    }
}

// ---- asking ------------------------------------------------------------------------------------
static bool read_value(const solver *s, Z3_model model, Z3_ast name, uint8_t sort,
                       term_value *out) {
    Z3_ast value = NULL;
    *out = (term_value){0};
    if (!Z3_model_eval(s->z3, model, name, true, &value)) return false;
    if (sort == TERM_BOOL) {
        out->boolean = Z3_get_bool_value(s->z3, value) == Z3_L_TRUE;
        return true;
    }
    if (sort == TERM_INT) return Z3_get_numeral_int64(s->z3, value, &out->number);
    const char *text = Z3_get_numeral_decimal_string(s->z3, value, 20);
    size_t n = text ? strlen(text) : 0;
    while (n > 0 && text[n - 1] == '?')
        n--;  // a fraction without end: near enough, and every candidate is checked
    return n > 0 && hb_dec_parse((hb_str){text, n}, &out->decimal);
}

// Variables that the question does not read are zero.
static bool read_model(solver *s, Z3_model model, term_value *values) {
    memset(values, 0, s->pool->n_variables * sizeof *values);
    for (uint32_t i = 0; i < s->n_used; i++) {
        const term_node *node = term_at(s->pool, s->used[i]);
        if (node->kind != TERM_VARIABLE) continue;
        if (!read_value(s, model, s->lowered[s->used[i]], node->sort, &values[node->number]))
            return false;
    }
    return true;
}

// Teaches the right day wherever the candidate is wrong about one; true when it was right
// everywhere.
static bool teach_months(solver *s, Z3_model model) {
    bool is_right = true;
    for (uint32_t i = 0; i < s->n_used; i++) {
        term t = s->used[i];
        const term_node *node = term_at(s->pool, t);
        if (node->kind != TERM_MONTHS) continue;
        Z3_ast value, day;
        int64_t given, from;
        if (!Z3_model_eval(s->z3, model, s->lowered[t], true, &value) ||
            !Z3_get_numeral_int64(s->z3, value, &given))
            return false;
        if (!Z3_model_eval(s->z3, model, s->lowered[node->a], true, &day) ||
            !Z3_get_numeral_int64(s->z3, day, &from))
            return false;
        int64_t exact = term_add_months(from, node->number);
        if (given == exact) continue;
        Z3_ast at = integer(s, from);
        say(s, Z3_mk_eq(s->z3, Z3_mk_app(s->z3, function_of(s, node->number)->function, 1, &at),
                        integer(s, exact)));
        is_right = false;
    }
    return is_right;
}

#define TEACHING_ROUNDS 200

static solver_answer ask(solver *s, term_value *values) {
    strcpy(s->why, "the calendar was not settled in 200 rounds");
    for (int round = 0; round < TEACHING_ROUNDS; round++) {
        Z3_lbool result = Z3_solver_check(s->z3, s->solver);
        if (result == Z3_L_FALSE) return SOLVER_IMPOSSIBLE;
        if (result == Z3_L_UNDEF) {
            snprintf(s->why, sizeof s->why, "Z3: %s",
                     Z3_solver_get_reason_unknown(s->z3, s->solver));
            return SOLVER_UNKNOWN;
        }
        Z3_model model = Z3_solver_get_model(s->z3, s->solver);
        if (!model) break;
        Z3_model_inc_ref(s->z3, model);
        bool is_settled = teach_months(s, model),
             is_read = is_settled && read_model(s, model, values);
        Z3_model_dec_ref(s->z3, model);
        if (is_read) return SOLVER_POSSIBLE;
        if (!is_settled) continue;
        strcpy(s->why, "Z3 gave a value that cannot be read");
        break;
    }
    return SOLVER_UNKNOWN;
}

// Effort is counted in Z3's own steps, so a busy machine answers as an idle one does. The older
// arithmetic without relevancy finds a whole person in a second; with Z3's defaults it took up to a
// minute (4.8.12, us-sv).
static void set_limits(solver *s, uint32_t effort) {
    Z3_params params = Z3_mk_params(s->z3);
    Z3_params_inc_ref(s->z3, params);
    Z3_params_set_uint(s->z3, params, Z3_mk_string_symbol(s->z3, "rlimit"), effort);
    Z3_params_set_uint(s->z3, params, Z3_mk_string_symbol(s->z3, "arith.solver"), 2);
    Z3_params_set_uint(s->z3, params, Z3_mk_string_symbol(s->z3, "relevancy"), 0);
    Z3_solver_set_params(s->z3, s->solver, params);
    Z3_params_dec_ref(s->z3, params);
}

// The parts of a conjunction one by one: each that fixes a variable then simplifies the others.
static void say_parts(solver *s, term t) {
    while (term_at(s->pool, t)->kind == TERM_AND) {
        say_parts(s, term_at(s->pool, t)->b);
        t = term_at(s->pool, t)->a;
    }
    say(s, s->lowered[t]);
}

solver_answer solver_check(solver *s, term query, uint32_t effort, term_value *values,
                           const char **why) {
    *why = "";
    if (query == FALSE_TERM && !s->pool->has_failed) return SOLVER_IMPOSSIBLE;
    if (!lower(s, query)) {
        *why = "out of memory";
        return SOLVER_UNKNOWN;
    }
    s->n_checks++;
    close_question(s);
    s->solver = Z3_mk_simple_solver(s->z3);
    Z3_solver_inc_ref(s->z3, s->solver);
    set_limits(s, effort);
    for (uint32_t i = 0; i < s->n_used; i++) {
        if (term_at(s->pool, s->used[i])->kind == TERM_MONTHS) say_months(s, i);
    }
    say_parts(s, query);
    solver_answer answer = ask(s, values);
    if (answer == SOLVER_UNKNOWN) *why = s->why;
    return answer;
}

solver_answer solver_narrow(solver *s, term query, term also, term_value *values) {
    if (!s->solver || !lower(s, term_and(s->pool, query, also))) return SOLVER_UNKNOWN;
    say_parts(s, also);
    return ask(s, values);
}
