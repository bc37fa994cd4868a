// The API: what the pages show, in the objects of the command line. Reading: lists with a cursor,
// one person's answer, and of the register what api_register.c gives. Writing: events
// alone, each signed by the officer who did it, under an Idempotency-Key, so that a line cut in the
// middle can be sent again. There is no PUT and no DELETE. Answers carry an ETag; errors are RFC
// 9457.
#include <stdio.h>
#include <stdlib.h>

#include "web/pages.h"
#include "web/site.h"

enum { PEOPLE_A_PAGE = 200, EVENTS_MAX = 1000 };

static void member(hb_text *out, const char *key, hb_str value) {
    hb_text_addf(out, ",\"%s\":", key);
    hb_text_add_json(out, value);
}

// ---- lists -------------------------------------------------------------------------------------

static void list_json(const web_request *r, hb_text *out, const web_list *list) {
    char hex[65];
    hb_hash_hex(list->sha256, hex);
    hb_text_addf(out, "{\"id\":\"%s\"", list->id);
    member(out, "list", list->page.list);
    hb_text_addf(out, ",\"as_of\":");
    gate_add_date(out, list->page.as_of);
    hb_text_addf(out, ",\"sha256\":\"%s\",", hex);
    gate_add_rulebook(out, &list->page);
    if (r->grant != WEB_OWN) {  // worst first, as everywhere
        static const gate_verdict ORDER[] = {GATE_BARRED, GATE_UNRESOLVED, GATE_NO_BAR_FOUND};
        hb_text_addf(out, ",\"counts\":{");
        for (int i = 0; i < GATE_N_VERDICTS; i++) {
            hb_str name = gate_verdict_name(ORDER[i]);
            hb_text_addf(out, "%s\"%.*s\":", i ? "," : "", (int)name.n, name.at);
            web_count_json(r, out, list->n_verdicts[ORDER[i]]);
        }
        hb_text_addf(out, "}");
    }
    hb_text_addf(out, ",\"note\":\"NO BAR FOUND is not permission\"");
}

bool web_data_lists(web_request *r, hb_text *out, hb_error *err) {
    (void)err;
    hb_text_addf(out, "{\"lists\":[");
    for (uint32_t i = web_n_lists(r->site); i-- > 0;) {
        list_json(r, out, web_list_at(r->site, i));
        hb_text_addf(out, i ? "}," : "}");
    }
    hb_text_addf(out, "]}\n");
    return true;
}

static void person_json(const web_request *r, hb_text *out, const web_list *list,
                        const web_person *row) {
    bool sees_all = web_sees_confidential(r);
    uint32_t rule = sees_all ? row->first_reason : row->first_open_reason;
    hb_str verdict = gate_verdict_name((gate_verdict)row->verdict);
    hb_text_addf(out, "{\"person\":");
    hb_text_add_json(out, web_person_id(list, row));
    member(out, "verdict", verdict);
    hb_text_addf(out, ",\"first_reason\":");
    if (rule == UINT32_MAX)
        hb_text_addf(out, "null");
    else
        hb_text_add_json(out, rulebook_rule_at(list->page.rb, rule)->id);
    hb_text_addf(out, ",\"n_missing\":%u}", sees_all ? row->n_missing : row->n_open_missing);
}

bool web_data_list(web_request *r, hb_text *out, hb_error *err) {
    const web_list *list = web_list_find(r->site, web_part(r, 0));
    hb_str after = web_query(r, "after");
    if (!list) return web_not_found(r);
    const web_person *last = after.n ? web_person_find(list, after) : NULL;
    if (after.n && !last) {
        return hb_fail(err, HB_INPUT, "bad-cursor", "\"after\" names nobody of this list");
    }
    list_json(r, out, list);
    hb_text_addf(out, ",\"people\":[");
    web_own_rows own = {0};
    bool is_own = r->grant == WEB_OWN && web_rows_of_own(r, list, &own);
    bool is_asked_each = r->grant == WEB_OWN && !is_own;
    uint32_t i = 0, n = 0, n_rows = r->grant == WEB_COUNTS ? 0 : is_own ? own.n : list->n;
    const web_person *shown = NULL;
    for (; i < n_rows && n < PEOPLE_A_PAGE; i++) {
        const web_person *row = is_own ? own.rows[i] : &list->people[i];
        if (last && row <= last) continue;
        if (is_asked_each && !web_may_see(r, web_person_id(list, row))) continue;
        if (n++) hb_text_addf(out, ",");
        person_json(r, out, list, shown = row);
    }
    hb_text_addf(out, "],\"next\":");
    if (i < n_rows && shown) {
        hb_text path = {0};
        hb_text_addf(&path, "/v1/lists/%s?after=", list->id);
        html_url_add(&path, web_person_id(list, shown));
        hb_text_add_json(out, (hb_str){path.at, path.n});
        hb_text_clear(&path);
    } else {
        hb_text_addf(out, "null");
    }
    hb_text_addf(out, "}\n");
    return true;
}

