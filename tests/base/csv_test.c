// CSV and lines: each row is the bytes of a file and what is read from it, fields as
// line:column(text), a quoted one as line:column"text", rows between bars; an error as
// `!line:column code`.
#include "check.h"

static const struct {
    const char *text, *expected;
} ROWS[] = {
    {"",                      ""                                 },
    {"a,b,c\n",               "1:1(a) 1:3(b) 1:5(c)|"            },
    {"a,b,c",                 "1:1(a) 1:3(b) 1:5(c)|"            },
    {"a,b\r\nc,d\r\n",        "1:1(a) 1:3(b)|2:1(c) 2:3(d)|"     },
    {"a,b\n\n\nc,d\n",        "1:1(a) 1:3(b)|4:1(c) 4:3(d)|"     },
    {",\n",                   "1:1() 1:2()|"                     },
    {"a,,b,\n",               "1:1(a) 1:3() 1:4(b) 1:6()|"       },
    {"a,",                    "1:1(a) 1:3()|"                    },
    {" a , b \n",             "1:1( a ) 1:5( b )|"               },
    {"\"a\",\"\",\"b,c\"\n",  "1:1\"a\" 1:5\"\" 1:8\"b,c\"|"     },
    {"\"a\"\"b\",c\n",        "1:1\"a\"b\" 1:8(c)|"              },
    {"\"a\nb\",c\nd,e\n",     "1:1\"a\nb\" 2:4(c)|3:1(d) 3:3(e)|"},
    {"\"a\r\nb\",c\r\n",      "1:1\"a\r\nb\" 2:4(c)|"            },
    {"\"\"\"\"\n",            "1:1\"\"\"|"                       },
    {"\"a\"",                 "1:1\"a\"|"                        },
    {"é,😀,x\n",           "1:1(é) 1:3(😀) 1:5(x)|"        },
    {"\xef\xbb\xbf"
     "a,b\n",            "1:1(a) 1:3(b)|"                   },
    {"\xef\xbb\xbf\"a\",b\n", "1:1\"a\" 1:5(b)|"                 },
    {"a\tb,c\n",              "1:1(a\tb) 1:5(c)|"                },
    {"a,b\"c\n",              "!1:4 bad-csv"                     },
    {"a\nb,\"c\"d\n",         "1:1(a)|!2:6 bad-csv"              },
    {"a\nb,\"c\" \n",         "1:1(a)|!2:6 bad-csv"              },
    {"a,\"b\nc",              "!1:3 bad-csv"                     },
    {"a,b\rc,d\n",            "1:1(a) 1:3(b)|!1:5 bad-csv"       },
    {"a,b\r",                 "1:1(a) 1:3(b)|!1:5 bad-csv"       },
    {"a\n\xff,b\n",           "1:1(a)|!2:1 bad-utf8"             },
    {"a,b\xc3\n",             "!1:3 bad-utf8"                    },
    {"\xff\xfe"
     "a",                "!1:0 bad-utf8"                    },
    {"\xfe\xff"
     "a",                "!1:0 bad-utf8"                    },
};
enum { N_ROWS = sizeof ROWS / sizeof *ROWS };

static void dump_row(hb_text *out, const hb_csv_row *row) {
    for (uint32_t i = 0; i < row->n; i++) {
        const hb_csv_field *f = &row->fields[i];
        hb_text_addf(out, "%s%llu:%u%c%.*s%c", i ? " " : "", (unsigned long long)f->line, f->column,
                     f->is_quoted ? '"' : '(', (int)f->text.n, f->text.at,
                     f->is_quoted ? '"' : ')');
    }
    hb_text_addf(out, "|");
}

static void dump_csv(hb_text *out, hb_csv *csv) {
    for (bool end = false; !end;) {
        hb_csv_row row = {0};
        hb_error err = {0};
        if (!hb_csv_next(csv, &row, &end, &err)) {
            hb_text_addf(out, "!%u:%u %s", err.line, err.column, err.code);
        } else if (!end) {
            dump_row(out, &row);
        }
    }
}

