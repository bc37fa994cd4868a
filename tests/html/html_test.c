// Pages: what goes in as text comes out as text; what is not well formed is never given out. Rows:
// calls and the page they give, mistakes that end a page, addresses, drawings and style sheets.
#include "../base/check.h"
#include "html/html.h"

static void check_page(html *h, const char *expected) {
    hb_str page = {0};
    hb_error err = {0};
    if (!html_finish(h, &page, &err)) print_error("%s\n", err.message);
    assert_int_equal(err.kind, HB_NONE);
    assert_text(page, expected);
    html_clear(h);
}

static void test_words_stay_words(void **state) {
    (void)state;
    static const struct {
        hb_str text;
        const char *shown;
    } ROWS[] = {
        {HB_STR("<script>alert('1')</script>"), "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"},
        {HB_STR("a & b \"c\""),                 "a &amp; b &quot;c&quot;"                        },
        {HB_STR("José Ñandú-O'Brien"),       "José Ñandú-O&#39;Brien"                      },
        {HB_STR("a\0b\x1b[1m\x7f"),
         "a\xef\xbf\xbd"
         "b\xef\xbf\xbd[1m\xef\xbf\xbd"                                                          },
        {HB_STR("\xe2\x80\xaetxt.exe"),         "\xef\xbf\xbdtxt.exe"                            },
        {HB_STR("\xff\xc3\x28"),                "\xef\xbf\xbd\xef\xbf\xbd("                      },
        {HB_STR("1\n2\t3"),                     "1\n2\t3"                                        },
        {HB_STR(""),                            ""                                               },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        html h = {0};
        char expected[400];
        html_open(&h, HTML_P);
        html_attribute(&h, "title", ROWS[i].text);
        html_text(&h, ROWS[i].text);
        html_close(&h, HTML_P);
        snprintf(expected, sizeof expected, "<p title=\"%s\">%s</p>", ROWS[i].shown, ROWS[i].shown);
        check_page(&h, expected);
    }
}

static void test_pieces(void **state) {
    (void)state;
    html h = {0};
    html_document(&h, HB_STR("es"));
    html_open(&h, HTML_HEAD);
    html_open(&h, HTML_META);
    html_attribute(&h, "charset", HB_STR("utf-8"));
    html_put(&h, HTML_TITLE, NULL, HB_STR("A<B"));
    html_close(&h, HTML_HEAD);
    html_open(&h, HTML_BODY);
    html_open(&h, HTML_P);
    html_textf(&h, "%d people", 3);
    html_open(&h, HTML_BR);
    html_say(&h, "more");
    html_open(&h, HTML_INPUT);
    html_attributef(&h, "value", "<%s>", "x");
    html_flag(&h, "required");
    html_link(&h, HB_STR("/en/people/P-1"), "usa-link", HB_STR("P-1"));
    html_close(&h, HTML_P);
    html_put(&h, HTML_PRE, NULL, HB_STR("\nfirst"));
    html_close(&h, HTML_BODY);
    html_close(&h, HTML_HTML);
    check_page(
        &h,
        "<!DOCTYPE html>\n<html lang=\"es\"><head><meta charset=\"utf-8\"><title>A&lt;B</title>"
        "</head><body><p>3 people<br>more<input value=\"&lt;x&gt;\" required>"
        "<a href=\"/en/people/P-1\" class=\"usa-link\">P-1</a></p><pre>\n\nfirst</pre></body>"
        "</html>");
}

static void test_long_formats(void **state) {
    (void)state;
    html h = {0};
    char word[2001] = {0}, expected[2100];
    memset(word, 'a', sizeof word - 1);
    html_open(&h, HTML_P);
    html_textf(&h, "%s&", word);
    html_close(&h, HTML_P);
    snprintf(expected, sizeof expected, "<p>%s&amp;</p>", word);
    check_page(&h, expected);
}

// Each makes one mistake.
static void wrong_close(html *h) {
    html_open(h, HTML_P), html_close(h, HTML_DIV);
}
static void left_open(html *h) {
    html_open(h, HTML_P);
}
static void close_nothing(html *h) {
    html_close(h, HTML_P);
}
static void words_in_table(html *h) {
    html_open(h, HTML_TABLE), html_say(h, "x"), html_close(h, HTML_TABLE);
}
static void cell_without_row(html *h) {
    html_open(h, HTML_DIV), html_put_say(h, HTML_TD, NULL, "x"), html_close(h, HTML_DIV);
}
static void block_in_paragraph(html *h) {
    html_open(h, HTML_P), html_put_say(h, HTML_DIV, NULL, "x"), html_close(h, HTML_P);
}
static void link_in_link(html *h) {
    html_open(h, HTML_A), html_link(h, HB_STR("/x"), NULL, HB_STR("x")), html_close(h, HTML_A);
}
static void script_words(html *h) {
    html_put_say(h, HTML_SCRIPT, NULL, "alert(1)");
}
static void handler(html *h) {
    html_open(h, HTML_P), html_attribute(h, "onclick", HB_STR("x")), html_close(h, HTML_P);
}
static void inline_style(html *h) {
    html_open(h, HTML_P), html_attribute(h, "style", HB_STR("x")), html_close(h, HTML_P);
}
static void id_twice(html *h) {
    html_open(h, HTML_P), html_id(h, HB_STR("a")), html_id(h, HB_STR("b")), html_close(h, HTML_P);
}
static void late_attribute(html *h) {
    html_open(h, HTML_P), html_say(h, "x"), html_class(h, "y"), html_close(h, HTML_P);
}
static void too_deep(html *h) {
    for (int i = 0; i <= HTML_DEPTH; i++) html_open(h, HTML_DIV);
    for (int i = 0; i <= HTML_DEPTH; i++) html_close(h, HTML_DIV);
}
static void foreign_drawing(html *h) {
    html_svg(h, HB_STR("<svg><script>1</script></svg>"));
}
static void foreign_sheet(html *h) {
    html_style(h, HB_STR("a{}</style><script>"));
}

