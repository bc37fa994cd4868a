// habeas rules verify: every property of a rulebook proved, refuted with a person, or undecided
// with the reason. Results to stdout; with --record the proof record, which habeas rules sign
// signs.
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "verify/tables.h"
#include "verify/until.h"

typedef struct {
    cli *run;
    const char *command;  // that reproduces what a refuted property shows
    hb_text findings;     // refuted and undecided ones, as text or JSON
    uint32_t n_findings;
} report;

static void add_people(hb_text *out, hb_str people) {
    for (size_t at = 0; at < people.n;) {
        const char *end = memchr(people.at + at, '\n', people.n - at);
        size_t n = end ? (size_t)(end - (people.at + at)) : people.n - at;
        hb_text_addf(out, "    %.*s\n", (int)n, people.at + at);
        at += n + 1;
    }
}

static void take_text(report *r, const verify_result *result) {
    hb_str property = verify_property_name(result->property);
    const char *finding = words_in(r->run->language, verify_finding_name(result->finding).at);
    hb_text_addf(&r->findings, "%s: %.*s: %.*s\n  %.*s\n", finding, (int)property.n, property.at,
                 (int)result->about.n, result->about.at, (int)result->because.n,
                 result->because.at);
    if (!result->people.n) return;
    if (result->is_confirmed)
        hb_text_addf(&r->findings,
                     words_in(r->run->language, "  This shows it; %s gives the same:\n"),
                     r->command);
    else
        hb_text_addf(&r->findings, "  %s\n", words_in(r->run->language, "This list shows it:"));
    add_people(&r->findings, result->people);
}

static void add_member(hb_text *out, const char *key, hb_str value, const char *after) {
    hb_text_addf(out, "\"%s\":", key);
    hb_text_add_json(out, value);
    hb_text_addf(out, "%s", after);
}

static void take_json(report *r, const verify_result *result) {
    hb_text_addf(&r->findings, "%s{", r->n_findings > 0 ? "," : "");
    add_member(&r->findings, "property", verify_property_name(result->property), ",");
    add_member(&r->findings, "about", result->about, ",");
    add_member(&r->findings, "finding", verify_finding_name(result->finding), ",");
    add_member(&r->findings, "because", result->because, ",");
    add_member(&r->findings, "list", result->people, ",");
    hb_text_addf(&r->findings, "\"confirmed\":%s}", result->is_confirmed ? "true" : "false");
}

static void take(void *to, const verify_result *result) {
    report *r = to;
    if (result->finding == VERIFY_PROVED) return;
    if (r->run->format == CLI_JSON)
        take_json(r, result);
    else
        take_text(r, result);
    r->n_findings++;
}

static void show_progress(void *to, uint64_t done, uint64_t all) {
    cli_progress(to, "rules verify", done, all);
}

// ---- the record --------------------------------------------------------------------------------
static void add_file(hb_text *out, const char *key, const char *path) {
    hb_bytes bytes = {0};
    hb_error err = {0};
    char hex[65] = "";
    if (path && hb_read_file(path, 64u << 20, &bytes, &err))
        hb_hash_hex(hb_sha256(bytes.at, bytes.n), hex);
    const char *name = path ? strrchr(path, '/') : NULL;
    hb_str shown = hb_str_from(!path ? "" : name ? name + 1 : path);
    hb_text_addf(out, "\"%s\":", key);
    if (!path)
        hb_text_addf(out, "null");
    else {
        hb_text_addf(out, "{");
        add_member(out, "file", shown, ",");
        hb_text_addf(out, "\"sha256\":\"%s\"}", hex);
    }
    hb_bytes_clear(&bytes);
}

// What was asked of which law, by what: nothing that differs from run to run.
static void add_record(hb_text *out, const rulebook *rb, const verify_request *request,
                       const verify_summary *summary) {
    char hex[65], solver[64];
    snprintf(solver, sizeof solver, "Z3 %s", verify_solver());
    hb_hash_hex(rulebook_hash(rb), hex);
    hb_text_addf(out, "{\"rulebook\":{");
    add_member(out, "name", rulebook_name(rb), ",");
    add_member(out, "version", rulebook_version(rb), ",");
    hb_text_addf(out, "\"sha256\":\"%s\"},", hex);
    add_member(out, "solver", hb_str_from(solver), ",");
    add_file(out, "published", request->published);
    hb_text_addf(out, ",");
    add_file(out, "own", request->own);
    hb_text_addf(out, ",\"properties\":[");
    bool is_first = true;
    for (int i = 0; i < VERIFY_N_PROPERTIES; i++) {
        const uint32_t *n = summary->n[i];
        if (n[0] + n[1] + n[2] == 0) continue;
        hb_text_addf(out, "%s{", is_first ? "" : ",");
        add_member(out, "property", verify_property_name((verify_property)i), ",");
        add_member(out, "says", verify_property_says((verify_property)i), ",");
        hb_text_addf(out, "\"proved\":%u,\"refuted\":%u,\"undecided\":%u}", n[VERIFY_PROVED],
                     n[VERIFY_REFUTED], n[VERIFY_UNDECIDED]);
        is_first = false;
    }
    hb_text_addf(out, "]");
}

