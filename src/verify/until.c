// until.c: two entries at a time, a matrix of answers for each pair. Its rows and columns hold the
// doubt of either entry, so what doubt does is read off the matrix: never does it settle an answer,
// and never does it move the first day on which somebody must look to a later one.
#include "verify/until.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "verify/grid.h"

#define PAIR_BYTES ((size_t)256 << 20)
#define SHOWN_MOST 3u  // refuted questions of each property that are shown

static const char *const SAYS[VERIFY_N_PROPERTIES] = {
    [VERIFY_FAIL_CLOSED] =
        "an answer is a date that no rule stands against, or says why not and when to look",
    [VERIFY_MONOTONE] =
        "doubt about an entry never settles an answer, nor moves its first day later",
    [VERIFY_TOTAL] = "every rule is met in some answer, and every entry changes some answer",
    [VERIFY_NOTHING_VANISHES] =
        "no question meets an error, and every rule that an answer names is known",
};

typedef struct {
    bool is_asked, is_settled, has_day, alarms_now;
    int64_t first_day;
    uint64_t days, whole;  // fingerprints: status, end and review dates; those and the rules
} outcome;

typedef struct {
    grid g;
    enddate_session *session;
    hb_arena *arena;  // of one pair
    hb_date today;
    verify_sink sink;
    void *to;
    verify_summary *summary;
    uint64_t n_questions;
    uint32_t n_shown[VERIFY_N_PROPERTIES];
    bool *rule_met, *entry_counts;
    hb_error *err;
} until;

hb_str verify_until_says(verify_property property) {
    return hb_str_from(SAYS[property] == NULL ? "" : SAYS[property]);
}

bool verify_until_find(hb_str folder_name, enddate_system *system) {
    for (int s = 0; s < ENDDATE_N_SYSTEMS; s++) {
        if (!hb_str_equal(folder_name, enddate_rulebook_name((enddate_system)s))) continue;
        *system = (enddate_system)s;
        return true;
    }
    return false;
}

// ---- reporting ----------------------------------------------------------------------------------

