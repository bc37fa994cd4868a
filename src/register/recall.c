// The standings that one transaction reads and writes: those of the people whom its next events are
// about are asked for together, change here, and are written once, however many events a person
// has. Only within the transaction of the one writer; a standing is what the events before amount
// to, so it is forgotten with the transaction.
#include <stdlib.h>
#include <string.h>

#include "register/internal.h"

enum { SLOTS = 2 * RECALLED_PEOPLE, ASKED_TOGETHER = 16, EMPTY = 0 };
struct log_standings {
    uint32_t n;
    recalled_standing people[RECALLED_PEOPLE];
    uint16_t slots[SLOTS];  // index + 1 of a person, by the first digits of her pseudonym
};

static uint32_t slot_of(hb_str person) {
    uint32_t slot = 0;
    for (size_t i = 0; i < 8 && i < person.n; i++) slot = slot * 31 + (uint8_t)person.at[i];
    return slot % SLOTS;
}

// Her slot, or the empty one where she would stand.
static uint16_t *find_slot(struct log_standings *all, hb_str person) {
    uint32_t slot = slot_of(person);
    while (all->slots[slot] != EMPTY &&
           !hb_str_equal(person, hb_str_from(all->people[all->slots[slot] - 1].person)))
        slot = (slot + 1) % SLOTS;
    return &all->slots[slot];
}

recalled_standing *recall_find(register_log *log, hb_str person) {
    if (!log->standings || log->standings->n == 0) return NULL;
    uint16_t slot = *find_slot(log->standings, person);
    return slot == EMPTY ? NULL : &log->standings->people[slot - 1];
}

static bool take_standing(void *context, const store_value *row, hb_error *err) {
    recalled_standing *found = recall_find(context, row[0].text);
    if (!found) return true;
    found->last_happened = row[1].number;
    if (!standing_parse(row[2].text, &found->custody, err)) return false;
    found->stored = found->custody;
    return true;
}

// People are asked for 16 at a time, in one form of words; the last one fills up the rest.
static bool ask_for(register_log *log, const recalled_standing *people, uint32_t n, hb_error *err) {
    store_value names[ASKED_TOGETHER];
    for (uint32_t i = 0; i < ASKED_TOGETHER; i++)
        names[i] = STORE_T(hb_str_from(people[i < n ? i : n - 1].person));
    return store_run(log->store,
                     "SELECT person, last_happened, custody FROM standing WHERE person IN ($1, $2, "
                     "$3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
                     names, take_standing, log, err);
}

void recall_forget(register_log *log) {
    tally_forget(log);
    if (!log->standings) return;
    log->standings->n = 0;
    memset(log->standings->slots, 0, sizeof log->standings->slots);
}

void recall_close(register_log *log) {
    free(log->standings);
}

// What is taken out goes first, so that a store which takes rows together is given all that are put
// in together.
bool recall_write(register_log *log, hb_error *err) {
    const recalled_standing *people = log->standings ? log->standings->people : NULL;
    const uint32_t n = log->standings ? log->standings->n : 0;
    bool ok = true;
    for (uint32_t i = 0; ok && i < n; i++) {
        const recalled_standing *p = &people[i];
        ok = !p->is_changed ||
             standing_end_alarms(log, hb_str_from(p->person), &p->stored, &p->custody, err);
    }
    for (uint32_t i = 0; ok && i < n; i++) {
        const recalled_standing *p = &people[i];
        const hb_str person = hb_str_from(p->person);
        ok = !p->is_changed || (standing_write(log, person, &p->custody, p->last_happened, err) &&
                                standing_begin_alarms(log, person, &p->stored, &p->custody, err));
    }
    ok = ok && tally_write(log, err);
    recall_forget(log);
    return ok;
}

bool recall_people(register_log *log, const register_event *const *events, uint32_t n,
                   hb_error *err) {
    if (!recall_write(log, err)) return false;
    if (!log->standings && !(log->standings = calloc(1, sizeof *log->standings)))
        return hb_out_of_memory(err);
    struct log_standings *all = log->standings;
    for (uint32_t i = 0; i < n && i < RECALLED_PEOPLE; i++) {
        if (events[i]->person.n == 0) continue;
        recalled_standing *next = &all->people[all->n];
        *next = (recalled_standing){.last_happened = INT64_MIN};
        vault_pseudonym(log->vault, events[i]->person, next->person);
        uint16_t *slot = find_slot(all, hb_str_from(next->person));
        if (*slot == EMPTY) *slot = (uint16_t)++all->n;
    }
    for (uint32_t i = 0; i < all->n; i += ASKED_TOGETHER) {
        uint32_t left = all->n - i;
        if (!ask_for(log, &all->people[i], left < ASKED_TOGETHER ? left : ASKED_TOGETHER, err))
            return false;
    }
    return true;
}
