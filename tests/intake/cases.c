// Runs tables of small lists through intake. A case is its files, what was asked for, and what must
// come of it:
//
//   == a person twice                     name of the case
//   -- list.ndjson                        a file, line by line; `-- NAME escaped` has \n, \r and
//   \xNN and no line ends of its own
//   {"person":"P-1"}
//   ?? list=list.ndjson as_of=2025-03-01  what is asked for, when it is not list.ndjson alone
//   =>                                    every error, or everything that was read
//   ! person-twice list.ndjson:2:1 ...
//
// Today is 2025-03-15. With HABEAS_GOLDEN set, what follows `=>` is written anew instead of
// compared. usage: intake-cases RULEBOOK TABLE...
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "intake/intake.h"

enum { MAX_DOCUMENTS = 8 };

static void stop(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(2);
}

// ---- what came of it ----------------------------------------------------------------------------

static void add_error(hb_text *out, const hb_error *err) {
    hb_text_addf(out, "! %s %s", err->code, err->file);
    if (err->line) hb_text_addf(out, ":%u", err->line);
    if (err->column) hb_text_addf(out, ":%u", err->column);
    if (err->pointer[0]) hb_text_addf(out, " %s", err->pointer);
    if (err->where[0]) hb_text_addf(out, " (%s)", err->where);
    hb_text_addf(out, " %s", err->message);
    if (err->help[0]) hb_text_addf(out, " [%s]", err->help);
    hb_text_add(out, HB_STR("\n"));
}

static void add_document(hb_text *out, const rulebook_document *document) {
    hb_str kind = rulebook_kind_name(document->kind);
    hb_text_addf(out, " %.*s(%.*s", (int)document->id.n, document->id.at, (int)kind.n, kind.at);
    if (document->has_date)
        hb_text_addf(out, " %04d-%02d-%02d", document->date.year, document->date.month,
                     document->date.day);
    if (document->is_verified) {
        hb_str role = rulebook_role_name(document->verified_role);
        hb_text_addf(out, " verified by %.*s %.*s", (int)role.n, role.at,
                     (int)document->verified_by.n, document->verified_by.at);
    }
    if (document->is_translation_certified) hb_text_addf(out, " translated");
    if (document->is_contested) hb_text_addf(out, " contested");
    if (document->is_hash_checked) hb_text_addf(out, " checked");
    hb_text_addf(out, ")");
}

static void add_person(hb_text *out, const rulebook *rb, const intake_person *person) {
    hb_text_addf(out, "%.*s at line %llu, to %.*s", (int)person->person.n, person->person.at,
                 (unsigned long long)person->line, (int)person->host.n, person->host.at);
    if (person->name.n) hb_text_addf(out, ", called %.*s", (int)person->name.n, person->name.at);
    hb_text_add(out, HB_STR("\n"));
    for (uint32_t i = 0; i < person->n_records; i++) {
        const rulebook_record *record = &person->records[i];
        hb_str name = rulebook_fact_at(rb, record->fact)->name;
        hb_text_addf(out, "  %.*s = ", (int)name.n, name.at);
        if (record->is_unknown)
            hb_text_addf(out, "unknown");
        else
            feel_print_json(out, record->value);
        for (uint32_t k = 0; k < record->n_evidence; k++) add_document(out, record->evidence[k]);
        hb_text_add(out, HB_STR("\n"));
    }
}

static void add_summary(hb_text *out, const intake *in) {
    const intake_source *sources = NULL;
    uint32_t n = intake_sources(in, &sources);
    hb_date as_of = intake_as_of(in);
    hb_str name = intake_list_name(in), author = intake_author(in),
           agreement = intake_agreement_id(in), status = intake_agreement_status(in);
    hb_text_addf(out, "\"%.*s\" as of %04d-%02d-%02d%s by \"%.*s\" under \"%.*s\" %.*s; read",
                 (int)name.n, name.at, as_of.year, as_of.month, as_of.day,
                 intake_is_retrospective(in) ? " (retrospective)" : "", (int)author.n, author.at,
                 (int)agreement.n, agreement.at, (int)status.n, status.at);
    for (uint32_t i = 0; i < n; i++) {
        hb_hash hash = {{0}};
        hb_error err = {0};
        bool is_right = hb_hash_file(sources[i].path.at, &hash, &err) &&
                        memcmp(&hash, &sources[i].sha256, sizeof hash) == 0;
        hb_text_addf(out, " %.*s:%.*s%s", (int)sources[i].role.n, sources[i].role.at,
                     (int)sources[i].path.n, sources[i].path.at, is_right ? "" : " WRONG HASH");
    }
    hb_text_add(out, HB_STR("\n"));
}

