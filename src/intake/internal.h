// Inside the intake room: one page of foreign text with its errors, the store of documents and contests, and
// what the files of the room call of each other.
#ifndef HABEAS_INTAKE_INTERNAL_H
#define HABEAS_INTAKE_INTERNAL_H

#include <pthread.h>

#include "intake/intake.h"

#define INTAKE_LINE_BYTES ((size_t)1 << 20)       // a person, a document or a contest
#define INTAKE_FILE_BYTES ((size_t)16 << 20)      // an agreement, a facility, a list's header
#define INTAKE_PERSON_BYTES ((size_t)48 << 20)    // memory for one person
#define INTAKE_ARENA_BYTES ((size_t)8 << 30)      // documents in memory count apart
#define INTAKE_INLINE_MAX 2048                    // documents written out in one person's line

// ---- page.c: where an error stands, and the checks that every form shares ----------------------------------
#define INTAKE_PATH_MAX 12
typedef struct { hb_str key; uint32_t item; } intake_step;   // key.at NULL: an element
typedef struct {
    hb_errors *errors;
    hb_str file;                 // as the reader named it
    hb_str text;                 // the JSON text at hand
    uint64_t line;               // of its first line
    uint32_t column;             // of a CSV field; 0 for JSON
    bool is_private;             // text about a person is not shown in an error
    char who[160];               // `person "P-001"`, or ""
    intake_step path[INTAKE_PATH_MAX];   // to what is being read; its steps past the last are not told
    size_t n_path;
} intake_page;

