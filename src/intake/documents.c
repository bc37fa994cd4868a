// Documents: the papers that facts rest on, inline or in a file of their own (NDJSON, or CSV with
// the same names as columns, `verified.by` written as one). Both forms end in the same table of
// fields below. What is not said stays unsaid, and then establishes nothing; what is said must be
// of its kind.
#include "intake/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const hb_str MEMBERS[] = {
    {"id",                    2 },
    {"kind",                  4 },
    {"issuer",                6 },
    {"date",                  4 },
    {"title",                 5 },
    {"file",                  4 },
    {"sha256",                6 },
    {"verified",              8 },
    {"language",              8 },
    {"translation_certified", 21},
    {"about",                 5 },
};
static const hb_str VERIFIED_MEMBERS[] = {
    {"by",   2},
    {"role", 4},
    {"on",   2}
};

// ---- one field ----------------------------------------------------------------------------------

typedef struct {
    intake_page *page;
    hb_arena *arena;
    intake_document *to;
    bool has_id, has_kind, has_role, has_on;  // given, if only wrongly
} draft;

static bool fail_memory(intake_page *page, const hb_json *at) {
    hb_error err = {0};
    hb_out_of_memory(&err);
    return intake_page_refuse_error(page, at, &err);
}

static bool keep(draft *d, const hb_json *at, hb_str text, hb_str *out) {
    return hb_str_copy(d->arena, text, out) || fail_memory(d->page, at);
}

static bool take_id(draft *d, const hb_json *at, hb_str text) {
    d->has_id = true;
    return intake_page_check_id(d->page, at, text) && keep(d, at, text, &d->to->document.id);
}

static bool take_kind(draft *d, const hb_json *at, hb_str text) {
    d->has_kind = true;
    if (rulebook_kind_find(text, &d->to->document.kind)) return true;
    hb_str names[RULEBOOK_N_KINDS];
    for (uint32_t i = 0; i < RULEBOOK_N_KINDS; i++) names[i] = rulebook_kind_name((rulebook_kind)i);
    hb_str nearest = hb_nearest(text, names, RULEBOOK_N_KINDS);
    char help[240] =
        "court_order, judgment, statute_or_treaty, agreement, passport, civil_record, "
        "agency_record, "
        "medical_record, inspection_report, affidavit, assurance, claim, news or other";
    if (nearest.n)
        snprintf(help, sizeof help, "did you mean \"%.*s\"?", (int)nearest.n, nearest.at);
    return intake_page_refuse(d->page, at, "unknown-kind", help, "\"%.*s\" is no kind of document",
                              intake_page_shown(text), text.at);
}

static bool take_issuer(draft *d, const hb_json *at, hb_str text) {
    return keep(d, at, text, &d->to->document.issuer);
}

static bool take_date(draft *d, const hb_json *at, hb_str text) {
    d->to->document.has_date = intake_page_check_date(d->page, at, text, &d->to->document.date);
    return d->to->document.has_date;
}

static bool take_title(draft *d, const hb_json *at, hb_str text) {
    return keep(d, at, text, &d->to->document.title);
}

static bool take_file(draft *d, const hb_json *at, hb_str text) {
    return keep(d, at, text, &d->to->document.file);
}

static bool take_sha256(draft *d, const hb_json *at, hb_str text) {
    hb_hash hash;
    if (hb_hash_from_hex(text, &hash)) return keep(d, at, text, &d->to->document.sha256);
    return intake_page_refuse(d->page, at, "bad-sha256",
                              "write its 64 hexadecimal digits, as sha256sum prints them",
                              "\"%.*s\" is no SHA-256", intake_page_shown(text), text.at);
}

static bool take_verified_by(draft *d, const hb_json *at, hb_str text) {
    d->to->document.is_verified = true;
    return keep(d, at, text, &d->to->document.verified_by);
}

