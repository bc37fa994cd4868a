// The list at the end of `habeas enddate`: one line for each custody, sorted by the first day on
// which somebody must look.
#include "cli/due.h"

#include <stdlib.h>
#include <string.h>

bool due_add(due_list *list, hb_str id, const hb_date *day, bool is_end, bool is_settled,
             hb_error *err) {
    if (list->n == list->room) {
        size_t room = list->room == 0 ? 256 : list->room * 2;
        due *grown = realloc(list->at, room * sizeof *grown);
        if (grown == NULL) return hb_out_of_memory(err);
        list->at = grown;
        list->room = room;
    }
    due *one = &list->at[list->n];
    *one = (due){.has_day = day != NULL, .is_end = is_end, .order = list->n};
    if (day != NULL) one->day = *day;
    if ((one->id = strndup(id.at, id.n)) == NULL) return hb_out_of_memory(err);
    list->n++;
    list->n_settled += is_settled;
    return true;
}

void due_clear(due_list *list) {
    for (size_t i = 0; i < list->n; i++) free(list->at[i].id);
    free(list->at);
    *list = (due_list){0};
}

static int64_t days_left(const due *one, hb_date as_of) {
    return one->has_day ? hb_date_to_days(one->day) - hb_date_to_days(as_of) : 0;
}

static size_t n_past(const due_list *list, hb_date as_of) {
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++) n += days_left(&list->at[i], as_of) < 0;
    return n;
}

bool due_is_pressing(const due_list *list, hb_date as_of) {
    return list->n_settled < list->n || n_past(list, as_of) > 0;
}

static int by_day(const void *left, const void *right) {
    const due *a = left, *b = right;
    if (a->has_day != b->has_day) return a->has_day ? 1 : -1;
    int64_t x = a->has_day ? hb_date_to_days(a->day) : 0,
            y = b->has_day ? hb_date_to_days(b->day) : 0;
    if (x != y) return x < y ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

static void sort(due_list *list) {
    if (list->n > 1) qsort(list->at, list->n, sizeof *list->at, by_day);
}

static const char *due_words(words_language language, const due *one, int64_t days) {
    if (!one->has_day) return words_in(language, "no day can be counted: alarm now");
    if (one->is_end && days < 0) return words_in(language, "end date, overdue");
    if (one->is_end) return words_in(language, "end date");
    return days < 0 ? words_in(language, "review, overdue") : words_in(language, "review");
}

void due_write_text(const cli *run, hb_text *out, due_list *list, hb_date as_of) {
    sort(list);
    hb_text_addf(out,
                 words_in(run->language,
                          "\nWho must be out, or be reviewed, by when (as of "
                          "%04d-%02d-%02d):\n"),
                 as_of.year, as_of.month, as_of.day);
    for (size_t i = 0; i < list->n; i++) {
        const due *one = &list->at[i];
        int64_t days = days_left(one, as_of);
        if (one->has_day)
            hb_text_addf(out, "  %04d-%02d-%02d %+7lld  ", one->day.year, one->day.month,
                         one->day.day, (long long)days);
        else
            hb_text_addf(out, "  %-20s", "-");
        hb_text_addf(out, "%-20s %s\n", one->id, due_words(run->language, one, days));
    }
    hb_text_addf(out,
                 words_in(run->language,
                          "%llu custodies: %llu with an end date, %llu UNRESOLVED; %llu past a "
                          "day already.\n"),
                 (unsigned long long)list->n, (unsigned long long)list->n_settled,
                 (unsigned long long)(list->n - list->n_settled),
                 (unsigned long long)n_past(list, as_of));
}

void due_write_json(hb_text *out, due_list *list, hb_date as_of) {
    sort(list);
    hb_text_add(out, HB_STR("],\"due\":["));
    for (size_t i = 0; i < list->n; i++) {
        const due *one = &list->at[i];
        hb_text_add(out, i == 0 ? HB_STR("{\"id\":") : HB_STR(",{\"id\":"));
        hb_text_add_json(out, hb_str_from(one->id));
        if (one->has_day)
            hb_text_addf(out, ",\"date\":\"%04d-%02d-%02d\",\"kind\":\"%s\",\"days\":%lld}",
                         one->day.year, one->day.month, one->day.day,
                         one->is_end ? "end" : "review", (long long)days_left(one, as_of));
        else
            hb_text_add(out, HB_STR(",\"date\":null,\"kind\":\"now\",\"days\":null}"));
    }
    hb_text_add(out, HB_STR("]}\n"));
}
