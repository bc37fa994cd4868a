// An event as officers write and sign it. A line is a flat JSON object,
//
//     {"event":"Admitted","person":"P-1","authority":"DGCP","happened_at":"2025-03-15T21:40:00-06:00",...}
//
// and, once signed, each field with the salt that its commitment was made with:
//
//     {"fields":{...},"salts":{"event":"base64",...},"signatures":[{"key":"NAME+hex8","signature":"base64"}]}
//
// What is signed is not the values but SHA-256 over the commitments in the order of their names, so
// a signature still verifies when a value was erased by law.
#include "register/internal.h"

#include <stdlib.h>
#include <string.h>

#define EVENT(name, effect, roles, required, meaning, source) \
    {name, roles, required, meaning, source},
static const register_kind KINDS[] = {
#include "register/events.def"
};
#undef EVENT
#define EVENT(name, effect, roles, required, meaning, source) EFFECT_##effect,
static const event_effect EFFECTS[] = {
#include "register/events.def"
};
#undef EVENT
enum { N_KINDS = sizeof KINDS / sizeof KINDS[0] };

typedef enum {
    FORM_WORD,
    FORM_TEXT,
    FORM_TIME,
    FORM_DATE,
    FORM_NUMBER,
    FORM_YES_NO,
    FORM_VERDICT,
    FORM_ZONE,
    FORM_ANY
} field_form;
enum { SEALED = 0, OPEN = 1 };
#define FIELD(name, form, place) {name, FORM_##form, place},
static const struct {
    const char *name;
    field_form form;
    int is_open;
} FIELDS[] = {
#include "register/fields.def"
};
#undef FIELD
enum { N_FIELDS = sizeof FIELDS / sizeof FIELDS[0] };

const char *const EVENT_OWN_NAMES[EVENT_OWN] = {"marks", "recorded", "signatures", "subject"};

const register_kind *register_kinds(uint32_t *n) {
    *n = N_KINDS;
    return KINDS;
}

event_effect event_effect_of(const register_kind *kind) {
    return EFFECTS[kind - KINDS];
}

const register_kind *event_kind_find(hb_str name) {
    for (uint32_t i = 0; i < N_KINDS; i++) {
        if (hb_str_equal(name, hb_str_from(KINDS[i].name))) return &KINDS[i];
    }
    return NULL;
}

static int field_find(hb_str name) {
    for (int i = 0; i < N_FIELDS; i++) {
        if (hb_str_equal(name, hb_str_from(FIELDS[i].name))) return i;
    }
    return -1;
}

bool event_is_open(hb_str name) {
    int field = field_find(name);
    return field >= 0 && FIELDS[field].is_open == OPEN;
}

static const char OF_PERSON[] = "person authority happened_at", OF_NONE[] = "authority happened_at";

static bool is_of_person(const register_kind *kind) {
    event_effect effect = event_effect_of(kind);
    return effect != EFFECT_PLACE && effect != EFFECT_CONTACT && effect != EFFECT_KEY_BEGIN &&
           effect != EFFECT_KEY_CONFIRM && effect != EFFECT_KEY_END && effect != EFFECT_REFUSED &&
           strcmp(kind->name, "MonitorVisit") != 0;
}

bool register_kind_is_of_person(const register_kind *kind) {
    return is_of_person(kind);
}

// ORDER seen: those after which custody.c writes seen_at.
bool register_kind_is_sight(hb_str name) {
    const register_kind *kind = event_kind_find(name);
    switch (kind ? event_effect_of(kind) : EFFECT_NONE) {
        case EFFECT_BEGIN:
        case EFFECT_ADMIT:
        case EFFECT_ARRIVE:
        case EFFECT_SEEN:
        case EFFECT_IN: return true;
        default: return false;
    }
}

const char *register_field_form(hb_str name) {
    static const char *const FORMS[] = {
        [FORM_WORD] = "word",       [FORM_TEXT] = "text",     [FORM_TIME] = "time",
        [FORM_DATE] = "date",       [FORM_NUMBER] = "number", [FORM_YES_NO] = "yes-no",
        [FORM_VERDICT] = "verdict", [FORM_ZONE] = "zone",     [FORM_ANY] = "any"};
    int field = field_find(name);
    return field < 0 ? NULL : FORMS[FIELDS[field].form];
}

// ---- the schema ---------------------------------------------------------------------------------

