// person.c: from assignments to records and back. Issuers and verifiers are invented and marked as
// such; dates are the day of decision, so everything that counts is fresh.
#include "verify/person.h"

#include <stdio.h>
#include <string.h>

#define ISSUER "invented office of records"
#define VERIFIER "invented registry"
#define COUNSEL "invented counsel"
#define AUTHOR "invented author of the list"

// ---- values ------------------------------------------------------------------------------------
// The n-th country code that the law does not name.
static hb_str other_country(law *l, uint32_t fact, int64_t n, hb_arena *arena) {
    char code[4] = "AAA";
    for (int i = 0; i < 26 * 26 * 26; i++) {
        code[0] = (char)('A' + i / 676);
        code[1] = (char)('A' + i / 26 % 26);
        code[2] = (char)('A' + i % 26);
        bool is_named = false, is_unknown = false;
        for (uint32_t k = 0; k < l->e.n_strings; k++)
            is_named |= hb_str_equal(l->e.strings[k], (hb_str){code, 3});
        feel_value v;
        hb_error err = {0};
        if (is_named ||
            !rulebook_value_from_text(l->rb, arena, fact, (hb_str){code, 3}, &v, &is_unknown, &err))
            continue;
        if (n-- > 0) continue;
        hb_str text = {0};
        return hb_str_copy(arena, (hb_str){code, 3}, &text) ? text : (hb_str){0};
    }
    return HB_STR("ZZZ");
}

// A fact whose type is a country, to ask what a country is.
static uint32_t country_fact(const law *l) {
    for (uint32_t i = 0; i < l->n_facts; i++) {
        rulebook_fact_type type = rulebook_fact_at(l->rb, i)->type;
        if (type == RULEBOOK_COUNTRY || type == RULEBOOK_COUNTRY_LIST) return i;
    }
    return DMN_NONE;
}

static bool is_fit(law *l, uint32_t fact, hb_str text, hb_arena *arena) {
    feel_value v;
    bool is_unknown = false;
    hb_error err = {0};
    uint32_t ask = fact == DMN_NONE ? country_fact(l) : fact;
    return ask != DMN_NONE &&
           rulebook_value_from_text(l->rb, arena, ask, text, &v, &is_unknown, &err) && !is_unknown;
}

// Numbers past the named strings are others, small ones first: one may stand in several facts and
// is one string there.
static hb_str string_of(law *l, uint32_t fact, int64_t number, hb_arena *arena) {
    rulebook_fact_type type =
        fact == DMN_NONE ? RULEBOOK_COUNTRY : rulebook_fact_at(l->rb, fact)->type;
    int64_t n = number >= ENCODE_OTHER_STRING ? number - ENCODE_OTHER_STRING : -number;
    hb_str text = encoder_text(&l->e, number);
    bool is_named = number >= 0 && number < l->e.n_named, is_list = type == RULEBOOK_COUNTRY_LIST ||
                                                                    type == RULEBOOK_DOC_LIST ||
                                                                    type == RULEBOOK_ORDER_LIST;
    if (text.n > 0 && (is_named || is_list || is_fit(l, fact, text, arena))) return text;
    if (type == RULEBOOK_COUNTRY || type == RULEBOOK_COUNTRY_LIST) {
        uint32_t ask = country_fact(l);
        return ask == DMN_NONE ? HB_STR("ZZZ") : other_country(l, ask, n % 100, arena);
    }
    const char *form =
        type == RULEBOOK_DOC || type == RULEBOOK_DOC_LIST ? "paper-%lld" : "text %lld";
    return hb_str_format(arena, &text, form, (long long)n) ? text : (hb_str){0};
}

static feel_value date_value(int64_t day) {
    hb_date date = {1970, 1, 1};
    hb_date_from_days(day, &date);
    return feel_date(date);
}

