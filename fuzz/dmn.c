// Any bytes as a model: loads or says why not; what loads is evaluated with nothing given.
#include "dmn/dmn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    hb_error err = {0};
    dmn_model *model = dmn_load_text((hb_str){(const char *)data, n}, "fuzz.dmn", true, &err);
    if (model == NULL) return 0;
    dmn_session *session = dmn_session_open(model, (hb_instant){0, 0}, &err);
    for (uint32_t i = 0; session != NULL && i < dmn_n_elements(model); i++) {
        feel_value value = feel_null();
        hb_text text = {0};
        if (dmn_session_get(session, i, &value, &err)) feel_print(&text, value);
        hb_text_clear(&text);
    }
    dmn_session_close(session);
    dmn_close(model);
    return 0;
}
