// CSV (RFC 4180) by libcsv in strict mode: the one door to it. libcsv tells what a field holds but
// not where it stands, so it is fed in pieces that end where something can happen: a run of plain
// bytes, then one comma, quote, CR or LF. Blank lines are no rows; a space belongs to its field
// (§2.4); a CR without its LF is an error.
#include "base/internal.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint64_t line;
    uint32_t column;
} place;

struct hb_csv {
    hb_source source;
    struct csv_parser parser;
    char separator;
    size_t max_bytes;
    bool is_started, is_broken, is_cr_before, failed;
    place at;     // of the next byte
    place start;  // of the field being read
    bool is_quoted, has_start;
    char *text;  // of the row's fields, one after the other
    size_t n_text, room_text;
    size_t *ends;  // of each field in `text`
    hb_csv_field *fields;
    uint32_t n_fields, room_fields;
    bool has_row;  // libcsv has closed the row
};

static int is_never(unsigned char c) {
    (void)c;
    return 0;
}

static void start_parser(hb_csv *csv) {
    csv_init(&csv->parser, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&csv->parser, (unsigned char)csv->separator);
    csv_set_space_func(&csv->parser, is_never);
    csv_set_blk_size(&csv->parser, 4096);
}

hb_csv *hb_csv_open(const char *path, char separator, size_t max_row_bytes, hb_error *err) {
    hb_csv *csv = calloc(1, sizeof *csv);
    if (!csv) {
        hb_out_of_memory(err);
        return NULL;
    }
    csv->separator = separator;
    csv->max_bytes = max_row_bytes;
    csv->at = (place){1, 1};
    if (!hb_source_open(&csv->source, path, err)) {
        free(csv);
        return NULL;
    }
    start_parser(csv);
    return csv;
}

void hb_csv_close(hb_csv *csv) {
    if (!csv) return;
    hb_source_close(&csv->source);
    csv_free(&csv->parser);
    free(csv->text);
    free(csv->ends);
    free(csv->fields);
    free(csv);
}

// ---- what libcsv calls --------------------------------------------------------------------------

static bool make_room(hb_csv *csv, size_t n) {
    if (n > csv->room_text - csv->n_text) {
        size_t room = csv->room_text ? csv->room_text : 4096;
        while (room - csv->n_text < n) room *= 2;
        char *grown = realloc(csv->text, room);
        if (!grown) return false;
        csv->text = grown;
        csv->room_text = room;
    }
    if (csv->n_fields == csv->room_fields) {
        uint32_t room = csv->room_fields ? csv->room_fields * 2 : 64;
        hb_csv_field *fields = realloc(csv->fields, room * sizeof *fields);
        if (fields) csv->fields = fields;
        size_t *ends = realloc(csv->ends, room * sizeof *ends);
        if (ends) csv->ends = ends;
        if (!fields || !ends) return false;
        csv->room_fields = room;
    }
    return true;
}

static void on_field(void *text, size_t n, void *to) {
    hb_csv *csv = to;
    if (csv->failed || !make_room(csv, n)) {
        csv->failed = true;
        return;
    }
    if (n) memcpy(csv->text + csv->n_text, text, n);
    csv->n_text += n;
    place start = csv->has_start ? csv->start : csv->at;
    csv->fields[csv->n_fields] =
        (hb_csv_field){.line = start.line, .column = start.column, .is_quoted = csv->is_quoted};
    csv->ends[csv->n_fields++] = csv->n_text;
    csv->has_start = csv->is_quoted = false;
}

static void on_row(int end, void *to) {
    (void)end;
    ((hb_csv *)to)->has_row = true;
}

// ---- feeding ------------------------------------------------------------------------------------

static bool fail_at(hb_csv *csv, place at, hb_error *err, const char *message, const char *help) {
    hb_fail(err, HB_INPUT, "bad-csv", "%s", message);
    hb_error_help(err, "%s", help);
    err->line = (uint32_t)at.line;
    err->column = at.column;
    hb_error_file(err, hb_str_from(csv->source.name));
    return false;
}

static bool fail_parse(hb_csv *csv, char byte, hb_error *err) {
    if (csv_error(&csv->parser) != CSV_EPARSE || csv->failed) {
        return hb_out_of_memory(err);
    }
    const char *help = "put the whole field in quotes, and double each quote inside it";
    if (byte == '"' && !csv->is_quoted) {
        return fail_at(csv, csv->at, err,
                       "a quote stands inside a field that does not begin with one", help);
    }
    return fail_at(csv, csv->at, err,
                   "something stands between a closing quote and the next separator", help);
}

