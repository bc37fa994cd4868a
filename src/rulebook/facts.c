// The dictionary: facts.csv, compiled once. Every value of every fact protects, permits or is
// neutral; the three columns say which, as bare values or as FEEL unary tests over the value, the
// day and the host. A value that no column takes, or whose test has no answer, protects
// (value_effect in standing.c).
#include "rulebook/internal.h"

#include <string.h>

enum {
    NAME,
    GROUP,
    SCOPE,
    TYPE,
    UNIT,
    VALUES,
    PROTECTS,
    PERMITS,
    NEUTRAL,
    ESTABLISHED_BY,
    FRESH_DAYS,
    RULES,
    QUESTION_EN,
    QUESTION_ES,
    ASKED_WHEN,
    DEFAULT,
    NOTE,
    CONFIDENTIAL,
    UNANSWERED,
    N_COLUMNS
};
static const table_column COLUMNS[N_COLUMNS] = {
  // ORDER of the enum above
    {"name",           false},
    {"group",          false},
    {"scope",          false},
    {"type",           false},
    {"unit",           false},
    {"values",         false},
    {"protects",       false},
    {"permits",        false},
    {"neutral",        false},
    {"established_by", false},
    {"fresh_days",     false},
    {"rules",          false},
    {"question_en",    false},
    {"question_es",    false},
    {"asked_when",     false},
    {"default",        false},
    {"note",           false},
    {"confidential",   false},
    {"unanswered",     false},
};

static const struct {
    const char *name;
    rulebook_fact_type type;
    bool is_list, has_bare_values;
} TYPES[] = {
    {"enum",         RULEBOOK_ENUM,         false, true },
    {"tri",          RULEBOOK_TRI,          false, true },
    {"text",         RULEBOOK_TEXT,         false, true },
    {"doc",          RULEBOOK_DOC,          false, true },
    {"doc_list",     RULEBOOK_DOC_LIST,     true,  false},
    {"date",         RULEBOOK_DATE,         false, false},
    {"datetime",     RULEBOOK_DATE_TIME,    false, false},
    {"number",       RULEBOOK_NUMBER,       false, false},
    {"int",          RULEBOOK_INT,          false, false},
    {"country",      RULEBOOK_COUNTRY,      false, false},
    {"country_list", RULEBOOK_COUNTRY_LIST, true,  false},
    {"order_list",   RULEBOOK_ORDER_LIST,   true,  false},
};
static const char *const SCOPES[] = {"person", "agreement", "facility",
                                     "programme"};                  // ORDER of rulebook_scope
static const int EFFECT_COLUMNS[3] = {PROTECTS, PERMITS, NEUTRAL};  // ORDER of rulebook_effect

static const char *const KINDS[RULEBOOK_N_KINDS] = {
    // ORDER of the kinds of documents
    "other",          "court_order",
    "judgment",       "statute_or_treaty",
    "agreement",      "passport",
    "civil_record",   "agency_record",
    "medical_record", "inspection_report",
    "affidavit",      "assurance",
    "claim",          "news",
};
// However a rulebook is written, these establish nothing.
#define NEVER_ESTABLISH (1u << RULEBOOK_OTHER | 1u << RULEBOOK_CLAIM | 1u << RULEBOOK_NEWS)
static const char *const ROLES[] = {"",        "court",  "counsel", "consulate",
                                    "monitor", "notary", "registry"};  // ORDER of rulebook_role

hb_str rulebook_kind_name(rulebook_kind kind) {
    return hb_str_from(KINDS[kind]);
}

bool rulebook_kind_find(hb_str name, rulebook_kind *kind) {
    for (uint32_t k = 0; k < RULEBOOK_N_KINDS; k++)
        if (hb_str_equal(name, hb_str_from(KINDS[k]))) return *kind = (rulebook_kind)k, true;
    return false;
}

hb_str rulebook_role_name(rulebook_role role) {
    return hb_str_from(ROLES[role]);
}

bool rulebook_role_find(hb_str name, rulebook_role *role) {
    for (uint32_t r = RULEBOOK_COURT; r <= RULEBOOK_REGISTRY; r++)
        if (hb_str_equal(name, hb_str_from(ROLES[r]))) return *role = (rulebook_role)r, true;
    return false;
}

bool fact_type_is_list(rulebook_fact_type type) {
    return TYPES[type].is_list;
}
bool fact_type_has_bare_values(rulebook_fact_type type) {
    return TYPES[type].has_bare_values;
}

