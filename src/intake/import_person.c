// One row as a person: who it is, what its columns say of facts, and what stays beside them as
// text. A cell that is blank, marked, redacted, unlisted or impossible gives no fact at all, and
// the report counts it; nothing is ever "no" because it is blank. A birth or citizenship of the
// United States in any cell is a claim of citizenship.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intake/import_reading.h"

// ---- cells --------------------------------------------------------------------------------------

static hb_str table_of(const import_map *map, hb_str name, hb_str *column) {
    *column = name;
    for (uint32_t i = 0; map->tables != NULL && i < map->tables->n; i++) {
        hb_str key = map->tables->first[i].key;
        if (name.n > key.n && hb_str_starts(name, key) && name.at[key.n] == '.') {
            *column = (hb_str){name.at + key.n + 1, name.n - key.n - 1};
            return i == 0 ? (hb_str){0} : key;
        }
    }
    return (hb_str){0};
}

// The cell of a column of the main row, or of the joined row at hand. False: there is no such
// column.
bool reading_get(const reading *r, hb_str name, hb_str *text) {
    hb_str column, table = table_of(r->reader->map, name, &column);
    *text = (hb_str){0};
    if (table.n > 0) {
        if (r->table == NULL || !hb_str_equal(r->table->name, table)) return false;
        for (uint32_t i = 0; i < r->table->n_columns; i++) {
            if (!hb_str_equal(r->table->columns[i], column)) continue;
            *text = r->beside->cells[i + 1];
            return !r->beside->is_shifted;
        }
        return false;
    }
    uint32_t at = import_table_find(r->reader->main, column);
    if (at == UINT32_MAX || r->row->is_shifted || at >= r->row->n) return false;
    *text = r->row->cells[at];
    return true;
}

void reading_warn(const reading *r, const char *code, hb_str column) {
    import_warn(r->reader->notes, code, column, r->row->line);
}

// ---- facts --------------------------------------------------------------------------------------

static void add_fact(reading *r, uint32_t fact, hb_str value, bool is_claimed, hb_str evidence) {
    import_person *p = r->out;
    for (uint32_t i = 0; i < p->n_facts; i++) {
        if (p->facts[i].fact == fact && hb_str_equal(p->facts[i].value, value)) return;
    }
    if (p->n_facts == FACTS_MAX) {
        r->failed = true;
        return;
    }
    p->facts[p->n_facts++] = (import_fact){fact, value, is_claimed, evidence};
}

static hb_str as_json(reading *r, hb_str text, bool is_list) {
    hb_text json = {0};
    hb_str out = {0};
    if (is_list) hb_text_add(&json, HB_STR("["));
    hb_text_add_json(&json, text);
    if (is_list) hb_text_add(&json, HB_STR("]"));
    if (json.failed || !hb_str_copy(r->arena, (hb_str){json.at, json.n}, &out)) r->failed = true;
    hb_text_clear(&json);
    return out;
}

static bool is_list_type(rulebook_fact_type type) {
    return type == RULEBOOK_DOC_LIST || type == RULEBOOK_COUNTRY_LIST;
}

void reading_add_pair(import_pair *list, uint32_t *n, hb_str name, hb_str text) {
    if (*n < IMPORT_COLUMNS_MAX) list[(*n)++] = (import_pair){name, text};
}

// [{"court": its cell, "docket": its cell, "status": what the mapping says of the words found}]
static hb_str order_of(reading *r, const map_column *column, hb_str status) {
    hb_text json = {0};
    hb_str out = {0};
    hb_text_add(&json, HB_STR("[{"));
    for (uint32_t i = 0; column->order != NULL && i < column->order->n; i++) {
        const hb_json *one = &column->order->first[i];
        hb_str text;
        if (!reading_get(r, one->text, &text) || text.n == 0) continue;
        hb_text_add_json(&json, one->key);
        hb_text_add(&json, HB_STR(":"));
        hb_text_add_json(&json, text);
        hb_text_add(&json, HB_STR(","));
    }
    hb_text_add(&json, HB_STR("\"status\":"));
    hb_text_add_json(&json, status);
    hb_text_add(&json, HB_STR("}]"));
    if (json.failed || !hb_str_copy(r->arena, (hb_str){json.at, json.n}, &out)) r->failed = true;
    hb_text_clear(&json);
    return out;
}

