// Who asked where somebody is. A line a question, in a file a day, under PATH.asked:
//
//     {"reference":"LLLL-NNNN-...","at":"2026-11-25T10:00:00Z","due_at":null,"sealed":"base64"}
//     {"answered":"LLLL-NNNN-...","at":"2026-11-25T11:00:00Z"}
//
// What was asked, and by whom, is sealed to a monitor's key and padded, so that every line is as
// long as the next and the operator reads none; no address is kept. A file older than 30 days is
// removed. A question that a human still has to answer is carried on without what was sealed: it is
// an alarm until somebody has answered.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "register/internal.h"

enum { KEPT_DAYS = 30, PADDED = 1536, LINE_BYTES = 8192, HEAD_BYTES = 80, FILES = 4096 };

static void folder_of(const register_log *log, char out[4200]) {
    snprintf(out, 4200, "%s.asked", log->local);
}

static bool failed(const char *path, hb_error *err) {
    hb_error_file(err, hb_str_from(path));
    return hb_fail(err, HB_SYSTEM, "output", "cannot keep what was asked: %s", strerror(errno));
}

static int64_t day_of(int64_t seconds) {
    return seconds / 86400 - (seconds % 86400 < 0);
}

// ---- the files ----------------------------------------------------------------------------------

typedef struct {
    int64_t days[FILES];
    uint32_t n;
} day_list;

static int compare_days(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static bool list_days(const char *folder, day_list *list, hb_error *err) {
    DIR *dir = opendir(folder);
    list->n = 0;
    if (!dir) return errno == ENOENT || failed(folder, err);
    for (struct dirent *one; (one = readdir(dir)) && list->n < FILES;) {
        hb_date date;
        if (hb_date_parse((hb_str){one->d_name, strcspn(one->d_name, ".")}, &date))
            list->days[list->n++] = hb_date_to_days(date);
    }
    closedir(dir);
    qsort(list->days, list->n, sizeof list->days[0], compare_days);
    return true;
}

static void path_of_day(const char *folder, int64_t day, char out[4300]) {
    hb_date date = {0};
    (void)hb_date_from_days(day, &date);
    snprintf(out, 4300, "%s/%04d-%02d-%02d.ndjson", folder, date.year, date.month, date.day);
}

static bool append_line(const char *folder, int64_t day, hb_str line, hb_error *err) {
    char path[4300];
    path_of_day(folder, day, path);
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) return failed(folder, err);
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && flock(fd, LOCK_EX) == 0 && write(fd, line.at, line.n) == (ssize_t)line.n &&
              fdatasync(fd) == 0;
    if (!ok) (void)failed(path, err);
    if (fd >= 0) close(fd);
    return ok;
}

// ---- reading ------------------------------------------------------------------------------------

typedef struct {
    hb_str reference, sealed;
    int64_t at, due_at, answered_at, day;
} asked_line;
typedef struct {
    hb_arena *arena, *line;  // of what is kept, and of the line at hand
    asked_line *lines;
    size_t n, room;
    bool is_of_waiting;  // only of what a human has to answer, without what was sealed
} asked_list;

// However much was asked, of what waits alone little is kept.
static bool open_list(asked_list *list, bool is_of_waiting, hb_error *err) {
    *list = (asked_list){.arena = hb_arena_open((size_t)256 << 20),
                         .line = hb_arena_open(1 << 20),
                         .is_of_waiting = is_of_waiting};
    return (list->arena && list->line) || hb_out_of_memory(err);
}

static void close_list(asked_list *list) {
    hb_arena_close(list->line);
    hb_arena_close(list->arena);
}

static int64_t member_time(const hb_json *line, hb_str name) {
    const hb_json *value = hb_json_member(line, name);
    int64_t seconds = 0;
    return value && value->kind == HB_JSON_STRING && event_instant(value->text, &seconds) ? seconds
                                                                                          : 0;
}

