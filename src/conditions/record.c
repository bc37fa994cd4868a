// A return: evidence and the claims that rest on it. Everything wrong is said at once, each with
// its place; what does not fit its field, its unit, its scope or the other figures of the same
// source is refused with the reason. Findings are never read from a file, only computed.
#include "conditions/record.h"

#include <stdio.h>
#include <string.h>

#define RETURN_ARENA_BYTES ((size_t)64 << 20)
#define RETURN_MAX_BYTES ((size_t)16 << 20)

// ---- errors with their place --------------------------------------------------------------------

bool record_refuse(record_page *page, const hb_json *at, const char *code, const char *help,
                   const char *format, ...) {
    hb_error err = {0};
    va_list args;
    va_start(args, format);
    hb_fail_list(&err, HB_INPUT, code, help, format, args);
    va_end(args);
    return record_refuse_error(page, at, &err);
}

bool record_refuse_error(record_page *page, const hb_json *at, hb_error *err) {
    if (page->lines) {
        bool is_claim = hb_str_starts(hb_str_from(page->pointer), HB_STR("/claims/"));
        err->line = is_claim ? page->lines[page->row] : page->head_line;  // a sheet's row
    } else if (at) {
        hb_error_at(err, page->text, at->offset, 0);
    }
    if (!page->lines) snprintf(err->pointer, sizeof err->pointer, "%s", page->pointer);
    hb_error_file(err, page->ret->path);
    hb_errors_add(page->errors, err);
    page->is_ok = false;
    return false;
}

static bool no_memory(record_page *page) {
    hb_error err = {0};
    hb_out_of_memory(&err);
    return record_refuse_error(page, NULL, &err);
}

static int shown(hb_str text) {
    return (int)(text.n < 60 ? text.n : 60);
}

// ---- members ------------------------------------------------------------------------------------

static const char *const RETURN_MEMBERS[] = {
    "facility", "title",          "country",   "as_of",    "sender",          "host_treaties",
    "opcat",    "agreement_text", "evidence",  "claims",   "assurances",      "promises",
    "offer",    "facts",          "documents", "readings", "published_later", "source",
    "note",     "place",          NULL};
static const char *const EVIDENCE_MEMBERS[] = {"id",
                                               "kind",
                                               "src",
                                               "title",
                                               "url",
                                               "date",
                                               "access",
                                               "independent",
                                               "unannounced",
                                               "private_talks",
                                               "scope",
                                               "published",
                                               "corroborated_by",
                                               "verified",
                                               "note",
                                               NULL};
static const char *const CLAIM_MEMBERS[] = {"f",          "v",     "unit", "e",    "s", "scope",
                                            "definition", "gross", "from", "note", NULL};
static const char *const PROMISE_MEMBERS[] = {"id", "says", "standard", "due", "e", NULL};
static const char *const OFFER_MEMBERS[] = {"says", "standard", NULL};
static const char *const VERIFIED_MEMBERS[] = {"by", "role", "on", NULL};

static bool take_members(record_page *page, const hb_json *object, const char *const *names,
                         const char *what) {
    if (object->kind != HB_JSON_OBJECT)
        return record_refuse(page, object, "wrong-type", "write it in braces", "%s is an object",
                             what);
    bool ok = true;
    for (uint32_t i = 0; i < object->n; i++) {
        const hb_json *member = &object->first[i];
        hb_str known[32];
        uint32_t n = 0;
        bool is_known = false;
        for (; names[n]; n++) {
            known[n] = hb_str_from(names[n]);
            is_known |= hb_str_equal(known[n], member->key);
        }
        if (is_known) continue;
        char help[120] = "remove it";
        hb_str best = hb_nearest(member->key, known, n);
        if (best.n)
            snprintf(help, sizeof help, "the nearest one is \"%.*s\"", (int)best.n, best.at);
        ok = record_refuse(page, member, "unknown-key", help, "%s has no \"%.*s\"", what,
                           shown(member->key), member->key.at);
    }
    return ok;
}

