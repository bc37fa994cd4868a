// List functions (DMN 1.5 §10.3.4.4). Positions count from 1, or back from -1, the last; a fraction
// is dropped. Lists never change: each function makes a new one. Work that grows faster than the
// list is paid for in steps of the run, so a long list ends an evaluation at its limit and cannot
// hang it.
#include "feel/builtins.h"

#include <string.h>

static feel_value no_memory(feel_run *run) {
    return feel_null_because(run, true, "no memory is left for this list");
}

// Index from 0 of a position in a list of n; false when there is none.
static bool place(feel_value number, uint32_t n, uint32_t *out) {
    hb_dec cut;
    int64_t at;
    if (!hb_dec_round(feel_dec(number), 0, HB_ROUND_DOWN, &cut) || !hb_dec_to_int(cut, &at))
        return false;
    if (at < 0) at += (int64_t)n + 1;
    if (at < 1 || at > n) return false;
    *out = (uint32_t)at - 1;
    return true;
}

static feel_value no_place(feel_run *run, const char *function) {
    return feel_null_because(run, true, "%s(): the list has no such position", function);
}

static bool is_equal(feel_run *run, feel_value a, feel_value b) {
    return a.kind == b.kind && feel_is_true(feel_equal(run, a, b));
}

// ---- finding -----------------------------------------------------------------------------------

feel_value feel_builtin_list_contains(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    if (!feel_spend(run, args[0].n)) return feel_null();
    for (uint32_t i = 0; i < args[0].n; i++)
        if (is_equal(run, args[0].items[i], args[1])) return feel_boolean(true);
    return feel_boolean(false);
}

feel_value feel_builtin_index_of(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    uint32_t n_found = 0;
    feel_value *found = hb_arena_array(run->arena, feel_value, args[0].n + (size_t)1);
    if (!found) return no_memory(run);
    for (uint32_t i = 0; i < args[0].n; i++)
        if (is_equal(run, args[0].items[i], args[1])) found[n_found++] = feel_int(i + (int64_t)1);
    return feel_list(found, n_found);
}

feel_value feel_builtin_count(feel_run *run, const feel_value *args, uint32_t n) {
    (void)run;
    (void)n;
    return feel_int(args[0].n);
}

// ---- parts and changes -------------------------------------------------------------------------

feel_value feel_builtin_sublist(feel_run *run, const feel_value *args, uint32_t n) {
    uint32_t from, last, size = args[0].n;
    if (!place(args[1], size, &from)) return no_place(run, "sublist");
    if (n == 2) return feel_list(args[0].items + from, size - from);
    // The length is a position in what is left of the list, counted from its start.
    if (hb_dec_is_negative(feel_dec(args[2])) || !place(args[2], size - from, &last))
        return feel_null_because(run, true, "sublist(): length must be from 1 to what is left");
    return feel_list(args[0].items + from, last + 1);
}

// The items of `list` with `items` in place of the `n_out` that stand from `at` on.
static feel_value splice(feel_run *run, feel_value list, uint32_t at, uint32_t n_out,
                         const feel_value *items, uint32_t n) {
    uint64_t size = (uint64_t)list.n - n_out + n;
    feel_value *made = size <= UINT32_MAX ? hb_arena_array(run->arena, feel_value, size + 1) : NULL;
    if (!made) return no_memory(run);
    uint32_t rest = list.n - at - n_out;
    if (at) memcpy(made, list.items, at * sizeof *made);
    if (n) memcpy(made + at, items, n * sizeof *made);
    if (rest) memcpy(made + at + n, list.items + at + n_out, rest * sizeof *made);
    return feel_list(made, (uint32_t)size);
}

feel_value feel_builtin_append(feel_run *run, const feel_value *args, uint32_t n) {
    return splice(run, args[0], args[0].n, 0, args + 1, n - 1);
}

feel_value feel_builtin_insert_before(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    uint32_t at;
    if (!place(args[1], args[0].n, &at)) return no_place(run, "insert before");
    return splice(run, args[0], at, 0, &args[2], 1);
}

