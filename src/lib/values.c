// Values as callers make and read them, without a session where no memory is needed.
#include "lib/internal.h"

static_assert((int)HABEAS_DMN_FUNCTION == (int)FEEL_FUNCTION &&
                  (int)HABEAS_DMN_LIST == (int)FEEL_LIST,
              "kinds stand in one order");

habeas_dmn_value habeas_dmn_null(void) {
    return library_value(feel_null());
}

habeas_dmn_value habeas_dmn_boolean(bool is_true) {
    return library_value(feel_boolean(is_true));
}

bool habeas_dmn_integer(int64_t number, habeas_dmn_value *out) {
    const int64_t most = 1000000000000000000;
    if (number > most || number < -most) return false;
    *out = library_value(feel_int(number));
    return true;
}

bool habeas_dmn_string(const char *text, size_t n, habeas_dmn_value *out) {
    size_t bad_at = 0;
    if (n > UINT32_MAX || !hb_utf8_is_valid((hb_str){text, n}, &bad_at)) return false;
    *out = library_value(feel_string((hb_str){text, n}));
    return true;
}

bool habeas_dmn_date(int32_t year, int month, int day, habeas_dmn_value *out) {
    if (!hb_date_is_valid(year, month, day)) return false;
    *out = library_value(feel_date((hb_date){year, (uint8_t)month, (uint8_t)day}));
    return true;
}

bool habeas_dmn_decimal(habeas_dmn_session *session, const char *text, habeas_dmn_value *out) {
    hb_dec number;
    feel_value value;
    if (!hb_dec_parse(hb_str_from(text), &number)) return false;
    if (!feel_number(dmn_session_arena(session->inner), number, &value)) return false;
    *out = library_value(value);
    return true;
}

habeas_dmn_kind habeas_dmn_kind_of(habeas_dmn_value value) {
    return (habeas_dmn_kind)library_feel(value).kind;
}

bool habeas_dmn_is_true(habeas_dmn_value value) {
    return feel_is_true(library_feel(value));
}

bool habeas_dmn_to_integer(habeas_dmn_value value, int64_t *out) {
    feel_value number = library_feel(value);
    return number.kind == FEEL_NUMBER && hb_dec_to_int(feel_dec(number), out);
}

const char *habeas_dmn_text(habeas_dmn_value value, size_t *n) {
    feel_value string = library_feel(value);
    if (string.kind != FEEL_STRING) return NULL;
    *n = string.n;
    return string.n > 0 ? string.text : "";
}

uint32_t habeas_dmn_n_items(habeas_dmn_value list) {
    feel_value value = library_feel(list);
    return value.kind == FEEL_LIST ? value.n : 0;
}

habeas_dmn_value habeas_dmn_item(habeas_dmn_value list, uint32_t i) {
    feel_value value = library_feel(list);
    return i < habeas_dmn_n_items(list) ? library_value(value.items[i]) : habeas_dmn_null();
}

bool habeas_dmn_entry(habeas_dmn_value context, const char *key, habeas_dmn_value *out) {
    feel_value value = library_feel(context), entry;
    if (value.kind != FEEL_CONTEXT || !feel_context_get(value.context, hb_str_from(key), &entry))
        return false;
    *out = library_value(entry);
    return true;
}
