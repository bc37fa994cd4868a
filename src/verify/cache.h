// cache: questions already answered, by the hash of what was asked. Two facts with the same burden
// ask the same question; a changed rule changes only the questions that read it. A file keeps the
// answers between runs; it is never used when a proof record is made.
#ifndef HABEAS_VERIFY_CACHE_H
#define HABEAS_VERIFY_CACHE_H

#include "verify/solver.h"

#define CACHE_EXAMPLES 8

typedef struct {
    hb_hash *slots;  // open addressing; answer beside it, SOLVER_UNKNOWN = empty
    uint8_t *answers;
    uint32_t n, n_slots;
    uint64_t n_hits;
    hb_str examples[CACHE_EXAMPLES];  // people who showed that something can happen (example.c)
    uint32_t n_examples;
} cache;
void cache_clear(cache *c);
solver_answer cache_find(cache *c, hb_hash key);  // SOLVER_UNKNOWN: not there
bool cache_add(cache *c, hb_hash key, solver_answer answer);
// The text of an example, copied; the oldest makes room.
void cache_keep(cache *c, hb_str example);
// A missing or damaged file is an empty cache.
void cache_load(cache *c, const char *path);
void cache_save(const cache *c, const char *path);  // by a new file put in its place

#endif
