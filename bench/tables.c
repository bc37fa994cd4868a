// One decision table of two columns, a text and an interval, with 10 to 10,000 rows: what an
// evaluation costs when the table grows, and beside it the floor, the same search as bare bitsets.
#include <string.h>

#include "bench/bench.h"
#include "dmn/dmn.h"

#define QUERIES 4096u
#define ROUNDS_EACH 8u

typedef struct {
    uint32_t n_rows, n_codes,
        n_steps;  // row r: code r / n_steps, amounts (r % n_steps) * 10 .. + 9
    uint32_t wanted[QUERIES];
    feel_value codes[QUERIES], amounts[QUERIES];
    char texts[QUERIES][12];
} queries;

static uint64_t next_random(uint64_t *state) {  // xorshift64, Marsaglia
    *state ^= *state << 13;
    *state ^= *state >> 7;
    return *state ^= *state << 17;
}

static void make_queries(queries *q, uint32_t n_rows) {
    uint64_t state = 0x853c49e6748fea9bu;
    q->n_rows = n_rows;
    for (q->n_codes = 1; q->n_codes * q->n_codes < n_rows;) q->n_codes++;
    q->n_steps = (n_rows + q->n_codes - 1) / q->n_codes;
    for (uint32_t i = 0; i < QUERIES; i++) {
        uint32_t row = (uint32_t)(next_random(&state) % n_rows);
        int n = snprintf(q->texts[i], sizeof q->texts[i], "C%u", row / q->n_steps);
        q->wanted[i] = row;
        q->codes[i] = feel_string((hb_str){q->texts[i], (size_t)n});
        q->amounts[i] = feel_int(row % q->n_steps * 10 + (int64_t)(next_random(&state) % 10));
    }
}

static dmn_model *make_model(const queries *q) {
    hb_text xml = {0};
    hb_error err = {0};
    hb_text_addf(
        &xml,
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" id=\"t\" name=\"t\" "
        "namespace=\"urn:t\"><inputData id=\"c\" name=\"code\"><variable name=\"code\" "
        "typeRef=\"string\"/></inputData><inputData id=\"a\" name=\"amount\"><variable "
        "name=\"amount\" typeRef=\"number\"/></inputData><decision id=\"d\" name=\"found\">"
        "<variable name=\"found\" typeRef=\"number\"/><informationRequirement id=\"r1\">"
        "<requiredInput href=\"#c\"/></informationRequirement><informationRequirement id=\"r2\">"
        "<requiredInput href=\"#a\"/></informationRequirement><decisionTable id=\"x\" "
        "hitPolicy=\"UNIQUE\"><input id=\"i\"><inputExpression typeRef=\"string\"><text>code</text>"
        "</inputExpression></input><input id=\"j\"><inputExpression typeRef=\"number\"><text>amount"
        "</text></inputExpression></input><output id=\"o\" typeRef=\"number\"/>");
    for (uint32_t r = 0; r < q->n_rows; r++) {
        uint32_t low = r % q->n_steps * 10;
        hb_text_addf(
            &xml,
            "<rule id=\"r%u\"><inputEntry><text>\"C%u\"</text></inputEntry><inputEntry><text>"
            "[%u..%u]</text></inputEntry><outputEntry><text>%u</text></outputEntry></rule>",
            r, r / q->n_steps, low, low + 9, r);
    }
    hb_text_add(&xml, HB_STR("</decisionTable></decision></definitions>"));
    dmn_model *model =
        xml.failed ? NULL : dmn_load_text((hb_str){xml.at, xml.n}, "table.dmn", false, &err);
    if (!model) bench_fail(&err);
    hb_text_clear(&xml);
    return model;
}

static int64_t find(dmn_session *session, const uint32_t elements[3], const queries *q,
                    uint32_t i) {
    hb_error err = {0};
    feel_value found = feel_null();
    dmn_session_reset(session);
    dmn_session_set(session, elements[0], q->codes[i]);
    dmn_session_set(session, elements[1], q->amounts[i]);
    if (!dmn_session_get(session, elements[2], &found, &err)) bench_fail(&err);
    return found.kind == FEEL_NUMBER ? found.coefficient : -1;
}