static const feel_type *type_in_feel(hb_arena *arena, rulebook_fact_type type) {
    static const char *const ORDER_MEMBERS[] = {"court", "docket", "status", "class_definition",
                                                "expires"};
    feel_type *list = NULL, *order = NULL;
    feel_field *fields = NULL;
    switch (type) {
        case RULEBOOK_ENUM:
        case RULEBOOK_TRI:
        case RULEBOOK_TEXT:
        case RULEBOOK_DOC:
        case RULEBOOK_COUNTRY: return feel_type_basic(FEEL_TYPE_STRING);
        case RULEBOOK_DATE: return feel_type_basic(FEEL_TYPE_DATE);
        case RULEBOOK_DATE_TIME: return feel_type_basic(FEEL_TYPE_DATE_TIME);
        case RULEBOOK_NUMBER:
        case RULEBOOK_INT: return feel_type_basic(FEEL_TYPE_NUMBER);
        case RULEBOOK_DOC_LIST:
        case RULEBOOK_COUNTRY_LIST:
            if (!(list = hb_arena_new(arena, feel_type))) return NULL;
            *list =
                (feel_type){.kind = FEEL_TYPE_LIST, .element = feel_type_basic(FEEL_TYPE_STRING)};
            return list;
        case RULEBOOK_ORDER_LIST:
            list = hb_arena_new(arena, feel_type);
            order = hb_arena_new(arena, feel_type);
            fields = hb_arena_array(arena, feel_field, 5);
            if (!list || !order || !fields) return NULL;
            for (uint32_t i = 0; i < 5; i++)
                fields[i] =
                    (feel_field){hb_str_from(ORDER_MEMBERS[i]), feel_type_basic(FEEL_TYPE_STRING)};
            *order = (feel_type){.kind = FEEL_TYPE_CONTEXT, .n_fields = 5, .fields = fields};
            *list = (feel_type){.kind = FEEL_TYPE_LIST, .element = order};
            return list;
    }
    return NULL;
}

static bool is_fact_name(hb_str name) {
    if (!name.n || name.n > 64 || name.at[0] < 'a' || name.at[0] > 'z') return false;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.at[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_') return false;
    }
    return !hb_str_equal(name, HB_STR("as_of")) && !hb_str_equal(name, HB_STR("host"));
}

static bool holds(const hb_str *list, uint32_t n, hb_str value) {
    for (uint32_t i = 0; i < n; i++)
        if (hb_str_equal(list[i], value)) return true;
    return false;
}

static file_place place_of(const table *from, const table_row *row, uint32_t column,
                           hb_errors *errors) {
    return (file_place){errors, from->file, row->line, row->column[column]};
}

static bool complain_value(const file_place *at, uint32_t column, hb_str value,
                           const char *wanted) {
    return complain(at, "bad-value", wanted, "\"%.*s\" cannot stand in column \"%s\"", (int)value.n,
                    value.at, COLUMNS[column].name);
}

