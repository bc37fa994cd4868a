// A workbook (.xlsx, ECMA-376) as CSV: what libzip unpacks and libxml2 reads goes cell by cell into
// the copy that every other reader starts from, so nothing of a sheet is held but its shared
// strings. Sheets are stacked: each after the first must have a row that stands near the top of the
// first one too, its header, and is read from there. A number is written as it stands: which
// numbers are days is for the mapping to say. The only file that knows libzip.
//
// dmn/xml.c reads libxml2 too, and nothing would be shared behind one door: a model is small and
// becomes a tree whose every element names its place; a sheet is pulled out of its archive piece by
// piece and no node of it is kept. Network and entities are off in both.
#include <libxml/xmlreader.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include "intake/import.h"

#define PART_BYTES ((zip_uint64_t)4 << 30)
#define STRINGS_BYTES ((size_t)1 << 30)
#define SHEETS_MAX 64u
#define TOP_ROWS 11u
#define ROWS_MAX 1048576u

typedef struct {
    zip_t *zip;
    hb_arena *arena;
    FILE *to;
    import_notes *notes;
    uint32_t n_strings, room;
    hb_str *strings;
    uint32_t n_sheets, n_top,
        width;  // width: of the widest row so far; rows end at their last filled cell
    char *sheets[SHEETS_MAX];  // parts, in the order of the workbook
    hb_text top[TOP_ROWS];     // the first rows of the first sheet, as CSV
    bool counts_from_1904;
} workbook;

static bool refuse(workbook *w, const char *code, const char *what) {
    return import_refuse(w->notes, code, 1, 0, "save the sheet as CSV", "%s", what);
}

// ---- one part of the package
// ----------------------------------------------------------------------

static int read_part(void *context, char *to, int n) {
    return (int)zip_fread(context, to, (zip_uint64_t)n);
}

static int close_part(void *context) {
    return zip_fclose(context);
}

