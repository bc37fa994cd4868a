// What value.c and encode.c share.
#ifndef HABEAS_VERIFY_VALUE_H
#define HABEAS_VERIFY_VALUE_H

#include "verify/encode.h"

value value_boolean(term is_null, term t);
term value_known(encoder *e, value v);
term value_both_known(encoder *e, value a, value b);
value value_truth(encoder *e, term is_true, term is_false);   // null when it is neither
value value_list(encoder *e, uint32_t n, const value *from);  // every place filled
const value *value_copy(encoder *e, const value *items, uint32_t n);
value *value_room(encoder *e, uint32_t n, term **has);  // NULL: no memory, and said
const char *value_kind_name(value_kind kind);
// Takes down that the engine would meet an error when `when` holds.
void encode_fault(encoder *e, term when, const char *text);

#endif
