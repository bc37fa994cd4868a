// habeas rules diff A B [--list LIST]: what is written differently, whether anybody could fare
// better under B, and whose verdict on a list changes and by which rule; verdicts that got better
// for the transfer stand first.
#include <stdio.h>
#include <stdlib.h>

#include "cli/list.h"
#include "conditions/conditions.h"
#include "verify/diff.h"

#define PERSON_BYTES ((size_t)64 << 20)

typedef struct {
    cli *run;
    hb_text text;
    uint32_t n;
} report;

static void add_side(hb_text *out, const char *sign, hb_str text) {
    if (text.n > 0) hb_text_addf(out, "  %s %.*s\n", sign, (int)text.n, text.at);
}

static void take(void *to, const verify_difference *d) {
    report *r = to;
    if (r->run->format == CLI_JSON) {
        hb_text_addf(&r->text, "%s{\"where\":", r->n > 0 ? "," : "");
        hb_text_add_json(&r->text, d->where);
        hb_text_addf(&r->text, ",\"what\":\"%s\",\"before\":", d->what);
        hb_text_add_json(&r->text, d->before);
        hb_text_addf(&r->text, ",\"after\":");
        hb_text_add_json(&r->text, d->after);
        hb_text_addf(&r->text, "}");
    } else {
        hb_text_addf(&r->text, "%.*s: %s\n", (int)d->where.n, d->where.at, d->what);
        add_side(&r->text, "-", d->before);
        add_side(&r->text, "+", d->after);
    }
    r->n++;
}

// ---- people ------------------------------------------------------------------------------------
typedef struct {
    rulebook *rb;
    cli_counting counting;
    intake *in;
    intake_reader *reader;
    rulebook_bench *bench;
    hb_arena *arena;
} side;

static bool open_side(cli *run, side *s, const char *list, hb_errors *errors, hb_error *err) {
    char conditions[4096];
    if (!cli_own_rulebook(run, "conditions", conditions, err) ||
        !cli_counting_open(run, &s->counting, err))
        return false;
    intake_request request = {.list = list,
                              .today = run->today,
                              .weigh = conditions_weigh_for_gate,
                              .weigh_with = conditions,
                              .counting = &s->counting.counting};
    s->in = intake_open(s->rb, &request, NULL, NULL, errors);
    if (!s->in) return false;
    s->arena = hb_arena_open(PERSON_BYTES);
    if (!s->arena) return hb_out_of_memory(err);
    s->reader = intake_reader_open(s->in, err);
    s->bench = s->reader ? rulebook_bench_open(s->rb, err) : NULL;
    return s->bench != NULL;
}

static void close_side(side *s) {
    rulebook_bench_close(s->bench);
    intake_reader_close(s->reader);
    hb_arena_close(s->arena);
    intake_close(s->in);
    cli_counting_close(&s->counting);
    rulebook_close(s->rb);
}

static bool next_person(side *s, intake_person *person, gate_decision *decision, bool *end,
                        hb_error *err) {
    hb_str line, kept;
    uint64_t number;
    if (!intake_next_line(s->in, &line, &number, end, err)) return false;
    if (*end) return true;
    hb_arena_reset(s->arena);
    if (!hb_str_copy(s->arena, line, &kept)) return hb_out_of_memory(err);
    if (!intake_read_person(s->reader, s->arena, kept, number, person, err)) return false;
    rulebook_day day = {intake_as_of(s->in), person->host, intake_author(s->in)};
    return gate_decide(s->bench, s->arena, &day, person->records, person->n_records, decision, err);
}

// The rules whose outcome is another, by id.
static void add_rules(hb_text *out, const rulebook *a, const gate_decision *x, const rulebook *b,
                      const gate_decision *y, bool has_json) {
    bool is_first = true;
    for (uint32_t r = 0; r < x->n_rules; r++) {
        hb_str id = rulebook_rule_at(a, r)->id;
        uint32_t other = rulebook_find_rule(b, id);
        hb_str before = gate_outcome_name(x->outcomes[r]),
               after =
                   other == DMN_NONE ? HB_STR("no rule") : gate_outcome_name(y->outcomes[other]);
        if (hb_str_equal(before, after)) continue;
        const char *form = has_json ? "%s{\"rule\":\"%.*s\",\"before\":\"%.*s\",\"after\":\"%.*s\"}"
                                    : "%s%.*s: %.*s -> %.*s";
        hb_text_addf(out, form,
                     is_first   ? ""
                     : has_json ? ","
                                : "; ",
                     (int)id.n, id.at, (int)before.n, before.at, (int)after.n, after.at);
        is_first = false;
    }
}

static void add_person(hb_text *out, const intake_person *person, const side *a,
                       const gate_decision *x, const side *b, const gate_decision *y,
                       bool has_json) {
    hb_str from = gate_verdict_name(x->verdict), to = gate_verdict_name(y->verdict);
    bool is_better = gate_worse(x->verdict, y->verdict) == x->verdict;
    if (has_json) {
        hb_text_addf(out, "%s{\"person\":", out->n > 0 ? "," : "");
        hb_text_add_json(out, person->person);
        hb_text_addf(
            out, ",\"before\":\"%.*s\",\"after\":\"%.*s\",\"better_for_transfer\":%s,\"rules\":[",
            (int)from.n, from.at, (int)to.n, to.at, is_better ? "true" : "false");
        add_rules(out, a->rb, x, b->rb, y, true);
        hb_text_addf(out, "]}");
        return;
    }
    hb_text_addf(out, "%.*s: %.*s -> %.*s (", (int)person->person.n, person->person.at, (int)from.n,
                 from.at, (int)to.n, to.at);
    add_rules(out, a->rb, x, b->rb, y, false);
    hb_text_addf(out, ")\n");
}

