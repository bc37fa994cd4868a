// Many events: threads record at once through one writer, each its own receipt, one of them with a
// forged signature that spoils nobody else's; some syncs of the anchor fail, and nobody is told
// that those events are recorded; other programs write when it is quiet; and a walk is stopped; a
// register of more than one piece verifies on every processor, naming the first of several changed
// entries. usage: many FOLDER (empty)
#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "register/register.h"

enum { THREADS = 16, EACH = 8, BATCH = 1000, BATCHES = 5, ALL = 1 + THREADS * EACH };
static unsigned passed, failed;
static const hb_instant NOON = {1742040000, 0};
static proof_key key;
static proof_secret seed;

static void check(bool ok, const char *what) {
    passed += ok;
    failed += !ok;
    if (!ok) printf("%s\n", what);
}

// The syncs of our own files, with -Wl,--wrap=fdatasync; every third fails while that is asked for.
int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);
static _Atomic uint32_t n_syncs;
static _Atomic bool syncs_fail;
int __wrap_fdatasync(int fd) {
    if (!syncs_fail || atomic_fetch_add(&n_syncs, 1) % 3 != 2) return __real_fdatasync(fd);
    errno = EIO;
    return -1;
}

// The caller frees it.
static hb_text signed_line(uint32_t person) {
    hb_arena *arena = hb_arena_open(1 << 20);
    hb_json_reader *reader = hb_json_reader_open();
    hb_text line = {0}, out = {0};
    hb_error err = {0};
    hb_text_addf(&line,
                 "{\"event\":\"LocationConfirmed\",\"person\":\"P-%u\",\"authority\":\"DGCP\","
                 "\"happened_at\":\"2025-03-15T09:00:00Z\",\"place\":\"C\",\"method\":\"roll\"}",
                 person);
    if (!register_sign(arena, reader, HB_STR("a/b"), (hb_str){line.at, line.n}, &key, &seed, &out,
                       &err))
        abort();
    hb_text_clear(&line);
    hb_json_reader_close(reader);
    hb_arena_close(arena);
    return out;
}

typedef struct {
    register_group *group;
    uint32_t number, n_recorded, n_forged, n_unacknowledged;
    uint64_t events[EACH];
} client;

static void *record_some(void *context) {
    client *c = context;
    for (uint32_t i = 0; i < EACH; i++) {
        hb_text line = signed_line(c->number);
        hb_errors errors = {0};
        register_receipt receipt = {0};
        bool is_bad = c->number == 3 && i == 4;
        // One bit of the signature, in base64's letters.
        char *signature = strstr(line.at, "\"signature\":\"") + 20;
        if (is_bad) *signature = *signature == 'A' ? 'B' : 'A';
        const hb_str one = {line.at, line.n};
        if (register_group_record(c->group, &one, 1, NOON, &receipt, &errors))
            c->events[c->n_recorded++] = receipt.event;
        else if (is_bad)
            c->n_forged += errors.n_kept == 1 && strcmp(errors.kept[0].code, "forged") == 0;
        else
            c->n_unacknowledged +=
                errors.n_kept == 1 && strcmp(errors.kept[0].code, "not-acknowledged") == 0;
        hb_errors_clear(&errors);
        hb_text_clear(&line);
    }
    return NULL;
}

