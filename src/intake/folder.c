// A list with all that belongs to it: which files are read, for which day, in which order. All
// of it and all people (person.c) are read and every error is collected before anybody sees a
// person.
//
//   header -> agreement -> day of decision -> contests, documents, facility -> their facts ->
//   people, once whole
//
// The file of contests beside the list is read whatever the list names, and so are those its
// agreement names: whoever makes a list cannot leave them out.
#include "intake/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// ---- paths --------------------------------------------------------------------------------------

bool intake_path_folder(hb_arena *arena, hb_str path, hb_str *folder) {
    size_t n = path.n;
    while (n && path.at[n - 1] != '/') n--;
    return hb_str_copy(arena, (hb_str){path.at, n}, folder);
}

bool intake_path_beside(hb_arena *arena, hb_str folder, hb_str name, hb_str *path) {
    bool is_absolute = name.n && name.at[0] == '/';
    return hb_str_format(arena, path, "%.*s%.*s", is_absolute ? 0 : (int)folder.n,
                         folder.n ? folder.at : "", (int)name.n, name.at);
}

bool intake_path_is_plain(hb_str path) {
    struct stat about;
    return stat(path.at, &about) != 0 || S_ISREG(about.st_mode) || S_ISDIR(about.st_mode);
}

static bool fail_memory(hb_errors *errors) {
    hb_error err = {0};
    hb_out_of_memory(&err);
    hb_errors_add(errors, &err);
    return false;
}

static bool add_source(intake *in, const char *role, hb_str path, hb_hash hash, hb_errors *errors) {
    if (in->n_sources == in->room_sources) {
        uint32_t room = in->room_sources ? in->room_sources * 2 : 16;
        intake_source *grown = realloc(in->sources, room * sizeof *grown);
        if (!grown) return fail_memory(errors);
        in->sources = grown;
        in->room_sources = room;
    }
    in->sources[in->n_sources++] = (intake_source){hb_str_from(role), path, hash};
    return true;
}

// ---- header, agreement, facility ----------------------------------------------------------------

static bool read_header(intake *in, hb_errors *errors) {
    if (!in->list.is_csv) return intake_list_read_header(&in->list, in->arena, &in->header, errors);
    hb_str path = in->list.path, beside = {0};
    intake_file file = {0};
    if (!hb_str_format(in->arena, &beside, "%.*s.list.json", (int)path.n - 4, path.at))
        return fail_memory(errors);
    bool ok = intake_list_read_columns(&in->list, in->rb, in->arena, errors);
    if (access(beside.at, F_OK) != 0) return ok;
    if (!intake_file_read(&file, in->arena, beside, errors)) return false;
    intake_page page = intake_file_page(&file, errors);
    ok &= intake_header_from_json(&page, in->arena, file.root, &in->header);
    ok &= add_source(in, "list", beside, file.hash, errors);
    intake_file_close(&file);
    return ok;
}

// Whoever is asked to read a list did not choose what it names.
static bool check_plain(hb_str path, hb_errors *errors) {
    hb_error err = {0};
    if (intake_path_is_plain(path)) return true;
    hb_fail(&err, HB_INPUT, "no-plain-file", "this is a device or a pipe, which may have no end");
    hb_error_help(&err, "name a plain file");
    hb_error_file(&err, path);
    hb_errors_add(errors, &err);
    return false;
}

// The path asked for, else the one the list names, else the one beside the list when it is there;
// "" for none.
static bool choose_path(intake *in, const char *asked, hb_str named, const char *by_default,
                        hb_str *path, hb_errors *errors) {
    *path = (hb_str){0};
    if (asked && asked[0])
        return hb_str_format(in->arena, path, "%s", asked) || fail_memory(errors);
    if (!named.n && !by_default) return true;
    hb_str beside = {0};
    if (!intake_path_beside(in->arena, in->folder, named.n ? named : hb_str_from(by_default),
                            &beside))
        return fail_memory(errors);
    if (named.n || access(beside.at, F_OK) == 0) *path = beside;
    return !path->n || check_plain(*path, errors);
}