static void advance(hb_csv *csv, const char *at, size_t n) {
    for (size_t i = 0; i < n; i++) csv->at.column += ((unsigned char)at[i] & 0xc0) != 0x80;
    if (n == 1 && at[0] == '\n') csv->at = (place){csv->at.line + 1, 1};
}

static bool is_plain(const hb_csv *csv, char c) {
    return c != csv->separator && c != '"' && c != '\r' && c != '\n' && c != 0;
}

// One run of plain bytes, or one byte that is not.
static bool feed(hb_csv *csv, const char *at, size_t n, hb_error *err) {
    bool ends_field = at[0] == csv->separator || at[0] == '\r' || at[0] == '\n';
    if (!ends_field && !csv->has_start) {
        csv->has_start = true;
        csv->start = csv->at;
        csv->is_quoted = at[0] == '"';
    }
    size_t fed = csv_parse(&csv->parser, at, n, on_field, on_row, csv);
    if (fed != n || csv->failed) {
        advance(csv, at, fed);
        return fail_parse(csv, at[0], err);
    }
    bool is_between_rows = csv->has_row || (csv->n_fields == 0 && !csv->has_start);
    csv->is_cr_before = at[0] == '\r' && is_between_rows;
    advance(csv, at, n);
    return true;
}

static bool feed_row(hb_csv *csv, hb_error *err) {
    hb_source *source = &csv->source;
    size_t n_row = 0;
    while (!csv->has_row) {
        if (!hb_source_fill(source, err)) return false;
        size_t room = source->n - source->at, n = 0;
        const char *at = source->block + source->at;
        if (csv->is_cr_before && (room == 0 || at[0] != '\n')) {
            return fail_at(csv, csv->at, err,
                           "a carriage return stands without the line feed that belongs to it",
                           "end lines with LF or CRLF");
        }
        if (room == 0) {
            if (csv_fini(&csv->parser, on_field, on_row, csv) == 0 && !csv->failed) return true;
            if (csv->failed) return fail_parse(csv, 0, err);
            return fail_at(csv, csv->start, err, "a quoted field has no closing quote",
                           "add the closing quote");
        }
        if (at[0] == 0)
            return fail_at(csv, csv->at, err, "a NUL byte", "save the file again as UTF-8 text");
        while (n < room && is_plain(csv, at[n])) n++;
        if (n == 0) n = 1;
        n_row += n;
        if (n_row > csv->max_bytes) {
            hb_fail(err, HB_LIMIT, "line-too-long", "this row is longer than %zu bytes",
                    csv->max_bytes);
            hb_error_help(err, "look for a quote that is not closed");
            err->line = (uint32_t)csv->at.line;
            hb_error_file(err, hb_str_from(source->name));
            return false;
        }
        if (!feed(csv, at, n, err)) return false;
        source->at += n;
    }
    return true;
}

bool hb_csv_next(hb_csv *csv, hb_csv_row *row, bool *end, hb_error *err) {
    *end = csv->is_broken;
    if (csv->is_broken) return true;
    csv->is_broken = true;  // unless this row is read
    if (!csv->is_started && !hb_source_start(&csv->source, err)) return false;
    csv->is_started = true;
    csv->n_fields = 0;
    csv->n_text = 0;
    csv->has_row = false;
    if (!feed_row(csv, err)) return false;
    *end = !csv->has_row;
    for (uint32_t i = 0; i < csv->n_fields; i++) {
        size_t start = i ? csv->ends[i - 1] : 0, bad_at = 0;
        hb_csv_field *field = &csv->fields[i];
        field->text = (hb_str){csv->text + start, csv->ends[i] - start};
        if (hb_utf8_is_valid(field->text, &bad_at)) continue;
        hb_fail(err, HB_INPUT, "bad-utf8", "this field is no UTF-8");
        hb_error_help(err, "save the file again as UTF-8");
        err->line = (uint32_t)field->line;
        err->column = field->column;
        hb_error_file(err, hb_str_from(csv->source.name));
        return false;
    }
    csv->is_broken = false;
    *row = (hb_csv_row){csv->fields, csv->n_fields, csv->n_fields ? csv->fields[0].line : 0};
    return true;
}

bool hb_csv_rewind(hb_csv *csv, hb_error *err) {
    csv_free(&csv->parser);
    start_parser(csv);
    csv->is_started = csv->is_broken = csv->is_cr_before = csv->failed = csv->has_start =
        csv->is_quoted = false;
    csv->at = (place){1, 1};
    return hb_source_rewind(&csv->source, err);
}

hb_hash hb_csv_hash(const hb_csv *csv) {
    return csv->source.hash;
}

uint64_t hb_csv_offset(const hb_csv *csv) {
    return hb_source_offset(&csv->source);
}

uint64_t hb_csv_size(const hb_csv *csv) {
    return csv->source.size;
}