static bool take_line(asked_list *list, const hb_json *line, int64_t day, hb_error *err) {
    const hb_json *answered = hb_json_member(line, HB_STR("answered")),
                  *reference = hb_json_member(line, HB_STR("reference")),
                  *sealed = hb_json_member(line, HB_STR("sealed"));
    for (size_t i = 0; answered && i < list->n; i++) {
        if (hb_str_equal(list->lines[i].reference, answered->text))
            list->lines[i].answered_at = member_time(line, HB_STR("at"));
    }
    if (!reference || !sealed) return true;
    if (list->n == list->room) {
        size_t room = list->room ? list->room * 2 : 256;
        asked_line *grown = hb_arena_array(list->arena, asked_line, room);
        if (!grown) return hb_out_of_memory(err);
        if (list->n) memcpy(grown, list->lines, list->n * sizeof *grown);
        list->lines = grown, list->room = room;
    }
    asked_line *kept = &list->lines[list->n++];
    *kept = (asked_line){.at = member_time(line, HB_STR("at")),
                         .due_at = member_time(line, HB_STR("due_at")),
                         .day = day};
    return (hb_str_copy(list->arena, reference->text, &kept->reference) &&
            (list->is_of_waiting || hb_str_copy(list->arena, sealed->text, &kept->sealed))) ||
           hb_out_of_memory(err);
}

// As `add_line` begins one that no human has to answer.
static bool waits_for_nobody(hb_str line) {
    static const hb_str nobody = {"\"due_at\":null", 13};
    return line.n > HEAD_BYTES && memmem(line.at, HEAD_BYTES, nobody.at, nobody.n) != NULL;
}

static bool read_day(register_log *log, const char *folder, int64_t day, asked_list *list,
                     hb_error *err) {
    char path[4300];
    bool is_end = false, ok = true;
    path_of_day(folder, day, path);
    hb_lines *lines = hb_lines_open(path, LINE_BYTES, err);
    while (lines && ok && !is_end) {
        hb_str line;
        hb_json *json = NULL;
        uint64_t number = 0;
        ok = hb_lines_next(lines, &line, &number, &is_end, err);
        if (!ok || is_end) break;
        if (list->is_of_waiting && waits_for_nobody(line)) continue;
        // A line cut short by a crash was never answered to: it is passed over.
        hb_error cut = {0};
        hb_arena_reset(list->line);
        if (hb_json_parse(log->reader, list->line, line, &json, &cut))
            ok = take_line(list, json, day, err);
    }
    hb_lines_close(lines);
    if (!lines || !ok) hb_error_file(err, hb_str_from(path));
    return lines && ok;
}

static bool read_all(register_log *log, asked_list *list, hb_error *err) {
    char folder[4200];
    day_list days;
    folder_of(log, folder);
    if (!list_days(folder, &days, err)) return false;
    for (uint32_t i = 0; i < days.n; i++) {
        if (!read_day(log, folder, days.days[i], list, err)) return false;
    }
    return true;
}

// ---- keeping and purging ------------------------------------------------------------------------

static void add_line(hb_text *out, hb_str reference, int64_t at, int64_t due_at, hb_str sealed) {
    hb_text_add(out, HB_STR("{\"reference\":"));
    hb_text_add_json(out, reference);
    hb_text_add(out, HB_STR(",\"at\":\""));
    event_time_add(out, at);
    hb_text_add(out, HB_STR("\",\"due_at\":"));
    if (due_at) {
        hb_text_add(out, HB_STR("\""));
        event_time_add(out, due_at);
        hb_text_add(out, HB_STR("\""));
    } else {
        hb_text_add(out, HB_STR("null                  "));  // as long as a time
    }
    hb_text_add(out, HB_STR(",\"sealed\":\""));
    if (sealed.n) proof_base64_add(out, sealed.at, sealed.n);
    hb_text_add(out, HB_STR("\"}\n"));
}

// Removes a day's file once what a human still owes an answer to stands in today's.
static bool purge_day(register_log *log, const char *folder, int64_t day, int64_t today,
                      hb_error *err) {
    char path[4300];
    asked_list list;
    bool ok = open_list(&list, true, err) && read_all(log, &list, err);
    for (size_t i = 0; ok && i < list.n; i++) {
        const asked_line *l = &list.lines[i];
        hb_text line = {0};
        if (l->day != day || l->due_at == 0 || l->answered_at) continue;
        add_line(&line, l->reference, l->at, l->due_at, (hb_str){0});
        ok = !line.failed && append_line(folder, today, (hb_str){line.at, line.n}, err);
        hb_text_clear(&line);
    }
    close_list(&list);
    path_of_day(folder, day, path);
    return ok && (unlink(path) == 0 || errno == ENOENT || failed(path, err));
}

