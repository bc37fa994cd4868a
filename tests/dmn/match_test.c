// The index of a table against trying every row, on random tables and random values of every kind.
// The seed is fixed, so a failure comes again; it prints the table's model.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dmn/dmn.h"
#include "dmn/match.h"

#define N_TABLES 300
#define N_VALUES 120
#define N_COLUMNS 3

static uint64_t state = 88172645463325252u;

static uint32_t random_below(uint32_t n) {  // xorshift64
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 33) % n;
}

static const char *const TESTS[] = {
    "-",
    "-",
    "-",
    "5",
    "1, 2, 3",
    "-2",
    "2.50",
    "2.5",
    "0.1",
    "10000000000000000000000000000000000",
    "[1..5]",
    "(2..7)",
    "]2..7[",
    "[2..2]",
    "&lt; 4",
    "&lt;= 4",
    "&gt; 9.5",
    "&gt;= 9.5",
    "= 3",
    "!= 3",
    "[1..3], [6..8]",
    "[1..5], [3..9]",
    "not(3)",
    "not([2..4])",
    "not(1, 3)",
    "not(&lt; 5)",
    "not(not(3))",
    "null",
    "not(null)",
    "? &gt; 3",
    "&gt; 9, null",
    "5, \"a\"",
    "not(5, \"a\")",
    "\"a\"",
    "\"a\", \"b\"",
    "\"\"",
    "not(\"a\")",
    "not(\"a\", \"b\")",
    "starts with(?, \"a\")",
    "&gt; \"a\"",
    "[\"a\"..\"c\"]",
    "= \"b\"",
    "\"ñ\"",
    "true",
    "false",
    "not(true)",
    "true, false",
    "= true",
    "date(\"2025-01-02\")",
    "@\"2025-01-02\"",
    "[@\"2025-01-01\"..@\"2025-01-03\"]",
    "&lt; @\"2025-01-02\"",
    "&gt;= date(\"2025-01-02\")",
    "not(@\"2025-01-02\")",
    "not(&lt; @\"2025-01-02\")",
    "@\"P1D\"",
    "&gt; @\"P1D\"",
    "@\"2025-01-02T00:00:00\"",
    "[1, 2, 3]",
    "[1..5], \"a\", null",
};
static const char *const VALUES[] = {
    "null",
    "true",
    "false",
    "-3",
    "-2",
    "0",
    "0.1",
    "0.10",
    "1",
    "1.5",
    "2",
    "2.5",
    "2.50",
    "3",
    "4",
    "4.000001",
    "5",
    "6",
    "7",
    "9.5",
    "9.50",
    "10",
    "10000000000000000000000000000000000",
    "9999999999999999999999999999999999",
    "\"\"",
    "\"a\"",
    "\"aa\"",
    "\"b\"",
    "\"c\"",
    "\"ñ\"",
    "\"zzzzzz\"",
    "@\"2024-12-31\"",
    "@\"2025-01-01\"",
    "@\"2025-01-02\"",
    "@\"2025-01-03\"",
    "@\"2025-01-04\"",
    "@\"2025-01-02T00:00:00\"",
    "@\"2025-01-02T10:00:00Z\"",
    "@\"P1D\"",
    "@\"PT25H\"",
    "@\"P1Y\"",
    "@\"10:00:00\"",
    "[]",
    "[1]",
    "[1, 2, 3]",
    "{a: 1}",
    "[1..5]",
};
#define N_TESTS (sizeof TESTS / sizeof *TESTS)
#define N_KINDS (sizeof VALUES / sizeof *VALUES)

static void write_table(hb_text *xml, const char *policy, uint32_t n_rows) {
    hb_text_addf(xml,
                 "<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/' "
                 "namespace='urn:t' name='t'>"
                 "<decision id='t' name='t'><decisionTable hitPolicy='%s'>",
                 policy);
    for (int i = 0; i < N_COLUMNS; i++)
        hb_text_add(xml,
                    HB_STR("<input><inputExpression><text>1</text></inputExpression></input>"));
    hb_text_add(xml, HB_STR("<output/>"));
    uint32_t first = random_below(N_TESTS),
             span = 1 + random_below(N_TESTS);  // some tables with few tests, some with all
    for (uint32_t row = 0; row < n_rows; row++) {
        hb_text_add(xml, HB_STR("<rule>"));
        for (int i = 0; i < N_COLUMNS; i++) {
            hb_text_addf(xml, "<inputEntry><text>%s</text></inputEntry>",
                         TESTS[(first + random_below(span)) % N_TESTS]);
        }
        hb_text_add(xml, HB_STR("<outputEntry><text>1</text></outputEntry></rule>"));
    }
    hb_text_add(xml, HB_STR("</decisionTable></decision></definitions>"));
}

