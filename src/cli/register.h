// What register.c (writing) and register_read.c (reading), witness.c and locate.c share.
#ifndef CLI_REGISTER_H
#define CLI_REGISTER_H

#include "cli/cli.h"
#include "register/register.h"

// The register named by --db and --local, or NULL with *status set after having said why.
register_log *register_of(const cli *run, register_mode mode, int *status);
// An officer's or witness' secret key from its file; `arena` holds the name.
bool register_secret(hb_arena *arena, const char *path, proof_key *key, proof_secret *seed,
                     hb_error *err);
// The name of the key whose secret is in --key, after the register has said that it counts now.
bool register_reader(const cli *run, register_log *log, hb_arena *arena, proof_key *key,
                     proof_secret *seed, hb_text *name, hb_error *err);
int cli_register_keys(cli *run);  // keys.c
// Signs the events of a file with every --key, records them, and prints the receipts.
int register_record_file(cli *run, const char *path);
bool register_print(const cli *run, hb_text *text, hb_error *err);
bool register_at(const cli *run, const char *option, int64_t otherwise, int64_t *out,
                 hb_error *err);
// A file written whole and synced.
bool register_write_out(const char *path, const hb_text *text, hb_error *err);
// Verifies, says what was found, closes the register, and gives the exit status.
int cli_register_verify_log(cli *run, register_log *log, hb_str from, register_depth depth);

#endif
