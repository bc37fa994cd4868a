// A disk that loses power, for tests. All that is written below a folder, through SQLite or by our
// own code, is kept as a list of steps; what stands on the disk after a cut at any step is then
// laid out in another folder. A sync makes a file's writes last, a sync of the folder its name; of
// what was not yet synced, sectors of 512 bytes arrive or not, in any order, or torn. Needs
// -Wl,--wrap for write, fsync and fdatasync. Of many threads, one at a time writes and syncs a
// file; a sync is a step once it has ended. One disk a process.
#ifndef TESTS_REGISTER_DISK_H
#define TESTS_REGISTER_DISK_H

#include "base/base.h"

typedef enum {
    DISK_LOSES = 0,  // nothing that was not synced
    DISK_KEEPS,      // everything, as after kill -9
    DISK_SOME,       // any sectors of it
    DISK_TORN,       // any sectors, some of them in part
    DISK_LATE,       // the later half alone: written in another order
    DISK_LOSSES
} disk_loss;
extern const char *const DISK_NAMES[DISK_LOSSES];
// Before SQLite is used: keeps the steps below `folder` from now on.
void disk_watch(const char *folder);
void disk_rest(void);       // keeps no more, and syncs nothing, which spares time
size_t disk_n_steps(void);  // so far
// Lays out in `folder` (emptied first) what stands after `cut` steps. Cuts come in ascending order.
HB_MUST_USE bool disk_after(size_t cut, disk_loss loss, uint64_t seed, const char *folder,
                            hb_error *err);
#endif
