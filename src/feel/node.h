// node.h: the tree of a parsed expression. Written by parse.c and by the builders of node.c, read
// by compile.c, by feel_printers, and by verify and lint, which must see what an expression says
// and not only what it gives. A node is immutable once made and lives in the arena it was parsed
// in. Names are resolved: a name is the number of frames between its use and its frame, and its
// place in that frame.
//
// Which nodes open a frame, and for which child (everything in that child counts it as frame 0):
//   CONTEXT    one slot an entry              for each entry; entry i sees the entries before it
//   FOR        {variable, "partial"} a domain for the next domains and the body (each domain a
//   frame of its own) SOME EVERY {variable} a domain            likewise FILTER     {"item"} for b
//   FUNCTION   the parameters                 for a
//   IN         {"?"}                          for items
//   TESTS      {"?"}                          for items
#ifndef HABEAS_FEEL_NODE_H
#define HABEAS_FEEL_NODE_H

#include "feel/internal.h"

typedef enum {
    FEEL_NODE_CONSTANT = 0,  // value
    FEEL_NODE_NAME,          // up, index; name as written in the scope
    FEEL_NODE_MEMBER_NAME,   // a bare name in a filter: entry `name` of the item `up` frames away
                            // when it is a context that has it, else a (NULL: null, with a note)
    FEEL_NODE_PATH,    // a . name
    FEEL_NODE_NEGATE,  // - a
    FEEL_NODE_ADD,     // a + b, and so on down to GREATER_OR_EQUAL
    FEEL_NODE_SUBTRACT,
    FEEL_NODE_MULTIPLY,
    FEEL_NODE_DIVIDE,
    FEEL_NODE_POWER,
    FEEL_NODE_EQUAL,
    FEEL_NODE_NOT_EQUAL,
    FEEL_NODE_LESS,
    FEEL_NODE_LESS_OR_EQUAL,
    FEEL_NODE_GREATER,
    FEEL_NODE_GREATER_OR_EQUAL,
    FEEL_NODE_AND,
    FEEL_NODE_OR,
    FEEL_NODE_BETWEEN,       // a between b and c
    FEEL_NODE_IN,            // a in (items): any of the tests
    FEEL_NODE_TESTS,         // unary tests of a cell: any of items; none of them when is_negated
    FEEL_NODE_TEST_ANY,      // "-"
    FEEL_NODE_TEST_COMPARE,  // ? comparison a; comparison is one of EQUAL .. GREATER_OR_EQUAL
    FEEL_NODE_TEST_VALUE,    // ? equals a, or is in the list or range a gives
    FEEL_NODE_TEST_TRUE,     // a uses ?, and must give true
    FEEL_NODE_RANGE,    // a .. b with is_low_included, is_high_included; unary: only a, with the
                        // operator
    FEEL_NODE_LIST,     // n items
    FEEL_NODE_CONTEXT,  // n items under keys; is_result_last: the last item has no key and is the
                        // value
    FEEL_NODE_IF,       // if a then b else c
    FEEL_NODE_FOR,      // n domains (items) with variables (keys); body a
    FEEL_NODE_SOME,     // likewise
    FEEL_NODE_EVERY,
    FEEL_NODE_STEPS,     // only as a domain: a .. b, going up or down
    FEEL_NODE_FILTER,    // a [ b ]
    FEEL_NODE_INSTANCE,  // a instance of wanted
    FEEL_NODE_FUNCTION,  // n params, result in wanted (or NULL), body a; is_external: a gives the
                         // mapping
    FEEL_NODE_BUILTIN,   // first row of the built-in function `name`
    FEEL_NODE_CALL,      // a ( items ); keys: their names, or NULL
    FEEL_NODE_COERCE,    // a as wanted; name says where, for the note
    FEEL_NODE_HOST,      // host_call(run, host_data, env)
} feel_node_kind;

struct feel_node {
    uint8_t kind;        // feel_node_kind
    uint8_t comparison;  // feel_node_kind of a TEST_COMPARE
    char unary;          // RANGE: as in feel_range
    bool is_low_included, is_high_included, is_negated, is_result_last, is_external;
    uint32_t offset, length;  // bytes of the source text it stands for
    uint32_t up, index;       // NAME, MEMBER_NAME
    uint32_t n;
    const feel_type *type;  // inferred; never NULL
    const feel_node *a, *b, *c;
    const feel_node *const *items;
    const hb_str *keys;
    const feel_field *params;
    const feel_type *wanted;
    hb_str name;
    feel_value value;
    const feel_builtin *builtin;
    feel_host_call host_call;
    const void *host_data;
};

// ---- scope.c
// --------------------------------------------------------------------------------------
typedef enum { FEEL_FRAME_PLAIN = 0, FEEL_FRAME_FILTER, FEEL_FRAME_INPUT } feel_frame_kind;
struct feel_scope {
    hb_arena *arena;
    const feel_scope *parent;
    feel_frame_kind kind;
    bool *is_used;             // FRAME_INPUT: set when ? is read
    const feel_type *element;  // FRAME_FILTER: type of the item
    uint32_t n, room, n_types, types_room;
    feel_field *names;
    feel_field *types;
    const uint32_t *places;  // slot of each name; NULL: its place in `names`
};
static inline uint32_t feel_scope_slot(const feel_scope *scope, uint32_t i) {
    return scope->places ? scope->places[i] : i;
}
// How many bytes of text from `at` spell `name`: white space counts only between two words (DMN 1.5
// §10.3.1.4). 0: it does not.
size_t feel_name_match(hb_str text, size_t at, hb_str name);
bool feel_is_name_start(int32_t code_point);
bool feel_is_name_part(int32_t code_point);
// Longest of the property names and entry names known anywhere in scope that stands at `at`; 0:
// none.
size_t feel_scope_match_member(const feel_scope *scope, hb_str text, size_t at, hb_str *name);
// The known name nearest to a mistyped one; empty when none is near.
hb_str feel_scope_nearest(const feel_scope *scope, hb_str name);
const feel_type *feel_scope_type(const feel_scope *scope, hb_str name);

// ---- types.c
// --------------------------------------------------------------------------------------
const feel_type *feel_type_list(hb_arena *arena, const feel_type *element);  // NULL: no memory
const feel_type *feel_type_range(hb_arena *arena, const feel_type *element);
const feel_type *feel_type_element(
    const feel_type *type);  // of a list or range; Any when not known
const feel_type *feel_type_common(const feel_type *a, const feel_type *b);
const feel_type *feel_type_member(hb_arena *arena, const feel_type *type,
                                  hb_str name);  // type of `x.name`
const feel_type *feel_type_binary(feel_node_kind kind, const feel_type *a, const feel_type *b);
// The i-th built-in type name, longest names first is not promised; false past the last.
bool feel_type_name(uint32_t i, hb_str *name);

// ---- node.c
// -----------------------------------------------------------------------------------------
feel_node *feel_node_new(hb_arena *arena, feel_node_kind kind, const feel_type *type);
const char *feel_node_kind_name(feel_node_kind kind);

#endif
