// Who read what is sealed: each reading is on record before it is shown (read.c, show.c), in a
// table that only grows. A court or a monitor sees the list, and that too is a reading.
#include <string.h>

#include "register/internal.h"

typedef struct {
    register_log *log;
    register_each_reading each;
    void *context;
} giving;

static bool give_reading(void *context, const store_value *row, hb_error *err) {
    giving *g = context;
    register_reading reading = {.at = row[0].number, .reader = row[1].text, .person = row[2].text};
    hb_arena_reset(g->log->scratch);
    if (g->log->vault && reading.person.n)
        (void)vault_person(g->log->vault, g->log->scratch, row[2].text, &reading.person);
    return g->each(g->context, &reading, err);
}

static bool may_see(register_log *log, hb_str reader, hb_error *err) {
    log_officer officer;
    if (!log_find_officer(log, reader, &officer, err)) return false;
    if (officer.is_found && officer.until == UINT64_MAX &&
        (strcmp(officer.role, "court") == 0 || strcmp(officer.role, "monitor") == 0))
        return true;
    hb_fail(err, HB_INPUT, "restricted", "who read what is shown to a court or a monitor alone");
    hb_error_help(err, "--key FILE names the secret key of one");
    return false;
}

bool register_readings(register_log *log, hb_str person, int64_t since, hb_str reader,
                       hb_instant now, register_each_reading each, void *context, hb_error *err) {
    char pseudonym[PSEUDONYM] = "";
    giving g = {log, each, context};
    hb_arena_reset(log->scratch);
    if (!may_see(log, reader, err) || (person.n && !read_pseudonym(log, person, pseudonym, err)) ||
        !read_log(log, hb_str_from(pseudonym), reader, now, err))
        return false;
    const store_value which[] = {STORE_T(hb_str_from(pseudonym)), STORE_N(since)};
    return store_run(log->store,
                     "SELECT at, reader, person FROM reading WHERE ($1 = '' OR person = $1) AND at "
                     ">= $2 ORDER BY at",
                     which, give_reading, &g, err);
}