static xmlTextReader *open_part(workbook *w, const char *name) {
    zip_stat_t stat;
    if (zip_stat(w->zip, name, 0, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0 ||
        stat.size > PART_BYTES)
        return NULL;
    zip_file_t *file = zip_fopen(w->zip, name, 0);
    if (file == NULL) return NULL;
    return xmlReaderForIO(read_part, close_part, file, NULL, NULL,
                          XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
}

// The next element's start or end; a document type ends the reading, for entities are not expanded.
static int next_node(xmlTextReader *reader) {
    int n = xmlTextReaderRead(reader);
    return n == 1 && xmlTextReaderNodeType(reader) == XML_READER_TYPE_DOCUMENT_TYPE ? -1 : n;
}

static bool is_start(xmlTextReader *reader, const char *name) {
    return xmlTextReaderNodeType(reader) == XML_READER_TYPE_ELEMENT &&
           strcmp((const char *)xmlTextReaderConstLocalName(reader), name) == 0;
}

static bool is_end(xmlTextReader *reader, const char *name) {
    return xmlTextReaderNodeType(reader) == XML_READER_TYPE_END_ELEMENT &&
           strcmp((const char *)xmlTextReaderConstLocalName(reader), name) == 0;
}

static hb_str attribute(workbook *w, xmlTextReader *reader, const char *name) {
    hb_str out = {0};
    xmlChar *value = xmlTextReaderGetAttribute(reader, (const xmlChar *)name);
    if (value != NULL) (void)hb_str_copy(w->arena, hb_str_from((const char *)value), &out);
    xmlFree(value);
    return out;
}

static void add_node_text(xmlTextReader *reader, hb_text *text) {
    int type = xmlTextReaderNodeType(reader);
    bool is_text = type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA ||
                   type == XML_READER_TYPE_SIGNIFICANT_WHITESPACE ||
                   type == XML_READER_TYPE_WHITESPACE;
    if (is_text) hb_text_add(text, hb_str_from((const char *)xmlTextReaderConstValue(reader)));
}

// ---- strings and sheets
// ---------------------------------------------------------------------------

static bool keep_string(workbook *w, const hb_text *text) {
    if (w->n_strings == w->room) {
        w->room = w->room == 0 ? 1024 : w->room * 2;
        hb_str *grown = realloc(w->strings, w->room * sizeof *grown);
        if (grown == NULL) return false;
        w->strings = grown;
    }
    return !text->failed &&
           hb_str_copy(w->arena, (hb_str){text->at, text->n}, &w->strings[w->n_strings++]);
}

// xl/sharedStrings.xml: <si><t>…</t></si>, or runs <r><t>…</t></r>; phonetic hints <rPh> are no
// text.
static bool read_strings(workbook *w) {
    hb_text text = {0};
    bool is_in_text = false, is_hint = false, ok = true;
    int n = 0;
    xmlTextReader *reader = open_part(w, "xl/sharedStrings.xml");
    if (reader == NULL) return true;  // a workbook of numbers has none
    while (ok && (n = next_node(reader)) == 1) {
        if (is_start(reader, "si")) text.n = 0;
        if (is_start(reader, "rPh")) is_hint = true;
        if (is_end(reader, "rPh")) is_hint = false;
        if (is_start(reader, "t")) is_in_text = !xmlTextReaderIsEmptyElement(reader);
        if (is_end(reader, "t")) is_in_text = false;
        if (is_in_text && !is_hint) add_node_text(reader, &text);
        if (is_end(reader, "si") || (is_start(reader, "si") && xmlTextReaderIsEmptyElement(reader)))
            ok = keep_string(w, &text);
    }
    xmlFreeTextReader(reader);
    hb_text_clear(&text);
    return (ok && n == 0) ||
           refuse(w, "bad_encoding", "the strings of the workbook cannot be read");
}

// xl/workbook.xml names the sheets by relation; xl/_rels/workbook.xml.rels says which part each is.
static bool find_part(workbook *w, hb_str relation) {
    bool found = false;
    xmlTextReader *reader = open_part(w, "xl/_rels/workbook.xml.rels");
    while (reader != NULL && !found && next_node(reader) == 1) {
        if (!is_start(reader, "Relationship") ||
            !hb_str_equal(attribute(w, reader, "Id"), relation))
            continue;
        hb_str target = attribute(w, reader, "Target"), path;
        bool is_whole = target.n > 0 && target.at[0] == '/';
        found = hb_str_format(w->arena, &path, "%s%.*s%c", is_whole ? "" : "xl/",
                              (int)(target.n - is_whole), target.at + is_whole, '\0');
        if (found) w->sheets[w->n_sheets++] = (char *)(uintptr_t)path.at;
    }
    xmlFreeTextReader(reader);
    return found;
}

static bool read_sheets(workbook *w) {
    bool ok = true;
    xmlTextReader *reader = open_part(w, "xl/workbook.xml");
    if (reader == NULL) return refuse(w, "bad_encoding", "the file is packed, and is no workbook");
    while (ok && next_node(reader) == 1) {
        if (is_start(reader, "workbookPr")) {
            hb_str mode = attribute(w, reader, "date1904");
            w->counts_from_1904 =
                hb_str_equal(mode, HB_STR("1")) || hb_str_equal(mode, HB_STR("true"));
        }
        if (is_start(reader, "sheet"))
            ok = w->n_sheets < SHEETS_MAX && find_part(w, attribute(w, reader, "r:id"));
    }
    xmlFreeTextReader(reader);
    if (!ok || w->n_sheets == 0)
        return refuse(w, "bad_encoding", "the sheets of the workbook cannot be found");
    return !w->counts_from_1904 ||
           refuse(w, "not_an_answer", "the workbook counts its days from 1904");
}

// ---- cells
// ----------------------------------------------------------------------------------------

// "BC12" -> 54; UINT32_MAX when it is no reference of a column that can be read.
static uint32_t column_of(hb_str reference) {
    uint32_t column = 0;
    size_t i = 0;
    for (; i < reference.n && i < 3 && reference.at[i] >= 'A' && reference.at[i] <= 'Z'; i++)
        column = column * 26 + (uint32_t)(reference.at[i] - 'A') + 1;
    return i == 0 || column > IMPORT_COLUMNS_MAX ? UINT32_MAX : column - 1;
}

static bool number_of(hb_str text, uint32_t *out) {
    uint64_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.at[i] < '0' || text.at[i] > '9' || n > ROWS_MAX) return false;
        n = n * 10 + (uint64_t)(text.at[i] - '0');
    }
    *out = (uint32_t)n;
    return text.n > 0 && n <= UINT32_MAX;
}

typedef struct {
    hb_text line;
    uint32_t n_cells, n_filled;
} sheet_row;

static bool add_cell(workbook *w, sheet_row *row, uint32_t column, hb_str type, hb_str value) {
    if (column == UINT32_MAX || column < row->n_cells)
        return refuse(w, "field_count",
                      "a cell of the workbook stands in no column that can be read");
    if (hb_str_equal(type, HB_STR("s"))) {
        uint32_t index;
        if (!number_of(hb_str_trim(value), &index) || index >= w->n_strings)
            return refuse(w, "bad_encoding",
                          "a cell names a string that the workbook does not have");
        value = w->strings[index];
    } else if (hb_str_equal(type, HB_STR("b"))) {
        value = hb_str_equal(value, HB_STR("1")) ? HB_STR("TRUE") : HB_STR("FALSE");
    }
    for (; row->n_cells <= column; row->n_cells++) {
        if (row->n_cells > 0) hb_text_add(&row->line, HB_STR(","));
    }
    // Quoted always, so that a line end within a cell stays one.
    hb_text_add(&row->line, HB_STR("\""));
    for (size_t i = 0; i < value.n; i++)
        hb_text_add(&row->line, value.at[i] == '"' ? HB_STR("\"\"") : (hb_str){value.at + i, 1});
    hb_text_add(&row->line, HB_STR("\""));
    row->n_filled += value.n > 0;
    return !row->line.failed;
}