static void add_people(hb_text *out, const rulebook *rb, intake *in) {
    hb_error err = {0};
    uint64_t n = 0;
    hb_arena *arena = hb_arena_open(16 << 20);
    intake_reader *reader = intake_reader_open(in, &err);
    for (bool end = false; !end;) {
        hb_str line = {0};
        uint64_t number = 0;
        intake_person person;
        hb_arena_reset(arena);
        bool ok = intake_next_line(in, &line, &number, &end, &err);
        if (ok && end) break;
        if (!ok || !intake_read_person(reader, arena, line, number, &person, &err)) {
            add_error(out, &err);
            break;
        }
        n++;
        add_person(out, rb, &person);
    }
    if (n != intake_n_people(in))
        hb_text_addf(out, "WRONG COUNT %llu\n", (unsigned long long)intake_n_people(in));
    intake_reader_close(reader);
    hb_arena_close(arena);
}

static void run_intake(hb_text *out, const rulebook *rb, const intake_request *request) {
    hb_errors errors = {0};
    intake *in = intake_open(rb, request, NULL, NULL, &errors);
    if (in) {
        add_summary(out, in);
        add_people(out, rb, in);
    }
    for (uint32_t i = 0; i < errors.n_kept; i++) add_error(out, &errors.kept[i]);
    if (errors.n_all > errors.n_kept)
        hb_text_addf(out, "! %llu in all\n", (unsigned long long)errors.n_all);
    if ((in == NULL) != (errors.n_all > 0))
        hb_text_addf(out, "WRONG: %s\n", in ? "read in spite of errors" : "refused without a word");
    intake_close(in);
    hb_errors_clear(&errors);
}

// ---- a case -------------------------------------------------------------------------------------

static hb_str take_line(hb_str *text) {
    const char *newline = memchr(text->at, '\n', text->n);
    size_t n = newline ? (size_t)(newline - text->at) : text->n;
    hb_str line = {text->at, n};
    size_t taken = newline ? n + 1 : n;
    *text = (hb_str){text->at + taken, text->n - taken};
    return line;
}

static char *copy_text(hb_str text) {
    char *copy = calloc(1, text.n + 1);
    if (!copy) stop("memory");
    memcpy(copy, text.at, text.n);
    return copy;
}

// \n, \r, \\ and \xNN of a line of an escaped file.
static void write_escaped(FILE *file, hb_str line) {
    for (size_t i = 0; i < line.n; i++) {
        char c = line.at[i];
        unsigned code = 0;
        if (c == '\\' && i + 3 < line.n && line.at[i + 1] == 'x' &&
            sscanf(line.at + i + 2, "%2x", &code) == 1) {
            c = (char)code;
            i += 3;
        } else if (c == '\\' && i + 1 < line.n) {
            i++;
            c = line.at[i] == 'n' ? '\n' : line.at[i] == 'r' ? '\r' : line.at[i];
        }
        fputc(c, file);
    }
}

static void make_folders(const char *path) {
    char part[256];
    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
        mkdir(part, 0700);
    }
}

static FILE *open_case_file(hb_str head, bool *is_escaped) {
    const hb_str suffix = HB_STR(" escaped");
    *is_escaped =
        head.n > suffix.n && hb_str_equal((hb_str){head.at + head.n - suffix.n, suffix.n}, suffix);
    if (*is_escaped) head.n -= suffix.n;
    char *name = copy_text(head);
    make_folders(name);
    FILE *file = fopen(name, "w");
    if (!file) stop(name);
    free(name);
    return file;
}

typedef struct {
    char *list, *agreement, *facility, *as_of, *documents[MAX_DOCUMENTS];
    uint32_t n_documents;
} question;

static void read_question(question *q, hb_str text) {
    while (text.n) {
        size_t n = 0;
        while (n < text.n && text.at[n] != ' ') n++;
        hb_str word = {text.at, n};
        text = hb_str_trim((hb_str){text.at + n, text.n - n});
        const char *equals = memchr(word.at, '=', word.n);
        if (!equals) continue;
        hb_str key = {word.at, (size_t)(equals - word.at)};
        char *value = copy_text((hb_str){equals + 1, word.n - key.n - 1});
        if (hb_str_equal(key, HB_STR("list")))
            q->list = value;
        else if (hb_str_equal(key, HB_STR("agreement")))
            q->agreement = value;
        else if (hb_str_equal(key, HB_STR("facility")))
            q->facility = value;
        else if (hb_str_equal(key, HB_STR("as_of")))
            q->as_of = value;
        else if (q->n_documents < MAX_DOCUMENTS)
            q->documents[q->n_documents++] = value;
    }
}

