// What lines.c and csv.c share: the bytes of a file or of standard input, read block by block from
// the start as often as wanted, hashed each time through. See source.c.
#ifndef HB_BASE_INTERNAL_H
#define HB_BASE_INTERNAL_H

#include "base/base.h"

enum { HB_SOURCE_BLOCK = 64 * 1024 };

typedef struct {
    int fd;
    char *block;
    size_t n, at;           // bytes in block, and the first not yet taken
    uint64_t offset, size;  // bytes taken from the file up to the end of block; size of the file
    bool is_hashed;         // a first pass has reached the end
    bool is_ended;          // this pass has
    hb_sha256_state hashing;
    hb_hash hash;
    char name[256];  // for errors
} hb_source;

bool hb_fail_open(hb_error *err, int cause);   // file.c; cause: an errno of open

bool hb_source_open(hb_source *source, const char *path, hb_error *err);
// Fills the block when all of it is taken; n == at afterwards means the end.
bool hb_source_fill(hb_source *source, hb_error *err);
bool hb_source_rewind(hb_source *source, hb_error *err);
uint64_t hb_source_offset(const hb_source *source);
void hb_source_close(hb_source *source);
// Refuses text that begins as UTF-16 does, and steps over a UTF-8 byte order mark.
bool hb_source_start(hb_source *source, hb_error *err);

#endif
