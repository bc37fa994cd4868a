// The document of an inspection: the return laid against each standard, the register's roster of
// the place at one time against the heads counted, open alarms, what happened to people there and
// was inquired into, entries made late, corrected or refused, and five people drawn for an
// interview by a published seed. The draw can be repeated by hand: the five ids whose SHA-256 of
// "SEED\nID" are lowest.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/internal.h"

enum { DRAWN = 5 };

typedef struct {
    hb_str id;
    register_custody custody;
    hb_hash lot;
} held;

typedef struct {
    const report_facility_input *input;
    const report_copy *copy;
    hb_arena *arena;
    held *people;  // at the place, or last recorded there
    size_t n, room;
    hb_str reading;  // whose entries are being read
    hb_text happened, odd;
    hb_json_reader *reader;
    hb_arena *scratch;
} inspecting;

// ---- who is there -----------------------------------------------------------------------------

static bool is_held(const register_custody *custody) {
    switch (custody->state) {
        case REGISTER_HELD:
        case REGISTER_HOSPITAL:
        case REGISTER_OUT: return true;
        case REGISTER_NOT_HELD_NOW:
        case REGISTER_TRANSIT:
        case REGISTER_RELEASED:
        case REGISTER_DIED:
        case REGISTER_ESCAPED: return false;
    }
    return false;
}

static bool take_line(void *context, const register_line *line, hb_error *err) {
    inspecting *w = context;
    if (!hb_str_equal(hb_str_from(line->custody.place), w->input->place)) return true;
    if (w->n == w->room) {
        size_t room = w->room ? 2 * w->room : 512;
        held *grown = hb_arena_array(w->arena, held, room);
        if (grown == NULL) return hb_out_of_memory(err);
        if (w->n) memcpy(grown, w->people, w->n * sizeof *grown);
        w->people = grown;
        w->room = room;
    }
    held *one = &w->people[w->n++];
    one->custody = line->custody;
    return hb_str_copy(w->arena, line->person, &one->id) || hb_out_of_memory(err);
}

static void put_roster(hb_text *out, const inspecting *w) {
    put_open(out, "roster", '[');
    for (size_t i = 0; i < w->n; i++) {
        if (!is_held(&w->people[i].custody)) continue;
        put_open(out, NULL, '{');
        put_text(out, "person", w->people[i].id);
        put_custody_state(out, &w->people[i].custody);
        put_marks(out, w->people[i].custody.irregular);
        put_close(out, '}');
    }
    put_close(out, ']');
}

static bool is_on_roster(const inspecting *w, hb_str id) {
    for (size_t i = 0; i < w->n; i++)
        if (is_held(&w->people[i].custody) && hb_str_equal(w->people[i].id, id)) return true;
    return false;
}

// Lines of the file of heads counted, and the two differences by id.
static void put_counted(hb_text *out, const inspecting *w) {
    const report_facility_input *input = w->input;
    if (!input->has_counted) {
        put_raw(out, "counted", HB_STR("null"));
        return;
    }
    put_open(out, "counted", '{');
    put_number(out, "n", input->n_counted);
    put_text_or_null(out, "by", input->counted_by);
    put_open(out, "not_counted", '[');
    for (size_t i = 0; i < w->n; i++) {
        bool is_counted = !is_held(&w->people[i].custody);
        for (uint32_t k = 0; k < input->n_counted && !is_counted; k++)
            is_counted = hb_str_equal(input->counted[k], w->people[i].id);
        if (!is_counted) put_text(out, NULL, w->people[i].id);
    }
    put_close(out, ']');
    put_open(out, "not_on_roster", '[');
    for (uint32_t k = 0; k < input->n_counted; k++)
        if (!is_on_roster(w, input->counted[k])) put_text(out, NULL, input->counted[k]);
    put_close(out, ']');
    put_close(out, '}');
}

// ---- the draw ---------------------------------------------------------------------------------

static int id_order(const void *a, const void *b) {
    return hb_str_compare(((const held *)a)->id, ((const held *)b)->id);
}

static int lot_order(const void *a, const void *b) {
    return memcmp(((const held *)a)->lot.bytes, ((const held *)b)->lot.bytes, 32);
}

static bool put_draw(hb_text *out, inspecting *w, hb_error *err) {
    hb_text lot = {0};
    held *there = hb_arena_array(w->arena, held, w->n + 1);
    size_t n = 0;
    if (there == NULL) return hb_out_of_memory(err);
    for (size_t i = 0; i < w->n; i++) {
        if (!is_held(&w->people[i].custody)) continue;
        lot.n = 0;
        hb_text_add(&lot, w->input->seed);
        hb_text_add(&lot, HB_STR("\n"));
        hb_text_add(&lot, w->people[i].id);
        there[n] = w->people[i];
        there[n++].lot = hb_sha256(lot.at, lot.n);
    }
    hb_text_clear(&lot);
    qsort(there, n, sizeof *there, lot_order);
    put_open(out, "drawn", '{');
    put_text(out, "seed", w->input->seed);
    put_number(out, "of", n);
    put_open(out, "people", '[');
    for (size_t i = 0; i < n && i < DRAWN; i++) put_text(out, NULL, there[i].id);
    put_close(out, ']');
    put_close(out, '}');
    return true;
}

// ---- what happened ----------------------------------------------------------------------------

static bool is_one_of(hb_str kind, const char *const *names, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (hb_str_equal(kind, hb_str_from(names[i]))) return true;
    return false;
}