feel_value feel_builtin_remove(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    uint32_t at;
    if (!place(args[1], args[0].n, &at)) return no_place(run, "remove");
    return splice(run, args[0], at, 1, NULL, 0);
}

feel_value feel_builtin_list_replace_at(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    uint32_t at;
    if (!place(args[1], args[0].n, &at)) return no_place(run, "list replace");
    return splice(run, args[0], at, 1, &args[2], 1);
}

feel_value feel_builtin_list_replace_where(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    if (feel_function_size(args[1]) != 2)
        return feel_null_because(run, true,
                                 "list replace(): match must be a function of 2 parameters");
    feel_value *made = hb_arena_array(run->arena, feel_value, args[0].n + (size_t)1);
    if (!made) return no_memory(run);
    for (uint32_t i = 0; i < args[0].n; i++) {
        feel_value pair[] = {args[0].items[i], args[2]};
        feel_value is_match = feel_call(run, args[1], pair, 2);
        if (run->has_failed) return feel_null();
        if (is_match.kind != FEEL_BOOLEAN)
            return feel_null_because(run, true, "list replace(): match gave no boolean for item %u",
                                     i + 1);
        made[i] = is_match.boolean ? args[2] : args[0].items[i];
    }
    return feel_list(made, args[0].n);
}

feel_value feel_builtin_reverse(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    feel_value *made = hb_arena_array(run->arena, feel_value, args[0].n + (size_t)1);
    if (!made) return no_memory(run);
    for (uint32_t i = 0; i < args[0].n; i++) made[i] = args[0].items[args[0].n - 1 - i];
    return feel_list(made, args[0].n);
}

// ---- joining -----------------------------------------------------------------------------------

feel_value feel_builtin_concatenate(feel_run *run, const feel_value *args, uint32_t n) {
    uint64_t size = 0;
    for (uint32_t i = 0; i < n; i++) size += args[i].n;
    feel_value *made = size <= UINT32_MAX ? hb_arena_array(run->arena, feel_value, size + 1) : NULL;
    if (!made) return no_memory(run);
    uint32_t at = 0;
    for (uint32_t i = 0; i < n; at += args[i].n, i++)
        if (args[i].n) memcpy(made + at, args[i].items, args[i].n * sizeof *made);
    return feel_list(made, at);
}

feel_value feel_builtin_distinct_values(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    uint32_t n_made = 0;
    feel_value *made = hb_arena_array(run->arena, feel_value, args[0].n + (size_t)1);
    if (!made) return no_memory(run);
    for (uint32_t i = 0; i < args[0].n; i++) {
        uint32_t same = 0;
        if (!feel_spend(run, n_made)) return feel_null();
        while (same < n_made && !is_equal(run, made[same], args[0].items[i])) same++;
        if (same == n_made) made[n_made++] = args[0].items[i];
    }
    return feel_list(made, n_made);
}

feel_value feel_builtin_union(feel_run *run, const feel_value *args, uint32_t n) {
    feel_value all = feel_builtin_concatenate(run, args, n);
    return all.kind == FEEL_LIST ? feel_builtin_distinct_values(run, &all, 1) : all;
}

// Counts the items that are no lists; false when the lists nest too deep.
static bool count_flat(feel_value list, uint32_t depth, uint64_t *n) {
    if (depth == 0) return false;
    for (uint32_t i = 0; i < list.n; i++) {
        if (list.items[i].kind != FEEL_LIST)
            *n += 1;
        else if (!count_flat(list.items[i], depth - 1, n))
            return false;
    }
    return true;
}

static void copy_flat(feel_value list, feel_value **to) {
    for (uint32_t i = 0; i < list.n; i++) {
        if (list.items[i].kind == FEEL_LIST)
            copy_flat(list.items[i], to);
        else
            *(*to)++ = list.items[i];
    }
}

feel_value feel_builtin_flatten(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    uint64_t size = 0;
    if (!count_flat(args[0], FEEL_NESTING_MAX, &size))
        return feel_null_because(run, true, "flatten(): lists nest deeper than %d",
                                 FEEL_NESTING_MAX);
    feel_value *made = size <= UINT32_MAX ? hb_arena_array(run->arena, feel_value, size + 1) : NULL;
    feel_value *to = made;
    if (!made) return no_memory(run);
    copy_flat(args[0], &to);
    return feel_list(made, (uint32_t)size);
}

