// The requirement graph (DMN 1.5 §6.2): what each decision, knowledge model and service rests on,
// what names its logic may use, and that nothing rests on itself. An element's logic sees a name for
// each required element of its own file and one for each import, a context of the required elements
// behind it ("import.name", also through an import of the import). All logic has one frame, the
// values of a session: an element's slot is its index, and imports have slots behind all elements.
// Slots are filled before the logic runs, so the graph must have no cycle.
#include "dmn/internal.h"

#include <stdlib.h>
#include <string.h>

// ---- hrefs to elements ----------------------------------------------------------------------

static const char *const REQUIREMENTS[][2] = {
  // element inside a requirement, and around it
    {"informationRequirement", "requiredInput"    },
    {"informationRequirement", "requiredDecision" },
    {"knowledgeRequirement",   "requiredKnowledge"},
};
#define N_REQUIREMENTS (sizeof REQUIREMENTS / sizeof *REQUIREMENTS)

static uint32_t count_children(const dmn_xml *node) {
    uint32_t n = 0;
    for (const dmn_xml *child = node->first; child != NULL; child = child->next) n++;
    return n;
}

static uint32_t resolve(dmn_model *model, dmn_node *element, const dmn_xml *reference) {
    dmn_document *document = model->documents[element->document];
    hb_str href = hb_str_trim(dmn_xml_get(reference, "href"));
    uint32_t found = dmn_find_href(model, document, href);
    if (found == DMN_NONE) {
        dmn_problem_add(
            model, document, reference, false, "requirement-missing", dmn_place(model, element),
            "it requires \"%.*s\", which no element has as its id", (int)href.n, href.at);
    }
    return found;
}

static void add_once(uint32_t *list, uint32_t *n, uint32_t element) {
    for (uint32_t i = 0; i < *n; i++) {
        if (list[i] == element) return;
    }
    list[(*n)++] = element;
}

static bool read_required(dmn_model *model, dmn_node *element, hb_error *err) {
    element->required = hb_arena_array(model->arena, uint32_t, count_children(element->node));
    if (element->required == NULL) return hb_out_of_memory(err);
    for (const dmn_xml *node = element->node->first; node != NULL; node = node->next) {
        for (size_t i = 0; i < N_REQUIREMENTS; i++) {
            const dmn_xml *reference = dmn_xml_is(node, REQUIREMENTS[i][0])
                                           ? dmn_xml_child(node, REQUIREMENTS[i][1])
                                           : NULL;
            uint32_t found = reference == NULL ? DMN_NONE : resolve(model, element, reference);
            if (found != DMN_NONE) add_once(element->required, &element->n_required, found);
        }
    }
    return true;
}

// A service's parameters: its input data, then its input decisions (DMN 1.5 §10.4, "decision
// service").
static bool read_service(dmn_model *model, dmn_node *element, hb_error *err) {
    static const char *const INPUTS[] = {"inputData", "inputDecision"};
    uint32_t n = count_children(element->node);
    element->inputs = hb_arena_array(model->arena, uint32_t, n);
    element->outputs = hb_arena_array(model->arena, uint32_t, n);
    element->required = hb_arena_array(model->arena, uint32_t, n);
    if (element->inputs == NULL || element->outputs == NULL || element->required == NULL)
        return hb_out_of_memory(err);
    for (size_t i = 0; i < 2; i++) {
        for (const dmn_xml *node = dmn_xml_child(element->node, INPUTS[i]); node != NULL;
             node = dmn_xml_next(node, INPUTS[i])) {
            uint32_t found = resolve(model, element, node);
            if (found != DMN_NONE) add_once(element->inputs, &element->n_inputs, found);
        }
    }
    const dmn_xml *node = dmn_xml_child(element->node, "outputDecision");
    for (; node != NULL; node = dmn_xml_next(node, "outputDecision")) {
        uint32_t found = resolve(model, element, node);
        if (found != DMN_NONE) add_once(element->outputs, &element->n_outputs, found);
    }
    if (element->n_outputs == 0) {
        dmn_problem_add(model, model->documents[element->document], element->node, false,
                        "service-output", dmn_place(model, element),
                        "this service has no output decision");
        element->is_broken = true;
    }
    memcpy(element->required, element->outputs, element->n_outputs * sizeof(uint32_t));
    element->n_required = element->n_outputs;
    return true;
}

// ---- types of elements ----------------------------------------------------------------------

static const feel_type *function_type(dmn_model *model, uint32_t n, const feel_field *params,
                                      const feel_type *result) {
    feel_type *type = hb_arena_new(model->arena, feel_type);
    if (type == NULL) return feel_type_basic(FEEL_TYPE_ANY);
    type->kind = FEEL_TYPE_FUNCTION;
    type->fields = params;
    type->n_fields = n;
    type->element = result;
    return type;
}