static const char *form_schema(field_form form) {
    switch (form) {
        case FORM_WORD: return "\"$ref\": \"common.schema.json#/$defs/id\"";
        case FORM_TEXT: return "\"type\": \"string\", \"maxLength\": 8192";
        case FORM_TIME:
            return "\"type\": \"string\", \"pattern\": "
                   "\"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})$\"";
        case FORM_DATE: return "\"$ref\": \"common.schema.json#/$defs/date\"";
        case FORM_NUMBER: return "\"type\": \"integer\", \"minimum\": 0";
        case FORM_YES_NO: return "\"enum\": [\"yes\", \"no\"]";
        case FORM_VERDICT: return "\"$ref\": \"common.schema.json#/$defs/verdict\"";
        case FORM_ZONE: return "\"type\": \"string\", \"pattern\": \"^[A-Za-z0-9_+/-]+$\"";
        case FORM_ANY: return "";
    }
    return "";
}

static void add_words(hb_text *out, const char *words, bool is_first) {
    while (*words) {
        size_t n = strcspn(words, " ");
        hb_text_addf(out, is_first ? "\"%.*s\"" : ", \"%.*s\"", (int)n, words);
        words += n + (words[n] == ' ');
        is_first = false;
    }
}

void register_event_schema(hb_text *out) {
    hb_text_add(out,
                HB_STR("{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
                       "  \"$id\": \"event.schema.json\",\n"
                       "  \"title\": \"An event, as `habeas register record` takes it\",\n"
                       "  \"description\": \"Printed by `habeas register events --schema` from "
                       "the tables that also drive reading. sealed: under the person's key; "
                       "open: in the store.\",\n  \"type\": \"object\",\n"
                       "  \"additionalProperties\": false,\n  \"properties\": {\n"));
    for (int i = 0; i < N_FIELDS; i++) {
        const char *form = form_schema(FIELDS[i].form);
        hb_text_addf(out, "    \"%s\": {\"description\": \"%s\"%s", FIELDS[i].name,
                     FIELDS[i].is_open == OPEN ? "open" : "sealed", form[0] ? ", " : "");
        if (strcmp(FIELDS[i].name, "event") == 0) {
            hb_text_add(out, HB_STR("\"enum\": ["));
            for (int k = 0; k < N_KINDS; k++) add_words(out, KINDS[k].name, k == 0);
            hb_text_add(out, HB_STR("]"));
        } else {
            hb_text_add(out, hb_str_from(form));
        }
        hb_text_add(out, i + 1 < N_FIELDS ? HB_STR("},\n") : HB_STR("}\n"));
    }
    hb_text_add(out, HB_STR("  },\n  \"required\": [\"event\", "));
    add_words(out, OF_NONE, true);
    hb_text_add(out, HB_STR("],\n  \"allOf\": [\n"));
    for (int k = 0; k < N_KINDS; k++) {
        hb_text_addf(out,
                     "    {\"if\": {\"properties\": {\"event\": {\"const\": \"%s\"}}, "
                     "\"required\": [\"event\"]}, \"then\": {\"description\": ",
                     KINDS[k].name);
        hb_text_add_json(out, hb_str_from(KINDS[k].meaning));
        hb_text_add(out, HB_STR(", \"required\": ["));
        add_words(out, is_of_person(&KINDS[k]) ? OF_PERSON : OF_NONE, true);
        add_words(out, KINDS[k].required, false);
        hb_text_add(out, k + 1 < N_KINDS ? HB_STR("]}},\n") : HB_STR("]}}\n"));
    }
    hb_text_add(out, HB_STR("  ]\n}\n"));
}

// ---- times --------------------------------------------------------------------------------------

bool event_instant(hb_str text, int64_t *seconds) {
    hb_datetime t;
    if (!hb_datetime_parse(text, &t) || t.time.zone.kind != HB_ZONE_OFFSET) return false;
    if (t.date.year < 1900 || t.date.year > 9999) return false;
    *seconds = hb_date_to_days(t.date) * 86400 + t.time.hour * 3600 + t.time.minute * 60 +
               t.time.second - t.time.zone.offset_seconds;
    return true;
}

void event_time_add(hb_text *out, int64_t seconds) {
    hb_date date;
    int64_t day = seconds / 86400 - (seconds % 86400 < 0), second = seconds - day * 86400;
    if (!hb_date_from_days(day, &date)) return;
    hb_text_addf(out, "%04d-%02d-%02dT%02d:%02d:%02dZ", date.year, date.month, date.day,
                 (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60));
}

// ---- commitments --------------------------------------------------------------------------------

