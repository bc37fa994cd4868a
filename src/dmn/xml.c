// XML by libxml2's SAX2 interface into a tree of our own: no DTD, no entity but the five of XML, no
// network, no file but the bytes given. Depth and number of elements are limited; libxml2 itself
// limits names and texts to 10 MB because XML_PARSE_HUGE is off. Character data of one element is
// gathered in one buffer and copied once, when its next child starts or it ends.
#include "dmn/xml.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>
#include <string.h>

typedef struct {
    hb_arena *nodes, *strings;
    hb_str source;
    const char *file;
    xmlParserCtxtPtr parser;
    dmn_xml *root, *at;  // at: the open element, NULL outside the root
    uint32_t depth, n_nodes;
    uint32_t skipped;  // depth inside an element that is not read, 0 = reading
    hb_text pending;   // character data of `at` not yet copied
    hb_error *err;
    bool has_failed;
} reader;

static hb_str from_xml(const xmlChar *text) {
    return hb_str_from((const char *)text);
}

static void stop(reader *r) {
    r->has_failed = true;
    xmlStopParser(r->parser);
}

// Byte offset of a line and column (counted in bytes, from 1) of the source, for the excerpt of an
// error.
static size_t offset_of(hb_str source, uint32_t line, uint32_t column) {
    size_t at = 0;
    for (uint32_t i = 1; i < line && at < source.n; i++) {
        const char *end = memchr(source.at + at, '\n', source.n - at);
        if (end == NULL) return source.n;
        at = (size_t)(end - source.at) + 1;
    }
    size_t to = at + (column > 0 ? column - 1 : 0);
    return to < source.n ? to : source.n;
}

static void place(reader *r, int line, int column) {
    size_t n_utf8_bad = 0;
    if (!hb_utf8_is_valid(r->source, &n_utf8_bad)) {  // another encoding: no excerpt
        r->err->line = line > 0 ? (uint32_t)line : 0;
        r->err->column = column > 0 ? (uint32_t)column : 0;
    } else {
        size_t at =
            offset_of(r->source, line > 0 ? (uint32_t)line : 1, column > 0 ? (uint32_t)column : 1);
        hb_error_at(r->err, r->source, at, 1);
    }
    hb_error_file(r->err, hb_str_from(r->file));
}

static void refuse(reader *r, hb_error_kind kind, const char *code, const char *message,
                   const char *help) {
    if (r->has_failed) return;
    hb_fail(r->err, kind, code, "%s", message);
    hb_error_help(r->err, "%s", help);
    place(r, xmlSAX2GetLineNumber(r->parser), xmlSAX2GetColumnNumber(r->parser));
    stop(r);
}

static void out_of_memory(reader *r) {
    if (r->has_failed) return;
    hb_out_of_memory(r->err);
    hb_error_file(r->err, hb_str_from(r->file));
    stop(r);
}

static bool keep(reader *r, hb_str text, hb_str *out) {
    if (hb_str_copy(r->strings, text, out)) return true;
    out_of_memory(r);
    return false;
}

static void flush_text(reader *r) {
    if (r->pending.failed) {
        out_of_memory(r);
        return;
    }
    if (r->at == NULL || r->pending.n == 0) return;
    if (r->at->text.n == 0) {
        keep(r, (hb_str){r->pending.at, r->pending.n}, &r->at->text);
    } else if (!hb_str_format(r->strings, &r->at->text, "%.*s%.*s", (int)r->at->text.n,
                              r->at->text.at, (int)r->pending.n, r->pending.at)) {
        out_of_memory(r);
    }
    r->pending.n = 0;
}

static bool is_left_out(const xmlChar *name) {
    return xmlStrEqual(name, BAD_CAST "extensionElements") || xmlStrEqual(name, BAD_CAST "DMNDI");
}

static void keep_attributes(reader *r, dmn_xml *node, int n, const xmlChar **attributes) {
    dmn_xml_attribute *kept = hb_arena_array(r->nodes, dmn_xml_attribute, (size_t)n);
    if (kept == NULL) {
        out_of_memory(r);
        return;
    }
    for (int i = 0; i < n && !r->has_failed; i++, attributes += 5) {
        // five pointers each: local name, prefix, URI, begin and end of the value
        hb_str value = {(const char *)attributes[3], (size_t)(attributes[4] - attributes[3])};
        keep(r, from_xml(attributes[0]), &kept[i].name);
        if (attributes[2] != NULL) keep(r, from_xml(attributes[2]), &kept[i].ns);
        keep(r, value, &kept[i].value);
    }
    node->attributes = kept;
    node->n_attributes = (uint32_t)n;
}

