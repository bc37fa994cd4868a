// Item definitions become feel types (DMN 1.5 §7.3.2 ItemDefinition). Each is read when first
// named, so their order in the file does not matter. A definition that contains itself through a
// component (a tree) is Any at that place; one that is an alias of itself is an error. Constraints
// are unary tests without any name but `?`.
#include "dmn/internal.h"

#include <stdlib.h>
#include <string.h>

static const feel_type *any(void) {
    return feel_type_basic(FEEL_TYPE_ANY);
}

static int by_name(const void *a, const void *b) {
    return hb_str_compare(((const dmn_item *)a)->name, ((const dmn_item *)b)->name);
}

static dmn_item *find_item(const dmn_document *document, hb_str name) {
    dmn_item wanted = {.name = name};
    if (document->n_items == 0) return NULL;
    return bsearch(&wanted, document->items, document->n_items, sizeof wanted, by_name);
}

static const feel_type *item_type(dmn_model *model, dmn_document *document, dmn_item *item);
static const feel_type *read_type(dmn_model *model, dmn_document *document, const dmn_xml *node,
                                  hb_str where);

// ---- names of types -------------------------------------------------------------------------

static const feel_type *find_type(dmn_model *model, dmn_document *document, hb_str name,
                                  uint32_t depth) {
    dmn_item *item = find_item(document, name);
    if (item != NULL) return item_type(model, document, item);
    for (uint32_t i = 0; i < document->n_imports && depth < DMN_MAX_DOCUMENTS; i++) {
        const dmn_import *import = &document->imports[i];
        hb_str inside = name;
        if (import->name.n >
            0) {  // DMN 1.4 and later: an import without a name adds to the names here
            if (!hb_str_starts(name, import->name) || name.n <= import->name.n ||
                name.at[import->name.n] != '.')
                continue;
            inside = (hb_str){name.at + import->name.n + 1, name.n - import->name.n - 1};
        }
        const feel_type *found =
            find_type(model, model->documents[import->document], inside, depth + 1);
        if (found != NULL) return found;
    }
    return NULL;
}

// DMN 1.1 writes types as XML qualified names, "feel:string" or "ns:tPerson".
static const feel_type *find_prefixed(dmn_model *model, const dmn_xml *node, hb_str name) {
    const char *colon = memchr(name.at, ':', name.n);
    if (colon == NULL) return NULL;
    hb_str prefix = {name.at, (size_t)(colon - name.at)},
           local = {colon + 1, name.n - prefix.n - 1};
    hb_str uri = dmn_xml_uri(node, prefix);
    if (uri.at == NULL || dmn_is_feel(uri)) return feel_type_find(local);
    for (uint32_t i = 0; i < model->n_documents; i++) {
        if (hb_str_equal(model->documents[i]->ns, uri))
            return find_type(model, model->documents[i], local, 0);
    }
    return feel_type_find(local);
}

static const feel_type *find_any_type(dmn_model *model, dmn_document *document, const dmn_xml *node,
                                      hb_str name) {
    const feel_type *type = find_type(model, document, name, 0);
    if (type == NULL) type = feel_type_find(name);
    if (type == NULL) type = find_prefixed(model, node, name);
    return type;
}

const feel_type *dmn_type(dmn_model *model, dmn_document *document, const dmn_xml *node,
                          hb_str type_ref) {
    hb_str name = dmn_name(model->arena, type_ref);
    if (name.n == 0) return any();
    const feel_type *type = find_any_type(model, document, node, name);
    if (type != NULL) return type;
    hb_error err = {0};
    hb_fail(&err, HB_INPUT, "unknown-type", "the type \"%.*s\" is not known", (int)name.n, name.at);
    hb_error_help(&err,
                  "define it with an <itemDefinition>, or use a type of FEEL such as string, "
                  "number, boolean, date");
    dmn_problem_keep(model, document, node, &err, false);
    return any();
}

const feel_type *dmn_type_of(dmn_model *model, dmn_document *document, const dmn_xml *node) {
    return dmn_type(model, document, node, dmn_xml_get(node, "typeRef"));
}

// ---- constraints ----------------------------------------------------------------------------

const feel_program *dmn_constraint(dmn_model *model, dmn_document *document, const dmn_xml *node,
                                   const feel_type *of, hb_str where) {
    const dmn_xml *text = node == NULL ? NULL : dmn_xml_child(node, "text");
    if (text == NULL || hb_str_trim(text->text).n == 0 ||
        hb_str_equal(hb_str_trim(text->text), HB_STR("-")))
        return NULL;
    hb_error err = {0};
    feel_source source = {.text = text->text, .where = where};
    const feel_node *tests = feel_parse_unary(model->arena, source, document->scope, of, &err);
    const feel_program *program =
        tests == NULL ? NULL : feel_compile(model->arena, tests, source, &err);
    if (program == NULL) dmn_problem_keep(model, document, text, &err, false);
    return program;
}

