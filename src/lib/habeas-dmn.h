// habeas-dmn: decision models (DMN 1.1 to 1.5 with FEEL) for any C program. The whole public interface.
//
//   habeas_dmn_model *model = habeas_dmn_load("model.dmn", &err);       once
//   habeas_dmn_session *session = habeas_dmn_open(model, 0, &err);      one a thread
//   habeas_dmn_set_json(session, "age", "17", &err);                    for each case: set, get, reset
//   const char *json = habeas_dmn_get_json(session, "eligible", &err);
//   habeas_dmn_reset(session);
//
// A model never changes once loaded: any number of threads may open sessions on it. A session belongs to one
// thread at a time. Nothing here prints, exits, reads the clock or the environment, or keeps state of its own.
// Text is UTF-8 and ends in NUL; what a session gives lives until its next reset.
//
// ABI: names of version HABEAS_DMN_1 keep their meaning and layout. habeas_dmn_error and habeas_dmn_value have
// the size they have for good, enums only grow at their end, and a change that cannot keep to this comes as
// HABEAS_DMN_2 beside it, with a new soname.
#ifndef HABEAS_DMN_LIBRARY_H
#define HABEAS_DMN_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HABEAS_DMN_NONE UINT32_MAX

const char *habeas_dmn_version(void);

// ---- errors ---------------------------------------------------------------------------------------
typedef enum {
    HABEAS_DMN_OK = 0,
    HABEAS_DMN_INPUT = 1,   // the model, its file or a value is wrong
    HABEAS_DMN_USAGE = 2,   // no element of that name, or an argument that cannot be
    HABEAS_DMN_LIMIT = 4,   // memory, steps or depth
    HABEAS_DMN_SYSTEM = 6,  // the disk or the system failed
} habeas_dmn_error_kind;

// The caller's; zero it before the first use. A function that fails fills it and gives false or NULL.
typedef struct {
    int32_t kind;           // habeas_dmn_error_kind
    uint32_t line, column;  // from 1; 0: not known
    char file[256], where[256], message[320], help[240];
    char reserved[256];
} habeas_dmn_error;

// ---- models ---------------------------------------------------------------------------------------
typedef struct habeas_dmn_model habeas_dmn_model;
// An error in the logic of one decision leaves the others usable: that one is null, and is a problem below.
habeas_dmn_model *habeas_dmn_load(const char *path, habeas_dmn_error *err);
habeas_dmn_model *habeas_dmn_load_text(const char *xml, size_t n, habeas_dmn_error *err);  // imports are refused
void habeas_dmn_close(habeas_dmn_model *model);  // after all its sessions; NULL is fine
// What is wrong with it, or doubtful (kind HABEAS_DMN_OK); false past the last.
bool habeas_dmn_problem(const habeas_dmn_model *model, uint32_t i, habeas_dmn_error *problem);

typedef enum { HABEAS_DMN_INPUT_DATA = 0, HABEAS_DMN_DECISION, HABEAS_DMN_KNOWLEDGE, HABEAS_DMN_SERVICE } habeas_dmn_element_kind;
uint32_t habeas_dmn_n_elements(const habeas_dmn_model *model);
habeas_dmn_element_kind habeas_dmn_element_kind_at(const habeas_dmn_model *model, uint32_t element);
// Copies the name, cut to size - 1 bytes; gives its whole length.
size_t habeas_dmn_element_name(const habeas_dmn_model *model, uint32_t element, char *out, size_t size);
uint32_t habeas_dmn_find(const habeas_dmn_model *model, habeas_dmn_element_kind kind, const char *name);  // or _NONE

