// JSON: each row is a text and what becomes of it: its canonical form (RFC 8785), or `!`,
// line:column and the code of the error. Every row is also read cut short at every byte, and with
// too little memory.
#include "check.h"

static const struct {
    const char *text, *expected;
} ROWS[] = {
    {"null",                                                                 "null"                                    },
    {" true ",                                                               "true"                                    },
    {"\"a\"",                                                                "\"a\""                                   },
    {"-0.5e-3",                                                              "-0.0005"                                 },
    {"[]",                                                                   "[]"                                      },
    {"{}",                                                                   "{}"                                      },
    {"[1,[2,{\"a\":[]}],\"\"]",                                              "[1,[2,{\"a\":[]}],\"\"]"                 },
    {"{\"b\":1,\"a\":{\"d\":null,\"c\":false}}",                             "{\"a\":{\"c\":false,\"d\":null},\"b\":1}"},
    {"\"\\u20ac\\ud83d\\ude00\\n\\/\\u000f\"",                               "\"€😀\\n/\\u000f\""                  },
    {"[1e400]",                                                              "!canonical"                              },
    {"[123456789012345678901234567890.5]",                                   "[1.2345678901234568e+29]"                },
 // RFC 8785 §3.2.3: keys by UTF-16, so U+1F600 before U+FB33
    {"{\"\\ufb33\":1,\"\\ud83d\\ude00\":2,\"\\u20ac\":3,\"\\r\":4,\"1\":5}",
     "{\"\\r\":4,\"1\":5,\"€\":3,\"😀\":2,\"\xef\xac\xb3\":1}"                                                     },
 // RFC 8785 §3.2.2.3, ECMA-262 Number::toString
    {"[0,-0.0,1.0,100,1e20,1e21,123456789012345680000,1e-6,1e-7,0.00001234,333333333.33333329,4.50,"
     "2e-3,5e-324,"
     "1.7976931348623157e308,9007199254740993,-1.5]",                   "[0,0,1,100,100000000000000000000,1e+21,123456789012345680000,0.000001,1e-7,0.00001234,"
     "333333333.3333333,4.5,0.002,"
     "5e-324,1.7976931348623157e+308,9007199254740992,-1.5]" },
    {"",                                                                     "!1:1 bad-json"                           },
    {"  ",                                                                   "!1:3 bad-json"                           },
    {"{\"a\":1,\n \"b\":}",                                                  "!2:6 bad-json"                           },
    {"{\"a\":1,\"a\":2}",                                                    "!1:12 duplicate-key"                     },
    {"{\"a\":{\"b\":1,\"b\":2}}",                                            "!1:17 duplicate-key"                     },
    {"{\"a\":1,\"\\u0061\":2}",                                              "!1:17 duplicate-key"                     },
    {"{\"a1\":0,\"a2\":0,\"a3\":0,\"a4\":0,\"a5\":0,\"a6\":0,\"a7\":0,\"a8\":0,\"a9\":0,\"b1\":0,"
     "\"b2\":0,\"b3\":0,"
     "\"b4\":0,\"b5\":0,\"b6\":0,\"b7\":0,\"b8\":0,\"a3\":0}",          "!1:126 duplicate-key"                    },
    {"{\"a\\u0000b\":1}",                                                    "!1:2 bad-json"                           },
    {"[1,]",                                                                 "!1:4 bad-json"                           },
    {"[1 2]",                                                                "!1:4 bad-json"                           },
    {"[1] x",                                                                "!1:1 bad-json"                           },
    {"[1]]",                                                                 "!1:4 bad-json"                           },
    {"1 2",                                                                  "!1:3 bad-json"                           },
    {"[01]",                                                                 "!1:2 bad-json"                           },
    {"[1.]",                                                                 "!1:2 bad-json"                           },
    {"[+1]",                                                                 "!1:2 bad-json"                           },
    {"[.5]",                                                                 "!1:2 bad-json"                           },
    {"[NaN]",                                                                "!1:2 bad-json"                           },
    {"[truex]",                                                              "!1:2 bad-json"                           },
    {"[nul]",                                                                "!1:2 bad-json"                           },
    {"['a']",                                                                "!1:2 bad-json"                           },
    {"[\"a\":1]",                                                            "!1:5 bad-json"                           },
    {"{\"a\":\"b\":1}",                                                      "!1:9 bad-json"                           },
    {"[\"\\\\\",\"\\\"\",\"a\\\\\\\"b\",\"c\"]",                            "[\"\\\\\",\"\\\"\",\"a\\\\\\\"b\",\"c\"]"},
    {"[\"a\"b]",                                                             "!1:5 bad-json"                           },
    {"{\"a\"b:1}",                                                           "!1:5 bad-json"                           },
    {"{\"a\" 1}",                                                            "!1:6 bad-json"                           },
    {"[\"\\x\"]",                                                            "!1:2 bad-json"                           },
    {"[\"\\ud800\"]",                                                        "!1:2 bad-json"                           },
    {"[\"\\ude00\\ud83d\"]",                                                 "!1:2 bad-json"                           },
    {"[\"a\tb\"]",                                                           "!1:1 bad-json"                           },
    {"[\"abc]",                                                              "!1:7 bad-json"                           },
    {"[\"é\", \"\xff\"]",                                                   "!1:8 bad-utf8"                           },
    {"\xef\xbb\xbf{}",                                                       "!1:1 bad-json"                           },
    {"\xff\xfe{",                                                            "!1:1 bad-utf8"                           },
};
enum { N_ROWS = sizeof ROWS / sizeof *ROWS };