// Name, type, scope and values: what the other rows' expressions need to know of this fact.
static bool read_shape(rulebook *rb, const table *from, const table_row *row, uint32_t i,
                       hb_errors *errors) {
    rulebook_fact *fact = &rb->facts[i];
    const hb_str *text = row->text;
    bool ok = true;
    *fact = (rulebook_fact){.name = text[NAME],
                            .group = text[GROUP],
                            .unit = text[UNIT],
                            .note = text[NOTE],
                            .question_en = text[QUESTION_EN],
                            .question_es = text[QUESTION_ES],
                            .line = (uint32_t)row->line,
                            .protects = text[PROTECTS],
                            .permits = text[PERMITS],
                            .neutral = text[NEUTRAL],
                            .asked_when = text[ASKED_WHEN],
                            .fresh_days = text[FRESH_DAYS]};
    file_place at = place_of(from, row, NAME, errors);
    if (!is_fact_name(fact->name))
        ok = complain_value(
            &at, NAME, fact->name,
            "a fact is named by small letters, digits and _; as_of and host are taken");
    for (uint32_t j = 0; j < i; j++)
        if (hb_str_equal(rb->facts[j].name, fact->name))
            ok = complain(&at, "duplicate-fact", "keep one row",
                          "fact \"%.*s\" stands on line %u already", (int)fact->name.n,
                          fact->name.at, rb->facts[j].line);
    uint32_t t = 0, s = 0;
    while (t < sizeof TYPES / sizeof *TYPES &&
           !hb_str_equal(text[TYPE], hb_str_from(TYPES[t].name)))
        t++;
    while (s < 4 && !hb_str_equal(text[SCOPE], hb_str_from(SCOPES[s]))) s++;
    at = place_of(from, row, TYPE, errors);
    if (t == sizeof TYPES / sizeof *TYPES)
        ok = complain_value(&at, TYPE, text[TYPE],
                            "enum, tri, text, doc, doc_list, date, datetime, number, int, country, "
                            "country_list or order_list");
    else
        fact->type = TYPES[t].type;
    at = place_of(from, row, SCOPE, errors);
    if (s == 4)
        ok = complain_value(&at, SCOPE, text[SCOPE], "person, agreement, facility or programme");
    else
        fact->scope = (rulebook_scope)s;
    at = place_of(from, row, CONFIDENTIAL, errors);
    if (!hb_str_equal(text[CONFIDENTIAL], HB_STR("yes")) &&
        !hb_str_equal(text[CONFIDENTIAL], HB_STR("no")))
        ok = complain_value(&at, CONFIDENTIAL, text[CONFIDENTIAL], "yes or no");
    fact->is_confidential = !hb_str_equal(text[CONFIDENTIAL], HB_STR("no"));
    for (uint32_t c = QUESTION_EN; c <= QUESTION_ES; c++) {
        at = place_of(from, row, c, errors);
        if (!text[c].n)
            ok = complain(&at, "missing-text", "every question is asked in both languages",
                          "column \"%s\" is empty", COLUMNS[c].name);
    }
    bool has_values = fact->type == RULEBOOK_ENUM || fact->type == RULEBOOK_TRI;
    at = place_of(from, row, DEFAULT, errors);
    if (!hb_str_equal(text[DEFAULT], has_values ? HB_STR("unknown") : HB_STR("null")))
        ok = complain_value(&at, DEFAULT, text[DEFAULT],
                            has_values ? "unknown: what is not said is not known"
                                       : "null: what is not said is not known");
    return ok;
}

// `a|b|unknown` without its unknown, which every fact takes and which says nothing.
static bool read_values(rulebook *rb, const table *from, const table_row *row, uint32_t i,
                        hb_errors *errors) {
    rulebook_fact *fact = &rb->facts[i];
    const hb_str *parts;
    uint32_t n = 0;
    file_place at = place_of(from, row, VALUES, errors);
    if (!split_bars(rb->arena, row->text[VALUES], &parts, &n)) return false;
    bool has_values = fact->type == RULEBOOK_ENUM || fact->type == RULEBOOK_TRI;
    if (has_values != (n > 0))
        return complain(&at, "bad-value", "list the values of an enum or tri, and of no other type",
                        "column \"values\" does not fit the type");
    if (!n) return true;
    hb_str *values = hb_arena_array(rb->arena, hb_str, n);
    if (!values) return false;
    bool has_unknown = false, ok = true;
    for (uint32_t v = 0; v < n; v++) {
        if (hb_str_equal(parts[v], HB_STR("unknown")))
            has_unknown = true;
        else if (!parts[v].n || holds(values, fact->n_values, parts[v]))
            ok = complain_value(&at, VALUES, parts[v], "name each value once");
        else
            values[fact->n_values++] = parts[v];
    }
    fact->values = values;
    if (!has_unknown)
        ok = complain(&at, "bad-value", "add |unknown", "every enum and tri takes \"unknown\"");
    if (fact->type == RULEBOOK_TRI &&
        !(fact->n_values == 2 && holds(values, 2, HB_STR("yes")) && holds(values, 2, HB_STR("no"))))
        ok = complain(&at, "bad-value", "write yes|no|unknown", "a tri has the values yes and no");
    return ok;
}

static feel_program *compile(rulebook *rb, feel_source source, const feel_scope *scope,
                             const feel_type *input, hb_error *err) {
    feel_node *node = input ? feel_parse_unary(rb->arena, source, scope, input, err)
                            : feel_parse(rb->arena, source, scope, err);
    return node ? feel_compile(rb->arena, node, source, err) : NULL;
}

