// encode.c: one function per kind of node, in the order of feel/node.h. Where FEEL gives null
// because kinds do not fit, so does the term; if that can happen with both sides known, it is taken
// down as a fault, because in a rulebook it is a mistake and not an unknown fact.
#include "verify/value.h"

#define DAY_SECONDS 86400

// ---- frames of names inside an expression ------------------------------------------------------
typedef struct frame frame;
struct frame {
    const frame *up;
    const value *slots;
    uint32_t n;
};

static value encode(encoder *e, const feel_node *node, const frame *at);

static value no(encoder *e, const feel_node *node, const char *what) {
    return encode_cannot(e, "%s has no translation (%s)", what,
                         feel_node_kind_name((feel_node_kind)node->kind));
}

static value name(encoder *e, const feel_node *node, const frame *at) {
    uint32_t up = node->up;
    for (; at; at = at->up, up--) {
        if (up == 0) return node->index < at->n ? at->slots[node->index] : value_null();
    }
    const value *found = e->lookup ? e->lookup(e->to, node->name) : NULL;
    if (found) return *found;
    return encode_cannot(e, "the name %.*s has no value here", (int)node->name.n, node->name.at);
}

// ---- constants ---------------------------------------------------------------------------------
static value constant_range(encoder *e, const feel_range *range) {
    value ends[2] = {encode_constant(e, range->low), encode_constant(e, range->high)};
    return (value){.kind = VALUE_RANGE,
                   .is_null = FALSE_TERM,
                   .n = 2,
                   .items = value_copy(e, ends, 2),
                   .has_low = range->has_low,
                   .has_high = range->has_high,
                   .is_low_included = range->is_low_included,
                   .is_high_included = range->is_high_included,
                   .unary = range->unary};
}

static value constant_list(encoder *e, feel_value list) {
    value *items = hb_arena_array(e->arena, value, list.n ? list.n : 1);
    if (!items) return encode_cannot(e, "out of memory");
    for (uint32_t i = 0; i < list.n; i++) items[i] = encode_constant(e, list.items[i]);
    return value_list(e, list.n, items);
}

static value constant_context(encoder *e, const feel_context *context) {
    value *items = hb_arena_array(e->arena, value, context->n ? context->n : 1);
    if (!items) return encode_cannot(e, "out of memory");
    for (uint32_t i = 0; i < context->n; i++) items[i] = encode_constant(e, context->values[i]);
    return (value){.kind = VALUE_CONTEXT,
                   .is_null = FALSE_TERM,
                   .n = context->n,
                   .items = items,
                   .keys = context->keys};
}

value encode_constant(encoder *e, feel_value v) {
    term_pool *p = e->pool;
    switch ((feel_kind)v.kind) {
        case FEEL_NULL: return value_null();
        case FEEL_BOOLEAN: return value_of(VALUE_BOOLEAN, term_boolean(v.boolean));
        case FEEL_NUMBER: return value_of(VALUE_NUMBER, term_decimal(p, feel_dec(v)));
        case FEEL_STRING:
            return value_of(VALUE_STRING, term_integer(p, encoder_string(e, feel_text(v))));
        case FEEL_DATE: return value_of(VALUE_DATE, term_integer(p, hb_date_to_days(v.date)));
        case FEEL_DATE_TIME: {
            if (v.date_time->time.zone.kind == HB_ZONE_NONE || v.date_time->time.nanosecond != 0)
                break;
            value at =
                value_of(VALUE_DATE_TIME, term_integer(p, hb_date_to_days(v.date_time->date)));
            at.instant = term_integer(p, feel_instant(v.date_time));
            return at;
        }
        case FEEL_DAYS_DURATION:
            if (v.n != 0) break;
            return value_of(VALUE_DAYS, term_integer(p, v.seconds));
        case FEEL_YEARS_DURATION: return value_of(VALUE_MONTHS, term_integer(p, v.months));
        case FEEL_RANGE: return constant_range(e, v.range);
        case FEEL_LIST: return constant_list(e, v);
        case FEEL_CONTEXT: return constant_context(e, v.context);
        case FEEL_TIME:
        case FEEL_FUNCTION: break;
    }
    return encode_cannot(e, "a constant of this kind has no translation");
}

