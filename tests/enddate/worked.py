#!/usr/bin/env python3
"""Worked cases of the four rulebooks of end dates, and those of the kit beside the project where it is there: status, end
date, review dates, rules and every line of the breakdown; and the rulebooks' own expectations worked out a second way. usage: worked.py PROGRAM"""
import glob
import os
import sys

import oracle
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

# worked by hand from the rules, each with its reckoning
path = os.path.join(ROOT, "tests/enddate/hand.ndjson")
for case, got in zip(read_lines(path), ask_file(program, path), strict=True):
    got["first_review"] = min(got["review_dates"], default=None)
    got["end_date_or_review"] = got["end_date"] or got["first_review"]
    wrong = [(key, want, got[key]) for key, want in case["expect"].items() if got[key] != want]
    passed += not wrong
    failed += bool(wrong)
    if wrong:
        print(case["id"], case["why"], wrong)

# what the cases of the rulebooks expect, worked out a second way: no program of ours writes its own answers
second = {"us_federal": oracle.us_federal, "sv": oracle.sv, "us_immigration": oracle.us_immigration, "both": oracle.both}
n = 0
for path in paths:
    for case in read_lines(path) if "/rulebooks/" in path else []:
        expect, inputs = case["expect"], case["inputs"]
        is_review = case["system"] == "us_immigration" and inputs["basis"] == "1231" and expect["review_dates"]
        if expect["status"] != "DATE" and not is_review:
            continue
        n += 1
        end, review, _ = second[case["system"]](inputs)
        got = [end.isoformat() if end else None, [day.isoformat() for day in review]]
        is_right = got == [expect["end_date"], expect["review_dates"]]
        passed += is_right
        failed += not is_right
        if not is_right:
            print(f"{case['id']}: expected {expect['end_date']} {expect['review_dates']}, a second way gives {got}")
if n < 15:
    failed += 1
    print(f"only {n} cases were worked out a second way")
report(passed, failed)
