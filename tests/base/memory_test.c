// Arenas, slices, growing text, hashes, nearest names, and errors as they are shown.
#include "check.h"

static void arena_gives_zeroed_aligned_memory(void **state) {
    (void)state;
    hb_arena *arena = hb_arena_open(4 << 20);
    for (int round = 0; round < 3; round++) {
        size_t used = 0;
        for (size_t size = 0; size < 3000; size += 7) {
            unsigned char *at = hb_arena_alloc(arena, size);
            assert_non_null(at);
            assert_int_equal((uintptr_t)at % 16, 0);
            for (size_t i = 0; i < size; i++) assert_int_equal(at[i], 0);
            memset(at, 0xa5, size);
            used += size;
        }
        assert_true(hb_arena_used(arena) >= used);
        hb_arena_reset(arena);
        assert_int_equal(hb_arena_used(arena), 0);
    }
    assert_non_null(hb_arena_alloc(arena, 2 << 20));  // larger than any block
    hb_arena_close(arena);
    hb_arena_close(NULL);
}

static void arena_stops_at_its_limit(void **state) {
    (void)state;
    for (size_t limit = 0; limit < 200; limit++) {
        hb_arena *arena = hb_arena_open(limit);
        size_t given = 0;
        while (hb_arena_alloc(arena, 10)) given += 16;
        assert_true(given <= limit);
        assert_true(given + 16 > limit);
        assert_true(hb_arena_is_exhausted(arena));
        assert_null(hb_arena_alloc(arena, 1));
        hb_arena_reset(arena);
        assert_false(hb_arena_is_exhausted(arena));
        hb_arena_close(arena);
    }
    hb_arena *arena = hb_arena_open(SIZE_MAX);
    assert_null(hb_arena_array(arena, uint64_t, SIZE_MAX / 4));
    hb_arena_reset(arena);
    assert_null(hb_arena_alloc(arena, SIZE_MAX));
    hb_arena_close(arena);
}

static void slices(void **state) {
    (void)state;
    assert_true(hb_str_equal((hb_str){0}, HB_STR("")));
    assert_false(hb_str_equal(HB_STR("a"), HB_STR("b")));
    assert_true(hb_str_compare(HB_STR("a"), HB_STR("ab")) < 0);
    assert_true(hb_str_compare(HB_STR("z"), HB_STR("é")) < 0);
    assert_true(hb_str_starts(HB_STR("habeas"), HB_STR("hab")));
    assert_false(hb_str_starts(HB_STR("ha"), HB_STR("hab")));
    assert_text(hb_str_trim(HB_STR(" \t\r\n a b \n")), "a b");
    assert_text(hb_str_trim(HB_STR("  ")), "");
    hb_arena *arena = hb_arena_open(1000);
    hb_str out;
    assert_true(hb_str_format(arena, &out, "%d-%s", 7, "x"));
    assert_text(out, "7-x");
    assert_true(hb_str_copy(arena, (hb_str){0}, &out));
    assert_int_equal(out.n, 0);
    assert_false(hb_str_format(arena, &out, "%2000d", 7));
    hb_arena_close(arena);
}

static void finds_bad_utf8(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t bad_at;
    } ROWS[] = {
        {"abc",                                   SIZE_MAX},
        {"",                                      SIZE_MAX},
        {"a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", SIZE_MAX},
        {"12345678\xff",                          8       },
        {"a\x80",                                 1       },
        {"\xc3",                                  0       },
        {"\xe2\x82",                              0       },
        {"\xc0\xaf",                              0       },
        {"\xe0\x80\xaf",                          0       }, // overlong
        {"\xed\xa0\x80",                          0       },
        {"\xed\x9f\xbf",                          SIZE_MAX}, // a surrogate; the last before them
        {"\xf4\x90\x80\x80",                      0       },
        {"\xf4\x8f\xbf\xbf",                      SIZE_MAX},
        {"\xf5\x80\x80\x80",                      0       },
        {"\xf0\x8f\xbf\xbf",                      0       },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        size_t bad_at = SIZE_MAX;
        assert_int_equal(hb_utf8_is_valid(hb_str_from(ROWS[i].text), &bad_at),
                         ROWS[i].bad_at == SIZE_MAX);
        assert_true(bad_at == ROWS[i].bad_at);
    }
}

