// A model as a whole: the file asked for, what it imports (and what that imports), the elements of
// all of them in one array. Loading runs in passes, each over every document: XML -> imports ->
// elements and item definitions -> the graph of requirements (graph.c) -> logic (boxed.c). A
// mistake is a problem of the model with its place; only after the last pass does a strict model
// fail, with the first error, so `dmn check` can show them all.
#include "dmn/internal.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MODEL_MAX_BYTES ((size_t)1 << 30)
#define TREE_MAX_BYTES ((size_t)2 << 30)

// All versions read alike: later ones only add elements.
static const char *const MODEL_NAMESPACES[] = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",  // 1.1
    "http://www.omg.org/spec/DMN/20180521/MODEL/",   // 1.2
    "https://www.omg.org/spec/DMN/20191111/MODEL/",  // 1.3
    "https://www.omg.org/spec/DMN/20211108/MODEL/",  // 1.4
    "https://www.omg.org/spec/DMN/20230324/MODEL/",  // 1.5
};
static const char *const FEEL_NAMESPACES[] = {
    "http://www.omg.org/spec/FEEL/20140401",  // 1.1
    "http://www.omg.org/spec/DMN/20180521/FEEL/",
    "https://www.omg.org/spec/DMN/20191111/FEEL/",
    "https://www.omg.org/spec/DMN/20211108/FEEL/",
    "https://www.omg.org/spec/DMN/20230324/FEEL/",
    "feel",  // as some editors write it
    "FEEL",
};
static const char *const ELEMENT_TAGS[] = {
    [DMN_INPUT] = "inputData",
    [DMN_DECISION] = "decision",
    [DMN_BKM] = "businessKnowledgeModel",
    [DMN_SERVICE] = "decisionService",
};
static const char *const KIND_WORDS[] = {
    [DMN_INPUT] = "input",
    [DMN_DECISION] = "decision",
    [DMN_BKM] = "knowledge model",
    [DMN_SERVICE] = "service",
};
#define N_KINDS 4

static bool is_one_of(hb_str text, const char *const *words, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (hb_str_equal(text, hb_str_from(words[i]))) return true;
    }
    return false;
}

static bool is_model_namespace(hb_str uri) {
    return is_one_of(uri, MODEL_NAMESPACES, sizeof MODEL_NAMESPACES / sizeof *MODEL_NAMESPACES);
}

bool dmn_is_feel(hb_str uri) {
    return is_one_of(uri, FEEL_NAMESPACES, sizeof FEEL_NAMESPACES / sizeof *FEEL_NAMESPACES);
}

hb_str dmn_kind_word(dmn_kind kind) {
    return hb_str_from(KIND_WORDS[kind]);
}

hb_str dmn_place(dmn_model *model, const dmn_node *element) {
    hb_str place = {0};
    hb_str word = dmn_kind_word(element->shown.kind);
    hb_str_format(model->arena, &place, "%.*s \"%.*s\"", (int)word.n, word.at, (int)element->name.n,
                  element->name.at);
    return place;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

hb_str dmn_name(hb_arena *arena, hb_str text) {
    text = hb_str_trim(text);
    bool is_normal = true;
    for (size_t i = 0; i + 1 < text.n && is_normal; i++) {
        is_normal = !is_blank(text.at[i]) || (text.at[i] == ' ' && !is_blank(text.at[i + 1]));
    }
    if (is_normal) return text;
    char *name = hb_arena_alloc(arena, text.n);
    if (name == NULL) return text;
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (!is_blank(text.at[i]))
            name[n++] = text.at[i];
        else if (n > 0 && name[n - 1] != ' ')
            name[n++] = ' ';
    }
    return (hb_str){name, n};
}

// ---- problems -------------------------------------------------------------------------------

void dmn_problem_keep(dmn_model *model, const dmn_document *document, const dmn_xml *node,
                      hb_error *err, bool is_warning) {
    if (document != NULL) hb_error_file(err, document->path);
    if (node != NULL && err->line == 0) err->line = node->line;
    if (!is_warning && model->first_error == NULL) {
        model->error = *err;
        model->first_error = &model->error;
    }
    if (is_warning) err->kind = HB_NONE;
    hb_errors_add(&model->problems, err);
}

void dmn_problem_add(dmn_model *model, const dmn_document *document, const dmn_xml *node,
                     bool is_warning, const char *code, hb_str where, const char *format, ...) {
    char text[sizeof((hb_error *)0)->message];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    hb_error err = {0};
    hb_fail(&err, HB_INPUT, code, "%s", text);
    if (where.n > 0) hb_error_in(&err, "%.*s", (int)where.n, where.at);
    dmn_problem_keep(model, document, node, &err, is_warning);
}

