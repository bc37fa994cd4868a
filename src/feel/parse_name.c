// parse_name.c: names in expressions. Where a name ends depends on what is known (DMN 1.5
// §10.3.1.4): the longest known name wins, then the innermost frame. In a filter an entry of the
// element hides what is outside (§10.3.2.5); where the element's type does not settle whether it
// has the entry, the node asks at run time.
#include <stdio.h>
#include <string.h>

#include "feel/parse.h"

#define MEMBER_COST 500u  // what a search through the types in scope counts for

typedef struct {
    const feel_scope *frame;  // NULL: a built-in, or nothing
    uint32_t up, index;
    const feel_field *member;  // an entry of a filter's element
    const feel_builtin *builtin;
    size_t n;  // bytes of text; 0: nothing found
} found_name;

static hb_str text_of(const feel_parser *parser) {
    return parser->lexer.text;
}

static const feel_builtin *longest_builtin(hb_str text, size_t at, size_t *n) {
    uint32_t n_rows;
    const feel_builtin *rows = feel_builtin_rows(&n_rows), *best = NULL;
    for (uint32_t i = 0; i < n_rows; i++) {
        if (rows[i].name[0] != text.at[at]) continue;
        size_t matched = feel_name_match(text, at, hb_str_from(rows[i].name));
        if (matched <= *n) continue;
        *n = matched;
        best = &rows[i];
    }
    return best;
}

static bool is_called(hb_str text, size_t at) {
    for (size_t n; (n = feel_space(text, at)) > 0;) at += n;
    return at < text.n && text.at[at] == '(';
}

static found_name find(feel_parser *parser, size_t at) {
    hb_str text = text_of(parser);
    found_name found = {0};
    uint32_t up = 0;
    for (const feel_scope *frame = parser->scope; frame; frame = frame->parent, up++) {
        if (!feel_parser_compare(parser, frame->n + 1u)) return (found_name){0};
        for (uint32_t i = frame->n; i-- > 0;) {
            size_t n = feel_name_match(text, at, frame->names[i].name);
            if (n > found.n) found = (found_name){.frame = frame, .up = up, .index = i, .n = n};
        }
        if (frame->kind != FEEL_FRAME_FILTER || frame->element->kind != FEEL_TYPE_CONTEXT) continue;
        for (uint32_t i = 0; i < frame->element->n_fields; i++) {
            const feel_field *field = &frame->element->fields[i];
            size_t n = feel_name_match(text, at, field->name);
            bool hides_item = n && n == found.n && found.frame == frame;
            if (n > found.n || hides_item)
                found = (found_name){.frame = frame, .up = up, .member = field, .n = n};
        }
    }
    size_t n = found.n;
    const feel_builtin *builtin = longest_builtin(text, at, &n);
    if (builtin && (!found.n || is_called(text, at + n)))
        found = (found_name){.builtin = builtin, .n = n};
    return found;
}

bool feel_is_longer_name(feel_parser *parser) {
    return find(parser, parser->lexer.at).n > parser->lexer.next - parser->lexer.at;
}

static feel_node *slot(feel_parser *parser, const feel_scope *frame, uint32_t up, uint32_t index) {
    feel_node *node = feel_node_new(parser->arena, FEEL_NODE_NAME, frame->names[index].type);
    if (!node) return NULL;
    node->up = up;
    node->index = feel_scope_slot(frame, index);
    node->name = frame->names[index].name;
    if (frame->is_used) *frame->is_used = true;
    return node;
}

static feel_node *member_of_item(feel_parser *parser, const found_name *found) {
    feel_node *item = slot(parser, found->frame, found->up, 0);
    feel_node *node = feel_node_new(parser->arena, FEEL_NODE_PATH, found->member->type);
    if (!item || !node) return NULL;
    node->a = item;
    node->name = found->member->name;
    return node;
}