void event_message(hb_text *out, hb_str origin, hb_hash root) {
    hb_text_add(out, HB_STR("habeas/event/v1\n"));
    hb_text_add(out, origin);
    hb_text_add(out, HB_STR("\n"));
    proof_base64_add(out, root.bytes, sizeof root.bytes);
    hb_text_add(out, HB_STR("\n"));
}

static int compare_fields(const void *a, const void *b) {
    return hb_str_compare(((const event_field *)a)->name, ((const event_field *)b)->name);
}

static void set_root(register_event *event) {
    hb_sha256_state state;
    hb_sha256_start(&state);
    for (uint32_t i = 0; i < event->n_fields; i++) {
        event_field *f = &event->fields[i];
        f->digest = proof_commit_field(f->name, &f->salt, f->value);
        hb_sha256_add(&state, f->digest.bytes, sizeof f->digest.bytes);
    }
    event->root = hb_sha256_end(&state);
}

// ---- reading ------------------------------------------------------------------------------------

static bool bad(hb_error *err, hb_str field, const char *why) {
    if (field.n)
        snprintf(err->pointer, sizeof err->pointer, "/%.*s", (int)(field.n < 150 ? field.n : 150),
                 field.at);
    return hb_fail(err, HB_INPUT, "bad-event", "\"%.*s\" %s", (int)(field.n < 64 ? field.n : 64),
                   field.at, why);
}

static bool is_one_of(hb_str text, const char *words) {
    for (const char *at = words; *at;) {
        size_t n = strcspn(at, "|");
        if (hb_str_equal(text, (hb_str){at, n})) return true;
        at += n + (at[n] == '|');
    }
    return false;
}

static const char *check_form(field_form form, const hb_json *value) {
    int64_t seconds = 0;
    uint64_t number = 0;
    uint32_t zone = 0;
    hb_date date;
    bool is_text = value->kind == HB_JSON_STRING;
    switch (form) {
        case FORM_ANY: return NULL;
        case FORM_NUMBER:
            if (value->kind == HB_JSON_NUMBER && proof_uint_read(value->text, &number) &&
                number < INT64_MAX)
                return NULL;
            return "wants a whole number";
        case FORM_WORD:
            return is_text && hb_id_is_valid(value->text)
                       ? NULL
                       : "wants an id: letters, digits and . _ : / -";
        case FORM_TEXT:
            return is_text && value->text.n <= 8192 ? NULL : "wants text of at most 8,192 bytes";
        case FORM_TIME:
            return is_text && event_instant(value->text, &seconds)
                       ? NULL
                       : "wants a time with its offset from UTC, as 2025-03-15T21:40:00-06:00";
        case FORM_DATE:
            return is_text && hb_date_parse(value->text, &date) ? NULL : "wants a date, YYYY-MM-DD";
        case FORM_YES_NO:
            return is_text && is_one_of(value->text, "yes|no") ? NULL : "wants \"yes\" or \"no\"";
        case FORM_ZONE:
            return is_text && hb_zone_find(value->text, &zone)
                       ? NULL
                       : "wants a zone's IANA name, as America/El_Salvador";
        case FORM_VERDICT:
            return is_text && is_one_of(value->text, "BARRED|UNRESOLVED|NO BAR FOUND")
                       ? NULL
                       : "wants BARRED, UNRESOLVED or NO BAR FOUND";
    }
    return "has no known form";
}