// Goes down to a member or an element; the mark it gives leads back up.
size_t intake_page_enter(intake_page *page, hb_str key);
size_t intake_page_enter_item(intake_page *page, uint32_t i);
void intake_page_leave(intake_page *page, size_t mark);
#define INTAKE_POINTER_BYTES 160
void intake_page_pointer(const intake_page *page, char out[INTAKE_POINTER_BYTES]);   // as a JSON pointer
// Adds an error at `at` (NULL: at the page's line and column). Always false.
bool intake_page_refuse(intake_page *page, const hb_json *at, const char *code, const char *help, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
// Adds an error found elsewhere, with this place where it has none. Always false.
bool intake_page_refuse_error(intake_page *page, const hb_json *at, hb_error *err);
// False and an error for each member that is not one of `names`, and when `object` is no object. `what`: "a person".
bool intake_page_members(intake_page *page, const hb_json *object, const hb_str *names, size_t n, const char *what);
// A string member, copied; absent and null leave `out` as it is. False only when something was refused.
bool intake_page_text(intake_page *page, hb_arena *arena, const hb_json *object, hb_str key, bool is_required, hb_str *out);
bool intake_page_date(intake_page *page, const hb_json *object, hb_str key, hb_date *out, bool *is_given);
// The same checks of a text already at hand, of a JSON value (`at`) or a CSV field (NULL).
bool intake_page_check_id(intake_page *page, const hb_json *at, hb_str id);
bool intake_page_check_date(intake_page *page, const hb_json *at, hb_str text, hb_date *out);
bool intake_page_check_country(intake_page *page, const hb_json *at, hb_str code);
// The text of a quoted word in a message: at most 80 bytes, whole code points.
int intake_page_shown(hb_str text);

// ---- ndjson.c: a file of documents or contests -----------------------------------------------------------
// Hands each line that is not blank to `take`, whose JSON lives until it returns; every bad line is an error.
typedef bool (*intake_taker)(void *to, intake_page *page, const hb_json *json);
bool intake_read_lines(hb_str path, intake_taker take, void *to, hb_errors *errors, hb_hash *hash);

// ---- documents.c, contests.c ----------------------------------------------------------------------------
typedef struct {
    rulebook_document document;
    bool is_verified;            // says so itself; document.is_verified may have been taken away
    uint64_t line;
    uint32_t order;
} intake_document;

typedef struct {
    hb_str document;
    bool is_seen;                // some document has this id
    hb_str file;
    uint64_t line;
} intake_contest;

typedef struct {
    intake_document **documents; // in the order read, then sorted by id
    size_t n_documents, room_documents;
    intake_contest *contests;
    size_t n_contests, room_contests;
    bool is_incomplete;          // a file of them was refused: what seems to be missing may be there
} intake_evidence;

void intake_evidence_clear(intake_evidence *evidence);
// One document object; id and kind are there on success. `folder`: where its file is looked for.
bool intake_document_from_json(intake_page *page, hb_arena *arena, hb_str folder, const hb_json *json, intake_document *out);
bool intake_documents_read_file(intake_evidence *evidence, hb_arena *arena, hb_str path, hb_errors *errors, hb_hash *hash);
// Documents inline in an agreement or facility: its `documents`, and those in the evidence of its `facts`. Those of a
// file that establishes nothing lose their verification, for whoever else names them too.
bool intake_documents_add_inline(intake_evidence *evidence, intake_page *page, hb_arena *arena, hb_str folder,
                          bool establishes, const hb_json *root);
// Sorts, refuses ids with two contents, and marks what is contested.
bool intake_evidence_close(intake_evidence *evidence, hb_errors *errors);
// Whether a contested document has these bytes: a copy under another id is contested with it.
bool intake_evidence_contests_bytes(const intake_evidence *evidence, hb_str sha256);
const intake_document *intake_evidence_find(const intake_evidence *evidence, hb_str id);
bool intake_document_is_same(const intake_document *a, const intake_document *b);

bool intake_contests_read_file(intake_evidence *evidence, hb_arena *arena, hb_str path, hb_errors *errors, hb_hash *hash);
void intake_contests_sort(intake_evidence *evidence);
bool intake_contests_name(const intake_evidence *evidence, hb_str id);   // of whatever day
// Notes that a document of this id exists.
void intake_contests_mark_seen(intake_evidence *evidence, hb_str id);
// Refuses every contest whose document was nowhere seen.
bool intake_contests_check_seen(const intake_evidence *evidence, hb_errors *errors);

// ---- facts.c ------------------------------------------------------------------------------------------------
typedef struct {
    const rulebook *rb;
    intake_evidence *evidence;
    hb_arena *arena;
    hb_str person;               // whom it is said of; "" = of everybody
    hb_str folder;               // for files of inline documents
    bool is_first_pass;          // notes which contested documents exist
    bool establishes;            // false: nothing here proves anything (a proposed agreement)
    bool are_documents_stored;   // those written out here are in `evidence` already
    bool (*takes)(const rulebook_fact *fact);   // NULL: any fact
    const char *takes_what;
    intake_document **inline_documents;   // of this person so far
    uint32_t n_inline;
} intake_facts;

typedef struct { rulebook_record *at; uint32_t n; } intake_records;
bool intake_facts_from_json(intake_facts *facts, intake_page *page, const hb_json *json, intake_records *out);
// One fact of a CSV row; nothing is added for two blank cells.
bool intake_facts_add_cell(intake_facts *facts, intake_page *page, uint32_t fact, hb_csv_field value,
                    const hb_csv_field *evidence, intake_records *out);
bool intake_facts_check_name(const rulebook *rb, intake_page *page, const hb_json *at, hb_str name, uint32_t *fact);

// ---- agreement.c: agreement and facility files -----------------------------------------------------------------
typedef struct {
    hb_arena *arena;
    hb_bytes text;
    hb_str read;  // of the text, what follows a byte order mark
    hb_json *root;
    hb_str path, folder;
    hb_hash hash;
} intake_file;
bool intake_file_read(intake_file *file, hb_arena *arena, hb_str path, hb_errors *errors);
// The same of a text that is here already, made of the file at `path`; the text stays its owner's.
bool intake_file_take(intake_file *file, hb_arena *arena, hb_str path, hb_str text, hb_errors *errors);
void intake_file_close(intake_file *file);
intake_page intake_file_page(const intake_file *file, hb_errors *errors);

typedef struct {
    hb_str id, status, host;
    hb_date as_of;
    bool has_as_of;
    const hb_json *contests;     // array of paths, or NULL
    const hb_json *hosts;        // further countries it binds, or NULL
} intake_agreement;
bool intake_agreement_check(const intake_file *file, hb_arena *arena, intake_agreement *out, hb_errors *errors);
bool intake_agreement_binds(const intake_agreement *agreement, hb_str host);
bool intake_facility_check(const intake_file *file, hb_str *country, hb_errors *errors);
bool intake_agreement_takes(const rulebook_fact *fact);
bool intake_facility_takes(const rulebook_fact *fact);

// ---- people.c: which ids were seen ----------------------------------------------------------------------------
typedef struct intake_people intake_people;
intake_people *intake_people_open(void);
void intake_people_close(intake_people *people);
// `id`: SHA-256 of the person's. *first_line is 0 when it is new, else the line that gave it. False: no memory.
bool intake_people_add(intake_people *people, hb_hash id, uint64_t line, uint64_t *first_line);

// ---- list.c: the header and the people ---------------------------------------------------------------------------
typedef enum { INTAKE_COLUMN_PERSON = 0, INTAKE_COLUMN_NAME, INTAKE_COLUMN_HOST, INTAKE_COLUMN_CUSTODY, INTAKE_COLUMN_REMARK, INTAKE_COLUMN_FACT, INTAKE_COLUMN_EVIDENCE } intake_column_kind;
typedef struct {
    intake_column_kind kind;
    uint32_t fact;               // of INTAKE_COLUMN_FACT and INTAKE_COLUMN_EVIDENCE
    uint32_t evidence;           // INTAKE_COLUMN_FACT: its evidence column, or UINT32_MAX
} intake_column;

typedef struct {
    hb_str name, author, agreement, facility;
    const hb_json *documents, *contests;   // arrays of paths, or NULL
    hb_str path;                 // of the file that holds the header
    bool has_as_of;
    hb_date as_of;
} intake_header;

typedef struct {
    hb_str path;                 // as named in errors
    bool is_csv;
    hb_lines *lines;
    hb_csv *csv;
    uint64_t header_line;        // NDJSON: line of the header, 0 = none
    uint64_t n_rows;             // CSV: rows read, the columns' included
    intake_column *columns;
    uint32_t n_columns;
    hb_text row;                 // CSV: the packed row handed out
} intake_list;

bool intake_list_open(intake_list *list, const char *path, const char *imported, hb_error *err);
void intake_list_close(intake_list *list);
bool intake_header_from_json(intake_page *page, hb_arena *arena, const hb_json *json, intake_header *out);
// NDJSON: reads the first line when it is a header (it has no "person").
bool intake_list_read_header(intake_list *list, hb_arena *arena, intake_header *out, hb_errors *errors);
// CSV: reads the row of column names.
bool intake_list_read_columns(intake_list *list, const rulebook *rb, hb_arena *arena, hb_errors *errors);
// The next person's raw line or row; a bad one is an error, and the next call gives the one after it.
bool intake_list_next(intake_list *list, hb_str *line, uint64_t *number, bool *end, hb_error *err);
bool intake_list_rewind(intake_list *list, hb_error *err);
uint64_t intake_list_offset(const intake_list *list);
uint64_t intake_list_size(const intake_list *list);
hb_hash intake_list_hash(const intake_list *list);
// Everything a line says of a person but the facts of agreement and facility.
bool intake_list_person(const intake_list *list, intake_facts *facts, intake_page *page, hb_json_reader *json, hb_str line,
                 intake_person *out);

// ---- folder.c -----------------------------------------------------------------------------------------------------
// What an agreement or a facility says of everybody on a list. It proves that only of those who
// would go to its own country: for others the same records stand without a verified paper, so that
// what protects still counts.
typedef struct {
    intake_records proves, says;
} intake_shared;

struct intake {
    const rulebook *rb;
    hb_arena *arena;
    hb_str folder;  // of the list
    intake_list list;
    intake_header header;
    intake_file agreement_file, facility_file;
    intake_file weighed_file;                      // what the facility's claims come to
    bool has_agreement, has_facility, is_weighed;  // read without error
    bool is_agreement_refused;
    intake_agreement agreement;
    hb_str facility_country;
    intake_evidence evidence;
    intake_shared of_agreement, of_facility, of_claims;
    intake_source *sources;
    uint32_t n_sources, room_sources;
    hb_date as_of, today;
    uint64_t n_people, n_handed_out;
    const intake_counting *counting;
    pthread_mutex_t opening;  // what counts custody is opened by one thread at a time
    bool has_custody;         // on some line
};

// ---- person.c: the first pass over the people: every error, and nobody twice. False when anything is refused.
bool intake_check_people(intake *in, uint32_t n_jobs, intake_progress progress, void *to, hb_errors *errors);

// ---- paths ------------------------------------------------------------------------------------------------------
bool intake_path_folder(hb_arena *arena, hb_str path, hb_str *folder);                   // "" for a bare name
bool intake_path_beside(hb_arena *arena, hb_str folder, hb_str name, hb_str *path);      // ended by NUL; absolute names stay
bool intake_path_is_plain(hb_str path);   // no device and no pipe; opening says what else is wrong

#endif
