// A file line by line, for NDJSON: one buffer that grows up to the longest line allowed and no
// further, so a line of 100 MB is an error and not a shortage. A bad line is stepped over whole:
// the caller may go on with the next and report every bad one.
#include "base/internal.h"

#include <stdlib.h>
#include <string.h>

struct hb_lines {
    hb_source source;
    bool is_started, is_ended;
    uint64_t number;
    size_t max_bytes;
    char *line;
    size_t n, room;
};

hb_lines *hb_lines_open(const char *path, size_t max_line_bytes, hb_error *err) {
    hb_lines *lines = calloc(1, sizeof *lines);
    if (!lines) {
        hb_out_of_memory(err);
        return NULL;
    }
    lines->max_bytes = max_line_bytes;
    if (!hb_source_open(&lines->source, path, err)) {
        free(lines);
        return NULL;
    }
    return lines;
}

void hb_lines_close(hb_lines *lines) {
    if (!lines) return;
    hb_source_close(&lines->source);
    free(lines->line);
    free(lines);
}

static bool keep(hb_lines *lines, const char *at, size_t n, hb_error *err) {
    if (n > lines->room - lines->n) {
        size_t room = lines->room ? lines->room : 4096;
        while (room - lines->n < n) room *= 2;
        char *grown = realloc(lines->line, room);
        if (!grown) return hb_out_of_memory(err);
        lines->line = grown;
        lines->room = room;
    }
    if (n) memcpy(lines->line + lines->n, at, n);
    lines->n += n;
    return true;
}

// Takes bytes up to and with the next newline. Past the limit they are counted but not kept.
static bool take_line(hb_lines *lines, bool *has_any, bool *is_too_long, hb_error *err) {
    hb_source *source = &lines->source;
    *has_any = *is_too_long = false;
    lines->n = 0;
    for (;;) {
        if (!hb_source_fill(source, err)) return false;
        size_t n = source->n - source->at;
        if (n == 0) return true;
        const char *from = source->block + source->at, *newline = memchr(from, '\n', n);
        if (newline) n = (size_t)(newline - from);
        *has_any = true;
        if (n > lines->max_bytes - lines->n + 1) *is_too_long = true;  // + 1: the CR of CRLF
        source->at += newline ? n + 1 : n;
        if (!*is_too_long && !keep(lines, from, n, err)) return false;
        if (newline) return true;
    }
}

static bool check_line(const hb_lines *lines, hb_str line, bool is_too_long, hb_error *err) {
    size_t bad_at = 0;
    const char *nul = line.n ? memchr(line.at, 0, line.n) : NULL;
    if (is_too_long || line.n > lines->max_bytes) {
        hb_fail(err, HB_LIMIT, "line-too-long", "this line is longer than %zu bytes",
                lines->max_bytes);
        hb_error_help(err, "give each person and each document a line of its own");
        err->line = (uint32_t)lines->number;
    } else if (!hb_utf8_is_valid(line, &bad_at)) {
        hb_fail(err, HB_INPUT, "bad-utf8", "this line is no UTF-8");
        hb_error_at(err, (hb_str){line.at, bad_at}, bad_at, 0);
        hb_error_help(err, "save the file again as UTF-8");
    } else if (nul) {
        hb_fail(err, HB_INPUT, "bad-utf8", "this line holds a NUL byte");
        hb_error_help(err, "save the file again as UTF-8 text");
        hb_error_at(err, (hb_str){line.at, (size_t)(nul - line.at)}, (size_t)(nul - line.at), 0);
    } else {
        return true;
    }
    err->line = (uint32_t)lines->number;
    hb_error_file(err, hb_str_from(lines->source.name));
    return false;
}

bool hb_lines_next(hb_lines *lines, hb_str *line, uint64_t *number, bool *end, hb_error *err) {
    bool has_any = false, is_too_long = false;
    *end = lines->is_ended;
    if (lines->is_ended) return true;
    lines->is_ended = true;  // unless this line is read
    if (!lines->is_started && !hb_source_start(&lines->source, err)) return false;
    lines->is_started = true;
    if (!take_line(lines, &has_any, &is_too_long, err)) return false;
    *end = !has_any;
    if (!has_any) return true;
    lines->is_ended = false;
    lines->number++;
    hb_str whole = {lines->line, lines->n};
    if (whole.n && whole.at[whole.n - 1] == '\r') whole.n--;
    if (!check_line(lines, whole, is_too_long, err)) return false;
    *line = whole;
    *number = lines->number;
    return true;
}

bool hb_lines_rewind(hb_lines *lines, hb_error *err) {
    lines->is_started = lines->is_ended = false;
    lines->number = 0;
    return hb_source_rewind(&lines->source, err);
}

hb_hash hb_lines_hash(const hb_lines *lines) {
    return lines->source.hash;
}

uint64_t hb_lines_offset(const hb_lines *lines) {
    return hb_source_offset(&lines->source);
}

uint64_t hb_lines_size(const hb_lines *lines) {
    return lines->source.size;
}
