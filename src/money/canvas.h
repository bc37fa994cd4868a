// A drawing in SVG: a frame with two axes, and marks placed by their values.
#ifndef HABEAS_MONEY_CANVAS_H
#define HABEAS_MONEY_CANVAS_H

#include "base/base.h"

// Never green: nothing here says that something may be done. Each also differs by dash or hatch.
#define CANVAS_BLUE "#2f4668"
#define CANVAS_GOLD "#c2850c"
#define CANVAS_GRAY "#757575"
#define CANVAS_RED "#5c1111"

typedef struct {
    hb_text *out;
    double x_low, x_high, y_low, y_high;  // values at the ends of the axes
    double left, right, top, bottom;      // of the frame, in pixels
    char hatch[16];                       // id of its pattern
} canvas;

// Opens the drawing with its finding as title, a description for those who do not see it, the units
// of both axes, and a line that says where the figures come from.
void canvas_open(canvas *c, hb_text *out, const char *title, const char *about, const char *source);
void canvas_close(canvas *c);
// The frame, its ticks at round values, and the names of the axes; NULL leaves out an axis' ticks.
void canvas_axes(canvas *c, const char *x_unit, const char *y_unit);
double canvas_x(const canvas *c, double value);
double canvas_y(const canvas *c, double value);
// Marks, in values. `dash` as SVG writes it, "" for none.
void canvas_line(canvas *c, double x1, double y1, double x2, double y2, const char *colour,
                 double width, const char *dash);
void canvas_bar(canvas *c, double x1, double y1, double x2, double y2, const char *fill,
                bool is_hatched);
void canvas_path_start(canvas *c);
void canvas_path_point(canvas *c, double x, double y, bool is_first);
void canvas_path_end(canvas *c, const char *stroke, const char *fill, double width,
                     const char *dash, double opacity);
// Text beside a point; anchor start, middle or end; dx, dy in pixels.
void canvas_text(canvas *c, double x, double y, double dx, double dy, const char *anchor,
                 const char *text);
#endif
