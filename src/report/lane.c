// Where a person was, drawn: time runs to the right, each place has a lane, and a journey has one
// of its own, hatched. A place holds the person from an arrival until a departure from that place,
// so two that claim the person at once are both drawn. A bar that has not ended runs to the edge.
// The table of entries says the same in words.
#include <stdio.h>

#include "report/internal.h"

enum { LANES_MAX = 12, LEFT = 150, WIDTH = 820, LANE = 34, TOP = 26 };

typedef struct {
    int64_t from, until;  // INT64_MAX: has not ended
    uint32_t lane;
} bar;

typedef struct {
    hb_str lanes[LANES_MAX];  // the first is the journey
    uint32_t n_lanes, n_bars, n_seen;
    bar bars[8 * LANES_MAX];
    int64_t seen[8 * LANES_MAX];
    int64_t first, last;
} lanes;

static bool is_one_of(hb_str kind, const char *const *names, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (hb_str_equal(kind, hb_str_from(names[i]))) return true;
    return false;
}

// The lane of a place, made at first sight; the journey's when there are too many.
static uint32_t lane_of(lanes *l, hb_str place) {
    for (uint32_t i = 1; i < l->n_lanes; i++)
        if (hb_str_equal(l->lanes[i], place)) return i;
    if (place.n == 0 || l->n_lanes == LANES_MAX) return 0;
    l->lanes[l->n_lanes] = place;
    return l->n_lanes++;
}

static void close_bars(lanes *l, uint32_t lane, int64_t at) {
    for (uint32_t i = 0; i < l->n_bars; i++)
        if (l->bars[i].lane == lane && l->bars[i].until == INT64_MAX) l->bars[i].until = at;
}

static void open_bar(lanes *l, uint32_t lane, int64_t at) {
    for (uint32_t i = 0; i < l->n_bars; i++)
        if (l->bars[i].lane == lane && l->bars[i].until == INT64_MAX) return;
    if (l->n_bars < 8 * LANES_MAX) l->bars[l->n_bars++] = (bar){at, INT64_MAX, lane};
}

// A handover moves who answers, not the person: it begins no stay.
bool lane_begins(hb_str kind) {
    static const char *const BEGINS[] = {"DetentionBegan", "Admitted",       "Arrived",
                                         "Recaptured",     "HospitalReturn", "TemporaryAbsenceIn"};
    return is_one_of(kind, BEGINS, sizeof BEGINS / sizeof BEGINS[0]);
}

bool lane_ends(hb_str kind) {
    static const char *const ENDS[] = {"Released", "ReleasedInError", "Died", "Escaped"};
    return is_one_of(kind, ENDS, sizeof ENDS / sizeof ENDS[0]);
}

static void follow(lanes *l, const hb_json *entry) {
    hb_str kind = json_text(entry, "kind"), place = json_text(json_at(entry, "says"), "place");
    int64_t at = 0;
    if (json_at(entry, "corrected_by") != NULL ||
        !read_instant(json_text(entry, "happened_at"), &at))
        return;
    if (l->n_bars == 0 || at < l->first) l->first = at;
    if (at > l->last) l->last = at;
    if (register_kind_is_sight(kind) && l->n_seen < 8 * LANES_MAX) l->seen[l->n_seen++] = at;
    if (lane_begins(kind) && place.n > 0) {
        close_bars(l, 0, at);
        open_bar(l, lane_of(l, place), at);
    } else if (hb_str_equal(kind, HB_STR("Departed"))) {
        close_bars(l, lane_of(l, place), at);
        open_bar(l, 0, at);
    } else if (lane_ends(kind)) {
        for (uint32_t i = 0; i < l->n_lanes; i++) close_bars(l, i, at);
    }
}

// ---- the drawing ------------------------------------------------------------------------------

void svg_text(hb_text *svg, hb_str text) {
    for (size_t i = 0; i < text.n; i++) {
        switch (text.at[i]) {
            case '<': hb_text_add(svg, HB_STR("&lt;")); break;
            case '>': hb_text_add(svg, HB_STR("&gt;")); break;
            case '&': hb_text_add(svg, HB_STR("&amp;")); break;
            default: hb_text_add(svg, (hb_str){text.at + i, 1});
        }
    }
}

