#!/usr/bin/env python3
"""The threshold that rules.csv shows is the one the decision draws: at the limit, just below and just above, with every
other part of the standard answered well. usage: thresholds.py PROGRAM"""
import csv
import json
import os
import subprocess
import sys
import tempfile
from decimal import Decimal

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from checks import check, finish  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
BOOK = os.path.join(ROOT, "rulebooks/conditions")
FIELDS = {row["name"]: row for row in csv.DictReader(open(f"{BOOK}/facts.csv", encoding="utf-8", newline=""))}


def best(name):
    """The value of a field that helps the place most."""
    field = FIELDS[name]
    if field["type"] in ("tri", "enum"):
        return field["worst_first"].split("|")[-1]
    return float(field["most"] if field["worst_first"] == "lower" else field["least"])


def outcomes(decision, inputs):
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson") as file:
        file.write("".join(json.dumps(line) + "\n" for line in inputs))
        file.flush()
        done = subprocess.run([PROGRAM, "dmn", "batch", f"{BOOK}/rulebook.dmn", "--decision", decision, "--in", file.name],
                              stdout=subprocess.PIPE, timeout=60)
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


for rule in csv.DictReader(open(f"{BOOK}/rules.csv", encoding="utf-8", newline="")):
    if rule["kind"] == "joint":
        continue
    fields, main = rule["fields"].split("|"), rule["field"]
    base = {name: best(name) for name in fields}
    nothing = dict.fromkeys(fields)
    if rule["direction"] == "=":
        values = [rule["threshold"], best(main)]
        expected = ["bad", "good"]
    else:
        limit = Decimal(rule["threshold"])
        step = Decimal("0.001")
        values = [float(limit - step), float(limit), float(limit + step)]
        low, high = rule["direction"].startswith("<"), rule["direction"].endswith("=")
        expected = ["bad" if low else "good", "bad" if high else "good", "good" if low else "bad"]
    bad = "fails" if rule["effect"] == "fail" else "flags"
    # What rebuts a bad value is left unknown.
    lines = [{**{k: (None if FIELDS[k]["rebuts"] == "yes" else v) for k, v in base.items()}, main: v} for v in values]
    if rule["id"] == "sol-def":
        lines = [dict(line, meaningful_contact="no") for line in lines]
    got = outcomes(rule["id"], lines + [nothing, base])
    check(len(got) == len(lines) + 2, f"{rule['id']}: {len(got)} results")
    for value, want, have in zip(values, expected, got):
        check((have == bad) == (want == "bad"), f"{rule['id']}: {main} = {value}: {have}, and rules.csv says {rule['direction']} {rule['threshold']}")
    check(got[-2] == "unknown", f"{rule['id']}: nothing known gives {got[-2]}")
    check(got[-1] == "passes", f"{rule['id']}: every field at its best gives {got[-1]}")
finish()
