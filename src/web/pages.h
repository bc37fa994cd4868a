// Every page and every answer of the API has the same form; routes.def names them.
#ifndef WEB_PAGES_H
#define WEB_PAGES_H

#include "web/page.h"

#define WEB_PAGE(method, address, act, function, title, most, person) \
    bool function(web_request *r, html *out, hb_error *err);
#define WEB_DATA(method, address, act, function, title, most, person) \
    bool function(web_request *r, hb_text *out, hb_error *err);
#define WEB_LONG_PAGE WEB_PAGE
#define WEB_LONG_DATA WEB_DATA
#include "web/routes.def"
#undef WEB_LONG_PAGE
#undef WEB_LONG_DATA
#undef WEB_PAGE
#undef WEB_DATA

#endif