// A text member; empty when absent. A number is taken as written where `takes_number`.
static bool take_text(record_page *page, const hb_json *object, const char *key, bool is_required,
                      bool takes_number, hb_str *out) {
    const hb_json *member = hb_json_member(object, hb_str_from(key));
    *out = (hb_str){0};
    if (!member || member->kind == HB_JSON_NULL) {
        if (!is_required) return true;
        return record_refuse(page, object, "missing-key", NULL, "\"%s\" is missing", key);
    }
    if (member->kind != HB_JSON_STRING && !(takes_number && member->kind == HB_JSON_NUMBER))
        return record_refuse(page, member, "wrong-type", "write it in double quotes",
                             "\"%s\" is a text", key);
    *out = hb_str_trim(member->text);
    if (out->n || !is_required) return true;
    return record_refuse(page, member, "missing-text", NULL, "\"%s\" is empty", key);
}

static bool take_word(record_page *page, const hb_json *object, const char *key,
                      const char *const *words, hb_str otherwise, hb_str *out) {
    char help[160];
    size_t n = 0;
    if (!take_text(page, object, key, false, false, out)) return false;
    if (!out->n) *out = otherwise;
    for (uint32_t i = 0; words[i]; i++) {
        if (hb_str_equal(*out, hb_str_from(words[i]))) return true;
        int more = snprintf(help + n, sizeof help - n, "%s%s", i ? ", " : "one of: ", words[i]);
        if (more > 0 && n + (size_t)more < sizeof help) n += (size_t)more;
    }
    return record_refuse(page, hb_json_member(object, hb_str_from(key)), "wrong-type", help,
                         "\"%.*s\" is no answer to \"%s\"", shown(*out), out->at, key);
}

static bool take_id(record_page *page, const hb_json *object, const char *key, hb_str *out) {
    if (!take_text(page, object, key, true, false, out)) return false;
    if (hb_id_is_valid(*out)) return true;
    return record_refuse(page, hb_json_member(object, hb_str_from(key)), "bad-id",
                         "letters, digits and . _ : / -", "\"%.*s\" is no id", shown(*out),
                         out->at);
}

static bool take_country(record_page *page, const hb_json *object, const char *key, hb_str *out) {
    if (!take_text(page, object, key, false, false, out) || !out->n) return out->n == 0;
    bool ok = out->n == 3;
    for (size_t i = 0; ok && i < 3; i++) ok = out->at[i] >= 'A' && out->at[i] <= 'Z';
    return ok || record_refuse(page, hb_json_member(object, hb_str_from(key)), "bad-country",
                               "three capital letters of ISO 3166-1: SLV", "\"%.*s\" is no country",
                               shown(*out), out->at);
}

// 2025-03-14, or the month or year alone where that is all that is known: then its first and last
// day, and each is taken where it helps the place least.
static bool date_read(hb_str text, hb_date *first, hb_date *last) {
    char whole[16];
    if (hb_date_parse(text, first)) {
        *last = *first;
        return true;
    }
    if (text.n != 4 && text.n != 7) return false;
    snprintf(whole, sizeof whole, "%.*s%s", (int)text.n, text.at, text.n == 4 ? "-01-01" : "-01");
    if (!hb_date_parse(hb_str_from(whole), first)) return false;
    int month = text.n == 4 ? 12 : first->month;
    return (*last = (hb_date){first->year, (uint8_t)month,
                              (uint8_t)hb_days_in_month(first->year, month)},
            true);
}

static bool take_day(record_page *page, const hb_json *object, const char *key, bool is_required,
                     hb_date *out) {
    hb_str text;
    if (!take_text(page, object, key, is_required, false, &text)) return false;
    if (!text.n || hb_date_parse(text, out)) return true;
    return record_refuse(page, hb_json_member(object, hb_str_from(key)), "bad-date",
                         "write it as 2025-03-14", "\"%.*s\" is no day", shown(text), text.at);
}

// ---- lists --------------------------------------------------------------------------------------

static void point(record_page *page, const char *list, uint32_t i) {
    snprintf(page->pointer, sizeof page->pointer, "/%s/%u", list, i);
    page->row = i;
}

