// What a register says, as JSON: the same objects for the command line, the pages and the API. A
// time is RFC 3339 in UTC, null when not known.
#include "register/register.h"

void register_time_text(hb_text *out, int64_t seconds) {
    hb_date d;
    int64_t day = seconds / 86400 - (seconds % 86400 < 0), s = seconds - day * 86400;
    if (!hb_date_from_days(day, &d)) return;
    hb_text_addf(out, "%04d-%02d-%02dT%02d:%02d:%02dZ", d.year, d.month, d.day, (int)(s / 3600),
                 (int)(s / 60 % 60), (int)(s % 60));
}

void register_time_json(hb_text *out, int64_t seconds) {
    if (seconds == 0) {
        hb_text_add(out, HB_STR("null"));
        return;
    }
    hb_text_add(out, HB_STR("\""));
    register_time_text(out, seconds);
    hb_text_add(out, HB_STR("\""));
}

void register_marks_json(hb_text *out, uint32_t irregular) {
    bool is_first = true;
    hb_text_add(out, HB_STR("["));
    for (uint32_t bit = 1; bit; bit <<= 1) {
        if (!(irregular & bit)) continue;
        hb_text name = {0};
        register_marks_add(&name, bit);
        if (!is_first) hb_text_add(out, HB_STR(","));
        is_first = false;
        hb_text_add_json(out, (hb_str){name.at, name.n});
        hb_text_clear(&name);
    }
    hb_text_add(out, HB_STR("]"));
}

static void add_key_time(hb_text *out, const char *key, int64_t seconds) {
    hb_text_addf(out, ",\"%s\":", key);
    register_time_json(out, seconds);
}

static void add_key_word(hb_text *out, const char *key, const char *word) {
    hb_text_addf(out, ",\"%s\":", key);
    if (word[0])
        hb_text_add_json(out, hb_str_from(word));
    else
        hb_text_add(out, HB_STR("null"));
}

void register_custody_json(hb_text *out, hb_str person, const register_custody *c) {
    hb_text_add(out, HB_STR("{\"person\":"));
    hb_text_add_json(out, person);
    hb_text_addf(out, ",\"state\":\"%s\"", register_state_name(c->state));
    add_key_word(out, "place", c->place);
    add_key_word(out, "other_place", c->other_place);
    add_key_word(out, "destination", c->destination);
    add_key_word(out, "answerable", c->authority);
    add_key_time(out, "since", c->since);
    add_key_time(out, "seen_at", c->seen_at);
    add_key_time(out, "due_at", c->due_at);
    add_key_time(out, "lawful_until", c->lawful_until);
    add_key_time(out, "review_at", c->review_at);
    hb_text_add(out, HB_STR(",\"irregular\":"));
    register_marks_json(out, c->irregular);
    hb_text_addf(out, ",\"last_event\":%llu", (unsigned long long)c->last_event);
    hb_text_add(out, HB_STR("}"));
}

void register_entry_json(hb_text *out, const register_entry *e) {
    hb_text_addf(out, "{\"event\":%llu,\"kind\":", (unsigned long long)e->event);
    hb_text_add_json(out, e->kind);
    add_key_time(out, "happened_at", e->happened_at);
    add_key_time(out, "recorded_at", e->recorded_at);
    hb_text_add(out, HB_STR(",\"irregular\":"));
    register_marks_json(out, e->irregular);
    if (e->corrected_by)
        hb_text_addf(out, ",\"corrected_by\":%llu", (unsigned long long)e->corrected_by);
    hb_text_add(out, HB_STR(",\"open\":"));
    hb_text_add(out, e->open);
    hb_text_add(out, HB_STR(",\"sealed\":"));
    hb_text_add(out, e->sealed.n ? e->sealed : HB_STR("null"));
    hb_text_add(out, HB_STR("}"));
}

void register_alarm_json(hb_text *out, const register_alarm *alarm) {
    hb_text_addf(out, "{\"alarm\":\"%s\",\"name\":\"%s\",\"person\":", alarm->id, alarm->name);
    if (alarm->person.n)
        hb_text_add_json(out, alarm->person);
    else
        hb_text_add(out, HB_STR("null"));
    add_key_word(out, "place", alarm->place);
    add_key_word(out, "owner", alarm->owner);
    add_key_time(out, "since", alarm->since);
    add_key_time(out, "deadline", alarm->deadline);
    add_key_word(out, "taken_by", alarm->taken_by);
    add_key_word(out, "text", alarm->text);
    hb_text_add(out, HB_STR("}"));
}
