// Facts: the same form for a person, an agreement and a facility. A fact's name is one of the
// dictionary, its value of the fact's type, its evidence ids of documents or whole documents; a
// fact may be given more than once, when records disagree:
//
//   "facts": {"habeas_pending": {"value": "yes", "evidence": ["D-1", {"id": "C-1", "kind": "claim",
//   ...}]},
//             "grant_country":  [{"value": ["SLV"], "evidence": ["D-7"]}, {"value": [], "evidence":
//             ["D-8"]}]}
#include "intake/internal.h"

#include <stdio.h>

static const hb_str MEMBERS[] = {
    {"value",    5},
    {"evidence", 8},
    {"note",     4}
};

static bool fail_memory(intake_page *page, const hb_json *at) {
    hb_error err = {0};
    hb_out_of_memory(&err);
    return intake_page_refuse_error(page, at, &err);
}

// ---- evidence -----------------------------------------------------------------------------------

// What is only proposed, or over, proves nothing: its papers lose their verification here.
static const rulebook_document *as_proof(const intake_facts *facts,
                                         const rulebook_document *document) {
    if (facts->establishes || !document->is_verified) return document;
    rulebook_document *copy = hb_arena_new(facts->arena, rulebook_document);
    if (!copy) return NULL;
    *copy = *document;
    copy->is_verified = false;
    return copy;
}

// A paper that says whom it is about speaks of nobody else.
static bool check_about(const intake_facts *facts, intake_page *page, const hb_json *at,
                        const rulebook_document *document) {
    hb_str id = document->id;
    for (uint32_t i = 0; i < document->n_about; i++)
        if (hb_str_equal(document->about[i], facts->person)) return true;
    if (!document->n_about) return true;
    if (!facts->person.n && !facts->takes) return false;  // the person's id is refused already
    if (!facts->person.n) {
        return intake_page_refuse(page, at, "about-others",
                                  "name a document that speaks of everybody",
                                  "the document \"%.*s\" is about single persons, and this is said "
                                  "of everybody",
                                  intake_page_shown(id), id.at);
    }
    return intake_page_refuse(
        page, at, "about-others", "name a document about this person, or find out whom it is about",
        "the document \"%.*s\" is not about this person", intake_page_shown(id), id.at);
}

static bool by_id(intake_facts *facts, intake_page *page, const hb_json *at, hb_str id,
                  const rulebook_document **out) {
    const rulebook_document *document = NULL;
    const intake_document *stored = intake_evidence_find(facts->evidence, id);
    for (uint32_t i = 0; i < facts->n_inline && !stored; i++) {
        if (hb_str_equal(facts->inline_documents[i]->document.id, id))
            stored = facts->inline_documents[i];
    }
    if (!stored && facts->evidence->is_incomplete)
        return false;  // the cause is among the errors already
    if (!stored) {
        return intake_page_refuse(page, at, "unknown-document",
                                  "write the document out here, or add it to a documents file",
                                  "no document has the id \"%.*s\"", intake_page_shown(id), id.at);
    }
    if (!check_about(facts, page, at, &stored->document)) return false;
    document = as_proof(facts, &stored->document);
    if (!document) return fail_memory(page, at);
    *out = document;
    return true;
}

// A document written out in a person's line belongs to that line; where its id is known already, it
// must be the same.
static bool add_inline(intake_facts *facts, intake_page *page, const hb_json *json) {
    intake_document document;
    if (!intake_document_from_json(page, facts->arena, facts->folder, json, &document))
        return false;
    hb_str id = document.document.id;
    const intake_document *known = intake_evidence_find(facts->evidence, id);
    for (uint32_t i = 0; i < facts->n_inline && !known; i++) {
        if (hb_str_equal(facts->inline_documents[i]->document.id, id))
            known = facts->inline_documents[i];
    }
    if (known && intake_document_is_same(known, &document)) return true;
    if (known) {
        return intake_page_refuse(
            page, json, "document-twice",
            "give each document its own id, or the same content each time",
            "the document \"%.*s\" is given twice with different content; first in %.*s, line %llu",
            intake_page_shown(id), id.at, intake_page_shown(known->document.from),
            known->document.from.at, (unsigned long long)known->line);
    }
    if (facts->n_inline == INTAKE_INLINE_MAX) {
        return intake_page_refuse(
            page, json, "too-many-documents", "put them into a documents file",
            "more than %d documents are written out for one person", INTAKE_INLINE_MAX);
    }
    if (!facts->inline_documents) {
        facts->inline_documents =
            hb_arena_array(facts->arena, intake_document *, INTAKE_INLINE_MAX);
    }
    intake_document *kept =
        facts->inline_documents ? hb_arena_new(facts->arena, intake_document) : NULL;
    if (!kept) return fail_memory(page, json);
    document.document.is_contested =
        intake_contests_name(facts->evidence, id) ||
        intake_evidence_contests_bytes(facts->evidence, document.document.sha256);
    if (facts->is_first_pass) intake_contests_mark_seen(facts->evidence, id);
    *kept = document;
    facts->inline_documents[facts->n_inline++] = kept;
    return true;
}

