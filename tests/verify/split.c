// split: the two methods for single tables agree. Random tables are asked for gaps, for rows that
// never fire and for overlaps by cutting boxes and by the solver; small ones also by trying every
// input. Then every table of a rulebook that cuts into cells: what split says never fires, the
// solver says so too. usage: split RULEBOOK N
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "people.h"
#include "verify/law.h"
#include "verify/solver.h"
#include "verify/split.h"

#define MOST 8
static uint32_t n_passed, n_failed;

static void check(bool is_so, uint32_t table, const char *what) {
    if (is_so)
        n_passed++;
    else if (n_failed++ < 20)
        printf("table %u: %s\n", table, what);
}

typedef struct {
    split_table t;
    term matches[64];
    term domain;
} both;

static bool does_match(const both *b, uint32_t row, const uint32_t *cells) {
    for (uint32_t c = 0; c < b->t.n_columns; c++) {
        if (!(b->t.accepts[c][(size_t)cells[c] * b->t.n_words + row / 64] >> row % 64 & 1))
            return false;
    }
    return true;
}

// The same table for both: cells are integers to the solver.
static bool make_both(dice *d, hb_arena *arena, term_pool *p, both *b) {
    uint32_t n_rows = 1 + dice_below(d, 20), n_columns = 1 + dice_below(d, 5), n_cells[MOST];
    term columns[MOST];
    b->domain = TRUE_TERM;
    for (uint32_t c = 0; c < n_columns; c++) {
        n_cells[c] = 2 + dice_below(d, 4);
        columns[c] = term_variable(p, TERM_INT, "column %u", c);
        b->domain = term_and(p, b->domain, term_less_equal(p, term_integer(p, 0), columns[c]));
        b->domain = term_and(p, b->domain, term_less(p, columns[c], term_integer(p, n_cells[c])));
    }
    if (!split_make(arena, n_rows, n_columns, n_cells, &b->t)) return false;
    for (uint32_t r = 0; r < n_rows; r++) {
        b->matches[r] = TRUE_TERM;
        for (uint32_t c = 0; c < n_columns; c++) {
            bool is_open = dice_one_in(d, 2);
            term any = FALSE_TERM;
            for (uint32_t cell = 0; cell < n_cells[c]; cell++) {
                if (!is_open && dice_one_in(d, 2)) continue;
                split_accept(&b->t, c, cell, r);
                any = term_or(p, any, term_equal(p, columns[c], term_integer(p, cell)));
            }
            b->matches[r] = term_and(p, b->matches[r], any);
        }
    }
    return true;
}

static bool is_possible(solver *s, term_pool *p, const both *b, term query) {
    term_value values[4096];
    const char *why;
    if (p->n_variables > 4096) return false;
    return solver_check(s, term_and(p, query, b->domain), 0, values, &why) == SOLVER_POSSIBLE;
}

static void test_table(dice *d, hb_arena *arena, uint32_t number) {
    term_pool *p = term_pool_open();
    hb_error err = {0};
    solver *s = p ? solver_open(p, &err) : NULL;
    both b;
    uint32_t cells[MOST] = {0};
    hb_arena_reset(arena);
    if (!s || !make_both(d, arena, p, &b)) exit(4);
    term none = TRUE_TERM;
    for (uint32_t r = 0; r < b.t.n_rows; r++) {
        split_answer fires = split_fires(&b.t, r, cells);
        check((fires == SPLIT_FOUND) == is_possible(s, p, &b, term_and(p, b.matches[r], none)),
              number, "whether a row can fire");
        if (fires == SPLIT_FOUND)
            check(does_match(&b, r, cells), number, "the input that makes a row fire");
        none = term_and(p, none, term_not(p, b.matches[r]));
        for (uint32_t o = 0; o < r; o++) {
            bool overlaps = split_overlap(&b.t, r, o, cells);
            check(overlaps == is_possible(s, p, &b, term_and(p, b.matches[r], b.matches[o])),
                  number, "whether two rows overlap");
        }
    }
    split_answer gap = split_gap(&b.t, cells);
    check(gap != SPLIT_UNDECIDED && (gap == SPLIT_FOUND) == is_possible(s, p, &b, none), number,
          "whether there is a gap");
    for (uint32_t r = 0; gap == SPLIT_FOUND && r < b.t.n_rows; r++)
        check(!does_match(&b, r, cells), number, "the input that no row takes");
    solver_close(s);
    term_pool_close(p);
}

static void test_rulebook(const rulebook *rb, hb_arena *arena) {
    law l;
    hb_error err = {0};
    const char *why;
    uint32_t n_tables = 0, cells[64];
    if (!law_open(&l, rb, &err)) exit(4);
    solver *s = solver_open(l.pool, &err);
    term_value *values = calloc(4 * l.pool->n_variables + 1000, sizeof *values);
    for (uint32_t e = 0; e < dmn_n_elements(l.model); e++) {
        const law_table *t = l.elements[e].table;
        split_table cut;
        hb_arena_reset(arena);
        err = (hb_error){0};
        if (!t || t->table->n_inputs > 64 || !split_read(arena, t->table, &cut, &why, &err))
            continue;
        n_tables++;
        for (uint32_t r = 0; r < t->table->n_rows; r++) {
            split_answer fires = split_fires(&cut, r, cells);
            if (fires == SPLIT_FOUND)
                continue;  // columns of one table may depend on each other, so only this way round
            check(fires == SPLIT_NONE &&
                      solver_check(s, term_and(l.pool, t->fires[r], law_domain_of(&l, t->fires[r])),
                                   0, values, &why) == SOLVER_IMPOSSIBLE,
                  e, "a row that split says never fires");
        }
        split_answer gap = split_gap(&cut, cells);
        bool is_rule = rulebook_find_rule(rb, dmn_element_at(l.model, e)->name) !=
                       DMN_NONE;  // other tables may have nothing to say
        if (gap != SPLIT_NONE && is_rule) {
            hb_text text = {0};
            for (uint32_t c = 0; c < cut.n_columns; c++) {
                hb_text_addf(&text, "%s%.*s = ", c > 0 ? ", " : "", (int)t->table->inputs[c].text.n,
                             t->table->inputs[c].text.at);
                feel_print(&text, cut.samples[c][cells[c]]);
            }
            printf("%.*s: %.*s\n", (int)dmn_element_at(l.model, e)->name.n,
                   dmn_element_at(l.model, e)->name.at, (int)text.n, text.at);
            hb_text_clear(&text);
        }
        check(gap == SPLIT_NONE || (!is_rule && gap == SPLIT_FOUND), e,
              "a gap in a table of the rulebook");
    }
    printf("%u tables of the rulebook cut into cells\n", n_tables);
    check(n_tables > 0, 0, "no table of the rulebook could be cut");
    free(values);
    solver_close(s);
    law_close(&l);
}

int main(int argc, char **argv) {
    hb_errors errors = {0};
    dice d = {20251125};
    if (argc != 3) return fprintf(stderr, "usage: split RULEBOOK N\n"), 2;
    hb_arena *arena = hb_arena_open((size_t)64 << 20);
    rulebook *rb = rulebook_load(argv[1], &errors);
    if (!arena || !rb) return 4;
    for (uint32_t i = 0; i < strtoul(argv[2], NULL, 10); i++) test_table(&d, arena, i);
    test_rulebook(rb, arena);
    printf("%u passed, %u failed\n", n_passed, n_failed);
    rulebook_close(rb);
    hb_arena_close(arena);
    return n_failed > 0 || n_passed == 0;
}
