// The table of built-in functions, and how one is called: the row is found by the number and the
// kinds of the arguments, a single value becomes a list of itself and a list of one its value where
// the parameter asks for it (DMN 1.5 §10.3.2.9.4), and what does not fit gives null with a note
// naming function and argument. So the functions themselves see only arguments they can work with.
#include "feel/builtins.h"

#include <string.h>

// clang-format off
#define BUILTIN(name, n_least, n_most, call, parameters, kinds, result, section, example, gives) \
    {name, n_least, n_most, feel_builtin_##call, parameters, kinds, FEEL_TYPE_##result,          \
     "DMN 1.5 §" section, example, gives},
// clang-format on
static const feel_builtin BUILTINS[] = {
#include "feel/builtins.def"
};
#undef BUILTIN
#define BUILTIN(name, n_least, n_most, call, parameters, kinds, result, section, example, gives) \
    {name, parameters, "DMN 1.5 §" section, example, gives},
static const feel_builtin_doc DOCS[] = {
#include "feel/builtins.def"
};
#undef BUILTIN

enum { N_BUILTINS = sizeof BUILTINS / sizeof *BUILTINS, ARGUMENTS_MAX = 4, ANY_NUMBER = 255 };

const feel_builtin *feel_builtin_rows(uint32_t *n) {
    *n = N_BUILTINS;
    return BUILTINS;
}

const feel_builtin_doc *feel_builtin_docs(uint32_t *n) {
    *n = N_BUILTINS;
    return DOCS;
}

const feel_builtin *feel_builtin_find(hb_str name) {
    for (size_t i = 0; i < N_BUILTINS; i++)
        if (hb_str_equal(hb_str_from(BUILTINS[i].name), name)) return &BUILTINS[i];
    return NULL;
}

const feel_builtin *feel_builtin_next(const feel_builtin *row) {
    const feel_builtin *next = row + 1;
    return next < BUILTINS + N_BUILTINS && strcmp(next->name, row->name) == 0 ? next : NULL;
}

// ---- parameters --------------------------------------------------------------------------------

// Name of parameter `i` as "from, to" lists it; the last one's for all further.
static hb_str parameter_name(const feel_builtin *row, uint32_t i) {
    const char *start = row->parameters;
    for (const char *comma; i > 0 && (comma = strchr(start, ',')); i--) start = comma + 2;
    const char *end = strchr(start, ',');
    return (hb_str){start, end ? (size_t)(end - start) : strlen(start)};
}

int feel_builtin_parameter(const feel_builtin *row, hb_str parameter) {
    uint32_t n = (uint32_t)strlen(row->kinds);
    for (uint32_t i = 0; i < n; i++)
        if (hb_str_equal(parameter_name(row, i), parameter)) return (int)i;
    return -1;
}

#define ON(kind) (1u << (kind))
#define DATED (ON(FEEL_DATE) | ON(FEEL_DATE_TIME))
#define LASTING (ON(FEEL_DAYS_DURATION) | ON(FEEL_YEARS_DURATION))
#define ORDERED (ON(FEEL_NUMBER) | ON(FEEL_STRING) | DATED | ON(FEEL_TIME) | LASTING)

// What a letter of a row's `kinds` lets in. A capital letter lets in null too; v is the values of a
// list, or the list.
typedef struct {
    unsigned kinds;
    const char *wanted;
} kind;
#define LETTER(letter) [(letter) - 'a']
static const kind KINDS['z' - 'a' + 1] = {
    LETTER('a') = {~0u,                                     "any value"                      },
    LETTER('b') = {ON(FEEL_BOOLEAN),                        "a boolean"                      },
    LETTER('c') = {ON(FEEL_CONTEXT),                        "a context"                      },
    LETTER('d') = {DATED,                                   "a date or a date and time"      },
    LETTER('e') = {DATED | ON(FEEL_STRING),                 "a string, date or date and time"},
    LETTER('f') = {ON(FEEL_FUNCTION),                       "a function"                     },
    LETTER('h') = {DATED | ON(FEEL_STRING) | ON(FEEL_TIME),
                   "a string, time, date or date and time"                                   },
    LETTER('l') = {ON(FEEL_LIST),                           "a list"                         },
    LETTER('n') = {ON(FEEL_NUMBER),                         "a number"                       },
    LETTER('p') = {ORDERED,                                 "a value that has an order"      },
    LETTER('q') = {LASTING | ON(FEEL_NUMBER),               "a number or a duration"         },
    LETTER('r') = {ON(FEEL_RANGE),                          "a range"                        },
    LETTER('s') = {ON(FEEL_STRING),                         "a string"                       },
    LETTER('t') = {ON(FEEL_TIME),                           "a time"                         },
    LETTER('y') = {ON(FEEL_DAYS_DURATION),                  "a days and time duration"       },
};

static bool is_capital(char letter) {
    return letter >= 'A' && letter <= 'Z';
}

static kind kind_of(char letter) {
    return KINDS[is_capital(letter) ? letter - 'A' : letter - 'a'];
}

static char kind_letter(const feel_builtin *row, uint32_t i) {
    size_t n = strlen(row->kinds);
    return row->kinds[i < n ? i : n - 1];
}