static bool read_tests(rulebook *rb, const table *from, const table_row *row, uint32_t i,
                       rulebook_effect effect, hb_errors *errors) {
    rulebook_fact *fact = &rb->facts[i];
    value_tests *tests = &rb->laws[i].tests[effect];
    uint32_t column = (uint32_t)EFFECT_COLUMNS[effect];
    hb_str text = row->text[column];
    file_place at = place_of(from, row, column, errors);
    if (!text.n) return true;
    if (!fact_type_has_bare_values(fact->type)) {
        hb_error err = {0};
        feel_source source = {text, HB_STR("")};
        if (hb_str_starts(text, HB_STR("\"none\"")) || memmem(text.at, text.n, "\"none\"", 6))
            rb->laws[i].knows_none = true;
        if ((tests->tests = compile(rb, source, rb->day_scope, rb->laws[i].type, &err)))
            return true;
        return complain_of(&at, &err, "fact \"%.*s\", %s", (int)fact->name.n, fact->name.at,
                           COLUMNS[column].name);
    }
    const hb_str *parts;
    uint32_t n;
    if (!split_bars(rb->arena, text, &parts, &n)) return false;
    hb_str *values = hb_arena_array(rb->arena, hb_str, n);
    if (!values) return false;
    bool ok = true;
    for (uint32_t p = 0; p < n; p++) {
        bool is_other = hb_str_equal(parts[p], HB_STR("*"));
        bool is_legal = fact->n_values ? holds(fact->values, fact->n_values, parts[p])
                                       : is_other || hb_str_equal(parts[p], HB_STR("none"));
        if (!is_legal)
            ok = complain_value(&at, column, parts[p],
                                fact->n_values ? "name values of column \"values\""
                                               : "write none and *, for any other value");
        else if (is_other)
            tests->takes_any_other = true;
        else
            values[tests->n_values++] = parts[p];
    }
    tests->values = values;
    return ok;
}

// A value in two columns, or in none, has no one meaning.
static bool check_partition(const rulebook *rb, const table *from, const table_row *row, uint32_t i,
                            hb_errors *errors) {
    const rulebook_fact *fact = &rb->facts[i];
    const value_tests *tests = rb->laws[i].tests;
    file_place at = place_of(from, row, PROTECTS, errors);
    if (!fact_type_has_bare_values(fact->type)) {
        if (tests[RULEBOOK_PROTECTS].tests &&
            (tests[RULEBOOK_PERMITS].tests || tests[RULEBOOK_NEUTRAL].tests))
            return true;
        return complain(&at, "no-partition", "say which values protect and which do not",
                        "fact \"%.*s\" has no test in protects, or none beside it",
                        (int)fact->name.n, fact->name.at);
    }
    static const hb_str OPEN[] = {
        {"none", 4},
        {"*",    1}
    };
    const hb_str *legal = fact->n_values ? fact->values : OPEN;
    uint32_t n = fact->n_values ? fact->n_values : 2;
    bool ok = true;
    for (uint32_t v = 0; v < n; v++) {
        uint32_t n_columns = 0;
        bool is_other = hb_str_equal(legal[v], HB_STR("*"));
        for (uint32_t e = 0; e < 3; e++)
            n_columns += is_other ? tests[e].takes_any_other
                                  : holds(tests[e].values, tests[e].n_values, legal[v]);
        // For a text that cannot be `none` the star takes everything.
        if (n_columns == 0 && !fact->n_values && !is_other) continue;
        if (n_columns != 1)
            ok =
                complain(&at, "no-partition",
                         "put each value in exactly one of protects, permits and neutral",
                         "value \"%.*s\" of fact \"%.*s\" stands in %u of the three columns",
                         (int)legal[v].n, legal[v].at, (int)fact->name.n, fact->name.at, n_columns);
    }
    return ok;
}

static bool read_kinds(rulebook *rb, const table *from, const table_row *row, uint32_t i,
                       hb_errors *errors) {
    const hb_str *parts;
    uint32_t n;
    file_place at = place_of(from, row, ESTABLISHED_BY, errors);
    if (!split_bars(rb->arena, row->text[ESTABLISHED_BY], &parts, &n)) return false;
    if (!n)
        return complain(&at, "bad-value", "name the kinds of documents that can prove it",
                        "no kind of document establishes this fact");
    bool ok = true;
    for (uint32_t k = 0; k < n; k++) {
        rulebook_kind kind;
        if (!rulebook_kind_find(parts[k], &kind))
            ok = complain_value(&at, ESTABLISHED_BY, parts[k],
                                "name kinds of documents, with | between them");
        else if (NEVER_ESTABLISH >> kind & 1)
            ok = complain_value(&at, ESTABLISHED_BY, parts[k],
                                "a claim, news or an unnamed kind establishes nothing");
        else
            rb->facts[i].established_by |= 1u << kind;
    }
    return ok;
}

