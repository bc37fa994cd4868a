#!/usr/bin/env python3
"""Worked cases of the four rulebooks of end dates, and those of the kit beside the project where it is there: status, end
date, review dates, rules and every line of the breakdown. usage: worked.py PROGRAM"""
import glob
import os
import sys

from ask import ROOT, ask_file, read_lines, report

program = os.path.abspath(sys.argv[1])
passed = failed = 0
kit = os.path.join(ROOT, "../shared/cases/enddate.ndjson")
paths = sorted(glob.glob(os.path.join(ROOT, "rulebooks/enddate-*/cases/*.ndjson")))
if os.path.exists(kit):
    paths.append(kit)
else:
    print("the worked cases beside the project are not here: not run")
for path in paths:
    cases = read_lines(path)
    for case, got in zip(cases, ask_file(program, path), strict=True):
        wrong = [key for key in ("status", "end_date", "review_dates", "rules", "breakdown") if got[key] != case["expect"][key]]
        for key in wrong:
            print(f"{case['id']}: {key}: expected {case['expect'][key]}, got {got[key]}")
        passed += not wrong
        failed += bool(wrong)
report(passed, failed)
