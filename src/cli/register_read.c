// habeas register roster|person|alarms|events|checkpoint|cosign|prove|verify|export: what a
// register says, and what lets others check it without trusting who runs it.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "cli/register.h"
#include "cli/tell.h"

enum { PAGE = 100, PAGE_MOST = 10000 };

// ---- times --------------------------------------------------------------------------------------

bool register_at(const cli *run, const char *option, int64_t otherwise, int64_t *out,
                 hb_error *err) {
    const char *text = cli_value(run, option);
    hb_datetime t;
    *out = otherwise;
    if (!text) return true;
    if (!hb_datetime_parse(hb_str_from(text), &t) || t.time.zone.kind != HB_ZONE_OFFSET) {
        hb_fail(err, HB_USAGE, "date", "--%s wants a time with its offset from UTC", option);
        hb_error_help(err, "as 2025-03-15T21:40:00-06:00");
        return false;
    }
    *out = hb_date_to_days(t.date) * 86400 + t.time.hour * 3600 + t.time.minute * 60 +
           t.time.second - t.time.zone.offset_seconds;
    return true;
}

// ---- roster -------------------------------------------------------------------------------------

typedef struct {
    cli *run;
    const char *place;
    uint64_t n;
    telling *telling;  // of alarms, when they are carried out
} listing;

static bool print_line(void *context, const register_line *line, hb_error *err) {
    listing *l = context;
    const register_custody *c = &line->custody;
    hb_text out = {0};
    l->n++;
    if (l->run->format == CLI_NDJSON) {
        register_custody_json(&out, line->person, c);
        hb_text_add(&out, HB_STR("\n"));
    } else {
        hb_text_addf(&out, "%-12.*s %-16s ", (int)line->person.n, line->person.at,
                     words_in(l->run->language, register_state_name(c->state)));
        hb_text_addf(&out, "%-16s ",
                     c->state == REGISTER_TRANSIT && c->destination[0] ? c->destination : c->place);
        if (c->since) register_time_text(&out, c->since);
        hb_text_addf(&out, "  %s", c->authority);
        if (c->irregular) {
            hb_text_add(&out, HB_STR("  ! "));
            register_marks_add(&out, c->irregular);
        }
        hb_text_add(&out, HB_STR("\n"));
    }
    return register_print(l->run, &out, err);
}

// Every answer says what it rests on: the checkpoint, and whether outsiders have seen it.
static bool print_standing(const cli *run, register_log *log, hb_error *err) {
    hb_arena *arena = hb_arena_open(1 << 20);
    hb_str note;
    proof_standing standing;
    bool ok =
        (arena || hb_out_of_memory(err)) && register_checkpoint(log, arena, &note, &standing, err);
    if (ok) {
        fprintf(run->err,
                words_in(run->language, "checkpoint %llu, cosigned by %u of %u witnesses: %s\n"),
                (unsigned long long)register_size(log), standing.n_cosigned, standing.n_witnesses,
                words_in(run->language, standing.is_witnessed
                                            ? WORDS_LATER("independently witnessed")
                                            : WORDS_LATER("not independently witnessed")));
    }
    hb_arena_close(arena);
    return ok;
}

static int finish(const cli *run, register_log *log, bool ok, const hb_error *err, int status) {
    register_close(log);
    return ok ? status : cli_fail(run, err);
}

// What a page says of itself: which part of the list it is, and where the next one begins.
static void print_page(const cli *run, const register_page *page, uint64_t n) {
    fprintf(run->err, words_in(run->language, "%llu to %llu of %llu\n"),
            (unsigned long long)page->n_before + (n > 0), (unsigned long long)(page->n_before + n),
            (unsigned long long)page->n_all);
    if (page->has_next)
        fprintf(run->err, words_in(run->language, "next page: --from %s\n"), page->next);
}

// Whether a page is asked for, and of how many.
static bool read_page(const cli *run, bool *is_page, uint32_t *limit, hb_str *from, hb_error *err) {
    int64_t n = 0;
    const char *cursor = cli_value(run, "from");
    *is_page = cursor || cli_value(run, "limit");
    *from = hb_str_from(cursor ? cursor : "");
    if (!cli_number(run, "limit", 1, PAGE_MOST, PAGE, &n, err)) return false;
    *limit = (uint32_t)n;
    return true;
}