// A declared type is taken at its word: what it does not name is looked for outside. A name found
// nowhere may still be an entry the type does not tell of.
static bool may_have_entry(const feel_type *element, bool is_known_outside) {
    return element->kind == FEEL_TYPE_ANY || element->kind == FEEL_TYPE_NULL ||
           (element->kind == FEEL_TYPE_CONTEXT && !is_known_outside);
}

// Wraps `node` (NULL: an unknown name) in a question to each filter from frame `n_frames` - 1
// inwards: has your element an entry of this name? The innermost asks first.
static feel_node *ask_filters(feel_parser *parser, feel_node *node, hb_str name, uint32_t n_frames,
                              bool *has_asked) {
    uint32_t ups[FEEL_ASK_MAX], n = 0, up = 0;
    for (const feel_scope *frame = parser->scope; frame && up < n_frames && n < FEEL_ASK_MAX;
         frame = frame->parent, up++) {
        if (frame->kind != FEEL_FRAME_FILTER || !may_have_entry(frame->element, node != NULL))
            continue;
        ups[n++] = up;
    }
    *has_asked = n > 0;
    while (n-- > 0) {
        feel_node *ask = feel_node_new(parser->arena, FEEL_NODE_MEMBER_NAME, NULL);
        if (!ask) return NULL;
        ask->a = node;
        ask->up = ups[n];
        ask->name = name;
        node = ask;
    }
    return node;
}

static bool is_word_token(feel_token_kind kind) {
    return kind == FEEL_TOKEN_NAME || kind >= FEEL_TOKEN_AND;
}

// A name nobody knows: all the words that stand together, for the message.
static bool fail_unknown(feel_parser *parser) {
    feel_lexer look = parser->lexer;
    hb_error ignored = {0};
    size_t start = look.at, end = look.next;
    while (feel_lex(&look, &ignored) && look.kind == FEEL_TOKEN_NAME) end = look.next;
    hb_str name = {text_of(parser).at + start, end - start};
    hb_str nearest = feel_scope_nearest(parser->scope, name);
    feel_parser_fail(parser, start, name.n, "nothing here is named \"%.*s\"",
                     (int)(name.n < 80 ? name.n : 80), name.at);
    if (nearest.n) hb_error_help(parser->err, "did you mean \"%.*s\"?", (int)nearest.n, nearest.at);
    return false;
}

static feel_node *unknown_name(feel_parser *parser, size_t start) {
    hb_str text = text_of(parser), name = feel_parser_token(parser);
    bool has_asked = false;
    if (parser->lexer.kind == FEEL_TOKEN_INPUT) {
        feel_parser_fail(parser, start, 1, "\"?\" is the tested value, and nothing is tested here");
        hb_error_help(parser->err,
                      "\"?\" stands in the tests of a decision table's cell and behind \"in\"");
        return NULL;
    }
    if (parser->lexer.kind != FEEL_TOKEN_NAME) {
        feel_parser_fail(parser, start, parser->lexer.next - start,
                         "an expression was expected here");
        return NULL;
    }
    hb_str known;
    size_t n = feel_scope_match_member(parser->scope, text, start, &known);
    if (!feel_parser_compare(parser, parser->n_known + MEMBER_COST)) return NULL;
    for (uint32_t i = 0; i < parser->n_known; i++) {
        size_t m = feel_name_match(text, start, parser->known[i]);
        if (m <= n) continue;
        n = m;
        known = parser->known[i];
    }
    if (n > name.n)
        name = known;
    else
        n = name.n;
    feel_node *node = ask_filters(parser, NULL, name, UINT32_MAX, &has_asked);
    if (!has_asked) {
        fail_unknown(parser);
        return NULL;
    }
    if (!node || !feel_lex_from(&parser->lexer, start + n, parser->err)) return NULL;
    return feel_parser_mark(parser, node, start);
}

