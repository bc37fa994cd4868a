// Functions outside FEEL (DMN 1.5 §10.3.2.13.3), by class and method signature as Java writes them.
// None of them is Java: each row is a function of ours with the documented meaning of that method,
// and a host adds rows of its own. A class or signature without a row gives null with a note, as a
// missing class would.
#include "dmn/internal.h"

#include <math.h>
#include <string.h>

typedef struct external_row external_row;
typedef feel_value (*native)(feel_run *run, const external_row *row, const feel_value *args,
                             uint32_t n);
struct external_row {
    const char *class, *signature;  // signature without blanks
    uint32_t n_params;
    native call;
    int64_t least, most;  // of whole numbers; equal: not a whole number
};

static feel_value wrong(feel_run *run, const external_row *row) {
    return feel_null_because(run, true, "%s.%s does not take these arguments", row->class,
                             row->signature);
}

// A number as the method's parameter type holds it: whole and in range, or any.
static bool is_number(const external_row *row, feel_value value) {
    int64_t whole = 0;
    if (value.kind != FEEL_NUMBER) return false;
    if (row->least == row->most) return true;
    return hb_dec_to_int(feel_dec(value), &whole) && whole >= row->least && whole <= row->most;
}

static feel_value number_result(feel_run *run, const external_row *row, hb_dec number) {
    feel_value value = feel_null();
    if (!feel_number(run->arena, number, &value) || !is_number(row, value)) return wrong(run, row);
    return value;
}

static feel_value larger(feel_run *run, const external_row *row, const feel_value *args,
                         uint32_t n) {
    (void)n;
    if (!is_number(row, args[0]) || !is_number(row, args[1])) return wrong(run, row);
    return hb_dec_compare(feel_dec(args[0]), feel_dec(args[1])) >= 0 ? args[0] : args[1];
}

static feel_value smaller(feel_run *run, const external_row *row, const feel_value *args,
                          uint32_t n) {
    (void)n;
    if (!is_number(row, args[0]) || !is_number(row, args[1])) return wrong(run, row);
    return hb_dec_compare(feel_dec(args[0]), feel_dec(args[1])) <= 0 ? args[0] : args[1];
}

static feel_value absolute(feel_run *run, const external_row *row, const feel_value *args,
                           uint32_t n) {
    (void)n;
    return is_number(row, args[0]) ? number_result(run, row, hb_dec_abs(feel_dec(args[0])))
                                   : wrong(run, row);
}

// The named functions of a double are doubles: 15 digits of the result are exact.
static feel_value of_double(feel_run *run, const external_row *row, feel_value arg,
                            double (*function)(double)) {
    hb_dec result;
    if (arg.kind != FEEL_NUMBER ||
        !hb_dec_from_double(function(hb_dec_to_double(feel_dec(arg))), &result))
        return wrong(run, row);
    return number_result(run, row, result);
}

#define OF_DOUBLE(name, function)                                                          \
    static feel_value name(feel_run *run, const external_row *row, const feel_value *args, \
                           uint32_t n) {                                                   \
        (void)n;                                                                           \
        return of_double(run, row, args[0], function);                                     \
    }
OF_DOUBLE(cosine, cos)
OF_DOUBLE(sine, sin)
OF_DOUBLE(tangent, tan)
OF_DOUBLE(square_root, sqrt)

static feel_value same_number(feel_run *run, const external_row *row, const feel_value *args,
                              uint32_t n) {
    (void)n;
    return is_number(row, args[0]) ? args[0] : wrong(run, row);
}

static feel_value number_of_text(feel_run *run, const external_row *row, const feel_value *args,
                                 uint32_t n) {
    hb_dec number;
    (void)n;
    if (args[0].kind != FEEL_STRING || !hb_dec_parse(feel_text(args[0]), &number))
        return wrong(run, row);
    return number_result(run, row, number);
}