// The list called `key`; NULL when absent or refused.
static const hb_json *take_list(record_page *page, const hb_json *root, const char *key) {
    const hb_json *list = hb_json_member(root, hb_str_from(key));
    if (!list || list->kind == HB_JSON_NULL) return NULL;
    if (list->kind == HB_JSON_ARRAY) return list;
    snprintf(page->pointer, sizeof page->pointer, "/%s", key);
    record_refuse(page, list, "wrong-type", "write it in square brackets", "\"%s\" is a list", key);
    page->pointer[0] = 0;
    return NULL;
}

uint32_t record_find_evidence(const conditions_return *ret, hb_str id) {
    for (uint32_t i = 0; i < ret->n_evidence; i++)
        if (hb_str_equal(ret->evidence[i].id, id)) return i;
    return DMN_NONE;
}

// ---- evidence -----------------------------------------------------------------------------------

static bool take_verified(record_page *page, const hb_json *object, condition_evidence *e) {
    const hb_json *verified = hb_json_member(object, HB_STR("verified"));
    static const char *const ROLES[] = {"court",  "counsel",  "consulate", "monitor",
                                        "notary", "registry", NULL};
    hb_date day;
    if (!verified || verified->kind == HB_JSON_NULL) return true;
    return take_members(page, verified, VERIFIED_MEMBERS, "verified") &&
           take_text(page, verified, "by", true, false, &e->verified_by) &&
           take_word(page, verified, "role", ROLES, HB_STR(""), &e->verified_role) &&
           take_text(page, verified, "on", true, false, &e->verified_on) &&
           take_day(page, verified, "on", true, &day);
}

static bool take_evidence(record_page *page, const hb_json *object, condition_evidence *e) {
    static const char *const TRI[] = {"yes", "no", "unknown", NULL};
    static const char *const ACCESS[] = {
        "free", "escorted", "remote", "detainee", "detainee_interviews", "none", "unknown", NULL};
    static const char *const SCOPES[] = {"facility", "wing", "unit", "system", "agreement", NULL};
    hb_str kind = {0}, word;
    *e = (condition_evidence){.kind = DMN_NONE};
    if (!take_members(page, object, EVIDENCE_MEMBERS, "a piece of evidence")) return false;
    bool ok = take_id(page, object, "id", &e->id);
    ok &= take_text(page, object, "kind", true, false, &kind);
    ok &= take_text(page, object, "src", false, false, &e->source);
    ok &= take_text(page, object, "title", false, false, &e->text);
    ok &= take_text(page, object, "date", true, false, &e->date);
    ok &= take_word(page, object, "access", ACCESS, HB_STR("unknown"), &e->access);
    ok &= take_word(page, object, "independent", TRI, HB_STR("unknown"), &e->independent);
    ok &= take_word(page, object, "unannounced", TRI, HB_STR("unknown"), &e->unannounced);
    ok &= take_word(page, object, "private_talks", TRI, HB_STR("unknown"), &e->private_talks);
    ok &= take_word(page, object, "scope", SCOPES, HB_STR("facility"), &e->scope);
    ok &= take_text(page, object, "published", false, false, &e->published);
    ok &= take_text(page, object, "url", false, false, &word);
    ok &= take_text(page, object, "note", false, false, &word);
    ok &= take_verified(page, object, e);
    for (uint32_t k = 0; k < page->law->n_kinds; k++)
        if (hb_str_equal(page->law->kinds[k].name, kind)) e->kind = k;
    if (ok && e->kind == DMN_NONE) {
        hb_str names[64];
        uint32_t n = 0;
        char help[160] = "kinds.csv of the rulebook lists them";
        for (; n < page->law->n_kinds && n < 64; n++) names[n] = page->law->kinds[n].name;
        hb_str best = hb_nearest(kind, names, n);
        if (best.n)
            snprintf(help, sizeof help, "the nearest one is \"%.*s\"", (int)best.n, best.at);
        ok = record_refuse(page, hb_json_member(object, HB_STR("kind")), "unknown-kind", help,
                           "\"%.*s\" is no kind of evidence", shown(kind), kind.at);
    }
    if (ok && !(e->has_date = date_read(e->date, &e->first, &e->last)))
        ok = record_refuse(page, hb_json_member(object, HB_STR("date")), "bad-date",
                           "write it as 2025-03-14, or 2025-03 or 2025 where no more is known",
                           "\"%.*s\" is no date", shown(e->date), e->date.at);
    if (ok && record_find_evidence(page->ret, e->id) != DMN_NONE)
        ok = record_refuse(page, object, "document-twice", "give each piece of evidence its own id",
                           "\"%.*s\" stands twice", shown(e->id), e->id.at);
    return ok;
}