static void test_mistakes(void **state) {
    (void)state;
    static void (*const ROWS[])(html *) = {
        wrong_close,  left_open,    close_nothing,  words_in_table,  cell_without_row,
        link_in_link, script_words, handler,        inline_style,    block_in_paragraph,
        id_twice,     too_deep,     late_attribute, foreign_drawing, foreign_sheet};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        html h = {0};
        hb_str page = {0};
        hb_error err = {0};
        ROWS[i](&h);
        if (html_finish(&h, &page, &err)) fail_msg("mistake %zu gave a page", i);
        assert_string_equal(err.code, "page-broken");
        html_clear(&h);
    }
}

static void test_addresses(void **state) {
    (void)state;
    static const struct {
        const char *address;
        bool is_safe;
    } ROWS[] = {
        {"/en/people/P-1",        true },
        {"?as-of=2025-03-14",     true },
        {"#why",                  true },
        {"lists/L-7",             true },
        {"https://www.uscis.gov", true },
        {"tel:+50322222222",      true },
        {"mailto:a@b.example",    true },
        {"/x?t=12:00",            true },
        {"javascript:alert(1)",   false},
        {"JavaScript:alert(1)",   false},
        {"java\tscript:alert(1)", false},
        {" javascript:alert(1)",  false},
        {"data:text/html,x",      false},
        {"vbscript:x",            false},
        {"//evil.example/",       false},
        {"/\\evil.example/",      false},
        {"https:",                false},
        {"",                      false},
        {"\xff",                  false},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        html h = {0};
        char expected[200];
        bool is_safe = html_url_is_safe(hb_str_from(ROWS[i].address));
        if (is_safe != ROWS[i].is_safe) fail_msg("%s", ROWS[i].address);
        html_link(&h, hb_str_from(ROWS[i].address), NULL, HB_STR("x"));
        snprintf(expected, sizeof expected, is_safe ? "<a href=\"%s\">x</a>" : "<a>x</a>",
                 ROWS[i].address);
        check_page(&h, expected);
    }
    hb_text out = {0};
    html_url_add(&out, HB_STR("a/b c?é~"));
    assert_text(((hb_str){out.at, out.n}), "a%2Fb%20c%3F%C3%A9~");
    hb_text_clear(&out);
}

static void test_drawings(void **state) {
    (void)state;
    static const struct {
        const char *svg;
        bool is_ours;
    } ROWS[] = {
        {"<svg viewBox=\"0 0 1 1\"><title>a</title><path d=\"M0 0\"/></svg>\n", true },
        {"<svg><rect fill=\"url(#hatch)\"/><use href=\"#a\"/></svg>",           true },
        {"<svg></svg><p>",                                                      false},
        {"<svg><g></svg>",                                                      false},
        {"<svg><g></svg></g>",                                                  false},
        {"<svg><script>1</script></svg>",                                       false},
        {"<svg onload=\"x\"></svg>",                                            false},
        {"<svg><a href=\"#x\">1</a></svg>",                                     false},
        {"<svg><use href=\"https://evil.example/\"/></svg>",                    false},
        {"<svg><rect fill=\"url(https://evil.example/)\"/></svg>",              false},
        {"<svg><foreignObject></foreignObject></svg>",                          false},
        {"<svg style=\"x\"></svg>",                                             false},
        {"<svg><!-- --></svg>",                                                 false},
        {"<svg><![CDATA[x]]></svg>",                                            false},
        {"<p></p>",                                                             false},
        {"<svg",                                                                false},
        {"",                                                                    false},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        html h = {0};
        hb_str page = {0};
        hb_error err = {0};
        html_svg(&h, hb_str_from(ROWS[i].svg));
        if (html_finish(&h, &page, &err) != ROWS[i].is_ours) fail_msg("%s", ROWS[i].svg);
        html_clear(&h);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_stay_words), cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_long_formats),     cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_addresses),        cmocka_unit_test(test_drawings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
