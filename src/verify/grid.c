// grid.c: a value of each kind that the type of an entry distinguishes: absent (nobody claims it),
// in doubt, what the worked case has, and a few others; every word of an enumeration; lists empty,
// of one item and in doubt. Dates, terms and numbers of days have no end, so some stand for all:
// that is the bound.
#include "verify/grid.h"

#include <stdio.h>
#include <string.h>

#define ARENA_BYTES ((size_t)256 << 20)
#define LINE_BYTES ((size_t)4 << 20)
#define BASES_MAX 64u
#define SLOTS_MAX 128u
#define ITEMS_MOST 2u  // items of a list that are varied

static const struct {
    const char *type, *values;  // JSON
} KINDS[] = {
    {"date",    "[\"2019-12-31\",\"2024-02-29\",\"2033-07-01\"]"                           },
    {"moment",
     "[\"2024-03-01T23:30:00-06:00\",\"2024-03-02T05:59:59Z\",\"2024-03-01T23:30\",\"2024-03-"
     "01\"]"                                                                               },
    {"term",
     "[{\"y\":1},{\"y\":5,\"m\":6,\"d\":10},{\"m\":18,\"d\":null},{\"y\":70},{\"d\":1},{}]"},
    {"days",    "[0,1,400]"                                                                },
    {"yes_no",  "[\"yes\",\"no\"]"                                                         },
    {"boolean", "[true,false]"                                                             },
    {"dates",   "[[],[\"2029-12-31\"],[null]]"                                             },
    {"objects", "[[],[{}],[null]]"                                                         },
    {"object",  "[{}]"                                                                     },
};
static const hb_json DOUBT = {.kind = HB_JSON_NULL};

bool grid_is_doubt(const hb_json *value) {
    return value != NULL && value->kind == HB_JSON_NULL;
}

bool grid_is_nested(const grid_slot *a, const grid_slot *b) {
    return (a->parent.n > 0 && b->parent.n == 0 && hb_str_equal(a->parent, b->member)) ||
           (b->parent.n > 0 && a->parent.n == 0 && hb_str_equal(b->parent, a->member));
}

// ---- questions ----------------------------------------------------------------------------------

static const hb_json *put_member(hb_arena *arena, const hb_json *object, hb_str key,
                                 const hb_json *value) {
    uint32_t n = object->n;
    hb_json *members = hb_arena_array(arena, hb_json, n + 1), *out = hb_arena_new(arena, hb_json);
    if (members == NULL || out == NULL) return NULL;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (!hb_str_equal(object->first[i].key, key)) members[kept++] = object->first[i];
    }
    if (value != NULL) {
        members[kept] = *value;
        members[kept++].key = key;
    }
    *out = *object;
    out->kind = HB_JSON_OBJECT;
    out->first = members;
    out->n = kept;
    return out;
}

static const hb_json *put_in_list(hb_arena *arena, const hb_json *list, const grid_slot *slot,
                                  const hb_json *value) {
    static const hb_json EMPTY = {.kind = HB_JSON_OBJECT};
    bool is_list = list != NULL && list->kind == HB_JSON_ARRAY && list->n > slot->item;
    uint32_t n = is_list ? list->n : 1;
    hb_json *items = hb_arena_array(arena, hb_json, n), *out = hb_arena_new(arena, hb_json);
    if (items == NULL || out == NULL) return NULL;
    for (uint32_t i = 0; i < n; i++) items[i] = is_list ? list->first[i] : EMPTY;
    hb_json *item = &items[is_list ? slot->item : 0];
    const hb_json *changed =
        put_member(arena, item->kind == HB_JSON_OBJECT ? item : &EMPTY, slot->member, value);
    if (changed == NULL) return NULL;
    *item = *changed;
    *out = (hb_json){.kind = HB_JSON_ARRAY, .n = n, .first = items};
    return out;
}

const hb_json *grid_put(hb_arena *arena, const hb_json *object, const grid_slot *slot,
                        const hb_json *value) {
    static const hb_json EMPTY = {.kind = HB_JSON_OBJECT};
    if (slot->parent.n == 0) return put_member(arena, object, slot->member, value);
    const hb_json *parent = hb_json_member(object, slot->parent), *changed;
    bool is_there = parent != NULL && (parent->kind == HB_JSON_OBJECT ||
                                       (parent->kind == HB_JSON_ARRAY && parent->n > slot->item));
    if (value == NULL && !is_there) return object;
    if (slot->is_in_list)
        changed = put_in_list(arena, parent, slot, value);
    else
        changed = put_member(arena, is_there ? parent : &EMPTY, slot->member, value);
    return changed == NULL ? NULL : put_member(arena, object, slot->parent, changed);
}

