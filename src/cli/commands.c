// The one table of commands. A row is everything a user can know about a command; parsing, help,
// man pages and completion read it here and nowhere else. Words a user sees are marked for
// translation (words/words.h).
#include "cli/cli.h"

#define N_(text) WORDS_LATER(text)

const cli_option CLI_COMMON_OPTIONS[] = {
    {"lang", "en|es", false, N_("language of the text; never of keys and verdicts")},
    {"help", NULL,    false, N_("this help")                                                   },
    {NULL,   NULL,    false, NULL                                                              },
};

// What check and explain read.
#define RULEBOOK_OPTION \
    {"rulebook", "DIR", false, N_("the law: folder of a rulebook (default us-sv)")}
#define TRUST_OPTION \
    {"trust", "FILE", false, N_("keys whose signatures on a rulebook count")}
#define AGREEMENT_OPTION \
    {"agreement", "FILE", false, N_("agreement, instead of the list's")}
#define FACILITY_OPTION \
    {"facility", "FILE", false, N_("place of custody, instead of the list's")}
#define DOCUMENTS_OPTION \
    {"documents", "FILE", true, N_("more documents (may be repeated)")}
#define AS_OF_OPTION {"as-of", "DATE", false, N_("day of the decision, YYYY-MM-DD")}

// How an agency's own file is read.
#define MAP_OPTIONS \
    {"map", "NAME", false, N_("the mapping that the file fits")}, \
    {"about", "PERSON", true, N_("whom a document read by --map concerns (may be repeated)")}, \
    {"host", "CODE", false, N_("where the people would be sent, for a file read by --map (SLV)")}, \
    {"document-date", "DATE", false, N_("date of the rows as documents, where the file gives none")}, \
    {"report", "FILE", false, N_("also write what could not be read, as JSON")}

// clang-format off
static const cli_option CHECK[] = {
    RULEBOOK_OPTION, TRUST_OPTION, AGREEMENT_OPTION, FACILITY_OPTION, DOCUMENTS_OPTION, AS_OF_OPTION,
    {"jobs", "N", false, N_("people at the same time (one a processor)")},
    MAP_OPTIONS,
    {"would-change", NULL, false, N_("smallest sets of documents that would change it")},
    {"facts", NULL, false, N_("the facts that count, for another engine")},
    {NULL, NULL, false, NULL},
};
static const cli_option EXPLAIN[] = {
    RULEBOOK_OPTION, TRUST_OPTION, AGREEMENT_OPTION, FACILITY_OPTION, DOCUMENTS_OPTION, AS_OF_OPTION,
    MAP_OPTIONS, {NULL, NULL, false, NULL},
};
static const cli_option ENDDATE[] = {
    {"as-of", "DATE", false, N_("day of the question, YYYY-MM-DD (today)")},
    {"rulebooks", "DIR", false, N_("folder of the rulebooks, instead of habeas' own")},
    MAP_OPTIONS,
    {"db", "PATH", false, N_("who is due of those a register holds, instead of FILE")},
    {"local", "PATH", false, N_("where PATH.key, .vault and .anchor stand (beside the register)")},
    {NULL, NULL, false, NULL},
};
static const cli_option COST[] = {
    {"draws", "N", false, N_("draws of each case (100000)")},
    {"until-error", "E", false, N_("draw until the mean's standard error is this share of it")},
    {"seed", "S", false, N_("seed of the random numbers (42)")},
    {"latin", NULL, false, N_("Latin hypercube instead of independent draws")},
    {"jobs", "N", false, N_("threads; any number gives the same answer")},
    {"long", NULL, false, N_("every finding and figure in a sentence, on two screens")},
    {"plots", "DIR", false, N_("folder for the charts, as SVG and PNG")},
    {"xlsx", "FILE", false, N_("also a workbook with formulas and sources")},
    {"claims", "FILE", false, N_("table of claims, instead of the scenario's")},
    {"list", "FILE", false, N_("list of people, instead of the scenario's")},
    {"confirm-at", "P", false, N_("share of draws from which a claim is CONFIRMED (0.9)")},
    {"refute-at", "P", false, N_("share of draws to which a claim is REFUTED (0.1)")},
    {NULL, NULL, false, NULL},
};
#define COPY_OPTIONS \
    {"out", "FILE", false, N_("where the paper goes: FILE.html, FILE.pdf or FILE.json")}, \
    {"for", "READER", false, N_("court, counsel, person, inspector, sender, host, consulate, family ...")}, \
    {"with-name", NULL, false, N_("also the name, in a copy for somebody who may have it")}, \
    {"paper", "letter|a4", false, N_("size of the sheets (letter)")}, \
    {"tz", "ZONE", false, N_("time zone beside UTC (the agreement's)")}, \
    {"verify-at", "URL", false, N_("page that checks hashes, for the QR code")}, \
    {"db", "PATH", false, N_("a register of custody: a file, or postgresql://...")}, \
    {"local", "PATH", false, N_("where PATH.key, .vault and .anchor stand (beside the register)")}
static const cli_option REPORT_PERSON[] = {
    COPY_OPTIONS, RULEBOOK_OPTION, TRUST_OPTION, AGREEMENT_OPTION, FACILITY_OPTION, DOCUMENTS_OPTION,
    AS_OF_OPTION, MAP_OPTIONS, {NULL, NULL, false, NULL},
};
#define AT_OPTION {"at", "TIME", false, N_("as of a time, with its offset from UTC")}
static const cli_option REPORT_AGREEMENT[] = {
    COPY_OPTIONS,
    {"memo", NULL, false, N_("the two-page memo for a budget office instead")},
    {"scenario", "FILE", false, N_("the money: a scenario of habeas cost")},
    {"draws", "N", false, N_("draws of each case (100000)")},
    {"seed", "S", false, N_("seed of the random numbers (42)")},
    AT_OPTION, RULEBOOK_OPTION, TRUST_OPTION, AGREEMENT_OPTION, FACILITY_OPTION, DOCUMENTS_OPTION,
    AS_OF_OPTION, MAP_OPTIONS, {NULL, NULL, false, NULL},
};
static const cli_option REPORT_FACILITY[] = {
    COPY_OPTIONS,
    {"place", "ID", false, N_("the place's id in the register (the facility's own)")},
    AT_OPTION,
    {"counted", "FILE", false, N_("ids of the heads counted, one a line")},
    {"counted-by", "WHO", false, N_("who counted them")},
    {"seed", "TEXT", false, N_("published seed of the draw (the root of the checkpoint)")},
    {NULL, NULL, false, NULL},
};
#define STANDARDS_OPTION \
    {"rulebook", "DIR", false, N_("the standards: folder of a rulebook (default conditions)")}