// That instant as it reads where it was that day: the offset that needs least, in whole minutes.
static feel_value date_time_value(int64_t day, int64_t instant, hb_arena *arena) {
    hb_datetime *dt = hb_arena_new(arena, hb_datetime);
    if (!dt) return feel_null();
    int64_t second = instant - day * 86400, offset = 0;
    if (second < 0) offset = (-second + 59) / 60 * 60;
    if (second > 86399) offset = -((second - 86399 + 59) / 60 * 60);
    second += offset;
    hb_date_from_days(day, &dt->date);
    dt->time = (hb_time){
        .hour = (uint8_t)(second / 3600),
        .minute = (uint8_t)(second / 60 % 60),
        .second = (uint8_t)(second % 60),
        .zone = {.kind = HB_ZONE_OFFSET, .offset_seconds = (int32_t)offset}
    };
    return (feel_value){.kind = FEEL_DATE_TIME, .date_time = dt};
}

static feel_value list_value(law *l, uint32_t fact, value v, const term_value *all,
                             hb_arena *arena) {
    feel_value *items = hb_arena_array(arena, feel_value, v.n + 1);
    uint32_t n = 0;
    for (uint32_t i = 0; items && i < v.n; i++) {
        if (all[v.has[i]].boolean) items[n++] = person_value(l, fact, v.items[i], all, arena);
    }
    return items ? feel_list(items, n) : feel_null();
}

static feel_value context_value(law *l, uint32_t fact, value v, const term_value *all,
                                hb_arena *arena) {
    feel_context *context = hb_arena_new(arena, feel_context);
    feel_value *values = hb_arena_array(arena, feel_value, v.n + 1);
    if (!context || !values) return feel_null();
    for (uint32_t i = 0; i < v.n; i++) values[i] = person_value(l, fact, v.items[i], all, arena);
    *context = (feel_context){.n = v.n, .keys = v.keys, .values = values};
    return (feel_value){.kind = FEEL_CONTEXT, .context = context};
}

feel_value person_value(law *l, uint32_t fact, value v, const term_value *all, hb_arena *arena) {
    if (v.kind == VALUE_NULL || all[v.is_null].boolean) return feel_null();
    switch (v.kind) {
        case VALUE_STRING: return feel_string(string_of(l, fact, all[v.t].number, arena));
        case VALUE_DATE: return date_value(all[v.t].number);
        case VALUE_DATE_TIME: return date_time_value(all[v.t].number, all[v.instant].number, arena);
        case VALUE_NUMBER: {
            feel_value number = feel_null();
            return feel_number(arena, all[v.t].decimal, &number) ? number : feel_null();
        }
        case VALUE_LIST: return list_value(l, fact, v, all, arena);
        case VALUE_CONTEXT: return context_value(l, fact, v, all, arena);
        case VALUE_BOOLEAN: return feel_boolean(all[v.t].boolean);
        case VALUE_NULL:
        case VALUE_DAYS:
        case VALUE_MONTHS:
        case VALUE_RANGE: break;
    }
    return feel_null();
}

// ---- records -----------------------------------------------------------------------------------
static rulebook_kind first_kind(const rulebook_fact *fact) {
    for (int k = 1; k < RULEBOOK_N_KINDS; k++) {
        if (fact->established_by >> k & 1) return (rulebook_kind)k;
    }
    return RULEBOOK_OTHER;
}

static hb_str paper_id(hb_arena *arena, const rulebook_fact *fact) {
    hb_str id = {0};
    return hb_str_format(arena, &id, "D-%.*s", (int)fact->name.n, fact->name.at) ? id : (hb_str){0};
}

static const rulebook_document *paper(hb_arena *arena, const rulebook_fact *fact, hb_str id,
                                      hb_date as_of, bool is_proved) {
    rulebook_document *d = hb_arena_new(arena, rulebook_document);
    if (!d) return NULL;
    *d = (rulebook_document){.id = id,
                             .issuer = is_proved ? HB_STR(ISSUER) : HB_STR(COUNSEL),
                             .date = as_of,
                             .has_date = true,
                             .kind = is_proved ? first_kind(fact) : RULEBOOK_CLAIM,
                             .is_verified = is_proved};
    if (!is_proved) return d;
    d->verified_by = HB_STR(VERIFIER);
    d->verified_role = RULEBOOK_REGISTRY;
    d->verified_on = as_of;
    return d;
}

