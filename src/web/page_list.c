// Lists, one list, and a reader's own persons. Whole, worst first, a hundred rows a page by cursor;
// a part of a list is asked by verdict, first reason, missing fact or id, never by NO BAR FOUND.
// This file is the worked example of page.h.
#include <stdlib.h>

#include "web/pages.h"

// ---- shared rows -------------------------------------------------------------------------------

static const struct {
    const char *words, *name;  // name: what the address asks, "" the lists' own order
    const char *way;           // aria-sort: small first, or great
} COLUMNS[WEB_N_COLUMNS] = {
    [WEB_BY_ID] = {WORDS_LATER("Person"),       "id",      "ascending" },
    [WEB_BY_VERDICT] = {WORDS_LATER("Verdict"),      "",        "descending"},
    [WEB_BY_REASON] = {WORDS_LATER("First reason"), "reason",  "ascending" },
    [WEB_BY_MISSING] = {WORDS_LATER("Missing"),      "missing", "descending"},
};
static const web_column SHOWN[] = {WEB_BY_ID, WEB_BY_VERDICT, WEB_BY_REASON, WEB_BY_MISSING};
static const char LIST_CLASS[] = "usa-table usa-table--stacked-header hb-list";

static void open_people(const web_request *r, html *out, const char *caption) {
    const char *heads[WEB_N_COLUMNS];
    for (int i = 0; i < WEB_N_COLUMNS; i++) heads[i] = words_of(r, COLUMNS[SHOWN[i]].words);
    web_open_columns(out, caption, LIST_CLASS, heads, WEB_N_COLUMNS, 3);
}

// The same, each head a link to the rows in its order.
static void open_sorted(const web_request *r, html *out, web_order by) {
    web_open_heads(out,
                   by.column == WEB_BY_VERDICT
                       ? say(r, "People on this list, worst first")
                       : say(r, "People on this list by one column, NO BAR FOUND last"),
                   LIST_CLASS);
    for (int i = 0; i < WEB_N_COLUMNS; i++) {
        web_column column = SHOWN[i];
        html_open(out, HTML_TH);
        html_attribute(out, "scope", HB_STR("col"));
        if (column == WEB_BY_MISSING) html_class(out, "hb-number");
        html_attribute(out, "aria-sort",
                       hb_str_from(column == by.column ? COLUMNS[column].way : "none"));
        web_ask_link(r, out, "sort", hb_str_from(COLUMNS[column].name),
                     hb_str_from(words_of(r, COLUMNS[column].words)));
        html_close(out, HTML_TH);
    }
    web_open_rows(out);
}

static web_order order_asked(const web_request *r) {
    web_order by = {WEB_BY_VERDICT, !web_sees_confidential(r)};
    for (int i = 0; i < WEB_N_COLUMNS; i++) {
        if (hb_str_equal(web_query(r, "sort"), hb_str_from(COLUMNS[i].name)))
            by.column = (web_column)i;
    }
    return by;
}

static uint32_t first_rule(const web_request *r, const web_person *row) {
    return web_sees_confidential(r) ? row->first_reason : row->first_open_reason;
}

static void first_reason(const web_request *r, html *out, const web_list *list,
                         const web_person *row) {
    uint32_t rule = first_rule(r, row);
    if (rule == DMN_NONE) {
        html_say(out, row->n_reasons ? say(r, "not shown to your role") : say(r, "none"));
        return;
    }
    const rulebook_rule *one = rulebook_rule_at(list->page.rb, rule);
    html_put(out, HTML_CODE, NULL, one->id);
    html_say(out, " ");
    html_text(out, r->language == WORDS_ES && one->title_es.n ? one->title_es : one->title_en);
}

static void person_row(const web_request *r, html *out, const web_list *list,
                       const web_person *row) {
    hb_str id = web_person_id(list, row);
    html_open(out, HTML_TR);
    html_open(out, HTML_TH);
    html_attribute(out, "scope", HB_STR("row"));
    html_attribute(out, "data-label", hb_str_from(say(r, "Person")));
    html_link(out, web_address_of(r, "/people/", id), "usa-link", id);
    html_say(out, " ");
    html_put_say(out, HTML_SPAN, "hb-initials", row->initials);
    html_close(out, HTML_TH);
    web_open_cell(out, HTML_TD, say(r, "Verdict"));
    web_verdict_mark(r, out, (gate_verdict)row->verdict);
    html_close(out, HTML_TD);
    web_open_cell(out, HTML_TD, say(r, "First reason"));
    first_reason(r, out, list, row);
    html_close(out, HTML_TD);
    web_open_cell(out, HTML_TD, say(r, "Missing"));
    html_textf(out, "%u", web_sees_confidential(r) ? row->n_missing : row->n_open_missing);
    html_close(out, HTML_TD);
    html_close(out, HTML_TR);
}