// A value of a fact, or text beside the person for register.*
static void emit(reading *r, const map_column *column, hb_str text) {
    if (column->fact == DMN_NONE) {
        hb_str copy;
        if (!hb_str_copy(r->arena, text, &copy))
            r->failed = true;
        else
            reading_add_pair(r->out->registers, &r->out->n_registers,
                             (hb_str){column->to.at + 9, column->to.n - 9}, copy);
        return;
    }
    const rulebook_fact *fact = rulebook_fact_at(r->reader->map->rb, column->fact);
    hb_str value = fact->type == RULEBOOK_ORDER_LIST ? order_of(r, column, text)
                                                     : as_json(r, text, is_list_type(fact->type));
    add_fact(r, column->fact, value, column->is_claimed, (hb_str){0});
    if (column->fact == r->fact_citizenship && hb_str_equal(text, HB_STR("possible")))
        reading_warn(r, "us_indication", column->from);
}

static void emit_date(reading *r, const map_column *column, hb_date day) {
    hb_str text;
    if (!hb_str_format(r->arena, &text, "%04d-%02d-%02d", day.year, day.month, day.day))
        r->failed = true;
    else
        emit(r, column, text);
}

// ---- types of columns ---------------------------------------------------------------------------

bool reading_day(reading *r, const map_column *column, hb_str name, hb_str text, hb_date *day) {
    const char *why = "bad_date";
    bool is_serial = false;
    uint32_t at = import_table_find(r->reader->main, name);
    slash_order order = at == UINT32_MAX ? ORDER_UNKNOWN : r->reader->orders[at];
    if (!cell_date(r->reader->map, order, text, day, &why, &is_serial)) {
        reading_warn(r, why, name);
        return false;
    }
    bool is_birth = column->fact != DMN_NONE && column->fact == r->fact_birth_date;
    if (is_birth && hb_date_to_days(*day) > hb_date_to_days(r->reader->as_of)) {
        reading_warn(r, "bad_date", name);
        return false;
    }
    if (is_serial) reading_warn(r, "excel_serial", name);
    return true;
}

static bool find_country(reading *r, hb_str system, hb_str text, hb_str column, char code[4]) {
    bool is_ambiguous = false;
    hb_str name = text;
    if (hb_str_equal(system, HB_STR("eoir_nat"))) {
        name = import_lookup_find(r->reader->nationality, text);
        system = HB_STR("names");
    }
    if (name.n > 0 &&
        import_country_find(r->reader->countries, system.n > 0 ? system : HB_STR("names"), name,
                            code, &is_ambiguous))
        return true;
    reading_warn(r, is_ambiguous ? "country_ambiguous" : "country_unknown", column);
    return false;
}

static void note_us(reading *r, const map_column *column, const char code[4]) {
    bool is_of_person =
        column->fact == r->fact_birth_country || column->fact == r->fact_nationality;
    if (!is_of_person || r->fact_citizenship == DMN_NONE || !import_country_is_us(code)) return;
    reading_warn(r, "us_indication", column->from);
    add_fact(r, r->fact_citizenship, HB_STR("\"possible\""), true, (hb_str){0});
}

// The parts of a cell that lists countries: cut at any of the mapping's marks.
static uint32_t split(const map_column *column, hb_str text, hb_str parts[16]) {
    uint32_t n = 0;
    for (size_t start = 0, i = 0; i <= text.n && n < 16;) {
        size_t cut = i == text.n ? 1 : 0;
        for (uint32_t k = 0; column->split != NULL && cut == 0 && k < column->split->n; k++) {
            hb_str mark = column->split->first[k].text;
            if (hb_str_starts((hb_str){text.at + i, text.n - i}, mark)) cut = mark.n;
        }
        if (cut == 0) {
            i++;
            continue;
        }
        hb_str part = hb_str_trim((hb_str){text.at + start, i - start});
        if (part.n > 0) parts[n++] = part;
        start = i += cut;
    }
    return n;
}

static int by_code(const void *a, const void *b) {
    return strcmp(a, b);
}

