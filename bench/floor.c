// A column is a list of cuts, sorted: value v lies in part k when k cuts are <= v, and each part
// has the word of rows that accept it. A text is the number it got when it was first seen.
#include "bench/floor.h"

#include <stdlib.h>
#include <string.h>

#define CUTS_MAX 64
#define TEXTS_MAX 512
#define COLUMNS_MAX 16
#define TABLES_MAX 16

typedef struct {
    uint32_t n_cuts;
    int64_t cuts[CUTS_MAX];
    uint64_t rows[CUTS_MAX + 1];
} column;

typedef struct {
    uint32_t decision, n_columns;
    bool is_first;
    column columns[COLUMNS_MAX];
    int64_t *values;   // n_columns a person
    uint64_t *wanted;  // rows that fired, a word a person
} table;

struct floor_model {
    hb_arena *arena;
    uint32_t n_tables, n_people, n_texts;
    hb_str texts[TEXTS_MAX];
    table tables[TABLES_MAX];
    uint64_t sink;
};

static int64_t code_of(floor_model *f, hb_str text) {
    for (uint32_t i = 0; i < f->n_texts; i++)
        if (hb_str_equal(f->texts[i], text)) return i;
    if (f->n_texts == TEXTS_MAX || !hb_str_copy(f->arena, text, &f->texts[f->n_texts])) return -1;
    return f->n_texts++;
}

// ---- cells
// ----------------------------------------------------------------------------------------

// Numbers from..to, without them when `is_other`; a cell is up to eight of these.
typedef struct {
    uint32_t n;
    bool is_other;
    struct {
        int64_t from, to;
    } parts[8];
} cell;

static bool add(cell *c, int64_t from, int64_t to) {
    if (c->n == 8) return false;
    c->parts[c->n].from = from;
    c->parts[c->n++].to = to;
    return true;
}

static bool read_number(const char **at, int64_t *out) {
    char *end;
    *out = strtoll(*at, &end, 10);
    bool ok = end != *at;
    *at = end;
    return ok;
}

static bool read_compare(const char *at, cell *c) {
    bool is_less = at[0] == '<', has_end = at[1] == '=';
    int64_t end;
    at += has_end ? 2 : 1;
    if (!read_number(&at, &end)) return false;
    return is_less ? add(c, INT64_MIN, has_end ? end : end - 1)
                   : add(c, has_end ? end : end + 1, INT64_MAX);
}

static bool read_between(const char *at, cell *c) {
    int64_t low, high;
    bool has_low = *at++ == '[';
    if (!read_number(&at, &low) || strncmp(at, "..", 2) != 0) return false;
    at += 2;
    if (!read_number(&at, &high)) return false;
    return add(c, has_low ? low : low + 1, *at == ']' ? high : high - 1);
}

static bool read_values(floor_model *f, const char *at, cell *c) {
    int64_t number;
    for (;; at++) {
        while (*at == ' ') at++;
        if (*at == '"') {
            const char *end = strchr(++at, '"');
            int64_t code = end ? code_of(f, (hb_str){at, (size_t)(end - at)}) : -1;
            if (code < 0 || !add(c, code, code)) return false;
            at = end + 1;
        } else if (!strncmp(at, "true", 4) || !strncmp(at, "false", 5)) {
            if (!add(c, *at == 't', *at == 't')) return false;
            at += *at == 't' ? 4 : 5;
        } else if (!read_number(&at, &number) || !add(c, number, number)) {
            return false;
        }
        if (*at != ',') return *at == 0 || *at == ')';
    }
}

static bool read_cell(floor_model *f, hb_str text, cell *c) {
    char copy[256];
    *c = (cell){0};
    if (text.n >= sizeof copy) return false;
    memcpy(copy, text.at, text.n);
    copy[text.n] = 0;
    if (strcmp(copy, "-") == 0) return add(c, INT64_MIN, INT64_MAX);
    if (copy[0] == '<' || copy[0] == '>') return read_compare(copy, c);
    if (copy[0] == '[' || copy[0] == '(') return read_between(copy, c);
    c->is_other = strncmp(copy, "not(", 4) == 0;
    return read_values(f, copy + (c->is_other ? 4 : 0), c);
}

static bool accepts(const cell *c, int64_t value) {
    for (uint32_t i = 0; i < c->n; i++)
        if (value >= c->parts[i].from && value <= c->parts[i].to) return !c->is_other;
    return c->is_other;
}

// ---- columns
// --------------------------------------------------------------------------------------

