// What an end date tells the gate, by to-gate.csv of its rulebook: an expression for a settled day,
// one for doubt. A settled day is a claim with a document of ours that nobody verified: it counts
// where it protects the person, and stands against a better day that papers prove. In doubt the
// value that protects is said without any document: it counts for nothing, and what a paper says
// otherwise is disputed, so nothing is known.
#include <stdio.h>
#include <stdlib.h>

#include "enddate/internal.h"

typedef struct {
    enddate_session *session;
    const enddate_law *law;
    words_language language;
} counter;

void *enddate_gate_open(void *for_gate, hb_error *err) {
    enddate_for_gate *with = for_gate;
    if (with->law == NULL && (with->law = enddate_open(with->rulebooks, err)) == NULL) return NULL;
    counter *c = calloc(1, sizeof *c);
    if (c == NULL) {
        hb_out_of_memory(err);
        return NULL;
    }
    c->law = with->law;
    c->language = with->language;
    c->session = enddate_session_open(with->law, with->now, err);
    if (c->session != NULL) return c;
    free(c);
    return NULL;
}

void enddate_gate_close(void *of) {
    counter *c = of;
    if (c == NULL) return;
    enddate_session_close(c->session);
    free(c);
}

static void add_evidence(hb_text *out, const enddate_book *book, const enddate_answer *answer,
                         hb_date day) {
    hb_str system = enddate_system_name(answer->system);
    hb_text_addf(out,
                 "{\"id\":\"habeas:enddate:%.*s\",\"kind\":\"claim\",\"date\":\"%04d-%02d-%02d\","
                 "\"issuer\":\"habeas enddate\",\"title\":\"%.*s %.*s\"}",
                 (int)system.n, system.at, day.year, day.month, day.day, (int)book->name.n,
                 book->name.at, (int)book->version.n, book->version.at);
}

static void add_fact(hb_text *out, const enddate_book *book, const gate_row *row,
                     const enddate_answer *answer, hb_date day, hb_arena *arena) {
    hb_error err = {0};
    feel_run run;
    feel_value slots[] = {answer->is_settled ? feel_date(answer->end_on) : feel_null(),
                          feel_date(day)};
    feel_env env = {.slots = slots};
    feel_run_init(&run, arena, &err);
    feel_value value = feel_evaluate(&run, answer->is_settled ? row->settled : row->in_doubt, &env);
    bool is_said = !run.has_failed && !feel_is_null(value);
    feel_run_clear(&run);
    if (!is_said) return;
    hb_text_add(out, out->n > 1 ? HB_STR(",") : HB_STR(""));
    hb_text_add_json(out, row->fact);
    hb_text_add(out, HB_STR(":{\"value\":"));
    feel_print_json(out, value);
    hb_text_add(out, HB_STR(",\"evidence\":["));
    if (answer->is_settled) add_evidence(out, book, answer, day);
    hb_text_add(out, HB_STR("]}"));
}

bool enddate_gate_count(void *of, hb_str person, const hb_json *custody, hb_date day,
                        hb_arena *arena, hb_str *facts, hb_str *answer, hb_error *err) {
    const counter *c = of;
    enddate_answer found;
    hb_text text = {0}, json = {0};
    if (!enddate_count(c->session, person, custody, day, &found, err)) return false;
    const enddate_book *book = &c->law->books[found.system];
    hb_text_add(&text, HB_STR("{"));
    for (uint32_t i = 0; i < book->n_gate; i++)
        add_fact(&text, book, &book->gate[i], &found, day, arena);
    hb_text_add(&text, HB_STR("}"));
    enddate_print_json(&json, c->law, &found, c->language);
    bool ok = !text.failed && !json.failed && !hb_arena_is_exhausted(arena) &&
              hb_str_copy(arena, (hb_str){text.at, text.n}, facts) &&
              hb_str_copy(arena, (hb_str){json.at, json.n}, answer);
    hb_text_clear(&text);
    hb_text_clear(&json);
    return ok || hb_out_of_memory(err);
}
