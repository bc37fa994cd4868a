// The public interface over dmn and feel: models, sessions, host functions. Everything is one call
// deep; what needs memory takes it from the session's arena, which a reset empties.
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dmn/dmn.h"
#include "lib/habeas-dmn.h"
#include "lib/internal.h"

const char *habeas_dmn_version(void) {
    return HABEAS_VERSION;
}

// ---- errors -----------------------------------------------------------------------------------

static void copy_text(char *to, size_t size, const char *from) {
    size_t n = strnlen(from, size - 1);
    memcpy(to, from, n);
    to[n] = 0;
}

static void tell(const hb_error *from, habeas_dmn_error *to) {
    if (!to) return;
    *to =
        (habeas_dmn_error){.kind = (int32_t)from->kind, .line = from->line, .column = from->column};
    copy_text(to->file, sizeof to->file, from->file);
    copy_text(to->where, sizeof to->where, from->where);
    copy_text(to->message, sizeof to->message, from->message);
    copy_text(to->help, sizeof to->help, from->help);
}

static bool fail(habeas_dmn_error *to, const hb_error *from) {
    tell(from, to);
    return false;
}

// ---- models -----------------------------------------------------------------------------------

static const dmn_model *inner(const habeas_dmn_model *model) {
    return (const dmn_model *)model;
}

habeas_dmn_model *habeas_dmn_load(const char *path, habeas_dmn_error *err) {
    hb_error cause = {0};
    dmn_model *model = dmn_load(path, true, &cause);
    if (!model) tell(&cause, err);
    return (habeas_dmn_model *)model;
}

habeas_dmn_model *habeas_dmn_load_text(const char *xml, size_t n, habeas_dmn_error *err) {
    hb_error cause = {0};
    dmn_model *model = dmn_load_text((hb_str){xml, n}, "model", true, &cause);
    if (!model) tell(&cause, err);
    return (habeas_dmn_model *)model;
}

void habeas_dmn_close(habeas_dmn_model *model) {
    if (model) dmn_close((dmn_model *)model);
}

bool habeas_dmn_problem(const habeas_dmn_model *model, uint32_t i, habeas_dmn_error *problem) {
    if (i >= dmn_n_problems(inner(model))) return false;
    tell(dmn_problem(inner(model), i), problem);
    return true;
}

uint32_t habeas_dmn_n_elements(const habeas_dmn_model *model) {
    return dmn_n_elements(inner(model));
}

habeas_dmn_element_kind habeas_dmn_element_kind_at(const habeas_dmn_model *model,
                                                   uint32_t element) {
    return (habeas_dmn_element_kind)dmn_element_at(inner(model), element)->kind;
}

size_t habeas_dmn_element_name(const habeas_dmn_model *model, uint32_t element, char *out,
                               size_t size) {
    hb_str name = dmn_element_at(inner(model), element)->name;
    size_t n = size == 0 ? 0 : name.n < size ? name.n : size - 1;
    if (n > 0) memcpy(out, name.at, n);
    if (size > 0) out[n] = 0;
    return name.n;
}

uint32_t habeas_dmn_find(const habeas_dmn_model *model, habeas_dmn_element_kind kind,
                         const char *name) {
    return dmn_find(inner(model), (dmn_kind)kind, hb_str_from(name));
}

// ---- sessions ---------------------------------------------------------------------------------

habeas_dmn_session *habeas_dmn_open(const habeas_dmn_model *model, int64_t now_seconds,
                                    habeas_dmn_error *err) {
    hb_error cause = {0};
    habeas_dmn_session *session = calloc(1, sizeof *session);
    bool ok = session || hb_out_of_memory(&cause);
    if (ok) session->model = inner(model);
    ok = ok && (session->inner =
                    dmn_session_open(session->model, (hb_instant){.seconds = now_seconds}, &cause));
    ok = ok && ((session->reader = hb_json_reader_open()) || hb_out_of_memory(&cause));
    if (ok) return session;
    tell(&cause, err);
    habeas_dmn_end(session);
    return NULL;
}

void habeas_dmn_end(habeas_dmn_session *session) {
    if (!session) return;
    dmn_session_close(session->inner);
    hb_json_reader_close(session->reader);
    free(session->functions);
    free(session->natives);
    free(session);
}

void habeas_dmn_reset(habeas_dmn_session *session) {
    dmn_session_reset(session->inner);
}

static bool find(const habeas_dmn_session *session, const dmn_kind kinds[2], const char *name,
                 uint32_t *out, habeas_dmn_error *err) {
    hb_error cause = {0};
    for (int i = 0; i < 2; i++) {
        *out = dmn_find(session->model, kinds[i], hb_str_from(name));
        if (*out != DMN_NONE) return true;
    }
    hb_fail(&cause, HB_USAGE, "unknown-element", "the model has nothing named \"%.200s\" here",
            name);
    return fail(err, &cause);
}