static bool take_verified_role(draft *d, const hb_json *at, hb_str text) {
    d->to->document.is_verified = d->has_role = true;
    if (rulebook_role_find(text, &d->to->document.verified_role)) return true;
    return intake_page_refuse(
        d->page, at, "unknown-role", "court, counsel, consulate, monitor, notary or registry",
        "\"%.*s\" is no role of a verifier", intake_page_shown(text), text.at);
}

static bool take_verified_on(draft *d, const hb_json *at, hb_str text) {
    d->to->document.is_verified = d->has_on = true;
    return intake_page_check_date(d->page, at, text, &d->to->document.verified_on);
}

static bool take_language(draft *d, const hb_json *at, hb_str text) {
    return keep(d, at, text, &d->to->document.language);
}

static bool take_translation(draft *d, const hb_json *at, hb_str text) {
    bool is_yes = hb_str_equal(text, HB_STR("true")) || hb_str_equal(text, HB_STR("yes"));
    bool is_no = hb_str_equal(text, HB_STR("false")) || hb_str_equal(text, HB_STR("no"));
    d->to->document.is_translation_certified = is_yes;
    return is_yes || is_no ||
           intake_page_refuse(d->page, at, "wrong-type", "write true or false",
                              "\"%.*s\" is neither true nor false", intake_page_shown(text),
                              text.at);
}

// ---- whom it is about ---------------------------------------------------------------------------

static int by_text(const void *a, const void *b) {
    return hb_str_compare(*(const hb_str *)a, *(const hb_str *)b);
}

// Sorted, each once, so that neither order nor repetition is another document.
static void keep_about(draft *d, hb_str *ids, uint32_t n) {
    uint32_t kept = 0;
    qsort(ids, n, sizeof *ids, by_text);
    for (uint32_t i = 0; i < n; i++)
        if (!i || !hb_str_equal(ids[kept - 1], ids[i])) ids[kept++] = ids[i];
    d->to->document.n_about = kept;
    d->to->document.about = ids;
}

static bool add_about(draft *d, const hb_json *at, hb_str id, hb_str *out) {
    return intake_page_check_id(d->page, at, id) && keep(d, at, id, out);
}

static bool refuse_about(draft *d, const hb_json *at) {
    return intake_page_refuse(d->page, at, "wrong-type",
                              "write ids of persons, [\"P-1\"] (in CSV P-1;P-2), or leave it out",
                              "\"about\" is a list of at least one person's id");
}

// Of a CSV cell: ids separated by `;`.
static bool take_about(draft *d, const hb_json *at, hb_str text) {
    uint32_t n = 1, n_found = 0;
    bool ok = true;
    for (size_t i = 0; i < text.n; i++) n += text.at[i] == ';';
    hb_str *ids = hb_arena_array(d->arena, hb_str, n);
    for (size_t i = 0, start = 0; ids && i <= text.n; i++) {
        if (i < text.n && text.at[i] != ';') continue;
        hb_str id = hb_str_trim((hb_str){text.at + start, i - start});
        start = i + 1;
        if (id.n) ok &= add_about(d, at, id, &ids[n_found++]);
    }
    if (!ids) return fail_memory(d->page, at);
    if (ok && n_found) keep_about(d, ids, n_found);
    return ok && (n_found || refuse_about(d, at));
}

static bool take_about_list(draft *d, const hb_json *list) {
    bool ok = true;
    if (!list || list->kind == HB_JSON_NULL) return true;
    size_t outer = intake_page_enter(d->page, HB_STR("about"));
    hb_str *ids = hb_arena_array(d->arena, hb_str, list->n);
    if (list->kind != HB_JSON_ARRAY || !list->n) ok = refuse_about(d, list);
    for (uint32_t i = 0; ids && ok && i < list->n; i++) {
        const hb_json *item = &list->first[i];
        size_t mark = intake_page_enter_item(d->page, i);
        ok = item->kind == HB_JSON_STRING ? add_about(d, item, hb_str_trim(item->text), &ids[i])
                                          : refuse_about(d, item);
        intake_page_leave(d->page, mark);
    }
    intake_page_leave(d->page, outer);
    if (!ids) return fail_memory(d->page, list);
    if (ok) keep_about(d, ids, list->n);
    return ok;
}