static bool print_roster_page(listing *l, register_log *log, int64_t at, hb_str from,
                              uint32_t limit, hb_error *err) {
    register_page page = {0};
    if (!register_roster_page(log, hb_str_from(l->place ? l->place : ""), at, from, limit,
                              print_line, l, &page, err))
        return false;
    print_page(l->run, &page, l->n);
    return true;
}

int cli_register_roster(cli *run) {
    listing l = {.run = run, .place = cli_value(run, "place")};
    hb_error err = {0};
    int status = CLI_DONE;
    int64_t at = 0;
    bool is_page = false;
    uint32_t limit = 0;
    hb_str from;
    if (!register_at(run, "at", 0, &at, &err) || !read_page(run, &is_page, &limit, &from, &err))
        return cli_fail(run, &err);
    register_log *log = register_of(run, REGISTER_READ, &status);
    if (!log) return status;
    bool ok = is_page   ? print_roster_page(&l, log, at, from, limit, &err)
              : l.place ? register_roster_of(log, hb_str_from(l.place), at, print_line, &l, &err)
                        : register_roster(log, at, print_line, &l, &err);
    ok = ok && print_standing(run, log, &err);
    return finish(run, log, ok, &err, CLI_DONE);
}

// ---- person -------------------------------------------------------------------------------------

// What was sealed, without the salts: one line a field.
// A line; of an object or a list of objects one for each member. Everything is escaped: a value
// cannot steer a terminal.
static void add_value(hb_text *out, int indent, hb_str key, const hb_json *value) {
    bool has_lines =
        value->kind == HB_JSON_OBJECT ||
        (value->kind == HB_JSON_ARRAY && value->n > 0 && value->first[0].kind == HB_JSON_OBJECT);
    hb_text_addf(out, "%*s", indent, "");
    if (key.n) hb_text_addf(out, "%.*s: ", (int)key.n, key.at);
    if (!has_lines || indent > 12) {
        hb_json_canonical(out, value);
        hb_text_add(out, HB_STR("\n"));
        return;
    }
    hb_text_add(out, HB_STR("\n"));
    for (uint32_t i = 0; i < value->n; i++)
        add_value(out, indent + 2, value->first[i].key, &value->first[i]);
}

static bool add_details(hb_text *out, hb_str sealed, hb_error *err) {
    hb_arena *arena = hb_arena_open(4 << 20);
    hb_json_reader *reader = hb_json_reader_open();
    hb_json *pairs = NULL;
    bool ok = ((arena && reader) || hb_out_of_memory(err)) &&
              hb_json_parse(reader, arena, sealed, &pairs, err);
    for (uint32_t i = 0; ok && i < pairs->n; i++) {
        const hb_json *pair = &pairs->first[i];
        if (pair->n != 2) continue;
        add_value(out, 8, pair->key, &pair->first[1]);
    }
    hb_json_reader_close(reader);
    hb_arena_close(arena);
    return ok;
}

static bool print_entry(void *context, const register_entry *e, hb_error *err) {
    cli *run = context;
    hb_text out = {0};
    if (run->format == CLI_NDJSON) {
        register_entry_json(&out, e);
        hb_text_add(&out, HB_STR("\n"));
    } else {
        hb_text_addf(&out, "%6llu  ", (unsigned long long)e->event);
        register_time_text(&out, e->happened_at);
        hb_text_addf(&out, "  %-22.*s", (int)e->kind.n, e->kind.at);
        if (e->irregular) {
            hb_text_add(&out, HB_STR("! "));
            register_marks_add(&out, e->irregular);
        }
        if (e->corrected_by)
            hb_text_addf(&out, words_in(run->language, " void, corrected by event %llu"),
                         (unsigned long long)e->corrected_by);
        hb_text_add(&out, HB_STR("\n"));
        if (e->sealed.n && !add_details(&out, e->sealed, err)) {
            hb_text_clear(&out);
            return false;
        }
    }
    return register_print(run, &out, err);
}