// The documents that give a value its standing: the papers it names, else one.
static bool add_record(law *l, person *p, uint32_t fact_index, feel_value v, bool is_proved,
                       hb_arena *arena) {
    const rulebook_fact *fact = rulebook_fact_at(l->rb, fact_index);
    bool is_list = fact->type == RULEBOOK_DOC_LIST && v.n > 0;
    bool is_doc = fact->type == RULEBOOK_DOC && !hb_str_equal(feel_text(v), HB_STR("none"));
    uint32_t n = is_list ? v.n : 1;
    const rulebook_document **papers = hb_arena_array(arena, const rulebook_document *, n);
    if (!papers) return false;
    for (uint32_t i = 0; i < n; i++) {
        hb_str id = is_list ? feel_text(v.items[i]) : is_doc ? feel_text(v) : paper_id(arena, fact);
        if (!(papers[i] = paper(arena, fact, id, p->day.as_of, is_proved))) return false;
    }
    p->records[p->n_records++] =
        (rulebook_record){.fact = fact_index, .value = v, .n_evidence = n, .evidence = papers};
    return true;
}

hb_str person_host(law *l, const term_value *all, hb_arena *arena) {
    return string_of(l, DMN_NONE, all[l->host.t].number, arena);
}

static bool open_person(law *l, const term_value *all, uint32_t room, hb_arena *arena,
                        person *out) {
    hb_date as_of = {1970, 1, 1};
    hb_date_from_days(all[l->as_of.t].number, &as_of);
    *out = (person){
        .day = {as_of, person_host(l, all, arena), HB_STR(AUTHOR)}
    };
    out->records = hb_arena_array(arena, rulebook_record, room + 1);
    return out->records != NULL;
}

// Ids of papers are the law's only strings that name a document: made particular to their fact, so
// that one id never stands for two documents.
static feel_value own_papers(const rulebook_fact *fact, feel_value v, hb_arena *arena) {
    hb_str text = {0};
    if (fact->type == RULEBOOK_DOC && v.kind == FEEL_STRING &&
        !hb_str_equal(feel_text(v), HB_STR("none"))) {
        if (!hb_str_format(arena, &text, "D-%.*s:%.*s", (int)fact->name.n, fact->name.at, (int)v.n,
                           v.text))
            return feel_null();
        return feel_string(text);
    }
    if (fact->type != RULEBOOK_DOC_LIST || v.kind != FEEL_LIST) return v;
    feel_value *items = hb_arena_array(arena, feel_value, v.n + 1);
    for (uint32_t i = 0; items && i < v.n; i++) {
        if (!hb_str_format(arena, &text, "D-%.*s:%.*s", (int)fact->name.n, fact->name.at,
                           (int)v.items[i].n, v.items[i].text))
            break;
        items[i] = feel_string(text);
    }
    return items ? feel_list(items, v.n) : feel_null();
}

bool person_from_facts(law *l, const term_value *all, uint32_t changed, const value *other,
                       term other_is_proved, hb_arena *arena, person *out) {
    if (!open_person(l, all, l->n_facts, arena, out)) return false;
    for (uint32_t i = 0; i < l->n_facts; i++) {
        value v = i == changed ? *other : l->facts[i].counts;
        term is_proved = i == changed ? other_is_proved : l->facts[i].is_proved;
        feel_value counts =
            own_papers(rulebook_fact_at(l->rb, i), person_value(l, i, v, all, arena), arena);
        if (feel_is_null(counts)) continue;
        if (!add_record(l, out, i, counts, all[is_proved].boolean, arena)) return false;
    }
    return true;
}

