// A document as a list writes it. What is missing stays missing (standing.c then lets it establish
// nothing); what is there must be of its kind.
#include "rulebook/internal.h"

static bool refuse(hb_error *err, hb_str key, const char *wanted) {
    hb_fail(err, HB_INPUT, "bad-document", "member \"%.*s\" of this document cannot be read",
            (int)(key.n < 80 ? key.n : 80), key.at);
    hb_error_help(err, "%s", wanted);
    return false;
}

static bool take_text(hb_arena *arena, const hb_json *member, hb_str *out, hb_error *err) {
    if (member->kind == HB_JSON_NULL) return true;
    if (member->kind != HB_JSON_STRING)
        return refuse(err, member->key, "write a text in double quotes");
    return hb_str_copy(arena, hb_str_trim(member->text), out) || hb_out_of_memory(err);
}

static bool take_date(const hb_json *member, hb_date *out, bool *is_given, hb_error *err) {
    if (member->kind == HB_JSON_NULL) return true;
    if (member->kind != HB_JSON_STRING || !date_is_valid(member->text, out))
        return refuse(err, member->key, "write a date such as 2025-03-14");
    *is_given = true;
    return true;
}

static bool take_verified(hb_arena *arena, const hb_json *json, rulebook_document *out,
                          hb_error *err) {
    bool is_given = false;
    if (json->kind == HB_JSON_NULL) return true;
    if (json->kind != HB_JSON_OBJECT)
        return refuse(err, json->key, "write {\"by\":...,\"role\":...,\"on\":...}");
    out->is_verified = true;
    for (uint32_t m = 0; m < json->n; m++) {
        const hb_json *member = &json->first[m];
        if (hb_str_equal(member->key, HB_STR("by"))) {
            if (!take_text(arena, member, &out->verified_by, err)) return false;
        } else if (hb_str_equal(member->key, HB_STR("role"))) {
            if (member->kind != HB_JSON_STRING ||
                !rulebook_role_find(member->text, &out->verified_role))
                return refuse(err, member->key,
                              "court, counsel, consulate, monitor, notary or registry");
        } else if (hb_str_equal(member->key, HB_STR("on"))) {
            if (!take_date(member, &out->verified_on, &is_given, err)) return false;
        } else
            return refuse(err, member->key, "verified has by, role and on");
    }
    return true;
}

// A case is about one person, who has no id: the ids are read and not kept.
static bool check_about(const hb_json *member, hb_error *err) {
    bool ok = member->kind == HB_JSON_NULL || (member->kind == HB_JSON_ARRAY && member->n);
    for (uint32_t i = 0; ok && i < member->n; i++)
        ok = member->first[i].kind == HB_JSON_STRING && hb_id_is_valid(member->first[i].text);
    return ok || refuse(err, member->key, "write the ids of persons in square brackets");
}

static bool take_member(hb_arena *arena, const hb_json *member, rulebook_document *out,
                        hb_error *err) {
    hb_str ignored;
    struct {
        const char *key;
        hb_str *text;
    } TEXTS[] = {
        {"issuer",   &out->issuer  },
        {"title",    &out->title   },
        {"language", &out->language},
        {"file",     &ignored      },
        {"sha256",   &ignored      },
    };
    if (hb_str_equal(member->key, HB_STR("id"))) {
        if (!take_text(arena, member, &out->id, err)) return false;
        return !out->id.n || hb_id_is_valid(out->id) ||
               refuse(err, member->key, "letters, digits and . _ : / -, at most 128");
    }
    if (hb_str_equal(member->key, HB_STR("kind")))
        return (member->kind == HB_JSON_STRING && rulebook_kind_find(member->text, &out->kind)) ||
               refuse(err, member->key,
                      "court_order, judgment, agency_record, ... claim, news, other");
    if (hb_str_equal(member->key, HB_STR("date")))
        return take_date(member, &out->date, &out->has_date, err);
    if (hb_str_equal(member->key, HB_STR("verified")))
        return take_verified(arena, member, out, err);
    if (hb_str_equal(member->key, HB_STR("about"))) return check_about(member, err);
    if (hb_str_equal(member->key, HB_STR("translation_certified"))) {
        out->is_translation_certified = member->kind == HB_JSON_TRUE;
        return member->kind == HB_JSON_TRUE || member->kind == HB_JSON_FALSE ||
               refuse(err, member->key, "true or false");
    }
    for (uint32_t t = 0; t < sizeof TEXTS / sizeof *TEXTS; t++)
        if (hb_str_equal(member->key, hb_str_from(TEXTS[t].key)))
            return take_text(arena, member, TEXTS[t].text, err);
    return refuse(err, member->key,
                  "a document has id, kind, issuer, date, title, file, sha256, verified, language, "
                  "translation_certified, about");
}

bool rulebook_document_from_json(hb_arena *arena, const hb_json *json, rulebook_document *out,
                                 hb_error *err) {
    rulebook_document read = {0};
    if (json->kind != HB_JSON_OBJECT)
        return refuse(err, json->key, "write a document as an object");
    for (uint32_t m = 0; m < json->n; m++)
        if (!take_member(arena, &json->first[m], &read, err)) return false;
    *out = read;
    return true;
}
