// Words people read for the codes that programs read: verdicts, outcomes, standings, kinds of
// documents, authorities, files, an agreement's status. A code without a row here (a rulebook may
// bring its own authorities) is shown with spaces for its underscores.
#include <stdio.h>
#include <string.h>

#include "gate/gate.h"

#define N_(text) WORDS_LATER(text)

// ORDER of gate_verdict
static const char *const VERDICTS[] = {
    N_("UNRESOLVED · must not be sent"),
    N_("BARRED · must not be sent"),
    N_("NO BAR FOUND · not permission"),
};
// ORDER of gate_outcome
static const char *const OUTCOMES[] = {
    N_("required"),         N_("bar"),       N_("required"),
    N_("refer to a court"), N_("satisfied"), N_("does not apply"),
};
// ORDER of rulebook_standing
static const char *const STANDINGS[] = {
    N_("absent"), N_("unverified"), N_("stale"), N_("disputed"), N_("claimed"), N_("established"),
};
// ORDER of rulebook_kind
static const char *const KINDS[] = {
    N_("other"),           N_("court order"),
    N_("judgment"),        N_("statute or treaty"),
    N_("agreement"),       N_("passport"),
    N_("civil record"),    N_("agency record"),
    N_("medical record"),  N_("inspection report"),
    N_("sworn statement"), N_("assurance"),
    N_("claim"),           N_("news"),
};
_Static_assert(sizeof KINDS / sizeof KINDS[0] == RULEBOOK_N_KINDS, "a word for every kind");

static const struct {
    const char *code, *words;
} CODES[] = {
    {"federal_district_court",        N_("federal district court")                          },
    {"immigration_judge",             N_("immigration judge")                               },
    {"court_of_appeals",              N_("court of appeals")                                },
    {"trial_court",                   N_("trial court")                                     },
    {"sentencing_court",              N_("sentencing court")                                },
    {"magistrate_judge",              N_("magistrate judge")                                },
    {"attorney_general",              N_("attorney general")                                },
    {"secretary_of_state",            N_("secretary of state")                              },
    {"agency_head_with_counsel",      N_("head of the agency, with counsel")                },
    {"asylum_officer_with_ij_review", N_("asylum officer, reviewed by an immigration judge")},
    {"host_court",                    N_("court of the receiving state")                    },
    {"monitor",                       N_("independent monitor")                             },
 // what was read
    {"list",                          N_("list")                                            },
    {"facility",                      N_("place of custody")                                },
    {"documents",                     N_("documents")                                       },
    {"contests",                      N_("contests")                                        },
    {"agreement",                     N_("agreement")                                       },
 // how far an agreement has come
    {"proposed",                      N_("only proposed: it establishes nothing")           },
    {"agreed",                        N_("agreed")                                          },
    {"in_force",                      N_("in force")                                        },
    {"ended",                         N_("ended")                                           },
};

const char *gate_verdict_words(words_language language, gate_verdict verdict) {
    return words_in(language, VERDICTS[verdict]);
}

const char *gate_outcome_words(words_language language, gate_outcome outcome) {
    return words_in(language, OUTCOMES[outcome]);
}

const char *gate_standing_words(words_language language, rulebook_standing standing) {
    return words_in(language, STANDINGS[standing]);
}

const char *gate_kind_words(words_language language, rulebook_kind kind) {
    return words_in(language, KINDS[kind]);
}

const char *gate_code_words(words_language language, hb_str code, char room[96]) {
    for (size_t i = 0; i < sizeof CODES / sizeof CODES[0]; i++) {
        if (hb_str_equal(code, hb_str_from(CODES[i].code))) {
            return words_in(language, CODES[i].words);
        }
    }
    snprintf(room, 96, "%.*s", (int)code.n, code.at);
    for (char *c = room; *c != '\0'; c++) *c = *c == '_' ? ' ' : *c;
    return room;
}