static void refute(until *u, verify_property property, const hb_json *const *questions,
                   uint32_t n_questions, const char *because, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

static void refute(until *u, verify_property property, const hb_json *const *questions,
                   uint32_t n_questions, const char *because, const char *format, ...) {
    char about[200];
    hb_text lines = {0};
    va_list args;
    u->summary->n[property][VERIFY_REFUTED]++;
    if (u->n_shown[property]++ >= SHOWN_MOST) return;
    va_start(args, format);
    vsnprintf(about, sizeof about, format, args);
    va_end(args);
    for (uint32_t i = 0; i < n_questions; i++) {
        hb_json_canonical(&lines, questions[i]);
        hb_text_addf(&lines, "\n");
    }
    verify_result result = {
        .property = property,
        .finding = VERIFY_REFUTED,
        .about = hb_str_from(about),
        .because = hb_str_from(because),
        .people = {lines.at, lines.n},
        .is_confirmed = n_questions > 0
    };
    u->sink(u->to, &result);
    hb_text_clear(&lines);
}

static void count(until *u, verify_property property) {
    u->summary->n[property][VERIFY_PROVED]++;
}

// ---- one question -------------------------------------------------------------------------------

static void mix(uint64_t *hash, const void *bytes, size_t n) {
    const unsigned char *at = bytes;
    for (size_t i = 0; i < n; i++) *hash = (*hash ^ at[i]) * 1099511628211u;
}

static bool meet_rule(until *u, hb_str id) {
    for (uint32_t r = 0; r < enddate_n_rules(u->g.law, u->g.system); r++) {
        if (hb_str_equal(enddate_rule_at(u->g.law, u->g.system, r)->id, id)) u->rule_met[r] = true;
    }
    return enddate_rule_find(u->g.law, id) != NULL;
}

static outcome read_outcome(const enddate_answer *answer) {
    outcome out = {.is_asked = true,
                   .is_settled = answer->is_settled,
                   .alarms_now = answer->alarms_now,
                   .days = 14695981039346656037u};
    hb_date first;
    mix(&out.days, &answer->is_settled, sizeof answer->is_settled);
    if ((out.has_day = enddate_first_day(answer, &first))) out.first_day = hb_date_to_days(first);
    int64_t end = answer->is_settled ? hb_date_to_days(answer->end_on) : 0;
    mix(&out.days, &end, sizeof end);
    for (uint32_t i = 0; i < answer->n_review; i++) {
        int64_t day = hb_date_to_days(answer->review[i]);
        mix(&out.days, &day, sizeof day);
    }
    out.whole = out.days;
    for (uint32_t i = 0; i < answer->n_rules; i++)
        mix(&out.whole, answer->rules[i].at, answer->rules[i].n);
    return out;
}

static void judge(until *u, const hb_json *question, hb_str base, const enddate_answer *answer) {
    const char *wrong = NULL;
    for (uint32_t i = 0; i < answer->n_rules; i++) {
        if (!meet_rule(u, answer->rules[i])) wrong = "it names a rule that rules.csv does not have";
    }
    for (uint32_t i = 0; i < answer->n_steps; i++) {
        if (!meet_rule(u, answer->steps[i].rule))
            wrong = "a step names a rule that rules.csv does not have";
    }
    if (wrong != NULL)
        refute(u, VERIFY_NOTHING_VANISHES, &question, 1, wrong, "near %.*s", (int)base.n, base.at);
    else
        count(u, VERIFY_NOTHING_VANISHES);
    wrong = NULL;
    if (!answer->is_settled && answer->n_rules == 0)
        wrong = "it is UNRESOLVED and no rule says why";
    if (!answer->is_settled && answer->n_review == 0 && !answer->alarms_now)
        wrong = "it is UNRESOLVED, and neither a day nor an alarm makes anybody look";
    for (uint32_t i = 0; answer->is_settled && i < answer->n_review; i++) {
        if (hb_date_to_days(answer->review[i]) > hb_date_to_days(answer->end_on))
            wrong = "a day of review comes after the end";
    }
    if (wrong != NULL)
        refute(u, VERIFY_FAIL_CLOSED, &question, 1, wrong, "near %.*s", (int)base.n, base.at);
    else
        count(u, VERIFY_FAIL_CLOSED);
}

static const hb_json *question_of(until *u, const grid_base *base, const grid_slot *a,
                                  const hb_json *x, const grid_slot *b, const hb_json *y) {
    const hb_json *inputs = grid_put(u->arena, base->inputs, a, x);
    if (inputs != NULL) inputs = grid_put(u->arena, inputs, b, y);
    return inputs == NULL ? NULL : grid_question(u->arena, base->id, u->g.system, inputs);
}

static bool ask(until *u, const grid_base *base, const hb_json *question, outcome *out) {
    enddate_answer answer;
    hb_error err = {0};
    if (question == NULL) return hb_out_of_memory(u->err);
    u->n_questions++;
    *out = (outcome){0};
    if (enddate_ask(u->session, question, u->today, &answer, &err)) {
        judge(u, question, base->id, &answer);
        *out = read_outcome(&answer);
        return true;
    }
    if (err.kind == HB_SYSTEM) return *u->err = err, false;
    refute(u, VERIFY_NOTHING_VANISHES, &question, 1, err.message, "near %.*s", (int)base->id.n,
           base->id.at);
    return true;
}

// ---- a pair of entries --------------------------------------------------------------------------

static bool is_as_cautious(const outcome *was, const outcome *now) {
    if (was->days == now->days) return true;
    if (now->is_settled) return false;
    return now->alarms_now || (now->has_day && (!was->has_day || now->first_day <= was->first_day));
}

typedef struct {
    const grid_base *base;
    const grid_slot *a, *b;
    outcome *answers;  // value of a * n of b + value of b
} pair;

static const outcome *answer_at(const pair *p, uint32_t i, uint32_t k) {
    return &p->answers[i * p->b->n_values + k];
}

static void compare(until *u, const pair *p, uint32_t i, uint32_t k, uint32_t i_doubt,
                    uint32_t k_doubt) {
    const outcome *was = answer_at(p, i, k), *now = answer_at(p, i_doubt, k_doubt);
    const grid_slot *changed = i == i_doubt ? p->b : p->a;
    if (!was->is_asked || !now->is_asked) return;
    if (was->whole != now->whole || was->alarms_now != now->alarms_now)
        u->entry_counts[changed->entry] = true;
    if (is_as_cautious(was, now)) {
        count(u, VERIFY_MONOTONE);
        return;
    }
    const hb_json *both[2] = {
        question_of(u, p->base, p->a, p->a->values[i], p->b, p->b->values[k]),
        question_of(u, p->base, p->a, p->a->values[i_doubt], p->b, p->b->values[k_doubt])};
    hb_str name = enddate_entry_at(u->g.law, u->g.system, changed->entry).name;
    refute(u, VERIFY_MONOTONE, both, both[0] != NULL && both[1] != NULL ? 2 : 0,
           now->is_settled ? "doubt settles the answer" : "doubt moves the first day later",
           "%.*s in doubt, near %.*s", (int)name.n, name.at, (int)p->base->id.n, p->base->id.at);
}

static uint32_t doubt_of(const grid_slot *slot) {
    uint32_t i = 0;
    while (i < slot->n_values && !grid_is_doubt(slot->values[i])) i++;
    return i;
}

static bool show_pair(until *u, pair *p) {
    uint32_t n_a = p->a->n_values, n_b = p->b->n_values;
    uint32_t doubt_a = doubt_of(p->a), doubt_b = doubt_of(p->b);
    hb_arena_reset(u->arena);
    p->answers = hb_arena_array(u->arena, outcome, (size_t)n_a * n_b);
    if (p->answers == NULL) return hb_out_of_memory(u->err);
    for (uint32_t i = 0; i < n_a; i++) {
        for (uint32_t k = 0; k < n_b; k++) {
            const hb_json *question =
                question_of(u, p->base, p->a, p->a->values[i], p->b, p->b->values[k]);
            if (!ask(u, p->base, question, &p->answers[i * n_b + k])) return false;
        }
    }
    for (uint32_t i = 0; i < n_a; i++) {
        for (uint32_t k = 0; k < n_b; k++) {
            if (doubt_a < n_a && i != doubt_a) compare(u, p, i, k, doubt_a, k);
            if (doubt_b < n_b && k != doubt_b) compare(u, p, i, k, i, doubt_b);
        }
    }
    return true;
}

static bool show_base(until *u, const grid_base *base) {
    uint32_t n = 0;
    grid_slot *slots = grid_slots(&u->g, base, &n);
    if (slots == NULL) return hb_out_of_memory(u->err);
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t k = i + 1; k < n; k++) {
            pair p = {.base = base, .a = &slots[i], .b = &slots[k]};
            if (grid_is_nested(p.a, p.b)) continue;
            if (!show_pair(u, &p)) return false;
        }
    }
    return true;
}

