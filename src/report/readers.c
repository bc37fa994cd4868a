// Who a copy is made for, and what it may then hold: one table. What is confidential from the host
// and from consulates (8 C.F.R. §§ 208.6, 1208.6; the rulebook's column says which facts and rules)
// never enters a document made for a reader who may not see it, so it cannot leave by any form.
#include "report/internal.h"

static const report_reader READERS[] = {
  // name        words                              confidential custody name
    {"public",    N_("the public"),            false, false, false},
    {"court",     N_("the court"),             true,  true,  true },
    {"counsel",   N_("counsel of the person"), true,  true,  true },
    {"person",    N_("the person"),            true,  true,  true },
    {"inspector", N_("an inspector"),          true,  true,  true },
    {"sender",    N_("the sending authority"), true,  true,  true },
    {"host",      N_("the receiving state"),   false, true,  false},
    {"consulate", N_("a consulate"),           false, true,  true },
    {"family",    N_("the family"),            false, false, false},
    {"budget",    N_("a budget office"),       false, false, false},
};

const report_reader *report_readers(uint32_t *n) {
    *n = sizeof READERS / sizeof READERS[0];
    return READERS;
}

const report_reader *report_reader_find(hb_str name) {
    for (size_t i = 0; i < sizeof READERS / sizeof READERS[0]; i++) {
        if (hb_str_equal(name, hb_str_from(READERS[i].name))) return &READERS[i];
    }
    return NULL;
}