// What else agrees: another, independent piece of evidence.
static void take_corroboration(record_page *page, const hb_json *object, condition_evidence *e) {
    const hb_json *list = take_list(page, object, "corroborated_by");
    for (uint32_t i = 0; list && i < list->n; i++) {
        uint32_t other = list->first[i].kind == HB_JSON_STRING
                             ? record_find_evidence(page->ret, list->first[i].text)
                             : DMN_NONE;
        if (other == DMN_NONE || &page->ret->evidence[other] == e)
            record_refuse(page, &list->first[i], "no-evidence",
                          "name the id of another piece of evidence of this file",
                          "what agrees is not in this file");
        else
            e->is_corroborated |=
                hb_str_equal(page->ret->evidence[other].independent, HB_STR("yes"));
    }
}

static void read_evidence(record_page *page, const hb_json *root) {
    conditions_return *ret = page->ret;
    const hb_json *list = take_list(page, root, "evidence");
    uint32_t n = list ? list->n : 0;
    if (!(ret->evidence = hb_arena_array(ret->arena, condition_evidence, n + 1))) {
        no_memory(page);
        return;
    }
    const hb_json **kept = hb_arena_array(ret->arena, const hb_json *, n + 1);
    for (uint32_t i = 0; kept && i < n; i++) {
        condition_evidence e;
        point(page, "evidence", i);
        // What is refused keeps its id, so that the claims on it are read too.
        if (!take_evidence(page, &list->first[i], &e) && !e.id.n) continue;
        kept[ret->n_evidence] = &list->first[i];
        ret->evidence[ret->n_evidence++] = e;
    }
    for (uint32_t i = 0; kept && i < ret->n_evidence; i++) {
        point(page, "evidence", i);
        take_corroboration(page, kept[i], &ret->evidence[i]);
    }
}

// ---- claims -------------------------------------------------------------------------------------

static bool read_number(record_page *page, const hb_json *object, condition_claim *claim) {
    const condition_field *field = &page->law->fields[claim->field];
    const hb_json *at = hb_json_member(object, HB_STR("v"));
    hb_error err = {0};
    hb_dec number;
    feel_value given;
    if (!hb_dec_parse(claim->given, &number))
        return record_refuse(page, at, "wrong-type", "write digits, with a point before decimals",
                             "\"%.*s\" is no number", shown(claim->given), claim->given.at);
    if (!feel_number(page->ret->arena, number, &given)) return no_memory(page);
    if (!unit_convert(page->law, page->ret->arena, field, claim->given_unit, given, &claim->value,
                      &err) ||
        !claim_is_within(field, claim->value, &err))
        return record_refuse_error(page, at, &err);
    return true;
}

