// Contests: who disputes which document. They come in files of their own, filed by counsel, a court
// or a consulate, that the author of a list cannot leave out (the one beside the list is always
// read). A contested document establishes nothing from the day of the contest on; a contest without
// a day counts from the beginning.
#include "intake/internal.h"

#include <stdlib.h>

static const hb_str MEMBERS[] = {
    {"document", 8},
    {"by",       2},
    {"role",     4},
    {"on",       2},
    {"ground",   6},
    {"note",     4}
};

static bool add(intake_evidence *evidence, intake_contest contest) {
    if (evidence->n_contests == evidence->room_contests) {
        size_t room = evidence->room_contests ? evidence->room_contests * 2 : 16;
        intake_contest *grown = realloc(evidence->contests, room * sizeof *grown);
        if (!grown) return false;
        evidence->contests = grown;
        evidence->room_contests = room;
    }
    evidence->contests[evidence->n_contests++] = contest;
    return true;
}

static bool contest_from_json(intake_page *page, hb_arena *arena, const hb_json *json,
                              intake_contest *out) {
    hb_str by = {0}, role = {0}, ground = {0};
    hb_date on = {0};
    bool has_on = false;
    rulebook_role known = RULEBOOK_NO_ROLE;
    *out = (intake_contest){.file = page->file, .line = page->line};
    bool ok =
        intake_page_members(page, json, MEMBERS, sizeof MEMBERS / sizeof *MEMBERS, "a contest");
    if (json->kind != HB_JSON_OBJECT) return false;
    ok &= intake_page_text(page, arena, json, HB_STR("document"), true, &out->document) &&
          intake_page_check_id(page, hb_json_member(json, HB_STR("document")), out->document);
    ok &= intake_page_text(page, arena, json, HB_STR("by"), false, &by);
    ok &= intake_page_text(page, arena, json, HB_STR("ground"), false, &ground);
    ok &= intake_page_text(page, arena, json, HB_STR("role"), false, &role);
    ok &= intake_page_date(page, json, HB_STR("on"), &on, &has_on);
    if (role.n && !rulebook_role_find(role, &known)) {
        size_t mark = intake_page_enter(page, HB_STR("role"));
        ok = intake_page_refuse(page, hb_json_member(json, HB_STR("role")), "unknown-role",
                                "court, counsel, consulate, monitor, notary or registry",
                                "\"%.*s\" is no role", intake_page_shown(role), role.at);
        intake_page_leave(page, mark);
    }
    return ok;
}

typedef struct {
    intake_evidence *evidence;
    hb_arena *arena;
} store;

static bool take_line(void *to, intake_page *page, const hb_json *json) {
    store *s = to;
    intake_contest contest;
    if (!contest_from_json(page, s->arena, json, &contest)) return false;
    if (add(s->evidence, contest)) return true;
    hb_error err = {0};
    hb_out_of_memory(&err);
    return intake_page_refuse_error(page, json, &err);
}

bool intake_contests_read_file(intake_evidence *evidence, hb_arena *arena, hb_str path,
                               hb_errors *errors, hb_hash *hash) {
    return intake_read_lines(path, take_line, &(store){evidence, arena}, errors, hash);
}

static int by_document(const void *a, const void *b) {
    const intake_contest *x = a, *y = b;
    int order = hb_str_compare(x->document, y->document);
    return order ? order : (x->line > y->line) - (x->line < y->line);
}

void intake_contests_sort(intake_evidence *evidence) {
    if (evidence->n_contests > 1) {
        qsort(evidence->contests, evidence->n_contests, sizeof *evidence->contests, by_document);
    }
}

// The first contest of the id, and how many there are.
static intake_contest *find(const intake_evidence *evidence, hb_str id, size_t *n) {
    size_t low = 0, high = evidence->n_contests;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (hb_str_compare(evidence->contests[middle].document, id) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *n = 0;
    while (low + *n < evidence->n_contests &&
           hb_str_equal(evidence->contests[low + *n].document, id))
        ++*n;
    return *n ? &evidence->contests[low] : NULL;
}

// Whatever its day: choosing an earlier day of decision must not make a known contest disappear.
bool intake_contests_name(const intake_evidence *evidence, hb_str id) {
    size_t n = 0;
    return find(evidence, id, &n) != NULL;
}

void intake_contests_mark_seen(intake_evidence *evidence, hb_str id) {
    size_t n = 0;
    intake_contest *contest = find(evidence, id, &n);
    // the threads of the first pass only ever set it
    for (size_t i = 0; i < n; i++) __atomic_store_n(&contest[i].is_seen, true, __ATOMIC_RELAXED);
}

bool intake_contests_check_seen(const intake_evidence *evidence, hb_errors *errors) {
    bool ok = true;
    if (evidence->is_incomplete) return true;  // the cause is among the errors already
    for (size_t i = 0; i < evidence->n_contests; i++) {
        const intake_contest *contest = &evidence->contests[i];
        if (contest->is_seen) continue;
        intake_page page = {.errors = errors, .file = contest->file, .line = contest->line};
        ok = intake_page_refuse(
            &page, NULL, "unknown-document",
            "write the id as the document has it, and name the file that holds the document",
            "the contest names \"%.*s\", and no document has this id",
            intake_page_shown(contest->document), contest->document.at);
    }
    return ok;
}
