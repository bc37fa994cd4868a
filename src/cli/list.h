// What check and explain have in common: the rulebook and the list of the command line, read and
// refused as one.
#ifndef HABEAS_CLI_LIST_H
#define HABEAS_CLI_LIST_H

#include "cli/cli.h"
#include "enddate/enddate.h"
#include "gate/gate.h"

// What counts until when the custodies of a list have a ground: `counting` is for an
// intake_request, and all of it outlives the list.
typedef struct {
    char rulebooks[4096];
    enddate_for_gate for_gate;
    intake_counting counting;
} cli_counting;
HB_MUST_USE bool cli_counting_open(const cli *run, cli_counting *counting, hb_error *err);
void cli_counting_close(cli_counting *counting);

typedef struct {
    cli_counting counting;
    rulebook *rb;
    intake *in;
    uint32_t n_jobs;  // --jobs
    gate_page page;
    FILE *imported;  // with --map: the list that was made of the file
} cli_list;

// CLI_DONE, or the exit status after having printed every error. Names what was read on run->err.
int cli_list_open(cli *run, const char *path, cli_list *list);
void cli_list_close(cli_list *list);
// The first person of that id; false with err when the list has none, or it was gone through.
HB_MUST_USE bool cli_list_find_person(const cli *run, cli_list *list, hb_arena *arena,
                                      intake_reader *reader, hb_str id, intake_person *person,
                                      hb_error *err);
#endif