// Writes the files of a case (its text up to "=>") into the current folder and asks.
static void run_case(hb_text *out, const rulebook *rb, hb_str text) {
    question q = {0};
    FILE *file = NULL;
    bool is_escaped = false;
    while (text.n) {
        hb_str line = take_line(&text);
        bool is_file = hb_str_starts(line, HB_STR("-- ")),
             is_question = hb_str_starts(line, HB_STR("?? "));
        hb_str rest = {line.at + 3, line.n >= 3 ? line.n - 3 : 0};
        if ((is_file || is_question) && file) fclose(file), file = NULL;
        if (is_file)
            file = open_case_file(rest, &is_escaped);
        else if (is_question)
            read_question(&q, rest);
        else if (file && is_escaped)
            write_escaped(file, line);
        else if (file)
            fwrite(line.at, 1, line.n, file), fputc('\n', file);
    }
    if (file) fclose(file);
    intake_request request = {
        .list = q.list ? q.list : "list.ndjson",
        .agreement = q.agreement,
        .facility = q.facility,
        .documents = (const char *const *)q.documents,
        .n_documents = q.n_documents,
        .as_of = hb_str_from(q.as_of),
        .today = {2025, 3, 15}
    };
    run_intake(out, rb, &request);
    free(q.list), free(q.agreement), free(q.facility), free(q.as_of);
    for (uint32_t i = 0; i < q.n_documents; i++) free(q.documents[i]);
}

// ---- the table ----------------------------------------------------------------------------------

static void empty_folder(const char *path) {
    DIR *folder = opendir(path);
    if (!folder) stop(path);
    for (struct dirent *entry; (entry = readdir(folder));) {
        char name[512];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        if (unlink(name) == 0) continue;
        empty_folder(name);
        rmdir(name);
    }
    closedir(folder);
}

typedef struct {
    uint32_t n_passed, n_failed;
} score;

static void run_in_folder(hb_text *got, const rulebook *rb, hb_str files) {
    char folder[] = "/tmp/habeas-intake-XXXXXX";
    int before = open(".", O_RDONLY | O_DIRECTORY);
    if (before < 0 || !mkdtemp(folder) || chdir(folder) != 0) stop(folder);
    run_case(got, rb, files);
    empty_folder(".");
    if (fchdir(before) != 0) stop("going back");
    close(before);
    rmdir(folder);
}

static void run_table(score *total, const rulebook *rb, const char *path) {
    hb_bytes bytes = {0};
    hb_error err = {0};
    hb_text anew = {0};
    if (!hb_read_file(path, 1 << 24, &bytes, &err)) stop(path);
    hb_str text = {bytes.at, bytes.n}, name = {0};
    while (text.n) {
        hb_str before = text, line = take_line(&text);
        if (!hb_str_starts(line, HB_STR("== "))) {
            hb_text_add(&anew, (hb_str){before.at, before.n - text.n});
            continue;
        }
        name = (hb_str){line.at + 3, line.n - 3};
        hb_str files = text, rest = text;
        while (text.n && !hb_str_equal(line = take_line(&text), HB_STR("=>"))) rest = text;
        files.n -= rest.n;
        hb_str expected = text;
        for (hb_str after = text; after.n && (line = take_line(&after)).n; text = after) {
        }
        expected.n -= text.n;
        hb_text got = {0};
        run_in_folder(&got, rb, files);
        bool ok = hb_str_equal((hb_str){got.at, got.n}, expected);
        if (ok)
            total->n_passed++;
        else
            total->n_failed++;
        if (!ok)
            printf("%s: %.*s\n  expected:\n%.*s  got:\n%.*s", path, (int)name.n, name.at,
                   (int)expected.n, expected.at, (int)got.n, got.at);
        hb_text_addf(&anew, "== %.*s\n%.*s=>\n%.*s", (int)name.n, name.at, (int)files.n, files.at,
                     (int)got.n, got.at);
        hb_text_clear(&got);
    }
    if (getenv("HABEAS_GOLDEN")) {
        FILE *file = fopen(path, "w");
        if (!file || fwrite(anew.at, 1, anew.n, file) != anew.n || fclose(file) != 0) stop(path);
    }
    hb_text_clear(&anew);
    hb_bytes_clear(&bytes);
}

int main(int argc, char **argv) {
    hb_errors errors = {0};
    score total = {0};
    rulebook *rb = argc > 2 ? rulebook_load(argv[1], &errors) : NULL;
    if (!rb) {
        printf("usage: intake-cases RULEBOOK TABLE...; %llu errors in the rulebook\n",
               (unsigned long long)errors.n_all);
        return 2;
    }
    for (int i = 2; i < argc; i++) run_table(&total, rb, argv[i]);
    rulebook_close(rb);
    hb_errors_clear(&errors);
    printf("%u passed, %u failed\n", total.n_passed, total.n_failed);
    return total.n_failed ? 1 : 0;
}
