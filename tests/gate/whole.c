// Whole files: WHOLE RULEBOOK [LIST]... For every worked case and every person of the lists that
// has no bar found, each asked fact in turn is taken away, loses its verification, is contested, or
// is made as old as can be: the verdict gets worse and the fact is named as missing. A file that
// holds nothing, or nothing but a path, clears nobody.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"

typedef struct {
    court judge;
    evidence_file whole, edited;
    uint32_t n_whole, n_passed, n_failed;
    hb_str who;
} tester;

static void tell(tester *t, bool is_right, const char *what, uint32_t fact) {
    hb_str name = fact == DMN_NONE ? HB_STR("") : rulebook_fact_at(t->judge.rb, fact)->name;
    t->n_passed += is_right;
    t->n_failed += !is_right;
    if (!is_right) printf("%.*s: %s %.*s\n", (int)t->who.n, t->who.at, what, (int)name.n, name.at);
}

// ---- one fact less
// ---------------------------------------------------------------------------------

static void take_away(evidence_file *file, uint32_t fact) {
    for (uint32_t i = file->n_sayings; i-- > 0;)
        if (file->sayings[i].fact == fact) file_remove_saying(file, i);
}

// The documents of this fact alone are changed: copies, so that the other facts keep theirs.
static void change_documents(evidence_file *file, uint32_t fact,
                             void (*change)(rulebook_document *document, hb_date as_of)) {
    for (uint32_t i = 0; i < file->n_sayings; i++) {
        saying *said = &file->sayings[i];
        for (uint32_t e = 0;
             said->fact == fact && e < said->n_evidence && file->n_documents < FILE_DOCUMENTS;
             e++) {
            file->documents[file->n_documents] = file->documents[said->evidence[e]];
            change(&file->documents[file->n_documents], file->day.as_of);
            said->evidence[e] = (uint16_t)file->n_documents++;
        }
    }
}

static void unverify(rulebook_document *document, hb_date as_of) {
    (void)as_of;
    document->is_verified = false;
}

static void contest(rulebook_document *document, hb_date as_of) {
    (void)as_of;
    document->is_contested = true;
}

static void verify_by_issuer(rulebook_document *document, hb_date as_of) {
    (void)as_of;
    document->verified_by = document->issuer;
}

static void date_tomorrow(rulebook_document *document, hb_date as_of) {
    (void)hb_date_from_days(hb_date_to_days(as_of) + 1, &document->date);
    document->verified_on = document->date;
}

static void make_news(rulebook_document *document, hb_date as_of) {
    (void)as_of;
    document->kind = RULEBOOK_NEWS;
}

static const struct {
    const char *what;
    void (*change)(rulebook_document *document, hb_date as_of);
} CHANGES[] = {
    {"taken away:",             NULL            },
    {"not verified:",           unverify        },
    {"contested:",              contest         },
    {"verified by its issuer:", verify_by_issuer},
    {"dated tomorrow:",         date_tomorrow   },
    {"from the news:",          make_news       },
};

static bool try_fact(tester *t, uint32_t fact) {
    for (uint32_t k = 0; k < sizeof CHANGES / sizeof *CHANGES; k++) {
        gate_verdict verdict;
        t->edited = t->whole;
        if (CHANGES[k].change)
            change_documents(&t->edited, fact, CHANGES[k].change);
        else
            take_away(&t->edited, fact);
        if (!court_decide(&t->judge, &t->edited, &verdict)) return false;
        tell(t, verdict != GATE_NO_BAR_FOUND && t->judge.decision.facts[fact].is_missing,
             CHANGES[k].what, fact);
    }
    return true;
}

static bool try_whole(tester *t, hb_str who) {
    gate_verdict verdict;
    bool is_asked[FILE_SAYINGS] = {0};
    t->who = who;
    if (!court_decide(&t->judge, &t->whole, &verdict)) return false;
    if (verdict != GATE_NO_BAR_FOUND) return true;
    t->n_whole++;
    uint32_t n_facts = rulebook_n_facts(t->judge.rb);
    for (uint32_t f = 0; f < n_facts; f++) is_asked[f] = t->judge.decision.facts[f].is_asked;
    for (uint32_t f = 0; f < n_facts; f++)
        if (is_asked[f] && !try_fact(t, f)) return false;
    return true;
}

