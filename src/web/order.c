// The orders in which a list's rows stand on the pages: worst first, and by id, first reason or
// number of missing facts. They are made once, with the list, so that a page of a million rows is
// as quick in each. Whoever is found free of bars stands last in every one of them. A reader who
// may not see what is confidential has orders of her own: an order must not tell what its columns
// do not.
#include <stdlib.h>

#include "web/site.h"

// By what rows of one column's order stand; small numbers first.
static uint32_t key_of(const web_list *list, web_order by, const web_person *row) {
    bool is_open = by.is_open;
    switch (by.column) {
        case WEB_BY_REASON: {
            uint32_t rule = is_open ? row->first_open_reason : row->first_reason;
            return rule == DMN_NONE ? rulebook_n_rules(list->page.rb) : rule;
        }
        case WEB_BY_MISSING: {
            uint32_t n = is_open ? row->n_open_missing : row->n_missing;
            uint32_t most = rulebook_n_facts(list->page.rb);
            return n < most ? most - n : 0;
        }
        case WEB_BY_VERDICT:
        case WEB_BY_ID:
        case WEB_N_COLUMNS: break;
    }
    return 0;
}

static bool is_last(const web_person *row) {
    return row->verdict == GATE_NO_BAR_FOUND;
}

// The rows are by verdict, and of one verdict by id: two runs of ids become one.
static void merge_ids(const web_list *list, uint32_t *order) {
    uint32_t middle = 0, end = 0, n = 0;
    while (middle < list->n && list->people[middle].verdict == GATE_BARRED) middle++;
    end = middle;
    while (end < list->n && !is_last(&list->people[end])) end++;
    for (uint32_t a = 0, b = middle; a < middle || b < end;) {
        bool takes_a =
            b == end || (a < middle && hb_str_compare(web_person_id(list, &list->people[a]),
                                                      web_person_id(list, &list->people[b])) < 0);
        order[n++] = takes_a ? a++ : b++;
    }
    for (uint32_t i = end; i < list->n; i++) order[n++] = i;
}

// Counted, so that rows of one key stay worst first and then by id.
static bool count_keys(const web_list *list, web_order by, uint32_t *order) {
    uint32_t n_keys = rulebook_n_rules(list->page.rb) + rulebook_n_facts(list->page.rb) + 1;
    uint32_t *starts = calloc((size_t)n_keys * 2 + 1, sizeof *starts);
    if (!starts) return false;
    for (uint32_t i = 0; i < list->n; i++) {
        const web_person *row = &list->people[i];
        starts[(is_last(row) ? n_keys : 0) + key_of(list, by, row) + 1]++;
    }
    for (uint32_t i = 1; i <= n_keys * 2; i++) starts[i] += starts[i - 1];
    for (uint32_t i = 0; i < list->n; i++) {
        const web_person *row = &list->people[i];
        order[starts[(is_last(row) ? n_keys : 0) + key_of(list, by, row)]++] = i;
    }
    free(starts);
    return true;
}

bool web_orders_make(web_list *list, hb_error *err) {
    for (int column = WEB_BY_ID; column < WEB_N_COLUMNS; column++) {
        for (int is_open = 0; is_open < (column == WEB_BY_ID ? 1 : 2); is_open++) {
            const web_order by = {(web_column)column, is_open};
            uint32_t *order = calloc((size_t)list->n + 1, sizeof *order);
            list->orders[column][is_open] = order;
            if (!order) return hb_out_of_memory(err);
            if (column == WEB_BY_ID)
                merge_ids(list, order);
            else if (!count_keys(list, by, order))
                return hb_out_of_memory(err);
        }
    }
    return true;
}

void web_orders_clear(web_list *list) {
    for (int column = 0; column < WEB_N_COLUMNS; column++) {
        free(list->orders[column][0]);
        free(list->orders[column][1]);
    }
}

// ---- asking ------------------------------------------------------------------------------------

const web_person *web_order_row(const web_list *list, web_order by, uint32_t i) {
    if (by.column == WEB_BY_VERDICT) return &list->people[i];
    return &list->people[list->orders[by.column][by.column != WEB_BY_ID && by.is_open][i]];
}

int web_order_compare(const web_list *list, web_order by, const web_person *one,
                      const web_person *two) {
    uint32_t a = key_of(list, by, one), b = key_of(list, by, two);
    if (by.column != WEB_BY_VERDICT) {
        if (is_last(one) != is_last(two)) return is_last(one) ? 1 : -1;
        if (a != b) return a < b ? -1 : 1;
        if (by.column == WEB_BY_ID)
            return hb_str_compare(web_person_id(list, one), web_person_id(list, two));
    }
    return (one > two) - (one < two);
}

uint32_t web_order_place(const web_list *list, web_order by, const web_person *row) {
    uint32_t from = 0, until = list->n;
    while (from < until) {
        uint32_t middle = from + (until - from) / 2;
        if (web_order_compare(list, by, web_order_row(list, by, middle), row) < 0)
            from = middle + 1;
        else
            until = middle;
    }
    return from;
}
