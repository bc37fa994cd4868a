#!/usr/bin/env python3
"""What a custody on a person's line does to the verdict: only ever to the person's protection. Every worked custody of
the rulebooks is given to every person of two lists; no verdict gets better for the transfer. And what a clean file
becomes: a day later than its papers' changes nothing; an earlier one, one that is past, and every doubt end NO BAR FOUND.
usage: gate.py PROGRAM ROOT"""
import glob
import json
import os
import subprocess
import sys
import tempfile
from datetime import date, timedelta

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from checks import check, finish  # noqa: E402

program, root = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
RANK = {"BARRED": 0, "UNRESOLVED": 1, "NO BAR FOUND": 2}


def read(name):
    """The header, with its paths made absolute, and the people of a list."""
    folder = f"{root}/agreements/{name}/"
    header, *people = [json.loads(line) for line in open(folder + "list.ndjson", encoding="utf-8") if line.strip()]
    header["agreement"] = folder + header.get("agreement", "agreement.json")
    for key in ["documents", "contests"]:
        header[key] = [folder + path for path in header.get(key, [key + ".ndjson"]) if os.path.exists(folder + path)]
    if "facility" in header:
        header["facility"] = os.path.abspath(folder + header["facility"])
    return header, people


def answers_of(header, people):
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson", encoding="utf-8") as file:
        for one in [header] + people:
            file.write(json.dumps(one) + "\n")
        file.flush()
        run = subprocess.run([program, "check", file.name, "--ndjson"], capture_output=True, text=True, timeout=300)
    if run.returncode not in (1, 5):
        sys.exit(f"check gave {run.returncode}: {run.stderr}")
    return {one["person"]: one for one in map(json.loads, run.stdout.splitlines())}


custodies = []
for path in sorted(glob.glob(root + "/rulebooks/enddate-*/cases/*.ndjson")):
    custodies += [json.loads(line) for line in open(path, encoding="utf-8") if line.strip()]

for name in ["treaty-306", "us-sv-2025"]:
    header, people = read(name)
    before = answers_of(header, people)
    many = []
    for person in people:
        for i, custody in enumerate(custodies):
            many.append(dict(person, person=f"{person['person']}/{i}",
                             custody={"system": custody["system"], "inputs": custody["inputs"]}))
    if name != "treaty-306":
        many = many[::7]
    for one, answer in answers_of(header, many).items():
        was = before[one[:one.rindex("/")]]["verdict"]
        check(RANK[answer["verdict"]] <= RANK[was], f"{name} {one}: {was} became {answer['verdict']}")

header, people = read("treaty-306")
clean = next(p for p in people if p["person"] == "T-01")
ends_on = clean["facts"]["lawful_end_date"]["value"]
check(answers_of(header, [clean])["T-01"]["verdict"] == "NO BAR FOUND", "T-01 is no clean file any more")


def custody(last, **more):
    """One year imposed in days that ends on `last`, without good conduct time."""
    start = date.fromisoformat(last) - timedelta(days=299)
    return {"system": "us_federal", "inputs": {"commenced": start.isoformat(), "sentences": [{"term": {"d": 300}}], **more}}


CASES = [
    ("2030-01-01", {}, "NO BAR FOUND", "later than the papers say"),
    ("2022-06-01", {}, "UNRESOLVED", "earlier than the papers say"),
    ("2022-02-01", {}, None, "past"),
    ("2030-01-01", {"inoperative_days": "unknown"}, "UNRESOLVED", "in doubt"),
    ("2030-01-01", {"spelt_wrongly": 1}, "UNRESOLVED", "an entry that no rule reads"),
]
for last, more, verdict, what in CASES:
    answer = answers_of(header, [dict(clean, custody=custody(last, **more))])["T-01"]
    right = answer["verdict"] == verdict if verdict else answer["verdict"] != "NO BAR FOUND"
    check(right, f"T-01, {what} (papers: {ends_on}): {answer['verdict']}")
    if answer["verdict"] != "NO BAR FOUND":
        facts = {f["name"]: f for r in answer["reasons"] for f in r["facts"]} | {m["fact"]: m for m in answer["missing"]}
        check(not {"lawful_end_date", "sentence_completed", "sentence_end"}.isdisjoint(facts), f"T-01, {what}: not by the date")
with tempfile.NamedTemporaryFile("w", suffix=".ndjson", encoding="utf-8") as file:
    bad = dict(clean, custody={"system": "both", "inputs": {"us": {"commenced": "2020-02-30"}}})
    file.write(json.dumps(header) + "\n" + json.dumps(bad) + "\n")
    file.flush()
    run = subprocess.run([program, "check", file.name, "--json"], capture_output=True, text=True)
    error = json.loads(run.stdout)["errors"][0]
    check(run.returncode == 3 and error["pointer"] == "/custody/inputs/us/commenced", f"a day that cannot be: {error}")
finish()
