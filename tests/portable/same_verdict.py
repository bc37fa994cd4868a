#!/usr/bin/env python3
"""The law gives the same answers in another engine: the facts that count, of every person on the lists in agreements/ and
of every worked case, go through the tables of the rulebook in feelin, and each outcome must be the same.
usage: same_verdict.py PROGRAM"""
import collections
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
RULEBOOK = os.path.join(ROOT, "rulebooks/us-sv")
LEAST = 200  # fact sets that differ; fewer would be too weak a test

program = os.path.abspath(sys.argv[1])
if not os.path.isdir(os.path.join(HERE, "node_modules")):
    sys.exit("tests/portable/node_modules is not there: run npm ci in tests/portable")


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def people_of_the_cases():
    """Each worked case as a line of a list, by day: what it is like, with its own facts instead."""
    bases, by_day = {}, collections.defaultdict(list)
    for name in ("bases", "rules", "worked"):
        for case in read_lines(os.path.join(RULEBOOK, "cases", name + ".ndjson")):
            like = bases.get(case.get("like"), {"facts": {}, "documents": {}, "as_of": None, "host": None})
            documents = like["documents"] | {d["id"]: d for d in case.get("documents", [])}
            facts = {f: v for f, v in (like["facts"] | case["facts"]).items() if v is not None}
            whole = {"facts": facts, "documents": documents, "as_of": case.get("as_of") or like["as_of"],
                     "host": case.get("host") or like["host"]}
            if name == "bases":
                bases[case["case"]] = whole
            inline = {f: v | {"evidence": [documents.get(e, e) if isinstance(e, str) else e for e in v.get("evidence", [])]}
                      for f, v in facts.items()}
            by_day[whole["as_of"]].append({"person": case["case"], "host": whole["host"], "facts": inline})
    return by_day


def facts_of(path):
    out = subprocess.run([program, "check", path, "--rulebook", RULEBOOK, "--facts"], stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, timeout=300)
    if out.returncode not in (1, 5):
        sys.exit(f"{path}: exit {out.returncode}\n{out.stderr.decode()}")
    return [json.loads(line) for line in out.stdout.decode().splitlines()]


with tempfile.TemporaryDirectory() as folder:
    sets = [line for name in ("us-sv-2025", "treaty-306")
            for line in facts_of(os.path.join(ROOT, "agreements", name, "list.ndjson"))]
    for day, people in people_of_the_cases().items():
        path = os.path.join(folder, f"{day}.ndjson")
        with open(path, "w", encoding="utf-8") as file:
            file.write(json.dumps({"list": f"worked cases of {day}", "as_of": day, "author": "author:cases"}) + "\n")
            file.writelines(json.dumps(person) + "\n" for person in people)
        sets += facts_of(path)
    n_different = len({json.dumps([line["as_of"], line["host"], line["facts"]], sort_keys=True) for line in sets})
    if n_different < LEAST:
        sys.exit(f"only {n_different} fact sets differ; {LEAST} are wanted")
    path = os.path.join(folder, "factsets.ndjson")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in sets)
    print(f"{len(sets)} people, {n_different} different fact sets", flush=True)
    sys.exit(subprocess.run(["node", os.path.join(HERE, "drive.mjs"), os.path.join(RULEBOOK, "rulebook.dmn"), path,
                             "--compare"], timeout=1200).returncode)
