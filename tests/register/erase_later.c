// Erases a person with the clock so many days ahead, for a notice runs in the register's own time.
// usage: erase-later DAYS WHERE LOCAL PERSON ORDER KEYFILE; LOCAL may be ""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "register/register.h"

int main(int argc, char **argv) {
    hb_error err = {0};
    hb_errors errors = {0};
    hb_bytes bytes = {0};
    hb_text line = {0}, whole = {0};
    proof_key key;
    proof_secret seed;
    register_receipt receipt;
    hb_date day;
    hb_instant now = hb_clock_read();
    hb_arena *arena = hb_arena_open(16 << 20);
    hb_json_reader *reader = hb_json_reader_open();
    if (argc != 7 || !arena || !reader) return 2;
    now.seconds += (int64_t)86400 * strtol(argv[1], NULL, 10);
    if (!hb_read_file(argv[6], 4096, &bytes, &err) ||
        !proof_secret_read((hb_str){bytes.at, bytes.n}, &key, &seed) ||
        !hb_date_from_days(now.seconds / 86400, &day))
        return 2;
    size_t n = 0;
    while (n < key.name.n && key.name.at[n] != '/') n++;
    int64_t second = now.seconds % 86400;
    hb_text_addf(&line,
                 "{\"event\":\"Erased\",\"person\":\"%s\",\"order\":\"%s\",\"authority\":\"%.*s\","
                 "\"happened_at\":\"%04d-%02d-%02dT%02d:%02d:%02dZ\"}",
                 argv[4], argv[5], (int)n, key.name.at, day.year, day.month, day.day,
                 (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60));
    register_log *log = register_open(argv[2], argv[3][0] ? argv[3] : NULL, REGISTER_WRITE, &err);
    bool ok = log && register_sign(arena, reader, register_origin(log), (hb_str){line.at, line.n},
                                   &key, &seed, &whole, &err);
    const hb_str one = {whole.at, whole.n};
    ok = ok && register_record(log, &one, 1, now, &receipt, &errors) &&
         register_forget(log, hb_str_from(argv[4]), now, &err);
    if (!ok) printf("%s\n", errors.n_kept ? errors.kept[0].message : err.message);
    register_close(log);
    hb_errors_clear(&errors);
    hb_text_clear(&line);
    hb_text_clear(&whole);
    hb_bytes_clear(&bytes);
    hb_json_reader_close(reader);
    hb_arena_close(arena);
    return ok ? 0 : 3;
}
