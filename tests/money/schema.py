#!/usr/bin/env python3
"""Every scenario and what habeas cost answers of it, against schemas/; and that the schemas refuse. usage: schema.py PROGRAM"""
import glob
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from checks import check, finish  # noqa: E402
from jsonschema import Draft202012Validator

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
os.chdir(ROOT)
scenario, cost = (Draft202012Validator(json.load(open(f"schemas/{name}.schema.json", encoding="utf-8"))) for name in ("scenario", "cost"))


def errors(validator, document):
    return [f"/{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in list(validator.iter_errors(document))[:3]]


KNOWN = {name for row in open("docs/money-sources.md", encoding="utf-8") if row.startswith("| ") for name in row.split("|")[1].strip().split(", ")}


def sources(node):
    """Every id that a source names, anywhere in a scenario: a capital letter or more, a number, perhaps a letter."""
    if isinstance(node, list):
        return set().union(*map(sources, node))
    if not isinstance(node, dict):
        return set()
    own = node.get("source")
    return set(re.findall(r"\b[A-Z]{1,2}\d+[A-Zx]?\b", own) if isinstance(own, str) else []).union(*map(sources, node.values()))


check(not {"US1", "D10", "S7A"} - KNOWN and sources({"a": [{"source": "US99, G"}]}) - KNOWN == {"US99"}, "an id without a row is found")
for path in sorted(glob.glob("scenarios/*.json")):
    document = json.load(open(path, encoding="utf-8"))
    check(not errors(scenario, document), f"{path}: {errors(scenario, document)}")
    check(not sources(document) - KNOWN, f"{path}: docs/money-sources.md has no row for {sources(document) - KNOWN}")
    check(errors(scenario, dict(document, months=0)), f"{path}: months 0 is accepted")
    done = subprocess.run([PROGRAM, "cost", path, "--json", "--draws", "500"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
    check(done.returncode in (0, 1), f"{path}: exit {done.returncode} {done.stderr.decode()[:300]}")
    if done.returncode in (0, 1):
        answer = json.loads(done.stdout)
        check(not errors(cost, answer), f"cost {path}: {errors(cost, answer)}")
        check(done.returncode == any(c["finding"] == "REFUTED" for c in answer["claims"]), f"cost {path}: exit {done.returncode}")
        check(errors(cost, dict(answer, approved=True)), f"cost {path}: an unknown member is accepted")
finish()