// ---- sessions -------------------------------------------------------------------------------------
typedef struct habeas_dmn_session habeas_dmn_session;
// now_seconds: what now() and today() are, in seconds since 1970-01-01T00:00:00Z.
habeas_dmn_session *habeas_dmn_open(const habeas_dmn_model *model, int64_t now_seconds, habeas_dmn_error *err);
void habeas_dmn_end(habeas_dmn_session *session);    // NULL is fine
void habeas_dmn_reset(habeas_dmn_session *session);  // the next case
// An input (or, in its stead, a decision) by name, as JSON: dates and durations as strings of their form.
bool habeas_dmn_set_json(habeas_dmn_session *session, const char *name, const char *json, habeas_dmn_error *err);
// A decision's value, or a decision service's, as JSON. NULL on failure.
const char *habeas_dmn_get_json(habeas_dmn_session *session, const char *name, habeas_dmn_error *err);
// Why values are null, one after another; NULL past the last.
const char *habeas_dmn_note(const habeas_dmn_session *session, uint32_t i);

// ---- values, for callers that JSON is too slow for ---------------------------------------------------
typedef struct {
    uint64_t opaque[2];
} habeas_dmn_value;
typedef enum {
    HABEAS_DMN_NULL = 0, HABEAS_DMN_BOOLEAN, HABEAS_DMN_NUMBER, HABEAS_DMN_STRING, HABEAS_DMN_DATE, HABEAS_DMN_TIME,
    HABEAS_DMN_DATE_TIME, HABEAS_DMN_DAYS_DURATION, HABEAS_DMN_YEARS_DURATION, HABEAS_DMN_RANGE, HABEAS_DMN_LIST,
    HABEAS_DMN_CONTEXT, HABEAS_DMN_FUNCTION
} habeas_dmn_kind;
habeas_dmn_value habeas_dmn_null(void);
habeas_dmn_value habeas_dmn_boolean(bool is_true);
bool habeas_dmn_integer(int64_t number, habeas_dmn_value *out);     // false past 10^18 either way
// n bytes that are not copied: they must outlive the session's next reset. False when they are no UTF-8.
bool habeas_dmn_string(const char *text, size_t n, habeas_dmn_value *out);
bool habeas_dmn_date(int32_t year, int month, int day, habeas_dmn_value *out);  // false: no such day
// A decimal of up to 34 digits in the session's memory.
bool habeas_dmn_decimal(habeas_dmn_session *session, const char *text, habeas_dmn_value *out);
habeas_dmn_kind habeas_dmn_kind_of(habeas_dmn_value value);
bool habeas_dmn_is_true(habeas_dmn_value value);
bool habeas_dmn_to_integer(habeas_dmn_value value, int64_t *out);   // whole numbers that fit
// The bytes of a string (no NUL at their end), else NULL.
const char *habeas_dmn_text(habeas_dmn_value value, size_t *n);
uint32_t habeas_dmn_n_items(habeas_dmn_value list);                 // 0 for what is no list
habeas_dmn_value habeas_dmn_item(habeas_dmn_value list, uint32_t i);
bool habeas_dmn_entry(habeas_dmn_value context, const char *key, habeas_dmn_value *out);
// Any value as FEEL prints it, in the session's memory; NULL when there is none left.
const char *habeas_dmn_print(habeas_dmn_session *session, habeas_dmn_value value);
// By element, as habeas_dmn_find gives it.
bool habeas_dmn_set(habeas_dmn_session *session, uint32_t element, habeas_dmn_value value);
bool habeas_dmn_get(habeas_dmn_session *session, uint32_t element, habeas_dmn_value *out, habeas_dmn_error *err);

// ---- functions of the host ---------------------------------------------------------------------------
// What `function(x) external {java: {class: "...", method signature: "..."}}` of a model calls, before the
// functions that the library has of itself. Gives false when the arguments do not fit: the call is null, noted.
typedef bool (*habeas_dmn_call)(void *data, const habeas_dmn_value *args, uint32_t n, habeas_dmn_session *session, habeas_dmn_value *out);
typedef struct {
    const char *class_name, *signature;  // "com.example.Rates", "rate(java.lang.String,int)"
    uint32_t n_params;                   // HABEAS_DMN_NONE: any number
    habeas_dmn_call call;
    void *data;
} habeas_dmn_function;
// The rows are copied, what they point to is not. False: no memory.
bool habeas_dmn_functions(habeas_dmn_session *session, const habeas_dmn_function *rows, uint32_t n);

#ifdef __cplusplus
}
#endif
#endif
