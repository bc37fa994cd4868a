// The clock is an argument, so a test can set it back: the event is recorded at the last time
// known, marked, in the order of its recording. usage: clock FOLDER (empty)
#include <stdio.h>
#include <string.h>

#include "register/register.h"

static unsigned passed, failed;

static void check(bool ok, const char *what) {
    passed += ok;
    failed += !ok;
    if (!ok) printf("%s\n", what);
}

static bool last_entry(void *context, const register_entry *entry, hb_error *err) {
    (void)err;
    register_entry *out = context;
    if (entry->event >= out->event) *out = *entry;
    return true;
}

static bool find_clock(void *context, const register_alarm *alarm, hb_error *err) {
    (void)err;
    *(bool *)context |= strcmp(alarm->id, "A16") == 0 && strstr(alarm->text, "the clock went back");
    return true;
}

int main(int argc, char **argv) {
    char path[4096];
    hb_error err = {0};
    hb_errors errors = {0};
    hb_arena *arena = hb_arena_open(16 << 20);
    hb_json_reader *reader = hb_json_reader_open();
    proof_secret seed;
    uint8_t public_key[32];
    proof_key key;
    hb_text vkey = {0}, line = {0};
    register_receipt receipts[2];
    register_custody custody;
    const hb_instant noon = {1742040000, 0}, earlier = {1742040000 - 7200, 0};
    snprintf(path, sizeof path, "%s/clock.db", argc > 1 ? argv[1] : ".");
    proof_random(&seed, sizeof seed);
    proof_public_key(&seed, public_key);
    check(proof_key_make(HB_STR("DGCP/officer"), PROOF_LOG_KEY, public_key, &key), "no key");
    proof_key_add(&vkey, &key);
    check(register_init(path, NULL, HB_STR("a/b"), (hb_str){0}, noon, &err), err.message);
    register_log *log = register_open(path, NULL, REGISTER_WRITE, &err);
    check(log && register_key_begin(log, (hb_str){vkey.at, vkey.n}, HB_STR("DGCP"),
                                    HB_STR("facility"), noon, &err),
          err.message);
    check(log &&
              register_sign(arena, reader, HB_STR("a/b"),
                            HB_STR("{\"event\":\"LocationConfirmed\",\"person\":\"P\","
                                   "\"authority\":\"DGCP\",\"happened_at\":"
                                   "\"2025-03-15T09:00:00Z\",\"place\":\"C\",\"method\":\"roll\"}"),
                            &key, &seed, &line, &err),
          err.message);
    const hb_str one = {line.at, line.n};
    check(log && register_record(log, &one, 1, noon, receipts, &errors), "the first is refused");
    check(log && register_record(log, &one, 1, earlier, receipts + 1, &errors),
          "the second is refused");
    check(!(receipts[0].irregular & REGISTER_CLOCK) && (receipts[1].irregular & REGISTER_CLOCK),
          "the clock went back unmarked");
    register_entry last = {0};
    check(log &&
              register_person(log, HB_STR("P"), (hb_str){0}, earlier, last_entry, &last, &custody,
                              &err) &&
              last.recorded_at == noon.seconds,
          "it was recorded before what came before it");
    const register_hours hours = register_hours_default();
    bool is_alarming = false;
    check(log && register_alarms(log, noon, &hours, WORDS_EN, find_clock, &is_alarming, &err) &&
              is_alarming,
          "a clock that went back alarms nobody");
    register_finding finding = {0};
    check(log && register_verify(log, (hb_str){0}, REGISTER_WHOLE, &finding, &err) &&
              finding.is_unaltered,
          "it does not verify");
    register_close(log);
    hb_errors_clear(&errors);
    hb_text_clear(&vkey);
    hb_text_clear(&line);
    hb_json_reader_close(reader);
    hb_arena_close(arena);
    printf("%u passed, %u failed\n", passed, failed);
    return failed > 0 || passed == 0;
}
