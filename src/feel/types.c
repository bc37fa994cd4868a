// types.c: the static types of expressions. Inference is modest on purpose: it tells the parser
// which member names a value has, spares the machine a check, and tells verify what it may assume;
// whatever is not known is Any. Conformance is that of DMN 1.5 §10.3.2.9.1; types of item
// definitions may contain themselves, so every walk over two types is bounded by VALUE_DEPTH and
// takes equal pointers as equal.
#include "feel/node.h"

// Values nested deeper are of type Any.
#define VALUE_DEPTH 32

static const feel_type BASIC[] = {
    [FEEL_TYPE_ANY] = {.kind = FEEL_TYPE_ANY},
    [FEEL_TYPE_NULL] = {.kind = FEEL_TYPE_NULL},
    [FEEL_TYPE_BOOLEAN] = {.kind = FEEL_TYPE_BOOLEAN},
    [FEEL_TYPE_NUMBER] = {.kind = FEEL_TYPE_NUMBER},
    [FEEL_TYPE_STRING] = {.kind = FEEL_TYPE_STRING},
    [FEEL_TYPE_DATE] = {.kind = FEEL_TYPE_DATE},
    [FEEL_TYPE_TIME] = {.kind = FEEL_TYPE_TIME},
    [FEEL_TYPE_DATE_TIME] = {.kind = FEEL_TYPE_DATE_TIME},
    [FEEL_TYPE_DAYS_DURATION] = {.kind = FEEL_TYPE_DAYS_DURATION},
    [FEEL_TYPE_YEARS_DURATION] = {.kind = FEEL_TYPE_YEARS_DURATION},
    [FEEL_TYPE_RANGE] = {.kind = FEEL_TYPE_RANGE},
    [FEEL_TYPE_LIST] = {.kind = FEEL_TYPE_LIST},
    [FEEL_TYPE_CONTEXT] = {.kind = FEEL_TYPE_CONTEXT},
    [FEEL_TYPE_FUNCTION] = {.kind = FEEL_TYPE_FUNCTION},
};

// The first name of a kind is the one printed; the others are of older editions.
static const struct {
    const char *name;
    feel_type_kind kind;
} NAMES[] = {
    {"Any",                       FEEL_TYPE_ANY           },
    {"Null",                      FEEL_TYPE_NULL          },
    {"boolean",                   FEEL_TYPE_BOOLEAN       },
    {"number",                    FEEL_TYPE_NUMBER        },
    {"string",                    FEEL_TYPE_STRING        },
    {"date",                      FEEL_TYPE_DATE          },
    {"time",                      FEEL_TYPE_TIME          },
    {"date and time",             FEEL_TYPE_DATE_TIME     },
    {"dateTime",                  FEEL_TYPE_DATE_TIME     },
    {"days and time duration",    FEEL_TYPE_DAYS_DURATION },
    {"dayTimeDuration",           FEEL_TYPE_DAYS_DURATION },
    {"years and months duration", FEEL_TYPE_YEARS_DURATION},
    {"yearMonthDuration",         FEEL_TYPE_YEARS_DURATION},
    {"range",                     FEEL_TYPE_RANGE         },
    {"list",                      FEEL_TYPE_LIST          },
    {"context",                   FEEL_TYPE_CONTEXT       },
    {"function",                  FEEL_TYPE_FUNCTION      },
};
#define N_NAMES (sizeof NAMES / sizeof *NAMES)

const feel_type *feel_type_basic(feel_type_kind kind) {
    return &BASIC[kind];
}

const feel_type *feel_type_find(hb_str name) {
    for (size_t i = 0; i < N_NAMES; i++) {
        if (hb_str_equal(name, hb_str_from(NAMES[i].name))) return &BASIC[NAMES[i].kind];
    }
    return NULL;
}

bool feel_type_name(uint32_t i, hb_str *name) {
    if (i >= N_NAMES) return false;
    *name = hb_str_from(NAMES[i].name);
    return true;
}

