// habeas dmn eval|batch|check|test: decision models from the command line. Results are JSON on
// standard output; why a value is null goes to standard error, or into the result with --trace.
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "dmn/dmn.h"

#define INPUT_MAX_BYTES ((size_t)256 << 20)
#define LINE_MAX_BYTES ((size_t)64 << 20)

static const struct {
    const char *option;
    dmn_kind kind;
} TARGETS[] = {
    {"decision", DMN_DECISION},
    {"service",  DMN_SERVICE }
};

// ---- the element asked for ------------------------------------------------------------------

// The help of an error about a name: the nearest one there is, else what there is.
static void help_with_names(const dmn_model *model, dmn_kind kind, hb_str wanted, hb_error *err) {
    uint32_t n = 0, n_all = dmn_n_elements(model);
    hb_str *names = calloc((size_t)n_all + 1, sizeof *names);
    hb_text list = {0};
    for (uint32_t i = 0; names != NULL && i < n_all; i++) {
        const dmn_element *element = dmn_element_at(model, i);
        if (element->kind != kind) continue;
        names[n++] = element->name;
        if (list.n > 160) continue;  // of many, the first are named
        hb_text_addf(&list, "%s\"%.*s\"", list.n > 0 ? ", " : "", (int)element->name.n,
                     element->name.at);
    }
    hb_str nearest = hb_nearest(wanted, names, n);
    if (nearest.n > 0)
        hb_error_help(err, "did you mean \"%.*s\"?", (int)nearest.n, nearest.at);
    else if (list.n > 0)
        hb_error_help(err, "it has: %.*s", (int)list.n, list.at);
    hb_text_clear(&list);
    free(names);
}

static bool find_target(const cli *run, const dmn_model *model, uint32_t *element, hb_error *err) {
    for (size_t i = 0; i < sizeof TARGETS / sizeof *TARGETS; i++) {
        const char *name = cli_value(run, TARGETS[i].option);
        if (name == NULL) continue;
        *element = dmn_find(model, TARGETS[i].kind, hb_str_from(name));
        if (*element != DMN_NONE) return true;
        hb_fail(err, HB_USAGE, "unknown-element", "the model has no %s \"%s\"", TARGETS[i].option,
                name);
        help_with_names(model, TARGETS[i].kind, hb_str_from(name), err);
        return false;
    }
    hb_fail(err, HB_USAGE, "no-decision",
            "say which decision of the model: --decision NAME or --service NAME");
    help_with_names(model, DMN_DECISION, HB_STR(""), err);
    return false;
}

// ---- inputs ---------------------------------------------------------------------------------

// One JSON object: a member for each input of the model, or for a decision whose value is given.
static bool set_inputs(const dmn_model *model, dmn_session *session, const hb_json *inputs,
                       hb_error *err) {
    if (inputs->kind != HB_JSON_OBJECT) {
        hb_fail(err, HB_INPUT, "input-object", "the input is no JSON object");
        hb_error_help(err, "write {\"name of an input\": value, ...}");
        return false;
    }
    for (uint32_t i = 0; i < inputs->n; i++) {
        const hb_json *member = &inputs->first[i];
        feel_value value = feel_null();
        uint32_t element = dmn_find(model, DMN_INPUT, member->key);
        if (element == DMN_NONE) element = dmn_find(model, DMN_DECISION, member->key);
        if (element == DMN_NONE) {
            hb_fail(err, HB_INPUT, "unknown-input", "the model has no input \"%.*s\"",
                    (int)member->key.n, member->key.at);
            help_with_names(model, DMN_INPUT, member->key, err);
            return false;
        }
        if (!feel_from_json(dmn_session_arena(session), member,
                            dmn_element_at(model, element)->type, &value, err)) {
            hb_error_in(err, "input \"%.*s\"", (int)member->key.n, member->key.at);
            return false;
        }
        dmn_session_set(session, element, value);
    }
    return true;
}