static bool read_value(record_page *page, const hb_json *object, condition_claim *claim) {
    const condition_field *field = &page->law->fields[claim->field];
    const hb_json *at = hb_json_member(object, HB_STR("v"));
    hb_date day;
    char help[160];
    size_t n = 0;
    claim->value = feel_null();
    if (hb_str_equal(claim->given, HB_STR("unknown"))) {
        claim->is_unknown = true;
        return true;
    }
    if (field->type == FIELD_NUMBER || field->type == FIELD_INT)
        return read_number(page, object, claim);
    if (claim->given_unit.n)
        return record_refuse(page, at, "unit", "leave the unit out", "%.*s has no unit",
                             (int)field->name.n, field->name.at);
    if (field->type == FIELD_DATE) {
        if (!hb_date_parse(claim->given, &day))
            return record_refuse(page, at, "bad-date", "write it as 2025-03-14",
                                 "\"%.*s\" is no day", shown(claim->given), claim->given.at);
        claim->value = feel_date(day);
        return true;
    }
    claim->value = feel_string(claim->given);
    if (field->type == FIELD_TEXT) return true;
    for (uint32_t i = 0; i < field->n_worst; i++) {
        if (hb_str_equal(field->worst[i], claim->given)) return true;
        int more = snprintf(help + n, sizeof help - n, "%s%.*s",
                            i ? ", " : "one of: ", (int)field->worst[i].n, field->worst[i].at);
        if (more > 0 && n + (size_t)more < sizeof help) n += (size_t)more;
    }
    return record_refuse(page, at, "wrong-type", help, "\"%.*s\" is no value of %.*s",
                         shown(claim->given), claim->given.at, (int)field->name.n, field->name.at);
}

static bool find_field(record_page *page, const hb_json *object, hb_str name, uint32_t *out) {
    *out = law_field(page->law, name);
    if (*out != DMN_NONE) return true;
    hb_str *names = hb_arena_array(page->ret->arena, hb_str, page->law->n_fields);
    char help[160] = "facts.csv of the rulebook lists them";
    for (uint32_t i = 0; names && i < page->law->n_fields; i++)
        names[i] = page->law->fields[i].name;
    hb_str best = names ? hb_nearest(name, names, page->law->n_fields) : (hb_str){0};
    if (best.n) snprintf(help, sizeof help, "the nearest one is \"%.*s\"", (int)best.n, best.at);
    return record_refuse(page, hb_json_member(object, HB_STR("f")), "unknown-fact", help,
                         "\"%.*s\" is no field of a return", shown(name), name.at);
}

// A count of all prisons is no count of one, and a figure of one wing none of the whole place.
static bool check_scope(record_page *page, const hb_json *object, const condition_claim *claim) {
    const condition_field *field = &page->law->fields[claim->field];
    bool is_count = field->type == FIELD_NUMBER || field->type == FIELD_INT;
    bool is_beyond = hb_str_equal(claim->scope, HB_STR("system")) &&
                     hb_str_equal(field->measured, HB_STR("facility"));
    if (!is_count || !is_beyond) return true;
    return record_refuse(page, object, "scope",
                         "give this place's own figure, or \"scope\":\"facility\" where the source "
                         "counts this place",
                         "%.*s is given from a count of the whole system", (int)field->name.n,
                         field->name.at);
}

static bool take_claim(record_page *page, const hb_json *object, condition_claim *claim) {
    static const char *const STANCES[] = {"stated",    "claimed", "promised", "observed",
                                          "testimony", "derived", NULL};
    static const char *const SCOPES[] = {"facility", "wing", "unit", "system", "agreement", NULL};
    static const char *const DEFINITIONS[] = {"", "design", "operational", "claimed", NULL};
    hb_str name = {0}, evidence = {0};
    *claim = (condition_claim){.json = object, .value = feel_null()};
    if (!take_members(page, object, CLAIM_MEMBERS, "a claim")) return false;
    bool ok = take_text(page, object, "f", true, false, &name) &&
              find_field(page, object, name, &claim->field);
    ok &= take_text(page, object, "e", true, false, &evidence);
    ok &= take_word(page, object, "s", STANCES, HB_STR("stated"), &claim->stance);
    ok &= take_word(page, object, "definition", DEFINITIONS, HB_STR(""), &claim->definition);
    ok &= take_text(page, object, "unit", false, false, &claim->given_unit);
    ok &= take_text(page, object, "note", false, false, &claim->note);
    if (!ok) return false;
    claim->evidence = record_find_evidence(page->ret, evidence);
    if (claim->evidence == DMN_NONE)
        return record_refuse(page, hb_json_member(object, HB_STR("e")), "no-evidence",
                             "add it to \"evidence\", or correct the id",
                             "no evidence has the id \"%.*s\"", shown(evidence), evidence.at);
    const hb_json *gross = hb_json_member(object, HB_STR("gross"));
    claim->is_gross = gross && gross->kind == HB_JSON_TRUE;
    ok = take_word(page, object, "scope", SCOPES, page->ret->evidence[claim->evidence].scope,
                   &claim->scope);
    ok = ok && check_scope(page, object, claim);
    if (ok && hb_json_member(object, HB_STR("from")))
        return true;  // its value is computed, when all are read
    ok = ok && take_text(page, object, "v", true, true, &claim->given) &&
         read_value(page, object, claim);
    if (ok && page->law->fields[claim->field].definition.n && !claim->definition.n)
        ok = record_refuse(page, object, "definition", "design, operational or claimed",
                           "%.*s does not say by which definition of capacity", (int)name.n,
                           name.at);
    return ok;
}