static const struct {
    hb_str name;
    bool (*take)(draft *d, const hb_json *at, hb_str text);
} FIELDS[] = {
    {{"id", 2},                     take_id           },
    {{"kind", 4},                   take_kind         },
    {{"issuer", 6},                 take_issuer       },
    {{"date", 4},                   take_date         },
    {{"title", 5},                  take_title        },
    {{"file", 4},                   take_file         },
    {{"sha256", 6},                 take_sha256       },
    {{"verified.by", 11},           take_verified_by  },
    {{"verified.role", 13},         take_verified_role},
    {{"verified.on", 11},           take_verified_on  },
    {{"language", 8},               take_language     },
    {{"translation_certified", 21}, take_translation  },
    {{"about", 5},                  take_about        },
};
enum { N_FIELDS = sizeof FIELDS / sizeof *FIELDS };

static size_t find_field(hb_str prefix, hb_str name) {
    for (size_t i = 0; i < N_FIELDS; i++) {
        hb_str field = FIELDS[i].name;
        bool is_it = field.n == prefix.n + name.n && hb_str_starts(field, prefix) &&
                     hb_str_equal((hb_str){field.at + prefix.n, field.n - prefix.n}, name);
        if (is_it) return i;
    }
    return N_FIELDS;
}

// ---- the whole document -------------------------------------------------------------------------

// A named file that is present must be the one that was described.
static bool check_file(draft *d, const hb_json *at, hb_str folder) {
    hb_str path = {0};
    hb_error err = {0};
    hb_hash wanted, found;
    rulebook_document *doc = &d->to->document;
    if (!doc->file.n || !intake_path_beside(d->arena, folder, doc->file, &path) ||
        access(path.at, F_OK) != 0)
        return true;
    if (!doc->sha256.n) return true;
    if (!intake_path_is_plain(path)) {
        return intake_page_refuse(d->page, at, "no-plain-file", "name a plain file",
                                  "the file of \"%.*s\" is a device or a pipe",
                                  intake_page_shown(doc->id), doc->id.at);
    }
    if (!hb_hash_file(path.at, &found, &err)) return intake_page_refuse_error(d->page, at, &err);
    hb_hash_from_hex(doc->sha256, &wanted);
    doc->is_hash_checked = memcmp(&wanted, &found, sizeof found) == 0;
    if (doc->is_hash_checked) return true;
    char hex[65];
    hb_hash_hex(found, hex);
    return intake_page_refuse(
        d->page, at, "hash-mismatch", "find out which of the two is the real document",
        "the file of \"%.*s\" has SHA-256 %s, which is not the one written down",
        intake_page_shown(doc->id), doc->id.at, hex);
}

static bool finish(draft *d, const hb_json *at, hb_str folder) {
    rulebook_document *doc = &d->to->document;
    bool ok = true;
    if (!d->has_id)
        ok = intake_page_refuse(d->page, at, "missing-key", "write \"id\": \"D-1\"",
                                "a document needs an \"id\"");
    if (!d->has_kind) {
        ok = intake_page_refuse(d->page, at, "missing-key",
                                "say what kind of document it is, if only \"other\"",
                                "a document needs a \"kind\"");
    }
    if (doc->is_verified && !(doc->verified_by.n && d->has_role && d->has_on)) {
        ok = intake_page_refuse(d->page, at, "missing-key",
                                "say who verified it, in which role, and on which day",
                                "\"verified\" needs \"by\", \"role\" and \"on\"");
    }
    d->to->is_verified = doc->is_verified;
    doc->from = d->page->file;
    d->to->line = d->page->line;
    return ok && check_file(d, at, folder);
}

