// libhabeas-dmn as a host program sees it: its header alone, linked with the shared library.
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <habeas-dmn.h>

#include <cmocka.h>

static habeas_dmn_model *load(void) {
    habeas_dmn_error err = {0};
    habeas_dmn_model *model = habeas_dmn_load(TEST_MODEL, &err);
    assert_string_equal(err.message, "");
    assert_non_null(model);
    return model;
}

static habeas_dmn_session *begin(const habeas_dmn_model *model) {
    habeas_dmn_error err = {0};
    habeas_dmn_session *session = habeas_dmn_open(model, 0, &err);
    assert_non_null(session);
    return session;
}

static void json_in_json_out(void **state) {
    (void)state;
    habeas_dmn_error err = {0};
    habeas_dmn_model *model = load();
    habeas_dmn_session *session = begin(model);
    static const char *const CASES[][3] = {
        {"999.99", "\"SLV\"", "\"none\""   },
        {"1000",   "\"SLV\"", "\"local\""  },
        {"1e9",    "\"USA\"", "\"foreign\""}
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        habeas_dmn_reset(session);
        assert_true(habeas_dmn_set_json(session, "income", CASES[i][0], &err));
        assert_true(habeas_dmn_set_json(session, "country", CASES[i][1], &err));
        assert_string_equal(habeas_dmn_get_json(session, "Offer", &err), CASES[i][2]);
        assert_null(habeas_dmn_note(session, 0));
    }
    habeas_dmn_end(session);
    habeas_dmn_close(model);
}

static void what_is_missing_is_null_and_noted(void **state) {
    (void)state;
    habeas_dmn_error err = {0};
    habeas_dmn_model *model = load();
    habeas_dmn_session *session = begin(model);
    assert_string_equal(habeas_dmn_get_json(session, "Offer", &err), "null");
    assert_non_null(strstr(habeas_dmn_note(session, 0), "no value was given"));
    habeas_dmn_end(session);
    habeas_dmn_close(model);
}

static void errors_say_what_and_where(void **state) {
    (void)state;
    habeas_dmn_error err = {0};
    habeas_dmn_model *model = load();
    habeas_dmn_session *session = begin(model);
    assert_null(habeas_dmn_load("no such file.dmn", &err));
    assert_int_equal(err.kind, HABEAS_DMN_INPUT);
    assert_non_null(strstr(err.message, "no such file"));
    assert_null(habeas_dmn_load_text("<a", 2, &err));
    assert_int_equal(err.kind, HABEAS_DMN_INPUT);
    assert_int_equal(err.line, 1);
    assert_false(habeas_dmn_set_json(session, "incme", "1", &err));
    assert_int_equal(err.kind, HABEAS_DMN_USAGE);
    assert_false(habeas_dmn_set_json(session, "income", "{\"a\":", &err));
    assert_int_equal(err.kind, HABEAS_DMN_INPUT);
    assert_false(habeas_dmn_set_json(session, "income", "\"much\"", &err));
    assert_int_equal(err.kind, HABEAS_DMN_INPUT);
    assert_null(habeas_dmn_get_json(session, "Nothing", &err));
    habeas_dmn_end(session);
    habeas_dmn_close(model);
    habeas_dmn_end(NULL);
    habeas_dmn_close(NULL);
}

static void values_without_json(void **state) {
    (void)state;
    habeas_dmn_error err = {0};
    habeas_dmn_model *model = load();
    habeas_dmn_session *session = begin(model);
    habeas_dmn_value income, out, item;
    int64_t whole = 0;
    size_t n = 0;
    uint32_t input = habeas_dmn_find(model, HABEAS_DMN_INPUT_DATA, "income");
    uint32_t parts = habeas_dmn_find(model, HABEAS_DMN_DECISION, "Parts");
    assert_int_equal(habeas_dmn_find(model, HABEAS_DMN_DECISION, "income"), HABEAS_DMN_NONE);
    assert_false(habeas_dmn_integer(INT64_MAX, &income));
    assert_false(habeas_dmn_string("\xff", 1, &income));
    assert_false(habeas_dmn_date(2025, 2, 29, &income));
    assert_false(habeas_dmn_decimal(session, "12x", &income));
    assert_true(habeas_dmn_decimal(session, "0.1", &income));
    assert_true(habeas_dmn_integer(7, &income));
    assert_true(habeas_dmn_set(session, input, income));
    assert_false(habeas_dmn_set(session, 999, income));
    assert_true(habeas_dmn_get(session, parts, &out, &err));
    assert_string_equal(habeas_dmn_print(session, out),
                        "{half: 3.5, all: [7, \"two\", @\"2025-03-15\"]}");
    assert_true(habeas_dmn_entry(out, "half", &item));
    assert_false(habeas_dmn_to_integer(item, &whole));
    assert_false(habeas_dmn_entry(out, "third", &item));
    assert_true(habeas_dmn_entry(out, "all", &item));
    assert_int_equal(habeas_dmn_n_items(item), 3);
    assert_true(habeas_dmn_to_integer(habeas_dmn_item(item, 0), &whole) && whole == 7);
    assert_memory_equal(habeas_dmn_text(habeas_dmn_item(item, 1), &n), "two", 3);
    assert_int_equal(habeas_dmn_kind_of(habeas_dmn_item(item, 2)), HABEAS_DMN_DATE);
    assert_int_equal(habeas_dmn_kind_of(habeas_dmn_item(item, 3)), HABEAS_DMN_NULL);
    habeas_dmn_end(session);
    habeas_dmn_close(model);
}