static void reads_or_refuses(void **state) {
    (void)state;
    hb_json_reader *reader = hb_json_reader_open();
    hb_arena *arena = hb_arena_open(1 << 20);
    for (size_t i = 0; i < N_ROWS; i++) {
        hb_json *json = NULL;
        hb_error err = {0};
        hb_text out = {0};
        hb_arena_reset(arena);
        if (!hb_json_parse(reader, arena, hb_str_from(ROWS[i].text), &json, &err)) {
            hb_text_addf(&out, "!%u:%u %s", err.line, err.column, err.code);
            assert_true(err.message[0] && err.kind == HB_INPUT);
        } else if (!hb_json_canonical(&out, json)) {
            out.n = 0;
            hb_text_addf(&out, "!canonical");
        }
        if (!hb_str_equal((hb_str){out.at, out.n}, hb_str_from(ROWS[i].expected)))
            print_error("row %s\n", ROWS[i].text);
        assert_text(((hb_str){out.at, out.n}), ROWS[i].expected);
        hb_text_clear(&out);
    }
    hb_arena_close(arena);
    hb_json_reader_close(reader);
}

// What canonical form gives reads as the same canonical form.
static void canonical_is_its_own(void **state) {
    (void)state;
    hb_json_reader *reader = hb_json_reader_open();
    hb_arena *arena = hb_arena_open(1 << 20);
    for (size_t i = 0; i < N_ROWS; i++) {
        hb_json *json = NULL;
        hb_error err = {0};
        hb_text once = {0}, twice = {0};
        hb_arena_reset(arena);
        if (hb_json_parse(reader, arena, hb_str_from(ROWS[i].text), &json, &err) &&
            hb_json_canonical(&once, json)) {
            assert_true(hb_json_parse(reader, arena, (hb_str){once.at, once.n}, &json, &err));
            assert_true(hb_json_canonical(&twice, json));
            assert_true(hb_str_equal((hb_str){once.at, once.n}, (hb_str){twice.at, twice.n}));
        }
        hb_text_clear(&once);
        hb_text_clear(&twice);
    }
    hb_arena_close(arena);
    hb_json_reader_close(reader);
}

