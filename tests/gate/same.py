#!/usr/bin/env python3
"""The same list gives the same bytes: on one thread and on four, from a file and from standard input, twice; as NDJSON
and as CSV it gives the same verdicts; the hash of explain's `input` is the one it prints; text output counts what the
JSON counts, worst first. usage: same.py PROGRAM"""
import collections
import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile

from check import ROOT, check, habeas, read_lines, report

program = os.path.abspath(sys.argv[1])
os.chdir(ROOT)
passed = failed = 0


def expect(is_right, what):
    global passed, failed
    passed += bool(is_right)
    failed += not is_right
    if not is_right:
        print("not so: " + what)


def named_at_the_end(text, label, n_people):
    """What the blocks before the closing count name, and for how many people."""
    block = " ".join(text.split("\n\n")[-2].split())
    found = {}
    for whom, names in re.findall(label + r" for (all|some)[^:]*: ((?:[a-z0-9_-]+(?: \(\d+\))?(?:, |$| (?=required|missing|to be)))+)", block):
        for name, n in re.findall(r"([a-z0-9_-]+)(?: \((\d+)\))?", names):
            found[name] = n_people if whom == "all" else int(n)
    return found


LISTS = ["agreements/us-sv-2025/list.ndjson", "agreements/treaty-306/list.ndjson"]
WORST_FIRST = ["BARRED", "UNRESOLVED", "NO BAR FOUND"]
for path in LISTS:
    for form in [[], ["--json"], ["--ndjson"], ["--csv"], ["--facts"]]:
        runs = [habeas(program, "check", path, *form, "--jobs", jobs, expect=(1, 5)).stdout for jobs in ["1", "4", "3", "1"]]
        expect(len(set(runs)) == 1 and runs[0], f"{path} {form}: the same bytes on any number of threads")
    answers = check(program, path)
    people = [row["person"] for row in read_lines(path) if "person" in row]
    expect(list(answers) == people, f"{path}: one line a person, in the order of the list")
    document = json.loads(habeas(program, "check", path, "--json").stdout)
    expect([row["person"] for row in document["people"]] == people, f"{path} --json: the same people")
    for verdict, n in document["counts"].items():
        expect(n == sum(row["verdict"] == verdict for row in answers.values()), f"{path} --json: counts {verdict}")
    rows = list(csv.DictReader(io.StringIO(habeas(program, "check", path, "--csv").stdout.decode(), newline="")))
    expect([(row["person"], row["verdict"]) for row in rows] == [(p, answers[p]["verdict"]) for p in people],
           f"{path} --csv: the same verdicts")
    expect(all(set(filter(None, row["missing"].split(";"))) == {m["fact"] for m in answers[row["person"]]["missing"]} for row in rows),
           f"{path} --csv: the same facts missing")
    text = habeas(program, "check", path).stdout.decode()
    order = [WORST_FIRST.index(v) for line in text.splitlines() for v in WORST_FIRST
             if line.split(" ")[0] in answers and v + " · " in line]
    expect(order == sorted(order) and len(order) == len(people), f"{path}: text names everybody, worst first")
    missing = collections.Counter(m["fact"] for row in answers.values() for m in row["missing"])
    named = named_at_the_end(text, "missing", len(people))
    is_shortened = any(len(row["missing"]) > 10 for row in answers.values())
    expect(named == (missing if is_shortened else {}), f"{path}: text names at its end all that is missing, and for how many")
    unmet = collections.Counter(r["rule"] for row in answers.values() for r in row["reasons"] if r["outcome"] == "unmet")
    expect(named_at_the_end(text, "required", len(people)) == (unmet if is_shortened else {}), f"{path}: text names at its end all that is required")
    for line in text.splitlines():
        if "NO BAR FOUND" in line:
            expect("not permission" in line, f"{path}: NO BAR FOUND stands alone in {line!r}")
    for person in [people[0], people[len(people) // 2], people[-1]]:
        one = json.loads(habeas(program, "explain", person, path, "--json", expect=(1, 5)).stdout)
        canonical = json.dumps(one["input"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        expect(hashlib.sha256(canonical).hexdigest() == one["input_sha256"] == answers[person]["input_sha256"],
               f"{path} {person}: the hash is of what was used")
        expect(all(one[key] == answers[person][key] for key in ["verdict", "reasons", "missing", "decides"]),
               f"{path} {person}: explain says what check says")
        # check asks each bar alone, explain searches all documents together: it may find that none would do
        expect(answers[person]["curable"] or not one["curable"], f"{path} {person}: explain ends no bar that check calls final")
        expect({row["rule"]: row["outcome"] for row in one["rules"] if row["outcome"] in ("bars", "unmet", "refer")}
               == {row["rule"]: row["outcome"] for row in one["reasons"]}, f"{path} {person}: every other rule gives no reason")

# An order and a repetition that say nothing change nothing: only the sha256 of the list itself.
with tempfile.TemporaryDirectory() as folder:
    header, *people = read_lines(LISTS[1])
    base = os.path.abspath(os.path.dirname(LISTS[1]))
    header.update({name: os.path.join(base, header[name]) for name in ["agreement"]})
    header.update({name: [os.path.join(base, path) for path in header[name]] for name in ["documents", "contests"]})
    path = os.path.join(folder, "turned.ndjson")

    def turned(person):
        facts = {name: [fact, fact] if isinstance(fact, dict) else fact[::-1] + fact for name, fact in person["facts"].items()}
        return dict(person, name="somebody else", facts=dict(reversed(facts.items())))

    with open(path, "w", encoding="utf-8") as file:
        for row in [header, *map(turned, reversed(people))]:
            file.write(json.dumps(row) + "\n")
    before, after = check(program, LISTS[1]), check(program, path)
    for person, answer in before.items():
        for row in (answer, after[person]):
            row.pop("read")
        expect(answer == after[person], f"{person}: order, repetition and names change nothing")

# What is wrong with a list is said in the same order on any number of threads, and the same hundred of many errors.
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "wrong.ndjson")
    with open(path, "w", encoding="utf-8") as file:
        for i in range(1000):
            person = {"person": f"P-{i % 990}", "host": "SLV", "facts": {"habeas_pending": {"value": "perhaps" if i % 7 == 0 else "yes"}}}
            file.write(json.dumps(person) + ("]" if i % 11 == 0 else "") + "\n")
    said = [subprocess.run([program, "check", path, "--json", "--jobs", jobs], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for jobs in ["1", "5", "2"]]
    errors = json.loads(said[0].stdout)["errors"]
    lines = [error["line"] for error in errors]
    expect(len(errors) == 100 and lines == sorted(lines), "a hundred errors, in the order of the list")
    expect({run.returncode for run in said} == {3} and len({run.stdout for run in said}) == 1,
           "the same errors on any number of threads")

# Standard input is the same list, read from the folder where it stands; a list as CSV has the same people.
with open(LISTS[1], "rb") as file:
    piped = subprocess.run([program, "check", "-", "--ndjson"], stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                           cwd=os.path.dirname(LISTS[1])).stdout.decode().splitlines()
expect([json.loads(line)["input_sha256"] for line in piped] == [row["input_sha256"] for row in check(program, LISTS[1]).values()],
       "standard input is the same list")
whole = check(program, LISTS[1])
for person, answer in check(program, "agreements/treaty-306/list-small.csv").items():
    expect(answer["input_sha256"] == whole[person]["input_sha256"] and answer["verdict"] == whole[person]["verdict"],
           f"{person}: CSV and NDJSON are the same file")
report(passed, failed)
