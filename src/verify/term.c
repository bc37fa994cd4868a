// term.c: building, simplifying, replacing and evaluating terms. The simplifications are those that
// need no search: constants are folded, `x and x`, `x or not x`, `if c then x else x` collapse.
// They keep two things small: the copy of the law in which one fact is changed shares every rule
// that does not read that fact, and a lemma that holds for plain reasons is TRUE before a solver is
// asked.
#include "verify/term.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t mix(uint32_t h, uint32_t x) {
    h ^= x + 0x9e3779b9u + (h << 6) + (h >> 2);
    return h * 0x85ebca6bu;
}

static uint32_t hash_node(const term_node *node) {
    uint32_t h = mix(node->kind, node->sort);
    h = mix(mix(mix(h, node->a), node->b), node->c);
    h = mix(mix(h, (uint32_t)node->number), (uint32_t)((uint64_t)node->number >> 32));
    if (node->kind != TERM_DECIMAL) return h;
    for (int i = 0; i < 2; i++)
        h = mix(mix(h, (uint32_t)node->decimal.w[i]), (uint32_t)(node->decimal.w[i] >> 32));
    return h;
}

static bool is_same(const term_node *a, const term_node *b) {
    if (a->kind != b->kind || a->sort != b->sort || a->a != b->a || a->b != b->b || a->c != b->c)
        return false;
    if (a->number != b->number) return false;
    return a->kind != TERM_DECIMAL || hb_dec_compare(a->decimal, b->decimal) == 0;
}

static bool grow_table(term_pool *pool) {
    uint32_t size = pool->table_size ? pool->table_size * 2 : 1024;
    uint32_t *table = malloc(size * sizeof *table);
    if (!table) return false;
    memset(table, 0xff, size * sizeof *table);
    for (uint32_t i = 0; i < pool->n; i++) {
        uint32_t at = hash_node(&pool->nodes[i]) & (size - 1);
        while (table[at] != UINT32_MAX) at = (at + 1) & (size - 1);
        table[at] = i;
    }
    free(pool->table);
    pool->table = table;
    pool->table_size = size;
    return true;
}

static term fail(term_pool *pool) {
    pool->has_failed = true;
    return FALSE_TERM;
}

static term make(term_pool *pool, term_node node) {
    if (pool->has_failed) return FALSE_TERM;
    if (pool->n * 2 >= pool->table_size && !grow_table(pool)) return fail(pool);
    uint32_t at = hash_node(&node) & (pool->table_size - 1);
    for (; pool->table[at] != UINT32_MAX; at = (at + 1) & (pool->table_size - 1)) {
        if (is_same(&pool->nodes[pool->table[at]], &node)) return pool->table[at];
    }
    if (pool->n == pool->room) {
        uint32_t room = pool->room ? pool->room * 2 : 1024;
        term_node *nodes = realloc(pool->nodes, room * sizeof *nodes);
        if (!nodes) return fail(pool);
        pool->nodes = nodes;
        pool->room = room;
    }
    pool->nodes[pool->n] = node;
    return pool->table[at] = pool->n++;
}

term_pool *term_pool_open(void) {
    term_pool *pool = calloc(1, sizeof *pool);
    if (!pool) return NULL;
    pool->arena = hb_arena_open((size_t)256 << 20);
    if (pool->arena) {
        make(pool, (term_node){.kind = TERM_FALSE});
        make(pool, (term_node){.kind = TERM_TRUE});
    }
    if (pool->n == 2) return pool;
    term_pool_close(pool);
    return NULL;
}

void term_pool_close(term_pool *pool) {
    if (!pool) return;
    free(pool->nodes);
    free(pool->table);
    free(pool->names);
    free(pool->hashes);
    free(pool->stamps);
    free(pool->reached);
    hb_arena_close(pool->arena);
    free(pool);
}

