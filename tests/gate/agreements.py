#!/usr/bin/env python3
"""Every real list of agreements/ against its expected answers, worked out by hand from the law (expected.ndjson beside
it). Every person is expected, and no other. usage: agreements.py PROGRAM"""
import glob
import os
import sys

from check import ROOT, check, problems, read_lines, report

program = os.path.abspath(sys.argv[1])
passed = failed = 0
for path in sorted(glob.glob(os.path.join(ROOT, "agreements/*/expected.ndjson"))):
    folder = os.path.dirname(path)
    answers = check(program, os.path.join(folder, "list.ndjson"))
    expected = {row["person"]: row for row in read_lines(path)}
    for person in sorted(answers.keys() | expected.keys()):
        found = (problems(answers[person], expected[person]) if person in answers and person in expected
                 else [f"stands only in {'the list' if person in answers else 'expected.ndjson'}"])
        for problem in found:
            print(f"{os.path.relpath(folder, ROOT)} {person}: {problem}")
        passed += not found
        failed += bool(found)
    if any("NO BAR FOUND" == row["verdict"] for row in answers.values()) != ("treaty" in folder):
        failed += 1
        print(f"{folder}: who may be found without a bar has changed")
report(passed, failed)