// ---- truth -------------------------------------------------------------------------------------

// all() and any(): the first `decisive` answer wins; else an item that is no boolean makes the
// whole null.
static feel_value fold_booleans(feel_run *run, const char *function, feel_value list,
                                bool decisive) {
    uint32_t other = list.n;
    for (uint32_t i = 0; i < list.n; i++) {
        if (list.items[i].kind != FEEL_BOOLEAN)
            other = i;
        else if (list.items[i].boolean == decisive)
            return feel_boolean(decisive);
    }
    if (other == list.n) return feel_boolean(!decisive);
    return feel_null_because(run, list.items[other].kind != FEEL_NULL,
                             "%s(): item %u is not a boolean", function, other + 1);
}

feel_value feel_builtin_all(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    return fold_booleans(run, "all", args[0], false);
}

feel_value feel_builtin_any(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    return fold_booleans(run, "any", args[0], true);
}

// ---- order -------------------------------------------------------------------------------------

// The least item by `<`, or the greatest. All items must be comparable with each other.
static feel_value extreme(feel_run *run, const char *function, feel_value list, bool is_greatest) {
    if (list.n == 0) return feel_null_because(run, false, "%s(): the list is empty", function);
    feel_value best = list.items[0];
    for (uint32_t i = 0; i < list.n; i++) {
        feel_value item = list.items[i];
        feel_value is_less = is_greatest ? feel_less(run, best, item) : feel_less(run, item, best);
        if (is_less.kind != FEEL_BOOLEAN)
            return feel_null_because(run, true, "%s(): item %u has no order with the others",
                                     function, i + 1);
        if (is_less.boolean) best = item;
    }
    return best;
}

feel_value feel_builtin_min(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    return extreme(run, "min", args[0], false);
}

feel_value feel_builtin_max(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    return extreme(run, "max", args[0], true);
}

// Whether b must stand before a: 1 yes, 0 no, -1 cannot be said. A merge sort asks only this, so it
// is stable.
typedef int (*must_swap)(feel_run *run, feel_value precedes, feel_value a, feel_value b);

static bool merge_sort(feel_run *run, must_swap swap, feel_value precedes, feel_value *items,
                       feel_value *room, uint32_t n) {
    if (n < 2) return true;
    uint32_t half = n / 2, left = 0, right = half, to = 0;
    if (!merge_sort(run, swap, precedes, items, room, half)) return false;
    if (!merge_sort(run, swap, precedes, items + half, room, n - half)) return false;
    while (left < half && right < n) {
        int is_swapped = swap(run, precedes, items[left], items[right]);
        if (is_swapped < 0 || !feel_spend(run, 1)) return false;
        room[to++] = is_swapped ? items[right++] : items[left++];
    }
    while (left < half) room[to++] = items[left++];
    memcpy(items, room, to * sizeof *items);  // what is left on the right stands there already
    return true;
}

static feel_value sorted(feel_run *run, must_swap swap, feel_value precedes, feel_value list) {
    feel_value *room = hb_arena_array(run->arena, feel_value, list.n + (size_t)1);
    feel_value *items = hb_arena_array(run->arena, feel_value, list.n + (size_t)1);
    if (!room || !items) return no_memory(run);
    if (list.n) memcpy(items, list.items, list.n * sizeof *items);
    return merge_sort(run, swap, precedes, items, room, list.n) ? feel_list(items, list.n)
                                                                : feel_null();
}

static int swap_by_function(feel_run *run, feel_value precedes, feel_value a, feel_value b) {
    feel_value answer = feel_call(run, precedes, (feel_value[]){b, a}, 2);
    if (answer.kind == FEEL_BOOLEAN) return answer.boolean;
    feel_null_because(run, true, "sort(): precedes gave no boolean");
    return -1;
}

