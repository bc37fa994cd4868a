// Row by row, test by test.
#include "dmn/match.h"

struct dmn_match {
    const dmn_table *table;
};

dmn_match *dmn_match_open(hb_arena *arena, const dmn_table *table) {
    dmn_match *match = hb_arena_new(arena, dmn_match);
    if (match != NULL) match->table = table;
    return match;
}

static bool row_matches(const dmn_table *table, uint32_t row, feel_run *run, const feel_env *env,
                        const feel_value *inputs) {
    const feel_program *const *tests = table->rows[row].tests;
    for (uint32_t i = 0; i < table->n_inputs; i++) {
        if (tests[i] != NULL && !feel_is_true(feel_test(run, tests[i], env, inputs[i])))
            return false;
    }
    return !run->has_failed;
}

uint32_t dmn_match_linear(const dmn_match *match, feel_run *run, const feel_env *env,
                          const feel_value *inputs, uint32_t *hits) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < match->table->n_rows; i++) {
        if (!row_matches(match->table, i, run, env, inputs)) continue;
        hits[n++] = i;
        if (match->table->hit_policy == DMN_FIRST) break;
    }
    return n;
}

uint32_t dmn_match_rows(const dmn_match *match, feel_run *run, const feel_env *env,
                        const feel_value *inputs, uint32_t *hits) {
    return dmn_match_linear(match, run, env, inputs, hits);
}
