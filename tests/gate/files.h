// Files of evidence that tests may edit: a person's records with their documents, taken from a
// worked case or made at random, and the edits that the burden of proof speaks of. Documents are
// held by index, so that one edit of a document is an edit of it wherever it stands.
#ifndef HABEAS_TEST_FILES_H
#define HABEAS_TEST_FILES_H

#include "gate/gate.h"

enum { FILE_SAYINGS = 512, FILE_DOCUMENTS = 512, FILE_EVIDENCE = 12 };

typedef struct {
    uint32_t fact;
    feel_value value;
    uint32_t n_evidence;
    uint16_t evidence[FILE_EVIDENCE];
} saying;

typedef struct {
    rulebook_day day;
    uint32_t n_sayings, n_documents;
    saying sayings[FILE_SAYINGS];
    rulebook_document documents[FILE_DOCUMENTS];
} evidence_file;

// splitmix64: the same numbers from the same seed on every machine.
typedef struct {
    uint64_t state;
} chance;
uint64_t chance_next(chance *c);
uint32_t chance_below(chance *c, uint32_t n);  // 0 .. n - 1
bool chance_percent(chance *c, uint32_t percent);

// What one decision is held against.
typedef struct {
    const rulebook *rb;
    rulebook_bench *bench;
    hb_arena *answer, *values;  // one decision; values made at random
    gate_decision decision;
} court;
bool court_open(court *c, const rulebook *rb);
void court_close(court *c);
// Decides the file; false ends the test run (a limit was reached).
bool court_decide(court *c, const evidence_file *file, gate_verdict *verdict);
rulebook_effect court_effect(court *c, const evidence_file *file, const saying *said);
int verdict_rank(gate_verdict verdict);  // BARRED 0, UNRESOLVED 1, NO BAR FOUND 2

void file_from_records(const rulebook_day *day, const rulebook_record *records, uint32_t n_records,
                       evidence_file *file);
void file_from_case(const rulebook_case *one, evidence_file *file);
uint32_t file_add_document(evidence_file *file,
                           const rulebook_document *document);  // an equal one is found again
void file_remove_saying(evidence_file *file, uint32_t i);
uint32_t file_count_fact(const evidence_file *file, uint32_t fact);

// Random values, documents and sayings of a fact; near the limits that the law has.
bool chance_value(chance *c, court *judge, const evidence_file *file, uint32_t fact,
                  feel_value *value);
bool chance_saying(chance *c, court *judge, evidence_file *file, uint32_t fact);
void chance_change(chance *c, court *judge, evidence_file *file,
                   uint32_t fact);  // said otherwise, more, less
// A record of that value on a paper with nothing wrong with it, or on a claim. False when the file
// is full.
bool file_add_sound(court *judge, evidence_file *file, uint32_t fact, feel_value value);
bool file_add_claimed(evidence_file *file, uint32_t fact, feel_value value);
// A protective value said by counsel today, with nothing behind it. False when the fact has none of
// the values tried.
bool file_add_claim(chance *c, court *judge, evidence_file *file, uint32_t fact);

#endif
