// JSON (RFC 8259): the one door to simdjson. Its On-Demand front end is used because it alone
// leaves a number as its text; it checks only what is looked at, so every value, key and bracket is
// looked at.
//
// The text is copied once, to the arena: numbers, and strings and keys without an escape, are
// slices of that copy. Children of an array or object are gathered on the reader's stack and copied
// to the arena when it ends, so they stand in one array:
//
//   stack:  [..outer's children so far | inner's children so far]      arena:  inner's children,
//   outer's
//                                        ^ from                               children, root
//
// Nothing throws: simdjson is built without exceptions and asks for memory by nothrow new.
#include "base/base.h"

#include <stdlib.h>
#include <string.h>

#include <new>
#include <simdjson.h>

namespace od = simdjson::ondemand;

struct hb_json_reader {
    od::parser parser;
    hb_json *stack = nullptr;
    size_t n_stack = 0, stack_room = 0;
};

namespace {

struct walk {
    hb_json_reader *reader;
    hb_arena *arena;
    hb_str text;  // our copy, with bytes behind it that simdjson may read
    od::document document;
    hb_error *err;
};

struct cause {
    simdjson::error_code code;
    const char *message;
};
const cause CAUSES[] = {
    {simdjson::EMPTY,                      "a JSON value was expected, and nothing is here"       },
    {simdjson::UNCLOSED_STRING,            "a string has no closing quote"                        },
    {simdjson::UNESCAPED_CHARS,
     "a string holds a line break or control character that is not escaped"                       },
    {simdjson::STRING_ERROR,               "a string holds an escape that stands for no character"},
    {simdjson::INCOMPLETE_ARRAY_OR_OBJECT,
     "an array or object has no end, or something stands after it"                                },
};

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool fail_at(walk &w, size_t offset, size_t length, const char *code, const char *message) {
    hb_fail(w.err, HB_INPUT, code, "%s", message);
    hb_error_help(w.err, "mend the JSON here; of NDJSON each line holds one whole value");
    hb_error_at(w.err, w.text, offset, length);
    return false;
}

size_t offset_of(const walk &w, const char *at) {
    size_t offset = (size_t)(at - w.text.at);
    return offset < w.text.n ? offset : w.text.n;
}

bool fail_simdjson(walk &w, simdjson::error_code code, size_t offset) {
    if (code == simdjson::MEMALLOC || code == simdjson::CAPACITY) return hb_out_of_memory(w.err);
    const char *message = "a comma, colon, bracket or value is missing or out of place";
    for (const cause &row : CAUSES) {
        if (row.code == code) message = row.message;
    }
    return fail_at(w, offset, 0, "bad-json", message);
}

// An array or object that cannot go on: where simdjson stopped, which is behind the last good
// value.
bool fail_between(walk &w, simdjson::error_code code, size_t last) {
    const char *at = nullptr;
    bool is_known = w.document.current_location().get(at) == simdjson::SUCCESS;
    return fail_simdjson(w, code, is_known ? offset_of(w, at) : last);
}

// The token that begins at `offset` and takes at most `n` bytes, without the white space after it.
hb_str token_at(const walk &w, size_t offset, size_t n) {
    if (n > w.text.n - offset) n = w.text.n - offset;
    while (n && is_space(w.text.at[offset + n - 1])) n--;
    return {w.text.at + offset, n};
}

// The string that begins with the quote at `offset`: its bytes, both quotes counted.
struct quoted {
    size_t n;
    bool is_plain;  // it holds no escape: what stands between the quotes is the string
};

quoted string_at(const walk &w, size_t offset) {
    size_t i = offset + 1;
    auto from = w.text.at + i;
    auto end = (const char *)memchr(from, '"', w.text.n - i);
    if (end && !memchr(from, '\\', (size_t)(end - from))) return {(size_t)(end - from) + 2, true};
    while (i < w.text.n && w.text.at[i] != '"') i += w.text.at[i] == '\\' ? 2 : 1;
    return {i - offset + 1, false};
}

// RFC 8259 §6: [-] (0 | 1-9 digits) [. digits] [e|E [+|-] digits]
bool is_number(hb_str text) {
    size_t i = 0, n = text.n;
    auto digits = [&]() {
        size_t from = i;
        while (i < n && text.at[i] >= '0' && text.at[i] <= '9') i++;
        return i > from;
    };
    if (i < n && text.at[i] == '-') i++;
    if (i < n && text.at[i] == '0') {
        i++;
    } else if (!digits()) {
        return false;
    }
    if (i < n && text.at[i] == '.' && (i++, !digits())) return false;
    if (i < n && (text.at[i] == 'e' || text.at[i] == 'E')) {
        i++;
        if (i < n && (text.at[i] == '-' || text.at[i] == '+')) i++;
        if (!digits()) return false;
    }
    return i == n;
}

bool read_plain(walk &w, hb_str token, hb_json *out) {
    if (hb_str_equal(token, {"null", 4})) {
        out->kind = HB_JSON_NULL;
    } else if (hb_str_equal(token, {"false", 5})) {
        out->kind = HB_JSON_FALSE;
    } else if (hb_str_equal(token, {"true", 4})) {
        out->kind = HB_JSON_TRUE;
    } else if (is_number(token)) {
        out->kind = HB_JSON_NUMBER;
        out->text = token;
    } else {
        return fail_at(
            w, out->offset, token.n, "bad-json",
            "this is no JSON value: strings stand in double quotes, numbers as 12, -0.5 or 1e3, "
            "and words are true, false and null");
    }
    return true;
}

bool push(walk &w, const hb_json &child) {
    hb_json_reader *r = w.reader;
    if (r->n_stack == r->stack_room) {
        size_t room = r->stack_room ? r->stack_room * 2 : 256;
        hb_json *grown = (hb_json *)realloc(r->stack, room * sizeof *grown);
        if (!grown) return hb_out_of_memory(w.err);
        r->stack = grown;
        r->stack_room = room;
    }
    r->stack[r->n_stack++] = child;
    return true;
}

bool take_children(walk &w, size_t from, hb_json *out) {
    size_t n = w.reader->n_stack - from;
    out->n = (uint32_t)n;
    if (n) {
        out->first = (hb_json *)hb_arena_array_bytes(w.arena, sizeof(hb_json), n);
        if (!out->first) return hb_out_of_memory(w.err);
        memcpy(out->first, w.reader->stack + from, n * sizeof(hb_json));
    }
    w.reader->n_stack = from;
    return true;
}

// Any order will do that brings equal keys together; of two, the later stands behind.
int by_key(const void *a, const void *b) {
    const hb_json *x = *(const hb_json *const *)a, *y = *(const hb_json *const *)b;
    if (x->key.n != y->key.n) return x->key.n < y->key.n ? -1 : 1;
    int order = x->key.n ? memcmp(x->key.at, y->key.at, x->key.n) : 0;
    return order ? order : (x->offset > y->offset) - (x->offset < y->offset);
}

// RFC 8259 §4 leaves the meaning of a repeated name open, so it is refused.
bool check_keys(walk &w, const hb_json *object) {
    const hb_json *twice = nullptr;
    if (object->n <= 16) {
        for (uint32_t i = 1; i < object->n && !twice; i++) {
            for (uint32_t k = 0; k < i && !twice; k++) {
                if (hb_str_equal(object->first[k].key, object->first[i].key))
                    twice = &object->first[i];
            }
        }
    } else {
        auto sorted = (const hb_json **)malloc(object->n * sizeof(hb_json *));
        if (!sorted) return hb_out_of_memory(w.err);
        for (uint32_t i = 0; i < object->n; i++) sorted[i] = &object->first[i];
        qsort(sorted, object->n, sizeof *sorted, by_key);
        for (uint32_t i = 1; i < object->n && !twice; i++) {
            if (hb_str_equal(sorted[i - 1]->key, sorted[i]->key)) twice = sorted[i];
        }
        free(sorted);
    }
    if (!twice) return true;
    hb_fail(w.err, HB_INPUT, "duplicate-key", "the key \"%.*s\" is given twice in one object",
            (int)(twice->key.n > 200 ? 200 : twice->key.n), twice->key.at);
    hb_error_help(w.err, "keep one of the two");
    hb_error_at(w.err, w.text, twice->offset, 0);
    return false;
}

bool read_value(walk &w, od::value value, int depth, hb_json *out);

bool read_key(walk &w, od::field &field, hb_json *child) {
    size_t at = offset_of(w, field.key().raw()) - 1, after = at;
    quoted raw = string_at(w, at);
    after += raw.n;
    while (after < w.text.n && is_space(w.text.at[after])) after++;
    if (after >= w.text.n || w.text.at[after] != ':') {
        return fail_at(w, at, raw.n, "bad-json", "a key must be followed by a colon");
    }
    if (raw.is_plain) {
        child->key = {w.text.at + at + 1, raw.n - 2};
        return true;
    }
    std::string_view key;
    if (auto code = field.unescaped_key().get(key)) return fail_simdjson(w, code, at);
    if (memchr(key.data(), 0, key.size())) {
        return fail_at(w, at, raw.n, "bad-json", "a key holds the character U+0000");
    }
    return hb_str_copy(w.arena, {key.data(), key.size()}, &child->key) || hb_out_of_memory(w.err);
}

template <typename Container>
bool read_object(walk &w, Container &from, int depth, hb_json *out) {
    od::object object;
    size_t start = w.reader->n_stack, last = out->offset;
    out->kind = HB_JSON_OBJECT;
    if (auto code = from.get_object().get(object)) return fail_simdjson(w, code, last);
    for (auto result : object) {
        od::field field;
        od::value value;
        hb_json child = {};
        if (auto code = std::move(result).get(field)) return fail_between(w, code, last);
        if (!read_key(w, field, &child)) return false;
        value = field.value();
        if (!read_value(w, value, depth, &child) || !push(w, child)) return false;
        last = child.offset;
    }
    return take_children(w, start, out) && check_keys(w, out);
}

template <typename Container>
bool read_array(walk &w, Container &from, int depth, hb_json *out) {
    od::array array;
    size_t start = w.reader->n_stack, last = out->offset;
    out->kind = HB_JSON_ARRAY;
    if (auto code = from.get_array().get(array)) return fail_simdjson(w, code, last);
    for (auto result : array) {
        od::value value;
        hb_json child = {};
        if (auto code = std::move(result).get(value)) return fail_between(w, code, last);
        if (!read_value(w, value, depth, &child) || !push(w, child)) return false;
        last = child.offset;
    }
    return take_children(w, start, out);
}

// A document and a value have the same methods but no common type. `token` is the value's first
// token.
template <typename Value>
bool read_any(walk &w, Value &value, std::string_view token, int depth, hb_json *out) {
    out->offset = offset_of(w, token.data());
    hb_str shown = token_at(w, out->offset, token.size());
    char first = shown.n ? shown.at[0] : 0;
    if ((first == '{' || first == '[') && depth == HB_JSON_DEPTH) {
        hb_fail(w.err, HB_LIMIT, "json-depth", "arrays and objects nest deeper than %d",
                HB_JSON_DEPTH);
        hb_error_help(w.err,
                      "no file of habeas nests so deep: look for a bracket that is not closed");
        hb_error_at(w.err, w.text, out->offset, 1);
        return false;
    }
    if (first == '{') return read_object(w, value, depth + 1, out);
    if (first == '[') return read_array(w, value, depth + 1, out);
    if (first != '"') return read_plain(w, shown, out);  // simdjson steps over it by itself
    quoted raw = string_at(w, out->offset);
    if (raw.n != shown.n) {
        return fail_at(w, out->offset, shown.n, "bad-json",
                       "something stands between a string and what follows it");
    }
    out->kind = HB_JSON_STRING;
    if (raw.is_plain) {
        od::raw_json_string taken;  // for its step: past a string left alone a colon would pass
        if (auto code = value.get_raw_json_string().get(taken))
            return fail_simdjson(w, code, out->offset);
        out->text = {w.text.at + out->offset + 1, raw.n - 2};
        return true;
    }
    std::string_view string;
    if (auto code = value.get_string().get(string)) return fail_simdjson(w, code, out->offset);
    return hb_str_copy(w.arena, {string.data(), string.size()}, &out->text) ||
           hb_out_of_memory(w.err);
}

bool read_value(walk &w, od::value value, int depth, hb_json *out) {
    return read_any(w, value, value.raw_json_token(), depth, out);
}

bool read_root(walk &w, hb_json *out) {
    od::document &document = w.document;
    std::string_view token;
    if (auto code = document.raw_json_token().get(token)) return fail_simdjson(w, code, 0);
    if (!read_any(w, document, token, 0, out)) return false;
    const char *rest = nullptr;
    if (out->kind < HB_JSON_ARRAY) {
        size_t after = out->offset + token_at(w, out->offset, token.size()).n;
        while (after < w.text.n && is_space(w.text.at[after])) after++;
        return after == w.text.n ||
               fail_at(w, after, 0, "bad-json", "something stands after the JSON value");
    }
    if (document.current_location().get(rest) != simdjson::SUCCESS) return true;
    return fail_at(w, offset_of(w, rest), 0, "bad-json", "something stands after the JSON value");
}

}  // namespace

