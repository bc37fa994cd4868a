// Test files of the DMN TCK: <testCases> names a model beside it; each <testCase> gives inputs and
// expected results. One session serves all cases of a file. A value is written as <value
// xsi:type=...>, as <component>s or as a <list>.
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "dmn/internal.h"

#define XSI "http://www.w3.org/2001/XMLSchema-instance"
#define TREE_MAX_BYTES ((size_t)512 << 20)
#define MAX_DEPTH 16   // folders inside folders
#define SHOWN_MAX 400  // bytes of a value in a message

typedef struct {
    dmn_tck_sink sink;
    void *to;
    dmn_tck_count *count;
    hb_instant now;
    char folder[256], file[256];
} runner;

// ---- values of a test file ------------------------------------------------------------------

static bool read_value(hb_arena *arena, const dmn_xml *node, feel_value *out);

static bool read_list(hb_arena *arena, const dmn_xml *node, feel_value *out) {
    uint32_t n = 0, i = 0;
    for (const dmn_xml *item = dmn_xml_child(node, "item"); item != NULL;
         item = dmn_xml_next(item, "item"))
        n++;
    feel_value *items = hb_arena_array(arena, feel_value, n);
    if (items == NULL) return false;
    for (const dmn_xml *item = dmn_xml_child(node, "item"); item != NULL;
         item = dmn_xml_next(item, "item")) {
        if (!read_value(arena, item, &items[i++])) return false;
    }
    *out = feel_list(items, n);
    return true;
}

static bool read_components(hb_arena *arena, const dmn_xml *node, feel_value *out) {
    uint32_t n = 0;
    for (const dmn_xml *c = dmn_xml_child(node, "component"); c != NULL;
         c = dmn_xml_next(c, "component"))
        n++;
    feel_context *context = hb_arena_new(arena, feel_context);
    hb_str *keys = hb_arena_array(arena, hb_str, n);
    feel_value *values = hb_arena_array(arena, feel_value, n);
    if (context == NULL || keys == NULL || values == NULL) return false;
    for (const dmn_xml *c = dmn_xml_child(node, "component"); c != NULL;
         c = dmn_xml_next(c, "component")) {
        if (!hb_str_copy(arena, dmn_xml_get(c, "name"), &keys[context->n])) return false;
        if (!read_value(arena, c, &values[context->n++])) return false;
    }
    context->keys = keys;
    context->values = values;
    *out = (feel_value){.kind = FEEL_CONTEXT, .context = context};
    return true;
}

typedef bool (*reader)(hb_arena *arena, hb_str text, feel_value *out);

static bool read_string(hb_arena *arena, hb_str text, feel_value *out) {
    hb_str kept = {0};
    if (!hb_str_copy(arena, text, &kept)) return false;
    *out = feel_string(kept);
    return true;
}

static bool read_boolean(hb_arena *arena, hb_str text, feel_value *out) {
    (void)arena;
    text = hb_str_trim(text);
    bool is_true = hb_str_equal(text, HB_STR("true")) || hb_str_equal(text, HB_STR("1"));
    if (!is_true && !hb_str_equal(text, HB_STR("false")) && !hb_str_equal(text, HB_STR("0")))
        return false;
    *out = feel_boolean(is_true);
    return true;
}

static bool read_number(hb_arena *arena, hb_str text, feel_value *out) {
    hb_dec number;
    return hb_dec_parse(hb_str_trim(text), &number) && feel_number(arena, number, out);
}

static bool read_date(hb_arena *arena, hb_str text, feel_value *out) {
    (void)arena;
    return feel_parse_date(hb_str_trim(text), out);
}

static bool read_time(hb_arena *arena, hb_str text, feel_value *out) {
    return feel_parse_time(arena, hb_str_trim(text), out);
}

static bool read_date_time(hb_arena *arena, hb_str text, feel_value *out) {
    return feel_parse_date_time(arena, hb_str_trim(text), out);
}