static void keep_prefixes(reader *r, dmn_xml *node, int n, const xmlChar **namespaces) {
    dmn_xml_prefix *kept = hb_arena_array(r->nodes, dmn_xml_prefix, (size_t)n);
    if (kept == NULL) {
        out_of_memory(r);
        return;
    }
    for (int i = 0; i < n && !r->has_failed; i++) {
        if (namespaces[2 * i] != NULL) keep(r, from_xml(namespaces[2 * i]), &kept[i].prefix);
        if (namespaces[2 * i + 1] != NULL) keep(r, from_xml(namespaces[2 * i + 1]), &kept[i].uri);
    }
    node->prefixes = kept;
    node->n_prefixes = (uint32_t)n;
}

static void start_element(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
                          int n_namespaces, const xmlChar **namespaces, int n_attributes,
                          int n_defaulted, const xmlChar **attributes) {
    reader *r = ctx;
    (void)prefix, (void)n_defaulted;
    if (r->has_failed) return;
    flush_text(r);
    if (r->skipped > 0 || is_left_out(name)) {
        r->skipped++;
        return;
    }
    if (++r->depth > DMN_XML_DEPTH) {
        refuse(r, HB_LIMIT, "xml-depth", "elements are nested too deep",
               "no model needs more than 200 elements inside each other");
        return;
    }
    if (++r->n_nodes > DMN_XML_NODES) {
        refuse(r, HB_LIMIT, "xml-size", "the file has too many elements",
               "split the model and import the parts");
        return;
    }
    dmn_xml *node = hb_arena_new(r->nodes, dmn_xml);
    if (node == NULL) {
        out_of_memory(r);
        return;
    }
    keep(r, from_xml(name), &node->name);
    if (uri != NULL) keep(r, from_xml(uri), &node->ns);
    node->line = (uint32_t)xmlSAX2GetLineNumber(r->parser);
    node->column = (uint32_t)xmlSAX2GetColumnNumber(r->parser);
    if (n_attributes > 0) keep_attributes(r, node, n_attributes, attributes);
    if (n_namespaces > 0) keep_prefixes(r, node, n_namespaces, namespaces);
    node->up = r->at;
    if (r->at == NULL)
        r->root = node;
    else if (r->at->last == NULL)
        r->at->first = node;
    else
        r->at->last->next = node;
    if (r->at != NULL) r->at->last = node;
    r->at = node;
}

static void end_element(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri) {
    reader *r = ctx;
    (void)name, (void)prefix, (void)uri;
    if (r->has_failed) return;
    if (r->skipped > 0) {
        r->skipped--;
        return;
    }
    flush_text(r);
    r->depth--;
    r->at = r->at->up;
}

static void characters(void *ctx, const xmlChar *text, int n) {
    reader *r = ctx;
    if (!r->has_failed && r->skipped == 0)
        hb_text_add(&r->pending, (hb_str){(const char *)text, (size_t)n});
}

static void doctype(void *ctx, const xmlChar *name, const xmlChar *public_id,
                    const xmlChar *system_id) {
    reader *r = ctx;
    (void)name, (void)public_id, (void)system_id;
    refuse(r, HB_INPUT, "xml-doctype", "a document type declaration is not read",
           "remove the <!DOCTYPE ...> and write out what its entities stand for");
}

static xmlEntityPtr entity(void *ctx, const xmlChar *name) {
    (void)ctx;
    return xmlGetPredefinedEntity(name);
}

// libxml2's own words, first letter small, without the newline at their end. The parser must not be
// stopped here: it may be in the middle of its input. It ends by itself, and nothing more is read.
static void on_error(void *data, xmlErrorPtr error) {
    reader *r = data;
    if (r->has_failed || error->level < XML_ERR_ERROR) return;
    if (error->code == XML_ERR_NO_MEMORY) {
        hb_out_of_memory(r->err);
        hb_error_file(r->err, hb_str_from(r->file));
        r->has_failed = true;
        return;
    }
    hb_str words = hb_str_trim(hb_str_from(error->message != NULL ? error->message : "broken XML"));
    char text[200];
    size_t n = words.n < sizeof text - 1 ? words.n : sizeof text - 1;
    while (n > 0 && n < words.n && ((unsigned char)words.at[n] & 0xC0) == 0x80)
        n--;  // whole characters
    memcpy(text, words.at, n);
    text[n] = 0;
    if (text[0] >= 'A' && text[0] <= 'Z' && !(text[1] >= 'A' && text[1] <= 'Z'))
        text[0] = (char)(text[0] - 'A' + 'a');
    hb_fail(r->err, HB_INPUT, "xml-syntax", "this is not well-formed XML: %s", text);
    hb_error_help(r->err, "save the file again with the program that made it");
    place(r, error->line, error->int2);
    r->has_failed = true;
}

