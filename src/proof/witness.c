// What a witness answers to a log that asks for a cosignature (C2SP tlog-witness):
//
//     old SIZE
//     proof hash, base64 (none to 63)
//
//     checkpoint, signed by the log
//
// A witness holds one checkpoint a log and goes forward from it only along a consistency proof, so
// two different histories can never both be cosigned.
#include "proof/proof.h"

#include <string.h>

static bool take_line(hb_str *text, hb_str *line) {
    const char *at = text->n ? memchr(text->at, '\n', text->n) : NULL;
    if (!at) return false;
    *line = (hb_str){text->at, (size_t)(at - text->at)};
    *text = (hb_str){at + 1, text->n - line->n - 1};
    return true;
}

proof_witness_answer proof_witness_ask(const proof_key *log, const proof_checkpoint *held,
                                       hb_str request) {
    proof_witness_answer answer = {.status = 400};
    hb_hash hashes[PROOF_MAX_HASHES];
    uint32_t n = 0;
    uint64_t old = 0;
    hb_str line;
    proof_note note;
    hb_error err = {0};
    if (!take_line(&request, &line) || !hb_str_starts(line, HB_STR("old "))) return answer;
    if (!proof_uint_read((hb_str){line.at + 4, line.n - 4}, &old)) return answer;
    for (;;) {
        if (!take_line(&request, &line)) return answer;
        if (line.n == 0) break;
        if (n == PROOF_MAX_HASHES - 1 || !proof_hash_read(line, &hashes[n++])) return answer;
    }
    answer.note = request;
    // The origin decides which log's key the note is opened with, so it is read first.
    hb_str rest = request, origin;
    if (!take_line(&rest, &origin)) return answer;
    if (!hb_str_equal(origin, log->name)) {
        answer.status = 404;
        return answer;
    }
    answer.status = 403;
    if (!proof_note_open(request, log, 1, &note, &err)) return answer;
    answer.status = 400;
    if (!proof_checkpoint_read(note.text, &answer.checkpoint)) return answer;
    answer.text = note.text;
    const proof_checkpoint *new = &answer.checkpoint;
    if (old > new->size) return answer;
    answer.held_size = held ? held->size : 0;
    answer.status = 409;
    if (old != answer.held_size) return answer;
    answer.status = 422;
    if (old == new->size && held && !proof_same(held->root, new->root)) return answer;
    if (old == 0) {
        // From nothing to anything no proof is possible, and none is taken.
        bool is_right = new->size > 0 || proof_same(new->root, hb_sha256("", 0));
        if (n == 0 && is_right) answer.status = 200;
        return answer;
    }
    if (!proof_check_consistency(old, new->size, hashes, n, held->root, new->root)) return answer;
    answer.status = 200;
    return answer;
}