// The three counts, BARRED first; NO BAR FOUND last and never alone.
static void counts(const web_request *r, html *out, const uint64_t n[GATE_N_VERDICTS]) {
    static const gate_verdict ORDER[] = {GATE_BARRED, GATE_UNRESOLVED, GATE_NO_BAR_FOUND};
    html_open(out, HTML_DL);
    html_class(out, "hb-counts");
    for (int i = 0; i < GATE_N_VERDICTS; i++) {
        html_open(out, HTML_DIV);
        html_open(out, HTML_DT);
        web_verdict_mark(r, out, ORDER[i]);
        html_close(out, HTML_DT);
        html_open(out, HTML_DD);
        web_count(r, out, n[ORDER[i]]);
        html_close(out, HTML_DD);
        html_close(out, HTML_DIV);
    }
    html_close(out, HTML_DL);
}

// ---- all lists ---------------------------------------------------------------------------------

bool web_page_lists(web_request *r, html *out, hb_error *err) {
    (void)err;
    html_put_say(out, HTML_H1, NULL, say(r, "Transfer lists"));
    if (web_may(r, WEB_PROPOSE_LIST)) {
        html_open(out, HTML_P);
        html_link(out, web_address(r, "/lists/new"), "usa-button",
                  hb_str_from(say(r, "Send in a list")));
        html_close(out, HTML_P);
    }
    if (web_n_lists(r->site) == 0) {
        html_put_say(out, HTML_P, NULL,
                     web_may(r, WEB_PROPOSE_LIST) ? say(r, "No list yet. Send one in.")
                                                  : say(r, "No list yet."));
        return true;
    }
    for (uint32_t i = web_n_lists(r->site); i-- > 0;) {
        const web_list *list = web_list_at(r->site, i);
        html_open(out, HTML_SECTION);
        html_class(out, "hb-card");
        html_open(out, HTML_H2);
        html_link(out, web_address(r, "/lists/%s", list->id), "usa-link", list->page.list);
        html_close(out, HTML_H2);
        html_open(out, HTML_P);
        html_textf(out, "%s · %s ", list->id, say(r, "as of"));
        web_date(r, out, list->page.as_of);
        html_close(out, HTML_P);
        if (r->grant == WEB_OWN) {
            html_put_say(out, HTML_P, NULL, say(r, "You see your own persons on this list."));
        } else {
            counts(r, out, list->n_verdicts);
        }
        html_close(out, HTML_SECTION);
    }
    return true;
}

// ---- one list ----------------------------------------------------------------------------------

static void list_head(web_request *r, html *out, const web_list *list) {
    r->title = list->page.list;
    html_put(out, HTML_H1, NULL, list->page.list);
    html_open(out, HTML_P);
    html_textf(out, "%s · ", list->id);
    html_textf(out, r->language == WORDS_ES ? "%u personas" : "%u people", list->n);
    html_textf(out, " · %s ", say(r, "as of"));
    web_date(r, out, list->page.as_of);
    html_say(out, " · ");
    web_rulebook(out, &list->page);
    html_close(out, HTML_P);
}

// ---- a part of it ------------------------------------------------------------------------------

typedef struct {
    hb_str id;      // its beginning; "" all
    uint32_t rule;  // the first reason; DMN_NONE all
    uint32_t fact;  // missing; DMN_NONE all
    bool is_of_verdict;
    gate_verdict verdict;
} part;

// Whoever is found free of bars is no part that can be asked for: a list of those would read as one
// of people to send.
static const gate_verdict ASKED[] = {GATE_BARRED, GATE_UNRESOLVED};

static bool may_ask(const web_request *r, const rulebook_fact *fact) {
    return web_sees_confidential(r) || !fact->is_confidential;
}

