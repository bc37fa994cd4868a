// Power is lost at every step of a register's writing: whatever of the unsynced sectors arrived,
// the register opens, verifies, has every acknowledged event with the same leaf and readable
// details, would know a copy without any of them, has nothing that was never sent, and goes on.
// Every other opening is of a group of threads, which syncs the anchor of some while others are
// stored.
// usage: powerloss FOLDER [CUTS [EVENTS]]   (FOLDER empty; at so many moments, spread evenly,
// every other one that of an acknowledgement; so many events in each of 4 openings: from some 25
// on, SQLite's log is moved and begun anew within one)
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "disk.h"
#include "register/register.h"

enum { ROUNDS = 4, BATCH = 2, THREADS = 4, MANY = 2000, MAX_SHOWN = 20 };
#define ORIGIN HB_STR("registry.example/custody")
static const hb_instant NOON = {1742040000, 0};
typedef struct {
    proof_key key;
    proof_secret seed;
    hb_text name, vkey;
} officer;
typedef struct {
    size_t at;  // step by which it was acknowledged
    register_receipt receipt;
    char person[16];
} acknowledged;
static struct {
    officer facility, monitor;
    hb_arena *arena;
    hb_json_reader *reader;
    pthread_mutex_t lock;  // of the next three
    acknowledged all[MANY];
    uint32_t n;
    uint64_t n_sent;  // entries before the first receipt
    unsigned passed, failed;
} t;

static void stop(const hb_error *err) {
    printf("the test itself failed: %s\n", err->message);
    exit(4);
}

static bool make_officer(officer *o, const char *name, hb_error *err) {
    uint8_t public_key[32];
    proof_random(&o->seed, sizeof o->seed);
    proof_public_key(&o->seed, public_key);
    if (!proof_key_make(hb_str_from(name), PROOF_LOG_KEY, public_key, &o->key))
        return hb_out_of_memory(err);
    proof_key_add(&o->vkey, &o->key);
    hb_text_addf(&o->name, "%s+%08x", name, o->key.id);
    return true;
}

static bool sign(const char *person, hb_str *out, hb_error *err) {
    hb_text line = {0}, whole = {0};
    hb_text_addf(
        &line,
        "{\"event\":\"Admitted\",\"person\":\"%s\",\"authority\":\"DGCP\",\"happened_at\":"
        "\"2025-03-15T09:00:00Z\",\"place\":\"CECOT\",\"order\":\"D-1\",\"injuries\":\"none "
        "seen\",\"property\":\"none\"}",
        person);
    bool ok = register_sign(t.arena, t.reader, ORIGIN, (hb_str){line.at, line.n}, &t.facility.key,
                            &t.facility.seed, &whole, err) &&
              (hb_str_copy(t.arena, (hb_str){whole.at, whole.n}, out) || hb_out_of_memory(err));
    hb_text_clear(&line);
    hb_text_clear(&whole);
    return ok;
}

static void acknowledge(const register_receipt *receipts, const char *person) {
    pthread_mutex_lock(&t.lock);
    for (int i = 0; i < BATCH && t.n < MANY; i++) {
        acknowledged *a = &t.all[t.n++];
        *a = (acknowledged){disk_n_steps(), receipts[i], ""};
        snprintf(a->person, sizeof a->person, "%s", person);
    }
    pthread_mutex_unlock(&t.lock);
}

static bool record(register_log *log, const char *person, hb_error *err) {
    hb_str lines[BATCH];
    hb_errors errors = {0};
    register_receipt receipts[BATCH];
    for (int i = 0; i < BATCH; i++) {
        if (!sign(person, &lines[i], err)) return false;
    }
    bool ok = register_record(log, lines, BATCH, NOON, receipts, &errors);
    if (ok) acknowledge(receipts, person);
    if (!ok) *err = errors.kept[0];
    hb_errors_clear(&errors);
    return ok;
}

// What the threads of a group record, every THREADS-th of `n` people each.
typedef struct {
    register_group *group;
    uint32_t first, n;
    hb_str (*lines)[BATCH];
    char (*people)[16];
    hb_error err;
} sharing;

