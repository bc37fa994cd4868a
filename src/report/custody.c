// What a register says of a person, as members of a document: the log it comes from and what its
// checkpoint is worth, where the person is, and every entry with both its times, who signed it and
// its number, under which it can be proved. Only what stands open is taken: sealed details never
// enter a paper.
#include <string.h>

#include "report/internal.h"

bool put_register(hb_text *out, register_log *log, hb_error *err) {
    char hex[65];
    hb_str note;
    proof_standing standing;
    proof_note opened;
    proof_checkpoint checkpoint;
    hb_arena *arena = hb_arena_open(1 << 20);
    bool ok = arena != NULL || hb_out_of_memory(err);
    ok = ok && register_checkpoint(log, arena, &note, &standing, err) &&
         proof_note_open(note, register_key(log), 1, &opened, err);
    if (ok && !proof_checkpoint_read(opened.text, &checkpoint))
        ok = hb_fail(err, HB_CORRUPT, "bad-checkpoint", "the register's checkpoint is unreadable");
    if (ok) {
        put_open(out, "register", '{');
        put_text(out, "origin", register_origin(log));
        put_number(out, "checkpoint", checkpoint.size);
        hb_hash_hex(checkpoint.root, hex);
        put_text(out, "root", hb_str_from(hex));
        put_number(out, "cosigned", standing.n_cosigned);
        put_number(out, "witnesses", standing.n_witnesses);
        put_bool(out, "witnessed", standing.is_witnessed);
        put_bool(out, "rolled_back", register_is_rolled_back(log));
        put_text(out, "note", note);
        put_close(out, '}');
    }
    hb_arena_close(arena);
    return ok;
}

void put_marks(hb_text *out, uint32_t irregular) {
    hb_text marks = {0};
    register_marks_add(&marks, irregular);
    put_open(out, "marks", '[');
    for (size_t i = 0, start = 0; i <= marks.n; i++) {
        if (i < marks.n && marks.at[i] != ',') continue;
        hb_str word = hb_str_trim((hb_str){marks.at + start, i - start});
        if (word.n > 0) put_text(out, NULL, word);
        start = i + 1;
    }
    put_close(out, ']');
    hb_text_clear(&marks);
}

// ---- entries ----------------------------------------------------------------------------------

typedef struct {
    hb_text *out;
    const report_copy *copy;
    hb_arena *arena;
    hb_json_reader *reader;
} taking;

// {"name":["salt",value]} without the salts. The person's own id is the document's already.
static void put_fields(hb_text *out, const report_copy *copy, const hb_json *pairs) {
    put_open(out, "says", '{');
    for (uint32_t i = 0; i < pairs->n; i++) {
        const hb_json *pair = &pairs->first[i];
        if (pair->kind != HB_JSON_ARRAY || pair->n != 2) continue;
        // A source may be a caption that names the person.
        if (!copy->is_named && hb_str_equal(pair->key, HB_STR("source"))) continue;
        put_key(out, NULL);
        hb_text_add_json(out, pair->key);
        hb_text_add(out, HB_STR(":"));
        hb_json_canonical(out, &pair->first[1]);
    }
    put_close(out, '}');
}

static bool put_entry(void *context, const register_entry *entry, hb_error *err) {
    taking *t = context;
    hb_json *open = NULL, *signers = NULL;
    hb_arena_reset(t->arena);
    if (!hb_json_parse(t->reader, t->arena, entry->open, &open, err)) return false;
    if (!hb_json_parse(t->reader, t->arena, entry->signers, &signers, err)) return false;
    put_open(t->out, NULL, '{');
    put_number(t->out, "event", entry->event);
    put_text(t->out, "kind", entry->kind);
    put_instant(t->out, "happened_at", entry->happened_at);
    put_instant(t->out, "recorded_at", entry->recorded_at);
    put_marks(t->out, entry->irregular);
    if (entry->corrected_by) put_number(t->out, "corrected_by", entry->corrected_by);
    put_open(t->out, "signed_by", '[');
    for (uint32_t i = 0; i < signers->n; i++)
        put_text(t->out, NULL, json_text(&signers->first[i], "key"));
    put_close(t->out, ']');
    put_fields(t->out, t->copy, open);
    put_close(t->out, '}');
    return true;
}

void put_custody_state(hb_text *out, const register_custody *custody) {
    put_text(out, "state", hb_str_from(register_state_name(custody->state)));
    put_text_or_null(out, "place", hb_str_from(custody->place));
    put_text_or_null(out, "other_place", hb_str_from(custody->other_place));
    put_text_or_null(out, "destination", hb_str_from(custody->destination));
    put_text_or_null(out, "answerable", hb_str_from(custody->authority));
    put_instant(out, "since", custody->since);
    put_instant(out, "seen_at", custody->seen_at);
    put_instant(out, "due_at", custody->due_at);
    put_instant(out, "lawful_until", custody->lawful_until);
}

bool put_custody(hb_text *out, register_log *log, const report_copy *copy, hb_str person,
                 hb_error *err) {
    if (!copy->reader->sees_custody) {
        put_raw(out, "custody", HB_STR("null"));
        return true;
    }
    register_custody custody = {0};
    hb_text entries = {0};
    taking t = {&entries, copy, hb_arena_open((size_t)4 << 20), hb_json_reader_open()};
    bool ok = (t.arena != NULL && t.reader != NULL) || hb_out_of_memory(err);
    ok = ok && register_person(log, person, HB_STR(""), copy->now, put_entry, &t, &custody, err);
    hb_arena_close(t.arena);
    hb_json_reader_close(t.reader);
    bool is_unknown = !ok && err->code != NULL && strcmp(err->code, "unknown-person") == 0;
    if (ok || is_unknown) {
        put_open(out, "custody", '{');
        put_bool(out, "known", ok);
        if (ok) put_custody_state(out, &custody);
        put_open(out, "entries", '[');
        if (ok) hb_text_add(out, (hb_str){entries.at, entries.n});
        put_close(out, ']');
        put_close(out, '}');
    }
    if (is_unknown) *err = (hb_error){0};
    hb_text_clear(&entries);
    return ok || is_unknown;
}

bool report_custody(hb_text *out, const report_copy *copy, register_log *log, hb_str person,
                    bool *is_known, hb_error *err) {
    register_custody custody;
    *is_known = copy->reader->sees_custody;
    if (!*is_known) return true;
    bool ok = register_person(log, person, HB_STR(""), copy->now, NULL, NULL, &custody, err);
    if (!ok && err->code != NULL && strcmp(err->code, "unknown-person") == 0) {
        *err = (hb_error){0};
        *is_known = false;
        return true;
    }
    if (!ok) return false;
    put_open(out, NULL, '{');
    put_head(out, "custody", copy);
    if (!put_register(out, log, err) || !put_custody(out, log, copy, person, err)) return false;
    put_close(out, '}');
    return !out->failed || hb_out_of_memory(err);
}