bool dmn_xml_parse(hb_arena *nodes, hb_arena *strings, hb_str text, const char *file,
                   dmn_xml **root, hb_error *err) {
    bool ok = false;
    reader r = {.nodes = nodes, .strings = strings, .source = text, .file = file, .err = err};
    xmlSAXHandler sax = {
        .initialized = XML_SAX2_MAGIC,
        .startElementNs = start_element,
        .endElementNs = end_element,
        .characters = characters,
        .ignorableWhitespace = characters,
        .cdataBlock = characters,
        .internalSubset = doctype,
        .getEntity = entity,
        .serror = on_error,
    };
    if (text.n == 0 || text.n > INT32_MAX) {
        hb_fail(err, HB_INPUT, "xml-size",
                text.n == 0 ? "the file is empty" : "the file is larger than 2 GB");
        hb_error_file(err, hb_str_from(file));
        return false;
    }
    r.parser = xmlCreateMemoryParserCtxt(text.at, (int)text.n);
    if (r.parser == NULL) return hb_out_of_memory(err);
    xmlCtxtUseOptions(r.parser, XML_PARSE_NONET | XML_PARSE_NOWARNING);
    *r.parser->sax = sax;
    r.parser->userData = &r;
    // errors of encodings go past the parser's own handler to the one of this thread, which would
    // print them
    xmlStructuredErrorFunc outer = xmlStructuredError;
    void *outer_data = xmlStructuredErrorContext;
    xmlSetStructuredErrorFunc(&r, on_error);
    xmlParseDocument(r.parser);
    xmlSetStructuredErrorFunc(outer_data, outer);
    if (!r.has_failed && (r.root == NULL || r.at != NULL || !r.parser->wellFormed)) {
        hb_fail(err, HB_INPUT, "xml-syntax", "the file ends before its XML does");
        hb_error_help(err, "save the file again with the program that made it");
        hb_error_file(err, hb_str_from(file));
        r.has_failed = true;
    }
    if (!r.has_failed) {
        *root = r.root;
        ok = true;
    }
    if (r.parser->myDoc != NULL) xmlFreeDoc(r.parser->myDoc);
    xmlFreeParserCtxt(r.parser);
    hb_text_clear(&r.pending);
    return ok;
}

bool dmn_xml_is(const dmn_xml *node, const char *name) {
    return hb_str_equal(node->name, hb_str_from(name));
}

static const dmn_xml *first_of(const dmn_xml *node, const char *name) {
    while (node != NULL && !dmn_xml_is(node, name)) node = node->next;
    return node;
}

const dmn_xml *dmn_xml_child(const dmn_xml *node, const char *name) {
    return node == NULL ? NULL : first_of(node->first, name);
}

const dmn_xml *dmn_xml_next(const dmn_xml *node, const char *name) {
    return first_of(node->next, name);
}

hb_str dmn_xml_get_ns(const dmn_xml *node, const char *ns, const char *name) {
    for (uint32_t i = 0; i < node->n_attributes; i++) {
        const dmn_xml_attribute *attribute = &node->attributes[i];
        if (hb_str_equal(attribute->name, hb_str_from(name)) &&
            hb_str_equal(attribute->ns, hb_str_from(ns))) {
            return attribute->value.at != NULL ? attribute->value : HB_STR("");
        }
    }
    return (hb_str){0};
}

hb_str dmn_xml_get(const dmn_xml *node, const char *name) {
    return dmn_xml_get_ns(node, "", name);
}

hb_str dmn_xml_uri(const dmn_xml *node, hb_str prefix) {
    for (; node != NULL; node = node->up) {
        for (uint32_t i = 0; i < node->n_prefixes; i++) {
            if (hb_str_equal(node->prefixes[i].prefix, prefix)) return node->prefixes[i].uri;
        }
    }
    return (hb_str){0};
}
