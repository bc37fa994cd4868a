// Memory that is freed whole: a chain of blocks, handed out from the front. Freed blocks of a reset
// are used again in their order, so an evaluation that runs a million times asks the system once.
//
//   first -> [head|bytes.....] -> [head|bytes.............] -> ...
//                                         ^ current->used
//
// Invariant: bytes handed out since the last reset <= limit; every piece is 16-byte aligned and
// zeroed.
#include "base/base.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGN = 16, BLOCK_MIN = 16 * 1024, BLOCK_MAX = 1024 * 1024 };

typedef struct block block;
struct block {
    block *next;
    size_t room, used;
    max_align_t bytes[];
};
static_assert(sizeof(block) % ALIGN == 0, "pieces of a block must be aligned");

struct hb_arena {
    block *first, *current;
    size_t limit, used, block_size;
    bool is_exhausted;
};

hb_arena *hb_arena_open(size_t limit_bytes) {
    hb_arena *arena = calloc(1, sizeof *arena);
    if (!arena) return NULL;
    arena->limit = limit_bytes;
    arena->block_size = BLOCK_MIN;
    return arena;
}

void hb_arena_close(hb_arena *arena) {
    if (!arena) return;
    for (block *b = arena->first, *next; b; b = next) {
        next = b->next;
        free(b);
    }
    free(arena);
}

void hb_arena_reset(hb_arena *arena) {
    for (block *b = arena->first; b; b = b->next) b->used = 0;
    arena->current = arena->first;
    arena->used = 0;
    arena->is_exhausted = false;
}

// A block with room for `size` behind the current one: a kept one, else a new one.
static block *block_for(hb_arena *arena, size_t size) {
    block *last = arena->current;
    for (block *b = last ? last->next : arena->first; b; last = b, b = b->next) {
        if (b->room >= size) return b;
    }
    size_t room = size > arena->block_size ? size : arena->block_size;
    if (room > SIZE_MAX - sizeof(block)) return NULL;
    block *b = malloc(sizeof(block) + room);
    if (!b) return NULL;
    *b = (block){.room = room};
    if (last) {
        last->next = b;
    } else {
        arena->first = b;
    }
    if (arena->block_size < BLOCK_MAX) arena->block_size *= 2;
    return b;
}

void *hb_arena_alloc(hb_arena *arena, size_t size) {
    if (arena->is_exhausted) return NULL;
    size_t whole = size ? (size + (ALIGN - 1)) & ~(size_t)(ALIGN - 1) : ALIGN;
    block *b = arena->current;
    if (whole < size || whole > arena->limit - arena->used) goto exhausted;
    if (!b || whole > b->room - b->used) {
        b = block_for(arena, whole);
        if (!b) goto exhausted;
        arena->current = b;
    }
    char *piece = (char *)b->bytes + b->used;
    b->used += whole;
    arena->used += whole;
    return memset(piece, 0, whole);
exhausted:
    arena->is_exhausted = true;
    return NULL;
}

void *hb_arena_array_bytes(hb_arena *arena, size_t size_each, size_t n) {
    size_t size = 0;
    if (__builtin_mul_overflow(size_each, n, &size)) {
        arena->is_exhausted = true;
        return NULL;
    }
    return hb_arena_alloc(arena, size);
}

bool hb_arena_is_exhausted(const hb_arena *arena) {
    return arena->is_exhausted;
}

size_t hb_arena_used(const hb_arena *arena) {
    return arena->used;
}
