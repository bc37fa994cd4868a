// base: what every room stands on. Memory that is freed whole (arena.c), text slices (str.c), the one
// error value (error.c), exact decimals (decimal.c), the calendar and time zones (calendar.c, zone.c),
// SHA-256 (hash.c), whole files (file.c), and the two readers of foreign text that every room shares:
// JSON (json.cc, the one door to libsimdjson) and RFC 4180 CSV (csv.c, the one door to libcsv).
// base calls no other room, prints nothing, and keeps no state between calls.
#ifndef HB_BASE_H
#define HB_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HB_MUST_USE __attribute__((warn_unused_result))

// ---- text -------------------------------------------------------------------------------------
// A slice of UTF-8, validated once at the door. Never ends in NUL by promise; `at` may be NULL when n is 0.
typedef struct { const char *at; size_t n; } hb_str;
#define HB_STR(literal) ((hb_str){(literal), sizeof(literal) - 1})

// Inline, and words at a time: most texts compared are names and codes of a few letters.
static inline bool hb_bytes_equal(const char *a, const char *b, size_t n) {
    uint64_t first_a, first_b, last_a, last_b;
    if (n > 16) return memcmp(a, b, n) == 0;
    if (n >= 8) {
        memcpy(&first_a, a, 8), memcpy(&first_b, b, 8);
        memcpy(&last_a, a + n - 8, 8), memcpy(&last_b, b + n - 8, 8);
        return ((first_a ^ first_b) | (last_a ^ last_b)) == 0;
    }
    for (size_t i = 0; i < n; i++)
        if (a[i] != b[i]) return false;
    return true;
}
static inline bool hb_str_equal(hb_str a, hb_str b) {
    return a.n == b.n && hb_bytes_equal(a.at, b.at, a.n);
}
int hb_str_compare(hb_str a, hb_str b);                  // by bytes: the order of code points
bool hb_str_starts(hb_str text, hb_str prefix);
hb_str hb_str_from(const char *nul_ended);
bool hb_id_is_valid(hb_str id);                          // [A-Za-z0-9][A-Za-z0-9._:/-]{0,127}: every id of habeas
hb_str hb_str_trim(hb_str text);                         // without ASCII white space at both ends
bool hb_utf8_is_valid(hb_str text, size_t *bad_at);      // bad_at: offset of the first bad byte
// The name nearest to a mistyped word, for "did you mean"; empty when none is near (nearest.c).
hb_str hb_nearest(hb_str word, const hb_str *names, size_t n);

// ---- errors -----------------------------------------------------------------------------------
// One value on the caller's stack with room for its text: reporting an error allocates nothing.
typedef enum {
    HB_NONE = 0,
    HB_INPUT,    // foreign bytes refused: exit 3
    HB_USAGE,    // the command line is wrong: exit 2
    HB_RANGE,    // an argument outside what a function takes
    HB_LIMIT,    // a limit of memory, depth, steps or size was reached; as HB_INPUT for exit
    HB_CORRUPT,  // stored data disagrees with itself
    HB_SYSTEM,   // disk, memory, database: exit 4
} hb_error_kind;

typedef struct {
    hb_error_kind kind;
    const char *code;        // stable word of an error table row, e.g. "unknown-fact"; static storage
    char file[256];          // the file as the reader named it, or ""
    char where[256];         // place in the reader's terms: `decision "Citizenship", rule 7, input 2`
    uint32_t line, column;   // 1-based; 0 = not known. Columns count code points.
    uint32_t length;         // code points from column that are wrong; 0 = unknown
    char pointer[160];       // JSON pointer, or ""
    char excerpt[240];       // the line shown, or the part of it around the error, or ""
    uint32_t excerpt_column; // column of the excerpt's first code point; 0 means 1
    char message[320];       // lower case, what is wrong first, no full stop
    char help[240];          // what to do, or ""
} hb_error;