static void read_claims(record_page *page, const hb_json *root) {
    conditions_return *ret = page->ret;
    const hb_json *list = take_list(page, root, "claims");
    uint32_t n = list ? list->n : 0;
    ret->claims = hb_arena_array(ret->arena, condition_claim, n + 1);
    page->claim_rows = hb_arena_array(ret->arena, uint32_t, n + 1);
    if (!ret->claims || !page->claim_rows) {
        no_memory(page);
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        point(page, "claims", i);
        if (!take_claim(page, &list->first[i], &ret->claims[ret->n_claims])) continue;
        page->claim_rows[ret->n_claims++] = i;
    }
}

// ---- promises, the description of the place, the rest -------------------------------------------

static void read_promises(record_page *page, const hb_json *root) {
    conditions_return *ret = page->ret;
    const hb_json *list = take_list(page, root, "promises");
    uint32_t n = list ? list->n : 0;
    if (!(ret->promises = hb_arena_array(ret->arena, condition_promise, n + 1))) {
        no_memory(page);
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        condition_promise *p = &ret->promises[ret->n_promises];
        const hb_json *object = &list->first[i];
        hb_str standard = {0};
        *p = (condition_promise){0};
        point(page, "promises", i);
        if (!take_members(page, object, PROMISE_MEMBERS, "a promise") ||
            !take_id(page, object, "id", &p->id) ||
            !take_text(page, object, "says", true, false, &p->says) ||
            !take_text(page, object, "standard", true, false, &standard) ||
            !take_text(page, object, "due", true, false, &p->due) ||
            !take_day(page, object, "due", true, &p->due_on) ||
            !take_text(page, object, "e", false, false, &p->evidence))
            continue;
        if ((p->standard = law_standard(page->law, standard)) == DMN_NONE)
            record_refuse(page, object, "unknown-rule", "rules.csv of the rulebook lists them",
                          "\"%.*s\" is no standard", shown(standard), standard.at);
        else
            ret->n_promises++;
    }
}

static void read_offer(record_page *page, const hb_json *root) {
    conditions_return *ret = page->ret;
    const hb_json *list = take_list(page, root, "offer");
    uint32_t n = list ? list->n : 0;
    uint32_t *standards = hb_arena_array(ret->arena, uint32_t, n + 1);
    hb_str *says = hb_arena_array(ret->arena, hb_str, n + 1);
    if (!standards || !says) {
        no_memory(page);
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        hb_str standard = {0};
        point(page, "offer", i);
        if (!take_members(page, &list->first[i], OFFER_MEMBERS, "a line of the offer") ||
            !take_text(page, &list->first[i], "says", true, false, &says[ret->n_offer]) ||
            !take_text(page, &list->first[i], "standard", true, false, &standard))
            continue;
        if ((standards[ret->n_offer] = law_standard(page->law, standard)) == DMN_NONE)
            record_refuse(page, &list->first[i], "unknown-rule",
                          "rules.csv of the rulebook lists them", "\"%.*s\" is no standard",
                          shown(standard), standard.at);
        else
            ret->n_offer++;
    }
    ret->offer = standards;
    ret->offer_says = says;
}