static bool print_custody(cli *run, const register_custody *c, hb_error *err) {
    hb_text out = {0};
    if (run->format == CLI_NDJSON) {
        register_custody_json(&out, hb_str_from(run->arguments[0]), c);
        hb_text_add(&out, HB_STR("\n"));
        return register_print(run, &out, err);
    }
    hb_text_addf(&out, "%s", words_in(run->language, register_state_name(c->state)));
    if (c->place[0]) hb_text_addf(&out, "  %s", c->place);
    if (c->destination[0]) hb_text_addf(&out, " -> %s", c->destination);
    hb_text_add(&out, hb_str_from(words_in(run->language, ", since ")));
    register_time_text(&out, c->since);
    hb_text_addf(&out, words_in(run->language, "   answerable: %s\n"), c->authority);
    hb_text_add(&out, hb_str_from(words_in(run->language, "seen in person  ")));
    if (c->seen_at)
        register_time_text(&out, c->seen_at);
    else
        hb_text_add(&out, hb_str_from(words_in(run->language, "never recorded")));
    hb_text_add(&out, hb_str_from(words_in(run->language, "   lawful end date  ")));
    if (c->lawful_until)
        register_time_text(&out, c->lawful_until);
    else
        hb_text_add(&out, hb_str_from(words_in(run->language, "not known")));
    if (c->review_at) {
        hb_text_add(&out, hb_str_from(words_in(run->language, "   review  ")));
        register_time_text(&out, c->review_at);
    }
    hb_text_add(&out, HB_STR("\n"));
    return register_print(run, &out, err);
}

// A register opened for who holds --key, or for nobody in particular; the name goes into `reader`.
// To read what is sealed leaves an entry, so that needs the writer's lock.
static register_log *open_for_reader(cli *run, hb_arena *arena, hb_text *reader, int *status,
                                     bool *ok, hb_error *err) {
    proof_key key;
    proof_secret seed = {0};
    bool has_key = cli_value(run, "key") != NULL;
    register_log *log = register_of(run, has_key ? REGISTER_WRITE : REGISTER_READ, status);
    *ok = arena || hb_out_of_memory(err);
    if (log && has_key) *ok = *ok && register_reader(run, log, arena, &key, &seed, reader, err);
    proof_wipe(&seed, sizeof seed);
    return log;
}

int cli_register_person(cli *run) {
    hb_error err = {0};
    hb_arena *arena = hb_arena_open(1 << 20);
    register_custody custody;
    hb_text reader = {0};
    int status = CLI_DONE;
    bool ok = true;
    register_log *log = open_for_reader(run, arena, &reader, &status, &ok, &err);
    if (log) {
        ok = ok &&
             register_person(log, hb_str_from(run->arguments[0]), (hb_str){reader.at, reader.n},
                             run->now, print_entry, run, &custody, &err) &&
             print_custody(run, &custody, &err) && print_standing(run, log, &err);
    }
    hb_text_clear(&reader);
    hb_arena_close(arena);
    if (ok && !log) return status;
    return finish(run, log, ok, &err, CLI_DONE);
}

// ---- readings -----------------------------------------------------------------------------------

static bool print_reading(void *context, const register_reading *reading, hb_error *err) {
    const cli *run = context;
    hb_text out = {0};
    if (run->format == CLI_NDJSON) {
        hb_text_add(&out, HB_STR("{\"at\":"));
        register_time_json(&out, reading->at);
        hb_text_add(&out, HB_STR(",\"reader\":"));
        hb_text_add_json(&out, reading->reader);
        hb_text_add(&out, HB_STR(",\"person\":"));
        if (reading->person.n)
            hb_text_add_json(&out, reading->person);
        else
            hb_text_add(&out, HB_STR("null"));
        hb_text_add(&out, HB_STR("}\n"));
    } else {
        register_time_text(&out, reading->at);
        hb_text_addf(&out, "  %-32.*s  ", (int)reading->reader.n, reading->reader.at);
        hb_text_add(&out, reading->person.n
                              ? reading->person
                              : hb_str_from(words_in(run->language, "the list of readings")));
        hb_text_add(&out, HB_STR("\n"));
    }
    return register_print(run, &out, err);
}

