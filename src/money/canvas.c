// See canvas.h. Ticks stand at 1, 2 or 5 times a power of ten.
#include "money/canvas.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 820, HEIGHT = 500 };

static void escaped(hb_text *out, const char *text) {
    for (; *text; text++) {
        if (*text == '<')
            hb_text_add(out, HB_STR("&lt;"));
        else if (*text == '&')
            hb_text_add(out, HB_STR("&amp;"));
        else
            hb_text_add(out, (hb_str){text, 1});
    }
}

static void text_at(hb_text *out, double x, double y, const char *anchor, const char *style,
                    const char *text) {
    hb_text_addf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>", x, y, anchor, style);
    escaped(out, text);
    hb_text_add(out, HB_STR("</text>\n"));
}

// A text too long for one line is broken at the last space that fits.
static void two_lines(hb_text *out, const char *text, size_t fits, double y, double step,
                      const char *style) {
    char first[256];
    size_t n = strlen(text), cut = n;
    if (n > fits)
        for (cut = fits; cut > 0 && text[cut] != ' '; cut--) {
        }
    snprintf(first, sizeof first, "%.*s", (int)cut, text);
    text_at(out, 20, y, "start", style, first);
    if (cut < n) text_at(out, 20, y + step, "start", style, text + cut + 1);
}

void canvas_open(canvas *c, hb_text *out, const char *title, const char *about,
                 const char *source) {
    *c = (canvas){.out = out,
                  .left = 90,
                  .right = WIDTH - 30,
                  .top = 80,
                  .bottom = HEIGHT - 90,
                  .x_high = 1,
                  .y_high = 1};
    hb_text_addf(out,
                 "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
                 "height=\"%d\" role=\"img\" "
                 "font-family=\"DejaVu Sans, Arial, sans-serif\" font-size=\"13\" "
                 "fill=\"#1b1b1b\">\n<title>",
                 WIDTH, HEIGHT, WIDTH, HEIGHT);
    escaped(out, title);
    hb_text_add(out, HB_STR("</title>\n<desc>"));
    escaped(out, about);
    // drawings of one page tell theirs apart
    hb_hash of = hb_sha256(title, strlen(title));
    snprintf(c->hatch, sizeof c->hatch, "hatch-%02x%02x%02x", of.bytes[0], of.bytes[1],
             of.bytes[2]);
    hb_text_addf(out, "</desc>\n<defs><pattern id=\"%s\" ", c->hatch);
    hb_text_add(out, HB_STR("width=\"6\" height=\"6\" "
                            "patternTransform=\"rotate(45)\" "
                            "patternUnits=\"userSpaceOnUse\"><rect width=\"6\" height=\"6\" "
                            "fill=\"#ffffff\"/><line x1=\"0\" y1=\"0\" "
                            "x2=\"0\" y2=\"6\" stroke=\"" CANVAS_BLUE
                            "\" stroke-width=\"3\"/></pattern></defs>\n"
                            "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"));
    two_lines(out, title, 76, 28, 22, " font-size=\"17\" font-weight=\"bold\"");
    two_lines(out, source, 125, HEIGHT - 22, 14, " font-size=\"11\" fill=\"#5c5c5c\"");
}

void canvas_close(canvas *c) {
    hb_text_add(c->out, HB_STR("</svg>\n"));
}

double canvas_x(const canvas *c, double value) {
    double part = (value - c->x_low) / (c->x_high - c->x_low);
    return c->left + fmin(fmax(part, -0.05), 1.05) * (c->right - c->left);
}
double canvas_y(const canvas *c, double value) {
    double part = (value - c->y_low) / (c->y_high - c->y_low);
    return c->bottom - fmin(fmax(part, -0.05), 1.05) * (c->bottom - c->top);
}

static double tick_step(double low, double high) {
    double rough = (high - low) / 6, power = pow(10, floor(log10(rough))), part = rough / power;
    return power * (part > 5 ? 10 : part > 2 ? 5 : part > 1 ? 2 : 1);
}