// The text of a plain member; translation_certified may be a JSON true or false.
static bool plain_text(intake_page *page, const hb_json *member, hb_str *out) {
    switch (member->kind) {
        case HB_JSON_STRING: *out = hb_str_trim(member->text); return true;
        case HB_JSON_TRUE: *out = HB_STR("true"); return true;
        case HB_JSON_FALSE: *out = HB_STR("false"); return true;
        case HB_JSON_NULL: *out = (hb_str){0}; return true;
        case HB_JSON_NUMBER:
        case HB_JSON_ARRAY:
        case HB_JSON_OBJECT: break;
    }
    return intake_page_refuse(page, member, "wrong-type", "write a text in double quotes",
                              "\"%.*s\" is a text", intake_page_shown(member->key), member->key.at);
}

static bool take_members(draft *d, hb_str prefix, const hb_json *object) {
    bool ok = true;
    for (uint32_t i = 0; i < object->n; i++) {
        const hb_json *member = &object->first[i];
        size_t field = find_field(prefix, member->key);
        hb_str text = {0};
        // refused by intake_page_members, or `verified`, or `about`, which are no texts here
        if (field == N_FIELDS || FIELDS[field].take == take_about) continue;
        size_t mark = intake_page_enter(d->page, member->key);
        if (!plain_text(d->page, member, &text)) {
            ok = false;
        } else if (text.n) {
            ok &= FIELDS[field].take(d, member, text);
        }
        intake_page_leave(d->page, mark);
    }
    return ok;
}

bool intake_document_from_json(intake_page *page, hb_arena *arena, hb_str folder,
                               const hb_json *json, intake_document *out) {
    *out = (intake_document){0};
    draft d = {.page = page, .arena = arena, .to = out};
    bool ok =
        intake_page_members(page, json, MEMBERS, sizeof MEMBERS / sizeof *MEMBERS, "a document");
    if (json->kind != HB_JSON_OBJECT) return false;
    ok &= take_members(&d, (hb_str){0}, json);
    ok &= take_about_list(&d, hb_json_member(json, HB_STR("about")));
    const hb_json *verified = hb_json_member(json, HB_STR("verified"));
    if (verified && verified->kind != HB_JSON_NULL) {
        size_t mark = intake_page_enter(page, HB_STR("verified"));
        out->document.is_verified = verified->kind == HB_JSON_OBJECT;
        ok &= intake_page_members(page, verified, VERIFIED_MEMBERS, 3, "\"verified\"");
        ok &= take_members(&d, HB_STR("verified."), verified);
        intake_page_leave(page, mark);
    }
    return finish(&d, json, folder) && ok;
}

bool intake_document_is_same(const intake_document *a, const intake_document *b) {
    const rulebook_document *x = &a->document, *y = &b->document;
    const hb_str texts[][2] = {
        {x->id,          y->id         },
        {x->issuer,      y->issuer     },
        {x->title,       y->title      },
        {x->verified_by, y->verified_by},
        {x->language,    y->language   },
        {x->file,        y->file       },
        {x->sha256,      y->sha256     },
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (!hb_str_equal(texts[i][0], texts[i][1])) return false;
    }
    if (x->n_about != y->n_about) return false;
    for (uint32_t i = 0; i < x->n_about; i++) {
        if (!hb_str_equal(x->about[i], y->about[i])) return false;
    }
    return x->kind == y->kind && x->has_date == y->has_date && a->is_verified == b->is_verified &&
           (!x->has_date || hb_date_to_days(x->date) == hb_date_to_days(y->date)) &&
           (!a->is_verified ||
            hb_date_to_days(x->verified_on) == hb_date_to_days(y->verified_on)) &&
           x->verified_role == y->verified_role &&
           x->is_translation_certified == y->is_translation_certified;
}

// ---- the store ----------------------------------------------------------------------------------

