// Bytes to UTF-8. A byte order mark decides; else the bytes are UTF-8 when all of them are; else
// Windows-1252, which leaves 81 8D 8F 90 9D without meaning: those refuse the file, for nobody may
// guess a name. CR and CRLF become LF. The copy is a file without a name, so any size fits.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucnv.h>
#include <unistd.h>

#include "intake/import.h"

#define BLOCK ((size_t)1 << 16)

static bool allows(const import_map *map, const char *encoding) {
    const hb_json *list = map_at(map->root, "file", "encodings");
    for (uint32_t i = 0; list != NULL && i < list->n; i++) {
        if (hb_str_equal(list->first[i].text, hb_str_from(encoding))) return true;
    }
    return false;
}

static bool fail_system(import_notes *notes, const char *what) {
    hb_error err = {0};
    hb_fail(&err, HB_SYSTEM, "cannot-spool", "%s: %s", what, strerror(errno));
    hb_error_file(&err, notes->file);
    hb_errors_add(notes->errors, &err);
    return false;
}

static uint64_t n_ends(const char *text, size_t n) {
    uint64_t found = 0;
    for (size_t i = 0; i < n; i++) found += text[i] == '\n';
    return found;
}

// The line of the first bytes that are no UTF-8; 0: there are none. Checked block by block: a
// character may be cut by the block's end.
static uint64_t bad_utf8_line(FILE *file) {
    char block[BLOCK + 4];
    size_t kept = 0, n;
    uint64_t line = 1;
    rewind(file);
    while ((n = fread(block + kept, 1, BLOCK, file)) > 0) {
        size_t bad_at = 0;
        n += kept;
        kept = 0;
        bool is_valid = hb_utf8_is_valid((hb_str){block, n}, &bad_at);
        line += n_ends(block, is_valid ? n : bad_at);
        if (is_valid) continue;
        if (n - bad_at > 3) return line;
        kept = n - bad_at;
        memmove(block, block + bad_at, kept);
    }
    return kept == 0 ? 0 : line;
}

// Windows-1252 bytes without meaning; the line they stand on.
static uint64_t undefined_line(FILE *file) {
    uint64_t line = 1;
    int c;
    rewind(file);
    while ((c = getc(file)) != EOF) {
        if (c == 0x81 || c == 0x8d || c == 0x8f || c == 0x90 || c == 0x9d) return line;
        line += c == '\n';
    }
    return 0;
}

typedef struct {
    FILE *to;
    bool is_cr_before, drops_nul;
    uint64_t line, nul_line;
} line_writer;

static void write_lines(line_writer *w, const char *text, size_t n) {
    for (size_t i = 0; i < n; i++) {
        char c = text[i];
        if (c == '\0') {
            if (w->nul_line == 0) w->nul_line = w->line;
            continue;
        }
        if (!(c == '\n' && w->is_cr_before)) putc(c == '\r' ? '\n' : c, w->to);
        if ((c == '\n' && !w->is_cr_before) || c == '\r') w->line++;
        w->is_cr_before = c == '\r';
    }
}

