// split.c: a box is, for each column, the cells still in it. If no row meets the box it is a gap;
// if one row takes all of it, it holds none; else it is cut along a column that a row constrains,
// cells of one column that the same rows take staying together. Each cut removes a constraint of
// some row, so the search ends; a bound on boxes keeps it short.
#include "verify/split.h"

#include <stdlib.h>
#include <string.h>

#include "feel/node.h"

#define MAX_BOXES 2000000u
#define MAX_CELLS 400u

bool split_make(hb_arena *arena, uint32_t n_rows, uint32_t n_columns, const uint32_t *n_cells,
                split_table *out) {
    *out =
        (split_table){.n_rows = n_rows, .n_columns = n_columns, .n_words = (n_rows + 63) / 64 + 1};
    out->n_cells = hb_arena_array(arena, uint32_t, n_columns + 1);
    out->accepts = hb_arena_array(arena, uint64_t *, n_columns + 1);
    if (!out->n_cells || !out->accepts) return false;
    for (uint32_t c = 0; c < n_columns; c++) {
        out->n_cells[c] = n_cells[c];
        out->accepts[c] = hb_arena_array(arena, uint64_t, (size_t)n_cells[c] * out->n_words + 1);
        if (!out->accepts[c]) return false;
    }
    return true;
}

static uint64_t *rows_of(const split_table *t, uint32_t column, uint32_t cell) {
    return t->accepts[column] + (size_t)cell * t->n_words;
}

void split_accept(split_table *t, uint32_t column, uint32_t cell, uint32_t row) {
    rows_of(t, column, cell)[row / 64] |= 1ull << row % 64;
}

static bool does_accept(const split_table *t, uint32_t column, uint32_t cell, uint32_t row) {
    return rows_of(t, column, cell)[row / 64] >> row % 64 & 1;
}

// ---- the search --------------------------------------------------------------------------------
typedef struct {
    const split_table *t;
    uint8_t *is_in;  // column * MAX_CELLS + cell: still in the box
    uint32_t n_boxes;
    uint32_t *found;
} search;

static uint8_t *cells_of(const search *s, uint32_t column) {
    return s->is_in + (size_t)column * MAX_CELLS;
}

// Whether the row takes every cell of the column that is in the box; and whether it takes any.
static void touch(const search *s, uint32_t column, uint32_t row, bool *all, bool *any) {
    *all = true;
    *any = false;
    for (uint32_t cell = 0; cell < s->t->n_cells[column]; cell++) {
        if (!cells_of(s, column)[cell]) continue;
        if (does_accept(s->t, column, cell, row))
            *any = true;
        else
            *all = false;
    }
}

static bool keep_found(const search *s) {
    for (uint32_t c = 0; c < s->t->n_columns; c++) {
        s->found[c] = 0;
        while (s->found[c] + 1 < s->t->n_cells[c] && !cells_of(s, c)[s->found[c]]) s->found[c]++;
    }
    return true;
}

// Rows of the set that meet the box; the column along which to cut; whether one row takes the whole
// box.
static bool look(const search *s, const uint64_t *rows, uint64_t *meeting, uint32_t *column,
                 bool *is_covered) {
    uint32_t fewest = UINT32_MAX;
    bool is_met = false;
    *is_covered = false;
    memset(meeting, 0, s->t->n_words * sizeof *meeting);
    for (uint32_t row = 0; row < s->t->n_rows; row++) {
        if (!(rows[row / 64] >> row % 64 & 1)) continue;
        uint32_t n_constraints = 0, last = 0;
        bool meets = true;
        for (uint32_t c = 0; c < s->t->n_columns && meets; c++) {
            bool all, any;
            touch(s, c, row, &all, &any);
            meets = any;
            if (!all) n_constraints++, last = c;
        }
        if (!meets) continue;
        is_met = true;
        meeting[row / 64] |= 1ull << row % 64;
        if (n_constraints == 0) *is_covered = true;
        if (n_constraints < fewest) fewest = n_constraints, *column = last;
    }
    return is_met;
}

static bool is_alike(const search *s, uint32_t column, uint32_t a, uint32_t b,
                     const uint64_t *rows) {
    const uint64_t *x = rows_of(s->t, column, a), *y = rows_of(s->t, column, b);
    for (uint32_t w = 0; w < s->t->n_words; w++) {
        if ((x[w] ^ y[w]) & rows[w]) return false;
    }
    return true;
}

static split_answer find_gap(search *s, const uint64_t *rows) {
    uint32_t column = 0;
    bool is_covered;
    uint64_t *meeting = calloc(s->t->n_words, sizeof *meeting);
    uint8_t kept[MAX_CELLS], done[MAX_CELLS];
    split_answer answer = SPLIT_NONE;
    if (!meeting || ++s->n_boxes > MAX_BOXES) {
        free(meeting);
        return SPLIT_UNDECIDED;
    }
    if (!look(s, rows, meeting, &column, &is_covered))
        answer = keep_found(s) ? SPLIT_FOUND : SPLIT_UNDECIDED;
    if (answer == SPLIT_FOUND || is_covered) {
        free(meeting);
        return answer;
    }
    uint32_t n = s->t->n_cells[column];
    memcpy(kept, cells_of(s, column), n);
    memset(done, 0, n);
    for (uint32_t cell = 0; cell < n && answer == SPLIT_NONE; cell++) {
        if (!kept[cell] || done[cell]) continue;
        for (uint32_t other = 0; other < n; other++) {
            bool together =
                kept[other] && !done[other] && is_alike(s, column, cell, other, meeting);
            cells_of(s, column)[other] = together;
            done[other] |= together;
        }
        answer = find_gap(s, meeting);
    }
    memcpy(cells_of(s, column), kept, n);
    free(meeting);
    return answer;
}

