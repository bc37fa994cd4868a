// habeas feel: one expression, or a prompt that evaluates a line at a time. Names are the members
// of the JSON object given with --input. The value goes to standard output, why it is null to
// standard error.
#include <editline/readline.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "dmn/dmn.h"

#define INPUT_MAX_BYTES ((size_t)256 << 20)
#define ARENA_MAX_BYTES ((size_t)1 << 30)
#define NOTES_MAX 50

typedef struct {
    hb_arena *names, *work;  // names live as long as the prompt, work one line
    feel_scope *scope;
    feel_value *slots;
} variables;

static bool add_variables(variables *v, const hb_json *inputs, hb_error *err) {
    if (inputs->kind != HB_JSON_OBJECT) {
        hb_fail(err, HB_INPUT, "input-object", "the input is no JSON object");
        hb_error_help(err, "write {\"name\": value, ...}");
        return false;
    }
    v->slots = hb_arena_array(v->names, feel_value, inputs->n);
    if (v->slots == NULL) return hb_out_of_memory(err);
    for (uint32_t i = 0; i < inputs->n; i++) {
        const hb_json *member = &inputs->first[i];
        if (!feel_from_json(v->names, member, feel_type_basic(FEEL_TYPE_ANY), &v->slots[i], err)) {
            hb_error_in(err, "input \"%.*s\"", (int)member->key.n, member->key.at);
            return false;
        }
        if (!feel_scope_add(v->scope, member->key, feel_type_of(v->names, v->slots[i])))
            return hb_out_of_memory(err);
    }
    return true;
}

static bool read_variables(variables *v, const char *file, hb_error *err) {
    bool ok = false;
    hb_bytes text = {0};
    hb_json *json = NULL;
    hb_json_reader *reader = hb_json_reader_open();
    if (reader == NULL) {
        hb_out_of_memory(err);
        goto done;
    }
    if (!hb_read_file(file, INPUT_MAX_BYTES, &text, err)) goto done;
    ok = hb_json_parse(reader, v->names, (hb_str){text.at, text.n}, &json, err) &&
         add_variables(v, json, err);
    if (!ok) hb_error_file(err, hb_str_from(file));
done:
    hb_json_reader_close(reader);
    hb_bytes_clear(&text);
    return ok;
}

static void warn_of_notes(const cli *run, const feel_run *feel) {
    uint32_t n = feel->n_notes < NOTES_MAX ? feel->n_notes : NOTES_MAX;
    for (uint32_t i = 0; i < n; i++) {
        if (feel->notes[i].is_error)
            cli_warn(run, "%.*s", (int)feel->notes[i].text.n, feel->notes[i].text.at);
    }
}

// Parses, runs and prints one expression.
static bool evaluate(const cli *run, variables *v, hb_str text, hb_error *err) {
    feel_note notes[NOTES_MAX];
    feel_source source = {.text = text, .where = (hb_str){0}};
    feel_env root = {.up = NULL, .slots = v->slots};
    hb_text out = {0};
    feel_run feel;
    feel_node *node = feel_parse(v->work, source, v->scope, err);
    feel_program *program = node == NULL ? NULL : feel_compile(v->work, node, source, err);
    if (program == NULL) return false;
    feel_run_init(&feel, v->work, err);
    feel.now = run->now;
    feel.notes = notes;
    feel.notes_max = NOTES_MAX;
    feel.external = dmn_external_call;
    feel_value value = feel_evaluate(&feel, program, &root);
    bool ok = !feel.has_failed;
    if (ok && run->format == CLI_JSON)
        feel_print_json(&out, value);
    else if (ok)
        feel_print(&out, value);
    hb_text_add(&out, HB_STR("\n"));
    if (ok) ok = out.failed ? hb_out_of_memory(err) : cli_write(run, (hb_str){out.at, out.n}, err);
    if (ok) warn_of_notes(run, &feel);
    feel_run_clear(&feel);
    hb_text_clear(&out);
    return ok;
}

static int evaluate_line(const cli *run, variables *v, const char *line) {
    hb_error err = {0};
    int status = CLI_DONE;
    hb_str text = hb_str_trim(hb_str_from(line));
    if (text.n > 0 && !evaluate(run, v, text, &err)) status = cli_fail(run, &err);
    hb_arena_reset(v->work);
    return status;
}

// On a terminal: a prompt with history, where a mistake ends nothing. Otherwise each line of
// standard input.
static int prompt(const cli *run, variables *v) {
    int status = CLI_DONE;
    bool is_terminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
    if (is_terminal) {
        for (char *line = NULL; (line = readline("feel> ")) != NULL; free(line)) {
            if (*line != 0) add_history(line);
            evaluate_line(run, v, line);
            fflush(run->out);
        }
        fputc('\n', run->out);
        return status;
    }
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, run->in) >= 0) {
        int own = evaluate_line(run, v, line);
        if (status == CLI_DONE) status = own;
    }
    free(line);
    return status;
}

int cli_feel(cli *run) {
    int status = CLI_DONE;
    hb_error err = {0};
    const char *file = cli_value(run, "input");
    variables v = {.names = hb_arena_open(ARENA_MAX_BYTES), .work = hb_arena_open(ARENA_MAX_BYTES)};
    if (v.names == NULL || v.work == NULL || (v.scope = feel_scope_open(v.names, NULL)) == NULL) {
        hb_out_of_memory(&err);
        status = cli_fail(run, &err);
    } else if (file != NULL && !read_variables(&v, file, &err)) {
        status = cli_fail(run, &err);
    } else if (run->n_arguments > 0) {
        status = evaluate(run, &v, hb_str_from(run->arguments[0]), &err) ? CLI_DONE
                                                                         : cli_fail(run, &err);
    } else {
        status = prompt(run, &v);
    }
    if (v.names != NULL) hb_arena_close(v.names);
    if (v.work != NULL) hb_arena_close(v.work);
    return status;
}