feel_node *feel_parse_name(feel_parser *parser) {
    size_t start = parser->lexer.at;
    found_name found = find(parser, start);
    feel_node *node = NULL;
    bool has_asked;
    if (!found.n) return unknown_name(parser, start);
    if (!feel_lex_from(&parser->lexer, start + found.n, parser->err)) return NULL;
    if (!found.builtin) {
        node = found.member ? member_of_item(parser, &found)
                            : slot(parser, found.frame, found.up, found.index);
        if (!feel_parser_mark(parser, node, start) || found.frame->kind == FEEL_FRAME_INPUT)
            return node;
        // an item that may be a context may have an entry named "item"
        bool asks_itself = !found.member && found.frame->kind == FEEL_FRAME_FILTER;
        node = ask_filters(parser, node, node->name, found.up + asks_itself, &has_asked);
        return feel_parser_mark(parser, node, start);
    }
    node = feel_node_new(parser->arena, FEEL_NODE_BUILTIN, feel_type_basic(FEEL_TYPE_FUNCTION));
    if (!node) return NULL;
    node->builtin = found.builtin;
    node->name = hb_str_from(found.builtin->name);
    feel_parser_mark(parser, node, start);
    if (parser->lexer.kind == FEEL_TOKEN_OPEN) return node;
    return feel_parser_mark(parser, ask_filters(parser, node, node->name, UINT32_MAX, &has_asked),
                            start);
}

// Rule 45 (path): the member's name by the value's type, else the longest known anywhere, else one
// word.
feel_node *feel_parse_path(feel_parser *parser, feel_node *value, size_t start) {
    hb_str text = text_of(parser), name = {0};
    size_t at = parser->lexer.at, n = 0;
    if (at >= text.n) {
        feel_parser_fail(parser, at, 1, "a name was expected after the dot");
        return NULL;
    }
    const feel_type *type = value->type;
    while (type->kind == FEEL_TYPE_LIST && type->element) type = type->element;
    for (uint32_t i = 0; type->kind == FEEL_TYPE_CONTEXT && i < type->n_fields; i++) {
        size_t m = feel_name_match(text, at, type->fields[i].name);
        if (m <= n) continue;
        n = m;
        name = type->fields[i].name;
    }
    if (!n) n = feel_scope_match_member(parser->scope, text, at, &name);
    if (!feel_parser_compare(parser, parser->n_known + MEMBER_COST)) return NULL;
    for (uint32_t i = 0; i < parser->n_known; i++) {
        size_t m = feel_name_match(text, at, parser->known[i]);
        if (m <= n) continue;
        n = m;
        name = parser->known[i];
    }
    if (is_word_token(parser->lexer.kind) && parser->lexer.next - at > n) {
        name = feel_parser_token(parser);
        n = name.n;
    }
    if (!n) {
        feel_parser_fail(parser, at, parser->lexer.next - at, "a name was expected after the dot");
        return NULL;
    }
    feel_node *node = feel_node_new(parser->arena, FEEL_NODE_PATH,
                                    feel_type_member(parser->arena, value->type, name));
    if (!node || !feel_lex_from(&parser->lexer, at + n, parser->err)) return NULL;
    node->a = value;
    node->name = name;
    return feel_parser_mark(parser, node, start);
}