// ---- arithmetic --------------------------------------------------------------------------------
static value with_null(encoder *e, value v, value a, value b) {
    v.is_null = term_or(e->pool, a.is_null, b.is_null);
    return v;
}

static value mismatch(encoder *e, value a, value b, const char *text) {
    if (a.kind != VALUE_NULL && b.kind != VALUE_NULL)
        encode_fault(e, value_both_known(e, a, b), text);
    return value_null();
}

// A date plus a duration; sign is 1 or -1.
static value move_date(encoder *e, value date, value duration, int sign) {
    term_pool *p = e->pool;
    const term_node *amount = term_at(p, duration.t);
    if (amount->kind != TERM_INTEGER) return encode_cannot(e, "a duration that is not constant");
    int64_t n = sign * amount->number;
    if (duration.kind == VALUE_MONTHS) {
        return with_null(e, value_of(VALUE_DATE, term_months(p, date.t, n)), date, duration);
    }
    if (n % DAY_SECONDS != 0) return encode_cannot(e, "a date moved by part of a day");
    return with_null(e, value_of(VALUE_DATE, term_add(p, date.t, term_integer(p, n / DAY_SECONDS))),
                     date, duration);
}

static bool is_duration(value v) {
    return v.kind == VALUE_DAYS || v.kind == VALUE_MONTHS;
}

static value add(encoder *e, value a, value b, int sign) {
    term_pool *p = e->pool;
    if (a.kind == VALUE_NUMBER && b.kind == VALUE_NUMBER) {
        return with_null(
            e,
            value_of(VALUE_NUMBER, sign > 0 ? term_add(p, a.t, b.t) : term_subtract(p, a.t, b.t)),
            a, b);
    }
    if (a.kind == VALUE_DATE && is_duration(b)) return move_date(e, a, b, sign);
    if (is_duration(a) && b.kind == VALUE_DATE && sign > 0) return move_date(e, b, a, 1);
    if (a.kind == VALUE_DATE && b.kind == VALUE_DATE && sign < 0) {
        term days = term_subtract(p, a.t, b.t);
        return with_null(e, value_of(VALUE_DAYS, term_scale(p, days, term_integer(p, DAY_SECONDS))),
                         a, b);
    }
    if (a.kind == b.kind && is_duration(a)) {
        return with_null(
            e, value_of(a.kind, sign > 0 ? term_add(p, a.t, b.t) : term_subtract(p, a.t, b.t)), a,
            b);
    }
    if (a.kind == VALUE_DATE_TIME || b.kind == VALUE_DATE_TIME ||
        (a.kind == VALUE_STRING && b.kind == VALUE_STRING)) {
        return encode_cannot(e, "adding a %s and a %s", value_kind_name(a.kind),
                             value_kind_name(b.kind));
    }
    return mismatch(e, a, b, "adds two values that do not go together");
}

static value multiply(encoder *e, value a, value b) {
    if (a.kind != VALUE_NUMBER || b.kind != VALUE_NUMBER) {
        if (is_duration(a) || is_duration(b)) return encode_cannot(e, "multiplying a duration");
        return mismatch(e, a, b, "multiplies values that are no numbers");
    }
    if (term_is_constant(e->pool, b.t))
        return with_null(e, value_of(VALUE_NUMBER, term_scale(e->pool, a.t, b.t)), a, b);
    if (term_is_constant(e->pool, a.t))
        return with_null(e, value_of(VALUE_NUMBER, term_scale(e->pool, b.t, a.t)), a, b);
    return encode_cannot(e, "a product of two unknown numbers");
}

