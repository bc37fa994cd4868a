// Rows that say the same of many people become one row that names them all; open alarms are written
// so, and an inspection's entries.
#include <stdio.h>
#include <stdlib.h>

#include <string.h>

#include "report/internal.h"

// ---- alike rows: both papers ------------------------------------------------------------------

static int alike_compare(const alike *a, const alike *b) {
    for (uint32_t i = 0; i < a->n_members; i++) {
        const hb_json *x = json_at(a->row, a->members[i]), *y = json_at(b->row, b->members[i]);
        uint32_t n = x != NULL && x->kind == HB_JSON_ARRAY ? x->n : 0;
        uint32_t m = y != NULL && y->kind == HB_JSON_ARRAY ? y->n : 0;
        int order =
            hb_str_compare(json_text(a->row, a->members[i]), json_text(b->row, b->members[i]));
        for (uint32_t k = 0; order == 0 && k < n && k < m; k++)
            order = hb_str_compare(x->first[k].text, y->first[k].text);
        if (order != 0 || n != m) return order != 0 ? order : n < m ? -1 : 1;
    }
    return 0;
}

// Within a run by person, so that people stand in the order of their ids.
static int alike_order(const void *a, const void *b) {
    const alike *x = a, *y = b;
    int order = alike_compare(x, y);
    if (order == 0)
        order = hb_str_compare(json_text(x->row, "person"), json_text(y->row, "person"));
    return order != 0 ? order : x->row < y->row ? -1 : x->row > y->row;
}

typedef struct {
    const alike *first;
    const hb_json *earliest;  // of its rows in the list: where the run stands
    uint32_t n;
} run;

static int run_order(const void *a, const void *b) {
    const run *x = a, *y = b;
    return x->earliest < y->earliest ? -1 : x->earliest > y->earliest;
}

// Calls `write` for each run, in the order of the list's own first rows.
void each_run(html *h, const report_document *d, const hb_json *list, const char *const *members,
              uint32_t n_members,
              void (*write)(html *h, const report_document *d, const alike *first, uint32_t n)) {
    alike *all = calloc(list->n + 1, sizeof *all);
    run *runs = calloc(list->n + 1, sizeof *runs);
    uint32_t n_runs = 0;
    if (all == NULL || runs == NULL) {
        h->text.failed = true;
        goto done;
    }
    for (uint32_t i = 0; i < list->n; i++) all[i] = (alike){&list->first[i], members, n_members};
    qsort(all, list->n, sizeof *all, alike_order);
    for (uint32_t i = 0; i < list->n; i++) {
        if (i == 0 || alike_compare(&all[i - 1], &all[i]) != 0)
            runs[n_runs++] = (run){&all[i], all[i].row, 0};
        run *last = &runs[n_runs - 1];
        if (all[i].row < last->earliest) last->earliest = all[i].row;
        last->n++;
    }
    qsort(runs, n_runs, sizeof *runs, run_order);
    for (uint32_t i = 0; i < n_runs; i++) write(h, d, runs[i].first, runs[i].n);
done:
    free(runs);
    free(all);
}

// V-002 after V-001: the same letters, as many digits, one more.
static bool is_next(hb_str a, hb_str b) {
    if (a.n != b.n || a.n == 0) return false;
    size_t at = a.n;
    while (at > 0 && b.at[at - 1] == '0' && a.at[at - 1] == '9') at--;  // 199, 200
    if (at == 0) return false;
    char last = a.at[at - 1];
    return last >= '0' && last < '9' && b.at[at - 1] == last + 1 && memcmp(a.at, b.at, at - 1) == 0;
}

static hb_str person_of(const alike *one) {
    return json_text(one->row, "person");
}

// "238 people: V-001 to V-238"; ids alone stand for people, and four or more that follow each other
// are written by the first and the last.
void html_people(html *h, const report_document *d, const alike *first, uint32_t n) {
    html_open(h, HTML_TD);
    html_class(h, "ids");
    if (n > 1) {
        html_open(h, HTML_B);
        html_textf(h, say(d, "%u people: "), n);
        html_close(h, HTML_B);
    }
    for (uint32_t i = 0; i < n;) {
        uint32_t last = i;
        while (last + 1 < n && is_next(person_of(&first[last]), person_of(&first[last + 1])))
            last++;
        html_say(h, i > 0 ? ", " : "");
        html_known(h, d->language, person_of(&first[i]));
        if (last - i >= 3) {
            html_textf(h, " %s ", say(d, "to"));
            html_text(h, person_of(&first[last]));
            i = last;
        }
        i++;
    }
    html_close(h, HTML_TD);
}

// ---- alarms: both papers ----------------------------------------------------------------------

static void write_alarm(html *h, const report_document *d, const alike *first, uint32_t n) {
    const hb_json *alarm = first->row;
    html_open(h, HTML_TR);
    html_row_head(h, json_text(alarm, "alarm"));
    html_cell(h, d, json_text(alarm, "text"));
    html_time_cell(h, d, json_text(alarm, "since"));
    html_cell(h, d, json_text(alarm, "owner"));
    html_open(h, HTML_TD);
    if (json_text(alarm, "taken_by").n > 0) {
        html_text(h, json_text(alarm, "taken_by"));
    } else {
        html_say(h, say(d, "nobody"));
    }
    html_close(h, HTML_TD);
    if (json_text(alarm, "person").n > 0) {
        html_people(h, d, first, n);
    } else {
        html_put_say(h, HTML_TD, NULL, say(d, "the register"));
    }
    html_close(h, HTML_TR);
}

void report_alarms(html *h, const report_document *d) {
    static const char *const HEADS[] = {N_("Alarm"),       N_("What"),     N_("Open since"),
                                        N_("Must answer"), N_("Taken by"), N_("Whom it is about")};
    static const char *const MEMBERS[] = {"alarm", "text", "since", "owner", "taken_by"};
    const hb_json *alarms = json_at(d->tree, "alarms");
    char caption[160];
    if (!json_is_list(alarms)) {
        html_put_say(h, HTML_P, NULL,
                     say(d,
                         "Alarms are not part of this copy, or no register was asked. This does "
                         "not mean that there are none."));
        return;
    }
    if (alarms->n == 0) {
        html_put_say(h, HTML_P, NULL, say(d, "No alarm was open at that time."));
        return;
    }
    const hb_json *n_all = json_at(d->tree, "n_alarms");
    char shown[16];
    snprintf(shown, sizeof shown, "%u", alarms->n);
    if (n_all && !hb_str_equal(n_all->text, hb_str_from(shown)))
        snprintf(caption, sizeof caption,
                 say(d,
                     "The worst and oldest %u of %.*s open alarms; one row for people of whom "
                     "the same is said"),
                 alarms->n, (int)(n_all->text.n < 20 ? n_all->text.n : 0), n_all->text.at);
    else
        snprintf(caption, sizeof caption,
                 say(d, "%u open alarms; one row for people of whom the same is said"), alarms->n);
    html_heads(h, d->language, caption, HEADS, 6);
    each_run(h, d, alarms, MEMBERS, 5, write_alarm);
    html_heads_end(h);
}
