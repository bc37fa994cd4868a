// Allocation n fails, for every n until none does: loading and evaluating then ends with an error
// and no model, or with a value; it never crashes, leaks or hangs. The linker sends this program's
// allocations here (--wrap).
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "dmn/dmn.h"

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t n);
void *__real_hb_arena_alloc(hb_arena *arena, size_t size);
void *__real_hb_arena_array_bytes(hb_arena *arena, size_t size_each, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t n);
void *__wrap_hb_arena_alloc(hb_arena *arena, size_t size);
void *__wrap_hb_arena_array_bytes(hb_arena *arena, size_t size_each, size_t n);

static uint32_t heap_left = UINT32_MAX, arena_left = UINT32_MAX;  // allocations until one fails
static bool has_failed;

static bool fails(uint32_t *left) {
    if (*left == UINT32_MAX || (*left)-- > 0) return false;
    *left = UINT32_MAX;
    has_failed = true;
    return true;
}

void *__wrap_malloc(size_t n) {
    return fails(&heap_left) ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size) {
    return fails(&heap_left) ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t n) {
    return fails(&heap_left) ? NULL : __real_realloc(old, n);
}

// An arena that failed once stays exhausted, as base.h says: asking for too much makes it so.
void *__wrap_hb_arena_alloc(hb_arena *arena, size_t size) {
    return __real_hb_arena_alloc(arena, fails(&arena_left) ? SIZE_MAX / 2 : size);
}

void *__wrap_hb_arena_array_bytes(hb_arena *arena, size_t size_each, size_t n) {
    return fails(&arena_left) ? __real_hb_arena_alloc(arena, SIZE_MAX / 2)
                              : __real_hb_arena_array_bytes(arena, size_each, n);
}

static void evaluate_all(const dmn_model *model) {
    hb_error err = {0};
    dmn_session *session = dmn_session_open(model, (hb_instant){0, 0}, &err);
    for (uint32_t i = 0; session != NULL && i < dmn_n_elements(model); i++) {
        feel_value value = feel_null();
        hb_error limit = {0};
        if (dmn_element_at(model, i)->kind == DMN_INPUT)
            dmn_session_set(session, i, feel_int(6));
        else if (!dmn_session_get(session, i, &value, &limit))
            assert_int_not_equal(limit.kind, HB_NONE);
    }
    if (session == NULL) assert_int_not_equal(err.kind, HB_NONE);
    dmn_session_close(session);
}

static void survives(const char *path, uint32_t *left) {
    for (uint32_t n = 0; n < 10000000; n += 1 + n / 60) {
        hb_error err = {0};
        has_failed = false;
        *left = n;
        dmn_model *model = dmn_load(path, true, &err);
        if (model == NULL)
            assert_int_not_equal(err.kind, HB_NONE);
        else
            evaluate_all(model);
        *left = UINT32_MAX;
        dmn_close(model);
        if (has_failed) continue;
        assert_non_null(model);
        assert_true(n > 5);  // it did meet allocations
        return;
    }
    fail_msg("%s allocates without end", path);
}

static const char *const MODELS[] = {TEST_MODELS "/hit-policies.dmn", TEST_MODELS "/boxed.dmn",
                                     TEST_MODELS "/imports.dmn",      TEST_MODELS "/services.dmn",
                                     TEST_MODELS "/broken.dmn",       TEST_MODELS "/types.dmn"};

static void the_heap_may_fail(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof MODELS / sizeof *MODELS; i++) survives(MODELS[i], &heap_left);
}

static void an_arena_may_be_full(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof MODELS / sizeof *MODELS; i++) survives(MODELS[i], &arena_left);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_heap_may_fail),
                                       cmocka_unit_test(an_arena_may_be_full)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