static bool read_agreement(intake *in, const intake_request *request, hb_errors *errors) {
    hb_str path;
    if (!choose_path(in, request->agreement, in->header.agreement, "agreement.json", &path, errors))
        return false;
    if (!path.n) return true;
    in->is_agreement_refused = true;
    if (!intake_file_read(&in->agreement_file, in->arena, path, errors)) return false;
    bool ok = add_source(in, "agreement", path, in->agreement_file.hash, errors);
    in->has_agreement =
        intake_agreement_check(&in->agreement_file, in->arena, &in->agreement, errors);
    in->is_agreement_refused = !in->has_agreement;
    return ok && in->has_agreement;
}

// Beside the facts a return states stand those that its claims come to; neither replaces the other.
static bool weigh_claims(intake *in, const intake_request *request, hb_str path,
                         hb_errors *errors) {
    hb_str json;
    if (!request->weigh || !hb_json_member(in->facility_file.root, HB_STR("claims"))) return true;
    if (!request->weigh(request->weigh_with, path, in->as_of, in->arena, &json, errors))
        return false;
    in->is_weighed = intake_file_take(&in->weighed_file, in->arena, path, json, errors);
    return in->is_weighed;
}

static bool read_facility(intake *in, const intake_request *request, hb_errors *errors) {
    hb_str path;
    if (!choose_path(in, request->facility, in->header.facility, NULL, &path, errors)) return false;
    if (!path.n) return true;
    if (!intake_file_read(&in->facility_file, in->arena, path, errors)) return false;
    bool ok = add_source(in, "facility", path, in->facility_file.hash, errors);
    in->has_facility = intake_facility_check(&in->facility_file, &in->facility_country, errors);
    return ok && in->has_facility && weigh_claims(in, request, path, errors);
}

// ---- the day of decision ------------------------------------------------------------------------

// The option, else the list, else the agreement, else today; never a day to come.
static bool choose_day(intake *in, const intake_request *request, hb_errors *errors) {
    intake_page page = {.errors = errors, .file = HB_STR("--as-of")};
    in->as_of = in->today = request->today;
    if (request->as_of.n) {
        if (!intake_page_check_date(&page, NULL, request->as_of, &in->as_of)) return false;
    } else if (in->header.has_as_of) {
        page.file = in->header.path;
        page.line = in->list.header_line;
        intake_page_enter(&page, HB_STR("as_of"));
        in->as_of = in->header.as_of;
    } else if (in->has_agreement && in->agreement.has_as_of) {
        page.file = in->agreement_file.path;
        intake_page_enter(&page, HB_STR("as_of"));
        in->as_of = in->agreement.as_of;
    }
    if (hb_date_to_days(in->as_of) <= hb_date_to_days(in->today)) return true;
    return intake_page_refuse(
        &page, NULL, "day-to-come", "a decision can be checked for today or for a day in the past",
        "%04d-%02d-%02d is after today", in->as_of.year, in->as_of.month, in->as_of.day);
}

// ---- contests and documents ---------------------------------------------------------------------

static bool is_source(const intake *in, const char *role, hb_str path) {
    for (uint32_t i = 0; i < in->n_sources; i++) {
        bool is_role = hb_str_equal(in->sources[i].role, hb_str_from(role));
        if (is_role && hb_str_equal(in->sources[i].path, path)) return true;
    }
    return false;
}

typedef bool (*evidence_reader)(intake_evidence *evidence, hb_arena *arena, hb_str path,
                                hb_errors *errors, hb_hash *hash);

// Reads a file of documents or contests once, however often it is named.
static bool read_evidence(intake *in, const char *role, evidence_reader read, hb_str path,
                          hb_errors *errors) {
    hb_hash hash = {{0}};
    if (is_source(in, role, path)) return true;
    if (!read(&in->evidence, in->arena, path, errors, &hash)) {
        in->evidence.is_incomplete = true;
        return false;
    }
    return add_source(in, role, path, hash, errors);
}

static bool read_named(intake *in, const char *role, evidence_reader read, hb_str folder,
                       const hb_json *paths, hb_errors *errors) {
    bool ok = true;
    for (uint32_t i = 0; paths && i < paths->n; i++) {
        hb_str path = {0};
        if (!intake_path_beside(in->arena, folder, paths->first[i].text, &path))
            return fail_memory(errors);
        ok &= check_plain(path, errors) && read_evidence(in, role, read, path, errors);
    }
    if (!ok) in->evidence.is_incomplete = true;
    return ok;
}