static part part_asked(const web_request *r, const rulebook *rb) {
    part asked = {.id = hb_str_trim(web_query(r, "id")), .rule = DMN_NONE, .fact = DMN_NONE};
    hb_str verdict = web_query(r, "verdict"), fact = web_query(r, "missing");
    for (size_t i = 0; i < sizeof ASKED / sizeof ASKED[0]; i++) {
        if (!hb_str_equal(verdict, gate_verdict_name(ASKED[i]))) continue;
        asked.is_of_verdict = true;
        asked.verdict = ASKED[i];
    }
    if (web_query(r, "rule").n) asked.rule = rulebook_find_rule(rb, web_query(r, "rule"));
    if (fact.n) asked.fact = rulebook_find_fact(rb, fact);
    if (asked.fact != DMN_NONE && !may_ask(r, rulebook_fact_at(rb, asked.fact)))
        asked.fact = DMN_NONE;
    return asked;
}

static bool is_whole(const part *asked) {
    return !asked->is_of_verdict && asked->rule == DMN_NONE && asked->fact == DMN_NONE &&
           asked->id.n == 0;
}

static bool is_in_part(const web_request *r, const web_list *list, const web_person *row,
                       const part *asked) {
    return (!asked->is_of_verdict || row->verdict == asked->verdict) &&
           (asked->rule == DMN_NONE || first_rule(r, row) == asked->rule) &&
           (asked->fact == DMN_NONE || web_person_misses(list, row, asked->fact)) &&
           hb_str_starts(web_person_id(list, row), asked->id);
}

static void open_choice(const web_request *r, html *out, const char *name, const char *label) {
    html_open(out, HTML_DIV);
    web_open_select(out, name, label);
    html_open(out, HTML_OPTION);
    html_attribute(out, "value", HB_STR(""));
    html_say(out, say(r, "all"));
    html_close(out, HTML_OPTION);
}

static void choice(html *out, hb_str value, hb_str words, bool is_chosen) {
    html_open(out, HTML_OPTION);
    html_attribute(out, "value", value);
    if (is_chosen) html_flag(out, "selected");
    html_text(out, words);
    html_close(out, HTML_OPTION);
}

static void close_choice(html *out) {
    html_close(out, HTML_SELECT);
    html_close(out, HTML_DIV);
}

static void part_form(const web_request *r, html *out, const web_list *list, const part *asked) {
    const rulebook *rb = list->page.rb;
    html_open(out, HTML_FORM);
    html_attribute(out, "method", HB_STR("get"));
    html_class(out, "usa-form hb-filter");
    open_choice(r, out, "verdict", say(r, "Verdict"));
    for (size_t i = 0; i < sizeof ASKED / sizeof ASKED[0]; i++)
        choice(out, gate_verdict_name(ASKED[i]),
               hb_str_from(gate_verdict_words(r->language, ASKED[i])),
               asked->is_of_verdict && asked->verdict == ASKED[i]);
    close_choice(out);
    open_choice(r, out, "rule", say(r, "First reason"));
    for (uint32_t i = 0; i < rulebook_n_rules(rb); i++) {
        const rulebook_rule *rule = rulebook_rule_at(rb, i);
        if (web_shows_rule(r, rule)) choice(out, rule->id, rule->id, asked->rule == i);
    }
    close_choice(out);
    open_choice(r, out, "missing", say(r, "Missing"));
    for (uint32_t i = 0; i < rulebook_n_facts(rb); i++) {
        const rulebook_fact *fact = rulebook_fact_at(rb, i);
        if (list->document_facts[i] && may_ask(r, fact))
            choice(out, fact->name, fact->name, asked->fact == i);
    }
    close_choice(out);
    html_open(out, HTML_DIV);
    web_field_text(r, out, "id", say(r, "Id begins with"), "text", "off", asked->id);
    html_close(out, HTML_DIV);
    if (web_query(r, "sort").n) web_hidden(out, "sort", web_query(r, "sort"));
    web_button(r, out, say(r, "Find"), NULL);
    html_close(out, HTML_FORM);
    if (is_whole(asked)) return;
    html_open(out, HTML_P);
    html_put_say(out, HTML_STRONG, NULL, say(r, "Only a part of the list stands below."));
    html_say(out, " ");
    html_link(out, web_address(r, "/lists/%s", list->id), "usa-link",
              hb_str_from(say(r, "The whole list")));
    html_close(out, HTML_P);
}

// ---- documents to obtain -----------------------------------------------------------------------

typedef struct {
    uint32_t fact, n_people;
} wanted;