static bool compare_people(side *a, side *b, bool has_json, hb_text *better, hb_text *worse,
                           uint32_t *n_changed, hb_error *err) {
    for (;;) {
        intake_person one, same;
        gate_decision x, y;
        bool end_a = false, end_b = false;
        if (!next_person(a, &one, &x, &end_a, err) || !next_person(b, &same, &y, &end_b, err))
            return false;
        if (end_a || end_b) return true;
        if (x.verdict == y.verdict) continue;
        bool is_better = gate_worse(x.verdict, y.verdict) == x.verdict;
        add_person(is_better ? better : worse, &one, a, &x, b, &y, has_json);
        (*n_changed)++;
    }
}

// ---- the answer --------------------------------------------------------------------------------
static const char *better_words(verify_better answer) {
    switch (answer) {
        case VERIFY_BETTER_SOMEBODY: return "somebody";
        case VERIFY_BETTER_NOBODY: return "nobody";
        case VERIFY_BETTER_UNDECIDED: break;
    }
    return "undecided";
}

static void add_answer(hb_text *out, const cli *run, const report *r, verify_better anybody,
                       const hb_text *people, const hb_text *better, const hb_text *worse,
                       uint32_t n_changed, bool has_list) {
    words_language language = run->language;
    if (run->format == CLI_JSON) {
        hb_text_addf(out, "{\"differences\":[%.*s],\"better_for_transfer\":\"%s\",\"example\":",
                     (int)r->text.n, r->text.at ? r->text.at : "", better_words(anybody));
        hb_text_add_json(out, (hb_str){people->at, people->n});
        hb_text_addf(out, ",\"people\":[%.*s%s%.*s]}\n", (int)better->n,
                     better->at ? better->at : "", better->n && worse->n ? "," : "", (int)worse->n,
                     worse->at ? worse->at : "");
        return;
    }
    if (has_list && better->n)
        hb_text_addf(out, "%s\n%.*s\n",
                     words_in(language, "Verdicts that got better for the transfer:"),
                     (int)better->n, better->at);
    if (has_list && worse->n)
        hb_text_addf(out, "%s\n%.*s\n",
                     words_in(language, "Verdicts that got worse for the transfer:"), (int)worse->n,
                     worse->at);
    if (r->text.n) hb_text_add(out, (hb_str){r->text.at, r->text.n});
    if (anybody == VERIFY_BETTER_SOMEBODY) {
        hb_text_addf(
            out, "%s\n",
            words_in(language, "Somebody fares better under the second rulebook, for instance:"));
        hb_text_add(out, (hb_str){people->at, people->n});
    }
    if (anybody == VERIFY_BETTER_NOBODY)
        hb_text_addf(out, "%s\n",
                     words_in(language,
                              "Nobody fares better under the second rulebook, on the same facts."));
    if (anybody == VERIFY_BETTER_UNDECIDED)
        hb_text_addf(out, "%s\n",
                     words_in(language, "Whether somebody fares better could not be decided."));
    hb_text_addf(out,
                 words_in(language, "%u differences, %u people of the list with another verdict\n"),
                 r->n, n_changed);
}

int cli_rules_diff(cli *run) {
    hb_error err = {0};
    hb_errors errors = {0};
    side a = {0}, b = {0};
    report r = {.run = run};
    hb_text out = {0}, people = {0}, better = {0}, worse = {0};
    verify_better anybody = VERIFY_BETTER_UNDECIDED;
    uint32_t n_changed = 0;
    int status = CLI_DONE;
    const char *list = cli_value(run, "list");
    bool ok = (a.rb = rulebook_load(run->arguments[0], &errors)) != NULL;
    ok = ok && (b.rb = rulebook_load(run->arguments[1], &errors)) != NULL;
    ok = ok && verify_diff_text(a.rb, b.rb, take, &r, &err);
    ok = ok && verify_diff_anybody(a.rb, b.rb, &anybody, &people, &err);
    if (ok && list) {
        ok = open_side(run, &a, list, &errors, &err) && open_side(run, &b, list, &errors, &err) &&
             compare_people(&a, &b, run->format == CLI_JSON, &better, &worse, &n_changed, &err);
    }
    if (ok) {
        add_answer(&out, run, &r, anybody, &people, &better, &worse, n_changed, list != NULL);
        bool is_whole =
            !out.failed && !r.text.failed && !people.failed && !better.failed && !worse.failed;
        ok = (is_whole || hb_out_of_memory(&err)) && cli_write(run, (hb_str){out.at, out.n}, &err);
    }
    if (ok)
        status = r.n > 0 || n_changed > 0 ? CLI_FOUND : CLI_DONE;
    else
        status = errors.n_all > 0 ? cli_fail_all(run, &errors) : cli_fail(run, &err);
    hb_text_clear(&out);
    hb_text_clear(&people);
    hb_text_clear(&better);
    hb_text_clear(&worse);
    hb_text_clear(&r.text);
    hb_errors_clear(&errors);
    close_side(&a);
    close_side(&b);
    return status;
}
