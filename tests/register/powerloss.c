// Power is lost at every step of a register's writing: whatever of the unsynced sectors arrived,
// the register opens, verifies, has every acknowledged event with the same leaf and readable
// details, has nothing that was never sent, and goes on.
// usage: powerloss FOLDER [CUTS [EVENTS]]   (FOLDER empty; at so many moments, spread evenly; so
// many events in each of 4 openings: from some 50 on, SQLite's log is moved and begun anew within
// one)
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "disk.h"
#include "register/register.h"

enum { ROUNDS = 4, BATCH = 2, MANY = 2000, MAX_SHOWN = 20 };
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
    acknowledged all[MANY];
    uint32_t n;
    uint64_t n_sent;  // entries that any receipt can name
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

static bool record(register_log *log, const char *person, hb_error *err) {
    hb_str lines[BATCH];
    hb_errors errors = {0};
    register_receipt receipts[BATCH];
    for (int i = 0; i < BATCH; i++) {
        if (!sign(person, &lines[i], err)) return false;
    }
    t.n_sent = register_size(log) + BATCH;
    bool ok = register_record(log, lines, BATCH, NOON, receipts, &errors);
    if (!ok) *err = errors.kept[0];
    for (int i = 0; ok && i < BATCH && t.n < MANY; i++) {
        acknowledged *a = &t.all[t.n++];
        *a = (acknowledged){disk_n_steps(), receipts[i], ""};
        snprintf(a->person, sizeof a->person, "%s", person);
    }
    hb_errors_clear(&errors);
    return ok;
}

// A register that is opened and closed, so that SQLite's log is moved and deleted too.
static bool live(const char *path, uint32_t n_each, size_t *made_at, hb_error *err) {
    char person[16];
    if (!register_init(path, NULL, ORIGIN, (hb_str){0}, NOON, err)) return false;
    *made_at = disk_n_steps();
    for (uint32_t round = 0; round < ROUNDS; round++) {
        register_log *log = register_open(path, NULL, REGISTER_WRITE, err);
        bool ok = log != NULL;
        if (ok && round == 0) {
            ok = register_key_begin(log, (hb_str){t.facility.vkey.at, t.facility.vkey.n},
                                    HB_STR("DGCP"), HB_STR("facility"), NOON, err) &&
                 register_key_begin(log, (hb_str){t.monitor.vkey.at, t.monitor.vkey.n},
                                    HB_STR("PDDH"), HB_STR("monitor"), NOON, err);
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

static const char *examine(const char *path, size_t cut, hb_error *err) {
    register_finding found = {0};
    register_custody custody;
    const char *wrong = NULL;
    bool can_read = true;
    register_log *log = register_open(path, NULL, REGISTER_WRITE, err);
    uint32_t n = 0;
    if (!log) return "it does not open";
    while (n < t.n && t.all[n].at <= cut) n++;
    if (!register_verify(log, (hb_str){0}, REGISTER_WHOLE, &found, err) || !found.is_unaltered)
        wrong = "it does not verify";
    uint64_t size = register_size(log), sent = t.n_sent;
    if (n < t.n) sent = t.all[n].receipt.event + BATCH;
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
    uint64_t n_sent = t.n_sent;
    uint32_t n_known = t.n;
    if (!wrong && n > 0 && (!record(log, "P-NEXT", err) || register_size(log) != size + BATCH))
        wrong = "it does not go on";
    t.n_sent = n_sent, t.n = n_known;
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
    for (size_t cut = made_at; cut <= n; cut += step) cut_at(to, path, cut);
    printf("power lost at %u moments of %zu steps: %u passed, %u failed\n",
           (t.passed + t.failed) / DISK_LOSSES, n, t.passed, t.failed);
    hb_text_clear(&t.facility.name), hb_text_clear(&t.facility.vkey);
    hb_text_clear(&t.monitor.name), hb_text_clear(&t.monitor.vkey);
    hb_json_reader_close(t.reader);
    hb_arena_close(t.arena);
    return t.failed > 0 || t.passed == 0;
}