static void text_quotes(void **state) {
    (void)state;
    hb_text text = {0};
    hb_text_add_json(&text, HB_STR("a\"b\\c\n\x01\x7f/é"));
    assert_text(((hb_str){text.at, text.n}), "\"a\\\"b\\\\c\\n\\u0001\x7f/é\"");
    text.n = 0;
    hb_text_add_csv(&text, HB_STR("plain ; text"));
    hb_text_add(&text, HB_STR(","));
    hb_text_add_csv(&text, HB_STR("a \"b\", c"));
    hb_text_add(&text, HB_STR(","));
    hb_text_add_csv(&text, HB_STR("\""));
    hb_text_add(&text, HB_STR(","));
    hb_text_add_csv(&text, (hb_str){0});
    assert_text(((hb_str){text.at, text.n}), "plain ; text,\"a \"\"b\"\", c\",\"\"\"\",");
    text.n = 0;
    for (int i = 0; i < 10000; i++) hb_text_addf(&text, "%d", i % 10);
    assert_int_equal(text.n, 10000);
    assert_false(text.failed);
    hb_text_clear(&text);
}

static void hashes(void **state) {
    (void)state;
    char hex[65], path[64];
    hb_hash hash, again;
    hb_hash_hex(hb_sha256("abc", 3), hex);  // FIPS 180-2, appendix B.1
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_true(hb_hash_from_hex(hb_str_from(hex), &hash));
    hb_sha256_state part;
    hb_sha256_start(&part);
    hb_sha256_add(&part, "a", 1);
    hb_sha256_add(&part, NULL, 0);
    hb_sha256_add(&part, "bc", 2);
    again = hb_sha256_end(&part);
    assert_memory_equal(&hash, &again, sizeof hash);
    assert_false(hb_hash_from_hex(HB_STR("ba78"), &hash));
    hex[10] = 'g';
    assert_false(hb_hash_from_hex(hb_str_from(hex), &hash));
    hb_error err = {0};
    write_file(path, "abc", 3);
    assert_true(hb_hash_file(path, &hash, &err));
    assert_memory_equal(&hash, &again, sizeof hash);
    unlink(path);
    assert_false(hb_hash_file(path, &hash, &err));
    assert_string_equal(err.code, "no-such-file");
}

static void files(void **state) {
    (void)state;
    char path[64];
    hb_bytes bytes = {0};
    hb_error err = {0};
    char *big = calloc(1, 200000);
    write_file(path, big, 200000);
    assert_true(hb_read_file(path, 200000, &bytes, &err));
    assert_int_equal(bytes.n, 200000);
    hb_bytes_clear(&bytes);
    assert_false(hb_read_file(path, 199999, &bytes, &err));
    assert_string_equal(err.code, "file-too-long");
    unlink(path);
    err = (hb_error){0};
    assert_false(hb_read_file("/", 10, &bytes, &err));
    assert_int_equal(err.kind, HB_INPUT);
    free(big);
}

static void finds_nearest_names(void **state) {
    (void)state;
    static const hb_str NAMES[] = {
        {"habeas_pending", 14},
        {"host",           4 },
        {"person",         6 },
        {"facts",          5 }
    };
    assert_text(hb_nearest(HB_STR("habeas_pendign"), NAMES, 4), "habeas_pending");
    assert_text(hb_nearest(HB_STR("habeas_pennding"), NAMES, 4), "habeas_pending");
    assert_text(hb_nearest(HB_STR("hst"), NAMES, 4), "host");
    assert_text(hb_nearest(HB_STR("fact"), NAMES, 4), "facts");
    assert_text(hb_nearest(HB_STR("approved"), NAMES, 4), "");
    assert_text(hb_nearest(HB_STR(""), NAMES, 4), "");
}

// ---- errors -------------------------------------------------------------------------------------

static void assert_shown(const hb_error *err, const char *expected) {
    char out[4096];
    size_t n = hb_error_print(err, out, sizeof out);
    assert_int_equal(n, strlen(out));
    assert_string_equal(out, expected);
}

static void error_keeps_its_first_cause(void **state) {
    (void)state;
    hb_error err = {0};
    assert_false(hb_fail(&err, HB_INPUT, "bad-json", "this string has no closing quote"));
    assert_false(hb_fail(&err, HB_SYSTEM, "cannot-read", "something later"));
    hb_error_at(&err, HB_STR("\"US"), 0, 3);
    hb_error_in(&err, "rule %d, input 2", 7);
    hb_error_in(&err, "decision \"Citizenship\"");
    hb_error_file(&err, HB_STR("rulebooks/removal.dmn"));
    hb_error_file(&err, HB_STR("other"));
    hb_error_help(&err, "end it with another quote: \"US\"");
    hb_error_help(&err, "other");
    assert_int_equal(err.kind, HB_INPUT);
    assert_shown(&err,
                 "rulebooks/removal.dmn: decision \"Citizenship\", rule 7, input 2, column 1: this "
                 "string has no closing "
                 "quote\n    \"US\n    ^^^\n  help: end it with another quote: \"US\"\n");
    hb_fail(NULL, HB_INPUT, "bad-json", "nobody listens");
    hb_error_in(NULL, "x");
    hb_error_help(NULL, "x");
}

