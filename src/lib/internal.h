// What the files of lib share. A habeas_dmn_model is a dmn_model, a habeas_dmn_value a feel_value;
// the public header gives neither's layout away.
#ifndef HABEAS_LIB_INTERNAL_H
#define HABEAS_LIB_INTERNAL_H

#include <assert.h>
#include <string.h>

#include "dmn/dmn.h"
#include "lib/habeas-dmn.h"

typedef struct {
    habeas_dmn_function row;
    habeas_dmn_session *session;
} library_function;

struct habeas_dmn_session {
    const dmn_model *model;
    dmn_session *inner;
    hb_json_reader *reader;
    library_function *functions;
    dmn_native *natives;
};

static_assert(sizeof(habeas_dmn_value) == sizeof(feel_value),
              "a value goes through the interface as it is");

static inline feel_value library_feel(habeas_dmn_value value) {
    feel_value out;
    memcpy(&out, &value, sizeof out);
    return out;
}

static inline habeas_dmn_value library_value(feel_value value) {
    habeas_dmn_value out;
    memcpy(&out, &value, sizeof out);
    return out;
}

#endif