static const rulebook_document *document_of(law *l, uint32_t fact, const evidence_document *from,
                                            const term_value *all, hb_arena *arena) {
    rulebook_document *d = hb_arena_new(arena, rulebook_document);
    if (!d) return NULL;
    *d = (rulebook_document){.id = string_of(l, fact, all[from->id].number, arena),
                             .issuer = HB_STR(ISSUER),
                             .has_date = all[from->is_complete].boolean,
                             .kind = (rulebook_kind)all[from->kind].number,
                             .is_verified = all[from->is_verified].boolean,
                             .is_contested = all[from->is_contested].boolean};
    hb_date_from_days(all[from->date].number, &d->date);
    hb_date_from_days(all[from->verified_on].number, &d->verified_on);
    d->verified_by = all[from->is_own].boolean ? HB_STR(ISSUER) : HB_STR(VERIFIER);
    d->verified_role = RULEBOOK_REGISTRY;
    d->language = all[from->is_readable].boolean ? HB_STR("en") : HB_STR("fr");
    return d;
}

bool person_from_evidence(law *l, uint32_t fact, const evidence *from, const term_value *all,
                          hb_arena *arena, person *out) {
    if (!open_person(l, all, EVIDENCE_RECORDS, arena, out)) return false;
    for (uint32_t i = 0; i < EVIDENCE_RECORDS; i++) {
        const evidence_record *r = &from->records[i];
        if (!all[r->is_there].boolean) continue;
        const rulebook_document **papers =
            hb_arena_array(arena, const rulebook_document *, EVIDENCE_DOCUMENTS);
        if (!papers) return false;
        rulebook_record *record = &out->records[out->n_records++];
        *record = (rulebook_record){
            .fact = fact, .value = person_value(l, fact, r->says, all, arena), .evidence = papers};
        for (uint32_t k = 0; k < EVIDENCE_DOCUMENTS; k++) {
            if (!all[r->documents[k].is_there].boolean) continue;
            if (!(papers[record->n_evidence++] =
                      document_of(l, fact, &r->documents[k], all, arena)))
                return false;
        }
    }
    return true;
}

// ---- printing ----------------------------------------------------------------------------------
static void print_date(hb_text *out, hb_date date) {
    hb_text_addf(out, "\"%04d-%02u-%02u\"", date.year, date.month, date.day);
}

static void print_document(hb_text *out, const rulebook_document *d) {
    hb_text_addf(out, "{\"id\":");
    hb_text_add_json(out, d->id);
    hb_str kind = rulebook_kind_name(d->kind), role = rulebook_role_name(d->verified_role);
    hb_text_addf(out, ",\"kind\":\"%.*s\",\"issuer\":", (int)kind.n, kind.at);
    hb_text_add_json(out, d->issuer);
    if (d->has_date) {
        hb_text_addf(out, ",\"date\":");
        print_date(out, d->date);
    }
    if (d->is_verified) {
        hb_text_addf(out, ",\"verified\":{\"by\":");
        hb_text_add_json(out, d->verified_by);
        hb_text_addf(out, ",\"role\":\"%.*s\",\"on\":", (int)role.n, role.at);
        print_date(out, d->verified_on);
        hb_text_addf(out, "}");
    }
    if (d->language.n) {
        hb_text_addf(out, ",\"language\":");
        hb_text_add_json(out, d->language);
    }
    hb_text_addf(out, "}");
}

static void print_record(hb_text *out, const rulebook_record *r) {
    hb_text_addf(out, "{\"value\":");
    gate_add_value(out, r->value);
    hb_text_addf(out, ",\"evidence\":[");
    for (uint32_t i = 0; i < r->n_evidence; i++) {
        if (i > 0) hb_text_addf(out, ",");
        print_document(out, r->evidence[i]);
    }
    hb_text_addf(out, "]}");
}

void person_print_header(hb_text *out, const person *p) {
    hb_text_addf(out, "{\"list\":\"counter-example\",\"author\":\"%s\",\"as_of\":", AUTHOR);
    print_date(out, p->day.as_of);
    hb_text_addf(out, "}\n");
}

