// Who read what: one JSON line an entry, appended with O_APPEND before the page leaves, each with
// the hash of the line before it, so that a line changed, lost or put in between is found (SHA-256;
// the first line's `prev` is 64 zeros). The file is synced twice a second by a thread of its own: a
// crash of the program loses nothing, a power cut at most half a second. After a sync that failed
// nothing more is written, so nothing more is shown: what the disk holds is not known any more.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "web/site.h"

enum { LINE_BYTES = 1024, BLOCK = 64 * 1024, LOOK_BYTES = 16 << 20 };
struct web_audit {
    int fd;
    pthread_mutex_t lock;
    pthread_cond_t ends;
    pthread_t syncer;
    bool is_ending, has_syncer, is_dirty;
    int sync_error;  // of the first sync that failed
    uint64_t size;
    hb_hash last;
};

static bool failed(const char *what, hb_error *err) {
    return hb_fail(err, HB_SYSTEM, "web-audit", "the audit cannot be %s: %s", what,
                   strerror(errno));
}

static void *sync_often(void *to) {
    web_audit *audit = to;
    pthread_mutex_lock(&audit->lock);
    while (!audit->is_ending) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += 500000000;
        if (until.tv_nsec >= 1000000000) {
            until.tv_nsec -= 1000000000;
            until.tv_sec++;
        }
        pthread_cond_timedwait(&audit->ends, &audit->lock, &until);
        if (!audit->is_dirty) continue;
        audit->is_dirty = false;
        pthread_mutex_unlock(&audit->lock);
        int error = fdatasync(audit->fd) == 0 ? 0 : errno;
        pthread_mutex_lock(&audit->lock);
        if (audit->sync_error == 0) audit->sync_error = error;
    }
    pthread_mutex_unlock(&audit->lock);
    return NULL;
}

// The hash of the last whole line, by which the next is tied to it. A last line that was cut short
// by a power cut is ended, so that it stays visible.
static bool find_end(web_audit *audit, hb_error *err) {
    struct stat about;
    char tail[LINE_BYTES * 2];
    if (fstat(audit->fd, &about) != 0) return failed("read", err);
    audit->size = (uint64_t)about.st_size;
    if (audit->size == 0) return true;
    size_t n = audit->size < sizeof tail ? (size_t)audit->size : sizeof tail;
    if (pread(audit->fd, tail, n, (off_t)(audit->size - n)) != (ssize_t)n)
        return failed("read", err);
    if (tail[n - 1] != '\n') {
        if (write(audit->fd, "\n", 1) != 1) return failed("written", err);
        audit->size++;
        if (n == sizeof tail) memmove(tail, tail + 1, --n);
        tail[n++] = '\n';
    }
    const char *before = n > 1 ? memrchr(tail, '\n', n - 1) : NULL;
    const char *line = before ? before + 1 : tail;
    audit->last = hb_sha256(line, (size_t)(tail + n - 1 - line));
    return true;
}

web_audit *web_audit_open(const char *path, hb_error *err) {
    web_audit *audit = calloc(1, sizeof *audit);
    if (!audit) {
        hb_out_of_memory(err);
        return NULL;
    }
    pthread_mutex_init(&audit->lock, NULL);
    pthread_cond_init(&audit->ends, NULL);
    audit->fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    bool ok = audit->fd >= 0 || failed("opened", err);
    ok = ok && find_end(audit, err);
    if (ok) return audit;
    hb_error_file(err, hb_str_from(path));
    web_audit_close(audit);
    return NULL;
}

bool web_audit_begin(web_audit *audit, hb_error *err) {
    audit->has_syncer = pthread_create(&audit->syncer, NULL, sync_often, audit) == 0;
    return audit->has_syncer || hb_fail(err, HB_SYSTEM, "thread", "the system gave no thread");
}

