// A file with one JSON value a line, each handed to whoever takes it. A bad line is reported and
// the next one read.
#include "intake/internal.h"

bool intake_read_lines(hb_str path, intake_taker take, void *to, hb_errors *errors, hb_hash *hash) {
    hb_error err = {0};
    bool ok = false, end = false;
    hb_arena *arena = hb_arena_open(INTAKE_PERSON_BYTES);
    hb_json_reader *reader = hb_json_reader_open();
    hb_lines *lines = arena && reader ? hb_lines_open(path.at, INTAKE_LINE_BYTES, &err) : NULL;
    if (!arena || !reader) hb_out_of_memory(&err);
    if (!lines) {
        hb_errors_add(errors, &err);
        goto done;
    }
    ok = true;
    while (!end) {
        hb_str line = {0};
        uint64_t number = 0;
        hb_json *json = NULL;
        err = (hb_error){0};
        if (!hb_lines_next(lines, &line, &number, &end, &err)) {
            hb_errors_add(errors, &err);
            ok = false;
            continue;
        }
        if (end || hb_str_trim(line).n == 0) continue;
        hb_arena_reset(arena);
        intake_page page = {
            .errors = errors, .file = path, .text = line, .line = number, .is_private = true};
        if (!hb_json_parse(reader, arena, line, &json, &err)) {
            ok = intake_page_refuse_error(&page, NULL, &err);
        } else {
            ok &= take(to, &page, json);
        }
    }
    *hash = hb_lines_hash(lines);
done:
    hb_lines_close(lines);
    hb_json_reader_close(reader);
    hb_arena_close(arena);
    return ok;
}