static void read_countries(reading *r, const map_column *column, hb_str text) {
    hb_str parts[16];
    char codes[16][4];
    uint32_t n = split(column, text, parts), n_known = 0;
    hb_text json = {0};
    hb_str value;
    for (uint32_t i = 0; i < n; i++) {
        if (!find_country(r, column->country, parts[i], column->from, codes[n_known])) continue;
        note_us(r, column, codes[n_known++]);
    }
    if (n == 0 || n_known < n) return;  // part of a list would read as the whole of it
    qsort(codes, n, sizeof codes[0], by_code);
    hb_text_add(&json, HB_STR("["));
    for (uint32_t i = 0; i < n; i++) {
        if (i > 0 && strcmp(codes[i], codes[i - 1]) == 0) continue;
        hb_text_addf(&json, "%s\"%s\"", i > 0 ? "," : "", codes[i]);
    }
    hb_text_add(&json, HB_STR("]"));
    if (json.failed || !hb_str_copy(r->arena, (hb_str){json.at, json.n}, &value))
        r->failed = true;
    else
        add_fact(r, column->fact, value, column->is_claimed, (hb_str){0});
    hb_text_clear(&json);
}

// yes when one of the two columns names the host; no when both are filled and neither does.
static void read_host_named(reading *r, const map_column *column) {
    hb_str text[2];
    uint32_t n_filled = 0, n_known = 0;
    hb_str names[2] = {column->from, column->from2};
    for (int i = 0; i < 2; i++) {
        char code[4];
        if (names[i].n == 0 || !reading_get(r, names[i], &text[i]) ||
            cell_classify(r->reader->map, text[i]) != CELL_VALUE)
            continue;
        n_filled++;
        if (!find_country(r, column->country, text[i], names[i], code)) continue;
        n_known++;
        if (hb_str_equal(hb_str_from(code), r->reader->host)) {
            emit(r, column, HB_STR("yes"));
            return;
        }
    }
    if (n_filled == 2 && n_known == 2) emit(r, column, HB_STR("no"));
}

static void read_enum(reading *r, const map_column *column, hb_str text) {
    for (uint32_t i = 0; column->values != NULL && i < column->values->n; i++) {
        const hb_json *value = &column->values->first[i];
        if (!hb_str_equal(value->key, text)) continue;
        if (value->kind != HB_JSON_NULL) emit(r, column, value->text);
        return;
    }
    if (!column->has_otherwise || hb_str_equal(column->otherwise, HB_STR("unknown"))) {
        reading_warn(r, "unlisted_value", column->from);
    } else if (hb_str_equal(column->otherwise, HB_STR("text"))) {
        emit(r, column, text);
    } else if (!hb_str_equal(column->otherwise, HB_STR("ignore"))) {
        emit(r, column, column->otherwise);
    }
}

// Words anywhere in a text say what they say, whatever stands around them: what they feed protects.
static void read_phrases(reading *r, const map_column *column, hb_str text) {
    for (uint32_t i = 0; column->values != NULL && i < column->values->n; i++) {
        const hb_json *value = &column->values->first[i];
        if (value->kind != HB_JSON_NULL && cell_has_words(text, value->key))
            emit(r, column, value->text);
    }
}

static bool is_local_time(hb_str text) {
    return text.n >= 16 && (text.at[10] == ' ' || text.at[10] == 'T') && text.at[13] == ':';
}

// A fact is a moment: a day, or a time that may be any zone's, is none.
static bool is_moment(hb_str text) {
    hb_datetime at;
    return text.n <= 40 && hb_datetime_parse(text, &at) && at.time.zone.kind == HB_ZONE_OFFSET;
}