static bool rate(void *data, const habeas_dmn_value *args, uint32_t n, habeas_dmn_session *session,
                 habeas_dmn_value *out) {
    size_t length = 0;
    int64_t months = 0;
    const char *country = habeas_dmn_text(args[0], &length);
    ++*(int *)data;
    return n == 2 && country && length == 3 && habeas_dmn_to_integer(args[1], &months) &&
           months == 12 && habeas_dmn_decimal(session, "0.035", out);
}

static void functions_of_the_host(void **state) {
    (void)state;
    habeas_dmn_error err = {0};
    int n_calls = 0;
    habeas_dmn_model *model = load();
    habeas_dmn_session *session = begin(model);
    assert_true(habeas_dmn_set_json(session, "country", "\"SLV\"", &err));
    assert_string_equal(habeas_dmn_get_json(session, "Rate", &err), "null");
    assert_non_null(strstr(habeas_dmn_note(session, 0), "com.example.Rates"));
    const habeas_dmn_function rows[] = {
        {"com.example.Rates", "rate(java.lang.String,int)", 2, rate, &n_calls}
    };
    assert_true(habeas_dmn_functions(session, rows, 1));
    habeas_dmn_reset(session);
    assert_true(habeas_dmn_set_json(session, "country", "\"SLV\"", &err));
    assert_string_equal(habeas_dmn_get_json(session, "Rate", &err), "0.035");
    habeas_dmn_reset(session);
    assert_true(habeas_dmn_set_json(session, "country", "\"too long\"", &err));
    assert_string_equal(habeas_dmn_get_json(session, "Rate", &err), "null");
    assert_non_null(strstr(habeas_dmn_note(session, 0), "does not take these arguments"));
    assert_int_equal(n_calls, 2);
    habeas_dmn_end(session);
    habeas_dmn_close(model);
}

// ---- many threads, one model
// ----------------------------------------------------------------------

static void *decide_often(void *data) {
    const habeas_dmn_model *model = data;
    habeas_dmn_error err = {0};
    habeas_dmn_session *session = habeas_dmn_open(model, 0, &err);
    uint32_t offer = habeas_dmn_find(model, HABEAS_DMN_DECISION, "Offer");
    uintptr_t n_wrong = session == NULL;
    for (int64_t i = 0; session && i < 3000; i++) {
        habeas_dmn_value income = habeas_dmn_null(), country = habeas_dmn_null(), out;
        size_t n = 0;
        habeas_dmn_reset(session);
        n_wrong += !habeas_dmn_integer(i, &income) || !habeas_dmn_string("SLV", 3, &country);
        habeas_dmn_set(session, habeas_dmn_find(model, HABEAS_DMN_INPUT_DATA, "income"), income);
        habeas_dmn_set(session, habeas_dmn_find(model, HABEAS_DMN_INPUT_DATA, "country"), country);
        bool ok = habeas_dmn_get(session, offer, &out, &err);
        const char *text = ok ? habeas_dmn_text(out, &n) : NULL;
        const char *wanted = i < 1000 ? "none" : "local";
        n_wrong += !text || n != strlen(wanted) || memcmp(text, wanted, n) != 0;
    }
    habeas_dmn_end(session);
    return (void *)n_wrong;
}

static void one_model_many_threads(void **state) {
    (void)state;
    pthread_t threads[4];
    habeas_dmn_model *model = load();
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, decide_often, model), 0);
    for (int i = 0; i < 4; i++) {
        void *n_wrong = NULL;
        pthread_join(threads[i], &n_wrong);
        assert_null(n_wrong);
    }
    habeas_dmn_close(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_in_json_out),
        cmocka_unit_test(what_is_missing_is_null_and_noted),
        cmocka_unit_test(errors_say_what_and_where),
        cmocka_unit_test(values_without_json),
        cmocka_unit_test(functions_of_the_host),
        cmocka_unit_test(one_model_many_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