static bool add(intake_evidence *evidence, hb_arena *arena, const intake_document *document) {
    if (evidence->n_documents == evidence->room_documents) {
        size_t room = evidence->room_documents ? evidence->room_documents * 2 : 64;
        intake_document **grown = realloc(evidence->documents, room * sizeof(intake_document *));
        if (!grown) return false;
        evidence->documents = grown;
        evidence->room_documents = room;
    }
    intake_document *copy = hb_arena_new(arena, intake_document);
    if (!copy) return false;
    *copy = *document;
    copy->order = (uint32_t)evidence->n_documents;
    evidence->documents[evidence->n_documents++] = copy;
    return true;
}

static bool add_checked(intake_evidence *evidence, intake_page *page, hb_arena *arena,
                        hb_str folder, bool establishes, const hb_json *json) {
    intake_document document;
    if (!intake_document_from_json(page, arena, folder, json, &document)) return false;
    document.document.is_verified &= establishes;
    return add(evidence, arena, &document) || fail_memory(page, json);
}

void intake_evidence_clear(intake_evidence *evidence) {
    free(evidence->documents);
    free(evidence->contests);
    *evidence = (intake_evidence){0};
}

static int by_id(const void *a, const void *b) {
    const intake_document *x = *(const intake_document *const *)a,
                          *y = *(const intake_document *const *)b;
    int order = hb_str_compare(x->document.id, y->document.id);
    return order ? order : (x->order > y->order) - (x->order < y->order);
}

bool intake_evidence_close(intake_evidence *evidence, hb_errors *errors) {
    bool ok = true;
    size_t n = 0;
    if (evidence->n_documents > 1) {
        qsort(evidence->documents, evidence->n_documents, sizeof(intake_document *), by_id);
    }
    for (size_t i = 0; i < evidence->n_documents; i++) {
        intake_document *document = evidence->documents[i];
        hb_str id = document->document.id;
        if (n && hb_str_equal(evidence->documents[n - 1]->document.id, id)) {
            intake_document *first = evidence->documents[n - 1];
            if (intake_document_is_same(first, document)) {
                if (!document->document.is_verified) first->document.is_verified = false;
                continue;
            }
            intake_page page = {
                .errors = errors, .file = document->document.from, .line = document->line};
            ok = intake_page_refuse(
                &page, NULL, "document-twice",
                "give each document its own id, or the same content each time",
                "the document \"%.*s\" is given twice with different content; first "
                "in %.*s, line %llu",
                intake_page_shown(id), id.at, intake_page_shown(first->document.from),
                first->document.from.at, (unsigned long long)first->line);
            continue;
        }
        intake_contests_mark_seen(evidence, id);
        document->document.is_contested = intake_contests_name(evidence, id);
        evidence->documents[n++] = document;
    }
    evidence->n_documents = n;
    for (size_t i = 0; i < n; i++) {
        intake_document *document = evidence->documents[i];
        document->document.is_contested |=
            intake_evidence_contests_bytes(evidence, document->document.sha256);
    }
    return ok;
}

bool intake_evidence_contests_bytes(const intake_evidence *evidence, hb_str sha256) {
    if (!sha256.n) return false;
    for (size_t i = 0; i < evidence->n_contests; i++) {
        const intake_document *contested =
            intake_evidence_find(evidence, evidence->contests[i].document);
        if (contested && contested->document.sha256.n == sha256.n &&
            strncasecmp(contested->document.sha256.at, sha256.at, sha256.n) == 0)
            return true;
    }
    return false;
}

const intake_document *intake_evidence_find(const intake_evidence *evidence, hb_str id) {
    size_t low = 0, high = evidence->n_documents;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = hb_str_compare(evidence->documents[middle]->document.id, id);
        if (order == 0) return evidence->documents[middle];
        if (order < 0) low = middle + 1;
        if (order > 0) high = middle;
    }
    return NULL;
}

// ---- documents inside other files ---------------------------------------------------------------