const hb_json *grid_question(hb_arena *arena, hb_str id, enddate_system system,
                             const hb_json *inputs) {
    hb_json *members = hb_arena_array(arena, hb_json, 3), *out = hb_arena_new(arena, hb_json);
    if (members == NULL || out == NULL) return NULL;
    members[0] = (hb_json){.kind = HB_JSON_STRING, .text = id, .key = HB_STR("id")};
    members[1] = (hb_json){
        .kind = HB_JSON_STRING, .text = enddate_system_name(system), .key = HB_STR("system")};
    members[2] = *inputs;
    members[2].key = HB_STR("inputs");
    *out = (hb_json){.kind = HB_JSON_OBJECT, .n = 3, .first = members};
    return out;
}

// ---- worked cases -------------------------------------------------------------------------------

static bool read_cases(grid *g, hb_json_reader *reader, const char *rulebooks, hb_str rulebook,
                       grid_base *bases, uint32_t *n, hb_error *err) {
    char path[4096];
    bool end = false;
    hb_str line, copy;
    uint64_t number;
    if (snprintf(path, sizeof path, "%s/%.*s/cases/worked.ndjson", rulebooks, (int)rulebook.n,
                 rulebook.at) >= (int)sizeof path)
        return hb_fail(err, HB_USAGE, "path", "the path of a rulebook is too long");
    hb_lines *lines = hb_lines_open(path, LINE_BYTES, err);
    bool ok = lines != NULL;
    while (ok && *n < BASES_MAX && (ok = hb_lines_next(lines, &line, &number, &end, err)) && !end) {
        hb_json *json = NULL;
        if (hb_str_trim(line).n == 0) continue;
        if (!hb_str_copy(g->arena, line, &copy)) ok = hb_out_of_memory(err);
        ok = ok && hb_json_parse(reader, g->arena, copy, &json, err);
        const hb_json *id = ok ? hb_json_member(json, HB_STR("id")) : NULL,
                      *inputs = ok ? hb_json_member(json, HB_STR("inputs")) : NULL;
        if (id != NULL && inputs != NULL && inputs->kind == HB_JSON_OBJECT)
            bases[(*n)++] = (grid_base){id->text, inputs};
    }
    hb_lines_close(lines);
    return ok;
}

// ---- values -------------------------------------------------------------------------------------

static void add_value(grid_slot *slot, const hb_json *value) {
    if (slot->n_values < GRID_VALUES_MAX) slot->values[slot->n_values++] = value;
}

static bool add_words(grid *g, grid_slot *slot, hb_str words) {
    for (size_t start = 0, i = 0; i <= words.n; i++) {
        if (i < words.n && words.at[i] != '|') continue;
        hb_json *word = hb_arena_new(g->arena, hb_json);
        if (word == NULL) return false;
        *word = (hb_json){
            .kind = HB_JSON_STRING, .text = {words.at + start, i - start}
        };
        add_value(slot, word);
        start = i + 1;
    }
    return true;
}

// The case's own value comes first: with every slot at its first, the question is the case.
static bool fill(grid *g, grid_slot *slot, const enddate_entry *entry, const hb_json *own,
                 const hb_json *const *samples) {
    add_value(slot, own);
    if (own != NULL) add_value(slot, NULL);
    if (!grid_is_doubt(own)) add_value(slot, &DOUBT);
    if (hb_str_equal(entry->type, HB_STR("enum"))) return add_words(g, slot, entry->values);
    for (size_t k = 0; k < sizeof KINDS / sizeof *KINDS; k++) {
        if (!hb_str_equal(entry->type, hb_str_from(KINDS[k].type))) continue;
        for (uint32_t i = 0; i < samples[k]->n; i++) add_value(slot, &samples[k]->first[i]);
    }
    return true;
}

static grid_slot slot_of(uint32_t entry, hb_str name) {
    for (size_t i = 0; i < name.n; i++) {
        bool is_list = i + 2 < name.n && memcmp(name.at + i, "[].", 3) == 0;
        if (!is_list && name.at[i] != '.') continue;
        size_t after = i + (is_list ? 3 : 1);
        return (grid_slot){
            .entry = entry,
            .parent = {name.at,         i             },
            .member = {name.at + after, name.n - after},
            .is_in_list = is_list
        };
    }
    return (grid_slot){.entry = entry, .member = name};
}

static const hb_json *own_value(const grid_base *base, const grid_slot *slot) {
    const hb_json *parent = base->inputs;
    if (slot->parent.n > 0) parent = hb_json_member(parent, slot->parent);
    if (parent != NULL && slot->is_in_list)
        parent = parent->kind == HB_JSON_ARRAY && slot->item < parent->n
                     ? &parent->first[slot->item]
                     : NULL;
    return parent == NULL ? NULL : hb_json_member(parent, slot->member);
}

