// graph: the decisions of the model as values, read on demand along their requirements.
#ifndef HABEAS_VERIFY_GRAPH_H
#define HABEAS_VERIFY_GRAPH_H

#include "verify/law.h"

void graph_read(law *l);  // every decision, and the outcomes of the rules
const law_element *graph_element(law *l, uint32_t element);
const value *graph_lookup(law *l, hb_str name);           // a name in the logic of l->current
const value *graph_lookup_rule(law *l, hb_str name);      // a rule's id or `verdict`, in a property
term graph_is_text(law *l, value v, hb_str text);         // is that string, and not null
void graph_outcomes(law *l, value said, law_rule *rule);  // its terms, when it says that
hb_str law_take_why(law *l);

#endif
