// What the families of properties share: a prover asks, finds people, and reports.
#ifndef HABEAS_VERIFY_PROVE_H
#define HABEAS_VERIFY_PROVE_H

#include "verify/cache.h"
#include "verify/person.h"
#include "verify/solver.h"
#include "verify/verify.h"

typedef struct {
    law l;
    solver *s;
    const rulebook *rb;
    rulebook_bench *bench;
    hb_arena *arena;  // of one answer
    const verify_request *request;
    verify_sink sink;
    void *to;
    verify_summary *summary;
    hb_error *err;
    uint8_t *rule_reads;       // rule * n_facts + fact: its outcome reads the fact
    uint8_t *missing_reads;    // fact * n_facts + other: whether it is missing depends on the other
    term_value *values, *all;  // of the last POSSIBLE: by variable, by term
    uint32_t values_room, all_room;
    uint64_t n_done, n_all;
    bool is_over;  // nothing more is asked
    cache known;
} prover;

// Is the query possible for legal facts? `also` narrows which example is shown, when it leaves one.
solver_answer prove_ask(prover *p, term query, term also, const char **why);
// The same where only the answer matters: no values are found, and an answer of the cache is taken.
solver_answer prove_is_possible(prover *p, term query, const char **why);
// Reports one question; people is a list text or NULL.
void prove_report(prover *p, verify_property property, verify_finding finding, const char *because,
                  hb_text *people, bool is_confirmed, const char *format, ...)
    __attribute__((format(printf, 7, 8)));
// The usual end of a question: impossible = proved; possible = refuted with the person of prove's
// last answer. `expects` says of the gate's decision whether it shows what was found; NULL: nothing
// to confirm.
typedef bool (*prove_expects)(const gate_decision *decision, const void *with);
void prove_never(prover *p, verify_property property, term query, const char *because,
                 prove_expects expects, const void *with, const char *format, ...)
    __attribute__((format(printf, 7, 8)));
bool prove_decide(prover *p, const person *who, gate_decision *out);
const char *prove_fact_name(const prover *p, uint32_t fact, char room[80]);

void prove_closed(prover *p);
void prove_monotone(prover *p);
void prove_total(prover *p);
void prove_nothing_vanishes(prover *p);
void prove_blind(prover *p);
void prove_published(prover *p);
void prove_own(prover *p);

#endif