static bool write_record(const char *path, const rulebook *rb, const verify_request *request,
                         const verify_summary *summary, hb_error *err) {
    hb_text text = {0};
    add_record(&text, rb, request, summary);
    hb_text_addf(&text, "}\n");
    FILE *file = text.failed ? NULL : fopen(path, "wb");
    bool ok = file && fwrite(text.at, 1, text.n, file) == text.n;
    ok = file && fclose(file) == 0 && ok;
    if (!ok) {
        hb_fail(err, HB_SYSTEM, "cannot-write", "the proof record cannot be written");
        hb_error_file(err, hb_str_from(path));
    }
    hb_text_clear(&text);
    return ok;
}

// ---- one rulebook ------------------------------------------------------------------------------
static void add_property(const report *r, hb_text *out, verify_property property, hb_str says,
                         const uint32_t n[3]) {
    words_language language = r->run->language;
    char share[32];
    if (n[0] + n[1] + n[2] == 0) return;
    verify_finding finding = n[VERIFY_REFUTED]     ? VERIFY_REFUTED
                             : n[VERIFY_UNDECIDED] ? VERIFY_UNDECIDED
                                                   : VERIFY_PROVED;
    snprintf(share, sizeof share, "%u/%u", n[VERIFY_PROVED], n[0] + n[1] + n[2]);
    hb_text_addf(out, "%-10s %-17s %9s  %s\n", words_in(language, verify_finding_name(finding).at),
                 verify_property_name(property).at, share, words_in(language, says.at));
}

static void add_summary(report *r, hb_text *out, const rulebook *rb, const verify_request *request,
                        const verify_summary *summary) {
    if (r->run->format == CLI_JSON) {
        add_record(out, rb, request, summary);
        hb_text_addf(out, ",\"findings\":[%.*s]}\n", (int)r->findings.n,
                     r->findings.at ? r->findings.at : "");
        return;
    }
    words_language language = r->run->language;
    hb_text_addf(out, "%.*s %.*s\n", (int)rulebook_name(rb).n, rulebook_name(rb).at,
                 (int)rulebook_version(rb).n, rulebook_version(rb).at);
    if (r->findings.n) hb_text_add(out, (hb_str){r->findings.at, r->findings.n});
    uint32_t total[3] = {0};
    for (int i = 0; i < VERIFY_N_PROPERTIES; i++) {
        const uint32_t *n = summary->n[i];
        add_property(r, out, (verify_property)i, verify_property_says((verify_property)i), n);
        for (int k = 0; k < 3; k++) total[k] += n[k];
    }
    if (!request->published) {
        hb_text_addf(
            out, "%s\n",
            words_in(
                language,
                "No published list was named: a rulebook that asks less would not show here."));
    }
    hb_text_addf(out, words_in(language, "%u proved, %u refuted, %u undecided\n"),
                 total[VERIFY_PROVED], total[VERIFY_REFUTED], total[VERIFY_UNDECIDED]);
}

// The file beside the rulebook when it is there.
static const char *file_in(char room[4200], const char *folder, const char *rest) {
    struct stat info;
    bool fits = snprintf(room, 4200, "%s/%s", folder, rest) < 4200;
    return fits && stat(room, &info) == 0 && S_ISREG(info.st_mode) ? room : NULL;
}