// An agreement or a facility, and where its documents go.
typedef struct {
    intake_evidence *evidence;
    intake_page *page;
    hb_arena *arena;
    hb_str folder;
    bool establishes;
} inside;

static bool add_evidence_of(const inside *in, const hb_json *statement) {
    const hb_json *list = hb_json_member(statement, HB_STR("evidence"));
    bool ok = true;
    if (!list || list->kind != HB_JSON_ARRAY) return true;
    size_t outer = intake_page_enter(in->page, HB_STR("evidence"));
    for (uint32_t i = 0; i < list->n; i++) {
        const hb_json *item = &list->first[i];
        if (item->kind != HB_JSON_OBJECT) continue;
        size_t mark = intake_page_enter_item(in->page, i);
        ok &= add_checked(in->evidence, in->page, in->arena, in->folder, in->establishes, item);
        intake_page_leave(in->page, mark);
    }
    intake_page_leave(in->page, outer);
    return ok;
}

static bool add_evidence_of_facts(const inside *in, const hb_json *facts) {
    bool ok = true;
    size_t outer = intake_page_enter(in->page, HB_STR("facts"));
    for (uint32_t i = 0; i < facts->n; i++) {
        const hb_json *fact = &facts->first[i];
        size_t mark = intake_page_enter(in->page, fact->key);
        if (fact->kind == HB_JSON_OBJECT) ok &= add_evidence_of(in, fact);
        for (uint32_t k = 0; fact->kind == HB_JSON_ARRAY && k < fact->n; k++) {
            size_t inner = intake_page_enter_item(in->page, k);
            ok &= add_evidence_of(in, &fact->first[k]);
            intake_page_leave(in->page, inner);
        }
        intake_page_leave(in->page, mark);
    }
    intake_page_leave(in->page, outer);
    return ok;
}

bool intake_documents_add_inline(intake_evidence *evidence, intake_page *page, hb_arena *arena,
                                 hb_str folder, bool establishes, const hb_json *root) {
    const inside in = {evidence, page, arena, folder, establishes};
    const hb_json *documents = hb_json_member(root, HB_STR("documents"));
    const hb_json *facts = hb_json_member(root, HB_STR("facts"));
    bool ok = true;
    size_t outer = intake_page_enter(page, HB_STR("documents"));
    if (documents && documents->kind == HB_JSON_ARRAY) {
        for (uint32_t i = 0; i < documents->n; i++) {
            size_t mark = intake_page_enter_item(page, i);
            ok &= add_checked(evidence, page, arena, folder, establishes, &documents->first[i]);
            intake_page_leave(page, mark);
        }
    } else if (documents && documents->kind != HB_JSON_NULL) {
        ok = intake_page_refuse(page, documents, "wrong-type", "write them in square brackets",
                                "\"documents\" is a list");
    }
    intake_page_leave(page, outer);
    if (facts && facts->kind == HB_JSON_OBJECT) ok &= add_evidence_of_facts(&in, facts);
    return ok;
}

// ---- documents files ----------------------------------------------------------------------------

typedef struct {
    intake_evidence *evidence;
    hb_arena *arena;
    hb_str folder;
} store;

static bool take_line(void *to, intake_page *page, const hb_json *json) {
    store *s = to;
    return add_checked(s->evidence, page, s->arena, s->folder, true, json);
}

