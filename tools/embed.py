#!/usr/bin/env python3
"""A file as the pieces of a C string literal, a line each. usage: tools/embed.py FILE OUT"""
import sys

path, out = sys.argv[1:]
with open(path, "rb") as file, open(out, "w", encoding="ascii") as to:
    for line in file:
        text = "".join(chr(b) if 32 <= b < 127 and b not in b'"\\?' else f"\\{b:03o}" for b in line)
        to.write(f'"{text}"\n')
