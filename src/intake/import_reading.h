// One row while it is read: what import_person.c, import_identity.c and import_custody.c share.
#ifndef HABEAS_INTAKE_IMPORT_READING_H
#define HABEAS_INTAKE_IMPORT_READING_H

#include "intake/import.h"

#define FACTS_MAX 512u

typedef struct {
    const import_reader *reader;
    hb_arena *arena;
    const import_row *row;
    const import_joined *table;  // of `beside`, or NULL
    const import_row *beside;    // the row of a joined table at hand
    import_person *out;
    uint32_t fact_citizenship, fact_birth_country, fact_nationality, fact_birth_date, fact_identity;
    bool has_custody;            // some cell says something of it
    bool failed;
} reading;

// The cell of a column of the main row, or of the joined row at hand. False: there is no such column.
bool reading_get(const reading *r, hb_str name, hb_str *text);
void reading_warn(const reading *r, const char *code, hb_str column);
void reading_add_pair(import_pair *list, uint32_t *n, hb_str name, hb_str text);
// The day of a cell; false with a warning when it is none.
bool reading_day(reading *r, const map_column *column, hb_str name, hb_str text, hb_date *day);

// ---- import_identity.c: who it is, and the row as a document ------------------------------------------------
bool reading_identity(reading *r);
bool reading_document(reading *r);
// ---- import_custody.c: columns that describe until when custody has a ground ---------------------------------
void reading_custody(reading *r, const map_column *column, cell_kind kind, hb_str text);
// A cell that says something no entry of its system takes: doubt, for nobody knows what it would have changed.
void reading_custody_unread(reading *r, const map_column *column);
#endif
