// Any bytes as a scenario: refused with an error that has a place, or read; what is read is drawn
// once at each end of every range, and nothing is then NaN, infinite or a negative count.
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "money/internal.h"
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    hb_errors errors = {0};
    hb_arena *arena = hb_arena_open((size_t)64 << 20);
    assert(arena);
    money_scenario *s =
        money_scenario_parse(arena, (hb_str){(const char *)data, size}, "s", &errors);
    assert((s == NULL) == (errors.n_all > 0));
    money_work *work = s ? money_work_open(s) : NULL;
    for (uint32_t c = 0; work && c < s->n_cases; c++) {
        money_model model;
        if (!money_model_open(&model, arena, s, &s->cases[c])) break;
        for (int end = 0; end < 3; end++) {
            static const double ENDS[] = {0x1p-33, 0.5, 1 - 0x1p-33};
            for (uint32_t d = 0; d < money_n_dims(s); d++) money_fill(work->u[d], ENDS[end]);
            money_place(&model, work);
            money_follow(&model, work);
            for (uint32_t o = 0; o < MONEY_N_OUTCOMES; o++) assert(isfinite(work->outcome[o][0]));
        }
    }
    money_work_close(work);
    hb_errors_clear(&errors);
    hb_arena_close(arena);
    return 0;
}