// ---- a model that is no rulebook of the gate ---------------------------------------------------
static int verify_model(cli *run, const char *path) {
    hb_error err = {0};
    report r = {.run = run, .command = ""};
    hb_text out = {0};
    verify_summary summary;
    int status = CLI_FAILED;
    dmn_model *model = dmn_load(path, false, &err);
    if (!model || !verify_tables(model, take, &r, &summary, &err)) {
        status = cli_fail(run, &err);
        goto done;
    }
    const uint32_t *n = summary.n[VERIFY_TOTAL];
    uint32_t all = n[0] + n[1] + n[2];
    if (run->format == CLI_JSON) {
        hb_text_addf(&out, "{\"model\":");
        hb_text_add_json(&out, hb_str_from(path));
        hb_text_addf(&out, ",\"proved\":%u,\"refuted\":%u,\"undecided\":%u,\"findings\":[%.*s]}\n",
                     n[VERIFY_PROVED], n[VERIFY_REFUTED], n[VERIFY_UNDECIDED], (int)r.findings.n,
                     r.findings.at ? r.findings.at : "");
    } else {
        hb_text_addf(&out, "%s\n", path);
        if (r.findings.n) hb_text_add(&out, (hb_str){r.findings.at, r.findings.n});
        if (all == 0)
            hb_text_addf(&out, "%s\n",
                         words_in(run->language,
                                  "It has no decision tables: there is nothing to prove here, and "
                                  "its cases are its test."));
        hb_text_addf(&out, words_in(run->language, "%u proved, %u refuted, %u undecided\n"),
                     n[VERIFY_PROVED], n[VERIFY_REFUTED], n[VERIFY_UNDECIDED]);
    }
    if (out.failed || r.findings.failed) hb_out_of_memory(&err);
    if (err.kind != HB_NONE || !cli_write(run, (hb_str){out.at, out.n}, &err)) {
        status = cli_fail(run, &err);
        goto done;
    }
    status = n[VERIFY_REFUTED] + n[VERIFY_UNDECIDED] > 0 ? CLI_FOUND : CLI_DONE;
done:
    hb_text_clear(&r.findings);
    hb_text_clear(&out);
    dmn_close(model);
    return status;
}

// ---- a rulebook of end dates -------------------------------------------------------------------
static void add_until(report *r, hb_text *out, const char *folder, uint64_t n_questions,
                      const verify_summary *summary) {
    bool has_json = r->run->format == CLI_JSON, is_first = true;
    uint32_t total[3] = {0};
    if (has_json) {
        hb_text_addf(out, "{\"rulebook\":");
        hb_text_add_json(out, hb_str_from(folder));
        hb_text_addf(out, ",\"questions\":%llu,\"properties\":[", (unsigned long long)n_questions);
    } else {
        hb_text_addf(out, "%s\n", folder);
        hb_text_add(out, (hb_str){r->findings.at, r->findings.n});
    }
    for (int i = 0; i < VERIFY_N_PROPERTIES; i++) {
        const uint32_t *n = summary->n[i];
        hb_str says = verify_until_says((verify_property)i);
        for (int k = 0; k < 3; k++) total[k] += n[k];
        if (!has_json) add_property(r, out, (verify_property)i, says, n);
        if (!has_json || says.n == 0) continue;
        hb_text_addf(out, "%s{", is_first ? "" : ",");
        add_member(out, "property", verify_property_name((verify_property)i), ",");
        add_member(out, "says", says, ",");
        hb_text_addf(out, "\"proved\":%u,\"refuted\":%u,\"undecided\":%u}", n[VERIFY_PROVED],
                     n[VERIFY_REFUTED], n[VERIFY_UNDECIDED]);
        is_first = false;
    }
    if (has_json) {
        hb_text_addf(out, "],\"findings\":[%.*s]}\n", (int)r->findings.n,
                     r->findings.at ? r->findings.at : "");
        return;
    }
    hb_text_addf(out,
                 words_in(r->run->language,
                          "Within a bound: %llu questions, which differ from a worked case or from "
                          "a custody of which nothing is known in at most two entries. The engine "
                          "answered each.\n"),
                 (unsigned long long)n_questions);
    hb_text_addf(out, words_in(r->run->language, "%u proved, %u refuted, %u undecided\n"),
                 total[VERIFY_PROVED], total[VERIFY_REFUTED], total[VERIFY_UNDECIDED]);
}

// The folder's own name, and the folder that holds it: the four rulebooks of end dates stand side
// by side.
static bool is_until(const char *folder, char beside[4200], enddate_system *system) {
    size_t n = strlen(folder);
    while (n > 1 && folder[n - 1] == '/') n--;
    size_t start = n;
    while (start > 0 && folder[start - 1] != '/') start--;
    if (!verify_until_find((hb_str){folder + start, n - start}, system)) return false;
    snprintf(beside, 4200, "%.*s.", (int)start, folder);
    return true;
}