int cli_register_readings(cli *run) {
    hb_error err = {0};
    hb_arena *arena = hb_arena_open(1 << 20);
    hb_text reader = {0};
    int status = CLI_DONE;
    int64_t since = INT64_MIN;
    bool ok = true;
    register_log *log = open_for_reader(run, arena, &reader, &status, &ok, &err);
    ok = ok && register_at(run, "since", since, &since, &err);
    if (log) {
        hb_str person = hb_str_from(run->n_arguments ? run->arguments[0] : "");
        ok = ok && register_readings(log, person, since, (hb_str){reader.at, reader.n}, run->now,
                                     print_reading, run, &err);
    }
    hb_text_clear(&reader);
    hb_arena_close(arena);
    if (ok && !log) return status;
    return finish(run, log, ok, &err, CLI_DONE);
}

// ---- alarms -------------------------------------------------------------------------------------

static void add_alarm_text(hb_text *out, const cli *run, const register_alarm *alarm) {
    hb_text_addf(out, "%-4s %-10.*s %s", alarm->id, (int)alarm->person.n,
                 alarm->person.n ? alarm->person.at : "", alarm->text);
    if (alarm->taken_by[0])
        hb_text_addf(out,
                     words_in(run->language, " Taken by %s; it stays open until the fact changes."),
                     alarm->taken_by);
    hb_text_add(out, HB_STR("\n"));
}

static bool print_alarm(void *context, const register_alarm *alarm, hb_error *err) {
    listing *l = context;
    hb_text json = {0}, out = {0};
    l->n++;
    register_alarm_json(&json, alarm);
    hb_text_add(&json, HB_STR("\n"));
    bool ok = !json.failed || hb_out_of_memory(err);
    ok = ok && (!l->telling || tell_alarm(l->telling, alarm, (hb_str){json.at, json.n}, err));
    if (l->run->format == CLI_NDJSON)
        hb_text_add(&out, (hb_str){json.at, json.n});
    else
        add_alarm_text(&out, l->run, alarm);
    hb_text_clear(&json);
    if (ok) return register_print(l->run, &out, err);
    hb_text_clear(&out);
    return false;
}

static bool read_hours(const char *path, register_hours *hours, hb_error *err) {
    hb_bytes bytes = {0};
    hb_arena *arena = hb_arena_open((size_t)16 << 20);
    hb_json_reader *reader = hb_json_reader_open();
    hb_json *json = NULL;
    bool ok = (arena && reader) || hb_out_of_memory(err);
    ok = ok && hb_read_file(path, 4 << 20, &bytes, err) &&
         hb_json_parse(reader, arena, (hb_str){bytes.at, bytes.n}, &json, err);
    const hb_json *alarms = ok ? hb_json_member(json, HB_STR("alarms")) : NULL;
    if (alarms) ok = register_hours_read(alarms, hours, err);
    if (!ok) hb_error_file(err, hb_str_from(path));
    hb_bytes_clear(&bytes);
    hb_json_reader_close(reader);
    hb_arena_close(arena);
    return ok;
}

static bool print_counts(listing *l, register_log *log, const register_alarm_question *question,
                         hb_error *err) {
    register_alarm_count counts[REGISTER_ALARM_KINDS];
    hb_text out = {0};
    if (!register_alarms_count(log, question, counts, err)) return false;
    for (uint32_t i = 0; i < REGISTER_ALARM_KINDS; i++) {
        l->n += counts[i].n;
        if (counts[i].n == 0) continue;
        hb_text_addf(&out,
                     l->run->format == CLI_NDJSON
                         ? "{\"alarm\":\"%s\",\"name\":\"%s\",\"n\":%llu}\n"
                         : "%-4s %-14s %llu\n",
                     counts[i].id, counts[i].name, (unsigned long long)counts[i].n);
    }
    return register_print(l->run, &out, err);
}

static bool print_alarm_page(listing *l, register_log *log, const register_alarm_question *question,
                             hb_str from, uint32_t limit, hb_error *err) {
    register_page page = {0};
    if (!register_alarms_page(log, question, from, limit, print_alarm, l, &page, err)) return false;
    print_page(l->run, &page, l->n);
    return true;
}

