// Agreement and facility files: one JSON object each. What matters here is who the host is, whether
// the agreement is in force, and the facts that hold for everybody on a list; terms, fee and alarms
// are read by those who use them.
#include "intake/internal.h"

static const hb_str AGREEMENT_MEMBERS[] = {
    {"agreement",        9 },
    {"title",            5 },
    {"sender",           6 },
    {"host",             4 },
    {"hosts",            5 },
    {"status",           6 },
    {"as_of",            5 },
    {"time_zone",        9 },
    {"sender_time_zone", 16},
    {"facilities",       10},
    {"terms",            5 },
    {"contradictions",   14},
    {"facts",            5 },
    {"documents",        9 },
    {"contests",         8 },
    {"fee",              3 },
    {"alarms",           6 },
    {"source",           6 },
    {"note",             4 },
};
static const hb_str TERM_MEMBERS[] = {
    {"id",       2},
    {"says",     4},
    {"source",   6},
    {"date",     4},
    {"how_sure", 8},
    {"note",     4}
};
static const hb_str FACILITY_MEMBERS[] = {
    {"facility",         8 },
    {"title",            5 },
    {"country",          7 },
    {"as_of",            5 },
    {"facts",            5 },
    {"documents",        9 },
    {"readings",         8 },
    {"published_later",  15},
    {"source",           6 },
    {"note",             4 },
 // a return and an assessment of it (conditions), which hold the same facts
    {"sender",           6 },
    {"host_treaties",    13},
    {"opcat",            5 },
    {"agreement_text",   14},
    {"place",            5 },
    {"evidence",         8 },
    {"claims",           6 },
    {"assurances",       10},
    {"promises",         8 },
    {"offer",            5 },
    {"rulebook",         8 },
    {"stamp",            5 },
    {"input_sha256",     12},
    {"result",           6 },
    {"counts",           6 },
    {"findings",         8 },
    {"assurance_weight", 16},
};
static const hb_str STATUSES[] = {
    {"proposed", 8},
    {"agreed",   6},
    {"in_force", 8},
    {"ended",    5}
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

bool intake_file_read(intake_file *file, hb_arena *arena, hb_str path, hb_errors *errors) {
    hb_error err = {0};
    hb_bytes text = {0};
    if (!hb_read_file(path.at, INTAKE_FILE_BYTES, &text, &err)) {
        *file = (intake_file){.arena = arena, .path = path};
        hb_error_file(&err, path);
        hb_errors_add(errors, &err);
        return false;
    }
    bool ok = intake_file_take(file, arena, path, (hb_str){text.at, text.n}, errors);
    file->text = text;
    return ok;
}

bool intake_file_take(intake_file *file, hb_arena *arena, hb_str path, hb_str text,
                      hb_errors *errors) {
    hb_error err = {0};
    hb_json_reader *reader = hb_json_reader_open();
    *file = (intake_file){.arena = arena, .path = path, .hash = hb_sha256(text.at, text.n)};
    bool ok = reader && intake_path_folder(arena, path, &file->folder);
    if (!ok) hb_out_of_memory(&err);
    file->read = text;
    if (hb_str_starts(text, HB_STR("\xef\xbb\xbf"))) file->read = (hb_str){text.at + 3, text.n - 3};
    ok = ok && hb_json_parse(reader, arena, file->read, &file->root, &err);
    if (!ok) {
        hb_error_file(&err, path);
        hb_errors_add(errors, &err);
    }
    hb_json_reader_close(reader);
    return ok;
}

void intake_file_close(intake_file *file) {
    hb_bytes_clear(&file->text);
}

intake_page intake_file_page(const intake_file *file, hb_errors *errors) {
    return (intake_page){.errors = errors, .file = file->path, .text = file->read, .line = 1};
}

// A country member, checked where it is given.
static bool take_country(intake_page *page, hb_arena *arena, const hb_json *root, hb_str key,
                         bool is_required, hb_str *out) {
    if (!intake_page_text(page, arena, root, key, is_required, out)) return false;
    if (!out->n) return true;
    size_t mark = intake_page_enter(page, key);
    bool ok = intake_page_check_country(page, hb_json_member(root, key), *out);
    intake_page_leave(page, mark);
    return ok;
}

static bool take_id(intake_page *page, hb_arena *arena, const hb_json *root, hb_str key,
                    hb_str *out) {
    if (!intake_page_text(page, arena, root, key, true, out)) return false;
    size_t mark = intake_page_enter(page, key);
    bool ok = intake_page_check_id(page, hb_json_member(root, key), *out);
    intake_page_leave(page, mark);
    return ok;
}

static bool take_status(intake_page *page, hb_arena *arena, const hb_json *root, hb_str *out) {
    if (!intake_page_text(page, arena, root, HB_STR("status"), true, out)) return false;
    for (size_t i = 0; i < COUNT(STATUSES); i++) {
        if (hb_str_equal(*out, STATUSES[i])) return true;
    }
    size_t mark = intake_page_enter(page, HB_STR("status"));
    intake_page_refuse(page, hb_json_member(root, HB_STR("status")), "unknown-status",
                       "proposed, agreed, in_force or ended",
                       "\"%.*s\" is no status of an agreement", intake_page_shown(*out), out->at);
    intake_page_leave(page, mark);
    return false;
}

static bool check_terms(intake_page *page, const hb_json *terms) {
    bool ok = true;
    if (!terms || terms->kind == HB_JSON_NULL) return true;
    size_t outer = intake_page_enter(page, HB_STR("terms"));
    if (terms->kind != HB_JSON_ARRAY) {
        ok = intake_page_refuse(page, terms, "wrong-type", "write them in square brackets",
                                "\"terms\" is a list");
    }
    for (uint32_t i = 0; ok && i < terms->n; i++) {
        size_t mark = intake_page_enter_item(page, i);
        ok = intake_page_members(page, &terms->first[i], TERM_MEMBERS, COUNT(TERM_MEMBERS),
                                 "a term");
        intake_page_leave(page, mark);
    }
    intake_page_leave(page, outer);
    return ok;
}

static bool take_hosts(intake_page *page, const hb_json *hosts, const hb_json **out) {
    bool ok = true;
    if (!hosts || hosts->kind == HB_JSON_NULL) return true;
    size_t mark = intake_page_enter(page, HB_STR("hosts"));
    if (hosts->kind != HB_JSON_ARRAY) {
        ok = intake_page_refuse(page, hosts, "wrong-type", "write [\"SLV\"]",
                                "\"hosts\" is a list of countries");
    }
    for (uint32_t i = 0; ok && i < hosts->n; i++)
        ok = intake_page_check_country(page, &hosts->first[i], hosts->first[i].text);
    intake_page_leave(page, mark);
    *out = ok ? hosts : NULL;
    return ok;
}

bool intake_agreement_binds(const intake_agreement *agreement, hb_str host) {
    for (uint32_t i = 0; agreement->hosts && i < agreement->hosts->n; i++) {
        if (hb_str_equal(agreement->hosts->first[i].text, host)) return true;
    }
    return hb_str_equal(agreement->host, host);
}

static bool take_contests(intake_page *page, const hb_json *contests, const hb_json **out) {
    bool ok = !contests || contests->kind == HB_JSON_NULL || contests->kind == HB_JSON_ARRAY;
    *out = contests && contests->kind == HB_JSON_ARRAY ? contests : NULL;
    for (uint32_t i = 0; *out && i < contests->n; i++)
        ok &= contests->first[i].kind == HB_JSON_STRING;
    if (ok) return true;
    *out = NULL;
    return intake_page_refuse(page, contests, "wrong-type", "write [\"contests.ndjson\"]",
                              "\"contests\" is a list of paths");
}

bool intake_agreement_check(const intake_file *file, hb_arena *arena, intake_agreement *out,
                            hb_errors *errors) {
    intake_page page = intake_file_page(file, errors);
    hb_str sender = {0}, title = {0};
    const hb_json *root = file->root;
    *out = (intake_agreement){0};
    bool ok = intake_page_members(&page, root, AGREEMENT_MEMBERS, COUNT(AGREEMENT_MEMBERS),
                                  "an agreement");
    if (root->kind != HB_JSON_OBJECT) return false;
    ok &= take_id(&page, arena, root, HB_STR("agreement"), &out->id);
    ok &= intake_page_text(&page, arena, root, HB_STR("title"), false, &title);
    ok &= take_country(&page, arena, root, HB_STR("sender"), false, &sender);
    ok &= take_country(&page, arena, root, HB_STR("host"), true, &out->host);
    ok &= take_hosts(&page, hb_json_member(root, HB_STR("hosts")), &out->hosts);
    ok &= take_status(&page, arena, root, &out->status);
    ok &= intake_page_date(&page, root, HB_STR("as_of"), &out->as_of, &out->has_as_of);
    ok &= check_terms(&page, hb_json_member(root, HB_STR("terms")));
    ok &= take_contests(&page, hb_json_member(root, HB_STR("contests")), &out->contests);
    return ok;
}

bool intake_facility_check(const intake_file *file, hb_str *country, hb_errors *errors) {
    intake_page page = intake_file_page(file, errors);
    hb_str id = {0}, title = {0};
    hb_date as_of = {0};
    bool has_as_of = false;
    const hb_json *root = file->root;
    bool ok =
        intake_page_members(&page, root, FACILITY_MEMBERS, COUNT(FACILITY_MEMBERS), "a facility");
    if (root->kind != HB_JSON_OBJECT) return false;
    ok &= take_id(&page, file->arena, root, HB_STR("facility"), &id);
    ok &= intake_page_text(&page, file->arena, root, HB_STR("title"), false, &title);
    ok &= take_country(&page, file->arena, root, HB_STR("country"), false, country);
    ok &= intake_page_date(&page, root, HB_STR("as_of"), &as_of, &has_as_of);
    return ok;
}

bool intake_agreement_takes(const rulebook_fact *fact) {
    return fact->scope == RULEBOOK_AGREEMENT || fact->scope == RULEBOOK_PROGRAMME;
}

bool intake_facility_takes(const rulebook_fact *fact) {
    return fact->scope == RULEBOOK_FACILITY;
}