// ---- comparisons -------------------------------------------------------------------------------
static value less(encoder *e, value a, value b, bool or_equal) {
    if (a.kind == VALUE_NULL || b.kind == VALUE_NULL) return value_boolean(TRUE_TERM, FALSE_TERM);
    if (a.kind != b.kind) {
        value v = mismatch(e, a, b, "compares two values that have no order");
        return value_boolean(v.is_null, FALSE_TERM);
    }
    switch (a.kind) {
        case VALUE_NUMBER:
        case VALUE_DATE:
        case VALUE_DAYS:
        case VALUE_MONTHS: {
            term t = or_equal ? term_less_equal(e->pool, a.t, b.t) : term_less(e->pool, a.t, b.t);
            return with_null(e, value_of(VALUE_BOOLEAN, t), a, b);
        }
        case VALUE_STRING:
            if (term_is_constant(e->pool, a.t) && term_is_constant(e->pool, b.t)) {
                int order = hb_str_compare(encoder_text(e, term_at(e->pool, a.t)->number),
                                           encoder_text(e, term_at(e->pool, b.t)->number));
                return value_of(VALUE_BOOLEAN, term_boolean(or_equal ? order <= 0 : order < 0));
            }
            return encode_cannot(e, "the order of strings");
        case VALUE_DATE_TIME: {
            term t = or_equal ? term_less_equal(e->pool, a.instant, b.instant)
                              : term_less(e->pool, a.instant, b.instant);
            return with_null(e, value_of(VALUE_BOOLEAN, t), a, b);
        }
        case VALUE_NULL:
        case VALUE_BOOLEAN:
        case VALUE_RANGE:
        case VALUE_LIST:
        case VALUE_CONTEXT: break;
    }
    mismatch(e, a, b, "compares two values that have no order");
    return value_boolean(TRUE_TERM, FALSE_TERM);
}

static value negation(encoder *e, value v) {
    if (v.kind != VALUE_BOOLEAN) {
        if (v.kind != VALUE_NULL)
            encode_fault(e, value_known(e, v), "not() of a value that is no boolean");
        return value_boolean(TRUE_TERM, FALSE_TERM);
    }
    return value_boolean(v.is_null, term_not(e->pool, v.t));
}

static value compare(encoder *e, feel_node_kind kind, value a, value b) {
    switch (kind) {
        case FEEL_NODE_EQUAL: return value_equal(e, a, b);
        case FEEL_NODE_NOT_EQUAL: return negation(e, value_equal(e, a, b));
        case FEEL_NODE_LESS: return less(e, a, b, false);
        case FEEL_NODE_LESS_OR_EQUAL: return less(e, a, b, true);
        case FEEL_NODE_GREATER: return less(e, b, a, false);
        case FEEL_NODE_GREATER_OR_EQUAL: return less(e, b, a, true);
        default: return encode_cannot(e, "a comparison of an unknown kind");
    }
}

static value conjunction(encoder *e, value a, value b) {
    term_pool *p = e->pool;
    return value_truth(e, term_and(p, value_is_true(e, a), value_is_true(e, b)),
                       term_or(p, value_is_false(e, a), value_is_false(e, b)));
}

static value disjunction(encoder *e, value a, value b) {
    term_pool *p = e->pool;
    return value_truth(e, term_or(p, value_is_true(e, a), value_is_true(e, b)),
                       term_and(p, value_is_false(e, a), value_is_false(e, b)));
}

// ---- ranges and tests --------------------------------------------------------------------------
static value in_range(encoder *e, value v, value range) {
    value low = value_boolean(FALSE_TERM, TRUE_TERM), high = value_boolean(FALSE_TERM, TRUE_TERM);
    if (range.unary == '=') return value_equal(e, v, range.items[0]);
    if (range.unary == '!') return negation(e, value_equal(e, v, range.items[0]));
    if (range.has_low) low = less(e, range.items[0], v, range.is_low_included);
    if (range.has_high) high = less(e, v, range.items[1], range.is_high_included);
    return conjunction(e, low, high);
}

static value contains(encoder *e, value list, value item) {
    term any = FALSE_TERM;
    for (uint32_t i = 0; i < list.n; i++) {
        any = term_or(
            e->pool, any,
            term_and(e->pool, list.has[i], value_is_true(e, value_equal(e, list.items[i], item))));
    }
    return value_boolean(list.is_null, any);
}