static int by_value(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static bool build_column(floor_model *f, const dmn_table *shown, uint32_t i, column *out) {
    cell cells[64];
    int64_t cuts[64 * 16];
    uint32_t n = 0;
    if (shown->n_rows > 64) return false;
    for (uint32_t r = 0; r < shown->n_rows; r++) {
        if (!read_cell(f, shown->rows[r].test_text[i], &cells[r])) return false;
        for (uint32_t k = 0; k < cells[r].n; k++) {
            if (cells[r].parts[k].from != INT64_MIN) cuts[n++] = cells[r].parts[k].from;
            if (cells[r].parts[k].to != INT64_MAX) cuts[n++] = cells[r].parts[k].to + 1;
        }
    }
    qsort(cuts, n, sizeof *cuts, by_value);
    for (uint32_t k = 0; k < n; k++) {
        if (out->n_cuts > 0 && cuts[k] == out->cuts[out->n_cuts - 1]) continue;
        if (out->n_cuts == CUTS_MAX) return false;
        out->cuts[out->n_cuts++] = cuts[k];
    }
    for (uint32_t part = 0; part <= out->n_cuts; part++) {
        int64_t value = part == 0 ? INT64_MIN : out->cuts[part - 1];
        for (uint32_t r = 0; r < shown->n_rows; r++)
            if (accepts(&cells[r], value)) out->rows[part] |= (uint64_t)1 << r;
    }
    return true;
}

floor_model *floor_open(hb_arena *arena, const dmn_model *model, const uint32_t *decisions,
                        uint32_t n_decisions, uint32_t n_people) {
    floor_model *f = hb_arena_new(arena, floor_model);
    if (!f || n_decisions > TABLES_MAX) return NULL;
    f->arena = arena;
    f->n_people = n_people;
    for (uint32_t d = 0; d < n_decisions; d++) {
        const dmn_table *shown = dmn_decision_table(model, decisions[d]);
        table *t = &f->tables[f->n_tables++];
        if (shown->n_inputs > COLUMNS_MAX) return NULL;
        t->decision = decisions[d];
        t->n_columns = shown->n_inputs;
        t->is_first = shown->hit_policy == DMN_FIRST;
        for (uint32_t i = 0; i < shown->n_inputs; i++)
            if (!build_column(f, shown, i, &t->columns[i])) return NULL;
        t->values = hb_arena_array(arena, int64_t, (size_t)n_people * t->n_columns);
        t->wanted = hb_arena_array(arena, uint64_t, n_people);
        if (!t->values || !t->wanted) return NULL;
    }
    return f;
}

// ---- people
// ---------------------------------------------------------------------------------------

static int64_t value_of(floor_model *f, feel_value value) {
    switch ((feel_kind)value.kind) {
        case FEEL_NUMBER: return value.coefficient;
        case FEEL_BOOLEAN: return value.boolean;
        case FEEL_STRING: return code_of(f, feel_text(value));
        default: return -1;
    }
}

void floor_learn(floor_model *f, uint32_t person, const dmn_trace_step *steps, uint32_t n) {
    for (uint32_t s = 0; s < n; s++) {
        for (uint32_t d = 0; d < f->n_tables; d++) {
            table *t = &f->tables[d];
            if (t->decision != steps[s].decision) continue;
            for (uint32_t i = 0; i < t->n_columns; i++)
                t->values[(size_t)person * t->n_columns + i] = value_of(f, steps[s].inputs[i]);
            for (uint32_t h = 0; h < steps[s].n_hits; h++)
                t->wanted[person] |= (uint64_t)1 << steps[s].hits[h];
        }
    }
}

static inline uint64_t rows_of(const table *t, uint32_t person) {
    const int64_t *values = &t->values[(size_t)person * t->n_columns];
    uint64_t rows = UINT64_MAX;
    for (uint32_t i = 0; i < t->n_columns; i++) {
        const column *c = &t->columns[i];
        uint32_t part = 0;
        for (uint32_t k = 0; k < c->n_cuts; k++) part += values[i] >= c->cuts[k];
        rows &= c->rows[part];
    }
    return t->is_first ? rows & (~rows + 1) : rows;
}

void floor_run(floor_model *f) {
    uint64_t sum = 0;
    for (uint32_t p = 0; p < f->n_people; p++)
        for (uint32_t d = 0; d < f->n_tables; d++) sum += rows_of(&f->tables[d], p);
    f->sink += sum;
    __asm__ volatile("" : : "r"(f) : "memory");
}

uint32_t floor_count_wrong(const floor_model *f) {
    uint32_t n = 0;
    for (uint32_t p = 0; p < f->n_people; p++) {
        bool ok = true;
        for (uint32_t d = 0; d < f->n_tables; d++)
            ok = ok && rows_of(&f->tables[d], p) == f->tables[d].wanted[p];
        n += !ok;
    }
    return n;
}