// `30`, `none=30`, or nothing.
static bool read_freshness(rulebook *rb, const table *from, const table_row *row, uint32_t i,
                           hb_errors *errors) {
    hb_str text = row->text[FRESH_DAYS];
    fact_law *law = &rb->laws[i];
    file_place at = place_of(from, row, FRESH_DAYS, errors);
    const char *equals = text.n ? memchr(text.at, '=', text.n) : NULL;
    hb_dec number;
    if (!text.n) return true;
    hb_str days = text;
    if (equals) {
        law->fresh_value = (hb_str){text.at, (size_t)(equals - text.at)};
        days = (hb_str){equals + 1, text.n - law->fresh_value.n - 1};
        if (rb->facts[i].n_values &&
            !holds(rb->facts[i].values, rb->facts[i].n_values, law->fresh_value))
            return complain_value(&at, FRESH_DAYS, text,
                                  "name a value of column \"values\" before the =");
    }
    if (!hb_dec_parse(days, &number) || !hb_dec_to_int(number, &law->fresh_days) ||
        law->fresh_days < 0 || law->fresh_days > 36525)
        return complain_value(&at, FRESH_DAYS, text,
                              "write a number of days, or value=days when only one value ages");
    law->does_age = true;
    return true;
}

static bool read_asked_when(rulebook *rb, const table *from, const table_row *row, uint32_t i,
                            hb_errors *errors) {
    hb_error err = {0};
    hb_str text = row->text[ASKED_WHEN];
    file_place at = place_of(from, row, ASKED_WHEN, errors);
    uint32_t c = 0;
    if (!text.n) return true;
    while (c < rb->n_conditions && !hb_str_equal(rb->conditions[c].text, text)) c++;
    condition *shared = &rb->conditions[c];
    if (c == rb->n_conditions) {
        const feel_program *program =
            compile(rb, (feel_source){text, HB_STR("")}, rb->scope, NULL, &err);
        if (!program)
            return complain_of(&at, &err, "fact \"%.*s\", asked_when", (int)rb->facts[i].name.n,
                               rb->facts[i].name.at);
        *shared = (condition){.text = text, .program = program};
        if (!reads_of_text(rb, text, &shared->reads)) return false;
        rb->n_conditions++;
    }
    rb->laws[i].condition = c;
    rb->laws[i].asked_when = shared->program;
    return true;
}

static bool read_unanswered(rulebook *rb, const table *from, const table_row *row, uint32_t i,
                            hb_errors *errors) {
    fact_law *law = &rb->laws[i];
    file_place at = place_of(from, row, UNANSWERED, errors);
    const value_tests *protects = &law->tests[RULEBOOK_PROTECTS];
    if (!split_bars(rb->arena, row->text[UNANSWERED], &law->unanswered, &law->n_unanswered))
        return false;
    bool ok = true;
    for (uint32_t v = 0; v < law->n_unanswered; v++)
        if (!rb->facts[i].n_values ||
            !holds(protects->values, protects->n_values, law->unanswered[v]))
            ok = complain_value(&at, UNANSWERED, law->unanswered[v],
                                "name values of an enum that stand in column \"protects\"");
    return ok;
}

// Which of two numbers or dates protects more is read off the tests themselves, at the ends of the
// scale: where only high values protect it is the higher, else the lower (a window protects at both
// ends, and an older search is the weaker one).
static bool find_direction(rulebook *rb, uint32_t i, hb_error *err) {
    rulebook_fact_type type = rb->facts[i].type;
    feel_value low, high;
    bool is_number = type == RULEBOOK_NUMBER || type == RULEBOOK_INT;
    static const hb_datetime EARLY = {
        .date = {1,  1, 1},
          .time = {.zone = {.kind = HB_ZONE_OFFSET}}
    };
    static const hb_datetime LATE = {
        .date = {9999, 12, 31},
          .time = {.zone = {.kind = HB_ZONE_OFFSET} }
    };
    if (is_number)
        low = feel_int(0), high = feel_int(1000000000000);
    else if (type == RULEBOOK_DATE)
        low = feel_date(EARLY.date), high = feel_date(LATE.date);
    else if (type == RULEBOOK_DATE_TIME) {
        low = (feel_value){.kind = FEEL_DATE_TIME, .date_time = &EARLY};
        high = (feel_value){.kind = FEEL_DATE_TIME, .date_time = &LATE};
    } else
        return true;
    feel_run run;
    hb_arena *arena = hb_arena_open(1 << 20);
    if (!arena) return hb_out_of_memory(err);
    feel_run_init(&run, arena, err);
    feel_value slots[2] = {feel_date((hb_date){2000, 1, 1}), feel_string(HB_STR("ZZZ"))};
    feel_env env = {NULL, slots};
    const feel_program *tests = rb->laws[i].tests[RULEBOOK_PROTECTS].tests;
    bool high_protects = feel_is_true(feel_test(&run, tests, &env, high));
    bool low_protects = feel_is_true(feel_test(&run, tests, &env, low));
    rb->laws[i].direction = high_protects && !low_protects ? CAUTION_HIGHER : CAUTION_LOWER;
    bool ok = !run.has_failed;
    feel_run_clear(&run);
    hb_arena_close(arena);
    return ok;
}

