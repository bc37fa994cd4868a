// Recording what happened: choose the kind, say it, sign it with one's own key. The forms are made
// from the register's own tables (events.def, fields.def), so a new kind has its form. What is sent
// from here is only shown again for signing (page_sign.c): nothing is kept until it is signed.
#include <stdio.h>
#include <string.h>

#include "web/pages.h"
#include "web/record.h"
#include "web/site.h"

enum { PEOPLE_AT_ONCE = 200 };

// Which role of the register an account's role is, for the kinds it is offered.
static const char *const REGISTER_ROLES[WEB_N_ROLES] = {
    [WEB_CLERK] = "sender",     [WEB_SECOND] = "second_checker", [WEB_FACILITY] = "facility",
    [WEB_ESCORT] = "escort",    [WEB_HEALTH] = "health",         [WEB_COURT] = "court",
    [WEB_COUNSEL] = "counsel",  [WEB_PERSON] = "person",         [WEB_CONSULATE] = "consulate",
    [WEB_INSPECTOR] = "monitor"};

// Fields that a form asks for beside those a kind requires.
static const struct {
    const char *kind, *fields;
} ALSO[] = {
    {"HandoverOffered",     "head_count seals property injuries details"},
    {"HandoverAccepted",    "head_count seals property injuries details"},
    {"HandedOver",          "head_count seals property injuries details"},
    {"Departed",            "head_count seals details"                  },
    {"Arrived",             "head_count seals injuries details"         },
    {"Admitted",            "complaints family next_of_kin details"     },
    {"Died",                "cause remains details"                     },
    {"BasisRecorded",       "ordered_by lawful_until details"           },
    {"EndDateCounted",      "lawful_until review_on details"            },
    {"CheckRecorded",       "list rulebook_author rulebook_reviewer"    },
    {"SecondCheckRecorded", "reason"                                    },
    {"AlarmTaken",          "reason"                                    },
    {"Correction",          "void details"                              },
};

static const struct {
    const char *name, *words;
} LABELS[] = {
    {"access",            WORDS_LATER("Was access given (yes, no, in part)?")            },
    {"agrees",            WORDS_LATER("Agrees")                                          },
    {"alarm",             WORDS_LATER("Alarm")                                           },
    {"answers",           WORDS_LATER("Number of the entry that is answered")            },
    {"authority",         WORDS_LATER("Authority you sign for")                          },
    {"birth_date",        WORDS_LATER("Date of birth")                                   },
    {"capacity",          WORDS_LATER("Design places")                                   },
    {"cause",             WORDS_LATER("Cause of death, or that it is not known")         },
    {"circumstances",     WORDS_LATER("Circumstances, cause or that it is not known")    },
    {"complaints",        WORDS_LATER("Complaints of earlier ill-treatment")             },
    {"corrects",          WORDS_LATER("Number of the entry that is corrected")           },
    {"counsel",           WORDS_LATER("Counsel")                                         },
    {"country",           WORDS_LATER("Country, three letters")                          },
    {"destination",       WORDS_LATER("Place it goes to")                                },
    {"details",           WORDS_LATER("Differences seen, and anything else")             },
    {"due_at",            WORDS_LATER("Due at")                                          },
    {"event",             WORDS_LATER("Kind of event")                                   },
    {"family",            WORDS_LATER("Family and children: names, ages, where they are")},
    {"fit_to_travel",     WORDS_LATER("Fit to travel (yes, no, unknown)")                },
    {"from",              WORDS_LATER("Authority that hands over")                       },
    {"grounds",           WORDS_LATER("Grounds")                                         },
    {"happened_at",       WORDS_LATER("When it happened")                                },
    {"head_count",        WORDS_LATER("People counted in this handover or journey")      },
    {"injuries",          WORDS_LATER("Injuries seen, or that none were seen")           },
    {"key",               WORDS_LATER("Key")                                             },
    {"language",          WORDS_LATER("Language")                                        },
    {"lawful_until",      WORDS_LATER("Custody is lawful until")                         },
    {"list",              WORDS_LATER("List")                                            },
    {"method",            WORDS_LATER("How the person was seen")                         },
    {"name",              WORDS_LATER("Name as on the paper")                            },
    {"next_of_kin",       WORDS_LATER("Whom to tell in an emergency")                    },
    {"offer",             WORDS_LATER("Number of the offer")                             },
    {"order",             WORDS_LATER("Order (court, docket)")                           },
    {"ordered_by",        WORDS_LATER("Authority that ordered it")                       },
    {"person",            WORDS_LATER("Person")                                          },
    {"phone",             WORDS_LATER("Telephone")                                       },
    {"place",             WORDS_LATER("Place (id)")                                      },
    {"property",          WORDS_LATER("Property, papers and seal numbers")               },
    {"reason",            WORDS_LATER("Reason")                                          },
    {"remains",           WORDS_LATER("Where the remains are")                           },
    {"review_on",         WORDS_LATER("Next review")                                     },
    {"role",              WORDS_LATER("Role")                                            },
    {"rulebook",          WORDS_LATER("Rulebook and version")                            },
    {"rulebook_author",   WORDS_LATER("Author whose signature the rulebook has")         },
    {"rulebook_reviewer", WORDS_LATER("Reviewer whose signature the rulebook has")       },
    {"seals",             WORDS_LATER("Seal numbers of property and papers")             },
    {"sha256",            WORDS_LATER("SHA-256")                                         },
    {"source",            WORDS_LATER("Where this is written")                           },
    {"to",                WORDS_LATER("Authority, office or person it goes to")          },
    {"until",             WORDS_LATER("Until")                                           },
    {"verdict",           WORDS_LATER("Verdict")                                         },
    {"void",              WORDS_LATER("The earlier entry does not count")                },
    {"zone",              WORDS_LATER("Time zone")                                       },
};

