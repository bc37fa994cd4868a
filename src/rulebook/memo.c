// Answers found before. A decision's logic has no memory and no clock, so what it gave for some
// values of what it reads it gives again; people of one list differ in few of them. Nothing here is
// near enough: two values are the same when every bit that means something is.
//
//   key: VALUE | bytes of a value      -> its number, from 1, the same for the same value
//   key: function | numbers it reads   -> the value it gave, and the row of the table
//
// Both stand in one table of open addresses. It forgets all when it is full, between two people:
// numbers given to one person stay good until his check ends. A key that finds no place near its
// own is not kept, so that no list can be made to search long. What a function gave last is looked
// at first: of the rules most find there what they want, and the table is not touched.
#include "rulebook/internal.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS = 1 << 15, PROBES = 16, KEY_MAX = 2048, NESTED_MAX = 8 };
enum { NUMBER_OF_NULL = 1 };  // most facts of most people; the others follow
#define MEMO_BYTES ((size_t)4 << 20)
#define VALUE UINT32_MAX

typedef struct {
    memo_answer answer;  // of a value: itself is not kept, only its number
    uint32_t n;
    uint8_t key[];
} entry;

typedef struct {
    uint64_t hash;
    entry *at;  // NULL: free
} slot;

struct memo {
    hb_arena *arena;
    slot *slots;
    uint32_t n_functions;
    const entry **last;  // of each function; NULL: none
    uint32_t n_kept, n_numbers;
};

memo *memo_open(uint32_t n_functions) {
    memo *m = calloc(1, sizeof *m);
    if (!m) return NULL;
    m->arena = hb_arena_open(MEMO_BYTES);
    m->slots = calloc(SLOTS, sizeof *m->slots);
    m->last = calloc(n_functions, sizeof *m->last);
    m->n_functions = n_functions;
    if (m->arena && m->slots && m->last) return m;
    memo_close(m);
    return NULL;
}

void memo_close(memo *m) {
    if (!m) return;
    hb_arena_close(m->arena);
    free(m->slots);
    free(m->last);
    free(m);
}

void memo_between_people(memo *m) {
    bool is_full = hb_arena_is_exhausted(m->arena) || m->n_kept > SLOTS / 2;
    if (!is_full) return;
    hb_arena_reset(m->arena);
    memset(m->slots, 0, SLOTS * sizeof *m->slots);
    memset(m->last, 0, m->n_functions * sizeof *m->last);
    m->n_kept = m->n_numbers = 0;
}

