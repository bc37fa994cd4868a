// Any bytes as a signed note, a proof file, a policy, a key, a tile's path, a witness' request:
// refused, or read.
#include <assert.h>

#include "proof/proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char VKEY[] =
        "registry.example/custody+123855f1+AYWvoUB1Uhd4lXLlMrwl/m5zWY1jOO5eU50Z5F9eoNbZ";
    hb_str text = {(const char *)data, size};
    hb_error err = {0};
    proof_key log, key;
    proof_note note;
    proof_file file;
    proof_policy policy;
    proof_checkpoint checkpoint;
    proof_tile tile;
    bool ok = proof_key_read(hb_str_from(VKEY), &log);
    assert(ok);
    if (!proof_note_open(text, &log, 1, &note, &err)) assert(err.message[0]);
    (void)(proof_file_read(text, &file, &err) && file.n_hashes < PROOF_MAX_HASHES);
    if (proof_policy_read(text, &policy, &err)) assert(policy.n_logs > 0);
    (void)proof_key_read(text, &key);
    (void)proof_checkpoint_read(text, &checkpoint);
    if (proof_tile_read_path(text, &tile)) {
        hb_text again = {0};
        proof_tile_path(&again, tile);
        assert(again.failed || hb_str_equal(text, (hb_str){again.at, again.n}));
        hb_text_clear(&again);
    }
    (void)proof_witness_ask(&log, NULL, text);
    return 0;
}