static hb_str item_place(dmn_model *model, hb_str name, const char *part) {
    hb_str place = {0};
    hb_str_format(model->arena, &place, "type \"%.*s\"%s", (int)name.n, name.at, part);
    return place;
}

bool dmn_is_constrained(const feel_type *type, uint32_t depth) {
    if (type == NULL || depth > DMN_XML_DEPTH) return type != NULL;
    if (type->allowed != NULL || type->list_allowed != NULL || type->base != NULL) return true;
    if (type->kind == FEEL_TYPE_FUNCTION) return false;
    if (dmn_is_constrained(type->element, depth + 1)) return true;
    for (uint32_t i = 0; i < type->n_fields; i++) {
        if (dmn_is_constrained(type->fields[i].type, depth + 1)) return true;
    }
    return false;
}

// ---- definitions ----------------------------------------------------------------------------

static bool is_collection(const dmn_xml *node) {
    return hb_str_equal(dmn_xml_get(node, "isCollection"), HB_STR("true"));
}

static feel_type *new_type(dmn_model *model, const feel_type *like, hb_str name) {
    feel_type *type = hb_arena_new(model->arena, feel_type);
    if (type == NULL) return NULL;
    if (like != NULL) *type = *like;
    if (name.n > 0) type->name = name;
    return type;
}

static uint32_t count(const dmn_xml *node, const char *name) {
    uint32_t n = 0;
    for (const dmn_xml *child = dmn_xml_child(node, name); child != NULL;
         child = dmn_xml_next(child, name))
        n++;
    return n;
}

static const feel_type *read_structure(dmn_model *model, dmn_document *document,
                                       const dmn_xml *node, hb_str where) {
    feel_type *type = new_type(model, NULL, (hb_str){0});
    feel_field *fields = hb_arena_array(model->arena, feel_field, count(node, "itemComponent"));
    if (type == NULL || fields == NULL) return any();
    type->kind = FEEL_TYPE_CONTEXT;
    type->fields = fields;
    for (const dmn_xml *child = dmn_xml_child(node, "itemComponent"); child != NULL;
         child = dmn_xml_next(child, "itemComponent")) {
        feel_field *field = &fields[type->n_fields++];
        field->name = dmn_name(model->arena, dmn_xml_get(child, "name"));
        hb_str inside = {0};
        hb_str_format(model->arena, &inside, "%.*s, component \"%.*s\"", (int)where.n, where.at,
                      (int)field->name.n, field->name.at);
        field->type = read_type(model, document, child, inside);
    }
    return type;
}

static const feel_type *read_function(dmn_model *model, dmn_document *document,
                                      const dmn_xml *node) {
    feel_type *type = new_type(model, NULL, (hb_str){0});
    feel_field *params = hb_arena_array(model->arena, feel_field, count(node, "parameters"));
    if (type == NULL || (params == NULL && count(node, "parameters") > 0)) return any();
    type->kind = FEEL_TYPE_FUNCTION;
    type->element = dmn_type(model, document, node, dmn_xml_get(node, "outputTypeRef"));
    type->fields = params;
    for (const dmn_xml *child = dmn_xml_child(node, "parameters"); child != NULL;
         child = dmn_xml_next(child, "parameters")) {
        params[type->n_fields++] =
            (feel_field){.name = dmn_name(model->arena, dmn_xml_get(child, "name")),
                         .type = dmn_type_of(model, document, child)};
    }
    return type;
}

static const feel_type *read_base(dmn_model *model, dmn_document *document, const dmn_xml *node,
                                  hb_str where) {
    const dmn_xml *function = dmn_xml_child(node, "functionItem"),
                  *reference = dmn_xml_child(node, "typeRef");
    if (dmn_xml_child(node, "itemComponent") != NULL)
        return read_structure(model, document, node, where);
    if (function != NULL) return read_function(model, document, function);
    if (reference != NULL) return dmn_type(model, document, reference, reference->text);
    return any();
}