static bool read_duration(hb_arena *arena, hb_str text, feel_value *out) {
    (void)arena;
    return feel_parse_duration(hb_str_trim(text), out);
}

static const struct {
    const char *name;
    reader read;
} TYPES[] = {
  // local names of xsi:type
    {"string",            read_string   },
    {"boolean",           read_boolean  },
    {"decimal",           read_number   },
    {"double",            read_number   },
    {"integer",           read_number   },
    {"int",               read_number   },
    {"long",              read_number   },
    {"float",             read_number   },
    {"date",              read_date     },
    {"time",              read_time     },
    {"dateTime",          read_date_time},
    {"duration",          read_duration },
    {"dayTimeDuration",   read_duration },
    {"yearMonthDuration", read_duration },
};

static bool read_simple(hb_arena *arena, const dmn_xml *node, feel_value *out) {
    hb_str type = dmn_xml_get_ns(node, XSI, "type");
    const char *colon = type.n == 0 ? NULL : memchr(type.at, ':', type.n);
    if (colon != NULL) type = (hb_str){colon + 1, type.n - (size_t)(colon + 1 - type.at)};
    if (hb_str_equal(dmn_xml_get_ns(node, XSI, "nil"), HB_STR("true"))) {
        *out = feel_null();
        return true;
    }
    if (type.n == 0) return read_string(arena, node->text, out);
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
        if (hb_str_equal(type, hb_str_from(TYPES[i].name)))
            return TYPES[i].read(arena, node->text, out);
    }
    return false;
}

static bool read_value(hb_arena *arena, const dmn_xml *node, feel_value *out) {
    const dmn_xml *value = dmn_xml_child(node, "value"), *list = dmn_xml_child(node, "list");
    *out = feel_null();
    if (list != NULL) return read_list(arena, list, out);
    if (dmn_xml_child(node, "component") != NULL) return read_components(arena, node, out);
    return value == NULL || read_simple(arena, value, out);
}

// ---- comparing ------------------------------------------------------------------------------

static bool is_expected(feel_value expected, feel_value got);

// The kit writes some results of division and of double arithmetic shortened; its runners accept a
// difference below 10^-8 (NUMBER_COMPARISON_PRECISION in the runners of the kit's repository).
static bool is_number_expected(feel_value expected, feel_value got) {
    hb_dec difference;
    if (!hb_dec_sub(feel_dec(expected), feel_dec(got), &difference)) return false;
    return hb_dec_compare(hb_dec_abs(difference), hb_dec_from_parts(1, -8)) < 0;
}

static bool is_context_expected(const feel_context *expected, const feel_context *got) {
    if (expected->n != got->n) return false;
    for (uint32_t i = 0; i < expected->n; i++) {
        feel_value value = feel_null();
        if (!feel_context_get(got, expected->keys[i], &value) ||
            !is_expected(expected->values[i], value))
            return false;
    }
    return true;
}

static bool is_expected(feel_value expected, feel_value got) {
    if (expected.kind != got.kind) return false;
    if (expected.kind == FEEL_NULL) return true;
    if (expected.kind == FEEL_NUMBER) return is_number_expected(expected, got);
    if (expected.kind == FEEL_CONTEXT) return is_context_expected(expected.context, got.context);
    if (expected.kind != FEEL_LIST) return feel_is_same(expected, got);
    if (expected.n != got.n) return false;
    for (uint32_t i = 0; i < expected.n; i++) {
        if (!is_expected(expected.items[i], got.items[i])) return false;
    }
    return true;
}

// ---- one case -------------------------------------------------------------------------------

typedef struct {
    runner *r;
    const dmn_model *model;
    dmn_session *session;
    const dmn_xml *node;  // the <testCase>
    char id[256], name[256], expected[SHOWN_MAX], got[SHOWN_MAX], message[SHOWN_MAX];
} test_case;

static void copy_text(char *to, size_t size, hb_str text) {
    snprintf(to, size, "%.*s", (int)(text.n < INT_MAX ? text.n : INT_MAX),
             text.at != NULL ? text.at : "");
}

