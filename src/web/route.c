// routes.def as a table, and the search in it: parts between slashes, one by one. There are some
// seventy rows, so a walk is quick enough (a microsecond).
#include <string.h>

#include "web/pages.h"
#include "web/site.h"

static const web_route ROUTES[] = {
#define ROUTE(method, address, act, page, data, title, most, person, is_long)        \
    {WEB_##method, address, sizeof(address) - 1, WEB_##act, page, data, title, most, \
     person,       is_long},
#define WEB_PAGE(method, address, act, function, title, most, person) \
    ROUTE(method, address, act, function, NULL, WORDS_LATER(title), most, person, false)
#define WEB_DATA(method, address, act, function, title, most, person) \
    ROUTE(method, address, act, NULL, function, title, most, person, false)
#define WEB_LONG_PAGE(method, address, act, function, title, most, person) \
    ROUTE(method, address, act, function, NULL, WORDS_LATER(title), most, person, true)
#define WEB_LONG_DATA(method, address, act, function, title, most, person) \
    ROUTE(method, address, act, NULL, function, title, most, person, true)
#include "web/routes.def"
#undef ROUTE
#undef WEB_PAGE
#undef WEB_DATA
#undef WEB_LONG_PAGE
#undef WEB_LONG_DATA
};
enum { N_ROUTES = sizeof ROUTES / sizeof ROUTES[0] };

const web_route *web_routes(uint32_t *n) {
    *n = N_ROUTES;
    return ROUTES;
}

static hb_str next_part(hb_str *path) {
    if (path->n && path->at[0] == '/') *path = (hb_str){path->at + 1, path->n - 1};
    size_t n = 0;
    while (n < path->n && path->at[n] != '/') n++;
    hb_str part = {path->at, n};
    *path = (hb_str){path->at + n, path->n - n};
    return part;
}

static bool matches(hb_str address, hb_str path, hb_str parts[WEB_PARTS], uint32_t *n_parts) {
    *n_parts = 0;
    while (address.n && path.n) {
        hb_str wanted = next_part(&address), got = next_part(&path);
        if (wanted.n && wanted.at[0] == '{') {
            if (got.n == 0 || *n_parts == WEB_PARTS) return false;
            parts[(*n_parts)++] = got;
        } else if (!hb_str_equal(wanted, got)) {
            return false;
        }
    }
    return address.n == 0 && path.n == 0;
}

const web_route *web_route_find(web_method method, hb_str path, hb_str parts[WEB_PARTS],
                                uint32_t *n_parts, bool *other) {
    *other = false;
    for (uint32_t i = 0; i < N_ROUTES; i++) {
        hb_str address = {ROUTES[i].address, ROUTES[i].n_address};
        if (!matches(address, path, parts, n_parts)) continue;
        if (ROUTES[i].method == method) return &ROUTES[i];
        *other = true;
    }
    return NULL;
}