// ---- new names --------------------------------------------------------------------------------
static bool may_be_in_name(feel_token_kind kind) {
    switch (kind) {
        case FEEL_TOKEN_NAME:
        case FEEL_TOKEN_NUMBER:
        case FEEL_TOKEN_OTHER:
        case FEEL_TOKEN_POWER:
        case FEEL_TOKEN_DOT:
        case FEEL_TOKEN_PLUS:
        case FEEL_TOKEN_MINUS:
        case FEEL_TOKEN_TIMES:
        case FEEL_TOKEN_DIVIDE:
        case FEEL_TOKEN_AND:
        case FEEL_TOKEN_BETWEEN:
        case FEEL_TOKEN_ELSE:
        case FEEL_TOKEN_EVERY:
        case FEEL_TOKEN_FALSE:
        case FEEL_TOKEN_FOR:
        case FEEL_TOKEN_FUNCTION:
        case FEEL_TOKEN_IF:
        case FEEL_TOKEN_IN:
        case FEEL_TOKEN_INSTANCE:
        case FEEL_TOKEN_NULL:
        case FEEL_TOKEN_OR:
        case FEEL_TOKEN_RETURN:
        case FEEL_TOKEN_SATISFIES:
        case FEEL_TOKEN_SOME:
        case FEEL_TOKEN_THEN:
        case FEEL_TOKEN_TRUE: return true;
        case FEEL_TOKEN_END:
        case FEEL_TOKEN_STRING:
        case FEEL_TOKEN_DOTS:
        case FEEL_TOKEN_OPEN:
        case FEEL_TOKEN_CLOSE:
        case FEEL_TOKEN_OPEN_LIST:
        case FEEL_TOKEN_CLOSE_LIST:
        case FEEL_TOKEN_OPEN_CONTEXT:
        case FEEL_TOKEN_CLOSE_CONTEXT:
        case FEEL_TOKEN_COMMA:
        case FEEL_TOKEN_COLON:
        case FEEL_TOKEN_AT:
        case FEEL_TOKEN_INPUT:
        case FEEL_TOKEN_EQUAL:
        case FEEL_TOKEN_NOT_EQUAL:
        case FEEL_TOKEN_LESS:
        case FEEL_TOKEN_LESS_OR_EQUAL:
        case FEEL_TOKEN_GREATER:
        case FEEL_TOKEN_GREATER_OR_EQUAL: return false;
    }
    return false;
}

// Each run of white space becomes one space.
static bool normalise(feel_parser *parser, size_t from, size_t to, hb_str *out) {
    hb_str text = text_of(parser);
    char *at = hb_arena_array(parser->arena, char, to - from + 1);
    if (!at) return hb_out_of_memory(parser->err);
    size_t n = 0;
    while (from < to) {
        size_t space = feel_space(text, from);
        if (!space) {  // a whole code point: the bytes inside one are no text
            size_t next = from;
            feel_next_code_point(text, &next);
            while (from < next) at[n++] = text.at[from++];
            continue;
        }
        while ((space = feel_space(text, from)) > 0) from += space;
        at[n++] = ' ';
    }
    *out = (hb_str){at, n};
    return true;
}

// Rules 27 and 28: a name starts with a letter or "_", never with a digit or a symbol.
static bool starts_name(const feel_lexer *lexer) {
    return lexer->kind == FEEL_TOKEN_NAME || lexer->kind >= FEEL_TOKEN_AND;
}

bool feel_parse_new_name(feel_parser *parser, feel_token_kind end, feel_token_kind other_end,
                         hb_str *out) {
    size_t start = parser->lexer.at, stop = start;
    while (parser->lexer.kind != end && parser->lexer.kind != other_end &&
           may_be_in_name(parser->lexer.kind) && (stop > start || starts_name(&parser->lexer))) {
        stop = parser->lexer.next;
        if (!feel_parser_next(parser)) return false;
    }
    if (stop == start)
        return feel_parser_fail(parser, start, parser->lexer.next - start,
                                "a name was expected here");
    return normalise(parser, start, stop, out);
}

bool feel_is_named_argument(const feel_parser *parser) {
    feel_lexer look = parser->lexer;
    hb_error ignored = {0};
    if (!starts_name(&look)) return false;
    while (may_be_in_name(look.kind)) {
        if (!feel_lex(&look, &ignored)) return false;
    }
    return look.kind == FEEL_TOKEN_COLON;
}

// ---- types ------------------------------------------------------------------------------------
static const feel_type *longest_type(const feel_parser *parser, size_t *n) {
    hb_str text = text_of(parser), name;
    size_t at = parser->lexer.at;
    const feel_type *best = NULL;
    for (const feel_scope *scope = parser->scope; scope; scope = scope->parent) {
        for (uint32_t i = 0; i < scope->n_types; i++) {
            size_t matched = feel_name_match(text, at, scope->types[i].name);
            if (matched <= *n) continue;
            *n = matched;
            best = scope->types[i].type;
        }
    }
    for (uint32_t i = 0; feel_type_name(i, &name); i++) {
        size_t matched = feel_name_match(text, at, name);
        if (matched <= *n) continue;
        *n = matched;
        best = feel_type_find(name);
    }
    return best;
}

