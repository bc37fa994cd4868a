// Inside the intake room: agencies' own files, read by a mapping. What import*.c and map.c share. A mapping is
// JSON without code; it names columns and what they may say, and can only weaken evidence. The way of a file:
// import_text.c (bytes to UTF-8) -> import_table.c (rows under one header) -> import_person.c (a row's facts, by
// import_cell.c and import_country.c) -> import.c (passes, people, report).
#ifndef HABEAS_INTAKE_IMPORT_H
#define HABEAS_INTAKE_IMPORT_H

#include <stdio.h>

#include "intake/internal.h"

#define IMPORT_COLUMNS_MAX 512u
#define IMPORT_TABLES_MAX 8u

typedef enum {
    MAP_ENUM = 0, MAP_DATE, MAP_DATETIME_LOCAL, MAP_YEAR_YOUNGEST, MAP_COUNTRY, MAP_LIST_COUNTRY, MAP_COUNTRY_IS_HOST,
    MAP_TEXT, MAP_CITE_INA, MAP_CONST, MAP_PRESENT_IS, MAP_BLANK_IS, MAP_FACT_BY_NAME, MAP_PHRASE, MAP_NUMBER, MAP_YES_NO, MAP_TRUTH,
} map_type;

typedef struct {
    hb_str from, from2;          // from2: the second of two, or ""
    hb_str to;
    map_type type;
    bool is_claimed;             // cap
    bool is_custody;             // to: custody.*
    bool is_computed;            // days from `from` to `from2`
    uint32_t fact;               // DMN_NONE: register.*, or every fact by its name
    const hb_json *values, *when, *also, *split, *order;   // NULL when not given
    hb_str value, blank, otherwise, unless, country;
    bool has_blank, has_otherwise;
} map_column;

// ---- map.c ------------------------------------------------------------------------------------------------
typedef struct {
    hb_arena *arena;
    const rulebook *rb;
    hb_json *root;
    hb_str name, kind, issuer, title, prefix;
    hb_str form;                 // csv, tsv, json, ndjson
    bool makes_documents;        // each row is a document, of a person only where somebody says so
    bool has_quote, is_release, is_many, does_flag_duplicates, identifies, is_id_refused, has_id2;
    bool knows_dmy, knows_mdy;   // slash dates: one of them, or both when the column decides
    const hb_json *ignore, *aliases, *missing, *ids, *id, *id2, *names, *same_key, *tables, *about;
    uint32_t n_columns;
    map_column *columns;
    uint32_t n_spelled;
    hb_str *spelled;             // every column the mapping names, as it spells them
} import_map;
HB_MUST_USE import_map *map_load(const rulebook *rb, const char *path, hb_errors *errors);
void map_close(import_map *map);
const hb_json *map_at(const hb_json *json, const char *a, const char *b);   // root.a.b, or NULL
// Header names as the mapping folds them: "Número de DUI" is numero_de_dui.
bool map_fold(hb_arena *arena, hb_str header, bool keeps_hash, hb_str *out);

// ---- warnings and errors, as the report counts them ---------------------------------------------------------
typedef struct { const char *code; hb_str column; uint64_t n, line; } import_warning;
typedef struct { const char *code; uint64_t line, other_line; char message[320]; } import_refusal;
typedef struct {
    hb_arena *arena;
    hb_str file;
    const char *scratch;         // folder for files without a name, or NULL
    hb_errors *errors;
    hb_date day;                 // of the list
    uint32_t n_warnings, n_refusals;
    import_warning warnings[256];
    import_refusal refusals[HB_ERRORS_KEPT];
} import_notes;
void import_warn(import_notes *notes, const char *code, hb_str column, uint64_t line);
// Adds an error of the run; other_line 0: none. Always false.
bool import_refuse(import_notes *notes, const char *code, uint64_t line, uint64_t other_line, const char *help,
                   const char *format, ...) __attribute__((format(printf, 6, 7)));

// ---- import_text.c, import_table.c --------------------------------------------------------------------------
// A copy of the file in UTF-8 with LF line ends and no NUL, as a path that lives until closed.
typedef struct { int fd; char path[64]; } import_copy;
FILE *import_scratch(const char *folder);   // without a name; NULL: the system gives none
bool import_decode(const char *path, const import_map *map, import_copy *out, import_notes *notes);
// import_xlsx.c: a workbook as CSV.
bool import_is_workbook(FILE *file);
bool import_workbook(FILE *from, FILE *to, import_notes *notes);
void import_copy_close(import_copy *copy);

typedef struct { hb_str *cells; uint32_t n; uint64_t line; bool is_shifted; } import_row;
typedef struct import_table import_table;
// Opens a file under the mapping and finds its header; `is_main`: it must hold what the mapping requires.
import_table *import_table_open(const char *path, const import_map *map, bool is_main, import_notes *notes);
void import_table_close(import_table *table);
uint32_t import_table_columns(const import_table *table, const hb_str **names);   // canonical names
uint32_t import_table_find(const import_table *table, hb_str name);   // UINT32_MAX
// The next row, cleaned; it lives until the next call. False at the end, or when the file was refused.
bool import_table_next(import_table *table, import_row *row, import_notes *notes);
void import_table_progress(const import_table *table, uint64_t *done, uint64_t *all);
bool import_table_rewind(import_table *table, import_notes *notes);