// Columns of the first row: for each, its row of FIELDS.
static bool read_columns(intake_page *page, const hb_csv_row *row, uint32_t columns[N_FIELDS],
                         uint32_t *n) {
    hb_str names[N_FIELDS];
    bool ok = true, is_seen[N_FIELDS] = {false};
    for (size_t i = 0; i < N_FIELDS; i++) names[i] = FIELDS[i].name;
    *n = 0;
    for (uint32_t i = 0; i < row->n; i++) {
        hb_str name = hb_str_trim(row->fields[i].text);
        size_t field = find_field((hb_str){0}, name);
        page->line = row->fields[i].line;
        page->column = row->fields[i].column;
        if (field == N_FIELDS) {
            hb_str nearest = hb_nearest(name, names, N_FIELDS);
            char help[240] =
                "id, kind, issuer, date, title, file, sha256, verified.by, verified.role, "
                "verified.on, "
                "language, translation_certified and about";
            if (nearest.n)
                snprintf(help, sizeof help, "did you mean \"%.*s\"?", (int)nearest.n, nearest.at);
            ok = intake_page_refuse(page, NULL, "unknown-column", help,
                                    "\"%.*s\" is no column of documents", intake_page_shown(name),
                                    name.at);
        } else if (is_seen[field]) {
            ok = intake_page_refuse(page, NULL, "duplicate-column", "keep one of the two",
                                    "the column \"%.*s\" stands twice", intake_page_shown(name),
                                    name.at);
        } else {
            is_seen[field] = true;
            columns[(*n)++] = (uint32_t)field;
        }
    }
    return ok;
}

static bool add_row(intake_evidence *evidence, intake_page *page, hb_arena *arena, hb_str folder,
                    const hb_csv_row *row, const uint32_t *columns) {
    intake_document document = {0};
    draft d = {.page = page, .arena = arena, .to = &document};
    bool ok = true;
    for (uint32_t i = 0; i < row->n; i++) {
        hb_str text = hb_str_trim(row->fields[i].text);
        page->line = row->fields[i].line;
        page->column = row->fields[i].column;
        if (text.n) ok &= FIELDS[columns[i]].take(&d, NULL, text);
    }
    page->line = row->line;
    page->column = row->fields[0].column;
    if (!finish(&d, NULL, folder) || !ok) return false;
    return add(evidence, arena, &document) || fail_memory(page, NULL);
}

static bool read_csv(intake_evidence *evidence, hb_arena *arena, hb_str path, hb_str folder,
                     hb_errors *errors, hb_hash *hash) {
    hb_error err = {0};
    hb_csv *csv = hb_csv_open(path.at, ',', INTAKE_LINE_BYTES, &err);
    bool ok = csv != NULL, end = false;
    uint32_t columns[N_FIELDS], n_columns = 0;
    if (!csv) hb_errors_add(errors, &err);
    for (uint64_t n_rows = 0; csv && !end; n_rows++) {
        hb_csv_row row = {0};
        err = (hb_error){0};
        if (!hb_csv_next(csv, &row, &end, &err)) {
            hb_errors_add(errors, &err);
            ok = false;
            break;
        }
        if (end) break;
        intake_page page = {.errors = errors, .file = path, .line = row.line, .is_private = true};
        if (n_rows == 0) {
            if (!read_columns(&page, &row, columns, &n_columns)) {
                ok = false;
                break;
            }
        } else if (row.n != n_columns) {
            ok = intake_page_refuse(&page, NULL, "wrong-width",
                                    "give every row as many fields as the first, blank ones too",
                                    "this row has %u fields, and there are %u columns", row.n,
                                    n_columns);
        } else {
            ok &= add_row(evidence, &page, arena, folder, &row, columns);
        }
    }
    if (csv) *hash = hb_csv_hash(csv);
    hb_csv_close(csv);
    return ok;
}

bool intake_documents_read_file(intake_evidence *evidence, hb_arena *arena, hb_str path,
                                hb_errors *errors, hb_hash *hash) {
    hb_str folder = {0};
    bool is_csv = path.n > 4 && strcasecmp(path.at + path.n - 4, ".csv") == 0;
    if (!intake_path_folder(arena, path, &folder)) {
        hb_error err = {0};
        hb_out_of_memory(&err);
        hb_errors_add(errors, &err);
        return false;
    }
    if (is_csv) return read_csv(evidence, arena, path, folder, errors, hash);
    return intake_read_lines(path, take_line, &(store){evidence, arena, folder}, errors, hash);
}