// ---- one person --------------------------------------------------------------------------------

// What a reader without the right to confidential reasons gets: no such rule, no such fact, no
// authority that only such a rule names. The verdict stays.
static bool leave_out(web_request *r, gate_decision *d, hb_error *err) {
    const rulebook *rb = r->site->rb;
    uint32_t *reasons = hb_arena_array(r->arena, uint32_t, d->n_reasons + 1u);
    uint32_t *missing = hb_arena_array(r->arena, uint32_t, d->n_missing + 1u);
    hb_str *decides = hb_arena_array(r->arena, hb_str, d->n_reasons + 1u);
    uint32_t n = 0;
    if (!reasons || !missing || !decides) return hb_out_of_memory(err);
    for (uint32_t i = 0; i < d->n_reasons; i++) {
        if (web_is_open_rule(rb, d, d->reasons[i])) reasons[n++] = d->reasons[i];
    }
    d->reasons = reasons;
    d->n_reasons = n;
    d->decides = decides;
    d->n_decides = 0;
    for (uint32_t i = 0; i < n; i++) {
        hb_str who = rulebook_rule_at(rb, reasons[i])->decides;
        bool is_new = who.n > 0;
        for (uint32_t k = 0; k < d->n_decides; k++) is_new &= !hb_str_equal(decides[k], who);
        if (is_new) decides[d->n_decides++] = who;
    }
    n = 0;
    for (uint32_t i = 0; i < d->n_missing; i++) {
        if (web_shows_fact(r, rulebook_fact_at(rb, d->missing[i]))) missing[n++] = d->missing[i];
    }
    d->missing = missing;
    d->n_missing = n;
    return true;
}

bool web_data_answer(web_request *r, hb_text *out, hb_error *err) {
    web_decided decided;
    bool found = false;
    if (!web_decide(r, web_part(r, 0), &decided, &found, err)) return false;
    if (!found) return web_not_found(r);
    if (!web_sees_confidential(r) && !leave_out(r, &decided.decision, err)) return false;
    decided.answer.decision = &decided.decision;
    decided.answer.page = &decided.page;
    decided.answer.person = &decided.person;
    web_read_of(r, web_part(r, 0));
    gate_write_json(out, &decided.answer, true);
    hb_text_addf(out, "\n");
    return true;
}

// ---- events ------------------------------------------------------------------------------------

// A key used before gives the answer given before; for another body it is refused (409).
bool web_data_events(web_request *r, hb_text *out, hb_error *err) {
    hb_str key = r->header(r->connection, "Idempotency-Key");
    hb_str *lines = hb_arena_array(r->arena, hb_str, EVENTS_MAX);
    uint32_t n = 0;
    if (!lines) return hb_out_of_memory(err);
    if (key.n == 0 || key.n > 128)
        return hb_fail(err, HB_INPUT, "no-idempotency-key",
                       "the header Idempotency-Key is missing or too long");
    return web_register(r, err) && web_event_lines(r, r->body, lines, EVENTS_MAX, &n, err) &&
           web_record_once(r, key, hb_sha256(r->body.at, r->body.n), lines, n, out, err);
}

// ---- itself ------------------------------------------------------------------------------------

bool web_data_openapi(web_request *r, hb_text *out, hb_error *err) {
    static const char TEXT[] =
#include "openapi.inc"
        ;
    (void)r;
    (void)err;
    hb_text_add(out, HB_STR(TEXT));
    return true;
}
