#!/usr/bin/env python3
"""The rulebooks of end dates are whole: every rule a model can name has a row with a sentence in both languages and a
source that sources.csv holds; every row is named by its model; every entry a model reads is in the dictionary.
usage: law.py ROOT"""
import csv
import glob
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from checks import check, finish  # noqa: E402


def rows(path):
    return list(csv.DictReader(open(path, encoding="utf-8", newline="")))


for folder in sorted(glob.glob(sys.argv[1] + "/rulebooks/enddate-*")):
    model = open(folder + "/rulebook.dmn", encoding="utf-8").read()
    rules, sources = rows(folder + "/rules.csv"), {row["cite"] for row in rows(folder + "/sources.csv")}
    named = set(re.findall(r'"((?:us|imm|sv|prj|oas)-[A-Za-z0-9.-]+)"', model))
    named |= {"imm-" + basis for basis in re.findall(r'"(1226a|1226c|1225b)"', model)}
    ids = [row["id"] for row in rules]
    check(len(ids) == len(set(ids)), f"{folder}: a rule stands twice")
    for rule in named:
        check(rule in ids, f"{folder}: the model names {rule}, which rules.csv does not have")
    for row in rules:
        check(row["id"] in named, f"{folder}: no model names {row['id']}")
        check(all(row.values()), f"{folder}: {row['id']} has an empty field")
        for cite in row["sources"].split("|"):
            check(cite in sources, f"{folder}: {row['id']} cites {cite}, which sources.csv does not have")
    entries = {part for row in rows(folder + "/facts.csv") for part in re.split(r"\[\]\.|\.", row["name"])}
    for name in re.findall(r"\binputs\.([a-z_]+)", model):
        check(name in entries or name == "not_read", f"{folder}: the model reads {name}, which facts.csv does not have")
finish()