// ? against the value of a test: equal to it, in its range, or in its list.
static value test_value(encoder *e, value input, value wanted) {
    if (wanted.kind == VALUE_RANGE) return in_range(e, input, wanted);
    if (wanted.kind != VALUE_LIST) return value_equal(e, input, wanted);
    if (input.kind == VALUE_LIST) return encode_cannot(e, "a list tested against a list");
    value any = value_boolean(FALSE_TERM, FALSE_TERM);
    for (uint32_t i = 0; i < wanted.n; i++) {
        value hit = test_value(e, input, wanted.items[i]);
        any = disjunction(e, any,
                          value_boolean(term_and(e->pool, hit.is_null, wanted.has[i]),
                                        term_and(e->pool, hit.t, wanted.has[i])));
    }
    return any;
}

static value test_item(encoder *e, const feel_node *test, const frame *at) {
    value input = at->slots[0];
    switch ((feel_node_kind)test->kind) {
        case FEEL_NODE_TEST_ANY: return value_of(VALUE_BOOLEAN, TRUE_TERM);
        case FEEL_NODE_TEST_COMPARE:
            return compare(e, (feel_node_kind)test->comparison, input, encode(e, test->a, at));
        case FEEL_NODE_TEST_VALUE: return test_value(e, input, encode(e, test->a, at));
        case FEEL_NODE_TEST_TRUE: {
            value v = encode(e, test->a, at);
            return value_truth(e, value_is_true(e, v), value_is_false(e, v));
        }
        default: return test_value(e, input, encode(e, test, at));
    }
}

static value tests(encoder *e, const feel_node *node, value input, const frame *up) {
    frame at = {.up = up, .slots = value_copy(e, &input, 1), .n = 1};
    value any = value_boolean(FALSE_TERM, FALSE_TERM);
    for (uint32_t i = 0; i < node->n && !e->has_failed; i++)
        any = disjunction(e, any, test_item(e, node->items[i], &at));
    return node->is_negated ? negation(e, any) : any;
}

static value range(encoder *e, const feel_node *node, const frame *at) {
    value ends[2] = {node->a ? encode(e, node->a, at) : value_null(),
                     node->b ? encode(e, node->b, at) : value_null()};
    value v = {.kind = VALUE_RANGE,
               .is_null = FALSE_TERM,
               .n = 2,
               .has_low = node->a != NULL,
               .has_high = node->b != NULL,
               .is_low_included = node->is_low_included,
               .is_high_included = node->is_high_included,
               .unary = node->unary};
    if (node->unary == '<' || node->unary == 'l') {
        ends[1] = ends[0];
        v.has_low = false;
        v.has_high = true;
        v.is_high_included = node->unary == 'l';
    } else if (node->unary == '>' || node->unary == 'g') {
        v.has_high = false;
        v.is_low_included = node->unary == 'g';
    }
    v.items = value_copy(e, ends, 2);
    return v;
}

// ---- lists -------------------------------------------------------------------------------------
// A single value where a list is wanted is a list of one (DMN 1.5 §10.3.2.9.4); null stays null.
static value as_list(encoder *e, value v) {
    if (v.kind == VALUE_LIST || v.kind == VALUE_NULL) return v;
    value list = value_list(e, 1, &v);
    list.is_null = v.is_null;
    return list;
}

static value quantified(encoder *e, const feel_node *node, uint32_t domain, const frame *at) {
    bool is_some = node->kind == FEEL_NODE_SOME;
    if (domain == node->n) return encode(e, node->a, at);
    value list = as_list(e, encode(e, node->items[domain], at));
    if (e->has_failed) return value_null();
    if (list.kind == VALUE_NULL) return value_boolean(TRUE_TERM, FALSE_TERM);
    value all = value_boolean(FALSE_TERM, term_boolean(!is_some));
    for (uint32_t i = 0; i < list.n && !e->has_failed; i++) {
        frame inner = {.up = at, .slots = value_copy(e, &list.items[i], 1), .n = 1};
        value v = quantified(e, node, domain + 1, &inner);
        term is_true = value_is_true(e, v), is_false = value_is_false(e, v), has = list.has[i];
        term_pool *p = e->pool;
        value here =
            is_some
                ? value_truth(e, term_and(p, has, is_true), term_or(p, term_not(p, has), is_false))
                : value_truth(e, term_or(p, term_not(p, has), is_true), term_and(p, has, is_false));
        all = is_some ? disjunction(e, all, here) : conjunction(e, all, here);
    }
    all.is_null = term_or(e->pool, list.is_null, all.is_null);
    return all;
}