static const feel_type *declared_type(dmn_model *model, const dmn_node *element) {
    const dmn_xml *variable = dmn_xml_child(element->node, "variable");
    if (variable == NULL) return feel_type_basic(FEEL_TYPE_ANY);
    return dmn_type_of(model, model->documents[element->document], variable);
}

// The variable of a knowledge model or service has a function type since DMN 1.2; in 1.1 it has the
// result's.
static const feel_type *result_of(const feel_type *declared) {
    if (declared->kind != FEEL_TYPE_FUNCTION) return declared;
    return declared->element == NULL ? feel_type_basic(FEEL_TYPE_ANY) : declared->element;
}

static bool type_service(dmn_model *model, dmn_node *element, hb_error *err) {
    element->params = hb_arena_array(model->arena, feel_field, element->n_inputs);
    if (element->n_inputs > 0 && element->params == NULL) return hb_out_of_memory(err);
    for (uint32_t i = 0; i < element->n_inputs; i++) {
        const dmn_element *input = &model->elements[element->inputs[i]].shown;
        element->params[i] = (feel_field){.name = input->name, .type = input->type};
    }
    element->result = result_of(element->shown.type);
    element->shown.type = function_type(model, element->n_inputs, element->params, element->result);
    return true;
}

static bool type_knowledge(dmn_model *model, dmn_node *element, hb_error *err) {
    const dmn_xml *logic = dmn_xml_child(element->node, "encapsulatedLogic");
    uint32_t n = logic == NULL ? 0 : count_children(logic), n_params = 0;
    element->result = result_of(element->shown.type);
    element->params = hb_arena_array(model->arena, feel_field, n);
    if (n > 0 && element->params == NULL) return hb_out_of_memory(err);
    for (const dmn_xml *node = dmn_xml_child(logic, "formalParameter"); node != NULL;
         node = dmn_xml_next(node, "formalParameter")) {
        element->params[n_params++] =
            (feel_field){.name = dmn_name(model->arena, dmn_xml_get(node, "name")),
                         .type = dmn_type_of(model, model->documents[element->document], node)};
    }
    element->shown.type = function_type(model, n_params, element->params, element->result);
    return true;
}

// ---- frames ---------------------------------------------------------------------------------

// Imports that lead from one document to another, by the shortest way; the names along it.
static bool find_way(const dmn_model *model, uint32_t from, uint32_t to, uint32_t depth,
                     uint32_t *n, hb_str *names) {
    const dmn_document *document = model->documents[from];
    for (uint32_t i = 0; i < document->n_imports; i++) {
        names[*n] = document->imports[i].name;
        if (document->imports[i].document == to) {
            (*n)++;
            return true;
        }
    }
    for (uint32_t i = 0; depth > 1 && i < document->n_imports; i++) {
        names[(*n)++] = document->imports[i].name;
        if (find_way(model, document->imports[i].document, to, depth - 1, n, names)) return true;
        (*n)--;
    }
    return false;
}

#define MAX_WAY 8

typedef struct {
    dmn_slot *slots;
    uint32_t n;
} slot_list;

// The slots of one list all have room for every requirement, so adding never moves them.
static dmn_slot *slot_named(dmn_model *model, slot_list *list, hb_str name, uint32_t room) {
    for (uint32_t i = 0; i < list->n; i++) {
        if (list->slots[i].members != NULL && hb_str_equal(list->slots[i].name, name))
            return &list->slots[i];
    }
    dmn_slot *slot = &list->slots[list->n];
    *slot = (dmn_slot){
        .name = name, .element = DMN_NONE, .members = hb_arena_array(model->arena, dmn_slot, room)};
    if (slot->members == NULL) return NULL;
    list->n++;
    return slot;
}

static bool add_slot(dmn_model *model, dmn_node *element, uint32_t required, hb_error *err) {
    const dmn_node *target = &model->elements[required];
    uint32_t n_names = 0, room = element->n_required;
    hb_str names[MAX_WAY];
    slot_list list = {element->slots, element->n_slots};
    uint32_t *n = &element->n_slots;
    if (target->document != element->document)
        find_way(model, element->document, target->document, MAX_WAY, &n_names, names);
    for (uint32_t i = 0; i < n_names; i++) {
        if (names[i].n == 0) continue;  // an import without a name: its elements stand among ours
        dmn_slot *slot = slot_named(model, &list, names[i], room);
        if (slot == NULL) return hb_out_of_memory(err);
        *n = list.n;
        n = &slot->n_members;
        list = (slot_list){slot->members, slot->n_members};
    }
    list.slots[list.n] = (dmn_slot){.name = target->shown.name, .element = required};
    *n = list.n + 1;
    return true;
}