static uint64_t mix(uint64_t a, uint64_t b) {
    unsigned __int128 product =
        (unsigned __int128)(a ^ 0x9e3779b97f4a7c15u) * (b ^ 0xd6e8feb86659fd93u);
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

// A word at a time; what is equal is compared, so it only has to spread.
static uint64_t hash_of(const uint8_t *key, uint32_t n) {
    uint64_t hash = n, word = 0;
    uint32_t i = 0;
    for (; i + 8 <= n; i += 8) {
        memcpy(&word, key + i, 8);
        hash = mix(hash, word);
    }
    word = 0;
    memcpy(&word, key + i, n - i);
    return mix(hash, word);
}

// The slot of this key, or the free one where it may be kept, or NULL.
static slot *find(const memo *m, const uint8_t *key, uint32_t n, uint64_t hash) {
    for (uint32_t i = 0; i < PROBES; i++) {
        slot *s = &m->slots[(hash + i) & (SLOTS - 1)];
        bool is_it = s->at && s->hash == hash && s->at->n == n && memcmp(s->at->key, key, n) == 0;
        if (!s->at || is_it) return s;
    }
    return NULL;
}

static entry *take(memo *m, slot *s, const uint8_t *key, uint32_t n, uint64_t hash) {
    entry *e = hb_arena_alloc(m->arena, sizeof *e + n);
    if (!e) return NULL;
    e->n = n;
    memcpy(e->key, key, n);
    *s = (slot){hash, e};
    m->n_kept++;
    return e;
}

// ---- values -------------------------------------------------------------------------------------

typedef struct {
    uint8_t bytes[KEY_MAX];
    uint32_t n;
    bool is_whole;  // false: too long, too deep, or of a kind that no fact has
} spelling;

static void spell(spelling *s, const void *bytes, size_t n) {
    if (n > sizeof s->bytes - s->n) s->is_whole = false;
    if (!s->is_whole || !n) return;
    memcpy(s->bytes + s->n, bytes, n);
    s->n += (uint32_t)n;
}

static void spell_number(spelling *s, int64_t number) {
    spell(s, &number, sizeof number);
}

static void spell_date(spelling *s, hb_date date) {
    spell_number(s, (int64_t)date.year * 512 + date.month * 32 + date.day);
}

static void spell_time(spelling *s, const hb_time *time) {
    spell_number(s, ((int64_t)time->hour * 60 + time->minute) * 60 + time->second);
    spell_number(s, time->nanosecond);
    spell_number(s, (int64_t)time->zone.kind);
    spell_number(s, time->zone.kind == HB_ZONE_OFFSET ? time->zone.offset_seconds : 0);
    spell_number(s, time->zone.kind == HB_ZONE_NAMED ? time->zone.name : 0);
}

static void spell_text(spelling *s, hb_str text) {
    spell_number(s, (int64_t)text.n);
    spell(s, text.at, text.n);
}

// Every part with its length before it, so that no two values have one spelling.
static void spell_value(spelling *s, feel_value value, int depth) {
    if (depth > NESTED_MAX) s->is_whole = false;
    if (!s->is_whole) return;
    uint8_t kind[2] = {value.kind, value.kind == FEEL_NUMBER && value.is_big};
    spell(s, kind, sizeof kind);
    switch ((feel_kind)value.kind) {
        case FEEL_NULL: return;
        case FEEL_BOOLEAN: spell_number(s, value.boolean); return;
        case FEEL_NUMBER:
            spell_number(s, value.is_big ? 0 : value.exponent);
            if (value.is_big)
                spell(s, value.big, sizeof *value.big);
            else
                spell_number(s, value.coefficient);
            return;
        case FEEL_STRING: spell_text(s, feel_text(value)); return;
        case FEEL_DATE: spell_date(s, value.date); return;
        case FEEL_DATE_TIME:
            spell_date(s, value.date_time->date);
            spell_time(s, &value.date_time->time);
            return;
        case FEEL_LIST:
            spell_number(s, value.n);
            for (uint32_t i = 0; i < value.n && s->is_whole; i++)
                spell_value(s, value.items[i], depth + 1);
            return;
        case FEEL_CONTEXT:
            spell_number(s, value.context->n);
            for (uint32_t i = 0; i < value.context->n && s->is_whole; i++) {
                spell_text(s, value.context->keys[i]);
                spell_value(s, value.context->values[i], depth + 1);
            }
            return;
        case FEEL_TIME:
        case FEEL_DAYS_DURATION:
        case FEEL_YEARS_DURATION:
        case FEEL_RANGE:
        case FEEL_FUNCTION: break;
    }
    s->is_whole = false;
}

uint32_t memo_number(memo *m, feel_value value) {
    spelling s;
    if (feel_is_null(value)) return NUMBER_OF_NULL;
    s.n = 0;
    s.is_whole = true;
    const uint32_t kind = VALUE;
    spell(&s, &kind, sizeof kind);
    spell_value(&s, value, 0);
    if (!s.is_whole) return MEMO_NONE;
    uint64_t hash = hash_of(s.bytes, s.n);
    slot *at = find(m, s.bytes, s.n, hash);
    if (!at) return MEMO_NONE;
    if (at->at) return at->at->answer.number;
    entry *e = take(m, at, s.bytes, s.n, hash);
    if (!e) return MEMO_NONE;
    return e->answer.number = NUMBER_OF_NULL + ++m->n_numbers;
}

// ---- answers ------------------------------------------------------------------------------------

typedef struct {
    uint32_t words[1 + MEMO_READS_MAX];
    const uint8_t *bytes;
    uint32_t n;
    uint64_t hash;
} question;

static bool all_have_numbers(const uint32_t *numbers, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        if (numbers[i] == MEMO_NONE) return false;
    return n <= MEMO_READS_MAX;
}

static void ask(question *q, uint32_t function, const uint32_t *numbers, uint32_t n) {
    q->words[0] = function;
    memcpy(q->words + 1, numbers, n * sizeof *numbers);
    q->bytes = (const uint8_t *)q->words;
    q->n = (1 + n) * (uint32_t)sizeof *numbers;
    q->hash = hash_of(q->bytes, q->n);
}

static bool is_of(const entry *e, const uint32_t *numbers, uint32_t n) {
    return e && e->n == (1 + n) * sizeof *numbers &&
           memcmp(e->key + sizeof *numbers, numbers, n * sizeof *numbers) == 0;
}

bool memo_find(memo *m, uint32_t function, const uint32_t *numbers, uint32_t n, memo_answer *out) {
    question q;
    if (!all_have_numbers(numbers, n)) return false;
    if (!is_of(m->last[function], numbers, n)) {
        ask(&q, function, numbers, n);
        const slot *at = find(m, q.bytes, q.n, q.hash);
        if (!at || !at->at) return false;
        m->last[function] = at->at;
    }
    *out = m->last[function]->answer;
    return true;
}

void memo_keep(memo *m, uint32_t function, const uint32_t *numbers, uint32_t n,
               memo_answer answer) {
    question q;
    hb_str text = {0};
    bool is_flat = answer.value.kind == FEEL_NULL || answer.value.kind == FEEL_BOOLEAN ||
                   answer.value.kind == FEEL_STRING;
    if (!is_flat || !all_have_numbers(numbers, n)) return;
    if (answer.value.kind == FEEL_STRING) {
        if (!hb_str_copy(m->arena, feel_text(answer.value), &text)) return;
        answer.value = feel_string(text);
    }
    ask(&q, function, numbers, n);
    slot *at = find(m, q.bytes, q.n, q.hash);
    entry *e = at && !at->at ? take(m, at, q.bytes, q.n, q.hash) : NULL;
    if (e) e->answer = answer;
}