static void show(char *to, feel_value value) {
    hb_text text = {0};
    if (value.kind == FEEL_STRING)
        feel_print_json(&text, value);
    else
        feel_print(&text, value);
    copy_text(to, SHOWN_MAX, (hb_str){text.at, text.n});
    hb_text_clear(&text);
}

static bool fail(test_case *t, const char *message) {
    snprintf(t->message, sizeof t->message, "%s", message);
    return false;
}

static bool set_inputs(test_case *t) {
    const dmn_xml *input = dmn_xml_child(t->node, "inputNode");
    for (; input != NULL; input = dmn_xml_next(input, "inputNode")) {
        feel_value value = feel_null();
        copy_text(t->name, sizeof t->name, dmn_xml_get(input, "name"));
        hb_str name = dmn_name(dmn_session_arena(t->session), dmn_xml_get(input, "name"));
        uint32_t element = dmn_find_element(t->model, dmn_xml_get(input, "namespace"), name);
        if (element == DMN_NONE) return fail(t, "the model has no input of this name");
        if (!read_value(dmn_session_arena(t->session), input, &value))
            return fail(t, "this input value cannot be read");
        dmn_session_set(t->session, element, value);
    }
    return true;
}

static bool is_type(const test_case *t, const char *type) {
    return hb_str_equal(dmn_xml_get(t->node, "type"), hb_str_from(type));
}

// The arguments of a knowledge model called by itself: the inputs of the case, by the names of its
// parameters.
static bool call_knowledge(test_case *t, uint32_t element, feel_value *out, hb_error *err) {
    const feel_type *type = t->model->elements[element].shown.type;
    hb_arena *arena = dmn_session_arena(t->session);
    feel_value function = feel_null();
    feel_value *args = hb_arena_array(arena, feel_value, type->n_fields);
    if (args == NULL || !dmn_session_get(t->session, element, &function, err)) return false;
    const dmn_xml *input = dmn_xml_child(t->node, "inputNode");
    for (; input != NULL; input = dmn_xml_next(input, "inputNode")) {
        for (uint32_t i = 0; i < type->n_fields; i++) {
            if (!hb_str_equal(type->fields[i].name, dmn_name(arena, dmn_xml_get(input, "name"))))
                continue;
            if (!read_value(arena, input, &args[i])) return false;
        }
    }
    return dmn_session_call(t->session, function, args, type->n_fields, out, err);
}

// What is asked for by name at once: the result of a decision service or of a knowledge model.
static bool invoke(test_case *t, feel_value *out, hb_error *err) {
    bool is_service = is_type(t, "decisionService");
    hb_str name = dmn_name(dmn_session_arena(t->session), dmn_xml_get(t->node, "invocableName"));
    uint32_t element = dmn_find(t->model, is_service ? DMN_SERVICE : DMN_BKM, name);
    if (element == DMN_NONE)
        return hb_fail(err, HB_INPUT, "tck-name", "the model has nothing named \"%.*s\"",
                       (int)name.n, name.at);
    return is_service ? dmn_session_service(t->session, element, out, err)
                      : call_knowledge(t, element, out, err);
}

static uint32_t count_results(const test_case *t) {
    uint32_t n = 0;
    for (const dmn_xml *r = dmn_xml_child(t->node, "resultNode"); r != NULL;
         r = dmn_xml_next(r, "resultNode"))
        n++;
    return n;
}

static bool find_result(test_case *t, const dmn_xml *result, bool is_invoked, feel_value whole,
                        feel_value *out, hb_error *err) {
    hb_str name = dmn_name(dmn_session_arena(t->session), dmn_xml_get(result, "name"));
    *out = whole;
    if (is_invoked) {  // several results of a service are the entries of its context
        return count_results(t) == 1 || whole.kind != FEEL_CONTEXT ||
               feel_context_get(whole.context, name, out) ||
               hb_fail(err, HB_INPUT, "tck-name", "the result has no entry of this name");
    }
    uint32_t element = dmn_find(t->model, DMN_DECISION, name);
    if (element == DMN_NONE)
        return hb_fail(err, HB_INPUT, "tck-name", "the model has no decision of this name");
    return dmn_session_get(t->session, element, out, err);
}