static bool evidence_item(intake_facts *facts, intake_page *page, const hb_json *item,
                          const rulebook_document **out) {
    if (item->kind == HB_JSON_STRING) return by_id(facts, page, item, hb_str_trim(item->text), out);
    if (item->kind != HB_JSON_OBJECT) {
        return intake_page_refuse(page, item, "wrong-type",
                                  "write \"D-1\", or the document in braces",
                                  "evidence is the id of a document, or a document");
    }
    // Those of an agreement or facility are in the store already, with whatever is wrong about
    // them.
    if (!facts->are_documents_stored && !add_inline(facts, page, item)) return false;
    const hb_json *id = hb_json_member(item, HB_STR("id"));
    return id && id->kind == HB_JSON_STRING && by_id(facts, page, id, hb_str_trim(id->text), out);
}

static bool read_evidence(intake_facts *facts, intake_page *page, const hb_json *list,
                          rulebook_record *record) {
    if (!list || list->kind == HB_JSON_NULL) return true;
    if (list->kind != HB_JSON_ARRAY) {
        return intake_page_refuse(page, list, "wrong-type",
                                  "write the ids in square brackets: [\"D-1\"]",
                                  "\"evidence\" is a list");
    }
    const rulebook_document **documents =
        hb_arena_array(facts->arena, const rulebook_document *, list->n);
    bool ok = documents != NULL || fail_memory(page, list);
    size_t outer = intake_page_enter(page, HB_STR("evidence"));
    for (uint32_t i = 0; documents && i < list->n; i++) {
        size_t mark = intake_page_enter_item(page, i);
        ok &= evidence_item(facts, page, &list->first[i], &documents[i]);
        intake_page_leave(page, mark);
    }
    intake_page_leave(page, outer);
    record->n_evidence = list->n;
    record->evidence = documents;
    return ok;
}

// ---- facts --------------------------------------------------------------------------------------

bool intake_facts_check_name(const rulebook *rb, intake_page *page, const hb_json *at, hb_str name,
                             uint32_t *fact) {
    *fact = rulebook_find_fact(rb, name);
    if (*fact != DMN_NONE) return true;
    hb_str names[1024];
    uint32_t n = rulebook_n_facts(rb) < 1024 ? rulebook_n_facts(rb) : 1024;
    for (uint32_t i = 0; i < n; i++) names[i] = rulebook_fact_at(rb, i)->name;
    hb_str nearest = hb_nearest(name, names, n);
    char help[240] = "the rulebook's facts.csv lists all facts";
    if (nearest.n)
        snprintf(help, sizeof help, "did you mean \"%.*s\"?", (int)nearest.n, nearest.at);
    return intake_page_refuse(page, at, "unknown-fact", help, "there is no fact \"%.*s\"",
                              intake_page_shown(name), name.at);
}

static bool read_statement(intake_facts *facts, intake_page *page, uint32_t fact,
                           const hb_json *json, rulebook_record *record) {
    hb_error err = {0};
    const hb_json *value = hb_json_member(json, HB_STR("value"));
    const char *help = "write {\"value\": ..., \"evidence\": [...]}";
    if (json->kind != HB_JSON_OBJECT) {
        return intake_page_refuse(page, json, "wrong-type", help,
                                  "a fact is an object with its value and evidence");
    }
    bool ok = intake_page_members(page, json, MEMBERS, sizeof MEMBERS / sizeof *MEMBERS, "a fact");
    if (!value) return intake_page_refuse(page, json, "missing-key", help, "\"value\" is missing");
    record->fact = fact;
    size_t mark = intake_page_enter(page, HB_STR("value"));
    ok &= rulebook_value_from_json(facts->rb, facts->arena, fact, value, &record->value,
                                   &record->is_unknown, &err) ||
          intake_page_refuse_error(page, value, &err);
    intake_page_leave(page, mark);
    return read_evidence(facts, page, hb_json_member(json, HB_STR("evidence")), record) && ok;
}