static void error_points_by_width(void **state) {
    (void)state;
    hb_error err = {0};
    hb_str text = HB_STR("first\r\na 囚人 e\xcc\x81 x\r\nthird");
    hb_fail(&err, HB_INPUT, "bad-json", "here");
    hb_error_at(&err, text, 7 + 2 + 6 + 1 + 3 + 1,
                1);  // the x: wide letters count two, a mark none
    assert_int_equal(err.line, 2);
    assert_int_equal(err.column, 9);
    assert_shown(&err, "line 2, column 9: here\n    a 囚人 e\xcc\x81 x\n             ^\n");
}

static void error_shows_part_of_a_long_line(void **state) {
    (void)state;
    enum { N = 3000 };
    char *text = malloc(N), out[4096];
    for (int i = 0; i < N; i++) text[i] = (char)('a' + i % 26);
    for (size_t at = 0; at <= N; at += 50) {
        hb_error err = {0};
        hb_fail(&err, HB_INPUT, "bad-json", "here");
        hb_error_at(&err, (hb_str){text, N}, at, 3);
        assert_int_equal(err.column, at + 1);
        hb_error_print(&err, out, sizeof out);
        const char *shown = strchr(out, '\n') + 5, *carets = strchr(shown, '\n') + 5;
        size_t caret = strcspn(carets, "^");
        if (at < N) assert_int_equal(shown[caret], text[at]);
    }
    free(text);
}

static void error_text_is_cut_whole(void **state) {
    (void)state;
    char out[4096], longer[2000];
    for (size_t shift = 0; shift < 4; shift++) {
        memset(longer, 'x', shift);
        for (size_t i = shift; i + 4 < sizeof longer; i += 4)
            memcpy(longer + i, "\xf0\x9f\x98\x80", 4);
        longer[shift + 1600] = 0;
        hb_error err = {0};
        hb_fail(&err, HB_INPUT, "bad-json", "%s", longer);
        hb_error_in(&err, "%s", longer);
        hb_error_in(&err, "%s", longer);
        hb_error_help(&err, "%s", longer);
        hb_error_file(&err, hb_str_from(longer));
        hb_error_at(&err, hb_str_from(longer), 800 + shift, 4);
        for (size_t size = 0; size < sizeof out; size += 13) {
            size_t n = hb_error_print(&err, out, size);
            assert_true(size == 0 || (n < size && hb_utf8_is_valid((hb_str){out, n}, NULL)));
        }
    }
}

static void error_text_is_valid_utf8(void **state) {
    (void)state;
    hb_error err = {0};
    char out[4096];
    hb_fail(&err, HB_INPUT, "bad-utf8", "%s", "a\xff b\xc3");
    hb_error_at(&err, HB_STR("x \x80\xff\xe2\x82 y"), 2, 1);
    assert_string_equal(err.message, "a? b");
    assert_string_equal(err.excerpt, "x ???? y");
    size_t n = hb_error_print(&err, out, sizeof out);
    assert_true(hb_utf8_is_valid((hb_str){out, n}, NULL));
}

static void errors_keep_a_hundred(void **state) {
    (void)state;
    hb_errors errors = {0};
    for (int i = 0; i < 150; i++) {
        hb_error err = {0};
        hb_fail(&err, HB_INPUT, "bad-json", "number %d", i);
        hb_errors_add(&errors, &err);
    }
    assert_int_equal(errors.n_all, 150);
    assert_int_equal(errors.n_kept, HB_ERRORS_KEPT);
    assert_string_equal(errors.kept[99].message, "number 99");
    hb_errors_clear(&errors);
    hb_errors_clear(&errors);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_gives_zeroed_aligned_memory),
        cmocka_unit_test(arena_stops_at_its_limit),
        cmocka_unit_test(slices),
        cmocka_unit_test(finds_bad_utf8),
        cmocka_unit_test(text_quotes),
        cmocka_unit_test(hashes),
        cmocka_unit_test(files),
        cmocka_unit_test(finds_nearest_names),
        cmocka_unit_test(error_keeps_its_first_cause),
        cmocka_unit_test(error_points_by_width),
        cmocka_unit_test(error_shows_part_of_a_long_line),
        cmocka_unit_test(error_text_is_cut_whole),
        cmocka_unit_test(error_text_is_valid_utf8),
        cmocka_unit_test(errors_keep_a_hundred),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