static void read_treaties(record_page *page, const hb_json *root) {
    const hb_json *list = take_list(page, root, "host_treaties");
    uint32_t n = list ? list->n : 0;
    hb_str *treaties = hb_arena_array(page->ret->arena, hb_str, n + 1);
    if (!treaties) {
        no_memory(page);
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        point(page, "host_treaties", i);
        if (list->first[i].kind != HB_JSON_STRING)
            record_refuse(page, &list->first[i], "wrong-type", "write it in double quotes",
                          "a treaty is a text");
        else
            treaties[page->ret->n_treaties++] = list->first[i].text;
    }
    page->ret->treaties = treaties;
}

void record_read(record_page *page, const hb_json *root) {
    conditions_return *ret = page->ret;
    if (!take_members(page, root, RETURN_MEMBERS, "a return") && root->kind != HB_JSON_OBJECT)
        return;
    take_id(page, root, "facility", &ret->facility);
    take_text(page, root, "title", false, false, &ret->title);
    take_country(page, root, "country", &ret->country);
    take_country(page, root, "sender", &ret->sender);
    take_text(page, root, "agreement_text", false, false, &ret->text);
    take_day(page, root, "as_of", true, &ret->as_of);
    read_treaties(page, root);
    read_evidence(page, root);
    read_claims(page, root);
    page->pointer[0] = 0;
    assurances_read(page, root);
    read_promises(page, root);
    read_offer(page, root);
    if (page->is_ok) figures_check(page);
}

conditions_return *conditions_return_read(const conditions_law *law, const char *path,
                                          hb_errors *errors) {
    hb_error err = {0};
    hb_arena *arena = hb_arena_open(RETURN_ARENA_BYTES);
    conditions_return *ret = arena ? hb_arena_new(arena, conditions_return) : NULL;
    hb_json_reader *reader = hb_json_reader_open();
    record_page page = {.law = law, .ret = ret, .errors = errors, .is_ok = ret && reader};
    hb_json *root = NULL;
    size_t n = strlen(path);
    if (!page.is_ok || !hb_str_copy(arena, hb_str_from(path), &ret->path)) {
        hb_out_of_memory(&err);
        hb_errors_add(errors, &err);
        page.is_ok = false;
        goto done;
    }
    ret->arena = arena;
    bool is_sheet = n > 4 && strcmp(path + n - 4, ".csv") == 0;
    page.is_ok = is_sheet ? sheet_read(&page, path, &ret->bytes, &err)
                          : hb_read_file(path, RETURN_MAX_BYTES, &ret->bytes, &err);
    page.text = (hb_str){ret->bytes.at, ret->bytes.n};
    if (hb_str_starts(page.text, HB_STR("\xef\xbb\xbf")))
        page.text = (hb_str){page.text.at + 3, page.text.n - 3};
    if (page.is_ok && !is_sheet) ret->hash = hb_sha256(ret->bytes.at, ret->bytes.n);
    page.is_ok = page.is_ok && hb_json_parse(reader, arena, page.text, &root, &err);
    if (!page.is_ok) {
        if (err.kind != HB_NONE) {
            hb_error_file(&err, ret->path);
            hb_errors_add(errors, &err);
        }
        goto done;
    }
    record_read(&page, root);
done:
    hb_json_reader_close(reader);
    if (page.is_ok) return ret;
    if (ret) hb_bytes_clear(&ret->bytes);
    hb_arena_close(arena);
    return NULL;
}

void conditions_return_close(conditions_return *ret) {
    if (!ret) return;
    hb_bytes_clear(&ret->bytes);
    hb_arena_close(ret->arena);
}

hb_str conditions_return_facility(const conditions_return *ret) {
    return ret->facility;
}

hb_str conditions_return_title(const conditions_return *ret) {
    return ret->title;
}

hb_date conditions_return_as_of(const conditions_return *ret) {
    return ret->as_of;
}

uint32_t conditions_return_n_claims(const conditions_return *ret) {
    return ret->n_claims;
}

uint32_t conditions_return_n_evidence(const conditions_return *ret) {
    return ret->n_evidence;
}