static const feel_type *slot_type(dmn_model *model, dmn_slot *slot) {
    if (slot->element != DMN_NONE) return model->elements[slot->element].shown.type;
    feel_type *type = hb_arena_new(model->arena, feel_type);
    feel_field *fields = hb_arena_array(model->arena, feel_field, slot->n_members);
    hb_str *keys = hb_arena_array(model->arena, hb_str, slot->n_members);
    if (type == NULL || fields == NULL || keys == NULL) return feel_type_basic(FEEL_TYPE_ANY);
    for (uint32_t i = 0; i < slot->n_members; i++) {
        keys[i] = slot->members[i].name;
        fields[i] = (feel_field){.name = keys[i], .type = slot_type(model, &slot->members[i])};
    }
    slot->keys = keys;
    *type = (feel_type){.kind = FEEL_TYPE_CONTEXT, .n_fields = slot->n_members, .fields = fields};
    return type;
}

// A knowledge model also sees itself, behind everything it requires: a function may call itself.
static bool open_frame(dmn_model *model, uint32_t index, hb_error *err) {
    dmn_node *element = &model->elements[index];
    bool sees_itself = element->shown.kind == DMN_BKM;
    element->slots = hb_arena_array(model->arena, dmn_slot, element->n_required + 1u);
    element->scope = feel_scope_open(model->arena, model->documents[element->document]->scope);
    if (element->slots == NULL || element->scope == NULL) return hb_out_of_memory(err);
    for (uint32_t i = 0; i < element->n_required; i++) {
        if (!add_slot(model, element, element->required[i], err)) return false;
    }
    for (uint32_t i = 0; i < element->n_slots; i++)
        sees_itself &= !hb_str_equal(element->slots[i].name, element->shown.name);
    if (sees_itself)
        element->slots[element->n_slots++] =
            (dmn_slot){.name = element->shown.name, .element = index};
    uint32_t *places = hb_arena_array(model->arena, uint32_t, element->n_slots);
    if (places == NULL) return hb_out_of_memory(err);
    for (uint32_t i = 0; i < element->n_slots; i++) {
        dmn_slot *slot = &element->slots[i];
        bool is_import = slot->element == DMN_NONE;
        slot->place = places[i] = is_import ? model->n_places++ : slot->element;
        element->has_imports |= is_import;
        if (!feel_scope_add(element->scope, slot->name, slot_type(model, slot)))
            return hb_out_of_memory(err);
    }
    feel_scope_place(element->scope, places);
    return true;
}

// ---- cycles ---------------------------------------------------------------------------------
// Two walks: one along the requirements of decisions and knowledge models, where a service is an
// end, for what it evaluates rests on what it is given and not on what requires it; one from
// service to service, along "may call".

typedef enum { NEW = 0, OPEN, DONE } mark;

// A walk without recursion: the stack holds the way from the start, next[] where each goes on.
typedef struct {
    dmn_model *model;
    uint32_t **edges, *n_edges;  // of each element
    uint8_t *marks;
    uint32_t *next, *stack;
    uint32_t n;
} walk;

static bool open_walk(walk *w, dmn_model *model, hb_error *err) {
    uint32_t n = model->n_elements;
    *w = (walk){.model = model,
                .edges = hb_arena_array(model->arena, uint32_t *, n),
                .n_edges = hb_arena_array(model->arena, uint32_t, n),
                .marks = hb_arena_array(model->arena, uint8_t, n),
                .next = hb_arena_array(model->arena, uint32_t, n),
                .stack = hb_arena_array(model->arena, uint32_t, n)};
    bool ok = w->edges != NULL && w->n_edges != NULL && w->marks != NULL && w->next != NULL &&
              w->stack != NULL;
    return ok || hb_out_of_memory(err);
}

static void report_cycle(walk *w, uint32_t again) {
    dmn_model *model = w->model;
    uint32_t start = 0;
    while (w->stack[start] != again) start++;
    hb_text way = {0};
    for (uint32_t i = start; i < w->n; i++) {
        dmn_node *element = &model->elements[w->stack[i]];
        element->is_broken = true;
        hb_text_addf(&way, "\"%.*s\" -> ", (int)element->name.n, element->name.at);
    }
    const dmn_node *element = &model->elements[again];
    hb_text_addf(&way, "\"%.*s\"", (int)element->name.n, element->name.at);
    dmn_problem_add(model, model->documents[element->document], element->node, false,
                    "requirement-cycle", dmn_place(model, element), "it rests on itself: %.*s",
                    (int)way.n, way.at != NULL ? way.at : "");
    hb_text_clear(&way);
}