const char *record_label(words_language language, hb_str name) {
    for (size_t i = 0; i < sizeof LABELS / sizeof LABELS[0]; i++) {
        if (hb_str_equal(name, hb_str_from(LABELS[i].name)))
            return words_in(language, LABELS[i].words);
    }
    return NULL;
}

static const char *also_of(const register_kind *kind) {
    for (size_t i = 0; i < sizeof ALSO / sizeof ALSO[0]; i++) {
        if (strcmp(ALSO[i].kind, kind->name) == 0) return ALSO[i].fields;
    }
    return "details";
}

static bool has_word(const char *words, const char *word) {
    size_t n = strlen(word);
    for (const char *at = words; *at;) {
        size_t step = strcspn(at, " ");
        if (step == n && memcmp(at, word, n) == 0) return true;
        at += step + (at[step] == ' ');
    }
    return false;
}

// Kinds without a role of their own (a correction, an alarm taken) are anybody's who records.
static bool is_offered(const web_request *r, const register_kind *kind) {
    const char *role = REGISTER_ROLES[r->account.role];
    web_act act = web_act_of_event(hb_str_from(kind->name));
    if (!role || web_role_grant(r->account.role, act) == WEB_NOTHING) return false;
    return kind->roles[0] == '\0' || has_word(kind->roles, role);
}

// ---- which kind --------------------------------------------------------------------------------