static bool read_beside(intake *in, const char *role, evidence_reader read, const char *name,
                        hb_errors *errors) {
    hb_str path = {0};
    if (!choose_path(in, NULL, (hb_str){0}, name, &path, errors)) return false;
    return !path.n || read_evidence(in, role, read, path, errors);
}

static bool read_all_evidence(intake *in, const intake_request *request, hb_errors *errors) {
    bool ok = read_named(in, "contests", intake_contests_read_file, in->folder, in->header.contests,
                         errors);
    ok &= read_beside(in, "contests", intake_contests_read_file, "contests.ndjson", errors);
    if (in->has_agreement) {
        ok &= read_named(in, "contests", intake_contests_read_file, in->agreement_file.folder,
                         in->agreement.contests, errors);
    }
    intake_contests_sort(&in->evidence);
    ok &= read_named(in, "documents", intake_documents_read_file, in->folder, in->header.documents,
                     errors);
    for (uint32_t i = 0; i < request->n_documents; i++) {
        hb_str path = {0};
        if (!hb_str_format(in->arena, &path, "%s", request->documents[i]))
            return fail_memory(errors);
        ok &= read_evidence(in, "documents", intake_documents_read_file, path, errors);
    }
    if (!in->header.documents && request->n_documents == 0) {
        ok &= read_beside(in, "documents", intake_documents_read_file, "documents.ndjson", errors);
    }
    return ok;
}

static bool add_inline(intake *in, const intake_file *file, bool establishes, hb_errors *errors) {
    intake_page page = intake_file_page(file, errors);
    if (intake_documents_add_inline(&in->evidence, &page, in->arena, file->folder, establishes,
                                    file->root))
        return true;
    in->evidence.is_incomplete = true;
    return false;
}

// ---- facts of agreement and facility ------------------------------------------------------------

// An agreement that is only proposed, or has ended, proves nothing; what it says against a transfer
// still counts.
static bool is_binding(const intake_agreement *agreement) {
    return hb_str_equal(agreement->status, HB_STR("agreed")) ||
           hb_str_equal(agreement->status, HB_STR("in_force"));
}

static bool read_shared(intake *in, const intake_file *file, intake_facts facts, intake_shared *out,
                        hb_errors *errors) {
    intake_page page = intake_file_page(file, errors);
    const hb_json *json = hb_json_member(file->root, HB_STR("facts"));
    facts.rb = in->rb;
    facts.evidence = &in->evidence;
    facts.arena = in->arena;
    facts.folder = file->folder;
    facts.are_documents_stored = true;
    if (!intake_facts_from_json(&facts, &page, json, &out->proves)) return false;
    facts.establishes = false;
    return intake_facts_from_json(&facts, &page, json, &out->says);
}

static bool read_all_shared(intake *in, hb_errors *errors) {
    bool ok = true;
    if (in->has_agreement) {
        intake_facts facts = {.establishes = is_binding(&in->agreement),
                              .takes = intake_agreement_takes,
                              .takes_what = "an agreement or a programme"};
        ok &= read_shared(in, &in->agreement_file, facts, &in->of_agreement, errors);
    }
    if (in->has_facility) {
        intake_facts facts = {
            .establishes = true, .takes = intake_facility_takes, .takes_what = "a facility"};
        ok &= read_shared(in, &in->facility_file, facts, &in->of_facility, errors);
        if (in->is_weighed) ok &= read_shared(in, &in->weighed_file, facts, &in->of_claims, errors);
    }
    return ok;
}

// ---- the whole ----------------------------------------------------------------------------------

static bool check_people(intake *in, hb_errors *errors) {
    bool ok = intake_contests_check_seen(&in->evidence, errors);
    if (in->n_people) return ok;
    intake_page page = {.errors = errors, .file = in->list.path};
    return intake_page_refuse(&page, NULL, "no-people", "add a line for each person",
                              "nobody is on this list");
}

// ---- opening ------------------------------------------------------------------------------------

