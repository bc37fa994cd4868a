// Number functions (DMN 1.5 §10.3.4.5). Rounding takes a scale of -6111 to 6176 digits behind the
// point, its own fraction dropped; what leaves decimal128 is null.
#include "feel/builtins.h"

static feel_value no_result(feel_run *run, const char *function) {
    return feel_null_because(run, true, "%s() has no result for this number", function);
}

static feel_value round_to(feel_run *run, const char *function, const feel_value *args, uint32_t n,
                           hb_rounding how) {
    enum { SCALE_LEAST = -6111, SCALE_MOST = 6176 };
    int64_t scale = 0;
    hb_dec cut, result;
    if (n == 2 && (!hb_dec_round(feel_dec(args[1]), 0, HB_ROUND_DOWN, &cut) ||
                   !hb_dec_to_int(cut, &scale) || scale < SCALE_LEAST || scale > SCALE_MOST))
        return feel_null_because(run, true, "%s(): scale must be from -6111 to 6176", function);
    if (!hb_dec_round(feel_dec(args[0]), (int)scale, how, &result)) return no_result(run, function);
    return feel_number_from(run, result);
}

feel_value feel_builtin_decimal(feel_run *run, const feel_value *args, uint32_t n) {
    return round_to(run, "decimal", args, n, HB_ROUND_HALF_EVEN);
}

feel_value feel_builtin_floor(feel_run *run, const feel_value *args, uint32_t n) {
    return round_to(run, "floor", args, n, HB_ROUND_FLOOR);
}

feel_value feel_builtin_ceiling(feel_run *run, const feel_value *args, uint32_t n) {
    return round_to(run, "ceiling", args, n, HB_ROUND_CEILING);
}

feel_value feel_builtin_round_up(feel_run *run, const feel_value *args, uint32_t n) {
    return round_to(run, "round up", args, n, HB_ROUND_UP);
}

feel_value feel_builtin_round_down(feel_run *run, const feel_value *args, uint32_t n) {
    return round_to(run, "round down", args, n, HB_ROUND_DOWN);
}

feel_value feel_builtin_round_half_up(feel_run *run, const feel_value *args, uint32_t n) {
    return round_to(run, "round half up", args, n, HB_ROUND_HALF_UP);
}

feel_value feel_builtin_round_half_down(feel_run *run, const feel_value *args, uint32_t n) {
    return round_to(run, "round half down", args, n, HB_ROUND_HALF_DOWN);
}

feel_value feel_builtin_abs(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    bool is_negative = args[0].kind == FEEL_NUMBER           ? hb_dec_is_negative(feel_dec(args[0]))
                       : args[0].kind == FEEL_YEARS_DURATION ? args[0].months < 0
                                                             : args[0].seconds < 0;
    return is_negative ? feel_negate(run, args[0]) : args[0];
}

feel_value feel_builtin_modulo(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    hb_dec result;
    if (!hb_dec_modulo(feel_dec(args[0]), feel_dec(args[1]), &result))
        return no_result(run, "modulo");
    return feel_number_from(run, result);
}

feel_value feel_builtin_sqrt(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    hb_dec result;
    if (!hb_dec_sqrt(feel_dec(args[0]), &result)) return no_result(run, "sqrt");
    return feel_number_from(run, result);
}

feel_value feel_builtin_log(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    hb_dec result;
    if (!hb_dec_log(feel_dec(args[0]), &result)) return no_result(run, "log");
    return feel_number_from(run, result);
}

feel_value feel_builtin_exp(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    hb_dec result;
    if (!hb_dec_exp(feel_dec(args[0]), &result)) return no_result(run, "exp");
    return feel_number_from(run, result);
}

// Remainder by 2 of a whole number, 0 or 1; a fraction is neither odd nor even.
static feel_value is_remainder(feel_run *run, const char *function, feel_value number,
                               int64_t wanted) {
    hb_dec remainder;
    int64_t found;
    if (!hb_dec_is_integer(feel_dec(number)) ||
        !hb_dec_modulo(feel_dec(number), hb_dec_from_int(2), &remainder) ||
        !hb_dec_to_int(remainder, &found))
        return no_result(run, function);
    return feel_boolean(found == wanted);
}

feel_value feel_builtin_odd(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    return is_remainder(run, "odd", args[0], 1);
}

feel_value feel_builtin_even(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    return is_remainder(run, "even", args[0], 0);
}
