// law: a rulebook as terms. Every fact becomes a variable "as it counts" (null, or a value) with
// its standing; every decision of the model becomes the value it gives; every row of every table
// the condition under which it fires. From these come the verdict, and what is asked and missing,
// exactly as rulebook and gate compute them.
// What stands above the rules (the model's verdict) is read with the outcome of each rule a free
// variable, its stand-in: what is impossible then is impossible whatever the rules say, and stays
// so when a rule changes. law_bound puts the outcomes in.
#ifndef HABEAS_VERIFY_LAW_H
#define HABEAS_VERIFY_LAW_H

#include "rulebook/rulebook.h"
#include "verify/encode.h"

// Places of a list. Longer lists are not looked at; docs/verification.md says why that loses
// nothing for shipped rules.
#define LAW_LIST_PLACES 3
// Days on which a decision may be made: 2000-01-01 .. 2150-12-31.
#define LAW_FIRST_AS_OF 10957
#define LAW_LAST_AS_OF 66108

typedef struct {
    value counts;    // the value rules see
    term is_proved;  // standing is established; a permitting or neutral value that counts always is
    term protects;   // effect of the value that counts; FALSE when null
    term legal;      // what a value of this fact can be
    term asked, none, missing;
    uint32_t first_variable, n_variables;  // its own, by number
    hb_str why_not;  // its asked_when or effect cannot be encoded: the reason; else ""
} law_fact;

typedef struct {
    const dmn_table *table;
    term *matches;  // by row: every cell accepts
    term *fires;    // by row: it gives the result
    value *inputs;  // by column
    value *cells;   // row * n_inputs + column: three-valued
} law_table;

typedef enum { LAW_WAITING = 0, LAW_BEING_READ, LAW_READ } law_state;
typedef struct {
    law_state state;
    value result;
    law_table *table;                // NULL when the decision is not one table
    uint32_t rule;                   // whose decision it is; DMN_NONE: no rule's
    bool serves_a_rule;              // a rule's decision needs it: no stand-ins within
    hb_str why_not;                  // cannot be encoded: the reason; else ""
    uint32_t first_fault, n_faults;  // of encoder.faults, those of this element's own logic
} law_element;

typedef struct {
    term bars, is_open, is_answered;  // outcome bars; not satisfied and not not_applicable; is one
                                      // of the five words
    term is_satisfied, is_silent;     // satisfied; not_applicable
    value stand_in;                   // VALUE_NULL: the outcome itself stands
    hb_str why_not;
} law_rule;

typedef struct law law;
struct law {
    const rulebook *rb;
    const dmn_model *model;
    const law *first;  // whose pool, arena and variables these are; NULL: its own
    hb_arena *arena;
    term_pool *pool;
    encoder e;
    uint32_t n_facts, n_rules,
        current;  // element whose names are being looked up; DMN_NONE: the dictionary
    law_fact *facts;
    law_rule *rules;
    law_element *elements;
    value as_of, host;
    term day;                                  // as_of and host keep to theirs
    int64_t first_stand_in, end_of_stand_ins;  // their variables, by number
    term barred, clear;                        // the verdict is BARRED; is NO BAR FOUND
    uint32_t verdict;                          // element of the model's own verdict; DMN_NONE
    hb_str why_not;                            // verdict cannot be encoded
};
// Reads a whole rulebook. False only for lack of memory; what cannot be encoded is said part by
// part.
HB_MUST_USE bool law_open(law *l, const rulebook *rb, hb_error *err);
// A second rulebook over the same people: facts of one name share their variables, so the two laws
// can be compared. `first` must outlive it.
HB_MUST_USE bool law_open_beside(law *l, const rulebook *rb, const law *first, hb_error *err);
void law_close(law *l);

// Whether a value (not null) of a fact protects, permits, is neutral, by the dictionary's tests.
term law_effect(law *l, uint32_t fact, value v, rulebook_effect effect);
// A fresh variable of the fact's type (never null unless `may_be_null`); `legal` gets what keeps it
// to its type.
value law_variable(law *l, uint32_t fact, const char *name, bool may_be_null, uint32_t n_places,
                   term *legal);
// "There is none", or nobody answered: rulebook's bench.c.
term law_none(law *l, uint32_t fact, value v);
// Any FEEL expression over facts as they count, as_of, host, the rules' ids and `verdict`
// (properties.csv).
value law_expression(law *l, const feel_node *node);
uint32_t law_fact_of_name(const law *l, hb_str name);

// The law with the variables of one fact replaced by others: from/to gets the pairs, returns how
// many.
uint32_t law_pairs(const law *l, uint32_t fact, value to, term is_proved, term *from_terms,
                   term *to_terms, uint32_t room);
// Whether a fact's variables are among those of term_variables_of.
bool law_reads_in(const law *l, const uint8_t *bits, uint32_t fact);
// Whether a term reads a stand-in.
bool law_is_loose(law *l, term t);
// The same with the rules' own outcomes: of all rules, or (`only`, by rule) of those alone.
term law_bound(law *l, term t, const uint8_t *only);
// What keeps the variables of a term to their types, theirs alone: the facts it does not read are
// left out.
term law_domain_of(law *l, term t);

#endif
