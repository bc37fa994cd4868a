// verify: proves things about a rulebook before it is used. A rule table edited by a tired lawyer
// can clear someone by accident; here every input is considered, not a sample. Called by cli (rules
// lint, verify, diff, sign; explain for would_change); calls gate, to confirm every
// counter-example, and the rooms below. Only solver.c includes Z3. What is proved, the encoding and
// its bounds: docs/verification.md. Read term.h -> encode.h (value.c, encode.c) -> graph.h -> law.h
// -> evidence.h -> prove.c, then a file for each family of properties: closed.c, monotone.c,
// total.c, blind.c, published.c, own.c. split.c is a second, independent method for single tables.
#ifndef HABEAS_VERIFY_H
#define HABEAS_VERIFY_H

#include "gate/gate.h"

typedef enum { VERIFY_UNDECIDED = 0, VERIFY_REFUTED, VERIFY_PROVED } verify_finding;
hb_str verify_finding_name(verify_finding finding);  // "undecided", "refuted", "proved"

typedef enum {  // ORDER verify properties
    VERIFY_FAIL_CLOSED = 0,
    VERIFY_MONOTONE,
    VERIFY_TOTAL,
    VERIFY_NOTHING_VANISHES,
    VERIFY_BLIND,
    VERIFY_PUBLISHED,
    VERIFY_OWN,
    VERIFY_N_PROPERTIES,
} verify_property;
hb_str verify_property_name(verify_property property);  // "fail-closed"
hb_str verify_property_says(verify_property property);  // one sentence

// One question and its answer. Strings live until the sink returns.
typedef struct {
    verify_property property;
    hb_str about;  // `fact habeas_pending, adding a protective claim`
    verify_finding finding;
    hb_str because;     // refuted: what was found; undecided: why
    hb_str people;      // refuted: a transfer list that habeas check reproduces; "" when no person
                        // shows it
    bool is_confirmed;  // the gate gave these people what the solver said
} verify_result;
typedef void (*verify_sink)(void *to, const verify_result *result);

typedef struct {
    const char
        *published;     // CSV of the published rules it must not ask less than; NULL: none is named
    const char *own;    // the rulebook's properties.csv; NULL: it has none
    const char *cache;  // file of answers of earlier runs; NULL: none is used or kept
    bool stops_at_first;  // the first that is not proved ends it
    hb_str only;          // one property by name; "" all
    void (*progress)(void *to, uint64_t done, uint64_t all);  // may be NULL
    void *to;
} verify_request;
typedef struct {
    uint32_t n[VERIFY_N_PROPERTIES][3];  // by finding
    uint64_t n_checks;  // put to the solver; the rest was decided while it was built
    uint64_t n_known;   // the same question was answered before
} verify_summary;
// Proves or refutes every property. False only when memory or the disk failed.
HB_MUST_USE bool verify_rulebook(const rulebook *rb, const verify_request *request,
                                 verify_sink sink, void *to, verify_summary *summary,
                                 hb_error *err);
const char *verify_solver(void);                       // version of Z3
bool verify_is_proved(const verify_summary *summary);  // everything asked was proved

#endif