static bool open_search(search *s, const split_table *t, uint32_t *cells) {
    *s = (search){.t = t, .found = cells, .is_in = calloc((size_t)t->n_columns + 1, MAX_CELLS)};
    for (uint32_t c = 0; s->is_in && c < t->n_columns; c++) {
        if (t->n_cells[c] > MAX_CELLS) return false;
        memset(cells_of(s, c), 1, t->n_cells[c]);
    }
    return s->is_in != NULL;
}

// Among `rows`, over the part of the table that `within` takes (DMN_NONE: all of it).
static split_answer gap_of(const split_table *t, uint32_t n_above, uint32_t within,
                           uint32_t *cells) {
    search s;
    split_answer answer = SPLIT_UNDECIDED;
    uint64_t *rows = calloc(t->n_words, sizeof *rows);
    if (open_search(&s, t, cells) && rows) {
        bool is_possible = true;
        for (uint32_t row = 0; row < n_above; row++) rows[row / 64] |= 1ull << row % 64;
        for (uint32_t c = 0; within != DMN_NONE && c < t->n_columns; c++) {
            bool any = false;
            for (uint32_t cell = 0; cell < t->n_cells[c]; cell++)
                any |= cells_of(&s, c)[cell] = does_accept(t, c, cell, within);
            is_possible &= any;
        }
        answer = is_possible ? find_gap(&s, rows) : SPLIT_NONE;
    }
    free(rows);
    free(s.is_in);
    return answer;
}

split_answer split_gap(const split_table *t, uint32_t *cells) {
    return gap_of(t, t->n_rows, DMN_NONE, cells);
}

split_answer split_fires(const split_table *t, uint32_t row, uint32_t *cells) {
    return gap_of(t, row, row, cells);
}

bool split_overlap(const split_table *t, uint32_t row, uint32_t other, uint32_t *cells) {
    for (uint32_t c = 0; c < t->n_columns; c++) {
        bool is_found = false;
        for (uint32_t cell = 0; cell < t->n_cells[c] && !is_found; cell++) {
            is_found = does_accept(t, c, cell, row) && does_accept(t, c, cell, other);
            if (is_found) cells[c] = cell;
        }
        if (!is_found) return false;
    }
    return true;
}

// ---- reading a table of a model ----------------------------------------------------------------
typedef struct {
    feel_value *values;
    uint32_t n;
    bool is_foreign;
    hb_arena *arena;
} constants;

static void add_constant(constants *all, feel_value v) {
    for (uint32_t i = 0; i < all->n; i++) {
        if (feel_is_same(all->values[i], v)) return;
    }
    if (all->n + 1 >= MAX_CELLS / 4)
        all->is_foreign = true;
    else
        all->values[all->n++] = v;
}

// Every constant of a test, ends of ranges and members of lists included.
static void add_value(constants *all, feel_value v) {
    switch ((feel_kind)v.kind) {
        case FEEL_RANGE:
            if (v.range->has_low) add_value(all, v.range->low);
            if (v.range->has_high) add_value(all, v.range->high);
            return;
        case FEEL_LIST:
            for (uint32_t i = 0; i < v.n; i++) add_value(all, v.items[i]);
            return;
        case FEEL_NULL:
        case FEEL_BOOLEAN:
        case FEEL_NUMBER:
        case FEEL_STRING:
        case FEEL_DATE:
        case FEEL_DAYS_DURATION:
        case FEEL_YEARS_DURATION: add_constant(all, v); return;
        case FEEL_TIME:
        case FEEL_DATE_TIME:
        case FEEL_CONTEXT:
        case FEEL_FUNCTION: all->is_foreign = true; return;
    }
}

static void walk(constants *all, const feel_node *node) {
    if (!node || all->is_foreign) return;
    switch ((feel_node_kind)node->kind) {
        case FEEL_NODE_CONSTANT: add_value(all, node->value); return;
        case FEEL_NODE_TESTS:
        case FEEL_NODE_LIST:
            for (uint32_t i = 0; i < node->n; i++) walk(all, node->items[i]);
            return;
        case FEEL_NODE_TEST_ANY: return;
        case FEEL_NODE_TEST_COMPARE:
        case FEEL_NODE_TEST_VALUE:
        case FEEL_NODE_RANGE:
        case FEEL_NODE_NEGATE:
        case FEEL_NODE_COERCE:
            walk(all, node->a);
            walk(all, node->b);
            return;
        case FEEL_NODE_CALL:  // duration("P30D") and date("2025-01-01") are folded to constants
                              // where they can be
        default: all->is_foreign = true; return;
    }
}