static void set_value(register_event *out, hb_str name, const hb_json *v) {
    const struct {
        const char *name;
        hb_str *text;
        int64_t *time;
        uint64_t *number;
    } VALUES[] = {
        {"person",            &out->person,            NULL,              NULL            },
        {"place",             &out->place,             NULL,              NULL            },
        {"authority",         &out->authority,         NULL,              NULL            },
        {"from",              &out->from,              NULL,              NULL            },
        {"to",                &out->to,                NULL,              NULL            },
        {"destination",       &out->destination,       NULL,              NULL            },
        {"order",             &out->order,             NULL,              NULL            },
        {"verdict",           &out->verdict,           NULL,              NULL            },
        {"rulebook_author",   &out->rulebook_author,   NULL,              NULL            },
        {"rulebook_reviewer", &out->rulebook_reviewer, NULL,              NULL            },
        {"key",               &out->key,               NULL,              NULL            },
        {"role",              &out->role,              NULL,              NULL            },
        {"alarm",             &out->alarm,             NULL,              NULL            },
        {"agrees",            &out->agrees,            NULL,              NULL            },
        {"void",              &out->is_void,           NULL,              NULL            },
        {"zone",              &out->zone,              NULL,              NULL            },
        {"sha256",            &out->sha256,            NULL,              NULL            },
        {"phone",             &out->phone,             NULL,              NULL            },
        {"seals",             &out->seals,             NULL,              NULL            },
        {"name",              &out->name,              NULL,              NULL            },
        {"birth_date",        &out->birth_date,        NULL,              NULL            },
        {"country",           &out->country,           NULL,              NULL            },
        {"until",             NULL,                    &out->until,       NULL            },
        {"happened_at",       NULL,                    &out->happened_at, NULL            },
        {"due_at",            NULL,                    &out->due_at,      NULL            },
        {"offer",             NULL,                    NULL,              &out->offer     },
        {"corrects",          NULL,                    NULL,              &out->corrects  },
        {"capacity",          NULL,                    NULL,              &out->capacity  },
        {"head_count",        NULL,                    NULL,              &out->head_count},
    };
    hb_date date;
    for (size_t i = 0; i < sizeof VALUES / sizeof VALUES[0]; i++) {
        if (!hb_str_equal(name, hb_str_from(VALUES[i].name))) continue;
        if (VALUES[i].text)
            *VALUES[i].text = v->text;
        else if (VALUES[i].time)
            (void)event_instant(v->text, VALUES[i].time);
        else
            (void)proof_uint_read(v->text, VALUES[i].number);
    }
    // Custody may last through its last lawful day: until the next midnight, UTC.
    bool is_review = hb_str_equal(name, HB_STR("review_on"));
    if ((is_review || hb_str_equal(name, HB_STR("lawful_until"))) &&
        hb_date_parse(v->text, &date)) {
        *(is_review ? &out->review_at : &out->lawful_until) = (hb_date_to_days(date) + 1) * 86400;
    }
    hb_datetime t;
    if (hb_str_equal(name, HB_STR("happened_at")) && hb_datetime_parse(v->text, &t))
        out->offset_seconds = t.time.zone.offset_seconds;
    if (hb_str_equal(name, HB_STR("event"))) out->kind = event_kind_find(v->text);
}

static bool has_field(const register_event *event, hb_str name) {
    for (uint32_t i = 0; i < event->n_fields; i++) {
        if (hb_str_equal(event->fields[i].name, name)) return true;
    }
    return false;
}

static bool check_required(const register_event *event, hb_error *err) {
    const char *lists[] = {is_of_person(event->kind) ? OF_PERSON : OF_NONE, event->kind->required};
    for (int i = 0; i < 2; i++) {
        for (const char *at = lists[i]; *at;) {
            size_t n = strcspn(at, " ");
            if (!has_field(event, (hb_str){at, n})) {
                bad(err, (hb_str){at, n}, "is missing from this event");
                hb_error_help(err, "%s needs: %s %s", event->kind->name, lists[0],
                              event->kind->required);
                return false;
            }
            at += n + (at[n] == ' ');
        }
    }
    return true;
}

static bool read_field(hb_arena *arena, const hb_json *member, register_event *out, hb_error *err) {
    int field = field_find(member->key);
    hb_text canonical = {0};
    if (field < 0) {
        hb_str names[N_FIELDS];
        for (int i = 0; i < N_FIELDS; i++) names[i] = hb_str_from(FIELDS[i].name);
        hb_str near = hb_nearest(member->key, names, N_FIELDS);
        bad(err, member->key, "is no field of an event");
        if (near.n)
            hb_error_help(err, "did you mean \"%.*s\"? anything else goes into \"details\"",
                          (int)near.n, near.at);
        return false;
    }
    const char *why = check_form(FIELDS[field].form, member);
    if (why) return bad(err, member->key, why);
    if (out->n_fields == EVENT_MAX_FIELDS) return bad(err, member->key, "is one field too many");
    event_field *f = &out->fields[out->n_fields++];
    bool ok = hb_json_canonical(&canonical, member) && !canonical.failed &&
              hb_str_copy(arena, (hb_str){canonical.at, canonical.n}, &f->value) &&
              hb_str_copy(arena, member->key, &f->name);
    hb_text_clear(&canonical);
    if (!ok) return hb_out_of_memory(err);
    f->is_open = FIELDS[field].is_open == OPEN;
    set_value(out, member->key, member);
    return true;
}

