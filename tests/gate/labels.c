// Words for people: every code of an answer has its own in both languages, and every reason why a
// fact does not stand better (src/rulebook/standing.c) is translated.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "gate/gate.h"

static void each_why_has_spanish(void **state) {
    (void)state;
    uint32_t n = 0;
    for (; rulebook_why(n) != NULL; n++) {
        const char *english = rulebook_why(n);
        if (english[0] == '\0') continue;
        if (strcmp(words_in(WORDS_ES, english), english) == 0) fail_msg("no Spanish: %s", english);
    }
    assert_true(n > 10);
}

static void each_enumeration_has_words(void **state) {
    (void)state;
    for (int language = WORDS_EN; language <= WORDS_ES; language++) {
        words_language in = (words_language)language;
        for (uint32_t i = 0; i < RULEBOOK_N_KINDS; i++)
            assert_true(strlen(gate_kind_words(in, (rulebook_kind)i)) > 2);
        for (uint32_t i = RULEBOOK_ABSENT; i <= RULEBOOK_ESTABLISHED; i++) {
            assert_true(strlen(gate_standing_words(in, (rulebook_standing)i)) > 2);
        }
        for (uint32_t i = GATE_UNANSWERED; i <= GATE_NOT_APPLICABLE; i++) {
            assert_true(strlen(gate_outcome_words(in, (gate_outcome)i)) > 2);
        }
    }
    // English words of standings and kinds are the codes themselves, spelt for reading.
    for (uint32_t i = RULEBOOK_ABSENT; i <= RULEBOOK_ESTABLISHED; i++) {
        assert_true(hb_str_equal(hb_str_from(gate_standing_words(WORDS_EN, (rulebook_standing)i)),
                                 rulebook_standing_name((rulebook_standing)i)));
    }
}

static void a_verdict_never_stands_alone(void **state) {
    (void)state;
    const gate_verdict nothing = (gate_verdict)0;  // what zeroed memory says
    assert_int_equal(nothing, GATE_UNRESOLVED);
    assert_non_null(strstr(gate_verdict_words(WORDS_EN, GATE_NO_BAR_FOUND), "not permission"));
    assert_non_null(strstr(gate_verdict_words(WORDS_ES, GATE_NO_BAR_FOUND), "no es autorización"));
    assert_non_null(strstr(gate_verdict_words(WORDS_EN, GATE_UNRESOLVED), "must not be sent"));
    assert_true(gate_is_reason(GATE_UNANSWERED));
    for (uint32_t a = 0; a < GATE_N_VERDICTS; a++) {
        for (uint32_t b = 0; b < GATE_N_VERDICTS; b++) {
            gate_verdict worse = gate_worse((gate_verdict)a, (gate_verdict)b);
            assert_int_equal(worse, gate_worse((gate_verdict)b, (gate_verdict)a));
            bool is_clear = a == GATE_NO_BAR_FOUND && b == GATE_NO_BAR_FOUND;
            assert_int_equal(worse == GATE_NO_BAR_FOUND, is_clear);
            assert_int_equal(worse == GATE_BARRED, a == GATE_BARRED || b == GATE_BARRED);
        }
    }
}

static void an_unknown_code_is_spelt_out(void **state) {
    (void)state;
    char room[96];
    assert_string_equal(gate_code_words(WORDS_ES, HB_STR("some_other_board"), room),
                        "some other board");
    assert_string_equal(gate_code_words(WORDS_ES, HB_STR("host_court"), room),
                        "tribunal del Estado receptor");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_why_has_spanish),
        cmocka_unit_test(each_enumeration_has_words),
        cmocka_unit_test(a_verdict_never_stands_alone),
        cmocka_unit_test(an_unknown_code_is_spelt_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
