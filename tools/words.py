#!/usr/bin/env python3
"""Turns a .po file into the rows words.c searches. usage: tools/words.py PO OUT

msgfmt checks the file (formats included) and compiles it; its rows are written sorted by bytes."""
import gettext
import subprocess
import sys
import tempfile

po, out = sys.argv[1:]
with tempfile.NamedTemporaryFile(suffix=".mo") as compiled:
    subprocess.run(["msgfmt", "--check-format", "--check-domain", "-o", compiled.name, po], check=True)
    catalog = gettext.GNUTranslations(open(compiled.name, "rb"))._catalog


def literal(text):
    """A C string literal: bytes outside printable ASCII as octal, so no escape can run on."""
    return '"' + "".join(chr(b) if 32 <= b < 127 and b not in b'"\\?' else f"\\{b:03o}"
                         for b in text.encode()) + '"'


rows = sorted((en.encode(), en, es) for en, es in catalog.items() if en)
with open(out, "w", encoding="ascii") as file:
    for _, english, spanish in rows:
        file.write(f"    {{{literal(english)}, {literal(spanish)}}},\n")