static bool read_fields(hb_arena *arena, const hb_json *fields, register_event *out,
                        hb_error *err) {
    const hb_json *kind = hb_json_member(fields, HB_STR("event"));
    if (!kind || kind->kind != HB_JSON_STRING)
        return bad(err, HB_STR("event"), "is missing: what happened");
    if (!event_kind_find(kind->text)) {
        hb_str names[N_KINDS];
        for (int i = 0; i < N_KINDS; i++) names[i] = hb_str_from(KINDS[i].name);
        hb_str near = hb_nearest(kind->text, names, N_KINDS);
        bad(err, kind->text, "is no event this register knows");
        snprintf(err->pointer, sizeof err->pointer, "/event");
        if (near.n)
            hb_error_help(err, "did you mean %.*s?", (int)near.n, near.at);
        else
            hb_error_help(err, "`habeas register events` lists them");
        return false;
    }
    for (uint32_t i = 0; i < fields->n; i++) {
        if (!read_field(arena, &fields->first[i], out, err)) return false;
    }
    if (!check_required(out, err)) return false;
    qsort(out->fields, out->n_fields, sizeof out->fields[0], compare_fields);
    return true;
}

static bool read_salts(const hb_json *salts, register_event *out, hb_error *err) {
    if (!salts || salts->kind != HB_JSON_OBJECT)
        return bad(err, HB_STR("salts"), "is missing from this signed line");
    if (salts->n != out->n_fields)
        return bad(err, HB_STR("salts"), "does not have one salt for each field");
    for (uint32_t i = 0; i < out->n_fields; i++) {
        const hb_json *salt = hb_json_member(salts, out->fields[i].name);
        size_t n = 0;
        if (!salt || !proof_base64_read(salt->text, out->fields[i].salt.bytes, 32, &n) || n != 32) {
            return bad(err, out->fields[i].name, "has no salt of 32 bytes in base64");
        }
    }
    return true;
}

static bool read_signatures(const hb_json *list, register_event *out, hb_error *err) {
    if (!list || list->kind != HB_JSON_ARRAY)
        return bad(err, HB_STR("signatures"), "is missing from this signed line");
    if (list->n > EVENT_MAX_SIGNERS)
        return bad(err, HB_STR("signatures"), "holds more than 4 signatures");
    for (uint32_t i = 0; i < list->n; i++) {
        const hb_json *key = hb_json_member(&list->first[i], HB_STR("key"));
        const hb_json *signature = hb_json_member(&list->first[i], HB_STR("signature"));
        size_t n = 0;
        if (!key || key->kind != HB_JSON_STRING || !signature ||
            !proof_base64_read(signature->text, out->signers[i].signature.bytes, 64, &n) ||
            n != 64) {
            return bad(err, HB_STR("signatures"),
                       "holds one that is no key name and 64 bytes in base64");
        }
        out->signers[i].key = key->text;
        out->n_signers = i + 1;
    }
    return true;
}

bool event_read(hb_arena *arena, hb_json_reader *reader, hb_str line, register_event *out,
                bool *has_salts, hb_error *err) {
    hb_json *json = NULL;
    *out = (register_event){0};
    if (line.n > EVENT_MAX_BYTES)
        return hb_fail(err, HB_LIMIT, "line-too-long", "an event is longer than %d bytes",
                       EVENT_MAX_BYTES);
    if (!hb_json_parse(reader, arena, line, &json, err)) return false;
    if (json->kind != HB_JSON_OBJECT)
        return hb_fail(err, HB_INPUT, "bad-event", "an event is a JSON object");
    const hb_json *fields = hb_json_member(json, HB_STR("fields"));
    *has_salts = fields != NULL;
    if (!fields) {
        if (!read_fields(arena, json, out, err)) return false;
        for (uint32_t i = 0; i < out->n_fields; i++) proof_random(out->fields[i].salt.bytes, 32);
    } else {
        if (fields->kind != HB_JSON_OBJECT) return bad(err, HB_STR("fields"), "is no object");
        if (!read_fields(arena, fields, out, err)) return false;
        if (!read_salts(hb_json_member(json, HB_STR("salts")), out, err)) return false;
        if (!read_signatures(hb_json_member(json, HB_STR("signatures")), out, err)) return false;
    }
    set_root(out);
    return true;
}

