// Who has been read. A row's facts go to a file without a name at once, so memory holds per row
// only where they stand, and per person a digest of the id, of the name and the first line: a
// million rows fit. Rows of one person meet again when the list is written, in the order of first
// rows.
//
//   |facts: uint32| then per fact |fact, is_claimed, n value, n evidence: uint32|value|evidence|
//   then |rest of the line|
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "intake/import.h"

typedef struct {
    uint64_t id[2], name, line;
    bool has_collision;
} person_seen;
typedef struct {
    uint32_t person, length;
    uint64_t offset;
} row_seen;
typedef struct {
    uint64_t key[2];
    uint32_t value;
    bool is_used;
} set_slot;
typedef struct {
    set_slot *slots;
    uint32_t n, room;
} hash_set;

struct import_people {
    FILE *spool;
    uint64_t offset;
    bool are_documents;  // nobody is on a line of theirs
    uint32_t n_people, room_people, n_rows, room_rows;
    person_seen *people;
    row_seen *rows;
    hash_set by_id, by_name, by_row;
};

// ---- sets of digests ----------------------------------------------------------------------------

static void digest(uint64_t out[2], hb_str a, hb_str b) {
    hb_sha256_state state;
    hb_sha256_start(&state);
    hb_sha256_add(&state, a.at, a.n);
    hb_sha256_add(&state, "\x1e", 1);
    hb_sha256_add(&state, b.at, b.n);
    hb_hash hash = hb_sha256_end(&state);
    memcpy(out, hash.bytes, 16);
}

static set_slot *slot_of(const hash_set *set, const uint64_t key[2]) {
    for (uint64_t i = key[0];; i++) {
        set_slot *slot = &set->slots[i & (set->room - 1)];
        if (!slot->is_used || (slot->key[0] == key[0] && slot->key[1] == key[1])) return slot;
    }
}

static bool grow(hash_set *set) {
    hash_set bigger = {.room = set->room == 0 ? 1024 : set->room * 2, .n = set->n};
    if ((bigger.slots = calloc(bigger.room, sizeof *bigger.slots)) == NULL) return false;
    for (uint32_t i = 0; i < set->room; i++) {
        if (set->slots[i].is_used) *slot_of(&bigger, set->slots[i].key) = set->slots[i];
    }
    free(set->slots);
    *set = bigger;
    return true;
}

// The value kept for the key; *is_new when it was not there and `value` is kept now.
static bool keep(hash_set *set, const uint64_t key[2], uint32_t value, uint32_t *found,
                 bool *is_new) {
    if (set->n * 2 >= set->room && !grow(set)) return false;
    set_slot *slot = slot_of(set, key);
    *is_new = !slot->is_used;
    if (*is_new) {
        *slot = (set_slot){
            .key = {key[0], key[1]},
              .value = value, .is_used = true
        };
        set->n++;
    }
    *found = slot->value;
    return true;
}

// ---- adding -------------------------------------------------------------------------------------

import_people *import_people_open(const char *scratch) {
    import_people *people = calloc(1, sizeof *people);
    if (people != NULL && (people->spool = import_scratch(scratch)) != NULL) return people;
    free(people);
    return NULL;
}

void import_people_close(import_people *people) {
    if (people == NULL) return;
    fclose(people->spool);
    free(people->people);
    free(people->rows);
    free(people->by_id.slots);
    free(people->by_name.slots);
    free(people->by_row.slots);
    free(people);
}

uint64_t import_people_count(const import_people *people) {
    return people->n_people;
}

static bool fail(import_notes *notes, const char *what) {
    hb_error err = {0};
    if (what == NULL)
        hb_out_of_memory(&err);
    else
        hb_fail(&err, HB_SYSTEM, "cannot-spool", "%s: %s", what, strerror(errno));
    hb_errors_add(notes->errors, &err);
    return false;
}

static void add_object(hb_text *out, const char *key, const import_pair *pairs, uint32_t n) {
    if (n == 0) return;
    hb_text_addf(out, ",\"%s\":{", key);
    for (uint32_t i = 0, done = 0; i < n; i++) {
        bool is_again = false;
        for (uint32_t k = 0; k < i && !is_again; k++)
            is_again = hb_str_equal(pairs[k].name, pairs[i].name);
        if (is_again) continue;
        if (done++ > 0) hb_text_add(out, HB_STR(","));
        hb_text_add_json(out, pairs[i].name);
        hb_text_add(out, HB_STR(":"));
        hb_text_add_json(out, pairs[i].text);
    }
    hb_text_add(out, HB_STR("}"));
}

static void add_member(hb_text *out, const char *key, hb_str text) {
    if (text.n == 0) return;
    hb_text_addf(out, ",\"%s\":", key);
    hb_text_add_json(out, text);
}