static bool read_fact(intake_facts *facts, intake_page *page, const hb_json *json,
                      intake_records *out) {
    uint32_t fact = DMN_NONE;
    bool ok = true;
    if (!intake_facts_check_name(facts->rb, page, json, json->key, &fact)) return false;
    if (facts->takes && !facts->takes(rulebook_fact_at(facts->rb, fact))) {
        return intake_page_refuse(page, json, "fact-scope",
                                  "give it on the line of each person it is true of",
                                  "\"%.*s\" is no fact of %s", intake_page_shown(json->key),
                                  json->key.at, facts->takes_what);
    }
    if (json->kind != HB_JSON_ARRAY)
        return read_statement(facts, page, fact, json, &out->at[out->n++]);
    for (uint32_t i = 0; i < json->n; i++) {
        size_t mark = intake_page_enter_item(page, i);
        ok &= read_statement(facts, page, fact, &json->first[i], &out->at[out->n++]);
        intake_page_leave(page, mark);
    }
    return ok;
}

bool intake_facts_from_json(intake_facts *facts, intake_page *page, const hb_json *json,
                            intake_records *out) {
    bool ok = true;
    uint32_t n = 0;
    *out = (intake_records){0};
    if (!json || json->kind == HB_JSON_NULL) return true;
    size_t outer = intake_page_enter(page, HB_STR("facts"));
    if (json->kind != HB_JSON_OBJECT) {
        intake_page_refuse(page, json, "wrong-type",
                           "write {\"facts\": {\"a fact's name\": {\"value\": ...}}}",
                           "\"facts\" is an object");
        intake_page_leave(page, outer);
        return false;
    }
    for (uint32_t i = 0; i < json->n; i++)
        n += json->first[i].kind == HB_JSON_ARRAY ? json->first[i].n : 1;
    out->at = hb_arena_array(facts->arena, rulebook_record, n);
    if (!out->at) {
        intake_page_leave(page, outer);
        return fail_memory(page, json);
    }
    for (uint32_t i = 0; i < json->n; i++) {
        size_t mark = intake_page_enter(page, json->first[i].key);
        ok &= read_fact(facts, page, &json->first[i], out);
        intake_page_leave(page, mark);
    }
    intake_page_leave(page, outer);
    return ok;
}

// ---- a cell of a CSV list -----------------------------------------------------------------------

static bool read_ids(intake_facts *facts, intake_page *page, hb_str cell, rulebook_record *record) {
    uint32_t n = 1, n_found = 0;
    bool ok = true;
    for (size_t i = 0; i < cell.n; i++) n += cell.at[i] == ';';
    const rulebook_document **documents =
        hb_arena_array(facts->arena, const rulebook_document *, n);
    if (!documents) return fail_memory(page, NULL);
    for (size_t i = 0, start = 0; i <= cell.n; i++) {
        if (i < cell.n && cell.at[i] != ';') continue;
        hb_str id = hb_str_trim((hb_str){cell.at + start, i - start});
        start = i + 1;
        if (id.n == 0) continue;
        ok &= by_id(facts, page, NULL, id, &documents[n_found]);
        n_found++;
    }
    record->evidence = documents;
    record->n_evidence = n_found;
    return ok;
}

bool intake_facts_add_cell(intake_facts *facts, intake_page *page, uint32_t fact,
                           hb_csv_field value, const hb_csv_field *evidence, intake_records *out) {
    hb_error err = {0};
    hb_str ids = evidence ? hb_str_trim(evidence->text) : (hb_str){0};
    if (hb_str_trim(value.text).n == 0 && ids.n == 0) return true;
    rulebook_record *record = &out->at[out->n++];
    record->fact = fact;
    page->line = value.line;
    page->column = value.column;
    bool ok = rulebook_value_from_text(facts->rb, facts->arena, fact, value.text, &record->value,
                                       &record->is_unknown, &err) ||
              intake_page_refuse_error(page, NULL, &err);
    if (!ids.n) return ok;
    page->line = evidence->line;
    page->column = evidence->column;
    return read_ids(facts, page, ids, record) && ok;
}