bool web_page_record(web_request *r, html *out, hb_error *err) {
    uint32_t n = 0;
    const register_kind *kinds = register_kinds(&n);
    hb_str person = web_query(r, "person");
    if (!web_register(r, err)) return false;
    html_put_say(out, HTML_H1, NULL, say(r, "Record what happened"));
    html_put_say(out, HTML_P, NULL,
                 say(r,
                     "Whatever happened can be recorded, also late and also when it should not "
                     "have happened. Nothing recorded is ever changed; a mistake is corrected by "
                     "another entry."));
    html_open(out, HTML_UL);
    html_class(out, "hb-sentence-case");
    for (uint32_t i = 0; i < n; i++) {
        if (!is_offered(r, &kinds[i])) continue;
        html_open(out, HTML_LI);
        hb_str address = web_address(r, "/record/%s", kinds[i].name);
        if (person.n && register_kind_is_of_person(&kinds[i])) {
            hb_text query = {0};
            hb_text_addf(&query, "%.*s?person=", (int)address.n, address.at);
            html_url_add(&query, person);
            if (!hb_str_copy(r->arena, (hb_str){query.at, query.n}, &address))
                return hb_out_of_memory(err);
            hb_text_clear(&query);
        }
        html_link(out, address, "usa-link", hb_str_from(words_of(r, kinds[i].meaning)));
        html_textf(out, " (%s)", kinds[i].name);
        html_close(out, HTML_LI);
    }
    html_close(out, HTML_UL);
    return true;
}

// ---- the form ----------------------------------------------------------------------------------

static hb_str given(const web_request *r, const char *name) {
    return r->method == WEB_POST ? hb_str_trim(web_form(r, name)) : web_query(r, name);
}

// Every `person` sent, parted by spaces: a group is handed over with one form.
static bool people_given(web_request *r, hb_str *out, hb_error *err) {
    const web_field *fields = r->method == WEB_POST ? r->form : r->query;
    uint32_t n = r->method == WEB_POST ? r->n_form : r->n_query;
    hb_text all = {0};
    for (uint32_t i = 0; i < n; i++) {
        if (!hb_str_equal(fields[i].name, HB_STR("person"))) continue;
        if (all.n) hb_text_add(&all, HB_STR(" "));
        hb_text_add(&all, hb_str_trim(fields[i].value));
    }
    bool ok = !all.failed && hb_str_copy(r->arena, (hb_str){all.at, all.n}, out);
    hb_text_clear(&all);
    return ok || hb_out_of_memory(err);
}

// Now, as a browser's field wants it, in the agreement's zone.
static hb_str now_local(web_request *r) {
    int32_t offset = 0;
    hb_date date;
    hb_str out = HB_STR("");
    if (r->site->has_zone) (void)hb_zone_offset_utc(r->site->zone, r->now.seconds, &offset);
    int64_t local = r->now.seconds + offset;
    if (!hb_date_from_days(local / 86400, &date)) return out;
    (void)hb_str_format(r->arena, &out, "%04d-%02d-%02dT%02d:%02d", date.year, date.month, date.day,
                        (int)(local % 86400 / 3600), (int)(local % 3600 / 60));
    return out;
}

static void option(html *out, hb_str value, const char *words, hb_str chosen) {
    html_open(out, HTML_OPTION);
    html_attribute(out, "value", value);
    if (hb_str_equal(value, chosen)) html_flag(out, "selected");
    if (words)
        html_say(out, words);
    else
        html_text(out, value);
    html_close(out, HTML_OPTION);
}

typedef struct {
    const web_request *r;
    html *out;
    hb_str chosen;
    register_word seen[256];
    uint32_t n;
} authorities;

static bool add_authority(void *to, const register_officer *officer, hb_error *err) {
    authorities *a = to;
    (void)err;
    if (officer->until != UINT64_MAX || a->n == 256) return true;
    for (uint32_t i = 0; i < a->n; i++) {
        if (strcmp(a->seen[i], officer->authority) == 0) return true;
    }
    memcpy(a->seen[a->n], officer->authority, sizeof a->seen[0]);
    hb_str name = hb_str_from(a->seen[a->n++]);
    bool is_own = a->chosen.n == 0 && web_is_of_place(a->r, officer->authority);
    option(a->out, name, NULL, is_own ? name : a->chosen);
    return true;
}

