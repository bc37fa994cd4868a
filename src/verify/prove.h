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
    uint8_t *near;             // by rule: room of prove_ask
    uint8_t *missing_reads;    // fact * n_facts + other: whether it is missing depends on the other
    term_value *values, *all;  // of the last POSSIBLE: by variable, by term
    uint32_t values_room, all_room;
    uint64_t n_done, n_all;
    bool is_over;  // nothing more is asked
    cache known;
} prover;

// Is the query possible for legal facts? A loose one (law.h) is asked first with the outcomes of
// those rules alone that read a fact it reads. On POSSIBLE `all` has an example.
solver_answer prove_ask(prover *p, term query, const char **why);
// The same where only the answer matters: nobody is looked for, and an answer of the cache is
// taken. A loose query is asked as it stands: of the law only IMPOSSIBLE says anything then.
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
// The same of a loose query about the whole law, for which an example is likely known (example.c).
solver_answer prove_can_happen(prover *p, term query, const char **why);
bool prove_make_room(prover *p);  // `values` and `all` hold the whole pool
// In `values`, facts that the query does not read become absent.
void prove_forget_others(prover *p, term query);
// The rules that read a fact which the term reads: by rule, 1 or 0.
void prove_near(const prover *p, term t, uint8_t *near);
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
