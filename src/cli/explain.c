// habeas explain PERSON LIST. The whole list is read and refused as check would; then one person is
// decided.
#include "cli/list.h"
#include "verify/change.h"

enum { PERSON_BYTES = 64 << 20 };

static bool explain(const cli *run, cli_list *list, hb_arena *arena, intake_reader *reader,
                    rulebook_bench *bench, gate_verdict *verdict, hb_error *err) {
    intake_person person = {0};
    gate_decision decision = {0};
    gate_changes changes = {0};
    verify_changer *changer = NULL;
    hb_text input = {0}, out = {0};
    bool ok = false;
    if (!cli_list_find_person(run, list, arena, reader, hb_str_from(run->arguments[0]), &person, err))
        goto done;
    rulebook_day day = {list->page.as_of, person.host, list->page.author};
    if (!gate_decide(bench, arena, &day, person.records, person.n_records, &decision, err))
        goto done;
    if (!(changer = verify_changer_open(list->rb, err))) goto done;
    if (!verify_would_change(changer, bench, arena, &day, person.records, person.n_records,
                             &decision, &changes, err))
        goto done;
    if (!gate_input_json(list->rb, arena, person.records, person.n_records, &input, err)) goto done;
    gate_answer answer = {&list->page, &person, &decision, hb_sha256(input.at, input.n), &changes};
    gate_explain(&out, &answer, run->format == CLI_TEXT ? GATE_TEXT : GATE_JSON,
                 (hb_str){input.at, input.n});
    if (out.failed) {
        hb_out_of_memory(err);
        goto done;
    }
    ok = cli_write(run, (hb_str){out.at, out.n}, err);
    *verdict = decision.verdict;
done:
    verify_changer_close(changer);
    hb_text_clear(&input);
    hb_text_clear(&out);
    return ok;
}

int cli_explain(cli *run) {
    hb_error err = {0};
    cli_list list;
    int status = cli_list_open(run, run->arguments[1], &list);
    if (status != CLI_DONE) return status;
    gate_verdict verdict = GATE_UNRESOLVED;
    hb_arena *arena = hb_arena_open(PERSON_BYTES);
    intake_reader *reader = NULL;
    rulebook_bench *bench = NULL;
    bool ok = arena != NULL || hb_out_of_memory(&err);
    ok = ok && (reader = intake_reader_open(list.in, &err)) != NULL;
    ok = ok && (bench = rulebook_bench_open(list.rb, &err)) != NULL;
    ok = ok && explain(run, &list, arena, reader, bench, &verdict, &err);
    if (ok) {
        status = verdict == GATE_NO_BAR_FOUND ? CLI_NO_BAR_FOUND : CLI_FOUND;
    } else {
        status = cli_fail(run, &err);
        if (err.kind == HB_LIMIT) status = CLI_FAILED;
    }
    rulebook_bench_close(bench);
    intake_reader_close(reader);
    hb_arena_close(arena);
    cli_list_close(&list);
    return status;
}