// ---- import_cell.c, import_country.c -------------------------------------------------------------------------
typedef enum { CELL_EMPTY = 0, CELL_MARKER, CELL_REDACTED, CELL_VALUE } cell_kind;
// The words stand in the text, in whatever case and with whatever spaces between them.
bool cell_has_words(hb_str text, hb_str words);
cell_kind cell_classify(const import_map *map, hb_str text);
typedef enum { ORDER_UNKNOWN = 0, ORDER_DMY, ORDER_MDY, ORDER_MIXED } slash_order;
// What a column of slash dates shows so far, with one more cell.
slash_order cell_order(slash_order so_far, hb_str text);
// False: absent, and *why is the report's code. *is_serial: read as a spreadsheet's number.
bool cell_date(const import_map *map, slash_order order, hb_str text, hb_date *out, const char **why, bool *is_serial);
bool cell_year(hb_str text, hb_date *out);                // 31 December of the year or month/year
bool cell_alien_number(hb_arena *arena, hb_str text, hb_str *out);
typedef enum { DUI_NONE = 0, DUI_GOOD, DUI_RESTORED, DUI_FAILS } dui_kind;
dui_kind cell_dui(hb_arena *arena, hb_str text, hb_str *out);
bool cell_register_number(hb_arena *arena, hb_str text, hb_str *out);   // 00007-999
hb_str cell_cite(hb_arena *arena, hb_str code);           // 212a6Ci: INA 212(a)(6)(C)(i); other shapes as they are
hb_str cell_yes_no(hb_arena *arena, hb_str text);         // "yes", "no", or "" for what is neither
bool cell_id(hb_arena *arena, hb_str text, hb_str *out);  // letters, digits, hyphens
int32_t import_next_code_point(hb_str text, int32_t *i);   // moves i past it
bool import_strip_marks(hb_arena *arena, hb_str text, hb_str *out);   // NFKD without marks: É is E
bool cell_name_key(hb_arena *arena, hb_str name, hb_str *out);   // accents stripped, upper case, words sorted

typedef struct import_countries import_countries;
import_countries *import_countries_open(const char *folder, hb_error *err);   // mappings/countries.csv, and ICU's names
void import_countries_close(import_countries *countries);
// `system`: names, iso2, iso3, fips, genc, any. False: unknown, or *is_ambiguous.
bool import_country_find(const import_countries *countries, hb_str system, hb_str text, char code[4], bool *is_ambiguous);
bool import_country_is_us(const char code[4]);            // with its territories

// ---- import_person.c -----------------------------------------------------------------------------------------
typedef struct { uint32_t fact; hb_str value; bool is_claimed; hb_str evidence; } import_fact;   // value: JSON; evidence: JSON list, or ""
typedef struct { hb_str name, text; } import_pair;
typedef struct {
    hb_str id, name, name_key, document;   // document: its id
    hb_str title, issuer, about, same_key;   // about: JSON list of whom the document concerns, or ""
    hb_str file, sha256;         // of a document that is a file of its own, or ""
    hb_date document_on;
    bool has_document_on, is_dropped, is_document;   // is_dropped: a total, no person
    uint64_t line;
    uint32_t n_facts, n_ids, n_kept, n_registers, n_custody, n_absent;
    import_fact *facts;
    import_pair *ids, *kept, *registers, *custody;   // custody: path -> JSON, "" for none
    uint32_t *absent;
} import_person;

typedef struct {
    const import_map *map;
    const import_countries *countries;
    import_notes *notes;
    import_table *main;
    const slash_order *orders;   // one a column of the main table
    hb_str host, file, sha256;   // sha256: of the file, where rows are documents
    hb_date as_of;
    uint32_t n_joined;
    struct import_joined *joined;
    const struct import_lookup *nationality;   // eoir_nat
} import_reader;
// What describes custody, as the "custody" of a list's line (import_custody.c).
void import_custody_write(hb_text *out, const import_person *person);
// False: the row was refused; the notes say why.
bool import_person_read(const import_reader *reader, hb_arena *arena, const import_row *row, import_person *out);

// ---- import_join.c: tables beside the main one, whole in memory, by key -------------------------------------------
typedef struct import_joined {
    hb_str name;                 // "proceeding"
    hb_arena *arena;
    uint32_t n_columns, n_rows, key_column;
    hb_str *columns;
    import_row *rows;            // sorted by key
} import_joined;
bool import_joined_rows(const import_joined *joined, hb_str key, uint32_t *first, uint32_t *n);
typedef struct import_lookup { uint32_t n; import_pair *pairs; } import_lookup;   // sorted by name: code -> country's name
bool import_join_open(const char *folder, const import_map *map, import_reader *reader, import_notes *notes);
void import_join_close(import_reader *reader);
hb_str import_lookup_find(const import_lookup *lookup, hb_str code);
// ---- import_people.c: who has been read, and which rows are theirs ---------------------------------------------
typedef struct import_people import_people;
import_people *import_people_open(const char *scratch);
void import_people_close(import_people *people);
// Keeps a row for the person it names. False: refused (a person twice), or the machine failed; the notes say why.
bool import_people_add(import_people *people, const import_map *map, const import_person *person, import_notes *notes);
uint64_t import_people_count(const import_people *people);
// Each person as one line of a transfer list, in the order of their first rows; of documents that concern nobody
// yet (person->is_document), each document as one line.
typedef bool (*import_writer)(void *to, hb_str text, hb_error *err);
bool import_people_write(import_people *people, const import_map *map, hb_str host, import_writer write, void *to,
                         import_notes *notes, hb_error *err);
#endif
