// The way a person went, drawn as a chain: a box a place with the days it had her, an arrow a
// journey with how long it took, dashed while no arrival is recorded; and beside it the same moves
// as a table. A place that received her without a departure from the last one is joined by an arrow
// that says so. Which entries begin and end a stay is lane.c's table.
#include <stdio.h>

#include "report/internal.h"

enum { STOPS_MAX = 64, A_ROW = 3, BOX = 148, GAP = 76, HIGH = 58, STEP = 104, LETTERS = 17 };

typedef struct {
    hb_str place;
    int64_t from, until;      // 0: not recorded
    hb_str from_at, left_at;  // the same as the register writes it; "" likewise
    bool is_expected;         // on the way there: no arrival is recorded
    bool is_end;              // no place but what ended custody
} stop;

typedef struct {
    stop stops[STOPS_MAX];
    uint32_t n;
    hb_str destination;
    bool is_under_way, is_cut;
} route;

static void arrive(route *w, hb_str place, hb_str at) {
    stop *last = w->n > 0 ? &w->stops[w->n - 1] : NULL;
    if (last && !w->is_under_way && hb_str_equal(last->place, place)) return;
    w->is_under_way = false;
    if (w->n == STOPS_MAX - 1) {  // the last is kept for where she is expected
        w->is_cut = true;
        return;
    }
    stop *next = &w->stops[w->n++];
    *next = (stop){.place = place, .from_at = at};
    (void)read_instant(at, &next->from);
}

static void leave(route *w, hb_str place, hb_str destination, hb_str at) {
    if (w->n == 0 || (place.n > 0 && !hb_str_equal(w->stops[w->n - 1].place, place))) {
        arrive(w, place, HB_STR(""));
    }
    if (w->n == 0) return;
    stop *last = &w->stops[w->n - 1];
    last->left_at = at;
    (void)read_instant(at, &last->until);
    w->destination = destination;
    w->is_under_way = true;
}

static void follow(route *w, const report_document *d, const hb_json *entry) {
    hb_str kind = json_text(entry, "kind"), at = json_text(entry, "happened_at");
    const hb_json *says = json_at(entry, "says");
    hb_str place = json_text(says, "place"), destination = json_text(says, "destination");
    if (json_at(entry, "corrected_by") != NULL) return;
    if ((lane_begins(kind) || hb_str_equal(kind, HB_STR("HospitalTransfer"))) && place.n > 0) {
        arrive(w, place, at);
    } else if (hb_str_equal(kind, HB_STR("Departed"))) {
        leave(w, place, destination, at);
    } else if (hb_str_equal(kind, HB_STR("Redirected")) && destination.n > 0) {
        w->destination = destination;
    } else if (lane_ends(kind) && w->n > 0) {
        if (!w->is_under_way) leave(w, HB_STR(""), HB_STR(""), at);
        w->is_under_way = true;
        arrive(w,
               hb_str_from(say(d, hb_str_equal(kind, HB_STR("Died"))      ? N_("died")
                                  : hb_str_equal(kind, HB_STR("Escaped")) ? N_("escaped")
                                                                          : N_("released"))),
               at);
        w->stops[w->n - 1].is_end = true;
    }
}

static void expect(route *w, const report_document *d) {
    if (!w->is_under_way || w->n == 0) return;
    hb_str place =
        w->destination.n > 0 ? w->destination : hb_str_from(say(d, "destination not known"));
    w->stops[w->n++] = (stop){.place = place, .is_expected = true};
}

// ---- the drawing ------------------------------------------------------------------------------

static int x_of(uint32_t i) {
    return (int)(i % A_ROW) * (BOX + GAP) + 1;
}

static int y_of(uint32_t i) {
    return (int)(i / A_ROW) * STEP + 20;
}

// The first letters of a long name; the table has it whole.
static hb_str shortened(hb_str text) {
    size_t n = 0;
    for (uint32_t letters = 0; n < text.n && letters < LETTERS; letters++) {
        n++;
        while (n < text.n && ((unsigned char)text.at[n] & 0xc0) == 0x80) n++;
    }
    return (hb_str){text.at, n};
}

static void add_line(hb_text *svg, int x, int y, const char *style, hb_str text) {
    hb_text_addf(svg, "<text x=\"%d\" y=\"%d\" %s>", x, y, style);
    svg_text(svg, text);
    hb_text_add(svg, HB_STR("</text>"));
}

static void add_day_line(hb_text *svg, const report_document *d, int x, int y, const char *words,
                         int64_t at) {
    hb_text line = {0};
    hb_text_addf(&line, "%s ", words);
    if (at != 0) {
        say_day(&line, d, at);
    } else {
        hb_text_addf(&line, "%s", say(d, "not recorded"));
    }
    add_line(svg, x, y, "font-size=\"11\"", (hb_str){line.at, line.n});
    hb_text_clear(&line);
}

static void add_stop(hb_text *svg, const report_document *d, const route *w, uint32_t i) {
    const stop *s = &w->stops[i];
    int x = x_of(i), y = y_of(i);
    bool is_last = i + 1 == w->n;
    hb_text_addf(svg,
                 "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#fff\" "
                 "stroke=\"#000\" stroke-width=\"%d\"%s/>",
                 x, y, BOX, HIGH, is_last ? 3 : 1,
                 s->is_expected ? " stroke-dasharray=\"5 4\"" : "");
    add_line(svg, x + 8, y + 19, "font-size=\"13\" font-weight=\"bold\"", shortened(s->place));
    if (s->is_expected) {
        add_line(svg, x + 8, y + 36, "font-size=\"11\"",
                 hb_str_from(say(d, "no arrival recorded")));
        return;
    }
    add_day_line(svg, d, x + 8, y + 36, s->is_end ? "" : say(d, "from"), s->from);
    if (s->is_end) return;
    if (is_last) {
        add_line(svg, x + 8, y + 51, "font-size=\"11\"",
                 hb_str_from(say(d, "there by the last entry")));
    } else {
        add_day_line(svg, d, x + 8, y + 51, say(d, "left"), s->until);
    }
}