static bool set_from_text(const dmn_model *model, dmn_session *session, hb_json_reader *reader,
                          hb_str text, hb_error *err) {
    hb_json *json = NULL;
    return hb_json_parse(reader, dmn_session_arena(session), text, &json, err) &&
           set_inputs(model, session, json, err);
}

static bool get_result(const dmn_model *model, dmn_session *session, uint32_t element,
                       feel_value *out, hb_error *err) {
    bool is_service = dmn_element_at(model, element)->kind == DMN_SERVICE;
    return is_service ? dmn_session_service(session, element, out, err)
                      : dmn_session_get(session, element, out, err);
}

// ---- eval -----------------------------------------------------------------------------------

static void add_member(hb_text *out, const char *key) {
    hb_text_addf(out, "\"%s\":", key);
}

static void add_step(hb_text *out, const dmn_model *model, const dmn_trace_step *step) {
    hb_text_add(out, HB_STR("{\"decision\":"));
    hb_text_add_json(out, dmn_element_at(model, step->decision)->name);
    hb_text_add(out, HB_STR(",\"inputs\":["));
    for (uint32_t i = 0; i < step->table->n_inputs; i++) {
        hb_text_add(out, i == 0 ? HB_STR("{\"input\":") : HB_STR(",{\"input\":"));
        hb_text_add_json(out, step->table->inputs[i].label);
        hb_text_add(out, HB_STR(",\"value\":"));
        feel_print_json(out, step->inputs[i]);
        hb_text_add(out, HB_STR("}"));
    }
    hb_text_add(out, HB_STR("],\"rules\":["));
    for (uint32_t i = 0; i < step->n_hits; i++)
        hb_text_addf(out, i == 0 ? "%u" : ",%u", step->hits[i] + 1);
    hb_text_add(out, HB_STR("],\"result\":"));
    feel_print_json(out, step->result);
    hb_text_add(out, HB_STR("}"));
}

static void add_note(hb_text *out, const feel_note *note) {
    hb_text_add(out, note->is_error ? HB_STR("{\"error\":true,\"where\":")
                                    : HB_STR("{\"error\":false,\"where\":"));
    hb_text_add_json(out, note->where);
    hb_text_addf(out, ",\"column\":%u,\"message\":", note->column);
    hb_text_add_json(out, note->text);
    hb_text_add(out, HB_STR("}"));
}

// {"result":…,"trace":[…],"notes":[…]}: which rules fired on which values, in the order of
// evaluation.
static void add_traced(hb_text *out, const dmn_model *model, const dmn_session *session,
                       feel_value result) {
    const dmn_trace_step *steps = NULL;
    const feel_note *notes = NULL;
    uint32_t n_steps = dmn_session_trace(session, &steps),
             n_notes = dmn_session_notes(session, &notes);
    hb_text_add(out, HB_STR("{"));
    add_member(out, "result");
    feel_print_json(out, result);
    hb_text_add(out, HB_STR(",\"trace\":["));
    for (uint32_t i = 0; i < n_steps; i++) {
        if (i > 0) hb_text_add(out, HB_STR(","));
        add_step(out, model, &steps[i]);
    }
    hb_text_add(out, HB_STR("],\"notes\":["));
    for (uint32_t i = 0; i < n_notes; i++) {
        if (i > 0) hb_text_add(out, HB_STR(","));
        add_note(out, &notes[i]);
    }
    hb_text_add(out, HB_STR("]}"));
}

static void warn_of_notes(const cli *run, const dmn_session *session) {
    const feel_note *notes = NULL;
    uint32_t n = dmn_session_notes(session, &notes);
    for (uint32_t i = 0; i < n; i++) {
        if (!notes[i].is_error) continue;
        cli_warn(run, "%.*s%s%.*s", (int)notes[i].where.n, notes[i].where.at,
                 notes[i].where.n > 0 ? ": " : "", (int)notes[i].text.n, notes[i].text.at);
    }
}

static bool write_text(const cli *run, hb_text *text, hb_error *err) {
    bool ok =
        text->failed ? hb_out_of_memory(err) : cli_write(run, (hb_str){text->at, text->n}, err);
    hb_text_clear(text);
    return ok;
}

