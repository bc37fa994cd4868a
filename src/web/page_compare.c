// What a change of the law does to people: a rulebook sent in is held against the one in force,
// over a list. Those whom it makes better off for the transfer stand first, for there the danger
// lies; then what is written differently, row beside row. What is sent in is read once and not
// kept; whether anybody at all could fare better is proved by `habeas rules diff`, which takes
// longer.
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "web/pages.h"
#include "web/site.h"
#include "verify/diff.h"

enum { FILES_MOST = 64, PEOPLE_MOST = 20000, PERSON_BYTES = 64 << 20 };

// ---- the form ----------------------------------------------------------------------------------

static void form(web_request *r, html *out) {
    html_open(out, HTML_FORM);
    html_attribute(out, "method", HB_STR("post"));
    html_attribute(out, "enctype", HB_STR("multipart/form-data"));
    html_attribute(out, "action", web_address(r, "/compare"));
    html_class(out, "usa-form usa-form--large");
    web_form_token(r, out);
    web_open_file(out, "rulebook", "rulebook", say(r, "All files of the other rulebook's folder"));
    html_flag(out, "multiple");
    html_flag(out, "required");
    web_button(r, out, say(r, "Compare"), NULL);
    html_close(out, HTML_FORM);
}

static void head(const web_request *r, html *out) {
    const rulebook *rb = r->site->rb;
    html_put_say(out, HTML_H1, NULL, say(r, "Compare rulebooks"));
    html_open(out, HTML_P);
    html_textf(out, "%s %.*s %.*s.", say(r, "In force here:"), (int)rulebook_name(rb).n,
               rulebook_name(rb).at, (int)rulebook_version(rb).n, rulebook_version(rb).at);
    html_close(out, HTML_P);
}

bool web_page_compare(web_request *r, html *out, hb_error *err) {
    (void)err;
    head(r, out);
    html_put_say(out, HTML_P, NULL,
                 say(r,
                     "Send in a changed rulebook. It is held against the one in force, over the "
                     "newest list, and not kept."));
    form(r, out);
    return true;
}

// ---- the folder --------------------------------------------------------------------------------

static bool make_folder(const web_request *r, char folder[4096], hb_error *err) {
    snprintf(folder, 4096, "%s.compare-%llx-%08x", r->site->options->store,
             (unsigned long long)r->now.seconds, (unsigned)r->now.nanosecond);
    return mkdir(folder, 0700) == 0 || hb_fail(err, HB_SYSTEM, "cannot-spool",
                                               "no folder for the rulebook: %s", strerror(errno));
}

static bool write_files(const web_request *r, const char *folder, hb_errors *errors) {
    uint32_t n = 0;
    bool ok = true;
    for (uint32_t i = 0; ok && i < r->n_form && n < FILES_MOST; i++) {
        if (!r->form[i].file_name.at || r->form[i].file_name.n == 0) continue;
        ok = web_write_upload(folder, &r->form[i], errors);
        n++;
    }
    return ok;
}

// ---- people ------------------------------------------------------------------------------------

typedef struct {
    hb_str person;
    gate_verdict before, after;
    hb_text rules;
} changed;

typedef struct {
    const rulebook *rb;
    intake *in;
    intake_reader *reader;
    rulebook_bench *bench;
    hb_arena *arena;
    enddate_for_gate for_gate;
    intake_counting counting;
    char conditions[4096];
} side;

static bool open_side(web_request *r, side *s, const char *list, hb_errors *errors) {
    hb_error err = {0};
    const web_options *o = r->site->options;
    snprintf(s->conditions, sizeof s->conditions, "%s/conditions", o->rulebooks);
    s->for_gate = (enddate_for_gate){.rulebooks = o->rulebooks};
    s->counting =
        (intake_counting){enddate_gate_open, enddate_gate_close, enddate_gate_count, &s->for_gate};
    intake_request request = {.list = list,
                              .today = o->today,
                              .weigh = conditions_weigh_for_gate,
                              .weigh_with = s->conditions,
                              .counting = &s->counting};
    s->in = intake_open(s->rb, &request, NULL, NULL, errors);
    if (!s->in) return false;
    s->arena = hb_arena_open(PERSON_BYTES);
    bool ok = s->arena || hb_out_of_memory(&err);
    ok = ok && (s->reader = intake_reader_open(s->in, &err)) &&
         (s->bench = rulebook_bench_open(s->rb, &err));
    if (!ok) hb_errors_add(errors, &err);
    return ok;
}