static hb_str word_of(const cli *run, const char *option) {
    const char *value = cli_value(run, option);
    return hb_str_from(value ? value : "");
}

int cli_register_alarms(cli *run) {
    listing l = {.run = run};
    register_hours hours = register_hours_default();
    hb_error err = {0};
    int status = CLI_DONE;
    int64_t at = 0;
    bool is_page = false, is_count = cli_value(run, "count") != NULL;
    uint32_t limit = 0;
    hb_str from;
    const char *agreement = cli_value(run, "agreement");
    if (!register_at(run, "at", run->now.seconds, &at, &err) ||
        !read_page(run, &is_page, &limit, &from, &err))
        return cli_fail(run, &err);
    if (agreement && !read_hours(agreement, &hours, &err)) return cli_fail(run, &err);
    const register_alarm_question question = {
        .now = {at, 0},
        .hours = &hours,
        .language = run->language,
        .kind = word_of(run, "kind"),
        .place = word_of(run, "place"),
        .owner = word_of(run, "owner"),
        .person = word_of(run, "person")
    };
    bool is_told = cli_value(run, "hook") || cli_n_values(run, "mail") > 0;
    bool is_part = question.kind.n || question.place.n || question.owner.n || question.person.n;
    if (is_told && (is_page || is_part || is_count)) {
        hb_fail(&err, HB_USAGE, "option-value", "only all alarms together are carried out");
        hb_error_help(&err,
                      "give --hook and --mail without --limit, --from, --count, --kind, --place, "
                      "--owner, --person");
        return cli_fail(run, &err);
    }
    if (is_part && !is_page) is_page = true, limit = UINT32_MAX;
    if (!tell_check(run, &err)) return cli_fail(run, &err);
    register_log *log = register_of(run, REGISTER_READ, &status);
    if (!log) return status;
    bool ok = !is_told || (l.telling = tell_open(run, register_local(log), &err)) != NULL;
    if (ok && is_count)
        ok = print_counts(&l, log, &question, &err);
    else if (ok && is_page)
        ok = print_alarm_page(&l, log, &question, from, limit, &err);
    else
        ok = ok && register_alarms(log, (hb_instant){at, 0}, &hours, run->language, print_alarm, &l,
                                   &err);
    ok = ok && (!l.telling || tell_end(l.telling, &err));
    tell_close(l.telling);
    if (ok && run->format == CLI_TEXT && !is_page)
        fprintf(run->out, words_in(run->language, "%llu open alarms\n"), (unsigned long long)l.n);
    return finish(run, log, ok, &err, l.n ? CLI_FOUND : CLI_DONE);
}

// ---- events -------------------------------------------------------------------------------------

int cli_register_events(cli *run) {
    uint32_t n = 0;
    const register_kind *kinds = register_kinds(&n);
    hb_error err = {0};
    hb_text out = {0};
    bool is_schema = cli_value(run, "schema") != NULL;
    if (is_schema) register_event_schema(&out);
    for (uint32_t i = 0; !is_schema && i < n; i++) {
        if (run->format == CLI_NDJSON) {
            hb_text_addf(&out,
                         "{\"event\":\"%s\",\"meaning\":\"%s\",\"recorded_by\":\"%s\",\"needs\":\"%"
                         "s\",\"source\":\"%s\"}\n",
                         kinds[i].name, kinds[i].meaning, kinds[i].roles, kinds[i].required,
                         kinds[i].source);
        } else {
            hb_text_addf(&out, "%-22s %s\n%22s by: %s   needs: %s\n%22s %s\n", kinds[i].name,
                         kinds[i].meaning, "", kinds[i].roles[0] ? kinds[i].roles : "any",
                         kinds[i].required[0] ? kinds[i].required : "-", "", kinds[i].source);
        }
    }
    return register_print(run, &out, &err) ? CLI_DONE : cli_fail(run, &err);
}

// ---- proof --------------------------------------------------------------------------------------