static void measure_table(const queries *q) {
    char name[64];
    double best;
    uint32_t n_wrong = 0;
    hb_error err = {0};
    double start = bench_now_ns();
    dmn_model *model = make_model(q);
    double load_ms = (bench_now_ns() - start) / 1e6;
    const uint32_t elements[3] = {dmn_find(model, DMN_INPUT, HB_STR("code")),
                                  dmn_find(model, DMN_INPUT, HB_STR("amount")),
                                  dmn_find(model, DMN_DECISION, HB_STR("found"))};
    dmn_session *session = dmn_session_open(model, (hb_instant){0}, &err);
    if (!session) bench_fail(&err);
    BENCH_BEST(best, QUERIES * ROUNDS_EACH, {
        for (uint32_t k = 0; k < QUERIES * ROUNDS_EACH; k++) {
            uint32_t i = k % QUERIES;
            n_wrong += find(session, elements, q, i) != q->wanted[i];
        }
    });
    if (n_wrong > 0) {
        fprintf(stderr, "%u of the rows found are wrong\n", n_wrong);
        exit(1);
    }
    snprintf(name, sizeof name, "table of %u rows", q->n_rows);
    bench_report(name, best, "ns", QUERIES * ROUNDS_EACH);
    snprintf(name, sizeof name, "load a table of %u rows", q->n_rows);
    bench_report(name, load_ms, "ms", 1);
    dmn_session_close(session);
    dmn_close(model);
}

// The floor: the code is a number already, the interval is found by halving, and the words of both
// columns are ANDed only where the code's rows lie.
static void measure_floor(const queries *q) {
    char name[64];
    double best;
    uint32_t n_words = (q->n_rows + 63) / 64;
    uint32_t *codes = calloc(QUERIES, sizeof *codes);
    int64_t *cuts = calloc(q->n_steps, sizeof *cuts);
    uint64_t *by_code = calloc((size_t)q->n_codes * n_words, 8),
             *by_step = calloc((size_t)q->n_steps * n_words, 8);
    if (!codes || !cuts || !by_code || !by_step) exit(1);
    for (uint32_t s = 0; s < q->n_steps; s++) cuts[s] = (int64_t)s * 10;
    for (uint32_t r = 0; r < q->n_rows; r++) {
        by_code[(size_t)(r / q->n_steps) * n_words + r / 64] |= (uint64_t)1 << (r % 64);
        by_step[(size_t)(r % q->n_steps) * n_words + r / 64] |= (uint64_t)1 << (r % 64);
    }
    for (uint32_t i = 0; i < QUERIES; i++) codes[i] = q->wanted[i] / q->n_steps;
    uint32_t n_wrong = 0;
    BENCH_BEST(
        best, QUERIES * ROUNDS_EACH, for (uint32_t k = 0; k < QUERIES * ROUNDS_EACH; k++) {
            uint32_t i = k % QUERIES, low = 0, high = q->n_steps, found = UINT32_MAX;
            while (high - low > 1) {
                uint32_t middle = (low + high) / 2;
                if (cuts[middle] <= q->amounts[i].coefficient)
                    low = middle;
                else
                    high = middle;
            }
            uint32_t first = codes[i] * q->n_steps / 64,
                     last = (codes[i] * q->n_steps + q->n_steps - 1) / 64;
            for (uint32_t w = first; w <= last && w < n_words && found == UINT32_MAX; w++) {
                uint64_t rows =
                    by_code[(size_t)codes[i] * n_words + w] & by_step[(size_t)low * n_words + w];
                if (rows) found = w * 64 + (uint32_t)__builtin_ctzll(rows);
            }
            n_wrong += found != q->wanted[i];
        });
    if (n_wrong > 0) exit(1);
    snprintf(name, sizeof name, "floor: table of %u rows as bitsets", q->n_rows);
    bench_report(name, best, "ns", QUERIES * ROUNDS_EACH);
    free(codes);
    free(cuts);
    free(by_code);
    free(by_step);
}

int main(void) {
    static const uint32_t ROWS[] = {10, 200, 1000, 10000};
    static queries q;
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        make_queries(&q, ROWS[i]);
        measure_table(&q);
        measure_floor(&q);
    }
    return 0;
}