static void close_side(side *s) {
    rulebook_bench_close(s->bench);
    intake_reader_close(s->reader);
    hb_arena_close(s->arena);
    intake_close(s->in);
    enddate_close(s->for_gate.law);
}

static bool next_person(side *s, intake_person *person, gate_decision *decision, bool *end,
                        hb_error *err) {
    hb_str line, kept;
    uint64_t number;
    if (!intake_next_line(s->in, &line, &number, end, err)) return false;
    if (*end) return true;
    hb_arena_reset(s->arena);
    if (!hb_str_copy(s->arena, line, &kept)) return hb_out_of_memory(err);
    if (!intake_read_person(s->reader, s->arena, kept, number, person, err)) return false;
    rulebook_day day = {intake_as_of(s->in), person->host, intake_author(s->in)};
    return gate_decide(s->bench, s->arena, &day, person->records, person->n_records, decision, err);
}

static void add_rules(hb_text *out, const rulebook *a, const gate_decision *x, const rulebook *b,
                      const gate_decision *y) {
    for (uint32_t i = 0; i < x->n_rules; i++) {
        hb_str id = rulebook_rule_at(a, i)->id;
        uint32_t other = rulebook_find_rule(b, id);
        hb_str before = gate_outcome_name(x->outcomes[i]),
               after =
                   other == DMN_NONE ? HB_STR("no rule") : gate_outcome_name(y->outcomes[other]);
        if (hb_str_equal(before, after)) continue;
        hb_text_addf(out, "%s%.*s: %.*s → %.*s", out->n ? "; " : "", (int)id.n, id.at,
                     (int)before.n, before.at, (int)after.n, after.at);
    }
}

static bool compare(web_request *r, side *a, side *b, changed *all, uint32_t *n, hb_error *err) {
    *n = 0;
    for (uint32_t at = 0; at < PEOPLE_MOST; at++) {
        intake_person one, same;
        gate_decision x, y;
        bool end_a = false, end_b = false;
        if (!next_person(a, &one, &x, &end_a, err) || !next_person(b, &same, &y, &end_b, err))
            return false;
        if (end_a || end_b) return true;
        if (x.verdict == y.verdict) continue;
        changed *c = &all[(*n)++];
        *c = (changed){.before = x.verdict, .after = y.verdict};
        if (!hb_str_copy(r->arena, one.person, &c->person)) return hb_out_of_memory(err);
        add_rules(&c->rules, a->rb, &x, b->rb, &y);
    }
    return true;
}

static bool is_better(const changed *c) {
    return gate_worse(c->before, c->after) == c->before;
}

static void rows_of(web_request *r, html *out, const changed *all, uint32_t n, bool better) {
    const char *const heads[] = {say(r, "Person"), say(r, "In force"), say(r, "Changed"),
                                 say(r, "Rules that answer otherwise")};
    uint32_t shown = 0;
    html_put_say(out, HTML_H2, NULL,
                 better ? say(r, "Better for the transfer") : say(r, "Worse for the transfer"));
    for (uint32_t i = 0; i < n; i++) {
        if (is_better(&all[i]) != better) continue;
        if (shown++ == 0)
            web_open_table(out,
                           better ? say(r, "Whose verdict gets better for the transfer")
                                  : say(r, "Whose verdict gets worse for the transfer"),
                           heads, 4);
        html_open(out, HTML_TR);
        web_open_cell(out, HTML_TH, heads[0]);
        html_text(out, all[i].person);
        html_close(out, HTML_TH);
        web_open_cell(out, HTML_TD, heads[1]);
        web_verdict_mark(r, out, all[i].before);
        html_close(out, HTML_TD);
        web_open_cell(out, HTML_TD, heads[2]);
        web_verdict_mark(r, out, all[i].after);
        html_close(out, HTML_TD);
        web_open_cell(out, HTML_TD, heads[3]);
        html_text(out, (hb_str){all[i].rules.at, all[i].rules.n});
        html_close(out, HTML_TD);
        html_close(out, HTML_TR);
        web_read_of(r, all[i].person);
    }
    if (shown)
        web_close_table(out);
    else
        html_put_say(out, HTML_P, NULL, say(r, "Nobody on this list."));
}

