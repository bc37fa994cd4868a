// What a page shows, given back as a file to keep: lines to be signed, a signed answer, the errors
// of a list. The page sends its own text and gets it back under the name and kind of its row;
// nothing is stored or looked up, so it works without JavaScript and says nothing new to anybody.
#include "web/pages.h"

static const struct {
    const char *kind, *file_name, *content_type;
} KINDS[] = {
    {"events", "events.ndjson", "application/x-ndjson"     },
    {"answer", "answer.txt",    "text/plain; charset=utf-8"},
    {"errors", "errors.csv",    "text/csv; charset=utf-8"  },
};

// Browsers send lines of a form with CR and LF (HTML, "constructing the entry list"); a signature
// is over LF alone. What fills a page up to its size is no part of the text.
bool web_data_keep(web_request *r, hb_text *out, hb_error *err) {
    hb_str text = web_form(r, "text");
    while (text.n && text.at[text.n - 1] == ' ') text.n--;
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        if (!hb_str_equal(web_part(r, 0), hb_str_from(KINDS[i].kind))) continue;
        for (size_t c = 0; c < text.n; c++) {
            if (text.at[c] != '\r') hb_text_add(out, (hb_str){text.at + c, 1});
        }
        r->content_type = hb_str_from(KINDS[i].content_type);
        r->file_name = hb_str_from(KINDS[i].file_name);
        return !out->failed || hb_out_of_memory(err);
    }
    r->status = 404;
    return false;
}
