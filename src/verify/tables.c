// tables.c: every table of a model, every question of split.h, reported as the property `total`.
#include "verify/tables.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "verify/split.h"

typedef struct {
    verify_sink sink;
    void *to;
    verify_summary *summary;
    const dmn_table *table;
    hb_str name;
    split_table cut;
    uint32_t *cells;
} tables;

static void say(tables *t, verify_finding finding, const char *because, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void say(tables *t, verify_finding finding, const char *because, const char *format, ...) {
    char about[240], text[200];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    snprintf(about, sizeof about, "%.*s, %s", (int)t->name.n, t->name.at, text);
    t->summary->n[VERIFY_TOTAL][finding]++;
    t->sink(t->to, &(verify_result){.property = VERIFY_TOTAL,
                                    .about = hb_str_from(about),
                                    .finding = finding,
                                    .because = hb_str_from(because)});
}

static void describe(const tables *t, char *out, size_t size) {
    hb_text text = {0};
    for (uint32_t c = 0; c < t->table->n_inputs; c++) {
        hb_text_addf(&text, "%s%.*s = ", c > 0 ? ", " : "", (int)t->table->inputs[c].text.n,
                     t->table->inputs[c].text.at);
        feel_print(&text, t->cut.samples[c][t->cells[c]]);
    }
    snprintf(out, size, "%.*s", (int)text.n, text.at ? text.at : "");
    hb_text_clear(&text);
}

static void prove_gap(tables *t) {
    char input[200];
    bool has_default = t->table->n_outputs > 0 && t->table->outputs[0].otherwise != NULL;
    split_answer gap = has_default ? SPLIT_NONE : split_gap(&t->cut, t->cells);
    if (gap == SPLIT_FOUND) describe(t, input, sizeof input);
    say(t,
        gap == SPLIT_NONE    ? VERIFY_PROVED
        : gap == SPLIT_FOUND ? VERIFY_REFUTED
                             : VERIFY_UNDECIDED,
        gap == SPLIT_FOUND       ? input
        : gap == SPLIT_UNDECIDED ? "too many boxes"
                                 : "",
        "some row takes every input");
}

static void prove_rows(tables *t) {
    bool is_first = t->table->hit_policy == DMN_FIRST;
    for (uint32_t r = 0; r < t->table->n_rows; r++) {
        split_answer fires = is_first ? split_fires(&t->cut, r, t->cells)
                             : split_overlap(&t->cut, r, r, t->cells) ? SPLIT_FOUND
                                                                      : SPLIT_NONE;
        say(t,
            fires == SPLIT_FOUND  ? VERIFY_PROVED
            : fires == SPLIT_NONE ? VERIFY_REFUTED
                                  : VERIFY_UNDECIDED,
            fires == SPLIT_NONE        ? "the rows above it take every input it takes"
            : fires == SPLIT_UNDECIDED ? "too many boxes"
                                       : "",
            "row %u can fire (line %u)", r + 1, t->table->rows[r].line);
        for (uint32_t other = 0; t->table->hit_policy == DMN_UNIQUE && other < r; other++) {
            char input[200] = "";
            bool meets = split_overlap(&t->cut, r, other, t->cells);
            if (meets) describe(t, input, sizeof input);
            say(t, meets ? VERIFY_REFUTED : VERIFY_PROVED, input,
                "rows %u and %u never match together", other + 1, r + 1);
        }
    }
}

bool verify_tables(const dmn_model *model, verify_sink sink, void *to, verify_summary *summary,
                   hb_error *err) {
    tables t = {.sink = sink, .to = to, .summary = summary};
    hb_arena *arena = hb_arena_open((size_t)64 << 20);
    *summary = (verify_summary){0};
    if (!arena) return hb_out_of_memory(err);
    for (uint32_t e = 0; e < dmn_n_elements(model) && err->kind == HB_NONE; e++) {
        const char *why;
        t.table = dmn_decision_table(model, e);
        t.name = dmn_element_at(model, e)->name;
        if (!t.table) continue;
        hb_arena_reset(arena);
        t.cells = hb_arena_array(arena, uint32_t, t.table->n_inputs + 1);
        if (!t.cells)
            hb_out_of_memory(err);
        else if (!split_read(arena, t.table, &t.cut, &why, err))
            say(&t, VERIFY_UNDECIDED, why, "the table as a whole");
        else {
            prove_gap(&t);
            prove_rows(&t);
        }
    }
    hb_arena_close(arena);
    return err->kind == HB_NONE;
}