int cli_register_checkpoint(cli *run) {
    hb_error err = {0};
    int status = CLI_DONE;
    int64_t old = -1;
    hb_arena *arena = hb_arena_open(1 << 20);
    hb_text out = {0};
    hb_str note;
    proof_standing standing;
    if (!cli_number(run, "request", 0, INT64_MAX, -1, &old, &err)) return cli_fail(run, &err);
    register_log *log = register_of(run, REGISTER_READ, &status);
    if (!log) return status;
    bool ok = arena || hb_out_of_memory(&err);
    if (old >= 0)
        ok = ok && register_witness_request(log, (uint64_t)old, &out, &err);
    else {
        ok = ok && register_checkpoint(log, arena, &note, &standing, &err);
        if (ok) hb_text_add(&out, note);
    }
    ok = ok && register_print(run, &out, &err) && print_standing(run, log, &err);
    hb_text_clear(&out);
    hb_arena_close(arena);
    return finish(run, log, ok, &err, CLI_DONE);
}

int cli_register_cosign(cli *run) {
    hb_error err = {0};
    hb_bytes bytes = {0};
    int status = CLI_DONE;
    uint32_t n = 0;
    if (!hb_read_file(run->arguments[0], 1 << 20, &bytes, &err)) return cli_fail(run, &err);
    register_log *log = register_of(run, REGISTER_WRITE, &status);
    if (log) {
        bool ok = register_cosign(log, (hb_str){bytes.at, bytes.n}, &n, &err) &&
                  print_standing(run, log, &err);
        status = finish(run, log, ok, &err, CLI_DONE);
    }
    hb_bytes_clear(&bytes);
    return status;
}

bool register_write_out(const char *path, const hb_text *text, hb_error *err) {
    FILE *file = fopen(path, "wb");
    bool ok = file && fwrite(text->at, 1, text->n, file) == text->n && fflush(file) == 0 &&
              fsync(fileno(file)) == 0;
    if (file) ok = fclose(file) == 0 && ok;
    if (ok) return true;
    hb_error_file(err, hb_str_from(path));
    return hb_fail(err, HB_SYSTEM, "output", "cannot write: %s", strerror(errno));
}

// FILE.shown, for --show. What is sealed leaves an entry among the readings.
static bool write_shown(const cli *run, register_log *log, uint64_t event, const char *path,
                        hb_str reader, hb_error *err) {
    char shown_path[4096];
    hb_text shown = {0};
    const char *names = cli_value(run, "show");
    if (!names) return true;
    snprintf(shown_path, sizeof shown_path, "%s.shown", path);
    bool ok = register_show(log, event, hb_str_from(names), reader, run->now, &shown, err) &&
              register_write_out(shown_path, &shown, err);
    hb_text_clear(&shown);
    return ok;
}

static bool write_proof(const cli *run, register_log *log, uint64_t event, hb_str reader,
                        hb_error *err) {
    hb_text proof = {0}, entry = {0};
    const char *out = cli_value(run, "out");
    char path[4096];
    bool ok = register_prove(log, event, &proof, &entry, err);
    if (ok && out) {
        snprintf(path, sizeof path, "%s.entry", out);
        ok = register_write_out(out, &proof, err) && register_write_out(path, &entry, err) &&
             write_shown(run, log, event, out, reader, err);
        if (ok)
            fprintf(run->err,
                    words_in(run->language,
                             "%s proves %s.entry; check: habeas-verify %s --keys POLICY\n"),
                    out, out, out);
    } else if (ok) {
        ok = register_print(run, &proof, err);
    }
    hb_text_clear(&proof);
    hb_text_clear(&entry);
    return ok;
}

int cli_register_prove(cli *run) {
    hb_error err = {0};
    int status = CLI_DONE;
    uint64_t event = 0;
    hb_text reader = {0};
    hb_arena *arena = hb_arena_open(1 << 20);
    register_log *log = NULL;
    bool ok = true;
    if (!proof_uint_read(hb_str_from(run->arguments[0]), &event))
        ok = hb_fail(&err, HB_USAGE, "unknown-event", "\"%s\" is no number of an event",
                     run->arguments[0]);
    if (ok && cli_value(run, "show") && !cli_value(run, "out"))
        ok = hb_fail(&err, HB_USAGE, "register-key", "--show writes beside --out FILE: name it");
    if (ok) log = open_for_reader(run, arena, &reader, &status, &ok, &err);
    ok = ok && (!log || write_proof(run, log, event, (hb_str){reader.at, reader.n}, &err));
    hb_text_clear(&reader);
    hb_arena_close(arena);
    return ok && !log ? status : finish(run, log, ok, &err, CLI_DONE);
}