// Each row cut short lies at the end of its own block, so that a sanitizer sees a read behind it.
static void survives_being_cut(void **state) {
    (void)state;
    hb_json_reader *reader = hb_json_reader_open();
    hb_arena *arena = hb_arena_open(1 << 20);
    for (size_t i = 0; i < N_ROWS; i++) {
        size_t n = strlen(ROWS[i].text);
        for (size_t cut = 0; cut <= n; cut++) {
            char *text = malloc(cut + 1);
            memcpy(text, ROWS[i].text, cut);
            hb_json *json = NULL;
            hb_error err = {0};
            hb_arena_reset(arena);
            bool ok = hb_json_parse(reader, arena, (hb_str){text, cut}, &json, &err);
            assert_true(ok == (err.kind == HB_NONE));
            bool is_open = text[0] == '{' || text[0] == '[';  // and so ends with its last byte
            if (cut < n && is_open && ROWS[i].expected[0] != '!') assert_false(ok);
            free(text);
        }
    }
    hb_arena_close(arena);
    hb_json_reader_close(reader);
}

static void survives_lack_of_memory(void **state) {
    (void)state;
    hb_json_reader *reader = hb_json_reader_open();
    for (size_t i = 0; i < N_ROWS; i++) {
        bool ok = ROWS[i].expected[0] == '!';
        for (size_t limit = 0; !ok && limit < 1 << 16; limit += 16) {
            hb_json *json = NULL;
            hb_error err = {0};
            hb_arena *arena = hb_arena_open(limit);
            ok = hb_json_parse(reader, arena, hb_str_from(ROWS[i].text), &json, &err);
            assert_true(ok || strcmp(err.code, "memory-limit") == 0);
            hb_arena_close(arena);
        }
        assert_true(ok);
    }
    hb_json_reader_close(reader);
}

static void nests_to_its_limit(void **state) {
    (void)state;
    hb_json_reader *reader = hb_json_reader_open();
    hb_arena *arena = hb_arena_open(1 << 20);
    for (size_t depth = 60; depth < 70; depth++) {
        char text[200];
        hb_json *json = NULL;
        hb_error err = {0};
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        bool ok = hb_json_parse(reader, arena, (hb_str){text, 2 * depth}, &json, &err);
        assert_int_equal(ok, depth <= HB_JSON_DEPTH);
        if (!ok) assert_string_equal(err.code, "json-depth");
        if (!ok) assert_int_equal(err.column, HB_JSON_DEPTH + 1);
    }
    enum { MANY = 1000000 };
    char *text = malloc(MANY);
    hb_json *json = NULL;
    hb_error err = {0};
    memset(text, '[', MANY);
    assert_false(hb_json_parse(reader, arena, (hb_str){text, MANY}, &json, &err));
    free(text);
    hb_arena_close(arena);
    hb_json_reader_close(reader);
}

static void knows_where_values_stand(void **state) {
    (void)state;
    const char *text = "{ \"a\" : [ 10, \"x\", {\"b\": true} ], \"c\":null}";
    hb_json_reader *reader = hb_json_reader_open();
    hb_arena *arena = hb_arena_open(1 << 16);
    hb_json *json = NULL;
    hb_error err = {0};
    assert_true(hb_json_parse(reader, arena, hb_str_from(text), &json, &err));
    const hb_json *a = hb_json_member(json, HB_STR("a")), *c = hb_json_member(json, HB_STR("c"));
    assert_int_equal(json->offset, 0);
    assert_int_equal(a->offset, 8);
    assert_int_equal(a->n, 3);
    assert_int_equal(a->first[0].offset, 10);
    assert_text(a->first[0].text, "10");
    assert_int_equal(a->first[1].offset, 14);
    assert_int_equal(hb_json_member(&a->first[2], HB_STR("b"))->offset, 25);
    assert_int_equal(c->offset, (size_t)(strstr(text, "null") - text));
    assert_null(hb_json_member(json, HB_STR("d")));
    assert_null(hb_json_member(a, HB_STR("a")));
    assert_null(hb_json_member(NULL, HB_STR("a")));
    hb_arena_close(arena);
    hb_json_reader_close(reader);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_or_refuses),   cmocka_unit_test(canonical_is_its_own),
        cmocka_unit_test(survives_being_cut), cmocka_unit_test(survives_lack_of_memory),
        cmocka_unit_test(nests_to_its_limit), cmocka_unit_test(knows_where_values_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
