// Runs tables of the burden of proof: STANDING FOLDER TABLE... A row gives records of facts with
// their documents, and says for some facts what the rulebook room makes of them. Blank lines part
// rows.
//
//     document NAME {...}          a document as a transfer list writes it
//
//     contested NAME {...}         the same, with a contest against it
//
//     day DATE HOST [AUTHOR]       the day of decision, for the rows that follow
//
//     FACT: VALUE <- NAME NAME     one record; VALUE is JSON
//
//     = FACT STANDING VALUE [missing] [unasked] [: WHY]
//
//     json FACT: VALUE => RESULT   a value read from JSON, or (cell) from a cell of a CSV file;
//     RESULT is the value, `unknown`, or why it is refused and what to do
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rulebook/rulebook.h"

enum { MAX_DOCUMENTS = 64, MAX_RECORDS = 64, MAX_EVIDENCE = 16 };

typedef struct {
    const char *path;
    rulebook *rb;
    rulebook_bench *bench;
    hb_json_reader *reader;
    hb_arena *kept, *row;  // documents; one row
    uint32_t n_documents;
    hb_str names[MAX_DOCUMENTS];
    rulebook_document documents[MAX_DOCUMENTS];
    rulebook_day day;
    uint32_t n_records;
    rulebook_record records[MAX_RECORDS];
    bool is_stood;
    rulebook_fact_standing *standings;
    uint32_t n_passed, n_failed;
} runner;

static bool fail(runner *r, uint64_t line, const char *what, hb_str subject) {
    printf("%s:%llu: %s: %.*s\n", r->path, (unsigned long long)line, what, (int)subject.n,
           subject.at);
    r->n_failed++;
    return false;
}

static hb_str next_word(hb_str *rest) {
    hb_str text = hb_str_trim(*rest);
    size_t n = 0;
    while (n < text.n && text.at[n] != ' ') n++;
    *rest = hb_str_trim((hb_str){text.at + n, text.n - n});
    return (hb_str){text.at, n};
}

static bool add_document(runner *r, uint64_t line, hb_str text, bool is_contested) {
    hb_error err = {0};
    hb_json *json;
    hb_str copy, name = next_word(&text);
    if (r->n_documents == MAX_DOCUMENTS) return fail(r, line, "too many documents", name);
    rulebook_document *document = &r->documents[r->n_documents];
    if (!hb_str_copy(r->kept, text, &copy) ||
        !hb_json_parse(r->reader, r->kept, copy, &json, &err) ||
        !rulebook_document_from_json(r->kept, json, document, &err))
        return fail(r, line, err.message, name);
    document->is_contested = is_contested;
    return hb_str_copy(r->kept, name, &r->names[r->n_documents++]);
}

static bool set_day(runner *r, uint64_t line, hb_str text) {
    hb_str day = next_word(&text), host = next_word(&text);
    r->day = (rulebook_day){0};
    if (!hb_date_parse(day, &r->day.as_of)) return fail(r, line, "no date", day);
    return hb_str_copy(r->kept, host, &r->day.host) && hb_str_copy(r->kept, text, &r->day.author);
}