static void read_value(reading *r, const map_column *column, hb_str text) {
    hb_date day;
    char code[4];
    switch (column->type) {
        case MAP_ENUM: read_enum(r, column, text); return;
        case MAP_DATE:
            for (uint32_t i = 0; column->also != NULL && i < column->also->n; i++) {
                if (hb_str_equal(column->also->first[i].key, text)) return;
            }
            if (reading_day(r, column, column->from, text, &day)) emit_date(r, column, day);
            return;
        case MAP_DATETIME_LOCAL:
            if (!reading_day(r, column, column->from, text, &day)) return;
            if (column->fact != DMN_NONE && !is_moment(text)) {
                reading_warn(r, "time_without_zone", column->from);
                return;
            }
            if (!is_local_time(text)) {
                emit_date(r, column, day);
                return;
            }
            if (text.n <= 19) reading_warn(r, "time_without_zone", column->from);
            emit(r, column, text);
            return;
        case MAP_YEAR_YOUNGEST:
            if (cell_year(text, &day))
                emit_date(r, column, day);
            else
                reading_warn(r, "bad_date", column->from);
            return;
        case MAP_COUNTRY:
            if (!find_country(r, column->country, text, column->from, code)) return;
            note_us(r, column, code);
            emit(r, column, hb_str_from(code));
            return;
        case MAP_LIST_COUNTRY: read_countries(r, column, text); return;
        case MAP_TEXT: emit(r, column, text); return;
        case MAP_CITE_INA: emit(r, column, cell_cite(r->arena, text)); return;
        case MAP_CONST:
        case MAP_PRESENT_IS: emit(r, column, column->value); return;
        case MAP_PHRASE: read_phrases(r, column, text); return;
        case MAP_NUMBER:  // these three describe custody alone
        case MAP_YES_NO:
        case MAP_TRUTH:
        case MAP_COUNTRY_IS_HOST:
        case MAP_BLANK_IS:
        case MAP_FACT_BY_NAME: return;
    }
}

// days from the first day to the second, both counted: "book_out|as_of" is the day of the list
// where blank
static void read_computed(reading *r, const map_column *column) {
    hb_str first, last = {0}, name = column->from2;
    hb_date from, to = r->reader->as_of;
    bool is_open = false;
    for (size_t i = 0; i < name.n; i++) {
        if (name.at[i] != '|') continue;
        is_open = true;
        name.n = i;
    }
    if (!reading_get(r, column->from, &first) || cell_classify(r->reader->map, first) != CELL_VALUE)
        return;
    bool has_last =
        reading_get(r, name, &last) && cell_classify(r->reader->map, last) == CELL_VALUE;
    if (!has_last && !is_open) return;
    if (!reading_day(r, column, column->from, first, &from)) return;
    if (has_last && !reading_day(r, column, name, last, &to)) return;
    int64_t n = hb_date_to_days(to) - hb_date_to_days(from) + 1;
    hb_str value;
    if (n < 1) {
        reading_warn(r, "bad_date", name);
    } else if (!hb_str_format(r->arena, &value, "%lld", (long long)n)) {
        r->failed = true;
    } else {
        add_fact(r, column->fact, value, column->is_claimed, (hb_str){0});
    }
}

// ---- columns ------------------------------------------------------------------------------------

static bool conditions_hold(const reading *r, const hb_json *when) {
    for (uint32_t i = 0; when != NULL && i < when->n; i++) {
        const hb_json *one = &when->first[i];
        hb_str text;
        if (!reading_get(r, one->key, &text)) return false;
        bool is_filled = cell_classify(r->reader->map, text) == CELL_VALUE, holds = false;
        for (uint32_t k = 0; k < one->n && !holds; k++) {
            hb_str wanted = one->first[k].text;
            holds = hb_str_equal(wanted, HB_STR("*")) ? is_filled : hb_str_equal(wanted, text);
        }
        if (!holds) return false;
    }
    return true;
}

static void read_column(reading *r, const map_column *column) {
    hb_str text;
    if (!conditions_hold(r, column->when)) return;
    if (column->is_computed) {
        read_computed(r, column);
        return;
    }
    if (column->type == MAP_COUNTRY_IS_HOST) {
        read_host_named(r, column);
        return;
    }
    if (!reading_get(r, column->from, &text)) return;
    cell_kind kind = cell_classify(r->reader->map, text);
    if (column->is_custody) {
        reading_custody(r, column, kind, text);
        return;
    }
    if (column->type == MAP_BLANK_IS) {
        if (kind != CELL_VALUE) emit(r, column, column->blank);
        return;
    }
    if (kind == CELL_VALUE) {
        read_value(r, column, text);
        return;
    }
    if (column->has_blank && kind == CELL_EMPTY) emit(r, column, column->blank);
    if (kind == CELL_MARKER) reading_warn(r, "blank_marker", column->from);
    if (kind == CELL_REDACTED) reading_warn(r, "redacted", column->from);
}

static const import_joined *joined_named(const import_reader *reader, hb_str name) {
    for (uint32_t i = 0; i < reader->n_joined; i++) {
        if (hb_str_equal(reader->joined[i].name, name)) return &reader->joined[i];
    }
    return NULL;
}

