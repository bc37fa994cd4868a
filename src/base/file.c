// Whole files, and the one place that reads the clock.
#include "base/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

bool hb_fail_open(hb_error *err, int cause) {
    if (cause != ENOENT && cause != ENOTDIR && cause != EISDIR && cause != ENAMETOOLONG) {
        return hb_fail(err, HB_SYSTEM, "cannot-open", "cannot open: %s", strerror(cause));
    }
    hb_fail(err, HB_INPUT, "no-such-file", "there is no such file");
    hb_error_help(err, "check the path; paths in a file are relative to that file's folder");
    return false;
}

static bool read_all(int fd, size_t max_bytes, hb_bytes *out, hb_error *err) {
    hb_bytes bytes = {0};
    size_t room = 0;
    for (;;) {
        if (bytes.n == room) {
            room = room ? room * 2 : 64 * 1024;
            char *grown = realloc(bytes.at, room);
            if (!grown) {
                hb_out_of_memory(err);
                break;
            }
            bytes.at = grown;
        }
        ssize_t n = read(fd, bytes.at + bytes.n, room - bytes.n);
        if (n == 0) {
            *out = bytes;
            return true;
        }
        if (n < 0 && errno == EINTR) continue;
        if (n < 0 && errno == EISDIR) {
            hb_fail_open(err, errno);
            break;
        }
        if (n < 0) {
            hb_fail(err, HB_SYSTEM, "cannot-read", "cannot read: %s", strerror(errno));
            break;
        }
        bytes.n += (size_t)n;
        if (bytes.n > max_bytes) {
            hb_fail(err, HB_LIMIT, "file-too-long", "the file is longer than %zu bytes", max_bytes);
            break;
        }
    }
    free(bytes.at);
    return false;
}

bool hb_read_file(const char *path, size_t max_bytes, hb_bytes *out, hb_error *err) {
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    bool ok = false;
    if (fd < 0) {
        hb_fail_open(err, errno);
    } else {
        ok = read_all(fd, max_bytes, out, err);
    }
    if (fd >= 0 && !is_stdin) close(fd);
    if (!ok) hb_error_file(err, hb_str_from(is_stdin ? "standard input" : path));
    return ok;
}

void hb_bytes_clear(hb_bytes *bytes) {
    free(bytes->at);
    *bytes = (hb_bytes){0};
}

bool hb_hash_file(const char *path, hb_hash *out, hb_error *err) {
    hb_source source;
    bool ok = true;
    if (!hb_source_open(&source, path, err)) return false;
    while (ok && !source.is_hashed) {
        source.at = source.n;
        ok = hb_source_fill(&source, err);
    }
    if (ok) *out = source.hash;
    hb_source_close(&source);
    return ok;
}

hb_instant hb_clock_read(void) {
    struct timespec now = {0};
    clock_gettime(CLOCK_REALTIME, &now);
    return (hb_instant){now.tv_sec, (uint32_t)now.tv_nsec};
}