// allowedValues speak of one value; typeConstraint (1.4) of the whole, which differs for a
// collection. A definition built on a constrained one keeps both constraints: the older is found
// through `base`.
static const feel_type *read_type(dmn_model *model, dmn_document *document, const dmn_xml *node,
                                  hb_str where) {
    const feel_type *base = read_base(model, document, node, where);
    const dmn_xml *allowed = dmn_xml_child(node, "allowedValues"),
                  *constraint = dmn_xml_child(node, "typeConstraint");
    hb_str name = dmn_xml_is(node, "itemDefinition")
                      ? dmn_name(model->arena, dmn_xml_get(node, "name"))
                      : (hb_str){0};
    feel_type *one = new_type(model, base, is_collection(node) ? (hb_str){0} : name);
    if (one == NULL) return any();
    const feel_program *tests = dmn_constraint(model, document, allowed, base, where);
    if (tests == NULL && !is_collection(node))
        tests = dmn_constraint(model, document, constraint, base, where);
    if (tests != NULL) {
        one->base = base->allowed != NULL || base->base != NULL ? base : NULL;
        one->allowed = tests;
    }
    if (!is_collection(node)) return one;
    feel_type *list = new_type(model, NULL, name);
    if (list == NULL) return any();
    list->kind = FEEL_TYPE_LIST;
    list->element = one;
    list->list_allowed = dmn_constraint(model, document, constraint, list, where);
    return list;
}

static const feel_type *item_type(dmn_model *model, dmn_document *document, dmn_item *item) {
    if (item->state == DMN_ITEM_READ) return item->type;
    if (item->state == DMN_ITEM_BEING_READ) {
        dmn_problem_add(model, document, item->node,
                        dmn_xml_child(item->node, "itemComponent") != NULL, "type-recursive",
                        item_place(model, item->name, ""),
                        "this type contains itself; inside itself it is read as Any");
        return any();
    }
    item->state = DMN_ITEM_BEING_READ;
    hb_str language = dmn_xml_get(item->node, "typeLanguage");
    if (language.n > 0 && !dmn_is_feel(language)) {
        dmn_problem_add(model, document, item->node, false, "type-language",
                        item_place(model, item->name, ""), "the type language \"%.*s\" is not FEEL",
                        (int)language.n, language.at);
        item->type = any();
    } else {
        item->type = read_type(model, document, item->node, item_place(model, item->name, ""));
    }
    item->state = DMN_ITEM_READ;
    return item->type;
}

// Makes the types of a document and of what it imports known to expressions, imported ones under
// qualified names.
static void name_types(dmn_model *model, feel_scope *scope, dmn_document *document, hb_str prefix,
                       uint32_t depth) {
    for (uint32_t i = 0; i < document->n_items; i++) {
        hb_str name = document->items[i].name;
        if (prefix.n > 0) {
            hb_str_format(model->arena, &name, "%.*s%.*s", (int)prefix.n, prefix.at, (int)name.n,
                          name.at);
        }
        feel_scope_add_type(scope, name, item_type(model, document, &document->items[i]));
    }
    for (uint32_t i = 0; i < document->n_imports && depth < 4; i++) {
        const dmn_import *import = &document->imports[i];
        hb_str inner = prefix;
        if (import->name.n > 0) {
            hb_str_format(model->arena, &inner, "%.*s%.*s.", (int)prefix.n, prefix.at,
                          (int)import->name.n, import->name.at);
        }
        name_types(model, scope, model->documents[import->document], inner, depth + 1);
    }
}

static bool list_items(dmn_model *model, dmn_document *document, hb_error *err) {
    uint32_t n = count(document->root, "itemDefinition");
    document->items = hb_arena_array(model->arena, dmn_item, n);
    if (n > 0 && document->items == NULL) return hb_out_of_memory(err);
    for (const dmn_xml *node = dmn_xml_child(document->root, "itemDefinition"); node != NULL;
         node = dmn_xml_next(node, "itemDefinition")) {
        hb_str name = dmn_name(model->arena, dmn_xml_get(node, "name"));
        if (name.n == 0) {
            dmn_problem_add(model, document, node, false, "element-name", (hb_str){0},
                            "this item definition has no name");
            continue;
        }
        document->items[document->n_items++] = (dmn_item){.name = name, .node = node};
    }
    if (document->n_items > 1) qsort(document->items, document->n_items, sizeof(dmn_item), by_name);
    for (uint32_t i = 1; i < document->n_items; i++) {
        if (!hb_str_equal(document->items[i - 1].name, document->items[i].name)) continue;
        dmn_problem_add(model, document, document->items[i].node, false, "type-twice",
                        item_place(model, document->items[i].name, ""),
                        "this type is defined twice");
    }
    return true;
}

bool dmn_items_read(dmn_model *model, hb_error *err) {
    for (uint32_t i = 0; i < model->n_documents; i++) {
        if (!list_items(model, model->documents[i], err)) return false;
    }
    for (uint32_t i = 0; i < model->n_documents; i++) {
        name_types(model, model->documents[i]->scope, model->documents[i], HB_STR(""), 0);
    }
    return true;
}