// The joined table that a column walks: of its cell, else of its conditions.
static hb_str walked_table(const import_map *map, const map_column *column) {
    hb_str plain, table = table_of(map, column->from, &plain);
    for (uint32_t i = 0; table.n == 0 && column->when != NULL && i < column->when->n; i++)
        table = table_of(map, column->when->first[i].key, &plain);
    return table;
}

static void walk_column(reading *r, const map_column *column, hb_str key) {
    uint32_t first = 0, n = 0;
    if (column->unless.n > 0) {
        const import_joined *other = joined_named(r->reader, column->unless);
        if (other != NULL && import_joined_rows(other, key, &first, &n)) return;
    }
    hb_str table = walked_table(r->reader->map, column);
    if (table.n == 0) {
        read_column(r, column);
        return;
    }
    const import_joined *joined = joined_named(r->reader, table);
    if (joined == NULL || !import_joined_rows(joined, key, &first, &n)) return;
    r->table = joined;
    for (uint32_t i = 0; i < n; i++) {
        r->beside = &joined->rows[first + i];
        read_column(r, column);
    }
    r->table = NULL;
    r->beside = NULL;
}

// A cell of custody that no column takes, for the system is another or is not known.
static bool is_left_over(const reading *r, uint32_t index, hb_str *text) {
    const import_map *map = r->reader->map;
    const map_column *column = &map->columns[index];
    if (!column->is_custody || !reading_get(r, column->from, text) ||
        cell_classify(map, *text) != CELL_VALUE)
        return false;
    for (uint32_t i = 0; i < map->n_columns; i++) {
        const map_column *other = &map->columns[i];
        bool takes_it = other->is_custody && hb_str_equal(other->from, column->from) &&
                        conditions_hold(r, other->when);
        if (takes_it) return false;
    }
    return true;
}

static void read_custody_left_over(reading *r) {
    for (uint32_t i = 0; i < r->reader->map->n_columns; i++) {
        hb_str text;
        if (is_left_over(r, i, &text)) reading_custody_unread(r, &r->reader->map->columns[i]);
    }
}

// ---- columns headed by a fact's name
// --------------------------------------------------------------

static hb_str listed(reading *r, hb_str text) {
    hb_text json = {0};
    hb_str out = {0};
    bool is_first = true;
    hb_text_add(&json, HB_STR("["));
    for (size_t start = 0, i = 0; i <= text.n; i++) {
        if (i < text.n && text.at[i] != ';') continue;
        hb_str part = hb_str_trim((hb_str){text.at + start, i - start});
        start = i + 1;
        if (part.n == 0) continue;
        if (!is_first) hb_text_add(&json, HB_STR(","));
        hb_text_add_json(&json, part);
        is_first = false;
    }
    hb_text_add(&json, HB_STR("]"));
    if (json.failed || !hb_str_copy(r->arena, (hb_str){json.at, json.n}, &out)) r->failed = true;
    hb_text_clear(&json);
    return out;
}

static bool is_value(const rulebook_fact *fact, hb_str text) {
    for (uint32_t i = 0; i < fact->n_values; i++) {
        if (hb_str_equal(fact->values[i], text)) return true;
    }
    return false;
}

// Evidence named beside a fact lifts the cap: the documents themselves must then be on file.
static bool evidence_of(reading *r, hb_str fact, hb_str *evidence) {
    hb_str name, text, id;
    *evidence = (hb_str){0};
    if (!hb_str_format(r->arena, &name, "%.*s_evidence", (int)fact.n, fact.at)) return false;
    if (!reading_get(r, name, &text) || cell_classify(r->reader->map, text) != CELL_VALUE)
        return true;
    for (size_t start = 0, i = 0; i <= text.n; i++) {
        if (i < text.n && text.at[i] != ';') continue;
        hb_str part = hb_str_trim((hb_str){text.at + start, i - start});
        start = i + 1;
        if (part.n > 0 && !cell_id(r->arena, part, &id))
            return import_refuse(r->reader->notes, "bad_id", r->row->line, 0,
                                 "name documents by their ids, separated by ;",
                                 "the evidence column of \"%.*s\" holds no id", (int)fact.n,
                                 fact.at);
    }
    *evidence = listed(r, text);
    return true;
}