static feel_value *all_values(hb_arena *arena, feel_run *run) {
    feel_value *values = hb_arena_array(arena, feel_value, N_KINDS);
    feel_scope *scope = feel_scope_open(arena, NULL);
    feel_env env = {.up = NULL, .slots = NULL};
    for (size_t i = 0; values != NULL && i < N_KINDS; i++) {
        hb_error err = {0};
        feel_source source = {.text = hb_str_from(VALUES[i])};
        feel_node *node = feel_parse(arena, source, scope, &err);
        feel_program *program = node == NULL ? NULL : feel_compile(arena, node, source, &err);
        if (program == NULL) {
            printf("%s: %s\n", VALUES[i], err.message);
            return NULL;
        }
        values[i] = feel_evaluate(run, program, &env);
    }
    return values;
}

static uint32_t n_hit;  // comparisons in which some row fired

static bool agree(const dmn_match *match, feel_run *run, const feel_value *inputs) {
    const feel_env env = {.up = NULL, .slots = NULL};
    dmn_hits fast = {.arena = run->arena}, slow = {.arena = run->arena};
    if (!dmn_match_rows(match, run, &env, inputs, &fast) ||
        !dmn_match_linear(match, run, &env, inputs, &slow))
        return false;
    n_hit += slow.n > 0;
    return fast.n == slow.n &&
           (fast.n == 0 || memcmp(fast.rows, slow.rows, fast.n * sizeof *fast.rows) == 0);
}

static uint32_t compare_one(feel_run *run, hb_arena *arena, const feel_value *values,
                            uint32_t *n_passed) {
    hb_text xml = {0};
    hb_error err = {0};
    // small tables, some of several words of rows, and a few of more words than one group holds
    static const uint32_t ROWS[] = {12, 300, 12, 300, 12, 300, 12, 300, 12, 6000};
    uint32_t size = ROWS[random_below(sizeof ROWS / sizeof *ROWS)];
    if (size == 6000 && random_below(10) != 0) size = 300;
    uint32_t n_failed = 0, n_rows = 1 + random_below(size);
    write_table(&xml, random_below(3) == 0 ? "FIRST" : "COLLECT", n_rows);
    dmn_model *model = dmn_load_text((hb_str){xml.at, xml.n}, "random.dmn", false, &err);
    const dmn_table *table = model == NULL ? NULL : dmn_decision_table(model, 0);
    dmn_match *match = table == NULL ? NULL : dmn_match_open(arena, table);
    if (match == NULL) {
        printf("%s: %s\n%.*s\n", err.where, err.message, (int)xml.n, xml.at);
        n_failed = 1;
    }
    for (int i = 0; match != NULL && i < N_VALUES; i++) {
        feel_value inputs[N_COLUMNS];
        uint32_t chosen[N_COLUMNS];
        for (int j = 0; j < N_COLUMNS; j++) inputs[j] = values[chosen[j] = random_below(N_KINDS)];
        run->steps_left = UINT64_MAX;
        if (agree(match, run, inputs)) {
            (*n_passed)++;
            continue;
        }
        n_failed++;
        printf("differs on %s | %s | %s\n%.*s\n", VALUES[chosen[0]], VALUES[chosen[1]],
               VALUES[chosen[2]], (int)xml.n, xml.at);
        break;
    }
    dmn_close(model);
    hb_text_clear(&xml);
    return n_failed;
}

int main(void) {
    hb_error err = {0};
    uint32_t n_passed = 0, n_failed = 0;
    hb_arena *kept = hb_arena_open((size_t)1 << 30), *work = hb_arena_open((size_t)1 << 30);
    feel_run run, fixed;
    if (kept == NULL || work == NULL) return 1;
    feel_run_init(&fixed, kept, &err);
    const feel_value *values = all_values(kept, &fixed);
    for (int i = 0; values != NULL && i < N_TABLES && n_failed == 0; i++) {
        hb_arena_reset(work);
        feel_run_init(&run, work, &err);
        n_failed += compare_one(&run, work, values, &n_passed);
        feel_run_clear(&run);
    }
    feel_run_clear(&fixed);
    hb_arena_close(work);
    hb_arena_close(kept);
    printf("%u of %u had rows that fire\n%u passed, %u failed\n", n_hit, n_passed, n_passed,
           n_failed);
    return values != NULL && n_failed == 0 && n_hit > n_passed / 10 ? 0 : 1;
}
