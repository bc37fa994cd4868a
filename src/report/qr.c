// The one door to libqrencode: a text as a QR code of level M with its quiet zone of four modules
// (ISO/IEC 18004 §6.3.8), drawn as one path, so that it prints at any size.
#include <qrencode.h>

#include "report/report.h"

enum { QUIET = 4, TEXT_MAX = 1024 };

bool report_qr(hb_text *svg, hb_str text) {
    if (text.n == 0 || text.n > TEXT_MAX) return false;
    QRcode *code = QRcode_encodeData((int)text.n, (const unsigned char *)text.at, 0, QR_ECLEVEL_M);
    if (code == NULL) return false;
    int side = code->width + 2 * QUIET;
    hb_text_addf(svg,
                 "<svg viewBox=\"0 0 %d %d\" width=\"120\" height=\"120\" "
                 "shape-rendering=\"crispEdges\"><rect width=\"%d\" height=\"%d\" "
                 "fill=\"#fff\"/><path fill=\"#000\" d=\"",
                 side, side, side, side);
    for (int y = 0; y < code->width; y++) {
        for (int x = 0; x < code->width; x++) {
            if (code->data[y * code->width + x] & 1)
                hb_text_addf(svg, "M%d %dh1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    hb_text_add(svg, HB_STR("\"/></svg>"));
    QRcode_free(code);
    return !svg->failed;
}
