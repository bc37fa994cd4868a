// The XML of a model or a test file as a plain tree. xml.c is the one door to libxml2.
#ifndef HABEAS_DMN_XML_H
#define HABEAS_DMN_XML_H

#include "base/base.h"

#define DMN_XML_DEPTH 200       // elements inside elements
#define DMN_XML_NODES 4000000u  // elements in one file

typedef struct {
    hb_str name, ns, value;
} dmn_xml_attribute;  // ns: URI, empty when there is none
typedef struct {
    hb_str prefix, uri;
} dmn_xml_prefix;

typedef struct dmn_xml dmn_xml;
struct dmn_xml {
    hb_str name, ns;        // local name, namespace URI
    hb_str text;            // the character data directly inside, joined
    uint32_t line, column;  // where the start tag ends
    uint32_t n_attributes, n_prefixes;
    const dmn_xml_attribute *attributes;
    const dmn_xml_prefix *prefixes;  // namespaces declared here
    dmn_xml *up, *first, *last, *next;
};

// Parses the whole of `text`. Nodes live in `nodes`, the strings they show in `strings`. Errors
// have file, line and column. extensionElements and diagrams (DMNDI) are not read; a DOCTYPE is
// refused, so no entity is ever defined.
HB_MUST_USE bool dmn_xml_parse(hb_arena *nodes, hb_arena *strings, hb_str text, const char *file,
                               dmn_xml **root, hb_error *err);

const dmn_xml *dmn_xml_child(const dmn_xml *node,
                             const char *name);  // first of that local name, or NULL
const dmn_xml *dmn_xml_next(const dmn_xml *node,
                            const char *name);  // next sibling of that local name
hb_str dmn_xml_get(const dmn_xml *node,
                   const char *name);  // attribute without namespace; at NULL when absent
hb_str dmn_xml_get_ns(const dmn_xml *node, const char *ns, const char *name);
bool dmn_xml_is(const dmn_xml *node, const char *name);
hb_str dmn_xml_uri(const dmn_xml *node,
                   hb_str prefix);  // of a prefix in force here; at NULL when unknown

#endif