static bool purge(register_log *log, const char *folder, int64_t today, hb_error *err) {
    day_list days;
    if (!list_days(folder, &days, err)) return false;
    for (uint32_t i = 0; i < days.n && days.days[i] < today - KEPT_DAYS; i++) {
        if (!purge_day(log, folder, days.days[i], today, err)) return false;
    }
    return true;
}

bool asked_keep(register_log *log, hb_str reference, int64_t due_at, hb_str question,
                const uint8_t monitor[32], hb_instant now, hb_error *err) {
    char folder[4200];
    hb_text padded = {0}, sealed = {0}, line = {0};
    folder_of(log, folder);
    hb_text_add(&padded, question);
    while (padded.n < PADDED && !padded.failed) hb_text_add(&padded, HB_STR(" "));
    bool ok = !padded.failed && proof_seal_to(&sealed, monitor, (hb_str){padded.at, padded.n});
    add_line(&line, reference, now.seconds, due_at, (hb_str){sealed.at, sealed.n});
    ok = (ok && !line.failed) || hb_out_of_memory(err);
    ok = ok && purge(log, folder, day_of(now.seconds), err) &&
         append_line(folder, day_of(now.seconds), (hb_str){line.at, line.n}, err);
    hb_text_clear(&padded), hb_text_clear(&sealed), hb_text_clear(&line);
    return ok;
}

// ---- for the monitor ----------------------------------------------------------------------------

static hb_str open_question(hb_arena *arena, hb_str base64, const proof_secret *seed) {
    uint8_t bytes[PADDED + 1024];
    size_t n = 0;
    hb_str plain = {0};
    if (!seed || !proof_base64_read(base64, bytes, sizeof bytes, &n)) return plain;
    if (!proof_unseal_by(arena, (hb_str){(const char *)bytes, n}, seed, &plain)) return (hb_str){0};
    return hb_str_trim(plain);
}

static bool give_asked(register_log *log, bool is_of_waiting, const proof_secret *seed,
                       hb_instant now, register_each_asking each, void *context, hb_error *err) {
    char folder[4200];
    asked_list list;
    folder_of(log, folder);
    bool ok = open_list(&list, is_of_waiting, err);
    ok = ok && purge(log, folder, day_of(now.seconds), err) && read_all(log, &list, err);
    for (size_t i = 0; ok && i < list.n; i++) {
        const asked_line *l = &list.lines[i];
        const register_asking asking = {.reference = l->reference,
                                        .at = l->at,
                                        .due_at = l->due_at,
                                        .answered_at = l->answered_at,
                                        .question = open_question(list.arena, l->sealed, seed)};
        ok = each(context, &asking, err);
    }
    close_list(&list);
    return ok;
}

bool register_asked(register_log *log, const proof_secret *seed, hb_instant now,
                    register_each_asking each, void *context, hb_error *err) {
    return give_asked(log, false, seed, now, each, context, err);
}

bool asked_waiting(register_log *log, hb_instant now, register_each_asking each, void *context,
                   hb_error *err) {
    return give_asked(log, true, NULL, now, each, context, err);
}

static bool is_waiting(void *context, const register_asking *asking, hb_error *err) {
    hb_str *reference = context;
    (void)err;
    if (asking->due_at && !asking->answered_at && hb_str_equal(*reference, asking->reference))
        *reference = (hb_str){0};
    return true;
}

bool register_answered(register_log *log, hb_str reference, hb_instant now, hb_error *err) {
    char folder[4200];
    hb_str looked_for = reference;
    hb_text line = {0};
    if (!asked_waiting(log, now, is_waiting, &looked_for, err)) return false;
    if (looked_for.n) {
        hb_fail(err, HB_INPUT, "unknown-reference",
                "no question of this reference waits for a human");
        hb_error_help(err, "`habeas locate asked` lists those that do");
        return false;
    }
    folder_of(log, folder);
    hb_text_add(&line, HB_STR("{\"answered\":"));
    hb_text_add_json(&line, reference);
    hb_text_add(&line, HB_STR(",\"at\":\""));
    event_time_add(&line, now.seconds);
    hb_text_add(&line, HB_STR("\"}\n"));
    bool ok = (!line.failed || hb_out_of_memory(err)) &&
              append_line(folder, day_of(now.seconds), (hb_str){line.at, line.n}, err);
    hb_text_clear(&line);
    return ok;
}