int cli_dmn_eval(cli *run) {
    int status = CLI_DONE;
    hb_error err = {0};
    hb_bytes input = {0};
    hb_text text = {0};
    feel_value result = feel_null();
    uint32_t element = DMN_NONE;
    dmn_session *session = NULL;
    hb_json_reader *reader = hb_json_reader_open();
    const char *file = cli_value(run, "input");
    bool is_traced = cli_value(run, "trace") != NULL;
    dmn_model *model = dmn_load(run->arguments[0], true, &err);
    if (reader == NULL) hb_out_of_memory(&err);
    if (model == NULL || reader == NULL || !find_target(run, model, &element, &err)) goto failed;
    if ((session = dmn_session_open(model, run->now, &err)) == NULL) goto failed;
    dmn_session_keep_trace(session, is_traced);
    if (file != NULL) {
        if (!hb_read_file(file, INPUT_MAX_BYTES, &input, &err)) goto failed;
        if (!set_from_text(model, session, reader, (hb_str){input.at, input.n}, &err)) {
            hb_error_file(&err, hb_str_from(file));
            goto failed;
        }
    }
    if (!get_result(model, session, element, &result, &err)) goto failed;
    if (is_traced)
        add_traced(&text, model, session, result);
    else
        feel_print_json(&text, result);
    hb_text_add(&text, HB_STR("\n"));
    if (!write_text(run, &text, &err)) goto failed;
    if (!is_traced) warn_of_notes(run, session);
    goto done;
failed:
    status = cli_fail(run, &err);
done:
    hb_text_clear(&text);
    hb_bytes_clear(&input);
    dmn_session_close(session);
    dmn_close(model);
    hb_json_reader_close(reader);
    return status;
}

// ---- batch ----------------------------------------------------------------------------------
// The file is read twice: first every line is checked, so nothing is written when one is refused;
// then a chunk of lines at a time is shared out among the jobs and written in its order.

#define CHUNK_LINES 2048u
#define JOBS_MAX 64

typedef struct {
    const dmn_model *model;
    uint32_t element, n;
    hb_instant now;
    hb_text lines[CHUNK_LINES], results[CHUNK_LINES];
    uint64_t numbers[CHUNK_LINES];
    hb_error errors[JOBS_MAX];
    atomic_uint next;
} chunk;

typedef struct {
    chunk *chunk;
    dmn_session *session;
    hb_json_reader *reader;
    hb_error *err;
} job;

static void *run_job(void *data) {
    job *j = data;
    chunk *c = j->chunk;
    for (uint32_t i = atomic_fetch_add(&c->next, 1); i < c->n; i = atomic_fetch_add(&c->next, 1)) {
        feel_value result = feel_null();
        dmn_session_reset(j->session);
        bool ok = set_from_text(c->model, j->session, j->reader,
                                (hb_str){c->lines[i].at, c->lines[i].n}, j->err) &&
                  get_result(c->model, j->session, c->element, &result, j->err);
        if (!ok) {
            hb_error_in(j->err, "line %llu", (unsigned long long)c->numbers[i]);
            return NULL;
        }
        c->results[i].n = 0;
        feel_print_json(&c->results[i], result);
        hb_text_add(&c->results[i], HB_STR("\n"));
        if (c->results[i].failed) {
            hb_out_of_memory(j->err);
            return NULL;
        }
    }
    return NULL;
}

static bool run_chunk(chunk *c, job *jobs, uint32_t n_jobs, hb_error *err) {
    pthread_t threads[JOBS_MAX];
    uint32_t n_started = 0;
    atomic_store(&c->next, 0);
    for (uint32_t i = 1; i < n_jobs && c->n > 1; i++) {
        if (pthread_create(&threads[n_started], NULL, run_job, &jobs[i]) != 0)
            break;  // the others do its share
        n_started++;
    }
    run_job(&jobs[0]);
    for (uint32_t i = 0; i < n_started; i++) pthread_join(threads[i], NULL);
    for (uint32_t i = 0; i < n_jobs; i++) {
        if (c->errors[i].kind == HB_NONE) continue;
        *err = c->errors[i];
        return false;
    }
    return true;
}

