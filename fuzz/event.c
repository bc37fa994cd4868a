// Any bytes as an event: refused with a message, or signed, and what is signed reads and signs
// again.
#include <assert.h>

#include "register/register.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const proof_secret SEED = {{1}};
    uint8_t public_key[32];
    proof_key key;
    hb_arena *arena = hb_arena_open(8 << 20);
    hb_json_reader *reader = hb_json_reader_open();
    hb_error err = {0};
    hb_text once = {0}, twice = {0};
    proof_public_key(&SEED, public_key);
    bool ok = proof_key_make(HB_STR("DGCP/officer"), PROOF_LOG_KEY, public_key, &key);
    assert(ok && arena && reader);
    if (!register_sign(arena, reader, HB_STR("a"), (hb_str){(const char *)data, size}, &key, &SEED,
                       &once, &err)) {
        assert(err.kind != HB_NONE && err.message[0]);
    } else if (!register_sign(arena, reader, HB_STR("a"), (hb_str){once.at, once.n}, &key, &SEED,
                              &twice, &err)) {
        assert(err.message[0]);  // four signatures stand there already
    }
    hb_text_clear(&once);
    hb_text_clear(&twice);
    hb_json_reader_close(reader);
    hb_arena_close(arena);
    return 0;
}