bool event_read_all(hb_arena *arena, hb_json_reader *reader, const hb_str *lines, uint32_t n,
                    register_event ***out, hb_errors *errors, hb_error *err) {
    register_event **events = hb_arena_array(arena, register_event *, n ? n : 1);
    if (!events) return hb_out_of_memory(err);
    for (uint32_t i = 0; i < n; i++) {
        hb_error own = {0};
        bool has_salts = false;
        if (!(events[i] = hb_arena_new(arena, register_event))) return hb_out_of_memory(err);
        if (event_read(arena, reader, lines[i], events[i], &has_salts, &own)) continue;
        if (!own.line) own.line = 1;
        own.line += i;
        hb_errors_add(errors, &own);
    }
    *out = events;
    return errors->n_all == 0;
}

// {"name":["salt",value],...}
bool event_read_open(const hb_json *open, register_event *out, hb_error *err) {
    *out = (register_event){0};
    for (uint32_t i = 0; i < open->n; i++) {
        const hb_json *pair = &open->first[i];
        if (pair->kind != HB_JSON_ARRAY || pair->n != 2)
            return hb_fail(err, HB_CORRUPT, "register-altered", "a stored event has not its form");
        int field = field_find(pair->key);
        if (field >= 0 && check_form(FIELDS[field].form, &pair->first[1]) == NULL)
            set_value(out, pair->key, &pair->first[1]);
    }
    if (!out->kind)
        return hb_fail(err, HB_CORRUPT, "register-altered",
                       "a stored event does not say what happened");
    return true;
}

// ---- signing ------------------------------------------------------------------------------------

static void add_signer(hb_text *out, hb_str key, const proof_signature *signature, bool is_first) {
    hb_text_add(out, is_first ? HB_STR("{\"key\":") : HB_STR(",{\"key\":"));
    hb_text_add_json(out, key);
    hb_text_add(out, HB_STR(",\"signature\":\""));
    proof_base64_add(out, signature->bytes, sizeof signature->bytes);
    hb_text_add(out, HB_STR("\"}"));
}

static void add_signed(hb_text *out, const register_event *event, hb_str key,
                       const proof_signature *signature) {
    hb_text_add(out, HB_STR("{\"fields\":{"));
    for (uint32_t i = 0; i < event->n_fields; i++) {
        if (i) hb_text_add(out, HB_STR(","));
        hb_text_add_json(out, event->fields[i].name);
        hb_text_add(out, HB_STR(":"));
        hb_text_add(out, event->fields[i].value);
    }
    hb_text_add(out, HB_STR("},\"salts\":{"));
    for (uint32_t i = 0; i < event->n_fields; i++) {
        if (i) hb_text_add(out, HB_STR(","));
        hb_text_add_json(out, event->fields[i].name);
        hb_text_add(out, HB_STR(":\""));
        proof_base64_add(out, event->fields[i].salt.bytes, 32);
        hb_text_add(out, HB_STR("\""));
    }
    hb_text_add(out, HB_STR("},\"signatures\":["));
    for (uint32_t i = 0; i < event->n_signers; i++) {
        add_signer(out, event->signers[i].key, &event->signers[i].signature, i == 0);
    }
    add_signer(out, key, signature, event->n_signers == 0);
    hb_text_add(out, HB_STR("]}"));
}

bool register_event_check(hb_arena *arena, hb_json_reader *reader, hb_str line, hb_error *err) {
    register_event *event = hb_arena_new(arena, register_event);
    bool has_salts = false;
    if (!event) return hb_out_of_memory(err);
    return event_read(arena, reader, line, event, &has_salts, err);
}

bool register_sign(hb_arena *arena, hb_json_reader *reader, hb_str origin, hb_str line,
                   const proof_key *key, const proof_secret *seed, hb_text *out, hb_error *err) {
    register_event *event = hb_arena_new(arena, register_event);
    bool has_salts = false;
    hb_text message = {0}, name = {0};
    if (!event) return hb_out_of_memory(err);
    if (!event_read(arena, reader, line, event, &has_salts, err)) return false;
    if (event->n_signers == EVENT_MAX_SIGNERS) return bad(err, HB_STR("signatures"), "is full");
    event_message(&message, origin, event->root);
    proof_signature signature = proof_sign(seed, key->public_key, (hb_str){message.at, message.n});
    hb_text_add(&name, key->name);
    hb_text_addf(&name, "+%08x", key->id);
    add_signed(out, event, (hb_str){name.at, name.n}, &signature);
    bool ok = !message.failed && !name.failed && !out->failed;
    hb_text_clear(&message);
    hb_text_clear(&name);
    return ok || hb_out_of_memory(err);
}
