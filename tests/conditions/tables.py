#!/usr/bin/env python3
"""The tables of rulebooks/conditions fit one another: every standard has sources that sources.csv lists, both languages,
and weights that exist; every field is read by something.
usage: tables.py PROGRAM"""
import csv
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from checks import check, finish  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BOOK = os.path.join(ROOT, "rulebooks/conditions")


def rows(name):
    return list(csv.DictReader(open(f"{BOOK}/{name}", encoding="utf-8", newline="")))


standards, fields, sources = rows("rules.csv"), rows("facts.csv"), {row["cite"] for row in rows("sources.csv")}
units = rows("units.csv")
model = open(f"{BOOK}/rulebook.dmn", encoding="utf-8").read()
check(len(standards) >= 66, f"{len(standards)} standards")
for row in standards + rows("factors.csv"):
    check(row["sources"], f"{row['id']}: no source")
    for cite in row["sources"].split("|"):
        check(cite in sources, f"{row['id']}: sources.csv lacks {cite}")
    check(f'<decision id="{row["id"]}"' in model, f"{row['id']}: no decision")
for row in standards:
    check(all(row[key] for key in ("topic_en", "topic_es", "fails_en", "fails_es", "weight")), f"{row['id']}: an empty text")
    check(set(row["weight"].split("|")) <= {"US", "HOST", "EUR", "SOFT", "CONTR"}, f"{row['id']}: {row['weight']}")
used = {name for row in standards for key in ("fields", "also") for name in row[key].split("|")}
used |= {name for row in rows("derived.csv") for name in row["from"].split("|")}
used |= {name for row in rows("checks.csv") for name in row["fields"].split("|")}
for row in fields:
    check(row["name"] in used, f"{row['name']}: read by no standard, formula or check")
    check(row["question_en"] and row["question_es"], f"{row['name']}: no question")
    check(row["type"] not in ("number", "int") or (row["least"] and row["most"] and row["unit"]), f"{row['name']}: no limits or unit")
for row in fields:
    if row["unit"]:
        check(any(u["unit"] == u["of"] == row["unit"] and u["expression"] == "v" for u in units), f"{row['unit']}: no row of its own")
finish()