// The row as a document. What it only claims is a document of its own beside a record's row, which
// nobody's verification of the record lifts.
static void add_document(hb_text *out, const import_map *map, const import_person *person,
                         bool is_claim) {
    bool is_whole = map->makes_documents && (!is_claim || hb_str_equal(map->kind, HB_STR("claim")));
    bool is_of_row = !map->makes_documents && hb_str_equal(map->issuer, HB_STR("{file}"));
    hb_text id = {0};
    hb_text_addf(&id, "%.*s%s", (int)person->document.n, person->document.at,
                 is_claim && !is_whole ? ":claim" : "");
    hb_text_add(out, HB_STR("{\"id\":"));
    hb_text_add_json(out, (hb_str){id.at, id.n});
    add_member(out, "kind", is_claim ? HB_STR("claim") : map->kind);
    add_member(out, "issuer", is_of_row ? person->title : person->issuer);
    hb_text_addf(out, ",\"date\":\"%04d-%02d-%02d\"", person->document_on.year,
                 person->document_on.month, person->document_on.day);
    add_member(out, "title", person->title);
    add_member(out, "file", person->file);
    add_member(out, "sha256", person->sha256);
    if (person->about.n > 0) {
        hb_text_add(out, HB_STR(",\"about\":"));
        hb_text_add(out, person->about);
    }
    hb_text_add(out, HB_STR("}"));
    out->failed |= id.failed;
    hb_text_clear(&id);
}

// One fact's evidence: the documents named beside it, else the row itself.
static void add_evidence(hb_text *out, const import_map *map, const import_person *person,
                         const import_fact *fact) {
    if (fact->evidence.n > 0) {
        hb_text_add(out, fact->evidence);
        return;
    }
    hb_text_add(out, HB_STR("["));
    add_document(out, map, person, fact->is_claimed || hb_str_equal(map->kind, HB_STR("claim")));
    hb_text_add(out, HB_STR("]"));
}

static void add_line(hb_text *text, const import_person *person) {
    hb_text_add(text, HB_STR("{\"person\":"));
    hb_text_add_json(text, person->id);
    add_member(text, "name", person->name);
    add_member(text, "source", person->title);
    add_object(text, "ids", person->ids, person->n_ids);
    add_object(text, "register", person->registers, person->n_registers);
    add_object(text, "kept", person->kept, person->n_kept);
    import_custody_write(text, person);
}

static bool spool_row(import_people *people, const import_map *map, const import_person *person,
                      row_seen *row) {
    hb_text text = {0}, evidence = {0};
    uint32_t n = person->is_document ? 0 : person->n_facts;
    hb_text_add(&text, (hb_str){(const char *)&n, sizeof n});
    for (uint32_t i = 0; i < n; i++) {
        const import_fact *fact = &person->facts[i];
        evidence.n = 0;
        add_evidence(&evidence, map, person, fact);
        uint32_t head[4] = {fact->fact, fact->is_claimed, (uint32_t)fact->value.n,
                            (uint32_t)evidence.n};
        hb_text_add(&text, (hb_str){(const char *)head, sizeof head});
        hb_text_add(&text, fact->value);
        hb_text_add(&text, (hb_str){evidence.at, evidence.n});
    }
    if (person->is_document)
        add_document(&text, map, person, hb_str_equal(map->kind, HB_STR("claim")));
    else
        add_line(&text, person);
    row->offset = people->offset;
    row->length = (uint32_t)text.n;
    bool ok =
        !text.failed && !evidence.failed && fwrite(text.at, 1, text.n, people->spool) == text.n;
    people->offset += text.n;
    hb_text_clear(&text);
    hb_text_clear(&evidence);
    return ok;
}

static bool make_room(import_people *people) {
    if (people->n_people == people->room_people) {
        uint32_t room = people->room_people == 0 ? 1024 : people->room_people * 2;
        person_seen *grown = realloc(people->people, room * sizeof *grown);
        if (grown == NULL) return false;
        people->people = grown;
        people->room_people = room;
    }
    if (people->n_rows == people->room_rows) {
        uint32_t room = people->room_rows == 0 ? 1024 : people->room_rows * 2;
        row_seen *grown = realloc(people->rows, room * sizeof *grown);
        if (grown == NULL) return false;
        people->rows = grown;
        people->room_rows = room;
    }
    return true;
}