static int most_people_first(const void *a, const void *b) {
    const wanted *one = a, *two = b;
    if (one->n_people != two->n_people) return one->n_people > two->n_people ? -1 : 1;
    return one->fact < two->fact ? -1 : 1;
}

// What is not established for somebody on the list: the question, the papers that can establish it,
// for how many people. One paper a person and question.
static void documents(web_request *r, html *out, const web_list *list) {
    const rulebook *rb = list->page.rb;
    const char *const heads[] = {say(r, "Question"), say(r, "Can be established by"),
                                 say(r, "People")};
    wanted *all = hb_arena_array(r->arena, wanted, rulebook_n_facts(rb));
    uint32_t n = 0;
    uint64_t n_documents = 0;
    for (uint32_t i = 0; all && i < rulebook_n_facts(rb); i++) {
        if (!list->document_facts[i] || !may_ask(r, rulebook_fact_at(rb, i))) continue;
        all[n++] = (wanted){i, list->document_facts[i]};
        n_documents += list->document_facts[i];
    }
    if (n == 0) {
        html_put_say(out, HTML_P, NULL,
                     say(r, "Nothing asked by this rulebook is missing. This is not permission."));
        return;
    }
    qsort(all, n, sizeof *all, most_people_first);
    html_open(out, HTML_DETAILS);
    html_open(out, HTML_SUMMARY);
    html_textf(out, "%s: ", say(r, "Documents to obtain, one for each person and question"));
    web_count(r, out, n_documents);
    html_close(out, HTML_SUMMARY);
    web_open_columns(out, say(r, "Questions without an established answer"), NULL, heads, 3, 2);
    for (uint32_t i = 0; i < n; i++) {
        const rulebook_fact *fact = rulebook_fact_at(rb, all[i].fact);
        hb_str question =
            r->language == WORDS_ES && fact->question_es.n ? fact->question_es : fact->question_en;
        bool is_first = true;
        web_open_row(out);
        html_text(out, question);
        html_say(out, " ");
        html_put(out, HTML_CODE, NULL, fact->name);
        html_close(out, HTML_TH);
        html_open(out, HTML_TD);
        for (int kind = 0; kind < RULEBOOK_N_KINDS; kind++) {
            if (!(fact->established_by & 1u << kind)) continue;
            if (!is_first) html_say(out, ", ");
            html_say(out, gate_kind_words(r->language, (rulebook_kind)kind));
            is_first = false;
        }
        html_close(out, HTML_TD);
        html_open(out, HTML_TD);
        html_class(out, "hb-number");
        web_count(r, out, all[i].n_people);
        html_close(out, HTML_TD);
        html_close(out, HTML_TR);
    }
    web_close_table(out);
    html_close(out, HTML_DETAILS);
}

// ---- rows --------------------------------------------------------------------------------------

// A part of the rows that are asked for: WEB_ROWS of them from the row of this id on.
typedef struct {
    const web_person *rows[WEB_ROWS];
    const web_person *back[WEB_ROWS];  // the last ones before, in a ring
    web_rows at;
} shown_rows;

static void show_row(const web_list *list, shown_rows *s, const web_person *row, bool has_begun) {
    web_rows *at = &s->at;
    at->n_all++;
    if (!has_begun) s->back[at->n_before++ % WEB_ROWS] = row;
    if (!has_begun) return;
    if (at->n_here < WEB_ROWS) {
        s->rows[at->n_here++] = row;
    } else if (!at->has_next) {
        at->has_next = true;
        at->next = web_person_id(list, row);
    }
}

typedef struct {
    const web_list *list;
    web_order by;
} ordering;

static int in_order(const void *a, const void *b, void *to) {
    const ordering *o = to;
    return web_order_compare(o->list, o->by, *(const web_person *const *)a,
                             *(const web_person *const *)b);
}

