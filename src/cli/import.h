// What import and check --map have in common.
#ifndef HABEAS_CLI_IMPORT_H
#define HABEAS_CLI_IMPORT_H

#include "cli/cli.h"
#include "intake/intake.h"

// Reads the files by --map into a transfer list on `list`. CLI_DONE, or the exit status after having printed every
// error; then nothing that was written counts.
int cli_import_files(cli *run, const char *const *files, uint32_t n_files, FILE *list);
#endif
