// evidence: the burden of proof as terms. A fact is given by EVIDENCE_RECORDS records, each with
// EVIDENCE_DOCUMENTS documents; what counts is computed from them as rulebook's standing.c and
// merge.c compute it. On this stands the first half of the proof that the verdict is monotone:
// whatever is done to the evidence of a fact, its value moves only towards caution
// (evidence_cautious). The second half, that such a move never improves the verdict, is asked of
// the law.
#ifndef HABEAS_VERIFY_EVIDENCE_H
#define HABEAS_VERIFY_EVIDENCE_H

#include "verify/law.h"

#define EVIDENCE_RECORDS 3
#define EVIDENCE_DOCUMENTS 2
#define EVIDENCE_LIST_PLACES 2

typedef struct {
    term is_there, is_complete, is_contested, is_verified, is_own,
        is_readable;  // is_own: its issuer or the list's author
    term kind, id, date, verified_on;
} evidence_document;
typedef struct {
    term is_there;
    value says;
    term order;  // place of the value in any fixed order of values: breaks ties
    evidence_document documents[EVIDENCE_DOCUMENTS];
} evidence_record;
typedef struct {
    evidence_record records[EVIDENCE_RECORDS];
} evidence;

typedef struct {
    value counts;
    term is_proved;
} evidence_standing;

evidence evidence_open(law *l, uint32_t fact, const char *name, term *legal);
evidence_standing evidence_merge(law *l, uint32_t fact, const evidence *from);
// `after` is no better for the transfer than `before`: the same, or a permitting value lost, or a
// protective value come that nobody has established, or a more protective one in its place.
term evidence_cautious(law *l, uint32_t fact, value before, term was_proved, value after,
                       term is_proved);

typedef enum {
    EVIDENCE_REMOVED = 0,  // a document behind a permitting or neutral value is taken away
    EVIDENCE_AGED,         // it bears an earlier date
    EVIDENCE_CONTESTED,    // somebody contests it
    EVIDENCE_WITHDRAWN,    // such a statement is taken back with its documents, and nothing else on
                           // file disagrees with it
    EVIDENCE_ADDED,        // a protective statement is added that is not established
    EVIDENCE_N_EDITS,
} evidence_edit;
hb_str evidence_edit_name(evidence_edit edit);
// The evidence after an edit of its first record; `legal` says when the edit is possible.
evidence evidence_after(law *l, uint32_t fact, const evidence *before, evidence_edit edit,
                        term *legal);

#endif