static void reads_csv(void **state) {
    (void)state;
    for (size_t i = 0; i < N_ROWS; i++) {
        char path[64];
        hb_error err = {0};
        hb_text out = {0}, again = {0};
        write_file(path, ROWS[i].text, strlen(ROWS[i].text));
        hb_csv *csv = hb_csv_open(path, ',', 1000, &err);
        dump_csv(&out, csv);
        if (!hb_str_equal((hb_str){out.at, out.n}, hb_str_from(ROWS[i].expected)))
            print_error("row %s\n", ROWS[i].text);
        assert_text(((hb_str){out.at, out.n}), ROWS[i].expected);
        assert_true(hb_csv_rewind(csv, &err));
        dump_csv(&again, csv);
        assert_text(((hb_str){again.at, again.n}), ROWS[i].expected);
        if (!strchr(ROWS[i].expected, '!')) {
            hb_hash hash = hb_csv_hash(csv), wanted = hb_sha256(ROWS[i].text, strlen(ROWS[i].text));
            assert_memory_equal(&hash, &wanted, sizeof hash);
            assert_int_equal(hb_csv_offset(csv), hb_csv_size(csv));
        }
        hb_csv_close(csv);
        hb_text_clear(&out);
        hb_text_clear(&again);
        unlink(path);
    }
}

// A row cut short reads as rows that a whole file begins with, or is refused.
static void csv_survives_being_cut(void **state) {
    (void)state;
    for (size_t i = 0; i < N_ROWS; i++) {
        for (size_t cut = 0; cut <= strlen(ROWS[i].text); cut++) {
            char path[64];
            hb_error err = {0};
            hb_text out = {0};
            write_file(path, ROWS[i].text, cut);
            hb_csv *csv = hb_csv_open(path, ',', 1000, &err);
            dump_csv(&out, csv);
            hb_csv_close(csv);
            hb_text_clear(&out);
            unlink(path);
        }
    }
}

// Fields written by hb_text_add_csv are read back, across every boundary of the reader's blocks.
static void csv_reads_what_it_writes(void **state) {
    (void)state;
    static const char *const PIECES[] = {"a", "", ",", "\"", "\n", "\r\n", "é", "😀", "b c", "\"\""};
    for (size_t shift = 0; shift < 8; shift++) {
        hb_text file = {0};
        char path[64];
        hb_error err = {0};
        for (size_t i = 0; i < shift; i++) hb_text_addf(&file, "x");
        hb_text_addf(&file, "\n");
        for (uint32_t r = 0; r < 4000; r++) {
            for (uint32_t c = 0; c < 5; c++) {
                char field[64];
                snprintf(field, sizeof field, "%s%u%s", PIECES[(r * 7 + c) % 10], r,
                         PIECES[(r + c * 3) % 10]);
                if (c) hb_text_add(&file, HB_STR(","));
                hb_text_add_csv(&file, hb_str_from(field));
            }
            hb_text_add(&file, HB_STR("\r\n"));
        }
        assert_true(file.n > 2 * 64 * 1024);
        write_file(path, file.at, file.n);
        hb_csv *csv = hb_csv_open(path, ',', 1000, &err);
        hb_csv_row row;
        bool end = false;
        if (shift) assert_true(hb_csv_next(csv, &row, &end, &err));
        for (uint32_t r = 0; r < 4000; r++) {
            if (!hb_csv_next(csv, &row, &end, &err)) fail_msg("row %u: %s", r, err.message);
            assert_int_equal(row.n, 5);
            for (uint32_t c = 0; c < 5; c++) {
                char field[64];
                snprintf(field, sizeof field, "%s%u%s", PIECES[(r * 7 + c) % 10], r,
                         PIECES[(r + c * 3) % 10]);
                assert_text(row.fields[c].text, field);
            }
        }
        assert_true(hb_csv_next(csv, &row, &end, &err) && end);
        hb_csv_close(csv);
        hb_text_clear(&file);
        unlink(path);
    }
}

// ---- lines --------------------------------------------------------------------------------------

static const struct {
    const char *text;
    size_t n;
    const char *expected;
} LINES[] = {
    {"",                               0,  ""                                    },
    {"a\nb\n",                         4,  "1(a)2(b)"                            },
    {"a\r\nb",                         4,  "1(a)2(b)"                            },
    {"\n\na\n",                        4,  "1()2()3(a)"                          },
    {"\xef\xbb\xbf"
     "a\n",                       5,  "1(a)"                                },
    {"a\n\xff\nb\n",                   6,  "1(a)!2:1 bad-utf8 3(b)"              },
    {"a\nx\0y\nb\n",                   8,  "1(a)!2:2 bad-utf8 3(b)"              },
    {"12345678901\nb\n1234567890\r\n", 26, "!1:0 line-too-long 2(b)3(1234567890)"},
    {"\xff\xfe"
     "a\n",                       4,  "!1:0 bad-utf8 "                      },
};