static void people(web_request *r, html *out, const rulebook *other, hb_errors *errors) {
    const web_list *list = r->site->n_lists ? web_list_at(r->site, r->site->n_lists - 1) : NULL;
    side a = {.rb = r->site->rb}, b = {.rb = other};
    hb_error err = {0};
    uint32_t n = 0;
    if (!list) {
        html_put_say(out, HTML_P, NULL, say(r, "There is no list to compare over."));
        return;
    }
    if (list->n > PEOPLE_MOST) {
        web_alert(out, "warning", NULL,
                  say(r, "The newest list is too long for a page: use habeas rules diff --list."));
        return;
    }
    changed *all = hb_arena_array(r->arena, changed, list->n + 1u);
    bool ok = all && open_side(r, &a, list->page.list_path, errors) &&
              open_side(r, &b, list->page.list_path, errors);
    if (ok && !compare(r, &a, &b, all, &n, &err)) {
        hb_errors_add(errors, &err);
        ok = false;
    }
    if (ok) {
        rows_of(r, out, all, n, true);
        rows_of(r, out, all, n, false);
    }
    for (uint32_t i = 0; i < n; i++) hb_text_clear(&all[i].rules);
    close_side(&a);
    close_side(&b);
}

// ---- what is written differently ---------------------------------------------------------------

typedef struct {
    web_request *r;
    html *out;
    uint32_t n;
} differences;

static void take(void *to, const verify_difference *d) {
    differences *all = to;
    html *out = all->out;
    const char *const heads[] = {say(all->r, "Where"), say(all->r, "What"), say(all->r, "In force"),
                                 say(all->r, "Changed")};
    if (all->n++ == 0) web_open_table(out, say(all->r, "Written differently"), heads, 4);
    html_open(out, HTML_TR);
    web_open_cell(out, HTML_TH, heads[0]);
    html_text(out, d->where);
    html_close(out, HTML_TH);
    web_open_cell(out, HTML_TD, heads[1]);
    html_say(out, d->what);
    html_close(out, HTML_TD);
    web_open_cell(out, HTML_TD, heads[2]);
    html_put(out, HTML_CODE, NULL, d->before);
    html_close(out, HTML_TD);
    web_open_cell(out, HTML_TD, heads[3]);
    html_put(out, HTML_CODE, NULL, d->after);
    html_close(out, HTML_TD);
    html_close(out, HTML_TR);
}

static bool answer(web_request *r, html *out, const rulebook *other, hb_errors *errors,
                   hb_error *err) {
    differences all = {r, out, 0};
    html_open(out, HTML_P);
    html_textf(out, "%s %.*s %.*s.", say(r, "Sent in:"), (int)rulebook_name(other).n,
               rulebook_name(other).at, (int)rulebook_version(other).n, rulebook_version(other).at);
    html_close(out, HTML_P);
    people(r, out, other, errors);
    if (errors->n_kept) return false;
    html_put_say(out, HTML_H2, NULL, say(r, "What is written differently"));
    bool ok = verify_diff_text(r->site->rb, other, take, &all, err);
    if (all.n)
        web_close_table(out);
    else
        html_put_say(out, HTML_P, NULL, say(r, "Nothing: the two say the same."));
    return ok;
}

// What is wrong with the files sent in is said, and nothing else.
bool web_page_compare_post(web_request *r, html *out, hb_error *err) {
    char folder[4096];
    hb_errors errors = {0};
    rulebook *other = NULL;
    if (!web_upload(r, "rulebook")) {
        hb_fail(err, HB_INPUT, "no-rulebook", "%s", say(r, "no file of a rulebook was sent"));
        return false;
    }
    head(r, out);
    if (!make_folder(r, folder, err)) return false;
    bool ok = write_files(r, folder, &errors) && (other = rulebook_load(folder, &errors)) &&
              answer(r, out, other, &errors, err);
    rulebook_close(other);
    web_remove_upload(folder);
    if (!ok && errors.n_kept) *err = errors.kept[0];
    if (!ok && errors.n_kept) err->kind = HB_INPUT;
    hb_errors_clear(&errors);
    return ok;
}