static bool read_by_name(reading *r, const map_column *by_name, uint32_t fact_index, hb_str column,
                         hb_str text) {
    const rulebook_fact *fact = rulebook_fact_at(r->reader->map->rb, fact_index);
    map_column one = *by_name;
    hb_str evidence = {0}, value = {0};
    hb_date day;
    char code[4];
    one.from = column;
    one.fact = fact_index;
    if (!evidence_of(r, fact->name, &evidence)) return false;
    switch (fact->type) {
        case RULEBOOK_TRI: value = cell_yes_no(r->arena, text); break;
        case RULEBOOK_ENUM: value = is_value(fact, text) ? text : (hb_str){0}; break;
        case RULEBOOK_TEXT:
        case RULEBOOK_DOC: value = text; break;
        case RULEBOOK_DOC_LIST:
            add_fact(r, fact_index, listed(r, text), evidence.n == 0, evidence);
            return true;
        case RULEBOOK_DATE:
            if (!reading_day(r, &one, column, text, &day)) return true;
            if (!hb_str_format(r->arena, &value, "%04d-%02d-%02d", day.year, day.month, day.day))
                r->failed = true;
            break;
        case RULEBOOK_COUNTRY:
            if (!find_country(r, HB_STR("any"), text, column, code)) return true;
            note_us(r, &one, code);
            if (!hb_str_copy(r->arena, hb_str_from(code), &value)) r->failed = true;
            break;
        case RULEBOOK_COUNTRY_LIST:
            one.country = HB_STR("any");
            read_countries(r, &one, text);
            return true;
        case RULEBOOK_INT:
        case RULEBOOK_NUMBER: {
            hb_dec number;
            bool ok = hb_dec_parse(text, &number) &&
                      (fact->type == RULEBOOK_NUMBER || hb_dec_is_integer(number));
            if (ok)
                add_fact(r, fact_index, text, evidence.n == 0, evidence);
            else
                reading_warn(r, "unlisted_value", column);
            return true;
        }
        case RULEBOOK_DATE_TIME:
        case RULEBOOK_ORDER_LIST: break;
    }
    if (value.n == 0)
        reading_warn(r, "unlisted_value", column);
    else
        add_fact(r, fact_index, as_json(r, value, false), evidence.n == 0, evidence);
    return true;
}

static bool is_ignored(const reading *r, hb_str column) {
    static const char *const SPECIAL[] = {"religion",       "race", "ethnicity",
                                          "ethnicity_code", "raza", "etnia"};
    const hb_json *ignore = r->reader->map->ignore;
    for (uint32_t i = 0; ignore != NULL && i < ignore->n; i++) {
        hb_str folded;
        if (hb_str_equal(ignore->first[i].key, column)) return true;
        if (map_fold(r->arena, ignore->first[i].key, true, &folded) && hb_str_equal(folded, column))
            return true;
    }
    for (size_t i = 0; i < sizeof SPECIAL / sizeof *SPECIAL; i++) {
        if (hb_str_equal(column, hb_str_from(SPECIAL[i]))) return true;
    }
    return false;
}

static bool is_mapped(const import_map *map, hb_str column) {
    for (uint32_t i = 0; i < map->n_columns; i++) {
        hb_str plain;
        (void)table_of(map, map->columns[i].from, &plain);
        if (hb_str_equal(plain, column)) return true;
    }
    const hb_json *lists[] = {map->id, map->id2, map->names};
    for (size_t k = 0; k < 3; k++) {
        for (uint32_t i = 0; lists[k] != NULL && i < lists[k]->n; i++) {
            if (hb_str_equal(lists[k]->first[i].text, column)) return true;
        }
    }
    return false;
}