// The edge that closes a cycle is reported and taken away, so what is evaluated has none.
static void walk_from(walk *w, uint32_t start) {
    if (w->marks[start] != NEW) return;
    w->stack[w->n++] = start;
    w->marks[start] = OPEN;
    while (w->n > 0) {
        uint32_t at = w->stack[w->n - 1];
        if (w->next[at] == w->n_edges[at]) {
            w->marks[at] = DONE;
            w->n--;
            continue;
        }
        uint32_t to = w->edges[at][w->next[at]++];
        if (w->marks[to] == OPEN) {
            report_cycle(w, to);
            w->edges[at][w->next[at] - 1] = w->edges[at][--w->n_edges[at]];
            w->next[at]--;
        } else if (w->marks[to] == NEW) {
            w->marks[to] = OPEN;
            w->stack[w->n++] = to;
        }
    }
}

static bool find_cycles(dmn_model *model, hb_error *err) {
    walk w;
    if (!open_walk(&w, model, err)) return false;
    for (uint32_t i = 0; i < model->n_elements; i++) {
        dmn_node *element = &model->elements[i];
        w.edges[i] = element->required;
        w.n_edges[i] = element->shown.kind == DMN_SERVICE ? 0 : element->n_required;
    }
    for (uint32_t i = 0; i < model->n_elements; i++) walk_from(&w, i);
    for (uint32_t i = 0; i < model->n_elements; i++) {
        if (model->elements[i].shown.kind != DMN_SERVICE)
            model->elements[i].n_required = w.n_edges[i];
    }
    return true;
}

// The services that a service may call, given its parameters. seen[] holds the service whose search
// met an element.
static bool list_calls(walk *w, uint32_t service, uint32_t *seen, hb_error *err) {
    dmn_model *model = w->model;
    const dmn_node *start = &model->elements[service];
    uint32_t n = 0, room = 0;
    for (uint32_t i = 0; i < start->n_inputs; i++) seen[start->inputs[i]] = service + 1;
    w->n = 0;
    w->stack[w->n++] = service;
    for (const dmn_node *element = start; w->n > 0;) {
        element = &model->elements[w->stack[--w->n]];
        for (uint32_t i = 0; i < element->n_required; i++) {
            uint32_t to = element->required[i];
            if (seen[to] == service + 1) continue;
            seen[to] = service + 1;
            if (model->elements[to].shown.kind != DMN_SERVICE) {
                w->stack[w->n++] = to;
                continue;
            }
            if (n == room) {
                uint32_t *more = hb_arena_array(model->arena, uint32_t, room = room * 2 + 4);
                if (more == NULL) return hb_out_of_memory(err);
                if (n > 0) memcpy(more, w->edges[service], n * sizeof *more);
                w->edges[service] = more;
            }
            w->edges[service][n++] = to;
        }
    }
    w->n_edges[service] = n;
    return true;
}

static bool find_service_cycles(dmn_model *model, hb_error *err) {
    walk w;
    uint32_t *seen = hb_arena_array(model->arena, uint32_t, model->n_elements);
    if (seen == NULL) return hb_out_of_memory(err);
    if (!open_walk(&w, model, err)) return false;
    for (uint32_t i = 0; i < model->n_elements; i++) {
        if (model->elements[i].shown.kind == DMN_SERVICE && !list_calls(&w, i, seen, err))
            return false;
    }
    w.n = 0;
    for (uint32_t i = 0; i < model->n_elements; i++) walk_from(&w, i);
    return true;
}

bool dmn_graph_read(dmn_model *model, hb_error *err) {
    model->n_places = model->n_elements;
    if (model->n_elements == 0) return true;
    for (uint32_t i = 0; i < model->n_elements; i++) {
        dmn_node *element = &model->elements[i];
        element->shown.type = declared_type(model, element);
        element->is_constrained = dmn_is_constrained(element->shown.type, 0);
    }
    for (uint32_t i = 0; i < model->n_elements; i++) {
        dmn_node *element = &model->elements[i];
        bool is_service = element->shown.kind == DMN_SERVICE;
        if (!(is_service ? read_service : read_required)(model, element, err)) return false;
    }
    if (!find_cycles(model, err) || !find_service_cycles(model, err)) return false;
    for (uint32_t i = 0; i < model->n_elements; i++) {
        dmn_node *element = &model->elements[i];
        if (element->shown.kind == DMN_SERVICE && !type_service(model, element, err)) return false;
        if (element->shown.kind == DMN_BKM && !type_knowledge(model, element, err)) return false;
    }
    for (uint32_t i = 0; i < model->n_elements; i++) {
        if (!open_frame(model, i, err)) return false;
    }
    return true;
}
