// scope.c: which names an expression may use, and where a name of several words ends. Frames hang
// on their parents, innermost first; a name's slot is its place of adding. Names are compared with
// the text itself, not with tokens: white space in either counts only between two words, so "a-b",
// "a - b" and "a -b" spell one name, and "first name" needs its space (DMN 1.5 §10.3.1.4). The
// parser takes the longest name that matches.
#include <string.h>

#include "feel/lex.h"

// Item definitions may contain themselves: no member name deeper than this is looked for.
#define MEMBER_DEPTH 6
#define MEMBER_SEARCH 20000  // names looked at, at most

feel_scope *feel_scope_open(hb_arena *arena, const feel_scope *parent) {
    feel_scope *scope = hb_arena_new(arena, feel_scope);
    if (!scope) return NULL;
    scope->arena = arena;
    scope->parent = parent;
    return scope;
}

static bool add(hb_arena *arena, feel_field **fields, uint32_t *n, uint32_t *room, hb_str name,
                const feel_type *type) {
    if (*n == *room) {
        uint32_t more = *room ? *room * 2 : 4;
        feel_field *grown = hb_arena_array(arena, feel_field, more);
        if (!grown) return false;
        if (*n) memcpy(grown, *fields, *n * sizeof *grown);
        *fields = grown;
        *room = more;
    }
    (*fields)[(*n)++] = (feel_field){name, type ? type : feel_type_basic(FEEL_TYPE_ANY)};
    return true;
}

bool feel_scope_add(feel_scope *scope, hb_str name, const feel_type *type) {
    return add(scope->arena, &scope->names, &scope->n, &scope->room, name, type);
}

bool feel_scope_add_type(feel_scope *scope, hb_str name, const feel_type *type) {
    return add(scope->arena, &scope->types, &scope->n_types, &scope->types_room, name, type);
}

uint32_t feel_scope_size(const feel_scope *scope) {
    return scope->n;
}

void feel_scope_place(feel_scope *scope, const uint32_t *places) {
    scope->places = places;
}

// DMN 1.5 §10.3.2.5: in a filter `item` is the element, and an element's own entries are names too.
feel_scope *feel_scope_filter(hb_arena *arena, const feel_scope *parent,
                              const feel_type *list_type) {
    feel_scope *scope = feel_scope_open(arena, parent);
    if (!scope) return NULL;
    scope->kind = FEEL_FRAME_FILTER;
    scope->element =
        list_type && list_type->kind == FEEL_TYPE_LIST ? feel_type_element(list_type) : list_type;
    if (!scope->element) scope->element = feel_type_basic(FEEL_TYPE_ANY);
    return feel_scope_add(scope, HB_STR("item"), scope->element) ? scope : NULL;
}

const feel_type *feel_scope_type(const feel_scope *scope, hb_str name) {
    for (; scope; scope = scope->parent) {
        for (uint32_t i = 0; i < scope->n_types; i++) {
            if (hb_str_equal(scope->types[i].name, name)) return scope->types[i].type;
        }
    }
    return feel_type_find(name);
}

// ---- matching ---------------------------------------------------------------------------------
static int32_t code_point_at(hb_str text, size_t at) {
    return at < text.n ? feel_next_code_point(text, &at) : -1;
}

static int32_t code_point_before(hb_str text, size_t at) {
    if (!at) return -1;
    for (at--; at > 0 && ((unsigned char)text.at[at] & 0xc0) == 0x80;) at--;
    return feel_next_code_point(text, &at);
}

static size_t skip_space(hb_str text, size_t at) {
    for (size_t n; (n = feel_space(text, at)) > 0;) at += n;
    return at;
}

size_t feel_name_match(hb_str text, size_t at, hb_str name) {
    size_t start = at;
    if (!name.n) return 0;
    for (size_t i = 0; i < name.n;) {
        size_t name_next = skip_space(name, i), text_next = i ? skip_space(text, at) : at;
        if (name_next >= name.n) break;
        if ((name_next > i) != (text_next > at) && feel_is_name_part(code_point_before(name, i)) &&
            feel_is_name_part(code_point_at(name, name_next))) {
            return 0;
        }
        size_t after = name_next;
        feel_next_code_point(name, &after);
        size_t n = after - name_next;
        if (text.n - text_next < n || memcmp(text.at + text_next, name.at + name_next, n) != 0)
            return 0;
        i = after;
        at = text_next + n;
    }
    bool ends_in_word = feel_is_name_part(code_point_before(text, at));
    return ends_in_word && feel_is_name_part(code_point_at(text, at)) ? 0 : at - start;
}

// Properties of values that are no contexts, as far as their names are more than a word
// (properties.c has them all).
static const char *const LONG_PROPERTIES[] = {"time offset", "start included", "end included"};

typedef struct {
    hb_str text;
    size_t at, best;
    hb_str name;
    uint32_t left;  // names that may still be looked at
} member_search;

static void consider(member_search *search, hb_str name) {
    if (!search->left) return;
    search->left--;
    size_t n = feel_name_match(search->text, search->at, name);
    if (n <= search->best) return;
    search->best = n;
    search->name = name;
}

static void consider_type(member_search *search, const feel_type *type, int depth) {
    if (!type || depth > MEMBER_DEPTH || !search->left) return;
    if (type->kind == FEEL_TYPE_CONTEXT) {
        for (uint32_t i = 0; i < type->n_fields; i++) {
            consider(search, type->fields[i].name);
            consider_type(search, type->fields[i].type, depth + 1);
        }
    }
    consider_type(search, type->element, depth + 1);
}

size_t feel_scope_match_member(const feel_scope *scope, hb_str text, size_t at, hb_str *name) {
    member_search search = {.text = text, .at = at, .left = MEMBER_SEARCH};
    for (size_t i = 0; i < sizeof LONG_PROPERTIES / sizeof *LONG_PROPERTIES; i++) {
        consider(&search, hb_str_from(LONG_PROPERTIES[i]));
    }
    for (; scope; scope = scope->parent) {
        for (uint32_t i = 0; i < scope->n; i++) consider_type(&search, scope->names[i].type, 0);
        for (uint32_t i = 0; i < scope->n_types; i++)
            consider_type(&search, scope->types[i].type, 0);
        consider_type(&search, scope->element, 0);
    }
    if (search.best) *name = search.name;
    return search.best;
}

// ---- the nearest name -------------------------------------------------------------------------
hb_str feel_scope_nearest(const feel_scope *scope, hb_str name) {
    uint32_t n_rows, n = 0, room;
    const feel_builtin *rows = feel_builtin_rows(&n_rows);
    room = n_rows;
    for (const feel_scope *at = scope; at; at = at->parent)
        room += at->n + (at->element ? at->element->n_fields : 0);
    hb_str *names = scope ? hb_arena_array(scope->arena, hb_str, room) : NULL;
    if (!names) return (hb_str){0};
    for (; scope; scope = scope->parent) {
        for (uint32_t i = 0; i < scope->n; i++) names[n++] = scope->names[i].name;
        if (!scope->element || scope->element->kind != FEEL_TYPE_CONTEXT) continue;
        for (uint32_t i = 0; i < scope->element->n_fields; i++)
            names[n++] = scope->element->fields[i].name;
    }
    for (uint32_t i = 0; i < n_rows; i++) names[n++] = hb_str_from(rows[i].name);
    return hb_nearest(name, names, n);
}