static const feel_type *with_element(hb_arena *arena, feel_type_kind kind,
                                     const feel_type *element) {
    if (!element || element->kind == FEEL_TYPE_ANY) return &BASIC[kind];
    feel_type *type = hb_arena_new(arena, feel_type);
    if (!type) return NULL;
    type->kind = kind;
    type->element = element;
    return type;
}

const feel_type *feel_type_list(hb_arena *arena, const feel_type *element) {
    return with_element(arena, FEEL_TYPE_LIST, element);
}

const feel_type *feel_type_range(hb_arena *arena, const feel_type *element) {
    return with_element(arena, FEEL_TYPE_RANGE, element);
}

const feel_type *feel_type_element(const feel_type *type) {
    return type->element ? type->element : &BASIC[FEEL_TYPE_ANY];
}

// ---- conformance
// --------------------------------------------------------------------------------- Types may
// contain themselves: a pair being compared further out is taken to conform, and a comparison of
// more than CONFORM_STEPS pairs, which no honest model needs, ends as "does not conform".
#define CONFORM_STEPS 200000

typedef struct comparison comparison;
struct comparison {
    const feel_type *given, *wanted;
    const comparison *outer;
    int *left;
};

static bool conforms(const feel_type *given, const feel_type *wanted, const comparison *outer,
                     int *left);

// Index of the field, looked for from `from` on, since like types have their fields in like order;
// n_fields: none.
static uint32_t field_from(const feel_type *type, hb_str name, uint32_t from, int *left) {
    for (uint32_t i = 0; i < type->n_fields; i++) {
        uint32_t at = (from + i) % type->n_fields;
        if (hb_str_equal(type->fields[at].name, name)) return at;
        if (--*left < 0) break;
    }
    return type->n_fields;
}

static bool context_conforms(const comparison *of) {
    for (uint32_t i = 0; i < of->wanted->n_fields; i++) {
        const feel_field *wanted = &of->wanted->fields[i];
        uint32_t at = field_from(of->given, wanted->name, i, of->left);
        if (at == of->given->n_fields) return false;
        if (!conforms(of->given->fields[at].type, wanted->type, of, of->left)) return false;
    }
    return true;
}

// Parameters contravariant, result covariant. A function type without parts stands for all
// functions.
static bool function_conforms(const comparison *of) {
    if (!of->wanted->element && !of->wanted->n_fields) return true;
    if (of->given->n_fields != of->wanted->n_fields) return false;
    for (uint32_t i = 0; i < of->wanted->n_fields; i++) {
        if (!conforms(of->wanted->fields[i].type, of->given->fields[i].type, of, of->left))
            return false;
    }
    return conforms(feel_type_element(of->given), feel_type_element(of->wanted), of, of->left);
}

static bool conforms(const feel_type *given, const feel_type *wanted, const comparison *outer,
                     int *left) {
    if (given == wanted || wanted->kind == FEEL_TYPE_ANY || given->kind == FEEL_TYPE_NULL)
        return true;
    if (given->kind != wanted->kind || --*left < 0) return false;
    uint32_t depth = 0;
    for (const comparison *at = outer; at; at = at->outer, depth++) {
        if (at->given == given && at->wanted == wanted) return true;
    }
    if (depth > FEEL_NESTING_MAX / 2) return false;
    comparison of = {given, wanted, outer, left};
    switch (wanted->kind) {
        case FEEL_TYPE_LIST:
        case FEEL_TYPE_RANGE:
            return conforms(feel_type_element(given), feel_type_element(wanted), &of, left);
        case FEEL_TYPE_CONTEXT: return context_conforms(&of);
        case FEEL_TYPE_FUNCTION: return function_conforms(&of);
        case FEEL_TYPE_ANY:
        case FEEL_TYPE_NULL:
        case FEEL_TYPE_BOOLEAN:
        case FEEL_TYPE_NUMBER:
        case FEEL_TYPE_STRING:
        case FEEL_TYPE_DATE:
        case FEEL_TYPE_TIME:
        case FEEL_TYPE_DATE_TIME:
        case FEEL_TYPE_DAYS_DURATION:
        case FEEL_TYPE_YEARS_DURATION: return true;
    }
    return false;
}