static bool check_again(import_people *people, const import_map *map, const import_person *person,
                        uint32_t index, uint64_t name, bool is_row_again, import_notes *notes) {
    const person_seen *seen = &people->people[index];
    if (person->name_key.n > 0 && seen->name != 0 && seen->name != name)
        return import_refuse(notes, "same_id_other_name", person->line, seen->line,
                             "one of the two ids is wrong: correct it",
                             "the id \"%.*s\" stands with another name on line %llu",
                             (int)person->id.n, person->id.at, (unsigned long long)seen->line);
    bool is_refused =
        !map->is_many || (is_row_again && !map->does_flag_duplicates && map->same_key != NULL);
    if (is_refused)
        return import_refuse(notes, "duplicate_person", person->line, seen->line,
                             "keep one of the two rows",
                             "the %s \"%.*s\" stands on line %llu already",
                             person->is_document ? "document" : "person", (int)person->id.n,
                             person->id.at, (unsigned long long)seen->line);
    if (is_row_again && map->same_key != NULL)
        import_warn(notes, "duplicate_row", (hb_str){0}, person->line);
    return true;
}

bool import_people_add(import_people *people, const import_map *map, const import_person *person,
                       import_notes *notes) {
    uint64_t id[2], name[2], row[2];
    uint32_t index = 0, other = 0, ignored = 0;
    bool is_new = false, is_new_row = false, is_new_name = false;
    digest(id, person->id, (hb_str){0});
    digest(name, person->name_key, HB_STR("name"));
    digest(row, person->id, person->same_key);
    if (person->name_key.n == 0) name[0] = 0;
    if (!make_room(people) || !keep(&people->by_id, id, people->n_people, &index, &is_new) ||
        !keep(&people->by_row, row, 0, &ignored, &is_new_row))
        return fail(notes, NULL);
    if (is_new) {
        people->people[people->n_people++] = (person_seen){
            .id = {id[0], id[1]},
              .name = name[0], .line = person->line
        };
    } else if (!check_again(people, map, person, index, name[0], !is_new_row, notes)) {
        return false;
    }
    if (person->name_key.n > 0 && map->identifies) {
        if (!keep(&people->by_name, name, index, &other, &is_new_name)) return fail(notes, NULL);
        if (!is_new_name && other != index) {
            if (!people->people[index].has_collision)
                import_warn(notes, "name_collision", (hb_str){0}, person->line);
            people->people[index].has_collision = people->people[other].has_collision = true;
        }
    }
    row_seen *seen = &people->rows[people->n_rows];
    seen->person = index;
    people->are_documents |= person->is_document;
    if (!spool_row(people, map, person, seen)) return fail(notes, "the rows cannot be kept");
    people->n_rows++;
    return true;
}

// ---- writing ------------------------------------------------------------------------------------

typedef struct {
    uint32_t fact, row;
    bool is_claimed;
    hb_str value, evidence;
} piece;

static int by_person_then_order(const void *left, const void *right) {
    const row_seen *a = left, *b = right;
    if (a->person != b->person) return a->person < b->person ? -1 : 1;
    return a->offset < b->offset ? -1 : a->offset > b->offset;
}

