// Rows on their way to PostgreSQL. An insert of one row, asked for again and again, is held back
// and becomes one insert of arrays:
//
//     INSERT INTO t (a, b) VALUES ($1, $2)  ->  INSERT INTO t (a, b) SELECT * FROM unnest($1, $2)
//
// A column's values grow into one array in PostgreSQL's binary form:
//
//     dimensions 1 | nulls 0 | element's type | number of elements | first index 1    (4 bytes
//     each) then for each element its length in 4 bytes, and its bytes
//
// What follows the values, as ON CONFLICT, stays, and may name no argument. Knows nothing of libpq.
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "register/internal.h"

enum { HEADER = 20, LENGTH = 4, INT8 = 8 };

static void put_uint32(char out[4], uint32_t value) {
    for (int i = 0; i < 4; i++) out[i] = (char)(value >> (24 - 8 * i));
}

static void add_uint32(hb_text *out, uint32_t value) {
    char bytes[4];
    put_uint32(bytes, value);
    hb_text_add(out, (hb_str){bytes, sizeof bytes});
}

static void start_array(hb_text *out) {
    static const char empty[HEADER] = {0};
    out->n = 0;
    hb_text_add(out, (hb_str){empty, sizeof empty});
}

// "VALUES ($1, $2)" of an insert that can be held back, or NULL.
static const char *find_values(const char *sql, char values[HELD_COLUMNS * 5 + 16], uint32_t n) {
    size_t at = (size_t)snprintf(values, HELD_COLUMNS * 5 + 16, "VALUES (");
    for (uint32_t i = 1; i <= n; i++)
        at += (size_t)snprintf(values + at, 8, "%s$%u", i > 1 ? ", " : "", i);
    snprintf(values + at, 2, ")");
    const char *found = strncmp(sql, "INSERT INTO ", 12) == 0 ? strstr(sql, values) : NULL;
    return found && !strchr(found + at + 1, '$') ? found : NULL;
}

bool held_open(held_rows *held, const char *sql, const store_value *row, uint32_t n) {
    char values[HELD_COLUMNS * 5 + 16];
    hb_text arrays = {0};
    if (n == 0 || n > HELD_COLUMNS) return false;
    const char *found = find_values(sql, values, n);
    if (!found) return false;
    *held = (held_rows){.n_columns = n};
    hb_text_add(&arrays, (hb_str){sql, (size_t)(found - sql)});
    hb_text_add(&arrays, HB_STR("SELECT * FROM unnest"));
    hb_text_add(&arrays, hb_str_from(values + strlen("VALUES ")));
    hb_text_add(&arrays, hb_str_from(found + strlen(values)));
    hb_text_add(&arrays, (hb_str){"", 1});
    held->one = strdup(sql);
    held->many = arrays.at;
    for (uint32_t i = 0; i < n; i++) held->types[i] = row[i].type, start_array(&held->columns[i]);
    if (!arrays.failed && held->one) return true;
    held_close(held);
    return false;
}

bool held_is_of(const held_rows *held, const char *sql, const store_value *row, uint32_t n) {
    if (n != held->n_columns || strcmp(sql, held->one) != 0) return false;
    for (uint32_t i = 0; i < n; i++)
        if (row[i].type != held->types[i]) return false;
    return true;
}

void held_add(held_rows *held, const store_value *row) {
    for (uint32_t i = 0; i < held->n_columns; i++) {
        char number[INT8];
        hb_str value = row[i].text;
        for (int k = 0; row[i].type == STORE_INT && k < INT8; k++)
            number[k] = (char)((uint64_t)row[i].number >> (56 - 8 * k));
        if (row[i].type == STORE_INT) value = (hb_str){number, sizeof number};
        add_uint32(&held->columns[i], (uint32_t)value.n);
        hb_text_add(&held->columns[i], value);
        held->n_bytes += value.n + LENGTH;
    }
    held->n_rows++;
}

bool held_array(held_rows *held, uint32_t column, uint32_t element_type, hb_str *out) {
    hb_text *array = &held->columns[column];
    if (array->failed) return false;
    put_uint32(array->at, 1);
    put_uint32(array->at + 4, 0);
    put_uint32(array->at + 8, element_type);
    put_uint32(array->at + 12, held->n_rows);
    put_uint32(array->at + 16, 1);
    *out = (hb_str){array->at, array->n};
    return true;
}

hb_str held_value(const held_rows *held, uint32_t column) {
    const hb_text *array = &held->columns[column];
    return (hb_str){array->at + HEADER + LENGTH, array->n - HEADER - LENGTH};
}

void held_forget(held_rows *held) {
    held->n_rows = 0;
    held->n_bytes = 0;
    for (uint32_t i = 0; i < held->n_columns; i++) start_array(&held->columns[i]);
}

void held_close(held_rows *held) {
    free(held->one);
    free(held->many);
    for (uint32_t i = 0; i < held->n_columns; i++) hb_text_clear(&held->columns[i]);
    *held = (held_rows){0};
}