// ---- building ----------------------------------------------------------------------------------
term term_integer(term_pool *pool, int64_t number) {
    return make(pool, (term_node){.kind = TERM_INTEGER, .sort = TERM_INT, .number = number});
}

term term_decimal(term_pool *pool, hb_dec decimal) {
    // one spelling for one number: 1.0 and 1 hash alike
    int64_t coefficient;
    int exponent;
    if (hb_dec_to_parts(decimal, &coefficient, &exponent)) {
        while (coefficient != 0 && coefficient % 10 == 0) coefficient /= 10, exponent++;
        decimal = hb_dec_from_parts(coefficient, coefficient ? exponent : 0);
    }
    return make(pool, (term_node){.kind = TERM_DECIMAL, .sort = TERM_REAL, .decimal = decimal});
}

term term_variable(term_pool *pool, term_sort sort, const char *format, ...) {
    char name[256];
    va_list args;
    va_start(args, format);
    vsnprintf(name, sizeof name, format, args);
    va_end(args);
    if (pool->n_variables == pool->variables_room) {
        uint32_t room = pool->variables_room ? pool->variables_room * 2 : 256;
        hb_str *names = realloc(pool->names, room * sizeof *names);
        if (!names) return fail(pool);
        pool->names = names;
        pool->variables_room = room;
    }
    if (!hb_str_copy(pool->arena, hb_str_from(name), &pool->names[pool->n_variables]))
        return fail(pool);
    term t = make(
        pool,
        (term_node){.kind = TERM_VARIABLE, .sort = (uint8_t)sort, .number = pool->n_variables});
    pool->n_variables++;
    return t;
}

term term_not(term_pool *pool, term a) {
    if (a <= TRUE_TERM) return 1 - a;
    if (term_at(pool, a)->kind == TERM_NOT) return term_at(pool, a)->a;
    return make(pool, (term_node){.kind = TERM_NOT, .a = a});
}

static bool is_negation(const term_pool *pool, term a, term b) {
    return (term_at(pool, a)->kind == TERM_NOT && term_at(pool, a)->a == b) ||
           (term_at(pool, b)->kind == TERM_NOT && term_at(pool, b)->a == a);
}

term term_and(term_pool *pool, term a, term b) {
    if (a == FALSE_TERM || b == FALSE_TERM || is_negation(pool, a, b)) return FALSE_TERM;
    if (a == TRUE_TERM || a == b) return b;
    if (b == TRUE_TERM) return a;
    if (a > b) return make(pool, (term_node){.kind = TERM_AND, .a = b, .b = a});
    return make(pool, (term_node){.kind = TERM_AND, .a = a, .b = b});
}

term term_or(term_pool *pool, term a, term b) {
    if (a == TRUE_TERM || b == TRUE_TERM || is_negation(pool, a, b)) return TRUE_TERM;
    if (a == FALSE_TERM || a == b) return b;
    if (b == FALSE_TERM) return a;
    if (a > b) return make(pool, (term_node){.kind = TERM_OR, .a = b, .b = a});
    return make(pool, (term_node){.kind = TERM_OR, .a = a, .b = b});
}

term term_implies(term_pool *pool, term a, term b) {
    return term_or(pool, term_not(pool, a), b);
}

term term_if(term_pool *pool, term condition, term then, term otherwise) {
    if (condition == TRUE_TERM || then == otherwise) return then;
    if (condition == FALSE_TERM) return otherwise;
    if (term_at(pool, condition)->kind == TERM_NOT) {
        return term_if(pool, term_at(pool, condition)->a, otherwise, then);
    }
    if (term_at(pool, then)->sort == TERM_BOOL) {
        if (then == TRUE_TERM) return term_or(pool, condition, otherwise);
        if (then == FALSE_TERM) return term_and(pool, term_not(pool, condition), otherwise);
        if (otherwise == FALSE_TERM) return term_and(pool, condition, then);
        if (otherwise == TRUE_TERM) return term_or(pool, term_not(pool, condition), then);
    }
    return make(pool, (term_node){.kind = TERM_IF,
                                  .sort = term_at(pool, then)->sort,
                                  .a = condition,
                                  .b = then,
                                  .c = otherwise});
}