static int by_size(const void *a, const void *b) {
    hb_dec x = feel_dec(*(const feel_value *)a), y = feel_dec(*(const feel_value *)b);
    return hb_dec_compare(x, y);
}

static bool add_numbers(hb_arena *arena, const constants *all, feel_value *samples, uint32_t *n) {
    feel_value *numbers = hb_arena_array(arena, feel_value, all->n + 1);
    uint32_t m = 0;
    hb_dec between, half = hb_dec_from_parts(5, -1);
    if (!numbers) return false;
    for (uint32_t i = 0; i < all->n; i++) {
        if (all->values[i].kind == FEEL_NUMBER) numbers[m++] = all->values[i];
    }
    if (m == 0) return true;
    qsort(numbers, m, sizeof *numbers, by_size);
    for (uint32_t i = 0; i < m; i++) {
        hb_dec before = i > 0 ? feel_dec(numbers[i - 1]) : hb_dec_from_int(0),
               here = feel_dec(numbers[i]);
        bool ok = i > 0 ? hb_dec_add(before, here, &between) && hb_dec_mul(between, half, &between)
                        : hb_dec_sub(here, hb_dec_from_int(1), &between);
        if (!ok || !feel_number(arena, between, &samples[(*n)++])) return false;
        samples[(*n)++] = numbers[i];
    }
    return hb_dec_add(feel_dec(numbers[m - 1]), hb_dec_from_int(1), &between) &&
           feel_number(arena, between, &samples[(*n)++]);
}

// A value of each elementary cell: the constants, something between and beyond those that have an
// order, some other string, both booleans, and null.
static bool make_samples(hb_arena *arena, const constants *all, const feel_type *type,
                         feel_value *samples, uint32_t *n) {
    bool has_string = type->kind == FEEL_TYPE_STRING, has_boolean = type->kind == FEEL_TYPE_BOOLEAN;
    *n = 0;
    samples[(*n)++] = feel_null();
    if (!add_numbers(arena, all, samples, n)) return false;
    for (uint32_t i = 0; i < all->n; i++) {
        feel_value v = all->values[i];
        hb_date near;
        if (v.kind == FEEL_STRING) has_string = true, samples[(*n)++] = v;
        if (v.kind == FEEL_BOOLEAN) has_boolean = true;
        if (v.kind != FEEL_DATE) continue;
        for (int step = -1; step <= 1; step++) {
            if (hb_date_from_days(hb_date_to_days(v.date) + step, &near))
                samples[(*n)++] = feel_date(near);
        }
    }
    if (has_string) samples[(*n)++] = feel_string(HB_STR("some other string"));
    if (has_boolean) {
        samples[(*n)++] = feel_boolean(true);
        samples[(*n)++] = feel_boolean(false);
    }
    if (*n == 1) samples[(*n)++] = feel_int(1);  // no test reads it: one known value stands for all
    return true;
}

static bool test_cells(split_table *out, const dmn_table *table, uint32_t column, feel_run *run) {
    for (uint32_t cell = 0; cell < out->n_cells[column]; cell++) {
        for (uint32_t row = 0; row < table->n_rows; row++) {
            const feel_program *test = table->rows[row].tests[column];
            feel_env env = {0};
            if (!test || feel_is_true(feel_test(run, test, &env, out->samples[column][cell])))
                split_accept(out, column, cell, row);
        }
    }
    return !run->has_failed;
}

bool split_read(hb_arena *arena, const dmn_table *table, split_table *out, const char **why,
                hb_error *err) {
    uint32_t *n_cells = hb_arena_array(arena, uint32_t, table->n_inputs + 1);
    feel_value **samples = hb_arena_array(arena, feel_value *, table->n_inputs + 1);
    feel_run run;
    *why = "";
    if (!n_cells || !samples) return hb_out_of_memory(err);
    for (uint32_t c = 0; c < table->n_inputs; c++) {
        constants all = {.values = hb_arena_array(arena, feel_value, MAX_CELLS), .arena = arena};
        samples[c] = hb_arena_array(arena, feel_value, MAX_CELLS + 8);
        if (!all.values || !samples[c]) return hb_out_of_memory(err);
        for (uint32_t r = 0; r < table->n_rows; r++) {
            if (table->rows[r].tests[c]) walk(&all, feel_program_node(table->rows[r].tests[c]));
        }
        if (all.is_foreign) {
            *why = "a test is not a choice among constants";
            return false;
        }
        if (!make_samples(arena, &all, table->inputs[c].type, samples[c], &n_cells[c]))
            return hb_out_of_memory(err);
    }
    if (!split_make(arena, table->n_rows, table->n_inputs, n_cells, out))
        return hb_out_of_memory(err);
    out->samples = samples;
    feel_run_init(&run, arena, err);
    bool ok = true;
    for (uint32_t c = 0; ok && c < table->n_inputs; c++) ok = test_cells(out, table, c, &run);
    feel_run_clear(&run);
    if (!ok) *why = "a test took more work than the limit";
    return ok;
}