// Columns that no row of the mapping names: a fact where the mapping takes them by name, else text.
static bool read_others(reading *r) {
    const import_map *map = r->reader->map;
    const map_column *by_name = NULL;
    const hb_str *names;
    uint32_t n = import_table_columns(r->reader->main, &names);
    for (uint32_t i = 0; i < map->n_columns; i++) {
        if (map->columns[i].type == MAP_FACT_BY_NAME) by_name = &map->columns[i];
    }
    for (uint32_t i = 0; i < n && i < r->row->n && !r->row->is_shifted; i++) {
        hb_str text = r->row->cells[i];
        if (names[i].n == 0 || is_mapped(map, names[i]) || is_ignored(r, names[i])) continue;
        uint32_t fact = rulebook_find_fact(map->rb, names[i]);
        cell_kind kind = cell_classify(map, text);
        if (by_name != NULL && fact != DMN_NONE) {
            if (kind == CELL_MARKER) reading_warn(r, "blank_marker", names[i]);
            if (kind == CELL_REDACTED) reading_warn(r, "redacted", names[i]);
            if (kind == CELL_VALUE && !read_by_name(r, by_name, fact, names[i], text)) return false;
            continue;
        }
        hb_str copy;
        if (kind != CELL_VALUE) continue;
        if (!hb_str_copy(r->arena, text, &copy))
            r->failed = true;
        else
            reading_add_pair(r->out->kept, &r->out->n_kept, names[i], copy);
    }
    return true;
}

// Facts that the mapping could have fed from this file and this row did not.
static void list_absent(reading *r) {
    const import_map *map = r->reader->map;
    for (uint32_t i = 0; i < map->n_columns; i++) {
        uint32_t fact = map->columns[i].fact;
        bool is_known = fact == DMN_NONE ||
                        (map->tables == NULL &&
                         import_table_find(r->reader->main, map->columns[i].from) == UINT32_MAX);
        for (uint32_t k = 0; k < r->out->n_facts && !is_known; k++)
            is_known = r->out->facts[k].fact == fact;
        for (uint32_t k = 0; k < r->out->n_absent && !is_known; k++)
            is_known = r->out->absent[k] == fact;
        if (!is_known) r->out->absent[r->out->n_absent++] = fact;
    }
}

bool import_person_read(const import_reader *reader, hb_arena *arena, const import_row *row,
                        import_person *out) {
    const rulebook *rb = reader->map->rb;
    *out = (import_person){.line = row->line};
    out->facts = hb_arena_array(arena, import_fact, FACTS_MAX);
    out->ids = hb_arena_array(arena, import_pair, IMPORT_COLUMNS_MAX);
    out->kept = hb_arena_array(arena, import_pair, IMPORT_COLUMNS_MAX);
    out->registers = hb_arena_array(arena, import_pair, IMPORT_COLUMNS_MAX);
    out->custody = hb_arena_array(arena, import_pair, IMPORT_COLUMNS_MAX);
    out->absent = hb_arena_array(arena, uint32_t, reader->map->n_columns + 1);
    reading r = {.reader = reader,
                 .arena = arena,
                 .row = row,
                 .out = out,
                 .fact_citizenship = rulebook_find_fact(rb, HB_STR("citizenship_status")),
                 .fact_birth_country = rulebook_find_fact(rb, HB_STR("birth_country")),
                 .fact_nationality = rulebook_find_fact(rb, HB_STR("nationality")),
                 .fact_birth_date = rulebook_find_fact(rb, HB_STR("birth_date")),
                 .fact_identity = rulebook_find_fact(rb, HB_STR("identity_match"))};
    bool ok = out->facts != NULL && out->ids != NULL && out->kept != NULL &&
              out->registers != NULL && out->custody != NULL && out->absent != NULL;
    if (ok && !reading_identity(&r)) return false;
    if (ok && out->is_dropped) return true;
    hb_str key = {0};
    if (ok && reader->map->id->n > 0) (void)reading_get(&r, reader->map->id->first[0].text, &key);
    for (uint32_t i = 0; ok && i < reader->map->n_columns; i++)
        walk_column(&r, &reader->map->columns[i], key);
    if (ok) read_custody_left_over(&r);
    if (!r.has_custody) out->n_custody = 0;
    if (ok && !read_others(&r)) return false;
    const hb_json *match = map_at(reader->map->root, "person", "identity_match");
    if (ok && match != NULL && r.fact_identity != DMN_NONE)
        add_fact(&r, r.fact_identity, as_json(&r, match->text, false), true, (hb_str){0});
    ok = ok && reading_document(&r);
    if (ok) list_absent(&r);
    if (ok && !r.failed) return true;
    hb_error err = {0};
    hb_out_of_memory(&err);
    hb_errors_add(reader->notes->errors, &err);
    return false;
}