bool feel_type_is(const feel_type *given, const feel_type *wanted) {
    int left = CONFORM_STEPS;
    return conforms(given, wanted, NULL, &left);
}

const feel_type *feel_type_common(const feel_type *a, const feel_type *b) {
    if (feel_type_is(a, b)) return b;
    if (feel_type_is(b, a)) return a;
    return &BASIC[FEEL_TYPE_ANY];
}

// ---- inference --------------------------------------------------------------------------------
static const struct {
    const char *name;
    feel_type_kind of, gives;  // ANY: of any kind that has it
} PROPERTIES[] = {
    {"year",           FEEL_TYPE_ANY,            FEEL_TYPE_NUMBER       },
    {"month",          FEEL_TYPE_ANY,            FEEL_TYPE_NUMBER       },
    {"day",            FEEL_TYPE_ANY,            FEEL_TYPE_NUMBER       },
    {"weekday",        FEEL_TYPE_ANY,            FEEL_TYPE_NUMBER       },
    {"hour",           FEEL_TYPE_ANY,            FEEL_TYPE_NUMBER       },
    {"minute",         FEEL_TYPE_ANY,            FEEL_TYPE_NUMBER       },
    {"second",         FEEL_TYPE_ANY,            FEEL_TYPE_NUMBER       },
    {"value",          FEEL_TYPE_ANY,            FEEL_TYPE_NUMBER       },
    {"years",          FEEL_TYPE_YEARS_DURATION, FEEL_TYPE_NUMBER       },
    {"months",         FEEL_TYPE_YEARS_DURATION, FEEL_TYPE_NUMBER       },
    {"days",           FEEL_TYPE_DAYS_DURATION,  FEEL_TYPE_NUMBER       },
    {"hours",          FEEL_TYPE_DAYS_DURATION,  FEEL_TYPE_NUMBER       },
    {"minutes",        FEEL_TYPE_DAYS_DURATION,  FEEL_TYPE_NUMBER       },
    {"seconds",        FEEL_TYPE_DAYS_DURATION,  FEEL_TYPE_NUMBER       },
    {"time offset",    FEEL_TYPE_ANY,            FEEL_TYPE_DAYS_DURATION},
    {"timezone",       FEEL_TYPE_ANY,            FEEL_TYPE_STRING       },
    {"start included", FEEL_TYPE_RANGE,          FEEL_TYPE_BOOLEAN      },
    {"end included",   FEEL_TYPE_RANGE,          FEEL_TYPE_BOOLEAN      },
};

static const feel_type *property_type(const feel_type *type, hb_str name) {
    if (type->kind == FEEL_TYPE_RANGE &&
        (hb_str_equal(name, HB_STR("start")) || hb_str_equal(name, HB_STR("end")))) {
        return feel_type_element(type);
    }
    for (size_t i = 0; i < sizeof PROPERTIES / sizeof *PROPERTIES; i++) {
        if (!hb_str_equal(name, hb_str_from(PROPERTIES[i].name))) continue;
        if (PROPERTIES[i].of == FEEL_TYPE_ANY || PROPERTIES[i].of == type->kind)
            return &BASIC[PROPERTIES[i].gives];
    }
    return &BASIC[FEEL_TYPE_ANY];
}