// ---- the rulebook -------------------------------------------------------------------------------

static void show_total(until *u) {
    for (uint32_t r = 0; r < enddate_n_rules(u->g.law, u->g.system); r++) {
        hb_str id = enddate_rule_at(u->g.law, u->g.system, r)->id;
        if (u->rule_met[r])
            count(u, VERIFY_TOTAL);
        else
            refute(u, VERIFY_TOTAL, NULL, 0, "no answer within the bound names it", "rule %.*s",
                   (int)id.n, id.at);
    }
    for (uint32_t e = 0; e < enddate_n_entries(u->g.law, u->g.system); e++) {
        hb_str name = enddate_entry_at(u->g.law, u->g.system, e).name;
        if (u->entry_counts[e])
            count(u, VERIFY_TOTAL);
        else
            refute(u, VERIFY_TOTAL, NULL, 0, "doubt about it changes no answer within the bound",
                   "entry %.*s", (int)name.n, name.at);
    }
}

bool verify_until(const char *rulebooks, enddate_system system, hb_instant now, verify_sink sink,
                  void *to, verify_summary *summary, uint64_t *n_questions, hb_error *err) {
    bool ok = false;
    until u = {
        .sink = sink,
        .to = to,
        .summary = summary,
        .today = {.year = 2026, .month = 1, .day = 1},
        .err = err
    };
    *summary = (verify_summary){0};
    enddate_law *law = enddate_open(rulebooks, err);
    if (law == NULL || !grid_open(&u.g, law, rulebooks, system, err)) goto done;
    if ((u.session = enddate_session_open(law, now, err)) == NULL) goto done;
    u.arena = hb_arena_open(PAIR_BYTES);
    u.rule_met = hb_arena_array(u.g.arena, bool, enddate_n_rules(law, system) + 1);
    u.entry_counts = hb_arena_array(u.g.arena, bool, enddate_n_entries(law, system) + 1);
    if (u.arena == NULL || u.rule_met == NULL || u.entry_counts == NULL) {
        hb_out_of_memory(err);
        goto done;
    }
    ok = true;
    for (uint32_t b = 0; ok && b < u.g.n_bases; b++) ok = show_base(&u, &u.g.bases[b]);
    if (ok) show_total(&u);
    *n_questions = u.n_questions;
done:
    enddate_session_close(u.session);
    hb_arena_close(u.arena);
    grid_close(&u.g);
    enddate_close(law);
    return ok;
}
