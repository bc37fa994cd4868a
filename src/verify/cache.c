// cache.c: a line of the file is an answer (+ possible, - impossible) and the hash of the question
// in hex, under a first line that names solver and format. A line `!` begins an example, and lines
// with = go on with it. Lines of another form are left out.
#include "verify/cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD "habeas proofs 2, "

void cache_clear(cache *c) {
    free(c->slots);
    free(c->answers);
    for (uint32_t i = 0; i < c->n_examples; i++) free((char *)c->examples[i].at);
    *c = (cache){0};
}

static uint32_t place(const cache *c, hb_hash key) {
    uint32_t at;
    memcpy(&at, key.bytes, sizeof at);
    at &= c->n_slots - 1;
    while (c->answers[at] != SOLVER_UNKNOWN && memcmp(&c->slots[at], &key, sizeof key) != 0)
        at = (at + 1) & (c->n_slots - 1);
    return at;
}

static bool grow(cache *c) {
    cache larger = {.n_slots = c->n_slots ? c->n_slots * 2 : 4096};
    larger.slots = calloc(larger.n_slots, sizeof *larger.slots);
    larger.answers = calloc(larger.n_slots, 1);
    if (!larger.slots || !larger.answers) {
        free(larger.slots);
        free(larger.answers);
        return false;
    }
    for (uint32_t i = 0; i < c->n_slots; i++) {
        if (c->answers[i] == SOLVER_UNKNOWN) continue;
        uint32_t at = place(&larger, c->slots[i]);
        larger.slots[at] = c->slots[i];
        larger.answers[at] = c->answers[i];
    }
    free(c->slots);
    free(c->answers);
    c->slots = larger.slots;
    c->answers = larger.answers;
    c->n_slots = larger.n_slots;
    return true;
}

solver_answer cache_find(cache *c, hb_hash key) {
    solver_answer answer = c->n_slots ? (solver_answer)c->answers[place(c, key)] : SOLVER_UNKNOWN;
    c->n_hits += answer != SOLVER_UNKNOWN;
    return answer;
}

bool cache_add(cache *c, hb_hash key, solver_answer answer) {
    if (answer == SOLVER_UNKNOWN) return true;
    if (2 * c->n >= c->n_slots && !grow(c)) return false;
    uint32_t at = place(c, key);
    c->n += c->answers[at] == SOLVER_UNKNOWN;
    c->slots[at] = key;
    c->answers[at] = (uint8_t)answer;
    return true;
}

void cache_keep(cache *c, hb_str example) {
    char *copy = malloc(example.n + 1);
    if (!copy) return;
    memcpy(copy, example.at, example.n);
    if (c->n_examples == CACHE_EXAMPLES) {
        free((char *)c->examples[0].at);
        memmove(c->examples, c->examples + 1, (CACHE_EXAMPLES - 1) * sizeof *c->examples);
        c->n_examples--;
    }
    c->examples[c->n_examples++] = (hb_str){copy, example.n};
}

static void keep_and_clear(cache *c, hb_text *example) {
    if (example->n > 0 && !example->failed) cache_keep(c, (hb_str){example->at, example->n});
    hb_text_clear(example);
}

void cache_load(cache *c, const char *path) {
    char line[160], head[160];
    snprintf(head, sizeof head, HEAD "%s\n", solver_version());
    FILE *file = fopen(path, "r");
    if (!file) return;
    bool is_ours = fgets(line, sizeof line, file) && strcmp(line, head) == 0;
    hb_text example = {0};
    while (is_ours && fgets(line, sizeof line, file)) {
        hb_hash key;
        if (line[0] == '=') hb_text_add(&example, hb_str_from(line));
        if (line[0] == '!') keep_and_clear(c, &example);
        if (strlen(line) != 66 || !hb_hash_from_hex((hb_str){line + 1, 64}, &key)) continue;
        if (line[0] == '-' || line[0] == '+')
            cache_add(c, key, line[0] == '-' ? SOLVER_IMPOSSIBLE : SOLVER_POSSIBLE);
    }
    keep_and_clear(c, &example);
    fclose(file);
}

void cache_save(const cache *c, const char *path) {
    char fresh[4200], hex[65];
    if (snprintf(fresh, sizeof fresh, "%s.new", path) >= (int)sizeof fresh) return;
    FILE *file = fopen(fresh, "w");
    if (!file) return;
    bool ok = fprintf(file, HEAD "%s\n", solver_version()) > 0;
    for (uint32_t i = 0; ok && i < c->n_slots; i++) {
        if (c->answers[i] == SOLVER_UNKNOWN) continue;
        hb_hash_hex(c->slots[i], hex);
        ok = fprintf(file, "%c%s\n", c->answers[i] == SOLVER_POSSIBLE ? '+' : '-', hex) > 0;
    }
    for (uint32_t i = 0; ok && i < c->n_examples; i++)
        ok = fprintf(file, "!\n%.*s", (int)c->examples[i].n, c->examples[i].at) > 0;
    ok = fclose(file) == 0 && ok;
    if (!ok || rename(fresh, path) != 0) remove(fresh);
}