// In the order of the files as they were read, and within a file by line and column.
static void sort_errors(hb_errors *errors) {
    for (uint32_t i = 1; i < errors->n_kept; i++) {
        hb_error moved = errors->kept[i];
        uint32_t k = i;
        for (uint32_t j = i; j > 0; j--) {
            const hb_error *before = &errors->kept[j - 1];
            if (strcmp(before->file, moved.file) != 0) continue;
            bool is_after = before->line > moved.line ||
                            (before->line == moved.line && before->column > moved.column);
            if (!is_after) break;
            k = j - 1;
        }
        memmove(&errors->kept[k + 1], &errors->kept[k], (i - k) * sizeof moved);
        errors->kept[k] = moved;
    }
}

static bool read_all(intake *in, const intake_request *request, intake_progress progress, void *to,
                     hb_errors *errors) {
    hb_error err = {0};
    if (!intake_path_folder(in->arena, hb_str_from(request->list), &in->folder))
        return fail_memory(errors);
    if (!intake_list_open(&in->list, request->list, request->imported, &err)) {
        hb_errors_add(errors, &err);
        return false;
    }
    if (!add_source(in, "list", in->list.path, (hb_hash){{0}}, errors)) return false;
    bool ok = read_header(in, errors);
    ok &= read_agreement(in, request, errors);
    ok &= choose_day(in, request, errors);
    ok &= read_all_evidence(in, request, errors);
    ok &= read_facility(in, request, errors);
    if (in->agreement_file.root)
        ok &= add_inline(in, &in->agreement_file, is_binding(&in->agreement), errors);
    if (in->facility_file.root) ok &= add_inline(in, &in->facility_file, true, errors);
    if (in->is_weighed) ok &= add_inline(in, &in->weighed_file, true, errors);
    if (!intake_evidence_close(&in->evidence, errors)) ok = false;
    ok &= read_all_shared(in, errors);
    if (in->list.is_csv && !in->list.columns) return false;
    ok &= intake_check_people(in, request->n_jobs, progress, to, errors);
    ok &= check_people(in, errors);
    in->sources[0].sha256 = intake_list_hash(&in->list);
    if (!ok) return false;
    if (intake_list_rewind(&in->list, &err)) return true;
    hb_errors_add(errors, &err);
    return false;
}

intake *intake_open(const rulebook *rb, const intake_request *request, intake_progress progress,
                    void *to, hb_errors *errors) {
    intake *in = calloc(1, sizeof *in);
    if (in) in->arena = hb_arena_open(INTAKE_ARENA_BYTES);
    if (!in || !in->arena) {
        fail_memory(errors);
        intake_close(in);
        return NULL;
    }
    in->rb = rb;
    in->counting = request->counting;
    pthread_mutex_init(&in->opening, NULL);
    if (read_all(in, request, progress, to, errors) && errors->n_all == 0) return in;
    if (errors->n_all == 0) fail_memory(errors);  // only a lack of memory goes unsaid
    sort_errors(errors);
    intake_close(in);
    return NULL;
}

void intake_close(intake *in) {
    if (!in) return;
    intake_list_close(&in->list);
    intake_file_close(&in->agreement_file);
    intake_file_close(&in->facility_file);
    intake_file_close(&in->weighed_file);
    intake_evidence_clear(&in->evidence);
    free(in->sources);
    pthread_mutex_destroy(&in->opening);
    hb_arena_close(in->arena);
    free(in);
}

hb_str intake_list_name(const intake *in) {
    return in->header.name;
}

hb_date intake_as_of(const intake *in) {
    return in->as_of;
}

bool intake_is_retrospective(const intake *in) {
    return hb_date_to_days(in->as_of) < hb_date_to_days(in->today);
}

hb_str intake_author(const intake *in) {
    return in->header.author;
}

hb_str intake_agreement_id(const intake *in) {
    return in->agreement.id;
}

hb_str intake_agreement_status(const intake *in) {
    return in->agreement.status;
}

uint64_t intake_n_people(const intake *in) {
    return in->n_people;
}

uint32_t intake_sources(const intake *in, const intake_source **sources) {
    *sources = in->sources;
    return in->n_sources;
}