// ---- documents ------------------------------------------------------------------------------

// A document being loaded, with what is freed at the end of loading.
typedef struct {
    dmn_model *model;
    hb_arena *tree;      // XML nodes
    const char *folder;  // where imports are looked for; NULL: imports are refused
    hb_error *err;
} loader;

static bool check_root(const dmn_xml *root, hb_str path, hb_error *err) {
    if (dmn_xml_is(root, "definitions") && is_model_namespace(root->ns)) return true;
    hb_fail(err, HB_INPUT, "not-a-model",
            "this is not a decision model: its outermost element is \"%.*s\" in namespace \"%.*s\"",
            (int)root->name.n, root->name.at, (int)root->ns.n, root->ns.at);
    hb_error_help(err, "a DMN file begins with <definitions xmlns=\"%s\">", MODEL_NAMESPACES[2]);
    hb_error_file(err, path);
    err->line = root->line;
    return false;
}

static dmn_document *add_document(loader *l, hb_str text, hb_str path) {
    dmn_model *model = l->model;
    dmn_xml *root = NULL;
    char file[sizeof l->err->file];
    snprintf(file, sizeof file, "%.*s", (int)path.n, path.at);
    if (model->n_documents == DMN_MAX_DOCUMENTS) {
        hb_fail(l->err, HB_LIMIT, "too-many-imports", "the model imports more than %d files",
                DMN_MAX_DOCUMENTS);
        return NULL;
    }
    if (!dmn_xml_parse(l->tree, model->arena, text, file, &root, l->err)) return NULL;
    if (!check_root(root, path, l->err)) return NULL;
    dmn_document *document = hb_arena_new(model->arena, dmn_document);
    if (document == NULL || !hb_str_copy(model->arena, path, &document->path) ||
        (document->scope = feel_scope_open(model->arena, NULL)) == NULL) {
        hb_out_of_memory(l->err);
        return NULL;
    }
    document->ns = dmn_xml_get(root, "namespace");
    document->root = root;
    document->index = model->n_documents;
    model->documents[model->n_documents++] = document;
    return document;
}

static dmn_document *add_file(loader *l, const char *path) {
    hb_bytes text = {0};
    if (!hb_read_file(path, DMN_MAX_BYTES, &text, l->err)) return NULL;
    dmn_document *document = add_document(l, (hb_str){text.at, text.n}, hb_str_from(path));
    hb_bytes_clear(&text);
    return document;
}

static bool ends_with(const char *text, const char *end) {
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

// The .dmn files of the folder, sorted, so that which of two equal namespaces is taken never
// depends on the disk.
static char **list_models(const char *folder, size_t *n) {
    char **names = NULL;
    size_t count = 0, room = 0;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        if (!ends_with(entry->d_name, ".dmn")) continue;
        if (count == room) {
            room = room == 0 ? 16 : room * 2;
            char **more = realloc(names, room * sizeof *names);
            if (more == NULL) break;
            names = more;
        }
        if ((names[count] = strdup(entry->d_name)) == NULL) break;
        count++;
    }
    if (dir != NULL) closedir(dir);
    if (count > 0) qsort(names, count, sizeof *names, by_name);
    *n = count;
    return names;
}

static hb_str join_path(loader *l, hb_str name) {
    hb_str path = {0};
    hb_str_format(l->model->arena, &path, "%s/%.*s", l->folder, (int)name.n, name.at);
    return path;
}

// Namespace of a model file without loading it into the model; empty when it is no model.
static hb_str peek_namespace(loader *l, const char *path) {
    hb_str ns = {0};
    hb_bytes text = {0};
    hb_error ignored = {0};
    dmn_xml *root = NULL;
    if (hb_read_file(path, DMN_MAX_BYTES, &text, &ignored) &&
        dmn_xml_parse(l->tree, l->tree, (hb_str){text.at, text.n}, path, &root, &ignored) &&
        is_model_namespace(root->ns)) {
        ns = dmn_xml_get(root, "namespace");
    }
    hb_bytes_clear(&text);
    return ns;
}

static char *path_of(loader *l, hb_str name) {
    hb_str path = join_path(l, name);
    char *text = hb_arena_alloc(l->tree, path.n + 1);
    if (text != NULL && path.n > 0) memcpy(text, path.at, path.n);
    return text;
}