static value filter(encoder *e, const feel_node *node, const frame *at) {
    value list = as_list(e, encode(e, node->a, at));
    if (e->has_failed || list.kind == VALUE_NULL) return list;
    term *has;
    value *items = value_room(e, list.n, &has);
    if (!items) return value_null();
    for (uint32_t i = 0; i < list.n && !e->has_failed; i++) {
        frame inner = {.up = at, .slots = value_copy(e, &list.items[i], 1), .n = 1};
        value v = encode(e, node->b, &inner);
        if (v.kind != VALUE_BOOLEAN && v.kind != VALUE_NULL)
            return no(e, node, "a list's member by number");
        items[i] = list.items[i];
        has[i] = term_and(e->pool, list.has[i], value_is_true(e, v));
    }
    list.items = items;
    list.has = has;
    return list;
}

static value count(encoder *e, value list) {
    term_pool *p = e->pool;
    term sum = term_decimal(p, hb_dec_from_int(0)), one = term_decimal(p, hb_dec_from_int(1)),
         zero = sum;
    for (uint32_t i = 0; i < list.n; i++)
        sum = term_add(p, sum, term_if(p, list.has[i], one, zero));
    value v = value_of(VALUE_NUMBER, sum);
    v.is_null = list.is_null;
    return v;
}

static value literal_list(encoder *e, const feel_node *node, const frame *at) {
    value *items = hb_arena_array(e->arena, value, node->n ? node->n : 1);
    if (!items) return encode_cannot(e, "out of memory");
    for (uint32_t i = 0; i < node->n; i++) items[i] = encode(e, node->items[i], at);
    return value_list(e, node->n, items);
}

static value context(encoder *e, const feel_node *node, const frame *at) {
    value *items = hb_arena_array(e->arena, value, node->n ? node->n : 1);
    if (!items) return encode_cannot(e, "out of memory");
    for (uint32_t i = 0; i < node->n; i++) {
        frame inner = {.up = at, .slots = items, .n = i};
        items[i] = encode(e, node->items[i], &inner);
    }
    if (node->is_result_last && node->n > 0) return items[node->n - 1];
    return (value){.kind = VALUE_CONTEXT,
                   .is_null = FALSE_TERM,
                   .n = node->n,
                   .items = items,
                   .keys = node->keys};
}

static value member(encoder *e, value of, const feel_node *node) {
    if (of.kind == VALUE_NULL) return value_null();
    if (of.kind != VALUE_CONTEXT) return no(e, node, "a part of a value that is no context");
    for (uint32_t i = 0; i < of.n; i++) {
        if (!hb_str_equal(of.keys[i], node->name)) continue;
        value v = of.items[i];
        v.is_null = term_or(e->pool, v.is_null, of.is_null);
        return v;
    }
    return value_null();
}

static value member_name(encoder *e, const feel_node *node, const frame *at) {
    const frame *f = at;
    for (uint32_t up = node->up; f && up > 0; up--) f = f->up;
    if (f && f->n > 0 && f->slots[0].kind == VALUE_CONTEXT) {
        const value *item = &f->slots[0];
        for (uint32_t i = 0; i < item->n; i++) {
            if (hb_str_equal(item->keys[i], node->name)) return member(e, *item, node);
        }
    }
    return node->a ? encode(e, node->a, at) : value_null();
}

// ---- built-in functions ------------------------------------------------------------------------
static value call_not(encoder *e, const value *args) {
    return negation(e, args[0]);
}
static value call_count(encoder *e, const value *args) {
    value list = as_list(e, args[0]);
    return list.kind == VALUE_NULL ? list : count(e, list);
}
static value call_contains(encoder *e, const value *args) {
    value list = as_list(e, args[0]);
    return list.kind == VALUE_NULL ? value_boolean(TRUE_TERM, FALSE_TERM)
                                   : contains(e, list, args[1]);
}
// The date of a date and time is its local day; a date is itself.
static value call_date(encoder *e, const value *args) {
    value v = args[0];
    if (v.kind == VALUE_NULL || v.kind == VALUE_DATE) return v;
    if (v.kind == VALUE_DATE_TIME) {
        v.kind = VALUE_DATE;
        return v;
    }
    return encode_cannot(e, "date() of a text that is not constant");
}
static value call_duration(encoder *e, const value *args) {
    if (args[0].kind == VALUE_NULL || is_duration(args[0])) return args[0];
    return encode_cannot(e, "duration() of a text that is not constant");
}

