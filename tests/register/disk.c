// See disk.h. Steps are told apart by file: a name that is deleted and made again is another file.
#include "disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECTOR = 512, MAX_FILES = 256 };
typedef enum { STEP_WRITE, STEP_TRUNCATE, STEP_SYNC, STEP_DELETE, STEP_SYNC_FOLDER } step_kind;
typedef struct {
    step_kind kind;
    int file;  // -1: the folder
    size_t at, n;
    uint8_t *bytes;
} step;
typedef struct {
    char name[256];
    bool is_gone;  // deleted while steps were kept
    // While cuts are laid out: what surely stands, and from which step on nothing is sure.
    uint8_t *bytes;
    size_t n, room, sure_to;
    bool is_named, is_deleted;  // surely
    size_t made_at, deleted_at;
} file;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;  // of what threads add to
static struct {
    char folder[4096];
    bool is_watched, is_resting;
    step *steps;
    size_t n_steps, room;
    file files[MAX_FILES];
    int n_files;
    size_t cut;
} disk;

const char *const DISK_NAMES[DISK_LOSSES] = {"nothing unsynced", "everything", "some sectors",
                                             "torn sectors", "the later half"};

static void need(bool ok) {
    if (ok) return;
    fprintf(stderr, "the disk of this test: out of memory or files\n");
    exit(4);
}

static void add_step(step_kind kind, int which, size_t at, const void *bytes, size_t n) {
    pthread_mutex_lock(&lock);
    if (disk.n_steps == disk.room) {
        disk.room = disk.room ? 2 * disk.room : 1024;
        disk.steps = realloc(disk.steps, disk.room * sizeof *disk.steps);
        need(disk.steps);
    }
    step *s = &disk.steps[disk.n_steps];
    *s = (step){kind, which, at, n, NULL};
    if (bytes && n) {
        need((s->bytes = malloc(n)));
        memcpy(s->bytes, bytes, n);
    }
    disk.n_steps++;
    pthread_mutex_unlock(&lock);
}

// Of a path below the folder; -1 for any other. A file is made by being named first.
static int file_of(const char *path) {
    size_t n = strlen(disk.folder);
    if (!disk.is_watched || !path || strncmp(path, disk.folder, n) != 0 || path[n] != '/')
        return -1;
    pthread_mutex_lock(&lock);
    int found = disk.n_files;
    while (found-- > 0) {
        if (strcmp(disk.files[found].name, path + n + 1) == 0 && !disk.files[found].is_gone) break;
    }
    if (found < 0) {
        need(disk.n_files < MAX_FILES);
        file *f = &disk.files[disk.n_files];
        *f = (file){.made_at = disk.n_steps, .deleted_at = SIZE_MAX};
        snprintf(f->name, sizeof f->name, "%s", path + n + 1);
        found = disk.n_files++;
    }
    pthread_mutex_unlock(&lock);
    return found;
}

// ---- SQLite's files -----------------------------------------------------------------------------

typedef struct {
    sqlite3_file base;
    int file;
    bool is_log;  // SQLite syncs the folder with the first sync of a journal or write-ahead log
    sqlite3_file real[];
} watched;
static sqlite3_vfs *plain;
static sqlite3_file *real(sqlite3_file *f) {
    return ((watched *)f)->real;
}
static int do_close(sqlite3_file *f) {
    return real(f)->pMethods->xClose(real(f));
}
static int do_read(sqlite3_file *f, void *out, int n, sqlite3_int64 at) {
    return real(f)->pMethods->xRead(real(f), out, n, at);
}
static int do_write(sqlite3_file *f, const void *bytes, int n, sqlite3_int64 at) {
    if (((watched *)f)->file >= 0)
        add_step(STEP_WRITE, ((watched *)f)->file, (size_t)at, bytes, (size_t)n);
    return real(f)->pMethods->xWrite(real(f), bytes, n, at);
}
static int do_truncate(sqlite3_file *f, sqlite3_int64 n) {
    if (((watched *)f)->file >= 0)
        add_step(STEP_TRUNCATE, ((watched *)f)->file, (size_t)n, NULL, 0);
    return real(f)->pMethods->xTruncate(real(f), n);
}
static int do_sync(sqlite3_file *f, int flags) {
    watched *w = (watched *)f;
    int status = disk.is_resting ? SQLITE_OK : real(f)->pMethods->xSync(real(f), flags);
    if (w->file >= 0 && status == SQLITE_OK) {
        add_step(STEP_SYNC, w->file, 0, NULL, 0);
        if (w->is_log) add_step(STEP_SYNC_FOLDER, -1, 0, NULL, 0);
    }
    return status;
}
static int do_size(sqlite3_file *f, sqlite3_int64 *n) {
    return real(f)->pMethods->xFileSize(real(f), n);
}
static int do_lock(sqlite3_file *f, int kind) {
    return real(f)->pMethods->xLock(real(f), kind);
}
static int do_unlock(sqlite3_file *f, int kind) {
    return real(f)->pMethods->xUnlock(real(f), kind);
}
static int do_check_lock(sqlite3_file *f, int *out) {
    return real(f)->pMethods->xCheckReservedLock(real(f), out);
}
static int do_control(sqlite3_file *f, int what, void *argument) {
    return real(f)->pMethods->xFileControl(real(f), what, argument);
}
static int do_sector_size(sqlite3_file *f) {
    return real(f)->pMethods->xSectorSize(real(f));
}
static int do_device(sqlite3_file *f) {
    return real(f)->pMethods->xDeviceCharacteristics(real(f));
}
static int do_map(sqlite3_file *f, int page, int n, int extends, void volatile **out) {
    return real(f)->pMethods->xShmMap(real(f), page, n, extends, out);
}
static int do_shared_lock(sqlite3_file *f, int at, int n, int flags) {
    return real(f)->pMethods->xShmLock(real(f), at, n, flags);
}
static void do_barrier(sqlite3_file *f) {
    real(f)->pMethods->xShmBarrier(real(f));
}
static int do_unmap(sqlite3_file *f, int is_deleted) {
    return real(f)->pMethods->xShmUnmap(real(f), is_deleted);
}
static const sqlite3_io_methods METHODS = {
    2,          do_close,       do_read,   do_write,  do_truncate,
    do_sync,    do_size,        do_lock,   do_unlock, do_check_lock,
    do_control, do_sector_size, do_device, do_map,    do_shared_lock,
    do_barrier, do_unmap,       NULL,      NULL};