static void area(html *out, const char *name, const char *label, hb_str value) {
    html_open(out, HTML_LABEL);
    html_class(out, "usa-label");
    html_attribute(out, "for", hb_str_from(name));
    html_say(out, label);
    html_close(out, HTML_LABEL);
    html_open(out, HTML_TEXTAREA);
    html_class(out, "usa-textarea");
    html_id(out, hb_str_from(name));
    html_attribute(out, "name", hb_str_from(name));
    html_text(out, value);
    html_close(out, HTML_TEXTAREA);
}

static void field(web_request *r, html *out, const char *name) {
    static const char *const VERDICTS[] = {"BARRED", "UNRESOLVED", "NO BAR FOUND"};
    const char *form = register_field_form(hb_str_from(name));
    const char *label = record_label(r->language, hb_str_from(name));
    hb_str value = given(r, name);
    if (!form) return;
    if (!label) label = name;
    if (strcmp(form, "yes-no") == 0) {
        web_open_select(out, name, label);
        option(out, HB_STR(""), "", value);
        option(out, HB_STR("yes"), say(r, "yes"), value);
        option(out, HB_STR("no"), say(r, "no"), value);
        html_close(out, HTML_SELECT);
    } else if (strcmp(form, "verdict") == 0) {
        web_open_select(out, name, label);
        for (int i = 0; i < 3; i++) option(out, hb_str_from(VERDICTS[i]), NULL, value);
        html_close(out, HTML_SELECT);
    } else if (strcmp(form, "any") == 0) {
        area(out, name, label, value);
    } else {
        const char *kind = strcmp(form, "time") == 0   ? "datetime-local"
                           : strcmp(form, "date") == 0 ? "date"
                                                       : "text";
        web_field_text(r, out, name, label, kind, "off", value);
    }
}

static void fields(web_request *r, html *out, const char *names) {
    char name[64];
    for (const char *at = names; *at;) {
        size_t n = strcspn(at, " ");
        snprintf(name, sizeof name, "%.*s", (int)n, at);
        if (strcmp(name, "offer") != 0) field(r, out, name);  // looked up for each person
        at += n + (at[n] == ' ');
    }
}

static bool form(web_request *r, html *out, const register_kind *kind, hb_error *err) {
    authorities *all = hb_arena_new(r->arena, authorities);
    register_log *log = web_register(r, err);
    hb_str people = HB_STR(""), at = given(r, "happened_at");
    if (!log || !all) return log ? hb_out_of_memory(err) : false;
    if (!people_given(r, &people, err)) return false;
    record_steps(r, out, 1);
    html_open(out, HTML_P);
    html_class(out, "usa-hint");
    html_textf(out, "%s · %s", kind->name, kind->source);
    html_close(out, HTML_P);
    web_open_form(r, out, web_address(r, "/record/%s", kind->name), "usa-form usa-form--large");
    if (register_kind_is_of_person(kind))
        web_field_text(r, out, "person", say(r, "Person, or several ids parted by spaces"), "text",
                       "off", people);
    all->r = r;
    all->out = out;
    all->chosen = given(r, "authority");
    web_open_select(out, "authority", record_label(r->language, HB_STR("authority")));
    bool ok = register_officers(log, add_authority, all, err);
    html_close(out, HTML_SELECT);
    char label[160];
    hb_str zone = r->site->has_zone ? hb_zone_name(r->site->zone) : HB_STR("UTC");
    snprintf(label, sizeof label, "%s (%.*s)", record_label(r->language, HB_STR("happened_at")),
             (int)zone.n, zone.at);
    web_field_text(r, out, "happened_at", label, "datetime-local", "off", at.n ? at : now_local(r));
    fields(r, out, kind->required);
    fields(r, out, also_of(kind));
    web_button(r, out, say(r, "Go on to signing"), NULL);
    html_close(out, HTML_FORM);
    return ok;
}

static bool page_of(web_request *r, html *out, const register_kind *kind, hb_error *err) {
    if (!kind) return web_not_found(r);
    r->grant = web_role_grant(r->account.role, web_act_of_event(hb_str_from(kind->name)));
    if (r->grant == WEB_NOTHING) return web_forbidden(r);
    r->title = hb_str_from(words_of(r, kind->meaning));
    html_put(out, HTML_H1, "hb-sentence-case", r->title);
    return form(r, out, kind, err);
}

