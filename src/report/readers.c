// Who a copy is made for, and what it may then hold: one table. What is confidential from the host
// and from consulates (8 C.F.R. §§ 208.6, 1208.6; the rulebook's column says which facts and rules)
// never enters a document made for a reader who may not see it, so it cannot leave by any form. The
// smallest sets of documents that would change a verdict say what to bring, and so also what to
// forge: they are for court and counsel.
#include "report/internal.h"

// clang-format off
static const report_reader READERS[] = {
    // name        words                              confidential custody everybody name changes
    {"public",    WORDS_LATER("the public"),            false, false, false, false, false},
    {"court",     WORDS_LATER("the court"),             true,  true,  false, true,  true },
    {"counsel",   WORDS_LATER("counsel of the person"), true,  true,  false, true,  true },
    {"person",    WORDS_LATER("the person"),            true,  true,  false, true,  false},
    {"inspector", WORDS_LATER("an inspector"),          true,  true,  true,  true,  false},
    {"sender",    WORDS_LATER("the sending authority"), true,  true,  true,  true,  false},
    {"host",      WORDS_LATER("the receiving state"),   false, true,  true,  false, false},
    {"consulate", WORDS_LATER("a consulate"),           false, true,  false, true,  false},
    {"family",    WORDS_LATER("the family"),            false, false, false, false, false},
    {"budget",    WORDS_LATER("a budget office"),       false, false, false, false, false},
};
// clang-format on

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