// A date or duration written as text is what it says; the text is no string of the law, or another
// limit would seem to name another string.
static value written(encoder *e, const feel_node *node) {
    hb_str text = feel_text(node->items[0]->value);
    bool is_date = hb_str_equal(node->a->name, HB_STR("date"));
    feel_value v;
    if (is_date ? feel_parse_date(text, &v) : feel_parse_duration(text, &v))
        return encode_constant(e, v);
    encode_fault(
        e, TRUE_TERM,
        is_date ? "date() of a text that is no date" : "duration() of a text that is no duration");
    return value_null();
}

static bool is_written(const feel_node *node) {
    bool is_text = node->n == 1 && node->items[0]->kind == FEEL_NODE_CONSTANT &&
                   node->items[0]->value.kind == FEEL_STRING;
    return is_text && (hb_str_equal(node->a->name, HB_STR("date")) ||
                       hb_str_equal(node->a->name, HB_STR("duration")));
}

static const struct {
    const char *name;
    uint32_t n;
    value (*call)(encoder *e, const value *args);
} BUILTINS[] = {
    {"not",           1, call_not     },
    {"count",         1, call_count   },
    {"list contains", 2, call_contains},
    {"date",          1, call_date    },
    {"duration",      1, call_duration},
};

static value call(encoder *e, const feel_node *node, const frame *at) {
    if (node->a->kind != FEEL_NODE_BUILTIN || node->keys) return no(e, node, "a call of this form");
    if (is_written(node)) return written(e, node);
    for (size_t i = 0; i < sizeof BUILTINS / sizeof *BUILTINS; i++) {
        if (!hb_str_equal(node->a->name, hb_str_from(BUILTINS[i].name)) || node->n != BUILTINS[i].n)
            continue;
        value args[2] = {0};
        for (uint32_t k = 0; k < node->n; k++) args[k] = encode(e, node->items[k], at);
        return e->has_failed ? value_null() : BUILTINS[i].call(e, args);
    }
    return encode_cannot(e, "the function %.*s has no translation", (int)node->a->name.n,
                         node->a->name.at);
}

// ---- types -------------------------------------------------------------------------------------
static bool fits(value_kind kind, const feel_type *type) {
    switch (type->kind) {
        case FEEL_TYPE_ANY: return true;
        case FEEL_TYPE_NULL: return kind == VALUE_NULL;
        case FEEL_TYPE_BOOLEAN: return kind == VALUE_BOOLEAN;
        case FEEL_TYPE_NUMBER: return kind == VALUE_NUMBER;
        case FEEL_TYPE_STRING: return kind == VALUE_STRING;
        case FEEL_TYPE_DATE: return kind == VALUE_DATE;
        case FEEL_TYPE_DATE_TIME: return kind == VALUE_DATE_TIME;
        case FEEL_TYPE_DAYS_DURATION: return kind == VALUE_DAYS;
        case FEEL_TYPE_YEARS_DURATION: return kind == VALUE_MONTHS;
        case FEEL_TYPE_RANGE: return kind == VALUE_RANGE;
        case FEEL_TYPE_LIST: return kind == VALUE_LIST;
        case FEEL_TYPE_CONTEXT: return kind == VALUE_CONTEXT;
        case FEEL_TYPE_TIME:
        case FEEL_TYPE_FUNCTION: return false;
    }
    return false;
}

// feel_coerce for values of one kind. Allowed values are not looked at here: the facts keep to
// theirs.
static value coerce(encoder *e, value v, const feel_type *type) {
    if (v.kind == VALUE_NULL || type->kind == FEEL_TYPE_ANY || fits(v.kind, type)) return v;
    if (type->kind == FEEL_TYPE_LIST && fits(v.kind, type->element)) return as_list(e, v);
    if (v.kind == VALUE_LIST || v.kind == VALUE_DATE) {
        return encode_cannot(e, "a %s where the model wants another type", value_kind_name(v.kind));
    }
    encode_fault(e, value_known(e, v), "gives a value of another type than the model declares");
    return value_null();
}

