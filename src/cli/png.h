// A drawing as PNG.
#ifndef HABEAS_CLI_PNG_H
#define HABEAS_CLI_PNG_H

#include "base/base.h"

// Draws `svg` twice its size, for print, into a file.
HB_MUST_USE bool png_write(hb_str svg, const char *path, hb_error *err);
#endif
