#!/usr/bin/env python3
"""Custody in spreadsheets: every worked question whose entries have columns, written as a CSV and as a workbook (with days as
text and as numbers), has the same answer as its JSON; a blanked cell never gives a later first day and never settles an answer that was in doubt; a list in CSV with
the custody as JSON is checked as the NDJSON form is. usage: custody.py PROGRAM [N]"""
import csv
import datetime
import glob
import json
import os
import random
import sys
import tempfile

from program import ROOT, run
from workbook import workbook

from checks import check, finish  # found by program.py

N = int(sys.argv[2]) if len(sys.argv) > 2 else 12


def answers(*arguments):
    done = run("enddate", *arguments, "--as-of", "2026-01-01", "--ndjson")
    check(done.returncode in (0, 1), "enddate", arguments, done.stderr.decode()[:400])
    return {one["id"]: (one["status"], one["end_date"], one["review_dates"], sorted(one["rules"]))
            for one in map(json.loads, done.stdout.decode().splitlines())}


def flat(value, path=""):
    if isinstance(value, dict):
        for key, part in value.items():
            yield from flat(part, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for i, part in enumerate(value):
            yield from flat(part, f"{path}.{i}")
    else:
        yield path, value


def cell(value):
    if value is None or value == "unknown":
        return ""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


mapping = json.load(open(os.path.join(ROOT, "mappings/generic_spreadsheet.json"), encoding="utf-8"))
columns = [column for column in mapping["columns"] if column["to"].startswith("custody.")]
names = list(dict.fromkeys(column["from"] for column in columns))
# The entries of each system, and the column of each.
places = {system: {column["to"][8:]: column["from"] for column in columns
                   if system in column.get("when", {}).get("custody_system", [system])} for system in ("us_federal", "sv", "us_immigration")}


def rows_of(questions):
    """A row a question, `none` where it says nothing; questions with entries that have no column are left out."""
    for question in questions:
        entries = dict(flat({"system": question["system"], "inputs": question["inputs"]}))
        place = places.get(question["system"])
        if place is None or not all(path in place for path in entries):
            continue
        row = dict.fromkeys(names, "none")
        row.update({place[path]: cell(value) for path, value in entries.items()})
        yield question, row


def number_of_day(text):
    """The number under which a spreadsheet keeps this day; text where it is none."""
    try:
        n = (datetime.date.fromisoformat(text) - datetime.date(1899, 12, 30)).days
    except ValueError:
        return text
    return n if 61 <= n <= 73050 else text


def first_day(answer):
    days = [day for day in [answer[1], *answer[2]] if day]
    return min(days) if days else "0000"  # none at all alarms at once


questions = []
for path in sorted(glob.glob(os.path.join(ROOT, "rulebooks/enddate-*/cases/*.ndjson"))) + [os.path.join(ROOT, "../shared/cases/enddate.ndjson")]:
    if os.path.exists(path):
        questions += [dict(json.loads(line)) for line in open(path, encoding="utf-8") if line.strip()]
for i, question in enumerate(questions):
    question["id"] = f"Q-{i}"
chosen = list(rows_of(questions))
check(len(chosen) >= 60, "only", len(chosen), "questions have columns for all that they say")

with tempfile.TemporaryDirectory() as folder:
    asked, sheet, book = (os.path.join(folder, name) for name in ("asked.ndjson", "sheet.csv", "book.xlsx"))

    def write(rows):
        with open(sheet, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["person", *names])
            writer.writerows([[person, *(row[name] for name in names)] for person, row in rows])

    with open(asked, "w", encoding="utf-8") as file:
        file.writelines(json.dumps({key: question[key] for key in ("id", "system", "inputs")}) + "\n" for question, _ in chosen)
    rows = [(question["id"], row) for question, row in chosen]
    write(rows)
    want = answers(asked)
    for path, got in ((sheet, answers(sheet, "--map", "generic_spreadsheet")),):
        for person, answer in want.items():
            check(got.get(person) == answer, path, person, "JSON says", answer, "the sheet", got.get(person))
    workbook(book, [[["person", *names], *[[person, *(row[name] for name in names)] for person, row in rows]]])
    got = answers(book, "--map", "generic_spreadsheet")
    check(got == want, "a workbook answers otherwise than JSON")

    # A spreadsheet keeps its days as numbers.
    dates = {column["from"] for column in columns if column["type"] == "date"}
    serials = [[number_of_day(row[name]) if name in dates else row[name] for name in names] for _, row in rows]
    n_serials = sum(isinstance(value, int) for line in serials for value in line)
    check(n_serials > 60, "only", n_serials, "days as numbers")
    workbook(book, [[["person", *names], *[[person, *line] for (person, _), line in zip(rows, serials)]]])
    got = answers(book, "--map", "generic_spreadsheet")
    for person, answer in want.items():
        check(got.get(person) == answer, "days as numbers:", person, "JSON says", answer, "the workbook", got.get(person))

    # A cell that nobody filled is doubt.
    rng = random.Random(20261125)
    for _ in range(N):
        changed = []
        for person, row in rows:
            other = dict(row)
            other[rng.choice(names)] = ""
            changed.append((person, other))
        write(changed)
        got = answers(sheet, "--map", "generic_spreadsheet")
        for person, row in changed:
            before, after = want[person], got.get(person)
            if after == before:
                continue
            check(after is not None and after[0] == "UNRESOLVED" and (not before[2] and not before[1] or first_day(after) <= first_day(before)),
                  "a blank cell settles or delays", person, before, after, row)

    # habeas' own list as CSV.
    people = [(f"P-{i}", question) for i, question in enumerate(questions[:20])]
    listed, table = os.path.join(folder, "list.ndjson"), os.path.join(folder, "list.csv")
    with open(listed, "w", encoding="utf-8") as file:
        for person, question in people:
            file.write(json.dumps({"person": person, "host": "SLV", "facts": {}, "custody": {"system": question["system"], "inputs": question["inputs"]}}) + "\n")
    with open(table, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["person", "host", "custody"])
        writer.writerows([[person, "SLV", json.dumps({"system": question["system"], "inputs": question["inputs"]})] for person, question in people])
    done, other = run("check", listed, "--ndjson", "--as-of", "2026-01-01"), run("check", table, "--ndjson", "--as-of", "2026-01-01")
    check(done.returncode == 1 and done.stdout.count(b"\n") == len(people), "check", done.stderr.decode()[:300])
    said = [[{key: value for key, value in json.loads(line).items() if key not in ("line", "list", "sources", "input_sha256", "read")} for line in done.stdout.splitlines()]
            for done in (done, other)]
    check(said[0] == said[1], "a list in CSV is checked otherwise", [(key, a["person"]) for a, b in zip(*said) for key in a if a[key] != b.get(key)][:4])
    for text, code in (("{", b"no JSON object"), ("[]", b"no JSON object"), ('{"system":"mars","inputs":{}}', b"is no system"), ('{"system":"sv"}', b'"inputs" is missing')):
        with open(table, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["person", "host", "custody"], ["P-1", "SLV", text]])
        done = run("check", table)
        check(done.returncode == 3 and code in done.stderr and b"line 2" in done.stderr, "a custody that cannot be read", text, done.stderr.decode()[:300])
    done = run("enddate", table)
    check(done.returncode == 2 and b"--map" in done.stderr, "a sheet without its mapping", done.stderr.decode()[:200])
finish()