static bool convert(FILE *from, const char *encoding, size_t skip, line_writer *w) {
    UErrorCode status = U_ZERO_ERROR;
    UConverter *in = ucnv_open(encoding, &status), *out = ucnv_open("UTF-8", &status);
    char block[BLOCK], text[BLOCK * 2];
    UChar middle[BLOCK], *pivot_source = middle, *pivot_target = middle;
    size_t n = 0;
    bool is_first = true, is_last = false;
    if (U_SUCCESS(status))
        ucnv_setToUCallBack(in, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
    if (U_SUCCESS(status) && fseek(from, (long)skip, SEEK_SET) != 0) status = U_FILE_ACCESS_ERROR;
    while (U_SUCCESS(status) && !is_last) {
        n = fread(block, 1, sizeof block, from);
        is_last = n < sizeof block;
        const char *at = block;
        do {
            char *to = text;
            status = U_ZERO_ERROR;
            ucnv_convertEx(out, in, &to, text + sizeof text, &at, block + n, middle, &pivot_source,
                           &pivot_target, middle + BLOCK, is_first, is_last, &status);
            is_first = false;
            write_lines(w, text, (size_t)(to - text));
        } while (status == U_BUFFER_OVERFLOW_ERROR);
    }
    ucnv_close(in);
    ucnv_close(out);
    return U_SUCCESS(status);
}

static bool decode(FILE *from, const import_map *map, FILE *to, import_notes *notes) {
    unsigned char mark[3] = {0};
    size_t n = fread(mark, 1, 3, from);
    const char *encoding = "UTF-8";
    size_t skip = 0;
    uint64_t bad_line = 0;
    if (n == 3 && mark[0] == 0xef && mark[1] == 0xbb && mark[2] == 0xbf) {
        skip = 3;
    } else if (n >= 2 &&
               ((mark[0] == 0xff && mark[1] == 0xfe) || (mark[0] == 0xfe && mark[1] == 0xff))) {
        encoding = mark[0] == 0xff ? "UTF-16LE" : "UTF-16BE";
        skip = 2;
    } else if ((bad_line = bad_utf8_line(from)) > 0) {
        uint64_t line = undefined_line(from);
        encoding = "windows-1252";
        if (line > 0 || !allows(map, "windows-1252"))
            return import_refuse(
                notes, "bad_encoding", line > 0 ? line : bad_line, 0, "save the file as UTF-8",
                "the bytes are neither UTF-8 nor another encoding that can be read");
        import_warn(notes, "encoding_guessed", (hb_str){0}, 1);
    }
    line_writer w = {.to = to, .line = 1};
    const hb_json *drop = map_at(map->root, "file", "drop_nul");
    w.drops_nul = drop != NULL && drop->kind == HB_JSON_TRUE;
    if (!convert(from, encoding, skip, &w))
        return import_refuse(notes, "bad_encoding", w.line, 0, "save the file as UTF-8",
                             "the bytes cannot be read as %s", encoding);
    if (w.nul_line > 0 && !w.drops_nul)
        return import_refuse(notes, "nul_byte", w.nul_line, 0,
                             "save the file anew from its program",
                             "the file holds a byte of value 0");
    return true;
}

FILE *import_scratch(const char *folder) {
    char name[4096];
    if (folder == NULL) return tmpfile();
    int n = snprintf(name, sizeof name, "%s/.import-XXXXXX", folder);
    int fd = n < (int)sizeof name ? mkstemp(name) : -1;
    if (fd < 0 || unlink(name) != 0) {
        if (fd >= 0) close(fd);
        return NULL;
    }
    FILE *file = fdopen(fd, "w+b");
    if (file == NULL) close(fd);
    return file;
}

// Standard input as a file that can be read twice.
static FILE *spool_input(void) {
    char block[BLOCK];
    size_t n;
    FILE *file = tmpfile();
    while (file != NULL && (n = fread(block, 1, sizeof block, stdin)) > 0) {
        if (fwrite(block, 1, n, file) != n) {
            fclose(file);
            return NULL;
        }
    }
    if (file != NULL) rewind(file);
    return file;
}

bool import_decode(const char *path, const import_map *map, import_copy *out, import_notes *notes) {
    FILE *from = strcmp(path, "-") == 0 ? spool_input() : fopen(path, "rb"), *to = NULL;
    bool ok = false;
    out->fd = -1;
    if (from == NULL) {
        hb_error err = {0};
        hb_fail(&err, errno == ENOENT ? HB_INPUT : HB_SYSTEM,
                errno == ENOENT ? "no-such-file" : "cannot-open", "the file cannot be opened: %s",
                strerror(errno));
        hb_error_file(&err, hb_str_from(path));
        hb_errors_add(notes->errors, &err);
        return false;
    }
    to = import_scratch(notes->scratch);
    if (to == NULL || (out->fd = dup(fileno(to))) < 0) {
        fail_system(notes, "no copy of the file can be made");
        goto done;
    }
    if (import_is_workbook(from))
        ok = import_workbook(from, to, notes);
    else
        ok = decode(from, map, to, notes);
    if (fflush(to) != 0 || ferror(to))
        ok = fail_system(notes, "the copy of the file cannot be written");
    if (ferror(from)) ok = fail_system(notes, "the file cannot be read");
    snprintf(out->path, sizeof out->path, "/proc/self/fd/%d", out->fd);
done:
    if (to != NULL) fclose(to);
    fclose(from);
    if (!ok) import_copy_close(out);
    return ok;
}

void import_copy_close(import_copy *copy) {
    if (copy->fd >= 0) close(copy->fd);
    copy->fd = -1;
}