static bool run_results(test_case *t) {
    hb_error err = {0};
    feel_value whole = feel_null();
    bool is_invoked = is_type(t, "decisionService") || is_type(t, "bkm");
    if (is_invoked && !invoke(t, &whole, &err)) return fail(t, err.message);
    const dmn_xml *result = dmn_xml_child(t->node, "resultNode");
    for (; result != NULL; result = dmn_xml_next(result, "resultNode")) {
        const dmn_xml *wanted = dmn_xml_child(result, "expected");
        feel_value expected = feel_null(), got = feel_null();
        copy_text(t->name, sizeof t->name, dmn_xml_get(result, "name"));
        if (wanted != NULL && !read_value(dmn_session_arena(t->session), wanted, &expected))
            return fail(t, "this expected value cannot be read");
        if (!find_result(t, result, is_invoked, whole, &got, &err)) return fail(t, err.message);
        if (is_expected(expected, got)) continue;
        show(t->expected, expected);
        show(t->got, got);
        return false;
    }
    return true;
}

// The first error that led to a null, for the reader of a failed case.
static void tell_why(test_case *t) {
    const feel_note *notes = NULL;
    uint32_t n = t->session == NULL ? 0 : dmn_session_notes(t->session, &notes);
    for (uint32_t i = 0; i < n && t->message[0] == 0; i++) {
        if (!notes[i].is_error) continue;
        snprintf(t->message, sizeof t->message, "%.*s: %.*s", (int)notes[i].where.n,
                 notes[i].where.at, (int)notes[i].text.n, notes[i].text.at);
    }
}

static void report(test_case *t, bool has_passed) {
    if (has_passed)
        t->r->count->n_passed++;
    else
        t->r->count->n_failed++;
    if (!has_passed) tell_why(t);
    dmn_tck_result result = {.folder = t->r->folder,
                             .file = t->r->file,
                             .test_case = t->id,
                             .node = t->name,
                             .has_passed = has_passed,
                             .expected = t->expected,
                             .got = t->got,
                             .message = t->message,
                             .model = t->model,
                             .session = t->session};
    t->r->sink(t->r->to, &result);
}

static void run_case(runner *r, const dmn_model *model, dmn_session *session, const dmn_xml *node,
                     const char *broken) {
    test_case t = {.r = r, .model = model, .session = session, .node = node};
    copy_text(t.id, sizeof t.id, dmn_xml_get(node, "id"));
    if (session == NULL) {
        fail(&t, broken);
        report(&t, false);
        return;
    }
    dmn_session_reset(session);
    report(&t, set_inputs(&t) && run_results(&t));
}

// ---- one file -------------------------------------------------------------------------------

static void name_file(runner *r, const char *path) {
    const char *parts[3] = {path, path, path};  // starts of the last three parts
    for (const char *at = path; *at != 0; at++) {
        if (*at != '/' || at[1] == 0) continue;
        parts[0] = parts[1], parts[1] = parts[2], parts[2] = at + 1;
    }
    size_t n = parts[2] > parts[0] ? (size_t)(parts[2] - 1 - parts[0]) : 0;
    snprintf(r->folder, sizeof r->folder, "%.*s", (int)n, parts[0]);
    size_t file = strlen(parts[2]);
    snprintf(r->file, sizeof r->file, "%.*s", (int)(file > 4 ? file - 4 : file), parts[2]);
}

static char *model_path(const char *path, const dmn_xml *root) {
    const dmn_xml *name = dmn_xml_child(root, "modelName");
    const char *slash = strrchr(path, '/');
    hb_str file = name == NULL ? HB_STR("") : hb_str_trim(name->text);
    char *out = NULL;
    if (asprintf(&out, "%.*s%.*s", slash == NULL ? 0 : (int)(slash + 1 - path), path, (int)file.n,
                 file.at) < 0)
        return NULL;
    return out;
}

