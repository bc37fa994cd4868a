// intake: reads transfer lists (NDJSON, CSV), documents, contests, agreement and facility files exactly as
// schemas/ say, and collects every error of a run with its place. Called by gate and cli; calls rulebook, base.
// Nothing is decided here. Read folder.c (what is read, in which
// order) -> person.c (two passes over the people) -> crew.c -> list.c -> facts.c -> documents.c -> contests.c -> agreement.c; page.c is where errors get their place. Agencies' own
// files: map.c -> import_text.c -> import_table.c -> import_cell.c -> import_person.c -> import_identity.c -> import_custody.c -> import_people.c -> import.c.
#ifndef HABEAS_INTAKE_H
#define HABEAS_INTAKE_H

#include "rulebook/rulebook.h"

// Weighs the claims of a facility's return on the day of decision, for intake may not call the room that can: a
// facility file (JSON, in `arena`) whose facts say what the claims come to.
typedef bool (*intake_weigh)(void *with, hb_str path, hb_date day, hb_arena *arena, hb_str *json, hb_errors *errors);

// Counts until when the custody that a line describes ("custody", a JSON object) has a ground, for intake may not call
// the room that can: gives the statements that follow for the gate, as "facts" of a line would make them, and the
// whole answer, both JSON in `arena`.
typedef struct {
    void *(*open)(void *law, hb_error *err);   // one for each thread, opened one after the other
    void (*close)(void *counter);
    bool (*count)(void *counter, hb_str person, const hb_json *custody, hb_date day, hb_arena *arena, hb_str *facts,
                  hb_str *answer, hb_error *err);
    void *law;
} intake_counting;

// What is asked for on the command line; empty strings where nothing was.
typedef struct {
    const char *list;                        // path, "-" for standard input
    const char *imported;                    // NDJSON made of it by intake_import, read in its stead; NULL: none
    const char *agreement, *facility;        // override what the list names
    const char *const *documents;            // added to what the list names
    uint32_t n_documents;
    uint32_t n_jobs;                         // threads that read the people; 0 is 1
    hb_str as_of;                            // "" = list, agreement, today
    hb_date today;
    intake_weigh weigh;                      // NULL: a facility's claims are not weighed, only its facts are read
    void *weigh_with;
    const intake_counting *counting;         // NULL: a line that describes a custody is refused
} intake_request;

typedef struct { hb_str role, path; hb_hash sha256; } intake_source;   // role: list, agreement, facility, documents, contests

// A list open for reading: its header, agreement, facility, documents and contests are in memory; people are
// streamed. The first pass (intake_open) reads every person once and collects all errors.
typedef struct intake intake;
// NULL when anything is refused; `errors` then holds every cause. `progress` may be NULL.
typedef void (*intake_progress)(void *to, uint64_t bytes_done, uint64_t bytes_in_all);
HB_MUST_USE intake *intake_open(const rulebook *rb, const intake_request *request, intake_progress progress, void *to,
                                hb_errors *errors);
void intake_close(intake *in);
hb_str intake_list_name(const intake *in);
hb_date intake_as_of(const intake *in);
bool intake_is_retrospective(const intake *in);          // as_of before today
hb_str intake_author(const intake *in);
hb_str intake_agreement_id(const intake *in);
hb_str intake_agreement_status(const intake *in);        // "proposed", ...; "" without agreement
uint64_t intake_n_people(const intake *in);
uint32_t intake_sources(const intake *in, const intake_source **sources);

// One person: records of the line, of the agreement and of the facility together, and what follows from the custody.
typedef struct {
    hb_str person, name, host;
    const hb_json *custody;      // as the line describes it; NULL when it does not
    hb_str end_date;             // the answer about it, as `habeas enddate` prints it; "" without custody
    uint64_t line;
    uint32_t n_records;
    const rulebook_record *records;
} intake_person;
// The next raw line of the second pass, to be handed to a worker thread (the bytes live until the next call:
// copy them). end = true after the last.
HB_MUST_USE bool intake_next_line(intake *in, hb_str *line, uint64_t *number, bool *end, hb_error *err);
// Parses one such line; reentrant: each thread has its own reader and arena.
typedef struct intake_reader intake_reader;
HB_MUST_USE intake_reader *intake_reader_open(const intake *in, hb_error *err);
void intake_reader_close(intake_reader *reader);
HB_MUST_USE bool intake_read_person(intake_reader *reader, hb_arena *arena, hb_str line, uint64_t number,
                                    intake_person *out, hb_error *err);

