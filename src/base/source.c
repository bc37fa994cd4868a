// Bytes of a file, twice or more: a pipe or standard input is first copied to a temporary file that
// has no name, so it vanishes with the process. The hash is of all bytes, a byte order mark
// included.
#include "base/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fail_system(hb_error *err, const char *code, const char *what) {
    return hb_fail(err, HB_SYSTEM, code, "%s: %s", what, strerror(errno));
}

static ssize_t read_some(int fd, char *at, size_t n) {
    ssize_t got = 0;
    do got = read(fd, at, n);
    while (got < 0 && errno == EINTR);
    return got;
}

static bool write_all(int fd, const char *at, size_t n) {
    while (n) {
        ssize_t put = write(fd, at, n);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        at += put;
        n -= (size_t)put;
    }
    return true;
}

static int open_nameless(void) {
    const char *folder = getenv("TMPDIR");
    char path[4096];
    if (!folder || !folder[0]) folder = P_tmpdir;
    int n = snprintf(path, sizeof path, "%s/habeas-XXXXXX", folder);
    if (n < 0 || (size_t)n >= sizeof path) return -1;
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0) unlink(path);
    return fd;
}

// Copies what `from` gives to a nameless file; `from` is closed unless it is standard input.
static int spool(hb_source *source, int from, hb_error *err) {
    int to = open_nameless();
    ssize_t n = to < 0 ? -1 : 0;
    if (to < 0) fail_system(err, "cannot-spool", "cannot make a temporary file");
    while (to >= 0 && (n = read_some(from, source->block, HB_SOURCE_BLOCK)) > 0) {
        if (write_all(to, source->block, (size_t)n)) continue;
        fail_system(err, "cannot-spool", "cannot write a temporary file");
        n = -1;
        break;
    }
    if (n < 0) fail_system(err, "cannot-read", "cannot read");
    if (from != STDIN_FILENO) close(from);
    if (n == 0) return to;
    if (to >= 0) close(to);
    return -1;
}

bool hb_source_open(hb_source *source, const char *path, hb_error *err) {
    struct stat about;
    bool is_stdin = strcmp(path, "-") == 0;
    *source = (hb_source){.fd = -1};
    snprintf(source->name, sizeof source->name, "%s", is_stdin ? "standard input" : path);
    hb_sha256_start(&source->hashing);
    if (!(source->block = malloc(HB_SOURCE_BLOCK))) {
        hb_out_of_memory(err);
        goto failed;
    }
    source->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (source->fd < 0 || fstat(source->fd, &about) != 0) {
        hb_fail_open(err, errno);
        goto failed;
    }
    if (S_ISDIR(about.st_mode)) {
        hb_fail_open(err, EISDIR);
        goto failed;
    }
    // Standard input is always copied: the shell may have left it in the middle of a file.
    if (is_stdin || !S_ISREG(about.st_mode)) {
        source->fd = spool(source, source->fd, err);
        if (source->fd < 0) goto failed;
        if (fstat(source->fd, &about) != 0) {
            fail_system(err, "cannot-read", "cannot read");
            goto failed;
        }
    }
    source->size = (uint64_t)about.st_size;
    if (!hb_source_rewind(source, err)) goto failed;
    return true;
failed:
    hb_error_file(err, hb_str_from(source->name));
    if (source->fd == STDIN_FILENO) source->fd = -1;
    hb_source_close(source);
    return false;
}

// A second pass must see the bytes of the first, whose hash has been shown already.
static bool end_pass(hb_source *source, hb_error *err) {
    hb_hash hash = hb_sha256_end(&source->hashing);
    source->is_ended = true;
    if (source->is_hashed && memcmp(&hash, &source->hash, sizeof hash) != 0) {
        hb_fail(err, HB_SYSTEM, "file-changed", "this file has changed while it was read");
        hb_error_help(err, "what was written so far is of no one file: run it again");
        hb_error_file(err, hb_str_from(source->name));
        return false;
    }
    source->hash = hash;
    source->is_hashed = true;
    return true;
}

bool hb_source_fill(hb_source *source, hb_error *err) {
    if (source->at < source->n) return true;
    ssize_t n = read_some(source->fd, source->block, HB_SOURCE_BLOCK);
    if (n < 0) {
        fail_system(err, "cannot-read", "cannot read");
        hb_error_file(err, hb_str_from(source->name));
        return false;
    }
    source->at = 0;
    source->n = (size_t)n;
    source->offset += (uint64_t)n;
    if (source->is_ended) return true;
    hb_sha256_add(&source->hashing, source->block, source->n);
    return n > 0 || end_pass(source, err);
}

bool hb_source_rewind(hb_source *source, hb_error *err) {
    if (lseek(source->fd, 0, SEEK_SET) < 0) {
        fail_system(err, "cannot-read", "cannot go back to the start");
        hb_error_file(err, hb_str_from(source->name));
        return false;
    }
    source->n = source->at = 0;
    source->offset = 0;
    source->is_ended = false;
    hb_sha256_start(&source->hashing);
    return true;
}

bool hb_source_start(hb_source *source, hb_error *err) {
    if (!hb_source_fill(source, err)) return false;
    const unsigned char *b = (const unsigned char *)source->block;
    size_t n = source->n;
    if (n >= 2 && ((b[0] == 0xff && b[1] == 0xfe) || (b[0] == 0xfe && b[1] == 0xff))) {
        hb_fail(err, HB_INPUT, "bad-utf8", "this text is UTF-16, and UTF-8 was expected");
        hb_error_help(err, "save the file again as UTF-8");
        hb_error_file(err, hb_str_from(source->name));
        err->line = 1;
        return false;
    }
    if (n >= 3 && b[0] == 0xef && b[1] == 0xbb && b[2] == 0xbf) source->at = 3;
    return true;
}

uint64_t hb_source_offset(const hb_source *source) {
    return source->offset - (source->n - source->at);
}

void hb_source_close(hb_source *source) {
    if (source->fd >= 0) close(source->fd);
    free(source->block);
    source->fd = -1;
    source->block = NULL;
}