// Order of two constants of one sort: -1, 0, 1.
static int compare(const term_node *a, const term_node *b) {
    if (a->sort == TERM_REAL) return hb_dec_compare(a->decimal, b->decimal);
    return (a->number > b->number) - (a->number < b->number);
}

term term_equal(term_pool *pool, term a, term b) {
    if (a == b) return TRUE_TERM;
    const term_node *x = term_at(pool, a), *y = term_at(pool, b);
    assert(x->sort == y->sort);
    if (x->sort == TERM_BOOL) {
        if (a == TRUE_TERM) return b;
        if (b == TRUE_TERM) return a;
        if (a == FALSE_TERM) return term_not(pool, b);
        if (b == FALSE_TERM) return term_not(pool, a);
    } else if (term_is_constant(pool, a) && term_is_constant(pool, b)) {
        return term_boolean(compare(x, y) == 0);
    }
    // (if c then 1 else 2) = 1 is c: tables give their outcomes in this form
    if (x->kind == TERM_IF && term_is_constant(pool, b) && x->sort != TERM_BOOL) {
        term c = x->a, then = x->b, otherwise = x->c;
        return term_if(pool, c, term_equal(pool, then, b), term_equal(pool, otherwise, b));
    }
    if (y->kind == TERM_IF && term_is_constant(pool, a) && y->sort != TERM_BOOL)
        return term_equal(pool, b, a);
    if (a > b) return make(pool, (term_node){.kind = TERM_EQUAL, .a = b, .b = a});
    return make(pool, (term_node){.kind = TERM_EQUAL, .a = a, .b = b});
}

term term_less(term_pool *pool, term a, term b) {
    assert(term_at(pool, a)->sort == term_at(pool, b)->sort);
    if (a == b) return FALSE_TERM;
    if (term_is_constant(pool, a) && term_is_constant(pool, b)) {
        return term_boolean(compare(term_at(pool, a), term_at(pool, b)) < 0);
    }
    return make(pool, (term_node){.kind = TERM_LESS, .a = a, .b = b});
}

term term_less_equal(term_pool *pool, term a, term b) {
    assert(term_at(pool, a)->sort == term_at(pool, b)->sort);
    if (a == b) return TRUE_TERM;
    if (term_is_constant(pool, a) && term_is_constant(pool, b)) {
        return term_boolean(compare(term_at(pool, a), term_at(pool, b)) <= 0);
    }
    return make(pool, (term_node){.kind = TERM_LESS_EQUAL, .a = a, .b = b});
}

static bool is_zero(const term_pool *pool, term t) {
    const term_node *node = term_at(pool, t);
    return (node->kind == TERM_INTEGER && node->number == 0) ||
           (node->kind == TERM_DECIMAL && hb_dec_is_zero(node->decimal));
}

term term_add(term_pool *pool, term a, term b) {
    const term_node *x = term_at(pool, a), *y = term_at(pool, b);
    assert(x->sort == y->sort);
    if (is_zero(pool, a)) return b;
    if (is_zero(pool, b)) return a;
    hb_dec sum;
    int64_t total;
    if (x->kind == TERM_INTEGER && y->kind == TERM_INTEGER &&
        !__builtin_add_overflow(x->number, y->number, &total)) {
        return term_integer(pool, total);
    }
    if (x->kind == TERM_DECIMAL && y->kind == TERM_DECIMAL &&
        hb_dec_add(x->decimal, y->decimal, &sum)) {
        return term_decimal(pool, sum);
    }
    return make(pool, (term_node){.kind = TERM_ADD, .sort = x->sort, .a = a, .b = b});
}