static const cli_option FACILITY_ASSESS[] = {
    STANDARDS_OPTION,
    {"against", "OTHER", false, N_("a second facility, side by side")},
    {"as-of", "DATE", false, N_("day of the assessment (the day of the return)")},
    {"html", "FILE", false, N_("also write a page with a chart, for screen and paper")},
    {NULL, NULL, false, NULL},
};
static const cli_option FACILITY[] = {
    STANDARDS_OPTION,
    {NULL, NULL, false, NULL},
};
static const cli_option RULES_VERIFY[] = {
    {"property", "NAME", false, N_("only this one: fail-closed, monotone, total ...")},
    {"published", "FILE", false, N_("the published list of rules it must not ask less than")},
    {"record", "FILE", false, N_("write the proof record, when all is proved")},
    {"cache", "FILE", false, N_("keep answers there: only what changed is proved again")},
    {NULL, NULL, false, NULL},
};
static const cli_option IMPORT[] = {
    MAP_OPTIONS,
    {"out", "FILE", false, N_("where the list goes (standard output)")},
    RULEBOOK_OPTION, AS_OF_OPTION,
    {NULL, NULL, false, NULL},
};
static const cli_option RULES_DIFF[] = {
    {"list", "LIST", false, N_("people whose verdicts are compared")},
    {NULL, NULL, false, NULL},
};
static const cli_option RULES_LINT[] = {
    {"rulebook", "DIR", false, N_("whose facts the mappings feed: folder of a rulebook (default us-sv)")},
    {NULL, NULL, false, NULL},
};
static const cli_option RULES_SIGN[] = {
    {"key", "FILE", false, N_("secret key of author:NAME or reviewer:NAME")},
    {NULL, NULL, false, NULL},
};
#define STORE_OPTION \
    {"store", "FILE", false, N_("accounts and tokens (habeas-web.db); FILE.audit beside it")}
static const cli_option SERVE[] = {
    {"listen", "ADDR", false, N_("address and port (127.0.0.1:8080)")},
    {"agreement", "DIR", false, N_("folder with agreement.json and list.ndjson")},
    {"list", "FILE", true, N_("one more list (may be repeated)")},
    {"db", "PATH", false, N_("the register: a file, or postgresql://...")},
    {"local", "PATH", false, N_("where PATH.key, .vault and .anchor stand (beside the register)")},
    STORE_OPTION,
    {"scenario", "FILE", false, N_("scenario of the money pages")},
    {"facilities", "DIR", false, N_("folder of facility files")},
    {"assets", "DIR", false, N_("folder of the styles, as make serve makes it")},
    RULEBOOK_OPTION, TRUST_OPTION,
    {"jobs", "N", false, N_("threads (one a processor)")},
    {"proxy", NULL, false, N_("a proxy on this machine names the client in X-Real-IP")},
    {"demo", NULL, false, N_("known accounts for every role, on this machine only")},
    {"unlimited", NULL, false, N_("without limits of rate: for measuring")},
    {"open", NULL, false, N_("without the sandbox: for debuggers")},
    {NULL, NULL, false, NULL},
};
static const cli_option ACCOUNT[] = {
    STORE_OPTION,
    {"role", "ROLE", false, N_("what the person is, as habeas roles lists it")},
    {"side", "SIDE", false, N_("sender or host; nothing for neither")},
    {"people", "IDS", false, N_("own persons, ids parted by spaces")},
    {"place", "ID", false, N_("own place")},
    {"password", "FILE", false, N_("file with the first password (standard input)")},
    {NULL, NULL, false, NULL},
};
static const cli_option RULES_SHOW[] = {
    {"rule", "ID", false, N_("only this rule")},
    {NULL, NULL, false, NULL},
};
#define TARGET_OPTIONS \
    {"decision", "NAME", false, N_("the decision to make, by name or id")}, \
    {"service", "NAME", false, N_("the decision service to call, by name or id")}
static const cli_option DMN_EVAL[] = {
    TARGET_OPTIONS,
    {"input", "FILE", false, N_("a JSON object with a member for each input")},
    {"trace", NULL, false, N_("also which rows fired on which values, and every note")},
    {NULL, NULL, false, NULL},
};
static const cli_option DMN_BATCH[] = {
    TARGET_OPTIONS,
    {"in", "FILE", false, N_("one JSON object of inputs a line (standard input)")},
    {"jobs", "N", false, N_("lines evaluated at the same time (1)")},
    {NULL, NULL, false, NULL},
};
static const cli_option DMN_TEST[] = {
    {"csv", "FILE", false, N_("also write one row a case, in the form of the TCK's results")},
    {NULL, NULL, false, NULL},
};
static const cli_option FEEL[] = {
    {"input", "FILE", false, N_("a JSON object whose members are names of the expression")},
    {NULL, NULL, false, NULL},
};
#define DB_OPTIONS \
    {"db", "PATH", false, N_("the register: a file, or postgresql://... (habeas.db)")}, \
    {"local", "PATH", false, N_("where PATH.key, .vault and .anchor stand (beside the register)")}
static const cli_option REGISTER[] = {DB_OPTIONS, {NULL, NULL, false, NULL}};
static const cli_option REGISTER_INIT[] = {
    DB_OPTIONS, {"policy", "FILE", false, N_("witnesses and quorum, in the form of tlog-policy")},
    {NULL, NULL, false, NULL}};
static const cli_option REGISTER_KEY[] = {
    DB_OPTIONS, {"role", "ROLE", false, N_("sender, facility, escort, health, court, counsel, monitor ...")},
    {"out", "FILE", false, N_("file of the new secret key")},
    {"witness", NULL, false, N_("the key of a witness, not of an officer")},
    {"reason", "TEXT", false, N_("why the key ends")},
    {NULL, NULL, false, NULL}};
#define KEYS_OPTION {"key", "FILE", true, N_("secret key to sign with (may be repeated)")}
static const cli_option REGISTER_SIGN[] = {
    {"origin", "NAME", false, N_("the register the events are for")}, KEYS_OPTION,
    {NULL, NULL, false, NULL}};