static bool read_chunk(chunk *c, hb_lines *lines, bool *end, hb_error *err) {
    hb_str line = {0};
    for (c->n = 0; c->n < CHUNK_LINES && !*end;) {
        if (!hb_lines_next(lines, &line, &c->numbers[c->n], end, err)) return false;
        if (*end || hb_str_trim(line).n == 0) continue;
        c->lines[c->n].n = 0;
        hb_text_add(&c->lines[c->n], line);
        if (c->lines[c->n].failed) return hb_out_of_memory(err);
        c->n++;
    }
    return true;
}

static bool check_lines(const cli *run, hb_lines *lines, const char *file, const dmn_model *model,
                        job *j, hb_errors *errors, hb_error *err) {
    (void)run;
    hb_str line = {0};
    uint64_t number = 0;
    bool end = false;
    while (hb_lines_next(lines, &line, &number, &end, err) && !end) {
        hb_error one = {0};
        dmn_session_reset(j->session);
        if (hb_str_trim(line).n == 0 || set_from_text(model, j->session, j->reader, line, &one))
            continue;
        one.line = (uint32_t)number;
        hb_error_file(&one, hb_str_from(file));
        hb_errors_add(errors, &one);
    }
    return end && hb_lines_rewind(lines, err);
}

static bool write_chunk(const cli *run, const chunk *c, hb_error *err) {
    for (uint32_t i = 0; i < c->n; i++) {
        if (!cli_write(run, (hb_str){c->results[i].at, c->results[i].n}, err)) return false;
    }
    return true;
}

static bool open_jobs(chunk *c, job *jobs, uint32_t n, hb_error *err) {
    for (uint32_t i = 0; i < n; i++) {
        jobs[i] = (job){.chunk = c, .reader = hb_json_reader_open(), .err = &c->errors[i]};
        if (jobs[i].reader == NULL) return hb_out_of_memory(err);
        if ((jobs[i].session = dmn_session_open(c->model, c->now, err)) == NULL) return false;
        dmn_session_keep_notes(jobs[i].session, false);
    }
    return true;
}

static void close_batch(chunk *c, job *jobs, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        dmn_session_close(jobs[i].session);
        hb_json_reader_close(jobs[i].reader);
    }
    for (uint32_t i = 0; c != NULL && i < CHUNK_LINES; i++) {
        hb_text_clear(&c->lines[i]);
        hb_text_clear(&c->results[i]);
    }
    free(c);
}

int cli_dmn_batch(cli *run) {
    int status = CLI_DONE;
    hb_error err = {0};
    hb_errors errors = {0};
    job jobs[JOBS_MAX] = {{0}};
    int64_t n_jobs = 1;
    bool end = false;
    hb_lines *lines = NULL;
    const char *file = cli_value(run, "in") == NULL ? "-" : cli_value(run, "in");
    chunk *c = calloc(1, sizeof *c);
    dmn_model *model = c == NULL ? NULL : dmn_load(run->arguments[0], true, &err);
    if (c == NULL) hb_out_of_memory(&err);
    if (model == NULL || !cli_number(run, "jobs", 1, JOBS_MAX, 1, &n_jobs, &err)) goto failed;
    c->model = model;
    c->now = run->now;
    if (!find_target(run, model, &c->element, &err) || !open_jobs(c, jobs, (uint32_t)n_jobs, &err))
        goto failed;
    if ((lines = hb_lines_open(file, LINE_MAX_BYTES, &err)) == NULL) goto failed;
    if (!check_lines(run, lines, file, model, &jobs[0], &errors, &err)) goto failed;
    if (errors.n_all > 0) {
        status = cli_fail_all(run, &errors);
        goto done;
    }
    while (!end) {
        if (!read_chunk(c, lines, &end, &err) || !run_chunk(c, jobs, (uint32_t)n_jobs, &err))
            goto failed;
        if (!write_chunk(run, c, &err)) goto failed;
        cli_progress(run, "batch", hb_lines_offset(lines), hb_lines_size(lines));
    }
    goto done;
failed:
    status = cli_fail(run, &err);
done:
    hb_errors_clear(&errors);
    hb_lines_close(lines);
    close_batch(c, jobs, (uint32_t)n_jobs);
    dmn_close(model);
    return status;
}