static bool add_record(runner *r, uint64_t line, hb_str fact_name, hb_str text) {
    hb_error err = {0};
    hb_json *json;
    hb_str copy;
    const char *arrow = memmem(text.at, text.n, "<-", 2);
    hb_str value = arrow ? hb_str_trim((hb_str){text.at, (size_t)(arrow - text.at)}) : text;
    hb_str evidence =
        arrow ? (hb_str){arrow + 2, (size_t)(text.at + text.n - arrow - 2)} : HB_STR("");
    uint32_t fact = rulebook_find_fact(r->rb, fact_name);
    if (fact == DMN_NONE || r->n_records == MAX_RECORDS)
        return fail(r, line, "no such fact", fact_name);
    rulebook_record *record = &r->records[r->n_records];
    const rulebook_document **list =
        hb_arena_array(r->row, const rulebook_document *, MAX_EVIDENCE);
    *record = (rulebook_record){.fact = fact, .evidence = list};
    if (!hb_str_copy(r->row, value, &copy) ||
        !hb_json_parse(r->reader, r->row, copy, &json, &err) ||
        !rulebook_value_from_json(r->rb, r->row, fact, json, &record->value, &record->is_unknown,
                                  &err))
        return fail(r, line, err.message, value);
    for (evidence = hb_str_trim(evidence); evidence.n && record->n_evidence < MAX_EVIDENCE;) {
        hb_str name = next_word(&evidence);
        uint32_t d = 0;
        while (d < r->n_documents && !hb_str_equal(r->names[d], name)) d++;
        if (d == r->n_documents) return fail(r, line, "no such document", name);
        list[record->n_evidence++] = &r->documents[d];
    }
    r->n_records++;
    return true;
}

// What reading a value gives, or why it is refused.
static bool read_value(runner *r, uint64_t line, hb_str text, bool is_cell) {
    hb_error err = {0};
    hb_json *json = NULL;
    hb_text got = {0};
    feel_value value;
    bool is_unknown = false;
    hb_str rest = text, word = next_word(&rest), copy;
    uint32_t fact = rulebook_find_fact(r->rb, (hb_str){word.at, word.n ? word.n - 1 : 0});
    const char *arrow = memmem(rest.at, rest.n, "=>", 2);
    if (fact == DMN_NONE || !arrow) return fail(r, line, "not understood", text);
    hb_str given = hb_str_trim((hb_str){rest.at, (size_t)(arrow - rest.at)});
    hb_str wanted = hb_str_trim((hb_str){arrow + 2, (size_t)(rest.at + rest.n - arrow - 2)});
    if (!hb_str_copy(r->row, given, &copy)) return fail(r, line, "no memory", given);
    bool ok =
        is_cell
            ? rulebook_value_from_text(r->rb, r->row, fact, copy, &value, &is_unknown, &err)
            : hb_json_parse(r->reader, r->row, copy, &json, &err) &&
                  rulebook_value_from_json(r->rb, r->row, fact, json, &value, &is_unknown, &err);
    if (!ok)
        hb_text_addf(&got, "%s%s%s", err.message, err.help[0] ? "; " : "", err.help);
    else if (is_unknown)
        hb_text_addf(&got, "unknown");
    else
        feel_print_json(&got, value);
    bool is_same = hb_str_equal(wanted, (hb_str){got.at, got.n});
    if (!is_same)
        printf("%s:%llu: got %.*s\n", r->path, (unsigned long long)line, (int)got.n, got.at);
    r->n_passed += is_same;
    r->n_failed += !is_same;
    hb_text_clear(&got);
    return is_same;
}

static bool stand(runner *r, uint64_t line) {
    hb_error err = {0};
    rulebook_bench_reset(r->bench);
    if (!rulebook_stand(r->bench, &r->day, r->records, r->n_records, r->standings, &err))
        return fail(r, line, err.message, HB_STR(""));
    return r->is_stood = true;
}

static void describe(runner *r, uint32_t fact, hb_text *out) {
    const rulebook_fact_standing *standing = &r->standings[fact];
    hb_str name = rulebook_fact_at(r->rb, fact)->name,
           words = rulebook_standing_name(standing->standing);
    hb_text_addf(out, "%.*s %.*s ", (int)name.n, name.at, (int)words.n, words.at);
    feel_print_json(out, standing->counts);
    if (standing->is_missing) hb_text_addf(out, " missing");
    if (!standing->is_asked) hb_text_addf(out, " unasked");
    if (standing->why.n) hb_text_addf(out, ": %.*s", (int)standing->why.n, standing->why.at);
}