// "26 h", "3 d"; nothing when an end is not recorded.
static void add_duration(hb_text *svg, const report_document *d, int x, int y, const stop *from,
                         const stop *to) {
    char text[32];
    int64_t hours = (to->from - from->until + 1800) / 3600;
    if (from->until == 0 || to->from == 0 || hours < 0 || to->is_end) return;
    if (hours < 72)
        snprintf(text, sizeof text, "%lld h", (long long)hours);
    else
        snprintf(text, sizeof text, say(d, "%lld days"), (long long)((hours + 12) / 24));
    add_line(svg, x, y, "font-size=\"11\" text-anchor=\"middle\"", hb_str_from(text));
}

static void add_arrow(hb_text *svg, const report_document *d, const stop *from, const stop *to,
                      uint32_t i) {
    bool is_unsure = to->is_expected || from->until == 0;
    int x = x_of(i) + BOX, y = y_of(i) + HIGH / 2, to_x = x_of(i + 1), to_y = y_of(i + 1);
    hb_text_addf(svg, "<path fill=\"none\" stroke=\"#000\" stroke-width=\"2\"%s d=\"",
                 is_unsure ? " stroke-dasharray=\"5 4\"" : "");
    if (to_y == y_of(i)) {
        hb_text_addf(svg, "M%d %dH%d\"/><path d=\"M%d %dl-9 -5v10z\"/>", x, y, to_x - 8, to_x, y);
        add_duration(svg, d, (x + to_x) / 2, y - 7, from, to);
    } else {  // the next row begins at the left
        int middle = to_y - (STEP - HIGH) / 2;
        hb_text_addf(svg, "M%d %dV%dH%dV%d\"/><path d=\"M%d %dl-5 -9h10z\"/>", x - BOX / 2,
                     y + HIGH / 2, middle, to_x + BOX / 2, to_y - 8, to_x + BOX / 2, to_y);
        add_duration(svg, d, (x - BOX / 2 + to_x) / 2 + BOX, middle - 5, from, to);
    }
}

static void draw(hb_text *svg, const report_document *d, const route *w) {
    uint32_t n_columns = w->n < A_ROW ? w->n : A_ROW;
    int width = x_of(n_columns - 1) + BOX + 3, height = y_of(w->n - 1) + HIGH + 6;
    hb_text_addf(svg,
                 "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" "
                 "font-family=\"DejaVu Sans, Arial, sans-serif\"><title>",
                 width, height, width, height);
    svg_text(svg, hb_str_from(say(d, "The way the person went, by the register")));
    hb_text_add(svg, HB_STR("</title>"));
    for (uint32_t i = 0; i + 1 < w->n; i++) add_arrow(svg, d, &w->stops[i], &w->stops[i + 1], i);
    for (uint32_t i = 0; i < w->n; i++) add_stop(svg, d, w, i);
    hb_text_add(svg, HB_STR("</svg>"));
}

// ---- the same as a table ----------------------------------------------------------------------

static void when_cell(html *h, const report_document *d, const char *label, hb_str at) {
    html_open_cell(h, d, label);
    if (at.n > 0) {
        html_time(h, d, at);
    } else {
        html_say(h, say(d, "not recorded"));
    }
    html_close(h, HTML_TD);
}

static void table(html *h, const report_document *d, const route *w) {
    static const char *const HEADS[] = {N_("From"), N_("Left"), N_("To"), N_("Arrived")};
    html_heads(h, d->language, say(d, "Moves"), HEADS, 4);
    for (uint32_t i = 0; i + 1 < w->n; i++) {
        html_open(h, HTML_TR);
        html_row_head(h, w->stops[i].place);
        when_cell(h, d, HEADS[1], w->stops[i].left_at);
        html_open_cell(h, d, HEADS[2]);
        html_text(h, w->stops[i + 1].place);
        html_close(h, HTML_TD);
        when_cell(h, d, HEADS[3], w->stops[i + 1].from_at);
        html_close(h, HTML_TR);
    }
    html_heads_end(h);
}

void html_route(html *h, const report_document *d, const hb_json *custody) {
    route w = {.n = 0};
    hb_text svg = {0};
    for (uint32_t i = 0; i < json_n(custody, "entries"); i++)
        follow(&w, d, json_item(custody, "entries", i));
    expect(&w, d);
    if (w.n < 2) return;  // nobody moved her
    draw(&svg, d, &w);
    html_open(h, HTML_FIGURE);
    html_class(h, "chart route");
    html_attribute(h, "tabindex", HB_STR("0"));  // it scrolls on a narrow screen
    html_svg(h, (hb_str){svg.at, svg.n});
    html_open(h, HTML_FIGCAPTION);
    html_say(h, say(d,
                    "A box is a place, an arrow a journey; dashed: no departure or no arrival is "
                    "recorded."));
    if (w.is_cut) html_say(h, say(d, " Later places are in the table of entries alone."));
    html_days_of(h, d);
    html_close(h, HTML_FIGCAPTION);
    html_close(h, HTML_FIGURE);
    table(h, d, &w);
    hb_text_clear(&svg);
}