feel_value feel_builtin_sort(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    if (feel_function_size(args[1]) != 2)
        return feel_null_because(run, true, "sort(): precedes must be a function of 2 parameters");
    return sorted(run, swap_by_function, args[1], args[0]);
}

// ---- numbers in lists --------------------------------------------------------------------------

static bool are_numbers(feel_run *run, const char *function, feel_value list) {
    for (uint32_t i = 0; i < list.n; i++) {
        if (list.items[i].kind == FEEL_NUMBER) continue;
        feel_null_because(run, list.items[i].kind != FEEL_NULL, "%s(): item %u is not a number",
                          function, i + 1);
        return false;
    }
    return true;
}

static bool are_some_numbers(feel_run *run, const char *function, feel_value list) {
    if (list.n > 0) return are_numbers(run, function, list);
    feel_null_because(run, false, "%s(): the list is empty", function);
    return false;
}

typedef feel_value (*operation)(feel_run *run, feel_value a, feel_value b);

static feel_value fold(feel_run *run, operation operate, feel_value list) {
    feel_value total = list.items[0];
    for (uint32_t i = 1; i < list.n && total.kind == FEEL_NUMBER; i++)
        total = operate(run, total, list.items[i]);
    return total;
}

feel_value feel_builtin_sum(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    return are_some_numbers(run, "sum", args[0]) ? fold(run, feel_add, args[0]) : feel_null();
}

feel_value feel_builtin_product(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    if (!are_some_numbers(run, "product", args[0])) return feel_null();
    return fold(run, feel_multiply, args[0]);
}

static feel_value mean(feel_run *run, feel_value list) {
    feel_value total = fold(run, feel_add, list);
    return total.kind == FEEL_NUMBER ? feel_divide(run, total, feel_int(list.n)) : total;
}

feel_value feel_builtin_mean(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    return are_some_numbers(run, "mean", args[0]) ? mean(run, args[0]) : feel_null();
}

static int swap_by_size(feel_run *run, feel_value precedes, feel_value a, feel_value b) {
    (void)precedes;
    return feel_is_true(feel_less(run, b, a));
}

feel_value feel_builtin_median(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    if (!are_some_numbers(run, "median", args[0])) return feel_null();
    feel_value list = sorted(run, swap_by_size, feel_null(), args[0]);
    if (list.kind != FEEL_LIST) return list;
    if (list.n % 2) return list.items[list.n / 2];
    return mean(run, feel_list(list.items + list.n / 2 - 1, 2));
}

// Standard deviation of a sample: the root of the squared distances from the mean over n - 1.
feel_value feel_builtin_stddev(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    feel_value list = args[0], total = feel_int(0);
    if (!are_some_numbers(run, "stddev", list)) return feel_null();
    if (list.n < 2) return feel_null_because(run, false, "stddev() wants at least two numbers");
    feel_value middle = mean(run, list);
    for (uint32_t i = 0; i < list.n; i++) {
        feel_value distance = feel_subtract(run, list.items[i], middle);
        total = feel_add(run, total, feel_multiply(run, distance, distance));
    }
    total = feel_divide(run, total, feel_int((int64_t)list.n - 1));
    return total.kind == FEEL_NUMBER ? feel_builtin_sqrt(run, &total, 1) : total;
}

// The numbers that stand there most often, in ascending order.
feel_value feel_builtin_mode(feel_run *run, const feel_value *args, uint32_t n) {
    (void)n;
    if (!are_numbers(run, "mode", args[0])) return feel_null();
    feel_value list = sorted(run, swap_by_size, feel_null(), args[0]);
    if (list.kind != FEEL_LIST) return list;
    feel_value *modes = hb_arena_array(run->arena, feel_value, list.n + (size_t)1);
    if (!modes) return no_memory(run);
    uint32_t n_modes = 0, most = 0;
    for (uint32_t i = 0, end; i < list.n; i = end) {
        for (end = i + 1; end < list.n && is_equal(run, list.items[i], list.items[end]);) end++;
        if (end - i < most) continue;
        if (end - i > most) n_modes = 0;
        most = end - i;
        modes[n_modes++] = list.items[i];
    }
    return feel_list(modes, n_modes);
}