static int do_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *f, int flags, int *out) {
    watched *w = (watched *)f;
    (void)vfs;
    int status = plain->xOpen(plain, path, w->real, flags, out);
    w->base.pMethods = status == SQLITE_OK && w->real->pMethods ? &METHODS : NULL;
    w->is_log = (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
    w->file = status == SQLITE_OK ? file_of(path) : -1;
    return status;
}

static int do_delete(sqlite3_vfs *vfs, const char *path, int syncs) {
    (void)vfs;
    int status = plain->xDelete(plain, path, disk.is_resting ? 0 : syncs);
    int which = status == SQLITE_OK ? file_of(path) : -1;
    if (which < 0) return status;
    disk.files[which].is_gone = true;
    disk.files[which].deleted_at = disk.n_steps;
    add_step(STEP_DELETE, which, 0, NULL, 0);
    if (syncs) add_step(STEP_SYNC_FOLDER, -1, 0, NULL, 0);
    return status;
}

// ---- files of our own ---------------------------------------------------------------------------

ssize_t __real_write(int fd, const void *bytes, size_t n);
int __real_fsync(int fd);
int __real_fdatasync(int fd);
ssize_t __wrap_write(int fd, const void *bytes, size_t n);
int __wrap_fsync(int fd);
int __wrap_fdatasync(int fd);

static bool path_of(int fd, char path[4096]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, 4095);
    if (n < 0) return false;
    path[n] = '\0';
    return true;
}

ssize_t __wrap_write(int fd, const void *bytes, size_t n) {
    char path[4096];
    int which = disk.is_watched && path_of(fd, path) ? file_of(path) : -1;
    if (which < 0) return __real_write(fd, bytes, n);
    off_t at = lseek(fd, 0, fcntl(fd, F_GETFL) & O_APPEND ? SEEK_END : SEEK_CUR);
    ssize_t written = __real_write(fd, bytes, n);
    if (written > 0) add_step(STEP_WRITE, which, (size_t)at, bytes, (size_t)written);
    return written;
}

static void note_sync(int fd) {
    char path[4096];
    if (!disk.is_watched || !path_of(fd, path)) return;
    int which = file_of(path);
    if (which >= 0) add_step(STEP_SYNC, which, 0, NULL, 0);
    if (strcmp(path, disk.folder) == 0) add_step(STEP_SYNC_FOLDER, -1, 0, NULL, 0);
}

int __wrap_fsync(int fd) {
    int status = disk.is_resting ? 0 : __real_fsync(fd);
    if (status == 0) note_sync(fd);
    return status;
}

int __wrap_fdatasync(int fd) {
    int status = disk.is_resting ? 0 : __real_fdatasync(fd);
    if (status == 0) note_sync(fd);
    return status;
}

void disk_watch(const char *folder) {
    static sqlite3_vfs vfs;
    need(realpath(folder, disk.folder) != NULL);
    plain = sqlite3_vfs_find(NULL);
    vfs = *plain;  // its other functions take either
    vfs.zName = "watched";
    vfs.pNext = NULL;
    vfs.szOsFile = (int)sizeof(watched) + plain->szOsFile;
    vfs.xOpen = do_open;
    vfs.xDelete = do_delete;
    need(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK);
    disk.is_watched = true;
}

