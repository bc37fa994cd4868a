// Carrying open alarms to a command and by mail, with receipts: tell.c.
#ifndef CLI_TELL_H
#define CLI_TELL_H

#include "cli/register.h"

typedef struct telling telling;
bool tell_check(const cli *run, hb_error *err);  // --mail
// Locks PATH.told until closed.
telling *tell_open(const cli *run, const char *local, hb_error *err);
void tell_close(telling *t);
// One open alarm, `json` as `alarms --ndjson` prints it. False when no receipt can be kept; that
// nobody took it is a receipt too.
bool tell_alarm(telling *t, const register_alarm *alarm, hb_str json, hb_error *err);
// After all: what is open no longer may be told again when it comes back.
bool tell_end(telling *t, hb_error *err);
#endif