static uint32_t n_items(const grid_base *base, const grid_slot *slot) {
    const hb_json *list = slot->is_in_list ? hb_json_member(base->inputs, slot->parent) : NULL;
    uint32_t n = list != NULL && list->kind == HB_JSON_ARRAY ? list->n : 1;
    return n > ITEMS_MOST ? ITEMS_MOST : n > 0 ? n : 1;
}

static const hb_json *const *read_samples(grid *g) {
    const hb_json **samples =
        hb_arena_array(g->arena, const hb_json *, sizeof KINDS / sizeof *KINDS);
    hb_json_reader *reader = hb_json_reader_open();
    hb_error err = {0};
    bool ok = samples != NULL && reader != NULL;
    for (size_t k = 0; ok && k < sizeof KINDS / sizeof *KINDS; k++) {
        hb_json *json;
        ok = hb_json_parse(reader, g->arena, hb_str_from(KINDS[k].values), &json, &err);
        samples[k] = json;
    }
    hb_json_reader_close(reader);
    return ok ? samples : NULL;
}

// What the dictionary does not have: an answer must not go on as if it had been read.
static void add_unread(grid *g, grid_slot *slots, uint32_t *n) {
    static const hb_json YES = {.kind = HB_JSON_TRUE};
    if (*n == SLOTS_MAX) return;
    grid_slot *slot = &slots[(*n)++];
    *slot = (grid_slot){.entry = enddate_n_entries(g->law, g->system),
                        .member = HB_STR("entry-that-no-rule-reads")};
    add_value(slot, NULL);
    add_value(slot, &YES);
}

grid_slot *grid_slots(grid *g, const grid_base *base, uint32_t *n) {
    grid_slot *slots = hb_arena_array(g->arena, grid_slot, SLOTS_MAX);
    const hb_json *const *samples = read_samples(g);
    *n = 0;
    if (slots == NULL || samples == NULL) return NULL;
    for (uint32_t e = 0; e < enddate_n_entries(g->law, g->system); e++) {
        enddate_entry entry = enddate_entry_at(g->law, g->system, e);
        grid_slot slot = slot_of(e, entry.name);
        for (uint32_t i = 0; i < n_items(base, &slot) && *n < SLOTS_MAX; i++) {
            slot.item = i;
            slots[*n] = slot;
            if (!fill(g, &slots[*n], &entry, own_value(base, &slot), samples)) return NULL;
            (*n)++;
        }
        if (!hb_str_equal(entry.type, HB_STR("nested"))) continue;
        // a law answered first: the custodies of all bases are its values
        for (uint32_t b = 0; b < g->n_bases; b++) {
            const hb_json *part = hb_json_member(g->bases[b].inputs, entry.name);
            if (part != NULL) add_value(&slots[*n - 1], part);
        }
    }
    add_unread(g, slots, n);
    return slots;
}

// ---- opening ------------------------------------------------------------------------------------

// Each worked case of the laws that are answered first, as a base with that part alone.
static bool add_parts(grid *g, hb_json_reader *reader, const char *rulebooks, hb_error *err) {
    for (uint32_t e = 0; e < enddate_n_entries(g->law, g->system); e++) {
        enddate_entry entry = enddate_entry_at(g->law, g->system, e);
        grid_base parts[BASES_MAX];
        uint32_t n = 0;
        grid_slot slot = {.member = entry.name};
        if (!hb_str_equal(entry.type, HB_STR("nested"))) continue;
        if (!read_cases(g, reader, rulebooks, entry.values, parts, &n, err)) return false;
        for (uint32_t i = 0; i < n && g->n_bases < BASES_MAX; i++) {
            const hb_json *inputs = grid_put(g->arena, g->bases[0].inputs, &slot, parts[i].inputs);
            if (inputs == NULL) return hb_out_of_memory(err);
            g->bases[g->n_bases++] = (grid_base){parts[i].id, inputs};
        }
    }
    return true;
}

bool grid_open(grid *g, const enddate_law *law, const char *rulebooks, enddate_system system,
               hb_error *err) {
    static const hb_json NOTHING = {.kind = HB_JSON_OBJECT};
    hb_json_reader *reader = hb_json_reader_open();
    *g = (grid){.law = law, .system = system, .arena = hb_arena_open(ARENA_BYTES)};
    g->bases = g->arena != NULL ? hb_arena_array(g->arena, grid_base, BASES_MAX) : NULL;
    bool ok = (g->bases != NULL && reader != NULL) || hb_out_of_memory(err);
    if (ok) g->bases[g->n_bases++] = (grid_base){HB_STR("nothing-known"), &NOTHING};
    ok = ok && read_cases(g, reader, rulebooks, enddate_rulebook_name(system), g->bases,
                          &g->n_bases, err);
    ok = ok && add_parts(g, reader, rulebooks, err);
    hb_json_reader_close(reader);
    return ok;
}

void grid_close(grid *g) {
    hb_arena_close(g->arena);
}