static bool run_cases(runner *r, const char *path, const dmn_xml *root, hb_error *err) {
    hb_error broken = {0};
    dmn_session *session = NULL;
    char *model_file = model_path(path, root);
    dmn_model *model = model_file == NULL ? NULL : dmn_load(model_file, true, &broken);
    if (model != NULL) session = dmn_session_open(model, r->now, &broken);
    for (const dmn_xml *node = dmn_xml_child(root, "testCase"); node != NULL;
         node = dmn_xml_next(node, "testCase")) {
        run_case(r, model, session, node, broken.message);
    }
    dmn_session_close(session);
    dmn_close(model);
    free(model_file);
    return broken.kind != HB_SYSTEM || hb_fail(err, HB_SYSTEM, broken.code, "%s", broken.message);
}

static bool run_file(runner *r, const char *path, bool is_named, hb_error *err) {
    bool ok = false;
    hb_bytes text = {0};
    dmn_xml *root = NULL;
    hb_arena *tree = hb_arena_open(TREE_MAX_BYTES);
    name_file(r, path);
    if (tree == NULL) {
        hb_out_of_memory(err);
        goto done;
    }
    if (!hb_read_file(path, DMN_MAX_BYTES, &text, err)) goto done;
    if (!dmn_xml_parse(tree, tree, (hb_str){text.at, text.n}, path, &root, err)) goto done;
    if (dmn_xml_is(root, "testCases")) {
        ok = run_cases(r, path, root, err);
    } else if (is_named) {
        hb_fail(err, HB_INPUT, "tck-file",
                "this is not a test file: its outermost element is \"%.*s\"", (int)root->name.n,
                root->name.at);
        hb_error_help(err, "a test file of the DMN TCK begins with <testCases>");
        hb_error_file(err, hb_str_from(path));
    } else {
        ok = true;  // another XML file that happens to stand in the folder
    }
done:
    hb_bytes_clear(&text);
    if (tree != NULL) hb_arena_close(tree);
    return ok;
}

// ---- folders --------------------------------------------------------------------------------

static int is_visible(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static int by_bytes(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool is_xml(const char *path) {
    size_t n = strlen(path);
    return n > 4 && strcmp(path + n - 4, ".xml") == 0;
}

static bool run_path(runner *r, const char *path, uint32_t depth, hb_error *err) {
    struct stat info;
    if (stat(path, &info) != 0) {
        hb_fail(err, HB_SYSTEM, "cannot-read", "cannot read \"%s\": %s", path, strerror(errno));
        return false;
    }
    if (!S_ISDIR(info.st_mode))
        return (depth > 0 && !is_xml(path)) || run_file(r, path, depth == 0, err);
    if (depth > MAX_DEPTH)
        return hb_fail(err, HB_LIMIT, "depth-limit", "folders are nested too deep at \"%s\"", path);
    struct dirent **entries = NULL;
    int n = scandir(path, &entries, is_visible, by_bytes);
    bool ok = n >= 0 || hb_fail(err, HB_SYSTEM, "cannot-read", "cannot read \"%s\": %s", path,
                                strerror(errno));
    for (int i = 0; i < n; i++) {
        char *inner = NULL;
        size_t length = strlen(path);
        bool has_slash = length > 0 && path[length - 1] == '/';
        if (ok && asprintf(&inner, "%s%s%s", path, has_slash ? "" : "/", entries[i]->d_name) < 0)
            ok = hb_out_of_memory(err);
        if (ok) ok = run_path(r, inner, depth + 1, err);
        free(inner);
        free(entries[i]);
    }
    free(entries);
    return ok;
}

bool dmn_tck_run(const char *path, hb_instant now, dmn_tck_sink sink, void *to,
                 dmn_tck_count *count, hb_error *err) {
    runner r = {.sink = sink, .to = to, .count = count, .now = now};
    return run_path(&r, path, 0, err);
}