static value encode(encoder *e, const feel_node *node, const frame *at) {
    if (e->has_failed) return value_null();
    switch ((feel_node_kind)node->kind) {
        case FEEL_NODE_CONSTANT: return encode_constant(e, node->value);
        case FEEL_NODE_NAME: return name(e, node, at);
        case FEEL_NODE_MEMBER_NAME: return member_name(e, node, at);
        case FEEL_NODE_PATH: return member(e, encode(e, node->a, at), node);
        case FEEL_NODE_NEGATE: {
            value v = encode(e, node->a, at);
            if (v.kind != VALUE_NUMBER && !is_duration(v))
                return mismatch(e, v, v, "negates a value that is no number");
            v.t = term_negate(e->pool, v.t);
            return v;
        }
        case FEEL_NODE_ADD: return add(e, encode(e, node->a, at), encode(e, node->b, at), 1);
        case FEEL_NODE_SUBTRACT: return add(e, encode(e, node->a, at), encode(e, node->b, at), -1);
        case FEEL_NODE_MULTIPLY: return multiply(e, encode(e, node->a, at), encode(e, node->b, at));
        case FEEL_NODE_EQUAL:
        case FEEL_NODE_NOT_EQUAL:
        case FEEL_NODE_LESS:
        case FEEL_NODE_LESS_OR_EQUAL:
        case FEEL_NODE_GREATER:
        case FEEL_NODE_GREATER_OR_EQUAL:
            return compare(e, (feel_node_kind)node->kind, encode(e, node->a, at),
                           encode(e, node->b, at));
        case FEEL_NODE_AND: return conjunction(e, encode(e, node->a, at), encode(e, node->b, at));
        case FEEL_NODE_OR: return disjunction(e, encode(e, node->a, at), encode(e, node->b, at));
        case FEEL_NODE_BETWEEN: {
            value v = encode(e, node->a, at);
            return conjunction(e, less(e, encode(e, node->b, at), v, true),
                               less(e, v, encode(e, node->c, at), true));
        }
        case FEEL_NODE_IN: return tests(e, node, encode(e, node->a, at), at);
        case FEEL_NODE_RANGE: return range(e, node, at);
        case FEEL_NODE_LIST: return literal_list(e, node, at);
        case FEEL_NODE_CONTEXT: return context(e, node, at);
        case FEEL_NODE_IF: {
            term condition = value_is_true(e, encode(e, node->a, at));
            return value_if(e, condition, encode(e, node->b, at), encode(e, node->c, at));
        }
        case FEEL_NODE_SOME:
        case FEEL_NODE_EVERY: return quantified(e, node, 0, at);
        case FEEL_NODE_FILTER: return filter(e, node, at);
        case FEEL_NODE_CALL: return call(e, node, at);
        case FEEL_NODE_COERCE: return coerce(e, encode(e, node->a, at), node->wanted);
        case FEEL_NODE_DIVIDE:
        case FEEL_NODE_POWER:
        case FEEL_NODE_TESTS:
        case FEEL_NODE_TEST_ANY:
        case FEEL_NODE_TEST_COMPARE:
        case FEEL_NODE_TEST_VALUE:
        case FEEL_NODE_TEST_TRUE:
        case FEEL_NODE_FOR:
        case FEEL_NODE_STEPS:
        case FEEL_NODE_INSTANCE:
        case FEEL_NODE_FUNCTION:
        case FEEL_NODE_BUILTIN:
        case FEEL_NODE_HOST: break;
    }
    return no(e, node, "an expression of this kind");
}

value encode_node(encoder *e, const feel_node *node) {
    return encode(e, node, NULL);
}

value encode_test(encoder *e, const feel_node *node, value input) {
    if (node->kind == FEEL_NODE_TESTS) return tests(e, node, input, NULL);
    frame at = {.slots = &input, .n = 1};
    return test_item(e, node, &at);
}