static bool is_one_character(hb_str text) {
    if (text.n == 0) return false;
    uint32_t n = 0;
    for (size_t i = 0; i < text.n; i++) n += ((unsigned char)text.at[i] & 0xC0) != 0x80;
    return n == 1;
}

static feel_value text_of_character(feel_run *run, const external_row *row, const feel_value *args,
                                    uint32_t n) {
    (void)n;
    if (args[0].kind != FEEL_STRING || !is_one_character(feel_text(args[0])))
        return wrong(run, row);
    return args[0];
}

static feel_value text_of(feel_run *run, hb_text *text) {
    hb_str kept = {0};
    bool ok = !text->failed && hb_str_copy(run->arena, (hb_str){text->at, text->n}, &kept);
    hb_text_clear(text);
    return ok ? feel_string(kept) : feel_null_because(run, true, "no memory is left for a text");
}

static feel_value text_of_any(feel_run *run, const external_row *row, const feel_value *args,
                              uint32_t n) {
    hb_text text = {0};
    (void)row, (void)n;
    feel_print(&text, args[0]);
    return text_of(run, &text);
}

// %s and %% only; another conversion, or fewer arguments than it needs, is an error as it is in
// Java.
static feel_value formatted(feel_run *run, const external_row *row, const feel_value *args,
                            uint32_t n) {
    hb_text text = {0};
    uint32_t used = 1;
    bool ok = args[0].kind == FEEL_STRING;
    hb_str format = ok ? feel_text(args[0]) : (hb_str){0};
    for (size_t i = 0; ok && i < format.n; i++) {
        if (format.at[i] != '%') {
            hb_text_add(&text, (hb_str){format.at + i, 1});
            continue;
        }
        char conversion = ++i < format.n ? format.at[i] : 0;
        if (conversion == '%')
            hb_text_add(&text, HB_STR("%"));
        else if (conversion == 's' && used < n)
            feel_print(&text, args[used++]);
        else
            ok = false;
    }
    if (ok) return text_of(run, &text);
    hb_text_clear(&text);
    return wrong(run, row);
}

#define ANY_NUMBER 0, 0
// clang-format off: a row a line
static const external_row ROWS[] = {
    {"java.lang.Math", "cos(double)", 1, cosine, ANY_NUMBER},
    {"java.lang.Math", "sin(double)", 1, sine, ANY_NUMBER},
    {"java.lang.Math", "tan(double)", 1, tangent, ANY_NUMBER},
    {"java.lang.Math", "sqrt(double)", 1, square_root, ANY_NUMBER},
    {"java.lang.Math", "abs(int)", 1, absolute, INT32_MIN, INT32_MAX},
    {"java.lang.Math", "abs(long)", 1, absolute, INT64_MIN, INT64_MAX},
    {"java.lang.Math", "abs(float)", 1, absolute, ANY_NUMBER},
    {"java.lang.Math", "abs(double)", 1, absolute, ANY_NUMBER},
    {"java.lang.Math", "max(int,int)", 2, larger, INT32_MIN, INT32_MAX},
    {"java.lang.Math", "max(long,long)", 2, larger, INT64_MIN, INT64_MAX},
    {"java.lang.Math", "max(float,float)", 2, larger, ANY_NUMBER},
    {"java.lang.Math", "max(double,double)", 2, larger, ANY_NUMBER},
    {"java.lang.Math", "min(int,int)", 2, smaller, INT32_MIN, INT32_MAX},
    {"java.lang.Math", "min(long,long)", 2, smaller, INT64_MIN, INT64_MAX},
    {"java.lang.Math", "min(float,float)", 2, smaller, ANY_NUMBER},
    {"java.lang.Math", "min(double,double)", 2, smaller, ANY_NUMBER},
    {"java.lang.Byte", "valueOf(byte)", 1, same_number, INT8_MIN, INT8_MAX},
    {"java.lang.Byte", "valueOf(java.lang.String)", 1, number_of_text, INT8_MIN, INT8_MAX},
    {"java.lang.Short", "valueOf(short)", 1, same_number, INT16_MIN, INT16_MAX},
    {"java.lang.Short", "valueOf(java.lang.String)", 1, number_of_text, INT16_MIN, INT16_MAX},
    {"java.lang.Integer", "valueOf(int)", 1, same_number, INT32_MIN, INT32_MAX},
    {"java.lang.Integer", "valueOf(java.lang.String)", 1, number_of_text, INT32_MIN, INT32_MAX},
    {"java.lang.Long", "valueOf(long)", 1, same_number, INT64_MIN, INT64_MAX},
    {"java.lang.Long", "valueOf(java.lang.String)", 1, number_of_text, INT64_MIN, INT64_MAX},
    {"java.lang.Float", "valueOf(float)", 1, same_number, ANY_NUMBER},
    {"java.lang.Float", "valueOf(java.lang.String)", 1, number_of_text, ANY_NUMBER},
    {"java.lang.Double", "valueOf(double)", 1, same_number, ANY_NUMBER},
    {"java.lang.Double", "valueOf(java.lang.String)", 1, number_of_text, ANY_NUMBER},
    {"java.lang.String", "valueOf(char)", 1, text_of_character, ANY_NUMBER},
    {"java.lang.String", "valueOf(java.lang.Object)", 1, text_of_any, ANY_NUMBER},
    // Java names the array of a variable number of arguments [Ljava.lang.Object;
    {"java.lang.String", "format(java.lang.String,[Ljava.lang.Object;)", UINT32_MAX, formatted, ANY_NUMBER},
};
// clang-format on