// ---- check ----------------------------------------------------------------------------------

static const char *const KINDS[] = {[DMN_INPUT] = "input",
                                    [DMN_DECISION] = "decision",
                                    [DMN_BKM] = "knowledge model",
                                    [DMN_SERVICE] = "service"};

// The declared type, else what the logic was found to give.
static const feel_type *type_of(const dmn_model *model, uint32_t i) {
    const dmn_element *element = dmn_element_at(model, i);
    const feel_program *program = dmn_decision_program(model, i);
    bool is_declared = element->type->kind != FEEL_TYPE_ANY;
    return is_declared || program == NULL ? element->type
                                          : feel_node_type(feel_program_node(program));
}

static void add_element_text(hb_text *out, const dmn_model *model, uint32_t i) {
    const dmn_element *element = dmn_element_at(model, i);
    hb_text_addf(out, "%-16s%.*s: ", KINDS[element->kind], (int)element->name.n, element->name.at);
    feel_print_type(out, type_of(model, i));
    hb_text_add(out, HB_STR("\n"));
}

static void add_element_json(hb_text *out, const dmn_model *model, uint32_t i) {
    const dmn_element *element = dmn_element_at(model, i);
    hb_text type = {0};
    feel_print_type(&type, type_of(model, i));
    hb_text_addf(out, "{\"kind\":\"%s\",\"id\":", KINDS[element->kind]);
    hb_text_add_json(out, element->id);
    hb_text_add(out, HB_STR(",\"name\":"));
    hb_text_add_json(out, element->name);
    hb_text_add(out, HB_STR(",\"type\":"));
    hb_text_add_json(out, (hb_str){type.at, type.n});
    hb_text_add(out, HB_STR("}"));
    hb_text_clear(&type);
}

static void add_problem_json(hb_text *out, const hb_error *problem) {
    hb_text_addf(out,
                 "{\"severity\":\"%s\",\"code\":", problem->kind == HB_NONE ? "warning" : "error");
    hb_text_add_json(out, hb_str_from(problem->code));
    hb_text_add(out, HB_STR(",\"file\":"));
    hb_text_add_json(out, hb_str_from(problem->file));
    hb_text_addf(out, ",\"line\":%u,\"column\":%u,\"where\":", problem->line, problem->column);
    hb_text_add_json(out, hb_str_from(problem->where));
    hb_text_add(out, HB_STR(",\"message\":"));
    hb_text_add_json(out, hb_str_from(problem->message));
    hb_text_add(out, HB_STR(",\"help\":"));
    hb_text_add_json(out, hb_str_from(problem->help));
    hb_text_add(out, HB_STR("}"));
}

static void add_check_json(hb_text *out, const dmn_model *model) {
    hb_text_add(out, HB_STR("{\"elements\":["));
    for (uint32_t i = 0; i < dmn_n_elements(model); i++) {
        if (i > 0) hb_text_add(out, HB_STR(","));
        add_element_json(out, model, i);
    }
    hb_text_add(out, HB_STR("],\"problems\":["));
    for (uint32_t i = 0; i < dmn_n_problems(model); i++) {
        if (i > 0) hb_text_add(out, HB_STR(","));
        add_problem_json(out, dmn_problem(model, i));
    }
    hb_text_add(out, HB_STR("]}\n"));
}

