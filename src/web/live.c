// A page of the register stays as it is while somebody reads it: nothing moves under the reader. It
// says of which entry it is, and leads to itself anew; with the little script of record/live.js the
// same line tells when the log has grown since, and when the server is not reached.
#include "web/page.h"
#include "web/site.h"

void web_live_line(web_request *r, html *out, register_log *log) {
    unsigned long long size = (unsigned long long)register_size(log);
    r->script = "record/live.js";
    html_open(out, HTML_P);
    html_id(out, HB_STR("live"));
    html_attribute(out, "role", HB_STR("status"));
    html_attributef(out, "data-size", "%llu", size);
    html_attribute(out, "data-grown",
                   hb_str_from(say(r, "New entries since this page was made: {n}.")));
    html_attribute(out, "data-lost",
                   hb_str_from(say(r,
                                   "No connection. What you see is from before; nothing can be "
                                   "signed until the connection returns.")));
    html_textf(out, say(r, "As of entry %llu, "), size);
    web_time(r, out, r->now.seconds);
    html_say(out, ".");
    html_say(out, " ");
    html_open(out, HTML_STRONG);
    html_close(out, HTML_STRONG);
    html_say(out, " ");
    web_ask_link(r, out, "from", web_query(r, "from"), hb_str_from(say(r, "Look again")));
    html_close(out, HTML_P);
}