bool web_page_record_kind(web_request *r, html *out, hb_error *err) {
    return page_of(r, out, web_event_kind(web_part(r, 0)), err);
}

bool web_page_take_alarm(web_request *r, html *out, hb_error *err) {
    return page_of(r, out, web_event_kind(HB_STR("AlarmTaken")), err);
}

bool web_page_health_checked(web_request *r, html *out, hb_error *err) {
    return page_of(r, out, web_event_kind(HB_STR("HealthChecked")), err);
}

// ---- the lines ---------------------------------------------------------------------------------

// "2025-03-15T21:40" in the agreement's zone as "2025-03-15T21:40:00-06:00".
static bool add_time(web_request *r, hb_text *out, hb_str value, hb_error *err) {
    hb_date date;
    int32_t offset = 0;
    unsigned hour = 0, minute = 0, second = 0;
    char text[24];
    snprintf(text, sizeof text, "%.*s", value.n < 24 ? (int)value.n : 0, value.n ? value.at : "");
    bool ok = (value.n == 16 || value.n == 19) && value.at[10] == 'T' &&
              hb_date_parse((hb_str){value.at, 10}, &date) &&
              sscanf(text + 11, "%2u:%2u:%2u", &hour, &minute, &second) >= 2 && hour < 24 &&
              minute < 60 && second < 60;
    if (ok && r->site->has_zone)
        ok = hb_zone_offset_local(r->site->zone, hb_date_to_days(date),
                                  (int32_t)(hour * 3600 + minute * 60 + second), &offset);
    if (!ok) {
        hb_fail(err, HB_INPUT, "date", say(r, "\"%.*s\" is no day and time"),
                value.n < 40 ? (int)value.n : 40, value.n ? value.at : "");
        hb_error_help(err, "%s", say(r, "write it as 2025-03-15T22:00"));
        return false;
    }
    hb_text_addf(out, "\"%.10s", text);
    hb_text_addf(out, "T%02u:%02u:%02u%c%02d:%02d\"", hour, minute, second, offset < 0 ? '-' : '+',
                 offset < 0 ? -offset / 3600 : offset / 3600,
                 (offset < 0 ? -offset : offset) % 3600 / 60);
    return true;
}

static bool is_whole(hb_str text) {
    for (size_t i = 0; i < text.n; i++) {
        if (text.at[i] < '0' || text.at[i] > '9') return false;
    }
    return text.n > 0 && text.n < 19 && (text.n == 1 || text.at[0] != '0');
}

static bool add_value(web_request *r, hb_text *out, const char *name, hb_error *err) {
    const char *form_of = register_field_form(hb_str_from(name));
    hb_str value = given(r, name);
    if (value.n == 0 || !form_of) return true;  // what is missing, the register's own check says
    hb_text_addf(out, ",\"%s\":", name);
    if (strcmp(form_of, "time") == 0) return add_time(r, out, value, err);
    if (strcmp(form_of, "number") == 0 && is_whole(value))
        hb_text_add(out, value);
    else
        hb_text_add_json(out, value);
    return true;
}

static bool add_values(web_request *r, hb_text *out, const char *names, hb_error *err) {
    char name[64];
    for (const char *at = names; *at;) {
        size_t n = strcspn(at, " ");
        snprintf(name, sizeof name, "%.*s", (int)n, at);
        if (strcmp(name, "offer") != 0 && !add_value(r, out, name, err)) return false;
        at += n + (at[n] == ' ');
    }
    return true;
}

