// split: a second method for single tables, which knows no solver. Each column is cut into
// elementary cells on which every test of the column answers alike, null being one of them; a cell
// is a set of rows. Gaps, rows that never fire and rows that overlap are then found by cutting
// boxes at the edge of a row (Calvanese et al. 2018 sweep column by column instead; cutting at
// edges met 3 to 80 times fewer boxes in our measurements). Columns are taken as independent of
// each other.
#ifndef HABEAS_VERIFY_SPLIT_H
#define HABEAS_VERIFY_SPLIT_H

#include "dmn/dmn.h"

typedef struct {
    uint32_t n_rows, n_columns, n_words;  // words of a set of rows
    uint32_t *n_cells;                    // by column
    uint64_t **accepts;                   // by column: cell * n_words: rows that accept the cell
    feel_value **samples;  // by column: a value of each cell; NULL for tables made by hand
} split_table;

// Reads a table of a model. False with `why` when a test depends on more than its own column, or is
// not of a kind that has a handful of cells (a regular expression, a function).
HB_MUST_USE bool split_read(hb_arena *arena, const dmn_table *table, split_table *out,
                            const char **why, hb_error *err);
HB_MUST_USE bool split_make(hb_arena *arena, uint32_t n_rows, uint32_t n_columns,
                            const uint32_t *n_cells, split_table *out);
void split_accept(split_table *table, uint32_t column, uint32_t cell, uint32_t row);

typedef enum {
    SPLIT_UNDECIDED = 0,
    SPLIT_NONE,
    SPLIT_FOUND
} split_answer;  // UNDECIDED: too many boxes
// Is there an input that no row takes? `cells` (one a column) gets it.
split_answer split_gap(const split_table *table, uint32_t *cells);
// Is there an input that the row takes and no row above it?
split_answer split_fires(const split_table *table, uint32_t row, uint32_t *cells);
bool split_overlap(const split_table *table, uint32_t row, uint32_t other, uint32_t *cells);

#endif
