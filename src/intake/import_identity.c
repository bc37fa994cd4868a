// Whose row it is, by the numbers and names that the mapping knows, and the row as a document: its
// title, issuer, date, and whom it concerns where the format tells it.
#include <string.h>

#include "intake/import_reading.h"

// ---- who it is ----------------------------------------------------------------------------------

static hb_str cell_named(const reading *r, const hb_json *name) {
    hb_str text = {0};
    if (name == NULL || name->kind != HB_JSON_STRING || !reading_get(r, name->text, &text))
        return (hb_str){0};
    return cell_classify(r->reader->map, text) == CELL_VALUE ? text : (hb_str){0};
}

static bool read_name(reading *r) {
    const hb_json *names = r->reader->map->names;
    hb_str full = cell_named(r, map_at(names, "full", NULL)),
           family = cell_named(r, map_at(names, "family", NULL)),
           given = cell_named(r, map_at(names, "given", NULL)),
           middle = cell_named(r, map_at(names, "middle", NULL)),
           suffix = cell_named(r, map_at(names, "suffix", NULL));
    bool ok;
    if (family.n > 0 || given.n > 0) {
        ok = hb_str_format(r->arena, &r->out->name, "%.*s%s%.*s%s%.*s%s%.*s", (int)family.n,
                           family.at, family.n > 0 && given.n > 0 ? ", " : "", (int)given.n,
                           given.at, middle.n > 0 ? " " : "", (int)middle.n, middle.at,
                           suffix.n > 0 ? " " : "", (int)suffix.n, suffix.at);
    } else {
        ok = hb_str_copy(r->arena, full, &r->out->name);
        if (full.n > 0 && memchr(full.at, ',', full.n) == NULL &&
            memchr(full.at, ' ', full.n) != NULL)
            reading_warn(r, "name_order_unknown", (hb_str){0});
    }
    return ok && cell_name_key(r->arena, r->out->name, &r->out->name_key);
}

static bool refuse_id(const reading *r, hb_str column) {
    return import_refuse(
        r->reader->notes, "bad_id", r->row->line, 0, "correct the number in the file",
        "the column \"%.*s\" holds no number of its kind", (int)column.n, column.at);
}

// The number of one kind, normalised. *is_key: it may name the person.
static bool read_id(reading *r, hb_str column, hb_str text, hb_str *out, bool *is_key) {
    const hb_json *ids = r->reader->map->ids;
    const hb_json *kind = ids == NULL ? NULL : hb_json_member(ids, column);
    *is_key = true;
    if (kind != NULL && hb_str_equal(kind->text, HB_STR("a_number")))
        return cell_alien_number(r->arena, text, out) || refuse_id(r, column);
    if (kind != NULL && hb_str_equal(kind->text, HB_STR("sv_dui"))) {
        dui_kind dui = cell_dui(r->arena, text, out);
        *is_key = dui == DUI_GOOD;
        if (dui == DUI_RESTORED) reading_warn(r, "leading_zero_restored", column);
        if (dui == DUI_FAILS) reading_warn(r, "check_digit", column);
        if (dui == DUI_NONE) *out = (hb_str){0};
        return true;
    }
    const hb_json *normal = map_at(r->reader->map->root, "person", "normalise");
    if (normal != NULL && hb_str_equal(normal->text, HB_STR("digits8_dash5")))
        return cell_register_number(r->arena, text, out) || refuse_id(r, column);
    return cell_id(r->arena, text, out) || refuse_id(r, column);
}

static bool first_id(reading *r, const hb_json *columns, hb_str *out) {
    *out = (hb_str){0};
    for (uint32_t i = 0; columns != NULL && i < columns->n; i++) {
        hb_str column = columns->first[i].text, id = {0}, text = cell_named(r, &columns->first[i]);
        bool is_key = true;
        if (text.n == 0) continue;
        if (!read_id(r, column, text, &id, &is_key)) return false;
        bool is_named =
            r->reader->map->ids != NULL && hb_json_member(r->reader->map->ids, column) != NULL;
        if (is_named && id.n > 0) reading_add_pair(r->out->ids, &r->out->n_ids, column, id);
        if (out->n == 0 && is_key) *out = id;
    }
    return true;
}

// A row of sums: it has no number, no name but a word for "total", and some cell says so.
static bool is_total(const reading *r) {
    const hb_json *total = map_at(r->reader->map->root, "file", "total_rows");
    hb_str key = r->out->name_key;
    bool is_word = key.n == 0 || hb_str_equal(key, HB_STR("TOTAL")) ||
                   hb_str_equal(key, HB_STR("TOTALES")) || hb_str_equal(key, HB_STR("SUBTOTAL")) ||
                   hb_str_equal(key, HB_STR("GRAND TOTAL"));
    for (uint32_t i = 0; total != NULL && is_word && i < r->row->n; i++) {
        hb_str cell;
        if (!cell_name_key(r->arena, r->row->cells[i], &cell)) return false;
        if (hb_str_starts(cell, HB_STR("TOTAL")) || hb_str_equal(cell, HB_STR("SUBTOTAL")) ||
            hb_str_equal(cell, HB_STR("GRAND TOTAL")))
            return true;
    }
    return false;
}