term term_negate(term_pool *pool, term a) {
    const term_node *x = term_at(pool, a);
    if (x->kind == TERM_INTEGER && x->number != INT64_MIN) return term_integer(pool, -x->number);
    if (x->kind == TERM_DECIMAL) return term_decimal(pool, hb_dec_neg(x->decimal));
    return make(pool, (term_node){.kind = TERM_NEGATE, .sort = x->sort, .a = a});
}

term term_subtract(term_pool *pool, term a, term b) {
    return term_add(pool, a, term_negate(pool, b));
}

term term_scale(term_pool *pool, term a, term constant) {
    const term_node *x = term_at(pool, a), *y = term_at(pool, constant);
    assert(x->sort == y->sort && term_is_constant(pool, constant));
    hb_dec product;
    if (x->kind == TERM_DECIMAL && hb_dec_mul(x->decimal, y->decimal, &product))
        return term_decimal(pool, product);
    return make(pool, (term_node){.kind = TERM_SCALE, .sort = x->sort, .a = a, .b = constant});
}

term term_to_real(term_pool *pool, term a) {
    const term_node *x = term_at(pool, a);
    if (x->kind == TERM_INTEGER) return term_decimal(pool, hb_dec_from_int(x->number));
    return make(pool, (term_node){.kind = TERM_TO_REAL, .sort = TERM_REAL, .a = a});
}

int64_t term_add_months(int64_t day, int64_t months) {
    hb_date from, to;
    if (!hb_date_from_days(day, &from) || !hb_date_add_months(from, months, &to)) return day;
    return hb_date_to_days(to);
}

term term_months(term_pool *pool, term day, int64_t months) {
    if (months == 0) return day;
    const term_node *x = term_at(pool, day);
    if (x->kind == TERM_INTEGER) return term_integer(pool, term_add_months(x->number, months));
    return make(pool,
                (term_node){.kind = TERM_MONTHS, .sort = TERM_INT, .a = day, .number = months});
}

// ---- walking -----------------------------------------------------------------------------------
static uint32_t n_children(uint8_t kind) {
    switch ((term_kind)kind) {
        case TERM_FALSE:
        case TERM_TRUE:
        case TERM_INTEGER:
        case TERM_DECIMAL:
        case TERM_VARIABLE: return 0;
        case TERM_NOT:
        case TERM_NEGATE:
        case TERM_TO_REAL:
        case TERM_MONTHS: return 1;
        case TERM_AND:
        case TERM_OR:
        case TERM_EQUAL:
        case TERM_LESS:
        case TERM_LESS_EQUAL:
        case TERM_ADD:
        case TERM_SCALE: return 2;
        case TERM_IF: return 3;
    }
    return 0;
}

static int by_number(const void *a, const void *b) {
    term x = *(const term *)a, y = *(const term *)b;
    return (x > y) - (x < y);
}

static bool reach_room(term_pool *pool) {
    if (pool->n <= pool->stamps_room) return true;
    uint32_t room = 2 * pool->n;
    uint32_t *stamps = realloc(pool->stamps, room * sizeof *stamps);
    if (stamps) pool->stamps = stamps;
    term *reached = realloc(pool->reached, room * sizeof *reached);
    if (reached) pool->reached = reached;
    if (!stamps || !reached) return false;
    memset(pool->stamps + pool->stamps_room, 0, (room - pool->stamps_room) * sizeof *stamps);
    pool->stamps_room = room;
    return true;
}

