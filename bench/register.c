// The register's promises of speed, each beside what bounds it, all in one run: recording against a
// plain insert in the same SQLite and against the sync of the disk; then, over a register that is
// built once and kept, proof, person, roster of a place, locate and all alarms.
// usage: bench-register FOLDER HABEAS_VERIFY [EVENTS]   (200000; a tenth as many people;
// FOLDER/EVENTS.db is kept)
//        bench-register FOLDER recording                 (that alone, a few seconds)
//        bench-register FOLDER postgresql://ADDRESS      (the same, in an empty database)
//        bench-register FOLDER read EVENTS               (of a register that was built before)
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/bench.h"
#include "register/register.h"

enum {
    ROUNDS = 10,
    BATCH = 4000,
    PEOPLE_A_PLACE = 100,
    SINGLE = 1000,
    CLIENTS = 64,
    MANY = 12800,
    ASKED = 500,
    PAGE = 100
};
static const int64_t BASE = 1742040000;
#define ORIGIN HB_STR("bench.example/register")
#define TRY(call)                      \
    do {                               \
        hb_error err = {0};            \
        if (!(call)) bench_fail(&err); \
    } while (0)

// Waiting for the disk counts, so this is the clock on the wall.
static double wall_ns(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double percentile(double *values, size_t n, double share) {
    qsort(values, n, sizeof *values, compare);
    return values[(size_t)(share * (double)(n - 1))];
}

// ---- officers and events ------------------------------------------------------------------------

typedef struct {
    proof_key key;
    proof_secret seed;
    char name[64];
} officer;
typedef struct {
    register_log *log;
    hb_arena *arena;
    officer facility, monitor;
} bench;

static void begin_officer(bench *b, officer *o, const char *name, const char *role,
                          hb_instant now) {
    uint8_t public_key[32];
    hb_text vkey = {0};
    snprintf(o->name, sizeof o->name, "%s", name);
    proof_random(&o->seed, sizeof o->seed);
    proof_public_key(&o->seed, public_key);
    (void)proof_key_make(hb_str_from(o->name), PROOF_LOG_KEY, public_key, &o->key);
    proof_key_add(&vkey, &o->key);
    TRY(register_key_begin(b->log, (hb_str){vkey.at, vkey.n}, (hb_str){name, strcspn(name, "/")},
                           hb_str_from(role), now, &err));
    hb_text_clear(&vkey);
}

static void open_new(bench *b, const char *where, const char *local, hb_instant now) {
    TRY(register_init(where, local, ORIGIN, (hb_str){0}, now, &err));
    TRY((b->log = register_open(where, local, REGISTER_WRITE, &err)) != NULL);
    begin_officer(b, &b->facility, "DGCP/officer-1", "facility", now);
    begin_officer(b, &b->monitor, "PDDH/monitor-1", "monitor", now);
}

// Letters of a number, so that names differ in more than one of them.
static const char *letters(char out[16], uint64_t n) {
    for (int i = 0; i < 12; i++, n = n * 31 + 17) out[i] = (char)('a' + n % 26);
    out[12] = '\0';
    return out;
}

static void identity_of(uint64_t person, char name[64], char born[16], const char **country) {
    static const char *const COUNTRIES[] = {"VEN", "SLV", "HND", "GTM", "MEX"};
    char given[16], family[16];
    hb_date date = {1970, 1, 1};
    (void)hb_date_from_days(-5000 + (int64_t)(person % 18000), &date);
    snprintf(name, 64, "%s %s", letters(given, person * 7 + 1), letters(family, person * 13 + 5));
    snprintf(born, 16, "%04d-%02d-%02d", date.year, date.month, date.day);
    *country = COUNTRIES[person / 18000 % 5];
}

// One person's event of a round. Two in a thousand are not seen any more near the end.
static void add_event(hb_text *out, uint64_t person, uint32_t round, int64_t at) {
    char name[64], born[16];
    const char *country;
    hb_date day = {1970, 1, 1};
    int second = (int)(at % 86400);
    (void)hb_date_from_days(at / 86400, &day);
    hb_text_addf(
        out,
        "{\"person\":\"P-%llu\",\"authority\":\"DGCP\",\"happened_at\":\"%04d-%02d-%02dT%02d:"
        "%02d:%02dZ\",\"place\":\"PLACE-%llu\",",
        (unsigned long long)person, day.year, day.month, day.day, second / 3600, second / 60 % 60,
        second % 60, (unsigned long long)(person / PEOPLE_A_PLACE));
    if (round == 0) {
        identity_of(person, name, born, &country);
        hb_text_addf(out,
                     "\"event\":\"IdentityRecorded\",\"name\":\"%s\",\"birth_date\":\"%s\","
                     "\"country\":\"%s\"}",
                     name, born, country);
    } else if (round == 1) {
        hb_text_add(out, HB_STR("\"event\":\"Admitted\",\"order\":\"J\",\"injuries\":\"none "
                                "seen\",\"property\":\"bag\"}"));
    } else if (round == 2) {
        hb_text_add(out,
                    HB_STR("\"event\":\"BasisRecorded\",\"order\":\"J\",\"lawful_until\":\"2030-"
                           "01-01\"}"));
    } else if (round == 8) {
        hb_text_add(out, HB_STR("\"event\":\"CounselCall\"}"));
    } else {
        bool is_unseen = round == 9 && person % 500 == 7;
        hb_text_addf(out, "\"event\":\"%s\",\"method\":\"roll\",\"reason\":\"x\"}",
                     is_unseen ? "Incident" : "LocationConfirmed");
    }
}

// Lines are signed by a thread of their own while those before them are recorded.
typedef struct {
    const officer *by;
    hb_arena *arena, *scratch;
    hb_json_reader *reader;
    hb_str lines[BATCH];
    uint64_t person;
    uint32_t n, round;
    int64_t at;
} signing;

static void open_signing(signing *s, const officer *by) {
    s->by = by;
    s->arena = hb_arena_open((size_t)256 << 20);
    s->scratch = hb_arena_open(1 << 20);
    s->reader = hb_json_reader_open();
    if (!s->arena || !s->scratch || !s->reader) exit(4);
}

static void close_signing(signing *s) {
    hb_json_reader_close(s->reader);
    hb_arena_close(s->scratch);
    hb_arena_close(s->arena);
}

static void *sign_some(void *context) {
    signing *s = context;
    hb_arena_reset(s->arena);
    for (uint32_t i = 0; i < s->n; i++) {
        hb_text line = {0}, signed_line = {0};
        hb_arena_reset(s->scratch);
        add_event(&line, s->person + i, s->round, s->at);
        TRY(register_sign(s->scratch, s->reader, ORIGIN, (hb_str){line.at, line.n}, &s->by->key,
                          &s->by->seed, &signed_line, &err));
        if (!hb_str_copy(s->arena, (hb_str){signed_line.at, signed_line.n}, &s->lines[i])) exit(4);
        hb_text_clear(&line);
        hb_text_clear(&signed_line);
    }
    return NULL;
}

static void record(bench *b, const hb_str *lines, uint32_t n, hb_instant now) {
    static register_receipt receipts[BATCH];
    hb_errors errors = {0};
    if (!register_record(b->log, lines, n, now, receipts, &errors)) bench_fail(&errors.kept[0]);
}

// ---- recording ----------------------------------------------------------------------------------

static double sync_ns(const char *folder, double *p99) {
    static double each[SINGLE];
    static const char block[4096];
    char path[4200];
    snprintf(path, sizeof path, "%s/sync", folder);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    for (int i = 0; fd >= 0 && i < SINGLE; i++) {
        double start = wall_ns();
        if (pwrite(fd, block, sizeof block, (off_t)i * 4096) != sizeof block || fdatasync(fd) != 0)
            exit(4);
        each[i] = wall_ns() - start;
    }
    close(fd);
    unlink(path);
    *p99 = percentile(each, SINGLE, 0.99);
    return percentile(each, SINGLE, 0.5);
}

// As much as an event of the register is, in one table of a SQLite file, a commit each.
typedef struct {
    char path[4200];
    sqlite3 *db;
    sqlite3_stmt *insert;
} plain_table;

static void open_plain(plain_table *p, const char *folder) {
    snprintf(p->path, sizeof p->path, "%s/plain.db", folder);
    unlink(p->path);
    sqlite3_open(p->path, &p->db);
    sqlite3_exec(p->db,
                 "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (n INTEGER "
                 "PRIMARY KEY, body BLOB)",
                 NULL, NULL, NULL);
    sqlite3_prepare_v2(p->db, "INSERT INTO t (body) VALUES (?)", -1, &p->insert, NULL);
}

static void insert_plain(plain_table *p) {
    static const char body[1800];
    sqlite3_bind_blob(p->insert, 1, body, sizeof body, SQLITE_STATIC);
    if (sqlite3_step(p->insert) != SQLITE_DONE) exit(4);
    sqlite3_reset(p->insert);
}

static void close_plain(plain_table *p) {
    sqlite3_finalize(p->insert);
    sqlite3_close(p->db);
    unlink(p->path);
}

// Events of the same 200 people; the lines live in b->arena.
static void sign_round(bench *b, hb_str *lines, uint32_t n, uint32_t round) {
    static signing s;
    open_signing(&s, &b->facility);
    for (uint32_t at = 0; at < n; at += 200) {
        s.n = 200, s.round = round, s.at = BASE + round * 43200;
        (void)sign_some(&s);
        for (uint32_t i = 0; i < s.n; i++) {
            if (!hb_str_copy(b->arena, s.lines[i], &lines[at + i])) exit(4);
        }
    }
    close_signing(&s);
}

// Clients: threads that record an event each and wait for its receipt before the next.
typedef struct {
    double late_ns, ns;  // from when the line was due to when the client began, and to its receipt
    int64_t waits[REGISTER_WAITS];
} acknowledgement;
typedef struct {
    register_group *group;
    const hb_str *lines;
    uint32_t n, at;          // lines in all; of them every CLIENTS-th from `at`
    double start, pause_ns;  // a line every `pause_ns` after `start`, or at once
    acknowledgement *each;
    hb_instant now;
} client;
static _Thread_local acknowledgement *asked_now;

static void take_waits(void *context, const int64_t ns[REGISTER_WAITS]) {
    (void)context;
    memcpy(asked_now->waits, ns, sizeof asked_now->waits);
}

static void wait_until(double at) {
    double left = at - wall_ns();
    if (left <= 0) return;
    nanosleep(&(struct timespec){(time_t)(left / 1e9), (long)left % 1000000000}, NULL);
}

static void *record_on(void *context) {
    client *c = context;
    uint32_t n = 0;
    for (uint32_t i = c->at; i < c->n; i += CLIENTS, n++) {
        hb_errors errors = {0};
        register_receipt receipt;
        // Clients do not come all at once; and a line counts from when it was due, whatever became
        // of the one before.
        double due = c->start + c->pause_ns * (n + c->at / (double)CLIENTS);
        if (c->pause_ns > 0) wait_until(due);
        double from = wall_ns();
        asked_now = &c->each[i];
        if (!register_group_record(c->group, &c->lines[i], 1, c->now, &receipt, &errors))
            bench_fail(&errors.kept[0]);
        if (c->pause_ns == 0) due = from;
        c->each[i].late_ns = from - due;
        c->each[i].ns = wall_ns() - due;
    }
    return NULL;
}

static double run_clients(register_group *group, const hb_str *lines, uint32_t n, double pause_ns,
                          acknowledgement *each, hb_instant now) {
    static client clients[CLIENTS];
    pthread_t threads[CLIENTS];
    double start = wall_ns();
    for (uint32_t i = 0; i < CLIENTS; i++) {
        clients[i] = (client){group, lines, n, i, start, pause_ns, each, now};
        if (pthread_create(&threads[i], NULL, record_on, &clients[i]) != 0) exit(4);
    }
    for (uint32_t i = 0; i < CLIENTS; i++) pthread_join(threads[i], NULL);
    return wall_ns() - start;
}

static void report(const char *store, const char *what, double value, const char *unit,
                   uint64_t n) {
    char name[128];
    snprintf(name, sizeof name, "%s: %s", store, what);
    bench_report(name, value, unit, n);
}

static int compare_waits(const void *a, const void *b) {
    return compare(&((const acknowledgement *)a)->ns, &((const acknowledgement *)b)->ns);
}

// Half of all, the slowest hundredth, and where the time of those went.
static void report_waits(const char *store, acknowledgement *each, uint32_t n) {
    static const char *const PARTS[1 + REGISTER_WAITS] = {
        "the client began late",   "read, signature verified", "for the transaction before",
        "its transaction, synced", "the anchor, synced",       "its thread woken"};
    const uint32_t n_fast = (uint32_t)((uint64_t)n * 99 / 100), n_slow = n - n_fast;
    qsort(each, n, sizeof *each, compare_waits);
    report(store, "acknowledged at half load, half", each[n / 2].ns / 1e3, "us", n);
    report(store, "acknowledged at half load, 99 of 100", each[n_fast].ns / 1e3, "us", n);
    for (int part = 0; part <= REGISTER_WAITS; part++) {
        double all = 0, slow = 0;
        char what[96];
        for (uint32_t i = 0; i < n; i++) {
            double ns = part == 0 ? each[i].late_ns : (double)each[i].waits[part - 1];
            all += ns;
            if (i >= n_fast) slow += ns;
        }
        snprintf(what, sizeof what, "of it, %s", PARTS[part]);
        report(store, what, all / n / 1e3, "us", n);
        snprintf(what, sizeof what, "of the slowest hundredth, %s", PARTS[part]);
        report(store, what, slow / n_slow / 1e3, "us", n_slow);
    }
}

static void measure_clients(bench *b, const char *store, const char *where, const char *local,
                            hb_str *lines, uint32_t n, hb_instant now) {
    static acknowledgement each[MANY];
    register_group *group;
    TRY((group = register_group_open(where, local, &err)) != NULL);
    register_group_watch(group, take_waits, NULL);
    sign_round(b, lines, n, 4);
    run_clients(group, lines, CLIENTS, 0, each, now);  // the register is open then, and keys known
    double processor = bench_now_ns(),
           taken = run_clients(group, lines + CLIENTS, n - CLIENTS, 0, each, now);
    n -= CLIENTS;
    report(store, "64 clients at once, events", 1e9 * n / taken, "1/s", n);
    report(store, "64 clients at once, processor", (bench_now_ns() - processor) / n / 1e3, "us", n);
    double pause_ns = 2 * taken / n * CLIENTS;
    run_clients(group, lines, n / 8, pause_ns, each, now);  // what full load left behind is done
    run_clients(group, lines, n, pause_ns, each, now);
    report_waits(store, each, n);
    register_group_close(group);
}

// Turn by turn with a plain insert, so that whatever else the machine and its disk do meets both;
// of each the half of all, so that the few that meet much of it count little.
static void measure_one_client(bench *b, const char *store, const hb_str *lines, const char *folder,
                               hb_instant now) {
    static double plain[SINGLE], event[SINGLE];
    plain_table table;
    double processor = 0;
    open_plain(&table, folder);
    for (uint32_t i = 0; i < SINGLE; i++) {
        double start = wall_ns();
        insert_plain(&table);
        plain[i] = wall_ns() - start;
        double used = bench_now_ns();
        start = wall_ns();
        record(b, &lines[i], 1, now);
        event[i] = wall_ns() - start;
        processor += bench_now_ns() - used;
    }
    close_plain(&table);
    report(store, "beside it a plain insert and sync in SQLite, half",
           percentile(plain, SINGLE, 0.5) / 1e3, "us", SINGLE);
    report(store, "one client, an event, half", percentile(event, SINGLE, 0.5) / 1e3, "us", SINGLE);
    report(store, "one client, processor", processor / SINGLE / 1e3, "us", SINGLE);
}

// In an empty store: `local` names the files beside, all of them gone before.
static void measure_recording(bench *b, const char *store, const char *folder, const char *where,
                              const char *local) {
    static hb_str lines[MANY];
    char path[4300];
    const hb_instant now = {BASE + 9 * 43200, 0};
    static const char *const SUFFIXES[] = {"",       "-wal",       "-shm",       ".key",
                                           ".vault", ".vault-wal", ".vault-shm", ".anchor"};
    for (size_t i = 0; i < sizeof SUFFIXES / sizeof SUFFIXES[0]; i++) {
        snprintf(path, sizeof path, "%s%s", local, SUFFIXES[i]);
        unlink(path);
    }
    open_new(b, where, local, (hb_instant){BASE, 0});
    for (uint32_t round = 0; round < 3; round++) {
        sign_round(b, lines, 200, round);
        record(b, lines, 200, now);
    }
    sign_round(b, lines, SINGLE, 3);
    measure_one_client(b, store, lines, folder, now);
    register_close(b->log);
    measure_clients(b, store, where, local, lines, MANY, now);
}

// What recording cannot be faster than: the disk's sync, a row and a sync in the same SQLite, and
// signatures verified on all processors at once.
static void *verify_signatures(void *context) {
    const officer *by = context;
    proof_signature signature = proof_sign(&by->seed, by->key.public_key, ORIGIN);
    for (int i = 0; i < SINGLE; i++)
        if (!proof_signed_by(by->key.public_key, ORIGIN, &signature)) exit(4);
    return NULL;
}

static void measure_limits(bench *b, const char *folder) {
    pthread_t threads[64];
    long n = sysconf(_SC_NPROCESSORS_ONLN) < 64 ? sysconf(_SC_NPROCESSORS_ONLN) : 64;
    double p99 = 0, sync = sync_ns(folder, &p99);
    bench_report("sync of 4 KiB", sync / 1e3, "us", SINGLE);
    bench_report("sync of 4 KiB, 99 of 100", p99 / 1e3, "us", SINGLE);
    bench_report("syncs, each for 64 clients", CLIENTS * 1e9 / sync, "1/s", SINGLE);
    double start = bench_now_ns();
    (void)verify_signatures(&b->facility);
    bench_report("signatures verified on one core", 1e9 * SINGLE / (bench_now_ns() - start), "1/s",
                 SINGLE);
    start = wall_ns();
    for (long i = 0; i < n; i++)
        if (pthread_create(&threads[i], NULL, verify_signatures, &b->facility) != 0) exit(4);
    for (long i = 0; i < n; i++) pthread_join(threads[i], NULL);
    bench_report("signatures verified on all processors",
                 1e9 * SINGLE * (double)n / (wall_ns() - start), "1/s", SINGLE * (uint64_t)n);
}

// ---- a large register ---------------------------------------------------------------------------

// What to sign next; false after the last.
static bool next_of(signing *s, uint64_t n_people, uint64_t *number) {
    uint64_t n_a_round = (n_people + BATCH - 1) / BATCH;
    if (*number == n_a_round * ROUNDS) return false;
    s->round = (uint32_t)(*number / n_a_round);
    s->person = *number % n_a_round * BATCH;
    s->n = n_people - s->person < BATCH ? (uint32_t)(n_people - s->person) : BATCH;
    s->at = BASE + s->round * 43200;
    ++*number;
    return true;
}

static void build(bench *b, const char *path, uint64_t n_people) {
    static signing both[2];
    uint64_t number = 0;
    double start = wall_ns();
    open_new(b, path, NULL, (hb_instant){BASE - 86400, 0});
    for (int i = 0; i < 2; i++) open_signing(&both[i], &b->facility);
    bool is_more = next_of(&both[0], n_people, &number);
    (void)sign_some(&both[0]);
    for (int now = 0; is_more; now = !now) {
        pthread_t thread;
        is_more = next_of(&both[!now], n_people, &number);
        if (is_more && pthread_create(&thread, NULL, sign_some, &both[!now]) != 0) exit(4);
        record(b, both[now].lines, both[now].n, (hb_instant){both[now].at, 0});
        if (is_more) pthread_join(thread, NULL);
    }
    bench_report("register: built, signing included, events",
                 1e9 * (double)(n_people * ROUNDS) / (wall_ns() - start), "1/s", n_people * ROUNDS);
    for (int i = 0; i < 2; i++) close_signing(&both[i]);
    register_close(b->log);
}

typedef struct {
    uint64_t n;
} counted;

static bool count_line(void *context, const register_line *line, hb_error *err) {
    (void)line, (void)err;
    ((counted *)context)->n++;
    return true;
}
static bool count_entry(void *context, const register_entry *entry, hb_error *err) {
    (void)entry, (void)err;
    ((counted *)context)->n++;
    return true;
}
static bool count_alarm(void *context, const register_alarm *alarm, hb_error *err) {
    (void)alarm, (void)err;
    ((counted *)context)->n++;
    return true;
}

typedef enum { ASK_PROOF = 0, ASK_PERSON, ASK_ROSTER, ASK_PAST, ASK_LOCATE, N_ASKS } asked;

static void ask(bench *b, asked what, uint64_t person, uint64_t n_people, int64_t end) {
    char name[64], born[16], text[64];
    const char *country;
    counted c = {0};
    hb_text proof = {0}, entry = {0};
    register_custody custody;
    locate_answer answer;
    snprintf(text, sizeof text, "P-%llu", (unsigned long long)person);
    switch (what) {
        case ASK_PROOF:
            TRY(register_prove(b->log, person * ROUNDS, &proof, &entry, &err));
            c.n = proof.n;
            break;
        case ASK_PERSON:
            TRY(register_person(b->log, hb_str_from(text), (hb_str){0}, (hb_instant){end, 0},
                                count_entry, &c, &custody, &err));
            break;
        case ASK_ROSTER:
        case ASK_PAST:
            snprintf(text, sizeof text, "PLACE-%llu",
                     (unsigned long long)(person / PEOPLE_A_PLACE));
            TRY(register_roster_of(b->log, hb_str_from(text),
                                   what == ASK_PAST ? BASE + 5 * 43200 : end, count_line, &c,
                                   &err));
            break;
        case ASK_LOCATE:
            identity_of(person, name, born, &country);
            TRY(register_locate(b->log,
                                &(locate_question){.who = hb_str_from(name),
                                                   .born = hb_str_from(born),
                                                   .country = hb_str_from(country)},
                                (hb_instant){end, 0}, WORDS_EN, &answer, &err));
            c.n = answer.kind == LOCATE_CUSTODY;
            break;
        case N_ASKS: break;
    }
    if (c.n == 0) {
        fprintf(stderr, "question %d about person %llu of %llu found nothing\n", what,
                (unsigned long long)person, (unsigned long long)n_people);
        exit(1);
    }
    hb_text_clear(&proof);
    hb_text_clear(&entry);
}

typedef enum { ALL_ALARMS = 0, ALARM_PAGE, ALARM_PAGE_LATER, ALARMS_COUNTED, N_LISTS } listed;

// How long it takes, best of some rounds, and how many lines it gave.
static void list_alarms(bench *b, listed what, int64_t at, uint64_t n_people) {
    static const char *const NAMES[N_LISTS] = {"register: all alarms",
                                               "register: first page of alarms, everybody's open",
                                               "register: a page of alarms half way through",
                                               "register: alarms counted, everybody's open"};
    const register_hours hours = register_hours_default();
    const register_alarm_question question = {
        .now = {at, 0},
          .hours = &hours
    };
    register_alarm_count counts[REGISTER_ALARM_KINDS];
    register_page page;
    double best = 0;
    counted c = {0};
    char half[REGISTER_CURSOR];
    snprintf(half, sizeof half, "A1.%lld.8", (long long)BASE + (ROUNDS - 2) * 43200);
    for (int i = 0; i < BENCH_ROUNDS; i++) {
        c.n = 0;
        double start = bench_now_ns();
        switch (what) {
            case ALL_ALARMS:
                TRY(register_alarms(b->log, question.now, &hours, WORDS_EN, count_alarm, &c, &err));
                break;
            case ALARM_PAGE:
            case ALARM_PAGE_LATER:
                TRY(register_alarms_page(b->log, &question,
                                         hb_str_from(what == ALARM_PAGE ? "" : half), PAGE,
                                         count_alarm, &c, &page, &err));
                if (page.n_all < n_people || c.n != PAGE) exit(1);
                break;
            case ALARMS_COUNTED:
                TRY(register_alarms_count(b->log, &question, counts, &err));
                for (int k = 0; k < REGISTER_ALARM_KINDS; k++) c.n += counts[k].n;
                break;
            case N_LISTS: break;
        }
        double taken = bench_now_ns() - start;
        if (i == 0 || taken < best) best = taken;
    }
    bench_report(NAMES[what], best / 1e6, "ms", c.n);
}

// Of the alarms of the large register, and of those two months later, when nobody has been seen
// since.
static void measure_alarms(bench *b, int64_t end, uint64_t n_people) {
    const int64_t later = end + 60 * 86400;
    list_alarms(b, ALL_ALARMS, end, n_people);
    bench_report("register: people asked for alarms", (double)n_people, "people", n_people);
    list_alarms(b, ALARM_PAGE, later, n_people);
    list_alarms(b, ALARM_PAGE_LATER, later, n_people);
    list_alarms(b, ALARMS_COUNTED, later, n_people);
}

static void measure_reading(bench *b, const char *path, uint64_t n_people) {
    static const char *const NAMES[N_ASKS] = {
        "register: proof of an entry, 99 of 100", "register: a person, 99 of 100",
        "register: roster of a place of 100, now, 99 of 100",
        "register: roster of a place of 100, days ago, 99 of 100", "register: locate, 99 of 100"};
    static double each[ASKED];
    const int64_t end = BASE + 9 * 43200 + 3600;
    TRY((b->log = register_open(path, NULL, REGISTER_READ, &err)) != NULL);
    for (int what = 0; what < N_ASKS; what++) {
        for (uint64_t i = 0; i < ASKED; i++) {
            uint64_t person = i * 7919 % n_people;
            double start = bench_now_ns();
            ask(b, (asked)what, person, n_people, end);
            each[i] = bench_now_ns() - start;
        }
        bench_report(NAMES[what], percentile(each, ASKED, 0.99) / 1e3, "us", ASKED);
        if (what == ASK_PROOF)
            bench_report("register: proof of an entry, half", percentile(each, ASKED, 0.5) / 1e3,
                         "us", ASKED);
    }
    measure_alarms(b, end, n_people);
    register_close(b->log);
}

static void measure_verifying(bench *b, const char *folder, const char *path, const char *verify) {
    char public[4200], command[9000];
    register_finding finding;
    snprintf(public, sizeof public, "%s/public", folder);
    TRY((b->log = register_open(path, NULL, REGISTER_READ, &err)) != NULL);
    mkdir(public, 0755);
    TRY(register_export(b->log, public, &err));
    double start = wall_ns();
    snprintf(command, sizeof command, "'%s' '%s' --keys '%s/policy' >/dev/null", verify, public,
             public);
    if (system(command) != 0) exit(1);
    uint64_t n = register_size(b->log);
    bench_report("habeas-verify of an export, entries", 1e9 * (double)n / (wall_ns() - start),
                 "1/s", n);
    start = wall_ns();
    TRY(register_verify(b->log, (hb_str){0}, REGISTER_TREE, &finding, &err) &&
        finding.is_unaltered);
    bench_report("register verify --tree, entries", 1e9 * (double)n / (wall_ns() - start), "1/s",
                 n);
    start = wall_ns();
    TRY(register_verify(b->log, (hb_str){0}, REGISTER_WHOLE, &finding, &err) &&
        finding.is_unaltered);
    bench_report("register verify, every signature and standing, entries",
                 1e9 * (double)n / (wall_ns() - start), "1/s", n);
    register_close(b->log);
}

int main(int argc, char **argv) {
    const char *folder = argc > 1 ? argv[1] : ".", *second = argc > 2 ? argv[2] : "";
    bool is_postgres = strncmp(second, "postgresql://", 13) == 0;
    uint64_t n_events = argc > 3 ? strtoull(argv[3], NULL, 10) : 200000,
             n_people = n_events / ROUNDS;
    char path[4200];
    bench b = {.arena = hb_arena_open((size_t)256 << 20)};
    bool is_short = strcmp(second, "recording") == 0;
    if (argc < 3 || n_people < BATCH || !b.arena) {
        fprintf(stderr,
                "usage: bench-register FOLDER HABEAS_VERIFY [EVENTS, at least %d]\n"
                "       bench-register FOLDER recording\n"
                "       bench-register FOLDER postgresql://ADDRESS\n"
                "       bench-register FOLDER read EVENTS, of a register that was built before\n",
                BATCH * ROUNDS);
        return 2;
    }
    mkdir(folder, 0755);
    snprintf(path, sizeof path, "%s/record.db", folder);
    bool is_read = strcmp(second, "read") == 0;
    if (is_postgres) {
        measure_recording(&b, "register on PostgreSQL", folder, second, path);
    } else if (!is_read) {
        measure_recording(&b, "register", folder, path, path);
        measure_limits(&b, folder);
    }
    if (!is_postgres && !is_short) {
        snprintf(path, sizeof path, "%s/%llu.db", folder, (unsigned long long)n_events);
        if (!is_read && access(path, F_OK) != 0) build(&b, path, n_people);
        measure_reading(&b, path, n_people);
        if (!is_read) measure_verifying(&b, folder, path, second);
    }
    hb_arena_close(b.arena);
    return 0;
}