// ---- files that hold nothing
// -------------------------------------------------------------------------

static bool try_empty(tester *t, const rulebook_day *day) {
    uint32_t path = rulebook_find_fact(t->judge.rb, HB_STR("legal_path"));
    const rulebook_fact *fact = rulebook_fact_at(t->judge.rb, path);
    gate_verdict verdict;
    rulebook_document paper = {.id = HB_STR("D-path"),
                               .issuer = HB_STR("a court"),
                               .kind = RULEBOOK_COURT_ORDER,
                               .date = day->as_of,
                               .has_date = true,
                               .is_verified = true,
                               .verified_by = HB_STR("N. Verifier"),
                               .verified_role = RULEBOOK_NOTARY,
                               .verified_on = day->as_of};
    t->who = HB_STR("empty file");
    for (uint32_t v = 0; v <= fact->n_values; v++) {
        file_from_records(day, NULL, 0, &t->edited);
        if (v < fact->n_values) {
            saying *said = &t->edited.sayings[t->edited.n_sayings++];
            *said = (saying){.fact = path, .value = feel_string(fact->values[v]), .n_evidence = 1};
            said->evidence[0] = (uint16_t)file_add_document(&t->edited, &paper);
        }
        if (!court_decide(&t->judge, &t->edited, &verdict)) return false;
        tell(t, verdict != GATE_NO_BAR_FOUND && t->judge.decision.n_missing > 0, "is clear",
             DMN_NONE);
    }
    return true;
}

// ---- lists
// -------------------------------------------------------------------------------------------

static bool try_list(tester *t, const char *path) {
    hb_errors errors = {0};
    hb_error err = {0};
    hb_str line, copy;
    uint64_t number;
    bool end = false, ok = false;
    intake_request request = {
        .list = path, .as_of = HB_STR(""), .today = {9998, 12, 31}
    };
    intake_reader *reader = NULL;
    hb_arena *arena = hb_arena_open(64 << 20);
    intake *in = intake_open(t->judge.rb, &request, NULL, NULL, &errors);
    if (!in || !arena || !(reader = intake_reader_open(in, &err))) goto done;
    for (;;) {
        intake_person person;
        hb_arena_reset(arena);
        if (!intake_next_line(in, &line, &number, &end, &err)) goto done;
        if (end) break;
        if (!hb_str_copy(arena, line, &copy) ||
            !intake_read_person(reader, arena, copy, number, &person, &err))
            goto done;
        rulebook_day day = {intake_as_of(in), person.host, intake_author(in)};
        file_from_records(&day, person.records, person.n_records, &t->whole);
        if (!try_whole(t, person.person)) goto done;
    }
    ok = true;
done:
    if (!ok) printf("%s: %s\n", path, errors.n_kept ? errors.kept[0].message : err.message);
    intake_reader_close(reader);
    intake_close(in);
    hb_arena_close(arena);
    hb_errors_clear(&errors);
    return ok;
}

int main(int argc, char **argv) {
    hb_errors errors = {0};
    tester *t = calloc(1, sizeof *t);
    rulebook *rb = argc < 2 ? NULL : rulebook_load(argv[1], &errors);
    rulebook_cases *cases = rb ? rulebook_cases_open(rb, &errors) : NULL;
    bool ok = t && cases && court_open(&t->judge, rb);
    for (uint32_t i = 0; ok && i < rulebook_n_cases(cases); i++) {
        const rulebook_case *one = rulebook_case_at(cases, i);
        file_from_case(one, &t->whole);
        ok = try_whole(t, one->id) && try_empty(t, &one->day);
    }
    uint32_t n_cases = t ? t->n_whole : 0;
    for (int i = 2; ok && i < argc; i++) ok = try_list(t, argv[i]);
    if (ok)
        printf("%u whole cases, %u whole people of lists: %u passed, %u failed\n", n_cases,
               t->n_whole - n_cases, t->n_passed, t->n_failed);
    ok = ok && !t->n_failed && n_cases > 0 && (argc < 3 || t->n_whole > n_cases);
    if (t) court_close(&t->judge);
    rulebook_cases_close(cases);
    rulebook_close(rb);
    hb_errors_clear(&errors);
    free(t);
    return !ok;
}
