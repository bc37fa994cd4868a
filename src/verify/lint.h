// lint: what a careful reader of a rulebook would point at. Findings are warnings: nothing is
// refused.
#ifndef HABEAS_VERIFY_LINT_H
#define HABEAS_VERIFY_LINT_H

#include "rulebook/rulebook.h"

typedef struct {
    const char *code;  // "row-without-source"
    hb_str where;      // rule, fact, decision or source
    uint32_t line;     // in its file; 0 = not known
    const char *says;
} verify_lint;
typedef void (*verify_lint_sink)(void *to, const verify_lint *finding);
// `model_path` is the file of the model; NULL leaves the file itself unlooked at.
void verify_lint_rulebook(const rulebook *rb, const rulebook_cases *cases, const char *model_path,
                          hb_date today, verify_lint_sink sink, void *to, uint32_t *n);
// Whether a folder with a rulebook.json is of the gate's form: its facts have a burden.
bool verify_lint_is_gate(const char *folder);
// A rulebook of another form (conditions, end dates): what of the above applies. False when a file
// cannot be read.
HB_MUST_USE bool verify_lint_folder(const char *folder, hb_date today, verify_lint_sink sink,
                                    void *to, uint32_t *n, hb_error *err);

#endif