static int by_fact_then_row(const void *left, const void *right) {
    const piece *a = left, *b = right;
    if (a->fact != b->fact) return a->fact < b->fact ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

static bool read_row(import_people *people, const row_seen *row, hb_arena *arena, hb_str *out) {
    char *text = hb_arena_array(arena, char, row->length + 1);
    if (text == NULL || fseeko(people->spool, (off_t)row->offset, SEEK_SET) != 0 ||
        fread(text, 1, row->length, people->spool) != row->length)
        return false;
    *out = (hb_str){text, row->length};
    return true;
}

static hb_str cut(hb_str *text, size_t n) {
    hb_str out = {text->at, n};
    *text = (hb_str){text->at + n, text->n - n};
    return out;
}

// The pieces of one person's rows; `rest` is the beginning of the line, of the first row.
static bool unpack(import_people *people, const row_seen *rows, uint32_t n_rows, hb_arena *arena,
                   piece **out, uint32_t *n_out, hb_str *rest) {
    uint32_t room = 0;
    hb_str *texts = hb_arena_array(arena, hb_str, n_rows + 1);
    uint32_t *n_facts = hb_arena_array(arena, uint32_t, n_rows + 1);
    if (texts == NULL || n_facts == NULL) return false;
    for (uint32_t i = 0; i < n_rows; i++) {
        if (!read_row(people, &rows[i], arena, &texts[i])) return false;
        memcpy(&n_facts[i], cut(&texts[i], sizeof *n_facts).at, sizeof *n_facts);
        room += n_facts[i];
    }
    piece *pieces = hb_arena_array(arena, piece, room + 1);
    if (pieces == NULL) return false;
    *n_out = 0;
    for (uint32_t i = 0; i < n_rows; i++) {
        for (uint32_t k = 0; k < n_facts[i]; k++) {
            uint32_t head[4];
            memcpy(head, cut(&texts[i], sizeof head).at, sizeof head);
            piece *one = &pieces[(*n_out)++];
            *one = (piece){.fact = head[0], .row = i, .is_claimed = head[1] != 0};
            one->value = cut(&texts[i], head[2]);
            one->evidence = cut(&texts[i], head[3]);
        }
        if (i == 0) *rest = texts[i];
    }
    qsort(pieces, *n_out, sizeof *pieces, by_fact_then_row);
    *out = pieces;
    return true;
}

static bool is_repeated(const piece *pieces, uint32_t first, uint32_t i) {
    for (uint32_t k = first; k < i; k++) {
        if (hb_str_equal(pieces[k].value, pieces[i].value) &&
            pieces[k].is_claimed == pieces[i].is_claimed)
            return true;
    }
    return false;
}

// One fact: its record, or a list of those whose values differ.
static void write_fact(hb_text *line, const import_map *map, const piece *pieces, uint32_t first,
                       uint32_t end, uint64_t number, import_notes *notes) {
    uint32_t n_records = 0, n_values = 0;
    hb_str name = rulebook_fact_at(map->rb, pieces[first].fact)->name;
    for (uint32_t i = first; i < end; i++) {
        n_records += !is_repeated(pieces, first, i);
        n_values += i > first && !hb_str_equal(pieces[i].value, pieces[first].value);
    }
    if (n_values > 0) import_warn(notes, "record_conflict", name, number);
    hb_text_add_json(line, name);
    hb_text_add(line, n_records > 1 ? HB_STR(":[") : HB_STR(":"));
    for (uint32_t i = first, done = 0; i < end; i++) {
        if (is_repeated(pieces, first, i)) continue;
        hb_text_add(line, done++ > 0 ? HB_STR(",{\"value\":") : HB_STR("{\"value\":"));
        hb_text_add(line, pieces[i].value);
        hb_text_add(line, HB_STR(",\"evidence\":"));
        hb_text_add(line, pieces[i].evidence);
        hb_text_add(line, HB_STR("}"));
    }
    if (n_records > 1) hb_text_add(line, HB_STR("]"));
}

static bool write_person(import_people *people, const import_map *map, const row_seen *rows,
                         uint32_t n_rows, hb_str host, hb_arena *arena, hb_text *line,
                         import_notes *notes) {
    piece *pieces;
    uint32_t n = 0;
    hb_str rest = {0};
    const person_seen *person = &people->people[rows[0].person];
    uint32_t collision = rulebook_find_fact(map->rb, HB_STR("name_collision"));
    hb_arena_reset(arena);
    if (!unpack(people, rows, n_rows, arena, &pieces, &n, &rest)) return false;
    line->n = 0;
    hb_text_add(line, rest);
    if (people->are_documents) {
        hb_text_add(line, HB_STR("\n"));
        return !line->failed;
    }
    hb_text_addf(line, ",\"host\":\"%.*s\",\"facts\":{", (int)host.n, host.at);
    bool is_first = true, has_collision = person->has_collision && collision != DMN_NONE;
    if (has_collision) {
        hb_text_addf(line,
                     "\"name_collision\":{\"value\":\"yes\",\"evidence\":[{\"id\":\"import:names\","
                     "\"kind\":\"claim\","
                     "\"date\":\"%04d-%02d-%02d\",\"issuer\":",
                     notes->day.year, notes->day.month, notes->day.day);
        hb_text_add_json(line, notes->file);
        hb_text_add(line, HB_STR(",\"title\":\"two people of one name in this list\"}]}"));
        is_first = false;
    }
    for (uint32_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && pieces[end].fact == pieces[i].fact;) end++;
        if (has_collision && pieces[i].fact == collision) continue;
        if (!is_first) hb_text_add(line, HB_STR(","));
        is_first = false;
        write_fact(line, map, pieces, i, end, person->line, notes);
    }
    hb_text_add(line, HB_STR("}}\n"));
    return !line->failed;
}

bool import_people_write(import_people *people, const import_map *map, hb_str host,
                         import_writer write, void *to, import_notes *notes, hb_error *err) {
    hb_text line = {0};
    hb_arena *arena = hb_arena_open((size_t)1 << 30);
    bool ok = arena != NULL || hb_out_of_memory(err);
    if (people->n_rows > 1)
        qsort(people->rows, people->n_rows, sizeof *people->rows, by_person_then_order);
    for (uint32_t i = 0, end; ok && i < people->n_rows; i = end) {
        for (end = i + 1;
             end < people->n_rows && people->rows[end].person == people->rows[i].person;)
            end++;
        ok = write_person(people, map, &people->rows[i], end - i, host, arena, &line, notes) ||
             hb_out_of_memory(err);
        ok = ok && write(to, (hb_str){line.at, line.n}, err);
    }
    hb_text_clear(&line);
    hb_arena_close(arena);
    return ok;
}
