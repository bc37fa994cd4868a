// A rule that gets lost: LOST RULEBOOK SCRATCH. For every rule of rules.csv a copy of the rulebook
// loses the rule's decision, its row, or both, as thoroughly as somebody would who wanted it gone;
// the worked cases are decided by the copy. Something must change for some case, so no rule is dead
// wood; and where only the decision is lost, nobody may be clear.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"

static const char *const FILES[] = {"rulebook.json", "rulebook.dmn", "facts.csv", "rules.csv",
                                    "sources.csv"};
enum { N_FILES = sizeof FILES / sizeof *FILES, MODEL = 1, FACTS = 2, RULES = 3 };

typedef struct {
    const char *folder, *scratch;
    rulebook *rb;
    rulebook_cases *cases;
    court judge, copy_judge;
    evidence_file *file;
    hb_bytes original[N_FILES];
    uint32_t n_passed, n_failed;
} tester;

// ---- editing text
// ----------------------------------------------------------------------------------

static bool cut(hb_text *text, const char *from, const char *to, bool is_required) {
    char *start = memmem(text->at, text->n, from, strlen(from));
    if (!start) return !is_required;
    char *end = memmem(start, text->n - (size_t)(start - text->at), to, strlen(to));
    if (!end) return false;
    end += strlen(to);
    memmove(start, end, (size_t)(text->at + text->n - end));
    text->n -= (size_t)(end - start);
    return true;
}

static bool replace(hb_text *text, const char *old, const char *new, bool is_required) {
    char *at = memmem(text->at, text->n, old, strlen(old));
    if (!at) return !is_required;
    hb_text out = {0};
    hb_text_add(&out, (hb_str){text->at, (size_t)(at - text->at)});
    hb_text_add(&out, hb_str_from(new));
    hb_text_add(&out, (hb_str){at + strlen(old), text->n - (size_t)(at - text->at) - strlen(old)});
    hb_text_clear(text);
    *text = out;
    return !out.failed;
}

// The decision, its place in the list of outcomes, and the count that the model's own verdict
// makes.
static bool lose_decision(hb_text *model, const char *rule, uint32_t n_rules) {
    char from[256], line[256], count[64], less[64];
    snprintf(from, sizeof from, "<decision id=\"%s\"", rule);
    if (!cut(model, from, "</decision>", true)) return false;
    snprintf(from, sizeof from, "<informationRequirement id=\"outcomes_needs_%s\">", rule);
    if (!cut(model, from, "</informationRequirement>", true)) return false;
    snprintf(line, sizeof line, "\n  %s,", rule);
    snprintf(from, sizeof from, ",\n  %s\n", rule);
    if (memmem(model->at, model->n, line, strlen(line)) ? !replace(model, line, "", true)
                                                        : !replace(model, from, "\n", true))
        return false;
    snprintf(count, sizeof count, "count(outcomes) = %u", n_rules);
    snprintf(less, sizeof less, "count(outcomes) = %u", n_rules - 1);
    return replace(model, count, less, true);
}

// The row, and every mention in the dictionary's column `rules`.
static bool lose_row(hb_text *rules, hb_text *facts, const char *rule) {
    static const struct {
        const char *old, *new;
    } FORMS[] = {
        {",%s|", "," },
        {"|%s|", "|" },
        {"|%s,", "," },
        {",%s,", ",,"}
    };
    char from[256];
    snprintf(from, sizeof from, "\n%s,", rule);
    char *start = memmem(rules->at, rules->n, from, strlen(from));
    if (!start) return false;
    start++;
    char *end = memchr(start, '\n', rules->n - (size_t)(start - rules->at));
    end = end ? end + 1 : rules->at + rules->n;
    memmove(start, end, (size_t)(rules->at + rules->n - end));
    rules->n -= (size_t)(end - start);
    for (uint32_t f = 0; f < sizeof FORMS / sizeof *FORMS; f++) {
        char old[256];
        snprintf(old, sizeof old, "%c%s%c", FORMS[f].old[0], rule, FORMS[f].old[3]);
        while (memmem(facts->at, facts->n, old, strlen(old)))
            if (!replace(facts, old, FORMS[f].new, true)) return false;
    }
    return true;
}

// ---- the copy
// --------------------------------------------------------------------------------------

static bool write_file(const char *path, hb_str text) {
    FILE *file = fopen(path, "wb");
    if (!file) return false;
    bool ok = fwrite(text.at, 1, text.n, file) == text.n;
    return fclose(file) == 0 && ok;
}

static bool write_copy(const tester *t, const char *rule, bool has_lost_decision,
                       bool has_lost_row) {
    hb_text texts[N_FILES] = {0};
    bool ok = true;
    for (uint32_t i = 0; i < N_FILES; i++)
        hb_text_add(&texts[i], (hb_str){t->original[i].at, t->original[i].n});
    if (has_lost_decision) ok = lose_decision(&texts[MODEL], rule, rulebook_n_rules(t->rb));
    if (has_lost_row) ok = lose_row(&texts[RULES], &texts[FACTS], rule) && ok;
    for (uint32_t i = 0; i < N_FILES; i++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", t->scratch, FILES[i]);
        ok = ok && write_file(path, (hb_str){texts[i].at, texts[i].n});
        hb_text_clear(&texts[i]);
    }
    return ok;
}