static bool expect(runner *r, uint64_t line, hb_str text) {
    hb_str rest = text, name = next_word(&rest);
    hb_text got = {0};
    uint32_t fact = rulebook_find_fact(r->rb, name);
    if (fact == DMN_NONE) return fail(r, line, "no such fact", name);
    if (!r->is_stood && !stand(r, line)) return false;
    describe(r, fact, &got);
    bool is_same = hb_str_equal(hb_str_trim(text), (hb_str){got.at, got.n});
    if (is_same)
        r->n_passed++;
    else
        printf("%s:%llu: expected %.*s\n%*sgot      %.*s\n", r->path, (unsigned long long)line,
               (int)text.n, text.at, 4, "", (int)got.n, got.at),
            r->n_failed++;
    hb_text_clear(&got);
    return is_same;
}

static void run_line(runner *r, uint64_t line, hb_str text) {
    hb_str trimmed = hb_str_trim(text), rest = trimmed;
    const char *colon;
    if (!trimmed.n) {
        r->n_records = 0;
        r->is_stood = false;
        hb_arena_reset(r->row);
        return;
    }
    if (trimmed.at[0] == '#') return;
    hb_str word = next_word(&rest);
    if (hb_str_equal(word, HB_STR("document")))
        (void)add_document(r, line, rest, false);
    else if (hb_str_equal(word, HB_STR("contested")))
        (void)add_document(r, line, rest, true);
    else if (hb_str_equal(word, HB_STR("json")) || hb_str_equal(word, HB_STR("cell")))
        (void)read_value(r, line, rest, word.at[0] == 'c');
    else if (hb_str_equal(word, HB_STR("day")))
        (void)set_day(r, line, rest);
    else if (hb_str_equal(word, HB_STR("=")))
        (void)expect(r, line, rest);
    else if ((colon = memchr(word.at, ':', word.n)))
        (void)add_record(r, line, (hb_str){word.at, (size_t)(colon - word.at)}, rest);
    else
        (void)fail(r, line, "not understood", trimmed);
}

static bool run_table(runner *r, hb_error *err) {
    hb_str text;
    uint64_t number;
    bool end = false;
    hb_lines *lines = hb_lines_open(r->path, 1 << 16, err);
    while (lines && hb_lines_next(lines, &text, &number, &end, err) && !end)
        run_line(r, number, text);
    hb_lines_close(lines);
    return err->kind == HB_NONE;
}

int main(int argc, char **argv) {
    hb_error err = {0};
    hb_errors errors = {0};
    char shown[2048];
    if (argc < 3) return 2;
    runner *r = calloc(1, sizeof *r);
    int status = 1;
    if (!r || !(r->rb = rulebook_load(argv[1], &errors))) goto done;
    r->kept = hb_arena_open(16 << 20);
    r->row = hb_arena_open(16 << 20);
    r->reader = hb_json_reader_open();
    r->bench = rulebook_bench_open(r->rb, &err);
    r->standings = calloc(rulebook_n_facts(r->rb), sizeof *r->standings);
    if (!r->kept || !r->row || !r->reader || !r->bench || !r->standings) goto done;
    for (int i = 2; i < argc; i++) {
        r->path = argv[i];
        if (!run_table(r, &err)) goto done;
    }
    printf("%u passed, %u failed\n", r->n_passed, r->n_failed);
    status = r->n_failed || !r->n_passed;
done:
    for (uint32_t i = 0; i < errors.n_kept; i++)
        hb_error_print(&errors.kept[i], shown, sizeof shown), fputs(shown, stdout);
    if (err.kind != HB_NONE) hb_error_print(&err, shown, sizeof shown), fputs(shown, stdout);
    hb_errors_clear(&errors);
    if (r) {
        rulebook_bench_close(r->bench);
        hb_json_reader_close(r->reader);
        hb_arena_close(r->kept);
        hb_arena_close(r->row);
        rulebook_close(r->rb);
        free(r->standings);
    }
    free(r);
    return status;
}
