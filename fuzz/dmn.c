// Any bytes as a model: loads or says why not; what loads is evaluated with nothing given, then with odd inputs,
// by its services too, and traced.
#include "dmn/dmn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void evaluate_all(const dmn_model *model, dmn_session *session) {
    for (uint32_t i = 0; i < dmn_n_elements(model); i++) {
        hb_error err = {0};
        feel_value value = feel_null();
        hb_text text = {0};
        bool is_service = dmn_element_at(model, i)->kind == DMN_SERVICE;
        bool ok = is_service ? dmn_session_service(session, i, &value, &err) : dmn_session_get(session, i, &value, &err);
        if (ok) feel_print(&text, value);
        hb_text_clear(&text);
    }
}

static void set_inputs(const dmn_model *model, dmn_session *session, uint32_t from) {
    static const feel_value one = {.kind = FEEL_NUMBER, .coefficient = 1};
    const feel_value odd[] = {feel_int(-3), feel_string(HB_STR("a")), feel_boolean(true), feel_list(&one, 1), feel_date((hb_date){2024, 2, 29})};
    for (uint32_t i = 0; i < dmn_n_elements(model); i++)
        if (dmn_element_at(model, i)->kind == DMN_INPUT) dmn_session_set(session, i, odd[(from + i) % 5]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    hb_error err = {0};
    dmn_model *model = dmn_load_text((hb_str){(const char *)data, n}, "fuzz.dmn", true, &err);
    if (model == NULL) return 0;
    dmn_session *session = dmn_session_open(model, (hb_instant){0, 0}, &err);
    for (uint32_t round = 0; session != NULL && round < 6; round++) {
        dmn_session_reset(session);
        dmn_session_keep_trace(session, round > 2);
        if (round > 0) set_inputs(model, session, round);
        evaluate_all(model, session);
    }
    dmn_session_close(session);
    dmn_close(model);
    return 0;
}