hb_json_reader *hb_json_reader_open(void) {
    return new (std::nothrow) hb_json_reader;
}

void hb_json_reader_close(hb_json_reader *reader) {
    if (!reader) return;
    free(reader->stack);
    delete reader;
}

bool hb_json_parse(hb_json_reader *reader, hb_arena *arena, hb_str text, hb_json **out,
                   hb_error *err) {
    walk w = {reader, arena, text, {}, err};
    size_t bad_at = 0, room = text.n + simdjson::SIMDJSON_PADDING;
    reader->n_stack = 0;
    if (text.n >= simdjson::SIMDJSON_MAXSIZE_BYTES) {
        return hb_fail(err, HB_LIMIT, "file-too-long", "the JSON text is longer than 4 GB");
    }
    if (!hb_utf8_is_valid(text, &bad_at))
        return fail_at(w, bad_at, 1, "bad-utf8", "these bytes are no UTF-8");
    if (hb_str_starts(text, {"\xef\xbb\xbf", 3})) {
        return fail_at(w, 0, 1, "bad-json", "JSON text must not begin with a byte order mark");
    }
    auto copy = (char *)hb_arena_alloc(arena, room);
    auto root = (hb_json *)hb_arena_alloc(arena, sizeof(hb_json));
    if (!copy || !root) return hb_out_of_memory(err);
    if (text.n) memcpy(copy, text.at, text.n);
    w.text.at = copy;
    auto code = reader->parser.iterate(copy, text.n, room).get(w.document);
    if (code)
        return fail_simdjson(
            w, code, code == simdjson::UNCLOSED_STRING || code == simdjson::EMPTY ? text.n : 0);
    if (!read_root(w, root)) return false;
    *out = root;
    return true;
}

const hb_json *hb_json_member(const hb_json *object, hb_str key) {
    if (!object || object->kind != HB_JSON_OBJECT) return NULL;
    for (uint32_t i = 0; i < object->n; i++) {
        if (hb_str_equal(object->first[i].key, key)) return &object->first[i];
    }
    return NULL;
}