static char *find_by_namespace(loader *l, hb_str ns) {
    size_t n = 0;
    char **names = list_models(l->folder, &n), *found = NULL;
    for (size_t i = 0; i < n; i++) {
        char *path = found == NULL ? path_of(l, hb_str_from(names[i])) : NULL;
        if (path != NULL && hb_str_equal(peek_namespace(l, path), ns)) found = path;
        free(names[i]);
    }
    free(names);
    return found;
}

// Paths that leave the folder or name another host are not followed: a model is read from its
// folder alone.
static bool is_local_path(hb_str location) {
    if (location.n == 0 || location.at[0] == '/') return false;
    for (size_t i = 0; i < location.n; i++) {
        if (location.at[i] == ':' || location.at[i] == '\\' || location.at[i] == 0) return false;
        if (i + 1 < location.n && location.at[i] == '.' && location.at[i + 1] == '.') return false;
    }
    return true;
}

static bool can_read(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file != NULL) fclose(file);
    return file != NULL;
}

static dmn_document *find_import(loader *l, const dmn_document *from, const dmn_xml *node) {
    hb_str ns = dmn_xml_get(node, "namespace"), location = dmn_xml_get(node, "locationURI");
    for (uint32_t i = 0; i < l->model->n_documents; i++) {
        if (hb_str_equal(l->model->documents[i]->ns, ns)) return l->model->documents[i];
    }
    char *path = NULL;
    if (l->folder != NULL && is_local_path(location)) path = path_of(l, location);
    if (path != NULL && !can_read(path)) path = NULL;
    if (l->folder != NULL && path == NULL) path = find_by_namespace(l, ns);
    if (path == NULL) {
        hb_fail(l->err, HB_INPUT, "import-missing", "the imported model \"%.*s\" was not found",
                (int)ns.n, ns.at);
        hb_error_help(l->err, l->folder == NULL
                                  ? "a model given as text imports nothing"
                                  : "put the .dmn file of that namespace beside this one");
        hb_error_file(l->err, from->path);
        l->err->line = node->line;
        return NULL;
    }
    dmn_document *document = add_file(l, path);
    if (document != NULL && !hb_str_equal(document->ns, ns)) {
        hb_fail(l->err, HB_INPUT, "import-namespace",
                "the imported file has namespace \"%.*s\", not \"%.*s\"", (int)document->ns.n,
                document->ns.at, (int)ns.n, ns.at);
        hb_error_file(l->err, document->path);
        return NULL;
    }
    return document;
}

// Only other decision models are imported; PMML and XSD imports name things this engine has no use
// for.
static bool is_model_import(const dmn_xml *node) {
    hb_str type = dmn_xml_get(node, "importType");
    return type.n == 0 || is_model_namespace(type);
}

static bool read_imports(loader *l, dmn_document *document) {
    uint32_t n = 0;
    for (const dmn_xml *node = dmn_xml_child(document->root, "import"); node != NULL;
         node = dmn_xml_next(node, "import"))
        n++;
    document->imports = hb_arena_array(l->model->arena, dmn_import, n);
    if (n > 0 && document->imports == NULL) return hb_out_of_memory(l->err);
    for (const dmn_xml *node = dmn_xml_child(document->root, "import"); node != NULL;
         node = dmn_xml_next(node, "import")) {
        if (!is_model_import(node)) continue;
        dmn_document *imported = find_import(l, document, node);
        if (imported == NULL) return false;
        document->imports[document->n_imports++] =
            (dmn_import){.name = dmn_name(l->model->arena, dmn_xml_get(node, "name")),
                         .ns = imported->ns,
                         .document = imported->index};
    }
    return true;
}

// ---- elements -------------------------------------------------------------------------------

static bool find_kind(const dmn_xml *node, dmn_kind *kind) {
    for (int i = 0; i < N_KINDS; i++) {
        if (!dmn_xml_is(node, ELEMENT_TAGS[i])) continue;
        *kind = (dmn_kind)i;
        return true;
    }
    return false;
}

static hb_str text_of(const dmn_xml *node, const char *child) {
    const dmn_xml *found = dmn_xml_child(node, child);
    return found == NULL ? (hb_str){0} : hb_str_trim(found->text);
}