static bool open_scopes(rulebook *rb) {
    rb->scope = feel_scope_open(rb->arena, NULL);
    rb->day_scope = feel_scope_open(rb->arena, NULL);
    if (!rb->scope || !rb->day_scope) return false;
    for (uint32_t i = 0; i < rb->n_facts; i++) {
        if (!(rb->laws[i].type = type_in_feel(rb->arena, rb->facts[i].type))) return false;
        if (!feel_scope_add(rb->scope, rb->facts[i].name, rb->laws[i].type)) return false;
    }
    const feel_type *day = feel_type_basic(FEEL_TYPE_DATE),
                    *code = feel_type_basic(FEEL_TYPE_STRING);
    return feel_scope_add(rb->scope, HB_STR("as_of"), day) &&
           feel_scope_add(rb->scope, HB_STR("host"), code) &&
           feel_scope_add(rb->day_scope, HB_STR("as_of"), day) &&
           feel_scope_add(rb->day_scope, HB_STR("host"), code);
}

static bool read_row(rulebook *rb, const table *from, const table_row *row, uint32_t i,
                     hb_errors *errors) {
    bool ok = true;
    for (int effect = 0; effect < 3; effect++)
        ok = read_tests(rb, from, row, i, (rulebook_effect)effect, errors) && ok;
    if (ok) ok = check_partition(rb, from, row, i, errors);
    ok = read_asked_when(rb, from, row, i, errors) && ok;
    ok = read_unanswered(rb, from, row, i, errors) && ok;
    ok = split_bars(rb->arena, row->text[RULES], &rb->laws[i].rule_ids, &rb->laws[i].n_rule_ids) &&
         ok;
    hb_error err = {0};
    if (!ok) return false;
    if (find_direction(rb, i, &err)) return true;
    file_place at = place_of(from, row, PROTECTS, errors);
    return complain_of(&at, &err, "fact \"%.*s\"", (int)rb->facts[i].name.n, rb->facts[i].name.at);
}

bool facts_load(rulebook *rb, hb_errors *errors) {
    table from;
    uint32_t i = 0;
    if (!table_read(rb->arena, rb->folder, rb->facts_file, COLUMNS, N_COLUMNS, &from, errors))
        return false;
    rb->n_facts = from.n_rows;
    rb->facts = hb_arena_array(rb->arena, rulebook_fact, from.n_rows);
    rb->laws = hb_arena_array(rb->arena, fact_law, from.n_rows);
    rb->conditions = hb_arena_array(rb->arena, condition, from.n_rows);
    bool ok = rb->facts && rb->laws && rb->conditions;
    if (!ok) goto memory;
    for (const table_row *row = from.rows; row; row = row->next, i++) {
        ok = read_shape(rb, &from, row, i, errors) && ok;
        ok = read_values(rb, &from, row, i, errors) && ok;
        ok = read_kinds(rb, &from, row, i, errors) && ok;
        ok = read_freshness(rb, &from, row, i, errors) && ok;
        rb->laws[i].input = DMN_NONE;
    }
    if (!ok) return false;  // expressions over facts without a name or type would only add noise
    if (!open_scopes(rb)) goto memory;
    i = 0;
    for (const table_row *row = from.rows; row; row = row->next, i++)
        ok = read_row(rb, &from, row, i, errors) && ok;
    return ok;
memory:;
    hb_error err = {0};
    hb_out_of_memory(&err);
    hb_errors_add(errors, &err);
    return false;
}