static void add_finding(const cli *run, hb_text *out, const register_finding *f) {
    if (run->format == CLI_JSON) {
        hb_text_addf(out, "{\"unaltered\":%s,\"checked\":\"%s\",\"entries\":%llu,\"bad_entry\":",
                     f->is_unaltered ? "true" : "false",
                     f->depth == REGISTER_WHOLE ? "everything" : "tree",
                     (unsigned long long)f->n_events);
        if (f->has_bad_event)
            hb_text_addf(out, "%llu", (unsigned long long)f->bad_event);
        else
            hb_text_add(out, HB_STR("null"));
        hb_text_add(out, HB_STR(",\"why\":"));
        if (f->why[0])
            hb_text_add_json(out, hb_str_from(f->why));
        else
            hb_text_add(out, HB_STR("null"));
        hb_text_addf(out, ",\"cosigned\":%u,\"witnesses\":%u,\"independently_witnessed\":%s}\n",
                     f->standing.n_cosigned, f->standing.n_witnesses,
                     f->standing.is_witnessed ? "true" : "false");
    } else if (f->is_unaltered) {
        hb_text_addf(
            out,
            words_in(run->language,
                     "Unaltered: %llu entries match checkpoint %llu, cosigned by %u of %u "
                     "witnesses: %s. This does not show that what was recorded is true.\n"),
            (unsigned long long)f->n_events, (unsigned long long)f->n_events,
            f->standing.n_cosigned, f->standing.n_witnesses,
            words_in(run->language, f->standing.is_witnessed
                                        ? WORDS_LATER("independently witnessed")
                                        : WORDS_LATER("not independently witnessed")));
        if (f->depth == REGISTER_TREE)
            hb_text_add(out, hb_str_from(words_in(
                                 run->language,
                                 "Only what an outsider can check was: entries, tree and the last "
                                 "checkpoint. Officers' signatures, values and standing were not; "
                                 "without --tree they are.\n")));
    } else if (f->has_bad_event) {
        hb_text_addf(out,
                     words_in(run->language,
                              "ALTERED: entry %llu does not match: %s. Do not rely on this copy. "
                              "Keep it, and tell the witnesses.\n"),
                     (unsigned long long)f->bad_event, f->why);
    } else {
        hb_text_addf(
            out,
            words_in(run->language,
                     "ALTERED: %s. Do not rely on this copy. Keep it, and tell the witnesses.\n"),
            f->why);
    }
}

int cli_register_verify_log(cli *run, register_log *log, hb_str from, register_depth depth) {
    hb_error err = {0};
    register_finding finding;
    hb_text out = {0};
    bool ok = register_verify(log, from, depth, &finding, &err);
    if (ok) {
        add_finding(run, &out, &finding);
        ok = register_print(run, &out, &err);
    }
    return finish(run, log, ok, &err, finding.is_unaltered ? CLI_DONE : CLI_FOUND);
}

int cli_register_verify(cli *run) {
    hb_error err = {0};
    hb_bytes from = {0};
    int status = CLI_DONE;
    const char *path = cli_value(run, "from");
    if (path && !hb_read_file(path, 1 << 20, &from, &err)) return cli_fail(run, &err);
    register_log *log = register_of(run, REGISTER_READ, &status);
    register_depth depth = cli_value(run, "tree") ? REGISTER_TREE : REGISTER_WHOLE;
    if (log) status = cli_register_verify_log(run, log, (hb_str){from.at, from.n}, depth);
    hb_bytes_clear(&from);
    return status;
}

int cli_register_export(cli *run) {
    hb_error err = {0};
    int status = CLI_DONE;
    register_log *log = register_of(run, REGISTER_READ, &status);
    if (!log) return status;
    bool ok = register_export(log, run->arguments[0], &err) && print_standing(run, log, &err);
    return finish(run, log, ok, &err, CLI_DONE);
}