static void read_element(dmn_model *model, dmn_document *document, const dmn_xml *node,
                         dmn_kind kind, dmn_node *element) {
    const dmn_xml *variable = dmn_xml_child(node, "variable");
    element->node = node;
    element->document = document->index;
    element->name = dmn_name(model->arena, dmn_xml_get(node, "name"));
    element->shown.kind = kind;
    element->shown.id = dmn_xml_get(node, "id");
    element->shown.label = dmn_xml_get(node, "label");
    element->shown.description = text_of(node, "description");
    element->shown.name =
        variable == NULL ? element->name : dmn_name(model->arena, dmn_xml_get(variable, "name"));
    if (element->shown.name.n == 0) element->shown.name = element->name;
    element->shown.type = feel_type_basic(FEEL_TYPE_ANY);
    if (element->name.n == 0) {
        dmn_problem_add(model, document, node, false, "element-name", (hb_str){0},
                        "this %s has no name", KIND_WORDS[kind]);
    } else if (!hb_str_equal(element->name, element->shown.name)) {
        dmn_problem_add(model, document, variable, true, "variable-name", dmn_place(model, element),
                        "its variable is named \"%.*s\"; expressions see that name",
                        (int)element->shown.name.n, element->shown.name.at);
    }
}

static int by_id(const void *a, const void *b, void *model) {
    const dmn_node *elements = ((const dmn_model *)model)->elements;
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    int order = hb_str_compare(elements[i].shown.id, elements[j].shown.id);
    return order != 0 ? order : (i > j) - (i < j);
}

static void check_twice(dmn_model *model, dmn_document *document) {
    for (uint32_t i = 1; i < document->n_elements; i++) {
        const dmn_node *one = &model->elements[document->by_id[i - 1]],
                       *other = &model->elements[document->by_id[i]];
        if (one->shown.id.n == 0 || !hb_str_equal(one->shown.id, other->shown.id)) continue;
        dmn_problem_add(model, document, other->node, false, "id-twice", dmn_place(model, other),
                        "the id \"%.*s\" is given twice", (int)one->shown.id.n, one->shown.id.at);
    }
}

static bool read_elements(dmn_model *model, hb_error *err) {
    uint32_t n = 0;
    dmn_kind kind = DMN_INPUT;
    for (uint32_t d = 0; d < model->n_documents; d++) {
        for (const dmn_xml *node = model->documents[d]->root->first; node != NULL;
             node = node->next)
            n += find_kind(node, &kind);
    }
    model->elements = hb_arena_array(model->arena, dmn_node, n);
    if (n > 0 && model->elements == NULL) return hb_out_of_memory(err);
    for (uint32_t d = 0; d < model->n_documents; d++) {
        dmn_document *document = model->documents[d];
        document->first = model->n_elements;
        for (const dmn_xml *node = document->root->first; node != NULL; node = node->next) {
            if (find_kind(node, &kind))
                read_element(model, document, node, kind, &model->elements[model->n_elements++]);
        }
        document->n_elements = model->n_elements - document->first;
        document->by_id = hb_arena_array(model->arena, uint32_t, document->n_elements);
        if (document->n_elements > 0 && document->by_id == NULL) return hb_out_of_memory(err);
        for (uint32_t i = 0; i < document->n_elements; i++)
            document->by_id[i] = document->first + i;
        if (document->n_elements > 1)
            qsort_r(document->by_id, document->n_elements, sizeof(uint32_t), by_id, model);
        check_twice(model, document);
    }
    return true;
}

