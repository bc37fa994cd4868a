// The one door to librsvg and cairo: an SVG that habeas drew, as PNG.
#include "cli/png.h"

#include <cairo.h>
#include <librsvg/rsvg.h>

#define SCALE 2.0

static bool fail_drawing(hb_error *err, const char *path, const char *why) {
    return hb_fail(err, HB_SYSTEM, "output", "\"%s\" cannot be written: %s", path, why);
}

bool png_write(hb_str svg, const char *path, hb_error *err) {
    bool ok = false;
    gdouble width = 0, height = 0;
    cairo_surface_t *surface = NULL;
    cairo_t *cairo = NULL;
    RsvgHandle *handle = rsvg_handle_new_from_data((const guint8 *)svg.at, svg.n, NULL);
    if (handle == NULL || !rsvg_handle_get_intrinsic_size_in_pixels(handle, &width, &height)) {
        fail_drawing(err, path, "the drawing has no size");
        goto done;
    }
    surface =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)(width * SCALE), (int)(height * SCALE));
    cairo = cairo_create(surface);
    RsvgRectangle all = {.width = width * SCALE, .height = height * SCALE};
    if (!rsvg_handle_render_document(handle, cairo, &all, NULL)) {
        fail_drawing(err, path, "the drawing cannot be rendered");
        goto done;
    }
    cairo_status_t status = cairo_surface_write_to_png(surface, path);
    ok = status == CAIRO_STATUS_SUCCESS || fail_drawing(err, path, cairo_status_to_string(status));
done:
    if (cairo) cairo_destroy(cairo);
    if (surface) cairo_surface_destroy(surface);
    if (handle) g_object_unref(handle);
    return ok;
}