// ---- comparing
// -------------------------------------------------------------------------------------

// Reasons are compared by id: the copy may have one rule less.
static bool has_other_reasons(const tester *t, const rulebook *copy) {
    if (t->judge.decision.n_reasons != t->copy_judge.decision.n_reasons) return true;
    for (uint32_t i = 0; i < t->judge.decision.n_reasons; i++) {
        uint32_t a = t->judge.decision.reasons[i], b = t->copy_judge.decision.reasons[i];
        if (!hb_str_equal(rulebook_rule_at(t->rb, a)->id, rulebook_rule_at(copy, b)->id))
            return true;
        if (t->judge.decision.outcomes[a] != t->copy_judge.decision.outcomes[b]) return true;
    }
    return false;
}

static bool compare(tester *t, const rulebook *copy, const char *rule, bool may_clear,
                    bool *has_changed) {
    *has_changed = false;
    for (uint32_t i = 0; i < rulebook_n_cases(t->cases); i++) {
        const rulebook_case *one = rulebook_case_at(t->cases, i);
        gate_verdict before, after;
        file_from_case(one, t->file);  // facts stand in the same order in the copy
        if (!court_decide(&t->judge, t->file, &before) ||
            !court_decide(&t->copy_judge, t->file, &after))
            return false;
        *has_changed |= before != after || has_other_reasons(t, copy);
        if (may_clear && *has_changed) return true;
        if (may_clear || after != GATE_NO_BAR_FOUND) continue;
        printf("%s: without its decision %.*s is clear\n", rule, (int)one->id.n, one->id.at);
        t->n_failed++;
    }
    return true;
}

static bool lose(tester *t, const char *rule, bool has_lost_decision, bool has_lost_row) {
    hb_errors errors = {0};
    bool has_changed = false, ok = false;
    const char *what = !has_lost_row ? "decision" : has_lost_decision ? "decision and row" : "row";
    if (!write_copy(t, rule, has_lost_decision, has_lost_row)) {
        printf("%s: its %s cannot be taken out\n", rule, what);
        return false;
    }
    rulebook *copy = rulebook_load(t->scratch, &errors);
    if (!copy)
        printf("%s: without its %s the rulebook does not load: %s\n", rule, what,
               errors.kept[0].message);
    if (copy && court_open(&t->copy_judge, copy))
        ok = compare(t, copy, rule, has_lost_row, &has_changed);
    if (copy) court_close(&t->copy_judge);
    if (ok && !has_changed) printf("%s: without its %s nothing changes for any case\n", rule, what);
    t->n_passed += has_changed;
    t->n_failed += !has_changed;
    hb_errors_clear(&errors);
    rulebook_close(copy);
    return ok;
}

static bool open_all(tester *t, hb_errors *errors) {
    hb_error err = {0};
    if (!(t->rb = rulebook_load(t->folder, errors)) ||
        !(t->cases = rulebook_cases_open(t->rb, errors)))
        return false;
    for (uint32_t i = 0; i < N_FILES; i++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", t->folder, FILES[i]);
        if (!hb_read_file(path, 64u << 20, &t->original[i], &err)) return false;
    }
    mkdir(t->scratch, 0700);
    return court_open(&t->judge, t->rb) && (t->file = calloc(1, sizeof *t->file));
}

int main(int argc, char **argv) {
    hb_errors errors = {0};
    tester t = {.folder = argc > 2 ? argv[1] : "", .scratch = argc > 2 ? argv[2] : ""};
    bool ok = argc > 2 && open_all(&t, &errors);
    for (uint32_t r = 0; ok && r < rulebook_n_rules(t.rb); r++) {
        char rule[128];
        hb_str id = rulebook_rule_at(t.rb, r)->id;
        snprintf(rule, sizeof rule, "%.*s", (int)id.n, id.at);
        ok = lose(&t, rule, true, false) && lose(&t, rule, false, true) &&
             lose(&t, rule, true, true);
    }
    if (ok)
        printf("%u rules, three ways each: %u passed, %u failed\n", rulebook_n_rules(t.rb),
               t.n_passed, t.n_failed);
    for (uint32_t i = 0; i < N_FILES; i++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", t.scratch, FILES[i]);
        unlink(path);
        hb_bytes_clear(&t.original[i]);
    }
    rmdir(t.scratch);
    court_close(&t.judge);
    free(t.file);
    rulebook_cases_close(t.cases);
    rulebook_close(t.rb);
    hb_errors_clear(&errors);
    return !ok || t.n_failed;
}