static void add_check_text(hb_text *out, const dmn_model *model, uint32_t n_errors) {
    for (uint32_t i = 0; i < dmn_n_elements(model); i++) add_element_text(out, model, i);
    for (uint32_t i = 0; i < dmn_n_problems(model); i++) {
        char shown[2048];
        hb_error_print(dmn_problem(model, i), shown, sizeof shown);
        hb_text_addf(out, "%s: %s", dmn_problem(model, i)->kind == HB_NONE ? "warning" : "error",
                     shown);
    }
    hb_text_addf(out, "%u elements, %u errors, %u warnings\n", dmn_n_elements(model), n_errors,
                 dmn_n_problems(model) - n_errors);
}

int cli_dmn_check(cli *run) {
    hb_error err = {0};
    hb_text text = {0};
    uint32_t n_errors = 0;
    dmn_model *model = dmn_load(run->arguments[0], true, &err);
    if (model == NULL) return cli_fail(run, &err);
    for (uint32_t i = 0; i < dmn_n_problems(model); i++)
        n_errors += dmn_problem(model, i)->kind != HB_NONE;
    if (run->format == CLI_JSON)
        add_check_json(&text, model);
    else
        add_check_text(&text, model, n_errors);
    bool ok = write_text(run, &text, &err);
    dmn_close(model);
    if (!ok) return cli_fail(run, &err);
    return n_errors > 0 ? CLI_FOUND : CLI_DONE;
}

// ---- test -----------------------------------------------------------------------------------

typedef struct {
    hb_text failures, csv;
} report;

static void add_csv_field(hb_text *out, const char *text, const char *end) {
    hb_text_add(out, HB_STR("\""));
    for (; *text != 0; text++) {
        if (*text == '"') hb_text_add(out, HB_STR("\""));
        hb_text_add(out, (hb_str){text, 1});
    }
    hb_text_addf(out, "\"%s", end);
}

// A row of the results file that each vendor hands in to the TCK; every field is quoted there.
static void add_csv_row(hb_text *out, const dmn_tck_result *result) {
    add_csv_field(out, result->folder, ",");
    add_csv_field(out, result->file, ",");
    add_csv_field(out, result->test_case, ",");
    add_csv_field(out, result->has_passed ? "SUCCESS" : "ERROR", ",");
    add_csv_field(out,
                  result->has_passed        ? ""
                  : result->message[0] != 0 ? result->message
                                            : "the result differs",
                  "\n");
}

static void take_result(void *to, const dmn_tck_result *result) {
    report *r = to;
    add_csv_row(&r->csv, result);
    if (result->has_passed) return;
    hb_text_addf(&r->failures, "%s/%s %s %s:", result->folder, result->file, result->test_case,
                 result->node);
    if (result->expected[0] != 0)
        hb_text_addf(&r->failures, " expected %s, got %s", result->expected, result->got);
    if (result->message[0] != 0)
        hb_text_addf(&r->failures, "%s%s", result->expected[0] != 0 ? " · " : " ", result->message);
    hb_text_add(&r->failures, HB_STR("\n"));
}

static bool write_file(const char *path, hb_text *text, hb_error *err) {
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        return hb_fail(err, HB_SYSTEM, "cannot-open", "\"%s\" cannot be written", path);
    bool ok = !text->failed && fwrite(text->at, 1, text->n, file) == text->n;
    ok = fclose(file) == 0 && ok;
    return ok || hb_fail(err, HB_SYSTEM, "output", "\"%s\" cannot be written", path);
}

int cli_dmn_test(cli *run) {
    hb_error err = {0};
    report r = {{0}, {0}};
    dmn_tck_count count = {0, 0};
    const char *csv = cli_value(run, "csv");
    bool ok = true;
    for (uint32_t i = 0; i < run->n_arguments && ok; i++)
        ok = dmn_tck_run(run->arguments[i], run->now, take_result, &r, &count, &err);
    hb_text_addf(&r.failures, "%u passed, %u failed\n", count.n_passed, count.n_failed);
    if (ok && csv != NULL) ok = write_file(csv, &r.csv, &err);
    if (ok) ok = write_text(run, &r.failures, &err);
    hb_text_clear(&r.failures);
    hb_text_clear(&r.csv);
    if (!ok) return cli_fail(run, &err);
    return count.n_failed > 0 ? CLI_FOUND : CLI_DONE;
}