void web_audit_close(web_audit *audit) {
    if (!audit) return;
    if (audit->has_syncer) {
        pthread_mutex_lock(&audit->lock);
        audit->is_ending = true;
        pthread_cond_signal(&audit->ends);
        pthread_mutex_unlock(&audit->lock);
        pthread_join(audit->syncer, NULL);
    }
    if (audit->fd >= 0) {
        fdatasync(audit->fd);
        close(audit->fd);
    }
    pthread_cond_destroy(&audit->ends);
    pthread_mutex_destroy(&audit->lock);
    free(audit);
}

// ---- writing -----------------------------------------------------------------------------------

static bool add_line(web_audit *audit, const web_request *r, hb_str object, hb_text *line,
                     hb_error *err) {
    char hex[65];
    line->n = 0;
    hb_hash_hex(audit->last, hex);
    hb_text_addf(line, "{\"at\":%lld,\"account\":", (long long)r->now.seconds);
    hb_text_add_json(line, hb_str_from(r->account.name));
    hb_text_addf(line,
                 ",\"role\":\"%s\",\"act\":\"%s\",\"object\":", web_role_name(r->account.role),
                 r->route ? web_act_name(r->route->act) : "NONE");
    hb_text_add_json(line, object);
    hb_text_addf(line, ",\"from\":\"%s\",\"status\":%u,\"prev\":\"%s\"}\n", r->from, r->status,
                 hex);
    if (line->failed) return hb_out_of_memory(err);
    if (line->n > LINE_BYTES) return hb_fail(err, HB_LIMIT, "web-audit", "an entry is too long");
    for (size_t done = 0; done < line->n;) {
        ssize_t put = write(audit->fd, line->at + done, line->n - done);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) {
            failed("written", err);
            // A disk that is full takes a part of the line: it says nothing, and the next would
            // stand behind it.
            if (done && ftruncate(audit->fd, (off_t)audit->size) != 0) audit->sync_error = errno;
            return false;
        }
        done += (size_t)put;
    }
    audit->last = hb_sha256(line->at, line->n - 1);
    audit->size += line->n;
    audit->is_dirty = true;
    return true;
}

bool web_audit_add(web_audit *audit, const web_request *r, hb_error *err) {
    hb_text line = {0};
    bool ok = true;
    if (r->is_unrecorded) return hb_out_of_memory(err);
    pthread_mutex_lock(&audit->lock);
    if (audit->sync_error) {
        errno = audit->sync_error;
        ok = failed("kept on the disk; mend the disk, then start the server again", err);
    }
    if (ok && r->n_reads == 0)
        ok = add_line(audit, r, r->n_parts ? r->parts[0] : HB_STR(""), &line, err);
    for (uint32_t i = 0; ok && i < r->n_reads; i++)
        ok = add_line(audit, r, r->reads[i], &line, err);
    pthread_mutex_unlock(&audit->lock);
    hb_text_clear(&line);
    return ok;
}

// ---- reading -----------------------------------------------------------------------------------

static bool read_entry(hb_arena *arena, hb_json_reader *reader, hb_str line,
                       web_audit_entry *entry) {
    hb_json *json = NULL;
    hb_error ignored = {0};
    if (!hb_json_parse(reader, arena, line, &json, &ignored)) return false;
    const struct {
        const char *key;
        hb_str *to;
    } WORDS[] = {
        {"account", &entry->account},
        {"role",    &entry->role   },
        {"act",     &entry->act    },
        {"object",  &entry->object },
        {"from",    &entry->from   }
    };
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        const hb_json *member = hb_json_member(json, hb_str_from(WORDS[i].key));
        if (!member || member->kind != HB_JSON_STRING) return false;
        *WORDS[i].to = member->text;
    }
    const hb_json *at = hb_json_member(json, HB_STR("at"));
    const hb_json *status = hb_json_member(json, HB_STR("status"));
    hb_dec number;
    int64_t n_status = 0;
    if (!at || !hb_dec_parse(at->text, &number) || !hb_dec_to_int(number, &entry->seconds))
        return false;
    if (!status || !hb_dec_parse(status->text, &number) || !hb_dec_to_int(number, &n_status))
        return false;
    entry->status = (uint32_t)n_status;
    return true;
}

// A line can only be of them when it holds the words as they are written; the few that do are read.
typedef struct {
    hb_text account, object;
} words_sought;