static bool put_short_entry(hb_text *out, inspecting *w, const register_entry *entry,
                            hb_error *err) {
    hb_json *signers = NULL;
    hb_arena_reset(w->scratch);
    if (!hb_json_parse(w->reader, w->scratch, entry->signers, &signers, err)) return false;
    put_open(out, NULL, '{');
    put_number(out, "event", entry->event);
    put_text_or_null(out, "person", w->reading);
    put_text(out, "kind", entry->kind);
    put_instant(out, "happened_at", entry->happened_at);
    put_instant(out, "recorded_at", entry->recorded_at);
    put_marks(out, entry->irregular);
    if (entry->corrected_by) put_number(out, "corrected_by", entry->corrected_by);
    put_open(out, "signed_by", '[');
    for (uint32_t i = 0; i < signers->n; i++)
        put_text(out, NULL, json_text(&signers->first[i], "key"));
    put_close(out, ']');
    put_close(out, '}');
    return true;
}

static bool take_entry(void *context, const register_entry *entry, hb_error *err) {
    static const char *const HAPPENED[] = {"Died",
                                           "Incident",
                                           "Isolated",
                                           "IsolationEnded",
                                           "ComplaintReceived",
                                           "ComplaintAnswered",
                                           "HospitalTransfer"};
    inspecting *w = context;
    if (entry->happened_at > w->input->at) return true;
    if (is_one_of(entry->kind, HAPPENED, sizeof HAPPENED / sizeof HAPPENED[0]) &&
        !put_short_entry(&w->happened, w, entry, err))
        return false;
    uint32_t odd = REGISTER_LATE | REGISTER_EARLY | REGISTER_CLOCK;
    bool is_odd = (entry->irregular & odd) != 0 || entry->corrected_by != 0 ||
                  hb_str_equal(entry->kind, HB_STR("Correction"));
    return !is_odd || put_short_entry(&w->odd, w, entry, err);
}

static bool take_refusal(void *context, const register_entry *entry, hb_error *err) {
    inspecting *w = context;
    return entry->recorded_at > w->input->at || put_short_entry(&w->odd, w, entry, err);
}

static bool put_events(hb_text *out, inspecting *w, hb_error *err) {
    register_custody ignored;
    for (size_t i = 0; i < w->n; i++) {
        w->reading = w->people[i].id;
        if (!register_person(w->input->log, w->reading, HB_STR(""), w->copy->now, take_entry, w,
                             &ignored, err))
            return false;
    }
    w->reading = HB_STR("");
    if (!register_of_kind(w->input->log, HB_STR("ClaimRefused"), take_refusal, w, err))
        return false;
    put_open(out, "happened", '[');
    if (w->happened.n > 0) hb_text_add(out, (hb_str){w->happened.at, w->happened.n});
    put_close(out, ']');
    put_open(out, "late_corrected_refused", '[');
    if (w->odd.n > 0) hb_text_add(out, (hb_str){w->odd.at, w->odd.n});
    put_close(out, ']');
    return true;
}

static bool put_custody_of_place(hb_text *out, inspecting *w, hb_error *err) {
    static const char *const PARTS[] = {"roster", "counted",  "drawn",
                                        "alarms", "happened", "late_corrected_refused"};
    const report_facility_input *input = w->input;
    if (input->log == NULL || !w->copy->reader->sees_everybody) {
        for (size_t i = 0; i < sizeof PARTS / sizeof PARTS[0]; i++)
            put_raw(out, PARTS[i], HB_STR("null"));
        return true;
    }
    if (!register_roster_ever(input->log, input->place, input->at, take_line, w, err)) return false;
    if (w->n > 0) qsort(w->people, w->n, sizeof *w->people, id_order);
    put_roster(out, w);
    put_counted(out, w);
    char place[REGISTER_WORD];
    snprintf(place, sizeof place, "%.*s", (int)input->place.n, input->place.at);
    return put_draw(out, w, err) &&
           put_alarms(out, input->log, &input->hours, (hb_instant){input->at, 0}, w->copy, place,
                      err) &&
           put_events(out, w, err);
}

// ---- the whole --------------------------------------------------------------------------------

static void put_copied(hb_text *out, const char *key, const hb_json *tree) {
    const hb_json *at = json_at(tree, key);
    if (at == NULL) return;
    put_key(out, key);
    hb_json_canonical(out, at);
}

bool report_facility(hb_text *out, const report_copy *copy, const report_facility_input *input,
                     hb_error *err) {
    inspecting w = {.input = input,
                    .copy = copy,
                    .arena = hb_arena_open((size_t)1 << 30),
                    .scratch = hb_arena_open((size_t)4 << 20),
                    .reader = hb_json_reader_open()};
    report_document place;
    bool ok = (w.arena != NULL && w.scratch != NULL && w.reader != NULL) || hb_out_of_memory(err);
    ok = ok && report_read(w.arena, input->assessment.answer, &place, err);
    if (ok) {
        put_open(out, NULL, '{');
        put_head(out, "facility", copy);
        put_copied(out, "facility", place.tree);
        put_copied(out, "as_of", place.tree);
        put_copied(out, "rulebook", place.tree);
        put_copied(out, "stamp", place.tree);
        put_instant(out, "at", input->at);
        put_text(out, "place_in_register", input->place);
        put_assessment(out, &input->assessment);
        ok = put_custody_of_place(out, &w, err);
    }
    if (ok && input->log == NULL) put_raw(out, "register", HB_STR("null"));
    if (ok && input->log != NULL) ok = put_register(out, input->log, err);
    put_close(out, '}');
    hb_text_add(out, HB_STR("\n"));
    if (ok && out->failed) ok = hb_out_of_memory(err);
    hb_text_clear(&w.happened);
    hb_text_clear(&w.odd);
    hb_json_reader_close(w.reader);
    hb_arena_close(w.scratch);
    hb_arena_close(w.arena);
    return ok;
}