// The list is its own stack: terms before `done` have had their children added.
uint32_t term_reach(term_pool *pool, term t, const term **list) {
    uint32_t n = 0;
    *list = NULL;
    if (!reach_room(pool)) {
        fail(pool);
        return 0;
    }
    pool->stamp++;
    pool->stamps[t] = pool->stamp;
    pool->reached[n++] = t;
    for (uint32_t done = 0; done < n; done++) {
        const term_node *node = term_at(pool, pool->reached[done]);
        const term children[3] = {node->a, node->b, node->c};
        for (uint32_t i = 0; i < n_children(node->kind); i++) {
            if (pool->stamps[children[i]] == pool->stamp) continue;
            pool->stamps[children[i]] = pool->stamp;
            pool->reached[n++] = children[i];
        }
    }
    if (n > t / 16) {  // most of the pool: walking it is quicker than sorting
        n = 0;
        for (term i = 0; i <= t; i++) {
            if (pool->stamps[i] == pool->stamp) pool->reached[n++] = i;
        }
    } else {
        qsort(pool->reached, n, sizeof *pool->reached, by_number);
    }
    *list = pool->reached;
    return n;
}

static term rebuild(term_pool *pool, term_node node, const term *now) {
    switch ((term_kind)node.kind) {
        case TERM_NOT: return term_not(pool, now[node.a]);
        case TERM_AND: return term_and(pool, now[node.a], now[node.b]);
        case TERM_OR: return term_or(pool, now[node.a], now[node.b]);
        case TERM_IF: return term_if(pool, now[node.a], now[node.b], now[node.c]);
        case TERM_EQUAL: return term_equal(pool, now[node.a], now[node.b]);
        case TERM_LESS: return term_less(pool, now[node.a], now[node.b]);
        case TERM_LESS_EQUAL: return term_less_equal(pool, now[node.a], now[node.b]);
        case TERM_ADD: return term_add(pool, now[node.a], now[node.b]);
        case TERM_NEGATE: return term_negate(pool, now[node.a]);
        case TERM_SCALE: return term_scale(pool, now[node.a], now[node.b]);
        case TERM_TO_REAL: return term_to_real(pool, now[node.a]);
        case TERM_MONTHS: return term_months(pool, now[node.a], node.number);
        case TERM_FALSE:
        case TERM_TRUE:
        case TERM_INTEGER:
        case TERM_DECIMAL:
        case TERM_VARIABLE: break;
    }
    return FALSE_TERM;
}

term term_replace(term_pool *pool, term t, uint32_t n, const term *from, const term *to) {
    const term *list;
    uint32_t n_list = term_reach(pool, t, &list);
    term *now = malloc(((size_t)t + 1) * sizeof *now);  // of reached terms only
    if (!now || n_list == 0) {
        free(now);
        return fail(pool);
    }
    for (uint32_t i = 0; i < n_list; i++) now[list[i]] = list[i];
    for (uint32_t i = 0; i < n; i++) {
        if (from[i] <= t) now[from[i]] = to[i];
    }
    for (uint32_t i = 0; i < n_list; i++) {
        term_node node = *term_at(pool, list[i]);
        uint32_t children = n_children(node.kind);
        if (children == 0) continue;
        bool is_changed = now[node.a] != node.a || (children > 1 && now[node.b] != node.b) ||
                          (children > 2 && now[node.c] != node.c);
        if (is_changed) now[list[i]] = rebuild(pool, node, now);
    }
    term result = now[t];
    free(now);
    return result;
}

void term_variables_of(term_pool *pool, term t, uint8_t *bits) {
    const term *list;
    uint32_t n = term_reach(pool, t, &list);
    if (n == 0)
        memset(bits, 1, pool->n_variables);  // no memory: reads everything, the cautious answer
    for (uint32_t i = 0; i < n; i++) {
        if (term_at(pool, list[i])->kind == TERM_VARIABLE) bits[term_at(pool, list[i])->number] = 1;
    }
}

static bool is_commutative(uint8_t kind) {
    return kind == TERM_AND || kind == TERM_OR || kind == TERM_EQUAL || kind == TERM_ADD;
}