// Whoever sees everybody has all rows, whoever sees few her own; with neither each row is asked
// about, and then only until the part is full.
static void find_rows(web_request *r, const web_list *list, web_order by, const part *asked,
                      shown_rows *s) {
    web_own_rows own = {0};
    web_rows *at = &s->at;
    const web_person *first = web_person_find(list, web_query(r, "from"));
    bool is_own = r->grant == WEB_OWN && web_rows_of_own(r, list, &own);
    at->is_uncounted = r->grant == WEB_OWN && !is_own;
    at->most = WEB_COUNTED;
    uint32_t n = is_own ? own.n : list->n, begin = first ? web_order_place(list, by, first) : 0;
    if (is_own && own.n)
        qsort_r(own.rows, own.n, sizeof *own.rows, in_order, &(ordering){list, by});
    for (uint32_t i = at->is_uncounted ? begin : 0; i < n; i++) {
        const web_person *row = is_own ? own.rows[i] : web_order_row(list, by, i);
        bool has_begun =
            is_own ? !first || web_order_compare(list, by, row, first) >= 0 : i >= begin;
        if (at->has_next && (at->is_uncounted || at->n_all > at->most)) break;
        if (!is_in_part(r, list, row, asked)) continue;
        if (at->is_uncounted && !web_may_see(r, web_person_id(list, row))) continue;
        show_row(list, s, row, has_begun);
    }
    if (at->n_before) {
        uint64_t oldest = at->n_before < WEB_ROWS ? 0 : at->n_before % WEB_ROWS;
        at->previous = web_person_id(list, s->back[oldest]);
    }
    at->has_previous = first && (at->n_before || at->is_uncounted);
}

// The same of a whole list, whose rows need not be gone through.
static void take_rows(const web_request *r, const web_list *list, web_order by, shown_rows *s) {
    web_rows *at = &s->at;
    const web_person *first = web_person_find(list, web_query(r, "from"));
    uint32_t begin = first ? web_order_place(list, by, first) : 0;
    at->n_all = list->n;
    at->n_before = begin;
    while (at->n_here < WEB_ROWS && begin + at->n_here < list->n) {
        s->rows[at->n_here] = web_order_row(list, by, begin + (uint32_t)at->n_here);
        at->n_here++;
    }
    uint32_t end = begin + (uint32_t)at->n_here;
    at->has_next = end < list->n;
    if (at->has_next) at->next = web_person_id(list, web_order_row(list, by, end));
    at->has_previous = begin > 0;
    if (begin > WEB_ROWS)
        at->previous = web_person_id(list, web_order_row(list, by, begin - WEB_ROWS));
}

bool web_page_list(web_request *r, html *out, hb_error *err) {
    const web_list *list = web_list_find(r->site, web_part(r, 0));
    if (!list) return web_not_found(r);
    list_head(r, out, list);
    if (r->grant != WEB_OWN) counts(r, out, list->n_verdicts);
    if (r->grant == WEB_COUNTS) return true;
    if (r->grant == WEB_ALL) documents(r, out, list);
    part asked = part_asked(r, list->page.rb);
    web_order by = order_asked(r);
    part_form(r, out, list, &asked);
    shown_rows *s = hb_arena_new(r->arena, shown_rows);
    if (!s) return hb_out_of_memory(err);
    if (r->grant == WEB_ALL && is_whole(&asked))
        take_rows(r, list, by, s);
    else
        find_rows(r, list, by, &asked, s);
    if (s->at.n_here == 0) {
        html_put_say(out, HTML_P, NULL,
                     r->grant == WEB_OWN
                         ? say(r, "Nobody in this part of the list is yours to see.")
                         : say(r, "Nobody stands in this part of the list."));
        return true;
    }
    web_rows_said(r, out, &s->at);
    open_sorted(r, out, by);
    for (uint64_t i = 0; i < s->at.n_here; i++) person_row(r, out, list, s->rows[i]);
    web_close_table(out);
    web_pager(r, out, &s->at);
    return true;
}

// ---- own persons -------------------------------------------------------------------------------

bool web_page_own(web_request *r, html *out, hb_error *err) {
    (void)err;
    hb_str left = hb_str_trim(hb_str_from(r->account.people));
    html_put_say(out, HTML_H1, NULL, say(r, "Own cases"));
    if (left.n == 0) {
        html_put_say(out, HTML_P, NULL, say(r, "No person is named in your account."));
        return true;
    }
    open_people(r, out, say(r, "Own cases"));
    while (left.n) {
        size_t n = 0;
        while (n < left.n && left.at[n] != ' ') n++;
        const web_person *row = NULL;
        const web_list *list = web_list_of(r->site, (hb_str){left.at, n}, &row);
        if (list) person_row(r, out, list, row);
        left = hb_str_trim((hb_str){left.at + n, left.n - n});
    }
    web_close_table(out);
    return true;
}