static double x_of(const lanes *l, int64_t at) {
    if (at > l->last) return WIDTH;
    double span = (double)(l->last - l->first) * 1.08;
    return LEFT + (WIDTH - LEFT) * (span > 0 ? (double)(at - l->first) / span : 0);
}

static void add_bar(hb_text *svg, const report_document *d, const lanes *l, const bar *b) {
    double x = x_of(l, b->from), end = x_of(l, b->until), y = TOP + b->lane * LANE;
    if (end < x + 2) end = x + 2;
    hb_text_addf(svg,
                 "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"12\" fill=\"%s\" "
                 "stroke=\"#000\"/><text x=\"%.1f\" y=\"%.1f\" font-size=\"11\"%s>",
                 x, y + 4, end - x, b->lane == 0 ? "url(#lane-hatch)" : "#000",
                 x > WIDTH - 90 ? (double)WIDTH : x, y + 28,
                 x > WIDTH - 90 ? " text-anchor=\"end\"" : "");
    say_day(svg, d, b->from);
    hb_text_add(svg, HB_STR("</text>"));
}

static void draw(hb_text *svg, const report_document *d, const lanes *l) {
    hb_text_addf(svg,
                 "<svg viewBox=\"0 0 %d %u\" role=\"img\" font-family=\"DejaVu Sans, Arial, "
                 "sans-serif\"><title>",
                 WIDTH + 2, TOP + l->n_lanes * LANE + 6);
    svg_text(svg, hb_str_from(say(d, "Where the person was, by the register")));
    hb_text_add(svg, HB_STR("</title><defs><pattern id=\"lane-hatch\" width=\"6\" height=\"6\" "
                            "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
                            "<rect width=\"6\" height=\"6\" fill=\"#fff\"/><line x1=\"0\" y1=\"0\" "
                            "x2=\"0\" y2=\"6\" stroke=\"#000\" stroke-width=\"2\"/></pattern>"
                            "</defs>"));
    for (uint32_t i = 0; i < l->n_lanes; i++) {
        hb_text_addf(svg, "<text x=\"0\" y=\"%u\" font-size=\"12\">", TOP + i * LANE + 14);
        svg_text(svg, i == 0 ? hb_str_from(say(d, "in transit")) : l->lanes[i]);
        hb_text_add(svg, HB_STR("</text>"));
    }
    for (uint32_t i = 0; i < l->n_bars; i++) add_bar(svg, d, l, &l->bars[i]);
    for (uint32_t i = 0; i < l->n_seen; i++) {
        double x = x_of(l, l->seen[i]);
        hb_text_addf(svg, "<path d=\"M%.1f 6l5 9h-10z\" fill=\"#fff\" stroke=\"#000\"/>", x);
    }
    hb_text_add(svg, HB_STR("</svg>"));
}

void html_days_of(html *h, const report_document *d) {
    hb_text zone = {0};
    say_zone(&zone, d);
    html_textf(h, say(d, " Days are those of %.*s."), (int)zone.n, zone.at);
    hb_text_clear(&zone);
}

void html_lanes(html *h, const report_document *d, const hb_json *custody) {
    lanes l = {.n_lanes = 1};
    hb_text svg = {0};
    for (uint32_t i = 0; i < json_n(custody, "entries"); i++)
        follow(&l, json_item(custody, "entries", i));
    if (l.n_bars == 0) return;
    draw(&svg, d, &l);
    html_open(h, HTML_FIGURE);
    html_class(h, "chart lanes");
    html_attribute(h, "tabindex", HB_STR("0"));  // it scrolls on a narrow screen
    html_svg(h, (hb_str){svg.at, svg.n});
    html_open(h, HTML_FIGCAPTION);
    html_say(h, say(d,
                    "Solid: a place recorded the person. Hatched: in transit. Triangle: seen in "
                    "person. Two solid bars at once: two places recorded the same person."));
    html_days_of(h, d);
    html_close(h, HTML_FIGCAPTION);
    html_close(h, HTML_FIGURE);
    hb_text_clear(&svg);
}