void disk_rest(void) {
    disk.is_watched = false;
    disk.is_resting = true;
}

size_t disk_n_steps(void) {
    pthread_mutex_lock(&lock);
    size_t n = disk.n_steps;
    pthread_mutex_unlock(&lock);
    return n;
}

// ---- what stands after a cut --------------------------------------------------------------------

static void put(file *f, size_t at, const uint8_t *bytes, size_t n) {
    if (at + n > f->room) {
        f->room = 2 * (at + n);
        need((f->bytes = realloc(f->bytes, f->room)));
    }
    if (at > f->n) memset(f->bytes + f->n, 0, at - f->n);
    memcpy(f->bytes + at, bytes, n);
    if (at + n > f->n) f->n = at + n;
}

// splitmix64
static uint64_t next(uint64_t *state) {
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

static void apply(file *f, const step *s, disk_loss loss, bool is_late, uint64_t *random) {
    bool is_drawn = loss == DISK_SOME || loss == DISK_TORN;
    if (loss == DISK_LOSES || (loss == DISK_LATE && !is_late)) return;
    if (s->kind == STEP_TRUNCATE && f->n > s->at && (!is_drawn || next(random) & 1)) f->n = s->at;
    if (s->kind != STEP_WRITE) return;
    for (size_t done = 0; done < s->n;) {
        size_t n = SECTOR - (s->at + done) % SECTOR;
        if (n > s->n - done) n = s->n - done;
        size_t arrived = n;
        if (is_drawn && next(random) & 1) arrived = 0;
        if (loss == DISK_TORN && arrived && next(random) % 4 == 0) arrived = next(random) % n;
        if (arrived) put(f, s->at + done, s->bytes + done, arrived);
        done += n;
    }
}

// Brings what surely stands up to `cut`.
static void advance(size_t cut) {
    uint64_t unused = 0;
    for (; disk.cut < cut; disk.cut++) {
        const step *s = &disk.steps[disk.cut];
        if (s->kind == STEP_SYNC) {
            file *f = &disk.files[s->file];
            for (size_t i = f->sure_to; i < disk.cut; i++) {
                if (disk.steps[i].file == s->file)
                    apply(f, &disk.steps[i], DISK_KEEPS, true, &unused);
            }
            f->sure_to = disk.cut;
        }
        if (s->kind != STEP_SYNC_FOLDER) continue;
        for (int i = 0; i < disk.n_files; i++) {
            file *f = &disk.files[i];
            f->is_named |= f->made_at <= disk.cut;
            f->is_deleted |= f->deleted_at <= disk.cut;
        }
    }
}

static bool empty_folder(const char *folder) {
    DIR *open = opendir(folder);
    if (!open) return false;
    for (struct dirent *entry; (entry = readdir(open));) {
        char path[4096 + 260];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.') unlink(path);
    }
    closedir(open);
    return true;
}

static bool lay_out(const file *f, const char *folder, hb_error *err) {
    char path[4096 + 260];
    snprintf(path, sizeof path, "%s/%s", folder, f->name);
    FILE *out = fopen(path, "we");
    bool ok = out && (f->n == 0 || fwrite(f->bytes, 1, f->n, out) == f->n);
    if (out) ok = fclose(out) == 0 && ok;
    return ok || hb_fail(err, HB_SYSTEM, "output", "cannot write: %s", strerror(errno));
}

bool disk_after(size_t cut, disk_loss loss, uint64_t seed, const char *folder, hb_error *err) {
    bool ok = empty_folder(folder) || hb_fail(err, HB_SYSTEM, "output", "no such folder");
    advance(cut);
    for (int i = 0; ok && i < disk.n_files; i++) {
        file *sure = &disk.files[i];
        size_t middle = (sure->sure_to + cut) / 2;
        bool draws = loss == DISK_SOME || loss == DISK_TORN;
        bool keeps = draws ? next(&seed) & 1 : loss != DISK_LOSES;
        if (sure->made_at >= cut || !(sure->is_named || keeps)) continue;
        if (sure->is_deleted || (sure->deleted_at < cut && keeps)) continue;
        file now = {.n = sure->n, .room = sure->n};
        snprintf(now.name, sizeof now.name, "%s", sure->name);
        need((now.bytes = malloc(sure->n + 1)));
        if (sure->n) memcpy(now.bytes, sure->bytes, sure->n);
        for (size_t k = sure->sure_to; k < cut; k++) {
            if (disk.steps[k].file == i) apply(&now, &disk.steps[k], loss, k >= middle, &seed);
        }
        ok = lay_out(&now, folder, err);
        free(now.bytes);
    }
    return ok;
}