// ---- crew.c: the lines of a list through several threads, in the order of the list -----------------------------
#define INTAKE_CHUNK_LINES 64
#define INTAKE_CHUNK_BYTES ((size_t)256 * 1024)      // a chunk ends at whichever comes first
typedef struct {
    hb_text lines;               // as read, one after the other
    uint32_t n;
    struct { size_t at, n; uint64_t number; } line[INTAKE_CHUNK_LINES];
    hb_error unread;             // why the line behind them could not be read, or HB_NONE
    hb_error err;                // why the worker did not end its work, or HB_NONE
    void *own;                   // what the crew makes of them
} intake_chunk;
hb_str intake_chunk_line(const intake_chunk *c, uint32_t i);

typedef struct {
    uint32_t n_jobs;
    void *to;
    // On the caller's thread: the next line (an error is handed to `take` behind the lines before it), and a chunk that
    // is done, in order; false ends the run.
    bool (*next)(void *to, hb_str *line, uint64_t *number, bool *end, hb_error *err);
    bool (*take)(void *to, intake_chunk *c, hb_error *err);
    // On each worker's: its workshop, and the work on one chunk.
    void *(*open)(void *to, hb_error *err);
    void (*work)(void *shop, intake_chunk *c);
    void (*close)(void *shop);
    void *(*own_open)(void *to);         // for each chunk, used again; NULL: no memory
    void (*own_close)(void *own);
} intake_crew;
HB_MUST_USE bool intake_crew_run(const intake_crew *crew, hb_error *err);

// ---- import*.c, map.c: an agency's own file as a transfer list -------------------------------------------------
typedef struct {
    const char *const *files;    // a joined mapping takes the folder, or the file of its main table
    uint32_t n_files;
    const char *mapping;         // path of the mapping
    const char *mappings;        // folder that holds countries.csv
    hb_str host;                 // alpha-3
    hb_date as_of, document_on;  // day of the list; date of the rows' documents where the file gives none
    bool has_as_of;              // as_of goes into the list's header
    const char *const *about;    // where rows are documents: the people whom a person says they concern
    uint32_t n_about;
    const char *scratch;         // folder for files without a name while it reads; NULL: the system's
    const char *const *documents;   // files of documents, named in the list's header as they are called beside it
    uint32_t n_documents;
    bool takes_documents;        // without `about`, documents are written instead of a list
} intake_import_request;
typedef bool (*intake_writer)(void *to, hb_str text, hb_error *err);
// Writes the list through `write_list` only when nothing was refused, and the report through `write_report` (NULL:
// none) always. False: refused or failed, and `errors` holds every cause.
HB_MUST_USE bool intake_import(const rulebook *rb, const intake_import_request *request, intake_progress progress, void *to,
                               intake_writer write_list, void *list, intake_writer write_report, void *report,
                               hb_errors *errors);
// A mapping's name and title for a choice, in `arena`; false when the file cannot be read as one. `is_one_list`: one file
// of people becomes a list.
HB_MUST_USE bool intake_map_title(const char *path, hb_arena *arena, hb_str *title, bool *is_one_list);
// What a mapping may not do although it loads (map_lint.c): establish anything, let a blank cell answer, feed a fact
// from a label. `code` is one of docs/import.md, `column` as the mapping spells it. False with errors when it is refused.
typedef void (*intake_lint_sink)(void *to, const char *code, hb_str column, const char *says);
HB_MUST_USE bool intake_map_lint(const rulebook *rb, const char *path, hb_date today, intake_lint_sink sink, void *to,
                                 uint32_t *n, hb_errors *errors);
#endif