static void ticks(canvas *c, bool is_x) {
    double low = is_x ? c->x_low : c->y_low, high = is_x ? c->x_high : c->y_high,
           step = tick_step(low, high);
    for (double at = ceil(low / step - 1e-9) * step; at <= high + step * 1e-9; at += step) {
        char label[40];
        double value = fabs(at) < step * 1e-9 ? 0 : at;
        snprintf(label, sizeof label, fabs(value) >= 1e6 ? "%.3g" : "%.10g", value);
        if (is_x) {
            double x = canvas_x(c, value);
            hb_text_addf(
                c->out,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#dfe1e2\"/>\n", x,
                c->top, x, c->bottom);
            text_at(c->out, x, c->bottom + 18, "middle", "", label);
        } else {
            double y = canvas_y(c, value);
            hb_text_addf(c->out,
                         "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>\n",
                         c->left, y, c->right, y, value == 0 ? "#3d4551" : "#dfe1e2");
            text_at(c->out, c->left - 8, y + 4, "end", "", label);
        }
    }
}

void canvas_axes(canvas *c, const char *x_unit, const char *y_unit) {
    if (!(c->x_high > c->x_low)) c->x_high = c->x_low + 1;
    if (!(c->y_high > c->y_low)) c->y_high = c->y_low + 1;
    if (x_unit) ticks(c, true);
    if (y_unit) ticks(c, false);
    hb_text_addf(c->out, "<path d=\"M%.1f %.1fV%.1fH%.1f\" fill=\"none\" stroke=\"#3d4551\"/>\n",
                 c->left, c->top, c->bottom, c->right);
    if (x_unit) text_at(c->out, (c->left + c->right) / 2, c->bottom + 42, "middle", "", x_unit);
    if (y_unit) text_at(c->out, c->left - 60, c->top - 10, "start", "", y_unit);
}

void canvas_line(canvas *c, double x1, double y1, double x2, double y2, const char *colour,
                 double width, const char *dash) {
    hb_text_addf(c->out,
                 "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" "
                 "stroke-width=\"%.1f\" stroke-dasharray=\"%s\"/>\n",
                 canvas_x(c, x1), canvas_y(c, y1), canvas_x(c, x2), canvas_y(c, y2), colour, width,
                 *dash ? dash : "none");
}

void canvas_bar(canvas *c, double x1, double y1, double x2, double y2, const char *fill,
                bool is_hatched) {
    double left = canvas_x(c, fmin(x1, x2)), right = canvas_x(c, fmax(x1, x2));
    double top = canvas_y(c, fmax(y1, y2)), bottom = canvas_y(c, fmin(y1, y2));
    char hatched[40];
    snprintf(hatched, sizeof hatched, "url(#%s)", c->hatch);
    hb_text_addf(
        c->out,
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\" stroke=\"%s\"/>\n",
        left, top, fmax(right - left, 0.5), fmax(bottom - top, 0.5), is_hatched ? hatched : fill,
        fill);
}

void canvas_path_start(canvas *c) {
    hb_text_add(c->out, HB_STR("<path d=\""));
}
void canvas_path_point(canvas *c, double x, double y, bool is_first) {
    hb_text_addf(c->out, "%c%.1f %.1f", is_first ? 'M' : 'L', canvas_x(c, x), canvas_y(c, y));
}
void canvas_path_end(canvas *c, const char *stroke, const char *fill, double width,
                     const char *dash, double opacity) {
    hb_text_addf(c->out,
                 "\" stroke=\"%s\" fill=\"%s\" fill-opacity=\"%.2f\" stroke-width=\"%.1f\" "
                 "stroke-dasharray=\"%s\"/>\n",
                 stroke, fill, opacity, width, *dash ? dash : "none");
}

void canvas_text(canvas *c, double x, double y, double dx, double dy, const char *anchor,
                 const char *text) {
    text_at(c->out, canvas_x(c, x) + dx, canvas_y(c, y) + dy, anchor, "", text);
}