// The offer that stands open for this person, whose number an acceptance or refusal carries.
static bool add_offer(web_request *r, hb_text *out, hb_str person, hb_error *err) {
    register_custody custody = {0};
    if (!register_person(r->worker->log, person, HB_STR(""), r->now, NULL, NULL, &custody, err))
        return false;
    if (custody.offered_at == 0) {
        hb_fail(err, HB_INPUT, "no-offer", say(r, "no handover of %.*s is on offer"),
                (int)(person.n < 128 ? person.n : 0), person.at);
        hb_error_help(
            err, "%s",
            say(r, "when both sides are present, record that custody moved, both signing"));
        return false;
    }
    hb_text_addf(out, ",\"offer\":%llu", (unsigned long long)custody.offer);
    return true;
}

static bool compose(web_request *r, const register_kind *kind, hb_str person, hb_str *line,
                    hb_error *err) {
    hb_text out = {0};
    hb_text_addf(&out, "{\"event\":\"%s\"", kind->name);
    if (person.n) {
        hb_text_addf(&out, ",\"person\":");
        hb_text_add_json(&out, person);
    }
    bool ok = add_values(r, &out, "authority happened_at", err);
    if (r->site->has_zone) {
        hb_text_addf(&out, ",\"zone\":");
        hb_text_add_json(&out, hb_zone_name(r->site->zone));
    }
    ok = ok && add_values(r, &out, kind->required, err) && add_values(r, &out, also_of(kind), err);
    hb_text_addf(&out, "%s", "");
    ok = ok && (!has_word(kind->required, "offer") || add_offer(r, &out, person, err));
    hb_text_addf(&out, "}");
    ok = ok && ((!out.failed && hb_str_copy(r->arena, (hb_str){out.at, out.n}, line)) ||
                hb_out_of_memory(err));
    hb_text_clear(&out);
    return ok && web_may_record(r, *line, err) &&
           register_event_check(r->arena, r->worker->json, *line, err);
}

static bool compose_all(web_request *r, const register_kind *kind, hb_str *lines, uint32_t *n,
                        hb_error *err) {
    hb_str people = HB_STR("");
    *n = 0;
    if (!register_kind_is_of_person(kind)) return compose(r, kind, people, &lines[(*n)++], err);
    if (!people_given(r, &people, err)) return false;
    for (size_t i = 0; i < people.n;) {
        size_t end = i;
        while (end < people.n && people.at[end] != ' ' && people.at[end] != ',') end++;
        if (end > i) {
            if (*n == PEOPLE_AT_ONCE)
                return hb_fail(err, HB_INPUT, "too-many-events",
                               say(r, "at most %d people with one form"), PEOPLE_AT_ONCE);
            if (!compose(r, kind, (hb_str){people.at + i, end - i}, &lines[(*n)++], err))
                return false;
        }
        i = end + 1;
    }
    return *n > 0 || hb_fail(err, HB_INPUT, "no-person", "%s", say(r, "name the person"));
}

// What is wrong stands above the form, with everything that was sent still in it.
bool web_page_record_kind_post(web_request *r, html *out, hb_error *err) {
    const register_kind *kind = web_event_kind(web_part(r, 0));
    hb_str *lines = hb_arena_array(r->arena, hb_str, PEOPLE_AT_ONCE);
    uint32_t n = 0;
    if (!kind) return web_not_found(r);
    if (!lines) return hb_out_of_memory(err);
    if (web_role_grant(r->account.role, web_act_of_event(hb_str_from(kind->name))) == WEB_NOTHING)
        return web_forbidden(r);
    if (!web_register(r, err)) return false;
    r->title = hb_str_from(words_of(r, kind->meaning));
    if (compose_all(r, kind, lines, &n, err)) {
        html_put(out, HTML_H1, "hb-sentence-case", r->title);
        return record_sign(r, out, lines, n, false, err);
    }
    if (err->kind != HB_INPUT || r->status) return false;
    web_alert(out, "error", NULL, err->message);
    if (err->help[0]) html_put_say(out, HTML_P, NULL, err->help);
    *err = (hb_error){0};
    return page_of(r, out, kind, err);
}
