// map_lint.c: what a mapping may not do. An import can only weaken evidence: loading has refused
// what is capped above `unverified`, unknown facts and values; here every value that a mapping can
// give is put before the rulebook as the import writes it, and must establish nothing; a cell that
// is blank or not listed may answer with what protects only, never with "no"; and labels, scores
// and special categories feed no fact.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "intake/import.h"

#define ARENA_BYTES ((size_t)16 << 20)

// Words of a column's name that say it holds a label or a score somebody gave, not what happened.
static const char *const LABELS[] = {
    "gang",        "pandilla",       "mara",          "terrorist", "terrorista",
    "threat",      "amenaza",        "score",         "puntaje",   "felon",
    "criminality", "classification", "clasificacion", "label",     "etiqueta",
    "violent",     "violento",       "escape",        "fuga",      "tattoo",
    "tattoos",     "tatuaje",        "tatuajes",      "dangerous", "peligrosidad"};
static const char *const SPECIAL[] = {"religion", "race",  "raza",  "ethnicity",
                                      "etnia",    "color", "colour"};

typedef enum {
    GIVEN_CELL = 0,
    GIVEN_LISTED,
    GIVEN_ELSE,
    GIVEN_BLANK,
    GIVEN_ALWAYS,
    GIVEN_WORDS
} given_by;

typedef struct {
    const import_map *map;
    rulebook_bench *bench;
    hb_arena *arena;
    rulebook_day day;
    rulebook_document row;  // as an import writes it: nobody has verified it
    intake_lint_sink sink;
    void *to;
    uint32_t n;
    char order[200];
    hb_error *err;
} linter;