static bool may_be_of(hb_str line, const words_sought *w) {
    return (w->account.n == 0 || memmem(line.at, line.n, w->account.at, w->account.n)) &&
           (w->object.n == 0 || memmem(line.at, line.n, w->object.at, w->object.n));
}

// Blocks from the end of the file to its start; a line that crosses two blocks is read in the
// earlier one, which is moved so that it ends with a whole line.
bool web_audit_each(web_audit *audit, uint64_t before, hb_str account, hb_str object,
                    web_each_audit each, void *to, uint64_t *rest, hb_error *err) {
    bool ok = false, wants_more = true;
    words_sought words = {0};
    hb_json_reader *reader = hb_json_reader_open();
    hb_arena *arena = hb_arena_open(1 << 20);  // of one entry
    char *block = malloc(BLOCK);
    if (account.n) hb_text_add_json(&words.account, account);
    if (object.n) hb_text_add_json(&words.object, object);
    if (!reader || !arena || !block || words.account.failed || words.object.failed) {
        hb_out_of_memory(err);
        goto done;
    }
    pthread_mutex_lock(&audit->lock);
    uint64_t end = before && before < audit->size ? before : audit->size;
    pthread_mutex_unlock(&audit->lock);
    const uint64_t least = end > LOOK_BYTES ? end - LOOK_BYTES : 0;
    while (end > least && wants_more) {
        uint64_t start = end > BLOCK ? end - BLOCK : 0;
        size_t n = (size_t)(end - start);
        if (pread(audit->fd, block, n, (off_t)start) != (ssize_t)n) {
            failed("read", err);
            goto done;
        }
        size_t first = 0;  // of the block's first whole line
        while (start > 0 && first < n && block[first] != '\n') first++;
        if (start > 0) first++;
        size_t stop = n;
        while (stop > first && wants_more) {
            const char *line_end = block[stop - 1] == '\n' ? block + stop - 1 : block + stop;
            const char *newline = memrchr(block + first, '\n', (size_t)(line_end - block) - first);
            size_t from = newline ? (size_t)(newline + 1 - block) : first;
            hb_str line = {block + from, (size_t)(line_end - (block + from))};
            web_audit_entry entry = {.at = start + from};
            hb_arena_reset(arena);
            if (may_be_of(line, &words) && read_entry(arena, reader, line, &entry)) {
                bool is_of = (account.n == 0 || hb_str_equal(account, entry.account)) &&
                             (object.n == 0 || hb_str_equal(object, entry.object));
                if (is_of) wants_more = each(to, &entry);
            }
            stop = from;
        }
        if (first >= n) {  // no whole line stands in it
            end = 0;
            break;
        }
        end = start + first;
    }
    *rest = wants_more ? end : 0;
    ok = true;
done:
    hb_text_clear(&words.account);
    hb_text_clear(&words.object);
    hb_json_reader_close(reader);
    hb_arena_close(arena);
    free(block);
    return ok;
}

bool web_audit_verify(const char *path, uint64_t *n, uint64_t *bad_line, hb_error *err) {
    bool ok = false, is_end = false;
    hb_str line;
    hb_hash last = {0};
    uint64_t number = 0;
    hb_lines *lines = hb_lines_open(path, LINE_BYTES, err);
    *n = *bad_line = 0;
    if (!lines) return false;
    for (;;) {
        char hex[65], end[90];
        if (!hb_lines_next(lines, &line, &number, &is_end, err)) goto done;
        if (is_end) break;
        hb_hash_hex(last, hex);
        int n_end = snprintf(end, sizeof end, "\"prev\":\"%s\"}", hex);
        bool is_tied = line.n >= (size_t)n_end &&
                       memcmp(line.at + line.n - (size_t)n_end, end, (size_t)n_end) == 0;
        if (!is_tied && *bad_line == 0) *bad_line = number;
        last = hb_sha256(line.at, line.n);
        ++*n;
    }
    ok = true;
done:
    hb_lines_close(lines);
    return ok;
}
