#ifndef HTML_INTERNAL_H
#define HTML_INTERNAL_H

#include "html/html.h"

bool html_svg_is_safe(hb_str svg);
bool html_css_is_safe(hb_str css);
#endif