static hb_hash hash_of(const term_pool *pool, const term_node *node) {
    struct {
        uint32_t kind, sort;
        int64_t number;
        hb_dec decimal;
        hb_hash children[3];
    } row;
    memset(&row, 0, sizeof row);
    row.kind = node->kind;
    row.sort = node->sort;
    if (node->kind == TERM_DECIMAL) row.decimal = node->decimal;
    if (node->kind != TERM_VARIABLE)
        row.number = node->number;
    else
        row.children[0] = hb_sha256(pool->names[node->number].at, pool->names[node->number].n);
    const term children[3] = {node->a, node->b, node->c};
    for (uint32_t i = 0; i < n_children(node->kind); i++)
        row.children[i] = pool->hashes[children[i]];
    if (is_commutative(node->kind) &&
        memcmp(&row.children[0], &row.children[1], sizeof(hb_hash)) > 0) {
        hb_hash first = row.children[0];
        row.children[0] = row.children[1];
        row.children[1] = first;
    }
    return hb_sha256(&row, sizeof row);
}

hb_hash term_hash(term_pool *pool, term t) {
    if (pool->n > pool->hashes_room) {
        hb_hash *grown = realloc(pool->hashes, 2 * (size_t)pool->n * sizeof *grown);
        if (!grown) return fail(pool), (hb_hash){0};
        pool->hashes = grown;
        pool->hashes_room = 2 * pool->n;
    }
    for (; pool->n_hashed <= t; pool->n_hashed++)
        pool->hashes[pool->n_hashed] = hash_of(pool, term_at(pool, pool->n_hashed));
    return pool->hashes[t];
}

// ---- evaluating --------------------------------------------------------------------------------
static int order(const term_pool *pool, const term_node *node, const term_value *out) {
    const term_value *a = &out[node->a], *b = &out[node->b];
    if (term_at(pool, node->a)->sort == TERM_REAL) return hb_dec_compare(a->decimal, b->decimal);
    if (term_at(pool, node->a)->sort == TERM_BOOL) return (int)a->boolean - (int)b->boolean;
    return (a->number > b->number) - (a->number < b->number);
}

void term_evaluate(const term_pool *pool, const term_value *variables, term_value *out) {
    for (term i = 0; i < pool->n; i++) {
        const term_node *node = term_at(pool, i);
        const term_value *a = &out[node->a], *b = &out[node->b];
        term_value v = {0};
        switch ((term_kind)node->kind) {
            case TERM_FALSE: break;
            case TERM_TRUE: v.boolean = true; break;
            case TERM_INTEGER: v.number = node->number; break;
            case TERM_DECIMAL: v.decimal = node->decimal; break;
            case TERM_VARIABLE: v = variables[node->number]; break;
            case TERM_NOT: v.boolean = !a->boolean; break;
            case TERM_AND: v.boolean = a->boolean && b->boolean; break;
            case TERM_OR: v.boolean = a->boolean || b->boolean; break;
            case TERM_IF: v = a->boolean ? *b : out[node->c]; break;
            case TERM_EQUAL: v.boolean = order(pool, node, out) == 0; break;
            case TERM_LESS: v.boolean = order(pool, node, out) < 0; break;
            case TERM_LESS_EQUAL: v.boolean = order(pool, node, out) <= 0; break;
            case TERM_ADD:
                v.number = (int64_t)((uint64_t)a->number + (uint64_t)b->number);
                if (node->sort == TERM_REAL && !hb_dec_add(a->decimal, b->decimal, &v.decimal))
                    v.decimal = a->decimal;
                break;
            case TERM_NEGATE:
                v.number = (int64_t)(0 - (uint64_t)a->number);
                if (node->sort == TERM_REAL) v.decimal = hb_dec_neg(a->decimal);
                break;
            case TERM_SCALE:
                v.number = (int64_t)((uint64_t)a->number * (uint64_t)b->number);
                if (node->sort == TERM_REAL && !hb_dec_mul(a->decimal, b->decimal, &v.decimal))
                    v.decimal = a->decimal;
                break;
            case TERM_TO_REAL: v.decimal = hb_dec_from_int(a->number); break;
            case TERM_MONTHS: v.number = term_add_months(a->number, node->number); break;
        }
        out[i] = v;
    }
}