static bool is_signature(hb_str written, const char *signature) {
    size_t at = 0, n = strlen(signature);
    for (size_t i = 0; i < written.n; i++) {
        if (written.at[i] == ' ') continue;
        if (at == n || written.at[i] != signature[at++]) return false;
    }
    return at == n;
}

static bool text_entry(feel_value context, hb_str key, hb_str *out) {
    feel_value value = feel_null();
    if (context.kind != FEEL_CONTEXT || !feel_context_get(context.context, key, &value) ||
        value.kind != FEEL_STRING)
        return false;
    *out = feel_text(value);
    return true;
}

static const dmn_native *find_native(const feel_run *run, hb_str class, hb_str signature) {
    uint32_t n = 0;
    const dmn_native *rows = dmn_session_native_rows(run, &n);
    for (uint32_t i = 0; i < n; i++)
        if (hb_str_equal(class, hb_str_from(rows[i].class)) &&
            is_signature(signature, rows[i].signature))
            return &rows[i];
    return NULL;
}

feel_value dmn_external_call(feel_run *run, feel_value mapping, const feel_value *args,
                             uint32_t n) {
    feel_value java = feel_null();
    hb_str class = {0}, signature = {0};
    bool is_java =
        mapping.kind == FEEL_CONTEXT && feel_context_get(mapping.context, HB_STR("java"), &java);
    if (!is_java || !text_entry(java, HB_STR("class"), &class) ||
        !text_entry(java, HB_STR("method signature"), &signature)) {
        return feel_null_because(
            run, true,
            "an external function needs {java: {class: \"...\", method signature: \"...\"}}");
    }
    const dmn_native *own = find_native(run, class, signature);
    if (own != NULL) {
        if (own->n_params == UINT32_MAX || n == own->n_params)
            return own->call(run, own->data, args, n);
        return feel_null_because(run, true, "%s.%s takes %u arguments, not %u", own->class,
                                 own->signature, own->n_params, n);
    }
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        const external_row *row = &ROWS[i];
        if (!hb_str_equal(class, hb_str_from(row->class)) ||
            !is_signature(signature, row->signature))
            continue;
        bool fits = row->n_params == UINT32_MAX ? n >= 1 : n == row->n_params;
        return fits ? row->call(run, row, args, n) : wrong(run, row);
    }
    return feel_null_because(run, true, "there is no external function %.*s.%.*s", (int)class.n,
                             class.at, (int)signature.n, signature.at);
}
