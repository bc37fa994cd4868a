// What import and check --map have in common.
#ifndef HABEAS_CLI_IMPORT_H
#define HABEAS_CLI_IMPORT_H

#include "cli/cli.h"
#include "intake/intake.h"

// Reads the files by --map into a transfer list on `list`. CLI_DONE, or the exit status after having printed every
// error; then nothing that was written counts. A mapping whose rows are documents makes a list of those whom --about
// names; without it a file of documents, where the caller takes one.
int cli_import_files(cli *run, const char *const *files, uint32_t n_files, bool takes_documents, FILE *list);
// The folder of habeas' own mappings.
HB_MUST_USE bool cli_mappings_path(const cli *run, char folder[4096], hb_error *err);
#endif
