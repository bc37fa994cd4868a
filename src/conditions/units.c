// Numbers: units are converted by units.csv or refused, never guessed; a value outside what its
// field can be is refused; values of a field are ordered by how bad they are for the person.
#include "conditions/internal.h"

#include <stdio.h>

feel_value formula_run(hb_arena *arena, const feel_program *program, const feel_value *slots) {
    hb_error err = {0};
    feel_run run;
    feel_env env = {.slots = slots};
    feel_run_init(&run, arena, &err);
    feel_value value = feel_evaluate(&run, program, &env);
    bool has_failed = run.has_failed;
    feel_run_clear(&run);
    return has_failed ? feel_null() : value;
}

bool unit_convert(const conditions_law *law, hb_arena *arena, const condition_field *field,
                  hb_str unit, feel_value given, feel_value *out, hb_error *err) {
    char known[200];
    size_t n = 0;
    *out = given;
    known[0] = 0;
    if (!field->unit.n && !unit.n) return true;
    for (uint32_t u = 0; u < law->n_units; u++) {
        const condition_unit *row = &law->units[u];
        if (!hb_str_equal(row->of, field->unit)) continue;
        if (hb_str_equal(row->unit, unit)) {
            *out = formula_run(arena, row->program, &given);
            if (!feel_is_null(*out)) return true;
            return hb_fail(err, HB_INPUT, "unit", "the value cannot be converted");
        }
        if (n < sizeof known) {
            int more = snprintf(known + n, sizeof known - n, "%s%.*s", n ? ", " : "",
                                (int)row->unit.n, row->unit.at);
            n += more > 0 ? (size_t)more : 0;
        }
    }
    if (unit.n)
        hb_fail(err, HB_INPUT, "unit", "\"%.*s\" is no unit of %.*s",
                (int)(unit.n < 60 ? unit.n : 60), unit.at, (int)field->name.n, field->name.at);
    else
        hb_fail(err, HB_INPUT, "unit", "%.*s has no unit", (int)field->name.n, field->name.at);
    hb_error_help(err, "one of: %s; a figure of another measure is not converted but derived",
                  known);
    return false;
}

bool claim_is_within(const condition_field *field, feel_value value, hb_error *err) {
    hb_dec limit;
    hb_dec number = feel_dec(value);
    bool is_low =
        field->least.n && hb_dec_parse(field->least, &limit) && hb_dec_compare(number, limit) < 0;
    bool is_high =
        field->most.n && hb_dec_parse(field->most, &limit) && hb_dec_compare(number, limit) > 0;
    if (field->type == FIELD_INT && !hb_dec_is_integer(number))
        return hb_fail(err, HB_INPUT, "impossible-value", "%.*s is a whole number",
                       (int)field->name.n, field->name.at);
    if (!is_low && !is_high) return true;
    hb_fail(err, HB_INPUT, "impossible-value", "%.*s cannot be %s %.*s %.*s", (int)field->name.n,
            field->name.at, is_low ? "less than" : "more than",
            (int)(is_low ? field->least : field->most).n, (is_low ? field->least : field->most).at,
            (int)field->unit.n, field->unit.at);
    hb_error_help(err, "read the source again: the figure, its unit and what it counts");
    return false;
}

static int place(const condition_field *field, feel_value value) {
    hb_str text = feel_text(value);
    for (uint32_t i = 0; i < field->n_worst; i++)
        if (hb_str_equal(field->worst[i], text)) return (int)i;
    return 0;  // a word of no list is the worst
}

int field_worse(const condition_field *field, feel_value a, feel_value b) {
    if (a.kind == FEEL_NUMBER && b.kind == FEEL_NUMBER)
        return field->direction * hb_dec_compare(feel_dec(a), feel_dec(b));
    if (a.kind == FEEL_STRING && b.kind == FEEL_STRING && field->n_worst)
        return place(field, b) - place(field, a);
    return 0;
}