static const cli_option REGISTER_RECORD[] = {DB_OPTIONS, KEYS_OPTION, {NULL, NULL, false, NULL}};
static const cli_option REGISTER_EVENTS[] = {
    {"schema", NULL, false, N_("the JSON Schema of an event line instead")},
    {NULL, NULL, false, NULL}};
static const cli_option REGISTER_ENDDATE[] = {
    DB_OPTIONS, KEYS_OPTION, {"as-of", "DATE", false, N_("day of the question, YYYY-MM-DD (today)")},
    {"rulebooks", "DIR", false, N_("folder of the rulebooks, instead of habeas' own")},
    {NULL, NULL, false, NULL}};
static const cli_option REGISTER_ROSTER[] = {
    DB_OPTIONS, {"place", "ID", false, N_("only those at this place")},
    {"at", "TIME", false, N_("as of a time, with its offset from UTC")},
    {"limit", "N", false, N_("at most this many, and where the next page begins")},
    {"from", "CURSOR", false, N_("the page that begins there")},
    {NULL, NULL, false, NULL}};
static const cli_option REGISTER_PERSON[] = {
    DB_OPTIONS, {"key", "FILE", false, N_("read what is sealed, as the holder of this key")},
    {NULL, NULL, false, NULL}};
static const cli_option REGISTER_READINGS[] = {
    DB_OPTIONS, {"key", "FILE", false, N_("secret key of a court or a monitor")},
    {"since", "TIME", false, N_("from a time on, with its offset from UTC")},
    {NULL, NULL, false, NULL}};
static const cli_option REGISTER_ALARMS[] = {
    DB_OPTIONS, {"at", "TIME", false, N_("as of a time, with its offset from UTC")},
    {"agreement", "FILE", false, N_("an agreement whose \"alarms\" sets the hours")},
    {"kind", "ALARM", false, N_("only this alarm, as A1 or not-seen")},
    {"place", "ID", false, N_("only those at this place")},
    {"owner", "ID", false, N_("only those that this authority must answer")},
    {"person", "ID", false, N_("only those of this person")},
    {"count", NULL, false, N_("how many are open of each kind, not which")},
    {"limit", "N", false, N_("at most this many, and where the next page begins")},
    {"from", "CURSOR", false, N_("the page that begins there")},
    {"hook", "COMMAND", false, N_("give each new alarm to this program, as JSON on its input")},
    {"mail", "ADDRESS", true, N_("send each new alarm by mail (may be repeated)")},
    {"sendmail", "PROGRAM", false, N_("what sends mail (/usr/sbin/sendmail)")},
    {NULL, NULL, false, NULL}};
static const cli_option LOCATE[] = {
    DB_OPTIONS, {"born", "DATE", false, N_("birth date, YYYY-MM-DD")},
    {"country", "CODE", false, N_("country of the person, as VEN, SLV, USA")},
    {"key", "FILE", false, N_("ask as the holder of this key: court, monitor, counsel, consulate")},
    {"token", "FILE", false, N_("ask as the holder of the token in this file")},
    {"out", "FILE", false, N_("also write the signed answer")},
    {NULL, NULL, false, NULL}};
static const cli_option LOCATE_TOKEN_OPTIONS[] = {
    DB_OPTIONS, {"key", "FILE", false, N_("secret key of who issues it")},
    {"until", "TIME", false, N_("until when it counts, with its offset from UTC")},
    {"end", "FILE", false, N_("end the token in this file instead")},
    {NULL, NULL, false, NULL}};
static const cli_option LOCATE_ASKED[] = {
    DB_OPTIONS, {"key", "FILE", false, N_("a monitor's secret key, to read the questions")},
    {NULL, NULL, false, NULL}};
static const cli_option LOCATE_CHECK[] = {
    {"keys", "POLICY", false, N_("the register's policy, as an export has it")},
    {NULL, NULL, false, NULL}};
static const cli_option REGISTER_CHECKPOINT[] = {
    DB_OPTIONS, {"request", "N", false, N_("ask a witness that holds checkpoint N (0: none yet)")},
    {NULL, NULL, false, NULL}};
static const cli_option REGISTER_WITNESS[] = {
    {"key", "FILE", false, N_("the witness' secret key")},
    {"log", "KEY", false, N_("the register's verifier key")},
    {"state", "FILE", false, N_("what this witness holds; made at first sight")},
    {"listen", "ADDRESS", false, N_("with serve: where to answer (127.0.0.1:8090)")},
    {NULL, NULL, false, NULL}};
static const cli_option REGISTER_PROVE[] = {
    DB_OPTIONS, {"out", "FILE", false, N_("write the proof here, and the entry to FILE.entry")},
    {"show", "NAMES", false, N_("also FILE.shown: fields of the event (all, or a,b,c) with their salts")},
    {"key", "FILE", false, N_("show what is sealed too, as the holder of this key")},
    {NULL, NULL, false, NULL}};
static const cli_option REGISTER_VERIFY[] = {
    DB_OPTIONS, {"from", "FILE", false, N_("a checkpoint kept elsewhere")},
    {"tree", NULL, false, N_("only what an outsider can check; signatures are not")},
    {NULL, NULL, false, NULL}};
static const cli_option REGISTER_ORDER[] = {
    DB_OPTIONS, {"order", "DOC", false, N_("the court's order")},
    {"key", "FILE", false, N_("secret key of the court or monitor")},
    {NULL, NULL, false, NULL}};
static const cli_option REGISTER_RESTORE[] = {
    DB_OPTIONS, {"check", NULL, false, N_("check the copy; nothing is written")},
    {NULL, NULL, false, NULL}};
static const cli_option NO_OPTIONS[] = {
    {NULL, NULL, false, NULL},
};

