// Any bytes as a question for an end date, and as a custody on a person's line: answered or refused; a settled
// answer has a day and no doubt, an open one a reason.
#include <assert.h>
#include "enddate/enddate.h"
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static enddate_for_gate with = {.rulebooks = "rulebooks"};  // the law is loaded once: it never changes
    static void *counter;
    static enddate_session *session;
    static hb_json_reader *reader;
    const hb_date today = {2025, 3, 15};
    hb_error err = {0};
    hb_json *json = NULL;
    hb_str facts, text;
    enddate_answer answer;
    if (!counter && !(counter = enddate_gate_open(&with, &err))) return 0;
    if (!session) session = enddate_session_open(with.law, with.now, &err);
    if (!reader) reader = hb_json_reader_open();
    hb_arena *arena = hb_arena_open((size_t)64 << 20);
    if (hb_json_parse(reader, arena, (hb_str){(const char *)data, size}, &json, &err) && json->kind == HB_JSON_OBJECT) {
        if (enddate_ask(session, json, today, &answer, &err)) assert(answer.is_settled == (answer.n_rules == 0));
        if (enddate_gate_count(counter, HB_STR("P-1"), json, today, arena, &facts, &text, &err)) {
            assert(hb_json_parse(reader, arena, facts, &json, &err));
            assert(hb_json_parse(reader, arena, text, &json, &err));
        }
    }
    hb_arena_close(arena);
    return 0;
}
