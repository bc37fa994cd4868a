// What the files of this room share: the members of an answer's JSON object (answer.c), and lines
// of 80 columns for the two files that write for people (text.c, explain.c).
#ifndef HABEAS_GATE_INTERNAL_H
#define HABEAS_GATE_INTERNAL_H

#include "gate/gate.h"

// Members of the object, without its braces: explain adds its own.
void gate_add_answer(hb_text *out, const gate_answer *answer, bool has_sources);
hb_str gate_in_language(const gate_page *page, hb_str english, hb_str spanish);

#define PAGE_COLUMNS 80u
#define PAGE_NAMES 10u  // of rules and facts in the lines of one person

// A line being filled: words go to the next line, indented, when they no longer fit.
typedef struct {
    hb_text *out;
    uint32_t at, indent;
} page_line;

void page_start(page_line *line, hb_text *out, uint32_t indent);
void page_text(page_line *line, hb_str text);                    // word by word
void page_column(page_line *line, hb_str word, uint32_t until);  // the next word begins at `until`
void page_list(page_line *line, hb_str item, bool is_last);      // "item," unless last
void page_end(page_line *line);
// The whole sentence of a verdict (S1, S2, S3): NO BAR FOUND never stands without it.
void page_verdict_sentence(hb_text *out, const gate_answer *answer, uint32_t indent);

#endif