const feel_type *feel_type_member(hb_arena *arena, const feel_type *type, hb_str name) {
    switch (type->kind) {
        case FEEL_TYPE_CONTEXT:
            for (uint32_t i = 0; i < type->n_fields; i++) {
                if (hb_str_equal(type->fields[i].name, name)) return type->fields[i].type;
            }
            return &BASIC[FEEL_TYPE_ANY];
        case FEEL_TYPE_LIST: {  // the member of each
            if (!type->element || type->element->kind == FEEL_TYPE_LIST)
                return &BASIC[FEEL_TYPE_LIST];
            const feel_type *list =
                feel_type_list(arena, feel_type_member(arena, type->element, name));
            return list ? list : &BASIC[FEEL_TYPE_LIST];
        }
        case FEEL_TYPE_DATE:
        case FEEL_TYPE_TIME:
        case FEEL_TYPE_DATE_TIME:
        case FEEL_TYPE_DAYS_DURATION:
        case FEEL_TYPE_YEARS_DURATION:
        case FEEL_TYPE_RANGE: return property_type(type, name);
        case FEEL_TYPE_ANY:
        case FEEL_TYPE_NULL:
        case FEEL_TYPE_BOOLEAN:
        case FEEL_TYPE_NUMBER:
        case FEEL_TYPE_STRING:
        case FEEL_TYPE_FUNCTION: break;
    }
    return &BASIC[FEEL_TYPE_ANY];
}

// DMN 1.5 §10.3.2.13 to §10.3.2.15: only what holds for every value of both types.
const feel_type *feel_type_binary(feel_node_kind kind, const feel_type *a, const feel_type *b) {
    if (kind >= FEEL_NODE_EQUAL && kind <= FEEL_NODE_OR) return &BASIC[FEEL_TYPE_BOOLEAN];
    if (a->kind == FEEL_TYPE_NUMBER && b->kind == FEEL_TYPE_NUMBER) return &BASIC[FEEL_TYPE_NUMBER];
    if (kind == FEEL_NODE_ADD && a->kind == FEEL_TYPE_STRING && b->kind == FEEL_TYPE_STRING) {
        return &BASIC[FEEL_TYPE_STRING];
    }
    bool is_duration = b->kind == FEEL_TYPE_DAYS_DURATION || b->kind == FEEL_TYPE_YEARS_DURATION;
    if ((kind == FEEL_NODE_ADD || kind == FEEL_NODE_SUBTRACT) && is_duration &&
        (a->kind == b->kind || a->kind == FEEL_TYPE_DATE || a->kind == FEEL_TYPE_DATE_TIME ||
         a->kind == FEEL_TYPE_TIME)) {
        return &BASIC[a->kind];
    }
    return &BASIC[FEEL_TYPE_ANY];
}

static const feel_type *type_of(hb_arena *arena, feel_value value, int depth);

static const feel_type *list_type_of(hb_arena *arena, feel_value value, int depth) {
    const feel_type *element = NULL;
    for (uint32_t i = 0; i < value.n; i++) {
        const feel_type *type = type_of(arena, value.items[i], depth);
        element = element ? feel_type_common(element, type) : type;
    }
    const feel_type *list = feel_type_list(arena, element);
    return list ? list : &BASIC[FEEL_TYPE_LIST];
}

static const feel_type *range_type_of(hb_arena *arena, const feel_range *range, int depth) {
    const feel_type *low = type_of(arena, range->low, depth),
                    *high = type_of(arena, range->high, depth);
    const feel_type *type = feel_type_range(arena, feel_type_common(low, high));
    return type ? type : &BASIC[FEEL_TYPE_RANGE];
}

static const feel_type *context_type_of(hb_arena *arena, const feel_context *context, int depth) {
    feel_type *type = hb_arena_new(arena, feel_type);
    feel_field *fields = hb_arena_array(arena, feel_field, context->n + 1u);
    if (!type || !fields) return &BASIC[FEEL_TYPE_CONTEXT];
    for (uint32_t i = 0; i < context->n; i++) {
        fields[i] = (feel_field){context->keys[i], type_of(arena, context->values[i], depth)};
    }
    *type = (feel_type){.kind = FEEL_TYPE_CONTEXT, .n_fields = context->n, .fields = fields};
    return type;
}

