// Models through the C interface: what loads and what does not, where errors point, what a trace
// holds, that the index of a table agrees with trying every row. Values of models are tested by
// models/*.xml (run by models_test.c).
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dmn/dmn.h"

static const char *const NAMESPACES[] = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd", "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/", "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
};

#define DECISION(body)                                                                     \
    "<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/' namespace='urn:t' " \
    "name='t'>" body "</definitions>"

static dmn_model *load(const char *xml, bool is_lenient, hb_error *err) {
    *err = (hb_error){0};
    return dmn_load_text(hb_str_from(xml), "test.dmn", is_lenient, err);
}

static feel_value value_of(dmn_session *session, const dmn_model *model, const char *decision) {
    hb_error err = {0};
    feel_value value = feel_null();
    uint32_t element = dmn_find(model, DMN_DECISION, hb_str_from(decision));
    assert_int_not_equal(element, DMN_NONE);
    assert_true(dmn_session_get(session, element, &value, &err));
    return value;
}

static void assert_refused(const char *xml, const char *code) {
    hb_error err;
    dmn_model *model = load(xml, false, &err);
    if (model != NULL || err.code == NULL || strcmp(err.code, code) != 0) {
        fail_msg("expected %s, got %s: %s", code, err.code != NULL ? err.code : "a model",
                 err.message);
    }
}

// ---- reading --------------------------------------------------------------------------------

static void every_version_reads_alike(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof NAMESPACES / sizeof *NAMESPACES; i++) {
        char xml[1024];
        snprintf(xml, sizeof xml,
                 "<d:definitions xmlns:d='%s' xmlns:feel='http://www.omg.org/spec/FEEL/20140401' "
                 "namespace='urn:t' name='t'>"
                 "<d:inputData id='n' name='n'><d:variable name='n' "
                 "typeRef='feel:number'/></d:inputData>"
                 "<d:decision id='x' name='x'><d:variable name='x' typeRef='number'/>"
                 "<d:informationRequirement><d:requiredInput href='#n'/></d:informationRequirement>"
                 "<d:literalExpression><d:text>n + "
                 "1</d:text></d:literalExpression></d:decision></d:definitions>",
                 NAMESPACES[i]);
        hb_error err;
        dmn_model *model = load(xml, false, &err);
        assert_non_null(model);
        dmn_session *session = dmn_session_open(model, (hb_instant){0, 0}, &err);
        assert_non_null(session);
        dmn_session_set(session, dmn_find(model, DMN_INPUT, HB_STR("n")), feel_int(41));
        feel_value value = value_of(session, model, "x");
        assert_int_equal(value.kind, FEEL_NUMBER);
        assert_int_equal(hb_dec_compare(feel_dec(value), hb_dec_from_int(42)), 0);
        dmn_session_close(session);
        dmn_close(model);
    }
}

