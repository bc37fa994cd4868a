#include "files.h"

#include <stdio.h>
#include <string.h>

uint64_t chance_next(chance *c) {
    uint64_t z = c->state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

uint32_t chance_below(chance *c, uint32_t n) {
    return (uint32_t)(chance_next(c) >> 33) % n;
}
bool chance_percent(chance *c, uint32_t percent) {
    return chance_below(c, 100) < percent;
}

// ---- deciding -----------------------------------------------------------------------------------

bool court_open(court *c, const rulebook *rb) {
    hb_error err = {0};
    *c = (court){.rb = rb,
                 .bench = rulebook_bench_open(rb, &err),
                 .answer = hb_arena_open(64 << 20),
                 .values = hb_arena_open(64 << 20)};
    return c->bench && c->answer && c->values;
}

void court_close(court *c) {
    rulebook_bench_close(c->bench);
    hb_arena_close(c->answer);
    hb_arena_close(c->values);
}

bool court_decide(court *c, const evidence_file *file, gate_verdict *verdict) {
    hb_error err = {0};
    hb_arena_reset(c->answer);
    rulebook_record *records = hb_arena_array(c->answer, rulebook_record, FILE_SAYINGS);
    if (!records) return false;
    for (uint32_t i = 0; i < file->n_sayings; i++) {
        const saying *said = &file->sayings[i];
        const rulebook_document **list =
            hb_arena_array(c->answer, const rulebook_document *, FILE_EVIDENCE);
        if (!list) return false;
        for (uint32_t e = 0; e < said->n_evidence; e++)
            list[e] = &file->documents[said->evidence[e]];
        records[i] = (rulebook_record){.fact = said->fact,
                                       .value = said->value,
                                       .is_unknown = feel_is_null(said->value),
                                       .n_evidence = said->n_evidence,
                                       .evidence = list};
    }
    bool ok =
        gate_decide(c->bench, c->answer, &file->day, records, file->n_sayings, &c->decision, &err);
    if (!ok) printf("cannot decide: %s\n", err.message);
    *verdict = ok ? c->decision.verdict : GATE_UNRESOLVED;
    return ok;
}

rulebook_effect court_effect(court *c, const evidence_file *file, const saying *said) {
    hb_error err = {0};
    rulebook_effect effect = RULEBOOK_PROTECTS;
    if (!rulebook_value_effect(c->bench, &file->day, said->fact, said->value, &effect, &err))
        return RULEBOOK_PROTECTS;
    return effect;
}

int verdict_rank(gate_verdict verdict) {
    switch (verdict) {
        case GATE_BARRED: return 0;
        case GATE_UNRESOLVED: return 1;
        case GATE_NO_BAR_FOUND: return 2;
    }
    return 1;
}

// ---- files --------------------------------------------------------------------------------------

static bool is_same_document(const rulebook_document *a, const rulebook_document *b) {
    return hb_str_equal(a->id, b->id) && a->kind == b->kind && hb_str_equal(a->issuer, b->issuer) &&
           a->has_date == b->has_date && hb_date_to_days(a->date) == hb_date_to_days(b->date) &&
           a->is_verified == b->is_verified && hb_str_equal(a->verified_by, b->verified_by);
}

uint32_t file_add_document(evidence_file *file, const rulebook_document *document) {
    uint32_t i = 0;
    while (i < file->n_documents && !is_same_document(&file->documents[i], document)) i++;
    if (i < file->n_documents || i == FILE_DOCUMENTS) return i < FILE_DOCUMENTS ? i : 0;
    file->documents[file->n_documents++] = *document;
    return i;
}

void file_from_records(const rulebook_day *day, const rulebook_record *records, uint32_t n_records,
                       evidence_file *file) {
    file->day = *day;
    file->n_documents = file->n_sayings = 0;
    for (uint32_t r = 0; r < n_records && r < FILE_SAYINGS; r++) {
        const rulebook_record *record = &records[r];
        saying *said = &file->sayings[file->n_sayings++];
        *said = (saying){.fact = record->fact,
                         .value = record->is_unknown ? feel_null() : record->value};
        for (uint32_t e = 0; e < record->n_evidence && e < FILE_EVIDENCE; e++)
            said->evidence[said->n_evidence++] =
                (uint16_t)file_add_document(file, record->evidence[e]);
    }
}

void file_from_case(const rulebook_case *one, evidence_file *file) {
    file_from_records(&one->day, one->records, one->n_records, file);
}

void file_remove_saying(evidence_file *file, uint32_t i) {
    file->sayings[i] = file->sayings[--file->n_sayings];
}

uint32_t file_count_fact(const evidence_file *file, uint32_t fact) {
    uint32_t n = 0;
    for (uint32_t i = 0; i < file->n_sayings; i++) n += file->sayings[i].fact == fact;
    return n;
}

// ---- random values ------------------------------------------------------------------------------

static const int64_t DAYS[] = {0,    0,    1,    2,    3,    4,   7,   8,   29,  30,
                               31,   60,   61,   90,   91,   180, 181, 364, 365, 366,
                               1000, 6574, 6575, 6580, 9000, -1,  -2,  -30, -400};
static const char *const COUNTRIES[] = {"USA", "PRI", "HND", "GTM", "VEN", "SLV", "PAN"};
static const char *const STATUSES[] = {"in_force", "stayed",  "automatic_stay", "dissolved",
                                       "vacated",  "expired", "reversed"};
static const int64_t NUMBERS[] = {0,  1,  2,   15,  16,  17,  18,  24,   30,
                                  31, 44, 167, 168, 180, 181, 720, 10000};

static feel_value text_value(const char *text) {
    return feel_string(hb_str_from(text));
}

static feel_value country(chance *c, const evidence_file *file) {
    if (chance_percent(c, 40)) return feel_string(file->day.host);
    return text_value(COUNTRIES[chance_below(c, sizeof COUNTRIES / sizeof *COUNTRIES)]);
}

static hb_date some_day(chance *c, const evidence_file *file) {
    hb_date day = file->day.as_of;
    (void)hb_date_from_days(
        hb_date_to_days(day) - DAYS[chance_below(c, sizeof DAYS / sizeof *DAYS)], &day);
    return day;
}

static feel_value document_id(chance *c, const evidence_file *file) {
    if (!file->n_documents || chance_percent(c, 20)) return text_value("G-named");
    hb_str id = file->documents[chance_below(c, file->n_documents)].id;
    return id.n ? feel_string(id) : text_value("G-named");
}

static bool order_value(chance *c, court *judge, feel_value *value) {
    static const hb_str MEMBERS[5] = {
        {"court",            5 },
        {"docket",           6 },
        {"status",           6 },
        {"class_definition", 16},
        {"expires",          7 }
    };
    feel_context *order = hb_arena_new(judge->values, feel_context);
    feel_value *values = hb_arena_array(judge->values, feel_value, 5);
    if (!order || !values) return false;
    values[0] = text_value("D. Md.");
    values[1] = text_value(chance_percent(c, 50) ? "1:25-cv-1" : "1:25-cv-2");
    if (chance_percent(c, 90))
        values[2] = text_value(STATUSES[chance_below(c, sizeof STATUSES / sizeof *STATUSES)]);
    *order = (feel_context){5, MEMBERS, values};
    *value = (feel_value){.kind = FEEL_CONTEXT, .context = order};
    return true;
}

static bool list_value(chance *c, court *judge, const evidence_file *file, rulebook_fact_type type,
                       feel_value *value) {
    uint32_t n = chance_below(c, 3);
    feel_value *items = hb_arena_array(judge->values, feel_value, 3);
    if (!items) return false;
    for (uint32_t i = 0; i < n; i++) {
        if (type == RULEBOOK_COUNTRY_LIST)
            items[i] = country(c, file);
        else if (type == RULEBOOK_DOC_LIST)
            items[i] = document_id(c, file);
        else if (!order_value(c, judge, &items[i]))
            return false;
    }
    *value = feel_list(items, n);
    return true;
}

static bool instant_value(chance *c, court *judge, const evidence_file *file, feel_value *value) {
    hb_datetime *instant = hb_arena_new(judge->values, hb_datetime);
    if (!instant) return false;
    *instant = (hb_datetime){
        some_day(c, file),
        {.hour = (uint8_t)chance_below(c, 24),
                   .zone = {.kind = HB_ZONE_OFFSET, .offset_seconds = -18000}}
    };
    *value = (feel_value){.kind = FEEL_DATE_TIME, .date_time = instant};
    return true;
}

bool chance_value(chance *c, court *judge, const evidence_file *file, uint32_t fact_index,
                  feel_value *value) {
    const rulebook_fact *fact = rulebook_fact_at(judge->rb, fact_index);
    switch (fact->type) {
        case RULEBOOK_ENUM:
        case RULEBOOK_TRI:
            *value = feel_string(fact->values[chance_below(c, fact->n_values)]);
            return true;
        case RULEBOOK_TEXT:
            *value = text_value(chance_percent(c, 40)   ? "none"
                                : chance_percent(c, 50) ? "a text"
                                                        : "another text");
            return true;
        case RULEBOOK_DOC:
            *value = chance_percent(c, 40) ? text_value("none") : document_id(c, file);
            return true;
        case RULEBOOK_DATE: *value = feel_date(some_day(c, file)); return true;
        case RULEBOOK_DATE_TIME: return instant_value(c, judge, file, value);
        case RULEBOOK_NUMBER:
        case RULEBOOK_INT:
            *value = feel_int(NUMBERS[chance_below(c, sizeof NUMBERS / sizeof *NUMBERS)]);
            return true;
        case RULEBOOK_COUNTRY:
            *value = fact->permits.n && memmem(fact->permits.at, fact->permits.n, "none", 4) &&
                             chance_percent(c, 40)
                         ? text_value("none")
                         : country(c, file);
            return true;
        case RULEBOOK_DOC_LIST:
        case RULEBOOK_COUNTRY_LIST:
        case RULEBOOK_ORDER_LIST: return list_value(c, judge, file, fact->type, value);
    }
    return false;
}

static rulebook_kind some_kind(chance *c, const rulebook_fact *fact) {
    rulebook_kind kind = (rulebook_kind)chance_below(c, RULEBOOK_N_KINDS);
    for (int tries = 0; tries < 20 && chance_percent(c, 90) && !(fact->established_by >> kind & 1);
         tries++)
        kind = (rulebook_kind)chance_below(c, RULEBOOK_N_KINDS);
    return kind;
}

// Half of all documents are sound: disputes among sound papers are the hard cases. The others have
// one or more of everything that can be wrong with a document.
static void spoil(chance *c, evidence_file *file, rulebook_document *document) {
    document->has_date = !chance_percent(c, 4);
    document->date = some_day(c, file);
    bool is_future = hb_date_to_days(document->date) > hb_date_to_days(file->day.as_of);
    if (is_future && chance_percent(c, 80)) document->date = file->day.as_of;
    if (chance_percent(c, 4)) document->id = HB_STR("");
    if (chance_percent(c, 4)) document->issuer = HB_STR("");
    if (chance_percent(c, 10)) document->verified_by = document->issuer;
    if (chance_percent(c, 20)) document->verified_on = some_day(c, file);
    if (chance_percent(c, 10)) document->language = HB_STR("es");
    document->is_verified = chance_percent(c, 70);
    document->is_contested = chance_percent(c, 10);
    document->is_translation_certified = chance_percent(c, 50);
    if (!document->is_verified) document->verified_by = HB_STR("");
}

static bool some_document(chance *c, court *judge, evidence_file *file, uint32_t fact,
                          const feel_value *value, uint32_t *out) {
    static const char *const ISSUERS[] = {"District Court", "agency", "Clínica", "counsel"};
    const rulebook_fact *row = rulebook_fact_at(judge->rb, fact);
    rulebook_document document = {
        .issuer = hb_str_from(ISSUERS[chance_below(c, 4)]),
        .kind = some_kind(c, row),
        .date = file->day.as_of,
        .has_date = true,
        .is_verified = true,
        .verified_by = HB_STR("N. Verifier"),
        .verified_role = (rulebook_role)(RULEBOOK_COURT + chance_below(c, 6)),
        .verified_on = file->day.as_of};
    if (value->kind == FEEL_STRING && row->type == RULEBOOK_DOC && chance_percent(c, 70))
        document.id = feel_text(*value);
    else if (!hb_str_format(judge->values, &document.id, "G-%u", chance_below(c, 40)))
        return false;
    if (chance_percent(c, 50)) spoil(c, file, &document);
    *out = file_add_document(file, &document);
    return true;
}

bool chance_saying(chance *c, court *judge, evidence_file *file, uint32_t fact) {
    saying said = {.fact = fact};
    if (file->n_sayings == FILE_SAYINGS || file->n_documents + 4 > FILE_DOCUMENTS) return true;
    if (!chance_value(c, judge, file, fact, &said.value)) return false;
    uint32_t n = chance_below(c, 4);
    for (uint32_t e = 0; e < n; e++) {
        uint32_t document;
        if (file->n_documents && chance_percent(c, 40))
            document = chance_below(c, file->n_documents);
        else if (!some_document(c, judge, file, fact, &said.value, &document))
            return false;
        said.evidence[said.n_evidence++] = (uint16_t)document;
    }
    file->sayings[file->n_sayings++] = said;
    return true;
}

void chance_change(chance *c, court *judge, evidence_file *file, uint32_t fact) {
    bool is_added = chance_percent(c, 60);
    for (uint32_t i = file->n_sayings; !is_added && i-- > 0;)
        if (file->sayings[i].fact == fact) file_remove_saying(file, i);
    uint32_t n = chance_percent(c, 15) ? 0 : 1 + chance_below(c, 2);
    for (uint32_t i = 0; i < n; i++) (void)chance_saying(c, judge, file, fact);
}

static bool add_record(evidence_file *file, uint32_t fact, feel_value value,
                       const rulebook_document *document) {
    if (file->n_sayings == FILE_SAYINGS || file->n_documents == FILE_DOCUMENTS) return false;
    saying *said = &file->sayings[file->n_sayings++];
    *said = (saying){.fact = fact, .value = value, .n_evidence = 1};
    said->evidence[0] = (uint16_t)file_add_document(file, document);
    return true;
}

bool file_add_sound(court *judge, evidence_file *file, uint32_t fact, feel_value value) {
    uint32_t kinds = rulebook_fact_at(judge->rb, fact)->established_by, kind = 0;
    while (!(kinds >> kind & 1)) kind++;
    bool is_named = rulebook_fact_at(judge->rb, fact)->type == RULEBOOK_DOC &&
                    !hb_str_equal(feel_text(value), HB_STR("none"));
    rulebook_document document = {.id = is_named ? feel_text(value) : HB_STR("S-sound"),
                                  .issuer = HB_STR("another office"),
                                  .kind = (rulebook_kind)kind,
                                  .date = file->day.as_of,
                                  .has_date = true,
                                  .is_verified = true,
                                  .verified_by = HB_STR("N. Verifier"),
                                  .verified_role = RULEBOOK_NOTARY,
                                  .verified_on = file->day.as_of};
    return add_record(file, fact, value, &document);
}

bool file_add_claimed(evidence_file *file, uint32_t fact, feel_value value) {
    rulebook_document claim = {.id = HB_STR("C-added"),
                               .issuer = HB_STR("counsel"),
                               .kind = RULEBOOK_CLAIM,
                               .date = file->day.as_of,
                               .has_date = true};
    return add_record(file, fact, value, &claim);
}

bool file_add_claim(chance *c, court *judge, evidence_file *file, uint32_t fact) {
    for (int tries = 0; tries < 12; tries++) {
        saying said = {.fact = fact};
        if (!chance_value(c, judge, file, fact, &said.value)) return false;
        if (court_effect(judge, file, &said) == RULEBOOK_PROTECTS)
            return file_add_claimed(file, fact, said.value);
    }
    return false;
}