// `arg` as the parameter wants it, into *out; false when it does not fit.
static bool fit(feel_run *run, char letter, feel_value arg, feel_value *out) {
    unsigned kinds = kind_of(letter).kinds;
    *out = arg;
    if (kinds & ON(arg.kind)) return true;
    if (arg.kind == FEEL_NULL) return is_capital(letter);
    if (kinds == ON(FEEL_LIST)) {
        *out = feel_list_copy(run, &arg, 1);
        return out->kind == FEEL_LIST;
    }
    if (arg.kind != FEEL_LIST || arg.n != 1 || !(kinds & ON(arg.items[0].kind))) return false;
    *out = arg.items[0];
    return true;
}

static feel_value misfit(feel_run *run, const feel_builtin *row, uint32_t i, feel_value arg) {
    hb_str name = parameter_name(row, i);
    return feel_null_because(run, arg.kind != FEEL_NULL, "%s(): %.*s must be %s, not %s", row->name,
                             (int)name.n, name.at, kind_of(kind_letter(row, i)).wanted,
                             feel_kind_name(arg));
}

static feel_value miscount(feel_run *run, const feel_builtin *first, uint32_t n) {
    uint32_t least = first->n_least, most = first->n_most;
    for (const feel_builtin *row = first; (row = feel_builtin_next(row));) {
        if (row->n_least < least) least = row->n_least;
        if (row->n_most > most) most = row->n_most;
    }
    if (most == ANY_NUMBER)
        return feel_null_because(run, true, "%s() wants at least %u argument%s, not %u",
                                 first->name, least, least == 1 ? "" : "s", n);
    if (least == most)
        return feel_null_because(run, true, "%s() wants %u argument%s, not %u", first->name, least,
                                 least == 1 ? "" : "s", n);
    return feel_null_because(run, true, "%s() wants %u %s %u arguments, not %u", first->name, least,
                             most == least + 1 ? "or" : "to", most, n);
}

// ---- calling -----------------------------------------------------------------------------------

// Any number of values, or one list of them: the function sees one list. A single null is no list.
static feel_value call_with_list(feel_run *run, const feel_builtin *row, const feel_value *args,
                                 uint32_t n) {
    feel_value list = args[0];
    if (n == 1 && list.kind == FEEL_NULL)
        return feel_null_because(run, false, "%s(): list is null", row->name);
    if (n > 1 || list.kind != FEEL_LIST) list = feel_list_copy(run, args, n);
    return list.kind == FEEL_LIST ? row->call(run, &list, 1) : list;
}

static feel_value call_with_many(feel_run *run, const feel_builtin *row, const feel_value *args,
                                 uint32_t n) {
    feel_value *fitted = hb_arena_array(run->arena, feel_value, n);
    if (!fitted) return feel_null_because(run, true, "no memory is left for the arguments");
    for (uint32_t i = 0; i < n; i++)
        if (!fit(run, kind_letter(row, i), args[i], &fitted[i]))
            return misfit(run, row, i, args[i]);
    return row->call(run, fitted, n);
}

// Calls `row` when every argument fits; else *bad says which does not.
static bool try_call(feel_run *run, const feel_builtin *row, const feel_value *args, uint32_t n,
                     feel_value *result, uint32_t *bad) {
    feel_value fitted[ARGUMENTS_MAX] = {0};
    for (uint32_t i = 0; i < n; i++) {
        *bad = i;
        if (!fit(run, row->kinds[i], args[i], &fitted[i])) return false;
    }
    *result = row->call(run, fitted, n);
    return true;
}

feel_value feel_builtin_apply(feel_run *run, const feel_builtin *first, const feel_value *args,
                              uint32_t n) {
    const feel_builtin *counted = NULL;
    uint32_t bad = 0;
    for (const feel_builtin *row = first; row; row = feel_builtin_next(row)) {
        feel_value result;
        if (n < row->n_least || n > row->n_most) continue;
        if (row->kinds[0] == 'v') return call_with_list(run, row, args, n);
        if (row->n_most == ANY_NUMBER) return call_with_many(run, row, args, n);
        if (try_call(run, row, args, n, &result, &bad)) return result;
        counted = row;
    }
    return counted ? misfit(run, counted, bad, args[bad]) : miscount(run, first, n);
}

// What a name is not given for is null (DMN 1.5 §10.3.2.15, "Semantics of invocation"): it then
// fits only where null does.
feel_value feel_builtin_apply_named(feel_run *run, const feel_builtin *row, const feel_value *args,
                                    uint32_t n) {
    feel_value result, padded[ARGUMENTS_MAX] = {0};
    uint32_t bad = 0;
    if (n > row->n_most) return miscount(run, row, n);
    if (row->kinds[0] == 'v') return n ? call_with_list(run, row, args, n) : miscount(run, row, n);
    if (row->n_most == ANY_NUMBER) return call_with_many(run, row, args, n);
    for (uint32_t i = 0; i < n; i++) padded[i] = args[i];
    if (n < row->n_least) n = row->n_least;
    return try_call(run, row, padded, n, &result, &bad) ? result
                                                        : misfit(run, row, bad, padded[bad]);
}
