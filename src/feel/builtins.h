// builtins.h: the C functions behind the rows of builtins.def, as builtins.c tables them; defined in
// builtins_convert.c, _string.c, _list.c, _number.c, _time.c, _range.c and _context.c.
#ifndef HABEAS_FEEL_BUILTINS_H
#define HABEAS_FEEL_BUILTINS_H

#include "feel/internal.h"

// Several rows may name one function: a declaration may be repeated.
#define BUILTIN(name, n_least, n_most, call, parameters, kinds, result, section, example, gives) \
    feel_value feel_builtin_##call(feel_run *run, const feel_value *args, uint32_t n);
#include "feel/builtins.def"
#undef BUILTIN

// Steps of work on a list; false when the run has none left, which ends it.
static inline bool feel_spend(feel_run *run, uint64_t steps) {
    bool has_enough = run->steps_left > steps;
    run->steps_left = has_enough ? run->steps_left - steps : 0;
    return has_enough;
}

#endif