static int verify_enddates(cli *run, const char *folder, const char *beside,
                           enddate_system system) {
    hb_error err = {0};
    report r = {.run = run, .command = "habeas enddate"};
    hb_text out = {0};
    verify_summary summary;
    uint64_t n_questions = 0;
    int status = CLI_FAILED;
    if (!verify_until(beside, system, run->now, take, &r, &summary, &n_questions, &err)) {
        status = cli_fail(run, &err);
        goto done;
    }
    add_until(&r, &out, folder, n_questions, &summary);
    if (out.failed || r.findings.failed) hb_out_of_memory(&err);
    if (err.kind != HB_NONE || !cli_write(run, (hb_str){out.at, out.n}, &err))
        status = cli_fail(run, &err);
    else
        status = verify_is_proved(&summary) ? CLI_DONE : CLI_FOUND;
done:
    hb_text_clear(&r.findings);
    hb_text_clear(&out);
    return status;
}

// Its files have another form than the gate's: then its tables are looked at one by one.
static bool is_of_another_form(const hb_errors *errors) {
    for (uint32_t i = 0; i < errors->n_kept; i++) {
        const char *code = errors->kept[i].code;
        if (code && (strcmp(code, "missing-key") == 0 || strcmp(code, "missing-column") == 0))
            return true;
    }
    return false;
}

static int verify_one(cli *run, const char *folder) {
    hb_error err = {0};
    hb_errors errors = {0};
    report r = {.run = run, .command = "habeas check"};
    hb_text out = {0};
    verify_summary summary = {0};
    enddate_system system;
    char published[4200], own[4200], rest[200];
    int status = CLI_FAILED;
    size_t length = strlen(folder);
    if (length > 4 && strcmp(folder + length - 4, ".dmn") == 0) return verify_model(run, folder);
    if (is_until(folder, own, &system)) return verify_enddates(run, folder, own, system);
    rulebook *rb = rulebook_load(folder, &errors);
    if (!rb) {
        const char *model =
            is_of_another_form(&errors) ? file_in(own, folder, "rulebook.dmn") : NULL;
        status = model ? verify_model(run, model) : cli_fail_all(run, &errors);
        goto done;
    }
    snprintf(rest, sizeof rest, "../published/%.*s.csv", (int)rulebook_name(rb).n,
             rulebook_name(rb).at);
    verify_request request = {.published = cli_value(run, "published"),
                              .cache = cli_value(run, "cache"),
                              .progress = show_progress,
                              .to = run};
    if (!request.published) request.published = file_in(published, folder, rest);
    request.own = file_in(own, folder, "properties.csv");
    if (cli_value(run, "property")) request.only = hb_str_from(cli_value(run, "property"));
    const char *record = cli_value(run, "record");
    if (record && (request.cache || request.only.n)) {
        hb_fail(&err, HB_USAGE, "record-of-part",
                "a proof record is made of all properties, without a cache");
        status = cli_fail(run, &err);
        goto done;
    }
    if (!verify_rulebook(rb, &request, take, &r, &summary, &err)) {
        status = cli_fail(run, &err);
        goto done;
    }
    cli_progress(run, "rules verify", 1, 1);
    add_summary(&r, &out, rb, &request, &summary);
    if (out.failed || r.findings.failed) hb_out_of_memory(&err);
    if (err.kind != HB_NONE || !cli_write(run, (hb_str){out.at, out.n}, &err)) {
        status = cli_fail(run, &err);
        goto done;
    }
    status = verify_is_proved(&summary) ? CLI_DONE : CLI_FOUND;
    if (record && status == CLI_DONE && !write_record(record, rb, &request, &summary, &err))
        status = cli_fail(run, &err);
    if (record && status == CLI_FOUND)
        cli_warn(run, "no proof record is written: not everything is proved");
done:
    hb_text_clear(&r.findings);
    hb_text_clear(&out);
    hb_errors_clear(&errors);
    rulebook_close(rb);
    return status;
}

static bool is_property(hb_str name) {
    for (int i = 0; i < VERIFY_N_PROPERTIES; i++) {
        if (hb_str_equal(name, verify_property_name((verify_property)i))) return true;
    }
    return false;
}

int cli_rules_verify(cli *run) {
    hb_error err = {0};
    int status = CLI_DONE;
    const char *only = cli_value(run, "property");
    if (only && !is_property(hb_str_from(only))) {
        hb_fail(&err, HB_USAGE, "unknown-property", "there is no property \"%s\"", only);
        hb_error_help(&err,
                      "fail-closed, monotone, total, nothing-vanishes, blind, published or own");
        return cli_fail(run, &err);
    }
    if (cli_value(run, "record") && run->n_arguments > 1) {
        hb_fail(&err, HB_USAGE, "one-record", "a proof record is made of one rulebook");
        return cli_fail(run, &err);
    }
    for (uint32_t i = 0; i < run->n_arguments; i++) {
        int one = verify_one(run, run->arguments[i]);
        if (one > status) status = one;
        if (one > CLI_FOUND) break;
    }
    return status;
}
