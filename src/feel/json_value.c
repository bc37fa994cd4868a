// JSON to a FEEL value. The type says what a string means: text, a date, a time, a duration; where
// there is no type a value is as JSON has it. Whether a value then meets its type (singleton lists,
// allowed values) is for coerce.c to say; here only what cannot be read at all is an error, which
// names the place by member.
#include "feel/internal.h"

static bool read_value(hb_arena *arena, const hb_json *json, const feel_type *type, feel_value *out,
                       hb_error *err);

static bool bad_text(const hb_json *json, const char *wanted, hb_error *err) {
    hb_str shown = feel_excerpt(json->text);
    return hb_fail(err, HB_INPUT, "value-type", "\"%.*s\" is not a %s", (int)shown.n, shown.at,
                   wanted);
}

static bool read_number(hb_arena *arena, const hb_json *json, feel_value *out, hb_error *err) {
    hb_dec number;
    if (!hb_dec_parse(json->text, &number)) return bad_text(json, "number of 34 digits", err);
    return feel_number(arena, number, out) || hb_out_of_memory(err);
}

// A string, in the light of the type that is wanted.
static bool read_string(hb_arena *arena, const hb_json *json, feel_type_kind kind, feel_value *out,
                        hb_error *err) {
    hb_str text;
    switch (kind) {
        case FEEL_TYPE_DATE:
            return feel_parse_date(json->text, out) || bad_text(json, "date (YYYY-MM-DD)", err);
        case FEEL_TYPE_TIME:
            return feel_parse_time(arena, json->text, out) ||
                   bad_text(json, "time (hh:mm:ss)", err);
        case FEEL_TYPE_DATE_TIME:
            return feel_parse_date_time(arena, json->text, out) ||
                   bad_text(json, "date and time (YYYY-MM-DDThh:mm:ss)", err);
        case FEEL_TYPE_DAYS_DURATION:
            if (feel_parse_duration(json->text, out) && out->kind == FEEL_DAYS_DURATION)
                return true;
            return bad_text(json, "days and time duration (such as P1DT2H)", err);
        case FEEL_TYPE_YEARS_DURATION:
            if (feel_parse_duration(json->text, out) && out->kind == FEEL_YEARS_DURATION)
                return true;
            return bad_text(json, "years and months duration (such as P1Y2M)", err);
        case FEEL_TYPE_NUMBER:  // law and money travel as decimal strings
            return read_number(arena, json, out, err);
        case FEEL_TYPE_ANY:
        case FEEL_TYPE_NULL:
        case FEEL_TYPE_BOOLEAN:
        case FEEL_TYPE_STRING:
        case FEEL_TYPE_RANGE:
        case FEEL_TYPE_LIST:
        case FEEL_TYPE_CONTEXT:
        case FEEL_TYPE_FUNCTION: break;
    }
    if (json->text.n > UINT32_MAX || !hb_str_copy(arena, json->text, &text))
        return hb_out_of_memory(err);
    *out = feel_string(text);
    return true;
}

static bool read_array(hb_arena *arena, const hb_json *json, const feel_type *type, feel_value *out,
                       hb_error *err) {
    const feel_type *element = type && type->kind == FEEL_TYPE_LIST ? type->element : type;
    feel_value *items = hb_arena_array(arena, feel_value, json->n + (size_t)1);
    if (!items) return hb_out_of_memory(err);
    for (uint32_t i = 0; i < json->n; i++) {
        if (read_value(arena, &json->first[i], element, &items[i], err)) continue;
        hb_error_in(err, "item %u", i + 1);
        return false;
    }
    *out = feel_list(items, json->n);
    return true;
}

static const feel_type *field_type(const feel_type *type, hb_str name) {
    if (!type || type->kind != FEEL_TYPE_CONTEXT) return NULL;
    for (uint32_t i = 0; i < type->n_fields; i++)
        if (hb_str_equal(type->fields[i].name, name)) return type->fields[i].type;
    return NULL;
}

static bool read_object(hb_arena *arena, const hb_json *json, const feel_type *type,
                        feel_value *out, hb_error *err) {
    feel_context *context = hb_arena_new(arena, feel_context);
    hb_str *keys = hb_arena_array(arena, hb_str, json->n + (size_t)1);
    feel_value *values = hb_arena_array(arena, feel_value, json->n + (size_t)1);
    if (!context || !keys || !values) return hb_out_of_memory(err);
    for (uint32_t i = 0; i < json->n; i++) {
        const hb_json *member = &json->first[i];
        if (!hb_str_copy(arena, member->key, &keys[i])) return hb_out_of_memory(err);
        if (read_value(arena, member, field_type(type, member->key), &values[i], err)) continue;
        hb_str shown = feel_excerpt(member->key);
        hb_error_in(err, "member \"%.*s\"", (int)shown.n, shown.at);
        return false;
    }
    *context = (feel_context){.n = json->n, .keys = keys, .values = values};
    *out = (feel_value){.kind = FEEL_CONTEXT, .context = context};
    return true;
}

static bool read_value(hb_arena *arena, const hb_json *json, const feel_type *type, feel_value *out,
                       hb_error *err) {
    // One value may stand for a list of it, so a scalar is read as the element of a list type.
    const feel_type *one = type;
    while (one && one->kind == FEEL_TYPE_LIST && json->kind != HB_JSON_ARRAY) one = one->element;
    switch (json->kind) {
        case HB_JSON_NULL: *out = feel_null(); return true;
        case HB_JSON_FALSE: *out = feel_boolean(false); return true;
        case HB_JSON_TRUE: *out = feel_boolean(true); return true;
        case HB_JSON_NUMBER: return read_number(arena, json, out, err);
        case HB_JSON_STRING:
            return read_string(arena, json, one ? one->kind : FEEL_TYPE_ANY, out, err);
        case HB_JSON_ARRAY: return read_array(arena, json, type, out, err);
        case HB_JSON_OBJECT: return read_object(arena, json, one, out, err);
    }
    return false;
}

bool feel_from_json(hb_arena *arena, const hb_json *json, const feel_type *type, feel_value *out,
                    hb_error *err) {
    feel_value value;
    if (!read_value(arena, json, type, &value, err)) return false;
    *out = value;
    return true;
}