bool habeas_dmn_set_json(habeas_dmn_session *session, const char *name, const char *json,
                         habeas_dmn_error *err) {
    static const dmn_kind KINDS[2] = {DMN_INPUT, DMN_DECISION};
    hb_arena *arena = dmn_session_arena(session->inner);
    hb_error cause = {0};
    hb_json *tree = NULL;
    hb_str kept = {0};
    feel_value value = feel_null();
    uint32_t element;
    if (!find(session, KINDS, name, &element, err)) return false;
    bool ok = hb_str_copy(arena, hb_str_from(json), &kept) || hb_out_of_memory(&cause);
    ok = ok && hb_json_parse(session->reader, arena, kept, &tree, &cause) &&
         feel_from_json(arena, tree, dmn_element_at(session->model, element)->type, &value, &cause);
    if (!ok) return fail(err, &cause);
    dmn_session_set(session->inner, element, value);
    return true;
}

// A printed text as the session keeps it.
static const char *keep_text(habeas_dmn_session *session, hb_text *text) {
    char *kept =
        text->failed ? NULL : hb_arena_alloc(dmn_session_arena(session->inner), text->n + 1);
    if (kept && text->n > 0) memcpy(kept, text->at, text->n);
    hb_text_clear(text);
    return kept;
}

const char *habeas_dmn_get_json(habeas_dmn_session *session, const char *name,
                                habeas_dmn_error *err) {
    static const dmn_kind KINDS[2] = {DMN_DECISION, DMN_SERVICE};
    hb_error cause = {0};
    hb_text text = {0};
    feel_value value = feel_null();
    uint32_t element;
    if (!find(session, KINDS, name, &element, err)) return NULL;
    bool is_service = dmn_element_at(session->model, element)->kind == DMN_SERVICE;
    bool ok = is_service ? dmn_session_service(session->inner, element, &value, &cause)
                         : dmn_session_get(session->inner, element, &value, &cause);
    if (!ok) return tell(&cause, err), NULL;
    feel_print_json(&text, value);
    const char *json = keep_text(session, &text);
    if (!json) {
        hb_out_of_memory(&cause);
        tell(&cause, err);
    }
    return json;
}

const char *habeas_dmn_note(const habeas_dmn_session *session, uint32_t i) {
    const feel_note *notes = NULL;
    uint32_t n = dmn_session_notes(session->inner, &notes);
    hb_text text = {0};
    if (i >= n) return NULL;
    if (notes[i].where.n > 0) {
        hb_text_add(&text, notes[i].where);
        hb_text_addf(&text, ", column %u: ", notes[i].column);
    }
    hb_text_add(&text, notes[i].text);
    return keep_text((habeas_dmn_session *)session, &text);
}

const char *habeas_dmn_print(habeas_dmn_session *session, habeas_dmn_value value) {
    hb_text text = {0};
    feel_print(&text, library_feel(value));
    return keep_text(session, &text);
}

bool habeas_dmn_set(habeas_dmn_session *session, uint32_t element, habeas_dmn_value value) {
    if (element >= dmn_n_elements(session->model)) return false;
    if (dmn_element_at(session->model, element)->kind > DMN_DECISION) return false;
    dmn_session_set(session->inner, element, library_feel(value));
    return true;
}

bool habeas_dmn_get(habeas_dmn_session *session, uint32_t element, habeas_dmn_value *out,
                    habeas_dmn_error *err) {
    hb_error cause = {0};
    feel_value value = feel_null();
    if (element >= dmn_n_elements(session->model)) {
        hb_fail(&cause, HB_USAGE, "unknown-element", "the model has no element %u", element);
        return fail(err, &cause);
    }
    if (!dmn_session_get(session->inner, element, &value, &cause)) return fail(err, &cause);
    *out = library_value(value);
    return true;
}

// ---- functions of the host --------------------------------------------------------------------

static feel_value call_host(feel_run *run, void *data, const feel_value *args, uint32_t n) {
    const library_function *function = data;
    habeas_dmn_value out = habeas_dmn_null();
    static_assert(sizeof *args == sizeof out, "a list of one is a list of the other");
    habeas_dmn_value *given = hb_arena_array(run->arena, habeas_dmn_value, n);
    if (!given) return feel_null_because(run, true, "no memory is left for the arguments");
    if (n > 0) memcpy(given, args, n * sizeof *given);
    if (function->row.call(function->row.data, given, n, function->session, &out))
        return library_feel(out);
    return feel_null_because(run, true, "%s.%s does not take these arguments",
                             function->row.class_name, function->row.signature);
}

bool habeas_dmn_functions(habeas_dmn_session *session, const habeas_dmn_function *rows,
                          uint32_t n) {
    library_function *functions = calloc((size_t)n + 1, sizeof *functions);
    dmn_native *natives = calloc((size_t)n + 1, sizeof *natives);
    if (!functions || !natives) {
        free(functions);
        free(natives);
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        functions[i] = (library_function){.row = rows[i], .session = session};
        natives[i] = (dmn_native){rows[i].class_name, rows[i].signature, rows[i].n_params,
                                  call_host, &functions[i]};
    }
    free(session->functions);
    free(session->natives);
    session->functions = functions;
    session->natives = natives;
    dmn_session_natives(session->inner, natives, n);
    return true;
}