static const feel_type *function_type_of(hb_arena *arena, const feel_function *function) {
    feel_type *type = function->builtin ? NULL : hb_arena_new(arena, feel_type);
    if (!type) return &BASIC[FEEL_TYPE_FUNCTION];
    *type = (feel_type){.kind = FEEL_TYPE_FUNCTION,
                        .element = function->result ? function->result : function->found,
                        .n_fields = function->n_params,
                        .fields = function->params};
    return type;
}

static const feel_type *type_of(hb_arena *arena, feel_value value, int depth) {
    if (depth == VALUE_DEPTH) return &BASIC[FEEL_TYPE_ANY];
    switch ((feel_kind)value.kind) {
        case FEEL_NULL: return &BASIC[FEEL_TYPE_NULL];
        case FEEL_BOOLEAN: return &BASIC[FEEL_TYPE_BOOLEAN];
        case FEEL_NUMBER: return &BASIC[FEEL_TYPE_NUMBER];
        case FEEL_STRING: return &BASIC[FEEL_TYPE_STRING];
        case FEEL_DATE: return &BASIC[FEEL_TYPE_DATE];
        case FEEL_TIME: return &BASIC[FEEL_TYPE_TIME];
        case FEEL_DATE_TIME: return &BASIC[FEEL_TYPE_DATE_TIME];
        case FEEL_DAYS_DURATION: return &BASIC[FEEL_TYPE_DAYS_DURATION];
        case FEEL_YEARS_DURATION: return &BASIC[FEEL_TYPE_YEARS_DURATION];
        case FEEL_RANGE: return range_type_of(arena, value.range, depth + 1);
        case FEEL_LIST: return list_type_of(arena, value, depth + 1);
        case FEEL_CONTEXT: return context_type_of(arena, value.context, depth + 1);
        case FEEL_FUNCTION: return function_type_of(arena, value.function);
    }
    return &BASIC[FEEL_TYPE_ANY];
}

const feel_type *feel_type_of(hb_arena *arena, feel_value value) {
    return type_of(arena, value, 0);
}

// ---- printing ---------------------------------------------------------------------------------
static void print_type(hb_text *out, const feel_type *type, int depth);

static void print_fields(hb_text *out, const feel_type *type, bool has_names, int depth) {
    for (uint32_t i = 0; i < type->n_fields; i++) {
        if (i) hb_text_add(out, HB_STR(", "));
        if (has_names) {
            hb_text_add(out, type->fields[i].name);
            hb_text_add(out, HB_STR(": "));
        }
        print_type(out, type->fields[i].type, depth);
    }
}

static void print_type(hb_text *out, const feel_type *type, int depth) {
    if (type->name.n || depth > 8) {
        hb_text_add(out, type->name.n ? type->name : HB_STR("..."));
        return;
    }
    size_t i = 0;
    while (NAMES[i].kind != type->kind) i++;
    hb_text_add(out, hb_str_from(NAMES[i].name));
    if (type->kind == FEEL_TYPE_FUNCTION && (type->element || type->n_fields)) {
        hb_text_add(out, HB_STR("<"));
        print_fields(out, type, false, depth + 1);
        hb_text_add(out, HB_STR(">->"));
        print_type(out, feel_type_element(type), depth + 1);
    } else if (type->kind == FEEL_TYPE_CONTEXT && type->n_fields) {
        hb_text_add(out, HB_STR("<"));
        print_fields(out, type, true, depth + 1);
        hb_text_add(out, HB_STR(">"));
    } else if (type->element) {
        hb_text_add(out, HB_STR("<"));
        print_type(out, type->element, depth + 1);
        hb_text_add(out, HB_STR(">"));
    }
}

void feel_print_type(hb_text *out, const feel_type *type) {
    print_type(out, type, 0);
}