// Rows stand in the order in which help lists them; rows of one noun stand together.
static const cli_command COMMANDS[] = {
    {.name = "check", .arguments = "LIST", .n_least = 1, .n_most = 1,
     .formats = CLI_JSON | CLI_NDJSON | CLI_CSV, .options = CHECK, .call = cli_check,
     .summary = N_("check every person of a transfer list against the law"),
     .example = "habeas check agreements/treaty-306/list.ndjson",
     .about = N_("NO BAR FOUND is not permission. LIST is NDJSON or CSV; - is standard input.\n"
                 "Exit status 1: somebody is barred or unresolved. 5: everybody is NO BAR FOUND, "
                 "and a named authority must decide. 3: the input is refused."),
     .next = "habeas explain PERSON LIST"},
    {.name = "explain", .arguments = "PERSON LIST", .n_least = 2, .n_most = 2,
     .formats = CLI_JSON, .options = EXPLAIN, .call = cli_explain,
     .summary = N_("one person in full: every rule, why, and by what authority"),
     .example = "habeas explain P-001 agreements/us-sv-2025/list.ndjson",
     .about = N_("Shows every rule with the row of its table that gave the outcome, the rules "
                 "that do not bar and why, every source, and every fact with its standing."),
     .next = "habeas check LIST"},
    {.name = "import", .arguments = "FILE...", .n_least = 1, .n_most = CLI_MANY,
     .options = IMPORT, .call = cli_import,
     .summary = N_("an agency's own file as a transfer list"),
     .example = "habeas import tests/intake/import/generic.csv --map generic_spreadsheet",
     .about = N_("Reads CSV, TSV, XLSX, JSON or NDJSON by a mapping: NAME is one of the folder mappings, "
                 "or a file. An import establishes nothing: what a cell says is a claim or an "
                 "unverified record, and a blank cell is never \"no\". Exit status 3: a row was "
                 "refused, and no list is written."),
     .next = "habeas check LIST"},
    {.name = "enddate", .arguments = "[FILE]", .n_least = 0, .n_most = 1,
     .formats = CLI_JSON | CLI_NDJSON, .options = ENDDATE, .call = cli_enddate,
     .summary = N_("the last lawful day of each custody, and who is due"),
     .example = "habeas enddate rulebooks/enddate-us-federal/cases/worked.ndjson",
     .about = N_("FILE is NDJSON: {\"id\":...,\"system\":\"us_federal|us_immigration|sv|both\","
                 "\"inputs\":{...}} a line, or a transfer list whose lines have such a "
                 "\"custody\"; - is standard input. What is in doubt is UNRESOLVED, "
                 "and the earliest day that could be true is a review date. Exit status 1: "
                 "somebody is UNRESOLVED or past a day already. 3: the input is refused."),
     .next = "habeas check LIST"},
    {.name = "cost", .arguments = "SCENARIO", .n_least = 1, .n_most = 1,
     .formats = CLI_JSON, .options = COST, .call = cli_cost,
     .summary = N_("what an agreement costs both sides; each claim tested"),
     .example = "habeas cost scenarios/cecot-2025.json",
     .about = N_("Both budgets with their ranges, what moves them, break-even, and each claim on "
                 "average and marginal cost, fee alone and all-in. Exit status 1: a claim is "
                 "refuted. 3: the scenario, its claims or its list is refused."),
     .next = "habeas check LIST"},
    {.name = "facility assess", .arguments = "FACILITY", .n_least = 1, .n_most = 1,
     .formats = CLI_JSON, .options = FACILITY_ASSESS, .call = cli_facility_assess,
     .summary = N_("a place of custody, standard by standard, evidence weighed"),
     .example = "habeas facility assess facilities/cecot.json",
     .about = N_("MET, NOT_MET, DISPUTED or UNKNOWN for each standard. Only a free inspection in "
                 "date shows that one is met. Exit status 1: some standard is not met, disputed or "
                 "unknown. The JSON is itself a facility file: habeas check LIST --facility FILE."),
     .next = "habeas check LIST --facility FILE"},
    {.name = "facility check", .arguments = "FILE", .n_least = 1, .n_most = 1,
     .formats = CLI_JSON, .options = FACILITY, .call = cli_facility_check,
     .summary = N_("what is wrong with a filled return, each error with its place"),
     .example = "habeas facility check facilities/cecot.json",
     .about = N_("FILE is JSON, or the sheet that habeas facility blank writes (.csv). Units are "
                 "converted or refused; impossible figures and counts of another scope are refused."),
     .next = "habeas facility assess FILE"},
    {.name = "facility blank", .arguments = "", .n_least = 0, .n_most = 0,
     .formats = CLI_JSON, .options = FACILITY, .call = cli_facility_blank,
     .summary = N_("a blank return for a facility or an inspector"),
     .example = "habeas facility blank --lang es",
     .about = N_("A sheet (CSV) for one source, with units and what may stand in each row; with "
                 "--json the same as a facility file for several sources."),
     .next = "habeas facility check FILE"},
    {.name = "facility series", .arguments = "FILE FILE...", .n_least = 2, .n_most = CLI_MANY,
     .formats = CLI_JSON, .options = FACILITY, .call = cli_facility_series,
     .summary = N_("several returns of one place: what changed, promises, stale evidence"),
     .example = "habeas facility series tests/conditions/series/first.json "
                "tests/conditions/series/second.json",
     .about = N_("Says what got worse or better from one return to the next, what was promised and "
                 "not done, and which evidence has gone stale since."),
     .next = "habeas facility assess FILE"},
    {.name = "report person", .arguments = "PERSON LIST", .n_least = 2, .n_most = 2,
     .options = REPORT_PERSON, .call = cli_report_person,
     .summary = N_("the dossier of one person, as an annex that counsel can file"),
     .example = "habeas report person P-001 agreements/us-sv-2025/list.ndjson --for counsel "
                "--out P-001.html",
     .about = N_("Finding, grounds, what is missing, custody with its proofs, exhibits and "
                 "authorities, with the hash of its JSON form on every page. A copy holds only "
                 "what its reader may see: without --for, what the public may. Names never, "
                 "unless --with-name."),
     .next = "habeas register person PERSON"},
    {.name = "report agreement", .arguments = "LIST", .n_least = 1, .n_most = 1,
     .options = REPORT_AGREEMENT, .call = cli_report_agreement,
     .summary = N_("the report on an agreement, or the two-page budget memo"),
     .example = "habeas report agreement agreements/us-sv-2025/list.ndjson --for sender "
                "--scenario scenarios/cecot-2025.json --draws 2000 --out agreement.html",
     .about = N_("People by verdict and what bars them, terms known and not known, the place, the "
                 "money with its claims and charts, open alarms. --memo gives the two pages that "
                 "a budget office reads."),
     .next = "habeas report facility FACILITY"},
    {.name = "report facility", .arguments = "FACILITY", .n_least = 1, .n_most = 1,
     .options = REPORT_FACILITY, .call = cli_report_facility,
     .summary = N_("the inspector's report: roster against heads, checklist, draw"),
     .example = "habeas report facility facilities/cecot.json --for inspector --out cecot.html",
     .about = N_("Roster against the heads counted, the Nelson Mandela Rules question by question, "
                 "open alarms, deaths and injuries, entries late or corrected, five people drawn "
                 "by a published seed, lines to write on and a page to sign."),
     .next = "habeas register roster"},
    {.name = "rules show", .arguments = "DIR...", .n_least = 1, .n_most = CLI_MANY,
     .formats = CLI_JSON, .options = RULES_SHOW, .call = cli_rules_show,
     .summary = N_("the rules of a rulebook: sources, facts, rows of the tables"),
     .example = "habeas rules show rulebooks/us-sv --rule spec-minor",
     .about = N_("Reads and checks the whole folder, and prints every rule as the program reads it. "
                 "Rows of a table are read from the top, and the first that matches answers."),
     .next = "habeas rules test DIR"},
    {.name = "rules test", .arguments = "DIR...", .n_least = 1, .n_most = CLI_MANY,
     .formats = CLI_JSON, .options = NO_OPTIONS, .call = cli_rules_test,
     .summary = N_("decide the worked cases of a rulebook and compare"),
     .example = "habeas rules test rulebooks/us-sv",
     .about = N_("One line for each case that comes out differently, then how many passed and "
                 "failed. Exit status 1 when a case failed, 3 when the rulebook is refused."),
     .next = "habeas check LIST"},
    {.name = "rules verify", .arguments = "DIR...", .n_least = 1, .n_most = CLI_MANY,
     .formats = CLI_JSON, .options = RULES_VERIFY, .call = cli_rules_verify,
     .summary = N_("prove that a rulebook clears nobody by accident, or show whom it would"),
     .example = "habeas rules verify rulebooks/us-sv",
     .about = N_("Every input is considered, with an SMT solver (Z3). Each property is proved, refuted "
                 "with a list that habeas check reproduces, or undecided with the reason. Exit status "
                 "1 when anything is not proved. docs/verification.md says what is proved."),
     .next = "habeas rules test DIR"},
    {.name = "rules diff", .arguments = "BEFORE AFTER", .n_least = 2, .n_most = 2,
     .formats = CLI_JSON, .options = RULES_DIFF, .call = cli_rules_diff,
     .summary = N_("what changed between two rulebooks, and for whom"),
     .example = "habeas rules diff rulebooks/us-sv tests/rulebook/small",
     .about = N_("Rows and fields that differ; whether anybody at all could fare better under the second, "
                 "with an example; and whose verdict on LIST changes, by which rule. Exit status 1 when "
                 "anything differs."),
     .next = "habeas rules verify AFTER"},
    {.name = "rules lint", .arguments = "PATH...", .n_least = 1, .n_most = CLI_MANY,
     .formats = CLI_JSON, .options = RULES_LINT, .call = cli_rules_lint,
     .summary = N_("what a careful reader of a rulebook or a mapping would point at"),
     .example = "habeas rules lint rulebooks/us-sv mappings",
     .about = N_("Rulebooks: rows and rules without source or case, facts nobody reads, values no table "
                 "tells from others, expressions other engines read otherwise, sources not read for a "
                 "year. Mappings of agencies' files: whatever could establish a fact, let a blank cell "
                 "answer, or feed a fact from a label. Exit status 1 when there is any warning."),
     .next = "habeas rules verify DIR"},
    {.name = "rules sign", .arguments = "DIR", .n_least = 1, .n_most = 1,
     .options = RULES_SIGN, .call = cli_rules_sign,
     .summary = N_("sign a rulebook and its proof record, as author or reviewer"),
     .example = "habeas rules sign rulebooks/us-sv --key author.key",
     .about = N_("DIR/proof.json, which habeas rules verify --record writes, must say that this very "
                 "rulebook is proved. Both signatures stand in DIR/signatures.note. With both, by keys "
                 "that check is told to trust, its output is no longer stamped LOCAL RULEBOOK."),
     .next = "habeas check LIST --trust KEYS"},
    {.name = "serve", .arguments = "", .n_least = 0, .n_most = 0, .options = SERVE,
     .call = cli_serve,
     .summary = N_("habeas as pages, for those who do not use a terminal"),
     .example = "habeas serve --agreement agreements/us-sv-2025 --demo",
     .about = N_("Reads the rulebook and decides every list, then answers until it is stopped. It "
                 "gives up what it no longer needs: other files, other programs. For more than "
                 "this machine, put a proxy with TLS in front and say --proxy."),
     .next = "habeas account new NAME --role ROLE"},
    {.name = "account", .arguments = "new|end|list [NAME]", .n_least = 1, .n_most = 2,
     .options = ACCOUNT, .call = cli_account,
     .summary = N_("who may sign in to habeas serve, and as what"),
     .example = "habeas account new r.alvarado --role court --people \"P-001 P-002\"",
     .about = N_("A new account prints the secret for the person's code app once. An account is "
                 "ended, never deleted: what it read stays on record."),
     .next = "habeas serve"},
    {.name = "audit", .arguments = "FILE", .n_least = 1, .n_most = 1, .options = NO_OPTIONS,
     .call = cli_audit, .summary = N_("was the record of who read what altered?"),
     .example = "habeas audit habeas-web.db.audit",
     .about = N_("Each entry holds the hash of the one before it: an entry changed, lost or put in is "
                 "found. What is done to the last line is not, so keep its hash elsewhere."),
     .next = "habeas serve"},
    {.name = "roles", .arguments = "", .n_least = 0, .n_most = 0, .options = NO_OPTIONS,
     .call = cli_roles, .summary = N_("who may do what, as a table (CSV)"),
     .example = "habeas roles",
     .about = N_("One row an act, one column a role: all, own persons and places, counts only, or "
                 "nothing. No role may override a bar, delete, or edit in bulk."),
     .next = "habeas account new NAME --role ROLE"},
    {.name = "dmn eval", .arguments = "MODEL", .n_least = 1, .n_most = 1,
     .formats = CLI_JSON, .options = DMN_EVAL, .call = cli_dmn_eval,
     .summary = N_("make one decision of a DMN model, or call a service"),
     .example = "habeas dmn eval tests/dmn/models/boxed.dmn --decision \"partial sums\"",
     .about = N_("Prints the result as JSON; why it is null goes to standard error. With --trace the "
                 "result is an object with result, trace and notes. Reads DMN 1.1 to 1.5."),
     .next = "habeas dmn check MODEL"},
    {.name = "dmn batch", .arguments = "MODEL", .n_least = 1, .n_most = 1,
     .formats = CLI_NDJSON, .options = DMN_BATCH, .call = cli_dmn_batch,
     .summary = N_("make one decision for each line of inputs"),
     .example = "habeas dmn batch tests/dmn/models/hit-policies.dmn --decision first --in "
                "tests/dmn/batch.ndjson",
     .about = N_("One result a line, in the order of the input. All lines are read once before any "
                 "result is written: one bad line refuses them all."),
     .next = "habeas dmn eval MODEL"},
    {.name = "dmn check", .arguments = "MODEL", .n_least = 1, .n_most = 1,
     .formats = CLI_JSON, .options = NO_OPTIONS, .call = cli_dmn_check,
     .summary = N_("elements of a DMN model, their types, what is wrong"),
     .example = "habeas dmn check tests/dmn/models/services.dmn",
     .about = N_("Each error has its decision, rule, cell and column. Exit status 1 when the model "
                 "has an error; a decision with an error is null when the model is evaluated."),
     .next = "habeas dmn eval MODEL"},
    {.name = "dmn test", .arguments = "PATH...", .n_least = 1, .n_most = CLI_MANY,
     .options = DMN_TEST, .call = cli_dmn_test,
     .summary = N_("run test files of the DMN compliance kit (TCK)"),
     .example = "habeas dmn test tests/dmn/models",
     .about = N_("PATH is a test file or a folder, which is walked. One line for each case that "
                 "fails, with what was expected, then how many passed and failed."),
     .next = "habeas dmn check MODEL"},
    {.name = "feel", .arguments = "[EXPRESSION]", .n_least = 0, .n_most = 1,
     .formats = CLI_JSON, .options = FEEL, .call = cli_feel,
     .summary = N_("evaluate FEEL, the language of decision models"),
     .example = "habeas feel 'date(\"2025-02-03\") + duration(\"P180D\")'",
     .about = N_("Without an expression: a prompt with history on a terminal, else one expression a "
                 "line of standard input. Why a value is null goes to standard error."),
     .next = "habeas dmn eval MODEL"},
    {.name = "register init", .arguments = "NAME", .n_least = 1, .n_most = 1, .is_part = true,
     .options = REGISTER_INIT, .call = cli_register_init,
     .summary = N_("make a register; NAME is its address without scheme"),
     .example = "habeas register init registry.example/custody --db custody.db",
     .about = N_("Prints the register's verifier key. The policy names the witnesses that must "
                 "cosign, a group \"outside\" among them: witnesses outside both states."),
     .next = "habeas register key new AUTHORITY/OFFICER --role ROLE --out FILE"},
    {.name = "register key", .arguments = "new|begin|list|end [NAME|KEY]", .n_least = 1, .n_most = 2, .is_part = true,
     .formats = CLI_NDJSON, .options = REGISTER_KEY, .call = cli_register_key,
     .summary = N_("officers' and witnesses' keys: make, begin, list, end"),
     .example = "habeas register key new DGCP/officer-0042 --role facility --out officer.key",
     .about = N_("new makes a secret key file and, with --role, begins it in the register; begin "
                 "does so for a key made elsewhere; end closes one. Each is an event that stays. list says who "
                 "confirmed a key (event KeyConfirmed, by another officer), or that nobody has."),
     .next = "habeas register record EVENTS --key FILE"},
    {.name = "register events", .arguments = "", .n_least = 0, .n_most = 0, .is_part = true,
     .formats = CLI_NDJSON, .options = REGISTER_EVENTS, .call = cli_register_events,
     .summary = N_("every event a register knows, who records it, what it needs"),
     .example = "habeas register events",
     .about = N_("Recorded by another role, or in an impossible order, an event is kept, marked "
                 "irregular, and raises an alarm."),
     .next = "habeas register record EVENTS --key FILE"},
    {.name = "register sign", .arguments = "[FILE]", .n_least = 0, .n_most = 1, .is_part = true,
     .options = REGISTER_SIGN, .call = cli_register_sign,
     .summary = N_("sign events away from the register; a second hand signs again"),
     .example = "habeas register sign event.ndjson --origin registry.example/custody --key officer.key",
     .about = N_("Prints the events with salts and signature. A handover with both present is signed "
                 "by one officer, then by the other: sign --key A | sign --key B | record."),
     .next = "habeas register record SIGNED"},
    {.name = "register record", .arguments = "[FILE]", .n_least = 0, .n_most = 1, .is_part = true,
     .formats = CLI_NDJSON, .options = REGISTER_RECORD, .call = cli_register_record,
     .summary = N_("record events, one JSON object a line: all, or none"),
     .example = "habeas register record event.ndjson --db custody.db --key officer.key",
     .about = N_("An event is acknowledged when it is durable. Nothing that may have happened is "
                 "refused; a forged claim is, and its refusal is recorded. Exit status 3: refused."),
     .next = "habeas register person ID"},
    {.name = "register enddate", .arguments = "[FILE]", .n_least = 0, .n_most = 1, .is_part = true,
     .formats = CLI_NDJSON, .options = REGISTER_ENDDATE, .call = cli_register_enddate,
     .summary = N_("count until when custodies have a ground, and record it"),
     .example = "habeas register enddate custodies.ndjson --db custody.db --key officer.key",
     .about = N_("FILE is what `habeas enddate` reads. One event a person: the day, the next review, the "
                 "rulebook and the hash of the answer; the steps are sealed with it. Alarms come 14 and "
                 "2 days before, and every day after. Do it again when a fact changes: the last count "
                 "stands. An order's earlier day still counts."),
     .next = "habeas register alarms"},
    {.name = "register roster", .arguments = "", .n_least = 0, .n_most = 0, .is_part = true,
     .formats = CLI_NDJSON, .options = REGISTER_ROSTER, .call = cli_register_roster,
     .summary = N_("where everybody is, now or at a time"),
     .example = "habeas register roster --db custody.db --at 2025-03-16T12:00:00-06:00",
     .about = N_("One line a person: state, place, since when, who answers, what is irregular."),
     .next = "habeas register person ID"},
    {.name = "register person", .arguments = "ID", .n_least = 1, .n_most = 1, .is_part = true,
     .formats = CLI_NDJSON, .options = REGISTER_PERSON, .call = cli_register_person,
     .summary = N_("one person: every event, and where she is"),
     .example = "habeas register person P-014 --db custody.db",
     .about = N_("With --key the sealed details are shown to the holder of that key, and the reading "
                 "is recorded. Of a restricted person only a court or a monitor reads them."),
     .next = "habeas register prove EVENT"},
    {.name = "register readings", .arguments = "[ID]", .n_least = 0, .n_most = 1, .is_part = true,
     .formats = CLI_NDJSON, .options = REGISTER_READINGS, .call = cli_register_readings,
     .summary = N_("for a court or a monitor: who read what is sealed"),
     .example = "habeas register readings P-014 --key monitor.key --db custody.db",
     .about = N_("One line a reading, oldest first, of one person or of everybody. To see the list is on "
                 "record too."),
     .next = "habeas register person ID"},
    {.name = "register alarms", .arguments = "", .n_least = 0, .n_most = 0, .is_part = true,
     .formats = CLI_NDJSON, .options = REGISTER_ALARMS, .call = cli_register_alarms,
     .summary = N_("who is not seen, held too long, moved unlawfully, overdue"),
     .example = "habeas register alarms --db custody.db",
     .about = N_("An alarm ends when the fact changes and in no other way. Exit status 1 while any is "
                 "open. --hook and --mail carry out each alarm once, with a receipt in PATH.told; "
                 "what nobody took is sent again by the next run. Run it from cron."),
     .next = "habeas register person ID"},
    {.name = "register checkpoint", .arguments = "", .n_least = 0, .n_most = 0, .is_part = true,
     .options = REGISTER_CHECKPOINT, .call = cli_register_checkpoint,
     .summary = N_("the signed state of the whole register, for outsiders to keep"),
     .example = "habeas register checkpoint --db custody.db",
     .about = N_("With --request N: what a witness that holds checkpoint N is asked."),
     .next = "habeas register witness REQUEST --key FILE --log KEY --state FILE"},
    {.name = "register witness", .arguments = "REQUEST|serve", .n_least = 1, .n_most = 1, .is_part = true,
     .options = REGISTER_WITNESS, .call = cli_register_witness,
     .summary = N_("as a witness: cosign a checkpoint that goes on from the last"),
     .example = "habeas register witness request.txt --key witness.key --log KEY --state held.txt",
     .about = N_("Compares with what this witness holds and keeps it, synced, before it answers. "
                 "Exit status 1: not cosigned, because history was changed or is another. serve answers over "
                 "HTTP (POST /add-checkpoint), so that curl --data-binary @REQUEST asks it."),
     .next = "habeas register cosign FILE"},
    {.name = "register cosign", .arguments = "FILE", .n_least = 1, .n_most = 1, .is_part = true,
     .options = REGISTER, .call = cli_register_cosign,
     .summary = N_("take the cosignatures of witnesses into the register"),
     .example = "habeas register cosign answer.txt --db custody.db",
     .about = N_("Lines of witnesses that the policy does not name are skipped."),
     .next = "habeas register checkpoint"},
    {.name = "register prove", .arguments = "EVENT", .n_least = 1, .n_most = 1, .is_part = true,
     .options = REGISTER_PROVE, .call = cli_register_prove,
     .summary = N_("a proof file that an event is in the register"),
     .example = "habeas register prove 7 --db custody.db --out seven.tlog-proof --show all",
     .about = N_("With --out also writes FILE.entry, the bytes proved, and with --show FILE.shown, what "
                 "the event says: habeas-verify checks that it says so, and what is not shown stays "
                 "hidden. Give all of them, and the policy by another way."),
     .next = "habeas-verify FILE --keys POLICY"},
    {.name = "register verify", .arguments = "", .n_least = 0, .n_most = 0, .is_part = true,
     .formats = CLI_JSON, .options = REGISTER_VERIFY, .call = cli_register_verify,
     .summary = N_("recompute everything: was anything altered"),
     .example = "habeas register verify --db custody.db",
     .about = N_("Every entry, signature, node and checkpoint, on every processor. --from compares "
                 "with a checkpoint you kept. --tree is many times faster, checks entries, nodes and "
                 "the last checkpoint alone, and says so. Exit status 1: altered, with the entry."),
     .next = "habeas register export DIR"},
    {.name = "register export", .arguments = "DIR", .n_least = 1, .n_most = 1, .is_part = true,
     .options = REGISTER, .call = cli_register_export,
     .summary = N_("tiles and checkpoint for any file server; no person in them"),
     .example = "habeas register export public --db custody.db",
     .about = N_("What is published tells nothing about a person, and lets everybody check that "
                 "nothing was altered."),
     .next = "habeas-verify DIR --keys POLICY"},
    {.name = "register restrict", .arguments = "PERSON", .n_least = 1, .n_most = 1, .is_part = true,
     .formats = CLI_NDJSON, .options = REGISTER_ORDER, .call = cli_register_restrict,
     .summary = N_("on an order: details for court and monitor alone"),
     .example = "habeas register restrict P-014 --order DOC-9 --key court.key --db custody.db",
     .about = N_("The chronology stays visible to the register's users; what is sealed does not."),
     .next = "habeas register person ID"},
    {.name = "register erase", .arguments = "PERSON", .n_least = 1, .n_most = 1, .is_part = true,
     .formats = CLI_NDJSON, .options = REGISTER_ORDER, .call = cli_register_erase,
     .summary = N_("on an order, after notice: destroy a person's details"),
     .example = "habeas register erase P-014 --order DOC-9 --key monitor.key --db custody.db",
     .about = N_("Needs a court's own order on record, a restriction, an ErasureNotice on record for 30 "
                 "days, and a monitor's key. The fact of custody stays, and so does every proof."),
     .next = "habeas register verify"},
    {.name = "register rebuild", .arguments = "", .n_least = 0, .n_most = 0, .is_part = true,
     .options = REGISTER, .call = cli_register_rebuild,
     .summary = N_("make where everybody is again from the events"),
     .example = "habeas register rebuild --db custody.db",
     .about = N_("Rosters, alarms and answers rest on a standing kept beside the events. verify "
                 "compares each with its events; this makes them again. No event changes."),
     .next = "habeas register verify"},
    {.name = "register backup", .arguments = "FILE", .n_least = 1, .n_most = 1, .is_part = true,
     .options = REGISTER, .call = cli_register_backup,
     .summary = N_("a whole copy in a new file"),
     .example = "habeas register backup copy.db --db custody.db",
     .about = N_("The copy holds no keys. It is checked with restore --check."),
     .next = "habeas register restore FILE --check"},
    {.name = "register copy", .arguments = "ADDRESS", .n_least = 1, .n_most = 1, .is_part = true,
     .formats = CLI_JSON, .options = REGISTER, .call = cli_register_copy,
     .summary = N_("the same register in another store"),
     .example = "habeas register copy postgresql:///custody --db custody.db",
     .about = N_("From SQLite to PostgreSQL, back, or to another file: every row as it stands, so every proof and checkpoint holds. "
                 "Key, vault and anchor stay where they are. The copy is verified in full."),
     .next = "habeas register verify --db ADDRESS --local custody.db"},
    {.name = "register restore", .arguments = "FILE", .n_least = 1, .n_most = 1, .is_part = true,
     .formats = CLI_JSON, .options = REGISTER_RESTORE, .call = cli_register_restore,
     .summary = N_("check a copy in full, and whether it is the newest"),
     .example = "habeas register restore copy.db --check --db custody.db",
     .about = N_("A copy older than the last signed checkpoint says so, and is never written to."),
     .next = "habeas register verify"},
    {.name = "register", .arguments = "COMMAND", .n_least = 0, .n_most = CLI_MANY,
     .options = NO_OPTIONS, .call = cli_register,
     .summary = N_("where everybody is, since when, on whose order, provably"),
     .example = "habeas register init registry.example/custody --db custody.db",
     .about = N_("To open a register, record an admission, and prove it to somebody else:\n"
                 "  habeas register init registry.example/custody --db custody.db\n"
                 "  habeas register key new DGCP/o-1 --role facility --out o.key --db custody.db\n"
                 "  echo '{\"event\":\"Admitted\",\"person\":\"P-1\",\"authority\":\"DGCP\",\n"
                 "    \"happened_at\":\"2025-03-15T21:40:00-06:00\",\"place\":\"CECOT\",\n"
                 "    \"order\":\"none shown\",\"injuries\":\"none seen\",\"property\":\"none\"}' |\n"
                 "    tr -d '\\n' | habeas register record --key o.key --db custody.db\n"
                 "  habeas register person P-1 --db custody.db\n"
                 "  habeas register prove 1 --out one --show all --key o.key --db custody.db\n"
                 "  habeas register export public --db custody.db\n"
                 "Give one, one.entry and one.shown to whom it concerns, and public/policy by another "
                 "way. They check it without this register:\n"
                 "  habeas-verify one --keys public/policy\n"
                 "All: init, key, events, sign, record, roster, person, readings, alarms, checkpoint, witness, "
                 "cosign, prove, verify, export, restrict, erase, rebuild, backup, copy, restore."),
     .next = "habeas register init --help"},
    {.name = "locate token", .arguments = "PERSON", .n_least = 1, .n_most = 1, .is_part = true,
     .options = LOCATE_TOKEN_OPTIONS, .call = cli_locate_token,
     .summary = N_("issue or end a token with which somebody may ask"),
     .example = "habeas locate token P-014 --until 2026-12-31T00:00:00-06:00 --key counsel.key --db custody.db",
     .about = N_("Issued by the person, counsel of record, a consulate where the person agrees, the Red "
                 "Cross, a court or a monitor. The register keeps its hash alone."),
     .next = "habeas locate PERSON --token FILE"},
    {.name = "locate asked", .arguments = "", .n_least = 0, .n_most = 0, .is_part = true,
     .formats = CLI_NDJSON, .options = LOCATE_ASKED, .call = cli_locate_asked,
     .summary = N_("for a monitor: what was asked in the last 30 days"),
     .example = "habeas locate asked --key monitor.key --db custody.db",
     .about = N_("One JSON line a question. Without the key: reference and times alone."),
     .next = "habeas locate answered REFERENCE"},
    {.name = "locate answered", .arguments = "REFERENCE", .n_least = 1, .n_most = 1, .is_part = true,
     .options = REGISTER, .call = cli_locate_answered,
     .summary = N_("a human has answered a question that waited"),
     .example = "habeas locate answered 7K2M-QF9C-XW4H --db custody.db",
     .about = N_("Until then an alarm is open."),
     .next = "habeas register alarms"},
    {.name = "locate check", .arguments = "FILE", .n_least = 1, .n_most = 1, .is_part = true,
     .options = LOCATE_CHECK, .call = cli_locate_check,
     .summary = N_("whether an answer was signed by the register"),
     .example = "habeas locate check answer.txt --keys public/policy",
     .about = N_("Needs no register. Exit status 1: it was not, or was changed."),
     .next = "habeas-verify EXPORT --keys POLICY"},
    {.name = "locate", .arguments = "PERSON", .n_least = 1, .n_most = 1,
     .formats = CLI_JSON, .options = LOCATE, .call = cli_locate,
     .summary = N_("where somebody is, for those who may know"),
     .example = "habeas locate \"Ana Ejemplo\" --born 1990-02-03 --country VEN --db custody.db",
     .about = N_("PERSON is an id or a name; accents, hyphens, the order of surnames and one wrong "
                 "letter do not matter. Anybody learns whether there is custody to ask about, and whom "
                 "to call, never the place. Courts, monitors, counsel of record, a consulate where the "
                 "person agrees, and holders of a token learn the place. Every answer is signed. Who "
                 "asked is kept for 30 days, sealed to the monitor's key."),
     .next = "habeas locate check FILE --keys POLICY"},
    {.name = "completion", .arguments = "bash|zsh", .n_least = 1, .n_most = 1,
     .options = NO_OPTIONS, .call = cli_completion_command,
     .summary = N_("print the completion script of a shell"),
     .example = "habeas completion bash",
     .about = N_("For bash: source <(habeas completion bash). For zsh: save it as _habeas in a "
                 "folder of $fpath."),
     .next = "habeas --help"},
    {.name = "manual", .arguments = "[COMMAND...]", .n_least = 0, .n_most = 2,
     .options = NO_OPTIONS, .call = cli_manual_command,
     .summary = N_("print the manual page of a command, in troff"),
     .example = "habeas manual check",
     .about = N_("To read it: habeas manual check | man -l -"),
     .next = "habeas --help"},
};
// clang-format on

const cli_command *cli_commands(uint32_t *n) {
    *n = sizeof COMMANDS / sizeof COMMANDS[0];
    return COMMANDS;
}