static bool is_top_row(const workbook *w, const sheet_row *row) {
    for (uint32_t i = 0; i < w->n_top; i++) {
        if (hb_str_equal((hb_str){w->top[i].at, w->top[i].n}, (hb_str){row->line.at, row->line.n}))
            return true;
    }
    return false;
}

static bool write_row(workbook *w, sheet_row *row, bool is_first_sheet, bool *has_header) {
    if (is_first_sheet && w->n_top < TOP_ROWS && row->n_filled > 1)
        hb_text_add(&w->top[w->n_top++], (hb_str){row->line.at, row->line.n});
    if (!is_first_sheet && !*has_header) {
        *has_header = row->n_filled > 1 && is_top_row(w, row);
        return true;
    }
    if (row->n_cells > w->width) w->width = row->n_cells;
    if (row->n_cells > 0) {
        for (; row->n_cells < w->width; row->n_cells++) hb_text_add(&row->line, HB_STR(","));
    }
    hb_text_add(&row->line, HB_STR("\n"));
    return !row->line.failed && fwrite(row->line.at, 1, row->line.n, w->to) == row->line.n;
}

static bool read_sheet(workbook *w, uint32_t index) {
    xmlTextReader *reader = open_part(w, w->sheets[index]);
    sheet_row row = {0};
    hb_text value = {0};
    hb_arena *arena = w->arena, *scratch = hb_arena_open((size_t)16 << 20);
    bool ok = reader != NULL && scratch != NULL, has_header = index == 0, is_value = false,
         has_rows = false;
    uint32_t column = 0, n_lines = 0;
    hb_str type = {0};
    int n = 0;
    w->arena = scratch;  // attributes live for one row
    while (ok && (n = next_node(reader)) == 1) {
        if (is_start(reader, "row")) {
            uint32_t number = n_lines + 1;
            hb_arena_reset(scratch);
            row.line.n = row.n_cells = row.n_filled = 0;
            hb_str given = attribute(w, reader, "r");
            ok = given.n == 0 ||
                 (number_of(given, &number) && number > n_lines && number <= ROWS_MAX);
            for (; ok && index == 0 && n_lines + 1 < number; n_lines++) putc('\n', w->to);
            n_lines = number;
            if (ok && xmlTextReaderIsEmptyElement(reader))
                ok = write_row(w, &row, index == 0, &has_header);
        } else if (is_start(reader, "c")) {
            column = column_of(attribute(w, reader, "r"));
            type = attribute(w, reader, "t");
            value.n = 0;
        } else if (is_start(reader, "v") || is_start(reader, "t")) {
            is_value = !xmlTextReaderIsEmptyElement(reader);
        } else if (is_end(reader, "v") || is_end(reader, "t")) {
            is_value = false;
        } else if (is_end(reader, "c")) {
            ok = add_cell(w, &row, column, type, (hb_str){value.at, value.n});
        } else if (is_end(reader, "row")) {
            has_rows |= row.n_filled > 0;
            ok = write_row(w, &row, index == 0, &has_header);
        } else if (is_value) {
            add_node_text(reader, &value);
            ok = !value.failed && value.n < ((size_t)1 << 20);
        }
    }
    w->arena = arena;
    xmlFreeTextReader(reader);
    hb_arena_close(scratch);
    hb_text_clear(&value);
    hb_text_clear(&row.line);
    if (!ok || n != 0)
        return w->notes->n_refusals > 0 ||
               refuse(w, "bad_encoding", "a sheet of the workbook cannot be read");
    return has_header || !has_rows ||
           refuse(w, "missing_column", "a sheet of the workbook has another layout than the first");
}

bool import_is_workbook(FILE *file) {
    unsigned char mark[4] = {0};
    size_t n = fread(mark, 1, 4, file);
    rewind(file);
    return n == 4 && memcmp(mark, "PK\x03\x04", 4) == 0;
}

bool import_workbook(FILE *from, FILE *to, import_notes *notes) {
    int code = 0, fd = dup(fileno(from));
    bool ok = false;
    workbook w = {.to = to, .notes = notes, .arena = hb_arena_open(STRINGS_BYTES)};
    if (fd >= 0) (void)lseek(fd, 0, SEEK_SET);
    w.zip = fd < 0 ? NULL : zip_fdopen(fd, ZIP_CHECKCONS, &code);
    if (w.zip == NULL && fd >= 0) close(fd);
    if (w.zip == NULL || w.arena == NULL) {
        refuse(&w, "bad_encoding", "the workbook is damaged");
        goto done;
    }
    ok = read_sheets(&w) && read_strings(&w);
    for (uint32_t i = 0; ok && i < w.n_sheets; i++)
        ok = read_sheet(&w, i) && notes->n_refusals == 0;
done:
    if (w.zip != NULL) zip_discard(w.zip);
    for (uint32_t i = 0; i < w.n_top; i++) hb_text_clear(&w.top[i]);
    free(w.strings);
    hb_arena_close(w.arena);
    return ok;
}