void person_print(hb_text *out, const rulebook *rb, const person *p, const char *id) {
    hb_text_addf(out, "{\"person\":\"%s\",\"host\":", id);
    hb_text_add_json(out, p->day.host);
    hb_text_addf(out, ",\"facts\":{");
    for (uint32_t i = 0; i < p->n_records; i++) {
        hb_str name = rulebook_fact_at(rb, p->records[i].fact)->name;
        bool is_first = i == 0 || p->records[i - 1].fact != p->records[i].fact;
        bool is_last = i + 1 == p->n_records || p->records[i + 1].fact != p->records[i].fact;
        bool is_many = !is_first || !is_last;
        if (i > 0) hb_text_addf(out, ",");
        if (is_first) hb_text_addf(out, "\"%.*s\":%s", (int)name.n, name.at, is_many ? "[" : "");
        print_record(out, &p->records[i]);
        if (is_last && is_many) hb_text_addf(out, "]");
    }
    hb_text_addf(out, "}}\n");
}

// ---- from a person to an assignment ------------------------------------------------------------
static void set_boolean(law *l, term t, bool is_true, term_value *variables) {
    const term_node *node = term_at(l->pool, t);
    if (node->kind == TERM_VARIABLE) variables[node->number].boolean = is_true;
}

static void set_number(law *l, term t, int64_t number, term_value *variables) {
    const term_node *node = term_at(l->pool, t);
    if (node->kind == TERM_VARIABLE) variables[node->number].number = number;
}

static bool assign_list(law *l, value to, feel_value v, term_value *variables) {
    if (v.n > to.n) return false;
    for (uint32_t i = 0; i < to.n; i++) {
        set_boolean(l, to.has[i], i < v.n, variables);
        if (i < v.n && !person_assign_value(l, to.items[i], v.items[i], variables)) return false;
    }
    return true;
}

static bool assign_context(law *l, value to, feel_value v, term_value *variables) {
    for (uint32_t i = 0; i < to.n; i++) {
        feel_value item = feel_null();
        if (v.kind == FEEL_CONTEXT) feel_context_get(v.context, to.keys[i], &item);
        if (!person_assign_value(l, to.items[i], item, variables)) return false;
    }
    return true;
}

bool person_assign_value(law *l, value to, feel_value v, term_value *variables) {
    set_boolean(l, to.is_null, feel_is_null(v), variables);
    if (feel_is_null(v)) return true;
    switch (to.kind) {
        case VALUE_STRING:
            set_number(l, to.t, encoder_string(&l->e, feel_text(v)), variables);
            return true;
        case VALUE_DATE: set_number(l, to.t, hb_date_to_days(v.date), variables); return true;
        case VALUE_DATE_TIME:
            set_number(l, to.t, hb_date_to_days(v.date_time->date), variables);
            set_number(l, to.instant, feel_instant(v.date_time), variables);
            return true;
        case VALUE_NUMBER: {
            const term_node *node = term_at(l->pool, to.t);
            if (node->kind == TERM_VARIABLE) variables[node->number].decimal = feel_dec(v);
            int64_t whole;
            if (node->kind == TERM_TO_REAL && hb_dec_to_int(feel_dec(v), &whole))
                set_number(l, node->a, whole, variables);
            return node->kind != TERM_TO_REAL || hb_dec_is_integer(feel_dec(v));
        }
        case VALUE_LIST: return assign_list(l, to, v, variables);
        case VALUE_CONTEXT: return assign_context(l, to, v, variables);
        case VALUE_NULL:
        case VALUE_BOOLEAN:
        case VALUE_DAYS:
        case VALUE_MONTHS:
        case VALUE_RANGE: break;
    }
    return false;
}

bool person_assign(law *l, const rulebook_day *day, const rulebook_fact_standing *standings,
                   term_value *variables) {
    set_number(l, l->as_of.t, hb_date_to_days(day->as_of), variables);
    set_number(l, l->host.t, encoder_string(&l->e, day->host), variables);
    for (uint32_t i = 0; i < l->n_facts; i++) {
        set_boolean(l, l->facts[i].is_proved, standings[i].standing == RULEBOOK_ESTABLISHED,
                    variables);
        if (!person_assign_value(l, l->facts[i].counts, standings[i].counts, variables))
            return false;
    }
    return true;
}