// Fills err unless it already holds a first cause. Returns false, so `return hb_fail(...)` reads well.
bool hb_fail(hb_error *err, hb_error_kind kind, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
// The same for a function that takes a format itself; `help` may be NULL or "".
bool hb_fail_list(hb_error *err, hb_error_kind kind, const char *code, const char *help,
                  const char *format, va_list args) __attribute__((format(printf, 5, 0)));
void hb_error_help(hb_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
// Adds an outer place in front of `where`; the first cause stays.
void hb_error_in(hb_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
void hb_error_file(hb_error *err, hb_str file);          // sets file unless set
// Sets line, column, length and excerpt from a byte range of `text`.
void hb_error_at(hb_error *err, hb_str text, size_t offset, size_t length_bytes);
// The diagnostic as STYLE shows it, ended by a newline, cut at `size`; returns bytes written.
size_t hb_error_print(const hb_error *err, char *out, size_t size);

// Every code and what it means (errors.def), for docs and for the test that each code used has a row.
typedef struct { const char *code, *meaning; } hb_error_code;
const hb_error_code *hb_error_codes(size_t *n);

// All errors of a run, in order; the first HB_ERRORS_KEPT are kept, all are counted.
#define HB_ERRORS_KEPT 100
typedef struct { hb_error *kept; uint32_t n_kept; uint64_t n_all; } hb_errors;
void hb_errors_add(hb_errors *errors, const hb_error *err);
void hb_errors_clear(hb_errors *errors);

// ---- memory -----------------------------------------------------------------------------------
// An arena hands out zeroed, 16-byte aligned memory and frees it whole. Past its limit, or when the
// system has none, it returns NULL and stays `exhausted` until reset; callers turn that into HB_LIMIT.
typedef struct hb_arena hb_arena;
hb_arena *hb_arena_open(size_t limit_bytes);             // NULL when the system has no memory
void hb_arena_close(hb_arena *arena);
void hb_arena_reset(hb_arena *arena);                    // keeps its blocks for the next use
void *hb_arena_alloc(hb_arena *arena, size_t size);
void *hb_arena_array_bytes(hb_arena *arena, size_t size_each, size_t n);   // checks the product
#define hb_arena_new(arena, type) ((type *)hb_arena_alloc((arena), sizeof(type)))
#define hb_arena_array(arena, type, n) ((type *)hb_arena_array_bytes((arena), sizeof(type), (n)))
bool hb_arena_is_exhausted(const hb_arena *arena);
size_t hb_arena_used(const hb_arena *arena);
bool hb_str_copy(hb_arena *arena, hb_str text, hb_str *out);
bool hb_str_format(hb_arena *arena, hb_str *out, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool hb_out_of_memory(hb_error *err);                    // fills err with HB_LIMIT "memory-limit"; false

// A growing byte buffer on the heap for output; `failed` stays set after the first lack of memory.
typedef struct { char *at; size_t n, room; bool failed; } hb_text;
void hb_text_add_slowly(hb_text *text, hb_str piece);    // when there is no room
static inline void hb_text_add(hb_text *text, hb_str piece) {
    if (piece.n > text->room - text->n || text->failed) {
        hb_text_add_slowly(text, piece);
    } else if (piece.n) {
        memcpy(text->at + text->n, piece.at, piece.n);
        text->n += piece.n;
    }
}
void hb_text_addf(hb_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void hb_text_add_json(hb_text *text, hb_str piece);      // as a JSON string with its quotes
void hb_text_add_csv(hb_text *text, hb_str piece);       // quoted where RFC 4180 asks for it
void hb_text_add_shown(hb_text *text, hb_str piece);     // for a terminal: what hb_is_shown refuses becomes U+FFFD
void hb_text_clear(hb_text *text);
// False for what a terminal would act on instead of showing it: controls, marks of direction, ends of lines.
bool hb_is_shown(int32_t code_point);

// ---- files ------------------------------------------------------------------------------------
typedef struct { char *at; size_t n; } hb_bytes;
// Reads a whole file ("-" is standard input). HB_SYSTEM when it cannot, HB_LIMIT past max_bytes.
HB_MUST_USE bool hb_read_file(const char *path, size_t max_bytes, hb_bytes *out, hb_error *err);
void hb_bytes_clear(hb_bytes *bytes);

// ---- hash -------------------------------------------------------------------------------------
typedef struct { uint8_t bytes[32]; } hb_hash;
hb_hash hb_sha256(const void *data, size_t n);
typedef struct { uint64_t opaque[16]; } hb_sha256_state;   // holds nettle's sha256_ctx
void hb_sha256_start(hb_sha256_state *state);
void hb_sha256_add(hb_sha256_state *state, const void *data, size_t n);
hb_hash hb_sha256_end(hb_sha256_state *state);
hb_hash hb_hmac_sha256(const uint8_t key[32], const hb_str *pieces, uint32_t n);
void hb_hash_hex(hb_hash hash, char out[65]);
bool hb_hash_from_hex(hb_str hex, hb_hash *out);
// SHA-256 of a file's bytes, in bounded memory.
HB_MUST_USE bool hb_hash_file(const char *path, hb_hash *out, hb_error *err);

// ---- decimals (IEEE 754-2008 decimal128, Intel library) ------------------------------------------
// 34 digits, exponent -6176..6111; every operation rounds half even unless it says otherwise.
// NaN and infinity never leave this file: an operation that would give one returns false.
typedef struct { uint64_t w[2]; } hb_dec;
hb_dec hb_dec_from_int(int64_t value);
hb_dec hb_dec_from_parts(int64_t coefficient, int exponent);      // coefficient * 10^exponent
bool hb_dec_parse(hb_str text, hb_dec *out);             // FEEL/XSD decimal or scientific text, whole slice
hb_str hb_dec_print(hb_dec value, char out[6300]);       // plain digits (no exponent, trailing zeros of the fraction dropped)
bool hb_dec_to_int(hb_dec value, int64_t *out);          // false when not an integer in range
// The shortest coefficient without decimal zeros after the point; exponent <= 0 where |coefficient| <= 10^18 allows.
bool hb_dec_to_parts(hb_dec value, int64_t *coefficient, int *exponent);  // false when |coefficient| > 10^18
double hb_dec_to_double(hb_dec value);
bool hb_dec_from_double(double value, hb_dec *out);
int hb_dec_compare(hb_dec a, hb_dec b);
bool hb_dec_add(hb_dec a, hb_dec b, hb_dec *out);
bool hb_dec_sub(hb_dec a, hb_dec b, hb_dec *out);
bool hb_dec_mul(hb_dec a, hb_dec b, hb_dec *out);
bool hb_dec_div(hb_dec a, hb_dec b, hb_dec *out);        // false by zero
bool hb_dec_pow(hb_dec a, hb_dec b, hb_dec *out);
bool hb_dec_sqrt(hb_dec a, hb_dec *out);
bool hb_dec_exp(hb_dec a, hb_dec *out);
bool hb_dec_log(hb_dec a, hb_dec *out);
hb_dec hb_dec_floor(hb_dec a);
hb_dec hb_dec_neg(hb_dec a);
hb_dec hb_dec_abs(hb_dec a);
bool hb_dec_is_integer(hb_dec a);
bool hb_dec_is_zero(hb_dec a);
bool hb_dec_is_negative(hb_dec a);
typedef enum { HB_ROUND_HALF_EVEN = 0, HB_ROUND_UP, HB_ROUND_DOWN, HB_ROUND_HALF_UP, HB_ROUND_HALF_DOWN,
               HB_ROUND_FLOOR, HB_ROUND_CEILING } hb_rounding;   // UP = away from zero, DOWN = to zero
bool hb_dec_round(hb_dec value, int scale, hb_rounding how, hb_dec *out);  // scale -6111..6176, digits after the point
bool hb_dec_modulo(hb_dec dividend, hb_dec divisor, hb_dec *out);          // DMN: a - b*floor(a/b), exact

// ---- calendar (proleptic Gregorian, years -999999999..999999999) --------------------------------
typedef struct { int32_t year; uint8_t month, day; } hb_date;
#define HB_YEAR_MAX 999999999
bool hb_date_is_valid(int64_t year, int month, int day);
int64_t hb_date_to_days(hb_date date);                   // days since 1970-01-01
bool hb_date_from_days(int64_t days, hb_date *out);      // false outside the years
int hb_days_in_month(int64_t year, int month);
int hb_day_of_week(hb_date date);                        // 1 Monday .. 7 Sunday
int hb_day_of_year(hb_date date);                        // 1..366
int hb_week_of_year(hb_date date);                       // ISO 8601, 1..53
bool hb_date_parse(hb_str text, hb_date *out);           // [-]YYYY[Y...]-MM-DD, whole slice, XSD rules
void hb_text_add_date(hb_text *text, hb_date date);      // 2025-03-14
bool hb_date_add_months(hb_date date, int64_t months, hb_date *out);   // day clipped to the month

typedef enum { HB_ZONE_NONE = 0, HB_ZONE_OFFSET, HB_ZONE_NAMED } hb_zone_kind;
typedef struct { hb_zone_kind kind; int32_t offset_seconds; uint32_t name; } hb_zone;  // name: index of hb_zone_name
// Finds a zone of the system's list ("Europe/Paris"); an index that stays valid for the process. Thread-safe.
bool hb_zone_find(hb_str name, uint32_t *index);
hb_str hb_zone_name(uint32_t index);
// Offset from UTC in force at a local date and second of day in a named zone (the earlier offset in an overlap).
bool hb_zone_offset_local(uint32_t index, int64_t local_days, int32_t local_second, int32_t *offset_seconds);
// Offset in force at an instant (seconds since 1970-01-01T00:00:00Z).
bool hb_zone_offset_utc(uint32_t index, int64_t instant, int32_t *offset_seconds);

typedef struct { uint8_t hour, minute, second; uint32_t nanosecond; hb_zone zone; } hb_time;
bool hb_time_parse(hb_str text, hb_time *out);           // hh:mm:ss[.f][Z|+hh:mm[:ss]|@Zone], 24:00:00 refused
typedef struct { hb_date date; hb_time time; } hb_datetime;
bool hb_datetime_parse(hb_str text, hb_datetime *out);   // date "T" time; 24:00:00 is the next day's 00:00:00

// Now, as an argument: the only place that reads the clock is cli and web.
typedef struct { int64_t seconds; uint32_t nanosecond; } hb_instant;    // since 1970-01-01T00:00:00Z
hb_instant hb_clock_read(void);

// ---- JSON -------------------------------------------------------------------------------------
// One JSON text as a tree in an arena. Numbers keep their text (no binary floats). Every node knows
// the byte offset where it stands, so an error can point at it. Duplicate keys, bytes after the value,
// bad UTF-8, NUL in keys and nesting deeper than HB_JSON_DEPTH are errors.
#define HB_JSON_DEPTH 64
typedef enum { HB_JSON_NULL = 0, HB_JSON_FALSE, HB_JSON_TRUE, HB_JSON_NUMBER, HB_JSON_STRING, HB_JSON_ARRAY,
               HB_JSON_OBJECT } hb_json_kind;
typedef struct hb_json hb_json;
struct hb_json {
    hb_json_kind kind;
    uint32_t n;              // members or elements
    hb_str text;             // string: unescaped; number: as written
    hb_str key;              // when member of an object: its key
    size_t offset;           // of the value's first byte in the source
    hb_json *first;          // first of n children, which stand in one array
};
// A reader keeps simdjson's buffers between texts; one per thread.
typedef struct hb_json_reader hb_json_reader;
hb_json_reader *hb_json_reader_open(void);
void hb_json_reader_close(hb_json_reader *reader);
// Parses the whole of `text`. err gets line and column within `text` (the caller adds file and first line).
HB_MUST_USE bool hb_json_parse(hb_json_reader *reader, hb_arena *arena, hb_str text, hb_json **out, hb_error *err);
const hb_json *hb_json_member(const hb_json *object, hb_str key);          // NULL when absent or no object
// Appends `value` in RFC 8785 (JCS) canonical form; numbers as RFC 8785 §3.2.2.3 prints them.
bool hb_json_canonical(hb_text *out, const hb_json *value);

// ---- lines and CSV ----------------------------------------------------------------------------
// A file read line by line in bounded memory: for NDJSON. A BOM, CRLF and a missing last newline are
// accepted; a line longer than max_line_bytes, a NUL byte or bad UTF-8 is an error that names the line. Such a
// line is stepped over, so the caller may go on and report every one; after an HB_SYSTEM error the file has ended.
typedef struct hb_lines hb_lines;
HB_MUST_USE hb_lines *hb_lines_open(const char *path, size_t max_line_bytes, hb_error *err);  // "-" is stdin, spooled
HB_MUST_USE bool hb_lines_next(hb_lines *lines, hb_str *line, uint64_t *number, bool *end, hb_error *err);
HB_MUST_USE bool hb_lines_rewind(hb_lines *lines, hb_error *err);   // back to line 1, for a second pass
hb_hash hb_lines_hash(const hb_lines *lines);            // SHA-256 of all bytes, after the first full pass
uint64_t hb_lines_offset(const hb_lines *lines);         // bytes read so far, for a progress bar
uint64_t hb_lines_size(const hb_lines *lines);           // bytes in all, 0 = unknown
void hb_lines_close(hb_lines *lines);

// RFC 4180 by libcsv in strict mode, over hb_lines' bytes. Fields know where they stand. After an error the file
// has ended: where rows part can no longer be trusted.
typedef struct { hb_str text; uint64_t line; uint32_t column; bool is_quoted; } hb_csv_field;
typedef struct { hb_csv_field *fields; uint32_t n; uint64_t line; } hb_csv_row;     // line: of its first field
typedef struct hb_csv hb_csv;
HB_MUST_USE hb_csv *hb_csv_open(const char *path, char separator, size_t max_row_bytes, hb_error *err);
HB_MUST_USE bool hb_csv_next(hb_csv *csv, hb_csv_row *row, bool *end, hb_error *err);   // row lives until the next call
HB_MUST_USE bool hb_csv_rewind(hb_csv *csv, hb_error *err);
hb_hash hb_csv_hash(const hb_csv *csv);
uint64_t hb_csv_offset(const hb_csv *csv);
uint64_t hb_csv_size(const hb_csv *csv);
void hb_csv_close(hb_csv *csv);

#ifdef __cplusplus
}
#endif
#endif
