// What a decision rests on, written so that a stranger can hash it again: canonical JSON (RFC
// 8785),
//   {"documents":[{...}],"facts":{"name":[{"evidence":["D-1"],"value":...}]}}
// Only documents that some fact names. Records of a fact and documents are sorted by their own text
// and stand once, so order and repetition in a file change nothing. Keys are ASCII and written in
// sorted order; numbers are decimal strings, as everywhere in law.
#include <stdlib.h>
#include <string.h>

#include "gate/gate.h"

static void add_key(hb_text *out, const char *key) {
    hb_text_add(out, HB_STR("\""));
    hb_text_add(out, hb_str_from(key));
    hb_text_add(out, HB_STR("\":"));
}

static void add_bool(hb_text *out, bool is_true) {
    hb_text_add(out, is_true ? HB_STR("true") : HB_STR("false"));
}

static void add_document(hb_text *out, const rulebook_document *document) {
    hb_text_add(out, HB_STR("{"));
    add_key(out, "contested");
    add_bool(out, document->is_contested);
    if (document->has_date) {
        hb_text_add(out, HB_STR(","));
        add_key(out, "date");
        gate_add_date(out, document->date);
    }
    const struct {
        const char *key;
        hb_str text;
    } TEXTS[] = {
        {"id",       document->id                      },
        {"issuer",   document->issuer                  },
        {"kind",     rulebook_kind_name(document->kind)},
        {"language", document->language                },
    };
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        if (TEXTS[i].text.n == 0) continue;
        hb_text_add(out, HB_STR(","));
        add_key(out, TEXTS[i].key);
        hb_text_add_json(out, TEXTS[i].text);
    }
    hb_text_add(out, HB_STR(","));
    add_key(out, "translation_certified");
    add_bool(out, document->is_translation_certified);
    if (document->is_verified) {
        hb_text_add(out, HB_STR(",\"verified\":{\"by\":"));
        hb_text_add_json(out, document->verified_by);
        hb_text_add(out, HB_STR(",\"on\":"));
        gate_add_date(out, document->verified_on);
        hb_text_add(out, HB_STR(",\"role\":"));
        hb_text_add_json(out, rulebook_role_name(document->verified_role));
        hb_text_add(out, HB_STR("}"));
    }
    hb_text_add(out, HB_STR("}"));
}

static int by_text(const void *a, const void *b) {
    return hb_str_compare(*(const hb_str *)a, *(const hb_str *)b);
}

// Sorts pieces and writes each once, with commas between.
static void add_sorted(hb_text *out, hb_str *pieces, uint32_t n) {
    qsort(pieces, n, sizeof *pieces, by_text);
    for (uint32_t i = 0; i < n; i++) {
        if (i > 0 && hb_str_equal(pieces[i], pieces[i - 1])) continue;
        if (i > 0) hb_text_add(out, HB_STR(","));
        hb_text_add(out, pieces[i]);
    }
}

// A piece written at the end of `scratch` and copied into the arena.
static bool take(hb_arena *arena, hb_text *scratch, hb_str *piece) {
    bool ok = !scratch->failed && hb_str_copy(arena, (hb_str){scratch->at, scratch->n}, piece);
    scratch->n = 0;
    return ok;
}

static bool record_piece(hb_arena *arena, hb_text *scratch, const rulebook_record *record,
                         hb_str *piece) {
    hb_str *ids = hb_arena_array(arena, hb_str, record->n_evidence);
    if (ids == NULL && record->n_evidence > 0) return false;
    for (uint32_t i = 0; i < record->n_evidence; i++) {
        hb_text_add_json(scratch, record->evidence[i]->id);
        if (!take(arena, scratch, &ids[i])) return false;
    }
    hb_text_add(scratch, HB_STR("{\"evidence\":["));
    add_sorted(scratch, ids, record->n_evidence);
    hb_text_add(scratch, HB_STR("],\"value\":"));
    if (record->is_unknown) {
        hb_text_add(scratch, HB_STR("null"));
    } else {
        gate_add_value(scratch, record->value);
    }
    hb_text_add(scratch, HB_STR("}"));
    return take(arena, scratch, piece);
}