static void *share(void *context) {
    sharing *s = context;
    for (uint32_t i = s->first; i < s->n && s->err.kind == HB_NONE; i += THREADS) {
        hb_errors errors = {0};
        register_receipt receipts[BATCH];
        if (register_group_record(s->group, s->lines[i], BATCH, NOON, receipts, &errors))
            acknowledge(receipts, s->people[i]);
        else
            s->err = errors.kept[0];
        hb_errors_clear(&errors);
    }
    return NULL;
}

static bool record_together(const char *path, uint32_t round, uint32_t n, hb_error *err) {
    static hb_str lines[MANY / ROUNDS / BATCH][BATCH];
    static char people[MANY / ROUNDS / BATCH][16];
    pthread_t threads[THREADS];
    sharing shares[THREADS];
    bool ok = true;
    for (uint32_t i = 0; i < n; i++) {
        snprintf(people[i], sizeof people[i], "P-%u-%u", round, i);
        for (int k = 0; k < BATCH; k++) {
            if (!sign(people[i], &lines[i][k], err)) return false;
        }
    }
    register_group *group = register_group_open(path, NULL, err);
    if (!group) return false;
    for (uint32_t i = 0; i < THREADS; i++) {
        shares[i] = (sharing){group, i, n, lines, people, {0}};
        if (pthread_create(&threads[i], NULL, share, &shares[i]) != 0) exit(4);
    }
    for (uint32_t i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        if (shares[i].err.kind != HB_NONE) ok = false, *err = shares[i].err;
    }
    register_group_close(group);
    return ok;
}

// A register that is opened and closed, so that SQLite's log is moved and deleted too.
static bool live(const char *path, uint32_t n_each, size_t *made_at, hb_error *err) {
    char person[16];
    if (!register_init(path, NULL, ORIGIN, (hb_str){0}, NOON, err)) return false;
    *made_at = disk_n_steps();
    for (uint32_t round = 0; round < ROUNDS; round++) {
        if (round % 2) {
            if (!record_together(path, round, n_each, err)) return false;
            continue;
        }
        register_log *log = register_open(path, NULL, REGISTER_WRITE, err);
        bool ok = log != NULL;
        if (ok && round == 0) {
            ok = register_key_begin(log, (hb_str){t.facility.vkey.at, t.facility.vkey.n},
                                    HB_STR("DGCP"), HB_STR("facility"), NOON, err) &&
                 register_key_begin(log, (hb_str){t.monitor.vkey.at, t.monitor.vkey.n},
                                    HB_STR("PDDH"), HB_STR("monitor"), NOON, err);
            t.n_sent = register_size(log);
        }
        for (uint32_t i = 0; ok && i < n_each; i++) {
            snprintf(person, sizeof person, "P-%u-%u", round, i);
            ok = record(log, person, err);
        }
        register_close(log);
        if (!ok) return false;
    }
    return true;
}

static bool is_readable(void *context, const register_entry *entry, hb_error *err) {
    (void)err;
    *(bool *)context &= entry->sealed.n > 2;
    return true;
}

// The most events of which a whole line of the anchor speaks.
static uint64_t anchored(const char *path) {
    char name[4200], line[256];
    uint64_t most = 0;
    snprintf(name, sizeof name, "%s.anchor", path);
    FILE *file = fopen(name, "re");
    while (file && fgets(line, sizeof line, file)) {
        unsigned long long n = 0;
        char root[64] = "";
        if (sscanf(line, "%llu %63s", &n, root) == 2 && strlen(root) == 44 && n > most) most = n;
    }
    if (file) fclose(file);
    return most;
}