static void dump_lines(hb_text *out, hb_lines *lines) {
    for (bool end = false; !end;) {
        hb_str line = {0};
        uint64_t number = 0;
        hb_error err = {0};
        if (!hb_lines_next(lines, &line, &number, &end, &err)) {
            hb_text_addf(out, "!%u:%u %s ", err.line, err.column, err.code);
        } else if (!end) {
            hb_text_addf(out, "%llu(%.*s)", (unsigned long long)number, (int)line.n,
                         line.n ? line.at : "");
        }
    }
}

static void reads_lines(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++) {
        char path[64];
        hb_error err = {0};
        write_file(path, LINES[i].text, LINES[i].n);
        hb_lines *lines = hb_lines_open(path, 10, &err);
        for (int pass = 0; pass < 2; pass++) {
            hb_text out = {0};
            dump_lines(&out, lines);
            assert_text(((hb_str){out.at, out.n}), LINES[i].expected);
            hb_text_clear(&out);
            assert_true(hb_lines_rewind(lines, &err));
        }
        hb_lines_close(lines);
        unlink(path);
    }
}

// A line or row of 100 MB is refused in the memory of its limit, and the line after it is read.
static void refuses_a_line_of_100_mb(void **state) {
    (void)state;
    enum { CHUNK = 1 << 20 };
    char *chunk = malloc(CHUNK), path[64];
    memset(chunk, 'x', CHUNK);
    write_file(path, "", 0);
    FILE *file = fopen(path, "w");
    for (int i = 0; i < 100; i++) assert_int_equal(fwrite(chunk, 1, CHUNK, file), CHUNK);
    assert_true(fputs("\nlast\n", file) >= 0);
    fclose(file);
    free(chunk);
    hb_error err = {0};
    hb_lines *lines = hb_lines_open(path, 1000, &err);
    hb_str line;
    uint64_t number = 0;
    bool end = false;
    assert_false(hb_lines_next(lines, &line, &number, &end, &err));
    assert_int_equal(err.kind, HB_LIMIT);
    assert_string_equal(err.code, "line-too-long");
    err = (hb_error){0};
    assert_true(hb_lines_next(lines, &line, &number, &end, &err));
    assert_text(line, "last");
    assert_int_equal(number, 2);
    hb_lines_close(lines);
    hb_csv *csv = hb_csv_open(path, ',', 1000, &err);
    hb_csv_row row;
    assert_false(hb_csv_next(csv, &row, &end, &err));
    assert_string_equal(err.code, "line-too-long");
    assert_int_equal(err.line, 1);
    hb_csv_close(csv);
    unlink(path);
}

// Standard input can be read twice, and from wherever the process found it.
static void reads_a_pipe_twice(void **state) {
    (void)state;
    int ends[2], stdin_before = dup(STDIN_FILENO);
    hb_error err = {0};
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "a\nb\n", 4), 4);
    close(ends[1]);
    assert_true(dup2(ends[0], STDIN_FILENO) >= 0);
    close(ends[0]);
    hb_lines *lines = hb_lines_open("-", 10, &err);
    assert_non_null(lines);
    assert_int_equal(hb_lines_size(lines), 4);
    for (int pass = 0; pass < 2; pass++) {
        hb_text out = {0};
        dump_lines(&out, lines);
        assert_text(((hb_str){out.at, out.n}), "1(a)2(b)");
        hb_text_clear(&out);
        assert_true(hb_lines_rewind(lines, &err));
    }
    hb_hash hash = hb_lines_hash(lines), wanted = hb_sha256("a\nb\n", 4);
    assert_memory_equal(&hash, &wanted, sizeof hash);
    hb_lines_close(lines);
    dup2(stdin_before, STDIN_FILENO);
    close(stdin_before);
}

static void says_what_cannot_be_opened(void **state) {
    (void)state;
    static const char *const PATHS[] = {"/nowhere/at/all", "/"};
    for (size_t i = 0; i < 2; i++) {
        hb_error err = {0};
        assert_null(hb_lines_open(PATHS[i], 10, &err));
        assert_string_equal(err.code, "no-such-file");
        assert_string_equal(err.file, PATHS[i]);
        err = (hb_error){0};
        assert_null(hb_csv_open(PATHS[i], ',', 10, &err));
        assert_string_equal(err.code, "no-such-file");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_csv),
        cmocka_unit_test(csv_survives_being_cut),
        cmocka_unit_test(csv_reads_what_it_writes),
        cmocka_unit_test(reads_lines),
        cmocka_unit_test(refuses_a_line_of_100_mb),
        cmocka_unit_test(reads_a_pipe_twice),
        cmocka_unit_test(says_what_cannot_be_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
