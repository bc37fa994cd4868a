// What the two linters share: lint.c for rulebooks of the gate, lint_folder.c for the other forms.
#ifndef HABEAS_VERIFY_LINT_PARTS_H
#define HABEAS_VERIFY_LINT_PARTS_H

#include "verify/lint.h"

typedef struct {
    const rulebook *rb;  // NULL in a folder of another form
    const dmn_model *model;
    hb_date today;
    verify_lint_sink sink;
    void *to;
    uint32_t n;
} linter;

void lint_say(linter *l, const char *code, hb_str where, uint32_t line, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
bool lint_mentions(hb_str text, hb_str name);  // as a word of its own
void lint_row_sources(linter *l, uint32_t element);
void lint_day(linter *l, hb_str where, uint32_t line, hb_str checked_on);
void lint_model_file(linter *l, const char *path);  // as a DMN editor sees it

#endif