static const char *examine(const char *path, size_t cut, hb_error *err) {
    register_finding found = {0};
    register_custody custody;
    const char *wrong = NULL;
    bool can_read = true;
    uint64_t anchored_size = anchored(path);
    register_log *log = register_open(path, NULL, REGISTER_WRITE, err);
    uint32_t n = 0;
    if (!log) return "it does not open";
    while (n < t.n && t.all[n].at <= cut) n++;
    if (!register_verify(log, (hb_str){0}, REGISTER_WHOLE, &found, err) || !found.is_unaltered)
        wrong = "it does not verify";
    uint64_t size = register_size(log), sent = t.n_sent;
    for (uint32_t i = 0; i < n; i++) {
        if (t.all[i].receipt.event >= sent) sent = t.all[i].receipt.event + 1;
    }
    sent += THREADS * BATCH;
    for (uint32_t i = 0; !wrong && i < n; i++) {
        if (t.all[i].receipt.event >= anchored_size)
            wrong = "its anchor would take a copy without an acknowledged event";
    }
    if (!wrong && size > sent) wrong = "it has what was never sent";
    for (uint32_t i = 0; !wrong && i < n; i++) {
        hb_text proof = {0}, entry = {0};
        if (t.all[i].receipt.event >= size)
            wrong = "an acknowledged event is lost";
        else if (!register_prove(log, t.all[i].receipt.event, &proof, &entry, err) ||
                 !proof_same(proof_leaf((hb_str){entry.at, entry.n}), t.all[i].receipt.leaf))
            wrong = "an acknowledged event is another";
        hb_text_clear(&proof);
        hb_text_clear(&entry);
    }
    if (!wrong && n > 0 &&
        (!register_person(log, hb_str_from(t.all[n - 1].person),
                          (hb_str){t.monitor.name.at, t.monitor.name.n}, NOON, is_readable,
                          &can_read, &custody, err) ||
         !can_read || custody.state != REGISTER_HELD))
        wrong = "the details of an acknowledged event cannot be read";
    uint32_t n_known = t.n;
    if (!wrong && n > 0 && (!record(log, "P-NEXT", err) || register_size(log) != size + BATCH))
        wrong = "it does not go on";
    t.n = n_known;
    register_close(log);
    return wrong;
}

static void cut_at(const char *folder, const char *path, size_t cut) {
    for (disk_loss loss = DISK_LOSES; loss < DISK_LOSSES; loss++) {
        hb_error err = {0};
        hb_arena_reset(t.arena);
        if (!disk_after(cut, loss, cut * DISK_LOSSES + loss, folder, &err)) stop(&err);
        const char *wrong = examine(path, cut, &err);
        t.passed += !wrong;
        t.failed += wrong != NULL;
        if (wrong && t.failed <= MAX_SHOWN)
            printf("power lost at step %zu, %s arrived: %s (%s)\n", cut, DISK_NAMES[loss], wrong,
                   err.message);
    }
}

// The moment of the first acknowledgement from `cut` on and before `end`, or `cut`.
static size_t next_acknowledged(size_t cut, size_t end) {
    for (uint32_t i = 0; i < t.n; i++) {
        if (t.all[i].at >= cut) return t.all[i].at < end ? t.all[i].at : cut;
    }
    return cut;
}

int main(int argc, char **argv) {
    char from[4000], to[4000], path[4096];
    hb_error err = {0};
    size_t made_at = 0, n_cuts = argc > 2 ? strtoul(argv[2], NULL, 10) : 40;
    uint32_t n_each = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 10;
    if (argc < 2 || n_cuts == 0 || n_each > MANY / ROUNDS / BATCH) return 2;
    snprintf(from, sizeof from, "%s/live", argv[1]);
    snprintf(to, sizeof to, "%s/after", argv[1]);
    t.arena = hb_arena_open(256 << 20);
    t.reader = hb_json_reader_open();
    pthread_mutex_init(&t.lock, NULL);
    if (mkdir(from, 0700) || mkdir(to, 0700) || !t.arena || !t.reader ||
        !make_officer(&t.facility, "DGCP/officer-1", &err) ||
        !make_officer(&t.monitor, "PDDH/monitor-1", &err))
        stop(&err);
    disk_watch(from);
    snprintf(path, sizeof path, "%s/r.db", from);
    if (!live(path, n_each, &made_at, &err)) stop(&err);
    disk_rest();
    size_t n = disk_n_steps(), step = n - made_at > n_cuts ? (n - made_at) / n_cuts : 1;
    snprintf(path, sizeof path, "%s/r.db", to);
    for (size_t i = 0; made_at + i * step <= n; i++) {
        size_t cut = made_at + i * step;
        cut_at(to, path, i % 2 ? next_acknowledged(cut, cut + step) : cut);
    }
    printf("power lost at %u moments of %zu steps: %u passed, %u failed\n",
           (t.passed + t.failed) / DISK_LOSSES, n, t.passed, t.failed);
    hb_text_clear(&t.facility.name), hb_text_clear(&t.facility.vkey);
    hb_text_clear(&t.monitor.name), hb_text_clear(&t.monitor.vkey);
    hb_json_reader_close(t.reader);
    hb_arena_close(t.arena);
    return t.failed > 0 || t.passed == 0;
}