bool reading_identity(reading *r) {
    const import_map *map = r->reader->map;
    hb_str id, row_id;
    import_row whole = *r->row;
    const import_row *row = r->row;
    whole.is_shifted = false;  // of a row whose fields have moved the id stays, being first
    if (row->is_shifted) r->row = &whole;
    bool ok = first_id(r, map->id, &id);
    r->row = row;
    if (!ok || !read_name(r)) return false;
    if (id.n == 0 && is_total(r)) {
        reading_warn(r, "total_row_dropped", (hb_str){0});
        return r->out->is_dropped = true;
    }
    if (id.n == 0 && map->is_id_refused) return refuse_id(r, map->id->first[0].text);
    if (id.n == 0 && map->has_id2) {
        if (!first_id(r, map->id2, &id)) return false;
        if (id.n > 0) reading_warn(r, "row_id2_used", (hb_str){0});
    }
    if (id.n == 0) {
        reading_warn(r, "row_id_used", (hb_str){0});
        if (!hb_str_format(r->arena, &row_id, "row-%llu", (unsigned long long)row->line))
            return false;
        id = row_id;
    }
    return hb_str_format(r->arena, &r->out->id, "%.*s%s%.*s", (int)map->prefix.n, map->prefix.at,
                         map->prefix.n > 0 ? "-" : "", (int)id.n, id.at);
}

// ---- the row's document -------------------------------------------------------------------------

// Texts of a list stand on a line each.
static void add_on_one_line(hb_text *out, hb_str text) {
    for (size_t i = 0; i < text.n; i++)
        hb_text_add(out, text.at[i] == '\n' ? HB_STR("; ") : (hb_str){text.at + i, 1});
}

// "ICE removals row {row}": {row}, {file}, or the cell of a column.
static bool fill(reading *r, hb_str form, hb_str *out) {
    hb_text title = {0};
    for (size_t i = 0; i < form.n; i++) {
        size_t end = i;
        while (form.at[i] == '{' && end < form.n && form.at[end] != '}') end++;
        if (end == i || end == form.n) {
            hb_text_add(&title, (hb_str){form.at + i, 1});
            continue;
        }
        hb_str name = {form.at + i + 1, end - i - 1}, text = {0};
        if (hb_str_equal(name, HB_STR("row")))
            hb_text_addf(&title, "%llu", (unsigned long long)r->row->line);
        else if (hb_str_equal(name, HB_STR("file")))
            hb_text_add(&title, r->reader->file);
        else if (hb_str_equal(name, HB_STR("table")) && r->reader->map->tables != NULL)
            hb_text_add(&title, r->reader->map->tables->first[0].text);
        else if (hb_str_equal(name, HB_STR("idn")))
            hb_text_add(&title, r->out->id);
        else if (reading_get(r, name, &text))
            add_on_one_line(&title, text);
        i = end;
    }
    bool ok = !title.failed && hb_str_copy(r->arena, (hb_str){title.at, title.n}, out);
    hb_text_clear(&title);
    return ok;
}

// Whom the document is about: of a row that names its person, that one; of a document, those that
// its own columns name, separated by `;`.
static bool fill_about(reading *r, hb_str *out) {
    const import_map *map = r->reader->map;
    hb_text list = {0};
    uint32_t n = 0;
    hb_text_add(&list, HB_STR("["));
    if (!map->makes_documents && map->identifies) {
        hb_text_add_json(&list, r->out->id);
        n++;
    }
    for (uint32_t k = 0; map->makes_documents && map->about != NULL && k < map->about->n; k++) {
        hb_str cell = cell_named(r, &map->about->first[k]);
        for (size_t start = 0, i = 0; i <= cell.n; i++) {
            if (i < cell.n && cell.at[i] != ';') continue;
            hb_str part = hb_str_trim((hb_str){cell.at + start, i - start}), id;
            start = i + 1;
            if (part.n == 0) continue;
            if (!cell_id(r->arena, part, &id)) {
                hb_text_clear(&list);
                return refuse_id(r, map->about->first[k].text);
            }
            if (n++ > 0) hb_text_add(&list, HB_STR(","));
            hb_text_add_json(&list, id);
        }
    }
    hb_text_add(&list, HB_STR("]"));
    bool ok = !list.failed && (n == 0 || hb_str_copy(r->arena, (hb_str){list.at, list.n}, out));
    hb_text_clear(&list);
    return ok;
}

static bool read_same_key(reading *r) {
    hb_text key = {0};
    const hb_json *columns = r->reader->map->same_key;
    for (uint32_t i = 0; columns != NULL && i < columns->n; i++) {
        hb_str text;
        (void)reading_get(r, columns->first[i].text, &text);
        hb_text_add(&key, text);
        hb_text_add(&key, HB_STR("\x1f"));
    }
    bool ok = !key.failed && hb_str_copy(r->arena, (hb_str){key.at, key.n}, &r->out->same_key);
    hb_text_clear(&key);
    return ok;
}

bool reading_document(reading *r) {
    const import_map *map = r->reader->map;
    const hb_json *from = map_at(map->root, "document", "date");
    hb_str text = cell_named(r, from == NULL ? NULL : hb_json_member(from, HB_STR("from")));
    const char *why;
    bool is_serial;
    r->out->has_document_on =
        text.n > 0 && cell_date(map, ORDER_UNKNOWN, text, &r->out->document_on, &why, &is_serial);
    if (map->makes_documents && r->reader->sha256.n > 0) {
        r->out->file = r->reader->file;
        r->out->sha256 = r->reader->sha256;
    }
    return fill(r, map->title, &r->out->title) && fill(r, map->issuer, &r->out->issuer) &&
           fill_about(r, &r->out->about) && read_same_key(r);
}