// A record by the name of its fact, so that facts come out sorted.
typedef struct {
    hb_str name, piece;
} named_piece;
static int by_name(const void *a, const void *b) {
    const named_piece *x = a, *y = b;
    int order = hb_str_compare(x->name, y->name);
    return order != 0 ? order : hb_str_compare(x->piece, y->piece);
}

static void add_facts(hb_text *out, named_piece *records, uint32_t n) {
    qsort(records, n, sizeof *records, by_name);
    hb_text_add(out, HB_STR("\"facts\":{"));
    for (uint32_t i = 0; i < n; i++) {
        bool is_same_fact = i > 0 && hb_str_equal(records[i].name, records[i - 1].name);
        if (is_same_fact && hb_str_equal(records[i].piece, records[i - 1].piece)) continue;
        if (!is_same_fact) {
            if (i > 0) hb_text_add(out, HB_STR("],"));
            hb_text_add_json(out, records[i].name);
            hb_text_add(out, HB_STR(":["));
        } else {
            hb_text_add(out, HB_STR(","));
        }
        hb_text_add(out, records[i].piece);
    }
    if (n > 0) hb_text_add(out, HB_STR("]"));
    hb_text_add(out, HB_STR("}"));
}

// Documents repeat in many records: sort by address and id first, so each is written once.
static int by_document(const void *a, const void *b) {
    const rulebook_document *x = *(const rulebook_document *const *)a;
    const rulebook_document *y = *(const rulebook_document *const *)b;
    return x == y ? 0 : (uintptr_t)x < (uintptr_t)y ? -1 : 1;
}

static bool add_documents(hb_text *out, hb_arena *arena, hb_text *scratch,
                          const rulebook_record *records, uint32_t n_records) {
    size_t n = 0;
    for (uint32_t i = 0; i < n_records; i++) n += records[i].n_evidence;
    const rulebook_document **all = hb_arena_array(arena, const rulebook_document *, n);
    hb_str *pieces = hb_arena_array(arena, hb_str, n);
    if (n > 0 && (all == NULL || pieces == NULL)) return false;
    n = 0;
    for (uint32_t i = 0; i < n_records; i++) {
        for (uint32_t j = 0; j < records[i].n_evidence; j++) all[n++] = records[i].evidence[j];
    }
    if (n > 0) qsort(all, n, sizeof(const rulebook_document *), by_document);
    uint32_t n_pieces = 0;
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && all[i] == all[i - 1]) continue;
        add_document(scratch, all[i]);
        if (!take(arena, scratch, &pieces[n_pieces++])) return false;
    }
    hb_text_add(out, HB_STR("{\"documents\":["));
    if (n_pieces > 0) add_sorted(out, pieces, n_pieces);
    hb_text_add(out, HB_STR("],"));
    return true;
}

bool gate_input_json(const rulebook *rb, hb_arena *arena, const rulebook_record *records,
                     uint32_t n_records, hb_text *out, hb_error *err) {
    bool ok = false;
    hb_text scratch = {0};
    named_piece *pieces = hb_arena_array(arena, named_piece, n_records);
    if (n_records > 0 && pieces == NULL) goto done;
    if (!add_documents(out, arena, &scratch, records, n_records)) goto done;
    for (uint32_t i = 0; i < n_records; i++) {
        pieces[i].name = rulebook_fact_at(rb, records[i].fact)->name;
        if (!record_piece(arena, &scratch, &records[i], &pieces[i].piece)) goto done;
    }
    if (n_records > 0)
        add_facts(out, pieces, n_records);
    else
        hb_text_add(out, HB_STR("\"facts\":{}"));
    hb_text_add(out, HB_STR("}"));
    ok = !out->failed;
done:
    hb_text_clear(&scratch);
    return ok || hb_out_of_memory(err);
}