static void test_group(const char *path) {
    client clients[THREADS] = {{0}};
    pthread_t threads[THREADS];
    bool is_taken[ALL + 2] = {false}, is_once = true;
    uint32_t n = 0;
    hb_error err = {0};
    register_group *group = register_group_open(path, NULL, &err);
    check(group != NULL, err.message);
    for (uint32_t i = 0; i < THREADS; i++) {
        clients[i] = (client){.group = group, .number = i};
        check(pthread_create(&threads[i], NULL, record_some, &clients[i]) == 0, "no thread");
    }
    for (uint32_t i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    for (uint32_t i = 0; i < THREADS; i++) {
        n += clients[i].n_recorded;
        for (uint32_t k = 0; k < clients[i].n_recorded; k++) {
            uint64_t event = clients[i].events[k];
            is_once = is_once && event < ALL + 2 && !is_taken[event];
            if (event < ALL + 2) is_taken[event] = true;
        }
    }
    check(n == THREADS * EACH - 1, "somebody's event was not recorded");
    check(is_once, "two receipts of one number");
    check(clients[3].n_forged == 1, "the forged event was not refused as such");
    nanosleep(&(struct timespec){0, 300 * 1000 * 1000}, NULL);
    register_log *log = register_open(path, NULL, REGISTER_WRITE, &err);
    check(log != NULL, "nobody else can write while the group is quiet");
    check(log && register_size(log) == ALL, "keys, events and one refusal are not all");
    register_close(log);
    hb_text line = signed_line(99);
    const hb_str one = {line.at, line.n};
    hb_errors errors = {0};
    register_receipt receipt;
    check(register_group_record(group, &one, 1, NOON, &receipt, &errors) && receipt.event == ALL,
          "it does not go on after another program");
    hb_errors_clear(&errors);
    hb_text_clear(&line);
    register_group_close(group);
}

static void test_lost_anchor(const char *path) {
    client clients[THREADS] = {{0}};
    pthread_t threads[THREADS];
    uint32_t n = 0, n_unacknowledged = 0;
    uint64_t last = 0;
    hb_error err = {0};
    register_group *group = register_group_open(path, NULL, &err);
    syncs_fail = true;
    for (uint32_t i = 0; i < THREADS; i++) {
        clients[i] = (client){.group = group, .number = 100 + i};
        check(pthread_create(&threads[i], NULL, record_some, &clients[i]) == 0, "no thread");
    }
    for (uint32_t i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    syncs_fail = false;
    register_group_close(group);
    for (uint32_t i = 0; i < THREADS; i++) {
        n += clients[i].n_recorded;
        n_unacknowledged += clients[i].n_unacknowledged;
        for (uint32_t k = 0; k < clients[i].n_recorded; k++)
            if (clients[i].events[k] > last) last = clients[i].events[k];
    }
    check(n > 0 && n_unacknowledged > 0 && n + n_unacknowledged == THREADS * EACH,
          "where some syncs of the anchor fail, not each is recorded or not acknowledged");
    register_log *log = register_open(path, NULL, REGISTER_WRITE, &err);
    check(log && register_size(log) > last, "an acknowledged event is lost with an anchor's sync");
    register_close(log);
}

static void record_many(register_log *log) {
    static hb_text lines[BATCH];
    static hb_str all[BATCH];
    static register_receipt receipts[BATCH];
    hb_errors errors = {0};
    for (uint32_t i = 0; i < BATCH; i++) {
        lines[i] = signed_line(i % 700);
        all[i] = (hb_str){lines[i].at, lines[i].n};
    }
    bool ok = true;
    for (uint32_t i = 0; ok && i < BATCHES; i++)
        ok = register_record(log, all, BATCH, NOON, receipts, &errors);
    check(ok, "a large file is not recorded");
    // One bad signature among a thousand that were verified ahead.
    char *signature = strstr(lines[500].at, "\"signature\":\"") + 20;
    *signature = *signature == 'A' ? 'B' : 'A';
    check(!register_record(log, all, BATCH, NOON, receipts, &errors) && errors.n_kept == 1 &&
              strcmp(errors.kept[0].code, "forged") == 0 && errors.kept[0].line == 501,
          "the forged line of a large file is not named");
    hb_errors_clear(&errors);
    for (uint32_t i = 0; i < BATCH; i++) hb_text_clear(&lines[i]);
}

static bool count_alarm(void *context, const register_alarm *alarm, hb_error *err) {
    (void)alarm, (void)err;
    ++*(uint32_t *)context;
    return true;
}

static bool count_person(void *context, const register_line *line, hb_error *err) {
    (void)line, (void)err;
    ++*(uint32_t *)context;
    return true;
}

// A page of alarms, or of the roster of everybody where no question is asked.
static bool read_page(register_log *log, const register_alarm_question *question, const char *from,
                      uint32_t limit, uint32_t *n, register_page *page) {
    hb_error err = {0};
    *n = 0;
    page->most = 0;
    return question ? register_alarms_page(log, question, hb_str_from(from), limit, count_alarm, n,
                                           page, &err)
                    : register_roster_page(log, HB_STR(""), 0, hb_str_from(from), limit,
                                           count_person, n, page, &err);
}

// From the first page to the last and back again: each page says how many come before it, and
// begins where the one after it says that the one before begins.
static void walk_pages(register_log *log, const register_alarm_question *question,
                       const char *what) {
    enum { LIMIT = 97 };
    register_page page = {0};
    register_cursor at = "", before = "";
    uint32_t n = 0, n_all = 0;
    bool ok = true, is_more = true;
    while (ok && is_more) {
        ok = read_page(log, question, at, LIMIT, &n, &page) && page.n_before == n_all &&
             page.has_previous == (n_all > 0);
        if (n_all > LIMIT) ok = ok && strcmp(page.previous, before) == 0;
        n_all += n;
        is_more = page.has_next;
        memcpy(before, at, sizeof before);
        if (is_more) memcpy(at, page.next, sizeof at);
    }
    check(ok && n_all == page.n_all && n_all > 5 * LIMIT, what);
    while (ok && page.has_previous) {
        ok = read_page(log, question, page.previous, LIMIT, &n, &page) && n == LIMIT;
        n_all -= n;
    }
    check(ok && page.n_before == 0 && n_all <= LIMIT && n_all > 0, what);
}

static void test_walking(register_log *log) {
    const register_hours hours = register_hours_default();
    const hb_instant later = {NOON.seconds + 40 * 86400, 0};
    walk_pages(log, &(register_alarm_question){.now = later, .hours = &hours}, "pages of alarms");
    walk_pages(log,
               &(register_alarm_question){.now = later, .hours = &hours, .kind = HB_STR("A16")},
               "pages of alarms of one kind");
    walk_pages(log, NULL, "pages of the roster");
}

static void change(const char *path, const char *sql) {
    sqlite3 *db = NULL;
    check(sqlite3_open(path, &db) == SQLITE_OK &&
              sqlite3_exec(db, "DROP TRIGGER IF EXISTS event_no_update", NULL, NULL, NULL) ==
                  SQLITE_OK &&
              sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK,
          sql);
    sqlite3_close(db);
}

// A walk through everybody is stopped in its middle, and the handle serves on afterwards.
typedef struct {
    uint32_t n, stop_at, n_asked;
} walk;

static bool must_stop(void *to) {
    walk *w = to;
    w->n_asked++;
    return w->n >= w->stop_at;
}

static bool count_line(void *to, const register_line *line, hb_error *err) {
    (void)line;
    (void)err;
    ((walk *)to)->n++;
    return true;
}

static void test_stop(const char *path) {
    hb_error err = {0};
    walk whole = {.stop_at = UINT32_MAX}, part = {.stop_at = 100};
    register_log *log = register_open(path, NULL, REGISTER_READ, &err);
    register_stop_when(log, must_stop, &whole);
    check(register_roster(log, 0, count_line, &whole, &err) && whole.n_asked > 0, err.message);
    register_stop_when(log, must_stop, &part);
    check(!register_roster(log, 0, count_line, &part, &err) &&
              strcmp(err.code, "register-stopped") == 0 && part.n >= part.stop_at &&
              part.n < whole.n,
          "a walk that must stop goes on");
    part.stop_at = UINT32_MAX;
    part.n = 0;
    check(register_roster(log, 0, count_line, &part, &err) && part.n == whole.n,
          "after one that was stopped the next walk is not whole");
    register_close(log);
}

static void test_pieces(const char *path) {
    hb_error err = {0};
    register_finding finding = {0};
    register_log *log = register_open(path, NULL, REGISTER_WRITE, &err);
    if (log) record_many(log);
    if (log) test_walking(log);
    check(log && register_verify(log, (hb_str){0}, REGISTER_WHOLE, &finding, &err) &&
              finding.is_unaltered && finding.n_events > BATCH * BATCHES,
          finding.why);
    check(log && register_verify(log, (hb_str){0}, REGISTER_TREE, &finding, &err) &&
              finding.is_unaltered && finding.depth == REGISTER_TREE,
          finding.why);
    test_stop(path);
    change(path, "UPDATE event SET marks = marks + 1 WHERE seq IN (4900, 4200, 4500)");
    check(log && register_verify(log, (hb_str){0}, REGISTER_WHOLE, &finding, &err) &&
              !finding.is_unaltered && finding.has_bad_event && finding.bad_event == 4200,
          "of three changed events the first is not named");
    check(log && register_verify(log, (hb_str){0}, REGISTER_TREE, &finding, &err) &&
              finding.is_unaltered,
          "the tree does not hold what was changed");
    change(path, "UPDATE event SET marks = marks - 1 WHERE seq IN (4900, 4200, 4500)");
    change(path,
           "UPDATE standing SET held = 1 - held WHERE person = (SELECT MAX(person) FROM "
           "standing)");
    check(log && register_verify(log, (hb_str){0}, REGISTER_WHOLE, &finding, &err) &&
              !finding.is_unaltered && strstr(finding.why, "standing"),
          "a changed standing of the last person is not found");
    change(path,
           "UPDATE standing SET person = 'zz' WHERE person = (SELECT MAX(person) FROM "
           "standing)");
    check(log && register_verify(log, (hb_str){0}, REGISTER_WHOLE, &finding, &err) &&
              !finding.is_unaltered,
          "a standing under no person's name is not found");
    register_close(log);
}

int main(int argc, char **argv) {
    char path[4096];
    hb_error err = {0};
    uint8_t public_key[32];
    hb_text vkey = {0};
    snprintf(path, sizeof path, "%s/many.db", argc > 1 ? argv[1] : ".");
    proof_random(&seed, sizeof seed);
    proof_public_key(&seed, public_key);
    check(proof_key_make(HB_STR("DGCP/officer"), PROOF_LOG_KEY, public_key, &key), "no key");
    proof_key_add(&vkey, &key);
    check(register_init(path, NULL, HB_STR("a/b"), (hb_str){0}, NOON, &err), err.message);
    register_log *log = register_open(path, NULL, REGISTER_WRITE, &err);
    check(log && register_key_begin(log, (hb_str){vkey.at, vkey.n}, HB_STR("DGCP"),
                                    HB_STR("facility"), NOON, &err),
          err.message);
    register_close(log);
    hb_text_clear(&vkey);
    test_group(path);
    test_lost_anchor(path);
    test_pieces(path);
    printf("%u passed, %u failed\n", passed, failed);
    return failed > 0 || passed == 0;
}