// "<", ">" and "->" are read by character, since "<>" , ">>" and ">=" may follow one another
// closely.
static bool accept(feel_parser *parser, char wanted) {
    const feel_lexer *lexer = &parser->lexer;
    if (lexer->at >= lexer->text.n || lexer->text.at[lexer->at] != wanted) return false;
    return feel_lex_from(&parser->lexer, lexer->at + 1, parser->err);
}

static bool expect(feel_parser *parser, char wanted) {
    if (accept(parser, wanted)) return true;
    return feel_parser_fail(parser, parser->lexer.at, 1, "\"%c\" was expected in this type",
                            wanted);
}

static bool type_fields(feel_parser *parser, feel_type *type, bool has_names) {
    feel_field *fields = NULL;
    uint32_t room = 0;
    while (!accept(parser, '>')) {
        if (type->n_fields && !expect(parser, ',')) return false;
        if (type->n_fields == room) {
            feel_field *grown =
                hb_arena_array(parser->arena, feel_field, room = room ? room * 2 : 4);
            if (!grown) return hb_out_of_memory(parser->err);
            if (type->n_fields) memcpy(grown, fields, type->n_fields * sizeof *fields);
            fields = grown;
        }
        feel_field *field = &fields[type->n_fields];
        *field = (feel_field){0};
        if (has_names &&
            (!feel_parse_new_name(parser, FEEL_TOKEN_COLON, FEEL_TOKEN_COLON, &field->name) ||
             !expect(parser, ':'))) {
            return false;
        }
        if (!(field->type = feel_parse_type(parser))) return false;
        type->n_fields++;
    }
    type->fields = fields;
    return true;
}

// Rule 52. type = qualified name | "range" "<" type ">" | "list" "<" type ">" |
//   "context" "<" name ":" type {"," name ":" type} ">" | "function" "<" [type {"," type}] ">" "->"
//   type
const feel_type *feel_parse_type(feel_parser *parser) {
    size_t n = 0, start = parser->lexer.at;
    const feel_type *named = start < text_of(parser).n ? longest_type(parser, &n) : NULL;
    if (!named) {
        hb_str token = feel_parser_token(parser);
        feel_parser_fail(parser, start, token.n, "no type is named \"%.*s\"", (int)token.n,
                         token.at);
        hb_error_help(
            parser->err,
            "types are number, string, boolean, date, time, date and time, the two durations, "
            "list<...>, range<...>, context<...>, function<...>->..., and those of the model");
        return NULL;
    }
    if (!feel_lex_from(&parser->lexer, start + n, parser->err)) return NULL;
    bool has_parts = named == feel_type_basic(named->kind) && named->kind >= FEEL_TYPE_RANGE;
    if (!has_parts || parser->lexer.kind != FEEL_TOKEN_LESS) return named;
    if (parser->depth >= FEEL_DEPTH_MAX) {
        feel_parser_fail(parser, start, n, "this type is nested too deeply");
        return NULL;
    }
    feel_type *type = hb_arena_new(parser->arena, feel_type);
    if (!type) return NULL;
    type->kind = named->kind;
    parser->depth++;
    bool ok = expect(parser, '<');
    if (ok && (type->kind == FEEL_TYPE_LIST || type->kind == FEEL_TYPE_RANGE)) {
        ok = (type->element = feel_parse_type(parser)) && expect(parser, '>');
    } else if (ok) {
        ok = type_fields(parser, type, type->kind == FEEL_TYPE_CONTEXT);
    }
    if (ok && type->kind == FEEL_TYPE_FUNCTION) {
        ok =
            expect(parser, '-') && expect(parser, '>') && (type->element = feel_parse_type(parser));
    }
    parser->depth--;
    return ok ? type : NULL;
}
