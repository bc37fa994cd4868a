// enddate: the last lawful day of a custody, under United States law, Salvadoran law or both, with every step
// that leads to it. Called by gate, register, report and cli; calls dmn, words and base. The law is data: four
// rulebooks (enddate-us-federal, enddate-us-immigration, enddate-sv, enddate-both), each a decision model with
// the dictionary of what it reads (facts.csv), its rules and sources. No rule is written in C.
//
// Doubt never holds a person longer: an answer that is not settled is UNRESOLVED, and the earliest day that
// could be true is a review date, which alarms like an end date.
//
// An enddate_law is immutable once opened and shared by threads; each has an enddate_session of its own. An
// answer lives until the session's next one. Read law.c -> inputs.c -> answer.c -> gate.c -> print.c.
#ifndef HABEAS_ENDDATE_H
#define HABEAS_ENDDATE_H

#include "dmn/dmn.h"
#include "words/words.h"

typedef enum { ENDDATE_US_FEDERAL = 0, ENDDATE_US_IMMIGRATION, ENDDATE_SV, ENDDATE_BOTH, ENDDATE_N_SYSTEMS } enddate_system;
hb_str enddate_system_name(enddate_system system);                       // "us_federal"
hb_str enddate_rulebook_name(enddate_system system);                     // "enddate-us-federal": its folder
bool enddate_system_find(hb_str name, enddate_system *system);

typedef struct enddate_law enddate_law;
// Loads the four rulebooks from the folder that holds them. NULL when one is refused.
HB_MUST_USE enddate_law *enddate_open(const char *rulebooks, hb_error *err);
void enddate_close(enddate_law *law);

// Over the files that rulebook.json names, as rulebook_hash in rulebook/ has it.
hb_hash enddate_rulebook_hash(const enddate_law *law, enddate_system system);
hb_str enddate_rulebook_version(const enddate_law *law, enddate_system system);

// One rule, as rules.csv has it. sources: citations separated by "|".
typedef struct { hb_str id, title_en, title_es, because_en, because_es, sources; bool alarms_now; } enddate_rule;
const enddate_rule *enddate_rule_find(const enddate_law *law, hb_str id);   // NULL when no rulebook has it
uint32_t enddate_n_rules(const enddate_law *law, enddate_system system);
const enddate_rule *enddate_rule_at(const enddate_law *law, enddate_system system, uint32_t i);

// One entry of a dictionary, as facts.csv has it. values: of an enum, separated by "|"; of a nested one its rulebook.
typedef struct { hb_str name, type, values; } enddate_entry;
uint32_t enddate_n_entries(const enddate_law *law, enddate_system system);
enddate_entry enddate_entry_at(const enddate_law *law, enddate_system system, uint32_t i);

typedef struct {
    hb_str step, rule;       // "good conduct time", "us-gct-3624b"
    const enddate_rule *law; // titles, reasons and sources of the rule; NULL when no rulebook has it
    bool has_days;           // days, else date
    int64_t days;
    hb_date date;
} enddate_step;

typedef struct {
    hb_str id;
    enddate_system system;
    bool is_settled;         // DATE; else UNRESOLVED
    hb_date end_on;          // with is_settled
    uint32_t n_review, n_steps, n_rules;
    const hb_date *review;   // sorted; each alarms like an end date
    const enddate_step *steps;
    const hb_str *rules;     // why it is not settled, sorted
    bool alarms_now;         // a rule among them has no day to wait for
    bool is_undescribed;     // nothing says under what custody the person is held, so no law was asked
} enddate_answer;

typedef struct enddate_session enddate_session;
HB_MUST_USE enddate_session *enddate_session_open(const enddate_law *law, hb_instant now, hb_error *err);
void enddate_session_close(enddate_session *session);
// Answers one object {"id":…,"system":…,"inputs":{…}} ("source", "kind" and "expect" beside them are not read).
// `today` is the day of the question where the inputs name none. Values that cannot be read are refused with
// their place in err->pointer; an entry that no rule reads leaves the answer UNRESOLVED.
HB_MUST_USE bool enddate_ask(enddate_session *session, const hb_json *question, hb_date today, enddate_answer *out,
                             hb_error *err);
// The same of an object {"system":…,"inputs":{…}}, as a line of a transfer list has it under "custody".
HB_MUST_USE bool enddate_count(enddate_session *session, hb_str id, const hb_json *custody, hb_date today,
                               enddate_answer *out, hb_error *err);
// About somebody of whom no custody is described: UNRESOLVED. A day that `facts` (of a line of a transfer list; NULL:
// none) claim for what end dates tell the gate could be true, so it is a review date; without one the alarm is now.
HB_MUST_USE bool enddate_claimed(enddate_session *session, hb_str id, const hb_json *facts, enddate_answer *out,
                                 hb_error *err);
// The day on which somebody must look first: the end date or the earliest review date. False when there is none.
bool enddate_first_day(const enddate_answer *answer, hb_date *day);

// What intake calls to have the custody on a person's line counted (intake_counting): the statements that follow
// for the gate, by to-gate.csv, as "facts" of a line; and the whole answer as JSON. The first one opened loads the
// law into *for_gate, which its owner closes with enddate_close when nothing is counted any more.
typedef struct { const char *rulebooks; hb_instant now; words_language language; enddate_law *law; } enddate_for_gate;
void *enddate_gate_open(void *for_gate, hb_error *err);
void enddate_gate_close(void *counter);
HB_MUST_USE bool enddate_gate_count(void *counter, hb_str person, const hb_json *custody, hb_date day, hb_arena *arena,
                                    hb_str *facts, hb_str *answer, hb_error *err);

// One answer as INTERFACES has it, without a newline.
void enddate_print_json(hb_text *out, const enddate_law *law, const enddate_answer *answer, words_language language);
void enddate_print_text(hb_text *out, const enddate_law *law, const enddate_answer *answer, words_language language);
void enddate_print_because(hb_text *out, const enddate_law *law, const enddate_answer *answer, words_language language);
#endif