static void wrong_files_are_refused(void **state) {
    (void)state;
    assert_refused("", "xml-size");
    assert_refused("<html/>", "not-a-model");
    assert_refused("<definitions xmlns='urn:something'/>", "not-a-model");
    assert_refused("<definitions", "xml-syntax");
    assert_refused("<a>&nothing;</a>", "xml-syntax");
    assert_refused("<a>\xC6></a>", "xml-syntax");
    assert_refused("<?xml version='1.0' encoding='EBCDIC-ES'?><a/>", "xml-syntax");
    assert_refused("<?xml version='1.0' encoding='US-ASCII'?><a>\xB5</a>", "xml-syntax");
    assert_refused("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "xml-doctype");
    assert_refused("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "xml-doctype");
    assert_refused(DECISION("<import namespace='urn:other' name='o' locationURI='../../etc/x.dmn' "
                            "importType='https://www.omg.org/spec/DMN/20191111/MODEL/'/>"),
                   "import-missing");
}

// The classic bombs never get as far as an expansion.
static void bombs_are_refused_at_once(void **state) {
    (void)state;
    assert_refused(
        "<!DOCTYPE lolz [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>"
        "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;'>]><a>&d;</a>",
        "xml-doctype");
    char *deep = calloc(1, 4096 * 3 + 1);
    assert_non_null(deep);
    for (int i = 0; i < 4096; i++) memcpy(deep + (ptrdiff_t)3 * i, "<a>", 3);
    assert_refused(deep, "xml-depth");
    free(deep);
}

static void mistakes_are_named(void **state) {
    (void)state;
    assert_refused(DECISION("<decision id='x' name='x'><informationRequirement><requiredInput "
                            "href='#y'/></informationRequirement></decision>"),
                   "requirement-missing");
    assert_refused(
        DECISION("<decision id='x' name='x'><variable name='x' typeRef='tNowhere'/></decision>"),
        "unknown-type");
    assert_refused(DECISION("<decision id='x' name='x'/><decision id='x' name='y'/>"), "id-twice");
    assert_refused(DECISION("<decision id='x'/>"), "element-name");
    assert_refused(DECISION("<decision id='x' name='x'><decisionTable "
                            "hitPolicy='LAST'><output/></decisionTable></decision>"),
                   "hit-policy");
    assert_refused(DECISION("<decision id='x' "
                            "name='x'><decisionTable><input><inputExpression><text>1</text></"
                            "inputExpression></input>"
                            "<output/><rule><outputEntry><text>1</text></outputEntry></rule></"
                            "decisionTable></decision>"),
                   "table-cells");
    assert_refused(DECISION("<decision id='x' name='x'><literalExpression "
                            "expressionLanguage='urn:groovy'><text>1</text>"
                            "</literalExpression></decision>"),
                   "expression-language");
    assert_refused(DECISION("<decisionService id='s' name='s'/>"), "service-output");
    assert_refused(
        DECISION("<itemDefinition name='a'><typeRef>b</typeRef></itemDefinition><itemDefinition "
                 "name='b'><typeRef>a</typeRef></itemDefinition>"),
        "type-recursive");
}

static void cycles_are_told(void **state) {
    (void)state;
    const char *xml = DECISION(
        "<decision id='a' name='a'><informationRequirement><requiredDecision "
        "href='#b'/></informationRequirement>"
        "<literalExpression><text>b</text></literalExpression></decision>"
        "<decision id='b' name='b'><informationRequirement><requiredDecision "
        "href='#c'/></informationRequirement>"
        "<literalExpression><text>c</text></literalExpression></decision>"
        "<decision id='c' name='c'><informationRequirement><requiredDecision "
        "href='#a'/></informationRequirement>"
        "<literalExpression><text>a</text></literalExpression></decision>"
        "<decision id='d' "
        "name='d'><literalExpression><text>1</text></literalExpression></decision>");
    hb_error err;
    assert_null(load(xml, false, &err));
    assert_string_equal(err.code, "requirement-cycle");
    assert_non_null(strstr(err.message, "\"a\" -> \"b\" -> \"c\" -> \"a\""));
    dmn_model *model = load(xml, true, &err);
    assert_non_null(model);
    dmn_session *session = dmn_session_open(model, (hb_instant){0, 0}, &err);
    assert_true(feel_is_null(value_of(session, model, "b")));
    assert_int_equal(value_of(session, model, "d").kind, FEEL_NUMBER);
    dmn_session_close(session);
    dmn_close(model);
}

// Each decision rests on the one before: no call depth may grow with the chain.
static void a_long_chain_runs(void **state) {
    enum { LINKS = 10000 };
    (void)state;
    hb_text xml = {0};
    hb_text_addf(&xml,
                 "<definitions xmlns='%s' namespace='urn:t' name='t'><decision id='d0' "
                 "name='d0'><literalExpression><text>0</text></literalExpression></decision>",
                 NAMESPACES[2]);
    for (int i = 1; i <= LINKS; i++) {
        hb_text_addf(&xml,
                     "<decision id='d%d' name='d%d'><informationRequirement><requiredDecision "
                     "href='#d%d'/></informationRequirement>"
                     "<literalExpression><text>d%d + 1</text></literalExpression></decision>",
                     i, i, i - 1, i - 1);
    }
    hb_text_add(&xml, HB_STR("</definitions>"));
    hb_error err = {0};
    dmn_model *model = dmn_load_text((hb_str){xml.at, xml.n}, "chain.dmn", false, &err);
    assert_non_null(model);
    dmn_session *session = dmn_session_open(model, (hb_instant){0, 0}, &err);
    feel_value value = value_of(session, model, "d10000");
    assert_int_equal(hb_dec_compare(feel_dec(value), hb_dec_from_int(LINKS)), 0);
    dmn_session_close(session);
    dmn_close(model);
    hb_text_clear(&xml);
}

// A service whose own decision calls it again, also by way of another service; but what a service
// is given may.
static void services_that_call_themselves_are_told(void **state) {
    (void)state;
#define SERVICE(name, output, rest)                                                            \
    "<decisionService id='" name "' name='" name "'><outputDecision href='#" output "'/>" rest \
    "</decisionService>"
#define CALLER(name, called, rest)                                                                \
    "<decision id='" name "' name='" name                                                         \
    "'><knowledgeRequirement><requiredKnowledge href='#" called "'/></knowledgeRequirement>" rest \
    "<literalExpression><text>" called "()</text></literalExpression></decision>"
    assert_refused(DECISION(SERVICE("s", "a", "") CALLER("a", "s", "")), "requirement-cycle");
    assert_refused(DECISION(SERVICE("s", "a", "") CALLER("a", "t", "") SERVICE("t", "b", "")
                                CALLER("b", "s", "")),
                   "requirement-cycle");
    const char *given = DECISION(SERVICE("s", "a", "<inputDecision href='#b'/>") CALLER(
        "b", "s", "") "<decision id='a' name='a'><informationRequirement><requiredDecision "
                      "href='#b'/></informationRequirement>"
                      "<literalExpression><text>b</text></literalExpression></decision>");
    hb_error err;
    dmn_model *model = load(given, false, &err);
    assert_non_null(model);
    dmn_close(model);
    model = load(DECISION(SERVICE("s", "a", "") CALLER("a", "s", "")), true, &err);
    assert_non_null(model);
    dmn_session *session = dmn_session_open(model, (hb_instant){0, 0}, &err);
    assert_true(feel_is_null(value_of(session, model, "a")));
    dmn_session_close(session);
    dmn_close(model);
}

// ---- truncation -----------------------------------------------------------------------------

static void cut_short_at_every_byte(const char *path) {
    hb_bytes text = {0};
    hb_error err = {0};
    assert_true(hb_read_file(path, 1 << 20, &text, &err));
    for (size_t n = 0; n < text.n; n += n % 7 + 1) {
        hb_error cut = {0};
        char *copy = malloc(n + 1);  // exactly as long as the text, so a read past it is seen
        assert_non_null(copy);
        memcpy(copy, text.at, n);
        dmn_model *model = dmn_load_text((hb_str){copy, n}, "cut.dmn", true, &cut);
        free(copy);
        if (model != NULL)
            assert_true(n + 2 >= text.n);  // only white space was cut
        else
            assert_true(cut.kind != HB_NONE && cut.message[0] != 0);
        dmn_close(model);
    }
    hb_bytes_clear(&text);
}

static void models_cut_short_are_refused(void **state) {
    (void)state;
    cut_short_at_every_byte(TEST_MODELS "/boxed.dmn");
    cut_short_at_every_byte(TEST_MODELS "/types.dmn");
}

// Bytes changed one at a time: any answer but a crash.
static void changed_bytes_do_no_harm(void **state) {
    (void)state;
    hb_bytes text = {0};
    hb_error err = {0};
    assert_true(hb_read_file(TEST_MODELS "/services.dmn", 1 << 20, &text, &err));
    for (size_t i = 0; i < text.n; i += 3) {
        char kept = text.at[i];
        text.at[i] = (char)("<>\"&x\0 #"[i % 8]);
        hb_error changed = {0};
        dmn_close(dmn_load_text((hb_str){text.at, text.n}, "changed.dmn", true, &changed));
        text.at[i] = kept;
    }
    hb_bytes_clear(&text);
}

// ---- evaluating -----------------------------------------------------------------------------

static bool has_note(dmn_session *session, const char *text) {
    const feel_note *notes = NULL;
    uint32_t n = dmn_session_notes(session, &notes);
    for (uint32_t i = 0; i < n; i++) {
        if (memmem(notes[i].text.at, notes[i].text.n, text, strlen(text)) != NULL) return true;
    }
    return false;
}

static void a_missing_input_is_reported(void **state) {
    (void)state;
    hb_error err = {0};
    dmn_model *model = dmn_load(TEST_MODELS "/tests.dmn", false, &err);
    assert_non_null(model);
    dmn_session *session = dmn_session_open(model, (hb_instant){0, 0}, &err);
    value_of(session, model, "day");  // its row "null" matches: that must not pass in silence
    assert_true(has_note(session, "input \"d\": no value was given"));
    dmn_session_reset(session);
    dmn_session_set(session, dmn_find(model, DMN_INPUT, HB_STR("d")), feel_null());
    value_of(session, model, "day");
    assert_false(has_note(session, "no value was given"));
    dmn_session_close(session);
    dmn_close(model);
}

static void a_trace_tells_rows_and_values(void **state) {
    (void)state;
    hb_error err = {0};
    dmn_model *model = dmn_load(TEST_MODELS "/hit-policies.dmn", false, &err);
    assert_non_null(model);
    dmn_session *session = dmn_session_open(model, (hb_instant){0, 0}, &err);
    dmn_session_keep_trace(session, true);
    dmn_session_set(session, dmn_find(model, DMN_INPUT, HB_STR("n")), feel_int(6));
    value_of(session, model, "rule order");
    value_of(session, model, "priority");
    const dmn_trace_step *steps = NULL;
    assert_int_equal(dmn_session_trace(session, &steps), 2);
    assert_int_equal(steps[0].n_hits, 3);
    assert_int_equal(steps[0].hits[2], 2);
    assert_int_equal(hb_dec_compare(feel_dec(steps[0].inputs[0]), hb_dec_from_int(6)), 0);
    assert_int_equal(steps[1].decision, dmn_find(model, DMN_DECISION, HB_STR("priority")));
    assert_int_equal(dmn_session_row(session, steps[1].decision), 1);
    assert_int_equal(dmn_session_row(session, dmn_find(model, DMN_DECISION, HB_STR("first"))),
                     DMN_NONE);
    dmn_session_close(session);
    dmn_close(model);
}

static void tables_are_shown(void **state) {
    (void)state;
    hb_error err = {0};
    dmn_model *model = dmn_load(TEST_MODELS "/hit-policies.dmn", false, &err);
    assert_non_null(model);
    const dmn_table *table =
        dmn_decision_table(model, dmn_find(model, DMN_DECISION, HB_STR("unique")));
    assert_non_null(table);
    assert_int_equal(table->hit_policy, DMN_UNIQUE);
    assert_int_equal(table->n_rows, 3);
    assert_true(hb_str_equal(table->rows[1].test_text[0], HB_STR("[10..20]")));
    assert_true(hb_str_equal(table->inputs[0].label, HB_STR("number")));
    assert_null(dmn_decision_table(model, dmn_find(model, DMN_INPUT, HB_STR("n"))));
    dmn_close(model);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_version_reads_alike),
        cmocka_unit_test(wrong_files_are_refused),
        cmocka_unit_test(bombs_are_refused_at_once),
        cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(cycles_are_told),
        cmocka_unit_test(a_long_chain_runs),
        cmocka_unit_test(services_that_call_themselves_are_told),
        cmocka_unit_test(models_cut_short_are_refused),
        cmocka_unit_test(changed_bytes_do_no_harm),
        cmocka_unit_test(a_missing_input_is_reported),
        cmocka_unit_test(a_trace_tells_rows_and_values),
        cmocka_unit_test(tables_are_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
