// What the files of dmn share and no other room sees. "While loading" marks what points into the
// XML tree, whose memory is gone once dmn_load returns.
#ifndef HABEAS_DMN_INTERNAL_H
#define HABEAS_DMN_INTERNAL_H

#include "dmn/dmn.h"
#include "dmn/xml.h"

// ---- a model (model.c) ----------------------------------------------------------------------
typedef struct dmn_document dmn_document;
typedef struct {
    hb_str name, ns;
    uint32_t document;
} dmn_import;
typedef enum { DMN_ITEM_WAITING = 0, DMN_ITEM_BEING_READ, DMN_ITEM_READ } dmn_item_state;
typedef struct {
    hb_str name;
    const dmn_xml *node;  // while loading
    dmn_item_state state;
    const feel_type *type;
} dmn_item;

// One file. The first document of a model is the one that was asked for; imported ones follow.
struct dmn_document {
    uint32_t index;
    hb_str path, ns;
    const dmn_xml *root;  // while loading
    uint32_t n_imports, n_items;
    dmn_import *imports;
    dmn_item *items;             // sorted by name
    uint32_t first, n_elements;  // its part of the model's elements
    uint32_t *by_id;             // those, sorted by id
    feel_scope *scope;           // a frame without slots, where the item definitions are known
};

// A name as the logic of an element sees it: another element, or an import with those of its
// elements that are required.
typedef struct dmn_slot dmn_slot;
struct dmn_slot {
    hb_str name;
    uint32_t element;  // DMN_NONE for an import
    uint32_t place;    // among the session's values: the element's index, or behind all elements
    uint32_t n_members;
    dmn_slot *members;
    const hb_str *keys;  // of the members
};

typedef struct {
    dmn_element shown;
    hb_str name;  // the element's own, mostly the same as its variable's
    uint32_t document;
    const dmn_xml *node;  // while loading
    bool is_constrained;  // its type allows only some values
    bool is_broken;       // its logic has an error: it is null
    uint32_t n_required, n_slots, n_inputs, n_outputs;
    uint32_t *required;  // elements, in the order of the requirements
    dmn_slot *slots;     // the names its logic may use
    bool has_imports;    // some of them are imports
    feel_scope *scope;
    uint32_t *inputs,
        *outputs;        // of a service: its parameters, input data first; its output decisions
    feel_field *params;  // of a service: one an input
    const feel_type *result;      // of a service
    const feel_program *program;  // decision: its value; BKM: its function
    const dmn_table *table;
} dmn_node;

struct dmn_model {
    hb_arena *arena;
    bool is_lenient;
    uint32_t n_documents, n_elements, n_places;
    dmn_document **documents;
    dmn_node *elements;
    hb_errors problems;
    hb_error *first_error;  // the first problem that is an error, or NULL
    hb_error error;         // room for it
};

#define DMN_MAX_DOCUMENTS 200

// Takes a problem down: `err` as filled, or a fresh one made with dmn_problem_add. A warning has
// kind HB_NONE.
void dmn_problem_keep(dmn_model *model, const dmn_document *document, const dmn_xml *node,
                      hb_error *err, bool is_warning);
void dmn_problem_add(dmn_model *model, const dmn_document *document, const dmn_xml *node,
                     bool is_warning, const char *code, hb_str where, const char *format, ...)
    __attribute__((format(printf, 7, 8)));
hb_str dmn_kind_word(dmn_kind kind);
hb_str dmn_place(dmn_model *model, const dmn_node *element);  // `decision "X"`
hb_str dmn_name(hb_arena *arena,
                hb_str text);  // white space at the ends cut, inside made one blank
// Element by "#id", "id" or "namespace#id" as seen from a document; DMN_NONE.
uint32_t dmn_find_href(const dmn_model *model, const dmn_document *document, hb_str href);
uint32_t dmn_find_element(const dmn_model *model, hb_str ns,
                          hb_str name);  // ns empty: any, own document first
bool dmn_is_feel(hb_str uri);            // names the expression language FEEL

// ---- item definitions (items.c) -------------------------------------------------------------
bool dmn_items_read(dmn_model *model, hb_error *err);
// The type a typeRef names in a document; Any, and a problem, when it names none. `node` gives the
// XML prefixes.
const feel_type *dmn_type(dmn_model *model, dmn_document *document, const dmn_xml *node,
                          hb_str type_ref);
const feel_type *dmn_type_of(dmn_model *model, dmn_document *document,
                             const dmn_xml *node);  // its typeRef attribute; Any when none
// Unary tests (allowedValues, inputValues ...) of an element's <text>; NULL when it has none or
// they are broken.
const feel_program *dmn_constraint(dmn_model *model, dmn_document *document, const dmn_xml *node,
                                   const feel_type *of, hb_str where);

bool dmn_is_constrained(const feel_type *type,
                        uint32_t depth);  // it or a part of it has allowed values; depth 0

// ---- requirements (graph.c) -----------------------------------------------------------------
bool dmn_graph_read(dmn_model *model, hb_error *err);

// ---- boxed expressions (boxed.c) and tables (table.c) ---------------------------------------
typedef struct {
    dmn_model *model;
    dmn_document *document;
    uint32_t element;
    hb_str place;  // of the element, where every place in it begins
    bool is_broken;
    const dmn_table *table;  // the last table read
    hb_error *err;           // lack of memory only; everything else is a problem of the model
} dmn_builder;
bool dmn_logic_read(dmn_model *model, uint32_t element, hb_error *err);
// NULL: no memory, or broken (a problem was taken down).
feel_node *dmn_boxed(dmn_builder *builder, const dmn_xml *expression, const feel_scope *scope,
                     hb_str where);
const dmn_xml *dmn_expression_in(
    const dmn_xml *node);  // first child that is a boxed expression, or NULL
const feel_program *dmn_compile_text(dmn_builder *builder, const dmn_xml *node, hb_str text,
                                     const feel_scope *scope, const feel_type *coerce_to,
                                     hb_str where);
// Unary tests of a table cell; *out is NULL for "-", which accepts everything. False: broken, a
// problem was taken down.
bool dmn_compile_tests(dmn_builder *builder, const dmn_xml *node, hb_str text,
                       const feel_scope *scope, const feel_type *input, hb_str where,
                       const feel_program **out);
void dmn_builder_problem(dmn_builder *builder, const dmn_xml *node, const char *code, hb_str where,
                         const char *format, ...) __attribute__((format(printf, 5, 6)));
feel_node *dmn_table_read(dmn_builder *builder, const dmn_xml *node, const feel_scope *scope,
                          hb_str where);

// ---- sessions (session.c) -------------------------------------------------------------------
// Rows of the host of the session that runs; none when no session does.
const dmn_native *dmn_session_native_rows(const feel_run *run, uint32_t *n);
// What one table evaluation leaves: rows that fired, for the trace and dmn_session_row. What is kept
// is copied.
void dmn_session_fired(feel_run *run, const dmn_table *table, uint32_t n_hits, const uint32_t *hits,
                       const feel_value *inputs, feel_value result);

#endif
