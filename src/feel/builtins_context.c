// Context functions (DMN 1.5 §10.3.4.10). Contexts never change: putting and merging make new ones,
// in which a key that was there keeps its place.
#include "feel/builtins.h"

feel_value feel_builtin_get_value(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    feel_value value;
    hb_str key = feel_text(args[1]);
    if (feel_context_get(args[0].context, key, &value)) return value;
    key = feel_excerpt(key);
    return feel_null_because(run, false, "get value(): there is no key \"%.*s\"", (int)key.n,
                             key.at);
}

feel_value feel_builtin_get_entries(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    static const hb_str KEYS[] = {
        {"key",   3},
        {"value", 5}
    };
    const feel_context *context = args[0].context;
    feel_value *entries = hb_arena_array(run->arena, feel_value, context->n + (size_t)1);
    if (!entries) return feel_null_because(run, true, "no memory is left for this list");
    for (uint32_t i = 0; i < context->n; i++) {
        feel_value pair[] = {feel_string(context->keys[i]), context->values[i]};
        entries[i] = feel_context_value(run, 2, KEYS, pair);
    }
    return feel_list(entries, context->n);
}

// ---- growing contexts --------------------------------------------------------------------------

typedef struct {
    hb_str *keys;
    feel_value *values;
    uint32_t n;
} entries;

static bool open_entries(feel_run *run, entries *out, uint32_t room) {
    *out = (entries){.keys = hb_arena_array(run->arena, hb_str, room + (size_t)1),
                     .values = hb_arena_array(run->arena, feel_value, room + (size_t)1)};
    return out->keys && out->values;
}

static uint32_t place_of(const entries *in, hb_str key) {
    uint32_t i = 0;
    while (i < in->n && !hb_str_equal(in->keys[i], key)) i++;
    return i;
}

static void put(entries *in, hb_str key, feel_value value) {
    uint32_t i = place_of(in, key);
    if (i == in->n) in->n++;
    in->keys[i] = key;
    in->values[i] = value;
}

static void put_all(entries *in, const feel_context *context) {
    for (uint32_t i = 0; i < context->n; i++) put(in, context->keys[i], context->values[i]);
}

static feel_value no_memory(feel_run *run) {
    return feel_null_because(run, true, "no memory is left for this context");
}

static feel_value finish(feel_run *run, const entries *made) {
    return feel_context_value(run, made->n, made->keys, made->values);
}

// An entry of context(): {key: a string, value: anything, even null}; further members are ignored.
static bool read_entry(feel_value entry, hb_str *key, feel_value *value) {
    feel_value name;
    if (entry.kind != FEEL_CONTEXT) return false;
    if (!feel_context_get(entry.context, HB_STR("key"), &name) || name.kind != FEEL_STRING)
        return false;
    *key = feel_text(name);
    return feel_context_get(entry.context, HB_STR("value"), value);
}

feel_value feel_builtin_context_from(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    entries made;
    if (!open_entries(run, &made, args[0].n)) return no_memory(run);
    for (uint32_t i = 0; i < args[0].n; i++) {
        hb_str key;
        feel_value value;
        if (!feel_spend(run, made.n)) return feel_null();
        if (!read_entry(args[0].items[i], &key, &value))
            return feel_null_because(run, true, "context(): entry %u is no {key, value}", i + 1);
        if (place_of(&made, key) < made.n)
            return feel_null_because(run, true, "context(): entry %u repeats a key", i + 1);
        put(&made, key, value);
    }
    return finish(run, &made);
}

static feel_value put_one(feel_run *run, const feel_context *context, hb_str key,
                          feel_value value) {
    entries made;
    if (!open_entries(run, &made, context->n + 1)) return no_memory(run);
    put_all(&made, context);
    put(&made, key, value);
    return finish(run, &made);
}

feel_value feel_builtin_context_put(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    return put_one(run, args[0].context, feel_text(args[1]), args[2]);
}

// Puts at the end of a path of keys: every key but the last must lead to a context.
feel_value feel_builtin_context_put_path(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    uint32_t n_keys = args[1].n;
    const feel_value *keys = args[1].items;
    const feel_context **along =
        hb_arena_array(run->arena, const feel_context *, n_keys + (size_t)1);
    if (!along) return no_memory(run);
    if (n_keys == 0) return feel_null_because(run, true, "context put(): keys is empty");
    along[0] = args[0].context;
    for (uint32_t i = 0; i < n_keys; i++) {
        feel_value next;
        if (keys[i].kind != FEEL_STRING)
            return feel_null_because(run, true, "context put(): key %u is not a string", i + 1);
        if (i + 1 == n_keys) break;
        if (!feel_context_get(along[i], feel_text(keys[i]), &next) || next.kind != FEEL_CONTEXT)
            return feel_null_because(run, true, "context put(): key %u leads to no context", i + 1);
        along[i + 1] = next.context;
    }
    feel_value value = args[2];
    for (uint32_t i = n_keys; i-- > 0;) {
        value = put_one(run, along[i], feel_text(keys[i]), value);
        if (value.kind != FEEL_CONTEXT) return value;
    }
    return value;
}

feel_value feel_builtin_context_merge(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    uint64_t room = 0;
    for (uint32_t i = 0; i < args[0].n; i++) {
        if (args[0].items[i].kind != FEEL_CONTEXT)
            return feel_null_because(run, true, "context merge(): item %u is no context", i + 1);
        room += args[0].items[i].context->n;
    }
    entries made;
    if (room > UINT32_MAX || !open_entries(run, &made, (uint32_t)room)) return no_memory(run);
    for (uint32_t i = 0; i < args[0].n; i++) {
        const feel_context *context = args[0].items[i].context;
        if (!feel_spend(run, ((uint64_t)made.n + context->n) * context->n)) return feel_null();
        put_all(&made, context);
    }
    return finish(run, &made);
}
