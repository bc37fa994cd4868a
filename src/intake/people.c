// Which people a list has named, in 16 bytes each: 96 bits of the SHA-256 of the id and the line
// that gave it. Two ids with the same 96 bits would be taken for one and the list refused, never
// let through.
//
// The table is split by the hash into parts that grow one at a time, by half, so that growing never
// needs twice the memory of all.
#include "intake/internal.h"

#include <stdlib.h>
#include <string.h>

enum { N_PARTS = 256, ROOM_MIN = 16 };

typedef struct {
    uint32_t hash[3], line;
} seat;  // line 0: free
typedef struct {
    seat *seats;
    uint32_t n, room;
} part;

struct intake_people {
    part parts[N_PARTS];
};

intake_people *intake_people_open(void) {
    return calloc(1, sizeof(intake_people));
}

void intake_people_close(intake_people *people) {
    if (!people) return;
    for (int i = 0; i < N_PARTS; i++) free(people->parts[i].seats);
    free(people);
}

// The seat that holds the hash, or the free one where it belongs.
static seat *find(seat *seats, uint32_t room, const uint32_t hash[3]) {
    uint32_t i = hash[1] % room;
    while (seats[i].line && memcmp(seats[i].hash, hash, sizeof seats[i].hash) != 0)
        i = i + 1 == room ? 0 : i + 1;
    return &seats[i];
}

static bool grow(part *p) {
    uint32_t room = p->room ? p->room + p->room / 2 : ROOM_MIN;
    seat *seats = room > p->room ? calloc(room, sizeof *seats) : NULL;
    if (!seats) return false;
    for (uint32_t i = 0; i < p->room; i++) {
        if (p->seats[i].line) *find(seats, room, p->seats[i].hash) = p->seats[i];
    }
    free(p->seats);
    p->seats = seats;
    p->room = room;
    return true;
}

bool intake_people_add(intake_people *people, hb_hash id, uint64_t line, uint64_t *first_line) {
    uint32_t hash[3];
    memcpy(hash, id.bytes, sizeof hash);
    part *p = &people->parts[id.bytes[12]];
    if (p->n >= p->room - p->room / 8 && !grow(p)) return false;
    seat *s = find(p->seats, p->room, hash);
    *first_line = s->line;
    if (s->line) return true;
    memcpy(s->hash, hash, sizeof hash);
    s->line = line < UINT32_MAX ? (uint32_t)line : UINT32_MAX;
    p->n++;
    return true;
}