static void say(linter *l, const char *code, hb_str column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void say(linter *l, const char *code, hb_str column, const char *format, ...) {
    char text[320];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    l->n++;
    l->sink(l->to, code, column, text);
}

// ---- what a value can do ------------------------------------------------------------------------

// The value beside its row, on a person of whom nothing else is known.
static bool weigh(linter *l, const map_column *column, uint32_t fact, feel_value value,
                  rulebook_fact_standing *out) {
    const rulebook_document *evidence[] = {&l->row};
    rulebook_record record = {.fact = fact,
                              .value = value,
                              .n_evidence = column->is_claimed ? 0 : 1,
                              .evidence = evidence};
    rulebook_fact_standing *all =
        hb_arena_array(l->arena, rulebook_fact_standing, rulebook_n_facts(l->map->rb));
    if (all == NULL) return hb_out_of_memory(l->err);
    if (!rulebook_stand(l->bench, &l->day, &record, 1, all, l->err)) return false;
    *out = all[fact];
    return true;
}

static void lint_value(linter *l, const map_column *column, uint32_t fact, hb_str text,
                       given_by how) {
    feel_value value = feel_null();
    bool is_unknown = true;
    rulebook_effect effect = RULEBOOK_PROTECTS;
    rulebook_fact_standing standing = {0};
    hb_error ignored = {0};
    if (l->err->kind != HB_NONE) return;
    rulebook_bench_reset(l->bench);
    hb_arena_reset(l->arena);
    // what a fact cannot hold never becomes a fact: the import leaves it out
    if (!rulebook_value_from_text(l->map->rb, l->arena, fact, text, &value, &is_unknown,
                                  &ignored) ||
        is_unknown)
        return;
    if (!rulebook_value_effect(l->bench, &l->day, fact, value, &effect, l->err) ||
        !weigh(l, column, fact, value, &standing))
        return;
    hb_str name = rulebook_fact_at(l->map->rb, fact)->name;
    if (standing.standing == RULEBOOK_ESTABLISHED)
        say(l, "import-establishes", column->from, "\"%.*s\" would establish %.*s", (int)text.n,
            text.at, (int)name.n, name.at);
    if (effect == RULEBOOK_PROTECTS) return;
    if (how == GIVEN_BLANK || how == GIVEN_ELSE)
        say(l, "blank-answers", column->from,
            "a cell that is %s gives %.*s the value \"%.*s\", which does not protect",
            how == GIVEN_BLANK ? "blank" : "not listed", (int)name.n, name.at, (int)text.n,
            text.at);
    if (how == GIVEN_WORDS)
        say(l, "words-permit", column->from,
            "words in a text give %.*s \"%.*s\", which does not protect", (int)name.n, name.at,
            (int)text.n, text.at);
    if (how == GIVEN_ALWAYS && !column->is_claimed)
        say(l, "always-answers", column->from,
            "every row gives %.*s the value \"%.*s\", which does not protect, above a claim",
            (int)name.n, name.at, (int)text.n, text.at);
}

// ---- every value that a column can give ---------------------------------------------------------

static bool is_answer(hb_str word) {
    return word.n > 0 && !hb_str_equal(word, HB_STR("ignore")) &&
           !hb_str_equal(word, HB_STR("unknown"));
}

// A value as text: of court orders, one with that status.
static hb_str lint_text(linter *l, const map_column *column, hb_str value) {
    bool is_order = rulebook_fact_at(l->map->rb, column->fact)->type == RULEBOOK_ORDER_LIST;
    int n = is_order ? snprintf(l->order, sizeof l->order, "[{\"status\":\"%.*s\"}]", (int)value.n,
                                value.at)
                     : -1;
    return n > 0 && (size_t)n < sizeof l->order ? (hb_str){l->order, (size_t)n} : value;
}

static void lint_listed(linter *l, const map_column *column) {
    for (uint32_t i = 0; column->values != NULL && i < column->values->n; i++) {
        const hb_json *value = &column->values->first[i];
        if (value->kind == HB_JSON_NULL) continue;
        if (cell_classify(l->map, value->key) != CELL_VALUE)
            say(l, "value-is-marker", column->from,
                "\"%.*s\" is among the markers of what is missing, so it is never read",
                (int)value->key.n, value->key.at);
        lint_value(l, column, column->fact, lint_text(l, column, value->text),
                   column->type == MAP_PHRASE ? GIVEN_WORDS : GIVEN_LISTED);
    }
}

// One value of each kind that a cell can hold stands for all: weighing looks at a row's papers, and
// at the value only for whether it protects.
static void lint_cell(linter *l, const map_column *column) {
    switch (column->type) {
        case MAP_DATE:
        case MAP_DATETIME_LOCAL:
        case MAP_YEAR_YOUNGEST:
            lint_value(l, column, column->fact, HB_STR("1990-12-31"), GIVEN_CELL);
            return;
        case MAP_COUNTRY:
        case MAP_LIST_COUNTRY:
            lint_value(l, column, column->fact, HB_STR("SLV"), GIVEN_CELL);
            lint_value(l, column, column->fact, HB_STR("VEN"), GIVEN_CELL);
            return;
        case MAP_COUNTRY_IS_HOST:
            lint_value(l, column, column->fact, HB_STR("yes"), GIVEN_CELL);
            lint_value(l, column, column->fact, HB_STR("no"), GIVEN_CELL);
            return;
        case MAP_TEXT:
        case MAP_CITE_INA:
            lint_value(l, column, column->fact,
                       column->is_computed ? HB_STR("30") : HB_STR("1182(a)(6)"), GIVEN_CELL);
            return;
        case MAP_ENUM:
        case MAP_CONST:
        case MAP_PRESENT_IS:
        case MAP_PHRASE:
        case MAP_NUMBER:
        case MAP_YES_NO:
        case MAP_TRUTH:
        case MAP_BLANK_IS: return;
        case MAP_FACT_BY_NAME: break;
    }
    for (uint32_t f = 0; f < rulebook_n_facts(l->map->rb); f++) {
        const rulebook_fact *fact = rulebook_fact_at(l->map->rb, f);
        for (uint32_t v = 0; v < fact->n_values; v++)
            lint_value(l, column, f, fact->values[v], GIVEN_CELL);
    }
}

// ---- columns ------------------------------------------------------------------------------------

static const char *word_in(linter *l, hb_str column, const char *const *words, size_t n_words) {
    hb_str name;
    if (!map_fold(l->arena, column, true, &name)) return NULL;
    for (size_t start = 0, i = 0; i <= name.n; i++) {
        if (i < name.n && name.at[i] != '_' && name.at[i] != '.') continue;
        for (size_t w = 0; w < n_words; w++) {
            if (hb_str_equal((hb_str){name.at + start, i - start}, hb_str_from(words[w])))
                return words[w];
        }
        start = i + 1;
    }
    return NULL;
}

static void lint_name(linter *l, const map_column *column, hb_str name) {
    const char *word;
    if (name.n == 0) return;
    if ((word = word_in(l, name, LABELS, sizeof LABELS / sizeof *LABELS)) != NULL)
        say(l, "label-feeds-fact", name, "\"%s\" says a label or a score, and it feeds %.*s", word,
            (int)column->to.n, column->to.at);
    if ((word = word_in(l, name, SPECIAL, sizeof SPECIAL / sizeof *SPECIAL)) != NULL)
        say(l, "special-category", name, "\"%s\" is never read, and it feeds %.*s", word,
            (int)column->to.n, column->to.at);
    if (l->map->ignore != NULL && hb_json_member(l->map->ignore, name) != NULL)
        say(l, "ignored-feeds-fact", name, "it is among the columns to ignore, and feeds %.*s",
            (int)column->to.n, column->to.at);
}

static void lint_column(linter *l, const map_column *column) {
    bool feeds_fact = column->fact != DMN_NONE;
    hb_arena_reset(l->arena);
    if (column->type == MAP_FACT_BY_NAME) lint_cell(l, column);
    if (!feeds_fact) return;
    lint_name(l, column, column->from);
    lint_name(l, column, column->from2);
    lint_listed(l, column);
    lint_cell(l, column);
    if (column->has_otherwise && hb_str_equal(column->otherwise, HB_STR("text")))
        say(l, "blank-answers", column->from, "a cell that is not listed feeds %.*s as it stands",
            (int)column->to.n, column->to.at);
    else if (column->has_otherwise && is_answer(column->otherwise))
        lint_value(l, column, column->fact, column->otherwise, GIVEN_ELSE);
    if (column->has_blank && is_answer(column->blank))
        lint_value(l, column, column->fact, column->blank, GIVEN_BLANK);
    if (column->value.n > 0) lint_value(l, column, column->fact, column->value, GIVEN_ALWAYS);
}

bool intake_map_lint(const rulebook *rb, const char *path, hb_date today, intake_lint_sink sink,
                     void *to, uint32_t *n, hb_errors *errors) {
    hb_error err = {0};
    import_map *map = map_load(rb, path, errors);
    if (map == NULL) return false;
    linter l = {
        .map = map,
        .day = {.as_of = today, .host = HB_STR("SLV"), .author = HB_STR("importer")},
        .sink = sink,
        .to = to,
        .err = &err
    };
    l.row = (rulebook_document){.id = HB_STR("row-1"),
                                .issuer = map->issuer,
                                .title = map->title,
                                .date = today,
                                .has_date = true};
    if (!rulebook_kind_find(map->kind, &l.row.kind)) l.row.kind = 0;
    l.arena = hb_arena_open(ARENA_BYTES);
    l.bench = l.arena != NULL ? rulebook_bench_open(rb, &err) : NULL;
    if (l.arena == NULL) hb_out_of_memory(&err);
    for (uint32_t i = 0; l.bench != NULL && i < map->n_columns && err.kind == HB_NONE; i++)
        lint_column(&l, &map->columns[i]);
    if (err.kind != HB_NONE) hb_errors_add(errors, &err);
    rulebook_bench_close(l.bench);
    hb_arena_close(l.arena);
    map_close(map);
    *n = l.n;
    return err.kind == HB_NONE;
}