static uint32_t find_id(const dmn_model *model, const dmn_document *document, hb_str id) {
    uint32_t low = 0, high = document->n_elements;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        int order = hb_str_compare(model->elements[document->by_id[middle]].shown.id, id);
        if (order == 0) return document->by_id[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return DMN_NONE;
}

uint32_t dmn_find_href(const dmn_model *model, const dmn_document *document, hb_str href) {
    const char *hash = href.n > 0 ? memrchr(href.at, '#', href.n) : NULL;
    if (hash == NULL) return find_id(model, document, href);
    hb_str ns = {href.at, (size_t)(hash - href.at)}, id = {hash + 1, href.n - ns.n - 1};
    if (ns.n == 0 || hb_str_equal(ns, document->ns)) return find_id(model, document, id);
    for (uint32_t i = 0; i < model->n_documents; i++) {
        if (hb_str_equal(model->documents[i]->ns, ns))
            return find_id(model, model->documents[i], id);
    }
    return DMN_NONE;
}

uint32_t dmn_find_element(const dmn_model *model, hb_str ns, hb_str name) {
    for (uint32_t i = 0; i < model->n_elements; i++) {
        const dmn_node *element = &model->elements[i];
        if (ns.n > 0 && !hb_str_equal(model->documents[element->document]->ns, ns)) continue;
        if (hb_str_equal(element->name, name) || hb_str_equal(element->shown.name, name)) return i;
    }
    return DMN_NONE;
}

// ---- loading --------------------------------------------------------------------------------

static bool read_all(loader *l) {
    dmn_model *model = l->model;
    for (uint32_t i = 0; i < model->n_documents; i++) {  // grows while it runs
        if (!read_imports(l, model->documents[i])) return false;
    }
    if (!read_elements(model, l->err)) return false;
    if (!dmn_items_read(model, l->err)) return false;
    if (!dmn_graph_read(model, l->err)) return false;
    for (uint32_t i = 0; i < model->n_elements; i++) {
        if (!dmn_logic_read(model, i, l->err)) return false;
    }
    if (hb_arena_is_exhausted(model->arena)) return hb_out_of_memory(l->err);
    if (model->first_error != NULL && !model->is_lenient) {
        *l->err = *model->first_error;
        return false;
    }
    return true;
}

static void forget_tree(dmn_model *model) {
    for (uint32_t i = 0; i < model->n_documents; i++) {
        model->documents[i]->root = NULL;
        for (uint32_t j = 0; j < model->documents[i]->n_items; j++)
            model->documents[i]->items[j].node = NULL;
    }
    for (uint32_t i = 0; i < model->n_elements; i++) model->elements[i].node = NULL;
}

static dmn_model *load(const char *path, hb_str text, const char *folder, bool is_lenient,
                       hb_error *err) {
    bool ok = false;
    loader l = {.folder = folder, .err = err};
    dmn_model *model = calloc(1, sizeof *model);
    if (model == NULL) {
        hb_out_of_memory(err);
        return NULL;
    }
    model->is_lenient = is_lenient;
    model->arena = hb_arena_open(MODEL_MAX_BYTES);
    l.model = model;
    l.tree = hb_arena_open(TREE_MAX_BYTES);
    if (model->arena == NULL || l.tree == NULL ||
        (model->documents = hb_arena_array(model->arena, dmn_document *, DMN_MAX_DOCUMENTS)) ==
            NULL) {
        hb_out_of_memory(err);
        goto done;
    }
    if ((text.at != NULL ? add_document(&l, text, hb_str_from(path)) : add_file(&l, path)) == NULL)
        goto done;
    ok = read_all(&l);
done:
    if (l.tree != NULL) hb_arena_close(l.tree);
    forget_tree(model);
    if (ok) return model;
    hb_error_file(err, hb_str_from(path));
    dmn_close(model);
    return NULL;
}

dmn_model *dmn_load(const char *path, bool is_lenient, hb_error *err) {
    const char *slash = strrchr(path, '/');
    char *folder =
        slash == NULL ? strdup(".") : strndup(path, slash == path ? 1 : (size_t)(slash - path));
    if (folder == NULL) {
        hb_out_of_memory(err);
        return NULL;
    }
    dmn_model *model =
        load(path, (hb_str){0}, strcmp(path, "-") == 0 ? NULL : folder, is_lenient, err);
    free(folder);
    return model;
}

dmn_model *dmn_load_text(hb_str xml, const char *name, bool is_lenient, hb_error *err) {
    return load(name, xml.at == NULL ? HB_STR("") : xml, NULL, is_lenient, err);
}

void dmn_close(dmn_model *model) {
    if (model == NULL) return;
    if (model->arena != NULL) hb_arena_close(model->arena);
    hb_errors_clear(&model->problems);
    free(model);
}

// ---- what a model shows ---------------------------------------------------------------------

uint32_t dmn_n_problems(const dmn_model *model) {
    return model->problems.n_kept;
}

const hb_error *dmn_problem(const dmn_model *model, uint32_t i) {
    return &model->problems.kept[i];
}

uint32_t dmn_n_elements(const dmn_model *model) {
    return model->n_elements;
}

const dmn_element *dmn_element_at(const dmn_model *model, uint32_t i) {
    return &model->elements[i].shown;
}

uint32_t dmn_find(const dmn_model *model, dmn_kind kind, hb_str name) {
    for (uint32_t i = 0; i < model->n_elements; i++) {
        const dmn_node *element = &model->elements[i];
        if (element->shown.kind != kind) continue;
        if (hb_str_equal(element->shown.name, name) || hb_str_equal(element->name, name)) return i;
    }
    for (uint32_t i = 0; i < model->n_elements; i++) {
        if (model->elements[i].shown.kind == kind &&
            hb_str_equal(model->elements[i].shown.id, name))
            return i;
    }
    return DMN_NONE;
}

uint32_t dmn_requirements(const dmn_model *model, uint32_t element, const uint32_t **elements) {
    *elements = model->elements[element].required;
    return model->elements[element].n_required;
}

const dmn_table *dmn_decision_table(const dmn_model *model, uint32_t decision) {
    return model->elements[decision].table;
}

const feel_program *dmn_decision_program(const dmn_model *model, uint32_t decision) {
    return model->elements[decision].program;
}
